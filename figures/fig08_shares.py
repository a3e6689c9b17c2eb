"""What LASE keeps of its reward, beside the self-interest level, the most that full cooperation leaves."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke

import gametheory as gt
from gametheory.plot.palette import INK, PLAYERS
from lase_core.agents import Settings, learn
from lase_core.report import Comparison, Drawn

LASE = gt.transfer.SocialRelationship()
RATIOS = np.arange(1, 10) / 10
RATE, COPIES = 0.05, 4
REGION = {"T": (1.0, 2.0), "S": (-1.0, 0.0)}


def kept(T, S):
    """Mean share that two LASE players keep at their attractor: 1 - p (1 - p), p the co-player's cooperation."""
    found = gt.analysis.lase_regime(R=1, S=S, T=T, P=0)
    return 1 - (found.high * (1 - found.high) + found.low * (1 - found.low)) / 2


def level(T, S):
    """Symmetric self-interest level of a prisoner's dilemma, in closed form."""
    return np.minimum(1 - S, T) / (T - S)


def at_rest(game):
    """Attractor of two LASE players, found by search for all rest points; one of a mirrored pair."""
    return gt.analysis.rest_points(gt.rules.policy_gradient(game, LASE)).sinks[0]


def draw(scale):
    """Draw both shares over the dilemmas, and along the donation games with learners."""
    seeds, steps = (24, 10_000) if scale == "quick" else (256, 25_000)
    run = learn(
        [gt.catalogue.donation(b=3.0, c=float(3 * ratio)) for ratio in RATIOS for _ in range(seeds)],
        runs=len(RATIOS) * seeds,
        steps=steps,
        games=COPIES,
        settings=Settings(learning_rate=RATE),
        rng=8,
    )
    weights = run.weights[-(len(run.steps) // 4) :].mean(axis=0)
    shares = np.diagonal(weights, axis1=-2, axis2=-1).mean(axis=-1).reshape(len(RATIOS), seeds)
    half = 1.96 * shares.std(axis=1, ddof=1) / np.sqrt(seeds)

    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(10.8, 3.6), layout="constrained")
    panels = ((left, kept, "What LASE keeps on average"), (middle, level, "Self-interest level $s^*$"))
    for ax, share, title in panels:
        drawn = gt.plot.plane(share, ax=ax, **REGION, limits=(0.5, 1), classes=False, colorbar=False)
        lines = ax.contour(
            drawn.T, drawn.S, drawn.values, levels=np.arange(0.6, 0.95, 0.05), colors="white", linewidths=0.7
        )
        labels = ax.clabel(lines, fmt="%.2f", fontsize=7.5, colors="white")
        plt.setp(labels, path_effects=[withStroke(linewidth=1.5, foreground=INK)])
        ax.plot([1, 2], [0, -1], color=INK, ls=":", lw=1.4)
        ax.set_title(title)
    middle.set_ylabel("")
    figure.colorbar(drawn.mesh, ax=middle, label="share of its own reward")

    x = np.linspace(0, 1, 200)
    right.plot(x, 1 - x + x**2, color=PLAYERS[0], lw=1.4, label="LASE keeps $1 - p^*(1 - p^*)$")
    right.errorbar(RATIOS, shares.mean(axis=1), half, fmt="o", color=PLAYERS[0], ms=4, capsize=2)
    right.plot(x, 1 / (1 + x), color=INK, lw=1.4, ls="--", label="self-interest level $s^*$")
    right.plot(x, 1 - x, color=PLAYERS[1], lw=1.4, label="LASE cooperates: $p^* = 2 - 1/s^*$")
    right.plot(RATIOS, run.final().mean(axis=1).reshape(shares.shape).mean(axis=1), "o", color=PLAYERS[1], ms=4)
    right.set(xlabel="cost over benefit $c/b$", ylabel="share", xlim=(0, 1), ylim=(0, 1.02))
    right.set_title("Donation games, $T - P = R - S = b$")
    right.legend(loc="lower left")
    return Drawn(
        title="What LASE keeps",
        claim=(
            "Counted in mean shares, LASE hands out less than full cooperation needs, and it cooperates less than "
            "fully. In every prisoner's dilemma shown it keeps more than s*, the most that everybody can keep if "
            "cooperation is to be dominant, and at least ¾. In donation games it keeps x³/(1 + x) more, x = c/b, "
            "which is little where cooperation is cheap; yet there cooperation is p* = 2 − 1/s* = 1 − x, where fixed "
            "shares of s* would make it dominant."
        ),
        comparisons=(
            *_theory(),
            *(
                Comparison(f"kept by learners, c/b = {ratio:.1f}", 1 - ratio + ratio**2, mean, 0.01, h)
                for ratio, mean, h in zip(RATIOS[1::3], shares.mean(axis=1)[1::3], half[1::3], strict=True)
            ),
        ),
        figure=figure,
        notes=(
            "Dotted: the donation games of the right panel. "
            f"Dots are learners in the colours of their curves: exact Q and estimates, learning rate {RATE}, {COPIES} "
            f"parallel copies, {steps} steps, {seeds} seeds a point, mean over the last quarter. A gift is made only "
            "when the co-player cooperates, and is the larger the less that was expected. Counted in reward instead "
            "of in shares, a donor at rest gives away x(1 − x + x²)/(1 − x) of its mean reward, above c/b = 0.57 more "
            "than all of it: gifts come out of good rounds, losses are kept, and as much comes back. Near "
            "(T, S) = (2, 0) symmetry breaks, and the mean of the unequal pair is shown."
        ),
    )


def _theory():
    """Compare formulas with the search for rest points, exact self-interest levels and linear programs."""
    p_star, excess, given = [], [], []
    for c in range(1, 10):
        game, x = gt.catalogue.donation(b=10, c=c), c / 10
        s = float(gt.reward_transfer.symmetric_self_interest(game).value)
        point = at_rest(game)
        p_star.append(np.abs(point.x - (2 - 1 / s)).max())
        excess.append(np.abs(np.asarray(point.gifts.kept, dtype=float) - s - x**3 / (1 + x)).max())
        share = float(point.gifts.flow[0, 1] / point.gifts.payoffs[0])
        given.append(abs(share - x * (1 - x + x**2) / (1 - x)))
    away, programs = [], []
    for t in (1.15, 1.5, 1.95):
        for s in (-0.85, -0.5, -0.2):  # the last one of all breaks symmetry
            game = gt.Game.two_by_two(1, s, t, 0)
            away.append(abs(np.mean(at_rest(game).gifts.kept) - kept(t, s)))
            programs.append(abs(gt.reward_transfer.general_self_interest(game, method="lp").value - level(t, s)))
    centres = (np.arange(200) + 0.5) / 200
    T, S = np.meshgrid(1 + centres, centres - 1)
    return (
        Comparison("donation games: p* found by search, largest distance from 2 − 1/s*", 0.0, max(p_star), 1e-9),
        Comparison("donation games: kept share less s*, largest distance from x³/(1 + x)", 0.0, max(excess), 1e-9),
        Comparison("donation games: share of reward given, largest distance from the formula", 0.0, max(given), 1e-9),
        Comparison("nine dilemmas: kept share at rest points, largest distance from the formula", 0.0, max(away), 1e-9),
        Comparison("nine dilemmas: s* by linear program, largest distance from the formula", 0.0, max(programs), 1e-9),
        Comparison(
            "share of 40,000 dilemmas in which LASE keeps more than s*", 1.0, (kept(T, S) > level(T, S)).mean(), 0
        ),
        Comparison("smallest kept share among them", 0.75, kept(T, S).min(), 0.001),
    )
