import json
from collections.abc import Callable
from typing import Any

import pytest

from loihi_emu.cli import main

Run = Callable[..., tuple[int, str, str]]


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
