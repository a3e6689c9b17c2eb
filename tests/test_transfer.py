"""Relationships, gift weights and transfers against a slow second implementation, and their properties."""

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
from gametheory.transfer import (
    FixedShare,
    GroupOptimal,
    Selfish,
    ShareTransfer,
    SocialRelationship,
    Transfer,
    UndecidedSignError,
    gift_weights,
    relationship,
    split,
    with_kept_share,
)

SHAPES = [(2, 2), (2, 3), (3, 3), (2, 2, 2), (2, 3, 2), (2, 2, 3, 2)]
HALF = Fraction(1, 2)

# a transfer of the package, and the same in the slow implementation; these serve any numbers of actions
TRANSFERS = {
    "selfish": (Selfish(), ref.selfish),
    "group optimal": (GroupOptimal(), ref.group_optimal),
    "exact": (SocialRelationship(), ref.lase()),
    "mixed": (SocialRelationship(("mixed", Fraction(1, 3))), ref.lase(("mixed", Fraction(1, 3)))),
    "scale": (SocialRelationship(scale=Fraction(3, 2)), ref.lase(scale=Fraction(3, 2))),
    "no clip": (SocialRelationship(clip=False), ref.lase(clip=False)),
    "positive only": (SocialRelationship(positive_only=True), ref.lase(positive_only=True)),
    "all at once": (
        SocialRelationship(("mixed", Fraction(1, 5)), scale=2, clip=False, positive_only=True),
        ref.lase(("mixed", Fraction(1, 5)), scale=2, clip=False, positive_only=True),
    ),
}


def frozen(rng, n_actions):
    """Return a frozen distribution for each player."""
    return ("frozen", [list(policy) for policy in ref.random_policies(rng, n_actions)])


def shares_by_hand(game, weights, policies):
    """Weights of the slow implementation as an array (n, n, *A)."""
    payoffs = ref.table(game)
    n = game.n_players
    result = np.empty((n, n, *game.n_actions), dtype=object)
    for joint in payoffs:
        w = weights(payoffs, joint, policies)
        for i, j in product(range(n), repeat=2):
            result[(i, j, *joint)] = w[i][j]
    return result


def totals_by_hand(game, weights, policies):
    """Total rewards of the slow implementation as an array (n, *A)."""
    result = np.empty(game.payoffs.shape, dtype=object)
    for joint, entry in ref.totals(ref.table(game), weights, policies).items():
        for i, total in enumerate(entry):
            result[(i, *joint)] = total
    return result


# ---------------------------------------------------------------------- against the slow implementation
@pytest.mark.parametrize("n_actions", SHAPES, ids=str)
@pytest.mark.parametrize("name", TRANSFERS)
def test_exact_shares_and_totals(name, n_actions):
    transfer, weights = TRANSFERS[name]
    rng = np.random.default_rng(len(n_actions))
    game, policies = ref.random_game(rng, n_actions), ref.random_policies(rng, n_actions)
    found = transfer.shares(game.payoffs, ref.held(policies))
    assert (found == shares_by_hand(game, weights, policies)).all()
    assert (transfer.effective(game.payoffs, ref.held(policies)) == totals_by_hand(game, weights, policies)).all()


@pytest.mark.parametrize("n_actions", SHAPES, ids=str)
@pytest.mark.parametrize("name", TRANSFERS)
def test_float_shares_and_totals(name, n_actions):
    transfer, weights = TRANSFERS[name]
    rng = np.random.default_rng(10 + len(n_actions))
    game, policies = ref.random_game(rng, n_actions, exact=False), ref.random_policies(rng, n_actions)
    found = transfer.shares(game.payoffs, ref.held(policies, float))
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, shares_by_hand(game, weights, policies).astype(float), rtol=0, atol=1e-14)
    totals = transfer.effective(game.payoffs, ref.held(policies, float))
    np.testing.assert_allclose(totals, totals_by_hand(game, weights, policies).astype(float), rtol=0, atol=1e-13)


