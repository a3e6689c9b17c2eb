r"""Zero-sum games of two players: value and optimal mixes, exact, by linear programming.

Let row earn :math:`A_{ij}`, and shift the payoffs so that all are positive. With :math:`q = y / v` the mix of column
that holds row down to v solves

.. math:: \max_q \mathbf 1^\top q \quad\text{such that}\quad A q \le \mathbf 1,\; q \ge 0,

the multipliers p of the inequalities solve the dual program, and :math:`v = 1/\mathbf 1^\top q`, :math:`y = v q`,
:math:`x = v p` [1]_ [2]_. That is von Neumann's theorem [3]_: x earns at least v against every column, y loses at most
v against every row.

References
----------
.. [1] G. B. Dantzig, "A proof of the equivalence of the programming problem and the game problem", in T. C. Koopmans
   (ed.), Activity Analysis of Production and Allocation (1951).
.. [2] D. Gale, H. W. Kuhn and A. W. Tucker, "Linear programming and the theory of games", in the same volume.
.. [3] J. von Neumann, "Zur Theorie der Gesellschaftsspiele", Mathematische Annalen 100 (1928).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gametheory.equilibria.linear_program import BUDGET, Optimum, integers, maximise
from gametheory.numbers import object_array

__all__ = ["solve", "zero_sum_form"]


def solve(A: ArrayLike, *, budget: int = BUDGET) -> tuple[NDArray[Any], NDArray[Any], Fraction]:
    """Solve a zero-sum game exactly.

    Parameters
    ----------
    A : array_like, shape (m, k)
        What column pays to row: integers, fractions or floats; a float is the binary number that it is.
    budget : int
        Exact pivots that are allowed; see :func:`gametheory.equilibria.linear_program.maximise`.

    Returns
    -------
    x, y : ndarray of `Fraction`, shapes (m,) and (k,)
        Optimal mixes of row and column; together an equilibrium. There may be others.
    value : Fraction
        What row earns.

    Raises
    ------
    ValueError
        A shape that is not (m, k), payoffs that are not finite.
    TypeError
        Payoffs that are not numbers.
    RuntimeError
        More than `budget` exact pivots.

    Examples
    --------
    >>> x, y, value = solve([[2, -1], [-1, 1]])
    >>> value, x, y
    (Fraction(1, 5), array([Fraction(2, 5), Fraction(3, 5)], dtype=object),
     array([Fraction(2, 5), Fraction(3, 5)], dtype=object))
    """
    whole, scale = _integers(A, "A")
    low, high = whole.min(), whole.max()
    lift = high - 2 * low + 1  # payoffs from spread + 1 to 2 spread + 1: none is small beside another
    found = maximise([1] * whole.shape[1], upper=whole + lift, bound=[1] * len(whole), budget=budget)
    if not isinstance(found, Optimum):  # the program of a game has a solution; if not, the code is wrong
        msg = f"the linear program of a zero-sum game cannot be {type(found).__name__.lower()}"
        raise ArithmeticError(msg)  # noqa: TRY004 (not the kind of an argument)
    value = 1 / found.value
    return found.multipliers * value, found.x * value, (value - lift) / scale


def zero_sum_form(A: ArrayLike, B: ArrayLike) -> NDArray[Any] | None:
    r"""Return the zero-sum game with the same best replies, if there is one.

    Parameters
    ----------
    A, B : array_like, shape (m, k)
        Payoffs of row and column: integers, fractions or floats; a float is the binary number that it is.

    Returns
    -------
    ndarray of `Fraction`, shape (m, k), or None
        C such that (C, −C) has the same best replies, hence the same equilibria, as (A, B); None if the game is not of
        this kind. C is A itself if B is −A, and if the sum of payoffs is constant.

    Raises
    ------
    ValueError
        Shapes that are not (m, k) and the same, payoffs that are not finite.
    TypeError
        Payoffs that are not numbers.

    Notes
    -----
    No best reply changes when row's payoffs are multiplied by a positive number, or when numbers that depend on
    column's action alone are added to them; and likewise for column. So it suffices that
    :math:`B_{ij} = r_i + c_j - \alpha A_{ij}` with :math:`\alpha > 0`, and then :math:`C_{ij} = A_{ij} - c_j/\alpha`:
    such a game is strategically zero-sum [1]_. Constant sums and :math:`B = \beta - \alpha A` are special cases. The
    terms r and c disappear from the interactions :math:`A_{ij} - A_{i0} - A_{0j} + A_{00}`, so the condition is that
    those of B are −α times those of A. Where neither has any, both players have dominant actions, and α = 1 serves.

    References
    ----------
    .. [1] H. Moulin and J.-P. Vial, "Strategically zero-sum games: the class of games whose completely mixed equilibria
       cannot be improved upon", International Journal of Game Theory 7 (1978).

    Examples
    --------
    >>> zero_sum_form([[3, 0], [1, 2]], [[-1, 5], [3, 1]])  # 5 - 2 A
    array([[Fraction(3, 1), Fraction(0, 1)],
           [Fraction(1, 1), Fraction(2, 1)]], dtype=object)
    >>> zero_sum_form([[3, 0], [5, 1]], [[3, 5], [0, 1]]) is None  # a prisoner's dilemma
    True
    """
    (a, scale), (b, _) = _integers(A, "A"), _integers(B, "B")
    if a.shape != b.shape:
        msg = f"A and B must have the same shape, got {a.shape} and {b.shape}"
        raise ValueError(msg)
    own, others = _interactions(a), _interactions(b)
    places = np.argwhere(own != 0)
    p, q = (own[tuple(places[0])], -others[tuple(places[0])]) if len(places) else (1, 1)
    if q * p <= 0 or (others * p + own * q).any():
        return None
    separable = (p * b + q * a)[0]  # p (r_0 + c_j)
    c = separable - separable[0]
    return object_array([Fraction(value, q * scale) for value in (q * a - c).flat], a.shape)


def _interactions(payoffs: NDArray[Any]) -> NDArray[Any]:
    result: NDArray[Any] = payoffs - payoffs[:, :1] - payoffs[:1] + payoffs[0, 0]
    return result


def _integers(payoffs: ArrayLike, name: str) -> tuple[NDArray[Any], int]:
    """Payoffs times their least common denominator, and that."""
    array = np.asarray(payoffs)
    if array.ndim != 2 or not array.size:
        msg = f"{name} must have shape (m, k) with at least one action each, got {array.shape}"
        raise ValueError(msg)
    whole, scale = integers(array.ravel().tolist())
    return object_array(whole, array.shape), scale
