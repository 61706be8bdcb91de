"""Floating point: the functions of kernels/fixed by the same names, on float64 arenas."""
