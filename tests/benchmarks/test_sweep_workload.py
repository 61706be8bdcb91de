"""The two sides of the row `sweep` compute the same."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import sweep_workload


@pytest.mark.parametrize("machine", ["LAVA", "LOIHI"])
def test_sweep_and_loop_give_the_same_weights(
    machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_workload, "STEPS", 60)
    monkeypatch.setattr(sweep_workload, "VARIANTS", 4)
    parameters = {"seed": 3, "machine": machine, "mode": "fixed_pt", "dw": "x0*y1 + 2*y0*x1"}
    variants = sweep_workload.Variants(parameters)
    swept = variants.sweep()
    np.testing.assert_array_equal(swept, variants.loop(4))
    assert len({weights.tobytes() for weights in swept}) == 4
