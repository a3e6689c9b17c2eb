r"""All Nash equilibria of many two-player games of one small size at once.

In a nondegenerate game both supports of every equilibrium have the same size [1]_. For supports R of row and C of
column, s actions each, the mixes y on C that make row indifferent within R are, up to a factor,

.. math:: y_c = (-1)^c \, |R, C \setminus c|, \qquad |R, K| = \det \begin{pmatrix} A_{RK} & \mathbf 1 \end{pmatrix},

by Cramer's rule, where c counts the actions of C from 0, and against them an action i outside R earns less than those
in R by

.. math:: (-1)^{s + 1 + t} \, |R \cup i, C|, \qquad t = \#\{i' \in R : i' > i\},

with the same factor (expand the determinant along row i). So y is a mix to which R are exactly the best replies iff
these m numbers, all determinants of one family, have one sign; the same with the players exchanged. The determinants
come from those one size smaller, for all games together, and what remains is to compare signs.

A determinant that is nearly zero has no sign that could be trusted. Where an answer depends on one, the game is
flagged. *A game that is not flagged has no other equilibria than those found.* For let (x, y) be an extreme
equilibrium, S the support of x, C that of y, and say :math:`|S| \le |C|`. As y is a vertex, row has at least
:math:`|C|` best replies to it; S are some of them, so take a set R of :math:`|C|` best replies that contains S. For the
pair (R, C) the numbers above are those of y times a factor, and for the other player those of x times a factor; neither
list has two signs. So the pair is accepted, and then (x, y) is listed, or some number is zero, and the game is flagged.

References
----------
.. [1] B. von Stengel, "Computing equilibria for two-person games", Handbook of Game Theory with Economic Applications
   3 (2002), sections 2.1 to 2.3: supports, nondegenerate games.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["ManyEquilibria", "nash_many"]

_MAX_DETERMINANTS = 12_000  # of one player; 8×8 games have 11440
_BLOCK, _SCRATCH = 4096, 1 << 21  # games a pass, and numbers a pass and player
_PLUS, _MINUS, _ZERO = 1, 2, 4  # signs, to be joined by "or"

Sets = tuple[tuple[int, ...], tuple[int, ...]]
Values = dict[Sets, NDArray[np.float64]]
Signs = dict[Sets, tuple[NDArray[np.uint8], NDArray[np.uint8]]]


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
        What each player could gain by its best reply, as a share of its payoff range.
    count : ndarray of int, shape (games,)
        Number of equilibria found in each game.
    degenerate : ndarray of bool, shape (games,)
        Games that are degenerate or too near to it for floating point: their list may not be complete. Ask
        :func:`gametheory.equilibria.nash` for these. All others are complete.
    tolerance : float
        What counted as zero.
    """

    game: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    regret: NDArray[np.float64]
    count: NDArray[np.int64]
    degenerate: NDArray[np.bool_]
    tolerance: float

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


def nash_many(A: ArrayLike, B: ArrayLike, *, tolerance: float = 1e-9) -> ManyEquilibria:
    """All Nash equilibria of many bimatrix games of one small size.

    Parameters
    ----------
    A, B : array_like, shape (games, m, k)
        Payoffs of row and column player.
    tolerance : float
        With payoffs scaled to a range of 1: a determinant up to this counts as zero, and a regret above it as too
        large.

    Returns
    -------
    ManyEquilibria
        Complete for every game that is not flagged `degenerate`.

    Raises
    ------
    ValueError
        Shapes that are not (games, m, k) or not the same, payoffs that are not finite, a tolerance outside (0, 1),
        games with too many pairs of supports (8×8 is within).

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
    if not 0 < tolerance < 1:
        msg = f"tolerance must lie in (0, 1), got {tolerance}"
        raise ValueError(msg)
    games, m, k = first.shape
    determinants = math.comb(m + k, min(m, k) - 1)
    if determinants > _MAX_DETERMINANTS:
        msg = (
            f"{m}×{k} games are too large for batched support enumeration: {math.comb(m + k, m) - 1:,} pairs of "
            f"supports each (8×8 games, with 12,869, are within); use nash(game) on one game at a time"
        )
        raise ValueError(msg)
    block = max(min(_BLOCK, _SCRATCH // determinants), 1)
    parts = [
        _block(first[start : start + block], second[start : start + block], start, tolerance)
        for start in range(0, games, block)
    ]
    empty = np.empty(0, dtype=np.int64), np.empty((0, m)), np.empty((0, k)), np.empty((0, 2)), np.zeros(0, np.bool_)
    game, x, y, regret, degenerate = (np.concatenate(part) for part in zip(empty, *parts, strict=True))
    count = np.bincount(game, minlength=games)
    return ManyEquilibria(game, x, y, regret, count, degenerate, tolerance)


def _stack(payoffs: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return the payoffs of each game scaled to [-1/2, 1/2]; regret is then a share of the range."""
    array = np.asarray(payoffs, dtype=np.float64)
    if array.ndim != 3 or 0 in array.shape[1:]:
        msg = f"{name} must have shape (games, m, k), got {array.shape}"
        raise ValueError(msg)
    low = array.min(axis=(1, 2), keepdims=True)
    with np.errstate(over="ignore", invalid="ignore"):
        spread = array.max(axis=(1, 2), keepdims=True) - low
    if not np.isfinite(spread).all():
        msg = f"the payoffs of {name} must be finite, and so must their range"
        raise ValueError(msg)
    scaled: NDArray[np.float64] = (array - low) / np.where(spread > 0, spread, 1) - 0.5
    return scaled


