"""An object of the wrong class or shape is refused where it is given, by an error of ours."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import loihi_emu as le

NET = le.Network()
SOURCE, CELLS = NET.add(le.SpikeSource([[1, 0]])), NET.add(le.LIF(3))
RULE = le.LearningRule(dw="x1*y0", x1=le.Trace(16, 10))
WIRES = NET.add(le.Dense(SOURCE, CELLS, 5, rule=RULE))
SIM = le.Simulator(NET, backend="interpreter")
WRONG: tuple[Any, ...] = (
    3.5, np.ones((2, 2)), np.array([1, "a", None], object), np.zeros(2, [("a", int)]), "text",
    object(), len, [[1], [2, 3]], 10**400, float("nan"), {"a": 1},
)  # fmt: skip


def _other(value: Any, fits: bool, wrong: Any) -> Any:
    """A wrong value in place of one that fits there."""
    return wrong if fits else value


DOORS: dict[str, Callable[[Any], Any]] = {
    "LIF n": lambda x: le.LIF(x),
    "LIF vth": lambda x: le.LIF(3, vth=_other(x, isinstance(x, float), object())),
    "LIF name": lambda x: le.LIF(3, name=_other(x, isinstance(x, str), 3)),
    "LIF noise": lambda x: le.LIF(3, noise=x),
    "TernaryLIF vth_hi": lambda x: le.TernaryLIF(3, vth_hi=_other(x, x == 3.5, "a"), vth_lo=0),
    "ThirdFactor": lambda x: le.ThirdFactor(x),
    "CurrentInput": lambda x: le.CurrentInput(x, [[1, 1, 1]]),
    "Dense pre": lambda x: le.Dense(x, CELLS, 1),
    "Sparse post": lambda x: le.Sparse(SOURCE, x, ([0], [0], [1])),
    "Sparse weights": lambda x: le.Sparse(SOURCE, CELLS, x),
    "rule": lambda x: le.Dense(SOURCE, CELLS, 1, rule=x),
    "third_factor": lambda x: le.Dense(SOURCE, CELLS, 1, rule=RULE, third_factor=x),
    "reward": lambda x: le.Dense(SOURCE, CELLS, 1, rule=RULE, reward=x),
    "post_spikes": lambda x: le.Dense(SOURCE, CELLS, 1, rule=RULE, post_spikes=x),
    "length": lambda x: le.SpikeSource.from_events([1], [0], n=2, length=x),
    "network": lambda x: le.Simulator(x),
    "random": lambda x: le.Simulator(NET, random=x),
    "capacity": lambda x: le.capacity(x),
    "Constant": lambda x: le.Constant(_other(x, x == 3.5, "a")),
    "revise": lambda x: SIM.revise(x),
    "record": lambda x: SIM.run(1, [x]),
    "progress": lambda x: SIM.run(1, progress=_other(x, x is len, 3)),
    "probed item": lambda x: SIM.run(1, [le.Probe(x, "v")]),
    "probed variable": lambda x: SIM.run(1, [le.Probe(CELLS, x)]),
    "get item": lambda x: SIM.get(x, "v"),
    "get variable": lambda x: SIM.get(CELLS, x),
    "set variable": lambda x: SIM.set(CELLS, x, 1),
    "set_learning": lambda x: SIM.set_learning(x, True),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("value", WRONG, ids=lambda x: type(x).__name__)
def test_what_is_wrong_is_refused_at_the_door(door: str, value: Any) -> None:
    if door in ("TernaryLIF vth_hi", "Constant", "progress") and isinstance(value, np.ndarray):
        value = [1, "a"]  # compared above
    with pytest.raises(le.LoihiEmuError):
        DOORS[door](value)
    assert SIM.step == 0


@pytest.mark.parametrize("record", [le.Probe(CELLS, "v"), 5, None])
def test_what_is_no_list_of_probes_is_refused(record: Any) -> None:
    with pytest.raises(le.LoihiEmuError, match="allowed: a list of Probe"):
        SIM.run(1, record)


def test_a_copied_network_has_lists_of_its_own() -> None:
    other = copy.copy(NET)
    other.add(le.LIF(2))
    assert len(NET.populations) == 2
    assert other.populations[:2] == NET.populations


def test_a_deeply_copied_recording_is_found_by_the_same_items() -> None:
    sim = le.Simulator(NET, backend="interpreter")
    first = sim.run(2, [le.Probe(WIRES, "weights")])
    other = copy.deepcopy(first)
    other[WIRES, "weights"][:] = 9
    assert first[WIRES, "weights"].tolist() == [[[5, 5]] * 3] * 2
