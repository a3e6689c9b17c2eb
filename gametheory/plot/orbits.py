r"""Orbits of a flow on the triangle, chosen for a picture: evenly spread, long, and none across another.

Orbits are followed at nearly the same speed everywhere, :math:`x' = f / \sqrt{|f|^2 + c^2}`, both ways from seeds on a
lattice, beside the time that they take. One after the other is drawn from the seed that is farthest from all that is
drawn; where lines come so close that they would be seen as one, the later one ends [1]_.

References
----------
.. [1] B. Jobard, W. Lefer. "Creating evenly-spaced streamlines of arbitrary density". Visualization in Scientific
   Computing '97, Springer, 1997.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.spatial import cKDTree

from gametheory.analysis import Event
from gametheory.analysis import trajectories as followed
from gametheory.field import Field
from gametheory.plot.triangle import CORNERS, place
from gametheory.space import RealSpace, Space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Orbit", "lattice", "orbits", "velocity"]

_LATTICE = 16  # seeds are tried on a lattice that divides each side into so many parts
_LENGTH, _STEP = 3.0, 0.004  # orbits are followed so far each way, and recorded so often
_LENGTH_OF_JUMPS = 1.5  # where a field jumps, which costs many steps
_SLOW = 0.05  # of the largest speed: parts much slower than this are not drawn out to the full length
_STILL = 1e-9  # of the largest speed: rest; also how near a side the field is asked for
_SEEN = 1e-4  # shorter steps at an end are not drawn
_FIRST, _APART = 0.12, 0.0275  # room that orbits want first, and at least
_MERGED = 2e-4  # lines so close are one: a tenth of their width
_WOUND = _APART / 3  # the least distance between windings
_ERROR, _ERROR_OF_JUMPS = 1e-13, 1e-5  # of a step
_SAME = 1e-12  # of the largest rate: two ways to write one field
_CLOSED = 1e-8  # an orbit that comes back so near to its start is closed
_JOINT = 0.05  # length of an orbit on which it is not told from itself
_SMALL = 32  # joint actions up to which a field is evaluated by its closed form


@dataclass(frozen=True)
class Orbit:
    """An orbit as it is drawn.

    Parameters
    ----------
    states : ndarray, shape (k, 2)
        Vertices of the line.
    times : ndarray, shape (k,)
        When the flow passes them; 0 at the seed.
    """

    states: Array
    times: Array

    @property
    def places(self) -> Array:
        """Where the vertices stand on the triangle, shape (k, 2)."""
        return place(self.states)


def lattice(parts: int, inset: float) -> Array:
    """Return states on a triangular lattice, shape (count, 2)."""
    a, b = np.meshgrid(np.arange(parts + 1), np.arange(parts + 1))
    inside = a + b <= parts
    states = np.stack([a[inside], b[inside]], axis=-1) / parts
    return 1 / 3 + (states - 1 / 3) * (1 - inset)


def velocity(field: Field, states: Array) -> Array:
    """Change of place per unit of time, shape (..., 2)."""
    return np.asarray(np.asarray(field(states), dtype=np.float64) @ (CORNERS[:2] - CORNERS[2]))


def orbits(field: Field, count: int) -> list[Orbit]:
    """Choose orbits.

    Parameters
    ----------
    field : Field
        A flow of one policy with three actions, parameters bound.
    count : int
        How many at most.

    Returns
    -------
    list of Orbit

    Notes
    -----
    Two orbits of a field with bounded slopes never meet, and neither do their lines. That holds for LASE, whose gifts
    have corners but do not jump. Where a field jumps, orbits may join and go on as one: there the later one ends.

    Examples
    --------
    >>> import gametheory as gt
    >>> field = gt.rules.replicator(gt.catalogue.rock_paper_scissors(), populations="one")
    >>> closed = orbits(field, 3)
    >>> [bool((orbit.states[0] == orbit.states[-1]).all()) for orbit in closed]
    [True, True, True]
    """
    seeds = lattice(_LATTICE, 0.03)
    places = place(seeds)
    speed = np.linalg.norm(velocity(field, seeds), axis=-1)
    if not count or speed.max() == 0:
        return []
    even = _at_even_speed(field, _SLOW * float(speed.max()))
    halves = _both_ways(even, seeds, field.smoothness == "piecewise" and field.faces != "invariant")
    room = np.where(speed > _STILL * speed.max(), np.minimum(_to_border(seeds), _FIRST), 0)
    chosen: list[Orbit] = []
    drawn = _Drawn()
    while len(chosen) < count:
        n = int(np.argmax(room))
        if room[n] < _APART:
            break
        forward, back = (half[:, n] for half in halves)
        closed = _closed(even, forward)
        path = closed if closed is not None else _cut(forward, back, drawn)
        room = np.minimum(room, np.linalg.norm(places[:, None] - place(path[None, :, :2]), axis=-1).min(axis=1))
        if np.linalg.norm(np.diff(place(path[:, :2]), axis=0), axis=-1).sum() > _APART:
            chosen.append(Orbit(path[:, :2], path[:, 2]))
            drawn.add(chosen[-1].places)
    return chosen


# ---------------------------------------------------------------------- following
def _at_even_speed(field: Field, least: float) -> Field:
    """Return a field with the same orbits, on states x1, x2, the time, and the direction, 1 or -1."""
    rates = _quick(field)

    def even(state: Array) -> Array:
        x1, x2, _, sign = np.moveaxis(state, -1, 0)
        x3 = 1 - x1 - x2
        if (outside := np.minimum(np.minimum(x1, x2), x3) < _STILL).any():  # where logarithms are not finite
            policy = np.maximum([x1, x2, x3], _STILL)
            x1, x2 = np.where(outside, (policy / policy.sum(axis=0))[:2], [x1, x2])
        out = np.empty_like(state)
        one, two = rates(x1, x2)
        slowed = sign / np.sqrt(one**2 + one * two + two**2 + least**2)  # sides have length 1, and meet at 60 degrees
        out[..., 0], out[..., 1], out[..., 2], out[..., 3] = one * slowed, two * slowed, slowed, 0
        return out

    return Field(RealSpace((4,)), even, smoothness=field.smoothness)


def _quick(field: Field) -> Callable[[Array, Array], Any]:
    """Return the field as a function of x1 and x2, by its closed form where that is at hand and the same."""

    def direct(x1: Array, x2: Array) -> Any:
        return np.moveaxis(np.asarray(field(np.stack([x1, x2], axis=-1)), dtype=np.float64), -1, 0)

    space = field.objective.space if field.objective is not None else field.space
    small = isinstance(space, Space) and math.prod(space.n_actions) <= _SMALL
    if not small or field.expressions is None:
        return direct
    import sympy as sp

    closed: Callable[[Array, Array], Any] = sp.lambdify(field.space.symbols, list(field.expressions), "numpy", cse=True)
    some = lattice(4, 0.1).T
    known = direct(*some)
    same = all(
        np.abs(one - other).max() <= _SAME * np.abs(known).max()
        for one, other in zip(closed(*some), known, strict=True)
    )
    return closed if same else direct


def _both_ways(even: Field, seeds: Array, jumps: bool) -> tuple[Array, Array]:
    """Follow orbits on and back from seeds (n, 2); two arrays of states and times, shape (points, n, 3)."""
    n = len(seeds)
    starts = np.zeros((2 * n, 4))
    starts[:, :2], starts[:n, 3], starts[n:, 3] = np.tile(seeds, (2, 1)), 1, -1
    lengths = np.arange(0, (_LENGTH_OF_JUMPS if jumps else _LENGTH) + _STEP / 2, _STEP)
    path = followed(even, starts, lengths, tolerance=_ERROR_OF_JUMPS if jumps else _ERROR).states[..., :3]
    return path[:, :n], path[:, n:]


def _closed(even: Field, path: Array) -> Array | None:
    """Return a path, states and times (k, 3), up to where it is closed, or None."""
    places = place(path[:, :2])
    away = np.linalg.norm(places - places[0], axis=-1)
    left = np.flatnonzero(away > 4 * _STEP)
    near = np.flatnonzero(away[left[0] :] < _STEP) if len(left) else left
    last = left[0] + int(near[0]) - 1 if len(near) else 0
    if not len(near) or (_to_border(path[:last, :2]) < _MERGED).any():
        return None
    ahead = path[1, :2] - path[0, :2]
    start = np.append(path[last], 1.0)
    # the line through the start, across the orbit
    across = Event(lambda state: (state[..., :2] - path[0, :2]) @ ahead, direction=1, stop=True)
    met = followed(even, start, [4 * _STEP], tolerance=_ERROR, events=[across]).crossings[0].state
    if not len(met) or np.linalg.norm(place(met[0, :2]) - places[0]) > _CLOSED:
        return None
    return np.concatenate([path[: last + 1], [[*path[0, :2], met[0, 2]]]])


# ---------------------------------------------------------------------- ends
def _to_border(states: Array) -> Array:
    """Distance from the sides."""
    policies = np.concatenate([states, 1 - states.sum(axis=-1, keepdims=True)], axis=-1)
    return np.asarray(policies.min(axis=-1) * CORNERS[0, 1])


def _cut(forward: Array, back: Array, drawn: _Drawn) -> Array:
    """Cut the two halves of an orbit where there is no more room, and join them."""
    own = _Drawn()
    parts = []
    for half in (forward, back):
        parts.append(half[: _end(half, drawn, own)])
        own.add(place(parts[-1][:, :2]))
    return np.concatenate([parts[1][:0:-1], parts[0]])


def _end(half: Array, drawn: _Drawn, own: _Drawn) -> int:
    """Return how many vertices of a path, states and times (k, 3), are drawn."""
    places = place(half[:, :2])
    steps = np.diff(places, axis=0)
    lengths = np.linalg.norm(steps, axis=-1)
    seen = np.flatnonzero(lengths > _SEEN)
    stop = int(seen[-1]) + 2 if len(seen) else 1  # what is left does not move
    merged = _to_border(half[:, :2]) < _MERGED
    if merged.any():
        stop = min(stop, int(np.argmax(merged)) + 1)
    places, arc = places[:stop], np.concatenate([[0.0], np.cumsum(lengths)])[:stop]
    heading = np.unwrap(np.arctan2(*steps.T[::-1]))
    wound = np.concatenate([[False], np.abs(heading - heading[0]) > 2 * np.pi])[:stop]
    stop = min(stop, drawn.first(places, arc, wound))
    stop = min(stop, own.first(places, arc, wound, apart=_JOINT))
    alone = _Drawn()
    alone.add(places)
    return min(stop, alone.first(places, arc, wound, itself=arc))


class _Drawn:
    """Lines that are drawn already."""

    def __init__(self) -> None:
        """Begin with none."""
        self.lines: list[Array] = []
        self.tree: cKDTree | None = None

    def add(self, line: Array) -> None:
        """Add a line, shape (k, 2)."""
        self.lines.append(line)
        self.points = np.concatenate(self.lines)
        self.follows = np.concatenate([[k > 0 for k in range(len(line))] for line in self.lines]).astype(bool)
        self.arc = np.concatenate(
            [np.append(0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=-1))) for line in self.lines]
        )
        self.tree = cKDTree(self.points)

    def first(self, path: Array, arc: Array, wound: Array, *, apart: float = 0.0, itself: Array | None = None) -> int:
        """Return at which vertex a path (k, 2) meets a line, or, wound round once, comes near one; k for never.

        Parameters
        ----------
        path, arc, wound : ndarray, shapes (k, 2), (k,) and (k,)
            Vertices, the length of the path up to them, and whether it has turned round once.
        apart : float
            Lines that begin where the path does are not met before both are so long together.
        itself : ndarray, shape (k,), optional
            The length, if the line is the path itself: only what is `_JOINT` before counts.
        """
        if self.tree is None or len(path) < 2:
            return len(path)
        pairs = cKDTree(path).sparse_distance_matrix(self.tree, _WOUND, output_type="ndarray")
        i, j, distance = pairs["i"], pairs["j"], pairs["v"]
        other = arc[i] + self.arc[j] > apart if itself is None else itself[j] < arc[i] - _JOINT
        i, j, distance = i[other], j[other], distance[other]
        bad = [i[wound[i]]]
        inner = self.follows[j] & (i > 0) & (distance < 3 * _STEP)
        i, j = i[inner], j[inner]
        a, b, c, d = self.points[j - 1], self.points[j], path[i - 1], path[i]
        side = b - a
        share = ((d - a) * side).sum(axis=-1) / np.maximum((side**2).sum(axis=-1), 1e-300)
        gap = np.linalg.norm(a + np.clip(share, 0, 1)[:, None] * side - d, axis=-1)
        bad.append(i[(gap < _MERGED) | _cross(a, b, c, d)])
        met = np.concatenate(bad)
        return int(met.min()) if len(met) else len(path)


def _cross(a: Array, b: Array, c: Array, d: Array) -> Array:
    """Whether segments ab and cd, shapes (n, 2), cross."""

    def turn(p: Array, q: Array, r: Array) -> Array:
        u, v = q - p, r - p
        return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]

    return np.asarray((turn(a, b, c) * turn(a, b, d) <= 0) & (turn(c, d, a) * turn(c, d, b) <= 0))
