r"""Equilibria of two players by their supports, for many games at once, where no sign hangs on rounding.

In a nondegenerate game both supports of every equilibrium have the same size [1]_. For supports R of row and C of
column, s actions each, the mixes y on C that make row indifferent within R are, up to a factor,

.. math:: y_c = (-1)^c \, |R, C \setminus c|, \qquad |R, K| = \det \begin{pmatrix} A_{RK} & \mathbf 1 \end{pmatrix},

by Cramer's rule, where c counts the actions of C from 0, and against them an action i outside R earns less than those
in R by

.. math:: (-1)^{s + 1 + t} \, |R \cup i, C|, \qquad t = \#\{i' \in R : i' > i\},

with the same factor (expand the determinant along row i). So y is a mix to which R are exactly the best replies iff
these m numbers, all determinants of one family, have one sign; the same with the players exchanged. The determinants
come from those one size smaller, and what remains is to compare signs.

*Signs are certain or they do not count.* Payoffs are shifted by a number for each of the other's actions, which changes
no determinant, and scaled by a power of two, so that none exceeds 1/2. Then a determinant of size s is a sum of s!
products of s - 1 entries, at most :math:`s!\,2^{1-s}` in all, each of which meets at most :math:`s(s+1)/2 - 1`
roundings besides those of its entries, so that the error is below

.. math:: 2\, s!\, 2^{1-s} \left( \bigl(\tfrac{s(s+1)}2 + s - 2\bigr) u + 2 (s - 1)\, \eta \right), \qquad u = 2^{-53},

where :math:`\eta` bounds by how much a scaled payoff may differ from the one that is meant [2]_. For floats
:math:`\eta` is half a unit in the last place of the largest payoff: then the sign holds for the float, which is an
exact binary number, and for every number that rounds to it, such as the decimal that it prints as. A determinant of
size 2 is the difference of two payoffs; rounding keeps their order, so its sign is certain unless it is 0.

*A game in which no answer depends on an uncertain sign has no other equilibria than those found.* For let (x, y) be an
extreme equilibrium, S the support of x, C that of y, and say :math:`|S| \le |C|`. As y is a vertex, row has at least
:math:`|C|` best replies to it; S are some of them, so take a set R of :math:`|C|` best replies that contains S. For the
pair (R, C) the numbers above are those of y times a factor, and for the other player those of x times a factor; neither
list has two signs. So the pair is accepted, and then (x, y) is listed, or some number is zero, which is never certain.
Mixes of accepted pairs are then solved in whole numbers, without fractions [3]_.

References
----------
.. [1] B. von Stengel, "Computing equilibria for two-person games", Handbook of Game Theory with Economic Applications
   3 (2002), sections 2.1 to 2.3: supports, nondegenerate games.
.. [2] N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., SIAM 2002, section 3.1: products of
   factors (1 + δ).
.. [3] E. H. Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian elimination", Mathematics of
   Computation 22 (1968).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_DETERMINANTS", "UNIT", "Candidates", "candidates", "indifferent", "n_determinants", "scaled"]

MAX_DETERMINANTS = 12_000  # of one player; 8×8 games have 11440
UNIT = 2.0**-53  # largest relative error of one rounding
_UNCERTAIN = 4  # beside 1 for plus and 2 for minus, to be joined by "or"

Sets = tuple[int, ...]


# -------------------------------------------------------------------------------------------------- tables of a size
@dataclass(frozen=True, eq=False)
class _Minors:
    """How the determinants |R, K| of an own × other matrix come from each other, smallest first."""

    place: dict[tuple[Sets, Sets], int]
    levels: tuple[tuple[slice, NDArray[np.intp], NDArray[np.intp]], ...]
    """For sizes 2, 3, ...: where they stand; entries (of the matrix, flat, then of -1 times it) and minors, shape
    (size, how many), to be multiplied and summed."""
    margin: NDArray[np.float64]
    """Shape (2, how many): the error of each is at most the first plus the second times η."""


@lru_cache(maxsize=32)
def _minors(own: int, other: int) -> _Minors:
    place: dict[tuple[Sets, Sets], int] = {((i,), ()): i for i in range(own)}
    levels, margins = [], [(0.0, 0.0)] * own
    for size in range(2, min(own, other + 1) + 1):
        keys = list(itertools.product(_subsets(own, size), _subsets(other, size - 1)))
        entries = [[R[t] * other + K[0] + own * other * (t % 2) for R, K in keys] for t in range(size)]
        minors = [[place[R[:t] + R[t + 1 :], K[1:]] for R, K in keys] for t in range(size)]
        level = slice(len(place), len(place) + len(keys))
        levels.append((level, np.array(entries, dtype=np.intp), np.array(minors, dtype=np.intp)))
        place |= {key: level.start + index for index, key in enumerate(keys)}
        margins += [_margin(size)] * len(keys)
    return _Minors(place, tuple(levels), np.array(margins).T)


def _margin(size: int) -> tuple[float, float]:
    """Bound the error of a determinant whose sign may come out wrong; see the top of this module."""
    if size == 2:
        return 0.0, 0.0
    largest = 2 * math.factorial(size) * 2.0 ** (1 - size)
    return largest * (size * (size + 1) / 2 + size - 2) * UNIT, largest * 2 * (size - 1)


def _subsets(n: int, size: int) -> list[Sets]:
    return list(itertools.combinations(range(n), size))


@dataclass(frozen=True, eq=False)
class _Pairs:
    """All pairs of supports of one size, and where their numbers stand among ± a player's determinants."""

    supports: tuple[tuple[Sets, Sets], ...]
    row: NDArray[np.intp]
    """Shape (m, pairs): the mix on C, then what row's other actions lose."""
    column: NDArray[np.intp]
    """Shape (k, pairs): the mix on R, then what column's other actions lose."""
    x: tuple[NDArray[np.intp], NDArray[np.float64]]
    """Shape (pairs, m): for the mix on R the determinants, and their signs; sign 0 for actions outside."""
    y: tuple[NDArray[np.intp], NDArray[np.float64]]
    """Shape (pairs, k): the same for the mix on C."""


