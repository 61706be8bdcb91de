"""Steps Lava's own process models, without its runtime, and writes down what they compute.

Runs inside the `lava` environment (Python 3.10). A model is built by Lava's own builder from Lava's
own process; its ports are replaced by a list to read from or to write to, and its phases are called
in the order in which the runtime calls them. `network` alone goes through the runtime.
Example: `run(case)` -> the case's `out`.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import numpy.typing as npt
from lava.magma.compiler.builders.py_builder import PyProcessBuilder
from lava.magma.compiler.utils import VarInitializer
from lava.magma.core.learning.constants import GradedSpikeCfg
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule, Loihi3FLearningRule
from lava.magma.core.learning.product_series import ProductSeries
from lava.magma.core.learning.symbolic_equation import SymbolicEquation
from lava.proc.dense.models import (
    PyLearningDenseModelBitApproximate,
    PyLearningDenseModelFloat,
)
from lava.proc.dense.process import LearningDense
from lava.proc.lif import models as lif_models
from lava.proc.lif import process as lif_processes
from lava.utils.weightutils import SignMode

from benchmarks.oracles.case_files import Case

logging.disable(logging.WARNING)

Array = npt.NDArray[Any]

SYNAPTIC = ("weights", "tag_1", "tag_2")
TRACES = ("x1", "x2", "y1", "y2", "y3")
LEARNING_MODELS = {
    "fixed_pt": PyLearningDenseModelBitApproximate,
    "floating_pt": PyLearningDenseModelFloat,
}
LIF_MODELS = {
    ("lif", "fixed_pt"): (lif_processes.LIF, lif_models.PyLifModelBitAcc),
    ("lif", "floating_pt"): (lif_processes.LIF, lif_models.PyLifModelFloat),
    ("ternary", "fixed_pt"): (lif_processes.TernaryLIF, lif_models.PyTernLifModelFixed),
    ("ternary", "floating_pt"): (lif_processes.TernaryLIF, lif_models.PyTernLifModelFloat),
    ("reset", "fixed_pt"): (lif_processes.LIFReset, lif_models.PyLifResetModelBitAcc),
    ("reset", "floating_pt"): (lif_processes.LIFReset, lif_models.PyLifResetModelFloat),
    ("refractory", "floating_pt"): (
        lif_processes.LIFRefractory,
        lif_models.PyLifRefractoryModelFloat,
    ),
}


class FakePort:
    """Stands for an in-port (`recv` gives `value`) or an out-port (`send` keeps `value`)."""

    def __init__(self) -> None:
        self.value: Any = None

    def recv(self) -> Any:
        """What the step reads."""
        return self.value

    def send(self, value: Any) -> None:
        """Keep what the step sends."""
        self.value = np.array(value)


def build(process: Any, model_class: Any, ports: tuple[str, ...]) -> Any:
    """`process`'s model with its variables set by Lava's builder and fake ports."""
    builder = PyProcessBuilder(model_class, model_id=0, proc_params=process.proc_params)
    builder.set_variables([VarInitializer(v.name, v.shape, v.init, v.id) for v in process.vars])
    model = builder.build()
    for port in ports:
        setattr(model, port, FakePort())
    return model


def learning_model(case: Case) -> Any:
    """Lava's learning connection for `case`, at step 0."""
    rule_class = Loihi2FLearningRule if case["factors"] == 2 else Loihi3FLearningRule
    process = LearningDense(
        weights=np.array(case["weights"]),
        tag_1=np.array(case["tag_1"]),
        tag_2=np.array(case["tag_2"]),
        learning_rule=rule_class(**case["rule"]),
        num_message_bits=case.get("num_message_bits", 0),
        graded_spike_cfg=GradedSpikeCfg(case.get("graded_spike_cfg", 0)),
        sign_mode=SignMode[case["sign_mode"]],
        weight_exp=case["weight_exp"],
        num_weight_bits=case["num_weight_bits"],
    )
    ports = ("s_in", "a_out", "s_in_bap", "s_in_y1", "s_in_y2", "s_in_y3")
    return build(process, LEARNING_MODELS[case["mode"]], ports)


def step_learning(model: Any) -> None:
    """One time step: the spike phase, and at the end of an epoch the learning phase."""
    model.time_step += 1
    model.run_spk()
    if model.lrn_guard():
        model.run_lrn()


def run_learning(case: Case) -> dict[str, Any]:
    """`out` of a case of kind learning."""
    model = learning_model(case)
    sparse = case.get("connection") == "sparse"
    names = SYNAPTIC + TRACES + (() if sparse else ("a_out",))
    out: dict[str, list[Any]] = {name: [] for name in names}
    inputs = [np.array(case[name]) for name in ("s_in", "s_in_bap")]
    thirds = {f"s_in_{y}": np.array(case[f"{y}_in"]) for y in TRACES[2:] if f"{y}_in" in case}
    mask = np.array(case["mask"]) if sparse else 1
    for t in range(len(inputs[0])):
        model.s_in.value, model.s_in_bap.value = inputs[0][t], inputs[1][t]
        for name, series in thirds.items():
            getattr(model, name).value = series[t]
        step_learning(model)
        for name in SYNAPTIC:
            out[name].append((getattr(model, name) * mask).tolist())
        for name in TRACES:
            out[name].append(getattr(model, name).tolist())
        if not sparse:
            out["a_out"].append(model.a_out.value.tolist())
    return out


def run_lif(case: Case) -> dict[str, Any]:
    """`out` of a case of kind lif."""
    process_class, model_class = LIF_MODELS[case["model"], case["mode"]]
    a_in = np.array(case["a_in"])
    parameters: dict[str, Any] = {"u": 0, "v": 0}
    for name in ("u", "v", "du", "dv", "bias_mant", "bias_exp", "vth", "vth_hi", "vth_lo"):
        if name in case:
            value = case[name]
            parameters[name] = np.array(value) if isinstance(value, list) else value
    process = process_class(shape=(a_in.shape[1],), **parameters, **case.get("proc_params", {}))
    model = build(process, model_class, ("a_in", "s_out"))
    dtype = np.int32 if case["mode"] == "fixed_pt" else np.float64
    out: dict[str, list[Any]] = {"u": [], "v": [], "s_out": []}
    for row in a_in:
        model.a_in.value = row.astype(dtype)
        model.time_step += 1
        model.run_spk()
        out["u"].append(model.u.tolist())
        out["v"].append(model.v.tolist())
        out["s_out"].append(model.s_out.value.astype(int).tolist())
    return out


def run_parse(case: Case) -> dict[str, Any]:
    """`out` of a case of kind parse: products, or the error that Lava raised."""
    try:
        series = ProductSeries(SymbolicEquation("dw", case["rule"]["dw"]))
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)}
    return {"dw": [_product(product) for product in series.products]}


def _product(product: Any) -> dict[str, Any]:
    return {
        "dependency": product.dependency,
        "decimate_exponent": product.decimate_exponent,
        "s_mantissa": product.s_mantissa,
        "s_exp": product.s_exp - 7,
        "factors": [
            {"state_var": factor.state_var, "const": factor.const, "is_sgn": factor.is_sgn}
            for factor in product.factors
        ],
    }


def run(case: Case) -> dict[str, Any]:
    """`out` of a case of any kind that Lava computes."""
    if case["kind"] == "network":
        from benchmarks.oracles.lava_network import run_network

        return run_network(case)
    return {"learning": run_learning, "lif": run_lif, "parse": run_parse}[case["kind"]](case)
