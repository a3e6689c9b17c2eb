# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Who cooperates?
#
# Some rules change what players *want* (LASE, equal sharing), others what they *foresee* (LookAhead, LOLA, SOS). Which
# of them cooperate, and in which game? Two things decide: the game's place on the plane of temptation $T$ and sucker's
# payoff $S$ (with $R = 1$, $P = 0$), and whether players remember the last round.

# %%
from fractions import Fraction

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import sympy as sp

import gametheory as gt

plt.rcParams["figure.dpi"] = 80
dilemma = gt.catalogue.social_dilemma(S=Fraction(-1, 2), T=Fraction(3, 2))
dilemma

# %% [markdown]
# **Played once.** For players without memory the answer is exact. Selfish players defect. LASE players, who give to
# those who do better by them than expected, rest in between. Boltzmann Q-learners cooperate only by mistake; where they
# rest is the logit quantal response equilibrium at their temperature.

# %%
for name, transfer in {"selfish": None, "LASE": gt.transfer.SocialRelationship()}.items():
    print(name, gt.analysis.rest_points(gt.rules.policy_gradient(dilemma, transfer)).sinks[0])
print("Q-learning", gt.equilibria.logit_qre(dilemma, temperature=0.25))

# %% [markdown]
# **Played again and again.** A memory-one strategy has five probabilities of cooperating: in the opening, and after CC,
# CD, DC and DD of the last round (own action first). Below, what the row strategy gets per round from the column one in
# $(R, S, T, P) = (3, 0, 5, 1)$, discount 0.96. Tit-for-tat (TFT) and win-stay-lose-shift (WSLS) keep up cooperation
# among themselves. Extort-2 gets more than those it meets, but for AllD, which takes the first round, and little from
# its own kind.

# %%
classic = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
names = ["AllC", "AllD", "TFT", "WSLS", "Extort-2"]
table = gt.memory_one.round_robin(classic, [gt.memory_one.strategy(name) for name in names], discount=0.96)
print(f"{'':>10}", *(f"{name:>9}" for name in names))
for name, row in zip(names, table, strict=True):
    print(f"{name:>10}", *(f"{payoff:9.2f}" for payoff in row))

# %% [markdown]
# **Learners with memory.** Six rules, all with step 1. *Selfish* players climb their own gradient; *LookAhead* expects
# the others to learn, too; *LOLA* shapes how they learn, and *SOS* does so as far as it is safe. *LASE* and *equal
# sharing* are plain gradients on rewards after gifts. Starts are 32 pairs of random strategies, with logits from
# $N(0, 1)$. Values are sums of discounted rewards, as in the papers on LOLA; the last exercise shows why that matters.

# %%
RULES = {
    "selfish": (gt.rules.simultaneous_ascent, None),
    "LookAhead": (gt.rules.lookahead, None),
    "LOLA": (gt.rules.lola, None),
    "SOS": (gt.rules.sos, None),
    "LASE": (gt.rules.simultaneous_ascent, gt.transfer.SocialRelationship()),
    "equal sharing": (gt.rules.simultaneous_ascent, gt.transfer.GroupOptimal()),
}
STARTS = np.random.default_rng(2).normal(size=(32, 10))


def reached(rule, T, S, memory=True, steps=150, unit=1.0, rate=1.0):
    """Policies that a rule leads to, for each T and S and each start."""
    make, transfer = RULES[rule]
    game = gt.Game.two_by_two(unit, *sp.symbols("S T"), 0)
    if memory:
        objective = gt.objective.MemoryOneObjective(game, transfer, discount=0.96, normalised=False)
    else:
        objective = gt.objective.MatrixObjective(game, transfer)
    logits = gt.objective.Logits(objective)
    step = make(logits, rate=rate)
    payoffs = {"T": unit * np.asarray(T)[..., None], "S": unit * np.asarray(S)[..., None]}  # an axis for the starts
    theta = np.broadcast_to(STARTS if memory else STARTS[:, [0, 5]], (*np.shape(T), 32, 10 if memory else 2))
    for _ in range(steps):
        theta = step(theta, **payoffs)
    return logits.state(theta)


def cooperation(*args, **options):
    """Mean share of rounds in which players cooperate."""
    x = reached(*args, **options)
    if x.shape[-1] > 2:  # each state counts as often as it is met, which payoffs do not change
        visits = gt.objective.MemoryOneObjective(dilemma, discount=0.96).visits(x)
        x = (visits * x).reshape(*x.shape[:-1], 2, 5).sum(axis=-1)
    return x.mean(axis=(-1, -2))


# %% [markdown]
# **Rules and games.** Without memory foresight does not help in a dilemma; with it LOLA and SOS cooperate. LASE cooperates
# equally often either way. The last rows say why, by the mean strategies reached in the dilemma: LOLA answers cooperation
# (CC, DC) with far more cooperation than defection (CD, DD), like a generous tit-for-tat. LASE forgets the last round:
# its cooperation rests on gifts, and 2/3 in every state is where it rests without memory.

