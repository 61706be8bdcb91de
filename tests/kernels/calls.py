"""Calls of one rule's update on many synapses: the interpreter, the emitted text, the kernel."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.compiler.microcode import FORMAT_FIELDS, VARIABLES, Microcode
from loihi_emu.kernels.compile.rule_kernels import fixed_kernel
from loihi_emu.kernels.emit.fixed_kernel import emit_fixed
from loihi_emu.kernels.llvm.sizes import BLOCK, EACH, MAX_SLOTS, SAME
from loihi_emu.kernels.reference.interpreter import interpret
from tests.kernels import text_registers

REWARDS = ("r0", "r1")


@dataclass(frozen=True)
class Synapses:
    """States of some synapses of one connection before an update.

    Parameters
    ----------
    variables : mapping of {'w', 'd', 't'} to [synapse] array
    inputs : mapping of slot to [synapse] array
    draws : [synapse] array
    u : int
    rewards : (int, int)
    formats : mapping of variable to five int
    """

    variables: Mapping[str, NDArray[np.int64]]
    inputs: Mapping[str, NDArray[np.int64]]
    draws: NDArray[np.int64]
    u: int
    rewards: tuple[int, int]
    formats: Mapping[str, tuple[int, ...]]

    @property
    def n(self) -> int:
        return self.draws.size


@dataclass(frozen=True)
class Result:
    """New values of each variable, and how often each instruction saturated or wrapped."""

    variables: Mapping[str, list[int]]
    counts: Mapping[tuple[str, int], int]


def interpreted(code: Microcode, synapses: Synapses) -> Result:
    counts: dict[tuple[str, int], int] = {}
    new: dict[str, list[int]] = {program.variable: [] for program in code.programs}
    rewards = dict(zip(REWARDS, synapses.rewards, strict=True))
    for k in range(synapses.n):
        variables = {v: int(values[k]) for v, values in synapses.variables.items()}
        inputs = {slot: int(values[k]) for slot, values in synapses.inputs.items()}
        inputs |= rewards | {"u": synapses.u}
        draw = int(synapses.draws[k])
        one = interpret(code, variables, inputs, synapses.formats, draw, counts)
        for variable, value in one.items():
            new[variable].append(value)
    return Result(new, counts)


def emitted(code: Microcode, synapses: Synapses, *, counting: bool) -> Result:
    """The emitted text as Python runs it, its operations those of text_registers.py."""
    names = dict(text_registers.NAMES)
    exec(emit_fixed(code, counting=counting), names)
    literal, form, variables, inputs, counts = _arrays(code, synapses)
    names["update"](
        synapses.n, synapses.u, synapses.rewards, literal.tolist(), form.tolist(), variables,
        inputs.tolist(), synapses.draws.tolist(), counts,
    )  # fmt: skip
    return _result(code, synapses, variables, counts)


def compiled(code: Microcode, synapses: Synapses, *, counting: bool) -> Result:
    """The kernel, by its address as the engine calls it."""
    kernel = fixed_kernel(code, counting=counting)
    pointers = [ctypes.c_void_p] * 7
    function = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_int64, *pointers)(kernel.address)
    literal, form, variables, inputs, counts = _arrays(code, synapses)
    rewards = np.array(synapses.rewards, np.int32)
    draws = synapses.draws.astype(np.uint16)
    rows = [_addresses(variables), np.array([_input_row(row, synapses.n) for row in inputs])]
    arrays = (rewards, literal, form, *rows, draws, counts)
    function(synapses.n, synapses.u, *(array.ctypes.data for array in arrays))
    return _result(code, synapses, variables, counts)


def _input_row(row: NDArray[Any], n: int) -> tuple[int, int]:
    """Where an input lies, and that it is the same for all synapses where it is."""
    same = bool((row[:n] == row[0]).all())
    if same:
        row[:] = row[0]
    return row.ctypes.data, SAME if same else EACH


def _addresses(rows: NDArray[Any]) -> NDArray[np.int64]:
    return np.array([row.ctypes.data for row in rows], np.int64)


def _arrays(code: Microcode, synapses: Synapses) -> tuple[NDArray[Any], ...]:
    """Arguments as the engine lays them out."""
    literal = np.array([*code.literals, 0], np.int32)
    form = np.array([synapses.formats[p.variable] for p in code.programs], np.int32).ravel()
    assert form.size == len(FORMAT_FIELDS) * len(code.programs)
    variables = np.zeros((len(VARIABLES), BLOCK), np.int16)
    for row, variable in enumerate(VARIABLES):
        variables[row, : synapses.n] = synapses.variables[variable]
    inputs = np.zeros((MAX_SLOTS, BLOCK), np.uint8)
    for row, slot in enumerate(code.slots):
        if slot not in REWARDS:
            inputs[row, : synapses.n] = synapses.inputs[slot]
    n_instructions = sum(len(program.instructions) for program in code.programs)
    return literal, form, variables, inputs, np.zeros(n_instructions + 1, np.int64)


def _result(
    code: Microcode, synapses: Synapses, variables: NDArray[Any], counts: NDArray[Any]
) -> Result:
    new: dict[str, list[int]] = {
        p.variable: variables[VARIABLES.index(p.variable), : synapses.n].tolist()
        for p in code.programs
    }
    counted: dict[tuple[str, int], int] = {}
    tallies = iter(counts.tolist())
    for program in code.programs:
        for address in range(len(program.instructions)):
            if tally := next(tallies):
                counted[program.variable, address] = tally
    return Result(new, counted)
