import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loihi_emu.analysis import comparison

Run = Callable[..., tuple[int, str, str]]
Answer = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_tutorials_rule_ends_where_lava_ends(run: Run, tmp_path: Path) -> None:
    status, out, err = run("compare", "stdp-loihi", "--machine", "LAVA")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert "weight w        fixed_pt                    60" in lines
    assert "weight w        floating_pt  57.03185067389606" in lines
    assert lines[-1] == (
        "written to compare-stdp-loihi/: run.png, window.png, series.npz, report.json"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["compare-stdp-loihi"]


def test_json_keeps_its_keys_and_the_files(answer: Answer) -> None:
    found = answer("compare", "stdp-loihi", "--machine", "LAVA", "--no-plots", "--out", "here")
    assert found.keys() == {
        "schema", "command", "rule", "verdict", "machine", "gains", "setting", "variables", "final",
        "activity",
        "events", "saturations", "wraps", "windows", "notes", "files",
    }  # fmt: skip
    assert found["schema"] == 1
    assert found["final"]["fixed_pt"]["weights"]["values"] == [[60]]
    assert found["variables"].keys() == {"pre spikes", "post spikes", "x1", "y1", "weights"}
    assert found["variables"]["weights"].keys() == {
        "largest_difference", "mean_difference", "first_step_that_differs",
        "first_step_that_differs_by_1",
    }  # fmt: skip
    assert found["windows"]["dw"].keys() == {
        "target", "lags", "change", "lowest", "highest", "counted", "pairs"
    }  # fmt: skip
    assert found["files"] == [str(Path("here") / "series.npz"), str(Path("here") / "report.json")]
    report = json.loads(Path("here", "report.json").read_text(encoding="utf-8"))
    assert report == {
        key: value for key, value in found.items() if key not in ("schema", "command", "files")
    }


def test_nothing_is_written_unless_wanted(run: Run, tmp_path: Path) -> None:
    status, _, _ = run("compare", "x1*y0", "--machine", "LAVA", "--steps", "30", "--no-files")
    assert status == 0
    assert list(tmp_path.iterdir()) == []


def test_options_reach_the_circuit(answer: Answer) -> None:
    setting = answer(
        "compare", "stdp-loihi", "--machine", "LAVA", "--no-files", "--neurons", "2", "--steps",
        "30", "--seed", "5", "--rng-seed", "6", "--probability", "0.25", "--weight", "-20",
    )["setting"]  # fmt: skip
    assert {key: setting[key] for key in setting if key != "synapse"} == {
        "neurons": 2, "steps": 30, "seed": 5, "rng_seed": 6, "probability": 0.25, "weight": -20
    }  # fmt: skip


def _must_not_run(*_: object, **__: object) -> None:
    raise AssertionError("something has run")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--out", "taken"], "output folder taken: taken is a file; allowed: a folder"),
        (["--out", "taken/below"], "output folder taken/below: taken is a file; allowed: a folder"),
        (["--machine", "LAVAA"], "machine 'LAVAA' does not exist; did you mean LAVA"),
        (["--neurons", "0"], "circuit has 1 fault\n  neurons: found 0; allowed: integers 1..4096"),
        (["--weight", "999"], "circuit has 1 fault\n  weight: found 999; allowed: integers -256.."),
    ],
)
def test_bad_input_is_refused_before_anything_runs(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    (tmp_path / "taken").touch()
    monkeypatch.setattr(comparison, "Simulator", _must_not_run)
    status, out, err = run("compare", "stdp-loihi", *options)
    assert (status, out) == (2, "")
    assert err.startswith(f"loihi-emu: error: {message}")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_without_matplotlib_the_table_is_one_option_away(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    given = ("compare", "stdp-loihi", "--machine", "LAVA")
    assert run(*given) == (
        2,
        "",
        "loihi-emu: error: figures need Matplotlib, which is not installed: install "
        "loihi-emu[plots], or leave figures out (--no-plots)\n",
    )
    assert run(*given, "--no-plots")[0] == 0


def test_a_rule_that_the_machine_lacks_is_refused(run: Run) -> None:
    assert run("compare", "u0*r1", "--machine", "LAVA", "--no-files") == (
        2,
        "",
        "loihi-emu: error: machine LAVA: r1 in dw does not exist there\n",
    )


def test_a_rule_file_is_found_without_its_ending(answer: Answer) -> None:
    text = 'title = "Mine"\nsource = "me"\ndw = "x1*y0"\n[traces]\nx1 = { impulse = 9, tau = 5 }\n'
    Path("my_rule.toml").write_text(text, encoding="utf-8")
    found = answer("compare", "my_rule", "--no-files", "--steps", "20")
    assert (found["rule"]["title"], found["rule"]["dw"]) == ("Mine", "y0*x1")


_NETWORK = """
import loihi_emu as le
net = le.Network()
pre = net.add(le.SpikeSource([[1], [0], [1], [0]], repeat=True))
post = net.add(le.LIF(1, du=4095, dv=4095, vth=20, name="post"))
rule = le.LearningRule(dw="2^-2*x1*y0", x1=le.Trace(16, 10))
net.add(le.Dense(pre, post, [[50]], rule=rule, name="plastic"))
le.Simulator(net).run(10)
"""


@pytest.mark.parametrize("name", ["net.py", "net.py:net"])
def test_a_network_of_ones_own_is_compared(name: str, answer: Answer) -> None:
    Path("net.py").write_text(_NETWORK, encoding="utf-8")
    found = answer("compare", name, "--steps", "40", "--machine", "LAVA")
    assert found["verdict"].startswith("saturates at step")
    assert found["connections"][0]["connection"] == "plastic"
    same = answer("compare", name, "--steps", "40", "--same-spikes")
    assert same["populations"] == []


def test_options_of_a_rule_are_refused_beside_a_network(run: Run) -> None:
    Path("net.py").write_text(_NETWORK, encoding="utf-8")
    status, _, err = run("compare", "net.py", "--trace", "x1=1,2")
    assert (status, err) == (
        2, "loihi-emu: error: --trace is for a rule; change it in net.py\n"
    )  # fmt: skip
    status, _, err = run("compare", "x1*y0", "--same-spikes")
    assert (status, err.startswith("loihi-emu: error: --same-spikes is for a network")) == (2, True)
