"""The distribution of one side's traces in an epoch: every outcome with its exact probability.

A machine's fields say when a trace is rounded (in every step, or once from event to event) and
which traces share a draw. With draws of their own, the probabilities of the roundings are
multiplied. With a shared draw, one uniform number decides all roundings, and each outcome is an
interval of it.
Example: on a shared draw 16 with tau 10 becomes, in 4 steps, one value per interval of the draw.
Authority: `loihi_emu.chip.machines` for the fields, kernels/fixed/trace_decay.py for the order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from loihi_emu.chip import decay
from loihi_emu.chip.formats import DRAW, TRACE
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.rule import Trace

Graded = Literal["default", "overwrite", "add_saturation", "add_no_saturation"]
Interval = tuple[int, int]
Values = tuple[int, ...]
Moment = tuple[int, int]
"""Index of a trace among those followed, and the step within the epoch at which it is read."""

_NARROWING: Final = decay.DECAY_DRAW_BITS - DRAW.bits


@dataclass(frozen=True, eq=False)
class Side:
    """Traces of one neuron that are followed through an epoch; laws are remembered per object.

    Parameters
    ----------
    machine : Machine
    traces : tuple of Trace
        Of the followed ones; a trace that payloads write has an impulse of 0.
    t_epoch : int
        Steps of an epoch.
    pre : bool
        Whether these are x traces; they may be written by payloads.
    graded : str
        What a payload does to the first trace, which is then x1.
    """

    machine: Machine
    traces: tuple[Trace, ...]
    t_epoch: int
    pre: bool
    graded: Graded = "default"

    @property
    def name(self) -> str:
        """Any trace of the side: all count time alike."""
        return "x1" if self.pre else "y1"

    @property
    def shares(self) -> bool:
        """Whether one draw serves the side's traces and steps."""
        return shares_draws(self.machine)

    @property
    def keeps(self) -> bool:
        """Whether a rounding's fraction is that of what the decay before it left."""
        each_step = self.machine.decay_staging == "step" or self.t_epoch == 1
        return self.machine.trace_fraction == "kept" and each_step

    def start(self, values: Values) -> Struck:
        """The side before its first epoch."""
        return Struck(values, kept=values if self.keeps else ())


def shares_draws(machine: Machine) -> bool:
    """Whether the machine's own source gives one draw to a whole connection."""
    return machine.random_source == "pcg64"


class Struck(NamedTuple):
    """A side in the midst of an epoch: stored values and what is known of its spikes.

    Parameters
    ----------
    values : tuple of int
        Stored traces: those of the epoch's start as spikes have changed them since.
    spike_step : int
        The last timed spike, 1..t_epoch; 0 for none.
    n_spikes : int
        Timed spikes.
    impulse_draw : (int, int) or None
        What is known of the impulse draw that the epoch's end will use again.
    kept : tuple of int
        What the last decay left of each trace, on a side that `keeps` it; else empty.
    """

    values: Values
    spike_step: int = 0
    n_spikes: int = 0
    impulse_draw: Interval | None = None
    kept: Values = ()


class Outcome(NamedTuple):
    """What an epoch leaves: values at its end, those read at moments before, those kept."""

    ends: Values
    read: Values
    kept: Values = ()


@lru_cache(maxsize=1 << 14)
def finish(side: Side, state: Struck, moments: tuple[Moment, ...]) -> Mapping[Outcome, float]:
    """The law of an epoch's end: decay by steps or events, and the timed spike's impulse.

    Parameters
    ----------
    side : Side
    state : Struck
        When the epoch's spikes have been seen.
    moments : tuple of (trace, step)
        What else has to be known, in ascending steps; step 0 stands for the epoch's start.

    Returns
    -------
    mapping of Outcome to float
        Probabilities, which sum to 1; `read` is in the order of `moments`.

    Examples
    --------
    >>> from loihi_emu import LAVA, Trace
    >>> side = Side(LAVA, (Trace(16, 10),), t_epoch=1, pre=True)
    >>> for outcome, p in sorted(finish(side, Struck((16,)), ()).items()):
    ...     print(outcome.ends, round(p, 3))
    (14,) 0.523
    (15,) 0.477
    """
    machine = side.machine
    shared = side.shares
    steps = {moment[1] for moment in moments} | {state.spike_step, side.t_epoch}
    each_step = machine.decay_staging == "step"
    stops = range(1, side.t_epoch + 1) if each_step else sorted(steps - {0})
    early = tuple(state.values[trace] for trace, step in moments if step == 0)
    start = _World(
        state.values, state.values, early,
        (0, 1 << decay.DECAY_DRAW_BITS) if shared else None,
        (state.impulse_draw or (0, 1 << machine.impulse_draw_bits)) if shared else None,
        state.kept,
    )  # fmt: skip
    worlds: dict[_World, float] = {start: 1.0}
    event = 0
    for stop in stops:
        renews = each_step or stop == state.spike_step
        for index in range(len(side.traces)):
            worlds = _stage(side, worlds, index, stop - event, stop == state.spike_step)
        worlds = _remember(worlds, tuple(t for t, step in moments if step == stop), renews)
        event = stop if renews else event
    law: defaultdict[Outcome, float] = defaultdict(float)
    for world, probability in worlds.items():
        law[Outcome(world.values, world.read, world.kept)] += probability
    return dict(law)


