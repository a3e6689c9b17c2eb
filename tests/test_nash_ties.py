"""One meaning of a tie: a float is an exact number, in every method, batch and file.

Expected values are derived beside each game; the reference is the brute force in fractions of `test_equilibria`.
"""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from test_equilibria import extreme_equilibria

from gametheory import Game, formats
from gametheory.equilibria import nash, nash_many, two_by_two
from gametheory.equilibria.regret import at_stake
from lase_core.cli import main

F = Fraction
TWO_PLAYERS = ("closed-form", "support", "vertices", "auto")


def exact_twin(game):
    """Take floats as the binary numbers that they are."""
    return [[[F(v) for v in row] for row in own] for own in game.payoffs.tolist()]


def supports(profiles):
    return sorted(tuple(tuple(k for k, p in enumerate(policy) if p) for policy in profile) for profile in profiles)


def assert_right(found, expected, game):
    """Compare supports, probabilities to the last digit, and regrets with what is at stake."""
    assert supports(e.policies for e in found) == supports(expected)
    for equilibrium in found:
        near = min(
            max(abs(F(a) - b) for p, q in zip(equilibrium.policies, e, strict=True) for a, b in zip(p, q, strict=True))
            for e in expected
        )
        assert near < F(1, 2**50)
        for i in range(2):
            assert equilibrium.regret[i] <= 1e-12 * at_stake(game.numeric[i], equilibrium.policies, i)


# ---------------------------------------------------------------------------------------------- one large penalty
@pytest.mark.parametrize("penalty", [1e8, 1e9, 1e10, 2.0**60, 1e200])
@pytest.mark.parametrize("method", TWO_PLAYERS)
def test_a_large_penalty_makes_no_tie(penalty, method):
    """Chicken: whoever swerves against a swerver gains 1 by driving on; both mix so that 1 - x = 1/(penalty - 2)."""
    game = Game.from_bimatrix([[-1.0, -3.0], [0.0, -penalty]])
    crash = 1 / (F(penalty) - 2)
    mixed = (1 - crash, crash)
    found = nash(game, method)
    expected = [((1, 0), (0, 1)), ((0, 1), (1, 0)), (mixed, mixed)]
    if method != "support" or found.complete:  # where rounding hides a sign, it says so
        assert found.status == "complete"
        assert not found.continuum
        assert_right(found, expected, game)
    batch = two_by_two(*game.payoffs)
    np.testing.assert_allclose(
        sorted(batch.equilibria().tolist()), sorted([float(x[0]), float(y[0])] for x, y in expected)
    )
    many = nash_many(*(own[None] for own in game.payoffs))
    assert many.degenerate[0] or many.count[0] == 3


@pytest.mark.parametrize(
    "A",
    [
        [[-1.0, -3.0, -2.0], [0.0, -1e12, -1.0], [-5.0, -5.0, -5.0]],
        [[1.0, 1e15, 0.0], [1.5, 1e15, 0.25], [0.0, 1e15 + 1, 0.5]],
        [[1e-9, 0.0, 0.0], [0.0, 1.0, 1e-9], [0.0, 1e9, 1.0]],
    ],
    ids=range(3),
)
def test_payoffs_of_many_sizes(A):
    game = Game.from_bimatrix(A)
    expected = extreme_equilibria(*exact_twin(game))
    for method in ("vertices", "auto"):
        assert_right(nash(game, method), expected, game)


# ---------------------------------------------------------------------------------------------- a small difference
@pytest.mark.parametrize("more", [1e-10, 1e-13, 2.0**-51])
@pytest.mark.parametrize("method", TWO_PLAYERS)
def test_a_small_difference_is_one(more, method):
    """Action 1 earns more whatever the other does, if only a little: it is all that is played."""
    game = Game.from_bimatrix([[2.0, 0.0], [2.0 + more, 1.0]])
    found = nash(game, method)
    assert [[p.tolist() for p in e.policies] for e in found] == [[[0, 1], [0, 1]]]
    assert found.status == "complete"
    assert two_by_two(*game.payoffs).equilibria().tolist() == [[0, 0]]
    many = nash_many(*(own[None] for own in game.payoffs))
    assert many.count.tolist() == [1]
    assert not many.degenerate[0]


