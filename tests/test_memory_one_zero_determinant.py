"""Zero-determinant strategies: cited strategies built and recognised, relations enforced on a thousand opponents."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gametheory import Game
from gametheory.memory_one import (
    enforced_relation,
    equaliser,
    extortion,
    generous,
    payoffs,
    phi_range,
    slope_range,
    strategy,
    zero_determinant,
)

F = Fraction
AXELROD = Game.two_by_two(R=3, S=0, T=5, P=1)
OPPONENTS = np.random.default_rng(0).random((1000, 5))
mixed = arrays(np.float64, 5, elements=st.floats(0.01, 0.99))


# ---------------------------------------------------------------------------------------------- zero determinants
# Press & Dyson (2012); Stewart & Plotkin (2012): T, R, P, S = 5, 3, 1, 0
@pytest.mark.parametrize(
    ("built", "name"),
    [
        (lambda: extortion(AXELROD, F(2), F(1, 9), opening=1), "Extort-2"),
        (lambda: extortion(AXELROD, F(3), F(3, 26), opening=1), "Extort-3"),  # phi / chi = 1/26 in Press and Dyson
        (lambda: generous(AXELROD, F(2), F(1, 4)), "ZD-GTFT-2"),
        (lambda: equaliser(AXELROD, F(2), F(1, 4)), "ZDSet-2"),
        (lambda: zero_determinant(AXELROD, F(1), F(2), F(1, 5)), "TFT"),
    ],
)
def test_families_build_the_named_strategies(built, name):
    assert tuple(built()) == tuple(strategy(name, exact=True))


@pytest.mark.parametrize(
    ("name", "slope", "baseline", "phi"),
    [
        ("Extort-2", 1 / 2, 1, 1 / 9),
        ("Extort-3", 1 / 3, 1, 3 / 26),
        ("ZD-GTFT-2", 1 / 2, 3, 1 / 4),
        ("ZDSet-2", 0, 2, 1 / 4),
    ],
)
def test_named_strategies_are_recognised_and_hold_against_a_thousand(name, slope, baseline, phi):
    one = strategy(name)
    found = enforced_relation(AXELROD, one)
    np.testing.assert_allclose((found.slope, found.baseline, found.phi), (slope, baseline, phi), atol=1e-12)
    mine, theirs = payoffs(AXELROD, one, OPPONENTS).T
    np.testing.assert_allclose(slope * (mine - baseline), theirs - baseline, atol=1e-12)
    np.testing.assert_allclose(found.alpha * mine + found.beta * theirs + found.gamma, 0, atol=1e-12)


def test_set_2_pins_the_opponent():
    assert np.abs(payoffs(AXELROD, strategy("ZDSet-2"), OPPONENTS)[:, 1] - 2).max() < 1e-12


@pytest.mark.parametrize(("name", "chi", "reference"), [("Extort-3", 3, 1), ("Extort-2", 2, 1), ("ZD-GTFT-2", 2, 3)])
def test_ratio_of_surplus_is_exact(name, chi, reference):
    one = strategy(name, exact=True)
    for other in ("AllC", "random", "GTFT"):
        mine, theirs = payoffs(AXELROD, one, strategy(other, exact=True))
        assert mine - reference == chi * (theirs - reference)


@given(st.floats(0, 1), st.floats(0.05, 1), st.floats(0, 1))
def test_every_feasible_relation_is_built_recognised_and_enforced(place, share, height):
    baseline = 1 + 2 * height
    low, high = slope_range(AXELROD, baseline)
    slope = low + place * (0.98 * high - low)
    phi = share * phi_range(AXELROD, slope, baseline)[1]
    one = zero_determinant(AXELROD, slope, baseline, phi)
    mine, theirs = payoffs(AXELROD, one, OPPONENTS[:50]).T
    np.testing.assert_allclose(slope * (mine - baseline), theirs - baseline, atol=1e-8)
    found = enforced_relation(AXELROD, one)
    np.testing.assert_allclose((found.slope, found.baseline), (slope, baseline), atol=1e-6)


# Hilbe, Traulsen & Sigmund (2015): discounted games
@pytest.mark.parametrize(
    ("maker", "factor"), [(extortion, 2), (generous, 2), (equaliser, 2), (equaliser, F(5, 2)), (extortion, F(3))]
)
def test_discounted_relations_hold_against_a_thousand(maker, factor):
    one = maker(AXELROD, factor, discount=F(9, 10) if isinstance(factor, F) else 0.9)
    found = enforced_relation(AXELROD, one, 0.9)
    mine, theirs = payoffs(AXELROD, one.astype(float), OPPONENTS, discount=0.9).T
    np.testing.assert_allclose(found.slope * (mine - found.baseline), theirs - found.baseline, atol=1e-12)
    assert found.slope == pytest.approx(0 if maker is equaliser else 1 / float(factor), abs=1e-12)


def test_slopes_outside_the_range_are_refused():
    for baseline in (1, 1.5, 2, 3):
        low, high = slope_range(AXELROD, baseline)
        for slope in (low - 0.01, high + 0.01):
            with pytest.raises(ValueError, match="no strategy enforces slope"):
                phi_range(AXELROD, slope, baseline)
        assert phi_range(AXELROD, low + 1e-9, baseline)[1] > 0
    assert slope_range(AXELROD, F(2)) == (F(-2, 3), 1)


@pytest.mark.parametrize("discount", [None, F(9, 10), F(17, 20)])
@pytest.mark.parametrize(("slope", "baseline", "opening"), [(F(1, 2), 1, 0), (F(1, 3), 3, 1), (0, 2, F(1, 2))])
def test_the_range_of_phi_is_sharp(discount, slope, baseline, opening):
    slope = F(slope)
    for end, beyond in zip(phi_range(AXELROD, slope, baseline, discount, opening=opening), (F(-1), F(1)), strict=True):
        if end != 0:
            one = zero_determinant(AXELROD, slope, baseline, end, discount, opening=opening)
            assert {F(0), F(1)} & set(one[1:])
        with pytest.raises(ValueError, match="phi must lie in"):
            zero_determinant(AXELROD, slope, baseline, end + beyond / 1000, discount, opening=opening)


@given(mixed)
def test_most_strategies_enforce_nothing(x):
    found = enforced_relation(AXELROD, x)
    if found is not None:
        mine, theirs = payoffs(AXELROD, x, OPPONENTS[:20]).T
        np.testing.assert_allclose(found.alpha * mine + found.beta * theirs + found.gamma, 0, atol=1e-7)


def test_nothing_and_trivial_relations():
    assert enforced_relation(AXELROD, strategy("repeat")) is None
    assert enforced_relation(AXELROD, strategy("WSLS")) is None
    tft = enforced_relation(AXELROD, strategy("TFT"))
    assert tft.slope == pytest.approx(1)
    assert np.isnan(tft.baseline)


# ---------------------------------------------------------------------------------------------- bad input
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: extortion(AXELROD, 0.5), "chi must be at least 1, got 0.5"),
        (lambda: extortion(AXELROD, 2, 0.5), r"phi must lie in \[0.0, 0.222"),
        (lambda: extortion(AXELROD, 2, 0), "not be zero"),
        (lambda: equaliser(AXELROD, 4), "no strategy enforces slope 0 at baseline 4"),
        (lambda: extortion(AXELROD, 2, discount=0.9, opening=1), "with discount 0.9 and opening 1"),
        (lambda: zero_determinant(AXELROD, 0, 2, discount=0), "discount must be positive"),
        (lambda: slope_range(AXELROD, 4), "baseline must lie between P = 1.0 and R = 3.0, got 4"),
        (lambda: slope_range(Game.two_by_two(4, 0, 3, 1), 2), "S < P <= R < T"),
        (lambda: enforced_relation(AXELROD, np.ones((2, 5))), r"shape \(5,\), got \(2, 5\)"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
