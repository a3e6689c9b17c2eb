"""Logit quantal response equilibria: cited values, independent methods against each other, and what must not matter.

References that share no code with the package: replies by sums over joint actions, dense grids of signs, 50-digit
arithmetic. The rest points of Boltzmann Q-learning are a second implementation of the equation.
"""

import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import expit, softmax

import gametheory as gt
from gametheory.equilibria import logit_branch, logit_qre, nash
from gametheory.equilibria import qre as module
from gametheory.equilibria.qre_branches import BranchLost, LogOdds
from gametheory.equilibria.qre_two_by_two import LogitPair

STAG_HUNT = gt.Game.from_bimatrix([[4, 1], [3, 2]])
COORDINATION = gt.Game.from_bimatrix([[1, 0], [0, 1]])
BATTLE = gt.Game.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]])
PENNIES = gt.Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
PD = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
# Its principal branch turns back at λ = 2.41 and again at 0.73 (found among random games by following the branch)
TURNING = gt.Game([[[5, 2, 9], [5, 4, 6], [9, 8, 1]], [[1, 6, 4], [3, 2, 8], [3, 5, 2]]])

payoff = st.integers(-5, 5)
matrices = st.tuples(*[st.tuples(*[st.tuples(payoff, payoff)] * 2)] * 2)


def points(found):
    """Reduced coordinates of all equilibria, sorted, shape (k, d)."""
    return np.array(sorted(tuple(equilibrium.x) for equilibrium in found))


def reply(game, policies, rationality):
    """Logit replies, by sums over all joint actions."""
    values = [np.zeros(size) for size in game.n_actions]
    for joint in itertools.product(*map(range, game.n_actions)):
        for i, own in enumerate(joint):
            chance = math.prod(policies[j][a] for j, a in enumerate(joint) if j != i)
            values[i][own] += chance * float(game.payoffs[(i, *joint)])
    return [softmax(rationality * value) for value in values]


def assert_equilibrium(game, policies, rationality, tolerance=1e-9):
    for x, expected in zip(policies, reply(game, policies, rationality), strict=True):
        np.testing.assert_allclose(x, expected, atol=tolerance)


# ---------------------------------------------------------------------------------------------- cited values
@pytest.mark.parametrize(
    ("temperature", "cooperation"),
    # fixed points x = s(-(1 + x)/τ) of the prisoner's dilemma (R, S, T, P) = (3, 0, 5, 1), by hand iteration
    [(0.1, 4.538e-5), (0.5, 0.0997885), (1, 0.2267506), (2, 0.3386482), (10, 0.4634782)],
)
def test_prisoners_dilemma(temperature, cooperation):
    found = logit_qre(PD, temperature=temperature)
    assert found.complete
    np.testing.assert_allclose(points(found), [[cooperation] * 2], rtol=1e-4 if temperature == 0.1 else 3e-7)
    assert found.principal is found[0]
    assert found.temperature == pytest.approx(temperature)


@pytest.mark.parametrize(
    ("temperature", "expected"),
    # Coordination diag(1, 1): pitchfork at τ = 1/2; the roots of 2p - 1 = tanh((2p - 1)/(2τ))
    [(0.51, [0.5]), (0.49, [0.378509, 0.5, 0.621491]), (0.45, [0.237285, 0.5, 0.762715])],
)
def test_pitchfork_of_coordination(temperature, expected):
    found = logit_qre(COORDINATION, temperature=temperature)
    assert found.complete
    np.testing.assert_allclose(points(found), np.transpose([expected] * 2), atol=1e-6)
    middle = "sink" if len(expected) == 1 else "saddle"
    assert [e.stability for e in found] == (["sink", middle, "sink"] if len(expected) == 3 else [middle])
    assert [e.principal for e in found] == [e == 0.5 for e in expected]


def test_stag_hunt_beyond_its_pitchfork():
    # 2p - 1 = tanh(λ(2p - 1)/2): pitchfork at λ = 2; upper root at λ = 3, known to twelve digits
    found = logit_qre(STAG_HUNT, rationality=3)
    assert found.complete
    upper = 0.929279818320
    np.testing.assert_allclose(points(found), [[1 - upper] * 2, [0.5] * 2, [upper] * 2], atol=1e-12)
    assert found.principal is found[1]
    assert len(logit_qre(STAG_HUNT, rationality=1.999)) == 1
    assert len(logit_qre(STAG_HUNT, rationality=2.001)) == 3


