"""`loihi-emu sweep`: a sweep that a TOML or Python file describes, here or on a cluster.

Both kinds of file have the arguments of `loihi_emu.sweep` as names: parameters, seeds, metrics,
steps, ... In TOML the description is `FILE.py:NAME`, beside the file.
Example: `loihi-emu sweep taus.toml --out taus --scheduler tcp://10.0.0.1:8786`.
"""

from __future__ import annotations

import inspect
import runpy
import sys
import tomllib
import traceback
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loihi_emu.cli.screen import Screen
from loihi_emu.errors import FileError, LoihiEmuError, ParameterError, ScriptError, unknown_name

if TYPE_CHECKING:
    from loihi_emu.analysis.tables import Table
    from loihi_emu.exploration.table import SweepTable

HELP: Final = "run a network with many parameters and seeds, here or on a cluster"
EXAMPLES: Final = """\
  loihi-emu sweep taus.toml
  loihi-emu sweep taus.py --out taus
  loihi-emu sweep taus.toml --out taus --scheduler tcp://10.0.0.1:8786"""

_NEEDED: Final = ("description", "parameters", "metrics", "steps")
_MAY: Final = ("seeds", "machine", "mode", "record", "search", "variants_per_task")
_MAX_BYTES: Final = 1 << 24
_SHOWN: Final = 8  # columns


def add_arguments(parser: ArgumentParser) -> None:
    """The file, where results go, and where tasks run."""
    parser.add_argument("file", metavar="FILE", help="a TOML or Python file; see docs/scaling.md")
    parser.add_argument(
        "--out",
        metavar="FOLDER",
        help="keep results there as they come; the same command goes on where it was ended",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="run on the workers of this Dask scheduler"
    )
    where.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="run in N processes (default: in this one, on all processors)",
    )
    parser.add_argument(
        "--rows", type=int, default=20, metavar="N", help="rows to print (default 20)"
    )


def run(args: Namespace, screen: Screen) -> int:
    """Run the sweep and print its first rows, or the best trials of a search."""
    from loihi_emu.exploration.sweep import sweep

    given = read_file(Path(args.file))
    with screen.progress() as report:
        table = sweep(
            **given, store=args.out, scheduler=args.scheduler, workers=args.workers,
            progress=lambda done, total: report("variants", done, total),
        )  # fmt: skip
    best = table.best()
    data = {
        "command": "sweep",
        "file": args.file,
        "store": args.out,
        "rows": table.n_rows,
        "columns": {name: values.tolist() for name, values in _plain_columns(table).items()},
        "best": best,
    }
    count = "1 variant" if table.n_rows == 1 else f"{table.n_rows} variants"
    parts: list[str | Table] = [_table(table, best, args.rows)]
    parts.append(f"{count}{f', in {args.out}' if args.out else ''}")
    screen.show(data, parts)
    return 0


def read_file(path: Path) -> dict[str, Any]:
    """The arguments of `sweep` that a file holds.

    Raises
    ------
    FileError
        The file cannot be read.
    ParameterError, UnknownNameError
        A name is missing, or is none of a sweep's.
    ScriptError
        The Python file raised an exception.
    """
    if path.suffix == ".py":
        names = _python(path)
        found: dict[str, Any] = {name: names[name] for name in (*_NEEDED, *_MAY) if name in names}
    else:
        found = _toml(path)
    for name in _NEEDED:
        if name not in found:
            raise ParameterError(f"{path} has no {name}; needed: {', '.join(_NEEDED)}")
    return {"seeds": [0], **found}


def _toml(path: Path) -> dict[str, Any]:
    """A TOML file; its description is a name in a Python file."""
    from loihi_emu.exploration.guided import Search

    try:
        with open(path, "rb") as file:
            text = file.read(_MAX_BYTES + 1)
        found = tomllib.loads(text.decode())
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path} cannot be read: {error}") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ParameterError(f"{path} is no TOML: {error}") from error
    if len(text) > _MAX_BYTES:
        raise FileError(f"{path} is longer than {_MAX_BYTES} bytes")
    for name in found:
        if name not in (*_NEEDED, *_MAY):
            raise unknown_name(f"in {path} the key", name, (*_NEEDED, *_MAY))
    if isinstance(found.get("parameters"), Mapping):
        found["parameters"] = _flat(found["parameters"])
    if "search" in found:
        found["search"] = _search(Search, path, found["search"])
    if "description" in found:
        found["description"] = _described(path, found["description"])
    return found


def _flat(given: Mapping[str, Any]) -> dict[str, Any]:
    """`plastic.x1_tau = [1, 2]` in TOML is a table in a table; here a name with a dot."""
    flat: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, Mapping) and not set(value) & {"low", "high"}:
            flat |= {f"{name}.{inner}": one for inner, one in _flat(value).items()}
        else:
            flat[name] = value
    return flat


def _search(kind: Any, path: Path, given: Any) -> Any:
    """The table `search` of a file."""
    if not isinstance(given, Mapping):
        raise ParameterError(f"{path}: search is {given!r:.60}; allowed: a table with trials")
    known = tuple(inspect.signature(kind).parameters)
    for name in given:
        if name not in known:
            raise unknown_name(f"in {path} the key of search", name, known)
    if "trials" not in given:
        raise ParameterError(f"{path}: search has no trials")
    return kind(**given)


def _described(path: Path, given: Any) -> Any:
    """What `FILE.py:NAME` names, beside the TOML file."""
    file, colon, name = given.rpartition(":") if isinstance(given, str) else ("", "", "")
    if not colon or not name.isidentifier():
        raise ParameterError(
            f"{path}: description is {given!r:.80}; allowed: 'FILE.py:NAME', a Network or a "
            "function that returns one"
        )
    names = _python(path.parent / file)
    if name not in names:
        raise unknown_name(f"in {file} the name", name, [one for one in names if one[0] != "_"])
    return names[name]


def _python(path: Path) -> dict[str, Any]:
    """The names of a Python file that was run; what it prints goes to stderr."""
    import contextlib

    if not path.is_file():
        raise FileError(f"{path} cannot be read: there is no such file")
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return runpy.run_path(str(path), run_name=path.stem)
    except LoihiEmuError:
        raise
    except (Exception, SystemExit) as error:
        lines = [one.lineno for one in traceback.extract_tb(error.__traceback__)
                 if one.filename == str(path)]  # fmt: skip
        where = f"{path}, line {lines[-1]}" if lines else str(path)
        raise ScriptError(f"{where}: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(folder)


def _plain_columns(table: SweepTable) -> dict[str, Any]:
    return {name: table[name] for name in table if table[name].dtype != object}


def _table(table: SweepTable, best: list[dict[str, Any]], most: int) -> Table:
    """The best trials, or the first rows; arrays are left out."""
    from loihi_emu.analysis.tables import Table

    if best:
        rows = [list(one.values()) for one in best[:most]]
        return Table.of(best[0], rows, "best trials")
    columns = list(_plain_columns(table))
    columns = [name for name in columns if name != "steps"][:_SHOWN]
    found = [[table.row(k)[name] for name in columns] for k in range(min(most, table.n_rows))]
    return Table.of(columns, found, f"first {len(found)} of {table.n_rows}")
