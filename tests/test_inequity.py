"""Inequity aversion against a slow second implementation, known values and equilibria, and its properties."""

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
from gametheory.transfer import InequityAversion, Selfish, UndecidedSignError

SHAPES = [(3,), (2, 2), (2, 3), (2, 2, 2), (2, 3, 2), (2, 2, 3, 2)]
DILEMMA = gt.Game.two_by_two(3, 0, 5, 1)


def uniform(n_actions, dtype=float):
    """Everybody estimates everybody at random."""
    return ref.held([[Fraction(1, a)] * a for a in n_actions], dtype)


def utilities(game, alpha, beta):
    """Everybody's utilities at each joint action, (n, *A)."""
    return InequityAversion(alpha, beta).effective(game.payoffs, uniform(game.n_actions))


def utilities_by_hand(game, alpha, beta):
    """Utilities of the slow implementation as an array (n, *A)."""
    result = np.empty(game.payoffs.shape, dtype=object)
    for joint, entry in ref.inequity_averse(ref.table(game), alpha, beta).items():
        for i, utility in enumerate(entry):
            result[(i, *joint)] = utility
    return result


def is_nash(game, alpha, beta, joint):
    """Whether nobody gains by another action than that of the pure profile `joint`."""
    u = utilities(game, alpha, beta)
    return all(
        u[(i, *joint)] >= u[(i, *ref.with_action(joint, i, b))]
        for i in range(game.n_players)
        for b in range(game.n_actions[i])
    )


# ---------------------------------------------------------------------- against the slow implementation
@pytest.mark.parametrize("n_actions", SHAPES, ids=str)
def test_utilities_are_those_of_the_slow_implementation(n_actions):
    rng = np.random.default_rng(len(n_actions))
    n = len(n_actions)
    own = [Fraction(int(k), 4) for k in rng.integers(0, 9, size=n)], [Fraction(int(k), 5) for k in range(n)]
    for alpha, beta in [((Fraction(5),) * n, (Fraction(1, 20),) * n), own]:
        exact, floats = ref.random_game(rng, n_actions), ref.random_game(rng, n_actions, exact=False)
        # numbers that all players share are given once
        given_alpha, given_beta = (v[0] if len(set(v)) == 1 else v for v in (alpha, beta))
        found = utilities(exact, given_alpha, given_beta)
        assert (found == utilities_by_hand(exact, alpha, beta)).all()
        assert all(isinstance(u, Fraction) for u in found.flat)
        found = utilities(floats, given_alpha, given_beta)
        assert found.dtype == np.float64
        expected = utilities_by_hand(floats, alpha, beta).astype(float)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_batches_of_payoffs_and_of_estimates():
    rng = np.random.default_rng(6)
    games = [ref.random_game(rng, (2, 3), exact=False) for _ in range(6)]
    payoffs = np.stack([game.payoffs for game in games]).reshape(2, 3, 2, 2, 3)
    transfer = InequityAversion([2, 0.5], [0.25, 3])
    expected = np.array([utilities_by_hand(game, (2, Fraction(1, 2)), (Fraction(1, 4), 3)) for game in games])
    found = transfer.effective(payoffs, uniform((2, 3)))
    np.testing.assert_allclose(found, expected.astype(float).reshape(payoffs.shape), rtol=0, atol=1e-12)
    many = [[np.full((4, a), 1 / a) for a in (2, 3)]] * 2  # what is believed makes no difference
    np.testing.assert_array_equal(transfer.effective(payoffs[0, 0], many), found[0, 0])


def test_nobody_writes_to_the_callers_array():
    payoffs = DILEMMA.numeric.copy()
    InequityAversion(0, 0).effective(payoffs, uniform((2, 2)))[:] = 7
    assert (payoffs == DILEMMA.numeric).all()


# ---------------------------------------------------------------------- known values
def test_values_of_a_prisoners_dilemma():
    # Fehr and Schmidt (1999), equation (1), with the numbers of Hughes et al. (2018): at (C, D) the cooperator is
    # 5 behind, 0 - 5 · 5 = -25, and the defector 5 ahead, 5 - 5/20 = 4.75; a reward for being ahead would give 5.25
    u = utilities(DILEMMA, 5, 0.05)
    assert u[0].tolist() == [[3, -25], [Fraction(19, 4), 1]]
    assert u[1].tolist() == [[3, Fraction(19, 4)], [-25, 1]]


