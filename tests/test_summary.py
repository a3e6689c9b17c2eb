"""What `lase analyse` says, for every kind of game it may meet."""

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import sympy as sp

import gametheory as gt
from lase_core.summary import summarise
from lase_core.summary.numbers import number, readable

R, S, T, P = sp.symbols("R S T P")
analysed = cache(summarise)  # once for every game that several tests look at; nothing may be written to it


@pytest.mark.parametrize("name", gt.catalogue.names())
def test_every_game_of_the_catalogue_can_be_summarised(name):
    found = analysed(gt.catalogue.make(name, **({"S": "1/2", "T": "3/2"} if name == "social_dilemma" else {})))
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
        (gt.catalogue.public_goods(n=3, multiplier=2), "proved to attract is (0.70711, 0.70711, 0.70711)."),
        (gt.catalogue.public_goods(n=4, multiplier=3), "ends with probability of 'contribute': 0.87915"),
        (
            gt.catalogue.rock_paper_scissors(),
            "ends at (1/3, 1/3, 1/3), probabilities of 'rock', 'paper', 'scissors'; clo",
        ),
    ],
)
def test_outlook(game, words):
    assert words in analysed(game).outlook


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
        # a third of random starts end at the corner (1, 0), which the linear part leaves open
        ([[-2, -1], [2, -1]], [[-2, 2], [1, -1]], "decides between 2 attractors, (0, 1) and (1, 0); closed orbits"),
        # corners on an edge that rests
        ([[2, 0], [2, 1]], [[1, -1], [1, -2]], "Undetermined: (0, 1), (1, 1)"),
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


@pytest.mark.parametrize("n", [5, pytest.param(8, marks=pytest.mark.slow)])
def test_large_groups_are_summarised_on_the_diagonal(n):
    # theory of the project, statement 19: (2 rho - 1) + rho (N - 3) p - rho (N - 2) p^2, rho = r/N
    rho, p = sp.Rational(4, n), sp.Symbol("p")
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
    (sink,) = (s for s in gt.analysis.rest_points(found.diagonal).sinks if s.face == "interior")
    assert found.growth_of_differences(sink) > 0.1
    assert [p.stability for p in found.points if np.allclose(p.x, sink.x[0])] == ["saddle"]  # in the cube
    # Shapley's game is too large to be searched as a whole
    found = analysed(gt.catalogue.shapley())
    assert found.growth_of_differences(found.points.sinks[0]) == pytest.approx(1 / 9)
    assert "But differences between players grow at (1/3, 1/3, 1/3): real learners leave it" in found.outlook
    calm = summarise(gt.catalogue.public_goods(n=4, multiplier=2))
    assert "differences" not in calm.outlook


# ---------------------------------------------------------------------- how it is known
def test_a_cube_of_three_players_with_certificates():
    found = analysed(gt.catalogue.public_goods(n=3, multiplier=2))
    text, data = found.text(), found.to_dict()
    assert "rest points (complete: branch and prune with Krawczyk's test)" in text
    assert "known    one zero within the radius, Krawczyk's test, radius " in text
    assert "known    rational zero, checked exactly, alone by Krawczyk's test" in text
    assert "diagonal only" not in text
    assert len(data["rest_points"]) == 27
    assert (data["rest_points_of"], data["complete"], data["undecided"]) == ("all profiles", True, [])
    assert data["method"] == "branch and prune with Krawczyk's test"
    (sink,) = (p for p in data["rest_points"] if p["stability"] == "sink")
    assert not sink["exact"]
    assert 0 < sink["radius"] < 1e-12
    assert sink["location"][0]["value"] == pytest.approx(np.sqrt(0.5), abs=1e-12)


def test_the_diagonal_of_three_actions_is_named_as_such():
    found = analysed(gt.catalogue.rock_paper_scissors())
    text = found.text()
    assert "rest points with all players alike (complete: branch and prune" in text
    assert "this is the diagonal only, where all players have the same policy; there may be rest points off it" in text
    assert found.to_dict()["rest_points_of"] == "profiles with all players alike"
    # LASE turns the centre into a sink: -1/12 ± i sqrt(3)/4
    (sink,) = found.points.sinks
    np.testing.assert_allclose(sorted(np.array(sink.eigenvalues, complex).imag), [-np.sqrt(3) / 4, np.sqrt(3) / 4])
    np.testing.assert_allclose(np.array(sink.eigenvalues, complex).real, -1 / 12)


def test_selfish_rock_paper_scissors_circles():
    found = summarise(gt.catalogue.rock_paper_scissors(), gt.transfer.Selfish())
    assert found.outlook.startswith("With all players alike the flow circles around a centre")


def test_two_and_three_actions_are_searched_as_a_whole():
    # a dominated third action; player 1 prefers the first one whatever happens
    found = summarise(gt.Game.from_bimatrix([[3, 2, 2], [1, 0, 1]], [[3, 1, 0], [2, 1, 0]]), gt.transfer.Selfish())
    (sink,) = found.points.sinks
    assert sink.location == (1, 1, 0)
    assert found.to_dict()["rest_points_of"] == "all profiles"
    assert found.outlook == "The only rest point proved to attract is (1, 1, 0)."


def test_points_of_larger_games_are_met_from_many_starts():
    found = summarise(gt.Game(np.arange(2 * 9).reshape(2, 3, 3) ** 2 % 7))
    assert found.to_dict()["rest_points_of"] == "all profiles"
    assert not found.points.complete
    assert "There may be other rest points: these were met from many starts." in found.outlook
    for point in found.points:
        np.testing.assert_allclose(found.field(point.x), 0, atol=1e-12)


def test_games_that_are_too_large_say_so():
    found = summarise(gt.Game(np.arange(2 * 25).reshape(2, 5, 5) ** 2 % 7))
    assert found.points is None
    assert found.outlook.startswith("Rest points are looked for in games with at most 6 coordinates")
    assert (found.to_dict()["rest_points_of"], found.to_dict()["method"]) == (None, None)


def test_undecided_boxes_and_what_is_not_certified_are_told():
    found = summarise(gt.catalogue.coordination(1, 1))
    box = gt.analysis.Box("interior", np.array([0.25, 0.5]), np.array([0.375, 0.5]), 3)
    unproved = replace(
        found.points[0], exact=False, radius=np.inf, certificate="not certified: the field is 1e-12 there"
    )
    points = replace(found.points, points=(unproved,), complete=False, method="a search", undecided=(box,))
    vars(found)["points"] = points
    text, data = found.text(), found.to_dict()
    assert "rest points (not proved complete: a search)" in text
    assert "  undecided: [0.25, 0.375], [0.5, 0.5], interior: continuum suspected" in text
    assert "known    not certified: the field is 1e-12 there\n" in text
    assert "There may be other rest points: the search left parts undecided." in text
    assert data["undecided"] == [{"face": "interior", "lo": [0.25, 0.5], "hi": [0.375, 0.5], "boxes": 3}]
    assert data["rest_points"][0]["radius"] is None
    assert data["complete"] is False
    json.dumps(data, allow_nan=False)
