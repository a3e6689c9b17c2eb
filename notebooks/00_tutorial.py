# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Tutorial
#
# This page takes one two-by-two game from its four payoffs to a prediction of what learners will do, and to learners
# that do it. It uses the definitions of the [conventions](../docs/conventions.md).
#
# ## A game
#
# A symmetric game with the actions *cooperate* and *defect* is four numbers: $R$ for mutual cooperation, $S$ for
# cooperating alone, $T$ for defecting alone, $P$ for mutual defection.

# %%
import numpy as np

import gametheory as gt

game = gt.Game.two_by_two(R=3, S=0, T=5, P=1)
game

# %% [markdown]
# Integers and fractions keep a game exact; one float makes it a game of floats. The catalogue has named games, with
# their sources, and says which class a game is in:

# %%
print(gt.catalogue.classify(game))
print(gt.equilibria.nash(game))

# %% [markdown]
# Games are read from and written to `.nfg` and JSON files by `gametheory.formats`.
#
# ## Its learning dynamics
#
# Give the players a [social relationship](../docs/conventions.md#relationship) and a [learning
# rule](../docs/conventions.md#flows), and the game becomes a vector field on the square of cooperation probabilities.

# %%
lase = gt.transfer.SocialRelationship()
field = gt.rules.policy_gradient(game, transfer=lase)
field.expressions

# %% [markdown]
# The field is a function on batches of states, one row each, and has a Jacobian:

# %%
print(field(np.array([[0.2, 0.9], [2 / 3, 2 / 3]])).round(6) + 0.0)
print(field.jacobian([2 / 3, 2 / 3]).round(4))

# %% [markdown]
# With symbols for payoffs the formulas are general. A relationship divides by a range of payoffs, so it has to be known
# which payoff is the larger; by default the co-player's cooperation helps, $R > S$ and $T > P$.

# %%
import sympy as sp

R, S, T, P = sp.symbols("R S T P")
general = gt.rules.policy_gradient(gt.Game.two_by_two(R, S, T, P), lase)
(advantage,) = general.diagonal().advantages  # both players alike
sp.solve(advantage, sp.Symbol("p"))

# %% [markdown]
# That is $p^* = (S + T - P)/(2T + S - R - P)$, here $2/3$. Selfish players, players with a common purse and players
# with fixed shares are the transfers `Selfish`, `GroupOptimal` and `FixedShare`; your own transfer is a class with one
# method, `Transfer.effective`.
#
# ## Where learning comes to rest
#
# A rest point has a place, a stability, and [gifts](../docs/conventions.md#gifts) that flow there. For two players with
# two actions all of them are found exactly, also on edges and corners, and none is missed.

# %%
points = gt.analysis.rest_points(field)
points

# %%
(end,) = points.sinks
print("mean gift weights", end.gifts.weights.tolist())
print("kept shares", end.gifts.kept, "welfare", end.gifts.welfare)

# %% [markdown]
# On an edge the flow along it may stop while the flow across it does not. `transversal` is the advantage of cooperating
# of the player that is sure there:

# %%
for point in points:
    if point.face in {"p1 = 0", "p1 = 1"}:
        print(point, point.transversal)

# %% [markdown]
# ## A portrait
#
# A portrait shows the field, its nullclines (dashed), its rest points by type, and paths. Here is a game in which
# symmetry breaks: equal players end unequal.

# %%
unequal = gt.rules.policy_gradient(gt.Game.two_by_two(1, -0.25, 2, 0), lase)
starts = [[0.1, 0.3], [0.95, 0.85]]
gt.plot.portrait(unequal, starts=starts, title="(R, S, T, P) = (1, -1/4, 2, 0)")

# %% [markdown]
# Each part is a function of its own, `gametheory.plot`, and draws on any axes.
#
# ## Learners beside the prediction
#
# Tabular learners know nothing of the field: they play, see rewards, give and receive, and climb what they have left.
# Here they also learn what the other will do and what its actions are worth.

# %%
from lase_core.agents import Settings, learn

settings = Settings(learn_q=True, learn_estimate=True)
run = learn(game, runs=128, steps=5000, settings=settings, rng=0)
mean, half_width = run.mean()
print(f"{mean:.3f} ± {half_width:.3f}, derived {2 / 3:.3f}")

# %% [markdown]
# Their average follows the [softmax flow](../docs/conventions.md#flows) on the time axis *learning rate × steps*:

# %%
softmax = gt.rules.policy_gradient(game, lase, parametrisation="softmax")
follow = gt.analysis.flow(softmax, [0.5, 0.5], run.time)
print(np.abs(run.cooperation.mean(axis=(1, 2)) - follow[:, 0]).max().round(3))

# %% [markdown]
# ## On the command line
#
# `lase analyse` prints all of this for a file or a game of the catalogue; `--figure` draws the portrait, `--latex`
# writes the derivation, `--json` is for machines.
#
#     lase analyse prisoners_dilemma R=3 S=0 T=5 P=1 --figure portrait.png
#     lase analyse examples/snowdrift.nfg --json
#
# `lase reproduce` draws all figures, runs the learners and writes `figures/out/report.html` with every prediction
# beside what was measured. The closed form over the plane of games, with learners as dots:
#
# ![Cooperation of two LASE learners over the (T, S) plane](../docs/_static/figures/fig03_plane.png)
