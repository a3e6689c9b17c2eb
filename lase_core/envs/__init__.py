"""Batch-first worlds: ``reset(rng) -> obs``, ``step(actions[B, N]) -> (obs, rewards, done, info)``."""

from __future__ import annotations

import difflib
from inspect import signature
from typing import TYPE_CHECKING, Any

from lase_core.envs.cleanup import Cleanup
from lase_core.envs.coin import Coin
from lase_core.envs.matrix import MatrixWorld
from lase_core.envs.snowdrift import Snowdrift
from lase_core.envs.stag_hunt import StagHunt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["GRID_WORLDS", "WORLDS", "Cleanup", "Coin", "MatrixWorld", "Snowdrift", "StagHunt", "make", "nearest"]

WORLDS: dict[str, Callable[..., Any]] = {
    "matrix": MatrixWorld,
    "coin": Coin,
    "cleanup": Cleanup,
    "snowdrift": Snowdrift,
    "stag_hunt": StagHunt,
}
"""Worlds by name."""

GRID_WORLDS = ("coin", "cleanup", "snowdrift", "stag_hunt")
"""Those on a map."""


def make(name: str, **parameters: Any) -> Any:
    """Make a world by name.

    Parameters
    ----------
    name : str
        ``"matrix"``, ``"coin"``, ``"cleanup"``, ``"snowdrift"`` or ``"stag_hunt"``.
    **parameters
        Passed to the world, e.g. ``batch=64``; each world's class lists its own.

    Returns
    -------
    A world
        In what it shows, every player sees itself first, then the others in cyclic order: see ``world.channels``.

    Raises
    ------
    ValueError
        An unknown name or parameter (the nearest ones are listed), or a value that is not allowed.

    Examples
    --------
    >>> world = make("coin", batch=64)
    >>> world.n_agents, world.n_actions
    (2, 4)
    >>> obs = world.reset(rng=0)
    >>> obs, rewards, done, info = world.step([[0, 1]] * 64)
    """
    if name not in WORLDS:
        msg = f"unknown world {name!r}; did you mean {nearest(name, WORLDS)}?"
        raise ValueError(msg)
    known = signature(WORLDS[name]).parameters
    for given in parameters:
        if given not in known:
            msg = f"the world {name!r} has no parameter {given!r}; did you mean {nearest(given, known)}?"
            raise ValueError(msg)
    return WORLDS[name](**parameters)


def nearest(name: object, known: Iterable[str]) -> str:
    """Return the three known names that are most like one that is not known, with commas between."""
    return ", ".join(difflib.get_close_matches(str(name), list(known), n=3, cutoff=0.0))
