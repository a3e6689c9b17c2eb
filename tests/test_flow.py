"""Flows and maps followed: against exact solutions, SciPy, conserved quantities, and each other."""

import importlib
import importlib.util
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

import gametheory as gt
from gametheory.analysis import Event, flow, trajectories
from gametheory.field import Field
from gametheory.rules import best_response, fictitious_play, policy_gradient, replicator
from gametheory.space import RealSpace, Space

FRONT = importlib.import_module("gametheory.analysis.flow")  # as an attribute, the name is the function
NUMBA = importlib.util.find_spec("numba") is not None
needs_numba = pytest.mark.skipif(not NUMBA, reason="the extra `fast` is not installed")
WAYS = [False, pytest.param(True, marks=needs_numba)]

DONATION = policy_gradient(gt.catalogue.donation(b=3, c=1))
LASE_PD = policy_gradient(gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1), gt.transfer.SocialRelationship())
STAG_HUNT = replicator(gt.Game.two_by_two(4, 0, 3, 2, assume=()))
PENNIES = replicator(gt.catalogue.matching_pennies())
ROCK_PAPER = replicator(gt.catalogue.rock_paper_scissors())


def logistic(start, times):
    """Exact solution of x' = -x (1 - x)."""
    return 1 / (1 + (1 / np.asarray(start) - 1) * np.exp(np.asarray(times)[:, None]))


def by_scipy(field, start, times):
    """One trajectory at the tightest tolerance."""
    found = solve_ivp(lambda _t, x: field(x), (0, times[-1]), start, "DOP853", times, rtol=1e-12, atol=1e-14)
    return found.y.T


def on_reals(function, *, kind="flow", size=1, smoothness="smooth"):
    """Make a field on a real vector."""
    return Field(RealSpace((size,)), function, kind=kind, smoothness=smoothness)


# ---------------------------------------------------------------------- right answers
@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize("tolerance", [1e-5, 1e-8, 1e-11])
def test_a_donation_game_is_the_logistic_equation(tolerance, compiled):
    starts = np.linspace(0.001, 0.999, 50)
    times = np.linspace(0, 30, 61)
    found = flow(DONATION, np.stack([starts, starts], axis=-1), times, tolerance=tolerance, compiled=compiled)
    error = np.abs(found - logistic(starts, times)[..., None]).max()
    assert error < 5 * tolerance
    assert tolerance > 1e-6 or error > 0
    ln_81 = flow(DONATION, [0.9, 0.9], [np.log(81)], tolerance=tolerance, compiled=compiled)
    assert ln_81 == pytest.approx(np.array([[0.1, 0.1]]), abs=tolerance)


@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize(
    "field",
    [
        LASE_PD,
        STAG_HUNT,
        ROCK_PAPER,
        policy_gradient(gt.catalogue.prisoners_dilemma(), gt.transfer.SocialRelationship(), "softmax"),
        replicator(gt.catalogue.rock_paper_scissors(win=1, loss=2), populations="one"),
    ],
    ids=["LASE", "stag hunt", "two populations", "softmax", "one population"],
)
def test_flows_agree_with_scipy(field, compiled):
    starts = field.space.random(6, rng=1)
    times = np.linspace(0, 20, 11)
    found = flow(field, starts, times, tolerance=1e-9, compiled=compiled)
    for k, start in enumerate(starts):
        assert np.abs(found[:, k] - by_scipy(field, start, times)).max() < 2e-7


@pytest.mark.parametrize("compiled", WAYS)
def test_the_replicator_keeps_what_zero_sum_games_conserve(compiled):
    # matching pennies: the sum of log p (1 - p) over both; rock, paper, scissors: of log x over both
    starts = PENNIES.space.random(20, rng=2)
    times = np.linspace(0, 50, 26)
    path = flow(PENNIES, starts, times, tolerance=1e-10, compiled=compiled)
    kept = np.log(path * (1 - path)).sum(axis=-1)
    assert np.abs(kept - kept[0]).max() < 1e-6
    path = flow(ROCK_PAPER, 0.1 + 0.7 * ROCK_PAPER.space.random(20, rng=3), times, tolerance=1e-10, compiled=compiled)
    kept = np.log(np.concatenate(ROCK_PAPER.space.policies(path), axis=-1)).sum(axis=-1)
    assert np.abs(kept - kept[0]).max() < 1e-6


