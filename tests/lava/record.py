"""Records what Lava itself gives for every script, so that the comparison needs no Lava.

`python -m tests.lava.record [script ...]` with Lava's environment where `benchmarks.oracles` puts
it (`.oracles`, or the folder that LOIHI_EMU_ORACLES names).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.oracles.environment import LAVA, python_of
from tests.lava import runner

RECORDED = Path(__file__).parent / "recorded"
_SECONDS = 120
_MARK = "recorded "


def digest(name: str) -> str:
    """SHA-256 of a script's text: a changed script needs a new recording."""
    return hashlib.sha256(runner.text_of(name).encode()).hexdigest()


def under_lava(name: str, tag: str) -> Any:
    """What a script gives under Lava."""
    command = [str(python_of(LAVA)), runner.__file__, name, tag]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith(_MARK))
    return json.loads(line.removeprefix(_MARK))


def recorded(name: str) -> dict[str, Any]:
    """The stored recording of a script."""
    with gzip.open(RECORDED / f"{name}.json.gz", "rt", encoding="utf-8") as stream:
        held: dict[str, Any] = json.load(stream)
    return held


def record(name: str) -> None:
    """Store what a script gives under Lava in both modes."""
    held = {"lava": LAVA.requirements[0], "script": digest(name)}
    held |= {tag: under_lava(name, tag) for tag in runner.MODES}
    RECORDED.mkdir(exist_ok=True)
    text = json.dumps(held, separators=(",", ":")).encode()
    (RECORDED / f"{name}.json.gz").write_bytes(gzip.compress(text, mtime=0))


if __name__ == "__main__":
    for chosen in sys.argv[1:] or runner.names():
        record(chosen)
        print(chosen)
