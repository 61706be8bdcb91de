"""A checkpoint's file: JSON data and arrays in one NPZ, with a checksum of each, written at once.

The file is an uncompressed NPZ that any NumPy reads without pickle. Its array `description` is
JSON: format, version, data, and the SHA-256 of every other array; `digest` is that of the JSON.
Checksums find damage, not malice: read only checkpoints whose source you trust.
Example: `write(path, {"step": 3}, {"a0": weights})`, then `read(path)`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.errors import FileError

FORMAT: Final = "loihi_emu checkpoint"
VERSION: Final = 1
_TEXT, _DIGEST = "description", "digest"


def write(path: str | os.PathLike[str], data: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write a checkpoint; a file of this name is replaced once the new one is whole.

    Raises
    ------
    FileError
        The folder does not exist, is read-only or is full. An older file is as it was.
    """
    little = {name: np.ascontiguousarray(array, _little(array)) for name, array in arrays.items()}
    sums = {name: _sum(array) for name, array in little.items()}
    head = {"format": FORMAT, "version": VERSION, "data": data, "sums": sums}
    text = np.frombuffer(json.dumps(head, allow_nan=False).encode(), np.uint8)
    digest = np.frombuffer(hashlib.sha256(text.tobytes()).digest(), np.uint8)
    target = Path(path)
    part: str | None = None
    try:
        handle, part = tempfile.mkstemp(".part", f".{target.name}.", target.parent)
        with os.fdopen(handle, "wb") as file:
            members: dict[str, Any] = {_TEXT: text, _DIGEST: digest, **little}
            np.savez(file, **members)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
        part = None
    except OSError as error:
        raise FileError(f"checkpoint {target} cannot be written: {error}") from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                os.unlink(part)


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Data and arrays of a checkpoint.

    Raises
    ------
    FileError
        It cannot be read, is no checkpoint, is damaged, or is of a newer version.
    """
    try:
        with open(path, "rb") as file:
            found = _arrays(path, file)
    except OSError as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"checkpoint {os.fspath(path)} cannot be read: {error}") from error
    except (zipfile.BadZipFile, ValueError, EOFError, KeyError, NotImplementedError) as error:
        raise FileError(f"{os.fspath(path)} is damaged or no checkpoint: {error}") from error
    return _checked(path, found)


def _arrays(path: str | os.PathLike[str], file: Any) -> dict[str, NDArray[Any]]:
    """All arrays of a file, none of which takes more memory than the file is long."""
    length = os.fstat(file.fileno()).st_size
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        names = {member.filename for member in members}
        stored = all(member.compress_type == zipfile.ZIP_STORED for member in members)
        if not stored or sum(member.file_size for member in members) > length:
            raise FileError(f"{os.fspath(path)} is no checkpoint: it is compressed")
    if not {f"{_TEXT}.npy", f"{_DIGEST}.npy"} <= names:
        raise FileError(f"{os.fspath(path)} is no checkpoint: it has no {_TEXT}")
    file.seek(0)
    with np.load(file, allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


def _checked(
    path: str | os.PathLike[str], found: dict[str, NDArray[Any]]
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Data and arrays, if the checksums are those of what is there."""
    where = os.fspath(path)
    text, digest = found.pop(_TEXT).tobytes(), found.pop(_DIGEST).tobytes()
    if hashlib.sha256(text).digest() != digest:
        raise FileError(f"{where} is damaged: its {_TEXT} has another checksum")
    try:
        head = json.loads(text)
        known, version, data, sums = (head[k] for k in ("format", "version", "data", "sums"))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FileError(f"{where} is no checkpoint: its {_TEXT} is of another form") from None
    if known != FORMAT or not isinstance(version, int):
        raise FileError(f"{where} is no checkpoint: its format is {known!r}")
    if version != VERSION:
        raise FileError(
            f"{where} is a checkpoint of version {version}; this loihi_emu reads version {VERSION}"
        )
    if set(found) != set(sums):
        raise FileError(f"{where} is damaged: it holds other arrays than it lists")
    for name, array in found.items():
        if _sum(array) != sums[name]:
            raise FileError(f"{where} is damaged: its array {name} has another checksum")
    return data, found


def _little(array: Any) -> np.dtype[Any]:
    """The element type, its lowest byte first on any processor."""
    return np.asarray(array).dtype.newbyteorder("<")


def _sum(array: NDArray[Any]) -> str:
    """SHA-256 of type, shape and elements."""
    form = f"{_little(array).str} {array.shape} ".encode()
    return hashlib.sha256(form + np.ascontiguousarray(array, _little(array)).tobytes()).hexdigest()
