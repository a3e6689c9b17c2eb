"""Learning rules: from an objective to a field."""

from gametheory.rules.adjustment import cgd, consensus, extragradient, sga
from gametheory.rules.anticipation import lola, lookahead, simultaneous_ascent, sos
from gametheory.rules.ascent import gradient_ascent, wolf
from gametheory.rules.best_response import best_response, fictitious_play
from gametheory.rules.gradient import policy_gradient
from gametheory.rules.mixed_populations import mixed
from gametheory.rules.mutation import replicator_mutator
from gametheory.rules.q_learning import boltzmann_q, q_tables
from gametheory.rules.replicator import replicator

__all__ = [
    "best_response",
    "boltzmann_q",
    "cgd",
    "consensus",
    "extragradient",
    "fictitious_play",
    "gradient_ascent",
    "lola",
    "lookahead",
    "mixed",
    "policy_gradient",
    "q_tables",
    "replicator",
    "replicator_mutator",
    "sga",
    "simultaneous_ascent",
    "sos",
    "wolf",
]
