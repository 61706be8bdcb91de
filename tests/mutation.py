"""Do the tests bite? Small faults are put into the source one at a time, and tests must fail.

    python -m tests.mutation                       # a random sample of 100, seed 1
    python -m tests.mutation --sample 40 --seed 7 --only chip
    python -m tests.mutation --list                # how many faults there are, by file

A fault is another comparison, operator or number, or a condition turned round. A mutation tool
that runs one command for all would compile the loops for each fault; here each file has the tests
that know it, the quickest first. A fault is caught if one of them fails or does not end. Survivors
stand in mutation_survivors.toml, each with the reason. The exit status is 1 below 95 % or where a
survivor has no reason.
"""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
SURVIVORS: Final = Path(__file__).with_name("mutation_survivors.toml")
GOAL: Final = 0.95
_SECONDS: Final = 600  # after which a run counts as one that does not end

_LOWERING: Final = (
    "tests/compiler/test_lowering.py tests/compiler/test_synapse_format.py "
    "tests/compiler/test_words.py tests/kernels/test_golden.py"
)
_REFERENCE: Final = "tests/network/test_by_hand.py -k interpreter"
_CONFORM: Final = "conform"
_CHECKS: Final = "tests/network/test_bad_input.py tests/network/test_checks.py"

AREAS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "chip": (
        tuple(
            f"chip/{name}.py"
            for name in ("arithmetic", "decay", "decimation", "counter", "pcg64", "random_bits",
                         "literals", "consistency")
        ),
        (_LOWERING, "tests/chip", _REFERENCE, _CONFORM, "tests/machines/test_alternatives.py"),
    ),
    "lowering": (
        tuple(
            f"compiler/{name}.py"
            for name in ("lowering", "synapse_format", "words", "microcode", "products", "series")
        ),
        (_LOWERING, "tests/compiler", _CONFORM, "tests/language", "tests/cli/test_rule.py"),
    ),
    "emission": (
        ("kernels/emit/fixed_kernel.py", "kernels/emit/fixed_lines.py",
         "kernels/emit/float_kernel.py"),
        ("tests/kernels/test_golden.py", "tests/kernels/test_rules_three_ways.py"),
    ),
    "definition": (
        tuple(
            f"kernels/reference/{name}.py"
            for name in ("interpreter", "learning", "neurons", "steps", "synapses", "traces",
                         "update", "memory", "fixed_point")
        ),
        (_REFERENCE, _LOWERING, _CONFORM, "tests/machines/test_alternatives.py",
         "tests/network/test_same_bits.py"),
    ),
    "description": (
        tuple(
            f"description/{name}.py"
            for name in ("validation", "populations", "connections", "sources", "network",
                         "sparse_triplets", "third_factor_steps")
        ),
        (_CHECKS, _REFERENCE, "tests/network/test_door.py tests/network/test_chip_inputs.py",
         "tests/compiler tests/lava -k 'not scripts'"),
    ),
}  # fmt: skip
"""Files under `loihi_emu`, and the tests that know them, in the order in which they run."""


class Place(NamedTuple):
    """Where a fault can be put: the file, and the number of the node in it."""

    area: str
    file: str
    number: int


class Mutant(NamedTuple):
    """One fault: where it is, and what it makes of a statement."""

    area: str
    file: str
    line: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        """What the list of survivors calls it; it does not change with lines above."""
        return f"{self.file}: {self.before} -> {self.after}"


