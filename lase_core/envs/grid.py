"""Worlds on a rectangular map: moving, seeing, and cells drawn at random.

A cell is the number ``row * width + column``; players who have left the map are at cell ``height * width``. What a
player sees is built in two steps from one byte (or more) a cell: every kind of object, every player and the outside of
the map have a bit; a window is 25 such codes, gathered by a table; and another table turns codes into channels.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.envs.world import World, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["MOVES", "GridWorld", "draw_cells", "pick"]

MOVES = ("up", "down", "left", "right")
_STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1))
_LARGEST_TABLE = 12  # bits of a code up to which channels are looked up
_LARGEST_VIEW = 99
_WORD = 8  # channels in one 64-bit word


class GridWorld(World):
    """A world on a map.

    Parameters
    ----------
    batch, n_agents, horizon, auto_reset
        As in :class:`World`.
    height, width : int
        Size of the map.
    view : int or "map"
        Side of the square window around a player, an odd number; or the whole map, the same for all but for the order
        of the channels.

    Notes
    -----
    Channels are *self first*: the player itself, the others in cyclic order after it, the kinds of objects, and the
    outside of the map (in windows). So the network of one player can be evaluated on what another sees. Who has left
    sees nothing.
    """

    objects: tuple[str, ...]
    """Kinds of objects, as player 0 would call them."""

    def __init__(
        self,
        batch: int,
        n_agents: int,
        horizon: int,
        *,
        height: int,
        width: int,
        view: int | str,
        auto_reset: bool,
    ) -> None:
        super().__init__(batch, n_agents, horizon, auto_reset=auto_reset)
        self.height, self.width = whole("height", height), whole("width", width)
        if view != "map" and (
            not isinstance(view, (int, np.integer)) or isinstance(view, bool) or view < 1 or view % 2 == 0
        ):
            msg = f"view must be an odd number or 'map', got {view!r}"
            raise ValueError(msg)
        if view != "map" and int(view) > _LARGEST_VIEW:
            msg = f"view must be at most {_LARGEST_VIEW}, got {view}"
            raise ValueError(msg)
        self.view = view
        self.n_cells = self.height * self.width
        self.cells = np.zeros((self.batch, self.n_agents), dtype=np.intp)
        """Where everybody is; `n_cells` for who has left."""
        self.onto = self._moves()
        """Cell after each action, by cell and action, shape (n_cells + 1, n_actions)."""
        others = [f"other {k}" for k in range(1, self.n_agents)]
        outside = [] if view == "map" else ["outside"]
        self.channels = ("self", *others, *self.objects, *outside)
        self._prepare_views()

    def _moves(self) -> Array:
        """Where moves lead; off the map, and for other actions, to the same cell."""
        onto = np.repeat(np.arange(self.n_cells + 1)[:, None], len(self.actions), axis=1)
        rows, columns = np.divmod(np.arange(self.n_cells), self.width)
        for action, (down, right) in enumerate(_STEPS):
            r, c = rows + down, columns + right
            inside = (r >= 0) & (r < self.height) & (c >= 0) & (c < self.width)
            onto[:-1, action] = np.where(inside, r * self.width + c, onto[:-1, action])
        return onto

    @property
    def present(self) -> NDArray[np.bool_]:
        """Whether players are still on the map, shape (batch, n_agents)."""
        return np.asarray(self.cells < self.n_cells)

    # ------------------------------------------------------------------ seeing
    def _bits(self, agent: int) -> list[int]:
        """Bits of a code in the order of an agent's channels: those of players come first, then objects, outside."""
        n, k = self.n_agents, len(self.objects)
        players = [(agent + j) % n for j in range(n)]
        outside = [] if self.view == "map" else [n + k]
        return [*players, *(n + kind for kind in self.object_order(agent)), *outside]

    def object_order(self, agent: int) -> list[int]:  # noqa: ARG002 (most worlds have no objects that are somebody's)
        """Kinds of objects in the order of an agent's channels."""
        return list(range(len(self.objects)))

    def _prepare_views(self) -> None:
        reach = 0 if self.view == "map" else int(self.view) // 2
        self._inner = slice(reach, reach + self.height), slice(reach, reach + self.width)
        self._padded = self.height + 2 * reach, self.width + 2 * reach
        size = self._padded[0] * self._padded[1]
        bits = self.n_agents + len(self.objects) + 1
        self._margin = np.full((*self._padded,), 1 << (bits - 1), dtype=np.min_scalar_type(2**bits - 1))
        self._margin[self._inner] = 0
        # codes of one world: its map with a margin, and one cell for who has left
        flat = np.arange(size).reshape(self._padded)
        self._place = np.append(flat[self._inner].ravel(), size)
        if self.view == "map":
            windows = np.broadcast_to(flat.ravel(), (self.n_cells, self.n_cells))
        else:
            corners = flat[: self.height, : self.width].ravel()
            windows = corners[:, None] + flat[: int(self.view), : int(self.view)].ravel()
        self._windows = np.concatenate([windows, np.full((1, windows.shape[1]), size)])  # who has left sees nothing
        self._world = self._every_world[:, None] * (size + 1)
        self._shape = (self.height, self.width) if self.view == "map" else (int(self.view), int(self.view))
        self._order = np.array([self._bits(agent) for agent in range(self.n_agents)])
        self._channels_of: Array | None = None
        if bits <= _LARGEST_TABLE:
            words = -(-len(self.channels) // _WORD)
            table = np.zeros((self.n_agents, 2**bits, words * _WORD), dtype=np.uint8)
            table[:, :, : len(self.channels)] = (np.arange(2**bits)[None, :, None] >> self._order[:, None, :]) & 1
            self._channels_of = table.view(np.uint64).reshape(-1, words)
            self._first = (np.arange(self.n_agents) << bits)[:, None]

    def _view(self, *maps: Array) -> Array:
        """Observations, given where the objects of each kind are, arrays of bool, shape (batch, n_cells)."""
        size = self._windows[-1, 0]
        codes = np.zeros((self.batch, size + 1), dtype=self._margin.dtype)
        padded = codes[:, :size].reshape(self.batch, *self._padded)
        padded[:] = self._margin
        inside = padded[:, self._inner[0], self._inner[1]]
        for kind, there in enumerate(maps):
            shifted = there.view(np.uint8).astype(codes.dtype) << np.array(self.n_agents + kind, dtype=codes.dtype)
            inside |= shifted.reshape(self.batch, self.height, self.width)
        flat = codes.reshape(-1)
        places = self._place[self.cells] + self._world
        for agent in range(self.n_agents):  # two may share a cell
            flat[places[:, agent]] |= codes.dtype.type(1 << agent)
        flat[self._world[:, 0] + size] = 0
        seen = flat.take(self._windows.take(self.cells, axis=0) + self._world[..., None])
        if self._channels_of is None:
            channels = ((seen[..., None] >> self._order.astype(seen.dtype)[:, None, :]) & 1).astype(np.uint8)
        else:
            channels = self._channels_of.take(seen + self._first, axis=0).view(np.uint8)
            channels = channels[..., : len(self.channels)]
        return np.asarray(channels.reshape(self.batch, self.n_agents, *self._shape, len(self.channels)))

    def observe(self) -> Array:
        """Return what everybody sees.

        Returns
        -------
        ndarray of uint8, shape (batch, n_agents, rows, columns, channels)
            Perhaps a view of a larger array, with the channels padded to eight.
        """
        return self._view(*self.maps())

    @abstractmethod
    def maps(self) -> tuple[Array, ...]:
        """Where objects are, one array of bool, shape (batch, n_cells), a kind."""


# ---------------------------------------------------------------------- chance
def pick(u: Array, free: Array) -> Array:
    """Draw one of the true entries of each row, each as likely.

    Parameters
    ----------
    u : ndarray, shape (batch,)
        Uniform in [0, 1).
    free : ndarray of bool, shape (batch, m)
        What can be drawn.

    Returns
    -------
    ndarray of int, shape (batch,)
        Position in the row; of rows without true entries, any.

    Examples
    --------
    >>> pick(np.array([0.0, 0.6]), np.array([[False, True, True], [False, True, True]])).tolist()
    [1, 2]
    """
    rank = np.cumsum(free, axis=1, dtype=np.int32)
    wanted = (u * rank[:, -1]).astype(np.int32)
    return np.asarray((rank > wanted[:, None]).argmax(axis=1))


def draw_cells(u: Array, count: int) -> Array:
    """Draw different entries of each row, in random order.

    Parameters
    ----------
    u : ndarray, shape (batch, m)
        Uniform in [0, 1).
    count : int
        How many of the m entries.

    Returns
    -------
    ndarray of int, shape (batch, count)

    Examples
    --------
    >>> draw_cells(np.array([[0.3, 0.1, 0.2]]), 2).tolist()
    [[1, 2]]
    """
    return np.argsort(u, axis=1, kind="stable")[:, :count]
