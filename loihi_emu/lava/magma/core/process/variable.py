"""Variables of processes: `var.get()` and, once a runtime is there, `var.set(values)`."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import NotSupportedError, PortError, refuse_names
from loihi_emu.lava.magma.core.process.interfaces import (
    AbstractProcessMember,
    IdGeneratorSingleton,
)

__getattr__ = refuse_names(__name__)


class Var(AbstractProcessMember):
    """A variable.

    Parameters
    ----------
    shape : tuple of int
    init : array_like, str or scipy sparse matrix
        Value before the first run.
    shareable : bool
        Whether ports may reach it.
    name : str
        Of a variable that belongs to no process.

    Attributes
    ----------
    id : int
        Number in the order of construction.
    aliased_var : Var or None
        The variable of a sub-process that this one stands for.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        init: Any = 0,
        shareable: bool = True,
        name: str = "Unnamed variable",
    ) -> None:
        super().__init__(shape)
        self.init, self.shareable, self.name = init, shareable, name
        self.id = VarServer().register(self)
        self.aliased_var: Var | None = None
        self.model: Any = None

    def get(self, idx: Any = None) -> Any:
        """The value: `init` before the first run, then a float64 array, text or csr_matrix.

        Parameters
        ----------
        idx : array_like, optional
            Elements.

        Raises
        ------
        RunError
            The process has stopped.
        """
        if self.aliased_var is not None:
            return self.aliased_var.get(idx)
        runtime = self.process.runtime if self.process is not None else None
        if runtime is None:
            return self.init
        value = runtime.get(self)
        return value if idx is None else value[idx]

    def set(self, value: Any, idx: Any = None) -> None:
        """Set the value; fewer elements than the variable has set the first of them.

        Parameters
        ----------
        value : array_like, str or scipy sparse matrix
            A sparse one has the places of `init`.
        idx : None

        Raises
        ------
        ParameterError
            The process has no runtime yet, or a sparse value has other places.
        RunError
            The process has stopped.
        NotSupportedError
            The variable cannot be set.
        """
        if self.aliased_var is not None:
            self.aliased_var.set(value, idx)
            return
        if idx is not None:
            raise NotSupportedError(
                f"{self.label}.set: idx is not mirrored (Lava 0.10 writes to other places than it "
                "reads); get the whole value, change it and set it"
            )
        runtime = self.process.runtime if self.process is not None else None
        if runtime is None:
            raise ParameterError(
                f"{self.label} has no runtime yet; set variables after the first run, or after "
                "create_runtime(run_cfg)"
            )
        if hasattr(self.init, "tocsr"):
            value = self._with_places(value)
        runtime.set(self, value)

    def _with_places(self, value: Any) -> Any:
        """A new value of a sparse variable, which has to keep the places of the first."""
        from loihi_emu.lava.utils.sparse import find

        post, pre, values = find(self.init.tocsr(), explicit_zeros=True)
        if not hasattr(value, "tocsr"):
            dense = np.asarray(value)
            if dense.shape != self.shape or np.count_nonzero(dense) > np.count_nonzero(
                dense[post, pre]
            ):
                raise ParameterError(
                    f"{self.label} is sparse and is set to an array of shape {dense.shape}; "
                    f"allowed: shape {self.shape}, 0 where it has no synapse, or a sparse matrix "
                    "with its places"
                )
            made = self.init.tocsr(copy=True).astype(np.float64)
            made[post, pre] = dense[post, pre]
            return made
        given = value.tocsr()
        places = find(given, explicit_zeros=True)
        same = given.shape == self.init.shape and len(places[2]) == len(values)
        if not same or (places[0] != post).any() or (places[1] != pre).any():
            raise ParameterError(
                f"{self.label} has {len(values)} places and is set to a matrix of shape "
                f"{given.shape} with {len(places[2])}; allowed: the same places, zeros stored "
                "where a value is 0"
            )
        return given

    def alias(self, other_var: Var) -> None:
        """Let this variable stand for one of a sub-process.

        Raises
        ------
        PortError
            It is no Var, or differs in shape or `shareable`.
        """
        if not isinstance(other_var, Var):
            raise PortError(f"{self.label} is aliased to {other_var!r}; allowed: a Var")
        for what in ("shape", "shareable"):
            own, other = getattr(self, what), getattr(other_var, what)
            if own != other:
                raise PortError(f"{self.label} has {what} {own} and {other_var.label} {other}")
        self.aliased_var = other_var

    def validate_alias(self) -> None:
        """Refuse an alias to a variable that is not of a sub-process.

        Raises
        ------
        PortError
        """
        other = self.aliased_var
        if other is not None and not other.process.is_sub_proc_of(self.process):
            raise PortError(f"{self.label} is aliased to {other.label}; allowed: a sub-process's")

    def __repr__(self) -> str:
        return (
            f"Variable: {self.name}\n    shape: {self.shape}\n    init: {self.init}"
            f"\n    shareable: {self.shareable}\n    value: {self.get()}"
        )


class VarServer(IdGeneratorSingleton):
    """Numbers variables."""

    @property
    def vars(self) -> list[Var]:
        """All variables that somebody holds."""
        return self._alive()

    @property
    def num_vars(self) -> int:
        """How many there are."""
        return len(self.vars)
