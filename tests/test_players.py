"""Scripted players in states made by hand: what each of them does there, and what it never does."""

import numpy as np
import pytest

import gametheory as gt
from lase_core.envs import GRID_WORLDS, MatrixWorld, make
from lase_core.envs.players import PLAYERS, act, caretaker, cooperator, defector, player, random_player, walk

MANY = 400  # equal worlds: an action of probability 1/4 is missed with probability 1e-50
MOVES = {"up", "down", "left", "right"}
CENTRE, UP, DOWN, LEFT, RIGHT = 12, 7, 17, 11, 13  # cells of a map of 5 × 5, of which the first is 0 and the last 24


def state(name, cells, **things):
    """Many equal worlds with players on these cells, and things (maps by name) on those."""
    parameters = {key: value for key, value in things.items() if not hasattr(value, "__len__")}
    world = make(name, batch=MANY, n_agents=len(cells), height=5, width=5, **parameters)
    world.reset(0)
    world.cells[:] = cells
    for kind in set(vars(world)) & {"waste", "apples", "drifts", "stags", "hares"}:
        there = getattr(world, kind)
        there[:] = False
        there[:, list(things.get(kind, ()))] = True
    return world


def coin_state(cells, coin, colour):
    world = state("coin", cells)
    world.coin[:], world.colour[:] = coin, colour
    return world


def chosen(world, who, agent=0, seed=1):
    """Names of the actions that somebody takes in these worlds."""
    actions = who(world, agent, np.random.default_rng(seed))
    assert actions.shape == (world.batch,)
    return {world.actions[action] for action in actions.tolist()}


def there(world, *cells):
    """Map with some cells marked, in all worlds."""
    return np.broadcast_to(np.isin(np.arange(world.n_cells), cells), (world.batch, world.n_cells))


def walking(world, *cells, agent=0, **options):
    return chosen(world, lambda *given: walk(*given[:2], there(world, *cells), given[2], **options), agent)


# ---------------------------------------------------------------------- walking
@pytest.mark.parametrize(
    ("target", "moves"),
    [
        (UP, {"up"}),
        (DOWN, {"down"}),
        (LEFT, {"left"}),
        (RIGHT, {"right"}),
        (2, {"up"}),
        (22, {"down"}),
        (10, {"left"}),
        (14, {"right"}),
        (0, {"up", "left"}),
        (4, {"up", "right"}),
        (20, {"down", "left"}),
        (24, {"down", "right"}),
    ],
)
def test_they_walk_to_the_target(target, moves):
    for agent in (0, 1):
        world = state("snowdrift", [CENTRE, 0] if agent == 0 else [0, CENTRE])
        assert walking(world, target, agent=agent) == moves
        assert walking(world, target, agent=agent, act="stay") == moves  # not yet there


def test_up_or_down_and_left_or_right_come_in_any_order():
    world = state("snowdrift", [CENTRE])
    for target in (0, 4, 20, 24, 3, 9):
        actions = walk(world, 0, there(world, target), np.random.default_rng(2))
        vertical = np.isin(actions, [world.actions.index("up"), world.actions.index("down")]).sum()
        assert abs(vertical - MANY / 2) < 5 * np.sqrt(MANY) / 2


