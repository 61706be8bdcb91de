"""A contestant for the tests: its n-th repetition takes `first` + n; fails when told to."""

from __future__ import annotations

import itertools
import sys

from benchmarks.peers.protocol import Parameters, Repetition, run_peer


def prepare(parameters: Parameters) -> Repetition:
    if parameters["fail"]:
        sys.exit("told to fail")
    print("this is not part of the protocol")
    return map(float, itertools.count(parameters["first"])).__next__


if __name__ == "__main__":
    run_peer(prepare, {"first": 1, "fail": False}, ("numpy",))
