"""Tabular learners: what one update does on average, where paths go, what Q and estimates become, zero-sum gifts.

Statistical checks compare a mean over independent runs with its expectation, in standard errors measured from the
same runs. A limit of 4.5 standard errors is passed by right code with probability 1 - 7e-6 per number; seeds are fixed,
so a check that passes once passes always.
"""

from fractions import Fraction

import numpy as np
import pytest
import reference as ref
from scipy.integrate import solve_ivp
from scipy.special import expit, logit

import gametheory as gt
from gametheory.rules import policy_gradient
from gametheory.transfer import FixedShare, GroupOptimal, Selfish, ShareTransfer, SocialRelationship
from lase_core.agents import LearningRun, Settings, TabularLearners, learn
from lase_core.envs import MatrixWorld

LASE = SocialRelationship()
LIMIT = 4.5  # standard errors
PD = gt.Game.two_by_two(3, 0, 5, 1)
LEARNED = Settings(learn_q=True, learn_estimate=True)
ASYMMETRIC = gt.Game.from_bimatrix([[3, -1], [4, 0.5]], [[1, 3], [0, -2]])


def softmax_flow(game, transfer, p):
    """Rate of cooperation of softmax players, from loops over joint actions: p² (1 - p)² g."""
    policies = [[Fraction(float(v)), 1 - Fraction(float(v))] for v in p]
    g = np.array(ref.own_gradient(ref.table(game), WEIGHTS[repr(transfer)], policies), dtype=float)
    return (np.array(p) * (1 - np.array(p))) ** 2 * g


WEIGHTS = {
    repr(LASE): ref.lase(),
    repr(Selfish()): ref.selfish,
    repr(GroupOptimal()): ref.group_optimal,
    repr(SocialRelationship(("mixed", Fraction(2, 5)))): ref.lase(("mixed", Fraction(2, 5))),
    repr(SocialRelationship(("frozen", Fraction(4, 5)))): ref.lase(("frozen", Fraction(4, 5))),
    repr(FixedShare(Fraction(3, 4))): ref.fixed([[Fraction(3, 4), Fraction(1, 4)], [Fraction(1, 4), Fraction(3, 4)]]),
}


def one_update(game, transfer, start, rng, *, runs=60, games=4000):
    """Change of logits per learning rate in one update: mean over runs and its standard error, shapes (n,)."""
    settings = Settings(learning_rate=0.01)
    run = learn(game, transfer, runs=runs, games=games, steps=1, records=1, start=start, settings=settings, rng=rng)
    change = (logit(run.cooperation[-1]) - logit(np.asarray(start))) / settings.learning_rate
    return change.mean(axis=0), change.std(axis=0, ddof=1) / np.sqrt(runs)


# ---------------------------------------------------------------------- the mean of one update
CASES = {
    "LASE": (PD, LASE, (0.3, 0.8)),
    "LASE, no symmetry": (ASYMMETRIC, LASE, (0.6, 0.25)),
    "LASE, three players": (gt.catalogue.public_goods(3, Fraction(9, 4)), LASE, (0.2, 0.5, 0.9)),
    "mixed estimate": (PD, SocialRelationship(("mixed", Fraction(2, 5))), (0.3, 0.8)),
    "frozen estimate": (PD, SocialRelationship(("frozen", Fraction(4, 5))), (0.3, 0.8)),
    "selfish": (ASYMMETRIC, Selfish(), (0.6, 0.25)),
    "group optimal": (ASYMMETRIC, GroupOptimal(), (0.6, 0.25)),
    "kept share": (ASYMMETRIC, FixedShare(Fraction(3, 4)), (0.6, 0.25)),
}


@pytest.mark.parametrize(("game", "transfer", "start"), CASES.values(), ids=CASES)
def test_one_update_follows_the_softmax_flow_on_average(game, transfer, start):
    mean, error = one_update(game, transfer, start, rng=1)
    p = np.array(start)
    expected = softmax_flow(game, transfer, start) / (p * (1 - p))  # of the logit
    assert (np.abs(mean - expected) < LIMIT * error).all(), (mean, expected, error)
    assert error.max() < 0.01  # or the comparison says little


