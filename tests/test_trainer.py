"""The loop of training: what is played is learned from, runs repeat and go on, faults are named; and it learns."""

import copy

import numpy as np
import pytest
import reference_lase as slow

import gametheory as gt
from gametheory.equality import equality
from lase_core import checkpoints
from lase_core.metrics import Tally
from lase_core.settings import Settings, preset
from lase_core.trainer import Trainer

SMALL = Settings(
    worlds=3, segment=5, hidden=(6,), features=5, joint=5, estimate_hidden=4, measured=2, estimate_rows=20,
    learning_rate=0.02, critic_rate=0.02, selfish_rate=0.02, estimate_rate=0.02,
)  # fmt: skip
SEEDS = (4, 9)
RIVER = {"height": 4, "width": 4, "river_rows": 1, "orchard_rows": 1, "waste_at_start": 1, "most_waste": 4}
WORLDS = {
    "matrix": {"horizon": 10},
    "coin": {"horizon": 10, "height": 3, "width": 3},
    "cleanup": {"horizon": 10, "waste_rate": 0.5} | RIVER,
    "snowdrift": {"horizon": 10, "height": 3, "width": 4},
    "stag_hunt": {"horizon": 15, "height": 4, "width": 4},
}
CASTS = {
    "matrix": "lase,a2c",
    "coin": "lase:predictor,lase",
    "cleanup": "lase,lase:perspective-ideal,cooperator,random",
    "snowdrift": "go,lase:oracle,a2c,lase:oracle",
    "stag_hunt": "lase,lase:predictor,defector,lase:uniform",
}


def make(world, agents=None, rounds=5, seeds=SEEDS, parameters=None, **changes):
    settings = SMALL.changed(**changes)
    return Trainer(world, WORLDS[world] | (parameters or {}), agents or CASTS[world], settings, seeds, rounds)


def same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


def parameters_of(trainer):
    return {name: network.theta.copy() for name, (network, _) in trainer.networks().items()}


# ---------------------------------------------------------------------- what is played
class Recorder:
    """Notes what passes between a trainer and its world, and all that it learns from."""

    def __init__(self, trainer):
        self.trainer, self.steps, self.segments, self.objectives = trainer, [], [], []
        world = trainer.world
        step, give, update = world.step, trainer.give, trainer.acting.update

        def watched_step(actions):
            before = trainer.observer(self.obs).copy(), trainer.observer.present().copy()
            found = step(actions)
            self.steps.append((*before, np.array(actions), found[1].copy(), found[3]))
            self.obs = found[0].copy()
            return found

        def watched_reset(rng):
            self.obs = reset(rng)
            return self.obs

        def watched_give(segment, tally):
            weights, totals = give(segment, tally)
            self.segments.append((segment, weights.copy(), totals.copy(), parameters_of(trainer), trainer.exploration))
            return weights, totals

        def watched_update(segment, learners, objective, values, **rest):
            self.objectives.append((objective.copy(), values.copy(), rest))
            return update(segment, learners, objective, values, **rest)

        reset = world.reset
        world.step, world.reset, trainer.give, trainer.acting.update = (
            watched_step, watched_reset, watched_give, watched_update,
        )  # fmt: skip


