"""Scattered synapses that learn together: a block of them is gathered, updated and put back.

The caller lists for each synapse its place, its pre neuron, its post neuron and its epoch, and
fills the inputs. Fixed and floating point share it (kernels/mode).
"""

from __future__ import annotations

from typing import Any

from loihi_emu.kernels.gather.loops import copy_indexed, scatter_indexed
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.llvm.sizes import BLOCK, EACH
from loihi_emu.kernels.llvm.view_type import address
from loihi_emu.kernels.memory.views import (
    input_rows_of,
    inputs_of,
    place_of,
    synaptic_of,
    variable_rows_of,
    variables_of,
)
from loihi_emu.kernels.mode.kernel_call import call_kernel


@jit
def point_to_block(c: Any, m: Any) -> None:
    """The kernel's rows are those of the block."""
    variables, inputs = variables_of(m), inputs_of(m)
    variable_rows, input_rows = variable_rows_of(m), input_rows_of(m)
    for v in range(3):
        variable_rows[v] = address(variables, v * BLOCK)
    for slot in range(c.n_slots):
        input_rows[2 * slot] = address(inputs, slot * BLOCK)
        input_rows[2 * slot + 1] = EACH


@jit
def update_block(c: Any, m: Any, n: Any) -> None:
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
