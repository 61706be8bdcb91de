"""Replay of a recorded case, with the same simulator that any network uses.

Example: `replay(case)["weights"]` is the series that `case["out"]["weights"]` recorded from Lava.
Authority for the form: conformance/FORMAT.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, Machine
from loihi_emu.compiler import LearningRule, Trace, parse_series
from loihi_emu.compiler.products import Product
from loihi_emu.conformance.brian2loihi import replay_brian2loihi
from loihi_emu.conformance.brian2loihi_network import replay_network
from loihi_emu.description.connections import GRADED_MODES, Connection, Dense, Sparse
from loihi_emu.description.network import Network
from loihi_emu.description.populations import LIF, LIFRefractory, LIFReset, Neurons, TernaryLIF
from loihi_emu.description.probe import Probe
from loihi_emu.description.sources import CurrentInput, SpikeSource, TraceSource
from loihi_emu.errors import ParameterError, RuleSyntaxError
from loihi_emu.simulator import Simulator

_TRACES: Final = ("x1", "x2", "y1", "y2", "y3")
_SYNAPTIC: Final = ("weights", "tag_1", "tag_2")
_LEARNED: Final = (*_SYNAPTIC, *_TRACES, "a_out")
_NETWORK_IMPULSE: Final = 16


def replay(
    case: Mapping[str, Any], machine: Machine | None = None, *, interpreted: bool = False
) -> dict[str, Any]:
    """Compute the series that a recorded case holds under `out`.

    Parameters
    ----------
    case : mapping
        One case, of kind learning, lif, parse, network, brian2loihi or brian2loihi_network.
    machine : Machine, optional
        By default the one that the case was recorded from: LAVA or BRIAN2LOIHI.
    interpreted : bool
        Run the reference model in plain Python instead of kernels (cases in fixed_pt).

    Returns
    -------
    dict of str to array or list

    Raises
    ------
    ParameterError
        The kind is not known, or the case lacks something that its kind needs.
    """
    kind = case.get("kind")
    if kind not in _REPLAYS:
        raise ParameterError(f"case kind is {kind!r}; allowed: {', '.join(_REPLAYS)}")
    chosen = _MACHINES.get(kind, LAVA) if machine is None else machine
    try:
        return _REPLAYS[kind](case, chosen, "interpreter" if interpreted else "kernels")
    except KeyError as error:
        raise ParameterError(f"a case of kind {kind} needs the key {error}") from error


def _replay_parse(case: Mapping[str, Any], machine: Machine, backend: str) -> dict[str, Any]:
    """Products of a rule text, or the error's name and message."""
    del machine, backend
    try:
        series = parse_series(case["rule"]["dw"])
    except RuleSyntaxError as error:
        return {"error": type(error).__name__, "message": str(error)}
    return {"dw": [_as_recorded(product) for product in series.products]}


def _as_recorded(product: Product) -> dict[str, Any]:
    """A product in the names of the record."""
    return {
        "dependency": product.dependency,
        "decimate_exponent": product.decimation,
        "s_mantissa": product.mantissa,
        "s_exp": product.exponent,
        "factors": [
            {"state_var": f.variable, "const": f.constant, "is_sgn": f.sign}
            for f in product.factors
        ],
    }


def _replay_lif(case: Mapping[str, Any], machine: Machine, backend: str) -> dict[str, Any]:
    """u, v and spikes of one population."""
    currents = np.array(case["a_in"])
    shared = {key: case[key] for key in ("du", "dv", "bias_mant", "bias_exp")}
    shared |= {key: case[key] for key in ("u", "v") if key in case}
    net = Network(warn=False)
    neurons = net.add(_population(case, currents.shape[1], shared))
    net.add(CurrentInput(neurons, currents))
    simulator = Simulator(net, machine=machine, mode=case["mode"], backend=backend)
    record = [Probe(neurons, name) for name in ("u", "v", "spikes")]
    recording = simulator.run(len(currents), record)
    return {
        "u": recording[neurons, "u"],
        "v": recording[neurons, "v"],
        "s_out": recording[neurons, "spikes"].raster(),
    }


def _population(case: Mapping[str, Any], n: int, shared: dict[str, Any]) -> Neurons:
    """The population of a lif case."""
    makers: dict[str, Callable[..., Neurons]] = {
        "lif": LIF, "reset": LIFReset, "refractory": LIFRefractory, "ternary": TernaryLIF,
    }  # fmt: skip
    thresholds = {key: case[key] for key in ("vth", "vth_hi", "vth_lo") if key in case}
    return makers[case["model"]](n, **shared, **thresholds, **case.get("proc_params", {}))


def _rule(described: Mapping[str, Any]) -> LearningRule:
    """A rule from the record's flat names; absent traces are null."""
    traces: dict[str, Any] = {
        name: Trace(described.get(f"{name}_impulse", 0), described.get(f"{name}_tau", 0))
        for name in _TRACES
    }
    texts: dict[str, Any] = {
        name: described[name] for name in ("dw", "dd", "dt") if described.get(name)
    }
    return LearningRule(
        **texts, **traces, t_epoch=described["t_epoch"], rng_seed=described.get("rng_seed")
    )