# %%
GAMES = {"harmony": (0.5, 0.5), "stag hunt": (0.5, -0.5), "snowdrift": (1.25, 0.5), "dilemma": (1.5, -0.5)}
T, S = np.array(list(GAMES.values())).T
shares = {(rule, memory): cooperation(rule, T, S, memory=memory) for memory in (False, True) for rule in RULES}
for memory, title in ((False, "no memory"), (True, "memory one")):
    print(f"{title:>14}", *(f"{name:>10}" for name in GAMES))
    for rule in RULES:
        print(f"{rule:>14}", *(f"{share:10.2f}" for share in shares[rule, memory]))
print(f"{'strategies':>14}", *(f"{state:>10}" for state in ("opening", "CC", "CD", "DC", "DD")))
for rule in ("LOLA", "LASE"):
    print(f"{rule:>14}", *(f"{p:10.2f}" for p in reached(rule, 1.5, -0.5, steps=400)[:, :5].mean(axis=0)))

# %% [markdown]
# **The whole plane** takes one line for each rule, here LOLA and LASE with memory one. LOLA's cooperation stops about
# where $S + T = 2$: above that line unequal actions pay the two together more than mutual cooperation. That of LASE
# falls with the temptation.

# %%
figure, axes = plt.subplots(1, 2, figsize=(9.6, 4.2), layout="constrained")
for ax, rule in zip(axes, ("LOLA", "LASE"), strict=True):
    gt.plot.plane(lambda T, S, rule=rule: cooperation(rule, T, S), ax=ax, resolution=12, label="share of cooperation")
    ax.set_title(f"{rule}, memory one")

# %% [markdown]
# **What if T were larger?** In Jupyter the sliders draw other games (a printed page shows only their names). All six rules
# learn anew.


# %%
def rules_at(T, S):
    _figure, ax = plt.subplots(figsize=(6.4, 2.8), layout="constrained")
    for offset, memory, color in ((-0.2, False, "#a9b4c2"), (0.2, True, "#0072b2")):
        heights = [cooperation(rule, T, S, memory=memory, steps=100) for rule in RULES]
        ax.bar(np.arange(6) + offset, heights, 0.38, color=color, label="memory one" if memory else "no memory")
    ax.set(ylim=(0, 1), ylabel="share of cooperation", title=f"(R, S, T, P) = (1, {S:g}, {T:g}, 0)")
    ax.set_xticks(range(6), RULES)
    ax.legend(loc="upper left", ncols=2, fontsize=8)
    plt.show()


temptation = ipywidgets.FloatSlider(1.5, min=0.25, max=2, step=0.25, continuous_update=False, description="T")
sucker = ipywidgets.FloatSlider(-0.5, min=-1, max=0.75, step=0.25, continuous_update=False, description="S")
screen = ipywidgets.Output()


@screen.capture(clear_output=True, wait=True)
def redraw(_change):
    rules_at(temptation.value, sucker.value)


for slider in (temptation, sucker):
    slider.observe(redraw, "value")
rules_at(1.5, -0.5)
display(temptation, sucker, screen)

# %% [markdown]
# **Exercises.** Say what you expect before you run the cell, which checks the answers in brackets.
#
# 1. AllC meets Extort-2 in (3, 0, 5, 1), in the long run. By how much does the extortioner's surplus over $P = 1$ exceed
#    that of its victim? *(It is twice as large.)*
# 2. How patient must players be for tit-for-tat to be an equilibrium of that game? *(Discount at least 2/3.)*
# 3. From which temptation on do two LASE players stop cooperating fully, with $R = 1$, $S = -1/4$, $P = 0$? *(T = R.)*
# 4. Write the payoffs of the dilemma in a unit ten times as large, so that every number is a tenth. Which of LOLA and
#    LASE cooperates as before? *(LASE: its relationship has no unit, and a plain gradient is only slower. What LOLA
#    foresees grows with the square of payoffs, its gradient with payoffs; only with ten times the step is it the same. The other way round, payoffs much larger than 1 need a step as much
#    smaller, for every rule here: divide `rate` by the unit.)*

# %%
pair = [gt.memory_one.strategy(name) for name in ("Extort-2", "AllC")]
extortioner, victim = gt.memory_one.payoffs(classic, *pair)
np.testing.assert_allclose(extortioner - 1, 2 * (victim - 1))

np.testing.assert_allclose(float(gt.memory_one.tit_for_tat_threshold(classic)), 2 / 3)

regime = gt.analysis.lase_regime(R=1, S=-0.25, T=[0.99, 1.01], P=0)
np.testing.assert_array_equal(regime.cooperation() == 1, [True, False])

lase, lola = ([cooperation(rule, 1.5, -0.5, steps=600, unit=unit) for unit in (1, 0.1)] for rule in ("LASE", "LOLA"))
print(f"LASE {lase[0]:.2f} before, {lase[1]:.2f} after; LOLA {lola[0]:.2f} before, {lola[1]:.2f} after")
np.testing.assert_allclose(*lase, atol=0.02)
np.testing.assert_array_less(lola[1], lola[0] - 0.2)
few = {"T": 1.5, "S": -0.5, "steps": 20}
np.testing.assert_allclose(reached("LOLA", unit=0.1, rate=10, **few), reached("LOLA", **few), rtol=1e-6)
