"""The reference model: a run in plain Python, one thing at a time. It defines what kernels compute.

Start with `steps.step`, the order of a time step; then neurons, synapses, traces, learning. It is
slow and hides nothing: every synapse is updated in every epoch, every trace in every step. In fixed
point, rules run in the interpreter, with the arithmetic of chip/arithmetic.py. The compiled kernels
are faster ways to the same bits, over the same arenas; tests compare the two.
Evidence: runs recorded from Lava and Brian2Loihi (tests/conformance/cases).
Example: `Simulator(net, backend="interpreter").run(100)`.
"""

from loihi_emu.kernels.reference.steps import make_run

__all__ = ["make_run"]
