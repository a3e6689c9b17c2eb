"""Newton's method from many starts at once, its work counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.analysis.budget import Spent
from gametheory.differences import slopes
from gametheory.objective import own_gradient

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gametheory.analysis.budget import Budget
    from gametheory.field import Field

    Array = NDArray[Any]

__all__ = ["Moves", "distinct", "newton"]

_AT_ONCE = 1e6  # operations between two looks at the budget
_STEPS = 60
_STOPPED = 1e-15  # a step that is none
_LONGEST = 0.25  # step, in any coordinate of a policy
_SAME = 1e-6


class Moves:
    """How far a field moves a state, and the derivatives of that; evaluations are taken from a budget.

    Parameters
    ----------
    field : Field
        All parameters bound.
    period : int
        For maps: in so many steps.
    budget : Budget
        Of elementary operations; it may be exchanged.
    """

    def __init__(self, field: Field, period: int, budget: Budget) -> None:
        self.field = field
        self.period = period
        self.budget = budget
        self.cost = period * _operations(field)
        """Operations of one evaluation at one state, about."""

    @property
    def step_cost(self) -> float:
        """Operations of one step of Newton's method from one start."""
        d = self.field.space.dimension
        return (2 * d + 1) * self.cost + d**3

    def change(self, x: Array) -> Array:
        """Rate of a flow, or how far a map moves, at states (m, d)."""
        return self._counted(self.rate, x)

    def slopes(self, x: Array) -> Array:
        """Jacobian matrices of :meth:`change`, shape (m, d, d)."""
        field = self.field
        if field.expressions is None or field.smoothness not in {"polynomial", "rational"}:
            return slopes(self.change, field.space, x)
        self.budget.spend(len(x) * self.step_cost)
        if field.kind == "flow":
            return field.jacobian(x)
        total = np.broadcast_to(np.eye(x.shape[-1]), (*x.shape, x.shape[-1]))
        for _ in range(self.period):
            total = field.jacobian(x) @ total
            x = np.asarray(field(x), dtype=np.float64)
        return total - np.eye(x.shape[-1])

    def gradient(self, x: Array) -> Array:
        """Own gradients of a field with an objective; on the diagonal, of the first player."""
        objective, d = self.field.objective, x.shape[-1]
        if objective is None:
            msg = "the field has no objective"
            raise ValueError(msg)
        alike = objective.space.dimension // d

        def gradient(x: Array) -> Array:
            everybody = np.concatenate([x] * alike, axis=-1)
            return own_gradient(objective, everybody, through_weights=self.field.through_weights)[..., :d]

        return self._counted(gradient, x)

    def gradient_slopes(self, x: Array) -> Array:
        """Jacobian matrices of :meth:`gradient`."""
        return slopes(self.gradient, self.field.space, x)

    def rate(self, x: Array) -> Array:
        """Return :meth:`change` without taking it from the budget, for a last look at few states."""
        if self.field.kind == "flow":
            return np.asarray(self.field(x), dtype=np.float64)
        y = x
        for _ in range(self.period):
            y = np.asarray(self.field(y), dtype=np.float64)
        return y - x

    def _counted(self, function: Callable[[Array], Array], x: Array) -> Array:
        rows, parts = max(1, int(_AT_ONCE // self.cost)), []
        for first in range(0, len(x), rows):
            part = x[first : first + rows]
            self.budget.spend(len(part) * self.cost)
            parts.append(function(part))
        return np.concatenate(parts) if parts else np.empty(x.shape)


def _operations(field: Field) -> float:
    """Of one evaluation at one state: shares of all players in all payoffs, or the products of a small matrix."""
    d = field.space.dimension
    game = getattr(field.objective, "game", None) or getattr(getattr(field.objective, "objective", None), "game", None)
    return float(max(2 * d**2, 0 if game is None else game.n_players * game.payoffs.size))


def newton(
    value: Callable[[Array], Array],
    slopes_of: Callable[[Array], Array],
    nearest: Callable[[Array], Array],
    starts: Array,
    longest: float = _LONGEST,
) -> Array:
    """Go towards zeros of a function by damped steps of Newton's method.

    Parameters
    ----------
    value, slopes_of : callable
        From states (m, d) to values (m, d) and Jacobian matrices (m, d, d).
    nearest : callable
        Brings states back into the space.
    starts : ndarray, shape (m, d)
        Where to begin.
    longest : float
        Longest step in any coordinate.

    Returns
    -------
    ndarray, shape (m, d)
        Where each start has come to, near a zero or not, when it stood still or the budget was spent.
    """
    x = starts.copy()
    moving = np.arange(len(x))
    for _ in range(_STEPS):
        try:
            at, matrix = value(x[moving]), slopes_of(x[moving])
        except Spent:
            break
        finite = np.isfinite(at).all(axis=-1) & np.isfinite(matrix).all(axis=(-1, -2))
        moving, at, matrix = moving[finite], at[finite], matrix[finite]
        step = np.einsum("...ij,...j->...i", np.linalg.pinv(matrix), at)
        length = np.abs(step).max(axis=-1, keepdims=True)
        there = nearest(x[moving] - step * (longest / np.maximum(length, longest)))
        moves = np.abs(there - x[moving]).max(axis=-1) > _STOPPED * (1 + np.abs(there).max(axis=-1))
        x[moving] = there
        moving = moving[moves & np.isfinite(there).all(axis=-1)]
        if not len(moving):
            break
    return x


def distinct(points: Array) -> Array:
    """Keep one of points that are the same to six digits, in order."""
    kept: list[Array] = []
    for x in points:
        if all(np.abs(x - other).max() > _SAME for other in kept):
            kept.append(x)
    return np.array(sorted(kept, key=lambda x: np.round(x, 6).tolist())).reshape(-1, points.shape[-1])
