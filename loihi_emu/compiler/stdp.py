"""Pair STDP with its two sides named by the order of the spikes.

The meaning of "A+" has changed between programs: Lava 0.5 scaled x0*y1 by A_plus, Lava 0.6 scales
y0*x1. Example: pre before post strengthens, post before pre weakens:

>>> stdp(pre_before_post=1, post_before_pre=-1).dw
'y0*x1 - x0*y1'
"""

from __future__ import annotations

from fractions import Fraction

from loihi_emu.chip.literals import format_scale, nearest
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.values import check_number
from loihi_emu.errors import ParameterError, RuleError

_LARGEST = 2**11


def stdp(
    *,
    pre_before_post: float,
    post_before_pre: float,
    tau_pre: float = 10.0,
    tau_post: float = 10.0,
    impulse_pre: float = 16.0,
    impulse_post: float = 16.0,
    t_epoch: int = 1,
    rng_seed: int | None = None,
) -> LearningRule:
    """Make a rule of spike-timing dependent plasticity from pairs of spikes.

    Parameters
    ----------
    pre_before_post : float
        Factor of the pre trace that a post spike adds to the weight (`y0*x1`). A pre spike dt
        steps earlier changes the weight by `pre_before_post * impulse_pre * exp(-dt / tau_pre)`.
        Positive strengthens causal pairs. It must be -8..7 times a power of two.
    post_before_pre : float
        Factor of the post trace that a pre spike adds to the weight (`x0*y1`). Negative weakens
        acausal pairs. It must be -8..7 times a power of two.
    tau_pre, tau_post : float
        Time constants of the pre and the post trace, in steps.
    impulse_pre, impulse_post : float
        What a spike adds to its trace, 0..127.
    t_epoch : int
        Number of time steps in a learning epoch, 1..63.
    rng_seed : int, optional
        Seed of the rule's random draws. None: the simulator's seed.

    Returns
    -------
    LearningRule

    Raises
    ------
    ParameterError
        Rule text cannot hold a factor; the message gives the nearest that it can hold.
    RuleError
        Another number is out of range.

    Examples
    --------
    >>> rule = stdp(pre_before_post=0.5, post_before_pre=-0.25, tau_pre=20, tau_post=40)
    >>> rule.dw, rule.x1.tau, rule.y1.tau
    ('2^-1*y0*x1 - 2^-2*x0*y1', 20.0, 40.0)
    """
    causal = _scale("pre_before_post", pre_before_post)
    acausal = _scale("post_before_pre", post_before_pre)
    return LearningRule(
        dw=_sum(_product(causal, "y0*x1"), _product(acausal, "x0*y1")),
        x1=Trace(impulse_pre, tau_pre),
        y1=Trace(impulse_post, tau_post),
        t_epoch=t_epoch,
        rng_seed=rng_seed,
    )


def _scale(name: str, value: float) -> tuple[int, int]:
    """Mantissa and exponent that equal `value`."""
    problems = check_number(name, value, -_LARGEST, _LARGEST)
    if problems:
        raise RuleError("stdp", problems)
    mantissa, exponent = nearest(Fraction(float(value)))
    if mantissa * Fraction(2) ** exponent != Fraction(float(value)):
        raise ParameterError(
            f"{name} is {value}, which no scale of rule text equals; "
            f"nearest: {float(mantissa * Fraction(2) ** exponent)} = "
            f"{format_scale(mantissa, exponent)}"
        )
    return mantissa, exponent


def _product(scale: tuple[int, int], factors: str) -> str:
    """Scale times factors, without a scale of 1."""
    written = format_scale(*scale)
    return {"1": factors, "-1": f"-{factors}"}.get(written, f"{written}*{factors}")


def _sum(first: str, second: str) -> str:
    """Two products as one text."""
    return f"{first} - {second[1:]}" if second.startswith("-") else f"{first} + {second}"
