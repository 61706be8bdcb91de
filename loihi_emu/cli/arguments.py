"""Arguments that several subcommands share: the rule, its traces and parameters, the machine.

Example: `--trace x1=16,10 --set lr=2^-1 --epoch 4 --machine lava`.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from loihi_emu.compiler.rule import Trace
from loihi_emu.compiler.rule_files import RuleFile
from loihi_emu.errors import ParameterError


def add_rule(parser: ArgumentParser) -> None:
    """The rule, and what may be changed about it."""
    parser.add_argument(
        "rule",
        metavar="RULE",
        help="a name from `loihi-emu rules`, a TOML file, or rule text such as 'x1*y0 - x0*y1' "
        "(compare also takes FILE.py or FILE.py:NAME, a network of yours); "
        "for several variables: 'dw = ...; dt = ...'",
    )
    parser.add_argument(
        "--trace",
        action="append",
        default=[],
        metavar="NAME=IMPULSE,TAU",
        help="impulse and time constant (in steps) of a trace, as x1=16,10; can be repeated",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=LITERAL",
        help="another value for a parameter of the rule's file, as lr=2^-1; can be repeated",
    )
    parser.add_argument(
        "--epoch", type=int, metavar="STEPS", help="time steps in a learning epoch, 1..63"
    )


def add_machine(parser: ArgumentParser) -> None:
    """The machine."""
    parser.add_argument(
        "--machine", metavar="NAME", help="LOIHI, LAVA or BRIAN2LOIHI: the integer arithmetic"
    )


def rule_from(args: Namespace) -> RuleFile:
    """The rule that the arguments name.

    Raises
    ------
    LoihiEmuError
        The rule, a trace or a parameter is refused.
    """
    from loihi_emu.analysis.subject import find_rule

    traces = dict(_trace(given) for given in args.trace)
    parameters = dict(_halves("--set", given, "NAME=LITERAL") for given in args.set)
    return find_rule(args.rule, traces=traces, parameters=parameters, epoch=args.epoch)


def _trace(given: str) -> tuple[str, Trace]:
    """`x1=16,10` as a name and a trace."""
    form = "NAME=IMPULSE,TAU"
    name, numbers = _halves("--trace", given, form)
    try:
        impulse, tau = (float(number) for number in numbers.split(","))
    except ValueError:
        raise ParameterError(f"--trace is {given!r}; allowed: {form}, as x1=16,10") from None
    return name, Trace(impulse, tau)


def _halves(option: str, given: str, form: str) -> tuple[str, str]:
    """Both sides of an equals sign."""
    name, sign, value = (part.strip() for part in given.partition("="))
    if not (sign and name and value):
        raise ParameterError(f"{option} is {given!r}; allowed: {form}")
    return name, value
