# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Four worlds, and which dilemma each of them is
#
# Players walk on a map, pick things up, and do each other good or harm. Is that a prisoner's dilemma? A world has no
# payoff matrix, but once it is said what a cooperator and a defector do, one can be measured. Rules and parameters of
# all worlds are on [their pages](../docs/worlds/index.md).

# %%
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from lase_core.envs import make
from lase_core.envs.players import act
from lase_core.envs.render import frame
from lase_core.envs.schelling import draw, schelling

plt.rcParams["figure.dpi"] = 80
world = make("coin", batch=64)
observations = world.reset(rng=0)
world

# %% [markdown]
# **A world is a batch.** Above are 64 worlds that are stepped together. Here is the first of them: two players and a
# coin that has the colour of one of them. Who takes a coin gets 1; if it was of the other's colour, the other loses 2.

# %%
Image.fromarray(frame(world, 0))

# %% [markdown]
# **What a player sees** is a window around itself, in channels: itself, the other, coins, and the outside of the map.
# Below, the window of each of the two as text: `o` the other, `c` an own coin, `h` a coin whose taking would harm the
# other, `#` the outside. Each sees the world as if it were the first player, so one network can look through both pairs
# of eyes.

# %%
letters = dict(zip(world.channels, "@och#", strict=True))
print(letters, observations.shape)
for window in observations[0]:
    print()
    for row in window:
        print(" ".join(("." if not cell.any() else "@och#"[cell.argmax()]) for cell in row))

# %% [markdown]
# **Scripted players.** A cooperator takes its own coins and steps around the other's, a defector takes all. They meet
# in all 64 worlds at once: `actions` has a row for each world, and so do the rewards.

# %%
rng = np.random.default_rng(1)
payoffs, taken = np.zeros((64, 2)), np.zeros((64, 2))
world.reset(rng)
for _ in range(world.horizon):
    actions = act(world, ["cooperator", "defector"], rng)
    observations, rewards, done, info = world.step(actions)
    payoffs += rewards
    taken += info["own coin"]
print("payoffs of the first three worlds", *payoffs[:3].tolist())
print(f"mean: cooperator {payoffs[:, 0].mean():.1f}, defector {payoffs[:, 1].mean():.1f}")
print(f"own coins taken: cooperator {taken[:, 0].mean():.1f}, defector {taken[:, 1].mean():.1f}")

# %% [markdown]
# **A Schelling diagram** has what a cooperator and a defector get, for every number of *other* players who cooperate.
# Its ends tell the class. *Fear*: alone among defectors a cooperator gets less. *Greed*: alone among cooperators a
# defector gets more. With both it is a prisoner's dilemma, with greed alone a snowdrift game, with fear alone a stag
# hunt, if all cooperating is better than all defecting.

# %%
print(schelling("coin", episodes=400, rng=0))

# %%
figure, axes = plt.subplots(1, 4, figsize=(12, 3), layout="constrained")
for ax, name in zip(axes, ("coin", "snowdrift", "stag_hunt", "cleanup"), strict=True):
    draw(schelling(name, episodes=250, rng=0), ax=ax, legend=name == "coin")

# %% [markdown]
# Three are what they are called. In Cleanup apples grow only while somebody cleans the river, which earns nothing; that
# sounds like a prisoner's dilemma, but with these players it is none. Cooperators *only* clean: where all do, nobody
# eats. Who plays matters as much as the rules. Let cooperators be caretakers, who clean while the river is more than
# half full and eat otherwise:

# %%
print(schelling("cleanup", cooperator="caretaker", episodes=400, rng=0))

# %% [markdown]
# That is a snowdrift game. At first the river is so full that nothing grows, so it is better to be the only caretaker
# than to have none.
#
# **What if waste came faster?** On a smaller map, which is clean enough at first for some apples, a lone caretaker has
# more and more to do. From some rate on it would have done better not to begin: fear comes in, and the prisoner's
# dilemma is there. It goes when even all caring is worse than none. In Jupyter the slider draws the diagram at other
# rates (a printed page shows only its name).

# %%
SMALL = {
    "height": 5,
    "width": 5,
    "river_rows": 1,
    "orchard_rows": 1,
    "most_waste": 5,
    "waste_at_start": 2,
    "auto_eat": True,
    "cooperator": "caretaker",
}
rates = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.7])
found = [schelling("cleanup", waste_rate=rate, episodes=300, rng=2, **SMALL) for rate in rates]
gap, half = np.array([[part[0] for part in diagram.advantage] for diagram in found]).T
figure, ax = plt.subplots(figsize=(6.4, 3), layout="constrained")
ax.errorbar(rates, gap, half, fmt="o-", color="#0072b2", capsize=3)
ax.axhline(0, color="#777777", lw=1)
ax.set(xlabel="probability of one more waste in a step", ylabel="gain from being\nthe only caretaker")
for rate, diagram in zip(rates, found, strict=True):
    print(f"{rate:.1f}  {diagram.dilemma}")


# %%
def diagram_at(rate):
    draw(schelling("cleanup", waste_rate=rate, episodes=300, rng=2, **SMALL))
    plt.show()


slider = ipywidgets.FloatSlider(0.5, min=0, max=1, step=0.05, continuous_update=False, description="waste")
screen = ipywidgets.Output()


@screen.capture(clear_output=True, wait=True)
def redraw(change):
    diagram_at(change["new"])


slider.observe(redraw, "value")
diagram_at(0.5)
display(slider, screen)

# %% [markdown]
# **Exercises.** Say what you expect before you run the cell, which checks the answers in brackets.
#
# 1. Two defectors in Coin take every coin. What do they get on average? *(Nothing: half of the coins are of the other's
#    colour, and 1 − 2/2 = 0.)*
# 2. In Snowdrift digging costs 4 and brings everybody 6. What becomes of the game if it costs 10? *(A prisoner's
#    dilemma: who digs alone now loses 4 at every drift, but the four still gain 24 for 10.)*
# 3. How many hunters must a stag take for the stag hunt to lose its fear? *(One: then waiting at a stag alone is worth
#    10. With two there is fear.)*

# %%
coin = schelling("coin", episodes=1000, rng=4)
np.testing.assert_allclose(coin.defector[0], 0, atol=2 * coin.defector_half[0])

costly = schelling("snowdrift", cost=10, episodes=300, rng=4)
np.testing.assert_equal(costly.dilemma.name, "prisoner's dilemma")
np.testing.assert_allclose(costly.cooperator[0], 6 * (6 - 10), atol=0.5)

fears = [schelling("stag_hunt", hunters=hunters, episodes=300, rng=4).dilemma.fear for hunters in (1, 2)]
np.testing.assert_array_equal(fears, [False, True])