class _World(NamedTuple):
    """One way an epoch can have gone: last event's values, present ones, readings, shared draws."""

    event_values: Values
    values: Values
    read: Values
    decay_draw: Interval | None
    impulse_draw: Interval | None
    kept: Values


def _stage(
    side: Side, worlds: Mapping[_World, float], index: int, steps: int, spiked: bool
) -> dict[_World, float]:
    """One trace's rounding after `steps` steps of decay, and its impulse."""
    machine, trace = side.machine, side.traces[index]
    table = _thresholds(machine, trace.tau, steps * decay.unit(machine, side.name, side.t_epoch))
    whole, fraction = decay.impulse(machine, trace.impulse)
    impulse_size = 1 << machine.impulse_draw_bits
    after: defaultdict[_World, float] = defaultdict(float)
    for world, probability in worlds.items():
        left_whole, threshold, size = table[world.event_values[index]]
        if side.keeps:
            threshold = table[world.kept[index]][1]
        for p, up, draw in compare(world.decay_draw, threshold, size):
            value = left_whole + up
            world = world._replace(kept=with_value(world.kept, index, value) if side.keeps else ())
            if not spiked:
                moved = world._replace(
                    values=with_value(world.values, index, value), decay_draw=draw
                )
                after[moved] += probability * p
                continue
            for q, more, left in compare(world.impulse_draw, fraction, impulse_size):
                raised = with_value(world.values, index, bounded(value + whole + more))
                moved = world._replace(values=raised, decay_draw=draw, impulse_draw=left)
                after[moved] += probability * p * q
    return after


def _remember(
    worlds: Mapping[_World, float], traces: tuple[int, ...], renews: bool
) -> dict[_World, float]:
    """Note what is read now; an event's values are those that decay from here on."""
    after: defaultdict[_World, float] = defaultdict(float)
    for world, probability in worlds.items():
        read = (*world.read, *(world.values[trace] for trace in traces))
        base = world.values if renews else world.event_values
        after[world._replace(event_values=base, read=read)] += probability
    return after


def compare(
    draw: Interval | None, threshold: int, size: int
) -> Iterator[tuple[float, int, Interval | None]]:
    """Cases of `draw < threshold`: probability, 1 or 0, and what is then known of the draw.

    A draw of None is a fresh one below `size`, of which nothing stays known.
    """
    low, high = (0, size) if draw is None else draw
    cut = min(max(threshold, low), high)
    if cut > low:
        yield (cut - low) / (high - low), 1, None if draw is None else (low, cut)
    if high > cut:
        yield (high - cut) / (high - low), 0, None if draw is None else (cut, high)


@lru_cache(maxsize=1 << 10)
def _thresholds(machine: Machine, tau: float, steps: float) -> tuple[tuple[int, int, int], ...]:
    """For every value: what is kept, the threshold of rounding up, and the draw's size."""
    whole, threshold = decay.table(machine, tau, steps)
    shared = shares_draws(machine)
    narrowed = [int(t) if shared else -(-int(t) >> _NARROWING) for t in threshold]
    size = 1 << (decay.DECAY_DRAW_BITS if shared else DRAW.bits)
    return tuple((int(w), t, size) for w, t in zip(whole, narrowed, strict=True))


def bounded(value: int) -> int:
    """The nearest value of a trace's format."""
    return min(value, TRACE.highest)


def with_value(values: Values, index: int, value: int) -> Values:
    """`values` with another at `index`."""
    return (*values[:index], value, *values[index + 1 :])
