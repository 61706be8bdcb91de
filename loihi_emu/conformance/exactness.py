"""The page docs/exactness.md: for every quantity, what is exact, and against what.

It is made from the machines' fields, the recorded cases and the known faults. A test checks that
the page is current.
Example: `python docs/generate_exactness.py` writes the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from loihi_emu.chip.machines import CHOICES, EVIDENCE_KINDS, LOIHI, LOIHI1, LOIHI2, describe
from loihi_emu.conformance.cases import read_cases
from loihi_emu.conformance.faults import FAULTS, Fault

_EXACT: Final = "bit for bit"
_GIVEN_DRAWS: Final = "bit for bit, given its draws"
_ABSENT: Final = "absent there"
_NO_DELAY: Final = "absent there: no connection both delays and learns"


_SERIES: Final = "series `loihi_*` (Loihi 2)"
_BANDIT: Final = "bandit (Loihi 1)"
_RECORDINGS: Final[Mapping[str, str]] = {
    "noise": "a comment on observed noise (Loihi 1)",
    "stored weights": f"{_BANDIT}; {_SERIES}; learned EXCITATORY weights (Loihi 1)",
    "decay of traces": _SERIES,
    "graded spikes": _SERIES,
    "x0, y0": _SERIES,
    "change of a weight": f"{_BANDIT}; {_SERIES}",
    "rewards": _BANDIT,
    "epochs and u_k": _SERIES,
    "random numbers": _SERIES,
}
"""Public recordings of chips that speak to a quantity; docs/parity.md scores them."""


@dataclass(frozen=True)
class Quantity:
    """Something that a run computes.

    Parameters
    ----------
    name : str
    fields : tuple of str
        The machine fields that decide it.
    lava, brian2loihi : str
        How the machine compares with the program of its name.
    """

    name: str
    fields: tuple[str, ...]
    lava: str = _EXACT
    brian2loihi: str = _EXACT

    @property
    def loihi(self) -> str:
        """How LOIHI compares with the chip: unknown where some field is, else its evidence."""
        unknown = [name for name in self.fields if not describe(name).settled]
        if unknown:
            return "unknown: " + ", ".join(f"`{name}`" for name in unknown)
        kinds = {one.kind for name in self.fields for one in describe(name).evidence}
        return "as recorded: " + ", ".join(kind for kind in EVIDENCE_KINDS if kind in kinds)


QUANTITIES: Final[tuple[Quantity, ...]] = (
    Quantity("current u", ("du_offset", "input_bits", "current_overflow"),
             brian2loihi="bit for bit within 32 bits"),
    Quantity("voltage v, spikes", ("dv_offset", "biased_current_overflow", "voltage_overflow"),
             brian2loihi="bit for bit within 32 bits"),
    Quantity("refractory period", ("refractory_counts_spike_step",),
             "bit for bit in float, where Lava has it"),
    Quantity("noise", ("noise_range", "noise_shift"), _ABSENT, _ABSENT),
    Quantity("stored weights", ("mixed_weights", "excitatory_weights", "inhibitory_weights",
                                "mixed_sign_takes_bit", "truncated", "mixed_truncation",
                                "weight_limit")),
    Quantity("delivered weights", ("exponent_scales", "exponent_rounding", "synaptic_input_limit")),
    Quantity("delayed synapses that learn", ("pre_trace_sees",), _NO_DELAY),
    Quantity("learned delays", ("learned_delay", "delay_range", "delay_factor_bits"),
             "bit for bit, as a variable that delays nothing", _ABSENT),
    Quantity("decay of traces", ("decay_law", "tau_counts", "decay_bits", "decay_digits",
                                 "longest_tau",
                                 "decay_staging", "trace_fraction"),
             brian2loihi=_GIVEN_DRAWS + ", per synapse (see below)"),
    Quantity("impulses of traces", ("impulse_fraction_bits", "impulse_draw_bits",
                                    "repeated_pre_impulse", "second_spike")),
    Quantity("graded spikes", ("half_payload", "overflow_keeps"), brian2loihi=_ABSENT),
    Quantity("x0, y0", ("spike_factor", "spike_factor_bits")),
    Quantity("products", ("product_arithmetic", "mantissa_bits_counted", "product_wraps",
                          "product_shift", "accumulator", "constant_step")),
    Quantity("change of a weight", ("rounds_at", "update_fraction", "weight_ends"),
             brian2loihi=_GIVEN_DRAWS + " (see below)"),
    Quantity("tags", ("tag_range",), brian2loihi=_ABSENT),
    Quantity("rewards", ("rewards", "reward_tau_counts", "reward_decays"), _ABSENT, _ABSENT),
    Quantity("epochs and u_k", ("variables", "epochs", "first_epoch", "decimation_counts")),
    Quantity("random numbers", ("random_source",), _EXACT + ", NumPy's PCG64",
             "in law: a generator of ours"),
)  # fmt: skip
"""Every quantity; each field of a machine decides one of them."""


def page(cases: Path) -> str:
    """The text of docs/exactness.md.

    Parameters
    ----------
    cases : Path
        Folder of the recorded case files.
    """
    return (
        "\n\n".join(
            [_HEAD, _quantities(), _chips(), _cases(cases), _OPEN, _open_fields(), _faults()]
        )
        + "\n"
    )


_HEAD: Final = """\
# What is exact, and against what

