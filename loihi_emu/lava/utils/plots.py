"""Raster plots: `raster_plot(spikes)`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from loihi_emu.errors import MissingExtraError, ParameterError
from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__, "raster_plot")

_SIZE: Final = (10, 5)


def raster_plot(
    spikes: Any,
    stride: int = 6,
    fig: Any = None,
    figsize: tuple[float, float] | None = None,
    marker: str = "o",
    markersize: float = 1.5,
    color: Any = "b",
    alpha: float = 1,
    xlabel: str = "Time Steps",
    ylabel: str = "Neurons",
) -> Any:
    """Plot the spikes of every `stride`-th neuron over time.

    Parameters
    ----------
    spikes : [neuron, step] array of 0 and 1
    stride : int
    fig : matplotlib figure, optional
        A new one by default, of `figsize`.
    figsize : (width, height) in inches, optional
    marker, markersize, color, alpha, xlabel, ylabel
        As matplotlib has them.

    Returns
    -------
    matplotlib figure

    Raises
    ------
    ParameterError
        Spikes of another shape or other values, too large a stride, or both fig and figsize.
    """
    if spikes.ndim != 2 or 0 in spikes.shape:
        raise ParameterError(f"spikes have shape {spikes.shape}; allowed: [neuron, step]")
    if ((spikes != 0) & (spikes != 1)).any():
        raise ParameterError("spikes hold other values than 0 and 1")
    if stride > len(spikes):
        raise ParameterError(f"stride is {stride}; allowed: up to {len(spikes)} neurons")
    if fig is not None and figsize is not None:
        raise ParameterError("give fig or figsize, not both")
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise MissingExtraError("plots need matplotlib: pip install loihi-emu[plots]") from None
    fig = plt.figure(figsize=figsize or _SIZE) if fig is None else fig
    plt.xlim(-1, spikes.shape[1])
    plt.yticks([])
    plt.xlabel(xlabel)
    plt.ylabel(ylabel)
    for neuron in range(0, len(spikes), stride):
        steps = np.flatnonzero(spikes[neuron])
        plt.plot(
            steps, np.full(steps.shape, neuron), linestyle=" ", marker=marker,
            markersize=markersize, color=color, alpha=alpha,
        )  # fmt: skip
    return fig
