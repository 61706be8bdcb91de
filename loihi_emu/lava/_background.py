"""A run on a thread of its own, for `RunContinuous` and runs that do not block.

Example: `b.begin(work)`, where `work` looks at `b.wanted_to_end` after each step, then `b.end()`.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread, current_thread

from loihi_emu.lava._refusals import RunError


class Background:
    """At most one run at a time; what it raises is raised where someone waits for it."""

    def __init__(self) -> None:
        self._thread: Thread | None = None
        self._error: BaseException | None = None
        self._endless = False
        self.wanted_to_end = False

    @property
    def running(self) -> bool:
        """Whether a run has begun that nobody has waited for."""
        return self._thread is not None

    def begin(self, work: Callable[[], None], *, endless: bool = True) -> None:
        """Begin a run."""
        self.wait()
        self.wanted_to_end, self._endless = False, endless
        self._thread = Thread(target=self._run, args=(work,), name="loihi-emu run", daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            self._error = error

    def wait(self) -> None:
        """Wait for the end of a run, and raise what it raised."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def wait_unless_endless(self) -> None:
        """Wait for the end of a run that has one.

        Raises
        ------
        RunError
            It has none.
        """
        self.refuse_endless()
        self.wait()

    def rest(self) -> None:
        """Wait for the end of a run that has one, unless this is that run.

        Raises
        ------
        RunError
            It has none.
        """
        if self._thread is not current_thread():
            self.wait_unless_endless()

    def refuse_endless(self) -> None:
        """Refuse what needs steps to rest, while a run without end is under way.

        Raises
        ------
        RunError
        """
        alive = self._thread is not None and self._thread.is_alive()
        if self._endless and alive and not self.wanted_to_end:
            raise RunError("the processes run without end; call pause() or stop() first")

    def end(self) -> None:
        """End a run after the step that it is in."""
        self.wanted_to_end = True
        self.wait()