def test_three_players_by_hand():
    # rewards (6, 0, 3) with alpha 1 and beta 1/2: the first is 6 and 3 ahead, 6 - (9/2)/2; the second 6 and 3 behind,
    # 0 - 9/2; the third 3 behind and 3 ahead, 3 - 3/2 - (3/2)/2
    game = gt.Game(np.array([6, 0, 3]).reshape(3, 1, 1, 1))
    assert utilities(game, 1, 0.5).ravel().tolist() == [Fraction(15, 4), Fraction(-9, 2), Fraction(3, 4)]


@pytest.mark.parametrize("payoffs", [(3, 0, 5, 1), (4, 0, 5, 1), (2, 1, 4, 0), (-1, -3, 0, -2)])
def test_where_mutual_cooperation_and_defection_are_equilibria(payoffs):
    R, S, T, P = payoffs
    game, small = gt.Game.two_by_two(*payoffs), Fraction(1, 1000)
    guilt = Fraction(T - R, T - S)  # 2/5 for (3, 0, 5, 1)
    envy = Fraction(S - P, T - S)  # below 0 in a prisoner's dilemma: mutual defection is always an equilibrium
    for other in (0, Fraction(1, 3), 4):
        assert is_nash(game, other, guilt, (0, 0))
        assert not is_nash(game, other, guilt - small, (0, 0))
        assert is_nash(game, max(envy, 0), other, (1, 1))
        assert envy <= 0 or not is_nash(game, envy - small, other, (1, 1))


def test_public_goods_of_fehr_and_schmidt():
    # Fehr and Schmidt (1999), proposition 4, with a the return of a contribution to each: giving nothing is dominant
    # where a + beta < 1; k of n players free-ride and all others contribute in an equilibrium where for each of these
    # k/(n - 1) <= (a + beta - 1)/(alpha + beta)
    n, a, small = 4, Fraction(1, 2), Fraction(1, 1000)
    game = gt.catalogue.public_goods(n=n, multiplier=a * n)

    def gains(beta):
        """Return what player 1 gains by giving nothing, whatever the others do."""
        u = utilities(game, 1, beta)[0]
        return u[1] - u[0]

    assert gains(1 - a - small).min() > 0
    assert gains(1 - a).min() == 0
    assert gains(1 - a + small).min() < 0

    beta = Fraction(7, 8)
    for k in (1, 2):
        joint = (0,) * (n - k) + (1,) * k
        guilt = [beta] * (n - k) + [0] * k
        limit = (a + beta - 1) * (n - 1) / k - beta  # the largest alpha
        if limit >= 0:
            assert is_nash(game, [limit] * (n - k) + [0] * k, guilt, joint)
            assert not is_nash(game, [limit + small] * (n - k) + [0] * k, guilt, joint)
        else:
            assert not is_nash(game, 0, guilt, joint)
    assert (a + beta - 1) * (n - 1) - beta == Fraction(1, 4)  # so both cases are met


# ---------------------------------------------------------------------- properties
number = st.fractions(-20, 20, max_denominator=30)
aversion = st.fractions(0, 6, max_denominator=20)
three_players = hnp.arrays(object, (3, 2, 3, 2), elements=number)
same_actions = hnp.arrays(object, (3, 2, 2, 2), elements=number)
aversions = st.lists(aversion, min_size=3, max_size=3)


@given(payoffs=three_players, alpha=aversions, beta=aversions)
def test_against_the_slow_loop(payoffs, alpha, beta):
    game = gt.Game(payoffs)
    assert (utilities(game, alpha, beta) == utilities_by_hand(game, alpha, beta)).all()


@given(payoffs=three_players, alpha=aversions, beta=aversions, shift=number, scale=st.fractions(0, 50))
def test_utilities_have_the_unit_and_the_origin_of_payoffs(payoffs, alpha, beta, shift, scale):
    game, moved = gt.Game(payoffs), gt.Game(scale * payoffs + shift)
    assert (utilities(moved, alpha, beta) == scale * utilities(game, alpha, beta) + shift).all()


@given(payoffs=same_actions, alpha=aversions, beta=aversions, order=st.permutations(range(3)))
def test_players_may_be_relabelled(payoffs, alpha, beta, order):
    def relabelled(array):
        return array[order].transpose(0, *(k + 1 for k in order))

    moved = gt.Game(relabelled(payoffs))
    found = utilities(moved, [alpha[k] for k in order], [beta[k] for k in order])
    assert (found == relabelled(utilities(gt.Game(payoffs), alpha, beta))).all()


@given(payoffs=three_players, alpha=aversions, beta=aversions)
def test_inequity_is_a_loss_and_equal_payoffs_are_none(payoffs, alpha, beta):
    game = gt.Game(payoffs)
    assert (utilities(game, alpha, beta) <= game.payoffs).all()
    equal = gt.Game(np.stack([payoffs[0]] * 3))
    assert (utilities(equal, alpha, beta) == equal.payoffs).all()
    assert (utilities(game, 0, 0) == Selfish().effective(game.payoffs, uniform(game.n_actions))).all()


