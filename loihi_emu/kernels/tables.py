"""The shape of a plan in memory: records that say where in the arenas each thing lies.

State lives in a few flat arrays (arenas), each as narrow as its format; a population or connection
is a record of offsets into them. Kernels therefore compile once for every network.
Fixed point and float share the records; they differ in the arenas' types (see engine/state.py).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from loihi_emu.compiler.microcode import BEFORE

TRACES: Final = ("x1", "x2", "y1", "y2", "y3")
"""Traces of a learning connection, in the order of every table."""

N_X: Final = 2
N_TRACES: Final = len(TRACES)

OF_IMPULSES, OF_REPEATS, OF_OWN_DECAYS, OF_OWN_IMPULSES, OF_NOISE, OF_R1_DECAY, OF_R1_IMPULSE = (
    k * N_TRACES for k in range(1, 8)
)
"""Purposes of a neuron's draws, each the first of `N_TRACES` numbers. From 0 on they are for decays
of a connection's traces; then for their impulses, impulses of repeated spikes, decays and impulses
of the y traces of a learning LIF, noise, decay and impulse of r1."""

R1: Final = N_TRACES
"""Number of r1 in a connection's table of impulses, after the five traces."""

CLIP_V, WRAP_V = 1, 2
TO_INPUT, TO_MEMBRANE = range(2)

MOMENTS: Final = ("x0", "y0", "u", BEFORE)
"""Moments at which a product reads a trace: at a spike, at an epoch's end, before its spikes."""

AT_X0, AT_Y0, AT_U, AT_BEFORE = range(len(MOMENTS))

SLOT_X0: Final = len(MOMENTS) * N_TRACES
SLOT_Y0: Final = SLOT_X0 + 1
"""Codes of a kernel's inputs: moment * N_TRACES + trace for traces, then x0 and y0."""

# parameters of a population, in order
KEEP_U, KEEP_V, SPIKE_ABOVE, SPIKE_BELOW, INTERVAL, OFFSET, REFRACTORY = range(7)
N_PARAMETERS: Final = 7

ALWAYS_AT_REST: Final = -(1 << 30)
"""`rest_w`, `rest_t` of a connection: the lowest value that adding 0 keeps, or that none moves."""

# what a kernel's input row holds: an element a synapse, or one, repeated in the first LANES
EACH, SAME = -1, 0

# how a connection's draws are made
SHARED_DRAWS, COUNTER_DRAWS = range(2)

# what a learning LIF's y traces come from
FROM_NOTHING, FROM_SPIKES, FROM_THIRD_FACTOR = range(3)

# graded spike modes: Lava's numbers
REGULAR_IMPULSE, OVERWRITE, ADD_WITH_SATURATION, ADD_WITHOUT_SATURATION = range(4)


def _record(*names: str) -> np.dtype[Any]:
    """A record of int64 fields."""
    return np.dtype([(name, np.int64) for name in names], align=True)


POPULATION: Final = _record(
    "n", "is_source", "u", "v", "bias", "input", "until", "flags",
    "spikes", "payloads", "count", "listed", "counts", "parameters", "wrap_late", "clip_v",
    "wrap_driven", "input_edge",
    "noise_target", "noise_offset", "noise_exponent", "noise_low", "noise_span",
    "event_pointer", "events", "event_steps", "repeats",
    "y", "y1_from", "y2_from", "y3_from", "third_input", "tables", "impulses", "seed",
    "stream", "drop", "ending", "n_ending", "n_given",
)  # fmt: skip

INPUT: Final = _record("population", "n", "values", "steps", "repeats")

CONNECTION: Final = _record(
    "pre", "post", "target", "n_pre", "n_post", "n_synapses",
    "sparse", "one_to_one", "pointer", "near", "parts", "edges", "first_part", "pages",
    "page_parts",
    "row_lines", "part_lines", "stretch_bits", "piece_bits",
    "w", "d", "t", "ring", "ring_rows", "arrivals", "sent", "sampled", "delays",
    "learned_delay", "exponent", "scales_synapse", "limit", "down_to_zero", "cut_bits", "cut_down",
    "written", "graded", "first_epoch", "keeps_first",
    "learns", "enabled", "kernel", "epoch", "decimation", "in_seconds", "has_x0", "has_y0", "has_u",
    "needs_x",
    "rest_w", "rest_t", "loose_bits",
    "x", "y", "live", "hx", "hy", "at_own_spike", "tx", "ty",
    "tables", "jumps", "impulses", "literals", "form", "slots", "n_slots", "counts",
    "mode", "half_up", "mask_overflow", "repeat_drawn", "count_spikes", "nx", "ny",
    "kept", "third", "third_steps", "third_repeats", "third_population",
    "rewards", "reward", "reward_steps", "reward_repeats",
    "draw_kind", "draws", "drop", "stream", "seed",
    "late", "seen", "fired", "lively", "epochs_kept", "step_bits", "bits_inverse",
    "turn", "at_once", "late_traces", "late_counts", "late_draws",
    "stirred", "alive", "since", "since_shift", "since_sets",
)  # fmt: skip

