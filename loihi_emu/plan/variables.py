"""Where a variable of a population or connection lies in the arenas, and its shape for users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Neurons, Population
from loihi_emu.errors import ParameterError, UnknownNameError
from loihi_emu.kernels.memory.arrays import Arenas
from loihi_emu.kernels.memory.records import N_X, NEURAL, SYNAPTIC, TIME, TRACE, TRACES
from loihi_emu.plan.plan import Plan

_SYNAPTIC = {"weights": "w", "tag_1": "t", "tag_2": "d"}
_Y = ("y1", "y2", "y3")

EFFECTIVE = "effective_weights"
"""What a spike delivers through a synapse; read from the weights."""

_REWARDS = ("r0", "r1")


@dataclass(frozen=True)
class ArraySlice:
    """`length` elements of an arena from `start`; `start` < 0: the variable is 0 throughout.

    Parameters
    ----------
    arena : int
        NEURAL, SYNAPTIC, TRACE or TIME.
    start, length : int
    shape : tuple of int
        As the user sees it: [n] or, for dense synapses, [post, pre].
    connection : int
        The one whose waiting updates have to be done before it is read; -1: none.
    """

    arena: int
    start: int
    length: int
    shape: tuple[int, ...]
    connection: int = -1

    @property
    def arena_name(self) -> str:
        """Name of the arena."""
        return ("neural", "synaptic", "traces", "times")[self.arena]

    def view(self, arenas: Arenas) -> NDArray[Any]:
        """The elements in the arena."""
        arena = getattr(arenas, self.arena_name)
        if self.start < 0:
            return np.zeros(self.length, arena.dtype)
        return arena[self.start : self.start + self.length]  # type: ignore[no-any-return]

    def shaped(self, flat: NDArray[Any]) -> NDArray[Any]:
        """[..., length] values in memory order as the user sees them."""
        if len(self.shape) == 1:
            return flat
        post, pre = self.shape
        return np.swapaxes(flat.reshape(*flat.shape[:-1], pre, post), -1, -2)


def locate(plan: Plan, item: Population | Connection, variable: str) -> ArraySlice:
    """The place of a variable.

    Raises
    ------
    UnknownNameError
        The item has no such variable, or is not in the plan's network.
    """
    if item not in plan.located:
        plan.located[item] = _places(plan, item)
    places: dict[str, ArraySlice] = plan.located[item]
    if variable not in places:
        raise UnknownNameError(
            f"{item.label} has no variable {variable!r}; it has {', '.join(sorted(places))}"
        )
    return places[variable]


def to_machine_values(
    plan: Plan, item: Population | Connection, variable: str, value: ArrayLike
) -> Any:
    """A value of a variable, or of many variants, as the machine holds it.

    Raises
    ------
    ParameterError
        It cannot hold it.
    UnknownNameError
        The item's variable cannot be set.
    """
    if variable in _SYNAPTIC and isinstance(item, Connection):
        return plan.engine.synaptic(variable, value, item, plan.machine, plan.bounded)
    if variable in ("u", "v"):
        return plan.engine.state(variable, value, item.label)
    if variable[0] in "xy":
        return plan.engine.trace(variable, value, item.label)
    raise UnknownNameError(f"{item.label} {variable} cannot be set")


def require_storage(place: ArraySlice, item: Population | Connection, variable: str) -> None:
    """Refuse a variable that has no memory of its own.

    Raises
    ------
    ParameterError
    """
    if variable == EFFECTIVE:
        raise ParameterError(f"{item.label} {variable} follow from the weights; set weights")
    if place.start < 0:
        raise ParameterError(
            f"{item.label} {variable} is 0: no rule uses it and none was given; "
            "give the connection an initial value to keep it"
        )


def _places(plan: Plan, item: Population | Connection) -> dict[str, ArraySlice]:
    """All variables of an item."""
    for number, connection in enumerate(plan.connection_items):
        if connection is item:
            return _connection_places(plan.connections[number], connection, number)
    for number, population in enumerate(plan.population_items):
        if population is item:
            return _population_places(plan.populations[number], population)
    raise UnknownNameError(f"{item.label} is not in this simulator's network")


def _population_places(record: Any, item: Population) -> dict[str, ArraySlice]:
    """u, v and the y traces of a learning LIF; a source has spikes alone."""
    if not isinstance(item, Neurons):
        return {}
    n = item.n
    places = {name: ArraySlice(NEURAL, int(record[name]), n, (n,)) for name in ("u", "v")}
    if record["y"] >= 0:
        for index, name in enumerate(_Y):
            places[name] = ArraySlice(TRACE, int(record["y"]) + index * n, n, (n,))
    return places


def _connection_places(record: Any, item: Connection, number: int) -> dict[str, ArraySlice]:
    """Synaptic variables, and those of learning."""
    n_post, n_pre = item.shape
    shape = item.shape if item.panel_ptr is None else (item.n_synapses,)
    places = {
        name: ArraySlice(SYNAPTIC, int(record[key]), item.n_synapses, shape, number)
        for name, key in _SYNAPTIC.items()
        if name == "weights" or item.rule is not None
    }
    places[EFFECTIVE] = places["weights"]
    places["a_out"] = ArraySlice(NEURAL, int(record["last_input"]), n_post, (n_post,))
    if record["delay_ring_rows"] == 1 and not record["exponent"]:
        places["a_next"] = ArraySlice(NEURAL, int(record["delay_ring"]), n_post, (n_post,))
    if item.rule is None:
        return places
    for index, name in enumerate(TRACES):
        n = n_pre if index < N_X else n_post
        start = record["x"] + index * n if index < N_X else record["y"] + (index - N_X) * n
        places[name] = ArraySlice(TRACE, int(start), n, (n,))
        if record["decayed_trace"] >= 0:
            start = int(record["decayed_trace"]) + (index if index < N_X else 0) * n_pre
            start += N_X * n_pre + (index - N_X) * n_post if index >= N_X else 0
            places[f"{name}_kept"] = ArraySlice(TRACE, start, n, (n,))
    for index, name in enumerate(_REWARDS):
        places[name] = ArraySlice(NEURAL, int(record["rewards"]) + index, 1, (1,))
    places["tx"] = ArraySlice(TIME, int(record["pre_spike_step"]), n_pre, (n_pre,))
    places["ty"] = ArraySlice(TIME, int(record["post_spike_step"]), n_post, (n_post,))
    return places
