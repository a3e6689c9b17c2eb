"""What the grid worlds draw: each draw has the distribution that the rules say, and draws do not hang together.

Each check compares counts with their expectations by chi-square and fails when p < 10^-5. There are fewer than 60
checks, so right worlds fail one of them with a probability below 10^-3; as seeds are fixed, they did not.
"""

from itertools import combinations, permutations
from math import comb

import numpy as np
import pytest
from scipy import stats

from lase_core.envs import make

LEVEL = 1e-5
STAY = 4


def check(counts, probabilities=None):
    """Compare counts with probabilities, equal ones by default."""
    counts = np.ravel(counts)
    expected = counts.sum() * (np.full(counts.size, 1 / counts.size) if probabilities is None else probabilities)
    assert expected.min() >= 5  # as chi-square asks for
    assert stats.chisquare(counts, expected).pvalue > LEVEL


def table(*columns, sizes):
    """Count how often each tuple of whole numbers occurs."""
    return np.bincount(np.ravel_multi_index(columns, sizes), minlength=np.prod(sizes))


def begun(name, batch, seed, **parameters):
    world = make(name, batch=batch, **parameters)
    world.reset(seed)
    return world


# ---------------------------------------------------------------------- coin
def test_start_of_coin():
    world = begun("coin", 50_000, 1)
    (first, second), coin, colour = world.cells.T, world.coin, world.colour
    check(table(first, second, sizes=(25, 25)))  # players may stand on one cell
    check(table(first, coin, sizes=(25, 25)))  # and on the coin
    check(table(second, coin, sizes=(25, 25)))
    check(table(coin, colour, sizes=(25, 2)))
    check(table(first, colour, sizes=(25, 2)))


def test_start_of_coin_with_three_players():
    world = begun("coin", 60_000, 2, n_agents=3, height=2, width=2)
    check(table(*world.cells.T, world.coin, world.colour, sizes=(4, 4, 4, 4, 3)))


@pytest.mark.parametrize("n", [2, 3])
def test_next_coin(n):
    # anywhere, of any colour, wherever and whose the last one was, and whoever took it
    world = make("coin", batch=150_000, n_agents=n, height=3, width=3)
    world.reset(3)
    world.cells[:] = 4  # everybody on a coin that lies on any of three cells, then walks up
    world.coin[:] = 1
    old = world.colour.copy()
    _, _, _, info = world.step(np.zeros((world.batch, n), dtype=int))
    taker = (info["own coin"] | info["other coin"]).argmax(axis=1)
    check(table(old, taker, world.coin, world.colour, sizes=(n, n, 9, n)))  # who of several, too
    # the one after the next: a chain of coins does not hang together
    place, colour = world.coin.copy(), world.colour.copy()
    world.cells[:] = np.where(place < 3, place, place - 3)[:, None]
    world.step(np.where(place < 3, 0, 1)[:, None].repeat(n, axis=1))
    check(table(place, colour, world.coin, world.colour, sizes=(9, n, 9, n)))


def test_who_of_several_takes_the_coin():
    # two of three players, each pair alike
    for pair in combinations(range(3), 2):
        world = begun("coin", 20_000, 4, n_agents=3)
        world.cells[:] = 24
        world.cells[:, pair] = 0
        world.coin[:] = 0
        _, _, _, info = world.step(np.full((world.batch, 3), 0))
        taker = (info["own coin"] | info["other coin"]).argmax(axis=1)
        assert set(taker) == set(pair)
        check(np.bincount(taker)[list(pair)])


# ---------------------------------------------------------------------- cleanup
def test_start_of_cleanup():
    world = begun("cleanup", 100_000, 5)
    cells = world.cells - 16
    pairs = table(cells[:, 0], cells[:, 1], sizes=(32, 32)).reshape(32, 32)
    assert not np.diag(pairs).any()
    check(pairs[~np.eye(32, dtype=bool)])  # ordered pairs of different cells
    pairs = table(cells[:, 1], cells[:, 3], sizes=(32, 32)).reshape(32, 32)
    check(pairs[~np.eye(32, dtype=bool)])
    counts = np.bincount(world.waste[:, :16] @ (1 << np.arange(16)), minlength=2**16)
    halves = [k for k in range(2**16) if k.bit_count() == 8]  # 8 of 16 cells, in all 12870 ways
    assert counts[halves].sum() == world.batch
    check(counts[halves])


def test_start_of_players_and_waste_is_independent():
    world = begun("cleanup", 60_000, 6, height=4, width=3, river_rows=1, orchard_rows=1, n_agents=2, waste_at_start=1)
    orders = {pair: k for k, pair in enumerate(permutations(range(3, 9), 2))}
    order = np.array([orders[tuple(pair)] for pair in world.cells.tolist()])
    check(table(order, world.waste.argmax(axis=1), sizes=(30, 3)))


@pytest.mark.parametrize("rate", [0.1, 0.25, 0.5])
def test_rate_of_waste(rate):
    world = begun("cleanup", 50_000, 7, waste_rate=rate, waste_at_start=3)
    came = []
    for _ in range(2):
        before = world.waste.sum(axis=1)
        world.step(np.full((world.batch, 4), STAY))
        came.append(world.waste.sum(axis=1) - before)
    # step by step anew
    check(table(*came, sizes=(2, 2)), np.outer([1 - rate, rate], [1 - rate, rate]).ravel())


@pytest.mark.parametrize("wastes", range(9))
def test_rate_of_apples(wastes):
    world = begun("cleanup", 20_000, 8 + wastes, waste_at_start=wastes, waste_rate=0.3)
    world.step(np.full((world.batch, 4), STAY))
    apples, more = world.apples.sum(axis=1), world.waste.sum(axis=1) - wastes
    if wastes in {0, 8}:
        assert (apples == (wastes == 0)).all()
        assert more.any() == (wastes < 8)
    else:  # whether waste comes has nothing to do with it
        rate = 1 - wastes / 8
        check(table(apples, more, sizes=(2, 2)), np.outer([1 - rate, rate], [0.7, 0.3]).ravel())


