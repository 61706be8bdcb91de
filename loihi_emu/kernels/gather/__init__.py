"""Scattered synapses are brought together for a rule's kernel, and put back.

Enters: rows and columns that can change, as bitsets or lists. Leaves: a block of synapses.
This folder has CSR indexing, bitsets, gather and scatter loops, and the prefetch of rows.
May import: memory, llvm.
"""
