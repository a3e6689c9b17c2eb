r"""All equilibria of 2×2 games in closed form, millions of games at a time.

Let :math:`x` and :math:`y` be the probabilities with which row and column play action 0. Action 0 earns row

.. math:: d_1(y) = y\,a + (1 - y)\,b, \qquad a = A_{00} - A_{10},\quad b = A_{01} - A_{11},

more than action 1, and it earns column :math:`d_2(x) = x\,c + (1 - x)\,d` more, with :math:`c = B_{00} - B_{01}`
and :math:`d = B_{10} - B_{11}` [1]_. Where :math:`a` and :math:`b` have opposite signs row is indifferent at

.. math:: y^* = \frac{b}{b - a}, \qquad \text{likewise } x^* = \frac{d}{d - c}.

So each player has at most three candidates: play action 0, play action 1, or make the other indifferent. A pair of
candidates is an equilibrium iff each is a best reply to the other, and that depends on the signs of
:math:`a, b, c, d` alone: 81 patterns, one table.

References
----------
.. [1] B. von Stengel, "Computing equilibria for two-person games", Handbook of Game Theory with Economic
   Applications 3 (2002), sections 2.2 to 2.6: best replies as labels, extreme equilibria, degenerate games.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gametheory.numbers import floats

__all__ = ["TwoByTwoEquilibria", "two_by_two"]

_BLOCK = 8192  # games a pass: their scratch arrays stay in the second-level cache


def _equilibrium_table() -> NDArray[np.bool_]:
    """For each sign pattern of (a, b, c, d), which pairs of candidates are equilibria; shape (81, 3, 3)."""
    a, b, c, d = np.array(list(itertools.product((-1, 0, 1), repeat=4))).T
    zero = np.zeros_like(a)
    d1 = np.stack([a, b, zero], axis=-1)  # sign of d_1 against column's action 0, action 1, y*
    d2 = np.stack([c, d, zero], axis=-1)

    def best_reply(sign: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether action 0, action 1, an interior mix (axis 1) answers each candidate of the other (axis 2)."""
        return np.stack([sign >= 0, sign <= 0, sign == 0], axis=1)

    always = np.ones_like(a, dtype=np.bool_)
    x_exists = np.stack([always, always, c * d < 0], axis=-1)
    y_exists = np.stack([always, always, a * b < 0], axis=-1)
    answers = best_reply(d1) & best_reply(d2).transpose(0, 2, 1)
    return np.asarray(answers & x_exists[:, :, None] & y_exists[:, None, :])


EQUILIBRIA = _equilibrium_table()  # (81, 3, 3)
COUNT = EQUILIBRIA.sum(axis=(1, 2)).astype(np.uint8)
# two extreme equilibria in one row or one column of the table share a coordinate
CONTINUUM = ((EQUILIBRIA.sum(axis=1) > 1) | (EQUILIBRIA.sum(axis=2) > 1)).any(axis=1)


def pattern_of(a: Any, b: Any, c: Any, d: Any) -> Any:
    """Row of the tables for signs a, b, c, d in {-1, 0, 1}: digits of a number in base three."""
    return 27 * a + 9 * b + 3 * c + d + 40


