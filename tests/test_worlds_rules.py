"""Every rule of the grid worlds, on states made by hand.

Cells are numbered row by row. Actions 0 to 3 are up, down, left, right; 4 is to stay and 5 the first special action,
but in the coin world, where there are only moves.
"""

import numpy as np
import pytest

from lase_core.envs import make

UP, DOWN, LEFT, RIGHT, STAY = range(5)
CLEAN = REMOVE = HUNT = 5
EAT = 6


def begin(name, *, batch=1, **parameters):
    """Return a world of 3 x 3 cells (or as told) that has begun; the first keywords that are states are set."""
    states = {"cells", "coin", "colour", "waste", "apples", "drifts", "stags", "hares"}
    state = {what: parameters.pop(what) for what in states & set(parameters)}
    size = {"height": 3, "width": 3, "n_agents": len(state["cells"])}
    few = {"n_stags": 1, "n_hares": 1} if name == "stag_hunt" else {}  # there must be room for what is drawn at first
    world = make(name, batch=batch, **size | few | parameters)
    world.reset(0)
    for what, value in state.items():
        if what in {"cells", "coin", "colour"}:
            getattr(world, what)[:] = value
        else:
            getattr(world, what)[:] = np.isin(np.arange(world.n_cells), value)
    return world


def play(world, *actions):
    """Step one world; return rewards and events of its players."""
    _, rewards, _, info = world.step([actions])
    return rewards[0].tolist(), {event: count[0].tolist() for event, count in info.items()}


def where(there):
    """Cells of things in the first world."""
    return np.flatnonzero(there[0]).tolist()


# ---------------------------------------------------------------------- moving
@pytest.mark.parametrize("name", ["coin", "cleanup", "snowdrift", "stag_hunt"])
def test_moves(name):
    # from every cell of a map of 4 rows and 3 columns, alone on it; off the map is a stay
    for row in range(4):
        for column in range(3):
            ends = [(max(row - 1, 0), column), (min(row + 1, 3), column), (row, max(column - 1, 0)),
                    (row, min(column + 1, 2))]  # fmt: skip
            rows = {"river_rows": 1, "orchard_rows": 1, "waste_at_start": 0} if name == "cleanup" else {}
            if name == "stag_hunt":
                rows = {"n_stags": 0, "n_hares": 0}
            for action, (r, c) in enumerate(ends):
                world = begin(name, height=4, cells=[3 * row + column], **rows)
                world.step([[action]])
                assert world.cells.tolist() == [[3 * r + c]]
            for action in range(4, world.n_actions):  # to stay, and special actions where there is nothing
                world = begin(name, height=4, cells=[3 * row + column], **rows)
                if name == "snowdrift":
                    world.drifts[:] = False
                rewards, events = play(world, action)
                assert rewards == [0]
                assert not any(any(count) for count in events.values())
                assert world.cells.tolist() == [[3 * row + column]]


@pytest.mark.parametrize("name", ["coin", "cleanup", "stag_hunt"])
def test_cells_may_be_shared(name):
    more = {"coin": {"coin": [8]}, "cleanup": {"height": 5}, "stag_hunt": {"stags": [], "hares": []}}[name]
    if name == "cleanup":
        more |= {"river_rows": 1, "orchard_rows": 1, "waste_at_start": 0}
    world = begin(name, cells=[3, 5], **more)
    play(world, RIGHT, LEFT)
    assert world.cells.tolist() == [[4, 4]]
    play(world, RIGHT, LEFT)  # they pass each other
    assert world.cells.tolist() == [[5, 3]]
    world.cells[:] = [3, 4]
    play(world, RIGHT, LEFT)  # and change places
    assert world.cells.tolist() == [[4, 3]]


# ---------------------------------------------------------------------- coin
def test_own_coin():
    world = begin("coin", cells=[0, 8], coin=1, colour=0)
    assert play(world, RIGHT, UP) == ([1, 0], {"own coin": [True, False], "other coin": [False, False]})


