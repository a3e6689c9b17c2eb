"""Gifts at a profile: against loops over joint actions, exact values of the theory, what always holds."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import reference as ref
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import gametheory as gt
from gametheory.analysis import gifts, rest_points
from gametheory.equality import equality
from gametheory.objective import MatrixObjective
from gametheory.rules import policy_gradient
from gametheory.transfer import GroupOptimal, Selfish, SocialRelationship, Transfer

LASE = SocialRelationship()
TRANSFERS = {
    "exact": (LASE, ref.lase()),
    "mixed": (SocialRelationship(("mixed", Fraction(1, 3))), ref.lase(("mixed", Fraction(1, 3)))),
    "no clip": (SocialRelationship(clip=False), ref.lase(clip=False)),
    "group optimal": (GroupOptimal(), ref.group_optimal),
    "selfish": (Selfish(), ref.selfish),
}


def gifts_in(game, policies, transfer=LASE, dtype=object):
    """Gifts under given policies."""
    return gifts(MatrixObjective(game, transfer), ref.arrays(policies, dtype))


def by_hand(game, weights, policies):
    """Mean weights, flows, payoffs and totals by loops."""
    payoffs, n = ref.table(game), game.n_players
    w = [[Fraction(0)] * n for _ in range(n)]
    flow = [[Fraction(0)] * n for _ in range(n)]
    for joint, rewards in payoffs.items():
        chance = Fraction(1)
        for policy, action in zip(policies, joint, strict=True):
            chance *= policy[action]
        now = weights(payoffs, joint, policies)
        for i, j in product(range(n), repeat=2):
            w[i][j] += chance * now[i][j]
            flow[i][j] += chance * now[i][j] * rewards[i] * (i != j)
    totals = ref.totals(payoffs, weights, policies)
    means = [[ref.mean(rewards, i, policies) for i in range(n)] for rewards in (payoffs, totals)]
    return w, flow, *means


@pytest.mark.parametrize("n_actions", [(2, 2), (2, 3), (2, 2, 2), (2, 3, 2)], ids=str)
@pytest.mark.parametrize("name", TRANSFERS)
def test_gifts_against_loops(name, n_actions):
    transfer, weights = TRANSFERS[name]
    rng = np.random.default_rng(1)
    game, policies = ref.random_game(rng, n_actions), ref.random_policies(rng, n_actions)
    w, flow, payoffs, totals = by_hand(game, weights, policies)
    exact = gifts_in(game, policies, transfer)
    assert exact.weights.tolist() == w
    assert exact.flow.tolist() == flow
    assert exact.payoffs.tolist() == payoffs
    assert exact.totals.tolist() == totals
    assert exact.kept.tolist() == [w[i][i] for i in range(game.n_players)]
    assert exact.net.tolist() == [t - r for t, r in zip(totals, payoffs, strict=True)]
    assert exact.welfare == sum(payoffs)
    floats = gifts_in(game, policies, transfer, dtype=float)
    for name_of_part, part in [("weights", w), ("flow", flow), ("payoffs", payoffs), ("totals", totals)]:
        found = getattr(floats, name_of_part)
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, np.array(part, dtype=float), rtol=0, atol=1e-12)


# ---------------------------------------------------------------------- values of the theory
def test_mean_gift_weight_at_the_rest_point():
    # (3, 0, 5, 1) at p* = 2/3: mean gift weight 2/9 = p (1 - p), exactly, from the analysis itself
    field = policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), LASE)
    (point,) = rest_points(field).sinks
    found = point.gifts
    assert found.weights.tolist() == [[sp.Rational(7, 9), sp.Rational(2, 9)], [sp.Rational(2, 9), sp.Rational(7, 9)]]
    # W(p) = 3 · 4/9 + 5 · 2/9 + 1 · 1/9 = 23/9 each; nothing net flows between equals
    assert found.payoffs.tolist() == [sp.Rational(23, 9)] * 2
    assert found.totals.tolist() == [sp.Rational(23, 9)] * 2
    assert found.net.tolist() == [0, 0]
    assert found.welfare == sp.Rational(46, 9)
    # a gift flows where the other cooperates: (p² R + (1 - p) p T)(1 - p) = (4/3 + 10/9)/3
    assert found.flow[0, 1] == found.flow[1, 0] == sp.Rational(22, 27)


def test_gifts_at_the_broken_pair():
    # (1, 1/2, 3/2, 0) at (1, 1/2): raw payoffs .75 and 1.25, after gifts .5 and 1.5: the larger contributor pays
    field = policy_gradient(gt.Game.two_by_two(1, Fraction(1, 2), Fraction(3, 2), 0), LASE)
    point = next(p for p in rest_points(field).sinks if p.location[0] == 1)
    assert point.location == (1, sp.Rational(1, 2))
    assert point.gifts.payoffs.tolist() == [sp.Rational(3, 4), sp.Rational(5, 4)]
    assert point.gifts.totals.tolist() == [sp.Rational(1, 2), sp.Rational(3, 2)]
    assert point.gifts.net.tolist() == [-sp.Rational(1, 4), sp.Rational(1, 4)]
    assert point.gifts.weights[1, 0] == 0  # a sure cooperator surprises nobody
    assert point.gifts.equality == pytest.approx(1 - 0.5 / 4)  # 1 - |u1 - u2|·2/(2·2·2)
    assert point.gifts.equality_after == pytest.approx(1 - 1 / 4)


def test_welfare_of_the_broken_pair():
    # more than at the symmetric point in (1, -1/4, 2, 0), but not in every game: less in (1, -2, 2, -7/4), P < 0
    for payoffs, more in [((1, Fraction(-1, 4), 2, 0), True), ((1, -2, 2, Fraction(-7, 4)), False)]:
        found = rest_points(policy_gradient(gt.Game.two_by_two(*payoffs), LASE))
        middle = next(p for p in found.interior if p.location[0] == p.location[1])
        pair = next(p for p in found.sinks if p.location[0] != p.location[1])
        assert (pair.gifts.welfare > middle.gifts.welfare) == more


def test_gifts_at_irrational_points_are_floats():
    field = policy_gradient(gt.Game.two_by_two(1, Fraction(1, 8), Fraction(8, 5), 0), LASE)
    point = rest_points(field).sinks[0]
    assert not point.location[0].is_rational
    assert point.gifts.weights.dtype == np.float64
    x, y = point.x
    np.testing.assert_allclose(point.gifts.weights[[0, 1], [1, 0]], [y * (1 - y), x * (1 - x)], rtol=0, atol=1e-14)


def test_no_gifts_flow_between_sure_players():
    # gifts need surprise: at every corner nothing flows, e.g. in (1, 0, 2, 0) at (1, 0), although one contributes more
    for point in rest_points(policy_gradient(gt.Game.two_by_two(1, 0, 2, 0), LASE)):
        if "," in point.face:
            assert point.gifts.flow.tolist() == [[0, 0], [0, 0]]


def test_gifts_on_the_diagonal_of_many_players():
    # public goods of 3 with r = 5/2, p² = 4/5: mean weight p (1 - p)/2 between any two
    field = policy_gradient(gt.catalogue.public_goods(3, Fraction(5, 2)), LASE).diagonal()
    (point,) = rest_points(field).interior
    p = 0.8**0.5
    off_diagonal = point.gifts.weights[~np.eye(3, dtype=bool)]
    np.testing.assert_allclose(off_diagonal, p * (1 - p) / 2, rtol=0, atol=1e-14)
    assert point.gifts.payoffs.shape == (3,)


# ---------------------------------------------------------------------- what always holds
@given(st.integers(0, 2**32 - 1), st.sampled_from(list(TRANSFERS)), st.sampled_from([(2, 2), (3, 2), (2, 2, 2)]))
def test_net_gifts_sum_to_zero(seed, name, n_actions):
    rng = np.random.default_rng(seed)
    game, policies = ref.random_game(rng, n_actions), ref.random_policies(rng, n_actions)
    found = gifts_in(game, policies, TRANSFERS[name][0])
    assert found.net.sum() == 0
    assert found.totals.sum() == found.payoffs.sum() == found.welfare
    assert found.weights.sum(axis=1).tolist() == [1] * game.n_players
    assert (found.totals == found.payoffs + found.net).all()


@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_mean_weights_of_exact_estimates_with_two_actions(seed, n):
    # E[w_ij] = p_j (1 - p_j)/(n - 1) wherever j's action makes a difference to i whatever the others do
    rng = np.random.default_rng(seed)
    payoffs = rng.permuted(np.arange(n * 2**n).reshape(n, -1), axis=1).reshape(n, *[2] * n)  # no two alike
    policies = ref.random_policies(rng, (2,) * n)
    found = gifts_in(gt.Game(payoffs), policies)
    for i, j in product(range(n), repeat=2):
        if i != j:
            assert found.weights[i, j] == policies[j][0] * policies[j][1] / (n - 1)


@given(st.integers(0, 2**32 - 1), st.sampled_from([(2, 4), (3, 3), (5, 5), (2, 3, 4)]))
def test_mean_weights_of_exact_estimates_are_bounded(seed, n_actions):
    # any number of actions: E[w_ij] <= 1/(4 (n - 1)), because E(X - mu)+ <= mu (1 - mu) for X in [0, 1]
    rng = np.random.default_rng(seed)
    found = gifts_in(ref.random_game(rng, n_actions), ref.random_policies(rng, n_actions))
    n = len(n_actions)
    off_diagonal = found.weights[~np.eye(n, dtype=bool)]
    assert off_diagonal.max() <= Fraction(1, 4 * (n - 1))
    assert off_diagonal.min() >= 0


def test_the_bound_is_reached():
    # two actions, even odds; and three of which one is never played
    assert gifts_in(gt.Game.two_by_two(3, 0, 5, 1), [[Fraction(1, 2)] * 2] * 2).weights[0, 1] == Fraction(1, 4)
    game = gt.Game.from_bimatrix([[1, 0, 0], [1, 0, 0]], [[0, 0, 0], [0, 0, 0]])
    policies = [[Fraction(1, 2)] * 2, [Fraction(1, 2), Fraction(1, 2), Fraction(0)]]
    assert gifts_in(game, policies).weights[0, 1] == Fraction(1, 4)


def test_selfish_players_give_nothing():
    game = ref.random_game(np.random.default_rng(2), (2, 2, 2))
    found = gifts_in(game, ref.random_policies(np.random.default_rng(2), (2, 2, 2)), Selfish())
    assert found.flow.tolist() == np.zeros((3, 3), dtype=int).tolist()
    assert found.kept.tolist() == [1, 1, 1]
    assert (found.totals == found.payoffs).all()


# ---------------------------------------------------------------------- equality
@pytest.mark.parametrize(
    ("rewards", "expected"),
    [
        ([1, 1, 1], 1.0),
        ([3, 1], 0.75),  # 1 - 2·2/(2·2·4)
        ([1, 0, 0, 0], 0.25),  # one has all: 1/n
        ([0, 0], None),  # the sum is not positive
        ([-1, 0.5], None),
    ],
)
def test_equality_by_hand(rewards, expected):
    wanted = np.nan if expected is None else expected
    assert float(equality(rewards)) == pytest.approx(wanted, nan_ok=True)


@given(hnp.arrays(np.float64, st.integers(1, 6), elements=st.floats(0, 100, allow_subnormal=False)))
def test_equality_is_one_less_the_gini_coefficient(rewards):
    found = equality(rewards)
    if rewards.sum() <= 0:
        assert np.isnan(found)
        return
    ordered, n = np.sort(rewards), len(rewards)
    gini = 2 * np.sum(np.arange(1, n + 1) * ordered) / (n * ordered.sum()) - (n + 1) / n  # the textbook form by ranks
    assert found == pytest.approx(1 - gini, abs=1e-9)
    assert 1 / n - 1e-9 <= found <= 1 + 1e-9


# ---------------------------------------------------------------------- what is refused
def test_gifts_of_a_transfer_without_shares():
    class Altruist(Transfer):
        def effective(self, payoffs, held):  # noqa: ARG002 (part of the interface)
            return payoffs[..., ::-1, :, :]

    game = gt.Game.two_by_two(3, 0, 5, 1)
    with pytest.raises(TypeError, match="gifts are defined for share transfers, not for"):
        gifts(MatrixObjective(game, Altruist()), ref.arrays([[1, 0]] * 2))
    assert all(point.gifts is None for point in rest_points(policy_gradient(game, Altruist())))


def test_gifts_of_a_game_with_symbols():
    game = gt.catalogue.donation(*sp.symbols("b c"))
    with pytest.raises(ValueError, match="unbound symbols b, c"):
        gifts(MatrixObjective(game, LASE), ref.arrays([[0.5, 0.5]] * 2, float))
