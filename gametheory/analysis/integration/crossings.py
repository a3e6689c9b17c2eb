"""Events along trajectories: where a function of the state changes sign, found on the interpolant of a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.analysis.integration.sign_changes import isolate

__all__ = ["Crossings", "Event", "events_of", "first_stop", "locate"]

Array = NDArray[Any]
Path = Callable[[Array, Array], Array]  # rows (m,) and parts of the step (m,) to states (d, m)

_BEFORE = 1e-6  # part of a step: just before its end
_REFINEMENTS = 60  # at most; the Illinois method takes about eight


@dataclass(frozen=True)
class Event:
    """Something to look for along trajectories: where a function of the state changes its sign.

    Parameters
    ----------
    function : callable
        ``function(x)``, shapes (..., d) to (...); continuous.
    direction : {0, 1, -1}
        Both ways, from negative to positive, or from positive to negative.
    stop : bool, default False
        Whether a trajectory ends where it first crosses.

    Raises
    ------
    ValueError
        Another direction.

    Examples
    --------
    >>> half = Event(lambda x: x[..., 0] - 0.5, direction=-1)
    >>> half.values(np.array([[0.25], [0.75]]))
    array([-0.25,  0.25])
    """

    function: Callable[[Array], Array]
    direction: int = 0
    stop: bool = False

    def __post_init__(self) -> None:
        """Check the direction."""
        if self.direction not in {-1, 0, 1}:
            msg = f"direction of an event must be -1, 0 or 1, got {self.direction!r}"
            raise ValueError(msg)

    def values(self, x: Array) -> Array:
        """Return the function's values, shape (count,), at states of shape (count, d); else raise ``ValueError``."""
        values = np.asarray(self.function(x), dtype=np.float64)
        if values.shape != x.shape[:-1]:
            msg = f"an event must map states of shape {x.shape} to shape {x.shape[:-1]}, got {values.shape}"
            raise ValueError(msg)
        return values

    def crossed(self, before: Array, after: Array) -> Array:
        """Whether the sign changed; a zero belongs to the side that comes next."""
        up, down = (before < 0) & (after >= 0), (before > 0) & (after <= 0)
        return (up | down) if self.direction == 0 else (up if self.direction > 0 else down)


@dataclass(frozen=True)
class Crossings:
    """Where trajectories met one event, in the order of trajectories and, for each, of time.

    Parameters
    ----------
    trajectory : ndarray of int, shape (m,)
        Which one, counted along the flattened batch of starts.
    time : ndarray, shape (m,)
        When; for maps the first iterate after the change of sign.
    state : ndarray, shape (m, d)
        Where.
    """

    trajectory: Array
    time: Array
    state: Array

    @classmethod
    def join(cls, parts: Sequence[tuple[Array, Array, Array]], dimension: int) -> Crossings:
        """Put together what steps found: (trajectories, times, states of shape (m, d))."""
        if not parts:
            return cls(np.empty(0, dtype=np.intp), np.empty(0), np.empty((0, dimension)))
        trajectory, time, state = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((time, trajectory))
        return cls(trajectory[order], time[order], state[order])


def events_of(events: Sequence[Event | Callable[[Array], Array]]) -> tuple[Event, ...]:
    """Make events of plain functions."""
    return tuple(event if isinstance(event, Event) else Event(event) for event in events)


def locate(event: Event, path: Path, rows: Array) -> tuple[Array, Array]:
    """Find all crossings of one event in one step of some trajectories.

    Parameters
    ----------
    event : Event
        What to look for.
    path : callable
        ``path(rows, parts)``: states, shape (d, m), after some parts (0 to 1) of the step of some rows.
    rows : ndarray, shape (n,)
        Rows that took the step.

    Returns
    -------
    tuple of ndarray, shapes (m,)
        Rows, and parts of the step.

    Notes
    -----
    Changes of sign are isolated (:mod:`~gametheory.analysis.integration.sign_changes`), and narrowed by the Illinois
    variant of regula falsi [1]_ to the rounding of the part.

    References
    ----------
    .. [1] M. Dowell, P. Jarratt. "A modified regula falsi method for computing the root of an equation". BIT 11, 1971.
    """

    def sampled(rows: Array, parts: Array) -> Array:
        return event.values(path(rows, parts).T)

    rows, left, right = isolate(sampled, rows)
    at_left, at_right = sampled(rows, left), sampled(rows, right)
    # a zero at the end of the step has no left end; its sign before is that of a place just before it
    at_left = np.where(left < right, at_left, sampled(rows, np.maximum(left - _BEFORE, 0)))
    kept = event.crossed(at_left, at_right)  # else rounding is all there is
    rows, left, right, at_left, at_right = (part[kept] for part in (rows, left, right, at_left, at_right))
    for _ in range(_REFINEMENTS):
        open_ = (at_right != 0) & (np.abs(right - left) > 4 * np.finfo(float).eps)
        if not open_.any():
            break
        middle = np.where(open_, (left * at_right - right * at_left) / np.where(open_, at_right - at_left, 1), right)
        value = np.where(open_, sampled(rows, middle), at_right)
        same = open_ & (np.sign(value) == np.sign(at_right))
        # the new point replaces the right end; the left end follows where the root lies between them
        left = np.where(same | ~open_, left, right)
        at_left = np.where(same, at_left / 2, np.where(open_, at_right, at_left))
        right, at_right = middle, value
    return rows, right


def first_stop(events: Sequence[Event], found: Sequence[tuple[Array, Array]], count: int) -> Array:
    """Part of the step, shape (count,), at which each row first meets an event that stops it; infinite for none."""
    stop = np.full(count, np.inf)
    for event, (rows, parts) in zip(events, found, strict=True):
        if event.stop:
            np.minimum.at(stop, rows, parts)
    return stop
