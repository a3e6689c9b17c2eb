"""LASE portraits in the four classes of symmetric 2×2 games, with learners over the flow that they follow."""

import matplotlib.pyplot as plt
import numpy as np

import gametheory as gt
from gametheory.plot.palette import PATH, PLAYERS
from lase_core.agents import Settings, learn
from lase_core.report import Comparison, Drawn

GAMES = {
    "harmony  (T, S) = (½, ½)": (0.5, 0.5),
    "stag hunt  (T, S) = (½, −¾)": (0.5, -0.75),
    "snowdrift  (T, S) = (3/2, ½)": (1.5, 0.5),
    "prisoner's dilemma  (T, S) = (3/2, −½)": (1.5, -0.5),
}
SHOWN = 1  # the start whose end is listed
STARTS = np.array([[0.15, 0.35], [0.35, 0.15], [0.9, 0.6], [0.6, 0.9], [0.2, 0.85], [0.85, 0.2]])
DURATION, RATE, COPIES = 300.0, 0.02, 32


def draw(scale):
    """Draw four portraits and compare where learners and flow are at the end."""
    seeds = 8 if scale == "quick" else 64
    games = [gt.catalogue.social_dilemma(S=s, T=t) for t, s in GAMES.values()]
    lase = gt.transfer.SocialRelationship()
    # one call: for every game every start, for every start some seeds
    run = learn(
        [game for game in games for _ in range(len(STARTS) * seeds)],
        lase,
        runs=len(games) * len(STARTS) * seeds,
        start=np.tile(np.repeat(STARTS, seeds, axis=0), (len(games), 1)),
        steps=round(DURATION / RATE),
        games=COPIES,
        settings=Settings(learning_rate=RATE),
        rng=1,
    )
    learned = run.cooperation.reshape(len(run.steps), len(games), len(STARTS), seeds, 2)
    figure, axes = plt.subplots(2, 2, figsize=(7.4, 8.2), layout="constrained")
    comparisons = []
    for k, (name, game) in enumerate(zip(GAMES, games, strict=True)):
        field = gt.rules.policy_gradient(game, lase, parametrisation="softmax")
        measured = learned[:, k, :, 0].transpose(1, 0, 2)
        gt.plot.portrait(field, ax=axes.flat[k], measured=measured, title=name, legend=False)
        predicted = gt.analysis.flow(field, STARTS, [0, DURATION])[-1]
        ends = learned[-1, k].mean(axis=1)
        short = name.partition("  ")[0]
        start = f"from ({STARTS[SHOWN][0]:g}, {STARTS[SHOWN][1]:g})"
        for player in (0, 1):
            own = learned[-1, k, SHOWN, :, player]
            half = 1.96 * own.std(ddof=1) / np.sqrt(seeds)
            what = f"{short}, {start}: cooperation of player {player + 1} at the end"
            comparisons.append(Comparison(what, predicted[SHOWN, player], ends[SHOWN, player], 0.02, half))
        distance = np.abs(ends - predicted).max()
        comparisons.append(Comparison(f"{short}: largest distance from the flow, six starts", 0.0, distance, 0.02))
    handles = {}
    for ax in axes.flat:
        for line in ax.get_lines():
            if not line.get_label().startswith("_"):
                handles[line.get_label()] = line
    handles["learners"] = plt.Line2D([], [], color=PATH)
    for k, color in enumerate(PLAYERS):
        handles[f"player {k + 1} stands still"] = plt.Line2D([], [], color=color, ls="--")
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=len(handles))
    figure.suptitle("Two LASE learners in the four classes (R = 1, P = 0); learners' paths in purple")
    return Drawn(
        title="LASE portraits in the four classes, with learners",
        claim=(
            "The derived softmax flow says where real learners go: full cooperation in harmony games, one of two "
            "corners in this stag hunt, an unequal pair in this snowdrift game, an inner point in this prisoner's "
            "dilemma."
        ),
        comparisons=tuple(comparisons),
        figure=figure,
        notes=(
            f"Learners: exact estimates and Q, learning rate {RATE}, {COPIES} parallel copies of the game, time = "
            f"learning rate × steps up to {DURATION:g}; means over {seeds} seeds a start. Predicted is the flow at "
            "that time, from the same start. Dashed: where player 1 (blue) or 2 (orange) stands still."
        ),
    )
