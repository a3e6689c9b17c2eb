"""Batched worlds against one world at a time: same chance, same actions, the same in every number of every step."""

from __future__ import annotations

import pytest
import reference_worlds

from lase_core.envs import WORLDS

BATCH, MANY, STEPS = 15, 42, 110
CASES = [
    # the standard worlds, what everybody sees, and what little maps bring: crowds, ties, ends of everything
    ("coin", {}),
    ("coin", {"view": "map", "horizon": 7}),
    ("coin", {"height": 2, "width": 2, "view": 3, "reward": 0.3, "harm": 0.7}),
    ("coin", {"height": 11, "width": 10, "view": 3, "horizon": 30}),  # two players, without the table of all places
    ("coin", {"n_agents": 1, "height": 2, "width": 3, "view": 1}),
    ("coin", {"n_agents": 3, "height": 2, "width": 3, "view": 3, "horizon": 9}),
    ("coin", {"n_agents": 10, "height": 3, "width": 3, "view": 3, "horizon": 20}),  # too many bits for a table
    ("cleanup", {}),
    ("cleanup", {"height": 5, "width": 3, "river_rows": 1, "orchard_rows": 1, "waste_at_start": 2, "view": 7}),
    ("cleanup", {"auto_eat": True, "height": 5, "view": "map", "waste_at_start": 2, "reward": 0.5, "horizon": 40}),
    (
        "cleanup",
        {
            "n_agents": 3,
            "height": 3,
            "width": 3,
            "river_rows": 1,
            "orchard_rows": 1,
            "waste_at_start": 0,
            "most_waste": 2,
            "most_apples": 2,
            "waste_rate": 0.5,
            "apple_rate": 0.7,
            "view": 3,
        },
    ),
    ("cleanup", {"n_agents": 10, "height": 8, "width": 3, "waste_at_start": 6, "waste_rate": 0.5, "auto_eat": True,
                 "view": 3}),
    ("snowdrift", {}),
    ("snowdrift", {"n_agents": 3, "height": 1, "width": 5, "n_drifts": 5, "horizon": 12}),
    ("snowdrift", {"n_agents": 6, "height": 3, "width": 3, "n_drifts": 4, "view": "map", "horizon": 10}),
    ("snowdrift", {"n_agents": 4, "height": 2, "width": 2, "n_drifts": 2, "view": 1, "horizon": 5, "cost": 0.1}),
    ("snowdrift", {"n_agents": 10, "height": 4, "width": 4, "n_drifts": 16, "view": 3, "horizon": 20}),
    ("stag_hunt", {}),
    ("stag_hunt", {"n_agents": 6, "height": 3, "width": 4, "hunters": 3, "stag": 7, "horizon": 15}),
    ("stag_hunt", {"n_agents": 5, "height": 3, "width": 3, "n_stags": 1, "n_hares": 3, "view": "map", "horizon": 10}),
    ("stag_hunt", {"n_agents": 3, "height": 2, "width": 3, "n_stags": 1, "n_hares": 1, "hunters": 1, "view": 1,
                   "horizon": 4}),
    ("stag_hunt", {"n_agents": 10, "height": 4, "width": 4, "n_stags": 2, "n_hares": 2, "view": 3, "horizon": 12}),
]  # fmt: skip


IDS = [f"{name}-{k}" for k, (name, _) in enumerate(CASES)]


@pytest.mark.parametrize(("name", "parameters"), CASES, ids=IDS)
def test_batched_worlds_are_many_single_worlds(name, parameters):
    count = reference_worlds.compare(WORLDS[name], name, batch=BATCH, steps=STEPS, seed=1, **parameters)
    # nothing would be compared where nothing happens (a single player owns all coins)
    possible = [event for event in count if not (event == "other coin" and parameters.get("n_agents") == 1)]
    assert all(count[event] > 5 for event in possible), count


@pytest.mark.slow
@pytest.mark.parametrize(("name", "parameters"), CASES, ids=IDS)
def test_batched_worlds_are_many_single_worlds_in_100_000_steps(name, parameters):
    assert len(CASES) * MANY * STEPS >= 10**5
    reference_worlds.compare(WORLDS[name], name, batch=MANY, steps=STEPS, seed=2, **parameters)
