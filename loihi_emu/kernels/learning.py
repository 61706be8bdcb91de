"""One learning epoch: trace histories, then every synapse that can change.

Authority: spec "Learning phase". A synapse whose products' dependencies are all 0 does not change,
so only rows of pre neurons and columns of post neurons that spiked are given to the rule's kernel;
a `u` product touches all. So does a variable that lies below what the accumulator can hold: adding
0 moves it (Lava's tag_1 of -257 becomes -256). Rows lie together in memory and are updated where
they are, in blocks; synapses of columns are gathered into a block and scattered back.
Fixed point and float share this text: `make_learn` closes it over one family's functions.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from loihi_emu.kernels.columns import make_columns
from loihi_emu.kernels.decimation import is_due
from loihi_emu.kernels.gathering import fill
from loihi_emu.kernels.histories import make_histories
from loihi_emu.kernels.jit import jit_for
from loihi_emu.kernels.rows import make_rows
from loihi_emu.kernels.source import BLOCK
from loihi_emu.kernels.tables import ALWAYS_AT_REST, SHARED_DRAWS


def make_learn(family: ModuleType) -> Callable[..., None]:
    """The learning epoch of one family (kernels.fixed or kernels.ideal)."""
    jit, memory = jit_for(family), family.memory
    synaptic_of, times_of, wide_of = memory.synaptic_of, memory.times_of, memory.wide_of
    draws_of = memory.draws_of
    histories, keep_last = make_histories(family)
    touch_row, touch_rows = make_rows(family)
    touch_columns = make_columns(family)

    @jit
    def restless(c: Any, m: Any) -> Any:
        """Whether some learned variable would change although 0 is added to it."""
        return below(c, m, c.w, c.rest_w) or below(c, m, c.t, c.rest_t) or loose(c, m)

    @jit
    def loose(c: Any, m: Any) -> Any:
        """Whether some weight has bits that its next update rounds away, if any can."""
        if c.loose_bits:
            for w in synaptic_of(m)[c.w : c.w + c.n_synapses]:
                if np.int64(w) & c.loose_bits:
                    return True
        return False

    @jit
    def below(c: Any, m: Any, start: Any, rest: Any) -> Any:
        """Whether some value of a variable lies below `rest`, if any can."""
        if start < 0 or rest == ALWAYS_AT_REST or c.n_synapses == 0:
            return False
        values = synaptic_of(m)[start : start + c.n_synapses]
        lowest = values[0]
        for value in values:
            if value < lowest:
                lowest = value
        return lowest < rest

    @jit
    def learn(
        c: Any, m: Any, step: Any, s: Any, impulse_x: Any, impulse_y: Any, synaptic: Any
    ) -> None:
        """One epoch of connection `c`, which ends with `step`; the draws are those it shares."""
        histories(c, m, step, s, impulse_x, impulse_y)
        wide = wide_of(m)
        if wide[c.enabled]:
            wide[c.written] = 1
            number = step // c.epoch
            if not c.count_spikes:
                times, flags = times_of(m)[c.ty :], times_of(m)[c.ny :]
                for j in range(c.n_post):
                    flags[j] = np.uint8(times[j] > 0)
            if c.draw_kind == SHARED_DRAWS:
                fill(draws_of(m), synaptic, BLOCK)
            u = c.has_u and is_due(c, number)
            if u or restless(c, m):
                for i in range(c.n_pre):
                    touch_row(c, m, number, i, np.int64(u))
            else:
                if c.has_x0:
                    touch_rows(c, m, number)
                if c.has_y0:
                    touch_columns(c, m, number)
        keep_last(c, m)

    return learn  # type: ignore[no-any-return]
