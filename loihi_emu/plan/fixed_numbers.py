"""Fixed point: a description's numbers as the machine holds them, checked against its formats.

plan/float_numbers.py has functions of the same names; a plan uses one module or the other.
Example: du = 4095 with `du_offset` 1 becomes a multiplier of 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip import decay, formats
from loihi_emu.chip.machines import Machine, SignMode
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.microcode import FORMAT_FIELDS, Microcode
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.synapse_format import (
    cut_floors,
    low_bits,
    synapse_format,
    weight_range,
)
from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import NOISE_STEP, NOISE_TARGETS, Neurons, Noise
from loihi_emu.description.sources import CurrentInput, RewardSource, TraceSource
from loihi_emu.description.validation import whole_number, whole_numbers
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.compile.rule_kernels import RuleSource, fixed_source
from loihi_emu.kernels.memory.records import N_PARAMETERS, NEVER_CHANGES
from loihi_emu.kernels.run.runner import deliver

MODE: Final = "fixed_pt"
DTYPES: Final = {
    "neural": np.int32,
    "synaptic": np.int16,
    "traces": np.uint8,
    "parameters": np.int64,
    "table": np.uint8,
    "literal": np.int32,
}

_NEVER: Final = np.iinfo(np.int64).max
_INT32: Final = (-(1 << 31), (1 << 31) - 1)
_OVERFLOW_OF_U: Final = {"wrap_late": 1, "wrap": 0, "none": 2}
_OVERFLOW_OF_V: Final = {"none": 0, "clip": 1, "wrap": 2}


@dataclass(frozen=True)
class CompiledRule:
    """A rule ready to run.

    Parameters
    ----------
    code : Microcode
    source : RuleSource
        Of its kernel.
    literals : int32 array
    slots : tuple of str
    n_counts : int
        Instructions, each with a counter.
    """

    code: Microcode
    source: RuleSource
    literals: NDArray[np.int32]
    slots: tuple[str, ...]
    n_counts: int

    @property
    def definition(self) -> Microcode:
        """The rule as the definition takes it."""
        return self.code

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables that the rule changes."""
        return tuple(program.variable for program in self.code.programs)


def compile_rule(rule: LearningRule, machine: Machine, *, counting: bool) -> CompiledRule:
    """Lower a rule and emit its kernel."""
    code = lower(rule.series, machine)
    return CompiledRule(
        code,
        fixed_source(code, counting=counting),
        np.array(code.literals, np.int32),
        code.slots,
        sum(len(program.instructions) for program in code.programs),
    )


def parameters(neurons: Neurons, machine: Machine) -> NDArray[np.int64]:
    """Multipliers, thresholds and intervals of a population.

    Raises
    ------
    ParameterError
        A register's value out of its range.
    """
    label = neurons.label
    du = whole_number(f"{label} du", neurons.du, (0, _full(machine.du_offset)))
    dv = whole_number(f"{label} dv", neurons.dv, (0, _full(machine.dv_offset)))
    unity = formats.DECAY.size
    highest = formats.THRESHOLD.highest
    above, below = _NEVER, -_NEVER
    if neurons.spike_above is not None:
        low = -highest if neurons.spike_below is not None else 0
        above = whole_number(f"{label} vth", neurons.spike_above, (low, highest))
        above <<= formats.STATE_SHIFT
    if neurons.spike_below is not None:
        below = whole_number(f"{label} vth_lo", neurons.spike_below, (-highest, highest))
        below <<= formats.STATE_SHIFT
    interval = neurons.reset_interval or 0
    offset = neurons.reset_offset % interval if interval else 0
    rest = -1
    if neurons.refractory_period is not None:
        rest = neurons.refractory_period - int(machine.refractory_counts_spike_step)
    values = np.array(
        [unity - du - machine.du_offset, unity - dv - machine.dv_offset, above, below,
         interval, offset, rest], np.int64,
    )  # fmt: skip
    assert values.size == N_PARAMETERS
    return values


def _full(offset: int) -> int:
    """Highest decay register: 4095, or 4096 where no offset completes it."""
    return formats.DECAY.size - offset if offset else formats.DECAY.size


def neuron_flags(neurons: Neurons, machine: Machine) -> dict[str, int]:
    """Fields of a population's record that the machine sets."""
    return noise(neurons.noise, machine) | {
        "current_overflow": _OVERFLOW_OF_U[machine.current_overflow],
        "voltage_overflow": _OVERFLOW_OF_V[machine.voltage_overflow],
        "biased_current_wraps": int(machine.biased_current_overflow == "wrap"),
        "input_edge": 0
        if machine.input_bits is None
        else 1 << (machine.input_bits + formats.STATE_SHIFT),
        "drop": formats.DRAW.bits - machine.impulse_draw_bits,
    }


