"""The guide for Lava users: its blocks run, one after the other, and what they assert holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "lava_guide.md"


@pytest.mark.skipif(not GUIDE.exists(), reason="the sources of the docs are not here")
def test_every_block_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 5
    space: dict[str, Any] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"lava_guide.md, block {number}", "exec"), space)
    assert len(set(space["lava_weights"])) > 3
