"""`loihi-emu compare`: a rule in fixed point beside its float reference, with figures.

Example: `loihi-emu compare stdp-loihi --machine LAVA` ends at weight 60, in float at 57.03.
"""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from loihi_emu.cli.arguments import add_machine, add_rule, rule_from
from loihi_emu.cli.screen import Screen
from loihi_emu.errors import ParameterError

_NETWORK: Final = re.compile(r".+\.py(:\w+)?")
"""A Python file that makes a network, and the network's name in it."""

HELP: Final = "run a learning rule in fixed point and in float, and compare them"
EXAMPLES: Final = """\
  loihi-emu compare stdp-loihi
  loihi-emu compare 'x1*y0 - x0*y1' --trace x1=16,20 --trace y1=16,20 --epoch 2
  loihi-emu compare triplet-stdp --neurons 16 --steps 2000 --out triplet
  loihi-emu compare my_rule.toml --machine LAVA --no-files --json
  loihi-emu compare my_network.py:net --steps 1000 --same-spikes"""


def add_arguments(parser: ArgumentParser) -> None:
    """The rule, the circuit, the machine and where to write."""
    add_rule(parser)
    add_machine(parser)
    number = parser.add_argument
    number(
        "--neurons",
        type=int,
        default=1,
        metavar="N",
        help="pre neurons, and as many post neurons (default 1)",
    )
    number("--steps", type=int, default=200, metavar="N", help="time steps (default 200)")
    number(
        "--seed", type=int, default=123, metavar="N", help="seed of the spike trains (default 123)"
    )
    number(
        "--rng-seed",
        type=int,
        default=0,
        metavar="N",
        help="seed of the random rounding (default 0)",
    )
    number(
        "--probability", type=float, default=0.03, metavar="P",
        help="probability of an input spike in a step (default 0.03)",
    )  # fmt: skip
    number(
        "--weight", type=int, metavar="W", help="initial weight (default: the rule file's, else 50)"
    )
    parser.add_argument(
        "--out", metavar="FOLDER", help="folder for the files (default compare-NAME)"
    )
    parser.add_argument(
        "--unbounded", action="store_true",
        help="let float leave the ranges of fixed point (default: both keep to them)",
    )  # fmt: skip
    parser.add_argument(
        "--same-spikes", action="store_true",
        help="of a network: neurons in float fire when those in fixed point did",
    )  # fmt: skip
    parser.add_argument("--no-plots", action="store_true", help="write no figures")
    parser.add_argument("--no-files", action="store_true", help="write no files")


def run(args: Namespace, screen: Screen) -> int:
    """Compare, write, report."""
    if _NETWORK.fullmatch(args.rule.strip()):
        return _network(args, screen)
    if args.same_spikes:
        raise ParameterError("--same-spikes is for a network, FILE.py or FILE.py:NAME")
    from loihi_emu.analysis.comparison import compare
    from loihi_emu.analysis.files import check_folder, check_plots
    from loihi_emu.analysis.report import parts
    from loihi_emu.chip.machines import find_machine

    subject = rule_from(args)
    machine = find_machine(args.machine) if args.machine else None
    writes, plots = not args.no_files, not (args.no_files or args.no_plots)
    folder = Path(args.out) if args.out else Path(f"compare-{subject.name}")
    if writes:
        check_folder(folder)
    if plots:
        check_plots()
    with screen.progress() as report:
        found = compare(
            subject, neurons=args.neurons, steps=args.steps, seed=args.seed,
            rng_seed=args.rng_seed, probability=args.probability, weight=args.weight,
            machine=machine, bounded=not args.unbounded, progress=report,
        )  # fmt: skip
        report("writing files", 0, 0)
        files = found.save(folder, plots=plots) if writes else []
    shown = parts(found)
    if files:
        shown.append(f"written to {folder}/: {', '.join(path.name for path in files)}")
    data = {"command": "compare", **found.to_dict(), "files": [str(path) for path in files]}
    screen.show(data, shown)
    return 0


def _network(args: Namespace, screen: Screen) -> int:
    """Compare a network of the user's own."""
    from loihi_emu.analysis.network_comparison import compare_network
    from loihi_emu.chip.machines import LOIHI, find_machine
    from loihi_emu.cli.script import network_of

    for option in ("trace", "set"):
        if getattr(args, option):
            raise ParameterError(f"--{option} is for a rule; change it in {args.rule}")
    network, _ = network_of(args.rule.strip())
    machine = find_machine(args.machine) if args.machine else LOIHI
    with screen.progress() as report:
        found = compare_network(
            network, args.steps, machine=machine, seed=args.rng_seed, bounded=not args.unbounded,
            same_spikes=args.same_spikes, progress=report,
        )  # fmt: skip
    screen.show({"command": "compare", **found.to_dict()}, found.parts())
    return 0
