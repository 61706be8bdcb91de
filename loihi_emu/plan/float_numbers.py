"""Floating point: a description's numbers as they are; no formats, no rounding, no ranges.

plan/fixed_numbers.py has functions of the same names; a plan uses one module or the other.
Example: du = 1.0 keeps nothing of u, as du = 4095 does in fixed point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip import decay
from loihi_emu.chip.formats import TRACE
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.products import ProductSeries
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.synapse_format import weight_range
from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Neurons
from loihi_emu.description.sources import CurrentInput, RewardSource, TraceSource
from loihi_emu.description.validation import real_numbers
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.compile.rule_kernels import RuleSource, float_source
from loihi_emu.kernels.emit import float_kernel
from loihi_emu.kernels.memory.records import NEVER_CHANGES
from loihi_emu.plan.fixed_numbers import noise

MODE: Final = "floating_pt"
DTYPES: Final = {
    "neural": np.float64,
    "synaptic": np.float64,
    "traces": np.float64,
    "parameters": np.float64,
    "table": np.float64,
    "literal": np.float64,
}


@dataclass(frozen=True)
class CompiledRule:
    """A rule ready to run in real numbers; fields as in plan/fixed_numbers.py."""

    definition: Mapping[str, ProductSeries]
    variables: tuple[str, ...]
    source: RuleSource
    literals: NDArray[np.float64]
    slots: tuple[str, ...]
    n_counts: int = 0


def compile_rule(rule: LearningRule, machine: Machine, *, counting: bool) -> CompiledRule:
    """Emit a rule's kernel; real numbers have no events to count."""
    del machine, counting
    series = rule.series
    return CompiledRule(
        series,
        tuple(v for v in "wdt" if f"d{v}" in series),
        float_source(series),
        np.array(float_kernel.literals(series)),
        float_kernel.slots(series),
    )


def parameters(neurons: Neurons, machine: Machine) -> NDArray[np.float64]:
    """What decays keep, thresholds and intervals of a population."""
    del machine
    for key in ("du", "dv"):
        if not 0 <= getattr(neurons, key) <= 1:
            raise ParameterError(
                f"{neurons.label} {key} is {getattr(neurons, key)}; allowed in floating_pt: 0..1 "
                "(fixed_pt registers go to 4095)"
            )
    above = np.inf if neurons.spike_above is None else neurons.spike_above
    below = -np.inf if neurons.spike_below is None else neurons.spike_below
    interval = neurons.reset_interval or 0
    rest = -1 if neurons.refractory_period is None else neurons.refractory_period
    offset = neurons.reset_offset % interval if interval else 0
    return np.array([1 - neurons.du, 1 - neurons.dv, above, below, interval, offset, rest], float)


def neuron_flags(neurons: Neurons, machine: Machine) -> dict[str, int]:
    """Real numbers do not overflow; noise is drawn as in fixed point."""
    return noise(neurons.noise, machine)


def bias(neurons: Neurons) -> NDArray[np.float64]:
    """The mantissa; Lava's float model has no exponent."""
    return np.asarray(neurons.bias_mant, np.float64)


def state(name: str, values: Any, label: str) -> NDArray[np.float64]:
    """Values of u or v."""
    return real_numbers(f"{label} {name}", values)


def trace(name: str, values: Any, label: str) -> NDArray[np.float64]:
    """Values of a trace."""
    return real_numbers(f"{label} {name}", values)


def synaptic(
    name: str, values: Any, connection: Connection, machine: Machine, bounded: bool
) -> Any:  # fmt: skip
    """Values of weights, tag_1 or tag_2: of weights' sign mode, in a bounded run of their range."""
    array = real_numbers(f"{connection.label} {name}", values)
    if bounded and array.size:
        low, high = _ends({"weights": "w", "tag_1": "t"}.get(name, "d"), connection, machine)
        if array.min() < low or array.max() > high:
            worst = array.min() if array.min() < low else array.max()
            raise ParameterError(
                f"{connection.label} {name} holds {worst}; allowed in a bounded run: {low}..{high}"
            )
    sign = {"EXCITATORY": 1, "INHIBITORY": -1}.get(connection.sign_mode, 0)
    if name == "weights" and (array * sign < 0).any():
        worst = array.ravel()[np.argmin(array.ravel() * sign)]
        raise ParameterError(
            f"{connection.label} weights hold {worst}; sign_mode is {connection.sign_mode}"
        )
    return array


