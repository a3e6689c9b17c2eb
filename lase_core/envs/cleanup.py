"""Cleanup: apples grow only while somebody cleans the river [1]_.

Waste drifts into the river at the top of the map and lowers the rate at which apples grow at the bottom. Cleaning earns
nothing, eating an apple 1.

References
----------
.. [1] E. Hughes et al. "Inequity aversion improves cooperation in intertemporal social dilemmas". NeurIPS 2018; on a
   small map, as in LASE's research code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.envs.grid import MOVES, GridWorld, draw_cells, pick
from lase_core.envs.world import chance, number, whole, yes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Cleanup"]

_CLEAN, _EAT = 5, 6
_MOST_WASTE = 8


class Cleanup(GridWorld):
    """Cleanup.

    Parameters
    ----------
    batch : int, default 1
        Number of worlds.
    n_agents : int, default 4
        Players; they start on different cells between river and orchard.
    height, width : int, default 8
        Size of the map.
    horizon : int, default 100
        Steps of an episode.
    view : int or "map", default 5
        Side of the window that a player sees, or the whole map.
    river_rows, orchard_rows : int, default 2
        Rows at the top where waste lies, and at the bottom where apples grow.
    waste_at_start : int, default 8
        Wastes at first.
    most_waste : int, optional
        Wastes at most; 8, or the cells of the river if they are fewer. With so many no apple grows.
    most_apples : int, default 16
        Apples at most; there are none at first.
    waste_rate : float, default 0.1
        Probability of one more waste in a step.
    apple_rate : float, default 1
        Probability of one more apple in a step in a clean river; it falls in proportion to waste, to 0 at `most_waste`.
    auto_eat : bool, default False
        Apples are eaten by whoever stands on them, and there is no action to eat.
    reward : float, default 1
        For an apple.
    auto_reset : bool, default False
        Begin a new episode at once when one ends.

    Examples
    --------
    >>> world = Cleanup(batch=2)
    >>> world.reset(rng=0).shape, world.n_actions
    ((2, 4, 5, 5, 7), 7)
    """

    name = "cleanup"
    objects = ("waste", "apple")
    events = ("waste cleaned", "apple")

    def __init__(  # noqa: PLR0913 (every number of the rules is a parameter)
        self,
        batch: int = 1,
        *,
        n_agents: int = 4,
        height: int = 8,
        width: int = 8,
        horizon: int = 100,
        view: int | str = 5,
        river_rows: int = 2,
        orchard_rows: int = 2,
        waste_at_start: int = 8,
        most_waste: int | None = None,
        most_apples: int = 16,
        waste_rate: float = 0.1,
        apple_rate: float = 1.0,
        auto_eat: bool = False,
        reward: float = 1.0,
        auto_reset: bool = False,
    ) -> None:
        self.actions = (*MOVES, "stay", "clean") if auto_eat else (*MOVES, "stay", "clean", "eat")
        super().__init__(batch, n_agents, horizon, height=height, width=width, view=view, auto_reset=auto_reset)
        self.auto_eat = yes("auto_eat", auto_eat)
        self.river = whole("river_rows", river_rows) * self.width
        """Cells of the river come first."""
        self.orchard = self.n_cells - whole("orchard_rows", orchard_rows) * self.width
        """First cell of the orchard."""
        self.waste_at_start = whole("waste_at_start", waste_at_start, 0)
        self.most_waste = min(_MOST_WASTE, self.river) if most_waste is None else whole("most_waste", most_waste)
        if self.most_waste > self.river:
            msg = f"most_waste must be at most the {self.river} cells of the river, got {most_waste}"
            raise ValueError(msg)
        self.most_apples = whole("most_apples", most_apples)
        self.waste_rate, self.apple_rate = chance("waste_rate", waste_rate), chance("apple_rate", apple_rate)
        self.reward = number("reward", reward)
        if self.orchard - self.river < self.n_agents:
            msg = (
                f"{self.n_agents} players need as many cells between river and orchard, there are "
                f"{max(self.orchard - self.river, 0)}"
            )
            raise ValueError(msg)
        if self.waste_at_start > min(self.most_waste, self.river):
            msg = f"waste_at_start must be at most {min(self.most_waste, self.river)}, got {waste_at_start}"
            raise ValueError(msg)
        self.waste = np.zeros((self.batch, self.n_cells), dtype=bool)
        """Where waste lies, shape (batch, n_cells)."""
        self.apples = np.zeros((self.batch, self.n_cells), dtype=bool)
        """Where apples hang, shape (batch, n_cells)."""

    def maps(self) -> tuple[Array, ...]:
        """Where waste and apples are."""
        return self.waste, self.apples

    def _start(self) -> None:
        between = self.orchard - self.river
        u = self.rng.random((self.batch, between + self.river))
        self.cells = self.river + draw_cells(u[:, :between], self.n_agents)
        self.waste = np.zeros((self.batch, self.n_cells), dtype=bool)
        self.apples = np.zeros((self.batch, self.n_cells), dtype=bool)
        self.waste[self._every_world[:, None], draw_cells(u[:, between:], self.waste_at_start)] = True

    def _act(self, actions: Array) -> tuple[NDArray[np.float32], dict[str, Array]]:
        u = self.rng.random((self.batch, 4))  # whether and where, of waste and of apples
        self.cells = self.onto[self.cells, actions]
        cleaned = self._take(self.waste, actions == _CLEAN)
        eaten = self._take(self.apples, np.ones_like(cleaned) if self.auto_eat else actions == _EAT)
        count = self.waste.sum(axis=1)
        full = self.apples.sum(axis=1) >= self.most_apples
        self._add(self.waste[:, : self.river], u[:, :2], np.where(count < self.most_waste, self.waste_rate, 0.0))
        grow = self.apple_rate * np.maximum(1 - count / self.most_waste, 0)
        self._add(self.apples[:, self.orchard :], u[:, 2:], np.where(full, 0.0, grow))
        return (self.reward * eaten).astype(np.float32), {"waste cleaned": cleaned, "apple": eaten}

    def _take(self, there: Array, tries: Array) -> Array:
        """Let those who try take what lies on their cell, the first one if they are several."""
        took = np.zeros_like(tries)
        flat, places = there.reshape(-1), self.cells + self._every_world[:, None] * self.n_cells
        for agent in range(self.n_agents):
            place = places[:, agent]
            took[:, agent] = tries[:, agent] & flat[place]
            flat[place] &= ~took[:, agent]
        return took

    def _add(self, there: Array, u: Array, probability: Array) -> None:
        """Put one more thing on a free cell, with the given probability."""
        worlds = np.flatnonzero(u[:, 0] < probability)
        if len(worlds):  # on a full field nothing changes
            there[worlds, pick(u[worlds, 1], ~there[worlds])] = True
