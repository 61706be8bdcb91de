"""How pending synapses learn from logged post spikes: they are listed, then updated epoch by epoch.

A bitset of post neurons tells which synapses of a row may be pending. The log word of the post
neuron tells from which epochs. The pending synapses of many rows fill a block. All of them learn
from their first pending epoch; those that have another stay in the block and learn from that, and
so on. deferred/catch_up.py says when a row has its turn. Fixed and floating point share it
(kernels/mode).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.deferred.spike_log import low_u32, since_set_offset, x_log_index
from loihi_emu.kernels.gather.bitset import nonzero_mask, select_members
from loihi_emu.kernels.gather.loops import LIST_CAPACITY, copy_indexed, fill, splat
from loihi_emu.kernels.gather.sparse_index import panel_pair, panel_pairs
from loihi_emu.kernels.llvm.bit_vectors import count_trailing_zeros
from loihi_emu.kernels.llvm.compress_store import (
    COMPACTED_AT_ONCE,
    compact_avx512,
    has_avx512_compress,
)
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.prefetch import prefetch_l2
from loihi_emu.kernels.llvm.sizes import BITSET_BITS, BLOCK
from loihi_emu.kernels.memory.records import AT_Y0, N_TRACES, N_X, RECIPROCAL_BITS, SLOT_X0, SLOT_Y0
from loihi_emu.kernels.memory.views import (
    bitsets_of,
    epoch_of,
    index_of,
    inputs_of,
    log_slot_of,
    log_words_of,
    pending_of,
    place_of,
    pointer_of,
    post_of,
    post_offset16_of,
    pre_of,
    structure_of,
    times_of,
    traces_of,
    x_log_place_of,
)
from loihi_emu.kernels.mode.block_update import point_to_block, update_block
from loihi_emu.kernels.mode.kernel_call import draw_logged

_ONE: Final = np.uint64(1)
_ALL: Final = ~np.uint64(0)
_WORD: Final = BITSET_BITS
_RECIPROCAL_BITS: Final = RECIPROCAL_BITS


@jit
def _intersect_log(
    log: Any, post: Any, n: Any, right: Any, left: Any, words: Any, pending: Any
) -> Any:  # fmt: skip
    """Keep epochs of n synapses in which their post neurons spiked; whether some have none.

    `right` and `left` rotate a log word so that its lowest bits are the oldest epoch. Log words lie
    anywhere in memory. A first loop only reads them, so that most of these reads overlap.
    """
    for q in range(n):
        words[q] = log[post[q]]
    gaps = False
    for q in range(n):
        pending[q] &= (words[q] >> right) | (words[q] << left)
        gaps |= pending[q] == 0
    return gaps


@jit
def _compact_pending(place: Any, pre: Any, post: Any, pending: Any, n: Any) -> Any:
    """Keep those of n synapses that are pending; how many."""
    left: Any = 0
    if has_avx512_compress():
        for k in range(0, n, COMPACTED_AT_ONCE):
            left = compact_avx512(pending, place, pre, post, k, n, left)
        return left
    for start in range(0, n, _WORD):
        bits = nonzero_mask(pending, start, min(_WORD, n - start))
        while bits:
            q = start + count_trailing_zeros(bits)
            place[left], pre[left], post[left] = place[q], pre[q], post[q]
            pending[left] = pending[q]
            left += 1
            bits &= bits - _ONE
    return left


@jit
def log_rotation(c: Any, epoch: Any) -> Any:
    """Shifts that rotate a log word so that the oldest epoch comes first: right, and left."""
    right = (epoch + 1) % c.log_depth * c.log_bits
    left = (c.log_depth * c.log_bits - right) & (_WORD - 1)
    return np.uint64(right), np.uint64(left)


@jit
def next_log_slot(c: Any, first: Any, ago: Any) -> Any:
    """The slot of the log so many epochs after that of `first`, without a division."""
    slot = first + ago
    return slot - c.log_depth if slot >= c.log_depth else slot


@jit
def oldest_epoch(c: Any, window: Any, epoch: Any) -> Any:
    """The first epoch of a window that ends with epoch `epoch`."""
    ago = (count_trailing_zeros(window) * c.log_bits_reciprocal) >> _RECIPROCAL_BITS
    return epoch - c.log_depth + 1 + ago


@jit
def pending_window(c: Any, m: Any, i: Any, n_epochs: Any, right: Any, left: Any) -> Any:
    """The epochs, as bits of a rotated log word, that row i has yet to learn from.

    Never the oldest one: another thread may be logging the next epoch in its place already.
    """
    absent = np.uint64((c.log_depth - n_epochs) * c.log_bits)
    whole = _ALL >> np.uint64(_WORD - c.log_depth * c.log_bits)
    window = (whole >> absent) << absent
    if c.pre_active_epochs >= 0:
        word = bitsets_of(m)[c.pre_active_epochs + i]
        window &= (word >> right) | (word << left)
    return window


@jit
def fill_pending_inputs(c: Any, m: Any, n: Any) -> None:
    """Inputs of n synapses, each in an epoch of its own without a pre spike."""
    structure, times, traces, inputs = structure_of(m), times_of(m), traces_of(m), inputs_of(m)
    post, log_slots, x_places = post_of(m), log_slot_of(m), x_log_place_of(m)
    log, n_post = pointer_of(m)[c.logged_traces :], c.n_post
    for slot in range(c.n_slots):
        code, out = structure[c.slots + slot], inputs[slot * BLOCK :]
        moment, trace = code // N_TRACES, code % N_TRACES
        if code == SLOT_X0:
            fill(out, type(inputs[0])(0), n)
        elif code == SLOT_Y0:
            if c.logged_counts < 0:
                fill(out, type(inputs[0])(1), n)
            else:
                counts = times[c.logged_counts :]
                for q in range(n):
                    out[q] = counts[log_slots[q] * n_post + post[q]]
        elif moment == AT_Y0 and trace < N_X:
            copy_indexed(out, traces[log[trace] :], x_places, n)
        elif moment == AT_Y0:
            own = traces[log[trace] :]
            for q in range(n):
                out[q] = own[log_slots[q] * n_post + post[q]]


@jit
def prefetch_x_log(
    c: Any, m: Any, i: Any, epoch: Any, right: Any, left: Any, first_slot: Any
) -> None:
    """Prefetch what was logged of row i's x traces in the epochs it has yet to learn from."""
    n_epochs = min(epoch - index_of(m)[c.last_learned_epoch + i], c.log_depth - 1)
    window = pending_window(c, m, i, max(n_epochs, 1), right, left)
    traces, bits = traces_of(m), np.uint64(c.log_bits)
    mask = (_ONE << bits) - _ONE
    for trace in range(N_X):
        log, epochs = pointer_of(m)[c.logged_traces + trace], window
        while epochs and log >= 0:
            ago = (count_trailing_zeros(epochs) * c.log_bits_reciprocal) >> _RECIPROCAL_BITS
            epochs &= ~(mask << (np.uint64(ago) * bits))
            prefetch_l2(traces, log + x_log_index(c, next_log_slot(c, first_slot, ago), i))


