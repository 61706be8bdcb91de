"""Many variants of one network in step, side by side: a register holds one number of each.

Element k of an arena is followed by element k of the next variant, `WIDTH` in all, so that a
neuron's variants lie together, and a synapse's: every operation on one neuron or synapse is one
vector operation on all variants. A variant in which nothing happens is worked on with the others;
x0 and y0 are 0 there, and adding 0 changes nothing. Records hold the offsets of one variant times
`WIDTH` (see sweeps/simd_batch.py), so that functions that take a whole population or connection
are the same as for one network; the step is that of step/time_step.py, and this room has what
differs (memory/by_mode.py). Fixed point, dense connections, two factors: what most sweeps are;
others run one variant after the other (batch/run_batch.py). Same bits either way.
"""

from loihi_emu.kernels.batch.simd_delivery import deliver_spikes
from loihi_emu.kernels.batch.simd_learning import learn
from loihi_emu.kernels.batch.simd_neurons import integrate
from loihi_emu.kernels.batch.simd_traces import add_repeated_impulse, history

__all__ = ["add_repeated_impulse", "deliver_spikes", "history", "integrate", "learn"]
