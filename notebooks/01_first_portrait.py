# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # From a game to its portrait
#
# Two learners play a prisoner's dilemma over and over. Each gives part of its reward to the other, in proportion to a
# *social relationship*: how much better it fares by what the other did than by what it had expected (LASE). Where will
# they end? Ten cells from the payoffs to the answer; the last one has a slider.

# %%
import ipywidgets
import matplotlib.pyplot as plt

import gametheory as gt
from lase_core.agents import learn

game = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
game

# %% [markdown]
# **The field.** Each player climbs its total reward: what it keeps of its own, plus what it is given. `advantages` is
# the gain from cooperating rather than defecting, derived symbolically; `expressions` is the rate of change
# $\dot p_i = p_i (1 - p_i)\, g_i$.

# %%
field = gt.rules.policy_gradient(game, transfer=gt.transfer.SocialRelationship())
field.advantages

# %%
gt.analysis.rest_points(field)

# %%
(end,) = gt.analysis.rest_points(field).sinks
print("mean gift weight", end.gifts.weights[0, 1])
print("kept share", end.gifts.kept[0])
print("welfare", end.gifts.welfare)

# %% [markdown]
# **The portrait** has the flow, the lines on which one player stands still, and all rest points. Learners follow the
# *softmax* flow: the same rest points, other speeds. The purple paths are real learners, means over 64 runs each.

# %%
lase = gt.transfer.SocialRelationship()
softmax = gt.rules.policy_gradient(game, lase, parametrisation="softmax")
starts = ([0.1, 0.4], [0.9, 0.7])
runs = [learn(game, runs=64, steps=4000, start=start, rng=1) for start in starts]
gt.plot.portrait(softmax, measured=[run.cooperation.mean(axis=1) for run in runs])

# %% [markdown]
# **What if T were larger?** Here is one answer; in Jupyter the slider draws others below it (a printed page shows only
# its name). At each value all rest points are found anew, exactly.


# %%
def portrait_at(T):
    other = gt.Game.two_by_two(3, 0, T, 1)
    field = gt.rules.policy_gradient(other, lase)
    gt.plot.portrait(field, title=f"(R, S, T, P) = (3, 0, {T:g}, 1)")
    plt.show()


slider = ipywidgets.FloatSlider(5, min=2, max=9, step=0.25, continuous_update=False, description="T")
screen = ipywidgets.Output()


@screen.capture(clear_output=True, wait=True)
def redraw(change):
    portrait_at(change["new"])


slider.observe(redraw, "value")
portrait_at(8)
display(slider, screen)
