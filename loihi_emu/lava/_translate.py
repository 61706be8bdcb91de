"""Processes -> a native Network: populations, connections, inputs and third factors.

A RingBuffer becomes a SpikeSource, CurrentInput or TraceSource by what it is connected to; a
connection whose a_out goes to several neurons becomes as many equal ones.
Example: `translate(processes, held).network` is ready for a `Simulator`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.compiler import LearningRule
from loihi_emu.description import connections as native
from loihi_emu.description import populations as cells
from loihi_emu.description.network import Network
from loihi_emu.description.sources import CurrentInput, SpikeSource, TraceSource
from loihi_emu.lava._refusals import NotSupportedError, WaitsForEverError
from loihi_emu.lava.magma.core.process.connection import (
    Connection,
    DelayConnection,
    LearningConnection,
)
from loihi_emu.lava.magma.core.process.ports.ports import InPort, OutPort, sources
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var
from loihi_emu.lava.proc.io.source import RingBuffer as Source
from loihi_emu.lava.proc.lif.process import (
    AbstractLIF,
    LearningLIF,
    LIFRefractory,
    LIFReset,
    TernaryLIF,
)
from loihi_emu.lava.utils.weightutils import (
    SignMode,
    clip_weights,
    determine_sign_mode,
    truncate_weights,
)

_NEVER: Final = "Lava 0.10's model {} it, and a run waits for ever; {}"
_Y: Final = ("y1", "y2", "y3")

Feed = list[tuple[OutPort, NDArray[np.int64]]]
"""OutPorts behind an InPort, and which of their elements each of the InPort's is."""


@dataclass
class Held:
    """What a run holds beside the simulator.

    Parameters
    ----------
    fixed : bool
        Fixed point, or float.
    values : dict of Var to value
        As the mode's models would hold it.
    rules : dict of process to LearningRule
        As they are now.
    signs : dict of process to SignMode
        Of static connections in fixed point: found from the weights of the first step.
    places : dict of process to (post, pre)
        Synapses of sparse connections, as the first step leaves them.
    """

    fixed: bool
    values: dict[Var, Any] = field(default_factory=dict)
    rules: dict[AbstractProcess, LearningRule] = field(default_factory=dict)
    signs: dict[AbstractProcess, SignMode] = field(default_factory=dict)
    places: dict[AbstractProcess, tuple[Any, Any]] = field(default_factory=dict)

    def number(self, var: Var) -> float:
        """A variable of one element."""
        return float(self.values[var].item())


