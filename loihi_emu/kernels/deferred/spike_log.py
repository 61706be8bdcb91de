"""The spike log of a sparse connection: what deferred updates need to know of past epochs.

* For each post neuron, a log word. It has a few bits for each of the last epochs: the step of the
  neuron's spike in the epoch, or 0. If products read them, also its spike count and its y traces
  at the spike.
* Bitsets of post neurons: those that spiked since some epoch. A new bitset begins every few
  epochs.
* For each pre neuron, its x traces in every step, and a word that says in which epochs they were
  not 0.
* Two bitsets of pre neurons: those that have a trace, and those that have just lost theirs.
* For each epoch, the draw that synapses share.

Each thread logs its own neurons. Fixed and floating point share it (kernels/mode).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.gather.bitset import add_nonzero, bitset_size, clear, retire, unite
from loihi_emu.kernels.gather.loops import nonzero_indices
from loihi_emu.kernels.llvm.bit_vectors import interleave4
from loihi_emu.kernels.llvm.jit import jit, jit_inlined
from loihi_emu.kernels.llvm.prefetch import prefetch
from loihi_emu.kernels.llvm.sizes import BITSET_BITS, LOG_GROUP
from loihi_emu.kernels.memory.by_mode import reads_bytes
from loihi_emu.kernels.memory.records import N_TRACES, N_X, SHARED_DRAWS
from loihi_emu.kernels.memory.views import (
    bitsets_of,
    pointer_of,
    spiked_post_of,
    times_of,
    traces_of,
    wide_of,
)
from loihi_emu.kernels.mode.kernel_call import log_draw
from loihi_emu.kernels.threads.partition import stripe_end, thread_range, thread_stripes

_ONE: Final = np.uint64(1)
_WORD: Final = BITSET_BITS


@jit
def log_x_traces(c: Any, m: Any, epoch: Any) -> None:
    """Log the x traces of this thread's pre neurons in each step of an epoch.

    Log also in which epochs some of them was not 0.
    """
    for first in thread_stripes(c, m):
        log_x_stripe(c, m, epoch % c.log_depth, first, stripe_end(c, first))


@jit
def log_x_stripe(c: Any, m: Any, log_slot: Any, first: Any, last: Any) -> None:
    """Log them of neurons first .. last - 1, in the slot of an epoch."""
    words = bitset_size(c.n_pre)
    active, now = (
        bitsets_of(m)[max(c.active_pre, 0) :],
        bitsets_of(m)[max(c.active_pre, 0) + words :],
    )
    if c.pre_active_epochs >= 0:
        clear(now, first, last)
    for trace in range(N_X):
        log = pointer_of(m)[c.logged_traces + trace]
        if log >= 0 and wide_of(m)[c.trace_is_live + trace]:
            history = c.x_history + (trace * (c.epoch + 1) + 1) * c.n_pre
            if reads_bytes(m) and c.epoch == 4:
                log_x_4steps(c, m, history, log, log_slot, first, last)
            else:
                log_x_steps(c, m, history, log, log_slot, first, last)
            for s in range(c.epoch if c.pre_active_epochs >= 0 else 0):
                add_nonzero(now, traces_of(m)[history + s * c.n_pre :], first, last)
    if c.pre_active_epochs >= 0:
        mark = ((_ONE << np.uint64(c.log_bits)) - _ONE) << np.uint64(log_slot * c.log_bits)
        _log_active_epoch(bitsets_of(m)[c.pre_active_epochs :], now, mark, first, last)
        retire(active, now, first, last)


@jit
def log_x_steps(
    c: Any, m: Any, history: Any, log: Any, log_slot: Any, first: Any, last: Any
) -> None:
    """Put the steps of each neuron side by side."""
    traces = traces_of(m)
    for i in range(first, last):
        place = log + x_log_index(c, log_slot, i)
        for s in range(c.epoch):
            traces[place + s] = traces[history + s * c.n_pre + i]


@jit
def log_x_4steps(
    c: Any, m: Any, history: Any, log: Any, log_slot: Any, first: Any, last: Any
) -> None:
    """As `log_x_steps`, of epochs of four steps in bytes: many neurons at once."""
    traces, whole = traces_of(m), first + (last - first) // LOG_GROUP * LOG_GROUP
    for i in range(first, whole, LOG_GROUP):
        prefetch(traces, log + x_log_index(c, log_slot, i + 16 * LOG_GROUP))
        interleave4(traces, log + x_log_index(c, log_slot, i), traces, history + i, c.n_pre)
    log_x_steps(c, m, history, log, log_slot, whole, last)


@jit
def log_post_spikes(c: Any, m: Any, epoch: Any, synaptic: Any, learns: Any) -> None:
    """Log which of this thread's post neurons spiked in epoch `epoch`, and how."""
    spike_log, times = bitsets_of(m)[c.post_spike_log :], times_of(m)
    first, last = thread_range(m, c.n_post)
    log_slot = epoch % c.log_depth
    place = np.uint64(log_slot * c.log_bits)
    mask = ((_ONE << np.uint64(c.log_bits)) - _ONE) << place
    for j in range(first, last):
        if spike_log[j] & mask:  # what is written leaves the caches of threads that read it
            spike_log[j] &= ~mask
    if epoch & ((1 << c.since_epoch_shift) - 1) == 0:
        clear(bitsets_of(m)[since_set_offset(c, epoch) :], first, last)
    if not learns:
        return
    spiked = spiked_post_of(m)
    count = nonzero_indices(times[c.post_spike_step :], first, last, spiked)
    for k in range(count):
        spike_log[spiked[k]] |= np.uint64(times[c.post_spike_step + spiked[k]]) << place
    update_since_sets(c, m, epoch, first, last)
    if c.logged_counts >= 0:
        _copy_selected(
            times[c.logged_counts + log_slot * c.n_post :],
            times[c.post_spike_count :],
            spiked,
            count,
        )
    traces, log = traces_of(m), pointer_of(m)[c.logged_traces :]
    for y in range(N_TRACES - N_X):
        if log[N_X + y] >= 0:
            own = traces[c.y_at_post_spike + y * c.n_post :]
            _copy_selected(traces[log[N_X + y] + log_slot * c.n_post :], own, spiked, count)
    if c.draw_kind == SHARED_DRAWS:
        log_draw(c, m, log_slot, synaptic)


