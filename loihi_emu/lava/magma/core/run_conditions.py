"""How long to run: `RunSteps`."""

from __future__ import annotations

from typing import NoReturn

from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import NotSupportedError, refuse_names

__getattr__ = refuse_names(__name__)


class RunSteps:
    """Run a number of steps.

    Parameters
    ----------
    num_steps : int
    blocking : bool
        Kept for scripts: a run is always finished when `run` returns.
    """

    def __init__(self, num_steps: int, blocking: bool = True) -> None:
        if num_steps < 0:
            raise ParameterError(f"num_steps is {num_steps}; allowed: 0 or more")
        self.num_steps = int(num_steps)
        self.blocking = blocking


class RunContinuous:
    """Runs without end, which this mirror refuses."""

    def __init__(self) -> NoReturn:
        raise NotSupportedError(
            "RunContinuous is not mirrored: a run ends after a number of steps; use RunSteps(n) "
            "and run again to go on"
        )
