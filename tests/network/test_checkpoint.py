"""run(a); save; resume; run(b) equals run(a + b), and a file that is not whole is refused."""

from __future__ import annotations

import copy
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import loihi_emu as le
from loihi_emu.errors import FileError
from loihi_emu.simulation import backends
from tests import webs
from tests.strategies import path_machines
from tests.strategies import webs as generated_webs

MODES = ("fixed_pt", "floating_pt")
SOURCES = (None, le.Pcg64(), le.Counter(), le.Constant(0.25))
RULE = le.LearningRule(
    dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=le.Trace(16.5, 10), y1=le.Trace(20, 7), t_epoch=3
)


def _small() -> tuple[le.Simulator, Any]:
    """A simulator in the definition, and its plastic connection."""
    rng = np.random.default_rng(5)
    net = le.Network()
    source = net.add(le.SpikeSource((rng.random((30, 4)) < 0.4).astype(int), repeat=True))
    cells = net.add(le.LIF(3, du=1024, dv=512, vth=30, name="cells"))
    wires = net.add(le.Dense(source, cells, 20, rule=RULE, delays=2, name="wires"))
    return le.Simulator(net, seed=4, backend="interpreter"), wires


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_resumed_run_has_the_bits_of_one_that_never_stopped(
    mode: str, data: st.DataObject
) -> None:
    machine = data.draw(st.sampled_from((le.LAVA, le.LOIHI, le.BRIAN2LOIHI)) | path_machines())
    web = replace(data.draw(generated_webs(machine, mode)), changes=())
    threads, later = data.draw(st.sampled_from([(1, None), (1, 2), (2, None), (3, 1)]))
    options: dict[str, Any] = {
        "machine": machine, "mode": mode, "seed": 11, "random": data.draw(st.sampled_from(SOURCES)),
        "backend": "kernels", "threads": threads,
    }  # fmt: skip
    built = webs.build(web, sparse=data.draw(st.booleans()))
    whole = le.Simulator(built.net, **options)
    cut = data.draw(st.integers(0, web.n_steps))
    part = le.Simulator(built.net, **options)
    part.run(cut)
    with tempfile.TemporaryDirectory() as folder:
        part.save(Path(folder, "run.npz"))
        sim = le.resume(Path(folder, "run.npz"), threads=later)
    found = webs.Built(sim.network, sim.network.populations, sim.network.connections)
    for _ in range(2):  # the second time from the beginning again
        whole.run(web.n_steps)
        sim.run(web.n_steps - sim.step)
        webs.assert_same(webs._state(sim, found), _state_of(whole, built))
        whole.reset()
        sim.reset()


def _state_of(simulator: le.Simulator, built: webs.Built) -> dict[str, Any]:
    every = replace(built, links=simulator.network.connections)
    return webs._state(simulator, every)


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy])
def test_a_copy_goes_on_by_itself(make: Any) -> None:
    sim, wires = _small()
    sim.set(wires, "x1_tau", 4)
    sim.run(7)
    at_7 = sim.get(wires, "weights")
    other = make(sim)
    sim.run(8)
    assert other.step == 7
    np.testing.assert_array_equal(other.get(wires, "weights"), at_7)
    other.run(8)
    assert not np.array_equal(at_7, other.get(wires, "weights"))
    np.testing.assert_array_equal(other.get(wires, "weights"), sim.get(wires, "weights"))
    with pytest.raises(le.LoihiEmuError, match=r"save\(path\)"):
        pickle.dumps(sim)


def test_numbers_of_rules_that_were_set_and_switches_are_kept(tmp_path: Path) -> None:
    sim, wires = _small()
    sim.set(wires, "x1_tau", 4)
    sim.run(5)
    sim.set_learning(wires, enabled=False)
    sim.save(tmp_path / "run.npz")
    other = le.resume(tmp_path / "run.npz")
    same: Any = other.network.find("wires")
    assert other.rule(same).x1.tau == 4
    for simulator, item in ((sim, wires), (other, same)):
        simulator.run(5)
        simulator.set_learning(item, enabled=True)
        simulator.run(9)
    np.testing.assert_array_equal(other.get(same, "weights"), sim.get(wires, "weights"))


def test_every_damage_is_refused(tmp_path: Path) -> None:
    sim, _ = _small()
    sim.run(3)
    path, bad = tmp_path / "run.npz", tmp_path / "bad.npz"
    sim.save(path)
    good = path.read_bytes()
    rng = np.random.default_rng(1)
    for length in rng.integers(0, len(good), 40).tolist():
        bad.write_bytes(good[:length])
        with pytest.raises(FileError):
            le.resume(bad)
    with np.load(path) as found:
        arrays = dict(found)
    altered = arrays | {"state_wide": arrays["state_wide"] + 1}
    np.savez(bad, **altered)
    with pytest.raises(FileError, match="array state_wide has another checksum"):
        le.resume(bad)
    np.savez(bad, weights=np.zeros(3))
    with pytest.raises(FileError, match="is no checkpoint"):
        le.resume(bad)
    np.savez_compressed(bad, **arrays)
    with pytest.raises(FileError, match="compressed"):
        le.resume(bad)
    with pytest.raises(FileError, match="cannot be read"):
        le.resume(tmp_path / "none.npz")


