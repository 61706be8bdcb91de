"""Programs that the emulator is measured against, each a script in its own environment.

    python -m benchmarks.peers.lava_learning '{"n": 1024, "repetitions": 5}'

Every script takes its parameters as one JSON object, warms up, and prints JSON with the seconds of
every repetition. What they have in common is in `protocol`.
"""
