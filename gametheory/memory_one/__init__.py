"""Memory-one strategies of repeated 2×2 games, exactly.

A strategy is an array ``(..., 5)``: the probability of cooperating (action 0) in the opening and after CC, CD, DC and
DD, own action first, each player in its own view.

>>> from gametheory import Game
>>> game = Game.two_by_two(R=3, S=0, T=5, P=1)
>>> payoffs(game, strategy("Extort-2"), strategy("AllC"))
array([3.5 , 2.25])
>>> enforced_relation(game, strategy("Extort-2")).slope
0.5
"""

from gametheory.memory_one.chains import STATES, as_losses, other_view, recurrent_classes, transitions
from gametheory.memory_one.character import is_partner, is_rival, largest_generosity
from gametheory.memory_one.families import equaliser, extortion, generous, zero_determinant
from gametheory.memory_one.feasible import feasible_payoffs, reachable
from gametheory.memory_one.gradients import gradient
from gametheory.memory_one.payoffs import averages, cooperation, law, payoff_vectors, payoffs, round_robin
from gametheory.memory_one.relations import (
    Relation,
    akin_vector,
    enforced_relation,
    phi_range,
    slope_range,
)
from gametheory.memory_one.replies import (
    BestReply,
    best_reply,
    grim_threshold,
    is_equilibrium,
    regret,
    tit_for_tat_threshold,
    wsls_threshold,
)
from gametheory.memory_one.strategies import check, deterministic, names, strategy, with_noise

__all__ = [
    "STATES",
    "BestReply",
    "Relation",
    "akin_vector",
    "as_losses",
    "averages",
    "best_reply",
    "check",
    "cooperation",
    "deterministic",
    "enforced_relation",
    "equaliser",
    "extortion",
    "feasible_payoffs",
    "generous",
    "gradient",
    "grim_threshold",
    "is_equilibrium",
    "is_partner",
    "is_rival",
    "largest_generosity",
    "law",
    "names",
    "other_view",
    "payoff_vectors",
    "payoffs",
    "phi_range",
    "reachable",
    "recurrent_classes",
    "regret",
    "round_robin",
    "slope_range",
    "strategy",
    "tit_for_tat_threshold",
    "transitions",
    "with_noise",
    "wsls_threshold",
    "zero_determinant",
]
