"""A rule on one synapse in fixed point: the interpreter runs its microcode.

Example: `dw = 2^-2*x1*y0` reads x1 at y0: as it was in the step of the post neuron's last spike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loihi_emu.chip import counter
from loihi_emu.compiler.microcode import FORMAT_FIELDS, Microcode
from loihi_emu.kernels.memory.records import SHARED_DRAWS
from loihi_emu.kernels.reference.interpreter import interpret
from loihi_emu.kernels.reference.memory import Memory, Moment, Synapse


def update(
    c: Any, memory: Memory, synapse: Synapse, value_of: Callable[[str], int], u: int, moment: Moment
) -> None:  # fmt: skip
    """Variables of a synapse after the rule."""
    code: Microcode = memory.rules[c.draws]
    synaptic = memory.state.synaptic
    places = {"w": c.w, "d": c.d, "t": c.t}
    variables = {v: synaptic[at + synapse.k] if at >= 0 else 0 for v, at in places.items()}
    inputs = {slot: int(value_of(slot)) for slot in code.slots} | {"u": u}
    counts: dict[tuple[str, int], int] = {}
    draw = _draw(c, memory, synapse, moment)
    formats, watch = _formats(c, memory, code), memory.watch
    log = None
    if watch is not None and watch.is_of(c, synapse.pre, synapse.post):
        log = watch.begin(c, memory.state.times, variables, inputs, formats, draw)
    new = interpret(code, variables, inputs, formats, draw, counts, log)
    for variable, value in new.items():
        synaptic[places[variable] + synapse.k] = value
    first = c.counts
    for program in code.programs:
        for address in range(len(program.instructions)):
            memory.state.wide[first + address] += counts.get((program.variable, address), 0)
        first += len(program.instructions)


def _formats(c: Any, memory: Memory, code: Microcode) -> dict[str, list[int]]:
    """What each variable's format tells its program."""
    n = len(FORMAT_FIELDS)
    starts = range(c.synapse_format, c.synapse_format + n * len(code.programs), n)
    return {
        program.variable: memory.state.literal[start : start + n]
        for program, start in zip(code.programs, starts, strict=True)
    }


def _draw(c: Any, memory: Memory, synapse: Synapse, moment: Moment) -> int:
    """16 bits for a synapse's rounding: shared by the connection, or its own."""
    if c.draw_kind == SHARED_DRAWS:
        return int(memory.draws.synaptic[c.draws][moment.s])
    return counter.draw(c.synaptic_key, moment.epoch, synapse.pre, synapse.post)