def test_one_update_tells_transfers_apart():
    # the check above has teeth: what LASE learners do is far from what other transfers and variants would do
    mean, error = one_update(PD, LASE, (0.3, 0.8), rng=1)
    p = np.array([0.3, 0.8])
    others = [softmax_flow(PD, t, p) / (p * (1 - p)) for t in (Selfish(), GroupOptimal())]
    through = policy_gradient(PD, LASE, "softmax", through_weights=True)(p) / (p * (1 - p))
    received_only = p * (1 - p) * policy_gradient(PD, SocialRelationship(scale=2), "projected")(p)
    for other in (*others, through, received_only):
        assert np.max(np.abs(mean - other) / error) > 20


def test_games_of_their_own_for_every_run():
    games = [PD, gt.Game.two_by_two(1, -1, 2, 0)] * 30
    run = learn(games, LASE, runs=60, games=3000, steps=1, records=1, start=0.4, rng=2)
    change = (logit(run.cooperation[-1]) - logit(0.4)) / run.learning_rate
    for k, game in enumerate(games[:2]):
        mine = change[k::2]
        expected = softmax_flow(game, LASE, (0.4, 0.4)) / 0.24
        assert (np.abs(mine.mean(axis=0) - expected) < LIMIT * mine.std(axis=0, ddof=1) / np.sqrt(30)).all()
    assert abs(change[::2].mean() - change[1::2].mean()) > 0.1


def test_an_update_by_hand():
    # one run, one game, (C, D) in (3, 0, 5, 1) at p = (1/2, 1/4): omega_12 = -1/4, player 2 gets nothing; player 1 was
    # expected to cooperate with 1/2 only and did, omega_21 = 1/2: half of player 2's 5 goes to player 1
    learners = TabularLearners(
        PD.numeric[None], LASE, np.array([[0.5, 0.25]]), Settings(learning_rate=0.1, critic_rate=0.2)
    )
    w = learners.weights()[0, :, :, 0, 1]
    np.testing.assert_allclose(w, [[1, 0], [0.5, 0.5]])
    rewards = np.array([[[0.0, 5.0]]])
    totals = np.array([[[2.5, 2.5]]])
    learners.update(np.array([[[0, 1]]]), np.array([[1]]), rewards, totals)
    np.testing.assert_allclose(learners.theta, [[0 + 0.1 * 2.5 * 0.5, logit(0.25) - 0.1 * 2.5 * 0.25]])
    np.testing.assert_allclose(learners.critic, [[0.5, 0.5]])
    before = learners.theta.copy()  # now the critic is subtracted
    p = learners.cooperation[0]
    learners.update(np.array([[[0, 0]]]), np.array([[0]]), np.array([[[3.0, 3.0]]]), np.array([[[3.0, 3.0]]]))
    np.testing.assert_allclose(learners.theta, before + 0.1 * 2.5 * (1 - p))


def test_learned_q_and_estimates_by_hand():
    settings = Settings(learn_q=True, learn_estimate=True, q_rate=0.5, estimate_rate=0.25)
    learners = TabularLearners(PD.numeric[None], LASE, np.full((1, 2), 0.5), settings)
    assert learners.q.tolist() == np.zeros((1, 2, 2, 2)).tolist()
    assert learners.estimates.tolist() == np.full((1, 2, 2), 0.5).tolist()
    # two games at once: (C, D) and (D, D), rewards (0, 5) and (1, 1)
    actions, rewards = np.array([[[0, 1], [1, 1]]]), np.array([[[0.0, 5.0], [1.0, 1.0]]])
    learners.update(actions, np.array([[1, 3]]), rewards, rewards)
    assert learners.q[0, 0].tolist() == [[0, 0], [0, 0.5]]
    assert learners.q[0, 1].tolist() == [[0, 2.5], [0, 0.5]]
    # seen: player 1 cooperated in half of the games, player 2 in none
    assert learners.estimates[0].tolist() == [[0.5, 0.375], [0.5, 0.375]]
    # the same joint action twice moves Q once, towards the mean
    learners.update(np.array([[[1, 1], [1, 1]]]), np.array([[3, 3]]), np.ones((1, 2, 2)), np.ones((1, 2, 2)))
    assert learners.q[0, 0, 1, 1] == 0.75
    # relationships are those of the learned values: player 1 sees no difference yet between C and D of player 2
    # after its own C, and D better after its own D
    w = learners.weights()[0]
    assert w[0, 1, 0].tolist() == [0, 0]
    estimate = learners.estimates[0, 0, 1]
    np.testing.assert_allclose(w[0, 1, 1], [0, estimate])


