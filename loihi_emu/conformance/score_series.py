"""Series files: recordings of one plastic synapse, step by step; reading and checking.

A file has a `setup` and `runs`. A run can have its own values for keys of the setup. One error
lists every fault with its path in the file.
Example: `read_series("chip_series_tau10.json").runs[0].name`. The form: docs/parity.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, cast, get_args

from loihi_emu.chip.formats import PAYLOAD, TRACE, WEIGHT_BITS, WEIGHT_EXPONENTS
from loihi_emu.chip.machines import SIGN_MODES, SignMode
from loihi_emu.compiler import LearningRule, Trace
from loihi_emu.compiler.values import check_integer
from loihi_emu.conformance.law_traces import Graded
from loihi_emu.errors import FileError, LoihiEmuError, ParameterError, Problem, RuleError

TRACE_NAMES: Final = ("x1", "x2", "y1", "y2", "y3")
SYNAPTIC_NAMES: Final = {"weights": "w", "delays": "d", "tags": "t"}
"""Recorded synaptic variables, and what a rule calls them."""

_GRADED: Final = get_args(Graded)
_TEXTS: Final = ("dw", "dd", "dt")
_SHARED_KEYS: Final = (
    "w0", "d0", "t0", "t_epoch", "pre_spike_steps", "post_spike_steps", *TRACE_NAMES, "sign_mode",
    "weight_exp", "num_weight_bits", *_TEXTS, "graded", "payloads", "unknown_payload_steps",
)  # fmt: skip
_NOTES: Final = (
    "name", "title", "description", "comment", "note", "notes", "source", "provenance", "license",
    "kind", "id",
)  # fmt: skip
"""Keys that say something to people; allowed anywhere, and not read."""
_SETUP_KEYS: Final = ("synapses", "steps", *_SHARED_KEYS)
_RUN_KEYS: Final = (
    "name", *SYNAPTIC_NAMES, *(f"series_{name}" for name in TRACE_NAMES), *_SHARED_KEYS,
)  # fmt: skip
_ANY: Final = 1 << 15
_LONGEST: Final = 1 << 24


@dataclass(frozen=True)
class SeriesRun:
    """One run of a series file, with what it takes from the setup.

    Parameters
    ----------
    name : str
    rule : LearningRule or None
        None: the run records traces only.
    traces : mapping of str to Trace
        x1, x2, y1, y2, y3 by name.
    t_epoch : int
    graded : str
        What payloads do to x1.
    sign_mode : str
    num_weight_bits : int
    initial : (int, int, int)
        w, d, t before the first step.
    pre : mapping of int to int
        Payload by step.
    post : tuple of int
        Steps.
    unknown_steps : frozenset of int
        Pre spikes whose payload is not known.
    recorded : mapping of str to tuple of int
        Series by variable: w, d, t, x1, x2, y1, y2, y3; index 0 is step 1.
    steps : int
    """

    name: str
    rule: LearningRule | None
    traces: Mapping[str, Trace]
    t_epoch: int
    graded: Graded
    sign_mode: SignMode
    num_weight_bits: int
    initial: tuple[int, int, int]
    pre: Mapping[int, int]
    post: tuple[int, ...]
    unknown_steps: frozenset[int]
    recorded: Mapping[str, tuple[int, ...]]
    steps: int


@dataclass(frozen=True)
class SeriesFile:
    """All runs of a series file."""

    runs: tuple[SeriesRun, ...]


def load_series(path: str | Path) -> dict[str, Any]:
    """Load the JSON object of a series file, without checking it.

    Raises
    ------
    FileError
        The file cannot be read.
    ParameterError
        It is not JSON.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path} cannot be read: {error}") from error
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ParameterError(f"{path} is not JSON: {error}") from None
    return cast(dict[str, Any], found)


