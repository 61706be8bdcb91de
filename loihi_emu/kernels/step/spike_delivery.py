"""Spikes through a connection's weights: added where and when they arrive.

Rows of sparse connections first learn what they have yet to. Where neurons have one synapse each,
to the neuron of their number, as inputs often have, nothing is looked up. Shared by fixed point
and float, see step/time_step.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from loihi_emu.kernels.deferred.catch_up import Late
from loihi_emu.kernels.gather.prefetch_rows import make_ahead
from loihi_emu.kernels.gather.sparse_index import base_of, segment
from loihi_emu.kernels.llvm.jit import jit_for
from loihi_emu.kernels.llvm.sizes import BLOCK
from loihi_emu.kernels.threads.barrier import wait
from loihi_emu.kernels.threads.partition import parts_of, share


def make_delivery(family: ModuleType, late: Late) -> Callable[..., None]:
    """The delivery of a step's spikes in one family of kernels."""
    jit, memory, ahead = jit_for(family), family.memory, make_ahead(family)
    neural_of, synaptic_of, near_of = memory.neural_of, memory.synaptic_of, memory.near_of
    index_of, wide_of = memory.index_of, memory.wide_of
    place_of, moment_of = memory.place_of, memory.moment_of
    find_parts, ask_for_part, catch_up = ahead.find_parts, ahead.part, late.catch_up
    accumulate_row, shift_arrivals = family.accumulate_row, family.shift_arrivals
    plain_rows = family.plain_rows

    @jit
    def accumulate_part(
        c: Any, source: Any, m: Any, t: Any, start: Any, n: Any, part: Any
    ) -> None:  # fmt: skip
        """One part of the weights of n listed neurons that spiked, from the `start`-th on."""
        index = index_of(m)
        spikes, payloads = index[source.spikes + start :], index[source.payloads + start :]
        if not c.sparse:
            for k in range(n):
                low, high, base = segment(c, m, np.int64(spikes[k]), part)
                payload = payloads[k] if c.graded else np.int32(1)
                accumulate_row(c, m, t, low, high, base, payload)
            return
        find_parts(c, m, spikes, n, part)
        place, end, base = place_of(m), moment_of(m), base_of(c, m, part)
        plain = plain_rows(c, t)
        if plain >= 0 and not c.graded:
            add_parts(c, m, plain + base, n)
            return
        for k in range(n):
            ask_for_part(c, m, k, n)
            payload = payloads[k] if c.graded else np.int32(1)
            accumulate_row(c, m, t, place[k], np.int64(end[k]), base, payload)

    @jit
    def add_parts(c: Any, m: Any, start: Any, n: Any) -> None:
        """The n parts that were found, added at `start`; one synapse costs but one addition."""
        total, place, end = neural_of(m)[start:], place_of(m), moment_of(m)
        weights, near = synaptic_of(m)[c.w :], near_of(m)[c.near :]
        for k in range(n):
            ask_for_part(c, m, k, n)
            for q in range(place[k], np.int64(end[k])):
                total[near[q]] += weights[q]

    @jit
    def add_own(c: Any, source: Any, m: Any, start: Any, n: Any) -> None:
        """Add the one weight of n listed neurons, each to this thread's neuron of its number."""
        spikes, payloads = index_of(m)[source.spikes :], index_of(m)[source.payloads :]
        total, weights = neural_of(m)[start:], synaptic_of(m)[c.w :]
        first, last = share(m, c.n_post)
        for k in range(n):
            i = spikes[k]
            if first <= i < last:
                total[i] += weights[i] * (payloads[k] if c.graded else np.int32(1))

    @jit
    def accumulate(c: Any, source: Any, m: Any, t: Any) -> None:
        """The spikes of step t, through the weights as they are by then."""
        index, count = index_of(m), wide_of(m)[source.count]
        if c.late:
            catch_up(c, m, index[source.spikes :], count, (t - 1) // c.epoch)
            wait(m)
        plain = plain_rows(c, t) if c.one_to_one else np.int64(-1)
        if plain >= 0:
            add_own(c, source, m, plain, count)
            return
        first, last = parts_of(c, m)
        for part in range(first, last):
            for start in range(0, count, BLOCK):
                n = min(BLOCK, count - start)
                accumulate_part(c, source, m, t, start, n, part)
        if c.arrivals >= 0 and count > 0:
            shift_arrivals(c, m, t)

    return accumulate  # type: ignore[no-any-return]
