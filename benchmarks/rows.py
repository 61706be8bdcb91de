"""The rows of the table: what is measured, against what, and how far it should reach.

A row names two contestants and a goal, or one contestant and a limit that does not run (real time,
seconds, bytes). Example: `rows(seed=0)["dense-1k"].goal.text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.contestants import Contestant
from benchmarks.oracles.environment import BRIAN2LOIHI, LAVA, Oracle, folder
from benchmarks.peers.protocol import Parameters

PAIR_STDP = "2^-2 * x1 * y0 - 2^-2 * y1 * x0"
DECAYING_STDP = PAIR_STDP + " - 2^-7 * w * u0"
DENSE_1K: Parameters = {
    "work": "dense", "n": 1024, "rate": 0.02, "steps": 200, "rounds": 5, "dw": PAIR_STDP,
}  # fmt: skip
CHIP: Parameters = {
    "n": 131072,
    "rate": 0.01,
    "steps": 40,
    "period": 120,
    "t_epoch": 4,
    "dw": PAIR_STDP,
    "machine": "LOIHI",
}


@dataclass(frozen=True)
class Goal:
    """What a row should reach.

    Parameters
    ----------
    kind : {'faster', 'within', 'below', 'none'}
        At least `value` times faster than the other side; at most `value` times its time; at most
        `value` in the row's unit; nothing.
    value : float
    """

    kind: Literal["faster", "within", "below", "none"]
    value: float = 0.0

    @property
    def text(self) -> str:
        """As the table shows it."""
        forms = {"faster": "{:,g} x faster", "within": "within {:g} x", "below": "{:g}", "none": ""}
        return forms[self.kind].format(self.value)

    def reached(self, ours: float, ratio: float | None) -> bool | None:
        """Whether it is; None where that cannot be said.

        Parameters
        ----------
        ours : float
            Our median.
        ratio : float or None
            Median of theirs / ours, if there is another side.
        """
        if self.kind == "below":
            return ours <= self.value
        if self.kind == "none" or ratio is None:
            return None
        return ratio >= self.value if self.kind == "faster" else 1 / ratio <= self.value


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Parameters
    ----------
    name : str
        On the command line.
    title, against : str
        What is measured; the other side, or the limit, in words.
    unit : str
        "s" for times, of whatever the title says; else shown as it is.
    ours : Contestant
    theirs : Contestant or None
        None where the goal is a limit.
    goal : Goal
    """

    name: str
    title: str
    against: str
    ours: Contestant
    theirs: Contestant | None
    goal: Goal
    unit: str = "s"

    @property
    def by_the_clock(self) -> bool:
        """Whether it is a time that is compared with no other."""
        return self.theirs is None and self.unit == "s"


def rows(seed: int) -> dict[str, Row]:
    """Every row by name; `seed` draws all weights and spikes, ours and theirs."""

    def ours(**parameters: Any) -> Contestant:
        return Contestant("benchmarks.workloads", None, {"seed": seed, **parameters})

    def peer(module: str, oracle: Oracle | None, **parameters: Any) -> Contestant:
        return Contestant(f"benchmarks.peers.{module}", oracle, {"seed": seed, **parameters})

    table = [*_against_emulators(ours, peer), *_against_limits(ours, peer), *_by_itself(ours)]
    return {row.name: row for row in table}


def _against_emulators(ours: Any, peer: Any) -> Sequence[Row]:
    decaying = _lava_rule(DECAYING_STDP)
    return [
        Row(
            "tutorial",
            "tutorial network, 1 plastic synapse, warm `run` of 200 steps",
            "Lava's runtime",
            ours(work="tutorial", n=1, rate=0.03, steps=200),
            peer("lava_tutorial", LAVA, n=1, rate=0.03, steps=200),
            Goal("faster", 1000),
        ),
        Row(
            "dense-1k",
            "1024 x 1024 pair STDP, 2 % spikes, a step",
            "Lava's model without its runtime",
            ours(**DENSE_1K),
            peer("lava_learning", LAVA, rule=_lava_rule(PAIR_STDP)),
            Goal("faster", 1000),
        ),
        Row(
            "decay-1k",
            "the same with a u0 decay term, a step",
            "Lava's model without its runtime",
            ours(**{**DENSE_1K, "dw": DECAYING_STDP}),
            peer("lava_learning", LAVA, rule=decaying),
            Goal("faster", 150),
        ),
        Row(
            "brian2loihi",
            "256 x 256 pair STDP, 5 % spikes, a step",
            "Brian2Loihi, Cython",
            ours(work="driven", n=256, rate=0.05, steps=400),
            peer("brian2loihi_stdp", BRIAN2LOIHI, n=256, rate=0.05),
            Goal("faster", 100),
        ),
        Row(
            "brian2",
            "1024 x 1024 pair STDP, 2 % spikes, a step",
            "Brian2 C++ standalone, float64",
            ours(**DENSE_1K),
            peer("brian2_standalone", BRIAN2LOIHI, folder=str(folder() / "builds")),
            Goal("faster", 10),
        ),
    ]


