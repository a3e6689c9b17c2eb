"""``lase render``: a film of scripted players in a grid world, or of the learners of a run."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from lase_core import envs
from lase_core.cli.values import FIXED, is_run, key_and_value, known, parameter, world_name
from lase_core.envs.film import MOST_STEPS, film
from lase_core.envs.players import PLAYERS

__all__ = ["render"]


def render(
    world: str,
    /,
    *,
    out: Path,
    players: str | None = None,
    seed: int = 0,
    steps: int | None = None,
    set_: Annotated[
        tuple[str, ...], Parameter(name="--set", negative="", consume_multiple=True, show_default=False)
    ] = (),
    seed_of_run: int | None = None,
    checkpoint: int | None = None,
) -> None:
    """Play an episode in a grid world, and write a film of it: with scripted players, or with the learners of a run.

    Parameters
    ----------
    world : str
        coin, cleanup, snowdrift or stag_hunt, in any case; - is as good as _. Or the folder of a run of `lase train`:
        its learners play as they learned to, and arrows show their gifts.
    out : Path
        The film: .gif, or .png or .apng for an animated PNG.
    players : str
        cooperator (default), defector, random or caretaker: one for each player, with commas between, or one for all.
    seed : int
        Of everything that is drawn by chance.
    steps : int
        How many; the whole episode by default.
    set_ : str
        Parameters of the world, KEY=VALUE, e.g. n_agents=2 height=6 waste_rate=1/4 view=map auto_eat=true.
    seed_of_run : int
        Of a run: whose learners play, by the seed they learned with; the first one by default.
    checkpoint : int
        Of a run: after how many rounds, one of those that are kept, or 0 for the beginning; the newest by default.
    """
    if seed < 0:
        msg = f"--seed must not be negative, got {seed}"
        raise ValueError(msg)
    name = world_name(world)
    if is_run(world) or (Path(world).is_dir() and name not in envs.GRID_WORLDS):
        if players is not None or set_:
            msg = f"{world} is the folder of a run, which has players and parameters: leave --players and --set away"
            raise ValueError(msg)
        _render_run(Path(world), out, seed_of_run=seed_of_run, checkpoint=checkpoint, seed=seed, steps=steps)
        return
    known("world", name, envs.GRID_WORLDS)
    if seed_of_run is not None or checkpoint is not None:
        msg = "--seed-of-run and --checkpoint go with the folder of a run, not with a world"
        raise ValueError(msg)
    cast = [name.strip() for name in ("cooperator" if players is None else players).split(",")]
    for player in cast:
        known("player", player, PLAYERS)
    parameters = dict(_setting(name, word) for word in set_)
    try:
        made = envs.make(name, **parameters)
        if steps is None and made.horizon > MOST_STEPS:
            msg = f"the episode has {made.horizon} steps, a film at most {MOST_STEPS}: give --steps"
            raise ValueError(msg)
        rewards = film(made, cast[0] if len(cast) == 1 else cast, path=out, rng=seed, steps=steps)
    except TypeError as error:  # a number that is not whole
        raise ValueError(str(error)) from error
    cast *= made.n_agents if len(cast) == 1 else 1
    _tell(out, len(rewards))
    print("rewards:", _totals(cast, rewards.sum(axis=0)))


def _render_run(
    folder: Path, out: Path, *, seed_of_run: int | None, checkpoint: int | None, seed: int, steps: int | None
) -> None:
    from lase_core.filming import film_run

    if checkpoint is not None and checkpoint < 0:
        msg = f"--checkpoint must not be negative, got {checkpoint}"
        raise ValueError(msg)
    filmed = film_run(folder, out, run_seed=seed_of_run, checkpoint=checkpoint, seed=seed, steps=steps)
    for damaged in filmed.skipped:
        print(f"note: {damaged}; the film is of round {filmed.round}", file=sys.stderr)
    _tell(out, len(filmed.rewards))
    print(f"learners: seed {filmed.seed}, after round {filmed.round} of {filmed.rounds}")
    print("rewards:", _totals(filmed.labels, filmed.rewards.sum(axis=0)))
    if any(name.startswith("lase") for name in filmed.labels):
        print("after gifts:", _totals(filmed.labels, filmed.totals.sum(axis=0)))


def _tell(out: Path, steps: int) -> None:
    print(f"film: {out} ({steps + 1} frames, {math.ceil(out.stat().st_size / 1000)} kB)")


def _totals(cast: Iterable[str], totals: Iterable[float]) -> str:
    # 4 digits, as -0.0 is 0
    return ", ".join(
        f"{k} {name} {round(total, 4) + 0.0:g}" for k, (name, total) in enumerate(zip(cast, totals, strict=True), 1)
    )


def _setting(world: str, word: str) -> tuple[str, int | float | str | bool]:
    key, value = key_and_value(word)
    if key in FIXED:
        msg = f"{key} cannot be set: a film shows one episode of one world"
        raise ValueError(msg)
    return key, parameter(world, key, value)
