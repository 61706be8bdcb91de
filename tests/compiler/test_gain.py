"""What products count in fixed point: widths worked by hand, and runs that show it."""

import pytest

from loihi_emu import LAVA, LOIHI, MACHINES, LearningRule
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.gain import product_gains
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.products import parse_series
from loihi_emu.compiler.synapse_format import synapse_format
from loihi_emu.kernels.reference.interpreter import interpret


def test_a_product_loses_what_its_width_exceeds_the_accumulator_by() -> None:
    # LAVA: 4 bits of the mantissa, 9 of t, 7 of y3 and 1 of ...: 5 more than 16 (chip/formats.py)
    rule = LearningRule(dw="2^-4*u0*t*y3", dt="x1*y0")
    lava, loihi = (product_gains(rule.series, machine) for machine in (LAVA, LOIHI))
    assert [one.shown for one in lava] == ["1/32", "1"]
    assert [one.shown for one in loihi] == ["1/16", "1"]
    assert (lava[0].restored, loihi[0].restored) == ("2^1*u0*t*y3", "u0*t*y3")
    assert lava[1].restored is None


def test_no_exponent_restores_a_product_that_is_far_too_wide() -> None:
    (gain,) = product_gains(LearningRule(dw="x0*w*w*w*w").series, LAVA)
    assert gain.restored is None
    assert "no exponent up to 8 restores it" in str(gain)


def _change(machine: Machine, text: str) -> int:
    """What a rule of one product adds to w = 0 where t is 100 and y3 is 40."""
    code = lower(LearningRule(dw=text).series, machine)
    form = synapse_format("w", machine, "MIXED", 8)
    return interpret(code, {"w": 0, "t": 100}, {"u": 1, "y3@u": 40}, {"w": form}, draw=0)["w"]


@pytest.mark.parametrize(
    ("machine", "part"), [(LAVA, 32), (LOIHI, 16)], ids=lambda one: str(one)[:5]
)
def test_a_run_shows_the_gain(machine: Machine, part: int) -> None:
    text = "2^-4*u0*t*y3"
    written = 100 * 40 / 16
    (gain,) = product_gains(LearningRule(dw=text).series, machine)
    assert gain.gain == 1 / part
    assert abs(_change(machine, text) - written / part) < 2
    assert gain.restored is not None
    assert abs(_change(machine, gain.restored) - written) <= 2


@pytest.mark.parametrize("name", MACHINES)
def test_what_is_restored_counts_what_was_written(name: str) -> None:
    rule = LearningRule(dw="2^-4*u0*x1*y3*x2 + 2^-2*x1*y0 - 3*2^-7*u0*x1*x1*y1*y1")
    for gain in product_gains(rule.series, MACHINES[name]):
        if gain.restored is None:
            continue
        (again,) = product_gains(LearningRule(dw=gain.restored).series, MACHINES[name])
        assert again.lost_bits == gain.lost_bits
        before, after = (_scale(text) for text in (gain.text, gain.restored))
        assert after * again.gain == before


def _scale(text: str) -> float:
    """Mantissa and power of two of a product."""
    (product,) = parse_series(text).products
    return product.mantissa * 2.0**product.exponent
