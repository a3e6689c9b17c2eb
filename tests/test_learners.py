"""Learners: the gradients of whole losses against finite differences, returns against sums, what is seen and played."""

import numpy as np
import pytest
import reference_lase as slow
from hypothesis import given, settings
from hypothesis import strategies as st

from lase_core.agents.actor_critic import ActorCritic
from lase_core.agents.cast import LEARNERS, cast
from lase_core.agents.empathic import Empathy
from lase_core.agents.networks import Networks
from lase_core.agents.observe import Observer
from lase_core.agents.replay import Replay
from lase_core.agents.segment import Segment, lambda_returns, spread
from lase_core.empathy import ESTIMATORS, JointCritic
from lase_core.envs import WORLDS, make
from lase_core.nn import Network, RecurrentNetwork, gradient_error
from lase_core.settings import Settings

N, A, B, T = 3, 3, 2, 3
WINDOW = (1, 2, 4)  # two cells; three players and what is outside
WIDTH = 8
STILL = Settings(
    worlds=B, segment=T, hidden=(4,), features=4, joint=4, estimate_hidden=4, clip=1e9,
    learning_rate=0, critic_rate=0, selfish_rate=0, estimate_rate=0, estimate_rows=T * B,
)  # fmt: skip
"""Nobody moves, so that gradients can be looked at."""


@pytest.fixture
def double(monkeypatch):
    """Make parameters of new networks float64: differences of float32 say nothing."""
    for kind in (Network, RecurrentNetwork):
        monkeypatch.setattr(kind.__init__, "__defaults__", (np.float64,))
    monkeypatch.setattr(JointCritic.__init__, "__kwdefaults__", {"dtype": np.float64})


def networks_of(settings=STILL, window=WINDOW, width=WIDTH):
    rngs = [np.random.default_rng(5 + k) for k in range(2)]
    return Networks(window=window, n_inputs=width, n_actions=A, n_agents=N, settings=settings, rngs=rngs)


def acting_of(n_learners=N, settings=STILL):
    return ActorCritic(networks_of(settings), n_learners, settings)


def learn(empathy, segment, parts=1, seed=0):
    """Learn from one segment, perhaps told several times."""
    return empathy.learn([lambda: segment] * parts, np.random.default_rng(seed))


def segment_of(*, seed=0, over=False, leaving=True, steps=T, window=WINDOW, n_seeds=2):
    """Return something that was played, by nobody in particular: some have left, some never came."""
    rng = np.random.default_rng(seed)
    shape = (n_seeds, N, steps + 1, B)
    x = (rng.random((*shape, WIDTH)) < 0.5) * rng.uniform(0.5, 1, (*shape, WIDTH))
    leaves = rng.integers(0 if leaving else steps + 1, steps + 2, size=(n_seeds, N, 1, B))
    present = np.arange(steps + 1)[:, None] < leaves
    present[:, :, :2, 0] = True  # in the first world everybody is there for two steps,
    present[:, 0, :, 1] = present[:, 2, :, 0] = True  # and two players stay to the end
    actions = np.where(present, rng.integers(A, size=shape), -1)
    rewards = np.where(present, rng.normal(size=shape), 0)

    def rows(values):
        return values[:, :, :steps].reshape(n_seeds, N, steps * B, *values.shape[4:]).copy()

    return Segment(
        steps=steps, worlds=B, x=rows(x), actions=rows(actions), behaviour=rows(rng.dirichlet(np.ones(A), size=shape)),
        rewards=rows(rewards), present=rows(present), window=window, last_x=x[:, :, -1], last_actions=actions[:, :, -1],
        last_present=present[:, :, -1], first=True, over=over,
    )  # fmt: skip


def there(segment, seed, i):
    return [row for row in range(segment.n_rows) if segment.present[seed, i, row]]


def returns_of(segment, rewards, values, i, *, discount, trace, seed):
    """TD(λ) targets of all rows, each as a sum; `rewards` of rows, `values` (T + 1, B)."""
    found = []
    for row in range(segment.n_rows):
        t, world = divmod(row, B)
        earned = [float(rewards[s * B + world]) for s in range(segment.steps)]
        follows = slow.goes_on(segment, seed, i, world)
        found.append(slow.lambda_return(earned, values[:, world].tolist(), follows, discount, trace, t))
    return found


