"""Why a weight moved or did not: one synapse's learning epoch, instruction by instruction.

The fixed-point values are the interpreter's own, logged while it runs (kernels/reference/watch.py).
Beside them stands the same microcode in real numbers, so that what is lost can be seen where it is.
Example: `print(explain(simulator, plastic, (0, 0), step=8))`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from loihi_emu.analysis.exact_registers import Exact, exact_registers
from loihi_emu.analysis.explain_events import Line, lines_of
from loihi_emu.analysis.explain_sentence import sentence
from loihi_emu.analysis.tables import Table, plain_data
from loihi_emu.chip.formats import DRAW
from loihi_emu.compiler.microcode import Microcode
from loihi_emu.description.connections import Connection
from loihi_emu.description.validation import whole_number
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.reference.watch import Watch
from loihi_emu.simulator import Simulator

_LAST_STEP: Final = 2**31 - 1
_NAMES: Final = {"w": "weight", "d": "tag_2", "t": "tag_1"}
_STORED: Final = {"w": "weights", "d": "tag_2", "t": "tag_1"}


@dataclass(frozen=True)
class Explanation:
    """One epoch of one synapse.

    Parameters
    ----------
    connection : str
        Label of the connection.
    machine : str
    post, pre : int
    first, last : int
        Steps of the epoch. The rule acts at the end of `last`.
    pre_spike, post_spike : int or None
        Step of the last spike that the epoch noted; None without a spike.
    traces : dict of str to list of int
        x1, x2 of the pre neuron and y1..y3 of the post neuron, before `first` and after each step.
    inputs : dict of str to int
        What the microcode read: `x0`, `u`, and traces at a dependency, as `x1@y0`.
    draw : int
        The 16 random bits of the rounding.
    before, after : dict of {'w', 'd', 't'} to int
        Stored values; `after` has the variables that the rule changes.
    exact : dict of {'w', 'd', 't'} to float
        What they would be in real numbers, as the rule's text says, from the same inputs.
    lines : tuple of Line
        Every instruction.
    sentences : dict of {'w', 'd', 't'} to str
        Why each variable changed or did not.
    """

    connection: str
    machine: str
    post: int
    pre: int
    first: int
    last: int
    pre_spike: int | None
    post_spike: int | None
    traces: dict[str, list[int]]
    inputs: dict[str, int]
    draw: int
    before: dict[str, int]
    after: dict[str, int]
    exact: dict[str, float]
    lines: tuple[Line, ...]
    sentences: dict[str, str]

    @property
    def heading(self) -> str:
        """Which synapse, which epoch, which spikes."""
        spikes = [
            f"no {side} spike" if step is None else f"{side} spike in step {step}"
            for side, step in (("pre", self.pre_spike), ("post", self.post_spike))
        ]
        return (
            f"{self.connection}, synapse (post {self.post}, pre {self.pre}) on {self.machine}: "
            f"epoch of steps {self.first}..{self.last}\n"
            f"{', '.join(spikes)}; draw {self.draw} / 2^{DRAW.bits} = "
            f"{self.draw / DRAW.size:.4f}"
        )

    def read(self) -> Table:
        """A table of what the rule read."""
        values = {**self.inputs, **{v: self.before[v] for v in self.after}}
        return Table.of(("input", "value"), list(values.items()), "what the rule read")

    def history(self) -> Table:
        """A table of the traces that the rule reads, step by step."""
        read = {slot.partition("@")[0] for slot in self.inputs}
        names = [name for name in self.traces if name in read]
        steps = ["before", *range(self.first, self.last + 1)]
        columns = zip(steps, *(self.traces[name] for name in names), strict=True)
        return Table.of(("step", *names), list(columns), "traces")

    def code(self) -> Table:
        """A table of the instructions: fixed point beside real numbers, and what happened."""
        rows = [
            (f"d{one.variable}", one.address, one.op, one.text, one.fixed, one.exact, one.event)
            for one in self.lines
        ]
        columns = ("program", "at", "instruction", "operands", "fixed", "exact", "what happened")
        return Table.of(columns, rows, "microcode")

    def to_dict(self) -> dict[str, Any]:
        """Everything, in JSON's types."""
        found: dict[str, Any] = plain_data(
            {**vars(self), "lines": [vars(one) for one in self.lines]}
        )
        return found

    def __str__(self) -> str:
        parts: list[object] = [self.heading, "\n".join(self.sentences.values()), self.read()]
        if any("@" in slot for slot in self.inputs):
            parts.append(self.history())
        return "\n\n".join(str(part) for part in (*parts, self.code()))


