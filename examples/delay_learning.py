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
# # Learning delays
#
# Twelve inputs spike one after another, always in the same order. A neuron that needs many spikes
# at once does not respond to them. But if each input is delayed by the right number of steps, all
# arrive together. `dd` learns these delays: an input that arrives before the post spike gets a
# longer delay, and an input that arrives after it a shorter one.
#
# The rule must see the times of arrival. So each input drives a relay neuron through a delayed
# synapse, and the synapse from the relay to the output learns d. On the machine `LAVA`, d is only a
# number and delays nothing (`LAVA.learned_delay` is False). So we write d back into the delay of
# the relay after every presentation. Each presentation is a new simulation. Lava's stream of
# synaptic draws would start with the same numbers in each; `Counter` draws for every seed and
# synapse.

# %%
import matplotlib.pyplot as plt
import numpy as np

import loihi_emu as le
from loihi_emu.analysis.figure_style import BLUE, GREEN, STYLE, VERMILLION
from loihi_emu.description.populations import Population

plt.rcParams.update(STYLE)

INPUTS, STEPS, TEACHER = 12, 70, 40
rng = np.random.default_rng(5)
times = np.sort(rng.integers(2, 30, INPUTS))
pattern = np.zeros((STEPS, INPUTS), dtype=int)
pattern[times - 1, np.arange(INPUTS)] = 1
teacher = np.zeros((STEPS, 1), dtype=int)
teacher[TEACHER - 1] = 1

rule = le.LearningRule(dd="2^-4*y0*x1 - 2^-4*x0*y1", x1=le.Trace(48, 12), y1=le.Trace(48, 12))
FULL = {"fixed_pt": 4095, "floating_pt": 1}


def one_to_one(net: le.Network, pre: Population, post: Population, delays: np.ndarray) -> None:
    """Each input to its relay, by its delay."""
    places = np.arange(INPUTS)
    net.add(le.Sparse(pre, post, (places, places, [250] * INPUTS), delays=delays))


def present(delays: np.ndarray, mode: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """One presentation with the teacher: new d of every input, and when each arrived."""
    net = le.Network()
    source, post = net.add(le.SpikeSource(pattern)), net.add(le.SpikeSource(teacher))
    relay = net.add(le.LIF(INPUTS, du=FULL[mode], dv=FULL[mode], vth=100))
    one_to_one(net, source, relay, np.round(delays).astype(int))
    learned = net.add(le.Dense(relay, post, 20, rule=rule, tag_2=delays[None, :]))
    sim = le.Simulator(net, machine=le.LAVA, mode=mode, seed=seed, random=le.Counter())
    spikes = sim.run(STEPS, record=[le.Probe(relay, "spikes")])[relay, "spikes"]
    arrival = np.zeros(INPUTS)
    arrival[spikes.neurons] = spikes.steps
    return np.clip(sim.get(learned, "tag_2")[0], 0, 62), arrival


FIRST = np.full(INPUTS, 10)


def train(mode: str, presentations: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Delays at the end, and the arrival of every input in every presentation."""
    delays, arrivals = FIRST, []
    for number in range(presentations):
        delays, arrival = present(delays, mode, seed=number)
        arrivals.append(arrival)
    return np.round(delays).astype(int), np.array(arrivals)


learned, arrivals = {}, {}
for mode in FULL:
    learned[mode], arrivals[mode] = train(mode)

# %%
figure, panels = plt.subplots(1, 2, figsize=(7.5, 3.2), sharey=True, layout="constrained")
for panel, (mode, colour) in zip(panels, (("fixed_pt", GREEN), ("floating_pt", BLUE)), strict=True):
    panel.plot(arrivals[mode], color=colour, lw=0.9)
    panel.axhline(TEACHER, color=VERMILLION, lw=1, ls="--")
    panel.set_title(mode)
    panel.set_xlabel("presentation")
panels[0].set_ylabel("arrival (step)")
panels[0].text(52, TEACHER + 0.5, "teacher spike", color=VERMILLION, fontsize=8)
plt.show()

for mode, found in arrivals.items():
    print(
        f"{mode:12s} spread of arrivals: {np.ptp(found[0]):.0f} steps at first, "
        f"{np.ptp(found[-1]):.0f} at the end"
    )
    assert np.ptp(found[-1]) <= 3 < np.ptp(found[0])

# %% [markdown]
# Now there is no teacher. The neuron needs seven or more spikes in about one step. It responds to
# the pattern with the learned delays, and does not with the initial ones.


# %%
def answers(delays: np.ndarray) -> int:
    """Spikes of a coincidence detector, without a teacher."""
    net = le.Network()
    source = net.add(le.SpikeSource(pattern))
    relay = net.add(le.LIF(INPUTS, du=4095, dv=4095, vth=100))
    one_to_one(net, source, relay, delays)
    cell = net.add(le.LIF(1, du=4095, dv=2000, vth=130))
    net.add(le.Dense(relay, cell, 20))
    sim = le.Simulator(net, machine=le.LAVA, seed=0)
    return len(sim.run(STEPS + 60, record=[le.Probe(cell, "spikes")])[cell, "spikes"])


before, after = answers(FIRST), answers(learned["fixed_pt"])
print(f"spikes of the detector: {before} with the first delays, {after} with the learned ones")
assert before == 0 < after
