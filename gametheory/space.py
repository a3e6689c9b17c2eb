"""State spaces of learning fields: products of simplices, and real vectors.

On simplices a state is in *reduced coordinates*: for each simplex the probabilities of all actions but the last, so
that a player with two actions is one number, its probability of cooperating. See :doc:`/conventions`. A player may own
several simplices: a memory-one player has one for each state of the game.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sympy as sp
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]

__all__ = ["DIFFERENCE_STEP", "RealSpace", "Space", "StateSpace", "simplices"]

DIFFERENCE_STEP = 6e-6  # cube root of the float64 rounding unit: the best step of a central difference
_OUTSIDE = 1e-9
_TWO = 2


class StateSpace(ABC):
    """What all spaces share: coordinates that have names and belong to players."""

    @property
    @abstractmethod
    def n_players(self) -> int:
        """Number of players."""

    @property
    @abstractmethod
    def owned(self) -> tuple[slice, ...]:
        """Where each player's coordinates stand in the state."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Names of the coordinates."""

    @abstractmethod
    def nearest(self, x: Array) -> Array:
        """Return states moved inside the space."""

    @abstractmethod
    def random(self, count: int, rng: np.random.Generator | int | None = None) -> Array:
        """Draw states: policies uniformly, real vectors from the standard normal distribution.

        Parameters
        ----------
        count : int
            How many.
        rng : Generator, int or None
            Source of randomness.

        Returns
        -------
        ndarray, shape (count, d)
        """

    @property
    def dimension(self) -> int:
        """Number of coordinates."""
        return len(self.names)

    @cached_property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """SymPy symbols of the coordinates."""
        from sympy import Symbol

        return tuple(Symbol(name) for name in self.names)

    def check(self, x: ArrayLike) -> Array:
        """Return `x` as an array, or raise ``ValueError`` for a wrong number of coordinates or NaN.

        States a little outside are accepted: finite differences and integrators step there.
        """
        x = np.asarray(x)
        if x.dtype != object:
            x = np.asarray(x, dtype=np.float64)
        if x.ndim == 0 or x.shape[-1] != self.dimension:
            msg = f"states need {self.dimension} coordinates {self.names} on the last axis, got shape {x.shape}"
            raise ValueError(msg)
        if x.dtype != object and np.isnan(x).any():
            where = tuple(int(k) for k in np.argwhere(np.isnan(x))[0])
            msg = f"states must be numbers, got NaN at index {where}"
            raise ValueError(msg)
        return x


