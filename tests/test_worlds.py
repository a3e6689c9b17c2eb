"""What the grid worlds share: what players see, the clock, what is refused."""

import numpy as np
import pytest

from lase_core.envs import WORLDS, make
from lase_core.envs.grid import GridWorld, draw_cells, pick

GRIDS = ["coin", "cleanup", "snowdrift", "stag_hunt"]
KINDS = {"coin": "abcdefghij", "cleanup": "wa", "snowdrift": "d", "stag_hunt": "SH"}
"""A letter for each kind of object in the order of channels; of coins, a is one's own."""


def picture(world, obs):
    """Draw what one player sees of the first world: s for itself, 1, 2 ... the others after it, # for the outside."""
    n, k = world.n_agents, len(world.channels) - world.n_agents - (world.view != "map")
    letters = "s" + "".join(map(str, range(1, n))) + KINDS[world.name][:k] + "#"
    return [
        " ".join("".join(letters[c] for c in np.flatnonzero(cell)) or "." for cell in row)
        for row in obs
    ]  # fmt: skip


def draw(text):
    return [line.strip() for line in text.strip().splitlines()]


# ---------------------------------------------------------------------- what players see
def test_windows_of_coin():
    world = make("coin")
    world.reset(0)
    world.cells[:], world.coin[:], world.colour[:] = [[0, 7]], 12, 1
    assert world.channels == ("self", "other 1", "own coin", "coin of other 1", "outside")
    first, second = world.observe()[0]
    assert picture(world, first) == draw("""
        # # # # #
        # # # # #
        # # s . .
        # # . . 1
        # # . . b
        """)
    assert picture(world, second) == draw("""
        # # # # #
        1 . . . .
        . . s . .
        . . a . .
        . . . . .
        """)
    world.cells[:], world.coin[:] = [[24, 24]], 24
    for seen, coin in zip(world.observe()[0], "ba", strict=True):
        assert picture(world, seen) == draw(f"""
            . . . # #
            . . . # #
            . . s1{coin} # #
            # # # # #
            # # # # #
            """)
    world.coin[:] = 11  # three columns away: not in the window
    assert picture(world, world.observe()[0, 1])[:3] == [". . . # #", ". . . # #", ". . s1 # #"]


def test_windows_of_coin_with_three_players():
    world = make("coin", n_agents=3, height=2, width=4, view=3)
    world.reset(0)
    world.cells[:], world.coin[:], world.colour[:] = [[1, 4, 2]], 5, 2
    names = ("self", "other 1", "other 2", "own coin", "coin of other 1", "coin of other 2", "outside")
    assert world.channels == names
    assert [picture(world, seen) for seen in world.observe()[0]] == [
        # others in cyclic order after oneself, and so are coins
        ["# # #", ". s 2", "1 c ."],
        ["# . 2", "# s b", "# # #"],
        ["# # #", "1 s .", "a . ."],
    ]


def test_whole_maps():
    world = make("coin", n_agents=3, height=2, width=4, view="map")
    world.reset(0)
    world.cells[:], world.coin[:], world.colour[:] = [[1, 4, 2]], 5, 2
    assert world.channels == ("self", "other 1", "other 2", "own coin", "coin of other 1", "coin of other 2")
    assert world.observe().shape == (1, 3, 2, 4, 6)
    assert [picture(world, seen) for seen in world.observe()[0]] == [
        [". s 2 .", "1 c . ."],
        [". 2 1 .", "s b . ."],
        [". 1 s .", "2 a . ."],
    ]


def test_windows_of_cleanup():
    world = make("cleanup", height=5, width=4, river_rows=2, orchard_rows=1, waste_at_start=0, n_agents=2, view=3)
    world.reset(0)
    world.cells[:], world.waste[0, [2, 5]], world.apples[0, [17, 18]] = [[5, 17]], True, True
    assert world.channels == ("self", "other 1", "waste", "apple", "outside")
    assert [picture(world, seen) for seen in world.observe()[0]] == [
        [". . w", ". sw .", ". . ."],
        [". . .", ". sa a", "# # #"],
    ]


