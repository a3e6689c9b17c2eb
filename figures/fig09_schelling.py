"""Schelling diagrams of the four grid worlds: which of them are the dilemma that their names promise."""

import matplotlib.pyplot as plt
import numpy as np

from gametheory.plot.palette import INK, PLAYERS
from lase_core.envs.schelling import draw as diagram
from lase_core.envs.schelling import schelling
from lase_core.report import Comparison, Drawn

SMALL = {  # Cleanup in a corner: one row of river, one of orchard, apples eaten in passing
    "height": 5,
    "width": 5,
    "river_rows": 1,
    "orchard_rows": 1,
    "most_waste": 5,
    "waste_at_start": 2,
    "auto_eat": True,
}
PANELS = {  # title: world, and what differs from its rules and players
    "Coin": ("coin", {}),
    "Cleanup": ("cleanup", {}),
    "Snowdrift": ("snowdrift", {}),
    "Stag hunt": ("stag_hunt", {}),
    "Cleanup, caretakers": ("cleanup", {"cooperator": "caretaker"}),
    "5×5, waste 0.25, caretakers": ("cleanup", {"cooperator": "caretaker", "waste_rate": 0.25, **SMALL}),
    "5×5, waste 0.4, caretakers": ("cleanup", {"cooperator": "caretaker", "waste_rate": 0.4, **SMALL}),
    "Stag hunt, 6×6, 6 hares": ("stag_hunt", {"height": 6, "width": 6, "n_hares": 6}),
}
PROMISED = {
    "coin": "prisoner's dilemma",
    "cleanup": "prisoner's dilemma",  # of many: a public good
    "snowdrift": "snowdrift",
    "stag_hunt": "stag hunt",
}
SIGNS = {"prisoner's dilemma": (True, True, True), "snowdrift": (False, True, True), "stag hunt": (True, False, True)}
BROKEN = "#b2182b"


def signs(found, name):
    """How many of fear, greed and gain the intervals find as a dilemma of this name has them."""
    kind = found.dilemma
    return sum(a is b for a, b in zip((kind.fear, kind.greed, kind.gain), SIGNS[name], strict=True))


def draw(scale):
    """Measure eight diagrams, and compare them with what the rules imply."""
    episodes = 1000 if scale == "quick" else 10_000
    found = {
        title: schelling(world, rng=90 + k, episodes=episodes, **options)
        for k, (title, (world, options)) in enumerate(PANELS.items())
    }
    coin, cleanup, stag = found["Coin"], found["Cleanup"], found["Stag hunt"]
    care, slow, fast = (found[title] for title in list(PANELS)[4:7])
    return Drawn(
        title="Schelling diagrams of four worlds",
        claim=(
            "Three of the four worlds are, between scripted players, the dilemma that their names promise. "
            f"Coin is a prisoner's dilemma: {_payoffs(coin)}. Snowdrift is a snowdrift game: who digs alone gets 12, "
            "not 0, and who lets all others dig 36, not 30. Stag hunt is a stag hunt: a lone hunter of stags gets "
            f"{stag.cooperator[0]:.2f}, a hunter of hares {stag.defector[0]:.2f}; one partner is enough for "
            f"{stag.cooperator[1]:.2f}. Cleanup is not the prisoner's dilemma of many that a public good suggests, if "
            "cooperating is to clean all the time: where all clean nobody eats, so all cooperating pays as little as "
            f"all defecting, 0, and the best group has {cleanup.group.argmax()} cleaners and one who eats. Let "
            "cooperators be caretakers, who clean while the river is more than half full and eat otherwise, and it is "
            f"a snowdrift game: the only caretaker gets {care.cooperator[0]:.2f}, where nobody cares all get 0. On "
            f"the small map the speed of waste decides: at 0.25 a step a snowdrift game ({_alone(slow)}), at 0.4 a "
            f"prisoner's dilemma ({_alone(fast)})."
        ),
        comparisons=_comparisons(found),
        figure=_picture(found),
        notes=(
            f"{episodes} episodes for each number of cooperators, roles drawn anew in each. Bands are 95 % intervals; "
            "most are narrower than the dots. Second line: the dilemma found, in red where the name promises another "
            "one. Fear and greed are marked where the intervals show them; insets enlarge the left ends. All is said "
            "of these scripted players: a world has no dilemma of its own until it is said what cooperating is. "
            "Below: Cleanup with caretakers, on its own map and on one of 5×5 cells with one row of river and one of "
            "orchard, at most 5 wastes, 2 at first, apples eaten in passing; and Stag hunt on a larger map. "
            "Three hunters of stags get one stag, as two do: either two of them catch it and the third waits in vain "
            "at the other, or all three share it. So the curve has a peak at one partner."
        ),
    )


