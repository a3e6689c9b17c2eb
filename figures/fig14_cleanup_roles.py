"""Who cleans in Cleanup, and what it earns before and after gifts: LASE, player by player."""

import matplotlib.pyplot as plt
import numpy as np

from gametheory.equality import equality
from lase_core.experiments import ROLES, ends, how_run, read
from lase_core.report import Drawn
from lase_core.statistics import difference, interval, write

CELL, MEMORY = "main cleanup lase:perspective", "main cleanup memory"
MEASURES = {
    "reward": "reward before gifts",
    "event_waste_cleaned": "waste cleaned",
    "received": "gift weight received",
    "total": "reward after gifts",
}
ORDER = ("cleans most", "of the others: eats most", "second", "least")


def draw(scale):  # noqa: ARG001 (the cells are the same at every scale)
    """Draw a typical seed over time, and all seeds at the end with players ordered by what they clean."""
    found, with_memory = _by_role(CELL), _by_role(MEMORY)
    seed = _typical(CELL)
    return Drawn(
        title="Roles in Cleanup: who cleans, and who pays for it",
        claim=_claim(found, with_memory),
        figure=_picture(found, seed),
        notes=(
            f"Above seed {seed}, whose collective end value is the median of the seeds, over training; below the last "
            "tenth of episodes of all seeds: bars are means, lines 95 % intervals, dots seeds. In each seed the first "
            "player is the one who cleans most at its end, and the three others are ordered by their rewards before "
            "gifts: that these fall from the second to the fourth is so by choice. Gift weight received is the mean "
            "weight of the three others towards a player over all steps; what counts is the weight at steps on which "
            "they eat. Seats are not equal, since of several players on an apple the first in order eats it: of "
            f"{len(found['reward'])} seeds, the first seat is the cleaner's in {_seats()[0]}, the last in "
            f"{_seats()[-1]}. "
            + how_run([CELL, MEMORY])
            + " The paper shows one seed of its larger Cleanup: one agent cleans, is given to for it, and totals are "
            "more even than rewards."
        ),
    )


def _received(weights):
    """Mean weight of the others towards each: (..., giver, receiver) to (..., receiver)."""
    n = weights.shape[-1]
    return (weights * (1 - np.eye(n))).sum(axis=-2) / (n - 1)


def _roles(cell):
    """Return players in order for each seed: who cleans most, then the others, who eats most first."""
    cleaned, eaten = ends(cell, "event_waste_cleaned"), ends(cell, "reward")
    first = cleaned == cleaned.max(axis=1, keepdims=True)
    return np.argsort(-np.where(first, np.inf, eaten), axis=1)


def _seats():
    """Count in how many seeds each seat is the cleaner's."""
    first = _roles(CELL)[:, 0]
    return np.bincount(first, minlength=len(ORDER))


def _by_role(cell):
    """Return end values, (seeds, players), players in order of roles."""
    values = {name: ends(cell, name) for name in MEASURES if name != "received"}
    values["received"] = _received(ends(cell, "weight"))
    return {name: np.take_along_axis(value, _roles(cell), axis=1) for name, value in values.items()}


def _typical(cell):
    """Return the seed whose end value is the (lower) median."""
    values = ends(cell, "collective")
    return int(read(cell).seed[np.argsort(values)[(len(values) - 1) // 2]])


def _claim(found, with_memory):
    reward, total, received = (found[name] for name in ("reward", "total", "received"))
    before, after, weight = (difference(v[:, 0], v[:, 1:].mean(axis=1), paired=True) for v in (reward, total, received))
    paid = difference(total[:, 0], reward[:, 0], paired=True)
    fairer = difference(equality(total), equality(reward), paired=True)
    paid_with = difference(with_memory["total"][:, 0], with_memory["reward"][:, 0], paired=True)
    said = before.say("more than", "less than", "as much as (within error)")
    left = after.say("above them", "below them", "level with them (within error)")
    than = weight.say("more gift weight than", "less gift weight than", "as much gift weight (within error) as")
    return (
        f"One player does {_share(found)} of the cleaning. Before gifts it has {write(reward[:, 0])}, {said} the mean "
        f"of the others ({before}). It receives {than} they do ({weight}). Gifts change what it has by {paid}, which "
        f"leaves it {left} ({after}); equality of the four "
        f"{fairer.say('rises', 'falls', 'stays, within error')} ({fairer}). With gift memory the group has "
        f"{write(with_memory['reward'].sum(axis=1))} instead of {write(reward.sum(axis=1))}; there the first cleaner "
        f"does {_share(with_memory)} of the cleaning, and gifts change what it has by {paid_with}."
    )


def _share(found):
    cleaned = found["event_waste_cleaned"]
    return f"{write(100 * cleaned[:, 0] / cleaned.sum(axis=1), 0)} %"


def _picture(found, seed):
    figure, axes = plt.subplots(2, 4, figsize=(8.8, 4.6), layout="constrained")
    data = read(CELL).sel(seed=seed)
    order = _roles(CELL)[int(np.flatnonzero(read(CELL).seed == seed)[0])]
    x = data.episode.to_numpy() / 1000
    for (above, below), (name, label) in zip(axes.T, MEASURES.items(), strict=True):
        curves = _received(data.weight.to_numpy()) if name == "received" else data[name].to_numpy()
        for role, agent in enumerate(order):
            above.plot(x, curves[:, agent], color=ROLES[role], lw=1.6, label=ORDER[role])
        above.set(title=label, xlim=(0, x[-1]))
        mean, half = interval(found[name])
        below.bar(range(len(ORDER)), mean, color=ROLES, width=0.72, alpha=0.85)
        below.errorbar(range(len(ORDER)), mean, half, fmt="none", ecolor="black", elinewidth=1.2, capsize=2.5, zorder=4)
        spread = np.linspace(-0.25, 0.25, len(found[name]))
        for role in range(len(ORDER)):
            below.plot(role + spread, found[name][:, role], ".", color="black", ms=3, alpha=0.5, mew=0, zorder=3)
        below.set_xticks(range(len(ORDER)), [])
        above.set_xlabel("episodes, thousands")
        for ax in (above, below):
            ax.spines[["top", "right"]].set_visible(False)
        above.set_ylim(bottom=0)
        below.set_ylim(bottom=0)
    for row in axes:  # rewards before and after gifts on one scale
        top = max(row[0].get_ylim()[1], row[-1].get_ylim()[1])
        row[0].set_ylim(0, top)
        row[-1].set_ylim(0, top)
    axes[0, 0].set_ylabel("a typical seed")
    axes[1, 0].set_ylabel(f"end values, {len(found['reward'])} seeds")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4)
    return figure