@dataclass(frozen=True, eq=False)
class TwoByTwoEquilibria:
    r"""Extreme equilibria of a batch of 2×2 games.

    A candidate is numbered 0 (play action 0), 1 (play action 1) or 2 (make the other player indifferent).

    Attributes
    ----------
    pattern : ndarray of uint8, shape (...)
        Which of the 81 sign patterns each game has.
    interior_x, interior_y : ndarray, shape (...)
        :math:`x^*` and :math:`y^*`, the mixes that make the other player indifferent; NaN where there is none.
    """

    pattern: NDArray[np.uint8]
    interior_x: NDArray[np.float64]
    interior_y: NDArray[np.float64]

    @property
    def x(self) -> NDArray[np.float64]:
        """Row's candidates as probabilities of action 0, shape (..., 3): 1, 0, and x* or NaN."""
        return _candidates(self.interior_x)

    @property
    def y(self) -> NDArray[np.float64]:
        """Column's candidates as probabilities of action 0, shape (..., 3): 1, 0, and y* or NaN."""
        return _candidates(self.interior_y)

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Shape (..., 3, 3): whether (x[i], y[j]) is an extreme equilibrium."""
        return EQUILIBRIA[self.pattern]

    @property
    def continuum(self) -> NDArray[np.bool_]:
        """Shape (...): whether there are infinitely many equilibria."""
        return np.asarray(CONTINUUM[self.pattern])

    @property
    def count(self) -> NDArray[np.uint8]:
        """Shape (...): number of extreme equilibria."""
        return np.asarray(COUNT[self.pattern])

    def equilibria(self, index: int | tuple[int, ...] = ()) -> NDArray[np.float64]:
        """Extreme equilibria of one game.

        Parameters
        ----------
        index : int or tuple of int
            Which game of the batch; ``()`` for a single game.

        Returns
        -------
        ndarray, shape (k, 2)
            Rows (x, y): probabilities with which the two players play action 0.

        Raises
        ------
        IndexError
            An index that is not one game of the batch.

        Examples
        --------
        >>> two_by_two([[3, 0], [5, 1]], [[3, 5], [0, 1]]).equilibria()
        array([[0., 0.]])
        """
        pattern = self.pattern[index]
        if pattern.ndim:
            msg = f"index must pick one game of a batch of shape {self.pattern.shape}, got {index!r}"
            raise IndexError(msg)
        i, j = np.nonzero(EQUILIBRIA[pattern])
        return np.column_stack([self.x[index][i], self.y[index][j]])


def _candidates(interior: NDArray[np.float64]) -> NDArray[np.float64]:
    candidates = np.empty((*interior.shape, 3))
    candidates[..., 0] = 1
    candidates[..., 1] = 0
    candidates[..., 2] = interior
    return candidates


def two_by_two(A: ArrayLike, B: ArrayLike) -> TwoByTwoEquilibria:
    r"""All extreme Nash equilibria of 2×2 bimatrix games.

    Parameters
    ----------
    A, B : array_like, shape (..., 2, 2)
        Payoffs of row and column player, ``[..., row action, column action]``; batch shapes broadcast. A float is the
        exact binary number that it is: only equal payoffs tie.

    Returns
    -------
    TwoByTwoEquilibria
        Every equilibrium is one of the extreme equilibria listed, or lies on a segment or rectangle whose corners
        are listed.

    Raises
    ------
    ValueError
        Shapes that do not end in (2, 2) or do not broadcast, payoffs that are not finite.

    Notes
    -----
    *There is a continuum iff two extreme equilibria share a coordinate.* If (x, y) and (x, y') are equilibria, then x
    is a best reply to every mix of y and y', and every such mix is a best reply to x, so the whole segment consists
    of equilibria. Conversely the set of equilibria is a finite union of products of intervals X × Y whose ends are
    candidates (best-reply sets change at candidates only), so if it is infinite, one of the products has a side
    with two ends, and these are two extreme equilibria that share the other coordinate.

    Examples
    --------
    >>> battle = two_by_two([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> battle.equilibria().round(3)
    array([[1.   , 1.   ],
           [0.   , 0.   ],
           [0.667, 0.333]])
    >>> nothing_at_stake = two_by_two(np.zeros((2, 2)), np.zeros((2, 2)))
    >>> int(nothing_at_stake.count), bool(nothing_at_stake.continuum)
    (4, True)
    """
    first, second = _batch(A, "A"), _batch(B, "B")
    if first.shape != second.shape:
        try:
            first, second = np.broadcast_arrays(first, second)
        except ValueError:
            msg = f"A and B must have batch shapes that broadcast, got {first.shape} and {second.shape}"
            raise ValueError(msg) from None
    batch = first.shape[:-2]
    rows, columns = first.reshape(-1, 4), second.reshape(-1, 4)
    n = len(rows)
    pattern = np.empty(n, dtype=np.uint8)
    interior_x, interior_y = np.empty(n), np.empty(n)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for start in range(0, n, _BLOCK):
            games = slice(start, start + _BLOCK)
            a00, a01, a10, a11 = np.ascontiguousarray(rows[games].T)
            b00, b01, b10, b11 = np.ascontiguousarray(columns[games].T)
            a, b = _indifference(a00, a10, a01, a11, interior_y[games])
            c, d = _indifference(b00, b01, b10, b11, interior_x[games])
            pattern[games] = pattern_of(a, b, c, d)
    return TwoByTwoEquilibria(pattern.reshape(batch), interior_x.reshape(batch), interior_y.reshape(batch))


def _batch(payoffs: ArrayLike, name: str) -> NDArray[np.float64]:
    array = floats(payoffs, name)
    if array.shape[-2:] != (2, 2):
        msg = f"{name} must have shape (..., 2, 2), got {array.shape}"
        raise ValueError(msg)
    return array


def _indifference(
    p0: NDArray[np.float64],
    q0: NDArray[np.float64],
    p1: NDArray[np.float64],
    q1: NDArray[np.float64],
    interior: NDArray[np.float64],
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Signs of the advantages p0 - q0 and p1 - q1 of action 0 when the other plays 0 and 1.

    The other's mix that balances the two is written to `interior`, NaN where the signs are not opposite. The difference
    of two floats is rounded, but never to another sign.
    """
    when_0, when_1 = p0 - q0, p1 - q1
    both = when_1 - when_0
    if not np.isfinite(both).all():
        msg = "payoffs must be finite, and so must their differences"
        raise ValueError(msg)
    sign_0, sign_1 = _sign(when_0), _sign(when_1)
    np.divide(when_1, both, out=interior)
    np.copyto(interior, np.nan, where=sign_0 * sign_1 >= 0)
    return sign_0, sign_1


def _sign(value: NDArray[np.float64]) -> NDArray[np.int8]:
    return (value > 0).view(np.int8) - (value < 0).view(np.int8)
