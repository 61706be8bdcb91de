from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loihi_emu.cli.rules import FAMILIES, family
from loihi_emu.compiler.rule_files import list_rules, load_rule

Run = Callable[..., tuple[int, str, str]]
Answer = Callable[..., dict[str, Any]]


def test_the_products_of_a_text(run: Run) -> None:
    assert run("rule", "2^-2*x1*y0 - 3*u4*sgn(w-23)", "--show", "products") == (
        0,
        "dw: 2 products\n  0  +1 * 2^-2  y0           x1\n  1  -3 * 2^0   u, k = 4     sgn(w-23)\n",
        "",
    )


def test_the_tree_of_a_text(run: Run) -> None:
    assert run("rule", "-2^-1*x0*(y1-3)", "--show", "tree")[1].splitlines() == [
        "dw series",
        "  product -           2^-1*x0*(y1-3)",
        "    literal 1*2^-1    2^-1",
        "    dependency x0     x0",
        "    variable y1-3     (y1-3)",
    ]


def test_the_microcode_of_a_rule(run: Run) -> None:
    status, out, _ = run("rule", "stdp-loihi", "--show", "microcode", "--machine", "lava")
    lines = out.splitlines()
    assert status == 0
    assert lines[0] == "dw = -x0*y1 + y0*x1"
    assert [line.split()[1] for line in lines[1:] if line.split()[0].isdigit()] == [
        "LOAD",
        *["GATE", "FACTOR", "SCALE", "ALIGN", "BOUND", "ADD"] * 2,
        "LIMIT", "ROUND", "CLIP", "STORE",
    ]  # fmt: skip


@pytest.mark.parametrize("mode", ["fixed_pt", "floating_pt"])
def test_the_kernel_is_python_source(run: Run, mode: str) -> None:
    status, out, _ = run("rule", "stdp-loihi", "--show", "kernel", "--mode", mode)
    assert status == 0
    compile(out, "kernel", "exec")
    assert "# dw = -x0*y1 + y0*x1" in out


def test_the_float_reference_has_no_microcode(run: Run) -> None:
    given = ("rule", "x0*y0", "--show", "microcode", "--mode", "floating_pt")
    assert run(*given) == (
        2,
        "",
        "loihi-emu: error: --show microcode with --mode floating_pt; allowed: fixed_pt\n",
    )


def test_the_ranges_of_a_rule(run: Run, answer: Answer) -> None:
    status, out, _ = run("rule", "4*2^5*x0", "--show", "ranges", "--machine", "LAVA")
    assert status == 0
    assert "changes w by 0..128" in out
    found = answer("rule", "4*2^5*x0", "--show", "ranges", "--machine", "LAVA")["ranges"]
    assert {"machine", "inputs", "programs", "warnings"} <= found.keys()


def test_the_overview_names_what_the_rule_is(run: Run) -> None:
    status, out, _ = run("rule", "stdp-loihi")
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == "Lava's STDPLoihi, as in its STDP tutorial"
    assert "dw = -x0*y1 + y0*x1" in lines
    assert "an epoch of 4 steps" in lines
    (x1,) = (line.split() for line in lines if line.startswith("x1 "))
    assert x1[:3] == ["x1", "16", "10"]
    (head,) = (line for line in lines if line.startswith("trace "))
    acts_as = dict(zip(head.partition("steps")[2].split("on ")[1:], x1[3:], strict=True))
    acts_as = {machine.strip(): tau for machine, tau in acts_as.items()}
    assert acts_as["LOIHI"] == "9.337"  # it keeps 115/128 a step
    assert acts_as["LAVA"] == "10"  # exp(-1/10)


def test_the_overview_says_why_a_machine_refuses_a_rule(answer: Answer) -> None:
    found = answer("rule", "u0*r1", "--machine", "LAVA")
    assert found["machines"] == [
        {
            "machine": "LAVA",
            "instructions": None,
            "refused": "machine LAVA: r1 in dw does not exist there",
            "warnings": [],
            "gains": [],
        }
    ]


def test_the_overview_warns_of_a_rule_that_never_moves_a_weight(run: Run) -> None:
    status, out, _ = run("rule", "null-rule", "--machine", "LAVA")
    assert status == 0
    assert "LAVA     dw: no product can ever move w" in out.splitlines()


