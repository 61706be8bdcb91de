"""A member of a process: it has a name, a shape and the process it belongs to."""

from __future__ import annotations

import math
from typing import Any, ClassVar, TypeVar
from weakref import ref

from loihi_emu.lava._refusals import PortError, refuse_names

__getattr__ = refuse_names(__name__)

Server = TypeVar("Server", bound="IdGeneratorSingleton")


class AbstractProcessMember:
    """A port or variable.

    Parameters
    ----------
    shape : tuple of int

    Attributes
    ----------
    name : str
    process : AbstractProcess
        Set when the process has been constructed.

    Raises
    ------
    PortError
        The shape is no tuple, or the name no text.
    """

    _name: str | None = None
    _process: Any = None

    def __init__(self, shape: tuple[int, ...]) -> None:
        if not isinstance(shape, tuple):
            raise PortError(f"shape is {shape!r}; allowed: a tuple")
        self.shape = shape

    @property
    def size(self) -> int:
        """Elements."""
        return math.prod(self.shape)

    @property
    def name(self) -> Any:
        """Name of the attribute of the process that holds this."""
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        if not isinstance(name, str):
            raise PortError(f"name is {name!r}; allowed: a text")
        self._name = name

    @property
    def process(self) -> Any:
        """The process that this belongs to."""
        return self._process

    @process.setter
    def process(self, process: Any) -> None:
        self._process = process

    @property
    def label(self) -> str:
        """Process and name, for messages."""
        return f"{getattr(self.process, 'name', '?')}.{self.name}"


class IdGeneratorSingleton:
    """Numbers what is made, from 0; one object of each class, which keeps nothing alive."""

    instance: ClassVar[Any] = None

    def __new__(cls: type[Server]) -> Server:
        """The one object of a class."""
        if cls.__dict__.get("instance") is None:
            made = super().__new__(cls)
            made._next_id, made._known = 0, []
            cls.instance = made
        return cls.instance  # type: ignore[no-any-return]

    _next_id: int
    _known: list[Any]

    @classmethod
    def reset_singleton(cls) -> None:
        """The next object begins again at 0."""
        cls.instance = None

    def reset_server(self) -> None:
        """Begin again at 0."""
        self._next_id = 0
        self._known = []
        self.reset_singleton()

    def get_next_id(self) -> int:
        """The next number."""
        self._next_id += 1
        return self._next_id - 1

    def register(self, one: Any) -> int:
        """Number an object."""
        self._known.append(ref(one, self._forget))
        return self.get_next_id()

    def _forget(self, gone: Any) -> None:
        """An object that nobody holds any more is no longer known."""
        if gone in self._known:
            self._known.remove(gone)

    def _alive(self) -> list[Any]:
        """All objects that somebody holds, in the order of their numbers."""
        return [one for one in (known() for known in self._known) if one is not None]