@jit
def update_since_sets(c: Any, m: Any, epoch: Any, first: Any, last: Any) -> None:
    """Add this thread's post neurons that spiked in the epoch to the bitsets that need them."""
    now = bitsets_of(m)[c.post_spiked_since :]
    clear(now, first, last)
    add_nonzero(now, times_of(m)[c.post_spike_step :], first, last)
    n_sets = min(c.n_since_sets, ((c.log_depth - 1) >> c.since_epoch_shift) + 2)
    for ago in range(n_sets):
        place = since_set_offset(c, epoch - (ago << c.since_epoch_shift))
        unite(bitsets_of(m)[place:], now, first, last)


@jit
def x_log_index(c: Any, log_slot: Any, i: Any) -> Any:
    """Where the x trace of pre neuron i in the epoch of a slot is logged, step by step.

    A row reads the traces of its neuron in many epochs. So all epochs of a few neighbouring neurons
    lie together: as few neurons as fill a cache line in each epoch.
    """
    group, place = low_u32(i) // LOG_GROUP, low_u32(i) % LOG_GROUP
    in_slot = LOG_GROUP * c.epoch
    in_group = low_u32(c.log_depth * in_slot)
    return group * in_group + low_u32(log_slot) * low_u32(in_slot) + place * low_u32(c.epoch)


@jit_inlined
def low_u32(value: Any) -> Any:
    """A number of 0 .. 2**32 - 1 as 32 bits, which SIMD registers multiply in one instruction."""
    return np.int64(np.uint32(value))


@jit
def since_set_offset(c: Any, epoch: Any) -> Any:
    """Where the bitset of post neurons lies that spiked since `epoch`, or since shortly before."""
    return c.post_spiked_since + (1 + since_set_number(c, epoch)) * bitset_size(c.n_post)


@jit
def since_set_number(c: Any, epoch: Any) -> Any:
    """The number of the bitset that `since_set_offset` finds."""
    return (epoch >> c.since_epoch_shift) & (c.n_since_sets - 1)


@jit
def _log_active_epoch(active_epochs: Any, now: Any, mark: Any, first: Any, last: Any) -> None:
    """Mark an epoch, whose bits are `mark`, in the words of neurons: whether they are in a set."""
    whole = first + (last - first) // _WORD * _WORD
    for start in range(first, whole, _WORD):
        word = now[start // _WORD]
        for k in range(_WORD):
            inside = np.uint64(0) - ((word >> np.uint64(k)) & _ONE)
            active_epochs[start + k] = (active_epochs[start + k] & ~mark) | (inside & mark)
    for i in range(whole, last):
        inside = np.uint64(0) - ((now[whole // _WORD] >> np.uint64(i - whole)) & _ONE)
        active_epochs[i] = (active_epochs[i] & ~mark) | (inside & mark)


@jit
def _copy_selected(out: Any, values: Any, chosen: Any, n: Any) -> None:
    """Copy chosen values to the same places of a log."""
    for k in range(n):
        out[chosen[k]] = values[chosen[k]]
