"""Learning rules beside policy gradient: mutation, Boltzmann Q, gradient ascent, WoLF, best replies."""

import numpy as np
import pytest
import sympy as sp
from scipy.optimize import brentq
from thinned import some

import gametheory as gt

PD = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
PENNIES = gt.catalogue.matching_pennies()


# ---------------------------------------------------------------------- Boltzmann Q-learning
def test_boltzmann_q_has_the_values_of_open_spiel():
    # OpenSpiel egt/dynamics_test.py computes boltzmannq at temperature 1 on its matrix_pd (5, 0, 10, 1)
    field = gt.rules.boltzmann_q(gt.Game.two_by_two(5, 0, 10, 1))
    assert field([0.3, 0.6]) == pytest.approx([-0.5360674493, -0.6253116259], abs=1e-9)


@pytest.mark.parametrize(
    ("temperature", "cooperation"),
    # solutions of ln(x/(1-x)) = g(x)/tau, g(x) = -(1 + x), computed apart from this code
    [(0.1, 4.538e-5), (0.5, 0.0997885), (1, 0.2267506), (2, 0.3386482), (10, 0.4634782)],
)
def test_boltzmann_q_rests_at_the_logit_equilibrium(temperature, cooperation):
    field = gt.rules.boltzmann_q(PD, temperature=temperature).diagonal()
    found = brentq(lambda p: float(field([p])[0]), 1e-12, 0.5, xtol=1e-14)
    assert found == pytest.approx(cooperation, rel=1e-4)
    g = -(found * 2 + (1 - found) * 1)  # advantage of cooperating in (3, 0, 5, 1)
    assert np.log(found / (1 - found)) == pytest.approx(g / temperature, rel=1e-6)


@pytest.mark.parametrize(
    ("tau", "roots"), [(0.45, (0.237285, 0.5, 0.762715)), (0.49, (0.378509, 0.5, 0.621491)), (0.51, (0.5,))]
)
def test_boltzmann_q_pitchfork_of_pure_coordination_at_one_half(tau, roots):
    field = gt.rules.boltzmann_q(gt.catalogue.coordination(), temperature=tau).diagonal()
    grid = np.linspace(0.01, 0.99, 1960)  # 1/2 is no grid point
    values = field(grid[:, None])[:, 0]
    starts = np.flatnonzero(np.sign(values[:-1]) != np.sign(values[1:]))
    found = [brentq(lambda p: float(field([p])[0]), grid[k], grid[k + 1], xtol=1e-13) for k in starts]
    assert found == pytest.approx(roots, abs=1e-5)


def test_boltzmann_q_formula_and_code_agree():
    for game in (PD, gt.catalogue.rock_paper_scissors()):
        field = gt.rules.boltzmann_q(game, temperature=0.7)
        x = field.space.random(50, rng=0)
        by_formula = sp.lambdify(field.space.symbols, field.expressions)(*x.T)
        assert np.abs(np.stack(by_formula, axis=-1) - field(x)).max() < 1e-12


def test_boltzmann_q_stays_finite_on_faces():
    field = gt.rules.boltzmann_q(PD)
    assert np.isfinite(field(np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.5]]))).all()


# ---------------------------------------------------------------------- mutation
def test_mutation_moves_corners_inside_and_leaves_the_uniform_point_of_rock_paper_scissors():
    field = gt.rules.replicator_mutator(gt.catalogue.rock_paper_scissors(), rate=0.2)
    assert np.abs(field(np.full(4, 1 / 3))).max() < 1e-12
    assert np.all(field(np.zeros(4)) > 0)
    # the eigenvalues of the replicator, +-i/sqrt(3) in each block, move left by the rate
    assert np.linalg.eigvals(field.jacobian(np.full(4, 1 / 3))).real == pytest.approx([-0.2] * 4, abs=1e-7)


def test_mutation_formula_and_code_agree():
    field = gt.rules.replicator_mutator(PD, gt.transfer.SocialRelationship(), rate=0.05)
    x = field.space.random(50, rng=1)
    assert np.abs(field(x) - field.function(x)).max() < 1e-12


# ---------------------------------------------------------------------- gradient ascent and WoLF
@pytest.mark.parametrize(
    ("game", "u", "centre"),
    # Singh, Kearns, Mansour 2000: u = r11 + r22 - r21 - r12 and the centre of the unconstrained dynamics
    [
        (PENNIES, (4, -4), (0.5, 0.5)),
        (gt.catalogue.battle_of_the_sexes(2, 1), (3, 3), (2 / 3, 1 / 3)),
        (gt.Game.two_by_two(4, 1, 3, 3), (3, 3), (2 / 3, 2 / 3)),
    ],
)
def test_gradient_ascent_is_linear_with_the_centre_of_singh_kearns_mansour(game, u, centre):
    field = gt.rules.gradient_ascent(game)
    assert np.abs(field(centre)).max() < 1e-12
    jacobian = field.jacobian([0.4, 0.45])
    assert np.diag(jacobian) == pytest.approx([0, 0], abs=1e-8)
    assert (jacobian[0, 1], jacobian[1, 0]) == pytest.approx(u, abs=1e-8)


def test_gradient_ascent_does_not_leave_the_square():
    field = gt.rules.gradient_ascent(PD)
    assert field([0.0, 0.3]) == pytest.approx([0, -(0.3 * 0 + 1)])  # against a defector: P - S = 1


