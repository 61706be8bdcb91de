"""No state leaves its format, in any network, in any step."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from loihi_emu.chip import formats
from loihi_emu.chip.machines import MACHINES, SIGN_MODES, Machine
from loihi_emu.chip.random_bits import Counter, Pcg64, RandomSource
from tests.scenes import TRACES, Array, build, simulate
from tests.strategies import scenes

DTYPES = {"u": np.int32, "v": np.int32, "a_out": np.int32, "weights": np.int16, "tag_1": np.int16}
DTYPES |= {"tag_2": np.int16} | dict.fromkeys(TRACES, np.uint8)


def _within(series: Array, low: int, high: int) -> bool:
    return bool(series.size == 0 or (series.min() >= low and series.max() <= high))


@settings(max_examples=120)
@given(
    st.data(), st.sampled_from(list(MACHINES.values())), st.sampled_from([Pcg64(), Counter()]),
    st.sampled_from(["kernels", "interpreter"]),
)  # fmt: skip
def test_widths_are_never_exceeded(
    data: st.DataObject, machine: Machine, source: RandomSource, backend: str
) -> None:
    """The interpreter has no widths of its own: what it writes back must fit, or NumPy raises.

    u and v only where the machine bounds them: Lava's u turns over once, and an input of more than
    2^24 leaves it beyond 24 bits.
    """
    scene = data.draw(scenes(machine=machine))
    built = build(scene)
    series = built.run(
        scene.n_steps, simulate(built, random=source, backend=backend, machine=machine)
    )
    if machine.current_overflow == "wrap":
        assert _within(series["hidden u"], formats.CURRENT.lowest, formats.CURRENT.highest)
    if machine.voltage_overflow == "clip":
        assert _within(series["hidden v"], -formats.VOLTAGE.highest, formats.VOLTAGE.highest)
    weights = {mode: machine.weight_range(mode) for mode in SIGN_MODES}
    assert _within(series["plastic weights"], *weights[built.plastic.sign_mode])
    assert _within(series["plastic tag_1"], *machine.tag_range)
    assert _within(series["plastic tag_2"], *machine.delay_range)
    for name in TRACES:
        assert _within(series[f"plastic {name}"], formats.TRACE.lowest, formats.TRACE.highest)
    for name, values in series.items():
        variable = name.split()[1]
        if variable in DTYPES:
            assert values.dtype == DTYPES[variable]
