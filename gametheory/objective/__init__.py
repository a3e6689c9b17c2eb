r"""Objectives: what each player climbs, as a function of everybody's policies.

The objective of player i is the expected total reward

.. math:: V_i(x, \hat x) = \mathbb E_{a \sim x}\left[ r_i^{tot}(a; \hat x) \right],

where the transfer weights are *held* at the profile :math:`\hat x`. The own gradient moves only the actions that i
plays, :math:`g_i = \partial V_i(x, \hat x) / \partial x_i` at :math:`\hat x = x`: a LASE player is credited for the
gifts that its actions earn, not for changing what others expect of it. See :ref:`held weights <held-weights>`.
"""

from gametheory.objective.base import Objective, own_gradient
from gametheory.objective.logits import Logits
from gametheory.objective.matrix import MatrixObjective, expected
from gametheory.objective.memory_one import MemoryOneObjective
from gametheory.objective.per_player import ObjectiveLike, PerPlayer

__all__ = [
    "Logits",
    "MatrixObjective",
    "MemoryOneObjective",
    "Objective",
    "ObjectiveLike",
    "PerPlayer",
    "expected",
    "own_gradient",
]
