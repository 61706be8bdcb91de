"""`loihi-emu conform`: recorded cases replayed here, and how many agree.

A case is replayed on the machine it was recorded from, or on the one given. Exit status 1 if any
case disagrees or none could be replayed.
Example: `loihi-emu conform lava_networks.jsonl.gz`.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from loihi_emu.analysis.tables import Table
from loihi_emu.cli.arguments import add_machine
from loihi_emu.cli.progress import Progress
from loihi_emu.cli.screen import Screen
from loihi_emu.errors import LoihiEmuError, ParameterError, unknown_name

if TYPE_CHECKING:
    from loihi_emu.chip.machines import Machine
    from loihi_emu.conformance import Disagreement

HELP: Final = "replay runs recorded from Lava or Brian2Loihi, and say which agree"
EXAMPLES: Final = """\
  loihi-emu conform lava_cases.jsonl.gz lava_networks.jsonl.gz
  loihi-emu conform lava_cases.jsonl.gz --kind learning --interpreter
  loihi-emu conform lava_cases.jsonl.gz --machine LOIHI --json"""

RECORDED_FROM: Final = {"brian2loihi": "BRIAN2LOIHI", "brian2loihi_network": "BRIAN2LOIHI"}
"""Machine that a kind was recorded from; LAVA where it says nothing."""


@dataclass
class Tally:
    """Outcome of the cases of one kind and mode.

    Attributes
    ----------
    kind, mode, machine : str
    cases, agree, not_covered : int
        The last are those that the machine cannot replay.
    first : Disagreement or None
        The first case in the files that disagrees.
    reason : str
        Why the first case that is not covered is not.
    """

    kind: str
    mode: str
    machine: str
    cases: int = 0
    agree: int = 0
    not_covered: int = 0
    first: Disagreement | None = None
    reason: str = ""


def add_arguments(parser: ArgumentParser) -> None:
    """Files, and what of them."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="recorded cases: one JSON object in each line; may be .gz",
    )
    add_machine(parser)
    parser.add_argument(
        "--interpreter", action="store_true",
        help="run fixed_pt learning rules in the reference model instead of the compiled kernels",
    )  # fmt: skip
    parser.add_argument("--kind", metavar="NAME", help="replay only cases of this kind")


def run(args: Namespace, screen: Screen) -> int:
    """Replay the cases."""
    from loihi_emu.chip.machines import find_machine
    from loihi_emu.conformance import read_cases

    machine = find_machine(args.machine) if args.machine else None
    cases = [case for path in args.files for case in read_cases(path)]
    kinds = list(dict.fromkeys(str(case["kind"]) for case in cases))
    if args.kind is not None:
        if args.kind not in kinds:
            raise unknown_name("kind of case", args.kind, kinds)
        cases = [case for case in cases if case["kind"] == args.kind]
    if not cases:
        raise ParameterError(f"{', '.join(args.files)} holds no case")
    with screen.progress() as report:
        tallies = replay_all(cases, machine, interpreter=args.interpreter, report=report)
    screen.show(_data(tallies), _parts(tallies))
    return int(any(t.first for t in tallies) or all(t.not_covered == t.cases for t in tallies))


def replay_all(
    cases: Sequence[Mapping[str, Any]],
    machine: Machine | None = None,
    *,
    interpreter: bool = False,
    report: Progress | None = None,
) -> list[Tally]:
    """Outcome of every kind and mode, in the order in which they first come.

    Parameters
    ----------
    cases : sequence of mapping
    machine : Machine, optional
        By default the one that a case was recorded from.
    interpreter : bool
        Use the interpreter where a case can be run by it: learning in fixed_pt.
    report : Progress, optional
    """
    tallies: dict[tuple[str, str], Tally] = {}
    for number, case in enumerate(cases):
        if report is not None:
            report("replaying", number, len(cases))
        key = str(case["kind"]), str(case.get("mode", ""))
        used = machine if machine is not None else _recorded_from(key[0])
        if key not in tallies:
            tallies[key] = Tally(*key, used.name)
        _count(tallies[key], case, used, interpreter and key == ("learning", "fixed_pt"))
    return list(tallies.values())


