"""What every peer has in common: parameters in, one value a repetition out, as JSON.

Runs in Python 3.10 too. A peer is a function that prepares (builds, compiles, warms up) and returns
a repetition: a function that does the work once and returns its value, as a rule the seconds of one
unit of it. With `"serve": true` a peer waits for a line before each repetition, so that it and the
emulator can take turns; otherwise it does `"repetitions"` of them.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, TextIO

Parameters = dict[str, Any]
Repetition = Callable[[], float]


def run_peer(
    prepare: Callable[[Parameters], Repetition], defaults: Parameters, packages: tuple[str, ...]
) -> None:
    """Run a peer as the command line says.

    Parameters
    ----------
    prepare : callable
        Takes the parameters, warms up, returns the repetition.
    defaults : dict
        The parameters and their default values; others are refused.
    packages : tuple of str
        Distributions whose versions are reported.
    """
    out = _own_stdout()
    known = {"repetitions": 5, "serve": False, **defaults}
    given = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    unknown = sorted(set(given) - set(known))
    if unknown:
        sys.exit(f"no parameter {unknown[0]!r}; there are {sorted(known)}")
    parameters = {**known, **given}
    versions = {"python": platform.python_version(), **{name: version(name) for name in packages}}
    repetition = prepare(parameters)
    if parameters["serve"]:
        _say(out, {"parameters": parameters, "versions": versions})
        for _ in sys.stdin:
            _say(out, {"value": repetition()})
    else:
        values = [repetition() for _ in range(parameters["repetitions"])]
        _say(out, {"parameters": parameters, "versions": versions, "values": values})


def _own_stdout() -> TextIO:
    """Our standard output, kept from whatever else prints: that goes to standard error."""
    sys.stdout.flush()
    own = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return own


def _say(out: TextIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()
