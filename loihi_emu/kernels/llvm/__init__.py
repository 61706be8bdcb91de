"""What Numba does not offer, as intrinsics: array views, SIMD registers, atomics, prefetch.

Enters: addresses and sizes. Leaves: functions that compiled code calls like any other.
May import: the compiler's register widths, and no other folder of kernels.
"""
