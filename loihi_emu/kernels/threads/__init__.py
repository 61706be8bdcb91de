"""The threads of a run: who works on what, where they wait, and how a free thread helps another.

Enters: the number of a thread, and how many there are. Leaves: ranges of neurons and rows.
May import: gather, memory, llvm.
"""