@pytest.mark.parametrize(("game", "critical"), [(STAG_HUNT, 2), (COORDINATION, 2)])
def test_a_degenerate_equilibrium_is_never_called_certain(game, critical):
    found = logit_qre(game, rationality=critical)
    assert not found.complete
    assert len(found.undecided) == 1
    low, high = found.undecided[0]
    assert (low < 0.5).all()
    assert (high > 0.5).all()
    assert (high - low < 1e-3).all()
    assert [e.stability for e in found] == ["undetermined"]
    assert "undecided" in found.certificate
    assert "undecided" in str(found)


def test_no_count_but_one_and_three_is_certified_near_a_fold():
    # u = λ(s(u) - 2 s(-u)) has a double root where 1 = 3λ s'(u) too; λ of the fold by solving the pair for u > 0
    game = gt.Game.from_bimatrix([[4, 0], [3, 2]])
    u = brentq(lambda u: 3 * u * expit(u) * expit(-u) - (expit(u) - 2 * expit(-u)), 0.5, 10, xtol=1e-15)
    fold = 1 / (3 * expit(u) * expit(-u))
    for shift in [*-np.logspace(-2, -15, 14), 0, *np.logspace(-2, -15, 14)]:
        found = logit_qre(game, rationality=fold * (1 + shift))
        assert found.complete or any(low[0] <= expit(u) <= high[0] for low, high in found.undecided)
        if found.complete:
            assert len(found) == (1 if shift < 0 else 3)
        if abs(shift) > 1e-9:
            assert found.complete


# ---------------------------------------------------------------------------------------------- proofs
@given(matrices, st.floats(0.05, 40), st.floats(-60, 60), st.floats(0, 5))
@settings(max_examples=100)
def test_enclosures_hold_the_true_values(payoffs, rationality, low, width):
    a, b, c, d = (rationality * (x - y) for x, y in itertools.chain(*payoffs))
    pair, high = LogitPair((a, b), (c, d)), low + width
    for u in np.linspace(low, high, 5):
        with mpmath.workdps(50):
            s = 1 / (1 + mpmath.exp(-mpmath.mpf(float(u))))
            w = c * s + d * (1 - s)
            g = a / (1 + mpmath.exp(-w)) + b / (1 + mpmath.exp(w))
            for (below, above), value in [
                (pair.w(low, high), w),
                (pair.g(low, high), g),
                (pair.w(float(u), float(u)), w),
                (pair.g(float(u), float(u)), g),
            ]:
                assert below <= value <= above
            sign = pair.sign(float(u))
            assert sign in {0, int(mpmath.sign(u - g))}
    assert np.diff(pair.g(high, high))[0] < 1e-9 * (1 + rationality)  # and not by being wide


@given(matrices, st.floats(0.02, 60))
@settings(max_examples=80)
def test_the_count_is_that_of_sign_changes_on_a_grid(payoffs, rationality):
    (row, column) = np.array(payoffs)
    game = gt.Game.from_bimatrix(
        [[row[0, 0], row[1, 0]], [row[0, 1], row[1, 1]]], [[column[0, 0], column[0, 1]], [column[1, 0], column[1, 1]]]
    )
    found = logit_qre(game, rationality=rationality)
    assert 1 <= len(found) <= 3
    assert sum(e.principal for e in found) == 1
    if found.complete:
        assert len(found) != 2
    (a, b), (c, d) = row[:, 0] - row[:, 1], column[:, 0] - column[:, 1]
    ends = rationality * max(abs(a), abs(b)) + 1
    u = np.linspace(-ends, ends, 200_001) + 1e-7  # off the symmetric points
    f = u - rationality * (b + (a - b) * expit(rationality * (d + (c - d) * expit(u))))
    changes = np.flatnonzero(np.diff(np.sign(f)))
    if found.complete and abs(np.diff([e.x[0] for e in found])).min(initial=1) > 1e-3:
        assert len(changes) == len(found)
        np.testing.assert_allclose(expit(u[changes]), points(found)[:, 0], atol=ends / 1e5)


