"""The grid worlds as PettingZoo environments: the library's own tests, and what they leave out."""

import importlib
import sys

import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence
from pettingzoo.test import parallel_api_test, render_test
from pettingzoo.utils import parallel_to_aec

import gametheory as gt
from lase_core.envs import GRID_WORLDS, MatrixWorld, make
from lase_core.envs.pettingzoo import ParallelWorld, parallel_env
from lase_core.envs.render import frame


def play(env, seed, actions_seed=0):
    """Play an episode with random actions; all that the environment said."""
    rng = np.random.default_rng(actions_seed)
    heard = [env.reset(seed=seed)]
    while env.agents:
        # for all who may ever act: who has left earlier in one of two episodes shifts nobody's actions
        chosen = dict(zip(env.possible_agents, rng.integers(env.world.n_actions, size=env.max_num_agents), strict=True))
        heard.append(env.step({a: chosen[a] for a in env.agents}))
    return heard


# ---------------------------------------------------------------------- the library's tests
@pytest.mark.parametrize("name", GRID_WORLDS)
def test_api(name, capsys):
    parallel_api_test(parallel_env(name), num_cycles=150)  # its warnings are errors here
    assert "Passed Parallel API test" in capsys.readouterr().out


@pytest.mark.parametrize("name", GRID_WORLDS)
def test_render(name):
    def env(render_mode):
        # the library's test first makes one for a window, and does nothing with it; there are no windows
        return parallel_to_aec(parallel_env(name, render_mode=None if render_mode == "human" else render_mode))

    render_test(env)


# ---------------------------------------------------------------------- seeds
@pytest.mark.parametrize("name", GRID_WORLDS)
def test_a_seed_decides_the_whole_episode(name):
    # the library's seed test compares one step only
    one, two = parallel_env(name), parallel_env(name)
    for seed in range(5):
        first, again = play(one, seed), play(two, seed)
        assert len(first) == len(again) > 2
        assert all(data_equivalence(a, b) for a, b in zip(first, again, strict=True))
        assert one.agents == two.agents == []


@pytest.mark.parametrize("name", GRID_WORLDS)
def test_other_seeds_begin_elsewhere(name):
    env = parallel_env(name)
    begun = {b"".join(seen.tobytes() for seen in env.reset(seed=seed)[0].values()) for seed in range(10)}
    assert len(begun) == 10


@pytest.mark.parametrize("name", GRID_WORLDS)
def test_without_a_seed_episodes_go_on_from_the_last_one(name):
    one, two = parallel_env(name), parallel_env(name)
    one.reset(seed=3)
    two.reset(seed=3)
    first, second = one.reset()[0], one.reset()[0]
    assert data_equivalence(first, two.reset()[0])
    assert data_equivalence(second, two.reset()[0])
    assert not data_equivalence(first, second)


# ---------------------------------------------------------------------- the same world
@pytest.mark.parametrize("name", GRID_WORLDS)
def test_it_is_the_world_of_the_batch_one_to_one(name):
    env, world = parallel_env(name, horizon=12), make(name, horizon=12)
    rng, seen = np.random.default_rng(1), world.reset(np.random.default_rng(7))
    heard, infos = env.reset(seed=7)
    assert infos == {a: dict.fromkeys(world.events, 0) for a in env.agents}
    for step in range(12):
        for k, agent in enumerate(env.possible_agents):
            if agent in env.agents:
                assert np.array_equal(heard[agent], seen[0, k])
                assert env.observation_space(agent).contains(heard[agent])
        actions = rng.integers(world.n_actions, size=world.n_agents)
        acting = list(env.agents)
        if not acting:
            break
        heard, rewards, ended, cut, infos = env.step({a: actions[env.possible_agents.index(a)] for a in acting})
        seen, wanted, done, events = world.step([actions])
        for agent in acting:
            k = env.possible_agents.index(agent)
            assert rewards[agent] == wanted[0, k]
            assert infos[agent] == {event: count[0, k] for event, count in events.items()}
            assert ended[agent] == (world.cells[0, k] == world.n_cells)
            assert cut[agent] == (step == 11 and not ended[agent])
        assert set(rewards) == set(ended) == set(cut) == set(infos) == set(heard) == set(acting)
        assert bool(done[0]) == (step == 11)


def test_who_hunts_is_terminated_and_the_others_go_on():
    env = parallel_env("stag_hunt", n_agents=3, n_hares=3, n_stags=0)
    env.reset(seed=0)
    env.world.cells[0, 1] = np.flatnonzero(env.world.hares[0])[0]
    hunt, stay = env.world.actions.index("hunt hare"), env.world.actions.index("stay")
    heard, rewards, ended, cut, infos = env.step({"player_1": stay, "player_2": hunt, "player_3": stay})
    assert rewards == {"player_1": 0, "player_2": 1, "player_3": 0}
    assert ended == {"player_1": False, "player_2": True, "player_3": False}
    assert cut == dict.fromkeys(ended, False)
    assert infos["player_2"] == {"stag": 0, "hare": 1}
    assert not heard["player_2"].any()
    assert env.agents == ["player_1", "player_3"]
    assert list(env.step({"player_1": stay, "player_3": stay, "player_2": hunt})[1]) == ["player_1", "player_3"]
    for k, agent in enumerate(env.possible_agents):
        if agent in env.agents:
            env.world.cells[0, k] = np.flatnonzero(env.world.hares[0])[0]
    assert set(env.step(dict.fromkeys(env.agents, hunt))[2].values()) == {True}
    assert env.agents == []  # long before the horizon
    with pytest.raises(RuntimeError, match="the episode is over, or has not begun"):
        env.step({})