@lru_cache(maxsize=32)
def _pairs(m: int, k: int) -> _Pairs:
    rows, columns = _minors(m, k), _minors(k, m)
    supports = [
        pair for size in range(1, min(m, k) + 1) for pair in itertools.product(_subsets(m, size), _subsets(k, size))
    ]
    row = np.array([_terms(rows, R, C, m) for R, C in supports], dtype=np.intp)
    column = np.array([_terms(columns, C, R, k) for R, C in supports], dtype=np.intp)
    x = _weights([(column[index], R) for index, (R, _) in enumerate(supports)], m, len(columns.place))
    y = _weights([(row[index], C) for index, (_, C) in enumerate(supports)], k, len(rows.place))
    return _Pairs(tuple(supports), row.T.copy(), column.T.copy(), x, y)


def _terms(minors: _Minors, R: Sets, C: Sets, own: int) -> list[int]:
    """Places among (determinants, their negatives): the mix on C, then what actions outside R lose."""
    size, half = len(R), len(minors.place)
    mix = [minors.place[R, C[:t] + C[t + 1 :]] + half * (t % 2) for t in range(size)]
    outside = [
        minors.place[tuple(sorted((*R, i))), C] + half * ((size + 1 + sum(other > i for other in R)) % 2)
        for i in range(own)
        if i not in R
    ]
    return mix + outside


