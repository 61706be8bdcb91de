"""`loihi-emu capacity`: finds a script's network wherever it is made, and says what is over."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import loihi_emu as le
from loihi_emu.simulator import Simulator

Run = Callable[..., tuple[int, str, str]]
Write = Callable[..., str]

_HEAD = "import loihi_emu as le\nimport numpy as np\n"
_BUILD = """
def build(n=6):
    net = le.Network()
    cells = net.add(le.LIF(n, name="cells"))
    rule = le.LearningRule(dw="2^-2*x1*y0", x1=le.Trace(16, 10), t_epoch=4)
    net.add(le.Dense(cells, cells, np.zeros((n, n), int), rule=rule, name="plastic"))
    return net
"""


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """A function that writes a script into the present folder and gives its name."""
    monkeypatch.chdir(tmp_path)

    def write(text: str, name: str = "mine.py") -> str:
        (tmp_path / name).write_text(_HEAD + text, encoding="utf-8")
        return name

    return write


def _network(n: int) -> le.Network:
    names: dict[str, Any] = {}
    exec(_HEAD + _BUILD, names)
    net = names["build"](n)
    assert isinstance(net, le.Network)
    return net


def test_the_table_is_the_one_that_python_prints(run: Run, script: Write) -> None:
    status, out, err = run("capacity", script(_BUILD + "net = build()\n"))
    assert (status, err) == (0, "")
    assert out == f"{le.capacity(_network(6))}\n"
    assert out.endswith("\n\nThe network fits on Loihi 1.\n")


def test_what_is_over_is_status_1_and_named(run: Run, script: Write) -> None:
    # a row of 5000 * 8 bits is 625 words: 5000 * 5000 bytes need 191 cores of 131072
    name = script(_BUILD + "net = build(5000)\n")
    status, out, _ = run("capacity", name)
    assert status == 1
    assert out == f"{le.capacity(_network(5000))}\n"
    row = next(line.split() for line in out.splitlines() if line.startswith("cores"))
    assert row[1:5] == ["chip", "191", "128", "63"]
    assert "does not fit on Loihi 1: cores (chip), " in out.splitlines()[-1]


def test_json_says_the_same(script: Write, answer: Callable[..., dict[str, Any]]) -> None:
    name = script(_BUILD + "net = build()\n")
    found = answer("capacity", name, "--chip", "loihi2")
    assert (found["command"], found["network"], found["chip"]) == ("capacity", "net", "Loihi 2")
    uses = le.capacity(_network(6), "Loihi 2").uses
    assert [one["used"] for one in found["uses"]] == [use.used for use in uses]
    assert found["fits"] is True


@pytest.mark.parametrize(
    "text",
    [
        "net = build()\n",
        "nets = [build()]\nle.Simulator(nets[0], seed=3).run(10**12)\n",
        "if __name__ == '__main__':\n    le.Simulator(build()).run(10**12)\n",
        "try:\n    le.Simulator(build())\nexcept Exception:\n    net = 3\n",
        "from loihi_emu.simulator import Simulator as S\nS(network=build())\n",
    ],
    ids=["name", "list", "main", "swallowed", "keyword"],
)
def test_a_network_is_found_where_it_is_made(run: Run, script: Write, text: str) -> None:
    """A script is stopped where it makes a Simulator: nothing runs for 10^12 steps."""
    assert run("capacity", script(_BUILD + text))[1] == f"{le.capacity(_network(6))}\n"


def test_a_lava_script_is_stopped_where_it_would_run(run: Run, script: Write) -> None:
    text = """
