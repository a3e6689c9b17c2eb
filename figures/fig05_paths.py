"""Learning paths from low cooperation with three kinds of estimate (the paper's Fig. 5a), and what 0.93 would take."""

import matplotlib.pyplot as plt
import numpy as np

import gametheory as gt
from gametheory.plot.palette import INK, PATH, PLAYERS
from lase_core.agents import Settings, learn
from lase_core.report import Comparison, Drawn

R, S, T, P = 4, 0, 5, 1
GAME = gt.catalogue.prisoners_dilemma(R=R, S=S, T=T, P=P)
EPS = 13 / 43  # p*(eps) = 0.93
START, DURATION, LONG, RATE, COPIES = 0.1, 250.0, 1000.0, 0.05, 8
MIXED_DOTS = np.array([0.1, 0.2, 0.35])


def p_star(eps):
    """Rest point when estimates are mixed with eps uniform: (num - eps T/2)/(den - eps T)."""
    return (S + T - P - eps * T / 2) / (2 * T + S - R - P - eps * T)


def draw(scale):
    """Draw paths beside the flow, and the rest point against the error of the estimate."""
    seeds = 32 if scale == "quick" else 256
    settings = Settings(learning_rate=RATE)
    options = {"runs": seeds, "start": START, "steps": round(DURATION / RATE), "games": COPIES}
    longer = options | {"steps": round(LONG / RATE)}  # nearer to full cooperation the softmax flow is slower
    lase, mixed = gt.transfer.SocialRelationship(), gt.transfer.SocialRelationship(estimate=("mixed", EPS))
    kinds = {
        "exact estimate": (lase, learn(GAME, lase, settings=settings, rng=51, **options), PLAYERS[0]),
        "13/43 uniform mixed in": (mixed, learn(GAME, mixed, settings=settings, rng=52, **options), PLAYERS[1]),
        "learned estimate and Q": (
            lase,
            learn(GAME, lase, settings=Settings(RATE, learn_q=True, learn_estimate=True), rng=53, **options),
            PATH,
        ),
    }
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.7), layout="constrained")
    comparisons = []
    for name, (transfer, run, color) in kinds.items():
        per_run = run.cooperation.mean(axis=2)
        mean, spread = per_run.mean(axis=1), per_run.std(axis=1)
        left.plot(run.time, mean, color=color, lw=1.6, ls="--" if color == PATH else "-", label=name)
        left.fill_between(run.time, mean - spread, mean + spread, color=color, alpha=0.15, lw=0)
        field = gt.rules.policy_gradient(GAME, transfer, parametrisation="softmax")
        left.plot(run.time, gt.analysis.flow(field, [START, START], run.time)[:, 0], color=INK, ls=":", lw=1.2)
        target = p_star(EPS if transfer is mixed else 0)
        comparisons.append(Comparison(f"{name}: cooperation at the end", target, *_reversed(*run.mean())))
    left.plot([], [], color=INK, ls=":", lw=1.2, label="derived softmax flow")
    left.axhline(0.93, color="0.5", lw=0.8)
    left.text(0.98 * DURATION, 0.94, "0.93, reported by the paper", ha="right", va="bottom", fontsize=7.5, color="0.35")
    left.set(xlabel="time = learning rate × steps", ylabel="cooperation", ylim=(0, 1), xlim=(0, DURATION))
    left.set_title("Learning paths from 0.1, (R, S, T, P) = (4, 0, 5, 1)")
    left.legend(loc="lower right")

    grid = np.linspace(0, 0.4, 200)
    right.plot(grid, p_star(grid), color=INK, lw=1.4, label=r"derived $p^*(\varepsilon)$")
    for eps in MIXED_DOTS:
        run = learn(GAME, gt.transfer.SocialRelationship(estimate=("mixed", eps)), settings=settings, rng=54, **longer)
        mean, half = run.mean()
        right.errorbar(eps, mean, half, fmt="o", color=PLAYERS[0], capsize=3, ms=5)
        comparisons.append(Comparison(f"ε = {eps:.2f}: cooperation at the end", p_star(eps), mean, 0.02, half))
    for name, eps in (("exact estimate", 0.0), ("13/43 uniform mixed in", EPS)):
        right.plot(eps, kinds[name][1].mean()[0], "o", color=kinds[name][2], ms=5)
    right.plot([EPS, EPS, 0], [0.78, 0.93, 0.93], color="0.5", lw=0.8)
    right.annotate(
        r"0.93 at $\varepsilon = 13/43$", (EPS, 0.93), (0.05, 0.955), arrowprops={"arrowstyle": "->", "lw": 0.8}
    )
    right.set(
        xlabel=r"share $\varepsilon$ of a uniform guess in the estimate",
        ylabel="cooperation",
        ylim=(0.78, 1.005),
        xlim=(0, 0.4),
    )
    right.set_title("Underrating the co-player makes LASE give")
    right.legend(loc="lower right")
    return Drawn(
        title="Learning paths in the prisoner's dilemma, and the estimate error that gives 0.93",
        claim=(
            "From low cooperation two LASE learners rise to 4/5 if they know or learn each other's policy. An estimate "
            "that mixes in 13/43 of a uniform guess would lift them to 0.93."
        ),
        comparisons=tuple(comparisons),
        figure=figure,
        notes=(
            "The paper reports about 0.93 in its iterated prisoner's dilemma; its payoffs and estimates are not known "
            "here, so this is a possible explanation, not a known one. Shading: one standard deviation over "
            f"{seeds} seeds; learning rate {RATE}, {COPIES} parallel copies."
        ),
    )


def _reversed(mean, half):
    """Arguments of a comparison after the predicted value: measured, tolerance, interval."""
    return mean, 0.02, half
