"""What an owner of a board needs to tell the machines apart: a folder to copy, run and send back.

Example: `write_kit("kit")` writes the experiments, a script for each chip and a page; the scripts
fill `answers.json`, which `loihi-emu parity` scores.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np

from loihi_emu.conformance.design import RULES
from loihi_emu.errors import FileError, ParameterError

STEPS: Final = 240
EPOCHS: Final = (1, 4)
_RATE: Final = 0.3
_LATEST: Final = 2  # steps at the end without spikes, as a chip may be late
_SCRIPTS: Final = ("loihi2_lava.py", "loihi1_nxsdk.py")


def experiments(steps: int = STEPS) -> dict[str, Any]:
    """All experiments of the kit: a series file without its series, see docs/parity.md.

    Every rule of `conformance.design`, in epochs of 1 and 4 steps, with frozen random spikes.

    Parameters
    ----------
    steps : int
        Of each, at least 8; whole epochs.

    Raises
    ------
    ParameterError
    """
    longest = max(EPOCHS)
    least = 2 * longest
    if steps < least or steps % longest:
        raise ParameterError(f"steps is {steps}; allowed: multiples of {longest} from {least}")
    runs = []
    for number, (name, rule) in enumerate(RULES.items()):
        for t_epoch in EPOCHS:
            spikes = np.random.default_rng(number).random((2, steps)) < _RATE
            spikes[:, -_LATEST:] = False
            pre, post = ((np.flatnonzero(one) + 1).tolist() for one in spikes)
            runs.append({
                "name": f"{name}, t_epoch {t_epoch}", **rule, "t_epoch": t_epoch,
                "sign_mode": "MIXED", "w0": 64, "pre_spike_steps": pre, "post_spike_steps": post,
            })  # fmt: skip
    return {"setup": {"synapses": 1, "steps": steps, "t_epoch": 1}, "runs": runs}


def write_kit(folder: str | Path, steps: int = STEPS) -> list[Path]:
    """Write the kit into a folder, which is made.

    Parameters
    ----------
    folder : str or path
    steps : int
        Of each experiment.

    Returns
    -------
    list of Path

    Raises
    ------
    FileError
        The folder cannot be written to.
    ParameterError
        `steps` are no whole epochs.
    """
    asked = experiments(steps)
    home = files("loihi_emu.conformance") / "kit"
    texts = {name: (home / f"{name}.txt").read_text(encoding="utf-8") for name in _SCRIPTS}
    page = (home / "README.md").read_text(encoding="utf-8")
    texts["README.md"] = page.format(n_runs=len(asked["runs"]), steps=steps)
    texts["experiments.json"] = json.dumps(asked, indent=1) + "\n"
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (path / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path} cannot be written to: {error.strerror or error}") from error
    return [path / name for name in texts]
