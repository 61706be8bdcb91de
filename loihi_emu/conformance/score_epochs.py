"""The probability that a machine gives to each step of a recorded run, epoch by epoch.

It is a filter. At the start of each epoch, recorded values are known. A value that is not recorded
(a hidden trace, a tag) has a distribution, which every recorded value narrows. Within an epoch the
order is x1, x2, y1, y2, y3, w, d, t; each is scored given those before it, so the product is the
joint probability. An impossible value is taken as recorded, and the others keep their
distributions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final, NamedTuple

from loihi_emu.chip.decimation import is_due
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.microcode import BEFORE, VARIABLES
from loihi_emu.compiler.synapse_format import truncated
from loihi_emu.conformance.law_spikes import strike
from loihi_emu.conformance.law_synapse import Synapse, SynapseLaw, as_inputs, update
from loihi_emu.conformance.law_traces import Side, Struck, with_value
from loihi_emu.conformance.score_ends import Block, End, OpenEnds, blocks_of, end_law, narrow
from loihi_emu.conformance.score_series import TRACE_NAMES, SeriesRun
from loihi_emu.conformance.score_transition import Distribution, Transition


class _Belief(NamedTuple):
    """What can be true of the synapse: followed traces of both sides and w, d, t."""

    x: Struck
    y: Struck
    synapse: Synapse


_SYNAPTIC: Final[tuple[str, ...]] = VARIABLES
_X: Final = TRACE_NAMES[:2]
_Y: Final = TRACE_NAMES[2:]


def transitions(run: SeriesRun, machine: Machine) -> Iterator[Transition]:
    """List every transition of a run that can be scored, in the order of time.

    Raises
    ------
    ParameterError
        The machine does not have what the run's rule uses.
    """
    yield from _Filter(run, machine).run_all()


class _Filter:
    """The state of the walk through one run."""

    def __init__(self, run: SeriesRun, machine: Machine) -> None:
        self.run, self.machine = run, machine
        self.epoch = run.t_epoch if machine.epochs else 1
        self.law: SynapseLaw | None = None
        if run.rule is not None:
            self.law = SynapseLaw.of(run.rule, machine, run.sign_mode, run.num_weight_bits)
        slots = self.law.slots if self.law else ()
        used = {trace for trace, _ in slots} | set(run.recorded) & set(TRACE_NAMES)
        if run.graded == "add_no_saturation":
            used.add("x1")
        self.names = tuple(name for name in TRACE_NAMES if name in used)
        x = tuple(name for name in self.names if name in _X)
        y = tuple(name for name in self.names if name in _Y)
        graded = run.graded if "x1" in x else "default"
        self.x_side = Side(machine, tuple(run.traces[n] for n in x), self.epoch, True, graded)
        self.y_side = Side(machine, tuple(run.traces[n] for n in y), self.epoch, False)
        self.side_names = {True: x, False: y}
        self.blocks = (*blocks_of(self.x_side, x), *blocks_of(self.y_side, y))
        w0, d0, t0 = run.initial
        w0 = truncated(w0, machine, run.sign_mode, run.num_weight_bits)
        at_rest = self.x_side.start((0,) * len(x)), self.y_side.start((0,) * len(y))
        start = _Belief(*at_rest, (w0, d0, t0))
        self.belief: dict[_Belief, float] = {start: 1.0}
        self.unsettled = False

    # -- the walk

    def run_all(self) -> Iterator[Transition]:
        """All epochs that the run holds whole."""
        for number in range(1, self.run.steps // self.epoch + 1):
            first = (number - 1) * self.epoch + 1
            left_out = any(first <= s < first + self.epoch for s in self.run.unknown_steps)
            found = [*self._within(first), *self._at_end(first, number)]
            self.unsettled = (self.unsettled or left_out) and "x1" not in self.run.recorded
            if self.unsettled and self._overwritten(first):
                self.unsettled = False
            elif not (left_out or self.unsettled):
                yield from found
            self._pin(first + self.epoch - 1)

    def _overwritten(self, first: int) -> bool:
        """Whether a settled payload replaced x1, so that what it was before no longer matters."""
        known = [s for s in self.run.pre if first <= s < first + self.epoch]
        return (
            self.run.graded == "overwrite"
            and bool(known)
            and known[-1] not in self.run.unknown_steps
        )

    def _within(self, first: int) -> list[Transition]:
        """Spikes of the epoch, and recorded values between its ends."""
        found: list[Transition] = []
        for within in range(1, self.epoch + 1):
            step = first + within - 1
            wrote: set[str] = set()
            if step in self.run.pre:
                wrote = self._spike(True, within, self.run.pre[step])
            if step in self.run.post:
                wrote |= self._spike(False, within, 0)
            if within < self.epoch:
                found += self._observe(step, wrote)
        return found

    def _spike(self, pre: bool, within: int, payload: int) -> set[str]:
        """Give one side's spike to every belief; names of traces it may have written at once."""
        side = self.x_side if pre else self.y_side
        names = self.side_names[pre]
        after: defaultdict[_Belief, float] = defaultdict(float)
        repeated = False
        for belief, weight in self.belief.items():
            state = belief.x if pre else belief.y
            repeated = repeated or state.spike_step > 0
            for p, struck in strike(side, state, within, payload):
                moved = belief._replace(x=struck) if pre else belief._replace(y=struck)
                after[moved] += weight * p
        self.belief = dict(after)
        if repeated and self.machine.second_spike == "adds":
            return set(names)
        return {"x1"} if pre and side.graded != "default" else set()

    def _observe(self, step: int, wrote: set[str]) -> list[Transition]:
        """Recorded values after a step within an epoch: written by a spike, or as they were."""
        found = []
        for name, series in self.run.recorded.items():
            value = series[step - 1]
            before = series[step - 2] if step > 1 else self._initial(name)
            law = self._marginal(self.belief, name)
            transition = Transition(
                self.run.name, name, "spike" if name in wrote else "rest", step - 1, step, before,
                value, law,
            )  # fmt: skip
            if name in wrote or transition.probability == 0:
                found.append(transition)
            self._condition(name, value)
        return found

    def _marginal(self, beliefs: Mapping[_Belief, float], name: str) -> Distribution:
        """The law of one variable."""
        law: defaultdict[int, float] = defaultdict(float)
        for belief, p in beliefs.items():
            law[self._value(belief, name)] += p
        return dict(law)

    def _condition(self, name: str, value: int) -> None:
        """Keep the beliefs in which `name` has `value`; where none has, take the value as it is."""
        kept = {b: p for b, p in self.belief.items() if self._value(b, name) == value}
        if not kept:
            forced: defaultdict[_Belief, float] = defaultdict(float)
            for belief, p in self.belief.items():
                forced[self._set(belief, name, value)] += p
            kept = dict(forced)
        self.belief = _normalised(kept)

    def _initial(self, name: str) -> int:
        """Value of a variable before step 1."""
        return self.run.initial[_SYNAPTIC.index(name)] if name in _SYNAPTIC else 0

    def _value(self, belief: _Belief, name: str) -> int:
        """Value of a variable in a belief."""
        if name in _SYNAPTIC:
            return belief.synapse[_SYNAPTIC.index(name)]
        pre = name in _X
        return (belief.x if pre else belief.y).values[self.side_names[pre].index(name)]

    def _set(self, belief: _Belief, name: str, value: int) -> _Belief:
        """The belief with another value of a variable."""
        if name in _SYNAPTIC:
            return belief._replace(synapse=with_value(belief.synapse, _SYNAPTIC.index(name), value))
        pre = name in _X
        state = belief.x if pre else belief.y
        values = with_value(state.values, self.side_names[pre].index(name), value)
        moved = state._replace(values=values)
        return belief._replace(x=moved) if pre else belief._replace(y=moved)

    # -- an epoch's end

    def _at_end(self, first: int, number: int) -> list[Transition]:
        """Traces first, each given those before; then the synapse, given all of them."""
        last = first + self.epoch - 1
        open_ends = [
            (weight, belief, [self._end_law(belief, block) for block in self.blocks])
            for belief, weight in self.belief.items()
        ]
        found = []
        name: str
        for name in self.names:
            if name not in self.run.recorded:
                continue
            value = self.run.recorded[name][last - 1]
            law, open_ends = narrow(open_ends, name, value)
            found.append(self._transition(name, last, value, law))
        joint = self._synaptic_law(open_ends, number)
        for name in _SYNAPTIC:
            if name not in self.run.recorded:
                continue
            value = self.run.recorded[name][last - 1]
            law = self._marginal(joint, name)
            found.append(self._transition(name, last, value, law))
            self.belief = joint
            self._condition(name, value)
            joint = self.belief
        self.belief = joint
        return found

    def _transition(self, name: str, last: int, value: int, law: Distribution) -> Transition:
        """The transition of a whole epoch."""
        before = last - self.epoch
        return Transition(
            self.run.name, name, "epoch", before, last, self._recorded_before(name, before), value,
            law,
        )  # fmt: skip

    def _recorded_before(self, name: str, step: int) -> int:
        """The recorded value at an epoch's start."""
        return self.run.recorded[name][step - 1] if step else self._initial(name)

    def _end_law(self, belief: _Belief, block: Block) -> dict[End, float]:
        """The law of a block's traces that follows from a belief."""
        steps = {"x0": belief.x.spike_step, "y0": belief.y.spike_step}
        state = belief.x if block.pre else belief.y
        return end_law(block, state, self.law.slots if self.law else (), steps)

    def _synaptic_law(self, open_ends: OpenEnds[_Belief], number: int) -> dict[_Belief, float]:
        """The law of the next epoch's start, given all recorded traces."""
        after: defaultdict[_Belief, float] = defaultdict(float)
        for weight, belief, blocks in open_ends:
            for combination in product(*(block.items() for block in blocks)):
                probability = weight
                ends: dict[str, int] = {}
                read: dict[str, int] = {}
                kept: dict[str, int] = {}
                for end, p in combination:
                    probability *= p
                    ends.update(end.ends)
                    read.update(end.read)
                    kept.update(end.kept)
                x, y = (self._next(pre, ends, kept) for pre in (True, False))
                for synapse, p in self._updates(belief, ends, read, kept, number):
                    after[_Belief(x, y, synapse)] += probability * p
        return _normalised(after)

    def _next(self, pre: bool, ends: Mapping[str, int], kept: Mapping[str, int]) -> Struck:
        """One side as the next epoch finds it."""
        names = self.side_names[pre]
        left = tuple(kept[name] for name in names if name in kept)
        return Struck(tuple(ends[name] for name in names), kept=left)

    def _updates(
        self, belief: _Belief, ends: Mapping[str, int], read: Mapping[str, int],
        kept: Mapping[str, int], number: int,
    ) -> tuple[tuple[Synapse, float], ...]:  # fmt: skip
        """The rule's law for one set of readings."""
        if self.law is None:
            return ((belief.synapse, 1.0),)
        k = self.law.code.decimation
        counts = self.machine.spike_factor == "count"
        inputs = {
            "x0": belief.x.n_spikes if counts else int(belief.x.spike_step > 0),
            "y0": belief.y.n_spikes if counts else int(belief.y.spike_step > 0),
            "u": int(k is not None and self._is_due(number, k)),
        }
        for trace, moment in self.law.slots:
            slot = f"{trace}@{moment}"
            if moment == BEFORE:
                inputs[slot] = kept[trace] if trace in kept else self._value(belief, trace)
            else:
                inputs[slot] = ends[trace] if moment == "u" else read[slot]
        return update(self.law, belief.synapse, as_inputs(inputs))

    def _is_due(self, number: int, k: int) -> bool:
        """Whether u_k counts in an epoch."""
        count = number - 1 + self.machine.first_epoch
        return is_due(count, k, in_seconds=self.machine.decimation_counts == "seconds")

    def _pin(self, last: int) -> None:
        """The next epoch starts from what is recorded."""
        for name, series in self.run.recorded.items():
            self._condition(name, series[last - 1])


def _normalised(beliefs: Mapping[_Belief, float]) -> dict[_Belief, float]:
    """Probabilities that sum to 1."""
    total = sum(beliefs.values())
    return {belief: p / total for belief, p in beliefs.items()}
