"""STDP from recorded spikes: the weight changes of a pair rule, without a simulation.

From the spike trains of pre and post neurons and a weight matrix it computes a matrix of weight
changes. The result is the sum over all pairs of spikes; the time is linear in the number of spikes.

**Orientation.** A weight matrix here is ``W[pre, post]``: a row is an input, a column an output.
It is the transpose of the weights ``[post, pre]`` of ``loihi_emu.Dense``.

>>> from loihi_emu.offline import STDPParams, firing_to_spike_process, stdp_offline_dw_processes
>>> pre = firing_to_spike_process([1, 0, 0, 1, 1, 0, 0, 1])
>>> post = firing_to_spike_process([0, 0, 1, 0, 0, 1, 1, 0])
>>> stdp_offline_dw_processes([[1.0]], [pre], [post], STDPParams()).round(7)
array([[1.2035232]])
"""

from loihi_emu.offline.bounds import WeightBounds
from loihi_emu.offline.matrices import stdp_offline_dw_firings, stdp_offline_dw_processes
from loihi_emu.offline.pairing import (
    spike_process_delta_times,
    stdp_offline_dw,
    stdp_offline_dw_process,
)
from loihi_emu.offline.params import STDPParams
from loihi_emu.offline.spikes import (
    firing_to_spike_process,
    firings_to_spike_processes,
    spike_process_to_firing,
    spike_processes_to_firings,
)

__all__ = [
    "STDPParams",
    "WeightBounds",
    "firing_to_spike_process",
    "firings_to_spike_processes",
    "spike_process_delta_times",
    "spike_process_to_firing",
    "spike_processes_to_firings",
    "stdp_offline_dw",
    "stdp_offline_dw_firings",
    "stdp_offline_dw_process",
    "stdp_offline_dw_processes",
]
