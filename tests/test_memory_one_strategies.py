"""Memory-one strategies by name, with noise, and what is said about input that cannot be one."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gametheory import Game
from gametheory.memory_one import (
    averages,
    check,
    deterministic,
    names,
    other_view,
    payoffs,
    round_robin,
    strategy,
    with_noise,
)

F = Fraction
AXELROD = Game.two_by_two(R=3, S=0, T=5, P=1)
any_strategy = arrays(np.float64, 5, elements=st.floats(0, 1))


# ---------------------------------------------------------------------------------------------- strategies
def test_every_name_makes_a_strategy():
    needs = {"reactive": {"y": 1, "p": 0.9, "q": 0.1}}
    for name in names():
        for written in (name, name.upper().replace("-", " ")):
            floats, exact = (strategy(written, exact=e, **needs.get(name, {})) for e in (False, True))
            assert floats.shape == (5,)
            assert floats.dtype == np.float64
            np.testing.assert_allclose(floats, exact.astype(float))
    np.testing.assert_array_equal(strategy("reactive", y=1, p=1, q=0), strategy("TFT"))
    assert len(np.unique(deterministic(), axis=0)) == 32
    assert deterministic(opening=0).shape == (16, 5)


@given(any_strategy, st.floats(0, 1), st.floats(0, 1))
def test_noise_composes(x, first, second):
    both = first + second - 2 * first * second
    np.testing.assert_allclose(with_noise(with_noise(x, first), second), with_noise(x, both), atol=1e-12)


# ---------------------------------------------------------------------------------------------- bad input
GRIM, COIN = strategy("Grim"), [0.5] * 5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: payoffs(AXELROD, [0.5, 0.5, 1.2, 0, 0], COIN), r"x .* entry \[2\] \(after CD\) is 1.2"),
        (lambda: payoffs(AXELROD, COIN, [[0.5] * 5, [-0.1] * 5]), r"y .* entry \[1, 0\] \(the opening\) is -0.1"),
        (lambda: payoffs(AXELROD, COIN, [0.5, float("nan"), 0, 0, 0]), r"entry \[1\] \(after CC\) is nan"),
        (lambda: payoffs(AXELROD, [F(3, 2)] * 5, COIN), r"entry \[0\] .* is 3/2"),
        (lambda: payoffs(AXELROD, [0.5] * 4, COIN), r"x must have shape \(\.\.\., 5\)"),
        (lambda: payoffs(AXELROD, np.ones((2, 5)), np.ones((3, 5))), r"broadcast, got \(2,\) and \(3,\)"),
        (lambda: payoffs(AXELROD, COIN, COIN, discount=1), r"discount must lie in \[0, 1\), got 1"),
        (lambda: payoffs(AXELROD, COIN, COIN, discount=-0.1), "got -0.1"),
        (lambda: payoffs(AXELROD, COIN, COIN, discount=float("nan")), "got nan"),
        (lambda: payoffs(AXELROD, COIN, COIN, discount=0.5, rounds=3), "not both"),
        (lambda: payoffs(AXELROD, COIN, COIN, rounds=0), "at least 1"),
        (lambda: payoffs(AXELROD, COIN, COIN, noise=1.5), r"noise must be a probability in \[0, 1\], got 1.5"),
        (lambda: payoffs(Game.from_bimatrix(np.eye(3)), COIN, COIN), "two actions each"),
        (lambda: payoffs(AXELROD, GRIM, GRIM), r"\{CC\} and \{DD\}; pass discount="),
        (lambda: round_robin(AXELROD, [strategy("TFT"), GRIM]), r"\{CC\}, \{CD, DC\} and \{DD\}"),
        (lambda: round_robin(AXELROD, COIN), r"shape \(m, 5\)"),
        (lambda: averages(COIN, COIN, [1, 0, 0, 0]), r"shape \(k, 4\)"),
        (lambda: other_view([1, 2]), "shape"),
        (lambda: strategy("tif for tat"), "did you mean TFT"),
        (lambda: strategy("extortion"), "Extort-"),
        (lambda: strategy("GTFT", generous=0.1), "no parameter 'generous'; allowed are generosity, opening"),
        (lambda: strategy("reactive", y=1), "needs p, q"),
        (lambda: strategy("GTFT", generosity=2), r"after CD\) is 2"),
        (lambda: deterministic(opening=2), "opening must be 0, 1 or None"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((1, 0, 1, 0), "four probabilities after CC, CD, DC, DD are a strategy as they are once the opening stands"),
        (np.array([1, 0, 1, 0]), "four probabilities"),
        ([[0.5] * 4] * 3, "four probabilities"),
        ((1, 1, 0, 1, 0), "five probabilities are a strategy as they are, without strategy()"),
        ((1, 0), "of type tuple"),
        ([[1, 0], [1]], "of type list"),
        (None, "of type NoneType"),
        (0.5, "of type float"),
        (b"TFT", "of type bytes"),
    ],
)
def test_what_is_no_name_is_told_what_is_wanted(given, said):
    with pytest.raises(TypeError, match=r"name must be the name of a strategy, e\.g\. 'TFT', got ") as told:
        strategy(given)
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_a_name_is_no_strategy_yet():
    with pytest.raises(TypeError, match=r"x must hold numbers, .* make one with strategy\('TFT'\)"):
        payoffs(AXELROD, "TFT", COIN)


@pytest.mark.parametrize("noise", ["0.1", True, None, 1j, np.array([0.1, 0.2])])
def test_noise_is_one_number(noise):
    with pytest.raises(TypeError, match=r"noise must be a number in \[0, 1\]"):
        payoffs(AXELROD, COIN, COIN, noise=noise)


def test_rounds_must_be_whole():
    with pytest.raises(TypeError, match="whole number"):
        payoffs(AXELROD, COIN, COIN, rounds=2.5)


@pytest.mark.parametrize("wrong", [["a"] * 5, [1j] * 5, [F(1, 2), None, 1, 1, 1]])
def test_what_is_no_number_is_a_type_error(wrong):
    with pytest.raises(TypeError, match="x must hold"):
        check(wrong)


def test_edges_of_the_unit_interval_pass():
    for fine in ([-0.0, 1, 0, 1, 0], [True, False, True, False, True], np.float32([0, 1, 0.5, 1, 0])):
        np.testing.assert_array_equal(check(fine), np.asarray(fine, dtype=float))
    for wrong in (np.nextafter(1, 2), -5e-324, np.inf, -np.inf, np.nan):
        with pytest.raises(ValueError, match=r"entry \[4\] \(after DD\)"):
            check([0, 0, 0, 0, wrong])
    every_other = np.random.default_rng(0).random((10, 5))[::2]
    assert check(every_other) is every_other
