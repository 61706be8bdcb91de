"""Ranges of a rule on a machine: the values that each instruction can take, and what can go wrong.

For every instruction: the interval of its result. For every product: whether it can saturate, wrap
or lose low bits, with a state that shows it or a proof that no state does; and its least change.
Example: `print(analyse(LearningRule(dw="x1*y0"), LAVA))`.
Authority: the microcode, whose meaning is kernels/reference/interpreter.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any, Final

from loihi_emu.chip import formats
from loihi_emu.chip.machines import Machine, SignMode
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.microcode import Microcode, Op, Program
from loihi_emu.compiler.ranges_found import Finding, ProductRange, ProgramRange, Ranges, Witness
from loihi_emu.compiler.ranges_products import least_change, move_probability, products_of
from loihi_emu.compiler.ranges_search import Settled, settle
from loihi_emu.compiler.ranges_steps import DRAW, Box, Step, run
from loihi_emu.compiler.rule import LearningRule
from loihi_emu.compiler.synapse_format import synapse_format

_UNIT: Final = 1 << formats.FRACTION_BITS


def analyse(
    rule: LearningRule,
    machine: Machine,
    *,
    sign_mode: SignMode = "MIXED",
    num_weight_bits: int = 8,
) -> Ranges:
    """Find the ranges of a rule on a machine.

    Parameters
    ----------
    rule : LearningRule
    machine : Machine
    sign_mode : {'MIXED', 'EXCITATORY', 'INHIBITORY'}
    num_weight_bits : int
        1..8.

    Returns
    -------
    Ranges

    Raises
    ------
    ParameterError
        The rule uses what the machine does not have.

    Examples
    --------
    >>> from loihi_emu import LAVA
    >>> found = analyse(LearningRule(dw="2^-2*u0*x1"), LAVA)
    >>> found.programs[0].products[0].least, found.programs[0].products[0].moves
    (Fraction(1, 4), Fraction(1, 4))
    """
    code = lower(rule.series, machine)
    inputs = _inputs(code, rule, machine, sign_mode)
    programs = tuple(
        _program(
            program, code, inputs,
            synapse_format(program.variable, machine, sign_mode, num_weight_bits),
        )
        for program in code.programs
    )  # fmt: skip
    return Ranges(
        machine.name, sign_mode, num_weight_bits, code, inputs, programs,
        (*_silent_traces(rule), *(text for one in programs for text in _warnings(one))),
    )  # fmt: skip


def rule_warnings(rule: LearningRule, machine: Machine, **synapse: Any) -> tuple[str, ...]:
    """Warnings about `rule` on `machine`; most rules have none.

    Parameters
    ----------
    rule : LearningRule
    machine : Machine
    **synapse
        `sign_mode` and `num_weight_bits`, as for `analyse`.

    Examples
    --------
    >>> from loihi_emu import LAVA, Trace
    >>> rule_warnings(LearningRule(dw="0*x0*y1", y1=Trace(16, 10)), LAVA)
    ('dw: no product can ever move w',)
    """
    return analyse(rule, machine, **synapse).warnings


def _inputs(
    code: Microcode, rule: LearningRule, machine: Machine, sign_mode: SignMode
) -> dict[str, tuple[int, int]]:
    """The interval of every input that the microcode reads, and of the draw."""
    trace = formats.TRACE.lowest, formats.TRACE.highest
    spikes = (0, rule.t_epoch if machine.spike_factor == "count" and machine.epochs else 1)
    known = {
        "w": machine.weight_range(sign_mode), "d": machine.delay_range, "t": machine.tag_range,
        "x0": spikes, "y0": spikes, "u": (0, 1), "r0": (0, 1),
        "r1": (formats.REWARD.lowest, formats.REWARD.highest),
    }  # fmt: skip
    read = {i.source for p in code.programs for i in p.instructions if i.source}
    return {name: known.get(name, trace) for name in sorted(read)} | {
        DRAW: (formats.DRAW.lowest, formats.DRAW.highest)
    }


def _program(program: Program, code: Microcode, inputs: Box, form: tuple[int, ...]) -> ProgramRange:
    """Steps, findings and products of one program."""
    read = {i.source for i in program.instructions if i.source} | {DRAW}
    box = {name: ends for name, ends in inputs.items() if name in read}
    steps = run(program, code, box, form)
    settled = settle(lambda part: run(program, code, part, form), box)
    return ProgramRange(
        program.variable, program, tuple(steps), tuple(_findings(program, settled)),
        tuple(_products(program, code, box, form, steps)),
    )  # fmt: skip


_CAN: Final = {
    Op.SCALE: "wraps",
    Op.NARROW: "loses low bits",
    Op.ALIGN: "wraps",
    Op.BOUND: "saturates",
    Op.ADD: "saturates",
    Op.LIMIT: "saturates",
    Op.CLIP: "saturates",
}


def _findings(program: Program, settled: Mapping[tuple[int, str], Settled]) -> list[Finding]:
    """An answer for every instruction of the update at which something could happen."""
    found = []
    for address, i in enumerate(program.instructions):
        event = _CAN.get(i.op)
        if event is None or (i.op is Op.ADD and i.low == i.high) or address < program.start:
            continue
        if i.op is Op.ALIGN and (address, event) not in settled:
            continue  # the shift that aligns fits every word but a user's own
        one = settled.get((address, event), Settled(None, True))
        witness = None if one.point is None else _witness(one.point)
        answer = "happens" if witness else ("never" if one.proven else "open")
        found.append(Finding(address, event, answer, witness))
    return found


def _witness(point: Mapping[str, int]) -> Witness:
    """A point of the search as variables, inputs and draw."""
    inputs = {name: value for name, value in point.items() if name not in ("w", "d", "t", DRAW)}
    variables = {name: point[name] for name in ("w", "d", "t") if name in point}
    return Witness(variables, inputs, point[DRAW])


def _products(
    program: Program, code: Microcode, box: Box, form: tuple[int, ...], steps: list[Step]
) -> list[ProductRange]:
    """What each product alone can do."""
    found = []
    own = products_of(program)
    n_kept = len(program.products) - len(own)
    for (start, product), text in zip(own, program.products[n_kept:], strict=True):
        added = start + len(product) - 1
        before = steps[added - 1]
        least, exact = least_change(product, code, box)
        if (before.low, before.high) == (0, 0):
            least, exact = None, True
        elif least is not None:
            least = max(before.low, min(before.high, least))
        moves = partial(
            move_probability, program=program, form=form, kept=text in program.products[:n_kept]
        )
        ends = [moves(end) for end in (before.low, before.high) if end]
        found.append(
            ProductRange(
                text, (start, added), Fraction(before.low, _UNIT), Fraction(before.high, _UNIT),
                None if least is None else Fraction(least, _UNIT), exact,
                Fraction(0) if least is None else moves(least),
                max(ends, default=Fraction(0)),
            )
        )  # fmt: skip
    return found


def _warnings(one: ProgramRange) -> list[str]:
    """Products that never do anything, and those whose word is too short."""
    name = f"d{one.variable}"
    if all(product.moves_at_most == 0 for product in one.products):
        return [f"{name}: no product can ever move {one.variable}"]
    found = [
        f"{name}: the product {product.text} can never move {one.variable} alone"
        for product in one.products
        if product.moves_at_most == 0
    ]
    for finding in one.findings:
        if finding.event == "wraps" and finding.answer == "happens":
            product = next(
                p for p in one.products if p.addresses[0] <= finding.address <= p.addresses[1]
            )
            found.append(f"{name}: the product {product.text} wraps, with {finding.witness}")
    return found


def _silent_traces(rule: LearningRule) -> list[str]:
    """Traces that products read and no spike raises."""
    products = [product for series in rule.series.values() for product in series.products]
    read = {f.variable for p in products for f in p.factors if f.constant is None}
    return [
        f"{name} has an impulse of 0: products with it are 0 unless something else writes {name}"
        for name, trace in rule.traces.items()
        if name in read and trace.impulse == 0
    ]
