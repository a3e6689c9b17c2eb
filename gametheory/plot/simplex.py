r"""Phase portraits of one policy with three actions, on a triangle.

A policy :math:`(x_1, x_2, x_3)` stands at the mean of three corners, weighted with its probabilities (barycentric
coordinates): action 1 at the top, 2 at the left, 3 at the right; sides have length 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import cmcrameri.cm as crameri
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Polygon

from gametheory.analysis import RestPoints, flow, rest_points
from gametheory.field import Field, Space
from gametheory.plot.markers import Frame, explain, rest_point_markers
from gametheory.plot.palette import INK, ORBIT, PATH
from gametheory.plot.portrait import paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.collections import TriMesh
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.lines import Line2D
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["Simplex", "barycentric_to_xy", "simplex", "xy_to_barycentric"]

_CORNERS = np.array([[0.5, np.sqrt(3) / 2], [0.0, 0.0], [1.0, 0.0]])  # of actions 1, 2, 3
_LATTICE = 16  # starts of orbits are tried on a lattice that divides each side into so many parts
_LENGTH, _POINTS = 3.0, 301  # orbits are followed so far each way, and recorded so often
_SLOW = 0.02  # of the largest speed: parts much slower than this are not drawn out to the full length
_STILL = 1e-9  # of the largest speed: rest
_SEEN = 1e-4  # shorter steps are not drawn
_CLOSED = 2e-3  # an orbit that comes back so near to its start is drawn closed
_FIRST, _APART = 0.12, 0.0275  # room that orbits want first, and at least; also of arrows
_SHADES = 60  # rows of cells of the speed
_RECORDS = 400
_ERROR = 1e-4  # of a step of an orbit: below what is seen


@dataclass(frozen=True)
class Simplex:
    """What :func:`simplex` drew."""

    axes: Axes
    orbits: list[Line2D]
    rest_points: RestPoints | None
    legend: Legend | None
    trajectories: list[Line2D]
    paths: list[Line2D]
    speed: TriMesh | None

    @property
    def figure(self) -> Figure:
        """The figure, to be saved or shown."""
        return cast("Figure", self.axes.figure)


def barycentric_to_xy(policies: ArrayLike) -> Array:
    """Return where policies stand on the triangle.

    Parameters
    ----------
    policies : array_like, shape (..., 3)
        Probabilities of actions 1, 2, 3.

    Returns
    -------
    ndarray, shape (..., 2)

    Raises
    ------
    ValueError
        Another number of actions; probabilities that do not sum to one.

    Examples
    --------
    >>> barycentric_to_xy([0, 0.5, 0.5])
    array([0.5, 0. ])
    """
    return np.asarray(Space((3,)).policies(Space((3,)).coordinates([policies]))[0] @ _CORNERS)


def xy_to_barycentric(xy: ArrayLike) -> Array:
    """Return the policies that stand at places; the inverse of :func:`barycentric_to_xy`.

    Parameters
    ----------
    xy : array_like, shape (..., 2)
        Places; outside the triangle some probabilities are negative.

    Returns
    -------
    ndarray, shape (..., 3)

    Examples
    --------
    >>> xy_to_barycentric([0.5, 0]) + 0.0
    array([0. , 0.5, 0.5])
    """
    xy = np.asarray(xy, dtype=np.float64)
    if xy.ndim == 0 or xy.shape[-1] != 2:
        msg = f"places need two coordinates on the last axis, got shape {xy.shape}"
        raise ValueError(msg)
    first = xy[..., 1] / _CORNERS[0, 1]
    third = xy[..., 0] - first / 2
    return np.stack([first, 1 - first - third, third], axis=-1)


def _place(states: Array) -> Array:
    """Return where states, the first two probabilities, stand."""
    return np.asarray(_CORNERS[2] + states @ (_CORNERS[:2] - _CORNERS[2]))


_FRAME = Frame(
    corners=((1, 0), (0, 1), (0, 0)),
    edges={"x1 = 0": ((0, 1), (0, 0)), "x2 = 0": ((1, 0), (0, 0)), "x3 = 0": ((1, 0), (0, 1))},
    names=(("t0", "t1"), ("x1", "x2")),
    place=_place,
)


def simplex(  # noqa: PLR0913 (options of a picture)
    field: Field,
    *,
    ax: Axes | None = None,
    points: RestPoints | bool = True,
    orbits: int = 24,
    starts: ArrayLike | None = None,
    measured: Iterable[ArrayLike] = (),
    duration: float = 100.0,
    speed: bool = False,
    labels: Sequence[str] | None = None,
    legend: bool = True,
    title: str | None = None,
) -> Simplex:
    """Phase portrait of one policy with three actions: orbits, rest points by type, and paths.

    Orbits run through places far from those drawn before, and are as long as the picture has room for. Rest points are
    marked as in :func:`~gametheory.plot.portrait.portrait`.

    Parameters
    ----------
    field : Field
        A flow on one three-action simplex, parameters bound: of one population, or the diagonal of a symmetric game.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    points : RestPoints or bool
        Rest points to mark; True computes them.
    orbits : int, default 24
        The most orbits to draw.
    starts : array_like, shape (count, 2), optional
        Starts of trajectories, followed forward only; states of the field, or policies, shape (count, 3).
    measured : iterable of array_like, shapes (steps, 2) or (steps, 3)
        Paths of learners.
    duration : float, default 100
        How long to follow trajectories.
    speed : bool, default False
        Whether to show the speed as colour: the change of place per unit of time.
    labels : sequence of str, optional
        Names of the corners; if not given, of the game's actions, or 1, 2, 3.
    legend : bool, default True
        Whether to explain the markers, below the triangle.
    title : str, optional
        Title of the axes.

    Returns
    -------
    Simplex

    Raises
    ------
    ValueError
        Another space, a map, unbound parameters; not three labels.

    Examples
    --------
    >>> import gametheory as gt
    >>> field = gt.rules.replicator(gt.catalogue.rock_paper_scissors(), populations="one")
    >>> drawn = simplex(field, starts=[[0.6, 0.2]])
    >>> [label.get_text() for label in drawn.legend.get_texts()]
    ['saddle', 'centre']
    >>> len(drawn.trajectories)
    1
    """
    _check(field)
    names = _labels(field, labels)
    begin = None if starts is None else _states(starts)
    walked = [_states(path) for path in measured]
    found = rest_points(field) if points is True else points or None
    ax = ax if ax is not None else plt.subplots(figsize=(4.8, 5.4), layout="constrained")[1]
    ax.set(xlim=(-0.07, 1.07), ylim=(-0.04, _CORNERS[0, 1] + 0.04), aspect="equal")
    ax.set_axis_off()
    ax.add_patch(Polygon(_CORNERS, fill=False, edgecolor=INK, linewidth=1.1, zorder=3))
    shades = _shade(field, ax) if speed else None
    rest = np.array([p.x for p in found]) if found is not None and len(found) else np.empty((0, 2))
    lines = _orbits(field, ax, orbits, clear_of=_place(rest))
    if found is not None and field.faces == "invariant":
        _edges(field, found, ax)
    integrated = []
    if begin is not None:
        followed = flow(field, begin, np.linspace(0, duration, _RECORDS))
        integrated = paths(_place(np.moveaxis(followed, 1, 0)), ax)
    drawn = paths(map(_place, walked), ax, color=PATH)
    artists = rest_point_markers(found, ax, frame=_FRAME) if found is not None else {}
    for name, corner, (dx, dy), side in zip(
        names, _CORNERS, ((0, 9), (0, -9), (0, -9)), ("bottom", "top", "top"), strict=True
    ):
        ax.annotate(name, corner, (dx, dy), textcoords="offset points", ha="center", va=side, color=INK)
    ax.set_title(title or "", pad=22)  # clear of the name at the top
    explained = explain(artists, ax, below=20) if legend and artists else None
    return Simplex(ax, lines, found, explained, integrated, drawn, shades)


# ---------------------------------------------------------------------- input
def _check(field: Field) -> None:
    if not isinstance(field.space, Space) or field.space.n_actions != (3,) or field.kind != "flow":
        hint, names = "", field.space.names
        if isinstance(field.space, Space) and set(field.space.n_actions) == {3} and field.space.n_players > 1:
            hint = "; of a symmetric game draw field.diagonal()"
        msg = f"a triangle shows a flow of one policy with three actions, got a {field.kind} with {names}{hint}"
        raise ValueError(msg)
    if field.parameters:
        msg = f"unbound parameter {', '.join(field.parameters)}: call field.bind(...) first"
        raise ValueError(msg)


def _labels(field: Field, labels: Sequence[str] | None) -> tuple[str, ...]:
    game = getattr(field.objective, "game", None)
    numbers = ("1", "2", "3")
    names = tuple(labels) if labels is not None else numbers if game is None else game.actions[0]
    if labels is None and names == tuple(f"action {k}" for k in range(len(names))):
        names = numbers  # a game that was given no names
    if len(names) != 3:
        msg = f"a triangle has three corners, got the labels {names}"
        raise ValueError(msg)
    return names


def _states(values: ArrayLike) -> Array:
    """Return states; policies lose their last probability."""
    values = np.atleast_2d(np.asarray(values, dtype=np.float64))
    if values.shape[-1] not in {2, 3}:
        msg = f"states need 2 coordinates, or 3 probabilities, on the last axis, got shape {values.shape}"
        raise ValueError(msg)
    return values if values.shape[-1] == 2 else Space((3,)).coordinates([values])


# ---------------------------------------------------------------------- orbits
def _lattice(parts: int, inset: float) -> Array:
    """Return states on a triangular lattice, shape (count, 2)."""
    a, b = np.meshgrid(np.arange(parts + 1), np.arange(parts + 1))
    inside = a + b <= parts
    states = np.stack([a[inside], b[inside]], axis=-1) / parts
    return 1 / 3 + (states - 1 / 3) * (1 - inset)


def _velocity(field: Field, states: Array) -> Array:
    """Change of place per unit of time, shape (..., 2)."""
    return np.asarray(np.asarray(field(states), dtype=np.float64) @ (_CORNERS[:2] - _CORNERS[2]))


def _orbits(field: Field, ax: Axes, count: int, clear_of: Array) -> list[Line2D]:
    """Draw orbits through places that are far from all that is drawn, their arrows clear of some places."""
    seeds = _lattice(_LATTICE, 0.03)
    places = _place(seeds)
    speed = np.linalg.norm(_velocity(field, seeds), axis=-1)
    if not count or speed.max() == 0:
        return []
    least = _SLOW * float(speed.max())
    halves = [_followed(field, seeds, sign, least) for sign in (1.0, -1.0)]
    drawn: list[Line2D] = []
    arrows = [clear_of]
    room = np.minimum(_to_border(seeds), _FIRST)
    for _ in range(count):
        n = int(np.argmax(np.where(speed > _STILL * speed.max(), room, 0)))
        if room[n] < _APART:
            break
        forward, back = (_until_closed(half[:, n]) for half in halves)
        path = _moving(forward if len(forward) < _POINTS else np.concatenate([back[:0:-1], forward]))
        drawn += ax.plot(*path.T, color=ORBIT, linewidth=0.9, zorder=2)
        arrows.append(_arrows(path, ax, np.concatenate(arrows)))
        room = np.minimum(room, np.linalg.norm(places[:, None] - path[None, ::2], axis=-1).min(axis=1))
    return drawn


def _to_border(states: Array) -> Array:
    """Distance from the sides."""
    policies = np.concatenate([states, 1 - states.sum(axis=-1, keepdims=True)], axis=-1)
    return np.asarray(policies.min(axis=-1) * _CORNERS[0, 1])


def _followed(field: Field, seeds: Array, sign: float, least: float) -> Array:
    """Follow orbits, forward or back, at nearly the same speed everywhere; places of shape (_POINTS, count, 2)."""

    def even(x: Array) -> Array:
        inside = x * (1 - 3 * _STILL) + _STILL  # where logarithms are finite, rounding or not
        rate = np.asarray(field(inside), dtype=np.float64)
        pace = np.linalg.norm(rate @ (_CORNERS[:2] - _CORNERS[2]), axis=-1, keepdims=True)
        return np.asarray(sign * rate / np.sqrt(pace**2 + least**2))

    same_orbits = Field(field.space, even, smoothness=field.smoothness)
    return _place(flow(same_orbits, seeds, np.linspace(0, _LENGTH, _POINTS), tolerance=_ERROR))


def _until_closed(path: Array) -> Array:
    """Cut a path where it comes back to its start."""
    step = 1.5 * _LENGTH / (_POINTS - 1)
    away = np.linalg.norm(path - path[0], axis=-1)
    left = np.flatnonzero(away > 4 * step)
    back = np.flatnonzero(away[left[0] :] < step) if len(left) else left
    if not len(back):
        return path
    turn = left[0] + int(back[0])
    ends = path[max(turn - 1, 0) : turn + 5]
    sides = np.diff(ends, axis=0)
    share = ((path[0] - ends[:-1]) * sides).sum(axis=-1) / np.maximum((sides**2).sum(axis=-1), _SEEN**2)
    missed = np.linalg.norm(ends[:-1] + np.clip(share, 0, 1)[:, None] * sides - path[0], axis=-1)
    last = turn + int(np.argmin(missed))
    return path if missed.min() > _CLOSED else np.concatenate([path[:last], path[:1]])


def _moving(path: Array) -> Array:
    """Leave out steps in which nothing is seen to move."""
    gone = np.linalg.norm(np.diff(path, axis=0), axis=-1) > _SEEN
    return np.asarray(path[np.concatenate([[True], gone])])


def _arrows(path: Array, ax: Axes, others: Array) -> Array:
    """Put arrows on a path, one on each stretch of it, as far from others as can be; returns their places."""
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=-1))])
    stretches = max(1, round(length[-1] / 0.8))
    taken: list[Array] = []
    for share in (np.arange(stretches) + 0.5) / stretches:
        low, high = np.searchsorted(length, length[-1] * (share + np.array([-0.3, 0.3]) / stretches))
        if high - low < 2:
            continue
        candidates = path[max(low, 1) : high]
        rivals = np.concatenate([others, _CORNERS, *taken])
        apart = np.linalg.norm(candidates[:, None] - rivals, axis=-1).min(axis=1)
        apart = np.minimum(apart, 3 * xy_to_barycentric(candidates).min(axis=-1))  # away from the sides, too
        best = int(np.argmax(np.minimum(apart, 0.2)))
        if apart[best] > _APART:
            at = max(low, 1) + best
            _arrow(path[at], path[at] - path[at - 1], ax)
            taken.append(path[at][None])
    return np.concatenate(taken) if taken else np.empty((0, 2))


def _arrow(place: Array, direction: Array, ax: Axes, color: str = ORBIT) -> None:
    """Draw the head of an arrow."""
    ahead = direction / np.linalg.norm(direction) * 0.01
    style = {"arrowstyle": "-|>", "color": color, "linewidth": 0.9, "mutation_scale": 9, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", tuple(place + ahead), tuple(place), arrowprops=style, zorder=3)


def _edges(field: Field, found: RestPoints, ax: Axes) -> None:
    """Put arrows on the sides, which are made of orbits, between rest points."""
    for name, ends in _FRAME.edges.items():
        first, last = np.array(ends, dtype=np.float64)
        side = last - first
        cuts = sorted({0.0, 1.0, *(float((p.x - first) @ side / (side @ side)) for p in found if p.face == name)})
        for a, b in pairwise(cuts):
            middle = first + side * (a + b) / 2
            pace = float(_velocity(field, middle) @ (_place(last) - _place(first)))
            if abs(pace) > _STILL and b - a > 2 * _APART:
                _arrow(_place(middle), np.sign(pace) * (_place(last) - _place(first)), ax, INK)


def _shade(field: Field, ax: Axes) -> TriMesh:
    """Show the speed as colour."""
    states = _lattice(_SHADES, 0.0)
    pace = np.linalg.norm(_velocity(field, states), axis=-1)
    x, y = _place(states).T
    pale = ListedColormap(crameri.lajolla_r(np.linspace(0, 0.45, 256)))  # lines stay readable on it
    mesh: TriMesh = ax.tripcolor(x, y, pace, shading="gouraud", cmap=pale, rasterized=True, zorder=0)
    cast("Figure", ax.figure).colorbar(mesh, ax=ax, label="speed", shrink=0.6)
    return mesh
