"""A rule on a synapse three ways: the interpreter defines; emitted text and kernel agree."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from loihi_emu.chip.formats import FRACTION_BITS
from loihi_emu.chip.machines import LAVA, Machine
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.microcode import Microcode, Op
from loihi_emu.compiler.products import ProductSeries, parse_series
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.llvm.sizes import BLOCK
from tests import strategies
from tests.kernels import calls
from tests.kernels.calls import Synapses


def _generated(data: st.DataObject, n: int, max_products: int) -> tuple[Microcode, Synapses]:
    """Microcode of any rule on any machine, and n synapses in any state."""
    machine = data.draw(strategies.machines())
    code = _lowered(data.draw(strategies.rule_series(machine, max_products)), machine)
    return code, data.draw(strategies.synapses(code, machine, n))


def _lowered(series: Mapping[str, ProductSeries], machine: Machine) -> Microcode:
    try:
        return lower(series, machine)
    except ParameterError:
        reject()  # a product wider than any word of an exact machine


@settings(max_examples=300)
@given(st.data(), st.booleans())
def test_emitted_text_means_what_the_interpreter_does(data: st.DataObject, counting: bool) -> None:
    code, synapses = _generated(data, n=12, max_products=4)
    expected = calls.interpreted(code, synapses)
    found = calls.emitted(code, synapses, counting=counting)
    assert found.variables == expected.variables
    assert found.counts == (expected.counts if counting else {})


@settings(max_examples=40)
@given(st.data(), st.booleans())
def test_kernel_does_what_the_interpreter_does(data: st.DataObject, counting: bool) -> None:
    code, synapses = _generated(data, n=300, max_products=3)
    expected = calls.interpreted(code, synapses)
    found = calls.compiled(code, synapses, counting=counting)
    assert found.variables == expected.variables
    assert found.counts == (expected.counts if counting else {})


_WRAPPING = "2^-2*x0*w*w*w*w - 7*2^8*y0*(w+127)*(w-128)*w*x1 + x0*x1*x1*y1*y1*y2"


@pytest.mark.parametrize("counting", [False, True])
@settings(max_examples=5)
@given(data=st.data())
def test_products_beyond_32_bits_wrap_and_are_counted(data: st.DataObject, counting: bool) -> None:
    code = lower({"dw": parse_series(_WRAPPING)}, LAVA)
    assert code.wraps
    synapses = data.draw(strategies.synapses(code, LAVA, BLOCK))
    expected = calls.interpreted(code, synapses)
    found = calls.compiled(code, synapses, counting=counting)
    assert found.variables == expected.variables
    scale = [a for a, i in enumerate(code.programs[0].instructions) if i.op is Op.SCALE]
    assert sum(expected.counts.get(("w", a), 0) for a in scale) > 0
    assert found.counts == (expected.counts if counting else {})


_LIFTED = "-2^-1*x0*y1 - 2^-7*u0*w - 2^-1*x0*y2 + 2^-7*x0*x1 - 2^-7*x0*x2"


@settings(max_examples=20)
@given(st.data())
def test_sums_below_int16_that_are_lifted_again(data: st.DataObject) -> None:
    """Lava's accumulator ends one lower than int16: kernels owe that one, sum after sum."""
    code = lower({"dw": parse_series(_LIFTED)}, LAVA)
    assert {i.word for i in code.programs[0].instructions} == {16}
    synapses = data.draw(strategies.synapses(code, LAVA, BLOCK))
    synapses.variables["w"][::2] = -256
    expected = calls.interpreted(code, synapses)
    assert calls.emitted(code, synapses, counting=False).variables == expected.variables
    assert calls.compiled(code, synapses, counting=False).variables == expected.variables


_WITHOUT = (
    {"dw": "-2^-1*y0*y1 - 2^-1*x0*y2 - 2^-7*u0*w"},  # one is borrowed across the product of x0
    {"dt": "2^-2*x0*y1 + u0*x1"},  # a tag below the accumulator is lifted into it first
)


@pytest.mark.parametrize("texts", _WITHOUT, ids=lambda texts: next(iter(texts)))
@settings(max_examples=10)
@given(data=st.data())
def test_products_left_out_still_add_nothing(texts: dict[str, str], data: st.DataObject) -> None:
    """A row without a pre spike: adding 0 clips the sum, and pays back what the last one owes."""
    code = lower({name: parse_series(text) for name, text in texts.items()}, LAVA)
    synapses = data.draw(strategies.synapses(code, LAVA, BLOCK))
    synapses.variables["w"][::2], synapses.variables["t"][::2] = -256, -257
    synapses = Synapses(**{**vars(synapses), "u": 1})
    synapses.inputs["x0"][:] = 0
    expected = calls.interpreted(code, synapses)
    assert calls.emitted(code, synapses, counting=False).variables == expected.variables
    assert calls.compiled(code, synapses, counting=False).variables == expected.variables


@settings(max_examples=100)
@given(st.data())
def test_a_synapse_without_spikes_does_not_change_and_needs_no_draw(data: st.DataObject) -> None:
    """Why kernels need to touch only rows and columns of neurons that spiked.

    A stored weight has no bits that its format lacks and lies within its ends, and nothing lies
    below the accumulator; where it can, as Lava's tag_1 (see tests/conformance), kernels look.
    """
    machine = data.draw(strategies.machines())
    code = _lowered(data.draw(strategies.rule_series(machine)), machine)
    synapses = data.draw(strategies.synapses(code, machine, 20))
    for slot in ("x0", "y0"):
        if slot in synapses.inputs:
            synapses.inputs[slot][:] = 0
    for name, before in synapses.variables.items():
        _, _, bits, lowest, highest = synapses.formats[name]
        absent = bits - FRACTION_BITS
        held = max(lowest, -(-machine.accumulator[0] >> FRACTION_BITS))
        stored = np.maximum(before >> absent << absent, -(-held >> absent << absent))
        before[:] = np.minimum(stored, highest)
    result = calls.interpreted(code, Synapses(**{**vars(synapses), "u": 0}))
    for variable, values in result.variables.items():
        assert values == synapses.variables[variable].tolist()
    assert result.counts == {}


@settings(max_examples=300)
@given(st.data())
def test_order_of_products_that_cannot_saturate_does_not_matter(data: st.DataObject) -> None:
    """|a| + sum of |m| within the accumulator: no partial sum of any order leaves it."""
    machine = data.draw(strategies.machines())
    series = data.draw(strategies.rule_series(machine, max_products=5, max_factors=2))
    code = _lowered(series, machine)
    synapses = data.draw(strategies.synapses(code, machine, 8))
    shuffled = {
        target: ProductSeries(one.target, tuple(data.draw(st.permutations(one.products))))
        for target, one in series.items()
    }
    first, second = (calls.interpreted(c, synapses) for c in (code, lower(shuffled, machine)))
    adds = {
        (p.variable, a)
        for c in (code, lower(shuffled, machine))
        for p in c.programs
        for a, i in enumerate(p.instructions)
        if i.op is Op.ADD
    }
    assume(not adds & (first.counts.keys() | second.counts.keys()))
    assert first.variables == second.variables