def _payoffs(found):
    """Write the payoffs of a world of two as those of a matrix game."""
    values = (found.cooperator[1], found.cooperator[0], found.defector[1], found.defector[0])
    numbers = ", ".join(f"{value:.1f}" for value in np.round(values, 1) + 0.0)
    return f"(R, S, T, P) = ({numbers})"


def _alone(found):
    return f"{found.cooperator[0]:.2f} for the only caretaker, {found.defector[0]:.2f} where nobody cares"


def _picture(found):
    figure, axes = plt.subplots(2, 4, figsize=(10.8, 5.5), layout="constrained")
    for ax, (title, (world, _)) in zip(axes.ravel(), PANELS.items(), strict=True):
        kind = found[title].dilemma.name
        diagram(found[title], ax=ax, title="", legend=False)
        ax.set_title(title, pad=17, fontsize=9.5)
        colour = INK if kind == PROMISED[world] else BROKEN
        ax.text(0.5, 1.025, kind, transform=ax.transAxes, ha="center", fontsize=8.5, style="italic", color=colour)
        ax.set_xlabel(ax.get_xlabel() if ax in axes[1] else "")
        if title.startswith("5×5"):
            _ends(ax.inset_axes((0.2, 0.5, 0.26, 0.4)), found[title])
    for ax in axes[:, 1:].ravel():
        ax.set_ylabel("")
    axes[0, 0].legend(loc="upper left", handlelength=1.4, borderaxespad=0.2)
    return figure


def _ends(ax, found):
    """Enlarge the left ends, which decide whether there is fear."""
    sides = ((found.cooperator, found.cooperator_half, "o"), (found.defector, found.defector_half, "s"))
    for x, (mean, half, marker) in enumerate(sides):
        ax.errorbar(x, mean[0], half[0], fmt=marker, color=PLAYERS[x], ms=4, capsize=2.5, lw=1.2)
    top = max(found.cooperator[0], found.defector[0])
    ax.set(xlim=(-0.6, 1.6), ylim=(0, 1.25 * top), xticks=[], title="at 0")
    ax.title.set_fontsize(7.5)
    ax.tick_params(labelsize=7, length=2)


def _comparisons(found):
    coin, cleanup, snowdrift, stag = (found[title] for title in list(PANELS)[:4])
    care = found["Cleanup, caretakers"]
    dug = 36 - 24 / np.arange(1, 5)
    off = max(np.abs(snowdrift.cooperator - dug).max(), np.abs(snowdrift.defector - [0, 36, 36, 36]).max())
    wrong = "the rules give 1, greed: nobody eats where all clean, nor where none does"
    return (
        Comparison("Coin, signs of a prisoner's dilemma (fear, greed, gain)", 3, signs(coin, "prisoner's dilemma"), 0),
        Comparison("Coin, both take all: every coin is 1 − 2/2", 0, coin.defector[0], 0.5, coin.defector_half[0]),
        Comparison(
            f"Cleanup, cooperators clean: signs of the prisoner's dilemma that the name promises, 3; {wrong}",
            1,
            signs(cleanup, "prisoner's dilemma"),
            0,
        ),
        Comparison(
            "Cleanup: payoff where all clean, and where none does",
            0,
            cleanup.cooperator[-1] + cleanup.defector[0],
            0,
        ),
        Comparison("Cleanup, caretakers: signs of a snowdrift game", 3, signs(care, "snowdrift"), 0),
        Comparison("Snowdrift, signs of a snowdrift game (no fear, greed, gain)", 3, signs(snowdrift, "snowdrift"), 0),
        Comparison("Snowdrift: largest distance from 36, and from 36 − 24/c for c diggers", 0, off, 0.1),
        Comparison("Stag hunt, signs of a stag hunt (fear, no greed, gain)", 3, signs(stag, "stag hunt"), 0),
        Comparison(
            "Stag hunt, 6×6, 6 hares: signs of a stag hunt", 3, signs(found["Stag hunt, 6×6, 6 hares"], "stag hunt"), 0
        ),
        Comparison("Stag hunt: two hunters share a stag", 5, stag.cooperator[1], 0.2, stag.cooperator_half[1]),
        Comparison("Stag hunt: three get one stag", 10 / 3, stag.cooperator[2], 0.2, stag.cooperator_half[2]),
    )
