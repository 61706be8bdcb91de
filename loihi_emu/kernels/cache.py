"""Compiled code on disk: one file a kernel, named by everything that shaped it.

A file is a checksum and Numba's own serialised code; it is written aside and moved into place, so
two processes may compile the same kernel at once. A folder that is read-only, full or holds
garbage costs compile time, never an error. Folder: LOIHI_EMU_CACHE_DIR, else the user's cache.
Example: `@compiled` on a function makes it a cached Numba function.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core import compiler, serialize
from numba.core.caching import _Cache

from loihi_emu.chip import formats

_CHECKSUM_BYTES = hashlib.sha256().digest_size


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


class KernelCache(_Cache):  # type: ignore[misc]
    """Numba's cache interface over one checksummed file a kernel.

    Parameters
    ----------
    name : str
        Readable start of the file name.
    key : str
        Whatever decides the code besides signature, processor and versions.
    """

    def __init__(self, name: str, key: str) -> None:
        self._name = name
        self._key = key

    @property
    def cache_path(self) -> str:
        """Folder, as Numba's statistics show it."""
        return str(cache_folder())

    def enable(self) -> None:
        """Nothing to do: the cache is always on."""

    def disable(self) -> None:
        """Nothing to do: the cache is always on."""

    def flush(self) -> None:
        """Nothing to do: files of old keys are never read."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Compiled code from disk, or None when there is none that can be trusted."""
        try:
            content = self._file(sig, target_context).read_bytes()
        except (OSError, RuntimeError):
            return None
        checksum, payload = content[:_CHECKSUM_BYTES], content[_CHECKSUM_BYTES:]
        if hashlib.sha256(payload).digest() != checksum:
            return None
        target_context.refresh()
        try:
            return compiler.CompileResult._rebuild(target_context, *pickle.loads(payload))
        except Exception:
            # written whole, but by a Numba or a loihi_emu that was put together differently
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Write compiled code; a folder that cannot be written to is passed over."""
        payload = serialize.dumps(data._reduce())
        content = hashlib.sha256(payload).digest() + payload
        with contextlib.suppress(OSError, RuntimeError):
            path = self._file(sig, data.target_context)
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_aside(path, content)

    def _file(self, sig: Any, target_context: Any) -> Path:
        """The one file of this kernel, signature, processor and set of versions."""
        parts = (
            self._key,
            str(sig),
            repr(target_context.codegen().magic_tuple()),
            numba.__version__,
            llvmlite.__version__,
            sys.version,
        )
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
        return cache_folder() / f"{self._name}-{digest}.kernel"


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


@cache
def text_key(*patterns: str) -> str:
    """A digest of the texts of kernel modules: a change in one makes what they shaped compile anew.

    Parameters
    ----------
    *patterns : str
        Glob patterns in this folder; `formats.py`, whose numbers kernels hold, always counts.
    """
    folder = Path(__file__).parent
    digest = hashlib.sha256(Path(formats.__file__).read_bytes())
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def compiled(function: Callable[..., Any]) -> Any:
    """Decorate an entry point of the engine: Numba, without the GIL, cached on disk."""
    dispatcher: Any = numba.njit(error_model="numpy", nogil=True)(function)
    dispatcher._cache = KernelCache(function.__name__, text_key("**/*.py"))
    return dispatcher
