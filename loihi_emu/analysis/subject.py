"""Finds the rule that a user means (a name, file, text or object), and a machine that can run it.

A text is dw, or it names several targets: `dw = u0*t; dt = x1*y0`. A trace that a text reads, and
that is not given, has an impulse of 16 and a tau of 10 steps, as in Lava's STDP tutorial.
Example: `find_rule("2^-2*x1*y0 - 2^-2*y1*x0").rule.x1` is `Trace(16, 10)`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from loihi_emu.chip.machines import LOIHI, MACHINES, Machine
from loihi_emu.compiler.rule import TRACES, LearningRule, Trace
from loihi_emu.compiler.rule_files import RuleFile, list_rules, load_rule
from loihi_emu.errors import ParameterError, unknown_name
from loihi_emu.language import NAMES

TEXT_TRACE: Final = Trace(impulse=16, tau=10)
"""Of a trace that a rule text reads and nobody described."""

_TARGET: Final = re.compile(r"\s*(d[wdt])\s*=")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*")


def find_rule(
    given: str | Path | LearningRule | RuleFile,
    *,
    traces: Mapping[str, Trace] | None = None,
    parameters: Mapping[str, str | int] | None = None,
    epoch: int | None = None,
) -> RuleFile:
    """Find the rule that a user means, with its title, source and synapse.

    Parameters
    ----------
    given : str, Path, LearningRule or RuleFile
        A name from `loihi-emu rules`, a path that ends in `.toml` (which may be left out), or
        rule text.
    traces : mapping of str to Trace, optional
        Replace those of the rule.
    parameters : mapping of str to str or int, optional
        Other values for the parameters of a rule file.
    epoch : int, optional
        Replaces `t_epoch`.

    Returns
    -------
    RuleFile

    Raises
    ------
    UnknownNameError
        It is neither a rule's name nor rule text.
    FileError, RuleError, RuleSyntaxError
        The file or the text has faults.

    Examples
    --------
    >>> find_rule("dw = u0*t; dt = x1*y0", epoch=4).rule.t_epoch
    4
    """
    changes: dict[str, Any] = dict(traces or {})
    found = _find(given, parameters or {}, frozenset(changes))
    for name in changes:
        if name not in TRACES:
            raise unknown_name("trace", name, TRACES)
    if epoch is not None:
        changes["t_epoch"] = epoch
    if not changes:
        return found
    return _with_rule(found, found.rule.with_parameters(**changes))


def machine_for(subject: RuleFile, machine: Machine | None = None) -> Machine:
    """The machine to run a rule on: the one given, LOIHI, or the one that the rule needs."""
    if machine is not None:
        return machine
    if not subject.machines or LOIHI.name in subject.machines:
        return LOIHI
    return MACHINES[subject.machines[0]]


def read_traces(rule: LearningRule) -> tuple[str, ...]:
    """Traces that some product of the rule reads, in the order of TRACES."""
    return tuple(name for name in TRACES if name in rule.variables)


def _find(
    given: str | Path | LearningRule | RuleFile,
    parameters: Mapping[str, str | int],
    described: frozenset[str],
) -> RuleFile:
    """The rule as it was given; `described` traces need no default."""
    if isinstance(given, RuleFile):
        return given
    if isinstance(given, LearningRule):
        return RuleFile("rule", "A learning rule", "given as an object", given)
    if not isinstance(given, str | Path):
        raise ParameterError(
            f"rule is {given!r:.60}; allowed: a name, a path, rule text or a LearningRule"
        )
    if isinstance(given, Path) or given.endswith(".toml") or given.strip() in list_rules():
        return load_rule(given if isinstance(given, Path) else given.strip(), **parameters)
    beside = Path(f"{given.strip()}.toml")
    if _is_name(given.strip()) and beside.is_file():
        return load_rule(beside, **parameters)
    if _is_name(given.strip()):
        raise unknown_name("rule", given.strip(), list_rules())
    if parameters:
        raise ParameterError(f"parameters {', '.join(parameters)} are given beside rule text")
    return _read_text(given, described)


def _is_name(text: str) -> bool:
    """Whether `text` looks like a rule's name rather than like rule text."""
    words = re.split(r"[-_]", text.lower())
    return bool(_NAME.fullmatch(text)) and not all(
        word in NAMES or word.isdigit() for word in words
    )


def _read_text(text: str, described: frozenset[str]) -> RuleFile:
    """A rule from its text, with a tutorial's traces unless they are `described`."""
    texts: dict[str, Any] = {}
    for part in re.split(r"[;\n]", text):
        head = _TARGET.match(part)
        target = head[1] if head else "dw"
        if not part.strip():
            continue
        if target in texts:
            raise ParameterError(f"rule text gives {target} twice; allowed: dw, dd, dt once each")
        texts[target] = part[head.end() :].strip() if head else part.strip()
    bare = LearningRule(**texts or {"dw": text})
    traces = {name: TEXT_TRACE for name in read_traces(bare) if name not in described}
    rule = bare.with_parameters(**traces)
    title = "; ".join(f"{target} = {one}" for target, one in rule.series.items())
    note = ""
    if traces:
        note = f"Impulse 16 and tau 10 of {', '.join(traces)} are those of Lava's STDP tutorial."
    return RuleFile(f"rule-{_digest(rule)}", title, "given as text", rule, note=note)


def _digest(rule: LearningRule) -> str:
    """Eight digits that name a rule's texts, so that each text has a folder of its own."""
    text = "; ".join(f"{target} = {one}" for target, one in rule.series.items())
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _with_rule(subject: RuleFile, rule: LearningRule) -> RuleFile:
    """`subject` with another rule."""
    return RuleFile(
        subject.name, subject.title, subject.source, rule, subject.constructed, subject.note,
        subject.machines, subject.parameters, subject.synapse,
    )  # fmt: skip
