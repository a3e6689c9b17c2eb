"""Phase portraits of two players with two actions.

:func:`portrait` is made of public parts, each of which draws on any axes: :func:`streamlines`, :func:`nullclines`,
:func:`trajectories`, :func:`paths`, :func:`rest_point_markers`. A :class:`Frame` says where states stand on the axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.transforms import ScaledTranslation
from sympy import lambdify

from gametheory.analysis import RestPoints, flow, rest_points
from gametheory.field import Space
from gametheory.plot.palette import FAINT, INK, MARKERS, PATH, PLAYERS, STREAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.collections import LineCollection
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from numpy.typing import ArrayLike, NDArray

    from gametheory.analysis import Box, Continuum, RestPoint
    from gametheory.field import Field

__all__ = [
    "SQUARE",
    "Frame",
    "Portrait",
    "explain",
    "nullclines",
    "paths",
    "portrait",
    "rest_point_markers",
    "streamlines",
    "trajectories",
]

_GRID = 41
_FINE = 201
_STEPS = 400
_UNCERTAIN = ", not certified"
_TRIANGLE = 3
_SEEN = 0.04  # smaller boxes are drawn as large as this
_INSET = 1e-3  # nullclines are drawn inside: on the sides every coordinate's own side rests


@dataclass(frozen=True)
class Frame:
    """Where the states of a space with two coordinates stand on the axes."""

    corners: tuple[tuple[float, float], ...]
    """States, in order around the space."""
    edges: Mapping[str, tuple[tuple[float, float], tuple[float, float]]]
    """Their ends, by the name of the face."""
    names: tuple[tuple[str, str], ...]
    """What the coordinates are called in equations."""
    place: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    """From states to places, shapes (..., 2) to (..., 2); affine."""


SQUARE = Frame(
    corners=((0, 0), (1, 0), (1, 1), (0, 1)),
    edges={
        "p1 = 0": ((0, 0), (0, 1)),
        "p1 = 1": ((1, 0), (1, 1)),
        "p2 = 0": ((0, 0), (1, 0)),
        "p2 = 1": ((0, 1), (1, 1)),
    },
    names=(("p1", "p2"), ("t0", "t1")),
    place=lambda states: states,
)


@dataclass(frozen=True)
class Portrait:
    """What :func:`portrait` drew."""

    axes: Axes
    streamlines: LineCollection | None
    nullclines: list[Any]
    rest_points: RestPoints | None
    trajectories: list[Line2D]
    paths: list[Line2D]
    legend: Legend | None = None

    @property
    def figure(self) -> Figure:
        """The figure, to be saved or shown."""
        return cast("Figure", self.axes.figure)


def _axes(ax: Axes | None) -> Axes:
    return ax if ax is not None else plt.subplots(figsize=(4.8, 5.6), layout="constrained")[1]


def _check(field: Field) -> None:
    if field.space.dimension != 2 or field.kind != "flow":
        msg = f"portraits need a flow with two coordinates, got a {field.kind} with {field.space.names}"
        raise ValueError(msg)
    if not isinstance(field.space, Space) or field.space.n_actions != (2, 2):
        other = ": see gametheory.plot.simplex" if isinstance(field.space, Space) else ""
        msg = f"portraits show the square of two probabilities, got the coordinates {field.space.names}{other}"
        raise ValueError(msg)
    if field.parameters:
        msg = f"unbound parameter {', '.join(field.parameters)}: call field.bind(...) first"
        raise ValueError(msg)


def _grid(count: int, inset: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the axis and the grid of states (count, count, 2); the first coordinate varies along the last axis."""
    axis = np.linspace(inset, 1 - inset, count)
    return axis, np.stack(np.meshgrid(axis, axis), axis=-1)


