"""Whatever interrupts a run leaves state, step and recording of one and the same step."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from loihi_emu import LIF, Dense, LearningRule, Network, Probe, Simulator, SpikeSource, Trace

RULE = LearningRule(dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=Trace(16.5, 10), y1=Trace(20.25, 7))
N = 200


class _TimeLimitError(Exception):
    """What a time limit's handler raises."""


def _build() -> tuple[Simulator, Any, Any]:
    rng = np.random.default_rng(4)
    net = Network()
    source = net.add(SpikeSource((rng.random((40, N)) < 0.2).astype(int), repeat=True))
    cells = net.add(LIF(N, du=1024, dv=512, vth=200))
    plastic = net.add(Dense(source, cells, rng.integers(-40, 60, (N, N)), rule=RULE))
    return Simulator(net, backend="kernels", threads=1), plastic, cells


def _raise(*_: Any) -> None:
    raise _TimeLimitError


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers of this kind")
def test_an_exception_of_another_signals_handler_leaves_one_step() -> None:
    sim, plastic, _ = _build()
    expected = sim.run(400, [Probe(plastic, "weights")])[plastic, "weights"]
    sim.reset()
    start = sim.get(plastic, "weights")
    before, of_ctrl_c = signal.signal(signal.SIGALRM, _raise), signal.getsignal(signal.SIGINT)
    interrupted = 0
    try:
        for k in range(200):
            if sim.step > 350:
                sim.reset()
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.0005 * (1 + k % 20))
                for _ in range(50):
                    sim.run(1 + k % 10, [Probe(plastic, "x1")])
                    if sim.step > 380:
                        sim.reset()
            except _TimeLimitError:
                interrupted += 1
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            assert signal.getsignal(signal.SIGINT) is of_ctrl_c, k
            wanted = expected[sim.step - 1] if sim.step else start
            np.testing.assert_array_equal(sim.get(plastic, "weights"), wanted, str(k))
            if sim.step and sim.recorded is not None:
                assert sim.recorded.metadata["stop"] == sim.step + 1
    finally:
        signal.signal(signal.SIGALRM, before)
    assert interrupted > 20


def test_every_signal_is_answered_and_every_handler_is_put_back() -> None:
    sim, _, _ = _build()
    noted: list[int] = []
    numbers = [signal.SIGTERM, signal.SIGUSR1] if hasattr(signal, "SIGUSR1") else [signal.SIGTERM]
    handlers = [signal.signal(number, lambda k, _: noted.append(k)) for number in numbers]
    mine = [signal.getsignal(number) for number in numbers]

    def both(*_: int) -> None:
        for number in numbers:
            os.kill(os.getpid(), number)
        assert not noted  # held while the run is under way

    try:
        sim.run(1, progress=both)
        assert sorted(noted) == sorted(numbers)
        assert [signal.getsignal(number) for number in numbers] == mine
    finally:
        for number, handler in zip(numbers, handlers, strict=True):
            signal.signal(number, handler)


_NO_THREADS = """
import resource, sys, time
import numpy as np
from loihi_emu import LIF, Dense, Network, Simulator, SpikeSource
from loihi_emu.errors import ThreadError
net = Network()
source = net.add(SpikeSource(np.eye(300, dtype=int), repeat=True))
cells = net.add(LIF(300, du=1024, dv=512, vth=20))
net.add(Dense(source, cells, 9))
reference = Simulator(net, backend="kernels", threads=1)
reference.run(40)
sim = Simulator(net, backend="kernels", threads=3)
pages = int(open("/proc/self/statm").read().split()[0])
_, hard = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + (4 << 20), hard))
try:
    sim.run(20)
except ThreadError as error:
    print(error)
assert sim.step == 0
resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
used = time.process_time()
time.sleep(0.5)
assert time.process_time() - used < 0.2, "a processor spins"
sim.use_threads(1)
sim.run(20)
sim.use_threads(2)
sim.run(20)
assert (sim.get(cells, "v") == reference.get(cells, "v")).all()
assert sim.step == 40
print("went on")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs RLIMIT_AS and /proc")
def test_a_thread_that_cannot_be_started_is_an_error_and_the_run_goes_on_with_fewer() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _NO_THREADS], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "starts no more threads" in done.stdout
    assert done.stdout.endswith("went on\n")
