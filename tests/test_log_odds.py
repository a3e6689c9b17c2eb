"""Flows that explore: corners at low temperature, the pitchfork, logit equilibria by another search, many digits."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import solve_ivp

import gametheory as gt
from gametheory.analysis import rest_points
from gametheory.analysis.log_odds import log_odds
from gametheory.field import ClosedForm, Field, Space
from gametheory.objective import MemoryOneObjective
from gametheory.rules import boltzmann_q

LASE = gt.transfer.SocialRelationship()


def coordination(temperature):
    return boltzmann_q(gt.catalogue.coordination(1, 1), temperature=temperature)


@pytest.mark.parametrize("temperature", [0.2, 0.05, 0.02, 0.01, 0.005, 0.002])
def test_sinks_near_corners(temperature):
    # on the diagonal p = 1/(1 + exp(-(2p - 1)/τ)): near 0, p ≈ exp(-1/τ), which is 1e-22 at τ = 0.02
    found = rest_points(coordination(temperature))
    assert found.complete
    assert [q.stability for q in found] == ["sink", "saddle", "sink"]
    with mpmath.workdps(60):
        u = mpmath.mpf(-1) / temperature
        for _ in range(60):
            u = (2 / (1 + mpmath.exp(-u)) - 1) / temperature
        p = 1 / (1 + mpmath.exp(-u))
        low = found[0]
        assert low.radius < 1e-12 * float(p)
        assert all(abs(mpmath.mpf(float(v)) - p) <= low.radius for v in low.x)
        assert all(abs(mpmath.mpf(float(v)) - (1 - p)) <= found[2].radius for v in found[2].x)
    assert all(abs(v - 0.5) <= found[1].radius for v in found[1].x)
    # eigenvalues -1 ± g'(u), g' = 2 p (1 - p)/τ, in log-odds as in probabilities
    slope = 2 * float(p) * (1 - float(p)) / temperature
    assert sorted(low.eigenvalues) == pytest.approx([-1 - slope, -1 + slope], abs=1e-9)


@pytest.mark.parametrize("gap", [1e-3, 1e-6])
def test_on_both_sides_of_the_pitchfork(gap):
    # coordination(1, 1): at τ = 1/2 + gap one rest point, at 1/2 - gap three, 1/2 ± sqrt(3 gap/2) to first order:
    # 2p - 1 = tanh((2p - 1)/(2τ)), and tanh z = z - z³/3
    (alone,) = warm = rest_points(coordination(0.5 + gap))
    assert warm.complete
    assert alone.stability == "sink"
    assert all(abs(v - 0.5) <= alone.radius <= 1e-9 for v in alone.x)
    cold = rest_points(coordination(0.5 - gap))
    assert cold.complete
    assert [q.stability for q in cold] == ["sink", "saddle", "sink"]
    away = np.sqrt(1.5 * gap)
    np.testing.assert_allclose([q.x[0] - 0.5 for q in cold], [-away, 0, away], atol=10 * gap**1.5 + 1e-9)


def test_at_the_pitchfork_nothing_is_claimed():
    for temperature in (0.5, 0.5 - 1e-12):
        found = rest_points(coordination(temperature))
        assert not found.complete
        assert any(np.all((box.lo <= 0.5) & (box.hi >= 0.5)) for box in found.undecided)


def random_games(count, seed):
    rng = np.random.default_rng(seed)
    for k in range(count):
        payoffs = rng.integers(-5, 6, (2, 2, 2)) if k % 2 else rng.normal(size=(2, 2, 2)).round(2)
        yield gt.Game(payoffs), float(np.exp(rng.uniform(np.log(0.005), np.log(0.5))))


def same_as_logit_equilibria(game, temperature):
    found, expected = (
        rest_points(boltzmann_q(game, temperature=temperature)),
        gt.equilibria.logit_qre(game, temperature=temperature),
    )
    ours, theirs = (sorted(both, key=lambda one: tuple(one.x.round(9))) for both in (found, expected))
    assert len(ours) == len(theirs), (game.payoffs.tolist(), temperature)
    assert found.complete == expected.complete
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one.x, other.x, rtol=0, atol=1e-11)
        assert one.stability == other.stability


@pytest.mark.parametrize(("game", "temperature"), list(random_games(16, 5)))
def test_two_by_two_games_against_logit_equilibria(game, temperature):
    # an independent search, by one scalar equation
    same_as_logit_equilibria(game, temperature)


@pytest.mark.slow
@pytest.mark.parametrize(("game", "temperature"), list(random_games(100, 6)))
def test_a_hundred_games_against_logit_equilibria(game, temperature):
    same_as_logit_equilibria(game, temperature)


@pytest.mark.parametrize("temperature", [0.4, 0.02])
def test_three_players_against_logit_equilibria(temperature):
    # complete here; there found from many starts
    payoffs = np.random.default_rng(1).integers(-5, 6, (3, 2, 2, 2))
    found = rest_points(boltzmann_q(gt.Game(payoffs), temperature=temperature))
    assert found.complete
    for one in gt.equilibria.logit_qre(gt.Game(payoffs), temperature=temperature):
        assert min(np.abs(q.x - one.x).max() for q in found) < 1e-9


@pytest.mark.parametrize("temperature", [0.5, 0.01])
def test_larger_games_are_searched_from_many_starts(temperature):
    game = gt.Game.from_bimatrix(np.diag([1, 2, 3]), np.diag([1, 2, 3]))
    found = rest_points(boltzmann_q(game, temperature=temperature))
    assert not found.complete
    assert all(q.radius < 1e-9 for q in found)
    expected = gt.equilibria.logit_qre(game, temperature=temperature)
    for one in expected:
        (same,) = [q for q in found if np.abs(q.x - one.x).max() < 1e-9]
        assert same.stability == one.stability
    if temperature == 0.01:
        assert len(found.sinks) == 3  # one near each convention
        assert len(found) == 7  # and one near each mixture of conventions, as in the replicator flow


@pytest.mark.parametrize("temperature", [0.3, 0.02])
def test_lase_learners_who_explore(temperature):
    # by Newton's method in 40 digits on the definition, from a grid of log-odds; no other zero turns up
    game = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
    field = boltzmann_q(game, LASE, temperature=temperature)
    found = rest_points(field)
    assert found.complete
    g = sp.lambdify(
        field.space.symbols, gt.rules.policy_gradient(game, LASE).advantages, modules=["mpmath", {"Max": max}]
    )

    def f(u, v):
        x = [1 / (1 + mpmath.exp(-w)) for w in (u, v)]
        return [w - d / mpmath.mpf(str(temperature)) for w, d in zip((u, v), g(*x), strict=True)]

    met = []
    with mpmath.workdps(40):
        for start in [(a, b) for a in np.linspace(-4, 4, 5) / temperature for b in np.linspace(-4, 4, 5) / temperature]:
            try:
                u = mpmath.findroot(f, start)
            except (ValueError, ZeroDivisionError):
                continue
            met.append([float(1 / (1 + mpmath.exp(-w))) for w in u])
    assert len(met) >= 5
    for x in met:
        assert min(np.abs(q.x - x).max() for q in found) < 1e-9
    for q in found:
        assert min(np.abs(q.x - x).max() for x in met) < 1e-9


def test_orbits_end_at_the_sinks():
    field = boltzmann_q(gt.catalogue.stag_hunt(), temperature=0.1)
    found = rest_points(field)
    assert found.complete
    assert len(found.sinks) == 2
    for start in ([0.9, 0.9], [0.1, 0.1]):
        end = solve_ivp(lambda _, x: field(x), (0, 60), start, rtol=1e-10, atol=1e-14).y[:, -1]
        assert min(np.abs(q.x - end).max() for q in found.sinks) < 1e-8


def test_one_population():
    found = rest_points(coordination(0.02).diagonal())
    assert found.complete
    assert [q.stability for q in found] == ["sink", "source", "sink"]
    assert 0 < found[0].x[0] < 1e-20


def test_other_flows_that_leave_the_border_are_not_taken_for_boltzmann_learners():
    (p,) = Space((2,)).symbols
    drive = 3 * p + sp.log(1 - p) - sp.log(p)

    def made(rate):
        return Field(
            Space((2,)),
            sp.lambdify([p], rate, modules="numpy"),
            derive=lambda: ClosedForm((rate,), (drive,)),
            faces="repelling",
        )

    assert log_odds(made(p * (1 - p) * drive)) is not None
    assert log_odds(made(p * (1 - p) ** 2 * drive)) is None


def test_nothing_rests_on_faces_that_repel():
    # code for memory-one players: rates vanish at corners, in the limit, where the flow does not rest
    objective = MemoryOneObjective(gt.catalogue.prisoners_dilemma(), discount=0.9)
    field = boltzmann_q(objective, temperature=0.5)
    found = rest_points(field)
    assert len(found) >= 1
    assert all(q.face == "interior" for q in found)
    for q in found:
        np.testing.assert_allclose(field(q.x), 0, atol=1e-9)
