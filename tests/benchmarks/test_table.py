"""The table: goals, sides that cannot run, both sides taking turns."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from benchmarks import __main__, table
from benchmarks.contestants import Contestant
from benchmarks.measuring import Measurement, Side, measure
from benchmarks.oracles.environment import FOLDER_VARIABLE, LAVA
from benchmarks.peers import native
from benchmarks.rows import Goal, Row, rows
from benchmarks.turns import Turn


def contestant(first: int = 1, fail: bool = False) -> Contestant:
    return Contestant("tests.benchmarks.contestant", None, {"first": first, "fail": fail})


@pytest.mark.parametrize(
    ("goal", "ours", "ratio", "reached"),
    [
        (Goal("faster", 10), 1.0, 10.0, True),
        (Goal("faster", 10), 1.0, 9.9, False),
        (Goal("within", 2), 1.0, 0.5, True),
        (Goal("within", 2), 1.0, 0.4, False),
        (Goal("below", 0.3), 0.3, None, True),
        (Goal("below", 0.3), 0.4, None, False),
        (Goal("faster", 10), 1.0, None, None),
        (Goal("none"), 1.0, 3.0, None),
    ],
)
def test_goal(goal: Goal, ours: float, ratio: float | None, reached: bool | None) -> None:
    assert goal.reached(ours, ratio) is reached


def test_ratios_are_taken_pair_by_pair() -> None:
    row = rows(0)["dense-1k"]
    measurement = Measurement(row, Side([1.0, 2.0, 1.0]), Side([4.0, 2.0, 5.0]))
    assert measurement.ratios == [4.0, 1.0, 5.0]
    assert measurement.ratio == 4.0
    assert table.cells(measurement)[2:6] == [
        "1 s",
        "Lava's model without its runtime",
        "4 s",
        "4 x faster",
    ]


def test_both_sides_run_and_are_written_down() -> None:
    row = Row("c", "c", "c", contestant(first=1), contestant(first=11), Goal("faster", 4))
    measurement = measure(row, repetitions=5)
    assert measurement.ours.values == [1, 2, 3, 4, 5]
    assert measurement.ratios == [11, 6, 13 / 3, 3.5, 3]
    assert measurement.reached
    entry = table.document([measurement], table.facts(3, 5))
    assert json.loads(json.dumps(entry))["rows"][0]["theirs"]["parameters"]["first"] == 11
    assert entry["seed"] == 3


def test_a_time_by_the_clock_says_how_much_others_held_it_up() -> None:
    alone = Row("c", "c", "real time", contestant(), None, Goal("below", 4))
    measurement = measure(alone, repetitions=5, seconds=0)
    assert measurement.ours.values == [1, 2, 3, 4, 5]
    assert len(measurement.turns) == 5
    assert all(1 <= turn.held_up < 100 for turn in measurement.turns)
    assert table.remarks([measurement]) == []
    compared = Measurement(rows(0)["dense-1k"], Side([1.0]), Side([4.0]), [Turn(1.5, {})])
    assert table.cells(compared)[5] == "4 x faster"
    size = Measurement(rows(0)["chip-memory"], Side([5.0]), Side(), [Turn(1.5, {})])
    assert table.cells(size)[5] == ""


def test_all_repetitions_decide_and_the_quietest_are_told() -> None:
    turns = [Turn(held_up, {"ours": held_up * 2e-3}) for held_up in (1.1, 1.5, 1.2, 1.7, 1.15)]
    row = Row("c", "c", "real time", contestant(), None, Goal("below", 2.35e-3))
    side = Side([turn.values["ours"] for turn in turns])
    measurement = Measurement(row, side, Side(), turns, repetitions=3)
    assert table.cells(measurement)[2] == "2.4 ms"
    assert table.cells(measurement)[5:] == ["interference 1.20 x", "2.35 ms", "no"]
    assert table.remarks([measurement]) == [
        "c: 2 of 5 repetitions reach the goal; "
        "the median of the 3 with the least interference (1.15 x) is 2.3 ms"
    ]
    entry = table.document([measurement], table.facts(3, 5))["rows"][0]
    assert entry["held_up"] == [1.1, 1.5, 1.2, 1.7, 1.15]


@pytest.mark.skipif(shutil.which("gcc") is None, reason="the C peer needs gcc")
def test_the_hand_written_c_computes_what_numpy_computes() -> None:
    native.check(native.library())


def test_a_peer_without_its_environment_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    peer = Contestant("benchmarks.peers.lava_learning", LAVA, {})
    measurement = measure(Row("c", "c", "c", contestant(), peer, Goal("faster", 2)), 5)
    assert measurement.ratio is None
    assert measurement.ours.values
    assert "missing (see below)" in table.plain([measurement])
    (note,) = table.notes([measurement])
    assert "no environment for lava" in note


def test_a_peer_that_fails_is_named_with_its_reason() -> None:
    row = Row("c", "c", "c", contestant(), contestant(fail=True), Goal("faster", 2))
    measurement = measure(row, repetitions=5)
    assert measurement.theirs.missing == (
        "tests.benchmarks.contestant ended with status 1: told to fail"
    )


def test_one_that_fails_is_not_repeated() -> None:
    row = Row("c", "c", "real time", contestant(fail=True), None, Goal("below", 4))
    measurement = measure(row, repetitions=5, seconds=1e9)
    assert "told to fail" in measurement.ours.missing
    assert measurement.held_up is None
    assert table.cells(measurement)[5] == ""


def test_list_names_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["--list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == list(rows(0))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["no-such-row"], "no row 'no-such-row'; there are tutorial"), (["--repetitions", "4"], "5")],
)
def test_bad_usage(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        __main__.main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
