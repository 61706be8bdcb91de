"""Firing records to spike processes and back."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from loihi_emu.errors import ParameterError
from loihi_emu.offline import (
    firing_to_spike_process,
    firings_to_spike_processes,
    spike_process_to_firing,
    spike_processes_to_firings,
)


@pytest.mark.parametrize("kind", [bool, np.int8, np.uint64, float])
def test_published_record(kind: Any) -> None:
    found = firing_to_spike_process(np.array([1, 0, 0, 1, 1, 0, 0, 1], dtype=kind))
    assert found.tolist() == [0, 3, 4, 7]
    assert found.dtype == np.int64


def test_columns_are_neurons() -> None:
    found = firings_to_spike_processes([[1, 0, 0], [1, 0, 1]])
    assert [train.tolist() for train in found] == [[0, 1], [], [1]]


@pytest.mark.parametrize(("shape", "trains"), [((0, 2), 2), ((5, 0), 0), ((0, 0), 0), ((1, 1), 1)])
def test_empty_records(shape: tuple[int, int], trains: int) -> None:
    found = firings_to_spike_processes(np.zeros(shape))
    assert [train.tolist() for train in found] == [[]] * trains


def test_empty_record_of_one_neuron() -> None:
    assert firing_to_spike_process([]).tolist() == []
    assert spike_process_to_firing([]).tolist() == []
    assert spike_process_to_firing([], max_length=2).tolist() == [False, False]


def test_record_ends_with_the_last_spike_or_is_padded() -> None:
    assert spike_process_to_firing([1]).tolist() == [False, True]
    assert spike_process_to_firing([1], max_length=3).tolist() == [False, True, False]
    assert spike_processes_to_firings([[], [2]]).tolist() == [[0, 0], [0, 0], [0, 1]]
    assert spike_processes_to_firings([]).shape == (0, 0)
    assert spike_processes_to_firings([], max_length=4).shape == (4, 0)


@pytest.mark.parametrize(
    ("firing", "message"),
    [
        ([0, 2], "firing is 2 at [1]; a firing record holds only 0 and 1"),
        ([0, -1], "firing is -1 at [1]; a firing record holds only 0 and 1"),
        ([float("nan")], "firing is nan at [0]; a firing record holds only 0 and 1"),
        ([[0]], "firing has shape (1, 1); it must be an array [step]"),
        (["0"], "firing has dtype <U1; it must be an array [step] of 0 and 1"),
        ([None], "firing has dtype object; it must be an array [step] of 0 and 1"),
    ],
)
def test_bad_record(firing: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        firing_to_spike_process(firing)


def test_bad_record_of_many_neurons() -> None:
    with pytest.raises(ParameterError, match=r"^firings has shape \(2,\); it must be an array"):
        firings_to_spike_processes([0, 1])


@pytest.mark.parametrize(
    ("process", "max_length", "message"),
    [
        ([0, 5], 5, "spike_process ends with a spike in step 5; a record of max_length 5 ends "
         "with step 4"),
        ([-1, 5], None, "spike_process is -1 at [0]; a firing record starts at step 0"),
        ([0.0], None, "spike_process has dtype float64; a firing record needs whole steps"),
        ([3, 1], None, "spike_process goes from 3 to 1 at index 1; spike times must increase "
         "strictly"),
        ([1], -1, "max_length is -1; it must be a whole number from 0 on"),
        ([1], 2.5, "max_length is 2.5; it must be a whole number from 0 on"),
        ([1], True, "max_length is True; it must be a whole number from 0 on"),
    ],
)  # fmt: skip
def test_bad_process(process: Any, max_length: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        spike_process_to_firing(process, max_length)


def test_bad_process_is_named() -> None:
    with pytest.raises(ParameterError, match=r"^spike_processes\[1\] goes from 4 to 4 at index 1"):
        spike_processes_to_firings([[1], [4, 4]])
    with pytest.raises(ParameterError, match=r"^spike_processes is 3; it must be a sequence"):
        spike_processes_to_firings(3)  # type: ignore[arg-type]