def explain(
    simulator: Simulator, connection: Connection, synapse: tuple[int, int], step: int
) -> Explanation:
    """Explain what a rule did to one synapse in the epoch that holds a step.

    Parameters
    ----------
    simulator : Simulator
        In fixed point. It does not change. An epoch that it has not done is run ahead on a copy. An
        epoch that it has done is run again from step 1.
    connection : Connection
        It has a rule.
    synapse : (int, int)
        Post and pre neuron.
    step : int
        1 .. 2**31 - 1. The epoch that holds it is explained.

    Returns
    -------
    Explanation
        `print` shows the reason in a sentence, what the rule read, and every instruction.

    Raises
    ------
    ParameterError
        The connection has no rule or no such synapse, or learning is off. The mode is floating_pt.
        Or the past cannot be run again, because `set`, `revise` or `set_learning` changed it.

    Examples
    --------
    >>> from loihi_emu import Dense, LearningRule, Network, Simulator, SpikeSource, Trace
    >>> net = Network()
    >>> pre, post = net.add(SpikeSource([[1], [0]])), net.add(SpikeSource([[0], [1]]))
    >>> rule = LearningRule(dw="x1*y0", x1=Trace(16, 0), t_epoch=2)
    >>> plastic = net.add(Dense(pre, post, 10, rule=rule))
    >>> why = explain(Simulator(net, machine="LAVA", backend="interpreter"), plastic, (0, 0), 2)
    >>> print(why.sentences["w"])
    weight stays 10: y0*x1 is 0, as x1 was 0 at y0
    """
    epoch = _epoch(simulator, connection)
    post, pre = _synapse(connection, synapse)
    whole_number("step", step, (1, _LAST_STEP))
    last = -(-step // epoch) * epoch
    run = simulator.copy()
    if run.step >= last:
        run.reset()
    run.run(max(0, last - epoch - run.step))
    run = run.copy(backend="interpreter")
    watch = run.watch(connection, post, pre)
    run.run(last - run.step)
    if not watch.log:
        raise ParameterError(
            f"{connection.label} has no synapse from pre neuron {pre} to post neuron {post} that "
            f"learned in steps {last - epoch + 1}..{last}"
        )
    found = _explained(watch, run, connection, range(last - epoch + 1, last + 1))
    if simulator.step >= last:
        run.run(simulator.step - run.step)
        _require_same(simulator, run, connection, found.after)
    return found


def _synapse(connection: Connection, given: tuple[int, int]) -> tuple[int, int]:
    """Post and pre neuron, within the connection."""
    if len(given) != 2:
        raise ParameterError(f"synapse is {given!r}; allowed: (post, pre)")
    post, pre = given
    return (
        whole_number("post neuron", post, (0, connection.post.n - 1)),
        whole_number("pre neuron", pre, (0, connection.pre.n - 1)),
    )


def _require_same(
    simulator: Simulator, again: Simulator, connection: Connection, changed: dict[str, int]
) -> None:
    """Refuse an explanation of a past that is not this simulator's."""
    for variable in changed:
        name = _STORED[variable]
        if (simulator.get(connection, name) != again.get(connection, name)).any():
            raise ParameterError(
                f"{connection.label} cannot be run again to the same {name}: the simulator was "
                "changed by set, revise or set_learning; explain the epoch before it is run"
            )


def _epoch(simulator: Simulator, connection: Connection) -> int:
    """Steps of a connection's epoch on the simulator's machine."""
    simulator.rule(connection)  # refuses a connection that does not learn
    number = next(k for k, c in enumerate(simulator.plan.connection_items) if c is connection)
    return int(simulator.plan.connections[number]["epoch"])


def _explained(
    watch: Watch, run: Simulator, connection: Connection, steps: range
) -> Explanation:  # fmt: skip
    """A watched epoch as an explanation."""
    code: Microcode = run.plan.rules[watch.connection]
    state = {**watch.inputs, **watch.variables}
    lines: list[Line] = []
    after: dict[str, int] = {}
    exact: dict[str, float] = {}
    sentences: dict[str, str] = {}
    for program in code.programs:
        log = [one for one in watch.log if one.variable == program.variable]
        reals: list[Exact] = exact_registers(log, state, code.literals)
        own = lines_of(program, log, reals, watch, code.literals)
        lines += own
        after[program.variable] = log[-1].a
        exact[program.variable] = float(reals[-1].a)
        sentences[program.variable] = sentence(_NAMES[program.variable], program, own, watch)
    pre_spike, post_spike = (steps[s - 1] if s else None for s in watch.spike_steps)
    return Explanation(
        connection.label, run.machine.name, watch.post, watch.pre, steps[0], steps[-1], pre_spike,
        post_spike, {name: list(h) for name, h in watch.traces.items()}, dict(watch.inputs),
        watch.draw, dict(watch.variables), after, exact, tuple(lines), sentences,
    )  # fmt: skip
