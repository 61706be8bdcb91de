"""From a rule, weights and neurons in real numbers to the best few settings of registers.

Impulses and scales come from registers.py. The best of them are measured: by the window of a pair
against the ideal's, and by a short run against the ideal's. The sum of both relative errors ranks
them.
Example: see `fit`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from loihi_emu.chip.formats import WEIGHT_BITS
from loihi_emu.chip.machines import LOIHI, Machine, find_machine
from loihi_emu.compiler.products import ProductSeries
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.errors import ParameterError
from loihi_emu.fitting.checks import check_numbers, complete_impulses, holds_bits, span_of
from loihi_emu.fitting.choices import Choice, nearest_tau
from loihi_emu.fitting.float_rule import FloatProduct, FloatRule
from loihi_emu.fitting.measure import (
    ShortRun,
    ideal_run,
    ideal_window,
    rms,
    setting_run,
    setting_window,
    window_lags,
)
from loihi_emu.fitting.neurons import (
    FloatLIF,
    NeuronFit,
    WeightFit,
    fit_neurons,
    fit_weights,
    largest_input,
)
from loihi_emu.fitting.registers import (
    Candidate,
    asked_amplitudes,
    candidates,
    integer_product,
    scale_text,
    usual_impulses,
)
from loihi_emu.fitting.settings import Fit, Setting

_HEADROOM: Final = 2.0
_SHORTLIST: Final = 6
_STEPS: Final = 400


def fit(
    rule: FloatRule | None = None,
    *,
    weights: ArrayLike | None = None,
    limits: tuple[float, float] | None = None,
    neurons: FloatLIF | None = None,
    machine: Machine | str = LOIHI,
    num_weight_bits: int = 8,
    t_epoch: int | Sequence[int] = (1, 2, 4),
    headroom: float = _HEADROOM,
    impulses: Mapping[str, Sequence[int]] | None = None,
    neighbours: int = 1,
    shortlist: int | None = _SHORTLIST,
    steps: int = _STEPS,
    best: int = 3,
) -> Fit:
    """Find the registers that come closest to a model in real numbers.

    Parameters
    ----------
    rule : FloatRule, optional
        A rule for the weight.
    weights : array_like, optional
        Weights of the model in its own unit, of any shape.
    limits : (float, float), optional
        Lowest and highest weight that the model may reach; by default those of `weights`.
    neurons : FloatLIF, optional
        The neurons that the weights drive; weights and voltages have one unit.
    machine : Machine or str
    num_weight_bits : int
        1..8.
    t_epoch : int or sequence of int
        Lengths of the learning epoch to try, 1..63. The ideal learns in every step.
    headroom : float
        Spikes in a row that a trace shall hold without saturating, at least 1.
    impulses : mapping of trace to sequence of int, optional
        Impulses to try, 1..127, in place of those that `headroom` allows.
    neighbours : int
        Scales to try on each side of what a product should have, at least 1.
    shortlist : int or None
        Candidates to measure for each epoch; None: all of them.
    steps : int
        Length of the short run; 0: rank by the window alone.
    best : int
        Settings to return, at least 1.

    Returns
    -------
    Fit

    Raises
    ------
    ParameterError
        Nothing is given to fit, a number is out of range, the machine refuses the rule, or
        threshold and bias do not fit beside the weights.

    Examples
    --------
    >>> from loihi_emu import FloatRule, fit
    >>> rule = FloatRule("0.0625*x1*y0", x1=(1, 10))
    >>> found = fit(rule, limits=(0, 1), machine="LAVA", t_epoch=1, steps=0)
    >>> found.best.synapse.sign_mode, found.best.rule.t_epoch
    ('EXCITATORY', 1)
    >>> found.best.window_error < 0.001
    True
    """
    chip = find_machine(machine) if isinstance(machine, str) else machine
    given = None if weights is None else np.asarray(weights, np.float64)
    span = span_of(given, limits)
    check_numbers(num_weight_bits=num_weight_bits, neighbours=neighbours, steps=steps, best=best,
           shortlist=shortlist, headroom=headroom)  # fmt: skip
    stored = fit_weights(span, given, chip, num_weight_bits)
    largest = round(max(abs(end) for end in span) / stored.unit)
    cell = (
        None
        if neurons is None
        else fit_neurons(neurons, stored.unit, chip, largest, largest_input([given]))
    )
    start = (span[0] + span[1]) / 2
    synapse = SynapseSetting(
        w0=_stored_start(start, stored),
        sign_mode=stored.sign_mode,
        num_weight_bits=num_weight_bits,
        weight_exp=0 if cell is None else cell.weight_exp,
    )
    common = _common_choices(span, stored, cell)
    errors = (
        {}
        if given is None
        else {
            bits: fit_weights(span, given, chip, bits).error
            for bits in WEIGHT_BITS
            if holds_bits(span, chip, bits)
        }
    )
    registers = {} if cell is None else cell.registers
    base = Setting(chip.name, None, synapse, stored.unit, stored.values, registers, common)
    if rule is None:
        return Fit((base,), errors)
    epochs = (t_epoch,) if isinstance(t_epoch, int) else tuple(t_epoch)
    epochs = tuple(one for one in epochs if _can_count(rule, one)) if chip.epochs else (1,)
    if not epochs:
        raise ParameterError(
            f"t_epoch is {t_epoch}; allowed: a power of two up to 2^k for a rule with u_k"
        )
    tried = (
        usual_impulses(rule, headroom) if impulses is None else complete_impulses(rule, impulses)
    )
    most = _ALL if shortlist is None else shortlist
    search = _Search(rule, chip, base, span, steps)
    settings = [
        search.measured(candidate, epoch)
        for candidate in candidates(
            rule, chip, stored.unit, tried, most=most, neighbours=neighbours
        )
        for epoch in epochs
    ]
    settings.sort(key=lambda one: one.score)
    return Fit(tuple(settings[:best]), errors)


_ALL: Final = 1 << 20


class _Search:
    """Measures candidates against one ideal."""

    def __init__(
        self,
        rule: FloatRule,
        machine: Machine,
        base: Setting,
        limits: tuple[float, float],
        steps: int,
    ) -> None:
        self.rule, self.machine, self.base = rule, machine, base
        self.start = (base.synapse.w0 or 0) * base.unit
        self.lags = window_lags(rule)
        self.window = ideal_window(rule, self.lags, self.start)
        self.run: ShortRun | None = ideal_run(rule, steps, self.start, limits) if steps else None

    def measured(self, candidate: Candidate, epoch: int) -> Setting:
        """A candidate as a setting, with its errors."""
        rule, choices = self._rule(candidate, epoch)
        base, synapse = self.base, self.base.synapse
        window, _ = setting_window(rule, self.machine, synapse, self.lags, base.unit)
        window_error = rms(window - self.window)
        score = window_error / (rms(self.window) or 1.0)
        run_error = None
        if self.run is not None:
            weights = setting_run(rule, self.machine, synapse, self.run, base.unit)
            run_error = rms(weights - self.run.weights)
            score += run_error / (rms(self.run.weights - self.run.start) or 1.0)
        return Setting(
            base.machine, rule, synapse, base.unit, base.weights, base.neurons,
            (*choices, *base.choices), window_error, run_error, score,
        )  # fmt: skip

    def _rule(self, candidate: Candidate, epoch: int) -> tuple[LearningRule, list[Choice]]:
        """The rule of a candidate, and what its registers do."""
        choices, traces = [], {}
        asked = asked_amplitudes(self.rule)
        for product, scale, want, got in zip(
            self.rule.products, candidate.scales, asked, candidate.amplitudes, strict=True
        ):
            choices.append(
                Choice(f"amplitude of {product.text}", scale_text(scale), want, got, "weight")
            )
            choices += [
                Choice(
                    f"constant in {product.text}", f"{round(one.constant / self.base.unit):+d}",
                    one.constant, round(one.constant / self.base.unit) * self.base.unit, "weight",
                )
                for one in product.factors
                if one.constant
            ]  # fmt: skip
        for name in self.rule.read:
            wanted = self.rule.trace(name)[1]
            tau, acts = nearest_tau(self.machine, name, wanted, epoch)
            traces[name] = Trace(candidate.impulses[name], tau)
            register = f"impulse = {candidate.impulses[name]}, tau = {tau:g}"
            choices.append(Choice(f"tau of {name}", register, wanted, acts, "steps"))
        series = ProductSeries(
            "dw",
            tuple(
                integer_product(_in_epochs(product, epoch), scale, self.base.unit)
                for product, scale in zip(self.rule.products, candidate.scales, strict=True)
            ),
        )
        rule = LearningRule(dw=str(series), t_epoch=epoch)
        return rule.with_parameters(**traces), choices


def _in_epochs(product: FloatProduct, epoch: int) -> FloatProduct:
    """A product whose u_k comes as often, counted in epochs, as its own does in steps."""
    if product.decimation is None:
        return product
    return replace(product, decimation=product.decimation - epoch.bit_length() + 1)


def _can_count(rule: FloatRule, epoch: int) -> bool:
    """Whether epochs of a length can count the u_k of a rule, which counts steps."""
    ks = [one.decimation for one in rule.products if one.decimation is not None]
    return not ks or (epoch.bit_count() == 1 and epoch <= 1 << ks[0])


def _stored_start(start: float, stored: WeightFit) -> int:
    """The middle of the range as a register."""
    return round(start / stored.unit)


def _common_choices(
    span: tuple[float, float], stored: WeightFit, cell: NeuronFit | None
) -> tuple[Choice, ...]:
    """Choices that all settings share."""
    register = f"num_weight_bits = {stored.num_weight_bits}, {stored.sign_mode}"
    end = max(span, key=abs)
    acts = round(end / stored.unit) * stored.unit
    choices = [Choice("end of the weight", register, end, acts, "weight")]
    if stored.values is not None:
        choices.append(
            Choice("weights (root mean square)", "mantissas", 0.0, stored.error, "weight")
        )
    if cell is not None:
        scale = f"weight_exp = {cell.weight_exp}"
        choices += [Choice("a weight step in v", scale, stored.unit, stored.unit, "voltage")]
        choices += cell.choices
    return tuple(choices)
