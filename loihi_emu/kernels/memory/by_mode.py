"""One name for what each mode does in its own way, chosen by the memory record.

Example: after `integrate = by_mode("integrate", "neurons")` compiled code that calls
`integrate(p, m, ...)` calls the function of that name in the room of the mode that `m` is the
memory of: fixed/neurons.py, floating/neurons.py, or kernels/batch, which takes those of
kernels/fixed where it has none. Only what is compiled is imported, so that a change of one mode
leaves the others' machine code in the cache.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from numba import types
from numba.extending import intrinsic, overload

from loihi_emu.kernels.llvm.array_views import is_batch, is_floating
from loihi_emu.kernels.llvm.jit import INNER
from loihi_emu.kernels.llvm.sizes import WIDTH

_FIXED, _FLOATING, _BATCH = (f"loihi_emu.kernels.{room}" for room in ("fixed", "floating", "batch"))


def by_mode(name: str, fixed: str, floating: str = "") -> Any:
    """A function for compiled code alone: that of this name in a module of its mode's room.

    One of its arguments is the memory record, whose type says which mode that is. The module in
    kernels/floating is called as that in kernels/fixed, unless it is given.
    """
    homes = f"{_FIXED}.{fixed}", f"{_FLOATING}.{floating or fixed}"

    def chosen(*_arguments: Any) -> Any:
        raise NotImplementedError(f"{name} is for compiled code")

    chosen.__name__ = chosen.__qualname__ = name

    @overload(chosen, jit_options=INNER, strict=False)  # type: ignore[untyped-decorator]
    def choose(*arguments: Any) -> Any:
        home = import_module(homes[any(map(is_floating, arguments))])
        if any(map(is_batch, arguments)):
            home = import_module(_BATCH) if hasattr(import_module(_BATCH), name) else home
        return getattr(home, name).py_func

    return chosen


def in_batch(function: Any, name: str = "") -> Any:
    """`function`, but where variants lie side by side that of a name in kernels/batch, or none."""

    def chosen(*_arguments: Any) -> Any:
        raise NotImplementedError(f"{function.__name__} is for compiled code")

    chosen.__name__ = chosen.__qualname__ = function.__name__

    @overload(chosen, jit_options=INNER, strict=False)  # type: ignore[untyped-decorator]
    def choose(*arguments: Any) -> Any:
        if not any(map(is_batch, arguments)):
            return function.py_func
        return getattr(import_module(_BATCH), name).py_func if name else _nothing

    return chosen


def _nothing(*_arguments: Any) -> None:
    return None


@intrinsic  # type: ignore[untyped-decorator]
def reads_bytes(_typing: Any, memory: Any) -> Any:
    """Whether a kernel's inputs are bytes, as spike flags are; a constant.

    Then flags are read where they lie, and an input that all synapses share is given once.
    """

    def generate(context: Any, _builder: Any, signature: Any, _values: Any) -> Any:
        return context.get_constant(types.boolean, not is_floating(signature.args[0]))

    return types.boolean(memory), generate


@intrinsic  # type: ignore[untyped-decorator]
def variants_of(_typing: Any, memory: Any) -> Any:
    """How many variants lie side by side in a memory: `WIDTH` in a batch, else 1; a constant."""

    def generate(context: Any, _builder: Any, signature: Any, _values: Any) -> Any:
        return context.get_constant(types.int64, WIDTH if is_batch(signature.args[0]) else 1)

    return types.int64(memory), generate
