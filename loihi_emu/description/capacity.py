"""Whether a chip can hold a network: what the network uses, and what the chip has.

Each population gets the fewest cores that hold its neurons and the synapses that end on them. A
network within all limits may still need a better placement. A network that exceeds a limit does not
fit in this placement.
Example: `print(capacity(net))` prints a table of what is used, available and over, as
`loihi-emu capacity FILE.py` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Final

from loihi_emu.chip import limits
from loihi_emu.chip.formats import SYNAPTIC_DELAY
from loihi_emu.chip.limits import ChipLimits, find_chip
from loihi_emu.description.connections import Connection
from loihi_emu.description.network import Network
from loihi_emu.description.populations import Neurons, ThirdFactor
from loihi_emu.description.validation import instance_of

COLUMNS: Final = ("resource", "where", "used", "available", "over", "evidence")
"""Columns of the table."""

_NUMBERS: Final = ("used", "available", "over")


@dataclass(frozen=True)
class Use:
    """One resource in one place.

    Parameters
    ----------
    resource, where : str
    used, available : int
    evidence : str
        The source of the limit, with its class of evidence.
    """

    resource: str
    where: str
    used: int
    available: int
    evidence: str

    @property
    def over(self) -> int:
        """By how much the use exceeds the limit; 0 where it fits."""
        return max(0, self.used - self.available)


@dataclass(frozen=True)
class Capacity:
    """What a network uses of a chip; `str` gives a table.

    Parameters
    ----------
    chip : str
    uses : tuple of Use
    """

    chip: str
    uses: tuple[Use, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing is over."""
        return not any(use.over for use in self.uses)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The table's cells, a row for each use; a dash where nothing is over."""
        return tuple(
            (u.resource, u.where, str(u.used), str(u.available), str(u.over or "-"), u.evidence)
            for u in self.uses
        )

    @property
    def verdict(self) -> str:
        """One sentence: whether the network fits, and which resources are over."""
        over = [f"{u.resource} ({u.where})" for u in self.uses if u.over]
        if not over:
            return f"The network fits on {self.chip}."
        return f"The network does not fit on {self.chip}: {', '.join(over)}."

    def __str__(self) -> str:
        lines = (COLUMNS, *self.rows)
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        right = {k for k, name in enumerate(COLUMNS) if name in _NUMBERS and self._counts(k)}
        ruled = (COLUMNS, tuple("-" * width for width in widths), *self.rows)
        text = [
            "  ".join(
                cell.rjust(width) if k in right else cell.ljust(width)
                for k, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in ruled
        ]
        return "\n".join([*text, "", self.verdict])

    def _counts(self, column: int) -> bool:
        """Whether a column holds a number."""
        return any(row[column] != "-" for row in self.rows)


def capacity(network: Network, chip: str = "Loihi 1") -> Capacity:
    """Compare what a network uses with what a chip has.

    Nothing is simulated.

    Parameters
    ----------
    network : Network
    chip : {'Loihi 1', 'Loihi 2'}

    Returns
    -------
    Capacity

    Raises
    ------
    UnknownNameError
        No chip has this name.

    Examples
    --------
    >>> from loihi_emu import LIF, Dense, Network
    >>> net = Network()
    >>> cells = net.add(LIF(2000, name="cells"))
    >>> found = capacity(net)
    >>> [(u.resource, u.used, u.available) for u in found.uses][:2]
    [('neurons', 2000, 131072), ('cores', 2, 128)]
    """
    instance_of("network", network, Network, "a Network")
    bounds = find_chip(chip)
    populations = [p for p in network.populations if isinstance(p, Neurons)]
    cores = {id(p): _cores(p, network, bounds) for p in populations}
    uses = [
        Use("neurons", "chip", sum(p.n for p in populations), bounds.neurons_a_chip.most,
            bounds.neurons_a_chip.evidence),
        Use("cores", "chip", sum(cores.values()), bounds.cores.most, bounds.cores.evidence),
    ]  # fmt: skip
    for population in populations:
        uses += _uses_of(population, network, bounds, cores)
    for connection in network.connections:
        uses += _uses_of_synapses(connection)
    return Capacity(bounds.name, tuple(uses))


def synapse_bits(connection: Connection) -> int:
    """Bits of one stored synapse: weight, delay, tag, and the post neuron's index if sparse."""
    bits = connection.num_weight_bits
    if connection.delays is not None or connection.tag_2.any():
        bits += SYNAPTIC_DELAY.bits
    learns_tag = connection.rule is not None and "dt" in connection.rule.series
    if connection.tag_1.any() or learns_tag:
        bits += limits.TAG_BITS
    if connection.pointer is not None:
        bits += max(1, (connection.post.n - 1).bit_length())
    return bits


def _bytes(connection: Connection) -> int:
    """Synapse memory of a connection: every pre neuron's synapses fill whole words."""
    if connection.pointer is None:
        counts = [connection.post.n] * connection.pre.n
    else:
        counts = (connection.pointer[1:] - connection.pointer[:-1]).tolist()
    bits, word = synapse_bits(connection), limits.MEMORY_WORD_BITS
    return sum(ceil(count * bits / word) for count in counts) * word // 8


def _incoming(population: Neurons, network: Network) -> list[Connection]:
    """Connections that end on a population."""
    return [c for c in network.connections if _end(c) is population]


def _end(connection: Connection) -> object:
    post = connection.post
    return post.population if isinstance(post, ThirdFactor) else post


def _cores(population: Neurons, network: Network, bounds: ChipLimits) -> int:
    """Fewest cores that hold a population's neurons and the synapses on them."""
    by_neurons = ceil(population.n / bounds.neurons_a_core.most)
    memory = sum(_bytes(c) for c in _incoming(population, network))
    by_memory = ceil(memory / bounds.synapse_bytes_a_core.most)
    return min(max(by_neurons, by_memory), population.n)


def _uses_of(
    population: Neurons, network: Network, bounds: ChipLimits, cores: dict[int, int]
) -> Iterator[Use]:
    """What one population's cores hold."""
    incoming, n_cores = _incoming(population, network), cores[id(population)]
    label = f"{population.label}, a core of {n_cores}"
    on_a_core = ceil(population.n / n_cores)
    rules = {c.rule for c in incoming if c.rule is not None}
    forms = {
        (c.num_weight_bits, c.weight_exp, c.sign_mode, c.delays is None, synapse_bits(c),
         c.rule is None) for c in incoming
    }  # fmt: skip
    targets = {id(_end(c)) for c in network.connections if c.pre is population}
    sent = on_a_core * sum(cores.get(target, 0) for target in targets)
    epochs = {rule.t_epoch for rule in rules}
    memory = ceil(sum(_bytes(c) for c in incoming) / n_cores)
    for resource, used, limit in (
        ("neurons", on_a_core, bounds.neurons_a_core),
        ("synapse bytes", memory, bounds.synapse_bytes_a_core),
        ("input axons", sum(c.pre.n for c in incoming), bounds.input_axons),
        ("output axons", sent, bounds.output_axons),
        ("synapse formats", len(forms), bounds.synapse_formats),
        ("learning rules", len(rules), bounds.rule_slots),
        ("epoch lengths", len(epochs), bounds.epoch_lengths),
    ):
        yield Use(resource, label, used, limit.most, limit.evidence)
    if population.refractory_period is not None:
        steps = limits.REFRACTORY_STEPS
        yield Use("refractory steps", population.label, population.refractory_period, steps.most,
                  steps.evidence)  # fmt: skip


def _uses_of_synapses(connection: Connection) -> Iterator[Use]:
    """Numbers that every synapse of a connection has to hold."""
    label = connection.label
    exponent = limits.WEIGHT_EXPONENT
    yield Use("weight exponent", label, connection.weight_exp, exponent.most, exponent.evidence)
    if connection.rule is not None:
        epoch = limits.EPOCH_STEPS
        yield Use("epoch steps", label, connection.rule.t_epoch, epoch.most, epoch.evidence)
        products = [p for series in connection.rule.series.values() for p in series.products]
        largest, scale = max(p.exponent for p in products), limits.SCALE_EXPONENT
        yield Use("rule's exponent", label, largest, scale.most, scale.evidence)
    if connection.delays is not None:
        longest, delay = int(connection.delays.max(initial=0)), limits.DELAY_STEPS
        yield Use("delay steps", label, longest, delay.most, delay.evidence)
    if connection.num_weight_bits not in limits.STORED_WEIGHT_BITS:
        widest = max(b for b in limits.STORED_WEIGHT_BITS if b < connection.num_weight_bits)
        yield Use("weight bits", label, connection.num_weight_bits, widest,
                  "CODE: nengo-loihi WEIGHT_BITS_MAP has 0..6 and 8")  # fmt: skip
