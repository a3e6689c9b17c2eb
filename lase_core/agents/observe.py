"""What networks see of a world: its observations as numbers, and whom a player sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.envs.matrix import MatrixWorld

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lase_core.envs.grid import GridWorld

    Array = NDArray[Any]

__all__ = ["Observer"]


class Observer:
    """Turns what a world shows into inputs of networks.

    On a map: the window, flat, one number a cell and channel, then row and column of oneself, one-hot (they are 0 for
    those who have left). In a matrix game: the last joint action in the own view, one-hot.

    Parameters
    ----------
    world : GridWorld or MatrixWorld
        A batch of seeds * worlds.
    seeds : int
        How many seeds its batch holds.
    position : bool, default True
        Whether row and column are told.

    Examples
    --------
    >>> from lase_core.envs import make
    >>> world = make("coin", batch=6)
    >>> observer = Observer(world, seeds=2)
    >>> observer(world.reset(rng=0)).shape, 5 * 5 * 5 + 5 + 5
    ((2, 2, 3, 135), 135)
    """

    def __init__(self, world: GridWorld | MatrixWorld, seeds: int, *, position: bool = True) -> None:
        self.world, self.seeds, self.worlds = world, seeds, world.batch // seeds
        if isinstance(world, MatrixWorld):
            self.width = world.n_observations
            self.window: tuple[int, ...] = ()
            self._coded = np.eye(self.width, dtype=np.float32)
            return
        shown = world.observe().shape[2:]
        self.window = shown
        """Rows, columns and channels of the window."""
        self._shown = int(np.prod(shown))
        self.width = self._shown + (world.height + world.width if position else 0)
        rows, columns = np.divmod(np.arange(world.n_cells), world.width)
        self._place = np.zeros((world.n_cells + 1, world.height + world.width), dtype=np.float32)
        self._place[np.arange(world.n_cells), rows] = 1
        self._place[np.arange(world.n_cells), world.height + columns] = 1

    def __call__(self, obs: Array, out: Array | None = None) -> Array:
        """Return inputs, shape (seeds, n, worlds, width), float32.

        Parameters
        ----------
        obs : ndarray, shape (seeds * worlds, n, ...)
            As the world gave them, in the state in which it is.
        out : ndarray, optional
            Where to write.
        """
        world = self.world
        x = np.empty((self.seeds, world.n_agents, self.worlds, self.width), np.float32) if out is None else out
        if isinstance(world, MatrixWorld):
            x[...] = self._coded[self._by_seed(obs)]
            return x
        size = self._shown
        by_seed = self._by_seed(obs)
        for agent in range(world.n_agents):  # one player at a time: no large copy in between
            x[:, agent, :, :size] = by_seed[:, agent].reshape(self.seeds, self.worlds, size)
        if self.width > size:
            x[..., size:] = self._by_seed(self._place[world.cells])
        return x

    def _by_seed(self, values: Array) -> Array:
        """Reorder (seeds * worlds, n, ...) as (seeds, n, worlds, ...)."""
        return values.reshape(self.seeds, self.worlds, *values.shape[1:]).swapaxes(1, 2)

    def present(self) -> Array:
        """Return who is there, shape (seeds, n, worlds)."""
        if isinstance(self.world, MatrixWorld):
            return np.ones((self.seeds, self.world.n_agents, self.worlds), dtype=bool)
        return self._by_seed(self.world.present)