def test_windows_of_snowdrift():
    world = make("snowdrift", height=2, width=3, n_drifts=1, view=3)
    world.reset(0)
    world.cells[:], world.drifts[:] = [[1, 1, 5, 3]], np.arange(6) == 1
    assert world.channels == ("self", "other 1", "other 2", "other 3", "drift", "outside")
    assert [picture(world, seen) for seen in world.observe()[0]] == [
        ["# # #", ". s1d .", "3 . 2"],
        ["# # #", ". s3d .", "2 . 1"],
        ["23d . #", ". s #", "# # #"],
        ["# . 12d", "# s .", "# # #"],
    ]


def test_windows_of_stag_hunt():
    world = make("stag_hunt", height=2, width=3, n_agents=3, n_stags=1, n_hares=1, view=3)
    world.reset(0)
    world.cells[:], world.stags[:], world.hares[:] = [[1, 6, 3]], np.arange(6) == 4, np.arange(6) == 0
    assert world.channels == ("self", "other 1", "other 2", "stag", "hare", "outside")
    assert [picture(world, seen) for seen in world.observe()[0]] == [
        ["# # #", "H s .", "2 S ."],
        [". . .", ". . .", ". . ."],  # player 1 has left
        ["# H 1", "# s S", "# # #"],
    ]


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("view", [1, 3, 5, 9, 21])
def test_a_window_is_a_part_of_the_map(name, view):
    world, whole = (make(name, batch=30, view=v, **{"height": 8} if name == "cleanup" else {}) for v in (view, "map"))
    for w in (world, whole):
        w.reset(5)
    reach = view // 2
    padded = np.pad(whole.observe(), [(0, 0), (0, 0), (reach, reach), (reach, reach), (0, 0)])
    outside = np.pad(np.zeros((world.height, world.width)), reach, constant_values=1)
    for b, i in np.ndindex(30, world.n_agents):
        row, column = divmod(int(world.cells[b, i]), world.width)
        window = slice(row, row + view), slice(column, column + view)
        assert (world.observe()[b, i, ..., :-1] == padded[b, i][window]).all()
        assert (world.observe()[b, i, ..., -1] == outside[window]).all()


