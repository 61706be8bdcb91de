"""Fields of a machine that contradict each other: a sentence for each, with what is allowed.

machine.py checks the alternatives of each field. Here are combinations that kernels cannot compute,
or that would silently have no effect.
Example: an accumulator up to 1000 holds no weight above 7, so an update that adds 0 would move it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from loihi_emu.chip import formats

_RANGES: Final = (
    "noise_range", "mixed_weights", "excitatory_weights", "inhibitory_weights", "accumulator",
    "tag_range", "delay_range",
)  # fmt: skip
_STORED: Final = ("mixed_weights", "excitatory_weights", "inhibitory_weights", "tag_range")
_STORED_BITS: Final = 15
_SUM_BITS: Final = 30
"""Magnitude bits of an accumulator: two of its values are added in 32 bits."""


def faults(machine: Any) -> Iterator[str]:
    """What is wrong with a `Machine` each of whose fields has an allowed value."""
    malformed = [f for name in _RANGES for f in _malformed(name, getattr(machine, name))]
    yield from malformed
    if malformed:
        return
    for name in _STORED:
        yield from _outside(name, getattr(machine, name), 1 << _STORED_BITS)
    yield from _outside("accumulator", machine.accumulator, 1 << _SUM_BITS)
    low, high = machine.delay_range
    longest = formats.DELAYS[-1] if machine.learned_delay else (1 << _STORED_BITS) - 1
    if low < 0 or high > longest:
        rings = " where d delays" if machine.learned_delay else ""
        yield f"delay_range is {low}..{high}; allowed{rings}: within 0..{longest}"
    yield from _too_narrow(machine)
    if machine.learned_delay and machine.pre_trace_sees == "arrived":
        yield (
            "pre_trace_sees is 'arrived' beside a learned_delay of True: a neuron's spike would "
            "reach its one trace at many times; allowed: 'sent', or learned_delay False"
        )
    if machine.truncated == "effective" and machine.exponent_scales == "sum":
        yield (
            "exponent_scales is 'sum' beside truncated 'effective', where weights are cut one by "
            "one as they are delivered; allowed: 'synapse', or truncated 'stored'"
        )


def _malformed(name: str, value: tuple[object, ...]) -> Iterator[str]:
    """A range that is not two whole numbers in order."""
    whole = all(isinstance(end, int) and not isinstance(end, bool) for end in value)
    if not (len(value) == 2 and whole and value[0] <= value[1]):  # type: ignore[operator]
        yield f"{name} is {value!r}; allowed: the lowest and the highest value, whole numbers"


def _outside(name: str, ends: tuple[int, int], size: int) -> Iterator[str]:
    """A range beyond the word that holds it."""
    if ends[0] < -size or ends[1] >= size:
        yield f"{name} is {ends[0]}..{ends[1]}; allowed: within {-size}..{size - 1}"


def _too_narrow(machine: Any) -> Iterator[str]:
    """An accumulator that cannot hold what it starts from; real arithmetic has none.

    Only its upper end: kernels look for values below the lower one, which Lava's tags reach.
    """
    needed = {
        name: getattr(machine, name)[1] << formats.FRACTION_BITS
        for name in (*_STORED, "delay_range")
    }
    name = max(needed, key=lambda one: needed[one])
    lowest, highest = machine.accumulator
    if machine.product_arithmetic == "shifted" and (highest < needed[name] or lowest > 0):
        yield (
            f"accumulator is {lowest}..{highest}, too narrow for {name} up to "
            f"{needed[name] >> formats.FRACTION_BITS}; allowed: from 0 or below to at least "
            f"{needed[name]}"
        )
