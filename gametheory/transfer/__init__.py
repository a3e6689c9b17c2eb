r"""Reward transfers: who gets whose reward.

A *share transfer* hands the fraction :math:`w_{ij}` of player i's reward to player j, so that

.. math:: r_j^{tot} = \sum_i w_{ij} r_i, \qquad \sum_j w_{ij} = 1.

LASE [1]_ sets the weights by the *social relationship*, here in the form read in its authors' research code,

.. math::

    \omega_{ij}(o, a) = \frac{Q_i(o, a) - \sum_b \hat\pi_j(b)\, Q_i(o, a_{-j}, b)}
                             {\max_b Q_i(o, a_{-j}, b) - \min_b Q_i(o, a_{-j}, b)}, \qquad
    w_{ij} = \frac{\max(\omega_{ij}, 0)}{n - 1},

how much better i fares by what j did than by what j might have done, as i estimates j's policy to be
:math:`\hat\pi_j`. In a one-shot matrix game :math:`Q_i` is player i's payoff. Definitions, and what the paper leaves
open, are on the page :doc:`/conventions`.

A transfer need not be of shares: *inequity aversion* (:class:`InequityAversion`) takes from each player's reward what
it minds being behind or ahead of others.

In a *mixed population* players have transfers of their own (:class:`PerPlayer`): games and rules take a list with one
transfer for each player wherever they take a transfer.

The functions here serve the theory and the learners alike: arrays of any batch shape, of floats, of exact fractions or
of SymPy expressions. Joint actions are trailing axes, ``A1, ..., An``.

References
----------
.. [1] F. Kong, Y. Huang, S.-C. Zhu, S. Qi, X. Feng. "Learning to Balance Altruism and Self-interest Based on Empathy
   in Mixed-Motive Games". NeurIPS 2024. arXiv:2410.07863.
"""

from gametheory.transfer.inequity import InequityAversion
from gametheory.transfer.per_player import PerPlayer, SharesPerPlayer, TransferLike, as_transfer
from gametheory.transfer.shares import FixedShare, GroupOptimal, Selfish, ShareTransfer, Transfer
from gametheory.transfer.social import SocialRelationship
from gametheory.transfer.weights import UndecidedSignError, gift_weights, relationship, split, with_kept_share

__all__ = [
    "FixedShare",
    "GroupOptimal",
    "InequityAversion",
    "PerPlayer",
    "Selfish",
    "ShareTransfer",
    "SharesPerPlayer",
    "SocialRelationship",
    "Transfer",
    "TransferLike",
    "UndecidedSignError",
    "as_transfer",
    "gift_weights",
    "relationship",
    "split",
    "with_kept_share",
]
