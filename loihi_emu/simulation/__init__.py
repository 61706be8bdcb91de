"""A network that runs: probes, recordings, shared draws, pace, held interrupts.

Enters: a plan. Leaves: a recording. May import: plan, description, kernels and all below them.
"""
