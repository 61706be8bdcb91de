"""One learning epoch: trace histories, then every synapse that can change.

Authority: spec "Learning phase". A synapse whose products' dependencies are all 0 does not change,
so only rows of pre neurons and columns of post neurons that spiked are gathered into blocks, given
to the rule's kernel and scattered back; a `u` product touches all.
Fixed point and float share this text: `make_learn` closes it over one family's functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

import numpy as np

from loihi_emu.kernels.jit import jit
from loihi_emu.kernels.source import BLOCK
from loihi_emu.kernels.tables import AT_X0, AT_Y0, N_TRACES, N_X


class Family(Protocol):
    """What a family gives: histories, draws and the call of a rule's kernel."""

    history: Callable[..., None]
    draw_row: Callable[..., None]
    draw_scattered: Callable[..., None]
    call_kernel: Callable[..., None]


SLOT_X0: Final = 3 * N_TRACES
SLOT_Y0: Final = SLOT_X0 + 1


@jit
def _load(c: Any, arenas: Any, block: Any, start: Any, n: Any) -> None:
    """Copy n contiguous synapses into the block."""
    block.variables[0, :n] = arenas.synaptic[c.w + start : c.w + start + n]
    if c.d >= 0:
        block.variables[1, :n] = arenas.synaptic[c.d + start : c.d + start + n]
    if c.t >= 0:
        block.variables[2, :n] = arenas.synaptic[c.t + start : c.t + start + n]


@jit
def _store(c: Any, arenas: Any, block: Any, start: Any, n: Any) -> None:
    """Copy n contiguous synapses back."""
    arenas.synaptic[c.w + start : c.w + start + n] = block.variables[0, :n]
    if c.d >= 0:
        arenas.synaptic[c.d + start : c.d + start + n] = block.variables[1, :n]
    if c.t >= 0:
        arenas.synaptic[c.t + start : c.t + start + n] = block.variables[2, :n]


@jit
def _fill_row(
    c: Any, arenas: Any, constants: Any, out: Any, code: Any, i: Any, start: Any, first: Any,
    n: Any,
) -> None:  # fmt: skip
    """One input row of a block that holds synapses of pre neuron i."""
    if code == SLOT_X0:
        out[:n] = _spikes(c, arenas, c.tx, c.nx, i)
        return
    if code == SLOT_Y0:
        for k in range(n):
            post = constants.index[c.indices + start + k] if c.sparse else first + k
            out[k] = _spikes(c, arenas, c.ty, c.ny, post)
        return
    moment, trace = code // N_TRACES, code % N_TRACES
    rows = c.epoch + 1
    if trace < N_X:
        base = c.hx + trace * rows * c.n_pre + i
        if moment == AT_Y0:
            for k in range(n):
                post = constants.index[c.indices + start + k] if c.sparse else first + k
                s = np.int64(arenas.times[c.ty + post])
                out[k] = arenas.traces[base + s * c.n_pre]
        else:
            s = np.int64(arenas.times[c.tx + i]) if moment == AT_X0 else c.epoch
            out[:n] = arenas.traces[base + s * c.n_pre]
        return
    base = c.hy + (trace - N_X) * rows * c.n_post
    if moment == AT_Y0:
        base = c.at_own_spike + (trace - N_X) * c.n_post
    elif moment == AT_X0:
        base += np.int64(arenas.times[c.tx + i]) * c.n_post
    else:
        base += c.epoch * c.n_post
    if c.sparse:
        for k in range(n):
            out[k] = arenas.traces[base + constants.index[c.indices + start + k]]
    else:
        out[:n] = arenas.traces[base + first : base + first + n]


@jit
def _spikes(c: Any, arenas: Any, times: Any, counts: Any, neuron: Any) -> Any:
    """x0 or y0 of a neuron: a flag or a count."""
    if c.count_spikes:
        return arenas.times[counts + neuron]
    return np.uint8(arenas.times[times + neuron] > 0)