PROBE: Final = _record(
    "arena", "start", "length", "every", "indices", "out", "samples", "connection"
)
EVENT_PROBE: Final = _record("population", "out", "capacity", "count")

NEURAL, SYNAPTIC, TRACE, TIME = range(4)
"""Arenas a probe can copy from."""

WORD: Final = 64
"""Neurons of a word of a set, see kernels/marks.py."""

FEW: Final = 4
"""Neurons of a word that are listed without asking whether they are there, see kernels/marks.py."""

LINE: Final = 64
"""Bytes of a cache line."""

NEIGHBOURS: Final = 16
"""Pre neurons whose notes of x traces lie together, see notes.noted_x."""

PAGE: Final = 1 << 16
"""Post neurons that 16 bits tell apart: indices of sparse synapses say where in a page."""

_ALIGNED: Final = 64  # neurons: what two threads write never shares a cache line


def edge(n: int, part: int, parts: int) -> int:
    """First of the neurons of a part, when n are shared out among `parts`; n after the last."""
    return n if part >= parts else (n * part // parts) & -_ALIGNED


ARRIVED, ROUND, FULL, AGREED = 0, 8, 16, 24
"""Places in the memory that threads share: counters of their barrier, each on a line of its own,
whether a buffer of events is full, and how many threads say yes to a question."""

CLAIMS: Final = 32
"""Where counters of claimed chunks begin, of each phase of learning a line for each thread."""

STIRRED, TURNS = 0, 1
"""Phases of learning in which threads help one another, see kernels/chunks.py."""

_PHASES, _PLACES_OF_A_LINE = 2, LINE // 8


def claim_place(phase: int, thread: int) -> int:
    """Where the counter of a thread's chunks lies."""
    return CLAIMS + (_PHASES * thread + phase) * _PLACES_OF_A_LINE


def shared_places(threads: int) -> int:
    """Places of the memory that so many threads share."""
    return claim_place(0, threads)


GENERATORS, GENERATOR_WORDS = 5, 5
"""PCG64 generators of a learning connection (decays of x and y, impulses of x and y, synapses), and
what is kept of each: state and increment, upper word first, and 32 bits drawn but not used."""

INVERSE_BITS: Final = 16
"""Binary point of `bits_inverse`: n * bits_inverse >> 16 is n divided by the bits of a step."""


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
        u, v, biases, inputs, rings of accumulated input.
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
    fired : uint64 array
        Steps in which a post neuron spiked in the last epochs, epochs in which a pre neuron had a
        trace, and sets of neurons, see kernels/notes.py.
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
    fired: Any
    literal: Any


class Constants(NamedTuple):
    """What no step changes: structure, sources, inputs.

    Parameters
    ----------
    index : int32 array
        Events, payloads, slots, edges of parts.
    near : uint16 array
        Post neurons of sparse synapses, each within its page.
    pointer : int64 array
        Row pointers and event pointers.
    neural : int32 or float64 array
        Input currents.
    traces : uint8 or float64 array
        Received third-factor traces.
    delays : uint8 array
    """

    index: Any
    near: Any
    pointer: Any
    neural: Any
    traces: Any
    delays: Any


class Block(NamedTuple):
    """Scratch of one kernel call; see source.emit_fixed.

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
    row, column : [BLOCK] int32
        Its pre and post neuron.
    number : [BLOCK] int32
        The epoch it is learning from.
    waiting : [BLOCK] uint64
        What it still has to learn from: spike steps, epoch by epoch.
    slot : [BLOCK] int32
        Where notes of its epoch lie.
    moment : [BLOCK] uint64
        Where x traces in the step of its spike lie.
    spiked_pre, spiked_post : int32 arrays
        Neurons that spiked in the epoch: as long as the largest population, and FEW more.
    """

    variables: Any
    inputs: Any
    draws: Any
    variable_rows: Any
    input_rows: Any
    place: Any
    row: Any
    column: Any
    number: Any
    waiting: Any
    slot: Any
    moment: Any
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
