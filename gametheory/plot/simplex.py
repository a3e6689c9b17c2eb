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
from gametheory.plot.orbits import Orbit, lattice, velocity
from gametheory.plot.orbits import orbits as choose
from gametheory.plot.palette import INK, ORBIT, PATH
from gametheory.plot.portrait import paths
from gametheory.plot.text import plain, write
from gametheory.plot.triangle import CORNERS, barycentric_to_xy, place, xy_to_barycentric

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

_STILL = 1e-9  # rates on a side that count as rest
_APART = 0.0275  # room that arrows want
_SHADES = 60  # rows of cells of the speed
_RECORDS = 400


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
    times: list[Array]  # when the flow passes the vertices of each orbit, 0 at its seed

    @property
    def figure(self) -> Figure:
        """The figure, to be saved or shown."""
        return cast("Figure", self.axes.figure)


_FRAME = Frame(
    corners=((1, 0), (0, 1), (0, 0)),
    edges={"x1 = 0": ((0, 1), (0, 0)), "x2 = 0": ((1, 0), (0, 0)), "x3 = 0": ((1, 0), (0, 1))},
    names=(("t0", "t1"), ("x1", "x2")),
    place=place,
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
    ax.set(xlim=(-0.07, 1.07), ylim=(-0.04, CORNERS[0, 1] + 0.04), aspect="equal")
    ax.set_axis_off()
    ax.add_patch(Polygon(CORNERS, fill=False, edgecolor=INK, linewidth=1.1, zorder=3))
    shades = _shade(field, ax) if speed else None
    rest = np.array([p.x for p in found]) if found is not None and len(found) else np.empty((0, 2))
    chosen = choose(field, orbits)
    lines = _draw(chosen, ax, clear_of=place(rest))
    if found is not None and field.faces == "invariant":
        _edges(field, found, ax)
    integrated = []
    if begin is not None:
        followed = flow(field, begin, np.linspace(0, duration, _RECORDS))
        integrated = paths(place(np.moveaxis(followed, 1, 0)), ax)
    drawn = paths(map(place, walked), ax, color=PATH)
    artists = rest_point_markers(found, ax, frame=_FRAME) if found is not None else {}
    for name, corner, (dx, dy), side in zip(
        names, CORNERS, ((0, 9), (0, -9), (0, -9)), ("bottom", "top", "top"), strict=True
    ):
        here = ax.annotate("", corner, (dx, dy), textcoords="offset points", ha="center", va=side, color=INK)
        write(here, name)
    ax.set_title("", pad=22)  # clear of the name at the top
    write(ax.title, title or "")
    explained = explain(artists, ax, below=20) if legend and artists else None
    return Simplex(ax, lines, found, explained, integrated, drawn, shades, [orbit.times for orbit in chosen])


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
    return names if labels is not None else tuple(map(plain, names))


def _states(values: ArrayLike) -> Array:
    """Return states; policies lose their last probability."""
    values = np.atleast_2d(np.asarray(values, dtype=np.float64))
    if values.shape[-1] not in {2, 3}:
        msg = f"states need 2 coordinates, or 3 probabilities, on the last axis, got shape {values.shape}"
        raise ValueError(msg)
    return values if values.shape[-1] == 2 else Space((3,)).coordinates([values])


# ---------------------------------------------------------------------- orbits
def _draw(chosen: list[Orbit], ax: Axes, clear_of: Array) -> list[Line2D]:
    """Draw orbits, their arrows clear of some places."""
    drawn: list[Line2D] = []
    arrows = [clear_of]
    for orbit in chosen:
        drawn += ax.plot(*orbit.places.T, color=ORBIT, linewidth=0.9, zorder=2)
        arrows.append(_arrows(orbit.places, ax, np.concatenate(arrows)))
    return drawn


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
        rivals = np.concatenate([others, CORNERS, *taken])
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
            pace = float(velocity(field, middle) @ (place(last) - place(first)))
            if abs(pace) > _STILL and b - a > 2 * _APART:
                _arrow(place(middle), np.sign(pace) * (place(last) - place(first)), ax, INK)


def _shade(field: Field, ax: Axes) -> TriMesh:
    """Show the speed as colour."""
    states = lattice(_SHADES, 0.0)
    pace = np.linalg.norm(velocity(field, states), axis=-1)
    x, y = place(states).T
    pale = ListedColormap(crameri.lajolla_r(np.linspace(0, 0.45, 256)))  # lines stay readable on it
    mesh: TriMesh = ax.tripcolor(x, y, pace, shading="gouraud", cmap=pale, rasterized=True, zorder=0)
    cast("Figure", ax.figure).colorbar(mesh, ax=ax, label="speed", shrink=0.6)
    return mesh
