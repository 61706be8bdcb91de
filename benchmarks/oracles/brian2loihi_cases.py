"""Draws random inputs for Brian2Loihi: n synapses from n spike trains onto one neuron.

Runs in Python 3.10 too. Half of the cases have the ranges of the published recordings, half reach
beyond: decays at their ends, every weight exponent and width, long taus, rules with `u`.
Example: `draw(default_rng([seed, 3]), "brian2loihi-3")`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.oracles.case_files import Case

Generator = np.random.Generator

WEIGHT_RANGES = {"MIXED": (-256, 254), "EXCITATORY": (0, 255), "INHIBITORY": (-256, 0)}
RULES = (
    "2^-2*x1*y0 - 2^-2*y1*x0",
    "2^-3*x0*y1",
    "2^-4*x1*y0 - 2^-3*x0*y1 + 2^-1*x0",
    "2^-5*y0*x1*y2 - 2^-3*x0*y1",
    "2^-6*x1*y1*y0 - 2^-2*x0",
    "2^-7*w*x0 - 2^-6*w*y0 + 2^-2*y0*x1",
    "2^-2*x1*y0 - 2^-3*x2*y0",
    "-2^-2*x0*y1 + 2^-2*y0*x2",
)
WIDE_RULES = (
    "3*x0*x1 - 2*y0*y2",
    "2^-7*x1*x2*y0 - 2^-7*y1*y2*x0",
    "2^-1*x0*y0*x1 + 2^-7*x0*w*w",
)
U_RULES = (  # the package takes several k in a rule, the chip one
    "2^-3*u0*x1 - 2^-3*u0*y1",
    "u0*x1 - 5*u0*y2",
    "2^2*u3 - 2^-4*u3*w",
    "2^-4*u2*x1*y1 - 2^-5*u2*w",
    "2^-6*u1*x1*x2 + 2^-1*x0*y1 - 3*y0",
    "u4*x2 - 2^-2*u4*y1 + x0 - y0",
    "2^-7*u0*w*w - 2^-2*u0*x1",
    "2^-2*u1*y0*x1 - 2^-3*u1*x0*y2 + 2^-3*u1*x1",
    "-3*u5 + 2^-1*x1*y0",
    "3*u0*x1 - 2*u0*y1",
    "u2*x1*y1 - 5*u2*w + 2^-1*x0",
    "u1*w - 3*u1*x2 + x0*y1 - x1*y0",
    "u3*x2 - u3*y2 - 7*u3",
    "5*u0*x1 - u0*y0*w + x0",
    "2^-5*u0*w*x1 - 2^-5*u0*w*y1 + 7*u0",
)
DRAWS = (0.0, 0.25, 0.5, 0.999)
LONGEST_DELAY = 62


def draw(rng: Generator, name: str) -> Case:
    """Inputs of one case, called `name`."""
    wide = bool(rng.random() < 0.5)
    n, n_steps = _integer(rng, 1, 4), 80
    sign_mode = _pick(rng, tuple(WEIGHT_RANGES))
    low, high = WEIGHT_RANGES[sign_mode]
    if not wide:
        low, high = max(low, -255), min(high, 254)
    case: Case = {
        "kind": "brian2loihi",
        "id": name,
        "u": _pick(rng, (*DRAWS, 0.125, 0.75) if wide else DRAWS),
        "T": n_steps,
        "decay_I": _pick(rng, (0, 1, 4095, 4096)) if wide else _integer(rng, 1, 4095),
        "decay_v": _pick(rng, (0, 1, 4095, 4096)) if wide else _integer(rng, 1, 4095),
        "vth_mant": _pick(rng, (0, 40, 9000, 131071)) if wide else _integer(rng, 10, 3000),
        "refractory": _pick(rng, (1, 2, 9, 64)) if wide else _integer(rng, 1, 4),
        "w_exp": _integer(rng, -8, 7) if wide else _integer(rng, -4, 3),
        "num_weight_bits": _integer(rng, 1, 8) if wide else _pick(rng, (8, 8, 6, 4)),
        "sign_mode": sign_mode,
        "w": rng.integers(low, high + 1, n).tolist(),
        "spikes": (rng.random((n_steps, n)) < _rate(rng, wide)).astype(int).tolist(),
    }
    if rng.random() < 0.6:
        case["dw"] = _pick(rng, WIDE_RULES + U_RULES if wide else RULES)
        case["traces"] = _traces(rng, wide)
        case["drive"] = (rng.random(n_steps) < (0.4 if wide else 0.15)).astype(int).tolist()
    return case


def draw_delays(rng: Generator, name: str) -> Case:
    """As `draw`, always with a rule, and with a delay for each spike train."""
    case = draw(rng, name)
    while "dw" not in case:
        case = draw(rng, name)
    n = len(case["w"])
    if rng.random() < 0.4:
        return {**case, "delays": [_integer(rng, 1, LONGEST_DELAY)] * n}
    longest = _pick(rng, (1, 3, 12, LONGEST_DELAY))
    return {**case, "delays": [_integer(rng, 0, longest) for _ in range(n)]}


def draw_network(rng: Generator, name: str) -> Case:
    """Inputs of a case of kind brian2loihi_network, called `name`.

    Its first connection leads both ways between two neurons where there are two, or back to the
    one neuron that there is; others have pairs at random, self-connections among them.
    """
    n, n_steps = _integer(rng, 1, 4), 80
    connections = [
        _connection(rng, [0, n - 1], [n - 1, 0]) if n > 1 else _connection(rng, [0], [0])
    ]
    for _ in range(_integer(rng, 0, 2)):
        pairs = sorted({(_integer(rng, 0, n - 1), _integer(rng, 0, n - 1)) for _ in range(2 * n)})
        connections.append(_connection(rng, [i for i, _ in pairs], [j for _, j in pairs]))
    return {
        "kind": "brian2loihi_network",
        "id": name,
        "u": _pick(rng, (*DRAWS, 0.125, 0.75)),
        "T": n_steps,
        "decay_I": _pick(rng, (500, 2048, 4096)),
        "decay_v": _pick(rng, (100, 1024, 4096)),
        "vth_mant": _integer(rng, 100, 3000),
        "refractory": _integer(rng, 1, 4),
        "drive": (rng.random((n_steps, n)) < 0.12).astype(int).tolist(),
        "connections": connections,
    }


def _connection(rng: Generator, pre: list[int], post: list[int]) -> dict[str, Any]:
    """One plastic connection with one delay."""
    sign_mode = _pick(rng, tuple(WEIGHT_RANGES))
    low, high = WEIGHT_RANGES[sign_mode]
    return {
        "pre": pre,
        "post": post,
        "delay": _pick(rng, (0, 1, 2, 5, 9, LONGEST_DELAY)),
        "w": rng.integers(low, high + 1, len(pre)).tolist(),
        "w_exp": _integer(rng, -3, 2),
        "num_weight_bits": _pick(rng, (8, 8, 6, 4)),
        "sign_mode": sign_mode,
        "dw": _pick(rng, RULES + WIDE_RULES + U_RULES),
        "traces": _traces(rng, wide=False),
    }


def _traces(rng: Generator, wide: bool) -> dict[str, list[int]]:
    """Impulse and tau of the four traces that every rule above may use."""
    longest = 500 if wide else 39
    return {
        name: [_integer(rng, 1, 127), _integer(rng, 1, longest)]
        for name in ("x1", "x2", "y1", "y2")
    }


def _rate(rng: Generator, wide: bool) -> float:
    return float(_pick(rng, (0.02, 0.5, 1.0))) if wide else 0.2


def _integer(rng: Generator, low: int, high: int) -> int:
    return int(rng.integers(low, high + 1))


def _pick(rng: Generator, choices: tuple[Any, ...]) -> Any:
    return choices[int(rng.integers(len(choices)))]


DRAWN = {
    "brian2loihi": draw,
    "brian2loihi_delays": draw_delays,
    "brian2loihi_network": draw_network,
}
"""What draws the inputs of each kind of recording."""
