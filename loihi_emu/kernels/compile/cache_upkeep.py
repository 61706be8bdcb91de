"""What the kernel cache holds, and what it need not hold any longer.

Every file has a name that this package gives; others in the folder are never touched. A file that
no process has loaded for a month goes, and so do those unused longest when all are too large. So
files of old versions do not pile up, and versions used side by side keep theirs.
Example: `kept(folder)` lists the files; `prune(folder)` removes what is due.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

UNUSED_DAYS: Final = 30.0
"""A file that nothing has loaded for so long goes."""

MOST_BYTES: Final = 256 << 20
"""What all files may take together: some 200 versions of all loops."""

_LEFTOVER_SECONDS: Final = 3600.0
"""A file half written, or a lock, of a process that must have ended: nothing compiles so long."""

_DAY: Final = 86400.0
_OURS: Final = re.compile(r"(?P<name>\w+)-[0-9a-f]{32}\.kernel(?P<rest>.*)")


@dataclass(frozen=True)
class KeptFile:
    """A file of the cache.

    Parameters
    ----------
    path : Path
    name : str
        What it is code of: `rule`, or an entry point such as `run_fixed_pt`.
    size : int
        In bytes.
    used : float
        When it was last written or loaded, to a day, in seconds since 1970.
    leftover : bool
        Not code, but what a process that ended while it wrote or compiled left behind.
    """

    path: Path
    name: str
    size: int
    used: float
    leftover: bool


def kept(folder: Path) -> list[KeptFile]:
    """The package's files in a folder, the one used longest ago first; no other files."""
    return sorted(_files(folder), key=lambda one: one.used)


def _files(folder: Path) -> Iterator[KeptFile]:
    """The package's files in a folder; none where it cannot be read."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _OURS.fullmatch(entry.name)
            if match is None:
                continue
            with contextlib.suppress(OSError):
                found = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(found.st_mode):
                    yield KeptFile(
                        Path(entry.path), match["name"], found.st_size, found.st_mtime,
                        bool(match["rest"]),
                    )  # fmt: skip


def prune(
    folder: Path, *, unused_days: float = UNUSED_DAYS, most_bytes: int = MOST_BYTES
) -> list[KeptFile]:
    """Remove what was not used for some days, and the longest unused where all are too large.

    Parameters
    ----------
    folder : Path
    unused_days : float
    most_bytes : int

    Returns
    -------
    list of KeptFile
        What is gone. A file that cannot be removed stays.
    """
    now, files = time.time(), kept(folder)
    too_much = sum(one.size for one in files) - most_bytes
    gone = []
    for one in files:
        age = now - one.used
        due = age > _LEFTOVER_SECONDS if one.leftover else age > unused_days * _DAY
        if (due or (too_much > 0 and not one.leftover)) and _remove(one):
            too_much -= one.size
            gone.append(one)
    return gone


def clear(folder: Path) -> list[KeptFile]:
    """Remove all of the package's files; what is gone."""
    return [one for one in kept(folder) if _remove(one)]


def note_use(path: Path, last: float) -> None:
    """Say that a file was used now, if the last time, in seconds since 1970, is a day ago."""
    if time.time() - last > _DAY:
        with contextlib.suppress(OSError):
            os.utime(path)


def _remove(one: KeptFile) -> bool:
    """Whether the file could be removed."""
    try:
        one.path.unlink()
    except OSError:
        return False
    return True
