"""Learning rules: from an objective to a field."""

from gametheory.rules.ascent import gradient_ascent, wolf
from gametheory.rules.best_response import best_response, fictitious_play
from gametheory.rules.gradient import policy_gradient
from gametheory.rules.mutation import replicator_mutator
from gametheory.rules.q_learning import boltzmann_q
from gametheory.rules.replicator import replicator

__all__ = [
    "best_response",
    "boltzmann_q",
    "fictitious_play",
    "gradient_ascent",
    "policy_gradient",
    "replicator",
    "replicator_mutator",
    "wolf",
]