@pytest.mark.parametrize("n_actions", SHAPES, ids=str)
def test_frozen_distributions(n_actions):
    rng = np.random.default_rng(3)
    for exact in (True, False):
        game, policies = ref.random_game(rng, n_actions, exact=exact), ref.random_policies(rng, n_actions)
        estimate = frozen(rng, n_actions)
        found = SocialRelationship(estimate).shares(game.payoffs, ref.held(policies, object if exact else float))
        expected = shares_by_hand(game, ref.lase(estimate), policies)
        np.testing.assert_allclose(found.astype(float), expected.astype(float), rtol=0, atol=1e-14)


# one number for all, one for each player, one distribution for all: for players with two actions
FROZEN = {
    "number": ("frozen", Fraction(2, 7)),
    "numbers": ("frozen", [Fraction(2, 7), Fraction(5, 6), Fraction(0)]),
    "mixed forms": ("frozen", [Fraction(2, 7), [Fraction(1, 3), Fraction(2, 3)], 1]),
    "one distribution": ("frozen", [[Fraction(1, 4), Fraction(3, 4)]]),
}


@pytest.mark.parametrize("name", FROZEN)
def test_frozen_numbers(name):
    rng = np.random.default_rng(4)
    estimate = FROZEN[name]
    game, policies = ref.random_game(rng, (2, 2, 2)), ref.random_policies(rng, (2, 2, 2))
    found = SocialRelationship(estimate).shares(game.payoffs, ref.held(policies))
    assert (found == shares_by_hand(game, ref.lase(estimate), policies)).all()


def test_every_sign_pattern_of_symmetric_games():
    # whether the other's cooperation helps a cooperator (R > S) and a defector (T > P), ties included
    rng = np.random.default_rng(5)
    seen = set()
    for _ in range(400):
        R, S, T, P = (int(v) for v in rng.integers(-3, 4, size=4))
        pattern = (np.sign(R - S), np.sign(T - P), np.sign(T - R))
        if pattern in seen:
            continue
        seen.add(pattern)
        game, policies = gt.Game.two_by_two(R, S, T, P), ref.random_policies(rng, (2, 2))
        found = SocialRelationship().shares(game.payoffs, ref.held(policies))
        assert (found == shares_by_hand(game, ref.lase(), policies)).all(), (R, S, T, P)
    assert len(seen) == 27


def test_batches_of_payoffs_of_estimates_and_of_both():
    rng = np.random.default_rng(6)
    n_actions = (2, 3)
    games = [ref.random_game(rng, n_actions, exact=False) for _ in range(3)]
    profiles = [ref.random_policies(rng, n_actions) for _ in range(4)]
    payoffs = np.stack([g.payoffs for g in games])  # (3, n, *A)
    columns = [np.array([p[j] for p in profiles], dtype=float) for j in range(2)]  # (4, A_j)
    transfer = SocialRelationship(("mixed", 0.25))
    weights = ref.lase(("mixed", Fraction(1, 4)))
    expected = np.array([[totals_by_hand(g, weights, p).astype(float) for p in profiles] for g in games])

    both = transfer.effective(payoffs[:, None], [columns] * 2)
    assert both.shape == (3, 4, 2, *n_actions)
    np.testing.assert_allclose(both, expected, rtol=0, atol=1e-13)
    one_game = transfer.effective(payoffs[1], [columns] * 2)
    np.testing.assert_allclose(one_game, expected[1], rtol=0, atol=1e-13)
    one_profile = transfer.effective(payoffs, [[c[2] for c in columns]] * 2)
    np.testing.assert_allclose(one_profile, expected[:, 2], rtol=0, atol=1e-13)
    paired = transfer.effective(payoffs, [[c[:3] for c in columns]] * 2)
    np.testing.assert_allclose(paired, expected[range(3), range(3)], rtol=0, atol=1e-13)
    deep = transfer.effective(payoffs[:, None, None], [[c.reshape(2, 2, -1) for c in columns]] * 2)
    np.testing.assert_allclose(deep.reshape(expected.shape), expected, rtol=0, atol=1e-13)


