"""Parity: how well a machine explains recorded series, with exact probabilities.

Example: `score(json.load(open("chip_series_tau10.json")), LAVA)["impossible"]`.
docs/parity.md gives the form of a series, and says what is scored and what is left out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import inf, log
from typing import Any, Final

from loihi_emu.chip.formats import TRACE
from loihi_emu.chip.machines import Machine
from loihi_emu.conformance.score_epochs import transitions
from loihi_emu.conformance.score_series import SeriesRun, read_series
from loihi_emu.conformance.score_transition import Transition

SLIP: Final = 1e-3
"""Share of recorded values that `robust` takes to be wrong, spread over a trace's 128 values."""

_SHOWN: Final = 6


def score(series: Mapping[str, Any], machine: Machine) -> dict[str, Any]:
    """Score a machine against recorded series.

    Parameters
    ----------
    series : mapping
        A series file's object, see docs/parity.md.
    machine : Machine

    Returns
    -------
    dict
        * `machine`: its name.
        * `transitions`, `impossible`: how many there are, and how many have probability 0.
        * `log_likelihood`: natural logarithm, summed over the possible transitions.
        * `expected`, `variance`: of that sum, if the machine had made the series.
        * `exact`, `inexact`: transitions for which the machine has one outcome; right and wrong.
        * `robust`: the log-likelihood if one value in a thousand were wrong. It can compare
          machines that have impossible transitions.
        * `distinct`: the same numbers, with every recorded array counted once.
        * `variables`, `runs`: the same numbers for each variable and each run.
        * `list`: every transition, with run, variable, kind, steps, before, after, probability,
          law (the distribution), and whether it repeats an array that was scored before.

    Raises
    ------
    RuleError
        The series does not have the form; the error lists every fault with its path.
    ParameterError
        The rule of a run uses what the machine does not have.

    Examples
    --------
    >>> from loihi_emu import LAVA
    >>> setup = {"steps": 1, "t_epoch": 1, "pre_spike_steps": [1]}
    >>> run = {"x1": {"impulse": 16, "tau": 10}, "series_x1": [16]}
    >>> found = score({"setup": setup, "runs": [run]}, LAVA)
    >>> found["transitions"], found["exact"], found["log_likelihood"]
    (1, 1, 0.0)
    """
    runs = read_series(series).runs
    seen: set[Hashable] = set()
    scored = [
        (transition, run.name, repeats)
        for run in runs
        for transition, repeats in _with_repeats(run, machine, seen)
    ]
    every = [transition for transition, _, _ in scored]
    return {
        "machine": machine.name,
        **totals(every),
        "distinct": totals(t for t, _, repeats in scored if not repeats),
        "variables": {
            name: totals(t for t in every if t.variable == name)
            for name in sorted({t.variable for t in every})
        },
        "runs": [
            {"name": run.name, **totals(t for t, name, _ in scored if name == run.name)}
            for run in runs
        ],
        "list": [_as_row(transition, repeats) for transition, _, repeats in scored],
    }


def totals(found: Iterable[Transition]) -> dict[str, Any]:
    """The numbers of some transitions, see `score`."""
    rows = list(found)
    possible = [t for t in rows if t.probability > 0]
    fixed = [t for t in rows if t.deterministic]
    return {
        "transitions": len(rows),
        "impossible": len(rows) - len(possible),
        "log_likelihood": sum(log(t.probability) for t in possible),
        "expected": sum(t.expected_log for t in rows),
        "variance": sum(t.variance_log for t in rows),
        "exact": sum(t.probability > 0 for t in fixed),
        "inexact": sum(t.probability == 0 for t in fixed),
        "robust": sum(log((1 - SLIP) * t.probability + SLIP / TRACE.size) for t in rows),
    }


def rank(scores: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sort scores, the best first: fewest impossible, then most likely, for distinct arrays."""
    return sorted(
        scores,
        key=lambda one: (one["distinct"]["impossible"], -one["distinct"]["log_likelihood"]),
    )


def _with_repeats(
    run: SeriesRun, machine: Machine, seen: set[Hashable]
) -> list[tuple[Transition, bool]]:
    """Transitions of a run, and whether their array was recorded by a run before as it is here."""
    repeats = {}
    for name, series in run.recorded.items():
        made_by: Hashable = (run.rule, run.graded)
        if name in run.traces:
            made_by = (run.traces[name], run.graded if name == "x1" else "")
        key = (name, series, made_by, tuple(run.pre.items()), run.post)
        repeats[name] = key in seen
        seen.add(key)
    return [(transition, repeats[transition.variable]) for transition in transitions(run, machine)]


def _as_row(transition: Transition, repeats: bool) -> dict[str, Any]:
    """A transition as plain data."""
    probability = transition.probability
    return {
        "run": transition.run,
        "variable": transition.variable,
        "kind": transition.kind,
        "steps": [transition.first_step, transition.last_step],
        "before": transition.before,
        "after": transition.after,
        "probability": probability,
        "log_probability": log(probability) if probability else -inf,
        "deterministic": transition.deterministic,
        "repeats": repeats,
        "law": _likeliest(transition.law),
    }


def _likeliest(law: Mapping[int, float]) -> dict[int, float]:
    """The likeliest values of a law, in the order of value."""
    chosen: Sequence[int] = sorted(law, key=lambda value: -law[value])[:_SHOWN]
    return {value: law[value] for value in sorted(chosen)}
