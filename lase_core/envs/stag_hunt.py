"""Stag hunt: a hare is sure, a stag takes two.

Hares are hunted alone, a stag by everybody who stands on its cell, if they are enough. Who has hunted leaves the map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.envs.grid import MOVES, GridWorld, draw_cells
from lase_core.envs.world import number, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["StagHunt"]

_HUNT = 5


class StagHunt(GridWorld):
    """Stag hunt, a sequential one.

    Hares are caught before stags. Animals do not move.

    Parameters
    ----------
    batch : int, default 1
        Number of worlds.
    n_agents : int, default 4
        Players.
    height, width : int, default 5
        Size of the map.
    horizon : int, default 30
        Steps of an episode.
    view : int or "map", default 5
        Side of the window that a player sees, or the whole map.
    n_stags, n_hares : int, default 2 and 4
        Animals; they and the players start on different cells.
    hunters : int, default 2
        Players that a stag takes.
    stag, hare : float, default 10 and 1
        Rewards, split among those who catch the animal.
    auto_reset : bool, default False
        Begin a new episode at once when one ends.

    Examples
    --------
    >>> world = StagHunt(batch=2)
    >>> world.reset(rng=0).shape, world.actions[-1]
    ((2, 4, 5, 5, 7), 'hunt hare')
    """

    name = "stag_hunt"
    actions = (*MOVES, "stay", "hunt hare")
    objects = ("stag", "hare")
    events = ("stag", "hare")

    def __init__(  # noqa: PLR0913 (every number of the rules is a parameter)
        self,
        batch: int = 1,
        *,
        n_agents: int = 4,
        height: int = 5,
        width: int = 5,
        horizon: int = 30,
        view: int | str = 5,
        n_stags: int = 2,
        n_hares: int = 4,
        hunters: int = 2,
        stag: float = 10.0,
        hare: float = 1.0,
        auto_reset: bool = False,
    ) -> None:
        super().__init__(batch, n_agents, horizon, height=height, width=width, view=view, auto_reset=auto_reset)
        self.n_stags, self.n_hares = whole("n_stags", n_stags, 0), whole("n_hares", n_hares, 0)
        self.hunters = whole("hunters", hunters)
        if self.n_agents + self.n_stags + self.n_hares > self.n_cells:
            msg = (
                f"{self.n_agents} players, {self.n_stags} stags and {self.n_hares} hares need as many cells, "
                f"the map has {self.n_cells}"
            )
            raise ValueError(msg)
        self.stag, self.hare = number("stag", stag), number("hare", hare)
        self.stags = np.zeros((self.batch, self.n_cells), dtype=bool)
        """Where stags are, shape (batch, n_cells)."""
        self.hares = np.zeros((self.batch, self.n_cells), dtype=bool)
        """Where hares are, shape (batch, n_cells)."""

    def maps(self) -> tuple[Array, ...]:
        """Where stags and hares are."""
        return self.stags, self.hares

    def _start(self) -> None:
        u = self.rng.random((self.batch, self.n_cells))
        drawn = draw_cells(u, self.n_agents + self.n_stags + self.n_hares)
        self.cells, stags, hares = np.split(drawn, [self.n_agents, self.n_agents + self.n_stags], axis=1)
        self.stags = np.zeros((self.batch, self.n_cells), dtype=bool)
        self.hares = np.zeros((self.batch, self.n_cells), dtype=bool)
        self.stags[self._every_world[:, None], stags] = True
        self.hares[self._every_world[:, None], hares] = True

    def _act(self, actions: Array) -> tuple[NDArray[np.float32], dict[str, Array]]:
        self.cells = self.onto[self.cells, actions]
        together = self.cells[:, :, None] == self.cells[:, None, :]  # (batch, player, player)
        caught_hare = (actions == _HUNT) & self._stand_on(self.hares)
        free = self._stand_on(self.stags) & ~caught_hare
        group = (together & free[:, None, :]).sum(axis=2)
        caught_stag = free & (group >= self.hunters)
        sharing = (together & caught_hare[:, None, :]).sum(axis=2)
        rewards = self.hare * caught_hare / np.maximum(sharing, 1) + self.stag * caught_stag / np.maximum(group, 1)
        for there, caught in ((self.hares, caught_hare), (self.stags, caught_stag)):
            world, player = np.nonzero(caught)
            there[world, self.cells[world, player]] = False
        self.cells = np.where(caught_hare | caught_stag, self.n_cells, self.cells)
        return rewards.astype(np.float32), {"stag": caught_stag, "hare": caught_hare}

    def _stand_on(self, there: Array) -> Array:
        """Whether players stand on something; who has left stands on nothing."""
        with_exit = np.concatenate([there, np.zeros((self.batch, 1), dtype=bool)], axis=1)
        return with_exit[self._every_world[:, None], self.cells]
