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
# # Learning from reward
#
# There are two cues and two actions. For each cue one action is right; which one, depends on the
# seed. In every trial a cue is shown and one action is tried at random. If it is the right one, a
# reward arrives ten steps later, when the spikes are over.
#
# The rule bridges this gap with a tag. `dt` raises the tag of each synapse whose pre neuron spiked
# before its post neuron, and lets the tag fade. When the reward comes, as the third factor `y2`,
# `dw` turns the tag into weight. With every pre spike a small part of the weight is lost.
#
# The whole loop runs inside the network, with the reward. A *judge* neuron spikes when the right
# action spikes, and its spikes go to the `ThirdFactor` of the action neurons. Python computes
# nothing between steps.

# %%
import matplotlib.pyplot as plt
import numpy as np

import loihi_emu as le
from loihi_emu.analysis.figure_style import BLACK, GREEN, GREY, STYLE, VERMILLION
from loihi_emu.compiler import lower

plt.rcParams.update(STYLE)

CUE_NEURONS, TRIALS, TRIAL_STEPS, CUE_STEPS, REWARD_DELAY = 8, 150, 40, 10, 8
STEPS = TRIALS * TRIAL_STEPS
FULL = {"fixed_pt": 4095, "floating_pt": 1}

# %% [markdown]
# ## One rule, two texts
#
# The machine `LAVA` drops the low bits of a product that needs more than 15 bits, and does not
# shift it back. A tag (9 bits) times a trace (7) times a mantissa (4) needs 20 bits, so 5 are
# dropped. To do the same in float, the product needs another factor of 2^-5. `NARROW` in the
# listing shows the shift.

# %%
GAIN = {"fixed_pt": "2^-2", "floating_pt": "2^-7"}


def rule_for(mode: str) -> le.LearningRule:
    """Reward times tag, less a little for every pre spike."""
    return le.LearningRule(
        dw=f"{GAIN[mode]}*u0*t*y2 - 2^-6*x0*w",
        dt="2^-1*y0*x1 - 2^-3*u0*t",
        x1=le.Trace(impulse=12, tau=5),
    )


print(str(lower({"dw": rule_for("fixed_pt").series["dw"]}, le.LAVA)))

# %% [markdown]
# ## Trials and network


