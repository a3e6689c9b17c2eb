"""Gradients of memory-one payoffs: cited values, finite differences, and exact derivatives of the rational function."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gametheory import Game
from gametheory.memory_one import gradient, payoffs, strategy, with_noise
from gametheory.memory_one.chains import BLOCK

F = Fraction
LOLA = Game.two_by_two(R=-1, S=-3, T=0, P=-2)
UNEVEN = Game.from_bimatrix([[3.0, -1.0], [4.5, 0.25]], [[2.0, 6.0], [-0.5, 1.0]])
COIN = np.full(5, 0.5)
mixed = arrays(np.float64, 5, elements=st.floats(0.05, 0.95))


def finite_differences(game, x, y, step=1e-6, **options):
    found = np.empty((2, 2, 5))
    for k in range(5):
        move = step * np.eye(5)[k]
        for player, (forth, back) in enumerate([((x + move, y), (x - move, y)), ((x, y + move), (x, y - move))]):
            found[:, player, k] = (payoffs(game, *forth, **options) - payoffs(game, *back, **options)) / (2 * step)
    return found


# Foerster et al. (2018), exact prisoner's dilemma: discount 0.96, all logits zero, sums over rounds (25 times the mean)
def test_cited_values():
    found = 25 * gradient(LOLA, COIN, COIN, 0.96, by="logits")
    np.testing.assert_allclose(25 * payoffs(LOLA, COIN, COIN, discount=0.96), -37.5)
    for player in range(2):
        np.testing.assert_allclose(found[player, player], [-0.25, -1.5, -1.5, -1.5, -1.5], atol=1e-12)
        np.testing.assert_allclose(found[player, 1 - player], [0.5, 3, 3, 3, 3], atol=1e-12)


# the same source: what opponent-learning awareness adds at this point, by differences of the analytic gradient
def test_cited_shaping_terms():
    def logistic(t):
        return 1 / (1 + np.exp(-t))

    step = 1e-4
    here = 25 * gradient(LOLA, COIN, COIN, 0.96, by="logits")
    shaping, ahead = np.empty(5), np.empty(5)
    for k in range(5):
        up, down = (
            25 * gradient(LOLA, logistic(sign * step * np.eye(5)[k]), COIN, 0.96, by="logits") for sign in (1, -1)
        )
        change = (up - down) / (2 * step)
        shaping[k] = change[1, 1] @ here[0, 1]
        ahead[k] = change[0, 1] @ here[1, 1]
    np.testing.assert_allclose(shaping, [0, 4.35, -4.35, 4.35, -4.35], atol=1e-5)
    np.testing.assert_allclose(ahead, [0, 1.0875, -1.0875, 1.0875, -1.0875], atol=1e-5)


@given(mixed, mixed, st.floats(0, 0.98))
@settings(max_examples=50)
def test_finite_differences(x, y, discount):
    np.testing.assert_allclose(
        gradient(UNEVEN, x, y, discount), finite_differences(UNEVEN, x, y, discount=discount), atol=2e-7
    )
    np.testing.assert_allclose(gradient(UNEVEN, x, y), finite_differences(UNEVEN, x, y), atol=1e-6)
    np.testing.assert_allclose(
        gradient(UNEVEN, x, y, noise=0.03), finite_differences(UNEVEN, x, y, noise=0.03), atol=1e-6
    )


@pytest.mark.parametrize("discount", [None, F(9, 10)])
def test_exact_derivatives_of_the_quotient(discount):
    x, y = (np.array(sp.symbols(f"{name}0:5"), dtype=object) for name in "xy")
    values = np.random.default_rng(0).integers(1, 10, size=10)
    numbers = {symbol: sp.Rational(int(v), 10) for symbol, v in zip([*x, *y], values, strict=True)}
    game = Game.two_by_two(R=3, S=0, T=5, P=1)
    symbolic = payoffs(game, x, y, discount=discount)
    exact = [[F(int(v), 10) for v in part] for part in (values[:5], values[5:])]
    found = gradient(game, exact[0], exact[1], discount)
    for whose in range(2):
        for k, symbol in enumerate([*x, *y]):
            assert found[whose, k // 5, k % 5] == F(str(sp.diff(symbolic[whose], symbol).subs(numbers)))


def test_symbolic_entries():
    p = sp.Symbol("p", positive=True)
    delta = sp.Symbol("delta", positive=True)
    found = gradient(LOLA, np.array([p] * 5, dtype=object), strategy("AllD"), delta)
    assert sp.simplify(found[0, 0].sum() + 1) == 0  # V = -2 - p against a defector


@pytest.mark.parametrize(("error", "discount"), [(1e-3, None), (1e-6, None), (0, 0.999), (1e-3, 1 - 1e-6)])
@pytest.mark.parametrize(("one", "two"), [("GTFT", "Grim"), ("TFT", "TFT"), ("WSLS", "Grim")])
def test_digits_where_the_determinant_is_small(error, discount, one, two):
    game = Game.two_by_two(R=3, S=0, T=5, P=1)
    x, y = with_noise(strategy(one), error), with_noise(strategy(two), error)
    stored = [np.array([F(float(value)) for value in entries], dtype=object) for entries in (x, y)]
    exact = gradient(game, *stored, None if discount is None else F(discount)).astype(float)
    np.testing.assert_allclose(gradient(game, x, y, discount), exact, rtol=0, atol=1e-10 * np.abs(exact).max())


def test_logits_follow_the_chain_rule_with_noise_meant_first():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0.1, 0.9, (2, 5))
    plain = gradient(UNEVEN, x, y, 0.7, noise=0.02)
    factor = np.stack([x * (1 - x), y * (1 - y)])
    np.testing.assert_allclose(gradient(UNEVEN, x, y, 0.7, noise=0.02, by="logits"), plain * factor, rtol=1e-12)


def test_batches_broadcast_and_blocks_do_not_show():
    rng = np.random.default_rng(2)
    x, y = rng.random((BLOCK + 3, 5)), rng.random(5)
    found = gradient(UNEVEN, x, y, 0.9)
    assert found.shape == (BLOCK + 3, 2, 2, 5)
    np.testing.assert_allclose(found[-1], gradient(UNEVEN, x[-1], y, 0.9), rtol=1e-10, atol=1e-12)


@given(mixed, mixed)
@settings(max_examples=30)
def test_swapping_the_players(x, y):
    A, B = UNEVEN.payoffs
    swapped = Game.from_bimatrix(B.T, A.T)
    here, there = gradient(UNEVEN, x, y, 0.8), gradient(swapped, y, x, 0.8)
    np.testing.assert_allclose(here, there[::-1, ::-1], atol=1e-10)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gradient(LOLA, COIN, COIN, by="logit"), "by must be"),
        (lambda: gradient(LOLA, COIN, COIN, 1.0), "discount must lie"),
        (lambda: gradient(LOLA, np.ones((2, 5)), np.ones((3, 5)), 0.5), "broadcast"),
        (lambda: gradient(LOLA, strategy("Grim"), strategy("Grim")), "no unique stationary law"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
