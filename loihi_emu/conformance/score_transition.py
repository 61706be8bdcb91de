"""A recorded step, and the distribution that the machine gives for it.

Example: a trace went from 16 to 14, and the machine gives {14: 0.625, 15: 0.375}.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

Distribution = Mapping[int, float]


@dataclass(frozen=True)
class Transition:
    """One recorded step of one variable, and the distribution that a machine gives for it.

    Parameters
    ----------
    run, variable : str
    kind : {'epoch', 'spike', 'rest'}
        The end of an epoch; a spike that changes a trace at once; a change without a cause.
    first_step, last_step : int
        Steps of the recorded values before and after.
    before, after : int
    law : mapping of int to float
        Probability of each value that the machine can reach, given what was recorded before.
    """

    run: str
    variable: str
    kind: str
    first_step: int
    last_step: int
    before: int
    after: int
    law: Distribution

    @property
    def probability(self) -> float:
        """Of the recorded value."""
        return self.law.get(self.after, 0.0)

    @property
    def deterministic(self) -> bool:
        """Whether the machine has but one choice."""
        return len(self.law) == 1

    @property
    def expected_log(self) -> float:
        """Mean of the log-probability if the machine itself had made the step: minus entropy."""
        return sum(p * log(p) for p in self.law.values())

    @property
    def variance_log(self) -> float:
        """Variance of the log-probability under the machine's own law."""
        return sum(p * log(p) ** 2 for p in self.law.values()) - self.expected_log**2
