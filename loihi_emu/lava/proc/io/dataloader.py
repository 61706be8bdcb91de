"""Data sets that enter sample by sample: `StateDataloader` and `SpikeDataloader`.

A data set gives (data, label) by index. A sample is loaded after a step and counts from the next.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.decorator import implements, requires, tag
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyOutPort, PyRefPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.magma.core.process.ports.ports import OutPort, RefPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var
from loihi_emu.lava.magma.core.resources import HostCPU
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol

__getattr__ = refuse_names(__name__)


class AbstractDataloader(AbstractProcess):
    """Loads a sample at regular intervals and sends its label in every step.

    Parameters
    ----------
    gt_shape : tuple of int
        Of labels.
    dataset : sequence of (data, label)
    interval, offset : int
        Steps between samples, and the first one's step, counted from 0.
    """

    def __init__(
        self, gt_shape: tuple[int, ...], dataset: Any, interval: int = 1, offset: int = 0
    ) -> None:
        super().__init__(gt_shape=gt_shape, dataset=dataset, interval=interval, offset=offset)
        self.interval, self.offset = Var((1,), interval), Var((1,), offset % interval)
        self.ground_truth = OutPort(shape=gt_shape)
        self.proc_params["saved_dataset"] = dataset


class StateDataloader(AbstractDataloader):
    """Writes samples to a variable of another process.

    Parameters
    ----------
    dataset, interval, offset
        As for `AbstractDataloader`.
    """

    def __init__(self, *, dataset: Any, interval: int = 1, offset: int = 0) -> None:
        data, label = dataset[0]
        super().__init__(_label_shape(label), dataset, interval, offset)
        self.state = RefPort(data.shape)

    def connect_var(self, var: Var) -> None:
        """Choose the variable."""
        self.state = RefPort(var.shape)
        self.state.connect_var(var)
        self._post_init()


class SpikeDataloader(AbstractDataloader):
    """Sends samples, whose last dimension is time, cut to the interval or filled up with 0.

    Parameters
    ----------
    dataset, interval, offset
        As for `AbstractDataloader`.
    """

    def __init__(self, *, dataset: Any, interval: int = 1, offset: int = 0) -> None:
        data, label = dataset[0]
        super().__init__(_label_shape(label), dataset, interval, offset)
        shape = (*data.shape[:-1], interval)
        self.data = Var(shape=shape, init=np.zeros(shape))
        self.s_out = OutPort(shape=data.shape[:-1])


def _label_shape(label: Any) -> tuple[int, ...]:
    """The shape of a label as it is sent."""
    return (1,) if np.isscalar(label) else tuple(label.shape)


@requires(HostCPU)
class AbstractPyDataloaderModel(PyLoihiProcessModel):
    """What both models share."""

    ground_truth: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    interval: Any = LavaPyType(np.ndarray, int)
    offset: Any = LavaPyType(np.ndarray, int)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.sample_id = 0
        self.ground_truth_state: Any = 0
        self.dataset = self.proc_params["saved_dataset"]

    def ground_truth_array(self) -> Any:
        """The label as it is sent."""
        label = self.ground_truth_state
        return np.array([label]) if np.isscalar(label) else label

    def post_guard(self) -> Any:
        """Whether it is time to load."""
        return (self.time_step - 1) % self.interval == self.offset

    def _load(self) -> Any:
        """The next sample's data; its label is kept."""
        data, self.ground_truth_state = self.dataset[self.sample_id]
        self.ground_truth_state = self.ground_truth_array()
        self.sample_id = (self.sample_id + 1) % len(self.dataset)
        return data


class AbstractPyStateDataloaderModel(AbstractPyDataloaderModel):
    """Writes samples."""

    state: Any = None

    def run_spk(self) -> None:
        """Send the label."""
        self.ground_truth.send(self.ground_truth_array())

    def run_post_mgmt(self) -> None:
        """Load and write a sample."""
        self.state.write(self._load())


@implements(proc=StateDataloader, protocol=LoihiProtocol)
@tag("fixed_pt")
class PyStateModelFixed(AbstractPyStateDataloaderModel):
    """`StateDataloader` in fixed point."""

    state: Any = LavaPyType(PyRefPort.VEC_DENSE, np.int32)


@implements(proc=StateDataloader, protocol=LoihiProtocol)
@tag("floating_pt")
class PyStateModelFloat(AbstractPyStateDataloaderModel):
    """`StateDataloader` in float."""

    state: Any = LavaPyType(PyRefPort.VEC_DENSE, float)


class AbstractPySpikeDataloaderModel(AbstractPyDataloaderModel):
    """Sends samples."""

    s_out: Any = None
    data: Any = None

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.sample_time = 0

    def run_spk(self) -> None:
        """Send a column of the sample, and the label."""
        self.s_out.send(self.data[..., self.sample_time % self.interval.item()])
        self.ground_truth.send(self.ground_truth_array())
        self.sample_time += 1

    def run_post_mgmt(self) -> None:
        """Load a sample."""
        data, steps = self._load(), self.interval.item()
        if data.shape[-1] >= steps:
            self.data = data[..., :steps]
        else:
            self.data = np.zeros_like(self.data)
            self.data[..., : data.shape[-1]] = data
        self.sample_time = 0


@implements(proc=SpikeDataloader, protocol=LoihiProtocol)
@tag("fixed_pt")
class PySpikeModelFixed(AbstractPySpikeDataloaderModel):
    """`SpikeDataloader` in fixed point."""

    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    data: Any = LavaPyType(np.ndarray, np.int32)


@implements(proc=SpikeDataloader, protocol=LoihiProtocol)
@tag("floating_pt")
class PySpikeModelFloat(AbstractPySpikeDataloaderModel):
    """`SpikeDataloader` in float."""

    s_out: Any = LavaPyType(PyOutPort.VEC_DENSE, float)
    data: Any = LavaPyType(np.ndarray, float)
