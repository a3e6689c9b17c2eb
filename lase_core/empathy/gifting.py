r"""From relationships to gifts: :math:`w_{ij} = \max(\omega_{ij}, 0)/(N - 1)`, :math:`r_j^{tot} = \sum_i w_{ij} r_i`.

The arithmetic is that of :mod:`gametheory.transfer`. A *gift memory*, a variant of this project and not of the paper,
lets gifts fade instead of ending with the step: :math:`e_{ij}(t) = \max(w_{ij}(t), \lambda\, e_{ij}(t - 1))`. Whoever
did something good that pays later, like cleaning a river, is then paid when it pays. With :math:`\lambda = 0` it is
LASE. Rows still sum to one, and what is given is still what is received.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.transfer import gift_weights, split, with_kept_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["remembered", "share_out"]


def remembered(weights: Array, memory: float, before: Array | None = None) -> Array:
    r"""Return weights that fade: :math:`e(t) = \max(w(t), \lambda\, e(t - 1))`.

    Parameters
    ----------
    weights : ndarray, shape (T, ...)
        Weights w of steps that follow each other.
    memory : float
        :math:`\lambda`, in [0, 1).
    before : ndarray, shape (...), optional
        e of the step before the first; 0 at the beginning of an episode.

    Returns
    -------
    ndarray, shape (T, ...)

    Examples
    --------
    >>> remembered(np.array([0.4, 0.0, 0.3]), memory=0.5)
    array([0.4, 0.2, 0.3])
    """
    kept = np.array(weights)
    last = np.zeros_like(kept[0]) if before is None else before
    for t in range(len(kept)):
        kept[t] = last = np.maximum(kept[t], memory * last)
    return kept


def share_out(omega: Array, rewards: Array) -> tuple[Array, Array]:
    """Let everybody give, in proportion to its relationships.

    Parameters
    ----------
    omega : ndarray, shape (..., n, n)
        Relationship of i to j, zero on the diagonal; of players who do not give, zero.
    rewards : ndarray, shape (..., n)
        Before gifts.

    Returns
    -------
    weights : ndarray, shape (..., n, n)
        Share of i's reward that j gets; rows sum to one.
    totals : ndarray, shape (..., n)
        Rewards after gifts; their sum is that of the rewards.

    Examples
    --------
    >>> weights, totals = share_out(np.array([[0.0, 0.25], [-0.5, 0.0]]), np.array([4.0, 2.0]))
    >>> weights
    array([[0.75, 0.25],
           [0.  , 1.  ]])
    >>> totals
    array([3., 3.])
    """
    weights = with_kept_share(gift_weights(omega, omega.shape[-1]))
    return weights, split(weights, rewards)
