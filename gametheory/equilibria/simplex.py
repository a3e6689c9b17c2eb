r"""The simplex method in exact arithmetic, from any basis.

.. math:: \max_x\; c^\top x \quad\text{such that}\quad A x + s = b,

where each variable, of x or a slack, is at least 0, free, or fixed at 0. Any rows have a basis, if only that of all
slacks. At a basis the other variables are 0, and multipliers w of the rows give basic variables the reduced cost
:math:`c - M^\top w = 0`, with M = (A I).

- While basic values have a wrong sign, the objective is minus the sum of their sizes, which never rises; a variable
  that reaches 0 is right from then on [1]_.
- The variable that enters has the largest reduced cost, or, after a step that made no progress, the smallest number of
  those that are useful (Bland's rule [2]_); of those that would reach 0 first, the smallest number leaves. So no basis
  comes twice.

Nothing is updated: at every basis a square kernel is solved, the rows whose slack is not basic and the columns of x
that are, by lifting modulo powers of a prime [3]_. That is quick where few pivots are needed, which is the use here.

References
----------
.. [1] V. Chvátal, "Linear Programming" (1983), chapters 3 (Bland's rule), 7 (revised method), 8 (free and bounded
   variables).
.. [2] R. G. Bland, "New finite pivoting rules for the simplex method", Mathematics of Operations Research 2 (1977).
.. [3] J. D. Dixon, "Exact solution of linear equations using p-adic expansions", Numerische Mathematik 40 (1982).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from flint import fmpq_mat, fmpz, fmpz_mat

__all__ = ["End", "Program", "Vector", "independent_columns", "simplex", "solve_exactly"]

_PRIME = 2**61 - 1


class Vector(NamedTuple):
    """Rational numbers with a common positive denominator."""

    numerators: list[fmpz]
    denominator: fmpz


@dataclass(frozen=True, eq=False)
class Program:
    """Maximise ``cost @ x`` with ``rows @ x + slack == right``, all in integers.

    Attributes
    ----------
    rows : list of m lists of n int
        Left sides.
    right : list of m int
        Right sides.
    cost : list of n int
        Objective.
    free, fixed : list of n + m bool
        Which variables may have any sign, and which have to be 0; x first, then slacks. All others are at least 0.
    """

    rows: list[list[int]]
    right: list[int]
    cost: list[int]
    free: list[bool]
    fixed: list[bool]

    @cached_property
    def matrix(self) -> fmpz_mat:
        """The left sides."""
        from flint import fmpz_mat

        return fmpz_mat(len(self.rows), len(self.cost), [value for row in self.rows for value in row])

    def column(self, j: int) -> list[int]:
        """Left sides of one variable."""
        n = len(self.cost)
        return [row[j] if j < n else int(i == j - n) for i, row in enumerate(self.rows)]


class End(NamedTuple):
    """Where the method stopped, and why.

    Attributes
    ----------
    status : str
        ``"optimal"``, ``"infeasible"`` or ``"unbounded"``.
    point : Vector
        Values of all variables; feasible unless the status says otherwise.
    proof : Vector
        Multipliers of the rows; if unbounded, how all variables change along a ray.
    pivots : int
        Steps taken.
    """

    status: str
    point: Vector
    proof: Vector
    pivots: int


def simplex(program: Program, basic: set[int], budget: int) -> End:
    """Primal simplex method.

    Parameters
    ----------
    program : Program
        In integers.
    basic : set of m int
        Where to start: a basis, feasible or not.
    budget : int
        Steps that are allowed.

    Returns
    -------
    End
        With the numbers that prove it, exact.

    Raises
    ------
    RuntimeError
        More than `budget` steps.

    Examples
    --------
    >>> program = Program([[1, 2]], [4], [1, 1], [False] * 3, [False] * 3)  # x + y, if x + 2 y <= 4
    >>> end = simplex(program, {2}, budget=10)
    >>> end.status, [int(value) for value in end.point.numerators], end.pivots
    ('optimal', [4, 0, 0], 1)
    """
    size = len(program.cost) + len(program.rows)
    cost = program.cost + [0] * len(program.rows)
    bland = False
    for pivots in range(budget + 1):
        (point,) = _values(program, basic, [program.right])
        # 1 for a variable that has to rise, -1 for one that has to fall
        wrong = [_violation(program, j, point.numerators[j]) for j in range(size)]
        multipliers, reduced = _multipliers(program, basic, wrong if any(wrong) else cost)
        entering = _entering(program, basic, reduced, bland=bland)
        if entering is None:
            return End("infeasible" if any(wrong) else "optimal", point, multipliers, pivots)
        sign = 1 if reduced[entering] > 0 else -1
        point, moved = _values(program, basic, [program.right, program.column(entering)])
        rates = [-sign * value for value in moved.numerators]
        leaving = _leaving(program, basic, point.numerators, rates)
        if leaving is None:
            rates[entering] += sign * moved.denominator
            return End("unbounded", point, Vector(rates, moved.denominator), pivots)
        bland = point.numerators[leaving] == 0
        basic = basic - {leaving} | {entering}
    msg = (
        f"the linear program ({len(program.cost)} variables, {len(program.rows)} constraints) is not solved after "
        f"{budget:,} exact pivots; allow more with budget=..."
    )
    raise RuntimeError(msg)


def _violation(program: Program, j: int, value: fmpz) -> int:
    if value < 0 and not program.free[j]:
        return 1
    return -1 if value > 0 and program.fixed[j] else 0


def _entering(program: Program, basic: set[int], reduced: Sequence[fmpz], *, bland: bool) -> int | None:
    """Choose a variable whose change raises the objective: the fastest, or the first."""
    useful = [
        j
        for j, rate in enumerate(reduced)
        if j not in basic and not program.fixed[j] and (rate > 0 or (program.free[j] and rate < 0))
    ]
    if not useful:
        return None
    return useful[0] if bland else max(useful, key=lambda j: abs(reduced[j]))


def _leaving(program: Program, basic: set[int], values: Sequence[fmpz], rates: Sequence[fmpz]) -> int | None:
    """Choose the variable that is the first to reach 0, from either side; of a tie a fixed one, else the first."""
    from flint import fmpq

    blocking = [
        (fmpq(-values[j], rates[j]), not program.fixed[j], j)
        for j in basic
        if not program.free[j]
        and (values[j] * rates[j] < 0 or (values[j] == 0 and (rates[j] < 0 or (program.fixed[j] and rates[j] != 0))))
    ]
    return min(blocking)[-1] if blocking else None


# ------------------------------------------------------------------------------------------------ solutions at a basis
def _kernel(program: Program, basic: set[int]) -> tuple[list[int], list[int]]:
    """Return the rows whose slack is not basic, and the columns of x that are: as many."""
    n = len(program.cost)
    return [i for i in range(len(program.rows)) if n + i not in basic], [j for j in range(n) if j in basic]


def _values(program: Program, basic: set[int], sides: Sequence[Sequence[int]]) -> list[Vector]:
    """Return, for each right side, all variables if those outside the basis are 0; one denominator for all."""
    from flint import fmpz_mat

    m, n, width = len(program.rows), len(program.cost), len(sides)
    rows, columns = _kernel(program, basic)
    found, denominator = solve_exactly(
        [[program.rows[i][j] for j in columns] for i in rows], [[side[i] for side in sides] for i in rows]
    )
    x = fmpz_mat(n, width)
    for place, j in enumerate(columns):
        for k in range(width):
            x[j, k] = found[place, k]
    slack = fmpz_mat(m, width, [side[i] for i in range(m) for side in sides]) * denominator - program.matrix * x
    return [Vector([x[j, k] for j in range(n)] + [slack[i, k] for i in range(m)], denominator) for k in range(width)]


def _multipliers(program: Program, basic: set[int], cost: Sequence[int]) -> tuple[Vector, list[fmpz]]:
    """Return the multipliers at which basic variables have reduced cost 0, and all reduced costs, as numerators."""
    from flint import fmpz_mat

    m, n = len(program.rows), len(program.cost)
    rows, columns = _kernel(program, basic)
    priced = [i for i in range(m) if cost[n + i]]  # slacks that have a cost are basic
    found, denominator = solve_exactly(
        [[program.rows[i][j] for i in rows] for j in columns],
        [[cost[j] - sum(program.rows[i][j] * cost[n + i] for i in priced)] for j in columns],
    )
    w = fmpz_mat(1, m)
    for i in priced:
        w[0, i] = denominator * cost[n + i]
    for place, i in enumerate(rows):
        w[0, i] = found[place, 0]
    taken = [*(w * program.matrix).entries(), *w.entries()]
    return Vector(w.entries(), denominator), [denominator * c - t for c, t in zip(cost, taken, strict=True)]


def solve_exactly(matrix: list[list[int]], sides: list[list[int]]) -> tuple[fmpz_mat, fmpz]:
    """Solve a square system of linear equations in integers.

    Parameters
    ----------
    matrix : list of lists of int, r × r
        Left sides; r may be 0.
    sides : list of lists of int, r × c
        Right sides, one a column.

    Returns
    -------
    numerators : fmpz_mat, r × c
        The solutions times `denominator`.
    denominator : fmpz
        Positive.

    Raises
    ------
    ZeroDivisionError
        The matrix is singular.

    Examples
    --------
    >>> numerators, denominator = solve_exactly([[1, 1], [1, -2]], [[1], [0]])
    >>> [int(value) for value in numerators.entries()], int(denominator)
    ([2, 1], 3)
    """
    from flint import fmpz, fmpz_mat

    if not matrix:
        return fmpz_mat(0, 0), fmpz(1)
    solution = fmpz_mat(matrix).solve(fmpz_mat(sides))
    return cast("fmpq_mat", solution).numer_denom()


def independent_columns(program: Program, order: Sequence[int]) -> set[int]:
    """Return a basis: the first variables, in this order, whose columns are independent modulo a prime.

    Parameters
    ----------
    program : Program
        In integers.
    order : sequence of n + m int
        All variables, those first that should be basic.

    Returns
    -------
    set of m int
        Columns independent modulo a prime are independent; and there are m of them, since the slacks are.

    Examples
    --------
    >>> program = Program([[1, 2], [2, 4]], [1, 1], [1, 1], [False] * 4, [False] * 4)
    >>> independent_columns(program, [1, 0, 2, 3])
    {1, 2}
    """
    from flint import nmod_mat

    n = len(program.cost)
    basis = set(itertools.takewhile(lambda j: j >= n, order))  # slacks to begin with: what matters is the other rows
    rest = order[len(basis) :]
    rows = [i for i in range(len(program.rows)) if n + i not in basis]
    entries = [program.rows[i][j] % _PRIME if j < n else int(j - n == i) for i in rows for j in rest]
    reduced = nmod_mat(len(rows), len(rest), entries, _PRIME).rref()[0]
    place = 0
    for i in range(len(rows)):  # the first entry of each row of the echelon form
        while not int(reduced[i, place]):
            place += 1
        basis.add(rest[place])
    return basis