def _against_limits(ours: Any, peer: Any) -> Sequence[Row]:
    sizes = {"1k": (1024, 200, 64), "4k": (4096, 32, 16), "8k": (8192, 16, 16)}
    return [
        Row(
            "c-kernel",
            "1024 x 1024 pair STDP, 2 % spikes, a step with its traces",
            "the same by hand in C",
            ours(**DENSE_1K),
            peer("native", None, work="step"),
            Goal("within", 1.2),
        ),
        *(
            Row(
                f"lines-{name}",
                f"{n} x {n} pair STDP, 2 % spikes, a step",
                "read-modify-write of its cache lines",
                ours(**{**DENSE_1K, "n": n, "steps": steps, "rounds": max(1, 1000 // n)}),
                peer("native", None, work="lines", n=n, epochs=epochs, rounds=64 // epochs),
                Goal("within", 2),
            )
            for name, (n, steps, epochs) in sizes.items()
        ),
        Row(
            "decay-copy",
            "1024 x 1024 with a u0 decay term, a step",
            "a copy of the weight array",
            ours(**{**DENSE_1K, "dw": DECAYING_STDP}),
            peer("native", None, work="copy", rounds=500),
            Goal("within", 4),
        ),
        Row(
            "offline",
            "offline STDP, 1,000 x 1,000 neurons, 10,000 steps",
            "the pairwise NumPy formula",
            ours(work="offline"),
            ours(work="offline_formula"),
            Goal("faster", 100),
        ),
        *(
            Row(
                name,
                f"1,000 variants of a 32 x 32 network on {machine}, 1,000 steps, a variant",
                "the same in a Python loop over runs",
                ours(work="sweep", machine=machine),
                ours(work="sweep_loop", machine=machine),
                Goal("faster", 20),
            )
            for name, machine in (("sweep", "LOIHI"), ("sweep-lava", "LAVA"))
        ),
        Row(
            "own-draws",
            "1024 x 1024 pair STDP on LOIHI, a step",
            "the same on LAVA",
            ours(**DENSE_1K, machine="LOIHI"),
            ours(**DENSE_1K),
            Goal("within", 2),
        ),
        Row(
            "float",
            "1024 x 1024 pair STDP in floating_pt, a step",
            "the same in fixed_pt",
            ours(**DENSE_1K, mode="floating_pt"),
            ours(**DENSE_1K),
            Goal("none"),
        ),
    ]


def _by_itself(ours: Any) -> Sequence[Row]:
    chip = "one Loihi 1 chip, 16.8 M plastic synapses, 10 Hz"
    return [
        Row(
            "chip",
            f"{chip}, a 1 ms step",
            "real time",
            ours(work="chip", **CHIP),
            None,
            Goal("below", 1e-3),
        ),
        Row(
            "chip-memory",
            f"{chip}, resident bytes a synapse",
            "10 bytes",
            ours(work="chip_memory", **CHIP),
            None,
            Goal("below", 10),
            unit="B",
        ),
        Row(
            "new-rule",
            "rule text to first result, a new rule",
            "2 s",
            ours(work="new_rule"),
            None,
            Goal("below", 2),
        ),
        Row(
            "cached-rule",
            "rule text to first result, a cached rule",
            "0.3 s",
            ours(work="cached_rule"),
            None,
            Goal("below", 0.3),
        ),
        Row(
            "import",
            "`import loihi_emu`",
            "0.3 s",
            ours(work="importing"),
            None,
            Goal("below", 0.3),
        ),
    ]


def _lava_rule(dw: str) -> Parameters:
    traces = {"x1_impulse": 16, "x1_tau": 10, "y1_impulse": 16, "y1_tau": 10}
    return {"dw": dw, **traces, "t_epoch": 1, "rng_seed": 1}
