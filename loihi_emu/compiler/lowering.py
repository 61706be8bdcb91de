"""Lowering: (product series, machine) -> microcode. It decides all widths, shifts and clips.

Authority: the machine's fields, see chip/machines.py.
Example: on LAVA `2^-2*x1*y0` has a factor of 7 bits and a mantissa of 4: 11 bits, no narrowing;
its product is aligned left by -2 + 7 and lands in the accumulator's fraction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from loihi_emu.chip import arithmetic, formats
from loihi_emu.chip.literals import EXPONENT
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.microcode import (
    BEFORE,
    BY_FRACTION,
    BY_KEPT,
    DOWN,
    VARIABLES,
    Instruction,
    Microcode,
    Op,
    Program,
    Variable,
    Word,
)
from loihi_emu.compiler.products import Factor, Product, ProductSeries
from loihi_emu.compiler.words import narrowed
from loihi_emu.errors import ParameterError

_DEPENDENCIES: Final = ("x0", "y0")
_SPIKES: Final = (*_DEPENDENCIES, "r0")
_REWARDS: Final = ("r0", "r1")
_NARROW_WORD: Final[Word] = 32
_WIDE_WORD: Final[Word] = 64
_EXACT_FRACTION_BITS: Final = 7  # the least exponent of a rule's text is -7
_SUM_BITS: Final = 8  # 256 products of the widest kind can be added
_REAL_ROOM_BITS: Final = EXPONENT.highest + _EXACT_FRACTION_BITS + _SUM_BITS
"""Bits that an exact product needs beside its factors: it is shifted, not narrowed, and summed."""
_VARIABLE_FORMATS: Final = {
    "w": formats.WEIGHT.bits + 1,
    "t": formats.TAG.bits + 1,
}


def lower(series: Mapping[str, ProductSeries], machine: Machine) -> Microcode:
    """Turn the product series of a rule into microcode for a machine.

    Parameters
    ----------
    series : mapping of {'dw', 'dd', 'dt'} to ProductSeries
    machine : Machine

    Returns
    -------
    Microcode

    Raises
    ------
    ParameterError
        The rule uses what the machine does not have, or a product is wider than any register.
    """
    _check_vocabulary(series, machine)
    literals: list[int] = []
    programs = tuple(
        _lower_program(variable, series[f"d{variable}"], machine, literals)
        for variable in VARIABLES
        if f"d{variable}" in series
    )
    width = max((i.width for p in programs for i in p.instructions if i.op is Op.SCALE), default=0)
    word = _word_bits(width, machine)
    slots = sorted(
        {
            i.source
            for p in programs
            for i in p.instructions
            if i.source and i.source not in (*VARIABLES, "u")
        }
    )
    decimations = {p.decimation for s in series.values() for p in s.products} - {None}
    code = Microcode(
        programs,
        tuple(literals),
        tuple(slots),
        word,
        machine.product_wraps and width >= _NARROW_WORD,
        max((k for k in decimations if k is not None), default=None),
    )
    return narrowed(code, machine)


def _word_bits(width: int, machine: Machine) -> Word:
    """Register width that holds products of `width` bits, or wraps as the machine does."""
    real = machine.product_arithmetic == "real"
    widest = _WIDE_WORD - 1 - (_REAL_ROOM_BITS if real else 0)
    if not real and (machine.product_wraps or width < _NARROW_WORD):
        return _NARROW_WORD
    if width <= widest:
        return _WIDE_WORD
    raise ParameterError(
        f"a product of the rule is {width} bits wide; machine {machine.name} multiplies exactly "
        f"up to {widest} bits: split the product or use fewer factors"
    )


def _check_vocabulary(series: Mapping[str, ProductSeries], machine: Machine) -> None:
    """Refuse variables, factors and constants that `machine` does not have; all at once."""
    faults: list[str] = []
    for target, one in series.items():
        if target not in machine.variables:
            faults.append(f"{target} is not learned; it has {', '.join(machine.variables)}")
        for factor in (f for product in one.products for f in product.factors):
            if factor.variable in _REWARDS and not machine.rewards:
                faults.append(f"{factor.variable} in {target} does not exist there")
            constant = factor.constant or 0
            if factor.variable in ("w", "t") and constant % machine.constant_step:
                faults.append(
                    f"constant {constant} beside {factor.variable} in {target} must be a "
                    f"multiple of {machine.constant_step}"
                )
    if faults:
        raise ParameterError(f"machine {machine.name}: " + "; ".join(dict.fromkeys(faults)))


def _lower_program(
    variable: Variable, series: ProductSeries, machine: Machine, literals: list[int]
) -> Program:
    """The program of one variable; appends its literals."""
    shifted = machine.product_arithmetic == "shifted"
    rounding = BY_FRACTION
    before: tuple[Product, ...] = ()
    if machine.update_fraction != "rounded":
        whole = machine.update_fraction == "whole_without_spikes"
        before = tuple(p for p in series.products if _stands_alone(p, whole=whole))
        rounding = BY_KEPT if before else DOWN
    lower_product = _lower_shifted if shifted else _lower_real
    sum_up, finish = (_sum_shifted, _finish_shifted) if shifted else (_sum_real, _finish_real)
    code: list[Instruction] = []
    if before:
        kept = [i for p in before for i in lower_product(p, machine, literals, BEFORE)]
        code = [*sum_up(variable, kept), Instruction(Op.KEEP)]
    body = [i for p in series.products for i in lower_product(p, machine, literals, p.dependency)]
    code += [*sum_up(variable, body), *finish(variable, rounding), Instruction(Op.STORE, variable)]
    texts = tuple(
        str(ProductSeries(series.target, (product,))) for product in (*before, *series.products)
    )
    return Program(variable, str(series), tuple(code), texts)


def _stands_alone(product: Product, *, whole: bool) -> bool:
    """Whether a product can differ from 0 before a step's spikes come, when x0 and y0 are 0.

    `whole`: one with a negative power of two is 0 there.
    """
    waits = any(f.variable in _DEPENDENCIES and not f.constant for f in product.factors)
    return product.dependency == "u" and not waits and not (whole and product.exponent < 0)


def _sum_shifted(variable: Variable, body: list[Instruction]) -> tuple[Instruction, ...]:
    """Load the variable into the accumulator, run `body`, hold it within its sign mode."""
    return (
        Instruction(Op.LOAD, variable, shift=formats.FRACTION_BITS),
        *body,
        Instruction(Op.LIMIT, literal=0),
    )


def _finish_shifted(variable: Variable, rounding: int) -> tuple[Instruction, ...]:
    """Round once, saturate."""
    del variable
    return (
        Instruction(Op.ROUND, literal=2, shift=formats.FRACTION_BITS, high=rounding),
        Instruction(Op.CLIP, literal=3),
    )


def _sum_real(variable: Variable, body: list[Instruction]) -> tuple[Instruction, ...]:
    """Sum `body` exactly."""
    del variable
    return Instruction(Op.LOAD, "", shift=0), *body


def _finish_real(variable: Variable, rounding: int) -> tuple[Instruction, ...]:
    """Round the sum's magnitude up, then to the stored precision."""
    low, shift = formats.FRACTION_BITS, _EXACT_FRACTION_BITS
    return (
        Instruction(Op.ROUND_AWAY, variable, literal=2, low=low, high=rounding, shift=shift),
        Instruction(Op.CLIP, literal=3),
    )


