"""The result of an analysis of ranges, as data and as text.

Example: `analyse(rule, LAVA).programs[0].findings[0].answer` is "happens", "never" or "open".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from loihi_emu.compiler.microcode import Microcode, Op, Program
from loihi_emu.compiler.ranges_steps import Step


@dataclass(frozen=True)
class Witness:
    """A state of one synapse that shows an event.

    Parameters
    ----------
    variables : mapping
        Those of w, d and t that the program reads.
    inputs : mapping
        The other inputs of the microcode, and u.
    draw : int
        16 bits.
    """

    variables: Mapping[str, int]
    inputs: Mapping[str, int]
    draw: int

    def __str__(self) -> str:
        shown = {**self.variables, **self.inputs}
        return ", ".join(f"{name} = {value}" for name, value in shown.items())


@dataclass(frozen=True)
class Finding:
    """Whether an event can happen at one instruction.

    Parameters
    ----------
    address : int
    event : {'saturates', 'wraps', 'loses low bits'}
    answer : {'happens', 'never', 'open'}
        It happens, with a witness; it is proven impossible; the search found neither.
    witness : Witness or None
    """

    address: int
    event: str
    answer: str
    witness: Witness | None = None


@dataclass(frozen=True)
class ProductRange:
    """What one product can do to its variable, in units of the variable.

    Parameters
    ----------
    text : str
    addresses : (int, int)
        First and last instruction.
    low, high : Fraction
        Lowest and highest change before rounding.
    least : Fraction or None
        The smallest change other than 0; None: the product is always 0.
    least_is_exact : bool
        False: `least` is a lower bound.
    moves : Fraction
        Probability that the least change changes the stored value.
    moves_at_most : Fraction
        The same for the largest change.
    """

    text: str
    addresses: tuple[int, int]
    low: Fraction
    high: Fraction
    least: Fraction | None
    least_is_exact: bool
    moves: Fraction
    moves_at_most: Fraction


@dataclass(frozen=True)
class ProgramRange:
    """One program: steps beside its instructions, findings, products."""

    variable: str
    program: Program
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    products: tuple[ProductRange, ...]


@dataclass(frozen=True)
class Ranges:
    """All programs of a rule on a machine, for one format of the synapse.

    Attributes
    ----------
    machine, sign_mode : str
    num_weight_bits : int
    code : Microcode
    inputs : mapping of str to (int, int)
        The interval of each input that was considered.
    programs : tuple of ProgramRange
    warnings : tuple of str
        What to know before you run the rule.
    """

    machine: str
    sign_mode: str
    num_weight_bits: int
    code: Microcode
    inputs: Mapping[str, tuple[int, int]]
    programs: tuple[ProgramRange, ...]
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        return format_ranges(self)

    def as_data(self) -> dict[str, Any]:
        """Everything as plain data: fractions as numbers, instructions by address."""
        return {
            "machine": self.machine, "sign_mode": self.sign_mode,
            "num_weight_bits": self.num_weight_bits, "inputs": dict(self.inputs),
            "warnings": list(self.warnings),
            "programs": [
                {
                    "variable": one.variable,
                    "steps": [asdict(step) for step in one.steps],
                    "findings": [asdict(finding) for finding in one.findings],
                    "products": [
                        {k: float(v) if isinstance(v, Fraction) else v for k, v in vars(p).items()}
                        for p in one.products
                    ],
                }
                for one in self.programs
            ],
        }  # fmt: skip


def format_ranges(ranges: Ranges) -> str:
    """`ranges` as text.

    Examples
    --------
    >>> from loihi_emu import LAVA, LearningRule, Trace
    >>> from loihi_emu.compiler.ranges import analyse
    >>> rule = LearningRule(dw="2^-2*u0*x1", x1=Trace(16, 10))
    >>> print(format_ranges(analyse(rule, LAVA, sign_mode="EXCITATORY")).splitlines()[0])
    LAVA, EXCITATORY weights of 8 bits; w 0..255, x1@u 0..127, u 0..1
    """
    shown = ", ".join(
        f"{name} {low}..{high}"
        for name, (low, high) in sorted(ranges.inputs.items(), key=lambda one: _order(one[0]))
        if name != "draw"
    )
    head = f"{ranges.machine}, {ranges.sign_mode} weights of {ranges.num_weight_bits} bits; {shown}"
    parts = [head, *(_program(one) for one in ranges.programs)]
    if ranges.warnings:
        parts.append("\n".join(f"warning: {text}" for text in ranges.warnings))
    return "\n\n".join(parts)


def _order(name: str) -> tuple[int, str]:
    """Variables first, then traces, then spikes."""
    return ("wdt".find(name) if name in "wdt" else (9 if len(name) < 3 else 8)), name


def _program(one: ProgramRange) -> str:
    """One program: instructions, products, findings."""
    rows = [f"d{one.variable} = {one.program.text}"]
    products = iter(one.products)
    kept = iter(one.program.products)
    for step, instruction in zip(one.steps, one.program.instructions, strict=True):
        if instruction.op is Op.GATE and step.address < one.program.start:
            rows.append(f"    ; {next(kept)}: without spikes, for the fraction")
        elif instruction.op is Op.GATE:
            rows += _product(next(products), one.variable)
        source = f"{instruction.op.name:<10} {instruction.source}".strip()
        rows.append(f"{step.address:4d}  {source:<22} {step.register} in {step.low}..{step.high}")
    rows.append("")
    rows += [_finding(finding, one) for finding in one.findings]
    return "\n".join(rows)


def _product(product: ProductRange, variable: str) -> list[str]:
    """What one product can do, above its instructions."""
    rows = [f"    ; {product.text}: changes {variable} by {_span(product.low, product.high)}"]
    if product.least is None:
        rows.append("    ; always 0")
        return rows
    least = f"{product.least}" if product.least_is_exact else f"no less than {abs(product.least)}"
    rows.append(f"    ; least change {least}, which moves {variable} {_often(product.moves)}")
    return rows


def _often(probability: Fraction) -> str:
    """A probability in words."""
    if probability == 1:
        return "always"
    return f"with probability {probability}" if probability else "never"


def _span(low: Fraction, high: Fraction) -> str:
    """Ends of a change."""
    return f"{float(low):g}..{float(high):g}"


def _finding(finding: Finding, one: ProgramRange) -> str:
    """One answer."""
    name = one.program.instructions[finding.address].op.name
    place = f"{finding.address:4d}  {name:<8} {finding.event:<14}"
    match finding.answer:
        case "happens":
            return f"{place} with {finding.witness}"
        case "never":
            return f"{place} never"
        case _:
            return f"{place} open: neither a state nor a proof was found"
