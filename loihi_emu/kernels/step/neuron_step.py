"""A population's part of a step: its neurons take what arrives, and fire.

Neurons are taken some at a time, so that each loop finds in the first-level cache what the loop
before it left. Fixed and floating point share it (kernels/mode).
"""

from __future__ import annotations

from typing import Any, Final

from loihi_emu.kernels.gather.loops import fill
from loihi_emu.kernels.llvm.jit import jit
from loihi_emu.kernels.memory.views import neural_of, structure_of, wide_of
from loihi_emu.kernels.mode.neurons import integrate
from loihi_emu.kernels.mode.synaptic_input import deliver_arrivals
from loihi_emu.kernels.mode.trace_spikes import own_traces
from loihi_emu.kernels.step.current_input import inject
from loihi_emu.kernels.step.spike_lists import list_own_spikes
from loihi_emu.kernels.threads.partition import thread_range

_AT_ONCE: Final = 2048
"""Neurons that take a step together."""


@jit
def gather_input(
    p: Any, connections: Any, inputs: Any, m: Any, t: Any, first: Any, last: Any, at: Any,
    observed: Any,
) -> None:  # fmt: skip
    """What arrives in step t at neurons first .. last - 1 of a population, from 0, at `at` on.

    What connections accumulated, and input currents. `observed` says whether step t is the last
    that was asked for, after which anything can be looked at.
    """
    neural, wide, incoming = neural_of(m), wide_of(m), structure_of(m)[p.incoming :]
    if not p.is_source:
        fill(neural[at:], 0, last - first)
        if p.third_input >= 0:
            fill(neural[p.third_input + first :], 0, last - first)
    for k in range(p.n_incoming):
        c = connections[incoming[k]]
        given = at if c.target == p.input else c.target + first
        deliver_arrivals(c, m, t, first, last, given, observed or wide[c.input_is_probed])
    for k in range(p.n_incoming, p.n_incoming + p.n_inputs):
        inject(inputs[incoming[k]], m, t, first, last, at)


@jit
def step_population(
    p: Any, connections: Any, inputs: Any, m: Any, t: Any, observed: Any
) -> None:  # fmt: skip
    """A population's neurons of this thread take what arrives in step t; spikes are listed.

    What they are given lies for all where it does for the first, as it is looked at no more.
    """
    first, last = thread_range(m, p.n)
    at = p.input + first
    for start in range(first, last, _AT_ONCE):
        stop = min(start + _AT_ONCE, last)
        gather_input(p, connections, inputs, m, t, start, stop, at, observed)
        if not p.is_source:
            integrate(p, m, t, start, stop, at)
    if not p.is_source:
        list_own_spikes(p, m)
        if p.y >= 0:
            own_traces(p, m, t)
