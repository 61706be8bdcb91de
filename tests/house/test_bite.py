"""Lists of faults fit the source that `python -m tests.mutation` and `tests.sabotage` change."""

from __future__ import annotations

import tomllib

from tests import mutation, sabotage


def test_each_fault_of_a_kernel_stands_once_in_its_file() -> None:
    assert len(sabotage.faults()) >= 10


def test_each_survivor_is_a_fault_of_a_file_that_is_there() -> None:
    reasons = tomllib.loads(mutation.SURVIVORS.read_text(encoding="utf-8"))["survivors"]
    files = {file for area in mutation.AREAS.values() for file in area[0]}
    names = {
        mutation.mutant(place).name
        for area, (own, _) in mutation.AREAS.items()
        for file in own
        if any(name.startswith(f"{file}:") for name in reasons)
        for place in mutation.places(area, file)
    }
    assert set(reasons) <= names
    assert all((mutation.ROOT / "loihi_emu" / file).is_file() for file in files)


def test_a_fault_changes_one_thing() -> None:
    places = mutation.places("chip", "chip/arithmetic.py")
    one = mutation.mutant(places[0])
    assert one.before != one.after
    assert compile(one.source, one.file, "exec")
    assert len({mutation.mutant(place).source for place in places}) == len(places)
