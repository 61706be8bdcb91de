"""Draws random inputs for Lava: cases of kinds learning, lif, parse and network, without `out`.

Runs in Python 3.10 too. Half of the cases follow the statistics of the published recordings
(`wide=False`), half reach beyond them: long epochs, tau from 0.2 to 1000 and 0, impulses with any
fraction, values at the ends of their ranges, every width and exponent, larger shapes.
Example: `draw("learning", default_rng([seed, 3]), "learning-3")`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.oracles.case_files import Case
from benchmarks.oracles.rule_texts import RuleTexts

Generator = np.random.Generator
Ints = npt.NDArray[np.int64]

KINDS = ("learning", "lif", "parse", "network")
SIGN_MODES = {"MIXED": (-256, 255), "EXCITATORY": (0, 255), "INHIBITORY": (-255, 0)}
PRE_TRACES, POST_TRACES = ("x1", "x2"), ("y1", "y2", "y3")


def draw(kind: str, rng: Generator, name: str) -> Case:
    """Inputs of one case of `kind`, called `name`."""
    wide = bool(rng.random() < 0.5)
    inputs = {"learning": learning, "lif": lif, "parse": parse, "network": network}[kind]
    return {"kind": kind, "id": name, **inputs(rng, wide)}


def learning(rng: Generator, wide: bool) -> Case:
    """One learning connection: a rule, initial synapses, spikes."""
    mode = _pick(rng, ("fixed_pt", "fixed_pt", "fixed_pt", "floating_pt"))
    factors = _pick(rng, (2, 2, 2, 3))
    t_epoch = _pick(rng, (1, 1, 2, 3, 4, 7))
    n_steps = _pick(rng, (8, 14, 24))
    n_post, n_pre = _integer(rng, 1, 4), _integer(rng, 1, 5)
    if wide:
        t_epoch = _pick(rng, (1, 2, 5, 6, 8, 13, 16, 31, 62, 63))
        n_steps = max(n_steps, min(2 * t_epoch + _integer(rng, 0, 9), 140))
        n_post, n_pre = _pick(rng, ((3, 4), (1, 1), (12, 9), (1, 30), (30, 1), (5, 2)))
    sign_mode = _pick(rng, tuple(SIGN_MODES))
    case: Case = {
        "mode": mode,
        "factors": factors,
        "rule": _rule(rng, wide, mode, factors, t_epoch),
        "sign_mode": sign_mode,
        "weight_exp": _integer(rng, -8, 7) if wide else _integer(rng, -3, 3),
        "num_weight_bits": _integer(rng, 1, 8) if wide else _pick(rng, (8, 8, 8, 6, 4)),
    }
    shape = (n_post, n_pre)
    case["weights"] = _values(rng, wide, shape, *SIGN_MODES[sign_mode]).tolist()
    case["tag_1"] = _values(rng, wide, shape, -256 if wide else -255, 255).tolist()
    case["tag_2"] = _values(rng, wide, shape, 0, 255 if wide else 63).tolist()
    case["s_in"] = _spikes(rng, wide, (n_steps, n_pre)).tolist()
    case["s_in_bap"] = _spikes(rng, wide, (n_steps, n_post)).tolist()
    if factors == 3:
        for trace in POST_TRACES:
            case[trace + "_in"] = _values(rng, wide, (n_steps, n_post), 0, 127).tolist()
    if (wide or factors == 2) and rng.random() < (0.3 if wide else 0.2):
        _grade(rng, wide, case)
    if rng.random() < 0.15:
        case["connection"] = "sparse"
        case["mask"] = (rng.random(shape) < _pick(rng, (0.3, 0.7, 0.9))).astype(int).tolist()
    return case


def _grade(rng: Generator, wide: bool, case: Case) -> None:
    """Give `case`'s pre spikes payloads."""
    bits = _pick(rng, (8, 8, 4, 1)) if wide else 8
    spikes = np.array(case["s_in"])
    payloads = _values(rng, wide, spikes.shape, 1, 2**bits - 1)
    case["s_in"] = (spikes * payloads).tolist()
    case["num_message_bits"] = bits
    case["graded_spike_cfg"] = _integer(rng, 0, 3)


