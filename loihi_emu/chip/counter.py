"""Random bits as a pure function of where they are used, in plain Python integers.

Philox4x32-7 (Salmon, Moraes, Dror, Shaw, SC 2011): four 32-bit words of a 128-bit counter and a
64-bit key, tested against the vectors published with Random123. The counter says which:

    synapse   (post // 8, pre, epoch, stream)              8 lanes of 16 bits, one a post neuron
    neuron    (neuron // 8, purpose, step, stream | 2^31)  8 lanes of 16 bits, one a neuron

and the key is the seed. A purpose is the decay of x1, the impulse of x1, ... (kernels/tables.py).
kernels/counter.py is the same for compiled code.
Example: `philox((0, 0, 0, 0), (0, 0))[0]` is 0x5f6fb709.
"""

from __future__ import annotations

from typing import Final

ROUNDS: Final = 7
"""Seven pass every battery that the authors ran. Squares (Widynski 2020) is cheaper for scattered
synapses where a processor multiplies vectors of 64 bits; its 64-bit counter cannot hold epoch,
stream, pre and post neuron apart, and draws that meet would be equal."""

MULTIPLIERS: Final = (0xD2511F53, 0xCD9E8D57)
WEYL: Final = (0x9E3779B9, 0xBB67AE85)
"""Golden ratio and sqrt(3) - 1 in 32 bits: what the key grows by each round."""

OF_NEURONS: Final = 1 << 31
"""Set in the stream's word where the draw is a neuron's."""

_LANE_BITS: Final = 16
_LANES_PER_WORD: Final = 2
_LANES: Final = 8
_WORD: Final = (1 << 32) - 1
_LANE: Final = (1 << _LANE_BITS) - 1

Words4 = tuple[int, int, int, int]
Words2 = tuple[int, int]


def philox(counter: Words4, key: Words2, rounds: int = ROUNDS) -> Words4:
    """Philox4x32: four uniform 32-bit words.

    Parameters
    ----------
    counter : four int
        32 bits each.
    key : two int
        32 bits each.
    rounds : int
        7, as all draws use, or any other that vectors are published for.

    Returns
    -------
    four int

    Examples
    --------
    >>> [hex(word) for word in philox((0, 0, 0, 0), (0, 0))]
    ['0x5f6fb709', '0xd893f64', '0x4f121f81', '0x4f730a48']
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(rounds):
        p0, p1 = MULTIPLIERS[0] * c0, MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _WORD, (p0 >> 32) ^ c3 ^ k1, p0 & _WORD
        k0, k1 = (k0 + WEYL[0]) & _WORD, (k1 + WEYL[1]) & _WORD
    return c0, c1, c2, c3


def synaptic_draw(seed: int, stream: int, epoch: int, pre: int, post: int) -> int:
    """The 16 bits that round one synapse's update in one epoch."""
    lane = post % _LANES
    words = philox((post // _LANES, pre, epoch, stream), _key(seed))
    word = words[lane // _LANES_PER_WORD]
    return (word >> (_LANE_BITS * (lane % _LANES_PER_WORD))) & _LANE


def neuron_draw(seed: int, stream: int, step: int, purpose: int, neuron: int) -> int:
    """The 16 bits of one neuron in one step, for one purpose."""
    return synaptic_draw(seed, stream | OF_NEURONS, step, purpose, neuron)


def _key(seed: int) -> Words2:
    """A 64-bit seed as two words."""
    return seed & _WORD, seed >> 32
