"""The call of a rule's kernel in real numbers, which draw nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.kernels.call import call_ideal
from loihi_emu.kernels.jit import jit


@jit
def draw_row(
    _c: Any, _constants: Any, _block: Any, _epoch: Any, _synaptic: Any, _i: Any, _start: Any,
    _first: Any, _n: Any,
) -> None:  # fmt: skip
    """Real numbers are not rounded."""


@jit
def draw_scattered(_c: Any, _block: Any, _epoch: Any, _synaptic: Any, _n: Any) -> None:
    """Real numbers are not rounded."""


@jit
def call_kernel(c: Any, arenas: Any, block: Any, n: Any, u: Any) -> None:
    """Run the rule's kernel on n synapses of the block."""
    call_ideal(
        c.kernel,
        np.int64(n),
        np.float64(u),
        arenas.literal[c.rewards :],
        arenas.literal[c.literals :],
        arenas.literal[c.form :],
        block.variables,
        block.inputs,
    )