def noise(given: Noise | None, machine: Machine) -> dict[str, int]:
    """Fields of a population's record that say what noise it has; a target of -1 is none."""
    if given is None:
        return {"noise_target": -1}
    low, high = machine.noise_range
    return {
        "noise_target": NOISE_TARGETS.index(given.target),
        "noise_offset": NOISE_STEP * given.offset,
        "noise_exponent": given.exponent,
        "noise_low": low,
        "noise_span": high - low + 1,
        "noise_floors": int(machine.noise_shift == "floor"),
    }


def bias(neurons: Neurons) -> NDArray[np.int64]:
    """Mantissa shifted by exponent."""
    mantissa = whole_numbers(
        f"{neurons.label} bias_mant",
        neurons.bias_mant,
        (formats.BIAS_MANTISSA.lowest, formats.BIAS_MANTISSA.highest),
    )
    exponent = whole_numbers(
        f"{neurons.label} bias_exp", neurons.bias_exp, (-7, formats.BIAS_EXPONENT.highest)
    )
    return np.where(
        exponent >= 0, mantissa << np.maximum(exponent, 0), mantissa >> np.maximum(-exponent, 0)
    )


def state(name: str, values: Any, label: str) -> NDArray[np.int64]:
    """Values of u or v."""
    form = formats.CURRENT if name == "u" else formats.VOLTAGE
    return whole_numbers(f"{label} {name}", values, (form.lowest, form.highest))


def trace(name: str, values: Any, label: str) -> NDArray[np.int64]:
    """Values of a trace."""
    form = formats.TRACE
    return whole_numbers(f"{label} {name}", values, (form.lowest, form.highest))


def synaptic(
    name: str, values: Any, connection: Connection, machine: Machine, bounded: bool
) -> Any:  # fmt: skip
    """Values of weights, tag_1 or tag_2, in the range of the machine's variable in any case."""
    del bounded
    if name == "weights":
        allowed = weight_range(machine, _sign_mode(connection), connection.weight_limit)
        where = f" ({connection.sign_mode})"
    else:
        allowed = machine.tag_range if name == "tag_1" else machine.delay_range
        where = ""
    return whole_numbers(f"{connection.label} {name}{where}", values, allowed)


def truncate(weights: NDArray[Any], connection: Connection, machine: Machine) -> None:
    """Cut the stored weights to their format, in place, if the machine stores them so."""
    if machine.truncated == "stored":
        low = truncate_bits(connection, machine)
        if cut_floors(machine, _sign_mode(connection)):
            weights[:] = (weights >> low) << low
        else:
            weights[:] = np.sign(weights) * ((np.abs(weights) >> low) << low)


def quantise_in_place(weights: NDArray[Any], connection: Connection, machine: Machine) -> None:
    """Weights that a user writes into a run as learning keeps them, in place: cut, within ends."""
    if machine.rounds_at == "stored":
        truncate(weights, connection, machine)
    if machine.weight_ends == "stored":
        *_, low, high = synapse_format_fields(connection, machine, ("w",), bounded=True)
        np.clip(weights, low, high, out=weights)


def _sign_mode(connection: Connection) -> SignMode:
    """The sign mode, which the connection has checked."""
    return cast(SignMode, connection.sign_mode)


def truncate_bits(connection: Connection, machine: Machine) -> int:
    """Low bits that the stored weight lacks."""
    return low_bits(machine, _sign_mode(connection), connection.num_weight_bits)


def delivery(connection: Connection, machine: Machine) -> dict[str, int]:
    """Fields of a connection's record that say how a weight arrives."""
    exponent, limit = connection.weight_exp, machine.synaptic_input_limit
    largest = max(abs(end) for end in machine.weight_range(_sign_mode(connection)))
    limited = limit is not None and largest << max(exponent, 0) > limit
    per_synapse = machine.exponent_scales == "synapse" and (exponent < 0 or limited)
    effective = machine.truncated == "effective"
    return {
        "exponent": exponent,
        "scale_per_synapse": int(per_synapse or effective),
        "input_limit": machine.synaptic_input_limit or 0,
        "shift_toward_zero": int(machine.exponent_rounding == "toward_zero"),
        "truncate_bits": truncate_bits(connection, machine) if effective else 0,
        "truncate_floor": int(cut_floors(machine, _sign_mode(connection))),
    }


