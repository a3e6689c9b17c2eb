r"""One equilibrium of a two-player game, exact, by the method of Lemke and Howson.

With payoffs shifted so that all are positive, the best-reply polytopes are

.. math:: P = \{x \ge 0 : B^\top x \le \mathbf 1\}, \qquad Q = \{y \ge 0 : A y \le \mathbf 1\} .

A point of P has label i where :math:`x_i = 0` and label m + j where reply j is best (its slack is 0), a point of Q
likewise label i where row's reply i is best and m + j where :math:`y_j = 0`. A pair of vertices that has all labels,
other than (0, 0), is an equilibrium up to scale [1]_ [2]_. From (0, 0), which has them all, drop one label: an edge
leads to a vertex with another label twice; drop it in the other polytope, and so on, until the label dropped first is
met again. The path cannot branch, so it ends, if ties in the ratio test are broken by the lexicographic rule [2]_ [3]_,
which decides as if the right sides were :math:`1 + \varepsilon, 1 + \varepsilon^2, \dots`.

The path is followed in floating point first. The bases where it ends are solved for in integers, and the signs prove
the equilibrium. If a sign is wrong, the path is followed again in integers (fraction-free pivoting [2]_ [4]_), where
nothing is rounded.

References
----------
.. [1] C. E. Lemke and J. T. Howson, "Equilibrium points of bimatrix games", Journal of SIAM 12 (1964).
.. [2] B. von Stengel, "Computing equilibria for two-person games", Handbook of Game Theory with Economic Applications 3
   (2002), sections 2.2 to 2.6: labels, complementary pivoting, integer pivoting, degenerate games.
.. [3] L. S. Shapley, "A note on the Lemke-Howson algorithm", Mathematical Programming Study 1 (1974).
.. [4] E. H. Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian elimination", Mathematics of
   Computation 22 (1968).
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gametheory.equilibria.linear_program import integers
from gametheory.equilibria.simplex import solve_exactly
from gametheory.numbers import object_array

if TYPE_CHECKING:
    from flint import fmpz

__all__ = ["BUDGET", "lemke_howson"]

BUDGET = 100_000  # pivots of a path
# number types of the path, with entries about 1: smaller pivots are zero, ratios closer than this tie
_FLOATS = ((np.float64, 1e-11), (np.longdouble, 1e-15))

Tableau = NDArray[Any]
Ratios = Callable[[Tableau, int, range], int | None]
Pivot = Callable[[Tableau, int, int, Any], Tableau]
Polytopes = tuple[NDArray[Any], NDArray[Any]]  # the matrices U of P and Q, both {z >= 0 : U z <= 1}
Bases = tuple[list[int], list[int]]  # labels of the basic variables of P and Q
Labels = tuple[range, range]


def lemke_howson(
    A: ArrayLike, B: ArrayLike, label: int = 0, *, method: str = "auto", budget: int = BUDGET
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Find one Nash equilibrium of a two-player game, exactly.

    Parameters
    ----------
    A, B : array_like, shape (m, k)
        Payoffs of row and column: integers, fractions or floats; a float is the binary number that it is.
    label : int
        The label that is dropped first, from 0 to m + k − 1: an action of row, or m plus an action of column. Different
        labels may lead to different equilibria.
    method : str
        ``"exact"`` : in integers throughout; the equilibrium is that of the lexicographic path.

        ``"auto"`` : floating point proposes an equilibrium and integers prove it; in integers throughout where that
        fails. In a game that is not degenerate it is almost always the same one.
    budget : int
        Pivots that are allowed on the path.

    Returns
    -------
    x, y : ndarray of `Fraction`, shapes (m,) and (k,)
        The equilibrium.

    Raises
    ------
    ValueError
        Shapes that are not (m, k) and the same, payoffs that are not finite, an unknown label or method.
    TypeError
        Payoffs that are not numbers, a label that is not an integer.
    RuntimeError
        More than `budget` pivots; there are games whose paths are exponentially long.

    Examples
    --------
    >>> for label in (0, 1):
    ...     x, y = lemke_howson([[2, 0], [0, 1]], [[1, 0], [0, 2]], label)
    ...     print(*x, "|", *y)
    1 0 | 1 0
    0 1 | 0 1

    A degenerate game:

    >>> x, y = lemke_howson([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]])
    >>> print(*x, "|", *y)
    0 1/3 2/3 | 1/3 2/3
    """
    a, b = _positive(A, "A"), _positive(B, "B")
    if a.shape != b.shape:
        msg = f"A and B must have the same shape, got {a.shape} and {b.shape}"
        raise ValueError(msg)
    labels = sum(a.shape)
    if not 0 <= operator.index(label) < labels:
        msg = f"label must be an integer from 0 to {labels - 1}, got {label!r}"
        raise ValueError(msg)
    if method not in {"auto", "exact"}:
        msg = f"method must be 'auto' or 'exact', got {method!r}"
        raise ValueError(msg)
    polytopes = (b.T, a)
    for kind, rounding in _FLOATS if method == "auto" else ():
        bases = _float_path(polytopes, operator.index(label), budget, kind, rounding)
        if bases and (found := _equilibrium(polytopes, bases)):
            return found
    bases = _integer_path(polytopes, operator.index(label), budget)
    found = _equilibrium(polytopes, bases)
    if not found:  # what is proven cannot fail; if it does, no answer is better than a wrong one
        msg = f"the path of label {label} ends at bases {bases} that are no equilibrium"
        raise ArithmeticError(msg)
    return found


