"""Best replies, equilibria, partners and rivals: cited values and brute force."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gametheory import Game
from gametheory.memory_one import (
    best_reply,
    deterministic,
    feasible_payoffs,
    grim_threshold,
    is_equilibrium,
    is_partner,
    is_rival,
    largest_generosity,
    payoffs,
    reachable,
    regret,
    strategy,
    tit_for_tat_threshold,
    transitions,
    wsls_threshold,
)

F = Fraction
AXELROD = Game.two_by_two(R=3, S=0, T=5, P=1)
UNEVEN = Game.from_bimatrix([[3.0, -1.0], [4.5, 0.25]], [[2.0, 6.0], [-0.5, 1.0]])
mixed = arrays(np.float64, 5, elements=st.floats(0.01, 0.99))


def random_dilemma(rng):
    """Draw a prisoner's dilemma with 2 R > T + S."""
    while True:
        S, P, R, T = np.sort(rng.random(4))
        if 2 * R > T + S + 0.02 and min(P - S, R - P, T - R) > 0.02:
            return Game.two_by_two(R, S, T, P)


def limits(x, y):
    """Cesàro limits from each state, shape (4, 4), by powers of the lazy chain."""
    power = (transitions(x, y) + np.eye(4)) / 2
    for _ in range(45):
        power = power @ power
        power /= power.sum(axis=1, keepdims=True)
    return power


# ---------------------------------------------------------------------------------------------- replies
@given(mixed, mixed, st.floats(0.05, 0.95))
def test_no_mixed_strategy_beats_the_best_deterministic_one(x, y, discount):
    assert best_reply(UNEVEN, y, discount=discount).value >= payoffs(UNEVEN, x, y, discount=discount)[0] - 1e-10


@given(mixed, st.floats(0.05, 0.95))
@settings(max_examples=30)
def test_the_best_reply_is_the_value_of_the_decision_process(y, discount):
    """Value iteration over the four states, which knows nothing of strategies."""
    q = y[[1, 3, 2, 4]]
    A = UNEVEN.payoffs[0]
    value = np.zeros(4)
    for _ in range(2000):
        cooperate = q * (A[0, 0] + discount * value[0]) + (1 - q) * (A[0, 1] + discount * value[1])
        defect = q * (A[1, 0] + discount * value[2]) + (1 - q) * (A[1, 1] + discount * value[3])
        value, before = np.maximum(cooperate, defect), value
        if np.abs(value - before).max() < 1e-13:
            break
    first = [
        y[0] * (A[a, 0] + discount * value[2 * a]) + (1 - y[0]) * (A[a, 1] + discount * value[2 * a + 1])
        for a in range(2)
    ]
    np.testing.assert_allclose(best_reply(UNEVEN, y, discount=discount).value, (1 - discount) * max(first), atol=1e-9)


def test_best_replies_in_fractions():
    reply = best_reply(AXELROD, strategy("TFT", exact=True), discount=F(2, 3))
    assert reply.value == 3
    assert reply.tolerance == 0
    # at the threshold 2/3 = (T - R)/(R - S), alternating does as well as cooperating
    assert any(tuple(row) == (0, 0, 0, 1, 1) for row in reply.strategies)
    assert any(tuple(row) == (1, 1, 1, 1, 1) for row in reply.strategies)


def test_regret_of_pairs_and_batches():
    allc, alld = strategy("AllC"), strategy("AllD")
    np.testing.assert_allclose(regret(AXELROD, allc, allc, discount=0.9), [2, 2])
    np.testing.assert_allclose(regret(AXELROD, alld, alld, discount=0.9), [0, 0])
    pairs = is_equilibrium(AXELROD, np.stack([allc, alld]), np.stack([allc, alld]), discount=0.9)
    np.testing.assert_array_equal(pairs, [False, True])
    assert is_equilibrium(AXELROD, strategy("TFT", exact=True), strategy("TFT", exact=True), discount=F(2, 3))