def test_each_player_uses_its_own_estimate():
    # estimates are per ordered pair: player 1's of player 2 need not be what player 3 thinks of player 2
    rng = np.random.default_rng(7)
    game = ref.random_game(rng, (2, 2, 2))
    beliefs = [ref.random_policies(rng, (2, 2, 2)) for _ in range(3)]
    found = SocialRelationship().shares(game.payoffs, [ref.arrays(row) for row in beliefs])
    for i in range(3):
        assert (found[i] == shares_by_hand(game, ref.lase(), beliefs[i])[i]).all()


def test_nobody_writes_to_the_callers_arrays():
    rng = np.random.default_rng(8)
    payoffs = rng.normal(size=(2, 2, 2))
    policy = np.array([0.25, 0.75])
    before = payoffs.copy(), policy.copy()
    transfer = SocialRelationship(("mixed", 0.5), clip=False)
    transfer.shares(payoffs, [[policy] * 2] * 2)[:] = 0
    Selfish().effective(payoffs, [[policy] * 2] * 2)[:] = 0
    assert (payoffs == before[0]).all()
    assert (policy == before[1]).all()


# ---------------------------------------------------------------------- known values
def test_two_actions_only_the_surprise_counts():
    # the theory of the project: with two actions omega is 1 - q when j cooperates and -q when it defects, for any
    # payoffs while cooperation helps; a row in which it harms has the two exchanged
    q = 0.3
    for good, bad in [(3.0, 0.0), (100.0, 99.0), (-1.0, -7.5)]:
        assert relationship([good, bad], [q, 1 - q], 0) == pytest.approx(1 - q, abs=1e-15)
        assert relationship([good, bad], [q, 1 - q], 1) == pytest.approx(-q, abs=1e-15)
        assert relationship([bad, good], [q, 1 - q], 0) == pytest.approx(-(1 - q), abs=1e-15)
        assert relationship([bad, good], [q, 1 - q], 1) == pytest.approx(q, abs=1e-15)


def test_three_actions_by_hand():
    # Q = (6, 0, 3), estimate (1/6, 1/2, 1/3): mean 2, range 6, so omega = (2/3, -1/3, 1/6)
    q = np.array([Fraction(6), Fraction(0), Fraction(3)], dtype=object)
    policy = np.array([Fraction(1, 6), HALF, Fraction(1, 3)], dtype=object)
    assert relationship(q, policy, np.arange(3)).tolist() == [Fraction(2, 3), Fraction(-1, 3), Fraction(1, 6)]


def test_gifts_at_mutual_cooperation():
    # one of three players surprises both others by 1 - q = 2/3 each: half of that from each, and each keeps the rest
    assert gift_weights(Fraction(2, 3), 3) == Fraction(1, 3)
    assert gift_weights(Fraction(2, 3), 2) == Fraction(2, 3)
    assert gift_weights(0.5, 5) == 0.125
    assert gift_weights(-0.5, 5) == 0
    assert gift_weights(-0.5, 5, clip=False) == -0.125
    assert gift_weights(0.5, 2, scale=3) == 1.5
    assert gift_weights(0.5, 1) == 0.5  # nobody to give to, and no division by zero


def test_split_and_kept_share_by_hand():
    w = with_kept_share(np.array([[0, 0.25, 0.25], [0.5, 0, 0], [0, 1, 0]]))
    assert w.tolist() == [[0.5, 0.25, 0.25], [0.5, 0.5, 0], [0, 1, 0]]
    # player 1 gets 0.5 · 8 + 0.5 · 2; player 2 gets 0.25 · 8 + 0.5 · 2 + 1 · (-4); player 3 gets 0.25 · 8
    assert split(w, np.array([8.0, 2.0, -4.0])).tolist() == [5.0, -1.0, 2.0]


