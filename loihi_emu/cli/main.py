"""Arguments to exit status: finds the subcommand, runs it, turns errors into one line each.

A subcommand is a module of this folder with `HELP`, `EXAMPLES`, `add_arguments(parser)` and
`run(args, screen) -> int`; it imports what is heavy inside `run`.
Exit status: 0, 1 where a check failed, 2 for an error of ours, 130 after Ctrl-C.
Example: `main(["rules"])`.
"""

from __future__ import annotations

import os
import re
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from loihi_emu import __version__
from loihi_emu.cli.screen import Screen
from loihi_emu.errors import LoihiEmuError, unknown_name

COMMANDS: Final = (
    "compare", "explain", "rule", "rules", "conform", "machine", "parity", "capacity", "sweep",
    "fit", "lava", "cache",
)  # fmt: skip
"""Subcommands in the order of `--help`; one whose module is absent is left out."""

_ERROR: Final = 2
_INTERRUPTED: Final = 130
_BROKEN_PIPE: Final = 141
_RULE_TEXT: Final = re.compile(r"-(?!-)[^=]*[*^]")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; `sys.argv` by default.

    Returns
    -------
    int
        Exit status.
    """
    given = sys.argv[1:] if argv is None else list(argv)
    try:
        _check_command(given)
        args = _parser().parse_args([_kept_positional(one) for one in given])
        status = int(args.run(args, Screen(as_json=args.json)))
        sys.stdout.flush()
    except LoihiEmuError as error:
        print(f"loihi-emu: error: {error}", file=sys.stderr)
        return _ERROR
    except MemoryError as error:
        print(f"loihi-emu: error: not enough memory {error}".rstrip(), file=sys.stderr)
        return _ERROR
    except KeyboardInterrupt:
        print("loihi-emu: interrupted", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        _close_quietly()
        return _BROKEN_PIPE
    return status


def _check_command(given: Sequence[str]) -> None:
    """Refuse a subcommand that does not exist, with the names that look like it."""
    if given and not given[0].startswith("-") and given[0] not in COMMANDS:
        raise unknown_name("command", given[0], COMMANDS)


def _parser() -> ArgumentParser:
    """The parser of every subcommand that is there."""
    parser = ArgumentParser(
        prog="loihi-emu",
        description="Run learning rules of the Loihi chips in exact integers, beside float.",
    )
    parser.add_argument("--version", action="version", version=f"loihi-emu {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        home = f"{__package__}.{name}"
        if find_spec(home) is not None:
            _add_command(commands, name, import_module(home))
    return parser


def _add_command(commands: Any, name: str, module: Any) -> None:
    """One subcommand: its own arguments, and `--json`."""
    parser = commands.add_parser(
        name,
        help=module.HELP,
        description=module.HELP,
        epilog=f"examples:\n{module.EXAMPLES}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="write JSON to stdout, not text")
    parser.set_defaults(run=module.run)


def _kept_positional(argument: str) -> str:
    """Rule text that starts with a minus, led by a space: argparse takes it for no option."""
    return f" {argument}" if _RULE_TEXT.match(argument) else argument


def _close_quietly() -> None:
    """Whoever read stdout has gone: nothing more is written, not even when Python ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
