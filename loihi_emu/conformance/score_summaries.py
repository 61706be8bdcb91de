"""Machines scored against summaries: a sum, a set, a histogram, counts of a run.

By exact propagation where the summary is of r1 alone; else by simulation of so many seeds, with the
Monte Carlo error of each probability.
Example: `score_summaries(load_series("chip_summaries.json"), LOIHI1)[0]["probability"]`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.machines import Machine
from loihi_emu.conformance.law_rewards import law_of
from loihi_emu.conformance.summary_file import Summary, read_summaries
from loihi_emu.description.probe import Probe
from loihi_emu.errors import LoihiEmuError
from loihi_emu.simulator import Simulator

SEEDS: Final = 1000


def score_summaries(
    file: Mapping[str, Any], machine: Machine, *, seeds: int = SEEDS
) -> list[dict[str, Any]]:
    """Score a machine against every summary of a file.

    Parameters
    ----------
    file : mapping
        A summary file's object, see docs/parity.md.
    machine : Machine
    seeds : int
        Of simulated runs, where the law is not computed: 0, 1, ... seeds - 1.

    Returns
    -------
    list of dict
        One a summary: `name`, `chip`, `machine`; `method` ("exact", "simulated" or "cannot");
        `probability` of what was recorded; `p`, of something as far out on its side or farther,
        both sides counted (a number, a histogram, counts), else None; their Monte Carlo errors
        `probability_error` and `p_error` (0 if exact); `seeds`; `usual`, the likeliest outcome
        or the mean; `reason` where the machine cannot run the network.

    Raises
    ------
    RuleError
        The file does not have the form.
    """
    return [_score(one, machine, seeds) for one in read_summaries(file)]


def _score(summary: Summary, machine: Machine, seeds: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": summary.name, "chip": summary.chip, "machine": machine.name, "method": "exact",
        "probability": 0.0, "probability_error": 0.0, "p": None, "p_error": 0.0, "seeds": 0,
        "usual": None, "reason": "",
    }  # fmt: skip
    try:
        Simulator(summary.build()[0], machine=machine)
    except LoihiEmuError as error:
        return row | {"method": "cannot", "reason": str(error)}
    law = law_of(summary, machine)
    if law is not None:
        return row | _from_law(law, _key(summary.recorded), summary.is_number)
    outcomes = simulate(summary, machine, seeds)
    return row | {"method": "simulated", "seeds": seeds} | _from_runs(summary, outcomes)


def _key(recorded: Any) -> Any:
    return tuple(recorded) if isinstance(recorded, list) else recorded


def _from_law(law: Mapping[Any, float], recorded: Any, is_number: bool) -> dict[str, Any]:
    """Numbers of an exact law."""
    found: dict[str, Any] = {"probability": law.get(recorded, 0.0)}
    if not is_number:
        return found | {"usual": max(law, key=lambda one: law[one])}
    low = sum(p for value, p in law.items() if value <= recorded)
    high = sum(p for value, p in law.items() if value >= recorded)
    mean = sum(value * p for value, p in law.items())
    return found | {"p": min(1.0, 2 * min(low, high)), "usual": mean}


def _from_runs(summary: Summary, outcomes: Sequence[Any]) -> dict[str, Any]:
    """Numbers of simulated runs."""
    recorded, n = _key(summary.recorded), len(outcomes)
    if summary.take in ("histogram", "counts"):
        return _from_tables(summary, outcomes)
    if summary.take == "bounds":
        hits = sum(recorded[0] <= low and high <= recorded[1] for low, high in outcomes)
        usual: Any = (min(low for low, _ in outcomes), max(high for _, high in outcomes))
    else:
        hits = sum(one == recorded for one in outcomes)
        usual = Counter(outcomes).most_common(1)[0][0]
    share = hits / n
    found: dict[str, Any] = {"probability": share, "probability_error": _error(share, n)}
    if not summary.is_number:
        return found | {"usual": usual}
    values = np.array(outcomes)
    p = min(1.0, 2 * min((values <= recorded).mean(), (values >= recorded).mean()))
    return found | {"p": p, "p_error": _error(p, n), "usual": float(values.mean())}


def _from_tables(summary: Summary, outcomes: Sequence[Any]) -> dict[str, Any]:
    """A histogram or counts, by their distance from the mean of the runs, in its own terms.

    p is the share of runs, the recorded one among them, that lie as far from the mean or farther.
    """
    recorded = _key(summary.recorded)
    if summary.take == "histogram":
        values = sorted({v for one in outcomes for v, _ in one} | {v for v, _ in recorded})
        rows = np.array([[dict(one).get(v, 0) for v in values] for one in outcomes], float)
        own = np.array([dict(map(tuple, recorded)).get(v, 0) for v in values], float)
    else:
        rows, own = np.array(outcomes, float), np.array(recorded, float)
    mean = rows.mean(axis=0)
    far = _distance(rows, mean) >= _distance(own[None], mean)[0]
    n, same = len(rows), float((rows == own).all(axis=1).mean())
    p = float((far.sum() + 1) / (n + 1))
    return {
        "probability": same, "probability_error": _error(same, n), "p": p,
        "p_error": _error(p, n), "usual": mean.round(2).tolist(),
    }  # fmt: skip


def _distance(rows: NDArray[Any], mean: NDArray[Any]) -> NDArray[Any]:
    """Pearson's chi squared of counts against their mean; a mean of 0 counts as a half."""
    distance: NDArray[Any] = ((rows - mean) ** 2 / np.maximum(mean, 0.5)).sum(axis=1)
    return distance


def _error(share: float, n: int) -> float:
    """Standard error of a share of n runs; of a share of 0 or 1, that of half a run."""
    kept = min(max(share, 0.5 / n), 1 - 0.5 / n)
    return sqrt(kept * (1 - kept) / n)


def simulate(summary: Summary, machine: Machine, seeds: int) -> list[Any]:
    """What runs of seeds 0, 1, ... give for a summary."""
    net, synapses, target = summary.build()
    item = target if summary.observe in ("u", "v", "spikes") else synapses
    simulator = Simulator(net, machine=machine, threads=1)
    swept = simulator.sweep(summary.steps, {"seed": range(seeds)}, [Probe(item, summary.observe)])
    found = swept[item, summary.observe]
    if summary.observe == "spikes":
        return [tuple(np.bincount(one.neurons, minlength=target.n).tolist()) for one in found]
    return [_take(summary.take, np.asarray(one).reshape(summary.steps, -1)) for one in found]


def _take(take: str, values: NDArray[Any]) -> Any:
    """One summary of a series, [step, element]."""
    values = values.astype(np.int64)
    if take == "sum":
        return int(values.sum())
    if take == "last":
        return int(values[-1].sum())
    if take == "set":
        return tuple(np.unique(values).tolist())
    if take == "changes":
        return tuple(np.unique(np.diff(values, axis=0)).tolist())
    if take == "bounds":
        return int(values.min()), int(values.max())
    if take == "histogram":
        return tuple(
            zip(*(one.tolist() for one in np.unique(values, return_counts=True)), strict=True)
        )
    pairs = values[-1][: values.shape[1] // 2 * 2].reshape(-1, 2)
    return int((pairs[:, 0] == pairs[:, 1]).sum())
