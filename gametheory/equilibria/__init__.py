"""Nash equilibria: exact for small games, degenerate ones too; in closed form or batched for many games at once."""

from gametheory.equilibria.components import Component, NashSubset
from gametheory.equilibria.many import ManyEquilibria, nash_many
from gametheory.equilibria.nash import nash
from gametheory.equilibria.qre import LogitBranch, LogitEquilibria, LogitEquilibrium, logit_branch, logit_qre
from gametheory.equilibria.regret import regret
from gametheory.equilibria.results import Equilibrium, NashEquilibria
from gametheory.equilibria.two_by_two import TwoByTwoEquilibria, two_by_two

__all__ = [
    "Component",
    "Equilibrium",
    "LogitBranch",
    "LogitEquilibria",
    "LogitEquilibrium",
    "ManyEquilibria",
    "NashEquilibria",
    "NashSubset",
    "TwoByTwoEquilibria",
    "logit_branch",
    "logit_qre",
    "nash",
    "nash_many",
    "regret",
    "two_by_two",
]
