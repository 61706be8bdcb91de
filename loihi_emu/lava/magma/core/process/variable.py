"""Variables of processes: `var.get()` and, once a run has begun, `var.set(values)`."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import NotSupportedError, RunError, refuse_names
from loihi_emu.lava.magma.core.process.interfaces import AbstractProcessMember

__getattr__ = refuse_names(__name__)


class Var(AbstractProcessMember):
    """A variable.

    Parameters
    ----------
    shape : tuple of int
    init : array_like, str or scipy sparse matrix
        Value before the first run.
    shareable : bool
        Kept for scripts.
    """

    def __init__(self, shape: tuple[int, ...], init: Any = 0, shareable: bool = True) -> None:
        super().__init__(shape)
        self.init, self.shareable = init, shareable

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
        idx : None

        Raises
        ------
        RunError
            The process has not run yet, or has stopped.
        NotSupportedError
            The variable cannot be set.
        """
        if idx is not None:
            raise NotSupportedError(
                f"{self.label}.set: idx is not mirrored (Lava 0.10 writes to other places than it "
                "reads); get the whole value, change it and set it"
            )
        runtime = self.process.runtime if self.process is not None else None
        if runtime is None:
            raise RunError(f"{self.label} has no runtime yet; set variables after the first run")
        runtime.set(self, value)

    def alias(self, other_var: Any) -> None:
        """Refused: there are no sub-processes."""
        del other_var
        raise NotSupportedError(f"{self.label}: alias is not mirrored; there are no sub-processes")

    def __repr__(self) -> str:
        return f"Var {self.label} of shape {self.shape}: {self.get()}"