def test_coin_of_the_other():
    world = begin("coin", cells=[0, 8], coin=1, colour=1)
    assert play(world, RIGHT, UP) == ([1, -2], {"own coin": [False, False], "other coin": [True, False]})
    world = begin("coin", cells=[0, 8], coin=5, colour=0, reward=3, harm=0.5)
    assert play(world, DOWN, UP) == ([-0.5, 3], {"own coin": [False, False], "other coin": [False, True]})


def test_coin_that_nobody_takes_stays():
    world = begin("coin", cells=[1, 8], coin=1, colour=1)  # only after the moves it is taken
    assert play(world, RIGHT, UP) == ([0, 0], {"own coin": [False, False], "other coin": [False, False]})
    assert (world.coin.tolist(), world.colour.tolist()) == ([1], [1])


def test_coin_is_taken_by_who_stays_on_it():
    world = begin("coin", cells=[1, 8], coin=1, colour=1)
    assert play(world, UP, UP)[0] == [1, -2]  # up from the first row is a stay


@pytest.mark.parametrize("start", [(0, 2), (4, 4), (1, 0)], ids=str)
def test_one_of_two_takes_the_coin(start):
    # onto cell 1 from two sides, together, or one of them stays there
    batch = 400
    world = begin("coin", batch=batch, cells=start, coin=1, colour=0)
    actions = [{0: RIGHT, 2: LEFT, 4: UP, 1: UP}[cell] for cell in start]
    _, rewards, _, info = world.step([actions] * batch)
    first = info["own coin"][:, 0]  # player 0 is who takes it: the coin is its own
    assert 150 < first.sum() < 250
    assert rewards[first].tolist() == [[1, 0]] * first.sum()
    assert rewards[~first].tolist() == [[-2, 1]] * (~first).sum()
    assert info["other coin"][:, 1].tolist() == (~first).tolist()
    assert not info["own coin"][:, 1].any()
    assert not info["other coin"][:, 0].any()


def test_a_new_coin_under_a_player_is_taken_only_after_its_next_move():
    # a corridor: player 0 takes the coin in the middle; then one leaves to the right, or stays by walking into the wall
    for action, taken in [(RIGHT, False), (UP, True)]:
        world = begin("coin", batch=300, height=1, cells=[0, 0], coin=1, colour=0)
        rewards = world.step([[RIGHT, UP]] * 300)[1]
        assert (rewards == [1, 0]).all()
        under, colour = world.coin == 1, world.colour.copy()
        assert 60 < under.sum() < 140
        _, rewards, _, info = world.step([[action, UP]] * 300)
        assert (info["own coin"] | info["other coin"])[under].tolist() == [[taken, False]] * under.sum()
        assert rewards[under].tolist() == [[taken, -2.0 * (taken and c == 1)] for c in colour[under]]
        if not taken:
            assert (world.coin[under] == 1).all()
            assert world.colour[under].tolist() == colour[under].tolist()


def test_harm_is_the_owners_alone():
    world = begin("coin", cells=[0, 8, 8], coin=1, colour=2)
    rewards, events = play(world, RIGHT, UP, UP)
    assert rewards == [1, 0, -2]
    assert events == {"own coin": [False] * 3, "other coin": [True, False, False]}
    world = begin("coin", cells=[8, 0, 8], coin=1, colour=1)
    assert play(world, UP, RIGHT, UP)[0] == [0, 1, 0]


def test_three_on_a_coin():
    world = begin("coin", batch=300, cells=[0, 2, 4], coin=1, colour=1)
    _, rewards, _, info = world.step([[RIGHT, LEFT, UP]] * 300)
    taker = (info["own coin"] | info["other coin"]).argmax(axis=1)
    assert (info["own coin"].sum(axis=1) + info["other coin"].sum(axis=1) == 1).all()
    assert np.bincount(taker).min() > 60
    assert rewards.tolist() == [[[1, -2, 0], [0, 1, 0], [0, -2, 1]][k] for k in taker]


def test_worlds_of_a_batch_are_apart():
    world = begin("coin", batch=3, cells=[0, 8], coin=[1, 5, 4], colour=[0, 0, 1])
    assert world.step([[RIGHT, UP]] * 3)[1].tolist() == [[1, 0], [-2, 1], [0, 0]]
    assert (world.coin[2], world.colour[2]) == (4, 1)