@pytest.mark.parametrize("tiny", [5e-324, 1e-300, 1e-17])
def test_the_smallest_difference_is_one(tiny):
    """Nothing at stake but a tiny prize for action 0: equal payoffs elsewhere tie, this one does not."""
    game = Game.from_bimatrix([[tiny, 0.0], [0.0, 0.0]])
    expected = extreme_equilibria(*exact_twin(game))
    for method in ("closed-form", "vertices", "auto"):
        found = nash(game, method)
        assert supports(e.policies for e in found) == supports(expected)
        assert found.status == "complete"


# ---------------------------------------------------------------------------------------------- decimals
BORDERLINE = [
    # against (1/2, 1/2) all three earn .15; as floats the first two, which cross there, 8e-18 more than the third
    ([[0.1, 0.2], [0.3, 0.0], [0.15, 0.15]], [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]),
    # the same with .7 + .1 against .8
    ([[0.7, 0.1], [0.8, 0.0], [0.4, 0.4]], [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]),
    # and with 1.1 + 2.2 against 3.3
    ([[1.1, 2.2], [3.3, 0.0], [1.65, 1.65]], [[2.0, 1.0], [1.0, 2.0], [1.5, 1.5]]),
    # column's turn
    ([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]], [[0.1, 0.3, 0.15], [0.2, 0.0, 0.15]]),
]


@pytest.mark.parametrize(("A", "B"), BORDERLINE, ids=range(len(BORDERLINE)))
def test_where_decimals_decide_otherwise_the_status_says_so(A, B):
    floats = Game.from_bimatrix(A, B)
    decimals = floats.rational()
    as_floats, as_decimals = extreme_equilibria(*exact_twin(floats)), extreme_equilibria(*decimals.payoffs.tolist())
    assert supports(as_floats) != supports(as_decimals)  # that is the point
    for method in ("vertices", "auto"):
        found = nash(floats, method)
        assert supports(e.policies for e in found) == supports(as_floats)
        assert found.status == "borderline"
        assert "not for the decimals that they print as" in str(found)
        assert supports(e.policies for e in nash(decimals, method)) == supports(as_decimals)
        assert nash(decimals, method).status == "complete"
    assert not nash(floats, "support").complete
    assert nash_many(*(own[None] for own in floats.payoffs)).degenerate[0]


def test_floats_that_are_their_decimals_are_not_borderline():
    for A, B in BORDERLINE:
        game = Game.from_bimatrix(np.array(A) * 20, np.array(B) * 20)  # whole numbers, ties and all
        whole = game.replace(payoffs=np.rint(game.payoffs))
        assert nash(whole).status == "complete"


# ---------------------------------------------------------------------------------------------- files
def test_files_and_commands_mean_the_same_by_a_tie(tmp_path, capsys):
    game = Game.from_bimatrix([[-1.0, -3.0], [0.0, -1e10]])
    (tmp_path / "penalty.json").write_text(formats.dumps_json(game), encoding="utf-8")
    assert formats.read(tmp_path / "penalty.json") == game
    assert main(["analyse", str(tmp_path / "penalty.json")]) == 0
    assert "3 Nash equilibria (complete" in capsys.readouterr().out
    A, B = BORDERLINE[0]
    (tmp_path / "near.json").write_text(formats.dumps_json(Game.from_bimatrix(A, B)), encoding="utf-8")
    assert main(["analyse", str(tmp_path / "near.json"), "--json"]) == 0
    assert '"nash_status": "borderline"' in capsys.readouterr().out


