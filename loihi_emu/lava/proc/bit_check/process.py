"""Whether a variable outgrows a number of bits: `BitCheck`."""

from __future__ import annotations

from typing import Any, Final

from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import RefPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)


class BitCheck(AbstractProcess):
    """Reads a variable after every step and notes whether it outgrew its bits.

    Parameters
    ----------
    layerid : int, optional
        A number to print.
    debug : int
        1: print values.
    bits : int
        1..31, the sign included.
    name, log_config
        As for any process.

    Raises
    ------
    ParameterError
        Other bits.
    """

    def __init__(
        self,
        *,
        layerid: int | None = None,
        debug: int = 0,
        bits: int = 24,
        name: str | None = None,
        log_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, log_config=log_config, **kwargs)
        if not 1 <= bits <= _MOST_BITS:
            raise ParameterError(f"bits is {bits}; allowed: 1..{_MOST_BITS}")
        self.state = RefPort((1,))
        first = {"layerid": layerid, "debug": debug, "bits": bits, "_overflowed": 0}
        for key, value in first.items():
            setattr(self, key, Var(shape=(1,), init=value))

    def connect_var(self, var: Var) -> None:
        """Choose the variable."""
        self.state = RefPort(var.shape)
        self.state.connect_var(var)
        for key in ("layerid", "debug", "bits", "_overflowed"):
            setattr(self, key, Var(shape=var.shape, init=getattr(self, key).init))
        self._post_init()

    @property
    def shape(self) -> tuple[int, ...]:
        """The variable's shape."""
        return self.state.shape

    @property
    def overflowed(self) -> Any:
        """1 if it outgrew its bits, else 0."""
        return self._overflowed.get()  # type: ignore[attr-defined]


_MOST_BITS: Final = 31
