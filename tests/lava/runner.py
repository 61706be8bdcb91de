"""Runs a script of `scripts/` and prints what it recorded as JSON; Python 3.10, no loihi_emu.

Under Lava: `python tests/lava/runner.py stdp_tutorial fixed_pt`; the mirror's tests import it.
"""

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

SCRIPTS = Path(__file__).parent / "scripts"
MODES = ("fixed_pt", "floating_pt")


def text_of(name: str) -> str:
    """A script's text."""
    return (SCRIPTS / f"{name}.py").read_text(encoding="utf-8")


def names() -> list[str]:
    """All scripts."""
    return sorted(path.stem for path in SCRIPTS.glob("*.py") if path.stem != "__init__")


def run(name: str, tag: str, mirrored: bool) -> Any:
    """What a script recorded, as JSON holds it."""
    text = text_of(name)
    if mirrored:
        text = text.replace("from lava.", "from loihi_emu.lava.")
    # a script is the program: Lava looks for process models in the module of a process's class
    module, before = ModuleType("__main__"), sys.modules["__main__"]
    module.__file__ = str(SCRIPTS / f"{name}.py")
    sys.modules["__main__"] = module
    try:
        exec(compile(text, module.__file__, "exec"), vars(module))
        return plain(module.run(tag))
    finally:
        sys.modules["__main__"] = before


def plain(value: Any) -> Any:
    """Arrays, sparse matrices, tuples and keys as JSON has them."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if hasattr(value, "toarray"):
        return {"sparse": plain(value.toarray())}
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and value == int(value):
        return int(value)
    return value


if __name__ == "__main__":
    result = json.dumps(run(sys.argv[1], sys.argv[2], mirrored=False))
    print(f"recorded {result}", flush=True)