def read_series(series: object) -> SeriesFile:
    """Check the JSON object of a series file.

    Raises
    ------
    RuleError
        The file has faults; the error lists each with its path, such as `runs[2].weights`.
    """
    reader = _Reader()
    top = reader.mapping("", series, ("setup", "runs"), ("setup", "runs"))
    setup = reader.mapping("setup", top.get("setup", {}), _SETUP_KEYS, ("steps", "t_epoch"))
    runs = top.get("runs")
    if not isinstance(runs, list) or not runs:
        reader.fault("runs", "needs at least one run, as a list")
        runs = []
    if setup.get("synapses", 1) != 1:
        reader.fault("setup.synapses", f"found {setup['synapses']!r:.60}; allowed: 1")
    steps = reader.integer("setup.steps", setup.get("steps", 1), 1, _LONGEST)
    found = [reader.run(f"runs[{k}]", run, setup, steps) for k, run in enumerate(runs)]
    if reader.problems:
        raise RuleError("series file", reader.problems)
    return SeriesFile(tuple(run for run in found if run is not None))


class _Reader:
    """Reads parts and gathers problems; after a problem it goes on with something harmless."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def fault(self, path: str, message: str) -> None:
        """Note a problem, once: runs share the setup's."""
        problem = Problem(path or "file", message)
        if problem not in self.problems:
            self.problems.append(problem)

    def mapping(
        self, path: str, found: object, keys: Sequence[str], needed: Iterable[str] = ()
    ) -> dict[str, Any]:
        """An object with no other keys than `keys`."""
        if not isinstance(found, Mapping):
            self.fault(path, f"found {found!r:.60}; allowed: an object")
            return {}
        for key in found:
            if key not in (*keys, *_NOTES):
                self.fault(f"{path}.{key}".strip("."), f"unknown key; allowed: {', '.join(keys)}")
        for key in needed:
            if key not in found:
                self.fault(path, f"needs the key {key}")
        return dict(found)

    def integer(self, path: str, found: Any, lowest: int, highest: int) -> int:
        """An integer in a range."""
        problems = check_integer(path, found, lowest, highest)
        for problem in problems:
            self.fault(problem.path, problem.message)
        return lowest if problems else int(found)

    def integers(
        self, path: str, found: Any, lowest: int, highest: int, length: int | None = None
    ) -> tuple[int, ...]:
        """A list of integers in a range, of a given length; its first fault is noted."""
        if not isinstance(found, (list, tuple)):
            self.fault(path, f"found {found!r:.60}; allowed: a list of integers")
            return ()
        if length is not None and len(found) != length:
            self.fault(path, f"has {len(found)} values; allowed: {length}")
        for index, one in enumerate(found):
            problems = check_integer(f"{path}[{index}]", one, lowest, highest)
            if problems:
                self.fault(problems[0].path, problems[0].message)
                return ()
        return tuple(int(one) for one in found)

    def steps(self, path: str, found: Any, last: int) -> tuple[int, ...]:
        """Ascending steps."""
        given = self.integers(path, found, 1, last)
        for index, (one, other) in enumerate(pairwise(given)):
            if one >= other:
                self.fault(f"{path}[{index + 1}]", f"found {other} after {one}; steps ascend")
                return ()
        return given

    def one_of(self, path: str, found: Any, allowed: Sequence[str]) -> str:
        """A word among some."""
        if found not in allowed:
            self.fault(path, f"found {found!r:.60}; allowed: {', '.join(allowed)}")
            return allowed[0]
        return str(found)

    def trace(self, path: str, found: Any) -> Trace:
        """An impulse and a tau."""
        parts = self.mapping(path, found, ("impulse", "tau"))
        return self.ours(path, lambda: Trace(**parts)) or Trace()

    def ours(self, path: str, make: Callable[[], Any]) -> Any:
        """What `make` gives, or its error under `path`."""
        try:
            return make()
        except (LoihiEmuError, TypeError) as error:
            self.fault(path, str(error))
            return None

    def run(
        self, path: str, found: object, setup: Mapping[str, Any], steps: int
    ) -> SeriesRun | None:
        """One run with the setup's keys where it has none of its own."""
        own = self.mapping(path, found, _RUN_KEYS)
        given = {key: setup[key] for key in _SHARED_KEYS if key in setup} | own

        def where(key: str) -> str:
            return f"{path}.{key}" if key in own or key not in setup else f"setup.{key}"

        before = len(self.problems)
        t_epoch = self.integer(where("t_epoch"), given.get("t_epoch", 1), 1, 63)
        graded = self.one_of(where("graded"), given.get("graded", "default"), _GRADED)
        sign = self.one_of(where("sign_mode"), given.get("sign_mode", "MIXED"), SIGN_MODES)
        bits = self.integer(
            where("num_weight_bits"), given.get("num_weight_bits", 8),
            WEIGHT_BITS[0], WEIGHT_BITS[-1],
        )  # fmt: skip
        self.integer(
            where("weight_exp"), given.get("weight_exp", 0), WEIGHT_EXPONENTS[0],
            WEIGHT_EXPONENTS[-1],
        )  # fmt: skip
        initial = tuple(
            self.integer(where(key), given.get(key, 0), -_ANY, _ANY) for key in ("w0", "d0", "t0")
        )
        pre = self.steps(where("pre_spike_steps"), given.get("pre_spike_steps", []), steps)
        post = self.steps(where("post_spike_steps"), given.get("post_spike_steps", []), steps)
        unknown = self.integers(
            where("unknown_payload_steps"), given.get("unknown_payload_steps", []), 1, steps
        )
        payloads = self._payloads(where, given, graded, [step in unknown for step in pre])
        for step in set(unknown) - set(pre):
            self.fault(where("unknown_payload_steps"), f"step {step} has no pre spike")
        traces = {name: self.trace(where(name), given.get(name, {})) for name in TRACE_NAMES}
        if graded != "default":
            traces["x1"] = Trace(0, traces["x1"].tau)
        rule = self._rule(where, given, traces, t_epoch)
        recorded = self._recorded(path, own, steps, any(key in given for key in _TEXTS))
        if len(self.problems) > before:
            return None
        return SeriesRun(
            str(own.get("name", path)), rule, traces, t_epoch, cast(Graded, graded),
            cast(SignMode, sign), bits, cast(tuple[int, int, int], initial),
            dict(zip(pre, payloads, strict=True)), post, frozenset(unknown), recorded, steps,
        )  # fmt: skip

    def _payloads(
        self,
        where: Callable[[str], str],
        given: Mapping[str, Any],
        graded: str,
        unknown: Sequence[bool],
    ) -> tuple[int, ...]:
        """One payload a pre spike, null where it is unknown; none without graded spikes."""
        n, found = len(unknown), given.get("payloads", [])
        if "payloads" not in given and graded == "default":
            return (0,) * n
        if isinstance(found, list) and len(found) == n:
            pairs = zip(found, unknown, strict=True)
            found = [0 if one is None and absent else one for one, absent in pairs]
        payloads = self.integers(where("payloads"), found, PAYLOAD.lowest, PAYLOAD.highest, n)
        return payloads if len(payloads) == n else (0,) * n

    def _rule(
        self, where: Callable[[str], str], given: Mapping[str, Any], traces: Mapping[str, Trace],
        t_epoch: int,
    ) -> LearningRule | None:  # fmt: skip
        """The rule of a run; none where it has no text."""
        parts: dict[str, Any] = {key: given[key] for key in _TEXTS if key in given}
        if not parts:
            return None
        place = where(next(iter(parts)))
        parts |= {**traces, "t_epoch": t_epoch}
        rule = self.ours(place, lambda: LearningRule(**parts))
        if rule is not None and rule.variables & {"r0", "r1"}:
            self.fault(place, "has r0 or r1; a series file has no reward spikes")
        return cast("LearningRule | None", rule)

    def _recorded(
        self, path: str, own: Mapping[str, Any], steps: int, learns: bool
    ) -> dict[str, tuple[int, ...]]:
        """All series of a run."""
        recorded = {}
        for key, name, low, high in (
            *((key, name, -_ANY, _ANY) for key, name in SYNAPTIC_NAMES.items()),
            *((f"series_{name}", name, 0, 2 * TRACE.size) for name in TRACE_NAMES),
        ):
            if key not in own:
                continue
            recorded[name] = self.integers(f"{path}.{key}", own[key], low, high, steps)
            if name in SYNAPTIC_NAMES.values() and not learns:
                self.fault(f"{path}.{key}", "needs a rule: dw, dd or dt")
        if not recorded:
            self.fault(path, "has no series: weights, series_x1, ...")
        return recorded
