"""SIMD registers: one lane for each of the synapses that a kernel updates at once.

A register has `LANES` integers of 16, 32 or 64 bits. LLVM splits it if the processor's registers
are shorter. If fewer than `LANES` synapses are left at the end of a block, only these are loaded
and stored: under a mask if the processor has masks for bytes, else through a copy. What lies behind
them is not written, because another thread may be updating it. Whole registers are loaded without
a mask, which costs more on some processors.
Example: `w = int16(load(w_row, k, n_active))` reads synapses k .. k + n_active - 1.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, register_model

from loihi_emu.chip.arithmetic import wrap
from loihi_emu.kernels.llvm.numba_private import cgutils, processor
from loihi_emu.kernels.llvm.sizes import LANES, SAME

_COUNT: Final = ir.IntType(32)
_MASKING: Final = "+avx512bw"


class Lanes(types.Type):  # type: ignore[misc]
    """A register of `LANES` integers.

    Parameters
    ----------
    bits : int
    signed : bool
        How it is widened.
    """

    def __init__(self, bits: int, signed: bool) -> None:
        self.bits, self.signed = bits, signed
        super().__init__(name=f"Lanes({'' if signed else 'u'}int{bits})")


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):  # type: ignore[misc]
    """A vector of LLVM's."""

    def __init__(self, manager: Any, kind: Lanes) -> None:
        super().__init__(manager, kind, vector(kind.bits))


def vector(bits: int) -> Any:
    """LLVM's type of a register."""
    return ir.VectorType(ir.IntType(bits), LANES)


def number(kind: Any, value: int) -> Any:
    """A constant of LLVM type `kind`, in every lane of a register; cut to its width."""
    cut = wrap(value, getattr(kind, "element", kind).width)
    return ir.Constant(kind, [cut] * LANES if isinstance(kind, ir.VectorType) else cut)


def convert(builder: Any, value: Any, kind: Any, wanted: Any) -> Any:
    """A number or register of Numba type `kind` as LLVM type `wanted`, widened or cut.

    A number for a register is repeated in every lane.
    """
    if isinstance(wanted, ir.VectorType) and not isinstance(value.type, ir.VectorType):
        value = convert(builder, value, kind, wanted.element)
        if isinstance(value, ir.Constant):
            return number(wanted, value.constant)
        none, first = ir.Constant(wanted, ir.Undefined), ir.Constant(_COUNT, 0)
        everywhere = ir.Constant(ir.VectorType(_COUNT, LANES), None)
        return builder.shuffle_vector(builder.insert_element(none, value, first), none, everywhere)
    have, want = (getattr(one, "element", one).width for one in (value.type, wanted))
    if have == want:
        return value
    if isinstance(value, ir.Constant) and isinstance(value.constant, int):
        return number(wanted, value.constant)
    if have > want:
        return builder.trunc(value, wanted)
    return builder.sext(value, wanted) if kind.signed else builder.zext(value, wanted)


def _word(bits: int) -> Any:
    """An intrinsic: a number, or a register, in `bits` signed bits."""

    @intrinsic  # type: ignore[untyped-decorator]
    def word(_typing: Any, value: Any) -> Any:
        register = isinstance(value, Lanes)
        made = Lanes(bits, signed=True) if register else getattr(types, f"int{bits}")

        def generate(_context: Any, builder: Any, signature: Any, values: Any) -> Any:
            wanted = vector(bits) if register else ir.IntType(bits)
            return convert(builder, values[0], signature.args[0], wanted)

        return made(value), generate

    return word


int16, int32, int64 = _word(16), _word(32), _word(64)


