"""Statements tried on flows and learners: simulation checks, registered by the statement's id.

A simulation never proves; it supports, or contradicts. A check on learners takes the mean over independent pairs; it
fails if the derived value lies outside the 99.9 % interval widened by a stated bias, which a finite learning rate and a
finite time leave. A true statement so fails by chance with probability at most 0.001 a value.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

import gametheory as gt
from gametheory.theorems import Certificate, Evidence
from lase_core.agents import Settings, learn

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["CHECKS", "simulated"]

_SEEDS, _RATE, _STEPS, _COPIES = 256, 0.05, 20_000, 8
_SHORT = 8000  # steps, where learners settle quickly
_Z = 3.29  # 99.9 %
_BIAS = 0.01


def _near(what: str, derived: float, values: NDArray[Any], bias: float = _BIAS) -> Evidence:
    """Compare a derived value with the mean of independent ones."""
    mean, half = float(values.mean()), _Z * float(values.std(ddof=1)) / np.sqrt(len(values))
    detail = f"{what}: {mean:.4f} ± {half:.4f} over {len(values)} pairs (99.9 %), derived {derived:.4f}, bias {bias:g}"
    return Evidence(bool(abs(mean - derived) <= half + bias), detail)


def _both(*found: Evidence) -> Evidence:
    return Evidence(all(e.holds for e in found), "; ".join(e.detail for e in found))


def _ends(game: gt.Game, transfer: Any = None, *, start: Any = 0.5, steps: int = _STEPS, seed: int) -> NDArray[Any]:
    """Cooperation of each player over the last quarter, shape (seeds, players)."""
    run = learn(
        game,
        transfer if transfer is not None else gt.transfer.SocialRelationship(),
        runs=_SEEDS,
        start=start,
        steps=steps,
        games=_COPIES,
        settings=Settings(learning_rate=_RATE),
        rng=seed,
    )
    return np.asarray(run.final())


def _interior() -> Evidence:
    parts = []
    for seed, (payoffs, derived) in enumerate((((3, 0, 5, 1), 2 / 3), ((4, 0, 5, 1), 4 / 5), ((1, -1, 2, 0), 1 / 2))):
        ends = _ends(gt.Game.two_by_two(*payoffs), seed=100 + seed).mean(axis=1)
        parts.append(_near(f"cooperation in {payoffs}", derived, ends))
    return _both(*parts)


def _mixed() -> Evidence:
    transfer = gt.transfer.SocialRelationship(("mixed", 13 / 43))
    return _near(
        "cooperation in (4, 0, 5, 1), 13/43 uniform",
        0.93,
        _ends(gt.Game.two_by_two(4, 0, 5, 1), transfer, seed=110).mean(axis=1),
    )


def _regimes() -> Evidence:
    hunt, harsh = gt.Game.two_by_two(1, -0.8, 0.5, 0), gt.Game.two_by_two(3, -4, 5, 2)
    return _both(
        _near("bistable (1, -0.8, 0.5, 0) from 0.95", 1.0, _ends(hunt, start=0.95, seed=120).mean(axis=1), 0.03),
        _near("bistable (1, -0.8, 0.5, 0) from 0.1", 0.0, _ends(hunt, start=0.1, seed=121).mean(axis=1), 0.03),
        _near("S + T < P, (3, -4, 5, 2) from 0.5", 0.0, _ends(harsh, seed=122).mean(axis=1), 0.03),
    )


def _pair() -> Evidence:
    ends = np.sort(_ends(gt.Game.two_by_two(1, -0.25, 2, 0), steps=3 * _STEPS, seed=130), axis=1)
    return _both(
        _near("smaller contributor in (1, -1/4, 2, 0)", 0.5, ends[:, 0], 0.03),
        _near("larger contributor", 0.75, ends[:, 1], 0.03),
    )


def _threats() -> Evidence:
    from scipy.special import expit

    game = gt.Game.two_by_two(4, 0, 5, 1)
    objective = gt.objective.MemoryOneObjective(game, gt.transfer.SocialRelationship(), 0.9)
    both = np.tile(gt.memory_one.strategy("WSLS"), 2)
    logits = 3 * (2 * both - 1) + np.random.default_rng(140).normal(0, 0.05, (_SEEDS, 10))
    first = expit(logits)
    for _ in range(3000):
        logits = np.clip(logits + 0.2 * objective.own_gradient(expit(logits)), -30, 30)
    end = expit(logits)
    cooperation = (objective.visits(end) * end).sum(axis=1) / 2
    moved = np.abs(end - first)[:, [2, 3, 4, 7, 8, 9]].max(axis=1)
    return _both(
        _near("cooperation from win-stay lose-shift in (4, 0, 5, 1), discount 0.9", 1.0, cooperation, 0.001),
        _near("largest change of a state off the path", 0.0, moved, 0.03),
    )


def _scales() -> Evidence:
    game = gt.Game.two_by_two(3, 0, 5, 1)  # odds 2 at scale 1; they grow in proportion to the scale of gifts
    return _both(
        *(
            _near(
                f"cooperation in (3, 0, 5, 1), gifts {scale} times as large",
                derived,
                _ends(game, gt.transfer.SocialRelationship(scale=scale), steps=_SHORT, seed=150 + scale).mean(axis=1),
            )
            for scale, derived in ((2, 9 / 11), (3, 7 / 8))
        )
    )


def _without_the_cut() -> Evidence:
    transfer = gt.transfer.SocialRelationship(clip=False)
    return _both(
        *(
            _near(
                f"cooperation in {payoffs}, bad deeds charged for",
                derived,
                _ends(gt.Game.two_by_two(*payoffs), transfer, steps=_SHORT, seed=160 + k),
            )
            for k, (payoffs, derived) in enumerate((((3, 0, 5, 1), 2 / 3), ((1, -0.25, 2, 0), 7 / 12)))
        )
    )


def _shifted() -> Evidence:
    # (1, -1/4, 2, 0) breaks symmetry; with 1 added to all payoffs equal players stay equal, at 11/15
    ends = _ends(gt.Game.two_by_two(2, 0.75, 3, 1), steps=_SHORT, seed=170)
    return _both(
        _near("cooperation in (2, 3/4, 3, 1)", 11 / 15, ends.mean(axis=1)),
        _near("difference of the players", 0.0, ends[:, 0] - ends[:, 1]),
    )


def _frozen() -> Evidence:
    # who expects 1/5 gives so much that cooperation dominates in (4, 0, 5, 1)
    transfer = gt.transfer.SocialRelationship(("frozen", 0.2))
    ends = _ends(gt.Game.two_by_two(4, 0, 5, 1), transfer, steps=_SHORT, seed=180)
    return _near("cooperation in (4, 0, 5, 1) of players who expect 1/5", 1.0, ends.mean(axis=1), 0.03)


def _learned() -> Evidence:
    run = learn(
        gt.Game.two_by_two(3, 0, 5, 1),
        gt.transfer.SocialRelationship(),
        runs=_SEEDS,
        steps=_SHORT,
        games=_COPIES,
        settings=Settings(learning_rate=_RATE, learn_estimate=True),
        rng=190,
    )
    return _near("cooperation in (3, 0, 5, 1), estimates learned from actions", 2 / 3, run.final().mean(axis=1))


def _pennies() -> Evidence:
    ends = _ends(gt.catalogue.matching_pennies(), start=[0.8, 0.3], steps=_SHORT, seed=200)
    return _both(*(_near(f"first action of player {k + 1} in matching pennies", 0.5, ends[:, k]) for k in (0, 1)))


def _public_goods() -> Evidence:
    # N = 3, multiplier 2: share 2/3, 1/3 - 2/3 p^2 = 0
    ends = _ends(gt.catalogue.public_goods(3, 2), steps=_SHORT, seed=210)
    return _near("contributions of three to a public good with multiplier 2", 0.5**0.5, ends.mean(axis=1))


def _equal_in_groups() -> Evidence:
    ends = _ends(gt.catalogue.public_goods(3, 2), start=[0.2, 0.5, 0.9], steps=_SHORT, seed=220)
    return _near("largest less smallest contribution, from 0.2, 0.5 and 0.9", 0.0, np.ptp(ends, axis=1), 0.03)


CHECKS: dict[str, list[Callable[[], Evidence]]] = {
    "lase-interior-cooperation": [_interior],
    "estimates-mixed": [_mixed],
    "estimates-frozen": [_frozen],
    "estimates-lagging": [_learned],
    "lase-odds-law": [_scales],
    "lase-diagonal-regimes": [_regimes],
    "lase-without-the-cut": [_without_the_cut],
    "lase-shift-and-symmetry": [_shifted],
    "lase-matching-pennies": [_pennies],
    "lase-public-goods-large-share": [_public_goods],
    "lase-public-goods-symmetry": [_equal_in_groups],
    "lase-asymmetric-pair": [_pair],
    "lase-frozen-threats": [_threats],
}
"""Checks by statement id."""


def simulated(statement: str) -> tuple[Certificate, ...]:
    """Run the simulation checks of a statement.

    Parameters
    ----------
    statement : str
        Its id.

    Returns
    -------
    tuple of Certificate
        One a check; empty if there is none.
    """
    found = []
    for check in CHECKS.get(statement, []):
        start = time.monotonic()
        evidence = check()
        outcome = "unknown" if evidence.holds is None else "supported" if evidence.holds else "refuted"
        found.append(Certificate("simulation", outcome, evidence.detail, time.monotonic() - start, "lase_core"))
    return tuple(found)
