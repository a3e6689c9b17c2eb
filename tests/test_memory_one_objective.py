"""Repeated games between memory-one learners: against the definitions in fractions, and known rest points.

The reference below knows no formula of the module under test. It writes down what happens round by round, in states
"opening" and joint actions, solves the linear equations of values and frequencies, and differentiates by carrying
second-order expansions through the arithmetic.
"""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from thinned import some

import gametheory as gt
from gametheory import memory_one
from gametheory.objective import Logits, MatrixObjective, MemoryOneObjective, Objective, own_gradient
from gametheory.rules import policy_gradient
from gametheory.space import Space
from gametheory.transfer import FixedShare, GroupOptimal, InequityAversion, Selfish, SocialRelationship, Transfer

F = Fraction
HALF = F(1, 2)
UNEVEN = gt.Game.from_bimatrix([[3, -1], [4, 0]], [[2, 6], [-1, 1]])
DILEMMA = gt.Game.two_by_two(3, 0, 5, 1)

# ---------------------------------------------------------------------- the reference
OPENING = "opening"
JOINT = [(a, b) for a in (0, 1) for b in (0, 1)]  # 0 is to cooperate
STATES = [OPENING, *JOINT]


class Jet:
    """A number and how it moves with two small changes e and f: v + d_e e + d_f f + d_ef e f, where e² = f² = 0."""

    def __init__(self, v, e=0, f=0, ef=0):
        self.v, self.e, self.f, self.ef = F(v), F(e), F(f), F(ef)

    @staticmethod
    def of(other):
        return other if isinstance(other, Jet) else Jet(other)

    def __add__(self, other):
        o = Jet.of(other)
        return Jet(self.v + o.v, self.e + o.e, self.f + o.f, self.ef + o.ef)

    def __neg__(self):
        return Jet(-self.v, -self.e, -self.f, -self.ef)

    def __sub__(self, other):
        return self + -Jet.of(other)

    def __rsub__(self, other):
        return Jet.of(other) - self

    def __mul__(self, other):
        o = Jet.of(other)
        ef = self.v * o.ef + self.e * o.f + self.f * o.e + self.ef * o.v
        return Jet(self.v * o.v, self.v * o.e + self.e * o.v, self.v * o.f + self.f * o.v, ef)

    def __truediv__(self, other):
        o = Jet.of(other)
        one = 1 / o.v
        return self * Jet(one, -o.e * one**2, -o.f * one**2, 2 * o.e * o.f * one**3 - o.ef * one**2)

    def __rtruediv__(self, other):
        return Jet.of(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __eq__(self, other):
        return self.v == Jet.of(other).v

    __hash__ = None


def solved(matrix, right):
    """Solve linear equations by elimination."""
    rows = [[*row, b] for row, b in zip(matrix, right, strict=True)]
    n = len(rows)
    for k in range(n):
        pivot = next(r for r in range(k, n) if rows[r][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for r in range(n):
            if r != k:
                factor = rows[r][k]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[k], strict=True)]
    return [row[-1] for row in rows]


def cooperates(x, player, state):
    """Policy of a player; its five numbers are for the opening and (own action, the other's action) of last round."""
    if state == OPENING:
        return x[5 * player]
    own, other = state[player], state[1 - player]
    return x[5 * player + 1 + 2 * own + other]


def chance(x, player, state, action):
    p = cooperates(x, player, state)
    return p if action == 0 else 1 - p


def both(x, state, joint):
    return chance(x, 0, state, joint[0]) * chance(x, 1, state, joint[1])


def equations(x, gamma):
    """I - gamma P over the five states."""
    matrix = []
    for s in STATES:
        row = []
        for to in STATES:
            leads = 0 if to == OPENING else both(x, s, to)
            row.append((1 if s == to else 0) - gamma * leads)
        matrix.append(row)
    return matrix


def sums(x, gamma, rewards):
    """Discounted sum of rewards[state][joint] from every state on."""
    means = [sum((both(x, s, a) * rewards[s][a] for a in JOINT), F(0)) for s in STATES]
    return dict(zip(STATES, solved(equations(x, gamma), means), strict=True))


def visits(x, gamma):
    """Discounted frequencies: of all plays that end in a round with probability 1 - gamma, where the last round was."""
    matrix = equations(x, gamma)
    turned = [[matrix[r][c] for r in range(5)] for c in range(5)]
    return dict(zip(STATES, solved(turned, [1 - gamma, 0, 0, 0, 0]), strict=True))


def payoffs_of(game):
    return [{a: F(game.rational().payoffs[(i, *a)]) for a in JOINT} for i in range(2)]


def action_values(game, x, gamma):
    """Q_i(a): what i gets now and later, own payoffs alone, under the policies x."""
    found = []
    for payoffs in payoffs_of(game):
        later = sums(x, gamma, dict.fromkeys(STATES, payoffs))
        found.append({a: payoffs[a] + gamma * later[a] for a in JOINT})
    return found


def with_action(joint, player, action):
    return (action, joint[1]) if player == 0 else (joint[0], action)


def lase(eps=0, scale=1, clip=True, positive_only=False, frozen=None):
    """Rewards after gifts in proportion to omega_ij(s, a) = (Q_i(a) - sum_b pi_j(b | s) Q_i(a_i, b)) / (max - min)."""

    def rewards(game, x, gamma):
        payoffs, Q = payoffs_of(game), action_values(game, x, gamma)
        found = [{s: {} for s in STATES} for _ in range(2)]
        for s, a in product(STATES, JOINT):
            gives = []
            for i, j in ((0, 1), (1, 0)):
                belief = [(1 - eps) * chance(x, j, s, b) + F(eps) / 2 for b in (0, 1)]
                if frozen is not None:
                    belief = [frozen, 1 - frozen]
                possible = [Q[i][with_action(a, j, b)] for b in (0, 1)]
                spread = max(possible) - min(possible)
                omega = (Q[i][a] - sum(w * q for w, q in zip(belief, possible, strict=True))) / spread if spread else 0
                gift = scale * (max(omega, 0) if clip else omega)
                gives.append(0 if positive_only and payoffs[i][a] <= 0 else gift)
            found[0][s][a] = (1 - gives[0]) * payoffs[0][a] + gives[1] * payoffs[1][a]
            found[1][s][a] = (1 - gives[1]) * payoffs[1][a] + gives[0] * payoffs[0][a]
        return found

    return rewards


def always(change):
    """Rewards that depend on the payoffs of the joint action alone."""

    def rewards(game, x, gamma):
        mine, yours = payoffs_of(game)
        return [{s: {a: change(i, mine[a], yours[a]) for a in JOINT} for s in STATES} for i in range(2)]

    return rewards


def averse(alpha, beta):
    def change(i, mine, yours):
        own, other = (mine, yours) if i == 0 else (yours, mine)
        return own - alpha * max(other - own, 0) - beta * max(own - other, 0)

    return always(change)


TRANSFERS = {
    "selfish": (Selfish(), always(lambda i, mine, yours: (mine, yours)[i])),
    "group optimal": (GroupOptimal(), always(lambda _, mine, yours: (mine + yours) / 2)),
    "kept share": (FixedShare(F(2, 3)), always(lambda i, mine, yours: (mine + yours + (mine, yours)[i]) / 3)),
    # row i: where i's reward goes
    "share matrix": (
        FixedShare([[F(1, 4), F(3, 4)], [F(1, 5), F(4, 5)]]),
        always(lambda i, mine, yours: (mine / 4 + yours / 5, 3 * mine / 4 + 4 * yours / 5)[i]),
    ),
    "inequity": (InequityAversion(5, F(1, 20)), averse(5, F(1, 20))),
    "lase": (SocialRelationship(), lase()),
    "mixed": (SocialRelationship(("mixed", F(1, 3))), lase(eps=F(1, 3))),
    "frozen": (SocialRelationship(("frozen", F(4, 5))), lase(frozen=F(4, 5))),
    "no clip": (SocialRelationship(clip=False), lase(clip=False)),
    "positive only": (SocialRelationship(positive_only=True), lase(positive_only=True)),
    "all at once": (
        SocialRelationship(("mixed", F(1, 4)), scale=F(3, 2), clip=False, positive_only=True),
        lase(eps=F(1, 4), scale=F(3, 2), clip=False, positive_only=True),
    ),
}


def random_state(rng):
    return [F(int(k), 8) for k in rng.integers(1, 8, size=10)]


def random_game(rng):
    return gt.Game(rng.integers(-4, 6, size=(2, 2, 2)))


def value(x, gamma, rewards, player):
    return (1 - gamma) * sums(x, gamma, rewards[player])[OPENING]


def by_definition(game, rewards_at, x, gamma, player, b, c):
    """Value of a player, its derivatives by coordinates b and c, and by both; rewards held at x."""
    rewards = rewards_at(game, x, gamma)
    moving = [Jet(entry, k == b, k == c) for k, entry in enumerate(x)]
    jet = value(moving, gamma, rewards, player)
    return jet.v, jet.e, jet.f, jet.ef


# ---------------------------------------------------------------------- against the definitions, exactly
@pytest.mark.parametrize("gamma", [F(0), F(2, 3)], ids=str)
@pytest.mark.parametrize("name", some(TRANSFERS, 6))
def test_gradients_are_the_definition_exactly(name, gamma):
    transfer, rewards_at = TRANSFERS[name]
    rng = np.random.default_rng(1)
    for game in (DILEMMA, UNEVEN, random_game(rng)):
        x = random_state(rng)
        array = np.array(x, dtype=object)
        met = visits(x, gamma)
        wanted, met_by = [], []
        for b in range(10):
            player = b // 5
            wanted.append(by_definition(game, rewards_at, x, gamma, player, b, b)[1])
            label = STATES[b % 5]
            met_by.append(met[label if player == 0 or label == OPENING else label[::-1]])
        objective = MemoryOneObjective(game, transfer, gamma)
        rewards = rewards_at(game, x, gamma)
        assert list(objective.values(array)) == [value(x, gamma, rewards, i) for i in range(2)]
        assert list(objective.own_gradient(array)) == wanted
        assert list(objective.visits(array)) == met_by
        # the variants are the same up to known factors
        total = MemoryOneObjective(game, transfer, gamma, normalised=False)
        assert list(total.own_gradient(array) * (1 - gamma)) == wanted
        assert list(total.values(array) * (1 - gamma)) == list(objective.values(array))
        assert list(total.visits(array)) == met_by
        free = MemoryOneObjective(game, transfer, gamma, weighted=False).own_gradient(array)
        assert [d * m for d, m in zip(free, met_by, strict=True)] == wanted
        # and floats
        floats = MemoryOneObjective(game, transfer, float(gamma))
        np.testing.assert_allclose(floats.own_gradient(array.astype(float)), np.array(wanted, dtype=float), atol=1e-13)


# With two actions a relationship turns on which action of the other is the better one to meet. Here both cooperate once
# they defected against a cooperator, and what follows is worth more than the round itself: some orders are reversed.
@pytest.mark.parametrize("name", ["lase", "mixed", "frozen", "no clip", "positive only"])
def test_relationships_look_ahead(name):
    transfer, rewards_at = TRANSFERS[name]
    game, gamma = gt.Game.two_by_two(3, 2, 4, 1), F(9, 10)
    x = [F(k, 16) for k in (2, 1, 1, 15, 1, 1, 1, 1, 15, 2)]
    payoffs, Q = payoffs_of(game), action_values(game, x, gamma)
    reversed_order = [
        (Q[i][a] > Q[i][b]) != (payoffs[i][a] > payoffs[i][b])
        for i, j in ((0, 1), (1, 0))
        for a, b in ((with_action(joint, j, 0), with_action(joint, j, 1)) for joint in ((0, 0), (1, 1)))
    ]
    assert set(reversed_order) == {True, False}
    wanted = [by_definition(game, rewards_at, x, gamma, b // 5, b, b)[1] for b in range(10)]
    assert list(MemoryOneObjective(game, transfer, gamma).own_gradient(np.array(x, dtype=object))) == wanted


@pytest.mark.parametrize("name", ["selfish", "inequity", "lase", "positive only"])
def test_second_derivatives_are_the_definition_exactly(name):
    transfer, rewards_at = TRANSFERS[name]
    rng = np.random.default_rng(2)
    x, gamma = random_state(rng), F(3, 4)
    first, second = MemoryOneObjective(UNEVEN, transfer, gamma).derivatives(np.array(x, dtype=object))
    rewards = rewards_at(UNEVEN, x, gamma)
    for b in range(10):
        for c in range(b + 1):
            moving = [Jet(entry, k == b, k == c) for k, entry in enumerate(x)]
            for player in range(2):
                jet = value(moving, gamma, rewards, player)
                assert (jet.e, jet.f) == (first[player, b], first[player, c])
                assert jet.ef == second[player, b, c] == second[player, c, b]


# ---------------------------------------------------------------------- against other parts of the package
STATE = arrays(np.float64, 10, elements=st.floats(0.05, 0.95))
NAMES = ["selfish", "group optimal", "kept share", "inequity", "lase", "mixed", "positive only"]


@given(STATE, st.floats(0, 0.99), st.sampled_from(["dilemma", "uneven"]))
@settings(max_examples=50)
def test_selfish_players_have_the_payoffs_and_gradients_of_their_strategies(x, gamma, which):
    game = {"dilemma": DILEMMA, "uneven": UNEVEN}[which]
    objective = MemoryOneObjective(game, discount=gamma)
    np.testing.assert_allclose(objective.values(x), memory_one.payoffs(game, x[:5], x[5:], discount=gamma), atol=1e-12)
    gradient = memory_one.gradient(game, x[:5], x[5:], gamma)
    first, _ = objective.derivatives(x)
    np.testing.assert_allclose(first, gradient.reshape(2, 10), atol=1e-10)
    np.testing.assert_allclose(objective.own_gradient(x), np.concatenate([gradient[0, 0], gradient[1, 1]]), atol=1e-10)
    np.testing.assert_allclose(objective.visits(x).reshape(2, 5).sum(axis=-1), 1, atol=1e-12)
    law = memory_one.law(x[:5], x[5:], discount=gamma)
    np.testing.assert_allclose(objective.visits(x)[1:5], gamma * law, atol=1e-12)


@pytest.mark.parametrize("name", some(NAMES, 3))
def test_differences_of_values(name):
    transfer, _ = TRANSFERS[name]
    x = np.random.default_rng(3).uniform(0.1, 0.9, size=(3, 10))
    for gamma in (0, 0.5, 0.9):
        objective = MemoryOneObjective(UNEVEN, transfer, gamma)
        np.testing.assert_allclose(objective.own_gradient(x), Objective.own_gradient(objective, x), rtol=0, atol=1e-8)
        for exact, found in zip(objective.derivatives(x), Objective.derivatives(objective, x), strict=True):
            assert exact.shape == found.shape
            scale = np.abs(objective.values(x)).max()
            np.testing.assert_allclose(exact, found, rtol=0, atol=1e-6 * max(scale, 1))


def test_corners_and_long_games():
    strategies = ["TFT", "AllC", "AllD", "WSLS", "Grim"]
    for gamma in (0.5, 0.999):
        objective = MemoryOneObjective(DILEMMA, discount=gamma)
        for a, b in product(strategies, strategies):
            x, y = (memory_one.strategy(name) for name in (a, b))
            exact = [np.array([F(float(v)) for v in s], dtype=object) for s in (x, y)]
            wanted = memory_one.gradient(DILEMMA, *exact, F(gamma)).astype(float)
            found, _ = objective.derivatives(np.concatenate([x, y]).astype(float))
            np.testing.assert_allclose(found, wanted.reshape(2, 10), rtol=0, atol=1e-10 * np.abs(wanted).max())


@pytest.mark.parametrize("name", TRANSFERS)
def test_a_game_that_ends_at_once_is_the_game_played_once(name):
    transfer, _ = TRANSFERS[name]
    rng = np.random.default_rng(4)
    for game in (DILEMMA, UNEVEN):
        repeated, once = MemoryOneObjective(game, transfer, 0), MatrixObjective(game, transfer)
        p = rng.uniform(size=(5, 2))
        found = repeated.own_gradient(repeated.memoryless(*p.T))
        np.testing.assert_allclose(found[:, [0, 5]], once.own_gradient(p), atol=1e-13)
        np.testing.assert_array_equal(np.delete(found, [0, 5], axis=1), 0)
        np.testing.assert_allclose(repeated.values(repeated.memoryless(*p.T)), once.values(p), atol=1e-13)
        # the opening alone counts, whatever the rest of the strategies
        x = rng.uniform(size=(5, 10))
        np.testing.assert_allclose(repeated.own_gradient(x)[:, [0, 5]], once.own_gradient(x[:, [0, 5]]), atol=1e-13)


def test_through_the_weights():
    x = np.random.default_rng(5).uniform(0.2, 0.8, size=10)
    fixed, changing = (MemoryOneObjective(DILEMMA, t, 0.5) for t in (GroupOptimal(), SocialRelationship()))
    np.testing.assert_allclose(own_gradient(fixed, x, through_weights=True), fixed.own_gradient(x), atol=1e-8)
    assert np.abs(own_gradient(changing, x, through_weights=True) - changing.own_gradient(x)).max() > 0.01
    # values hold what they are told to hold
    other = np.random.default_rng(6).uniform(0.2, 0.8, size=10)
    assert np.abs(changing.values(x, other) - changing.values(x)).max() > 0.01
    np.testing.assert_array_equal(changing.values(x, x), changing.values(x))


# ---------------------------------------------------------------------- rest points of LASE
# p* = (S + T - P)/(2T + S - R - P), the rest point of two LASE players who play once; without memory they rest there
# in the repeated game too, with any discount, every coordinate exactly
RESTS = {(4, 0, 5, 1): F(4, 5), (3, 0, 5, 1): F(2, 3), (3, 0, 4, 1): F(3, 4), (1, -1, 2, 0): HALF}
DISCOUNTS = [F(0), HALF, F(9, 10), F(99, 100)]


@pytest.mark.parametrize("gamma", DISCOUNTS, ids=str)
@pytest.mark.parametrize("payoffs", RESTS, ids=str)
def test_lase_without_memory_rests_at_the_rest_point_of_one_round(payoffs, gamma):
    R, S, T, P = payoffs
    p = F(S + T - P, 2 * T + S - R - P)
    assert p == RESTS[payoffs]
    for weighted in (True, False):
        objective = MemoryOneObjective(gt.Game.two_by_two(*payoffs), SocialRelationship(), gamma, weighted=weighted)
        x = objective.memoryless(p)
        assert x.dtype == object
        assert list(objective.own_gradient(x)) == [0] * 10
        beside = objective.own_gradient(objective.memoryless(p - F(1, 100)))
        assert all(entry > 0 for entry in beside[[0, 5]])


# Without the factor of visits every state learns like a game played once: the Jacobian is full, but its eigenvalues are
# the two of the game played once, five times each (opening included), with any discount. Traces of powers say so
# without the loss of digits that multiple eigenvalues have: they are Newton's sums of the spectrum.
@pytest.mark.parametrize("gamma", DISCOUNTS, ids=str)
@pytest.mark.parametrize("payoffs", RESTS, ids=str)
def test_unweighted_spectrum_is_that_of_one_round_five_times(payoffs, gamma):
    p, game = float(RESTS[payoffs]), gt.Game.two_by_two(*payoffs)
    once = np.linalg.eigvals(policy_gradient(game, SocialRelationship()).jacobian([p, p]))
    objective = MemoryOneObjective(game, SocialRelationship(), gamma, weighted=False)
    jacobian = policy_gradient(objective).jacobian(objective.memoryless(p))
    powers = np.eye(10)
    for k in range(1, 11):
        powers = powers @ jacobian
        np.testing.assert_allclose(np.trace(powers), 5 * (once**k).sum(), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(np.sort(np.linalg.eigvals(jacobian).real), np.sort(np.repeat(once, 5)), atol=1e-3)


# with it, states that are not met do not learn
def test_weighted_spectrum_of_a_game_that_ends_at_once():
    objective = MemoryOneObjective(DILEMMA, SocialRelationship(), 0)
    jacobian = policy_gradient(objective).jacobian(objective.memoryless(2 / 3))
    once = np.linalg.eigvals(policy_gradient(DILEMMA, SocialRelationship()).jacobian([2 / 3, 2 / 3]))
    np.testing.assert_allclose(np.sort(np.linalg.eigvals(jacobian).real), np.sort([*once, *[0] * 8]), atol=1e-9)


# ---------------------------------------------------------------------- properties
TABLE = arrays(np.float64, (2, 2), elements=st.integers(-5, 5).map(float))
DISCOUNT = st.sampled_from([0, 0.3, 0.9])


@given(TABLE, TABLE, STATE, DISCOUNT, st.sampled_from(["inequity", "lase", "mixed", "group optimal", "positive only"]))
@settings(max_examples=60)
def test_exchanging_the_players(A, B, x, gamma, name):
    transfer, _ = TRANSFERS[name]
    here = MemoryOneObjective(gt.Game.from_bimatrix(A, B), transfer, gamma)
    there = MemoryOneObjective(gt.Game.from_bimatrix(B.T, A.T), transfer, gamma)
    turned = np.roll(x, 5)
    np.testing.assert_allclose(there.values(turned), here.values(x)[::-1], atol=1e-10)
    np.testing.assert_allclose(there.own_gradient(turned), np.roll(here.own_gradient(x), 5), atol=1e-9)
    np.testing.assert_allclose(there.visits(turned), np.roll(here.visits(x), 5), atol=1e-12)
    (first, second), (first_there, second_there) = here.derivatives(x), there.derivatives(turned)
    np.testing.assert_allclose(first_there, np.roll(first[::-1], 5, axis=-1), atol=1e-9)
    np.testing.assert_allclose(second_there, np.roll(second[::-1], (5, 5), axis=(-2, -1)), atol=1e-9)


@given(TABLE, TABLE, STATE, DISCOUNT, st.sampled_from(["inequity", "lase", "mixed", "selfish", "positive only"]))
@settings(max_examples=60)
def test_units_of_payoffs(A, B, x, gamma, name):
    transfer, _ = TRANSFERS[name]
    small = MemoryOneObjective(gt.Game.from_bimatrix(A, B), transfer, gamma)
    large = MemoryOneObjective(gt.Game.from_bimatrix(8 * A, 8 * B), transfer, gamma)  # no rounding by a power of two
    np.testing.assert_allclose(large.own_gradient(x), 8 * small.own_gradient(x), atol=1e-11)
    np.testing.assert_allclose(large.values(x), 8 * small.values(x), atol=1e-11)
    assert large.payoff_range() == 8 * small.payoff_range()


# A constant added to the payoffs of selfish players moves values by as much, and no gradient
@given(TABLE, TABLE, STATE, DISCOUNT)
@settings(max_examples=30)
def test_zero_of_payoffs(A, B, x, gamma):
    here, there = (MemoryOneObjective(gt.Game.from_bimatrix(A + c, B + c), discount=gamma) for c in (0, 3))
    np.testing.assert_allclose(there.values(x), here.values(x) + 3, atol=1e-11)
    np.testing.assert_allclose(there.own_gradient(x), here.own_gradient(x), atol=1e-10)


def test_batches():
    x = np.random.default_rng(7).uniform(size=(3, 2, 10))
    for transfer in (Selfish(), InequityAversion(5, 0.05), SocialRelationship()):
        objective = MemoryOneObjective(UNEVEN, transfer, 0.9)
        first, second = objective.derivatives(x)
        assert (first.shape, second.shape) == ((3, 2, 2, 10), (3, 2, 2, 10, 10))
        for k in np.ndindex(3, 2):
            one, two = objective.derivatives(x[k])
            np.testing.assert_allclose(first[k], one, atol=1e-13)
            np.testing.assert_allclose(second[k], two, atol=1e-12)
            np.testing.assert_allclose(objective.values(x)[k], objective.values(x[k]), atol=1e-13)
            np.testing.assert_allclose(objective.own_gradient(x)[k], objective.own_gradient(x[k]), atol=1e-13)
            np.testing.assert_allclose(objective.visits(x)[k], objective.visits(x[k]), atol=1e-13)
        assert objective.own_gradient(x[:0]).shape == (0, 2, 10)


# ---------------------------------------------------------------------- what it says of itself, and bad input
def test_names_and_views():
    objective = MemoryOneObjective(DILEMMA)
    states = ("opening", "CC", "CD", "DC", "DD")
    assert objective.space == Space((2,) * 10, states)
    assert objective.space.names == tuple(f"p{i}_{s}" for i in (1, 2) for s in states)
    assert objective.space.owned == (slice(0, 5), slice(5, 10))
    assert Logits(objective).space.names == tuple(f"theta{i}_{s}" for i in (1, 2) for s in states)
    assert objective.discount == 0.96
    assert objective.payoff_range() == 5
    np.testing.assert_array_equal(objective.memoryless(0.25), [0.25] * 10)
    np.testing.assert_array_equal(objective.memoryless(0.25, 0.5), [0.25] * 5 + [0.5] * 5)
    assert objective.memoryless(np.zeros((3, 2)), 0.5).shape == (3, 2, 10)
    assert objective.memoryless(np.zeros(3)).shape == (3, 10)
    assert objective.smoothness == MemoryOneObjective(DILEMMA, GroupOptimal()).smoothness == "rational"
    assert MemoryOneObjective(DILEMMA, SocialRelationship()).smoothness == "piecewise"
    # each player answers the other's defection in its own view: tit-for-tat against one who defects first
    x = np.array([1, 1, 0, 1, 0, 0, 1, 0, 1, 0], dtype=float)
    np.testing.assert_allclose(MemoryOneObjective(DILEMMA, discount=0.5).values(x), [5 / 3, 10 / 3])  # S, T, S, T ...
    np.testing.assert_allclose(MemoryOneObjective(DILEMMA, discount=0.5).visits(x)[:5], [0.5, 0, 1 / 3, 1 / 6, 0])


def test_symbols_of_payoffs_and_shares():
    T, share = sp.symbols("T share")
    rng = np.random.default_rng(10)
    x, temptations = rng.uniform(size=(3, 10)), np.array([4.0, 5.0, 6.0])
    games = [gt.Game.two_by_two(3, 0, float(t), 1) for t in temptations]
    for transfer in (Selfish(), SocialRelationship(), InequityAversion(5, 0.05)):
        open_game = MemoryOneObjective(gt.Game.two_by_two(3, 0, T, 1), transfer, 0.9)
        assert open_game.parameters == ("T",)
        bound = open_game.bind(T=5)
        assert (bound.parameters, bound.discount) == ((), 0.9)
        found = open_game.own_gradient(x, T=temptations)
        first, second = open_game.derivatives(x, T=temptations)
        for k, game in enumerate(games):
            wanted = MemoryOneObjective(game, transfer, 0.9)
            np.testing.assert_allclose(found[k], wanted.own_gradient(x[k]), atol=1e-12)
            np.testing.assert_allclose(open_game.values(x, T=temptations)[k], wanted.values(x[k]), atol=1e-12)
            np.testing.assert_allclose(first[k], wanted.derivatives(x[k])[0], atol=1e-12)
            np.testing.assert_allclose(second[k], wanted.derivatives(x[k])[1], atol=1e-12)
            np.testing.assert_allclose(open_game.payoff_range(T=temptations)[k], wanted.payoff_range())
        np.testing.assert_allclose(bound.own_gradient(x[1]), found[1], atol=1e-12)
    shared = MemoryOneObjective(DILEMMA, FixedShare(share), 0.9, weighted=False, normalised=False)
    wanted = MemoryOneObjective(DILEMMA, FixedShare(0.6), 0.9, weighted=False, normalised=False).own_gradient(x)
    np.testing.assert_allclose(shared.own_gradient(x, share=0.6), wanted, atol=1e-12)
    np.testing.assert_allclose(shared.bind(share=0.6).own_gradient(x), wanted, atol=1e-12)
    np.testing.assert_allclose(policy_gradient(shared)(x, share=0.6), x * (1 - x) * wanted, atol=1e-12)


def test_every_state_with_a_discount_of_its_own():
    x, discounts = np.random.default_rng(11).uniform(size=(3, 10)), np.array([0, 0.5, 0.99])
    for transfer, normalised in ((Selfish(), True), (SocialRelationship(), True), (InequityAversion(5, 0.05), False)):
        objective = MemoryOneObjective(UNEVEN, transfer, discounts, normalised=normalised)
        for k, discount in enumerate(discounts):
            alone = MemoryOneObjective(UNEVEN, transfer, discount, normalised=normalised)
            np.testing.assert_allclose(objective.values(x)[k], alone.values(x[k]), rtol=1e-12)
            np.testing.assert_allclose(objective.own_gradient(x)[k], alone.own_gradient(x[k]), rtol=1e-10, atol=1e-12)
            np.testing.assert_allclose(objective.visits(x)[k], alone.visits(x[k]), atol=1e-12)
            for together, one in zip(objective.derivatives(x), alone.derivatives(x[k]), strict=True):
                np.testing.assert_allclose(together[k], one, rtol=1e-9, atol=1e-10)


def test_a_transfer_of_ones_own():
    class Altruist(Transfer):
        def effective(self, payoffs, held):  # noqa: ARG002 (part of the interface)
            return payoffs[..., ::-1, :, :]

    x = np.random.default_rng(8).uniform(size=(4, 10))
    objective = MemoryOneObjective(UNEVEN, Altruist(), 0.7)
    np.testing.assert_allclose(objective.values(x), MemoryOneObjective(UNEVEN, discount=0.7).values(x)[:, ::-1])
    first, _ = MemoryOneObjective(UNEVEN, discount=0.7).derivatives(x)
    np.testing.assert_allclose(objective.derivatives(x)[0], first[:, ::-1], atol=1e-13)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: MemoryOneObjective(DILEMMA, discount=1), ValueError, r"discount must lie in \[0, 1\), got 1"),
        (lambda: MemoryOneObjective(DILEMMA, discount=-0.1), ValueError, r"discount must lie in \[0, 1\), got -0.1"),
        (lambda: MemoryOneObjective(DILEMMA, discount=np.nan), ValueError, r"discount must lie in \[0, 1\), got nan"),
        (
            lambda: MemoryOneObjective(DILEMMA, discount=None),
            ValueError,
            r"discount must be a number in \[0, 1\).*got None",
        ),
        (lambda: MemoryOneObjective(DILEMMA, discount=[0.5, None]), ValueError, r"discount must be a number.*got None"),
        (lambda: MemoryOneObjective(DILEMMA, discount=sp.Symbol("d")), ValueError, "discount must be a number.*got d"),
        (lambda: MemoryOneObjective(DILEMMA, discount="0.9"), ValueError, "discount must be a number.*got '0.9'"),
        (
            lambda: MemoryOneObjective(DILEMMA, discount=[0.5, 1.5]),
            ValueError,
            r"discount must lie in \[0, 1\), got 1.5",
        ),
        (
            lambda: MemoryOneObjective(gt.Game(np.zeros((2, 2, 3)))),
            ValueError,
            r"game must have two players with two actions each, got 2 players, actions \(2, 3\)",
        ),
        (lambda: MemoryOneObjective(gt.Game(np.zeros((3, 2, 2, 2)))), ValueError, "got 3 players"),
        (
            lambda: policy_gradient(MemoryOneObjective(gt.Game.two_by_two(3, 0, sp.Symbol("T"), 1)))([0.5] * 10),
            ValueError,
            "unbound parameter T; pass it by name, or bind",
        ),
        (
            lambda: policy_gradient(MemoryOneObjective(DILEMMA, FixedShare(sp.Symbol("s"))))([0.5] * 10, s=1.5),
            ValueError,
            r"shares must lie in \[0, 1\], got \['3/2'\]",
        ),
        (
            lambda: policy_gradient(MemoryOneObjective(DILEMMA))([0.5] * 10, T=3),
            ValueError,
            "the field has no parameter T; it has none",
        ),
        (lambda: MemoryOneObjective(gt.Game.two_by_two(1e120, 0, 5, 1)), ValueError, r"payoffs up to 1e\+120 overflow"),
        (lambda: MemoryOneObjective(DILEMMA, 0.5), TypeError, "transfer must be a .*Transfer, got 0.5"),
        (
            lambda: own_gradient(MemoryOneObjective(DILEMMA), [0.5] * 9),
            ValueError,
            r"states need 10 coordinates .*got shape \(9,\)",
        ),
        (
            lambda: policy_gradient(MemoryOneObjective(DILEMMA), Selfish()),
            ValueError,
            "transfer goes with a game; an objective has its own",
        ),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("parametrisation", ["natural", "softmax", "projected"])
def test_flows_of_ten_policies(parametrisation):
    objective = MemoryOneObjective(DILEMMA, SocialRelationship(), 0.9)
    x = np.random.default_rng(9).uniform(0.1, 0.9, size=(3, 10))
    factor = {"natural": x * (1 - x), "softmax": (x * (1 - x)) ** 2, "projected": 1}[parametrisation]
    found = policy_gradient(objective, parametrisation=parametrisation)(x)
    np.testing.assert_allclose(found, factor * objective.own_gradient(x), atol=1e-15)


def test_one_state_with_many_games_and_many_states_with_many_discounts():
    S, T = sp.symbols("S T")
    game = gt.Game.two_by_two(1, S, T, 0)
    s, t = np.linspace(-0.5, 0.5, 4), np.linspace(1.1, 1.8, 4)
    discounts = np.array([0.0, 0.3, 0.6, 0.9])
    x = Space((2,) * 10, ("opening", "CC", "CD", "DC", "DD")).random(1, 0)[0]
    objective = MemoryOneObjective(game, SocialRelationship(), discounts)
    found = policy_gradient(objective)(x, S=s, T=t)
    for k in range(4):
        alone = MemoryOneObjective(game, SocialRelationship(), discounts[k]).bind(S=s[k], T=t[k])
        np.testing.assert_allclose(found[k], policy_gradient(alone)(x), atol=1e-14)
        np.testing.assert_allclose(objective.visits(x)[k], alone.visits(x), atol=1e-14)


def test_many_discounts_go_through_rules_that_anticipate():
    discounts = np.linspace(0, 0.95, 2500)
    theta = np.zeros((2500, 10))
    step = gt.rules.lola(gt.objective.Logits(MemoryOneObjective(DILEMMA, discount=discounts)))
    one = gt.rules.lola(gt.objective.Logits(MemoryOneObjective(DILEMMA, discount=discounts[7])))
    np.testing.assert_allclose(step(theta)[7], one(theta[7]), atol=1e-14)


def test_unweighted_learning_has_no_second_derivatives():
    objective = MemoryOneObjective(DILEMMA, weighted=False)
    with pytest.raises(ValueError, match="derivatives of values need weighted=True"):
        gt.rules.lola(gt.objective.Logits(objective))(np.zeros(10))
