"""The kit for the owner of a board: its scripts run, and the right machine wins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from loihi_emu import MACHINES, Dense, LearningRule, Network, Probe, Simulator, SpikeSource, Trace
from loihi_emu.cli import main
from loihi_emu.conformance import score
from loihi_emu.conformance.board_kit import experiments, write_kit
from loihi_emu.errors import FileError, LoihiEmuError, ParameterError

STEPS = 80
DISTINCT = ("LOIHI1", "LOIHI2", "LAVA", "BRIAN2LOIHI")
"""Machines by one name each: LOIHI is LOIHI2."""


def _weights(run: dict[str, Any], machine: str, steps: int) -> list[int]:
    """What a machine makes of an experiment."""
    net = Network(warn=False)
    pre, post = (
        net.add(SpikeSource.from_events(run[key], np.zeros(len(run[key]), int), n=1, length=steps))
        for key in ("pre_spike_steps", "post_spike_steps")
    )
    traces = {name: Trace(**run[name]) for name in ("x1", "y1") if name in run}
    rule = LearningRule(dw=run["dw"], t_epoch=run["t_epoch"], **traces)  # type: ignore[arg-type]
    plastic = net.add(Dense(pre, post, [[run["w0"]]], rule=rule, sign_mode=run["sign_mode"]))
    recording = Simulator(net, machine=machine, seed=4).run(steps, [Probe(plastic, "weights")])
    return [int(one) for one in np.asarray(recording[plastic, "weights"]).ravel()]


def _answers(machine: str) -> dict[str, Any]:
    asked = experiments(STEPS)
    for run in asked["runs"]:
        run["weights"] = _weights(run, machine, STEPS)
    return asked


def _scores(answers: dict[str, Any]) -> dict[str, Any]:
    """Each machine's score, of those that can run the experiments."""
    found = {}
    for name in DISTINCT:
        try:
            found[name] = score(answers, MACHINES[name])
        except LoihiEmuError:
            continue
    return found


@pytest.mark.parametrize("machine", DISTINCT)
def test_the_machine_that_answers_wins(machine: str) -> None:
    scores = _scores(_answers(machine))
    assert scores[machine]["impossible"] == 0
    best = max(scores, key=lambda name: scores[name]["robust"])
    assert best == machine
    others = [one["robust"] for name, one in scores.items() if name != machine]
    assert scores[machine]["robust"] - max(others) > np.log(1000)


def test_the_lava_script_fills_what_lava_explains(tmp_path: Path) -> None:
    write_kit(tmp_path, STEPS)
    command = [sys.executable, "-m", "loihi_emu", "lava", "run", "loihi2_lava.py", "--simulate"]
    environment_root = str(Path(__file__).parents[2])
    subprocess.run(
        command, cwd=tmp_path, check=True, capture_output=True,
        env={**os.environ, "PYTHONPATH": environment_root},
    )  # fmt: skip
    answers = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    asked = json.loads((tmp_path / "experiments.json").read_text(encoding="utf-8"))
    for run, wanted in zip(answers["runs"], asked["runs"], strict=True):
        shifted = [step + 1 for step in wanted["pre_spike_steps"]]
        assert run["pre_spike_steps"] == shifted, "neurons fire one step after they are told to"
    scores = _scores(answers)
    assert scores["LAVA"]["impossible"] == 0
    assert max(scores, key=lambda name: scores[name]["robust"]) == "LAVA"


