"""Asking for memory ahead of its use: the next row's synapses, while one row is worked on."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from loihi_emu.kernels.gathering import segment
from loihi_emu.kernels.jit import jit_for
from loihi_emu.kernels.pointers import prefetch_run


def make_ahead(family: ModuleType) -> Callable[..., None]:
    """The request of one row, in one family of kernels."""
    jit, memory = jit_for(family), family.memory
    synaptic_of, near_of = memory.synaptic_of, memory.near_of

    @jit
    def ahead(c: Any, m: Any, i: Any, part: Any) -> None:
        """Ask for the weights and post neurons of one part of row i of a sparse connection."""
        low, high, _ = segment(c, m, i, part)
        prefetch_run(synaptic_of(m), c.w + low, c.w + high)
        prefetch_run(near_of(m), c.near + low, c.near + high)

    return ahead  # type: ignore[no-any-return]
