"""A pair rule's learning epochs in real numbers, with the traces bounded or not, in plain NumPy.

A second account of what the float engine does for a pair rule, small enough to read: the pair
traces of one side, epoch by epoch, and the sums of the traces that the other side's spikes read.
Example: `read_sums(pre, post, Trace(16, 10), 4)` is what `y0*x1` adds up to in float.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loihi_emu.compiler.rule import Trace


def last_spikes(raster: NDArray[np.int64], epoch: int) -> NDArray[np.int64]:
    """Place 1..epoch of the last spike of every epoch, 0 without one: [epoch, neuron].

    >>> last_spikes(np.array([[1], [1], [0], [0]]), 2).tolist()
    [[2], [0]]
    """
    whole = len(raster) // epoch
    cut = raster[: whole * epoch].reshape(whole, epoch, raster.shape[1]) != 0
    places = np.arange(1, epoch + 1)[None, :, None]
    return np.asarray(np.where(cut, places, 0).max(axis=1))


def trace_history(
    raster: NDArray[np.int64], trace: Trace, epoch: int, highest: float = np.inf
) -> NDArray[np.float64]:
    """A side's traces within every whole epoch: [epoch, 0..epoch, neuron].

    Place 0 is the stored trace after the impulses of repeated spikes, which act on it at once; the
    last spike of the epoch adds its impulse in its own step.

    Parameters
    ----------
    raster : [step, neuron] array
    trace : Trace
    epoch : int
    highest : float
        What a trace is clipped to after an impulse.

    Returns
    -------
    [epoch, epoch + 1, neuron] float64 array
    """
    last = last_spikes(raster, epoch)
    kept = 0.0 if trace.tau == 0 else float(np.exp(-1 / trace.tau))
    spiked = raster[: len(last) * epoch] != 0
    counts = spiked.reshape(len(last), epoch, raster.shape[1]).sum(axis=1)
    history = np.zeros((len(last), epoch + 1, raster.shape[1]))
    stored = np.zeros(raster.shape[1])
    for number in range(len(last)):
        for repeated in range(1, int(counts[number].max(initial=0))):
            again = counts[number] > repeated
            stored = np.where(again, np.minimum(stored + trace.impulse, highest), stored)
        history[number, 0] = stored
        for place in range(1, epoch + 1):
            stored = kept * stored
            here = last[number] == place
            stored = np.where(here, np.minimum(stored + trace.impulse, highest), stored)
            history[number, place] = stored
    return history


def read_sums(
    traced: NDArray[np.int64],
    reading: NDArray[np.int64],
    trace: Trace,
    epoch: int,
    highest: float = np.inf,
) -> NDArray[np.float64]:
    """Sum over epochs of one side's traces as the other side's last spike of the epoch reads them.

    Parameters
    ----------
    traced, reading : [step, neuron] array
    trace : Trace
        Of the `traced` side.
    epoch : int
    highest : float

    Returns
    -------
    [reading, traced] float64 array
    """
    history = trace_history(traced, trace, epoch, highest)
    places = last_spikes(reading, epoch)
    total = np.zeros((reading.shape[1], traced.shape[1]))
    for values, place in zip(history, places, strict=True):
        total += np.where(place[:, None] > 0, values[place], 0.0)
    return total
