"""A network as two HTML tables, which a notebook shows where a cell ends with a network.

One row a population, one row a connection with the rule that it learns by. Every text of the user
is escaped, since a name or a rule may hold "<" or "&". Works without style sheets or network.
Example: `network_html(net)` begins with `<div><p>3 neurons in 1 populations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Protocol

from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Population, ThirdFactor

_TEXTS = ("dw", "dd", "dt")


class _Described(Protocol):
    """What the tables need of a network."""

    populations: list[Population]
    connections: list[Connection]


def network_html(network: _Described) -> str:
    """Summary, table of populations and table of connections; an empty table is left out."""
    neurons = sum(one.n for one in network.populations)
    synapses = sum(one.n_synapses for one in network.connections)
    summary = (
        f"{neurons} neurons in {len(network.populations)} populations, "
        f"{synapses} synapses in {len(network.connections)} connections"
    )
    populations = [
        (str(number), one.label, getattr(one, "kind", type(one).__name__), str(one.n))
        for number, one in enumerate(network.populations)
    ]
    connections = [_connection(one, network.populations) for one in network.connections]
    return (
        f"<div><p>{summary}</p>"
        + _table("Populations", ("number", "name", "kind", "neurons"), populations)
        + _table("Connections", ("name", "from", "to", "synapses", "learns by"), connections)
        + "</div>"
    )


def _connection(one: Connection, populations: Sequence[Population]) -> tuple[str, ...]:
    post, trace = one.post, ""
    if isinstance(post, ThirdFactor):
        post, trace = post.population, " (third factor)"
    rule = one.rule
    texts = [] if rule is None else [(key, getattr(rule, key)) for key in _TEXTS]
    learns_by = "; ".join(f"{key} = {text}" for key, text in texts if text is not None)
    return (
        one.label,
        _end(one.pre, populations),
        _end(post, populations) + trace,
        str(one.n_synapses),
        learns_by or "static",
    )


def _end(population: Population, populations: Sequence[Population]) -> str:
    """Number and label, since several populations may share a label."""
    number = next(place for place, one in enumerate(populations) if one is population)
    return f"{number} {population.label}"


def _table(caption: str, heads: Iterable[str], rows: Sequence[Iterable[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows
    )
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
