"""No state leaves its format, in any network, in any step."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from loihi_emu.chip import formats
from loihi_emu.chip.machines import LAVA, SIGN_MODES
from loihi_emu.chip.random_bits import Counter, Pcg64, RandomSource
from tests.scenes import TRACES, Array, Scene, build, simulate
from tests.strategies import scenes

WEIGHTS = {mode: LAVA.weight_range(mode) for mode in SIGN_MODES}
DTYPES = {"u": np.int32, "v": np.int32, "a_out": np.int32, "weights": np.int16, "tag_1": np.int16}
DTYPES |= {"tag_2": np.int16} | dict.fromkeys(TRACES, np.uint8)


def _within(series: Array, low: int, high: int) -> bool:
    return bool(series.size == 0 or (series.min() >= low and series.max() <= high))


@settings(max_examples=100)
@given(scenes(), st.sampled_from([Pcg64(), Counter()]), st.sampled_from(["kernels", "interpreter"]))
def test_widths_are_never_exceeded(scene: Scene, source: RandomSource, backend: str) -> None:
    """The interpreter has no widths of its own: what it writes back must fit, or NumPy raises."""
    built = build(scene)
    series = built.run(scene.n_steps, simulate(built, random=source, backend=backend))
    # Lava's u turns over late: 2^23 itself can be kept
    edge = formats.CURRENT.size
    assert _within(series["hidden u"], -edge + 1, edge)
    assert _within(series["hidden v"], -formats.VOLTAGE.highest, formats.VOLTAGE.highest)
    assert _within(series["plastic weights"], *WEIGHTS[built.plastic.sign_mode])
    assert _within(series["plastic tag_1"], *LAVA.tag_range)
    assert _within(series["plastic tag_2"], *LAVA.delay_range)
    for name in TRACES:
        assert _within(series[f"plastic {name}"], 0, formats.TRACE.highest)
    for name, values in series.items():
        variable = name.split()[1]
        if variable in DTYPES:
            assert values.dtype == DTYPES[variable]