def test_a_share_of_a_loss_is_passed_on_as_a_loss():
    # (-1, -3, 0, -2) at mutual cooperation, each expected to cooperate with 1/4: weight 3/4 of a loss of 1 each way;
    # at (C, D) player 2 gets nothing and player 1 gets 3/4 of player 2's 0
    game = gt.Game.two_by_two(-1, -3, 0, -2)
    policies = ref.held([[Fraction(1, 4), Fraction(3, 4)]] * 2)
    totals = SocialRelationship().effective(game.payoffs, policies)
    assert totals[:, 0, 0].tolist() == [-1, -1]
    assert totals[:, 0, 1].tolist() == [-3, 0]
    shares = SocialRelationship(positive_only=True).shares(game.payoffs, policies)
    assert shares[0, 1].tolist() == [[0, 0], [0, 0]]  # no payoff of the game is a gain


def test_willis_symmetric_reward_transfer_makes_cooperation_dominant():
    # Willis, Du, Leibo, Luck: the largest self-interest level of a 2×2 dilemma is
    # min(1, (R - S)/(T - S), (T - P)/(T - S)): there neither action is better, below it cooperating is
    levels = {
        (3, 0, 4, 1): Fraction(3, 4), (3, 0, 5, 1): Fraction(3, 5), (4, 0, 5, 1): Fraction(4, 5),
        (-1, -3, 0, -2): Fraction(2, 3), (1, -1, 2, 0): Fraction(2, 3),
    }  # fmt: skip
    for payoffs, level in levels.items():
        game = gt.Game.two_by_two(*payoffs)

        def gains(share, game=game):
            own = FixedShare(share).effective(game.payoffs, ref.held([[HALF, HALF]] * 2))[0]
            return own[0] - own[1]  # cooperating less defecting, against C and against D

        assert min(gains(level)) == 0
        assert min(gains(level - Fraction(1, 100))) > 0
        assert min(gains(level + Fraction(1, 100))) < 0


def test_equal_sharing_makes_everybody_climb_the_mean():
    game = ref.random_game(np.random.default_rng(9), (2, 3, 2))
    policies = ref.held(ref.random_policies(np.random.default_rng(9), (2, 3, 2)))
    totals = GroupOptimal().effective(game.payoffs, policies)
    assert (totals == game.payoffs.sum(axis=0) / Fraction(3)).all()


def test_fixed_share_of_a_number_and_of_a_matrix():
    assert FixedShare(Fraction(1, 4)).matrix(3).tolist() == [
        [Fraction(1, 4), Fraction(3, 8), Fraction(3, 8)],
        [Fraction(3, 8), Fraction(1, 4), Fraction(3, 8)],
        [Fraction(3, 8), Fraction(3, 8), Fraction(1, 4)],
    ]
    matrix = [[Fraction(1, 2), Fraction(1, 2), 0], [0, 1, 0], [Fraction(1, 5), Fraction(2, 5), Fraction(2, 5)]]
    rng = np.random.default_rng(10)
    game, policies = ref.random_game(rng, (2, 2, 2)), ref.random_policies(rng, (2, 2, 2))
    found = FixedShare(matrix).effective(game.payoffs, ref.held(policies))
    assert (found == totals_by_hand(game, ref.fixed(matrix), policies)).all()
    assert FixedShare(1).matrix(4).tolist() == np.eye(4, dtype=int).tolist()
    assert Selfish().matrix(1).tolist() == [[1]]


# ---------------------------------------------------------------------- flat values
def test_flat_values_of_floats_are_relative_to_the_range_of_payoffs():
    # at most 1e-9 of the range of the player's payoffs counts as flat, for payoffs of any size
    for size in (1e-6, 1.0, 1e6):
        for gap, flat in [(1e-11, True), (1e-7, False)]:
            base = np.array([[1.0, 1.0 + gap], [0.0, 2.0]]) * size
            game = gt.Game.from_bimatrix(base, base)
            x = np.array([0.25, 0.75])
            gift = SocialRelationship().shares(game.payoffs, [[x, x]] * 2)[0, 1]
            assert gift[0].tolist() == ([0.0, 0.0] if flat else [0.0, pytest.approx(0.25)])
            assert gift[1].tolist() == [0.0, pytest.approx(0.25)]


