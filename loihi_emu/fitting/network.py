"""A network in real numbers to the same network in registers.

Each population gets a scale of its own: units of v for one unit of the model's voltage. The
strongest connection to it decides the scale, as in neurons.py. The others take the weight exponent
at which their weights fill the register best.
Example: `fit_network(net).network` runs in fixed point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.tables import Table
from loihi_emu.chip import formats
from loihi_emu.chip.machines import LOIHI, Machine, find_machine
from loihi_emu.compiler.synapse_format import low_bits, synapse_format, truncated
from loihi_emu.description.connections import Connection
from loihi_emu.description.network import Network
from loihi_emu.description.populations import Neurons, Population, ThirdFactor
from loihi_emu.errors import ParameterError
from loihi_emu.fitting.choices import Choice
from loihi_emu.fitting.neurons import FloatLIF, NeuronFit, fit_neurons, fit_weights, sign_mode_of

_FOREVER: Final = 1e9


@dataclass(frozen=True)
class NetworkFit:
    """A network in registers, and what each of them does.

    Parameters
    ----------
    network : Network
        The network in registers, for fixed point.
    scales : dict of str to float
        Of each population of neurons, by label: units of v for one unit of the model's voltage.
    choices : dict of str to tuple of Choice
        By label of a population or connection.
    """

    network: Network
    scales: dict[str, float]
    choices: dict[str, tuple[Choice, ...]]

    def __str__(self) -> str:
        rows = [
            (label, one.name, one.register, one.asked, one.acts, one.error)
            for label, choices in self.choices.items()
            for one in choices
        ]
        return str(Table.of(("of", "quantity", "register", "asked", "acts", "error"), rows))


def fit_network(
    network: Network, *, machine: Machine | str = LOIHI, num_weight_bits: int = 8
) -> NetworkFit:
    """Find the registers of a network that was written for floating point.

    Parameters
    ----------
    network : Network
        du and dv are fractions, weights, thresholds and biases reals of one unit. It does not
        change.
    machine : Machine or str
    num_weight_bits : int
        1..8, of every connection.

    Returns
    -------
    NetworkFit

    Raises
    ------
    ParameterError
        A connection learns (fit its rule with `fit`), has a weight exponent or ends on a third
        factor; neurons have noise; the network has current inputs; or numbers do not fit.

    Examples
    --------
    >>> from loihi_emu import LIF, Dense, Network, SpikeSource
    >>> net = Network()
    >>> source = net.add(SpikeSource([[1]]))
    >>> cells = net.add(LIF(1, du=1, dv=0.1, vth=1.0, name="cells"))
    >>> static = net.add(Dense(source, cells, 0.4))
    >>> found = fit_network(net)
    >>> found.network.populations[1].spike_above, found.network.connections[0].weights.tolist()
    (1275.0, [255])
    """
    chip = find_machine(machine) if isinstance(machine, str) else machine
    _check(network)
    made = Network(warn=False)
    new: dict[int, Population] = {}
    fits: dict[int, NeuronFit] = {}
    choices: dict[str, tuple[Choice, ...]] = {}
    for one in network.populations:
        item = one
        if isinstance(one, Neurons):
            given = [c for c in network.connections if c.post is one]
            found = _neurons(one, given, chip, num_weight_bits)
            fits[id(one)], choices[one.label] = found, found.choices
            item = _in_registers(one, found)
        new[id(one)] = made.add(item)
    for connection in network.connections:
        scale = fits[id(connection.post)].scale
        values, exponent, choice = _weights(connection, scale, chip, num_weight_bits)
        choices[connection.label] = (choice,)
        made.add(
            replace(
                connection, pre=new[id(connection.pre)], post=new[id(connection.post)],
                weights=values, weight_exp=exponent, num_weight_bits=num_weight_bits,
                sign_mode=sign_mode_of(_span([connection])),
            )
        )  # fmt: skip
    scales = {one.label: fits[id(one)].scale for one in network.populations if id(one) in fits}
    return NetworkFit(made, scales, choices)


def _check(network: Network) -> None:
    """Refuse what has no registers here."""
    if network.inputs:
        raise ParameterError("the network has a CurrentInput; fit_network takes spikes alone")
    for one in network.populations:
        if isinstance(one, Neurons) and one.noise is not None:
            raise ParameterError(f"{one.label} has noise; fit_network takes neurons without")
    for connection in network.connections:
        if connection.rule is not None:
            raise ParameterError(
                f"{connection.label} learns; fit its rule with fit(FloatRule(...)), and the "
                "rest of the network without it"
            )
        if isinstance(connection.post, ThirdFactor) or not isinstance(connection.post, Neurons):
            raise ParameterError(f"{connection.label} does not end on neurons; allowed: LIF kinds")
        if connection.weight_exp:
            raise ParameterError(
                f"{connection.label} weight_exp is {connection.weight_exp}; allowed: 0 in a "
                "network in real numbers"
            )


def _span(connections: list[Connection]) -> tuple[float, float]:
    """Range of the weights, 0 included."""
    values = [np.asarray(one.weights, np.float64) for one in connections]
    joined = np.concatenate([np.zeros(1), *values])
    low, high = float(joined.min()), float(joined.max())
    return (0.0, 1.0) if low == high else (low, high)


def _neurons(cells: Neurons, given: list[Connection], machine: Machine, bits: int) -> NeuronFit:
    """Registers of a population, by the strongest connection to it."""
    strongest = max(given, key=lambda one: max(map(abs, _span([one]))), default=None)
    span = _span([] if strongest is None else [strongest])
    stored = fit_weights(span, None, machine, bits)
    largest = round(max(map(abs, span)) / stored.unit)
    bias = np.asarray(cells.bias_mant, float) * 2.0 ** np.asarray(cells.bias_exp, float)
    extreme = float(bias[np.argmax(np.abs(bias))]) if np.ndim(bias) else float(bias)
    model = FloatLIF(
        _FOREVER if cells.spike_above is None else float(cells.spike_above),
        _tau(cells.du), _tau(cells.dv), extreme,
    )  # fmt: skip
    return fit_neurons(model, stored.unit, machine, largest, _most_input(cells, given))


def _most_input(cells: Neurons, given: list[Connection]) -> float:
    """Greatest magnitude of one step's input, if all synapses deliver."""
    totals = np.zeros((2, cells.n))
    for one in given:
        weights = np.asarray(one.weights, np.float64)
        if one.panel_ptr is None:  # in the order of (pre, post)
            rows = weights.reshape(-1, cells.n)
            totals += np.maximum(rows, 0).sum(axis=0), np.maximum(-rows, 0).sum(axis=0)
        else:
            totals += np.maximum(weights, 0).sum(), np.maximum(-weights, 0).sum()
    return float(totals.max())


