"""The definition: a run of a fixed-point network in plain Python integers, one thing at a time.

Start with `steps.step`, the order of a time step; then neurons, synapses, traces, learning. It is
slow and hides nothing: every synapse is updated in every epoch, every trace in every step, rules
run in the interpreter, arithmetic is that of chip/arithmetic.py. The compiled kernels are faster
ways to the same bits, over the same arenas; tests hold them to this.
Authority: Lava's recorded cases. Example: `Simulator(net, backend="interpreter").run(100)`.
"""

from loihi_emu.kernels.reference.steps import make_run

__all__ = ["make_run"]
