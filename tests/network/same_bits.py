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
    "plain, fixed point and float": {"modes": ("fixed_pt", "floating_pt")},
    "one thread": {"modes": ("fixed_pt", "floating_pt"), "wide": True},
}


def main(examples: int = 500, number: int = 0) -> int:
    """Exit status 1 where a property fails."""
    failed = 0
    for name, options in PROPERTIES.items():
        run: list[Case] = []

        @seed(number)
        @settings(
            max_examples=examples, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(pairs_of_ways(**options))
        def holds(case: Case, run: list[Case] = run) -> None:
            run.append(case)
            check(case)

        try:
            holds()
            print(f"{name}: {len(run)} webs, the same bits")
        except Exception as error:  # the next property is tried as well
            failed += 1
            print(f"{name}: {len(run)} webs, {error}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:])))