# ---------------------------------------------------------------------- cleanup
QUIET = {"waste_rate": 0, "apple_rate": 0, "waste_at_start": 0, "height": 5, "river_rows": 1, "orchard_rows": 1}
"""Five rows of three: the river is 0, 1, 2, the orchard 12, 13, 14; nothing comes."""
LIVELY = QUIET | {"waste_rate": 1, "apple_rate": 1}


def test_cleaning():
    world = begin("cleanup", cells=[1, 7], waste=[0, 1], **QUIET)
    assert play(world, CLEAN, CLEAN) == ([0, 0], {"waste cleaned": [True, False], "apple": [False, False]})
    assert where(world.waste) == [0]
    assert play(world, CLEAN, STAY)[1]["waste cleaned"] == [False, False]  # nothing is left there: a stay
    assert play(world, LEFT, EAT)[1]["waste cleaned"] == [False, False]  # walking there does not clean
    assert world.cells.tolist() == [[0, 7]]
    play(world, EAT, STAY)  # nor does eating
    assert where(world.waste) == [0]


def test_eating():
    world = begin("cleanup", cells=[12, 7], apples=[12, 13], **QUIET)
    assert play(world, EAT, EAT) == ([1, 0], {"waste cleaned": [False, False], "apple": [True, False]})
    assert where(world.apples) == [13]
    for action in (EAT, RIGHT, STAY, CLEAN):  # nothing there; walking there, staying and cleaning do not eat
        assert play(world, action, STAY)[0] == [0, 0]
        assert where(world.apples) == [13]
    assert play(world, EAT, STAY)[0] == [1, 0]
    assert where(world.apples) == []


def test_reward_of_an_apple():
    world = begin("cleanup", cells=[12], apples=[12], reward=2.5, **QUIET)
    assert play(world, EAT)[0] == [2.5]


def test_first_by_index_cleans_and_eats():
    world = begin("cleanup", cells=[7, 1, 1], waste=[1], **QUIET)
    assert play(world, CLEAN, CLEAN, CLEAN)[1]["waste cleaned"] == [False, True, False]
    world = begin("cleanup", cells=[13, 13, 13], apples=[13], **QUIET)
    assert play(world, STAY, EAT, EAT) == ([0, 1, 0], {"waste cleaned": [False] * 3, "apple": [False, True, False]})
    world = begin("cleanup", cells=[13, 12], apples=[13], **QUIET)
    assert play(world, EAT, RIGHT)[0] == [1, 0]


def test_apples_eaten_by_whoever_stands_on_them():
    world = begin("cleanup", cells=[9, 10, 12, 1], apples=[12, 13, 14], waste=[1], auto_eat=True, **QUIET)
    assert world.actions == ("up", "down", "left", "right", "stay", "clean")
    rewards, events = play(world, DOWN, DOWN, RIGHT, CLEAN)  # two come to 13: the first one eats
    assert rewards == [1, 1, 0, 0]
    assert events == {"waste cleaned": [False, False, False, True], "apple": [True, True, False, False]}
    assert where(world.apples) == [14]
    assert play(world, STAY, RIGHT, UP, STAY)[0] == [0, 1, 0, 0]
    world.apples[0, 12] = True
    assert play(world, CLEAN, STAY, UP, STAY)[0] == [1, 0, 0, 0]  # cleaning where there is no waste is a stay
    with pytest.raises(ValueError, match=r"0..5, got 6"):
        world.step([[EAT, STAY, STAY, STAY]])


def test_a_new_apple_under_a_player_is_eaten_only_after_its_next_move():
    for action, reward in [(UP, 0), (STAY, 1)]:
        world = begin("cleanup", cells=[12, 13, 14], auto_eat=True, **LIVELY | {"waste_rate": 0})
        assert play(world, STAY, STAY, STAY)[0] == [0, 0, 0]
        (new,) = where(world.apples)
        rewards, _ = play(world, *[action] * 3)
        assert rewards == [reward * (cell == new) for cell in (12, 13, 14)]


