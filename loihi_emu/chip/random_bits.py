"""Sources of random bits: who draws, when, and from which generator.

`Pcg64` gives Lava's streams, where all neurons and synapses of a connection share a draw. `Counter`
draws for each trace and synapse, inside the kernels. `Constant`, `Recorded` and `Drawn` give draws
that a user chose. Each connection opens a stream and reads it piece by piece.
Example: `Simulator(net, random=Constant(0.5))` rounds to nearest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip.decay import DECAY_DRAW_BITS
from loihi_emu.chip.formats import DRAW
from loihi_emu.chip.machines import Machine
from loihi_emu.errors import ParameterError

LAVA_SYNAPTIC_SEED = 2
"""Lava seeds the synaptic stream with 2, whatever the rule's rng_seed (Lava random.py)."""

PCG64_OFFSETS = np.array([0, 2, 1, 3], np.uint64)
"""What is added to a rule's seed for the streams of decays of x and y, of impulses of x and y."""

DRAW_COLUMNS = (
    "x1 decay", "x2 decay", "y1 decay", "y2 decay", "y3 decay", "r1 decay",
    "x impulse", "repeated y impulse", "y impulse", "synaptic",
)  # fmt: skip
"""Draws of one connection in one step, in the order of a recorded or drawn row."""

_DECAYS, _IMPULSES = slice(0, 6), slice(6, 9)
_BELOW_DECAY, _BELOW_SYNAPTIC = np.uint64(64 - DECAY_DRAW_BITS), np.uint64(64 - DRAW.bits)
"""Low bits of 64 that a draw leaves out."""


class SharedDraws(NamedTuple):
    """Draws of one connection for some steps.

    Parameters
    ----------
    decay : [6, step] uint64
        53 bits, for x1, x2, y1, y2, y3 and r1.
    impulse : [3, step] int64
        For x, for repeated post spikes, for y: as many bits as the machine compares.
    synaptic : [step] uint16
        Meaningful at steps that end an epoch.
    """

    decay: NDArray[np.uint64]
    impulse: NDArray[np.int64]
    synaptic: NDArray[np.uint16]


class Stream(Protocol):
    """The draws of one connection, in the order of time."""

    def take(self, start: int, n_steps: int, t_epoch: int) -> SharedDraws:
        """Draws of steps start + 1 .. start + n_steps."""


@runtime_checkable
class RandomSource(Protocol):
    """Something that opens a stream for a connection; `counter` sources draw in the kernels."""

    @property
    def kind(self) -> Literal["shared", "counter"]:
        """Whether one draw serves a whole connection or kernels draw for each."""

    def open(self, machine: Machine, seed: int, connection: int) -> Stream:
        """The stream of connection number `connection`, whose rule or run has `seed`."""


@dataclass(frozen=True)
class Pcg64:
    """Lava's streams: NumPy's PCG64, one draw for all neurons or synapses of a connection."""

    kind: Literal["shared", "counter"] = "shared"

    def open(self, machine: Machine, seed: int, connection: int) -> Stream:
        """Streams seeded s, s+1, s+2, s+3 for traces and 2 for synapses; one draw is skipped."""
        del connection
        return Pcg64Stream(machine, seed)


class Pcg64Stream:
    """Spec "Random streams": each generator draws once when made, then twice a step or an epoch."""

    def __init__(self, machine: Machine, seed: int) -> None:
        opened = [np.random.default_rng(seed + offset) for offset in PCG64_OFFSETS.tolist()]
        self._decays, self._impulses = opened[:2], opened[2:]
        self._synaptic = np.random.default_rng(LAVA_SYNAPTIC_SEED)
        self._size = 1 << machine.impulse_draw_bits
        for generator in (*self._decays, self._synaptic):
            generator.random()
        for generator in self._impulses:
            generator.integers(0, self._size)

    def position(self) -> list[dict[str, Any]]:
        """Where the generators are, as data."""
        return [dict(g.bit_generator.state) for g in self._generators]

    def go_to(self, position: list[dict[str, Any]]) -> None:
        """Go on from a `position`; ValueError, KeyError or TypeError if it is none."""
        for generator, state in zip(self._generators, position, strict=True):
            generator.bit_generator.state = state

    @property
    def _generators(self) -> tuple[np.random.Generator, ...]:
        return (*self._decays, *self._impulses, self._synaptic)

    def take(self, start: int, n_steps: int, t_epoch: int) -> SharedDraws:
        """Two advances a step: post spikes use the first, the learning phase the second."""
        x_decay, y_decay = (_raw(g, 2 * n_steps)[1::2] >> _BELOW_DECAY for g in self._decays)
        decay = np.empty((6, n_steps), np.uint64)
        decay[:2], decay[2:5], decay[5] = x_decay, y_decay, x_decay
        x, y = (g.integers(0, self._size, (n_steps, 2)) for g in self._impulses)
        impulse = np.empty((3, n_steps), np.int64)
        impulse[0], impulse[1:] = x[:, 1], y.T
        synaptic = np.zeros(n_steps, np.uint16)
        ends = synaptic[t_epoch - 1 - start % t_epoch :: t_epoch]
        ends[:] = _raw(self._synaptic, ends.size) >> _BELOW_SYNAPTIC
        return SharedDraws(decay, impulse, synaptic)


