"""A choice of a machine: its alternatives, and what is known of them, by class of evidence.

`choice` makes a field of `machine.Machine`; `Choice` is what a reader gets of it.
Example: `machine.describe("overflow_keeps").meaning("mask")` is "the low 7 bits of the sum".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from loihi_emu.errors import ParameterError

EVIDENCE_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CODE": "read in a public, openly licensed repository",
        "DATA": "numbers published in a public repository, and what follows from them",
        "SNIP": "seen only as an excerpt of a page, not the whole page",
        "RECALL": "known from a paper, without reading the paper again",
        "UNKNOWN": "settled by no public source; the default is argued",
    }
)
"""Classes of evidence and what each means."""


@dataclass(frozen=True)
class Evidence:
    """One thing that is known about a choice.

    Parameters
    ----------
    kind : str
        One of `EVIDENCE_KINDS`.
    text : str
        What was found, and where.
    """

    kind: str
    text: str


@dataclass(frozen=True)
class Choice:
    """What a field of `Machine` decides.

    Parameters
    ----------
    name : str
        The field.
    group : str
        neuron, synapse, trace, graded spikes, learning or random bits.
    alternatives : mapping
        Value to what it means. A type stands for any value of the type.
    evidence : tuple of Evidence
    argument : str
        Why `LOIHI` has its value; empty if the sources agree.
    """

    name: str
    group: str
    alternatives: Mapping[Any, str]
    evidence: tuple[Evidence, ...]
    argument: str

    @property
    def settled(self) -> bool:
        """Whether some source settles the choice."""
        return all(one.kind != "UNKNOWN" for one in self.evidence)

    def meaning(self, value: Any) -> str:
        """What a value of the field means."""
        for key, text in self.alternatives.items():
            if _matches(value, key):
                return text
        raise ParameterError(
            f"machine field {self.name} is {value!r}; allowed: {_allowed(self.alternatives)}"
        )


def choice(
    group: str,
    alternatives: Mapping[Any, str],
    *,
    code: str = "",
    data: str = "",
    snip: str = "",
    recall: str = "",
    unknown: str = "",
    argument: str = "",
) -> Any:
    """A field of `Machine`; the keywords are the classes of evidence."""
    texts = {"CODE": code, "DATA": data, "SNIP": snip, "RECALL": recall, "UNKNOWN": unknown}
    return field(
        metadata={
            "group": group,
            "alternatives": MappingProxyType(dict(alternatives)),
            "evidence": tuple(Evidence(kind, text) for kind, text in texts.items() if text),
            "argument": argument,
        }
    )


def _matches(value: object, key: object) -> bool:
    """Whether `value` is the alternative `key`, or of the type `key`."""
    if isinstance(key, type):
        return isinstance(value, key) and not isinstance(value, bool)
    return value is key or (type(value) is type(key) and value == key)


def _allowed(alternatives: Mapping[Any, str]) -> str:
    """Alternatives as an error shows them."""
    return ", ".join(k.__name__ if isinstance(k, type) else repr(k) for k in alternatives)