# ---------------------------------------------------------------------- acting
@pytest.mark.parametrize("leaving", [False, True])
@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize(
    ("normalise", "exploration", "entropy", "trace"),
    [(False, 0.0, 0.0, 1.0), (True, 0.0, 0.3, 0.8), (False, 0.4, 0.2, 0.8), (True, 0.2, 0.1, 0.0)],
)
def test_gradient_of_the_acting_loss(double, normalise, exploration, entropy, trace, over, leaving):
    s = STILL.changed(normalise=normalise, trace=trace, discount=0.9, value_coefficient=0.7)
    learners = np.array([0, 2])
    acting = acting_of(2, s)
    segment = segment_of(over=over, leaving=leaving)
    rng = np.random.default_rng(1)
    objective, values = rng.normal(size=(2, 2, T * B)), rng.normal(size=(2, 2, T + 1, B))
    kept = acting.network.theta.copy()
    noted = acting.update(segment, learners, objective, values, exploration=exploration, entropy=entropy)
    np.testing.assert_array_equal(acting.network.theta, kept)
    held = {}
    for seed, g in np.ndindex(2, 2):
        i = learners[g]
        targets = returns_of(segment, objective[seed, g], values[seed, g], i, discount=0.9, trace=trace, seed=seed)
        gained = np.array([targets[row] - values[seed, g, row // B, row % B] for row in range(T * B)])
        rows = there(segment, seed, i)
        sd = gained[rows].std() if normalise else 1.0
        mean = gained[rows].mean() if normalise else 0.0
        held[seed, g] = targets, (gained - mean) / sd, sd, rows

    def parts(seed, g):
        network = slow.layers(acting.network.theta[seed, g], [WIDTH, 4, A + 1])
        targets, gained, sd, rows = held[seed, g]
        lost = error = uncertain = 0.0
        for row in rows:
            *z, value = slow.mlp(segment.x[seed, learners[g], row].tolist(), network)
            policy = slow.softmax(z)
            action = segment.actions[seed, learners[g], row]
            lost -= np.log(slow.mixture(policy, exploration)[action]) * gained[row]
            uncertain += slow.entropy(policy)
            error += (value - targets[row]) ** 2
        return lost / len(rows), uncertain / len(rows), error / len(rows), sd

    def loss():
        found = np.empty((2, 2))
        for seed, g in np.ndindex(2, 2):
            lost, uncertain, error, sd = parts(seed, g)
            found[seed, g] = lost - entropy * uncertain + 0.7 * error / sd
        return found

    # weights of steps are float32
    assert gradient_error(loss, acting.network.theta, acting.network.gradient) < 2e-6
    for seed, g in np.ndindex(2, 2):
        _, uncertain, error, _ = parts(seed, g)
        assert noted["entropy"][seed, g] == pytest.approx(uncertain, rel=1e-5)
        assert noted["critic loss"][seed, g] == pytest.approx(error, rel=1e-5)
    np.testing.assert_allclose(noted["gradient norm"], np.linalg.norm(acting.network.gradient, axis=-1), rtol=1e-9)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("first", [True, False])
def test_gradient_of_the_acting_loss_with_memory(double, cell, first):
    # what it remembers at the beginning of the segment is held; networks are evaluated by themselves here
    s = STILL.changed(cell=cell, cell_width=3, normalise=False, trace=0.8, discount=0.9, value_coefficient=0.7)
    acting, segment, rng = acting_of(N, s), segment_of(), np.random.default_rng(1)
    acting.begin_episode()
    if not first:
        for _ in range(2):
            acting.act(rng.random((2, N, B, WIDTH)), 0.0)
    acting.begin_segment()
    start = acting._state
    assert (start is None) == first
    played = []
    for t in range(T):
        policies, values = acting.act(segment.by_step(segment.x)[:, :, t], 0.2)
        played.append((policies, values))
    kept = acting._state
    _, at_end = acting.act(segment.last_x, 0.2, last=True)
    assert acting._state is kept  # what was seen last is going to be seen again
    values = np.stack([values for _, values in played] + [at_end], axis=2)
    objective = rng.normal(size=(2, N, T * B))
    acting.update(segment, np.arange(N), objective, values, exploration=0.2, entropy=0.3)
    held = {}
    for seed, i in np.ndindex(2, N):
        held[seed, i] = returns_of(segment, objective[seed, i], values[seed, i], i, discount=0.9, trace=0.8, seed=seed)

    def loss():
        y, _, _ = acting.network.forward(segment.by_step(segment.x), start)
        found = np.zeros((2, N))
        for seed, i in np.ndindex(2, N):
            rows = there(segment, seed, i)
            for row in rows:
                *z, value = y[seed, i][divmod(row, B)].tolist()
                policy = slow.softmax(z)
                gained = held[seed, i][row] - values[seed, i][divmod(row, B)]
                likely = np.log(slow.mixture(policy, 0.2)[segment.actions[seed, i, row]])
                error = (value - held[seed, i][row]) ** 2
                found[seed, i] += (-likely * gained - 0.3 * slow.entropy(policy) + 0.7 * error) / len(rows)
        return found

    assert gradient_error(loss, acting.network.theta, acting.network.gradient) < 1e-5
    # going through the segment at once is what was done step by step
    y, _, _ = acting.network.forward(segment.by_step(segment.x), start)
    for t, (_, said) in enumerate(played):
        np.testing.assert_allclose(y[:, :, t, :, -1], said, atol=1e-12)


def test_an_update_goes_down_the_loss():
    # whoever was paid for one action takes it more often
    acting = acting_of(N, STILL.changed(learning_rate=0.01, normalise=False))
    segment = segment_of(leaving=False)
    objective = (segment.actions == 1).astype(np.float32)
    before, _ = acting.act(segment.x, 0.0)
    for _ in range(5):
        acting.update(
            segment, np.arange(N), objective, np.zeros((2, N, T + 1, B), np.float32), exploration=0, entropy=0
        )
    after, values = acting.act(segment.x, 0.0)
    assert (after[..., 1].mean(axis=-1) > before[..., 1].mean(axis=-1)).all()
    assert values.shape == (2, N, T * B)


def test_rates_and_norms_of_steps():
    s = STILL.changed(learning_rate=0.01, critic_rate=0.02, selfish_rate=0.03, estimate_rate=0.04, clip=0.5)
    acting = acting_of(N, s)
    assert (acting.adam.rate, acting.adam.clip) == (0.01, 0.5)
    empathy = empathy_of("perspective", settings=s)
    rates = {name: adam.rate for name, (_, adam) in empathy.networks().items()}
    assert rates == {"critic": 0.02, "selfish": 0.03, "estimate": 0.04}
    assert [adam.clip for name, (_, adam) in empathy.networks().items() if name != "estimate"] == [0.5, 0.5]


@pytest.mark.parametrize("exploration", [0.0, 0.3, 1.0])
def test_behaviour_policies(exploration):
    acting = acting_of()
    x = np.random.default_rng(0).random((2, N, 4, WIDTH), dtype=np.float32)
    policies, values = acting.act(x, exploration)
    for seed, i, row in np.ndindex(2, N, 4):
        *z, value = slow.mlp(x[seed, i, row].tolist(), slow.layers(acting.network.theta[seed, i], [WIDTH, 4, A + 1]))
        np.testing.assert_allclose(policies[seed, i, row], slow.mixture(slow.softmax(z), exploration), atol=1e-6)
        assert values[seed, i, row] == pytest.approx(value, abs=1e-6)


# ---------------------------------------------------------------------- empathy
def empathy_of(kind, members=(0, 2), settings=STILL):
    return Empathy(members, kind, networks_of(settings))


def critic_of(theta):
    return slow.Critic(theta, n_inputs=WIDTH, n_features=4, n_agents=N, n_actions=A, n_hidden=4)


def joint(segment, seed, i, row):
    return slow.self_first(segment.actions[seed, :, row].tolist(), i)


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("trace", [0.0, 0.7, 1.0])
@pytest.mark.parametrize("members", [(0, 1, 2), (2, 0), (1,)])
def test_gradient_of_the_loss_of_action_values(double, trace, over, members):
    empathy = empathy_of("uniform", members, STILL.changed(critic_trace=trace, critic_discount=0.8))
    segment = segment_of(over=over)
    theta = empathy.critic.network.theta
    noted = learn(empathy, segment)
    held = {}
    for seed, g in np.ndindex(2, len(members)):
        i, critic = members[g], critic_of(theta[seed, g])
        x = segment.x[seed, i].tolist()
        values = np.empty((T + 1, B))
        for row in range(T * B):
            values[divmod(row, B)] = critic.q(x[row], joint(segment, seed, i, row))
        for world in range(B):
            last = slow.self_first(segment.last_actions[seed, :, world].tolist(), i)
            values[T, world] = critic.q(segment.last_x[seed, i, world].tolist(), last)
        held[seed, g] = returns_of(segment, segment.rewards[seed, i], values, i, discount=0.8, trace=trace, seed=seed)

    def loss():
        found = np.empty((2, len(members)))
        for seed, g in np.ndindex(found.shape):
            i, critic, rows = members[g], critic_of(theta[seed, g]), there(segment, seed, members[g])
            squares = [
                (critic.q(segment.x[seed, i, row].tolist(), joint(segment, seed, i, row)) - held[seed, g][row]) ** 2
                for row in rows
            ]
            found[seed, g] = sum(squares) / len(rows) / 2
        return found

    assert gradient_error(loss, theta, empathy.critic.network.gradient) < 2e-6
    np.testing.assert_allclose(noted["action value loss"], 2 * loss(), rtol=1e-5)
    assert empathy.updates == 1


@pytest.mark.parametrize("weight", [0.0, 0.3])
def test_gradient_of_the_selfish_loss(double, weight):
    empathy = empathy_of("perspective-ideal", settings=STILL.changed(selfish_entropy=weight))
    segment = segment_of()
    learn(empathy, segment)
    theta = empathy.selfish.theta
    own, scales = {}, np.empty((2, 2))
    for seed, g in np.ndindex(2, 2):
        i, critic, rows = (0, 2)[g], critic_of(empathy.critic.network.theta[seed, g]), there(segment, seed, (0, 2)[g])
        for row in rows:
            own[seed, g, row] = critic.varied(segment.x[seed, i, row].tolist(), joint(segment, seed, i, row), 0)
        scales[seed, g] = np.mean([max(own[seed, g, row]) - min(own[seed, g, row]) for row in rows])
    np.testing.assert_allclose(empathy.range, scales, rtol=1e-5)

    def loss():
        found = np.zeros((2, 2))
        for (seed, g, row), values in own.items():
            actor = slow.layers(theta[seed, g], [WIDTH, 4, A])
            policy = slow.softmax(slow.mlp(segment.x[seed, (0, 2)[g], row].tolist(), actor))
            worth = sum(p * q for p, q in zip(policy, values, strict=True)) / scales[seed, g]
            found[seed, g] -= (worth + weight * slow.entropy(policy)) / len(there(segment, seed, (0, 2)[g]))
        return found

    assert gradient_error(loss, theta, empathy.selfish.gradient) < 2e-6


def test_usual_range_of_action_values():
    # a mean of the first hundred updates, then one that forgets
    empathy = empathy_of("uniform")
    found, means = [], np.zeros((2, 2))
    for k in range(4):
        segment = segment_of(seed=k, leaving=False)
        actions = segment.joint(empathy.members)
        x = segment.x[:, [0, 2]]
        own = empathy.critic.counterfactual(empathy.critic.before_actions(x, actions), actions, 0)
        found.append(np.ptp(own, axis=-1).mean(axis=-1))
        learn(empathy, segment)
        np.testing.assert_allclose(empathy.range, np.mean(found, axis=0), rtol=1e-5)
    means[...] = empathy.range
    empathy.updates = 5000
    learn(empathy, segment)
    np.testing.assert_allclose(empathy.range, 0.99 * means + 0.01 * found[-1], rtol=1e-5)


def test_usual_range_of_action_values_when_nobody_was_there():
    # steps at which a player has left say nothing about its action values
    empathy = empathy_of("uniform")
    segment = segment_of(leaving=False)
    learn(empathy, segment)
    kept = empathy.range.copy()
    segment.present[:, 2], segment.last_present[:, 2] = False, False
    segment.actions[:, 2], segment.last_actions[:, 2], segment.rewards[:, 2] = -1, -1, 0
    learn(empathy, segment)
    np.testing.assert_array_equal(empathy.range[:, 1], kept[:, 1])


@pytest.mark.parametrize("members", [(0, 1, 2), (2, 1)])
def test_gradient_of_the_loss_of_predictions(double, members):
    empathy = empathy_of("predictor", members)
    segment = segment_of()
    learn(empathy, segment)
    network, _ = empathy.networks()["estimate"]

    def loss():
        found = np.zeros((2, len(members)))
        for seed, g in np.ndindex(found.shape):
            parameters = slow.layers(network.theta[seed, g], [WIDTH, 4, (N - 1) * A])
            terms = []
            for row in there(segment, seed, members[g]):
                z = slow.mlp(segment.x[seed, members[g], row].tolist(), parameters)
                did = slow.self_first(segment.actions[seed, :, row].tolist(), members[g])
                said = [slow.softmax(z[(k - 1) * A : k * A]) for k in range(1, N)]
                terms += [-np.log(said[k - 1][did[k]]) for k in range(1, N) if did[k] >= 0]
            found[seed, g] = np.mean(terms)
        return found

    assert gradient_error(loss, network.theta, network.gradient) < 1e-6


@pytest.mark.parametrize("delta", [0.0, 0.1, 0.6, 1.0])
@pytest.mark.parametrize("window", [WINDOW, ()])
def test_gradient_of_the_loss_of_imagination(double, delta, window):
    members = (0, 2)
    empathy = empathy_of("perspective", members, STILL.changed(delta=delta))
    segment = segment_of(window=window)
    network, _ = empathy.networks()["estimate"]
    kept = empathy.selfish.theta.copy()
    learn(empathy, segment)
    np.testing.assert_array_equal(empathy.selfish.theta, kept)
    actors = {key: slow.layers(kept[key], [WIDTH, 4, A]) for key in np.ndindex(2, 2)}
    hidden = 0

    def loss():
        nonlocal hidden
        found = np.zeros((2, 2))
        for seed, g in np.ndindex(2, 2):
            i = members[g]
            parameters = slow.layers(network.theta[seed, g], [WIDTH + N - 1, 4, 4, WIDTH])
            crosses, distances = [], []
            for row in there(segment, seed, i):
                x = segment.x[seed, i, row].tolist()
                for k in range(1, N):
                    action = segment.actions[seed, (i + k) % N, row]
                    if action < 0:
                        continue
                    imagined = slow.sigmoid(slow.mlp(x + slow.one_hot(k - 1, N - 1), parameters))
                    distances.append(sum(abs(a - b) for a, b in zip(imagined, x, strict=True)) / WIDTH)
                    if slow.sees(x, k, window):
                        crosses.append(-np.log(slow.softmax(slow.mlp(imagined, actors[seed, g]))[action]))
                    hidden += not slow.sees(x, k, window)
            found[seed, g] = (1 - delta) * np.mean(crosses) + delta * np.mean(distances)
        return found

    assert gradient_error(loss, network.theta, network.gradient) < 1e-5
    assert (hidden > 0) == bool(window)


def test_few_steps_are_drawn_and_all_are_taken():
    empathy = empathy_of("predictor", settings=STILL.changed(estimate_rows=4))
    segment = segment_of()
    rows = empathy.estimator._some(segment, np.random.default_rng(0))
    assert rows.shape == (2, 2, 4)
    drawn = [empathy.estimator._some(segment, np.random.default_rng(k))[0, 0] for k in range(40)]
    assert set(np.ravel(drawn)) == set(range(T * B))
    all_rows = empathy_of("predictor").estimator._some(segment, np.random.default_rng(0))
    assert all_rows[1, 1].tolist() == list(range(T * B))


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_what_each_kind_learns(kind):
    s = STILL.changed(critic_rate=0.01, selfish_rate=0.01, estimate_rate=0.01)
    empathy, segment = empathy_of(kind, settings=s), segment_of()
    before = {name: network.theta.copy() for name, (network, _) in empathy.networks().items()}
    learn(empathy, segment)
    own = {"perspective": {"selfish", "estimate"}, "perspective-ideal": {"selfish"}, "predictor": {"estimate"}}
    assert set(before) == {"critic"} | own.get(kind, set())
    for name, (network, adam) in empathy.networks().items():
        assert (network.theta != before[name]).any(axis=-1).all()
        assert adam.steps == 1


def test_everybody_gone_from_a_segment_teaches_nothing_and_harms_nobody():
    for kind in ESTIMATORS:
        empathy = empathy_of(kind, settings=STILL.changed(critic_rate=0.01, selfish_rate=0.01, estimate_rate=0.01))
        segment = segment_of()
        learn(empathy, segment)
        for name in ("present", "last_present", "rewards"):
            getattr(segment, name)[...] = 0
        segment.actions[...] = segment.last_actions[...] = -1
        noted = learn(empathy, segment)
        assert (noted["action value loss"] == 0).all()
        for network, _ in empathy.networks().values():
            assert np.isfinite(network.theta).all()
            assert (network.gradient == 0).all()
        acting = acting_of()
        zeros = np.zeros((2, N, T + 1, B), np.float32)
        acting.update(segment, np.arange(N), segment.rewards, zeros, exploration=0.1, entropy=0.1)
        assert (acting.network.gradient == 0).all()


@pytest.mark.parametrize("kind", ["predictor", "perspective"])
def test_parts_are_averaged(kind):
    segments = [segment_of(seed=k, leaving=False) for k in range(3)]
    wanted = {}
    for segment in segments:
        alone = empathy_of(kind)
        alone.range[...], alone.updates = 1, 10**9
        learn(alone, segment)
        for name, (network, _) in alone.networks().items():
            if name != "selfish":  # its unit changes with what was seen; the imagination writes into its gradient
                wanted.setdefault(name, []).append(network.gradient.copy())
    together = empathy_of(kind)
    together.range[...], together.updates = 1, 10**9
    noted = together.learn([lambda part=part: part for part in segments], np.random.default_rng(0))
    for name, gradients in wanted.items():
        network, adam = together.networks()[name]
        np.testing.assert_allclose(network.gradient, np.mean(gradients, axis=0), atol=1e-6)
        assert adam.steps == 1
    assert together.updates == 10**9 + 1
    losses = [learn(empathy_of(kind), segment)["action value loss"] for segment in segments]
    np.testing.assert_allclose(noted["action value loss"], np.mean(losses, axis=0), rtol=1e-5)


# ---------------------------------------------------------------------- replay
def binary(seed, **options):
    segment = segment_of(seed=seed, **options)
    segment.x, segment.last_x = (np.asarray(x > 0.6, np.float32) for x in (segment.x, segment.last_x))
    segment.rewards = segment.rewards.astype(np.float32)
    return segment


def test_replay_gives_back_what_was_played():
    replay = Replay(3)
    played = [binary(k) for k in range(5)]
    for k, segment in enumerate(played):
        assert len(replay) == min(k, 3)
        replay.add(segment)
        assert set(np.unique(replay.draw(40, np.random.default_rng(k))[0])) == set(range(min(k + 1, 3)))
    assert replay.rounds == 5
    rng = np.random.default_rng(0)
    slots, seeds, worlds = replay.draw(40, rng)
    assert (np.unique(slots).tolist(), np.unique(worlds).tolist()) == ([0, 1, 2], [0, 1])
    assert (seeds == np.arange(2)[:, None]).all()
    found = replay.segment((slots, seeds, worlds))
    assert (found.steps, found.worlds, found.window, found.over, found.first) == (T, 40, WINDOW, False, True)
    at = {0: 3, 1: 4, 2: 2}  # slot: round
    for seed, episode in np.ndindex(2, 40):
        source, world = played[at[slots[seed, episode]]], worlds[seed, episode]
        for name in ("x", "actions", "rewards", "present"):
            got = found.by_step(getattr(found, name))[seed, :, :, episode]
            np.testing.assert_array_equal(got, source.by_step(getattr(source, name))[seed, :, :, world])
        for name in ("last_x", "last_actions", "last_present"):
            got = getattr(found, name)[seed, :, episode]
            np.testing.assert_array_equal(got, getattr(source, name)[seed, :, world])
    assert found.x.dtype == found.rewards.dtype == np.float32


@pytest.mark.parametrize("rounds", [1, 2, 3, 7])
def test_replay_goes_on_from_a_checkpoint(rounds):
    replay, kept = Replay(3), {}
    for k in range(rounds):
        replay.add(binary(k, over=True))
        for name, rows in replay.fresh().items():
            kept[name] = np.concatenate([*([kept[name]] if name in kept else []), rows])[-3:]
    other = Replay(3)
    other.restore(replay.state(), kept)
    for both in (replay, other):
        both.add(binary(99, over=True))
    assert (len(other), other.rounds, other.saved) == (len(replay), replay.rounds, replay.saved)
    drawn = [both.draw(30, np.random.default_rng(1)) for both in (replay, other)]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    mine, theirs = (both.segment(where) for both, where in zip((replay, other), drawn, strict=True))
    for name in ("x", "actions", "rewards", "present", "last_x", "last_actions", "last_present", "over", "window"):
        np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name))
    assert all(len(rows) == 1 for rows in replay.fresh().values())


# ---------------------------------------------------------------------- returns
RETURNS = st.tuples(st.integers(1, 7), st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 1))


