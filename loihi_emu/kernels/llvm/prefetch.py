"""Software prefetch: cache lines are fetched before they are read or written."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.numba_private import cgutils, processor
from loihi_emu.kernels.llvm.sizes import CACHE_LINE
from loihi_emu.kernels.llvm.view_type import element, item_size


class CacheLevel(Enum):
    """The cache of a core into which a line is fetched; LLVM's numbers for the caches."""

    SECOND, FIRST = 1, 3
    AUTO = -1
    """The second, on processors whose first cache cannot fetch whole rows at the same time."""


_L2_PREFETCH_CPUS: Final = "znver"
"""How LLVM's names of these processors begin: AMD's Zen. On Intel's Sapphire Rapids the step of a
whole chip gained nothing from it."""


def _request(context: Any, writes: bool, cache: CacheLevel) -> tuple[int, int]:
    """The two numbers of LLVM's prefetch: whether the line will be written, and the cache."""
    if cache is CacheLevel.AUTO:
        name, _ = processor(context)
        cache = CacheLevel.SECOND if name.startswith(_L2_PREFETCH_CPUS) else CacheLevel.FIRST
    return int(writes and cache is CacheLevel.FIRST), cache.value


def _make_prefetch(writes: bool, cache: CacheLevel = CacheLevel.FIRST) -> Any:
    """An intrinsic: fetch the cache line of an element that will soon be read, or also written.

    The second cache takes more requests at a time. A line that other threads read, too, should not
    be fetched for writing: that removes it from their caches.
    """

    @intrinsic  # type: ignore[untyped-decorator]
    def asked(_typing: Any, array: Any, place: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            line = element(context, builder, signature.args[0], *values)
            byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
            function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
            wanted = [ir.Constant(flag, n) for n in (*_request(context, writes, cache), 1)]
            builder.call(function, [builder.bitcast(line, byte), *wanted])
            return context.get_dummy_value()

        return types.void(array, place), generate

    return asked


prefetch, prefetch_to_read = _make_prefetch(writes=True), _make_prefetch(writes=False)


prefetch_l2 = _make_prefetch(writes=False, cache=CacheLevel.SECOND)


def _make_prefetch_range(one: Any) -> Any:
    """A function: fetch the cache lines of array[start:stop], at most a given number.

    It always makes that number of requests, some of them for the same line. The processor cannot
    predict the end of a loop whose length varies, which costs more than the requests.
    """

    @jit
    def run(array: Any, start: Any, stop: Any, lines: Any) -> None:
        in_line, last = CACHE_LINE // item_size(array), max(start, stop - 1)
        for k in range(lines):
            one(array, min(start + k * in_line, last))

    return run


prefetch_range, prefetch_range_to_read = (
    _make_prefetch_range(_make_prefetch(writes, CacheLevel.AUTO)) for writes in (True, False)
)
