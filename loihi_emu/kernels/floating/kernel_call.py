"""Floating point: the call of a rule's kernel. Real numbers need no draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.llvm.indirect_call import call_ideal
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.views import input_rows_of, literal_of, neural_of, variable_rows_of


@jit
def draw_row(
    _c: Any, _m: Any, _epoch: Any, _i: Any, _start: Any, _base: Any, _first: Any, _n: Any
) -> None:
    """Real numbers are not rounded."""


@jit
def draw_logged(_c: Any, _m: Any, _n: Any) -> None:
    """Real numbers are not rounded."""


@jit
def log_draw(_c: Any, _m: Any, _slot: Any, _synaptic: Any) -> None:
    """Real numbers are not rounded."""


@jit
def list_tile_columns(_m: Any, _columns: Any, _n_columns: Any, _n_rows: Any) -> None:
    """Real numbers are not rounded."""


@jit
def draw_tiles(_c: Any, _m: Any, _epoch: Any, _n_columns: Any, _n_rows: Any) -> None:
    """Real numbers are not rounded."""


@jit
def call_kernel(c: Any, m: Any, n: Any, u: Any) -> None:
    """Run the rule's kernel on the n synapses of the block's rows."""
    literal = literal_of(m)
    call_ideal(
        c.kernel, np.int64(n), np.float64(u), neural_of(m)[c.rewards :], literal[c.literals :],
        literal[c.synapse_format :], variable_rows_of(m), input_rows_of(m),
    )  # fmt: skip