def _block(
    A: NDArray[np.float64], B: NDArray[np.float64], start: int, tolerance: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Find all equilibria of a few games, with regrets, and which games are flagged."""
    games, m, k = A.shape
    rows, columns = _determinants(A), _determinants(B.transpose(0, 2, 1))
    row_signs, column_signs = _signs(rows, tolerance), _signs(columns, tolerance)
    flagged = np.zeros(games, dtype=np.bool_)
    found = []
    for size in range(1, min(m, k) + 1):
        for R, C in itertools.product(*(itertools.combinations(range(n), size) for n in (m, k))):
            by_y, by_x = _joined(row_signs, R, C, m), _joined(column_signs, C, R, k)
            possible = ((by_y & 3) != 3) & ((by_x & 3) != 3)  # neither has two signs
            if not possible.any():
                continue
            certain = possible & ((by_y | by_x) < _ZERO)
            flagged |= possible & ~certain
            if (which := np.flatnonzero(certain)).size:
                found.append((which, _mix(columns, C, R, m, which), _mix(rows, R, C, k, which)))
    which = np.concatenate([part[0] for part in found]) if found else np.empty(0, dtype=np.int64)
    x = np.concatenate([part[1] for part in found]) if found else np.empty((0, m))
    y = np.concatenate([part[2] for part in found]) if found else np.empty((0, k))
    row, column = np.vecdot(A[which], y[:, None]), np.vecdot(B[which].transpose(0, 2, 1), x[:, None])
    regret = np.column_stack([row.max(axis=1) - np.vecdot(row, x), column.max(axis=1) - np.vecdot(column, y)])
    good = (regret <= tolerance).all(axis=1)
    flagged[which[~good]] = True
    flagged |= np.bincount(which[good], minlength=games) % 2 == 0  # a nondegenerate game has an odd number
    order = np.flatnonzero(good)[np.argsort(which[good], kind="stable")]
    return which[order] + start, x[order], y[order], regret[order], flagged


def _determinants(A: NDArray[np.float64]) -> Values:
    """Compute |R, K| for all sets of actions with one more in R than in K, each for all games."""
    _, m, k = A.shape
    entry = np.ascontiguousarray(A.transpose(1, 2, 0))
    values: Values = {((i,), ()): np.ones(len(A)) for i in range(m)}
    for size in range(2, min(m, k + 1) + 1):
        for R, K in itertools.product(
            itertools.combinations(range(m), size), itertools.combinations(range(k), size - 1)
        ):
            total = entry[R[0], K[0]] * values[R[1:], K[1:]]
            for place in range(1, size):  # along the first column
                term = entry[R[place], K[0]] * values[R[:place] + R[place + 1 :], K[1:]]
                if place % 2:
                    total -= term
                else:
                    total += term
            values[R, K] = total
    return values


def _signs(values: Values, tolerance: float) -> Signs:
    """Signs of the determinants, and of their negatives."""
    signs = {}
    for key, value in values.items():
        plus, minus = (value > tolerance).view(np.uint8), (value < -tolerance).view(np.uint8)
        zero = _ZERO * (1 - plus - minus)
        signs[key] = (zero + plus + _MINUS * minus, zero + _MINUS * plus + minus)
    return signs


def _joined(signs: Signs, R: tuple[int, ...], C: tuple[int, ...], m: int) -> NDArray[np.uint8]:
    """Join the signs of the mix on C and of what the actions outside R lose, R being indifferent."""
    size = len(R)
    joined = signs[R, C[1:]][0].copy()
    for place in range(1, size):
        joined |= signs[R, C[:place] + C[place + 1 :]][place % 2]
    for i in range(m):
        if i not in R:
            larger = sum(other > i for other in R)
            joined |= signs[tuple(sorted((*R, i))), C][(size + 1 + larger) % 2]
    return joined


def _mix(
    values: Values, R: tuple[int, ...], C: tuple[int, ...], actions: int, games: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the mix on C that makes the other indifferent within R, for some of the games."""
    mix = np.zeros((len(games), actions))
    for place, action in enumerate(C):
        mix[:, action] = (-1) ** place * values[R, C[:place] + C[place + 1 :]][games]
    mix /= mix.sum(axis=1, keepdims=True)
    return mix
