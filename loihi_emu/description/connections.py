"""Connections: dense and sparse synapses, static or plastic, with exponent, bits, sign and delay.

A user's arrays are [post, pre]. Sparse values are sorted by pre, then by post neuron, as in memory.
A sparse connection needs memory for its synapses only; explicit zeros are synapses.
Example: `Dense(pre, post, weights, rule=LearningRule(dw="x1*y0", x1=Trace(16, 10)))`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.chip.formats import DELAYS, WEIGHT_BITS, WEIGHT_EXPONENTS, WEIGHT_LIMITS
from loihi_emu.chip.machines import SIGN_MODES
from loihi_emu.compiler import LearningRule
from loihi_emu.description.free_memory import check_memory
from loihi_emu.description.populations import Neurons, Population, ThirdFactor
from loihi_emu.description.sources import RewardSource, TraceSource
from loihi_emu.description.sparse_triplets import smallest_dtype, sort_triplets
from loihi_emu.description.validation import (
    instance_of,
    one_of,
    whole_number,
    whole_numbers,
)
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.llvm.sizes import PANEL

_BYTES_PER_SYNAPSE = 10  # a weight as given and as held

GRADED_MODES = (
    "USE_REGULAR_IMPULSE",
    "OVERWRITE",
    "ADD_WITH_SATURATION",
    "ADD_WITHOUT_SATURATION",
)
"""What a graded spike does to x1; the order is that of Lava's GradedSpikeCfg 0..3."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Connection:
    """Synapses from `pre` to `post`; `Dense` and `Sparse` make it.

    Attributes
    ----------
    pre : Population
    post : Population or ThirdFactor
    panel_ptr : [n_pre * n_panels + 1] int64 array or None
        First synapse of each row in each panel of 65,536 post neurons, of a sparse connection;
        None for a dense one.
    post_offset16 : [synapse] uint16 array or None
        Post neuron of each synapse of a sparse connection within its panel, ascending in each.
    weights, tag_1, tag_2 : [synapse] array
        In the order of (pre, post): int16 where that holds what was given, else float64.
    delays : [synapse] uint8 array or None
    """

    pre: Population
    post: Population | ThirdFactor
    weights: NDArray[Any]
    tag_1: NDArray[Any]
    tag_2: NDArray[Any]
    delays: NDArray[np.uint8] | None
    panel_ptr: NDArray[np.int64] | None
    post_offset16: NDArray[np.uint16] | None
    rule: LearningRule | None
    sign_mode: str
    weight_exp: int
    num_weight_bits: int
    num_message_bits: int
    graded: str
    third_factor: TraceSource | Neurons | None
    name: str
    post_spikes: Population | None = None
    reward: RewardSource | None = None
    weight_limit: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        label = self.label
        instance_of(f"{type(self).__name__} name", self.name, str, "a string")
        for key, kinds, allowed in _PARTS:
            if getattr(self, key) is not None:
                instance_of(f"{label} {key}", getattr(self, key), kinds, allowed)
        if not (self.rule is None or isinstance(self.rule, LearningRule)):
            raise ParameterError(
                f"{label} rule is a {type(self.rule).__name__}; allowed: LearningRule, "
                'such as LearningRule(dw="x1*y0", x1=Trace(16, 10))'
            )
        one_of(f"{label} sign_mode", self.sign_mode, SIGN_MODES)
        one_of(f"{label} graded", self.graded, GRADED_MODES)
        whole_number(f"{label} weight_exp", self.weight_exp, WEIGHT_EXPONENTS)
        whole_number(f"{label} num_weight_bits", self.num_weight_bits, WEIGHT_BITS)
        whole_number(f"{label} num_message_bits", self.num_message_bits, (0, 24))
        if self.weight_limit is not None:
            _check_limit(f"{label} weight_limit", self.weight_limit)
        if self.rule is None and self.third_factor is not None:
            raise ParameterError(f"{label} has a third_factor and no rule to use it")
        if self.rule is None and self.reward is not None:
            raise ParameterError(f"{label} has a reward and no rule to use it")
        if self.post_spikes is not None and self.rule is None:
            raise ParameterError(f"{label} has post_spikes and no rule to use them")
        if self.post_spikes is not None and self.post_spikes.n != self.post.n:
            raise ParameterError(
                f"{label} post_spikes has {self.post_spikes.n} neurons; allowed: {self.post.n}"
            )
        if self.rule is not None and isinstance(self.post, ThirdFactor):
            raise ParameterError(f"{label} learns; a connection to a ThirdFactor is static")
        if isinstance(self.third_factor, TraceSource):
            columns = np.asarray(self.third_factor.y1).shape[1]
            if columns != self.post.n:
                raise ParameterError(
                    f"{label} third_factor has {columns} neurons; allowed: {self.post.n}"
                )
        if isinstance(self.third_factor, Neurons) and self.third_factor.n != self.post.n:
            raise ParameterError(
                f"{label} third_factor has {self.third_factor.n} neurons; allowed: {self.post.n}"
            )

    @property
    def label(self) -> str:
        """The name, or the kind if there is no name."""
        return self.name or ("Dense" if self.panel_ptr is None else "Sparse")

    @property
    def shape(self) -> tuple[int, int]:
        """(post, pre)."""
        return self.post.n, self.pre.n

    @property
    def n_synapses(self) -> int:
        """Number of synapses, explicit zeros included."""
        return self.weights.size

    @property
    def graded_mode(self) -> int:
        """Number of the graded mode, 0 where spikes are binary."""
        return GRADED_MODES.index(self.graded)

    @property
    def n_panels(self) -> int:
        """Panels of 65,536 post neurons that 16-bit offsets need."""
        return -(-self.post.n // PANEL)

    @property
    def pointer(self) -> NDArray[np.int64] | None:
        """First synapse of each row of a sparse connection, [n_pre + 1]; None for a dense one."""
        return None if self.panel_ptr is None else self.panel_ptr[:: self.n_panels]

    def pairs(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Post and pre neuron of every synapse, sorted by pre, then by post neuron."""
        if self.panel_ptr is None or self.post_offset16 is None:
            pre, post = np.divmod(np.arange(self.n_synapses, dtype=np.int64), self.post.n)
            return post.astype(np.int32), pre.astype(np.int32)
        per_row = np.arange(self.pre.n * self.n_panels, dtype=np.int32)
        segment = np.repeat(per_row, np.diff(self.panel_ptr))
        pre, panel = np.divmod(segment, np.int32(self.n_panels))
        return panel * np.int32(PANEL) + self.post_offset16, pre


def _check_limit(name: str, limit: tuple[int, int]) -> None:
    """Refuse what is not the mantissa and the exponent of a weight limit."""
    if not (isinstance(limit, tuple) and len(limit) == 2):
        raise ParameterError(f"{name} is {limit!r}; allowed: (mantissa, exponent)")
    for part, value in zip(("mantissa", "exponent"), limit, strict=True):
        whole_number(f"{name} {part}", value, WEIGHT_LIMITS)


_PARTS = (
    ("post_spikes", Population, "a population or None"),
    ("third_factor", (TraceSource, Neurons), "a TraceSource, a LearningLIF or None"),
    ("reward", RewardSource, "a RewardSource or None"),
)


def _label(name: str, kind: str, pre: Any, post: Any) -> str:
    """What messages call a connection, whose ends are checked."""
    instance_of(f"{kind} name", name, str, "a string")
    label = name or kind
    instance_of(f"{label} pre", pre, Population, "a population")
    instance_of(f"{label} post", post, (Population, ThirdFactor), "a population or ThirdFactor")
    return label


def Dense(  # noqa: N802
    pre: Population,
    post: Population | ThirdFactor,
    weights: ArrayLike,
    *,
    rule: LearningRule | None = None,
    sign_mode: str = "MIXED",
    weight_exp: int = 0,
    num_weight_bits: int = 8,
    num_message_bits: int = 0,
    graded: str = "USE_REGULAR_IMPULSE",
    delays: ArrayLike | None = None,
    tag_1: ArrayLike = 0,
    tag_2: ArrayLike = 0,
    third_factor: TraceSource | Neurons | None = None,
    reward: RewardSource | None = None,
    post_spikes: Population | None = None,
    weight_limit: tuple[int, int] | None = None,
    name: str = "",
) -> Connection:
    """Connect every pre neuron with every post neuron.

    Parameters
    ----------
    pre, post : Population
        `post` may be a spike source. The rule then takes the source's spikes as post spikes.
    weights : [post, pre] array_like
        Initial weights, or one number for all. In fixed point -256..255; `sign_mode` may narrow
        the range.
    rule : LearningRule, optional
        Makes the connection plastic.
    sign_mode : {'MIXED', 'EXCITATORY', 'INHIBITORY'}
        Weights of any sign, from 0 up, or from 0 down.
    weight_exp : int
        -8..7. In fixed point, the input of the post neuron is multiplied by 2^weight_exp.
    num_weight_bits : int
        1..8: bits of a stored weight (fixed point).
    num_message_bits : int
        0: spikes are binary. Otherwise a spike delivers weight times payload.
    graded : str
        What a graded spike does to x1, one of `GRADED_MODES`.
    delays : [post, pre] array_like, optional
        0..63 steps, added to the one step that every synapse takes.
    tag_1, tag_2 : [post, pre] array_like
        Initial tag t and initial delay d of the rule.
    third_factor : TraceSource or learning LIF, optional
        Source of y1, y2 and y3 in a three-factor rule.
    reward : RewardSource, optional
        Source of r0 and r1. Without one they are 0.
    post_spikes : Population, optional
        Population whose spikes the rule takes as post spikes (default `post`). It has as many
        neurons as `post`.
    weight_limit : (int, int), optional
        weightLimitMant and weightLimitExp of scripts for Loihi 1, each 0..15. What it does is the
        machine's `weight_limit`; the named machines ignore it.
    name : str

    Returns
    -------
    Connection

    Raises
    ------
    ParameterError
        A value of the wrong shape, type or range.

    Examples
    --------
    >>> from loihi_emu import LIF, SpikeSource
    >>> Dense(SpikeSource([[1, 0]]), LIF(1), [[3, -4]]).shape
    (1, 2)
    """
    label = _label(name, "Dense", pre, post)
    shape = (post.n, pre.n)

    check_memory(f"{label} of shape {shape}", post.n * pre.n * _BYTES_PER_SYNAPSE)

    def flat(key: str, values: ArrayLike) -> NDArray[Any]:
        if np.ndim(values) == 0:
            return np.broadcast_to(smallest_dtype(f"{label} {key}", values), (post.n * pre.n,))
        return smallest_dtype(f"{label} {key}", values, shape).T.ravel()

    return Connection(
        pre=pre, post=post, weights=flat("weights", weights), tag_1=flat("tag_1", tag_1),
        tag_2=flat("tag_2", tag_2),
        delays=None if delays is None else whole_numbers(f"{label} delays", delays, DELAYS, shape)
        .T.ravel().astype(np.uint8),
        panel_ptr=None, post_offset16=None, rule=rule, sign_mode=sign_mode, weight_exp=weight_exp,
        num_weight_bits=num_weight_bits, num_message_bits=num_message_bits, graded=graded,
        third_factor=third_factor, reward=reward, post_spikes=post_spikes,
        weight_limit=weight_limit, name=name,
    )  # fmt: skip


def Sparse(  # noqa: N802
    pre: Population,
    post: Population | ThirdFactor,
    weights: Any,
    *,
    rule: LearningRule | None = None,
    sign_mode: str = "MIXED",
    weight_exp: int = 0,
    num_weight_bits: int = 8,
    num_message_bits: int = 0,
    graded: str = "USE_REGULAR_IMPULSE",
    delays: Any = None,
    tag_1: Any = 0,
    tag_2: Any = 0,
    third_factor: TraceSource | Neurons | None = None,
    reward: RewardSource | None = None,
    post_spikes: Population | None = None,
    weight_limit: tuple[int, int] | None = None,
    name: str = "",
) -> Connection:
    """Connect listed pairs of neurons; everything else is as for `Dense`.

    Parameters
    ----------
    pre, post : Population
    weights : scipy sparse array of shape [post, pre], or (post, pre, values)
        Explicit zeros are synapses. A pair that is listed twice is refused.
    rule, sign_mode, weight_exp, num_weight_bits, num_message_bits, graded, third_factor
        As for `Dense`.
    delays, tag_1, tag_2 : array_like or sparse
        One number; one value for each synapse, in the order of `weights`; a dense [post, pre]
        array; or a scipy sparse array with the same pairs.
    post_spikes, weight_limit, name
        As for `Dense`.

    Returns
    -------
    Connection

    Raises
    ------
    ParameterError
        A value of the wrong shape, type or range.

    Examples
    --------
    >>> from loihi_emu import LIF, SpikeSource
    >>> Sparse(SpikeSource([[1, 0]]), LIF(3), ([0, 2], [1, 0], [5, 7])).n_synapses
    2
    """
    label = _label(name, "Sparse", pre, post)
    synapses = sort_triplets(label, weights, (post.n, pre.n))
    n_panels = -(-post.n // PANEL)
    places = synapses.pre.astype(np.int64) * n_panels + synapses.post // PANEL
    per_place = np.bincount(places, minlength=pre.n * n_panels)
    spread: NDArray[np.uint8] | None = None
    if delays is not None:
        what = f"{label} delays"
        spread = whole_numbers(what, synapses.per_synapse(what, delays), DELAYS).astype(np.uint8)
    return Connection(
        pre=pre, post=post, weights=synapses.values,
        tag_1=synapses.per_synapse(f"{label} tag_1", tag_1),
        tag_2=synapses.per_synapse(f"{label} tag_2", tag_2),
        delays=spread,
        panel_ptr=np.concatenate([[0], np.cumsum(per_place)]),
        post_offset16=synapses.post.astype(np.uint16),
        rule=rule, sign_mode=sign_mode, weight_exp=weight_exp,
        num_weight_bits=num_weight_bits, num_message_bits=num_message_bits, graded=graded,
        third_factor=third_factor, reward=reward, post_spikes=post_spikes,
        weight_limit=weight_limit, name=name,
    )  # fmt: skip
