"""The inputs that a rule's kernel reads for a block of listed synapses of many rows.

Fixed and floating point share it (kernels/mode).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.deferred.spike_log import low_u32
from loihi_emu.kernels.gather.bitset import nonzero_mask
from loihi_emu.kernels.gather.loops import copy_indexed, splat
from loihi_emu.kernels.gather.sparse_index import y_input_index
from loihi_emu.kernels.learning.row_update import row_input
from loihi_emu.kernels.llvm.bit_vectors import count_trailing_zeros, expand_mask_store
from loihi_emu.kernels.llvm.compress_store import has_avx512_compress, members_mask_avx512
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import BITSET_BITS, BLOCK
from loihi_emu.kernels.memory.records import AT_X0, AT_Y0, N_TRACES, N_X, SLOT_X0, SLOT_Y0
from loihi_emu.kernels.memory.views import (
    bitsets_of,
    inputs_of,
    post_of,
    post_spiked_bits_of,
    post_step_of,
    pre_of,
    pre_step_of,
    structure_of,
    times_of,
    traces_of,
    y_index_of,
)

_ONE: Final = np.uint64(1)
_WORD: Final = BITSET_BITS


@jit
def fill_listed_pre(c: Any, m: Any, i: Any, first: Any, n: Any) -> None:
    """Inputs that hold for all of row i, of n listed synapses from the first on.

    X traces at a post spike among them: as if there was none, see `correct_x_at_post_spike`.
    """
    structure, inputs = structure_of(m), inputs_of(m)
    for slot in range(c.n_slots):
        code = structure[c.slots + slot]
        if code == SLOT_X0 or (code < SLOT_X0 and code % N_TRACES < N_X):
            splat(inputs[slot * BLOCK :], row_input(c, m, code, i), first, n)


@jit
def fill_listed_inputs(c: Any, m: Any, n: Any) -> None:
    """The other inputs of n listed synapses."""
    structure, inputs = structure_of(m), inputs_of(m)
    find_spiked(c, m, n)
    for slot in range(c.n_slots):
        code, out = structure[c.slots + slot], inputs[slot * BLOCK :]
        if code == SLOT_Y0:
            fill_y0(c, m, out, n)
        elif code < SLOT_X0 and code % N_TRACES >= N_X:
            fill_y(c, m, code // N_TRACES, code % N_TRACES, out, n)
        elif code // N_TRACES == AT_Y0 and c.epoch > 1:
            correct_x_at_post_spike(c, m, code % N_TRACES, out, n)


@jit
def find_spiked(c: Any, m: Any, n: Any) -> None:
    """Of which of n synapses the post neuron spiked in the epoch: as bits."""
    bits, columns, times = post_spiked_bits_of(m), post_of(m), post_step_of(m)
    if c.defers_post_updates and has_avx512_compress():
        for start in range(0, n, _WORD):
            bits[start // _WORD] = members_mask_avx512(
                bitsets_of(m)[c.post_spiked_since :], columns, start, n
            )
        return
    copy_indexed(times, times_of(m)[c.post_spike_step :], columns, n)
    for start in range(0, n, _WORD):
        bits[start // _WORD] = nonzero_mask(times, start, min(_WORD, n - start))


@jit
def fill_y0(c: Any, m: Any, out: Any, n: Any) -> None:
    """Whether the post neuron of each synapse spiked, or how often where that counts."""
    if c.spike_factor_is_count:
        copy_indexed(out, times_of(m)[c.post_spike_count :], post_of(m), n)
    else:
        for start in range(0, n, _WORD):
            expand_mask_store(out, start, post_spiked_bits_of(m)[start // _WORD])


@jit
def correct_x_at_post_spike(c: Any, m: Any, trace: Any, out: Any, n: Any) -> None:
    """An x trace in the step of a post spike, of those of n listed synapses that had one.

    They are few, and without one nothing is made of this input.
    """
    rows, columns, post_times, n_pre = (
        pre_of(m),
        post_of(m),
        times_of(m)[c.post_spike_step :],
        c.n_pre,
    )
    own = traces_of(m)[c.x_history + trace * (c.epoch + 1) * n_pre :]
    for start in range(0, n, _WORD):
        bits = post_spiked_bits_of(m)[start // _WORD]
        while bits:
            q = start + count_trailing_zeros(bits)
            out[q] = own[np.int64(post_times[columns[q]]) * n_pre + rows[q]]
            bits &= bits - _ONE


@jit
def fill_y(c: Any, m: Any, moment: Any, trace: Any, out: Any, n: Any) -> None:
    """A y trace of each synapse at the moment of a dependency."""
    columns, pre_times, places = post_of(m), pre_step_of(m), y_index_of(m)
    own = traces_of(m)[y_input_index(c, moment, trace, 0) :]
    if moment == AT_X0:
        for q in range(n):
            step = low_u32(pre_times[q]) * low_u32(c.n_post)
            places[q] = np.uint64(step + low_u32(columns[q]))
        copy_indexed(out, own, places, n)
    else:
        copy_indexed(out, own, columns, n)
