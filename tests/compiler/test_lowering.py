"""Lowering: products that no register holds are refused; exact machines are exact."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, LOIHI, Machine
from loihi_emu.compiler import LearningRule
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.products import Product
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.reference.interpreter import interpret

SEVEN = LearningRule(dw="7*2^8*x0*w*w*w*w*w*w*w*x1").series


@pytest.mark.parametrize(("machine", "widest"), [(LOIHI, 63), (BRIAN2LOIHI, 40)])
def test_a_product_wider_than_any_register_is_refused(machine: Machine, widest: int) -> None:
    """Seven factors w of 9 bits, a trace of 7 and a mantissa of 3 or 4."""
    expected = f"machine {machine.name} multiplies exactly up to {widest} bits"
    with pytest.raises(ParameterError, match=expected):
        lower(SEVEN, machine)


def test_constants_of_w_and_t_in_steps_of_two_are_an_option() -> None:
    """Lava writes these factors as w + 2C; constants of traces and of d are any."""
    even = replace(LOIHI, name="even", constant_step=2)
    lower(LearningRule(dw="x0*sgn(w-24)*(x1-3)", dt="2*x0*(t+2)", dd="x0*(d-9)").series, even)
    with pytest.raises(ParameterError) as error:
        lower(LearningRule(dw="x0*sgn(w-23)", dt="x0*(t+1)*(w-2)").series, even)
    assert str(error.value) == (
        "machine even: constant -23 beside w in dw must be a multiple of 2; "
        "constant 1 beside t in dt must be a multiple of 2"
    )
    assert lower(LearningRule(dw="x0*sgn(w-23)").series, LOIHI)


def test_constants_count_where_a_machine_does_not_clip() -> None:
    """x0 + 127 has 8 bits: eight of them and the gate's mantissa are 68, more than 40."""
    series = LearningRule(dw="x0" + "*(x0+127)" * 8).series
    with pytest.raises(ParameterError, match="68 bits wide; machine BRIAN2LOIHI"):
        lower(series, BRIAN2LOIHI)
    assert lower(series, LOIHI).word_bits == 32  # clipped to 1 bit each


def test_lava_wraps_it_instead() -> None:
    code = lower(SEVEN, LAVA)
    assert (code.word_bits, code.wraps) == (32, True)


def _value(product: Product, state: Mapping[str, int]) -> Fraction:
    """A product of plain factors as a rational number."""
    value = Fraction(product.mantissa) * Fraction(2) ** product.exponent
    for factor in product.factors:
        value *= state[factor.variable] + (factor.constant or 0)
    return value


_REAL_TEXTS = [
    "7*2^8*x0*w*w*x1*y1 - 2^-7*x0*(w-2)*(w+4)*y1",
    "2^-7*x0*x1 + 2^-7*x0*y1 - 3*2^-6*x0*x1*y1",
    "-8*2^8*x0*x1*x1*y1*y1 + 2^-3*x0*w",
]


@settings(max_examples=200)
@given(
    st.sampled_from(_REAL_TEXTS), st.integers(-256, 254), st.integers(0, 127),
    st.integers(0, 127), st.integers(0, 65535),
)  # fmt: skip
def test_a_real_machine_is_exact(text: str, w: int, x1: int, y1: int, draw: int) -> None:
    """Brian2Loihi: the exact sum away from zero, then added and clipped; 8 bits, excitatory."""
    series = LearningRule(dw=text).series
    code = lower(series, BRIAN2LOIHI)
    state = {"w": w, "x1": x1, "y1": y1}
    exact = sum((_value(p, state) for p in series["dw"].products), Fraction(0))
    away = math.ceil(exact) if exact > 0 else math.floor(exact)
    inputs = {"x0": 1, "x1@x0": x1, "y1@x0": y1}
    form = (0, 0, 7, -256, 255)
    new = interpret(code, {"w": w}, inputs, {"w": form}, draw)
    assert new == {"w": min(max(w + away, -256), 255)}
