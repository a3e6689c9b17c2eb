"""Ten learning rules on the (T, S) plane, each without memory and with memory-one strategies."""

from functools import partial

import cmcrameri.cm as crameri
import matplotlib.pyplot as plt
import numpy as np
import sympy as sp
from scipy.special import expit

import gametheory as gt
from gametheory.plot.palette import INK
from lase_core.report import Comparison, Drawn

GAME = gt.Game.two_by_two(1, *sp.symbols("S T"), 0)
DISCOUNT, TEMPERATURE, ENVY, GUILT = 0.96, 0.1, 1, 0.6
BLOCK = 2000  # starts followed together: temporaries stay in the cache
# time and step of flows, without memory and with; steps of maps
FLOW, MAP = ((500, 0.5), (80, 0.2)), (600, 200)
RULES = {
    "selfish gradient": (gt.rules.policy_gradient, None),
    "Boltzmann Q-learning": (partial(gt.rules.boltzmann_q, temperature=TEMPERATURE), None),
    "LASE": (gt.rules.policy_gradient, gt.transfer.SocialRelationship()),
    "equal sharing": (gt.rules.policy_gradient, gt.transfer.GroupOptimal()),
    "inequity aversion": (gt.rules.policy_gradient, gt.transfer.InequityAversion(ENVY, GUILT)),
    "LookAhead": (gt.rules.lookahead, None),
    "LOLA": (gt.rules.lola, None),
    "SOS": (gt.rules.sos, None),
    "competitive gradient": (gt.rules.cgd, None),
    "symplectic adjustment": (gt.rules.sga, None),
}
MAPS = tuple(RULES)[5:]  # the others are flows


def cooperation(name, memory, theta, **payoffs):
    """Share of cooperation where a rule leads from some logits."""
    make, transfer = RULES[name]
    is_map = name in MAPS
    objective = gt.objective.MatrixObjective(GAME, transfer)
    if memory:  # flows: natural gradient in every state; maps: sums of rewards, as in their papers
        objective = gt.objective.MemoryOneObjective(GAME, transfer, DISCOUNT, weighted=is_map, normalised=not is_map)
    rule = make(gt.objective.Logits(objective) if is_map else objective)
    duration, step = FLOW[memory]
    for _ in range(MAP[memory] if is_map else round(duration / step)):
        if is_map:
            theta = rule.function(theta, **payoffs)
        else:  # Euler in logits: d theta = dp / (p (1 - p))
            p, q = expit(theta), expit(-theta)
            theta = np.clip(theta + step * rule.function(p, **payoffs) / (p * q), -20, 20)
    x = expit(theta)
    if memory:  # each state counts as often as it is met
        visits = gt.objective.MemoryOneObjective(gt.catalogue.donation(), discount=DISCOUNT).visits(x)
        x = (visits * x).reshape(-1, 2, 5).sum(axis=2)
    return x.mean(axis=1)


def plane(name, memory, starts, T, S):
    """Mean over starts for every game, the same starts in all games."""
    theta = np.tile(starts if memory else starts[:, [0, 5]], (T.size, 1))
    payoffs = {"T": np.repeat(T.ravel(), len(starts)), "S": np.repeat(S.ravel(), len(starts))}
    parts = [slice(k, k + BLOCK) for k in range(0, len(theta), BLOCK)]
    ends = [cooperation(name, memory, theta[k], **{key: v[k] for key, v in payoffs.items()}) for k in parts]
    return np.concatenate(ends).reshape(*T.shape, -1).mean(axis=-1)


def draw(scale):
    """Draw twenty planes and compare some of them with theory."""
    columns, rows, seeds = (16, 14, 8) if scale == "quick" else (40, 36, 24)  # no centre where two outcomes tie
    edges_t, edges_s = np.linspace(0, 2, columns + 1), np.linspace(-1, 1, rows + 1)
    T, S = np.meshgrid((edges_t[1:] + edges_t[:-1]) / 2, (edges_s[1:] + edges_s[:-1]) / 2)
    rng = np.random.default_rng(7)
    starts = rng.normal(size=(seeds, 10))
    found = {(name, memory): plane(name, memory, starts, T, S) for name in RULES for memory in (0, 1)}
    dilemma = (T > 1) & (S < 0)
    above = (found["SOS", 1] > found["LASE", 1])[dilemma].mean()
    mean = {key: float(values[dilemma].mean()) for key, values in found.items()}
    return Drawn(
        title="Ten rules on the (T, S) plane",
        claim=(
            "Without memory the five rules that anticipate end in prisoner's dilemmas where selfish players do, at "
            f"defection; LASE cooperates in part (mean over the quadrant {mean['LASE', 0]:.2f}) and equal sharing "
            f"fully. With memory one LOLA cooperates in nearly all dilemmas ({mean['LOLA', 1]:.2f}), SOS in most "
            f"({mean['SOS', 1]:.2f}); to LASE memory makes no difference there ({mean['LASE', 1]:.2f}). LOLA is above "
            f"LASE nearly everywhere, SOS in {above:.0%} of the games. Anticipation without shaping stays below LASE: "
            f"LookAhead {mean['LookAhead', 1]:.2f}, competitive gradient "
            f"{mean['competitive gradient', 1]:.2f}, symplectic adjustment {mean['symplectic adjustment', 1]:.2f}."
        ),
        comparisons=_comparisons(T, S, found, rng.normal(size=(256, 10))),
        figure=_picture(edges_t, edges_s, found),
        notes=(
            f"Mean over {seeds} starts, the same in every game and for every rule, with logits from N(0, 1); "
            f"{columns} × {rows} games. Memory one: discounted share of rounds, discount {DISCOUNT}. The upper five "
            "are flows in which every state learns at the speed of its own advantage, by Euler steps in logits of "
            f"{FLOW[0][1]} to time {FLOW[0][0]} without memory, {FLOW[1][1]} to {FLOW[1][0]} with; temperature "
            f"{TEMPERATURE}. Envy {ENVY} and guilt {GUILT} are those of a type of Fehr and Schmidt (1999): such guilt "
            "makes mutual cooperation a Nash equilibrium of every dilemma shown, but mutual defection stays one, and "
            f"most starts go there (mean with memory {mean['inequity aversion', 1]:.2f}). The lower five are maps with "
            f"step 1: {MAP[0]} steps of the game played once, {MAP[1]} on sums of discounted rewards, which the papers "
            "on LOLA and SOS use. Shaping is quadratic in payoffs, so another unit of payoffs is another LOLA; and "
            "LOLA and SOS are not at rest when they are read off. Where S + T > 2 the sum of payoffs is largest in "
            "unequal roles, at a mean of ½."
        ),
    )


