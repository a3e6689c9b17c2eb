"""Flows near faces: shares however small keep their digits, and nothing rests at a saddle."""

import importlib.util

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import solve_ivp
from thinned import some

import gametheory as gt
from gametheory.analysis import Event, flow, trajectories
from gametheory.rules import policy_gradient, replicator

NUMBA = importlib.util.find_spec("numba") is not None
WAYS = [False, pytest.param(True, marks=pytest.mark.skipif(not NUMBA, reason="the extra `fast` is not installed"))]

DONATION = policy_gradient(gt.catalogue.donation(b=3, c=1))
STAG_HUNT = replicator(gt.Game.two_by_two(4, 0, 3, 2, assume=()))


def in_logarithms(game, start, times):
    """Replicator flow of one population by SciPy, integrated in the logarithms of all shares."""
    A = np.asarray(game.payoffs[0], dtype=float)

    def rates(_t, logarithm):
        x = np.exp(logarithm - logarithm.max())
        x /= x.sum()
        return A @ x - x @ A @ x

    shares = np.append(start, 1 - sum(start))
    found = solve_ivp(rates, (0, times[-1]), np.log(shares), "DOP853", times, rtol=1e-12, atol=1e-12).y.T
    return np.exp(found) / np.exp(found).sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize(
    ("payoffs", "start"),
    some(
        [
            ({}, [1e-12, 1e-12]),  # closed: the product of shares stays 1e-24
            ({}, [1e-5, 1e-5]),
            ({"win": 1, "loss": 2}, [0.3, 0.3]),  # outwards: nearer to the corners at each turn
            ({}, [1e-30, 1e-40]),
            ({"win": 2, "loss": 1}, [1e-14, 1e-9]),  # inwards, from next to a corner
        ],
        3,
    ),
)
def test_orbits_past_saddles_do_not_rest_there(payoffs, start, compiled):
    game = gt.catalogue.rock_paper_scissors(**payoffs)
    times = [0, 60, 80, 100, 300]
    field = replicator(game, populations="one")
    found = trajectories(field, start, times, tolerance=1e-9, compiled=compiled)
    exact = in_logarithms(game, start, times)[:, :2]
    assert found.states == pytest.approx(exact, abs=1e-5)
    states = flow(field, start, times, tolerance=1e-9, drop=0, compiled=compiled)
    small = exact > 0
    assert np.log(states[small]) == pytest.approx(np.log(exact[small]), abs=1e-4)  # each share's own digits
    if payoffs.get("win", 1) <= payoffs.get("loss", 1):
        assert not found.converged
        assert found.ended == 300


def test_what_the_closed_orbit_says():
    # from (1e-12, 1e-12), at t = 80 and 100, integrated in logarithms
    field = replicator(gt.catalogue.rock_paper_scissors(), populations="one")
    found = flow(field, [1e-12, 1e-12], [80, 100])
    assert found == pytest.approx(np.array([[0.9475, 0.0525], [3.72e-8, 1]]), rel=1e-3)


@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize("time", [1e-3, 1, 20])
def test_nothing_rests_where_the_linearisation_leaves(time, compiled):
    # 1e-12 next to corners: in each direction from a saddle, and from the source, a share grows sooner or later
    one = replicator(gt.catalogue.rock_paper_scissors(), populations="one")
    for start in ([1e-12, 1e-12], [1 - 2e-12, 1e-12], [1e-12, 1 - 2e-12], [1e-200, 0.0]):
        assert not trajectories(one, start, [time], compiled=compiled).converged
    assert not trajectories(DONATION, [1 - 1e-12, 1 - 1e-12], [time], compiled=compiled).converged
    assert not trajectories(STAG_HUNT, [2 / 3 + 1e-13, 2 / 3], [time], compiled=compiled).converged  # inside
    # on the faces themselves there is nothing to grow
    for start in ([0, 0], [1, 0], [0, 1]):
        assert trajectories(one, start, [time], compiled=compiled).converged
    # and sinks are sinks, from however near
    assert trajectories(DONATION, [1e-12, 1e-12], [time], compiled=compiled).converged
    assert trajectories(DONATION, [1e-12, 0], [time], compiled=compiled).converged


def test_softmax_learners_leave_a_saddle_in_their_own_time():
    # p' = -p^2 (1 - p)^2, from q = 1 - p = 1e-7: q' = q^2 (1 - q)^2, so that F(q) = t, F' = 1/(q (1 - q))^2
    field = policy_gradient(gt.catalogue.donation(b=3, c=1), parametrisation="softmax")

    def clock(q):
        return -1 / q + 1 / (1 - q) + 2 * np.log(q / (1 - q))

    time = clock(0.5) - clock(1e-7)
    assert trajectories(field, [1 - 1e-7, 1 - 1e-7], [time - 8, time], tolerance=1e-8).states[0, 0] > 0.7
    assert flow(field, [1 - 1e-7, 1 - 1e-7], [time], tolerance=1e-8)[0] == pytest.approx(0.5, abs=0.02)


def test_lase_learners_pass_corners_too():
    # RPS under LASE leaves each corner along a side; compared with the closed form in logarithms of shares
    field = policy_gradient(gt.catalogue.rock_paper_scissors(), gt.transfer.SocialRelationship()).diagonal()
    gains = sp.lambdify(field.space.symbols, list(field.advantages))

    def rates(_t, logarithm):
        x = np.exp(logarithm)
        x = x / x.sum()
        v = np.append(gains(*x[:2]), 0.0)
        return v - x @ v

    start = np.array([1e-11, 1e-13])
    times = [0, 20, 30, 40]
    found = trajectories(field, start, times, tolerance=1e-9)
    exact = solve_ivp(
        rates, (0, 40), np.log([*start, 1 - start.sum()]), "DOP853", times, rtol=1e-11, atol=1e-11, max_step=0.05
    )
    assert found.states == pytest.approx(np.exp(exact.y.T)[:, :2], abs=1e-5)
    assert not found.converged


def test_events_near_a_corner_are_those_of_the_logarithms():
    field = replicator(gt.catalogue.rock_paper_scissors(), populations="one")
    half = Event(lambda x: x[..., 0] - 0.5)
    found = trajectories(field, [1e-12, 1e-12], [200.0], events=[half], tolerance=1e-10)
    (met,) = found.crossings
    assert len(met.time) >= 2
    dense = np.linspace(0, 200, 20001)
    x = in_logarithms(gt.catalogue.rock_paper_scissors(), [1e-12, 1e-12], dense)[:, 0]
    before = np.flatnonzero(np.diff(x > 0.5))
    share = (0.5 - x[before]) / (x[before + 1] - x[before])
    assert met.time == pytest.approx(dense[before] + share * (dense[1] - dense[0]), abs=1e-3)
    assert met.state[:, 0] == pytest.approx(0.5, abs=1e-9)
    stopped = trajectories(field, [1e-12, 1e-12], [200.0], events=[Event(half.function, stop=True)], tolerance=1e-10)
    assert stopped.ended == pytest.approx(met.time[0], abs=1e-6)
    assert stopped.crossings[0].time == pytest.approx(met.time[:1], abs=1e-6)