@jit
def _fill_scattered(c: Any, arenas: Any, block: Any, out: Any, code: Any, n: Any) -> None:
    """One input row of a block of scattered synapses whose pre neurons may not have spiked."""
    if code == SLOT_X0:
        for k in range(n):
            out[k] = _spikes(c, arenas, c.tx, c.nx, block.row[k])
        return
    if code == SLOT_Y0:
        for k in range(n):
            out[k] = _spikes(c, arenas, c.ty, c.ny, block.column[k])
        return
    moment, trace = code // N_TRACES, code % N_TRACES
    rows = c.epoch + 1
    for k in range(n):
        i, j = np.int64(block.row[k]), np.int64(block.column[k])
        s = np.int64(c.epoch)
        if moment == AT_X0:
            s = np.int64(arenas.times[c.tx + i])
        elif moment == AT_Y0:
            s = np.int64(arenas.times[c.ty + j])
        if trace < N_X:
            out[k] = arenas.traces[c.hx + (trace * rows + s) * c.n_pre + i]
        else:
            out[k] = arenas.traces[c.hy + ((trace - N_X) * rows + s) * c.n_post + j]


@jit
def _gather(c: Any, arenas: Any, block: Any, n: Any) -> None:
    """Copy n scattered synapses into the block."""
    for k in range(n):
        block.variables[0, k] = arenas.synaptic[c.w + block.place[k]]
    if c.d >= 0:
        for k in range(n):
            block.variables[1, k] = arenas.synaptic[c.d + block.place[k]]
    if c.t >= 0:
        for k in range(n):
            block.variables[2, k] = arenas.synaptic[c.t + block.place[k]]


@jit
def _scatter(c: Any, arenas: Any, block: Any, n: Any) -> None:
    """Copy n scattered synapses back."""
    for k in range(n):
        arenas.synaptic[c.w + block.place[k]] = block.variables[0, k]
    if c.d >= 0:
        for k in range(n):
            arenas.synaptic[c.d + block.place[k]] = block.variables[1, k]
    if c.t >= 0:
        for k in range(n):
            arenas.synaptic[c.t + block.place[k]] = block.variables[2, k]


