"""Many variants of one network in one batched call; each is what it would be alone.

Enters: a simulator, and values by item and variable. Leaves: a `Sweep` of recordings.
May import: simulation, plan, description, kernels and all below them.
"""
