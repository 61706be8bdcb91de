"""A network of one's own in fixed point, and its float twin beside it.

Example: `print(compare_network(net, steps=500))` says for each plastic connection whether it
learns, and for each population where its spikes part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.difference import Difference, measure_difference
from loihi_emu.analysis.tables import Table, shown
from loihi_emu.analysis.verdict import LABELS, Course, verdict_on
from loihi_emu.analysis.window import VARIABLE_OF
from loihi_emu.chip.machines import LOIHI, Machine, find_machine
from loihi_emu.compiler.gain import ProductGain, product_gains
from loihi_emu.compiler.synapse_format import synapse_format
from loihi_emu.description.connections import Connection
from loihi_emu.description.float_twin import FloatTwin
from loihi_emu.description.network import Network
from loihi_emu.description.populations import Neurons, Population
from loihi_emu.description.probe import Probe
from loihi_emu.description.sources import SpikeEvents, SpikeSource
from loihi_emu.description.validation import instance_of, whole_number
from loihi_emu.errors import ParameterError
from loihi_emu.simulation.recording import Events
from loihi_emu.simulator import Simulator

_MODES: Final = ("fixed_pt", "floating_pt")
_MOST_STEPS: Final = 1_000_000
_SAMPLES: Final = 4_000_000
_SHOWN_SYNAPSES: Final = 256

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total)."""


@dataclass(frozen=True)
class Learned:
    """What one plastic connection did in both modes.

    Parameters
    ----------
    connection : str
        Its name or kind.
    verdict : str
        Whether it learns, saturates or never moves; one sentence.
    gains : tuple of ProductGain
        What its products count in fixed point.
    differences : tuple of Difference
        Of every variable that its rule changes, over the recorded synapses.
    fixed, ideal : mapping of str to [step, synapse] array
        The series, by variable.
    """

    connection: str
    verdict: str
    gains: tuple[ProductGain, ...]
    differences: tuple[Difference, ...]
    fixed: dict[str, NDArray[Any]]
    ideal: dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Fired:
    """Spikes of one population in both modes.

    Parameters
    ----------
    population : str
    fixed, ideal : int
        Spikes in all.
    first_step : int or None
        First step in which other neurons spike, if there is one.
    """

    population: str
    fixed: int
    ideal: int
    first_step: int | None


@dataclass(frozen=True)
class NetworkComparison:
    """Both runs of a network; `print` gives the report.

    Parameters
    ----------
    machine : Machine
    steps, seed : int
    bounded, same_spikes : bool
        As given to `compare_network`.
    learned : tuple of Learned
    fired : tuple of Fired
        Of populations that fire by themselves.
    notes : tuple of str
    """

    machine: Machine
    steps: int
    seed: int
    bounded: bool
    same_spikes: bool
    learned: tuple[Learned, ...]
    fired: tuple[Fired, ...]
    notes: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The verdicts on all plastic connections."""
        if not self.learned:
            return "nothing learns: no connection has a rule"
        if len(self.learned) == 1:
            return self.learned[0].verdict
        return "\n".join(f"{one.connection}: {one.verdict}" for one in self.learned)

    def parts(self) -> list[str | Table]:
        """The report, part by part."""
        spikes = "the spikes of fixed_pt in both" if self.same_spikes else "each its own spikes"
        ranges = (
            "float keeps to the ranges of fixed point" if self.bounded else "float has no bounds"
        )
        found: list[str | Table] = [
            self.verdict,
            f"fixed_pt on {self.machine.name} beside floating_pt: {self.steps} steps, seed "
            f"{self.seed}; {spikes}; {ranges}",
        ]
        lost = [
            (one.connection, gain.target, gain.text, gain.shown, gain.restored)
            for one in self.learned for gain in one.gains if gain.lost_bits
        ]  # fmt: skip
        if lost:
            columns = ("connection", "target", "product", "counts", "as written again by")
            title = f"products that {self.machine.name} makes smaller"
            found.append(Table.of(columns, lost, title))
        rows = [
            (one.connection, LABELS[d.variable], shown(d.final_fixed), shown(d.final_float),
             f"{d.largest:.4g}", f"{d.mean:.4g}", _at(d.first_step), _at(d.first_unit_step))
            for one in self.learned for d in one.differences
        ]  # fmt: skip
        if rows:
            headings = (
                "connection", "variable", "fixed at end", "float at end", "largest diff.",
                "mean diff.", "first differs", "first by 1 or more",
            )  # fmt: skip
            found.append(Table.of(headings, rows, "mean over synapses at the end, and differences"))
        if self.fired:
            spikes_of = [
                (one.population, one.fixed, one.ideal, _at(one.first_step)) for one in self.fired
            ]
            found.append(
                Table.of(("population", "spikes fixed", "spikes float", "first differs"), spikes_of)
            )
        if self.notes:
            found.append("\n".join(f"* {note}" for note in self.notes))
        return found

    def to_dict(self) -> dict[str, Any]:
        """The report in JSON's types; series are left out."""
        return {
            "verdict": self.verdict, "machine": self.machine.name, "steps": self.steps,
            "seed": self.seed, "bounded": self.bounded, "same_spikes": self.same_spikes,
            "connections": [
                {
                    "connection": one.connection, "verdict": one.verdict,
                    "gains": [gain.to_dict() for gain in one.gains],
                    "variables": [asdict(d) for d in one.differences],
                }
                for one in self.learned
            ],
            "populations": [asdict(one) for one in self.fired],
            "notes": list(self.notes),
        }  # fmt: skip

    def __str__(self) -> str:
        return "\n\n".join(str(part) for part in self.parts())


