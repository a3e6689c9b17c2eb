"""What `lase analyse` says, for every kind of game it may meet."""

import json
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import gametheory as gt
from lase_core.summary import summarise
from lase_core.summary.numbers import number, readable

R, S, T, P = sp.symbols("R S T P")


@pytest.mark.parametrize("name", gt.catalogue.names())
def test_every_game_of_the_catalogue_can_be_summarised(name):
    found = summarise(gt.catalogue.make(name, **({"S": "1/2", "T": "3/2"} if name == "social_dilemma" else {})))
    assert found.outlook in found.text()
    json.dumps(found.to_dict())
    if found.is_two_by_two:
        assert r"\dot p_i" in found.latex()


@pytest.mark.parametrize(
    ("payoffs", "numerator", "denominator"),
    [
        # one game for each of the four orders of (R, S) and (T, P); formulas of the project's theory, statement 4
        ((3, 0, 5, 1), S + T - P, 2 * T + S - R - P),
        ((0, 3, 5, 1), S + T - P, -(R + P - 2 * S - 2 * T)),
        ((0, 3, 1, 5), S - P, -(R + P - T - 2 * S)),
        ((3, 0, 1, 5), S - P, S - P - (R - T)),
    ],
)
def test_closed_form_in_every_order_of_payoffs(payoffs, numerator, denominator):
    found = summarise(gt.Game.two_by_two(*payoffs))
    assert (sp.expand(found.closed_form[0] - numerator), sp.expand(found.closed_form[1] - denominator)) == (0, 0)


def test_closed_form_with_a_tie_uses_the_tie():
    found = summarise(gt.Game.two_by_two(1, 1, 3, 0))  # R = S: a cooperator does not care, and gives nothing
    values = dict(zip((R, S, T, P), (1, 1, 3, 0), strict=True))
    on_diagonal = (found.closed_form[0] - found.closed_form[1] * sp.Symbol("p")).subs(values)
    assert sp.expand(on_diagonal - found.diagonal.advantages[0]) == 0


def test_asymmetric_symbols_give_the_numbers_of_the_game():
    game = gt.Game.from_bimatrix([[3, -1], [5, 1]], [[2, 7], [-1, 1]])
    found = summarise(game)
    values = dict(zip(found.symbolic.payoffs.flat, game.payoffs.flat, strict=True))
    for general, own in zip(found.symbolic_gradient, found.field.advantages, strict=True):
        assert sp.expand(general.subs({s: sp.Rational(str(v)) for s, v in values.items()}) - own) == 0


@pytest.mark.parametrize(
    ("game", "words"),
    [
        (gt.Game.two_by_two(1, Fraction(-1, 4), 2, 0), "Symmetry breaks: learners end at (1/2, 3/4) or at (3/4, 1/2)"),
        (gt.Game.two_by_two(4, -9, 3, 1), "The start decides between 2 attractors, (0, 0) and (1, 1)"),
        (gt.Game.two_by_two(0, 0, 0, 0), "No rest point is proved to attract"),
        (gt.Game.two_by_two(-1, -3, 0, -2), "The only rest point proved to attract is (0, 0)"),
        (gt.catalogue.matching_pennies(), "The only rest point proved to attract is (1/2, 1/2)"),
        (gt.catalogue.public_goods(n=3, multiplier=2), "ends with probability of 'contribute': sqrt(2)/2"),
    ],
)
def test_outlook(game, words):
    assert words in summarise(game).outlook


def test_unbound_symbols_are_named():
    with pytest.raises(ValueError, match="bind P, R, S, T first"):
        summarise(gt.Game.two_by_two(R, S, T, P))


def test_floats_count_as_the_decimals_they_print_as():
    found = summarise(gt.Game.two_by_two(1.0, -0.5, 1.5, 0.0))
    (sink,) = found.points.sinks
    assert sink.location == (sp.Rational(2, 3), sp.Rational(2, 3))


def test_numbers_and_formulas_are_readable():
    p1, p2 = sp.symbols("p1 p2")
    assert readable(sp.Integer(-1)) == "-1"
    assert readable(-p1 * p2 + p2**2 / 2 - 1) == "-p1 p2 + 1/2 p2² - 1"
    assert number(sp.sqrt(5) / 7 + sp.Rational(123456, 789)) == "156.79"
    assert number(-sp.Rational(1, 4) - 3 * sp.I * sp.sqrt(12345) / 44444) == "-0.25 - 0.0074999i"


