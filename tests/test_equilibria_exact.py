"""Exact extreme equilibria and what they span; batched support enumeration; how a method is chosen."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from test_equilibria import CITED, extreme_equilibria
from thinned import some

from gametheory import Game
from gametheory import catalogue as c
from gametheory.equilibria import nash, nash_many, regret
from gametheory.equilibria.components import bicliques, connected
from gametheory.equilibria.vertices import most_vertices

F = Fraction
# Nisan, Roughgarden, Tardos, Vazirani (2007), chapter 3 (von Stengel), degenerate game (3.7)
TWIN = Game.from_bimatrix([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]])


def profiles(found):
    """Equilibria as a set of pairs of tuples."""
    return {tuple(tuple(policy) for policy in equilibrium.policies) for equilibrium in found}


def nonempty(items):
    return itertools.chain.from_iterable(itertools.combinations(items, size) for size in range(1, len(items) + 1))


# ---------------------------------------------------------------------------------------------- exact enumeration
@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 2), (3, 3), (2, 4), (4, 3)])
@pytest.mark.parametrize("largest", some([1, 2, 5], 2))
def test_degenerate_integer_games_against_brute_force(shape, largest):
    rng = np.random.default_rng(10 + largest)
    for A, B in rng.integers(-largest, largest + 1, (10, 2, *shape)):
        game = Game.from_bimatrix(A, B)
        found = nash(game, "vertices")
        assert profiles(found) == extreme_equilibria(A.tolist(), B.tolist())  # no tolerance: fractions
        assert found.complete
        assert not found.note
        for equilibrium in found:
            assert equilibrium.exact
            assert not regret(game, equilibrium.policies).any()
        assert sorted(i for part in found.components for i in part.equilibria) == list(range(len(found)))


def test_fractions_and_floats_agree():
    rng = np.random.default_rng(3)
    for A, B in rng.integers(-4, 5, (20, 2, 3, 3)):
        exact = nash(Game.from_bimatrix(A, B), "vertices")
        scaled = Game.from_bimatrix(
            [[F(int(a), 7) for a in row] for row in A], [[F(int(b), 3) for b in row] for row in B]
        )
        assert profiles(nash(scaled, "vertices")) == profiles(exact)
        floats = nash(Game.from_bimatrix(A / 8, B / 4), "vertices")
        assert profiles(floats) == {tuple(tuple(map(float, p)) for p in e) for e in profiles(exact)}
        assert "rounded" in floats.method
        assert floats.complete
        assert not any(equilibrium.exact for equilibrium in floats)
        assert [x.equilibria for x in floats.components] == [x.equilibria for x in exact.components]


def test_floats_are_the_numbers_that_they_are():
    # 0.1 + 0.2 and 0.3 are different floats: column prefers action 1 in row 0, whoever looks
    near = Game.from_bimatrix([[1.0, 1.0], [0.0, 0.0]], [[0.3, 0.1 + 0.2], [0.1, 0.2]])
    for method in ("closed-form", "support", "vertices"):
        found = nash(near, method)
        assert len(found) == 1
        assert found.status == "complete"
    tied = Game.from_bimatrix([[1.0, 1.0], [0.0, 0.0]], [[0.3, 0.3], [0.1, 0.2]])
    for method in ("closed-form", "vertices"):
        found = nash(tied, method)
        assert len(found) == 2
        assert found.continuum
        assert found.status == "complete"


def test_large_and_tiny_payoffs_stay_exact():
    found = nash(Game.from_bimatrix([[1e200, 0.0, 0.0], [0.0, 1e-200, 0.0]], [[1e200, 0.0, -1.0], [0.0, 1e-200, -1.0]]))
    assert len(found) == 3
    assert found.complete


@given(arrays(np.int64, (2, 3, 3), elements=st.integers(-2, 2)))
def test_maximal_nash_subsets_consist_of_equilibria(payoffs):
    game = Game.from_bimatrix(*payoffs)
    found = nash(game)
    assert len(found) >= 1
    for component in found.components:
        covered = set()
        for subset in component.subsets:
            covered |= set(subset.equilibria)
            first, second = subset.mixes
            assert len(first) * len(second) == len(subset.equilibria)
            weights = [F(i + 1) for i in range(6)]
            middle = [
                sum(w * p for w, p in zip(weights, mixes, strict=False)) / sum(weights[: len(mixes)])
                for mixes in (first, second)
            ]
            assert not regret(game, middle).any()
        assert covered == set(component.equilibria)


# ---------------------------------------------------------------------------------------------- continua
def test_von_stengels_degenerate_twin():
    found = nash(TWIN)
    assert profiles(found) == {
        ((1, 0, 0), (1, 0)),
        ((1, 0, 0), (F(2, 3), F(1, 3))),
        ((0, F(1, 3), F(2, 3)), (F(1, 3), F(2, 3))),
    }
    assert [part.equilibria for part in found.components] == [(0, 1), (2,)]
    segment, point = found.components
    assert segment.continuum
    assert not point.continuum
    assert str(segment) == "player 1: action 0; player 2: any mix of action 0 and (2/3 action 0 + 1/3 action 1)"
    assert str(found).splitlines() == [
        "3 extreme Nash equilibria, in 2 components (complete; vertex enumeration in integers, exact)",
        "  player 1: action 0; player 2: action 0; payoffs 3, 3",
        "  player 1: action 0; player 2: 2/3 action 0 + 1/3 action 1; payoffs 3, 3",
        "  player 1: 1/3 action 1 + 2/3 action 2; player 2: 1/3 action 0 + 2/3 action 1; payoffs 4, 8/3",
        f"  continuum of 2 extreme equilibria: {segment}",
    ]


@pytest.mark.parametrize("method", ["closed-form", "vertices", "auto"])
@pytest.mark.parametrize("kind", [int, float])
def test_nothing_at_stake(method, kind):
    found = nash(Game.from_bimatrix(np.zeros((2, 2), kind), np.zeros((2, 2), kind)), method)
    assert len(found) == 4
    (square,) = found.components
    assert square.equilibria == (0, 1, 2, 3)
    assert [subset.equilibria for subset in square.subsets] == [(0, 1, 2, 3)]
    assert (
        square.description == "player 1: any mix of action 0 and action 1; player 2: any mix of action 0 and action 1"
    )


def test_two_segments_that_touch():
    # row is indifferent if column plays 0, column if row plays 0: an L of two segments with one corner
    corner = nash(Game.from_bimatrix([[0, 1], [0, 0]], [[0, 0], [1, 0]]), "vertices")
    assert [part.equilibria for part in corner.components] == [(0, 1, 2)]
    assert sorted(len(subset.equilibria) for subset in corner.components[0].subsets) == [2, 2]
    assert " 2 parts:" in str(corner)
    assert " | " in corner.components[0].description


def test_many_parts_are_cut_in_print():
    # against the diagonal everything else pays: every proper subset of actions is a part
    found = nash(Game.from_bimatrix(1 - np.eye(4, dtype=int)))
    assert len(found.components) == 2
    assert "    and 8 more" in str(found)


def test_one_player_with_a_choice_has_one_continuum():
    for game in (Game([[1, 3, 3]]), Game.from_bimatrix([[1, 3, 3]], [[0, 2, 2]]), Game(np.zeros((3, 1, 2, 1)))):
        found = nash(game)
        assert found.complete
        assert [part.equilibria for part in found.components] == [(0, 1)]


def touch(first, second):
    return any(p[0] == q[0] or p[1] == q[1] for p in first for q in second)


@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_components_and_bicliques_by_brute_force(edges):
    pairs = sorted(edges)
    groups = [{pair} for pair in pairs]
    while clash := next((two for two in itertools.combinations(groups, 2) if touch(*two)), None):
        groups = [group for group in groups if group not in clash] + [clash[0] | clash[1]]
    assert sorted(sorted(pairs[i] for i in part) for part in connected(pairs)) == sorted(map(sorted, groups))
    full = {
        (left, right)
        for left in nonempty(sorted({a for a, _ in pairs}))
        for right in nonempty(sorted({b for _, b in pairs}))
        if set(itertools.product(left, right)) <= edges
    }
    maximal = {
        pair
        for pair in full
        if not any(pair != other and set(pair[0]) <= set(other[0]) and set(pair[1]) <= set(other[1]) for other in full)
    }
    found = bicliques(pairs)
    assert len(found) == len(set(found))
    assert set(found) == maximal


# ---------------------------------------------------------------------------------------------- many games
def assert_all_found(found, index, game, tolerance=1e-9):
    x, y = found.equilibria(index)
    expected = nash(game, "vertices")
    assert len(expected) == len(x) == found.count[index]
    assert not expected.continuum
    theirs = np.array([np.concatenate(e.policies).astype(float) for e in expected])
    distance = np.abs(theirs[:, None] - np.hstack([x, y])).max(axis=-1)
    assert distance.min(axis=0).max() < tolerance
    assert distance.min(axis=1).max() < tolerance


def test_none_of_200_random_games_is_missed():
    A, B = np.random.default_rng(0).random((2, 200, 5, 5))
    found = nash_many(A, B)
    assert not found.degenerate.any()
    assert found.regret.max() < 1e-12
    for index in range(200):
        assert_all_found(found, index, Game.from_bimatrix(A[index], B[index]))


@pytest.mark.parametrize("shape", [(1, 3), (3, 1), (2, 2), (2, 3), (3, 2), (3, 3), (2, 4)])
@pytest.mark.parametrize("largest", [1, 3, 9])
def test_many_integer_games_are_complete_or_flagged(shape, largest):
    A, B = np.random.default_rng(largest).integers(-largest, largest + 1, (2, 40, *shape))
    found = nash_many(A, B)
    for index in range(40):
        game = Game.from_bimatrix(A[index], B[index])
        if not found.degenerate[index]:
            assert_all_found(found, index, game)
    if largest == 9:
        assert found.degenerate.mean() < 0.5


def test_many_flags_the_traps():
    twin = TWIN.numeric
    found = nash_many([twin[0], np.zeros((3, 2))], [twin[1], np.zeros((3, 2))])
    assert found.degenerate.all()


@pytest.mark.parametrize(("A", "B", "expected", "continuum"), CITED, ids=range(len(CITED)))
def test_many_on_cited_games(A, B, expected, continuum):
    found = nash_many([A], [B])
    if continuum:
        assert found.degenerate[0]
    else:
        assert_all_found(found, 0, Game.from_bimatrix(A, B))
        assert found.count[0] == len(expected)


def test_many_in_several_passes_and_units():
    A, B = np.random.default_rng(1).random((2, 5000, 2, 3))
    found = nash_many(A, B)
    assert found.game.tolist() == sorted(found.game)
    np.testing.assert_array_equal(np.bincount(found.game, minlength=5000), found.count)
    np.testing.assert_allclose(np.hstack([found.x.sum(axis=1), found.y.sum(axis=1)]), 1)
    for index in (0, 4095, 4096, 4999, -1):
        assert_all_found(found, index, Game.from_bimatrix(A[index], B[index]))
    other = nash_many(1e9 * A + 1e6, 1e-9 * B)
    np.testing.assert_array_equal(other.count, found.count)
    np.testing.assert_allclose(other.x, found.x, atol=1e-9)
    with pytest.raises(IndexError):
        found.equilibria(5000)
    none = nash_many(A[:0], B[:0])
    assert none.x.shape == (0, 2)
    assert none.count.shape == (0,)


def test_many_drops_what_has_regret():
    """A nearly singular pair of supports: determinants just above the tolerance are no ground for a profile."""
    base = np.array([[1.0, 0.0], [0.0, 1.0]])
    for eps in (1e-8, 1e-10, 1e-14):
        found = nash_many([[[1, 1], [1 - eps, 1 + eps]]], [base])
        assert found.degenerate[0] or found.count[0] in {1, 3}
        assert (found.regret <= 1e-12 * 2 * eps).all()


@pytest.mark.parametrize(
    ("A", "B", "message"),
    [
        (np.zeros((2, 2)), np.zeros((2, 2)), r"A must have shape \(games, m, k\), got \(2, 2\)"),
        (np.zeros((1, 2, 2)), np.zeros((1, 2, 3)), "same shape"),
        (np.full((1, 2, 2), np.nan), np.zeros((1, 2, 2)), "A must be finite"),
        (np.zeros((1, 2, 2)), [[[0, np.inf], [0, 0]]], "B must be finite"),
        (np.zeros((1, 9, 9)), np.zeros((1, 9, 9)), r"9×9 games are too large .* 48,619 pairs .* nash\(game\)"),
    ],
    ids=range(5),
)
def test_bad_stacks(A, B, message):
    with pytest.raises(ValueError, match=message):
        nash_many(A, B)


# ---------------------------------------------------------------------------------------------- choice of method
@pytest.mark.parametrize(
    ("game", "method"),
    [
        (c.chicken(), "closed form, exact"),
        (Game.two_by_two(3.0, 1.0, 4.0, 0.0), "closed form"),
        (TWIN, "vertex enumeration in integers, exact"),
        (TWIN.replace(payoffs=TWIN.numeric), "vertex enumeration in integers, exact, then rounded"),
        (Game.from_bimatrix(np.diag([1, 2, 3])), "support enumeration with proven signs, exact"),
        (Game([[1, 3, 3]]), "pure equilibria by enumeration"),
        (c.public_goods(3, 2), "polynomial equations of each support"),
    ],
    ids=range(7),
)
def test_auto_chooses_and_says_so(game, method):
    found = nash(game)
    assert found.method.startswith(method)
    assert found.complete or found.note
    assert method in str(found)


def test_methods_agree():
    rng = np.random.default_rng(8)
    for shape, methods in (((2, 2), ("closed-form", "support", "vertices")), ((4, 4), ("support", "vertices"))):
        for A, B in rng.random((5, 2, *shape)):
            answers = [nash(Game.from_bimatrix(A, B), method) for method in methods]
            for found in answers:
                assert found.complete
                assert len(found.components) == len(found)
                ours, theirs = (sorted(tuple(np.concatenate(e.policies)) for e in f) for f in (found, answers[0]))
                np.testing.assert_allclose(ours, theirs, atol=1e-9)
            pure = nash(Game.from_bimatrix(A, B), "pure")
            assert not pure.complete
            assert pure.note == "mixed equilibria were not asked for"


@pytest.mark.parametrize(
    ("game", "method", "message"),
    [
        (
            c.chicken(),
            "fast",
            "'auto' or one of 'closed-form', 'support', 'vertices', 'polynomial', 'pure' .* got 'fast'",
        ),
        (TWIN, "closed-form", "serves 2×2 games, this one is 3×2; use method='auto'"),
        (c.public_goods(3, 2), "vertices", "this game has 3; use method='polynomial'"),
        (c.public_goods(3, 2), "support", "this game has 3; use method='polynomial'"),
        (TWIN, "polynomial", "three or more players who have a choice, this game has 2; use method='auto'"),
        (Game.from_bimatrix(np.eye(13)), "vertices", "13×13 game is too large .* 54,264 .* 30,000 .*how_many='one'"),
        (Game.from_bimatrix(np.eye(9)), "support", "9×9 game is too large .* use method='vertices'.*how_many='one'"),
        (Game.from_bimatrix(np.eye(32), np.ones((32, 32))), "vertices", "too large for enumeration of vertices"),
    ],
    ids=range(8),
)
def test_methods_refuse_what_they_cannot_do(game, method, message):
    with pytest.raises(ValueError, match=message):
        nash(game, method)


def test_irrational_payoffs_are_rounded_where_that_proves_enough():
    found = nash(Game.from_bimatrix([[sp.sqrt(2), 0, 0], [0, 1, 0], [0, 0, 1]]))
    assert len(found) == 7
    assert found.complete
    assert "irrational payoffs rounded" in found.method
    # sqrt(8) = 2 sqrt(2) ties, which floats cannot tell
    tied = nash(Game.from_bimatrix([[sp.sqrt(8), 1], [2 * sp.sqrt(2), 0]], [[1, 0], [0, 1]]))
    assert not tied.complete
    assert "irrational" in tied.note


def test_bound_on_vertices():
    # McMullen 1970: polygons with n sides, three-dimensional polytopes with n faces have at most 2n - 4 vertices
    assert [most_vertices(2, n - 2) for n in (4, 5)] == [4, 6]  # the other polytope: 3 dimensions, 5 faces
    assert most_vertices(3, 3) == 2 * 6 - 4
    assert most_vertices(1, 7) >= 1
