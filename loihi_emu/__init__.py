"""loihi_emu: learning rules of the Loihi chips in exact integers, beside floating point.

Names are loaded when they are first used, so that importing the package is fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loihi_emu.analysis.compare_either import compare as compare
    from loihi_emu.analysis.explanation import Explanation as Explanation
    from loihi_emu.analysis.explanation import explain as explain
    from loihi_emu.chip.machines import BRIAN2LOIHI as BRIAN2LOIHI
    from loihi_emu.chip.machines import LAVA as LAVA
    from loihi_emu.chip.machines import LOIHI as LOIHI
    from loihi_emu.chip.machines import LOIHI1 as LOIHI1
    from loihi_emu.chip.machines import LOIHI2 as LOIHI2
    from loihi_emu.chip.machines import MACHINES as MACHINES
    from loihi_emu.chip.machines import Machine as Machine
    from loihi_emu.chip.random_bits import Constant as Constant
    from loihi_emu.chip.random_bits import Counter as Counter
    from loihi_emu.chip.random_bits import Drawn as Drawn
    from loihi_emu.chip.random_bits import Pcg64 as Pcg64
    from loihi_emu.chip.random_bits import Recorded as Recorded
    from loihi_emu.compiler import LearningRule as LearningRule
    from loihi_emu.compiler import Trace as Trace
    from loihi_emu.compiler.stdp import stdp as stdp
    from loihi_emu.curves.dead_zone import DeadZone as DeadZone
    from loihi_emu.curves.dead_zone import dead_zones as dead_zones
    from loihi_emu.curves.pair import LearningWindow as LearningWindow
    from loihi_emu.curves.pair import learning_windows as learning_windows
    from loihi_emu.curves.rates import RateCurve as RateCurve
    from loihi_emu.curves.rates import TripletCurve as TripletCurve
    from loihi_emu.curves.rates import rate_curves as rate_curves
    from loihi_emu.curves.rates import triplet_curves as triplet_curves
    from loihi_emu.description.capacity import capacity as capacity
    from loihi_emu.description.connections import Dense as Dense
    from loihi_emu.description.connections import Sparse as Sparse
    from loihi_emu.description.network import Network as Network
    from loihi_emu.description.populations import LIF as LIF
    from loihi_emu.description.populations import LearningLIF as LearningLIF
    from loihi_emu.description.populations import LIFRefractory as LIFRefractory
    from loihi_emu.description.populations import LIFReset as LIFReset
    from loihi_emu.description.populations import Noise as Noise
    from loihi_emu.description.populations import TernaryLIF as TernaryLIF
    from loihi_emu.description.populations import ThirdFactor as ThirdFactor
    from loihi_emu.description.probe import Probe as Probe
    from loihi_emu.description.sources import CurrentInput as CurrentInput
    from loihi_emu.description.sources import RewardSource as RewardSource
    from loihi_emu.description.sources import SpikeSource as SpikeSource
    from loihi_emu.description.sources import TraceSource as TraceSource
    from loihi_emu.errors import LoihiEmuError as LoihiEmuError
    from loihi_emu.errors import NoEffectWarning as NoEffectWarning
    from loihi_emu.exploration.guided import Search as Search
    from loihi_emu.exploration.metrics import Outcome as Outcome
    from loihi_emu.exploration.sweep import sweep as sweep
    from loihi_emu.exploration.table import SweepTable as SweepTable
    from loihi_emu.fitting.advise import fit as fit
    from loihi_emu.fitting.float_rule import FloatRule as FloatRule
    from loihi_emu.fitting.network import NetworkFit as NetworkFit
    from loihi_emu.fitting.network import fit_network as fit_network
    from loihi_emu.fitting.neurons import FloatLIF as FloatLIF
    from loihi_emu.fitting.settings import Fit as Fit
    from loihi_emu.simulation.recording import Events as Events
    from loihi_emu.simulation.recording import Recording as Recording
    from loihi_emu.simulator import Simulator as Simulator
    from loihi_emu.simulator import resume as resume
    from loihi_emu.sweeps.recording import Sweep as Sweep

__version__ = "0.1.0"

_HOMES = {
    "loihi_emu.analysis.compare_either": ("compare",),
    "loihi_emu.analysis.explanation": ("Explanation", "explain"),
    "loihi_emu.chip.machines": (
        "BRIAN2LOIHI",
        "LAVA",
        "LOIHI",
        "LOIHI1",
        "LOIHI2",
        "MACHINES",
        "Machine",
    ),
    "loihi_emu.chip.random_bits": ("Constant", "Counter", "Drawn", "Pcg64", "Recorded"),
    "loihi_emu.compiler": ("LearningRule", "Trace"),
    "loihi_emu.compiler.stdp": ("stdp",),
    "loihi_emu.curves.dead_zone": ("DeadZone", "dead_zones"),
    "loihi_emu.curves.pair": ("LearningWindow", "learning_windows"),
    "loihi_emu.curves.rates": ("RateCurve", "TripletCurve", "rate_curves", "triplet_curves"),
    "loihi_emu.errors": ("LoihiEmuError", "NoEffectWarning"),
    "loihi_emu.description.capacity": ("capacity",),
    "loihi_emu.description.connections": ("Dense", "Sparse"),
    "loihi_emu.description.network": ("Network",),
    "loihi_emu.description.probe": ("Probe",),
    "loihi_emu.description.populations": (
        "LIF",
        "LIFRefractory",
        "LIFReset",
        "LearningLIF",
        "Noise",
        "TernaryLIF",
        "ThirdFactor",
    ),
    "loihi_emu.exploration.guided": ("Search",),
    "loihi_emu.exploration.metrics": ("Outcome",),
    "loihi_emu.exploration.sweep": ("sweep",),
    "loihi_emu.exploration.table": ("SweepTable",),
    "loihi_emu.fitting.advise": ("fit",),
    "loihi_emu.fitting.float_rule": ("FloatRule",),
    "loihi_emu.fitting.network": ("NetworkFit", "fit_network"),
    "loihi_emu.fitting.neurons": ("FloatLIF",),
    "loihi_emu.fitting.settings": ("Fit",),
    "loihi_emu.simulation.recording": ("Events", "Recording"),
    "loihi_emu.simulator": ("Simulator", "resume"),
    "loihi_emu.description.sources": ("CurrentInput", "RewardSource", "SpikeSource", "TraceSource"),
    "loihi_emu.sweeps.recording": ("Sweep",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [*sorted(_HOME_OF), "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
