"""Entry points: the whole run of a mode, or of a batch, called on a table of addresses.

Enters: the arrays of a run. Leaves: the number of steps done. Threads of one run start here.
May import: every other folder of kernels.
"""
