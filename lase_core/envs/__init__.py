"""Batch-first worlds: ``reset(rng) -> obs``, ``step(actions[B, N]) -> (obs, rewards, done, info)``."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from lase_core.envs.matrix import MatrixWorld

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MatrixWorld", "make"]

_WORLDS: dict[str, Callable[..., Any]] = {"matrix": MatrixWorld}


def make(name: str, **parameters: Any) -> Any:
    """Make a world by name.

    Parameters
    ----------
    name : str
        ``"matrix"``.
    **parameters
        Passed to the world, e.g. ``game=…, batch=64``.

    Returns
    -------
    A world

    Raises
    ------
    ValueError
        An unknown name (the nearest ones are listed).

    Examples
    --------
    >>> import gametheory as gt
    >>> world = make("matrix", game=gt.catalogue.prisoners_dilemma(), batch=64)
    >>> world.n_agents, world.n_actions
    (2, 2)
    """
    if name not in _WORLDS:
        near = difflib.get_close_matches(name, _WORLDS, n=3, cutoff=0.0)
        msg = f"unknown world {name!r}; did you mean {', '.join(near)}?"
        raise ValueError(msg)
    return _WORLDS[name](**parameters)
