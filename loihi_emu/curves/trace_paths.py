"""Every way in which the traces of one neuron can go through a learning epoch, with probabilities.

A decay rounds up or down, an impulse with a fraction too: nothing else is random. So from the
machine's own tables the distribution of a trace follows exactly, as far as floating-point sums go.
Where a machine shares a draw (all steps of an epoch, all traces of a side), the paths share it too:
a path holds the interval of draws that leads along it.
Example: tau 10 takes 16 to 14 with probability 0.523, and to 15 with 0.477.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from loihi_emu.chip import decay
from loihi_emu.chip.arithmetic import saturate
from loihi_emu.chip.formats import RECEIVED_TRACE_TAU, TRACE
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.microcode import BEFORE
from loihi_emu.compiler.rule import LearningRule, Trace

_DRAWS: Final = 1 << decay.DECAY_DRAW_BITS

State = tuple[tuple[int, int], ...]
"""Of each trace: its value, and what its last decay kept of it before impulses."""

Notes = tuple[tuple[str, int], ...]
"""Slots such as `x1@y0`, each with the value that a rule reads there."""


@dataclass(frozen=True)
class _Law:
    """One trace: whole part and threshold of each value by steps decayed, and its impulse."""

    name: str
    whole: list[list[int]]
    threshold: list[list[int]]
    impulse: tuple[int, float]


class Side:
    """The traces of one neuron that a rule reads, on one machine.

    Parameters
    ----------
    rule : LearningRule
    machine : Machine
    names : iterable of str
        Traces of one side: x1, x2, or y1, y2, y3.
    slots : iterable of str
        What the rule reads of them, as `x1@y0`; the rest is not noted.
    received : iterable of str
        Those that a third factor writes: they take no impulse.
    """

    def __init__(
        self,
        rule: LearningRule,
        machine: Machine,
        names: Iterable[str],
        slots: Iterable[str],
        received: Iterable[str] = (),
    ) -> None:
        self.epoch = rule.t_epoch
        self.slots = frozenset(slots)
        self.names = tuple(names)
        self._staged = machine.decay_staging == "epoch"
        jumps = self.epoch if self._staged else 1
        self._kept = machine.trace_fraction == "kept" and jumps == 1
        self._shared = machine.random_source == "pcg64"
        self._laws = tuple(
            _law(
                name,
                Trace(0, RECEIVED_TRACE_TAU) if name in received else getattr(rule, name),
                machine,
                jumps,
                rule.t_epoch,
            )
            for name in self.names
        )

    def epoch_paths(
        self, start: Mapping[State, float], spike: int, moments: Mapping[str, int]
    ) -> dict[tuple[State, Notes], float]:
        """Where an epoch leads.

        Parameters
        ----------
        start : dict of State to float
            Probabilities of the states before the epoch; they add up to 1.
        spike : int
            Step of the neuron's spike in the epoch, 1..t_epoch; 0: none.
        moments : dict of str to int
            Step in which a moment (`x0`, `y0`, `u`, `before`) reads; 0: before the first.

        Returns
        -------
        dict of (State, Notes) to float
            Probabilities of the state after the epoch and of what was read in it.
        """
        found: dict[tuple[State, Notes], float] = {}
        for state, probability in start.items():
            paths: _Paths = {(state, state, self._notes(state, moments, 0), 0, _DRAWS): probability}
            last = 0
            for step in range(1, self.epoch + 1):
                wanted = step in (spike, self.epoch, *moments.values())
                if self._staged and not wanted:
                    continue
                paths = self._step(paths, step - last if self._staged else 1)
                if step == spike:
                    paths = self._spike(paths)
                    last = step
                noted: _Paths = {}
                for (base, now, notes, low, high), p in paths.items():
                    base = base if self._staged and step != spike else now
                    key = (base, now, (*notes, *self._notes(now, moments, step)), low, high)
                    noted[key] = noted.get(key, 0.0) + p
                paths = noted
            for (_, now, notes, *_), p in paths.items():
                read = self._reread(now, notes, moments)
                found[now, read] = found.get((now, read), 0.0) + p
        return found

    def _notes(self, state: State, moments: Mapping[str, int], step: int) -> Notes:
        """What the moments of a step read."""
        return tuple(
            (f"{name}@{moment}", value)
            for moment, at in moments.items()
            if at == step
            for name, (value, _) in zip(self.names, state, strict=True)
            if f"{name}@{moment}" in self.slots
        )

    def _reread(self, now: State, notes: Notes, moments: Mapping[str, int]) -> Notes:
        """`notes`, with `before` as what the last decay left, where a machine keeps that."""
        if not self._kept or BEFORE not in moments:
            return notes
        kept = tuple(
            (f"{name}@{BEFORE}", value)
            for name, (_, value) in zip(self.names, now, strict=True)
            if f"{name}@{BEFORE}" in self.slots
        )
        return (*(one for one in notes if not one[0].endswith(f"@{BEFORE}")), *kept)

    def _step(self, paths: _Paths, steps: int) -> _Paths:
        """One decay of every trace, from the base of each path."""
        for place, law in enumerate(self._laws):
            whole, threshold = law.whole[steps - 1], law.threshold[steps - 1]
            new: _Paths = {}
            for (base, now, notes, low, high), p in paths.items():
                value, kept = base[place]
                edge = threshold[kept if self._kept else value]
                for up, first, last in ((1, low, min(high, edge)), (0, max(low, edge), high)):
                    if first >= last:
                        continue
                    share = (last - first) / (high - low)
                    result = saturate(whole[value] + up, TRACE.lowest, TRACE.highest)
                    reached = (*now[:place], (result, whole[value] + up), *now[place + 1 :])
                    ends = (first, last) if self._shared else (low, high)
                    key = (base, reached, notes, *ends)
                    new[key] = new.get(key, 0.0) + p * share
            paths = new
        return paths

    def _spike(self, paths: _Paths) -> _Paths:
        """The impulse of every trace; the traces of a side share a draw where draws are shared."""
        new: _Paths = {}
        for (base, now, notes, low, high), p in paths.items():
            for added, share in self._impulses():
                raised = tuple(
                    (saturate(value + more, TRACE.lowest, TRACE.highest), kept)
                    for (value, kept), more in zip(now, added, strict=True)
                )
                key = (base, raised, notes, low, high)
                new[key] = new.get(key, 0.0) + p * share
        return new

    def _impulses(self) -> list[tuple[tuple[int, ...], float]]:
        """What one spike adds to the traces, with probabilities."""
        fractions = [law.impulse[1] for law in self._laws]
        found: list[tuple[tuple[int, ...], float]] = []
        if self._shared:
            edges = sorted({0.0, *fractions, 1.0})
            for low, high in pairwise(edges):
                added = tuple(law.impulse[0] + (low < law.impulse[1]) for law in self._laws)
                found.append((added, high - low))
            return found
        found = [((), 1.0)]
        for whole, fraction in (law.impulse for law in self._laws):
            found = [
                ((*added, whole + up), p * share)
                for added, p in found
                for up, share in ((0, 1 - fraction), (1, fraction))
                if share
            ]
        return found


_Paths = dict[tuple[State, State, Notes, int, int], float]


def _law(name: str, trace: Trace, machine: Machine, jumps: int, t_epoch: int) -> _Law:
    """The tables of one trace."""
    unit = decay.unit(machine, name, t_epoch)
    whole, threshold = decay.tables(machine, [(trace.tau, n * unit) for n in range(1, jumps + 1)])
    first, fraction = decay.impulse(machine, trace.impulse)
    share = min(1.0, fraction / (1 << machine.impulse_draw_bits))
    return _Law(name, whole.tolist(), threshold.tolist(), (first, share))