@pytest.mark.parametrize("world", WORLDS)
def test_segments_hold_what_was_played(world):
    trainer = make(world, exploration=(0.3, 0.0))
    seen = Recorder(trainer)
    n, n_seeds, b = trainer.world.n_agents, 2, 3
    for _ in range(2):
        trainer.play_round()
    per_round = trainer.world.horizon // 5
    assert len(seen.segments) == 2 * per_round
    for number, (segment, _, _, theta, exploration) in enumerate(seen.segments):
        assert segment.first == (number % per_round == 0)
        assert not segment.over
        _, values, rest = seen.objectives[number]
        assert rest == {"exploration": exploration, "entropy": trainer.settings.entropy[0]}
        for t in range(5):
            x, present, actions, rewards, _ = seen.steps[number * 5 + t]
            np.testing.assert_array_equal(segment.by_step(segment.x)[:, :, t], x)
            np.testing.assert_array_equal(segment.by_step(segment.present)[:, :, t], present)
            for seed, i, w in np.ndindex(n_seeds, n, b):
                done = actions[seed * b + w, i] if present[seed, i, w] else -1
                assert segment.actions[seed, i, t * b + w] == done
                assert segment.rewards[seed, i, t * b + w] == pytest.approx(rewards[seed * b + w, i])
        after = (number + 1) * 5
        if (number + 1) % per_round:
            np.testing.assert_array_equal(segment.last_x, seen.steps[after][0])
            np.testing.assert_array_equal(segment.last_present, seen.steps[after][1])
        assert ((segment.last_actions >= 0) == segment.last_present).all()
        # what actions were drawn from, and values
        for at, i in enumerate(trainer.learners):
            for seed in range(n_seeds):
                network = slow.layers(theta["acting"][seed, at], [x.shape[-1], 6, trainer.world.n_actions + 1])
                for row in range(segment.n_rows):
                    *z, value = slow.mlp(segment.x[seed, i, row].tolist(), network)
                    policy = slow.mixture(slow.softmax(z), exploration)
                    np.testing.assert_allclose(segment.behaviour[seed, i, row], policy, atol=1e-5)
                    assert values[seed, at, row // b, row % b] == pytest.approx(value, abs=1e-5)
                for w in range(b):
                    *z, value = slow.mlp(segment.last_x[seed, i, w].tolist(), network)
                    assert values[seed, at, 5, w] == pytest.approx(value, abs=1e-5)
        scripted = np.setdiff1d(np.arange(n), trainer.learners)
        assert np.isnan(segment.behaviour[:, scripted]).all()


def test_actions_are_drawn_from_behaviour_policies():
    trainer = make("matrix", "a2c", worlds=400, learning_rate=0, exploration=(0.5, 0.5), parameters={"horizon": 5})
    seen = Recorder(trainer)
    for _ in range(5):
        trainer.play_round()
    expected, done = np.zeros((2, 2)), np.zeros((2, 2))
    for segment, *_ in seen.segments:
        expected += segment.behaviour[..., 0].sum(axis=-1)
        done += (segment.actions == 0).sum(axis=-1)
    # 10,000 draws each: five standard deviations
    assert (np.abs(done - expected) < 5 * 50).all()


def test_what_each_kind_climbs():
    trainer = make("snowdrift", "go,lase:uniform,a2c,cooperator")
    seen = Recorder(trainer)
    for _ in range(2):
        trainer.play_round()
    apart = 0
    for (segment, _, totals, *_), (objective, _, _) in zip(seen.segments, seen.objectives, strict=True):
        for seed, row in np.ndindex(2, segment.n_rows):
            rewards, after = segment.rewards[seed, :, row].tolist(), totals[seed, :, row].tolist()
            for at, kind in enumerate(["go", "lase", "a2c"]):
                wanted = slow.objective(kind, rewards, after, at)
                assert objective[seed, at, row] == pytest.approx(wanted, abs=1e-5)
                apart += abs(wanted - rewards[at]) > 0.01
    assert apart > 20


@pytest.mark.parametrize(("bootstrap", "segment"), [(True, 5), (False, 5), (False, 10), (True, 10)])
def test_what_counts_as_the_end(bootstrap, segment):
    trainer = make("coin", bootstrap=bootstrap, segment=segment)
    seen = Recorder(trainer)
    trainer.play_round()
    ends = [not bootstrap and k == 10 // segment - 1 for k in range(10 // segment)]
    assert [found[0].over for found in seen.segments] == ends


def test_memory_of_gifts_ends_with_the_episode():
    trainer = make("coin", "lase:uniform", gift_memory=0.9)
    seen = Recorder(trainer)
    for _ in range(3):
        trainer.play_round()
    starts = 0
    for segment, weights, _, theta, _ in seen.segments:
        by_step = weights.reshape(2, 5, 3, 2, 2)
        for seed, w, i in np.ndindex(2, 3, 2):
            now, later = by_step[seed, 0, w, i, 1 - i], by_step[seed, 1, w, i, 1 - i]
            assert later >= 0.9 * now - 1e-6
            if segment.first:  # nothing is left of the episode before
                at = {"n_inputs": segment.x.shape[-1], "n_features": 5, "n_agents": 2, "n_actions": 4, "n_hidden": 5}
                critic = slow.Critic(theta["uniform critic"][seed, i], **at)
                joint = slow.self_first(segment.actions[seed, :, w].tolist(), i)
                q = critic.varied(segment.x[seed, i, w].tolist(), joint, 1)
                earned = max(slow.omega(q, [0.25] * 4, joint[1], 1e-6 * (max(q) - min(q))), 0)
                assert now == pytest.approx(earned, abs=1e-3)
                starts += earned == 0
    assert starts > 3


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_memory_of_what_was_seen_lasts_for_the_episode(cell):
    trainer = make("coin", "a2c", cell=cell, cell_width=4)
    seen = Recorder(trainer)
    for _ in range(2):
        trainer.play_round()
    network = trainer.acting.network
    for (segment, _, _, theta, _), (_, values, _) in zip(seen.segments, seen.objectives, strict=True):
        network.theta[...] = theta["acting"]
        if segment.first:
            state = None
        said = []
        for t in range(5):
            y, state = network.step(segment.by_step(segment.x)[:, :, t], state)
            said.append(y[..., -1])
        y, _ = network.step(segment.last_x, state)
        np.testing.assert_allclose(values, np.stack([*said, y[..., -1]], axis=2), atol=1e-6)


# ---------------------------------------------------------------------- what is measured
@pytest.mark.parametrize("world", WORLDS)
def test_measures_of_a_round(world):
    trainer = make(world)
    seen = Recorder(trainer)
    measured = trainer.play_round()
    n, b, w_measured = trainer.world.n_agents, 3, 2
    wanted = {name: np.zeros((2, n)) for name in ("reward", "total")}
    given, weight, both = np.zeros((3, 2, n, n))
    for segment, weights, totals, *_ in seen.segments:
        for seed, row, i in np.ndindex(2, segment.n_rows, n):
            wanted["reward"][seed, i] += segment.rewards[seed, i, row] / b
            wanted["total"][seed, i] += totals[seed, i, row] / b
            for j in range(n):
                if i != j:
                    given[seed, i, j] += weights[seed, row, i, j] * segment.rewards[seed, i, row] / b
                if row % b < w_measured and segment.present[seed, i, row] and segment.present[seed, j, row]:
                    weight[seed, i, j] += weights[seed, row, i, j]
                    both[seed, i, j] += 1
    for name, values in wanted.items():
        np.testing.assert_allclose(measured[name], values, atol=1e-4)
    np.testing.assert_allclose(measured["given"], given, atol=1e-4)
    np.testing.assert_allclose(measured["weight"], weight / both, atol=1e-5)
    for name in getattr(trainer.world, "events", ()):
        count = sum(step[4][name].reshape(2, b, n).sum(axis=1) for step in seen.steps) / b
        np.testing.assert_allclose(measured["event_" + name.replace(" ", "_")], count)
    likely = measured["log_likelihood"]
    estimates = np.array([bool(part.estimator) for part in trainer.parts])
    assert (np.isfinite(likely) == (estimates[:, None] & ~np.eye(n, dtype=bool))).all()
    assert (likely[np.isfinite(likely)] < 0).all()
    learns = np.array([part.learns for part in trainer.parts])
    for name in ("critic_loss", "entropy", "gradient_norm"):
        assert (np.isfinite(measured[name]) == learns).all()
    top = np.log(trainer.world.n_actions)
    assert (measured["entropy"][:, learns] <= top + 1e-6).all()
    assert (measured["entropy"][:, learns] > 0.5 * top).all()


@pytest.mark.parametrize(
    "agents", ["lase", "lase:oracle,a2c,lase:oracle,random", "lase:predictor,lase,lase:uniform,go"]
)
def test_action_value_losses_of_all_who_have_them(agents):
    # players with different estimates learn one group after the other
    trainer = make("snowdrift", agents.replace("oracle", "predictor"))
    measured = trainer.play_round()
    estimates = [bool(part.estimator) for part in trainer.parts]
    assert (np.isfinite(measured["action_value_loss"]) == estimates).all()


def test_likelihood_of_estimates():
    trainer = make("coin", "lase:oracle,lase:uniform")
    seen = Recorder(trainer)
    measured = trainer.play_round()
    said = [
        [segment.behaviour[seed, 1, row, segment.actions[seed, 1, row]] for seed in range(2)]
        for segment, *_ in seen.segments
        for row in range(segment.n_rows)
        if row % 3 < 2
    ]
    np.testing.assert_allclose(measured["log_likelihood"][:, 0, 1], np.log(said).mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(measured["log_likelihood"][:, 1, 0], np.log(0.25), rtol=1e-5)


@pytest.mark.parametrize(
    ("rewards", "value"),
    [([1, 0, 0, 0], 0.25), ([3, 1], 0.75), ([4, 3, 2, 1], 0.75), ([2, 2, 2], 1.0), ([5], 1.0), ([0.1, 0.1], 1.0)],
)
def test_equality(rewards, value):
    n = len(rewards)
    apart = sum(abs(a - b) for a in rewards for b in rewards)
    assert value == pytest.approx(1 - apart / (2 * n * sum(rewards)))
    assert float(equality(rewards)) == pytest.approx(value)
    assert float(equality(np.array(rewards) * 10)) == pytest.approx(value)
    np.testing.assert_allclose(equality([rewards, rewards[::-1]]), [value, value])


@pytest.mark.parametrize("rewards", [[0, 0], [1, -1], [-3, -1], [1, -2, 0], [0.1 + 0.2, -0.3]])
def test_equality_has_no_meaning_without_gain(rewards):
    assert np.isnan(equality(rewards))


def test_imbalance_tells_of_a_gift_that_is_not_received():
    trainer = make("coin", "a2c")
    seen = Recorder(trainer)
    trainer.play_round()
    segment, weights, totals, *_ = next(found for found in seen.segments if found[0].rewards.any())
    for factor, low, high in ((1, 0, 1e-6), (1.001, 0.9e-3, 1.1e-3)):
        tally = Tally(2, trainer.parts, trainer.world)
        tally.note_gifts(segment, weights, totals * factor, trainer.measured_rows(segment))
        assert low <= tally.means()["imbalance"].max() <= high


# ---------------------------------------------------------------------- runs that repeat and go on
REPLAY = {"segment": 10, "replay": 9, "replay_batch": 41, "replay_every": 2, "replay_start": 3}
EVERY = [
    *((world, cast, {}) for world, cast in CASTS.items()),
    ("coin", "lase", {"gift_memory": 0.8}),
    ("stag_hunt", "lase:oracle", {"gift_memory": 0.5, "exploration": (0.5, 0.0), "warmup": 3}),
    ("coin", "lase,lase:predictor", {"cell": "lstm", "cell_width": 4}),
    ("coin", "lase,lase:predictor", REPLAY),
    ("coin", "lase", {"body": "convolution", "position": False, "hidden": (6,), "bootstrap": False}),
    ("matrix", "go", {}),
    ("coin", "cooperator,a2c", {}),
]  # fmt: skip


@pytest.mark.parametrize(("world", "agents", "changes"), EVERY)
def test_a_run_goes_on_bit_for_bit(world, agents, changes, tmp_path):
    trainer = make(world, agents, **changes)
    chunks = checkpoints.Chunks(limits={} if trainer.replay is None else {"replay": trainer.replay.slots})
    for _ in range(3):
        trainer.play_round()
    new = {} if trainer.replay is None else {"replay": trainer.replay.fresh()}
    checkpoints.save(tmp_path, 3, trainer.state(), append=new, chunks=chunks)
    rest = [trainer.play_round() for _ in range(2)]
    other = make(world, agents, **changes)
    other.play_round()  # whatever it did before does not matter
    if trainer.replay is not None:
        other = make(world, agents, **changes)
    loaded = checkpoints.load(tmp_path)
    other.restore(loaded.state, loaded.appended.get("replay"))
    assert other.round == 3
    for wanted in rest:
        same(other.play_round(), wanted)
    same(parameters_of(other), parameters_of(trainer))
    for name, (_, adam) in trainer.networks().items():
        mine = other.networks()[name][1]
        np.testing.assert_array_equal(mine.square, adam.square)
        assert mine.steps == adam.steps
    for mine, theirs in zip(other.empathies, trainer.empathies, strict=True):
        np.testing.assert_array_equal(mine.range, theirs.range)
        assert mine.updates == theirs.updates


@pytest.mark.parametrize(("world", "agents", "changes"), EVERY)
def test_nothing_measured_has_the_form_of_what_is_measured(world, agents, changes):
    # what a checkpoint says was measured is held against it
    trainer = make(world, agents, **changes)
    before, found = trainer.nothing_measured(), trainer.play_round()
    assert {name: (a.dtype, a.shape) for name, a in before.items()} == {
        name: (a.dtype, a.shape) for name, a in found.items()
    }


def test_a_state_that_does_not_fit_changes_nothing():
    trainer = make("coin", "lase")
    trainer.play_round()
    state, before = copy.deepcopy(trainer.state()), copy.deepcopy(trainer.state())
    for network in state["networks"].values():
        network["theta"] += 1
    state["networks"]["acting"]["steps"] = -1
    with pytest.raises(ValueError, match=r"state\['networks'\]\['acting'\]\['steps'\] must be at least 0, got -1"):
        trainer.restore(state)
    same(parameters_of(trainer), {name: network["theta"] for name, network in before["networks"].items()})


def test_a_state_stays_what_it_was():
    trainer = make("coin", "lase")
    trainer.play_round()
    state = trainer.state()
    kept = copy.deepcopy(state)
    trainer.play_round()
    for name, network in kept["networks"].items():
        same(state["networks"][name], network)
    np.testing.assert_array_equal(state["empathies"][0]["range"], kept["empathies"][0]["range"])


@pytest.mark.parametrize(("world", "agents", "changes"), EVERY[:6])
def test_a_run_is_determined_by_its_seeds(world, agents, changes):
    runs = []
    for seeds in ((4, 9), (4, 9), (4, 8)):
        trainer = make(world, agents, seeds=seeds, **changes)
        runs.append((parameters_of(trainer), [trainer.play_round() for _ in range(2)], parameters_of(trainer)))
    (start, first, end), (_, again, end_again), (other_start, other, other_end) = runs
    same(first[1], again[1])
    same(end, end_again)
    for name in start:
        np.testing.assert_array_equal(start[name][0], other_start[name][0])  # of seed 4
        assert (start[name][1] != other_start[name][1]).mean() > 0.5
        assert not np.array_equal(end[name][1], other_end[name][1])
    assert not np.array_equal(first[1]["entropy"], other[1]["entropy"])


def test_players_and_seeds_begin_differently():
    trainer = make("coin", "lase:oracle")
    for network, _ in trainer.networks().values():
        flat = network.theta.reshape(4, -1)
        assert all((flat[a] != flat[b]).mean() > 0.5 for a in range(4) for b in range(a))


def test_seeds_do_not_mix():
    # what one seed has learned is nothing to another: change one, and the other plays on as before
    found = []
    for change in (0.0, 0.5):
        trainer = make("coin", "lase", learning_rate=0.0)
        seen = Recorder(trainer)
        for name, (network, _) in trainer.networks().items():
            if name != "acting":
                network.theta[1] += np.float32(change)
        for _ in range(2):
            trainer.play_round()
        found.append((parameters_of(trainer), [totals for _, _, totals, *_ in seen.segments]))
    for name, theta in found[0][0].items():
        np.testing.assert_array_equal(theta[0], found[1][0][name][0])
    for one, other in zip(found[0][1], found[1][1], strict=True):
        np.testing.assert_array_equal(one[0], other[0])
    assert any((one[1] != other[1]).any() for one, other in zip(found[0][1], found[1][1], strict=True))


# ---------------------------------------------------------------------- schedules
def test_entropy_falls_over_the_run():
    trainer = make("matrix", "a2c", rounds=5, entropy=(0.2, 0.1))
    seen = []
    for _ in range(6):
        seen.append(trainer.entropy)
        trainer.round += 1
    assert seen == pytest.approx([0.2, 0.175, 0.15, 0.125, 0.1, 0.1])
    assert make("matrix", "a2c", rounds=1, entropy=(0.2, 0.1)).entropy == 0.2


@pytest.mark.parametrize(
    ("rounds", "falls", "wanted"),
    [(8, 0, [0.5, 0.4, 0.3, 0.2, 0.1, 0.1]), (100, 2, [0.5, 0.3, 0.1, 0.1]), (2, 8, [0.5, 0.45]), (1, 0, [0.5])],
)
def test_exploration_falls_and_stays(rounds, falls, wanted):
    trainer = make("matrix", "a2c", rounds=rounds, exploration=(0.5, 0.1), exploration_rounds=falls)
    seen = []
    for _ in wanted:
        seen.append(trainer.exploration)
        trainer.round += 1
    assert seen == pytest.approx(wanted)


def test_schedules_reach_the_updates():
    trainer = make("matrix", "a2c", rounds=3, entropy=(0.4, 0.0), exploration=(0.6, 0.2), exploration_rounds=2)
    seen = Recorder(trainer)
    for _ in range(3):
        trainer.play_round()
    found = [(rest["entropy"], rest["exploration"]) for _, _, rest in seen.objectives][::2]
    np.testing.assert_allclose(found, [(0.4, 0.6), (0.2, 0.4), (0.0, 0.2)])
    for number, (segment, *_) in enumerate(seen.segments):
        assert segment.behaviour.min() >= (0.6, 0.4, 0.2)[number // 2] / 2 - 1e-6


def test_gifts_begin_after_the_warm_up():
    trainer = make("coin", "lase:uniform", warmup=3)
    seen = Recorder(trainer)
    for _ in range(3):
        trainer.play_round()
    gifts = [weights[..., 0, 1].max() for _, weights, *_ in seen.segments]
    assert gifts[:3] == [0, 0, 0]
    assert min(gifts[3:]) > 0.1


@pytest.mark.parametrize(("start", "every", "learned"), [(0, 1, 6), (9, 1, 4), (0, 2, 3), (7, 3, 2), (19, 1, 0)])
def test_when_replay_is_learned_from(start, every, learned):
    trainer = make("coin", "lase", segment=10, replay=6, replay_batch=5, replay_every=every, replay_start=start)
    for _ in range(6):
        trainer.play_round()
    assert (trainer.empathies[0].updates, len(trainer.replay), trainer.replay.rounds) == (learned, 2, 6)
    assert trainer.acting.adam.steps == 6


def test_measures_are_the_same_in_every_round():
    # of rounds without an update of action values too, so that rounds can be put side by side
    trainer = make("coin", "lase", segment=10, replay=6, replay_batch=5, replay_every=2, replay_start=0)
    names = [set(trainer.play_round()) for _ in range(4)]
    assert "action_value_loss" in names[1]
    assert names[0] == names[1] == names[2] == names[3]


# ---------------------------------------------------------------------- faults
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("network", "player"), [("acting", 1), ("perspective critic", 0), ("predictor critic", 1)])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_a_loss_that_is_not_a_number_is_named(network, player, seed):
    trainer = make("coin", "lase,lase:predictor")
    trainer.play_round()
    learn = trainer.learn

    def broken(segment, values, totals, tally):
        at = player if network == "acting" else 0
        trainer.networks()[network][0].theta[seed, at, -1] = np.nan  # the bias of the last output
        learn(segment, values, totals, tally)

    trainer.learn = broken
    with pytest.raises(FloatingPointError, match=rf"of player {player} is nan in round 2, seed {SEEDS[seed]}"):
        trainer.play_round()


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("network", ["perspective selfish", "perspective estimate", "predictor estimate"])
def test_no_round_ends_with_a_parameter_that_is_not_a_number(network):
    trainer = make("coin", "lase,lase:predictor")
    trainer.play_round()
    trainer.networks()[network][0].theta[1, 0, -1] = np.nan
    with pytest.raises(FloatingPointError, match=r"is (nan|not a number) in round 2, seed 9"):
        trainer.play_round()
    assert trainer.round == 1  # so that no checkpoint is written of it


@pytest.mark.parametrize("scripted", ["random", "cooperator", "defector"])
def test_an_oracle_cannot_ask_scripted_players(scripted):
    with pytest.raises(ValueError, match="oracle knows the policies of learners only"):
        make("coin", f"lase:oracle,{scripted}")
    make("coin", f"lase:predictor,{scripted}")
    make("coin", "lase:oracle,a2c")


@pytest.mark.parametrize(("horizon", "segment"), [(10, 4), (10, 20), (7, 5)])
def test_episodes_are_whole_segments(horizon, segment):
    with pytest.raises(ValueError, match=rf"horizon must be a multiple of segment = {segment}, got {horizon}"):
        make("coin", parameters={"horizon": horizon}, segment=segment)


def test_replay_keeps_whole_episodes():
    with pytest.raises(ValueError, match="segment must be 10, got 5"):
        make("coin", "lase", replay=6)
    make("coin", "a2c", replay=6)  # nobody needs it


def test_an_episode_without_end_is_refused():
    with pytest.raises(ValueError, match="horizon"):
        make("matrix", parameters={"horizon": None})


def test_somebody_has_to_learn():
    with pytest.raises(ValueError, match="learn"):
        make("coin", "random")


@pytest.mark.parametrize("world", ["matrix", "coin"])
def test_convolutions_need_a_map(world):
    parameters = {} if world == "matrix" else {"view": 3}
    with pytest.raises(ValueError, match="'convolution' needs a window of at least 5 by 5"):
        make(world, "a2c", body="convolution", parameters=parameters)


# ---------------------------------------------------------------------- learning
def cooperation(agents, rounds, seeds, **changes):
    """Mean probability of cooperating in one game of (4, 0, 5, 1), over the last quarter of a run."""
    chosen = preset("small", "matrix").settings.changed(hidden=(16,), features=16, joint=16, measured=1, **changes)
    trainer = Trainer("matrix", {"horizon": 1, "game": gt.Game.two_by_two(4, 0, 5, 1)}, agents, chosen, seeds, rounds)
    x = np.broadcast_to(np.eye(4, dtype=np.float32)[0], (len(seeds), 2, 1, 4))
    found = []
    for _ in range(rounds):
        trainer.play_round()
        found.append(trainer.acting.act(x, 0.0)[0][:, :, 0, 0])
    return np.mean(found[-rounds // 4 :], axis=0)


def test_who_shares_the_mean_cooperates():
    assert cooperation("go", 150, range(4), learning_rate=1e-2).min() > 0.9


def test_the_selfish_defect():
    assert cooperation("a2c", 150, range(4), learning_rate=1e-2).max() < 0.1


def test_lase_learns_what_theory_says():
    # with exact estimates the learners end at 4/5
    found = cooperation("lase:oracle", 320, range(6), learning_rate=3e-3, critic_rate=1e-2)
    assert np.abs(found - 0.8).max() < 0.05


def test_who_shares_the_mean_learns_not_to_harm():
    chosen = SMALL.changed(
        worlds=16, segment=25, entropy=(0.02, 0.002), hidden=(64, 64), learning_rate=5e-3, value_coefficient=0.05
    )
    trainer = Trainer("coin", {"horizon": 50, "height": 3, "width": 3}, "go", chosen, (0, 1), 60)
    rounds = [trainer.play_round() for _ in range(60)]
    others, own = (
        np.array([found[f"event_{kind}_coin"].sum(axis=-1) for found in rounds]) for kind in ("other", "own")
    )
    assert (others[-10:].mean(axis=0) < 0.5 * others[:5].mean(axis=0)).all()
    assert (own[-10:].mean(axis=0) > 3 * own[:5].mean(axis=0)).all()
