"""Python functions -> object code with a C signature, by Numba. Imported when the cache lacks code.

The code needs nothing of Numba's runtime: it allocates no memory, raises no exception and touches
no Python object. This is checked, because a process that loads it from the cache has no Numba.
Example: `compile_integers(run, 3, "run_1")` defines `int64 run_1(int64, int64, int64)`.
"""

from __future__ import annotations

import contextlib
import gc
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Final

import numba
from llvmlite import ir
from numba import types

from loihi_emu.kernels.llvm import numba_private
from loihi_emu.kernels.llvm.jit import OPTIONS, jit

_C_LIBRARY: Final = frozenset({"memcpy", "memmove", "memset", "exp", "log", "pow", "floor", "ceil"})
"""Functions that code may call by name: every process has them."""

_I64, _I32, _U16, _F64 = types.int64, types.int32, types.uint16, types.float64
_POINTER = types.CPointer


def compile_integers(function: Callable[..., Any], n_arguments: int, symbol: str) -> Code:
    """Code of a function of so many int64 that returns int64."""
    return compile_function(function, _I64(*[_I64] * n_arguments), symbol)


@contextlib.contextmanager
def _no_collections() -> Iterator[None]:
    """No garbage collections: Numba makes millions of objects that live until it is done.

    Looking through them again and again takes a quarter of the time to compile.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextlib.contextmanager
def _short_names() -> Iterator[None]:
    """Record types say their names once: Numba spells out all fields at every look-up of a type."""
    spelt_out, names = types.Record.__repr__, dict[Any, str]()

    def name(record: Any) -> str:
        key = record.key
        if key not in names:
            names[key] = spelt_out(record)
        return names[key]

    types.Record.__repr__ = name
    try:
        yield
    finally:
        types.Record.__repr__ = spelt_out


def compile_function(
    function: Callable[..., Any], signature: Any, symbol: str, decorate: Any = jit
) -> Code:
    """Code that defines `symbol`: `function` with C's calling convention."""
    insides = numba_private.linking()
    if insides is None:
        return _plain_code(function, signature)
    from loihi_emu.kernels.compile.numba_linking import emit, linked, parts

    codegen = insides["cpu_target"].target_context.codegen()
    with (
        insides["global_compiler_lock"], _short_names(), _no_collections(), parts(codegen),
    ):  # fmt: skip
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
        return emit(module)


class PlainCode:
    """A function that Numba compiled in its own way; it has an address and no object code.

    Parameters
    ----------
    function : callable
        In Numba's own cache where it can be.
    signature : Numba signature
    """

    def __init__(self, function: Callable[..., Any], signature: Any) -> None:
        kept = function.__closure__ is None and not function.__code__.co_filename.startswith("<")
        self._function = numba.cfunc(signature, cache=kept, **OPTIONS)(function)
        self.address: int = self._function.address


Code = bytes | PlainCode
"""Object code, or a function at an address."""


def _plain_code(function: Callable[..., Any], signature: Any) -> PlainCode:
    """The function as `numba.cfunc` compiles it: the same bits, more slowly."""
    warnings.warn(
        f"Numba {numba.__version__} differs inside from those that loihi_emu knows; kernels are "
        "compiled in a plain way, with the same results, and take longer to compile and to run",
        RuntimeWarning,
        stacklevel=2,
    )
    with _no_collections():
        return PlainCode(function, signature)


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