def test_flat_values_are_judged_alike_for_floats_and_exact_payoffs():
    # docs/conventions.md: flat means at most 1e-9 of the range of the player's payoffs, here 2
    x = np.array([Fraction(1, 4), Fraction(3, 4)], dtype=object)
    for gap, expected in [(Fraction(0), 0), (Fraction(1, 10**9), 0), (Fraction(1, 10**8), Fraction(1, 4))]:
        payoffs = [[1, 1 + gap], [0, 2]]
        game = gt.Game.from_bimatrix(payoffs, payoffs)
        assert SocialRelationship().shares(game.payoffs, [[x, x]] * 2)[0, 1, 0, 1] == expected
        floats = SocialRelationship().shares(game.numeric, [[x.astype(float)] * 2] * 2)
        assert floats[0, 1, 0, 1] == pytest.approx(float(expected))


@pytest.mark.parametrize("estimate", [None, ("mixed",), ("frozen", 0.5, 1), "learned", ("exact", 1)])
def test_malformed_estimates_say_what_is_allowed(estimate):
    with pytest.raises(ValueError, match="estimate must be"):
        SocialRelationship(estimate=estimate)


@pytest.mark.parametrize(("share", "error"), [("a", TypeError), (float("nan"), ValueError), (True + 0j, TypeError)])
def test_shares_are_real_numbers(share, error):
    with pytest.raises(error, match="numbers of a transfer must be"):
        FixedShare(share)


def test_flat_guard_of_learned_values():
    q = np.array([[1.0, 1.0], [1.0, 1.0 + 1e-8], [1.0, 2.0]])
    x = np.array([0.5, 0.5])
    np.testing.assert_allclose(relationship(q, x, [0, 0, 0], flat=1e-6), [0, 0, -0.5])
    np.testing.assert_allclose(relationship(q, x, [0, 0, 0], flat=np.array([0, 0, 1.0])), [0, -0.5, 0], atol=1e-7)
    assert relationship([0.0, 0.0], x, 1) == 0  # and no warning of a division by zero


# ---------------------------------------------------------------------- properties
unit = st.floats(0, 1, allow_subnormal=False)
payoff = st.floats(-100, 100, allow_subnormal=False).map(lambda v: round(v, 6))
two_players = hnp.arrays(np.float64, (2, 2, 2), elements=payoff)
three_players = hnp.arrays(np.float64, (3, 2, 3, 2), elements=payoff)


@st.composite
def policy(draw, actions):
    weights = draw(st.lists(st.integers(0, 20), min_size=actions, max_size=actions).filter(any))
    return np.array(weights) / sum(weights)


@given(q=hnp.arrays(np.float64, (4,), elements=payoff), estimate=policy(4))
def test_relationships_lie_between_minus_one_and_one_and_average_to_zero(q, estimate):
    omega = relationship(q, estimate, np.arange(4))
    assert np.abs(omega).max() <= 1 + 1e-12
    assert estimate @ omega == pytest.approx(0, abs=1e-12)  # exact estimates: E[omega] = 0


@given(q=hnp.arrays(np.float64, (3,), elements=payoff), estimate=policy(3), scale=st.floats(0.01, 100))
def test_relationships_have_no_units_and_no_origin(q, estimate, scale):
    flat = 1e-9 * np.ptp(q)
    omega = relationship(q, estimate, np.arange(3), flat=flat)
    np.testing.assert_allclose(
        relationship(scale * q, estimate, np.arange(3), flat=scale * flat), omega, rtol=0, atol=1e-9
    )
    np.testing.assert_allclose(
        relationship(-q, estimate, np.arange(3), flat=flat), -omega, rtol=0, atol=1e-12
    )  # what helps one harms its mirror image


