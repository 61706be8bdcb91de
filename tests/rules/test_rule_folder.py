"""Every file in `rules` loads, says where it is from, and states what the public record states."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from loihi_emu.compiler.products import TARGETS, parse_series
from loihi_emu.compiler.rule import TRACES, Trace
from loihi_emu.compiler.rule_files import RuleFile, list_rules, load_rule
from tests.rules.public_table import ROWS, Row

NAMES = list_rules()
RULES = {name: load_rule(name) for name in NAMES}
REWARD = {"r0", "r1"}
SMALL_WORDS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
WITHOUT_OPEN_SOURCE = {37, 39}
PUBLIC_NAMES = {row.name for row in ROWS}


def _factors(file: RuleFile) -> set[str]:
    """Every variable that a product reads beside its dependency."""
    return {
        factor.variable
        for series in file.rule.series.values()
        for product in series.products
        for factor in product.factors
    }


def test_there_are_forty_rules_and_more() -> None:
    assert len(NAMES) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_name_is_lower_case_words_joined_by_hyphens(name: str) -> None:
    assert SMALL_WORDS.fullmatch(name)


def test_titles_are_unique() -> None:
    titles = Counter(file.title for file in RULES.values())
    assert [title for title, count in titles.items() if count > 1] == []


def test_no_two_files_hold_the_same_rule() -> None:
    rules = Counter(repr(file.rule) + repr(file.synapse) for file in RULES.values())
    assert max(rules.values()) == 1


@pytest.mark.parametrize("name", NAMES)
def test_has_a_title_a_source_and_a_note(name: str) -> None:
    file = RULES[name]
    assert file.title.strip()
    assert file.source.strip()
    assert file.note.strip().endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_states_an_initial_weight(name: str) -> None:
    assert RULES[name].synapse.w0 is not None


@pytest.mark.parametrize("name", NAMES)
def test_rule_with_reward_is_marked_for_the_loihi_machine_and_no_other_is(name: str) -> None:
    file = RULES[name]
    assert file.machines == (("LOIHI", "LOIHI1", "LOIHI2") if _factors(file) & REWARD else ())


@pytest.mark.parametrize("name", [name for name in NAMES if RULES[name].constructed])
def test_constructed_rule_cites_a_dated_work_and_is_no_public_rule(name: str) -> None:
    assert re.search(r"\b(19|20)\d\d\b", RULES[name].source)
    assert name not in PUBLIC_NAMES


def test_rule_that_is_not_constructed_is_in_the_public_table() -> None:
    assert {name for name, file in RULES.items() if not file.constructed} == PUBLIC_NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_trace_that_is_read_has_an_impulse(name: str) -> None:
    file = RULES[name]
    read = _factors(file) & set(TRACES)
    assert [trace for trace in sorted(read) if getattr(file.rule, trace).impulse == 0] == []


def test_every_row_of_the_public_table_has_a_file() -> None:
    rows = {row.number for row in ROWS}
    assert rows == set(range(1, 45)) - WITHOUT_OPEN_SOURCE


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number}-{row.name}")
def test_file_states_its_row(row: Row) -> None:
    file = RULES[row.name]
    expected = {target: parse_series(text, target) for target, text in row.texts.items()}
    assert dict(file.rule.series) == expected
    for trace, (impulse, tau) in row.traces.items():
        assert getattr(file.rule, trace) == Trace(impulse, tau), trace
    if row.t_epoch is not None:
        assert file.rule.t_epoch == row.t_epoch
    assert f"Row {row.number} " in " ".join(file.note.split())


def test_targets_are_all_learnt_by_some_rule() -> None:
    assert {target for file in RULES.values() for target in file.rule.series} == set(TARGETS)


@pytest.mark.parametrize("name", NAMES)
def test_no_rule_is_of_unstated_origin(name: str) -> None:
    assert "not stated" not in RULES[name].source
