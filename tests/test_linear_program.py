"""Exact linear programs: certificates multiplied out in fractions, textbook examples, brute force, near ties."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gametheory.equilibria import linear_program
from gametheory.equilibria.linear_program import Infeasible, Optimum, Unbounded, integers, maximise
from gametheory.equilibria.simplex import Program, independent_columns, simplex, solve_exactly

F = Fraction


def exact(values, shape):
    array = np.empty(shape, dtype=object)
    array[...] = 0
    for place, value in np.ndenumerate(np.asarray(values, dtype=object).reshape(shape)):
        array[place] = F(value)
    return array


def solved(cost, upper=(), bound=(), equal=(), right=(), free=None):
    """Solve, and multiply the certificate out: what is returned has passed."""
    n = len(cost)
    c, A, b = exact(cost, (n,)), exact(upper, (len(bound), n)), exact(bound, (len(bound),))
    E, d = exact(equal, (len(right), n)), exact(right, (len(right),))
    found = maximise(c, A, b, E, d, free=free)
    free = np.zeros(n, dtype=bool) if free is None else np.asarray(free)
    signed = ~free

    def feasible(x):
        return (A @ x <= b).all() and (E @ x == d).all() and (x[signed] >= 0).all()

    if isinstance(found, Unbounded):
        assert feasible(found.x)
        assert (A @ found.ray <= 0).all()
        assert (E @ found.ray == 0).all()
        assert (found.ray[signed] >= 0).all()
        assert c @ found.ray > 0
        return found
    y, z = found.multipliers, found.equal_multipliers
    assert (y >= 0).all()
    taken = y @ A + z @ E
    if isinstance(found, Infeasible):
        assert (taken[signed] >= 0).all()
        assert (taken[free] == 0).all()
        assert y @ b + z @ d < 0
        return found
    assert feasible(found.x)
    assert (taken[signed] >= c[signed]).all()
    assert (taken[free] == c[free]).all()
    assert found.value == c @ found.x == y @ b + z @ d
    np.testing.assert_array_equal(found.binding, A @ found.x == b)
    assert all(isinstance(value, Fraction) for value in [*found.x, *y, *z, found.value])
    return found


# ---------------------------------------------------------------------------------------------- known programs
def test_a_textbook_program():
    # Chvátal, "Linear Programming" (1983), chapters 1 and 5: 5 x + 4 y + 3 z has the maximum 13 at (2, 0, 1); the
    # solution of the dual program is (1, 0, 1)
    found = solved([5, 4, 3], [[2, 3, 1], [4, 1, 2], [3, 4, 2]], [5, 11, 8])
    assert found.value == 13
    assert found.x.tolist() == [2, 0, 1]
    assert found.multipliers.tolist() == [1, 0, 1]
    assert found.binding.tolist() == [True, False, True]
    assert found.pivots == 0


CYCLING = [  # rows, scaled to integers, with slack variables in their own units; right sides, cost, maximum
    # E. M. L. Beale (1955): 5/4 at (1, 0, 1, 0); here 4 times the cost
    ([[1, -32, -4, 36, 4, 0, 0], [1, -24, -1, 6, 0, 2, 0], [0, 0, 1, 0, 0, 0, 1]], [0, 0, 1], [3, -80, 2, -24], 5),
    # Chvátal (1983), chapter 3: 1 at (1, 0, 1, 0)
    ([[1, -11, -5, 18, 2, 0, 0], [1, -3, -1, 2, 0, 2, 0], [1, 0, 0, 0, 0, 0, 1]], [0, 0, 1], [10, -57, -9, -24], 1),
]


@pytest.mark.parametrize(("rows", "right", "cost", "value"), CYCLING, ids=["Beale", "Chvátal"])
def test_examples_that_cycle(rows, right, cost, value):
    # from the slack variables, the largest coefficient rule alone returns to them after six pivots
    program = Program(rows, right, [*cost, 0, 0, 0], [False] * 10, [False] * 7 + [True] * 3)
    end = simplex(program, {4, 5, 6}, budget=50)
    assert end.status == "optimal"
    point = [F(int(v), int(end.point.denominator)) for v in end.point.numerators[:4]]
    assert point == [1, 0, 1, 0]
    assert solved(cost, [row[:4] for row in rows], right).value == value


@pytest.mark.parametrize("d", [2, 3, 5, 8])
def test_klee_and_minty(d):
    # V. Klee and G. J. Minty (1972), in Chvátal's form (chapter 4): the maximum is 100^(d - 1), at the last unit vector
    # times it; the largest coefficient rule visits all 2^d corners
    cost = [10 ** (d - 1 - j) for j in range(d)]
    rows = [[2 * 10 ** (i - j) if j < i else int(i == j) for j in range(d)] for i in range(d)]
    right = [100**i for i in range(d)]
    assert solved(cost, rows, right).value == 100 ** (d - 1)
    program = Program(rows, right, cost, [False] * 2 * d, [False] * 2 * d)
    end = simplex(program, set(range(d, 2 * d)), budget=2**d)
    assert end.pivots == 2**d - 1
    with pytest.raises(RuntimeError, match=rf"not solved after {2**d - 2:,} exact pivots; allow more with budget="):
        simplex(program, set(range(d, 2 * d)), budget=2**d - 2)


def test_one_of_three():
    # x <= 1 and x >= 2: their sum is 0 <= -1
    assert solved([1], [[1], [-1]], [1, -2]).multipliers.tolist() == [1, 1]
    # x = y = 1 and x + 2 y = 4: three equations of which 1, 2, -1 times left sides are 0, right sides -1
    found = solved([0, 0], equal=[[1, 0], [0, 1], [1, 2]], right=[1, 1, 4])
    z = found.equal_multipliers
    assert (z / z[0]).tolist() == [1, 2, -1]
    # x - y = 0 leaves the ray (1, 1)
    found = solved([1, 1], equal=[[1, -1]], right=[0])
    assert (found.ray / found.ray[0]).tolist() == [1, 1]
    # the same with y - x free to fall: only the free variable moves
    found = solved([0, -1], [[1, 0]], [1], free=[False, True])
    assert found.ray[0] == 0
    assert found.ray[1] < 0


@pytest.mark.parametrize(
    ("program", "kind", "value"),
    [
        (([-1, -2],), Optimum, 0),  # no constraints: stay at 0
        (([-1, 2],), Unbounded, None),
        (([0], [[0]], [0]), Optimum, 0),  # rows of zeros
        (([0], [[0]], [-1]), Infeasible, None),
        (([-1], (), (), [[0]], [0]), Optimum, 0),
        (([-1], (), (), [[0]], [1]), Infeasible, None),
        (([-1], (), (), [[0]], [-1]), Infeasible, None),
        (([1, 1], (), (), [[1, 1], [1, 1], [2, 2], [0, 0]], [1, 1, 2, 0]), Optimum, 1),  # equations that repeat
        (([1, 1], (), (), [[1, 1], [1, 1]], [1, 2]), Infeasible, None),
        (([1, 0], [[1, 1], [1, 1], [1, 1]], [3, 3, 4]), Optimum, 3),  # inequalities that repeat
        (([1], [[-1]], [-5], [[1]], [5]), Optimum, 5),
        (([1, 1], [[-1, -1]], [0]), Unbounded, None),
        (([1], (), (), [[1]], [-1]), Infeasible, None),  # x = -1 is not at least 0
    ],
    ids=range(13),
)
def test_rows_that_say_little(program, kind, value):
    found = solved(*program)
    assert isinstance(found, kind)
    if value is not None:
        assert found.value == value


def test_free_variables():
    assert solved([1], (), (), [[1]], [-1], free=[True]).value == -1
    # the smallest t with t >= |x - 3| for x = 5 and x free: 2 and 0
    rows, bound = [[1, -1], [-1, -1]], [3, -3]
    assert solved([0, -1], rows, bound, [[1, 0]], [5], free=[True, True]).value == -2
    assert solved([0, -1], rows, bound, free=[True, True]).value == 0
    assert isinstance(solved([1, 0], [[0, 1]], [1], free=[True, False]), Unbounded)
    # Chebyshev centre on a line: x >= -2, x <= 4, radius 3 at 1
    found = solved([0, 1], [[-1, 1], [1, 1]], [2, 4], free=[True, False])
    assert found.x.tolist() == [1, 3]


# ---------------------------------------------------------------------------------------------- near ties
TINY = F(1, 10**30)


def test_what_floating_point_cannot_tell():
    assert solved([1], [[1], [1]], [1 + TINY, 1]).value == 1
    assert solved([1], [[1], [1]], [1 + TINY, 1 + 2 * TINY]).value == 1 + TINY
    assert isinstance(solved([1], [[1], [-1]], [1, -1 - TINY]), Infeasible)
    assert solved([1, 1 + TINY], [[1, 1]], [1]).x.tolist() == [0, 1]
    assert solved([1 + TINY, 1], [[1, 1]], [1]).x.tolist() == [1, 0]
    assert isinstance(solved([TINY]), Unbounded)
    assert solved([-TINY]).value == 0
    # x - y <= 0 and (1 + t) y - x <= 0 leave only (0, 0); with -t instead, a ray
    assert solved([1, 1], [[1, -1], [-1, 1 + TINY]], [0, 0]).value == 0
    assert isinstance(solved([1, 1], [[1, -1], [-1, 1 - TINY]], [0, 0]), Unbounded)


def test_numbers_of_all_sizes():
    big = 10**400
    assert solved([big, 1], [[big, 0], [0, F(1, big)]], [1, 1]).value == 1 + big
    assert solved([1, 1], [[1, 0], [1, F(1, big)]], [big, big]).value == big**2  # all on the second
    found = solved([1e9, 1e-12], [[1e-12, 1e9], [1e9, 1e-12]], [1, 1e-12])
    assert found.value > 0
    assert float(found.value) == pytest.approx(1e-12)  # the second inequality is the objective


def test_a_float_is_the_number_that_it_is():
    assert maximise(np.array([1.0]), [[0.1]], [1]).value == 1 / F(0.1) != 10
    assert maximise([1], [[F("0.1")]], [1]).value == 10
    assert maximise(np.array([np.int64(3)], dtype=object), np.array([[7]]), np.array([2.0])).value == F(6, 7)
    assert integers([0.5, F(1, 3), np.int32(2), np.float64(0.25)]) == ([6, 4, 24, 3], 12)
    assert integers([]) == ([], 1)
    whole, scale = integers([F(np.int64(2**62)), F(1, 2**70)])  # numerators of fixed length must not overflow
    assert (whole, scale) == ([2**132, 1], 2**70)


# ---------------------------------------------------------------------------------------------- other methods
def vertices(A, b):
    """All vertices of {x : A x <= b} in fractions: brute force over the rows that may bind."""
    n = A.shape[1]
    for rows in itertools.combinations(range(len(A)), n):
        M = [[*A[i], b[i]] for i in rows]
        for j in range(n):  # Gauss and Jordan
            pivot = next((i for i in range(j, n) if M[i][j] != 0), None)
            if pivot is None:
                break
            M[j], M[pivot] = M[pivot], M[j]
            M[j] = [value / M[j][j] for value in M[j]]
            M = [row if i == j else [v - row[j] * p for v, p in zip(row, M[j], strict=True)] for i, row in enumerate(M)]
        else:
            x = np.array([row[-1] for row in M], dtype=object)
            if (A @ x <= b).all():
                yield x


@pytest.mark.parametrize("largest", [1, 2, 9])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_against_all_vertices(n, largest):
    rng = np.random.default_rng(10 * n + largest)
    kinds = set()
    for _ in range(30 if n < 3 else 10):
        m, k = rng.integers(1, 5), rng.integers(0, n)
        A, b = rng.integers(-largest, largest + 1, (m, n)), rng.integers(-largest, 2 * largest + 1, m)
        E, d = rng.integers(-largest, largest + 1, (k, n)), rng.integers(-largest, largest + 1, k)
        cost, free = rng.integers(-largest, largest + 1, n), rng.random(n) < 0.3
        box = np.vstack([np.eye(n, dtype=int), -np.eye(n, dtype=int)])
        sides = np.concatenate([np.full(n, 7), np.where(free, 7, 0)])
        found = solved(cost, [*A, *box[: 2 * n]], [*b, *sides], E, d, free=free)
        every = [
            cost @ x
            for x in vertices(
                exact(np.vstack([A, box, E, -E]), (m + 2 * n + 2 * k, n)),
                exact(np.concatenate([b, sides, d, -d]), (m + 2 * n + 2 * k,)),
            )
        ]
        kinds.add(type(found))
        assert isinstance(found, Optimum if every else Infeasible)
        assert not every or found.value == max(every)
    assert kinds == {Optimum, Infeasible}


def random_program(rng, n, m, k):
    """Small integers, often degenerate; equations sometimes follow from one another."""
    largest = rng.choice([1, 3, 9])
    A, b = rng.integers(-largest, largest + 1, (m, n)), rng.integers(-largest, 2 * largest + 1, m)
    E, d = rng.integers(-largest, largest + 1, (k, n)), rng.integers(-largest, largest + 1, k)
    if k >= 3 and rng.random() < 0.7:
        E[0], d[0] = 2 * E[1] - E[2], 2 * d[1] - d[2]
    if rng.random() < 0.3:
        b, d = 0 * b, 0 * d
    return rng.integers(-largest, largest + 1, n), A, b, E, d, rng.random(n) < rng.choice([0, 0.3, 1])


KINDS = {0: Optimum, 2: Infeasible, 3: Unbounded}


def test_against_floating_point_and_from_any_start(monkeypatch):
    rng = np.random.default_rng(5)
    seen = dict.fromkeys(KINDS.values(), 0)
    for _ in range(150):
        n, m, k = rng.integers(1, 8), rng.integers(0, 8), rng.integers(0, 4)
        cost, A, b, E, d, free = random_program(rng, n, m, k)
        bounds = [(None if f else 0, None) for f in free]
        result = linprog(-cost, A if m else None, b if m else None, E if k else None, d if k else None, bounds=bounds,
                         options={"presolve": False})  # fmt: skip
        found = solved(cost, A, b, E, d, free=free)
        if result.status in KINDS:
            assert type(found) is KINDS[result.status]
        seen[type(found)] += 1
        for _ in range(2):  # the exact method has to serve from wherever it starts
            shuffled = rng.permutation(n + m + k).tolist()
            with monkeypatch.context() as patch:
                patch.setattr(linear_program, "_proposed_basis", lambda p, o=shuffled: independent_columns(p, o))
                again = solved(cost, A, b, E, d, free=free)
            assert type(again) is type(found)
            if isinstance(found, Optimum):
                assert again.value == found.value
        if isinstance(found, Optimum):
            assert float(found.value) == pytest.approx(-result.fun, rel=1e-7, abs=1e-7)
    assert min(seen.values()) > 20


def test_floating_point_that_fails_costs_time_only(monkeypatch):
    class Nothing:
        status = 4

    monkeypatch.setattr("scipy.optimize.linprog", lambda *_, **__: Nothing)
    found = solved([5, 4, 3], [[2, 3, 1], [4, 1, 2], [3, 4, 2]], [5, 11, 8])
    assert found.value == 13
    assert found.pivots > 0


small = st.integers(-4, 4)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(small, small, small), min_size=1, max_size=5),
    st.tuples(small, small),
    st.lists(st.fractions(F(1, 1000), 1000), min_size=6, max_size=6),
)
def test_scaled_rows_scale_their_multipliers(rows, cost, factors):
    left, bound = [row[:2] for row in rows], [row[2] for row in rows]
    found = solved(cost, left, bound)
    scaled = solved(
        [factors[-1] * c for c in cost],
        [[f * value for value in row] for f, row in zip(factors, left, strict=False)],
        [f * b for f, b in zip(factors, bound, strict=False)],
    )
    assert type(scaled) is type(found)
    if isinstance(found, Optimum):
        assert scaled.value == factors[-1] * found.value


def test_near_degenerate_programs_are_repaired():
    # data from 1e-12 to 1e9: floating point often proposes a basis that exact signs reject
    rng = np.random.default_rng(1)
    pivots = 0
    for _ in range(100):
        cost, A, b, E, d, free = random_program(rng, rng.integers(2, 7), rng.integers(1, 7), rng.integers(0, 3))
        A = A * 10.0 ** rng.integers(-12, 10, A.shape)
        found = solved(cost * 10.0 ** rng.integers(-12, 10, cost.shape), A, b * 10.0 ** rng.integers(-12, 10, b.shape),
                       E * 10.0 ** rng.integers(-12, 10, E.shape), d, free=free)  # fmt: skip
        pivots += found.pivots if isinstance(found, Optimum) else 0
    assert pivots > 0


# ---------------------------------------------------------------------------------------------- parts
def test_a_basis_is_a_basis():
    # columns (1, 2), (2, 4) depend on each other; (0, 0) is never taken
    program = Program([[1, 2, 0], [2, 4, 0]], [1, 1], [1, 1, 1], [False] * 5, [False] * 5)
    assert independent_columns(program, [2, 0, 1, 3, 4]) == {0, 3}
    assert independent_columns(program, [4, 2, 1, 0, 3]) == {1, 4}
    assert independent_columns(program, [4, 3, 0, 1, 2]) == {3, 4}
    prime = 2**61 - 1  # a column that vanishes modulo the prime is not trusted
    assert independent_columns(Program([[prime]], [1], [1], [False] * 2, [False] * 2), [0, 1]) == {1}


def test_exact_equations():
    numerators, denominator = solve_exactly([[2, 0], [0, -3]], [[1, 4], [1, 6]])
    assert [F(int(v), int(denominator)) for v in numerators.entries()] == [F(1, 2), 2, F(-1, 3), -2]
    assert denominator > 0
    with pytest.raises(ZeroDivisionError):
        solve_exactly([[1, 2], [2, 4]], [[1], [1]])


def test_arguments_are_not_written_to():
    cost, upper, bound = np.array([3.0, 2.0]), np.array([[1.0, 1.0], [1.0, 3.0]]), np.array([4.0, 6.0])
    kept = [array.copy() for array in (cost, upper, bound)]
    maximise(cost, upper, bound)
    for array, copy in zip((cost, upper, bound), kept, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize(
    ("work", "error", "message"),
    [
        (lambda: maximise([]), ValueError, r"cost must have shape \(n,\) with at least one variable, got \(0,\)"),
        (lambda: maximise([[1]]), ValueError, r"cost must have shape"),
        (lambda: maximise([1], [[1]]), ValueError, "upper and bound belong together"),
        (lambda: maximise([1], right=[1]), ValueError, "equal and right belong together"),
        (
            lambda: maximise([1], [[1, 2]], [1]),
            ValueError,
            r"upper must have shape \(rows, 1\) .* got \(1, 2\) and \(1,\)",
        ),
        (
            lambda: maximise([1], equal=[[1]], right=[1, 2]),
            ValueError,
            r"equal must have shape .* got \(1, 1\) and \(2,\)",
        ),
        (lambda: maximise([1], [[1]], 1), ValueError, "upper must have shape"),
        (lambda: maximise([1, 2], free=[True]), ValueError, "free must be 2 booleans"),
        (lambda: maximise([1], free=[1]), ValueError, "free must be 1 booleans"),
        (lambda: maximise([np.inf]), ValueError, "must be finite"),
        (lambda: maximise([1.0], [[np.nan]], [1]), ValueError, "must be finite"),
        (lambda: maximise([None]), TypeError, "integers, fractions or floats"),
        (lambda: maximise(["1"]), TypeError, "integers, fractions or floats"),
    ],
    ids=range(13),
)
def test_bad_input(work, error, message):
    with pytest.raises(error, match=message):
        work()
