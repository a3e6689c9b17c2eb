"""Nash equilibria: of any small game, and of millions of 2×2 games in closed form."""

from gametheory.equilibria.nash import Equilibrium, NashEquilibria, nash, regret
from gametheory.equilibria.two_by_two import TwoByTwoEquilibria, two_by_two

__all__ = ["Equilibrium", "NashEquilibria", "TwoByTwoEquilibria", "nash", "regret", "two_by_two"]