def test_traces_parameters_and_epoch_are_taken_over(answer: Answer) -> None:
    found = answer("rule", "stdp-loihi", "--trace", "x1=5,2.5", "--set", "lr=2^-1", "--epoch", "8")[
        "rule"
    ]
    assert found["dw"] == "-2^-1*x0*y1 + 2^-1*y0*x1"
    assert found["traces"]["x1"] == {"impulse": 5.0, "tau": 2.5}
    assert found["t_epoch"] == 8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--trace", "x1"], "--trace is 'x1'; allowed: NAME=IMPULSE,TAU"),
        (["--trace", "x1=1"], "--trace is 'x1=1'; allowed: NAME=IMPULSE,TAU, as x1=16,10"),
        (["--trace", "x4=1,2"], "trace 'x4' does not exist; did you mean x1 or x2?"),
        (
            ["--trace", "x1=128,2"],
            "trace has 1 fault\n  impulse: found 128.0; allowed: finite numbers 0..127",
        ),
        (["--set", "lr"], "--set is 'lr'; allowed: NAME=LITERAL"),
        (
            ["--epoch", "0"],
            "learning rule has 1 fault\n  t_epoch: found 0; allowed: integers 1..63",
        ),
    ],
)
def test_bad_options(run: Run, options: list[str], message: str) -> None:
    assert run("rule", "stdp-loihi", *options) == (2, "", f"loihi-emu: error: {message}\n")


def test_a_missing_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    assert run("rule", str(path)) == (
        2,
        "",
        f"loihi-emu: error: rule file {path} cannot be read: No such file or directory\n",
    )


def test_json_of_a_stage_keeps_its_keys(answer: Answer) -> None:
    common = {"schema", "command", "rule", "machine", "mode"}
    keys = {
        "tree": {"dw"},
        "products": {"dw"},
        "microcode": {"word_bits", "wraps", "literals", "slots", "decimation", "programs"},
    }
    for stage, expected in keys.items():
        found = answer("rule", "x1*y0", "--show", stage)
        assert found["schema"] == 1
        assert found.keys() == common | {stage}
        assert found[stage].keys() == expected
    assert isinstance(answer("rule", "x1*y0", "--show", "kernel")["kernel"], str)


@pytest.mark.parametrize("name", list_rules())
def test_every_rule_has_a_family(name: str) -> None:
    assert family(load_rule(name)) in FAMILIES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pair-stdp", "pair STDP"),
        ("triplet-stdp", "several traces"),
        ("sgn-window-23", "sign window"),
        ("delay-stdp", "delay"),
        ("tag-stdp", "tag"),
        ("bandit", "reward"),
        ("hebb", "one-sided"),
        ("weight-decay", "no trace"),
    ],
)
def test_families(name: str, expected: str) -> None:
    assert family(load_rule(name)) == expected


def test_rules_lists_every_rule_once(run: Run, answer: Answer) -> None:
    found = answer("rules")
    assert found.keys() == {"schema", "command", "count", "rules"}
    assert sorted(one["name"] for one in found["rules"]) == list_rules()
    status, out, _ = run("rules")
    first = [line.split()[0] for line in out.splitlines() if line]
    assert status == 0
    assert set(list_rules()) <= set(first)


def test_rules_can_be_searched(answer: Answer) -> None:
    found = answer("rules", "triplet")
    assert found["count"] == len(found["rules"]) > 1
    assert all("triplet" in f"{one['name']} {one['title']}".lower() for one in found["rules"])


def test_the_dead_zone_of_a_text(answer: Answer, tmp_path: Path) -> None:
    figure = tmp_path / "zone.png"
    found = answer(
        "rule", "2^-7*x1*x1*x1*y0", "--show", "deadzone", "--machine", "lava",
        "--figure", str(figure),
    )  # fmt: skip
    assert found["deadzone"][0]["alone"] == {"x1": [[0, 10]]}
    assert figure.read_bytes().startswith(b"\x89PNG")


def test_the_window_of_a_rule_in_a_terminal(run: Run, answer: Answer) -> None:
    given = ("rule", "2^-1*x1*y0", "--trace", "x1=3,2", "--show", "window", "--machine", "loihi")
    status, out, _ = run(*given)
    assert status == 0
    # by hand: tests/curves/test_pair.py
    row = next(line.split() for line in out.splitlines() if line.split()[:1] == ["1"])
    assert row[:2] == ["1", "0.902344"]
    window = answer(*given)["window"]["dw"]
    assert window["mean"][window["lags"].index(1)] == pytest.approx(0.90234375)


def test_a_figure_is_for_curves_alone(run: Run) -> None:
    status, _, err = run("rule", "x0*y0", "--show", "products", "--figure", "a.png")
    assert status == 2
    assert "--figure is given; allowed beside --show window" in err


def test_the_rates_of_a_rule(answer: Answer) -> None:
    found = answer("rule", "3*u0", "--show", "rate", "--machine", "loihi")["rate"]
    # by hand: tests/curves/test_rates.py
    assert found["rates"]["dw"]["saturation"][0] == 69
    assert found["triplets"] == {}
