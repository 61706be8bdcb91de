"""A simulator between runs: variables and rules, read and set.

Example: `simulator.get(plastic, "weights")` is a copy; `simulator.set(plastic, "x1_tau", 5)`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loihi_emu.compiler import LearningRule
from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Population
from loihi_emu.description.validation import instance_of
from loihi_emu.errors import ParameterError, UnknownNameError
from loihi_emu.kernels.memory.records import TRACES
from loihi_emu.plan.variables import (
    EFFECTIVE,
    ArraySlice,
    locate,
    require_storage,
    to_machine_values,
)
from loihi_emu.simulation.state import State

_RULE_NUMBERS: Final = tuple(f"{name}_" for name in TRACES)


class Access(State):
    """Variables and rules of a simulator; see `loihi_emu.Simulator`."""

    def get(self, item: Population | Connection, variable: str) -> NDArray[Any]:
        """A copy of a variable's value.

        Parameters
        ----------
        item : population or connection
        variable : str
            As for `Probe`. A plastic connection also has tx and ty: the step within the epoch in
            which a neuron last spiked, 0 for none.

        Returns
        -------
        array
            Of neurons: [neuron]. Of synapses: [post, pre] of a dense connection; [synapse] of a
            sparse one, sorted by pre, then by post neuron.

        Raises
        ------
        UnknownNameError
            The item has no such variable.
        """
        _check_variable(item, variable)
        place = locate(self.plan, item, variable)
        values = place.view(self._arenas)
        if variable == EFFECTIVE and isinstance(item, Connection):
            values = self._effective()(item, values[None], np.array([self._step]))[0]
        return place.shaped(values).copy()

    def set(self, item: Population | Connection, variable: str, value: ArrayLike) -> None:
        """Set a variable, or a number of a connection's rule such as `x1_tau` or `y2_impulse`.

        Parameters
        ----------
        item : population or connection
        variable : str
        value : array_like
            One number, or an array of the shape that `get` returns.

        Raises
        ------
        ParameterError
            The value has the wrong shape or is out of range.
        UnknownNameError
            The item has no such variable.
        """
        _check_variable(item, variable)
        if isinstance(item, Connection) and variable[:3] in _RULE_NUMBERS:
            self._set_rule(item, variable, value)
            return
        place = locate(self.plan, item, variable)
        require_storage(place, item, variable)
        checked = to_machine_values(self.plan, item, variable, value)
        _write(place, place.view(self._arenas), checked, f"{item.label} {variable}")
        if variable == "weights" and isinstance(item, Connection) and self._truncated:
            self.plan.engine.quantise_in_place(place.view(self._arenas), item, self.machine)
        if isinstance(item, Connection) and item.rule is not None:
            number = self._number(item)
            self.plan.mark_live(number, self._rules[number], self._arenas)

    def rule(self, connection: Connection) -> LearningRule:
        """The rule of a connection, with the numbers that it has now.

        Raises
        ------
        ParameterError
            The connection has no rule.
        """
        return self._rules[self._number(connection)]

    def set_learning(self, connection: Connection, enabled: bool) -> None:
        """Switch learning on or off. While it is off, traces continue and w, d and t do not change.

        Raises
        ------
        ParameterError
            The connection has no rule.
        """
        record = self.plan.connections[self._number(connection)]
        self._arenas.wide[record["enabled"]] = int(bool(enabled))

    def counts(self, connection: Connection) -> dict[tuple[str, int], int]:
        """How often each instruction of a connection's microcode saturated or wrapped.

        Returns
        -------
        dict of (variable, address) to int
            Variable w, d or t, and address of the instruction in the microcode's listing.

        Raises
        ------
        ParameterError
            The simulator was not made with `counting=True`, or the connection has no rule.
        """
        if not self.plan.counting or self.mode != "fixed_pt":
            raise ParameterError("this simulator does not count; make it with counting=True")
        number = self._number(connection)
        start = int(self.plan.connections[number]["counts"])
        counted = {}
        for program in self.plan.learning[number].compiled.code.programs:
            for address in range(len(program.instructions)):
                counted[program.variable, address] = int(self._arenas.wide[start])
                start += 1
        return counted

    def _number(self, connection: Connection) -> int:
        """Number of a learning connection."""
        instance_of("connection", connection, Connection, "a connection")
        for number, one in self.plan.learning.items():
            if one.connection is connection:
                return number
        raise ParameterError(f"{connection.label} does not learn in this simulator's network")

    def _set_rule(self, item: Connection, variable: str, value: ArrayLike) -> None:
        """Change a trace's impulse or tau."""
        number = self._number(item)
        name, _, part = variable.partition("_")
        if part not in ("impulse", "tau"):
            raise UnknownNameError(
                f"{item.label} has no variable {variable!r}; a trace has impulse and tau"
            )
        self._rules[number] = self._rules[number].with_parameters(**{f"{name}_{part}": value})
        self.plan.fill_rule(number, self._rules[number], self._arenas)


def _check_variable(item: Any, variable: Any) -> None:
    """Refuse what is no item, or no name of a variable."""
    instance_of("item", item, (Population, Connection), "a population or connection")
    instance_of(f"variable of {item.label}", variable, str, "a string")


def _write(place: ArraySlice, view: NDArray[Any], value: NDArray[Any], name: str) -> None:
    """Write a user-shaped value to its place in memory."""
    if value.ndim and value.shape != place.shape:
        raise ParameterError(
            f"{name} has shape {value.shape}; allowed: {place.shape} or one number"
        )
    spread = np.broadcast_to(value, place.shape)
    view[:] = spread.ravel() if len(place.shape) == 1 else spread.T.ravel()
