"""What variants of a sweep can change in neurons: decays, thresholds, biases.

Example: `{(post, "vth"): [100, 200, 300]}` makes three variants of one population.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from loihi_emu.description.populations import Neurons, Population
from loihi_emu.description.validation import real_numbers
from loihi_emu.errors import LoihiEmuError, ParameterError, UnknownNameError
from loihi_emu.plan.variables import locate
from loihi_emu.sweeps.differences import ArrayDifference, Snapshot, check_each

_BIASES: Final = ("bias_mant", "bias_exp")

NEURON_VALUES: Final = ("du", "dv", "vth", "vth_hi", "vth_lo", *_BIASES)
"""What a sweep takes for a population beside its state."""


def neuron_changes(
    start: Snapshot, item: Population, given: Mapping[str, Any], n: int
) -> list[ArrayDifference]:
    """Parameters and biases of every variant.

    Raises
    ------
    ParameterError
        A register's value out of its range.
    UnknownNameError
        The population has no such number.
    """
    fields = _fields(item)
    for name in given:
        if name not in fields:
            raise UnknownNameError(
                f"{item.label} has no number {name!r}; it has {', '.join(fields) or 'none'}"
            )
    locate(start.plan, item, "u")  # it is in the network
    assert isinstance(item, Neurons)
    record = start.plan.populations[start.plan.index_of(item)]
    found = []
    biases = {name: value for name, value in given.items() if name in _BIASES}
    registers = {fields[name]: (name, v) for name, v in given.items() if name not in _BIASES}
    if registers:
        found.append(_registers(start, item, registers, int(record["parameters"]), n))
    if biases:
        rows = [_of_variant(k, functools.partial(_bias, start, item, biases, k)) for k in range(n)]
        found.append(ArrayDifference("neural", int(record["bias"]), np.stack(rows)))
    return found


def _registers(
    start: Snapshot, item: Neurons, given: Mapping[str, tuple[str, Any]], place: int, n: int
) -> ArrayDifference:
    """Parameters of every variant; equal ones are made once."""
    columns = [
        check_each(f"{item.label} {name}", value, _numbers(f"{item.label} {name}", (n,)))
        for name, value in given.values()
    ]
    distinct, which = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    which = which.reshape(n)

    def made(numbers: list[float]) -> Any:
        changed = _changed(item, dict(zip(given, numbers, strict=True)))
        return start.plan.engine.parameters(changed, start.plan.machine)

    rows = [
        _of_variant(int(np.argmax(which == k)), functools.partial(made, numbers))
        for k, numbers in enumerate(distinct.tolist())
    ]
    return ArrayDifference("parameters", place, np.stack(rows), which)


def _bias(start: Snapshot, item: Neurons, given: Mapping[str, Any], k: int) -> Any:
    """Biases of variant k."""
    return start.plan.engine.bias(replace(item, **{name: v[k] for name, v in given.items()}))


def _fields(item: Population) -> dict[str, str]:
    """The fields of a population that its user's names mean."""
    if not isinstance(item, Neurons):
        return {}
    named = {name: name for name in ("du", "dv", *_BIASES)}
    if item.spike_below is None:
        return named | {"vth": "spike_above"}
    return named | {"vth_hi": "spike_above", "vth_lo": "spike_below"}


def _changed(item: Neurons, fields: dict[str, Any]) -> Neurons:
    """The population with other numbers."""
    changed = replace(item, **fields)
    above, below = changed.spike_above, changed.spike_below
    if above is not None and below is not None and below > above:
        raise ParameterError(f"{item.label} vth_lo is {below:g}; allowed: up to vth_hi = {above:g}")
    return changed


def _numbers(name: str, shape: tuple[int, ...]) -> Callable[[Any], Any]:
    """A check of real numbers, one a variant."""

    def check(given: Any) -> Any:
        array = real_numbers(name, given)
        if array.ndim and array.shape != shape:
            raise ParameterError(f"{name} has shape {array.shape}; allowed: {shape}")
        return array

    return check


def _of_variant(k: int, make: Callable[[], Any]) -> Any:
    """What `make` gives for variant k; its error says which variant it is."""
    try:
        return make()
    except LoihiEmuError as error:
        raise ParameterError(f"variant {k}: {error}") from None