@settings(max_examples=80)
@given(RETURNS)
def test_returns_are_means_of_n_step_returns(drawn):
    steps, seed, discount, trace = drawn
    rng = np.random.default_rng(seed)
    rewards, values = rng.normal(size=(2, steps, 3)), rng.normal(size=(2, steps + 1, 3))
    follows = np.minimum.accumulate(rng.random((2, steps, 3)) < 0.8, axis=1).astype(float)
    found = lambda_returns(rewards, values, follows, discount, trace)
    for k, t, b in np.ndindex(2, steps, 3):
        arguments = rewards[k, :, b].tolist(), values[k, :, b].tolist(), follows[k, :, b].tolist(), discount, trace, t
        assert found[k, t, b] == pytest.approx(slow.lambda_return(*arguments), abs=1e-9)
        gained = found[k, t, b] - values[k, t, b]
        assert gained == pytest.approx(slow.advantage(*arguments), abs=1e-9)  # generalised advantage estimation


def test_returns_at_the_ends_of_lambda():
    rng = np.random.default_rng(0)
    rewards, values, one = rng.normal(size=(4, 1)), rng.normal(size=(5, 1)), np.ones((4, 1))
    monte_carlo = lambda_returns(rewards, values, one, 0.9, 1.0)[:, 0]
    r, v = rewards[:, 0], values[:, 0]
    powers = 0.9 ** np.arange(5)
    assert monte_carlo[0] == pytest.approx(r @ powers[:4] + powers[4] * v[4])
    over = lambda_returns(rewards, values, np.array([[1.0], [1.0], [1.0], [0.0]]), 0.9, 1.0)[:, 0]
    assert over[0] == pytest.approx(r @ powers[:4])
    one_step = lambda_returns(rewards, values, one, 0.9, 0.0)[:, 0]
    np.testing.assert_allclose(one_step, r + 0.9 * v[1:])
    # whoever has left earns nothing that is still to come
    cut = lambda_returns(rewards, values, np.array([[1.0], [0.0], [0.0], [0.0]]), 0.9, 0.95)[:, 0]
    assert cut[1] == r[1]
    assert cut[0] == pytest.approx(r[0] + 0.9 * (0.05 * v[1] + 0.95 * r[1]))