def _replay_learning(case: Mapping[str, Any], machine: Machine, backend: str) -> dict[str, Any]:
    """Synaptic variables, traces and what one learning connection sends."""
    raster = np.array(case["s_in"])
    net = Network(warn=False)
    pre = net.add(SpikeSource(raster))
    post = net.add(SpikeSource(case["s_in_bap"]))
    third = None
    if case.get("factors") == 3:
        third = TraceSource(case["y1_in"], case["y2_in"], case["y3_in"])
    options = {
        "rule": _rule(case["rule"]), "sign_mode": case["sign_mode"],
        "weight_exp": case["weight_exp"], "num_weight_bits": case["num_weight_bits"],
        "num_message_bits": case.get("num_message_bits", 0),
        "graded": GRADED_MODES[case.get("graded_spike_cfg", 0)],
        "tag_1": case["tag_1"], "tag_2": case["tag_2"], "third_factor": third,
    }  # fmt: skip
    connection = net.add(_connection(case, pre, post, options))
    simulator = Simulator(net, machine=machine, mode=case["mode"], backend=backend)
    wanted = [name for name in _LEARNED if name in case.get("out", _LEARNED)]
    recording = simulator.run(len(raster), [Probe(connection, name) for name in wanted])
    return {name: _as_matrix(recording[connection, name], name, connection) for name in wanted}


def _connection(case: Mapping[str, Any], pre: Any, post: Any, options: Any) -> Connection:
    """Dense, or sparse through the case's mask."""
    weights = np.array(case["weights"])
    if case.get("connection") != "sparse":
        return Dense(pre, post, weights, **options)
    rows, columns = np.nonzero(case["mask"])
    return Sparse(pre, post, (rows, columns, weights[rows, columns]), **options)


def _as_matrix(series: Any, name: str, connection: Connection) -> Any:
    """A sparse connection's synapses as the record's [step, post, pre]; 0 where there is none."""
    if connection.pointer is None or name not in _SYNAPTIC:
        return series
    post, pre = connection.pairs()
    matrix = np.zeros((len(series), *connection.shape), series.dtype)
    matrix[:, post, pre] = series
    return matrix


def _replay_network(case: Mapping[str, Any], machine: Machine, backend: str) -> dict[str, Any]:
    """The STDP tutorial's circuit."""
    n, stdp = case["n"], case["stdp"]
    rate = stdp["learning_rate"]
    net = Network(warn=False)
    cells = {"du": case["du"], "dv": case["du"], "bias_mant": case["bias"], "vth": case["vth"]}
    sides = []
    for side in ("pre", "post"):
        source = net.add(SpikeSource(case[f"raster_{side}"]))
        neurons = net.add(LIF(n, **cells))
        net.add(Dense(source, neurons, case["w_in"] * np.eye(n)))
        sides.append(neurons)
    rule = LearningRule(
        dw=f"{rate} * {_literal(stdp['A_minus'])} * x0 * y1 "
        f"+ {rate} * {_literal(stdp['A_plus'])} * y0 * x1",
        x1=Trace(_NETWORK_IMPULSE, stdp["tau_plus"]),
        y1=Trace(_NETWORK_IMPULSE, stdp["tau_minus"]),
        t_epoch=stdp["t_epoch"],
        rng_seed=stdp["rng_seed"],
    )
    pre, post = sides
    plastic = net.add(Dense(pre, post, case["weights"], rule=rule))
    simulator = Simulator(net, machine=machine, mode=case["mode"], backend=backend)
    probes = [Probe(plastic, name) for name in ("x1", "y1", "weights")]
    probes += [Probe(post, name) for name in ("u", "v", "spikes")] + [Probe(pre, "spikes")]
    recording = simulator.run(case["T"], probes)
    return {
        "x1": recording[plastic, "x1"],
        "y1": recording[plastic, "y1"],
        "weights": recording[plastic, "weights"],
        "pre_spikes": recording[pre, "spikes"].raster(),
        "post_spikes": recording[post, "spikes"].raster(),
        "post_u": recording[post, "u"],
        "post_v": recording[post, "v"],
    }


def _literal(value: int) -> str:
    """A number as a bracketed literal of the rule language."""
    return f"({value})"


_REPLAYS: Final[dict[Any, Callable[..., dict[str, Any]]]] = {
    "learning": _replay_learning,
    "lif": _replay_lif,
    "parse": _replay_parse,
    "network": _replay_network,
    "brian2loihi": replay_brian2loihi,
    "brian2loihi_network": replay_network,
}

_MACHINES: Final[dict[Any, Machine]] = {
    "brian2loihi": BRIAN2LOIHI, "brian2loihi_network": BRIAN2LOIHI,
}  # fmt: skip
"""The machine that a kind was recorded from, where it is not LAVA."""
