r"""Linear programs with rational data: every answer comes with a certificate, and is proved in exact arithmetic.

.. math:: \max_x\; c^\top x \quad\text{such that}\quad A x \le b,\quad E x = d,\quad x_j \ge 0 \text{ for } j \notin F,

with F the free variables. Exactly one of three things is true, and numbers that anybody can multiply out show which
[1]_ (:math:`M^\top w` stands for :math:`A^\top y + E^\top z`):

- *optimal*: a feasible x and multipliers :math:`y \ge 0`, z with :math:`M^\top w \ge c` (equal on F) and
  :math:`b^\top y + d^\top z = c^\top x`, so that no feasible point is better (weak duality);
- *infeasible*: :math:`y \ge 0`, z with :math:`M^\top w \ge 0` (equal on F) and :math:`b^\top y + d^\top z < 0`
  (Farkas);
- *unbounded*: a feasible x and a ray r with :math:`A r \le 0`, :math:`E r = 0`, :math:`r_j \ge 0` off F, and
  :math:`c^\top r > 0`.

Method [2]_: the dual simplex method of HiGHS [3]_ proposes a vertex in floating point. What is positive there is basic,
and the basis is completed by other columns that are independent. Everything after that is exact: the vertex and its
multipliers are solved for in integers and their signs are read; if one is wrong, the simplex method goes on from that
basis in exact arithmetic (:mod:`gametheory.equilibria.simplex`). What floating point says only decides where it starts.

References
----------
.. [1] A. Schrijver, "Theory of Linear and Integer Programming" (1986), sections 7.3 (Farkas' lemma), 7.4 (duality).
.. [2] D. Applegate, W. Cook, S. Dash and D. Espinoza, "Exact solutions to linear programming problems", Operations
   Research Letters 35 (2007): a basis found in floating point, checked and repaired in exact arithmetic.
.. [3] Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised simplex method", Mathematical Programming
   Computation 10 (2018).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gametheory.equilibria.simplex import Program, independent_columns, simplex
from gametheory.numbers import object_array

if TYPE_CHECKING:
    from flint import fmpz

__all__ = ["BUDGET", "Infeasible", "Optimum", "Unbounded", "integers", "maximise"]

BUDGET = 10_000  # exact pivots


@dataclass(frozen=True, eq=False)
class Optimum:
    """A vertex at which the maximum is attained, with the multipliers that prove it; all numbers are `Fraction`.

    Attributes
    ----------
    value : Fraction
        The maximum.
    x : ndarray, shape (n,)
        The vertex.
    multipliers : ndarray, shape (inequalities,)
        y, at least 0, and 0 wherever an inequality does not bind.
    equal_multipliers : ndarray, shape (equations,)
        z, of any sign.
    binding : ndarray of bool, shape (inequalities,)
        Which inequalities hold with equality at x.
    pivots : int
        Steps that exact arithmetic had to add to what floating point proposed.
    """

    value: Fraction
    x: NDArray[Any]
    multipliers: NDArray[Any]
    equal_multipliers: NDArray[Any]
    binding: NDArray[np.bool_]
    pivots: int


@dataclass(frozen=True, eq=False)
class Infeasible:
    """Multipliers that prove that no point satisfies the constraints; all numbers are `Fraction`.

    Attributes
    ----------
    multipliers : ndarray, shape (inequalities,)
        y, at least 0.
    equal_multipliers : ndarray, shape (equations,)
        z, of any sign.
    pivots : int
        Exact steps that it took.
    """

    multipliers: NDArray[Any]
    equal_multipliers: NDArray[Any]
    pivots: int


@dataclass(frozen=True, eq=False)
class Unbounded:
    """A feasible point and a ray from it along which the objective grows for ever; all numbers are `Fraction`.

    Attributes
    ----------
    x : ndarray, shape (n,)
        The point.
    ray : ndarray, shape (n,)
        The direction.
    pivots : int
        Exact steps that it took.
    """

    x: NDArray[Any]
    ray: NDArray[Any]
    pivots: int


def maximise(
    cost: ArrayLike,
    upper: ArrayLike | None = None,
    bound: ArrayLike | None = None,
    equal: ArrayLike | None = None,
    right: ArrayLike | None = None,
    *,
    free: ArrayLike | None = None,
    budget: int = BUDGET,
) -> Optimum | Infeasible | Unbounded:
    """Maximise ``cost @ x`` over all x with ``upper @ x <= bound``, ``equal @ x == right`` and ``x >= 0``.

    Parameters
    ----------
    cost : array_like, shape (n,)
        Integers, fractions or floats; a float is the binary number that it is.
    upper, bound : array_like, shapes (inequalities, n) and (inequalities,)
        Left and right sides; both or neither.
    equal, right : array_like, shapes (equations, n) and (equations,)
        Left and right sides; both or neither. Equations may follow from one another.
    free : array_like of bool, shape (n,)
        Variables that may be negative; without it, none.
    budget : int
        Exact pivots that are allowed.

    Returns
    -------
    Optimum, Infeasible or Unbounded
        Each with the numbers that prove it. Where several vertices are optimal, which one it is may depend on the
        version of the floating-point solver.

    Raises
    ------
    ValueError
        Shapes that do not fit, a left side without its right side, entries that are not finite.
    TypeError
        Entries that are not numbers.
    RuntimeError
        More than `budget` exact pivots.

    Examples
    --------
    >>> found = maximise([3, 2], upper=[[1, 1], [1, 3]], bound=[4, 6])
    >>> found.value, found.x, found.multipliers
    (Fraction(12, 1), array([Fraction(4, 1), Fraction(0, 1)], dtype=object),
     array([Fraction(3, 1), Fraction(0, 1)], dtype=object))

    What proves it: three times the first inequality is ``3 x + 3 y <= 12``, and ``3 x + 2 y`` is no more.

    >>> maximise([1], upper=[[1], [-1]], bound=[1, -2]).multipliers  # x <= 1 and x >= 2 add up to 0 <= -1
    array([Fraction(1, 1), Fraction(1, 1)], dtype=object)
    >>> maximise([1, 1], equal=[[1, -1]], right=[0]).ray
    array([Fraction(1, 1), Fraction(1, 1)], dtype=object)
    """
    program, scales, cost_scale, inequalities = _read(cost, (upper, bound), (equal, right), free)
    n = len(program.cost)
    end = simplex(program, _proposed_basis(program), budget)
    values, scale = end.point
    x = _fractions(values[:n], scale)
    if end.status == "unbounded":
        return Unbounded(x, _fractions(end.proof.numerators[:n], end.proof.denominator), end.pivots)
    # a row that was multiplied by a number has its multiplier divided by it
    numerators = [value * size for value, size in zip(end.proof.numerators, scales, strict=True)]
    multipliers = _fractions(numerators, end.proof.denominator * cost_scale)
    y, z = multipliers[:inequalities], multipliers[inequalities:]
    if end.status == "infeasible":
        return Infeasible(y, z, end.pivots)
    earned = sum(c * value for c, value in zip(program.cost, values[:n], strict=True))
    binding = np.array([value == 0 for value in values[n : n + inequalities]], dtype=np.bool_)
    return Optimum(Fraction(int(earned), int(scale) * cost_scale), x, y, z, binding, end.pivots)


def integers(numbers: Iterable[Any]) -> tuple[list[int], int]:
    """Multiply numbers by the least common denominator.

    Parameters
    ----------
    numbers : iterable of int, Fraction or float
        A float is the binary number that it is.

    Returns
    -------
    whole : list of int
        The numbers times `scale`.
    scale : int
        The least common denominator.

    Raises
    ------
    ValueError
        A number that is not finite.
    TypeError
        Something that is not a number.

    Examples
    --------
    >>> integers([0.5, Fraction(1, 3), 2])
    ([3, 2, 12], 6)
    """
    try:
        ratios = [(int(v), 1) if isinstance(v, np.integer) else v.as_integer_ratio() for v in numbers]
    except (OverflowError, ValueError):
        msg = "the numbers must be finite"
        raise ValueError(msg) from None
    except AttributeError as error:
        msg = f"the numbers must be integers, fractions or floats: {error}"
        raise TypeError(msg) from None
    ratios = [(int(p), int(q)) for p, q in ratios]  # a Fraction can be made of numbers that overflow (np.int64)
    scale = math.lcm(*(q for _, q in ratios))
    return [p * (scale // q) for p, q in ratios], scale


# ------------------------------------------------------------------------------------------------ reading the program
def _read(
    cost: ArrayLike,
    upper: tuple[ArrayLike | None, ArrayLike | None],
    equal: tuple[ArrayLike | None, ArrayLike | None],
    free: ArrayLike | None,
) -> tuple[Program, list[int], int, int]:
    """Return the program in integers, what its rows and its cost were multiplied by, and how many inequalities it has.

    The slack of an equation is fixed at 0; so equations that follow from one another need no care.
    """
    c = np.asarray(cost)
    if c.ndim != 1 or not c.size:
        msg = f"cost must have shape (n,) with at least one variable, got {c.shape}"
        raise ValueError(msg)
    n = len(c)
    left, bound = _rows("upper", upper[0], "bound", upper[1], n)
    equations, right = _rows("equal", equal[0], "right", equal[1], n)
    mask = np.zeros(n, dtype=np.bool_) if free is None else np.asarray(free)
    if mask.shape != (n,) or mask.dtype != np.bool_:
        msg = f"free must be {n} booleans, got shape {mask.shape} of {mask.dtype}"
        raise ValueError(msg)
    whole, cost_scale = integers(c.tolist())
    scaled = [integers([*row, side]) for row, side in zip(left + equations, bound + right, strict=True)]
    program = Program(
        rows=[row[:-1] for row, _ in scaled],
        right=[row[-1] for row, _ in scaled],
        cost=whole,
        free=mask.tolist() + [False] * len(scaled),
        fixed=[False] * (n + len(left)) + [True] * len(right),
    )
    return program, [scale for _, scale in scaled], cost_scale, len(left)


def _rows(
    left_name: str, left: ArrayLike | None, right_name: str, right: ArrayLike | None, n: int
) -> tuple[list[Any], list[Any]]:
    if (left is None) != (right is None):
        msg = f"{left_name} and {right_name} belong together: give both or neither"
        raise ValueError(msg)
    if left is None or right is None:
        return [], []
    rows, sides = np.asarray(left), np.asarray(right)
    if sides.ndim != 1 or rows.shape != (len(sides), n):
        msg = f"{left_name} must have shape (rows, {n}) and {right_name} (rows,), got {rows.shape} and {sides.shape}"
        raise ValueError(msg)
    return rows.tolist(), sides.tolist()


# -------------------------------------------------------------------------------------------------- where to start
def _proposed_basis(program: Program) -> set[int]:
    """Return the basis of the vertex that HiGHS finds, or of all slacks if it finds none."""
    m, n = len(program.rows), len(program.cost)
    slacks = set(range(n, n + m))
    if not m:
        return slacks
    from scipy import sparse
    from scipy.optimize import linprog

    sizes = [max(map(abs, row)) or 1 for row in program.rows]  # quotients of integers of any length are floats
    left = np.array([[value / size for value in row] for row, size in zip(program.rows, sizes, strict=True)])
    columns = np.abs(left).max(axis=0)
    columns[columns == 0] = 1
    sides = [Fraction(value, size) for value, size in zip(program.right, sizes, strict=True)]
    largest = max(map(abs, sides)) or Fraction(1)
    dearest = max(map(abs, program.cost)) or 1
    cost = np.array([value / dearest for value in program.cost]) / columns
    low, high = np.where(program.free, -np.inf, 0.0), np.where(program.fixed, 0.0, np.inf)
    result: Any = linprog(
        np.concatenate([-cost / (np.abs(cost).max() or 1), np.zeros(m)]),
        A_eq=sparse.hstack([sparse.csr_array(left / columns), sparse.eye_array(m)], format="csc"),
        b_eq=[float(side / largest) for side in sides],
        bounds=np.column_stack([low, high]).tolist(),
        method="highs-ds",
    )
    if result.status != 0:
        return slacks
    # A variable and its reduced cost are not both positive (complementary slackness): the larger the difference, the
    # more basic the variable.
    score = result.x - np.abs(result.lower.marginals + result.upper.marginals)
    score[program.free] = np.inf
    return independent_columns(program, sorted(range(n + m), key=lambda j: (j < n or score[j] <= 0, -score[j])))


# --------------------------------------------------------------------------------------------------------- fractions
def _fractions(numerators: Iterable[fmpz], denominator: fmpz) -> NDArray[Any]:
    whole = int(denominator)
    values = [Fraction(int(value), whole) for value in numerators]
    return object_array(values, (len(values),))