@pytest.mark.parametrize("ratio", some([0.5, 0.25], 1))
def test_wolf_contracts_by_the_ratio_of_its_factors_each_half_turn(ratio):
    # Bowling & Veloso 2002, Lemma 6: a half revolution multiplies the distance by (l_min/l_max) in bilinear zero-sum
    # games; a turn by its square
    field = gt.rules.wolf(PENNIES, winning=ratio, losing=1.0)
    x = np.array([0.5, 0.6])
    step, crossings = 1e-3, []
    for _ in range(20_000):
        middle = x + step / 2 * field(x)
        following = x + step * field(middle)
        if (x[0] - 0.5) * (following[0] - 0.5) < 0:
            crossings.append(abs(x[1] - 0.5))
        x = following
        if len(crossings) == 3:
            break
    assert crossings[2] / crossings[0] == pytest.approx(ratio**2, rel=0.01)


def test_wolf_says_what_it_needs():
    with pytest.raises(ValueError, match="has 3 equilibria"):
        gt.rules.wolf(gt.catalogue.chicken())
    with pytest.raises(ValueError, match="winning <= losing"):
        gt.rules.wolf(PENNIES, winning=2.0)
    with pytest.raises(ValueError, match="two players"):
        gt.rules.wolf(gt.catalogue.rock_paper_scissors())


# ---------------------------------------------------------------------- best replies
def test_best_response_reaches_a_strict_equilibrium_exponentially():
    field = gt.rules.best_response(PD)
    x, step = np.array([0.9, 0.4]), 1e-3
    for _ in range(1000):
        x = x + step * field(x)
    assert x == pytest.approx(np.array([0.9, 0.4]) * np.exp(-1), rel=1e-3)


def test_ties_are_answered_uniformly():
    assert gt.rules.best_response(PENNIES)([0.5, 0.5]) == pytest.approx([0, 0])
    assert gt.rules.best_response(gt.catalogue.rock_paper_scissors())(np.full(4, 1 / 3)) == pytest.approx([0] * 4)


def test_fictitious_play_converges_in_matching_pennies_and_not_in_shapleys_game():
    # Robinson 1951: convergence in zero-sum games. Shapley 1964: a cycle of growing length in his game
    def play(game, x, rounds):
        distances = []
        for t in range(1, rounds):
            x = gt.rules.fictitious_play(game, round_number=t)(x)
            if t > rounds // 2:
                distances.append(np.abs(x - 1 / len(game.actions[0])).max())
        return max(distances)

    assert play(PENNIES, np.array([0.9, 0.2]), 400) < 0.06
    assert play(gt.catalogue.shapley(), np.array([0.8, 0.1, 0.1, 0.8]), 400) > 0.15


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gt.rules.boltzmann_q(PD, temperature=0), "temperature must be a positive number, got 0"),
        (lambda: gt.rules.replicator_mutator(PD, rate=-1), "rate must be at least 0, got -1"),
        (lambda: gt.rules.fictitious_play(PD, round_number=-1), "round_number must be at least 0"),
    ],
)
def test_bad_settings(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_diagonal_of_q_learning_has_its_own_closed_form():
    field = gt.rules.boltzmann_q(gt.Game.two_by_two(3, 0, 5, 1), temperature=1).diagonal()
    (expression,) = field.expressions
    for p in (0.1, 0.3, 0.7):
        assert float(expression.subs({field.space.symbols[0]: p})) == pytest.approx(field([p])[0], abs=1e-12)


@pytest.mark.slow
def test_tables_of_q_values_rest_where_policies_do_and_follow_sampled_learning():
    game, temperature = (
        gt.Game.from_bimatrix([[3.0, 0, 2], [5, 1, 0], [1, 1, 4]], [[2.0, 1, 0], [0, 3, 1], [1, 2, 2]]),
        0.8,
    )
    field = gt.rules.q_tables(game, temperature=temperature)
    q = np.array([1.0, 0.5, -0.2, 0.3, 0.0, 1.0])
    x, y = (np.exp(part / temperature) / np.exp(part / temperature).sum() for part in (q[:3], q[3:]))
    values = np.concatenate([game.payoffs[0] @ y, x @ game.payoffs[1]])
    # the mean step of Q-learners: an action is taken with its probability, and moves its own entry towards its payoff
    np.testing.assert_allclose(field(q), np.concatenate([x, y]) * (values - q), atol=1e-14)
    for _ in range(20_000):
        q = q + 0.05 * field(q)
    x, y = (np.exp(part / temperature) / np.exp(part / temperature).sum() for part in (q[:3], q[3:]))
    assert abs(gt.rules.boltzmann_q(game, temperature=temperature)(np.concatenate([x[:2], y[:2]]))).max() < 1e-9


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gt.rules.q_tables(gt.Game.two_by_two(3, 0, sp.Symbol("T"), 1)), ValueError, "got the symbols T"),
        (lambda: gt.rules.q_tables("pd"), TypeError, "needs a Game, got str"),
        (lambda: gt.rules.q_tables(PD, temperature=np.inf), ValueError, "must be a positive number, got inf"),
        (lambda: gt.rules.wolf("pd"), TypeError, "wolf needs a Game, got str"),
        (
            lambda: gt.rules.best_response(gt.objective.MemoryOneObjective(PD)),
            ValueError,
            "gametheory.memory_one.best_reply",
        ),
        (lambda: gt.objective.Logits(PD), TypeError, "needs an Objective, got Game; a game makes a MatrixObjective"),
        (
            lambda: gt.rules.lola(gt.objective.MatrixObjective(gt.catalogue.rock_paper_scissors())),
            ValueError,
            "would depend on the order of the actions",
        ),
        (lambda: gt.rules.lola(PD, rate=[1, 2]), TypeError, "rate must be one number"),
    ],
)
def test_rules_say_what_they_need(make, error, message):
    with pytest.raises(error, match=message):
        make()
