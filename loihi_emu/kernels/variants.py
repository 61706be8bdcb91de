"""One thread's share of a sweep: its variants run one after the other, without Python.

Compiled by build.py and called by batch.py; the run of a mode is reached by its address.
"""

from __future__ import annotations

from typing import Any

from numba import types

from loihi_emu.kernels.batch import N_PLACES, START, STEPS_DONE, STEPS_WANTED
from loihi_emu.kernels.call import call_run
from loihi_emu.kernels.memory import MEMORY
from loihi_emu.kernels.pointers import row_of

_number_row = row_of(types.int64)
_RECORD_BYTES = MEMORY.itemsize


def run_variants(run: Any, records: Any, places: Any, first: Any, n: Any, stride: Any) -> Any:
    """Run variants first, first + stride, .. of n; each notes how many steps it did.

    `run` is the address of the compiled run, `records` that of n memory records, `places` that of
    [n, N_PLACES] int64: where each variant starts, the steps it wants, the steps done.
    """
    place = _number_row(places)
    for k in range(first, n, stride):
        at = k * N_PLACES
        place[at + STEPS_DONE] = call_run(
            run, records + k * _RECORD_BYTES, place[at + START], place[at + STEPS_WANTED]
        )
    return n
