"""A network that runs: probes, recordings, shared draws, steps per call, Ctrl-C.

Enters: a plan. Leaves: a recording. May import: plan, description, kernels and all below them.
"""
