"""The iterated matrix game: what agents see, what they get, when it ends, what is refused."""

from itertools import product

import numpy as np
import pytest
import sympy as sp

import gametheory as gt
import lase_core as lc
from lase_core.envs import MatrixWorld

PD = gt.Game.two_by_two(3, 0, 5, 1)


def own_view(joint, agent, n_actions):
    """Read the joint action as a number: own action first, then the others' in their order, the last one fastest."""
    digits = [joint[agent], *(a for k, a in enumerate(joint) if k != agent)]
    number = 0
    for digit in digits:
        number = n_actions * number + digit
    return number


def test_states_of_two_players():
    # CC, CD, DC, DD are 0, 1, 2, 3, own action first
    world = MatrixWorld(PD, batch=4)
    world.reset()
    obs, rewards, done, info = world.step([[0, 0], [0, 1], [1, 0], [1, 1]])
    assert obs.tolist() == [[0, 0], [1, 2], [2, 1], [3, 3]]
    assert rewards.tolist() == [[3, 3], [0, 5], [5, 0], [1, 1]]
    assert done.tolist() == [False] * 4
    assert info["joint"].tolist() == [0, 1, 2, 3]
    assert obs.dtype == np.int64
    assert rewards.dtype == np.float64
    assert done.dtype == np.bool_


@pytest.mark.parametrize(("n", "actions"), [(2, 2), (2, 3), (3, 2), (3, 3), (4, 2)])
def test_states_and_rewards_of_any_game(n, actions):
    rng = np.random.default_rng(1)
    payoffs = rng.normal(size=(n, *[actions] * n))
    joints = list(product(range(actions), repeat=n))
    world = MatrixWorld(gt.Game(payoffs), batch=len(joints))
    assert (world.n_agents, world.n_actions, world.n_observations) == (n, actions, actions**n)
    assert world.reset().tolist() == [[0] * n] * len(joints)  # as if all had just played action 0
    obs, rewards, _, info = world.step(joints)
    assert info["joint"].tolist() == list(range(len(joints)))
    for b, joint in enumerate(joints):
        assert obs[b].tolist() == [own_view(joint, i, actions) for i in range(n)]
        assert rewards[b].tolist() == [payoffs[(i, *joint)] for i in range(n)]
    for i in range(n):
        assert sorted(obs[:, i]) == list(range(actions**n))  # every agent can tell all joint actions apart


def test_exact_payoffs_become_floats():
    world = MatrixWorld(gt.catalogue.public_goods(3, 2), batch=1)
    world.reset()
    _, rewards, _, _ = world.step([[0, 0, 1]])
    np.testing.assert_allclose(rewards, [[1 / 3, 1 / 3, 4 / 3]], rtol=1e-15)


def test_one_game_for_each_world():
    games = [PD, gt.Game.two_by_two(4, 0, 3, 1), gt.catalogue.matching_pennies()]
    world = MatrixWorld(games, batch=3)
    world.reset()
    assert world.step([[0, 1]] * 3)[1].tolist() == [[0, 5], [0, 3], [-1, 1]]


def test_horizon():
    world = MatrixWorld(PD, batch=2, horizon=3)
    for _ in range(2):  # a second episode is like the first
        world.reset()
        ends = [world.step([[0, 0], [1, 1]])[2].tolist() for _ in range(3)]
        assert ends == [[False, False], [False, False], [True, True]]
        with pytest.raises(RuntimeError, match=r"the episode ended after 3 steps: call reset\(\)"):
            world.step([[0, 0], [1, 1]])
    world = MatrixWorld(PD, horizon=None)
    world.reset()
    assert not any(world.step([[0, 0]])[2].any() for _ in range(300))
    assert MatrixWorld(PD).horizon == 100


def test_stepping_before_a_reset():
    with pytest.raises(RuntimeError, match=r"call reset\(\) first"):
        MatrixWorld(PD).step([[0, 0]])


def test_actions_are_not_written_to_and_any_integers_do():
    world = MatrixWorld(PD, batch=2)
    world.reset()
    actions = np.array([[0, 1], [1, 1]], dtype=np.uint8)
    obs = world.step(actions)[0]
    assert obs.tolist() == [[1, 2], [3, 3]]
    assert actions.tolist() == [[0, 1], [1, 1]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"batch": 0}, "batch must be at least 1, got 0"),
        ({"batch": -2}, "batch must be at least 1, got -2"),
        ({"horizon": 0}, "horizon must be at least 1, got 0"),
        ({"game": [PD, PD], "batch": 3}, "one Game or one for each of the 3 worlds, got 2"),
        ({"game": gt.Game(np.zeros((2, 2, 3)))}, "all players must have the same number of actions"),
        ({"game": [PD, gt.catalogue.rock_paper_scissors()], "batch": 2}, "the same number of actions"),
        ({"game": gt.catalogue.donation(*sp.symbols("b c"))}, "unbound symbols b, c"),
    ],
)
def test_bad_worlds(arguments, message):
    with pytest.raises(ValueError, match=message):
        MatrixWorld(**{"game": PD} | arguments)


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([[0, 0]], r"actions must have the shape \(batch, n_agents\) = \(2, 2\), got \(1, 2\)"),
        ([0, 1], r"actions must have the shape \(batch, n_agents\) = \(2, 2\), got \(2,\)"),
        ([[0, 0], [0, 2]], r"actions must lie in 0..1, got 2 at index \(1, 1\)"),
        ([[-1, 0], [0, 2]], r"actions must lie in 0..1, got -1 at index \(0, 0\)"),
    ],
)
def test_bad_actions(actions, message):
    world = MatrixWorld(PD, batch=2)
    world.reset()
    with pytest.raises(ValueError, match=message):
        world.step(actions)
    assert world.step([[0, 0], [0, 1]])[0].tolist() == [[0, 0], [1, 2]]  # nothing was played


def test_make_by_name():
    world = lc.envs.make("matrix", game=PD, batch=3, horizon=7)
    assert isinstance(world, MatrixWorld)
    assert (world.batch, world.horizon) == (3, 7)
    with pytest.raises(ValueError, match="unknown world 'matrx'; did you mean matrix"):
        lc.envs.make("matrx")
