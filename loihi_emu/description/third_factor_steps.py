"""Steps in which a third factor arrives, and those in which products read it.

A third factor lies in y1, y2 and y3 for one step. Products read them in the last step of an epoch
alone (Lava 0.10, `recv_traces` and `run_lrn` of PyLearningConnection). What arrives between
two ends of epochs is lost.
Example: with t_epoch 4 a reward in step 9 is never read; one in step 12 is.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.compiler import LearningRule
from loihi_emu.compiler.series import Product
from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Population
from loihi_emu.description.sources import SpikeEvents

Steps = NDArray[np.int64]
"""Steps in which a third factor is not 0, ascending; the first step is 1."""

INSTEAD: Final = (
    "t_epoch=1 reads every step; RewardSource and r1 keep a reward until the epoch ends"
)
"""What a user can do about a third factor that is lost."""

_LONGEST: Final = 1 << 20  # steps of a repeated array that are looked at


def arrivals(connection: Connection, pre: SpikeEvents, rule: LearningRule) -> Steps | None:
    """Steps in which a source's spikes arrive; None where there are too many to tell."""
    delays = [0] if connection.delays is None else np.unique(connection.delays)
    steps = np.unique([pre.steps + 1 + int(delay) for delay in delays])
    return repeated(steps, pre.length if pre.repeat else 0, rule)


def repeated(steps: Steps, length: int, rule: LearningRule) -> Steps | None:
    """Steps of an array that starts again after `length` steps, until epochs fall on them again."""
    if not length:
        return steps
    whole = lcm(length, _period(rule))
    if whole > _LONGEST or steps.size * (whole // length) > _LONGEST:
        return None
    return np.unique(steps[None, :] + np.arange(0, whole, length)[:, None])


def _period(rule: LearningRule) -> int:
    """Steps after which what products read comes again."""
    return rule.t_epoch << (rule.decimation or 0)


def lost(
    connection: Connection, rule: LearningRule, name: str, steps: Steps | None
) -> Iterator[str]:
    """Third factors that come when no product reads them."""
    if steps is None or not steps.size:
        return
    epoch = rule.t_epoch
    readers = [
        p
        for series in rule.series.values()
        for p in series.products
        if any(f.variable == name for f in p.factors)
    ]
    read = np.zeros(steps.size, bool)
    for product in readers:
        read |= _is_read(product, connection, epoch, steps)
    first = ", ".join(map(str, steps[:3])) + (", ..." if steps.size > 3 else "")
    when = "in every step" if epoch == 1 else f"in steps {epoch}, {2 * epoch}, ... alone"
    if not read.any():
        yield (
            f"{connection.label}: the third factor {name} arrives in steps {first}, where no "
            f"product reads it: products read it {when}{_condition(readers)}. {INSTEAD}"
        )
        return
    epochs, ended = -(-steps // epoch), steps % epoch == 0
    missed = np.setdiff1d(epochs, epochs[ended])
    if missed.size:
        yield (
            f"{connection.label}: the third factor {name} is lost in {missed.size} of "
            f"{np.unique(epochs).size} epochs in which it arrives, since it is 0 in their last "
            f"step; products read it {when}. {INSTEAD}"
        )


def _is_read(
    product: Product, connection: Connection, epoch: int, steps: Steps
) -> NDArray[np.bool_]:
    """Whether a product can read what arrives in each step; True where that is not known."""
    ends: NDArray[np.bool_] = steps % epoch == 0
    if product.decimation:  # machines count epochs from 0 or from 1
        ends &= steps // epoch % (1 << product.decimation) < 2
    source: Population | None = None
    if product.dependency == "x0" and connection.delays is None:
        source = connection.pre
    elif product.dependency == "y0" and isinstance(connection.post, Population):
        source = connection.post_spikes or connection.post
    if isinstance(source, SpikeEvents) and not source.repeat:
        ends &= np.isin((steps - 1) // epoch, (source.steps - 1) // epoch)
    return ends


def _condition(products: list[Product]) -> str:
    """On what the products depend, but for the end of an epoch."""
    words = {"x0": "a pre spike", "y0": "a post spike"}
    needed = [
        words.get(p.dependency, f"u{p.decimation}")
        for p in products
        if p.dependency != "u" or p.decimation
    ]
    return f", and there after {' or '.join(dict.fromkeys(needed))}" if needed else ""