@given(payoffs=three_players, policies=st.tuples(policy(2), policy(3), policy(2)), clip=st.booleans())
def test_shares_are_shares(payoffs, policies, clip):
    w = SocialRelationship(clip=clip).shares(payoffs, [list(policies)] * 3)
    np.testing.assert_allclose(w.sum(axis=1), 1, rtol=0, atol=1e-12)  # rows sum to one
    off_diagonal = w[~np.eye(3, dtype=bool)]
    assert off_diagonal.max() <= 0.5 + 1e-12  # 1/(n - 1)
    assert off_diagonal.min() >= (0 if clip else -0.5 - 1e-12)
    if clip:
        assert w.min() >= -1e-12


@given(payoffs=three_players, policies=st.tuples(policy(2), policy(3), policy(2)), scale=st.floats(0, 3))
def test_nothing_is_lost_or_made(payoffs, policies, scale):
    totals = SocialRelationship(scale=scale).effective(payoffs, [list(policies)] * 3)
    np.testing.assert_allclose(totals.sum(axis=0), payoffs.sum(axis=0), rtol=0, atol=1e-10)


@given(payoffs=two_players, p=unit, q=unit, size=st.floats(0.01, 100))
def test_scaling_payoffs_scales_rewards_and_leaves_weights(payoffs, p, q, size):
    held = [[np.array([p, 1 - p]), np.array([q, 1 - q])]] * 2
    transfer = SocialRelationship()
    np.testing.assert_allclose(
        transfer.shares(size * payoffs, held), transfer.shares(payoffs, held), rtol=0, atol=1e-7
    )  # payoffs of 6 decimals: gaps of 1e-6 beside 100 carry seven digits
    np.testing.assert_allclose(
        transfer.effective(size * payoffs, held), size * transfer.effective(payoffs, held), rtol=0, atol=1e-5 * size
    )


def test_weights_are_not_changed_by_a_shift_but_rewards_are():
    # LASE is not shift-invariant: a share of an endowment is a gift too
    game, shifted = gt.Game.two_by_two(3, 0, 5, 1), gt.Game.two_by_two(13, 10, 15, 11)
    held = ref.held([[HALF, HALF], [Fraction(1, 3), Fraction(2, 3)]])
    transfer = SocialRelationship()
    assert (transfer.shares(game.payoffs, held) == transfer.shares(shifted.payoffs, held)).all()
    assert not (transfer.effective(shifted.payoffs, held) == transfer.effective(game.payoffs, held) + 10).all()
    assert (GroupOptimal().effective(shifted.payoffs, held) == GroupOptimal().effective(game.payoffs, held) + 10).all()


@given(payoffs=three_players, policies=st.tuples(policy(2), policy(3), policy(2)), j=st.integers(0, 2))
def test_a_perfectly_predicted_player_gets_nothing(payoffs, policies, j):
    # exact estimates: a player with a pure policy surprises nobody with what it does
    policies = list(policies)
    action = int(np.argmax(policies[j]))
    policies[j] = np.eye(len(policies[j]))[action]
    w = SocialRelationship().shares(payoffs, [policies] * 3)
    played = np.take(w, action, axis=2 + j)  # what j does: w[i, j] at its action
    for i in range(3):
        if i != j:
            np.testing.assert_allclose(played[i, j], 0, rtol=0, atol=1e-12)


# ---------------------------------------------------------------------- symbols
def test_symbols_with_stated_order_give_expressions():
    R, S, T, P = sp.symbols("R S T P")
    with pytest.raises(UndecidedSignError, match=r"which payoff is the larger.*assume=\[R > S, T > P\]"):
        SocialRelationship().shares(
            gt.Game.two_by_two(R, S, T, P).payoffs, ref.held([[HALF, HALF]] * 2)
        )  # the bare payoffs carry no assumption
    a, b = sp.symbols("a b", positive=True)
    payoffs = gt.Game.two_by_two(a + b, a, b, 0).payoffs
    w = SocialRelationship().shares(payoffs, ref.held([[Fraction(1, 3), Fraction(2, 3)]] * 2))
    assert w[0, 1, 0, 0] == sp.Rational(2, 3)
    assert w[0, 1, 1, 1] == 0


