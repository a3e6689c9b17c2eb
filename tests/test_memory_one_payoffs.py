"""Payoffs of memory-one strategies: cited values, independent methods against each other, and what must not matter.

Independent of the determinant are: eigenvectors, linear solves, powers of the lazy chain, and a game played round by
round in fractions. They share nothing with the package but the order of states.
"""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gametheory import Game
from gametheory.memory_one import (
    akin_vector,
    averages,
    cooperation,
    deterministic,
    law,
    other_view,
    payoff_vectors,
    payoffs,
    recurrent_classes,
    round_robin,
    strategy,
    transitions,
    with_noise,
)
from gametheory.memory_one.chains import BLOCK

F = Fraction
AXELROD = Game.two_by_two(R=3, S=0, T=5, P=1)
LOLA = Game.two_by_two(R=-1, S=-3, T=0, P=-2)
UNEVEN = Game.from_bimatrix([[3.0, -1.0], [4.5, 0.25]], [[2.0, 6.0], [-0.5, 1.0]])
probability = st.floats(0, 1, allow_subnormal=False).map(lambda p: 0.0 if p < 1e-12 else p)
inside = st.floats(0.01, 0.99)
mixed = arrays(np.float64, 5, elements=inside)
any_strategy = arrays(np.float64, 5, elements=probability)
discounts = st.floats(0, 0.999)


# ---------------------------------------------------------------------------------------------- independent methods
def chain(x, y):
    """Transition matrix, written out entry by entry."""
    matrix = np.empty((4, 4))
    for s, (mine, theirs) in enumerate([(1, 1), (2, 3), (3, 2), (4, 4)]):
        p, q = x[mine], y[theirs]
        matrix[s] = [p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)]
    return matrix


def start(x, y):
    return np.array([x[0] * y[0], x[0] * (1 - y[0]), (1 - x[0]) * y[0], (1 - x[0]) * (1 - y[0])])


def by_eigenvector(x, y):
    values, vectors = np.linalg.eig(chain(x, y).T)
    found = vectors[:, np.argmin(abs(values - 1))].real
    return found / found.sum()


def by_solve(x, y, discount):
    return (1 - discount) * np.linalg.solve((np.eye(4) - discount * chain(x, y)).T, start(x, y))


def by_powers(x, y):
    """Cesàro limit from the opening: powers of the lazy chain, which has no period."""
    power = (chain(x, y) + np.eye(4)) / 2
    for _ in range(50):
        power = power @ power
        power /= power.sum(axis=1, keepdims=True)
    return start(x, y) @ power


def by_play(x, y, weights):
    """Exact law, round by round, of strategies in fractions."""
    x, y = ([F(v).limit_denominator(10**6) for v in s] for s in (x, y))
    now = [x[0] * y[0], x[0] * (1 - y[0]), (1 - x[0]) * y[0], (1 - x[0]) * (1 - y[0])]
    total = [F(0)] * 4
    for weight in weights:
        total = [t + weight * v for t, v in zip(total, now, strict=True)]
        after = [F(0)] * 4
        for v, p, q in zip(now, x[1:], (y[1], y[3], y[2], y[4]), strict=True):
            for k, share in enumerate((p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q))):
                after[k] += v * share
        now = after
    return [float(t) for t in total]


# ---------------------------------------------------------------------------------------------- cited values
# Press & Dyson (2012) and Stewart & Plotkin (2012), T, R, P, S = 5, 3, 1, 0
@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ("Extort-3", "AllC", (F(41, 11), F(21, 11))),
        ("Extort-3", "random", (F(41, 16), F(73, 48))),  # 2.5625, 1.5208
        ("Extort-2", "AllC", (F(7, 2), F(9, 4))),
        ("ZD-GTFT-2", "AllD", (F(7, 9), F(17, 9))),  # .77778, 1.88889
        ("ZD-GTFT-2", "random", (F(36, 17), F(87, 34))),  # 2.11765, 2.55882
    ],
)
def test_zero_determinant_payoffs(x, y, expected):
    assert tuple(payoffs(AXELROD, strategy(x, exact=True), strategy(y, exact=True))) == expected
    np.testing.assert_allclose(payoffs(AXELROD, strategy(x), strategy(y)), np.array(expected, float), rtol=1e-14)


