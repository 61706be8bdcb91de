"""One name for what fixed and floating point do each in their own way, chosen by the memory record.

Example: after `integrate = by_mode("integrate")` compiled code that calls `integrate(p, m, ...)`
calls the function of that name of the mode that `m` is the memory of: kernels/fixed or
kernels/floating. Of these only the one that is compiled is imported, so that a change of one leaves
the other's machine code in the cache.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from numba import types
from numba.extending import intrinsic, overload

from loihi_emu.kernels.llvm.array_views import is_floating
from loihi_emu.kernels.llvm.jit import OPTIONS, UNWRAPPED

_ROOMS: Final = ("loihi_emu.kernels.fixed", "loihi_emu.kernels.floating")


def by_mode(name: str) -> Any:
    """A function for compiled code alone: that of this name in the room of its mode.

    One of its arguments is the memory record, whose type says which mode that is.
    """

    def chosen(*_arguments: Any) -> Any:
        raise NotImplementedError(f"{name} is for compiled code")

    chosen.__name__ = chosen.__qualname__ = name

    @overload(chosen, jit_options=OPTIONS | UNWRAPPED, strict=False)  # type: ignore[untyped-decorator]
    def choose(*arguments: Any) -> Any:
        room = import_module(_ROOMS[any(map(is_floating, arguments))])
        return getattr(room, name).py_func

    return chosen


@intrinsic  # type: ignore[untyped-decorator]
def reads_bytes(_typing: Any, memory: Any) -> Any:
    """Whether a kernel's inputs are bytes, as spike flags are; a constant.

    Then flags are read where they lie, and an input that all synapses share is given once.
    """

    def generate(context: Any, _builder: Any, signature: Any, _values: Any) -> Any:
        return context.get_constant(types.boolean, not is_floating(signature.args[0]))

    return types.boolean(memory), generate