class _Net:
    """Stands in for NxNet where there is no board: neurons fire one step late, LOIHI1 learns."""

    def __init__(self) -> None:
        self.rule: dict[str, Any] = {}
        self.spikes: list[list[int]] = []
        self.probes: list[SimpleNamespace] = []

    def createCompartmentGroup(self, size: int, prototype: Any) -> Any:  # noqa: N802
        number = len(self.spikes)
        self.spikes.append([])

        def probe(_: Any) -> list[Any]:
            return [self._kept("spikes", number)]

        def probed(parameters: list[str]) -> list[Any]:
            assert parameters == ["weight"]
            return [self._kept("weights", 0)]

        def connect(_: Any, prototype: Any, connectionMask: Any) -> Any:  # noqa: N803
            assert (size, connectionMask.shape) == (1, (1, 1))
            self.rule |= {"w0": prototype["weight"], "sign_mode": prototype["signMode"]}
            assert prototype["learningRule"] is self.rule["handle"]
            return SimpleNamespace(probe=probed)

        return SimpleNamespace(number=number, probe=probe, connect=connect, prototype=prototype)

    def _kept(self, what: str, number: int) -> list[Any]:
        self.probes.append(SimpleNamespace(what=what, number=number, data=None))
        return [self.probes[-1]]

    def createSpikeGenProcess(self, numPorts: int) -> Any:  # noqa: N802, N803
        times: list[int] = []

        def add(spikeInputPortNodeIds: int, spikeTimes: list[int]) -> None:  # noqa: N803
            assert spikeInputPortNodeIds < numPorts
            times.extend(spikeTimes)

        def connect(cell: Any, **_: Any) -> None:
            self.spikes[cell.number] = [one + 1 for one in times]

        return SimpleNamespace(addSpikes=add, connect=connect)

    def createLearningRule(self, **given: Any) -> Any:  # noqa: N802
        self.rule |= {"dw": given["dw"], "t_epoch": given["tEpoch"], "handle": object()}
        for name in ("x1", "y1"):
            tau = given[f"{name}TimeConstant"]
            self.rule[name] = {"impulse": given[f"{name}Impulse"], "tau": tau}
        return self.rule["handle"]

    def run(self, n_steps: int) -> None:
        pre, post = self.spikes
        run = {**self.rule, "pre_spike_steps": pre, "post_spike_steps": post}
        weights = _weights(run, "LOIHI1", n_steps)
        for one in self.probes:
            raster = np.zeros(n_steps, int)
            if one.what == "spikes":
                raster[np.array(self.spikes[one.number], int) - 1] = 1
            one.data = weights if one.what == "weights" else raster

    def disconnect(self) -> None:
        """Nothing is held."""


def test_the_nxsdk_script_asks_for_what_the_experiments_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_kit(tmp_path, STEPS)
    named = {"MIXED": "MIXED", "EXCITATORY": "EXCITATORY", "INHIBITORY": "INHIBITORY"}
    api = ModuleType("nxsdk.api.n2a")
    vars(api).update(
        NxNet=_Net, CompartmentPrototype=lambda **given: given,
        ConnectionPrototype=lambda **given: given, SYNAPSE_SIGN_MODE=SimpleNamespace(**named),
        ProbeParameter=SimpleNamespace(SYNAPSE_WEIGHT="weight", SPIKE="spike"),
    )  # fmt: skip
    parent = ModuleType("nxsdk.api")
    parent.n2a = api  # type: ignore[attr-defined]
    for name, module in (("nxsdk", ModuleType("nxsdk")), ("nxsdk.api", parent)):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setitem(sys.modules, "nxsdk.api.n2a", api)
    monkeypatch.chdir(tmp_path)
    source = (tmp_path / "loihi1_nxsdk.py").read_text(encoding="utf-8")
    exec(compile(source, "loihi1_nxsdk.py", "exec"), {"__name__": "__main__"})
    scores = _scores(json.loads((tmp_path / "answers.json").read_text(encoding="utf-8")))
    assert scores["LOIHI1"]["impossible"] == 0
    assert max(scores, key=lambda name: scores[name]["robust"]) == "LOIHI1"


def test_the_command_writes_the_kit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", "--kit", str(tmp_path / "board")]) == 0
    assert "Start with README.md" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "board").iterdir()}
    assert names == {"README.md", "experiments.json", "loihi2_lava.py", "loihi1_nxsdk.py"}
    page = (tmp_path / "board" / "README.md").read_text(encoding="utf-8")
    assert "These 14 experiments" in page
    assert len(page.splitlines()) < 60


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FileError, match="cannot be written to"):
        write_kit(tmp_path / "file")
    with pytest.raises(ParameterError, match="steps is 10; allowed: multiples of 4 from 8"):
        write_kit(tmp_path / "kit", 10)
