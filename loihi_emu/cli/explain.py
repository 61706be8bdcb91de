"""`loihi-emu explain`: why a weight moved, or did not, in the epoch that holds a step.

Example: `loihi-emu explain stdp-loihi --synapse 0,0 --step 20`.
"""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Final

from loihi_emu.cli.arguments import add_machine, add_rule, rule_from
from loihi_emu.cli.screen import Screen
from loihi_emu.errors import ParameterError

if TYPE_CHECKING:
    from loihi_emu.description.connections import Connection
    from loihi_emu.simulator import Simulator

HELP: Final = "say why a weight moved, or did not: its learning epoch, instruction by instruction"
EXAMPLES: Final = """\
  loihi-emu explain stdp-loihi --step 20
  loihi-emu explain stdp-loihi --neurons 4 --synapse 3,0 --step 60 --machine LAVA
  loihi-emu explain my_network.py:net --synapse 2,1 --step 100 --json"""

_SCRIPT: Final = re.compile(r"\.py(:\w+)?$")


def add_arguments(parser: ArgumentParser) -> None:
    """The rule or script, the synapse and the step."""
    add_rule(parser)
    add_machine(parser)
    number = parser.add_argument
    number("--synapse", default="0,0", metavar="POST,PRE", help="post and pre neuron (default 0,0)")
    number("--step", type=int, required=True, metavar="T", help="a step of the epoch, from 1 on")
    number("--connection", metavar="NAME", help="of a script in which several connections learn")
    number("--neurons", type=int, default=1, metavar="N", help="as for compare (default 1)")
    number("--steps", type=int, default=200, metavar="N", help="as for compare (default 200)")
    number("--seed", type=int, default=123, metavar="N", help="seed of the spike trains")
    number("--rng-seed", type=int, default=0, metavar="N", help="seed of the random rounding")
    number("--probability", type=float, default=0.03, metavar="P", help="as for compare")
    number("--weight", type=int, metavar="W", help="initial weight (default: the file's, else 50)")


def run(args: Namespace, screen: Screen) -> int:
    """Explain one epoch of one synapse."""
    from loihi_emu.analysis.explanation import explain

    is_script = _SCRIPT.search(args.rule) is not None
    simulator, plastic = (_of_script if is_script else _of_rule)(args)
    found = explain(simulator, plastic, _synapse(args.synapse), args.step)
    screen.show({"command": "explain", **found.to_dict()}, [str(found)])
    return 0


def _of_rule(args: Namespace) -> tuple[Simulator, Connection]:
    """The circuit that `compare` runs, with the same arguments."""
    from loihi_emu.analysis.circuit import Setting, build_circuit
    from loihi_emu.analysis.comparison import initial_weight
    from loihi_emu.analysis.subject import machine_for
    from loihi_emu.chip.machines import find_machine
    from loihi_emu.simulator import Simulator

    if args.step > args.steps:
        raise ParameterError(
            f"--step is {args.step}, after the end of the run; allowed: 1..{args.steps}, the run's "
            "--steps"
        )
    subject = rule_from(args)
    machine = machine_for(subject, find_machine(args.machine) if args.machine else None)
    setting = Setting(
        neurons=args.neurons, steps=args.steps, seed=args.seed,
        rng_seed=args.rng_seed, probability=args.probability, synapse=subject.synapse,
        weight=initial_weight(subject) if args.weight is None else args.weight,
    )  # fmt: skip
    circuit = build_circuit(subject.rule, setting, "fixed_pt")
    return Simulator(circuit.network, machine=machine, seed=args.rng_seed), circuit.plastic


def _of_script(args: Namespace) -> tuple[Simulator, Connection]:
    """A script's network, and its connection that learns."""
    from loihi_emu.chip.machines import LOIHI, find_machine
    from loihi_emu.cli.script import network_of
    from loihi_emu.simulator import Simulator

    network, _ = network_of(args.rule)
    learning = [c for c in network.connections if c.rule is not None]
    chosen = [c for c in learning if args.connection in (None, c.label)]
    if len(chosen) != 1:
        names = ", ".join(c.label for c in learning) or "none"
        raise ParameterError(
            f"--connection is {args.connection}; {args.rule} has {len(learning)} connections that "
            f"learn: {names}; name one of them"
        )
    machine = find_machine(args.machine) if args.machine else LOIHI
    return Simulator(network, machine=machine, seed=args.rng_seed), chosen[0]


def _synapse(given: str) -> tuple[int, int]:
    """`3,0` as post and pre neuron."""
    try:
        post, pre = (int(number) for number in given.split(","))
    except ValueError:
        raise ParameterError(f"--synapse is {given!r}; allowed: POST,PRE, as 3,0") from None
    return post, pre
