"""What an estimate of the co-player is worth: the better it predicts, the less is given, and the less is earned."""

import matplotlib.pyplot as plt
import numpy as np

from gametheory.plot.palette import FAINT, INK
from lase_core.experiments import ALGORITHMS, ESTIMATORS, WORLDS, ends, how_run, pairs, read
from lase_core.report import Comparison, Drawn
from lase_core.statistics import difference, interval, listed, rank

EXACT, KNOWS_NOTHING = "lase:oracle", "lase:uniform"
SHORT = {"weight": "gifts", "collective": "end value"}
MEASURES = {"weight": "mean gift weight", "collective": "collective reward"}


def draw(scale):  # noqa: ARG001 (the cells are the same at every scale)
    """Draw gifts and end values against surprise, and measure how they go together."""
    found = {world: _ends(world) for world in WORLDS}
    ranks = {
        world: {measure: rank(values["surprise"], values[measure]) for measure in MEASURES}
        for world, values in found.items()
    }
    return Drawn(
        title="Prediction and gifts: who is foreseen is given less",
        claim=_claim(found, ranks),
        comparisons=tuple(_comparisons(found, ranks)),
        figure=_picture(found, ranks),
        notes=(
            "Surprise is −log of the probability that the estimate gave to what the co-player did, a mean over steps "
            "and ordered pairs; prediction is better to the left (logarithmic scale). A small mark is a seed, a large "
            "one the mean of its ten seeds. ρ is Spearman's rank correlation over all estimates and seeds, with a 95 % "
            "bootstrap interval that draws seeds anew within each estimate: it speaks of these five estimates, not of "
            "all there could be. The dotted line is the theorem for exact estimates: with any number of actions, "
            "E[w] ≤ 1/(4(N − 1)); with two actions E[w] = p(1 − p)/(N − 1), which is 0 for a player that always does "
            "the same. For frozen estimates of two actions theory adds that who is underrated is given more, and that "
            "cooperation pays only where the estimate is low enough. Surprise is not quite that: to overrate somebody "
            "is an error too, and earns it little. Uniform estimates all have the surprise log A, of A actions. "
            f"Between seeds of one and the same estimate ρ is: {_within(found)}. "
            + how_run([f"main {world} {name}" for world in WORLDS for name in ESTIMATORS])
            + " The paper compares LASE with and without perspective taking; whether it reports how likely its "
            "estimates were is not known here."
        ),
    )


def _ends(world):
    """Return surprise, gift weight and end value, (estimators, seeds) each."""
    cells = [f"main {world} {name}" for name in ESTIMATORS]
    return {
        "surprise": -np.array([pairs(ends(cell, "log_likelihood")) for cell in cells]).round(
            5
        ),  # uniform: all the same
        "weight": np.array([pairs(ends(cell, "weight")) for cell in cells]),
        "collective": np.array([ends(cell, "collective") for cell in cells]),
        "own": ends(f"main {world} a2c", "collective"),
        "players": read(cells[0]).sizes["agent"],
    }


def _claim(found, ranks):
    k, other = ESTIMATORS.index(EXACT), ESTIMATORS.index(KNOWS_NOTHING)
    against = {
        "knowing nothing": {w: difference(v["collective"][k], v["collective"][other]) for w, v in found.items()},
        "no gifts (A2C)": {w: difference(v["collective"][k], v["own"]) for w, v in found.items()},
    }
    numbers = "; ".join(
        f"{title} {', '.join(f'{d[world]} against {what}' for what, d in against.items())}"
        for world, title in WORLDS.items()
    )
    lowest = [title for world, title in WORLDS.items() if found[world]["collective"].mean(axis=1).argmin() == k]
    highest = listed(
        [
            f"{ALGORITHMS[ESTIMATORS[found[world]['collective'].mean(axis=1).argmax()]].label.removeprefix('LASE, ')} "
            f"in {title}"
            for world, title in WORLDS.items()
        ]
    )
    within = {w: {"collective": rank(v["surprise"], v["collective"], within=True)} for w, v in found.items()}
    return (
        f"The worse a co-player is predicted, the more it is given: this holds in {_worlds(ranks, 'weight')}. And the "
        f"worse it is predicted, the more the group earns: this holds in {_worlds(ranks, 'collective')}. Exact "
        f"knowledge of the other's policy gives the lowest end value of the five in {listed(lowest, 'no world')}: "
        f"{numbers}. That is a comparison of estimates, and of ranks: the highest mean is that of {highest}, and "
        "between seeds of one and the same estimate more surprise goes with a higher end value in "
        f"{_worlds(within, 'collective')}."
    )


