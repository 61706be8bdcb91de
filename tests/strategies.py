"""Hypothesis strategies that tests share: rule texts and series, machines, synapses, networks."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from loihi_emu.chip import formats
from loihi_emu.chip.formats import IntFormat
from loihi_emu.chip.literals import (
    CONSTANT,
    DECIMATION,
    EXPONENT,
    MANTISSA,
    format_scale,
    normalise,
)
from loihi_emu.chip.machines import LAVA, MACHINES, SIGN_MODES, Machine
from loihi_emu.chip.random_bits import Constant, Counter, Pcg64, RandomSource
from loihi_emu.compiler.microcode import VARIABLES, Microcode
from loihi_emu.compiler.products import (
    DEPENDENCIES,
    FACTOR_VARIABLES,
    SYNAPTIC_VARIABLES,
    TARGETS,
    Factor,
    Product,
    ProductSeries,
)
from loihi_emu.compiler.rule import LearningRule, Trace
from loihi_emu.compiler.synapse_format import synapse_format
from loihi_emu.description.connections import GRADED_MODES
from loihi_emu.description.populations import Noise
from loihi_emu.errors import ParameterError
from loihi_emu.kernels.llvm.sizes import LANES
from tests.kernels.calls import REWARDS, Synapses
from tests.scenes import Scene
from tests.scenes import Synapses as SceneSynapses
from tests.webs import Change, Group, Link, Watch, Way, Web

MACHINE_VARIABLES = tuple(name for name in FACTOR_VARIABLES if name not in ("r0", "r1"))
"""What every machine has; r0 and r1 need one with rewards."""

Draw = Callable[[st.SearchStrategy[Any]], Any]


def constants() -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(CONSTANT.lowest, CONSTANT.highest)


def factors(variables: tuple[str, ...] = FACTOR_VARIABLES) -> st.SearchStrategy[Factor]:
    plain = st.builds(Factor, st.sampled_from(variables), constants())
    sgn = st.builds(Factor, st.sampled_from(SYNAPTIC_VARIABLES), constants(), st.just(True))
    return plain | sgn


def scales() -> st.SearchStrategy[tuple[int, int]]:
    """Mantissa and exponent in normal form."""
    mantissas = st.integers(MANTISSA.lowest, MANTISSA.highest)
    exponents = st.integers(EXPONENT.lowest, EXPONENT.highest)
    return st.builds(normalise, mantissas, exponents)


@st.composite
def product_series(
    draw: Draw, variables: tuple[str, ...] = FACTOR_VARIABLES, max_products: int = 5
) -> ProductSeries:
    """Any series; one k for all its u_k."""
    k = draw(st.integers(DECIMATION.lowest, DECIMATION.highest))
    products = []
    for _ in range(draw(st.integers(1, max_products))):
        dependency = draw(st.sampled_from(DEPENDENCIES))
        mantissa, exponent = draw(scales())
        own_factors = tuple(draw(st.lists(factors(variables), max_size=4)))
        decimation = k if dependency == "u" else None
        products.append(Product(dependency, mantissa, exponent, own_factors, decimation))
    return ProductSeries(draw(st.sampled_from(TARGETS)), tuple(products))


@st.composite
def spellings(draw: Draw, series: ProductSeries) -> str:
    """A text that says `series`: literals anywhere, signs in brackets, spaces, either case."""
    parts: list[str] = []
    for index, product in enumerate(series.products):
        negative, text = draw(_product_spellings(product))
        if index or negative or draw(st.booleans()):
            parts.append("-" if negative else "+")
        parts.append(text)
    spaced = draw(_spaces()).join(["", *" ".join(parts).split(" "), ""])
    return str(spaced.upper() if draw(st.booleans()) else spaced)


@st.composite
def _product_spellings(draw: Draw, product: Product) -> tuple[bool, str]:
    """Whether a minus stands before the product, and the rest of its text."""
    k = "" if product.decimation is None else str(product.decimation)
    terms = [draw(_factor_spellings(factor)) for factor in product.factors]
    flips = sum(flipped for flipped, _ in terms) % 2
    # a bare x0 or y0 before the dependency would itself be the dependency
    bare = [i for i, factor in enumerate(product.factors) if str(factor) in ("x0", "y0")]
    place = draw(st.integers(0, min(bare, default=len(terms))))
    words = [text for _, text in terms]
    words.insert(place, product.dependency + k)
    negative = draw(st.booleans()) if product.mantissa else False
    mantissa = product.mantissa * (-1) ** (flips + negative)
    for literal in draw(_literal_spellings(mantissa, product.exponent)):
        words.insert(draw(st.integers(0, len(words))), literal)
    return negative, draw(st.sampled_from(["*", " * ", " *", "* "])).join(words)


@st.composite
def _factor_spellings(draw: Draw, factor: Factor) -> tuple[bool, str]:
    """Whether the text is the factor's negative, and the text."""
    v, c = factor.variable, factor.constant
    if c is None:
        bracketable = factor.sign or v not in ("x0", "y0")
        text = f"({v})" if bracketable and (factor.sign or draw(st.booleans())) else v
    else:
        forms = [(False, f"({v}{c:+d})"), (False, f"( {c} + {v} )")]
        if not factor.sign:
            forms += [(True, f"({-c} - {v})"), (True, f"(-{v} {'-' if c > 0 else '+'} {abs(c)})")]
        flipped, text = draw(st.sampled_from(forms))
        if not factor.sign:
            return flipped, text
    return False, draw(st.sampled_from(["sgn", "sign", "sgn "])) + text if factor.sign else text