# %%
def experience(seed: int, right: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spikes of the cues, of what is right, and of the actions that are tried: [step, neuron]."""
    rng = np.random.default_rng(seed)
    cues = np.zeros((STEPS, 2 * CUE_NEURONS), dtype=int)
    is_right, tried = np.zeros((STEPS, 2), dtype=int), np.zeros((STEPS, 2), dtype=int)
    for trial, cue in enumerate(rng.integers(0, 2, TRIALS)):
        t = trial * TRIAL_STEPS
        shown = slice(cue * CUE_NEURONS, (cue + 1) * CUE_NEURONS)
        cues[t : t + CUE_STEPS, shown] = rng.random((CUE_STEPS, CUE_NEURONS)) < 0.3
        is_right[t + 1 : t + CUE_STEPS + 3, right[cue]] = 1
        tried[t + 3 : t + CUE_STEPS, rng.integers(0, 2)] = rng.random(CUE_STEPS - 3) < 0.4
    return cues, is_right, tried


def run(
    mode: str, seed: int, right: np.ndarray, reward: str, given: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Weights at the end, [action, pre], and the steps at which the judge spiked, [step]."""
    cues, is_right, tried = experience(seed, right)
    full = FULL[mode]
    net = le.Network(warn=reward == "earned")  # a control run is without reward on purpose
    cue = net.add(le.SpikeSource(cues))
    context, explore = net.add(le.SpikeSource(is_right)), net.add(le.SpikeSource(tried))
    action = net.add(le.LearningLIF(2, vth=240, y2="third_factor", du=full, dv=full))
    start = np.random.default_rng(seed + 100).integers(40, 70, (2, 2 * CUE_NEURONS))
    plastic = net.add(
        le.Dense(
            cue, action, start, rule=rule_for(mode), sign_mode="EXCITATORY", third_factor=action
        )
    )
    one_each = np.eye(2, dtype=int)
    net.add(le.Dense(explore, action, 250 * one_each))
    net.add(le.Dense(action, action, -200 * one_each[::-1]))
    judge = net.add(le.LIF(2, vth=150, du=full, dv=full))
    net.add(le.Dense(action, judge, 100 * one_each))
    net.add(le.Dense(context, judge, 100 * one_each))
    if reward == "earned":
        net.add(le.Dense(judge, le.ThirdFactor(action), 10, delays=REWARD_DELAY))
    if given is not None:
        net.add(
            le.Dense(
                net.add(le.SpikeSource(given)), le.ThirdFactor(action), 10, delays=REWARD_DELAY
            )
        )
    sim = le.Simulator(net, machine=le.LAVA, mode=mode, seed=seed)
    judged = sim.run(STEPS, record=[le.Probe(judge, "spikes")])[judge, "spikes"].raster()
    return sim.get(plastic, "weights"), judged.any(axis=1).astype(int)


# %% [markdown]
# ## How it is scored
#
# After training, each cue is shown ten more times. It is a success if the right action gets the
# larger input; equal inputs count as one half. Chance is 50 %. Two controls run with the same
# spikes: *no reward*, and *reward at random*. The second has as many rewards as the trained run,
# but gives them in other trials, whatever the action was.


# %%
def success(weights: np.ndarray, right: np.ndarray, seed: int) -> float:
    """Share of showings in which the right action is driven more."""
    rng = np.random.default_rng(seed + 200)
    points = []
    for cue in (0, 1):
        shown = weights[:, cue * CUE_NEURONS : (cue + 1) * CUE_NEURONS]
        for _ in range(10):
            drive = shown @ (rng.random((CUE_NEURONS, CUE_STEPS)) < 0.3).sum(axis=1)
            better = float(drive[right[cue]] - drive[1 - right[cue]])
            points.append(0.5 + 0.5 * np.sign(better))
    return float(np.mean(points))


SEEDS = range(24)
CONDITIONS = ("earned", "none", "at random")
rates: dict[tuple[str, str], list[float]] = {}
kept = {}
for mode in FULL:
    for seed in SEEDS:
        rng = np.random.default_rng(seed + 300)
        right = rng.permutation(2)
        weights, judged = run(mode, seed, right, "earned")
        dealt = judged.reshape(TRIALS, TRIAL_STEPS)[rng.permutation(TRIALS)].reshape(-1, 1)
        found = {
            "earned": weights,
            "none": run(mode, seed, right, "none")[0],
            "at random": run(mode, seed, right, "none", dealt)[0],
        }
        for condition, values in found.items():
            rates.setdefault((mode, condition), []).append(success(values, right, seed))
        kept[mode, seed] = weights, right

print(f"success rate over {len(SEEDS)} seeds (mean, and seeds at 90 % or more)")
for mode in FULL:
    for condition in CONDITIONS:
        values = np.array(rates[mode, condition])
        print(
            f"  {mode:12s} reward {condition:10s} {100 * values.mean():5.1f} %   "
            f"{(values >= 0.9).sum():2d} of {len(SEEDS)}"
        )

# %%
for mode in FULL:
    assert np.mean(rates[mode, "earned"]) >= 0.95
    for control in ("none", "at random"):
        assert 0.25 <= np.mean(rates[mode, control]) <= 0.75

# %%
figure, (left, middle) = plt.subplots(
    1, 2, figsize=(8, 3.2), layout="constrained", width_ratios=(1.3, 1)
)
spread = np.linspace(-0.12, 0.12, len(SEEDS))
for place, condition in enumerate(CONDITIONS):
    for shift, mode, colour in ((-0.18, "fixed_pt", GREEN), (0.18, "floating_pt", BLACK)):
        values = 100 * np.array(rates[mode, condition])
        label = mode if place == 0 else None
        left.plot(place + shift + spread, values, "o", ms=3, mew=0, color=colour, alpha=0.5,
                  label=label)  # fmt: skip
        left.hlines(values.mean(), place + shift - 0.14, place + shift + 0.14, color=colour, lw=2)
left.axhline(50, color=GREY, lw=0.8, ls=":")
left.set_xticks(range(3), [f"reward {condition}" for condition in CONDITIONS])
left.set_ylabel("success (%), a point a seed")
left.legend(frameon=False, loc="lower left")
weights, right = kept["fixed_pt", 0]
for action, colour in ((right[0], GREEN), (1 - right[0], VERMILLION)):
    middle.plot(weights[action], "o-", ms=4, lw=0.8, color=colour, label=f"to action {action}")
middle.axvline(CUE_NEURONS - 0.5, color=GREY, lw=0.8, ls=":")
middle.set_xticks(range(0, 2 * CUE_NEURONS, 4))
middle.set_xlabel("cue neuron (cue 0 left, cue 1 right)")
middle.set_ylabel("weight")
middle.set_title(f"seed 0, fixed_pt: cue 0 wants action {right[0]}")
middle.legend(frameon=False)
plt.show()
