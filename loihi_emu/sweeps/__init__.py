"""Many variants of one network in one call; each has the bits of a run alone.

Enters: a simulator, and values by item and variable. Leaves: a `Sweep` of recordings.
May import: simulation, plan, description, kernels and all below them.
"""
