"""Progress on a terminal's stderr, from the second second on; nothing where stderr is no terminal.

Example:
    with screen.progress() as report:
        report("replaying", 3, 1511)
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Final, TextIO

_AFTER_SECONDS: Final = 1.5


class Progress:
    """A context that gives a function (stage, done, total) to call; total 0: not known.

    Parameters
    ----------
    stream : text stream
        Usually stderr.
    after_seconds : float
        What is faster than this shows nothing.
    """

    def __init__(self, stream: TextIO, after_seconds: float = _AFTER_SECONDS) -> None:
        self._display = _display(stream) if stream.isatty() else None
        self._timer = threading.Timer(after_seconds, self._begin)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._begun = self._ended = False
        self._latest: tuple[str, int, int] | None = None

    def __enter__(self) -> Progress:
        if self._display is not None:
            self._timer.start()
        return self

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Say how far a stage is."""
        with self._lock:
            self._latest = (stage, done, total)
            if self._display is not None and self._begun and not self._ended:
                self._display.update(stage, done, total)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._ended = True
            if self._display is not None and self._begun:
                self._display.stop()

    def _begin(self) -> None:
        """Called by the timer: it takes long enough to be shown."""
        with self._lock:
            if self._ended or self._display is None:
                return
            self._begun = True
            self._display.start()
            if self._latest is not None:
                self._display.update(*self._latest)


def _display(stream: TextIO) -> Any:
    """A bar by rich where the extra `cli` is installed, else lines."""
    try:
        return _Bar(stream)
    except ImportError:
        return _Lines(stream)


class _Bar:
    """One bar a stage, gone when all is done."""

    def __init__(self, stream: TextIO) -> None:
        from rich import progress
        from rich.console import Console

        self._bars = progress.Progress(
            progress.SpinnerColumn(),
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeElapsedColumn(),
            console=Console(file=stream),
            transient=True,
        )
        self._task: Any = None
        self._stage = ""

    def start(self) -> None:
        self._bars.start()

    def update(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            if self._task is not None:
                self._bars.remove_task(self._task)
            self._task = self._bars.add_task(stage, total=None)
            self._stage = stage
        self._bars.update(self._task, completed=done, total=total or None)

    def stop(self) -> None:
        self._bars.stop()


class _Lines:
    """A line a stage."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stage = ""

    def start(self) -> None:
        """Nothing to prepare."""

    def update(self, stage: str, done: int, total: int) -> None:
        del done, total
        if stage != self._stage:
            print(f"{stage} ...", file=self._stream, flush=True)
            self._stage = stage

    def stop(self) -> None:
        """Nothing to take away."""
