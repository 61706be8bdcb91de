"""`loihi-emu parity`: machines scored against recorded series, by the probability of every step.

Exit status 1 if a machine that was named has an impossible transition. With `--scan`, variants of
one machine are ranked; with `--fit`, the decay factor that explains each tau best is shown.
Example: `loihi-emu parity chip_series_tau10.json --machine LOIHI --scan decay_law,decay_bits`.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any, Final

from loihi_emu.analysis.tables import Table
from loihi_emu.cli.screen import Screen
from loihi_emu.errors import ParameterError

if TYPE_CHECKING:
    from loihi_emu.chip.machines import Machine

HELP: Final = "score machines against series recorded from a chip"
EXAMPLES: Final = """\
  loihi-emu parity chip_series_tau10.json
  loihi-emu parity series.json --machine LOIHI --machine LAVA --json
  loihi-emu parity series.json --machine LOIHI --scan decay_law,decay_bits,decay_staging
  loihi-emu parity --design 'decay_bits=7|8'
  loihi-emu parity --kit board
  loihi-emu parity chip_summaries.json --machine LOIHI1 --seeds 2000
  loihi-emu parity series.json --scan 'decay_bits=7|8' --fit"""

_SHOWN: Final = 20
_DESIGNS: Final = 12
_COLUMNS: Final = (
    "machine", "transitions", "impossible", "log-likelihood", "expected", "z", "exact", "inexact",
    "distinct", "distinct impossible", "distinct log-likelihood",
)  # fmt: skip


def add_arguments(parser: ArgumentParser) -> None:
    """The series, the machines, and what else to try."""
    parser.add_argument(
        "series",
        metavar="FILE.json",
        nargs="?",
        help="recorded series, or summaries; docs/parity.md gives the form of both",
    )
    parser.add_argument(
        "--machine", action="append", default=[], metavar="NAME",
        help="a machine to score (default: all); can be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--scan", metavar="FIELD[,FIELD]",
        help="score variants of the first machine: every alternative of these fields, or only "
        "those given as FIELD=A|B",
    )  # fmt: skip
    parser.add_argument(
        "--seeds", type=int, default=1000, metavar="N",
        help="runs to simulate for a summary that has no exact law (default: 1000)",
    )  # fmt: skip
    parser.add_argument(
        "--design", nargs="+", metavar="FIELD",
        help="with no file: which experiment tells the alternatives of these fields apart soonest, "
        "FIELD or FIELD=A|B, on the first machine (default LOIHI)",
    )  # fmt: skip
    parser.add_argument(
        "--kit", metavar="FOLDER",
        help="with no file: write experiments and scripts for the owner of a board",
    )  # fmt: skip
    parser.add_argument("--fit", action="store_true", help="fit the decay factor of each tau")
    parser.add_argument(
        "--all", action="store_true", help="list every transition, not only the impossible ones"
    )


def run(args: Namespace, screen: Screen) -> int:
    """Score the machines."""
    from loihi_emu.chip.machines import MACHINES, find_machine
    from loihi_emu.conformance.score_machine import rank, score
    from loihi_emu.conformance.score_scan import fit_decay, scan
    from loihi_emu.conformance.score_series import load_series

    if args.design is not None:
        return _run_design(find_machine((args.machine or ["LOIHI"])[0]), args, screen)
    if args.kit is not None:
        return _write_kit(args, screen)
    if args.series is None:
        raise ParameterError(
            "no file of series or summaries; give one, or --design FIELD, or --kit FOLDER"
        )
    series = load_series(args.series)
    machines = [find_machine(name) for name in args.machine] or list(MACHINES.values())
    if "recordings" in series:
        return _run_summaries(series, machines, args, screen)
    scores = rank(score(series, one) for one in machines)
    data: dict[str, Any] = {"command": "parity", "file": args.series, "machines": scores}
    parts = _parts(scores, every=args.all)
    if args.scan is not None:
        fields = [one for one in args.scan.split(",") if one.strip()]
        if not fields:
            raise ParameterError("--scan names no field; see loihi-emu machine for their names")
        data["scan"] = [
            {key: value for key, value in one.items() if key not in ("list", "runs")}
            for one in scan(series, machines[0], fields)
        ]
        parts.append(_scan_table(data["scan"], machines[0].name))
    if args.fit:
        data["fit"] = fit_decay(series, machines[0])
        parts.append(_fit_table(data["fit"], machines[0].name))
    screen.show(data, parts)
    return int(bool(args.machine) and any(one["impossible"] for one in scores))


def _write_kit(args: Namespace, screen: Screen) -> int:
    """A folder for the owner of a board."""
    from loihi_emu.conformance.board_kit import write_kit

    if args.series is not None:
        raise ParameterError("--kit takes no file; score what comes back without --kit")
    paths = write_kit(args.kit)
    text = (
        f"wrote {args.kit}/: {', '.join(path.name for path in paths)}\n"
        "Start with README.md. Score what comes back: loihi-emu parity answers.json"
    )
    screen.show({"command": "parity", "kit": [str(path) for path in paths]}, [text])
    return 0


def _run_design(machine: Machine, args: Namespace, screen: Screen) -> int:
    """The experiments that tell alternatives apart, the fastest first."""
    from loihi_emu.conformance.design import design

    if args.series is not None:
        raise ParameterError("--design takes no file: machines make the series themselves")
    rows = design(machine, args.design)
    told = [row for row in rows if row["ratio"] > 0]
    cells = [
        (
            row["name"], row["run"]["dw"], row["run"]["t_epoch"], row["run"]["sign_mode"],
            row["rate"], ceil(row["steps"]),
            " from ".join(", ".join(map(str, one.values())) for one in row["hardest"]),
        )
        for row in told[:_DESIGNS]
    ]  # fmt: skip
    columns = ("experiment", "dw", "t_epoch", "sign mode", "spikes a step", "steps", "hardest")
    end = (
        "steps: expected for odds of 1,000 to 1 between the two alternatives that are hardest to\n"
        "tell apart. Pre and post spikes are random; weight, x1 and x2 are recorded in every step."
        if told
        else "No experiment of the family tells all alternatives of these fields apart."
    )
    data = {"command": "parity", "machine": machine.name, "fields": args.design, "design": told}
    parts: list[str | Table] = [Table.of(columns, cells)] if told else []
    screen.show(data, [*parts, end])
    return 0


def _run_summaries(
    file: Mapping[str, Any], machines: Sequence[Machine], args: Namespace, screen: Screen
) -> int:
    """Score the machines against sums, sets, histograms and counts."""
    from loihi_emu.conformance.score_summaries import score_summaries

    if args.scan is not None or args.fit:
        raise ParameterError("--scan and --fit need a file of series; this one has summaries")
    if args.seeds < 1:
        raise ParameterError(f"--seeds is {args.seeds}; allowed: 1 or more")
    rows = [row for one in machines for row in score_summaries(file, one, seeds=args.seeds)]
    rows.sort(key=lambda row: [entry["name"] for entry in file["recordings"]].index(row["name"]))
    cells = [
        (
            row["name"], row["chip"], row["machine"], row["method"],
            _with_error(row["probability"], row["probability_error"], row["method"]),
            _with_error(row["p"], row["p_error"], row["method"]), str(row["usual"] or ""),
        )
        for row in rows
    ]  # fmt: skip
    columns = ("recording", "chip", "machine", "method", "probability", "p, two-sided", "usual")
    reasons = dict.fromkeys(row["reason"] for row in rows if row["reason"])
    end = "probability: of what was recorded. p: of something as far out, or farther."
    data = {"command": "parity", "file": args.series, "summaries": rows}
    screen.show(data, [Table.of(columns, cells), "\n".join([end, *reasons])])
    wrong = any(row["method"] == "exact" and row["probability"] == 0 for row in rows)
    return int(bool(args.machine) and wrong)


def _with_error(value: float | None, error: float, method: str) -> str:
    """A probability, with its Monte Carlo error where it was simulated."""
    if value is None or method == "cannot":
        return ""
    return f"{value:.3g}" + ("" if method == "exact" else f" +- {error:.1g}")


def _parts(scores: Sequence[Mapping[str, Any]], *, every: bool) -> list[str | Table]:
    """The table of machines, then each one's impossible transitions."""
    rows = [
        (
            one["machine"], *(one[key] for key in ("transitions", "impossible")),
            _rounded(one["log_likelihood"]), _rounded(one["expected"]), _z(one["distinct"]),
            one["exact"], one["inexact"],
            *(one["distinct"][key] for key in ("transitions", "impossible")),
            _rounded(one["distinct"]["log_likelihood"]),
        )
        for one in scores
    ]  # fmt: skip
    parts: list[str | Table] = [
        Table.of(_COLUMNS, rows),
        "A log-likelihood counts the possible transitions only. The last three columns count an "
        "array\nthat several runs repeat once. z is their distance from what the machine itself "
        "would give,\nin standard deviations.",
    ]
    for one in scores:
        wanted = [row for row in one["list"] if every or row["probability"] == 0]
        if wanted:
            parts.append(_transitions(one["machine"], wanted, every=every))
    return parts


