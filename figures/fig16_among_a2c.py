"""One LASE or GO learner among three A2C in Cleanup: and whether it is exploited."""

import matplotlib.pyplot as plt
import numpy as np

from lase_core.experiments import ALGORITHMS, ends, how_run
from lase_core.report import Comparison, Drawn
from lase_core.statistics import difference, interval, write

CELLS = {"a2c": "fig9 cleanup a2c", "lase:perspective": "fig9 cleanup lase", "go": "fig9 cleanup go"}
SHORT = {"a2c": "A2C", "lase:perspective": "LASE", "go": "GO"}
CLEANED = "event_waste_cleaned"


def draw(scale):  # noqa: ARG001 (the cells are the same at every scale)
    """Draw rewards before and after gifts and waste cleaned, by player."""
    found = {one: _by_player(cell) for one, cell in CELLS.items()}
    return Drawn(
        title="One LASE or GO among three A2C",
        claim=_claim(found),
        comparisons=tuple(_comparisons(found)),
        figure=_picture(found),
        notes=(
            "Bars are means over seeds of the last tenth of episodes, lines 95 % intervals, dots seeds. The player in "
            "the first seat is the one of the title; the three A2C beside it are ordered, within each seed, by how "
            "much they clean, so that roles are not averaged away: the first of them cleans most of the three by "
            "choice. Only LASE gives; an A2C and a GO keep what they get, but all may receive. Differences to "
            "co-players are taken within a seed, to players in the same seats of a group of A2C by Welch's interval: "
            "seats are not equal, since of several players on an apple the first in order eats it; in the group of "
            f"A2C the first seat has {_seat(found)} against the mean of the others. "
            + how_run(list(CELLS.values()))
            + " The paper ran 30,000 episodes of 100 steps in its larger Cleanup, and shows that LASE among A2C "
            "is not exploited. Of two players in a matrix game theory says that LASE ends defecting beside a learner "
            "for itself, and pays it to cooperate."
        ),
    )


def _by_player(cell):
    """Return end values, (seeds, players): the first seat, then the others, who cleans most first."""
    cleaned = ends(cell, CLEANED)
    rest = 1 + np.argsort(-cleaned[:, 1:], axis=1)
    order = np.concatenate([np.zeros((len(cleaned), 1), dtype=int), rest], axis=1)
    return {name: np.take_along_axis(ends(cell, name), order, axis=1) for name in ("reward", "total", CLEANED)}


def _compared(found, one):
    """Differences after gifts: to the co-players, to an A2C in the same seat, and of the co-players to such."""
    total, usual = found[one]["total"], found["a2c"]["total"]
    return (
        difference(total[:, 0], total[:, 1:].mean(axis=1), paired=True),
        difference(total[:, 0], usual[:, 0]),
        difference(total[:, 1:].mean(axis=1), usual[:, 1:].mean(axis=1)),
    )


def _seat(found):
    total = found["a2c"]["total"]
    return difference(total[:, 0], total[:, 1:].mean(axis=1), paired=True)


def _claim(found):
    said = []
    for one in ("lase:perspective", "go"):
        total, reward, cleaned = (found[one][name] for name in ("total", "reward", CLEANED))
        against, itself, others = _compared(found, one)
        signs = {against.sign, itself.sign}
        verdict = (
            "is exploited"
            if signs == {-1}
            else "is not exploited"
            if -1 not in signs
            else "is worse off in one respect"
        )
        shares = 100 * cleaned / np.maximum(cleaned.sum(axis=1, keepdims=True), 1e-9)
        text = (
            f"{SHORT[one]} among three A2C {verdict}: it has {write(total[:, 0])}, "
            f"{against.say('more than', 'less than', 'about as much as')} the mean of its co-players ({against}), and "
            f"{itself.say('more than', 'less than', 'about as much as')} an A2C in its seat of a group of A2C "
            f"({itself}). It does {write(shares[:, 0], 0)} % of the cleaning"
        )
        if one == "lase:perspective":
            paid = difference(total[:, 1], reward[:, 1], paired=True)
            text += (
                f", the A2C that cleans most {write(shares[:, 1], 0)} %; gifts cost it {write((reward - total)[:, 0])} "
                f"and bring that A2C {paid}"
            )
        than = others.say("more than", "less than", "about as much as")
        said.append(f"{text}. Its co-players have {than} those of an A2C ({others}).")
    groups = ", ".join(f"{SHORT[one]} {write(found[one]['reward'].sum(axis=1))}" for one in found)
    return f"{' '.join(said)} Collective rewards by who sits in the first seat: {groups}."


def _comparisons(found):
    for one, expected in (("lase:perspective", "the paper's LASE is not exploited"),):
        against, itself, _ = _compared(found, one)
        for d, what in ((against, "its co-players"), (itself, "an A2C in its seat among A2C")):
            yield Comparison(
                f"{SHORT[one]} among three A2C: is it below {what} ({d}; 1: yes, beyond the interval); {expected}",
                0,
                d.sign == -1,
                0,
            )


def _picture(found):
    figure, axes = plt.subplots(2, 3, figsize=(8.6, 4.9), layout="constrained", sharey="row")
    a2c = ALGORITHMS["a2c"].color
    for (above, below), (one, values) in zip(axes.T, found.items(), strict=True):
        colors = [ALGORITHMS[one].color, a2c, a2c, a2c]
        x = np.arange(len(colors))
        for shift, name in ((-0.2, "reward"), (0.2, "total")):
            _bars(above, x + shift, values[name], colors, width=0.36, hollow=name == "reward")
        _bars(below, x, values[CLEANED], colors, width=0.6, hollow=False)
        first = one == "a2c"
        above.set_title("Four A2C" if first else f"{SHORT[one]} and three A2C", color=ALGORITHMS[one].color)
        for ax in (above, below):
            ax.set_xticks(x, [f"{SHORT[one]}\n(first seat)" if first else SHORT[one], *["A2C"] * 3])
            ax.spines[["top", "right"]].set_visible(False)
    for row in axes:
        row[0].set_ylim(bottom=0)
    axes[0, 0].set_ylabel("reward of an episode")
    axes[1, 0].set_ylabel("waste cleaned")
    grey = "0.35"
    handles = [
        plt.Rectangle((0, 0), 1, 1, fc="white", ec=grey, lw=1.3),
        plt.Rectangle((0, 0), 1, 1, fc=grey, ec=grey, lw=1.3),
    ]
    figure.legend(handles, ["reward before gifts", "reward after gifts"], loc="outside lower center", ncols=2)
    return figure


def _bars(ax, x, values, colors, *, width, hollow):
    """Draw means with intervals and seeds."""
    mean, half = interval(values)
    ax.bar(x, mean, width, color="white" if hollow else colors, edgecolor=colors, lw=1.3, zorder=2)
    ax.errorbar(x, mean, half, fmt="none", ecolor="black", elinewidth=1.1, capsize=2, zorder=4)
    spread = np.linspace(-0.3, 0.3, len(values)) * width
    for k, at in enumerate(x):
        ax.plot(at + spread, values[:, k], ".", color="black", ms=2.6, alpha=0.45, mew=0, zorder=3)
