"""No phases: a model's `run_async` runs beside the steps of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.sync.protocol import AbstractSyncProtocol

__getattr__ = refuse_names(__name__)


@dataclass
class AsyncProtocol(AbstractSyncProtocol):
    """`run_async` once a run."""

    phases: ClassVar[list[Any]] = []
    proc_functions: ClassVar[list[Any]] = []
