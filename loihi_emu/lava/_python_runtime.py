"""A run of process models written in Python: the library's and the user's, step by step.

Each model is built from its class's LavaPyTypes and its process's variables; ports become channels.
A step is the spike phase of all models, then management and learning where guards ask for them.
Example: `PythonRuntime(processes, {lif: MyModel}).start(RunSteps(10))`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from loihi_emu.errors import LoihiEmuError
from loihi_emu.lava._background import Background
from loihi_emu.lava._build import Built, build
from loihi_emu.lava._models import is_library
from loihi_emu.lava._refusals import RunError
from loihi_emu.lava._scheduler import Scheduler
from loihi_emu.lava.magma.core.model.py.model import PyAsyncProcessModel
from loihi_emu.lava.magma.core.process.ports.ports import OutPort
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.process.variable import Var
from loihi_emu.lava.magma.core.run_conditions import AbstractRunCondition, RunSteps
from loihi_emu.lava.magma.core.sync.protocols.loihi_protocol import Phase
from loihi_emu.lava.proc.monitor.process import Monitor

_ENDLESS = 2**63 - 1
_TEXT_LENGTH = 256


class PythonRuntime:
    """Process models and what lies between them.

    Parameters
    ----------
    processes : list of AbstractProcess
        All of them, monitors and those made of others included.
    models : dict of process to model class
        Of those that run.
    refused : LoihiEmuError, optional
        Why the native network cannot run them; raised where the library's models fail as well.

    Raises
    ------
    ModelError
        A model that does not fit its process.
    """

    def __init__(
        self,
        processes: list[AbstractProcess],
        models: dict[AbstractProcess, Any],
        refused: LoihiEmuError | None = None,
    ) -> None:
        self.stopped = False
        self.step = 0
        self._refused = refused
        self._background = Background()
        self._scheduler = Scheduler()
        self._built: Built = build(models, self._scheduler)
        self._stepping = [
            one for one in self._built.in_order() if not isinstance(one, PyAsyncProcessModel)
        ]
        self._beside = [
            one for one in self._built.models.values() if isinstance(one, PyAsyncProcessModel)
        ]
        for model in self._beside:
            model._told = self._told
        monitors = [one for one in processes if isinstance(one, Monitor)]
        self._probes = [(target, kept) for one in monitors for target, kept in one.probes]
        self._taps = {
            target: self._built.tap(target)
            for target, _ in self._probes
            if isinstance(target, OutPort)
        }

    # -- running

    def start(self, condition: AbstractRunCondition) -> None:
        """Run steps, or until `pause` or `stop`."""
        self.check()
        if not isinstance(condition, RunSteps):
            self._background.begin(lambda: self._run(_ENDLESS))
            return
        self._check_monitors(condition.num_steps)
        if condition.blocking:
            self._background.wanted_to_end = False
            self._run(condition.num_steps)
        else:
            self._background.begin(lambda: self._run(condition.num_steps), endless=False)

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._background.running

    def wait(self) -> None:
        """Wait for the end of a run that does not block."""
        self._background.wait_unless_endless()

    def pause(self) -> None:
        """End a run after the step that it is in."""
        self._background.end()

    def stop(self) -> None:
        """End for good."""
        if not self.stopped:
            self.stopped = True
            self._background.end()
            for pipe in self._built.pipes:
                pipe.closed = True

    def check(self) -> None:
        """Refuse what needs a running process.

        Raises
        ------
        RunError
            The processes have stopped, or run without end.
        """
        if self.stopped:
            raise RunError(
                "the processes have stopped; read variables and monitors before stop(), and make "
                "new processes to run again"
            )
        self._background.rest()

    def _check_monitors(self, n_steps: int) -> None:
        """Refuse to run past a monitor's end."""
        for target, kept in self._probes:
            if self.step + n_steps > len(kept):
                raise RunError(
                    f"a monitor probes {target.label} for {len(kept)} steps; the run would end at "
                    f"step {self.step + n_steps}"
                )

    def _run(self, n_steps: int) -> None:
        """Steps, with the models that have none beside them."""
        scheduler = self._scheduler
        scheduler.begin()
        for model in self._beside:
            model.num_steps = n_steps
        try:
            calls = [self._guarded(one, one.run_async) for one in self._beside]
            beside = scheduler.spawn(calls, apart=True)
            if self._stepping:
                self._steps(n_steps)
            scheduler.may_end = self._background.wanted_to_end or self._asks("_req_stop")
            scheduler.finish(beside)
        finally:
            scheduler.end()
        self.stopped = self.stopped or self._asks("_req_stop")
        for model in self._built.processes:
            model._req_pause = False

    def _steps(self, n_steps: int) -> None:
        """Steps until they are done, or someone wants an end."""
        for _ in range(n_steps):
            self._step()
            wanted = self._background.wanted_to_end
            if wanted or self._asks("_req_pause") or self._asks("_req_stop"):
                return

    def _asks(self, wish: str) -> bool:
        """Whether a model wants to pause or to stop."""
        return any(getattr(model, wish) for model in self._built.processes)

    def _told(self, wish: str) -> bool:
        """Whether the run is to end, after the other models have gone on."""
        del wish
        self._scheduler.wait(lambda: True, "")
        return self._background.wanted_to_end

    def _step(self) -> None:
        """One step: all phases, then samples of monitors."""
        self.step += 1
        models = self._stepping
        for model in models:
            model.time_step += 1
        self._phase(Phase.SPK, (model.run_spk for model in models))
        learning = [model for model in models if model.lrn_guard()]
        if learning:
            if any(model.pre_guard() for model in learning):
                managing = (m.run_pre_mgmt for m in models if m.pre_guard())
                self._phase(Phase.PRE_MGMT, managing)
            self._phase(Phase.LRN, (model.run_lrn for model in models if model.lrn_guard()))
        after = [model.run_post_mgmt for model in models if model.post_guard()]
        if after:
            self._phase(Phase.POST_MGMT, after)
        for target, kept in self._probes:
            if self.step <= len(kept):
                kept[self.step - 1] = self._sample(target)

    def _phase(self, phase: Any, methods: Iterable[Callable[[], None]]) -> None:
        """One phase of those models that have it."""
        chosen = list(methods)
        for method in chosen:
            method.__self__.phase = phase  # type: ignore[attr-defined]
        calls = [self._guarded(m.__self__, m) for m in chosen]  # type: ignore[attr-defined]
        self._scheduler.finish(self._scheduler.spawn(calls))

    def _guarded(self, model: Any, method: Callable[[], None]) -> Callable[[], None]:
        """A call of a model's method; what it raises tells whose it is."""

        def call() -> None:
            try:
                method()
            except LoihiEmuError:
                raise
            except Exception as error:
                if self._refused is not None and is_library(type(model)):
                    raise self._refused from error
                raise RunError(
                    f"{self._built.processes[model].name}: {type(model).__name__}."
                    f"{method.__name__} raised {type(error).__name__}: {error}"
                ) from error

        return call

    # -- variables

    def _sample(self, target: Var | OutPort) -> Any:
        """A monitored value now."""
        if isinstance(target, OutPort):
            return self._taps[target].last
        model, name = self._built.place(target)
        value = getattr(model, name)
        return value.toarray() if hasattr(value, "toarray") else value

    def get(self, var: Var) -> Any:
        """A variable's value now: float64 array, csr_matrix or text of Lava's 256 characters."""
        self.check()
        model, name = self._built.place(var)
        value = getattr(model, name)
        if isinstance(value, str):
            return value.ljust(_TEXT_LENGTH, "\0")
        if value is None:
            return None
        if hasattr(value, "tocsr"):
            return value.astype(np.float64)
        held = np.array(value, np.float64)
        if held.size == var.size:
            return held.reshape(var.shape)
        # one number stands first, as in Lava
        shown = np.zeros(var.shape)
        shown.flat[: held.size] = held.ravel()[: var.size]
        return shown

    def set(self, var: Var, value: Any) -> None:
        """Set a variable: the first elements of an array, cast to the model's type."""
        self.check()
        model, name = self._built.place(var)
        now = getattr(model, name)
        if isinstance(value, str) or value is None:
            setattr(model, name, value.rstrip("\0") if value else value)
        elif isinstance(now, np.ndarray):
            given = np.asarray(value, np.float64).ravel()
            now.flat[: given.size] = given[: now.size].astype(now.dtype)
        elif hasattr(now, "tocsr"):
            setattr(model, name, value.tocsr().astype(now.dtype))
        else:
            item = np.asarray(value, np.float64).ravel()[0].item()
            setattr(model, name, np.asarray(item).astype(type(now)).item())
        model.on_var_update()
