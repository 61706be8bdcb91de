"""Ranges as text: a listing of the microcode with intervals, then products, then what can happen.

Example: `print(format_ranges(analyse(rule, LAVA)))`; `loihi-emu rule NAME --show ranges`.
"""

from __future__ import annotations

from fractions import Fraction

from loihi_emu.compiler.microcode import Op
from loihi_emu.compiler.ranges_found import Finding, ProductRange, ProgramRange, Ranges


def format_ranges(ranges: Ranges) -> str:
    """`ranges` for people.

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