@pytest.mark.parametrize("over", [False, True])
def test_who_can_still_earn(over):
    segment = segment_of(over=over)
    found = segment.goes_on()
    assert found.dtype == np.float32
    for seed, i, world in np.ndindex(2, N, B):
        assert found[seed, i, :, world].tolist() == slow.goes_on(segment, seed, i, world)
    assert (found[:, :, -1].any()) == (not over)


@settings(max_examples=40)
@given(st.integers(1, 5), st.integers(1, 3), st.integers(0, 10**6))
def test_spread_is_the_standard_deviation_of_what_counts(steps, worlds, seed):
    rng = np.random.default_rng(seed)
    values, present = 100 + rng.normal(size=(2, steps, worlds)), rng.random((2, steps, worlds)) < 0.6
    found = spread(values, present)
    assert found.shape == (2, 1, 1)
    for k in range(2):
        counted = values[k][present[k]]
        assert found[k, 0, 0] == pytest.approx(counted.std() if len(counted) else 0.0, abs=1e-9)


# ---------------------------------------------------------------------- what is seen
def test_joint_actions_begin_with_oneself():
    segment = segment_of()
    members = np.array([2, 0])
    found, last = segment.joint(members), segment.last_joint(members)
    assert found.shape == (2, 2, T * B, N)
    for seed, g in np.ndindex(2, 2):
        for row in range(T * B):
            assert found[seed, g, row].tolist() == joint(segment, seed, members[g], row)
        for world in range(B):
            assert last[seed, g, world].tolist() == slow.self_first(
                segment.last_actions[seed, :, world].tolist(), members[g]
            )


