# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Rest points and certificates
#
# Where can learning come to rest, and how do we know that no such place was missed? `gt.analysis.rest_points` always
# says which of two things it gives: *all* rest points, proved, or those that it found. For two players with two actions
# and a polynomial field everything is exact, the gifts that flow at the end, too.

# %%
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

import gametheory as gt
from gametheory.field import ClosedForm, Field, Space
from gametheory.intervals import Interval

plt.rcParams["figure.dpi"] = 80
lase = gt.transfer.SocialRelationship()
dilemma = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
points = gt.analysis.rest_points(gt.rules.policy_gradient(dilemma, lase))
print(points)
(end,) = points.sinks
print("gift weight", end.gifts.weights[0, 1], " kept share", end.gifts.kept[0], " welfare", end.gifts.welfare)

# %% [markdown]
# **What is a certificate?** Explorers (Boltzmann Q-learners) have logarithms in their field, and rest at no fraction. But
# a computer can *enclose* a field on a whole box of states: interval arithmetic rounds outward, so the interval that it
# returns holds every value. Where the enclosure leaves out 0, nothing rests; such boxes are thrown away. In the others
# *Krawczyk's test* may prove that exactly one point rests: with the middle $m$ of a box $X$, and any number $Y$, here an
# approximate inverse of the slope at $m$,
#
# $$K(X) = m - Y f(m) + (1 - Y f'(X))\,(X - m).$$
#
# If $K(X)$ lies inside $X$, there is exactly one zero in $X$, and it lies in $K(X)$. Here by hand, both players alike.
# The rate is $p(1-p)$ times a drive that is 0 where they rest; the drive is shorter, and so its enclosures are narrower.

# %%
coordination = gt.catalogue.coordination(1, 1)
both = gt.rules.boltzmann_q(coordination, temperature=0.45).diagonal()  # one number p, the same for both players
drive = replace(both, derive=lambda: ClosedForm(both.advantages))
slope = replace(both, derive=lambda: ClosedForm(tuple(g.diff(*both.space.symbols) for g in both.advantages)))
print("drive:", drive.expressions[0])
print("nothing rests in [0.90, 0.99], where it is in", drive.enclose(Interval([0.90], [0.99])))

box, inside = Interval([0.75], [0.77]), True
while inside:
    middle = Interval(box.middle)
    Y = Interval(1 / slope.enclose(middle).middle)
    K = middle - Y * drive.enclose(middle) + (1 - Y * slope.enclose(box)) * (box - middle)
    inside = bool(K.lo[0] > box.lo[0] and K.hi[0] < box.hi[0])
    what = "lies inside" if inside else "does not: rounding is all that is left"
    print(f"K([{box.lo[0]:.16f}, {box.hi[0]:.16f}]) has width {K.width[0]:.0e}, and {what}")
    box = K if inside else box

# %% [markdown]
# **Three equilibria and a pitchfork.** The search cuts the square into boxes until each is empty, or holds one proved
# point. At temperature 0.45 two explorers of a coordination game have three equilibria. At 1/2 they merge: the slope is
# 0, and no test of this kind can decide. The box is then handed back as *undecided* (hatched), and `complete` is False.

# %%
explorers = gt.rules.boltzmann_q(coordination, temperature=0.45)
found = gt.analysis.rest_points(explorers)
print(found)
print("radius of the proof:", [f"{point.radius:.0e}" for point in found], "|", found[0].certificate)
print(gt.analysis.rest_points(gt.rules.boltzmann_q(coordination, temperature=0.5)))

figure, (left, right) = plt.subplots(1, 2, figsize=(9.4, 4.8), layout="constrained")
gt.plot.portrait(explorers, points=found, ax=left, title="temperature 0.45")
for tau in np.arange(30, 65, 2.5) / 100:
    at = gt.analysis.rest_points(gt.rules.boltzmann_q(coordination, temperature=float(tau)))
    for point in at:
        right.plot(tau, point.x[0], "o", mec="k", mfc="k" if point.stability == "sink" else "w", ms=5)
    for gap in at.undecided:
        right.plot(tau, gap.lo[0], "s", mec="k", mfc="w", ms=10)
        right.annotate("undecided", (tau, gap.lo[0]), (8, 14), textcoords="offset points")
right.set(xlabel="temperature", ylabel="probability of the first action", ylim=(0, 1), title="certified equilibria")
plt.show()

# %% [markdown]
# **Three actions.** The replicator flow of rock, paper, scissors circles around a *centre*, which no linear test can
# show: the search recognises the game's invariant. Players who give (LASE) turn the centre into a sink.

# %%
game = gt.catalogue.rock_paper_scissors()
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.6), layout="constrained")
selfish = gt.plot.simplex(gt.rules.replicator(game, populations="one"), ax=left, title="selfish")
giving = gt.plot.simplex(gt.rules.policy_gradient(game, lase).diagonal(), ax=right, title="LASE", starts=[[0.7, 0.2]])
plt.show()
print(selfish.rest_points.interior[0], "|", giving.rest_points.interior[0], giving.rest_points.interior[0].eigenvalues)

# %% [markdown]
# **Three players.** On the cube of a public goods game each face is searched on its own: corners, edges, squares and the
# inside. All 27 rest points are proved; one attracts, $1/\sqrt{2}$ for each player.