@jit
def gather_pending(c: Any, m: Any, i: Any, epoch: Any, right: Any, left: Any, count: Any) -> Any:
    """Add to a block of `count` what row i has to learn; how many there are then.

    What is in the block learns where it would not hold more.
    """
    learned = index_of(m)[c.last_learned_epoch :]
    n_epochs = min(epoch - learned[i], c.log_depth - 1)
    if n_epochs <= 0:
        return count
    learned[i] = epoch
    window = pending_window(c, m, i, n_epochs, right, left)
    if window == 0:
        return count
    first = since_set_offset(c, oldest_epoch(c, window, epoch))
    for k in panel_pairs(c):
        low, middle, high, base = panel_pair(c, m, i, k)
        members = bitsets_of(m)[first + base // _WORD :]
        for start in range(low, high, LIST_CAPACITY):
            n = min(LIST_CAPACITY, high - start)
            while count + n > LIST_CAPACITY:
                count = update_pending(c, m, epoch, count)
            count = append_hits(c, m, i, members, start, n, middle, base, window, count)
    return count


@jit
def append_hits(
    c: Any, m: Any, i: Any, members: Any, start: Any, n: Any, middle: Any, base: Any,
    window: Any,
    count: Any,
) -> Any:  # fmt: skip
    """Add to a block of `count` those of n synapses of row i from `start` that are in a set."""
    offsets = post_offset16_of(m)[c.post_offset16 + start :]
    end = select_members(
        members, offsets, n, middle - start, start, base, place_of(m), post_of(m), count
    )  # fmt: skip
    splat(pre_of(m), np.int32(i), count, end - count)
    splat(pending_of(m), window, count, end - count)
    return end


@jit
def update_pending(c: Any, m: Any, epoch: Any, count: Any) -> Any:
    """The block's synapses learn from the first epoch each waits for; how many still wait."""
    place, pre, post, pending = place_of(m), pre_of(m), post_of(m), pending_of(m)
    right, left = log_rotation(c, epoch)
    if _intersect_log(
        bitsets_of(m)[c.post_spike_log :], post, count, right, left, log_words_of(m), pending
    ):
        count = _compact_pending(place, pre, post, pending, count)
    if count:
        point_to_block(c, m)
        take_oldest_epoch(c, m, epoch, count)
        fill_pending_inputs(c, m, count)
        draw_logged(c, m, count)
        update_block(c, m, count)
    return _compact_pending(place, pre, post, pending, count)


@jit
def take_oldest_epoch(c: Any, m: Any, last: Any, n: Any) -> None:
    """Of each of n pending synapses take the first epoch up to `last`."""
    pre, pending = pre_of(m), pending_of(m)
    epoch, log_slots, x_places = epoch_of(m), log_slot_of(m), x_log_place_of(m)
    depth, bits, inverse = c.log_depth, low_u32(c.log_bits), low_u32(c.log_bits_reciprocal)
    oldest, first_slot = last - depth + 1, (last + 1) % depth
    mask = (_ONE << np.uint64(bits)) - _ONE
    for q in range(n):
        word = pending[q]
        ago = (low_u32(count_trailing_zeros(word)) * inverse) >> _RECIPROCAL_BITS
        shift = np.uint64(low_u32(ago) * bits)
        step = np.int64((word >> shift) & mask)
        pending[q] = word & ~(mask << shift)
        slot = next_log_slot(c, first_slot, ago)
        epoch[q] = oldest + ago
        log_slots[q] = slot
        x_places[q] = np.uint64(x_log_index(c, slot, np.int64(pre[q])) + step - 1)
