"""The memory of a run: its arrays, and the records that say where in them each thing lies.

Enters: sizes from a plan. Leaves: a table of addresses, and views by which kernels reach arrays.
May import: llvm.
"""
