"""One learning epoch in all variants side by side, as kernels/learning has it for one network.

If a pre neuron spiked in some variant, its whole row is given to the rule's kernel, in all
variants. Otherwise the row's synapses are taken by eights: an eight is updated if one of its post
neurons spiked in some variant. An eight uses whole calls of the generator, and with many variants
few eights are silent. Synapses are read and written where they lie. An input of the pre neuron is
one register, which serves every synapse of the row.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.batch.simd_draws import repeat_synaptic, row_draws
from loihi_emu.kernels.fixed.kernel_call import call_kernel
from loihi_emu.kernels.gather.loops import fill
from loihi_emu.kernels.learning.decimation import is_due
from loihi_emu.kernels.llvm.bit_vectors import eight_bytes
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import BLOCK, EACH, SAME, WIDTH
from loihi_emu.kernels.llvm.view_type import address
from loihi_emu.kernels.memory.records import (
    AT_BEFORE,
    AT_X0,
    AT_Y0,
    N_TRACES,
    N_X,
    SHARED_DRAWS,
    SLOT_X0,
    SLOT_Y0,
)
from loihi_emu.kernels.memory.views import (
    input_rows_of,
    inputs_of,
    spiked_post_of,
    structure_of,
    synaptic_of,
    times_of,
    traces_of,
    variable_rows_of,
    wide_of,
)

_WIDTH: Final = WIDTH
_BYTES: Final = 8  # looked at together
_EIGHT: Final = 8  # post neurons that are asked for spikes at once: whole calls that draw
_AT_ONCE: Final = BLOCK // WIDTH  # synapses of every variant that a block holds


@jit
def learn(c: Any, m: Any, step: Any, s: Any) -> None:
    """The epoch of connection `c` that ends with `step`, the s-th of this call."""
    wide, number = wide_of(m), step // c.epoch
    if not wide[c.enabled]:
        return
    fill(wide[c.weights_written_by_rule :], 1, _WIDTH)
    times, post_times, flags = (
        times_of(m),
        times_of(m)[c.post_spike_step :],
        times_of(m)[c.post_spike_count :],
    )
    for j in range(c.n_post):
        flags[j] = np.uint8(post_times[j] > 0)
    if c.draw_kind == SHARED_DRAWS:
        repeat_synaptic(c, m, s, min(BLOCK, c.n_post))
    everything = c.has_u and is_due(c, number)
    runs = _list_ranges(c, m) if c.has_y0 else 0
    for i in range(c.n_pre // _WIDTH):
        if everything or (c.has_x0 and _any(times[c.pre_spike_step + i * _WIDTH :], _WIDTH)):
            for first in range(0, c.n_post // _WIDTH, _AT_ONCE):
                n = min(_AT_ONCE, c.n_post // _WIDTH - first)
                _update_row(c, m, number, i, first, n, np.int64(everything))
        else:
            listed = spiked_post_of(m)
            for k in range(0, 2 * runs, 2):
                _update_row(c, m, number, i, np.int64(listed[k]), np.int64(listed[k + 1]), 0)


@jit
def _list_ranges(c: Any, m: Any) -> Any:
    """List runs of post neurons, by eights, of which one spiked: first and length; how many."""
    times, listed, n_post = times_of(m)[c.post_spike_step :], spiked_post_of(m), c.n_post // _WIDTH
    count, first, n = 0, 0, 0
    for start in range(0, n_post, _EIGHT):
        some = min(_EIGHT, n_post - start)
        if not _any(times[start * _WIDTH :], some * _WIDTH):
            continue
        if n and (first + n < start or n + some > _AT_ONCE):
            listed[2 * count], listed[2 * count + 1] = first, n
            count, n = count + 1, 0
        first = start if n == 0 else first
        n += some
    if n:
        listed[2 * count], listed[2 * count + 1] = first, n
        count += 1
    return count


@jit
def _any(values: Any, n: Any) -> Any:
    """Whether one of n bytes, a multiple of eight, is not 0."""
    found = np.uint64(0)
    for at in range(0, n, _BYTES):
        found |= eight_bytes(values, at)
    return found != 0


@jit
def _update_row(c: Any, m: Any, epoch: Any, i: Any, first: Any, n: Any, u: Any) -> None:
    """N synapses of pre neuron i from post neuron `first` on, where they lie."""
    synaptic, variable_rows = synaptic_of(m), variable_rows_of(m)
    place = i * c.n_post + first * _WIDTH
    variable_rows[0] = address(synaptic, c.w + place)
    variable_rows[1] = address(synaptic, max(c.d, 0) + place)
    variable_rows[2] = address(synaptic, max(c.t, 0) + place)
    for slot in range(c.n_slots):
        _fill_input(c, m, slot, i, first, n)
    if c.draw_kind != SHARED_DRAWS:
        row_draws(c, m, epoch, i, first, n)
    call_kernel(c, m, n * _WIDTH, u)


@jit
def _point_input(m: Any, slot: Any, array: Any, place: Any, kind: Any) -> None:
    """A kernel's input lies at a place of an array."""
    input_rows = input_rows_of(m)
    input_rows[2 * slot] = address(array, place)
    input_rows[2 * slot + 1] = kind


