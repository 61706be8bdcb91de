"""STDP between two populations: a matrix of weight changes from spike times or firing records.

`W[pre, post]` says which synapses there are. For the pairs (0, 0), (1, 1) and (1, 2) and two
trains s1, s2: `stdp_offline_dw_processes([[1, 0, 0], [0, 1, 1]], [s1, s1], [s2, s2, s1], params)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from loihi_emu.errors import ParameterError
from loihi_emu.offline.params import STDPParams, require
from loihi_emu.offline.responses import weight_changes
from loihi_emu.offline.spikes import neuron_major
from loihi_emu.offline.synapses import synapses_of
from loihi_emu.offline.trains import Trains, trains_of


def stdp_offline_dw_processes(
    W: Any,  # noqa: N803
    inputs: Iterable[ArrayLike],
    outputs: Iterable[ArrayLike],
    params: STDPParams,
) -> Any:
    """Weight change of every synapse between two populations, from their spike times.

    Parameters
    ----------
    W : array_like or scipy.sparse matrix, shape (inputs, outputs)
        **Rows are presynaptic, columns postsynaptic neurons**: the transpose of the weights
        [post, pre] of `loihi_emu.Dense`. Entries that are 0 are no synapses; other values do not
        matter.
    inputs, outputs : iterable of array_like
        Spike times of each presynaptic and each postsynaptic neuron, strictly increasing, in the
        unit of the time constants: whole steps, or any finite real numbers.
    params : STDPParams

    Returns
    -------
    ndarray or scipy.sparse matrix of float64, shape (inputs, outputs)
        Changes in units of weight. If `W` is sparse, the result is sparse and has the same stored
        entries; CSR, CSC and COO keep their format, other formats become CSR.

    Raises
    ------
    ParameterError
        The numbers of neurons do not fit `W`, a time or weight is not finite, or times are out of
        order.

    See Also
    --------
    stdp_offline_dw_firings : The same from firing records.
    stdp_offline_dw_process : The same for one synapse.

    Notes
    -----
    The result differs from the sum over pairs by at most 1e-13 of the sum of their magnitudes
    (1e-12 for trains of 100,000 spikes). For a given network the time is linear in the number of
    spikes. In the symmetric form, each postsynaptic spike visits the events within 39 Sigma, once
    for all presynaptic neurons. The first call compiles.

    Examples
    --------
    >>> s1, s2 = [0, 3, 4, 7], [2, 5, 6]
    >>> W = [[1, 0, 0], [0, 1, 1]]
    >>> stdp_offline_dw_processes(W, [s1, s1], [s2, s2, s1], STDPParams()).round(7)
    array([[1.2035232, 0.       , 0.       ],
           [0.       , 1.2035232, 0.       ]])
    """
    require(params)
    synapses = synapses_of(W)
    pre, post = trains_of("inputs", inputs), trains_of("outputs", outputs)
    _check_shape(synapses.shape, len(pre), len(post))
    return synapses.matrix(weight_changes(synapses, pre, post, params))


def stdp_offline_dw_firings(
    W: Any,  # noqa: N803
    input_firings: ArrayLike,
    output_firings: ArrayLike,
    params: STDPParams,
) -> Any:
    """Weight change of every synapse between two populations, from their firing records.

    Parameters
    ----------
    W : array_like or scipy.sparse matrix, shape (inputs, outputs)
        **Rows are presynaptic, columns postsynaptic neurons**, as in
        `stdp_offline_dw_processes`.
    input_firings : array_like of bool or 0 and 1, shape (steps, inputs)
    output_firings : array_like of bool or 0 and 1, shape (steps, outputs)
        Of the same number of steps.
    params : STDPParams
        Time constants in steps.

    Returns
    -------
    ndarray or scipy.sparse matrix of float64, shape (inputs, outputs)
        As for `stdp_offline_dw_processes`.

    Raises
    ------
    ParameterError
        The shapes do not fit each other or `W`, or a record holds anything but 0 and 1.

    Examples
    --------
    >>> pre = [[1, 0], [0, 1], [0, 0]]
    >>> post = [[0], [0], [1]]
    >>> stdp_offline_dw_firings([[1], [1]], pre, post, STDPParams(TauPlus=1)).round(4)
    array([[0.1353],
           [0.3679]])
    """
    require(params)
    synapses = synapses_of(W)
    pre = Trains(*neuron_major("input_firings", input_firings))
    post = Trains(*neuron_major("output_firings", output_firings))
    _check_shape(synapses.shape, len(pre), len(post))
    steps = np.shape(input_firings)[0], np.shape(output_firings)[0]
    if steps[0] != steps[1]:
        raise ParameterError(
            f"input_firings has {steps[0]} steps and output_firings {steps[1]}; "
            "both must be of the same steps"
        )
    return synapses.matrix(weight_changes(synapses, pre, post, params))


def _check_shape(found: tuple[int, int], inputs: int, outputs: int) -> None:
    """Refuse weights of a shape other than [inputs, outputs]."""
    if found == (inputs, outputs):
        return
    hint = "; rows are inputs here: hand in W.T" if found == (outputs, inputs) else ""
    raise ParameterError(
        f"W has shape {found}; {inputs} inputs and {outputs} outputs need {(inputs, outputs)}{hint}"
    )
