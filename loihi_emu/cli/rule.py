"""`loihi-emu rule`: one learning rule at every stage from text to kernel.

Example: `loihi-emu rule stdp-loihi --show microcode` lists what the learning engine does to a
synapse; without `--show` an overview.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from loihi_emu.analysis.tables import Table
from loihi_emu.chip.decay import effective_tau
from loihi_emu.chip.machines import MACHINES, Machine, find_machine
from loihi_emu.cli.arguments import add_machine, add_rule, rule_from
from loihi_emu.cli.rule_curves import CURVES, save_drawn
from loihi_emu.cli.screen import Screen
from loihi_emu.compiler.rule_files import RuleFile
from loihi_emu.errors import LoihiEmuError, ParameterError

if TYPE_CHECKING:
    from loihi_emu.compiler.ranges_found import Ranges

HELP: Final = "show a learning rule at any stage from text to kernel, and where it can overflow"
EXAMPLES: Final = """\
  loihi-emu rule stdp-loihi
  loihi-emu rule '2^-2*x1*y0 - 2^-2*y1*x0' --show microcode
  loihi-emu rule my_rule.toml --set lr=2^-1 --show kernel --mode floating_pt
  loihi-emu rule triplet-stdp --show products --json
  loihi-emu rule pair-stdp --show window --machine lava --figure window.png
  loihi-emu rule '2^-7*x1*x1*x1*y0' --show deadzone --machine lava"""

MODES: Final = ("fixed_pt", "floating_pt")


def add_arguments(parser: ArgumentParser) -> None:
    """The rule, the stage, the machine and the mode."""
    add_rule(parser)
    parser.add_argument(
        "--show",
        choices=(*STAGES, *CURVES),
        help="show one stage, or a curve of the rule alone (default: an overview)",
    )
    parser.add_argument(
        "--figure", metavar="FILE", help=f"write the curve ({', '.join(CURVES)}) as a figure"
    )
    add_machine(parser)
    parser.add_argument("--mode", choices=MODES, default=MODES[0], help="mode of the kernel")


def run(args: Namespace, screen: Screen) -> int:
    """Show the rule."""
    from loihi_emu.analysis.subject import machine_for

    subject = rule_from(args)
    given = find_machine(args.machine) if args.machine else None
    data: dict[str, Any] = {"command": "rule", "rule": _described(subject)}
    if args.figure is not None and args.show not in CURVES:
        raise ParameterError(f"--figure is given; allowed beside --show {'|'.join(CURVES)}")
    if args.show is None:
        fits = _fits(subject, given)
        screen.show({**data, "machines": fits}, _overview(subject, fits, given))
        return 0
    machine = machine_for(subject, given)
    if args.show in CURVES:
        shown = CURVES[args.show](subject, machine)
        if args.figure is not None:
            save_drawn(shown.draw, args.figure)
        data |= {"machine": machine.name, args.show: shown.value}
        screen.show(data, shown.parts)
        return 0
    value, text = STAGES[args.show](subject, machine, args.mode)
    data |= {"machine": machine.name, "mode": args.mode}
    screen.show({**data, args.show: value}, [text])
    return 0


def _tree(subject: RuleFile, machine: Machine, mode: str) -> tuple[Any, str]:
    """Syntax trees of all texts."""
    del machine, mode
    from loihi_emu.language import parse_tree
    from loihi_emu.language.tree import format_tree

    shown = {
        target: format_tree(parse_tree(getattr(subject.rule, target), target))
        for target in subject.rule.series
    }
    return shown, "\n\n".join(f"{target} {text}" for target, text in shown.items())


def _products(subject: RuleFile, machine: Machine, mode: str) -> tuple[Any, str]:
    """Product series of all texts."""
    del machine, mode
    from dataclasses import asdict

    from loihi_emu.compiler.products import describe

    series = subject.rule.series
    data = {
        target: {"text": str(one), "products": [asdict(product) for product in one.products]}
        for target, one in series.items()
    }
    return data, "\n\n".join(describe(one) for one in series.values())


def _microcode(subject: RuleFile, machine: Machine, mode: str) -> tuple[Any, str]:
    """Microcode on the machine; the float reference has none."""
    from loihi_emu.compiler.lowering import lower

    if mode != MODES[0]:
        raise ParameterError(f"--show microcode with --mode {mode}; allowed: {MODES[0]}")
    code = lower(subject.rule.series, machine)
    programs = [
        {
            "variable": program.variable,
            "text": program.text,
            "instructions": [
                {
                    "op": i.op.name, "source": i.source, "literal": i.literal, "low": i.low,
                    "high": i.high, "shift": i.shift, "width": i.width, "word": i.word,
                    "idle": i.idle, "borrows": i.borrows,
                }
                for i in program.instructions
            ],
        }
        for program in code.programs
    ]  # fmt: skip
    data = {
        "word_bits": code.word_bits, "wraps": code.wraps, "literals": code.literals,
        "slots": code.slots, "decimation": code.decimation, "programs": programs,
    }  # fmt: skip
    return data, str(code)


def _kernel(subject: RuleFile, machine: Machine, mode: str) -> tuple[Any, str]:
    """Source of the kernel that Numba compiles."""
    from loihi_emu.compiler.lowering import lower
    from loihi_emu.kernels.emit.fixed_kernel import emit_fixed
    from loihi_emu.kernels.emit.float_kernel import emit_ideal

    series = subject.rule.series
    text = emit_fixed(lower(series, machine)) if mode == MODES[0] else emit_ideal(series)
    return text, text.rstrip()


def _ranges(subject: RuleFile, machine: Machine, mode: str) -> tuple[Any, str]:
    """What every instruction can hold on the machine, for the synapse of the rule's file."""
    if mode != MODES[0]:
        raise ParameterError(f"--show ranges with --mode {mode}; allowed: {MODES[0]}")
    found = _analysed(subject, machine)
    return found.as_data(), str(found)


