"""Recordings of variables and ports: `Monitor().probe(lif.v, 100)`, then `get_data()`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.lava._refusals import ArgumentError, NotSupportedError, refuse_names
from loihi_emu.lava.magma.core.process.ports.ports import OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)


class Monitor(AbstractProcess):
    """Keeps the value of variables and OutPorts after every step; of several, unlike Lava 0.10."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, dict[str, Any]] = {}
        self.probes: list[tuple[Var | OutPort, NDArray[np.float64]]] = []

    def probe(self, target: Var | OutPort, num_steps: int) -> None:
        """Record a variable or OutPort in steps 1 to `num_steps`.

        Parameters
        ----------
        target : Var or OutPort
        num_steps : int
        """
        if not isinstance(target, (Var, OutPort)):
            raise ArgumentError(
                f"probe target is {type(target).__name__}; allowed: a Var or OutPort"
            )
        if self.runtime is not None:
            raise NotSupportedError(f"{self.name} runs already; probe before the first run")
        target.process.monitors.append(self)
        self.probes.append((target, np.zeros((num_steps, *target.shape))))
        self.data.setdefault(target.process.name, {})[target.name] = 0

    def get_data(self) -> dict[str, dict[str, Any]]:
        """Recordings by names of process and target.

        Returns
        -------
        dict of dict of array
            [num_steps, *shape], 0 where no step has come to; the number 0 before the first run.
        """
        if self.runtime is not None:
            self.runtime.check()
            for target, kept in self.probes:
                self.data[target.process.name][target.name] = kept.copy()
        return self.data

    def plot(self, ax: Any, target: Var | OutPort, *args: Any, **kwargs: Any) -> None:
        """Plot one target's recording into matplotlib axes."""
        series = self.get_data()[target.process.name][target.name]
        ax.set_title(target.process.name)
        ax.set_xlabel("Time step")
        ax.set_ylabel(target.name)
        ax.plot(series, *args, **kwargs)