@pytest.mark.parametrize(("n", "view"), [(5, 3), (6, 3), (10, 3), (10, "map"), (16, 5), (31, 3), (40, 1)], ids=str)
def test_many_players(n, view):
    # a cell's code has 2 n + 1 bits: more than a table is made for, than 16 bits, than 32, than 64
    world = make("coin", batch=4, n_agents=n, height=3, width=3, view=view)
    obs = world.reset(1)
    assert obs.dtype == np.uint8
    assert obs.shape == (4, n, *((3, 3) if view == "map" else (view, view)), 2 * n + (view != "map"))
    for b in range(4):
        for i in range(n):
            here = divmod(int(world.cells[b, i]), 3)
            corner = (0, 0) if view == "map" else (here[0] - view // 2, here[1] - view // 2)
            for (r, c, channel), seen in np.ndenumerate(obs[b, i]):
                row, column = corner[0] + r, corner[1] + c
                cell = 3 * row + column if 0 <= row < 3 and 0 <= column < 3 else None
                if channel == 2 * n:
                    there = cell is None
                elif channel >= n:
                    there = cell == world.coin[b] and (i + channel - n) % n == world.colour[b]
                else:
                    there = cell == world.cells[b, (i + channel) % n]
                assert seen == there
    world.step(np.zeros((4, n), dtype=int))


@pytest.mark.parametrize("view", [1, 3, 5, 7, "map"])
def test_coin_sees_by_its_tables_what_grid_worlds_see(view):
    # two players on a small map have a table of their own
    world = make("coin", batch=500, view=view, height=4)
    obs = world.reset(3)
    for _ in range(5):
        assert obs.tobytes() == GridWorld.observe(world).tobytes()
        obs = world.step(world.rng.integers(4, size=(500, 2)))[0]


@pytest.mark.parametrize("name", GRIDS)
def test_observations_are_new_arrays(name):
    # a learner may keep them all
    world = make(name, batch=2)
    first = world.reset(2)
    before = first.copy()
    steps = [world.step(np.full((2, world.n_agents), action)) for action in (0, 2, 1, 3)]
    copies = [(o.copy(), r.copy(), d.copy(), {k: v.copy() for k, v in i.items()}) for o, r, d, i in steps[:-1]]
    world.step(np.zeros((2, world.n_agents), dtype=int))
    assert (first == before).all()
    for (o, r, d, i), (o2, r2, d2, i2) in zip(steps, copies, strict=False):
        assert (o == o2).all()
        assert (r == r2).all()
        assert (d == d2).all()
        assert all((i[k] == i2[k]).all() for k in i)
    obs = world.observe()
    obs[:] = 7  # and write to them
    assert world.observe().max() == 1


# ---------------------------------------------------------------------- sizes, names, clock
@pytest.mark.parametrize(
    ("name", "shape", "actions", "horizon"),
    [
        ("coin", (3, 2, 5, 5, 5), ("up", "down", "left", "right"), 100),
        ("cleanup", (3, 4, 5, 5, 7), ("up", "down", "left", "right", "stay", "clean", "eat"), 100),
        ("snowdrift", (3, 4, 5, 5, 6), ("up", "down", "left", "right", "stay", "remove"), 50),
        ("stag_hunt", (3, 4, 5, 5, 7), ("up", "down", "left", "right", "stay", "hunt hare"), 30),
    ],
)
def test_standard_worlds(name, shape, actions, horizon):
    world = make(name, batch=3)
    assert (world.actions, world.n_actions, world.horizon) == (actions, len(actions), horizon)
    obs = world.reset(0)
    assert (obs.shape, obs.dtype) == (shape, np.uint8)
    assert len(world.channels) == shape[-1]
    assert (world.height, world.width) == ((5, 5) if name in {"coin", "stag_hunt"} else (8, 8))
    obs, rewards, done, info = world.step(np.zeros(shape[:2], dtype=int))
    assert (obs.shape, obs.dtype) == (shape, np.uint8)
    assert (rewards.shape, rewards.dtype) == (shape[:2], np.float32)
    assert (done.shape, done.dtype) == ((3,), np.bool_)
    assert tuple(info) == world.events
    assert all(count.shape == shape[:2] for count in info.values())
    assert repr(world) == f"<{name}: 3 worlds, {shape[1]} players, step 1 of {horizon}>"
    assert (make(name).batch, make(name).auto_reset) == (1, False)


def test_what_there_is_at_first():
    world = make("cleanup", batch=50)
    world.reset(0)
    assert (world.waste.sum(axis=1) == 8).all()
    assert (world.waste[:, :16].sum(axis=1) == 8).all()
    assert not world.apples.any()
    assert (np.diff(np.sort(world.cells)) > 0).all()  # different cells of rows 2 to 5
    assert world.cells.min() >= 16
    assert world.cells.max() < 48
    world = make("snowdrift", batch=50)
    world.reset(0)
    assert (world.drifts.sum(axis=1) == 6).all()
    world = make("stag_hunt", batch=50)
    world.reset(0)
    taken = np.zeros((50, 25), dtype=int)
    np.add.at(taken, (np.arange(50)[:, None], world.cells), 1)
    assert (world.stags.sum(axis=1) == 2).all()
    assert (world.hares.sum(axis=1) == 4).all()
    assert (taken + world.stags + world.hares).max() == 1


@pytest.mark.parametrize("name", GRIDS)
def test_horizon(name):
    world = make(name, batch=2, horizon=3)
    stay = np.zeros((2, world.n_agents), dtype=int)
    for _ in range(2):  # a second episode is like the first
        world.reset(0)
        assert [world.step(stay)[2].tolist() for _ in range(3)] == [[False] * 2, [False] * 2, [True] * 2]
        with pytest.raises(RuntimeError, match=r"the episode of 3 steps is over, or has not begun: call reset\(\)"):
            world.step(stay)
        assert world.steps == 3


@pytest.mark.parametrize("name", GRIDS)
def test_stepping_before_a_reset(name):
    world = make(name, auto_reset=True)
    with pytest.raises(RuntimeError, match=r"has not begun: call reset\(\)"):
        world.step(np.zeros((1, world.n_agents), dtype=int))


@pytest.mark.parametrize("name", GRIDS)
def test_what_auto_reset_ends_is_kept(name):
    worlds = [make(name, batch=50, horizon=3, auto_reset=auto) for auto in (True, False)]
    for world in worlds:
        world.reset(4)
    for _ in range(3):
        actions = np.random.default_rng(1).integers(worlds[0].n_actions, size=(50, worlds[0].n_agents))
        (first, _, done, info), (last, _, _, other) = (world.step(actions) for world in worlds)
        assert ("last observation" in info) == done[0]
        assert set(other) == set(worlds[1].events)
    np.testing.assert_array_equal(info["last observation"], last)
    np.testing.assert_array_equal(info["last present"], worlds[1].present)
    np.testing.assert_array_equal(first, worlds[0].observe())
    assert worlds[0].present.all()


@pytest.mark.parametrize("name", GRIDS)
def test_chance_goes_on_without_a_new_seed(name):
    one, two = make(name, batch=20), make(name, batch=20)
    first = one.reset(5)
    two.reset(5)
    np.testing.assert_array_equal(one.reset(), two.reset())
    assert (one.observe() != first).any()


def test_a_world_that_has_not_begun():
    world = make("coin")
    assert not world.begun
    assert repr(world) == "<coin: 1 worlds, 2 players, not begun>"
    world.reset(0)
    assert world.begun
    assert repr(world).endswith("step 0 of 100>")


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("coin", {"auto_reset": "no"}, "auto_reset must be True or False, got 'no'"),
        ("cleanup", {"auto_eat": "false"}, "auto_eat must be True or False, got 'false'"),
        ("coin", {"reward": "x"}, "reward must be a number, got 'x'"),
        ("stag_hunt", {"hare": True}, "hare must be a number, got True"),
        ("cleanup", {"waste_rate": None}, "waste_rate must be a number, got None"),
    ],
)
def test_parameters_of_a_wrong_kind(name, parameters, words):
    with pytest.raises(TypeError, match=words):
        make(name, **parameters)