def _tau(decay: float) -> float:
    """Time constant of a fraction that is lost in each step."""
    if decay >= 1:
        return 0.0
    return -1 / math.log(1 - decay) if decay > 0 else _FOREVER


def _in_registers(cells: Neurons, found: NeuronFit) -> Neurons:
    """The population with its registers; initial u and v in the same scale."""
    registers, scale = found.registers, found.scale
    bias = np.asarray(cells.bias_mant, float) * 2.0 ** np.asarray(cells.bias_exp, float)
    below = cells.spike_below
    return replace(
        cells,
        du=registers["du"], dv=registers["dv"], spike_above=float(registers["vth"]),
        spike_below=None if below is None else float(round(below * scale / _ALIGNED)),
        bias_mant=np.rint(bias * scale / 2.0 ** registers["bias_exp"]),
        bias_exp=registers["bias_exp"],
        u=np.rint(np.asarray(cells.u, float) * scale),
        v=np.rint(np.asarray(cells.v, float) * scale),
    )  # fmt: skip


_ALIGNED: Final = 2**formats.STATE_SHIFT


def _weights(
    connection: Connection, scale: float, machine: Machine, bits: int
) -> tuple[NDArray[np.int64], int, Choice]:
    """Mantissas and exponent of a connection: the least exponent at which all weights fit."""
    weights = np.asarray(connection.weights, np.float64)
    mode = sign_mode_of(_span([connection]))
    low, high = synapse_format("w", machine, mode, bits)[3:]
    absent = low_bits(machine, mode, bits)
    low, high = -(-low >> absent << absent), high >> absent << absent
    span = _span([connection]) if weights.any() else (0.0, 0.0)
    for exponent in formats.WEIGHT_EXPONENTS:
        unit = 2.0**exponent * _ALIGNED / scale
        fits = round(span[0] / unit) >= low and round(span[1] / unit) <= high
        if exponent >= 0 and fits:
            break
    else:
        raise ParameterError(
            f"{connection.label}: weights of {span[0]:g}..{span[1]:g} fit at no weight exponent"
        )
    step = 1 << absent
    values = np.clip(np.rint(weights / unit / step).astype(np.int64) * step, low, high)
    stored = np.array([truncated(int(v), machine, mode, bits) for v in values.ravel()], float)
    error = float(np.sqrt(np.mean((stored * unit - weights.ravel()) ** 2))) if weights.size else 0.0
    name = "weights (root mean square)"
    return values, exponent, Choice(name, f"weight_exp = {exponent}, {mode}", 0.0, error, "weight")
