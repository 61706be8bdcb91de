"""What a population adds to a plan: where its state and spikes lie, and its first values.

Example: `reserve_population(context, 0, LIF(100))["n"]` is 100.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.chip.counter import OF_NEURONS, key_of
from loihi_emu.compiler import Trace
from loihi_emu.description.populations import Neurons, Population
from loihi_emu.description.sources import SpikeEvents
from loihi_emu.kernels.memory.arrays import Arenas
from loihi_emu.kernels.memory.records import (
    FROM_NOTHING,
    FROM_SPIKES,
    FROM_THIRD_FACTOR,
    N_PARAMETERS,
    N_X,
    TRACES,
)
from loihi_emu.plan.layout import PlanContext, write_at

_Y: Final = TRACES[N_X:]
_OWN_UNITS: Final = (1.0,) * len(_Y)  # a neuron's own traces know no epoch: tau counts steps


def reserve_population(context: PlanContext, number: int, item: Population) -> dict[str, int]:
    """Offsets of one population."""
    n, reserve = item.n, context.state.reserve
    record = {
        "n": n, "spikes": reserve("index", n, "spike lists"),
        "payloads": reserve("index", n, "spike lists"), "count": reserve("wide", 1, "flags"),
        "thread_spike_lists": reserve("index", 2 * n * (context.threads > 1), "spike counts"),
        "thread_spike_counts": reserve("wide", context.threads, "spike counts"),
        "refractory_until": -1, "y": -1, "third_input": -1, "input": -1, "noise_target": -1,
        "neural_key": key_of(context.seed, number | OF_NEURONS), "relayed": -1,
    }  # fmt: skip
    if isinstance(item, SpikeEvents):
        pointer = context.fixed.reserve("pointer", item.length + 1, "events")
        events = context.fixed.reserve("index", 2 * item.steps.size, "events")
        return record | {
            "is_source": 1, "event_pointer": pointer, "events": events,
            "event_steps": item.length, "repeats": int(item.repeat),
        }  # fmt: skip
    if not isinstance(item, Neurons):
        return record | {"is_source": 1}
    record |= {name: reserve("neural", n, "neuron state") for name in ("u", "v", "input")}
    record["bias"] = reserve("neural", n, "biases")
    record |= context.engine.neuron_flags(item, context.machine)
    record["flags"] = reserve("times", n, "neuron state")
    record["parameters"] = reserve("parameters", N_PARAMETERS, "parameters")
    if item.refractory_period is not None:
        record["refractory_until"] = reserve("index", n, "neuron state")
    if any(source is not None for source in item.y):
        record |= _reserve_own_traces(context, item)
    return record


def _reserve_own_traces(context: PlanContext, item: Neurons) -> dict[str, int]:
    """Offsets of a learning LIF's y traces."""
    record = {"y": context.state.reserve("traces", len(_Y) * item.n, "traces")}
    for name, source in zip(_Y, item.y, strict=True):
        kind = FROM_SPIKES if isinstance(source, Trace) else FROM_THIRD_FACTOR
        record[f"{name}_from"] = FROM_NOTHING if source is None else kind
    record["third_input"] = context.state.reserve("neural", item.n, "neuron state")
    table, _ = context.engine.tables(_own_traces(item), context.machine, 1, _OWN_UNITS)
    record["tables"] = context.state.reserve("table", table.size, "tables")
    context.state.reserve("threshold", table.size, "tables")
    record["impulses"] = context.state.reserve("parameters", 2 * len(_Y), "parameters")
    return record


def initialise_neurons(context: PlanContext, record: Any, item: Neurons, arenas: Arenas) -> None:
    """Initial u and v, biases and parameters."""
    n = item.n
    for name in ("u", "v"):
        place = record[name]
        values = context.engine.state(name, getattr(item, name), item.label)
        arenas.neural[place : place + n] = values
    arenas.neural[record["bias"] : record["bias"] + n] = context.engine.bias(item)
    write_at(
        arenas.parameters, record["parameters"], context.engine.parameters(item, context.machine)
    )
    if record["y"] >= 0:
        traces = _own_traces(item)
        table, threshold = context.engine.tables(traces, context.machine, 1, _OWN_UNITS)
        write_at(arenas.table, record["tables"], table)
        write_at(arenas.threshold, record["tables"], threshold)
        impulses = context.engine.impulses(traces, context.machine, context.bounded)
        write_at(arenas.parameters, record["impulses"], impulses)


def initialise_events(record: Any, item: SpikeEvents, arrays: dict[str, Any]) -> None:
    """Events of a source: pointer a step, then (neuron, payload) pairs."""
    pointer = np.searchsorted(item.steps, np.arange(item.length + 1) + 1)
    write_at(arrays["pointer"], record["event_pointer"], pointer)
    pairs = np.column_stack([item.neurons, item.payloads]).ravel()
    write_at(arrays["index"], record["events"], pairs)


def _own_traces(item: Neurons) -> tuple[Trace, ...]:
    """Traces of a learning LIF; those it does not keep are null."""
    return tuple(y if isinstance(y, Trace) else Trace() for y in item.y)
