"""``lase render``: a film of scripted players in a grid world."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from inspect import signature
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from lase_core import envs
from lase_core.envs.film import MOST_STEPS, film
from lase_core.envs.players import PLAYERS
from lase_core.envs.render import MOST_CELLS

__all__ = ["render"]

_FIXED = ("batch", "auto_reset")  # a film shows one episode of one world
# the windows of all cells are kept in a table: 31 MB at most
_LARGEST = {"height": MOST_CELLS, "width": MOST_CELLS, "view": 31, "n_agents": 16}
_MOST, _LONGEST = 10**6, 40  # a number, and the characters it is written with


def render(
    world: str,
    /,
    *,
    out: Path,
    players: str = "cooperator",
    seed: int = 0,
    steps: int | None = None,
    set_: Annotated[
        tuple[str, ...], Parameter(name="--set", negative="", consume_multiple=True, show_default=False)
    ] = (),
) -> None:
    """Let scripted players play an episode in a grid world, and write a film of it.

    Parameters
    ----------
    world : str
        coin, cleanup, snowdrift or stag_hunt, in any case; - is as good as _.
    out : Path
        The film: .gif, or .png or .apng for an animated PNG.
    players : str
        cooperator, defector or random: one for each player, with commas between, or one for all.
    seed : int
        Of everything that is drawn by chance.
    steps : int
        How many; the whole episode by default.
    set_ : str
        Parameters of the world, KEY=VALUE, e.g. n_agents=2 height=6 waste_rate=1/4 view=map auto_eat=true.
    """
    world = world.lower().replace("-", "_")
    _known("world", world, envs.GRID_WORLDS)
    cast = [name.strip() for name in players.split(",")]
    for name in cast:
        _known("player", name, PLAYERS)
    parameters = dict(_setting(world, word) for word in set_)
    if seed < 0:
        msg = f"--seed must not be negative, got {seed}"
        raise ValueError(msg)
    try:
        made = envs.make(world, **parameters)
        if steps is None and made.horizon > MOST_STEPS:
            msg = f"the episode has {made.horizon} steps, a film at most {MOST_STEPS}: give --steps"
            raise ValueError(msg)
        rewards = film(made, cast[0] if len(cast) == 1 else cast, path=out, rng=seed, steps=steps)
    except TypeError as error:  # a number that is not whole
        raise ValueError(str(error)) from error
    cast *= made.n_agents if len(cast) == 1 else 1
    print(f"film: {out} ({len(rewards) + 1} frames, {math.ceil(out.stat().st_size / 1000)} kB)")
    print("rewards:", ", ".join(f"{k} {name} {total:g}" for k, (name, total) in _totals(cast, rewards.sum(axis=0))))


def _totals(cast: list[str], totals: Iterable[float]) -> Iterable[tuple[int, tuple[str, float]]]:
    return enumerate(zip(cast, totals, strict=True), start=1)


def _known(what: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        msg = f"unknown {what} {name!r}; did you mean {envs.nearest(name, known)}?"
        raise ValueError(msg)


def _setting(world: str, word: str) -> tuple[str, int | float | str | bool]:
    """Read KEY=VALUE as what the parameter's default is: a number, or yes and no."""
    key, equals, value = word.partition("=")
    if not equals or not value:
        msg = f"--set takes KEY=VALUE, e.g. height=6, got {word!r}"
        raise ValueError(msg)
    found = signature(envs.WORLDS[world]).parameters
    if key in _FIXED:
        msg = f"{key} cannot be set: a film shows one episode of one world"
        raise ValueError(msg)
    _known(f"parameter of {world}", key, [name for name in found if name not in _FIXED])
    usual = found[key].default
    if isinstance(usual, bool):
        if value not in {"true", "false"}:
            msg = f"{key} must be true or false, got {value!r}"
            raise ValueError(msg)
        return key, value == "true"
    if key == "view" and value == "map":
        return key, value
    number = _number(key, value)
    if isinstance(usual, int):
        if number != int(number):
            msg = f"{key} must be a whole number, got {value}"
            raise ValueError(msg)
        if number > _LARGEST.get(key, _MOST):
            msg = f"{key} must be at most {_LARGEST[key]}, got {value}"
            raise ValueError(msg)
        return key, int(number)
    return key, number


def _number(key: str, value: str) -> float:
    try:
        number = float(Fraction(value)) if "/" in value[:_LONGEST] else float(value)
    except (ValueError, ZeroDivisionError, OverflowError):
        number = math.nan
    if not abs(number) <= _MOST or len(value) > _LONGEST:  # not a number is not less than anything
        msg = f"{key} must be a number up to {_MOST}, e.g. 2, 0.5 or 1/2, got {value[:_LONGEST]!r}"
        raise ValueError(msg)
    return number
