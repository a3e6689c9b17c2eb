"""Coordinates that trajectories are followed in: probabilities as they are, or logarithms of shares.

:class:`Plain` and :class:`Logarithmic` offer the same: how states become columns and back, the rates of change, what
error a step may have, and how far a trajectory may still move.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.analysis.integration.logarithms import NEVER, growth_of, leaves, logarithms, shares_of
from gametheory.analysis.integration.request import Request, held_by, policies_of, rates_of

__all__ = ["ABSOLUTE", "Logarithmic", "Plain"]

Array = NDArray[Any]

ABSOLUTE = 0.01  # probability from which on errors are relative


class Plain:
    """States in reduced coordinates."""

    def __init__(self, request: Request) -> None:
        """Take what is to be followed."""
        self.request, self.field = request, request.field
        self.rates, self.inside = rates_of(request), held_by(request.field.space)
        self.matrix, self.constant = policies_of(request.field.space)
        self.rows = request.starts.shape[1]

    def columns(self, states: Array) -> Array:
        """Coordinates of states (n, d)."""
        return np.ascontiguousarray(states.T)

    def states(self, x: Array) -> Array:
        """States (d, n) at coordinates."""
        return x

    def scale(self, x: Array) -> Array:
        """Return the allowed error of each probability, the last actions' too: none is more accurate than another."""
        allowed: Array = self.request.tolerance * (ABSOLUTE + np.abs(self.matrix @ x + self.constant))
        return allowed

    def norm(self, change: Array, scale: Array) -> Array:
        """Mean square over probabilities, in units of a scale, for each column."""
        scaled = self.matrix @ change
        scaled /= scale
        scaled *= scaled
        total: Array = scaled.sum(axis=0) / len(scaled)
        return total

    def speed(self, x: Array, f: Array) -> Array:  # noqa: ARG002 (the same for both)
        """Largest rate of change of a state."""
        largest: Array = np.abs(f).max(axis=0)
        return largest

    def may_leave(self, x: Array, f: Array, left: Array) -> Array:  # noqa: ARG002
        """Whether a share that is too small to count may have grown after the time left."""
        return np.zeros(x.shape[1], dtype=bool)

    def settled(self, x: Array, which: Array) -> Array:
        """Whether trajectories next to rest points stay there, however long one waits."""
        support = None
        if self.request.near:  # faces are invariant
            support = shares_of(self.field.space, self.request.starts[which].T) > 0  # type: ignore[arg-type]
        return ~leaves(self.field, x.T, support)


class Logarithmic:
    """Logarithms of the shares of all actions."""

    def __init__(self, request: Request) -> None:
        """Take what is to be followed."""
        self.request, self.field, self.space = request, request.field, request.field.space
        self.growth = growth_of(request.field)
        self.blocks, self.d = self.space.blocks, self.space.dimension  # type: ignore[attr-defined]
        self.rows = self.d + len(self.blocks)

    def columns(self, states: Array) -> Array:
        """Coordinates of states (n, d)."""
        return logarithms(shares_of(self.space, np.ascontiguousarray(states.T)))  # type: ignore[arg-type]

    def shares(self, x: Array) -> Array:
        """Shares at coordinates; rounding of their sum is taken away."""
        shares = np.exp(x)
        for k, block in enumerate(self.blocks):
            total = shares[block].sum(axis=0) + shares[self.d + k]
            shares[block] /= total
            shares[self.d + k] /= total
        return shares

    def states(self, x: Array) -> Array:
        """States (d, n) at coordinates."""
        return self.shares(x)[: self.d]

    def rates(self, x: Array) -> Array:
        """Growth rates of shares."""
        rates = self.growth(self.shares(x))
        rates[:, ~np.isfinite(x.sum(axis=0))] = np.nan
        return rates

    def inside(self, x: Array) -> Array:
        """All logarithms are inside."""
        return x

    def scale(self, x: Array) -> Array:
        """Return the allowed error of each logarithm: all shares are equally accurate."""
        return np.full_like(x, self.request.tolerance)

    def norm(self, change: Array, scale: Array) -> Array:
        """Mean square in units of a scale, for each column."""
        total: Array = ((change / scale) ** 2).mean(axis=0)
        return total

    def speed(self, x: Array, f: Array) -> Array:
        """Largest rate of change of a share."""
        largest: Array = (self.shares(x) * np.abs(f)).max(axis=0)
        return largest

    def may_leave(self, x: Array, f: Array, left: Array) -> Array:
        """Whether a share that is too small to count may have grown after the time left."""
        grown = (x > NEVER / 2) & (f > 0) & (x + f * left > np.log(self.request.drop))
        leaves_: Array = grown.any(axis=0)
        return leaves_

    def settled(self, x: Array, which: Array) -> Array:  # noqa: ARG002
        """Whether trajectories next to rest points stay there, however long one waits."""
        return ~leaves(self.field, self.states(x).T, x > NEVER / 2)