@pytest.mark.parametrize("compiled", WAYS)
def test_the_worst_of_many_trajectories_is_accurate_too(compiled):
    # an estimate that vanishes by chance would let a step pass that is far too long
    starts = STAG_HUNT.space.random(5000, rng=0)
    times = [1, 2, 4, 8, 16, 50]
    exact = flow(STAG_HUNT, starts, times, tolerance=1e-12, drop=0, compiled=False)
    error = np.abs(flow(STAG_HUNT, starts, times, tolerance=1e-6, compiled=compiled) - exact)
    assert error.max() < 3e-6
    assert np.median(error.max(axis=(0, 2))) < 3e-7


def test_no_action_is_more_accurate_than_another():
    # 1e-7 away from the vertex where all defect, and all cooperate, respectively: grows by e^16 = 9e6
    starts, times = [[1e-7, 1e-7], [1 - 1e-7, 1 - 1e-7]], [0, 16.0]
    up = Field(Space((2, 2)), lambda x: x * (1 - x))
    down = Field(Space((2, 2)), lambda x: -x * (1 - x))
    rising, falling = flow(up, starts[0], times)[-1], flow(down, starts[1], times)[-1]
    assert rising == pytest.approx(1 / (1 + (1e7 - 1) * np.exp(-16)), rel=1e-4)
    assert falling == pytest.approx(1 - rising, rel=1e-6)


# ---------------------------------------------------------------------- compiled and plain
@needs_numba
@pytest.mark.parametrize("field", [LASE_PD, ROCK_PAPER, DONATION], ids=["LASE", "rock, paper, scissors", "donation"])
@pytest.mark.parametrize("drop", [None, 0.0])
def test_machine_code_gives_the_same_answers(field, drop):
    starts = np.concatenate([field.space.random(300, rng=4), np.zeros((1, field.space.dimension))])
    times = [0, 0.1, 3, 3.5, 40]
    plain, quick = (
        trajectories(field, starts, times, tolerance=1e-8, drop=drop, compiled=compiled) for compiled in (False, True)
    )
    assert (plain.method, quick.method) == ("plain", "compiled")
    assert np.abs(plain.states - quick.states).max() < 1e-9
    assert np.abs(plain.steps - quick.steps).max() <= 1
    assert (plain.converged == quick.converged).all()
    assert plain.ended == pytest.approx(quick.ended, rel=1e-3)


@needs_numba
def test_machine_code_follows_logits_but_not_piecewise_fields():
    theta = RealSpace((1, 1))
    a, b = theta.symbols
    rates = (-a + sp.tanh(b), -sp.exp(-a) * b)
    closed = gt.field.ClosedForm(rates)
    function = sp.lambdify([a, b], rates)
    field = Field(theta, lambda x: np.stack(function(x[..., 0], x[..., 1]), axis=-1), derive=lambda: closed)
    starts = theta.random(30, rng=5)
    times = np.linspace(0, 5, 6)
    assert np.abs(flow(field, starts, times, compiled=True) - flow(field, starts, times)).max() < 1e-9
    game = gt.Game.from_bimatrix([[0, 1, 3], [0, 1, 4]], [[0, 0, 0], [1, 0, 0]])
    kinked = policy_gradient(game, gt.transfer.SocialRelationship())
    assert kinked.smoothness == "piecewise"
    with pytest.raises(ValueError, match="compiled=True needs a field that is not piecewise"):
        flow(kinked, kinked.space.random(3, rng=6), times, compiled=True)