def test_open_signs_of_weights_become_max():
    q = np.array([sp.Symbol("z", real=True), sp.Integer(-1)], dtype=object)
    assert gift_weights(q, 2).tolist() == [sp.Max(0, q[0]), 0]


def test_positive_only_needs_the_sign_of_payoffs():
    z = sp.Symbol("z", real=True)
    payoffs = np.array([[[z, z - 1], [3, 2]]] * 2, dtype=object)
    with pytest.raises(UndecidedSignError, match="positive_only needs the sign of every payoff"):
        SocialRelationship(positive_only=True).shares(payoffs, ref.held([[HALF, HALF]] * 2))


def test_symbols_of_a_transfer_are_bound_by_name():
    eps, kappa, s = sp.symbols("eps kappa s")
    transfer = SocialRelationship(("mixed", eps), scale=kappa)
    assert {symbol.name for symbol in transfer.symbols} == {"eps", "kappa"}
    half_bound = transfer.bind(kappa=2)
    assert half_bound.symbols == {eps}
    bound = half_bound.bind(eps=sp.Rational(1, 4))
    assert not bound.symbols
    game, policies = gt.Game.two_by_two(3, 0, 5, 1), [[Fraction(1, 3), Fraction(2, 3)]] * 2
    expected = shares_by_hand(game, ref.lase(("mixed", Fraction(1, 4)), scale=2), policies)
    np.testing.assert_allclose(
        bound.shares(game.numeric, ref.held(policies, float)), expected.astype(float), rtol=0, atol=1e-14
    )
    assert transfer.bind(other=3) is transfer
    q1, q2 = sp.symbols("q1 q2")
    pair = SocialRelationship(("frozen", [q1, q2])).bind(q1=sp.Rational(1, 5), q2=sp.Rational(2, 5))
    expected = shares_by_hand(game, ref.lase(("frozen", [Fraction(1, 5), Fraction(2, 5)])), policies)
    np.testing.assert_allclose(
        pair.shares(game.numeric, ref.held(policies, float)), expected.astype(float), rtol=0, atol=1e-14
    )
    assert FixedShare(s).bind(s=Fraction(3, 4)).matrix(2).tolist() == FixedShare(Fraction(3, 4)).matrix(2).tolist()


def test_symbols_and_floats_do_not_mix():
    game = gt.Game.two_by_two(3.0, 0.0, 5.0, 1.0)
    with pytest.raises(ValueError, match="a transfer with symbols serves symbolic games"):
        SocialRelationship(("mixed", sp.Symbol("eps"))).shares(game.payoffs, ref.held([[HALF, HALF]] * 2, float))


# ---------------------------------------------------------------------- own transfers
class Altruist(Transfer):
    """Two players, each feels the other's payoff."""

    def effective(self, payoffs, held):  # noqa: ARG002 (part of the interface)
        return payoffs[..., ::-1, :, :]


class Tithe(ShareTransfer):
    """Everybody gives a tenth of the estimated cooperation of the next player to that player."""

    def shares(self, payoffs, held):
        n = len(held)
        gifts = np.zeros((n, n, *payoffs.shape[-n:]), dtype=payoffs.dtype)
        for i in range(n):
            gifts[i, (i + 1) % n] = held[i][(i + 1) % n][0] / 10
        return with_kept_share(gifts, joint=n)


