"""How long to run: `RunSteps(n)`, or `RunContinuous()` until `pause()` or `stop()`."""

from __future__ import annotations

from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__)


class AbstractRunCondition:
    """What ends a run.

    Parameters
    ----------
    blocking : bool
        Whether `run` returns when the run has ended, or at once.
    """

    def __init__(self, blocking: bool) -> None:
        self.blocking = blocking


class RunSteps(AbstractRunCondition):
    """Run a number of steps.

    Parameters
    ----------
    num_steps : int
    blocking : bool
        Whether `run` returns when they are done, or at once: `wait()` then waits for them.

    Raises
    ------
    ParameterError
        A negative number.
    """

    def __init__(self, num_steps: int, blocking: bool = True) -> None:
        super().__init__(blocking)
        if num_steps < 0:
            raise ParameterError(f"num_steps is {num_steps}; allowed: 0 or more")
        self.num_steps = int(num_steps)


class RunContinuous(AbstractRunCondition):
    """Run until `pause()` or `stop()`; `run` returns at once."""

    def __init__(self) -> None:
        super().__init__(blocking=False)