def test_given_q_is_not_written_to():
    payoffs = PD.numeric.copy()
    learn(PD, LASE, runs=4, steps=50, rng=0, settings=LEARNED)
    assert (PD.numeric == payoffs).all()


# ---------------------------------------------------------------------- paths
PATHS = {
    "LASE": ((4, 0, 5, 1), LASE, (0.2, 0.2)),
    "LASE from unlike starts": ((3, 0, 5, 1), LASE, (0.15, 0.75)),
    "selfish": ((3, 1, 4, 0), Selfish(), (0.35, 0.8)),
    "mixed estimate": ((4, 0, 5, 1), SocialRelationship(("mixed", Fraction(2, 5))), (0.3, 0.6)),
}


@pytest.mark.parametrize(("payoffs", "transfer", "start"), PATHS.values(), ids=PATHS)
def test_the_mean_path_follows_the_softmax_flow(payoffs, transfer, start):
    # time t = learning rate × steps; many parallel games keep the noise small, so that the mean follows the flow
    game = gt.Game.two_by_two(*payoffs)
    run = learn(game, transfer, runs=24, games=100, steps=800, start=start, records=10, rng=3)
    np.testing.assert_allclose(run.time, 0.02 * run.steps)
    assert run.time[-1] == pytest.approx(16)
    flow = solve_ivp(lambda _t, p: softmax_flow(game, transfer, p), (0, 16), start, t_eval=run.time, rtol=1e-6)
    mean = run.cooperation.mean(axis=1)
    assert np.abs(mean - flow.y.T).max() < 0.01
    assert np.abs(flow.y[:, -1] - np.array(start)).max() > 0.2  # it goes somewhere


def test_cooperation_settles_where_theory_says():
    # (4, 0, 5, 1): p* = 4/5; everything learned: Q from own rewards, estimates from actions
    run = learn(gt.Game.two_by_two(4, 0, 5, 1), runs=64, steps=5000, start=0.5, settings=LEARNED, rng=4)
    mean, half_width = run.mean()
    assert abs(mean - 0.8) < 0.02
    assert 0 < half_width < 0.02
    assert run.imbalance <= 1e-12


def test_losses_are_burdens():
    # (-1, -3, 0, -2): gifts of losses, full defection
    run = learn(gt.Game.two_by_two(-1, -3, 0, -2), runs=32, steps=4000, rng=5)
    assert run.mean()[0] < 0.02


# ---------------------------------------------------------------------- what is learned beside policies
class Driven:
    """Learners and their world, driven step by step so that a test can look at each."""

    def __init__(self, game, transfer, settings, *, runs, games, start, rng):
        starts = np.broadcast_to(np.asarray(start, dtype=float), (runs, game.n_players))
        self.learners = TabularLearners(game.numeric[None], transfer, starts, settings)
        self.world = MatrixWorld(game, batch=runs * games, horizon=None)
        self.world.reset()
        self.shape = runs, games, game.n_players
        self.rng = np.random.default_rng(rng)

    def step(self):
        """One round and one update; returns rewards before and after gifts."""
        actions = (self.rng.random(self.shape) >= self.learners.cooperation[:, None]).astype(int)
        _, rewards, _, info = self.world.step(actions.reshape(-1, self.shape[-1]))
        rewards, joint = rewards.reshape(self.shape), info["joint"].reshape(self.shape[:2])
        w = self.learners.weights()
        w = np.broadcast_to(w, (self.shape[0], *w.shape[1:]))
        totals = np.empty_like(rewards)
        for m, k in np.ndindex(*self.shape[:2]):
            here = w[(m, slice(None), slice(None), *actions[m, k])]
            totals[m, k] = here.T @ rewards[m, k]
        self.learners.update(actions, joint, rewards, totals)
        return rewards, totals


