"""Cooperation over the (T, S) plane: closed form as surface, learners as dots (the paper's Fig. 3)."""

import numpy as np

import gametheory as gt
from lase_core.agents import Settings, learn
from lase_core.report import Comparison, Drawn

T, S = (a.ravel() for a in np.meshgrid(np.arange(0.2, 2.0, 0.32), np.arange(-0.84, 1.0, 0.28)))
RATE, COPIES = 0.1, 16


def surface(t, s):
    """Mean cooperation at the attractor reached from policies near 1/2."""
    return gt.analysis.lase_regime(R=1, S=s, T=t, P=0).cooperation(start=0.5)


def draw(scale):
    """Draw the surface and the learners."""
    seeds, steps = (8, 15_000) if scale == "quick" else (64, 60_000)
    rng = np.random.default_rng(3)
    runs = len(T) * seeds
    run = learn(
        [gt.catalogue.social_dilemma(S=s, T=t) for t, s in zip(T, S, strict=True) for _ in range(seeds)],
        runs=runs,
        start=np.clip(rng.normal(0.5, 0.02, (runs, 2)), 0.05, 0.95),
        steps=steps,
        games=COPIES,
        settings=Settings(learning_rate=RATE),
        rng=rng,
    )
    measured = run.final().mean(axis=1).reshape(len(T), seeds).mean(axis=1)
    plane = gt.plot.plane(surface, label="mean cooperation of two LASE learners", points=np.c_[T, S, measured])
    levels = plane.axes.contour(
        plane.T, plane.S, plane.values, levels=[0.5, 0.6, 0.7, 0.8, 0.9], colors="white", linewidths=0.7
    )
    plane.axes.clabel(levels, fmt="%.1f", fontsize=7)
    error = np.abs(measured - surface(T, S))
    worst = int(error.argmax())
    return Drawn(
        title="Cooperation over the (T, S) plane",
        claim=(
            "From policies near ½ two LASE learners cooperate fully where R > T, and right of it with probability "
            "(S + T − P)/(2T + S − R − P), which rises with the sucker's payoff S and falls with the temptation T, "
            "until symmetry breaks in the upper right; there the mean of the unequal pair falls with S at first."
        ),
        comparisons=(
            Comparison(f"mean distance of learners from the surface, {len(T)} games", 0.0, error.mean(), 0.02),
            Comparison(f"largest distance, at (T, S) = ({T[worst]:.2f}, {S[worst]:.2f})", 0.0, error[worst], 0.06),
            Comparison("prisoner's dilemma (T, S) = (1.16, −0.28)", *_pair(1.16, -0.28, measured), 0.03),
        ),
        figure=plane.figure,
        notes=(
            f"Dots in the colours of the surface: {seeds} seeds each from policies near ½, learning rate {RATE}, "
            f"{COPIES} parallel copies, {steps} steps, mean over the last quarter. The paper's Fig. 3 shows such a "
            "surface with the four classes; its values were not available here."
        ),
    )


def _pair(t, s, measured):
    k = int(np.argmin(np.hypot(T - t, S - s)))
    return float(surface(T[k], S[k])), float(measured[k])
