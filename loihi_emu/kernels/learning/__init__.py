"""The learning epoch: which synapses can change, and their update by the rule's kernel.

Enters: traces and spikes of an epoch. Leaves: weights, delays and tags. Start with `epoch`.
May import: deferred, fixed, gather, threads, memory, llvm.
"""
