"""What fixed and floating point do each in their own way, by one name.

Enters: functions of `fixed` and of `floating`. Leaves: one function of each name
for compiled code; the type of the memory record says which is meant (memory/by_mode.py).
May import: fixed, floating, gather, memory, llvm.
"""
