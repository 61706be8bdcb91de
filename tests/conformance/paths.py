"""All recorded cases on other paths: sparse for dense, two threads, runs cut into pieces.

`python -m tests.conformance.paths` replays every case on every path; exit status 1 if any
disagrees. Recorded populations are small: of two threads one has no neurons and only keeps step.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest import mock

import numpy as np

from loihi_emu import Dense, Probe, Recording, Simulator, Sparse
from loihi_emu.conformance import brian2loihi, first_disagreement, read_cases
from loihi_emu.conformance import replay as replay_case
from loihi_emu.description.connections import Connection
from tests.conformance.verdicts import CASES

PATHS: Mapping[str, Mapping[str, Any]] = {
    "sparse": {"sparse": True},
    "two threads": {"threads": 2},
    "sparse, two threads, in pieces": {"sparse": True, "threads": 2, "piece": 7},
}

_replay = sys.modules["loihi_emu.conformance.replay"]


class _InPieces(Simulator):
    """A simulator that does a run as several."""

    def __init__(self, *items: Any, piece: int, **options: Any) -> None:
        super().__init__(*items, **options)
        self._piece = piece

    def run(self, n_steps: int, record: Any = (), **options: Any) -> Recording:
        probes: list[Probe] = list(record)
        whole = super().run(0, probes, **options)
        for start in range(0, n_steps, self._piece):
            part = super().run(min(self._piece, n_steps - start), probes, **options)
            whole = whole.joined(part)
        return whole


def _listed(pre: Any, post: Any, weights: Any, **options: Any) -> Connection:
    """A sparse connection with every synapse of the dense one."""
    places = np.nonzero(np.ones((post.n, pre.n)))
    given = np.broadcast_to(weights, (post.n, pre.n))[places]
    return Sparse(pre, post, (*places, given), **options)


@contextmanager
def _on_path(*, sparse: bool = False, threads: int = 1, piece: int | None = None) -> Iterator[None]:
    kind = Simulator if piece is None else partial(_InPieces, piece=piece)
    parts: dict[str, Any] = {
        "Dense": _listed if sparse else Dense,
        "Simulator": partial(kind, threads=threads),
    }
    with mock.patch.multiple(_replay, **parts), mock.patch.multiple(brian2loihi, **parts):
        yield


def verdict(case: Mapping[str, Any], path: Mapping[str, Any]) -> str | None:
    """None where `case` agrees on a path, else the first disagreement or the error."""
    try:
        with _on_path(**path):
            replayed = replay_case(case)
    except Exception as error:  # every case gets its verdict, whatever the others do
        return f"{case.get('id')}: {type(error).__name__}: {error}"
    shown = {name: _as_recorded(values, case["out"].get(name)) for name, values in replayed.items()}
    found = first_disagreement(case, shown)
    return None if found is None else str(found)


def _as_recorded(values: Any, recorded: Any) -> Any:
    """Synapses of a full sparse connection as [step, post, pre] where the record has them so."""
    if np.ndim(values) == 2 and np.ndim(recorded) == 3:
        steps, post, pre = np.shape(recorded)
        return np.reshape(values, (steps, pre, post)).transpose(0, 2, 1)
    return values


def main() -> int:
    """Replay everything, and say what disagrees."""
    wrong = 0
    for file in sorted(CASES.glob("*.jsonl.gz")):
        cases = [case for case in read_cases(file) if case["kind"] != "parse"]
        for name, path in PATHS.items():
            verdicts = [verdict(case, path) for case in cases]
            agree = Counter(one is None for one in verdicts)[True]
            print(f"{file.name}: {name}: {agree} of {len(cases)} agree", flush=True)
            for one in verdicts:
                if one is not None:
                    wrong += 1
                    print(f"  {one}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
