"""Numba: Python functions -> object code with a C signature. Imported where the cache has none.

The code needs nothing of Numba's runtime: no memory is allocated, no exception raised, no Python
object touched. That is checked, as a process that loads it from the cache has no Numba.
Example: `run("fixed_pt", "run_1")` is object code that defines `int64 run_1(int64, int64, int64)`.
"""

from __future__ import annotations

import contextlib
import linecache
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target
from numba.cpython import slicing

from loihi_emu.kernels import operations, pointers
from loihi_emu.kernels.jit import jit, jit_inlined
from loihi_emu.kernels.parts import linked, parts

_C_LIBRARY: Final = frozenset({"memcpy", "memmove", "memset", "exp", "log", "pow", "floor", "ceil"})
"""Functions that code may call by name: every process has them."""

_I64, _I32, _U16, _F64 = types.int64, types.int32, types.uint16, types.float64
_POINTER = types.CPointer

_FIXED_RULE: Final = types.void(
    _I64, _I64, _POINTER(_I32), _POINTER(_I32), _POINTER(_I32), _POINTER(_I64), _POINTER(_I64),
    _POINTER(_U16), _POINTER(_I64),
)  # fmt: skip
_IDEAL_RULE: Final = types.void(
    _I64, _F64, _POINTER(_F64), _POINTER(_F64), _POINTER(_F64), _POINTER(_I64), _POINTER(_I64)
)


def run(mode: str, symbol: str) -> bytes:
    """The whole run of a mode, `fixed_pt` or `floating_pt`; see steps.make_run."""
    from loihi_emu.kernels import fixed, ideal, steps  # rules need none of these

    families = {"fixed_pt": fixed, "floating_pt": ideal}
    return _object_code(steps.make_run(symbol, families[mode]), _I64(*[_I64] * 3), symbol)


def abreast(symbol: str) -> bytes:
    """The whole run of variants side by side; see abreast.steps.make_run."""
    from loihi_emu.kernels import fixed
    from loihi_emu.kernels.abreast import steps
    from loihi_emu.kernels.recording import make_record

    return _object_code(steps.make_run(symbol, make_record(fixed)), _I64(*[_I64] * 3), symbol)


def variants(symbol: str) -> bytes:
    """The runs of a thread's variants; see variants.run_variants."""
    from loihi_emu.kernels import variants as loops

    return _object_code(loops.run_variants, _I64(*[_I64] * 9), symbol)


def deliver(symbol: str) -> bytes:
    """What weights deliver; see delivered.deliver."""
    from loihi_emu.kernels import delivered

    return _object_code(delivered.deliver, _I64(*[_I64] * 6), symbol)


def fixed_rule(text: str, symbol: str) -> bytes:
    """A rule's kernel in fixed point, from its source (source.emit_fixed)."""
    return _object_code(_define(text, operations.NAMES, symbol), _FIXED_RULE, symbol, jit_inlined)


def ideal_rule(text: str, symbol: str) -> bytes:
    """A rule's kernel in real numbers, from its source (ideal_source.emit_ideal)."""
    names = {"sign": _sign_float, "float64": np.float64, "real_row": pointers.real_row}
    return _object_code(_define(text, names, symbol), _IDEAL_RULE, symbol, jit_inlined)


@jit
def _sign_float(value: Any) -> Any:
    """-1.0, 0.0 or 1.0."""
    return 1.0 if value > 0 else (-1.0 if value < 0 else 0.0)


def _define(text: str, names: dict[str, Any], symbol: str) -> Any:
    """The emitted function, with its source known to tracebacks and debuggers."""
    filename = f"<loihi_emu kernel {symbol}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": __name__, **names}
    exec(compile(text, filename, "exec"), namespace)
    return namespace["update"]


@contextlib.contextmanager
def _plain_indices() -> Iterator[None]:
    """Indices and slices as in C, while the compiler lock is held.

    In Python an index below 0 counts from the end and a slice ends where its array does. Kernels
    have neither (a slice that is assigned to has an end), and checks for both cost a third of their
    loops' instructions.
    """
    kept = {name: getattr(slicing, name) for name in ("fix_index", "fix_slice")}
    slicing.fix_index = lambda _builder, index, _size: index
    slicing.fix_slice = lambda _builder, _slice, _size: None
    try:
        yield
    finally:
        for name, function in kept.items():
            setattr(slicing, name, function)


def _object_code(
    function: Callable[..., Any], signature: Any, symbol: str, decorate: Any = jit
) -> bytes:
    """Object code that defines `symbol`: `function` with C's calling convention."""
    codegen = cpu_target.target_context.codegen()
    with global_compiler_lock, _plain_indices(), parts(codegen):
        dispatcher = decorate(function)
        dispatcher.compile(signature)
        result = dispatcher.overloads[signature.args]
        library = codegen.create_library(symbol)
        library.add_ir_module(_c_function(result, symbol))
        library.add_linking_library(result.library)
        module = linked(library, symbol)
        declared = {one.name for one in module.functions if one.is_declaration}
        missing = {name for name in declared if not name.startswith("llvm.")} - _C_LIBRARY
        assert not missing, f"{symbol} needs {', '.join(sorted(missing))}"
        code: bytes = codegen._tm.emit_object(module)
    return code


def _c_function(result: Any, symbol: str) -> Any:
    """LLVM's text of the C function; its status is always good, as nothing in it raises."""
    context, described = result.target_context, result.fndesc
    module = context.create_module(symbol)
    returned = (
        ir.VoidType()
        if described.restype == types.none
        else context.get_value_type(described.restype)
    )
    arguments = [context.get_value_type(one) for one in described.argtypes]
    function = ir.Function(module, ir.FunctionType(returned, arguments), symbol)
    builder = ir.IRBuilder(function.append_basic_block())
    callee = context.declare_function(module, described)
    _, value = context.call_conv.call_function(
        builder, callee, described.restype, described.argtypes, function.args
    )
    if described.restype == types.none:
        builder.ret_void()
    else:
        builder.ret(value)
    return module
