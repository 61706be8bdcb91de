"""The compiler by name: it chooses process models, and nothing more."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.compiler.executable import Executable

__getattr__ = refuse_names(__name__)


class Compiler:
    """Chooses process models.

    Parameters
    ----------
    compile_cfg, loglevel : optional
        Kept for scripts.
    """

    def __init__(self, compile_cfg: Any = None, loglevel: Any = None) -> None:
        del compile_cfg, loglevel

    def compile(self, process: Any, run_cfg: Any) -> Executable:
        """A process and all that it is connected to, with their models."""
        made: Executable = process.compile(run_cfg)
        return made
