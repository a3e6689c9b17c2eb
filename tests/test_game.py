"""`Game`: what it accepts, keeps and shows."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gametheory import Game
from gametheory.catalogue import matching_pennies, prisoners_dilemma, public_goods, shapley
from gametheory.equilibria import nash, nash_many, regret, two_by_two

R, S, T, P = sp.symbols("R S T P")
rationals = st.fractions(min_value=-9, max_value=9, max_denominator=12)


# ---------------------------------------------------------------------------------------------- validation
@pytest.mark.parametrize(
    "payoffs", [3, [], [[[1, 2], [3, 4]]], np.zeros((2, 2)), np.zeros((3, 2, 2)), np.zeros((2, 0, 2))]
)
def test_wrong_shape_is_told(payoffs):
    with pytest.raises(ValueError, match=r"shape \(n, A_1, ..., A_n\)"):
        Game(payoffs)


@pytest.mark.parametrize("payoffs", [[[1, 2], [3]], [[[1, 2], [3]], [[1, 2], [3, 4]]]])
def test_ragged_payoffs_are_told(payoffs):
    with pytest.raises(ValueError, match="unequal lengths"):
        Game(payoffs)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, sp.nan, sp.oo, sp.zoo, sp.I])
def test_payoffs_are_finite_and_real(value):
    with pytest.raises(ValueError, match="finite"):
        Game([[1, value]])


@pytest.mark.parametrize("value", ["1", None, True, np.True_, 1 + 2j])
def test_payoffs_are_numbers(value):
    with pytest.raises(TypeError, match="real numbers or SymPy expressions"):
        Game([[1, value]])


def test_names_must_fit():
    with pytest.raises(ValueError, match="players must name 2 players, got 1"):
        Game(np.zeros((2, 2, 2)), players=["one"])
    with pytest.raises(ValueError, match=r"actions must name \(2, 2\) actions, got \(2, 3\)"):
        Game(np.zeros((2, 2, 2)), actions=[("a", "b"), ("a", "b", "c")])


@pytest.mark.parametrize(("A", "B"), [([1, 2], [1, 2]), (np.zeros((2, 2)), np.zeros((2, 3))), (np.zeros((2, 3)), None)])
def test_bimatrix_of_unequal_shapes_is_told(A, B):
    with pytest.raises(ValueError, match="matrices of one shape"):
        Game.from_bimatrix(A, B)


# ---------------------------------------------------------------------------------------------- exact and float
def test_integers_and_fractions_stay_exact():
    game = Game([[1, Fraction(1, 3), np.int64(2), sp.Rational(1, 7)]])
    assert game.exact
    assert [type(value) for value in game.payoffs.flat] == [Fraction] * 4
    assert list(game.payoffs.flat) == [1, Fraction(1, 3), 2, Fraction(1, 7)]


@pytest.mark.parametrize("number", [float, np.float32, np.float64])
def test_one_float_makes_the_game_float(number):
    game = Game([[1, number(0.5)]])
    assert not game.exact
    assert game.payoffs.dtype == np.float64


def test_a_float_beside_a_symbol_is_the_decimal_it_prints_as():
    assert Game([[T, 0.1]]).payoffs[0, 1] == sp.Rational(1, 10)


@given(st.lists(rationals, min_size=8, max_size=8))
def test_rational_twin_of_a_float_game(values):
    game = Game(np.array(values, dtype=object).reshape(2, 2, 2))
    twin = Game(game.numeric).rational()
    assert twin.exact
    np.testing.assert_allclose(twin.numeric, game.numeric, rtol=0, atol=0)


def test_rational_keeps_an_exact_game():
    game = prisoners_dilemma()
    assert game.rational() is game
    assert Game([[0.1, 1.0]]).rational() == Game([[Fraction(1, 10), 1]])


# ---------------------------------------------------------------------------------------------- the caller's arrays
@pytest.mark.parametrize("dtype", [float, object, int])
def test_the_callers_array_is_copied_and_the_game_cannot_change(dtype):
    mine = np.array([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], dtype=dtype)
    before = mine.copy()
    game = Game(mine)
    mine[...] = 7
    assert game == Game(before)
    for array in (game.payoffs, game.numeric):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 7


# ---------------------------------------------------------------------------------------------- equality
def test_equality_is_of_payoffs_alone():
    game = prisoners_dilemma()
    assert game == game.replace(title="other", players=("a", "b"))
    assert hash(game) == hash(game.replace(title="other"))
    assert game == Game(game.numeric)  # 3 and 3.0 are one number
    assert game != prisoners_dilemma(T=6)
    assert Game(np.zeros((2, 2, 1))) != Game(np.zeros((2, 1, 2)))  # the same numbers in another shape
    assert game != "a string"
    assert len({game, Game(game.numeric), prisoners_dilemma(T=6)}) == 2


def test_one_different_payoff_makes_another_game():
    payoffs = np.zeros((2, 2, 2))
    for index in np.ndindex(2, 2, 2):
        other = payoffs.copy()
        other[index] = 1
        assert Game(payoffs) != Game(other)


# ---------------------------------------------------------------------------------------------- symmetry
@pytest.mark.parametrize("game", [prisoners_dilemma(), shapley(), public_goods(3), public_goods(4, Fraction(5, 2))])
def test_symmetric_games(game):
    assert game.is_symmetric


def test_asymmetric_games():
    assert not matching_pennies().is_symmetric
    assert not Game(np.zeros((2, 2, 3))).is_symmetric
    payoffs = public_goods(3).payoffs.copy()
    payoffs[2, 0, 1, 1] += 1  # what player 3 gets when player 1 alone contributes, and player 2 not
    assert not Game(payoffs).is_symmetric


def test_every_pair_of_players_counts():
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[2, :, :, 1] = 1  # players 1 and 2 are alike, player 3 is not
    assert not Game(payoffs).is_symmetric


def test_symbolic_symmetry():
    assert Game.two_by_two(R, S, T, P).is_symmetric
    assert not Game.from_bimatrix([[R, S], [T, P]], [[R, S], [T, P]]).is_symmetric


# ---------------------------------------------------------------------------------------------- symbols
def test_symbols_and_bind():
    game = Game.two_by_two(R, S, T, P)
    assert game.parameters == ("P", "R", "S", "T")
    assert game.assume == (R > S, T > P)
    partly = game.bind(R=3, P=1)
    assert partly.parameters == ("S", "T")
    assert partly.assume == (sp.Integer(3) > S, T > 1)
    assert partly.bind(S=0, T=5) == prisoners_dilemma()
    assert partly.bind(S=0, T=5).exact


def test_bind_with_a_float():
    game = Game.two_by_two(R, S, 2, 0)
    assert game.bind(R=1).bind(S=-0.1).payoffs.dtype == np.float64  # one float makes the game float
    assert game.bind(S=-0.1).payoffs[0, 0, 1] == sp.Rational(-1, 10)  # beside a symbol it is a decimal


def test_bind_refuses_unknown_names_and_broken_assumptions():
    game = Game.two_by_two(R, S, T, P)
    with pytest.raises(ValueError, match="no parameter 'Q'; it has P, R, S, T"):
        game.bind(Q=1)
    with pytest.raises(ValueError, match="contradict the assumption R > S"):
        game.bind(R=0, S=1)


def test_symbols_have_no_numeric_value():
    with pytest.raises(ValueError, match="unbound symbols P, R, S, T"):
        _ = Game.two_by_two(R, S, T, P).numeric


# ---------------------------------------------------------------------------------------------- how it looks
def test_html_table_is_escaped():
    game = prisoners_dilemma().replace(title="<b>", actions=[("a&b", "c"), ("<i>", "d")])
    page = game._repr_html_()
    assert "<b>" not in page
    assert "<i>" not in page
    assert "&lt;b&gt;" in page
    assert "a&amp;b" in page
    assert page.count("<tr>") == 3
    assert "<td>5, 0</td>" in page


def test_large_tables_are_cut():
    game = public_goods(7)
    assert str(game).endswith("… 64 more joint actions")
    assert "… 64 more" in game._repr_html_()


def test_latex():
    assert r"\frac{1}{2},\,3" in Game.from_bimatrix([[Fraction(1, 2)]], [[3]]).to_latex()
    assert r"R,\,R" in Game.two_by_two(R, S, T, P).to_latex()
    assert Game([[1, 2]]).to_latex().count(r"\\") == 1
    assert public_goods(3).to_latex().count(r"\text{contribute}") == 12


def test_one_line():
    assert repr(prisoners_dilemma()) == 'Game("Prisoner\'s dilemma", 2×2 actions, exact)'
    assert repr(Game([[0.5, 1]])) == "Game(2 actions, float64)"


# ---------------------------------------------------------------------------------------------- numbers of other kinds
def test_exact_payoffs_may_be_larger_than_any_float():
    game = Game.from_bimatrix([[10**400, 0], [0, 1]])
    assert game.exact
    assert game.payoffs[0, 0, 0] == 10**400
    assert "1e+400, 1e+400" in str(game)
    found = nash(game)  # both do the same, or 1 for the first is as good as 10^-400 of 10^400
    assert [float(e.payoffs[0]) if e.payoffs[0] < 2 else e.payoffs[0] for e in found] == [
        10**400,
        1,
        pytest.approx(1, abs=1e-300),
    ]
    with pytest.raises(ValueError, match="some payoff is too large for a float"):
        _ = game.numeric


@pytest.mark.parametrize("large", [10**400, Fraction(10**400, 3), -(10**400), sp.Integer(10) ** 400])
def test_floats_and_numbers_larger_than_any_do_not_mix(large):
    with pytest.raises(ValueError, match=r"numbers up to 1.8e\+308, some are larger"):
        Game([[large, 0.5]])


MASKED = np.ma.masked_array([[1.0, 2.0], [3.0, 4.0]], mask=[[False, True], [False, False]])


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: Game(MASKED[:1]), ValueError, "payoffs must be real numbers, got masked entries"),
        (lambda: Game([[1.0, np.ma.masked]]), ValueError, "got a masked entry"),
        (lambda: Game.from_bimatrix(MASKED), ValueError, "A must be real numbers, got masked entries"),
        (lambda: Game.from_bimatrix(np.eye(2), MASKED), ValueError, "B must be real numbers, got masked entries"),
        (lambda: two_by_two(MASKED, np.eye(2)), ValueError, "A must be real numbers, got masked entries"),
        (lambda: nash_many(MASKED[None], [np.eye(2)]), ValueError, "A must be real numbers, got masked entries"),
        (lambda: two_by_two([[10**400, 0], [0, 1]], np.eye(2)), ValueError, "A must be numbers up to 1.8e"),
        (lambda: two_by_two([[1j, 0], [0, 1]], np.eye(2)), TypeError, "A must be a full array of real numbers"),
        (lambda: nash_many([["a"]], [[1]]), ValueError, "A must be a full array of real numbers"),
        (lambda: Game([[sp.Symbol("x") > 1, 1]]), TypeError, "got x > 1 of type"),
        (lambda: Game([[1, 2]], players="A"), TypeError, "players must be a sequence of names, got 'A'"),
        (lambda: Game([[1, 2]], players=3), TypeError, "players must be a sequence of names, got 3"),
        (lambda: Game([[1, 2]], actions=["CD"]), TypeError, "actions must be a sequence of names, got 'CD'"),
        (lambda: Game.two_by_two("3", 0, 1, 2), TypeError, "R must be real numbers"),
        (lambda: prisoners_dilemma(T="x"), TypeError, "T must be real numbers"),
        (lambda: Game.two_by_two(R, S, T, P).bind(R="3"), TypeError, "R must be real numbers"),
        (lambda: Game.two_by_two(R, S, T, P).bind(R=[1, 2]), ValueError, "R must form a full array"),
        (lambda: nash(np.eye(2)), TypeError, "game must be a Game"),
        (lambda: nash(None), TypeError, "game must be a Game"),
        (lambda: nash(shapley(), how_many=1), ValueError, "how_many must be 'all' or 'one', got 1"),
        (lambda: regret(shapley(), "ab"), TypeError, "one vector of probabilities for each player, got 'ab'"),
        (lambda: regret(shapley(), [["a", 0, 0]] * 2), ValueError, "policy of player 1 must be a full array of real"),
    ],
    ids=range(22),
)
def test_other_kinds_become_sentences(make, kind, message):
    with pytest.raises(kind, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)
