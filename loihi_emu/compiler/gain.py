r"""Gain: what a product counts in fixed point, as a share of what its text says.

A machine multiplies factors in a register and then shifts the product right until it fits into the
accumulator (NARROW). Nothing shifts it back. So a product of many wide factors counts 2^-k of its
text, whatever the values are. Float has no widths; there a product counts as it is written.
Source: the machine's widths, see compiler/lowering.py.

>>> from loihi_emu import LAVA, LearningRule
>>> rule = LearningRule(dt="2^-2*x1*y0", dw="2^-4*u0*t*y3", dd="x0*w")
>>> print(*product_gains(rule.series, LAVA), sep="\n")
dw: 2^-4*u0*t*y3 counts 1/32 in fixed point; 2^1*u0*t*y3 restores it
dd: x0*w counts as written
dt: 2^-2*y0*x1 counts as written
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from loihi_emu.chip.literals import EXPONENT
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.microcode import Op
from loihi_emu.compiler.products import TARGETS, Product, ProductSeries, Target


@dataclass(frozen=True)
class ProductGain:
    """What one product counts on a machine.

    Parameters
    ----------
    target : {'dw', 'dd', 'dt'}
    text : str
        The product, as the rule's text prints it.
    lost_bits : int
        Bits by which the machine shifts the product right, from 0 on.
    restored : str or None
        The same product with the exponent that makes up for it. None where nothing is lost, or
        where no exponent that a rule may have is large enough.
    """

    target: Target
    text: str
    lost_bits: int
    restored: str | None

    @property
    def gain(self) -> float:
        """Fixed over float: 1, 1/2, 1/4, ..."""
        return 2.0**-self.lost_bits

    @property
    def shown(self) -> str:
        """The gain as a fraction: `1`, `1/2`, `1/4`, ..."""
        return f"1/{2**self.lost_bits}" if self.lost_bits else "1"

    def to_dict(self) -> dict[str, Any]:
        """All of it in JSON's types."""
        return {
            "target": self.target, "product": self.text, "lost_bits": self.lost_bits,
            "gain": self.gain, "shown": self.shown, "restored": self.restored,
        }  # fmt: skip

    def __str__(self) -> str:
        if not self.lost_bits:
            return f"{self.target}: {self.text} counts as written"
        cure = (
            f"{self.restored} restores it"
            if self.restored
            else f"no exponent up to {EXPONENT.highest} restores it: use fewer or narrower factors"
        )
        return f"{self.target}: {self.text} counts {self.shown} in fixed point; {cure}"


def product_gains(series: Mapping[str, ProductSeries], machine: Machine) -> tuple[ProductGain, ...]:
    """Gain of every product of a rule, in the order of dw, dd, dt and of their texts.

    Parameters
    ----------
    series : mapping of {'dw', 'dd', 'dt'} to ProductSeries
        `LearningRule.series`.
    machine : Machine

    Returns
    -------
    tuple of ProductGain

    Raises
    ------
    ParameterError
        The machine does not have what the rule uses.

    Examples
    --------
    >>> from loihi_emu import LOIHI, LearningRule
    >>> product_gains(LearningRule(dw="2^-4*u0*t*y3", dt="x1*y0").series, LOIHI)[0].gain
    0.0625
    """
    return tuple(
        _gain(target, product, machine)
        for target in TARGETS
        if target in series
        for product in series[target].products
    )


def _gain(target: Target, product: Product, machine: Machine) -> ProductGain:
    """The gain of one product: its code is that of a rule of its own."""
    alone = ProductSeries(target, (product,))
    (program,) = lower({target: alone}, machine).programs
    lost = sum(one.shift for one in program.instructions if one.op is Op.NARROW)
    exponent = product.exponent + lost
    restored = None
    if lost and exponent in EXPONENT:
        restored = str(ProductSeries(target, (replace(product, exponent=exponent),)))
    return ProductGain(target, str(alone), lost, restored)
