"""Process models made of other processes, whose ports and variables stand for the process's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import fields, is_dataclass

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.model.model import AbstractProcessModel
from loihi_emu.lava.magma.core.process.process import AbstractProcess

__getattr__ = refuse_names(__name__)


class AbstractSubProcessModel(AbstractProcessModel, ABC):
    """A model whose `__init__(self, proc)` makes processes, connects them and aliases variables."""

    @abstractmethod
    def __init__(self, _: AbstractProcess) -> None: ...

    def find_sub_procs(self) -> dict[str, AbstractProcess]:
        """The processes among the model's attributes, and in dataclasses among them."""
        found: dict[str, AbstractProcess] = {}
        for name, value in sorted(vars(self).items()):
            if isinstance(value, AbstractProcess) and value is not self.implements_process:
                found[name] = value
            if is_dataclass(value) and not isinstance(value, type):
                held = (getattr(value, one.name) for one in fields(value))
                found |= {type(p).__name__: p for p in held if isinstance(p, AbstractProcess)}
        return found
