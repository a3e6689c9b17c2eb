"""Donation game: cooperation 1 − c/b."""

import matplotlib.pyplot as plt
import numpy as np

import gametheory as gt
from gametheory.plot.palette import INK, PLAYERS
from lase_core.agents import Settings, learn
from lase_core.report import Comparison, Drawn

RATIOS = np.arange(1, 10) / 10
BENEFIT, RATE, COPIES = 3.0, 0.05, 4


def draw(scale):
    """Draw the line and the measured points."""
    seeds, steps = (24, 10_000) if scale == "quick" else (256, 25_000)
    run = learn(
        [gt.catalogue.donation(b=BENEFIT, c=float(BENEFIT * ratio)) for ratio in RATIOS for _ in range(seeds)],
        runs=len(RATIOS) * seeds,
        steps=steps,
        games=COPIES,
        settings=Settings(learning_rate=RATE, learn_q=True, learn_estimate=True),
        rng=4,
    )
    ends = run.final().mean(axis=1).reshape(len(RATIOS), seeds)
    mean, half = ends.mean(axis=1), 1.96 * ends.std(axis=1, ddof=1) / np.sqrt(seeds)
    figure, ax = plt.subplots(figsize=(4.8, 3.8), layout="constrained")
    ax.plot([0, 1], [1, 0], color=INK, lw=1.4, label="derived: $p^* = 1 - c/b$")
    ax.errorbar(RATIOS, mean, half, fmt="o", color=PLAYERS[0], capsize=3, ms=5, label="learners, 95 % interval")
    ax.axhline(0, color=PLAYERS[1], lw=1.4, ls="--", label="selfish learners, Nash")
    ax.set(xlabel="cost over benefit $c/b$", ylabel="cooperation", xlim=(0, 1), ylim=(-0.03, 1.03))
    ax.set_title("Donation game: how much two LASE learners give")
    ax.legend()
    return Drawn(
        title="The donation game",
        claim="Two LASE learners cooperate with probability 1 − c/b, the share of the benefit left after the cost.",
        comparisons=tuple(
            Comparison(f"c/b = {ratio:.1f}", 1 - ratio, m, 0.03, h)
            for ratio, m, h in zip(RATIOS, mean, half, strict=True)
        ),
        figure=figure,
        notes=(
            f"Q and estimates are both learned; b = {BENEFIT:g}, learning rate {RATE}, {COPIES} parallel copies, "
            f"{steps} steps, {seeds} seeds a point, mean over the last quarter."
        ),
    )
