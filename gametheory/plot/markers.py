"""Markers of rest points, and the legend that explains them, on the square or any other frame of two coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.transforms import ScaledTranslation
from sympy import lambdify

from gametheory.plot.palette import FAINT, INK, MARKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend
    from numpy.typing import NDArray

    from gametheory.analysis import Box, Continuum, RestPoint, RestPoints

__all__ = ["FINE", "SQUARE", "Frame", "explain", "grid", "rest_point_markers"]

FINE = 201  # points a side of the grid on which curves are traced
_UNCERTAIN = ", not certified"
_TRIANGLE = 3
_SEEN = 0.04  # smaller boxes are drawn as large as this


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


def grid(count: int, inset: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the axis and the grid of states (count, count, 2); the first coordinate varies along the last axis."""
    axis = np.linspace(inset, 1 - inset, count)
    return axis, np.stack(np.meshgrid(axis, axis), axis=-1)


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
    >>> import matplotlib.pyplot as plt
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
    _, states = grid(FINE)
    height = np.broadcast_to(lambdify(names, continuum.equation, "numpy")(*states.transpose(2, 0, 1)), (FINE, FINE))
    outside = states.sum(axis=-1) > 1 + 1 / FINE**2 if len(frame.corners) == _TRIANGLE else np.zeros_like(height)
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
