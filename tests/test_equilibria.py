"""Nash equilibria: cited values, independent methods against each other, and what must not matter.

The reference is :func:`extreme_equilibria`, which solves every choice of binding constraints in fractions. It shares
nothing with the closed form (sign patterns) or with Nashpy (Qhull).
"""

import itertools
import warnings
from fractions import Fraction

import nashpy
import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gametheory import Game
from gametheory import catalogue as c
from gametheory.equilibria import nash, regret, two_by_two
from gametheory.equilibria.regret import at_stake

F = Fraction


# ---------------------------------------------------------------------------------------------- the reference
def solve(matrix, right):
    """Gauss-Jordan in fractions; None if singular."""
    rows = [[*map(F, row), F(value)] for row, value in zip(matrix, right, strict=True)]
    for i in range(len(rows)):
        pivot = next((r for r in range(i, len(rows)) if rows[r][i]), None)
        if pivot is None:
            return None
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(len(rows)):
            if r != i and rows[r][i]:
                factor = rows[r][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i], strict=True)]
    return tuple(row[-1] for row in rows)


def best_reply_vertices(B):
    """Vertices (x, v) of {x in the simplex, B^T x <= v} with their binding constraints: x_i >= 0, then replies."""
    m, k = len(B), len(B[0])
    constraints = [[-int(i == j) for j in range(m)] + [0] for i in range(m)]
    constraints += [[B[i][j] for i in range(m)] + [-1] for j in range(k)]
    vertices = {}
    for chosen in itertools.combinations(range(m + k), m):
        point = solve([[1] * m + [0], *(constraints[i] for i in chosen)], [1] + [0] * m)
        if point is None:
            continue
        slack = [sum(a * b for a, b in zip(row, point, strict=True)) for row in constraints]
        if max(slack) <= 0:
            vertices[point[:-1]] = {i for i, value in enumerate(slack) if value == 0}
    return vertices


def extreme_equilibria(A, B):
    """All extreme equilibria of a bimatrix game with rational payoffs, as a set of pairs of tuples."""
    m, k = len(A), len(A[0])
    columns = [list(row) for row in zip(*A, strict=True)]
    return {
        (x, y)
        for x, x_labels in best_reply_vertices(B).items()
        for y, y_labels in best_reply_vertices(columns).items()
        # y_labels: column's y_j >= 0 first, then row's replies
        if x_labels | {label + m if label < k else label - k for label in y_labels} == set(range(m + k))
    }


def as_set(found):
    return {tuple(tuple(map(float, policy)) for policy in equilibrium.policies) for equilibrium in found}


def assert_same(found, expected):
    """Compare equilibria as sets of profiles, probabilities within 1e-9."""
    found, expected = sorted(as_set(found)), sorted(tuple(tuple(map(float, p)) for p in e) for e in expected)
    assert len(found) == len(expected), (found, expected)
    remaining = list(expected)
    for profile in found:
        distance = [
            max(abs(a - b) for p, q in zip(profile, other, strict=True) for a, b in zip(p, q, strict=True))
            for other in remaining
        ]
        assert min(distance) < 1e-9, (profile, expected)
        remaining.pop(int(np.argmin(distance)))


def ties_01():
    """Every 2×2 game with payoffs 0 and 1: all patterns of ties."""
    table = np.array(list(itertools.product((0, 1), repeat=8))).reshape(-1, 2, 2, 2)
    return table[:, 0], table[:, 1]


