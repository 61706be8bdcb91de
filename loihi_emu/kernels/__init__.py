"""Microcode -> something that runs: the interpreter (the definition) and cached Numba kernels."""