def test_last_waste():
    # at most one waste: apples grow for sure in a clean river, never in the other; what counts is what is left after
    # the actions of the step, before new waste comes
    world = begin("cleanup", cells=[1], waste=[1], most_waste=1, **LIVELY)
    play(world, STAY)
    assert (where(world.waste), where(world.apples)) == ([1], [])  # full: no more waste
    play(world, CLEAN)
    assert len(where(world.waste)) == 1  # a new one at once
    assert len(where(world.apples)) == 1  # and an apple, as if there were none
    play(world, UP)
    assert (len(where(world.waste)), len(where(world.apples))) == (1, 1)


def test_last_apple():
    world = begin("cleanup", cells=[12], apples=[12], most_apples=1, **LIVELY | {"waste_rate": 0})
    play(world, STAY)
    assert where(world.apples) == [12]  # not one more
    assert play(world, EAT)[0] == [1]
    assert len(where(world.apples)) == 1  # a new one at once


def test_nothing_grows_beside_a_full_river_however_small():
    small = {"height": 5, "width": 5, "river_rows": 1, "orchard_rows": 1, "waste_at_start": 5, "auto_eat": True}
    world = make("cleanup", batch=200, **small)
    assert world.most_waste == 5
    world.reset(0)
    for _ in range(20):
        world.step(np.full((200, 4), STAY))
    assert not world.apples.any()


def test_one_more_in_a_step_until_all_is_full():
    world = begin("cleanup", cells=[7], **LIVELY | {"height": 6, "river_rows": 2})
    counts = []
    for _ in range(8):
        play(world, STAY)
        counts.append(len(where(world.waste)))
        assert max(where(world.waste)) < 6
    assert counts == [1, 2, 3, 4, 5, 6, 6, 6]  # the river has six cells
    world = begin("cleanup", cells=[4], most_apples=16, **LIVELY | {"waste_rate": 0, "orchard_rows": 2})
    counts = []
    for _ in range(8):
        play(world, STAY)
        counts.append(len(where(world.apples)))
        assert min(where(world.apples)) >= 9
    assert counts == [1, 2, 3, 4, 5, 6, 6, 6]


def test_most_waste_and_most_apples():
    world = begin("cleanup", cells=[7], most_waste=2, most_apples=2, **LIVELY)
    world.apple_rate = 0
    for _ in range(6):
        play(world, STAY)
    assert len(where(world.waste)) == 2
    world = begin("cleanup", cells=[7], most_waste=2, most_apples=2, **LIVELY | {"waste_rate": 0})
    for _ in range(6):
        play(world, STAY)
    assert len(where(world.apples)) == 2


def test_more_waste_than_most():
    # such a state comes about by hand only: nothing comes, nothing breaks
    world = begin("cleanup", cells=[7], waste=[0, 1, 2], most_waste=2, **LIVELY)
    play(world, STAY)
    assert (where(world.waste), where(world.apples)) == ([0, 1, 2], [])


# ---------------------------------------------------------------------- snowdrift
def test_removing():
    world = begin("snowdrift", cells=[4, 0, 8], drifts=[4, 5])
    assert play(world, REMOVE, REMOVE, STAY) == ([2, 6, 6], {"drift removed": [True, False, False]})
    assert where(world.drifts) == [5]  # and none comes
    assert play(world, REMOVE, STAY, STAY)[0] == [0, 0, 0]
    assert play(world, RIGHT, STAY, STAY)[0] == [0, 0, 0]  # drifts are no obstacle, and walking removes none
    assert (world.cells.tolist(), where(world.drifts)) == ([[5, 0, 8]], [5])
    assert play(world, REMOVE, STAY, STAY)[0] == [2, 6, 6]
    assert where(world.drifts) == []


def test_first_by_index_removes():
    world = begin("snowdrift", cells=[0, 4, 4], drifts=[4])
    assert play(world, STAY, REMOVE, REMOVE) == ([6, 2, 6], {"drift removed": [False, True, False]})


def test_two_drifts_in_one_step():
    world = begin("snowdrift", cells=[0, 4, 8], drifts=[0, 8], reward=5, cost=0.5)
    assert play(world, REMOVE, REMOVE, REMOVE) == ([9.5, 10, 9.5], {"drift removed": [True, False, True]})


