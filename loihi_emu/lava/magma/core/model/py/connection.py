"""Models of learning connections in Python: traces, spike times and rules in both modes.

For networks with a model of the user's own, and for numbers beyond the chip's ranges, which
compiled networks refuse. Authority: the spec's "One time step" and "Random streams".
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.chip import decay, formats
from loihi_emu.chip.decimation import is_due
from loihi_emu.chip.machines import LAVA
from loihi_emu.chip.random_bits import LAVA_SYNAPTIC_SEED, PCG64_OFFSETS
from loihi_emu.lava._learning import FixedRule, FloatRule
from loihi_emu.lava._refusals import refuse_names
from loihi_emu.lava.magma.core.learning.constants import GradedSpikeCfg
from loihi_emu.lava.magma.core.learning.learning_rule import NUMBERS, TEXTS, LoihiLearningRule
from loihi_emu.lava.magma.core.model.py.model import PyLoihiProcessModel
from loihi_emu.lava.magma.core.model.py.ports import PyInPort
from loihi_emu.lava.magma.core.model.py.type import LavaPyType
from loihi_emu.lava.utils.weightutils import SignMode

__getattr__ = refuse_names(__name__)

_X: Final = ("x1", "x2")
_Y: Final = ("y1", "y2", "y3")
_SYNAPTIC: Final = {"w": "weights", "d": "tag_2", "t": "tag_1"}


class AbstractLearningConnection:
    """Ports and variables of a learning connection."""

    s_in_bap: Any = None
    s_in_y1: Any = None
    s_in_y2: Any = None
    s_in_y3: Any = None
    x0: Any = None
    tx: Any = None
    x1: Any = None
    x2: Any = None
    y0: Any = None
    ty: Any = None
    y1: Any = None
    y2: Any = None
    y3: Any = None
    tag_1: Any = None
    tag_2: Any = None
    dw: Any = None
    dd: Any = None
    dt: Any = None


class PyLearningConnection(AbstractLearningConnection, PyLoihiProcessModel):
    """What both modes share; a mixin before a model of synapses that calls `recv_traces`.

    Attributes
    ----------
    sign_mode : SignMode
    """

    weights: Any

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self._learning_rule: LoihiLearningRule = proc_params["learning_rule"]
        self._shape: tuple[int, int] = proc_params["shape"]
        self._graded_spike_cfg = proc_params["graded_spike_cfg"]
        self.sign_mode: SignMode = proc_params.get("sign_mode") or SignMode.MIXED
        self._init_randoms()
        self._read_rule()

    def on_var_update(self) -> None:
        """Read the rule from the variables, as Lava does once any of them has been set."""
        for name in NUMBERS:
            setattr(self._learning_rule, name, getattr(self, name).item())
        for name in TEXTS:
            setattr(self._learning_rule, f"{name}_str", getattr(self, name))
        self._read_rule()

    def _read_rule(self) -> None:
        """Products, impulses and time constants as the rule has them now."""
        rule = self._learning_rule
        self._impulses = {k: getattr(rule, f"{k}_impulse") for k in (*_X, *_Y)}
        self._taus = {k: getattr(rule, f"{k}_tau") for k in (*_X, *_Y)}
        self._rule = self._compiled(rule)

    def _compiled(self, rule: LoihiLearningRule) -> Any:
        """The rule as the mode runs it."""
        raise NotImplementedError

    def _init_randoms(self) -> None:
        """Streams of random numbers, where the mode has them."""

    def _update_trace_randoms(self) -> None:
        """Draw anew for traces, where the mode does."""

    def _synaptic_uniform(self) -> float:
        """The draw of an epoch for all synapses."""
        return 0.0

    def _within_epoch_time_step(self) -> int:
        """The step within the epoch, 1..t_epoch."""
        return int((self.time_step - 1) % self._learning_rule.t_epoch) + 1

    # -- spikes

    def recv_traces(self, s_in: NDArray[Any]) -> None:
        """Note pre spikes, receive post spikes and, of a three-factor rule, y traces."""
        self._process_pre_spikes(s_in)
        self._update_trace_randoms()
        spiked = self.s_in_bap.recv().astype(bool)
        if not self._learning_rule.y_received:
            self._process_post_spikes(spiked)
        else:
            received = [getattr(self, f"s_in_{name}").recv() for name in _Y]
            self._process_post_spikes(spiked)
            for name, values in zip(_Y, received, strict=True):
                kept = np.empty_like(getattr(self, name))
                kept[...] = values
                setattr(self, name, kept)
        self._update_trace_randoms()

    def _process_pre_spikes(self, s_in: NDArray[Any]) -> None:
        """Impulses of neurons that spike again within the epoch, payloads, spike times."""
        spiked = s_in.astype(bool)
        again = (self.tx > 0) & spiked
        timed = self._payloads(s_in, spiked, again)
        self._add_impulse("x2", again & timed, first_draw=True)
        self.tx[spiked & timed] = self._within_epoch_time_step()

    def _payloads(
        self, s_in: NDArray[Any], spiked: NDArray[Any], again: NDArray[Any]
    ) -> NDArray[Any]:
        """What spikes do to x1; those whose time is noted."""
        raise NotImplementedError

    def _process_post_spikes(self, s_in_bap: NDArray[Any]) -> None:
        """Impulses of neurons that spike again within the epoch, spike times."""
        self.y0[s_in_bap] = True
        again = (self.ty > 0) & s_in_bap
        for name in _Y:
            self._add_impulse(name, again)
        self.ty[s_in_bap] = self._within_epoch_time_step()

    def _add_impulse(self, name: str, where: NDArray[Any], *, first_draw: bool = False) -> None:
        """Add a trace's impulse where neurons spiked."""
        values = getattr(self, name).copy()
        values[where] = self._risen(name, values[where], 0 if first_draw else None)
        setattr(self, name, values)

    def _risen(self, name: str, values: NDArray[Any], draw: int | None = None) -> NDArray[Any]:
        """Values with a trace's impulse; `draw` in place of the step's, where the mode has one."""
        raise NotImplementedError

    def _decayed(self, name: str, values: NDArray[Any]) -> NDArray[Any]:
        """Values after a step."""
        raise NotImplementedError

    # -- learning

    def lrn_guard(self) -> bool:
        """Whether an epoch ends."""
        return bool(self.time_step % self._learning_rule.t_epoch == 0)

    def run_lrn(self) -> None:
        """Traces of the epoch step by step, then the rule."""
        uniform = self._synaptic_uniform()
        self.x0, self.y0 = self.tx > 0, self.ty > 0
        histories = {k: self._history(k, self.tx if k in _X else self.ty) for k in (*_X, *_Y)}
        for name in (*_X, *(() if self._learning_rule.y_received else _Y)):
            setattr(self, name, histories[name][-1])
        self._apply(histories, uniform)
        for name in ("x0", "y0", "tx", "ty"):
            setattr(self, name, np.zeros_like(getattr(self, name)))

    def _history(self, name: str, times: NDArray[Any]) -> NDArray[Any]:
        """A trace in every step of the epoch, [0..t_epoch, neuron]."""
        now = getattr(self, name)
        rows = [now]
        for step in range(1, self._learning_rule.t_epoch + 1):
            now = self._decayed(name, now) if self._taus[name] else np.zeros_like(now)
            spiked = times == step
            now[spiked] = self._risen(name, now[spiked])
            rows.append(now)
        return np.array(rows)

    def _apply(self, histories: dict[str, NDArray[Any]], uniform: float) -> None:
        """New synaptic variables, all from the old ones."""
        places = None
        if hasattr(self.weights, "tocoo"):
            listed = self.weights.tocoo()
            places = listed.row, listed.col

        def slot(name: str) -> Any:
            value = self._input(name, histories)
            return value if places is None else np.broadcast_to(value, self._shape)[places]

        variables = {key: self._flat(name, places) for key, name in _SYNAPTIC.items()}
        for key, new in self._rule.apply(variables, slot, uniform).items():
            self._store(_SYNAPTIC[key], new, places)

    def _flat(self, name: str, places: Any) -> Any:
        """A synaptic variable: dense, or of the listed synapses."""
        value = getattr(self, name)
        if places is None:
            return value
        return np.asarray(value[places]).ravel() if value.nnz else np.zeros(places[0].size)

    def _store(self, name: str, new: NDArray[Any], places: Any) -> None:
        """Keep a synaptic variable, in the type that it has."""
        before = getattr(self, name)
        if places is None:
            setattr(self, name, np.broadcast_to(new, self._shape).astype(before.dtype))
            return
        made = self.weights.copy()
        made.data = np.broadcast_to(new, places[0].shape).astype(before.dtype)
        setattr(self, name, made)

    def _input(self, name: str, histories: dict[str, NDArray[Any]]) -> Any:
        """x0, y0, u, or a trace where a dependency reads it, to be broadcast to [post, pre]."""
        if name == "x0":
            return self.x0[np.newaxis, :].astype(int)
        if name == "y0":
            return self.y0[:, np.newaxis].astype(int)
        if name == "u":
            return np.array(int(self._u_is_due()))
        trace, moment = name.split("@")
        history = histories[trace]
        pre_or_post = np.arange(history.shape[1])
        if moment == "u":
            read = history[-1]
        elif (moment == "x0") == (trace in _X):
            read = history[self.tx if moment == "x0" else self.ty, pre_or_post]
        elif moment == "x0":
            return history[self.tx].T
        else:
            return history[self.ty]
        return read[np.newaxis, :] if trace in _X else read[:, np.newaxis]

    def _u_is_due(self) -> bool:
        """Whether this epoch is one in which u counts."""
        decimation = self._learning_rule.decimate_exponent
        epoch = self.time_step // self._learning_rule.t_epoch
        return decimation is not None and is_due(epoch, decimation, in_seconds=False)


