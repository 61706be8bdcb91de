"""The rules in public use, as the record of them states them: row, file, epoch, texts, traces.

Typed from the record, not from the files: a slip in a file shows as a difference. Row 37 and row 39
are not here, for their texts stand only in sources without an open licence. An epoch or a trace
that the record leaves open is absent.
"""

from __future__ import annotations

from typing import NamedTuple

from loihi_emu.compiler.products import Target

Traces = dict[str, tuple[int, int]]


class Row(NamedTuple):
    """One row: number, name of the file, epoch, texts by target, traces as (impulse, tau)."""

    number: int
    name: str
    t_epoch: int | None
    texts: dict[Target, str]
    traces: Traces


def _xy(impulse: int, tau: int) -> Traces:
    return {"x1": (impulse, tau), "y1": (impulse, tau)}


def _dw(number: int, name: str, t_epoch: int | None, text: str, traces: Traces) -> Row:
    return Row(number, name, t_epoch, {"dw": text}, traces)


_PAIR = "2^-2*x1*y0 - 2^-2*y1*x0"
_DECAY = "2^-3*y0*w*w"
_WINDOW = "2^-3*x1*y0-2^-3*y1*x0-2^-4*sgn(w-{})*x1*y0-2^-4*x1*y0"
_WINDOW_TRACES = {"x1": (127, 40), "y1": (127, 1)}
_OVERLAP_TRACES = {"x1": (20, 4), "y1": (20, 4)}  # of overlap.py and STDP_multi_populations.py
_SINGLE_TRACES = {"x1": (127, 85), "y1": (127, 2)}  # of STDP_single_population_fed_..., epoch 5
_LAVA = "x0*(-1)*2^-1*y1 + y0*1*2^1*x1"
_EMSTDP_TRACES = {"x1": (1, 64), "x2": (1, 64), "y1": (1, 64)}
_EMSTDP_TAG = "2^0*y0 - 2^0*u7*t"

_PELENET = (
    (12, "sequence", f"{_PAIR} + 2^-4*x1*y1*y0 - {_DECAY}"),
    (13, "assembly-v2", f"{_PAIR} + 2^-4*x1*y1*x0*y0 - {_DECAY}"),
    (14, "assembly-thesis", f"2^-4*x1*y1*x0*y0 - {_DECAY}"),
    (15, "assembly-strong", f"2^-3*x1*y1*x0*y0 - {_DECAY}"),
    (16, "assembly-growth", f"{_PAIR} + {_DECAY}"),
    (17, "assembly-early", f"{_PAIR} + 2^-1*x0*y0 - 2^-3*y0*y0*w"),
)

_READOUTS = tuple(
    _dw(40, f"trace-readout-{text[-5:-3]}-tau-{tau}", 4, text, {"x1": (16, tau), "x2": (24, 5)})
    for tau, texts in (
        (12, ("2^-1*x0*x1", "2^-1*y0*x1", "2^-2*u0*x1")),
        (10, ("x0*x1", "y0*x1", "u0*x1")),
    )
    for text in texts
)

