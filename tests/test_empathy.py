"""Relationships, estimates and gifts of learners, against a slow second implementation and against what must hold."""

import itertools

import numpy as np
import pytest
import reference_lase as slow
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from thinned import some

from lase_core.empathy import ESTIMATORS, JointCritic, relationships, remembered, selfish_gradient, share_out
from lase_core.nn import Dense, Relu, entropy, numeric_gradient, softmax
from lase_core.settings import Settings
from lase_core.trainer import Trainer

SMALL = Settings(
    worlds=3, segment=5, hidden=(5,), features=6, joint=5, estimate_hidden=4, measured=1, estimate_rows=64,
    learning_rate=0.02, critic_rate=0.02, selfish_rate=0.02, estimate_rate=0.02,
)  # fmt: skip
"""Fast enough for plain loops; it learns enough within a few rounds for no two parameters to be alike."""
SEEDS = (3, 8)
TOLERANCE = 1e-5
ROUNDING = 5e-7  # of action values of size 1, float32, through three layers
RIVER = {"height": 4, "width": 4, "river_rows": 1, "orchard_rows": 1, "waste_at_start": 1, "most_waste": 4}
WORLDS = {
    "matrix": {"horizon": 10},
    "coin": {"horizon": 10, "height": 4},
    "cleanup": {"horizon": 10, "waste_rate": 0.5} | RIVER,
    "snowdrift": {"horizon": 10, "height": 4, "width": 4},
    "stag_hunt": {"horizon": 20, "height": 4},
}
PLAYERS = {"matrix": 2, "coin": 2, "cleanup": 4, "snowdrift": 4, "stag_hunt": 4}
# what plays where, and what differs from SMALL
CASES = [
    *((world, {}, f"lase:{kind}", {}) for world in WORLDS for kind in ESTIMATORS),
    ("coin", {}, "lase:oracle,lase:uniform", {"gift_memory": 0.8}),
    ("coin", {}, "lase:perspective-ideal,lase", {"warmup": 3, "exploration": (0.4, 0.0)}),
    ("coin", {"n_agents": 3, "view": 3}, "lase,go,random", {"visible_only": True}),
    ("coin", {"n_agents": 3}, "a2c,lase:oracle,lase:predictor", {"measured": 3}),
    ("snowdrift", {}, "lase:predictor,a2c,lase,lase:uniform", {"visible_only": True, "exploration": (0.2, 0.2)}),
    ("snowdrift", {"n_agents": 3}, "go,lase:perspective-ideal,cooperator", {"gift_memory": 0.7, "visible_only": True}),
    ("cleanup", {}, "lase,lase:perspective-ideal,cooperator,random", {"gift_memory": 0.5, "visible_only": True}),
    ("cleanup", {}, "defector,lase:predictor,lase:predictor,caretaker", {"gift_memory": 0.9}),
    ("stag_hunt", {}, "lase:oracle", {"gift_memory": 0.6, "visible_only": True}),
    ("stag_hunt", {}, "lase,lase,lase:predictor,defector", {"gift_memory": 0.5, "warmup": 5}),
    ("stag_hunt", {"n_agents": 3}, "lase:uniform,random,lase", {"measured": 2}),
    ("matrix", {}, "lase:oracle,a2c", {"gift_memory": 0.5, "exploration": (0.3, 0.1)}),
    ("matrix", {}, "lase:uniform,cooperator", {}),
]


def make(world, parameters, agents, changes, rounds=3):
    settings = SMALL.changed(**changes)
    return Trainer(world, WORLDS[world] | parameters, agents, settings, SEEDS, rounds)


def watch(trainer, look):
    """Call a function after every segment, before it is learned from."""
    give = trainer.give

    def watched(segment, tally):
        weights, totals = give(segment, tally)
        look(segment, weights, totals)
        return weights, totals

    trainer.give = watched


