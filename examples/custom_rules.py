# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A rule of your own
#
# A learning rule changes up to three variables of a synapse: the weight w (`dw`), the delay d
# (`dd`, Lava's tag_2) and the tag t (`dt`, Lava's tag_1). Each change is a sum of products. The
# dependency of a product says when it counts: `x0` and `y0` in an epoch with a pre or post spike,
# `u_k` in every 2^k-th epoch. A rule has one k.
#
# This rule changes all three. Pairs of spikes raise the tag. In every fourth epoch (`u2`) half of
# the tag is forgotten, and a quarter of it is added to the weight. The weight also moves towards 64
# in steps of fixed size. In every fourth epoch the delay falls by one; pairs of spikes raise it.

# %%
import matplotlib.pyplot as plt
import numpy as np

import loihi_emu as le
from loihi_emu.analysis.figure_style import BLACK, GREEN, STYLE

plt.rcParams.update(STYLE)

rule = le.LearningRule(
    dw="2^-2*u2*t - 2*u2*sgn(w - 64)",
    dd="2^-3*y0*x1 - u2*sgn(d)",
    dt="y0*x1 - x0*y1 - 2^-1*u2*t",
    x1=le.Trace(impulse=24, tau=6),
    y1=le.Trace(impulse=20, tau=6),
    t_epoch=2,
)
for target, series in rule.series.items():
    print(target, "=", series)

# %% [markdown]
# The listing shows every width and shift with which the machine computes `dw`.

# %%
from loihi_emu.compiler import lower

print(str(lower({"dw": rule.series["dw"]}, le.LAVA)))

# %% [markdown]
# Eight pre neurons and four post neurons spike at random, in fixed point and in float.

# %%
STEPS = 600
draw = np.random.default_rng(1).random
pre_spikes, post_spikes = draw((STEPS, 8)) < 0.05, draw((STEPS, 4)) < 0.05
VARIABLES = {"weights": "w", "tag_2": "d", "tag_1": "t"}


def run(mode: str) -> dict[str, np.ndarray]:
    """All three variables after every step: [step, post, pre]."""
    net = le.Network()
    pre, post = net.add(le.SpikeSource(pre_spikes)), net.add(le.SpikeSource(post_spikes))
    plastic = net.add(le.Dense(pre, post, 40, rule=rule, tag_2=20))
    sim = le.Simulator(net, machine=le.LAVA, mode=mode, seed=4)
    recording = sim.run(STEPS, record=[le.Probe(plastic, name) for name in VARIABLES])
    return {name: recording[plastic, name] for name in VARIABLES}


fixed, ideal = run("fixed_pt"), run("floating_pt")

# %%
figure, panels = plt.subplots(3, 1, figsize=(7, 5.4), sharex=True, layout="constrained")
steps = np.arange(1, STEPS + 1)
for panel, (name, letter) in zip(panels, VARIABLES.items(), strict=True):
    panel.plot(steps, fixed[name].reshape(STEPS, -1), color=GREEN, lw=0.4, alpha=0.35)
    panel.plot(steps, fixed[name][:, 0, 0], color=GREEN, lw=1.5)
    panel.plot(steps, ideal[name][:, 0, 0], color=BLACK, lw=0.8)
    panel.set_ylabel(letter)
panels[0].set_title("synapse 0 to 0 in fixed_pt (colour) and floating_pt (black); others faint")
panels[-1].set_xlabel("time (steps)")
plt.show()

# %%
for name, letter in VARIABLES.items():
    print(
        f"{letter}: mean at the end {fixed[name][-1].mean():7.2f} fixed, "
        f"{ideal[name][-1].mean():7.2f} float; fixed range {fixed[name].min()}..{fixed[name].max()}"
    )
assert fixed["tag_2"].min() >= 0
assert fixed["weights"].dtype == np.int16

# %% [markdown]
# An epoch has two steps, so the weight changes in every 8th step, and never in between.

# %%
changed = np.flatnonzero((np.diff(fixed["weights"], axis=0) != 0).any(axis=(1, 2))) + 2
print("steps at which a weight changed:", changed[:8], "...")
assert (changed % 8 == 0).all()

# %% [markdown]
# An error points to the fault in the text. If a text has several faults, it shows them all.

# %%
try:
    le.LearningRule(dw="2^-2*x1*y0 + w*q1 - 3*x1")
except le.LoihiEmuError as error:
    print(error)
