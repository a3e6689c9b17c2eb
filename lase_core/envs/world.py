"""What all worlds share: a batch of equal worlds, a clock, checks at the door."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]
    Step = tuple[Array, NDArray[np.float32], NDArray[np.bool_], dict[str, Array]]

__all__ = ["World"]


class World(ABC):
    """A batch of worlds, stepped together.

    Parameters
    ----------
    batch : int
        Number of worlds.
    n_agents : int
        Players in each.
    horizon : int
        Steps of an episode; it ends for everybody.
    auto_reset : bool
        Begin a new episode at once when one ends. The last step then returns the first observations of the new one.
    """

    name: str
    """What :func:`lase_core.envs.make` calls it."""
    actions: tuple[str, ...]
    """Names of the actions."""
    events: tuple[str, ...]
    """What `info` counts, for each player."""
    channels: tuple[str, ...]
    """What the last axis of observations means."""

    def __init__(self, batch: int, n_agents: int, horizon: int, *, auto_reset: bool) -> None:
        self.batch = whole("batch", batch)
        self.n_agents = whole("n_agents", n_agents)
        self.horizon = whole("horizon", horizon)
        self.auto_reset = auto_reset
        self.steps = self.horizon
        """Steps taken in this episode; all worlds of a batch are at the same step."""
        self.rng = np.random.default_rng(0)
        self._every_world = np.arange(self.batch)

    @property
    def n_actions(self) -> int:
        """Number of actions."""
        return len(self.actions)

    def reset(self, rng: np.random.Generator | int | None = None) -> Array:
        """Begin an episode.

        Parameters
        ----------
        rng : Generator, int or None
            Of everything that is drawn until the next call.

        Returns
        -------
        ndarray of uint8, shape (batch, n_agents, ...)
            Observations, as :meth:`observe` gives them.
        """
        self.rng = np.random.default_rng(rng)
        return self._begin()

    def _begin(self) -> Array:
        self.steps = 0
        self._start()
        return self.observe()

    def step(self, actions: ArrayLike) -> Step:
        """Let everybody act.

        Parameters
        ----------
        actions : array_like of int, shape (batch, n_agents)
            Positions in :attr:`actions`.

        Returns
        -------
        observations : ndarray of uint8, shape (batch, n_agents, ...)
        rewards : ndarray of float32, shape (batch, n_agents)
        done : ndarray of bool, shape (batch,)
        info : dict of ndarray, shapes (batch, n_agents)
            How often each of :attr:`events` happened to each player in this step.

        Raises
        ------
        ValueError
            Actions of a wrong shape or out of range (the first such index is named).
        TypeError
            Actions that are not whole numbers.
        RuntimeError
            An episode that is over, or has not begun.
        """
        chosen = np.asarray(actions)
        if chosen.shape != (self.batch, self.n_agents):
            msg = f"actions must have the shape (batch, n_agents) = {(self.batch, self.n_agents)}, got {chosen.shape}"
            raise ValueError(msg)
        if chosen.dtype.kind not in "iu":
            msg = f"actions must be whole numbers, got {chosen.dtype}"
            raise TypeError(msg)
        if self.steps >= self.horizon:
            msg = f"the episode of {self.horizon} steps is over, or has not begun: call reset(), or use auto_reset=True"
            raise RuntimeError(msg)
        if chosen.max() >= self.n_actions or chosen.min() < 0:
            where = tuple(int(k) for k in np.argwhere((chosen < 0) | (chosen >= self.n_actions))[0])
            msg = f"actions must lie in 0..{self.n_actions - 1}, got {chosen[where]} at index {where}"
            raise ValueError(msg)
        rewards, info = self._act(chosen)
        self.steps += 1
        done = np.full(self.batch, self.steps >= self.horizon)
        observations = self._begin() if self.auto_reset and done[0] else self.observe()
        return observations, rewards, done, info

    @abstractmethod
    def observe(self) -> Array:
        """Return what everybody sees, shape (batch, n_agents, ...), dtype uint8."""

    @abstractmethod
    def _start(self) -> None:
        """Draw the state at which an episode begins."""

    @abstractmethod
    def _act(self, actions: Array) -> tuple[NDArray[np.float32], dict[str, Array]]:
        """Change the state; return rewards and events."""

    def __repr__(self) -> str:
        """Show the size."""
        return f"<{self.name}: {self.batch} worlds, {self.n_agents} players, step {self.steps} of {self.horizon}>"


def whole(name: str, value: object, least: int = 1) -> int:
    """Return a whole number, or complain."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        msg = f"{name} must be a whole number, got {value!r}"
        raise TypeError(msg)
    if value < least:
        msg = f"{name} must be at least {least}, got {value}"
        raise ValueError(msg)
    return int(value)


def chance(name: str, value: float) -> float:
    """Return a probability, or complain."""
    if not 0 <= value <= 1:
        msg = f"{name} must be a probability, got {value}"
        raise ValueError(msg)
    return float(value)