def test_a_piecewise_field_comes_to_its_sink():
    # steps on trust, meant for jumps, must not be taken where a smooth part is stiff for them
    game, lase = gt.catalogue.rock_paper_scissors(), gt.transfer.SocialRelationship()
    field = policy_gradient(game, lase).diagonal()
    assert field.smoothness == "piecewise"
    for tolerance in (1e-6, 1e-8):
        assert flow(field, [0.6, 0.3], [100.0, 200.0], tolerance=tolerance)[-1] == pytest.approx(
            [1 / 3, 1 / 3], abs=1e-4
        )


@needs_numba
def test_large_batches_are_compiled_where_that_is_possible(monkeypatch):
    monkeypatch.setattr(FRONT, "_MANY", 10)
    starts = DONATION.space.random(10, rng=0)
    assert trajectories(DONATION, starts, [0, 1]).method == "compiled"
    assert trajectories(DONATION, starts[:9], [0, 1]).method == "plain"
    assert trajectories(DONATION, starts, [0, 1], events=[lambda x: x[..., 0] - 2]).method == "plain"
    assert trajectories(replace(DONATION, derive=None), starts, [0, 1]).method == "plain"


# ---------------------------------------------------------------------- batches
@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 3), (0,)])
def test_batches_have_any_shape(shape, compiled):
    starts = np.random.default_rng(7).random((*shape, 2))
    found = trajectories(DONATION, starts, [0, 1, 2.5], compiled=compiled)
    assert found.states.shape == (3, *shape, 2)
    assert found.ended.shape == found.converged.shape == found.steps.shape == shape
    assert (found.states[0] == starts).all()
    expected = 1 / (1 + (1 / starts - 1) * np.exp(2.5))
    assert found.states[2] == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("compiled", WAYS)
def test_trajectories_do_not_depend_on_their_companions(compiled):
    starts = STAG_HUNT.space.random(200, rng=8)
    times = np.linspace(0, 12, 5)
    together = flow(STAG_HUNT, starts, times, compiled=compiled)
    alone = np.stack([flow(STAG_HUNT, start, times, compiled=compiled) for start in starts[:20]], axis=1)
    assert np.abs(together[:, :20] - alone).max() < 1e-12
    backwards = flow(STAG_HUNT, starts[::-1], times, compiled=compiled)[:, ::-1]
    assert np.abs(together - backwards).max() < 1e-12


def test_more_trajectories_than_are_followed_at_a_time():
    starts = np.linspace(0.01, 0.99, 40_001)
    found = flow(DONATION, np.stack([starts, starts], axis=-1), [3], tolerance=1e-6, compiled=False)
    assert np.abs(found[0, :, 0] - logistic(starts, [3])[0]).max() < 1e-6


@pytest.mark.parametrize("compiled", WAYS)
def test_times_of_recording_do_not_change_the_path(compiled):
    starts = LASE_PD.space.random(10, rng=9)
    many = flow(LASE_PD, starts, np.linspace(0, 10, 1001), compiled=compiled)
    few = flow(LASE_PD, starts, [2.5, 10], compiled=compiled)
    assert np.abs(many[[250, 1000]] - few).max() < 1e-8
    assert flow(LASE_PD, starts, [0], compiled=compiled) == pytest.approx(starts[None])


# ---------------------------------------------------------------------- faces and rests
@pytest.mark.parametrize("compiled", WAYS)
@settings(max_examples=25, deadline=None)
@given(which=st.lists(st.integers(0, 2), min_size=2, max_size=2, unique=True), share=st.floats(0, 1))
def test_a_start_on_a_face_stays_there(which, share, compiled):
    policy = np.zeros(3)
    policy[which] = share, 1 - share
    start = [*policy[:2], 0.3, 0.3]
    path = flow(ROCK_PAPER, start, np.linspace(0, 12, 6), compiled=compiled)
    first, second = ROCK_PAPER.space.policies(path)
    assert (first[:, :2][:, policy[:2] == 0] == 0).all()
    assert first[:, policy == 0] == pytest.approx(0, abs=1e-6)  # one minus the others: rounding, which grows by e^t
    assert min(first.min(), second.min()) >= -1e-15


