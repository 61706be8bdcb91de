"""What spikes deliver in all variants: where a pre neuron spiked, its row of weights."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.kernels.gather.loops import fill
from loihi_emu.kernels.llvm.batch_registers import add_products
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import WIDTH
from loihi_emu.kernels.memory.views import index_of, neural_of, sent_mask_of, synaptic_of, wide_of

_WIDTH: Final = WIDTH


@jit
def deliver_spikes(c: Any, source: Any, m: Any, step: Any) -> None:
    """Add the weights of neurons that spiked in `step` to what arrives in the next."""
    index, count = index_of(m)[source.spikes :], wide_of(m)[source.count]
    place, sent, k = c.delay_ring + ((step + 1) % c.delay_ring_rows) * c.n_post, sent_mask_of(m), 0
    while k < count:
        neuron = np.int64(index[k]) // _WIDTH
        fill(sent, np.int32(0), _WIDTH)
        while k < count and np.int64(index[k]) // _WIDTH == neuron:
            sent[np.int64(index[k]) % _WIDTH] = 1
            k += 1
        total, weights = neural_of(m)[place:], synaptic_of(m)[c.w + neuron * c.n_post :]
        for at in range(0, c.n_post, _WIDTH):
            add_products(total, weights, sent, at)
