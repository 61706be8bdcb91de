"""Arenas before they exist: how much of each is reserved, and for what.

Nothing is allocated until the whole network is laid out. So a network that does not fit into memory
is refused, and the error gives the sum.
Example: `layout.reserve("neural", 3 * n, "u")` is the offset of u.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.machines import Machine
from loihi_emu.description.free_memory import check_memory, format_bytes
from loihi_emu.errors import ParameterError
from loihi_emu.plan.huge_pages import zeros

STATE: Final = {
    "times": np.uint8, "index": np.int32, "wide": np.int64, "threshold": np.uint64,
    "bitsets": np.uint64,
}  # fmt: skip
"""Types of the state arenas that are the same in fixed point and float."""

CARRIED: Final = frozenset({
    "spike lists", "neuron state", "weights", "tag_1", "tag_2", "traces", "trace histories",
    "spike times", "input rings", "flags", "rewards",
})  # fmt: skip
"""Uses of memory that steps change: what a revised network takes over."""


PENDING: Final = "waiting updates"
"""Use of the memory in which compiled loops log spikes that rows have not learned from yet."""


class Layout:
    """Reserves places in named arenas.

    Parameters
    ----------
    types : mapping of str to NumPy type
        Arenas and their element types.
    """

    def __init__(self, types: Mapping[str, Any]) -> None:
        self.types = {name: np.dtype(kind) for name, kind in types.items()}
        self._sizes: Counter[str] = Counter()
        self.uses: Counter[str] = Counter()
        self.owner: tuple[str, int] = ("", 0)
        self._seen: Counter[tuple[tuple[str, int], str, str]] = Counter()
        self._places: dict[tuple[tuple[str, int], str, str, int], tuple[int, int]] = {}

    def reserve(self, arena: str, size: int, use: str) -> int:
        """Offset of `size` new elements of `arena`; `use` names them in memory tables."""
        offset = self._sizes[arena]
        key = (self.owner, arena, use)
        self._places[(*key, self._seen[key])] = (offset, int(size))
        self._seen[key] += 1
        self._sizes[arena] += int(size)
        self.uses[use] += int(size) * self.types[arena].itemsize
        return offset

    def places(self) -> list[list[Any]]:
        """Every reserved place as data: owner, number, arena, use, offset and size."""
        return [
            [*owner, arena, use, *place] for (owner, arena, use, _), place in self._places.items()
        ]

    @property
    def n_bytes(self) -> int:
        """Bytes of all arenas."""
        return sum(size * self.types[name].itemsize for name, size in self._sizes.items())

    def check_memory(self, more: int = 0) -> None:
        """Refuse what does not fit into free memory.

        Raises
        ------
        ParameterError
            With the sum and its largest parts.
        """
        parts = ", ".join(f"{use} {format_bytes(n)}" for use, n in self.uses.most_common(4))
        check_memory("the network", self.n_bytes + more, f" (largest: {parts})")

    def carry_over(self, old: Layout, source: Mapping[str, Any], target: Mapping[str, Any]) -> None:
        """Copy what steps change from arenas laid out by `old` to those of this layout.

        Raises
        ------
        ParameterError
            The same item needs another amount of memory for the same use.
        """
        for key, (offset, size) in self._places.items():
            owner, arena, use, _ = key
            if use not in CARRIED or key not in old._places:
                continue
            start, length = old._places[key]
            if length != size:
                raise ParameterError(
                    f"{owner[0]} {owner[1]} has {length} values of {use} and would have {size}; "
                    "a running network keeps its structure"
                )
            target[arena][offset : offset + size] = source[arena][start : start + length]

    def clear(self, use: str, arenas: Mapping[str, Any]) -> None:
        """Set all memory of one use to 0."""
        for (_, arena, of, _), (offset, size) in self._places.items():
            if of == use:
                arenas[arena][offset : offset + size] = 0

    def allocate(self, without: tuple[str, ...] = ()) -> dict[str, NDArray[Any]]:
        """All arenas, zero, but for those that others provide."""
        # one element more than reserved: kernels take slices at an arena's end
        sizes = {name: self._sizes[name] + 1 for name in self.types if name not in without}
        return zeros(sizes, self.types)


class PlanContext(NamedTuple):
    """What every part of a plan is laid out by.

    Attributes
    ----------
    engine : module
        plan.fixed_numbers or plan.float_numbers.
    machine : Machine
    seed, threads : int
    draw_kind : int
        COUNTER_DRAWS or SHARED_DRAWS.
    counting : bool
        Whether saturations are counted.
    bounded : bool
        Whether real numbers keep to the ranges of fixed point.
    state, fixed : Layout
        Of what steps change, and of what they only read.
    """

    engine: ModuleType
    machine: Machine
    seed: int
    threads: int
    draw_kind: int
    counting: bool
    bounded: bool
    state: Layout
    fixed: Layout


def write_at(arena: Any, offset: int, values: Any) -> None:
    """Write values at an offset."""
    arena[offset : offset + len(values)] = values
