"""The arrays of a run, in groups that are laid out, bound and swapped together.

The groups are: what changes in every step, what no step changes, the scratch memory of a thread,
draws, and where probes write. `records` says where in the arrays each thing lies; `address_table`
says how compiled code finds the arrays.
Example: the weights of connection `c` are `arenas.synaptic[c["w"]:]`.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Tables(NamedTuple):
    """Records of a run: arrays of POPULATION, INPUT, CONNECTION, PROBE and EVENT_PROBE."""

    populations: Any
    inputs: Any
    connections: Any
    probes: Any
    event_probes: Any


class Arenas(NamedTuple):
    """State of one run; fixed point and float differ in the types of the first three.

    Parameters
    ----------
    neural : int32 or float64 array
        u, v, biases, inputs, delay rings of accumulated input.
    synaptic : int16 or float64 array
        w, d, t.
    traces : uint8 or float64 array
        Traces and their history within an epoch.
    times : uint8 array
        Spike times in the epoch, spike flags and counts.
    index : int32 array
        Spike lists, payloads, ends of refractory periods.
    wide : int64 array
        Counts and flags that plans change between runs.
    parameters : int64 or float64 array
        Neuron parameters, impulses.
    table : uint8 or float64 array
        Decay tables: the whole part for every trace value.
    threshold : uint64 array
        Decay tables: the draw below which the value is rounded up.
    bitsets : uint64 array
        Steps in which a post neuron spiked in the last epochs, epochs in which a pre neuron had a
        trace, and sets of neurons, see deferred/spike_log.py.
    literal : int32 or float64 array
        Rules' literals and synapse formats.
    """

    neural: Any
    synaptic: Any
    traces: Any
    times: Any
    index: Any
    wide: Any
    parameters: Any
    table: Any
    threshold: Any
    bitsets: Any
    literal: Any


class Constants(NamedTuple):
    """What no step changes: structure, sources, inputs.

    Parameters
    ----------
    index : int32 array
        Events, payloads, slots, edges of segments.
    post_offset16 : uint16 array
        Post neurons of sparse synapses, each within its panel.
    pointer : int64 array
        Row pointers and event pointers.
    neural : int32 or float64 array
        Input currents.
    traces : uint8 or float64 array
        Received third-factor traces.
    delays : uint8 array
    """

    index: Any
    post_offset16: Any
    pointer: Any
    neural: Any
    traces: Any
    delays: Any


class Block(NamedTuple):
    """Scratch of one kernel call; see emit/fixed_kernel.py.

    Parameters
    ----------
    variables : [3, BLOCK] int16 or float64
        Gathered w, d, t.
    inputs : [MAX_SLOTS, BLOCK] uint8 or float64
        Gathered or broadcast inputs.
    draws : [BLOCK] uint16
    variable_rows, input_rows : int64 arrays
        Addresses of the rows that the kernel works on, in the block or where they lie; behind that
        of each input, EACH or SAME.
    place : [BLOCK] int64
        Where in w, d, t each gathered synapse lies.
    pre, post : [BLOCK] int32
        Its pre and post neuron.
    i32_scratch_a, i32_scratch_b : [BLOCK] int32
    u64_scratch_a, u64_scratch_b : [BLOCK] uint64
        What else is known of it: `views` has a name for each use.
    spiked_pre, spiked_post : int32 arrays
        Neurons that spiked in the epoch: as long as the largest population, and APPENDED_AT_ONCE
        more.
    """

    variables: Any
    inputs: Any
    draws: Any
    variable_rows: Any
    input_rows: Any
    place: Any
    pre: Any
    post: Any
    i32_scratch_a: Any
    i32_scratch_b: Any
    u64_scratch_a: Any
    u64_scratch_b: Any
    spiked_pre: Any
    spiked_post: Any


class Draws(NamedTuple):
    """Draws shared by a whole connection, for every step of a call; see chip/random_bits.py.

    Parameters
    ----------
    decay : [connection, 6, step] uint64
        53 bits, of x1, x2, y1, y2, y3 and r1.
    impulse : [connection, 3, step] int64
        x, y when a post spike repeats, y.
    synaptic : [connection, step] uint16
        At the steps that end an epoch.
    """

    decay: Any
    impulse: Any
    synaptic: Any


class Output(NamedTuple):
    """Where probes write: one flat buffer an arena type, and events.

    Parameters
    ----------
    neural, synaptic, traces, times : arrays of the arenas' types
    events : [k, 3] int32
        Step, neuron and payload of each recorded spike.
    indices : int64 array
        Elements that probes chose.
    """

    neural: Any
    synaptic: Any
    traces: Any
    times: Any
    events: Any
    indices: Any
