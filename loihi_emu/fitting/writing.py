"""A setting as text: a rule file, and a script that runs.

Both can be read back: `LearningRule.load(PATH)` and `python PATH`.
"""

from __future__ import annotations

import json
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from loihi_emu.compiler.rule import LearningRule
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.errors import ParameterError


class Written(Protocol):
    """What is written of a setting (settings.py)."""

    @property
    def machine(self) -> str: ...  # noqa: D102
    @property
    def rule(self) -> LearningRule | None: ...  # noqa: D102
    @property
    def synapse(self) -> SynapseSetting: ...  # noqa: D102
    @property
    def unit(self) -> float: ...  # noqa: D102
    @property
    def weights(self) -> NDArray[Any] | None: ...  # noqa: D102
    @property
    def neurons(self) -> dict[str, int]: ...  # noqa: D102
    @property
    def window_error(self) -> float | None: ...  # noqa: D102


def rule_file(setting: Written, title: str) -> str:
    """The rule of a setting as TOML, see rules/README.md."""
    rule, synapse = setting.rule, setting.synapse
    if rule is None:
        raise ParameterError("the fit has no rule; a rule file needs one")
    note = f"Fitted for {setting.machine}; one weight step is {setting.unit:.6g} of the model."
    if setting.window_error is not None:
        note += f" Window error {setting.window_error:.3g}."
    lines = [
        f"title = {json.dumps(title)}",
        'source = "loihi-emu fit"',
        "constructed = true",
        f"note = {json.dumps(note)}",
        f"dw = {json.dumps(rule.dw)}",
        f"t_epoch = {rule.t_epoch}",
        "",
    ]
    lines += [
        f"traces.{name} = {{ impulse = {trace.impulse!r}, tau = {trace.tau!r} }}"
        for name, trace in rule.traces.items()
        if trace.impulse
    ]
    lines += ["", "[synapse]", f"w0 = {synapse.w0}", f"sign_mode = {json.dumps(synapse.sign_mode)}"]
    lines += [f"num_weight_bits = {synapse.num_weight_bits}", f"weight_exp = {synapse.weight_exp}"]
    return "\n".join(lines) + "\n"


def script(setting: Written) -> str:
    """A script of the setting: random spikes, its weights and rule, its neurons."""
    synapse, rule = setting.synapse, setting.rule
    weights = np.atleast_2d(np.full((3, 4), synapse.w0) if setting.weights is None
                            else setting.weights)  # fmt: skip
    weights = weights.reshape(-1, weights.shape[-1])
    n_post, n_pre = weights.shape
    lines = [
        f'"""Registers fitted by loihi-emu for {setting.machine}: {n_pre} inputs, {n_post} '
        'neurons."""',
        "",
        "import numpy as np",
        "",
        "import loihi_emu as le",
        "",
        f"UNIT = {setting.unit!r}  # of the model's weight, for one step of the register",
        f"weights = np.array({weights.tolist()})",
        "",
        "rng = np.random.default_rng(1)",
        "net = le.Network()",
        f"pre = net.add(le.SpikeSource(rng.random((400, {n_pre})) < 0.05))",
    ]
    if setting.neurons:
        given = ", ".join(f"{name}={value}" for name, value in setting.neurons.items())
        lines.append(f"post = net.add(le.LIF({n_post}, {given}))")
    else:
        lines.append(f"post = net.add(le.SpikeSource(rng.random((400, {n_post})) < 0.05))")
    if rule is not None:
        traces = "".join(
            f"    {name}=le.Trace(impulse={trace.impulse!r}, tau={trace.tau!r}),\n"
            for name, trace in rule.traces.items()
            if trace.impulse
        )
        lines += [
            "rule = le.LearningRule(",
            f"    dw={json.dumps(rule.dw)},",
            *traces.splitlines(),
            f"    t_epoch={rule.t_epoch},",
            ")",
        ]
    end = ", rule=rule" if rule is not None else ""
    lines += [
        "synapses = net.add(",
        "    le.Dense(",
        f"        pre, post, weights, sign_mode={json.dumps(synapse.sign_mode)},",
        f"        num_weight_bits={synapse.num_weight_bits}, weight_exp={synapse.weight_exp}{end},",
        "    )",
        ")",
        "",
        f"simulator = le.Simulator(net, machine=le.{setting.machine}, seed=0)",
        "simulator.run(400)",
        'print(np.round(simulator.get(synapses, "weights") * UNIT, 4))',
    ]
    return "\n".join(lines) + "\n"
