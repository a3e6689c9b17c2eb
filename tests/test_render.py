"""Pictures and films of the grid worlds: what is there is drawn where it is, and files appear whole."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageColor

import gametheory as gt
import lase_core.envs.film as films
from gametheory.plot.palette import PLAYERS as PAIR
from lase_core.envs import MatrixWorld, make, render
from lase_core.envs.animation import Colours
from lase_core.envs.film import film, write_film
from lase_core.envs.page import Page
from lase_core.envs.players import act
from lase_core.envs.render import frame
from lase_core.envs.sprites import COLOURS, coin, disc, thing

WORLDS = ["coin", "cleanup", "snowdrift", "stag_hunt"]
# a colour that is in the picture of this kind and nowhere else
BODY = {"waste": "#7a5c3e", "apple": "#d7263d", "drift": "#cfdfee", "stag": "#9a6233", "hare": "#cfc8bd"}
GOLD, RIVER, ORCHARD, GAIN, LOSS = "#f4c430", "#c3dff2", "#d3e8c3", "#00724f", "#b3261e"
INK, GREY = "#1a1a1a", "#6b7280"
LEGENDS = {
    "coin": ["coin of 1", "coin of 2"],
    "cleanup": ["waste", "apple", "river", "orchard"],
    "snowdrift": ["drift"],
    "stag_hunt": ["stag", "hare"],
}


def begun(name, **parameters):
    world = make(name, **parameters)
    world.reset(0)
    return world


def marked(picture, colour):
    return (picture == ImageColor.getrgb(colour)).all(axis=2)


def cells_with(picture, world, colour, scale=None):
    """Cells whose square holds the colour."""
    page, found = Page(world, scale), marked(picture, colour)
    (left, top), side = page.origin, page.scale
    on_map = found[top : top + world.height * side, left : left + world.width * side]
    per_cell = on_map.reshape(world.height, side, world.width, side).any(axis=(1, 3))
    return set(np.flatnonzero(per_cell).tolist())


def panel(picture, world):
    return picture[:, Page(world, None).left :]


# ---------------------------------------------------------------------- what is where
@pytest.mark.parametrize("name", WORLDS)
def test_everything_is_drawn_where_it_is_and_nowhere_else(name):
    world, rng = make(name), np.random.default_rng(5)
    world.reset(rng)
    for _ in range(12):
        picture = frame(world)
        for kind, there in zip(world.objects, world.maps(), strict=True):
            if name != "coin":
                assert cells_with(picture, world, BODY[kind]) == set(np.flatnonzero(there[0]).tolist()), kind
        for agent, cell in enumerate(world.cells[0].tolist()):
            places = {cell} if cell < world.n_cells else set()  # who has left is not on the map
            if name == "coin" and world.colour[0] == agent:
                places |= {int(world.coin[0])}
            assert cells_with(picture, world, COLOURS[agent]) == places
        if name == "coin":
            assert cells_with(picture, world, GOLD) == set(world.coin.tolist())
        world.step(act(world, ["random"] * world.n_agents, rng))


def test_river_and_orchard_are_tinted():
    world = begun("cleanup", height=6, width=5, river_rows=1, orchard_rows=2, waste_at_start=3)
    picture = frame(world)
    assert cells_with(picture, world, RIVER) == set(range(5))
    assert cells_with(picture, world, ORCHARD) == set(range(20, 30))


@pytest.mark.parametrize("players", range(1, 10))
@pytest.mark.parametrize("beside", [False, True])
def test_all_who_share_a_cell_are_seen_and_the_thing_below_them_too(players, beside):
    world = begun("snowdrift", n_agents=players)
    world.cells[:] = 27
    world.drifts[:] = False
    world.drifts[0, 27] = beside
    # from the ninth on colours come again
    picture = frame(world)
    for agent in range(min(players, len(COLOURS))):
        assert cells_with(picture, world, COLOURS[agent]) == {27}
    assert cells_with(picture, world, BODY["drift"]) == ({27} if beside else set())
    places = render._disc_places(players, beside=beside)
    for k, (x, y, size) in enumerate(places):
        assert size / 2 <= x <= 1 - size / 2
        assert size / 2 <= y <= 1 - size / 2
        assert all(np.hypot(x - a, y - b) > 0.99 * size for a, b, _ in places[:k])  # side by side


def test_only_one_world_of_the_batch_is_drawn():
    world = begun("stag_hunt", batch=3)
    pictures = [frame(world, k) for k in range(3)]
    assert not np.array_equal(pictures[0], pictures[1])
    for k, picture in enumerate(pictures):
        assert cells_with(picture, world, BODY["hare"]) == set(np.flatnonzero(world.hares[k]).tolist())


def test_a_drawn_world_is_left_as_it_was():
    world, twin = begun("cleanup"), begun("cleanup")
    frame(world, gifts=np.eye(4), rewards=np.arange(4))
    for a, b in zip(world.step([[4] * 4]), twin.step([[4] * 4]), strict=True):
        if not isinstance(a, dict):
            assert np.array_equal(a, b)


# ---------------------------------------------------------------------- the right side
@pytest.fixture
def written(monkeypatch):
    """Keep what is written on pages: places, words, colours."""
    kept, real = [], Page.text

    def text(self, x, y, words, size, fill=INK, **options):
        kept.append((x, y, words, fill))
        real(self, x, y, words, size, fill, **options)

    monkeypatch.setattr(Page, "text", text)
    return kept


@pytest.mark.parametrize("gifts", [False, True])
@pytest.mark.parametrize("name", WORLDS)
def test_all_words(name, gifts, written):
    world = begun(name)
    n = world.n_agents
    frame(world, gifts=np.zeros((n, n)) if gifts else None)
    assert [words for _, _, words, _ in written] == [
        {"stag_hunt": "Stag hunt"}.get(name, name.capitalize()),
        f"step 0 of {world.horizon}",
        *(f"player {k + 1}" for k in range(n)),
        *LEGENDS[name],
        *(["gift"] * gifts),
    ]
    assert [y for _, y, _, _ in written] == sorted(y for _, y, _, _ in written)  # rows do not overlap


def test_words_of_rewards(written):
    frame(begun("coin"), rewards=[3, -1.5], gained=[0, -2], labels=["ann", "bob"])
    assert [words for _, _, words, _ in written][2:-2] == ["reward", "this step", "ann", "3", "bob", "−1.5", "−2"]


@pytest.mark.parametrize("name", WORLDS)
def test_the_legend_shows_what_its_words_say(name, written):
    world = begun(name)
    picture = frame(world)
    found = {words: (round(x) - 34, round(y)) for x, y, words, _ in written}  # the mark's left side and middle
    for k, words in enumerate(LEGENDS[name]):
        x, y = found[words]
        shown = picture[y - 13 : y + 13, x : x + 26]
        if words in {"river", "orchard"}:
            assert marked(shown, {"river": RIVER, "orchard": ORCHARD}[words]).any()
            assert not marked(shown, {"river": ORCHARD, "orchard": RIVER}[words]).any()
        else:
            mark, paper = coin(k, 26) if name == "coin" else thing(words, 26), Image.new("RGB", (26, 26), "white")
            paper.paste(mark, (0, 0), mark)
            assert np.array_equal(shown, paper), words


def test_the_legend_of_gifts_is_an_arrow_to_the_right(written):
    picture = frame(begun("coin"), gifts=np.zeros((2, 2)))
    x, y = next((round(x) - 34, round(y)) for x, y, words, _ in written if words == "gift")
    tall = marked(picture[y - 13 : y + 13, x : x + 26], GREY).sum(axis=0)
    assert np.flatnonzero(tall).min() < 4  # from left to right
    assert np.flatnonzero(tall).max() > 20
    assert tall[13:].max() > 1.5 * tall[:13].max()  # the head


def test_who_has_left_is_told(written):
    world = begun("stag_hunt")
    before = panel(frame(world), world)
    assert {fill for _, _, words, fill in written if words.startswith("player")} == {INK}
    assert "has left" not in {words for _, _, words, _ in written}
    world.cells[0, 2] = world.n_cells
    written.clear()
    frame(world)
    row = [(words, fill) for _, y, words, fill in written if 14 + 100 + 48 < y < 14 + 100 + 80]
    assert row == [("player 3", GREY), ("has left", GREY)]
    assert [words for _, _, words, _ in written].count("has left") == 1
    rows = np.flatnonzero((before != panel(frame(world), world)).any(axis=(1, 2)))
    third = 14 + 100 + 2 * 32  # padding, head of the table, two rows
    assert third - 16 < rows.min() < rows.max() < third + 16


def test_rewards_stand_in_the_row_of_their_player_and_gains_have_colours():
    world = begun("coin")
    plain = panel(frame(world, rewards=[0, 0], gained=[0, 0]), world)
    for agent in (0, 1):
        given = np.eye(2)[agent]
        now = panel(frame(world, rewards=3 * given, gained=[0, 0]), world)
        rows = np.flatnonzero((plain != now).any(axis=(1, 2)))
        assert 14 + 100 + 32 * agent - 16 < rows.min() < rows.max() < 14 + 100 + 32 * agent + 16
    gain, loss = (panel(frame(world, gained=[change, 0]), world) for change in (1, -2))
    assert marked(gain, GAIN).any()
    assert not marked(gain, LOSS).any()
    assert marked(loss, LOSS).any()
    assert not marked(loss, GAIN).any()
    assert not marked(plain, GAIN).any()


@pytest.mark.parametrize(
    ("number", "plus", "words"),
    [(0, "+", "0"), (-0.001, "+", "0"), (6, "+", "+6"), (10 / 3, "", "3.33"), (-2, "+", "−2"), (120, "", "120")],
)
def test_numbers_are_short(number, plus, words):
    from lase_core.envs.page import _signed

    assert _signed(number, plus=plus) == words


def test_long_names_are_cut_before_the_numbers():
    world = begun("coin")
    # the same as of shorter ones that are cut at the same place: nothing runs into the next column
    long, longer = (frame(world, rewards=[1, 1], labels=["wwwwwwwwww" * k, "b"]) for k in (3, 9))
    assert np.array_equal(long, longer)


def test_the_clock_runs():
    world = begun("coin", horizon=4)
    blacks = [marked(panel(frame(world), world)[40:50], "#1a1a1a").sum()]
    for _ in range(4):
        world.step([[0, 0]])
        blacks.append(marked(panel(frame(world), world)[40:50], "#1a1a1a").sum())
    assert blacks[0] == 0
    steps = np.diff(blacks)
    assert steps.min() > 0
    assert steps.max() - steps.min() < 0.2 * steps.mean()


# ---------------------------------------------------------------------- gifts
def pair_apart():
    world = begun("coin")
    world.cells[:] = [[10, 14]]
    world.coin[:] = 2
    return world


def drawn(world, gifts):
    """Where the map changes when gifts are drawn."""
    left = Page(world, None).left
    plain, with_gifts = frame(world)[:, :left], frame(world, gifts=gifts)[:, :left]
    return with_gifts, (plain != with_gifts).any(axis=2)


@pytest.mark.parametrize(("giver", "receiver"), [(0, 1), (1, 0)])
def test_a_gift_goes_from_giver_to_receiver_as_wide_as_its_weight(giver, receiver):
    world = pair_apart()
    gifts, areas = np.zeros((2, 2)), []
    for weight in (0.1, 0.4, 0.7, 1.0):
        gifts[giver, receiver] = weight
        picture, changed = drawn(world, gifts)
        areas.append((changed & marked(picture, COLOURS[giver])).sum())
        assert not (changed & marked(picture, COLOURS[receiver])).any()
    assert np.diff(areas).min() > 0.15 * areas[0]
    columns = np.flatnonzero(changed.any(axis=0))
    tall = changed.sum(axis=0)
    ends = tall[columns[2 : len(columns) // 3]].max(), tall[columns[-len(columns) // 3 : -2]].max()
    assert (ends[0] < ends[1]) == (giver == 0)  # the head is wider than the shaft, and is at the receiver


@pytest.mark.parametrize(("giver", "receiver"), [(0, 1), (1, 0), (0, 3), (3, 0), (2, 1)])
def test_the_tip_is_at_the_receiver(giver, receiver):
    world = begun("snowdrift")
    world.drifts[:] = False
    world.cells[:] = [[0, 7, 56, 63]]
    gifts = np.zeros((4, 4))
    gifts[giver, receiver] = 1
    picture, changed = drawn(world, gifts)
    page = Page(world, None)
    rows, columns = np.nonzero(changed & marked(picture, COLOURS[giver]))
    wide = []
    for agent in (giver, receiver):  # how wide the arrow is near to each
        x, y = page.at(int(world.cells[0, agent]), 0.5, 0.5)
        far = np.hypot(columns - x, rows - y)
        assert far.min() < 0.5 * page.scale
        wide.append(np.bincount(far.astype(int))[round(0.45 * page.scale) : round(1.2 * page.scale)].max())
    assert wide[1] > 1.3 * wide[0]


def test_gifts_above_one_are_drawn_as_one():
    world = pair_apart()
    one, more = (drawn(world, [[0, weight], [0, 0]])[0] for weight in (1, 7))
    assert np.array_equal(one, more)


def test_arrows_change_nothing_beside_them():
    world = pair_apart()
    plain, with_gifts = frame(world), frame(world, gifts=[[0, 1], [1, 0]])
    rows = np.flatnonzero((plain != with_gifts)[:, : Page(world, None).left].any(axis=(1, 2)))
    page = Page(world, None)
    assert page.origin[1] + page.scale < rows.min() < rows.max() < page.origin[1] + 4 * page.scale


def test_arrows_are_drawn_whole():
    # beside another arrow far away, for which more of the page is drawn anew
    world = begun("snowdrift")
    world.cells[:] = [[0, 7, 41, 45]]
    alone, both = np.zeros((4, 4)), np.zeros((4, 4))
    alone[2, 3] = both[2, 3] = both[0, 1] = 1
    top = Page(world, None).at(24, 0, 0)[1]
    (one, changed), (two, _) = drawn(world, alone), drawn(world, both)
    apart = np.abs(one.astype(int) - two).max(axis=2)[round(top) :]
    assert (apart > 6).sum() < 0.02 * changed.sum()


def test_arrows_there_and_back_part():
    world = pair_apart()
    there, back = (drawn(world, g)[1] for g in ([[0, 0.5], [0, 0]], [[0, 0], [0.5, 0]]))
    assert (there & back).sum() < 0.05 * there.sum()


def test_what_is_kept_and_what_is_nothing_is_not_drawn():
    world = pair_apart()
    assert not drawn(world, [[0.7, 0], [0, 1.0]])[1].any()
    stags = begun("stag_hunt")
    stags.cells[0, 1:] = stags.n_cells  # nobody is there to give to
    assert not drawn(stags, np.ones((4, 4)))[1].any()


def test_gifts_on_one_cell():
    world = pair_apart()
    world.cells[:] = 12
    for giver in (0, 1):  # not hidden below the discs
        picture, changed = drawn(world, np.eye(2)[[1, 0]] * np.eye(2)[giver][:, None])
        assert (changed & marked(picture, COLOURS[giver])).sum() > 100


# ---------------------------------------------------------------------- sizes
@pytest.mark.parametrize("name", WORLDS)
def test_all_pictures_of_a_world_have_one_even_size(name):
    world = begun(name)
    n = world.n_agents
    shapes = {frame(world).shape}
    world.step(np.zeros((1, n), dtype=int))
    shapes.add(frame(world, gifts=np.ones((n, n)), rewards=np.ones(n), gained=np.ones(n)).shape)
    ((height, width, depth),) = shapes
    assert (height % 2, width % 2, depth) == (0, 0, 3)
    assert frame(world).dtype == np.uint8
    big = frame(world, scale=2 * Page(world, None).scale)
    assert np.abs(np.array(big.shape[:2]) - 2 * np.array([height, width])).max() <= 4


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (3, 16), (64, 64)])
def test_maps_of_any_shape(size):
    height, width = size
    world = begun("coin", height=height, width=width)
    picture = frame(world, rewards=[0, 0])
    assert cells_with(picture, world, GOLD) == set(world.coin.tolist())


def test_many_players_make_the_page_longer():
    few, many = (frame(begun("snowdrift", n_agents=n)).shape[0] for n in (2, 16))
    assert many > few


def test_the_colours_of_two_players_are_those_of_all_pictures():
    assert COLOURS[:2] == PAIR
    assert len(set(COLOURS)) == len(COLOURS)


def test_small_pictures_are_kept():
    assert thing("stag", 40) is thing("stag", 40)
    assert disc(3, 20).size == (20, 20)


# ---------------------------------------------------------------------- bad input
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"index": 1}, "index must lie in 0..0, got 1"),
        ({"index": -1}, "index must lie in 0..0, got -1"),
        ({"gifts": [0, 1]}, "gifts must be finite numbers of the shape (2, 2)"),
        ({"gifts": [[0, -1], [0, 0]]}, "gifts must not be negative, got -1"),
        ({"rewards": [1, np.nan]}, "rewards must be finite"),
        ({"gained": [1, 2, 3]}, "gained must be finite numbers of the shape (2,)"),
        ({"labels": ["a"]}, "labels must be 2 names, got 1"),
        ({"labels": "ab"}, "labels must be 2 names, got 'ab'"),
        ({"scale": 7}, "scale must be at least 8, got 7"),
    ],
)
def test_bad_input_is_told(options, words):
    with pytest.raises(ValueError, match="^" + "".join(f"[{c}]" if c in "(),.[]" else c for c in words)):
        frame(begun("coin"), **options)


def test_worlds_without_a_picture():
    with pytest.raises(ValueError, match="pictures of coin, cleanup, snowdrift, stag_hunt, not of MatrixWorld"):
        frame(MatrixWorld(gt.catalogue.donation(b=3, c=1)))
    with pytest.raises(ValueError, match="at most 64 × 64 cells"):
        frame(begun("coin", width=65))


def test_worlds_that_have_not_begun():
    with pytest.raises(ValueError, match=r"the world has not begun: call reset\(\)"):
        frame(make("coin"))


# ---------------------------------------------------------------------- films
def frames_of(path):
    with Image.open(path) as image:
        for k in range(image.n_frames):
            image.seek(k)
            yield np.asarray(image.convert("RGB")), image.info["duration"]


@pytest.mark.parametrize("suffix", ["gif", "png", "apng", "GIF"])
@pytest.mark.parametrize("name", WORLDS)
def test_a_film_shows_every_step_and_ends_with_a_pause(name, suffix, tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(films, "frame", lambda *args, **options: shown.append(frame(*args, **options)) or shown[-1])
    path = tmp_path / f"film.{suffix}"
    rewards = film(make(name), "random", rng=3, steps=6, path=path, per_second=4)
    del shown[1:3]  # the samples of colours
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert rewards.shape == (6, make(name).n_agents)
    seen = list(frames_of(path))
    assert len(seen) == len(shown) == 7
    assert [duration for _, duration in seen] == [250] * 6 + [2750]
    for (picture, _), wanted in zip(seen, shown, strict=True):
        apart = np.abs(picture.astype(int) - wanted)
        assert apart.max() < 60  # soft edges alone
        assert apart.mean() < 0.2
    with Image.open(path) as image:
        assert image.format == ("GIF" if suffix.lower() == "gif" else "PNG")
        assert image.info["loop"] == 0  # for ever


def test_a_film_is_the_episode_that_is_played_by_hand(tmp_path):
    cast = ["cooperator", "defector", "defector", "random"]
    rewards = film(make("cleanup"), cast, rng=8, steps=40, path=tmp_path / "a.gif")
    world, rng = make("cleanup"), np.random.default_rng(8)
    world.reset(rng)
    assert np.array_equal(rewards, [world.step(act(world, cast, rng))[1][0] for _ in range(40)])
    assert rewards.sum() > 0
    film(make("cleanup"), cast, rng=8, steps=40, path=tmp_path / "b.gif")
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


def test_the_whole_episode_by_default(tmp_path):
    film(make("coin", horizon=7), ["cooperator", "defector"], rng=0, path=tmp_path / "a.gif")
    assert len(list(frames_of(tmp_path / "a.gif"))) == 8


def test_a_film_ends_when_everybody_has_left(tmp_path):
    rewards = film(make("stag_hunt"), "defector", rng=0, path=tmp_path / "a.gif")
    assert len(rewards) < 30
    assert (rewards.sum(axis=0) > 0).all()
    assert len(list(frames_of(tmp_path / "a.gif"))) == len(rewards) + 1


def test_players_may_be_functions(tmp_path):
    def upwards(world, agent, rng):
        return np.zeros(world.batch, dtype=int)

    world = make("coin", horizon=5, batch=3)
    film(world, upwards, rng=0, path=tmp_path / "a.gif")
    assert (world.cells < 5).all()  # the first row


def test_a_film_that_fails_leaves_what_was_there(tmp_path):
    def tired(world, agent, rng):
        if world.steps == 3:
            raise KeyboardInterrupt
        return np.zeros(world.batch, dtype=int)

    path = tmp_path / "a.gif"
    path.write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt):
        film(make("coin"), tired, path=path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.gif"]
    assert path.read_bytes() == b"before"


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"path": "a.mp4"}, ValueError, "films are written as .gif, .png, .apng, got 'a.mp4'"),
        ({"path": "nowhere/a.gif"}, FileNotFoundError, "nowhere/a.gif"),
        ({"steps": 0}, ValueError, "steps must be at least 1"),
        ({"steps": 101}, ValueError, "steps must be at most 100, got 101"),
        ({"steps": 2.5}, TypeError, "steps must be a whole number"),
        (
            {"world": make("coin", horizon=2001)},
            ValueError,
            "the episode has 2001 steps, a film at most 2000: give steps",
        ),
        ({"world": make("coin", horizon=2002), "steps": 2001}, ValueError, "steps must be at most 2000, got 2001"),
        ({"gifts": [0, 1]}, ValueError, r"gifts must be finite numbers of the shape \(2, 2\)"),
        ({"gifts": np.zeros((7, 2, 2)), "steps": 6}, ValueError, r"finite numbers of the shape \(6, 2, 2\)"),
        ({"gifts": [[0, -1], [0, 0]]}, ValueError, "gifts must not be negative, got -1"),
        ({"gifts": lambda _: [1, 2]}, ValueError, r"gifts must be finite numbers of the shape \(2, 2\)"),
        ({"labels": ["a"]}, ValueError, "labels must be 2 names, got 1"),
        ({"scale": 2}, ValueError, "scale must be at least 8, got 2"),
        ({"per_second": 0}, ValueError, "per_second must be above 0"),
        ({"players": ["random"]}, ValueError, "the world has 2 players, got 1"),
        ({"players": "cooprator"}, ValueError, "unknown player 'cooprator'; did you mean cooperator"),
        ({"world": make("coin", auto_reset=True)}, ValueError, "without auto_reset"),
    ],
)
def test_bad_films_are_told_before_anything_is_written(options, error, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = {"world": make("coin"), "players": "random", "path": "a.gif"} | options
    with pytest.raises(error, match=words):
        film(**options)
    assert list(tmp_path.iterdir()) == []


def test_a_film_that_is_refused_leaves_the_world_alone(tmp_path):
    world = make("coin")
    for path in (tmp_path / "nowhere" / "a.gif", tmp_path / "a.mp4"):
        with pytest.raises((FileNotFoundError, ValueError)):
            film(world, "random", path=path)
    assert not world.begun


@pytest.fixture
def shown(monkeypatch):
    """Keep the frames of a film, with what was asked of them; without the samples of its colours."""
    kept = []

    def spy(world, **options):
        picture = frame(world, **options)
        if "labels" in options:
            kept.append((picture, options))
        return picture

    monkeypatch.setattr(films, "frame", spy)
    return kept


def test_gifts_of_a_film(tmp_path, shown):
    path, world = tmp_path / "a.gif", make("coin")
    of_steps = np.random.default_rng(0).random((4, 2, 2))
    seen = []

    def by_the_clock(world):
        seen.append(world.steps)
        return [[0, world.steps / 4], [0, 0]]

    for gifts, wanted in (
        (of_steps[0], of_steps[[0, 0, 0, 0, 0]]),
        (of_steps, of_steps[[0, 0, 1, 2, 3]]),
        (by_the_clock, [[[0, t / 4], [0, 0]] for t in range(5)]),
        (None, [None] * 5),
    ):
        shown.clear()
        film(world, "random", rng=0, steps=4, gifts=gifts, path=path)
        assert len(shown) == 5
        for (picture, options), given in zip(shown, wanted, strict=True):
            assert np.array_equal(options["gifts"], given)
            assert marked(panel(picture, world), GREY).any()
        for (picture, _), (decoded, _) in zip(shown, frames_of(path), strict=True):
            apart = np.abs(decoded.astype(int) - picture)
            assert apart.max() < 60
            assert apart.mean() < 0.2
    assert seen == [0, 1, 2, 3, 4]


def test_labels_and_scale_of_a_film(tmp_path, shown):
    def my_own(world, agent, rng):
        return np.zeros(world.batch, dtype=int)

    film(make("coin"), ["random", my_own], steps=1, path=tmp_path / "a.gif")
    assert [options["labels"] for _, options in shown] == [["random", "my own"]] * 2
    shown.clear()
    film(make("coin"), "random", steps=1, labels=["ann", "bob"], scale=30, path=tmp_path / "b.gif")
    assert [options["labels"] for _, options in shown] == [["ann", "bob"]] * 2
    assert {picture.shape for picture, _ in shown} == {frame(begun("coin"), scale=30).shape}
    assert {picture.shape for picture, _ in frames_of(tmp_path / "b.gif")} == {frame(begun("coin"), scale=30).shape}


# ---------------------------------------------------------------------- films of other episodes
@pytest.mark.parametrize("suffix", ["gif", "png", "APNG"])
@pytest.mark.parametrize("samples", [False, True])
def test_frames_of_ones_own(samples, suffix, tmp_path):
    frames = np.full((5, 40, 60, 3), 240, dtype=np.uint8)
    for k in range(5):
        frames[k, 5:15, 10 * k : 10 * k + 10] = 10, 40 * k, 200  # a colour that is in one frame alone
    path = tmp_path / f"a.{suffix}"
    given = iter(frames)  # a generator will do
    number = write_film(given, path, per_second=10, pause=1, samples=[frames.reshape(-1, 60, 3)] if samples else None)
    seen = list(frames_of(path))
    assert number == len(seen) == 5
    assert np.array_equal([picture for picture, _ in seen], frames)
    assert [duration for _, duration in seen] == [100] * 4 + [1100]


def test_a_single_frame(tmp_path):
    picture = frame(begun("coin"))
    assert write_film([picture], tmp_path / "a.gif") == 1
    with Image.open(tmp_path / "a.gif") as image:
        assert np.abs(np.asarray(image.convert("RGB")).astype(int) - picture).mean() < 0.2


BLANK = np.zeros((4, 6, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("frames", "options", "words"),
    [
        ([], {}, "a film has at least one frame, there are none"),
        ([BLANK, BLANK[:2]], {}, r"frames must have one size: the first is \(4, 6\), frame 1 is \(2, 6\)"),
        ([BLANK / 255], {}, r"RGB pictures of uint8, shapes \(height, width, 3\), got float64 \(4, 6, 3\)"),
        ([BLANK[..., 0]], {}, r"RGB pictures of uint8, shapes \(height, width, 3\), got uint8 \(4, 6\)"),
        ([BLANK] * 2002, {}, "a film has at most 2001 frames, there are more"),
        ([BLANK], {"path": "a.mp4"}, "films are written as .gif, .png, .apng, got 'a.mp4'"),
        ([BLANK], {"per_second": 51}, "per_second must be above 0 and at most 50, got 51"),
        ([BLANK], {"pause": -1}, r"pause must lie in 0\.\.60 seconds, got -1"),
    ],
)
@pytest.mark.parametrize("samples", [None, [BLANK]])
def test_bad_frames_leave_no_film(frames, options, words, samples, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=words):
        write_film(frames, **{"path": "a.gif", "samples": samples} | options)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_that_name(tmp_path):
    (tmp_path / "a.gif").mkdir()
    with pytest.raises(IsADirectoryError):
        film(make("coin"), "random", path=tmp_path / "a.gif")


# ---------------------------------------------------------------------- colours of films
def test_frequent_colours_are_kept_and_others_go_to_the_nearest():
    rng = np.random.default_rng(0)
    noise = rng.integers(256, size=(60, 60, 3), dtype=np.uint8)
    flat = np.full((60, 60, 3), (17, 99, 203), dtype=np.uint8)
    colours = Colours([noise, flat])
    assert len(colours.rgb) <= 255
    assert (colours.rgb[colours.indices(flat)] == flat).all()
    indices = colours.indices(noise)
    apart = ((noise[:, :, None].astype(int) - colours.rgb.astype(int)) ** 2).sum(axis=3)
    assert np.array_equal(apart.min(axis=2), np.take_along_axis(apart, indices[..., None].astype(int), 2)[..., 0])
    palette = np.array(colours.palette()).reshape(-1, 3)
    assert len(palette) == len(np.unique(palette, axis=0)) == 256


# ---------------------------------------------------------------------- imports
@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("lase_core.envs", {"matplotlib", "pettingzoo", "gymnasium", "PIL"}),
        ("lase_core.envs.render", {"matplotlib", "pettingzoo", "gymnasium", "sympy"}),
    ],
)
def test_imports_stay_light(module, without):
    code = f"import sys, {module}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 (own words)
    assert not without & set(ran.stdout.split())
