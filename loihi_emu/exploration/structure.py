"""Networks -> groups of one structure, and the numbers that the variants of a group differ in.

Two variants are of one structure if one simulator's sweep can run both: they have the same items,
sizes and inputs, the same kernels and epochs, and differ in numbers of neurons, of traces, in
weights or in literals of rules.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final

import numpy as np

from loihi_emu.chip.machines import Machine
from loihi_emu.compiler import LearningRule
from loihi_emu.compiler.rule import TRACE_PARTS
from loihi_emu.compiler.rule import TRACES as RULE_TRACES
from loihi_emu.description.connections import Connection
from loihi_emu.description.network import Network
from loihi_emu.description.populations import Neurons, Population
from loihi_emu.description.sources import CurrentInput
from loihi_emu.plan import fixed_numbers, float_numbers

_REGISTERS: Final = {"du": "du", "dv": "dv", "spike_above": "vth", "spike_below": "vth_lo"}
_ARRAYS: Final = ("bias_mant", "bias_exp", "u", "v")
_MODES: Final = {one.MODE: one for one in (fixed_numbers, float_numbers)}


def key_of_network(network: Network, *, whole: bool = False) -> str:
    """A checksum of what all variants of a group have in common; `whole`: of everything."""
    places = {id(one): k for k, one in enumerate(network.populations)}
    sum_of = hashlib.sha256()
    items: list[Any] = [*network.populations, *network.connections, *network.inputs]
    for item in items:
        _put(sum_of, item, places, set() if whole else _numbers(item), top=True)
    return sum_of.hexdigest()


def checksum(value: Any) -> str:
    """A checksum of data: numbers, text, arrays, records, and lists and mappings of them."""
    sum_of = hashlib.sha256()
    _put(sum_of, value, {}, set())
    return sum_of.hexdigest()


def _numbers(item: Population | Connection | CurrentInput) -> set[str]:
    """Fields of an item that variants of one structure may differ in."""
    if isinstance(item, Neurons):
        used = {name for name in _REGISTERS if getattr(item, name) is not None}
        return used | set(_ARRAYS)
    return {"weights", "rule"} if isinstance(item, Connection) else set()


def _put(
    sum_of: Any, value: Any, places: dict[int, int], left_out: set[str], *, top: bool = False
) -> None:
    """Add a value to a checksum; items that the network holds by their number."""
    if not top and id(value) in places:
        sum_of.update(f"#{places[id(value)]};".encode())
    elif isinstance(value, np.ndarray):
        # a broadcast number is not spelled out
        small = value[:1] if value.ndim == 1 and value.strides == (0,) else value
        sum_of.update(f"{value.dtype.str}{value.shape}{small.shape};".encode())
        sum_of.update(np.ascontiguousarray(small).tobytes())
    elif is_dataclass(value) and not isinstance(value, type):
        sum_of.update(f"{type(value).__name__}(".encode())
        for field in fields(value):
            if field.name not in left_out and field.init:
                sum_of.update(f"{field.name}=".encode())
                _put(sum_of, getattr(value, field.name), places, set())
    elif isinstance(value, Mapping):
        for name, one in value.items():
            sum_of.update(f"{name!r}:".encode())
            _put(sum_of, one, places, set())
        sum_of.update(b"};")
    elif isinstance(value, tuple | list):
        for one in value:
            _put(sum_of, one, places, set())
        sum_of.update(b"];")
    else:
        sum_of.update(f"{type(value).__name__}:{value!r};".encode())


def key_of(network: Network, machine: Machine, mode: str) -> tuple[Any, ...]:
    """What variants have in common that one call can run."""
    rules = tuple(_kernel(one.rule, machine, mode) for one in network.connections)
    return key_of_network(network), machine, mode, rules


def _kernel(rule: LearningRule | None, machine: Machine, mode: str) -> Any:
    """What a rule has in common with those that share its kernel."""
    if rule is None:
        return None
    return rule.t_epoch, _source(rule.dw, rule.dd, rule.dt, machine, mode)


@functools.lru_cache(maxsize=4096)
def _source(
    dw: str | None, dd: str | None, dt: str | None, machine: Machine, mode: str
) -> Any:  # fmt: skip
    rule = LearningRule(dw=dw, dd=dd, dt=dt)
    return _MODES[mode].compile_rule(rule, machine, counting=False).source


def differences(networks: Sequence[Network]) -> dict[Any, Any]:
    """Values of a sweep of the first network that make it each of the networks in turn."""
    base = networks[0]
    values: dict[Any, Any] = {}
    for k, item in enumerate(base.populations):
        if isinstance(item, Neurons):
            _of_neurons(item, [one.populations[k] for one in networks], values)
    for k, connection in enumerate(base.connections):
        _of_connection(connection, [one.connections[k] for one in networks], values)
    return values


def _of_neurons(item: Neurons, variants: Sequence[Any], values: dict[Any, Any]) -> None:
    for field, name in _REGISTERS.items():
        column = [getattr(one, field) for one in variants]
        if any(one != column[0] for one in column):
            both = field == "spike_above" and item.spike_below is not None
            values[item, "vth_hi" if both else name] = column
    for field in _ARRAYS:
        rows = [getattr(one, field) for one in variants]
        if any(row is not rows[0] and not np.array_equal(row, rows[0]) for row in rows):
            values[item, field] = np.stack(rows)


def _of_connection(item: Connection, variants: Sequence[Any], values: dict[Any, Any]) -> None:
    rows = [one.weights for one in variants]
    if any(row is not rows[0] and not np.array_equal(row, rows[0]) for row in rows):
        found = np.stack(rows)
        if item.panel_ptr is None:
            found = found.reshape(len(rows), item.pre.n, item.post.n).swapaxes(1, 2)
        values[item, "weights"] = found
    if item.rule is None:
        return
    rules = [one.rule for one in variants]
    if any(_text(rule) != _text(rules[0]) for rule in rules):
        same: dict[LearningRule, LearningRule] = {}
        values[item, "rule"] = [same.setdefault(rule, rule) for rule in rules]
        return
    for trace in RULE_TRACES:
        for part in TRACE_PARTS:
            column = [getattr(getattr(rule, trace), part) for rule in rules]
            if any(one != column[0] for one in column):
                values[item, f"{trace}_{part}"] = column


def _text(rule: LearningRule) -> tuple[Any, ...]:
    """A rule without its traces."""
    return rule.dw, rule.dd, rule.dt, rule.rng_seed