class LearningConnectionModelBitApproximate(PyLearningConnection):
    """In fixed point, bit for bit as the machine LAVA."""

    s_in_bap: Any = LavaPyType(PyInPort.VEC_DENSE, bool, precision=1)
    s_in_y1: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=7)
    s_in_y2: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=7)
    s_in_y3: Any = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=7)
    x0: Any = LavaPyType(np.ndarray, bool)
    tx: Any = LavaPyType(np.ndarray, int, precision=6)
    x1: Any = LavaPyType(np.ndarray, int, precision=7)
    x2: Any = LavaPyType(np.ndarray, int, precision=7)
    y0: Any = LavaPyType(np.ndarray, bool)
    ty: Any = LavaPyType(np.ndarray, int, precision=6)
    y1: Any = LavaPyType(np.ndarray, int, precision=7)
    y2: Any = LavaPyType(np.ndarray, int, precision=7)
    y3: Any = LavaPyType(np.ndarray, int, precision=7)
    tag_2: Any = LavaPyType(np.ndarray, int, precision=6)
    tag_1: Any = LavaPyType(np.ndarray, int, precision=8)
    dw: Any = LavaPyType(str, str)
    dd: Any = LavaPyType(str, str)
    dt: Any = LavaPyType(str, str)
    x1_tau: Any = LavaPyType(np.ndarray, int, precision=8)
    x1_impulse: Any = LavaPyType(np.ndarray, int, precision=8)
    x2_tau: Any = LavaPyType(np.ndarray, int, precision=8)
    x2_impulse: Any = LavaPyType(np.ndarray, int, precision=8)
    y1_tau: Any = LavaPyType(np.ndarray, int, precision=8)
    y1_impulse: Any = LavaPyType(np.ndarray, int, precision=8)
    y2_tau: Any = LavaPyType(np.ndarray, int, precision=8)
    y2_impulse: Any = LavaPyType(np.ndarray, int, precision=8)
    y3_tau: Any = LavaPyType(np.ndarray, int, precision=8)
    y3_impulse: Any = LavaPyType(np.ndarray, int, precision=8)

    def _compiled(self, rule: LoihiLearningRule) -> FixedRule:
        return FixedRule(rule.series, self.sign_mode.name)

    def _init_randoms(self) -> None:
        seed = int(self._learning_rule.rng_seed)
        streams = [np.random.default_rng(seed + offset) for offset in PCG64_OFFSETS.tolist()]
        self._decay_streams, self._impulse_streams = streams[:2], streams[2:]
        self._synaptic_stream = np.random.default_rng(LAVA_SYNAPTIC_SEED)
        self._synaptic_stream.random()
        self._update_trace_randoms()

    def _update_trace_randoms(self) -> None:
        self._decay_draws = [stream.random() for stream in self._decay_streams]
        size = 1 << LAVA.impulse_draw_bits
        self._impulse_draws = [int(stream.integers(0, size)) for stream in self._impulse_streams]

    def _synaptic_uniform(self) -> float:
        return float(self._synaptic_stream.random())

    def _payloads(
        self, s_in: NDArray[Any], spiked: NDArray[Any], again: NDArray[Any]
    ) -> NDArray[Any]:
        mode = self._graded_spike_cfg
        timed = np.ones(spiked.shape, bool)
        if mode == GradedSpikeCfg.USE_REGULAR_IMPULSE:
            self._add_impulse("x1", again, first_draw=True)
            return timed
        halves = np.round(s_in / 2).astype(np.uint8)
        if mode == GradedSpikeCfg.OVERWRITE:
            self.x1 = np.where(spiked, halves, self.x1)
            return timed
        sums = (self.x1 + halves).astype(np.uint8).astype(int)
        if mode == GradedSpikeCfg.ADD_WITH_SATURATION:
            self.x1 = np.minimum(sums, formats.TRACE.highest)
            return timed
        over = sums > formats.TRACE.highest
        self.x1 = np.where(over, sums - formats.TRACE.highest, sums)
        return np.asarray(over)

    def _risen(self, name: str, values: NDArray[Any], draw: int | None = None) -> NDArray[Any]:
        whole, parts = decay.impulse(LAVA, self._impulses[name])
        given = self._impulse_draws[name not in _X] if draw is None else draw
        risen = values + whole + (given < parts)
        return np.asarray(np.clip(risen, formats.TRACE.lowest, formats.TRACE.highest))

    def _decayed(self, name: str, values: NDArray[Any]) -> NDArray[Any]:
        exact = np.exp(-1 / self._taus[name]) * values
        whole = np.floor(exact)
        return np.asarray(whole + (self._decay_draws[name not in _X] < exact % 1), int)


