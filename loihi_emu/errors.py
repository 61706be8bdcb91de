"""Every error that a user can meet: one root class; each kind is also a builtin.

`RuleSyntaxError` underlines the fault in the user's text:

    product has no spike dependency; it needs one of x0, y0, u0..u9
        dw = 2^-2*x1*y0 - 2^-2*y1*x1
                          ^^^^^^^^^^
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from textwrap import indent


class LoihiEmuError(Exception):
    """Root of every error that loihi_emu raises on purpose."""


class ParameterError(LoihiEmuError, ValueError):
    """A value has the wrong shape or type, or is out of range."""


class UnknownNameError(LoihiEmuError, LookupError):
    """A name does not exist: of a rule, variable, machine or key of a file."""


def unknown_name(kind: str, name: str, names: Iterable[str]) -> UnknownNameError:
    """The error for a `name` that is not in `names`; it suggests similar names, or lists all.

    >>> print(unknown_name("trace", "x3", ["x1", "x2", "y1"]))
    trace 'x3' does not exist; did you mean x1 or x2?
    """
    return UnknownNameError(f"{kind} {name!r} does not exist; {suggestion(name, names)}")


def suggestion(name: str, names: Iterable[str]) -> str:
    """`did you mean ...?` with up to three of `names` that look like `name`, else all of them.

    If there are more than twenty names, the three most similar are shown in any case.
    """
    known = list(names)
    close = look_alikes(name, known, at_least=0.0 if len(known) > 20 else 0.5)
    return f"did you mean {' or '.join(close)}?" if close else f"allowed: {', '.join(known)}"


def look_alikes(name: str, names: Iterable[str], at_least: float = 0.5) -> list[str]:
    """Up to three of `names` that look like `name`, the most similar first.

    >>> look_alikes("impuls", ["impulse", "tau"])
    ['impulse']
    """
    likeness = {known: SequenceMatcher(None, name[:40], known).ratio() for known in names}
    close = [known for known, ratio in likeness.items() if ratio >= at_least]
    return sorted(close, key=lambda known: -likeness[known])[:3]


class FileError(LoihiEmuError, OSError):
    """A file or folder cannot be read or written."""


class ThreadError(LoihiEmuError, RuntimeError):
    """The system starts no more threads."""


class WorkerError(LoihiEmuError, RuntimeError):
    """Processes or machines that run parts of a sweep die again and again, or are out of reach."""


class ScriptError(LoihiEmuError, RuntimeError):
    """A user's own file raised an exception when it was run."""


class NoEffectWarning(UserWarning):
    """Something in a network cannot act; the network runs all the same."""


class MissingExtraError(LoihiEmuError, ImportError):
    """A library is needed that is not installed; the message says how to install it."""


@dataclass(frozen=True)
class Problem:
    """One fault in a file or object: where it is and what is wrong.

    Parameters
    ----------
    path : str
        Where the fault is, such as `traces.x1.tau`.
    message : str
        What was found and what is allowed; may have several lines.
    """

    path: str
    message: str


class RuleError(ParameterError):
    """A learning rule or file is refused; the error lists all its problems.

    Parameters
    ----------
    subject : str
        What is refused.
    problems : sequence of Problem
        At least one.

    Attributes
    ----------
    subject : str
    problems : tuple of Problem
    """

    def __init__(self, subject: str, problems: Sequence[Problem]) -> None:
        self.subject = subject
        self.problems = tuple(problems)
        count = "1 fault" if len(self.problems) == 1 else f"{len(self.problems)} faults"
        lines = [f"{problem.path}: {problem.message}" for problem in self.problems]
        super().__init__("\n".join([f"{subject} has {count}", *(indent(x, "  ") for x in lines)]))

    def __reduce__(self) -> tuple[type[RuleError], tuple[object, ...]]:
        return type(self), (self.subject, self.problems)


@dataclass(frozen=True)
class Fault:
    """One fault in a rule's text: what is wrong and where.

    Parameters
    ----------
    message : str
        What was found and what is allowed.
    start, end : int
        Half-open range of character offsets in the text; `start == end` marks a gap.
    """

    message: str
    start: int
    end: int


class RuleSyntaxError(LoihiEmuError, ValueError):
    """Rule text is not in the rule language; the error underlines all its faults.

    Parameters
    ----------
    text : str
        The user's text, whole.
    faults : sequence of Fault
        At least one, in the order of the text.
    target : str
        Name shown before the text: dw, dd or dt.

    Attributes
    ----------
    faults : tuple of Fault
    text, target : str
    """

    def __init__(self, text: str, faults: Sequence[Fault], target: str = "dw") -> None:
        self.text = text
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.start, fault.end)))
        self.target = target
        shown = [_underline(text, fault, target) for fault in self.faults[:_SHOWN]]
        if len(self.faults) > _SHOWN:
            shown.append(f"and {len(self.faults) - _SHOWN} more faults")
        super().__init__("\n".join(shown))

    def __reduce__(self) -> tuple[type[RuleSyntaxError], tuple[object, ...]]:
        return type(self), (self.text, self.faults, self.target)


_SHOWN = 10
_WINDOW = 100


def _underline(text: str, fault: Fault, target: str) -> str:
    """`fault` as three lines: message, an excerpt of `text`, a caret line below it."""
    line_start = text.rfind("\n", 0, fault.start) + 1
    line_end = text.find("\n", fault.start)
    line_end = len(text) if line_end < 0 else line_end
    low = max(line_start, min(fault.start - _WINDOW // 2, line_end - _WINDOW))
    high = min(line_end, max(fault.start + _WINDOW // 2, low + _WINDOW))
    before = "..." if low > line_start else ""
    after = "..." if high < line_end else ""
    excerpt = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[low:high])
    head = f"    {target} = {before}"
    width = max(1, min(fault.end, high) - fault.start)
    carets = " " * (len(head) + fault.start - low) + "^" * width
    return f"{fault.message}\n{head}{excerpt}{after}\n{carets}"
