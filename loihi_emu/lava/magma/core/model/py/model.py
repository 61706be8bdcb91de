"""Process models written in Python: `PyLoihiProcessModel` with `run_spk`, `run_lrn` and so on.

A model's class declares variables and ports by LavaPyType; the runtime makes them attributes.
"""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.model.model import AbstractProcessModel
from loihi_emu.lava.magma.core.model.py.ports import AbstractPyPort, PyVarPort
from loihi_emu.lava.magma.core.sync.protocols.async_protocol import AsyncProtocol
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import Phase

__getattr__ = refuse_names(__name__, "PyLoihiModelToPyAsyncModel")


class AbstractPyProcessModel(AbstractProcessModel):
    """What models in Python share.

    Attributes
    ----------
    py_ports : list of AbstractPyPort
    var_ports : list of PyVarPort
    """

    def __init__(self, proc_params: Any = None, loglevel: int | None = None) -> None:
        super().__init__(proc_params, loglevel)
        self.model_id: int | None = None
        self.py_ports: list[AbstractPyPort] = []
        self.var_ports: list[PyVarPort] = []
        self.var_id_to_var_map: dict[int, str] = {}
        self._req_pause = self._req_stop = False

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value
        if isinstance(value, AbstractPyPort) and value not in self.py_ports:
            self.py_ports.append(value)
            if isinstance(value, PyVarPort):
                self.var_ports.append(value)

    def on_var_update(self) -> None:
        """Called after a variable has been set from outside."""

    def pause(self) -> None:
        """End the run after this phase."""
        self._req_pause = True


class PyLoihiProcessModel(AbstractPyProcessModel):
    """A model that runs in the phases of a step.

    Attributes
    ----------
    time_step : int
        From 1 on.
    phase : array
    """

    Phase = Phase

    def __init__(self, proc_params: Any = None) -> None:
        super().__init__(proc_params)
        self.time_step = 0
        self.phase = Phase.SPK

    def run_spk(self) -> None:
        """Spikes: receive, compute, send."""

    def pre_guard(self) -> Any:
        """Whether `run_pre_mgmt` runs in this step, where `lrn_guard` says yes as well."""

    def run_pre_mgmt(self) -> None:
        """Management before learning."""

    def lrn_guard(self) -> Any:
        """Whether `run_lrn` runs in this step."""

    def run_lrn(self) -> None:
        """Learning."""

    def post_guard(self) -> Any:
        """Whether `run_post_mgmt` runs in this step."""

    def run_post_mgmt(self) -> None:
        """Management after learning; variables of others may be read and written."""


class PyAsyncProcessModel(AbstractPyProcessModel):
    """A model whose `run_async` runs beside the steps.

    Attributes
    ----------
    num_steps : int
        Of the run.
    """

    def __init__(self, proc_params: Any = None) -> None:
        super().__init__(proc_params)
        self.num_steps = 0
        self._told: Any = None

    def run_async(self) -> None:
        """What the model does in a run."""
        raise NotImplementedError("run_async has not been defined")

    def check_for_stop_cmd(self) -> bool:
        """Whether the run is to stop; lets the other models go on meanwhile."""
        return self._told is not None and self._told("stop")

    def check_for_pause_cmd(self) -> bool:
        """Whether the run is to pause; lets the other models go on meanwhile."""
        return self._told is not None and self._told("pause")


def PyLoihiModelToPyAsyncModel(py_loihi_model: Any) -> Any:  # noqa: N802
    """A model without phases that does in `run_async` what another does step by step.

    Parameters
    ----------
    py_loihi_model : PyLoihiProcessModel class

    Returns
    -------
    PyAsyncProcessModel class
        Of the same process; its name ends in Async.
    """

    def run_async(self: Any) -> None:
        while self.time_step != self.num_steps + 1:
            if self.pre_guard():
                self.run_pre_mgmt()
            self.run_spk()
            if self.post_guard():
                self.run_post_mgmt()
            self.time_step += 1

    def __init__(self: Any, proc_params: Any = None) -> None:  # noqa: N807
        py_loihi_model.__init__(self, proc_params)
        self.num_steps, self._told, self.time_step = 0, None, 1

    members = {
        "__init__": __init__, "run_async": run_async,
        "implements_process": py_loihi_model.implements_process,
        "implements_protocol": AsyncProtocol, "__module__": py_loihi_model.__module__,
    }  # fmt: skip
    return type(f"{py_loihi_model.__name__}Async", (py_loihi_model, PyAsyncProcessModel), members)
