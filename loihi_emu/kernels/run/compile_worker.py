"""The process that compiles ahead. It reads what it has to compile from standard input, as JSON."""

from __future__ import annotations

import json
import sys

from loihi_emu.kernels.run.compile_ahead import compile_all

if __name__ == "__main__":
    compile_all(json.load(sys.stdin))