# ---------------------------------------------------------------------- a whole run against the reference
@pytest.mark.parametrize(("world", "parameters", "agents", "changes"), some(CASES, 20))
def test_gifts_are_those_of_the_reference(world, parameters, agents, changes):
    trainer = make(world, parameters, agents, changes)
    reference = slow.Gifts(trainer)
    n = trainer.world.n_agents
    found = {"segments": 0, "gifts": 0, "left": 0, "sure": [], "apart": 0.0}

    def look(segment, weights, totals):
        expected, received, doubts, unsure = reference.give(segment, ROUNDING)
        needed = (segment.rewards != 0).swapaxes(1, 2)  # elsewhere gifts are shares of nothing
        needed[:, trainer.measured_rows(segment)] = True
        if trainer.settings.gift_memory:
            needed[:] = True
        assert (np.abs(weights - expected) <= np.maximum(doubts, TOLERANCE))[needed].all()
        scale = max(np.abs(segment.rewards).max(), 1)
        assert (np.abs(totals - received) <= np.maximum(unsure, TOLERANCE * scale)).all()
        # what is not needed is not given
        np.testing.assert_allclose(weights[~needed].sum(axis=-1), 1, atol=1e-6)
        found["segments"] += 1
        found["gifts"] += int((expected[..., ~np.eye(n, dtype=bool)] > 0.01).sum())
        found["left"] += int((segment.actions < 0).sum())
        found["sure"].append((doubts < 10 * TOLERANCE).mean())
        found["apart"] = max(found["apart"], np.abs(totals - segment.rewards).max())
        assert ((segment.actions < 0) == ~segment.present).all()

    watch(trainer, look)
    for _ in range(2):
        reference.begin()
        trainer.play_round()
    assert found["segments"] == 2 * trainer.world.horizon // trainer.settings.segment
    assert found["gifts"] > 20
    assert found["apart"] > 0.01
    assert np.mean(found["sure"]) > 0.7  # of the others, action values hardly depend on what was done
    assert (found["left"] > 20) == (world == "stag_hunt")


def test_relationships_are_shown_as_the_reference_has_them():
    # judged where asked for, every member elsewhere; with somebody gone, and with mixed kinds
    trainer = make("stag_hunt", {}, "lase,lase:oracle,lase,lase:oracle", {})
    reference = slow.Gifts(trainer)
    rng = np.random.default_rng(0)

    def look(segment, weights, totals):
        omega = [[reference.relationships(segment, seed, i) for i in range(4)] for seed in range(2)]
        for empathy in trainer.empathies:
            rows = rng.integers(segment.n_rows, size=(2, 2, 6))
            found, estimates = empathy.judge(segment, rows)
            assert found.shape == (2, 2, 3, 6)
            np.testing.assert_allclose(estimates.sum(axis=-1), 1, atol=1e-6)
            for seed, g, k, r in np.ndindex(found.shape):
                i = empathy.members[g]
                believed = reference.estimates(segment, seed, i)(rows[seed, g, r])[k]
                np.testing.assert_allclose(estimates[seed, g, k, r], believed, atol=TOLERANCE)
                expected, reach = omega[seed][i][rows[seed, g, r]][(i + k + 1) % 4]
                assert abs(found[seed, g, k, r] - expected) < max(TOLERANCE, ROUNDING / reach if reach else 0)

    watch(trainer, look)
    trainer.play_round()


# ---------------------------------------------------------------------- the joint critic
def critic_of(n_agents, n_actions, *, lead=(2, 3), n_inputs=4, dtype=np.float64, seed=0):
    rngs = [np.random.default_rng(seed + k) for k in range(lead[0])]
    sizes = {"n_features": 5, "n_agents": n_agents, "n_actions": n_actions, "n_hidden": 6}
    return JointCritic([Dense(n_inputs, 5), Relu()], lead=lead, rngs=rngs, dtype=dtype, **sizes)


def played(n_agents, n_actions, *, lead=(2, 3), rows=7, n_inputs=4, seed=1, gone=True):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(*lead, rows, n_inputs))
    return x, rng.integers(-1 if gone else 0, n_actions, size=(*lead, rows, n_agents))


