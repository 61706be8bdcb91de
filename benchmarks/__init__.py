"""Measurements: named workloads, the programs they are measured against, and the recorder.

`python -m benchmarks` prints one table (see `table`); `python -m benchmarks.oracles` records new
cases from the programs that the emulator must equal (see `oracles`). Nothing here is imported by
`loihi_emu`. What runs inside an oracle's own Python 3.10 keeps to that version's language.
"""
