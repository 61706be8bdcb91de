"""Python functions -> object code in this process, from the disk cache or from Numba.

Enters: a plain function or a rule's emitted source, and a C signature. Leaves: an address.
Only this folder and `llvm` use what Numba does not document.
May import: emit and llvm. It does not know what a step, a trace or a synapse is.
"""
