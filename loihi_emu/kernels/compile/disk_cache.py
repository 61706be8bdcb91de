"""Object code on disk: a file for each entry point, named by the hash of everything that shaped it.

A file is a checksum and object code. It is written beside its place and then moved there, so no
process ever reads half of one. If the folder is read-only or full, or a file is damaged, the code
is compiled again; that is never an error. What is here runs as its user: what another user owns or
may write to is not read. The folder is LOIHI_EMU_CACHE_DIR, or else the user's cache. The first
file that a process stores makes it remove what is due (cache_upkeep.py).
Example: `load("rule", key)` is what `store("rule", key, code)` wrote, or None.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import llvmlite
import llvmlite.binding as llvm

from loihi_emu.kernels.compile import cache_upkeep, compile_lock

_OWNER_ALONE: Final = 0o700
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_CHECKSUM_BYTES: Final = hashlib.sha256().digest_size


def cache_folder() -> Path:
    """Folder of compiled kernels: LOIHI_EMU_CACHE_DIR, else the user's cache folder."""
    chosen = os.environ.get("LOIHI_EMU_CACHE_DIR")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "loihi_emu"


def load(name: str, key: str) -> bytes | None:
    """Object code from disk, or None when there is none that can be trusted.

    Parameters
    ----------
    name : str
        Readable start of the file name.
    key : str
        Whatever decides the code besides processor and versions.
    """
    try:
        path = _file(name, key)
        if not (_is_private(path.parent) and _is_private(path)):
            return None
        content = path.read_bytes()
        cache_upkeep.note_use(path, path.stat().st_mtime)
    except (OSError, RuntimeError):
        return None
    checksum, code = content[:_CHECKSUM_BYTES], content[_CHECKSUM_BYTES:]
    return code if hashlib.sha256(code).digest() == checksum else None


def store(name: str, key: str, code: bytes) -> None:
    """Write object code; a folder that cannot be written to is passed over."""
    with contextlib.suppress(OSError, RuntimeError):
        path = _place(name, key)
        if path is not None:
            _write_aside(path, hashlib.sha256(code).digest() + code)
            _prune_once(path.parent)


def alone(name: str, key: str) -> contextlib.AbstractContextManager[None]:
    """A context that one process at a time is in, for each piece of code.

    Whoever waited looks for the code again. A folder that cannot be written to has no locks.
    """
    try:
        place = _place(name, key)
    except (OSError, RuntimeError):
        place = None
    return compile_lock.alone(place)


def _place(name: str, key: str) -> Path | None:
    """Where code can be stored, in a folder that is there; None if others may write to it."""
    path = _file(name, key)
    path.parent.mkdir(mode=_OWNER_ALONE, parents=True, exist_ok=True)
    return path if _is_private(path.parent) else None


@cache
def _prune_once(folder: Path) -> None:
    """Remove what is due, once a process."""
    cache_upkeep.prune(folder)


def _is_private(path: Path) -> bool:
    """Whether nobody but this user can have written here; if others can, a warning, once.

    Raises
    ------
    OSError
        There is no such file.
    """
    if not hasattr(os, "geteuid"):  # a system whose files have other kinds of owners
        return True
    found = path.stat()
    if found.st_uid != os.geteuid():
        _warn_once(path, f"user {found.st_uid} owns {path.name}")
        return False
    if found.st_mode & _OTHERS_WRITE:
        _warn_once(path, f"others may write to {path.name}")
        return False
    return True


@cache
def _warn_once(path: Path, reason: str) -> None:
    """Say why compiled kernels are not read."""
    warnings.warn(
        f"compiled kernels in {path} are not used: {reason}; make it yours alone (chmod go-w), or "
        "set LOIHI_EMU_CACHE_DIR to a folder of yours",
        stacklevel=2,
    )


def _file(name: str, key: str) -> Path:
    """The one file of this code, processor and set of versions."""
    digest = hashlib.sha256("\0".join((key, *_surroundings())).encode()).hexdigest()[:32]
    return cache_folder() / f"{name}-{digest}.kernel"


@cache
def _surroundings() -> tuple[str, ...]:
    """What decides machine code besides its source: processor, versions, Numba's switches."""
    switches = sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("NUMBA_"))
    return (
        llvm.get_process_triple(),
        llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten(),
        llvmlite.__version__,
        _numba_version(),
        sys.version,
        *switches,
    )


def _numba_version() -> str:
    """What tells one Numba from another, without the third of a second that importing it takes."""
    spec = find_spec("numba")
    assert spec is not None
    assert spec.origin is not None
    try:
        return (Path(spec.origin).parent / "_version.py").read_text(encoding="utf-8")
    except OSError:
        from importlib.metadata import version  # itself slow to import

        return version("numba")


def _write_aside(path: Path, content: bytes) -> None:
    """Write whole or not at all."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(aside, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        raise