@pytest.mark.parametrize(("n_agents", "n_actions"), [(2, 2), (2, 4), (3, 3), (4, 2)])
def test_values_and_counterfactual_values_of_joint_actions(n_agents, n_actions):
    critic = critic_of(n_agents, n_actions)
    x, actions = played(n_agents, n_actions)
    q, _ = critic.forward(x, actions)
    before = critic.before_actions(x, actions)
    varied = [critic.counterfactual(before, actions, k) for k in range(n_agents)]
    assert (actions < 0).any()
    for seed, agent in np.ndindex(2, 3):
        reference = slow.Critic(
            critic.network.theta[seed, agent],
            n_inputs=4,
            n_features=5,
            n_agents=n_agents,
            n_actions=n_actions,
            n_hidden=6,
        )
        for row in range(7):
            here = seed, agent, row
            joint = actions[here].tolist()
            assert q[here] == pytest.approx(reference.q(x[here], joint), abs=1e-12)
            for k in range(n_agents):
                np.testing.assert_allclose(varied[k][here], reference.varied(x[here], joint, k), atol=1e-12)


def test_who_does_not_matter_gets_nothing():
    critic = critic_of(3, 4, dtype=np.float32)
    critic.joint.p["W"][..., 5 + 4 : 5 + 8, :] = 0.3  # whatever the first co-player does
    x, actions = played(3, 4, gone=False, rows=40)
    estimates = np.random.default_rng(0).dirichlet(np.ones(4), size=(2, 3, 2, 40)).astype(np.float32)
    before = critic.before_actions(x.astype(np.float32), actions)
    omega = relationships(critic, before, actions, estimates, flat=np.full((2, 3), 1e-6, np.float32))
    assert (omega[:, :, 0] == 0).all()
    assert (omega[:, :, 1] != 0).any()
    # what counts as flat is each player's own
    flat = np.array([[0, np.inf, 0], [np.inf, 0, 0]], np.float32)
    omega = relationships(critic, before, actions, estimates, flat=flat)
    assert ((omega[:, :, 1] != 0).any(axis=-1) == (flat == 0)).all()


@settings(max_examples=30)
@given(st.integers(2, 4), st.integers(2, 4), st.integers(0, 10**6))
def test_expected_relationship_is_zero_if_the_estimate_is_exact(n_agents, n_actions, seed):
    critic = critic_of(n_agents, n_actions, lead=(1, 1), seed=seed)
    x, actions = played(n_agents, n_actions, lead=(1, 1), rows=3, seed=seed, gone=False)
    policies = np.random.default_rng(seed).dirichlet(np.ones(n_actions), size=(1, 1, n_agents - 1, 3))
    for k in range(1, n_agents):
        mean = 0.0
        for b in range(n_actions):
            done = actions.copy()
            done[..., k] = b
            before = critic.before_actions(x, done)
            omega = relationships(critic, before, done, policies, flat=np.zeros((1, 1)))
            assert (np.abs(omega) <= 1 + 1e-12).all()
            mean = mean + policies[:, :, k - 1, :, b] * omega[:, :, k - 1]
        np.testing.assert_allclose(mean, 0, atol=1e-12)


@settings(max_examples=20)
@given(st.integers(2, 4), st.floats(0, 1), st.integers(0, 10**6))
def test_of_two_actions_the_relationship_is_what_was_not_expected(n_agents, q, seed):
    critic = critic_of(n_agents, 2, lead=(1, 1), seed=seed)
    x, actions = played(n_agents, 2, lead=(1, 1), rows=6, seed=seed, gone=False)
    estimates = np.broadcast_to([q, 1 - q], (1, 1, n_agents - 1, 6, 2))
    before = critic.before_actions(x, actions)
    omega = relationships(critic, before, actions, estimates, flat=np.zeros((1, 1)))
    for k in range(1, n_agents):
        values = critic.counterfactual(before, actions, k)
        done = actions[..., k]
        expected_of_it = np.where(done == 0, q, 1 - q)
        better = np.take_along_axis(values, done[..., None], -1)[..., 0] == values.max(axis=-1)
        wanted = np.where(better, 1 - expected_of_it, -(1 - expected_of_it)) * (np.ptp(values, axis=-1) > 0)
        np.testing.assert_allclose(omega[..., k - 1, :], wanted, atol=1e-9)


