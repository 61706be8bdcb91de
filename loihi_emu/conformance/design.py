"""Which experiment would tell the alternatives of open fields apart, and in how many steps.

Machines that differ in the fields make series of every experiment of a family; each series is
scored on all of them. The mean log-likelihood ratio per step says how fast the machine that made a
series leaves another behind: odds of 1,000 to 1 take ln(1000) / ratio steps.
A value that a machine cannot give counts as a slip that one value in a thousand is (`robust`).
Example: `design(LOIHI, ["decay_bits=7|8"])[0]["steps"]` is about 10: a trace of a long tau.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from math import inf, log
from typing import Any, Final

from loihi_emu.chip.machines import Machine
from loihi_emu.conformance.generated_series import generate
from loihi_emu.conformance.score_machine import score
from loihi_emu.conformance.score_scan import variants
from loihi_emu.errors import LoihiEmuError, ParameterError

ODDS: Final = 1000
STEPS: Final = 240
REPEATS: Final = 2
_RATES: Final = (0.08, 0.3)

_X: Final = {"impulse": 100, "tau": 10}
_FRACTION: Final = {"impulse": 20.25, "tau": 10}
RULES: Final[Mapping[str, Mapping[str, Any]]] = {
    "trace at the epoch's end": {"dw": "u0*x1 - u0*w", "x1": _X},
    "trace of a long tau": {"dw": "u0*x1 - u0*w", "x1": {"impulse": 120, "tau": 40}},
    "trace with a fraction in its impulse": {"dw": "u0*x1 - u0*w", "x1": _FRACTION},
    "trace at a post spike": {"dw": "y0*x1 - y0*w", "x1": _X},
    "product of two traces": {
        "dw": "2^-4*u0*x1*y1 - u0*w", "x1": _X, "y1": {"impulse": 90, "tau": 7},
    },
    "pair STDP in small steps": {
        "dw": "2^-3*x1*y0 - 2^-3*y1*x0", "x1": _X, "y1": {"impulse": 90, "tau": 12},
    },
    "a weight in steps of 3/8": {"dw": "3*2^-3*u0*x0 - 3*2^-3*u0*y0", "x1": _X},
}  # fmt: skip
"""Rules of the family by what they show; -w makes each epoch's weight a reading of its own."""

EPOCHS: Final = (1, 4)
SIGN_MODES: Final = ("MIXED", "EXCITATORY")


def experiments() -> Iterator[dict[str, Any]]:
    """Every experiment of the family: one synapse, whose x1, x2 and weight are recorded."""
    for name, rule in RULES.items():
        for t_epoch in EPOCHS:
            for sign_mode in SIGN_MODES:
                for rate in _RATES:
                    run = {**rule, "t_epoch": t_epoch, "sign_mode": sign_mode, "w0": 64}
                    yield {"name": name, "run": run, "rate": rate}


def design(
    machine: Machine, fields: Sequence[str], *, steps: int = STEPS, repeats: int = REPEATS
) -> list[dict[str, Any]]:
    """Experiments, the one first that tells all alternatives apart in the fewest steps.

    Parameters
    ----------
    machine : Machine
        What all alternatives share.
    fields : sequence of str
        Fields of it; `FIELD=A|B` for some alternatives only.
    steps, repeats : int
        Length and number of the series that each machine makes of each experiment.

    Returns
    -------
    list of dict
        `name`, `run` (keys of a series file's run), `rate` (of spikes a step); `steps`, expected
        for odds of 1,000 to 1 between the two alternatives that are hardest to tell apart;
        `hardest`, those two, the one that made the series first; `ratio`, their log-likelihood
        ratio per step. `steps` is infinite where the experiment does not tell them apart.

    Raises
    ------
    UnknownNameError, ParameterError
        No such field, or fewer than two machines to tell apart.
    """
    if steps < 1 or repeats < 1:
        raise ParameterError(f"steps {steps} and repeats {repeats}; allowed: 1 or more")
    machines = [one for _, one in variants(machine, fields)]
    if len(machines) < 2:
        raise ParameterError(f"{', '.join(fields)} leave one machine; needed: at least two")
    rows = [_judge(one, machines, fields, steps, repeats) for one in experiments()]
    return sorted(rows, key=lambda row: -row["ratio"])


def _judge(
    experiment: Mapping[str, Any], machines: Sequence[Machine], fields: Sequence[str], steps: int,
    repeats: int,
) -> dict[str, Any]:  # fmt: skip
    """One experiment, by the pair of machines that it tells apart worst."""
    n_epochs = -(-steps // experiment["run"]["t_epoch"])
    n_steps = n_epochs * experiment["run"]["t_epoch"] * repeats
    likelihoods: dict[tuple[int, int], float] = dict.fromkeys(
        ((a, b) for a in range(len(machines)) for b in range(len(machines))), 0.0
    )
    try:
        for made, own in enumerate(machines):
            for seed in range(repeats):
                series = generate(
                    own, dict(experiment["run"]), n_epochs, seed=seed, rate=experiment["rate"]
                )
                for scored, other in enumerate(machines):
                    likelihoods[made, scored] += score(series, other)["robust"]
    except LoihiEmuError as error:  # a rule that some of the machines do not have
        return {**experiment, "steps": inf, "ratio": 0.0, "hardest": None, "reason": str(error)}
    ratios = {
        (a, b): (likelihoods[a, a] - likelihoods[a, b]) / n_steps
        for a, b in permutations(range(len(machines)), 2)
    }
    hardest = min(ratios, key=lambda pair: ratios[pair])
    ratio = max(ratios[hardest], 0.0)
    names = [field.split("=")[0] for field in fields]
    values = [{name: getattr(machines[k], name) for name in names} for k in hardest]
    return {
        **experiment, "steps": log(ODDS) / ratio if ratio else inf, "ratio": ratio,
        "hardest": values, "reason": "",
    }  # fmt: skip
