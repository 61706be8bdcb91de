"""A web: populations and connections in plain arrays, and the ways a simulator can run them.

Example: `run(web, Way(sparse=True, threads=2))` is every series of the web, and its state at the
end, by name: `c0 weights` is what connection 0 recorded. All ways should give the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

import numpy as np

from loihi_emu import (
    CurrentInput,
    Dense,
    LearningRule,
    Network,
    Probe,
    Recording,
    Simulator,
    Sparse,
    SpikeSource,
    ThirdFactor,
    TraceSource,
)
from loihi_emu import simulator as simulator_module
from loihi_emu.chip.machines import LOIHI, Machine
from loihi_emu.chip.random_bits import RandomSource
from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Neurons, Population
from loihi_emu.description.sources import RewardSource
from loihi_emu.simulation import backends
from tests.scenes import POPULATIONS, SYNAPTIC, TRACES, Array, Synapses


@dataclass(frozen=True)
class Group:
    """A population: a source's payloads [step, neuron], or a kind of cell with its currents."""

    n: int
    payloads: Array | None = None
    cell: tuple[str, Mapping[str, Any]] = ("lif", {})
    currents: Array | None = None


@dataclass(frozen=True)
class Link:
    """Synapses from group `pre` to group `post`, where they learn with their rule.

    `third` holds y1..y3 [step, post], or is "population"; `teacher` is the group whose spikes are
    the post spikes.
    """

    pre: int
    post: int
    synapses: Synapses
    rule: LearningRule | None = None
    third: tuple[Array, ...] | str | None = None
    reward: Array | None = None
    teacher: int | None = None


@dataclass(frozen=True)
class Change:
    """What is done to a running simulator after `step`: see `_apply`."""

    step: int
    what: str
    link: int = 0
    value: Any = None


