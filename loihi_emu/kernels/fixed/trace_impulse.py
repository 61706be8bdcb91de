"""Impulses of a learning connection's traces, and the draws that round impulses and decays.

reference/traces.py defines them. Draws are a neuron's own, or shared.
Example: an impulse of 16.25 adds 17 where the draw lies below a quarter, else 16.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.chip.decay import DECAY_DRAW_BITS
from loihi_emu.chip.formats import DRAW, TRACE
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.records import N_TRACES, OF_IMPULSES, SHARED_DRAWS
from loihi_emu.kernels.memory.views import decay_of, impulse_of, parameters_of
from loihi_emu.kernels.random.threefry import draw as own_draw

WIDEN: Final = np.uint64(DECAY_DRAW_BITS - DRAW.bits)
"""Bits that a counter's draw has less than a decay's threshold."""

IMPULSE_X, REPEATED_Y, IMPULSE_Y = range(3)
REPEATED_X: Final = IMPULSE_X
"""Rows of shared impulse draws."""

_HIGHEST: Final = TRACE.highest


@jit
def saturate(value: Any) -> Any:
    """The nearest value of a trace's format."""
    return min(max(value, 0), _HIGHEST)


@jit
def rounded_impulse(c: Any, m: Any, trace: Any, draw: Any) -> Any:
    """A trace's impulse, rounded up if the draw lies below its fraction."""
    parameters = parameters_of(m)
    whole = parameters[c.impulses + 2 * trace]
    return whole + (1 if draw < parameters[c.impulses + 2 * trace + 1] else 0)


@jit
def draw_impulse(c: Any, step: Any, purpose: Any, neuron: Any) -> Any:
    """A neuron's own draw for an impulse, in the bits the machine compares."""
    return np.int64(own_draw(c.neural_key, step, purpose, neuron)) >> c.drop


@jit
def shared_decay_draw(c: Any, m: Any, trace: Any, s: Any) -> Any:
    """The draw that a connection shares for a trace's decay at the s-th step of a call, 53 bits."""
    return decay_of(m)[((N_TRACES + 1) * c.draws + trace) * m.draw_stride + s]


@jit
def shared_impulse_draw(c: Any, m: Any, which: Any, s: Any) -> Any:
    """The draw that a connection shares for impulses of one kind at the s-th step of a call."""
    return impulse_of(m)[(3 * c.draws + which) * m.draw_stride + s]


@jit
def drawn_impulse(c: Any, m: Any, trace: Any, step: Any, neuron: Any, shared: Any) -> Any:
    """A trace's impulse of one neuron in one step, by its own draw or the shared one."""
    draw = np.int64(shared)
    if c.draw_kind != SHARED_DRAWS:
        draw = draw_impulse(c, step, OF_IMPULSES + trace, neuron)
    return rounded_impulse(c, m, trace, draw)


@jit
def draw_decay(c: Any, step: Any, purpose: Any, neuron: Any, shared: Any) -> Any:
    """A draw for the decay of one neuron's trace in one step, its own or the shared one."""
    if c.draw_kind == SHARED_DRAWS:
        return np.uint64(shared)
    return np.uint64(own_draw(c.neural_key, step, purpose, neuron)) << WIDEN
