"""The parameters of a pair rule: its window, and which pairs of spikes count.

`STDPParams()` is the antisymmetric exponential window of Song, Miller and Abbott (2000) with
amplitudes 1 and time constants 10; `STDPParams(AMinus=None, Sigma=5.0)` is the symmetric
(associative) one, a Mexican hat. `windows` computes both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from loihi_emu.errors import ParameterError
from loihi_emu.offline import checks
from loihi_emu.offline.windows import Exponential, Hat

_DEFAULT_TAU = 10.0


@dataclass(frozen=True)
class STDPParams:
    """Amplitudes, time constants and pairing of a spike-timing-dependent rule.

    With dt = t_post - t_pre, a pair of spikes changes the weight by

    * APlus exp(-dt / TauPlus) for dt > 0, -AMinus exp(dt / TauMinus) for dt < 0 and 0 for dt = 0;
    * in the symmetric form (AMinus None), by APlus (1 - dt² / Sigma²) exp(-dt² / (2 Sigma²)):
      the Ricker wavelet scaled to a peak of APlus at dt = 0. It is positive for |dt| < Sigma
      and negative beyond. The wavelet of unit energy is APlus = 2 / (sqrt(3 Sigma) pi^(1/4)).

    Parameters
    ----------
    APlus : float, default 1
        Amplitude for dt > 0, in units of weight; in the symmetric form the peak. It may be
        negative, for anti-Hebbian rules.
    TauPlus : float, default 10
        Time constant for dt > 0, above 0, in the unit of the spike times (steps for firing
        records). Do not give it in the symmetric form.
    AMinus : float or None, default 1
        Amplitude for dt < 0; positive means a decrease. None chooses the symmetric form.
    TauMinus : float, default 10
        Time constant for dt < 0, like TauPlus.
    all_to_all : bool, default True
        Which pairs count. True: every spike with every spike. False: nearest neighbours in the
        symmetric interpretation of Morrison, Diesmann and Gerstner (2008, figure 7A): each
        postsynaptic spike with the latest presynaptic spike before it and each presynaptic
        spike with the latest postsynaptic spike before it; "before" is strict, and two spikes
        at the same time count as a pair with dt = 0.
    Sigma : float, optional
        Half the distance between the zeros of the Mexican hat, above 0, in the unit of the spike
        times. Required in the symmetric form, and only there.

    Raises
    ------
    ParameterError
        A value is outside its range, or the chosen form does not use it.

    Notes
    -----
    Morrison et al. have three nearest-neighbour schemes. This one is what two local traces
    compute if a spike sets its trace to 1 instead of adding 1. It treats both sides alike: if you
    exchange the neurons, the same pairs count, with dt negated. The presynaptic-centred scheme
    favours one side, and the reduced scheme drops pairs of a burst.

    The symmetric form does not use TauPlus and TauMinus. They are refused there, not ignored.

    Examples
    --------
    >>> STDPParams(APlus=0.5, AMinus=0.6, TauMinus=20)
    STDPParams(APlus=0.5, TauPlus=10.0, AMinus=0.6, TauMinus=20.0, all_to_all=True, Sigma=None)
    >>> STDPParams(AMinus=None, Sigma=5.0).symmetric
    True
    >>> STDPParams(TauPlus=-1)
    Traceback (most recent call last):
        ...
    loihi_emu.errors.ParameterError: TauPlus is -1; it must be a finite number above 0
    """

    APlus: float = 1.0
    TauPlus: float | None = None
    AMinus: float | None = 1.0
    TauMinus: float | None = None
    all_to_all: bool = True
    Sigma: float | None = None

    def __post_init__(self) -> None:
        checked: dict[str, object] = {
            "APlus": checks.number("APlus", self.APlus),
            "all_to_all": checks.flag("all_to_all", self.all_to_all),
        }
        if self.symmetric:
            self._refuse_taus()
            checked["Sigma"] = checks.number("Sigma", self.Sigma, above=0)
        else:
            if self.Sigma is not None:
                raise ParameterError(
                    f"Sigma is {self.Sigma!r} beside AMinus {self.AMinus!r}; it belongs to the "
                    "symmetric form: set AMinus to None or leave Sigma out"
                )
            checked["AMinus"] = checks.number("AMinus", self.AMinus)
            for name, tau in (("TauPlus", self.TauPlus), ("TauMinus", self.TauMinus)):
                checked[name] = checks.number(name, _DEFAULT_TAU if tau is None else tau, above=0)
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @property
    def symmetric(self) -> bool:
        """Whether the window is the Mexican hat."""
        return self.AMinus is None

    @property
    def window(self) -> Exponential | Hat:
        """Change of the weight by a pair of spikes, as a function of an array of dt."""
        if self.AMinus is None:
            return Hat(self.APlus, cast(float, self.Sigma))
        taus = cast(float, self.TauPlus), cast(float, self.TauMinus)
        return Exponential(self.APlus, taus[0], self.AMinus, taus[1])

    def _refuse_taus(self) -> None:
        for name, tau in (("TauPlus", self.TauPlus), ("TauMinus", self.TauMinus)):
            if tau is not None:
                raise ParameterError(
                    f"{name} is {tau!r} beside AMinus None; the symmetric form takes its width "
                    "from Sigma: leave TauPlus and TauMinus out"
                )


def require(params: object) -> STDPParams:
    """`params`, if it is an `STDPParams`."""
    if isinstance(params, STDPParams):
        return params
    raise ParameterError(f"params is {params!r}; it must be an STDPParams")
