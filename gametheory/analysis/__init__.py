"""Analysis of learning fields: rest points, their stability, and the gifts that flow there."""

from gametheory.analysis.cycles import excludes_cycles
from gametheory.analysis.flow import flow
from gametheory.analysis.gifts import Gifts, gifts
from gametheory.analysis.regimes import LaseRegime, lase_regime
from gametheory.analysis.rest_points import Continuum, RestPoint, RestPoints, rest_points

__all__ = [
    "Continuum",
    "Gifts",
    "LaseRegime",
    "RestPoint",
    "RestPoints",
    "excludes_cycles",
    "flow",
    "gifts",
    "lase_regime",
    "rest_points",
]
