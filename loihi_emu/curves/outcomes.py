"""What one update can leave of a synapse, with probabilities: the interpreter with every draw.

A draw rounds up or does not, and the draws that do are the lowest ones. So two runs of the
interpreter give both results, and a search by halves the number of draws that lead to each.
Example: a change of 0.19 of a weight step moves w with probability 0.19, to the next 1/2^7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from loihi_emu.chip.formats import DRAW, NEVER_UP
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.products import Factor, Product, ProductSeries
from loihi_emu.compiler.rule import LearningRule
from loihi_emu.compiler.synapse_format import synapse_format, truncated
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.kernels.reference.interpreter import interpret

Outcome = tuple[tuple[float, float], ...]
"""Changes of a variable, each with its probability."""

USUAL_WEIGHT: Final = 50
"""Initial weight of a synapse whose rule file names none, as in Lava's STDP tutorial."""


def initial_values(setting: SynapseSetting, machine: Machine) -> dict[str, int]:
    """w, d and t of a synapse as the machine stores them."""
    weight = USUAL_WEIGHT if setting.w0 is None else setting.w0
    if setting.w0 is None and setting.sign_mode == "INHIBITORY":
        weight = -weight
    sign_mode = setting.sign_mode
    stored = truncated(weight, machine, sign_mode, setting.num_weight_bits)  # type: ignore[arg-type]
    return {"w": stored, "d": setting.tag_2, "t": setting.tag_1}


class Update:
    """A rule's update of one synapse in fixed point.

    Parameters
    ----------
    rule : LearningRule
    machine : Machine
    setting : SynapseSetting
        Its values are those before every update.
    """

    def __init__(self, rule: LearningRule, machine: Machine, setting: SynapseSetting) -> None:
        self.code = lower(rule.series, machine)
        self.values = initial_values(setting, machine)
        mode, bits = setting.sign_mode, setting.num_weight_bits
        self._formats = {
            v: synapse_format(v, machine, mode, bits)  # type: ignore[arg-type]
            for v in self.values
        }
        self._known: dict[tuple[int, ...], dict[str, Outcome]] = {}

    def outcomes(self, inputs: Mapping[str, int]) -> dict[str, Outcome]:
        """Changes of each target, `dw`, `dd` or `dt`, with probabilities.

        Parameters
        ----------
        inputs : mapping of slot to int
            Every slot of the microcode, and `u`; others are ignored.
        """
        key = tuple(inputs.get(slot, 0) for slot in (*self.code.slots, "u"))
        if key not in self._known:
            self._known[key] = self._found(dict(zip((*self.code.slots, "u"), key, strict=True)))
        return self._known[key]

    def _found(self, inputs: Mapping[str, int]) -> dict[str, Outcome]:
        down, up = self._run(inputs, NEVER_UP), self._run(inputs, 0)
        found: dict[str, Outcome] = {}
        for variable, lower_value in down.items():
            before = self.values[variable]
            if up[variable] == lower_value:
                found[f"d{variable}"] = ((lower_value - before, 1.0),)
                continue
            count = _draws_that(
                lambda draw, v=variable: self._run(inputs, draw)[v] == up[v]  # type: ignore[misc]
            )
            share = count / DRAW.size
            found[f"d{variable}"] = (
                (lower_value - before, 1 - share),
                (up[variable] - before, share),
            )
        return found

    def _run(self, inputs: Mapping[str, int], draw: int) -> dict[str, int]:
        return interpret(self.code, self.values, inputs, self._formats, draw)


def _draws_that(lead_up: Callable[[int], bool]) -> int:
    """How many draws, counted from 0, lead up; the last draw does not."""
    low, high = 0, NEVER_UP  # low leads up, high does not
    while high - low > 1:
        middle = (low + high) // 2
        if lead_up(middle):
            low = middle
        else:
            high = middle
    return high


def ideal_change(
    series: ProductSeries, inputs: Mapping[str, float], values: Mapping[str, float]
) -> float:
    """The change of one variable in real numbers: the sum of products as the text says it."""
    return sum(_term(product, inputs, values) for product in series.products)


def _term(
    product: Product, inputs: Mapping[str, float], values: Mapping[str, float]
) -> float:  # fmt: skip
    """One product."""
    term = product.mantissa * 2.0**product.exponent * inputs.get(product.dependency, 0.0)
    for factor in product.factors:
        if not term:
            return 0.0
        term *= _value(factor, product.dependency, inputs, values)
    return term


def _value(
    factor: Factor,
    dependency: str,
    inputs: Mapping[str, float],
    values: Mapping[str, float],
) -> float:
    """One factor."""
    name = factor.variable
    if name in values:
        value = values[name]
    else:
        value = inputs.get(name, inputs.get(f"{name}@{dependency}", 0.0))
    value += factor.constant or 0
    return float((value > 0) - (value < 0)) if factor.sign else value
