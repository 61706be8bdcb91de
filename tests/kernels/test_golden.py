"""What each stage makes of rules that between them use every kind of product, as text.

rules/*.toml -> products -> microcode and kernel of each machine, and the float kernel. A change of
any line shows here; `pytest --update-golden` writes the texts anew.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, LOIHI, Machine
from loihi_emu.compiler import LearningRule, describe
from loihi_emu.compiler.lowering import lower
from loihi_emu.kernels.emit.fixed_kernel import emit_fixed
from loihi_emu.kernels.emit.float_kernel import emit_ideal

Golden = Callable[[str, str], None]

LAVA_AND_LOIHI = (LAVA, LOIHI)
RULES: dict[str, tuple[Machine, ...]] = {
    "pair-stdp": (LAVA, LOIHI, BRIAN2LOIHI),
    "triplet-stdp": LAVA_AND_LOIHI,  # two traces in a product: narrowed
    "lava-three-targets": LAVA_AND_LOIHI,  # dw, dd, dt
    "sgn-window-23": LAVA_AND_LOIHI,  # sgn(w - 23)
    "weight-decay-to-baseline": LAVA_AND_LOIHI,  # u0, w with a constant
    "oja": LAVA_AND_LOIHI,
    "bistable-synapse": LAVA_AND_LOIHI,
    "delay-coincidence": LAVA_AND_LOIHI,
    "emstdp-three-targets": LAVA_AND_LOIHI,
    "r-stdp-lava": LAVA_AND_LOIHI,  # a third factor
    "r-stdp-reward-spike": (LOIHI,),  # r0, r1
    "stdp-soft-bounds": LAVA_AND_LOIHI,
    "stdp-weight-feedback": (BRIAN2LOIHI,),  # summed twice: without spikes, for the fraction
    "synaptic-scaling": (LAVA, LOIHI, BRIAN2LOIHI),
}
ON_MACHINES = [(name, machine) for name, machines in RULES.items() for machine in machines]


@pytest.mark.parametrize("name", RULES)
def test_products(name: str, golden: Golden) -> None:
    series = LearningRule.load(name).series
    golden(f"{name}/products.txt", "\n\n".join(map(describe, series.values())) + "\n")


@pytest.mark.parametrize(("name", "machine"), ON_MACHINES, ids=lambda x: getattr(x, "name", x))
def test_microcode(name: str, machine: Machine, golden: Golden) -> None:
    code = lower(LearningRule.load(name).series, machine)
    golden(f"{name}/microcode-{machine.name}.txt", f"{code}\n")


@pytest.mark.parametrize(("name", "machine"), ON_MACHINES, ids=lambda x: getattr(x, "name", x))
def test_kernel(name: str, machine: Machine, golden: Golden) -> None:
    code = lower(LearningRule.load(name).series, machine)
    golden(f"{name}/kernel-{machine.name}.txt", emit_fixed(code))


def test_kernel_that_counts(golden: Golden) -> None:
    code = lower(LearningRule.load("oja").series, LAVA)
    golden("oja/kernel-LAVA-counting.txt", emit_fixed(code, counting=True))


@pytest.mark.parametrize("name", RULES)
def test_float_kernel(name: str, golden: Golden) -> None:
    golden(f"{name}/kernel-float.txt", emit_ideal(LearningRule.load(name).series))