def _rule(rng: Generator, wide: bool, mode: str, factors: int, t_epoch: int) -> dict[str, Any]:
    """Rule text and trace parameters.

    Every trace has a tau in floating_pt: Lava's float model gives NaN for a trace of tau 0.
    """
    fixed = mode == "fixed_pt"
    texts = RuleTexts(rng, wide, spikes_as_factors=wide and fixed)
    k = _integer(rng, 0, 3)
    rule: dict[str, Any] = {"dw": texts.series(k)}
    if rng.random() < 0.5:
        rule["dt"] = texts.series(k)
    if rng.random() < 0.4:
        rule["dd"] = texts.series(k)
    for trace in PRE_TRACES + (POST_TRACES if factors == 2 else ()):
        if fixed and rng.random() < 0.15:
            continue
        rule[trace + "_impulse"] = _impulse(rng, wide)
        rule[trace + "_tau"] = _tau(rng, wide, may_be_zero=fixed)
    rule["t_epoch"] = t_epoch
    rule["rng_seed"] = _integer(rng, 0, 9) if wide and rng.random() < 0.1 else _seed(rng)
    return rule


def _impulse(rng: Generator, wide: bool) -> float:
    if wide and rng.random() < 0.4:
        return float(_pick(rng, (0.0, 127.0, 126.999, 0.5, 0.498, 0.002, 126.5)))
    return round(float(rng.uniform(0, 127)), 0 if rng.random() < 0.6 else 3)


def _tau(rng: Generator, wide: bool, may_be_zero: bool) -> float:
    if wide:
        if may_be_zero and rng.random() < 0.15:
            return 0.0
        return round(float(np.exp(rng.uniform(np.log(0.2), np.log(1000)))), _integer(rng, 1, 4))
    if rng.random() < 0.15:
        return round(float(rng.uniform(0.5, 59)), 2)
    return float(_integer(rng, 1, 59))


def lif(rng: Generator, wide: bool) -> Case:
    """One population of neurons: its parameters, state and input."""
    model = _pick(rng, ("lif", "lif", "ternary", "reset", "refractory"))
    fixed = model != "refractory" and bool(rng.random() < 0.6)
    n, n_steps = _integer(rng, 1, 5), 40
    case: Case = {"model": model, "mode": "fixed_pt" if fixed else "floating_pt"}
    if fixed:
        _fixed_neurons(rng, wide, case, n, n_steps)
    else:
        _float_neurons(rng, wide, case, n, n_steps)
    if model == "reset":
        interval = _integer(rng, 1, 9)
        offset = _integer(rng, 0, 20 if wide else interval - 1)
        case["proc_params"] = {"reset_interval": interval, "reset_offset": offset}
    if model == "refractory":
        case["proc_params"] = {"refractory_period": _integer(rng, 1, 12 if wide else 5)}
    return case


def _fixed_neurons(rng: Generator, wide: bool, case: Case, n: int, n_steps: int) -> None:
    large = bool(rng.random() < 0.3)
    reach = _pick(rng, (2**15, 2**17, 2**19)) if wide and large else 30000 if large else 500
    case["du"] = _values(rng, wide, (1,), 0, 4095).item()
    case["dv"] = _values(rng, wide, (1,), 0, 4095).item()
    case["bias_mant"] = (
        _values(rng, wide, (n,), -4096, 4095).tolist()
        if large
        else (_values(rng, False, (n,), -60, 60).tolist())
    )
    case["bias_exp"] = _values(rng, wide, (n,), -3 if wide else 0, 7).tolist()
    highest = _values(rng, wide, (1,), 0 if wide else 3, 131071 if large else 1500).item()
    _thresholds(rng, case, highest, (lambda: -_integer(rng, 0, highest)) if wide else None)
    state = 2**22 if large or wide else 0
    for variable in ("u", "v"):
        case[variable] = _values(rng, False, (n,), -state, state).tolist() if state else 0
    if wide and large:
        case["v"] = _values(rng, True, (n,), -(2**23 - 1), 2**23 - 1).tolist()
    case["a_in"] = _values(rng, wide and large, (n_steps, n), -reach, reach).tolist()