def _transitions(name: str, rows: Sequence[Mapping[str, Any]], *, every: bool) -> Table:
    """Transitions of one machine: all, or the impossible ones of arrays not yet seen."""
    shown = rows if every else [row for row in rows if not row["repeats"]]
    kept = shown if every else shown[:_SHOWN]
    repeated = len(rows) - len(shown)
    more = f", {len(shown) - len(kept)} more" if len(kept) < len(shown) else ""
    again = f", {repeated} more in repeated arrays" if repeated else ""
    title = f"{name}: all transitions" if every else f"{name}: impossible{more}{again}"
    cells = [
        (
            row["run"], row["variable"], row["kind"], f"{row['steps'][0]}-{row['steps'][1]}",
            f"{row['before']} to {row['after']}", round(row["probability"], 4), _law(row["law"]),
        )
        for row in kept
    ]  # fmt: skip
    columns = ("run", "variable", "kind", "steps", "recorded", "probability", "the machine's law")
    return Table.of(columns, cells, title)


def _law(law: Mapping[int, float]) -> str:
    """The likeliest values with their probabilities."""
    return ", ".join(f"{value}: {p:.3g}" for value, p in law.items())


def _scan_table(scores: Sequence[Mapping[str, Any]], name: str) -> Table:
    """Variants, the best first; numbers of distinct arrays."""
    fields = tuple(scores[0]["variant"])
    best = scores[0]["distinct"]
    rows = [
        (
            *(str(one["variant"][field]) for field in fields), one["distinct"]["impossible"],
            _rounded(one["distinct"]["log_likelihood"]),
            _rounded(one["distinct"]["log_likelihood"] - best["log_likelihood"]),
            _rounded(one["distinct"]["robust"]), _z(one["distinct"]),
            "this machine" if one["is_given"] else "",
        )
        for one in scores
    ]  # fmt: skip
    columns = (*fields, "impossible", "log-likelihood", "minus best", "robust", "z", "")
    return Table.of(columns, rows, f"variants of {name}, distinct arrays")


def _fit_table(rows: Sequence[Mapping[str, Any]], name: str) -> Table:
    """Fitted factors beside those of the laws."""
    columns = ("tau", "arrays", "factor a step", "95 % from", "to", "exp(-1/tau)", "1-1/tau", name)
    keys = ("tau", "arrays", "factor", "low", "high", "exponential", "linear", "machine")
    cells = [[_rounded(row[key], 4) for key in keys] for row in rows]
    return Table.of(columns, cells, "decay factor that explains the traces best")


def _z(numbers: Mapping[str, Any]) -> float | None:
    """How many standard deviations the likelihood lies from what the machine would give."""
    if numbers["impossible"] or not numbers["variance"] > 0:
        return None
    return _rounded((numbers["log_likelihood"] - numbers["expected"]) / sqrt(numbers["variance"]))


def _rounded(number: float, digits: int = 2) -> float:
    """A number as a table shows it."""
    return round(number, digits) + 0.0
