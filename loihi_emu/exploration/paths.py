"""A parameter by its path -> a network with another number there.

`plastic.x1_tau` is a number of a connection's rule, `plastic.dw` its text, `plastic.t_epoch` its
epoch, `cells.vth` a threshold, `machine` a machine, `machine.decay_bits` a register's width.
Example: `apply(network, {"cells.vth": 20})` is a network that is equal but for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

import numpy as np

from loihi_emu.chip.formats import DELAYS
from loihi_emu.chip.machines import Machine, find_machine
from loihi_emu.compiler import LearningRule
from loihi_emu.compiler.rule import TRACE_PARTS
from loihi_emu.compiler.rule import TRACES as RULE_TRACES
from loihi_emu.description.connections import Connection
from loihi_emu.description.network import Network
from loihi_emu.description.populations import Neurons, Population, ThirdFactor
from loihi_emu.description.sources import CurrentInput
from loihi_emu.description.validation import real_numbers, whole_numbers
from loihi_emu.errors import ParameterError, unknown_name

RESERVED: Final = ("machine", "mode")
"""Names without a dot that mean the same for every description."""

_RULE: Final = ("dw", "dd", "dt", "t_epoch", "rng_seed", *RULE_TRACES)
_TRACE_NUMBERS: Final = tuple(f"{name}_{part}" for name in RULE_TRACES for part in TRACE_PARTS)
_OPTIONS: Final = ("sign_mode", "weight_exp", "num_weight_bits", "graded", "weight_limit")
_SYNAPSES: Final = ("weights", "tag_1", "tag_2", "delays")
_CONNECTION: Final = ("rule", *_RULE, *_TRACE_NUMBERS, *_OPTIONS, *_SYNAPSES)
_THRESHOLDS: Final = {"vth": "spike_above", "vth_hi": "spike_above", "vth_lo": "spike_below"}
_NEURONS: Final = (
    "du", "dv", *_THRESHOLDS, "bias_mant", "bias_exp", "u", "v", "refractory_period",
    "reset_interval", "reset_offset", "noise", "y",
)  # fmt: skip

_NUMBERS: Final = (*_TRACE_NUMBERS, "rng_seed", "weights", *_NEURONS[:9])
"""What variants of one structure may differ in; all else is structure."""


def is_structure(name: str) -> bool:
    """Whether a parameter may change what is compiled, as far as its name tells."""
    return name.rpartition(".")[2] not in _NUMBERS or name.startswith("machine")


def machine_of(base: Machine | str, given: Mapping[str, Any]) -> Machine:
    """The machine that `machine` and `machine.FIELD` among the parameters mean.

    Raises
    ------
    UnknownNameError, ParameterError
        No such machine or field, or a value that it refuses.
    """
    chosen = given.get("machine", base)
    machine = chosen if isinstance(chosen, Machine) else find_machine(chosen)
    known = [field.name for field in fields(Machine) if field.name != "name"]
    changed: dict[str, Any] = {}
    for path, value in given.items():
        whole, dot, field = path.partition(".")
        if whole == "machine" and dot:
            if field not in known:
                raise unknown_name("field of a machine", field, known)
            changed[field] = tuple(value) if isinstance(value, list) else value
    if not changed:
        return machine
    shown = ", ".join(f"{name}={value}" for name, value in changed.items())
    return replace(machine, name=f"{machine.name} with {shown}", **changed)


def apply(network: Network, given: Mapping[str, Any]) -> Network:
    """A network with other values at paths `NAME.FIELD`; the one that is given does not change.

    Raises
    ------
    UnknownNameError
        No item has this name, or it has no such field.
    ParameterError
        A value that the item refuses.
    """
    by_item: dict[str, dict[str, Any]] = {}
    for path, value in given.items():
        name, _, field = path.rpartition(".")
        by_item.setdefault(name, {})[field] = value
    changes = {id(network.find(name)): values for name, values in by_item.items()}
    if not changes:
        return network
    made: dict[int, Population] = {
        id(one): _population(one, changes.get(id(one), {})) for one in network.populations
    }
    other = Network(warn=False)  # its maker was warned
    other.populations += made.values()
    other.connections += [
        _connection(one, made, changes.get(id(one), {})) for one in network.connections
    ]
    for one in network.inputs:
        neurons = made[id(one.population)]
        assert isinstance(neurons, Neurons)
        other.inputs.append(CurrentInput(neurons, one.values, one.repeat))
    return other


def _population(item: Population, given: Mapping[str, Any]) -> Population:
    """A population with other numbers; itself where there are none."""
    if not given:
        return item
    if not isinstance(item, Neurons):
        raise ParameterError(f"{item.label} is a source; allowed: parameters of neurons")
    named = {}
    for field, value in given.items():
        if field not in _NEURONS:
            raise unknown_name(f"field of {item.label}", field, _NEURONS)
        if field in ("vth_hi", "vth_lo") and item.spike_below is None:
            raise unknown_name(f"field of {item.label}", field, ["vth"])
        named[_THRESHOLDS.get(field, field)] = value
    return replace(item, **named)


def _connection(
    item: Connection, made: Mapping[int, Population], given: Mapping[str, Any]
) -> Connection:
    """A connection between the new populations, with other numbers."""
    pre, post = made[id(item.pre)], item.post
    end: Any = (
        ThirdFactor(made[id(post.population)])  # type: ignore[arg-type]
        if isinstance(post, ThirdFactor)
        else made[id(post)]
    )
    changed: dict[str, Any] = {"pre": pre, "post": end}
    if item.post_spikes is not None:
        changed["post_spikes"] = made[id(item.post_spikes)]
    if isinstance(item.third_factor, Neurons):
        changed["third_factor"] = made[id(item.third_factor)]
    of_rule: dict[str, Any] = {}
    for field, value in given.items():
        if field not in _CONNECTION:
            raise unknown_name(f"field of {item.label}", field, _CONNECTION)
        if field in _OPTIONS or field == "rule":
            changed[field] = value
        elif field in _SYNAPSES:
            changed[field] = _synapses(item, field, value)
        else:
            of_rule[field] = value
    if of_rule:
        changed["rule"] = _rule(item, changed.get("rule", item.rule), of_rule)
    return replace(item, **changed)


def _synapses(item: Connection, field: str, value: Any) -> Any:
    """A number for each synapse, in the order of memory."""
    name = f"{item.label} {field}"
    if field == "delays":
        value = whole_numbers(name, value, DELAYS)
    if item.panel_ptr is None:
        found = real_numbers(name, value, item.shape).T.reshape(-1)
    else:
        found = real_numbers(name, value, (item.n_synapses,))
    if field == "delays":
        return found.astype(np.uint8)
    whole = found.astype(np.int16)
    return np.ascontiguousarray(whole if np.array_equal(whole, found) else found)


def _rule(item: Connection, rule: LearningRule | None, given: Mapping[str, Any]) -> LearningRule:
    """A rule with other texts, traces or numbers."""
    if rule is None:
        raise ParameterError(f"{item.label} has no rule; allowed: parameters of what learns")
    changed: dict[str, Any] = {}
    for field, value in given.items():
        trace, _, part = field.rpartition("_")
        if field in _TRACE_NUMBERS:
            changed[trace] = replace(changed.get(trace, getattr(rule, trace)), **{part: value})
        else:
            changed[field] = value
    return replace(rule, **changed)
