"""Where nothing saturates, fixed point stays within a derived bound of the float reference.

Rules are sums of products with at most one factor, a trace or a synaptic variable, so that a
product has at most 4 + 9 bits and is not narrowed: in the accumulator it is exact. What remains are
two roundings. With a = exp(-1/tau) and whole impulses,

    a trace in step t      |h_fixed - h_float| <= E(t) = 1 + a + ... + a^(t-1)    (0 for tau 0)
    a variable after an epoch that ends in t
                           D' = D + 1 + sum over products of |m| 2^e * (E(t) or D of its factor)

since a decay is rounded to a neighbouring integer (below 1) of a times a value that was E(t - 1)
off, an update is rounded to a neighbouring integer of a sum whose parts were off by the factors'
errors, and a spike factor, a dependency and an impulse are exact. A trace that is read within the
epoch has decayed fewer steps, and E grows with t.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loihi_emu import Dense, LearningRule, Network, Probe, Simulator, SpikeSource, Trace
from loihi_emu.chip.machines import LAVA
from loihi_emu.chip.random_bits import Counter, Pcg64, RandomSource
from loihi_emu.compiler.products import ProductSeries
from tests.scenes import Array
from tests.strategies import single_factor_series

TRACES = ("x1", "x2", "y1", "y2", "y3")
VARIABLES = {"dw": ("weights", "w"), "dt": ("tag_1", "t")}
N_STEPS = 8
IMPULSE = 12
"""N_STEPS impulses and E(N_STEPS) stay below 127: no trace saturates."""

TAUS = st.sampled_from([0.0, 0.7, 3.0, 25.0])


def _trace_error(tau: float, t: int) -> float:
    kept = math.exp(-1 / tau) if tau else 0.0
    return sum(kept**k for k in range(t)) if tau else 0.0


def _allowed(rule: LearningRule) -> Mapping[str, list[float]]:
    """D of each variable after every epoch."""
    errors = dict.fromkeys(("w", "d", "t"), 0.0)
    allowed: dict[str, list[float]] = {target: [] for target in rule.series}
    for t in range(rule.t_epoch, N_STEPS + 1, rule.t_epoch):
        now = errors | {name: _trace_error(getattr(rule, name).tau, t) for name in TRACES}
        for target, series in rule.series.items():
            error = errors[VARIABLES[target][1]] + 1 + _product_errors(series, now)
            allowed[target].append(error)
        errors |= {VARIABLES[target][1]: allowed[target][-1] for target in allowed}
    return allowed


def _product_errors(series: ProductSeries, errors: Mapping[str, float]) -> float:
    return sum(
        abs(product.mantissa) * 2.0**product.exponent * errors[factor.variable]
        for product in series.products
        for factor in product.factors
    )


def _run(
    rule: LearningRule, rasters: list[Array], weights: Array, mode: str, source: RandomSource
) -> dict[str, Array]:
    net = Network()
    pre, post = (net.add(SpikeSource(raster)) for raster in rasters)
    connection = net.add(Dense(pre, post, weights, rule=rule, tag_1=3))
    counting = mode == "fixed_pt"
    simulator = Simulator(net, machine=LAVA, mode=mode, random=source, counting=counting)
    names = ("weights", "tag_1", *TRACES)
    recording = simulator.run(N_STEPS, [Probe(connection, n, every=rule.t_epoch) for n in names])
    if counting:
        assume(not any(simulator.counts(connection).values()))
    return {name: recording[connection, name].astype(float) for name in names}


@settings(max_examples=30)
@given(st.data(), st.sampled_from([Pcg64(), Counter()]))
def test_fixed_point_stays_within_the_bound(data: st.DataObject, source: RandomSource) -> None:
    texts: Any = data.draw(single_factor_series(("dw", "dt")))
    traces: Any = {
        name: Trace(data.draw(st.integers(1, IMPULSE)), data.draw(TAUS)) for name in TRACES
    }
    rule = LearningRule(**texts, **traces, t_epoch=data.draw(st.integers(1, 4)))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    rasters = [rng.random((N_STEPS, 4)) < 0.4 for _ in range(2)]
    weights = 2 * rng.integers(-20, 21, (4, 4))  # mixed weights are stored without their last bit
    fixed, real = (
        _run(rule, rasters, weights, mode, source) for mode in ("fixed_pt", "floating_pt")
    )
    for name in TRACES:
        for k, t in enumerate(range(rule.t_epoch, N_STEPS + 1, rule.t_epoch)):
            error = np.abs(fixed[name][k] - real[name][k]).max()
            assert error <= _trace_error(getattr(rule, name).tau, t) + 1e-9, (name, t)
    for target, allowed in _allowed(rule).items():
        variable = VARIABLES[target][0]
        error = np.abs(fixed[variable] - real[variable]).max(axis=(1, 2))
        assert (error <= np.array(allowed) + 1e-9).all(), variable


def test_the_bound_is_no_more_than_a_few_roundings() -> None:
    """By hand: pair STDP, tau 1/ln 2 (a = 1/2), one epoch: D = 1 + 2 * 2^-2 * E(1) = 1.5."""
    tau = 1 / math.log(2)
    rule = LearningRule(dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=Trace(8, tau), y1=Trace(8, tau))
    first, second = _allowed(rule)["dw"][:2]
    assert first == pytest.approx(1.5)
    assert second == pytest.approx(1.5 + 1 + 2 * 0.25 * 1.5)
