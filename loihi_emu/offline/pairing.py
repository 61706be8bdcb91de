"""One pair of neurons: the pairs of spikes, their time differences, and the weight changes.

It defines the rule pair by pair. `matrices` computes the same sums for many neurons without
forming the pairs. `spike_process_delta_times([0, 3], [2])` is `[2, -1]`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.offline import checks
from loihi_emu.offline.params import STDPParams, require

#: Up to so many pairs the formula itself is quickest and needs nothing compiled (2 ms, 5 MB).
_MOST_PAIRS = 2**17


def spike_process_delta_times(pre: ArrayLike, post: ArrayLike) -> checks.Times:
    """Time differences t_post - t_pre of every presynaptic with every postsynaptic spike.

    Parameters
    ----------
    pre, post : array_like, shapes (n,) and (m,)
        Spike times of the two neurons, strictly increasing, in one unit.

    Returns
    -------
    ndarray, shape (n * m,)
        The first presynaptic spike with all postsynaptic ones, then the second, and so on;
        int64 if both processes are whole, else float64.

    Raises
    ------
    ParameterError
        For times that are not finite or out of order.

    Examples
    --------
    >>> spike_process_delta_times([0, 3, 4, 7], [2, 5, 6])
    array([ 2,  5,  6, -1,  2,  3, -2,  1,  2, -5, -2, -1])
    """
    return _all_delta_times(checks.spike_process("pre", pre), checks.spike_process("post", post))


def stdp_offline_dw(delta_times: ArrayLike, params: STDPParams) -> NDArray[np.float64]:
    """Weight change of each pair of spikes.

    Parameters
    ----------
    delta_times : array_like of float
        t_post - t_pre, in the unit of the time constants; any shape.
    params : STDPParams
        Only the window is used, not the pairing.

    Returns
    -------
    ndarray of float64
        Changes, in the shape of `delta_times`.

    Raises
    ------
    ParameterError
        A difference is not a finite number.

    Examples
    --------
    >>> stdp_offline_dw([2, 0, -1], STDPParams())
    array([ 0.81873075,  0.        , -0.90483742])
    >>> stdp_offline_dw([-5, 0, 5], STDPParams(AMinus=None, Sigma=5))
    array([0., 1., 0.])
    """
    dt = checks.array("delta_times", delta_times, "iuf", "an array of time differences")
    return require(params).window(checks.finite("delta_times", dt.astype(np.float64)))


def stdp_offline_dw_process(pre: ArrayLike, post: ArrayLike, params: STDPParams) -> float:
    """Weight change of the synapse between two neurons, summed over the pairs that count.

    Parameters
    ----------
    pre, post : array_like, shapes (n,) and (m,)
        Spike times of the two neurons, strictly increasing, in the unit of the time constants.
    params : STDPParams

    Returns
    -------
    float
        In units of weight. The time is O(n + m) for long trains.

    Raises
    ------
    ParameterError
        For times that are not finite or out of order.

    Examples
    --------
    >>> round(stdp_offline_dw_process([0, 3, 4, 7], [2, 5, 6], STDPParams()), 12)
    1.203523191818
    >>> nearest = STDPParams(all_to_all=False)  # 4 - 3 counts, 4 - 0 does not
    >>> round(stdp_offline_dw_process([0, 3], [4], nearest), 12)  # exp(-0.1)
    0.904837418036
    """
    before = checks.spike_process("pre", pre)
    after = checks.spike_process("post", post)
    if not require(params).all_to_all:
        return float(np.sum(stdp_offline_dw(nearest_delta_times(before, after), params)))
    if before.size * after.size <= _MOST_PAIRS:
        return float(np.sum(stdp_offline_dw(_all_delta_times(before, after), params)))
    from loihi_emu.offline.matrices import stdp_offline_dw_processes

    return float(stdp_offline_dw_processes(np.ones((1, 1)), [before], [after], params)[0, 0])


def nearest_delta_times(pre: checks.Times, post: checks.Times) -> checks.Times:
    """Time differences of the nearest-neighbour pairs of two checked spike processes.

    Each postsynaptic spike with the latest presynaptic one strictly before it, then each
    presynaptic with the latest postsynaptic one strictly before it, then those at one time.
    """
    last_pre = np.searchsorted(pre, post, side="left") - 1
    last_post = np.searchsorted(post, pre, side="left") - 1
    together = np.intersect1d(pre, post, assume_unique=True)
    later = post[last_pre >= 0] - pre[last_pre[last_pre >= 0]]
    earlier = post[last_post[last_post >= 0]] - pre[last_post >= 0]
    return np.asarray(np.concatenate((later, earlier, together - together)))


def _all_delta_times(pre: checks.Times, post: checks.Times) -> checks.Times:
    return np.asarray((post[np.newaxis, :] - pre[:, np.newaxis]).ravel())
