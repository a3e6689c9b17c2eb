"""`nash` of games with three and more players, with players who have no choice, and of large games."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from gametheory import Game, formats
from gametheory import catalogue as c
from gametheory.equilibria import nash, regret

F = Fraction
HALF = (F(1, 2), F(1, 2))


def profiles(found):
    return {tuple(tuple(policy) for policy in equilibrium.policies) for equilibrium in found}


# ---------------------------------------------------------------------------------------------- three players
def test_a_cycle_of_three():
    """A wants to match B, B to match C, C to differ from A: whoever plays one action more is answered by the next."""
    match, differ = np.eye(2, dtype=int), 1 - np.eye(2, dtype=int)
    a, b, third = np.indices((2, 2, 2))
    game = Game([match[a, b], match[b, third], differ[third, a]])
    found = nash(game)
    assert profiles(found) == {(HALF,) * 3}
    assert found.complete
    assert found[0].exact
    assert not found[0].regret.any()
    assert nash(game, how_many="one")[0].exact


NINE = """NFG 1 R "nine" { "1" "2" "3" } { 2 2 2 }
9 8 12   0 0 0   0 0 0   9 8 2   0 0 0   3 4 6   3 4 6   0 0 0"""


def test_nine_equilibria():
    """As many as a nondegenerate 2×2×2 game can have; each checked by the payoffs of all deviations."""
    game = formats.loads_nfg(NINE)
    found = nash(game)
    assert found.complete
    assert not found.continuum
    assert len(found) == 9
    assert sum(all(max(p) == 1 for p in profile) for profile in profiles(found)) == 4
    inside = [p for p in profiles(found) if all(min(policy) > 0 for policy in p)]
    assert set(inside) == {
        ((F(1, 2), F(1, 2)), (F(2, 5), F(3, 5)), (F(1, 4), F(3, 4))),
        ((F(2, 5), F(3, 5)), (F(1, 2), F(1, 2)), (F(1, 3), F(2, 3))),
    }
    for equilibrium in found:
        assert not regret(game, equilibrium.policies).any()
    floats = nash(game.replace(payoffs=game.numeric))
    assert {tuple(tuple(map(float, p)) for p in profile) for profile in profiles(found)} == profiles(floats)
    assert floats.status == "complete"
    assert not any(equilibrium.exact for equilibrium in floats)


def test_irrational_equilibria_are_exact():
    """Rational payoffs, probabilities with a square root: regret is 0, not nearly."""
    payoffs = np.array([[-1, -9, 4, 1, 7, -1, -3, -8], [-1, 3, 5, 7, -5, 2, 6, -5], [-3, 6, 2, 0, 3, 0, 9, 5]]).reshape(
        3, 2, 2, 2
    )
    found = nash(Game(payoffs))
    (odd,) = [e for e in found if any(isinstance(p, sp.Expr) for policy in e.policies for p in policy)]
    assert odd.exact
    assert [value == 0 for value in odd.regret] == [True] * 3
    root = next(iter(odd.payoffs[0].atoms(sp.Pow)))
    assert odd.payoffs[0].free_symbols == set()
    assert root**2 == int(root**2)
    assert "sqrt" not in str(found)  # too long to be read
    floats = nash(Game(payoffs.astype(float)))
    for exact, rounded in zip(found, floats, strict=True):
        for p, q in zip(exact.policies, rounded.policies, strict=True):
            np.testing.assert_allclose(p.astype(float), q, rtol=1e-15)


def test_one_irrational_equilibrium_by_hand():
    """Action 0 pays 2 where both others play 0, else 0; action 1 pays 1: with all alike indifferent at 2 x² = 1."""
    both = np.zeros((2, 2, 2), dtype=int)
    both[0, 0, 0], both[1] = 2, 1
    game = Game([both.transpose(np.argsort([i, *(k for k in range(3) if k != i)])) for i in range(3)])
    found = nash(game)
    x = sp.sqrt(2) / 2
    assert found.complete
    assert any(all(sp.simplify(p[0] - x) == 0 for p in e.policies) for e in found)
    assert "sqrt(2)/2 action 0" in str(found)


# ---------------------------------------------------------------------------------------------- nobody's choice
DUMMY = """NFG 1 R "Matching pennies and somebody who only watches" { "A" "B" "C" } { 2 2 1 }
1 -1 0   -1 1 0   -1 1 0   1 -1 0"""


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_player_with_one_action_is_left_out(order):
    game = formats.loads_nfg(DUMMY)
    moved = Game(
        game.payoffs[list(order)].transpose(0, *(1 + k for k in order)), players=[game.players[k] for k in order]
    )
    found = nash(moved)
    one = (F(1),)
    assert profiles(found) == {tuple(one if k == 2 else HALF for k in order)}
    assert found.complete
    assert found.game is moved
    assert len(found[0].payoffs) == 3
    assert "C: action 0" in str(found)


def test_players_with_one_action_beside_a_degenerate_game():
    """Two players with nothing at stake and two watchers: the square, with its four corners."""
    found = nash(Game(np.zeros((4, 1, 2, 2, 1))))
    assert len(found) == 4
    assert found.continuum
    assert found.components[0].description.count("any mix of action 0 and action 1") == 2


def test_a_watcher_beside_three_players():
    match, differ = np.eye(2, dtype=int), 1 - np.eye(2, dtype=int)
    a, b, third = np.indices((2, 2, 2))
    three = np.array([match[a, b], match[b, third], differ[third, a], 5 + 0 * a])
    found = nash(Game(three[..., None]))
    assert profiles(found) == {(HALF, HALF, HALF, (F(1),))}
    assert found[0].payoffs.tolist() == [F(1, 2), F(1, 2), F(1, 2), 5]


def test_only_one_player_has_a_choice():
    for method in ("auto", "pure", "vertices", "support", "polynomial"):
        found = nash(Game([[[1, 3, 3]], [[0, 0, 7]]]), method)
        assert found.complete  # player 2 takes 7
        assert profiles(found) == {((F(1),), (F(0), F(0), F(1)))}


# ---------------------------------------------------------------------------------------------- large games
def test_refusals_point_to_one_equilibrium():
    game = Game.from_bimatrix(np.arange(13 * 13).reshape(13, 13) ** 2 % 17)
    assert "how_many='one'" in nash(game).note
    with pytest.raises(ValueError, match="how_many='one'"):
        nash(game, "vertices")
    with pytest.raises(ValueError, match="how_many='one'"):
        nash(game, "support")
    found = nash(game, how_many="one")
    assert len(found) == 1
    assert found[0].exact
    assert not found[0].regret.any()
    assert not found.complete
    assert "there may be others" in found.note


@pytest.mark.parametrize("size", [12, 13, 20])
def test_zero_sum_by_linear_programming(size):
    from scipy.optimize import linprog

    A = np.random.default_rng(0).integers(-99, 100, (size, size))
    found = nash(Game.from_bimatrix(A, -A), how_many="one")
    assert found.method == "linear program, exact"
    assert not found[0].regret.any()
    bounds = [(0, None)] * size + [(None, None)]
    floats = linprog(
        [0] * size + [-1],
        A_ub=np.c_[-A.T, np.ones(size)],
        b_ub=np.zeros(size),
        A_eq=[[1] * size + [0]],
        b_eq=[1],
        bounds=bounds,
    )
    assert float(found[0].payoffs[0]) == pytest.approx(-floats.fun, abs=1e-9)


def test_other_units_of_payoff_are_zero_sum_too():
    A = np.random.default_rng(3).integers(-9, 10, (15, 18))
    plain, scaled = (nash(Game.from_bimatrix(A, B), how_many="one") for B in (-A, 5 - 3 * A))
    assert plain.method == scaled.method == "linear program, exact"
    assert scaled[0].payoffs[1] == 5 - 3 * plain[0].payoffs[0]
    with pytest.raises(ValueError, match="use method='lemke-howson'"):
        nash(Game.from_bimatrix(A, A**2), "linear-program", how_many="one")
    with pytest.raises(ValueError, match=r"'linear-program', 'lemke-howson' with how_many='one', got 'vertices'"):
        nash(Game.from_bimatrix(A, A**2), "vertices", how_many="one")


@pytest.mark.parametrize("kind", [int, float])
def test_lemke_howson_finds_one_of_all(kind):
    for seed in range(5):
        A, B = np.random.default_rng(seed).integers(-9, 10, (2, 4, 5)).astype(kind)
        game = Game.from_bimatrix(A, B)
        everything, one = nash(game), nash(game, "lemke-howson", how_many="one")
        assert profiles(one) <= profiles(everything) or everything.continuum
        assert all(r <= 1e-15 for r in one[0].regret)


def test_one_of_a_named_game():
    assert nash(c.shapley(), how_many="one")[0].policies[0].tolist() == [F(1, 3)] * 3
    assert len(nash(c.public_goods(3, 2), how_many="one")) == 1