# Foerster et al. (2018), "Learning with opponent-learning awareness": prisoner's dilemma (-1, -3, 0, -2), discount 0.96
@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ("TFT", "TFT", (-1, -1)),
        ("TFT", "AllD", (-2.04, -1.92)),
        ("AllD", "AllD", (-2, -2)),
        ("AllD", "AllC", (0, -3)),
        ("WSLS", "AllD", (-2.5102, -0.9796)),
        ("TFT", "random", (-1.52, -1.46)),
        ("random", "random", (-1.5, -1.5)),
    ],
)
def test_discounted_payoffs(x, y, expected):
    np.testing.assert_allclose(payoffs(LOLA, strategy(x), strategy(y), discount=0.96), expected, atol=5e-5)


# Axelrod library 4.13: matches of ten rounds
@pytest.mark.parametrize(("x", "expected"), [("TFT", (9, 14)), ("WSLS", (5, 30))])
def test_ten_rounds_against_a_defector(x, expected):
    exact = payoffs(AXELROD, strategy(x, exact=True), strategy("AllD"), rounds=10)
    assert tuple(10 * exact) == expected
    np.testing.assert_allclose(10 * payoffs(AXELROD, strategy(x), strategy("AllD"), rounds=10), expected, rtol=1e-14)


# Nowak & Sigmund (1993): self-play under noise
@pytest.mark.parametrize(
    ("name", "error", "share", "payoff"),
    [
        ("TFT", 0.01, 0.5, 2.25),
        ("WSLS", 0.01, 0.9706, 2.9511),
        ("GTFT", 0.01, 0.97115, 2.97032),
        ("Grim", 0.01, 0.0149, None),
        ("WSLS", 0.001, 0.99701, None),
        ("GTFT", 0.001, 0.99701, None),
    ],
)
def test_self_play_under_noise(name, error, share, payoff):
    one = strategy(name)
    np.testing.assert_allclose(cooperation(one, one, noise=error), share, atol=5e-5 if name != "GTFT" else 5e-6)
    if payoff is not None:
        np.testing.assert_allclose(payoffs(AXELROD, one, one, noise=error), payoff, atol=6e-5)


def test_tit_for_tat_under_any_noise_cooperates_half_the_time():
    error = sp.Symbol("epsilon", positive=True)
    shares = cooperation(strategy("TFT"), strategy("TFT"), noise=error)
    assert [sp.simplify(share) for share in shares] == [sp.Rational(1, 2)] * 2


# ---------------------------------------------------------------------------------------------- independent methods
@given(mixed, mixed, discounts)
def test_determinant_eigenvector_powers_and_solve_agree(x, y, discount):
    limit = law(x, y)
    np.testing.assert_allclose(limit, by_eigenvector(x, y), atol=1e-9)
    np.testing.assert_allclose(limit, by_powers(x, y), atol=1e-11)
    np.testing.assert_allclose(law(x, y, discount=discount), by_solve(x, y, discount), atol=1e-11)


def test_deterministic_pairs_meet_the_limit_of_powers_or_are_refused():
    every = deterministic()
    nearly = law(every[:, None], every, discount=1 - 1e-12)
    refused = 0
    for i, x in enumerate(every):
        for j, y in enumerate(every):
            expected = by_powers(x, y)
            if len(recurrent_classes(x, y)) > 1:
                refused += 1
                with pytest.raises(ValueError, match="no unique stationary law"):
                    law(x, y)
            else:
                np.testing.assert_allclose(law(x, y), expected, atol=1e-12)
            np.testing.assert_allclose(nearly[i, j], expected, atol=1e-9)
    assert refused == 456  # of 32 × 32


@pytest.mark.parametrize("rounds", [1, 2, 7])
def test_finitely_many_rounds_meet_play_in_fractions(rounds):
    rng = np.random.default_rng(3)
    for x, y in rng.integers(0, 101, size=(20, 2, 5)) / 100:
        expected = by_play(x, y, [F(1, rounds)] * rounds)
        np.testing.assert_allclose(law(x, y, rounds=rounds), expected, atol=1e-14)


