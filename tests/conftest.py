"""What all tests share: repeatable examples, and golden texts that one switch renews.

`pytest --update-golden` writes the texts under tests/golden anew; read their difference before
committing it: a golden text is only as good as the eye that last looked at it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# the first example of a rule's shape waits for its kernel to be compiled
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

# what is compared with the definition must not begin in it
os.environ["LOIHI_EMU_START"] = "compiled"

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden texts instead of comparing"
    )


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> Iterator[None]:
    """Ctrl-C interrupts, also where a shell started the tests in the background and ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with the file of that name under tests/golden."""
    update = bool(request.config.getoption("--update-golden"))

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"no golden text {name}; pytest --update-golden writes it"
        assert text == path.read_text(encoding="utf-8")

    return check
