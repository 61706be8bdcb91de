"""Random sources: interchangeable, each drawing what it says, whatever the chunks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loihi_emu.chip.machines import LAVA, LOIHI, Machine
from loihi_emu.chip.random_bits import (
    DRAW_COLUMNS,
    Constant,
    Counter,
    Drawn,
    Pcg64,
    RandomSource,
    Recorded,
)
from loihi_emu.errors import ParameterError
from tests.machines import circuit

_ROWS = np.random.default_rng(3).random((circuit.STEPS, len(DRAW_COLUMNS)))


def _same_for_all(connection: int, steps: NDArray[np.int64]) -> NDArray[np.float64]:
    del connection
    return _ROWS[steps - 1]


SOURCES: dict[str, RandomSource] = {
    "Pcg64": Pcg64(),
    "Counter": Counter(),
    "Constant": Constant(0.3),
    "Recorded": Recorded(_ROWS),
    "Drawn": Drawn(_same_for_all),
}


@pytest.mark.parametrize("machine", [LAVA, LOIHI], ids=lambda m: m.name)
@pytest.mark.parametrize("name", SOURCES)
def test_every_source_on_every_machine_as_defined(machine: Machine, name: str) -> None:
    expected = circuit.run(machine, random=SOURCES[name], backend="interpreter")
    circuit.assert_same(circuit.run(machine, random=SOURCES[name]), expected)


@pytest.mark.parametrize("name", SOURCES)
def test_any_chunks_of_a_run_draw_the_same(name: str) -> None:
    whole = circuit.run(LAVA, random=SOURCES[name])
    circuit.assert_same(circuit.run(LAVA, random=SOURCES[name], chunks=(1, 7, 13, 19)), whole)


def test_sources_differ_and_a_drawn_array_is_that_array() -> None:
    runs: dict[str, Any] = {name: circuit.run(LAVA, random=one) for name, one in SOURCES.items()}
    circuit.assert_same(runs["Recorded"], runs["Drawn"])
    for name in ("Counter", "Constant", "Recorded"):
        assert any((runs[name][key] != runs["Pcg64"][key]).any() for key in runs["Pcg64"])


def test_lava_s_streams_are_numpy_s() -> None:
    """Spec: x decay from seed s, its first number skipped, then two numbers a step."""
    stream = Pcg64().open(LAVA, 7, 0)
    draws = stream.take(0, 3, 1)
    expected = np.random.default_rng(7).random(7)[2::2]
    np.testing.assert_array_equal(draws.decay[0], np.floor(expected * 2.0**53).astype(np.uint64))
    np.testing.assert_array_equal(draws.decay[0], draws.decay[1])
    synaptic = np.random.default_rng(2).random(4)[1:]
    np.testing.assert_array_equal(draws.synaptic, np.floor(synaptic * 2**16).astype(np.uint16))


@pytest.mark.parametrize(("value", "up"), [(0.0, 1), (0.24, 1), (0.25, 0), (0.999, 0)])
def test_a_constant_rounds_a_quarter_up_below_a_quarter(value: float, up: int) -> None:
    draws = Constant(value).open(LOIHI, 0, 0).take(0, 1, 1)
    assert int(draws.synaptic[0] < (1 << 14)) == up


def test_bad_draws_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"constant draw is 1.0; allowed: 0 <= value < 1"):
        Constant(1.0)
    with pytest.raises(ParameterError, match=r"recorded draws end with step 3; step 8 needs more"):
        Recorded(np.zeros((3, 10))).open(LAVA, 0, 0).take(4, 4, 1)
    with pytest.raises(ParameterError, match=r"draws have shape \(2, 6\); allowed: \(2, 10\)"):
        Drawn(lambda _, steps: np.zeros((steps.size, 6))).open(LAVA, 0, 0).take(0, 2, 1)
    with pytest.raises(ParameterError, match=r"allowed: 0 <= draw < 1"):
        Drawn(lambda _, steps: np.ones((steps.size, 10))).open(LAVA, 0, 0).take(0, 2, 1)
