"""Machines as data: every choice that the chip's record leaves open or that an emulator made.

A `Machine` is a frozen record. Each field lists its alternatives and its evidence beside it, in
its metadata; lowering and plans read fields, nothing asks for a machine by name.
Example: `dataclasses.replace(LAVA, mantissa_bits_counted=3)` is a machine of your own.
Evidence classes are those of the chip record: CODE, DATA, SNIP, RECALL, UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, Literal

from loihi_emu.chip import formats
from loihi_emu.errors import ParameterError

Shift = Literal["floor", "toward_zero"]
SIGN_MODES: Final = ("MIXED", "EXCITATORY", "INHIBITORY")
SignMode = Literal["MIXED", "EXCITATORY", "INHIBITORY"]
Range = tuple[int, int]


def choice(group: str, alternatives: Mapping[Any, str], evidence: str) -> Any:
    """A field of `Machine`: its group, what each alternative means, and what is known of it.

    The key `int` among the alternatives stands for any integer, `None` for absence.
    """
    return field(
        metadata={
            "group": group,
            "alternatives": MappingProxyType(dict(alternatives)),
            "evidence": evidence,
        }
    )


_ANY_RANGE: Final = {tuple: "lowest and highest value"}


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Every arithmetic choice of one machine; see `loihi-emu machine` for the printed table.

    Raises
    ------
    ParameterError
        If a field holds none of its alternatives.
    """

    name: str = field(metadata={"group": "", "alternatives": {}, "evidence": ""})

    # -- neuron
    du_offset: int = choice(
        "neuron",
        {1: "added to du: du = 4095 forgets everything", 0: "du is the effective decay"},
        "CODE: Lava ds_offset=1, nengo offset=1, Brian2Loihi none; a 1-bit register of Loihi 1. "
        "SNIP: Lava issue 322 reports that du disagrees with the chip, without numbers.",
    )
    dv_offset: int = choice(
        "neuron",
        {0: "dv is the effective decay", 1: "added to dv"},
        "CODE: Lava dm_offset=0, nengo 0, Brian2Loihi none; a 1-bit register of Loihi 1.",
    )
    current_overflow: Literal["wrap", "wrap_late", "none"] = choice(
        "neuron",
        {
            "wrap": "two's complement, 24 bits",
            "wrap_late": "one turn of 2^24, only above 2^23 and at or below -2^23",
            "none": "unbounded",
        },
        "CODE: nengo wraps, Lava turns once and is off by one at both edges, Brian2Loihi does "
        "not bound. SNIP: nengo PR 111 saw the wrap on the chip.",
    )
    voltage_overflow: Literal["clip", "none"] = choice(
        "neuron",
        {"clip": "to -(2^23 - 1)..2^23 - 1", "none": "unbounded"},
        "UNKNOWN: nengo issue 130 could not make v overflow on the chip; emulators clip.",
    )
    refractory_counts_spike_step: bool = choice(
        "neuron",
        {
            False: "v rests for `period` steps after the spike's own",
            True: "the spike's own step is the first of `period`",
        },
        "CODE: Lava the first, Brian2Loihi the second; register range 1..63 or 1..64 unresolved.",
    )

    # -- synapse
    mixed_weights: Range = choice(
        "synapse",
        _ANY_RANGE,
        "CODE: Lava -256..255, Brian2Loihi -256..254 (steps of two, as the last bit is the sign).",
    )
    excitatory_weights: Range = choice("synapse", _ANY_RANGE, "CODE: 0..255 in all sources.")
    inhibitory_weights: Range = choice(
        "synapse", _ANY_RANGE, "CODE: Lava -255..0, Brian2Loihi -256..0."
    )
    truncated: Literal["stored", "effective"] = choice(
        "synapse",
        {
            "stored": "the weights in memory lose the bits their format lacks, on the first step",
            "effective": "weights keep all bits; what a spike delivers is truncated, as long as "
            "no rule has written the weight",
        },
        "CODE: Lava the first, Brian2Loihi the second.",
    )
    mixed_truncation: Shift = choice(
        "synapse",
        {"floor": "a mixed weight is cut downwards", "toward_zero": "cut toward zero"},
        "UNKNOWN: Lava floors mixed weights and cuts inhibitory ones toward zero; Brian2Loihi's "
        "class cuts toward zero, its own notebook floors.",
    )
    exponent_scales: Literal["sum", "synapse"] = choice(
        "synapse",
        {
            "sum": "the weight exponent shifts the sum of a step's spikes",
            "synapse": "each weight is shifted before it is added",
        },
        "CODE: Lava the first; nengo (lossy_shift, 'currently happens on the chip') and "
        "Brian2Loihi the second. They differ for negative exponents only.",
    )
    synaptic_input_limit: int | None = choice(
        "synapse",
        {None: "unbounded", int: "largest magnitude of one synapse's scaled weight"},
        "CODE: Brian2Loihi clips each weight to 2^21 - 2^6 after the shift by 6.",
    )
    learned_delay: bool = choice(
        "synapse",
        {
            True: "the variable d is the synapse's delay, read when a spike arrives",
            False: "d learns and delays nothing",
        },
        "CODE: Lava says its tag_2 does not delay; on the chip it is the delay (Davies 2018).",
    )

    # -- traces
    decay_law: Literal["exponential", "linear"] = choice(
        "trace",
        {"exponential": "factor exp(-1/tau) a step", "linear": "factor 1 - 1/tau a step"},
        "UNKNOWN: Lava and nengo exponential, Brian2Loihi linear; the published series lie "
        "outside both exact laws (record 3.4).",
    )
    decay_bits: int | None = choice(
        "trace",
        {None: "the factor is a float64", int: "the factor is cut to this many fraction bits"},
        "DATA: truncated 7- or 8-bit factors fit the published series better; not decisive.",
    )
    decay_staging: Literal["step", "epoch"] = choice(
        "trace",
        {"step": "one rounding a time step", "epoch": "one rounding for the steps between events"},
        "DATA: single-shot laws need 10 to 14 impossible transitions, per-step ones 1 to 3.",
    )
    impulse_fraction_bits: int = choice(
        "trace",
        {int: "fraction bits of an impulse"},
        "CODE: Lava 8, nengo 7 (spikeLevelFrac); Brian2Loihi takes integers. Conflict.",
    )
    impulse_draw_bits: int = choice(
        "trace",
        {int: "random bits compared with the impulse's fraction"},
        "CODE: Lava draws 7 bits against 8 fraction bits, so that a half always rounds up.",
    )
    repeated_pre_impulse: Literal["rounded_up", "drawn"] = choice(
        "trace",
        {
            "rounded_up": "a second spike in an epoch adds its impulse with draw 0",
            "drawn": "with a draw as any other",
        },
        "CODE: Lava passes random=0 for repeated pre spikes; post spikes are drawn.",
    )
    trace_draws: Literal["shared", "each"] = choice(
        "trace",
        {
            "shared": "one draw a side (x, y) for all neurons, traces and steps of an epoch",
            "each": "a draw per trace, neuron and step",
        },
        "CODE: Lava shares, Brian2Loihi draws for each. Register record: pre and post streams.",
    )

    # -- graded spikes
    half_payload: Literal["half_even", "half_up"] = choice(
        "graded spikes",
        {"half_even": "payload / 2 to the nearest, ties to even", "half_up": "ties up"},
        "DATA: 51 gives 26 on the published series: either. CODE: Lava numpy.round.",
    )
    overflow_keeps: Literal["excess", "mask"] = choice(
        "graded spikes",
        {"excess": "sum - 127", "mask": "the low 7 bits of the sum"},
        "DATA: 7 + 123 becomes 2 on the published series (mask); Lava subtracts 127.",
    )

    # -- learning
    spike_factor: Literal["flag", "count"] = choice(
        "learning",
        {"flag": "x0 and y0 are 0 or 1", "count": "x0 and y0 count the epoch's spikes"},
        "UNKNOWN: Lava 1 bit; Davies 2018 (RECALL) a 5-bit count.",
    )
    spike_factor_bits: int = choice(
        "learning",
        {int: "bits x0 and y0 add to a product's width"},
        "CODE: Lava 1. RECALL: Davies 2018 has 5 for a count.",
    )
    product_arithmetic: Literal["shifted", "real"] = choice(
        "learning",
        {
            "shifted": "products of clipped factors, shifted into a 15-bit accumulator",
            "real": "products and their sum are exact, then rounded away from zero",
        },
        "CODE: Lava and nengo the first, Brian2Loihi the second.",
    )
    mantissa_bits_counted: int = choice(
        "learning",
        {int: "bits the mantissa adds to a product's width"},
        "UNKNOWN: Lava's code counts 4; nengo and the text of Lava's CLP tutorial count 3.",
    )
    product_wraps: bool = choice(
        "learning",
        {True: "products wrap at 32 bits", False: "products are exact"},
        "CODE: Lava multiplies in int32 before its shift.",
    )
    product_shift: Shift = choice(
        "learning",
        {"floor": "the shift that narrows a product is arithmetic", "toward_zero": "symmetric"},
        "UNKNOWN: Lava's right shift floors; nengo works on magnitudes.",
    )
    accumulator: Range = choice(
        "learning",
        _ANY_RANGE,
        "CODE: Lava's lower ends lie one below two's complement (-2^15 - 1).",
    )
    tag_range: Range = choice("learning", _ANY_RANGE, "CODE: Lava -257..255. RECALL: 9b(S).")
    delay_range: Range = choice(
        "learning", _ANY_RANGE, "CODE: Lava 0..255; RECALL: Davies 2018 6b(U), 0..63."
    )
    rounds_at: Literal["unit", "stored"] = choice(
        "learning",
        {
            "unit": "an update is rounded to whole units, whatever the weight's format",
            "stored": "to what the weight's format can store",
        },
        "CODE: Lava ignores num_weight_bits when learning; nengo and Brian2Loihi round at stored "
        "precision.",
    )
    synaptic_draws: Literal["shared", "each"] = choice(
        "learning",
        {"shared": "one draw an epoch for every synapse", "each": "a draw per synapse"},
        "CODE: Lava shares one. DATA: one threshold an epoch explains four runs of one synapse.",
    )
    constant_step: int = choice(
        "learning",
        {1: "any constant beside w, d, t", 2: "constants beside w and t are even (w + 2C)"},
        "CODE: Lava's factor type is named w+2C and not enforced. RECALL: Davies 2018.",
    )
    rewards: bool = choice(
        "learning",
        {True: "r0 and r1 exist", False: "a rule with r0 or r1 is refused"},
        "CODE: public rules of Loihi 1 use r0 and r1; Lava has none, Brian2Loihi refuses them.",
    )
    variables: tuple[str, ...] = choice(
        "learning",
        {tuple: "what a rule may change"},
        "CODE: Lava dw, dd, dt; Brian2Loihi dw alone.",
    )
    epochs: bool = choice(
        "learning",
        {True: "learning happens every t_epoch steps", False: "every step"},
        "CODE: Brian2Loihi has no epoch.",
    )

    # -- random bits
    random_source: Literal["pcg64", "counter"] = choice(
        "random bits",
        {
            "pcg64": "Lava's NumPy streams, a draw shared by all",
            "counter": "a pure function of seed, stream, epoch and place",
        },
        "UNKNOWN: generator and draw order of the chip; it has separate pre, post, soma and "
        "synapse seeds (nengo builder.py).",
    )

    def __post_init__(self) -> None:
        for entry in fields(self):
            alternatives = entry.metadata["alternatives"]
            value = getattr(self, entry.name)
            if alternatives and not _is_among(value, alternatives):
                allowed = ", ".join(
                    key.__name__ if isinstance(key, type) else repr(key) for key in alternatives
                )
                raise ParameterError(f"machine field {entry.name} is {value!r}; allowed: {allowed}")

    def weight_range(self, sign_mode: SignMode) -> Range:
        """Lowest and highest weight of a sign mode."""
        return {
            "MIXED": self.mixed_weights,
            "EXCITATORY": self.excitatory_weights,
            "INHIBITORY": self.inhibitory_weights,
        }[sign_mode]


