"""A learning rule: its texts for w, d and t, the traces that it reads, and the length of its epoch.

A rule is parsed and checked when it is made, and one error lists all its faults. Names are those of
Lava's `Loihi2FLearningRule`, except that a trace's impulse and tau are one object.

>>> rule = LearningRule(dw="2^-2*x1*y0 - 2^-2*y1*x0", x1=Trace(16, 10), y1=Trace(16, 10))
>>> rule.series["dw"].products[0].dependency
'y0'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from loihi_emu.chip.decay import effective_tau
from loihi_emu.chip.literals import EPOCH_STEPS, IMPULSE
from loihi_emu.chip.machines import Machine
from loihi_emu.compiler.products import TARGETS, ProductSeries, Target, parse_series
from loihi_emu.compiler.values import check_integer, check_number
from loihi_emu.errors import (
    LoihiEmuError,
    ParameterError,
    Problem,
    RuleError,
    RuleSyntaxError,
    unknown_name,
)

TRACES = ("x1", "x2", "y1", "y2", "y3", "r1")
TRACE_PARTS = ("impulse", "tau")


_TAU_TOLERANCE = 0.1
"""A time constant that is off by more is worth a warning."""


@dataclass(frozen=True)
class Trace:
    """A trace of a neuron's spikes: each spike adds the impulse, and the sum decays with tau.

    Parameters
    ----------
    impulse : float
        What a spike adds, 0..127. In fixed point a fraction is rounded at random at each spike.
    tau : float
        Time constant in steps: each step multiplies the trace by exp(-1/tau). 0: no memory.

    Raises
    ------
    ParameterError
        A number is not finite, or out of range.

    Examples
    --------
    >>> Trace(impulse=16, tau=10)
    Trace(impulse=16.0, tau=10.0)
    """

    impulse: float = 0.0
    tau: float = 0.0

    def __post_init__(self) -> None:
        problems = [
            *check_number("impulse", self.impulse, IMPULSE.lowest, IMPULSE.highest),
            *check_number("tau", self.tau, 0, None),
        ]
        if problems:
            raise RuleError("trace", problems)
        object.__setattr__(self, "impulse", float(self.impulse))
        object.__setattr__(self, "tau", float(self.tau))


@dataclass(frozen=True)
class LearningRule:
    """A learning rule: texts, traces and epoch.

    Parameters
    ----------
    dw, dd, dt : str, optional
        Rule text for the weight, the delay (Lava's tag_2) and the tag (Lava's tag_1); at least
        one.
    x1, x2 : Trace
        Traces of the pre neuron's spikes.
    y1, y2, y3 : Trace
        Traces of the post neuron's spikes.
    r1 : Trace
        Trace of rewards.
    t_epoch : int
        Number of time steps in a learning epoch, 1..63.
    rng_seed : int, optional
        Seed of the rule's random draws, at least 0. None: the simulator's seed.

    Attributes
    ----------
    series : Mapping of str to ProductSeries
        The product series of each text, in the order dw, dd, dt.

    Raises
    ------
    RuleSyntaxError
        One text is not in the rule language, and nothing else is wrong.
    RuleError
        Anything else is wrong, or several things are; the error lists them all.

    Examples
    --------
    >>> rule = LearningRule(dw="u1*t*x1", dt="x1*y0 - 2^-2*u1*t", x1=Trace(40, 4), t_epoch=2)
    >>> rule.decimation
    1
    >>> str(rule.series["dt"])
    'y0*x1 - 2^-2*u1*t'
    """

    dw: str | None = None
    dd: str | None = None
    dt: str | None = None
    x1: Trace = Trace()
    x2: Trace = Trace()
    y1: Trace = Trace()
    y2: Trace = Trace()
    y3: Trace = Trace()
    r1: Trace = Trace()
    t_epoch: int = 1
    rng_seed: int | None = None
    series: Mapping[str, ProductSeries] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        series, errors = _read({target: getattr(self, target) for target in TARGETS})
        problems = [Problem(target, str(error)) for target, error in errors.items()]
        if not (series or errors):
            problems.append(Problem("dw, dd, dt", "none is given; a rule needs at least one"))
        problems += [
            Problem(name, f"found {getattr(self, name)!r}; allowed: a Trace")
            for name in TRACES
            if not isinstance(getattr(self, name), Trace)
        ]
        problems += check_integer("t_epoch", self.t_epoch, EPOCH_STEPS.lowest, EPOCH_STEPS.highest)
        if self.rng_seed is not None:
            problems += check_integer("rng_seed", self.rng_seed, 0, None)
        for error in errors.values():
            if len(problems) == 1 and isinstance(error, RuleSyntaxError):
                raise error
        if problems:
            raise RuleError("learning rule", problems)
        object.__setattr__(self, "series", series)
        object.__setattr__(self, "t_epoch", int(self.t_epoch))

    @property
    def decimation(self) -> int | None:
        """The k of every u_k in the rule; None: the rule has no u."""
        found = (series.decimation for series in self.series.values())
        return next((k for k in found if k is not None), None)

    @property
    def variables(self) -> frozenset[str]:
        """Names of all variables that factors read."""
        return frozenset().union(*(series.variables for series in self.series.values()))

    @property
    def traces(self) -> dict[str, Trace]:
        """All six traces by name."""
        return {name: getattr(self, name) for name in TRACES}

    def effective_taus(self, machine: Machine) -> dict[str, float]:
        """Time constants that the traces with an impulse have on a machine, in steps.

        A machine whose decay factor has few bits knows few time constants. The nearest one below
        acts in place of what was asked for.

        Parameters
        ----------
        machine : Machine

        Returns
        -------
        dict of str to float
            By trace.

        Examples
        --------
        >>> from loihi_emu import LOIHI, LearningRule, Trace
        >>> rule = LearningRule(dw="x1*y0", x1=Trace(16, 100))
        >>> {name: round(tau, 1) for name, tau in rule.effective_taus(LOIHI).items()}
        {'x1': 63.5}
        """
        return {
            name: effective_tau(machine, trace.tau)
            for name, trace in self.traces.items()
            if trace.impulse
        }

    def coarse_taus(self, machine: Machine) -> list[str]:
        """A sentence for each trace whose time constant is off by more than a tenth."""
        return [
            f"{name}: tau {getattr(self, name).tau:g} acts as {tau:.3g} steps on {machine.name}, "
            "whose decay factor has few bits"
            for name, tau in self.effective_taus(machine).items()
            if abs(tau - getattr(self, name).tau) > _TAU_TOLERANCE * getattr(self, name).tau
        ]

    def with_parameters(self, **changes: Any) -> LearningRule:
        """A copy of the rule with some numbers or texts changed.

        Parameters
        ----------
        **changes
            Parameters of the class, or one number of a trace: `x1_impulse`, `x1_tau`, ...,
            `r1_tau`.

        Raises
        ------
        UnknownNameError
            A name is not one of these.
        RuleError, RuleSyntaxError
            As for the class.

        Examples
        --------
        >>> rule = LearningRule(dw="x0*y1", y1=Trace(16, 10))
        >>> rule.with_parameters(y1_tau=20, t_epoch=4).y1
        Trace(impulse=16.0, tau=20.0)
        """
        numbers = {f"{name}_{part}": (name, part) for name in TRACES for part in TRACE_PARTS}
        names = [entry.name for entry in fields(self) if entry.init]
        values: dict[str, Any] = {}
        for name, value in changes.items():
            if name in names:
                values[name] = value
            elif name not in numbers:
                raise unknown_name("parameter of a learning rule", name, [*names, *numbers])
        for name, (trace, part) in numbers.items():
            if name in changes:
                old = values.get(trace, getattr(self, trace))
                values[trace] = replace(old, **{part: changes[name]})
        return replace(self, **values)

    @classmethod
    def load(cls, name: str | Path, **parameters: str | int) -> LearningRule:
        """Load a rule that comes with the package, by name, or a TOML file, by path.

        Parameters
        ----------
        name : str or Path
            A name such as `"pair-stdp"`, or a path that ends in `.toml`.
        **parameters : str or int
            Other values for entries of the file's table `parameters`.

        Raises
        ------
        UnknownNameError
            No rule, or no parameter of the rule, has this name.
        FileError
            The file cannot be read.
        RuleError
            The file has faults; the error lists each with its path in the file.
        """
        from loihi_emu.compiler.rule_files import load_rule

        return load_rule(name, **parameters).rule


def _read(
    texts: Mapping[Target, str | None],
) -> tuple[dict[str, ProductSeries], dict[str, LoihiEmuError]]:
    """Series of every text that is given, and errors of those that are refused."""
    series: dict[str, ProductSeries] = {}
    errors: dict[str, LoihiEmuError] = {}
    k: int | None = None
    for target, text in texts.items():
        if text is None:
            continue
        try:
            series[target] = parse_series(text, target, k)
        except (RuleSyntaxError, ParameterError) as error:
            errors[target] = error
        else:
            k = series[target].decimation if k is None else k
    return series, errors
