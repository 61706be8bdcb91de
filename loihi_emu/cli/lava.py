"""`loihi-emu lava`: scripts written for Lava, run as they are, or checked before they run.

`run` lends loihi_emu.lava the name `lava`; `check` lists names that are not mirrored, with their
lines, and ends with status 1 where there are any.
Example: `loihi-emu lava run tutorial.ipynb`.
"""

from __future__ import annotations

import argparse
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Final

from loihi_emu.cli.screen import Screen

HELP: Final = "run a script or notebook written for Lava, or list what of it is not mirrored"
EXAMPLES: Final = """\
  loihi-emu lava check tutorial.ipynb utils.py
  loihi-emu lava run tutorial.ipynb
  loihi-emu lava run experiment.py --steps 100"""


def add_arguments(parser: ArgumentParser) -> None:
    """What to do, and the files."""
    actions = parser.add_subparsers(metavar="run|check", required=True, dest="action")
    run_parser = actions.add_parser(
        "run", help="run a file that says `import lava`, unchanged", description=_RUN
    )
    run_parser.add_argument(
        "--even-if-installed", action="store_true", help="cover a real Lava that is installed"
    )
    run_parser.add_argument("file", metavar="FILE", type=Path, help="a .py or .ipynb file")
    run_parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="ARGS", help="the script's own arguments"
    )
    check_parser = actions.add_parser(
        "check", help="list names that are not mirrored, running nothing", description=_CHECK
    )
    check_parser.add_argument("files", metavar="FILE", type=Path, nargs="+", help=".py or .ipynb")
    # also taken here, behind the action
    check_parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )


_RUN: Final = "Runs FILE as the program; `import lava` gives loihi_emu.lava."
_CHECK: Final = "Reads FILE and the local modules it imports; ends with 1 where a name is missing."


def run(args: Namespace, screen: Screen) -> int:
    """Run or check."""
    if args.action == "run":
        from loihi_emu.lava._lend import run_script

        return run_script(args.file, args.arguments, even_if_installed=args.even_if_installed)
    from loihi_emu.analysis.tables import Table
    from loihi_emu.lava._check import missing

    found = [one for path in args.files for one in missing(path)]
    data = {
        "command": "lava check",
        "files": [str(path) for path in args.files],
        "missing": [asdict(one) for one in found],
    }
    if not found:
        screen.show(data, ["every name of Lava is mirrored"])
        return 0
    rows = [(one.file, one.place, one.name, one.instead) for one in found]
    table = Table.of(("file", "line", "not mirrored", "instead"), rows)
    screen.show(data, [table, f"{len(found)} names are not mirrored"])
    return 1