@pytest.mark.parametrize(
    ("cells", "actions", "ends"),
    [
        ([4, 5], [RIGHT, STAY], [4, 5]),  # somebody is there
        ([5, 4], [STAY, RIGHT], [5, 4]),
        ([4, 5], [RIGHT, DOWN], [4, 8]),  # a later player has not yet left
        ([5, 4], [DOWN, RIGHT], [8, 5]),  # an earlier player has just left
        ([4, 5], [RIGHT, LEFT], [4, 5]),  # no changing of places
        ([3, 5], [RIGHT, LEFT], [4, 5]),  # the first one is there first
        ([3, 1, 5], [RIGHT, DOWN, LEFT], [4, 1, 5]),
        ([5, 4, 3], [DOWN, RIGHT, RIGHT], [8, 5, 4]),  # a column with the first one in front
        ([3, 4, 5], [RIGHT, RIGHT, DOWN], [3, 4, 8]),  # and with the last one in front
        ([4, 5, 3], [RIGHT, DOWN, RIGHT], [4, 8, 3]),
        ([0, 3, 4, 1], [DOWN, RIGHT, UP, LEFT], [0, 3, 4, 1]),  # a ring cannot turn
        ([4, 4], [STAY, STAY], [4, 4]),  # on one cell from the beginning
        ([4, 4], [RIGHT, STAY], [5, 4]),
        ([4, 4], [RIGHT, LEFT], [5, 3]),
        ([4, 4], [RIGHT, RIGHT], [5, 4]),
        ([0, 0], [UP, LEFT], [0, 0]),
        ([4, 4, 5], [RIGHT, LEFT, DOWN], [4, 3, 8]),
        ([4, 4, 5], [RIGHT, LEFT, LEFT], [4, 3, 5]),  # one of two is still there
    ],
    ids=str,
)
def test_moving_one_after_the_other(cells, actions, ends):
    world = begin("snowdrift", cells=cells, drifts=[])
    play(world, *actions)
    assert world.cells.tolist() == [ends]


def test_who_is_blocked_removes_nothing():
    world = begin("snowdrift", cells=[4, 5], drifts=[4, 5])
    assert play(world, RIGHT, LEFT)[0] == [0, 0]
    assert where(world.drifts) == [4, 5]


# ---------------------------------------------------------------------- stag hunt
GONE = 9


def test_hare():
    world = begin("stag_hunt", cells=[4, 0], stags=[8], hares=[4, 5])
    assert play(world, HUNT, HUNT) == ([1, 0], {"stag": [False, False], "hare": [True, False]})
    assert (world.cells.tolist(), where(world.hares), where(world.stags)) == ([[GONE, 0]], [5], [8])


def test_a_hare_is_not_caught_by_standing_there():
    world = begin("stag_hunt", cells=[4, 5], stags=[], hares=[4, 5])
    assert play(world, STAY, LEFT) == ([0, 0], {"stag": [False, False], "hare": [False, False]})
    assert (world.cells.tolist(), where(world.hares)) == ([[4, 4]], [4, 5])


def test_two_hunters_of_one_hare():
    world = begin("stag_hunt", cells=[4, 4, 4], stags=[], hares=[4], hare=3)
    assert play(world, HUNT, STAY, HUNT) == ([1.5, 0, 1.5], {"stag": [False] * 3, "hare": [True, False, True]})
    assert (world.cells.tolist(), where(world.hares)) == ([[GONE, 4, GONE]], [])


def test_two_hares_at_once():
    world = begin("stag_hunt", cells=[4, 5, 4], stags=[], hares=[4, 5])
    assert play(world, HUNT, HUNT, HUNT)[0] == [0.5, 1, 0.5]
    assert where(world.hares) == []


