"""Calls by address, from compiled loops: of a rule's kernel, a run, or a part of a run.

Array arguments become C pointers.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from loihi_emu.kernels.llvm.view_type import View, first_element


def _generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    """Code that calls the address in the first argument with the others."""
    arguments = []
    for kind, value in zip(signature.args[1:], values[1:], strict=True):
        is_array = isinstance(kind, View | types.Array)
        arguments.append(first_element(context, builder, kind, value) if is_array else value)
    function = ir.FunctionType(ir.VoidType(), [value.type for value in arguments])
    builder.call(builder.inttoptr(values[0], function.as_pointer()), arguments)
    return context.get_dummy_value()


@intrinsic  # type: ignore[untyped-decorator]
def call_run(_typing: Any, address: Any, record: Any, start: Any, n_steps: Any) -> Any:
    """Call a compiled run at an address; see time_step.run_steps for the others and the result."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        function = ir.FunctionType(ir.IntType(64), [ir.IntType(64)] * 3)
        return builder.call(builder.inttoptr(values[0], function.as_pointer()), values[1:])

    return types.int64(address, record, start, n_steps), generate


@intrinsic  # type: ignore[untyped-decorator]
def call_part(
    _typing: Any, address: Any, which: Any, c: Any, m: Any, a: Any, b: Any, time: Any
) -> Any:  # fmt: skip
    """Call a part of a run at an address; see deferred/part.py and learning/part.py."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        numbers = [
            context.cast(builder, value, kind, types.int64)
            for kind, value in zip(signature.args[1:], values[1:], strict=True)
        ]
        function = ir.FunctionType(ir.IntType(64), [ir.IntType(64)] * len(numbers))
        builder.call(builder.inttoptr(values[0], function.as_pointer()), numbers)
        return context.get_dummy_value()

    return types.void(address, which, c, m, a, b, time), generate


@intrinsic  # type: ignore[untyped-decorator]
def call_fixed(
    _typing: Any, address: Any, n: Any, u: Any, rewards: Any, literal: Any, form: Any,
    variables: Any, inputs: Any, draws: Any, counts: Any,
) -> Any:  # fmt: skip
    """Call a fixed-point kernel; see emit/fixed_kernel.py for the arguments."""
    signature = types.void(address, n, u, rewards, literal, form, variables, inputs, draws, counts)
    return signature, _generate


@intrinsic  # type: ignore[untyped-decorator]
def call_ideal(
    _typing: Any, address: Any, n: Any, u: Any, rewards: Any, literal: Any, form: Any,
    variables: Any, inputs: Any,
) -> Any:  # fmt: skip
    """Call a floating-point kernel; see emit/float_kernel.py for the arguments."""
    return types.void(address, n, u, rewards, literal, form, variables, inputs), _generate
