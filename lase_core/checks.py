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


CHECKS: dict[str, list[Callable[[], Evidence]]] = {
    "lase-interior-cooperation": [_interior],
    "estimates-mixed": [_mixed],
    "lase-diagonal-regimes": [_regimes],
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
