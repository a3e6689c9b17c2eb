"""LASE with neural networks in repeated matrix games: where theory says that it rests, with five kinds of estimate."""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np

import lase_core as lc
from gametheory.plot.palette import INK, PATH, PLAYERS
from lase_core.report import Comparison, Drawn

GAMES = ((4, 0, 5, 1), (3, 0, 5, 1), (1, -1, 2, 0))
LOSSES, BROKEN = (-1, -3, 0, -2), (1, -0.25, 2, 0)
ADDITIVE = ((4, 0, 5, 1), (1, -1, 2, 0), (1, -2, 3, 0))  # R + P = S + T: a step at p*
COLORS = (*PLAYERS, PATH)
KINDS = {  # of estimate: marker, and settings
    "uniform": ("s", {}),
    "perspective": ("D", {}),
    "perspective-ideal": ("^", {"selfish_entropy": 1.0}),
    "perspective-ideal, more entropy": ("v", {"selfish_entropy": 4.0}),
    "predictor": ("o", {}),
    "oracle": ("*", {}),
}
FROZEN = {"learning_rate": 3e-3}  # the rest is a corner: no need to be quiet there
QUIET = {"worlds": 256, "hidden": (32,), "features": 32, "joint": 32, "learning_rate": 3e-3, "critic_rate": 3e-2}


def p_star(payoffs):
    """Rest point of exact estimates."""
    R, S, T, P = payoffs
    return (S + T - P) / (2 * T + S - R - P)


def name(payoffs):
    """Write the payoffs."""
    return f"({', '.join(f'{value:g}' for value in payoffs)})".replace("-", "\N{MINUS SIGN}")


def play(payoffs, estimate, *, seeds, rounds, **settings):
    """Train two players; return cooperation (rounds, seeds, players) and estimates of them (rounds, seeds, players)."""
    worlds = settings.setdefault("worlds", 32)
    given = dict(zip("RSTP", payoffs, strict=True)) | settings
    kind = f"lase:{estimate.partition(',')[0]}"
    done = lc.train("matrix", kind, seeds=range(seeds), episodes=rounds * worlds, progress=False, **given)
    measured = done.metrics.transpose("episode", "seed", ...)
    expected = measured.expected_cooperation.to_numpy()
    return measured.cooperation.to_numpy(), np.stack([expected[:, :, 1, 0], expected[:, :, 0, 1]], axis=-1)


def at_end(values, share):
    """Return means over the last rounds, (seeds, players)."""
    return values[round((1 - share) * len(values)) :].mean(axis=0)


def predicted(payoffs, estimate, q, gap):
    """Return the rest point: at a corner if estimates stay where they are, moved by the gap p - q if they follow."""
    R, S, T, P = payoffs
    if estimate in {"predictor", "oracle"}:
        return p_star(payoffs) + T * gap / (2 * T + S - R - P)
    return 1.0 if q < min(R, S + T - P) / T else 0.0


def draw(scale):
    """Draw learning curves, the asymmetric pair, and cooperation against the estimate."""
    full = scale != "quick"
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(11.4, 3.9), layout="constrained")
    comparisons = [
        *_rest_points(left, seeds=20 if full else 6, rounds=1200 if full else 400),
        *_pair(middle, seeds=20 if full else 8, rounds=3000 if full else 1600),
        *_estimates(right, seeds=10 if full else 4, rounds=800 if full else 350),
    ]
    return Drawn(
        title="Neural LASE learners in matrix games",
        claim=(
            "Networks that learn action values, estimates and policies from play rest where theory says: at p* if "
            "co-players are known or well predicted, at an unequal pair where the symmetric point is a saddle, and at "
            "full cooperation if the estimate stays below min(R, S + T - P)/T, as that of a selfish perspective does."
        ),
        comparisons=tuple(comparisons),
        figure=figure,
        notes=(
            "One-shot games, one update a round, preset small. Advantages are not normalised here: dividing by the "
            "standard deviation of a batch of B games shifts the rest point by a term of order 1/B. Shading and bars: "
            "one standard deviation over seeds. Middle: batches of 256 and small networks, since the force that holds "
            "the pair is weak. Right: in these games R + P = S + T, so that a frozen estimate makes a step."
        ),
    )


