"""Learning curves in four worlds: own reward, gifts by relationship, the reward of the group."""

import matplotlib.pyplot as plt

from lase_core.experiments import ALGORITHMS, ESTIMATORS, WORLDS, ends, how_run, read
from lase_core.report import Comparison, Drawn
from lase_core.statistics import difference, interval, listed, write

LOGARITHMIC = {"cleanup"}  # where ends differ by powers of ten
OWN, GIFTS, GROUP = "a2c", "lase:perspective", "go"


def draw(scale):  # noqa: ARG001 (the cells are the same at every scale)
    """Draw collective rewards against episodes, and compare where they end."""
    found = {world: {name: ends(f"main {world} {name}", "collective") for name in ALGORITHMS} for world in WORLDS}
    signs = {world: _signs(values) for world, values in found.items()}
    return Drawn(
        title="Learning in four worlds: A2C, LASE, GO",
        claim=_claim(found, signs),
        comparisons=tuple(_comparisons(signs)),
        figure=_picture(),
        notes=(
            "Collective reward of an episode, before gifts: gifts only move it. Lines are means over seeds, bands 95 % "
            "intervals; A2C, GO and LASE with the estimates of the paper are thick. A2C learns from its own reward, GO "
            "(group optimisation) from the mean reward. The LASE learners differ in their estimates of what the "
            "co-player does: oracle (knows its policy), predictor (learns what it does), uniform (knows nothing), "
            "perspective (own selfish policy on imagined observations, as in the paper), ideal perspective (the same "
            "on what the co-player really sees). Gift memory is a variant of this project: a gift weight fades by 0.9 "
            "a step instead of ending with its step. "
            + how_run([f"main {world} {name}" for world in WORLDS for name in ALGORITHMS])
            + " The paper shows such curves for LASE with and without perspective taking, GO, A2C and three methods "
            "that are not here (inequity aversion, LIO, social influence), five seeds each, with convolutional "
            "recurrent networks and replay; by its authors' code its Cleanup is larger (8×8) and its stag hunt smaller "
            "(5×5, four hares). Shapes can be compared, numbers cannot."
        ),
    )


def _signs(values):
    """Differences that the ordering A2C < LASE < GO is about."""
    return {
        "gifts over own": difference(values[GIFTS], values[OWN]),
        "group over gifts": difference(values[GROUP], values[GIFTS]),
        "group over own": difference(values[GROUP], values[OWN]),
    }


def _claim(found, signs):
    ends_at = "; ".join(
        f"{title} {' / '.join(write(found[world][name]) for name in (OWN, GIFTS, GROUP))}"
        for world, title in WORLDS.items()
    )
    memory = {
        world: difference(values["memory"], values[GIFTS]).say("above", "below", "level")
        for world, values in found.items()
    }
    best = []
    for world, title in WORLDS.items():
        name = max(ESTIMATORS, key=lambda name, w=world: found[w][name].mean())
        best.append(f"{_short(name)} in {title} ({write(found[world][name])})")
    return (
        f"{_dilemmas(signs)} LASE ends "
        f"{_where(signs, 'gifts over own', 'above A2C', 'below A2C', 'as A2C, within error,')}, and "
        f"{_where(signs, 'group over gifts', 'below GO', 'above GO', 'as GO, within error,')}. Collective rewards at "
        f"the end, A2C / LASE / GO: {ends_at}. Of the five kinds of estimate the highest mean is that of "
        f"{listed(best)}. With gift memory LASE ends higher in "
        f"{listed([title for world, title in WORLDS.items() if memory[world] == 'above'], 'no world')}, lower in "
        f"{listed([title for world, title in WORLDS.items() if memory[world] == 'below'], 'none')}."
    )


def _dilemmas(signs):
    """Say where players for themselves stay below those for the group."""
    there = [title for world, title in WORLDS.items() if signs[world]["group over own"].sign == 1]
    rest = [title for title in WORLDS.values() if title not in there]
    told = f"Players for themselves (A2C) stay below players for the group (GO) in {listed(there, 'no world')}"
    return f"{told}, but not in {listed(rest)}, which is no dilemma for these learners." if rest else f"{told}."


def _where(signs, which, above, below, level):
    """Say in which worlds a difference is above 0, below, or within its interval."""
    places = {above: [], below: [], level: []}
    for world, title in WORLDS.items():
        places[signs[world][which].say(above, below, level)].append(title)
    return listed([f"{word} in {listed(titles)}" for word, titles in places.items() if titles])


def _short(name):
    return ALGORITHMS[name].label.removeprefix("LASE, ")


def _comparisons(signs):
    for world, title in WORLDS.items():
        d = signs[world]
        yield Comparison(
            f"{title}: sign of LASE − A2C ({d['gifts over own']}): gifts help the group",
            1,
            d["gifts over own"].sign,
            0,
        )


def _picture():
    figure, axes = plt.subplots(2, 2, figsize=(7.4, 6.0), layout="constrained")
    for ax, (world, title) in zip(axes.ravel(), WORLDS.items(), strict=True):
        for name, look in ALGORITHMS.items():
            data = read(f"main {world} {name}")
            mean, half = interval(data.collective.to_numpy())
            x = data.episode.to_numpy() / 1000
            main = name in {OWN, GIFTS, GROUP}
            order = 3 + main
            ax.fill_between(x, mean - half, mean + half, color=look.color, alpha=0.16, lw=0, zorder=order - 2)
            ax.plot(x, mean, color=look.color, ls=look.style, lw=2.2 if main else 1.2, zorder=order, label=look.label)
        ax.set(title=title, xlim=(0, x[-1]))
        if world in LOGARITHMIC:
            ax.set(yscale="log", title=f"{title} (logarithmic)")
            ticks = [tick for tick in (1, 2, 5, 10, 20, 50, 100) if ax.get_ylim()[0] <= tick <= ax.get_ylim()[1]]
            ax.set_yticks(ticks, [f"{tick}" for tick in ticks])
            ax.minorticks_off()
        ax.spines[["top", "right"]].set_visible(False)
    for ax in axes[:, 0]:
        ax.set_ylabel("collective reward of an episode")
    for ax in axes[1]:
        ax.set_xlabel("episodes of a seed, thousands")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, handlelength=2.6)
    return figure
