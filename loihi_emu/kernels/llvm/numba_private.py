"""The undocumented names of Numba and llvmlite: all that the project uses, each with its reason.

Everything else uses public names (`numba.njit`, `numba.extending`, `llvmlite.ir`,
`llvmlite.binding`). Another Numba may lack a name in `LINKING`. Kernels are then compiled by
`numba.cfunc` alone (compile/object_code.py). Tests run on the oldest and newest releases allowed.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from numba.core import cgutils  # code for loops, stack slots and declarations in intrinsics

__all__ = ["LINKING", "cgutils", "linking", "processor"]

LINKING: Final = {
    "cpu_target": "numba.core.registry",  # the code generator that new libraries belong to
    "global_compiler_lock": "numba.core.compiler_lock",  # held while the below are exchanged
    "JITCodeLibrary": "numba.core.codegen",  # a function's code, kept as text until all is there
}
"""Names that linking functions into one module needs, and their modules."""

_OF_A_LIBRARY: Final = (
    "_raise_if_finalized", "_ensure_finalized", "_get_module_for_linking", "_optimize_functions",
)  # fmt: skip
"""Methods of a code library that linking calls or replaces."""


def linking() -> dict[str, Any] | None:
    """What stands behind the names in `LINKING`, or None where this Numba has other insides."""
    try:
        found = {name: getattr(import_module(home), name) for name, home in LINKING.items()}
        codegen = found["cpu_target"].target_context.codegen()
        complete = all(hasattr(found["JITCodeLibrary"], name) for name in _OF_A_LIBRARY) and all(
            hasattr(codegen, name) for name in ("_library_class", "set_env")
        )
    except (ImportError, AttributeError):
        return None
    return found if complete else None


def processor(context: Any) -> tuple[str, frozenset[str]]:
    """Name and features of the processor that Numba compiles for, as LLVM calls them."""
    _, name, features = context.codegen().magic_tuple()
    return name, frozenset(features.split(","))


def short_pipeline() -> Any:
    """Numba's passes without those that kernels have nothing for, or None in another Numba.

    No closures, `with`, `raise`, literal loops or array expressions are in kernels; each pass that
    looks for them in vain, at every function, takes as long as any other.
    """
    try:
        from numba.core import compiler, compiler_machinery, typed_passes, untyped_passes

        before = ("TranslateByteCode", "FixupArgs", "IRProcessing", "ReconstructSSA")
        typed = (
            "NopythonTypeInference", "PreLowerStripPhis", "IRLegalization", "NativeLowering",
            "NoPythonBackend",
        )  # fmt: skip
        wanted = [getattr(untyped_passes, name) for name in before]
        wanted += [getattr(typed_passes, name) for name in typed]
        base: Any = compiler.CompilerBase
        manager = compiler_machinery.PassManager
    except (ImportError, AttributeError):
        return None

    class Pipeline(base):  # type: ignore[misc]
        """Passes for plain loops and calls."""

        def define_pipelines(self) -> list[Any]:
            passes = manager("kernels")
            for one in wanted:
                passes.add_pass(one, one.__name__)
            passes.finalize()
            return [passes]

    return Pipeline
