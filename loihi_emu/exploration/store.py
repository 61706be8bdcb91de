"""Where results land as they come: a folder of Parquet files, one a task, and a manifest.

A file is written beside its place and moved there when it is whole: a task is done if its file is
there. So a sweep that was ended, however, goes on where it was.
Example: `pyarrow.parquet.read_table("out/parts")` reads all.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loihi_emu.errors import FileError, ParameterError
from loihi_emu.exploration.extra import require
from loihi_emu.exploration.task import Row, Task

FORMAT: Final = "loihi_emu sweep"
VERSION: Final = 1


class Store:
    """Parts of a sweep, in memory or in a folder.

    Parameters
    ----------
    folder : path, optional
        None: results stay in memory.
    manifest : mapping
        What the sweep is. A folder that holds another sweep is refused.
    kinds : mapping of str to type
        Of the values of each parameter, as `kind_of` says.
    free : sequence of str
        Keys of the manifest that a store may have other values of.

    Attributes
    ----------
    manifest : mapping
        That of the store: as given, but for what is free.

    Raises
    ------
    FileError
        The folder cannot be made or written, or holds something else.
    ParameterError
        It holds another sweep.
    MissingExtraError
        PyArrow is not installed.
    """

    def __init__(
        self, folder: str | os.PathLike[str] | None, manifest: Mapping[str, Any],
        kinds: Mapping[str, type], free: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._kinds, self.manifest = dict(kinds), dict(manifest)
        self._parts: dict[int, dict[str, list[Any]]] = {}
        self._folder: Path | None = None
        if folder is None:
            return
        self._arrow = require("pyarrow", "a store")
        self._parquet = require("pyarrow.parquet", "a store")
        self._folder = Path(folder)
        try:
            self._open(self._folder, free)
        except OSError as error:
            if isinstance(error, FileError):
                raise
            raise FileError(f"store {self._folder} cannot be used: {error}") from error

    def _open(self, folder: Path, free: Sequence[str]) -> None:
        """Begin a store, or check that the one that is there is of this sweep."""
        path = folder / "manifest.json"
        if path.exists():
            found = _manifest_of(path)
            self.manifest |= {key: found[key] for key in free if key in found}
            _check_same(folder, found, self.manifest)
            return
        if folder.exists() and any(folder.iterdir()):
            raise FileError(f"{folder} is not empty and no store; allowed: a new folder")
        (folder / "parts").mkdir(parents=True, exist_ok=True)
        head = {"format": FORMAT, "version": VERSION, "sweep": self.manifest}
        _write(path, json.dumps(head, indent=1).encode() + b"\n")

    def has(self, number: int) -> bool:
        """Whether a task is done."""
        if number in self._parts:
            return True
        return self._folder is not None and self._path(number).exists()

    def add(self, task: Task, rows: Sequence[Row]) -> None:
        """Keep the results of a task.

        Raises
        ------
        FileError
            The disk is full, or the folder is gone; what was kept stays.
        """
        columns = _columns(task, rows, self._kinds)
        if self._folder is None:
            self._parts[task.number] = columns
            return
        sink = self._arrow.BufferOutputStream()
        try:
            table = self._arrow.table(columns)
        except self._arrow.ArrowException as error:
            raise ParameterError(f"results of one column differ in kind: {error}") from error
        self._parquet.write_table(table, sink)
        try:
            _write(self._path(task.number), sink.getvalue().to_pybytes())
        except OSError as error:
            raise FileError(
                f"store {self._folder} cannot be written: {error}; what it holds is whole, and the "
                "same sweep goes on from there"
            ) from error

    def part(self, number: int) -> dict[str, list[Any]]:
        """The columns of a task that is done.

        Raises
        ------
        FileError
            Its file is damaged.
        """
        if number in self._parts:
            return self._parts[number]
        path = self._path(number)
        try:
            found: dict[str, list[Any]] = self._parquet.read_table(path).to_pydict()
        except (OSError, self._arrow.ArrowException) as error:
            raise FileError(
                f"{path} is damaged: {error}; remove it, and it is made again"
            ) from error
        return found

    def _path(self, number: int) -> Path:
        assert self._folder is not None
        return self._folder / "parts" / f"part-{number:07d}.parquet"


def _columns(task: Task, rows: Sequence[Row], kinds: Mapping[str, type]) -> dict[str, list[Any]]:
    """Variants, their values and their metrics as columns."""
    columns: dict[str, list[Any]] = {"variant": [one.number for one in task.variants]}
    for name, kind in kinds.items():
        columns[name] = [_storable(one.parameters[name], kind) for one in task.variants]
    columns["seed"] = [one.seed for one in task.variants]
    columns["steps"] = [task.steps] * len(rows)
    for row in rows:
        if row.keys() != rows[0].keys():
            raise ParameterError(
                f"metrics of one variant are {sorted(row)}, of another {sorted(rows[0])}; "
                "allowed: the same names for all"
            )
    for name in rows[0]:
        if name in columns:
            raise ParameterError(
                f"a metric is called {name!r}; allowed: a name that is no column's"
            )
        columns[name] = [row[name] for row in rows]
    return columns


def _storable(value: Any, kind: type) -> Any:
    """A number, or anything else as text."""
    if kind is not str:
        return kind(value)
    return value if isinstance(value, str) else repr(value)[:200]


def _manifest_of(path: Path) -> dict[str, Any]:
    """The manifest of a store that is there."""
    try:
        head = json.loads(path.read_bytes())
        known, version, sweep = head["format"], head["version"], head["sweep"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FileError(f"{path} is no manifest of a sweep") from None
    if known != FORMAT or version != VERSION or not isinstance(sweep, dict):
        raise FileError(f"{path} is of {known!r} version {version!r}; this reads {VERSION}")
    return sweep


def _check_same(folder: Path, found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Refuse to mix two sweeps."""
    for key, value in json.loads(json.dumps(wanted)).items():
        if found.get(key) != value:
            raise ParameterError(
                f"{folder} holds another sweep: its {key} is {found.get(key)!r:.80}, here "
                f"{value!r:.80}; allowed: the same sweep, or a new folder"
            )


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
