"""Where Numba has other insides than are known, kernels compile plainly, to the same bits."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loihi_emu.chip.machines import LAVA
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.products import parse_series
from loihi_emu.kernels.compile import rule_kernels
from loihi_emu.kernels.compile.object_code import PlainCode
from loihi_emu.kernels.llvm import numba_private
from tests import strategies
from tests.kernels import calls

CODE = lower({"dw": parse_series("2^-2*x1*y0 - 2^-2*y1*x0 + u0*w", "dw")}, LAVA)


@pytest.fixture(autouse=True)
def another_numba(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Numba without the class of libraries that linking is made from, and an empty cache."""
    monkeypatch.setenv("LOIHI_EMU_CACHE_DIR", str(tmp_path))
    monkeypatch.setitem(numba_private.LINKING, "JITCodeLibrary", "numba.types")
    monkeypatch.setattr(rule_kernels, "_kernels", {})


def test_it_is_said_once_a_kernel_and_nothing_is_stored(tmp_path: Path) -> None:
    assert numba_private.linking() is None
    with pytest.warns(RuntimeWarning, match="differs inside from those that loihi_emu knows"):
        kernel = rule_kernels.fixed_kernel(CODE)
    assert isinstance(kernel.entry.engine, PlainCode)
    assert rule_kernels.fixed_kernel(CODE) is kernel
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:Numba")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_bits_are_the_same(data: st.DataObject) -> None:
    synapses = data.draw(strategies.synapses(CODE, LAVA, 70))
    expected = calls.interpreted(CODE, synapses)
    found = calls.compiled(CODE, synapses, counting=False)
    assert found.variables == expected.variables