@given(payoffs=hnp.arrays(object, (2, 2, 3), elements=number))
def test_guilt_of_one_between_two_players_makes_the_leader_feel_the_others_payoff(payoffs):
    # r_i - max(r_i - r_j, 0) = min(r_i, r_j); twice the guilt mirrors the lead
    game = gt.Game(payoffs)
    assert (utilities(game, 0, 1) == np.minimum(payoffs, payoffs[::-1])).all()
    assert (utilities(game, 0, 2) == payoffs - 2 * np.maximum(payoffs - payoffs[::-1], 0)).all()


# ---------------------------------------------------------------------- symbols
R, S, T, P, alpha_, beta_ = sp.symbols("R S T P alpha beta")
SYMBOLIC = gt.Game.two_by_two(R, S, T, P, assume=[T > R, R > P, P > S])
NUMBERS = {"R": 3.0, "S": 0.0, "T": 5.0, "P": 1.0, "alpha": 0.75, "beta": 0.625}


def test_expressions_agree_with_the_function():
    field = gt.rules.policy_gradient(SYMBOLIC, InequityAversion(alpha_, beta_))
    assert field.parameters == ("P", "R", "S", "T", "alpha", "beta")
    assert field.smoothness == "polynomial"
    # by hand: a cooperator is worth R or S - alpha (T - S), a defector T - beta (T - S) or P
    p1, p2 = field.space.symbols
    g = p2 * (R - T + beta_ * (T - S)) + (1 - p2) * (S - alpha_ * (T - S) - P)
    assert sp.expand(field.expressions[0] - p1 * (1 - p1) * g) == 0
    x = np.random.default_rng(0).random((50, 2))
    arguments = [*field.space.symbols, *map(sp.Symbol, NUMBERS)]
    by_expression = sp.lambdify(arguments, list(field.expressions))(*x.T, *NUMBERS.values())
    np.testing.assert_allclose(field(x, **NUMBERS), np.stack(by_expression, axis=-1), rtol=0, atol=1e-13)


def test_expressions_of_three_players_agree_with_the_function():
    rng = np.random.default_rng(1)
    game = ref.random_game(rng, (2, 3, 2))
    field = gt.rules.policy_gradient(game, InequityAversion([2, 0.5, 0], [0.25, 1, 3]))
    x = rng.random((20, 4)) / 2
    by_expression = sp.lambdify(field.space.symbols, list(field.expressions))(*x.T)
    np.testing.assert_allclose(field(x), np.stack(by_expression, axis=-1), rtol=0, atol=1e-12)
    policies = [
        [Fraction(1, 3), Fraction(2, 3)],
        [Fraction(1, 5), Fraction(3, 5), Fraction(1, 5)],
        [Fraction(1, 2)] * 2,
    ]
    rewards = ref.inequity_averse(ref.table(game), (2, Fraction(1, 2), 0), (Fraction(1, 4), 1, 3))
    expected = ref.own_gradient(rewards, ref.selfish, policies)
    found = field.objective.own_gradient(np.array(ref.coordinates(policies), dtype=float))
    np.testing.assert_allclose(found, np.array(expected, dtype=float), rtol=0, atol=1e-13)


def test_signs_that_no_assumption_decides_are_told():
    message = r"needs to know who gets more.*assume=\[T > S\]"
    undecided = gt.rules.policy_gradient(gt.Game.two_by_two(R, S, T, P), InequityAversion(1, 0))
    with pytest.raises(UndecidedSignError, match=message):  # R > S and T > P leave it open
        _ = undecided.expressions
    with pytest.raises(UndecidedSignError, match=message):  # the bare payoffs carry no assumption
        utilities(SYMBOLIC, 1, 0)
    enough = gt.rules.policy_gradient(gt.Game.two_by_two(R, S, T, P, assume=[T > S]), InequityAversion(1, 0))
    assert {s.name for s in enough.expressions[0].free_symbols} == {"p1", "p2", "R", "S", "T", "P"}