ROWS = (
    _dw(1, "pair-stdp", None, "2^-3*x1*y0 - 2^-3*y1*x0", _xy(127, 10)),
    _dw(2, "pair-stdp-pelenet", 4, _PAIR, _xy(5, 10)),
    _dw(3, "pair-stdp-epoch-4", 4, _PAIR, _xy(127, 10)),
    _dw(4, "hebb", 2, "2*x1*y0", _xy(40, 4)),
    _dw(5, "hebb-epl-excitatory", 40, "2^-6*x1*y0", {"x1": (127, 1), "y1": (127, 25)}),
    _dw(6, "hebb-epl-inference", None, "2^-4*x1*y0", {"x1": (20, 2)}),
    _dw(7, "pair-stdp-lava-tutorial", 2, "1*(-2)*x0*y1 + 1*2*y0*x1", _xy(16, 10)),
    _dw(8, "stdp-loihi", 4, "(1)*(-1)*x0*y1 +(1)*(1)*y0*x1", _xy(16, 10)),
    _dw(9, "stdp-loihi-asymmetric", 2, "(1)*(-2)*x0*y1 +(1)*(4)*y0*x1", _xy(16, 10)),
    _dw(10, "stdp-loihi-fractional", 1, _LAVA, _xy(16, 10)),
    Row(
        11,
        "delay-epl",
        40,
        {"dd": "4*2^-7*x1*y0 - 4*2^-7*y1*x0 + 4*x0 - 4*y0"},
        _xy(127, 25),
    ),
    *(_dw(number, f"pelenet-{name}", 4, text, _xy(5, 10)) for number, name, text in _PELENET),
    _dw(18, "sgn-window-23", 5, _WINDOW.format(23), _WINDOW_TRACES),
    _dw(19, "sgn-window-86", 2, _WINDOW.format(86), _OVERLAP_TRACES),
    _dw(20, "sgn-window-80", 1, _WINDOW.format(80), _OVERLAP_TRACES),
    _dw(
        21,
        "sgn-window-50",
        5,
        "2^-5*x1*y0-2^-5*y1*x0-2^-5*sgn(w-50)*x1*y0-2^-5*x1*y0",
        _SINGLE_TRACES,
    ),
    _dw(
        22,
        "sgn-window-56-two-sided",
        1,
        _WINDOW.format(56) + "+2^-4*sgn(w-56)*y1*x0+2^-4*y1*x0",
        _OVERLAP_TRACES,
    ),
    _dw(23, "delta-head-pose", 20, "2*y0*x1-32*x0", {"x1": (125, 2)}),
    _dw(24, "gated-backprop", 1, "y0*x0*r1*4 - y0*x0*2", {**_xy(0, 1), "r1": (1, 0)}),
    _dw(25, "gated-backprop-epoch-4", 4, "y0*x0*r1*4 - y0*x0*2", {**_xy(1, 1), "r1": (1, 1)}),
    _dw(26, "pes-positive", 2, "u1*x1*y1*(2^-7)", {}),
    _dw(27, "pes-negative", 2, "-u1*x1*y1*(2^-7)", {}),
    Row(
        28,
        "emstdp-output",
        1,
        {"dt": _EMSTDP_TAG, "dw": "2^-5*u7*y1*x1 - 2^-6*u7*t*x1"},
        _EMSTDP_TRACES,
    ),
    Row(
        29,
        "emstdp-hidden",
        1,
        {"dt": _EMSTDP_TAG, "dw": "2^-4*u7*y1*x1 - 2^-5*u7*t*x1"},
        _EMSTDP_TRACES,
    ),
    Row(
        30,
        "emstdp-three-targets",
        1,
        {"dd": "2^0*x0 - 2^3*u7*d", "dt": _EMSTDP_TAG, "dw": "2^-6*u7*y1*x1 - 2^-7*u7*t*x1"},
        {"x1": (1, 32), "y1": (1, 128), "y2": (1, 4095)},
    ),
    _dw(31, "emstdp-spike-gated", 1, "2^-7*u7*y1*x1-2^-7*u7*y0*x1", _xy(1, 240)),
    _dw(32, "emstdp-spike-gated-strong", 1, "2^-6*u7*y1*x1-2^-7*u7*y0*x1", _xy(1, 240)),
    Row(
        33,
        "r-stdp-tag",
        2,
        {"dt": "x1*y0-x0*y1-2^-2*u0*t", "dw": "2*u0*r1*t"},
        {**_xy(40, 4), "r1": (20, 4)},
    ),
    _dw(34, "bandit", 2, "u0*r1", {"r1": (2, 1)}),
    _dw(34, "bandit-epoch-32", 32, "u0*r1", {"r1": (1, 1)}),
    Row(
        35,
        "p-critical",
        None,
        {"dt": "x1*y0-2^-1*u0", "dw": "2^-2*u0-2^1*r1*t*u0"},
        {"r1": (2, 1), "x1": (2, 50)},
    ),
    Row(
        36,
        "r-stdp-lava",
        2,
        {"dt": "(1)*(-2)*x0*y1 + (1)*(2)*y0*x1 - u0*t*(1)*2^-1", "dw": " u0 * t * y2 "},
        {"x1": (16, 10)},
    ),
    Row(
        36,
        "r-stdp-lava-fast-forgetting",
        1,
        {"dt": "(1)*(-2)*x0*y1 + (1)*(4)*y0*x1 - u0*t*(2)*2^0", "dw": " u0 * t * y2 "},
        {"x1": (20, 10)},
    ),
    _dw(38, "clp-one-shot", 1, "2^-3*y1*x1*y0", {}),
    *_READOUTS,
    Row(
        41,
        "lava-three-targets",
        1,
        {"dw": _LAVA, "dt": "x0*y3*sgn(d) + y0*x2", "dd": "x0*y2*w"},
        _xy(16, 10),
    ),
    _dw(41, "lava-epoch-term", 1, f"{_LAVA} + u0*x2*y2", _xy(16, 10)),
    Row(41, "lava-epoch-delay", 1, {"dw": _LAVA, "dd": "u0*x2*y2"}, _xy(16, 10)),
    Row(42, "tag-stdp", 2, {"dt": "x0 * y1 - y0 * x1"}, {"x1": (16, 10), "y1": (15, 16)}),
    Row(42, "delay-stdp", 2, {"dd": "x0 * y1 - y0 * x1"}, {"x1": (16, 10), "y1": (15, 16)}),
    _dw(43, "null-rule", 1, "0*x0-0*x0", _xy(1, 70000)),
    _dw(44, "stdp-weight-feedback", None, "-2 * x0 * y1 + 4 * y0 * x1 + u0 * w", {}),
)