@pytest.mark.parametrize("settings", [Settings(), LEARNED], ids=["given", "learned"])
@pytest.mark.parametrize(
    "game",
    [PD, gt.Game.two_by_two(-1, -3, -0.5, -2), gt.catalogue.public_goods(3, 2)],
    ids=["gains", "losses", "three players"],
)
def test_gifts_are_zero_sum_at_every_step(game, settings):
    driven = Driven(game, LASE, settings, runs=5, games=3, start=0.4, rng=6)
    moved = 0.0
    for _ in range(150):
        rewards, totals = driven.step()
        assert np.abs(totals.sum(axis=-1) - rewards.sum(axis=-1)).max() <= 1e-12
        moved = max(moved, np.abs(totals - rewards).max())
        w = driven.learners.weights()
        np.testing.assert_allclose(w.sum(axis=2), 1, rtol=0, atol=1e-15)
        assert w.min() >= 0
    assert moved > 0.1  # gifts did flow


def test_the_reported_imbalance_sees_a_leak():
    class Leaking(ShareTransfer):
        """Half of every gift is lost."""

        def shares(self, payoffs, held):
            w = SocialRelationship().shares(payoffs, held)
            w[..., 0, 1, :, :] /= 2
            return w

    assert learn(PD, Leaking(), runs=4, steps=20, rng=0).imbalance > 0.1
    assert learn(PD, LASE, runs=4, steps=200, rng=0).imbalance <= 1e-12
    assert learn(PD, GroupOptimal(), runs=4, steps=200, rng=0).imbalance <= 1e-12


def test_learned_q_becomes_the_payoffs():
    settings = Settings(learning_rate=1e-6, learn_q=True)
    driven = Driven(ASYMMETRIC, LASE, settings, runs=3, games=20, start=0.5, rng=7)
    for _ in range(250):
        driven.step()
    # each joint action comes up in nearly every step: 0.9^240 of the start is left
    np.testing.assert_allclose(driven.learners.q, np.broadcast_to(ASYMMETRIC.numeric, (3, 2, 2, 2)), rtol=0, atol=1e-9)


def test_learned_estimates_track_behaviour():
    settings = Settings(learning_rate=1e-9, learn_estimate=True, estimate_rate=0.05)
    driven = Driven(PD, LASE, settings, runs=200, games=4, start=(0.2, 0.7), rng=8)
    for _ in range(150):  # 0.95^150 = 5e-4 of the start 1/2 is left
        driven.step()
    found = driven.learners.estimates
    assert (found[:, 0] == found[:, 1]).all()  # both saw the same actions
    for j, p in enumerate((0.2, 0.7)):
        here = found[:, 0, j]
        # the running average of 4 games: variance rate/(2 - rate) · p (1 - p)/4
        spread = np.sqrt(0.05 / 1.95 * p * (1 - p) / 4)
        assert abs(here.mean() - p) < LIMIT * spread / np.sqrt(200) + 5e-4
        assert here.std() == pytest.approx(spread, rel=0.25)


def test_estimates_without_learning_are_the_behaviour():
    run = learn(PD, LASE, runs=3, steps=10, records=5, start=(0.2, 0.7), rng=9)
    for i in range(2):
        assert (run.estimates[:, :, i] == run.cooperation).all()


