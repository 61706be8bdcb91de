"""Every alternative of every field runs, changes what it should, and means one thing to all."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from loihi_emu import Dense, LearningRule, Network, Simulator, SpikeSource
from loihi_emu.chip.machines import BRIAN2LOIHI, CHOICES, LAVA, LOIHI, MACHINES, Machine, describe
from loihi_emu.errors import ParameterError, UnknownNameError
from tests.machines import circuit

# values of fields whose alternatives are a type
_VALUES: dict[str, tuple[Any, ...]] = {
    "input_bits": (15, 9),
    "noise_range": ((-127, 127), (-128, 127)),
    "mixed_weights": ((-256, 254), (-255, 255)),
    "excitatory_weights": ((0, 254),),
    "inhibitory_weights": ((-256, 0),),
    "synaptic_input_limit": (32767, 500),
    "decay_bits": (6, 7, 12),
    "decay_digits": (3,),
    "impulse_fraction_bits": (8, 4),
    "impulse_draw_bits": (8, 5),
    "spike_factor_bits": (5,),
    "mantissa_bits_counted": (3, 4),
    "accumulator": ((-32769, 32767), (-65536, 65535), (-1000, 32767)),
    "tag_range": ((-257, 255), (-50, 50)),
    "delay_range": ((0, 31),),
    "delay_factor_bits": (9,),
    "variables": (("dw",), ("dw", "dt")),
}
_BASES = (LOIHI, BRIAN2LOIHI)
_REFUSED = {
    ("BRIAN2LOIHI", "exponent_scales", "sum"),
    ("BRIAN2LOIHI", "learned_delay", True),
    ("LOIHI", "pre_trace_sees", "arrived"),
}


def _alternatives() -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for name, choice in CHOICES.items():
        pairs += [(name, key) for key in choice.alternatives if not isinstance(key, type)]
        pairs += [(name, value) for value in _VALUES.get(name, ())]
    return pairs


@pytest.mark.parametrize(("name", "value"), _alternatives())
def test_kernels_do_what_the_definition_does(name: str, value: Any) -> None:
    for base in _BASES:
        if (base.name, name, value) in _REFUSED:
            continue
        machine = replace(base, name="tried", **{name: value})
        circuit.assert_same(circuit.run(machine), circuit.run(machine, backend="interpreter"))


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda m: m.name)
def test_named_machines_do_what_their_definition_does(machine: Machine) -> None:
    circuit.assert_same(circuit.run(machine), circuit.run(machine, backend="interpreter"))


def test_every_type_of_value_is_tried() -> None:
    open_fields = {
        n for n, c in CHOICES.items() if any(isinstance(k, type) for k in c.alternatives)
    }
    assert open_fields == set(_VALUES)


# fields that this circuit, with base LOIHI, is built to show; the others are shown below
_SHOWN = [
    ("du_offset", 0),
    ("dv_offset", 1),
    ("input_bits", None),
    ("current_overflow", "none"),
    ("biased_current_overflow", "none"),
    ("refractory_counts_spike_step", False),
    ("noise_range", (-127, 127)),
    ("mixed_sign_takes_bit", True),
    ("exponent_scales", "sum"),
    ("exponent_rounding", "toward_zero"),
    ("learned_delay", False),
    ("decay_law", "linear"),
    ("decay_bits", None),
    ("decay_staging", "epoch"),
    ("impulse_draw_bits", 5),
    ("second_spike", "adds"),
    ("trace_fraction", "kept"),
    ("update_fraction", "without_spikes"),
    ("update_fraction", "whole_without_spikes"),
    ("overflow_keeps", "excess"),
    ("spike_factor", "count"),
    ("product_arithmetic", "real"),
    ("mantissa_bits_counted", 4),
    ("product_shift", "toward_zero"),
    ("rounds_at", "unit"),
    ("first_epoch", 0),
    ("epochs", False),
    ("random_source", "pcg64"),
]


@pytest.mark.parametrize(("name", "value"), _SHOWN)
def test_a_choice_changes_the_run(name: str, value: Any) -> None:
    usual, other = circuit.run(LOIHI), circuit.run(replace(LOIHI, name="other", **{name: value}))
    assert any((usual[key] != other[key]).any() for key in usual)


@pytest.mark.parametrize("choice", CHOICES.values(), ids=lambda c: c.name)
def test_every_choice_has_evidence_and_every_open_one_an_argument(choice: Any) -> None:
    assert choice.evidence
    assert choice.settled or choice.argument
    for machine in MACHINES.values():
        assert choice.meaning(getattr(machine, choice.name))


def test_a_value_that_is_none_of_the_alternatives_is_refused() -> None:
    with pytest.raises(ParameterError) as error:
        replace(LAVA, decay_law="cubic")  # type: ignore[arg-type]
    expected = "machine field decay_law is 'cubic'; allowed: 'exponential', 'linear'"
    assert str(error.value) == expected
    with pytest.raises(ParameterError, match="product_wraps is 1; allowed: True, False"):
        replace(LAVA, product_wraps=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("base", "fields", "message"),
    [
        (BRIAN2LOIHI, {"exponent_scales": "sum"},
         "machine mine: exponent_scales is 'sum' beside truncated 'effective'"),
        (LAVA, {"truncated": "effective"}, "exponent_scales is 'sum' beside truncated"),
        (LOIHI, {"accumulator": (-1000, 1000)},
         "accumulator is -1000..1000, too narrow for mixed_weights up to 255; allowed: from 0 or "
         "below to at least 32640"),
        (LOIHI, {"accumulator": (1, 32767)}, "accumulator is 1..32767, too narrow"),
        (LOIHI, {"mixed_weights": (-300, 300)}, "too narrow for mixed_weights up to 300"),
        (LOIHI, {"accumulator": (-(1 << 31), 1 << 31)}, "allowed: within -1073741824..1073741823"),
        (LOIHI, {"delay_range": (0, 64)}, "delay_range is 0..64; allowed where d delays: within "
         "0..63"),
        (LAVA, {"delay_range": (-1, 64)}, "delay_range is -1..64; allowed: within 0..32767"),
        (LAVA, {"tag_range": (-40_000, 0)}, "tag_range is -40000..0; allowed: within "
         "-32768..32767"),
        (LAVA, {"tag_range": (5, 3)}, "tag_range is (5, 3); allowed: the lowest and the highest"),
        (LAVA, {"tag_range": (0, 1, 2)}, "tag_range is (0, 1, 2); allowed: the lowest"),
        (LAVA, {"noise_range": (0, "a")}, "noise_range is (0, 'a'); allowed: the lowest"),
    ],
)  # fmt: skip
def test_fields_that_cannot_stand_together_are_refused(
    base: Machine, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParameterError, match=re.escape(message)):
        replace(base, name="mine", **fields)


def test_a_wider_accumulator_makes_room_for_wider_weights() -> None:
    machine = replace(LOIHI, name="mine", mixed_weights=(-300, 300), accumulator=(-65536, 65535))
    circuit.assert_same(circuit.run(machine), circuit.run(machine, backend="interpreter"))


def test_an_exact_machine_needs_no_accumulator() -> None:
    narrow = replace(BRIAN2LOIHI, name="mine", accumulator=(-10, 10))
    circuit.assert_same(circuit.run(narrow), circuit.run(BRIAN2LOIHI))


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(UnknownNameError, match="did you mean decay_law"):
        describe("decay_lwa")


@pytest.mark.parametrize("truncated", ["stored", "effective"])
def test_weights_beyond_the_stored_ends_are_held_everywhere(truncated: str) -> None:
    """Whole units within ends of 4 bits: 255 becomes 240, with a spike or without."""
    machine = replace(LOIHI, name="mine", rounds_at="unit", truncated=truncated)  # type: ignore[arg-type]
    found = []
    for backend in ("kernels", "interpreter"):
        net = Network()
        pre, post = (net.add(SpikeSource([[0, 1], [0, 0]], repeat=True)) for _ in range(2))
        given = [[255, 254], [-256, 7]]
        rule = LearningRule(dw="x0")
        plastic = net.add(Dense(pre, post, given, rule=rule, num_weight_bits=4))
        simulator = Simulator(net, machine=machine, backend=backend)
        simulator.run(2)
        found.append(simulator.get(plastic, "weights"))
        simulator.set(plastic, "weights", given)
        simulator.run(2)
        found.append(simulator.get(plastic, "weights"))
    for series in found:
        assert series[:, 0].tolist() == [240, -256]
        assert series[0, 1] == 240
    np.testing.assert_array_equal(found[:2], found[2:])
