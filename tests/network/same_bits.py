"""Many generated webs, run in two ways each: `python -m tests.network.same_bits [examples] [seed]`.

Shows how many were run for each property, and a smallest web for each that fails.
"""

from __future__ import annotations

import sys
from typing import Any

from hypothesis import HealthCheck, given, seed, settings

from tests.network.test_same_bits import Case, check
from tests.strategies import pairs_of_ways

PROPERTIES: dict[str, dict[str, Any]] = {
    "the definition": {"modes": ("fixed_pt",), "backend": "interpreter"},
    "the definition, of any rule": {
        "modes": ("fixed_pt",), "backend": "interpreter", "any_rule": True,
    },
    "the definition in float": {"modes": ("floating_pt",), "backend": "interpreter"},
    "plain, fixed point and float": {"modes": ("fixed_pt", "floating_pt")},
    "one thread": {"modes": ("fixed_pt", "floating_pt"), "wide": True},
}  # fmt: skip
_SHARES = {"the definition, of any rule": 5}
"""Kernels of new rules are compiled, so they are a fifth as many."""


def _try(examples: int, number: int, options: dict[str, Any]) -> int:
    """How many webs were run; raises where one differs."""
    run: list[Case] = []

    @seed(number)
    @settings(
        max_examples=examples, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(pairs_of_ways(**options))
    def holds(case: Case) -> None:
        run.append(case)
        check(case)

    holds()
    return len(run)


def main(examples: int = 500, number: int = 0) -> int:
    """Exit status 1 where a property fails."""
    failed = False
    for name, options in PROPERTIES.items():
        try:
            n = _try(max(1, examples // _SHARES.get(name, 1)), number, options)
            print(f"{name}: {n} webs, the same bits", flush=True)
        except Exception as error:  # the next property is tried as well
            failed = True
            print(f"{name}: {error}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:])))