def test_recorded_weights_are_means_since_the_last_record():
    # nothing moves: mean gift weight p_j (1 - p_j), from 600 runs of 40 games and 5 steps between records
    settings = Settings(learning_rate=1e-9)
    run = learn(PD, LASE, runs=600, games=40, steps=10, records=2, start=(0.2, 0.5), settings=settings, rng=10)
    assert run.weights.shape == (3, 600, 2, 2)
    assert np.isnan(run.weights[0]).all()  # before the first step nothing was given
    np.testing.assert_allclose(run.weights[1:].sum(axis=-1), 1, rtol=0, atol=1e-12)
    for record in run.weights[1:]:
        for i, j, p in [(0, 1, 0.5), (1, 0, 0.2)]:
            mean, error = record[:, i, j].mean(), record[:, i, j].std(ddof=1) / np.sqrt(600)
            assert abs(mean - p * (1 - p)) < LIMIT * error
            assert error < 2e-3


# ---------------------------------------------------------------------- records and randomness
def test_shapes_and_records():
    run = learn(gt.catalogue.public_goods(3, 2), runs=4, steps=25, records=10, rng=0)
    assert run.steps.tolist() == [0, 2, 5, 8, 10, 12, 15, 18, 20, 22, 25]  # the start, and ten more
    assert run.cooperation.shape == (11, 4, 3)
    assert run.weights.shape == run.estimates.shape == (11, 4, 3, 3)
    assert (run.cooperation[0] == 0.5).all()
    few = learn(PD, runs=2, steps=3, records=200, rng=0)
    assert few.steps.tolist() == [0, 1, 2, 3]


def test_summaries_of_a_run():
    cooperation = np.arange(8.0).reshape(4, 2, 1) / 10 + np.zeros((4, 2, 2))
    run = LearningRun(np.array([10, 20, 30, 40]), cooperation, np.zeros(0), np.zeros(0), 0.0, 0.5)
    assert run.time.tolist() == [5, 10, 15, 20]
    np.testing.assert_allclose(run.final(), [[0.6, 0.6], [0.7, 0.7]])
    np.testing.assert_allclose(run.final(0.5), [[0.5, 0.5], [0.6, 0.6]])
    mean, half = run.mean()
    assert mean == pytest.approx(0.65)
    assert half == pytest.approx(1.959964 * np.std([0.6, 0.7], ddof=1) / np.sqrt(2))


@pytest.mark.parametrize("settings", [Settings(), LEARNED], ids=["given", "learned"])
def test_a_seed_repeats_a_run_bit_for_bit(settings):
    def run(seed):
        return learn(PD, LASE, runs=8, steps=120, games=2, settings=settings, rng=seed)

    first, second, other = run(11), run(11), run(12)
    from_generator = run(np.random.default_rng(11))
    for again in (second, from_generator):
        assert (first.cooperation == again.cooperation).all()
        assert np.array_equal(first.weights, again.weights, equal_nan=True)
        assert (first.estimates == again.estimates).all()
        assert first.imbalance == again.imbalance
    assert (first.cooperation != other.cooperation).any()


def test_runs_are_independent():
    # no two runs see the same actions, and their final states do not correlate
    run = learn(PD, LASE, runs=400, steps=60, rng=13, settings=Settings(learning_rate=0.1))
    last = run.cooperation[-1]
    assert len(np.unique(last[:, 0])) > 390
    neighbours = np.corrcoef(last[:-1, 0], last[1:, 0])[0, 1]
    assert abs(neighbours) < LIMIT / np.sqrt(400)


def test_policies_stay_inside():
    run = learn(PD, Selfish(), runs=4, steps=3000, start=0.01, rng=14, settings=Settings(learning_rate=1.0))
    assert run.cooperation.min() > 0
    assert run.cooperation.max() < 1