@pytest.mark.parametrize(
    ("hunters", "actions", "rewards"),
    [
        (2, [DOWN, STAY, STAY], [0, 0, 0]),  # one alone gets nothing
        (2, [DOWN, LEFT, STAY], [5, 5, 0]),
        (2, [DOWN, LEFT, RIGHT], [10 / 3, 10 / 3, 10 / 3]),
        (3, [DOWN, LEFT, STAY], [0, 0, 0]),
        (3, [DOWN, LEFT, RIGHT], [10 / 3, 10 / 3, 10 / 3]),
        (1, [STAY, LEFT, STAY], [0, 10, 0]),
    ],
    ids=str,
)
def test_stag(hunters, actions, rewards):
    world = begin("stag_hunt", cells=[1, 5, 3], stags=[4, 8], hares=[], hunters=hunters)
    got, events = play(world, *actions)
    assert got == np.float32(rewards).tolist()
    caught = [r > 0 for r in rewards]
    assert events == {"stag": caught, "hare": [False] * 3}
    assert where(world.stags) == ([8] if any(caught) else [4, 8])
    assert [cell == GONE for cell in world.cells[0].tolist()] == caught


def test_two_stags_at_once():
    world = begin("stag_hunt", cells=[4, 8, 4, 8], stags=[4, 8], hares=[])
    assert play(world, STAY, STAY, STAY, STAY)[0] == [5, 5, 5, 5]
    assert where(world.stags) == []


def test_hunting_a_hare_where_there_is_none_is_a_stay():
    # so it does not keep one from taking part in catching a stag
    world = begin("stag_hunt", cells=[4, 4], stags=[4], hares=[0])
    assert play(world, HUNT, STAY) == ([5, 5], {"stag": [True, True], "hare": [False, False]})


def test_hares_before_stags():
    # both on one cell, by hand: who hunts the hare does not count for the stag
    world = begin("stag_hunt", cells=[4, 4], stags=[4], hares=[4])
    assert play(world, HUNT, STAY) == ([1, 0], {"stag": [False, False], "hare": [True, False]})
    assert (where(world.stags), where(world.hares), world.cells.tolist()) == ([4], [], [[GONE, 4]])
    world = begin("stag_hunt", cells=[4, 4, 4], stags=[4], hares=[4])
    assert play(world, STAY, HUNT, STAY) == ([5, 1, 5], {"stag": [True, False, True], "hare": [False, True, False]})
    assert (where(world.stags), where(world.hares), world.cells.tolist()) == ([], [], [[GONE] * 3])


@pytest.mark.parametrize("view", [3, "map"])
def test_who_has_left_is_gone(view):
    world = begin("stag_hunt", cells=[0, 1, 4], stags=[1, 5], hares=[0], view=view)
    assert play(world, HUNT, STAY, STAY)[0] == [1, 0, 0]
    for action in range(6):  # whatever it does: it does not move, get anything, count or see
        obs, rewards, _, info = world.step([[action, STAY, STAY]])
        assert world.cells.tolist() == [[GONE, 1, 4]]
        assert not rewards.any()
        assert not any(count.any() for count in info.values())
        assert not obs[0, 0].any()
        # the others still see each other, and nobody else: channels are self, other 1, other 2, stag, hare
        assert obs[0, 1, ..., 0].sum() == obs[0, 2, ..., 0].sum() == 1
        assert obs[0, 1, ..., 1].sum() == obs[0, 2, ..., 2].sum() == 1
        assert not obs[0, 1, ..., 2].any()
        assert not obs[0, 2, ..., 1].any()
        assert obs[0, 1:, ..., 3].any(axis=(1, 2)).all()
        assert not obs[..., 4].any()
    assert play(world, STAY, DOWN, RIGHT)[0] == [0, 0, 0]  # one at 4, one at 5
    assert play(world, STAY, RIGHT, STAY)[0] == [0, 5, 5]
    obs, rewards, _, _ = world.step([[STAY] * 3])  # nobody is there: who has left is not together
    assert not obs.any()
    assert not rewards.any()
    assert where(world.stags) == [1]


def test_who_has_left_comes_back_in_the_next_episode():
    world = begin("stag_hunt", cells=[4, 4], stags=[4], hares=[], horizon=1, auto_reset=True)
    obs, rewards, _, _ = world.step([[STAY, STAY]])
    assert rewards.tolist() == [[5, 5]]
    assert (world.cells < GONE).all()
    assert obs[..., 0].sum() == 2