@pytest.mark.parametrize("factor", [0.1, 10.0, 1000.0])
def test_relationships_have_no_unit(factor):
    critic = critic_of(3, 3)
    x, actions = played(3, 3)
    estimates = np.random.default_rng(0).dirichlet(np.ones(3), size=(2, 3, 2, 7))
    before = critic.before_actions(x, actions)
    q = critic.counterfactual(before, actions, 1)
    omega = relationships(critic, before, actions, estimates, flat=np.full((2, 3), 1e-6))
    critic.out.p["W"][...] *= factor
    critic.out.p["b"][...] *= factor
    critic.out.p["b"][...] += 3 * factor  # nor a zero
    np.testing.assert_allclose(critic.counterfactual(before, actions, 1), factor * (q + 3), rtol=1e-9)
    scaled = relationships(critic, before, actions, estimates, flat=np.full((2, 3), 1e-6 * factor))
    np.testing.assert_allclose(scaled, omega, atol=1e-9)
    assert np.abs(omega).max() > 0.3


def test_relabelled_co_players():
    # columns of the critic, actions and estimates of the two others exchanged: so are the relationships
    critic, other = critic_of(3, 4), critic_of(3, 4)
    other.network.theta[...] = critic.network.theta
    mine, theirs = slice(5 + 4, 5 + 8), slice(5 + 8, 5 + 12)
    other.joint.p["W"][..., mine, :], other.joint.p["W"][..., theirs, :] = (
        critic.joint.p["W"][..., theirs, :], critic.joint.p["W"][..., mine, :],
    )  # fmt: skip
    x, actions = played(3, 4)
    estimates = np.random.default_rng(0).dirichlet(np.ones(4), size=(2, 3, 2, 7))
    flat = np.zeros((2, 3))
    omega = relationships(critic, critic.before_actions(x, actions), actions, estimates, flat=flat)
    turned = actions[..., [0, 2, 1]]
    found = relationships(other, other.before_actions(x, turned), turned, estimates[:, :, ::-1], flat=flat)
    np.testing.assert_allclose(found, omega[:, :, ::-1], atol=1e-12)
    assert np.abs(omega[:, :, 0] - omega[:, :, 1]).max() > 0.1


@pytest.mark.parametrize("kind", ["perspective-ideal", "uniform", "oracle"])
def test_renaming_everybody_renames_the_gifts(kind):
    # the same segment with players turned round: who was i is i + 1, and all else as it was
    trainer = make("coin", {"n_agents": 3}, f"lase:{kind}", {"measured": 3})
    seen = []
    watch(trainer, lambda segment, weights, totals: seen.append((segment, weights, totals)))
    trainer.play_round()
    trainer.play_round()
    segment, _, _ = seen[-1]
    [empathy] = trainer.empathies
    rows = np.broadcast_to(np.arange(segment.n_rows), (2, 3, segment.n_rows))
    omega, _ = empathy.judge(segment, rows)
    for name in ("x", "actions", "behaviour", "rewards", "present", "last_x", "last_actions", "last_present"):
        setattr(segment, name, np.roll(getattr(segment, name), 1, axis=1))
    for network, _ in empathy.networks().values():
        network.theta[...] = np.roll(network.theta, 1, axis=1)
    empathy.range[...] = np.roll(empathy.range, 1, axis=1)
    turned, _ = empathy.judge(segment, rows)
    np.testing.assert_allclose(turned, np.roll(omega, 1, axis=1), atol=TOLERANCE)
    assert np.abs(omega).max() > 0.1


# ---------------------------------------------------------------------- gifts
@settings(max_examples=60)
@given(st.integers(2, 5), st.integers(0, 10**6), st.sampled_from([np.float32, np.float64]))
def test_shares_by_hand(n, seed, dtype):
    rng = np.random.default_rng(seed)
    omega = rng.uniform(-1, 1, (3, n, n)).astype(dtype)
    omega[:, np.arange(n), np.arange(n)] = 0
    rewards = rng.normal(size=(3, n)).astype(dtype)
    weights, totals = share_out(omega, rewards)
    tiny = 1e-6 if dtype == np.float32 else 1e-12
    for row, i, j in itertools.product(range(3), range(n), range(n)):
        if i != j:
            assert weights[row, i, j] == pytest.approx(max(omega[row, i, j], 0) / (n - 1), abs=tiny)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=n * tiny)
    assert weights.min() >= -tiny
    assert weights.max() <= 1 + tiny
    for row, j in itertools.product(range(3), range(n)):
        received = sum(weights[row, i, j] * rewards[row, i] for i in range(n))
        assert totals[row, j] == pytest.approx(received, abs=10 * tiny)
    np.testing.assert_allclose(totals.sum(axis=-1), rewards.sum(axis=-1), atol=10 * tiny)


