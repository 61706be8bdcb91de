"""Description, machine and mode -> numbers, and places in memory where kernels find them.

Enters: a `Network`. Leaves: a `Plan`. `fixed_numbers` and `float_numbers` make the numbers; the
other modules decide where they lie. May import: description, kernels and all below them.
"""
