"""Software prefetch: ask for cache lines before they are read or written."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.numba_private import cgutils, processor
from loihi_emu.kernels.llvm.sizes import CACHE_LINE


class CacheLevel(Enum):
    """Which of a core's caches a line is asked for into; LLVM's numbers for them."""

    SECOND, FIRST = 1, 3
    AUTO = -1
    """The second where whole rows are more than the first can have under way."""


_L2_PREFETCH_CPUS: Final = "znver"
"""Processors of which that is so, as LLVM's names of them begin: AMD's Zen. On Intel's Sapphire
Rapids a chip's step gained nothing that way."""


def _request(context: Any, writes: bool, cache: CacheLevel) -> tuple[int, int]:
    """How LLVM is asked for a line: to be written or not, and how near."""
    if cache is CacheLevel.AUTO:
        name, _ = processor(context)
        cache = CacheLevel.SECOND if name.startswith(_L2_PREFETCH_CPUS) else CacheLevel.FIRST
    return int(writes and cache is CacheLevel.FIRST), cache.value


def _make_prefetch(writes: bool, cache: CacheLevel = CacheLevel.FIRST) -> Any:
    """An intrinsic: ask for the cache line of an element that will soon be read, or also written.

    A second cache takes more requests at a time. What other threads read as well is better not
    asked for to be written: it would be theirs no more.
    """

    @intrinsic  # type: ignore[untyped-decorator]
    def asked(_typing: Any, array: Any, place: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            held = context.make_array(signature.args[0])(context, builder, values[0])
            element = builder.gep(held.data, [values[1]])
            byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
            function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
            wanted = [ir.Constant(flag, n) for n in (*_request(context, writes, cache), 1)]
            builder.call(function, [builder.bitcast(element, byte), *wanted])
            return context.get_dummy_value()

        return types.void(array, place), generate

    return asked


prefetch, prefetch_to_read = _make_prefetch(writes=True), _make_prefetch(writes=False)


prefetch_l2 = _make_prefetch(writes=False, cache=CacheLevel.SECOND)


def _make_prefetch_range(one: Any) -> Any:
    """A function: ask for the cache lines of array[start:stop], up to so many.

    Always for as many, some of them twice: how many there are cannot be foreseen, and a loop that
    ends elsewhere than last time costs more than the requests.
    """

    @jit
    def run(array: Any, start: Any, stop: Any, lines: Any) -> None:
        in_line, last = CACHE_LINE // array.itemsize, max(start, stop - 1)
        for k in range(lines):
            one(array, min(start + k * in_line, last))

    return run


prefetch_range, prefetch_range_to_read = (
    _make_prefetch_range(_make_prefetch(writes, CacheLevel.AUTO)) for writes in (True, False)
)
