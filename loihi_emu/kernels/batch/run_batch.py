"""What one thread does of a sweep: it takes group after group of variants, without Python.

compile/object_code.py compiles it, and run/thread_pool.py calls it. It calls the run of a mode by
address.
"""

from __future__ import annotations

from typing import Any, Final

from numba import types

from loihi_emu.kernels.llvm.array_views import array_at_address, record_at, records_at
from loihi_emu.kernels.llvm.atomics import atomic_add
from loihi_emu.kernels.llvm.indirect_call import call_run
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.address_table import MEMORY, THREAD_COLUMNS
from loihi_emu.kernels.memory.batch_columns import (
    N_PLACES,
    NEEDS_SEEDING,
    START,
    STEPS_DONE,
    STEPS_TO_DRAW,
    STEPS_WANTED,
)
from loihi_emu.kernels.memory.records import CONNECTION, GENERATOR_WORDS, GENERATORS
from loihi_emu.kernels.random import pcg64

_memory_at, _connections_of = record_at(MEMORY), records_at("connections", CONNECTION)
_number_row, _word_row = array_at_address(types.int64), array_at_address(types.uint64)
_RECORD_BYTES: Final = MEMORY.itemsize
_CONNECTION_BYTES: Final = 8 * GENERATORS * GENERATOR_WORDS


@jit
def _draw(records: Any, record: Any, own: Any, bits: Any, fresh: Any, first: Any, n: Any) -> None:
    """Draws of all learning connections of a variant, from its generators at `own`."""
    m, every = _memory_at(record), _memory_at(records)
    connections = _connections_of(every)
    for k in range(every.n_connections):
        c = connections[k]
        if c.learns:
            generators = _word_row(own + c.draws * _CONNECTION_BYTES)
            if fresh:
                pcg64.start(generators)
            pcg64.draw(c, m, generators, bits, first, n)


@jit
def _n_learning(records: Any) -> Any:
    """Learning connections of a variant."""
    m, count = _memory_at(records), 0
    connections = _connections_of(m)
    for k in range(m.n_connections):
        count += 1 if connections[k].learns else 0
    return count


@jit
def _point_to_scratch(record: Any, own: Any) -> None:
    """A group's record points to the scratch of the thread that runs it."""
    fields, mine = _number_row(record), _number_row(own)
    for column in THREAD_COLUMNS:
        fields[column] = mine[column]


def run_variants(
    run: Any, records: Any, places: Any, generators: Any, bits: Any, width: Any, taken: Any,
    n: Any, scratch: Any,
) -> Any:  # fmt: skip
    """Run one group of n variants after the other, as long as there are; each notes its steps.

    `run` is the address of the compiled run of `width` variants, `records` that of n memory
    records, `places` that of [n, N_PLACES] int64, see run/thread_pool.py; `generators` that of n
    times as many generators as a variant has, whose impulses have so many bits. `taken` is where
    threads count the variants they took; `scratch` a record that points to this thread's.
    """
    place, learning, counter = _number_row(places), _n_learning(records), _number_row(taken)
    while True:
        start = atomic_add(counter, 0, width)
        if start >= n:
            return n
        _point_to_scratch(records + start * _RECORD_BYTES, scratch)
        for k in range(start, start + width):
            at, record = k * N_PLACES, records + k * _RECORD_BYTES
            drawn, fresh = place[at + STEPS_TO_DRAW], place[at + NEEDS_SEEDING]
            if drawn:
                own = generators + k * learning * _CONNECTION_BYTES
                _draw(records, record, own, bits, fresh, place[at + START], drawn)
        at, record = start * N_PLACES, records + start * _RECORD_BYTES
        done = call_run(run, record, place[at + START], place[at + STEPS_WANTED])
        for k in range(start, start + width):
            place[k * N_PLACES + STEPS_DONE] = done