from loihi_emu.lava.magma.core.run_conditions import RunSteps
from loihi_emu.lava.magma.core.run_configs import Loihi2SimCfg
from loihi_emu.lava.proc.lif.process import LIF
cells = LIF(shape=(1100,), name="cells")
cells.run(condition=RunSteps(num_steps=10**12), run_cfg=Loihi2SimCfg(select_tag="fixed_pt"))
"""
    status, out, _ = run("capacity", script(text))
    assert status == 0
    assert "cells, a core of 2" in out


def test_a_name_chooses_a_network_or_a_function(run: Run, script: Write) -> None:
    name = script(_BUILD + "small, large = build(2), build(3)\n")
    assert run("capacity", f"{name}:large")[1] == f"{le.capacity(_network(3))}\n"
    assert run("capacity", f"{name}:build")[1] == f"{le.capacity(_network(6))}\n"


def test_what_a_script_prints_does_not_disturb_the_table(run: Run, script: Write) -> None:
    status, out, err = run("capacity", script(_BUILD + "net = build()\nprint('hello')\n"))
    assert (status, err) == (0, "hello\n")
    assert "hello" not in out


def test_a_script_runs_as_a_program_beside_its_own_modules(run: Run, script: Write) -> None:
    script("size = 4\n", "beside.py")
    text = "import sys\nfrom beside import size\nnet = build(size * len(sys.argv))\n"
    before = list(sys.path), list(sys.argv), sys.modules["__main__"], Simulator.__init__
    try:
        out = run("capacity", script(_BUILD + text))[1]
    finally:
        sys.modules.pop("beside", None)
    assert out == f"{le.capacity(_network(4))}\n"
    assert (list(sys.path), list(sys.argv), sys.modules["__main__"], Simulator.__init__) == before


@pytest.mark.parametrize(
    ("text", "given", "message"),
    [
        (_BUILD, "mine.py", "mine.py makes no Network; its functions: build. One that returns a "
         "Network: mine.py:build"),
        ("a = 3\n", "mine.py", "mine.py makes no Network"),
        ("a, b = le.Network(), le.Network()\n", "mine.py",
         "mine.py makes 2 networks: a, b; say which: mine.py:a"),
        (_BUILD + "a = le.Network()\nle.Simulator(build())\n", "mine.py",
         "mine.py makes 2 networks: a, its Simulator's; say which: mine.py:a"),
        (_BUILD, "mine.py:biuld", "in mine.py the name 'biuld' does not exist; did you mean "
         "build?"),
        ("net = 3\n", "mine.py:net", "mine.py:net is a int; allowed: a Network"),
        ("", "none.py", "none.py cannot be read: No such file or directory"),
        ("", ".", ". cannot be read: Is a directory"),
        ("raise SystemExit(3)\n", "mine.py", "mine.py ended with 3 before it made a Network"),
        ("def f():\n    return 1 + None\n\nf()\n", "mine.py",
         "mine.py raised TypeError\n"
         "Traceback (most recent call last):\n"
         "  File \"mine.py\", line 6, in <module>\n    f()\n"),
        ("net = le.Network()\nnet.add(le.LIF(-3))\n", "mine.py",
         "loihi_emu.errors.ParameterError: Neurons n is -3; allowed: whole numbers"),
        ("def x(:\n", "mine.py", "mine.py raised SyntaxError\n  File \"mine.py\", line 3\n"),
    ],
)  # fmt: skip
def test_faults_are_pointed_at(
    run: Run, script: Write, text: str, given: str, message: str
) -> None:
    script(text)
    status, out, err = run("capacity", given)
    assert (status, out) == (2, "")
    assert message in err
    assert "cli/script.py" not in err  # only the user's own lines


def test_an_unknown_chip_is_refused_before_the_script_runs(run: Run, script: Write) -> None:
    status, _, err = run("capacity", script("print('ran')\n"), "--chip", "Loihi 9")
    assert status == 2
    assert err.startswith("loihi-emu: error: chip 'Loihi 9' does not exist")


def test_a_failing_function_is_shown_too(run: Run, script: Write) -> None:
    err = run("capacity", script("def f():\n    raise KeyError('w')\n") + ":f")[2]
    assert err.endswith("in f\n    raise KeyError('w')\nKeyError: 'w'\n")


def test_exponents_are_in_the_table() -> None:
    net = le.Network()
    cells = net.add(le.LIF(2, name="cells"))
    rule = le.LearningRule(dw="3*2^4*x1*y0 - x0")
    net.add(le.Dense(cells, cells, np.zeros((2, 2), int), rule=rule, weight_exp=-3, name="plastic"))
    rows = {(u.resource, u.where): (u.used, u.available) for u in le.capacity(net).uses}
    assert rows["weight exponent", "plastic"] == (-3, 7)
    assert rows["rule's exponent", "plastic"] == (4, 8)