@pytest.mark.parametrize("compiled", WAYS)
def test_trajectories_at_rest_are_dropped_and_right(compiled):
    starts = DONATION.space.random(500, rng=10)
    found = trajectories(DONATION, starts, [20, 200, 1000], compiled=compiled)
    kept = trajectories(DONATION, starts, [20, 200, 1000], drop=0, compiled=compiled)
    assert found.converged.all()
    assert not kept.converged.any()
    assert (kept.ended == 1000).all()
    assert found.ended.min() > 10
    assert found.ended.max() < 60
    assert found.steps.sum() < 0.9 * kept.steps.sum()
    assert np.abs(found.states - kept.states).max() < 2e-9


@pytest.mark.parametrize("compiled", WAYS)
def test_a_slow_start_near_a_saddle_is_not_taken_for_a_rest(compiled):
    # 1e-12 from the corner where all cooperate the rate is 1e-12, but it grows by e^30 = 1e13
    found = trajectories(DONATION, [1 - 1e-12, 1 - 1e-12], [15, 30, 40], tolerance=1e-6, compiled=compiled)
    assert found.states[:, 0] == pytest.approx(logistic(1 - 1e-12, [15, 30, 40])[:, 0], rel=0.5)
    # in the corner itself nothing ever moves
    assert trajectories(DONATION, [1.0, 1.0], [40], compiled=compiled).ended == 0


def test_a_spiral_out_of_a_rest_is_followed():
    # x' = x / 10 - y, y' = x + y / 10: r grows as e^(t / 10)
    field = on_reals(lambda x: np.stack([x[..., 0] / 10 - x[..., 1], x[..., 0] + x[..., 1] / 10], axis=-1), size=2)
    found = flow(field, [1e-3, 0], [100.0], tolerance=1e-9)
    assert np.hypot(*found[0]) == pytest.approx(1e-3 * np.exp(10), rel=1e-5)


# ---------------------------------------------------------------------- events
def test_crossings_are_exact():
    starts = np.array([0.9, 0.4, 0.6])
    half = Event(lambda x: x[..., 0] - 0.5)
    found = trajectories(DONATION, np.stack([starts, starts], axis=-1), [0, 30], tolerance=1e-10, events=[half])
    (met,) = found.crossings
    assert met.trajectory.tolist() == [0, 2]
    assert met.time == pytest.approx([np.log(9), np.log(1.5)], abs=1e-8)
    assert met.state == pytest.approx(np.full((2, 2), 0.5), abs=1e-9)


def test_a_circle_is_crossed_each_half_turn():
    field = on_reals(lambda x: np.stack([-x[..., 1], x[..., 0]], axis=-1), size=2)
    events = [Event(lambda x: x[..., 1] - 0.6, direction=k) for k in (0, 1, -1)]
    both, up, down = trajectories(field, [1.0, 0.0], [20.0], tolerance=1e-10, events=events).crossings
    first = np.arcsin(0.6)
    assert up.time == pytest.approx(first + 2 * np.pi * np.arange(4), abs=1e-7)
    assert down.time == pytest.approx(np.pi - first + 2 * np.pi * np.arange(3), abs=1e-7)
    assert both.time == pytest.approx(np.sort(np.concatenate([up.time, down.time])), abs=1e-12)
    assert up.state[:, 0] == pytest.approx(0.8, abs=1e-7)


def test_an_event_that_stops_ends_the_trajectory_there():
    starts = [[0.9, 0.9], [0.4, 0.4]]
    events = [Event(lambda x: x[..., 0] - 0.5, stop=True), lambda x: x[..., 0] - 0.2, lambda x: x[..., 0] - 0.8]
    found = trajectories(DONATION, starts, [1, 3, 30], events=events)
    assert found.ended[0] == pytest.approx(np.log(9))
    assert found.states[1:, 0] == pytest.approx(0.5)
    assert found.states[0, 0] == pytest.approx(logistic(0.9, [1])[0, 0])
    assert [list(met.trajectory) for met in found.crossings] == [[0], [1], [0]]
    assert not found.converged[0]
    with pytest.raises(ValueError, match="direction"):
        Event(len, direction=2)
    with pytest.raises(ValueError, match="an event must map"):
        trajectories(DONATION, starts, [1], events=[lambda x: x])