This page says, for every quantity that a run computes, what it equals. `docs/generate_exactness.py`
writes it from the machines, the recorded cases and the known faults.

* **bit for bit**: equal in every recorded case, integer for integer, faults included.
* **in law**: the same distribution of results, from another random generator.
* **unknown**: no public source settles it. The named fields of the machine have a default with an
  argument. Every alternative runs, and `loihi-emu machine --field NAME` shows all that is known.

`floating_pt` is a mode, not a machine. It equals Lava's float model within a relative 1e-9; its
neurons are equal to the last bit. Traces and weights differ in the last digits, because releases of
NumPy differ in the last bit of `exp`, and because a matrix product can add in another order. If
large weights of both signs nearly cancel in a current, the sum loses as many digits as they
cancel."""

_OPEN: Final = """\
Brian2Loihi keeps every trace per synapse and draws a random number for each. The first recorded
learning cases do not contain these draws. Their replay infers the draws from the recorded traces;
weights, currents, voltages and spikes then agree bit for bit. Newer cases have one constant draw,
and agree from their inputs alone; rules with `u` are among them.

Three things differ from Brian2Loihi. There I and v are float64, and can exceed 32 bits. There a
rule can have several k; here the language refuses it, as the chip does. And there a negative power
of two removes the fraction of its product even if another number of the product makes up for it
(`2^-1*2^3`).

## What no public source settles

The value that `LOIHI` has, what is unknown, and the argument for the value:"""


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    columns = tuple(head)
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _quantities() -> str:
    rows = [
        (q.name, q.lava, q.brian2loihi, q.loihi, _RECORDINGS.get(q.name, "none"))
        for q in QUANTITIES
    ]
    head = ("quantity", "`LAVA` = Lava 0.10", "`BRIAN2LOIHI` = brian2-loihi 0.5.2",
            "`LOIHI` and the chip", "recordings of a chip")  # fmt: skip
    kinds = "\n".join(f"* {kind}: {text}" for kind, text in EVIDENCE_KINDS.items())
    return f"## Quantities\n\n{_table(head, rows)}\n\nEvidence:\n\n{kinds}"


def _chips() -> str:
    """What LOIHI1 does otherwise than LOIHI2, with why."""
    lines = [
        f"* `{name}`: `{getattr(LOIHI1, name)!r}` on `LOIHI1`, `{getattr(LOIHI2, name)!r}` on "
        f"`LOIHI2`. {CHOICES[name].argument}"
        for name in LOIHI1.differences(LOIHI2)
    ]
    head = "## Where `LOIHI1` differs from `LOIHI2`"
    text = (
        "`LOIHI` is `LOIHI2` by another name, so that the column `LOIHI` holds for it. For all "
        "other fields the\ntwo chips are taken to be alike: no recording tells them apart."
    )
    return "\n".join([head, "", text, "", *lines])


def _cases(folder: Path) -> str:
    """How many recorded cases hold each machine."""
    counts: Counter[tuple[str, str]] = Counter()
    for path in sorted(folder.glob("*.jsonl.gz")):
        for case in read_cases(path):
            counts[case["kind"], _mode(case)] += 1
    rows = [(kind, mode, str(n)) for (kind, mode), n in sorted(counts.items())]
    return f"## Recorded cases\n\n{_table(('kind', 'mode', 'cases'), rows)}"


def _mode(case: dict[str, Any]) -> str:
    return str(case.get("mode", "-"))


def _open_fields() -> str:
    """The argument for every unsettled default."""
    return "\n".join(
        f"* `{name}` = `{getattr(LOIHI, name)!r}`. {_unknown(name)} {CHOICES[name].argument}"
        for name in CHOICES
        if not CHOICES[name].settled
    )


def _unknown(name: str) -> str:
    return " ".join(e.text for e in CHOICES[name].evidence if e.kind == "UNKNOWN")


def _faults() -> str:
    """Known faults with their cases."""
    parts = ["## Known faults, each with the case that shows it"]
    for program in dict.fromkeys(fault.program for fault in FAULTS):
        parts.append(f"### {program}")
        parts += [_fault(fault) for fault in FAULTS if fault.program == program]
    return "\n\n".join(parts)


def _fault(fault: Fault) -> str:
    changes = ", ".join(f"`{k} = {v!r}`" for k, v in fault.change.items())
    without = "unequal numbers" if fault.without is None else _numbers(fault.without)
    return (
        f"**{fault.title[0].upper()}{fault.title[1:]}.** {fault.text}\n\n"
        f"    {fault.case}\n\n"
        f"`{fault.machine.name}`: {fault.read} = {_numbers(fault.gives)}. "
        f"With {changes}: {without}."
    )


def _numbers(values: tuple[int, ...]) -> str:
    return ", ".join(map(str, values))


def check_fields() -> list[str]:
    """Fields that no quantity names, or several do; empty where the page is whole."""
    named = Counter(name for q in QUANTITIES for name in q.fields)
    return [name for name in CHOICES if named[name] != 1]