@jit
def _fill_input(c: Any, m: Any, slot: Any, i: Any, first: Any, n: Any) -> None:
    """One input of the n synapses of row i from `first` on."""
    code, times, traces = structure_of(m)[c.slots + slot], times_of(m), traces_of(m)
    scratch, rows = inputs_of(m)[slot * BLOCK :], c.epoch + 1
    moment, trace = code // N_TRACES, code % N_TRACES
    pre, post = i * _WIDTH, first * _WIDTH
    if code == SLOT_X0:
        spikes = times[c.pre_spike_step + pre :]
        for v in range(_WIDTH):
            scratch[v] = np.uint8(spikes[v] > 0)
        _point_input(m, slot, scratch, 0, SAME)
    elif code == SLOT_Y0:
        _point_input(m, slot, times, c.post_spike_count + post, EACH)
    elif trace < N_X:
        own = c.x_history + trace * rows * c.n_pre + pre
        if moment == AT_X0 and c.epoch > 1:
            _copy_at_times(scratch, traces[own:], times[c.pre_spike_step + pre :], c.n_pre, _WIDTH)
            _point_input(m, slot, scratch, 0, SAME)
        elif moment == AT_Y0 and c.epoch > 1:
            for k in range(n):
                spikes = times[c.post_spike_step + post + k * _WIDTH :]
                _copy_at_times(scratch[k * _WIDTH :], traces[own:], spikes, c.n_pre, _WIDTH)
            _point_input(m, slot, scratch, 0, EACH)
        else:
            step = 0 if moment == AT_BEFORE else c.epoch
            _point_input(m, slot, traces, own + step * c.n_pre, SAME)
    elif moment == AT_Y0:
        _point_input(m, slot, traces, c.y_at_post_spike + (trace - N_X) * c.n_post + post, EACH)
    else:
        own = c.y_history + (trace - N_X) * rows * c.n_post + post
        if moment == AT_X0 and c.epoch > 1:
            spikes = times[c.pre_spike_step + pre :]
            for k in range(n):
                at = own + k * _WIDTH
                _copy_at_times(scratch[k * _WIDTH :], traces[at:], spikes, c.n_post, _WIDTH)
            _point_input(m, slot, scratch, 0, EACH)
        else:
            step = 0 if moment == AT_BEFORE else c.epoch
            _point_input(m, slot, traces, own + step * c.n_post, EACH)


@jit
def _copy_at_times(out: Any, history: Any, times: Any, stride: Any, n: Any) -> None:
    """out[v] = the history of variant v at its time."""
    for v in range(n):
        out[v] = history[np.int64(times[v]) * stride + v]
