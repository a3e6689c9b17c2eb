"""LASE with a cooperator, a defector and a random player in Cleanup: to whom it gives."""

from itertools import pairwise

import matplotlib.pyplot as plt

from gametheory.plot.palette import FAINT, INK, PLAYERS
from lase_core.experiments import ALGORITHMS, ends, how_run, read, starts
from lase_core.report import Comparison, Drawn
from lase_core.statistics import difference, interval, listed, write

KINDS = ("predictor", "perspective", "perspective-ideal")
OTHERS = {  # who sits where, and how it is drawn; the colours of cooperators and defectors are those of fig09
    1: ("cooperator", PLAYERS[0], "-"),
    2: ("defector", PLAYERS[1], (0, (4, 1.5))),
    3: ("random", FAINT, (0, (1, 1))),
}
PAPER = ("cooperator", "random", "defector")
SEAT = {name: seat for seat, (name, *_) in OTHERS.items()}


def draw(scale):  # noqa: ARG001 (the cells are the same at every scale)
    """Draw gift weights over training, one panel an estimate."""
    cells = {kind: f"fig8 cleanup {kind}" for kind in KINDS}
    for cell in cells.values():
        expected = [name for name, *_ in OTHERS.values()]
        if list(read(cell).player.to_numpy()[1:].astype(str)) != expected:
            msg = f"{cell} must have {expected} in seats 1, 2, 3"
            raise ValueError(msg)
    return Drawn(
        title="To whom LASE gives: cooperator, defector, random player",
        claim=_claim(cells),
        comparisons=tuple(_comparisons(cells)),
        figure=_picture(cells),
        notes=(
            "One LASE learner, and three scripted players: the cooperator cleans, the defector walks to apples and "
            "eats them, the third acts at random. Mean gift weight of all steps; means over seeds with 95 % intervals. "
            "Differences are taken within a seed, in the first and in the last tenth of episodes. The predictor learns "
            "what the others do, so that who is regular is foreseen; perspective taking asks what it would do itself "
            "in the other's place. Dotted: the largest mean weight of an exactly predicted player, "
            "1/(4(N − 1)). "
            + how_run(list(cells.values()))
            + " The paper reports that weights come to be ordered as cooperator above random above defector."
        ),
    )


def _ordering(values):
    """Say in which order players are given to, with = where differences are within error; largest first."""
    seats = sorted(OTHERS, key=lambda k: -values[:, k].mean())
    text = OTHERS[seats[0]][0]
    for a, b in pairwise(seats):
        d = difference(values[:, a], values[:, b], paired=True)
        text += f" {d.say('>', '<', '≈')} {OTHERS[b][0]}"
    return text


def _claim(cells):
    said, kept = [], []
    for kind, cell in cells.items():
        early, late = starts(cell, "weight")[:, 0], ends(cell, "weight")[:, 0]
        numbers = ", ".join(f"{name} {write(late[:, k], 3)}" for k, (name, *_) in OTHERS.items())
        said.append(f"{_label(kind)}: early {_ordering(early)}, late {_ordering(late)} ({numbers})")
        steps = [difference(late[:, SEAT[a]], late[:, SEAT[b]], paired=True).sign for a, b in pairwise(PAPER)]
        if all(step == 1 for step in steps):
            kept.append(_label(kind))
    order = " > ".join(PAPER)
    early, late = (when(cells["predictor"], "weight")[:, 0, SEAT["cooperator"]] for when in (starts, ends))
    moved = difference(late, early, paired=True)
    word = moved.say("rises", "falls", "stays, within error,")
    where = f"is found at the end with {listed(kept)}" if kept else "is not found at the end with any estimate"
    return (
        f"The ordering {order} {where}. Measured, with ≈ where a difference is within its 95 % interval: "
        f"{'; '.join(said)}. By theory who is foreseen is given little, a cooperator included: with the predictor, "
        f"which learns to foresee the regular, the cooperator's weight {word} "
        f"by {abs(moved.mean):.3f} ± {moved.half:.3f} from the beginning to the end."
    )


def _comparisons(cells):
    """Compare perspective taking with the paper's ordering, the predictor with theory: gifts need surprise."""
    foreseen = (("random", "cooperator"), ("random", "defector"))
    for kind, cell in cells.items():
        late = ends(cell, "weight")[:, 0]
        why = "who cannot be foreseen is given more" if kind == "predictor" else "as in the paper"
        for a, b in foreseen if kind == "predictor" else pairwise(PAPER):
            d = difference(late[:, SEAT[a]], late[:, SEAT[b]], paired=True)
            yield Comparison(
                f"{_label(kind)}, at the end: sign of the gift weight to the {a} less that to the {b} player "
                f"({d.mean:+.3f} ± {d.half:.3f}): {why}",
                1,
                d.sign,
                0,
            )


def _label(kind):
    return ALGORITHMS[f"lase:{kind}"].label.removeprefix("LASE, ")


def _picture(cells):
    figure, axes = plt.subplots(1, len(KINDS), figsize=(8.6, 3.3), layout="constrained", sharey=True)
    for ax, (kind, cell) in zip(axes, cells.items(), strict=True):
        data = read(cell)
        x = data.episode.to_numpy() / 1000
        for k, (name, color, style) in OTHERS.items():
            mean, half = interval(data.weight.to_numpy()[:, :, 0, k])
            ax.fill_between(x, mean - half, mean + half, color=color, alpha=0.18, lw=0)
            ax.plot(x, mean, color=color, ls=style, lw=2, label=f"to the {name} player" if k == 3 else f"to the {name}")
        n = data.sizes["agent"]
        ax.axhline(1 / (4 * (n - 1)), color=INK, ls=":", lw=1, zorder=0)
        ax.set(xlim=(0, x[-1]), xlabel="episodes, thousands")
        ax.set_title(f"LASE, {_label(kind)}", color=ALGORITHMS[f"lase:{kind}"].color)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("gift weight")
    axes[0].set_ylim(bottom=0)
    handles, labels = axes[0].get_legend_handles_labels()
    handles.append(plt.Line2D([], [], color=INK, ls=":", lw=1))
    labels.append("most, if exactly predicted")
    figure.legend(handles, labels, loc="outside lower center", ncols=4, handlelength=2.8)
    return figure
