"""The 291 texts whose reading by Lava 0.10 is recorded: each one in the language agrees."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from loihi_emu.compiler.products import parse_series
from loihi_emu.errors import RuleSyntaxError

_CASES = Path(__file__).parents[1] / "conformance" / "cases" / "lava_cases.jsonl.gz"


def _parse_cases() -> list[dict[str, Any]]:
    with gzip.open(_CASES, "rt", encoding="utf-8") as lines:
        return [case for case in map(json.loads, lines) if case["kind"] == "parse"]


CASES = _parse_cases()
WELL_FORMED = [case for case in CASES if case["wellformed"]]
DAMAGED = [case for case in CASES if not case["wellformed"]]


def _as_recorded(text: str) -> list[dict[str, Any]]:
    return [
        {
            "dependency": product.dependency,
            "decimate_exponent": product.decimation,
            "s_mantissa": product.mantissa,
            "s_exp": product.exponent,
            "factors": [
                {"state_var": factor.variable, "const": factor.constant, "is_sgn": factor.sign}
                for factor in product.factors
            ],
        }
        for product in parse_series(text).products
    ]


def test_every_recorded_text_is_here() -> None:
    assert (len(WELL_FORMED), len(DAMAGED)) == (191, 100)


@pytest.mark.parametrize("case", WELL_FORMED, ids=lambda case: str(case["id"]))
def test_text_in_the_language_reads_as_lava_reads_it(case: dict[str, Any]) -> None:
    assert _as_recorded(case["rule"]["dw"]) == case["out"]["dw"]


@pytest.mark.parametrize("case", DAMAGED, ids=lambda case: str(case["id"]))
def test_damaged_text_is_refused_with_a_position_or_reads_as_lava_reads_it(
    case: dict[str, Any],
) -> None:
    text = case["rule"]["dw"]
    try:
        products = _as_recorded(text)
    except RuleSyntaxError as error:
        faults = error.faults
    else:
        assert products == case["out"].get("dw")
        return
    assert faults
    assert all(0 <= fault.start <= fault.end <= len(text) for fault in faults)
