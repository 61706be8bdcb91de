"""Generated networks with their spike records, and parameters of a pair rule."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from loihi_emu.offline import STDPParams

amplitudes = st.floats(-4, 4, allow_subnormal=False)
widths = st.floats(-1, 5).map(lambda exponent: 10.0**exponent)

exponential_params = st.builds(
    STDPParams,
    APlus=amplitudes,
    TauPlus=widths,
    AMinus=amplitudes,
    TauMinus=widths,
    all_to_all=st.booleans(),
)
symmetric_params = st.builds(
    STDPParams, APlus=amplitudes, AMinus=st.none(), all_to_all=st.booleans(), Sigma=widths
)
any_params = exponential_params | symmetric_params


class Record(NamedTuple):
    """Weights [pre, post] and the firing records [step, neuron] of both sides."""

    weights: NDArray[np.float64]
    pre: NDArray[np.bool_]
    post: NDArray[np.bool_]


@st.composite
def records(draw: st.DrawFn) -> Record:
    n_pre, n_post = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    steps = draw(st.integers(0, 60))
    bits = st.booleans()
    weights = hnp.arrays(np.float64, (n_pre, n_post), elements=st.sampled_from([0.0, -1.0, 2.5]))
    return Record(
        draw(weights),
        draw(hnp.arrays(np.bool_, (steps, n_pre), elements=bits, fill=bits)),
        draw(hnp.arrays(np.bool_, (steps, n_post), elements=bits, fill=bits)),
    )


@st.composite
def real_trains(draw: st.DrawFn) -> list[float]:
    """A train at real times, with bursts and long silences."""
    gaps = draw(st.lists(st.sampled_from([2.0**-7, 0.3, 1.0, 7.7, 1e3, 1e6]), max_size=30))
    start = draw(st.floats(-1e3, 1e3))
    return [float(t) for t in start + np.cumsum(gaps)]
