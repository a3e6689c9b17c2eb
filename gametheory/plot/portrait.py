"""Phase portraits of two players with two actions.

:func:`portrait` is made of public parts, each of which draws on any axes: :func:`streamlines`, :func:`nullclines`,
:func:`trajectories`, :func:`paths`, and :func:`~gametheory.plot.rest_point_markers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from gametheory.analysis import RestPoints, flow, rest_points
from gametheory.field import Space
from gametheory.plot.markers import FINE, explain, grid, rest_point_markers
from gametheory.plot.palette import PATH, PLAYERS, STREAM
from gametheory.plot.text import cooperation, players, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from matplotlib.collections import LineCollection
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from numpy.typing import ArrayLike

    from gametheory.field import Field

__all__ = ["Portrait", "nullclines", "paths", "portrait", "streamlines", "trajectories"]

_GRID = 41
_STEPS = 400
_INSET = 1e-3  # nullclines are drawn inside: on the sides every coordinate's own side rests


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
    axis, states = grid(_GRID)
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
    axis, states = grid(FINE, _INSET)
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
    ax.set_title("", pad=10)  # clear of markers on the upper side
    write(ax.title, title or "")
    write(ax.xaxis.label, cooperation(field, 0))
    write(ax.yaxis.label, cooperation(field, 1))
    handles = dict(artists)
    if curves:
        for k, color in enumerate(PLAYERS):
            handles[f"{players(field)[k]} rests"] = Line2D([], [], color=color, ls="--", lw=1.6)
    explained = explain(handles, ax, below=40) if legend else None
    for label in explained.get_texts() if explained else ():
        write(label, label.get_text())
    return Portrait(ax, lines, curves, found, integrated, walked, explained)
