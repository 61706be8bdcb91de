"""Many variants in one compiled call for each thread; a thread that is free takes the next variant.

Each variant has a memory record of its own. So no thread waits for another, and a variant gives the
bits of a run alone, whichever thread runs it.
Example: `pool.run(records, places, ...)` advances every variant by the steps that it asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from loihi_emu.kernels.memory.address_table import Records, address
from loihi_emu.kernels.run.entry_points import BATCH, VARIANTS, Loops


class WorkerPool:
    """Threads that run variants; use it in a `with` statement.

    Parameters
    ----------
    loops : Loops
        The compiled code of a run of one variant.
    threads : int
    width : int
        Variants side by side (kernels/batch), or 1.
    """

    def __init__(self, loops: Loops, threads: int, width: int = 1) -> None:
        self._width = width
        run: Callable[..., int] = loops.steps.load() if width == 1 else BATCH.load()
        self._parts = loops.addresses() if width == 1 else {}
        self._run = run
        self._address: int = run.entry.address  # type: ignore[attr-defined]
        self._variants = VARIANTS.load()
        self._others = ThreadPoolExecutor(threads - 1) if threads > 1 else None

    def run(
        self, records: Records, places: NDArray[np.int64], generators: NDArray[np.uint64],
        bits: int, scratch: NDArray[np.void],
    ) -> None:  # fmt: skip
        """Advance the variants of the first rows of `records`, as many as `places` has.

        Parameters
        ----------
        records : Records
        places : [variant, N_PLACES] array
            Its column STEPS_DONE is filled in.
        generators : [variant, learning connection, GENERATORS, GENERATOR_WORDS] array
            May be empty where no steps are to be drawn for.
        bits : int
            Of an impulse's draw.
        scratch : [k] array of MEMORY
            Records that point to the scratch of one thread each, of as many as are to run.
        """
        taken = np.zeros(1, np.int64)
        for field, place in self._parts.items():
            records.table[field] = place
        common = (
            self._address, address(records.table), address(places), address(generators), bits,
            self._width, address(taken), len(places),
        )  # fmt: skip
        mine, *others = (address(scratch[k : k + 1]) for k in range(len(scratch)))
        waiting = [
            self._others.submit(self._variants, *common, other)
            for other in others
            if self._others is not None
        ]
        try:
            self._variants(*common, mine)
        finally:
            for one in waiting:
                one.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._others is not None:
            self._others.shutdown()
