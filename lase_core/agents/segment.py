"""Steps that everybody played with the parameters they had: what one update learns from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Segment", "lambda_returns", "of", "spread"]


@dataclass
class Segment:
    """T steps in B worlds a seed. Rows are steps and worlds, row = t * B + b; R = T B of them."""

    steps: int
    """T."""
    worlds: int
    """B."""
    x: Array
    """Observations, shape (seeds, n, R, D)."""
    actions: Array
    """Of all players, -1 of those who have left, shape (seeds, n, R)."""
    behaviour: Array
    """What actions were drawn from, exploration included, shape (seeds, n, R, A); scripted players: NaN."""
    rewards: Array
    """Before gifts, shape (seeds, n, R)."""
    present: Array
    """Who was there to act, shape (seeds, n, R)."""
    window: tuple[int, ...]
    """Rows, columns and channels of what was seen, with which observations begin; empty without a map."""
    last_x: Array
    """Observations after the last step, shape (seeds, n, B, D)."""
    last_actions: Array
    """Actions drawn there, never played, shape (seeds, n, B)."""
    last_present: Array
    """Who was still there, shape (seeds, n, B)."""
    first: bool
    """Whether an episode began with the first step."""
    over: bool
    """Whether nothing can be earned after the last step."""

    @property
    def n_rows(self) -> int:
        """Number of rows R."""
        return self.steps * self.worlds

    @cached_property
    def visible(self) -> Array:
        """Whom a player saw, self first, shape (seeds, n, R, n)."""
        lead, n = self.x.shape[:3], self.x.shape[1]
        if not self.window:
            return np.ones((*lead, n), dtype=bool)
        seen = self.x[..., : int(np.prod(self.window))].reshape(*lead, -1, self.window[-1])
        return np.asarray(seen[..., :n].any(axis=-2))

    def by_step(self, values: Array, axis: int = 2) -> Array:
        """Split rows into steps and worlds: (seeds, n, R, ...) to (seeds, n, T, B, ...)."""
        shape = values.shape
        return values.reshape(*shape[:axis], self.steps, self.worlds, *shape[axis + 1 :])

    def joint(self, members: Array) -> Array:
        """Return joint actions, self first, of some players, shape (seeds, g, R, n)."""
        return _self_first(self.actions, members)

    def last_joint(self, members: Array) -> Array:
        """Return the joint actions drawn after the last step, self first, shape (seeds, g, B, n)."""
        return _self_first(self.last_actions, members)

    def goes_on(self) -> Array:
        """Return whether a player can earn something after a step, shape (seeds, n, T, B), float32."""
        present = self.by_step(self.present)
        after = np.concatenate([present[:, :, 1:], self.last_present[:, :, None]], axis=2)
        if self.over:
            after[:, :, -1] = False
        return after.astype(np.float32)


def of(values: Array, players: Array) -> Array:
    """Return what belongs to some players, (seeds, n, ...) to (seeds, g, ...); a view if they are all."""
    return values if len(players) == values.shape[1] else values[:, players]


def _self_first(actions: Array, members: Array) -> Array:
    n = actions.shape[1]
    order = (np.asarray(members)[:, None] + np.arange(n)) % n
    return np.moveaxis(actions[:, order], 2, -1)


def lambda_returns(rewards: Array, values: Array, goes_on: Array, discount: float, trace: float) -> Array:
    r"""Return TD(λ) targets, :math:`G_t = r_t + \gamma c_t [(1 - \lambda) V_{t+1} + \lambda G_{t+1}]`.

    Parameters
    ----------
    rewards : ndarray, shape (..., T, B)
        r.
    values : ndarray, shape (..., T + 1, B)
        V, or Q of what was done, the last of them after the last step.
    goes_on : ndarray, shape (..., T, B)
        c: 0 where nothing follows.
    discount, trace : float
        γ and λ; 1 of the latter gives Monte-Carlo returns.

    Returns
    -------
    ndarray, shape (..., T, B)

    Examples
    --------
    >>> one = np.ones((3, 1))
    >>> lambda_returns(one, np.zeros((4, 1)), one, discount=0.5, trace=1.0)[:, 0]
    array([1.75, 1.5 , 1.  ])
    """
    returns = np.empty_like(rewards)
    follows = values[..., -1, :]
    for t in range(rewards.shape[-2] - 1, -1, -1):
        mixed = (1 - trace) * values[..., t + 1, :] + trace * follows
        follows = rewards[..., t, :] + discount * goes_on[..., t, :] * mixed
        returns[..., t, :] = follows
    return returns


def spread(values: Array, present: Array) -> Array:
    """Return the standard deviation of values of each player over the steps that count, shape (..., 1, 1).

    Parameters
    ----------
    values : ndarray, shape (..., T, B)
        Of steps.
    present : ndarray of bool, shape (..., T, B)
        Steps that count.

    Returns
    -------
    ndarray, shape (..., 1, 1)
    """
    count = np.maximum(present.sum(axis=(-1, -2), keepdims=True), 1)
    mean = (values * present).sum(axis=(-1, -2), keepdims=True) / count
    square = (np.square(values - mean) * present).sum(axis=(-1, -2), keepdims=True) / count
    return np.asarray(np.sqrt(square).astype(values.dtype))
