"""Deferred updates: rows of sparse connections learn from post spikes when they are next read.

Enters: post spikes, kept in a log of the last epochs. Leaves: rows that are up to date.
Start with `catch_up`, which says when a row learns; `pending_updates` says how.
May import: random, fixed, gather, threads, memory, llvm.
"""
