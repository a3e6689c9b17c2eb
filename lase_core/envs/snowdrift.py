"""Snowdrift: whoever removes a drift pays for it, and everybody passes.

Drifts lie on the map. Removing one gives everybody a reward, and costs the one who does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.envs.grid import MOVES, GridWorld, draw_cells
from lase_core.envs.world import number, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Snowdrift"]

_REMOVE = 5


class Snowdrift(GridWorld):
    """Snowdrift, a sequential one.

    Players move one after the other; who would step onto another stays.

    Parameters
    ----------
    batch : int, default 1
        Number of worlds.
    n_agents : int, default 4
        Players; they start anywhere, perhaps on the same cell.
    height, width : int, default 8
        Size of the map.
    horizon : int, default 50
        Steps of an episode.
    view : int or "map", default 5
        Side of the window that a player sees, or the whole map.
    n_drifts : int, default 6
        Drifts at first, on different cells; none come later.
    reward : float, default 6
        For everybody, for each drift that is removed.
    cost : float, default 4
        For the one who removes it.
    auto_reset : bool, default False
        Begin a new episode at once when one ends.

    Examples
    --------
    >>> world = Snowdrift(batch=2)
    >>> world.reset(rng=0).shape, world.actions[-1]
    ((2, 4, 5, 5, 6), 'remove')
    """

    name = "snowdrift"
    actions = (*MOVES, "stay", "remove")
    objects = ("drift",)
    events = ("drift removed",)

    def __init__(  # noqa: PLR0913 (every number of the rules is a parameter)
        self,
        batch: int = 1,
        *,
        n_agents: int = 4,
        height: int = 8,
        width: int = 8,
        horizon: int = 50,
        view: int | str = 5,
        n_drifts: int = 6,
        reward: float = 6.0,
        cost: float = 4.0,
        auto_reset: bool = False,
    ) -> None:
        super().__init__(batch, n_agents, horizon, height=height, width=width, view=view, auto_reset=auto_reset)
        self.n_drifts = whole("n_drifts", n_drifts)
        if self.n_drifts > self.n_cells:
            msg = f"n_drifts must be at most the {self.n_cells} cells of the map, got {n_drifts}"
            raise ValueError(msg)
        self.reward, self.cost = number("reward", reward), number("cost", cost)
        self.drifts = np.zeros((self.batch, self.n_cells), dtype=bool)
        """Where drifts lie, shape (batch, n_cells)."""

    def maps(self) -> tuple[Array, ...]:
        """Where drifts are."""
        return (self.drifts,)

    def _start(self) -> None:
        u = self.rng.random((self.batch, self.n_agents + self.n_cells))
        self.cells = (u[:, : self.n_agents] * self.n_cells).astype(np.intp)
        self.drifts = np.zeros((self.batch, self.n_cells), dtype=bool)
        self.drifts[self._every_world[:, None], draw_cells(u[:, self.n_agents :], self.n_drifts)] = True

    def _act(self, actions: Array) -> tuple[NDArray[np.float32], dict[str, Array]]:
        targets = self.onto[self.cells, actions]
        cells = self.cells.T.copy()
        removed = np.zeros((self.n_agents, self.batch), dtype=bool)
        flat, first = self.drifts.reshape(-1), self._every_world * self.n_cells
        for agent in range(self.n_agents):
            target = targets[:, agent]
            met = cells == target
            met[agent] = False
            cells[agent] = np.where(met.any(axis=0), cells[agent], target)
            place = first + cells[agent]
            removed[agent] = (actions[:, agent] == _REMOVE) & flat[place]
            flat[place] &= ~removed[agent]
        self.cells = np.ascontiguousarray(cells.T)
        took = np.ascontiguousarray(removed.T)
        rewards = self.reward * took.sum(axis=1, keepdims=True) - self.cost * took
        return rewards.astype(np.float32), {"drift removed": took}
