"""docs/performance.md, measured: `python -m benchmarks.performance`."""
