"""Films of what a run has learned.

>>> import tempfile
>>> import lase_core as lc
>>> home = tempfile.TemporaryDirectory()
>>> run = lc.train("coin", "lase", episodes=4, worlds=2, out=f"{home.name}/run", progress=False)
>>> filmed = film_run(run.folder, f"{home.name}/coin.gif", steps=5)
>>> filmed.rewards.shape, filmed.weights.shape, filmed.labels, filmed.round
((5, 2), (5, 2, 2), ('lase', 'lase'), 2)
>>> home.cleanup()
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.envs import GRID_WORLDS
from lase_core.envs.film import KINDS_OF_FILM, MOST_STEPS, write_film
from lase_core.envs.render import frame
from lase_core.envs.world import whole
from lase_core.jobs import job_of, restore
from lase_core.metrics import Tally

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from lase_core.trainer import Trainer

    Array = NDArray[Any]

__all__ = ["Filmed", "film_run", "label"]


@dataclass(frozen=True)
class Filmed:
    """What a film shows."""

    rewards: Array
    """Before gifts, shape (steps played, n)."""
    totals: Array
    """After gifts, shape (steps played, n)."""
    weights: Array
    """Of gifts, from giver to receiver, shape (steps played, n, n)."""
    labels: tuple[str, ...]
    """What players are called."""
    seed: int
    """Of the run: whose learners played."""
    round: int
    """After how many rounds of training."""
    rounds: int
    """How many the run has in all."""
    skipped: tuple[str, ...]
    """Newer checkpoints that are damaged, and why: to be shown."""


def label(agent: str) -> str:
    """Return what an agent is called for short: the usual estimator goes without saying."""
    return "lase" if agent == "lase:perspective" else agent


def film_run(
    folder: str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    run_seed: int | None = None,
    checkpoint: int | None = None,
    seed: int = 0,
    steps: int | None = None,
    scale: int | None = None,
    per_second: float = 5.0,
) -> Filmed:
    """Let the learners of a run play an episode, and write a film of it.

    They draw actions from their policies, without exploration, and learn nothing. Arrows show the gift weights of the
    step before, rewards are those before gifts. The film ends early when all players have left the map.

    Parameters
    ----------
    folder : path
        Of the run.
    path : path
        Ending in .gif, or in .png or .apng for animated PNG.
    run_seed : int, optional
        Which of the run's seeds; the first one by default.
    checkpoint : int, optional
        After how many rounds of training: one of those that are kept, or 0 for the beginning; by default the newest
        good one.
    seed : int, default 0
        Of the episode: worlds and actions.
    steps : int, optional
        How many, at most 2000; the whole episode by default.
    scale : int, optional
        Pixels of a cell, as in :func:`lase_core.envs.render.frame`.
    per_second : float, default 5
        Steps shown in a second.

    Returns
    -------
    Filmed

    Raises
    ------
    ValueError
        A world without a map, a seed that the run does not have, checkpoints that are all damaged.
    FileNotFoundError
        No run, or no such checkpoint.
    """
    folder = Path(folder)
    if Path(path).suffix.lower() not in KINDS_OF_FILM:  # told before anything is read
        msg = f"films are written as {', '.join(KINDS_OF_FILM)}, got {Path(path).name!r}"
        raise ValueError(msg)
    what = job_of(folder)
    if what.world not in GRID_WORLDS:
        msg = f"there are films of {', '.join(GRID_WORLDS)}; the run in {folder} is of {what.world}, which has no map"
        raise ValueError(msg)
    if run_seed is not None and run_seed not in what.seeds:
        msg = f"the run in {folder} has the seeds {', '.join(map(str, what.seeds))}, not {run_seed}"
        raise ValueError(msg)
    row = 0 if run_seed is None else what.seeds.index(run_seed)
    # one world a seed, and a segment for each step: then the weights of a step are known when it is drawn
    settings = what.settings.changed(worlds=1, segment=1, measured=1, exploration=(0.0, 0.0), replay=0)
    trainer = replace(what, settings=settings).trainer()
    length = _length(trainer.world.horizon, steps)
    skipped: tuple[str, ...] = ()
    if checkpoint != 0:
        loaded = restore(folder, trainer, checkpoint)
        skipped = loaded.skipped
    trainer.rng = np.random.default_rng(seed)
    labels = tuple(label(agent) for agent in what.agents)
    gives = any(part.estimator for part in trainer.parts)
    played: list[tuple[Array, Array, Array]] = []
    pictures = _play(trainer, row, length, played, {"labels": labels, "scale": scale}, gives=gives)
    first = next(pictures)  # the world has begun
    write_film(
        chain([first], pictures), path, per_second=per_second, samples=_samples(trainer, row, scale, gives=gives)
    )
    rewards, totals, weights = (np.array(values) for values in zip(*played, strict=True))
    return Filmed(rewards, totals, weights, labels, what.seeds[row], trainer.round, what.rounds, skipped)


def _length(horizon: int, steps: int | None) -> int:
    if steps is None and horizon > MOST_STEPS:
        msg = f"the episode has {horizon} steps, a film at most {MOST_STEPS}: give --steps"
        raise ValueError(msg)
    length = horizon if steps is None else whole("steps", steps)
    if length > min(horizon, MOST_STEPS):
        msg = f"steps must be at most {min(horizon, MOST_STEPS)}, got {length}"
        raise ValueError(msg)
    return length


def _samples(trainer: Trainer, row: int, scale: int | None, *, gives: bool) -> list[NDArray[np.uint8]]:
    """Return pictures with all colours: the legend has everything that may come; gains and losses have their own."""
    n = trainer.world.n_agents
    weights = np.ones((n, n)) if gives else None
    changes = [np.full(n, change) for change in (8.0, -8.0)]
    return [
        frame(trainer.world, row, gifts=weights, rewards=np.zeros(n), gained=change, scale=scale) for change in changes
    ]


def _play(
    trainer: Trainer,
    row: int,
    length: int,
    played: list[tuple[Array, Array, Array]],
    options: dict[str, Any],
    *,
    gives: bool,
) -> Iterator[NDArray[np.uint8]]:
    """Give a frame at the beginning and after each step; add rewards, totals and weights of the steps to `played`."""
    from tqdm.auto import trange

    world = trainer.world
    tally = Tally(len(trainer.seeds), trainer.parts, world)
    obs = trainer.begin_episode()
    score = np.zeros(world.n_agents)
    nothing = np.zeros((world.n_agents, world.n_agents))
    yield frame(world, row, gifts=nothing if gives else None, rewards=score, gained=score, **options)
    for t in trange(length, desc="film", unit="step", delay=2, leave=False, disable=not sys.stderr.isatty()):
        segment, _, obs = trainer.rollout(obs, tally, first=t == 0)
        weights, totals = trainer.give(segment, tally)
        reward = segment.rewards[row, :, 0].astype(np.float64)
        given = weights[row, 0] * (1 - np.eye(world.n_agents))
        played.append((reward, totals[row, :, 0].astype(np.float64), given))
        score = score + reward
        shown = np.maximum(given, 0) if gives else None
        yield frame(world, row, gifts=shown, rewards=score, gained=reward, **options)
        if not world.present[row].any():
            return
