"""Summary files: what was published of a run in place of its series, with the network that made it.

A file has `recordings`. Each has a network of one source, one target and the synapses between, what
is observed of it, and what was recorded: a sum, a set, a histogram, counts. One error lists every
fault with its path. The form: docs/parity.md.
Example: `read_summaries({"recordings": [...]})[0].take` is "sum".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from loihi_emu.compiler import LearningRule, Trace
from loihi_emu.description.connections import Connection, Dense
from loihi_emu.description.network import Network
from loihi_emu.description.populations import LIF, Neurons, Noise, Population
from loihi_emu.description.sources import RewardSource, SpikeSource
from loihi_emu.errors import LoihiEmuError, Problem, RuleError

TAKES: Final[Mapping[str, str]] = {
    "sum": "the sum of all values",
    "last": "the value after the last step",
    "set": "the values that occur, ascending",
    "changes": "the changes from step to step that occur, ascending",
    "bounds": "[low, high] that no value leaves",
    "histogram": "[value, how often] pairs",
    "counts": "the number of spikes of each neuron",
    "equal_neighbours": "how many of the pairs (0, 1), (2, 3), ... have the same value",
}
"""What can be taken of an observed variable, over steps and elements."""

_NUMBERS: Final = ("sum", "last", "equal_neighbours")
_KEYS: Final = ("name", "chip", "source", "note", "network", "observe", "take", "recorded")
_NETWORK_KEYS: Final = ("steps", "pre", "post", "synapses")
_TRACES: Final = ("x1", "x2", "y1", "y2", "y3", "r1")
_SYNAPSE_KEYS: Final = (
    "weights", "rewards", "dw", "dd", "dt", "t_epoch", "sign_mode", "weight_exp",
    "num_weight_bits", "delays", "weight_limit", *_TRACES,
)  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """One recorded summary.

    Parameters
    ----------
    name, chip, source : str
    network : mapping
        As in the file; `build` makes it.
    steps : int
    observe : str
        A variable of the synapses, or "u", "v", "spikes" of the target.
    take : str
        One of `TAKES`.
    recorded : object
    """

    name: str
    chip: str
    source: str
    network: Mapping[str, Any]
    steps: int
    observe: str
    take: str
    recorded: Any

    @property
    def is_number(self) -> bool:
        """Whether the summary is one number, which has tails; a set has none."""
        return self.take in _NUMBERS

    def build(self) -> tuple[Network, Connection, Population]:
        """The network, its synapses and their target."""
        steps, given = self.steps, dict(self.network["synapses"])
        net = Network(warn=False)
        pre = net.add(_source(self.network["pre"], steps))
        post = net.add(_target(self.network["post"], steps))
        weights = np.asarray(given.pop("weights"))
        if weights.ndim == 1:  # one synapse a neuron
            weights = weights[:, None] * np.ones((1, pre.n), int)
        rule = _rule(given)
        if "weight_limit" in given:
            given["weight_limit"] = tuple(given["weight_limit"])
        rewards = given.pop("rewards", None)
        if rewards is not None:
            values = np.zeros(steps, int)
            for step, value in rewards:
                values[step - 1] += value
            given["reward"] = RewardSource(values)
        synapses = net.add(Dense(pre, post, weights, rule=rule, **given))
        return net, synapses, post


def _rule(given: dict[str, Any]) -> LearningRule | None:
    """The rule, taken out of the synapses' keys; None without a text."""
    traces: dict[str, Any] = {name: Trace(**given.pop(name)) for name in _TRACES if name in given}
    texts: dict[str, Any] = {name: given.pop(name) for name in ("dw", "dd", "dt") if name in given}
    epoch = given.pop("t_epoch", 1)
    return LearningRule(**texts, **traces, t_epoch=epoch) if texts else None


def _source(given: Mapping[str, Any], steps: int) -> SpikeSource:
    raster = np.zeros((steps, given["n"]), int)
    for step, neuron in given.get("spikes", []):
        raster[step - 1, neuron] = 1
    return SpikeSource(raster)


def _target(given: Mapping[str, Any], steps: int) -> Population:
    """A source of post spikes, or LIF neurons, which have a key `du`."""
    if "du" not in given:
        return _source(given, steps)
    cells = dict(given)
    noise = cells.pop("noise", None)
    made: Neurons = LIF(cells.pop("n"), noise=None if noise is None else Noise(**noise), **cells)
    return made


def read_summaries(file: Mapping[str, Any]) -> tuple[Summary, ...]:
    """The summaries of a file's object, checked.

    Raises
    ------
    RuleError
        Lists every fault with its path.
    """
    problems: list[Problem] = []
    found = []
    entries = file.get("recordings")
    if not isinstance(entries, Sequence) or not entries:
        raise RuleError(
            "summary file", [Problem("recordings", "is missing or empty; needed: a list")]
        )
    for number, entry in enumerate(entries):
        path = f"recordings[{number}]"
        faults = list(_faults(entry, path))
        problems += faults
        if not faults:
            made = Summary(
                entry["name"], entry.get("chip", ""), entry.get("source", ""), entry["network"],
                entry["network"]["steps"], entry["observe"], entry["take"], entry["recorded"],
            )  # fmt: skip
            try:
                made.build()
            except (LoihiEmuError, TypeError, IndexError, KeyError, ValueError) as error:
                problems.append(Problem(f"{path}.network", f"cannot be built: {error}"))
            found.append(made)
    if problems:
        raise RuleError("summary file", problems)
    return tuple(found)


def _faults(entry: Any, path: str) -> list[Problem]:
    """What is wrong with one entry's keys."""
    if not isinstance(entry, Mapping):
        return [Problem(path, f"is a {type(entry).__name__}; allowed: an object")]
    problems = [
        Problem(f"{path}.{key}", "is missing")
        for key in ("name", "network", "observe", "take", "recorded")
        if key not in entry
    ]
    problems += [
        Problem(f"{path}.{key}", f"is unknown; allowed: {', '.join(_KEYS)}")
        for key in entry
        if key not in _KEYS
    ]
    if "take" in entry and entry["take"] not in TAKES:
        problems.append(
            Problem(f"{path}.take", f"is {entry['take']!r}; allowed: {', '.join(TAKES)}")
        )
    if "network" in entry and isinstance(entry["network"], Mapping):
        for part, allowed in (("network", _NETWORK_KEYS), ("synapses", _SYNAPSE_KEYS)):
            inside = entry["network"] if part == "network" else entry["network"].get("synapses", {})
            where = f"{path}.network" + ("" if part == "network" else ".synapses")
            problems += [
                Problem(f"{where}.{key}", f"is unknown; allowed: {', '.join(allowed)}")
                for key in inside
                if key not in allowed
            ]
    return problems
