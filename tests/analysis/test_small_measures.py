import numpy as np
import pytest

from loihi_emu.analysis.activity import Activity, measure_activity
from loihi_emu.analysis.difference import Difference, measure_difference
from loihi_emu.analysis.tables import Table, plain_data, shown
from loihi_emu.errors import ParameterError
from loihi_emu.simulation.recording import Events


def _events(spikes: list[tuple[int, int]], n: int, stop: int) -> Events:
    rows = np.array(spikes, np.int32).reshape(-1, 2)
    return Events(rows[:, 0], rows[:, 1], np.ones(len(rows), np.int32), n, 1, stop)


def test_a_difference_worked_by_hand() -> None:
    fixed = np.array([[10, 20], [11, 20], [12, 17]])
    ideal = np.array([[10, 20], [10.5, 20], [12, 20]])
    assert measure_difference("w", fixed, ideal) == Difference(
        "w",
        largest=3.0,
        mean=3.5 / 6,
        first_step=2,
        first_unit_step=3,
        final_fixed=14.5,
        final_float=16.0,
    )


def test_equal_series_never_differ() -> None:
    found = measure_difference("x1", [1, 2], [1.0, 2.0])
    assert (found.largest, found.first_step, found.first_unit_step) == (0.0, None, None)


def test_steps_of_the_samples_are_kept() -> None:
    assert measure_difference("w", [1, 2], [1, 4], steps=[10, 20]).first_step == 20


def test_series_of_two_shapes_are_refused() -> None:
    with pytest.raises(ParameterError) as caught:
        measure_difference("w", [1, 2], [1, 2, 3])
    assert str(caught.value) == "w has shapes (2,) and (3,); allowed: one shape, not empty"


def test_activity_worked_by_hand() -> None:
    events = _events([(2, 0), (5, 0), (5, 2), (11, 0)], n=3, stop=11)
    assert measure_activity("pre", events) == Activity("pre", 3, 4, 1, 4 / 30, 4.5)


def test_activity_of_silence() -> None:
    assert measure_activity("pre", _events([], n=2, stop=6)) == Activity("pre", 2, 0, 2, 0.0, None)


def test_a_plain_table_sets_numbers_right() -> None:
    table = Table.of(("rule", "weight"), [("hebb", 5), ("oja", 17.25), ("bcm", None)], "rules")
    assert str(table).splitlines() == [
        "rules",
        "rule  weight",
        "----  ------",
        "hebb       5",
        "oja    17.25",
        "bcm        -",
    ]


def test_a_table_without_rows_is_its_head() -> None:
    assert str(Table(("a", "bc"), ())) == "a  bc\n-  --"


@pytest.mark.parametrize(
    ("value", "cell"),
    [(3, "3"), (57.03185067389606, "57.0319"), (None, "-"), (False, "no"), (1e-9, "1e-09")],
)
def test_cells(value: object, cell: str) -> None:
    assert shown(value) == cell


def test_plain_data_has_only_what_json_has() -> None:
    given = {"w": np.array([1.5, np.inf]), "n": np.int16(3), 7: (None, float("nan"))}
    assert plain_data(given) == {"w": [1.5, None], "n": 3, "7": [None, None]}
