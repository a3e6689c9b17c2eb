"""The catalogue: payoffs from the sources, classes, and what is refused."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gametheory import Game
from gametheory import catalogue as c
from gametheory.catalogue import classify
from gametheory.equilibria import nash
from gametheory.ordering import Ordering

R, S, T, P, b, cost = sp.symbols("R S T P b c")
payoffs = st.fractions(min_value=-4, max_value=4, max_denominator=6)


def payoffs_of(game):
    (r, s), (t, p) = game.payoffs[0].tolist()
    return r, s, t, p


# ---------------------------------------------------------------------------------------------- sources
@pytest.mark.parametrize(
    ("game", "expected"),
    [
        (c.prisoners_dilemma(), (3, 0, 5, 1)),  # Axelrod 1984
        (c.stag_hunt(), (4, 0, 3, 1)),
        (c.snowdrift(), (1, Fraction(1, 2), Fraction(3, 2), 0)),  # Hauert & Doebeli 2004 with b = 3/2, c = 1
        (c.chicken(), (3, 1, 4, 0)),
        (c.harmony(), (3, 1, 2, 0)),
        (c.donation(3, 1), (2, -1, 3, 0)),  # R = b - c, S = -c, T = b, P = 0
        (c.social_dilemma(S=Fraction(-1, 4), T=2), (1, Fraction(-1, 4), 2, 0)),
    ],
)
def test_symmetric_payoffs(game, expected):
    assert payoffs_of(game) == expected
    assert game.is_symmetric
    assert game.exact


def test_matching_pennies_has_the_uniform_equilibrium_of_value_zero():  # von Neumann & Morgenstern 1944
    (equilibrium,) = nash(c.matching_pennies(stake=2))
    assert [policy.tolist() for policy in equilibrium.policies] == [[Fraction(1, 2)] * 2] * 2
    assert equilibrium.payoffs.tolist() == [0, 0]


def test_battle_of_the_sexes_has_three_equilibria():  # Luce & Raiffa 1957, section 5.3: mixed (2/3, 1/3), 2/3 each
    found = nash(c.battle_of_the_sexes())
    assert [equilibrium.payoffs.tolist() for equilibrium in found] == [[2, 1], [1, 2], [Fraction(2, 3)] * 2]


@pytest.mark.parametrize("game", [c.rock_paper_scissors(), c.rock_paper_scissors(win=1, loss=2), c.shapley()])
def test_cyclic_games_have_the_uniform_equilibrium_alone(game):  # Shapley 1964
    found = nash(game)
    assert found.complete
    assert len(found) == 1
    assert all(policy.tolist() == [Fraction(1, 3)] * 3 for policy in found[0].policies)


def test_public_goods_formula():
    n, r, e = 4, Fraction(5, 2), 3
    game = c.public_goods(n, r, e)
    for joint in itertools.product((0, 1), repeat=n):
        gives = [1 - action for action in joint]
        for i in range(n):
            assert game.payoffs[(i, *joint)] == r / n * sum(gives) - gives[i] + e
    assert game.is_symmetric


def test_public_goods_takes_floats_and_symbols():
    assert not c.public_goods(3, 1.5).exact
    r = sp.Symbol("r")
    game = c.public_goods(3, r)
    assert game.parameters == ("r",)
    assert game.bind(r=2) == c.public_goods(3, 2)


# ---------------------------------------------------------------------------------------------- refused
@pytest.mark.parametrize(
    ("maker", "wrong", "failing"),
    [
        (c.prisoners_dilemma, {"R": 6}, "T > R"),
        (c.prisoners_dilemma, {"P": 0}, "P > S"),
        (c.stag_hunt, {"T": 4}, "R > T"),
        (c.stag_hunt, {"T": 0.5}, "T >= P"),
        (c.snowdrift, {"S": -1}, "S > P"),
        (c.chicken, {"S": 3}, "R > S"),
        (c.harmony, {"T": 3}, "R > T"),
        (c.harmony, {"S": 0}, "S > P"),
        (c.donation, {"c": 3}, "b > c"),
        (c.donation, {"c": 0}, "c > 0"),
        (c.coordination, {"b": 0}, "b > 0"),
        (c.matching_pennies, {"stake": 0}, "stake > 0"),
        (c.battle_of_the_sexes, {"low": 0}, "low > apart"),
        (c.rock_paper_scissors, {"loss": -1}, "loss > 0"),
        (c.public_goods, {"multiplier": 0}, "multiplier > 0"),
    ],
)
def test_payoffs_outside_the_class_are_refused(maker, wrong, failing):
    with pytest.raises(ValueError, match=f"{failing} does not hold"):
        maker(**wrong)


@pytest.mark.parametrize("n", [1, 13, 2.5])
def test_group_size_is_checked(n):
    with pytest.raises(ValueError, match="integer n from 2 to 12"):
        c.public_goods(n)


# ---------------------------------------------------------------------------------------------- symbols
@pytest.mark.parametrize(
    ("game", "helps"),
    [
        (c.prisoners_dilemma(R, S, T, P), True),
        (c.snowdrift(R, S, T, P), True),
        (c.chicken(R, S, T, P), True),
        (c.stag_hunt(R, S, T, P), True),
        (c.harmony(R, S, T, P), True),
        (c.donation(b, cost), True),
        (c.prisoners_dilemma(T=T), True),
    ],
)
def test_symbols_bring_the_order_of_their_class(game, helps):
    order = Ordering(game.assume)
    (r, s), (t, p) = game.payoffs[0]
    assert order.write(r - s).is_positive is helps
    assert order.write(t - p).is_positive is helps


def test_bound_symbols_give_the_numeric_game():
    assert c.prisoners_dilemma(R, S, T, P).bind(R=3, S=0, T=5, P=1) == c.prisoners_dilemma()
    assert c.donation(b, cost).bind(b=3, c=1) == c.donation(3, 1)
    with pytest.raises(ValueError, match="contradict"):
        c.prisoners_dilemma(R, S, T, P).bind(R=3, S=0, T=2, P=1)


@pytest.mark.parametrize(
    "game",
    [c.coordination(b, cost), c.matching_pennies(b), c.battle_of_the_sexes(b, cost, S), c.rock_paper_scissors(b, cost)],
)
def test_other_symbolic_games_keep_their_relations(game):
    assert game.assume
    Ordering(game.assume)


# ---------------------------------------------------------------------------------------------- classes
@pytest.mark.parametrize(
    ("game", "name"),
    [
        (c.prisoners_dilemma(), "prisoner's dilemma"),
        (c.donation(), "prisoner's dilemma"),
        (Game.two_by_two(-1, -3, 0, -2), "prisoner's dilemma"),  # the payoffs of Foerster et al. 2018 (LOLA)
        (c.stag_hunt(), "stag hunt"),
        (c.stag_hunt(R=4, S=0, T=3, P=3), "stag hunt"),  # the hare is worth the same whatever the other does
        (c.snowdrift(), "snowdrift"),
        (c.chicken(), "snowdrift"),
        (c.harmony(), "harmony"),
        (c.harmony(R=3, S=4, T=-1, P=0), "harmony"),
        (c.coordination(), "coordination"),
        (c.coordination(a=2), "coordination"),
        (Game.two_by_two(R=1, S=0, T=3, P=2), "deadlock"),  # T > P > R > S
        (Game.two_by_two(R=1, S=2, T=3, P=0), "leader"),  # Rapoport 1967
        (Game.two_by_two(R=1, S=3, T=2, P=0), "hero"),
        (Game.two_by_two(R=1, S=5, T=0, P=3), "prisoner's dilemma with its actions exchanged"),
        (Game.two_by_two(R=3, S=0, T=3, P=1), "boundary of prisoner's dilemma and stag hunt"),
        (Game.two_by_two(R=3, S=1, T=5, P=1), "boundary of prisoner's dilemma and snowdrift"),
        (Game.two_by_two(R=2, S=2, T=2, P=2), "constant payoffs"),
        (c.matching_pennies(), "zero-sum 2×2 game"),
        (c.battle_of_the_sexes(), "asymmetric 2×2 game"),
        (c.rock_paper_scissors(), "symmetric zero-sum 3×3 game"),
        (c.shapley(), "symmetric 3×3 game"),
        (c.public_goods(4), "symmetric 4-player game with 2×2×2×2 actions"),
        (Game(np.ones((2, 2, 3))), "asymmetric 2×3 game"),
    ],
)
def test_names_of_classes(game, name):
    assert classify(game).name == name


def test_every_strict_order_has_a_class():
    found = [classify(Game.two_by_two(*order)).name for order in itertools.permutations(range(4))]
    assert not any("boundary" in name for name in found)
    # 24 orders: each of the twelve games of Rapoport & Guyer 1966 appears under both labellings
    assert sum("exchanged" in name or name == "deadlock" for name in found) == 12


@given(payoffs, payoffs, payoffs, payoffs)
def test_exchanging_the_actions_exchanges_the_name(r, s, t, p):
    name, other = classify(Game.two_by_two(r, s, t, p)).name, classify(Game.two_by_two(p, t, s, r)).name
    if "boundary" in name or name in {"constant payoffs", "coordination"}:
        return
    if name in {"harmony", "deadlock"}:
        assert {name, other} == {"harmony", "deadlock"}
    else:
        assert name + " with its actions exchanged" == other or other + " with its actions exchanged" == name


@given(payoffs, payoffs, payoffs, payoffs, st.integers(1, 9), st.integers(-9, 9))
def test_class_ignores_units_of_payoff(r, s, t, p, scale, shift):
    game, moved = Game.two_by_two(r, s, t, p), Game.two_by_two(*(scale * v + shift for v in (r, s, t, p)))
    assert str(classify(game)) == str(classify(moved))


@given(payoffs, payoffs, payoffs, payoffs)
def test_float_and_exact_games_have_one_class(r, s, t, p):
    game = Game.two_by_two(r, s, t, p)
    twin = game.replace(payoffs=game.numeric)  # thirds are rounded: ties must be seen all the same
    assert str(classify(twin)) == str(classify(game))


def test_flags():
    dilemma = classify(c.prisoners_dilemma())
    assert dilemma.conditions == ("T > R > P > S", "2R > S + T", "R + P < S + T")
    assert dilemma.cooperation_beats_turns is True
    assert dilemma.additive is False
    assert classify(c.donation()).additive is True
    assert classify(Game.two_by_two(3, 0, 7, 1)).cooperation_beats_turns is False
    assert classify(c.shapley()).additive is None


@pytest.mark.parametrize(
    ("game", "words"),
    [
        (c.prisoners_dilemma(), "each player always prefers defect"),
        (c.stag_hunt(), "each player does as the other"),
        (c.snowdrift(), "each player does the opposite of the other"),
        (c.matching_pennies(), "player 1 does as the other; player 2 does the opposite of the other"),
        (Game.two_by_two(3, 0, 3, 1), "each player weakly prefers defect"),
        (Game.two_by_two(3, 1, 3, 1), "each player is always indifferent"),
    ],
)
def test_best_replies_in_words(game, words):
    assert classify(game).best_replies == words


def test_symbolic_games_have_no_class():
    with pytest.raises(ValueError, match=r"symbols P, R, S, T; call bind"):
        classify(c.prisoners_dilemma(R, S, T, P))


# ---------------------------------------------------------------------------------------------- by name
def test_every_name_can_be_made():
    needs = {"social_dilemma": {"S": "-1/4", "T": "1.5"}}
    for name in c.names():
        assert c.make(name, **needs.get(name, {})).title
    assert set(c.names()) < set(c.__all__)


def test_make_reads_strings_exactly():
    assert c.make("Prisoner's dilemma", R="3", S="-0.25", T="11/2", P=1) == c.prisoners_dilemma(
        3, Fraction(-1, 4), Fraction(11, 2), 1
    )
    assert c.make("public-goods", n="4", multiplier="3/2") == c.public_goods(4, Fraction(3, 2))


def test_make_tells_the_nearest_names():
    with pytest.raises(ValueError, match="no game is called 'stag_hunter'; did you mean stag_hunt, ") as error:
        c.make("stag_hunter")
    assert str(error.value).count(",") == 2


@pytest.mark.parametrize(
    ("name", "given_payoffs", "message"),
    [
        ("chicken", {"Q": 1}, "chicken has no parameter 'Q'; allowed are R, S, T, P"),
        ("shapley", {"Q": 1}, "shapley has no parameter 'Q'; allowed are none"),
        ("social_dilemma", {"S": 1}, "social_dilemma needs T; its parameters are S, T"),
        ("chicken", {"R": "__import__('os')"}, r"R: .* is not a number"),
        ("chicken", {"R": "1/0"}, "R: the denominator of '1/0' is zero"),
        ("chicken", {"R": "1e999999999"}, "R: the exponent"),
        ("chicken", {"R": "nan"}, "R: 'nan' is not a number"),
        ("chicken", {"R": "9"}, "chicken needs T > R > S > P, but T > R does not hold for R = 9"),
        ("public_goods", {"n": "5/2"}, "integer n"),
    ],
)
def test_make_refuses(name, given_payoffs, message):
    with pytest.raises(ValueError, match=message):
        c.make(name, **given_payoffs)


def test_payoffs_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="T must be finite real numbers, got nan"):
        c.prisoners_dilemma(T=float("nan"))