# ---------------------------------------------------------------------- piecewise fields
def test_a_jump_that_is_crossed_costs_little():
    # x' = 1 below 0 and 1/2 above, from -1: at time 4 it is 3/2
    field = on_reals(lambda x: np.where(x < 0, 1.0, 0.5), smoothness="piecewise")
    found = trajectories(field, np.linspace(-1.2, -0.9, 7)[:, None], [4.0], tolerance=1e-8)
    assert found.states[0, :, 0] == pytest.approx((4 - np.linspace(1.2, 0.9, 7)) / 2, abs=5e-4)
    assert found.steps.max() < 200


def test_sliding_along_a_jump_takes_long_steps():
    # x' = -sign(x), y' = 1: x arrives at 0 and stays, up to the fourth root of the tolerance
    field = on_reals(
        lambda x: np.stack([-np.sign(x[..., 0]), np.ones_like(x[..., 1])], -1), size=2, smoothness="piecewise"
    )
    found = trajectories(field, [0.5, 0.0], [20.0], tolerance=1e-8)
    assert found.states[0] == pytest.approx([0, 20], abs=0.02)
    assert found.steps < 5000


@pytest.mark.slow
def test_best_replies_reach_the_mixed_equilibrium_of_matching_pennies():
    # the flow spirals in, and slides at the end
    field = best_response(gt.catalogue.matching_pennies())
    assert flow(field, [0.75, 0.501], [4.0], tolerance=1e-6)[0] == pytest.approx([0.5, 0.5], abs=0.05)
    # in the prisoner's dilemma nothing jumps: x' = -x
    field = best_response(gt.catalogue.prisoners_dilemma())
    assert flow(field, [0.75, 0.5], [1.0])[0] == pytest.approx(np.array([0.75, 0.5]) / np.e, abs=1e-8)


# ---------------------------------------------------------------------- maps
def test_maps_are_iterated():
    doubling = on_reals(lambda x: 2 * x, kind="map")
    found = trajectories(doubling, [[1.0], [3.0], [0.0]], [0, 1, 5], events=[lambda x: x[..., 0] - 10])
    assert found.states[..., 0].tolist() == [[1, 3, 0], [2, 6, 0], [32, 96, 0]]
    assert found.converged.tolist() == [False, False, True]
    assert found.crossings[0].time.tolist() == [4, 2]
    assert found.crossings[0].state[:, 0].tolist() == [16, 12]
    assert found.method == "map"
    stopped = trajectories(doubling, [1.0], [2, 9], events=[Event(lambda x: x[..., 0] - 10, stop=True)])
    assert (stopped.states[:, 0].tolist(), float(stopped.ended)) == ([4, 16], 4)
    play = fictitious_play(gt.catalogue.prisoners_dilemma(), round_number=1)
    assert flow(play, [0.5, 1.0], [3])[0] == pytest.approx([0.0625, 0.125])
    with pytest.raises(ValueError, match=r"whole numbers, got 1\.5"):
        flow(doubling, [1.0], [1, 1.5])
    with pytest.raises(ValueError, match="not finite at time 1023"):
        flow(doubling, [[0.0], [1.0]], [2000])
    with pytest.raises(ValueError, match="the field is a map"):
        flow(doubling, [1.0], [1], compiled=True)


# ---------------------------------------------------------------------- errors
@pytest.mark.parametrize(
    ("starts", "message"),
    [
        ([[0.5, 0.5], [0.5, 1.25]], r"start \(1,\) is outside the space: p2 is 1\.25"),
        ([-0.5, 0.5], r"start \(\) is outside the space: p1 is -0\.5"),
        ([[[0.5, np.nan]]], r"NaN at index \(0, 0, 1\)"),
        ([0.5], "states need 2 coordinates"),
    ],
)
def test_starts_are_checked(starts, message):
    with pytest.raises(ValueError, match=message):
        flow(DONATION, starts, [1])


