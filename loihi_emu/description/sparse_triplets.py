"""Triplets (post, pre, value), sorted into the order of memory: by pre neuron, then by post neuron.

A scipy sparse array or a tuple (post, pre, values) becomes arrays of the narrowest dtype. Other
values of the same synapses are sorted in the same way. A faulty list is refused.
Example: `sort_triplets("Sparse", ([2, 0], [0, 1], [7, 5]), (3, 2)).post` is [2, 0]: pre neuron 0
first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.description.validation import integers_within, real_numbers, whole_numbers
from loihi_emu.errors import ParameterError


class SparseTriplets(NamedTuple):
    """Synapses in the order of (pre, post).

    Attributes
    ----------
    post, pre : [synapse] int32 array
    values : [synapse] array
        Their weights.
    order : [synapse] int64 array or None
        Which listed synapse each was; None where they were listed in this order.
    shape : (int, int)
        Post and pre neurons.
    """

    post: NDArray[np.int32]
    pre: NDArray[np.int32]
    values: NDArray[Any]
    order: NDArray[np.int64] | None
    shape: tuple[int, int]

    def per_synapse(self, name: str, given: Any) -> NDArray[Any]:
        """One value for every synapse, from one number, a value for each, or an array [post, pre].

        Raises
        ------
        ParameterError
            It has another shape, or holds something that is not a number.
        """
        if hasattr(given, "tocsr"):
            return smallest_dtype(name, np.asarray(given.tocsr()[self.post, self.pre]).reshape(-1))
        array = smallest_dtype(name, given)
        if array.ndim == 0:
            return np.broadcast_to(array, self.post.shape)
        if array.shape == self.shape:
            return np.asarray(array[self.post, self.pre])
        if array.shape == (self.post.size,):
            return array if self.order is None else np.asarray(array[self.order])
        raise ParameterError(
            f"{name} has shape {array.shape}; allowed: one number, ({self.post.size},) "
            f"or {self.shape}"
        )


def sort_triplets(label: str, weights: Any, shape: tuple[int, int]) -> SparseTriplets:
    """Check and sort the synapses that a user lists.

    Parameters
    ----------
    label : str
        Of the connection, for messages.
    weights : scipy sparse array or tuple of three arrays
        Post neurons, pre neurons and values.
    shape : (int, int)
        Post and pre neurons there are.

    Raises
    ------
    ParameterError
        A wrong shape, a value that is not a number, a neuron that does not exist, or a synapse
        that is listed twice.
    """
    post, pre, values = _coordinates(label, weights, shape)
    order = _order(label, post, pre, shape[0])
    if order is not None:
        post, pre, values = post[order], pre[order], values[order]
    return SparseTriplets(post, pre, values, order, shape)


def smallest_dtype(
    name: str, values: ArrayLike, shape: tuple[int, ...] | None = None
) -> NDArray[Any]:
    """Real numbers in 16-bit integers where those hold them all, else in float64."""
    low, high = np.iinfo(np.int16).min, np.iinfo(np.int16).max
    if integers_within(values, low, high) and shape in (None, np.shape(values)):
        return np.asarray(values).astype(np.int16)
    return real_numbers(name, values, shape)


def _coordinates(
    label: str, weights: Any, shape: tuple[int, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[Any]]:
    """Post, pre and value of every listed synapse."""
    if hasattr(weights, "tocoo"):
        if weights.shape != shape:
            raise ParameterError(f"{label} weights have shape {weights.shape}; allowed: {shape}")
        coordinates = weights.tocoo()
        weights = (coordinates.row, coordinates.col, coordinates.data)
    if not (isinstance(weights, tuple) and len(weights) == 3):
        raise ParameterError(
            f"{label} weights are {type(weights).__name__}; allowed: a scipy sparse array or "
            "(post, pre, values)"
        )
    values = smallest_dtype(f"{label} weights", weights[2]).reshape(-1)
    post, pre = (
        _neurons(f"{label} {key} indices", given, n)
        for key, given, n in zip(("post", "pre"), weights, shape, strict=False)
    )
    if not post.size == pre.size == values.size:
        raise ParameterError(
            f"{label} lists {post.size} post, {pre.size} pre and {values.size} values; "
            "allowed: as many of each"
        )
    return post, pre, values


def _neurons(name: str, given: Any, n: int) -> NDArray[np.int32]:
    """Numbers of neurons, 0 .. n - 1."""
    if integers_within(given, 0, n - 1):
        return np.asarray(given).reshape(-1).astype(np.int32, copy=False)
    return whole_numbers(name, given, (0, n - 1)).reshape(-1).astype(np.int32)


def _order(
    label: str, post: NDArray[Any], pre: NDArray[Any], n_post: int
) -> NDArray[np.int64] | None:
    """The order of (pre, post), or None where synapses are listed so; none may be listed twice."""
    keys = pre.astype(np.int64) * n_post + post
    order = None
    if (np.diff(keys) <= 0).any():
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
    twice = np.flatnonzero(np.diff(keys) == 0)
    if twice.size:
        in_pre, in_post = divmod(int(keys[twice[0]]), n_post)
        raise ParameterError(f"{label} lists synapse (post {in_post}, pre {in_pre}) twice")
    return order
