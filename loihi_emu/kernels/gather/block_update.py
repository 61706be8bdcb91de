"""Scattered synapses that learn together: a block of them is gathered, updated and put back.

Whoever lists them says where each lies, from which neuron to which and of which epoch (Block's
place, row, column, number), and fills their inputs. Shared by fixed point and float, see
learning/epoch.py.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

from loihi_emu.kernels.gather.loops import copy_indexed, scatter_indexed
from loihi_emu.kernels.llvm.array_views import address
from loihi_emu.kernels.llvm.jit import jit_for
from loihi_emu.kernels.llvm.sizes import BLOCK, EACH


class Gathered(NamedTuple):
    """The functions of one family of kernels."""

    point_to_block: Callable[..., None]
    update: Callable[..., None]


def make_gathered(family: ModuleType) -> Gathered:
    """The update of a gathered block, in one family of kernels."""
    jit_here, memory = jit_for(family), family.memory
    synaptic_of, variables_of, inputs_of = (
        memory.synaptic_of,
        memory.variables_of,
        memory.inputs_of,
    )
    variable_rows_of, input_rows_of = memory.variable_rows_of, memory.input_rows_of
    place_of, call_kernel = memory.place_of, family.call_kernel

    @jit_here
    def point_to_block(c: Any, m: Any) -> None:
        """The kernel's rows are those of the block."""
        variables, inputs = variables_of(m), inputs_of(m)
        variable_rows, input_rows = variable_rows_of(m), input_rows_of(m)
        for v in range(3):
            variable_rows[v] = address(variables, v * BLOCK)
        for slot in range(c.n_slots):
            input_rows[2 * slot] = address(inputs, slot * BLOCK)
            input_rows[2 * slot + 1] = EACH

    @jit_here
    def update(c: Any, m: Any, n: Any) -> None:
        """The kernel on n synapses, whose inputs and draws are there: gathered and put back."""
        synaptic, variables, place = synaptic_of(m), variables_of(m), place_of(m)
        copy_indexed(variables, synaptic[c.w :], place, n)
        if c.d >= 0:
            copy_indexed(variables[BLOCK:], synaptic[c.d :], place, n)
        if c.t >= 0:
            copy_indexed(variables[2 * BLOCK :], synaptic[c.t :], place, n)
        call_kernel(c, m, n, 0)
        scatter_indexed(variables, synaptic[c.w :], place, n)
        if c.d >= 0:
            scatter_indexed(variables[BLOCK:], synaptic[c.d :], place, n)
        if c.t >= 0:
            scatter_indexed(variables[2 * BLOCK :], synaptic[c.t :], place, n)

    return Gathered(point_to_block, update)
