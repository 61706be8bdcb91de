"""Searches that choose the next parameters by what was found: Optuna asked and told in rounds.

Each round asks for `at_once` trials, runs them with all seeds, and tells them in their order. So a
search does the same whatever runs its tasks, and one that is started again on its store asks for
the same trials and finds their results there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from loihi_emu.description.validation import one_of, whole_number
from loihi_emu.errors import ParameterError
from loihi_emu.exploration.extra import require
from loihi_emu.exploration.space import Axis, Range, Variant, axes

SAMPLERS: Final = ("tpe", "nsga2", "random")
PRUNERS: Final = ("median", "halving")
_SEEDS: Final = (0, 2**32 - 1)


@dataclass(frozen=True)
class Search:
    """How a sweep chooses parameters from lists and ranges, where not all are run.

    Parameters
    ----------
    trials : int
        How many sets of parameters are run, each with every seed.
    minimize, maximize : sequence of str
        Metrics, by their mean over the seeds. None at all: parameters are drawn at random.
        Several: the search is for a Pareto front.
    sampler : {'tpe', 'nsga2', 'random'}
        Optuna's sampler.
    pruner : {'median', 'halving'}, optional
        Ends bad trials early; for one metric. Needs `rungs`.
    rungs : sequence of int
        Steps after which trials are judged, ascending, below the sweep's steps. A trial that goes
        on is run again from its beginning: rungs that double cost twice the steps at most.
    at_once : int
        Trials a round. The search learns between rounds.
    seed : int
        Of the draws.

    Raises
    ------
    ParameterError
        A value that is not allowed.

    Examples
    --------
    >>> from loihi_emu import Search
    >>> Search(trials=100, minimize=["loss"]).objectives
    {'loss': 'minimize'}
    """

    trials: int
    minimize: Sequence[str] = ()
    maximize: Sequence[str] = ()
    sampler: str = "tpe"
    pruner: str | None = None
    rungs: Sequence[int] = ()
    at_once: int = 32
    seed: int = 0

    def __post_init__(self) -> None:
        whole_number("trials", self.trials, (1, 1 << 30))
        whole_number("at_once", self.at_once, (1, 1 << 20))
        whole_number("search seed", self.seed, _SEEDS)
        one_of("sampler", self.sampler, SAMPLERS)
        for name in ("minimize", "maximize", "rungs"):
            if isinstance(getattr(self, name), str):
                raise ParameterError(f"{name} is {getattr(self, name)!r}; allowed: a list")
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.pruner is not None:
            one_of("pruner", self.pruner, PRUNERS)
            if len(self.objectives) != 1:
                raise ParameterError(
                    f"pruner is {self.pruner!r} and there are {len(self.objectives)} metrics to "
                    "judge by; allowed: one, as Optuna prunes by one"
                )
            if not self.rungs:
                raise ParameterError("a pruner needs rungs, the steps after which it judges")
        if list(self.rungs) != sorted(set(self.rungs)):
            raise ParameterError(f"rungs are {list(self.rungs)}; allowed: ascending")
        for rung in self.rungs:
            whole_number("a rung", rung, (1, 2**31 - 2))

    @property
    def objectives(self) -> dict[str, str]:
        """Direction of each metric."""
        return dict.fromkeys(self.minimize, "minimize") | dict.fromkeys(self.maximize, "maximize")


Run = Callable[[Sequence[Variant], int], list[dict[str, Any]]]
"""Runs variants for so many steps and gives their metrics, in their order."""


def search(
    wish: Search, parameters: Mapping[str, Any], seeds: Sequence[int], steps: int, run: Run
) -> dict[int, bool]:
    """Ask, run and tell until all trials are done.

    Returns
    -------
    dict of int to bool
        Whether each trial was pruned.

    Raises
    ------
    ParameterError
        A metric to judge by is no number of the metrics.
    MissingExtraError
        Optuna is not installed.
    """
    optuna = require("optuna", "a guided search")
    known = axes(parameters)
    choices = {name: _distribution(optuna, axis) for name, axis in known.items()}
    study = _study(optuna, wish)
    pruned: dict[int, bool] = {}
    while len(pruned) < wish.trials:
        asked = [study.ask(choices) for _ in range(min(wish.at_once, wish.trials - len(pruned)))]
        round_ = _Round(wish, known, seeds, asked, run)
        for rung in [*wish.rungs, steps]:
            round_.judge(rung, last=rung == steps)
        for trial in asked:
            pruned[trial.number] = trial.number in round_.pruned
            if pruned[trial.number]:
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            else:
                study.tell(trial, round_.scores[trial.number])
    return pruned


class _Round:
    """Trials that were asked for together."""

    def __init__(
        self, wish: Search, known: Mapping[str, Axis], seeds: Sequence[int], asked: list[Any],
        run: Run,
    ) -> None:  # fmt: skip
        self._wish, self._known, self._seeds, self._run = wish, known, seeds, run
        self._alive = list(asked)
        self.pruned: set[int] = set()
        self.scores: dict[int, list[float]] = {}

    def judge(self, steps: int, *, last: bool) -> None:
        """Run what is alive for so many steps; before the last rung, prune."""
        if not self._alive:
            return
        variants = [
            Variant(trial.number * len(self._seeds) + k, self._values(trial), seed)
            for trial in self._alive
            for k, seed in enumerate(self._seeds)
        ]
        rows = self._run(variants, steps)
        for place, trial in enumerate(self._alive):
            own = rows[place * len(self._seeds) : (place + 1) * len(self._seeds)]
            self.scores[trial.number] = [_mean(own, name) for name in self._wish.objectives]
        if last or self._wish.pruner is None:
            return
        for trial in self._alive:
            trial.report(self.scores[trial.number][0], steps)
        self.pruned |= {trial.number for trial in self._alive if trial.should_prune()}
        self._alive = [trial for trial in self._alive if trial.number not in self.pruned]

    def _values(self, trial: Any) -> dict[str, Any]:
        """Parameters of a trial; of a list, Optuna chooses the place."""
        return {
            name: trial.params[name] if isinstance(axis, Range) else axis[trial.params[name]]
            for name, axis in self._known.items()
        }


def _mean(rows: Iterable[Mapping[str, Any]], name: str) -> float:
    found = []
    for row in rows:
        if name not in row or isinstance(row[name], list):
            numbers = [one for one, value in row.items() if not isinstance(value, list)]
            raise ParameterError(
                f"the search judges by {name!r}, which is no number of the metrics; allowed: "
                f"{', '.join(numbers) or 'none'}"
            )
        found.append(row[name])
    return float(np.mean(found))


def _distribution(optuna: Any, axis: Axis) -> Any:
    """What Optuna draws from."""
    kinds = optuna.distributions
    if not isinstance(axis, Range):
        return kinds.CategoricalDistribution(list(range(len(axis))))
    if axis.integer:
        return kinds.IntDistribution(*axis.ends, log=axis.log)
    return kinds.FloatDistribution(*axis.ends, log=axis.log)


def _study(optuna: Any, wish: Search) -> Any:
    """A study in memory, quiet, that draws the same each time."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    samplers = optuna.samplers
    sampler = {
        "tpe": lambda: samplers.TPESampler(seed=wish.seed),
        "nsga2": lambda: samplers.NSGAIISampler(seed=wish.seed, population_size=wish.at_once),
        "random": lambda: samplers.RandomSampler(seed=wish.seed),
    }[wish.sampler]()
    pruners = optuna.pruners
    pruner = {
        None: pruners.NopPruner,
        "median": pruners.MedianPruner,
        "halving": pruners.SuccessiveHalvingPruner,
    }[wish.pruner]()
    directions = list(wish.objectives.values())
    return optuna.create_study(directions=directions, sampler=sampler, pruner=pruner)
