"""`Machine`: every choice that the public record of the chip leaves open, or that an emulator made.

The metadata of each field has its alternatives, its evidence by class, and, if the record settles
nothing, an argument for the value of the default machine (choices.py). Lowering, plans and kernels
read fields; no code asks for a machine by name. The named machines are in machines.py.
Example: `describe("mantissa_bits_counted").evidence[0].kind` is "CODE".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final, Literal

from loihi_emu.chip.choices import Choice, choice
from loihi_emu.chip.consistency import faults
from loihi_emu.errors import ParameterError, unknown_name

Shift = Literal["floor", "toward_zero"]
SIGN_MODES: Final = ("MIXED", "EXCITATORY", "INHIBITORY")
SignMode = Literal["MIXED", "EXCITATORY", "INHIBITORY"]
Range = tuple[int, int]

_ANY_RANGE: Final = {tuple: "lowest and highest value"}


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Every arithmetic choice of one machine; `loihi-emu machine` prints it with its evidence.

    Raises
    ------
    ParameterError
        A field has none of its alternatives, or two fields contradict each other.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from loihi_emu import LAVA
    >>> replace(LAVA, name="mine", mantissa_bits_counted=3).mantissa_bits_counted
    3
    """

    name: str

    # -- neuron
    du_offset: int = choice(
        "neuron",
        {1: "1 is added to du, so that du = 4095 forgets everything", 0: "nothing is added to du"},
        code="Lava ds_offset = 1 and nengo-loihi decay_int(offset=1); Brian2Loihi has no offset "
        "and takes du up to 4096. A 1-bit register of Loihi 1.",
        snip="Lava issue 322 says that du disagrees with Loihi 1, without numbers.",
        argument="The two libraries that programmed chips add 1.",
    )
    dv_offset: int = choice(
        "neuron",
        {0: "nothing is added to dv", 1: "1 is added to dv"},
        code="Lava dm_offset = 0, nengo-loihi offset 0, Brian2Loihi none. A 1-bit register.",
    )
    input_bits: int | None = choice(
        "neuron",
        {
            None: "the input of a step has no bounds of its own",
            int: "before its shift by 6, the input of a step has this many bits and a sign, and "
            "wraps",
        },
        code="nengo-loihi wraps the accumulated input at 21 bits and sign after the shift "
        "(Q_BITS = 21), which is 15 bits before it; Lava and Brian2Loihi do not bound it.",
        argument="nengo-loihi states the width as the chip's, and 2^21 is also the limit that "
        "Brian2Loihi puts on one synapse's input.",
    )
    current_overflow: Literal["wrap", "wrap_late", "none"] = choice(
        "neuron",
        {
            "wrap": "two's complement, 24 bits",
            "wrap_late": "2^24 is subtracted above 2^23, and added at or below -2^23",
            "none": "32 bits",
        },
        code="nengo-loihi wraps; Lava wraps once, and off by one at both edges; Brian2Loihi does "
        "not bound u.",
        snip="nengo-loihi pull request 111: overflow 'just like they do on the chip'.",
    )
    biased_current_overflow: Literal["wrap", "none"] = choice(
        "neuron",
        {"wrap": "u + bias wraps at 24 bits before it reaches v", "none": "u + bias does not wrap"},
        code="nengo-loihi wraps the sum (u2); Lava and Brian2Loihi add without a bound.",
        argument="Only one source states the width of this sum.",
    )
    voltage_overflow: Literal["clip", "wrap", "none"] = choice(
        "neuron",
        {
            "clip": "to -(2^23 - 1)..2^23 - 1",
            "wrap": "two's complement, 24 bits",
            "none": "32 bits",
        },
        code="Lava and nengo-loihi clip, Brian2Loihi does not bound v.",
        unknown="nengo-loihi issue 130: v could not be made to overflow on the chip; it has more "
        "bits or detects the overflow.",
        argument="If v is clipped, an attempt to overflow it fails, as it did. Both emulators "
        "clip. A v that wrapped would have been noticed.",
    )
    refractory_counts_spike_step: bool = choice(
        "neuron",
        {
            True: "the spike's own step is the first of the refractory period",
            False: "the period begins in the step after the spike",
        },
        code="nengo-loihi (its counter falls in the spike's step) and Brian2Loihi the first, Lava "
        "(float only) the second; nengo-loihi allows 1..63, Brian2Loihi 1..64.",
        argument="The two sources that model Loihi 1 agree.",
    )
    noise_range: tuple[int, int] = choice(
        "neuron",
        _ANY_RANGE,
        code="nengo-loihi draws -127..127; users' code for the chip states an 8-bit draw - 128, "
        "which is -128..127. A comment in a test of nengo-loihi, on noise observed on Loihi 1: all "
        "lies in -127..127 at exponent 7.",
        unknown="Which of the two ranges the chip has, and which generator.",
        argument="An 8-bit draw has 256 values. -128..127 uses all of them; a symmetric range "
        "would need a rule for the value that is left over. LOIHI1 follows what was observed.",
    )
    noise_shift: Literal["toward_zero", "floor"] = choice(
        "neuron",
        {
            "toward_zero": "noise loses its fraction toward zero",
            "floor": "an exponent below 7 shifts noise arithmetically: its mean is below 0",
        },
        code="A comment in a test of nengo-loihi (branch test-hardware-seeds) on noise observed on "
        "Loihi 1: at exponent 7 all lies in -127..127, smaller exponents are biased downwards, as "
        "if -127 were shifted with a floor. nengo-loihi's emulator cuts toward zero.",
        unknown="What Loihi 2 does.",
        argument="Noise without a bias is taken for Loihi 2. LOIHI1 follows what was observed.",
    )

    # -- synapse
    mixed_weights: tuple[int, int] = choice(
        "synapse",
        _ANY_RANGE,
        code="Lava -256..255; Brian2Loihi -256..254, in steps of two; nengo-loihi -255..255.",
        recall="Davies 2018: w has 9 bits signed.",
        argument="The range of 9 bits in two's complement.",
    )
    excitatory_weights: tuple[int, int] = choice(
        "synapse", _ANY_RANGE, code="0..255 in all sources."
    )
    inhibitory_weights: tuple[int, int] = choice(
        "synapse",
        _ANY_RANGE,
        code="Lava and nengo-loihi -255..0, Brian2Loihi -256..0.",
        argument="The format fixes the sign, so 8 bits of magnitude reach -255.",
    )
    mixed_sign_takes_bit: bool = choice(
        "synapse",
        {
            True: "a MIXED weight of n bits has n - 1 bits of magnitude: 8 bits move in steps of 2",
            False: "a MIXED weight of n bits has n bits of magnitude and a sign",
        },
        code="Lava, LANL's weight_tools, nengo-loihi and Brian2Loihi, all for weights that a host "
        "writes: the low 8 - (n - 1) bits are absent.",
        data="On Loihi 1 (wilkieolin/loihi_bandit) a MIXED weight of 8 bits moved in steps of 2, "
        "and neurons whose host-written MIXED weights were 50 and 51, 52 and 53, ... fired alike. "
        "The published series (MIXED, 8 bits, apparently Loihi 2) hold odd learned weights: "
        "21, 35, 49, 59. In a format with steps of 2 each is impossible.",
        argument="Two readings fit the series: the sign has a bit of its own, or learning writes "
        "bits that the format lacks. With the first, every weight has the same stored precision, "
        "and 9 bits with sign suffice; so LOIHI follows it. LOIHI1 follows the recordings of "
        "Loihi 1, which exclude False.",
    )
    truncated: Literal["stored", "effective"] = choice(
        "synapse",
        {
            "stored": "in the first step, weights in memory lose the bits that their format lacks",
            "effective": "weights keep all bits; what a spike delivers is truncated until a rule "
            "has written the weight",
        },
        code="Lava the first, Brian2Loihi the second.",
        argument="Memory cannot hold bits that the format lacks.",
    )
    mixed_truncation: Literal["floor", "toward_zero"] = choice(
        "synapse",
        {"floor": "a mixed weight is rounded down", "toward_zero": "it is rounded toward zero"},
        code="Lava floors mixed weights and cuts inhibitory ones toward zero; Brian2Loihi's class "
        "cuts toward zero, its notebook floors.",
        unknown="Which of the two the chip does with a negative mixed weight of too many bits.",
        argument="Dropping the low bits of a two's-complement number rounds it down. It matters "
        "only if a host writes weights with bits that the format lacks.",
    )
    exponent_scales: Literal["sum", "synapse"] = choice(
        "synapse",
        {
            "sum": "the weights of a step's spikes are added, then the weight exponent shifts the "
            "sum (only if memory holds truncated weights)",
            "synapse": "the exponent shifts each weight before it is added",
        },
        code="Lava the first; nengo-loihi (lossy_shift, what 'currently happens on the chip') and "
        "Brian2Loihi the second. They differ for negative exponents only.",
        argument="Two sources do it, and one of them says that it describes the chip.",
    )
    exponent_rounding: Literal["floor", "toward_zero"] = choice(
        "synapse",
        {"floor": "a negative exponent rounds down", "toward_zero": "it rounds toward zero"},
        code="Lava and Brian2Loihi's class floor; Brian2Loihi's notebook cuts toward zero.",
        unknown="Which of the two the chip does with a negative weight.",
        argument="An arithmetic shift of a two's-complement number rounds down.",
    )
    synaptic_input_limit: int | None = choice(
        "synapse",
        {None: "unbounded", int: "largest magnitude of one synapse's scaled weight"},
        code="Brian2Loihi clips each weight to 2^21 - 2^6 after the shift by 6, which is 2^15 - 1 "
        "before it; Lava does not.",
        argument="It is the width of the input to which the weight is added.",
    )
    weight_limit: Literal["ignored", "clips"] = choice(
        "synapse",
        {
            "ignored": "the weight limit (mantissa, exponent) of a connection has no effect",
            "clips": "weights are at most mantissa * 2^exponent in magnitude",
        },
        code="nengo-loihi programs registers wgtLimitMant and wgtLimitExp of a synapse format, and "
        "public scripts for Loihi 1 give weightLimitMant and an exponent (sgn-window rules).",
        data="In the repository of those scripts, means of learned weights reach 38. A limit of "
        "2 * 2^2, which one script sets, would have held them at 8.",
        unknown="What the registers do.",
        argument="The plain reading contradicts the weights that were learned, so the limit is "
        "ignored. Take 'clips' to test the plain reading.",
    )
    learned_delay: bool = choice(
        "synapse",
        {
            True: "the variable d is the delay of the synapse, read when a spike arrives",
            False: "d is learned, but delays nothing",
        },
        code="Lava says that its tag_2 does not delay; public rules for the chip learn dd (epl).",
        recall="Davies 2018: d is the synaptic delay.",
    )
    pre_trace_sees: Literal["sent", "arrived"] = choice(
        "synapse",
        {
            "sent": "x0, x1 and x2 of a delayed plastic synapse see a spike in the step in which "
            "it is sent; the weight it delivers, later, is the one of that step",
            "arrived": "they see it when it arrives, and it delivers the weight of that step",
        },
        code="Brian2Loihi gives its delay to the one pathway that adds the weight and sets x0, x1 "
        "and x2: they see arrivals. nengo-loihi programs one pre trace an axon "
        "(stdpPreProfileCfg.numTraces) and a delay a synapse (dlyBits of its format), and its "
        "emulator updates the trace before the weights enter their delay line. No connection of "
        "Lava's both learns and delays.",
        recall="Davies 2018: a synapse's delay is where in the dendrite accumulator, which has a "
        "place for each coming step, its weight is added when the spike reaches the core.",
        argument="Synapses of one axon share its x traces and have each a delay of their own: a "
        "trace that saw arrivals would need a copy for each delay. The delay lies behind the "
        "synapse, in the dendrite accumulator, so the trace has seen the spike before.",
    )

    # -- traces
    decay_law: Literal["exponential", "linear"] = choice(
        "trace",
        {
            "exponential": "each step multiplies a trace by exp(-1/tau)",
            "linear": "each step multiplies a trace by 1 - 1/tau",
        },
        code="Lava and nengo-loihi exponential, Brian2Loihi linear.",
        data="The linear law cannot take x2 from 25 to 12 over four steps of tau 5, as the "
        "published series do; both exact laws lie outside the series for some tau.",
        unknown="The law of the chip for other values of tau.",
        argument="With a factor cut to 7 bits, the exponential law makes no published transition "
        "impossible (see docs/parity.md).",
    )
    tau_counts: Literal["steps", "epochs"] = choice(
        "trace",
        {
            "steps": "a time constant of x1, x2, y1, y2, y3 is a number of time steps",
            "epochs": "it is a number of learning epochs",
        },
        code="Lava decays by exp(-1/tau) a step, nengo-loihi by exp(-t_epoch/tau) an epoch: steps. "
        "Brian2Loihi has no epochs.",
        data="x2 of the published series, tau 5 and t_epoch 4, goes from 25 to 12 in an epoch: "
        "exp(-4/5) leaves 11.2 of 25, exp(-1/5) 20.5.",
        unknown="Whether a trace of Loihi 1 follows its emulator.",
        argument="Every source counts steps. Only r1 of Loihi 1 speaks for epochs, and it alone "
        "does there.",
    )
    reward_tau_counts: Literal["steps", "epochs"] = choice(
        "trace",
        {
            "steps": "the time constant of r1 is a number of time steps",
            "epochs": "it is a number of learning epochs",
        },
        data="Loihi 1, wilkieolin/loihi_bandit, tau 1 and t_epoch 2: the sum of r1 over five "
        "rewards of impulse 2 is 34. One decay an epoch by exp(-1/tau) makes that a "
        "usual sum; by exp(-t_epoch/tau) it comes about once in 1,000 (docs/parity.md).",
        unknown="What Loihi 2 does; no recording of it has rewards.",
        argument="Without a recording, r1 counts as the other traces. LOIHI1 follows its "
        "recording.",
    )
    reward_decays: Literal["step", "epoch"] = choice(
        "trace",
        {
            "step": "r1 decays in every step, before the step's reward",
            "epoch": "r1 decays once an epoch, in its first step, before the step's reward; the "
            "rule of an epoch reads what its rewards left",
        },
        data="Loihi 1, wilkieolin/loihi_bandit: with decays in every step by exp(-1/tau), the "
        "recorded sum of r1 or more comes twice in a million runs (docs/parity.md).",
        unknown="What Loihi 2 does; no recording of it has rewards.",
        argument="r1 decays as the x traces of the published series do, in every step. LOIHI1 "
        "follows its recording.",
    )
    decay_bits: int | None = choice(
        "trace",
        {None: "the factor is a float64", int: "the factor is cut to this many fraction bits"},
        data="Of the published series, 6 and 7 bits make no transition impossible, 8 and more one; "
        "the log-likelihood is -91.6 with 7 and -93.2 with 6 (docs/parity.md).",
        unknown="The width of the multiplier on the chip. Only one impossible transition tells 8 "
        "bits from 7.",
        argument="Of the widths that make nothing impossible, it is the likeliest.",
    )
    decay_digits: int | None = choice(
        "trace",
        {
            None: "the factor has all its digits",
            int: "the factor of the whole part is rounded to this many decimal digits",
        },
        code="Brian2 prints constants of an equation with 15 digits into the code it runs, so that "
        "23/24 becomes 0.958333333333333 and a trace of 48 keeps slightly less than 46. Fractions "
        "that are constant over a step are computed in full.",
    )
    longest_tau: Literal["decays", "holds"] = choice(
        "trace",
        {
            "decays": "a trace with any time constant decays",
            "holds": "a trace with a time constant of 65535 or more does not decay",
        },
        code="Lava gives traces received from a third factor the time constant 65535, and its "
        "one-shot tutorial pre traces; both are meant to hold.",
        unknown="What the longest time constant of the chip does.",
        argument="A factor of 7 bits cannot be just below 1: it would lose 1/128 in each step. "
        "Both uses mean a trace that holds.",
    )
    decay_staging: Literal["step", "epoch"] = choice(
        "trace",
        {
            "step": "a trace is rounded in every time step",
            "epoch": "it is rounded once for all steps between two events",
        },
        code="Lava and Brian2Loihi round every step, nengo-loihi, written for Loihi 1, once an "
        "epoch. The PostTraceEntry of Loihi 1 (nengo-loihi's SNIP) keeps each y trace at the spike "
        "and at the epoch's boundary, and none between.",
        data="With one rounding between events, 10 to 14 transitions of the published series are "
        "impossible; with a rounding in each step 1 to 3.",
        argument="The series are of Loihi 2 and settle it there. No series of traces of Loihi 1 is "
        "public: LOIHI1 follows what its registers keep and what its emulator does.",
    )
    impulse_fraction_bits: int = choice(
        "trace",
        {int: "fraction bits of an impulse"},
        code="Lava 8, nengo-loihi 7 (it programs spikeLevelFrac); Brian2Loihi takes integers.",
        argument="nengo-loihi writes this number of bits to a register of the chip.",
    )
    impulse_draw_bits: int = choice(
        "trace",
        {int: "random bits that are compared with the fraction of an impulse"},
        code="Lava draws 7 bits against 8 fraction bits, so that a half or more always rounds up.",
        argument="With as many bits as the fraction has, the impulse is right on average.",
    )
    repeated_pre_impulse: Literal["rounded_up", "drawn"] = choice(
        "trace",
        {
            "rounded_up": "the impulse of a second pre spike in an epoch is always rounded up",
            "drawn": "it is rounded at random, as any other",
        },
        code="Lava passes the number 0 for repeated pre spikes; post spikes are drawn.",
        argument="There is no reason for a bias on one side only.",
    )
    second_spike: Literal["adds", "lost"] = choice(
        "trace",
        {
            "adds": "a second spike in an epoch adds its impulse at once, and sets the spike time",
            "lost": "only the first spike of a neuron in an epoch counts",
        },
        code="Lava adds; nengo-loihi keeps one and reports 'Synaptic trace spikes lost'; the "
        "chip's PostTraceEntry has one Tspike.",
        recall="Lin and Davies 2018: at most one spike an epoch.",
        argument="One spike time is stored for each neuron, and the source that programs the chip "
        "says that further spikes are lost.",
    )

    trace_fraction: Literal["value", "kept"] = choice(
        "trace",
        {
            "value": "the fraction of the decayed trace is the probability of rounding up",
            "kept": "that probability is the fraction without the impulse of the step before",
        },
        code="Brian2Loihi draws 'constant over dt', which Brian2 evaluates before the step's "
        "spikes have come; the whole part is taken after. A trace of 0 that takes an impulse is "
        "then always rounded down in its next step. All others use one value.",
    )

    # -- graded spikes
    half_payload: Literal["half_even", "half_up"] = choice(
        "graded spikes",
        {
            "half_even": "payload / 2 is rounded to nearest, halves to the even number",
            "half_up": "halves are rounded up",
        },
        code="Lava uses numpy.round, which rounds halves to even.",
        data="In the published series 51 gives 26; both alternatives do.",
        unknown="What the chip does with 49 or 53.",
        argument="A circuit that adds the bit that is shifted out is the cheaper one.",
    )
    overflow_keeps: Literal["excess", "mask"] = choice(
        "graded spikes",
        {"excess": "sum - 127", "mask": "the low 7 bits of the sum"},
        code="Lava subtracts 127.",
        data="In the published series 7 + 123 becomes 2: the low 7 bits.",
    )

    # -- learning
    spike_factor: Literal["flag", "count"] = choice(
        "learning",
        {"flag": "x0 and y0 are 0 or 1", "count": "x0 and y0 count the spikes of the epoch"},
        code="Lava 1 bit; Brian2Loihi 1.",
        recall="Davies 2018: a count of 5 bits.",
        unknown="Whether the chip counts.",
        argument="Only one spike of a neuron counts in an epoch, so a count would never exceed 1.",
    )
    spike_factor_bits: int = choice(
        "learning",
        {int: "bits that x0 or y0 adds to the width of a product"},
        code="Lava 1.",
        recall="Davies 2018: 5 for a count.",
    )
    product_arithmetic: Literal["shifted", "real"] = choice(
        "learning",
        {
            "shifted": "products of clipped factors, shifted into a 15-bit accumulator",
            "real": "products and their sum are exact, then rounded away from zero",
        },
        code="Lava and nengo-loihi the first (LEARN_BITS = 15), Brian2Loihi the second.",
    )
    mantissa_bits_counted: int = choice(
        "learning",
        {int: "bits that the mantissa adds to the width of a product"},
        code="Lava's arithmetic counts 4; nengo-loihi counts 3 (learn_overflow_bits), and the text "
        "of Lava's CLP tutorial shifts x1*y1 by 2 bits, which is 3.",
        unknown="Which of the two the chip counts. Products of several traces differ by a factor "
        "of 2.",
        argument="nengo-loihi scales its learning rate for chips by this number. With a wrong "
        "number it would have learned at half or double speed. The text of the tutorial, written "
        "for Loihi 2, agrees.",
    )
    product_wraps: bool = choice(
        "learning",
        {True: "products wrap at 32 bits", False: "products are exact"},
        code="Lava multiplies in int32 before its shift.",
        argument="The wrap at 32 bits comes from NumPy, not from a multiplier.",
    )
    product_shift: Literal["floor", "toward_zero"] = choice(
        "learning",
        {
            "floor": "a product that loses bits is rounded down",
            "toward_zero": "it is rounded toward zero",
        },
        code="Lava's right shift rounds down.",
        unknown="How the chip rounds a negative product.",
        argument="Accumulator and weight are two's-complement numbers; a shift rounds them down.",
    )
    accumulator: tuple[int, int] = choice(
        "learning",
        _ANY_RANGE,
        code="15 bits and sign in Lava and nengo-loihi; Lava's lower end lies one below two's "
        "complement (-2^15 - 1).",
    )
    tag_range: tuple[int, int] = choice(
        "learning", _ANY_RANGE, code="Lava -257..255.", recall="Davies 2018: t has 9 bits signed."
    )
    delay_range: tuple[int, int] = choice(
        "learning",
        _ANY_RANGE,
        code="Lava 0..255 in arithmetic; Brian2Loihi 0..62 for a fixed delay.",
        recall="Davies 2018: d has 6 bits unsigned.",
        argument="A delay must fit the ring buffer that delays spikes.",
    )
    delay_factor_bits: int = choice(
        "learning",
        {int: "bits that d adds to the width of a product"},
        code="Lava 9.",
        recall="Davies 2018: 6.",
        argument="d has as many bits.",
    )
    rounds_at: Literal["unit", "stored"] = choice(
        "learning",
        {
            "unit": "an update is rounded to a whole number, whatever the format of the weight",
            "stored": "it is rounded to a value that the format can store",
        },
        code="Lava ignores num_weight_bits when learning; nengo-loihi and Brian2Loihi round at "
        "stored precision.",
        argument="Memory cannot hold bits that the format lacks. Rounding them at random keeps the "
        "mean.",
    )
    update_fraction: Literal["rounded", "without_spikes", "whole_without_spikes"] = choice(
        "learning",
        {
            "rounded": "the fraction of an update is the probability of rounding up",
            "without_spikes": "the probability is the fraction that the update would have before "
            "the spikes of the step: x0 and y0 are 0, and traces lack the impulse of the step (or, "
            "if trace_fraction is 'value', are those of the start of the epoch). Without a u "
            "product it is 0",
            "whole_without_spikes": "as without_spikes, and a product with a negative power of two "
            "adds no fraction",
        },
        code="Brian2Loihi draws 'constant over dt', which Brian2 evaluates before the step's "
        "spikes have come (see trace_fraction), and takes the whole part after: what x0 and y0 "
        "products change is cut to stored precision, and a step is added, or not, by the change "
        "that the u products alone would make. Brian2 simplifies that expression on its own: "
        "2**-3 is a power of whole numbers to it, and cut to 0.",
    )
    weight_ends: Literal["range", "stored"] = choice(
        "learning",
        {
            "range": "a weight saturates at the limits of its sign mode, whatever its format",
            "stored": "a weight saturates at the largest and smallest value of its format",
        },
        code="Lava and Brian2Loihi the first, nengo-loihi the second.",
        argument="As for rounding: memory cannot hold a limit that the format lacks.",
    )
    constant_step: int = choice(
        "learning",
        {1: "constants added to w, d and t may be odd", 2: "those of w and t are even (w + 2C)"},
        code="Lava has a factor type named w+2C, but does not enforce it. Public rules for the "
        "chip have odd constants (sgn(w-23)).",
        recall="Davies 2018: C has 8 bits signed.",
        argument="Rules for the chip with odd constants are public.",
    )
    rewards: bool = choice(
        "learning",
        {True: "r0 and r1 exist", False: "a rule with r0 or r1 is refused"},
        code="Public rules of Loihi 1 use r0 and r1; Lava has none, Brian2Loihi refuses them.",
    )
    variables: tuple[str, ...] = choice(
        "learning",
        {tuple: "the changes that a rule may have"},
        code="Lava dw, dd, dt; Brian2Loihi only dw.",
    )
    epochs: bool = choice(
        "learning",
        {True: "learning happens every t_epoch steps", False: "every step"},
        code="Lava and nengo-loihi have epochs, Brian2Loihi has none.",
    )
    first_epoch: int = choice(
        "learning",
        {
            1: "the first epoch has the number 1, so that u_k first acts in epoch 2^k",
            0: "it has the number 0, so that every u_k acts in the first epoch",
        },
        code="Lava and nengo-loihi number the epochs from 1, Brian2Loihi from 0.",
    )

    decimation_counts: Literal["epochs", "seconds"] = choice(
        "learning",
        {
            "epochs": "u_k acts in epochs whose number is a multiple of 2^k",
            "seconds": "the number is the time in seconds divided by 0.001, in float64. In some "
            "steps from 1001 on that is not a whole number, and u_k with k >= 1 does not act",
        },
        code="Lava and nengo-loihi count epochs. Brian2Loihi asks for t/ms % 2^k == 0, and Brian2 "
        "keeps t in seconds: u1 misses its step 2002.",
    )

    # -- random bits
    random_source: Literal["pcg64", "counter"] = choice(
        "random bits",
        {
            "pcg64": "Lava's NumPy streams: one draw for all synapses, one for all x traces, one "
            "for all y traces",
            "counter": "a draw for each trace, neuron and step, and for each synapse and epoch, "
            "computed from seed, stream, time and place",
        },
        code="Lava shares a draw; Brian2Loihi draws for each. The chip has separate seeds for pre "
        "traces, post traces, neurons and synapses (nengo-loihi builder.py).",
        data="One threshold an epoch explains the published weights of four runs: the chip's draws "
        "depend on seed and time, not on the values rounded.",
        unknown="The generator of the chip, and the order of its draws.",
        argument="Draws computed from seed, time and place have the two properties that the record "
        "shows. They make a run independent of order, threads and probes.",
    )

    def __post_init__(self) -> None:
        for one in CHOICES.values():
            one.meaning(getattr(self, one.name))
        if found := list(faults(self)):
            raise ParameterError(f"machine {self.name}: " + "; ".join(found))

    def weight_range(self, sign_mode: SignMode) -> Range:
        """Lowest and highest weight of a sign mode."""
        return {
            "MIXED": self.mixed_weights,
            "EXCITATORY": self.excitatory_weights,
            "INHIBITORY": self.inhibitory_weights,
        }[sign_mode]

    def differences(self, other: Machine) -> tuple[str, ...]:
        """Fields, other than the name, in which two machines differ."""
        return tuple(n for n in CHOICES if getattr(self, n) != getattr(other, n))


CHOICES: Final[Mapping[str, Choice]] = MappingProxyType(
    {
        entry.name: Choice(entry.name, **entry.metadata)
        for entry in fields(Machine)
        if entry.metadata
    }
)
"""Every field of `Machine` but its name, in the order of the printed table."""


def describe(name: str) -> Choice:
    """What the field `name` decides.

    Raises
    ------
    UnknownNameError
        There is no such field.

    Examples
    --------
    >>> describe("overflow_keeps").meaning("mask")
    'the low 7 bits of the sum'
    """
    if name not in CHOICES:
        raise unknown_name("machine field", name, list(CHOICES))
    return CHOICES[name]
