"""What one spike delivers through one synapse, and when it arrives.

What a connection accumulates in step t arrives in step t + 1, or `delay` steps later. The rows of
its delay ring are future steps.
Example: a weight of 3 with weight_exp 2, in a step when its pre neuron spikes, arrives as 12.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loihi_emu.chip.arithmetic import (
    saturate,
    shift_right,
    shift_right_toward_zero,
    truncate_low_bits,
    wrap,
)
from loihi_emu.kernels.llvm.sizes import PANEL
from loihi_emu.kernels.reference.memory import Memory, Spikes

_REGISTER_BITS = 32


def synapses_of(c: Any, memory: Memory, pre: int) -> Iterator[tuple[int, int]]:
    """(number in memory, post neuron) of every synapse of one pre neuron."""
    if c.sparse:
        pointer, edges = memory.constants.pointer, memory.constants.index[c.segment_edges :]
        for part in range(c.n_segments):
            place = c.row_ptr + pre * c.n_segments + part
            for k in range(pointer[place], pointer[place + 1]):
                yield (
                    k,
                    edges[part] // PANEL * PANEL
                    + memory.constants.post_offset16[c.post_offset16 + k],
                )
    else:
        for post in range(c.n_post):
            yield pre * c.n_post + post, post


def inject(neural: list[int], place: int, current: int) -> None:
    """Add an input current to what a neuron is given."""
    neural[place] = wrap(neural[place] + current, _REGISTER_BITS)


def send(c: Any, memory: Memory, t: int) -> None:
    """Give the post population what arrives in step t."""
    neural = memory.state.neural
    for j in range(c.n_post):
        place = c.delay_ring + (t % c.delay_ring_rows) * c.n_post + j
        arriving, neural[place] = neural[place], 0
        if not (c.scale_per_synapse or _shifts_early(c)):
            arriving = wrap(_shifted(c, arriving), _REGISTER_BITS)
        neural[c.last_input + j] = arriving
        if c.target >= 0:
            total = neural[c.target + j] + neural[c.last_input + j]
            neural[c.target + j] = wrap(total, _REGISTER_BITS)


def accumulate(c: Any, spikes: Spikes, memory: Memory, t: int) -> None:
    """Sum this step's spikes by arrival and keep the sums until then."""
    neural = memory.state.neural
    sums: dict[tuple[int, int], int] = {}
    for pre, payload in spikes.items():
        for k, post in synapses_of(c, memory, pre):
            arrival = t + 1 + _delay(c, memory, k)
            delivered = _weight(c, memory, k) * (payload if c.is_graded else 1)
            sums[arrival, post] = sums.get((arrival, post), 0) + delivered
    for (arrival, post), total in sums.items():
        given = wrap(total, _REGISTER_BITS)
        if _shifts_early(c):
            given = wrap(_shifted(c, given), _REGISTER_BITS)
        place = c.delay_ring + (arrival % c.delay_ring_rows) * c.n_post + post
        neural[place] = wrap(neural[place] + given, _REGISTER_BITS)


def _shifts_early(c: Any) -> bool:
    """Whether each step's sums are shifted by the weight exponent before they meet others'.

    So it must be where bits are lost: a negative exponent, and sums of several steps in a row.
    """
    return bool(c.unshifted_ring >= 0)


def _delay(c: Any, memory: Memory, k: int) -> int:
    """Steps that synapse k waits beyond the one that all take."""
    if c.learned_delay:
        return int(memory.state.synaptic[c.d + k])
    return int(memory.constants.delays[c.delays + k]) if c.delays >= 0 else 0


def _weight(c: Any, memory: Memory, k: int) -> int:
    """The weight of synapse k; on a machine that scales synapses, as a spike delivers it."""
    weight = int(memory.state.synaptic[c.w + k])
    if not c.scale_per_synapse:
        return weight
    if not memory.state.wide[c.weights_written_by_rule]:
        weight = truncate_low_bits(weight, c.truncate_bits, toward_zero=not c.truncate_floor)
    scaled = _shifted(c, weight)
    return saturate(scaled, -c.input_limit, c.input_limit) if c.input_limit else scaled


def _shifted(c: Any, value: int) -> int:
    """`value` * 2 ** the weight exponent, floored or without its fraction."""
    if c.exponent > 0:
        return value << int(c.exponent)
    shift = shift_right_toward_zero if c.shift_toward_zero else shift_right
    return shift(value, -c.exponent)
