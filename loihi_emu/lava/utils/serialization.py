"""Processes in files: `save(process, "file.pickle")` and `load("file.pickle")`."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loihi_emu.errors import FileError
from loihi_emu.lava._refusals import ArgumentError, ModelError, refuse_names
from loihi_emu.lava.magma.compiler.executable import Executable
from loihi_emu.lava.magma.core.process.process import AbstractProcess

__getattr__ = refuse_names(__name__, "save", "load")


@dataclass
class SerializationObject:
    """What a file holds.

    Parameters
    ----------
    processes : AbstractProcess or list of AbstractProcess
    executable : Executable, optional
    """

    processes: Any
    executable: Any = None


def save(processes: Any, filename: str, executable: Any = None) -> None:
    """Write processes, with their connections and first values, to a file.

    Parameters
    ----------
    processes : AbstractProcess or list of AbstractProcess
    filename : str
        `.pickle` is added to one without an ending.
    executable : Executable, optional
        What `compile` gave.

    Raises
    ------
    ArgumentError
        Something is of another type.
    """
    if not isinstance(processes, (list, AbstractProcess)):
        raise ArgumentError(f"processes are {processes!r}; allowed: a process or a list of them")
    if not isinstance(filename, str):
        raise ArgumentError(f"filename is {filename!r}; allowed: a text")
    if executable is not None and not isinstance(executable, Executable):
        raise ArgumentError(f"executable is {executable!r}; allowed: what compile() gives")
    name = filename if "." in filename else f"{filename}.pickle"
    Path(name).write_bytes(pickle.dumps(SerializationObject(processes, executable)))


def load(filename: str) -> tuple[Any, Any]:
    """Read what `save` has written; like any pickle, from sources that one trusts alone.

    Returns
    -------
    tuple
        The processes, and the executable or None.

    Raises
    ------
    ArgumentError
        filename is no text.
    FileError
        The file cannot be read.
    ModelError
        It holds something else.
    """
    if not isinstance(filename, str):
        raise ArgumentError(f"filename is {filename!r}; allowed: a text")
    try:
        held = pickle.loads(Path(filename).read_bytes())
    except OSError as error:
        raise FileError(f"{filename} cannot be read: {error.strerror}") from error
    if not isinstance(held, SerializationObject):
        raise ModelError(f"{filename} holds a {type(held).__name__}; allowed: saved processes")
    return held.processes, held.executable