def streamlines(field: Field, ax: Axes, *, density: float = 1.0, color: str = STREAM) -> LineCollection:
    """Draw streamlines.

    Parameters
    ----------
    field : Field
        A flow with two coordinates.
    ax : Axes
        Where to draw.
    density : float, default 1
        How close lines may come.
    color : str
        Their colour.

    Returns
    -------
    LineCollection
    """
    _check(field)
    axis, states = _grid(_GRID)
    velocity = np.asarray(field(states), dtype=np.float64)  # exact parameters make exact numbers
    drawn = ax.streamplot(
        axis,
        axis,
        velocity[..., 0],
        velocity[..., 1],
        density=density,
        color=color,
        linewidth=0.8,
        arrowsize=0.8,
        zorder=1,
    )
    return drawn.lines


def nullclines(field: Field, ax: Axes) -> list[Any]:
    """Draw where each player stands still: player 1 in blue, player 2 in orange.

    Parameters
    ----------
    field : Field
        A flow with two coordinates.
    ax : Axes
        Where to draw.

    Returns
    -------
    list of contour sets
    """
    _check(field)
    axis, states = _grid(_FINE, _INSET)
    velocity = np.asarray(field(states), dtype=np.float64)  # exact parameters make exact numbers
    drawn = []
    for k, color in enumerate(PLAYERS):
        if velocity[..., k].min() < 0 < velocity[..., k].max():
            drawn.append(
                ax.contour(
                    axis, axis, velocity[..., k], levels=[0], colors=[color], linewidths=1.6, linestyles="--", zorder=2
                )
            )
    return drawn


def trajectories(
    field: Field, starts: ArrayLike, ax: Axes, *, duration: float = 100.0, color: str = PATH
) -> list[Line2D]:
    """Integrate and draw the flow from some starts (a dot marks each).

    Parameters
    ----------
    field : Field
        A flow with two coordinates.
    starts : array_like, shape (count, 2)
        Where to begin.
    ax : Axes
        Where to draw.
    duration : float, default 100
        How long to follow.
    color : str
        Colour of the lines.

    Returns
    -------
    list of Line2D
    """
    _check(field)
    starts = np.atleast_2d(np.asarray(starts, dtype=np.float64))
    followed = flow(field, starts, np.linspace(0, duration, _STEPS))
    return paths(np.moveaxis(followed, 1, 0), ax, color=color)


def paths(measured: Iterable[ArrayLike], ax: Axes, *, color: str = PATH, alpha: float = 1.0) -> list[Line2D]:
    """Draw paths that were measured or integrated elsewhere.

    Parameters
    ----------
    measured : iterable of array_like, shapes (steps, 2)
        States over time.
    ax : Axes
        Where to draw.
    color : str
        Colour of the lines.
    alpha : float, default 1
        Their opacity.

    Returns
    -------
    list of Line2D
    """
    drawn = []
    for path in measured:
        x, y = np.asarray(path, dtype=np.float64).T
        drawn += ax.plot(x, y, color=color, linewidth=1.1, alpha=alpha, zorder=3)
        ax.plot(x[:1], y[:1], ".", color=color, markersize=5, zorder=3)
    return drawn


def rest_point_markers(points: RestPoints, ax: Axes, *, frame: Frame = SQUARE) -> dict[str, Artist]:
    """Mark rest points by stability, continua as thick lines or a shade, and undecided boxes by hatching.

    Points that are not certified are fainter. Boxes too small to be seen are drawn larger.

    Parameters
    ----------
    points : RestPoints
        Of a field with two coordinates.
    ax : Axes
        Where to draw.
    frame : Frame, optional
        Where states stand on the axes; as they are, for two players with two actions, if not given.

    Returns
    -------
    dict
        Handles of a legend by their labels: stabilities, with ", not certified" where nothing is proved;
        ``"all points rest"`` for continua; ``"undecided"``.

    Examples
    --------
    >>> import gametheory as gt
    >>> field = gt.rules.policy_gradient(gt.catalogue.coordination(1, 1))
    >>> list(rest_point_markers(gt.analysis.rest_points(field), plt.figure().gca()))
    ['sink', 'source', 'saddle']
    """
    drawn: dict[str, Artist] = {}
    for certified in (True, False):
        for stability, style in MARKERS.items():
            here = [p.x for p in points if p.stability == stability and _is_certified(p) is certified]
            if here:
                label = stability if certified else stability + _UNCERTAIN
                x, y = frame.place(np.array(here)).T
                if style["markerfacecolor"] == "none":  # strokes, on a white ground
                    ground = {"markersize": style["markersize"], "zorder": 5.9, "clip_on": False}
                    ax.plot(x, y, "o", markerfacecolor="white", markeredgecolor="none", **ground)
                drawn[label] = ax.plot(x, y, label=label, clip_on=False, **_look(style, certified=certified))[0]
    for continuum in points.continua:
        artist = _continuum(continuum, ax, frame)
        if artist is not None:
            drawn.setdefault("all points rest", artist)
    for box in points.undecided:
        drawn["undecided"] = _undecided(box, ax, frame)
    return drawn


