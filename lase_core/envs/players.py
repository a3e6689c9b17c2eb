"""Scripted players: what a cooperator, a defector, or somebody who knows nothing does in each world.

A player is a function from a world, its own number and a random generator to its actions in all worlds of the batch.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.envs import WORLDS, nearest
from lase_core.envs.cleanup import Cleanup
from lase_core.envs.coin import Coin
from lase_core.envs.matrix import MatrixWorld
from lase_core.envs.snowdrift import Snowdrift
from lase_core.envs.stag_hunt import StagHunt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from lase_core.envs.grid import GridWorld

    Array = NDArray[Any]
    Player = Callable[[Any, int, np.random.Generator], Array]

__all__ = ["PLAYERS", "act", "caretaker", "cooperator", "defector", "player", "random_player", "walk"]

_DOWN, _RIGHT = 1, 3  # the ways back are one less


def random_player(world: GridWorld | MatrixWorld, agent: int, rng: np.random.Generator) -> Array:  # noqa: ARG001 (a player)
    """Take any action."""
    return rng.integers(world.n_actions, size=world.batch)


def cooperator(world: GridWorld | MatrixWorld, agent: int, rng: np.random.Generator) -> Array:
    """Do what is good for all.

    Matrix game: the first action. Coin: take own coins only. Cleanup: clean. Snowdrift: remove drifts. Stag hunt: wait
    at the stag that is nearest to all who are still there, the same for all cooperators.
    """
    if isinstance(world, MatrixWorld):
        return np.zeros(world.batch, dtype=np.intp)
    if isinstance(world, Coin):
        own = world.colour == agent
        towards = walk(world, agent, _one(world, world.coin), rng)
        return np.where(own, towards, _away(world, agent, rng))
    if isinstance(world, Cleanup):
        return walk(world, agent, world.waste, rng, act="clean")
    if isinstance(world, Snowdrift):
        return walk(world, agent, world.drifts, rng, act="remove")
    if isinstance(world, StagHunt):
        far = distances(world)[np.where(world.present, world.cells, 0)] * world.present[..., None]
        total = np.where(world.stags, far.sum(axis=1), np.inf)
        meeting = np.isfinite(total.min(axis=1))[:, None] & _one(world, total.argmin(axis=1))
        return walk(world, agent, meeting, rng, act="stay")
    raise TypeError(_unknown(world))


def defector(world: GridWorld | MatrixWorld, agent: int, rng: np.random.Generator) -> Array:
    """Do what is good for oneself.

    Matrix game: the last action. Coin: take every coin. Cleanup: eat. Snowdrift: walk about. Stag hunt: hunt the
    nearest hare.
    """
    if isinstance(world, MatrixWorld):
        return np.full(world.batch, world.n_actions - 1)
    if isinstance(world, Coin):
        return walk(world, agent, _one(world, world.coin), rng)
    if isinstance(world, Cleanup):
        return walk(world, agent, world.apples, rng, act="stay" if world.auto_eat else "eat")
    if isinstance(world, Snowdrift):
        return rng.integers(4, size=world.batch)
    if isinstance(world, StagHunt):
        return walk(world, agent, world.hares, rng, act="hunt hare")
    raise TypeError(_unknown(world))


def caretaker(world: Any, agent: int, rng: np.random.Generator) -> Array:
    """Cooperate in Cleanup and live on it: clean while the river is more than half full, eat otherwise.

    The scripted cooperator only cleans, and so earns nothing by design; this one has a share in what it makes possible.
    *Full* means `most_waste`, at which no apple grows.

    Parameters
    ----------
    world : Cleanup
        In which the player is.
    agent : int
        Its number.
    rng : Generator
        For its steps.

    Returns
    -------
    ndarray of int, shape (batch,)

    Raises
    ------
    TypeError
        Another world.

    Examples
    --------
    >>> from lase_core.envs.schelling import schelling
    >>> found = schelling("cleanup", cooperator="caretaker", episodes=100, rng=0)
    >>> print(found.dilemma)
    snowdrift (no fear, greed, gain from all cooperating)
    """
    if not isinstance(world, Cleanup):
        msg = f"a caretaker lives in Cleanup, not in {type(world).__name__}"
        raise TypeError(msg)
    dirty = 2 * world.waste.sum(axis=1) > world.most_waste
    return np.where(dirty, cooperator(world, agent, rng), defector(world, agent, rng))


PLAYERS: dict[str, Player] = {
    "cooperator": cooperator,
    "defector": defector,
    "random": random_player,
    "caretaker": caretaker,
}
"""Scripted players by name; caretakers live in Cleanup only."""


def player(name: str) -> Player:
    """Return a scripted player by name, or raise ``ValueError`` with the nearest names."""
    if name not in PLAYERS:
        msg = f"unknown player {name!r}; did you mean {nearest(name, PLAYERS)}?"
        raise ValueError(msg)
    return PLAYERS[name]


def act(
    world: GridWorld | MatrixWorld,
    players: str | Player | Sequence[str | Player],
    rng: np.random.Generator | int | None = None,
) -> Array:
    """Let everybody choose.

    Parameters
    ----------
    world : GridWorld
        In which they are.
    players : sequence of n_agents str or callable
        Names of scripted players, or players; a single one serves all.
    rng : Generator, int or None
        For all of them.

    Returns
    -------
    ndarray of int, shape (batch, n_agents)

    Examples
    --------
    >>> from lase_core.envs import make
    >>> world, rng = make("cleanup", batch=8), np.random.default_rng(0)
    >>> obs = world.reset(rng)
    >>> for _ in range(world.horizon):
    ...     obs, rewards, done, info = world.step(act(world, ["cooperator", "cooperator", "defector", "defector"], rng))
    """
    rng = np.random.default_rng(rng)
    if isinstance(players, str) or callable(players):
        players = [players] * world.n_agents
    if len(players) != world.n_agents:
        msg = f"the world has {world.n_agents} players, got {len(players)}"
        raise ValueError(msg)
    chosen = [player(p) if isinstance(p, str) else p for p in players]
    return np.stack([choose(world, agent, rng) for agent, choose in enumerate(chosen)], axis=1)


def walk(world: GridWorld, agent: int, targets: Array, rng: np.random.Generator, *, act: str | None = None) -> Array:
    """Walk to the nearest target and act there; wander where there is none.

    Parameters
    ----------
    world : GridWorld
        In which the player is.
    agent : int
        Its number.
    targets : ndarray of bool, shape (batch, n_cells)
        Where it wants to go. Of several at the same distance it takes the first one, row by row; so two who want the
        same come to walk together, and the first of them gets what they find.
    rng : Generator
        For the order of steps up or down and left or right, and for wandering.
    act : str, optional
        What to do on the target; any move by default.

    Returns
    -------
    ndarray of int, shape (batch,)
    """
    here = np.minimum(world.cells[:, agent], world.n_cells - 1)  # who has left may do anything
    far = np.where(targets, distances(world)[here], np.iinfo(np.int64).max)
    goal = far.argmin(axis=1)
    (row, column), (to_row, to_column) = np.divmod(here, world.width), np.divmod(goal, world.width)
    down, right = to_row - row, to_column - column
    vertical = (right == 0) | ((down != 0) & (rng.random(world.batch) < 0.5))
    step = np.where(vertical, _DOWN - (down < 0), _RIGHT - (right < 0))
    wander = rng.integers(4, size=world.batch)
    arrived = wander if act is None else world.actions.index(act)
    step = np.where(goal == here, arrived, step)
    return np.where(targets.any(axis=1), step, wander)


def distances(world: GridWorld) -> Array:
    """Count the steps between cells, shape (n_cells, n_cells)."""
    return _distances(world.height, world.width)


@lru_cache(maxsize=8)
def _distances(height: int, width: int) -> Array:
    rows, columns = np.divmod(np.arange(height * width), width)
    return np.asarray(np.abs(rows[:, None] - rows) + np.abs(columns[:, None] - columns))


def _one(world: GridWorld, cell: Array) -> Array:
    """Map with one cell marked."""
    return np.asarray(np.arange(world.n_cells) == cell[:, None])


def _away(world: Coin, agent: int, rng: np.random.Generator) -> Array:
    """Any move that does not end on the coin."""
    ends = world.onto[world.cells[:, agent]][:, :4]
    return np.asarray(np.where(ends == world.coin[:, None], 2.0, rng.random((world.batch, 4))).argmin(axis=1))


def _unknown(world: object) -> str:
    return f"no scripted player for {type(world).__name__}; there are some for the worlds {', '.join(WORLDS)}"
