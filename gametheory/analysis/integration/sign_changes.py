r"""All changes of sign of functions on [0, 1]: by interpolation, and Descartes' rule of signs.

A function is interpolated at Chebyshev nodes; where the last coefficients do not vanish, the interval is halved [1]_.
In Bernstein form :math:`p(t) = \sum_k b_k \binom{n}{k} t^k (1 - t)^{n - k}` a polynomial has at most as many zeros
inside (0, 1) as the :math:`b_k` have changes of sign, and as many but for an even number [2]_: with none there is no
zero, with one exactly one. De Casteljau's algorithm halves the others until that can be told.

The interpolant of a step of integration is a polynomial of degree 7, so that linear events are met exactly.

References
----------
.. [1] L. N. Trefethen. "Approximation Theory and Approximation Practice". SIAM, 2013.
.. [2] F. Rouillier, P. Zimmermann. "Efficient isolation of polynomial's real roots". Journal of Computational and
   Applied Mathematics 162, 2004.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["isolate"]

Array = NDArray[Any]
Sampled = Callable[[Array, Array], Array]  # rows (m,) and places in [0, 1] (m,) to values (m,)

_DEGREE = 12
_NODES = (1 + np.sin(np.pi * np.arange(-_DEGREE, _DEGREE + 1, 2) / (2 * _DEGREE))) / 2  # the middle is exact
_K = np.arange(_DEGREE + 1)
_TO_CHEBYSHEV = np.linalg.inv(np.cos(np.outer(np.arccos(np.clip(2 * _NODES - 1, -1, 1)), _K)))
_CHOOSE = np.array([comb(_DEGREE, k) for k in range(_DEGREE + 1)])
_BERNSTEIN = _CHOOSE * _NODES[:, None] ** _K * (1 - _NODES[:, None]) ** (_DEGREE - _K)
_TO_BERNSTEIN = np.linalg.inv(_BERNSTEIN)
_LAST = 3  # coefficients that have to vanish
_RESOLVED = 1e-12  # of the largest value
_FAR = 16  # times the last coefficients: a function that stays so far from 0 does not get there between nodes
_PIECES = 5  # halvings of a function that is no polynomial, at most: then signs at the nodes are all that is known
_ROUNDING = 1e-14  # of the largest coefficient
_HALVINGS = 48  # of an interval with several zeros: below, they count as a double one, at which no sign changes


def isolate(sampled: Sampled, rows: Array) -> tuple[Array, Array, Array]:
    """Find intervals that hold one change of sign each.

    Parameters
    ----------
    sampled : callable
        ``sampled(rows, places)``: values, shape (m,), of the functions of some rows at places in [0, 1].
    rows : ndarray of int, shape (n,)
        Whose functions.

    Returns
    -------
    tuple of ndarray, shapes (m,)
        Rows, left ends and right ends. A function that is 0 at 1 changes its sign there; one that is 0 at 0 does not.

    Notes
    -----
    A dip through 0 is seen if it is deeper than about 1e-12 of the largest value between nodes. A function with corners
    is known at 32 times 12 places.

    Examples
    --------
    >>> dip = lambda rows, t: (t - 0.4) * (t - 0.4001)
    >>> rows, left, right = isolate(dip, np.array([7]))
    >>> rows, bool(left[0] < 0.4 < right[0] <= left[1] < 0.4001 < right[1])
    (array([7, 7]), True)
    """
    left, right = np.zeros(len(rows)), np.ones(len(rows))
    found: list[tuple[Array, Array, Array]] = []
    for halving in range(_PIECES + 1):
        if not len(rows):
            break
        places = left[:, None] + (right - left)[:, None] * _NODES
        places[:, -1] = right
        values = sampled(np.repeat(rows, len(_NODES)), places.ravel()).reshape(places.shape)
        tail = np.abs(values @ _TO_CHEBYSHEV[-_LAST:].T).max(axis=1)
        b = values @ _TO_BERNSTEIN.T
        b += (values - b @ _BERNSTEIN.T) @ _TO_BERNSTEIN.T  # else the inverse's rounding is larger than the values'
        b[:, [0, -1]] = values[:, [0, -1]]
        known = tail <= _RESOLVED * np.abs(values).max(axis=1)
        away = (b.min(axis=1) > _FAR * tail) | (b.max(axis=1) < -_FAR * tail)  # a polynomial is between its b
        found.append(_of_polynomials(rows[known], left[known], right[known], b[known]))
        rest = ~known & ~away
        rows, left, right, places, values = (part[rest] for part in (rows, left, right, places, values))
        if halving == _PIECES:
            found.append(_between_nodes(rows, places, values))
            break
        middle = np.where(values[:, _DEGREE // 2] == 0, places[:, _DEGREE // 2 - 1], places[:, _DEGREE // 2])
        rows, left, right = np.tile(rows, 2), np.concatenate([left, middle]), np.concatenate([middle, right])
    joined = [np.concatenate(part) for part in zip(*found, strict=True)] if found else [rows, left, right]
    order = np.lexsort((joined[1], joined[0]))
    return joined[0][order], joined[1][order], joined[2][order]


def _of_polynomials(rows: Array, left: Array, right: Array, b: Array) -> tuple[Array, Array, Array]:
    """Isolate the zeros of polynomials in Bernstein form, coefficients of shape (n, degree + 1)."""
    at_end = (b[:, -1] == 0) & (right == 1) & (b != 0).any(axis=1)
    found = [(rows[at_end], right[at_end], right[at_end])]
    noise = _ROUNDING * np.abs(b).max(axis=1)
    for _ in range(_HALVINGS):
        signs = np.where(np.abs(b) > noise[:, None], np.sign(b), 0)
        # steps meet where both see the same value: its sign counts, however small it is
        signs[:, 0] = np.where(left == 0, np.sign(b[:, 0]), signs[:, 0])
        signs[:, -1] = np.where(right == 1, np.sign(b[:, -1]), signs[:, -1])
        changes = _changes(signs)
        one = (changes == 1) & (signs[:, 0] != 0) & (signs[:, -1] != 0)
        found.append((rows[one], left[one], right[one]))
        more = (changes > 0) & ~one
        if not more.any():
            break
        rows, left, right, b, noise = rows[more], left[more], right[more], b[more], noise[more]
        share = np.full(len(b), 0.5)
        first, last = _cut(b, share)
        if (zero := np.abs(last[:, 0]) <= noise).any():  # a zero must not fall between two parts
            share[zero] = 0.4375
            first, last = _cut(b, share)
        middle = left + share * (right - left)
        rows, noise, b = np.tile(rows, 2), np.tile(noise, 2), np.concatenate([first, last])
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))  # type: ignore[return-value]


def _changes(signs: Array) -> Array:
    """Count changes of sign along rows, zeros left out."""
    changes = np.zeros(len(signs), dtype=np.int64)
    before = signs[:, 0].copy()
    for now in signs.T[1:]:
        changes += before * now < 0
        before = np.where(now != 0, now, before)
    return changes


def _cut(b: Array, share: Array) -> tuple[Array, Array]:
    """Coefficients on the two parts of an interval, by de Casteljau's algorithm."""
    first, last = np.empty_like(b), b.copy()
    for k in range(b.shape[1]):
        first[:, k] = last[:, 0]
        last[:, : b.shape[1] - k - 1] += share[:, None] * np.diff(last[:, : b.shape[1] - k], axis=1)
    return first, last


def _between_nodes(rows: Array, places: Array, values: Array) -> tuple[Array, Array, Array]:
    """Return neighbouring nodes at which signs differ; a zero belongs to the side that comes next."""
    before, after = values[:, :-1], values[:, 1:]
    which, k = np.nonzero(((before < 0) & (after >= 0)) | ((before > 0) & (after <= 0)))
    return rows[which], places[which, k], places[which, k + 1]