def _within(found):
    """Write correlations that differences between estimates do not enter."""
    return "; ".join(
        f"{WORLDS[world]} "
        + ", ".join(f"{what} {rank(v['surprise'], v[measure], within=True)}" for measure, what in SHORT.items())
        for world, v in found.items()
    )


def _worlds(ranks, measure):
    """Say where the interval of a correlation is above 0, and where not."""
    places = {1: [], 0: [], -1: []}
    for world, title in WORLDS.items():
        places[ranks[world][measure].sign].append(title)
    if len(places[1]) == len(WORLDS):
        return "all four worlds"
    text = listed(places[1], "no world")
    rest = [f"in {listed(places[0])} there is no clear relation"] if places[0] else []
    rest += [f"in {listed(places[-1])} it is the other way round"] if places[-1] else []
    return f"{text} ({'; '.join(rest)})"


def _comparisons(found, ranks):
    for world, title in WORLDS.items():
        k, bound = ESTIMATORS.index(EXACT), 1 / (4 * (found[world]["players"] - 1))
        weights = found[world]["weight"][k]
        yield Comparison(
            f"{title}: exact estimates, excess of the mean gift weight ({weights.mean():.3f}, largest of a seed "
            f"{weights.max():.3f}) over the bound 1/(4(N − 1)) = {bound:.3f}",
            0,
            max(0.0, weights.max() - bound),
            0,
        )
        lowest = min((found[world]["weight"][j].mean(), name) for j, name in enumerate(ESTIMATORS))[1]
        yield Comparison(
            f"{title}: exact estimates give least of the five (1: yes)",
            1,
            lowest == EXACT,
            0,
        )
        yield Comparison(
            f"{title}: sign of the correlation of surprise and gifts (ρ = {ranks[world]['weight']})",
            1,
            ranks[world]["weight"].sign,
            0,
        )


def _picture(found, ranks):
    figure, axes = plt.subplots(2, 4, figsize=(8.8, 5.2), layout="constrained", sharex="col")
    figure.get_layout_engine().set(w_pad=0.05, h_pad=0.05)
    for column, (world, title) in zip(axes.T, WORLDS.items(), strict=True):
        values = found[world]
        column[0].axhline(1 / (4 * (values["players"] - 1)), color=INK, ls=":", lw=1, zorder=1)
        mean, half = interval(values["own"])
        column[1].axhspan(mean - half, mean + half, color=FAINT, alpha=0.3, lw=0, zorder=0)
        column[1].axhline(mean, color=ALGORITHMS["a2c"].color, ls=ALGORITHMS["a2c"].style, lw=1, zorder=1)
        for ax, measure in zip(column, MEASURES, strict=True):
            for k, name in enumerate(ESTIMATORS):
                look, x, y = ALGORITHMS[name], values["surprise"][k], values[measure][k]
                ax.plot(x, y, look.marker, color=look.color, ms=3.6, alpha=0.45, mew=0, zorder=2)
                ax.plot(
                    x.mean(),
                    y.mean(),
                    look.marker,
                    color=look.color,
                    ms=9,
                    mec="white",
                    mew=1,
                    zorder=4,
                    label=look.label,
                )
            ax.spines[["top", "right"]].set_visible(False)
            low, high = ax.get_ylim()
            low = 0 if measure == "weight" else low
            ax.set_ylim(low, high + 0.17 * (high - low))
            at = {"transform": ax.transAxes, "ha": "left", "va": "top", "fontsize": 7.5, "color": INK}
            ax.text(0.03, 0.99, f"ρ = {ranks[world][measure]}", **at)
        column[0].set_title(title)
        _logarithmic(column[1], values["surprise"])
    for ax, measure in zip(axes[:, 0], MEASURES.values(), strict=True):
        ax.set_ylabel(measure)
    for ax in axes[1]:
        ax.set_xlabel("surprise, nats")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    lines = [
        plt.Line2D([], [], color=INK, ls=":", lw=1),
        plt.Line2D([], [], color=ALGORITHMS["a2c"].color, ls=ALGORITHMS["a2c"].style, lw=1),
    ]
    figure.legend(
        [*handles, *lines],
        [*labels, "most that exact estimates give", "A2C, no gifts"],
        loc="outside lower center",
        ncols=4,
    )
    return figure


def _logarithmic(ax, surprise):
    """Use a logarithmic scale with plain numbers."""
    ax.set_xscale("log")
    low, high = surprise.min() * 0.87, surprise.max() * 1.15
    ax.set_xlim(low, high)
    for candidates in ((0.1, 0.2, 0.5, 1, 2, 5, 10, 20), (0.3, 0.5, 0.7, 1, 1.2, 1.5, 2, 2.5, 3, 4, 6)):
        ticks = [t for t in candidates if low <= t <= high]
        if len(ticks) > 2:
            break
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    ax.minorticks_off()