def _rest_points(ax, *, seeds, rounds):
    for payoffs, color in zip((*GAMES, LOSSES), (*COLORS, "0.45"), strict=True):
        met, _ = play(payoffs, "oracle", seeds=seeds, rounds=rounds)
        rest = 0.0 if payoffs == LOSSES else p_star(payoffs)
        ax.axhline(rest, color=color, ls="--", lw=0.9)
        _band(ax, met.mean(axis=-1), color, name(payoffs))
        # from losses players fall to zero without resting
        end = at_end(met, 0.1 if payoffs == LOSSES else 0.5)
        yield _compared(f"{name(payoffs)}, oracle: cooperation", rest, end.mean(axis=1), 0.03)
    ax.set(xlabel="updates", ylabel="cooperation, mean of both players", ylim=(-0.02, 1.02), xlim=(0, rounds))
    ax.set_title("Exact estimates: $p^*$ (dashed)")
    ax.legend(loc="center right", bbox_to_anchor=(1, 0.25), title="(R, S, T, P)", title_fontsize=8)


def _pair(ax, *, seeds, rounds):
    met, _ = play(BROKEN, "oracle", seeds=seeds, rounds=rounds, **QUIET)
    end = at_end(met, 0.4)
    swap = end[:, 0] < end[:, 1]
    met[:, swap] = met[:, swap, ::-1]
    for k, (color, what) in enumerate(zip(PLAYERS, ("larger contributor", "smaller contributor"), strict=False)):
        ax.plot(met[:, :, k], color=color, lw=0.6, alpha=0.4)
        ax.plot(met[:, :, k].mean(axis=1), color=color, lw=1.6, label=what)
    for level, style in ((0.75, "--"), (0.5, "--"), (7 / 11, ":")):
        ax.axhline(level, color=INK, ls=style, lw=0.9)
    ax.text(0.99 * rounds, 7 / 11, "saddle 7/11", ha="right", va="bottom", fontsize=7.5)
    ax.set(xlabel="updates", ylabel="cooperation", ylim=(0.3, 0.95), xlim=(0, rounds))
    ax.set_title(f"{name(BROKEN)}: equals end as ¾ and ½")
    ax.legend(loc="upper right")
    end = np.sort(end, axis=1)
    yield _compared(f"{name(BROKEN)}: cooperation of the larger contributor", 0.75, end[:, 1], 0.03)
    yield _compared(f"{name(BROKEN)}: cooperation of the smaller contributor", 0.5, end[:, 0], 0.03)


def _estimates(ax, *, seeds, rounds):
    ax.plot([0, 1], [0, 1], color="0.6", lw=0.8)
    ax.text(0.93, 0.9, "exact", rotation=40, ha="right", va="bottom", fontsize=7.5, color="0.4")
    for payoffs, color, width in zip(ADDITIVE, COLORS, (4.2, 2.6, 1.0), strict=False):
        rest = p_star(payoffs)
        ax.plot([0, rest, rest, 1], [1, 1, 0, 0], color=color, lw=width, label=f"{name(payoffs)}, $p^*$ = {rest:.3g}")
    for (payoffs, color), (kind, (marker, settings)) in product(zip(ADDITIVE, COLORS, strict=False), KINDS.items()):
        if kind == "uniform" and p_star(payoffs) == 0.5:
            continue  # the estimate that makes both actions worth the same
        follows = kind in {"predictor", "oracle"}
        more = settings | ({} if follows else FROZEN)
        met, said = (
            at_end(v, 0.4 if follows else 0.2) for v in play(payoffs, kind, seeds=seeds, rounds=rounds, **more)
        )
        p, q = met.mean(axis=1), said.mean(axis=1)
        ax.errorbar(
            q.mean(), p.mean(), p.std(), q.std(), marker=marker, color=color, mec="white", mew=0.5, ms=8, zorder=4, lw=1
        )
        rest = predicted(payoffs, kind, q.mean(), (p - q).mean())
        what = f"{name(payoffs)}, {kind}: cooperation at the measured estimate {q.mean():.3f}"
        yield _compared(what, rest, p, 0.03)
        if entropy := settings.get("selfish_entropy"):
            yield _compared(f"{name(payoffs)}, {kind}: the estimate", 1 / (1 + np.exp(1 / entropy)), q, 0.03)
    for kind, (marker, _) in KINDS.items():
        ax.plot([], [], marker, color="0.35", ms=6, label=kind)
    ax.set(
        xlabel="mean estimate of the co-player's cooperation", ylabel="cooperation", ylim=(-0.05, 1.05), xlim=(-0.03, 1)
    )
    ax.set_title("Underrated players cooperate")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))


def _band(ax, per_seed, color, label):
    mean, spread = per_seed.mean(axis=1), per_seed.std(axis=1)
    ax.plot(mean, color=color, lw=1.5, label=label)
    ax.fill_between(np.arange(len(mean)), mean - spread, mean + spread, color=color, alpha=0.2, lw=0)


def _compared(what, rest, values, tolerance):
    return Comparison(what, rest, values.mean(), tolerance, 1.96 * values.std(ddof=1) / np.sqrt(len(values)))