# Axelrod (1981), Friedman (1971): (5, 3, 1, 0) has thresholds 2/3 and 1/2; in (-1, -3, 0, -2) both are 1/2
def test_cited_thresholds():
    assert (grim_threshold(AXELROD), tit_for_tat_threshold(AXELROD), wsls_threshold(AXELROD)) == (F(1, 2), F(2, 3), 1)
    lola = Game.two_by_two(-1, -3, 0, -2)
    assert (grim_threshold(lola), tit_for_tat_threshold(lola)) == (F(1, 2), F(1, 2))
    R, S, T, P = sp.symbols("R S T P")
    game = Game.two_by_two(R, S, T, P)
    assert sp.simplify(grim_threshold(game) - (T - R) / (T - P)) == 0
    assert sp.simplify(wsls_threshold(game) - (T - R) / (R - P)) == 0
    assert tit_for_tat_threshold(game).subs({R: 3, S: 0, T: 5, P: 1}) == sp.Rational(2, 3)


@pytest.mark.parametrize(
    ("name", "threshold"), [("Grim", grim_threshold), ("TFT", tit_for_tat_threshold), ("WSLS", wsls_threshold)]
)
def test_thresholds_are_where_self_play_becomes_an_equilibrium(name, threshold):
    rng, one = np.random.default_rng(7), strategy(name)
    below_one = 0
    for _ in range(60):
        game = random_dilemma(rng)
        least = float(threshold(game))
        if least < 0.99:
            below_one += 1
            assert is_equilibrium(game, one, one, discount=least + 0.005)
            assert not is_equilibrium(game, one, one, discount=least - 0.005)
        else:
            assert not is_equilibrium(game, one, one, discount=0.98)
    assert below_one > 20


# ---------------------------------------------------------------------------------------------- partners and rivals
# Akin (2015); Hilbe et al. (2015, 2018)
def test_characters_of_named_strategies():
    assert is_partner(AXELROD, strategy("TFT"))
    assert not is_partner(AXELROD, strategy("WSLS"))
    assert is_partner(AXELROD, strategy("WSLS"), strict=False)
    assert is_partner(Game.two_by_two(4, 0, 5, 1), strategy("WSLS"))
    assert is_partner(AXELROD, strategy("GTFT", generosity=0.33))
    assert not is_partner(AXELROD, strategy("GTFT", generosity=F(1, 3)))
    assert is_partner(AXELROD, strategy("GTFT", generosity=F(1, 3)), strict=False)
    assert not is_partner(AXELROD, strategy("AllC"), strict=False)
    assert not is_partner(AXELROD, strategy("repeat"), strict=False)  # AllD gets T from it, for ever
    assert largest_generosity(AXELROD) == F(1, 3)
    for name, rival in [
        ("AllD", True),
        ("TFT", True),
        ("Grim", True),
        ("Extort-2", True),
        ("WSLS", False),
        ("GTFT", False),
    ]:
        assert is_rival(AXELROD, strategy(name)) is rival
    np.testing.assert_array_equal(is_rival(AXELROD, deterministic(1)[[0, 10, 15]]), [True, True, False])
    assert is_rival(AXELROD, strategy("Extort-3"), strict=True)
    assert not is_rival(AXELROD, strategy("TFT"), strict=True)


def test_characters_across_dilemmas():
    """Tit-for-tat is good wherever 2 R > T + S, win-stay lose-shift iff 2 R > T + P."""
    rng = np.random.default_rng(10)
    for _ in range(200):
        game = random_dilemma(rng)
        R, _, T, P = game.payoffs[0].ravel()
        assert is_partner(game, strategy("TFT"))
        assert is_partner(game, strategy("WSLS")) == (2 * R > T + P)
        generosity = largest_generosity(game)
        for step, good in ((-1e-6, True), (1e-6, False)):
            assert is_partner(game, strategy("GTFT", generosity=generosity + step)) == good


