"""What a running network and its revision have to share, so that state keeps its meaning.

State lies in memory by number: of populations, of connections, of synapses. A revision in which one
of these numbers means something else is refused, and nothing has changed.
Example: `check_structure(plan, revised)` refuses a sparse connection with other pairs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Population, ThirdFactor
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.memory.arrays import Arenas
from loihi_emu.plan.plan import Plan


def check_structure(old: Plan, new: Plan) -> None:
    """Refuse a plan whose populations, connections, pairs or epochs are others.

    Raises
    ------
    ParameterError
        It says which connection differs, and in what.
    """
    if [p.n for p in new.population_items] != [p.n for p in old.population_items] or [
        (number, one.rule.t_epoch) for number, one in new.learning.items()
    ] != [(number, one.rule.t_epoch) for number, one in old.learning.items()]:
        raise ParameterError(
            "the revised network has other populations, learning connections or epochs; "
            "make a new Simulator for it"
        )
    if len(new.connection_items) != len(old.connection_items):
        raise ParameterError(
            f"the revised network has {len(new.connection_items)} connections; allowed: "
            f"{len(old.connection_items)}, as the running one; make a new Simulator for it"
        )
    for number, (was, now) in enumerate(
        zip(old.connection_items, new.connection_items, strict=True)
    ):
        if _ends(old, was) != _ends(new, now):
            raise ParameterError(
                f"connection {number}, {now.label}, joins other populations than in the running "
                "network; make a new Simulator for it"
            )
        _check_pairs(number, was, now)


def keep_formats(old: Plan, new: Plan, arenas: Arenas, *, truncated: bool) -> None:
    """Bring weights that were taken over into formats that the revision changed.

    Parameters
    ----------
    old, new : Plan
    arenas : Arenas
        Of the new plan, with the state taken over; bits that a narrower format lacks are cut.
    truncated : bool
        Whether a first step has cut weights to their formats.

    Raises
    ------
    ParameterError
        A weight is not in the range of the connection's new sign mode.
    """
    for number, (was, now) in enumerate(
        zip(old.connection_items, new.connection_items, strict=True)
    ):
        start = int(new.connections[number]["w"])
        weights = arenas.synaptic[start : start + now.n_synapses]
        if was.sign_mode != now.sign_mode:
            _check_sign(new, now, weights)
        narrower = now.num_weight_bits < was.num_weight_bits or was.sign_mode != now.sign_mode
        if truncated and narrower:
            new.engine.quantise_in_place(weights, now, new.machine)


def _check_sign(plan: Plan, item: Connection, weights: Any) -> None:
    try:
        plan.engine.synaptic("weights", weights, item, plan.machine, plan.bounded)
    except ParameterError as error:
        raise ParameterError(
            f"the revised sign_mode of {item.label} does not allow a weight of the running "
            f"network: {error}; set the weights first, or keep the sign_mode"
        ) from None


def _ends(plan: Plan, item: Connection) -> tuple[int, int, bool, int]:
    """Numbers of the populations that a connection joins and whose spikes it learns from."""
    third = isinstance(item.post, ThirdFactor)
    post: Population = item.post.population if isinstance(item.post, ThirdFactor) else item.post
    teacher = plan.index_of(item.post_spikes or post)
    return plan.index_of(item.pre), plan.index_of(post), third, teacher


def _check_pairs(number: int, was: Connection, now: Connection) -> None:
    """Refuse synapses between other pairs of neurons."""
    if was.panel_ptr is None and now.panel_ptr is None:
        return
    if was.n_synapses == now.n_synapses:
        if was.panel_ptr is not None and now.panel_ptr is not None:
            assert was.post_offset16 is not None
            assert now.post_offset16 is not None
            same = np.array_equal(was.panel_ptr, now.panel_ptr) and np.array_equal(
                was.post_offset16, now.post_offset16
            )
            if same:
                return
        differ = np.zeros(was.n_synapses, bool)
        for one, other in zip(was.pairs(), now.pairs(), strict=True):
            differ |= one != other
        if not differ.any():
            return
        first = int(np.argmax(differ))
        (old_post, old_pre), (post, pre) = (
            [int(ends[first]) for ends in item.pairs()] for item in (was, now)
        )
        found = (
            f"synapse {first} is (post {post}, pre {pre}) and was (post {old_post}, pre {old_pre})"
        )
    else:
        found = f"{now.n_synapses} synapses where there were {was.n_synapses}"
    raise ParameterError(
        f"connection {number}, {now.label}, joins other pairs of neurons: {found}. A running "
        "network keeps its pairs; make a new Simulator and set its weights"
    )