# ---------------------------------------------------------------------------------------------- cited values
CITED = [
    # Nisan, Roughgarden, Tardos, Vazirani (2007), Algorithmic Game Theory, chapter 3 (von Stengel), game (3.3)
    (
        [[3, 3], [2, 5], [0, 6]],
        [[3, 2], [2, 6], [3, 1]],
        [((1, 0, 0), (1, 0)), ((F(4, 5), F(1, 5), 0), (F(2, 3), F(1, 3))), ((0, F(1, 3), F(2, 3)), (F(1, 3), F(2, 3)))],
        False,
    ),
    # the same chapter, degenerate game (3.7): support enumeration misses (1, 0, 0 | 2/3, 1/3)
    (
        [[3, 3], [2, 5], [0, 6]],
        [[3, 3], [2, 6], [3, 1]],
        [((1, 0, 0), (1, 0)), ((1, 0, 0), (F(2, 3), F(1, 3))), ((0, F(1, 3), F(2, 3)), (F(1, 3), F(2, 3)))],
        True,
    ),
    # nothing at stake: every profile is an equilibrium, the four corners are extreme
    ([[0, 0], [0, 0]], [[0, 0], [0, 0]], list(itertools.product([(1, 0), (0, 1)], repeat=2)), True),
    # Axelrod (1984): defection alone
    ([[3, 0], [5, 1]], [[3, 5], [0, 1]], [((0, 1), (0, 1))], False),
    # Luce and Raiffa (1957), section 5.3: mixed equilibrium (2/3, 1/3 | 1/3, 2/3)
    (
        [[2, 0], [0, 1]],
        [[1, 0], [0, 2]],
        [((1, 0), (1, 0)), ((0, 1), (0, 1)), ((F(2, 3), F(1, 3)), (F(1, 3), F(2, 3)))],
        False,
    ),
    # Shapley (1964): the uniform profile alone
    ([[0, 1, 0], [0, 0, 1], [1, 0, 0]], [[0, 0, 1], [1, 0, 0], [0, 1, 0]], [((F(1, 3),) * 3,) * 2], False),
]


@pytest.mark.parametrize(("A", "B", "expected", "continuum"), CITED, ids=range(len(CITED)))
@pytest.mark.parametrize("exact", [True, False])
def test_cited_equilibria(A, B, expected, continuum, exact):
    assert extreme_equilibria(A, B) == {(tuple(map(F, x)), tuple(map(F, y))) for x, y in expected}
    found = nash(Game.from_bimatrix(A, B) if exact else Game.from_bimatrix(np.array(A, float), np.array(B, float)))
    assert_same(found, expected)
    assert found.continuum is continuum
    assert found.complete
    for equilibrium in found:
        assert equilibrium.exact is exact
        np.testing.assert_allclose(equilibrium.regret.astype(float), 0, atol=1e-12)


def test_supports_say_that_a_degenerate_game_may_have_more():
    A, B, _, _ = CITED[1]
    for numbers in (int, float):
        found = nash(Game.from_bimatrix(np.array(A, numbers), np.array(B, numbers)), "support")
        assert not found.complete
        assert found.status == "incomplete"
        assert "degenerate" in found.note
        assert "perhaps not all" in str(found)


# ---------------------------------------------------------------------------------------------- 2×2: ties of all kinds
def test_closed_form_on_every_game_of_zeros_and_ones():
    A, B = ties_01()
    batch = two_by_two(A, B)
    for index, (a, b) in enumerate(zip(A.tolist(), B.tolist(), strict=True)):
        expected = extreme_equilibria(a, b)
        exact = nash(Game.from_bimatrix(a, b))
        assert {tuple(tuple(policy) for policy in e.policies) for e in exact} == expected  # no tolerance: fractions
        assert {tuple(row) for row in batch.equilibria(index).tolist()} == {(x[0], y[0]) for x, y in expected}
        assert batch.count[index] == len(expected)
        # infinitely many iff two extreme ones share a coordinate
        shared = any(p[0] == q[0] or p[1] == q[1] for p, q in itertools.combinations(expected, 2))
        assert batch.continuum[index] == exact.continuum == shared


@pytest.mark.parametrize("largest", [2, 9])
def test_closed_form_on_random_integer_games(largest):
    rng = np.random.default_rng(largest)
    A, B = rng.integers(-largest, largest + 1, (2, 300, 2, 2))
    batch = two_by_two(A, B)
    for index, (a, b) in enumerate(zip(A.tolist(), B.tolist(), strict=True)):
        expected = extreme_equilibria(a, b)
        assert_same(nash(Game.from_bimatrix(np.array(a, float), np.array(b, float))), expected)
        np.testing.assert_allclose(
            sorted(batch.equilibria(index).tolist()),
            sorted([float(x[0]), float(y[0])] for x, y in expected),
            atol=1e-12,
        )


