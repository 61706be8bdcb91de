"""The process that compiles ahead. It reads what it has to compile from standard input, as JSON.

The run that goes on meanwhile in the reference model has precedence on the processors.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Final

from loihi_emu.kernels.run.compile_ahead import compile_all

_NICENESS: Final = 5

if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    compile_all(json.load(sys.stdin))
