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

from loihi_emu.kernels.gathering import (
    copy,
    copy_at_spikes,
    copy_indexed,
    fill,
    gather_tiles,
    is_pre,
    repeat_tile,
    scatter_indexed,
    scatter_tiles,
    spike_list,
)
from loihi_emu.kernels.jit import jit_for
from loihi_emu.kernels.pointers import address, prefetch, prefetch_run
from loihi_emu.kernels.source import BLOCK
from loihi_emu.kernels.tables import (
    ALWAYS_AT_REST,
    AT_X0,
    AT_Y0,
    N_TRACES,
    N_X,
    SHARED_DRAWS,
    SLOT_X0,
    SLOT_Y0,
)


def make_learn(family: ModuleType) -> Callable[..., None]:
    """The learning epoch of one family (kernels.fixed or kernels.ideal)."""
    jit, memory = jit_for(family), family.memory
    synaptic_of, traces_of, times_of = memory.synaptic_of, memory.traces_of, memory.times_of
    structure_of, pointer_of, wide_of = memory.structure_of, memory.pointer_of, memory.wide_of
    variables_of, inputs_of, draws_of = memory.variables_of, memory.inputs_of, memory.draws_of
    variable_rows_of, input_rows_of = memory.variable_rows_of, memory.input_rows_of
    place_of, row_of, column_of = memory.place_of, memory.row_of, memory.column_of
    spiked_pre_of, spiked_post_of = memory.spiked_pre_of, memory.spiked_post_of
    bytes_in_place = family.BYTES_IN_PLACE
    history, call_kernel = family.history, family.call_kernel
    draw_row, draw_scattered, draw_tiles = (
        family.draw_row,
        family.draw_scattered,
        family.draw_tiles,
    )

    # -- inputs of a row

    @jit
    def pre_spikes(c: Any, m: Any, i: Any) -> Any:
        """x0 of pre neuron i."""
        times = times_of(m)
        return times[c.nx + i] if c.count_spikes else np.uint8(times[c.tx + i] > 0)

    @jit
    def fill_pre(c: Any, m: Any, i: Any, n: Any) -> None:
        """Inputs that hold for a whole row of pre neuron i: broadcast to n synapses."""
        structure, times, traces, inputs = structure_of(m), times_of(m), traces_of(m), inputs_of(m)
        input_rows = input_rows_of(m)
        for slot in range(c.n_slots):
            input_rows[slot] = address(inputs, slot * BLOCK)
            code = structure[c.slots + slot]
            if not is_pre(code, c.epoch):
                continue
            if code == SLOT_X0:
                fill(inputs[slot * BLOCK :], type(inputs[0])(pre_spikes(c, m, i)), n)
            else:
                moment, trace = code // N_TRACES, code % N_TRACES
                s = np.int64(c.epoch)
                if moment == AT_X0:
                    s = np.int64(times[c.tx + i])
                kept = traces[c.hx + (trace * (c.epoch + 1) + s) * c.n_pre + i]
                fill(inputs[slot * BLOCK :], kept, n)

    @jit
    def fill_post(c: Any, m: Any, i: Any, start: Any, first: Any, n: Any) -> None:
        """Inputs of n synapses of row i that differ by post neuron, in place or gathered."""
        structure, times, traces, inputs = structure_of(m), times_of(m), traces_of(m), inputs_of(m)
        input_rows = input_rows_of(m)
        indices = structure[c.indices + start :]
        for slot in range(c.n_slots):
            code = structure[c.slots + slot]
            if is_pre(code, c.epoch):
                continue
            out = inputs[slot * BLOCK :]
            moment, trace = code // N_TRACES, code % N_TRACES
            if code == SLOT_Y0:
                flags = times[c.ny :]
                if c.sparse:
                    copy_indexed(out, flags, indices, n)
                elif bytes_in_place:
                    input_rows[slot] = address(times, c.ny + first)
                else:
                    for k in range(n):
                        out[k] = flags[first + k]
            elif trace < N_X:
                own = traces[c.hx + trace * (c.epoch + 1) * c.n_pre + i :]
                spike_times = times[c.ty :]
                if c.sparse:
                    for k in range(n):
                        out[k] = own[np.int64(spike_times[indices[k]]) * c.n_pre]
                else:
                    copy_at_spikes(out, own, spike_times[first:], n, c.n_pre)
            else:
                place = post_place(c, moment, trace, np.int64(times[c.tx + i]))
                if c.sparse:
                    copy_indexed(out, traces[place:], indices, n)
                else:
                    input_rows[slot] = address(traces, place + first)

    @jit
    def post_place(c: Any, moment: Any, trace: Any, pre_time: Any) -> Any:
        """Where a y trace's values lie: its history at one step, or at each own spike."""
        y = trace - N_X
        if moment == AT_Y0:
            return c.at_own_spike + y * c.n_post
        step = pre_time if moment == AT_X0 else np.int64(c.epoch)
        return c.hy + (y * (c.epoch + 1) + step) * c.n_post

    # -- rows

    @jit
    def touch_row(c: Any, m: Any, epoch: Any, i: Any, u: Any) -> None:
        """One pre neuron's synapses, block by block, where they lie."""
        if c.sparse:
            pointer = pointer_of(m)
            low, high = pointer[c.pointer + i], pointer[c.pointer + i + 1]
        else:
            low, high = i * c.n_post, (i + 1) * c.n_post
        synaptic, variable_rows = synaptic_of(m), variable_rows_of(m)
        fill_pre(c, m, i, min(BLOCK, high - low))
        for start in range(low, high, BLOCK):
            n = min(BLOCK, high - start)
            variable_rows[0] = address(synaptic, c.w + start)
            variable_rows[1] = address(synaptic, max(c.d, 0) + start)
            variable_rows[2] = address(synaptic, max(c.t, 0) + start)
            fill_post(c, m, i, start, start - low, n)
            if c.draw_kind != SHARED_DRAWS:
                draw_row(c, m, epoch, i, start, start - low, n)
            call_kernel(c, m, n, u)

    @jit
    def touch_rows(c: Any, m: Any, epoch: Any) -> None:
        """Rows of the pre neurons that spiked in the epoch."""
        spiked = spiked_pre_of(m)
        count = spike_list(times_of(m)[c.tx :], c.n_pre, spiked)
        for k in range(count):
            if c.sparse and k + 1 < count:
                pointer, i = pointer_of(m), np.int64(spiked[k + 1])
                low, high = pointer[c.pointer + i], pointer[c.pointer + i + 1]
                prefetch_run(synaptic_of(m), c.w + low, c.w + high)
                prefetch_run(structure_of(m), c.indices + low, c.indices + high)
            touch_row(c, m, epoch, np.int64(spiked[k]), 0)

    # -- columns

    @jit
    def touch_columns(c: Any, m: Any, epoch: Any) -> None:
        """Columns of the post neurons that spiked, without the rows already done."""
        spiked = spiked_post_of(m)
        count = spike_list(times_of(m)[c.ty :], c.n_post, spiked)
        if count == 0:
            return
        variables, inputs = variables_of(m), inputs_of(m)
        variable_rows, input_rows = variable_rows_of(m), input_rows_of(m)
        for v in range(3):
            variable_rows[v] = address(variables, v * BLOCK)
        for slot in range(c.n_slots):
            input_rows[slot] = address(inputs, slot * BLOCK)
        if c.sparse:
            touch_sparse_columns(c, m, epoch, count)
        else:
            for first in range(0, count, BLOCK):
                touch_dense_columns(c, m, epoch, first, min(BLOCK, count - first))

    @jit
    def touch_dense_columns(c: Any, m: Any, epoch: Any, first: Any, count: Any) -> None:
        """Some spiking columns of a dense connection, as many rows at once as a block holds."""
        times, rows = times_of(m), row_of(m)
        tiles = BLOCK // count
        tile_post(c, m, first, count, min(tiles, c.n_pre))
        held = 0
        for i in range(c.n_pre):
            if c.has_x0 and times[c.tx + i] > 0:
                continue
            rows[held] = i
            held += 1
            if held == tiles:
                update_tiles(c, m, epoch, first, count, held)
                held = 0
        if held > 0:
            update_tiles(c, m, epoch, first, count, held)

    @jit
    def tile_post(c: Any, m: Any, first: Any, count: Any, tiles: Any) -> None:
        """Inputs of spiking post neurons that are the same in every row, once a row of a block.

        Products that wait for x0 or u are 0 here and need none of theirs.
        """
        structure, times, traces, inputs = structure_of(m), times_of(m), traces_of(m), inputs_of(m)
        spiked = spiked_post_of(m)[first:]
        for slot in range(c.n_slots):
            code = structure[c.slots + slot]
            out = inputs[slot * BLOCK :]
            moment, trace = code // N_TRACES, code % N_TRACES
            if code == SLOT_Y0:
                copy_indexed(out, times[c.ny :], spiked, count)
            elif code != SLOT_X0 and trace >= N_X and moment == AT_Y0:
                copy_indexed(out, traces[post_place(c, moment, trace, 0) :], spiked, count)
            else:
                continue
            repeat_tile(out, count, tiles)

    @jit
    def update_tiles(c: Any, m: Any, epoch: Any, first: Any, count: Any, held: Any) -> None:
        """Gather, update and scatter the spiking columns of `held` rows."""
        synaptic, variables, rows = synaptic_of(m), variables_of(m), row_of(m)
        spiked = spiked_post_of(m)[first:]
        gather_tiles(variables, synaptic[c.w :], rows, spiked, held, count, c.n_post)
        if c.d >= 0:
            gather_tiles(variables[BLOCK:], synaptic[c.d :], rows, spiked, held, count, c.n_post)
        if c.t >= 0:
            tags = variables[2 * BLOCK :]
            gather_tiles(tags, synaptic[c.t :], rows, spiked, held, count, c.n_post)
        fill_pre_at_y0(c, m, spiked, count, held)
        if c.draw_kind != SHARED_DRAWS:
            draw_tiles(c, m, epoch, spiked, count, held)
        call_kernel(c, m, held * count, 0)
        scatter_tiles(variables, synaptic[c.w :], rows, spiked, held, count, c.n_post)
        if c.d >= 0:
            scatter_tiles(variables[BLOCK:], synaptic[c.d :], rows, spiked, held, count, c.n_post)
        if c.t >= 0:
            tags = variables[2 * BLOCK :]
            scatter_tiles(tags, synaptic[c.t :], rows, spiked, held, count, c.n_post)

    @jit
    def fill_pre_at_y0(c: Any, m: Any, spiked: Any, count: Any, held: Any) -> None:
        """The block's rows: x0, and x traces at the steps at which the post neurons spiked."""
        structure, times, traces, inputs = structure_of(m), times_of(m), traces_of(m), inputs_of(m)
        rows, n_pre, one_step = row_of(m), c.n_pre, c.epoch == 1
        spike_times = times[c.ty :]
        for slot in range(c.n_slots):
            code = structure[c.slots + slot]
            moment, trace = code // N_TRACES, code % N_TRACES
            out = inputs[slot * BLOCK :]
            if code == SLOT_X0:
                for tile in range(held):
                    value = type(inputs[0])(pre_spikes(c, m, rows[tile]))
                    fill(out[tile * count :], value, count)
                continue
            if code == SLOT_Y0 or moment != AT_Y0 or trace >= N_X:
                continue
            own = traces[c.hx + trace * (c.epoch + 1) * n_pre :]
            for tile in range(held):
                i, at = np.int64(rows[tile]), tile * count
                if one_step:
                    fill(out[at:], own[n_pre + i], count)
                else:
                    for k in range(count):
                        out[at + k] = own[np.int64(spike_times[spiked[k]]) * n_pre + i]

    @jit
    def touch_sparse_columns(c: Any, m: Any, epoch: Any, count: Any) -> None:
        """Spiking columns of a sparse connection, synapse by synapse."""
        structure, pointer, times = structure_of(m), pointer_of(m), times_of(m)
        place, row, column, spiked = place_of(m), row_of(m), column_of(m), spiked_post_of(m)
        rows, synapses = structure[c.column_rows :], structure[c.column_synapses :]
        pre_times, has_x0 = times[c.tx :], c.has_x0
        filled = 0
        for k in range(count):
            j = spiked[k]
            low, high = pointer[c.column_pointer + j], pointer[c.column_pointer + j + 1]
            for entry in range(low, high):
                i = rows[entry]
                if has_x0 and pre_times[i] > 0:
                    continue
                place[filled] = synapses[entry]
                row[filled] = i
                column[filled] = j
                filled += 1
                if filled == BLOCK:
                    update_scattered(c, m, epoch, filled)
                    filled = 0
        if filled > 0:
            update_scattered(c, m, epoch, filled)

    @jit
    def update_scattered(c: Any, m: Any, epoch: Any, n: Any) -> None:
        """Gather, update and scatter n synapses."""
        synaptic, variables, place = synaptic_of(m), variables_of(m), place_of(m)
        for k in range(n):
            prefetch(synaptic, c.w + place[k])
        copy_indexed(variables, synaptic[c.w :], place, n)
        if c.d >= 0:
            copy_indexed(variables[BLOCK:], synaptic[c.d :], place, n)
        if c.t >= 0:
            copy_indexed(variables[2 * BLOCK :], synaptic[c.t :], place, n)
        for slot in range(c.n_slots):
            fill_scattered(c, m, slot, n)
        if c.draw_kind != SHARED_DRAWS:
            draw_scattered(c, m, epoch, n)
        call_kernel(c, m, n, 0)
        scatter_indexed(variables, synaptic[c.w :], place, n)
        if c.d >= 0:
            scatter_indexed(variables[BLOCK:], synaptic[c.d :], place, n)
        if c.t >= 0:
            scatter_indexed(variables[2 * BLOCK :], synaptic[c.t :], place, n)

    @jit
    def fill_scattered(c: Any, m: Any, slot: Any, n: Any) -> None:
        """One input row of a block of scattered synapses of post neurons that spiked."""
        structure, times, traces, inputs = structure_of(m), times_of(m), traces_of(m), inputs_of(m)
        row, column = row_of(m), column_of(m)
        code, out = structure[c.slots + slot], inputs[slot * BLOCK :]
        moment, trace = code // N_TRACES, code % N_TRACES
        if code == SLOT_Y0:
            copy_indexed(out, times[c.ny :], column, n)
        elif code == SLOT_X0:
            for k in range(n):
                out[k] = pre_spikes(c, m, row[k])
        elif moment == AT_Y0 and trace < N_X:
            n_pre, spike_times = c.n_pre, times[c.ty :]
            own = traces[c.hx + trace * (c.epoch + 1) * n_pre :]
            for k in range(n):
                out[k] = own[np.int64(spike_times[column[k]]) * n_pre + row[k]]
        elif moment == AT_Y0:
            copy_indexed(out, traces[post_place(c, moment, trace, 0) :], column, n)

    # -- synapses that move without a spike

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
        return synaptic_of(m)[start : start + c.n_synapses].min() < rest

    # -- traces

    @jit
    def histories(c: Any, m: Any, step: Any, s: Any, impulse_x: Any, impulse_y: Any) -> None:
        """Every live trace at every step of the epoch; `s` numbers the step in shared draws."""
        wide, times, traces = wide_of(m), times_of(m), traces_of(m)
        decays, rows = memory.decay_of(m), c.epoch + 1
        for trace in range(N_TRACES):
            if not wide[c.live + trace]:
                continue
            decay = decays[((N_TRACES + 1) * c.draws + trace) * m.chunk + s]
            if trace < N_X:
                n, stored = c.n_pre, c.x + trace * c.n_pre
                out = c.hx + trace * rows * n
                history(c, m, trace, stored, c.tx, out, n, step, decay, impulse_x)
            else:
                y, n = trace - N_X, c.n_post
                stored, out = c.y + y * n, c.hy + y * rows * n
                history(c, m, trace, stored, c.ty, out, n, step, decay, impulse_y)
                if c.has_y0:
                    own, spike_times = traces[c.at_own_spike + y * n :], times[c.ty :]
                    spiked = spiked_post_of(m)
                    for k in range(spike_list(spike_times, n, spiked)):
                        j = spiked[k]
                        own[j] = traces[out + np.int64(spike_times[j]) * n + j]

    @jit
    def keep_last(c: Any, m: Any) -> None:
        """Stored traces become those of the epoch's last step; spike times are forgotten."""
        wide, times, traces = wide_of(m), times_of(m), traces_of(m)
        rows = c.epoch + 1
        for trace in range(N_TRACES):
            if wide[c.live + trace]:
                if trace < N_X:
                    n, stored = c.n_pre, c.x + trace * c.n_pre
                    last = c.hx + (trace * rows + c.epoch) * n
                elif c.third < 0 and c.third_population < 0:
                    n, stored = c.n_post, c.y + (trace - N_X) * c.n_post
                    last = c.hy + ((trace - N_X) * rows + c.epoch) * n
                else:
                    continue
                copy(traces[stored:], traces[last:], n)
        times[c.tx : c.tx + c.n_pre] = 0
        times[c.ty : c.ty + c.n_post] = 0
        if c.count_spikes:
            times[c.nx : c.nx + c.n_pre] = 0
            times[c.ny : c.ny + c.n_post] = 0

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
            u = c.has_u and (number - 1 + c.first_epoch) % (np.int64(1) << c.decimation) == 0
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