def _is_certified(point: RestPoint) -> bool:
    return point.exact or bool(np.isfinite(point.radius))


def _look(style: Mapping[str, Any], *, certified: bool) -> dict[str, Any]:
    """Complete the style of a marker; ink becomes faint where nothing is proved."""
    ink = INK if certified else FAINT
    own = {name: ink if isinstance(value, str) and value == INK else value for name, value in style.items()}
    return {"linestyle": "", "markeredgecolor": ink, "markeredgewidth": 1.2, "zorder": 6, **own}


def _continuum(continuum: Continuum, ax: Axes, frame: Frame) -> Artist | None:
    """Draw rest points that are not isolated, or nothing where it is not known which they are."""
    face = continuum.face.removesuffix(", in part")
    if face in frame.edges:
        partly = face != continuum.face
        x, y = frame.place(np.array(frame.edges[face], dtype=np.float64)).T
        style: dict[str, Any] = {"dashes": (0.8, 0.8), "dash_capstyle": "butt"} if partly else {}
        return ax.plot(x, y, color=INK, linewidth=4, alpha=0.5, zorder=4, clip_on=False, **style)[0]
    used = {s.name for s in continuum.equation.free_symbols}
    names = next((names for names in frame.names if used <= set(names)), None)
    if face != "interior" or names is None:
        return None
    if not used:
        area = Polygon(frame.place(np.array(frame.corners, dtype=np.float64)), facecolor=INK, alpha=0.12, zorder=0)
        return ax.add_patch(area)
    _, states = _grid(_FINE)
    height = np.broadcast_to(lambdify(names, continuum.equation, "numpy")(*states.transpose(2, 0, 1)), (_FINE, _FINE))
    outside = states.sum(axis=-1) > 1 + 1 / _FINE**2 if len(frame.corners) == _TRIANGLE else np.zeros_like(height)
    x, y = frame.place(states).transpose(2, 0, 1)
    level = np.ma.masked_array(height, outside)
    ax.contour(x, y, level, levels=[0], colors=[INK], linewidths=4, alpha=0.5, zorder=4)
    return Line2D([], [], color=INK, linewidth=4, alpha=0.5)


def _undecided(box: Box, ax: Axes, frame: Frame) -> Artist:
    """Hatch a box as far as it lies inside the space; a small one is enlarged and may stick out."""
    size = box.hi - box.lo
    half = np.maximum(size, _SEEN) / 2
    turns = np.array(((-1, -1), (1, -1), (1, 1), (-1, 1)))
    patch = Polygon(
        frame.place((box.lo + box.hi) / 2 + half * turns),
        facecolor="white",
        edgecolor=INK,
        hatch="xxxxxx",
        linewidth=1,
        linestyle=":",
        zorder=5,
    )
    ax.add_patch(patch)
    if np.any(size > _SEEN):
        inside = frame.place(np.array(frame.corners, dtype=np.float64))
        patch.set_clip_path(Polygon(inside, transform=ax.transData))
    else:
        patch.set_clip_on(False)
    return patch


