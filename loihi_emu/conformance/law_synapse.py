"""The distribution of a synapse's update: the interpreter runs the microcode for every draw.

A stored value is a step function of the draw: if two draws give equal results, so do all between
them. So bisection finds all results, and their probabilities are counts of draws.
Example: `dw = 2^-2*u0*x1` with x1 = 5 takes 10 to 12 with probability 1/4, else to 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from loihi_emu.chip.formats import DRAW, FRACTION_BITS
from loihi_emu.chip.machines import Machine, SignMode
from loihi_emu.compiler import LearningRule, Microcode, lower
from loihi_emu.compiler.microcode import FORMAT_FIELDS, VARIABLES, Op
from loihi_emu.compiler.synapse_format import synapse_format
from loihi_emu.kernels.reference.interpreter import interpret

Inputs = tuple[tuple[str, int], ...]
Synapse = tuple[int, ...]
"""Values of w, d, t, in the order of `microcode.VARIABLES`."""

_ROUND_BITS: Final = FORMAT_FIELDS.index("round_bits")


@dataclass(frozen=True, eq=False)
class SynapseLaw:
    """A rule's microcode on a machine, for one synapse's format; remembered per object.

    Parameters
    ----------
    code : Microcode
    formats : tuple of (variable, five int)
        See `microcode.FORMAT_FIELDS`.
    """

    code: Microcode
    formats: tuple[tuple[str, tuple[int, ...]], ...]

    @classmethod
    def of(
        cls, rule: LearningRule, machine: Machine, sign_mode: SignMode, num_weight_bits: int
    ) -> SynapseLaw:
        """The law of a rule's updates.

        Raises
        ------
        ParameterError
            The machine does not have what the rule uses.
        """
        code = lower(rule.series, machine)
        formats = tuple(
            (p.variable, synapse_format(p.variable, machine, sign_mode, num_weight_bits))
            for p in code.programs
        )
        return cls(code, formats)

    @property
    def draw_bits(self) -> int:
        """Leading bits of a draw that some rounding compares."""
        return max(form[_ROUND_BITS] for _, form in self.formats)

    @property
    def slots(self) -> tuple[tuple[str, str], ...]:
        """Trace readings of the rule: (trace, moment) with moment x0, y0 or u."""
        pairs = (slot.split("@") for slot in self.code.slots if "@" in slot)
        return tuple((trace, moment) for trace, moment in pairs)


@lru_cache(maxsize=1 << 16)
def update(law: SynapseLaw, synapse: Synapse, inputs: Inputs) -> tuple[tuple[Synapse, float], ...]:
    """Every value that one epoch can leave in w, d, t, with its probability.

    Parameters
    ----------
    law : SynapseLaw
    synapse : tuple of int
        w, d, t before.
    inputs : tuple of (slot, int)
        Every slot the microcode reads, and `u`.

    Examples
    --------
    >>> from loihi_emu import LAVA
    >>> law = SynapseLaw.of(LearningRule(dw="2^-2*u0*x1"), LAVA, "MIXED", 8)
    >>> update(law, (10, 0, 0), (("u", 1), ("x1@u", 5)))
    (((12, 0, 0), 0.25), ((11, 0, 0), 0.75))
    """
    read = dict(inputs)
    state: dict[str, int] = dict(zip(VARIABLES, synapse, strict=True))
    if _rests(law, state, read):
        return ((synapse, 1.0),)
    formats = dict(law.formats)
    size = 1 << law.draw_bits

    def result(leading: int) -> Synapse:
        draw = leading << (DRAW.bits - law.draw_bits)
        return tuple((state | interpret(law.code, state, read, formats, draw)).values())

    counts: dict[Synapse, int] = {}
    pending = [(0, result(0), size - 1, result(size - 1))]
    while pending:
        low, at_low, high, at_high = pending.pop()
        if at_low == at_high:
            counts[at_low] = counts.get(at_low, 0) + high - low + 1
        elif high == low + 1:
            counts[at_low] = counts.get(at_low, 0) + 1
            counts[at_high] = counts.get(at_high, 0) + 1
        else:
            middle = (low + high) // 2
            at_middle, after = result(middle), result(middle + 1)
            pending += [(middle + 1, after, high, at_high), (low, at_low, middle, at_middle)]
    return tuple((value, count / size) for value, count in counts.items())


def _rests(law: SynapseLaw, state: Mapping[str, int], read: Mapping[str, int]) -> bool:
    """Whether an epoch passes the synapse by: no gate is open, and the accumulator holds it all."""
    for program in law.code.programs:
        for i in program.instructions:
            if i.op is Op.GATE and read[i.source]:
                return False
            below = state[program.variable] << FRACTION_BITS < i.low
            if i.op is Op.ADD and i.low != i.high and below:
                return False
    return True


def as_inputs(read: Mapping[str, int]) -> Inputs:
    """Inputs in a form that can be remembered."""
    return tuple(sorted(read.items()))
