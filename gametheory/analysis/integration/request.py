"""What is to be followed, what is found, and what the ways of following share."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.analysis.integration.crossings import Event
from gametheory.field import Field
from gametheory.space import RealSpace, Space, StateSpace

__all__ = ["Followed", "Request", "closed_columns", "held_by", "is_closed", "no_step", "policies_of", "rates_of"]

Array = NDArray[Any]

_SMALL = 16  # joint actions up to which expressions are quick to derive
_MANY = 1000  # starts from which it pays to compile expressions for columns


@dataclass(frozen=True)
class Request:
    """What to follow, until when and how well.

    Parameters
    ----------
    field : Field
        A flow or a map, parameters bound.
    starts : ndarray, shape (n, d)
        States at time 0, inside the space.
    times : ndarray, shape (k,)
        When to record.
    tolerance : float
        Relative error of a step.
    drop : float
        How far a trajectory that is taken for resting may still move.
    events : tuple of Event
        What to look for.
    near : float
        Share below which a trajectory is near a face, and may have to be followed in logarithms; 0 for never.
    """

    field: Field
    starts: Array
    times: Array
    tolerance: float
    drop: float
    events: tuple[Event, ...] = ()
    near: float = 0.0


@dataclass(frozen=True)
class Followed:
    """What was seen: states (k, n, d), ends, flags and steps (n,), and the parts of each event's crossings."""

    states: Array
    ended: Array
    converged: Array
    steps: Array
    crossings: tuple[list[tuple[Array, Array, Array]], ...] = ()
    end: float = 0.0

    @classmethod
    def empty(cls, request: Request) -> Followed:
        """Make room for an answer."""
        n, d = request.starts.shape
        return cls(
            np.empty((len(request.times), n, d)),
            np.full(n, request.times[-1]),
            np.zeros(n, dtype=bool),
            np.zeros(n, dtype=np.int64),
            tuple([] for _ in request.events),
            float(request.times[-1]),
        )

    def forget(self, which: Array, times: Array) -> None:
        """Take back what was found on some trajectories after some times; states are to be written anew."""
        since = np.full(len(self.ended), np.inf)
        since[which] = times
        self.ended[which], self.converged[which] = self.end, False
        for parts in self.crossings:
            kept = [(who, when, state, when <= since[who]) for who, when, state in parts]
            parts[:] = [(who[k], when[k], state[k]) for who, when, state, k in kept]


def no_step(field: Field, state: Array, time: float, which: int, tolerance: float) -> ValueError:
    """Return the error for a trajectory that no step leads on."""
    with np.errstate(all="ignore"):
        value = field(state)
    cause = "the field is not finite" if not np.isfinite(value).all() else f"no step meets the tolerance {tolerance:g}"
    place = f"at time {time:.6g}, state {state.tolist()} of trajectory {which}"
    return ValueError(f"integration failed {place}: {cause}; the field is {value.tolist()} there")


def held_by(space: StateSpace) -> Callable[[Array], Array]:
    """Return a function that moves states, as columns (d, n), into the space."""
    if isinstance(space, RealSpace):
        return lambda x: x
    if isinstance(space, Space) and max(space.n_actions) == 2:
        return lambda x: np.minimum(np.maximum(x, 0), 1)
    return lambda x: np.ascontiguousarray(space.nearest(x.T).T)


def policies_of(space: StateSpace) -> tuple[Array, Array]:
    """Return M (m, d) and c (m, 1): M x + c holds the probabilities of all actions, or real coordinates as they are."""
    matrix = np.eye(space.dimension)
    constant = np.zeros((space.dimension, 1))
    for block in space.blocks if isinstance(space, Space) else ():
        rest = np.zeros((1, space.dimension))
        rest[0, block] = -1
        matrix, constant = np.vstack([matrix, rest]), np.vstack([constant, [[1.0]]])
    return matrix, constant


def is_closed(field: Field) -> bool:
    """Whether the field has expressions, in its coordinates alone."""
    expressions = field.expressions
    return expressions is not None and not {s for e in expressions for s in e.free_symbols} - set(field.space.symbols)


@lru_cache(maxsize=64)
def _columns(symbols: tuple[Any, ...], expressions: tuple[Any, ...]) -> Callable[..., list[Array]]:
    import sympy as sp

    compiled: Callable[..., list[Array]] = sp.lambdify(list(symbols), list(expressions), modules="numpy", cse=True)
    return compiled


def closed_columns(field: Field, what: str = "expressions") -> Callable[[Array], Array] | None:
    """Return compiled expressions of a small smooth field as a function of columns (d, n), or None.

    Parameters
    ----------
    field : Field
        Parameters bound.
    what : {"expressions", "advantages"}
        Rates of change, or own gradients.
    """
    smooth = field.smoothness in {"polynomial", "rational"}
    small = isinstance(field.space, Space) and math.prod(field.space.n_actions) <= _SMALL
    if not (smooth and small and is_closed(field)) or getattr(field, what) is None:
        return None
    compiled = _columns(field.space.symbols, tuple(getattr(field, what)))

    def by_columns(x: Array) -> Array:
        rates = np.empty_like(x)
        for row, column in zip(rates, compiled(*x), strict=True):
            row[:] = column
        return rates

    return by_columns


def rates_of(request: Request) -> Callable[[Array], Array]:
    """Return the field as a function of columns, shapes (d, n) to (d, n); not finite where a state is not."""
    field, inside = request.field, held_by(request.field.space)
    closed = closed_columns(field) if len(request.starts) >= _MANY else None
    if closed is not None:
        return closed

    def by_field(x: Array) -> Array:
        # outside, where a stage may lead, a field need not have values, and one that leaves no face would run away
        lost = ~np.isfinite(x.sum(axis=0))
        rates = np.ascontiguousarray(field(inside(np.where(lost, 0, x) if lost.any() else x).T).T)
        if lost.any():
            rates[:, lost] = np.nan
        return rates

    return by_field