def test_symbols_are_bound_by_name():
    transfer = InequityAversion(alpha_, [beta_, 1])
    assert transfer.symbols == {alpha_, beta_}
    assert transfer.bind(other=3) is transfer
    half = transfer.bind(alpha=2)
    assert half.symbols == {beta_}
    bound = half.bind(beta=0.25)
    assert not bound.symbols
    expected = utilities_by_hand(DILEMMA, (2, 2), (Fraction(1, 4), 1))
    assert (bound.effective(DILEMMA.payoffs, uniform((2, 2))) == expected).all()
    field = gt.rules.policy_gradient(SYMBOLIC, transfer).bind(R=3, S=0, T=5, P=1, alpha=2, beta=0.25)
    direct = gt.rules.policy_gradient(DILEMMA, bound)
    assert all(sp.expand(a - b) == 0 for a, b in zip(field.expressions, direct.expressions, strict=True))
    with pytest.raises(ValueError, match="advantageous must be at least 0, got -1/2"):
        transfer.bind(beta=-0.5)
    with pytest.raises(ValueError, match="a transfer with symbols serves symbolic games"):
        transfer.effective(DILEMMA.numeric, uniform((2, 2)))


# ---------------------------------------------------------------------- where learning goes
def test_rest_points_of_the_dilemma():
    # g(p) = p (R - T + beta (T - S)) + (1 - p)(S - alpha (T - S) - P): with beta 1/2 and alpha 0 it is p/2 - (1 - p),
    # so that (2/3, 2/3) divides cooperation from defection; the little guilt of Hughes et al. does not help here
    def stability(alpha, beta):
        points = gt.analysis.rest_points(gt.rules.policy_gradient(DILEMMA, InequityAversion(alpha, beta)))
        assert points.complete
        assert all(point.gifts is None for point in points)  # nothing is given
        return {point.location: point.stability for point in points}

    guilty = stability(0, Fraction(1, 2))
    assert guilty[0, 0] == guilty[1, 1] == "sink"
    assert guilty[sp.Rational(2, 3), sp.Rational(2, 3)] == "saddle"
    assert len(guilty) == 5
    envious = stability(5, 0.05)
    assert [location for location, kind in envious.items() if kind == "sink"] == [(0, 0)]


def test_the_diagonal_needs_players_who_are_alike():
    game = gt.catalogue.public_goods(n=3, multiplier=2)
    alike = gt.rules.policy_gradient(game, InequityAversion(0, Fraction(1, 2))).diagonal()
    # contributing returns 2/3 of its cost of 1, and spares a lead of 1 over each other who contributes, minded by
    # 1/2 · 1/2 each: g = 2/3 - 1 + p/2
    (p,) = alike.space.symbols
    assert sp.expand(alike.expressions[0] - p * (1 - p) * (p / 2 - sp.Rational(1, 3))) == 0
    unlike = gt.rules.policy_gradient(game, InequityAversion([0, 1, 2], 0))
    with pytest.raises(ValueError, match="the players move differently on the diagonal"):
        unlike.diagonal()


# ---------------------------------------------------------------------- what is refused, and how it looks
@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: InequityAversion(-1, 0), ValueError, "disadvantageous must be at least 0, got -1"),
        (lambda: InequityAversion(0, -0.05), ValueError, "advantageous must be at least 0, got -1/20"),
        (lambda: InequityAversion([0, 1, -2], 0), ValueError, "disadvantageous must be at least 0, got -2"),
        (lambda: InequityAversion(0, -sp.sqrt(2)), ValueError, r"advantageous must be at least 0, got -sqrt\(2\)"),
        (lambda: InequityAversion(float("nan"), 0), ValueError, "numbers of a transfer must be finite, got nan"),
        (lambda: InequityAversion(0, float("inf")), ValueError, "numbers of a transfer must be finite, got inf"),
        (lambda: InequityAversion("much", 0), TypeError, "numbers of a transfer must be real numbers"),
        (lambda: InequityAversion([[1, 0]], 0), ValueError, r"disadvantageous must be a number.*got shape \(1, 2\)"),
        (lambda: utilities(DILEMMA, 0, [1, 1, 1]), ValueError, "advantageous was made for 3 players, the game has 2"),
        (lambda: utilities(DILEMMA, [1], 0), ValueError, "disadvantageous was made for 1 players, the game has 2"),
    ],
)
def test_bad_settings(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_zero_and_numbers_beyond_those_of_fehr_and_schmidt_are_accepted():
    for alpha, beta in product((0, 1, 7), repeat=2):
        assert utilities(DILEMMA, alpha, beta)[0, 1, 0] == 5 - 5 * beta


def test_representation_and_smoothness():
    assert repr(InequityAversion(5, 0.05)) == "InequityAversion(disadvantageous=5, advantageous=1/20)"
    assert repr(InequityAversion([alpha_, 2], 0)) == "InequityAversion(disadvantageous=[alpha, 2], advantageous=0)"
    assert InequityAversion(1, 1).smoothness((3, 3)) == "polynomial"
