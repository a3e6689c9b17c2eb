"""Bendixson's and Dulac's criterion: what is proved, and fields with a known cycle, which are not."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import solve_ivp

import gametheory as gt
from gametheory.analysis import excludes_cycles
from gametheory.field import ClosedForm, Field, Space
from gametheory.rules import boltzmann_q, policy_gradient, replicator, replicator_mutator

LASE = gt.transfer.SocialRelationship()
p1, p2 = Space((2, 2)).symbols
x1, x2 = Space((3,)).symbols


def made(*rates, n_actions=(2, 2), **options):
    """Return a field with given closed form."""
    space = Space(n_actions)
    code = sp.lambdify(space.symbols, rates, modules="numpy")
    return Field(
        space,
        lambda x: np.stack(code(*np.moveaxis(np.asarray(x, dtype=float), -1, 0)), axis=-1),
        derive=lambda: ClosedForm(tuple(map(sp.sympify, rates))),
        **options,
    )


def end_of_orbit(field, start, seconds=400):
    """Return states of the last quarter of an orbit."""
    t = np.linspace(0.75 * seconds, seconds, 2000)
    return solve_ivp(lambda _, x: field.function(x), (0, seconds), start, t_eval=t, rtol=1e-9, atol=1e-12).y


@pytest.mark.parametrize(("R", "T"), [(r, t) for r, t in product((0, 1, Fraction(5, 2), 4), repeat=2) if r or t])
def test_lase_games_with_gains(R, T):
    # dg1/dp1 = -(R p2 + T (1 - p2)) for R > S, T > P: negative inside unless R = T = 0
    for down, worse in product((1, 3), repeat=2):
        assert excludes_cycles(policy_gradient(gt.Game.two_by_two(R, R - down, T, T - worse), LASE))


def test_losses_of_both_signs_are_not_covered():
    # R > 0 > T: the slope changes sign at p2 = T/(T - R)
    assert not excludes_cycles(policy_gradient(gt.Game.two_by_two(1, 0, -1, -2), LASE))
    # nothing to gain: R = T = 0
    assert not excludes_cycles(policy_gradient(gt.Game.two_by_two(0, -1, 0, -1), LASE))


def test_selfish_players_may_circle():
    # matching pennies: all orbits inside are closed
    field = replicator(gt.catalogue.matching_pennies())
    assert not excludes_cycles(field)
    state = end_of_orbit(field, [0.7, 0.5], 60)
    assert np.ptp(state, axis=1).min() > 0.3
    # rock-paper-scissors of one population: the same on a triangle
    assert not excludes_cycles(replicator(gt.catalogue.rock_paper_scissors(), populations="one"))


def test_a_lagging_estimate():
    # p' = p (1 - p) g(p, q), q' = k (p - q), (R, S, T, P) = (3, 0, 4, 2), c = R + P - S - T = 1:
    # g = S + T (1 - q) - P + p c = 2 - 4q + p rests at p = q = 2/3 with J = [[2/9, -8/9], [k, -k]]: trace 2/9 - k, so
    # for k < 2/9 orbits leave the focus and, as they do not reach the border, circle
    g = 2 - 4 * p2 + p1
    for k, circles in ((Fraction(1, 10), True), (Fraction(1, 2), False)):
        rate = sp.Rational(k.numerator, k.denominator)
        field = made(p1 * (1 - p1) * g, rate * (p1 - p2))
        state = end_of_orbit(field, [0.6, 0.7], 1500)
        assert (np.ptp(state[0]) > 0.05) == circles
        if circles:
            assert not excludes_cycles(field)
        (middle,) = [q for q in gt.analysis.rest_points(field) if q.location == (sp.Rational(2, 3),) * 2]
        assert (middle.stability, middle.kind) == ("source" if circles else "sink", "focus")


def test_van_der_pol_in_the_square():
    # u = 8p1 - 4, v = 8p2 - 4: u' = v, v' = (1 - u²) v - u has one limit cycle, of amplitude 2 (within 1%)
    u, v = 8 * p1 - 4, 8 * p2 - 4
    field = made(v / 8, ((1 - u**2) * v - u) / 8)
    assert not excludes_cycles(field)
    state = end_of_orbit(field, [0.52, 0.5], 200)
    assert 8 * np.abs(state[0] - 0.5).max() == pytest.approx(2.009, abs=0.01)  # 2.0086 for mu = 1
    (middle,) = gt.analysis.rest_points(field)
    assert (middle.location, middle.stability) == ((sp.Rational(1, 2),) * 2, "source")
    # with the friction reversed everywhere there is none: divergence -(1 + u²)
    assert excludes_cycles(made(v / 8, (-(1 + u**2) * v - u) / 8))


@pytest.mark.parametrize("rate", [0.01, 1])
def test_mutation_in_zero_sum_games(rate):
    # g1 = 2c (2 p2 - 1), g2 = -2c (2 p1 - 1): Σ (1 - 2 p_i) g_i = 0, and the divergence is -2 μ
    assert excludes_cycles(replicator_mutator(gt.catalogue.matching_pennies(), rate=rate))


def test_mutation_in_other_games():
    # coordination(1, 1): divergence -2 (2 p1 - 1)(2 p2 - 1) - 2 μ, at most 2 - 2 μ
    game = gt.catalogue.coordination(1, 1)
    assert not excludes_cycles(replicator_mutator(game, rate=0.5))
    assert excludes_cycles(replicator_mutator(game, rate=1.01))


def test_the_triangle():
    assert excludes_cycles(made(-x1 + x2 / 3, -x2, n_actions=(3,)))
    assert not excludes_cycles(made(x1 - x2, x1 - x2, n_actions=(3,)))  # divergence 0
    # the divergence x1 + x2 - 3/2 is negative on the triangle, not on the square around it
    assert excludes_cycles(made(x1**2 / 2 - sp.Rational(3, 4) * x1, x2**2 / 2 - sp.Rational(3, 4) * x2, n_actions=(3,)))


@pytest.mark.parametrize("game", [gt.catalogue.matching_pennies(), gt.catalogue.coordination(1, 1)], ids=["pennies", "coordination"])  # fmt: skip  # noqa: E501 (one line a case)
@pytest.mark.parametrize("temperature", [0.05, 0.5, 2.0])
def test_selfish_boltzmann_learners_never_circle(game, temperature):
    # with B = 1/Π p (1 - p): the slopes of g_i/τ + ln((1 - p_i)/p_i) by p_i are -1/(p_i (1 - p_i)) ≤ -4
    assert excludes_cycles(boltzmann_q(game, temperature=temperature))


def test_boltzmann_learners_that_are_not_covered():
    # negative rewards: LASE slopes -(R p2 + T (1 - p2))/τ are positive, and more than 4 at low temperature
    game = gt.Game.two_by_two(-1, -3, -2, -4)
    assert excludes_cycles(boltzmann_q(game, LASE, temperature=1))  # slope at most 2 - 4
    field = boltzmann_q(gt.Game.two_by_two(-1, -3, 2, -4), LASE, temperature=0.1)
    assert not excludes_cycles(field)


def test_what_is_not_served():
    assert not excludes_cycles(made(p1 / 2, p2 / 2, kind="map"))
    assert not excludes_cycles(Field(Space((2, 2)), lambda x: -x))  # no closed form
    game = gt.catalogue.prisoners_dilemma()
    assert not excludes_cycles(policy_gradient(game, LASE, "softmax"))  # another factor than p (1 - p)
    assert not excludes_cycles(made(-sp.sin(p1), -p2))  # a function that intervals do not know
    assert not excludes_cycles(made(-sp.Max(p1, sp.Rational(1, 2)), -p2, smoothness="piecewise"))
    with pytest.raises(ValueError, match="serves flows in two dimensions, this one has 1"):
        excludes_cycles(made(*Space((2,)).symbols, n_actions=(2,)))
    T = sp.Symbol("T")
    with pytest.raises(ValueError, match="unbound parameter T"):
        excludes_cycles(policy_gradient(gt.Game.two_by_two(3, 0, T, 1, assume=[T > 1]), LASE))


def test_slopes_between_grid_points():
    # divergence (p1 - 1/2)² - 1/1000 is negative only near p1 = 1/2; + 1/1000: nowhere
    base = (p1 - sp.Rational(1, 2)) ** 3 / 3
    assert not excludes_cycles(made(base - p1 / 1000, sp.Integer(0) * p1 + p2 * 0 + p1))
    assert excludes_cycles(made(base + p1 / 1000, p1))