def _float_neurons(rng: Generator, wide: bool, case: Case, n: int, n_steps: int) -> None:
    case["du"], case["dv"] = (round(float(rng.uniform(0, 1)), 3) for _ in range(2))
    if wide and rng.random() < 0.4:
        case["du"], case["dv"] = _pick(rng, ((0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (1.0, 0.0)))
    case["bias_mant"] = np.round(rng.normal(0, 2, n), 3).tolist()
    case["bias_exp"] = 0
    _thresholds(rng, case, round(float(rng.uniform(0.01, 15)), 3), None)
    if wide:
        for variable in ("u", "v"):
            case[variable] = np.round(rng.normal(0, 8, n), 3).tolist()
    case["a_in"] = np.round(rng.normal(0, 5, (n_steps, n)), 3).tolist()


def _thresholds(rng: Generator, case: Case, highest: Any, lowest: Any) -> None:
    """`vth`, or for ternary neurons `vth_hi` and `vth_lo` (`lowest()`, or the mirror image)."""
    if case["model"] == "ternary":
        case["vth_hi"] = highest
        case["vth_lo"] = lowest() if lowest is not None and rng.random() < 0.7 else -highest
    else:
        case["vth"] = highest


def parse(rng: Generator, wide: bool) -> Case:
    """One rule's text, damaged in a third of the cases."""
    texts = RuleTexts(rng, wide, spikes_as_factors=wide)
    text = texts.series(_integer(rng, 0, 9))
    wellformed = bool(rng.random() < 0.66)
    return {
        "wellformed": wellformed,
        "rule": {"dw": text if wellformed else texts.damaged(text)},
    }


def network(rng: Generator, wide: bool) -> Case:
    """The STDP tutorial's circuit; wide: leaky neurons that add up, more steps and neurons."""
    mode = _pick(rng, ("fixed_pt", "floating_pt"))
    n, n_steps = (_integer(rng, 2, 6), 160) if wide else (_integer(rng, 1, 3), 120)
    fixed = mode == "fixed_pt"
    du: float = 4095 if fixed else 1
    if wide:
        du = _integer(rng, 200, 4095) if fixed else round(float(rng.uniform(0.05, 1)), 3)
    return {
        "mode": mode,
        "n": n,
        "T": n_steps,
        "du": du,
        "vth": _integer(rng, 60, 240) if wide else 240,
        "w_in": 250,
        "bias": _integer(rng, 0, 30) if wide else 0,
        "stdp": {
            "learning_rate": 1,
            "A_plus": _integer(rng, 1, 3),
            "A_minus": -_integer(rng, 1, 3),
            "tau_plus": _integer(rng, 2, 60) if wide else _integer(rng, 5, 30),
            "tau_minus": _integer(rng, 2, 60) if wide else _integer(rng, 5, 30),
            "t_epoch": _pick(rng, (1, 2, 9, 20)) if wide else _pick(rng, (1, 3, 4, 5)),
            "rng_seed": _integer(rng, 1, 999999),
        },
        "weights": rng.integers(0, 100, (n, n)).tolist(),
        "raster_pre": (rng.random((n_steps, n)) < 0.09).astype(int).tolist(),
        "raster_post": (rng.random((n_steps, n)) < 0.09).astype(int).tolist(),
    }


def _spikes(rng: Generator, wide: bool, shape: tuple[int, int]) -> Ints:
    rates = (0.02, 0.05, 0.2, 0.5, 0.9, 1.0) if wide else (0.0, 0.05, 0.2, 0.2, 0.3, 0.6)
    rate: float = _pick(rng, rates)
    return (rng.random(shape) < rate).astype(np.int64)


def _values(rng: Generator, wide: bool, shape: tuple[int, ...], low: int, high: int) -> Ints:
    """Integers in low..high; wide: half of them at the ends, next to them, or next to 0."""
    values: Ints = rng.integers(low, high + 1, shape)
    if not wide:
        return values
    edges = np.unique(np.clip([low, low + 1, -1, 0, 1, high - 1, high], low, high))
    at_edge = rng.random(shape) < 0.5
    values[at_edge] = rng.choice(edges, np.count_nonzero(at_edge))
    return values


def _seed(rng: Generator) -> int:
    return _integer(rng, 1, 2**31 - 2)


def _integer(rng: Generator, low: int, high: int) -> int:
    return int(rng.integers(low, high + 1))


def _pick(rng: Generator, choices: tuple[Any, ...]) -> Any:
    return choices[int(rng.integers(len(choices)))]