def _is_among(value: object, alternatives: Mapping[Any, str]) -> bool:
    """Whether `value` is one of the alternatives, or of one of their types."""
    return any(
        isinstance(value, key) and not isinstance(value, bool)
        if isinstance(key, type)
        else value is key or (type(value) is type(key) and value == key)
        for key in alternatives
    )


_LIMIT_BELOW: Final = (-formats.ACCUMULATOR.size - 1, formats.ACCUMULATOR.highest)

LAVA: Final = Machine(
    name="LAVA",
    du_offset=1,
    dv_offset=0,
    current_overflow="wrap_late",
    voltage_overflow="clip",
    refractory_counts_spike_step=False,
    mixed_weights=(-256, 255),
    excitatory_weights=(0, 255),
    inhibitory_weights=(-255, 0),
    truncated="stored",
    mixed_truncation="floor",
    exponent_scales="sum",
    synaptic_input_limit=None,
    learned_delay=False,
    decay_law="exponential",
    decay_bits=None,
    decay_staging="step",
    impulse_fraction_bits=8,
    impulse_draw_bits=7,
    repeated_pre_impulse="rounded_up",
    trace_draws="shared",
    half_payload="half_even",
    overflow_keeps="excess",
    spike_factor="flag",
    spike_factor_bits=1,
    product_arithmetic="shifted",
    mantissa_bits_counted=4,
    product_wraps=True,
    product_shift="floor",
    accumulator=_LIMIT_BELOW,
    tag_range=(-257, 255),
    delay_range=(0, 255),
    rounds_at="unit",
    synaptic_draws="shared",
    constant_step=1,
    rewards=False,
    variables=("dw", "dd", "dt"),
    epochs=True,
    random_source="pcg64",
)
"""Equals the `fixed_pt` models of Lava 0.10.0 bit for bit, faults included."""

MACHINES: Final[Mapping[str, Machine]] = MappingProxyType({m.name: m for m in (LAVA,)})
"""The named machines."""