def _picture(edges_t, edges_s, found):
    figure, axes = plt.subplots(4, 5, figsize=(9.2, 7.4), sharex=True, sharey=True, layout="constrained")
    for (name, memory), values in found.items():
        k = list(RULES).index(name)
        ax = axes[2 * (k // 5) + memory, k % 5]
        mesh = ax.pcolormesh(edges_t, edges_s, values, vmin=0, vmax=1, cmap=crameri.batlow, rasterized=True)
        ax.axvline(1, color=INK, lw=0.8)
        ax.axhline(0, color=INK, lw=0.8)
        ax.set(xlim=(0, 2), ylim=(-1, 1), xticks=[0, 1, 2], yticks=[-1, 0, 1])
        ax.set_title("" if memory else name, fontsize=9)
    for row, ax in enumerate(axes[:, 0]):
        ax.set_ylabel(f"{('without memory', 'memory one')[row % 2]}\nsucker's payoff $S$")
    for ax in axes[-1]:
        ax.set_xlabel("temptation $T$")
    box = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "boxstyle": "round,pad=0.15"}
    classes = ((0.5, 0.5, "harmony"), (1.5, 0.5, "snow-\ndrift"), (0.5, -0.5, "stag\nhunt"), (1.5, -0.5, "dilemma"))
    for t, s, label in classes:
        axes[0, 0].text(t, s, label, ha="center", va="center", fontsize=7.5, color=INK, bbox=box)
    figure.colorbar(mesh, ax=axes, label="share of cooperation  ($R = 1$, $P = 0$)", shrink=0.6, aspect=36)
    return figure


def _comparisons(T, S, found, starts):
    dilemma = (T > 1) & (S < 0)
    regime = gt.analysis.lase_regime(R=1, S=S, T=T, P=0)
    alone = regime.region != "B"  # one attractor, or a mirrored pair
    lase = [np.abs(found["LASE", memory] - regime.cooperation())[alone].mean() for memory in (0, 1)]
    nash = np.where(dilemma, 0.0, np.where(T < 1, 1.0, 0.5))
    selfish = np.abs(found["selfish gradient", 0] - nash)[(T > 1) | (S > 0)].max()
    equal = np.abs(found["equal sharing", 0] - np.where(S + T < 2, 1.0, 0.5))[S + T > 0].mean()
    logit = []
    for t, s in zip(T[dilemma], S[dilemma], strict=True):  # one equilibrium, or a mirrored pair beside a saddle
        equilibria = gt.equilibria.logit_qre(gt.Game.two_by_two(1.0, s, t, 0.0), temperature=TEMPERATURE)
        logit.append(next(e for e in equilibria if e.stability != "saddle").x.mean())
    boltzmann = np.abs(found["Boltzmann Q-learning", 0][dilemma] - logit).max()
    ahead = max(found[name, 0][dilemma].mean() for name in MAPS)
    above = (found["LOLA", 1] > found["LASE", 1])[dilemma].mean()
    plain = ("LookAhead", "competitive gradient", "symplectic adjustment")
    below = (np.max([found[name, 1] for name in plain], axis=0) < found["LASE", 1])[dilemma].mean()
    # the dilemma (−1, −3, 0, −2) of the literature on shaping, less 2 everywhere: mean reward is cooperation less 2
    corner = {"T": np.full(len(starts), 2.0), "S": np.full(len(starts), -1.0)}
    x = cooperation("LOLA", 1, starts, **corner)
    half = 1.96 * x.std(ddof=1) / np.sqrt(len(x))
    return (
        Comparison("LASE, without memory: mean distance from the closed form", 0.0, lase[0], 0.01),
        Comparison("LASE, memory one: mean distance from the closed form without memory", 0.0, lase[1], 0.03),
        Comparison(
            "selfish gradient, without memory: largest distance from a stable Nash equilibrium", 0.0, selfish, 0.02
        ),
        Comparison("equal sharing, without memory: mean distance from the largest sum, S + T > 0", 0.0, equal, 0.01),
        Comparison(
            "Boltzmann Q-learning in dilemmas: largest distance from the logit equilibrium", 0.0, boltzmann, 1e-3
        ),
        Comparison(
            "most cooperative of the rules that anticipate, without memory: mean over dilemmas", 0.0, ahead, 0.02
        ),
        Comparison("memory one: share of dilemmas in which LOLA is above LASE", 1.0, above, 0.05),
        Comparison(
            "memory one: share of dilemmas in which anticipation without shaping is below LASE", 1.0, below, 0.05
        ),
        Comparison(
            "LOLA, memory one, at (T, S) = (2, −1), against the mean reward −1.049 of 50 runs of 100 steps",
            2 - 1.049,
            x.mean(),
            0.05,
            half,
        ),
    )
