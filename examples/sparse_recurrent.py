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
# # A sparse recurrent network that learns
#
# The network has 240 excitatory and 60 inhibitory neurons; each pair is connected with probability
# 0.1. The synapses between excitatory neurons learn by pair STDP. Memory and time depend on the
# synapses that exist, not on all pairs.

# %%
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from scipy import sparse

import loihi_emu as le
from loihi_emu.analysis.figure_style import BLUE, GREEN, STYLE, VERMILLION
from loihi_emu.description.connections import Connection
from loihi_emu.description.populations import Neurons

plt.rcParams.update(STYLE)

EXC, INH, CHANCE, STEPS = 240, 60, 0.1, 2000


def some_synapses(post: int, pre: int, weight: int, rng: np.random.Generator) -> sparse.coo_array:
    """Random places, one weight; shape [post, pre]."""
    post_of, pre_of = np.nonzero(rng.random((post, pre)) < CHANCE)
    return sparse.coo_array((np.full(post_of.size, weight), (post_of, pre_of)), shape=(post, pre))


# %% [markdown]
# Post before pre weakens a synapse more than pre before post strengthens it. So weights between
# neurons that spike at random go down. Delays are 0 to 7 steps, added to the one step that every
# synapse takes.

# %%
RULE = le.LearningRule(
    dw="2^-3*y0*x1 - 5*2^-5*x0*y1",
    x1=le.Trace(impulse=24, tau=8),
    y1=le.Trace(impulse=24, tau=12),
    t_epoch=1,
)


def build(mode: str) -> tuple[le.Network, Neurons, Neurons, Connection]:
    """The network; the same synapses in both modes."""
    rng = np.random.default_rng(3)
    du, dv = {"fixed_pt": (1024, 256), "floating_pt": (0.25, 0.0625)}[mode]
    net = le.Network()
    drive = net.add(le.SpikeSource(rng.random((STEPS, 80)) < 0.05))
    exc = net.add(le.LIF(EXC, vth=900, name="excitatory", du=du, dv=dv))
    inh = net.add(le.LIF(INH, vth=700, name="inhibitory", du=du, dv=dv))
    net.add(le.Sparse(drive, exc, some_synapses(EXC, 80, 120, rng)))
    places = some_synapses(EXC, EXC, 20, rng)
    plastic = net.add(
        le.Sparse(
            exc, exc, places, rule=RULE, sign_mode="EXCITATORY",
            delays=rng.integers(0, 8, places.nnz), name="plastic",
        )
    )  # fmt: skip
    net.add(le.Sparse(exc, inh, some_synapses(INH, EXC, 30, rng)))
    net.add(le.Sparse(inh, exc, some_synapses(EXC, INH, -90, rng)))
    return net, exc, inh, plastic


# %%
recordings = {}
for mode in ("fixed_pt", "floating_pt"):
    net, exc, inh, plastic = build(mode)
    sim = le.Simulator(net, machine=le.LAVA, mode=mode, seed=11)
    start = perf_counter()
    recording = sim.run(
        STEPS,
        record=[
            le.Probe(exc, "spikes"),
            le.Probe(inh, "spikes"),
            le.Probe(plastic, "weights", every=100),
        ],
    )
    took = perf_counter() - start
    spikes = recording[exc, "spikes"], recording[inh, "spikes"]
    weights = recording[plastic, "weights"]
    recordings[mode] = spikes, weights
    rates = [1000 * len(events) / STEPS / events.n for events in spikes]
    print(
        f"{mode:12s} {plastic.n_synapses} plastic synapses, "
        f"{weights.nbytes / len(weights) / 1024:.0f} KiB of weights; "
        f"spikes per 1000 steps: {rates[0]:.1f} exc, {rates[1]:.1f} inh; "
        f"final mean weight {weights[-1].mean():.1f}"
    )
print(f"the last run took {1e6 * took / STEPS:.0f} us a step")

# %%
figure, panels = plt.subplots(
    2, 1, figsize=(7.5, 5.2), layout="constrained", height_ratios=(1.5, 1)
)
(exc_spikes, inh_spikes), weights = recordings["fixed_pt"]
for events, base, colour in ((exc_spikes, 0, BLUE), (inh_spikes, EXC, VERMILLION)):
    late = events.steps > STEPS - 500
    panels[0].plot(events.steps[late], base + events.neurons[late], ".", ms=1.6, color=colour)
panels[0].set_xlabel("time (steps), the last 500; fixed_pt")
panels[0].set_ylabel("neuron (inhibitory above)")
bins = np.arange(-0.5, 64, 2)
for mode, style in (("fixed_pt", {"color": GREEN}), ("floating_pt", {"color": "black"})):
    final = np.clip(recordings[mode][1][-1], 0, 255)
    panels[1].hist(final, bins, histtype="step", label=mode, **style)
panels[1].axvline(20, color="0.6", lw=0.8, ls=":")
panels[1].set_yscale("log")
panels[1].set_xlabel("weight at the end (all began at the dotted line)")
panels[1].set_ylabel("synapses")
panels[1].legend(frameon=False)
plt.show()

# %% [markdown]
# A run can be divided anywhere: 1200 steps and then 800 give the same bits as 2000.

# %%
net, exc, inh, plastic = build("fixed_pt")
sim = le.Simulator(net, machine=le.LAVA, mode="fixed_pt", seed=11)
sim.run(1200)
sim.run(STEPS - 1200)
np.testing.assert_array_equal(sim.get(plastic, "weights"), recordings["fixed_pt"][1][-1])
