"""Where a product is always 0: the trace values that alignment leaves nothing of.

A product that is wider than the accumulator loses its low bits, and these are not given back. So a
product of small traces can be 0 although its text says otherwise.
Example: `2^-7*x1*x1*x1*y0` on LAVA has 4 + 21 bits and loses 10. 10^3 is below 2^10 and 11^3 is
not, so it is 0 for x1 in 0..10.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Final

from loihi_emu.chip import formats
from loihi_emu.chip.arithmetic import saturate, shift_right, shift_right_toward_zero
from loihi_emu.chip.machines import Machine, SignMode
from loihi_emu.compiler.microcode import Instruction, Microcode, Op
from loihi_emu.compiler.ranges import analyse
from loihi_emu.compiler.ranges_products import move_probability, products_of, terms_of
from loihi_emu.compiler.ranges_steps import group_values
from loihi_emu.compiler.rule import TRACES, LearningRule
from loihi_emu.compiler.synapse_format import synapse_format

Interval = tuple[int, int]


@dataclass(frozen=True)
class DeadZone:
    """Trace values at which one product is always 0 after alignment.

    Parameters
    ----------
    target : {'dw', 'dd', 'dt'}
    product : str
        Its text.
    lost_bits : int
        Low bits that alignment takes away. The product counts 2^-lost_bits of its text.
    alone : dict of str to tuple of (int, int)
        Of each trace, the ranges in which the product is 0 whatever else it reads, ends included.
    together : int or None
        The product is 0 whenever all its traces are at most this. None: it reads no trace, or it is
        not 0 even if they are.
    still : int or None
        The product by itself never moves the stored value while all its traces are at most this: it
        is 0, or the machine drops its fraction. None as for `together`.
    least : float or None
        Least change other than 0 that the product makes, in units of the target (a weight step).
        None: every change is 0.
    moves : float
        Probability that the least change moves the stored value, 0..1.
    reach : dict of str to int or None
        Steps for which one spike's trace stays above `together` in real numbers; None: for ever.
        A trace without an impulse is left out.
    """

    target: str
    product: str
    lost_bits: int
    alone: dict[str, tuple[Interval, ...]]
    together: int | None
    still: int | None
    least: float | None
    moves: float
    reach: dict[str, int | None]

    @property
    def sentence(self) -> str:
        """What the zone means, in one sentence."""
        if self.least is None:
            return f"{self.product} never changes anything"
        names = " and ".join(self.alone)
        if not self.together:
            stays = f", but moves nothing while {names} <= {self.still}" if self.still else ""
            down = self.lost_bits and self.least < 0
            why = "; what it loses is rounded down, away from 0" if down else ""
            return f"{self.product} has no dead zone{stays}{why}"
        beyond = ", ".join(
            f"{name} after one spike stays above it for {'ever' if n is None else f'{n} steps'}"
            for name, n in self.reach.items()
        )
        return f"{self.product} is 0 while {names} <= {self.together}" + (
            f"; {beyond}" if beyond else ""
        )


def dead_zones(
    rule: LearningRule,
    machine: Machine,
    *,
    sign_mode: SignMode = "MIXED",
    num_weight_bits: int = 8,
) -> tuple[DeadZone, ...]:
    """Find the dead zone of every product of a rule on a machine.

    Parameters
    ----------
    rule : LearningRule
    machine : Machine
    sign_mode : {'MIXED', 'EXCITATORY', 'INHIBITORY'}
    num_weight_bits : int
        1..8.

    Returns
    -------
    tuple of DeadZone
        In the order of the rule's text: dw, then dd, then dt. A product that can wrap counts as
        alive where its exact value is not 0.

    Raises
    ------
    ParameterError
        The rule uses what the machine does not have.

    Examples
    --------
    >>> from loihi_emu import LAVA, LearningRule, Trace
    >>> rule = LearningRule(dw="2^-7*x1*x1*x1*y0", x1=Trace(64, 10))
    >>> zone = dead_zones(rule, LAVA)[0]
    >>> zone.alone, zone.lost_bits
    ({'x1': ((0, 10),)}, 10)
    >>> zone.sentence
    '2^-7*y0*x1*x1*x1 is 0 while x1 <= 10; x1 after one spike stays above it for 18 steps'
    """
    found = analyse(rule, machine, sign_mode=sign_mode, num_weight_bits=num_weight_bits)
    zones = []
    for program in found.programs:
        ranges = {one.addresses[0]: one for one in program.products}
        for start, product in products_of(program.program):
            one = ranges[start]
            kept = one.text in program.program.products[: -len(program.products)]
            form = synapse_format(program.variable, machine, sign_mode, num_weight_bits)
            moves = partial(move_probability, program=program.program, form=form, kept=kept)
            narrowed = _highest(product, found.code, found.inputs, _nothing)
            zones.append(
                DeadZone(
                    f"d{program.variable}",
                    one.text,
                    sum(i.shift for i in product if i.op is Op.NARROW),
                    _alone(product, found.code, found.inputs),
                    narrowed,
                    _highest(product, found.code, found.inputs, partial(_stays, moves)),
                    None if one.least is None else float(one.least),
                    float(one.moves),
                    _reach(rule, _traces(product), narrowed),
                )
            )
    return tuple(zones)


_NOTHING_ELSE: Final[Interval] = (1, 1)


def _traces(product: tuple[Instruction, ...]) -> dict[str, tuple[str, ...]]:
    """Slots of each trace that the product reads."""
    slots: dict[str, tuple[str, ...]] = {}
    for i in product:
        name = i.source.partition("@")[0]
        if name in TRACES and i.source not in slots.get(name, ()):
            slots[name] = (*slots.get(name, ()), i.source)
    return slots


def _extremes(
    product: tuple[Instruction, ...], code: Microcode, box: Mapping[str, Interval]
) -> Interval:
    """Least and greatest product, mantissa included; both are reached."""
    low, high = _NOTHING_ELSE
    for name, terms in terms_of(product, code).items():
        values = group_values(terms, box[name])
        ends = [a * b for a in (low, high) for b in (min(values), max(values))]
        low, high = min(ends), max(ends)
    mantissa = next(code.literals[i.literal] for i in product if i.op is Op.SCALE)
    ends = [low * mantissa, high * mantissa]
    return min(ends), max(ends)


def _changes(
    product: tuple[Instruction, ...], code: Microcode, box: Mapping[str, Interval]
) -> Interval:
    """Least and greatest change of the accumulator in a box: narrowing and alignment keep order."""
    low, high = _extremes(product, code, box)
    for i in product:
        if i.op is Op.NARROW:
            shift = shift_right_toward_zero if i.low else shift_right
            low, high = shift(low, i.shift), shift(high, i.shift)
        elif i.op is Op.ALIGN:
            low, high = low << code.literals[i.literal], high << code.literals[i.literal]
        elif i.op is Op.BOUND:
            low, high = saturate(low, i.low, i.high), saturate(high, i.low, i.high)
    return low, high


def _stays(moves: Callable[[int], Fraction], change: int) -> bool:
    """Whether a change of the accumulator never moves the stored value."""
    return moves(change) == 0


def _nothing(change: int) -> bool:
    """Whether a change of the accumulator is none."""
    return change == 0


def _alone(
    product: tuple[Instruction, ...], code: Microcode, box: Mapping[str, Interval]
) -> dict[str, tuple[Interval, ...]]:
    """Of each trace, where the product is 0 whatever else it reads."""
    found = {}
    for name, slots in _traces(product).items():
        low, high = box[slots[0]]
        dead = [
            value
            for value in range(low, high + 1)
            if _changes(product, code, {**box, **dict.fromkeys(slots, (value, value))}) == (0, 0)
        ]
        found[name] = _runs(dead)
    return found


def _highest(
    product: tuple[Instruction, ...],
    code: Microcode,
    box: Mapping[str, Interval],
    is_still: Callable[[int], bool],
) -> int | None:
    """The highest value such that, while no trace exceeds it, every change `is_still`."""
    slots = [slot for one in _traces(product).values() for slot in one]
    highest = None
    for value in range(formats.TRACE.size if slots else 0):
        within = {slot: (max(box[slot][0], -value), min(box[slot][1], value)) for slot in slots}
        if not all(map(is_still, _changes(product, code, {**box, **within}))):
            break
        highest = value
    return highest


def _reach(
    rule: LearningRule, traces: Mapping[str, object], together: int | None
) -> dict[str, int | None]:
    """Steps for which the trace of one spike is above the zone, in real numbers."""
    reach: dict[str, int | None] = {}
    for name in traces:
        trace = getattr(rule, name)
        if not trace.impulse or together is None:
            continue
        if trace.impulse <= together or not trace.tau:
            reach[name] = 0
        elif together:
            reach[name] = math.ceil(trace.tau * math.log(trace.impulse / together)) - 1
        else:
            reach[name] = None
    return reach


def _runs(values: list[int]) -> tuple[Interval, ...]:
    """Rising integers as closed ranges."""
    runs: list[Interval] = []
    for value in values:
        if runs and runs[-1][1] == value - 1:
            runs[-1] = runs[-1][0], value
        else:
            runs.append((value, value))
    return tuple(runs)
