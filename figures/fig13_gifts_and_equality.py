"""How much is given with each estimate, and how equal rewards are before and after gifts, in four worlds."""

import matplotlib.pyplot as plt
import numpy as np

from gametheory.equality import equality
from gametheory.plot.palette import FAINT, INK
from lase_core.experiments import ALGORITHMS, ESTIMATORS, WORLDS, ends, how_run, pairs, read
from lase_core.report import Drawn
from lase_core.statistics import difference, interval, listed

GIVERS = (*ESTIMATORS, "memory")
PAPER = "lase:perspective"
WITHOUT = ("lase:uniform", "lase:predictor", "lase:oracle")


def draw(scale):  # noqa: ARG001 (the cells are the same at every scale)
    """Draw three tables."""
    gifts = {(name, world): pairs(ends(f"main {world} {name}", "weight")) for name in GIVERS for world in WORLDS}
    equal = {
        when: {
            (name, world): equality(ends(f"main {world} {name}", measure)) for name in ALGORITHMS for world in WORLDS
        }
        for when, measure in (("before gifts", "reward"), ("after gifts", "total"))
    }
    return Drawn(
        title="Gift weights and equality, with and without perspective taking",
        claim=_claim(gifts, equal),
        figure=_picture(gifts, equal),
        notes=(
            "Gift weight: mean over steps and ordered pairs of players; what is given is this share of a reward, on "
            "average over all steps, with a reward or without. Colours show it as a share of the largest weight "
            "possible, 1/(N − 1). Equality is that of a seed's mean rewards over the last tenth of episodes, "
            "E = 1 − Σ|R_i − R_j|/(2N ΣR), then the mean over seeds; unlike the mean of the equality of episodes it "
            "is not lowered by chance that falls now on one player, now on another. E has no meaning where the sum is "
            "not positive, and is below 0 where somebody loses much: "
            f"{_undefined(equal)}. Numbers are mean ± half a 95 % interval over seeds. "
            + how_run([f"main {world} {name}" for world in WORLDS for name in ALGORITHMS])
            + " The paper's Table 1 lists mean gift weights over the last 10,000 episodes, and another of its tables "
            "equality; which estimate stands for the missing perspective taking there is not known here, so three "
            "are shown."
        ),
    )


def _undefined(equal):
    """Say in which runs E is undefined for some seeds."""
    places = [
        f"{np.isnan(values).sum()} of {len(values)} seeds of {ALGORITHMS[name].label} in {WORLDS[world]}"
        for (name, world), values in equal["before gifts"].items()
        if np.isnan(values).any()
    ]
    return f"left out are {', '.join(places)}" if places else "every seed's sum was positive"


def _claim(gifts, equal):
    against = []
    for other in WITHOUT:
        label = ALGORITHMS[other].label.removeprefix("LASE, ")
        signs = {world: difference(gifts[PAPER, world], gifts[other, world]) for world in WORLDS}
        against.append(f"against {label}, {_where(signs, 'more', 'less', 'as much (within error)')}")
    moved = {
        world: difference(equal["after gifts"][PAPER, world], equal["before gifts"][PAPER, world], paired=True)
        for world in WORLDS
    }
    numbers = ", ".join(f"{title} {moved[world]}" for world, title in WORLDS.items())
    return (
        f"With perspective taking LASE gives, by mean weight over steps and pairs: {'; '.join(against)}. Its gifts "
        f"change the equality of rewards by {numbers}: it is "
        f"{_where(moved, 'higher', 'lower', 'the same (within error)')}."
    )


def _where(differences, above, below, level):
    """Say in which worlds a difference is above 0, below, or within its interval."""
    places = {above: [], below: [], level: []}
    for world, d in differences.items():
        places[d.say(above, below, level)].append(WORLDS[world])
    return listed([f"{word} in {listed(titles)}" for word, titles in places.items() if titles])


def _picture(gifts, equal):
    figure, axes = plt.subplots(3, 1, figsize=(7.2, 7.6), height_ratios=(len(GIVERS), 8, 8), layout="constrained")
    others = np.array([read(f"main {world} {PAPER}").sizes["agent"] - 1 for world in WORLDS])
    tables = (  # colours of weights: as a share of the largest weight there can be, 1/(N - 1)
        ("Mean gift weight", GIVERS, gifts, "YlOrBr", others * 1.6, 3),
        ("Equality of rewards before gifts", tuple(ALGORITHMS), equal["before gifts"], "GnBu", 0.6, 2),
        ("Equality of rewards after gifts", tuple(ALGORITHMS), equal["after gifts"], "GnBu", 0.6, 2),
    )
    for ax, (title, names, values, cmap, scale, digits) in zip(axes, tables, strict=True):
        cells = [[interval(values[name, world]) for world in WORLDS] for name in names]
        means = np.array([[float(mean) for mean, _ in row] for row in cells])
        ax.imshow(np.ma.masked_invalid(means * scale), cmap=cmap, vmin=0, vmax=1, aspect="auto")
        for i, row in enumerate(cells):
            for j, (mean, half) in enumerate(row):
                ax.text(j, i, _cell(mean, half, digits), ha="center", va="center", fontsize=8, color=INK)
        ax.set_xticks(range(len(WORLDS)), WORLDS.values())
        ax.set_yticks(range(len(names)), [ALGORITHMS[name].label for name in names])
        for tick, name in zip(ax.get_yticklabels(), names, strict=True):
            tick.set_fontweight("bold" if name == PAPER else "normal")
        ax.tick_params(length=0, top=False, bottom=False, labelbottom=False, labeltop=True)
        ax.set_xticks(np.arange(1, len(WORLDS)) - 0.5, minor=True)
        ax.set_yticks(np.arange(1, len(names)) - 0.5, minor=True)
        ax.grid(which="minor", color="white", lw=1.5)
        ax.tick_params(which="minor", length=0)
        ax.spines[:].set_visible(False)
        ax.set_title(title, loc="left", fontweight="bold", fontsize=9.5)
        ax.set_facecolor(FAINT)
    return figure


def _cell(mean, half, digits):
    if np.isnan(mean):
        return "undefined"
    number = f"{mean:.{digits}f} ± {half:.{digits}f}" if np.isfinite(half) else f"{mean:.{digits}f}"
    return number.replace("-", "−")
