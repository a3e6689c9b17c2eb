r"""How much reward must change hands for cooperation to be dominant.

Players hand out fixed shares of their rewards, :math:`r_j^{tot} = \sum_i T_{ij} r_i` with rows of T that sum to one
(:class:`gametheory.transfer.FixedShare`). A *cooperative profile* c names an action of each player; it is *dominant*
under T if for every player i, every other action a of it and everything that the others may do

.. math:: \sum_k T_{ki} \, d_k \ge 0, \qquad d_k = r_k(c_i, a_{-i}) - r_k(a, a_{-i}).

The *symmetric self-interest level* s* is the largest share that everybody can keep, the rest going to the others in
equal parts; the *general* level g* is the largest share that everybody keeps at least, over all T [1]_. The
*selfishness level* is the smallest :math:`\alpha` for which :math:`r_i + \alpha \sum_k r_k` makes a social optimum an
equilibrium [2]_. A *contract* makes a lone defector pay a lone cooperator [3]_.

Exact games give exact answers. A payoff that is a float counts as the decimal it prints as; answers are then floats.

References
----------
.. [1] R. Willis, Y. Du, J. Z. Leibo, M. Luck. "Resolving social dilemmas with minimal reward transfer". Autonomous
   Agents and Multi-Agent Systems, 2024.
.. [2] K. R. Apt and G. Schäfer. "Selfishness level of strategic games". Journal of Artificial Intelligence Research 49
   (2014).
.. [3] A. Haupt, P. Christoffersen, M. Damani, D. Hadfield-Menell. "Formal contracts mitigate social dilemmas in
   multi-agent reinforcement learning". Autonomous Agents and Multi-Agent Systems, 2024.
"""

from gametheory.reward_transfer.deviations import dominance_margin
from gametheory.reward_transfer.measures import (
    Contract,
    EqualSharing,
    SelfishnessLevel,
    contract,
    equal_sharing,
    selfishness_level,
)
from gametheory.reward_transfer.self_interest import SelfInterest, general_self_interest, symmetric_self_interest

__all__ = [
    "Contract",
    "EqualSharing",
    "SelfInterest",
    "SelfishnessLevel",
    "contract",
    "dominance_margin",
    "equal_sharing",
    "general_self_interest",
    "selfishness_level",
    "symmetric_self_interest",
]
