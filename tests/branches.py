"""Which branches of the chip, the language, the compiler and the definition no test takes.

    python -m tests.branches               # the tests that know these folders: some minutes
    python -m tests.branches tests         # all tests

Prints every line and branch that was not taken. The exit status is 1 below 100 %.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
FOLDERS: Final = ("chip", "language", "compiler", "kernels/reference")
TESTS: Final = (
    "tests/chip", "tests/compiler", "tests/language", "tests/rules", "tests/kernels/test_golden.py",
    "tests/machines/test_alternatives.py", "tests/network/test_by_hand.py",
    "tests/network/test_bad_input.py", "tests/network/test_backends.py",
    "tests/network/test_checkpoint.py", "tests/cli/test_rule.py", "tests/cli/test_machine.py",
)  # fmt: skip


def main(tests: Sequence[str]) -> int:
    """Run tests under coverage and print what they left out."""
    sources = "\n".join(f"    loihi_emu/{folder}" for folder in FOLDERS)
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "coveragerc")
        settings.write_text(
            f"[run]\nbranch = True\ndata_file = {folder}/data\nsource =\n{sources}\n"
            "[report]\nshow_missing = True\nskip_covered = True\n"
            "exclude_also =\n    if TYPE_CHECKING:\n",
            encoding="utf-8",
        )
        coverage = [sys.executable, "-m", "coverage"]
        run = [*coverage, "run", f"--rcfile={settings}", "-m", "pytest", "-q"]
        failed = subprocess.run([*run, *(tests or TESTS)], cwd=ROOT).returncode
        report = [*coverage, "report", f"--rcfile={settings}", "--fail-under=100"]
        return failed or int(subprocess.run(report, cwd=ROOT).returncode != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
