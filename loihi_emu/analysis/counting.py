"""Saturations and wraps of a run, for each instruction.

Example: `count_events(simulator's microcode, simulator.counts(plastic))[0].times`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from loihi_emu.compiler.microcode import Microcode, Op

_MEANING: Final[dict[Op, str]] = {
    Op.SCALE: "product wraps its word",
    Op.BOUND: "product saturates",
    Op.ADD: "sum saturates",
    Op.LIMIT: "sign mode cuts the sum",
    Op.CLIP: "new value saturates",
}


@dataclass(frozen=True)
class EventCount:
    """How often one instruction saturated or wrapped.

    Parameters
    ----------
    variable : {'w', 'd', 't'}
    address : int
        Its place in the microcode's listing.
    op : str
    product : str
        The product that it belongs to; empty if it belongs to none.
    meaning : str
    kind : {'saturation', 'wrap'}
    times : int
        Counted over synapses and epochs.
    """

    variable: str
    address: int
    op: str
    product: str
    meaning: str
    kind: Literal["saturation", "wrap"]
    times: int


def count_events(code: Microcode, counts: Mapping[tuple[str, int], int]) -> tuple[EventCount, ...]:
    """Counts of every instruction that can saturate or wrap, in the order of the listing.

    Parameters
    ----------
    code : Microcode
    counts : mapping of (variable, address) to int
        As `Simulator.counts` gives them.

    Returns
    -------
    tuple of EventCount
    """
    return tuple(_events(code, counts))


def _events(code: Microcode, counts: Mapping[tuple[str, int], int]) -> Iterator[EventCount]:
    for program in code.programs:
        products = iter(program.products)
        product = ""
        for address, instruction in enumerate(program.instructions):
            if instruction.op is Op.GATE:
                product = next(products)
            elif instruction.op in (Op.LIMIT, Op.CLIP):
                product = ""
            if instruction.op not in _MEANING or (instruction.op is Op.SCALE and not code.wraps):
                continue
            if address < program.start:  # summed for the fraction alone
                continue
            yield EventCount(
                program.variable,
                address,
                instruction.op.name,
                product,
                _MEANING[instruction.op],
                "wrap" if instruction.op is Op.SCALE else "saturation",
                counts.get((program.variable, address), 0),
            )