def _ends(variable: str, connection: Connection, machine: Machine) -> tuple[int, int]:
    """Lowest and highest value of w, d or t in fixed point."""
    if variable == "w":
        sign_mode: Any = connection.sign_mode
        return weight_range(machine, sign_mode, connection.weight_limit)
    return machine.delay_range if variable == "d" else machine.tag_range


def truncate(weights: NDArray[Any], connection: Connection, machine: Machine) -> None:
    """Real weights have all their bits."""
    del weights, connection, machine


def quantise_in_place(weights: NDArray[Any], connection: Connection, machine: Machine) -> None:
    """Real weights have all their bits."""
    del weights, connection, machine


def delivery(connection: Connection, machine: Machine) -> dict[str, int]:
    """Lava's float model has neither exponent nor bits."""
    del connection, machine
    return {"exponent": 0, "scale_per_synapse": 0}


def effective(
    records: NDArray[Any], number: int, weights: NDArray[Any], written: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Weights as they are: exponent and bits have no part in the float model."""
    del records, number, written
    return weights


def trace_flags(machine: Machine) -> dict[str, int]:
    """Payloads are halved exactly and never overflow."""
    return {
        "spike_factor_is_count": int(machine.spike_factor == "count"),
        "second_spike_lost": int(machine.second_spike == "lost"),
    }


def zero_update_limits(
    machine: Machine, connection: Connection, variables: tuple[str, ...]
) -> dict[str, int]:
    """Adding 0 keeps any real number."""
    del machine, connection, variables
    return {
        "zero_update_floor_w": NEVER_CHANGES,
        "zero_update_floor_t": NEVER_CHANGES,
        "unrounded_bits": 0,
    }


def decay_tables_per_trace(rule: LearningRule, machine: Machine) -> int:
    """One factor a trace."""
    del rule, machine
    return 1


def units(names: tuple[str, ...], machine: Machine, t_epoch: int) -> tuple[float, ...]:
    """Time that one decay of each trace stands for, in the unit of its time constant."""
    return tuple(decay.unit(machine, name, t_epoch) for name in names)


def tables(
    traces: tuple[Trace, ...], machine: Machine, n_jumps: int, units: tuple[float, ...]
) -> tuple[NDArray[np.float64], NDArray[np.uint64]]:
    """Decay factor of each trace; `units` are the times of one decay."""
    del machine, n_jumps
    taus = np.array([one.tau for one in traces], np.float64)
    with np.errstate(divide="ignore"):
        factors = np.where(taus == 0, 0.0, np.exp(-np.array(units) / taus))
    return factors, np.zeros(len(traces), np.uint64)


def impulses(traces: tuple[Trace, ...], machine: Machine, bounded: bool) -> NDArray[np.float64]:
    """Each trace's impulse, and in the place of its fraction the highest value of the trace."""
    del machine
    highest = float(TRACE.highest) if bounded else np.inf
    return np.array([(one.impulse, highest) for one in traces]).ravel()


def synapse_format_fields(
    connection: Connection, machine: Machine, variables: tuple[str, ...], bounded: bool
) -> NDArray[np.float64]:
    """Lowest and highest of each variable: the ends of its fixed-point format where `bounded`.

    Else only the sign mode of w and the lowest 0 of d are kept.
    """
    rows = []
    for variable in variables:
        low, high = -np.inf, np.inf
        if bounded:
            low, high = _ends(variable, connection, machine)
        elif variable == "w":
            low = 0.0 if connection.sign_mode == "EXCITATORY" else low
            high = 0.0 if connection.sign_mode == "INHIBITORY" else high
        elif variable == "d":
            low = 0.0
        rows.append((low, high))
    return np.array(rows, np.float64).ravel()


def currents(given: CurrentInput) -> NDArray[np.float64]:
    """Input currents as they are."""
    return np.asarray(given.values, np.float64)


def rewards(source: RewardSource) -> NDArray[np.float64]:
    """Rewards as they are."""
    return np.asarray(source.values, np.float64)


def third_factor(source: TraceSource) -> NDArray[np.float64]:
    """Received traces as they are, [step, trace, post]."""
    return source.stacked()


def check_payloads(connection: Connection, payloads: NDArray[np.int64]) -> None:
    """Real traces take any payload."""
    del connection, payloads