@given(matrices, st.floats(0.05, 30))
@settings(max_examples=40)
def test_every_equilibrium_is_a_rest_point_of_boltzmann_q_with_its_stability(payoffs, rationality):
    game = gt.Game(payoffs)
    found = logit_qre(game, rationality=rationality)
    field = gt.rules.boltzmann_q(game, temperature=1 / rationality)
    for equilibrium in found:
        assert_equilibrium(game, equilibrium.policies, rationality)
        assert equilibrium.residual < 1e-12
        np.testing.assert_allclose(field(equilibrium.x), 0, atol=1e-10)
        if min(min(policy) for policy in equilibrium.policies) > 1e-3:  # differences need room
            numerical = np.sort_complex(np.linalg.eigvals(field.jacobian(equilibrium.x)))
            np.testing.assert_allclose(numerical, equilibrium.eigenvalues, atol=1e-4)
        largest = equilibrium.eigenvalues.real.max()
        assert equilibrium.stability == ("undetermined" if not found.complete else "sink" if largest < 0 else "saddle")


# ---------------------------------------------------------------------------------------------- large rationality
@given(matrices)
@settings(max_examples=100)
def test_every_nash_equilibrium_of_a_generic_game_is_approached(payoffs):
    game = gt.Game(payoffs)
    A, B = game.payoffs
    assume(0 not in {*(A[0] - A[1]), *(B[:, 0] - B[:, 1])})  # no ties: every equilibrium is regular
    found, limits = logit_qre(game, rationality=5000), nash(game)
    assert found.complete
    # next to a mix the log-odds are at most ln 10, and these are λ times a slope of at least 2
    expected = np.array(sorted((float(e.policies[0][0]), float(e.policies[1][0])) for e in limits))
    np.testing.assert_allclose(points(found), expected, atol=1e-3)


def test_probabilities_below_every_float_keep_their_logarithms():
    # x_D/x_C = exp(λ (4 - 3)) next to (C, C) and exp(-λ (2 - 1)) next to (D, D), but for the other's rare mistakes
    for rationality in (600, 1000, 1e6):
        found = logit_qre(STAG_HUNT, rationality=rationality)
        assert found.complete
        assert len(found) == 3
        odds = [e.log_policies[0][0] - e.log_policies[0][1] for e in found]
        np.testing.assert_allclose(odds, [-rationality, 0, rationality], rtol=1e-12, atol=1e-12)
    small = logit_qre(STAG_HUNT, rationality=600)[0].policies[0][0]
    assert small == pytest.approx(math.exp(-600), rel=1e-10)


# ---------------------------------------------------------------------------------------------- what must not matter
@given(matrices, st.floats(0.1, 20), st.sampled_from([Fraction(1, 3), 2, 7]), st.integers(-1000, 1000))
@settings(max_examples=40)
def test_units_constants_names_and_players_do_not_matter(payoffs, rationality, unit, constant):
    game = gt.Game(payoffs)
    found = logit_qre(game, rationality=rationality)
    assume(found.complete)
    x = points(found)

    def other(array, lam=rationality):
        result = logit_qre(gt.Game(array), rationality=lam)
        assert [e.principal for e in sorted(result, key=lambda e: tuple(e.x))].count(True) == 1
        return result

    np.testing.assert_allclose(points(other(game.payoffs * unit, rationality / float(unit))), x, atol=1e-9)
    np.testing.assert_array_equal(points(other(game.payoffs + constant)), x)
    mirrored = other(game.payoffs[:, ::-1])  # player 1's actions in the other order
    np.testing.assert_allclose(sorted((1 - p, q) for p, q in points(mirrored)), x, atol=1e-9)
    principal = mirrored.principal.x
    np.testing.assert_allclose([1 - principal[0], principal[1]], found.principal.x, atol=1e-9)
    swapped = other(game.payoffs[::-1].transpose(0, 2, 1))
    np.testing.assert_allclose(sorted((p, q) for q, p in points(swapped)), x, atol=1e-9)
    np.testing.assert_allclose(swapped.principal.x[::-1], found.principal.x, atol=1e-9)


def test_a_player_without_a_choice_does_not_matter():
    three = gt.Game(np.array([np.zeros((1, 2, 2)), [STAG_HUNT.numeric[0]], [STAG_HUNT.numeric[1]]]))
    found = logit_qre(three, rationality=3)
    assert found.complete
    np.testing.assert_array_equal(points(found), points(logit_qre(STAG_HUNT, rationality=3)))
    alone = logit_qre(gt.Game([[[1.0], [2.0], [4.0]], [[0.0], [5.0], [0.0]]]), rationality=2)
    assert alone.complete
    np.testing.assert_allclose(alone[0].policies[0], softmax([2, 4, 8]))
    np.testing.assert_allclose(logit_qre(gt.Game([[1.0, 2.0, 4.0]]), rationality=2)[0].x, softmax([2, 4, 8])[:2])


