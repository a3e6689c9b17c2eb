"""Mixed equilibria of three and more players: values by hand, two other searches, and every list checked exactly."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import least_squares

from gametheory.equilibria.many_players import Found, all_equilibria, most_solutions
from gametheory.equilibria.one_support import Support, SupportSearch
from gametheory.formats import loads_nfg

HALF = Fraction(1, 2)


exact = np.vectorize(Fraction, otypes=[object])


def from_advantages(*advantages):
    """Two actions each; player i earns advantages[i](x) at the corner x if it plays action 0 (x_i = 1), else 0."""
    n = len(advantages)
    payoffs = np.zeros((n, *(2,) * n), dtype=object)
    for actions in np.ndindex(*(2,) * n):
        for i, f in enumerate(advantages):
            payoffs[(i, *actions)] = Fraction(f(*(1 - a for a in actions))) if actions[i] == 0 else Fraction(0)
    return payoffs


def earned(payoffs, policies, player):
    """Payoff of every action of a player, whatever the numbers are."""
    table = payoffs[player]
    for k in reversed(range(len(policies))):
        if k != player:
            table = np.tensordot(table, policies[k], axes=(k, 0))
    return table


def assert_all_equilibria(payoffs, found: Found):
    """Each profile exactly, or, if it has a radius, as nearly as that allows."""
    scale = max(abs(float(value)) for value in payoffs.flat) + 1
    for profile in found.profiles:
        kinds = {type(p) for policy in profile.policies for p in policy}
        if profile.radius:
            assert kinds == {np.float64}
            assert profile.radius < 2e-16
            for i in range(len(payoffs)):
                values = earned(payoffs.astype(float), profile.policies, i)
                assert values.max() - values @ profile.policies[i] < 1e-13 * scale
            continue
        numbers = payoffs if kinds == {Fraction} else symbolic(payoffs)
        for i, policy in enumerate(profile.policies):
            values = earned(numbers, profile.policies, i)
            assert sp.expand(sum(policy)) == 1
            best = [sp.expand(v - values[int(np.argmax(policy > 0))]) for v in values]
            assert all(p >= 0 for p in policy)
            assert all(v == 0 if p > 0 else v <= 0 for v, p in zip(best, policy, strict=True))


symbolic = np.vectorize(lambda value: sp.Rational(value.numerator, value.denominator), otypes=[object])


def as_floats(found: Found):
    return np.array([np.concatenate([p.astype(float) for p in profile.policies]) for profile in found.profiles])


def apart(points, others):
    """Distance of each point to the nearest of the others."""
    if not len(others):
        return np.full(len(points), np.inf)
    return np.abs(np.asarray(points)[:, None] - np.asarray(others)[None]).max(axis=2).min(axis=1)


# ---------------------------------------------------------------------------------------------- values with reasons
def test_one_mixed_equilibrium():
    # A matches B, B matches C, C differs from A: whoever is sure of its neighbour moves on; all indifferent only at 1/2
    game = loads_nfg('NFG 1 R "" { "A" "B" "C" } { 2 2 2 }\n1 1 0 0 1 1 0 0 0 1 0 1 1 0 1 0 0 0 0 1 1 1 1 0').rational()
    found = all_equilibria(game.payoffs)
    assert found.complete
    assert not found.continuum
    assert [[list(policy) for policy in profile.policies] for profile in found.profiles] == [[[HALF, HALF]] * 3]


def test_nine_equilibria():
    # the most that a generic 2×2×2 game can have (McKelvey and McLennan 1997); four are pure, two have all three mixing
    game = loads_nfg(
        'NFG 1 R "" { "1" "2" "3" } { 2 2 2 }\n9 8 12 0 0 0 0 0 0 9 8 2 0 0 0 3 4 6 3 4 6 0 0 0'
    ).rational()
    found = all_equilibria(game.payoffs)
    assert found.complete
    assert not found.continuum
    firsts = {tuple(policy[0] for policy in profile.policies) for profile in found.profiles}
    third, quarter, fifth = Fraction(1, 3), Fraction(1, 4), Fraction(1, 5)
    assert firsts == {
        *((1, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1)),
        *((0, quarter, third), (third, 1, quarter), (HALF, HALF, 1)),
        *((HALF, 2 * fifth, quarter), (2 * fifth, HALF, third)),
    }
    assert_all_equilibria(game.payoffs, found)


def test_square_roots():
    # all advantages 1 - 2yz. Pure: two play 0, one 1. One sure of 0: the others 1/2 each. All mix: yz = xz = xy = 1/2
    game = from_advantages(lambda _, y, z: 1 - 2 * y * z, lambda x, _, z: 1 - 2 * x * z, lambda x, y, _: 1 - 2 * x * y)
    found = all_equilibria(game)
    assert found.complete
    assert not found.continuum
    firsts = [tuple(policy[0] for policy in profile.policies) for profile in found.profiles]
    root = sp.sqrt(2) / 2
    assert len(firsts) == 7
    assert set(firsts) == {
        *itertools.permutations((1, 1, 0)),
        *itertools.permutations((1, HALF, HALF)),
        (root, root, root),
    }
    assert_all_equilibria(game, found)


def test_cube_roots_are_enclosed():
    # four players, advantages 1 - 4 × product of the others' x. k mix at t and the rest plays 0: t^(k - 1) = 1/4
    game = from_advantages(*(lambda *x, i=i: 1 - 4 * np.prod([v for k, v in enumerate(x) if k != i]) for i in range(4)))
    found = all_equilibria(game)
    assert found.complete
    assert not found.continuum
    assert len(found.profiles) == 4 + 6 + 4 + 1
    firsts = [sorted(float(policy[0]) for policy in profile.policies) for profile in found.profiles]
    for mixing, t, ways in ((2, 1 / 4, 6), (3, 1 / 2, 4)):
        assert firsts.count([t] * mixing + [1.0] * (4 - mixing)) == ways
    (last,) = [profile for profile in found.profiles if profile.radius]
    assert last.radius < 2e-16
    t = Fraction(float(last.policies[0][0]))  # 4^(-1/3), between these two by monotony of the cube
    radius = Fraction(last.radius)
    assert (t - radius) ** 3 <= Fraction(1, 4) <= (t + radius) ** 3
    assert_all_equilibria(game, found)


@pytest.mark.parametrize(
    ("third", "survives"),
    [
        (lambda y, z: y - z, True),  # as good as the others, since y = z there
        (lambda y, _: y - Fraction(70710678, 10**8), False),  # better by 1.2e-9
        (lambda y, _: y - Fraction(70710679, 10**8), True),  # worse by 8.8e-9
        (lambda y, _: y - Fraction(70710678118654752440084436210484903, 10**35), False),  # better by 9e-36
        (lambda y, _: y - Fraction(70710678118654752440084436210484904, 10**35), True),  # worse by 1e-36
    ],
    ids=["tie", "better by 1e-9", "worse by 9e-9", "better by 9e-36", "worse by 1e-36"],
)
def test_a_third_action_at_an_irrational_equilibrium(third, survives):
    # the game of square roots, and player 1 may also do something that earns third(y, z) more than its action 1
    game = from_advantages(lambda _, y, z: 1 - 2 * y * z, lambda x, _, z: 1 - 2 * x * z, lambda x, y, _: 1 - 2 * x * y)
    larger = np.zeros((3, 3, 2, 2), dtype=object)
    larger[:, :2] = game
    larger[1:, 2] = game[1:, 0]  # the others take it for action 0
    for b, c in np.ndindex(2, 2):
        larger[0, 2, b, c] = Fraction(third(1 - b, 1 - c))
    found = all_equilibria(larger)
    root = sp.sqrt(2) / 2
    there = [p for p in found.profiles if [policy[0] for policy in p.policies] == [root] * 3 and p.policies[0][2] == 0]
    assert len(there) == survives
    assert_all_equilibria(larger, found)


def test_double_zero():
    # Advantages 1 - 4y(1 - z), z - x, y - x. If x = 1: z < 1 makes 2 play y = 0, then z = 0; so (1, 1, 1), (1, 0, 0).
    # x = 0 asks for y > 0, then z = 1, then x = 1. Else y(1 - z) = 1/4, so y > 0 and z < 1, so x <= z and y <= x, and
    # the two that mix give x = y = z: 4x² - 4x + 1 = 0, a double zero at 1/2.
    game = from_advantages(lambda _, y, z: 1 - 4 * y * (1 - z), lambda x, _, z: z - x, lambda x, y, _: y - x)
    found = all_equilibria(game)
    assert found.complete
    assert not found.continuum
    assert {tuple(policy[0] for policy in p.policies) for p in found.profiles} == {(1, 1, 1), (1, 0, 0), (HALF,) * 3}


# ---------------------------------------------------------------------------------------------- continua
def test_nothing_at_stake():
    found = all_equilibria(exact(np.zeros((3, 2, 2, 2), dtype=int)))
    assert found.complete
    assert found.continuum
    assert len(found.profiles) == 8  # the corners


def test_curve_inside():
    # players 1 and 2 never care, player 3 wants action 0 iff xy > 1/4: equilibria on both sides and on the curve
    game = from_advantages(lambda *_: 0, lambda *_: 0, lambda x, y, _: 4 * x * y - 1)
    found = all_equilibria(game)
    assert found.complete
    assert found.continuum
    assert_all_equilibria(game, found)


def test_a_point_that_is_alone_among_real_solutions():
    # (2a - 1)(2b - 1) + (2d - 1)(2e - 1) = 0, a = b, d = e, c = 1/2: a sum of squares, a curve with one real point.
    # Every action is used, so it is an equilibrium; the Jacobian matrix has rank 3 there, and 4 at other solutions.
    game = from_advantages(
        lambda *x: x[3] - x[4],
        lambda *x: 2 * x[2] - 1,
        lambda *x: (2 * x[0] - 1) * (2 * x[1] - 1) + (2 * x[3] - 1) * (2 * x[4] - 1),
        lambda *x: x[0] - x[1],
        lambda *_: 0,
    )
    search = SupportSearch(Support(game, ((0, 1),) * 5))
    assert search.decided
    (zero,) = search.zeros
    assert all(zero.enclosure(p, Fraction(0)) == (HALF, HALF) for p in search.support.inside)
    assert search.has_continuum() is False


def test_a_point_on_two_branches_is_listed_once():
    # Player 4 mixes 0 and 1 where (x - 1/2)(y - 1/3) = 0, two planes of (x, y, z). Its actions 2 and 3 tie too where
    # x + y + z = 4/3 and (y - 1/3)(z - 1/4) + (x - 1/2)(z - 3/4) = 0: at (1/2, 1/3, 1/2), and at one more point on each
    # plane. Player 1's advantage is w - 1/2, players 2 and 3 do not care.
    payoffs = np.zeros((4, 2, 2, 2, 4), dtype=object)
    for a, b, c in np.ndindex(2, 2, 2):
        x, y, z = 1 - a - HALF, 1 - b - Fraction(1, 3), Fraction(1 - c)
        payoffs[0, a, b, c, :2] = [x, -x]
        tie = y * (z - Fraction(1, 4)) + x * (z - Fraction(3, 4))
        payoffs[3, a, b, c] = [24 * v for v in (x * y, 0, x + y + z - HALF, tie)]
    payoffs[0] *= 2
    search = SupportSearch(Support(payoffs, ((0, 1),) * 4))
    firsts = [
        [zero.enclosure(policy[0], Fraction(0))[0] for policy in search.support.policies] for zero in search.zeros
    ]
    third, quarter = Fraction(1, 3), Fraction(1, 4)
    assert sorted(firsts) == [
        [quarter, third, 3 * quarter, HALF],
        [HALF, third, HALF, HALF],
        [HALF, Fraction(7, 12), quarter, HALF],
    ]


def paper_scissors(outside):
    """Player 3: actions 0 and 1 earn 3x and 3(1 - x), the others what `outside` says at the corners.

    Players 1 and 2: advantages -z_0 + z_1 and 0, and, where 3 does something else, those of matching pennies.
    """
    payoffs = np.zeros((3, 2, 2, 2 + len(outside)), dtype=object)
    for a, b, c in np.ndindex(2, 2, 2 + len(outside)):
        x, y = 1 - a, 1 - b
        pennies = 1 if a == b else -1
        payoffs[:, a, b, c] = [
            (-x, x, pennies)[min(c, 2)],
            (0, 0, -pennies)[min(c, 2)],
            (3 * x, 3 * (1 - x))[c] if c < 2 else outside[c - 2](x, y),
        ]
    return exact(payoffs)


def test_a_line_of_solutions_that_are_no_equilibria():
    # x = 1/2, z = (1/2, 1/2, 0), any y solves the equations, but action 2 earns 2 > 3/2 there. Others: action 2 for
    # sure and pennies at 1/2 each (3/2 < 2). 3 mixes 2 with 0 (or 1): x = 2/3 (1/3), but then 2 is not indifferent,
    # y is 0 or 1, and 1 is not indifferent: y = 0: -z_0 - z_2 < 0; y = 1: z_2 = z_0 but 2 prefers y = 0 (at x > 1/2)
    found = all_equilibria(paper_scissors([lambda *_: 2]))
    assert found.complete
    assert not found.continuum
    assert [[list(policy) for policy in profile.policies] for profile in found.profiles] == [
        [[HALF, HALF], [HALF, HALF], [0, 0, 1]]
    ]


def test_a_line_of_solutions_with_one_equilibrium():
    # as before, but outside earns 3/2 ± (y - 1/3): on the line only y = 1/3 is an equilibrium, a tie of four actions
    third = Fraction(1, 3)
    game = paper_scissors([lambda _, y: 3 * HALF + (y - third), lambda _, y: 3 * HALF - (y - third)])
    found = all_equilibria(game)
    assert found.complete
    here = [p for p in found.profiles if list(p.policies[2]) == [HALF, HALF, 0, 0]]
    assert [[list(q) for q in p.policies[:2]] for p in here] == [[[HALF, HALF], [third, 2 * third]]]
    assert_all_equilibria(game, found)


@pytest.mark.parametrize(("signs", "there"), [((1, -1), False), ((1,), True)])
def test_a_continuum_is_where_nothing_outside_is_better(signs, there):
    # the same line: outside earns 3/2 ± (y - 1/3). With both signs one of them is better but at y = 1/3; with + alone
    # every y < 1/3 is an equilibrium
    game = 6 * paper_scissors([lambda _, y, s=s: 3 * HALF + s * (y - Fraction(1, 3)) for s in signs])
    search = SupportSearch(Support(game, ((0, 1),) * 3))
    assert search.decided
    assert len(search.zeros) == 1
    assert search.has_continuum() is there


def test_a_line_of_which_a_part_are_equilibria():
    # outside earns 3/2 + y - 1/3: a continuum y <= 1/3, with the end at the tie
    third = Fraction(1, 3)
    game = paper_scissors([lambda _, y: 3 * HALF + (y - third)])
    found = all_equilibria(game)
    assert found.continuum
    assert found.complete
    ends = [list(p.policies[1]) for p in found.profiles if list(p.policies[2]) == [HALF, HALF, 0]]
    assert sorted(ends) == [[0, 1], [third, 2 * third]]


# ---------------------------------------------------------------------------------------------- size, symmetry
def test_pure_equilibria_of_large_games_are_listed():
    payoffs = exact(np.random.default_rng(3).integers(-9, 10, size=(3, 8, 9, 10)))
    found = all_equilibria(payoffs)
    assert not found.complete
    assert "searched only where at most" in found.note
    best = [table == table.max(axis=i, keepdims=True) for i, table in enumerate(payoffs)]
    pure = {tuple(actions) for actions in np.argwhere(best[0] & best[1] & best[2]).tolist()}
    listed = {
        tuple(int(np.argmax(policy)) for policy in profile.policies)
        for profile in found.profiles
        if all(max(policy) == 1 for policy in profile.policies)
    }
    assert pure
    assert listed == pure
    assert_all_equilibria(payoffs, found)


def test_a_continuum_between_pure_equilibria_of_a_large_game():
    # nothing at stake for player 3; the others match, 10 ways: its 10 actions each time, and any mix of two of them
    payoffs = np.zeros((3, 10, 10, 10), dtype=int)
    payoffs[:2] = np.eye(10, dtype=int)[:, :, None]
    found = all_equilibria(payoffs)
    assert len(found.profiles) == 100
    assert found.continuum
    assert not found.complete


def test_bound_on_solutions():
    # three players: choose which of the other two each takes, consistently: 2; binary players: derangements 9, 44;
    # three actions each: 10 (McKelvey and McLennan 1997); too many equations for the unknowns: 0
    assert [most_solutions(d) for d in ((1, 1, 1), (1,) * 4, (1,) * 5, (2, 2, 2), (1, 1, 3))] == [2, 9, 44, 10, 0]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    payoffs=arrays(np.int64, (3, 2, 2, 2), elements=st.integers(-2, 2)),
    order=st.permutations(range(3)),
    flips=st.tuples(*[st.booleans()] * 3),
    scale=st.tuples(*[st.integers(1, 5)] * 3),
)
def test_names_and_units_do_not_matter(payoffs, order, flips, scale):
    game = exact(payoffs)
    other = np.flip(game, [1 + i for i, flip in enumerate(flips) if flip])
    other = np.moveaxis(other[list(order)], [1 + i for i in order], [1, 2, 3])
    other = other * np.array([Fraction(s, 7) for s in scale], dtype=object)[:, None, None, None] + Fraction(3, 11)
    first, second = all_equilibria(game), all_equilibria(other)
    assert (first.complete, first.continuum) == (second.complete, second.continuum)
    back = [[np.empty(0)] * 3 for _ in second.profiles]
    for k, profile in enumerate(second.profiles):
        for place, i in enumerate(order):
            back[k][i] = profile.policies[place][::-1] if flips[i] else profile.policies[place]
    firsts = sorted([float(q[0]) for q in p.policies] for p in first.profiles)
    assert np.allclose(firsts, sorted([float(q[0]) for q in p] for p in back), atol=1e-14)


# ---------------------------------------------------------------------------------------------- a second method
def oracle(payoffs):
    """All equilibria of a 2×2×k game in general position, k ≤ 3, by formulas in floating point."""
    u1, u2, u3 = payoffs.astype(float)
    k = u1.shape[2]
    d1, d2 = u1[0] - u1[1], u2[:, 0] - u2[:, 1]  # advantages of action 0: d1[b, c], d2[a, c]
    proposed = []
    for c in range(k):  # player 3 is sure
        z = np.eye(k)[c]
        inner = d2[1, c] / (d2[1, c] - d2[0, c]), d1[1, c] / (d1[1, c] - d1[0, c])
        proposed += [(x, y, z) for x, y in [*itertools.product((0.0, 1.0), repeat=2), inner]]
    for two in map(list, itertools.combinations(range(k), 2)):  # it mixes two actions
        q = u3[:, :, two[0]] - u3[:, :, two[1]]
        for end in (0.0, 1.0):  # one of the others is sure
            row, column = np.array([end, 1 - end]) @ q, q @ np.array([end, 1 - end])
            x, y = column[1] / (column[1] - column[0]), row[1] / (row[1] - row[0])
            proposed.append((end, y, mix_of([d2.T @ [end, 1 - end]], two, k)))
            proposed.append((x, end, mix_of([d1.T @ [end, 1 - end]], two, k)))
        # nobody is sure: up to factors y = (-q1(x), q0(x)) and z = (-e1(x), e0(x)), and then a quadratic is left
        y = along(q[:, 1]) * -1, along(q[:, 0])
        z = along(d2[:, two[1]]) * -1, along(d2[:, two[0]])
        for x in real(sum((y[b] * z[c] * d1[b, two[c]] for b in (0, 1) for c in (0, 1)), np.poly1d([0.0]))):
            share = [[p(x) for p in pair] for pair in (y, z)]
            whole = np.zeros(k)
            whole[two] = np.array(share[1]) / sum(share[1])
            proposed.append((x, share[0][0] / sum(share[0]), whole))
    if k == 3:  # it mixes three, and both others two: two equations q(x, y) = q0(x) y + q1(x) (1 - y) = 0
        q, r = ([along(u3[:, b, c] - u3[:, b, 2]) for b in (0, 1)] for c in (0, 1))
        for x in real(q[0] * r[1] - q[1] * r[0]):
            y = q[1](x) / (q[1](x) - q[0](x))
            proposed.append((x, y, mix_of([d1.T @ [y, 1 - y], d2.T @ [x, 1 - x]], [0, 1, 2], k)))
    found = []
    for x, y, z in proposed:
        policies = [np.array([x, 1 - x]), np.array([y, 1 - y]), z]
        if all(np.isfinite(p).all() and (p >= 0).all() for p in policies):
            values = [earned(payoffs.astype(float), policies, i) for i in range(3)]
            if all(v.max() - v @ p < 1e-9 for v, p in zip(values, policies, strict=True)):
                found.append(np.concatenate(policies))
    return np.array(found).reshape(-1, 4 + k)


def along(ends):
    """Return the linear function of x with the first value at 1 and the second at 0."""
    return np.poly1d([ends[0] - ends[1], ends[1]])


def mix_of(rows, support, k):
    """Mix of player 3 on a support against which the advantages `rows` are zero."""
    whole = np.full(k, np.nan)
    square = np.vstack([np.array(rows)[:, support], np.ones(len(support))])
    if np.isfinite(square).all() and np.linalg.matrix_rank(square) == len(support):
        whole = np.zeros(k)
        whole[support] = np.linalg.solve(square, [*[0.0] * len(rows), 1.0])
    return whole


def real(polynomial):
    return [root.real for root in polynomial.roots if abs(root.imag) < 1e-12]


def check_against_oracle(rng, shape, kind):
    payoffs = rng.integers(-9, 10, size=(3, *shape)) if kind == "integers" else rng.normal(size=(3, *shape))
    game = exact(payoffs)
    found = all_equilibria(game)
    assert found.complete
    assert_all_equilibria(game, found)
    if found.continuum:
        assert kind == "integers"
        return
    with np.errstate(all="ignore"):
        other = oracle(game)
    mine = as_floats(found)
    assert (apart(other, mine) < 1e-7).all()
    assert (apart(mine, other) < 1e-7).all()
    if kind == "normal":  # in general position: an odd number, each once
        assert len(other) == len(mine)
        assert len(mine) % 2 == 1


CASES = [(shape, kind) for shape in ((2, 2, 2), (2, 2, 3)) for kind in ("integers", "normal")]


@pytest.mark.parametrize(("shape", "kind"), CASES)
def test_formulas_agree(shape, kind):
    rng = np.random.default_rng([*shape, len(kind)])
    for _ in range(30):
        check_against_oracle(rng, shape, kind)


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "kind"), CASES)
def test_formulas_agree_in_many_games(shape, kind):
    rng = np.random.default_rng([1, *shape, len(kind)])
    for _ in range(300):
        check_against_oracle(rng, shape, kind)


# ---------------------------------------------------------------------------------------------- degenerate games
def unlisted(payoffs, found, rng, starts):
    """Profiles that are equilibria, or nearly, far from all that are listed: by a grid, and by descent from anywhere.

    At an equilibrium, and only there, every policy is the projection of itself plus the payoffs of its actions.
    """
    sizes = payoffs.shape[1:]
    grid = [Fraction(p, q) for p, q in ((0, 1), (1, 4), (1, 3), (1, 2), (2, 3), (3, 4), (1, 1))]
    numbers = payoffs.astype(float)

    def split(point):
        return np.split(point, np.cumsum(sizes)[:-1])

    def residual(point):
        policies = split(point)
        parts = [p - projected(p + earned(numbers, policies, i)) for i, p in enumerate(policies)]
        return np.concatenate(parts)

    points = []
    if set(sizes) == {2}:
        for firsts in itertools.product(grid, repeat=len(sizes)):
            policies = [np.array([x, 1 - x], dtype=object) for x in firsts]
            values = [earned(payoffs, policies, i) for i in range(len(sizes))]
            if all(max(v) == v @ p for v, p in zip(values, policies, strict=True)):
                points.append(np.concatenate(policies).astype(float))
    listed = as_floats(found)
    for n in range(starts):
        start = np.concatenate([rng.dirichlet(np.full(size, 0.7)) for size in sizes])
        if n % 2 and len(listed):  # near one of those listed: it may be the end of a continuum
            start = 0.9 * listed[rng.integers(len(listed))] + 0.1 * start
        end = least_squares(residual, start, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=100)
        if np.abs(end.fun).max() < 1e-13:
            points.append(end.x)
    near = apart(points, listed) if points else np.empty(0)
    return [point for point, distance in zip(points, near, strict=True) if distance > 1e-4]


def projected(v):
    """Nearest probability vector (Held, Wolfe and Crowder 1974)."""
    ordered = np.sort(v)[::-1]
    excess = (np.cumsum(ordered) - 1) / np.arange(1, len(v) + 1)
    return np.maximum(v - excess[np.flatnonzero(ordered > excess)[-1]], 0)


def check_degenerate(rng, shape, most, starts=30):
    game = exact(rng.integers(0, most + 1, size=(len(shape), *shape)))
    found = all_equilibria(game)
    assert found.profiles or found.continuum or not found.complete  # Nash's theorem
    assert_all_equilibria(game, found)
    floats = as_floats(found)
    assert all((apart(floats[k : k + 1], floats[:k]) > 1e-9).all() for k in range(len(floats)))  # each once
    others = unlisted(game, found, rng, starts)
    if found.complete and not found.continuum:
        assert not others
    return found, bool(others)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_degenerate_games(most):
    rng = np.random.default_rng([7, most])
    seen = [check_degenerate(rng, (2, 2, 2), most, starts=6) for _ in range(8)]
    assert all(found.complete for found, _ in seen)
    # where a continuum is said to be, descents end on it, off the listed points
    assert all(others for found, others in seen if found.continuum)


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "games"), [((2, 2, 2), 60), ((2, 2, 3), 30), ((2, 2, 2, 2), 8)])
@pytest.mark.parametrize("most", [1, 2, 4])
def test_many_degenerate_games(shape, games, most):
    rng = np.random.default_rng([8, most, *shape])
    seen = [check_degenerate(rng, shape, most, starts=30) for _ in range(games)]
    assert all(others for found, others in seen if found.continuum)
    assert sum(found.complete for found, _ in seen) >= 0.95 * games