@pytest.mark.parametrize("name", GRIDS)
def test_auto_reset(name):
    # the last step returns its own rewards and events, and the first observations of the next episode
    worlds = [make(name, batch=50, horizon=4, auto_reset=auto) for auto in (True, False)]
    play = np.random.default_rng(1)
    for world in worlds:
        world.reset(7)
    for step in range(12):
        actions = play.integers(worlds[0].n_actions, size=(50, worlds[0].n_agents))
        (seen, *said), (other_seen, *other_said) = (world.step(actions) for world in worlds)
        if step % 4 == 3:
            assert said[1].all()
            assert worlds[0].steps == 0
            other_seen = worlds[1].reset(worlds[1].rng)  # the same chance goes on
        assert (seen == other_seen).all()
        assert all((a == b).all() for a, b in zip(said[:2], other_said[:2], strict=True))
        assert all((said[2][event] == other_said[2][event]).all() for event in worlds[0].events)


@pytest.mark.parametrize("name", GRIDS)
def test_chance_is_given(name):
    def history(rng):
        world = make(name, batch=20, horizon=10, auto_reset=True)
        play = np.random.default_rng(0)
        seen = [world.reset(rng)]
        seen += [world.step(play.integers(world.n_actions, size=(20, world.n_agents)))[0] for _ in range(25)]
        return np.stack(seen)

    assert (history(1) == history(1)).all()
    assert (history(1) == history(np.random.default_rng(1))).all()
    assert (history(1) != history(2)).any()
    assert (history(None) != history(None)).any()
    first = history(1)
    assert (first[:, :1] != first[:, 1:]).any(axis=(0, 2, 3, 4, 5)).all()  # worlds of a batch have chances of their own


