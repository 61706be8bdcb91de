"""The named machines, all data: `LAVA`, `BRIAN2LOIHI` and `LOIHI`.

machine.py says what each field means and what is known about it. A machine of your own:
`dataclasses.replace(LOIHI, name="mine", decay_bits=7)`.
Authority: the recorded cases of Lava 0.10 and Brian2Loihi 0.5.2, and the chip's public record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from loihi_emu.chip import formats
from loihi_emu.chip.choices import EVIDENCE_KINDS, Choice, Evidence
from loihi_emu.chip.machine import CHOICES, SIGN_MODES, Machine, Range, Shift, SignMode, describe
from loihi_emu.errors import unknown_name

__all__ = [
    "BRIAN2LOIHI",
    "CHOICES",
    "EVIDENCE_KINDS",
    "LAVA",
    "LOIHI",
    "LOIHI1",
    "LOIHI2",
    "MACHINES",
    "SIGN_MODES",
    "Choice",
    "Evidence",
    "Machine",
    "Range",
    "Shift",
    "SignMode",
    "describe",
    "find_machine",
]

_ACCUMULATOR: Final = (formats.ACCUMULATOR.lowest, formats.ACCUMULATOR.highest)
_BELOW: Final = 1  # Lava's lower ends lie one below two's complement
_INPUT_LIMIT: Final = (1 << formats.INPUT_BITS) - 1

LAVA: Final = Machine(
    name="LAVA",
    du_offset=1,
    dv_offset=0,
    input_bits=None,
    current_overflow="wrap_late",
    biased_current_overflow="none",
    voltage_overflow="clip",
    refractory_counts_spike_step=False,
    noise_range=(-128, 127),
    noise_shift="toward_zero",
    mixed_weights=(formats.WEIGHT.lowest, formats.WEIGHT.highest),
    excitatory_weights=(0, formats.WEIGHT.highest),
    inhibitory_weights=(-formats.WEIGHT.highest, 0),
    mixed_sign_takes_bit=True,
    truncated="stored",
    mixed_truncation="floor",
    exponent_scales="sum",
    exponent_rounding="floor",
    synaptic_input_limit=None,
    weight_limit="ignored",
    learned_delay=False,
    pre_trace_sees="sent",
    decay_law="exponential",
    tau_counts="steps",
    reward_tau_counts="steps",
    reward_decays="step",
    decay_bits=None,
    decay_digits=None,
    longest_tau="decays",
    decay_staging="step",
    impulse_fraction_bits=8,
    impulse_draw_bits=7,
    repeated_pre_impulse="rounded_up",
    second_spike="adds",
    trace_fraction="value",
    half_payload="half_even",
    overflow_keeps="excess",
    spike_factor="flag",
    spike_factor_bits=1,
    product_arithmetic="shifted",
    mantissa_bits_counted=4,
    product_wraps=True,
    product_shift="floor",
    accumulator=(formats.ACCUMULATOR.lowest - _BELOW, formats.ACCUMULATOR.highest),
    tag_range=(formats.TAG.lowest - _BELOW, formats.TAG.highest),
    delay_range=(formats.LEARNED_DELAY.lowest, formats.LEARNED_DELAY.highest),
    delay_factor_bits=9,
    rounds_at="unit",
    update_fraction="rounded",
    weight_ends="range",
    constant_step=1,
    rewards=False,
    variables=("dw", "dd", "dt"),
    epochs=True,
    first_epoch=1,
    decimation_counts="epochs",
    random_source="pcg64",
)
"""Equals the `fixed_pt` models of Lava 0.10.0 bit for bit, faults included."""

BRIAN2LOIHI: Final = Machine(
    name="BRIAN2LOIHI",
    du_offset=0,
    dv_offset=0,
    input_bits=None,
    current_overflow="none",
    biased_current_overflow="none",
    voltage_overflow="none",
    refractory_counts_spike_step=True,
    noise_range=(-128, 127),
    noise_shift="toward_zero",
    mixed_weights=(formats.WEIGHT.lowest, formats.WEIGHT.highest - 1),
    excitatory_weights=(0, formats.WEIGHT.highest),
    inhibitory_weights=(formats.WEIGHT.lowest, 0),
    mixed_sign_takes_bit=True,
    truncated="effective",
    mixed_truncation="toward_zero",
    exponent_scales="synapse",
    exponent_rounding="floor",
    synaptic_input_limit=_INPUT_LIMIT,
    weight_limit="ignored",
    learned_delay=False,
    pre_trace_sees="arrived",
    decay_law="linear",
    tau_counts="steps",
    reward_tau_counts="steps",
    reward_decays="step",
    decay_bits=None,
    decay_digits=15,
    longest_tau="decays",
    decay_staging="step",
    impulse_fraction_bits=0,
    impulse_draw_bits=0,
    repeated_pre_impulse="drawn",
    second_spike="adds",
    trace_fraction="kept",
    half_payload="half_up",
    overflow_keeps="mask",
    spike_factor="flag",
    spike_factor_bits=1,
    product_arithmetic="real",
    mantissa_bits_counted=4,
    product_wraps=False,
    product_shift="floor",
    accumulator=_ACCUMULATOR,
    tag_range=(formats.TAG.lowest, formats.TAG.highest),
    delay_range=(formats.SYNAPTIC_DELAY.lowest, formats.SYNAPTIC_DELAY.highest - 1),
    delay_factor_bits=9,
    rounds_at="stored",
    update_fraction="whole_without_spikes",
    weight_ends="range",
    constant_step=1,
    rewards=False,
    variables=("dw",),
    epochs=False,
    first_epoch=0,
    decimation_counts="seconds",
    random_source="counter",
)
"""Equals brian2-loihi 0.5.2 bit for bit when both are given one constant random number."""

LOIHI: Final = Machine(
    name="LOIHI",
    du_offset=1,
    dv_offset=0,
    input_bits=formats.INPUT_BITS,
    current_overflow="wrap",
    biased_current_overflow="wrap",
    voltage_overflow="clip",
    refractory_counts_spike_step=True,
    noise_range=(-128, 127),
    noise_shift="toward_zero",
    mixed_weights=(formats.WEIGHT.lowest, formats.WEIGHT.highest),
    excitatory_weights=(0, formats.WEIGHT.highest),
    inhibitory_weights=(-formats.WEIGHT.highest, 0),
    mixed_sign_takes_bit=False,
    truncated="stored",
    mixed_truncation="floor",
    exponent_scales="synapse",
    exponent_rounding="floor",
    synaptic_input_limit=_INPUT_LIMIT,
    weight_limit="ignored",
    learned_delay=True,
    pre_trace_sees="sent",
    decay_law="exponential",
    tau_counts="steps",
    reward_tau_counts="steps",
    reward_decays="step",
    decay_bits=7,
    decay_digits=None,
    longest_tau="holds",
    decay_staging="step",
    impulse_fraction_bits=7,
    impulse_draw_bits=7,
    repeated_pre_impulse="drawn",
    second_spike="lost",
    trace_fraction="value",
    half_payload="half_up",
    overflow_keeps="mask",
    spike_factor="flag",
    spike_factor_bits=1,
    product_arithmetic="shifted",
    mantissa_bits_counted=3,
    product_wraps=False,
    product_shift="floor",
    accumulator=_ACCUMULATOR,
    tag_range=(formats.TAG.lowest, formats.TAG.highest),
    delay_range=(formats.SYNAPTIC_DELAY.lowest, formats.SYNAPTIC_DELAY.highest),
    delay_factor_bits=formats.SYNAPTIC_DELAY.bits,
    rounds_at="stored",
    update_fraction="rounded",
    weight_ends="stored",
    constant_step=1,
    rewards=True,
    variables=("dw", "dd", "dt"),
    epochs=True,
    first_epoch=1,
    decimation_counts="epochs",
    random_source="counter",
)
"""What the evidence of the chip's public record favours; the fields' texts say how far it goes."""

LOIHI2: Final = replace(LOIHI, name="LOIHI2")
"""Loihi 2: LOIHI by the chip's name. The step-by-step series with learning can only be of it, as
their MIXED weights are odd."""

LOIHI1: Final = replace(
    LOIHI,
    name="LOIHI1",
    noise_range=(-127, 127),
    noise_shift="floor",
    mixed_sign_takes_bit=True,
    decay_staging="epoch",
    reward_tau_counts="epochs",
    reward_decays="epoch",
)
"""Loihi 1, where its recordings and the emulator of those who programmed it differ from LOIHI2."""

MACHINES: Final[Mapping[str, Machine]] = MappingProxyType(
    {one.name: one for one in (LOIHI, LOIHI1, LOIHI2, LAVA, BRIAN2LOIHI)}
)
"""The named machines."""


def find_machine(name: str) -> Machine:
    """Find a machine by name; upper and lower case do not matter.

    Raises
    ------
    UnknownNameError
        No machine has this name.

    Examples
    --------
    >>> find_machine("lava").name
    'LAVA'
    """
    if name.upper() not in MACHINES:
        raise unknown_name("machine", name, list(MACHINES))
    return MACHINES[name.upper()]
