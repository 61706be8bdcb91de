"""Formats of a synapse, worked out by hand from the machines' fields; kernels read the same."""

from __future__ import annotations

import numpy as np
import pytest

from loihi_emu.chip.machines import BRIAN2LOIHI, LAVA, LOIHI, SIGN_MODES, Machine, SignMode
from loihi_emu.compiler.synapse_format import synapse_format, truncated
from loihi_emu.description.connections import Dense
from loihi_emu.description.sources import SpikeSource
from loihi_emu.plan import fixed_numbers

_FREE = 1 << 30

# limits before rounding, bits rounded away, ends
FORMATS: list[tuple[Machine, SignMode, int, tuple[int, ...]]] = [
    (LAVA, "MIXED", 4, (-_FREE, _FREE, 7, -256, 255)),  # whole units, whatever is stored
    (LAVA, "EXCITATORY", 8, (0, _FREE, 7, 0, 255)),
    (LAVA, "INHIBITORY", 8, (-_FREE, 0, 7, -255, 0)),
    (LOIHI, "MIXED", 8, (-_FREE, _FREE, 7, -256, 255)),  # the sign has a bit of its own
    (LOIHI, "MIXED", 6, (-_FREE, _FREE, 9, -256, 252)),  # steps of 4 up to the last that is stored
    (LOIHI, "INHIBITORY", 5, (-_FREE, 0, 10, -248, 0)),
    (LOIHI, "EXCITATORY", 1, (0, _FREE, 14, 0, 128)),
    (BRIAN2LOIHI, "MIXED", 8, (-_FREE, _FREE, 8, -256, 254)),  # the sign takes a bit: steps of 2
    (BRIAN2LOIHI, "EXCITATORY", 2, (0, _FREE, 13, 0, 255)),  # saturates where nothing is stored
]


@pytest.mark.parametrize(("machine", "sign_mode", "bits", "expected"), FORMATS)
def test_format_of_a_weight(
    machine: Machine, sign_mode: SignMode, bits: int, expected: tuple[int, ...]
) -> None:
    assert synapse_format("w", machine, sign_mode, bits) == expected


@pytest.mark.parametrize(
    ("machine", "delay", "tag"),
    [
        (LAVA, (0, _FREE, 7, 0, 255), (-_FREE, _FREE, 7, -257, 255)),
        (LOIHI, (0, _FREE, 7, 0, 63), (-_FREE, _FREE, 7, -256, 255)),
    ],
)
def test_delays_and_tags_are_whole_whatever_the_weight(
    machine: Machine, delay: tuple[int, ...], tag: tuple[int, ...]
) -> None:
    for sign_mode in SIGN_MODES:
        assert synapse_format("d", machine, sign_mode, 3) == delay
        assert synapse_format("t", machine, sign_mode, 3) == tag


def test_the_engine_lays_formats_out_program_by_program() -> None:
    source = SpikeSource([[1]])
    plastic = Dense(source, source, [[0]], sign_mode="EXCITATORY", num_weight_bits=6)
    fields = fixed_numbers.synapse_format_fields(plastic, LOIHI, ("w", "t"), bounded=True)
    rows = fields.reshape(2, 5).tolist()
    assert rows == [[0, _FREE, 9, 0, 252], [-_FREE, _FREE, 7, -256, 255]]


@pytest.mark.parametrize("sign_mode", SIGN_MODES)
@pytest.mark.parametrize("machine", [LAVA, LOIHI, BRIAN2LOIHI], ids=lambda m: m.name)
@pytest.mark.parametrize("bits", range(1, 9))
def test_arrays_are_truncated_as_single_weights_are(
    machine: Machine, sign_mode: SignMode, bits: int
) -> None:
    low, high = machine.weight_range(sign_mode)
    weights = np.arange(low, high + 1)
    source = SpikeSource([[1]])
    plastic = Dense(source, source, [[0]], sign_mode=sign_mode, num_weight_bits=bits)
    stored = weights.copy()
    fixed_numbers.truncate(stored, plastic, machine)
    assert stored.tolist() == [truncated(w, machine, sign_mode, bits) for w in weights.tolist()]
