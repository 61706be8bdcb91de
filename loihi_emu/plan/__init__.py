"""Description, machine and mode -> numbers, and places in memory where kernels find them.

Enters: a `Network`. Leaves: a `Plan`. `fixed_numbers` and `float_numbers` quantise, the others
lay out. May import: description, kernels and all below them.
"""