# ---------------------------------------------------------------------------------------------- the principal branch
@given(matrices, st.floats(0.1, 20))
@settings(max_examples=40)
def test_the_quadrant_rule_agrees_with_the_continuation(payoffs, rationality):
    game = gt.Game(payoffs)
    found = logit_qre(game, rationality=rationality)
    assume(found.complete)
    np.testing.assert_allclose(logit_branch(game, rationality).x[-1], found.principal.x, atol=1e-8)


@pytest.mark.parametrize("epsilon", [1e-3, -1e-3, 1e-8, -1e-8])
def test_the_branch_turns_where_the_pitchfork_is_nearly_met(epsilon):
    # with (C, C) worth a little more both lean to C against the uniform policy, so the branch ends at (C, C)
    game = gt.Game.from_bimatrix([[4 + epsilon, 1], [3, 2]])
    found = logit_qre(game, rationality=10)
    assert len(found) == 3
    assert found.principal.stability == "sink"
    assert (found.principal.x > 0.99).all() == (epsilon > 0)
    branch = logit_branch(game, 10)
    np.testing.assert_allclose(branch.x[-1], found.principal.x, atol=1e-9)
    assert branch.crossings == ()


def test_the_branch_goes_straight_on_at_a_pitchfork():
    branch = logit_branch(STAG_HUNT, 10)
    np.testing.assert_allclose(branch.x, 0.5, atol=1e-12)
    assert branch.crossings == pytest.approx([2], abs=1e-3)
    assert branch.rationality[0] == 0
    assert branch.rationality[-1] == 10


@pytest.mark.parametrize("sign", [1, -1])
def test_players_who_lean_to_different_equilibria(sign):
    # battle of the sexes: at the symmetric payoffs the principal branch stays mixed, a bonus for player 1 decides it
    mixed = logit_qre(BATTLE, rationality=20).principal
    assert mixed.stability == "saddle"
    assert mixed.x.sum() == pytest.approx(1)
    game = gt.Game.from_bimatrix([[2 + sign / 100, 0], [0, 1]], [[1, 0], [0, 2]])
    principal = logit_qre(game, rationality=20).principal
    assert principal.stability == "sink"
    assert (principal.x > 0.9).all() == (sign > 0)


@pytest.mark.parametrize(
    "game", [TURNING, PENNIES, gt.Game(np.random.default_rng(3).normal(size=(3, 2, 3, 2)))], ids=["3×3", "2×2", "2×3×2"]
)
def test_every_point_of_a_branch_is_an_equilibrium_and_steps_are_short(game):
    branch = logit_branch(game, 20)
    assert branch.rationality[0] == 0
    assert branch.rationality[-1] == 20
    assert branch.rationality.max() == 20
    for k, rationality in enumerate(branch.rationality):
        assert_equilibrium(game, [policy[k] for policy in branch.policies], rationality, 1e-8)
    for policy, size in zip(branch.policies, game.n_actions, strict=True):
        np.testing.assert_allclose(policy[0], 1 / size, atol=1e-15)
        np.testing.assert_allclose(policy.sum(axis=1), 1, atol=1e-12)
    assert np.abs(np.diff(branch.x, axis=0)).max() < 0.25


def test_a_branch_that_turns_back_meets_three_equilibria():
    rationality = logit_branch(TURNING, 20).rationality
    assert (np.diff(rationality) < 0).any()
    found = logit_qre(TURNING, rationality=1.5)
    assert len(found) == 3
    assert not found.complete
    assert [e.stability for e in found].count("saddle") == 1
    first = logit_branch(TURNING, 1.5)
    assert (np.diff(first.rationality) > 0).all()  # stops at the first of the three
    np.testing.assert_allclose(found.principal.x, first.x[-1], atol=1e-9)


# ---------------------------------------------------------------------------------------------- other games
def test_pure_coordination_of_three_actions_has_seven_equilibria():
    # one for each of the seven Nash equilibria (every nonempty support), at high rationality
    found = logit_qre(gt.Game.from_bimatrix(np.eye(3)), rationality=12)
    assert sorted(e.stability for e in found) == ["saddle"] * 4 + ["sink"] * 3
    np.testing.assert_allclose(found.principal.x, 1 / 3, atol=1e-12)
    assert not found.complete
    for equilibrium in found:
        assert_equilibrium(found.game, equilibrium.policies, 12)


