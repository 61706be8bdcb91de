"""The recorder's command line: `python -m benchmarks.oracles setup|record|verify ...`.

Exit status 1 where a recorded case no longer agrees, 2 on bad usage or a missing environment.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.oracles import environment
from benchmarks.oracles.verify import RECORDERS, verify


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
    except (environment.OracleError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.oracles", description=__doc__)
    commands = parser.add_subparsers(required=True)
    names = [oracle.name for oracle in environment.ORACLES]
    setup = commands.add_parser("setup", help="make the programs' environments")
    setup.add_argument("oracles", nargs="*", metavar="ORACLE", help=f"of {names}; all if none")
    setup.set_defaults(command=_setup)
    record = commands.add_parser("record", help="record new cases")
    record.add_argument("kind", choices=sorted(RECORDERS))
    record.add_argument("-n", type=int, default=100, help="how many (default 100)")
    record.add_argument("--seed", type=int, default=0)
    record.add_argument("--out", type=Path, required=True, help="a .jsonl.gz file")
    record.set_defaults(command=_record)
    check = commands.add_parser("verify", help="replay recorded cases in their programs")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.set_defaults(command=_verify)
    return parser


def _setup(options: argparse.Namespace) -> int:
    known = {oracle.name: oracle for oracle in environment.ORACLES}
    unknown = sorted(set(options.oracles) - set(known))
    if unknown:
        raise environment.OracleError(f"no oracle {unknown[0]!r}; there are {sorted(known)}")
    for name in options.oracles or known:
        print(f"{name}: {environment.setup(known[name])}", flush=True)
    return 0


def _record(options: argparse.Namespace) -> int:
    if options.n < 1 or options.seed < 0:
        raise environment.OracleError("-n must be at least 1 and --seed at least 0")
    oracle, module = RECORDERS[options.kind]
    out = options.out.resolve()
    if not out.parent.is_dir():
        raise environment.OracleError(f"--out: {out.parent} is not a folder")
    environment.run_module(
        oracle, module, ["record", options.kind, str(options.n), str(options.seed), str(out)]
    )
    print(f"{options.n} cases of kind {options.kind} in {out}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    disagreements = 0
    for path in options.files:
        verdict = verify(path)
        print(path, *verdict.lines(), sep="\n  ", flush=True)
        disagreements += verdict.different.total()
    return 1 if disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
