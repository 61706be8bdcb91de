"""Entry points: the whole run of a mode, a batch, delivered weights -> object code."""

from __future__ import annotations

from loihi_emu.kernels.compile.object_code import _I64, _object_code


def run(mode: str, symbol: str) -> bytes:
    """The whole run of a mode, `fixed_pt` or `floating_pt`; see time_step.make_run."""
    from loihi_emu.kernels import fixed, floating  # rules need none of these
    from loihi_emu.kernels.step import time_step

    families = {"fixed_pt": fixed, "floating_pt": floating}
    return _object_code(time_step.make_run(symbol, families[mode]), _I64(*[_I64] * 3), symbol)


def abreast(symbol: str) -> bytes:
    """The whole run of variants side by side; see abreast.steps.make_run."""
    from loihi_emu.kernels import fixed
    from loihi_emu.kernels.batch import simd_steps
    from loihi_emu.kernels.step.record_sample import make_record

    return _object_code(simd_steps.make_run(symbol, make_record(fixed)), _I64(*[_I64] * 3), symbol)


def variants(symbol: str) -> bytes:
    """The runs of a thread's variants; see variants.run_variants."""
    from loihi_emu.kernels.batch import run_batch as loops

    return _object_code(loops.run_variants, _I64(*[_I64] * 9), symbol)


def deliver(symbol: str) -> bytes:
    """What weights deliver; see effective_weights.deliver."""
    from loihi_emu.kernels.step import effective_weights

    return _object_code(effective_weights.deliver, _I64(*[_I64] * 6), symbol)