@dataclass(frozen=True)
class Counter:
    """A draw for each trace, neuron and step, and for each synapse and epoch.

    A draw is computed from seed, stream, time and place with Threefry2x32-14. So the result does
    not depend on the order of computation, on threads, or on what was skipped.
    """

    kind: Literal["shared", "counter"] = "counter"

    def open(self, machine: Machine, seed: int, connection: int) -> Stream:
        """Kernels draw; this stream only fills the place of shared draws."""
        del machine, seed, connection
        return _Unused()


class _Unused:
    """Shared draws of nobody."""

    def take(self, start: int, n_steps: int, t_epoch: int) -> SharedDraws:
        """Zeros."""
        del start, t_epoch
        return SharedDraws(
            np.zeros((6, n_steps), np.uint64),
            np.zeros((3, n_steps), np.int64),
            np.zeros(n_steps, np.uint16),
        )


@dataclass(frozen=True)
class Constant:
    """Every draw is the same number.

    Parameters
    ----------
    value : float
        0 <= value < 1. 0 rounds every fraction up, 0.5 rounds to nearest, 0.999 rounds down.
    """

    value: float
    kind: Literal["shared", "counter"] = "shared"

    def __post_init__(self) -> None:
        if not isinstance(self.value, int | float | np.number) or not 0 <= self.value < 1:
            raise ParameterError(f"a constant draw is {self.value!r}; allowed: 0 <= value < 1")

    def open(self, machine: Machine, seed: int, connection: int) -> Stream:
        """A stream of the constant."""
        del seed, connection
        return _Uniform(machine, lambda shape, _: np.full(shape, self.value))


@dataclass(frozen=True)
class Drawn:
    """Draws from your own function.

    Parameters
    ----------
    function : callable
        `function(connection, steps)` returns uniform numbers in [0, 1) of shape [step, 10] for the
        given steps. The columns are those of `DRAW_COLUMNS`. `connection` numbers the plastic
        connections in the order of the network.
    """

    function: Callable[[int, NDArray[np.int64]], NDArray[np.float64]]
    kind: Literal["shared", "counter"] = "shared"

    def open(self, machine: Machine, seed: int, connection: int) -> Stream:
        """A stream that asks the function chunk by chunk."""
        del seed
        return _Uniform(
            machine, lambda shape, steps: _checked(self.function, connection, steps, shape)
        )


@dataclass(frozen=True)
class Recorded:
    """Draws from an array. Row 0 is for step 1; the columns are those of `Drawn`.

    Parameters
    ----------
    draws : [step, 10] float array
        Uniform numbers in [0, 1). A run that is longer than the array ends with an error.
    """

    draws: NDArray[np.float64]
    kind: Literal["shared", "counter"] = "shared"

    def open(self, machine: Machine, seed: int, connection: int) -> Stream:
        """A stream that reads the rows of its steps."""

        def rows(_connection: int, steps: NDArray[np.int64]) -> NDArray[np.float64]:
            if steps.size and steps[-1] > len(self.draws):
                raise ParameterError(
                    f"recorded draws end with step {len(self.draws)}; step {steps[-1]} needs more"
                )
            return np.asarray(self.draws)[steps - 1]

        return Drawn(rows).open(machine, seed, connection)


class _Uniform:
    """Shared draws from uniform numbers of a shape [step, 10]."""

    def __init__(
        self,
        machine: Machine,
        uniform: Callable[[tuple[int, int], NDArray[np.int64]], NDArray[np.float64]],
    ) -> None:
        self._bits = machine.impulse_draw_bits
        self._uniform = uniform

    def take(self, start: int, n_steps: int, t_epoch: int) -> SharedDraws:
        """Each draw in as many bits as it is compared with."""
        del t_epoch
        steps = start + 1 + np.arange(n_steps)
        u = self._uniform((n_steps, len(DRAW_COLUMNS)), steps).T
        impulse = np.floor(np.ldexp(u[_IMPULSES], self._bits)).astype(np.int64)
        return SharedDraws(_uniform_bits(u[_DECAYS]), impulse, _synaptic_bits(u[-1]))


def _checked(
    function: Callable[[int, NDArray[np.int64]], Any],
    connection: int,
    steps: NDArray[np.int64],
    shape: tuple[int, int],
) -> NDArray[np.float64]:
    """What a user's function drew, if it is what it has to be."""
    drawn = np.asarray(function(connection, steps), dtype=np.float64)
    if drawn.shape != shape:
        raise ParameterError(f"draws have shape {drawn.shape}; allowed: {shape}")
    if drawn.size and not (drawn.min() >= 0 and drawn.max() < 1):
        raise ParameterError(f"draws lie in {drawn.min()}..{drawn.max()}; allowed: 0 <= draw < 1")
    return drawn


def _raw(generator: np.random.Generator, n: int) -> NDArray[np.uint64]:
    """64 bits for each of n draws; NumPy's `random` gives their upper 53 as a fraction."""
    return generator.bit_generator.random_raw(n)


def _uniform_bits(uniform: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Numbers in [0, 1) as 53 bits."""
    return np.floor(np.ldexp(uniform, DECAY_DRAW_BITS)).astype(np.uint64)


def _synaptic_bits(uniform: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Numbers in [0, 1) as the 16 bits of a synaptic draw."""
    return np.floor(np.ldexp(uniform, DRAW.bits)).astype(np.uint16)
