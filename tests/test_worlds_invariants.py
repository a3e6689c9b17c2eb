"""What holds in every step of every world, over 10^6 random steps."""

import numpy as np
import pytest

from lase_core.envs import make

BATCH, STEPS, SAMPLE = 1000, 100, 20
CASES = [
    ("coin", {}),
    ("coin", {"n_agents": 3, "height": 3, "width": 3, "view": 3, "reward": 2, "harm": 3}),
    ("coin", {"height": 2, "width": 2, "view": "map"}),
    ("cleanup", {}),
    ("cleanup", {"height": 5, "width": 4, "view": 3, "waste_rate": 0.5, "most_waste": 5, "most_apples": 5,
                 "waste_at_start": 4, "river_rows": 2, "orchard_rows": 2}),
    ("cleanup", {"auto_eat": True, "view": 3, "waste_at_start": 1, "reward": 2}),
    ("snowdrift", {}),
    ("snowdrift", {"n_agents": 6, "height": 3, "width": 3, "view": 3}),
    ("stag_hunt", {}),
    ("stag_hunt", {"n_agents": 7, "height": 4, "width": 4, "view": 3, "hunters": 3}),
]  # fmt: skip
STEP = np.array([[-1, 0], [1, 0], [0, -1], [0, 1]] + [[0, 0]] * 3)


def alone(world, cells, actions):
    """Cells after the actions of players who are not in each other's way; who has left stays away."""
    row, column = np.divmod(cells, world.width)
    row = np.clip(row + STEP[actions, 0], 0, world.height - 1)
    column = np.clip(column + STEP[actions, 1], 0, world.width - 1)
    return np.where(cells == world.n_cells, cells, row * world.width + column)


def count_at(there, cells):
    """How many of the things that are marked with True are at each player's cell; none where players have left."""
    return np.take_along_axis(np.pad(there, [(0, 0), (0, 1)]), cells, axis=1)


def state(world):
    """Copy what a world consists of."""
    names = ("cells", "coin", "colour", "waste", "apples", "drifts", "stags", "hares")
    return {what: getattr(world, what).copy() for what in names if hasattr(world, what)}


# ---------------------------------------------------------------------- each world: was, actions, rewards, info -> is
def check_coin(world, was, actions, rewards, info):
    is_, n = state(world), world.n_agents
    assert ((is_["coin"] >= 0) & (is_["coin"] < world.n_cells)).all()
    assert ((is_["colour"] >= 0) & (is_["colour"] < n)).all()
    assert (is_["cells"] == alone(world, was["cells"], actions)).all()
    # one coin on the map
    assert (np.sum([coins.sum(axis=1) for coins in world.maps()], axis=0) == 1).all()
    own, other = info["own coin"], info["other coin"]
    on_it = is_["cells"] == was["coin"][:, None]
    owner = was["colour"][:, None] == np.arange(n)
    taken = on_it.any(axis=1)
    assert ((own | other).sum(axis=1) == taken).all()
    assert not ((own | other) & ~on_it).any()
    assert not (own & ~owner).any()
    assert not (other & owner).any()
    expected = world.reward * (own | other) - world.harm * (owner & other.any(axis=1, keepdims=True))
    assert (rewards == expected).all()
    assert (is_["coin"] == was["coin"])[~taken].all()
    assert (is_["colour"] == was["colour"])[~taken].all()


def check_cleanup(world, was, actions, rewards, info):
    is_ = state(world)
    assert (is_["cells"] == alone(world, was["cells"], actions)).all()
    cleaned, eaten = info["waste cleaned"], info["apple"]
    assert (rewards == world.reward * eaten).all()
    assert not (cleaned & (actions != 5)).any()
    assert world.auto_eat or not (eaten & (actions != 6)).any()
    for what, took, most, cells in (
        ("waste", cleaned, world.most_waste, slice(world.river)),
        ("apples", eaten, world.most_apples, slice(world.orchard, None)),
    ):
        # in their place, and not too many
        assert is_[what].sum(axis=1).max() <= most
        assert (is_[what].sum(axis=1) == is_[what][:, cells].sum(axis=1)).all()
        # one for each who took it, from where it lay; then at most one more
        assert not (took & ~count_at(was[what], is_["cells"])).any()
        left = was[what].sum(axis=1) - took.sum(axis=1)
        assert (left >= 0).all()
        more = is_[what].sum(axis=1) - left
        assert ((more == 0) | (more == 1)).all()
        assert ((is_[what] & ~was[what]).sum(axis=1) <= more).all()
    # whoever tries where something lies gets it, or somebody else there does
    tries = actions == 5
    same = is_["cells"][:, :, None] == is_["cells"][:, None, :]
    assert ((same & cleaned[:, None, :]).any(axis=2) | ~(tries & count_at(was["waste"], is_["cells"]))).all()
    tries = np.ones_like(tries) if world.auto_eat else actions == 6
    assert ((same & eaten[:, None, :]).any(axis=2) | ~(tries & count_at(was["apples"], is_["cells"]))).all()