def test_a_loss_is_shared_as_a_loss():
    _, totals = share_out(np.array([[0, 1.0], [0, 0]]), np.array([-2.0, 1.0]))
    assert totals.tolist() == [0.0, -1.0]


@settings(max_examples=60)
@given(
    hnp.arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 3)), elements=st.floats(0, 1)),
    st.floats(0, 0.99),
    st.booleans(),
)
def test_memory_is_the_largest_of_faded_weights(weights, memory, goes_on):
    before = np.linspace(0, 1, weights.shape[1]) if goes_on else None
    found = remembered(weights, memory, before)
    for t, k in np.ndindex(weights.shape):
        faded = [memory ** (t - s) * weights[s, k] for s in range(t + 1)]
        if goes_on:
            faded.append(memory ** (t + 1) * before[k])
        assert found[t, k] == pytest.approx(max(faded), abs=1e-12)


def test_memory_leaves_its_input_alone():
    weights, before = np.array([[0.1], [0.0]]), np.array([0.8])
    assert remembered(weights, 0.5, before)[:, 0].tolist() == [0.4, 0.2]
    assert (weights.tolist(), before.tolist()) == ([[0.1], [0.0]], [0.8])
    # in two parts as in one
    w = np.random.default_rng(0).random((9, 2, 3))
    first = remembered(w[:4], 0.7)
    np.testing.assert_array_equal(remembered(w, 0.7)[4:], remembered(w[4:], 0.7, first[-1]))


# ---------------------------------------------------------------------- at every step of training
EVERY_WORLD = [
    (world, cast)
    for world, n in PLAYERS.items()
    for cast in ("lase", "lase:oracle", "a2c", "go", ",".join(["lase", "a2c", "random", "lase:predictor"][:n]))
]


@pytest.mark.parametrize(("world", "agents"), EVERY_WORLD)
@pytest.mark.parametrize("memory", [0.0, 0.9])
def test_what_is_given_is_received_at_every_step(world, agents, memory):
    trainer = make(world, {}, agents, {"gift_memory": memory, "worlds": 4})
    gives = np.array([part.kind == "lase" for part in trainer.parts])
    n, received = len(gives), np.zeros(len(gives))

    def look(segment, weights, totals):
        before, after = segment.rewards.sum(axis=1, dtype=np.float64), totals.sum(axis=1, dtype=np.float64)
        size = np.abs(segment.rewards).sum(axis=1)
        assert (np.abs(before - after) <= 1e-6 * size).all()
        np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-6)
        assert weights.min() > -1e-6
        assert weights.max() < 1 + 1e-6
        off = weights * ~np.eye(n, dtype=bool)
        assert (off[:, :, ~gives] == 0).all()
        assert off.max() <= 1 / (n - 1) + 1e-6
        received[:] += off.sum(axis=(0, 1, 2))
        # nobody gives to those who have left
        gone = ~segment.present.swapaxes(1, 2)
        assert (off.swapaxes(-1, -2)[gone] == 0).all()
        assert (segment.rewards.swapaxes(1, 2)[gone] == 0).all()

    watch(trainer, look)
    for _ in range(2):
        measured = trainer.play_round()
        assert (measured["imbalance"] < 1e-6).all()
    others_give = np.array([gives[np.arange(n) != i].any() for i in range(n)])
    assert ((received > 0) == others_give).all()  # who does not give may well receive


# ---------------------------------------------------------------------- the selfish actor
@settings(max_examples=30)
@given(st.integers(2, 5), st.floats(0, 1), st.floats(0.1, 10), st.integers(0, 10**6))
def test_selfish_gradient_is_that_of_all_actions(n_actions, weight, scale, seed):
    rng = np.random.default_rng(seed)
    logits, q = rng.normal(size=(3, n_actions)), rng.normal(size=(3, n_actions))

    def loss():
        policy = softmax(logits)
        return -np.vecdot(policy, q) / scale - weight * entropy(policy)

    found = selfish_gradient(softmax(logits), q, np.full(3, scale), weight)
    np.testing.assert_allclose(found, numeric_gradient(loss, logits), atol=1e-6)
