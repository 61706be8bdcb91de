"""A scene: a small network in plain arrays, so that one test can build it in several ways.

    source --entry--> hidden (LIF of any kind, currents) --plastic--> post
                        ^------------------ back -------------------------'

`post` is a LIF population whose spikes return (a recurrent loop) or a source of given spikes.
Example: `build(scene, sparse=True)` lists the synapses that `build(scene)` has through its masks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu import (
    LIF,
    CurrentInput,
    Dense,
    LearningLIF,
    LearningRule,
    LIFRefractory,
    LIFReset,
    Network,
    Probe,
    Recording,
    Simulator,
    Sparse,
    SpikeSource,
    TernaryLIF,
    ThirdFactor,
    TraceSource,
)
from loihi_emu.chip.machines import LAVA
from loihi_emu.chip.random_bits import RandomSource
from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Neurons, Population
from loihi_emu.description.sources import SpikeEvents

Array = NDArray[Any]

POPULATIONS: Mapping[str, Callable[..., Neurons]] = {
    "lif": LIF, "reset": LIFReset, "refractory": LIFRefractory, "ternary": TernaryLIF,
    "learning": LearningLIF,
}  # fmt: skip
SYNAPTIC = ("weights", "tag_1", "tag_2")
TRACES = ("x1", "x2", "y1", "y2", "y3")


@dataclass(frozen=True)
class Synapses:
    """Weights [post, pre], where synapses are, delays [post, pre] or None, options."""

    weights: Array
    mask: Array
    delays: Array | None
    options: Mapping[str, Any]

    def relabelled(self, post: Array, pre: Array) -> Synapses:
        place = np.ix_(post, pre)
        delays = None if self.delays is None else self.delays[place]
        tags = {k: v[place] for k, v in self.options.items() if k in ("tag_1", "tag_2")}
        return Synapses(self.weights[place], self.mask[place], delays, {**self.options, **tags})


@dataclass(frozen=True)
class Scene:
    """See the module. `third` holds y1..y3 [step, post], or is "population".

    With an `entry_rule` the entry learns too, from graded spikes where its messages have bits.
    """

    raster: Array
    currents: Array
    cell: tuple[str, Mapping[str, Any]]
    entry: Synapses
    plastic: Synapses
    rule: LearningRule
    post_raster: Array | None
    post_cell: tuple[str, Mapping[str, Any]]
    back: Synapses
    third: tuple[Array, ...] | str | None
    entry_rule: LearningRule | None = None

    @property
    def n_steps(self) -> int:
        return len(self.raster)

    def relabelled(self, source: Array, hidden: Array, post: Array) -> Scene:
        """The scene with its neurons in other orders: number k was number `order[k]`."""
        third = self.third
        return replace(
            self,
            raster=self.raster[:, source],
            currents=self.currents[:, hidden],
            entry=self.entry.relabelled(hidden, source),
            plastic=self.plastic.relabelled(post, hidden),
            back=self.back.relabelled(hidden, post),
            post_raster=None if self.post_raster is None else self.post_raster[:, post],
            third=tuple(y[:, post] for y in third) if isinstance(third, tuple) else third,
        )


@dataclass(frozen=True)
class Built:
    """A network and its items."""

    net: Network
    source: SpikeEvents
    hidden: Neurons
    post: Population
    entry: Connection
    plastic: Connection

    def probes(self) -> list[Probe]:
        """Everything that a scene can show."""
        listed = [Probe(self.hidden, name) for name in ("u", "v", "spikes")]
        listed += [Probe(self.post, "spikes"), Probe(self.entry, "a_out")]
        listed += [Probe(self.plastic, name) for name in (*SYNAPTIC, *TRACES, "a_out")]
        if self.entry.rule is not None:
            listed += [Probe(self.entry, name) for name in (*SYNAPTIC, *TRACES)]
        if isinstance(self.post, Neurons):
            listed += [Probe(self.post, name) for name in ("u", "v")]
            if any(y is not None for y in self.post.y):
                listed += [Probe(self.post, name) for name in TRACES[2:]]
        return listed

    def learning(self) -> list[Connection]:
        return [one for one in (self.entry, self.plastic) if one.rule is not None]

    def run(self, n_steps: int, simulator: Simulator) -> dict[str, Array]:
        return self.series(simulator.run(n_steps, self.probes()))

    def series(self, recording: Recording) -> dict[str, Array]:
        """What was recorded, by name; spikes as rasters, synapses as [step, synapse]."""
        names = {id(self.hidden): "hidden", id(self.post): "post", id(self.entry): "entry"}
        shown: dict[str, Array] = {}
        for (item, variable), values in recording.items():
            array = values.raster() if variable == "spikes" else values
            if variable in SYNAPTIC and array.ndim == 3:
                array = array.transpose(0, 2, 1).reshape(len(array), -1)
            shown[f"{names.get(id(item), 'plastic')} {variable}"] = array
        return shown


def build(scene: Scene, *, sparse: bool = False) -> Built:
    """The scene's network; dense connections have weight 0 outside their masks."""
    net = Network()
    source = net.add(SpikeSource(scene.raster))
    hidden = net.add(_population(scene.cell, scene.currents.shape[1]))
    net.add(CurrentInput(hidden, scene.currents))
    if scene.post_raster is None:
        post: Population = net.add(_population(scene.post_cell, len(scene.plastic.weights)))
    else:
        post = net.add(SpikeSource(scene.post_raster))
    entry = net.add(_connection(scene.entry, source, hidden, sparse, {"rule": scene.entry_rule}))
    third: Any = post if scene.third == "population" else None
    if isinstance(scene.third, tuple):
        y1, y2, y3 = scene.third
        third = TraceSource(y1, y2, y3)
    options = {"rule": scene.rule, "third_factor": third}
    plastic = net.add(_connection(scene.plastic, hidden, post, sparse, options))
    net.add(_connection(scene.back, post, hidden, sparse))
    if isinstance(post, Neurons) and "third_factor" in post.y:
        reward = np.full((post.n, source.n), 9)
        net.add(Dense(source, ThirdFactor(post), reward))
    return Built(net, source, hidden, post, entry, plastic)


def _population(cell: tuple[str, Mapping[str, Any]], n: int) -> Neurons:
    kind, parameters = cell
    return POPULATIONS[kind](n, **parameters)


def _connection(
    synapses: Synapses, pre: Population, post: Any, sparse: bool,
    more: Mapping[str, Any] | None = None,
) -> Connection:  # fmt: skip
    options = {**synapses.options, **(more or {})}
    if not sparse:
        weights = synapses.weights * synapses.mask
        return Dense(pre, post, weights, delays=synapses.delays, **options)
    rows, columns = np.nonzero(synapses.mask)
    weights = synapses.weights[rows, columns]
    return Sparse(pre, post, (rows, columns, weights), delays=synapses.delays, **options)


def simulate(
    built: Built, *, mode: str = "fixed_pt", random: RandomSource | None = None,
    backend: str = "kernels", machine: Any = LAVA, counting: bool = False,
) -> Simulator:  # fmt: skip
    return Simulator(
        built.net, machine=machine, mode=mode, seed=7, random=random, backend=backend,
        counting=counting,
    )  # fmt: skip