def test_a_probability_next_to_one_is_not_written_as_one():
    found = nash(Game.from_bimatrix([[-1.0, -3.0], [0.0, -1e10]]))
    assert "player 1: 1 - 1e-10 action 0 + 1e-10 action 1" in str(found)
    assert "e-17" not in str(nash(Game.from_bimatrix(np.random.default_rng(0).random((2, 4, 4))[0])))


# ---------------------------------------------------------------------------------------------- nothing with regret
@given(
    arrays(
        np.float64,
        (2, 3, 3),
        elements=st.floats(-1e300, 1e300) | st.integers(-3, 3).map(float) | st.sampled_from([1e-9, 1e9, 1 + 2.0**-52]),
    )
)
def test_nothing_is_returned_that_has_regret_beside_what_is_at_stake(payoffs):
    game = Game(payoffs)
    for method in ("auto", "vertices", "support"):
        found = nash(game, method)
        assert method == "support" or len(found) >= 1
        for equilibrium in found:
            for i in range(2):
                assert equilibrium.regret[i] <= 1e-12 * at_stake(payoffs[i], equilibrium.policies, i)
    many = nash_many(payoffs[:1], payoffs[1:])
    for x, y in zip(*many.equilibria(0), strict=True):
        for i in range(2):
            stake = at_stake(payoffs[i], (x, y), i)
            assert exact_regret(payoffs[i], (x, y), i) <= F(1e-12) * F(stake) + F(2.0**-50) * F(stake)


def exact_regret(own, policies, player):
    """In fractions, of the probabilities divided by their sum."""
    mixes = [[F(p) / sum(map(F, policy)) for p in policy] for policy in policies]
    rows = own.tolist() if player == 0 else own.T.tolist()
    mine, other = mixes[player], mixes[1 - player]
    earned = [sum(F(v) * q for v, q in zip(row, other, strict=True)) for row in rows]
    return max(earned) - sum(p * e for p, e in zip(mine, earned, strict=True))


# ---------------------------------------------------------------------------------------------- many degenerate games
SHAPES = [(2, 2), (2, 3), (3, 2), (3, 3), (2, 4), (4, 3), (1, 3)]


@pytest.mark.parametrize("games", [pytest.param(105, id="some"), pytest.param(2000, id="many", marks=pytest.mark.slow)])
def test_degenerate_games_by_every_method_as_floats_and_fractions(games):
    rng = np.random.default_rng(20)
    seen = {"degenerate": 0, "supports": 0}
    for shape, largest in itertools.islice(itertools.cycle(itertools.product(SHAPES, (1, 2, 3))), games):
        A, B = rng.integers(-largest, largest + 1, (2, *shape))
        expected = extreme_equilibria(A.tolist(), B.tolist())
        shared = any(p[0] == q[0] or p[1] == q[1] for p, q in itertools.combinations(expected, 2))
        scaled = Game.from_bimatrix(
            [[F(int(a), 7) for a in row] for row in A], [[F(int(b), 3) for b in row] for row in B]
        )
        for game in (Game.from_bimatrix(A, B), Game.from_bimatrix(A.astype(float), B.astype(float)), scaled):
            methods = [m for m in TWO_PLAYERS if m != "closed-form" or shape == (2, 2)]
            for method in methods:
                found = nash(game, method)
                listed = {tuple(tuple(p) for p in e.policies) for e in found}
                right = expected if game.exact else {tuple(tuple(map(float, p)) for p in e) for e in expected}
                if method == "support" and 1 not in shape and not found.complete:
                    assert listed <= right
                    assert found.status == "incomplete"
                    seen["degenerate"] += 1
                    continue
                seen["supports"] += method == "support"
                assert listed == right, (A.tolist(), B.tolist(), method)
                assert found.status == "complete"
                assert found.continuum == shared
        many = nash_many(A[None], B[None])
        if not many.degenerate[0]:
            assert many.count[0] == len(expected)
            assert not shared
    assert min(seen.values()) > games / 4
