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
# # Graded spikes and the trace x1
#
# A graded spike carries a number, its payload. The post neuron gets weight times
# payload. The payload can also change the presynaptic trace x1. The setting
# `graded` of the connection says how:
#
# * `USE_REGULAR_IMPULSE`: the payload does not matter; x1 takes the rule's impulse.
# * `OVERWRITE`: x1 becomes half the payload.
# * `ADD_WITH_SATURATION`: half the payload is added, and x1 stops at 127.
# * `ADD_WITHOUT_SATURATION`: half the payload is added, and x1 starts over above
#   127. Only a spike that overflows counts as a spike (x0, x2).

# %%
import matplotlib.pyplot as plt
import numpy as np

import loihi_emu as le
from loihi_emu.analysis.figure_style import BLACK, BLUE, STYLE

plt.rcParams.update(STYLE)
MODES = (
    "USE_REGULAR_IMPULSE", "OVERWRITE", "ADD_WITH_SATURATION", "ADD_WITHOUT_SATURATION",
)  # fmt: skip
PAYLOADS = {3: 60, 8: 250, 14: 20, 20: 250, 26: 140}
STEPS = 36

# %% [markdown]
# The network has one source, one neuron that never spikes, and one learning connection for
# each setting. x1 has an impulse of 16 and a time constant of 10 steps.

# %%
train = np.zeros((STEPS, 1), dtype=int)
for step, payload in PAYLOADS.items():
    train[step - 1] = payload


def x1_of(graded: str, mode: str) -> np.ndarray:
    """x1 after every step."""
    net = le.Network()
    source = net.add(le.SpikeSource(train))
    cell = net.add(le.LIF(1, vth=100_000))
    rule = le.LearningRule(dw="x1*y0", x1=le.Trace(impulse=16, tau=10), rng_seed=0)
    plastic = net.add(le.Dense(source, cell, 1, rule=rule, num_message_bits=8, graded=graded))
    sim = le.Simulator(net, machine=le.LAVA, mode=mode, seed=0)
    recording = sim.run(STEPS, record=[le.Probe(plastic, "x1")])
    return np.asarray(recording[plastic, "x1"])[:, 0]


fixed = {graded: x1_of(graded, "fixed_pt") for graded in MODES}
ideal = {graded: x1_of(graded, "floating_pt") for graded in MODES}

# %%
figure, panels = plt.subplots(4, 1, figsize=(7, 6.4), sharex=True, layout="constrained")
steps = np.arange(1, STEPS + 1)
for panel, graded in zip(panels, MODES, strict=True):
    panel.plot(steps, fixed[graded], color=BLUE, drawstyle="steps-post", lw=1.6)
    panel.plot(steps, ideal[graded], color=BLACK, drawstyle="steps-post", lw=0.8)
    panel.axhline(127, color="0.7", lw=0.7, ls=":")
    panel.set_title(graded)
    panel.set_ylabel("x1")
    panel.set_ylim(0, 160)
for step, payload in PAYLOADS.items():
    panels[0].annotate(f"{payload}", (step, 158), ha="center", va="top", fontsize=8, color="0.35")
panels[-1].set_xlabel("time (steps); payloads above, fixed_pt in colour, floating_pt in black")
plt.show()

# %% [markdown]
# We can check the second spike by hand. Its payload is 250, and half of it is 125. The trace takes
# the payload in the step of the spike, and decays once before that step ends. So 125 becomes
# 125 exp(-1/10) = 113.1, and 127 becomes 114.9. Both are rounded up or down at random.

# %%
print("x1 before the second spike, and after its step:")
for graded in MODES:
    print(
        f"  {graded:24s}{fixed[graded][6]:4d} {fixed[graded][7]:4d}"
        f"   float {ideal[graded][6]:6.2f} {ideal[graded][7]:7.2f}"
    )
assert fixed["OVERWRITE"][7] in (113, 114)
assert fixed["ADD_WITH_SATURATION"][7] in (114, 115)

# %% [markdown]
# In float x1 has no upper limit, so both kinds of addition do the same.

# %%
np.testing.assert_array_equal(ideal["ADD_WITH_SATURATION"], ideal["ADD_WITHOUT_SATURATION"])