@dataclass(frozen=True)
class Web:
    """See the module."""

    n_steps: int
    groups: tuple[Group, ...]
    links: tuple[Link, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Watch:
    """A probe by name: of every k-th step, of some elements in the order of memory."""

    name: str
    every: int = 1
    chosen: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Way:
    """How a web is run; without `watched` everything is, in every step.

    Links without a synapse missing are dense unless `sparse`; `cuts` are steps between runs,
    `revised` those after which the simulator is given the same network anew. `defined` is how many
    steps it begins with in the definition, as if its loops were compiled by then.
    """

    machine: Machine = LOIHI
    mode: str = "fixed_pt"
    random: RandomSource | None = None
    backend: str = "kernels"
    threads: int = 1
    bounded: bool = False
    sparse: bool = False
    cuts: tuple[int, ...] = ()
    revised: tuple[int, ...] = ()
    replayed: int = 0
    watched: tuple[Watch, ...] | None = None
    defined: int = 0


@dataclass
class Built:
    """A network, its items, and those that can be probed, by name."""

    net: Network
    groups: list[Any] = field(default_factory=list)
    links: list[Connection] = field(default_factory=list)

    def names(self) -> dict[str, tuple[Any, str]]:
        """Everything that can be watched."""
        shown: dict[str, tuple[Any, str]] = {}
        for number, group in enumerate(self.groups):
            own = ["spikes"] + (["u", "v"] if isinstance(group, Neurons) else [])
            if isinstance(group, Neurons) and any(y is not None for y in group.y):
                own += TRACES[2:]
            shown |= {f"p{number} {name}": (group, name) for name in own}
        for number, link in enumerate(self.links):
            own = ["weights", "effective_weights", "a_out"]
            own += [*SYNAPTIC[1:], *TRACES, "r0", "r1"] if link.rule is not None else []
            shown |= {f"c{number} {name}": (link, name) for name in own}
        return shown


def build(web: Web, *, sparse: bool = False) -> Built:
    """The web's network."""
    built = Built(Network())
    net = built.net
    for group in web.groups:
        if group.payloads is not None:
            built.groups.append(net.add(SpikeSource(group.payloads)))
            continue
        kind, parameters = group.cell
        built.groups.append(net.add(POPULATIONS[kind](group.n, **parameters)))
        if group.currents is not None:
            net.add(CurrentInput(built.groups[-1], group.currents))
    for link in web.links:
        built.links.append(net.add(_connection(link, built.groups, sparse=sparse)))
    for group in built.groups:
        if isinstance(group, Neurons) and "third_factor" in group.y:
            net.add(Dense(built.groups[0], ThirdFactor(group), 9))
    return built


def _connection(link: Link, groups: list[Population], *, sparse: bool) -> Connection:
    pre, post, synapses = groups[link.pre], groups[link.post], link.synapses
    options = dict(synapses.options)
    if link.rule is not None:
        third: Any = post if link.third == "population" else None
        if isinstance(link.third, tuple):
            y1, y2, y3 = link.third
            third = TraceSource(y1, y2, y3)
        options |= {"rule": link.rule, "third_factor": third}
        if link.reward is not None:
            options["reward"] = RewardSource(link.reward)
        if link.teacher is not None:
            options["post_spikes"] = groups[link.teacher]
    if synapses.mask.all() and not sparse:
        return Dense(pre, post, synapses.weights, delays=synapses.delays, **options)
    post_of, pre_of = np.nonzero(synapses.mask)
    listed = (post_of, pre_of, synapses.weights[post_of, pre_of])
    return Sparse(pre, post, listed, delays=synapses.delays, **options)


def run(web: Web, way: Way) -> dict[str, Array]:
    """Every series watched, by name, and under `end ...` the state at the end."""
    if way.defined:
        with _begun_in_the_definition(way.defined):
            return run(web, replace(way, defined=0, backend="auto"))
    built = build(web, sparse=way.sparse)
    simulator = Simulator(
        built.net, machine=way.machine, mode=way.mode, random=way.random, seed=11,
        backend=way.backend, threads=way.threads, bounded=way.bounded,
    )  # fmt: skip
    if way.replayed:
        simulator.run(way.replayed)
        simulator.reset()
    stops = sorted({web.n_steps, *way.cuts, *way.revised, *(c.step for c in web.changes)})
    recordings: list[tuple[Recording, Built]] = []
    for stop in stops:
        probes = _probes(built, way.watched)
        recordings.append((simulator.run(stop - simulator.step, probes), built))
        if stop in way.revised:
            built = _revised(simulator, web, way, built)
        for change in web.changes:
            if change.step == stop:
                _apply(change, simulator, built.links[change.link])
    shown = _series(recordings, way.watched)
    return shown | {f"end {name}": values for name, values in _state(simulator, built).items()}


@contextlib.contextmanager
def _begun_in_the_definition(n_steps: int) -> Iterator[None]:
    """Simulators find their loops compiled after so many steps, each of which is a call."""

    class Compiling:
        failed = False

        def __init__(self, *_: object) -> None:
            self._left = n_steps + 1

        def ready(self) -> bool:
            self._left -= 1
            return self._left < 0

    with (
        mock.patch.object(backends, "CompileAhead", Compiling),
        mock.patch.object(backends, "_waits", return_value=False),
        mock.patch.object(simulator_module, "_LONGEST_CHUNK", 1),
    ):
        yield


def _revised(simulator: Simulator, web: Web, way: Way, built: Built) -> Built:
    """The same network, made anew, with the rules as they are by now."""
    links = tuple(
        link if item.rule is None else replace(link, rule=simulator.rule(item))
        for link, item in zip(web.links, built.links, strict=True)
    )
    fresh = build(replace(web, links=links), sparse=way.sparse)
    simulator.revise(fresh.net)
    return fresh


def _apply(change: Change, simulator: Simulator, link: Connection) -> None:
    """`learning` switches it; `weights` and others take a value in the order of memory."""
    if change.what == "learning":
        simulator.set_learning(link, change.value)
    elif change.what == "get":
        simulator.get(link, change.value)
    elif np.ndim(change.value) == 1 and link.panel_ptr is None and change.what in SYNAPTIC:
        values = np.asarray(change.value).reshape(link.pre.n, link.post.n).T
        simulator.set(link, change.what, values)
    else:
        simulator.set(link, change.what, change.value)


def _probes(built: Built, watched: tuple[Watch, ...] | None) -> list[Probe]:
    names = built.names()
    if watched is None:
        return [Probe(item, name) for item, name in names.values()]
    probes = []
    for watch in watched:
        item, name = names[watch.name]
        probes.append(Probe(item, name, every=watch.every, indices=_indices(watch, item, name)))
    return probes


def _indices(watch: Watch, item: Any, name: str) -> Any:
    """Chosen elements as a probe takes them."""
    if watch.chosen is None:
        return None
    chosen = np.array(watch.chosen)
    if isinstance(item, Connection) and item.panel_ptr is None and name in (*SYNAPTIC, _EFFECTIVE):
        return chosen % item.post.n, chosen // item.post.n
    return chosen


_EFFECTIVE = "effective_weights"


def _series(
    recordings: list[tuple[Recording, Built]], watched: tuple[Watch, ...] | None
) -> dict[str, Array]:
    """What several runs recorded, joined; synapses in the order of memory."""
    shown: dict[str, list[Array]] = {}
    for recording, built in recordings:
        names = built.names()
        for name in names if watched is None else [w.name for w in watched]:
            item, variable = names[name]
            values = recording[item, variable]
            if variable == "spikes":
                values = np.column_stack([values.steps, values.neurons, values.payloads])
            shown.setdefault(name, []).append(_flat(values))
    return {name: np.concatenate(parts) for name, parts in shown.items()}


def _flat(values: Array) -> Array:
    if values.ndim == 3:
        n_steps, n_post, n_pre = values.shape
        return values.transpose(0, 2, 1).reshape(n_steps, n_post * n_pre)
    return values


def _state(simulator: Simulator, built: Built) -> dict[str, Array]:
    state = {}
    for name, (item, variable) in built.names().items():
        if variable != "spikes":
            state[name] = _flat(simulator.get(item, variable)[None])[0]
    return state


def expected(whole: dict[str, Array], watched: tuple[Watch, ...] | None) -> dict[str, Array]:
    """What a way that watches these should show of what a way that watches all showed."""
    if watched is None:
        return whole
    shown = {name: values for name, values in whole.items() if name.startswith("end ")}
    for watch in watched:
        values = whole[watch.name]
        if watch.name.endswith("spikes"):
            values = values[values[:, 0] % watch.every == 0]
            if watch.chosen is not None:
                values = values[np.isin(values[:, 1], watch.chosen)]
        else:
            values = values[watch.every - 1 :: watch.every]
            if watch.chosen is not None:
                values = values[:, list(watch.chosen)]
        shown[watch.name] = values
    return shown


def assert_same(found: dict[str, Array], wanted: dict[str, Array]) -> None:
    """Every series equal, bit for bit."""
    assert found.keys() == wanted.keys()
    for name, values in wanted.items():
        np.testing.assert_array_equal(found[name], values, name)
