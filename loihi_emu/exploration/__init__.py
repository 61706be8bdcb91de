"""Sweeps of any size: parameters of a description -> a table, here or on a cluster.

Enters: a network or a function that makes one, values by parameter, seeds, metrics. Leaves: a table
with one row a variant, in memory or in Parquet files. Variants of one structure run in one call of
sweeps/. A result depends on its variant alone: not on workers, order, or who died on the way.
May import: simulator, sweeps and all below them. Optuna, Dask and PyArrow come with the extra
`sweep`; a sweep in this process without a store needs none of them.
"""