def effective(
    records: NDArray[Any], number: int, weights: NDArray[Any], written: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """What a spike delivers through each synapse, before the shift by 6, [sample, synapse]."""
    return deliver(records, number, weights, written)


def trace_flags(machine: Machine) -> dict[str, int]:
    """Fields of a connection's record that say how spikes change traces."""
    return {
        "half_rounds_up": int(machine.half_payload == "half_up"),
        "overflow_masks": int(machine.overflow_keeps == "mask"),
        "repeat_impulse_drawn": int(machine.repeated_pre_impulse == "drawn"),
        "spike_factor_is_count": int(machine.spike_factor == "count"),
        "second_spike_lost": int(machine.second_spike == "lost"),
        "keeps_fraction": int(machine.trace_fraction == "kept"),
        "drop": formats.DRAW.bits - machine.impulse_draw_bits,
    }


def zero_update_limits(
    machine: Machine, connection: Connection, variables: tuple[str, ...]
) -> dict[str, int]:
    """What an update that adds 0 would change: w and t below the lowest it keeps, loose bits of w.

    Loose bits are those that a stored weight lacks, where something can leave them in one.
    """
    lowest_kept = -(-machine.accumulator[0] >> formats.FRACTION_BITS)
    lowest = {
        "w": machine.weight_range(_sign_mode(connection))[0],
        "t": machine.tag_range[0],
    }
    moves = machine.product_arithmetic == "shifted"
    return {
        f"zero_update_floor_{variable}": lowest_kept
        if moves and variable in variables and low < lowest_kept
        else NEVER_CHANGES
        for variable, low in lowest.items()
    } | {"unrounded_bits": _unrounded_bits(machine, connection) if "w" in variables else 0}


def _unrounded_bits(machine: Machine, connection: Connection) -> int:
    """Mask of the low bits that an update takes away and truncation or saturation can leave.

    A weight beyond the outermost stored value has some of them.
    """
    kept = machine.truncated == "stored" and machine.weight_ends == "stored"
    rounds = machine.rounds_at == "stored" and machine.product_arithmetic == "shifted"
    never = not rounds and machine.weight_ends == "range"
    return 0 if kept or never else (1 << truncate_bits(connection, machine)) - 1


def decay_tables_per_trace(rule: LearningRule, machine: Machine) -> int:
    """Tables per trace: one, or one for each number of steps decayed at once."""
    return rule.t_epoch if machine.decay_staging == "epoch" else 1


def units(names: tuple[str, ...], machine: Machine, t_epoch: int) -> tuple[float, ...]:
    """Time that one decay of each trace stands for, in the unit of its time constant."""
    return tuple(decay.unit(machine, name, t_epoch) for name in names)


def tables(
    traces: tuple[Trace, ...], machine: Machine, n_jumps: int, units: tuple[float, ...]
) -> tuple[NDArray[Any], NDArray[np.uint64]]:
    """Decay tables of some traces, jump by jump; `units` are the times of one decay."""
    decays = [
        (one.tau, n * unit)
        for one, unit in zip(traces, units, strict=True)
        for n in range(1, n_jumps + 1)
    ]
    table, threshold = decay.tables(machine, decays)
    return table.ravel(), threshold.ravel()


def impulses(traces: tuple[Trace, ...], machine: Machine, bounded: bool) -> NDArray[np.int64]:
    """Whole part and fraction of each trace's impulse; fixed point is bounded in any case."""
    del bounded
    return np.array([decay.impulse(machine, one.impulse) for one in traces], np.int64).ravel()


def synapse_format_fields(
    connection: Connection, machine: Machine, variables: tuple[str, ...], bounded: bool
) -> NDArray[np.int64]:
    """The synapse's format for each program, see microcode.FORMAT_FIELDS; bounded in any case."""
    del bounded
    sign_mode, bits = _sign_mode(connection), connection.num_weight_bits
    rows = [synapse_format(v, machine, sign_mode, bits, connection.weight_limit) for v in variables]
    assert not rows or len(rows[0]) == len(FORMAT_FIELDS)
    return np.array(rows, np.int64).ravel()


def currents(given: CurrentInput) -> NDArray[np.int64]:
    """Input currents as integers."""
    return whole_numbers("CurrentInput values", given.values, _INT32)


def rewards(source: RewardSource) -> NDArray[np.int64]:
    """Rewards as integers."""
    return whole_numbers("RewardSource values", source.values, formats.REWARDS)


def third_factor(source: TraceSource) -> NDArray[np.int64]:
    """Received traces as integers, [step, trace, post]."""
    stacked = source.stacked()
    for index, name in enumerate(("y1", "y2", "y3")):
        trace(name, stacked[:, index], "TraceSource")
    return stacked.astype(np.int64)


def check_payloads(connection: Connection, payloads: NDArray[np.int64]) -> None:
    """Refuse payloads that a learning connection's graded mode cannot take."""
    low, high = formats.PAYLOAD.lowest, formats.PAYLOAD.highest
    if connection.rule is None or connection.graded_mode == 0 or payloads.size == 0:
        return
    if payloads.min() < low or payloads.max() > high:
        worst = payloads.min() if payloads.min() < low else payloads.max()
        raise ParameterError(
            f"{connection.label} gets a payload of {worst} in mode {connection.graded}; "
            f"allowed: {low}..{high}"
        )
