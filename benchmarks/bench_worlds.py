"""Grid worlds beside a plain Python implementation of the same rules: steps a second, and memory for each world.

Everybody acts at random and everybody's observation is made, on one core; actions are drawn beforehand, and episodes
begin anew along the way. The plain implementation is the one that the tests compare with: one world at a time, lists
and loops. It gets as many steps in one world as take as long.
"""

from __future__ import annotations

import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np
from measure import best_time

from lase_core.envs import make

sys.path.append(str(Path(__file__).parents[1] / "tests"))
import reference_worlds

WORLDS = ("coin", "cleanup", "snowdrift", "stag_hunt")
BATCHES = (1, 64, 1024, 8192)
REPEATS = 5
SECONDS = 0.2  # of one repeat, about
ACTIONS = 32  # joint actions drawn beforehand
# World steps a second that were asked for on the machine this was written on: shown beside, not judged, since machines
# differ. Snowdrift and stag hunt are asked for half of what cleanup does.
WANTED = {("coin", 64): 1.2e6, ("coin", 1024): 8e6, ("cleanup", 64): 0.35e6, ("cleanup", 1024): 0.9e6}
# How many times faster than plain Python at least, by batch: this holds on slow and busy machines too.
RATIOS = {64: 10.0, 1024: 20.0, 8192: 20.0}
LINEAR = 1.25  # memory for each world: the largest batch against 1024, at most


def rate(step: Callable[[int], object], worlds: int) -> float:
    """World steps a second; `step(count)` takes that many steps of all worlds."""
    count = 1
    while True:  # find how many steps take long enough to be timed
        start = time.perf_counter()
        step(count)
        if (took := time.perf_counter() - start) > SECONDS / 10:
            break
        count *= 4
    count = max(1, int(count * SECONDS / took))
    return worlds * count / best_time(lambda: step(count), REPEATS)


def ours(name: str, batch: int) -> float:
    """Measure the project."""
    world = make(name, batch=batch, auto_reset=True)
    actions = np.random.default_rng(1).integers(world.n_actions, size=(ACTIONS, batch, world.n_agents))
    world.reset(0)

    def step(count: int) -> None:
        for chosen in islice(cycle(actions), count):
            world.step(chosen)

    return rate(step, batch)


def plain(name: str) -> float:
    """Measure the plain implementation; the numbers that decide what happens are drawn beforehand too."""
    world: Any = reference_worlds.WORLDS[name]()
    rng = np.random.default_rng(1)
    actions = rng.integers(world.n_actions, size=(ACTIONS, world.n_agents)).tolist()
    starts, steps = rng.random((ACTIONS, world.start_draws)).tolist(), rng.random((1024, world.step_draws)).tolist()
    world.begin(starts[0])
    begin, chance = cycle(starts), cycle(steps)

    def step(count: int) -> None:
        for chosen in islice(cycle(actions), count):
            done = world.step(chosen, next(chance))[1]
            if done:
                world.begin(next(begin))
            world.observe()

    return rate(step, 1)


def held(name: str, batch: int) -> float:
    """Most memory that a world takes while it is made and stepped, observations of two steps too, in bytes a world."""
    actions = np.zeros((batch, make(name).n_agents), dtype=np.int64)
    tracemalloc.start()
    world = make(name, batch=batch, auto_reset=True)
    seen = world.reset(0)
    for _ in range(3):
        seen = world.step(actions)[0]
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(seen) == batch
    return most / batch


def main() -> bool:
    """Measure, print tables, and tell whether all ratios are met."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{os.cpu_count()} cores, load {load:.1f} before the start")
    met = True
    found: dict[tuple[str, int], float] = {}
    print(
        f"{'world':12}{'batch':>7}{'our steps/s':>14}{'plain steps/s':>15}{'ratio':>9}{'at least':>10}{'wanted/s':>13}"
    )
    for name in WORLDS:
        reference = plain(name)
        for batch in BATCHES:
            speed = found[name, batch] = ours(name, batch)
            ratio, least = speed / reference, RATIOS.get(batch)
            wanted = WANTED.get((name, batch), found["cleanup", batch] / 2 if name in WORLDS[2:] else None)
            met &= least is None or ratio >= least
            print(
                f"{name:12}{batch:7,}{speed:14,.0f}{reference:15,.0f}{ratio:8,.1f}×"
                f"{'' if least is None else f'{least:,.0f}×':>10}{'' if wanted is None else f'{wanted:,.0f}':>13}"
                f"{'  below' if wanted is not None and speed < wanted else ''}"
            )
    print(f"\n{'bytes a world':12}" + "".join(f"{f'batch {batch:,}':>14}" for batch in BATCHES[1:]))
    for name in WORLDS:
        sizes = [held(name, batch) for batch in BATCHES[1:]]
        linear = sizes[-1] <= LINEAR * sizes[-2]
        met &= linear
        print(f"{name:12}" + "".join(f"{size:14,.0f}" for size in sizes) + ("" if linear else "  not linear"))
    return met


if __name__ == "__main__":
    sys.exit(not main())