@st.composite
def _literal_spellings(draw: Draw, mantissa: int, exponent: int) -> list[str]:
    """Literals whose product is mantissa * 2^exponent and normalises to just that."""
    bracketed = f"({format_scale(mantissa, exponent)})"
    if mantissa < 0:
        other = draw(st.integers(-9, 9))
        split = [f"({mantissa})", f"2^{other}", f"(2 ^ {exponent - other})"]
    else:
        split = [f"{mantissa}", f"2 ^ {exponent}"]
    choices = [[bracketed], split]
    if (mantissa, exponent) == (1, 0):
        choices.append([])
    chosen: list[str] = draw(st.sampled_from(choices))
    return chosen


def _spaces() -> st.SearchStrategy[str]:
    return st.sampled_from([" ", "  ", "\n", "\t", " \r\n "])


def machines() -> st.SearchStrategy[Machine]:
    """Named machines, and others that differ in what a product, a sum or a rounding is."""
    varied = st.builds(
        dataclasses.replace,
        st.just(LAVA),
        name=st.just("varied"),
        mantissa_bits_counted=st.sampled_from([3, 4]),
        product_arithmetic=st.sampled_from(["shifted", "shifted", "real"]),
        product_wraps=st.booleans(),
        product_shift=st.sampled_from(["floor", "toward_zero"]),
        spike_factor_bits=st.sampled_from([1, 5]),
        accumulator=st.sampled_from([LAVA.accumulator, (-32767, 32767), (-65536, 65535)]),
        weight_ends=st.sampled_from(["range", "stored"]),
        tag_range=st.sampled_from([LAVA.tag_range, (-256, 255)]),
        delay_range=st.sampled_from([LAVA.delay_range, (0, 63)]),
        rounds_at=st.sampled_from(["unit", "stored"]),
        update_fraction=st.sampled_from(["rounded", "without_spikes", "whole_without_spikes"]),
        rewards=st.booleans(),
    )
    return st.sampled_from(list(MACHINES.values())) | varied


@st.composite
def rule_series(
    draw: Draw, machine: Machine, max_products: int = 4, max_factors: int = 4
) -> Mapping[str, ProductSeries]:
    """Series of a rule that `machine` accepts."""
    vocabulary = MACHINE_VARIABLES if not machine.rewards else FACTOR_VARIABLES
    k = draw(st.integers(DECIMATION.lowest, DECIMATION.highest))
    targets = draw(st.lists(st.sampled_from(machine.variables), min_size=1, unique=True))
    series = {}
    for target in sorted(targets):
        products = []
        for _ in range(draw(st.integers(1, max_products))):
            dependency = draw(st.sampled_from(DEPENDENCIES))
            mantissa, exponent = draw(scales())
            listed = draw(st.lists(factors(vocabulary), max_size=max_factors))
            own = tuple(_on_step(factor, machine.constant_step) for factor in listed)
            decimation = k if dependency == "u" else None
            products.append(Product(dependency, mantissa, exponent, own, decimation))
        series[target] = ProductSeries(target, tuple(products))
    return series


def _on_step(factor: Factor, step: int) -> Factor:
    """The factor with a constant that a machine of that constant_step accepts."""
    if factor.constant is None:
        return factor
    return dataclasses.replace(factor, constant=factor.constant - factor.constant % step)