def test_partners_against_every_deterministic_opponent():
    """A recurrent class in which the opponent gets R or more and not both get R makes a strategy no partner."""
    rng = np.random.default_rng(11)
    found = {True: 0, False: 0}
    for _ in range(200):
        game = random_dilemma(rng)
        R = game.payoffs[0, 0, 0]
        x = rng.random(5)
        x[1] = 1
        x[3:] *= rng.random()
        good = True
        for y in deterministic(1):
            mine, theirs = game.payoffs.reshape(2, 4) @ limits(x, y).T
            good &= not np.any((theirs > R - 1e-9) & ((np.abs(mine - R) > 1e-6) | (theirs > R + 1e-9)))
        assert is_partner(game, x) == good
        found[good] += 1
    assert min(found.values()) > 20


def test_rivals_against_every_deterministic_opponent():
    """All 243 strategies with entries 0, 1/2, 1, and random ones at and beside the condition, from their openings."""
    rng = np.random.default_rng(12)
    cases = list(np.stack(np.meshgrid(*[[0, 0.5, 1]] * 5), axis=-1).reshape(-1, 5))
    for _ in range(60):
        x = rng.random(5)
        x[4] = 0 if rng.random() < 0.8 else x[4]
        cases.append(x)
    found = {True: 0, False: 0}
    for x in cases:
        worst = np.inf
        for y in deterministic():
            start = np.outer([x[0], 1 - x[0]], [y[0], 1 - y[0]]).ravel()
            law = start @ limits(x, y)
            worst = min(worst, law[2] - law[1])
        rival = is_rival(AXELROD, x)
        assert worst > -1e-9 if rival else worst < -1e-6, x
        found[rival] += 1
    assert min(found.values()) > 20


# ---------------------------------------------------------------------------------------------- feasible payoffs
def test_corners_of_the_feasible_set():
    np.testing.assert_array_equal(feasible_payoffs(AXELROD), [[0, 5], [1, 1], [5, 0], [3, 3]])
    # 2 R < T + S: mutual cooperation lies inside
    assert len(feasible_payoffs(Game.two_by_two(2, 0, 5, 1))) == 3
    # 2 R = T + S: it lies on an edge, and is no corner
    assert len(feasible_payoffs(Game.two_by_two(F(5, 2), 0, 5, 1))) == 3
    assert len(feasible_payoffs(Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))) == 2
    np.testing.assert_array_equal(feasible_payoffs(Game.two_by_two(1, 1, 1, 1)), [[1, 1]])


@given(mixed)
@settings(max_examples=30)
def test_reachable_payoffs_are_feasible(x):
    corners = feasible_payoffs(UNEVEN)
    pairs = reachable(UNEVEN, x, 50, rng=1)
    for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        (dx, dy), rest = there - here, pairs - here
        assert np.all(dx * rest[:, 1] - dy * rest[:, 0] > -1e-9)


@given(arrays(np.float64, 4, elements=st.floats(-5, 5).map(lambda v: round(v, 2))))
def test_every_payoff_pair_lies_in_the_hull(values):
    game = Game.two_by_two(*values)
    corners = feasible_payoffs(game)
    assume(len(corners) > 2)
    points = game.payoffs.reshape(2, 4).T
    for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        (dx, dy), rest = there - here, points - here
        assert np.all(dx * rest[:, 1] - dy * rest[:, 0] > -1e-9)


# ---------------------------------------------------------------------------------------------- bad input
STAG_HUNT = Game.two_by_two(4, 0, 3, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: best_reply(AXELROD, np.ones((2, 5)), discount=0.5),
            r"y must be one strategy of shape \(5,\), got \(2, 5\)",
        ),
        (lambda: best_reply(AXELROD, strategy("Grim")), "no unique stationary law"),
        (lambda: grim_threshold(STAG_HUNT), "must be a symmetric prisoner's dilemma"),
        (lambda: is_rival(STAG_HUNT, strategy("TFT")), "T > R > P > S; got R, S, T, P = 4.0, 0.0, 3.0, 1.0"),
        (lambda: is_partner(Game.two_by_two(2, 0, 5, 1), strategy("TFT")), r"2 R > T \+ S"),
        (lambda: reachable(AXELROD, strategy("TFT"), 0), "samples must be at least 1"),
        (lambda: feasible_payoffs(Game.from_bimatrix(np.eye(3))), "two actions each"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