def test_the_target_may_be_in_another_place_in_each_world():
    world = state("snowdrift", [CENTRE])
    goals = np.array([UP, DOWN, LEFT, RIGHT] * (MANY // 4))
    targets = np.arange(world.n_cells) == goals[:, None]
    targets[::8] = False  # some have none
    actions = walk(world, 0, targets, np.random.default_rng(3))
    wanted = np.array([world.actions.index(move) for move in ("up", "down", "left", "right")] * (MANY // 4))
    assert np.array_equal(actions[targets.any(axis=1)], wanted[targets.any(axis=1)])
    assert set(actions[::8].tolist()) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("near", "far", "moves"),
    [
        ([RIGHT], [10, 2, 22], {"right"}),  # the far ones are before and after it
        ([LEFT], [14, 2, 22], {"left"}),
        ([UP], [22, 14, 10], {"up"}),
        ([DOWN], [2, 14, 10], {"down"}),
        ([2], [0, 4, 5, 9, 23], {"up"}),  # two steps, others three or four
        ([6], [4, 20, 24, 1], {"up", "left"}),
    ],
)
def test_they_walk_to_the_nearest_target(near, far, moves):
    assert walking(state("snowdrift", [CENTRE]), *near, *far) == moves


@pytest.mark.parametrize("size", [(5, 5), (3, 7), (1, 9), (6, 1)])
def test_every_step_is_one_towards_a_nearest_target(size):
    rng = np.random.default_rng(4)
    world = make("snowdrift", batch=MANY, n_agents=2, height=size[0], width=size[1], n_drifts=1)
    world.reset(rng)
    targets = rng.random((MANY, world.n_cells)) < 0.3
    targets[:, 0] |= ~targets.any(axis=1)
    rows, columns = np.divmod(np.arange(world.n_cells), world.width)
    apart = abs(rows[:, None] - rows) + abs(columns[:, None] - columns)
    for agent in (0, 1):
        here = world.cells[:, agent]
        far = np.where(targets, apart[here], 99)
        least = far.min(axis=1, keepdims=True)
        actions = walk(world, agent, targets, rng, act="remove")
        after = np.where(far == least, apart[world.onto[here, actions]], 99).min(axis=1)  # to those that were nearest
        assert np.array_equal(after, np.maximum(least[:, 0] - 1, 0))
        assert np.array_equal(actions == world.actions.index("remove"), least[:, 0] == 0)


def test_there_they_act_and_without_a_target_they_wander():
    world = state("snowdrift", [CENTRE])
    assert walking(world, CENTRE, act="stay") == {"stay"}
    assert walking(world, CENTRE, 0, UP, act="remove") == {"remove"}
    assert walking(world, CENTRE) == MOVES  # to come back
    assert walking(world) == MOVES
    assert walking(world, act="stay") == MOVES


# ---------------------------------------------------------------------- coin
@pytest.mark.parametrize("agent", [0, 1, 2])
def test_a_cooperator_takes_own_coins_only(agent):
    cells = [0, 24, 4]
    cells[agent] = CENTRE
    for coin, move in ((UP, "up"), (DOWN, "down"), (LEFT, "left"), (RIGHT, "right")):
        for colour in range(3):
            world = coin_state(cells, coin, colour)
            assert chosen(world, cooperator, agent) == ({move} if colour == agent else MOVES - {move})
    assert chosen(coin_state(cells, 1, (agent + 1) % 3), cooperator, agent) == MOVES  # far away


def test_a_cooperator_leaves_a_coin_of_another_that_appears_below_it():
    # in a corner two of the moves end where they begin, and would take it
    for corner, moves in ((0, {"down", "right"}), (4, {"down", "left"}), (20, {"up", "right"}), (24, {"up", "left"})):
        assert chosen(coin_state([corner, CENTRE], corner, 1), cooperator) == moves
    assert chosen(coin_state([0, CENTRE], 1, 1), cooperator) == MOVES - {"right"}  # walls are no reason to avoid


def test_a_coin_below_a_player_is_taken_by_coming_back():
    assert chosen(coin_state([CENTRE, 0], CENTRE, 0), cooperator) == MOVES
    assert chosen(coin_state([CENTRE, 0], CENTRE, 1), defector) == MOVES


@pytest.mark.parametrize("agent", [0, 1])
@pytest.mark.parametrize("colour", [0, 1])
def test_a_defector_takes_every_coin(agent, colour):
    cells = [0, 0]
    cells[agent] = CENTRE
    for coin, moves in ((UP, {"up"}), (14, {"right"}), (20, {"down", "left"})):
        assert chosen(coin_state(cells, coin, colour), defector, agent) == moves


def test_colours_differ_between_worlds():
    world = coin_state([CENTRE, 0], RIGHT, np.arange(MANY) % 2)
    actions = cooperator(world, 0, np.random.default_rng(0))
    assert (actions[::2] == world.actions.index("right")).all()
    assert (actions[1::2] != world.actions.index("right")).all()


# ---------------------------------------------------------------------- cleanup
def cleanup(cell, **things):
    usual = {"river_rows": 1, "orchard_rows": 1, "waste_at_start": 0}
    return state("cleanup", [cell, CENTRE], **usual | things)


@pytest.mark.parametrize("auto_eat", [False, True])
def test_a_cooperator_cleans(auto_eat):
    assert chosen(cleanup(7, waste=[2], apples=[22, 24], auto_eat=auto_eat), cooperator) == {"up"}
    assert chosen(cleanup(7, waste=[1, 0], apples=[12], auto_eat=auto_eat), cooperator) == {"up", "left"}
    assert chosen(cleanup(2, waste=[2, 3], apples=[22], auto_eat=auto_eat), cooperator) == {"clean"}
    assert chosen(cleanup(2, apples=[22], auto_eat=auto_eat), cooperator) == MOVES
    assert chosen(cleanup(22, apples=[22], auto_eat=auto_eat), cooperator) == MOVES  # leaves apples to others


@pytest.mark.parametrize("auto_eat", [False, True])
def test_a_defector_eats(auto_eat):
    assert chosen(cleanup(17, waste=[2], apples=[22], auto_eat=auto_eat), defector) == {"down"}
    assert chosen(cleanup(17, waste=[2], apples=[23, 24], auto_eat=auto_eat), defector) == {"down", "right"}
    # whoever stands on an apple eats it by doing anything, where eating is no action
    assert chosen(cleanup(22, apples=[22, 21], auto_eat=auto_eat), defector) == {"stay" if auto_eat else "eat"}
    assert chosen(cleanup(2, waste=[2], auto_eat=auto_eat), defector) == MOVES


@pytest.mark.parametrize("auto_eat", [False, True])
def test_apples_are_eaten_and_waste_is_cleaned(auto_eat):
    world = cleanup(22, waste=[2], apples=[22], auto_eat=auto_eat, apple_rate=0, waste_rate=0)
    world.cells[:, 1] = 2
    _, rewards, _, _ = world.step(act(world, ["defector", "cooperator"], np.random.default_rng(0)))
    assert (rewards == [1, 0]).all()
    assert not world.apples.any()
    assert not world.waste.any()


@pytest.mark.parametrize("auto_eat", [False, True])
def test_a_caretaker_cleans_while_more_than_half_is_full(auto_eat):
    given = {"apples": [22], "auto_eat": auto_eat, "most_waste": 4}
    assert chosen(cleanup(CENTRE, waste=[1, 2, 3], **given), caretaker) == {"up"}
    assert chosen(cleanup(2, waste=[1, 2, 3], **given), caretaker) == {"clean"}
    assert chosen(cleanup(CENTRE, waste=[1, 2], **given), caretaker) == {"down"}  # half is not more than half
    assert chosen(cleanup(2, waste=[1, 2], **given), caretaker) == {"down"}
    assert chosen(cleanup(22, **given), caretaker) == {"stay" if auto_eat else "eat"}
    # by what is most in this world
    assert chosen(cleanup(CENTRE, waste=[1, 2, 3], **given | {"most_waste": 5}), caretaker) == {"up"}
    assert chosen(cleanup(CENTRE, waste=[1, 2, 3], **given | {"river_rows": 2, "most_waste": 6}), caretaker) == {"down"}


def test_a_caretaker_looks_at_each_world():
    world = cleanup(CENTRE, waste=[1, 2, 3], apples=[22], most_waste=4)
    world.waste[::2] = False
    actions = caretaker(world, 0, np.random.default_rng(0))
    assert (actions[::2] == world.actions.index("down")).all()
    assert (actions[1::2] == world.actions.index("up")).all()


@pytest.mark.parametrize("name", ["coin", "snowdrift", "stag_hunt"])
def test_caretakers_live_in_cleanup(name):
    world = make(name)
    world.reset(0)
    with pytest.raises(TypeError, match=f"a caretaker lives in Cleanup, not in {type(world).__name__}"):
        caretaker(world, 0, np.random.default_rng(0))


# ---------------------------------------------------------------------- snowdrift
def test_a_cooperator_removes_drifts():
    assert chosen(state("snowdrift", [CENTRE, 0], drifts=[14, 1]), cooperator) == {"right"}
    assert chosen(state("snowdrift", [CENTRE, 0], drifts=[CENTRE, RIGHT]), cooperator) == {"remove"}
    assert chosen(state("snowdrift", [CENTRE, 0], drifts=[0]), cooperator, agent=1) == {"remove"}
    assert chosen(state("snowdrift", [CENTRE, 0], drifts=[0]), cooperator) == {"up", "left"}
    assert chosen(state("snowdrift", [CENTRE, 0]), cooperator) == MOVES


@pytest.mark.parametrize("drifts", [[], [CENTRE], [RIGHT], range(25)])
def test_a_defector_walks_about_and_removes_none(drifts):
    assert chosen(state("snowdrift", [CENTRE, 0], drifts=drifts), defector) == MOVES


# ---------------------------------------------------------------------- stag hunt
def test_a_cooperator_waits_at_the_stag():
    world = state("stag_hunt", [CENTRE, 4], stags=[CENTRE], hares=[CENTRE, 4, 3])
    assert chosen(world, cooperator) == {"stay"}  # alone, and on a hare
    assert chosen(world, cooperator, agent=1) == {"down", "left"}
    assert chosen(state("stag_hunt", [CENTRE, 4], hares=[CENTRE, 4]), cooperator) == MOVES  # no stags


def test_cooperators_meet_at_the_stag_that_is_nearest_to_all():
    # the first stands on a stag, and leaves it: 1 + 3 + 3 steps to the other one, 0 + 4 + 4 to this one
    world = state("stag_hunt", [10, 14, 14], stags=[10, 11], hares=[10])
    assert [chosen(world, cooperator, agent) for agent in range(3)] == [{"right"}, {"left"}, {"left"}]
    # the nearest to itself is not the nearest to all
    world = state("stag_hunt", [1, 23, 24], stags=[0, 22])
    assert [chosen(world, cooperator, agent) for agent in range(3)] == [{"down", "right"}, {"left"}, {"left"}]


@pytest.mark.parametrize(
    ("stag", "other", "friend", "moves"),
    [
        (24, 0, 23, {"down", "right"}),
        (0, 24, 1, {"up", "left"}),
        (20, 4, 21, {"down", "left"}),
        (4, 20, 3, {"up", "right"}),
    ],
)
def test_who_has_left_does_not_count(stag, other, friend, moves):
    # whichever cell stood for those who have left, the first or the last, there they would outvote those on the map
    world = state("stag_hunt", [CENTRE, friend, 25, 25, 25, 25], stags=[stag, other], hares=[RIGHT])
    assert not world.present[:, 2:].any()
    assert chosen(world, cooperator) == moves
    assert len(chosen(world, cooperator, agent=1)) == 1  # next to it
    assert chosen(world, cooperator, agent=2) <= set(world.actions)  # anything, and no error


def test_a_defector_hunts_the_nearest_hare():
    world = state("stag_hunt", [CENTRE, 5], stags=[LEFT, UP], hares=[14, 0])
    assert chosen(world, defector) == {"right"}
    assert chosen(world, defector, agent=1) == {"up"}
    assert chosen(state("stag_hunt", [CENTRE, 5], stags=[CENTRE], hares=[CENTRE]), defector) == {"hunt hare"}
    assert chosen(state("stag_hunt", [CENTRE, 5], stags=[CENTRE], hares=[UP]), defector) == {"up"}
    assert chosen(state("stag_hunt", [CENTRE, 5], stags=[CENTRE]), defector) == MOVES


# ---------------------------------------------------------------------- matrix games, chance
def test_matrix_games():
    world = MatrixWorld(gt.catalogue.donation(b=3, c=1), batch=3)
    world.reset(0)
    assert act(world, ["cooperator", "defector"], 0).tolist() == [[0, 1]] * 3
    assert act(world, "random", 0).shape == (3, 2)


@pytest.mark.parametrize("name", GRID_WORLDS)
def test_random_players_take_every_action_as_often(name):
    world = make(name, batch=4000)
    world.reset(0)
    counts = np.bincount(random_player(world, 0, np.random.default_rng(5)), minlength=world.n_actions)
    p = 1 / world.n_actions
    assert (abs(counts - 4000 * p) < 5 * np.sqrt(4000 * p * (1 - p))).all()
    assert len(counts) == world.n_actions


@pytest.mark.parametrize("name", ["coin", "snowdrift"])
def test_wandering_goes_everywhere_as_often(name):
    # a cooperator without anything to do
    world = coin_state([CENTRE, 0], 24, 1) if name == "coin" else state(name, [CENTRE, 0])
    counts = np.bincount(cooperator(world, 0, np.random.default_rng(6)), minlength=4)
    assert (abs(counts - MANY / 4) < 5 * np.sqrt(MANY * 3 / 16)).all()


# ---------------------------------------------------------------------- together
def test_everybody_chooses_for_itself():
    world = state("snowdrift", [CENTRE, 0, 24, 4], drifts=[0, 14])
    given = []

    def mine(world, agent, rng):
        given.append(agent)
        return np.full(world.batch, 4)

    actions = act(world, ["cooperator", "cooperator", mine, "defector"], np.random.default_rng(0))
    assert actions.shape == (MANY, 4)
    names = [{world.actions[k] for k in actions[:, agent].tolist()} for agent in range(4)]
    assert names == [{"right"}, {"remove"}, {"stay"}, MOVES]
    assert given == [2]


@pytest.mark.parametrize("name", GRID_WORLDS)
@pytest.mark.parametrize("who", PLAYERS)
def test_a_whole_episode(name, who):
    if who == "caretaker" and name != "cleanup":
        return
    world, rng = make(name, batch=20), np.random.default_rng(7)
    world.reset(rng)
    for _ in range(world.horizon):
        world.step(act(world, [who] * world.n_agents, rng))  # actions are checked there, of those who have left too


def test_bad_players():
    world = make("coin")
    world.reset(0)
    with pytest.raises(ValueError, match="unknown player 'defect'; did you mean defector, "):
        player("defect")
    with pytest.raises(ValueError, match="the world has 2 players, got 3"):
        act(world, ["random"] * 3, np.random.default_rng(0))
    for who in (cooperator, defector):
        with pytest.raises(TypeError, match="no scripted player for object"):
            who(object(), 0, np.random.default_rng(0))
