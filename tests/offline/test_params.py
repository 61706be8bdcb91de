"""Parameters of a pair rule: defaults, the two forms, and what is refused."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import numpy as np
import pytest

from loihi_emu.errors import ParameterError
from loihi_emu.offline import STDPParams


def test_defaults() -> None:
    params = STDPParams()
    assert dataclasses.astuple(params) == (1.0, 10.0, 1.0, 10.0, True, None)
    assert not params.symmetric


def test_order_of_the_arguments() -> None:
    params = STDPParams(2, 3, 4, 5, False)
    assert dataclasses.astuple(params) == (2.0, 3.0, 4.0, 5.0, False, None)
    symmetric = STDPParams(2, None, None, None, True, 6)
    assert dataclasses.astuple(symmetric) == (2.0, None, None, None, True, 6.0)
    assert symmetric.symmetric


def test_numpy_scalars_become_plain_numbers() -> None:
    params = STDPParams(np.float32(0.5), np.int64(3), all_to_all=np.bool_(False))  # type: ignore[arg-type]
    assert repr(params) == repr(STDPParams(0.5, 3.0, all_to_all=False))
    assert type(params.APlus) is float
    assert type(params.all_to_all) is bool


def test_replace_keeps_the_form() -> None:
    assert dataclasses.replace(STDPParams(TauPlus=3), AMinus=0.0).TauPlus == 3
    assert dataclasses.replace(STDPParams(AMinus=None, Sigma=2), Sigma=3).Sigma == 3


def test_amplitudes_may_be_negative_or_zero() -> None:
    assert STDPParams(APlus=-1, AMinus=0).APlus == -1


NAN = float("nan")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"APlus": NAN}, "APlus is nan; it must be a finite number"),
        ({"APlus": None}, "APlus is None; it must be a finite number"),
        ({"AMinus": "1"}, "AMinus is '1'; it must be a finite number"),
        ({"AMinus": True}, "AMinus is True; it must be a finite number"),
        ({"TauPlus": 0}, "TauPlus is 0; it must be a finite number above 0"),
        ({"TauMinus": -2.5}, "TauMinus is -2.5; it must be a finite number above 0"),
        ({"TauMinus": float("inf")}, "TauMinus is inf; it must be a finite number above 0"),
        ({"all_to_all": 1}, "all_to_all is 1; it must be True or False"),
        ({"Sigma": 1.0}, "Sigma is 1.0 beside AMinus 1.0; it belongs to the symmetric form: "
         "set AMinus to None or leave Sigma out"),
        ({"AMinus": None}, "Sigma is None; it must be a finite number above 0"),
        ({"AMinus": None, "Sigma": -1}, "Sigma is -1; it must be a finite number above 0"),
        ({"AMinus": None, "Sigma": 1.0, "TauMinus": 3}, "TauMinus is 3 beside AMinus None; the "
         "symmetric form takes its width from Sigma: leave TauPlus and TauMinus out"),
        ({"AMinus": None, "Sigma": 1.0, "TauPlus": 3}, "TauPlus is 3 beside AMinus None; the "
         "symmetric form takes its width from Sigma: leave TauPlus and TauMinus out"),
    ],
)  # fmt: skip
def test_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        STDPParams(**arguments)