# ---------------------------------------------------------------------- what is refused
@pytest.mark.parametrize("name", GRIDS)
def test_bad_actions(name):
    world = make(name, batch=2, n_agents=2)
    world.reset(0)
    many = world.n_actions
    bad = [
        ([[0, 0]], ValueError, r"the shape \(batch, n_agents\) = \(2, 2\), got \(1, 2\)"),
        ([0, 0], ValueError, r"got \(2,\)"),
        ([[0, 0, 0]] * 2, ValueError, r"got \(2, 3\)"),
        ([[0, many], [0, -1]], ValueError, rf"actions must lie in 0..{many - 1}, got {many} at index \(0, 1\)"),
        ([[0, 1], [-1, many]], ValueError, rf"actions must lie in 0..{many - 1}, got -1 at index \(1, 0\)"),
        (np.full((2, 2), 255, dtype=np.uint8), ValueError, r"got 255 at index \(0, 0\)"),
        (np.zeros((2, 2)), TypeError, "actions must be whole numbers, got float64"),
        (np.zeros((2, 2), dtype=bool), TypeError, "actions must be whole numbers, got bool"),
        ([["up", "up"]] * 2, TypeError, "actions must be whole numbers, got <U2"),
    ]
    before = world.observe()
    for actions, error, message in bad:
        with pytest.raises(error, match=message):
            world.step(actions)
    assert world.steps == 0
    assert (world.observe() == before).all()
    # nothing was drawn, either: play goes on as if nobody had tried
    other = make(name, batch=2, n_agents=2)
    other.reset(0)
    assert (world.step([[0, 1], [2, 3]])[0] == other.step([[0, 1], [2, 3]])[0]).all()


@pytest.mark.parametrize("name", GRIDS)
def test_any_integers_do_and_are_not_written_to(name):
    answers = []
    for dtype in (np.int8, np.uint8, np.int32, np.int64, np.uint64):
        world = make(name, batch=3)
        world.reset(0)
        actions = np.arange(3 * world.n_agents, dtype=dtype).reshape(3, -1) % 4
        before = actions.copy()
        answers.append(world.step(actions)[0].tobytes())
        assert (actions == before).all()
    assert len(set(answers)) == 1


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"batch": 0}, ValueError, "batch must be at least 1, got 0"),
        ({"batch": 1.0}, TypeError, "batch must be a whole number, got 1.0"),
        ({"n_agents": 0}, ValueError, "n_agents must be at least 1, got 0"),
        ({"n_agents": 2.0}, TypeError, "n_agents must be a whole number, got 2.0"),
        ({"horizon": 0}, ValueError, "horizon must be at least 1, got 0"),
        ({"horizon": True}, TypeError, "horizon must be a whole number, got True"),
        ({"height": 0}, ValueError, "height must be at least 1, got 0"),
        ({"width": -1}, ValueError, "width must be at least 1, got -1"),
        ({"view": 4}, ValueError, "view must be an odd number or 'map', got 4"),
        ({"view": -1}, ValueError, "view must be an odd number or 'map', got -1"),
        ({"view": 5.0}, ValueError, "view must be an odd number or 'map', got 5.0"),
        ({"view": True}, ValueError, "view must be an odd number or 'map', got True"),
        ({"view": "all"}, ValueError, "view must be an odd number or 'map', got 'all'"),
        ({"heights": 5}, ValueError, "no parameter 'heights'; did you mean height, "),
        ({"zzz": 5}, ValueError, r"has no parameter 'zzz'; did you mean \w+, \w+, \w+\?"),
    ],
    ids=lambda value: "=".join(map(str, *value.items())) if isinstance(value, dict) else "",
)  # fmt: skip
def test_bad_parameters(name, parameters, error, message):
    with pytest.raises(error, match=message):
        make(name, **parameters)


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("cleanup", {"n_agents": 33}, "33 players need as many cells between river and orchard, there are 32"),
        ("cleanup", {"river_rows": 6}, "4 players need as many cells between river and orchard, there are 0"),
        ("cleanup", {"river_rows": 9}, "there are 0"),
        ("cleanup", {"orchard_rows": 9}, "there are 0"),
        ("cleanup", {"river_rows": 0}, "river_rows must be at least 1, got 0"),
        ("cleanup", {"orchard_rows": 0}, "orchard_rows must be at least 1, got 0"),
        ("cleanup", {"waste_at_start": 9}, "waste_at_start must be at most 8, got 9"),
        ("cleanup", {"most_waste": 17}, "most_waste must be at most the 16 cells of the river, got 17"),
        ("cleanup", {"reward": float("inf")}, "reward must be finite, got inf"),
        ("coin", {"view": 1001}, "view must be at most 99, got 1001"),
        ("cleanup", {"waste_at_start": -1}, "waste_at_start must be at least 0, got -1"),
        ("cleanup", {"most_waste": 0}, "most_waste must be at least 1, got 0"),
        ("cleanup", {"most_apples": 0}, "most_apples must be at least 1, got 0"),
        ("cleanup", {"waste_rate": 1.5}, "waste_rate must be a probability, got 1.5"),
        ("cleanup", {"apple_rate": -0.1}, "apple_rate must be a probability, got -0.1"),
        ("cleanup", {"apple_rate": float("nan")}, "apple_rate must be finite, got nan"),
        ("snowdrift", {"n_drifts": 65}, "n_drifts must be at most the 64 cells of the map, got 65"),
        ("snowdrift", {"n_drifts": 0}, "n_drifts must be at least 1, got 0"),
        ("stag_hunt", {"n_agents": 20}, "20 players, 2 stags and 4 hares need as many cells, the map has 25"),
        ("stag_hunt", {"n_stags": -1}, "n_stags must be at least 0, got -1"),
        ("stag_hunt", {"n_hares": -1}, "n_hares must be at least 0, got -1"),
        ("stag_hunt", {"hunters": 0}, "hunters must be at least 1, got 0"),
    ],
)
def test_bad_worlds(name, parameters, message):
    with pytest.raises(ValueError, match=message):
        make(name, **parameters)


