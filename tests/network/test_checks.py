"""Checks of numbers: single ones, arrays, what a message says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from loihi_emu.description.validation import real_numbers, whole_number, whole_numbers
from loihi_emu.errors import ParameterError


@pytest.mark.parametrize("value", [0.5, 300, -1, np.float64(2.5), np.array(256)])
def test_a_single_number_out_of_range_or_not_whole_is_refused(value: Any) -> None:
    with pytest.raises(ParameterError, match=r"^w is .*; allowed: whole numbers 0\.\.255$"):
        whole_numbers("w", value, (0, 255))
    with pytest.raises(ParameterError, match=r"allowed: whole numbers 0\.\.255$"):
        whole_number("w", value, range(256))


def test_an_element_is_named_by_its_place() -> None:
    with pytest.raises(ParameterError, match=r"^w\[0, 1\] is 2\.5; allowed"):
        whole_numbers("w", [[1, 2.5]], (0, 255))


@pytest.mark.parametrize("value", [np.nan, np.inf, [1, np.nan]])
def test_what_is_not_finite_is_refused(value: Any) -> None:
    with pytest.raises(ParameterError, match="allowed: finite numbers"):
        real_numbers("u", value)


def test_numbers_in_range_pass() -> None:
    assert whole_numbers("w", 3.0, (0, 255), (2,)).tolist() == [3, 3]
    assert whole_number("w", np.int8(7), (0, 9)) == 7