def test_who_hunts_in_the_last_step_is_terminated_and_not_truncated():
    env = parallel_env("stag_hunt", n_agents=2, horizon=1)
    env.reset(seed=0)
    env.world.cells[0, 0] = np.flatnonzero(env.world.hares[0])[0]
    _, _, ended, cut, _ = env.step({"player_1": 5, "player_2": 4})
    assert (ended, cut) == ({"player_1": True, "player_2": False}, {"player_1": False, "player_2": True})
    assert env.agents == []


# ---------------------------------------------------------------------- state, pictures, complaints
@pytest.mark.parametrize("name", GRID_WORLDS)
def test_the_state_is_what_is_on_the_map(name):
    env, whole_map = parallel_env(name), parallel_env(name, view="map")
    env.reset(seed=2)
    seen, _ = whole_map.reset(seed=2)
    assert np.array_equal(env.state(), seen["player_1"])  # player 1 calls everybody as the state does
    assert env.state_space.contains(env.state())


def test_pictures_have_the_rewards():
    env = parallel_env("coin", render_mode="rgb_array")
    rewards = [list(heard[1].values()) for heard in play(env, seed=0)[1:]]
    assert np.any(rewards)
    assert np.array_equal(env.render(), frame(env.world, rewards=np.sum(rewards, axis=0), gained=rewards[-1]))
    env.reset()
    assert np.array_equal(env.render(), frame(env.world, rewards=[0, 0], gained=[0, 0]))


def test_without_a_mode_nothing_is_drawn():
    env = parallel_env("coin")
    env.reset(seed=0)
    with pytest.warns(UserWarning, match="without a render_mode"):
        assert env.render() is None


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("matrix", {}, "unknown world 'matrix'; there are coin, cleanup, snowdrift, stag_hunt"),
        ("coin", {"batch": 2}, "batch cannot be chosen"),
        ("coin", {"auto_reset": True}, "auto_reset cannot be chosen"),
        ("coin", {"render_mode": "human"}, "render_mode must be None or 'rgb_array', got 'human'"),
        ("coin", {"heights": 3}, "the world 'coin' has no parameter 'heights'; did you mean height"),
    ],
)
def test_bad_input(name, parameters, words):
    with pytest.raises(ValueError, match=words):
        parallel_env(name, **parameters)


def test_bad_actions():
    env = parallel_env("coin")
    with pytest.raises(RuntimeError, match="has not begun"):
        env.step({"player_1": 0, "player_2": 0})
    env.reset(seed=0)
    with pytest.raises(ValueError, match="no action for player_2"):
        env.step({"player_1": 0})
    assert env.world.steps == 0


@pytest.mark.parametrize("action", [4, -1, 2**70, np.int8(4)])
def test_actions_out_of_range_name_the_player(action):
    env = parallel_env("coin")
    env.reset(seed=0)
    with pytest.raises(ValueError, match=rf"^the action of player_2 must lie in 0\.\.3, got {action}$"):
        env.step({"player_1": 0, "player_2": action})
    assert env.world.steps == 0


@pytest.mark.parametrize("action", ["up", "3", 2.9, 2.0, np.float32(2), None, True, np.bool_(True), np.array([1, 2])])
def test_actions_are_whole_numbers(action):
    env = parallel_env("coin")
    env.reset(seed=0)
    with pytest.raises(TypeError, match=r"^the action of player_2 must be a whole number, got "):
        env.step({"player_1": 0, "player_2": action})
    assert env.world.steps == 0


@pytest.mark.parametrize("action", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_whole_numbers_of_any_kind(action):
    env, usual = parallel_env("coin"), parallel_env("coin")
    env.reset(seed=0)
    usual.reset(seed=0)
    heard = env.step({"player_1": action, "player_2": 0})
    assert data_equivalence(heard, usual.step({"player_1": 3, "player_2": 0}))


@pytest.mark.parametrize("name", ["player_3", "Player_1", 0])
def test_unknown_players(name):
    env = parallel_env("coin")
    env.reset(seed=0)
    with pytest.raises(ValueError, match=f"^unknown player {name!r}; there are player_1, player_2$"):
        env.step({"player_1": 0, "player_2": 0, name: 0})
    assert env.world.steps == 0


@pytest.mark.parametrize(
    ("world", "error", "words"),
    [
        (make("coin", batch=2), ValueError, r"is one world, begun by reset\(\), got a batch of 2"),
        (make("coin", auto_reset=True), ValueError, r"is one world, begun by reset\(\), got auto_reset"),
        (MatrixWorld(gt.catalogue.donation(b=3, c=1)), TypeError, "must be a grid world, got MatrixWorld"),
        ("coin", TypeError, "must be a grid world, got str"),
    ],
)
def test_worlds_that_are_refused(world, error, words):
    with pytest.raises(error, match=words):
        ParallelWorld(world)


def test_a_world_of_ones_own():
    world = make("coin", height=3)
    env = ParallelWorld(world, "rgb_array")
    assert env.world is world
    assert env.reset(seed=0)[0].keys() == {"player_1", "player_2"}
    assert env.render().ndim == 3
    with pytest.raises(ValueError, match="render_mode must be None or 'rgb_array', got 'human'"):
        ParallelWorld(world, "human")


def test_nothing_is_drawn_before_the_beginning():
    with pytest.raises(ValueError, match=r"has not begun: call reset\(\)"):
        parallel_env("coin", render_mode="rgb_array").render()


@pytest.mark.parametrize("package", ["pettingzoo", "gymnasium"])
def test_the_extra_is_named_where_it_is_missing(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "lase_core.envs.pettingzoo")
    with pytest.raises(ImportError, match=r"pip install 'lase-toolkit\[rl\]'"):
        importlib.import_module("lase_core.envs.pettingzoo")