def check_snowdrift(world, was, actions, rewards, info):
    is_, removed = state(world), info["drift removed"]
    goal = alone(world, was["cells"], actions)
    assert ((is_["cells"] == goal) | (is_["cells"] == was["cells"])).all()
    # nobody comes to share a cell: pairs on one cell were there before, and neither has moved
    same, was_same = (cells[:, :, None] == cells[:, None, :] for cells in (is_["cells"], was["cells"]))
    stayed = is_["cells"] == was["cells"]
    pairs = ~np.eye(world.n_agents, dtype=bool)
    assert not (same & pairs & ~(was_same & stayed[:, :, None] & stayed[:, None, :])).any()
    # who does not get where it wanted to was met there by somebody, before or after
    blocked = is_["cells"] != goal
    met = ((goal[:, :, None] == was["cells"][:, None, :]) | (goal[:, :, None] == is_["cells"][:, None, :])) & pairs
    assert not (blocked & ~met.any(axis=2)).any()
    assert not (removed & (actions != 5)).any()
    assert not (removed & ~count_at(was["drifts"], is_["cells"])).any()
    assert (was["drifts"].sum(axis=1) - is_["drifts"].sum(axis=1) == removed.sum(axis=1)).all()
    assert not (is_["drifts"] & ~was["drifts"]).any()
    tries = (actions == 5) & count_at(was["drifts"], is_["cells"])
    assert ((same & removed[:, None, :]).any(axis=2) | ~tries).all()
    assert (rewards == world.reward * removed.sum(axis=1, keepdims=True) - world.cost * removed).all()


def check_stag_hunt(world, was, actions, rewards, info):
    is_, stag, hare = state(world), info["stag"], info["hare"]
    gone = was["cells"] == world.n_cells
    moved = alone(world, was["cells"], actions)
    assert not (stag & hare).any()
    # gone stay gone, who has caught something goes, and nobody else
    assert (is_["cells"] == np.where(stag | hare, world.n_cells, moved)).all()
    assert not ((stag | hare) & gone).any()
    # animals do not move: they stay, or are caught
    same = (moved[:, :, None] == moved[:, None, :]) & ~gone[:, :, None] & ~gone[:, None, :]
    for what, caught in (("stags", stag), ("hares", hare)):
        assert not (is_[what] & ~was[what]).any()
        assert not (caught & ~count_at(was[what], moved)).any()
        first = caught & ~(same & caught[:, None, :] & np.tri(world.n_agents, k=-1, dtype=bool)).any(axis=2)
        assert (was[what].sum(axis=1) - is_[what].sum(axis=1) == first.sum(axis=1)).all()
    hunts = (actions == 5) & count_at(was["hares"], moved)
    assert (hare == hunts).all()
    waits = count_at(was["stags"], moved) & ~hunts
    together = (same & waits[:, None, :]).sum(axis=2)
    assert (stag == (waits & (together >= world.hunters))).all()
    # each animal is shared equally
    shares = (same & ((stag[:, :, None] & stag[:, None, :]) | (hare[:, :, None] & hare[:, None, :]))).sum(axis=2)
    expected = (world.stag * stag + world.hare * hare) / np.maximum(shares, 1)
    assert (rewards == expected.astype(np.float32)).all()
    prizes = world.stag * (was["stags"] & ~is_["stags"]).sum(axis=1)
    prizes = prizes + world.hare * (was["hares"] & ~is_["hares"]).sum(axis=1)
    np.testing.assert_allclose(rewards.sum(axis=1), prizes, rtol=1e-6)


CHECKS = {"coin": check_coin, "cleanup": check_cleanup, "snowdrift": check_snowdrift, "stag_hunt": check_stag_hunt}


def check_windows(world, obs, worlds):
    """Assert that some worlds' observations are cut from their maps."""
    n = world.n_agents
    reach = 0 if world.view == "map" else world.view // 2
    players = np.arange(world.n_cells) == world.cells[:, :, None]
    kinds = np.stack(world.maps(), axis=1)
    for b in worlds:
        for i in range(n):
            if world.cells[b, i] == world.n_cells:
                assert not obs[b, i].any()
                continue
            own = np.roll(kinds[b], -i, axis=0) if world.name == "coin" else kinds[b]
            layers = np.concatenate([np.roll(players[b], -i, axis=0), own]).reshape(-1, world.height, world.width)
            if world.view == "map":
                assert (obs[b, i] == layers.transpose(1, 2, 0)).all()
                continue
            inside = np.concatenate([layers, np.zeros_like(layers[:1])])
            padded = np.pad(inside, [(0, 0), (reach, reach), (reach, reach)])
            padded[-1] = np.pad(inside[-1], reach, constant_values=True)
            row, column = divmod(int(world.cells[b, i]), world.width)
            window = padded[:, row : row + world.view, column : column + world.view]
            assert (obs[b, i] == window.transpose(1, 2, 0)).all()


@pytest.mark.parametrize(("name", "parameters"), CASES, ids=[f"{name}-{k}" for k, (name, _) in enumerate(CASES)])
def test_invariants(name, parameters):
    # nobody ends an episode early: the horizon is as long as the play, but every 25 steps all begin anew
    world = make(name, batch=BATCH, **parameters | {"horizon": 25})
    play = np.random.default_rng(11)
    chance = np.random.default_rng(12)
    for _ in range(STEPS // 25):
        world.reset(chance)
        for _ in range(25):
            was = state(world)
            assert ((was["cells"] >= 0) & (was["cells"] <= world.n_cells - (name != "stag_hunt"))).all()
            actions = play.integers(world.n_actions, size=(BATCH, world.n_agents))
            obs, rewards, _, info = world.step(actions)
            assert all(count.dtype == np.bool_ for count in info.values())
            CHECKS[name](world, was, actions, rewards, info)
            if world.steps % 5 == 0:
                check_windows(world, obs, play.choice(BATCH, SAMPLE, replace=False))


def test_there_are_many_steps():
    assert len(CASES) * BATCH * STEPS >= 10**6
