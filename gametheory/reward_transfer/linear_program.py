"""The general self-interest level as a linear program, its value proven in fractions where that is possible."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.game import object_array

__all__ = ["solve"]

_DENOMINATORS = (10**2, 10**4, 10**6)


def solve(deviations: Sequence[NDArray[Any]]) -> NDArray[Any] | None:
    """Maximise z over T with z <= T_ii, rows of T that sum to one and the inequality of every deviation.

    Parameters
    ----------
    deviations : sequence of n ndarrays of `Fraction`, shapes (rows, n)
        For each player, what everybody gains by its cooperation: ``rows @ T[:, i] >= 0``.

    Returns
    -------
    ndarray, shape (n * n + 1,), or None
        T row by row, then z; None if no T serves. Of `Fraction` if these numbers satisfy every inequality and those of
        a solution of the dual program do too, with the same value: then z is proven to be the maximum.

    Raises
    ------
    RuntimeError
        The linear program could not be solved.

    Examples
    --------
    >>> pd = np.vectorize(Fraction, otypes=[object])([[-1, 3], [-1, 3]])  # a donation costs 1 and gives 3
    >>> solve([pd, pd[:, ::-1]])[-1]
    Fraction(3, 4)
    """
    from scipy.optimize import linprog

    upper, equal = _constraints(deviations)
    n = len(deviations)
    cost = np.zeros(n * n + 1)
    cost[-1] = -1
    left, right = upper.astype(np.float64), equal.astype(np.float64)
    result: Any = linprog(cost, A_ub=left, b_ub=np.zeros(len(upper)), A_eq=right, b_eq=np.ones(n), method="highs")
    if result.status == 2:
        return None
    if result.status != 0:
        msg = f"the linear program of the general self-interest level could not be solved: {result.message}"
        raise RuntimeError(msg)
    solution: NDArray[np.float64] = result.x
    numbers = (solution, -result.ineqlin.marginals, result.eqlin.marginals)
    for denominator in _DENOMINATORS:
        point, ups, equals = (_nearby(vector, denominator) for vector in numbers)
        if _proven(upper, equal, point, ups, equals):
            return point
    return solution


def _nearby(vector: NDArray[np.float64], denominator: int) -> NDArray[Any]:
    return object_array([Fraction(value).limit_denominator(denominator) for value in vector.tolist()], vector.shape)


def _constraints(deviations: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Rows of ``upper @ v <= 0`` and ``equal @ v == 1`` for v = (T row by row, z), in fractions."""
    n = len(deviations)
    upper = np.zeros((n + sum(map(len, deviations)), n * n + 1), dtype=object)
    upper[np.arange(n), np.arange(n) * (n + 1)] = -1
    upper[:n, -1] = 1
    start = n
    for i, rows in enumerate(deviations):
        size = np.abs(rows).max(axis=1, initial=0, keepdims=True)
        upper[start : start + len(rows), i : n * n : n] = -rows / np.where(size > 0, size, 1)
        start += len(rows)
    equal = np.zeros((n, n * n + 1), dtype=object)
    for k in range(n):
        equal[k, k * n : (k + 1) * n] = 1
    return upper, equal


def _proven(
    upper: NDArray[Any], equal: NDArray[Any], point: NDArray[Any], ups: NDArray[Any], equals: NDArray[Any]
) -> bool:
    """Whether the point is feasible and the multipliers bound z by its value: weak duality, in fractions."""
    feasible = (point >= 0).all() and (upper @ point <= 0).all() and (equal @ point == 1).all()
    cost = np.zeros(len(point), dtype=object)
    cost[-1] = -1
    bounded = (ups >= 0).all() and (cost + ups @ upper - equals @ equal >= 0).all()  # so z <= -sum(equals)
    return bool(feasible and bounded and -equals.sum() == point[-1])
