"""`loihi-emu fit`: from a model in real numbers to registers.

Example: `loihi-emu fit '0.013*x1*y0 - 0.012*y1*x0' --trace x1=1,20 --trace y1=1,20 --limits 0,1`.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, Final

from loihi_emu.analysis.tables import Table
from loihi_emu.cli.arguments import add_machine
from loihi_emu.cli.screen import Screen
from loihi_emu.errors import FileError, ParameterError

HELP: Final = "find the registers that come closest to a rule, weights and neurons in real numbers"
EXAMPLES: Final = """\
  loihi-emu fit '0.013*x1*y0 - 0.012*y1*x0' --trace x1=1,20 --trace y1=1,20 --limits 0,1
  loihi-emu fit '0.01*x1*y0' --trace x1=1,30 --limits=-1,1 --machine lava --rule-file my.toml
  loihi-emu fit --weights weights.npy --vth 1 --tau-u 5 --tau-v 20 --script network.py"""


def add_arguments(parser: ArgumentParser) -> None:
    """The model, the machine, and where to write."""
    parser.add_argument(
        "rule", nargs="?", metavar="RULE",
        help="rule text for dw whose numbers may be reals, as '0.013*x1*y0'",
    )  # fmt: skip
    parser.add_argument(
        "--trace", action="append", default=[], metavar="NAME=IMPULSE,TAU",
        help="impulse and time constant (in steps) of a trace, real; can be repeated",
    )  # fmt: skip
    parser.add_argument("--limits", metavar="LOW,HIGH", help="range of the weight, real")
    parser.add_argument("--weights", metavar="FILE", help="weights of the model: .npy or text")
    parser.add_argument("--vth", type=float, help="threshold of the neurons, in units of weights")
    parser.add_argument("--tau-u", type=float, default=0.0, help="in steps; 0: no memory")
    parser.add_argument("--tau-v", type=float, default=0.0, help="in steps; 0: no memory")
    parser.add_argument("--bias", type=float, default=0.0, help="added to v in each step")
    parser.add_argument("--num-weight-bits", type=int, default=8, help="1..8")
    parser.add_argument("--epoch", metavar="STEPS", default="1,2,4", help="learning epochs to try")
    parser.add_argument("--steps", type=int, default=400, help="length of the short run; 0: none")
    parser.add_argument("--rule-file", metavar="FILE", help="write the best rule as TOML")
    parser.add_argument("--script", metavar="FILE", help="write the best setting as a script")
    add_machine(parser)


def run(args: Namespace, screen: Screen) -> int:
    """Print the settings; write what was asked for."""
    from loihi_emu.chip.machines import LOIHI, find_machine
    from loihi_emu.fitting.advise import fit
    from loihi_emu.fitting.float_rule import FloatRule
    from loihi_emu.fitting.neurons import FloatLIF

    rule = None
    if args.rule is not None:
        traces: dict[str, Any] = dict(_trace(given) for given in args.trace)
        rule = FloatRule(args.rule, **traces)
    if args.rule_file is not None and rule is None:
        raise ParameterError("--rule-file is given without a rule; allowed: beside RULE")
    neurons = None
    if args.vth is not None:
        neurons = FloatLIF(args.vth, args.tau_u, args.tau_v, args.bias)
    found = fit(
        rule,
        weights=None if args.weights is None else _weights(args.weights),
        limits=None if args.limits is None else _pair("--limits", args.limits),
        neurons=neurons,
        machine=find_machine(args.machine) if args.machine else LOIHI,
        num_weight_bits=args.num_weight_bits,
        t_epoch=_epochs(args.epoch),
        steps=args.steps,
    )
    parts: list[str | Table] = [str(found)]
    for path, text in (
        (args.rule_file, None if args.rule_file is None else found.best.to_toml()),
        (args.script, None if args.script is None else found.best.to_script()),
    ):
        if text is not None:
            _write(path, text)
            parts.append(f"wrote {path}")
    screen.show({"command": "fit", **found.to_dict()}, parts)
    return 0


def _trace(given: str) -> tuple[str, tuple[float, float]]:
    """`x1=1,20` as a name and two numbers."""
    from loihi_emu.fitting.float_rule import TRACES

    name, _, numbers = given.partition("=")
    if name.strip() not in TRACES:
        raise ParameterError(f"--trace is {given!r}; allowed: {', '.join(TRACES)}, as x1=1,20")
    return name.strip(), _pair("--trace", numbers)


def _pair(option: str, given: str) -> tuple[float, float]:
    """Two reals, joined by a comma."""
    try:
        first, second = (float(one) for one in given.split(","))
    except ValueError:
        raise ParameterError(f"{option} is {given!r}; allowed: two numbers, as 0,1") from None
    return first, second


def _epochs(given: str) -> tuple[int, ...]:
    """Whole numbers, joined by commas."""
    try:
        return tuple(int(one) for one in given.split(","))
    except ValueError:
        raise ParameterError(f"--epoch is {given!r}; allowed: integers, as 1,2,4") from None


def _weights(path: str) -> Any:
    """An array from a file.

    Raises
    ------
    FileError
        The file cannot be read, or holds no numbers.
    """
    import numpy as np

    try:
        if path.endswith(".npy"):
            return np.load(path, allow_pickle=False)
        return np.loadtxt(path, delimiter="," if path.endswith(".csv") else None, ndmin=1)
    except (OSError, ValueError) as error:
        raise FileError(f"weights {path} cannot be read: {error}") from error


def _write(path: str, text: str) -> None:
    """A file, whole."""
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}") from error