def compare_network(
    network: Network,
    steps: int = 200,
    *,
    machine: Machine | str = LOIHI,
    seed: int = 0,
    bounded: bool = True,
    same_spikes: bool = False,
    progress: Progress | None = None,
) -> NetworkComparison:
    """Run a network in fixed point and its float twin, and compare them.

    Parameters
    ----------
    network : Network
        Written for `fixed_pt`: registers of the chip. It is not changed. The twin has what the
        registers stand for, see description/float_twin.py.
    steps : int
        1..1000000.
    machine : Machine or str
    seed : int
        Of rules without a seed of their own.
    bounded : bool
        Whether float keeps to the ranges of the machine's formats.
    same_spikes : bool
        Whether neurons of the twin fire when those in fixed point did. Then the difference is that
        of the learning alone.
    progress : callable, optional
        Called with (stage, done, total).

    Returns
    -------
    NetworkComparison

    Raises
    ------
    ParameterError
        The machine cannot hold a value, or `same_spikes` is asked of a network whose plastic
        connections take a third factor from neurons.

    Examples
    --------
    >>> import loihi_emu as le
    >>> net = le.Network()
    >>> pre = net.add(le.SpikeSource([[1], [0], [1], [0]]))
    >>> post = net.add(le.LIF(1, du=4095, dv=4095, vth=20))
    >>> rule = le.LearningRule(dw="2^-2*x1*y0", x1=le.Trace(16, 10))
    >>> plastic = net.add(le.Dense(pre, post, [[50]], rule=rule))
    >>> print(compare_network(net, 4).verdict)
    learns: weight w goes from 50 to 60 (float: 60.202)
    """
    instance_of("network", network, Network, "a Network")
    used = find_machine(machine) if isinstance(machine, str) else machine
    steps = whole_number("steps", steps, (1, _MOST_STEPS))
    say = progress or _say_nothing
    plastic = [one for one in network.connections if one.rule is not None]
    cells = [one for one in network.populations if isinstance(one, Neurons)]
    chosen = {id(one): _recorded(one, steps, len(plastic)) for one in plastic}
    say("running fixed_pt", 0, 0)
    fixed = _run(network, plastic, cells, chosen, steps, lambda item: item, Simulator(
        network, machine=used, seed=seed
    ))  # fmt: skip
    given = _as_sources(cells, plastic, fixed) if same_spikes else None
    twin = FloatTwin(network, used, given)
    firing = [] if same_spikes else cells
    say("running floating_pt", 0, 0)
    ideal = _run(twin.network, plastic, firing, chosen, steps, twin.of, Simulator(
        twin.network, machine=used, mode=_MODES[1], seed=seed, bounded=bounded
    ))  # fmt: skip
    notes = list(twin.notes)
    notes += [
        f"{one.label}: {len(chosen[id(one)])} of {one.n_synapses} synapses were recorded"
        for one in plastic
        if len(chosen[id(one)]) < one.n_synapses
    ]
    for one in plastic:
        assert one.rule is not None
        notes += [f"{one.label}: {text}" for text in one.rule.coarse_taus(used)]
    return NetworkComparison(
        used, steps, seed, bounded, same_spikes,
        tuple(_learned(one, used, fixed, ideal) for one in plastic),
        tuple(_fired(one, fixed, ideal) for one in firing), tuple(notes),
    )  # fmt: skip


def _say_nothing(stage: str, done: int, total: int) -> None:
    """Nobody asked for progress."""


Series = dict[tuple[int, str], Any]
"""Recorded series and values at the start, by item of the network in fixed point and name."""