def test_starts_on_simplices_and_of_logits_are_checked():
    with pytest.raises(ValueError, match=r"start \(1,\) is outside the space: the sum of x2_1, x2_2 is 1\.25"):
        flow(ROCK_PAPER, [[0.2, 0.2, 0.2, 0.2], [0.2, 0.2, 0.75, 0.5]], [1])
    with pytest.raises(ValueError, match=r"x1_2 is -0\.25"):
        flow(ROCK_PAPER, [0.5, -0.25, 0.2, 0.2], [1])
    with pytest.raises(ValueError, match=r"finite, got inf at index \(0,\)"):
        flow(on_reals(lambda x: x), [np.inf], [1])
    # rounding is forgiven, and taken away
    found = flow(DONATION, [1 + 5e-10, -5e-10], [0, 1])
    assert (found == [1, 0]).all()


@pytest.mark.parametrize("times", [[], 3.0, [[1.0]], [-1, 2], [1, 1], [2, 1], [0, np.nan], [0, np.inf]])
def test_times_are_checked(times):
    with pytest.raises(ValueError, match="times must"):
        flow(DONATION, [0.5, 0.5], times)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"tolerance": 0}, "tolerance must be"), ({"tolerance": np.nan}, "tolerance"), ({"drop": -1}, "drop must be")],
)
def test_options_are_checked(options, message):
    with pytest.raises(ValueError, match=message):
        flow(DONATION, [0.5, 0.5], [1], **options)


def test_parameters_have_to_be_bound():
    R, S, T, P = sp.symbols("R S T P")
    field = replicator(gt.Game.two_by_two(R, S, T, P))
    with pytest.raises(ValueError, match="all parameters bound"):
        flow(field, [0.5, 0.5], [1])
    assert flow(field.bind(R=2, S=-1, T=3, P=0), [0.9, 0.9], [np.log(81)])[0] == pytest.approx(0.1)


def test_a_field_that_is_not_finite_says_where():
    def root(x):
        return np.where(x < 2, 1.0, np.nan)

    with pytest.raises(ValueError, match=r"at time 0, state \[3\.0\] of trajectory 1: the field is not finite"):
        flow(on_reals(root), [[0.0], [3.0]], [1])
    for smoothness in ("smooth", "piecewise"):
        with pytest.raises(ValueError, match=r"time 1\.99\d*|time 2, state \[(1\.99\d*|2\.0)\] of trajectory 0"):
            flow(on_reals(root, smoothness=smoothness), [0.0], [5])
    # x' = x^2 leaves for infinity at time 1
    with pytest.raises(ValueError, match=r"integration failed at time (0\.999|1,)"):
        flow(on_reals(lambda x: x**2), [1.0], [5])


@needs_numba
def test_machine_code_says_where_a_field_is_not_finite():
    line = RealSpace((1,))
    (x,) = line.symbols
    field = Field(line, lambda x: x**2, derive=lambda: gt.field.ClosedForm((x**2,)))
    with pytest.raises(ValueError, match=r"integration failed at time (0\.999|1,).*of trajectory 1"):
        flow(field, [[0.01], [1.0]], [5], compiled=True)


def test_machine_code_that_cannot_be_made_says_why(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(FRONT, "find_spec", lambda _name: None)
        with pytest.raises(ValueError, match="extra `fast`"):
            flow(DONATION, [0.5, 0.5], [1], compiled=True)
        patch.setattr(FRONT, "_MANY", 1)
        assert trajectories(DONATION, [0.5, 0.5], [1]).method == "plain"
    if NUMBA:
        with pytest.raises(ValueError, match="needs a field with expressions"):
            flow(replace(DONATION, derive=None), [0.5, 0.5], [1], compiled=True)
        with pytest.raises(ValueError, match="needs no events"):
            trajectories(DONATION, [0.5, 0.5], [1], compiled=True, events=[len])
