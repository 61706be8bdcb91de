"""A network as data and arrays, and back: what a checkpoint holds of a description.

Data is what JSON has; arrays stay arrays, by name. Reading makes every object by its constructor,
which checks it. No name in the data is imported or called but those listed here.
Example: `network_of(data_of(net, arrays), arrays)` is an equal network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.machine import Machine
from loihi_emu.chip.random_bits import Constant, Counter, Pcg64, Recorded
from loihi_emu.compiler import LearningRule, Trace
from loihi_emu.description.connections import Connection, Dense, Sparse
from loihi_emu.description.network import Network
from loihi_emu.description.populations import Neurons, Noise, Population, ThirdFactor
from loihi_emu.description.sources import (
    CurrentInput,
    RewardSource,
    SpikeEvents,
    SpikeSource,
    TraceSource,
)
from loihi_emu.errors import ParameterError

Arrays = dict[str, NDArray[Any]]

_PLAIN: Final[dict[str, type]] = {
    kind.__name__: kind
    for kind in (
        Constant, Counter, LearningRule, Machine, Neurons, Noise, Pcg64, Recorded, RewardSource,
        Trace, TraceSource,
    )
}  # fmt: skip
"""Classes that are their fields; populations and connections refer to each other by number."""

_OPTIONS: Final = (
    "rule", "sign_mode", "weight_exp", "num_weight_bits", "num_message_bits", "graded", "reward",
    "weight_limit", "name",
)  # fmt: skip


def encode(value: Any, arrays: Arrays) -> Any:
    """A value as data; its arrays are added to `arrays`.

    Raises
    ------
    ParameterError
        It is of no kind that can be data, such as a function.
    """
    if value is None or isinstance(value, bool | str | int | float):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = np.ascontiguousarray(value)
        return {"array": name}
    if isinstance(value, tuple | list):
        return [encode(one, arrays) for one in value]
    made: Any = value
    kind = type(value).__name__
    if _PLAIN.get(kind) is not type(value):
        raise ParameterError(f"a {kind} cannot be saved; allowed: {', '.join(_PLAIN)}")
    given = {f.name: encode(getattr(made, f.name), arrays) for f in fields(made) if f.init}
    return {"class": kind, "fields": given}


def decode(data: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    """The value of what `encode` made of it.

    Raises
    ------
    ParameterError
        Data of another form, or a value that its class refuses.
    """
    if isinstance(data, list):
        return tuple(decode(one, arrays) for one in data)
    if not isinstance(data, dict):
        return data
    if set(data) == {"array"}:
        return arrays[data["array"]]
    kind = _PLAIN.get(data.get("class", ""))
    if kind is None:
        raise ParameterError(f"no class {data.get('class')!r} can be read")
    return kind(**{name: decode(value, arrays) for name, value in data["fields"].items()})


def data_of(network: Network, arrays: Arrays) -> dict[str, Any]:
    """A network as data; its arrays are added to `arrays`."""
    numbers = {id(p): k for k, p in enumerate(network.populations)}
    return {
        "populations": [_population(p, arrays) for p in network.populations],
        "connections": [_connection(c, numbers, arrays) for c in network.connections],
        "inputs": [
            {
                "population": numbers[id(one.population)], "repeat": bool(one.repeat),
                "values": encode(one.values, arrays),
            }
            for one in network.inputs
        ],
    }  # fmt: skip


def network_of(data: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Network:
    """The network that `data_of` was given, made and checked anew."""
    network = Network(warn=False)  # its maker was warned
    for one in data["populations"]:
        network.add(_as_population(one, arrays))
    for one in data["connections"]:
        network.add(_as_connection(one, network.populations, arrays))
    for one in data["inputs"]:
        values = decode(one["values"], arrays)
        population: Any = network.populations[one["population"]]
        network.add(CurrentInput(population, values, one["repeat"]))
    return network


def _population(item: Population, arrays: Arrays) -> Any:
    if not isinstance(item, SpikeEvents):
        return encode(item, arrays)
    numbers = {"n": item.n, "length": item.length, "repeat": bool(item.repeat), "name": item.name}
    events = {name: encode(getattr(item, name), arrays) for name in _EVENTS}
    return {"class": "SpikeSource", "fields": numbers | events}


_EVENTS: Final = ("steps", "neurons", "payloads")


def _as_population(data: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Population:
    if data["class"] == "SpikeSource":
        return SpikeSource.from_events(**{k: decode(v, arrays) for k, v in data["fields"].items()})
    made = decode(data, arrays)
    if not isinstance(made, Population):
        raise ParameterError(f"a population is a {type(made).__name__}")
    return made


def _connection(item: Connection, numbers: Mapping[int, int], arrays: Arrays) -> dict[str, Any]:
    third = isinstance(item.post, ThirdFactor)
    post = item.post.population if isinstance(item.post, ThirdFactor) else item.post
    factor: Any = item.third_factor
    data = {
        "pre": numbers[id(item.pre)], "post": numbers[id(post)], "ends_on_third_factor": third,
        "post_spikes": None if item.post_spikes is None else numbers[id(item.post_spikes)],
        "third_factor_population": numbers[id(factor)] if isinstance(factor, Neurons) else None,
        "third_factor": None if isinstance(factor, Neurons) else encode(factor, arrays),
        "options": {name: encode(getattr(item, name), arrays) for name in _OPTIONS},
        "pairs": None if item.panel_ptr is None else encode(item.pairs(), arrays),
    }  # fmt: skip
    for name in ("weights", "tag_1", "tag_2", "delays"):
        data[name] = encode(getattr(item, name), arrays)
    return data


def _as_connection(
    data: Mapping[str, Any], populations: list[Population], arrays: Mapping[str, NDArray[Any]]
) -> Connection:
    pre, post = populations[data["pre"]], populations[data["post"]]
    options: dict[str, Any] = {k: decode(v, arrays) for k, v in data["options"].items()}
    options["third_factor"] = decode(data["third_factor"], arrays)
    if data["third_factor_population"] is not None:
        options["third_factor"] = populations[data["third_factor_population"]]
    if data["post_spikes"] is not None:
        options["post_spikes"] = populations[data["post_spikes"]]
    end: Any = ThirdFactor(post) if data["ends_on_third_factor"] else post
    given = {name: decode(data[name], arrays) for name in ("weights", "tag_1", "tag_2", "delays")}
    if data["pairs"] is not None:
        listed = (*decode(data["pairs"], arrays), given.pop("weights"))
        return Sparse(pre, end, listed, **given, **options)
    shaped: dict[str, Any] = {
        name: None if values is None else values.reshape(pre.n, post.n).T
        for name, values in given.items()
    }
    return Dense(pre, end, shaped.pop("weights"), **shaped, **options)
