"""One equilibrium of a large game: zero-sum games by linear programming, others by the method of Lemke and Howson."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from gametheory.equilibria import lemke_howson as path
from gametheory.equilibria.lemke_howson import lemke_howson
from gametheory.equilibria.zero_sum import solve, zero_sum_form

F = Fraction


def whole(values):
    """Numbers as integers, times their common denominator: products of these are quick and exact."""
    values = [F(value) for value in np.asarray(values, dtype=object).ravel().tolist()]
    scale = math.lcm(*(value.denominator for value in values))
    return np.array([int(value * scale) for value in values], dtype=object)


def probabilities(*mixes):
    return all(sum(mix) == 1 and min(mix) >= 0 and all(type(p) is Fraction for p in mix) for mix in mixes)


def is_equilibrium(A, B, x, y):
    """Whether nobody gains by another action; exact."""
    row = whole(A).reshape(np.shape(A)) @ (weights := whole(y))
    column = (own := whole(x)) @ whole(B).reshape(np.shape(B))
    return (
        probabilities(x, y) and own @ row == own.sum() * row.max() and column @ weights == column.max() * weights.sum()
    )


def fractions(array):
    return np.vectorize(F, otypes=[object])(np.asarray(array))


def checked(A):
    """Solve a zero-sum game; row earns at least the value against every column, column loses at most it."""
    x, y, value = solve(A)
    assert probabilities(x, y)
    exact = fractions(np.asarray(A).tolist())
    assert (x @ exact).min() == value == (exact @ y).max()  # strong duality
    return x, y, value


# ---------------------------------------------------------------------------------------------- zero-sum games
KNOWN = [
    ("one action", [[7]], [1], [1], 7),
    ("row has no choice", [[3, 1, 2]], [1], [0, 1, 0], 1),
    ("column has no choice", [[3], [5], [4]], [0, 1, 0], [1], 5),
    ("matching pennies", [[1, -1], [-1, 1]], [F(1, 2)] * 2, [F(1, 2)] * 2, 0),
    ("rock, paper, scissors", [[0, -1, 1], [1, 0, -1], [-1, 1, 0]], [F(1, 3)] * 3, [F(1, 3)] * 3, 0),
    # a 2 x 2 game without saddle point: (a d - b c) / (a + d - b - c)
    ("2 x 2", [[2, -1], [-1, 1]], [F(2, 5), F(3, 5)], [F(2, 5), F(3, 5)], F(1, 5)),
    # von Neumann and Morgenstern, "Theory of Games and Economic Behavior" (1944), 18.4.4: Moriarty goes to Dover with
    # probability 3/5, Holmes leaves the train at Canterbury with probability 3/5, and Moriarty gains 40
    ("Moriarty and Holmes", [[100, 0], [-50, 100]], [F(3, 5), F(2, 5)], [F(2, 5), F(3, 5)], 40),
    ("saddle point", [[4, 3, 5], [1, 2, 0], [6, 0, 9]], [1, 0, 0], [0, 1, 0], 3),
    # rock, paper, scissors for stakes 1, 2, 3: mixes are the stakes of the other pairs
    ("stakes", [[0, -1, 2], [1, 0, -3], [-2, 3, 0]], [F(1, 2), F(1, 3), F(1, 6)], [F(1, 2), F(1, 3), F(1, 6)], 0),
]


@pytest.mark.parametrize(("A", "x", "y", "value"), [case[1:] for case in KNOWN], ids=[case[0] for case in KNOWN])
def test_known_games(A, x, y, value):
    found = checked(A)
    assert found[0].tolist() == x
    assert found[1].tolist() == y
    assert found[2] == value
    assert type(found[2]) is Fraction


def test_morra():
    # two-finger Morra (Chvátal 1983, chapter 15): value 0; the optimal mixes are (0, p, 1 - p, 0), 4/7 <= p <= 3/5
    x, y, value = checked([[0, 2, -3, 0], [-2, 0, 0, 3], [3, 0, 0, -4], [0, -3, 4, 0]])
    assert value == 0
    for mix in (x, y):
        assert mix[0] == mix[3] == 0
        assert F(4, 7) <= mix[1] <= F(3, 5)


@pytest.mark.parametrize("n", [1, 2, 5, 40])
def test_diagonal_games(n):
    # each action is played in inverse proportion to its prize; the value is the harmonic sum inverted
    prizes = [10 ** (k - n // 2) if k >= n // 2 else F(1, 10 ** (n // 2 - k)) for k in range(n)]
    A = np.diag(np.array(prizes, dtype=object))
    x, y, value = checked(A)
    assert value == 1 / sum(1 / F(prize) for prize in prizes)
    assert x.tolist() == y.tolist() == [value / prize for prize in prizes]


def test_symmetric_games_are_fair():
    rng = np.random.default_rng(0)
    for n in (2, 3, 8, 21):
        A = rng.integers(-9, 10, (n, n))
        assert checked(A - A.T)[2] == 0
        B = rng.normal(size=(n, n))
        assert checked(B - B.T)[2] == 0


payoffs = arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.integers(-3, 3))


@settings(max_examples=40)
@given(payoffs, st.fractions(F(1, 50), 50), st.fractions(-50, 50), st.randoms(use_true_random=False))
def test_what_the_value_does(A, scale, shift, random):
    value = checked(A)[2]
    assert checked(scale * fractions(A) + shift)[2] == scale * value + shift
    assert checked(-A.T)[2] == -value  # players exchanged
    order = random.sample(range(len(A)), len(A))
    assert checked(A[order])[2] == value
    assert checked(np.vstack([A, A[:1]]))[2] == value  # an action twice
    assert checked(np.hstack([A, A.max(axis=1, keepdims=True)]))[2] == value  # a dominated action
    assert A.min(axis=1).max() <= value <= A.max(axis=0).min()
    result = linprog(
        [*[0] * len(A), -1],
        A_ub=np.hstack([-A.T, np.ones((A.shape[1], 1))]),
        b_ub=np.zeros(A.shape[1]),
        A_eq=[[*[1] * len(A), 0]],
        b_eq=[1],
        bounds=[*[(0, None)] * len(A), (None, None)],
    )
    assert float(value) == pytest.approx(-result.fun, abs=1e-9)


def large(n, kind, rng):
    return {
        "integers": lambda: rng.integers(-99, 100, (n, n)),
        "floats": lambda: rng.normal(size=(n, n)),
        "zeros and ones": lambda: rng.integers(0, 2, (n, n)),
        "twins": lambda: np.repeat(rng.normal(size=(n, n // 2)), 2, axis=1),
        "near ties": lambda: rng.integers(-3, 4, (n, n)) + 1e-12 * rng.normal(size=(n, n)),
        "all sizes": lambda: rng.choice([1e-12, -1e-12, 1e-3, 1, -1e9, 1e9], (n, n)),
    }[kind]()


@pytest.mark.parametrize(
    ("n", "kind"),
    [(12, "integers"), (13, "integers"), (20, "integers"), (100, "integers"), (100, "floats"), (100, "zeros and ones"),
     (60, "twins"), (60, "near ties"), (60, "all sizes"), (200, "integers")],
)  # fmt: skip
def test_large_games(n, kind):
    A = large(n, kind, np.random.default_rng(0))
    x, y, value = solve(A)
    assert is_equilibrium(A, -A, x, y)
    M = whole(A).reshape(A.shape)
    scale = F(M[np.nonzero(M)][0]) / F(A[np.nonzero(A)][0].item())  # payoffs were multiplied by this
    assert (whole(x) @ M).min() == value * scale * whole(x).sum()
    if kind == "integers" and n <= 20:  # computed beside it by an interior point method, without ours
        result = linprog([0] * n + [-1], A_ub=np.c_[-A.T, np.ones(n)], b_ub=np.zeros(n), A_eq=[[1] * n + [0]],
                         b_eq=[1], bounds=[(0, None)] * n + [(None, None)], method="highs-ipm")  # fmt: skip
        assert float(value) == pytest.approx(-result.fun, rel=1e-6)


@pytest.mark.slow
def test_two_hundred_floats():
    A = np.random.default_rng(1).normal(size=(200, 200))
    x, y, _ = solve(A)
    assert is_equilibrium(A, -A, x, y)


# ---------------------------------------------------------------------------------------------- zero-sum form
def same_best_replies(A, B, C, pairs):
    for x, y in pairs:
        row, row_form = A @ y, C @ y
        column, column_form = x @ B, -(x @ C)
        assert (row == row.max()).tolist() == (row_form == row_form.max()).tolist()
        assert (column == column.max()).tolist() == (column_form == column_form.max()).tolist()


@settings(max_examples=60)
@given(payoffs, st.data())
def test_zero_sum_form(A, data):
    m, k = A.shape
    A = fractions(A)
    r = np.array(data.draw(st.lists(st.integers(-3, 3), min_size=m, max_size=m)), dtype=object)[:, None]
    c = np.array(data.draw(st.lists(st.integers(-3, 3), min_size=k, max_size=k)), dtype=object)
    alpha = data.draw(st.sampled_from([F(1), F(2, 7), F(5)]))
    B = r + c - alpha * A
    C = zero_sum_form(A, B)
    assert all(type(value) is Fraction for value in C.flat)
    corners = [(x, y) for x in np.eye(m, dtype=int) for y in np.eye(k, dtype=int)]
    weights = data.draw(st.lists(st.integers(1, 5), min_size=m + k, max_size=m + k))
    mixed = np.array(weights[:m], dtype=object), np.array(weights[m:], dtype=object)
    same_best_replies(A, B, C, [*corners, mixed])
    x, y, _ = solve(C)
    assert is_equilibrium(A, B, x, y)


def test_forms_that_are_known():
    A = fractions([[3, 0, 2], [1, 2, -5]])
    assert (zero_sum_form(A, -A) == A).all()
    assert (zero_sum_form(A, 7 - A) == A).all()  # constant sum
    assert (zero_sum_form(A, F(1, 3) - 5 * A) == A).all()
    column_bonus = np.array([0, 4, -2])  # column earns this whatever row does: row's payoffs lose a third of it
    assert (zero_sum_form(A, column_bonus - 3 * A) == A - fractions(column_bonus) / 3).all()
    floats = np.array([[0.1, 0.7], [0.3, -0.2]])
    assert (zero_sum_form(floats, -floats) == fractions(floats)).all()


@pytest.mark.parametrize(
    ("A", "B"),
    [
        ([[3, 0], [5, 1]], [[3, 5], [0, 1]]),  # a prisoner's dilemma
        ([[1, 0], [0, 1]], [[1, 0], [0, 1]]),  # common interest: the factor would be negative
        ([[1, 0], [0, 1]], [[0, 0], [0, 0]]),  # column does not care, row does
        ([[0, 0], [0, 0]], [[1, 0], [0, 1]]),
        ([[2, 0], [0, 1]], [[1, 0], [0, 2]]),
        (np.eye(3), -np.diag([1, 1, 1 + 1e-15])),  # nearly
    ],
    ids=range(6),
)
def test_no_zero_sum_form(A, B):
    assert zero_sum_form(A, B) is None


def test_nothing_at_stake_between_them():
    # each player's payoff has one term of its own action and one of the other's: dominant actions, 1 and 0
    A, B = fractions([[0, 5], [1, 6]]), fractions([[2, 1], [9, 8]])
    x, y, _ = solve(zero_sum_form(A, B))
    assert (x.tolist(), y.tolist()) == ([0, 1], [1, 0])


# ---------------------------------------------------------------------------------------------- Lemke and Howson
def support_enumeration(A, B):
    """Equilibria with supports of equal size and regular equations; all of a nondegenerate game."""
    m, k = np.shape(A)
    found = []
    for size in range(1, min(m, k) + 1):
        for R, C in itertools.product(itertools.combinations(range(m), size), itertools.combinations(range(k), size)):
            y, x = indifferent(A, R, C, k), indifferent(np.transpose(B), C, R, m)
            if x is not None and y is not None and is_equilibrium(A, B, x, y):
                found.append((tuple(x), tuple(y)))
    return found


def indifferent(U, R, C, n):
    """Find the mix of C against which the replies R earn the same; None if there is no such mix, or more than one."""
    M = [[*(F(int(U[i][j])) for j in C), F(-1), F(0)] for i in R] + [[F(1)] * len(C) + [F(0), F(1)]]
    for j in range(len(M)):
        pivot = next((i for i in range(j, len(M)) if M[i][j] != 0), None)
        if pivot is None:
            return None
        M[j], M[pivot] = M[pivot], M[j]
        M[j] = [value / M[j][j] for value in M[j]]
        M = [row if i == j else [v - row[j] * p for v, p in zip(row, M[j], strict=True)] for i, row in enumerate(M)]
    mix = np.array([F(0)] * n, dtype=object)
    mix[list(C)] = [row[-1] for row in M[:-1]]
    return mix if min(mix) >= 0 else None


@pytest.mark.parametrize("method", ["auto", "exact"])
def test_every_label_leads_to_an_equilibrium(method):
    # the example of von Stengel (2002), section 2; enumeration of supports confirms its three equilibria
    A, B = [[0, 6], [2, 5], [3, 3]], [[1, 0], [0, 2], [4, 3]]
    listed = {
        ((0, 0, 1), (1, 0)),
        ((0, F(1, 3), F(2, 3)), (F(2, 3), F(1, 3))),
        ((F(2, 3), F(1, 3), 0), (F(1, 3), F(2, 3))),
    }
    assert set(support_enumeration(A, B)) == listed
    found = [tuple(map(tuple, lemke_howson(A, B, label, method=method))) for label in range(5)]
    assert set(found) <= listed
    # by hand for label 1, with payoffs as they are: x_1 rises to (0, 1/2, 0), where reply 1 is best; y_1 to (0, 1/6),
    # where row 0 is; x_0 to (1, 1/2, 0), where reply 0 is too; y_0 to (1/12, 1/6), where row 1 is too: label 1 again
    assert found[1] == ((F(2, 3), F(1, 3), 0), (F(1, 3), F(2, 3)))
    coordination = [[3, 0, 0], [0, 2, 0], [0, 0, 1]]
    reached = {tuple(map(tuple, lemke_howson(coordination, coordination, label, method=method))) for label in range(6)}
    assert len(reached) == 3  # the pure ones: an action that is best against itself ends its own path


def test_against_support_enumeration():
    rng = np.random.default_rng(2)
    for _ in range(25):
        m, k = rng.integers(2, 5, 2)
        A, B = rng.integers(-(10**6), 10**6, (2, m, k))
        listed = support_enumeration(A.tolist(), B.tolist())
        assert len(listed) % 2 == 1
        for label in range(m + k):
            assert tuple(map(tuple, lemke_howson(A, B, label))) in listed


def perturbed_path(A, B, label):
    """Follow the same path by other means: right sides 1 + e, 1 + e², … with a small e, tableaux of fractions."""
    m, k = A.shape
    e = F(1, 10**60)
    positive = [fractions(U) + (U.max() - 2 * U.min() + 1) for U in (A, B)]
    eye = [fractions(np.eye(size, dtype=int)) for size in (m, k)]
    sides = [np.array([[1 + e ** (i + 1)] for i in range(size)], dtype=object) for size in (m, k)]
    tableaux = [np.hstack([positive[1].T, eye[1], sides[1]]), np.hstack([eye[0], positive[0], sides[0]])]
    basic = [list(range(m, m + k)), list(range(m))]
    entering, side = label, 0 if label < m else 1
    while True:
        T = tableaux[side]
        row = min((i for i in range(len(T)) if T[i, entering] > 0), key=lambda i: T[i, -1] / T[i, entering])
        T[row] = T[row] / T[row, entering]
        for i in range(len(T)):
            if i != row:
                T[i] = T[i] - T[i, entering] * T[row]
        leaving, basic[side][row] = basic[side][row], entering
        if leaving == label:
            break
        entering, side = leaving, 1 - side
    mixes = []
    for side, own in enumerate((range(m), range(m, m + k))):
        weights = [F(0)] * len(own)
        for row, name in enumerate(basic[side]):
            if name in own:  # without the perturbation, which is far below the smallest denominator
                weights[name - own[0]] = F(tableaux[side][row, -1]).limit_denominator(10**9)
        mixes.append([weight / sum(weights) for weight in weights])
    return mixes


def test_ties_are_broken_as_a_small_perturbation_would():
    rng = np.random.default_rng(3)
    broken = 0
    for _ in range(120):
        m, k = rng.integers(1, 5, 2)
        A, B = rng.integers(0, 2, (2, m, k))
        label = int(rng.integers(m + k))
        x, y = lemke_howson(A, B, label, method="exact")
        assert [x.tolist(), y.tolist()] == perturbed_path(A, B, label)
        reverse = lemke_howson(A[::-1, ::-1], B[::-1, ::-1], m - 1 - label if label < m else 2 * m + k - 1 - label)
        broken += (x != reverse[0][::-1]).any() or (y != reverse[1][::-1]).any()
    assert broken > 10  # the order of actions matters, as ties are many


def test_integer_pivots_keep_numbers_small():
    # after pivots on both diagonal elements all entries are over the determinant 2 · 3 - 1 · 1 = 5 (Cramer), not more
    T = np.array([[fmpz(value) for value in row] for row in ([2, 1, 1, 0, 1], [1, 3, 0, 1, 1])])
    first = path._integer_pivot(T, 0, 0, fmpz(1))
    assert first.astype(int).tolist() == [[2, 1, 1, 0, 1], [0, 5, -1, 2, 1]]
    second = path._integer_pivot(first, 1, 1, first[0, 0])
    assert second.astype(int).tolist() == [[5, 0, 3, -1, 2], [0, 5, -1, 2, 1]]


def test_degenerate_games_end():
    rng = np.random.default_rng(4)
    for index in range(400):
        m, k = rng.integers(1, 7, 2)
        largest = rng.integers(0, 4)  # 0: all payoffs are 0
        A, B = rng.integers(-largest, largest + 1, (2, m, k))
        if index % 3 == 0:
            A[-1], B[-1] = A[0], B[0]
        if index % 5 == 0:
            A[:, -1], B[:, -1] = A[:, 0], B[:, 0]
        label = int(rng.integers(m + k))
        x, y = lemke_howson(A, B, label, method="exact")
        assert is_equilibrium(A, B, x, y)
        quick = lemke_howson(A, B, label)
        assert is_equilibrium(A, B, *quick)
        # floating point that ties alike follows the same path
        assert x.tolist() == quick[0].tolist()
        assert y.tolist() == quick[1].tolist()


@pytest.mark.parametrize(("m", "k"), [(1, 1), (1, 6), (6, 1), (3, 3)])
@pytest.mark.parametrize("method", ["auto", "exact"])
def test_smallest_games(m, k, method):
    rng = np.random.default_rng(5)
    zero = np.zeros((m, k), dtype=int)
    for A, B in ((zero, zero), (zero + 5, zero - 3), rng.integers(-9, 10, (2, m, k)), rng.normal(size=(2, m, k))):
        for label in range(m + k):
            x, y = lemke_howson(A, B, label, method=method)
            assert is_equilibrium(A, B, x, y)
    if min(m, k) == 1:
        assert y[np.argmax(B[0])] == 1 if m == 1 else x[np.argmax(A[:, 0])] == 1


def test_fractions_floats_and_integers():
    rng = np.random.default_rng(6)
    A, B = rng.integers(-9, 10, (2, 5, 4))
    expected = [mix.tolist() for mix in lemke_howson(A, B)]
    for first, second in (
        (A / 8, B / 8),
        (fractions(A) / 7, fractions(B) / 3),
        (A.astype(object), B.astype(object) * 10**30),
    ):
        x, y = lemke_howson(first, second)
        assert is_equilibrium(first, second, x, y)
    assert [mix.tolist() for mix in lemke_howson(A.astype(float), B.astype(float))] == expected
    kept = A.copy(), B.copy()
    lemke_howson(A, B, method="exact")
    np.testing.assert_array_equal((A, B), kept)


@pytest.mark.parametrize("n", [30, 50])
@pytest.mark.parametrize("kind", ["integers", "floats", "zeros and ones", "twins"])
def test_large_bimatrix_games(n, kind):
    rng = np.random.default_rng(7)
    A, B = large(n, kind, rng), large(n, kind, rng)
    for label in (0, n):
        assert is_equilibrium(A, B, *lemke_howson(A, B, label))


def test_both_paths_of_large_games_meet():
    rng = np.random.default_rng(8)
    for kind in ("integers", "floats", "zeros and ones"):
        A, B = large(20, kind, rng), large(20, kind, rng)
        for label in (0, 25):
            quick, slow = lemke_howson(A, B, label), lemke_howson(A, B, label, method="exact")
            assert all(p.tolist() == q.tolist() for p, q in zip(quick, slow, strict=True))


@pytest.mark.parametrize("kind", ["near ties", "all sizes"])
def test_what_floating_point_cannot_tell(kind):
    rng = np.random.default_rng(9)
    for _ in range(3):
        A, B = large(20, kind, rng), large(20, kind, rng)
        assert is_equilibrium(A, B, *lemke_howson(A, B))
    # (1, 1) pays 1 and its neighbours 1e-30 more or less: one equilibrium, dominant actions
    e = F(1, 10**30)
    x, y = lemke_howson([[1, 1], [1 + e, 1 + e]], [[1, 1 - e], [1, 1 - e]])
    assert (x.tolist(), y.tolist()) == ([0, 1], [1, 0])


def test_what_floating_point_proposes_is_not_believed(monkeypatch):
    rng = np.random.default_rng(10)
    A, B = rng.integers(-99, 100, (2, 4, 4))
    expected = [mix.tolist() for mix in lemke_howson(A, B, method="exact")]
    labels = range(8)
    asked = []

    def proposals():
        """Every pair of complementary bases but those of the right equilibria, and a missing one."""
        for own in itertools.product((False, True), repeat=8):
            yield [label for label in labels if own[label]], [label for label in labels if not own[label]]
        yield None

    for proposal in proposals():
        monkeypatch.setattr(path, "_float_path", lambda *_, p=proposal: asked.append(p) or p)
        if proposal is not None and len(proposal[0]) != 4:
            continue
        x, y = lemke_howson(A, B)
        assert is_equilibrium(A, B, x, y)
    monkeypatch.setattr(path, "_float_path", lambda *_: ([4, 5, 6, 7], [0, 1, 2, 3]))  # where every path begins
    assert [mix.tolist() for mix in lemke_howson(A, B)] == expected
    assert len(asked) > 70


# ---------------------------------------------------------------------------------------------- bad input
RPS = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])


def test_the_budget():
    with pytest.raises(
        RuntimeError, match=r"label 0 in this 3×3 game is longer than 2 pivots; allow more with budget="
    ):
        lemke_howson(RPS, -RPS, budget=2)
    assert lemke_howson(RPS, -RPS, budget=6)[0].tolist() == [F(1, 3)] * 3
    with pytest.raises(RuntimeError, match="not solved after 0 exact pivots"):
        solve(np.triu(np.ones((100, 100))) * 2.0 ** -np.arange(100), budget=0)  # 2^-99 beside 1


@pytest.mark.parametrize(
    ("work", "error", "message"),
    [
        (lambda: solve([1, 2]), ValueError, r"A must have shape \(m, k\) with at least one action each, got \(2,\)"),
        (lambda: solve(np.zeros((0, 3))), ValueError, r"got \(0, 3\)"),
        (lambda: solve([[1.0, np.nan]]), ValueError, "must be finite"),
        (lambda: solve([["a"]]), TypeError, "integers, fractions or floats"),
        (lambda: zero_sum_form([[1, 2]], [[1], [2]]), ValueError, r"same shape, got \(1, 2\) and \(2, 1\)"),
        (lambda: zero_sum_form([[1, 2]], [1, 2]), ValueError, r"B must have shape"),
        (lambda: lemke_howson(RPS, RPS[:2]), ValueError, r"same shape, got \(3, 3\) and \(2, 3\)"),
        (lambda: lemke_howson([[np.inf]], [[1]]), ValueError, "must be finite"),
        (lambda: lemke_howson(RPS, RPS, 6), ValueError, "label must be an integer from 0 to 5, got 6"),
        (lambda: lemke_howson(RPS, RPS, -1), ValueError, "label must be an integer from 0 to 5, got -1"),
        (lambda: lemke_howson(RPS, RPS, 1.5), TypeError, "integer"),
        (lambda: lemke_howson(RPS, RPS, method="float"), ValueError, "'auto' or 'exact', got 'float'"),
    ],
    ids=range(12),
)
def test_bad_input(work, error, message):
    with pytest.raises(error, match=message):
        work()