def _positive(payoffs: ArrayLike, name: str) -> NDArray[Any]:
    """Scale and shift payoffs to positive whole numbers, none of them small beside another."""
    array = np.asarray(payoffs)
    if array.ndim != 2 or not array.size:
        msg = f"{name} must have shape (m, k) with at least one action each, got {array.shape}"
        raise ValueError(msg)
    whole, _ = integers(array.ravel().tolist())
    low, high = min(whole), max(whole)
    return object_array([value + high - 2 * low + 1 for value in whole], array.shape)


# ------------------------------------------------------------------------------------------------------------ the path
def _labels(m: int, k: int) -> tuple[Labels, Labels]:
    """Return the labels of the variables of P and Q: of the mix, and of the slacks of its inequalities."""
    row, column = range(m), range(m, m + k)
    return (row, column), (column, row)


def _follow(tableaux: list[Tableau], label: int, leaving_row: Ratios, pivot: Pivot, budget: int) -> Bases | None:
    """Pivot from (0, 0) until the dropped label is met again; None if there is no pivot, or the budget is spent.

    Columns of a tableau are numbered by labels, and the last one is the right side. Its rows belong to the basic
    variables, at the start the slacks. In fraction-free pivoting all entries share the denominator `scale`.
    """
    slacks = [labels[1] for labels in _labels(len(tableaux[1]), len(tableaux[0]))]
    basic = [list(start) for start in slacks]
    scale: list[Any] = [1, 1]
    entering, side = label, int(label in slacks[0])
    earlier: list[list[int]] = []
    for step in range(budget):
        if basic == earlier:  # rounding can lead in a circle, exact arithmetic cannot
            return None
        if step & (step - 1) == 0:  # at powers of two a new mark (Brent)
            earlier = [list(part) for part in basic]
        row = leaving_row(tableaux[side], entering, slacks[side])
        if row is None:
            return None
        element = tableaux[side][row, entering]
        tableaux[side], scale[side] = pivot(tableaux[side], row, entering, scale[side]), element
        leaving, basic[side][row] = basic[side][row], entering
        if leaving == label:
            return basic[0], basic[1]
        entering, side = leaving, 1 - side
    return None


def _tableaux(polytopes: Polytopes, one: Any) -> list[Tableau]:
    """Return the start: ``U z + s = 1``, with columns in the order of labels."""
    P, Q = polytopes
    identities = [np.where(np.eye(len(U), dtype=np.bool_), one, 0 * one) for U in polytopes]
    sides = [np.full((len(U), 1), one) for U in polytopes]
    return [np.hstack([P, identities[0], sides[0]]), np.hstack([identities[1], Q, sides[1]])]


