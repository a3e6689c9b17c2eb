"""Symmetry breaking: two equal learners in a symmetric game end in unequal roles."""

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit

import gametheory as gt
from gametheory.plot.palette import PATH, PLAYERS
from lase_core.agents import Settings, learn
from lase_core.report import Comparison, Drawn

GAME = gt.Game.two_by_two(R=1, S=-0.25, T=2, P=0)
SHOWN, PART = 10, 0.03  # paths drawn, and how much of them


def draw(scale):
    """Draw the portrait, some learners' paths and where all of them end."""
    runs, rate, duration, copies = (128, 0.1, 3000, 16) if scale == "quick" else (256, 0.02, 4000, 4)
    rng = np.random.default_rng(2)
    run = learn(
        GAME,
        runs=runs,
        start=expit(rng.normal(0.5, 1.0, (runs, 2))),
        steps=round(duration / rate),
        games=copies,
        settings=Settings(learning_rate=rate),
        records=2000,
        rng=rng,
    )
    ends = run.final()
    figure, ax = plt.subplots(figsize=(5.4, 6.4), layout="constrained")
    field = gt.rules.policy_gradient(GAME, gt.transfer.SocialRelationship(), parametrisation="softmax")
    ax.plot(*ends.T, "o", mfc="none", mec="#009e73", mew=0.8, ms=5, alpha=0.6, zorder=6, label="ends of learners")
    early = run.cooperation[: round(PART * len(run.steps)), :SHOWN]
    gt.plot.portrait(field, ax=ax, measured=early.transpose(1, 0, 2), legend=False)
    ax.plot([], [], color=PATH, label="early paths")
    for k, color in enumerate(PLAYERS):
        ax.plot([], [], color=color, ls="--", label=f"player {k + 1} rests")
    figure.legend(loc="outside lower center", ncols=3)
    ax.set_title("(R, S, T, P) = (1, −¼, 2, 0): equals end as ¾ and ½")
    larger, smaller = ends.max(axis=1), ends.min(axis=1)
    close = float((np.maximum(np.abs(larger - 0.75), np.abs(smaller - 0.5)) <= 0.05).mean())
    spread = np.sqrt(close * (1 - close) / runs)
    first = float((ends[:, 0] > ends[:, 1]).mean())
    return Drawn(
        title="Symmetry breaking in a prisoner's dilemma",
        claim=(
            "The symmetric rest point 7/11 is a saddle; the attractors are (3/4, 1/2) and (1/2, 3/4). Which of the two "
            "players becomes the larger contributor is a matter of the start and of chance."
        ),
        comparisons=(
            Comparison("cooperation of the larger contributor", 0.75, larger.mean(), 0.02, _half_width(larger)),
            Comparison("cooperation of the smaller contributor", 0.5, smaller.mean(), 0.02, _half_width(smaller)),
            Comparison("share of runs that end within 0.05 of one of the pair", 1.0, close, 0.15, 1.96 * spread),
            Comparison("share of runs in which player 1 gives more", 0.5, first, 0.15, 1.96 * np.sqrt(0.25 / runs)),
        ),
        figure=figure,
        notes=(
            f"{runs} runs, exact estimates and Q, learning rate {rate}, {copies} parallel copies, time to {duration}; "
            "starting logits drawn from a normal law with mean ½ and standard deviation 1. Ends are means over the "
            "last quarter. The slow direction relaxes at rate 0.01 in the natural flow, so a run has to be long; lines "
            "show the first 3 % of ten runs."
        ),
    )


def _half_width(values):
    return float(1.96 * values.std(ddof=1) / np.sqrt(len(values)))
