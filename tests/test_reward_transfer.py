"""Self-interest levels, selfishness level, contracts and equal sharing: published values, and what must not matter."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from gametheory import Game
from gametheory import catalogue as c
from gametheory.equilibria import nash
from gametheory.reward_transfer import (
    contract,
    dominance_margin,
    equal_sharing,
    general_self_interest,
    selfishness_level,
    symmetric_self_interest,
)
from gametheory.transfer import FixedShare, Selfish

F = Fraction


# ---------------------------------------------------------------------------------------------- published games
def n_player(n, payoff):
    """Game of n players from ``payoff(i, joint)``; action 0 is to cooperate."""
    entries = [[payoff(i, joint) for joint in product((0, 1), repeat=n)] for i in range(n)]
    return Game(np.array(entries, dtype=object).reshape(n, *(2,) * n))


# two-player payoffs (own action, other's action) with c = 3, d = 1 (Willis et al., section on n-player games)
PAIR = {
    "prisoner's dilemma": {(0, 0): 3, (0, 1): 0, (1, 0): 4, (1, 1): 1},
    "chicken": {(0, 0): 3, (0, 1): 1, (1, 0): 4, (1, 1): 0},
    "stag hunt": {(0, 0): 4, (0, 1): 0, (1, 0): 3, (1, 1): 1},
}


def weighted(n, kind, weight):
    """Everybody plays the two-player game with everybody else, with a weight."""

    def payoff(i, joint):
        return sum(F(weight(i, k, n)) * PAIR[kind][joint[i], joint[k]] for k in range(n) if k != i)

    return n_player(n, payoff)


VARIANTS = {  # weight of the game that player i plays with player k, of n
    "symmetrical": lambda i, k, n: F(int(i != k), n - 1),
    "cyclical": lambda i, k, n: int(k == (i + 1) % n),
    "tycoon": lambda i, k, n: int(0 in {i, k} and n > 1),
    "circular": lambda i, k, n: F(1, 2 ** min(abs(i - k), n - abs(i - k))),
}
S_STAR = {  # symmetric level for n = 2, ..., 5: c / (c + d (n - 1)) and 2 / (n + 1), in all variants
    "prisoner's dilemma": [F(3, 2 + n) for n in range(2, 6)],
    "chicken": [F(2, n + 1) for n in range(2, 6)],
    "stag hunt": [F(2, n + 1) for n in range(2, 6)],
}
G_STAR = (
    {("symmetrical", kind): values for kind, values in S_STAR.items()}
    | {("tycoon", kind): values for kind, values in S_STAR.items()}
    | {("cyclical", kind): [values[0]] * 4 for kind, values in S_STAR.items()}
    | {
        ("circular", "prisoner's dilemma"): [F(3, 4), F(3, 5), F(6, 11), F(1, 2)],
        ("circular", "chicken"): [F(2, 3), F(1, 2), F(4, 9), F(2, 5)],
        ("circular", "stag hunt"): [F(2, 3), F(1, 2), F(4, 9), F(2, 5)],
    }
)


@pytest.mark.parametrize("kind", PAIR)
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_levels_of_n_player_dilemmas(n, variant, kind):
    # values: Willis et al. (2024), figures of the symmetrical, cyclical, tycoon and circular variants
    game = weighted(n, kind, VARIANTS[variant])
    assert symmetric_self_interest(game).value == S_STAR[kind][n - 2]
    general = general_self_interest(game, method="lp")
    assert general.exact
    assert general.value == G_STAR[variant, kind][n - 2]
    assert min(general.matrix.diagonal()) == general.value
    assert dominance_margin(game, general.transfer) >= 0
    assert general_self_interest(game).value == general.value


ARBITRARY = Game(  # Willis et al. (2024), "arbitrary" three-player dilemma, listed by the actions (a1, a2, a3)
    np.array([
        [9, 1, 2, 0, 8, 8, 3, 1],
        [6, 6, 9, 5, 4, 2, 2, 2],
        [7, 12, 7, 2, 8, 8, 1, 0],
    ]).reshape(3, 2, 2, 2)
)  # fmt: skip


def test_arbitrary_three_player_dilemma():
    assert symmetric_self_interest(ARBITRARY).value == F(4, 11)
    general = general_self_interest(ARBITRARY)
    assert general.exact
    assert float(general.value) == pytest.approx(0.486957, abs=5e-7)
    assert general.value == F(56, 115)
    published = np.array([[0.487, 0.209, 0.304], [0.339, 0.487, 0.174], [0.513, 0, 0.487]])
    published[0, 0] = published[1, 1] = published[2, 2] = 56 / 115
    off = published - np.diag(published.diagonal())
    rows = np.diag(published.diagonal()) + off * ((1 - published.diagonal()) / off.sum(axis=1))[:, None]
    assert dominance_margin(ARBITRARY, FixedShare(rows)) > -0.01  # to the three digits that are printed


def test_too_many_cooks():
    # two cooperators suffice; with (D, C, C) as the aim the level is 3/11, below equal shares
    game = Game(
        np.array([
            [4, 3, 3, 0, 8, 5, 5, 0],
            [4, 3, 8, 5, 3, 0, 5, 0],
            [4, 8, 3, 5, 3, 5, 0, 0],
        ]).reshape(3, 2, 2, 2)
    )  # fmt: skip
    general = general_self_interest(game, (1, 0, 0))
    assert general.exact
    assert general.value == F(3, 11)
    assert dominance_margin(game, general.transfer, (1, 0, 0)) == 0
    with pytest.raises(ValueError, match="the sum of payoffs rises"):  # all three is one too many
        symmetric_self_interest(game)


def functional_form(n, d=2, c=3):
    """Shares of a common output, heavier for higher numbers and for defectors (Willis et al. 2024)."""

    def payoff(i, joint):
        cooperators = n - sum(joint)
        output = 2 * c * cooperators - F(c, n) * cooperators**2
        weights = [(1 + d * a) * (k + 1) for k, a in enumerate(joint)]
        own = (d if joint[i] else 1) * (i + 1)
        return own * output / sum(weights)

    return n_player(n, payoff)


def test_functional_form_game():
    game = functional_form(5)
    assert float(symmetric_self_interest(game).value) == pytest.approx(0.432706, abs=5e-7)
    assert float(general_self_interest(game).value) == pytest.approx(0.471181, abs=5e-7)


# R, S, T, P and s*
SYMMETRIC = [
    ((3, 0, 4, 1), F(3, 4)),
    ((3, 0, 5, 1), F(3, 5)),
    ((4, 0, 5, 1), F(4, 5)),
    ((-1, -3, 0, -2), F(2, 3)),
    ((1, -1, 2, 0), F(2, 3)),
    ((3, 1, 4, 0), F(2, 3)),
    ((4, 0, 3, 1), F(2, 3)),
    ((4, 3, 2, 1), F(1)),  # harmony: nothing need be shared
]


@pytest.mark.parametrize(("payoffs", "level"), SYMMETRIC)
def test_symmetric_two_by_two(payoffs, level):
    game = Game.two_by_two(*payoffs)
    R, S, T, P = map(F, payoffs)
    if T > S:
        assert level == min(1, (R - S) / (T - S), (T - P) / (T - S))
    found = symmetric_self_interest(game)
    assert found.value == level
    assert found.exact
    assert found.matrix.tolist() == [[level, 1 - level], [1 - level, level]]
    for method in ("closed-form", "lp", "auto"):
        assert general_self_interest(game, method=method).value == level


@pytest.mark.parametrize(
    ("A", "B"), [([[6, 0], [8, 2]], [[3, 4], [0, 1]]), ([[8, 2], [10, 4]], [[5, 6], [2, 3]])], ids=range(2)
)
def test_asymmetric_two_by_two(A, B):
    game = Game.from_bimatrix(A, B)
    assert symmetric_self_interest(game).value == F(3, 5)
    general = general_self_interest(game)
    assert general.value == F(3, 5)
    assert general.exact
    assert general.matrix.tolist() == [[F(3, 5), F(2, 5)], [F(2, 5), F(3, 5)]]


# ---------------------------------------------------------------------------------------------- what must hold
small = st.integers(-5, 5)


def level_or_none(work):
    try:
        return work().value
    except ValueError as error:
        assert "dominant" in str(error)  # noqa: PT017
        return None


@given(arrays(np.int64, (2, 2, 2), elements=small), st.integers(1, 9), st.tuples(small, small))
def test_levels_do_not_depend_on_shift_or_scale(payoffs, scale, shift):
    game = Game(payoffs)
    moved = Game(scale * payoffs + np.array(shift)[:, None, None])
    for level in (symmetric_self_interest, general_self_interest):
        assert level_or_none(lambda level=level: level(game)) == level_or_none(lambda level=level: level(moved))


@given(arrays(np.int64, (3, 2, 2, 2), elements=st.integers(0, 3)))
def test_the_level_is_the_last_share_that_serves(payoffs):
    game = Game(payoffs)
    level = level_or_none(lambda: symmetric_self_interest(game))
    grid = [F(1, 3) + F(2, 3) * F(k, 12) for k in range(13)]
    serves = [share for share in grid if dominance_margin(game, FixedShare(np.array(share, dtype=object))) >= 0]
    if level is None:
        assert not serves
        return
    assert dominance_margin(game, FixedShare(np.array(level, dtype=object))) >= 0
    assert all(share <= level for share in serves)
    general = general_self_interest(game)
    assert general.value >= level
    assert dominance_margin(game, general.transfer) >= 0
    assert all(sum(row) == 1 for row in general.matrix)


@given(st.tuples(small, small, small, small))
def test_closed_form_and_linear_program_agree(payoffs):
    game = Game.two_by_two(*payoffs)
    closed, lp = (level_or_none(lambda m=m: general_self_interest(game, method=m)) for m in ("closed-form", "lp"))
    assert closed == lp


@pytest.mark.parametrize("n", [2, 3])
def test_the_linear_program_is_exact_whatever_the_fractions(n):
    # denominators that no rounding guesses: 97, 101, 103, ... in every payoff
    rng = np.random.default_rng(n)
    found = 0
    for _ in range(12):
        above, below = rng.integers(-50, 300, n * 2**n), rng.choice([97, 101, 103, 107, 109], n * 2**n)
        entries = [F(int(p), int(q)) for p, q in zip(above, below, strict=True)]
        payoffs = np.array(entries, dtype=object).reshape(n, *(2,) * n)
        payoffs[(slice(None), *(0,) * n)] += 5  # cooperation pays together
        game = Game(payoffs)
        # the definition in floating point: z <= T_ii, rows of T sum to one, no deviation gains
        rows, T = [], np.arange(n * n).reshape(n, n)
        for i in range(n):
            diagonal = np.zeros(n * n + 1)
            diagonal[T[i, i]], diagonal[-1] = -1, 1
            rows.append(diagonal)
            cooperate, defect = (np.take(game.numeric, action, axis=1 + i).reshape(n, -1) for action in (0, 1))
            for gain in (defect - cooperate).T:
                row = np.zeros(n * n + 1)
                row[T[:, i]] = gain
                rows.append(row)
        result = linprog([0] * n * n + [-1], rows, np.zeros(len(rows)),
                         [[*(np.arange(n * n) // n == k), 0] for k in range(n)], np.ones(n))  # fmt: skip
        level = level_or_none(lambda game=game: general_self_interest(game, method="lp"))
        assert (level is None) == (result.status == 2)
        if level is None:
            continue
        found += 1
        general = general_self_interest(game, method="lp")
        assert general.exact
        assert type(general.value) is F
        assert float(general.value) == pytest.approx(-result.fun, abs=1e-9)
        assert dominance_margin(game, general.transfer) >= 0  # in fractions
        assert min(general.matrix.diagonal()) == general.value
        assert all(sum(row) == 1 and min(row) >= 0 for row in general.matrix)
    assert found > 3


def test_a_level_with_a_large_denominator():
    # seven players, by the linear program; 0.320531... in fractions has twelve digits above and below
    general = general_self_interest(functional_form(7), method="lp")
    assert general.exact
    assert general.value == F(41129800140, 128317693139)
    assert dominance_margin(functional_form(7), general.transfer) == 0


def test_floats_count_as_decimals():
    found = symmetric_self_interest(Game.two_by_two(0.3, 0.0, 0.5, 0.1))
    assert found.value == 0.6
    assert not found.exact
    assert found.matrix.dtype == np.float64
    general = general_self_interest(Game.from_bimatrix([[0.6, 0.0], [0.8, 0.2]], [[0.3, 0.4], [0.0, 0.1]]))
    assert general.value == 0.6
    np.testing.assert_allclose(general.matrix, [[0.6, 0.4], [0.4, 0.6]])
    root = Game.two_by_two(2 * sp.sqrt(2), 0, 3 * sp.sqrt(2), sp.sqrt(2))
    assert symmetric_self_interest(root).value == pytest.approx(2 / 3)


def test_more_than_two_actions():
    # action 2 gains 1 on cooperation and costs the other 3; action 1 gains nothing
    A = np.array([[3, 3, 0], [3, 3, 0], [4, 4, 1]])
    assert symmetric_self_interest(Game.from_bimatrix(A)).value == F(3, 4)
    assert contract(Game.from_bimatrix(A)).value == 1


def test_one_player():
    assert symmetric_self_interest(Game([[3, 1]])).value == 1
    with pytest.raises(ValueError, match="dominant"):
        symmetric_self_interest(Game([[1, 3]]))


# ---------------------------------------------------------------------------------------------- other measures
def pd_n(n, b, cost):
    """Each contribution gives b to every other player and costs its giver `cost` (n - 1 = number of others)."""
    return n_player(n, lambda i, joint: b * sum(1 - a for k, a in enumerate(joint) if k != i) - cost * (1 - joint[i]))


@pytest.mark.parametrize(("n", "b", "cost"), [(2, 3, 1), (3, 2, 1), (4, 1, 2), (5, F(1, 2), 1)])
def test_selfishness_level_of_the_n_player_dilemma(n, b, cost):
    # Apt and Schäfer (2014), n-player prisoner's dilemma: c / (b (n - 1) - c)
    level = selfishness_level(pd_n(n, b, cost))
    assert level.value == F(cost) / (F(b) * (n - 1) - cost)
    assert level.optimum == (0,) * n
    assert level.own_share == (1 + level.value) / (1 + n * level.value)


@pytest.mark.parametrize(("factor", "level"), [(F(3, 2), F(5, 4)), (2, F(1, 2)), (3, F(1, 8))])
def test_selfishness_level_of_public_goods(factor, level):
    # Apt and Schäfer (2014), public goods: (1 - c/n) / (c - 1)
    assert selfishness_level(c.public_goods(4, factor)).value == level == (1 - F(factor) / 4) / (factor - 1)


@pytest.mark.parametrize("bonus", [2, 3, 5])
def test_selfishness_level_of_travellers_dilemma(bonus):
    # Apt and Schäfer (2014), traveller's dilemma with claims 2, ..., 100: (b - 1) / 2
    claims = np.arange(2, 21)
    low = np.minimum.outer(claims, claims)
    game = Game.from_bimatrix(low + bonus * np.sign(claims[None, :] - claims[:, None]))
    assert selfishness_level(game).value == F(bonus - 1, 2)


@pytest.mark.parametrize(("payoffs", "level", "share"), [((3, 0, 4, 1), F(1, 2), F(3, 4)), ((3, 0, 5, 1), 2, F(3, 5))])
def test_selfishness_level_of_two_by_two(payoffs, level, share):
    found = selfishness_level(Game.two_by_two(*payoffs))
    R, S, T, _ = map(F, payoffs)
    assert found.value == level == (T - R) / (2 * R - T - S)
    assert found.own_share == share == (R - S) / (T - S)
    assert found.exact


def test_infinite_selfishness_level():
    # constant sum: everything is a social optimum, and somebody always gains by moving to another one
    found = selfishness_level(c.matching_pennies())
    assert found.value == math.inf
    assert found.own_share == F(1, 2)


@given(arrays(np.int64, (2, 2, 3), elements=small), st.integers(1, 5), small)
def test_selfishness_level_by_its_definition(payoffs, scale, shift):
    game = Game(payoffs)
    level = selfishness_level(game)
    assert selfishness_level(Game(scale * payoffs + shift)).value == level.value
    welfare = payoffs.sum(axis=0)
    optima = {tuple(joint) for joint in np.argwhere(welfare == welfare.max()).tolist()}

    def stable(alpha):
        found = nash(Game(np.vectorize(F, otypes=[object])(payoffs) + alpha * welfare), "pure")
        return optima & {tuple(int(np.argmax(p)) for p in e.policies) for e in found}

    if level.value == math.inf:
        assert not stable(F(10**6))
    else:
        assert level.optimum in stable(level.value)
        assert level.value == 0 or not stable(level.value * F(999, 1000))


@given(st.tuples(small, small, small, small))
def test_contract_makes_cooperation_dominant(payoffs):
    # Haupt et al.: C is dominant iff the payment is at least max(T - R, P - S)
    R, S, T, P = payoffs
    found = contract(Game.two_by_two(*payoffs))
    assert found.value == max(0, T - R, P - S)
    for theta in (found.value, found.value - F(1, 100)):
        changed = Game.two_by_two(R, S + theta, T - theta, P)
        dominant = dominance_margin(changed, Selfish()) >= 0
        assert dominant == (theta == found.value) or found.value == 0


def test_asymmetric_contract_and_floats():
    assert contract(Game.from_bimatrix([[6, 0], [8, 2]], [[3, 4], [0, 1]])).value == 2
    found = contract(Game.two_by_two(0.3, 0.0, 0.5, 0.1))
    assert found.value == 0.2
    assert not found.exact


@given(st.sets(st.integers(-9, 9), min_size=4, max_size=4))
def test_equal_sharing_in_a_prisoners_dilemma(payoffs):
    S, P, R, T = sorted(payoffs)
    found = equal_sharing(Game.two_by_two(R, S, T, P))
    assert found.strict == (2 * R > T + S > 2 * P)
    assert found.dominant == (2 * R >= T + S >= 2 * P)
    assert found.value == min(F(2 * R - T - S, 2), F(T + S - 2 * P, 2))
    assert type(equal_sharing(Game.two_by_two(3.0, 0.0, 5.0, 1.0)).value) is float


# ---------------------------------------------------------------------------------------------- bad input
def test_when_equal_shares_do_not_suffice():
    # one defector raises the sum, 7 > 6: each has to value the other's reward above its own
    game = Game.two_by_two(3, 0, 7, 1)
    message = (
        r"no symmetric reward transfer makes \(cooperate, cooperate\) dominant: when player 1 deviates to defect while "
        r"player 2 plays cooperate, the sum of payoffs rises"
    )
    with pytest.raises(ValueError, match=message):
        symmetric_self_interest(game)
    assert general_self_interest(game).value == general_self_interest(game, method="lp").value == F(3, 7)


def test_when_the_linear_program_is_infeasible():
    game = Game.two_by_two(-2, -1, -1, 0)  # "cooperation" costs both players 1
    for method in ("closed-form", "lp"):
        with pytest.raises(ValueError, match=r"the linear program is infeasible\): whoever gets whose reward"):
            general_self_interest(game, method=method)


def test_when_deviations_ask_for_different_shares():
    # cooperation by player 1 costs it 1 and gives 1, by player 2 it pays 2 and costs the other 3
    game = Game.from_bimatrix([[-4, -1], [-3, 0]], [[3, 1], [2, 0]])
    with pytest.raises(ValueError, match=r"has to keep at least 3/5 .* at most 1/2; try general_self_interest"):
        symmetric_self_interest(game)
    assert general_self_interest(game).value == 0  # player 2 hands over everything


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: symmetric_self_interest(c.chicken(), 2), r"action of player 1 must be an integer from 0 to 1, got 2"),
        (lambda: symmetric_self_interest(c.chicken(), (0, 0, 0)), "one for each of the 2 players"),
        (lambda: general_self_interest(c.chicken(), method="simplex"), "'auto', 'closed-form' or 'lp', got 'simplex'"),
        (lambda: general_self_interest(ARBITRARY, method="closed-form"), "symmetric games"),
        (lambda: contract(c.public_goods(3, 2)), "need 2 players, the game has 3"),
        (lambda: symmetric_self_interest(c.prisoners_dilemma(*sp.symbols("R S T P"))), "call bind"),
        (lambda: selfishness_level(c.prisoners_dilemma(*sp.symbols("R S T P"))), "call bind"),
    ],
    ids=range(7),
)
def test_bad_input(work, message):
    with pytest.raises(ValueError, match=message):
        work()
