"""Every rule of the folder on every machine that has its words, as the definition has it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from loihi_emu import Dense, Machine, Network, Probe, RewardSource, Simulator, SpikeSource
from loihi_emu.chip.machines import LOIHI, MACHINES
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.rule_files import RuleFile, list_rules, load_rule
from loihi_emu.errors import ParameterError

_STEPS = 40
_RULES = [load_rule(name) for name in list_rules()]


def _allowed(one: RuleFile, machine: Machine) -> bool:
    rewards = bool(one.rule.variables & {"r0", "r1"})
    return (machine.rewards or not rewards) and set(one.rule.series) <= set(machine.variables)


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda m: m.name)
@pytest.mark.parametrize("one", _RULES, ids=lambda r: r.name)
def test_a_rule_runs_where_its_words_exist(one: RuleFile, machine: Machine) -> None:
    if not _allowed(one, machine):
        with pytest.raises(ParameterError, match=f"machine {machine.name}"):
            lower(one.rule.series, machine)
        return
    rng = np.random.default_rng(0)
    net = Network()
    pre, post = (net.add(SpikeSource(rng.random((_STEPS, 3)) < 0.3)) for _ in range(2))
    options: dict[str, Any] = {}
    if one.rule.variables & {"r0", "r1"}:
        options["reward"] = RewardSource(rng.integers(0, 2, _STEPS))
    synapse = one.synapse
    weight = machine.weight_range(synapse.sign_mode)[1] // 3 if synapse.w0 is None else synapse.w0  # type: ignore[arg-type]
    plastic = net.add(
        Dense(
            pre, post, weight, rule=one.rule, sign_mode=synapse.sign_mode,
            num_weight_bits=synapse.num_weight_bits, weight_exp=synapse.weight_exp, **options,
        )
    )  # fmt: skip
    probes = [Probe(plastic, name) for name in ("weights", "tag_1", "tag_2", "x1", "y1")]
    kernels, definition = (
        Simulator(net, machine=machine, backend=backend).run(_STEPS, probes)
        for backend in ("kernels", "interpreter")
    )
    for key, series in definition.items():
        np.testing.assert_array_equal(kernels[key], series, err_msg=key[1])


def test_loihi_has_the_words_of_every_rule() -> None:
    assert all(_allowed(one, LOIHI) for one in _RULES)