@pytest.mark.parametrize(
    ("payoffs", "count"),
    # integer games drawn at random; the counts are those of exact enumeration by `nash`
    [
        ([[[8, 3, 3], [2, 6, 2], [1, 1, 6]], [[5, 3, 0], [0, 5, 3], [2, 3, 5]]], 7),
        ([[[8, 3, 0], [2, 5, 0], [1, 3, 8]], [[7, 2, 2], [0, 6, 3], [1, 0, 5]]], 7),
        ([[[0, 1, 6], [0, 4, 1], [9, 2, 3]], [[1, 4, 5], [6, 8, 1], [8, 6, 4]]], 5),
    ],
)
def test_nash_equilibria_of_larger_games_are_approached(payoffs, count):
    game = gt.Game(payoffs)
    limits, found = nash(game), logit_qre(game, rationality=1000)
    assert len(limits) == len(found) == count
    for equilibrium in limits:
        limit = np.concatenate([policy[:-1].astype(float) for policy in equilibrium.policies])
        assert np.abs(points(found) - limit).max(axis=1).min() < 0.02


def test_shapleys_game_spirals_in_and_then_out():
    # Shapley (1964): best replies cycle away from the mix, so at low temperature learners leave it, at high they settle
    game = gt.Game.from_bimatrix([[0, 1, 0], [0, 0, 1], [1, 0, 0]], [[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    for rationality, stability in [(1, "sink"), (20, "saddle")]:
        found = logit_qre(game, rationality=rationality)
        np.testing.assert_allclose(found.principal.x, 1 / 3, atol=1e-12)
        field = gt.rules.boltzmann_q(game, temperature=1 / rationality)
        numerical = np.sort_complex(np.linalg.eigvals(field.jacobian(found.principal.x)))
        np.testing.assert_allclose(np.sort(numerical.real), np.sort(found.principal.eigenvalues.real), atol=1e-6)
        assert found.principal.stability == stability


def test_replies_contract_below_the_pitchfork_exactly():
    # λ² |a - b| |c - d| < 16 is the condition of F' > 0 at u = w = 0, and the stag hunt's pitchfork is at λ = 2
    assert LogOdds(STAG_HUNT).contraction() == pytest.approx(2)
    game = gt.Game(np.random.default_rng(5).normal(size=(3, 2, 3, 2)))
    limit = LogOdds(game).contraction()
    below, above = (logit_qre(game, rationality=limit * factor) for factor in (0.99, 1.01))
    assert below.complete
    assert len(below) == 1
    assert not above.complete
    # replies do contract: any two profiles come nearer to each other after a few replies
    rng = np.random.default_rng(0)
    pairs = [[[rng.dirichlet(np.ones(n) / 4) for n in game.n_actions] for _ in range(2)] for _ in range(20)]
    for one, other in pairs:
        for _ in range(200):
            one, other = reply(game, one, 0.9 * limit), reply(game, other, 0.9 * limit)  # noqa: PLW2901 (iteration)
        assert max(np.abs(x - y).max() for x, y in zip(one, other, strict=True)) < 1e-6


def test_the_jacobian_is_that_of_the_equations():
    game = gt.Game(np.random.default_rng(1).normal(size=(3, 2, 3, 4)))
    equations, rng = LogOdds(game), np.random.default_rng(2)
    for _ in range(5):
        y = rng.normal(size=equations.dimension)
        steps = 1e-6 * np.eye(len(y))
        columns = [(equations.replies(y + h, 3.0) - equations.replies(y - h, 3.0)) / 2e-6 for h in steps]
        np.testing.assert_allclose(equations.jacobian(y, 3.0), np.eye(len(y)) - np.column_stack(columns), atol=1e-7)


def test_a_lost_branch_is_said(monkeypatch):
    def lose(*_):
        msg = "lost at 1"
        raise BranchLost(msg)

    monkeypatch.setattr(module, "follow", lose)
    found = logit_qre(gt.Game.from_bimatrix(np.eye(3)), rationality=12)
    assert found.principal is None
    assert not found.complete
    assert "lost at 1" in found.certificate
    assert logit_qre(BATTLE, rationality=20).principal is None
    small = logit_qre(gt.Game.from_bimatrix(np.eye(3)), rationality=0.5)
    assert not small.complete
    assert len(small) == 1


# ---------------------------------------------------------------------------------------------- arguments
def test_rationality_and_temperature_are_reciprocal():
    a, b = logit_qre(STAG_HUNT, rationality=4), logit_qre(STAG_HUNT, temperature=0.25)
    np.testing.assert_array_equal(points(a), points(b))
    uniform = logit_qre(BATTLE, rationality=0)
    assert uniform.temperature == math.inf
    assert points(uniform).tolist() == [[0.5, 0.5]]
    assert logit_qre(gt.Game.from_bimatrix(np.eye(3)), rationality=0).complete


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "one of rationality and temperature"),
        ({"rationality": 1, "temperature": 1}, "one of rationality and temperature"),
        ({"rationality": -1}, "rationality must be finite and not negative, got -1"),
        ({"rationality": math.nan}, "rationality must be finite and not negative, got nan"),
        ({"rationality": math.inf}, "rationality must be finite and not negative, got inf"),
        ({"temperature": 0}, "temperature must be positive and finite, got 0"),
        ({"temperature": 1e-320}, "temperature must be positive"),
        ({"temperature": math.inf}, "rationality=0"),
        ({"temperature": math.nan}, "temperature must be positive and finite, got nan"),
        ({"rationality": 1e101}, "rationality times payoff range must be at most 1e.100"),
    ],
)
def test_rejected_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        logit_qre(STAG_HUNT, **arguments)


