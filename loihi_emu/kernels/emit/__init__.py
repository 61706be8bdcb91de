"""Emitters: microcode or a product series -> the Python source of a rule's kernel.

Enters: what lowering decided. Leaves: text, one line for each instruction. Nothing is decided here.
May import: the compiler alone, and sizes from llvm.
"""
