"""What a run recorded: an array for each (item, variable), spikes as events, and metadata.

Example: `recording[plastic, "weights"]` has shape [sample, post, pre] and the dtype of the state.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.description.probe import Key
from loihi_emu.errors import ParameterError, UnknownNameError


@dataclass(frozen=True)
class Events:
    """Spikes as a list of events, sorted by step, then by neuron.

    Parameters
    ----------
    steps, neurons, payloads : [event] int32 array
    n : int
        Number of neurons of the population.
    start, stop : int
        First step of the run, and the step after its last.
    """

    steps: NDArray[np.int32]
    neurons: NDArray[np.int32]
    payloads: NDArray[np.int32]
    n: int
    start: int
    stop: int

    def raster(self) -> NDArray[np.int32]:
        """Payloads as an array [step, neuron], 0 without a spike; row 0 is step `start`."""
        raster = np.zeros((self.stop - self.start, self.n), np.int32)
        raster[self.steps - self.start, self.neurons] = self.payloads
        return raster

    def __len__(self) -> int:
        return self.steps.size


class Recording(Mapping[Key, Any]):
    """What one run recorded: `recording[item, variable]`.

    Values of neurons are [sample, neuron]. Values of synapses are [sample, post, pre] of a dense
    connection and [sample, synapse] of a sparse one. Spikes are `Events`.

    Parameters
    ----------
    series : mapping of (item, variable) to array or Events
    steps : mapping of (item, variable) to int64 array
        Step of each sample.
    metadata : mapping
        Machine, mode, seed, first and last step.

    Attributes
    ----------
    steps, metadata
    """

    def __init__(
        self,
        series: Mapping[Key, Any],
        steps: Mapping[Key, NDArray[np.int64]],
        metadata: Mapping[str, Any],
    ) -> None:
        self._series = dict(series)
        self.steps = dict(steps)
        self.metadata = dict(metadata)

    def __getitem__(self, key: Key) -> Any:
        try:
            return self._series[key]
        except KeyError:
            recorded = ", ".join(f"({item.label}, {name!r})" for item, name in self._series)
            shown = f"({key[0].label}, {key[1]!r})" if isinstance(key, tuple) else repr(key)
            raise UnknownNameError(
                f"{shown} was not recorded; recorded: {recorded or 'nothing'}"
            ) from None

    def __repr__(self) -> str:
        names = ", ".join(f"({item.label}, {name!r})" for item, name in self._series)
        return f"<Recording of {names or 'nothing'}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Recording:
        """Samples of its own, under the same items, so that `[item, variable]` finds them."""
        series = {key: copy.deepcopy(values, memo) for key, values in self._series.items()}
        steps = {key: values.copy() for key, values in self.steps.items()}
        return Recording(series, steps, copy.deepcopy(self.metadata, memo))

    def __iter__(self) -> Iterator[Key]:
        return iter(self._series)

    def __len__(self) -> int:
        return len(self._series)

    def joined(self, later: Recording) -> Recording:
        """Join this recording with that of the next run.

        Raises
        ------
        ParameterError
            The other recorded other variables, or does not start where this one ends.
        """
        if set(self) != set(later) or self.metadata["stop"] != later.metadata["start"]:
            raise ParameterError(
                f"recordings of steps ..{self.metadata['stop']} and {later.metadata['start']}.. "
                "do not join; both must record the same and follow each other"
            )
        series = {key: _join(self[key], later[key]) for key in self}
        steps = {key: np.concatenate([s, later.steps[key]]) for key, s in self.steps.items()}
        return Recording(series, steps, self.metadata | {"stop": later.metadata["stop"]})


def _join(first: Any, second: Any) -> Any:
    """Two series of one variable, one after the other."""
    if not isinstance(first, Events):
        return np.concatenate([first, second])
    return Events(
        np.concatenate([first.steps, second.steps]),
        np.concatenate([first.neurons, second.neurons]),
        np.concatenate([first.payloads, second.payloads]),
        first.n,
        first.start,
        second.stop,
    )