def _lower_shifted(
    product: Product, machine: Machine, literals: list[int], moment: str
) -> list[Instruction]:
    """Clip each factor to its format, narrow the product to the accumulator, align, bound, add."""
    code = _lower_factors(product, machine, literals, moment, clipped=True)
    narrowing = max(0, code[-1].width - formats.ACCUMULATOR.bits)
    low, high = machine.accumulator
    if narrowing:
        toward_zero = machine.product_shift == "toward_zero"
        code.append(Instruction(Op.NARROW, shift=narrowing, low=int(toward_zero)))
    alignment = product.exponent + formats.FRACTION_BITS
    code.append(Instruction(Op.ALIGN, literal=_add(literals, alignment)))
    code.append(Instruction(Op.BOUND, low=low, high=high))
    code.append(Instruction(Op.ADD, low=low, high=high))
    return code


def _lower_real(
    product: Product, machine: Machine, literals: list[int], moment: str
) -> list[Instruction]:
    """The product as an exact fixed-point number; nothing is clipped."""
    code = _lower_factors(product, machine, literals, moment, clipped=False)
    alignment = product.exponent + _EXACT_FRACTION_BITS
    code.append(Instruction(Op.ALIGN, literal=_add(literals, alignment)))
    code.append(Instruction(Op.ADD))
    return code


def _lower_factors(
    product: Product, machine: Machine, literals: list[int], moment: str, *, clipped: bool
) -> list[Instruction]:
    """The gate, every factor, and the mantissa with the width reached.

    A trace is read at `moment`. Before the spikes, x0 + C is C: a number as the mantissa is.
    """
    counted = machine.spike_factor == "count" and product.dependency in _DEPENDENCIES
    highest = formats.EPOCH_TIME.highest if counted else 1
    code = [Instruction(Op.GATE, product.dependency, high=highest)]
    width, mantissa = machine.mantissa_bits_counted, product.mantissa
    for factor in product.factors:
        bits = _factor_bits(factor, machine)
        if factor.constant and not (clipped or factor.sign):
            bits = ((1 << bits) + abs(factor.constant)).bit_length()
        width += bits
        if moment == BEFORE and factor.variable in _DEPENDENCIES:
            constant, size = factor.constant or 0, 1 << bits
            mantissa *= arithmetic.saturate(constant, -size, size - 1) if clipped else constant
        else:
            code.append(_lower_factor(factor, moment, bits, literals, clipped=clipped))
    code.append(Instruction(Op.SCALE, literal=_add(literals, mantissa), width=width))
    return code


def _lower_factor(
    factor: Factor, moment: str, bits: int, literals: list[int], *, clipped: bool
) -> Instruction:
    """One multiplication; a trace is read at `moment`."""
    literal = -1 if not factor.constant else _add(literals, factor.constant)
    source = factor.variable
    if source not in (*VARIABLES, *_SPIKES):
        source = f"{source}@{moment}" if source not in _REWARDS else source
    if factor.sign:
        return Instruction(Op.SIGN, source, literal, width=bits)
    size = 1 << bits
    low, high = (-size, size - 1) if clipped else (0, 0)
    return Instruction(Op.FACTOR, source, literal, low, high, width=bits)


def _factor_bits(factor: Factor, machine: Machine) -> int:
    """Bits that a factor adds to its product's width."""
    if factor.variable in _SPIKES:
        return machine.spike_factor_bits
    if factor.variable == "r1":
        return formats.REWARD.bits + 1
    if factor.variable == "d":
        return machine.delay_factor_bits
    return _VARIABLE_FORMATS.get(factor.variable, formats.TRACE.bits)


def _add(literals: list[int], value: int) -> int:
    """Append a literal; its index."""
    literals.append(value)
    return len(literals) - 1