def _recorded(connection: Connection, steps: int, n_plastic: int) -> NDArray[np.int64]:
    """Synapses whose series are kept: all, or evenly spread ones of a large connection."""
    count = connection.n_synapses
    if count * steps * n_plastic <= _SAMPLES:
        return np.arange(count)
    most = max(1, min(_SHOWN_SYNAPSES, _SAMPLES // (steps * n_plastic)))
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def _run(
    network: Network, plastic: Iterable[Connection], cells: Iterable[Neurons],
    chosen: dict[int, NDArray[np.int64]], steps: int, of: Callable[[Any], Any],
    simulator: Simulator,
) -> Series:  # fmt: skip
    """Run one mode and keep the series of what learns and the spikes of what fires."""
    del network
    probes: list[Probe] = []
    wanted: list[tuple[Connection | Neurons, str]] = []
    found: Series = {}
    for connection in plastic:
        assert connection.rule is not None
        post, pre = (ends[chosen[id(connection)]] for ends in connection.pairs())
        for target in connection.rule.series:
            name = VARIABLE_OF[target]
            probes.append(Probe(of(connection), name, indices=(post, pre)))
            wanted.append((connection, name))
            start = simulator.get(of(connection), name)
            found[id(connection), f"start {name}"] = _picked(start, connection, chosen)
    for cell in cells:
        probes.append(Probe(of(cell), "spikes"))
        wanted.append((cell, "spikes"))
    recording = simulator.run(steps, probes)
    for item, name in wanted:
        series = recording[of(item), name]
        if name != "spikes":
            series = np.asarray(series).reshape(steps, -1)
        found[id(item), name] = series
    return found


def _picked(
    values: Any, connection: Connection, chosen: dict[int, NDArray[np.int64]]
) -> NDArray[Any]:
    """Values of the recorded synapses, from what `Simulator.get` gives."""
    kept = chosen[id(connection)]
    if connection.panel_ptr is None:
        post, pre = (ends[kept] for ends in connection.pairs())
        return np.asarray(values)[post, pre]
    return np.asarray(values)[kept]


def _as_sources(
    cells: Iterable[Neurons], plastic: Iterable[Connection], fixed: Series
) -> dict[Population, SpikeEvents]:
    """Populations that fire as those in fixed point did."""
    for one in plastic:
        if isinstance(one.third_factor, Neurons):
            raise ParameterError(
                f"{one.label} takes its third factor from {one.third_factor.label}; same_spikes "
                "needs third factors from a TraceSource"
            )
    sources: dict[Population, SpikeEvents] = {}
    for cell in cells:
        events: Events = fixed[id(cell), "spikes"]
        sources[cell] = SpikeSource.from_events(
            events.steps, events.neurons, n=cell.n, payloads=events.payloads, name=cell.name
        )
    return sources


def _learned(connection: Connection, machine: Machine, fixed: Series, ideal: Series) -> Learned:
    """What one plastic connection did."""
    rule, key = connection.rule, id(connection)
    assert rule is not None
    gains = product_gains(rule.series, machine)
    names = [VARIABLE_OF[target] for target in rule.series]
    verdicts = []
    for target, name in zip(rule.series, names, strict=True):
        ends = synapse_format(
            target[1], machine, connection.sign_mode,  # type: ignore[arg-type]
            connection.num_weight_bits, connection.weight_limit,
        )[-2:]  # fmt: skip
        courses = (Course(run[key, f"start {name}"], run[key, name]) for run in (fixed, ideal))
        lost = [one for one in gains if one.target == target and one.lost_bits]
        verdicts.append(verdict_on(name, ends, lost, *courses, silent=()))
    return Learned(
        connection.label, "; ".join(verdicts), gains,
        tuple(measure_difference(name, fixed[key, name], ideal[key, name]) for name in names),
        {name: fixed[key, name] for name in names}, {name: ideal[key, name] for name in names},
    )  # fmt: skip


def _fired(cell: Neurons, fixed: Series, ideal: Series) -> Fired:
    """Spikes of one population, and the first step in which they differ."""
    one, other = (run[id(cell), "spikes"] for run in (fixed, ideal))
    apart = set(_spikes(one)) ^ set(_spikes(other))
    return Fired(
        cell.label,
        len(one.steps),
        len(other.steps),
        min((step for step, *_ in apart), default=None),
    )


def _spikes(events: Events) -> Iterable[tuple[int, ...]]:
    """Step, neuron and payload of each spike."""
    columns = (events.steps, events.neurons, events.payloads)
    return zip(*(np.asarray(column).tolist() for column in columns), strict=True)


def _at(step: int | None) -> str:
    """A step, or that there is none."""
    return "never" if step is None else f"step {step}"
