"""Analysis of learning fields: rest points, their stability, and the gifts that flow there."""

from gametheory.analysis.cycles import excludes_cycles
from gametheory.analysis.flow import Trajectories, flow, trajectories
from gametheory.analysis.gifts import Gifts, gifts
from gametheory.analysis.integration.crossings import Crossings, Event
from gametheory.analysis.regimes import LaseRegime, lase_regime
from gametheory.analysis.rest_points import rest_points
from gametheory.analysis.results import Box, Continuum, RestPoint, RestPoints

__all__ = [
    "Box",
    "Continuum",
    "Crossings",
    "Event",
    "Gifts",
    "LaseRegime",
    "RestPoint",
    "RestPoints",
    "Trajectories",
    "excludes_cycles",
    "flow",
    "gifts",
    "lase_regime",
    "rest_points",
    "trajectories",
]
