"""Sizes that layouts and kernels share: SIMD lanes, blocks, bitset words, cache lines."""

from __future__ import annotations

from typing import Final

LANES: Final = 32
"""Synapses a kernel works on at once, see simd_register.py."""


BLOCK: Final = 1024
"""Synapses a kernel call can take: the stride of its input rows (inputs of a block fit in L1)."""


MAX_SLOTS: Final = 24
"""Rows of a block's inputs: x0, y0 and five traces read at four moments, r0 and r1."""


# what a kernel's input row holds: an element a synapse, or one, repeated in the first LANES
EACH, SAME = -1, 0


BITSET_BITS: Final = 64
"""Neurons of a word of a set, see kernels/gather/bitset.py."""


APPENDED_AT_ONCE: Final = 4
"""Members of a bitset that are listed at once, as many or not (gather/bitset.py)."""


CACHE_LINE: Final = 64
"""Bytes of a cache line."""


LOG_GROUP: Final = 16
"""Pre neurons whose logged x traces lie together, see spike_log.x_log_index."""


PANEL: Final = 1 << 16
"""Post neurons that 16 bits tell apart: an offset of a sparse synapse is one within its panel."""


PANEL_PAIR: Final = 2 * PANEL
"""Post neurons of two panels side by side: synapses that end there are listed at once."""


WIDTH: Final = LANES
"""Variants side by side: as many as the synapses that a rule's kernel works on at once."""


FIXED, FLOATING, BATCH = "fixed_pt", "floating_pt", "batch"
"""The last field of a run's memory record has the name of its mode, or is `BATCH` where `WIDTH`
variants lie side by side (kernels/batch): types of the same layout, so that Numba compiles each
function that takes one for each of them."""
