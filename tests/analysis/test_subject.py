from pathlib import Path

import pytest

from loihi_emu.analysis.subject import find_rule, machine_for, read_traces
from loihi_emu.chip.machines import LAVA, MACHINES
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.rule_files import list_rules, load_rule
from loihi_emu.errors import LoihiEmuError, UnknownNameError


@pytest.mark.parametrize("name", list_rules())
def test_every_rule_is_found_by_name(name: str) -> None:
    assert find_rule(name) == load_rule(name)


def test_a_file_is_found_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"\nsource = "me"\ndw = "x0*y1"\n', encoding="utf-8")
    assert find_rule(path).title == find_rule(str(path)).title == "Mine"


def test_text_gets_the_tutorials_traces_where_it_reads_them() -> None:
    rule = find_rule("2^-1*x1*y0 - x0*y2").rule
    assert rule.x1 == rule.y2 == Trace(16, 10)
    assert rule.y1 == rule.x2 == Trace()
    assert read_traces(rule) == ("x1", "y2")


def test_traces_that_are_given_replace_the_default() -> None:
    subject = find_rule("x1*y0 - x0*y1", traces={"y1": Trace(5, 3)}, epoch=4)
    assert (subject.rule.y1, subject.rule.x1) == (Trace(5, 3), Trace(16, 10))
    assert subject.rule.t_epoch == 4
    assert subject.note == "Impulse 16 and tau 10 of x1 are those of Lava's STDP tutorial."


def test_several_targets_in_one_text() -> None:
    rule = find_rule("dt = x1*y0 ;\n dw = u0*t").rule
    assert (rule.dw, rule.dt, rule.dd) == ("u0*t", "x1*y0", None)


def test_a_rule_object_keeps_its_numbers() -> None:
    rule = LearningRule(dw="x0*y1", y1=Trace(3, 4), t_epoch=2)
    assert find_rule(rule).rule is rule


def test_parameters_reach_the_file() -> None:
    assert str(find_rule("stdp-loihi", parameters={"lr": "2^-1"}).rule.series["dw"]) == (
        "-2^-1*x0*y1 + 2^-1*y0*x1"
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "dw = x0; dw = y0",
            "rule text gives dw twice; allowed: dw, dd, dt once each",
        ),
        (
            "dw = x0; dt = x1*y9",
            "unknown name y9; did you mean y0 or y1 or y2?\n    dt = x1*y9\n            ^^",
        ),
        (
            "",
            "rule text is empty; a rule is a sum of products such as 2^-2*x1*y0\n"
            "    dw = \n         ^",
        ),
    ],
)
def test_what_is_no_rule_is_refused(given: str, message: str) -> None:
    with pytest.raises(LoihiEmuError) as caught:
        find_rule(given)
    assert str(caught.value) == message


def test_a_misspelt_name_is_put_right() -> None:
    with pytest.raises(
        UnknownNameError, match=r"^rule 'stdp-lohi' does not exist; did you mean stdp-loihi "
    ):
        find_rule("stdp-lohi")


def test_parameters_beside_text_are_refused() -> None:
    with pytest.raises(LoihiEmuError) as caught:
        find_rule("x0*y0", parameters={"lr": 1})
    assert str(caught.value) == "parameters lr are given beside rule text"


def test_a_rule_runs_on_the_machine_given() -> None:
    assert machine_for(load_rule("stdp-loihi"), LAVA) is LAVA
    assert machine_for(load_rule("stdp-loihi")).name in MACHINES