@intrinsic  # type: ignore[untyped-decorator]
def broadcast(_typing: Any, value: Any) -> Any:
    """A number in every lane."""

    def generate(_context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return convert(builder, values[0], signature.args[0], vector(value.bitwidth))

    return Lanes(value.bitwidth, signed=True)(value), generate


def typed_pointer(kind: Any) -> Any:
    """An intrinsic: the row of `kind` that lies at an address."""

    @intrinsic  # type: ignore[untyped-decorator]
    def row(_typing: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            return builder.inttoptr(values[0], context.get_data_type(kind).as_pointer())

        return types.CPointer(kind)(address), generate

    return row


int16_row = typed_pointer(types.int16)
_BYTES: Final = types.CPointer(types.uint8)


@intrinsic  # type: ignore[untyped-decorator]
def input_row(_typing: Any, inputs: Any, slot: Any) -> Any:
    """An input's row: where it lies, and which bits of a place in it count (sizes.EACH, SAME)."""
    row = types.Tuple((_BYTES, types.int64))

    def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        first = builder.shl(values[1], ir.Constant(values[1].type, 1))
        second = builder.or_(first, ir.Constant(values[1].type, 1))
        address, kept = (builder.load(builder.gep(values[0], [one])) for one in (first, second))
        start = builder.inttoptr(address, context.get_value_type(_BYTES))
        return context.make_tuple(builder, row, [start, kept])

    return row(inputs, slot), generate


@intrinsic  # type: ignore[untyped-decorator]
def broadcast_is_zero(_typing: Any, row: Any) -> Any:
    """Whether an input is the same for all synapses (sizes.SAME) and 0."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        start, kept = cgutils.unpack_tuple(builder, values[0], 2)
        register, bits = vector(_BYTES.dtype.bitwidth), ir.IntType(LANES)
        found = cgutils.alloca_once_value(builder, cgutils.false_bit)
        same = builder.icmp_signed("==", kept, ir.Constant(kept.type, SAME))
        with builder.if_then(same):  # a row of one a synapse may be shorter than a register
            place = _place(builder, start, ir.Constant(kept.type, 0), register)
            there = builder.icmp_unsigned(
                "!=", builder.load(place, align=1), ir.Constant(register, None)
            )
            none = builder.icmp_unsigned("==", builder.bitcast(there, bits), ir.Constant(bits, 0))
            builder.store(none, found)
        return builder.load(found)

    return types.boolean(row), generate


@intrinsic  # type: ignore[untyped-decorator]
def load(_typing: Any, row: Any, k: Any, n_active: Any) -> Any:
    """Elements k .. k + n_active - 1 of a row, 1 <= n_active <= LANES; the other lanes are 0."""
    input_row = isinstance(row, types.BaseTuple)
    kind = row.types[0].dtype if input_row else row.dtype

    def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        register, (start, k, n_active) = vector(kind.bitwidth), values
        if input_row:
            start, kept = cgutils.unpack_tuple(builder, start, 2)
            k = builder.and_(k, kept)
        return _load(context, builder, _place(builder, start, k, register), n_active, register)

    return Lanes(kind.bitwidth, kind.signed)(row, k, n_active), generate


@intrinsic  # type: ignore[untyped-decorator]
def store(_typing: Any, row: Any, k: Any, n_active: Any, value: Any) -> Any:
    """Write the low bits of the first `n_active` lanes to elements k, k + 1 .. of a row."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        register = vector(row.dtype.bitwidth)
        place = _place(builder, values[0], values[1], register)
        cut = convert(builder, values[3], signature.args[3], register)
        _store(context, builder, place, values[2], cut)
        return context.get_dummy_value()

    return types.void(row, k, n_active, value), generate


@intrinsic  # type: ignore[untyped-decorator]
def count_differing(_typing: Any, one: Any, other: Any, n_active: Any) -> Any:
    """How many of the first `n_active` lanes differ."""

    def generate(_context: Any, builder: Any, signature: Any, values: Any) -> Any:
        wide = max(values[:2], key=lambda value: value.type.element.width).type
        pair = (
            convert(builder, v, k, wide) for v, k in zip(values, signature.args[:2], strict=False)
        )
        differ = builder.and_(builder.icmp_signed("!=", *pair), _mask(builder, values[2]))
        bits = builder.bitcast(differ, ir.IntType(LANES))
        return builder.zext(builder.ctpop(bits), ir.IntType(64))

    return types.int64(one, other, n_active), generate


def _place(builder: Any, row: Any, k: Any, register: Any) -> Any:
    """Address of a row's element as that of a register."""
    return builder.bitcast(builder.gep(row, [k]), register.as_pointer())


def _mask(builder: Any, n_active: Any) -> Any:
    """The first `n_active` lanes."""
    bits = ir.IntType(LANES)
    dead = builder.trunc(builder.sub(ir.Constant(n_active.type, LANES), n_active), bits)
    return builder.bitcast(builder.lshr(ir.Constant(bits, -1), dead), vector(1))


def _masking(context: Any) -> bool:
    """Whether the processor loads and stores bytes under a mask."""
    return _MASKING in processor(context)[1]


def _masked(builder: Any, name: str, returned: Any, values: Any, register: Any) -> Any:
    """A call of LLVM's masked load or store."""
    kind = ir.FunctionType(returned, [value.type for value in values])
    suffix = f"v{LANES}i{register.element.width}.p0"
    function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.masked.{name}.{suffix}")
    return builder.call(function, values)


def _load(context: Any, builder: Any, place: Any, n_active: Any, register: Any) -> Any:
    """A register whose lanes from `n_active` on are 0."""
    size, zeros = register.element.width // 8, ir.Constant(register, None)
    with builder.if_else(_whole(builder, n_active)) as (whole, part):
        with whole:
            loaded, block = builder.load(place, align=size), builder.block
        with part:
            if _masking(context):
                values = [place, ir.Constant(_COUNT, size), _mask(builder, n_active), zeros]
                rest = _masked(builder, "load", register, values, register)
            else:
                copied = cgutils.alloca_once(builder, register)
                builder.store(zeros, copied)
                cgutils.raw_memcpy(builder, copied, place, n_active, size)
                rest = builder.load(copied)
            rest_block = builder.block
    value = builder.phi(register)
    value.add_incoming(loaded, block)
    value.add_incoming(rest, rest_block)
    return value


def _store(context: Any, builder: Any, place: Any, n_active: Any, value: Any) -> None:
    """Write the lanes below `n_active`."""
    size = value.type.element.width // 8
    with builder.if_else(_whole(builder, n_active)) as (whole, part):
        with whole:
            builder.store(value, place, align=size)
        with part:
            if _masking(context):
                values = [value, place, ir.Constant(_COUNT, size), _mask(builder, n_active)]
                _masked(builder, "store", ir.VoidType(), values, value.type)
            else:
                copied = cgutils.alloca_once(builder, value.type)
                builder.store(value, copied)
                cgutils.raw_memcpy(builder, place, copied, n_active, size)


def _whole(builder: Any, n_active: Any) -> Any:
    """Whether no lane is left out."""
    return builder.icmp_signed("==", n_active, ir.Constant(n_active.type, LANES))
