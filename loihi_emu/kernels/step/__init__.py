"""The time step: neurons, spike lists, delivery, traces, probes. Start with `time_step`.

Enters: a run's memory and the number of a step. Leaves: its state one step later.
May import: learning, deferred, fixed, threads, memory, llvm.
"""
