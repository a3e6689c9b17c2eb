"""All Nash equilibria of many two-player games of one small size at once, see `support_enumeration`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gametheory.equilibria.regret import bimatrix_regret
from gametheory.equilibria.support_enumeration import MAX_DETERMINANTS, candidates, n_determinants
from gametheory.numbers import floats

__all__ = ["ManyEquilibria", "nash_many"]

_BLOCK, _SCRATCH = 1024, 1 << 15  # games a pass, and numbers a pass and player
_REGRET = 1e-12  # of what is returned, as a share of what is at stake


@dataclass(frozen=True, eq=False)
class ManyEquilibria:
    """Nash equilibria of a stack of games, in order of the games.

    Attributes
    ----------
    game : ndarray of int, shape (n,)
        Which game each equilibrium belongs to.
    x : ndarray, shape (n, m)
        Policies of the row player.
    y : ndarray, shape (n, k)
        Policies of the column player.
    regret : ndarray, shape (n, 2)
        What each player could gain by its best reply, in units of payoff.
    count : ndarray of int, shape (games,)
        Number of equilibria found in each game.
    degenerate : ndarray of bool, shape (games,)
        Games that are degenerate or too near to it for floating point: their list may not be complete. Ask
        :func:`gametheory.equilibria.nash` for these. All others are complete.
    """

    game: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    regret: NDArray[np.float64]
    count: NDArray[np.int64]
    degenerate: NDArray[np.bool_]

    def equilibria(self, index: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Equilibria of one game.

        Parameters
        ----------
        index : int
            Which game of the stack.

        Returns
        -------
        x, y : ndarray, shapes (count, m) and (count, k)
            Policies of row and column player.

        Raises
        ------
        IndexError
            There is no such game.
        """
        index = range(len(self.count))[index]
        low, high = np.searchsorted(self.game, [index, index + 1])
        return self.x[low:high], self.y[low:high]


def nash_many(A: ArrayLike, B: ArrayLike) -> ManyEquilibria:
    """All Nash equilibria of many bimatrix games of one small size.

    Parameters
    ----------
    A, B : array_like, shape (games, m, k)
        Payoffs of row and column player.

    Returns
    -------
    ManyEquilibria
        Complete for every game that is not flagged `degenerate`. There the supports are proven, for the floats as the
        exact numbers that they are and for all numbers that round to them alike; and no regret exceeds 1e-12 times the
        player's largest payoff difference on the equilibrium's support and its best replies.

    Raises
    ------
    ValueError
        Shapes that are not (games, m, k) or not the same, payoffs that are not finite, games with too many pairs of
        supports (8×8 is within).

    Examples
    --------
    >>> A = [[[2, 0], [0, 1]], [[3, 0], [5, 1]], [[0, 0], [0, 0]]]
    >>> B = [[[1, 0], [0, 2]], [[3, 5], [0, 1]], [[0, 0], [0, 0]]]
    >>> found = nash_many(A, B)
    >>> found.count.tolist(), found.degenerate.tolist()
    ([3, 1, 0], [False, False, True])
    >>> x, y = found.equilibria(0)
    >>> x.round(3)
    array([[1.   , 0.   ],
           [0.   , 1.   ],
           [0.667, 0.333]])
    """
    first, second = _stack(A, "A"), _stack(B, "B")
    if first.shape != second.shape:
        msg = f"A and B must have the same shape, got {first.shape} and {second.shape}"
        raise ValueError(msg)
    games, m, k = first.shape
    determinants = n_determinants(m, k)
    if determinants > MAX_DETERMINANTS:
        msg = (
            f"{m}×{k} games are too large for batched support enumeration: {math.comb(m + k, m) - 1:,} pairs of "
            f"supports each (8×8 games, with 12,869, are within); use nash(game) on one game at a time"
        )
        raise ValueError(msg)
    second = second.transpose(0, 2, 1)  # own actions first, for both players
    block = max(min(_BLOCK, _SCRATCH // determinants), 1)
    parts = [
        _block(first[start : start + block], second[start : start + block], start) for start in range(0, games, block)
    ]
    empty = np.empty(0, dtype=np.int64), np.empty((0, m)), np.empty((0, k)), np.empty((0, 2)), np.zeros(0, np.bool_)
    game, x, y, regret, degenerate = (np.concatenate(part) for part in zip(empty, *parts, strict=True))
    return ManyEquilibria(game, x, y, regret, np.bincount(game, minlength=games), degenerate)


def _stack(payoffs: ArrayLike, name: str) -> NDArray[np.float64]:
    array = floats(payoffs, name)
    if array.ndim != 3 or 0 in array.shape[1:]:
        msg = f"{name} must have shape (games, m, k), got {array.shape}"
        raise ValueError(msg)
    with np.errstate(over="ignore", invalid="ignore"):
        if not np.isfinite(array.max(axis=(1, 2)) - array.min(axis=(1, 2))).all():
            msg = f"the payoffs of {name} must be finite, and so must their range"
            raise ValueError(msg)
    return array


def _block(
    A: NDArray[np.float64], B: NDArray[np.float64], start: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Find all equilibria of a few games, with regrets, and which games are flagged."""
    found = candidates(A, B)
    x, y = found.mixes(*A.shape[1:])
    sides = _regret(A, found.game, x, y), _regret(B, found.game, y, x)
    regret, good = np.column_stack([gain for gain, _ in sides]), sides[0][1] & sides[1][1]
    flagged = found.uncertain
    flagged[found.game[~good]] = True
    order = np.flatnonzero(good)[np.argsort(found.game[good], kind="stable")]
    return found.game[order] + start, x[order], y[order], regret[order], flagged


def _regret(
    A: NDArray[np.float64], game: NDArray[np.intp], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Regret of the player whose payoffs A are, and whether it is small beside what is at stake for it."""
    own = A[game]
    _, regret, more = bimatrix_regret(own, x, y)
    counts = ((x > 0) | (more == more.max(axis=1, keepdims=True)))[:, :, None] & (y > 0)[:, None]
    at_stake = np.where(counts, own, -np.inf).max(axis=(1, 2)) - np.where(counts, own, np.inf).min(axis=(1, 2))
    return regret, regret <= _REGRET * at_stake