def test_own_transfer_by_effective():
    game = gt.Game.from_bimatrix([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    assert Altruist().effective(game.payoffs, held=()).tolist() == game.payoffs[::-1].tolist()
    assert Altruist().symbols == set()
    assert Altruist().stand_ins == {}
    assert Altruist().smoothness((2, 2)) == "piecewise"
    transfer = Altruist()
    assert transfer.bind(a=1) is transfer


def test_own_share_transfer_by_shares():
    game = gt.Game.two_by_two(3, 0, 5, 1)
    policies = [[HALF, HALF], [Fraction(1, 5), Fraction(4, 5)]]
    totals = Tithe().effective(game.payoffs, ref.held(policies))
    # player 1 gives 1/50 of its reward, player 2 gives 1/20 of its reward
    expected = [
        [r1 * Fraction(49, 50) + r2 * Fraction(1, 20), r2 * Fraction(19, 20) + r1 * Fraction(1, 50)]
        for r1, r2 in [(3, 3), (0, 5), (5, 0), (1, 1)]
    ]
    assert totals.reshape(2, 4).T.tolist() == expected


# ---------------------------------------------------------------------- what is refused
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SocialRelationship("guess"), r'estimate must be "exact", \("frozen", q\) or \("mixed", eps\), got'),
        (lambda: SocialRelationship("mixed"), "estimate must be"),
        (lambda: SocialRelationship(("exact", 0.5)), r"estimate must be .* got \('exact', 0.5\)"),
        (lambda: SocialRelationship(("mixed", 1.5)), r"must lie in \[0, 1\], got 1.5"),
        (lambda: SocialRelationship(("frozen", -0.1)), r"must lie in \[0, 1\], got -0.1"),
        (lambda: SocialRelationship(("frozen", [0.5, [0.5, 0.6]])), "must be a distribution.*sums to 11/10"),
        (lambda: SocialRelationship(("frozen", [[1.5, -0.5]])), "must be a distribution"),
        (lambda: SocialRelationship(scale=-1), "scale must be at least 0, got"),
        (lambda: FixedShare([[0.5, 0.4], [0, 1]]), r"every row of share must sum to one, got sums \['9/10', '1'\]"),
        (lambda: FixedShare([[1, 0]]), r"n × n matrix, got shape \(1, 2\)"),
        (lambda: FixedShare([1, 0]), r"n × n matrix, got shape \(2,\)"),
        (lambda: FixedShare([[1, 0], [0, 1]]).matrix(3), "made for 2 players, the game has 3"),
    ],
)
def test_bad_settings(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("estimate", "n_actions", "message"),
    [
        (("frozen", [0.5, 0.5, 0.5]), (2, 2), "one for each of the 2 players, got 3"),
        (("frozen", 0.5), (2, 3), "the frozen estimate of player 2 has 2 actions, the game 3; a number serves"),
        (("frozen", [[0.2, 0.3, 0.5]]), (2, 3), "the frozen estimate of player 1 has 3 actions, the game 2;"),
    ],
)
def test_a_frozen_estimate_that_does_not_fit_the_game(estimate, n_actions, message):
    rng = np.random.default_rng(11)
    game, policies = ref.random_game(rng, n_actions), ref.random_policies(rng, n_actions)
    with pytest.raises(ValueError, match=message):
        SocialRelationship(estimate).shares(game.payoffs, ref.held(policies))


def test_representations_say_what_is_special():
    assert repr(SocialRelationship()) == "SocialRelationship()"
    assert repr(SocialRelationship(clip=False)) == "SocialRelationship(clip=False)"
    assert "scale=2" in repr(SocialRelationship(scale=2))
    assert repr(Selfish()) == "Selfish()"
    assert repr(GroupOptimal()) == "GroupOptimal()"
    assert "1/4" in repr(FixedShare(Fraction(1, 4)))


def test_smoothness():
    for n_actions, expected in [((2, 2), "polynomial"), ((2, 3), "piecewise"), ((3, 3), "piecewise")]:
        assert SocialRelationship().smoothness(n_actions) == expected
        assert SocialRelationship(clip=False).smoothness(n_actions) == "polynomial"
        assert Selfish().smoothness(n_actions) == "polynomial"
