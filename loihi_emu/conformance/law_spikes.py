"""What a spike does to stored traces at once: payloads, and impulses of repeated spikes.

Example: under `overwrite` a payload of 51 leaves 26 in x1, whatever was there.
Authority: `loihi_emu.chip.machines` for the fields, kernels/fixed/trace_spikes.py for the order.
"""

from __future__ import annotations

from typing import Final

from loihi_emu.chip import decay
from loihi_emu.chip.formats import TRACE
from loihi_emu.chip.machines import Machine
from loihi_emu.conformance.law_traces import (
    Interval,
    Side,
    Struck,
    Values,
    bounded,
    compare,
    with_value,
)

_PAYLOAD_MASK: Final = decay.TRACE_VALUES - 1


def strike(side: Side, state: Struck, step: int, payload: int) -> list[tuple[float, Struck]]:
    """What a spike in step `step` of the epoch does at once, with the probability of each case.

    Parameters
    ----------
    side : Side
    state : Struck
    step : int
        Within the epoch, 1 is the first.
    payload : int
        Ignored unless the side is graded.

    Examples
    --------
    >>> from loihi_emu import LAVA, Trace
    >>> side = Side(LAVA, (Trace(0, 10),), t_epoch=4, pre=True, graded="overwrite")
    >>> strike(side, Struck((3,)), 1, 51)
    [(1.0, Struck(values=(26,), spike_step=1, n_spikes=1, impulse_draw=None, kept=()))]
    """
    values, timed, first = list(state.values), True, 0
    if side.graded != "default":
        first = 1
        values[0], timed = _written(side, values[0], payload)
    stored = state._replace(values=tuple(values))
    if not timed:
        return [(1.0, stored)]
    if state.spike_step and side.machine.second_spike == "lost":
        return [(1.0, stored._replace(n_spikes=state.n_spikes + 1))]
    now = stored._replace(spike_step=step, n_spikes=state.n_spikes + 1)
    if state.spike_step == 0:
        return [(1.0, now)]
    return _repeat(side, now, first, step)


def _written(side: Side, value: int, payload: int) -> tuple[int, bool]:
    """The value that a payload leaves, and whether its spike is timed."""
    half = _half(side.machine, payload)
    if side.graded == "overwrite":
        return half, True
    total = (value + half) & _PAYLOAD_MASK
    if side.graded == "add_saturation":
        return min(total, TRACE.highest), True
    if total <= TRACE.highest:
        return total, False
    kept = total & TRACE.highest if side.machine.overflow_keeps == "mask" else total - TRACE.highest
    return kept, True


def _half(machine: Machine, payload: int) -> int:
    """Half a payload; ties to even or up, as the machine rounds them."""
    whole, tie = payload >> 1, payload & 1
    up = tie if machine.half_payload == "half_up" else tie & whole & 1
    return (whole + up) & _PAYLOAD_MASK


def _repeat(side: Side, state: Struck, first: int, step: int) -> list[tuple[float, Struck]]:
    """Impulses of a spike that is not its epoch's first, added to the stored traces."""
    machine = side.machine
    worlds: list[tuple[float, Values, Interval | None]] = [(1.0, state.values, None)]
    size = 1 << machine.impulse_draw_bits
    if side.shares:
        worlds = [(1.0, state.values, (0, size))]
    if side.pre and machine.repeated_pre_impulse == "rounded_up":
        worlds = [(1.0, state.values, (0, 1))]
    for index in range(first, len(side.traces)):
        whole, fraction = decay.impulse(machine, side.traces[index].impulse)
        worlds = [
            (p * q, with_value(values, index, bounded(values[index] + whole + up)), left)
            for p, values, draw in worlds
            for q, up, left in compare(draw, fraction, size)
        ]
    reused = side.pre and side.shares and step == side.t_epoch
    reused = reused and machine.repeated_pre_impulse == "drawn"
    return [
        (p, state._replace(values=values, impulse_draw=draw if reused else None))
        for p, values, draw in worlds
    ]