def _analysed(subject: RuleFile, machine: Machine) -> Ranges:
    """Ranges of a rule for the synapse of its file."""
    from loihi_emu.compiler.ranges import analyse

    synapse = subject.synapse
    return analyse(
        subject.rule,
        machine,
        sign_mode=synapse.sign_mode,  # type: ignore[arg-type]
        num_weight_bits=synapse.num_weight_bits,
    )


Stage = Callable[[RuleFile, Machine, str], tuple[Any, str]]
STAGES: Final[dict[str, Stage]] = {
    "tree": _tree,
    "products": _products,
    "microcode": _microcode,
    "kernel": _kernel,
    "ranges": _ranges,
}
"""Stages by the word after `--show`: (subject, machine, mode) -> (JSON value, text)."""


def _overview(
    subject: RuleFile, fits: list[dict[str, Any]], given: Machine | None
) -> list[str | Table]:  # fmt: skip
    """What one wants to know of a rule first."""
    rule = subject.rule
    head = [subject.title, f"source: {subject.source}"]
    if subject.constructed:
        head.append("constructed for this collection, after that source")
    if subject.note:
        head += ["", " ".join(subject.note.split())]
    lines = [f"{target} = {series}" for target, series in rule.series.items()]
    steps = "step" if rule.t_epoch == 1 else "steps"
    k = f", u once in {2**rule.decimation} epochs" if rule.decimation else ""
    lines.append(f"an epoch of {rule.t_epoch} {steps}{k}")
    parts: list[str | Table] = ["\n".join(head), "\n".join(lines)]
    traces = [(n, t) for n, t in rule.traces.items() if t.impulse or t.tau]
    if traces:
        machines = list(MACHINES.values()) if given is None else [given]
        columns = ("trace", "impulse", "tau in steps", *(f"on {m.name}" for m in machines))
        acting = [
            (n, t.impulse, t.tau, *(f"{effective_tau(m, t.tau):.4g}" for m in machines))
            for n, t in traces
        ]
        parts.append(Table.of(columns, acting))
    lost = [
        (one["machine"], gain["target"], gain["product"], gain["shown"], gain["restored"])
        for one in fits
        for gain in one["gains"]
        if gain["lost_bits"]
    ]
    if lost:
        columns = ("machine", "target", "product", "counts", "as written again by")
        parts.append(Table.of(columns, lost, "products that fixed point makes smaller"))
    rows = [(one["machine"], one["instructions"], one["refused"]) for one in fits]
    parts.append(Table.of(("machine", "instructions", "refused because"), rows))
    warned = [(one["machine"], text) for one in fits for text in one["warnings"]]
    if warned:
        parts.append(Table.of(("machine", "warning"), warned))
    parts.append(f"--show {'|'.join((*STAGES, *CURVES))} shows more")
    return parts


def _fits(subject: RuleFile, given: Machine | None) -> list[dict[str, Any]]:
    """How long the rule is on the machine given, or on all; or why a machine refuses it."""
    from loihi_emu.compiler.gain import product_gains
    from loihi_emu.compiler.lowering import lower

    rows: list[dict[str, Any]] = []
    for name, machine in MACHINES.items() if given is None else ((given.name, given),):
        try:
            code = lower(subject.rule.series, machine)
        except LoihiEmuError as error:
            rows.append(
                {
                    "machine": name, "instructions": None, "refused": str(error), "warnings": [],
                    "gains": [],
                }
            )  # fmt: skip
        else:
            count = sum(len(program.instructions) for program in code.programs)
            warnings = [*_analysed(subject, machine).warnings, *subject.rule.coarse_taus(machine)]
            gains = [one.to_dict() for one in product_gains(subject.rule.series, machine)]
            rows.append(
                {
                    "machine": name, "instructions": count, "refused": None, "warnings": warnings,
                    "gains": gains,
                }
            )  # fmt: skip
    return rows


def _described(subject: RuleFile) -> dict[str, Any]:
    """A rule for JSON."""
    rule = subject.rule
    return {
        "name": subject.name,
        "title": subject.title,
        "source": subject.source,
        **{target: str(rule.series[target]) for target in rule.series},
        "traces": {n: {"impulse": t.impulse, "tau": t.tau} for n, t in rule.traces.items()},
        "t_epoch": rule.t_epoch,
        "rng_seed": rule.rng_seed,
        "decimation": rule.decimation,
    }