def test_rejected_games():
    symbolic = gt.Game.two_by_two(*sp.symbols("R S T P"))
    with pytest.raises(ValueError, match=r"symbols P, R, S, T; call bind"):
        logit_qre(symbolic, rationality=1)
    with pytest.raises(ValueError, match=r"symbols P, R, S, T; call bind"):
        logit_branch(symbolic, 1)
    with pytest.raises(ValueError, match=r"this one has 5,304 and 101\.") as error:
        logit_qre(gt.Game(np.zeros((2, 51, 52))), rationality=1)
    assert "boltzmann_q" in str(error.value)
    with pytest.raises(ValueError, match=r"at most 20,000 payoffs .* this one has 229,376 and 14"):
        logit_branch(gt.Game(np.zeros((14, *[2] * 14))), 1)
    for value in (0, -1, math.nan, math.inf):
        with pytest.raises(ValueError, match=f"rationality_max must be positive and finite, got {value}"):
            logit_branch(STAG_HUNT, value)


def test_exact_games_are_taken_exactly():
    # a constant of 10^20 swallows every payoff difference in floats
    found = logit_qre(gt.Game(STAG_HUNT.payoffs + 10**20), rationality=3)
    np.testing.assert_array_equal(points(found), points(logit_qre(STAG_HUNT, rationality=3)))
    root = gt.Game.from_bimatrix([[sp.sqrt(2), 0], [0, sp.sqrt(2)]])
    assert len(logit_qre(root, rationality=math.sqrt(2) + 0.01)) == 3
    assert len(logit_qre(root, rationality=math.sqrt(2) - 0.01)) == 1


def test_results_can_be_read():
    found = logit_qre(STAG_HUNT, rationality=3)
    assert len(list(found)) == len(found) == 3
    assert str(found).splitlines()[1] == "(0.5, 0.5) × (0.5, 0.5)  saddle, principal branch"
    assert str(found).endswith("complete: interval enclosures in log-odds")
    assert str(logit_qre(TURNING, rationality=1.5)).splitlines()[-1].startswith("not proved complete: continuation")


@pytest.mark.parametrize(
    ("game", "temperature", "count"),
    [
        (gt.Game.from_bimatrix([[3, 0, 0], [0, 2, 0], [0, 0, 1]], [[3, 0, 0], [0, 2, 0], [0, 0, 1]]), 0.3, 3),
        (gt.catalogue.rock_paper_scissors(), 0.5, 1),
    ],
)
def test_rest_points_of_larger_q_learning_fields_are_logit_equilibria(game, temperature, count):
    # rates fade towards the border, where nothing rests: it must not be listed
    found = gt.analysis.rest_points(gt.rules.boltzmann_q(game, temperature=temperature), seconds=2)
    wanted = sorted(e.x.tolist() for e in gt.equilibria.logit_qre(game, temperature=temperature))
    assert len(found) == count
    assert {p.face for p in found} == {"interior"}
    np.testing.assert_allclose(sorted(p.x.tolist() for p in found), wanted, atol=1e-7)