def _count(tally: Tally, case: Mapping[str, Any], machine: Machine, interpreted: bool) -> None:
    """Replay one case into its tally."""
    tally.cases += 1
    found = judge(case, machine, interpreted=interpreted)
    if isinstance(found, str):
        tally.not_covered += 1
        tally.reason = tally.reason or found
    elif found is None:
        tally.agree += 1
    elif tally.first is None:
        tally.first = found


def judge(
    case: Mapping[str, Any], machine: Machine, *, interpreted: bool = False
) -> Disagreement | str | None:
    """Where a replay first disagrees with the record; None: nowhere; a str: why it cannot be.

    What the machine that a case was recorded from refuses is a disagreement; what another one
    refuses is not covered by it. A text that was damaged at random (`wellformed` false) may be
    refused, or read as it was there.
    """
    from loihi_emu.conformance import Disagreement, first_disagreement, replay

    name = str(case.get("id", case["kind"]))
    try:
        replayed = replay(case, machine, interpreted=interpreted)
    except LoihiEmuError as error:
        own = _recorded_from(str(case["kind"])).name
        if machine.name != own or str(error).startswith("case kind is"):
            return str(error)
        return Disagreement(name, "replay", None, (), "series", f"refused: {error}")
    if case["kind"] == "parse" and not case.get("wellformed", True) and "error" in replayed:
        return None
    return first_disagreement(case, replayed)


def _recorded_from(kind: str) -> Machine:
    """The machine that cases of this kind were recorded from."""
    from loihi_emu.chip.machines import MACHINES

    return MACHINES[RECORDED_FROM.get(kind, "LAVA")]


def _parts(tallies: list[Tally]) -> list[str | Table]:
    """A table of kinds, and the first disagreement of each."""
    rows = [
        (
            t.kind,
            t.mode or None,
            t.machine,
            t.cases,
            t.agree,
            t.not_covered,
            _verdict(t),
        )
        for t in tallies
    ]
    columns = ("kind", "mode", "machine", "cases", "agree", "not covered", "verdict")
    parts: list[str | Table] = [Table.of(columns, rows)]
    wrong = [f"{t.kind} {t.mode}".rstrip() + f": {_place(t.first)}" for t in tallies if t.first]
    if wrong:
        parts.append("first disagreement of each kind\n" + "\n".join(f"  {one}" for one in wrong))
    left = sum(t.not_covered for t in tallies)
    agree, cases = sum(t.agree for t in tallies), sum(t.cases for t in tallies)
    end = f"{agree} of {cases - left} cases agree"
    parts.append(f"{end}; {left} not covered" if left else end)
    return parts


def _verdict(tally: Tally) -> str:
    """One phrase."""
    missed = tally.cases - tally.agree - tally.not_covered
    if missed:
        return f"{missed} disagree"
    return _short(tally.reason) if tally.not_covered == tally.cases else "all agree"


def _place(found: Disagreement) -> str:
    """A disagreement on one line of bearable length."""
    recorded, replayed = (_short(value) for value in (found.recorded, found.replayed))
    index = str(list(found.index)) if found.index else ""
    step = f"step {found.step}, " if found.step is not None else ""
    return f"{found.case}: {step}{found.variable}{index}: recorded {recorded}, here {replayed}"


def _short(value: Any) -> str:
    """A value, cut where it goes on for long."""
    text = " ".join(str(value).split())
    return text if len(text) <= 160 else f"{text[:157]}..."


def _data(tallies: list[Tally]) -> dict[str, Any]:
    """All of it for JSON."""
    return {
        "command": "conform",
        "cases": sum(t.cases for t in tallies),
        "agree": sum(t.agree for t in tallies),
        "kinds": [
            {
                "kind": t.kind,
                "mode": t.mode or None,
                "machine": t.machine,
                "cases": t.cases,
                "agree": t.agree,
                "not_covered": t.not_covered,
                "reason": t.reason or None,
                "first_disagreement": _disagreement(t.first),
            }
            for t in tallies
        ],
    }


def _disagreement(found: Disagreement | None) -> dict[str, Any] | None:
    """A disagreement for JSON."""
    if found is None:
        return None
    return {
        "case": found.case,
        "step": found.step,
        "variable": found.variable,
        "index": found.index,
        "recorded": found.recorded,
        "replayed": found.replayed,
    }