def _weights(
    mixes: list[tuple[NDArray[np.intp], Sets]], actions: int, half: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    place, sign = np.zeros((len(mixes), actions), dtype=np.intp), np.zeros((len(mixes), actions))
    for index, (terms, support) in enumerate(mixes):
        own = terms[: len(support)]
        place[index, support], sign[index, support] = own % half, np.where(own < half, 1.0, -1.0)
    return place, sign


def n_determinants(m: int, k: int) -> int:
    """Count the determinants of the player who has most of them.

    Examples
    --------
    >>> n_determinants(5, 5), n_determinants(8, 8)
    (210, 11440)
    """
    return math.comb(m + k, min(m, k) - 1)


# -------------------------------------------------------------------------------------------------- signs
def scaled(payoffs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Shift and scale one player's payoffs so that determinants keep their signs and no entry exceeds 1/2.

    Parameters
    ----------
    payoffs : ndarray, shape (games, own, other)
        Finite, and so are their differences.

    Returns
    -------
    entries : ndarray, shape (own × other, games)
        Payoffs less a number for each action of the other, over a power of two.
    off : ndarray, shape (games,)
        :math:`\eta`: half a unit in the last place of the largest payoff, scaled alike.

    Examples
    --------
    >>> entries, off = scaled(np.array([[[3.0, 0], [5, 1]]]))
    >>> entries[:, 0].tolist(), float(off[0]) == 5 / 2 * 2.0**-53 / 2
    ([-0.25, -0.125, 0.25, 0.125], True)
    """
    low, high = payoffs.min(axis=1), payoffs.max(axis=1)
    _, exponent = np.frexp((high - low).max(axis=1))
    with np.errstate(over="ignore", under="ignore"):
        off = np.ldexp(UNIT * np.maximum(-low, high).max(axis=1), -exponent)
        entries = np.ldexp(payoffs - (low / 2 + high / 2)[:, None], -exponent[:, None, None])
    return np.ascontiguousarray(entries.reshape(len(payoffs), -1).T), off


@dataclass(frozen=True, eq=False)
class Candidates:
    """Pairs of supports that carry equilibria, of some games of one size.

    Attributes
    ----------
    pair, game : ndarray of int, shape (n,)
        Which pair of `supports` in which game: exactly one equilibrium each, with all its signs certain.
    supports : tuple of (tuple of int, tuple of int)
        Actions of row and of column.
    uncertain : ndarray of bool, shape (games,)
        Games that may have other equilibria, since some sign is not certain; a degenerate game always is.
    rows, columns : ndarray, shape (determinants, games)
        Determinants of row's and column's payoffs.
    """

    pair: NDArray[np.intp]
    game: NDArray[np.intp]
    supports: tuple[tuple[Sets, Sets], ...]
    uncertain: NDArray[np.bool_]
    rows: NDArray[np.float64]
    columns: NDArray[np.float64]

    def mixes(self, m: int, k: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mixes by Cramer's rule, in floating point.

        Parameters
        ----------
        m, k : int
            Numbers of actions.

        Returns
        -------
        x, y : ndarray, shapes (n, m) and (n, k)
            Policies of row and column player.
        """
        pairs = _pairs(m, k)
        return (
            _normalised(self.columns, pairs.x, self.pair, self.game),
            _normalised(self.rows, pairs.y, self.pair, self.game),
        )


def _normalised(
    values: NDArray[np.float64],
    weights: tuple[NDArray[np.intp], NDArray[np.float64]],
    pair: NDArray[np.intp],
    game: NDArray[np.intp],
) -> NDArray[np.float64]:
    place, sign = weights
    mix: NDArray[np.float64] = values[place[pair], game[:, None]] * sign[pair]
    mix /= mix.sum(axis=1, keepdims=True)
    return mix + 0.0  # no -0


def candidates(A: NDArray[np.float64], B: NDArray[np.float64]) -> Candidates:
    """Find the pairs of supports that carry equilibria.

    Parameters
    ----------
    A : ndarray, shape (games, m, k)
        Payoffs of row, finite, as are their differences.
    B : ndarray, shape (games, k, m)
        Payoffs of column, its own actions first.

    Returns
    -------
    Candidates
        Complete for games that are not `uncertain`.

    Examples
    --------
    >>> found = candidates(np.array([[[2.0, 0], [0, 1]]]), np.array([[[1.0, 0], [0, 2]]]))
    >>> [found.supports[index] for index in found.pair]
    [((0,), (0,)), ((1,), (1,)), ((0, 1), (0, 1))]
    """
    games, m, k = A.shape
    pairs = _pairs(m, k)
    if m == k:  # the same tables serve both players
        both, signs = _determinants(np.concatenate([A, B]))
        rows, columns, row_signs, column_signs = both[:, :games], both[:, games:], signs[:, :games], signs[:, games:]
    else:
        (rows, row_signs), (columns, column_signs) = _determinants(A), _determinants(B)
    by_y, by_x = (
        np.bitwise_or.reduce(signs[terms], axis=0)
        for signs, terms in ((row_signs, pairs.row), (column_signs, pairs.column))
    )
    possible = ((by_y & 3) != 3) & ((by_x & 3) != 3)  # neither has two signs
    doubtful = (by_y | by_x) >= _UNCERTAIN
    pair, game = np.nonzero(possible & ~doubtful)
    return Candidates(pair, game, pairs.supports, (possible & doubtful).any(axis=0), rows, columns)


def _determinants(payoffs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Compute |R, K| for all sets of actions with one more in R than in K, for all games, and the signs of ± them."""
    games, own, other = payoffs.shape
    minors = _minors(own, other)
    count = len(minors.place)
    entries, off = scaled(payoffs)
    entries = np.concatenate([entries, -entries])
    values = np.empty((count, games))
    values[:own] = 1
    for level, factors, others in minors.levels:
        np.add.reduce(entries[factors] * values[others], axis=0, out=values[level])  # along the first column
    margin = minors.margin[0, :, None] + minors.margin[1, :, None] * off
    plus, minus = (values > margin).view(np.uint8), (values < -margin).view(np.uint8)
    uncertain = _UNCERTAIN * ((plus | minus) ^ 1)
    signs = np.concatenate([uncertain | plus | minus << 1, uncertain | minus | plus << 1])
    return values, signs


# -------------------------------------------------------------------------------------------------- exact mixes
def indifferent(rows: Sequence[Sequence[int]], R: Sets, C: Sets) -> list[int] | None:
    """Find the mix on C to which R are exactly the best replies, in integers.

    Parameters
    ----------
    rows : sequence of sequence of int
        Payoffs of the player who replies, a row for each of its actions.
    R, C : tuple of int
        As many replies as actions of the other.

    Returns
    -------
    list of int, or None
        Weights of the other's actions, positive on C and 0 outside; None if there is no such mix, or more than one.

    Examples
    --------
    >>> indifferent([[2, 0], [0, 1]], (0, 1), (0, 1))
    [1, 2]
    """
    usual = rows[R[0]]
    weights = _kernel([[rows[i][c] - usual[c] for c in C] for i in R[1:]])
    if weights is None or min(weights) <= 0:
        return None
    earned = sum([usual[c] * w for c, w in zip(C, weights, strict=True)])  # and by all of R
    for i, row in enumerate(rows):
        if i not in R and sum([row[c] * w for c, w in zip(C, weights, strict=True)]) >= earned:
            return None
    mix = [0] * len(usual)
    for action, weight in zip(C, weights, strict=True):
        mix[action] = weight
    return mix


def _kernel(rows: list[list[int]]) -> list[int] | None:
    """Find the vector that s - 1 rows of s whole numbers send to zero, by elimination without fractions [3]_.

    None if the first s - 1 columns are not independent.
    """
    divisor = 1
    for p in range(len(rows)):
        pivot = next((r for r in range(p, len(rows)) if rows[r][p]), None)
        if pivot is None:
            return None
        rows[p], rows[pivot] = rows[pivot], rows[p]
        top, head = rows[p], rows[p][p]
        for r, row in enumerate(rows):
            if r != p:
                factor = row[p]
                rows[r] = [(head * a - factor * b) // divisor for a, b in zip(row, top, strict=True)]
        divisor = head
    vector = [-row[-1] for row in rows] + [divisor]
    return vector if divisor > 0 else [-v for v in vector]