def test_a_newer_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sim, _ = _small()
    monkeypatch.setattr("loihi_emu.simulation.checkpoint_file.VERSION", 2)
    sim.save(tmp_path / "run.npz")
    monkeypatch.undo()
    with pytest.raises(FileError, match="version 2; this loihi_emu reads version 1"):
        le.resume(tmp_path / "run.npz")


def test_what_cannot_be_written_leaves_the_older_file(tmp_path: Path) -> None:
    sim, _ = _small()
    path = tmp_path / "run.npz"
    sim.run(6, checkpoint=path, every=4)
    assert le.resume(path).step == 6
    with pytest.raises(FileError, match="cannot be written"):
        sim.save(tmp_path / "none" / "run.npz")
    assert [p.name for p in tmp_path.iterdir()] == ["run.npz"]
    with pytest.raises(le.LoihiEmuError, match="no checkpoint to write"):
        sim.run(1, every=2)
    drawn = le.Simulator(sim.network, random=le.Drawn(lambda _, s: np.zeros((len(s), 10))))
    with pytest.raises(le.LoihiEmuError, match="a Drawn cannot be saved"):
        drawn.save(path)
    assert le.resume(path).step == 6


_CHILD = """
import sys
from tests.network.test_checkpoint import _small
sim, _ = _small()
sim.run(10**6, checkpoint=sys.argv[1], every=3)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_run_leaves_a_whole_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    rng = np.random.default_rng(2)
    for _ in range(4):
        child = subprocess.Popen([sys.executable, "-c", _CHILD, str(path)])
        limit = time.monotonic() + 60
        while not path.exists() and time.monotonic() < limit:
            time.sleep(0.02)
        time.sleep(float(rng.uniform(0, 0.2)))
        child.send_signal(signal.SIGKILL)
        child.wait()
        sim = le.resume(path)
        reference, wires = _small()
        reference.run(sim.step)
        same = sim.network.find("wires")
        np.testing.assert_array_equal(sim.get(same, "weights"), reference.get(wires, "weights"))
        path.unlink()


@pytest.mark.parametrize("cut", [37, 40, 90])
def test_a_sparse_run_resumes_where_nothing_is_compiled(tmp_path: Path, cut: int) -> None:
    """The reference model logs no spikes: what compiled loops had logged must not act again."""
    rng = np.random.default_rng(1)
    net = le.Network()
    pre = net.add(le.SpikeSource(rng.random((200, 30)) < 0.05))
    post = net.add(le.SpikeSource(rng.random((200, 20)) < 0.2))
    ends, starts = np.nonzero(rng.random((20, 30)) < 0.4)
    rule = le.LearningRule(dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=le.Trace(16, 50), y1=le.Trace(16, 10))
    net.add(le.Sparse(pre, post, (ends, starts, 0 * ends), rule=rule, name="wires"))
    whole = le.Simulator(net, backend="kernels")
    whole.run(cut)
    whole.save(tmp_path / "run.npz")
    whole.run(200 - cut)
    with webs._begun_in_the_definition(20):
        other = le.resume(tmp_path / "run.npz")
        other._backend = backends.Backend(other.plan, "auto", 1)
        other.run(200 - cut)
    assert other._backend.compiled
    first, second = (s.get(s.network.find("wires"), "weights") for s in (whole, other))
    np.testing.assert_array_equal(first, second)


def test_a_watched_run_goes_on_from_what_compiled_loops_had_logged() -> None:
    rng = np.random.default_rng(2)
    net = le.Network()
    pre = net.add(le.SpikeSource(rng.random((200, 12)) < 0.05))
    post = net.add(le.SpikeSource(rng.random((200, 9)) < 0.2))
    ends, starts = np.nonzero(rng.random((9, 12)) < 0.5)
    rule = le.LearningRule(dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=le.Trace(16, 50), y1=le.Trace(16, 10))
    wires = net.add(le.Sparse(pre, post, (ends, starts, 0 * ends), rule=rule))
    whole, watched = le.Simulator(net, backend="kernels"), le.Simulator(net, backend="kernels")
    whole.run(200)
    watched.run(120)
    watched.watch(wires, int(ends[0]), int(starts[0]))
    watched.run(80)
    np.testing.assert_array_equal(watched.get(wires, "weights"), whole.get(wires, "weights"))


def test_a_connections_weight_limit_is_kept(tmp_path: Path) -> None:
    machine = replace(le.LOIHI1, name="limited", weight_limit="clips")
    net = le.Network(warn=False)
    pre, post = (net.add(le.SpikeSource([[1]] * 60)) for _ in range(2))
    rule = le.LearningRule(dw="2*x0")
    plastic = net.add(le.Dense(pre, post, [[1]], rule=rule, weight_limit=(5, 2), name="plastic"))
    simulator = le.Simulator(net, machine=machine)
    simulator.save(tmp_path / "run")
    resumed = le.resume(tmp_path / "run")
    for one, item in ((simulator, plastic), (resumed, resumed.network.find("plastic"))):
        one.run(60)
        assert one.get(item, "weights").tolist() == [[20]]
