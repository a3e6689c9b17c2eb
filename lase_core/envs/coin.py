"""Coin: whoever takes a coin of the other's colour does harm [1]_.

Two players walk on a map with one coin, of the colour of one of them. Whoever stands on it takes it and gets 1; if it
is the other's colour, the other gets -2. A new coin lies somewhere at once.

References
----------
.. [1] J. N. Foerster et al. "Learning with opponent-learning awareness". AAMAS 2018; without a stay, as in LASE's
   research code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.envs.grid import MOVES, GridWorld, pick
from lase_core.envs.world import number, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Coin"]

_LARGEST_TABLE = 300_000  # cells of windows that are kept, one window for every place of two things


class Coin(GridWorld):
    """Coin.

    Parameters
    ----------
    batch : int, default 1
        Number of worlds.
    n_agents : int, default 2
        Players, each with a colour.
    height, width : int, default 5
        Size of the map.
    horizon : int, default 100
        Steps of an episode.
    view : int or "map", default 5
        Side of the window that a player sees, or the whole map.
    reward : float, default 1
        For taking a coin.
    harm : float, default 2
        What the owner of the colour loses when somebody else takes it.
    auto_reset : bool, default False
        Begin a new episode at once when one ends.

    Examples
    --------
    >>> world = Coin(batch=64)
    >>> world.reset(rng=0).shape
    (64, 2, 5, 5, 5)
    >>> world.channels
    ('self', 'other 1', 'own coin', 'coin of other 1', 'outside')
    """

    name = "coin"
    actions = MOVES
    events = ("own coin", "other coin")

    def __init__(  # noqa: PLR0913 (every number of the rules is a parameter)
        self,
        batch: int = 1,
        *,
        n_agents: int = 2,
        height: int = 5,
        width: int = 5,
        horizon: int = 100,
        view: int | str = 5,
        reward: float = 1.0,
        harm: float = 2.0,
        auto_reset: bool = False,
    ) -> None:
        self.objects = ("own coin", *(f"coin of other {k}" for k in range(1, whole("n_agents", n_agents))))
        super().__init__(batch, n_agents, horizon, height=height, width=width, view=view, auto_reset=auto_reset)
        self.reward, self.harm = number("reward", reward), number("harm", harm)
        self.coin = np.zeros(self.batch, dtype=np.intp)
        """Where the coin is, shape (batch,)."""
        self.colour = np.zeros(self.batch, dtype=np.intp)
        """Whose colour it has, shape (batch,)."""
        self._with_other: Array | None = None
        if self.n_agents == 2 and self.n_cells**2 * self._windows.shape[1] <= _LARGEST_TABLE:
            self._tabulate()

    def object_order(self, agent: int) -> list[int]:
        """Return colours, own first."""
        return [(agent + k) % self.n_agents for k in range(self.n_agents)]

    def maps(self) -> tuple[Array, ...]:
        """Where the coin is, one map a colour."""
        found = np.zeros((self.n_agents, self.batch, self.n_cells), dtype=bool)
        found[self.colour, self._every_world, self.coin] = True
        return tuple(found)

    def _start(self) -> None:
        u = self.rng.random((self.batch, self.n_agents + 2))
        self.cells = (u[:, :-2] * self.n_cells).astype(np.intp)
        self._lay(u[:, -2:])

    def _lay(self, u: Array) -> None:
        self.coin = (u[:, 0] * self.n_cells).astype(np.intp)
        self.colour = (u[:, 1] * self.n_agents).astype(np.intp)

    def _act(self, actions: Array) -> tuple[NDArray[np.float32], dict[str, Array]]:
        u = self.rng.random((3, self.batch))  # who of several, and the next coin
        self.cells = self.onto[self.cells, actions]
        takes = np.equal(self.cells.T, self.coin, order="C")  # (n_agents, batch): long rows are quick to reduce
        taken = takes.any(axis=0)
        if np.count_nonzero(takes) > np.count_nonzero(taken):
            several = np.flatnonzero(takes.sum(axis=0) > 1)
            takes[:, several] = pick(u[0, several], takes[:, several].T) == np.arange(self.n_agents)[:, None]
        owns = self.colour == np.arange(self.n_agents)[:, None]
        own, other = takes & owns, takes & ~owns
        robbed = owns & other.any(axis=0)
        rewards = np.subtract(self.reward * takes, self.harm * robbed, dtype=np.float32)
        self.coin = np.where(taken, (u[1] * self.n_cells).astype(np.intp), self.coin)
        self.colour = np.where(taken, (u[2] * self.n_agents).astype(np.intp), self.colour)
        return rewards.T, {"own coin": own.T, "other coin": other.T}

    # ------------------------------------------------------------------ the same observations, faster
    def _tabulate(self) -> None:
        """Keep what player 0 sees for every place of itself, and of the other or of a coin: eight channels a word."""
        n, windows = self.n_cells, self._windows[:-1]
        thing = windows[:, None, :] == self._place[:n, None]  # seen from a cell, lying on a cell, in the window
        words = np.zeros((3, n, n, windows.shape[1], 8), dtype=np.uint8)
        with_other, *with_coin = words
        with_other[..., 0] = thing[np.arange(n), np.arange(n)][:, None]
        with_other[..., 1] = thing
        if "outside" in self.channels:
            with_other[..., 4] = self._margin.take(windows)[:, None] > 0
        for colour, seen in enumerate(with_coin):
            seen[..., 2 + colour] = thing
        self._with_other, self._with_coin = (
            part.view(np.uint64).reshape(-1, windows.shape[1]) for part in (words[0], words[1:])
        )
        self._coins = np.empty((self.batch, 2, windows.shape[1]), dtype=np.uint64)

    def observe(self) -> Array:
        """Return what everybody sees; see :meth:`GridWorld.observe`."""
        if self._with_other is None:
            return super().observe()
        n, cells = self.n_cells, self.cells
        others = self._with_other.take(cells * n + cells[:, ::-1], axis=0)
        relative = self.colour[:, None] ^ np.arange(2)
        # one new array a call: with two, memory would go back to the system every time, and come again page by page
        coins = self._with_coin.take(
            (relative * n + cells) * n + self.coin[:, None], axis=0, out=self._coins, mode="clip"
        )
        others |= coins
        seen = others.view(np.uint8).reshape(self.batch, 2, *self._shape, 8)
        return seen[..., : len(self.channels)]
