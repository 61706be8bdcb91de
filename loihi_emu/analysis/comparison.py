"""A rule in the circuit of the STDP tutorial: in fixed point, and beside it in float.

Example: `compare("stdp-loihi", machine=LAVA).fixed.final["weights"]` is 60, in float 57.0318...
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from loihi_emu.analysis import files, report
from loihi_emu.analysis.activity import measure_activity
from loihi_emu.analysis.circuit import Setting, build_circuit
from loihi_emu.analysis.counting import EventCount, count_events
from loihi_emu.analysis.difference import Difference, measure_difference
from loihi_emu.analysis.notes import notes
from loihi_emu.analysis.one_run import Report, Run, recorded_synapses, run_circuit
from loihi_emu.analysis.probing import probe_windows
from loihi_emu.analysis.result import Result
from loihi_emu.analysis.subject import find_rule, machine_for
from loihi_emu.chip.machines import Machine, find_machine
from loihi_emu.compiler.gain import product_gains
from loihi_emu.compiler.lowering import lower
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.rule_files import RuleFile
from loihi_emu.simulator import Simulator

MODES: Final = ("fixed_pt", "floating_pt")
DEFAULT_WEIGHT: Final = 50


@dataclass(frozen=True)
class Comparison(Result):
    """Both runs of a rule and what they show; `print` gives the report, `save` the files.

    It has the attributes of `loihi_emu.analysis.result.Result`.
    """

    def to_dict(self) -> dict[str, Any]:
        """All but the series, in JSON's types."""
        return report.to_dict(self)

    def save(self, folder: str | Path, *, plots: bool = True) -> list[Path]:
        """Write figures, series and report into a folder, and make the folder if it does not exist.

        Raises
        ------
        FileError
            The folder cannot be written to.
        MissingExtraError
            Figures are asked for and Matplotlib is not installed.
        """
        return files.save(self, folder, plots=plots)

    def __str__(self) -> str:
        return "\n\n".join(str(part) for part in report.parts(self))


def compare(
    rule: str | Path | LearningRule | RuleFile,
    *,
    neurons: int = 1,
    steps: int = 200,
    seed: int = 123,
    rng_seed: int = 0,
    probability: float = 0.03,
    weight: int | None = None,
    machine: Machine | str | None = None,
    traces: Mapping[str, Trace] | None = None,
    parameters: Mapping[str, str | int] | None = None,
    epoch: int | None = None,
    bounded: bool = True,
    progress: Report | None = None,
) -> Comparison:
    """Run a rule in the circuit of the STDP tutorial, in fixed point and in float.

    Parameters
    ----------
    rule : str, Path, LearningRule or RuleFile
        A name from `loihi-emu rules`, a TOML file, rule text, or an object.
    neurons, steps : int
        Pre neurons, as many post neurons, and time steps. Every pre neuron has a synapse to every
        post neuron.
    seed : int
        Seed of the spike trains; it gives the trains of `np.random.seed` in the tutorial.
    rng_seed : int
        Seed of the random rounding, unless the rule has one.
    probability : float
        Probability of an input spike in a step.
    weight : int, optional
        Initial weight. By default the rule file's; without one 50, or -50 if inhibitory.
    machine : Machine or str, optional
        By default LOIHI, or the machine that the rule needs.
    traces, parameters, epoch : optional
        Replace those of the rule, see `find_rule`.
    bounded : bool
        Whether float keeps to the ranges of the machine's formats, as fixed point does. Without
        bounds a rule that saturates in fixed point runs away in float.
    progress : callable, optional
        Called with (stage, done, total).

    Returns
    -------
    Comparison

    Raises
    ------
    LoihiEmuError
        The rule, the machine or a number is refused. Nothing has run.

    Examples
    --------
    >>> from loihi_emu import LAVA
    >>> found = compare("stdp-loihi", machine=LAVA)
    >>> int(found.fixed.final["weights"][0, 0])
    60
    """
    say = progress or _say_nothing
    subject = find_rule(rule, traces=traces, parameters=parameters, epoch=epoch)
    used = machine_for(subject, find_machine(machine) if isinstance(machine, str) else machine)
    setting = Setting(
        neurons=neurons, steps=steps, seed=seed, rng_seed=rng_seed, probability=probability,
        weight=initial_weight(subject) if weight is None else weight, synapse=subject.synapse,
    )  # fmt: skip
    synapses = recorded_synapses(setting)
    code = lower(subject.rule.series, used)
    runs: list[Run] = []
    counts: tuple[EventCount, ...] = ()
    say("planning both modes", 0, 0)
    circuits = [build_circuit(subject.rule, setting, mode) for mode in MODES]
    simulators = [  # both before either runs: what is not compiled yet is compiled side by side
        Simulator(
            circuit.network,
            machine=used,
            mode=mode,
            seed=rng_seed,
            counting=mode == MODES[0],
            bounded=bounded,
        )
        for mode, circuit in zip(MODES, circuits, strict=True)
    ]
    for mode, circuit, simulator in zip(MODES, circuits, simulators, strict=True):
        runs.append(run_circuit(simulator, circuit, setting, synapses, say))
        if mode == MODES[0]:
            counts = count_events(code, simulator.counts(circuit.plastic))
    say("probing the window", 0, 0)
    windows = probe_windows(subject.rule, synapse=replace(subject.synapse, w0=setting.weight))
    fixed, ideal = runs
    return Comparison(
        subject, used, setting, synapses, fixed, ideal,
        tuple(_differences(fixed, ideal)),
        tuple(
            measure_activity(f"{side} {run.mode}", getattr(run, side))
            for run in runs for side in ("pre", "post")
        ),
        counts, windows, tuple(notes(subject, used, setting, windows, fixed, ideal)),
        product_gains(subject.rule.series, used),
    )  # fmt: skip


def _say_nothing(stage: str, done: int, total: int) -> None:
    """Nobody asked for progress."""


def initial_weight(subject: RuleFile) -> int:
    """The file's weight, or the tutorial's with the sign that the synapse has."""
    if subject.synapse.w0 is not None:
        return subject.synapse.w0
    return -DEFAULT_WEIGHT if subject.synapse.sign_mode == "INHIBITORY" else DEFAULT_WEIGHT


def _differences(fixed: Run, ideal: Run) -> Iterator[Difference]:
    """Spikes first, then traces and synaptic variables."""
    for side in ("pre", "post"):
        rasters = (getattr(run, side).raster() for run in (fixed, ideal))
        yield measure_difference(f"{side} spikes", *rasters)
    for name in fixed.series:
        yield measure_difference(name, fixed.series[name], ideal.series[name])