def _float_path(polytopes: Polytopes, label: int, budget: int, kind: Any, rounding: float) -> Bases | None:
    P, Q = ((U / U.max()).astype(kind) for U in polytopes)
    with np.errstate(all="ignore"):  # where rounding ruins a path, its end is not an equilibrium
        ratios = functools.partial(_float_row, rounding=rounding)
        return _follow(_tableaux((P, Q), kind(1)), label, ratios, _float_pivot, budget)


def _float_row(tableau: Tableau, entering: int, slacks: range, rounding: float) -> int | None:
    rows = np.flatnonzero(tableau[:, entering] > rounding)
    for column in (-1, *slacks):
        if len(rows) <= 1:
            break
        ratio = tableau[rows, column] / tableau[rows, entering]
        rows = rows[~(ratio > ratio.min() + rounding)]
    return int(rows[0]) if len(rows) else None


def _float_pivot(tableau: Tableau, row: int, column: int, scale: float) -> Tableau:  # noqa: ARG001
    pivoted = tableau[row] / tableau[row, column]
    result: Tableau = tableau - tableau[:, column, None] * pivoted
    result[row] = pivoted
    return result


def _integer_path(polytopes: Polytopes, label: int, budget: int) -> Bases:
    from flint import fmpz

    whole = tuple(object_array([fmpz(value) for value in U.flat], U.shape) for U in polytopes)
    bases = _follow(_tableaux((whole[0], whole[1]), fmpz(1)), label, _integer_row, _integer_pivot, budget)
    if bases is None:
        m, k = polytopes[1].shape
        msg = (
            f"the path of label {label} in this {m}×{k} game is longer than {budget:,} pivots; allow more with "
            "budget=..., or drop another label"
        )
        raise RuntimeError(msg)
    return bases


def _integer_row(tableau: Tableau, entering: int, slacks: range) -> int | None:
    """Choose the row whose ratios to the entering column are lexicographically smallest; no two rows tie in all."""
    from flint import fmpq

    rows = [i for i, value in enumerate(tableau[:, entering]) if value > 0]
    for column in (-1, *slacks):
        if len(rows) == 1:
            break
        ratios = [fmpq(tableau[i, column], tableau[i, entering]) for i in rows]
        lowest = min(ratios)
        rows = [i for i, ratio in zip(rows, ratios, strict=True) if ratio == lowest]
    return rows[0]  # the polytopes are bounded, so there is one


def _integer_pivot(tableau: Tableau, row: int, column: int, scale: fmpz) -> Tableau:
    """Eliminate without fractions: the divisions leave no remainder [4]_."""
    result: Tableau = tableau[row, column] * tableau - tableau[:, column, None] * tableau[row]
    result //= scale
    result[row] = tableau[row]
    return result


# ---------------------------------------------------------------------------------------------------------- the proof
def _equilibrium(polytopes: Polytopes, bases: Bases) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Solve for the vertices of two bases that have all labels between them; None if one is not in its polytope."""
    P, Q = polytopes
    labels = _labels(*Q.shape)
    x, y = _mix(P, bases[0], labels[0]), _mix(Q, bases[1], labels[1])
    return None if x is None or y is None else (x, y)


def _mix(U: NDArray[Any], basic: list[int], labels: Labels) -> NDArray[Any] | None:
    """Return the solution of ``U z + s = 1`` at a basis, scaled to probabilities; None if z or s is negative."""
    columns = [place for place, label in enumerate(labels[0]) if label in basic]
    rows = [place for place, label in enumerate(labels[1]) if label not in basic]
    if not columns:
        return None
    try:
        found, denominator = solve_exactly(U[np.ix_(rows, columns)].tolist(), [[1]] * len(rows))
    except ZeroDivisionError:
        return None
    weights = [int(value) for value in found.entries()]
    earned = U[:, columns] @ np.array(weights, dtype=object)
    if min(weights) < 0 or max(earned) > int(denominator):
        return None
    total = sum(weights)
    mix = [Fraction(0)] * len(labels[0])
    for place, weight in zip(columns, weights, strict=True):
        mix[place] = Fraction(weight, total)
    return object_array(mix, (len(mix),))
