"""What an analysis of ranges found, as data: witnesses, findings, products, programs.

Example: `analyse(rule, LAVA).programs[0].findings[0].answer` is "happens", "never" or "open".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from loihi_emu.compiler.microcode import Microcode, Program
from loihi_emu.compiler.ranges_steps import Step


@dataclass(frozen=True)
class Witness:
    """A state of one synapse that shows an event.

    Parameters
    ----------
    variables : mapping
        w, d, t as far as the program reads them.
    inputs : mapping
        Slots of the microcode, and u.
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
    """Whether something can happen at one instruction.

    Parameters
    ----------
    address : int
    event : {'saturates', 'wraps', 'loses low bits'}
    answer : {'happens', 'never', 'open'}
        With a witness; proven impossible; neither found within the search's budget.
    witness : Witness or None
    """

    address: int
    event: str
    answer: str
    witness: Witness | None = None


@dataclass(frozen=True)
class ProductRange:
    """What one product alone can do to its variable, in units of the variable.

    Parameters
    ----------
    text : str
    addresses : (int, int)
        First and last instruction.
    low, high : Fraction
        Change before rounding.
    least : Fraction or None
        The least change other than 0; None for a product that is always 0.
    least_is_exact : bool
        False: a lower bound.
    moves : Fraction
        Probability that the least change moves the stored value; 0 for none.
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
        The states that were considered: every input's interval.
    programs : tuple of ProgramRange
    warnings : tuple of str
        What a user should know before running the rule.
    """

    machine: str
    sign_mode: str
    num_weight_bits: int
    code: Microcode
    inputs: Mapping[str, tuple[int, int]]
    programs: tuple[ProgramRange, ...]
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        from loihi_emu.compiler.ranges_text import format_ranges

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
