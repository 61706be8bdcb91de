"""Holds the recorder to recorded cases: the same inputs must give the same `out`.

Every case is replayed in its own program's environment. Integers, text and structure must be equal;
floats too, except that another machine's libm may differ in the last bit, so that the tolerance of
the recordings is accepted and reported apart. Example: `verify(Path("cases.jsonl.gz"))`.
"""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.oracles.case_files import Case, read_cases, write_cases
from benchmarks.oracles.environment import BRIAN2LOIHI, LAVA, Oracle, OracleError, run_module

RELATIVE, ABSOLUTE = 1e-9, 1e-12
RECORDERS: dict[str, tuple[Oracle, str]] = {
    "learning": (LAVA, "benchmarks.oracles.record_lava"),
    "lif": (LAVA, "benchmarks.oracles.record_lava"),
    "parse": (LAVA, "benchmarks.oracles.record_lava"),
    "network": (LAVA, "benchmarks.oracles.record_lava"),
    "brian2loihi": (BRIAN2LOIHI, "benchmarks.oracles.record_brian2loihi"),
    "brian2loihi_delays": (BRIAN2LOIHI, "benchmarks.oracles.record_brian2loihi"),
    "brian2loihi_network": (BRIAN2LOIHI, "benchmarks.oracles.record_brian2loihi"),
}


@dataclass
class Verdict:
    """How a file's cases compare with what the programs give now.

    Attributes
    ----------
    identical, close, different : Counter of str
        Cases of each kind that are equal, equal within the floats' tolerance, neither.
    own_draws : Counter of str
        Cases among them that follow only from the draws that their own traces show.
    first : dict of str to str
        The first disagreement of each kind.
    """

    identical: Counter[str] = field(default_factory=Counter)
    close: Counter[str] = field(default_factory=Counter)
    different: Counter[str] = field(default_factory=Counter)
    own_draws: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """The verdict as text, a line a kind."""
        kinds = sorted({*self.identical, *self.close, *self.different})
        return [
            f"{kind}: {self.identical[kind]} identical, {self.close[kind]} within tolerance, "
            f"{self.different[kind]} different"
            + (f" ({self.own_draws[kind]} with their own draws)" if self.own_draws[kind] else "")
            + (f"; first: {self.first[kind]}" if kind in self.first else "")
            for kind in kinds
        ]


def verify(path: Path) -> Verdict:
    """Replay every case of `path` in its program and compare."""
    try:
        cases = list(read_cases(path))
    except (ValueError, EOFError) as error:
        raise OracleError(f"{path} is not a file of recorded cases: {error}") from error
    kinds = {case.get("kind") for case in cases}
    unknown = sorted(map(str, kinds - set(RECORDERS)))
    if unknown:
        raise OracleError(f"{path}: no kind {unknown[0]!r}; there are {sorted(RECORDERS)}")
    verdict = Verdict()
    for module in {RECORDERS[case["kind"]] for case in cases}:
        own = [case for case in cases if RECORDERS[case["kind"]] == module]
        for case, again in zip(own, _replay(own, *module), strict=True):
            _judge(verdict, case, again)
    return verdict


def _replay(cases: list[Case], oracle: Oracle, module: str) -> list[Case]:
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "given.jsonl.gz", Path(folder) / "out.jsonl.gz"
        write_cases(given, cases)
        run_module(oracle, module, ["replay", str(given), str(out)])
        return list(read_cases(out))


def _judge(verdict: Verdict, case: Case, again: Case) -> None:
    kind = case["kind"]
    verdict.own_draws[kind] += "replayed_with" in again
    if case["out"] == again["out"]:
        verdict.identical[kind] += 1
        return
    difference = first_difference(case["out"], again["out"])
    if difference is None:
        verdict.close[kind] += 1
    else:
        verdict.different[kind] += 1
        verdict.first.setdefault(kind, f"{case['id']}{difference}")


def first_difference(given: Any, again: Any, path: str = "") -> str | None:
    """Where two values of `out` first differ by more than the tolerance, or None."""
    if isinstance(given, dict) and isinstance(again, dict):
        if given.keys() != again.keys():
            return f"{path}: keys {sorted(given)} became {sorted(again)}"
        pairs = [(f"{path}.{key}", given[key], again[key]) for key in given]
    elif isinstance(given, list) and isinstance(again, list):
        if len(given) != len(again):
            return f"{path}: {len(given)} entries became {len(again)}"
        pairs = [(f"{path}[{i}]", a, b) for i, (a, b) in enumerate(zip(given, again, strict=True))]
    elif isinstance(given, float) and isinstance(again, float):
        same = math.isclose(given, again, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        return None if same else f"{path}: {given!r} became {again!r}"
    else:
        same = type(given) is type(again) and given == again
        return None if same else f"{path}: {given!r} became {again!r}"
    differences = (first_difference(a, b, name) for name, a, b in pairs)
    return next((difference for difference in differences if difference is not None), None)
