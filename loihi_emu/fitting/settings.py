"""Settings of registers and their errors, as data, tables and text.

Example: `print(fit(rule, limits=(0, 1)).best.table())`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.analysis.tables import Table, plain_data
from loihi_emu.compiler.rule import LearningRule
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.fitting.choices import Choice
from loihi_emu.fitting.writing import rule_file, script

_WARNED: Final = 0.1


@dataclass(frozen=True)
class Setting:
    """One choice of all registers, and how far it is from the ideal.

    Parameters
    ----------
    machine : str
    rule : LearningRule or None
    synapse : SynapseSetting
        Initial weight, sign mode, weight bits and exponent.
    unit : float
        One step of the weight register in the ideal's units.
    weights : integer array or None
        Registers of the weights that were given.
    neurons : dict of str to int
        du, dv, vth, bias_mant, bias_exp; empty without neurons.
    choices : tuple of Choice
        Every register beside what was asked for.
    window_error, run_error : float or None
        Root mean square of window and final weights less the ideal's, in the ideal's units.
    score : float
        Sum of both errors, each relative to the ideal's own root mean square. 0 without a rule.
    """

    machine: str
    rule: LearningRule | None
    synapse: SynapseSetting
    unit: float
    weights: NDArray[np.int64] | None
    neurons: dict[str, int]
    choices: tuple[Choice, ...]
    window_error: float | None = None
    run_error: float | None = None
    score: float = 0.0

    @property
    def warnings(self) -> tuple[str, ...]:
        """Registers that are off by more than a tenth of what was asked for."""
        return tuple(
            f"{one.name} is {one.acts:.4g} and not {one.asked:.4g}: no register comes closer"
            for one in self.choices
            if one.asked and abs(one.error) > _WARNED * abs(one.asked)
        )

    def table(self) -> Table:
        """Registers beside what was asked for."""
        rows = [(c.name, c.register, c.asked, c.acts, c.error, c.unit) for c in self.choices]
        return Table.of(("quantity", "register", "asked", "acts", "error", "unit"), rows)

    def to_dict(self) -> dict[str, Any]:
        """Everything, in JSON's types."""
        rule = None
        if self.rule is not None:
            traces = {n: vars(t) for n, t in self.rule.traces.items() if t.impulse}
            rule = {"dw": self.rule.dw, "traces": traces, "t_epoch": self.rule.t_epoch}
        found: dict[str, Any] = plain_data(
            {
                **vars(self),
                "rule": rule,
                "synapse": vars(self.synapse),
                "choices": [{**vars(c), "error": c.error} for c in self.choices],
            }
        )
        return found

    def to_toml(self, title: str = "Fitted rule") -> str:
        """The rule as a rule file.

        Raises
        ------
        ParameterError
            The setting has no rule.
        """
        return rule_file(self, title)

    def to_script(self) -> str:
        """A Python script that builds a small network of these registers and runs it."""
        return script(self)


@dataclass(frozen=True)
class Fit:
    """The best settings, best first.

    Parameters
    ----------
    settings : tuple of Setting
        At least one.
    bits_errors : dict of int to float
        For 1..8 weight bits, root mean square of what the weights given would be off by, in the
        ideal's units; empty without weights.
    """

    settings: tuple[Setting, ...]
    bits_errors: dict[int, float]

    @property
    def best(self) -> Setting:
        """The first setting."""
        return self.settings[0]

    def ranking(self) -> Table:
        """A table of the settings."""
        rows = []
        for number, one in enumerate(self.settings, 1):
            rule = one.rule
            text = "-" if rule is None else str(rule.dw)
            traces = (
                ""
                if rule is None
                else ", ".join(f"{n} {t.impulse:g}" for n, t in rule.traces.items() if t.impulse)
            )
            epoch = None if rule is None else rule.t_epoch
            rows.append((number, text, traces, epoch, one.window_error, one.run_error, one.score))
        columns = ("", "dw", "impulses", "t_epoch", "window error", "run error", "score")
        return Table.of(columns, rows, f"the best settings on {self.best.machine}")

    def to_dict(self) -> dict[str, Any]:
        """Everything, in JSON's types."""
        return {
            "settings": [one.to_dict() for one in self.settings],
            "bits_errors": {str(bits): error for bits, error in self.bits_errors.items()},
        }

    def __str__(self) -> str:
        parts: list[object] = [] if self.best.rule is None else [self.ranking()]
        parts.append(self.best.table())
        parts += ["\n".join(f"warning: {one}" for one in self.best.warnings)] * any(
            self.best.warnings
        )
        if self.bits_errors:
            rows = list(self.bits_errors.items())
            parts.append(Table.of(("num_weight_bits", "error of the weights"), rows))
        return "\n\n".join(map(str, parts))
