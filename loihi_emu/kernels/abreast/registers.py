"""Vector operations that a compiler does not find in a loop over as few as `WIDTH` elements.

Example: `add_products(total, weights, sent, 64)` adds elements 64 .. 95 of weights times sent.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from loihi_emu.kernels.abreast import WIDTH

_WORD = ir.VectorType(ir.IntType(32), WIDTH)


def _place(context: Any, builder: Any, kind: Any, array: Any, place: Any) -> Any:
    """Address of a register's elements in an array."""
    held = context.make_array(kind)(context, builder, array)
    register = ir.VectorType(context.get_data_type(kind.dtype), WIDTH)
    return builder.bitcast(builder.gep(held.data, [place]), register.as_pointer())


@intrinsic  # type: ignore[untyped-decorator]
def add_products(_typing: Any, total: Any, weights: Any, sent: Any, at: Any) -> Any:
    """total[at + v] += weights[at + v] * sent[v], in 32 bits."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kinds, zero = signature.args, ir.Constant(ir.IntType(64), 0)
        sum_at, weights_at, sent_at = (
            _place(context, builder, kind, value, place)
            for kind, value, place in zip(kinds, values, (values[3], values[3], zero), strict=False)
        )
        weight = builder.sext(builder.load(weights_at, align=2), _WORD)
        product = builder.mul(weight, builder.load(sent_at, align=4))
        builder.store(builder.add(builder.load(sum_at, align=4), product), sum_at, align=4)
        return context.get_dummy_value()

    return types.void(total, weights, sent, at), generate


@intrinsic  # type: ignore[untyped-decorator]
def repeat(_typing: Any, array: Any, at: Any) -> Any:
    """array[at + v] = array[v]."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kind, align = signature.args[0], signature.args[0].dtype.bitwidth // 8
        first = _place(context, builder, kind, values[0], ir.Constant(ir.IntType(64), 0))
        target = _place(context, builder, kind, values[0], values[1])
        builder.store(builder.load(first, align=align), target, align=align)
        return context.get_dummy_value()

    return types.void(array, at), generate