def explain(handles: Mapping[str, Artist], ax: Axes, *, below: float) -> Legend:
    """Write a legend under the axes.

    Parameters
    ----------
    handles : mapping
        Handles by their labels, among them those of :func:`rest_point_markers`.
    ax : Axes
        Whose legend.
    below : float
        Distance from the axes, in points.

    Returns
    -------
    Legend
    """
    merged: dict[str, Artist] = {}
    for label, artist in handles.items():
        stability = label.removesuffix(_UNCERTAIN)
        if stability == label or stability not in handles:
            merged[stability] = artist
    if any(label.endswith(_UNCERTAIN) for label in handles):
        merged["pale: not certified"] = Line2D([], [], color=FAINT, linestyle="", marker="o", markersize=8)
    return ax.legend(
        list(merged.values()),
        list(merged),
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        bbox_transform=ax.transAxes + ScaledTranslation(0, -below / 72, ax.figure.dpi_scale_trans),
        borderaxespad=0,
        ncols=3,
        columnspacing=1.4,
        handlelength=1.6,
        frameon=False,
    )


def portrait(  # noqa: PLR0913 (options of a picture)
    field: Field,
    *,
    ax: Axes | None = None,
    show_streamlines: bool = True,
    show_nullclines: bool = True,
    points: RestPoints | bool = True,
    starts: ArrayLike | None = None,
    measured: Iterable[ArrayLike] = (),
    density: float = 1.0,
    legend: bool = True,
    title: str | None = None,
) -> Portrait:
    """Phase portrait: streamlines, nullclines, rest points by type, and paths.

    Rest points that are not certified are drawn fainter, and what :func:`~gametheory.analysis.rest_points` could not
    decide is hatched.

    Parameters
    ----------
    field : Field
        A flow of two players with two actions, parameters bound.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    show_streamlines, show_nullclines : bool
        Whether to draw them.
    points : RestPoints or bool
        Rest points to mark; True computes them.
    starts : array_like, shape (count, 2), optional
        Starts of trajectories to integrate.
    measured : iterable of array_like, shapes (steps, 2)
        Paths of learners.
    density : float, default 1
        Of streamlines.
    legend : bool, default True
        Whether to explain the markers, below the axes.
    title : str, optional
        Title of the axes.

    Returns
    -------
    Portrait

    Raises
    ------
    ValueError
        Another space than the square, a map, or unbound parameters.

    Examples
    --------
    >>> import gametheory as gt
    >>> game = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
    >>> drawn = portrait(gt.rules.policy_gradient(game, gt.transfer.SocialRelationship()), starts=[[0.1, 0.3]])
    >>> len(drawn.rest_points), len(drawn.trajectories)
    (9, 1)
    >>> smooth = gt.rules.boltzmann_q(gt.catalogue.coordination(1, 1), temperature=0.45)
    >>> [label.get_text() for label in portrait(smooth).legend.get_texts()]
    ['sink', 'saddle', 'player 1 rests', 'player 2 rests']
    """
    _check(field)
    ax = _axes(ax)
    found = rest_points(field) if points is True else points or None
    lines = streamlines(field, ax, density=density) if show_streamlines else None
    curves = nullclines(field, ax) if show_nullclines else []
    integrated = [] if starts is None else trajectories(field, starts, ax)
    walked = paths(measured, ax)
    artists = rest_point_markers(found, ax) if found is not None else {}
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    ax.set_title(title or "", pad=10)  # clear of markers on the upper side
    ax.set_xlabel("cooperation of player 1, $p_1$")
    ax.set_ylabel("cooperation of player 2, $p_2$")
    handles = dict(artists)
    if curves:
        for k, color in enumerate(PLAYERS):
            handles[f"player {k + 1} rests"] = Line2D([], [], color=color, ls="--", lw=1.6)
    explained = explain(handles, ax, below=40) if legend else None
    return Portrait(ax, lines, curves, found, integrated, walked, explained)
