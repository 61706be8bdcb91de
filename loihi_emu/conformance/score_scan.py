"""Variants of a machine, scored and ranked; and a decay factor, fitted.

Example: `scan(series, LOIHI, ["decay_law", "decay_bits"])` scores every pair of alternatives.
The series cannot tell variants apart whose log-likelihoods differ by a few units or less.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import exp, inf, log
from typing import Any, Final

from loihi_emu.chip import decay
from loihi_emu.chip.machines import Machine, describe
from loihi_emu.conformance.score_epochs import transitions
from loihi_emu.conformance.score_machine import rank, score
from loihi_emu.conformance.score_series import TRACE_NAMES, SeriesRun, read_series
from loihi_emu.errors import ParameterError

TRIED: Final[Mapping[str, tuple[int, ...]]] = {
    "decay_bits": (6, 7, 8, 9, 10),
    "decay_digits": (15,),
    "impulse_fraction_bits": (0, 6, 7, 8),
    "impulse_draw_bits": (0, 6, 7, 8),
    "mantissa_bits_counted": (3, 4),
    "spike_factor_bits": (1, 5),
    "delay_factor_bits": (6, 9),
}
"""Values tried where a field takes any integer."""

_MOST: Final = 4096
_COARSE: Final = 50
_FINE: Final = 40
_HALF_WIDTH: Final = 1.92
"""Log-likelihood ratio of a 95 % interval for one parameter (half of 3.84)."""


def scan(
    series: Mapping[str, Any], machine: Machine, fields: Sequence[str]
) -> list[Mapping[str, Any]]:
    """Score all variants of `machine`; the best comes first.

    Parameters
    ----------
    series : mapping
        A series file's object.
    machine : Machine
    fields : sequence of str
        Fields of the machine. All combinations of their alternatives are tried. For a field that
        can be any integer, those in `TRIED` are tried. `field=a|b` tries a and b only.

    Returns
    -------
    list of dict
        As from `score`, with `variant`, the values of the fields, and `is_given`, whether these are
        the machine's own.

    Raises
    ------
    UnknownNameError
        No field has this name.
    ParameterError
        The field cannot take a value, or there are too many variants.
    """
    found = []
    for variant, one in variants(machine, fields):
        given = replace(one, name=machine.name) == machine
        found.append({**score(series, one), "variant": variant, "is_given": given})
    return rank(found)


def variants(machine: Machine, fields: Sequence[str]) -> list[tuple[dict[str, Any], Machine]]:
    """Every combination of alternatives of some fields: what differs, and the machine.

    Raises
    ------
    UnknownNameError, ParameterError
        As for `scan`.
    """
    names = [one.partition("=")[0].strip() for one in fields]
    values = [_alternatives(machine, one) for one in fields]
    count = 1
    for tried in values:
        count *= len(tried)
    if count > _MOST:
        raise ParameterError(f"{count} variants; allowed: at most {_MOST}")
    found = []
    for chosen in product(*values):
        variant = dict(zip(names, chosen, strict=True))
        label = " ".join(f"{name}={value}" for name, value in variant.items())
        found.append((variant, replace(machine, name=f"{machine.name} {label}", **variant)))
    return found


def _alternatives(machine: Machine, given: str) -> list[Any]:
    """What a scan tries for one field."""
    name, equals, texts = (part.strip() for part in given.partition("="))
    choice = describe(name)
    if equals:
        return [_value(text.strip(), name) for text in texts.split("|")]
    found: list[Any] = [key for key in choice.alternatives if not isinstance(key, type)]
    if int in choice.alternatives:
        found += TRIED.get(name, ())
    own = getattr(machine, name)
    return found if own in found else [*found, own]


def _value(text: str, name: str) -> Any:
    """A value written as text: None, True, False, an integer or a word."""
    words: dict[str, Any] = {"None": None, "True": True, "False": False}
    if text in words:
        return words[text]
    try:
        return int(text)
    except ValueError:
        if not text:
            raise ParameterError(f"--scan {name}= has an empty value") from None
        return text


def fit_decay(series: Mapping[str, Any], machine: Machine) -> list[dict[str, Any]]:
    """Fit, for each tau, the decay factor that explains the traces best, with a 95 % interval.

    Only traces are used. Everything except the factor is that of the machine.

    Parameters
    ----------
    series : mapping
        A series file's object.
    machine : Machine

    Returns
    -------
    list of dict
        One for each tau: `tau`, `arrays` (how many distinct arrays), `factor`, `low`, `high`,
        `log_likelihood`; and for comparison `exponential` and `linear`, the two exact factors, and
        `machine`, the factor of the machine.
    """
    runs = read_series(series).runs
    exact = replace(machine, decay_law="exponential", decay_bits=None, decay_digits=None)
    rows = []
    for tau in _taus(runs):
        alone = _alone(runs, tau)
        found = {f: _likelihood(alone, exact, f) for f in _grid()}
        best = max(found, key=lambda f: found[f])
        found |= {f: _likelihood(alone, exact, f) for f in _around(best)}
        best = max(found, key=lambda f: found[f])
        within = [f for f in found if found[f] >= found[best] - _HALF_WIDTH]
        rows.append({
            "tau": tau, "arrays": len(alone), "factor": best, "low": min(within),
            "high": max(within), "log_likelihood": found[best], "exponential": exp(-1 / tau),
            "linear": max(0.0, 1 - 1 / tau), "machine": decay.factor(machine, tau),
        })  # fmt: skip
    return rows


def _taus(runs: Iterable[SeriesRun]) -> list[float]:
    """Every tau of a recorded trace, other than 0."""
    found = {run.traces[n].tau for run in runs for n in TRACE_NAMES if n in run.recorded}
    return sorted(found - {0.0})


def _alone(runs: Iterable[SeriesRun], tau: float) -> list[tuple[str, SeriesRun]]:
    """Every trace of that tau as a run of its own, an array that was recorded twice but once."""
    found: dict[Hashable, tuple[str, SeriesRun]] = {}
    for run in runs:
        for name in TRACE_NAMES:
            if name in run.recorded and run.traces[name].tau == tau:
                graded = run.graded if name == "x1" else "default"
                one = replace(run, rule=None, graded=graded, recorded={name: run.recorded[name]})
                key = (name, one.recorded[name], one.traces[name], graded, tuple(run.pre.items()))
                found.setdefault((*key, run.post), (name, one))
    return list(found.values())


def _grid() -> Iterator[float]:
    """Factors between 0 and 1."""
    for k in range(1, _COARSE):
        yield k / _COARSE


def _around(factor: float) -> Iterator[float]:
    """Factors near `factor`, finely."""
    for k in range(-_FINE, _FINE + 1):
        near = round(factor + k / (_FINE * _COARSE), 6)
        if 0 < near < 1:
            yield near


def _likelihood(alone: Iterable[tuple[str, SeriesRun]], machine: Machine, factor: float) -> float:
    """Log-likelihood of some traces if a step kept `factor` of them."""
    total = 0.0
    for name, run in alone:
        trace = replace(run.traces[name], tau=-1 / log(factor))
        changed = replace(run, traces={**run.traces, name: trace})
        for one in transitions(changed, machine):
            total += log(one.probability) if one.probability else -inf
    return total