def test_who_is_seen():
    segment = segment_of()
    for seed, i, row, k in np.ndindex(2, N, T * B, N):
        assert segment.visible[seed, i, row, k] == slow.sees(segment.x[seed, i, row].tolist(), k, WINDOW)
    assert 0 < segment.visible.mean() < 1
    assert segment_of(window=()).visible.all()


@pytest.mark.parametrize("name", WORLDS)
def test_inputs_of_networks(name):
    world = make(name, batch=6, horizon=12)
    observer = Observer(world, seeds=2)
    rng = np.random.default_rng(0)
    obs = world.reset(rng)
    for _ in range(12):
        x, there = observer(obs), observer.present()
        n = world.n_agents
        assert x.shape == (2, n, 3, observer.width)
        assert x.dtype == np.float32
        for seed, i, b in np.ndindex(2, n, 3):
            at = seed * 3 + b
            if name == "matrix":
                assert x[seed, i, b].tolist() == slow.one_hot(obs[at, i], n**2)
                assert there[seed, i, b]
                continue
            size = obs[at, i].size
            assert x[seed, i, b, :size].tolist() == obs[at, i].ravel().tolist()
            assert there[seed, i, b] == world.present[at, i]
            row, column = divmod(world.cells[at, i], world.width) if there[seed, i, b] else (-1, -1)
            place = slow.one_hot(row, world.height) + slow.one_hot(column, world.width)
            assert x[seed, i, b, size:].tolist() == place
            if there[seed, i, b]:  # in the middle of its window there is oneself
                assert x[seed, i, b, : world.n_agents].size == n
                window = x[seed, i, b, :size].reshape(observer.window)
                assert window[observer.window[0] // 2, observer.window[1] // 2, 0] == 1
        out = np.empty_like(x)
        assert observer(obs, out=out) is out
        np.testing.assert_array_equal(out, x)
        obs = world.step(rng.integers(world.n_actions, size=(6, world.n_agents)))[0]


# ---------------------------------------------------------------------- who plays
def test_casts():
    assert [str(p) for p in cast("lase", 3)] == ["lase:perspective"] * 3
    parts = cast(["LASE:Oracle", " a2c", "cooperator "], 3)
    assert [(p.kind, p.estimator, p.learns) for p in parts] == [
        ("lase", "oracle", True), ("a2c", "", True), ("cooperator", "", False),
    ]  # fmt: skip
    assert cast([str(p) for p in parts], 3) == parts
    assert {kind for kind in LEARNERS if cast(kind, 1)[0].learns} == set(LEARNERS)


@pytest.mark.parametrize(
    ("agents", "said"),
    [
        ("lase,a2c,go", r"the world has 2 players, got 3 agents"),
        ([], r"the world has 2 players, got 0 agents"),
        ("lsae", r"unknown agent 'lsae'; did you mean lase"),
        ("lase:orcle", r"unknown estimator 'orcle' of 'lase:orcle'; did you mean oracle"),
        ("a2c:oracle", r"only lase has an estimator, got 'a2c:oracle'"),
        ("", r"unknown agent ''"),
    ],
)
def test_casts_that_there_are_not(agents, said):
    with pytest.raises(ValueError, match=said):
        cast(agents, 2)