# ---------------------------------------------------------------------- what is refused
@pytest.mark.parametrize("name", ["learning_rate", "q_rate", "estimate_rate", "critic_rate"])
@pytest.mark.parametrize("value", [0, -0.1, 1.5, float("nan")])
def test_bad_rates(name, value):
    with pytest.raises(ValueError, match=rf"{name} must lie in \(0, 1\], got {value}"):
        Settings(**{name: value})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"runs": 0}, "runs, steps, games and records must be at least 1, got 0, 5, 1, 200"),
        ({"steps": 0}, "must be at least 1"),
        ({"games": -1}, "must be at least 1"),
        ({"records": 0}, "must be at least 1"),
        ({"start": 0.0}, r"start must lie inside \(0, 1\), got values from 0.0 to 0.0"),
        ({"start": (0.5, 1.0)}, r"got values from 0.5 to 1.0"),
        ({"game": gt.catalogue.rock_paper_scissors()}, r"two actions a player, got \(3, 3\)"),
        ({"game": [PD, PD]}, "one for each of the 3 runs, got 2"),
        ({"game": gt.Game.two_by_two(*gt.catalogue.donation().payoffs.flat[:4]), "start": [[0.5] * 3]}, "broadcast"),
    ],
    ids=str,
)
def test_bad_calls(arguments, message):
    with pytest.raises(ValueError, match=message):
        learn(**{"game": PD, "runs": 3, "steps": 5} | arguments)


# ---------------------------------------------------------------------- the full claims, at full length
SEEDS = 256
P_STAR = {(4, 0, 5, 1): 4 / 5, (3, 0, 5, 1): 2 / 3, (1, -1, 2, 0): 1 / 2}


@pytest.mark.slow
@pytest.mark.parametrize(("payoffs", "p_star"), P_STAR.items(), ids=str)
def test_mean_cooperation_is_p_star(payoffs, p_star):
    # learning rate .02: |mean cooperation - p*| <= .01
    run = learn(gt.Game.two_by_two(*payoffs), runs=SEEDS, steps=20_000, rng=21)
    mean, half_width = run.mean()
    assert abs(mean - p_star) <= 0.01
    assert half_width < 0.005
    assert run.imbalance <= 1e-12


@pytest.mark.slow
def test_mean_cooperation_with_everything_learned():
    run = learn(gt.Game.two_by_two(3, 0, 5, 1), runs=SEEDS, steps=20_000, settings=LEARNED, rng=22)
    assert abs(run.mean()[0] - 2 / 3) <= 0.01
    assert run.imbalance <= 1e-12


@pytest.mark.slow
def test_full_defection_under_losses():
    run = learn(gt.Game.two_by_two(-1, -3, 0, -2), runs=SEEDS, steps=20_000, rng=23)
    assert run.mean()[0] < 0.01


@pytest.mark.slow
def test_the_bias_shrinks_with_the_learning_rate():
    # (4, 0, 5, 1): at .1 the mean is further from 4/5 than at .02, by more than both their errors
    game = gt.Game.two_by_two(4, 0, 5, 1)
    fast, slow = (
        learn(game, runs=SEEDS, steps=steps, settings=Settings(learning_rate=rate), rng=24).mean()
        for rate, steps in [(0.1, 4000), (0.02, 20_000)]
    )
    assert abs(fast[0] - 0.8) - abs(slow[0] - 0.8) > fast[1] + slow[1]


@pytest.mark.slow
def test_symmetry_breaks():
    # (1, -1/4, 2, 0): attractors (1/2, 3/4) and (3/4, 1/2); each is reached by 35 to 65 % of seeds, within .05, from
    # starts expit(N(0.5, 1)); the flow is slow, time learning rate × steps = 4000
    starts = expit(np.random.default_rng(25).normal(0.5, 1, size=(SEEDS, 2)))
    run = learn(gt.Game.two_by_two(1, -0.25, 2, 0), runs=SEEDS, steps=200_000, games=4, start=starts, rng=25)
    last = run.final()
    members = [np.abs(last - member).max(axis=1) < 0.05 for member in ([0.5, 0.75], [0.75, 0.5])]
    shares = [float(m.mean()) for m in members]
    assert all(0.35 <= share <= 0.65 for share in shares), shares
    assert sum(shares) > 0.9, shares
    assert run.imbalance <= 1e-12