def test_continuum_by_brute_force_on_a_grid():
    A, B = ties_01()
    batch = two_by_two(A, B)
    x, y = np.meshgrid(np.linspace(0, 1, 25), np.linspace(0, 1, 25), indexing="ij")  # holds 0, 1/2, 1: all candidates
    when_x, when_y = np.stack([x, 1 - x]), np.stack([y, 1 - y])
    for index in range(len(A)):
        row, column = np.einsum("ab,bij->aij", A[index], when_y), np.einsum("ab,aij->bij", B[index], when_x)
        equilibrium = (row.max(0) - (row * when_x).sum(0) < 1e-9) & (column.max(0) - (column * when_y).sum(0) < 1e-9)
        assert batch.continuum[index] == (equilibrium.sum() > batch.count[index])


def test_closed_form_against_nashpy():
    rng = np.random.default_rng(1)
    A, B = rng.normal(size=(2, 100, 2, 2))
    batch = two_by_two(A, B)
    for index in range(100):
        theirs = [(float(x[0]), float(y[0])) for x, y in nashpy.Game(A[index], B[index]).support_enumeration()]
        np.testing.assert_allclose(sorted(batch.equilibria(index).tolist()), sorted(map(list, theirs)), atol=1e-9)


def test_batches():
    rng = np.random.default_rng(2)
    A, B = rng.integers(-2, 3, (2, 3, 7000, 2, 2)).astype(float)  # more games than one pass takes
    batch = two_by_two(A, B)
    assert batch.x.shape == batch.y.shape == (3, 7000, 3)
    assert batch.mask.shape == (3, 7000, 3, 3)
    assert batch.pattern.shape == batch.count.shape == batch.continuum.shape == (3, 7000)
    for index in [(0, 0), (1, 1191), (1, 1192), (2, 6999)]:  # around the end of a pass
        np.testing.assert_array_equal(batch.equilibria(index), two_by_two(A[index], B[index]).equilibria())
    i, j = np.nonzero(batch.mask[1, 5])
    np.testing.assert_array_equal(batch.equilibria((1, 5)), np.column_stack([batch.x[1, 5][i], batch.y[1, 5][j]]))
    np.testing.assert_array_equal(batch.count, batch.mask.sum(axis=(-2, -1)))
    one_opponent = two_by_two(A, B[0, 0])
    np.testing.assert_array_equal(one_opponent.equilibria((2, 9)), two_by_two(A[2, 9], B[0, 0]).equilibria())
    np.testing.assert_array_equal(two_by_two(A.astype(np.float32), B).pattern, batch.pattern)
    assert two_by_two(A[:, :0], B[:, :0]).count.shape == (3, 0)
    with pytest.raises(IndexError, match=r"one game of a batch of shape \(3, 7000\)"):
        batch.equilibria(0)


def test_every_equilibrium_of_a_batch_has_no_regret():
    rng = np.random.default_rng(3)
    A, B = rng.integers(-3, 4, (2, 20_000, 2, 2)).astype(float)
    batch = two_by_two(A, B)
    x, y = batch.x[:, :, None], batch.y[:, None, :]
    mix_x, mix_y = np.stack(np.broadcast_arrays(x, 1 - x)), np.stack(np.broadcast_arrays(y, 1 - y))
    row, column = np.einsum("gab,bgij->agij", A, mix_y), np.einsum("gab,agij->bgij", B, mix_x)
    gain = np.maximum(row.max(0) - (row * mix_x).sum(0), column.max(0) - (column * mix_y).sum(0))
    assert (gain[batch.mask] < 1e-12 * 6).all()
    assert (np.nan_to_num(gain[~batch.mask], nan=1.0) > 1e-3).all()  # and nothing was left out


def test_what_ties_is_equal_in_every_unit_of_payoff():
    for scale in (1e-9, 1.0, 1e9):
        A = scale * np.array([[1.0, 0.0], [1.0 + 1e-15, 0.5]])  # action 1 is better by four units in the last place
        B = scale * np.array([[1.0, 0.0], [0.0, 1.0]])
        assert two_by_two(A, B).count == 1
        assert two_by_two(scale * np.array([[1, 0], [1, 0.5]]), B).count == 3


