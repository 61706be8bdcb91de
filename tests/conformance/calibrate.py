"""Is the score calibrated? Series that machines made themselves, scored by every machine.

    python -m tests.conformance.calibrate [--epochs 100000] [--seed 1] [MACHINE ...]

Of a machine's own series no transition is impossible and the log-likelihood is what its law
expects: z = (sum of log p + sum of entropies) / sqrt(sum of variances of log p) is standard normal.
On another machine's series the likelihood falls, or transitions are impossible.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Any

from loihi_emu.chip.machines import MACHINES, Machine, find_machine
from loihi_emu.conformance import score
from loihi_emu.conformance.generated_series import generate

LARGEST_Z = 4.0

_TRACES = {
    "t_epoch": 4,
    "x1": {"impulse": 16, "tau": 10},
    "x2": {"impulse": 24, "tau": 5},
    "y1": {"impulse": 30, "tau": 7},
}
_DECAY = " - 2^-3*u0*w"
RULES: dict[str, dict[str, Any]] = {
    "u": {**_TRACES, "dw": "2^-2*u0*x1" + _DECAY},
    "pair": {
        **_TRACES, "dw": "2^-1*y0*x1 - 2^-1*x0*y1 - 2^-3*u1*w", "num_weight_bits": 6, "w0": 20,
        "x1": {"impulse": 16.3, "tau": 10}, "x2": {"impulse": 24.7, "tau": 5},
    },
    "stored": {
        **_TRACES, "dw": "u1*x1 - 2*u1*y1 + x0 - 2^-3*u1*w", "num_weight_bits": 4,
    },
    "overwrite": {**_TRACES, "dw": "2^-2*x0*x1" + _DECAY, "graded": "overwrite"},
    "saturating": {**_TRACES, "dw": "2^-2*y0*x1" + _DECAY, "graded": "add_saturation"},
    "wrapping": {
        **_TRACES, "dw": "2^-2*x0*x2" + _DECAY, "graded": "add_no_saturation", "t_epoch": 3,
        "sign_mode": "EXCITATORY",
    },
}  # fmt: skip
"""Runs that are generated; together they reach every kind of transition."""

HIDDEN: dict[str, dict[str, Any]] = {
    "hidden x1": {**_TRACES, "dw": "2^-2*u0*x1 + 2^-2*x0*x1" + _DECAY},
}
"""Runs whose traces are not recorded: the filter is calibrated too, at more cost an epoch."""


def own_series(machine: Machine, n_epochs: int, seed: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Series that `machine` made: its epochs shared out among the rules."""
    share = max(1, n_epochs // len(RULES))
    for number, (name, run) in enumerate(RULES.items()):
        record = ("weights", "x1", "x2", *(("y1",) if name in ("pair", "stored") else ()))
        yield name, generate(machine, run, share, seed=seed + number, record=record)
    for number, (name, run) in enumerate(HIDDEN.items()):
        yield (
            name,
            generate(
                machine, run, max(1, share // 20), seed=seed + 100 + number, record=("weights",)
            ),
        )


def z_of(numbers: Mapping[str, Any]) -> float:
    """Standard deviations between the log-likelihood and what the law expects."""
    if not numbers["variance"] > 0:
        return 0.0
    return float((numbers["log_likelihood"] - numbers["expected"]) / sqrt(numbers["variance"]))


def main() -> int:
    """Generate, score, judge; 1 if any judgement is wrong."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("machines", nargs="*", metavar="MACHINE")
    parser.add_argument("--epochs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    machines = [find_machine(name) for name in args.machines] or list(MACHINES.values())
    wrong = 0
    for machine in machines:
        for rule, series in own_series(machine, args.epochs, args.seed):
            own = score(series, machine)
            bad = own["impossible"] > 0 or own["inexact"] > 0 or abs(z_of(own)) > LARGEST_Z
            wrong += bad
            print(
                f"{machine.name} on its own {rule}: {own['transitions']} transitions, "
                f"{own['impossible']} impossible, z {z_of(own):+.2f}"
                f"{'  WRONG' if bad else ''}", flush=True,
            )  # fmt: skip
        wrong += sum(not _falls(machine, other, args.seed) for other in machines)
    return int(wrong > 0)


def _falls(machine: Machine, other: Machine, seed: int) -> bool:
    """Whether `other` explains what `machine` made worse than `machine` does."""
    if other == machine:
        return True
    worse = True
    for rule, series in own_series(machine, 500 * len(RULES), seed):
        own, others = score(series, machine), score(series, other)
        falls = others["robust"] < own["robust"]
        worse = worse and falls
        print(
            f"{other.name} on {machine.name}'s {rule}: {others['impossible']} impossible, "
            f"{others['robust'] - own['robust']:+.1f} in log-likelihood, one slip in a thousand "
            f"allowed{'' if falls else '  WRONG'}", flush=True,
        )  # fmt: skip
    return worse


if __name__ == "__main__":
    sys.exit(main())