def test_discount_meets_play_in_fractions():
    rng = np.random.default_rng(4)
    for x, y in rng.integers(0, 3, size=(10, 2, 5)) / 2:
        expected = by_play(x, y, [F(1, 2) * F(1, 2) ** t for t in range(50)])
        np.testing.assert_allclose(law(x, y, discount=0.5), expected, atol=1e-14)


@pytest.mark.parametrize("options", [{}, {"discount": F(9, 10)}, {"rounds": 5}, {"noise": F(1, 100)}])
def test_fractions_and_floats_agree(options):
    rng = np.random.default_rng(5)
    whole = rng.integers(1, 20, size=(30, 2, 5))
    exact = np.array([F(int(k), 20) for k in whole.flat], dtype=object).reshape(whole.shape)
    results = payoffs(AXELROD, exact[:, 0], exact[:, 1], **options)
    assert all(isinstance(value, Fraction) for value in results.flat)
    floats = payoffs(AXELROD, whole[:, 0] / 20, whole[:, 1] / 20, **options)
    np.testing.assert_allclose(floats, results.astype(float), atol=1e-13)


def as_stored(x):
    """Fractions with exactly the values of floats."""
    return np.array([F(float(value)) for value in x], dtype=object)


# The determinant alone would keep 16 + 3 log10(error) digits here.
@pytest.mark.parametrize("error", [1e-4, 1e-8, 1e-15])
@pytest.mark.parametrize(("one", "two"), [("TFT", "Grim"), ("TFT", "TFT"), ("GTFT", "Grim"), ("repeat", "TFT")])
def test_rare_errors_keep_their_digits(one, two, error):
    x, y = with_noise(strategy(one), error), with_noise(strategy(two), error)
    np.testing.assert_allclose(law(x, y), law(as_stored(x), as_stored(y)).astype(float), rtol=1e-12)
    # noise itself is not lost in storing 1 - error: it may be a thousandth of the last digit of 1, or far less
    exact = law(strategy(one, exact=True), strategy(two, exact=True), noise=F(error)).astype(float)
    np.testing.assert_allclose(law(strategy(one), strategy(two), noise=error), exact, rtol=1e-13)


# TFT against TFT that opens with D: every error exchanges two of the outcomes, a quarter of the time in each, 9/4.
# GTFT against Grim: (3, 0, 5, 1) leaves Grim in defection, forgiven every third time: 1 and (17/7).
# WSLS against itself mends each error in two rounds, so cooperates in the limit.
@pytest.mark.parametrize("error", [1e-12, 1e-17, 1e-60, 1e-120, 1e-300, F(1, 10**12), np.float64(1e-200)])
def test_errors_that_become_rare_lead_to_the_limit(error):
    options = {"noise": error}
    for one, two, limit in (
        ("TFT", "suspicious TFT", (9 / 4, 9 / 4)),
        ("TFT", "TFT", (9 / 4, 9 / 4)),
        ("GTFT", "Grim", (1, 17 / 7)),
        ("WSLS", "WSLS", (3, 3)),
        ("repeat", "repeat", (9 / 4, 9 / 4)),
    ):
        found = payoffs(AXELROD, strategy(one), strategy(two), **options)
        np.testing.assert_allclose(found, limit, rtol=1e-11)  # and not nearer: 1e-12 is not 0
    np.testing.assert_allclose(round_robin(AXELROD, [strategy("TFT"), strategy("Grim")], **options)[0, 0], 9 / 4)