class Translation:
    """The native network of connected processes.

    Parameters
    ----------
    processes : sequence of AbstractProcess
        In the order of construction.
    held : Held

    Attributes
    ----------
    network : Network
    neurons : dict of process to Neurons
    synapses : dict of process to list of native Connection
        One for each neuron process that a_out is connected to; equal in everything.

    Raises
    ------
    NotSupportedError
        A connection that cannot be run.
    """

    def __init__(self, processes: Sequence[AbstractProcess], held: Held) -> None:
        self.held = held
        self.network = Network(warn=False)
        self.neurons: dict[AbstractProcess, cells.Neurons] = {}
        self.synapses: dict[AbstractProcess, list[native.Connection]] = {}
        self._spiking: dict[Any, cells.Population] = {}
        self._targets: dict[OutPort, list[InPort]] = {}
        for process in processes:
            for port in process.in_ports:
                for source, _ in sources(port):
                    self._targets.setdefault(source, []).append(port)
        for process in processes:
            if isinstance(process, AbstractLIF):
                self._check_silent(process)
                self.neurons[process] = self.network.add(_neurons(process, held))
                self._inject(process)
        learning = [p for p in processes if isinstance(p, LearningConnection)]
        self._third = {process: self._third_factor(process) for process in learning}
        for process in processes:
            if isinstance(process, Connection):
                self._connect(process)

    # -- neurons

    def _check_silent(self, process: AbstractLIF) -> None:
        """Refuse ports over which Lava's LearningLIF neither sends nor receives."""
        if isinstance(process, LearningLIF):
            if process.a_third_factor_in.in_connections:
                advice = _NEVER.format("never receives", "connect s_in_y1 of the synapses")
                raise WaitsForEverError(f"{process.a_third_factor_in.label} is connected: {advice}")
            for port in process.out_ports:
                if port.name != "s_out" and port.out_connections:
                    advice = _NEVER.format("never sends", "connect s_out, or a RingBuffer's")
                    raise WaitsForEverError(f"{port.label} is connected: {advice}")

    def _inject(self, process: AbstractLIF) -> None:
        """Currents that RingBuffers send to a population."""
        feed = [pair for pair in sources(process.a_in) if isinstance(pair[0].process, Source)]
        for source, order in sources(process.a_in):
            if isinstance(source.process, AbstractLIF):
                raise NotSupportedError(
                    f"{source.label} -> {process.a_in.label}: spikes straight into a_in are not "
                    "mirrored; put a Dense with identity weights between (it adds one step)"
                )
            if isinstance(source.process, Connection):
                _in_order(source, order, process.a_in)
        if feed:
            currents = CurrentInput(self.neurons[process], self._raster(feed), repeat=True)
            self.network.add(currents)

    # -- spikes and data

    def _raster(self, feed: Feed) -> NDArray[np.float64]:
        """[step, element]: the sum of what RingBuffers send, until all of them begin again."""
        rows = [self.held.values[source.process.data] for source, _ in feed]
        n_steps = math.lcm(*(data.shape[-1] for data in rows))
        total = np.zeros((n_steps, feed[0][1].size))
        for data, (_, order) in zip(rows, feed, strict=True):
            flat = data.reshape(-1, data.shape[-1]).T[:, order]
            total += np.tile(flat, (n_steps // len(flat), 1))
        return total

    def _spikes(self, port: InPort, *, graded: bool) -> cells.Population:
        """The population whose spikes arrive at a port; a silent one if nothing does."""
        feed = sources(port)
        if all(isinstance(source.process, Source) for source, _ in feed):
            key = (port.size, graded, *((source, order.tobytes()) for source, order in feed))
            if key not in self._spiking:
                raster = self._raster(feed) if feed else np.zeros((1, port.size))
                raster = raster if graded else raster != 0
                self._spiking[key] = self.network.add(SpikeSource(raster, repeat=True))
            return self._spiking[key]
        (source, order), *others = feed
        if others or not isinstance(source.process, AbstractLIF):
            labels = ", ".join(source.label for source, _ in feed)
            raise NotSupportedError(
                f"{labels} -> {port.label}: mirrored are one population's s_out, or RingBuffers; "
                "give each source a connection process of its own"
            )
        _in_order(source, order, port)
        return self.neurons[source.process]

    # -- synapses

    def _third_factor(self, process: LearningConnection) -> Any:
        """What sends y1..y3: arrays of RingBuffers, or neurons that a connection reaches."""
        feeds = {name: sources(getattr(process, f"s_in_{name}")) for name in _Y}
        fed = {name: feed for name, feed in feeds.items() if feed}
        if not fed:
            return None
        if not process.learning_rule.y_received:
            advice = _NEVER.format("never receives", "use a Loihi3FLearningRule")
            raise WaitsForEverError(f"{process.name}.s_in_{min(fed)} is connected: {advice}")
        senders = [source.process for feed in fed.values() for source, _ in feed]
        if all(isinstance(sender, Source) for sender in senders):
            rasters = {name: self._raster(feed) for name, feed in fed.items()}
            n_steps = math.lcm(*map(len, rasters.values()))
            return TraceSource(
                **{k: np.tile(one, (n_steps // len(one), 1)) for k, one in rasters.items()},
                repeat=True,
            )
        if len(fed) == 1 and all(isinstance(sender, Connection) for sender in senders):
            (name,) = fed
            received: dict[str, Any] = {name: "third_factor"}
            n = process.weights.shape[0]
            relay = cells.LearningLIF(n, name=f"{process.name}.{name}", **received)
            return self.network.add(relay)
        raise NotSupportedError(
            f"{process.name}: mirrored are s_in_y1..y3 from RingBuffers, or one of them from "
            "connections"
        )

    def _connect(self, process: Connection) -> None:
        """One native connection for each population that a_out reaches, at least one."""
        arguments, weights = self._arguments(process)
        graded = arguments["num_message_bits"] > 0
        pre = self._spikes(process.s_in, graded=graded)
        bap = None
        if isinstance(process, LearningConnection):
            bap = self._spikes(process.s_in_bap, graded=False)
            arguments |= {"rule": self.held.rules[process], "third_factor": self._third[process]}
        ends = [self._end(process, port) for port in self._targets.get(process.a_out, [])]
        posts = [end for end in ends if end is not None]
        if not posts:
            posts = [self._silent(process.weights.shape[0])]
        for post in posts:
            given = arguments | ({"post_spikes": bap} if bap is not None else {})
            make = native.Sparse if isinstance(weights, tuple) else native.Dense
            made = make(pre, post, weights, name=process.name, **given)
            self.synapses.setdefault(process, []).append(self.network.add(made))

    def _check_rest(self, process: LearningConnection) -> None:
        """Refuse first values that Lava's float models end where their update is 0.

        A native network leaves synapses alone where nothing is added.
        """
        if self.held.fixed:
            return
        sign = getattr(process.proc_params.get("sign_mode"), "name", "MIXED")
        lowest, highest = {"EXCITATORY": (0, None), "INHIBITORY": (None, 0)}.get(sign, (None, None))
        ends = {"dd": ("tag_2", 0, None), "dw": ("weights", lowest, highest)}
        for target in self.held.rules[process].series:
            name, low, high = ends.get(target, ("tag_1", None, None))
            values = self.held.values[getattr(process, name)]
            if (low is not None and values.min() < low) or (
                high is not None and values.max() > high
            ):
                raise NotSupportedError(
                    f"{process.name} {name} are {values.min():g}..{values.max():g}; natively they "
                    "begin within their ends"
                )

    def _silent(self, n: int) -> cells.Population:
        """A population to be the post side of synapses that only a sink or monitor reads."""
        return self.network.add(SpikeSource(np.zeros((1, n))))

    def _end(self, process: Connection, port: InPort) -> Any:
        """The population or third factor behind a port that a_out is connected to, or None."""
        target = port.process
        if isinstance(target, AbstractLIF):
            return self.neurons[target]
        if isinstance(target, LearningConnection) and port.name[:-1] == "s_in_y":
            return cells.ThirdFactor(self._third[target])
        if isinstance(target, Connection):
            raise NotSupportedError(
                f"{process.a_out.label} -> {port.label}: put a LIF between two connections"
            )
        return None

    def _arguments(self, process: Connection) -> tuple[dict[str, Any], Any]:
        """Keyword arguments of the native connection, and its weights."""
        held, given = self.held, process.proc_params
        weights = held.values[process.weights]
        learns = isinstance(process, LearningConnection)
        if isinstance(process, LearningConnection):
            self._check_rest(process)
        sign = given.get("sign_mode") or SignMode.MIXED
        if not learns:
            sign = SignMode.MIXED
            if held.fixed:
                found = given.get("sign_mode") or determine_sign_mode(weights)
                sign = held.signs.setdefault(process, found)
                weights = clip_weights(weights, sign, 8)
        arguments = {
            "sign_mode": "EXCITATORY" if sign is SignMode.NULL else sign.name,
            "weight_exp": given.get("weight_exp", 0),
            "num_weight_bits": given.get("num_weight_bits", 8),
            "num_message_bits": int(held.number(process.num_message_bits)),
        }
        if isinstance(process, DelayConnection):
            arguments["delays"] = held.values[process.delays]
        if learns:
            arguments["graded"] = native.GRADED_MODES[int(given["graded_spike_cfg"])]
            arguments |= {name: held.values[getattr(process, name)] for name in ("tag_1", "tag_2")}
        if not hasattr(weights, "tocsr"):
            return arguments, weights
        if process not in held.places:
            # fixed point drops the synapses whose bits are all cut
            cut = held.fixed and learns
            bits = arguments["num_weight_bits"]
            kept = (truncate_weights(weights, sign, bits) if cut else weights).tocoo()
            held.places[process] = (kept.row, kept.col)
        post, pre = held.places[process]
        return arguments, (post, pre, np.asarray(weights[post, pre]).reshape(-1))


def _neurons(process: AbstractLIF, held: Held) -> cells.Neurons:
    """The population of a neuron process."""
    arrays: dict[str, Any] = {
        name: held.values[getattr(process, name)].ravel()
        for name in ("u", "v", "bias_mant", "bias_exp")
    }
    common: dict[str, Any] = {
        "du": held.number(process.du),
        "dv": held.number(process.dv),
        "name": process.name,
    }
    n = process.s_out.size
    if isinstance(process, TernaryLIF):
        high, low = held.number(process.vth_hi), held.number(process.vth_lo)
        return cells.Neurons(n=n, spike_above=high, spike_below=low, **arrays, **common)
    vth = held.number(getattr(process, "vth"))  # noqa: B009
    if isinstance(process, LIFReset):
        common |= {k: process.proc_params[k] for k in ("reset_interval", "reset_offset")}
    if isinstance(process, LIFRefractory):
        if held.values[process.refractory_period_end].any():
            raise NotSupportedError(
                f"{process.name}.refractory_period_end has first values; natively none rests"
            )
        common["refractory_period"] = process.proc_params["refractory_period"]
    return cells.Neurons(n=n, spike_above=vth, **arrays, **common)


def _in_order(source: OutPort, order: NDArray[np.int64], target: InPort) -> None:
    """Refuse neurons whose order a transpose changes."""
    if not np.array_equal(order, np.arange(order.size)):
        raise NotSupportedError(
            f"{source.label} -> {target.label}: transpose is mirrored for RingBuffers; reorder "
            "the weights instead"
        )