# %%
public = gt.rules.policy_gradient(gt.catalogue.public_goods(n=3, multiplier=2), lase)
cube = gt.analysis.rest_points(public)
print(Counter((point.face.count("="), point.stability) for point in cube), "complete:", cube.complete)
print(cube.sinks[0], cube.sinks[0].certificate)

axes = plt.figure(figsize=(4.4, 4.2), layout="constrained").add_subplot(projection="3d")
for stability, color in {"source": "white", "saddle": "#a9b4c2", "sink": "black"}.items():
    places = np.array([point.x for point in cube if point.stability == stability])
    axes.scatter(*places.T, color=color, edgecolor="k", s=45, label=stability, depthshade=False)
for a in (0, 1):
    for b in (0, 1):
        for line in ([[0, 1], [a, a], [b, b]], [[a, a], [0, 1], [b, b]], [[a, a], [b, b], [0, 1]]):
            axes.plot(*line, color="k", lw=0.6)
axes.set(xlabel="$p_1$", ylabel="$p_2$", zlabel="$p_3$", xticks=[0, 1], yticks=[0, 1], zticks=[0, 1])
axes.set_box_aspect(None, zoom=0.85)
axes.legend(loc="upper left", fontsize=8)
plt.show()

# %% [markdown]
# **Beyond rest points.** Learning in a plane may also run in circles for ever; *Dulac's criterion* can exclude it. And
# rules that take large steps are *maps*: they may jump between two points, each of which comes back after two steps
# (`period=2`). Here a population that plays snowdrift and takes steps of size 9.

# %%
pennies = gt.catalogue.matching_pennies()
for name, transfer in {"selfish": None, "LASE": lase}.items():
    shown = gt.analysis.excludes_cycles(gt.rules.policy_gradient(pennies, transfer))
    print(f"matching pennies, {name}: closed orbits {'are excluded' if shown else 'are not excluded'}")

one = gt.rules.replicator(gt.catalogue.snowdrift(), populations="one")
(p,) = one.space.symbols
step = ClosedForm((p + 9 * one.expressions[0],))
jumping = Field(Space((2,)), lambda x: x + 9 * one(x), kind="map", derive=lambda: step)
for period in (1, 2):
    print(f"\nback after {period}:")
    print(gt.analysis.rest_points(jumping, period=period))
print("\nfrom 0.4:", gt.analysis.flow(jumping, [0.4], np.arange(96, 101)).ravel().round(6))

# %% [markdown]
# **What if T were larger?** Two LASE explorers at temperature 1/4 play $(3, 0, T, 1)$. In Jupyter the slider draws other
# values of $T$ (a printed page shows only its name); at each all rest points are proved anew, in a fraction of a second.
# From about $T = 8.5$ on equal players end unequal.


# %%
def explorers_at(T):
    other = gt.Game.two_by_two(3, 0, Fraction(T), 1)
    field = gt.rules.boltzmann_q(other, lase, temperature=Fraction(1, 4))
    drawn = gt.plot.portrait(field, title=f"(R, S, T, P) = (3, 0, {T:g}, 1), temperature 1/4")
    plt.show()
    print(drawn.rest_points)


slider = ipywidgets.FloatSlider(5, min=3.5, max=10, step=0.25, continuous_update=False, description="T")
screen = ipywidgets.Output()


@screen.capture(clear_output=True, wait=True)
def redraw(change):
    explorers_at(change["new"])


slider.observe(redraw, "value")
explorers_at(9.0)
display(slider, screen)

# %% [markdown]
# **Exercises.** Say what you expect before you run the cell, which checks the answers in brackets.
#
# 1. At which temperature does the pitchfork happen if both equilibria of the coordination game pay 2? *(At 1: only the
#    ratio of payoffs and temperature counts.)*
# 2. In rock, paper, scissors winning pays 2 and losing costs 1. Is the middle a sink, a source or a centre of the
#    replicator flow? *(A sink. The product of the three shares, constant where win and loss are equal, now
#    grows towards the middle.)*
# 3. How many rest points does LASE have in the dilemma $(3, 0, 5, 1)$, if each face has exactly one? *(3 × 3 = 9.)*
# 4. Show with a single enclosure that two selfish players of that dilemma cannot rest where both probabilities lie
#    between 0.01 and 0.99. *(All rates are below 0 on the whole box.)*

# %%
double = gt.catalogue.coordination(2, 2)
counts = [len(gt.analysis.rest_points(gt.rules.boltzmann_q(double, temperature=tau))) for tau in (0.98, 1.02)]
np.testing.assert_array_equal(counts, [3, 1])

generous = gt.rules.replicator(gt.catalogue.rock_paper_scissors(win=2, loss=1), populations="one")
(middle,) = gt.analysis.rest_points(generous).interior
np.testing.assert_equal(middle.stability, "sink")

np.testing.assert_equal((len(points), points.complete), (9, True))

defectors = gt.rules.policy_gradient(dilemma)
rates = defectors.enclose(Interval([0.01, 0.01], [0.99, 0.99]))
np.testing.assert_array_less(rates.hi, 0)
print(counts, middle, rates)
