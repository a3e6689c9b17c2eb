"""Pictures: ``ax=None`` in, a small result object out; nothing is computed here that analysis does not offer."""

from gametheory.plot.markers import rest_point_markers
from gametheory.plot.plane import Plane, plane
from gametheory.plot.portrait import Portrait, nullclines, paths, portrait, streamlines, trajectories
from gametheory.plot.simplex import Simplex, barycentric_to_xy, simplex, xy_to_barycentric

__all__ = [
    "Plane",
    "Portrait",
    "Simplex",
    "barycentric_to_xy",
    "nullclines",
    "paths",
    "plane",
    "portrait",
    "rest_point_markers",
    "simplex",
    "streamlines",
    "trajectories",
    "xy_to_barycentric",
]
