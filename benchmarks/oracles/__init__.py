"""The recorder: programs of others, run in their own environments, to learn what they compute.

    python -m benchmarks.oracles setup            # make the environments (once)
    python -m benchmarks.oracles record learning -n 100 --seed 7 --out new.jsonl.gz
    python -m benchmarks.oracles verify new.jsonl.gz

Nothing here computes a result: a case's inputs are drawn at random, its `out` is what the named
program gave (lava-nc 0.10.0 or brian2-loihi 0.5.2). Modules that run inside an oracle's environment
are Python 3.10 and import nothing of `loihi_emu`.
"""
