r"""TOML text to a learning rule, its source, and a synapse that shows it well.

`rules/README.md` gives the schema. One error lists all faults of a text, each with its path. The
text is read table by table, and the class that a table describes reads the table.

>>> text = 'title = "Hebb"\nsource = "a textbook"\ndw = "lr*x1*y0"\nparameters.lr = "2^-2"'
>>> str(read_rule_file(text, "hebb").rule.series["dw"])
'2^-2*y0*x1'
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from loihi_emu.compiler.products import TARGETS
from loihi_emu.compiler.rule import TRACES, LearningRule, Trace
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.errors import Problem, RuleError, RuleSyntaxError, suggestion, unknown_name
from loihi_emu.language import NAMES, check_amount

MACHINE_NAMES = ("LAVA", "BRIAN2LOIHI", "LOIHI", "LOIHI1", "LOIHI2")
"""What `machines` in a file may name."""


@dataclass(frozen=True)
class RuleFile:
    """The contents of a rule file.

    Parameters
    ----------
    name : str
        The file's name without `.toml`.
    title, source : str
        One line that says what the rule is; where the rule comes from.
    rule : LearningRule
        The rule, with all parameters replaced by their values.
    constructed : bool
        True: written for this collection. False: taken from public use.
    note : str
        What else a reader should know; may be empty.
    machines : tuple of str
        The only machines that can run the rule; empty: every machine.
    parameters : Mapping of str to str
        Values of the names in the texts.
    synapse : SynapseSetting
    """

    name: str
    title: str
    source: str
    rule: LearningRule
    constructed: bool = False
    note: str = ""
    machines: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    synapse: SynapseSetting = field(default_factory=SynapseSetting)


def read_rule_file(
    text: str,
    name: str,
    parameters: Mapping[str, str | int] | None = None,
    path: str | None = None,
) -> RuleFile:
    """The rule file with this `text`.

    Parameters
    ----------
    text : str
        TOML in the schema of `rules/README.md`.
    name : str
        Name of the rule.
    parameters : Mapping of str to str or int, optional
        Literals that replace those of the table `parameters`.
    path : str, optional
        What an error calls the file; without it the name.

    Returns
    -------
    RuleFile

    Raises
    ------
    RuleError
        Every fault of the text, with its path.
    UnknownNameError
        `parameters` holds a name that the file's do not.
    """
    subject = f"rule file {path or name}"
    reader = _Reader(_toml(text, subject), name)
    file = reader.rule_file(parameters or {})
    if file is None:
        raise RuleError(subject, reader.problems)
    return file


_KEYS = (
    *("title", "source", "constructed", "note", "machines"),
    *TARGETS,
    *("t_epoch", "rng_seed", "parameters", "traces", "synapse"),
)

_Part = TypeVar("_Part", Trace, SynapseSetting)


class _Reader:
    """Reads one file's table; what is wrong gathers in `problems`."""

    def __init__(self, table: dict[str, Any], name: str) -> None:
        self.table = table
        self.name = name
        self.problems: list[Problem] = []

    def rule_file(self, parameters: Mapping[str, str | int]) -> RuleFile | None:
        """The whole file; None if there are problems."""
        self.refuse_unknown_keys("", self.table, _KEYS)
        title, source = self.line("title", required=True), self.line("source", required=True)
        literals = self.literals(parameters)
        rule = self.rule(literals)
        synapse = self.part(SynapseSetting, "synapse", self.table.get("synapse", {}))
        constructed, note, machines = self.constructed(), self.line("note"), self.machines()
        if self.problems or rule is None:
            return None
        return RuleFile(
            self.name, title, source, rule, constructed, note, machines, literals, synapse
        )

    def rule(self, literals: Mapping[str, str]) -> LearningRule | None:
        """The learning rule, its traces and its profile."""
        given: dict[str, Any] = {
            key: self.table[key] for key in ("t_epoch", "rng_seed") if key in self.table
        }
        for target in TARGETS:
            given[target] = _expand(self.table.get(target), literals)
        tables = self.subtable("traces")
        self.refuse_unknown_keys("traces.", tables, TRACES)
        for trace in TRACES:
            given[trace] = self.part(Trace, f"traces.{trace}", tables.get(trace, {}))
        try:
            return LearningRule(**given)
        except RuleSyntaxError as error:
            self.problems.append(Problem(error.target, str(error)))
        except RuleError as error:
            self.problems.extend(error.problems)
        return None

    def part(self, kind: type[_Part], path: str, values: object) -> _Part:
        """A `kind` made of the table at `path`; the default one if the table is refused."""
        if not isinstance(values, dict):
            self.refuse(path, values, "a table")
            return kind()
        names = [entry.name for entry in fields(kind)]
        self.refuse_unknown_keys(f"{path}.", values, names)
        try:
            return kind(**{name: values[name] for name in names if name in values})
        except RuleError as error:
            self.problems += [Problem(f"{path}.{one.path}", one.message) for one in error.problems]
            return kind()

    def literals(self, parameters: Mapping[str, str | int]) -> dict[str, str]:
        """The table `parameters`, with `parameters` in place of its values."""
        table = self.subtable("parameters")
        for parameter in parameters:
            if parameter not in table:
                raise unknown_name(f"parameter of the rule {self.name}", parameter, table)
        used = {
            word for target in TARGETS for word in _WORD.findall(str(self.table.get(target, "")))
        }
        literals = {}
        for parameter, value in {**table, **parameters}.items():
            path = f"parameters.{parameter}"
            if not _WORD.fullmatch(parameter) or parameter.lower() in NAMES:
                message = "allowed: a word of letters, digits and _ that is no name of the language"
                self.problems.append(Problem(path, message))
            elif parameter not in used:
                self.problems.append(Problem(path, "stands in none of dw, dd, dt"))
            elif isinstance(value, bool) or not isinstance(value, str | int):
                self.refuse(path, value, "a literal such as 3, '2^-1' or '-3*2^-1'")
            else:
                literals[parameter] = self.literal(path, str(value), parameter)
        return literals

    def literal(self, path: str, value: str, parameter: str) -> str:
        """`value`, or 1 if it is refused: the texts' own faults show all the same."""
        try:
            check_amount(value, parameter)
        except RuleSyntaxError as error:
            self.problems.append(Problem(path, str(error)))
            return "1"
        return value

    def constructed(self) -> bool:
        value = self.table.get("constructed", False)
        if not isinstance(value, bool):
            self.refuse("constructed", value, "true, false")
        return value is True

    def machines(self) -> tuple[str, ...]:
        value = self.table.get("machines", [])
        if not isinstance(value, list) or any(name not in MACHINE_NAMES for name in value):
            self.refuse("machines", value, f"a list of {', '.join(MACHINE_NAMES)}")
            return ()
        return tuple(value)

    def line(self, key: str, required: bool = False) -> str:
        value = self.table.get(key, "")
        if required and key not in self.table:
            self.problems.append(Problem(key, "is missing; every rule file has it"))
        elif not isinstance(value, str) or (required and not value.strip()):
            self.refuse(key, value, "a text")
        return str(value)

    def subtable(self, key: str) -> dict[str, Any]:
        value = self.table.get(key, {})
        if isinstance(value, dict):
            return value
        self.refuse(key, value, "a table")
        return {}

    def refuse_unknown_keys(self, path: str, table: Iterable[str], known: Iterable[str]) -> None:
        for key in table:
            if key not in known:
                message = f"unknown key; {suggestion(key, known)}"
                self.problems.append(Problem(f"{path}{key}", message))

    def refuse(self, path: str, value: object, allowed: str) -> None:
        self.problems.append(Problem(path, f"found {value!r:.60}; allowed: {allowed}"))


_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _expand(text: object, literals: Mapping[str, str]) -> Any:
    """`text` with every word that is in `literals` replaced by its literal in brackets."""
    if not isinstance(text, str):
        return text
    return _WORD.sub(
        lambda word: f"({literals[word[0]]})" if word[0] in literals else word[0], text
    )


def _toml(text: str, subject: str) -> dict[str, Any]:
    """The table that `text` holds; not TOML at all: a `RuleError` with the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).removesuffix(")").rpartition(" (at ")
        problem = Problem(place, f"not TOML: {what}")
    except RecursionError:
        problem = Problem("whole file", "lists or tables are nested too deep")
    except ValueError:
        # Python refuses to read integers of several thousand digits
        problem = Problem("whole file", "a number has too many digits")
    raise RuleError(subject, [problem])
