# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Train LASE
#
# The full algorithm: agents with neural networks who infer from counterfactual action values what others did for them,
# and give part of their reward in return. [What they do, step by step](../docs/learners.md), and
# [what was found](../docs/findings.md), are on their own pages; here are learners to play with.

# %%
import matplotlib.pyplot as plt
import numpy as np

import gametheory as gt
import lase_core as lc
from lase_core.experiments import ends
from lase_core.statistics import interval

plt.rcParams["figure.dpi"] = 80

# %% [markdown]
# ## A matrix game, and a number to meet
#
# In the prisoner's dilemma (4, 0, 5, 1) theory predicts that two LASE players who know each other's policies settle at
# cooperating with probability 4/5. `lase:oracle` is LASE with just that knowledge. Here are eight pairs of networks.

# %%
game = gt.Game.two_by_two(R=4, S=0, T=5, P=1)
field = gt.rules.policy_gradient(game, transfer=gt.transfer.SocialRelationship())
print(gt.analysis.rest_points(field).sinks[0])
pairs = lc.train("matrix", "lase:oracle", seeds=range(8), episodes=32 * 500)
pairs.metrics

# %% [markdown]
# Every run leaves an `xarray.Dataset`; here is how much its players cooperate. Grey: each of the sixteen.

# %%
figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
cooperation = pairs.metrics.cooperation
for agent in cooperation.agent:
    ax.plot(cooperation.episode, cooperation.sel(agent=agent).T, color="0.75", lw=0.7)
ax.plot(cooperation.episode, cooperation.mean(("seed", "agent")), color="#0072b2", lw=2, label="learners, mean")
ax.axhline(4 / 5, color="k", ls=":", label="theory, 4/5")
ax.set(xlabel="games played", ylabel="cooperation", ylim=(0, 1))
ax.legend();

# %% [markdown]
# **What if T were larger?** One line; prediction and learners side by side.

# %%
for T in (5, 6, 7):
    run = lc.train("matrix", "lase:oracle", seeds=range(6), episodes=32 * 500, T=T)
    ends_at = run.metrics.cooperation.isel(episode=slice(-250, None)).mean(("episode", "agent"))
    p = (T - 1) / (2 * T - 5)  # p* of (4, 0, T, 1)
    print(f"T = {T}: p* = {p:.3f}, learned {float(ends_at.mean()):.3f} ± {float(ends_at.std()):.3f} (sd over pairs)")

# %% [markdown]
# (At T = 8 the symmetric point is no longer where learners go: equals part, one cooperates more than the other. Try it,
# and ask `rest_points` for its sinks.)

# %% [markdown]
# ## Coin
#
# Who takes a coin gets 1, and if it was of the other's colour the other loses 2. Two seeds, a tenth of the length of the
# experiments below: enough to see gifts begin.

# %%
run = lc.train("coin", "lase", seeds=(0, 1), episodes=640)
summary = run.summary["metrics"]
print(f"gift weight {summary['weight']:.2f}, collective reward {summary['collective']:.2f}")
print(f"largest difference that gifts make to the sum of rewards, relative: {float(run.metrics.imbalance.max()):.0e}")

# %% [markdown]
# The names of measures say what they are; `given` has who gives what to whom in an episode.

# %%
run.metrics.given.isel(episode=-1).mean("seed").round(2).to_pandas()

# %% [markdown]
# ## The experiments
#
# Ten seeds of every kind of player in four worlds were run once and are kept with the project. The better a co-player
# is predicted, the less it is given: an oracle's gifts nearly die out, and with them cooperation.

# %%
print(f"{'':28}{'collective reward':>22}{'gift weight':>16}{'log-likelihood':>16}")
for agents in ("a2c", "lase:oracle", "lase:predictor", "lase:uniform", "lase:perspective", "memory", "go"):
    cell = f"main coin {agents}"
    row = []
    for measure in ("collective", "weight", "log_likelihood"):
        values = ends(cell, measure)
        if values.ndim > 1:  # giver and receiver: without oneself
            values = values[:, ~np.eye(values.shape[-1], dtype=bool)].mean(axis=-1)
        mean, half = interval(values)
        row.append(f"{mean:.2f} ± {half:.2f}" if np.isfinite(mean) else "–")
    print(f"{agents:28}{row[0]:>22}{row[1]:>16}{row[2]:>16}")

# %% [markdown]
# ## Longer
#
# On the command line, with a folder: metrics, checkpoints, and a film of what was learned.
#
#     lase train cleanup --agents lase --seeds 0-4 --out runs/cleanup
#     lase render runs/cleanup --out cleanup.gif
#
# Ctrl-C stops after the round; `lase train --resume runs/cleanup` goes on, bit for bit.