def test_dulac_excludes_cycles_and_does_not_where_it_should_not():
    lase = gt.transfer.SocialRelationship()
    assert gt.analysis.excludes_cycles(gt.rules.policy_gradient(gt.catalogue.prisoners_dilemma(), lase))
    assert not gt.analysis.excludes_cycles(gt.rules.policy_gradient(gt.catalogue.matching_pennies()))
    # selfish matching pennies do cycle: the flow comes back to its start
    pennies = gt.rules.policy_gradient(gt.catalogue.matching_pennies())
    path = gt.analysis.flow(pennies, [0.5, 0.2], np.linspace(0, 40, 4001))
    assert np.abs(path[500:] - path[0]).max(axis=1).min() < 1e-2


def test_other_means_have_their_values_or_say_why_not():
    # (3, 0, 5, 1): Willis et al. s* = .6; Apt & Schaefer alpha = (T - R)/(2R - T - S) = 2; contract max(T-R, P-S) = 2
    means = summarise(gt.catalogue.prisoners_dilemma()).other_means
    assert means["symmetric shares"] == means["general shares"] == "keep at most 3/5"
    assert means["selfishness level"].startswith("2, ")
    assert means["contract"] == "a lone defector pays 2"
    assert means["equal shares"] == "strictly dominant"
    assert "dominant" in summarise(gt.catalogue.battle_of_the_sexes()).other_means["symmetric shares"]


@pytest.mark.parametrize(
    ("A", "B", "words"),
    [
        # a third of random starts end at the corner that the linear part leaves open
        ([[-2, -1], [2, -1]], [[-2, 2], [1, -1]], "proved to attract is (0, 1); closed orbits inside are not excluded"),
        ([[-2, -1], [2, -1]], [[-2, 2], [1, -1]], "Undetermined: (1, 0)"),
        # a whole edge rests beside the sink
        ([[2, 2], [1, 0]], [[-2, -2], [2, 1]], "Continua of rest points: every point rests (p1 = 1)"),
        # pennies with losses: a source inside and saddles at all corners, so paths spiral out
        ([[-1, -3], [-3, -1]], [[-3, -1], [-1, -3]], "come back to its border"),
    ],
)
def test_outlook_names_what_is_open(A, B, words):
    assert words in summarise(gt.Game.from_bimatrix(A, B)).outlook


def test_leaving_and_staying_on_all_four_sides():
    # (3, 0, 5, 1): full defection is unstable, g > 0 at p = 0; full cooperation too, g < 0 at p = 1
    text = summarise(gt.catalogue.prisoners_dilemma()).text()
    assert "across   p1: g = 4 (leaves), p2: g = 4 (leaves)" in text
    assert "across   p1: g = -2 (leaves), p2: g = -2 (leaves)" in text
    # (-1, -3, 0, -2): defection attracts, g = -1 everywhere on the diagonal
    text = summarise(gt.Game.two_by_two(-1, -3, 0, -2)).text()
    assert "across   p1: g = -1 (stays), p2: g = -1 (stays)" in text


def test_large_groups_are_summarised_on_the_diagonal():
    # theory of the project, statement 19: (2 rho - 1) + rho (N - 3) p - rho (N - 2) p^2, rho = r/N
    n, rho, p = 8, sp.Rational(4, 8), sp.Symbol("p")
    found = summarise(gt.catalogue.public_goods(n=n, multiplier=4))
    expected = (2 * rho - 1) + rho * (n - 3) * p - rho * (n - 2) * p**2
    assert sp.expand(found.diagonal.advantages[0] - expected) == 0
    assert found.to_dict()["rest_points_of"] == "profiles with all players alike"


def test_payoffs_that_overflow_are_refused():
    with pytest.raises(ValueError, match="divide them all by a number"):
        summarise(gt.catalogue.coordination(a=10**200, b=1)).text()


def test_stability_along_the_diagonal_is_not_sold_as_stability():
    # a symmetric three-player game found by search: a cooperator gets -1, 5, 1 and a defector -6, 3, 3 with 0, 1, 2
    # other cooperators. Along the diagonal the inner point attracts, across it differences grow
    cooperator, defector = (-1, 5, 1), (-6, 3, 3)
    payoffs = np.zeros((3, 2, 2, 2))
    for joint in np.ndindex(2, 2, 2):
        for i in range(3):
            others = sum(1 for k in range(3) if k != i and joint[k] == 0)
            payoffs[(i, *joint)] = cooperator[others] if joint[i] == 0 else defector[others]
    found = summarise(gt.Game(payoffs.astype(int)))
    (sink,) = (s for s in found.points.sinks if s.face == "interior")
    assert found.growth_of_differences(sink) > 0.1
    assert "But differences between players grow at" in found.outlook
    calm = summarise(gt.catalogue.public_goods(n=3, multiplier=2))
    assert "differences" not in calm.outlook
