"""`loihi-emu cache`: the compiled kernels that are kept, and how to be rid of them.

The files are kernels/compile/disk_cache.py's. Only they are removed, never others in their folder.
Example: `loihi-emu cache --unused-for 7`.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from loihi_emu.cli.screen import Screen
from loihi_emu.errors import ParameterError

if TYPE_CHECKING:
    from loihi_emu.kernels.compile.cache_upkeep import KeptFile

HELP: Final = "show the compiled kernels that are kept, or remove them"
EXAMPLES: Final = """\
  loihi-emu cache
  loihi-emu cache --clear
  loihi-emu cache --unused-for 7"""

_COLUMNS: Final = ("code of", "files", "kB", "last used")


def add_arguments(parser: ArgumentParser) -> None:
    """What to remove; by default nothing."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--clear", action="store_true", help="remove all; they are compiled anew")
    what.add_argument(
        "--unused-for",
        type=float,
        metavar="DAYS",
        help="remove those that no process has loaded for so many days",
    )


def run(args: Namespace, screen: Screen) -> int:
    """Print what is kept, or remove it and print what is gone."""
    from loihi_emu.analysis.tables import Table
    from loihi_emu.kernels.compile import cache_upkeep
    from loihi_emu.kernels.compile.disk_cache import cache_folder

    folder = cache_folder()
    gone: list[KeptFile] = []
    if args.clear:
        gone = cache_upkeep.clear(folder)
    elif args.unused_for is not None:
        if not args.unused_for >= 0:
            raise ParameterError(f"--unused-for is {args.unused_for}; allowed: days from 0 on")
        gone = cache_upkeep.prune(folder, unused_days=args.unused_for)
    left = cache_upkeep.kept(folder)
    removing = args.clear or args.unused_for is not None
    data = {
        "command": "cache",
        "folder": str(folder),
        "bytes": sum(one.size for one in left),
        "kept": [_as_data(name, files) for name, files in _by_name(left)],
        "removed_files": len(gone),
        "removed_bytes": sum(one.size for one in gone),
    }
    rows = [_row(name, files) for name, files in _by_name(left)]
    parts: list[str | Table] = [f"compiled kernels in {folder}: {_amount(left)}"]
    if removing:
        parts.append(f"removed: {_amount(gone)}")
    elif rows:
        parts += [Table.of(_COLUMNS, rows), _rules(cache_upkeep.UNUSED_DAYS)]
    screen.show(data, parts)
    return 0


def _rules(days: float) -> str:
    """When files go by themselves."""
    return (
        f"A file that was not used for {days:g} days goes by itself. "
        "These files are machine code: whoever can write to them runs code as you."
    )


def _by_name(files: list[KeptFile]) -> list[tuple[str, list[KeptFile]]]:
    """Files by what they are code of; leftovers apart."""
    groups: dict[str, list[KeptFile]] = defaultdict(list)
    for one in files:
        groups["(left by processes that were ended)" if one.leftover else one.name].append(one)
    return sorted(groups.items())


def _row(name: str, files: list[KeptFile]) -> tuple[str, int, int, str]:
    """A row of the table."""
    return name, len(files), -(-sum(one.size for one in files) // 1000), _last(files)[:10]


def _as_data(name: str, files: list[KeptFile]) -> dict[str, str | int]:
    """The same for JSON."""
    size = sum(one.size for one in files)
    return {"name": name, "files": len(files), "bytes": size, "last_used": _last(files)}


def _last(files: list[KeptFile]) -> str:
    """When one of the files was last used."""
    return datetime.fromtimestamp(max(one.used for one in files), UTC).isoformat(timespec="seconds")


def _amount(files: list[KeptFile]) -> str:
    """`3 files, 1.2 MB`."""
    count = "1 file" if len(files) == 1 else f"{len(files)} files"
    return f"{count}, {sum(one.size for one in files) / 1e6:.1f} MB"