def test_rate_of_apples_after_cleaning():
    # five wastes, two are cleaned: 5/8 of the rate that is given
    world = begun("cleanup", 50_000, 21, waste_at_start=0, waste_rate=0.2, apple_rate=0.6)
    world.waste[:, :5] = True
    world.cells[:] = [0, 1, 1, 30]
    world.step(np.full((world.batch, 4), 5))
    apples, more = world.apples.sum(axis=1), world.waste.sum(axis=1) - 3
    rate = 0.6 * 5 / 8
    check(table(apples, more, sizes=(2, 2)), np.outer([1 - rate, rate], [0.8, 0.2]).ravel())


def test_places_of_waste_and_apples():
    world = begun("cleanup", 80_000, 22, waste_at_start=0, waste_rate=1)
    wastes, apples = [2, 3, 11], [48, 50, 55, 62, 63]
    world.waste[:, wastes], world.apples[:, apples] = True, True
    world.step(np.full((world.batch, 4), STAY))
    grown = world.apples.sum(axis=1) == 6
    new_waste, new_apple = world.waste.copy(), world.apples.copy()
    new_waste[:, wastes], new_apple[:, apples] = False, False
    assert (new_waste.sum(axis=1) == 1).all()
    free_waste, free_apple = np.setdiff1d(np.arange(16), wastes), np.setdiff1d(np.arange(48, 64), apples)
    counts = table(new_waste.argmax(axis=1)[grown], new_apple.argmax(axis=1)[grown], sizes=(64, 64)).reshape(64, 64)
    free = counts[np.ix_(free_waste, free_apple)]
    assert free.sum() == grown.sum()  # only on free cells
    check(free)
    check(np.bincount(grown, minlength=2), np.array([3, 5]) / 8)


# ---------------------------------------------------------------------- snowdrift
def test_start_of_snowdrift():
    world = begun("snowdrift", 100_000, 23)
    check(table(world.cells[:, 0], world.cells[:, 1], sizes=(64, 64)))  # they may start on one cell
    check(table(world.cells[:, 2], world.cells[:, 3], sizes=(64, 64)))
    world = begun("snowdrift", 100_000, 24, n_agents=2, height=2, width=3, n_drifts=3)
    subsets = world.drifts @ (1 << np.arange(6))
    numbers = np.full(64, -1)
    numbers[[sum(1 << c for c in s) for s in combinations(range(6), 3)]] = np.arange(20)
    assert (numbers[subsets] >= 0).all()
    check(table(*world.cells.T, numbers[subsets], sizes=(6, 6, 20)))


def test_drifts_of_the_standard_world():
    # from the first to the last of six drifts it is d cells, with four others on the d - 1 cells between them
    world = begun("snowdrift", 100_000, 25)
    first, last = world.drifts.argmax(axis=1), 63 - world.drifts[:, ::-1].argmax(axis=1)
    ways = np.array([(64 - d) * comb(d - 1, 4) if d else 0 for d in range(64)])
    assert ways.sum() == comb(64, 6)
    groups = np.maximum(np.arange(64), 12)  # short distances are rare: all up to 12 are taken together
    check(np.bincount(groups[last - first])[12:], np.bincount(groups, ways)[12:] / ways.sum())


# ---------------------------------------------------------------------- stag hunt
def test_start_of_stag_hunt():
    # all arrangements on six cells: players in any order, animals of a kind alike
    world = begun("stag_hunt", 100_000, 26, n_agents=2, height=2, width=3, n_stags=1, n_hares=2)
    hares = np.argwhere(world.hares)[:, 1].reshape(-1, 2)
    counts = table(*world.cells.T, world.stags.argmax(axis=1), *hares.T, sizes=(6,) * 5)
    possible = [np.ravel_multi_index(k, (6,) * 5) for k in permutations(range(6), 5) if k[3] < k[4]]
    assert counts[possible].sum() == world.batch
    check(counts[possible])


def test_start_of_the_standard_stag_hunt():
    world = begun("stag_hunt", 100_000, 27)
    pairs = table(world.cells[:, 0], world.cells[:, 3], sizes=(25, 25)).reshape(25, 25)
    check(pairs[~np.eye(25, dtype=bool)])
    stags = np.argwhere(world.stags)[:, 1].reshape(-1, 2)
    check(table(*stags.T, sizes=(25, 25)).reshape(25, 25)[np.triu_indices(25, 1)])
    first = world.hares.argmax(axis=1)  # of four hares
    ways = np.array([(24 - k) * (23 - k) * (22 - k) / 6 for k in range(22)])
    check(np.bincount(first, minlength=22)[:20], ways[:20] / ways[:20].sum())


# ---------------------------------------------------------------------- episodes
@pytest.mark.parametrize(("name", "cells"), [("coin", 25), ("snowdrift", 64), ("stag_hunt", 25), ("cleanup", 32)])
def test_the_next_episode_is_drawn_anew(name, cells):
    # where player 0 begins says nothing about where it begins next, nor about the world beside it
    world = make(name, batch=100_000, horizon=1, auto_reset=True)
    world.reset(28)
    shift = 16 if name == "cleanup" else 0
    before = world.cells[:, 0] - shift
    world.step(np.zeros((world.batch, world.n_agents), dtype=int))
    after = world.cells[:, 0] - shift
    check(table(before, after, sizes=(cells, cells)))
    check(table(after[::2], after[1::2], sizes=(cells, cells)))
