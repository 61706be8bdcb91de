"""Random networks run compiled and as Python models: every variable is the same.

The two share the product series and the machine's numbers, and nothing that runs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from loihi_emu.lava import _native_runtime
from loihi_emu.lava.magma.core.learning.constants import GradedSpikeCfg
from loihi_emu.lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from loihi_emu.lava.magma.core.run_conditions import RunSteps
from loihi_emu.lava.magma.core.run_configs import Loihi2SimCfg
from loihi_emu.lava.proc.dense.process import Dense, LearningDense
from loihi_emu.lava.proc.io.source import RingBuffer
from loihi_emu.lava.proc.lif.process import LIF
from loihi_emu.lava.proc.sparse.process import LearningSparse
from loihi_emu.lava.utils.weightutils import SignMode

_STEPS = 40
_SIGNS = {
    SignMode.MIXED: (-100, 100),
    SignMode.EXCITATORY: (0, 100),
    SignMode.INHIBITORY: (-100, 1),
}
_TEXTS = (
    "x0*y1*2 - 2^-2*y0*x1*w",
    "2^-3*x1*x2*y0*sgn(w) - 2^-1*u1*t",
    "u1*(d+3)*2^-2 - x0*(w-5)*2^-3",
    "y0*x1*y3*2^-4 + 3*x0*(y2-4)",
)
_LEARNED = ("weights", "tag_1", "tag_2", "x1", "x2", "y1", "y2", "y3", "tx", "ty")


def _rule(rng: np.random.Generator) -> Loihi2FLearningRule:
    dw, dt, dd, _ = rng.permutation(_TEXTS).tolist()
    numbers: dict[str, Any] = {}
    for trace in ("x1", "x2", "y1", "y2", "y3"):
        numbers[f"{trace}_impulse"] = float(rng.integers(0, 40) + rng.choice([0, rng.random()]))
        numbers[f"{trace}_tau"] = float(rng.integers(1, 30))
    return Loihi2FLearningRule(
        dw=dw, dt=dt, dd=dd, t_epoch=int(rng.integers(1, 6)), rng_seed=int(rng.integers(1000)),
        **numbers,
    )  # fmt: skip


def _synapses(rng: np.random.Generator, shape: tuple[int, int]) -> Any:
    sign = list(_SIGNS)[rng.integers(len(_SIGNS))]
    weights = rng.integers(*_SIGNS[sign], shape)
    given: dict[str, Any] = {
        "learning_rule": _rule(rng), "sign_mode": sign, "weight_exp": int(rng.integers(-2, 3)),
        "num_weight_bits": int(rng.integers(4, 9)),
        "graded_spike_cfg": list(GradedSpikeCfg)[rng.integers(2)],
    }  # fmt: skip
    if rng.random() < 0.5:
        return LearningDense(weights=weights, **given)
    sparse = pytest.importorskip("scipy.sparse")
    mask = rng.random(shape) < 0.6
    mask[0, 0] = True
    return LearningSparse(weights=sparse.csr_matrix((weights * mask).astype(float)), **given)


def _run(seed: int, tag: str) -> tuple[str, dict[str, Any]]:
    rng = np.random.default_rng(seed)
    n_pre, n_post = 4, 3
    plastic = _synapses(rng, (n_post, n_pre))
    full, slow = (4095, 300) if tag == "fixed_pt" else (1, 0.1)
    pre = LIF(shape=(n_pre,), du=full, dv=full, vth=1)
    post = LIF(shape=(n_post,), du=full // 2 or 0.5, dv=slow, vth=20)
    for cells in (pre, post):
        n = cells.s_out.size
        into = Dense(weights=np.eye(n) * 200)
        RingBuffer(data=(rng.random((n, _STEPS)) < 0.3).astype(int)).s_out.connect(into.s_in)
        into.a_out.connect(cells.a_in)
    pre.s_out.connect(plastic.s_in)
    plastic.a_out.connect(post.a_in)
    post.s_out.connect(plastic.s_in_bap)
    pre.run(RunSteps(_STEPS), Loihi2SimCfg(select_tag=tag))
    held = {name: getattr(plastic, name).get() for name in _LEARNED}
    held |= {"u": post.u.get(), "v": post.v.get()}
    shown = {k: one.toarray() if hasattr(one, "toarray") else one for k, one in held.items()}
    return type(pre.runtime._inner).__name__, shown


@pytest.mark.parametrize("tag", ["fixed_pt", "floating_pt"])
@pytest.mark.parametrize("seed", range(6))
def test_compiled_networks_and_python_models_agree(
    seed: int, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled, native = _run(seed, tag)
    monkeypatch.setattr(_native_runtime, "NATIVE", frozenset())
    interpreted, python = _run(seed, tag)
    assert (compiled, interpreted) == ("NativeRuntime", "PythonRuntime")
    tolerance = 0 if tag == "fixed_pt" else 1e-9
    for name, value in native.items():
        np.testing.assert_allclose(
            python[name], value, rtol=tolerance, atol=tolerance, err_msg=name
        )
