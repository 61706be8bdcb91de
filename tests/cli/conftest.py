import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from loihi_emu.cli import main
from loihi_emu.kernels.llvm.sizes import FIXED, FLOATING
from loihi_emu.kernels.run.compile_ahead import CompileAhead
from loihi_emu.kernels.run.entry_points import loops

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True, scope="session")
def compiled() -> None:
    """The loops of both modes, compiled side by side: a command that waits for them says so."""
    ahead = [CompileAhead(loops(mode), []) for mode in (FIXED, FLOATING)]
    while not all(one.ready() or one.failed for one in ahead):
        time.sleep(0.1)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that runs a command line: exit status, stdout, stderr."""

    def call(*argv: str) -> tuple[int, str, str]:
        status = main(argv)
        out, err = capsys.readouterr()
        return status, out, err

    return call


@pytest.fixture
def answer(run: Run) -> Callable[..., dict[str, Any]]:
    """A function that runs a command line with --json and gives what it wrote."""

    def call(*argv: str) -> dict[str, Any]:
        status, out, err = run(*argv, "--json")
        assert (status, err) == (0, "")
        found = json.loads(out)
        assert isinstance(found, dict)
        return found

    return call