@pytest.mark.parametrize("error", [1e-5, 1e-12, 1e-90, 1e-200, 1e-300])
def test_any_noise_meets_fractions(error):
    """Deterministic strategies, and entries as rare as errors: products of six of them are below any float."""
    rng = np.random.default_rng(7)
    rare = np.array([0, 1, 0.5, error, error**0.5, 1 - 2.0**-40])
    x, y = rng.choice(rare, size=(2, 40, 5))
    expected = [law(as_stored(a), as_stored(b), noise=F(error)).astype(float) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(law(x, y, noise=error), expected, rtol=1e-12, atol=1e-13)


def test_rare_entries_without_noise_and_a_discount_meet_fractions():
    rng = np.random.default_rng(8)
    for discount in (None, 0.5, 1 - 2.0**-50):
        x, y = rng.choice([1e-300, 1e-150, 1e-20, 0.5, 1 - 2.0**-53], size=(2, 20, 5))
        exact = None if discount is None else F(discount)
        expected = [law(as_stored(a), as_stored(b), discount=exact).astype(float) for a, b in zip(x, y, strict=True)]
        np.testing.assert_allclose(law(x, y, discount=discount), expected, rtol=1e-12, atol=1e-13)


def test_fractions_for_noise_are_floats_beside_floats_and_exact_beside_fractions():
    tft, grim = strategy("TFT"), strategy("Grim")
    for call in (law, cooperation, lambda x, y, **options: payoffs(UNEVEN, x, y, **options)):
        for options in ({}, {"discount": F(9, 10)}, {"rounds": 3}):
            found = call(tft, grim, noise=F(1, 100), **options)
            assert found.dtype == np.float64
            np.testing.assert_array_equal(found, call(tft, grim, noise=0.01, **options))
    exact = law(strategy("TFT", exact=True), grim, noise=F(1, 3))
    assert all(isinstance(value, Fraction) for value in exact)
    with pytest.raises(ValueError, match="smaller than the smallest float"):
        law(tft, tft, noise=F(1, 10**400))
    assert law(strategy("TFT", exact=True), tft, noise=F(1, 10**400)).tolist() == [F(1, 4)] * 4


@pytest.mark.parametrize("discount", [0.999, 1 - 1e-6, 1 - 1e-12])
@pytest.mark.parametrize(("one", "two"), [("Grim", "GTFT"), ("TFT", "suspicious TFT"), ("Joss", "TFT")])
def test_discounts_near_one_keep_their_digits(one, two, discount):
    x, y = strategy(one), strategy(two)
    exact = law(as_stored(x), as_stored(y), discount=F(discount)).astype(float)
    np.testing.assert_allclose(law(x, y, discount=discount), exact, rtol=1e-12)


# ---------------------------------------------------------------------------------------------- symbols
def test_symbols_give_closed_forms():
    R, S, T, P, delta = sp.symbols("R S T P delta")
    game = Game.two_by_two(R, S, T, P)
    grim, defector = payoffs(game, strategy("Grim"), strategy("AllD"), discount=delta)
    assert sp.simplify(grim - ((1 - delta) * S + delta * P)) == 0
    assert sp.simplify(defector - ((1 - delta) * T + delta * P)) == 0


def test_symbolic_strategies_meet_floats():
    p = sp.symbols("p0:5")
    values = [0.3, 0.9, 0.2, 0.6, 0.15]
    found = payoffs(AXELROD, np.array(p, dtype=object), strategy("GTFT", exact=True))
    numbers = [float(value.subs(dict(zip(p, values, strict=True)))) for value in found]
    np.testing.assert_allclose(numbers, payoffs(AXELROD, values, strategy("GTFT")), rtol=1e-12)


def test_a_symbolic_chain_with_two_classes_is_refused():
    p = sp.Symbol("p", positive=True)
    with pytest.raises(ValueError, match=r"\{CC\} and \{DD\}"):
        law(np.array([1, 1, p, 0, 0], dtype=object), strategy("Grim"))


# ---------------------------------------------------------------------------------------------- what must (not) matter
@given(any_strategy, any_strategy, discounts)
def test_akins_identity(x, y, discount):
    """Akin (2015); Hilbe, Traulsen & Sigmund (2015) with discount."""
    average = averages(x, y, akin_vector(x, discount)[None], discount=discount)
    np.testing.assert_allclose(average, 0, atol=1e-12)


@given(mixed, any_strategy)
def test_akins_identity_in_the_limit(x, y):
    try:
        average = averages(x, y, akin_vector(x)[None])
    except ValueError:
        return
    np.testing.assert_allclose(average, 0, atol=1e-12)


@given(any_strategy, any_strategy, discounts)
def test_swapping_the_players(x, y, discount):
    A, B = UNEVEN.payoffs
    swapped = Game.from_bimatrix(B.T, A.T)
    here, there = payoffs(UNEVEN, x, y, discount=discount), payoffs(swapped, y, x, discount=discount)
    np.testing.assert_allclose(here, there[::-1], atol=1e-11)
    np.testing.assert_allclose(law(x, y, discount=discount), other_view(law(y, x, discount=discount)), atol=1e-12)


@given(any_strategy, any_strategy, discounts)
def test_relabelling_the_actions(x, y, discount):
    flipped = Game(UNEVEN.payoffs[:, ::-1, ::-1])
    order = [0, 4, 3, 2, 1]
    there = payoffs(flipped, 1 - x[order], 1 - y[order], discount=discount)
    np.testing.assert_allclose(payoffs(UNEVEN, x, y, discount=discount), there, atol=1e-10)


@given(any_strategy, any_strategy, discounts, st.floats(0.1, 100), st.floats(-50, 50))
def test_scaling_and_shifting_payoffs(x, y, discount, scale, shift):
    other = Game(scale * UNEVEN.payoffs + shift)
    expected = scale * payoffs(UNEVEN, x, y, discount=discount) + shift
    np.testing.assert_allclose(payoffs(other, x, y, discount=discount), expected, atol=1e-9)


@given(any_strategy, any_strategy, discounts, st.floats(0, 0.5))
def test_laws_are_laws(x, y, discount, noise):
    for found in (law(x, y, discount=discount, noise=noise), law(x, y, rounds=3, noise=noise)):
        assert found.min() >= -1e-13
        assert found.sum() == pytest.approx(1, abs=1e-12)


def test_discount_zero_is_the_first_round_and_many_rounds_are_the_limit():
    x, y = np.random.default_rng(0).random((2, 5))
    np.testing.assert_allclose(law(x, y, discount=0), start(x, y))
    np.testing.assert_allclose(law(x, y, rounds=1), start(x, y))
    np.testing.assert_allclose(law(x, y, rounds=20_000), law(x, y), atol=1e-3)


# ---------------------------------------------------------------------------------------------- shapes
def test_batches_broadcast_and_blocks_do_not_show():
    rng = np.random.default_rng(1)
    x, y = rng.random((BLOCK + 7, 5)), rng.random(5)
    before = x.copy()
    together = payoffs(UNEVEN, x, y)
    assert together.shape == (BLOCK + 7, 2)
    np.testing.assert_allclose(together[-1], payoffs(UNEVEN, x[-1], y), rtol=1e-12)
    assert payoffs(UNEVEN, x[:6].reshape(2, 3, 5), y, discount=0.5).shape == (2, 3, 2)
    assert payoffs(UNEVEN, x[:0], y).shape == (0, 2)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("options", [{}, {"discount": 0.9}, {"rounds": 4}, {"noise": 0.05}])
def test_round_robin_is_payoffs_of_all_pairs(options):
    field = np.random.default_rng(2).random((90, 5))
    expected = payoffs(UNEVEN, field[:, None], field, **options)[..., 0]
    np.testing.assert_allclose(round_robin(UNEVEN, field, **options), expected, atol=1e-12)


def test_round_robin_in_fractions():
    field = np.array([strategy("GTFT", exact=True), strategy("Extort-3", exact=True)])
    table = round_robin(AXELROD, field, noise=F(1, 50))
    np.testing.assert_allclose(round_robin(AXELROD, field.astype(float), noise=0.02), table.astype(float), rtol=1e-12)


def test_transitions_and_views():
    x, y = np.random.default_rng(0).random((2, 5))
    np.testing.assert_allclose(transitions(x, y), chain(x, y))
    np.testing.assert_array_equal(other_view(other_view(x)), x)
    np.testing.assert_array_equal(payoff_vectors(AXELROD, exact=False), [[3, 0, 5, 1], [3, 5, 0, 1]])