@pytest.mark.parametrize(
    ("A", "B", "message"),
    [
        (np.zeros((2, 3)), np.zeros((2, 3)), r"A must have shape \(..., 2, 2\), got \(2, 3\)"),
        (np.zeros((2, 2)), np.zeros(4), r"B must have shape"),
        (np.zeros((3, 2, 2)), np.zeros((4, 2, 2)), "batch shapes that broadcast"),
        ([[0, np.nan], [1, 2]], np.zeros((2, 2)), "finite"),
        (np.zeros((2, 2)), [[0, np.inf], [1, 2]], "finite"),
        ([[1e308, -1e308], [0, 0]], np.zeros((2, 2)), "finite"),
    ],
    ids=range(6),
)
def test_bad_batches(A, B, message):
    with pytest.raises(ValueError, match=message):
        two_by_two(A, B)


# ---------------------------------------------------------------------------------------------- larger games
@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (3, 3)])
@pytest.mark.parametrize("largest", [1, 3])
def test_integer_games_against_the_reference(shape, largest):
    rng = np.random.default_rng(largest)
    for A, B in rng.integers(-largest, largest + 1, (20, 2, *shape)):
        expected = extreme_equilibria(A.tolist(), B.tolist())
        floats = Game.from_bimatrix(A.astype(float), B.astype(float))
        shared = any(p[0] == q[0] or p[1] == q[1] for p, q in itertools.combinations(expected, 2))
        for found in (nash(Game.from_bimatrix(A, B)), nash(floats), nash(floats, "vertices")):
            assert_same(found, expected)
            assert found.continuum == shared
            assert found.status == "complete"
        found = nash(floats, "support")
        if found.complete:
            assert_same(found, expected)
            assert len(found) % 2 == 1
            assert not shared


def test_against_nashpy_support_enumeration():
    """What it finds is found; it may miss some, since it tests computed probabilities for being >= 0 exactly."""
    rng = np.random.default_rng(7)
    for A, B in rng.random((10, 2, 5, 5)):
        found = nash(Game.from_bimatrix(A, B))
        assert found.complete
        ours = np.array([np.concatenate(equilibrium.policies) for equilibrium in found])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = [np.concatenate(profile) for profile in nashpy.Game(A, B).support_enumeration()]
        assert len(theirs) <= len(ours)
        for profile in theirs:
            assert np.abs(ours - profile).max(axis=1).min() < 1e-9


def test_equilibria_come_in_a_fixed_order():
    found = nash(Game.from_bimatrix(np.diag([1, 2, 3]), np.diag([1, 2, 3])))
    supports = [sum(np.count_nonzero(policy) for policy in equilibrium.policies) for equilibrium in found]
    assert supports == [2, 2, 2, 4, 4, 4, 6]
    assert found[0].policies[0].tolist() == [1, 0, 0]
    # identical interests diag(1, 2, 3): the full-support equilibrium is (6/11, 3/11, 2/11)
    assert found[-1].policies[0].tolist() == [F(6, 11), F(3, 11), F(2, 11)]


# ---------------------------------------------------------------------------------------------- one and three players
def test_one_player_takes_its_best_actions():
    found = nash(Game([[1, 3, 3]]))
    assert [e.policies[0].tolist() for e in found] == [[0, 1, 0], [0, 0, 1]]
    assert found.complete
    assert found.continuum


def test_a_player_without_choice():
    found = nash(Game.from_bimatrix([[1.0, 2.0, 3.0]], [[5.0, 1.0, 5.0]]))
    assert as_set(found) == {((1.0,), (1.0, 0.0, 0.0)), ((1.0,), (0.0, 0.0, 1.0))}
    assert found.complete
    assert found.continuum
    assert nash(Game(np.zeros((2, 1, 1)))).complete


def test_three_players_pure_equilibria():
    found = nash(c.public_goods(3, 2))  # keeping dominates: u falls by 1 - 2/3 for each contribution of one's own
    assert as_set(found) == {((0.0, 1.0),) * 3}
    assert found.complete
    assert found[0].exact
    pure = nash(c.public_goods(3, 2), "pure")
    assert as_set(pure) == as_set(found)
    assert not pure.complete
    assert pure.note == "mixed equilibria were not asked for"


