"""Pictures: ``ax=None`` in, a small result object out; nothing is computed here that analysis does not offer."""

from gametheory.plot.plane import Plane, plane
from gametheory.plot.portrait import (
    Portrait,
    nullclines,
    paths,
    portrait,
    rest_point_markers,
    streamlines,
    trajectories,
)

__all__ = [
    "Plane",
    "Portrait",
    "nullclines",
    "paths",
    "plane",
    "portrait",
    "rest_point_markers",
    "streamlines",
    "trajectories",
]
