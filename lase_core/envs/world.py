"""What all worlds share: a batch of equal worlds, a clock, checks at the door."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import isfinite
from numbers import Real
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
        Begin a new episode at once when one ends. The last step then returns the first observations of the new one, and
        those at the end of the old one as ``info["last observation"]``.
    """

    name: str
    """What :func:`lase_core.envs.make` calls it."""
    actions: tuple[str, ...]
    """Names of the actions."""
    events: tuple[str, ...]
    """What can happen to a player in a step: keys of `info`."""
    channels: tuple[str, ...]
    """What the last axis of observations means."""

    def __init__(self, batch: int, n_agents: int, horizon: int, *, auto_reset: bool) -> None:
        self.batch = whole("batch", batch)
        self.n_agents = whole("n_agents", n_agents)
        self.horizon = whole("horizon", horizon)
        self.auto_reset = yes("auto_reset", auto_reset)
        self.steps = self.horizon
        """Steps taken in this episode; all worlds of a batch are at the same step."""
        self.begun = False
        """Whether there has been an episode."""
        self.rng = np.random.default_rng()
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
            Of everything that is drawn until it is given anew; with None the present one goes on.

        Returns
        -------
        ndarray of uint8, shape (batch, n_agents, ...)
            Observations, as :meth:`observe` gives them.
        """
        if rng is not None:
            self.rng = np.random.default_rng(rng)
        return self._begin()

    def _begin(self) -> Array:
        self.steps, self.begun = 0, True
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
            For each of :attr:`events`, as booleans, whether a player took part in it in this step. With `auto_reset`,
            after the last step of an episode, also ``"last observation"`` and ``"last present"``, as they were then.

        Raises
        ------
        ValueError
            Actions of a wrong shape or out of range (the first such index is named).
        TypeError
            Actions that are not whole numbers.
        RuntimeError
            An episode that is over, or has not begun.
        """
        chosen = checked_actions(actions, (self.batch, self.n_agents), self.n_actions)
        if self.steps >= self.horizon:
            msg = f"the episode of {self.horizon} steps is over, or has not begun: call reset(), or use auto_reset=True"
            raise RuntimeError(msg)
        rewards, info = self._act(chosen)
        self.steps += 1
        done = np.full(self.batch, self.steps >= self.horizon)
        observations = self.observe()
        if self.auto_reset and done[0]:
            info |= {"last observation": observations, "last present": self.present}
            observations = self._begin()
        return observations, rewards, done, info

    @property
    def present(self) -> NDArray[np.bool_]:
        """Whether players are still there, shape (batch, n_agents)."""
        return np.ones((self.batch, self.n_agents), dtype=bool)

    @abstractmethod
    def observe(self) -> Array:
        """Return what everybody sees, shape (batch, n_agents, ...), dtype uint8."""

    @abstractmethod
    def _start(self) -> None:
        """Draw the state at which an episode begins."""

    @abstractmethod
    def _act(self, actions: Array) -> tuple[NDArray[np.float32], dict[str, Array]]:
        """Change the state; return rewards and, as booleans, events."""

    def __repr__(self) -> str:
        """Show the size."""
        clock = f"step {self.steps} of {self.horizon}" if self.begun else "not begun"
        return f"<{self.name}: {self.batch} worlds, {self.n_agents} players, {clock}>"


def checked_actions(actions: ArrayLike, shape: tuple[int, int], n_actions: int) -> Array:
    """Return actions as an array, or complain."""
    chosen = np.asarray(actions)
    if chosen.shape != shape:
        msg = f"actions must have the shape (batch, n_agents) = {shape}, got {chosen.shape}"
        raise ValueError(msg)
    if chosen.dtype.kind not in "iu":
        msg = f"actions must be whole numbers, got {chosen.dtype}"
        raise TypeError(msg)
    if chosen.max() >= n_actions or chosen.min() < 0:
        where = tuple(int(k) for k in np.argwhere((chosen < 0) | (chosen >= n_actions))[0])
        msg = f"actions must lie in 0..{n_actions - 1}, got {chosen[where]} at index {where}"
        raise ValueError(msg)
    return chosen


def whole(name: str, value: object, least: int = 1) -> int:
    """Return a whole number, or complain."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        msg = f"{name} must be a whole number, got {value!r}"
        raise TypeError(msg)
    if value < least:
        msg = f"{name} must be at least {least}, got {value}"
        raise ValueError(msg)
    return int(value)


def number(name: str, value: float) -> float:
    """Return a finite number, or complain."""
    given: object = value
    if isinstance(given, bool) or not isinstance(given, Real):
        msg = f"{name} must be a number, got {value!r}"
        raise TypeError(msg)
    if not isfinite(value):
        msg = f"{name} must be finite, got {value}"
        raise ValueError(msg)
    return float(value)


def chance(name: str, value: float) -> float:
    """Return a probability, or complain."""
    if not 0 <= number(name, value) <= 1:
        msg = f"{name} must be a probability, got {value}"
        raise ValueError(msg)
    return float(value)


def yes(name: str, value: object) -> bool:
    """Return whether something is wanted, or complain: "no" would count as true."""
    if not isinstance(value, (bool, np.bool_)):
        msg = f"{name} must be True or False, got {value!r}"
        raise TypeError(msg)
    return bool(value)
