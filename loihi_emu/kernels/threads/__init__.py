"""Threads of one run: who works on what, where they wait, how a free one helps another.

Enters: the number of a thread, and how many there are. Leaves: ranges of neurons and rows.
May import: gather, memory, llvm.
"""
