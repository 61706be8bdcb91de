"""Lowering: (product series, machine) -> microcode. Everything about widths is decided here.

Authority: the machine's fields, see chip/machines.py.
Example: on LAVA `2^-2*x1*y0` has a factor of 7 bits and a mantissa of 4: 11 bits, no narrowing;
its product is aligned left by -2 + 7 and lands in the accumulator's fraction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from loihi_emu.chip import formats
from loihi_emu.chip.literals import EXPONENT
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.microcode import VARIABLES, Instruction, Microcode, Op, Program, Variable
from loihi_emu.compiler.products import Factor, Product, ProductSeries
from loihi_emu.errors import ParameterError

_SPIKES: Final = ("x0", "y0", "r0")
_REWARDS: Final = ("r0", "r1")
_NARROW_WORD: Final = 32
_WIDE_WORD: Final = 64
_EXACT_FRACTION_BITS: Final = 7  # the least exponent of a rule's text is -7
_SUM_BITS: Final = 8  # 256 products of the widest kind can be added
_REAL_ROOM_BITS: Final = EXPONENT.highest + _EXACT_FRACTION_BITS + _SUM_BITS
"""Bits that an exact product needs beside its factors: it is shifted, not narrowed, and summed."""
_VARIABLE_FORMATS: Final = {
    "w": formats.WEIGHT.bits + 1,
    "t": formats.TAG.bits + 1,
}


def lower(series: Mapping[str, ProductSeries], machine: Machine) -> Microcode:
    """Microcode of a rule's product series on `machine`.

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
        If the rule uses what the machine does not have, or a product is wider than any word.
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
    return Microcode(
        programs,
        tuple(literals),
        tuple(slots),
        word,
        machine.product_wraps and width >= _NARROW_WORD,
        max((k for k in decimations if k is not None), default=None),
    )


def _word_bits(width: int, machine: Machine) -> int:
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
    rounded = machine.update_fraction == "rounded" or any(
        product.dependency == "u" for product in series.products
    )
    lower_product = _lower_shifted if shifted else _lower_real
    body = [i for p in series.products for i in lower_product(p, machine, literals)]
    finish = _finish_shifted if shifted else _finish_real
    return Program(
        variable,
        str(series),
        (*finish(variable, body, rounded), Instruction(Op.STORE, variable)),
        tuple(str(ProductSeries(series.target, (product,))) for product in series.products),
    )


def _finish_shifted(
    variable: Variable, body: list[Instruction], rounded: bool
) -> tuple[Instruction, ...]:
    """Load the variable into the accumulator, run `body`, round once, saturate."""
    fraction = formats.FRACTION_BITS
    return (
        Instruction(Op.LOAD, variable, shift=fraction),
        *body,
        Instruction(Op.LIMIT, literal=0),
        Instruction(Op.ROUND, literal=2, shift=fraction, high=int(not rounded)),
        Instruction(Op.CLIP, literal=3),
    )


def _finish_real(
    variable: Variable, body: list[Instruction], rounded: bool
) -> tuple[Instruction, ...]:
    """Sum `body` exactly, round its magnitude up, then to the stored precision."""
    return (
        Instruction(Op.LOAD, "", shift=0),
        *body,
        Instruction(
            Op.ROUND_AWAY,
            variable,
            literal=2,
            low=formats.FRACTION_BITS,
            high=int(not rounded),
            shift=_EXACT_FRACTION_BITS,
        ),
        Instruction(Op.CLIP, literal=3),
    )


def _lower_shifted(product: Product, machine: Machine, literals: list[int]) -> list[Instruction]:
    """Clip each factor to its format, narrow the product to the accumulator, align, bound, add."""
    code = [Instruction(Op.GATE, product.dependency)]
    width = 0
    for factor in product.factors:
        bits = _factor_bits(factor, machine)
        width += bits
        code.append(_lower_factor(factor, product, bits, literals, clipped=True))
    width += machine.mantissa_bits_counted
    narrowing = max(0, width - formats.ACCUMULATOR.bits)
    low, high = machine.accumulator
    code.append(Instruction(Op.SCALE, literal=_add(literals, product.mantissa), width=width))
    if narrowing:
        toward_zero = machine.product_shift == "toward_zero"
        code.append(Instruction(Op.NARROW, shift=narrowing, low=int(toward_zero)))
    alignment = product.exponent + formats.FRACTION_BITS
    code.append(Instruction(Op.ALIGN, literal=_add(literals, alignment)))
    code.append(Instruction(Op.BOUND, low=low, high=high))
    code.append(Instruction(Op.ADD, low=low, high=high))
    return code


def _lower_real(product: Product, machine: Machine, literals: list[int]) -> list[Instruction]:
    """The product as an exact fixed-point number; nothing is clipped."""
    code = [Instruction(Op.GATE, product.dependency)]
    width = 0
    for factor in product.factors:
        bits = _factor_bits(factor, machine)
        width += bits
        code.append(_lower_factor(factor, product, bits, literals, clipped=False))
    width += machine.mantissa_bits_counted
    code.append(Instruction(Op.SCALE, literal=_add(literals, product.mantissa), width=width))
    alignment = product.exponent + _EXACT_FRACTION_BITS
    code.append(Instruction(Op.ALIGN, literal=_add(literals, alignment)))
    code.append(Instruction(Op.ADD))
    return code


def _lower_factor(
    factor: Factor, product: Product, bits: int, literals: list[int], *, clipped: bool
) -> Instruction:
    """One multiplication; a trace is read when the product's dependency says."""
    literal = -1 if not factor.constant else _add(literals, factor.constant)
    source = factor.variable
    if source not in (*VARIABLES, *_SPIKES):
        source = f"{source}@{product.dependency}" if source not in _REWARDS else source
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