@pytest.mark.parametrize("exact", [True, False])
def test_pure_equilibria_by_brute_force(exact):
    rng = np.random.default_rng(4)
    for _ in range(30):
        payoffs = rng.integers(0, 3, (3, 2, 3, 2))
        game = Game(payoffs if exact else payoffs / 3)
        expected = set()
        for joint in np.ndindex(2, 3, 2):
            deviations = [(i, (*joint[:i], a, *joint[i + 1 :])) for i in range(3) for a in range(game.n_actions[i])]
            if all(payoffs[(i, *other)] <= payoffs[(i, *joint)] for i, other in deviations):
                expected.add(joint)
        found = nash(game, "pure")
        assert {tuple(int(np.argmax(p)) for p in equilibrium.policies) for equilibrium in found} == expected
        neighbours = any(
            sum(a != b for a, b in zip(p, q, strict=True)) == 1 for p, q in itertools.combinations(expected, 2)
        )
        assert found.continuum == neighbours


# ---------------------------------------------------------------------------------------------- regret
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 2), (2, 2, 2, 2)])
def test_regret_by_brute_force(shape):
    rng = np.random.default_rng(5)
    game = Game(rng.normal(size=(len(shape), *shape)))
    policies = [rng.dirichlet(np.ones(k)) for k in shape]

    def value(i, profile):
        def weight(joint):
            return np.prod([policy[a] for policy, a in zip(profile, joint, strict=True)])

        return sum(game.payoffs[(i, *joint)] * weight(joint) for joint in np.ndindex(*shape))

    expected = [
        max(value(i, [*policies[:i], np.eye(k)[a], *policies[i + 1 :]]) for a in range(k)) - value(i, policies)
        for i, k in enumerate(shape)
    ]
    np.testing.assert_allclose(regret(game, policies), expected, atol=1e-12)


def test_exact_regret():
    found = regret(c.public_goods(3, 2), [[F(1, 2), F(1, 2)]] * 3)
    assert found.tolist() == [F(1, 6)] * 3  # half a contribution saves 1/2 (1 - 2/3)
    assert regret(c.public_goods(3, 2), [[0.5, 0.5]] * 3).dtype == np.float64


@pytest.mark.parametrize(
    ("policies", "message"),
    [
        ([[1, 0]], "one vector for each of the 2 players, got 1"),
        ([[1, 0], [1, 0, 0]], r"player 2 must have shape \(2,\), got \(3,\)"),
        ([[1, 0], [0.5, 0.4]], r"player 2 must be probabilities that sum to 1; .* sum 0.9"),
        ([[2, -1], [1, 0]], "player 1 must be probabilities"),
        ([[1, 0], [np.nan, 1]], "player 2 must be probabilities"),
    ],
    ids=range(5),
)
def test_regret_refuses_what_is_not_a_profile(policies, message):
    with pytest.raises(ValueError, match=message):
        regret(c.chicken(), policies)


# ---------------------------------------------------------------------------------------------- bad input and looks
def test_symbolic_games_must_be_bound():
    game = c.prisoners_dilemma(*sp.symbols("R S T P"))
    for question in (nash, lambda game: regret(game, [[1, 0], [1, 0]])):
        with pytest.raises(ValueError, match=r"symbols P, R, S, T; call bind"):
            question(game)


def test_irrational_payoffs_are_floats():
    found = nash(Game.from_bimatrix([[sp.sqrt(2), 0], [0, 1]]))
    assert len(found) == 3
    assert not found[2].exact
    np.testing.assert_allclose(found[2].policies[0][0], 1 / (1 + np.sqrt(2)), atol=1e-12)


@pytest.mark.parametrize("size", [2, 3])
def test_payoffs_too_far_apart(size):
    with pytest.raises(ValueError, match=r"within 1.8e\+308 of each other"):
        nash(Game.from_bimatrix(1e308 * (2 * np.eye(size) - 1) * 1.5))


