"""One process compiles, others wait: a lock on the file that a piece of code will be stored in.

The lock is the system's, on a file of its own beside that place. The system lets go of it when its
holder ends, however that happens. Where there can be no lock, or its holder takes too long, the
code is compiled twice, which costs time and nothing else.
Example: `with alone(path): ...` compile what two processes want.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PATIENCE_SECONDS: Final = 300.0
"""How long a process waits for another's code: several times what the whole run takes."""

_LOOK_EVERY: Final = 0.02
SUFFIX: Final = ".lock"


@contextlib.contextmanager
def alone(place: Path | None, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lock of a file, waiting for whoever has it.

    Parameters
    ----------
    place : Path, optional
        The file that will be written; without one, nothing is held.
    patience : float
        Seconds after which the block runs without the lock.
    """
    held = None if place is None else _acquire(place.with_name(place.name + SUFFIX), patience)
    try:
        yield
    finally:
        if held is not None:
            _release(*held)


def _acquire(path: Path, patience: float) -> tuple[Path, int] | None:
    """The lock file and its open handle, or None."""
    last = time.monotonic() + patience
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except (OSError, AttributeError):
            return None
        try:
            locked = _try_lock(handle)
            if locked and _is_at(handle, path):  # else the last holder has just removed it
                return path, handle
        except OSError:  # a file system without locks
            os.close(handle)
            return None
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        if not locked:
            if time.monotonic() > last:
                return None
            time.sleep(_LOOK_EVERY)


def _release(path: Path, handle: int) -> None:
    """Remove the file while it is held, so that nobody holds one that is no longer there."""
    with contextlib.suppress(OSError):
        os.unlink(path)
    os.close(handle)


def _is_at(handle: int, path: Path) -> bool:
    """Whether an open file is the one at a path."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _try_lock(handle: int) -> bool:
    """Lock an open file if nobody has it.

    Raises
    ------
    OSError
        The file system knows no locks.
    """
    try:
        import fcntl
    except ImportError:
        return _try_lock_on_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_lock_on_windows(handle: int) -> bool:
    """The same where `fcntl` is missing."""
    import msvcrt

    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True