@dataclass(frozen=True)
class Space(StateSpace):
    """Product of simplices, one for each player (or population), or several for each.

    Parameters
    ----------
    n_actions : tuple of int
        Number of actions on each simplex, player by player.
    labels : tuple of str, optional
        For players with several simplices each: what a player's simplices are called, e.g. the states of a game in
        which it has a policy.

    Examples
    --------
    >>> space = Space((2, 3))
    >>> space.dimension, space.names
    (3, ('p1', 'x2_1', 'x2_2'))
    >>> space.policies(np.array([0.25, 0.5, 0.5]))
    (array([0.25, 0.75]), array([0.5, 0.5, 0. ]))
    >>> Space((2, 2, 2, 2), labels=("early", "late")).names
    ('p1_early', 'p1_late', 'p2_early', 'p2_late')
    """

    n_actions: tuple[int, ...]
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that there are actions, and that every player has all its simplices."""
        if not self.n_actions or min(self.n_actions) < 1:
            msg = f"n_actions must be a whole number of at least 1 for every simplex, got {self.n_actions}"
            raise ValueError(msg)
        if self.labels and len(self.n_actions) % len(self.labels):
            msg = f"{len(self.n_actions)} simplices are not a multiple of the {len(self.labels)} labels {self.labels}"
            raise ValueError(msg)

    @property
    def n_each(self) -> int:
        """Number of simplices of each player."""
        return len(self.labels) or 1

    @property
    def n_players(self) -> int:
        """Number of players."""
        return len(self.n_actions) // self.n_each

    @cached_property
    def blocks(self) -> tuple[slice, ...]:
        """Where each simplex's coordinates stand in the state."""
        ends = np.cumsum([a - 1 for a in self.n_actions])
        return tuple(slice(int(end) - a + 1, int(end)) for end, a in zip(ends, self.n_actions, strict=True))

    @cached_property
    def owned(self) -> tuple[slice, ...]:
        """Where each player's coordinates stand in the state."""
        firsts, lasts = self.blocks[:: self.n_each], self.blocks[self.n_each - 1 :: self.n_each]
        return tuple(slice(first.start, last.stop) for first, last in zip(firsts, lasts, strict=True))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the coordinates: p1, p2 for players with two actions, x1_1, x1_2, … for more.

        A space of one player has plain p, or x1, x2, …; labels come between: p1_CC.
        """
        found = []
        for k, a in enumerate(self.n_actions):
            player, part = divmod(k, self.n_each)
            owner = "" if self.n_players == 1 else str(player + 1)
            owner += f"_{self.labels[part]}" if self.labels else ""
            found += [f"p{owner}"] if a == _TWO else [f"x{owner}{'_' * bool(owner)}{m + 1}" for m in range(a - 1)]
        return tuple(found)

    @property
    def one_player(self) -> Space:
        """The space of the first player alone."""
        return Space(self.n_actions[: self.n_each], self.labels)

    @property
    def alike(self) -> bool:
        """Whether all players have the same simplices."""
        return self.n_actions == self.one_player.n_actions * self.n_players

    def _owner(self, simplex: int) -> str:
        player, part = divmod(simplex, self.n_each)
        return f"player {player + 1}" + (f" in {self.labels[part]}" if self.labels else "")

    def policies(self, x: ArrayLike) -> tuple[Array, ...]:
        """Full policies at a state.

        Parameters
        ----------
        x : array_like, shape (..., d)
            Reduced coordinates.

        Returns
        -------
        tuple of ndarray, shapes (..., A_i)
            One for each simplex.
        """
        x = np.asarray(x)
        return tuple(
            np.concatenate([x[..., block], 1 - x[..., block].sum(axis=-1, keepdims=True)], axis=-1)
            for block in self.blocks
        )

    def coordinates(self, policies: Sequence[ArrayLike]) -> Array:
        """Reduced coordinates of full policies; the inverse of :meth:`policies`.

        Parameters
        ----------
        policies : sequence of n array_like, shapes (..., A_i)
            Distributions over actions.

        Returns
        -------
        ndarray, shape (..., d)

        Raises
        ------
        ValueError
            Probabilities below 0 or that do not sum to one.
        """
        parts = [np.asarray(policy) for policy in policies]
        if tuple(part.shape[-1] for part in parts) != self.n_actions:
            msg = f"policies must have {self.n_actions} actions, got {tuple(part.shape[-1] for part in parts)}"
            raise ValueError(msg)
        for i, part in enumerate(parts):
            total = np.asarray(part.sum(axis=-1))
            if np.any(np.abs(total - 1) > _OUTSIDE) or np.any(part < -_OUTSIDE):
                worst = total.flat[int(np.argmax(np.abs(total - 1)))]
                msg = f"policy of {self._owner(i)} must be probabilities that sum to 1, they sum to {worst}"
                raise ValueError(msg)
        return np.concatenate([part[..., :-1] for part in parts], axis=-1)

    def nearest(self, x: Array) -> Array:
        """Return states moved inside: negative probabilities become 0, and the rest sums to one again.

        Parameters
        ----------
        x : ndarray, shape (..., d)
            States, perhaps outside by rounding.

        Returns
        -------
        ndarray, shape (..., d)

        Examples
        --------
        >>> Space((2, 3)).nearest(np.array([1.25, 0.75, 0.5]))
        array([1. , 0.6, 0.4])
        """
        inside = [np.maximum(policy, 0) for policy in self.policies(x)]
        return np.concatenate([policy[..., :-1] / policy.sum(axis=-1, keepdims=True) for policy in inside], axis=-1)

    def random(self, count: int, rng: np.random.Generator | int | None = None) -> Array:  # noqa: D102 (inherited)
        rng = np.random.default_rng(rng)
        return self.coordinates([rng.dirichlet(np.ones(a), size=count) for a in self.n_actions])


@dataclass(frozen=True)
class RealSpace(StateSpace):
    """Real vectors, one for each player: logits, or the parameters of any differentiable game.

    Parameters
    ----------
    sizes : tuple of int
        Number of coordinates of each player.
    labels : tuple of str, optional
        What each player's coordinates are called; numbers if not given.

    Examples
    --------
    >>> RealSpace((1, 2)).names
    ('theta1', 'theta2_1', 'theta2_2')
    """

    sizes: tuple[int, ...]
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that every coordinate has a label, or none."""
        if self.labels and set(self.sizes) != {len(self.labels)}:
            msg = f"sizes {self.sizes} do not fit the {len(self.labels)} labels {self.labels}"
            raise ValueError(msg)

    @property
    def n_players(self) -> int:
        """Number of players."""
        return len(self.sizes)

    @cached_property
    def owned(self) -> tuple[slice, ...]:
        """Where each player's coordinates stand in the state."""
        ends = np.cumsum(self.sizes)
        return tuple(slice(int(end) - size, int(end)) for end, size in zip(ends, self.sizes, strict=True))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the coordinates."""
        return tuple(
            f"theta{i + 1}" + (f"_{self.labels[k] if self.labels else k + 1}" if size > 1 or self.labels else "")
            for i, size in enumerate(self.sizes)
            for k in range(size)
        )

    def nearest(self, x: Array) -> Array:
        """Return the states: there is no outside."""
        return x

    def random(self, count: int, rng: np.random.Generator | int | None = None) -> Array:  # noqa: D102 (inherited)
        return np.random.default_rng(rng).normal(size=(count, self.dimension))


def simplices(space: StateSpace) -> Space:
    """Return a space of policies as such, or raise ``ValueError`` for one of real vectors."""
    if not isinstance(space, Space):
        msg = f"this needs a field or an objective on policies, got one on the real vector {space.names}"
        raise ValueError(msg)  # noqa: TRY004 (a field of the right type, on another space)
    return space
