"""The learning epochs of a pair rule in real numbers, in plain NumPy.

It computes what the float mode computes for a pair rule, in a form that is short enough to read:
the traces of one side, epoch by epoch, and the sum of the traces that the other side's spikes
read.
Example: `read_sums(pre, post, Trace(16, 10), 4)` is what `y0*x1` adds up to in float.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loihi_emu.compiler.rule import Trace


def kept_spikes(
    raster: NDArray[np.int64], epoch: int, *, keeps_first: bool = False
) -> NDArray[np.int64]:
    """Step 1..epoch of the spike that counts in each epoch, 0 without one: [epoch, neuron].

    It is the last one, or the first where a machine loses second spikes.

    >>> kept_spikes(np.array([[1], [1], [0], [0]]), 2).tolist()
    [[2], [0]]
    """
    whole = len(raster) // epoch
    cut = raster[: whole * epoch].reshape(whole, epoch, raster.shape[1]) != 0
    places = np.arange(1, epoch + 1)[None, :, None]
    if keeps_first:
        first = np.where(cut, places, epoch + 1).min(axis=1)
        return np.asarray(np.where(first > epoch, 0, first))
    return np.asarray(np.where(cut, places, 0).max(axis=1))


def trace_history(
    raster: NDArray[np.int64],
    trace: Trace,
    epoch: int,
    highest: float = np.inf,
    *,
    keeps_first: bool = False,
) -> NDArray[np.float64]:
    """A side's traces within every whole epoch: [epoch, 0..epoch, neuron].

    Place 0 is the stored trace after the impulses of repeated spikes, which act on it at once
    unless they are lost; the spike that is kept adds its impulse in its own step.

    Parameters
    ----------
    raster : [step, neuron] array
    trace : Trace
    epoch : int
    highest : float
        Upper limit of a trace after an impulse.
    keeps_first : bool
        True: the first spike of an epoch counts and later ones are lost.

    Returns
    -------
    [epoch, epoch + 1, neuron] float64 array
    """
    kept_at = kept_spikes(raster, epoch, keeps_first=keeps_first)
    kept = 0.0 if trace.tau == 0 else float(np.exp(-1 / trace.tau))
    spiked = raster[: len(kept_at) * epoch] != 0
    counts = spiked.reshape(len(kept_at), epoch, raster.shape[1]).sum(axis=1)
    history = np.zeros((len(kept_at), epoch + 1, raster.shape[1]))
    stored = np.zeros(raster.shape[1])
    for number in range(len(kept_at)):
        for repeated in range(1, 1 if keeps_first else int(counts[number].max(initial=0))):
            again = counts[number] > repeated
            stored = np.where(again, np.minimum(stored + trace.impulse, highest), stored)
        history[number, 0] = stored
        for place in range(1, epoch + 1):
            stored = kept * stored
            here = kept_at[number] == place
            stored = np.where(here, np.minimum(stored + trace.impulse, highest), stored)
            history[number, place] = stored
    return history


def read_sums(
    traced: NDArray[np.int64],
    reading: NDArray[np.int64],
    trace: Trace,
    epoch: int,
    highest: float = np.inf,
    *,
    keeps_first: bool = False,
) -> NDArray[np.float64]:
    """Sum over epochs of one side's traces, as the other side's spikes read them.

    Parameters
    ----------
    traced, reading : [step, neuron] array
    trace : Trace
        Trace of the `traced` side.
    epoch : int
    highest : float
    keeps_first : bool

    Returns
    -------
    [reading, traced] float64 array
    """
    history = trace_history(traced, trace, epoch, highest, keeps_first=keeps_first)
    places = kept_spikes(reading, epoch, keeps_first=keeps_first)
    total = np.zeros((reading.shape[1], traced.shape[1]))
    for values, place in zip(history, places, strict=True):
        total += np.where(place[:, None] > 0, values[place], 0.0)
    return total
