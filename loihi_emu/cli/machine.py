"""`loihi-emu machine`: what each machine decides, what is known of it, and how two machines differ.

Everything shown is data of chip/machine.py; nothing here knows a field by name.
Example: `loihi-emu machine LOIHI --diff LAVA`.
"""

from __future__ import annotations

import textwrap
from argparse import ArgumentParser, Namespace
from typing import Any, Final

from loihi_emu.analysis.tables import Table
from loihi_emu.chip.machines import CHOICES, EVIDENCE_KINDS, MACHINES, Choice, Machine, find_machine
from loihi_emu.cli.screen import Screen

HELP: Final = "show the choices of a machine with their evidence, or how two machines differ"
EXAMPLES: Final = """\
  loihi-emu machine
  loihi-emu machine LOIHI
  loihi-emu machine LOIHI --field decay_bits
  loihi-emu machine LOIHI1 LOIHI2
  loihi-emu machine LAVA --diff LOIHI --json"""

_WIDTH: Final = 96


def add_arguments(parser: ArgumentParser) -> None:
    """A machine, another to compare it with, a field."""
    parser.add_argument("name", nargs="?", help=f"{', '.join(MACHINES)} (default: all)")
    parser.add_argument("other", nargs="?", help="another machine: show where the two differ")
    parser.add_argument("--diff", metavar="NAME", help="show what differs from this machine")
    parser.add_argument("--field", metavar="FIELD", help="show one choice and all its evidence")


def run(args: Namespace, screen: Screen) -> int:
    """Print one machine, all of them, or a difference."""
    if args.field:
        _show_field(args.field, screen)
    elif args.diff or args.other:
        other = find_machine(args.diff or args.other)
        _show_difference(find_machine(args.name or "LOIHI"), other, screen)
    elif args.name:
        _show_machine(find_machine(args.name), screen)
    else:
        _show_all(screen)
    return 0


def shown(value: Any) -> str:
    """A field's value as tables show it: `-256..255`, `yes`, `none`.

    Examples
    --------
    >>> shown((-256, 255)), shown(True), shown(None), shown(("dw", "dt"))
    ('-256..255', 'yes', 'none', 'dw dt')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    if isinstance(value, tuple):
        numbers = all(isinstance(one, int) for one in value)
        return f"{value[0]}..{value[1]}" if numbers else " ".join(value)
    return str(value)


def _show_all(screen: Screen) -> None:
    """Every field, a column a machine."""
    tables = [
        Table.of(
            ("choice", *MACHINES),
            [(c.name, *(shown(getattr(m, c.name)) for m in MACHINES.values())) for c in members],
            group,
        )
        for group, members in _groups().items()
    ]
    open_choices = [c.name for c in CHOICES.values() if not c.settled]
    end = (
        f"{len(CHOICES)} choices; no public source settles {len(open_choices)} of them.\n"
        "`loihi-emu machine NAME` shows what each choice means, `--field FIELD` its evidence."
    )
    machines = {name: _values(one) for name, one in MACHINES.items()}
    choices = {name: _data(one) for name, one in CHOICES.items()}
    screen.show(
        {"command": "machine", "machines": machines, "choices": choices, "unsettled": open_choices},
        [*tables, end],
    )


def _show_machine(machine: Machine, screen: Screen) -> None:
    """One machine: each field's value, its meaning and the classes of its evidence."""
    tables = [
        Table.of(
            ("choice", "value", "meaning", "evidence"),
            [
                (c.name, shown(value), c.meaning(value), " ".join(e.kind for e in c.evidence))
                for c in members
                for value in (getattr(machine, c.name),)
            ],
            f"{machine.name}: {group}",
        )
        for group, members in _groups().items()
    ]
    kinds = [f"{kind}: {text}" for kind, text in EVIDENCE_KINDS.items()]
    choices = {name: _data(one) for name, one in CHOICES.items()}
    data = {"command": "machine", "name": machine.name, "values": _values(machine)}
    screen.show(data | {"choices": choices}, [*tables, "\n".join(kinds)])


def _show_difference(one: Machine, other: Machine, screen: Screen) -> None:
    """What differs between two machines."""
    names = one.differences(other)
    rows = [(n, shown(getattr(one, n)), shown(getattr(other, n))) for n in names]
    values = {n: {one.name: getattr(one, n), other.name: getattr(other, n)} for n in names}
    table = Table.of(("choice", one.name, other.name), rows)
    end = f"{len(names)} of {len(CHOICES)} choices differ"
    data = {"command": "machine", "one": one.name, "other": other.name, "differences": values}
    screen.show(data, [table, end] if rows else [end])


def _show_field(name: str, screen: Screen) -> None:
    """One choice with its alternatives, its evidence and the argument for the default."""
    from loihi_emu.chip.machines import describe

    choice = describe(name)
    takes = {m.name: getattr(m, name) for m in MACHINES.values()}
    alternatives = [
        f"  {shown(key) if not isinstance(key, type) else key.__name__}: {text}"
        for key, text in choice.alternatives.items()
    ]
    parts: list[str | Table] = [
        f"{name} ({choice.group})",
        "\n".join(alternatives),
        Table.of(("machine", "takes"), [(k, shown(v)) for k, v in takes.items()]),
        *(_wrapped(f"{e.kind}: {e.text}") for e in choice.evidence),
    ]
    if choice.argument:
        parts.append(_wrapped(f"LOIHI takes {shown(takes['LOIHI'])}. {choice.argument}"))
    screen.show({"command": "machine", "name": name, "takes": takes, **_data(choice)}, parts)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent="  ")


def _groups() -> dict[str, list[Choice]]:
    """Choices by group, in order."""
    groups: dict[str, list[Choice]] = {}
    for choice in CHOICES.values():
        groups.setdefault(choice.group, []).append(choice)
    return groups


def _values(machine: Machine) -> dict[str, Any]:
    return {name: getattr(machine, name) for name in CHOICES}


def _data(choice: Choice) -> dict[str, Any]:
    """A choice for JSON."""
    return {
        "group": choice.group,
        "alternatives": {
            key.__name__ if isinstance(key, type) else shown(key): text
            for key, text in choice.alternatives.items()
        },
        "evidence": [{"kind": one.kind, "text": one.text} for one in choice.evidence],
        "argument": choice.argument,
        "settled": choice.settled,
    }