class LearningConnectionModelFloat(PyLearningConnection):
    """In float."""

    s_in_bap: Any = LavaPyType(PyInPort.VEC_DENSE, bool)
    s_in_y1: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    s_in_y2: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    s_in_y3: Any = LavaPyType(PyInPort.VEC_DENSE, float)
    x0: Any = LavaPyType(np.ndarray, bool)
    tx: Any = LavaPyType(np.ndarray, int, precision=6)
    x1: Any = LavaPyType(np.ndarray, float)
    x2: Any = LavaPyType(np.ndarray, float)
    y0: Any = LavaPyType(np.ndarray, bool)
    ty: Any = LavaPyType(np.ndarray, int, precision=6)
    y1: Any = LavaPyType(np.ndarray, float)
    y2: Any = LavaPyType(np.ndarray, float)
    y3: Any = LavaPyType(np.ndarray, float)
    tag_2: Any = LavaPyType(np.ndarray, float)
    tag_1: Any = LavaPyType(np.ndarray, float)
    dw: Any = LavaPyType(str, str)
    dd: Any = LavaPyType(str, str)
    dt: Any = LavaPyType(str, str)
    x1_tau: Any = LavaPyType(np.ndarray, float)
    x1_impulse: Any = LavaPyType(np.ndarray, float)
    x2_tau: Any = LavaPyType(np.ndarray, float)
    x2_impulse: Any = LavaPyType(np.ndarray, float)
    y1_tau: Any = LavaPyType(np.ndarray, float)
    y1_impulse: Any = LavaPyType(np.ndarray, float)
    y2_tau: Any = LavaPyType(np.ndarray, float)
    y2_impulse: Any = LavaPyType(np.ndarray, float)
    y3_tau: Any = LavaPyType(np.ndarray, float)
    y3_impulse: Any = LavaPyType(np.ndarray, float)

    def _compiled(self, rule: LoihiLearningRule) -> FloatRule:
        return FloatRule(rule.series, self.sign_mode.name)

    def _payloads(
        self, s_in: NDArray[Any], spiked: NDArray[Any], again: NDArray[Any]
    ) -> NDArray[Any]:
        mode = self._graded_spike_cfg
        if mode == GradedSpikeCfg.USE_REGULAR_IMPULSE:
            self._add_impulse("x1", again)
        elif mode == GradedSpikeCfg.OVERWRITE:
            self.x1 = np.where(spiked, s_in / 2, self.x1)
        else:
            self.x1 = self.x1 + s_in / 2
        return np.ones(spiked.shape, bool)

    def _risen(self, name: str, values: NDArray[Any], draw: int | None = None) -> NDArray[Any]:
        del draw
        return np.asarray(values + self._impulses[name])

    def _decayed(self, name: str, values: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(np.exp(-1 / self._taus[name]) * values)
