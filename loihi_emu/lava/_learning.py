"""Rules on arrays of synapses, for learning connections that run as Python models.

`FixedRule` runs the microcode of the LAVA machine on whole arrays; `FloatRule` sums products. Both
give what compiled networks give, and take traces beyond the chip's range, as Lava does.
Authority: spec "One synaptic variable"; kernels/reference/interpreter.py defines each operation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip import formats
from loihi_emu.chip.machines import LAVA
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.microcode import Instruction, Op, Program
from loihi_emu.compiler.series import Factor, Product, ProductSeries
from loihi_emu.compiler.synapse_format import synapse_format
from loihi_emu.lava._refusals import NotSupportedError

Values = NDArray[Any]
Slot = Callable[[str], Values]
"""Values of x0, y0, u, or of a trace at a dependency (`x1@y0`), that fit the synapses' shape."""

_VARIABLES: Final = {"dw": "w", "dd": "d", "dt": "t"}


class FixedRule:
    """A rule in the LAVA machine's integers.

    Parameters
    ----------
    series : mapping of target to ProductSeries
    sign_mode : str
        MIXED, EXCITATORY or INHIBITORY.
    """

    def __init__(self, series: Mapping[Any, ProductSeries], sign_mode: Any) -> None:
        self._code = lower(series, LAVA)
        self._formats = {
            one.variable: synapse_format(one.variable, LAVA, sign_mode, formats.WEIGHT.bits)
            for one in self._code.programs
        }

    def apply(
        self, variables: Mapping[str, Values], slot: Slot, uniform: float
    ) -> dict[str, Values]:
        """New values of the variables that the rule changes.

        Parameters
        ----------
        variables : mapping of {'w', 'd', 't'} to int array
        slot : callable
        uniform : float
            0 <= uniform < 1, the draw of this epoch for all synapses.
        """
        return {
            one.variable: self._run(one, variables, slot, uniform) for one in self._code.programs
        }

    def _run(
        self, program: Program, variables: Mapping[str, Values], slot: Slot, uniform: float
    ) -> Values:
        """What a program stores."""
        ends = self._formats[program.variable]
        a: Any = 0
        m: Any = 0

        def read(source: str) -> Any:
            held = variables[source] if source in variables else slot(source)
            return np.asarray(held, np.int64)

        for i in program.instructions:
            literal = self._literal(i)
            match i.op:
                case Op.LOAD:
                    a = read(i.source) << i.shift
                case Op.GATE:
                    m = read(i.source)
                case Op.FACTOR:
                    value = read(i.source) + literal
                    m = m * (value if i.low == i.high else np.clip(value, i.low, i.high))
                case Op.SIGN:
                    m = m * np.sign(read(i.source) + literal)
                case Op.SCALE:
                    m = _wrapped(m * literal, self._code.word_bits)
                case Op.NARROW:
                    m = m >> i.shift
                case Op.ALIGN:
                    m = _wrapped(m << literal, self._code.word_bits)
                case Op.BOUND:
                    m = np.clip(m, i.low, i.high)
                case Op.ADD:
                    a = np.clip(a + m, i.low, i.high) if i.low != i.high else a + m
                case Op.LIMIT | Op.CLIP:
                    a = np.clip(a, ends[i.literal], ends[i.literal + 1])
                case Op.ROUND:
                    bits = ends[i.literal]
                    fraction = (a & ((1 << bits) - 1)) / (1 << bits)
                    a = ((a >> bits) + (uniform < fraction)) << (bits - i.shift)
                case Op.STORE:
                    pass
                case _:
                    raise NotSupportedError(f"{i.op} is not of the machine LAVA")
        return np.asarray(a)

    def _literal(self, i: Instruction) -> int:
        """A number of the rule's text, 0 where the instruction has none."""
        known = self._code.literals
        return known[i.literal] if 0 <= i.literal < len(known) else 0


class FloatRule:
    """A rule in float64.

    Parameters
    ----------
    series : mapping of target to ProductSeries
    sign_mode : str
        MIXED, EXCITATORY or INHIBITORY.
    """

    def __init__(self, series: Mapping[Any, ProductSeries], sign_mode: str) -> None:
        self._series = {_VARIABLES[target]: one for target, one in series.items()}
        self._ends = {
            "w": {"EXCITATORY": (0, np.inf), "INHIBITORY": (-np.inf, 0)}.get(sign_mode),
            "d": (0, np.inf),
            "t": None,
        }

    def apply(
        self, variables: Mapping[str, Values], slot: Slot, uniform: float = 0.0
    ) -> dict[str, Values]:
        """New values of the variables that the rule changes; the draw is not used."""
        del uniform
        new = {}
        for name, series in self._series.items():
            total = np.asarray(variables[name], np.float64)
            for product in series.products:
                total = total + _term(product, variables, slot)
            ends = self._ends[name]
            new[name] = total if ends is None else np.clip(total, *ends)
        return new


def _term(product: Product, variables: Mapping[str, Values], slot: Slot) -> Any:
    """What a product adds."""
    value: Any = product.mantissa * 2.0**product.exponent * slot(product.dependency)
    for factor in product.factors:
        value = value * _factor(factor, product.dependency, variables, slot)
    return value


def _factor(factor: Factor, dependency: str, variables: Mapping[str, Values], slot: Slot) -> Any:
    """A factor's value."""
    name = factor.variable
    if name in variables:
        value: Any = variables[name]
    else:
        value = slot(name if name in ("x0", "y0") else f"{name}@{dependency}")
    value = value + (factor.constant or 0)
    return np.sign(value) if factor.sign else value


def _wrapped(value: Any, bits: int) -> Any:
    """Values in two's complement of so many bits."""
    half = 1 << (bits - 1)
    return ((value + half) & ((1 << bits) - 1)) - half