def edged(
    form: IntFormat | tuple[int, int], shape: int | tuple[int, ...], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Numbers of a format or range: ends, neighbours of ends and of 0, and uniform ones."""
    low, high = (form.lowest, form.highest) if isinstance(form, IntFormat) else form
    near = [low, low + 1, -2, -1, 0, 1, 2, high // 2, high // 2 + 1, high - 1, high]
    edges = np.unique(np.clip(near, low, high))
    uniform = rng.integers(low, high + 1, shape)
    return np.where(rng.random(shape) < 0.5, rng.choice(edges, shape), uniform)


@st.composite
def synapses(draw: Draw, code: Microcode, machine: Machine, n: int) -> Synapses:
    """n synapses in any state that `machine` can hold."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sign_mode = draw(st.sampled_from(SIGN_MODES))
    num_weight_bits = draw(st.sampled_from(formats.WEIGHT_BITS))
    spikes = (0, 63) if machine.spike_factor == "count" else (0, 1)
    inputs = {
        slot: edged(spikes if slot in ("x0", "y0") else (0, 255), n, rng)
        for slot in code.slots
        if slot not in REWARDS
    }
    if "x0" in inputs:  # none, the first group or a whole row without a pre spike
        inputs["x0"][: draw(st.sampled_from((0, LANES, n)))] = 0
    return Synapses(
        {
            "w": edged(machine.weight_range(sign_mode), n, rng),
            "d": edged(machine.delay_range, n, rng),
            "t": edged(machine.tag_range, n, rng),
        },
        inputs,
        edged(formats.DRAW, n, rng),
        draw(st.integers(0, 1)),
        (draw(st.integers(0, 1)), int(edged(formats.REWARD, 1, rng)[0])),
        {name: synapse_format(name, machine, sign_mode, num_weight_bits) for name in VARIABLES},
    )


RULES: tuple[Mapping[str, str], ...] = (
    {"dw": "2^-2*x1*y0 - 2^-2*y1*x0"},
    {"dw": "x0*y1*sgn(w+4) - 2^-3*y0*x1*y2 + 3*y0*x0*2"},
    {"dw": "u1*x1 - 2^-4*u1*w + y0*(x2-30)"},
    {"dw": "-2*x0*y3 + y0*y0*x1", "dt": "2^-1*u2*x1 - t*u2*2^-3 + y0*t", "dd": "x0*y1 - 4*y0"},
    {"dt": "-7*2^3*x0*y1 + 5*2^2*y0*(x1+2)", "dw": "2^-6*t*y0*x1"},
    {"dd": "x0 - 2^-2*d*u0"},
)
"""Texts for networks: few shapes, so that kernels are compiled once, with every kind of product."""


@st.composite
def scenes(
    draw: Draw, *, given_post: bool | None = None, modes: tuple[str, ...] = ("fixed_pt",),
    machine: Machine = LAVA, entry_learns: bool = False,
) -> Scene:  # fmt: skip
    """A network of every kind of part; numbers that both modes take if both are asked for."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    real = "floating_pt" in modes
    n_source, n_hidden, n_post = (draw(st.integers(1, 4)) for _ in range(3))
    n_steps = draw(st.integers(4, 24))
    posted = draw(st.booleans()) if given_post is None else given_post
    spikes = rng.random((n_steps, n_source)) < 0.35
    third = _third_factors(draw, rng, n_steps, n_post, learning=not posted)
    return Scene(
        raster=spikes * edged((1, 255), spikes.shape, rng),
        currents=rng.integers(-3, 12, (n_steps, n_hidden)),
        cell=draw(cells(("lif", "reset", "refractory", "ternary"), real)),
        entry=draw(
            _connections(rng, machine, (n_hidden, n_source), graded=True, learns=entry_learns)
        ),
        plastic=draw(_connections(rng, machine, (n_post, n_hidden), learns=True)),
        rule=draw(learning_rules(machine)),
        post_raster=(rng.random((n_steps, n_post)) < 0.35) * 1 if posted else None,
        post_cell=draw(cells(("learning" if third == "population" else "lif",), real)),
        back=draw(_connections(rng, machine, (n_hidden, n_post))),
        third=third,
        entry_rule=draw(learning_rules(machine)) if entry_learns else None,
    )


def _third_factors(
    draw: Draw, rng: np.random.Generator, n_steps: int, n_post: int, *, learning: bool
) -> Any:
    kind = draw(st.sampled_from([None, None, "arrays", "population"]))
    if kind == "arrays":
        return tuple(edged(formats.TRACE, (n_steps, n_post), rng) for _ in range(3))
    return "population" if kind == "population" and learning else None


@st.composite
def cells(draw: Draw, kinds: tuple[str, ...], real: bool) -> tuple[str, Mapping[str, Any]]:
    """A kind of population and its parameters, restless enough to spike."""
    kind = draw(st.sampled_from(kinds))
    decays = [0.0, 1.0, 0.25] if real else [0, 4095, 400, 2048]
    own: dict[str, Any] = {"du": draw(st.sampled_from(decays)), "dv": draw(st.sampled_from(decays))}
    own["bias_mant"] = draw(st.sampled_from([0, 300, -200]))
    own["vth"] = draw(st.integers(1, 40))
    if kind == "ternary":
        own |= {"vth_hi": own.pop("vth"), "vth_lo": draw(st.integers(-40, 0))}
    if kind == "reset":
        own |= {"reset_interval": draw(st.integers(1, 6)), "reset_offset": draw(st.integers(0, 7))}
    if kind == "refractory":
        own["refractory_period"] = draw(st.integers(1, 5))
    if kind == "learning":
        trace = Trace(draw(st.sampled_from([20, 7.25])), draw(st.sampled_from([0, 3, 12])))
        own |= {"y1": trace, "y2": "third_factor", "y3": draw(st.sampled_from([None, trace]))}
    return kind, own


@st.composite
def _connections(
    draw: Draw, rng: np.random.Generator, machine: Machine, shape: tuple[int, int], *,
    graded: bool = False, learns: bool = False,
) -> SceneSynapses:  # fmt: skip
    sign_mode = draw(st.sampled_from(SIGN_MODES))
    weights = edged(machine.weight_range(sign_mode), shape, rng) // draw(st.sampled_from([1, 8]))
    delays = None
    if draw(st.booleans()) and not (learns and machine.learned_delay):
        delays = rng.integers(0, draw(st.sampled_from([1, 5, 62])) + 1, shape)
        if learns and machine.pre_trace_sees == "arrived":  # one for the whole connection
            delays[:] = delays[0, 0]
    options: dict[str, Any] = {
        "sign_mode": sign_mode,
        "weight_exp": draw(st.integers(-8, 7)),
        "num_weight_bits": draw(st.integers(1, 8)),
    }
    if graded and draw(st.booleans()):
        options["num_message_bits"] = 8
        options["graded"] = draw(st.sampled_from(GRADED_MODES)) if learns else GRADED_MODES[0]
    if learns:
        options["tag_1"] = edged(machine.tag_range, shape, rng)
        options["tag_2"] = edged(machine.delay_range, shape, rng)
    return SceneSynapses(weights, rng.random(shape) < 0.7, delays, options)


@st.composite
def learning_rules(draw: Draw, machine: Machine = LAVA) -> LearningRule:
    """One of `RULES` that `machine` takes, with traces of any kind."""
    impulses, taus = st.sampled_from([0, 16, 127, 0.5, 31.25]), st.sampled_from([0, 0.4, 4, 100])
    traces = {name: Trace(draw(impulses), draw(taus)) for name in ("x1", "x2", "y1", "y2", "y3")}
    texts = draw(st.sampled_from([t for t in RULES if t.keys() <= set(machine.variables)]))
    return LearningRule(**texts, **traces, t_epoch=draw(st.integers(1, 6)))  # type: ignore[arg-type]


@st.composite
def single_factor_series(draw: Draw, targets: tuple[str, ...]) -> dict[str, str]:
    """Texts of small products, each with at most one factor that is no spike and no sign."""
    texts = {}
    plain = tuple(name for name in MACHINE_VARIABLES if name not in ("x0", "y0", "d"))
    for target in targets[: draw(st.integers(1, len(targets)))]:
        products = []
        for _ in range(draw(st.integers(1, 3))):
            dependency = draw(st.sampled_from(["x0", "y0", "u0"]))
            mantissa, exponent = draw(st.integers(1, 7)), draw(st.integers(-7, -1))
            factor = draw(st.sampled_from(["", *(f"*{name}" for name in plain)]))
            sign = draw(st.sampled_from("+-"))
            products.append(f"{sign} {mantissa}*2^{exponent}*{dependency}{factor}")
        texts[target] = " ".join(products)
    return texts


@st.composite
def variant_scenes(draw: Draw, scene: Scene, real: bool = False) -> list[Scene]:
    """Some variants of a scene: other weights, neurons' numbers, traces; the same structure."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    impulses, taus = [0, 16, 127, 0.5, 31.25], [0, 0.4, 4, 100]
    decays = [0.0, 1.0, 0.25] if real else [0, 4095, 400, 2048]
    found = []
    for _ in range(draw(st.integers(1, 4))):
        kind, cell = scene.cell
        high = "vth_hi" if kind == "ternary" else "vth"
        cell = {
            **cell, "du": rng.choice(decays), "dv": rng.choice(decays),
            "bias_mant": rng.choice([0, 300, -200]), high: int(rng.integers(1, 40)),
        }  # fmt: skip
        traces: dict[str, Any] = {
            name: Trace(rng.choice(impulses), rng.choice(taus)) for name in ("x1", "x2", "y1", "y3")
        }
        found.append(
            dataclasses.replace(
                scene,
                cell=(kind, cell),
                plastic=dataclasses.replace(
                    scene.plastic, weights=rng.permuted(scene.plastic.weights)
                ),
                rule=dataclasses.replace(scene.rule, **traces),
            )
        )
    return found


WEB_RULES: tuple[Mapping[str, str], ...] = (
    {"dw": "2^-2*x1*y0 - 2^-2*y1*x0"},
    {"dw": "2^-1*x1*y0 - 2^-3*y0*w"},
    {"dw": "x0*y1*sgn(w+4) - 2^-3*y0*x1*y2 + 3*y0*x0*2 + 2^-1*y0*x2"},
    {"dw": "u1*x1 - 2^-4*u1*w + y0*(x2-30) - 2^-2*y0*y1"},
    {"dw": "-2*x0*y3 + y0*y0*x1", "dt": "2^-1*u2*x1 - t*u2*2^-3 + y0*t", "dd": "x0*y1 - 4*y0"},
    {"dw": "2^-2*x1*y0 + 2^-2*y0*r1 - r0*y0*2", "dt": "y0*x1 - x0"},
    {"dd": "y0*x1*2^-2 - y0*5 + x0", "dw": "2^-3*d*y0 - 2^-2*x0*d"},
    {"dt": "-7*2^3*x0*y1 + 5*2^2*y0*(x1+2)", "dw": "2^-6*t*y0*x1"},
)
"""Texts for webs: products of y0 above all, which sparse connections learn from late."""

_OF_PATHS: Mapping[str, tuple[Any, ...]] = {
    "spike_factor": ("count",),
    "second_spike": ("adds", "lost"),
    "trace_fraction": ("kept", "value"),
    "decay_staging": ("epoch",),
    "epochs": (False, True),
    "update_fraction": ("without_spikes", "whole_without_spikes", "rounded"),
    "rounds_at": ("unit", "stored"),
    "weight_ends": ("range", "stored"),
    "truncated": ("effective", "stored"),
    "learned_delay": (False, True),
    "pre_trace_sees": ("sent", "arrived"),
    "exponent_scales": ("sum", "synapse"),
    "first_epoch": (0, 1),
    "decimation_counts": ("seconds", "epochs"),
    "product_arithmetic": ("real", "shifted"),
    "accumulator": ((-32767, 32767), (-32769, 32767)),
    "tag_range": ((-257, 255), (-50, 50)),
    "overflow_keeps": ("excess", "mask"),
    "repeated_pre_impulse": ("rounded_up",),
}
"""Fields of a machine that decide which synapses learn, when, and from what."""


@st.composite
def path_machines(draw: Draw) -> Machine:
    """A named machine, with up to two fields that matter to the order of learning otherwise."""
    machine: Machine = draw(st.sampled_from(list(MACHINES.values())))
    names = draw(st.lists(st.sampled_from(sorted(_OF_PATHS)), max_size=2, unique=True))
    fields = {name: draw(st.sampled_from(_OF_PATHS[name])) for name in names}
    if fields:
        with contextlib.suppress(ParameterError):  # fields that cannot stand together
            machine = dataclasses.replace(machine, name="tried", **fields)
    return machine


@st.composite
def webs(
    draw: Draw, machine: Machine, mode: str = "fixed_pt", *, wide: bool = False,
    any_rule: bool = False,
) -> Web:  # fmt: skip
    """A recurrent network of several learning connections, bursts and silences.

    A wide one has post neurons for several threads, and rows longer than a block. Rules are of
    `WEB_RULES`, whose kernels are compiled once, or any.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_steps = draw(st.one_of(st.integers(1, 40), st.just(170)))
    small, large = st.integers(1, 5), st.sampled_from([63, 64, 65, 129, 200, 321, 1100])
    sizes = [draw(small), draw(large if wide else small), draw(small)]
    groups = [Group(sizes[0], _payloads(draw, rng, n_steps, sizes[0]))]
    groups += [_cells_of_web(draw, rng, n_steps, n, mode) for n in sizes[1:]]
    groups.append(Group(sizes[1], _payloads(draw, rng, n_steps, sizes[1])))
    links = [
        draw(_links(rng, machine, groups, ends, n_steps, any_rule))
        for ends in ((0, 1), (2, 1), (1, 2), (0, 3), (1, 1))[: draw(st.integers(1, 5))]
        if ends != (1, 1) or sizes[1] < 100
    ]
    changes = [_change(draw, rng, machine, links, n_steps) for _ in range(draw(st.integers(0, 3)))]
    return Web(n_steps, tuple(groups), tuple(links), tuple(c for c in changes if c is not None))


def _payloads(draw: Draw, rng: np.random.Generator, n_steps: int, n: int) -> NDArray[Any]:
    """Spikes of a source: now and then, or in bursts between long silences."""
    rate = np.full((n_steps, 1), draw(st.sampled_from([0.02, 0.2, 0.7])))
    if draw(st.booleans()):
        first, last = sorted(draw(st.integers(0, n_steps)) for _ in range(2))
        rate[first:last] = 0
    spikes = rng.random((n_steps, n)) < rate
    payloads: NDArray[Any] = spikes * edged((1, 255), spikes.shape, rng)
    return payloads


def _cells_of_web(draw: Draw, rng: np.random.Generator, n_steps: int, n: int, mode: str) -> Group:
    kinds = ("lif", "reset", "refractory", "ternary", "learning")
    kind, own = draw(cells(kinds, mode == "floating_pt"))
    if draw(st.booleans()):
        noise = Noise(draw(st.integers(5, 12)), target=draw(st.sampled_from("uv")))
        own = {**own, "noise": noise}
    return Group(n, None, (kind, own), rng.integers(-3, 12, (n_steps, n)))


@st.composite
def _links(
    draw: Draw, rng: np.random.Generator, machine: Machine, groups: list[Group],
    ends: tuple[int, int], n_steps: int, any_rule: bool,
) -> Link:  # fmt: skip
    pre, post = ends
    shape = groups[post].n, groups[pre].n
    learns = draw(st.sampled_from([True, True, True, False]))
    found = draw(_connections(rng, machine, shape, graded=pre == 0, learns=learns))
    share = draw(st.sampled_from([1.0, 1.0, 0.7, 0.05]))
    options = dict(found.options)
    if draw(st.booleans()):  # a kept tag of 0 is one that no rule may use
        options = {k: v for k, v in options.items() if k not in ("tag_1", "tag_2")}
    synapses = dataclasses.replace(found, mask=rng.random(shape) < share, options=options)
    if not learns:
        return Link(pre, post, synapses)
    third = _third_factors(
        draw, rng, n_steps, shape[0], learning=groups[post].cell[0] == "learning"
    )
    reward = edged((-3, 3), n_steps, rng) if machine.rewards and draw(st.booleans()) else None
    teacher = 3 if post == 1 and draw(st.booleans()) else None
    return Link(pre, post, synapses, draw(_web_rules(machine, any_rule)), third, reward, teacher)


@st.composite
def _web_rules(draw: Draw, machine: Machine, any_rule: bool) -> LearningRule:
    impulses, taus = st.sampled_from([0, 16, 127, 0.5, 31.25]), st.sampled_from([0, 0.4, 4, 100])
    names = ("x1", "x2", "y1", "y2", "y3", *(["r1"] if machine.rewards else []))
    traces = {name: Trace(draw(impulses), draw(taus)) for name in names}
    taken = [
        t
        for t in WEB_RULES
        if t.keys() <= set(machine.variables) and (machine.rewards or "r1" not in str(t))
    ]
    texts = draw(st.sampled_from(taken))
    if any_rule:
        texts = {name: str(one) for name, one in draw(rule_series(machine, 4, 2)).items()}
    t_epoch = draw(st.sampled_from([1, 1, 2, 3, 4, 7, 8, 15, 16, 32, 63]))
    return LearningRule(**texts, **traces, t_epoch=t_epoch)  # type: ignore[arg-type]


def _change(
    draw: Draw, rng: np.random.Generator, machine: Machine, links: list[Link], n_steps: int
) -> Change | None:
    """Something done to a running web between two steps."""
    number = draw(st.integers(0, len(links) - 1))
    link, step = links[number], draw(st.integers(0, n_steps))
    if link.rule is None:
        return None
    what = draw(st.sampled_from(["learning", "weights", "x1", "y1", "x1_tau", "y2_impulse", "get"]))
    mask = link.synapses.mask
    value: Any = draw(st.booleans())
    if what == "weights":
        sign_mode = link.synapses.options["sign_mode"]
        value = edged(machine.weight_range(sign_mode), int(mask.sum()), rng)
    elif what in ("x1", "y1"):
        value = edged(formats.TRACE, mask.shape[what == "x1"], rng)
    elif what in ("x1_tau", "y2_impulse"):
        value = draw(st.sampled_from([0, 3, 20]))
    elif what == "get":
        value = draw(st.sampled_from(["weights", "x1", "ty", "effective_weights"]))
    return Change(step, what, number, value)


SOURCES: tuple[RandomSource, ...] = (Pcg64(), Counter(), Constant(0.3))


@st.composite
def watches(draw: Draw, web: Web) -> tuple[Watch, ...]:
    """Some of what a web shows: of every k-th step, of some elements."""
    names = [f"p{k} spikes" for k in range(len(web.groups))]
    names += [f"c{k} weights" for k in range(len(web.links))]
    names += [f"c{k} a_out" for k in range(len(web.links))]
    names += [f"c{k} effective_weights" for k in range(len(web.links))]
    names += [f"c{k} y1" for k, link in enumerate(web.links) if link.rule is not None]
    chosen = []
    for name in draw(st.lists(st.sampled_from(names), max_size=4, unique=True)):
        every = draw(st.sampled_from([1, 1, 2, 5, 64]))
        chosen.append(Watch(name, every, draw(_elements(web, name))))
    return tuple(chosen)


@st.composite
def _elements(draw: Draw, web: Web, name: str) -> tuple[int, ...] | None:
    kind, number, variable = name[0], int(name[1]), name.partition(" ")[2]
    if draw(st.booleans()):
        return None
    if kind == "p":
        n = web.groups[number].n
    elif variable in ("weights", "effective_weights"):
        n = int(web.links[number].synapses.mask.sum())
    else:
        n = web.groups[web.links[number].post].n
    listed = draw(st.lists(st.integers(0, max(0, n - 1)), min_size=1, max_size=5, unique=True))
    return tuple(listed) if n else None


@st.composite
def ways(draw: Draw, web: Web, base: Way, *, threads: tuple[int, ...] = (1, 2, 3, 5)) -> Way:
    """Another way to run a web than `base`, that should not show."""
    cuts = st.lists(st.integers(0, web.n_steps), max_size=3).map(tuple)
    return dataclasses.replace(
        base,
        backend="kernels",
        threads=draw(st.sampled_from(threads)),
        sparse=draw(st.booleans()),
        cuts=draw(cuts),
        revised=draw(cuts) if draw(st.booleans()) else (),
        replayed=draw(st.sampled_from([0, 0, 1, web.n_steps])),
        watched=draw(st.none() | watches(web)),
    )


@st.composite
def pairs_of_ways(
    draw: Draw, modes: tuple[str, ...], *, backend: str = "kernels", wide: bool = False,
    any_rule: bool = False,
) -> tuple[Web, Way, Way]:  # fmt: skip
    """A web, a plain way to run it on some machine in one of the modes, and another way."""
    machine, mode = draw(path_machines()), draw(st.sampled_from(modes))
    web = draw(webs(machine, mode, wide=wide, any_rule=any_rule))
    source = draw(st.sampled_from(SOURCES))
    bounded = mode == "floating_pt" and not wide and draw(st.booleans())
    plain = Way(machine=machine, mode=mode, random=source, backend=backend, bounded=bounded)
    return web, plain, draw(ways(web, plain, threads=(2, 3, 5) if wide else (1, 2)))
