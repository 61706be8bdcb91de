"""A member of a process: it has a name, a shape and the process it belongs to."""

from __future__ import annotations

import math
from typing import Any

from loihi_emu.lava._refusals import PortError, refuse_names

__getattr__ = refuse_names(__name__)


class AbstractProcessMember:
    """A port or variable.

    Attributes
    ----------
    shape : tuple of int
    name : str
    process : AbstractProcess
        Set when the member is assigned to an attribute of a process.
    """

    name: str = "Unnamed variable"
    process: Any = None

    def __init__(self, shape: tuple[int, ...]) -> None:
        if not isinstance(shape, tuple):
            raise PortError(f"shape is {shape!r}; allowed: a tuple")
        self.shape = shape

    @property
    def size(self) -> int:
        """Elements."""
        return math.prod(self.shape)

    @property
    def label(self) -> str:
        """Process and name, for messages."""
        return f"{getattr(self.process, 'name', '?')}.{self.name}"
