"""Activity of a population: spikes, rate, silent neurons, intervals.

Example: `measure_activity("pre", recording[pre, "spikes"]).rate` is spikes per neuron and step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loihi_emu.simulation.recording import Events


@dataclass(frozen=True)
class Activity:
    """How active a population was in a run.

    Parameters
    ----------
    population : str
    neurons, spikes, silent : int
        `silent` neurons never fired.
    rate : float
        Spikes per neuron and step.
    median_interval : float or None
        Steps between successive spikes of a neuron; None if no neuron spiked twice.
    """

    population: str
    neurons: int
    spikes: int
    silent: int
    rate: float
    median_interval: float | None


def measure_activity(population: str, events: Events) -> Activity:
    """Count the spikes of a run.

    Parameters
    ----------
    population : str
        Its name in tables.
    events : Events

    Returns
    -------
    Activity
    """
    spikes = len(events)
    steps = events.stop - events.start
    fired = np.unique(events.neurons).size
    order = np.lexsort((events.steps, events.neurons))
    times, who = events.steps[order], events.neurons[order]
    intervals = np.diff(times)[np.diff(who) == 0]
    return Activity(
        population,
        events.n,
        spikes,
        events.n - fired,
        spikes / (events.n * steps) if steps else 0.0,
        float(np.median(intervals)) if intervals.size else None,
    )