_SWAPS: Final[dict[type, type]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult, ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.LShift: ast.RShift,
    ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def places(area: str, file: str) -> list[Place]:
    """Where faults can be put in one file."""
    nodes = _nodes(ast.parse(_text(file)))
    return [Place(area, file, k) for k, node in enumerate(nodes) if _change(node)]


def mutant(place: Place) -> Mutant:
    """The fault of a place."""
    tree = ast.parse(_text(place.file))
    node = _nodes(tree)[place.number]
    statement, line = _statement_of(tree, node), node.lineno
    whole = ast.unparse(statement).split("\n")
    _change(node)
    changed = ast.unparse(statement).split("\n")
    before, after = next(pair for pair in zip(whole, changed, strict=True) if pair[0] != pair[1])
    source = ast.unparse(ast.fix_missing_locations(tree))
    return Mutant(place.area, place.file, line, _short(before), _short(after), source)


def _text(file: str) -> str:
    return (ROOT / "loihi_emu" / file).read_text(encoding="utf-8")


def _nodes(tree: ast.AST) -> list[Any]:
    """Nodes that can be changed: no annotations, no texts, no names of types."""
    found: list[Any] = []

    def visit(node: ast.AST, inside: bool) -> None:
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list"):
                continue
            for one in value if isinstance(value, list) else [value]:
                if not isinstance(one, ast.AST) or isinstance(one, ast.JoinedStr | ast.Raise):
                    continue
                union = isinstance(one, ast.BinOp) and isinstance(one.op, ast.BitOr)
                if union and not inside:
                    continue
                if isinstance(
                    one, ast.Compare | ast.BinOp | ast.BoolOp | ast.UnaryOp | ast.Constant
                ):
                    found.append(one)
                visit(one, inside or isinstance(one, ast.FunctionDef))

    visit(tree, inside=False)
    return found


def _change(node: Any) -> bool:
    """Put the fault into a node; whether it has one."""
    if isinstance(node, ast.Compare):
        node.ops[0] = _SWAPS[type(node.ops[0])]()
        return True
    if isinstance(node, ast.BinOp | ast.BoolOp):
        if type(node.op) not in _SWAPS:
            return False
        node.op = _SWAPS[type(node.op)]()
        return True
    if isinstance(node, ast.UnaryOp):
        if isinstance(node.op, ast.Not):
            node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
            return True
        if isinstance(node.op, ast.USub):
            node.op = ast.UAdd()
            return True
        return False
    if isinstance(node.value, bool):
        node.value = not node.value
        return True
    if isinstance(node.value, int):
        node.value += 1
        return True
    return False


def _statement_of(tree: ast.AST, node: ast.AST) -> ast.AST:
    """The smallest statement that holds a node."""
    best: ast.AST = tree
    for one in ast.walk(tree):
        if isinstance(one, ast.stmt) and any(inner is node for inner in ast.walk(one)):
            best = one
    return best


def _short(line: str) -> str:
    return " ".join(line.split())[:160]


class Copy:
    """A copy of the repository to put faults into, with a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self._tree, cache = folder / "tree", folder / "cache"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout.split("\0")  # fmt: skip
        for name in filter(None, listed):
            if (ROOT / name).is_file():
                (self._tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, self._tree / name)
        from loihi_emu.kernels.compile.disk_cache import cache_folder

        shutil.copytree(cache_folder(), cache) if cache_folder().exists() else cache.mkdir()
        cache.chmod(0o700)
        self._environment = os.environ | {
            "PYTHONPATH": str(self._tree), "LOIHI_EMU_CACHE_DIR": str(cache),
            "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip

    def write(self, file: str, source: str) -> None:
        """Replace a file of the package."""
        (self._tree / "loihi_emu" / file).write_text(source, encoding="utf-8")

    def restore(self, file: str) -> None:
        """The file as it is in the repository."""
        shutil.copyfile(ROOT / "loihi_emu" / file, self._tree / "loihi_emu" / file)

    def fails(self, tests: str) -> bool:
        """Whether some tests fail, or do not end."""
        if tests == _CONFORM:
            cases = "tests/conformance/cases/lava_cases.jsonl.gz"
            rest = ["-m", "loihi_emu", "conform", cases, "--interpreter"]
        else:
            arguments = tests.replace("'not scripts'", "not_scripts").split()
            arguments = [one.replace("not_scripts", "not scripts") for one in arguments]
            rest = ["-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *arguments]
        process = subprocess.Popen(
            [sys.executable, *rest], cwd=self._tree, env=self._environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            return process.wait(_SECONDS) != 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return True


def main(argv: list[str] | None = None) -> int:
    """Try a sample of faults; print what was caught."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=list(AREAS), default=list(AREAS))
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args(argv)
    found = [place for area in args.only for file in AREAS[area][0] for place in places(area, file)]
    for area in args.only:
        print(f"{area}: {sum(one.area == area for one in found)} faults", flush=True)
    if args.list:
        return 0
    sample = random.Random(args.seed).sample(found, min(args.sample, len(found)))
    reasons = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))["survivors"]
    survivors = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        tree = Copy(Path(folder))
        for k, place in enumerate(sample):
            one = mutant(place)
            began = time.perf_counter()
            tree.write(one.file, one.source)
            caught = next((tests for tests in AREAS[one.area][1] if tree.fails(tests)), None)
            tree.restore(one.file)
            if caught is None:
                survivors.append(one)
            how = "SURVIVES" if caught is None else f"caught by {caught.split()[0]}"
            seconds = time.perf_counter() - began
            where = f"{one.file}:{one.line} {one.before} -> {one.after}"
            print(f"{k + 1:4d} {seconds:5.1f} s  {how:50} {where}", flush=True)
    return report(sample, survivors, reasons)


def report(sample: Sequence[Place], survivors: Sequence[Mutant], reasons: dict[str, str]) -> int:
    """Say how many were caught, and why the others were not."""
    share = 1 - len(survivors) / len(sample)
    print(f"{len(sample) - len(survivors)} of {len(sample)} faults caught, {share:.1%}")
    for one in survivors:
        print(f"  {one.name}\n    {reasons.get(one.name, 'NO REASON IS STATED')}")
    return int(share < GOAL or any(one.name not in reasons for one in survivors))


if __name__ == "__main__":
    sys.exit(main())