@pytest.mark.parametrize("method", ["closed-form", "support", "vertices"])
def test_small_differences_of_large_payoffs(method):
    A = 1e6 + np.array([[1.0, 0.0], [0.0, 0.7]])
    found = nash(Game.from_bimatrix(A, A), method)
    assert len(found) == 3
    assert max(e.regret.max() for e in found) < 1e-15  # the level of payoffs does not get into what is gained


def test_how_results_look():
    found = nash(c.battle_of_the_sexes())
    assert str(found).splitlines() == [
        "3 Nash equilibria (complete; closed form, exact)",
        "  player 1: opera; player 2: opera; payoffs 2, 1",
        "  player 1: fight; player 2: fight; payoffs 1, 2",
        "  player 1: 2/3 opera + 1/3 fight; player 2: 1/3 opera + 2/3 fight; payoffs 2/3, 2/3",
    ]
    assert str(found[2]) == "(2/3, 1/3) × (1/3, 2/3), payoffs 2/3, 2/3"
    assert str(nash(c.prisoners_dilemma())).startswith("1 Nash equilibrium (complete;")
    assert str(nash(Game(np.zeros((2, 2, 2))))).startswith("4 extreme Nash equilibria of a continuum (complete;")


# ---------------------------------------------------------------------------------------------- what must not matter
small = st.integers(-6, 6)
matrices = arrays(np.int64, (2, 2), elements=small)


@given(matrices, matrices, st.integers(1, 50), st.integers(1, 50), st.tuples(small, small), st.tuples(small, small))
def test_units_of_payoff_and_side_payments_do_not_matter(A, B, k, m, by_column, by_row):
    """Scaling a player's payoffs, or adding what it cannot influence, leaves the equilibria as they are."""
    before = two_by_two(A, B)
    after = two_by_two(k * A + np.array(by_column), m * B + np.array(by_row)[:, None])
    np.testing.assert_allclose(after.equilibria(), before.equilibria(), atol=1e-12)
    assert after.pattern == before.pattern


@given(matrices, matrices)
def test_relabelling_the_players(A, B):
    exchanged = two_by_two(B.T, A.T).equilibria()[:, ::-1]
    np.testing.assert_allclose(sorted(exchanged.tolist()), sorted(two_by_two(A, B).equilibria().tolist()), atol=1e-12)


@given(matrices, matrices)
def test_swapping_the_labels_of_actions(A, B):
    swapped = two_by_two(A[::-1], B[::-1]).equilibria()
    swapped[:, 0] = 1 - swapped[:, 0]
    np.testing.assert_allclose(sorted(swapped.tolist()), sorted(two_by_two(A, B).equilibria().tolist()), atol=1e-12)


@given(arrays(np.float64, (2, 2, 2), elements=st.floats(-1e6, 1e6)))
def test_an_equilibrium_exists_and_every_one_is_one(payoffs):
    found = nash(Game(payoffs))
    assert len(found) >= 1
    for equilibrium in found:
        assert all(abs(policy.sum() - 1) < 1e-12 and (policy >= 0).all() for policy in equilibrium.policies)
        for i, gain in enumerate(regret(Game(payoffs), equilibrium.policies)):
            assert gain <= 1e-12 * at_stake(payoffs[i], equilibrium.policies, i)


@given(arrays(np.int64, (2, 3, 3), elements=st.integers(-4, 4)), st.permutations(range(3)), st.integers(1, 9), small)
def test_larger_games_units_and_labels_do_not_matter(payoffs, order, scale, shift):
    A, B = payoffs
    before, after = nash(Game.from_bimatrix(A, B)), nash(Game.from_bimatrix(scale * A[order] + shift, B[order]))
    assert_same(after, [(e.policies[0][order], e.policies[1]) for e in before])
    assert (after.complete, after.continuum) == (before.complete, before.continuum)


@given(arrays(np.float64, (2, 2, 2), elements=st.floats(-1, 1)))
def test_nondegenerate_games_have_an_odd_number(payoffs):
    A, B = payoffs
    advantages = [A[0] - A[1], B[:, 0] - B[:, 1]]
    assume(all((np.abs(a) > 1e-6).all() for a in advantages))
    found = two_by_two(A, B)
    assert int(found.count) in {1, 3}
    assert not found.continuum