def test_worlds_that_just_fit():
    make("cleanup", n_agents=32).reset(0)
    make("snowdrift", n_drifts=64, n_agents=70).reset(0)
    world = make("stag_hunt", n_agents=19, batch=5)
    world.reset(0)
    assert all(sorted(cells) == list(range(25)) for cells in
               (np.concatenate([world.cells, np.argwhere(world.stags)[:, 1].reshape(5, 2),
                                np.argwhere(world.hares)[:, 1].reshape(5, 4)], axis=1).tolist()))  # fmt: skip
    assert make("coin", view=np.int64(3)).reset(0).shape == (1, 2, 3, 3, 5)


def test_unknown_worlds():
    with pytest.raises(ValueError, match=r"unknown world 'cleanap'; did you mean cleanup, \w+, \w+\?"):
        make("cleanap")
    with pytest.raises(ValueError, match=r"unknown world 'stag-hunt'; did you mean stag_hunt, \w+, \w+\?"):
        make("stag-hunt")
    assert list(WORLDS) == ["matrix", *GRIDS]
    for name in GRIDS:
        assert make(name).name == name


# ---------------------------------------------------------------------- chance
def test_pick():
    u = np.linspace(0, 1, 13)[:-1]
    free = np.array([[False, True, False, True, True, False]])
    assert pick(u, np.repeat(free, 12, axis=0)).tolist() == [1] * 4 + [3] * 4 + [4] * 4
    almost_one = np.nextafter(1, 0)
    for m in range(1, 200):  # never beyond the end
        assert pick(np.array([0, almost_one]), np.ones((2, m), dtype=bool)).tolist() == [0, m - 1]


def test_draw_cells():
    u = np.random.default_rng(0).random((20, 9))
    for count in (0, 1, 4, 9):
        drawn = draw_cells(u, count)
        assert drawn.shape == (20, count)
        assert all(len(set(row)) == count for row in drawn.tolist())
        for row, order in zip(drawn, u, strict=True):
            assert (order[row] == np.sort(order)[:count]).all()
