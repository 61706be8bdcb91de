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
# # Ideal, float, fixed: one rule three ways
#
# The weight change of a pair rule can be computed in three ways. The *ideal* is the sum over all
# pairs of recorded spikes (`loihi_emu.offline`). *Float* uses decaying traces, which are read once
# in an epoch. *Fixed* does the same in the integers of the hardware. `compare_three_ways` runs all
# three on the same spikes, and says what causes the differences.

# %%
# %matplotlib inline
import matplotlib.pyplot as plt
import numpy as np

from loihi_emu import LAVA, LearningRule, Trace
from loihi_emu.analysis import compare_three_ways
from loihi_emu.analysis.plots_threeway import plot_three_ways

draw = np.random.default_rng(7).random
pre, post = draw((600, 8)) < 0.04, draw((600, 6)) < 0.04

rule = LearningRule(
    dw="2^-3*y0*x1 - 2^-3*x0*y1",
    x1=Trace(impulse=40, tau=12),
    y1=Trace(impulse=42, tau=12),
    t_epoch=4,
)
found = compare_three_ways(rule, pre, post, weight=100, machine=LAVA)
print(found)

# %%
figure = plot_three_ways(found)
figure

# %% [markdown]
# The contributions are differences between runs. From run to run one thing is switched on, in the
# order of the table. They add up to `fixed - ideal` exactly. The notes of `compare_three_ways`
# define each of them.

# %%
np.testing.assert_allclose(sum(found.contributions.values()), found.fixed - found.ideal, atol=1e-9)
assert abs(sum(found.shares.values()) - 1) < 1e-12

# %% [markdown]
# The shares depend on the parameters of the rule. Here the epoch grows from 1 to 16 steps.

# %%
epochs = (1, 2, 4, 8, 16)
shares = {
    epoch: compare_three_ways(
        rule.with_parameters(t_epoch=epoch), pre, post, weight=100, machine=LAVA
    ).shares
    for epoch in epochs
}
causes = list(found.contributions)
figure, panel = plt.subplots(figsize=(7, 3.2), layout="constrained")
base = np.zeros(len(epochs))
for number, cause in enumerate(causes):
    part = np.array([100 * shares[epoch][cause] for epoch in epochs])
    panel.bar(range(len(epochs)), part, bottom=base, label=cause, color=plt.cm.cividis(number / 5))
    base += part
panel.set_xticks(range(len(epochs)), [str(epoch) for epoch in epochs])
panel.set_xlabel("t_epoch (steps)")
panel.set_ylabel("share of the difference (%)")
panel.spines[["top", "right"]].set_visible(False)
panel.legend(frameon=False, bbox_to_anchor=(1.01, 1), loc="upper left", reverse=True)
plt.show()
assert shares[1]["epoch length"] < 1e-9

# %% [markdown]
# With `t_epoch=1` the epoch causes no difference. What remains is rounding, and pairs of spikes in
# the same step, which float and fixed count and the ideal does not.
