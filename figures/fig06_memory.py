"""LASE with memory: which starts keep cooperating, and which return to p*."""

import cmcrameri.cm as crameri
import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit

import gametheory as gt
from gametheory.plot.palette import INK
from lase_core.report import Comparison, Drawn

GAMES = ((4, -2.5, 5, 1), (4, 0, 5, 1))
RATE, NOISE, LARGEST = 0.2, 0.01, 5.0
OFF_PATH = [2, 3, 4, 7, 8, 9]  # after CD, DC and DD


def settle(payoffs, start, strengths, discounts, *, weighted, steps, rng):
    """Follow two LASE players from logits ±strength of a strategy; return cooperation and how far others' states moved.

    The step is the natural gradient's, Euler in logits. Cooperation is the mean over the last quarter of the time, as
    some starts end in cycles.
    """
    game = gt.Game.two_by_two(*payoffs)
    lase = gt.objective.MemoryOneObjective(game, gt.transfer.SocialRelationship(), discounts.ravel(), weighted=weighted)
    logits = strengths.ravel()[:, None] * (2 * np.tile(gt.memory_one.strategy(start), 2) - 1)
    logits += rng.normal(0, NOISE, logits.shape)
    first, met = expit(logits), []
    for step in range(steps):
        x = expit(logits)
        if step >= 3 * steps // 4 and step % 10 == 0:
            met.append((lase.visits(x) * x).sum(axis=-1) / 2)
        logits = np.clip(logits + RATE * lase.own_gradient(x), -30, 30)
    moved = np.abs(expit(logits) - first)[:, OFF_PATH].max(axis=-1)
    return np.mean(met, axis=0).reshape(strengths.shape), moved.reshape(strengths.shape)


def threshold(payoffs, start, *, weighted):
    """Discount above which the strategy, played for sure, is strictly stable; None if no discount is enough."""
    R, S, T, P = payoffs
    on_path = (T - R) / (R - P) if start == "WSLS" else (T - R) / (T - P)
    if weighted:
        return on_path
    off_path = (S + T - P) / (R - P) if start == "WSLS" else (0 if S + T < P else 1)
    return max(on_path, off_path) if max(on_path, off_path) < 1 else None


def draw(scale):
    """Draw the panels: two games, two starts, with and without weighting by visits."""
    size, steps = (16, 2500) if scale == "quick" else (48, 8000)
    strengths, discounts = np.meshgrid(np.linspace(0, LARGEST, size), np.linspace(0, 0.96, size))
    spacing = discounts[1, 0] - discounts[0, 0]
    rng = np.random.default_rng(6)
    figure, axes = plt.subplots(2, 4, figsize=(10.5, 5.2), sharex=True, sharey=True, layout="constrained")
    comparisons = []
    for column, (payoffs, start) in enumerate((p, s) for p in GAMES for s in ("WSLS", "Grim")):
        R, S, T, P = payoffs
        rest = (S + T - P) / (2 * T + S - R - P)
        for ax, weighted in zip(axes[:, column], (True, False), strict=True):
            coop, moved = settle(
                payoffs, start, strengths, discounts, weighted=weighted, steps=steps // (1 if weighted else 2), rng=rng
            )
            mesh = ax.pcolormesh(strengths, discounts, coop, vmin=0, vmax=1, cmap=crameri.batlow, rasterized=True)
            line = threshold(payoffs, start, weighted=weighted)
            if line is not None:
                ax.axhline(line, color=INK, ls="--", lw=1.2)
                ax.text(0.1, line + 0.015, f"γ = {line:.3g}", fontsize=7.5, color="white")
            ax.axvline(3, color=INK, ls=":", lw=0.8)
            what = f"{payoffs}, {start}, {'weighted by visits' if weighted else 'all states alike'}"
            kept = coop > 0.99
            if line is not None:
                reached = discounts[:, -1][kept[:, -1]]
                comparisons.append(
                    Comparison(f"least discount that keeps cooperation, {what}", line, reached.min(), spacing)
                )
            comparisons.append(Comparison(f"cooperation from coin tosses, {what}", rest, coop[:, 0].mean(), 0.02))
            if weighted:
                frozen = moved[:, -1][kept[:, -1]].max()
                comparisons.append(Comparison(f"largest change of a state off the path, {what}", 0.0, frozen, 0.02))
        axes[0, column].set_title(f"(R, S, T, P) = ({R:g}, {S:g}, {T:g}, {P:g})\nstart near {start}", fontsize=9)
        axes[1, column].set_xlabel("logits of the start, ±")
    axes[0, 0].set_ylabel("weighted by visits\ndiscount $\\gamma$")
    axes[1, 0].set_ylabel("all states alike\ndiscount $\\gamma$")
    figure.colorbar(mesh, ax=axes, label="share of rounds with cooperation", shrink=0.8)
    return Drawn(
        title="LASE with memory: which starts keep cooperating",
        claim=(
            "A cooperative path gives nobody a surprise, so no gifts flow on it, and it lasts if it pays a selfish "
            "player: γ(R − P) > T − R for win-stay lose-shift, γ(T − P) > T − R for Grim (dashed, upper row). Natural "
            "gradients weighted by visits then freeze all other states where they are. If all states learn alike, "
            "win-stay lose-shift must also withstand the gift that a surprising cooperator gets, γ(R − P) > S + T − P "
            "(dashed, lower row), and Grim cannot where S + T > P. From most other starts play returns to p*."
        ),
        comparisons=tuple(comparisons),
        figure=figure,
        notes=(
            "Dotted: starts at logits ±3. "
            f"Natural gradient in every state, step {RATE}, {steps} steps (half as many where all states learn alike), "
            f"logits disturbed by N(0, {NOISE}²); mean over the last quarter. In the upper corners of the lower row "
            "play goes on in cycles of unequal players for as long as it was followed; the disturbance decides which."
        ),
    )
