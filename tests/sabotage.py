"""Are faults in kernels noticed? Each fault of sabotage.toml is put into a copy, and its tests run.

    python -m tests.sabotage              # all; each compiles the loops anew
    python -m tests.sabotage 1 3          # the first and the third

A fault is caught if a test fails. The exit status is 1 where one is not.
"""

from __future__ import annotations

import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.mutation import Copy

LIST: Final = Path(__file__).with_name("sabotage.toml")
KERNELS: Final = Path(__file__).parents[1] / "loihi_emu" / "kernels"


def faults() -> list[dict[str, Any]]:
    """The list, each fault checked against the source that it changes."""
    found: list[dict[str, Any]] = tomllib.loads(LIST.read_text(encoding="utf-8"))["fault"]
    for one in found:
        count = (KERNELS / one["file"]).read_text(encoding="utf-8").count(one["old"])
        if count != 1:
            raise SystemExit(f"{one['what']}: `old` stands {count} times in {one['file']}")
    return found


def main(numbers: Sequence[str]) -> int:
    """Put in each fault and run what must fail."""
    known = faults()
    wanted = [int(one) - 1 for one in numbers] or list(range(len(known)))
    missed = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        tree = Copy(Path(folder))
        for k in wanted:
            one, began = known[k], time.perf_counter()
            path = f"kernels/{one['file']}"
            tree.write(path, (KERNELS / one["file"]).read_text().replace(one["old"], one["new"]))
            caught = tree.fails(one["tests"])
            tree.restore(path)
            missed += not caught
            seconds = time.perf_counter() - began
            verdict = "caught" if caught else "MISSED"
            print(f"{k + 1:3d} {verdict} {seconds:6.1f} s  {one['what']} ({path})", flush=True)
    print(f"{len(wanted) - missed} of {len(wanted)} faults caught")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
