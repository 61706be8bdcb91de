"""Random bits computed from the place where they are used, in plain Python integers.

Threefry2x32-14 (Salmon, Moraes, Dror, Shaw, SC 2011): two 32-bit words of a counter and two of a
key, tested against the vectors published with Random123. A key is made of the seed, of the stream
and of what draws, by the same function:

    synapses of a connection    (seed, stream)
    neurons of a connection or population    (seed, stream | 2^31)

To its upper word the epoch or step is added; the counter says whose draw it is:

    synapse   (post // 4, pre)         4 lanes of 16 bits, one a post neuron
    neuron    (neuron // 4, purpose)   4 lanes of 16 bits, one a neuron

A purpose is the decay of x1, the impulse of x1, ... (kernels/memory/records.py).
kernels/random/threefry.py is the same for compiled code.
Example: `threefry((0, 0), (0, 0), 13)[0]` is 0x9d1c5ec6.
"""

from __future__ import annotations

from typing import Any, Final

ROUNDS: Final = 14
"""The authors know of no flaw of Threefry2x32 with 13 or more (Random123, threefry.h). Of the one
of 64-bit words they found one at 13 where keys and counters grow by strides, as here, and none at
14. Of Philox4x32 they warn at 7 rounds (philox.h), and it multiplies 64 bits, of which a processor
does fewer at once, as Squares (Widynski 2020), whose keys have to be chosen one by one: an epoch
cannot be added to them."""

ROTATIONS: Final = (13, 15, 26, 6, 17, 29, 16, 24)
"""Of a round, then the next; those of the ninth are the first again."""

PARITY: Final = 0x1BD11BDA
"""What makes the third word of a key of the two others."""

ROUNDS_BETWEEN_KEYS: Final = 4
"""Rounds after which words of the key are added once more."""

OF_NEURONS: Final = 1 << 31
"""Set in the stream's word where a key is of neurons."""

LANE_BITS, LANES, LANES_PER_WORD = 16, 4, 2
"""Bits of a draw; draws of one call, and of one of its words."""

WORD_BITS: Final = 32
_WORD: Final = (1 << WORD_BITS) - 1
_LANE: Final = (1 << LANE_BITS) - 1
_UPPER: Final = _WORD >> 1

Words = tuple[Any, Any]


def threefry(counter: Words, key: Words, rounds: int = ROUNDS) -> Words:
    """Threefry2x32: two uniform 32-bit words.

    Parameters
    ----------
    counter : two int, or uint64 arrays
        32 bits each.
    key : two int, or uint64 arrays
        32 bits each.
    rounds : int
        14, as all draws use, or any other; vectors are published for 13, 20 and 32.

    Returns
    -------
    two int, or uint64 arrays

    Examples
    --------
    >>> [hex(word) for word in threefry((0, 0), (0, 0), rounds=13)]
    ['0x9d1c5ec6', '0x8bd50731']
    """
    keys = *key, PARITY ^ key[0] ^ key[1]
    x0, x1 = (counter[0] + keys[0]) & _WORD, (counter[1] + keys[1]) & _WORD
    for done in range(1, rounds + 1):
        turn = ROTATIONS[(done - 1) % len(ROTATIONS)]
        x0 = (x0 + x1) & _WORD
        x1 = (((x1 << turn) | (x1 >> (WORD_BITS - turn))) & _WORD) ^ x0
        if done % ROUNDS_BETWEEN_KEYS == 0:
            times = done // ROUNDS_BETWEEN_KEYS
            x0 = (x0 + keys[times % 3]) & _WORD
            x1 = (x1 + keys[(times + 1) % 3] + times) & _WORD
    return x0, x1


def key_of(seed: Any, stream: int) -> Any:
    """The key of a stream's synapses or, where OF_NEURONS is set in it, neurons: 63 bits.

    Parameters
    ----------
    seed : int, or uint64 array
        64 bits.
    stream : int
        32 bits.

    Returns
    -------
    int, or uint64 array
        One bit less than two words, so that it is a number in a record of a run.

    Examples
    --------
    >>> low, high = threefry((0, 0), (0, 0))
    >>> key_of(0, 0) == low | ((high & 0x7fffffff) << 32)
    True
    """
    low, high = threefry((stream, 0), (seed & _WORD, seed >> WORD_BITS))
    return low | ((high & _UPPER) << WORD_BITS)


def draw(key: int, time: int, which: int, place: int) -> int:
    """The 16 bits that round one synapse's update in one epoch, or that one neuron draws in a step.

    Parameters
    ----------
    key : int
        Of a stream's synapses or neurons.
    time : int
        Epoch or step.
    which : int
        Pre neuron or purpose.
    place : int
        Post neuron or neuron.

    Returns
    -------
    int
        0 to 65535.
    """
    words = key & _WORD, ((key >> WORD_BITS) + time) & _WORD
    lane = place % LANES
    word: int = threefry((place // LANES, which), words)[lane // LANES_PER_WORD]
    return (word >> (LANE_BITS * (lane % LANES_PER_WORD))) & _LANE
