"""Learning rules with Lava's names: texts and numbers that can be set until the first run.

`native` is the `loihi_emu.LearningRule` of the same text and numbers, if the chip's ranges hold
them; rules with others run as models in Python. Example:
`Loihi2FLearningRule(dw="x0*y1", y1_impulse=16, y1_tau=10, t_epoch=4)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from loihi_emu.compiler import LearningRule, ProductSeries, Trace
from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__)

X_TRACES: Final = ("x1", "x2")
TRACES: Final = (*X_TRACES, "y1", "y2", "y3")
NUMBERS: Final = tuple(f"{name}_{part}" for name in TRACES for part in ("impulse", "tau"))
TEXTS: Final = ("dw", "dd", "dt")
_TEXT_NAMES: Final = tuple(f"{target}_str" for target in TEXTS)
_HARDLY: Final = np.iinfo(np.uint16).max


class LoihiLearningRule:
    """Texts of dw, dd and dt, impulses and time constants of traces, and the epoch.

    Parameters
    ----------
    dw, dd, dt : str, optional
        Rule texts; at least one.
    x1_impulse, x1_tau, x2_impulse, x2_tau : float
    y1_impulse, y1_tau, y2_impulse, y2_tau, y3_impulse, y3_tau : float
        0 or more; of a tau 0 the trace keeps nothing.
    t_epoch : int
        Steps between updates.
    rng_seed : int, optional
        Of stochastic rounding; drawn from `numpy.random` where None.

    Attributes
    ----------
    dw_str, dd_str, dt_str : str or None
        Settable, as is every number.

    Raises
    ------
    RuleSyntaxError, RuleError, ParameterError
        A text or number that cannot be; all are ValueErrors.
    """

    y_received = False
    series: Mapping[str, ProductSeries]

    def __init__(
        self,
        dw: str | None = None,
        dd: str | None = None,
        dt: str | None = None,
        x1_impulse: float = 0.0,
        x1_tau: float = 0.0,
        x2_impulse: float = 0.0,
        x2_tau: float = 0.0,
        y1_impulse: float = 0.0,
        y1_tau: float = 0.0,
        y2_impulse: float = 0.0,
        y2_tau: float = 0.0,
        y3_impulse: float = 0.0,
        y3_tau: float = 0.0,
        t_epoch: int = 1,
        rng_seed: int | None = None,
    ) -> None:
        drawn = int(np.random.randint(1, np.iinfo(np.int32).max))  # noqa: NPY002
        self.__dict__.update(
            dw_str=dw, dd_str=dd, dt_str=dt, t_epoch=t_epoch,
            x1_impulse=x1_impulse, x1_tau=x1_tau, x2_impulse=x2_impulse, x2_tau=x2_tau,
            y1_impulse=y1_impulse, y1_tau=y1_tau, y2_impulse=y2_impulse, y2_tau=y2_tau,
            y3_impulse=y3_impulse, y3_tau=y3_tau, rng_seed=drawn if rng_seed is None else rng_seed,
        )  # fmt: skip
        for name in NUMBERS:
            _check(name, getattr(self, name))
        _check_epoch(t_epoch)
        self.__dict__["series"] = self._read({})

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in NUMBERS:
            _check(name, value)
        if name == "t_epoch":
            _check_epoch(value)
        if name in _TEXT_NAMES:
            self.__dict__["series"] = self._read({name.removesuffix("_str"): value})
        self.__dict__[name] = value

    def _read(self, texts: dict[str, Any]) -> Mapping[str, ProductSeries]:
        """Products of the texts, some of them replaced."""
        given = {name: texts.get(name, getattr(self, f"{name}_str")) for name in TEXTS}
        return LearningRule(**given).series

    @property
    def native(self) -> LearningRule:
        """The native rule.

        Raises
        ------
        RuleError
            A number that the chip's ranges do not hold.
        """
        return self.with_values({})

    def with_values(self, values: dict[str, Any]) -> LearningRule:
        """The native rule, with some texts (dw, ...) and numbers (x1_tau, ...) replaced."""
        numbers = {name: float(values.get(name, getattr(self, name))) for name in NUMBERS}
        kept = X_TRACES if self.y_received else TRACES
        given: dict[str, Any] = {
            target: values.get(target, getattr(self, f"{target}_str")) for target in TEXTS
        }
        given |= {k: Trace(numbers[f"{k}_impulse"], numbers[f"{k}_tau"]) for k in kept}
        return LearningRule(**given, t_epoch=self.t_epoch, rng_seed=int(self.rng_seed))

    @property
    def dw(self) -> ProductSeries | None:
        """Products of dw, None without a text."""
        return self.series.get("dw")

    @property
    def dd(self) -> ProductSeries | None:
        """Products of dd, None without a text."""
        return self.series.get("dd")

    @property
    def dt(self) -> ProductSeries | None:
        """Products of dt, None without a text."""
        return self.series.get("dt")

    @property
    def decimate_exponent(self) -> int | None:
        """The k of every u_k in the rule; None without one."""
        found = (one.decimation for one in self.series.values())
        return next((k for k in found if k is not None), None)


class Loihi2FLearningRule(LoihiLearningRule):
    """A rule whose y traces follow the spikes that arrive at s_in_bap."""


class Loihi3FLearningRule(LoihiLearningRule):
    """A rule whose y traces are received at s_in_y1, s_in_y2 and s_in_y3.

    Parameters
    ----------
    dw, dd, dt, x1_impulse, x1_tau, x2_impulse, x2_tau, t_epoch, rng_seed
        As for `LoihiLearningRule`.
    """

    y_received = True

    def __init__(
        self,
        dw: str | None = None,
        dd: str | None = None,
        dt: str | None = None,
        x1_impulse: float = 0.0,
        x1_tau: float = 0.0,
        x2_impulse: float = 0.0,
        x2_tau: float = 0.0,
        t_epoch: int = 1,
        rng_seed: int | None = None,
    ) -> None:
        super().__init__(
            dw=dw, dd=dd, dt=dt, x1_impulse=x1_impulse, x1_tau=x1_tau, x2_impulse=x2_impulse,
            x2_tau=x2_tau, y1_tau=_HARDLY, y2_tau=_HARDLY, y3_tau=_HARDLY, t_epoch=t_epoch,
            rng_seed=rng_seed,
        )  # fmt: skip


def _check_epoch(value: Any) -> None:
    """Refuse an epoch without steps."""
    if int(value) != value or value < 1:
        raise ParameterError(f"t_epoch is {value}; allowed: whole numbers from 1")


def _check(name: str, value: Any) -> None:
    """Refuse a negative impulse or tau, as Lava does."""
    if value < 0:
        raise ParameterError(f"{name} is {value}; allowed: 0 or more")
