"""Random bits in compiled code: Threefry by counter, PCG64 by stream.

Enters: a key and a place. Leaves: the bits that `chip.counter` and `chip.pcg64` define.
May import: memory, llvm.
"""
