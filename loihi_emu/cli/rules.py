"""`loihi-emu rules`: the learning rules that come with the package, by family.

A rule's family follows from what it reads and changes, so that a new file needs no label.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from loihi_emu.analysis.tables import Table
from loihi_emu.cli.screen import Screen
from loihi_emu.compiler.rule_files import RuleFile

HELP: Final = "list the learning rules that come with the package"
EXAMPLES: Final = """\
  loihi-emu rules
  loihi-emu rules triplet
  loihi-emu rules --json"""

FAMILIES: Final = (
    "reward", "delay", "tag", "sign window", "several traces", "pair STDP", "one-sided", "no trace"
)  # fmt: skip


def add_arguments(parser: ArgumentParser) -> None:
    """A word to look for."""
    parser.add_argument(
        "word",
        nargs="?",
        default="",
        help="list rules with this in name, title or source",
    )


def run(args: Namespace, screen: Screen) -> int:
    """List the rules."""
    from loihi_emu.compiler.rule_files import list_rules, load_rule

    found = [load_rule(name) for name in list_rules()]
    word = args.word.lower()
    kept = [one for one in found if word in f"{one.name} {one.title} {one.source}".lower()]
    data = {"command": "rules", "count": len(kept), "rules": [_data(one) for one in kept]}
    tables: list[str | Table] = []
    for name in FAMILIES:
        members = [one for one in kept if family(one) == name]
        rows = [(one.name, one.title, _source(one), ", ".join(one.machines)) for one in members]
        if rows:
            columns = ("rule", "title", "source", "only on")
            used = 4 if any(row[3] for row in rows) else 3
            cut = [row[:used] for row in rows]
            tables.append(Table.of(columns[:used], cut, f"{name} ({len(rows)})"))
    end = f"{len(kept)} of {len(found)} rules" if word else f"{len(kept)} rules"
    screen.show(data, [*tables, f"{end}; `loihi-emu rule NAME` shows one"])
    return 0


def family(subject: RuleFile) -> str:
    """Family of a rule: the first of FAMILIES that fits.

    Examples
    --------
    >>> from loihi_emu.compiler.rule_files import load_rule
    >>> family(load_rule("pair-stdp"))
    'pair STDP'
    """
    rule = subject.rule
    reads = rule.variables
    products = [product for series in rule.series.values() for product in series.products]
    read_at = {(f.variable, product.dependency) for product in products for f in product.factors}
    if reads & {"r0", "r1"}:
        return "reward"
    if rule.dd is not None:
        return "delay"
    if rule.dt is not None:
        return "tag"
    if any(factor.sign for product in products for factor in product.factors):
        return "sign window"
    if reads & {"x2", "y2", "y3"}:
        return "several traces"
    if {("x1", "y0"), ("y1", "x0")} <= read_at:
        return "pair STDP"
    return "one-sided" if reads & {"x1", "y1"} else "no trace"


def _source(subject: RuleFile) -> str:
    """Where the rule is from, short enough for a table."""
    source = " ".join(subject.source.split())
    mark = " (constructed)" if subject.constructed else ""
    return (source if len(source) <= 60 else f"{source[:57]}...") + mark


def _data(subject: RuleFile) -> dict[str, object]:
    """One rule for JSON."""
    return {
        "name": subject.name,
        "family": family(subject),
        "title": subject.title,
        "source": subject.source,
        "constructed": subject.constructed,
        "machines": subject.machines,
        **{target: str(series) for target, series in subject.rule.series.items()},
    }
