"""The entry points of the two modes, called on the memory record of a run."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.errors import ThreadError
from loihi_emu.kernels.memory.address_table import Record, address
from loihi_emu.kernels.memory.arrays import Arenas, Block, Constants, Draws, Output, Tables
from loihi_emu.kernels.memory.shared_words import shared_places
from loihi_emu.kernels.run.entry_points import DELIVER, Loops

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from loihi_emu.kernels.reference.watch import Watch


def deliver(
    connections: NDArray[Any], number: int, weights: NDArray[np.int16], written: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """What a spike delivers through each synapse of a connection, [sample, synapse].

    Parameters
    ----------
    connections : array of CONNECTION
    number : int
        Row of the connection.
    weights : [sample, synapse] array
    written : [sample] array
        Whether a rule had written the weights by then.
    """
    weights, written = np.ascontiguousarray(weights), np.ascontiguousarray(written)
    out = np.zeros(weights.shape, np.int32)
    arrays = (connections[number : number + 1], weights, written, out)
    DELIVER.load()(*(address(array) for array in arrays), *weights.shape)
    return out


def interpreted(mode: str, rules: Sequence[Any], watch: Watch | None = None) -> Callable[..., int]:
    """The reference model's run of a mode, in plain Python; called as a Runner.

    Parameters
    ----------
    mode : {'fixed_pt', 'floating_pt'}
    rules : sequence of Microcode, or of mapping of target to ProductSeries
        Of each learning connection.
    watch : Watch, optional
        A synapse whose epochs are logged; fixed_pt only.
    """
    from loihi_emu.kernels import reference

    run = reference.make_run(mode, rules, watch)

    def called(tables: Tables, *arguments: Any) -> int:
        return run(*tables, *arguments)

    return called


class Runner:
    """Calls the compiled run of a mode, in one thread or several, each with a memory record.

    Parameters
    ----------
    loops : Loops
        The compiled code.
    threads : int
    """

    def __init__(self, loops: Loops, threads: int = 1) -> None:
        self._run, parts = loops.steps.load(), loops.addresses()
        self._shared = np.zeros(shared_places(threads), np.int64)
        self._records = [Record() for _ in range(threads)]
        for thread, record in enumerate(self._records):
            record.set(
                thread_index=thread, threads=threads, shared=address(self._shared),
                yield_function=_yield_function() if threads > 1 else 0, **parts,
            )  # fmt: skip
        self._others: Executor | None = None
        self._process = 0

    def __call__(
        self, tables: Tables, arenas: Arenas, constants: Constants, draws: Draws,
        blocks: tuple[Block, ...], out: Output, start: int, n_steps: int, *, flush: bool = False,
    ) -> int:  # fmt: skip
        """Run up to `n_steps` steps after step `start`; how many were done.

        Where `flush`, no post spike waits beyond the last step to be learned from.
        """
        for record, block in zip(self._records, blocks, strict=True):
            for group in (tables, arenas, constants, draws, block, out):
                record.bind(group)
            record.set(flush_at_end=flush)
        first, *others = (record.address for record in self._records)
        if not others:
            return self._run(first, start, n_steps)
        pool = self._pool(len(others))
        waiting = [pool.submit(self._run, other, start, n_steps) for other in others]
        try:
            return self._run(first, start, n_steps)
        finally:
            for one in waiting:
                one.result()

    def start(self) -> None:
        """Start the other threads, all or none.

        Raises
        ------
        ThreadError
            The system starts no more.
        """
        if len(self._records) > 1:
            self._pool(len(self._records) - 1)

    def _pool(self, n: int) -> Executor:
        """The other threads of this process; one that was forked has none of its parent's."""
        if self._others is None or self._process != os.getpid():
            self._others, self._process = _started(n), os.getpid()
            self._shared[:] = 0
        return self._others


def _started(n: int) -> Executor:
    """An executor whose n threads run, so that none is missing when they wait for one another."""
    from concurrent.futures import ThreadPoolExecutor  # not needed by one thread

    executor, release = ThreadPoolExecutor(n), threading.Event()
    try:
        for _ in range(n):  # each holds a thread, so that the next needs another
            executor.submit(release.wait)
    except (RuntimeError, MemoryError) as error:
        executor.shutdown(wait=False, cancel_futures=True)
        raise ThreadError(
            f"the system starts no more threads ({error}); {n + 1} were asked for. State and step "
            "are as before; use_threads(1) needs none"
        ) from None
    finally:
        release.set()
    return executor


@cache
def _yield_function() -> int:
    """Address of the system's function that lets another thread run."""
    if sys.platform == "win32":
        function = ctypes.WinDLL("kernel32").SwitchToThread
    else:
        function = ctypes.CDLL(None).sched_yield
    where = ctypes.cast(function, ctypes.c_void_p).value
    assert where is not None
    return where