def make_learn(family: Family) -> Callable[..., None]:
    """The learning epoch of one family (kernels.fixed or kernels.ideal)."""
    history, call_kernel = family.history, family.call_kernel
    draw_row, draw_scattered = family.draw_row, family.draw_scattered

    @jit
    def _touch_row(
        c: Any, arenas: Any, constants: Any, block: Any, epoch: Any, synaptic: Any, i: Any, u: Any
    ) -> None:
        """One pre neuron's synapses in contiguous blocks."""
        if c.sparse:
            low, high = constants.pointer[c.pointer + i], constants.pointer[c.pointer + i + 1]
        else:
            low, high = i * c.n_post, (i + 1) * c.n_post
        for start in range(low, high, BLOCK):
            n = min(BLOCK, high - start)
            first = start - low
            _load(c, arenas, block, start, n)
            for slot in range(c.n_slots):
                code = constants.index[c.slots + slot]
                _fill_row(c, arenas, constants, block.inputs[slot], code, i, start, first, n)
            draw_row(c, constants, block, epoch, synaptic, i, start, first, n)
            call_kernel(c, arenas, block, n, u)
            _store(c, arenas, block, start, n)

    @jit
    def _touch_all(
        c: Any, arenas: Any, constants: Any, block: Any, epoch: Any, synaptic: Any
    ) -> None:
        """Every synapse, row by row."""
        for i in range(c.n_pre):
            _touch_row(c, arenas, constants, block, epoch, synaptic, i, 1)

    @jit
    def _touch_rows(
        c: Any, arenas: Any, constants: Any, block: Any, epoch: Any, synaptic: Any
    ) -> None:
        """Rows of the pre neurons that spiked in the epoch."""
        for i in range(c.n_pre):
            if arenas.times[c.tx + i] > 0:
                _touch_row(c, arenas, constants, block, epoch, synaptic, i, 0)

    @jit
    def _flush(
        c: Any, arenas: Any, constants: Any, block: Any, epoch: Any, synaptic: Any, n: Any
    ) -> None:
        """Update n scattered synapses of spiking post neurons."""
        _gather(c, arenas, block, n)
        for slot in range(c.n_slots):
            _fill_scattered(
                c, arenas, block, block.inputs[slot], constants.index[c.slots + slot], n
            )
        draw_scattered(c, block, epoch, synaptic, n)
        call_kernel(c, arenas, block, n, 0)
        _scatter(c, arenas, block, n)

    @jit
    def _touch_columns(
        c: Any, arenas: Any, constants: Any, block: Any, epoch: Any, synaptic: Any
    ) -> None:
        """Columns of the post neurons that spiked, without the rows already done."""
        spiked = np.empty(c.n_post, np.int32)
        count = 0
        for j in range(c.n_post):
            if arenas.times[c.ty + j] > 0:
                spiked[count] = j
                count += 1
        filled = 0
        if c.sparse:
            for k in range(count):
                j = spiked[k]
                low = constants.pointer[c.column_pointer + j]
                high = constants.pointer[c.column_pointer + j + 1]
                for entry in range(low, high):
                    i = constants.index[c.column_rows + entry]
                    if c.has_x0 and arenas.times[c.tx + i] > 0:
                        continue
                    block.place[filled] = constants.index[c.column_synapses + entry]
                    block.row[filled] = i
                    block.column[filled] = j
                    filled += 1
                    if filled == BLOCK:
                        _flush(c, arenas, constants, block, epoch, synaptic, filled)
                        filled = 0
        elif count > 0:
            for i in range(c.n_pre):
                if c.has_x0 and arenas.times[c.tx + i] > 0:
                    continue
                for k in range(count):
                    block.place[filled] = i * c.n_post + spiked[k]
                    block.row[filled] = i
                    block.column[filled] = spiked[k]
                    filled += 1
                    if filled == BLOCK:
                        _flush(c, arenas, constants, block, epoch, synaptic, filled)
                        filled = 0
        if filled > 0:
            _flush(c, arenas, constants, block, epoch, synaptic, filled)

    @jit
    def learn(
        c: Any, arenas: Any, constants: Any, block: Any, step: Any, decay_x: Any, impulse_x: Any,
        decay_y: Any, impulse_y: Any, synaptic: Any,
    ) -> None:  # fmt: skip
        """One epoch of connection `c`, which ends with `step`; the draws are those it shares."""
        n_pre, n_post, epoch = c.n_pre, c.n_post, c.epoch
        for trace in range(N_TRACES):
            if trace < N_X:
                n, stored, out, times = n_pre, c.x + trace * n_pre, c.hx, c.tx
                place = out + trace * (epoch + 1) * n
                decay, impulse = decay_x, impulse_x
            else:
                n, stored, out, times = n_post, c.y + (trace - N_X) * n_post, c.hy, c.ty
                place = out + (trace - N_X) * (epoch + 1) * n
                decay, impulse = decay_y, impulse_y
            if arenas.wide[c.live + trace]:
                history(c, arenas, trace, stored, times, place, n, step, decay, impulse)
                if trace >= N_X and c.has_y0:
                    own = c.at_own_spike + (trace - N_X) * n
                    for j in range(n):
                        s = np.int64(arenas.times[times + j])
                        arenas.traces[own + j] = arenas.traces[place + s * n + j]
        number = step // epoch
        u = np.int64(0)
        if c.decimation >= 0:
            u = np.int64(number % (np.int64(1) << c.decimation) == 0)
        if arenas.wide[c.enabled]:
            arenas.wide[c.written] = 1
            if u and c.has_u:
                _touch_all(c, arenas, constants, block, number, synaptic)
            else:
                if c.has_x0:
                    _touch_rows(c, arenas, constants, block, number, synaptic)
                if c.has_y0:
                    _touch_columns(c, arenas, constants, block, number, synaptic)
        for trace in range(N_TRACES):
            if arenas.wide[c.live + trace]:
                if trace < N_X:
                    last = c.hx + (trace * (epoch + 1) + epoch) * n_pre
                    arenas.traces[c.x + trace * n_pre : c.x + (trace + 1) * n_pre] = arenas.traces[
                        last : last + n_pre
                    ]
                elif c.third < 0 and c.third_population < 0:
                    y = trace - N_X
                    last = c.hy + (y * (epoch + 1) + epoch) * n_post
                    arenas.traces[c.y + y * n_post : c.y + (y + 1) * n_post] = arenas.traces[
                        last : last + n_post
                    ]
        arenas.times[c.tx : c.tx + n_pre] = 0
        arenas.times[c.ty : c.ty + n_post] = 0
        if c.count_spikes:
            arenas.times[c.nx : c.nx + n_pre] = 0
            arenas.times[c.ny : c.ny + n_post] = 0

    return learn  # type: ignore[no-any-return]
