"""What a sweep runs: a network or a function that makes one -> the network of each variant.

Names with a dot are paths into the network; `machine` and `mode` choose where it runs; all others
are arguments of the function. A function that takes `seed` is given the variant's.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any, Final, NamedTuple

from loihi_emu.chip.machines import Machine
from loihi_emu.description.network import Network
from loihi_emu.errors import LoihiEmuError, ParameterError, ScriptError, suggestion
from loihi_emu.exploration.paths import RESERVED, apply, machine_of
from loihi_emu.exploration.space import Variant
from loihi_emu.exploration.structure import key_of_network
from loihi_emu.simulator import Simulator

MODES: Final = ("fixed_pt", "floating_pt")
_SMALL: Final = 1 << 16  # synapses that are planned in a moment


class Case(NamedTuple):
    """The network of one variant, and where it runs."""

    network: Network
    machine: Machine
    mode: str


class Description:
    """A network, or the function that makes it, with its machine and mode.

    Parameters
    ----------
    given : Network or function
    machine : Machine or str
    mode : str

    Raises
    ------
    ParameterError
        Something else is given.
    """

    def __init__(self, given: Any, machine: Machine | str, mode: str) -> None:
        self._network: Network | None = None
        self._make: Callable[..., Any] | None = None
        if isinstance(given, Network):
            self._network = given
        elif callable(given):
            self._make = given
        else:
            raise ParameterError(
                f"description is {given!r:.60}; allowed: a Network, or a function that returns one"
            )
        self._machine, self._mode = machine, mode
        self.arguments = self._arguments()

    def _arguments(self) -> tuple[str, ...] | None:
        """Names that the function takes; None: any."""
        if self._make is None:
            return ()
        taken = inspect.signature(self._make).parameters.values()
        if any(one.kind is one.VAR_KEYWORD for one in taken):
            return None
        return tuple(one.name for one in taken)

    def check_names(self, names: tuple[str, ...]) -> None:
        """Refuse parameters that the description has no place for.

        Raises
        ------
        ParameterError
            Such a name, and what is allowed.
        """
        for name in names:
            plain = "." not in name and name not in RESERVED
            if plain and self.arguments is not None and name not in self.arguments:
                allowed = (*self.arguments, *RESERVED) if self._make else RESERVED
                what = "no argument of the function" if self._make else "no path 'NAME.FIELD'"
                raise ParameterError(f"parameter {name!r} is {what}; {suggestion(name, allowed)}")

    def case(self, variant: Variant) -> Case:
        """The network of a variant.

        Raises
        ------
        LoihiEmuError
            A value that is refused; the message begins with the variant.
        """
        try:
            return self._case(variant)
        except LoihiEmuError as error:
            raise ParameterError(f"{shown(variant)}: {error}") from error

    def check(self, variant: Variant) -> Network:
        """The network of a variant, once its machine has taken it, if it is small.

        Raises
        ------
        ParameterError
            A value that the network or the machine refuses.
        """
        case = self.case(variant)
        if sum(one.n_synapses for one in case.network.connections) <= _SMALL:
            try:
                Simulator(case.network, machine=case.machine, mode=case.mode, backend="interpreter")
            except LoihiEmuError as error:
                raise ParameterError(f"{shown(variant)}: {error}") from error
        return case.network

    def _case(self, variant: Variant) -> Case:
        given = variant.parameters
        mode = given.get("mode", self._mode)
        if mode not in MODES:
            raise ParameterError(f"mode is {mode!r:.60}; allowed: {', '.join(MODES)}")
        paths = {
            name: value for name, value in given.items()
            if "." in name and not name.startswith("machine.")
        }  # fmt: skip
        arguments = {
            name: value for name, value in given.items() if "." not in name and name not in RESERVED
        }
        network = apply(self._base(arguments, variant.seed), paths)
        return Case(network, machine_of(self._machine, given), mode)

    def _base(self, arguments: Mapping[str, Any], seed: int) -> Network:
        if self._network is not None:
            return self._network
        assert self._make is not None
        if self.arguments is not None and "seed" in self.arguments:
            arguments = {**arguments, "seed": seed}
        try:
            made = self._make(**arguments)
        except LoihiEmuError:
            raise
        except Exception as error:
            raise ScriptError(f"the description raised {type(error).__name__}: {error}") from error
        if not isinstance(made, Network):
            raise ParameterError(
                f"the description returned a {type(made).__name__}; allowed: a Network"
            )
        return made

    @property
    def source(self) -> str:
        """What two equal descriptions have in common."""
        if self._network is not None:
            where = key_of_network(self._network, whole=True)
        else:
            where = source_of(self._make)
        machine = self._machine if isinstance(self._machine, str) else repr(self._machine)
        return f"{where} {machine} {self._mode}"


def shown(variant: Variant) -> str:
    """`variant 17 (cells.vth=3)`."""
    values = ", ".join(f"{name}={value!r:.40}" for name, value in variant.parameters.items())
    return f"variant {variant.number} ({values})"


def source_of(function: Any) -> str:
    """A checksum of a function's code and of the values it was made with."""
    code = getattr(function, "__code__", None)
    if code is None:
        code = getattr(getattr(function, "__call__", None), "__code__", None)  # noqa: B004
    if code is None:
        return str(getattr(function, "__qualname__", type(function).__name__))
    text = f"{_code(code)} {getattr(function, '__defaults__', None)!r}"
    return hashlib.sha256(text.encode()).hexdigest()


def _code(code: CodeType) -> str:
    """A function's code as text, without names of files, lines and addresses."""
    constants = [_code(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts]
    return f"{code.co_code.hex()} {code.co_names} {code.co_varnames} {constants}"
