"""Numba's functions as parts of one LLVM module, which is optimised once, when it is complete.

Numba by itself optimises a function together with all that it calls, and does so again at each
level of calls, although only the outermost function is ever called. Here each function is kept as
LLVM's text. `linked` puts all texts below an entry point into one module, in which only the entry
point is visible from outside. This halves the time to compile, and the code is smaller.
Example: `with parts(codegen): dispatcher.compile(signature)`, then `linked(library, symbol)`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import llvmlite.binding as llvm

from loihi_emu.kernels.llvm import numba_private

_LEVEL: Final = 3
_INLINING_THRESHOLD: Final = 75
"""LLVM inlines what it thinks is cheaper. By its own 250 the same loops stand in dozens of places,
which takes half as long again to compile and makes no benchmark faster; below 75 some get slower.
What a loop must hold whole says so (`jit_inlined`). Rules and batches, whose registers must not
leave a function, keep LLVM's own."""

_PARTS_OF_A_RUN: Final = ("run_", "learn_", "deferred_")
"""How the symbols of a run's entry points begin (run/entry_points.py)."""

_LONG_VECTORS: Final = "+avx512vbmi2"
_DEFINITION: Final = re.compile(r"^(define .*) \{$", re.MULTILINE)


_insides = numba_private.linking()
assert _insides is not None, "another Numba; see numba_private"
_Library: Any = _insides["JITCodeLibrary"]


class Part(_Library):  # type: ignore[misc]
    """The text of one function, and references to the parts it calls."""

    _shared_module: Any

    def _optimize_functions(self, module: Any) -> None:
        module.data_layout = self._codegen._data_layout

    def finalize(self) -> None:
        """Nothing more is added; nothing is compiled."""
        self._raise_if_finalized()
        self._finalized = True

    def get_pointer_to_function(self, _name: str) -> int:
        """No address: a part is not machine code."""
        self._ensure_finalized()
        return 0

    def _get_module_for_linking(self) -> Any:
        """All parts in one module, for functions that Numba compiles in its own way."""
        if self._shared_module is None:
            whole = self._final_module.clone()
            _link(whole, self)
            for function in whole.functions:
                if not function.is_declaration and function.linkage.name == "external":
                    function.linkage = "linkonce_odr"
            self._shared_module = whole
        return self._shared_module


@contextlib.contextmanager
def parts(codegen: Any) -> Iterator[None]:
    """What Numba compiles meanwhile becomes parts; the compiler lock is held."""
    kept = codegen._library_class
    codegen._library_class = Part
    codegen.set_env = lambda *_: None  # writes to machine code, which parts are not
    try:
        yield
    finally:
        codegen._library_class = kept
        del codegen.set_env


def linked(library: Part, symbol: str) -> Any:
    """The optimised LLVM module of a part and all below it, of which only `symbol` is seen."""
    library._ensure_finalized()
    module = library._final_module
    _link(module, library)
    if _LONG_VECTORS in llvm.get_host_cpu_features().flatten().split(","):
        module = _with_long_vectors(module)
    for function in module.functions:
        if not function.is_declaration and function.name != symbol:
            function.linkage = "internal"
    options = llvm.create_pipeline_tuning_options(speed_level=_LEVEL)
    options.loop_vectorization, options.slp_vectorization = True, False
    if symbol.startswith(_PARTS_OF_A_RUN):
        options.inlining_threshold = _INLINING_THRESHOLD
    builder = llvm.create_pass_builder(_target_machine(), options)
    builder.getModulePassManager().run(module, builder)
    module.verify()
    return module


def emit(module: Any) -> bytes:
    """Object code of an optimised module, for this processor."""
    code: bytes = _target_machine().emit_object(module)
    return code


@cache
def _target_machine() -> Any:
    """What LLVM generates code for: this processor, to be placed wherever there is room."""
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(),
        opt=_LEVEL, reloc="static" if target.name.startswith("x86") else "default",
        codemodel="jitdefault", jit=True,
    )  # fmt: skip


def _with_long_vectors(module: Any) -> Any:
    """The module, whose loops become vectors of 512 bits.

    LLVM takes 256 where processors have both, as the first of them became slower by long ones.
    Those that have VBMI2 too do not.
    """
    text = _DEFINITION.sub(r'\1 "prefer-vector-width"="512" {', str(module))
    return llvm.parse_assembly(text)


def _link(module: Any, library: Part) -> None:
    """Add to a part's module those of all parts below it, each once."""
    for one in _below(library, {id(library): library}):
        own = one._final_module if isinstance(one, Part) else one._get_module_for_linking()
        module.link_in(own, preserve=True)


def _below(library: Any, seen: dict[int, Any]) -> Iterator[Any]:
    """Libraries that a library calls, and those that they call."""
    for one in library._linking_libraries:
        if id(one) not in seen:
            seen[id(one)] = one
            yield one
            if isinstance(one, Part):
                yield from _below(one, seen)
