r"""How equal rewards are.

.. math:: E = 1 - \frac{\sum_{ij} |R_i - R_j|}{2 n \sum_i R_i} ,

one less the Gini coefficient [1]_.

References
----------
.. [1] C. Gini. "Variabilità e mutabilità" (1912).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]

__all__ = ["equality"]

_ROUNDING = 1e-6  # of the sum of sizes: rewards in single precision sum no better


def equality(rewards: ArrayLike) -> Array:
    """Return the equality of rewards.

    Parameters
    ----------
    rewards : array_like, shape (..., n)
        What each player has; any unit.

    Returns
    -------
    ndarray, shape (...)
        1 where all are equal, below 0 where somebody loses much; NaN where the sum is not positive, but for rounding: E
        has no meaning there.

    Examples
    --------
    >>> equality([[1, 0, 0, 0], [4, 3, 2, 1], [1, 1, 1, 1], [1, -1, 0, 0]])
    array([0.25, 0.75, 1.  ,  nan])
    """
    r = np.asarray(rewards, dtype=np.float64)
    apart = np.abs(r[..., :, None] - r[..., None, :]).sum(axis=(-1, -2))
    together = r.sum(axis=-1)
    defined = together > _ROUNDING * np.abs(r).sum(axis=-1)
    return np.asarray(np.where(defined, 1 - apart / np.where(defined, 2 * r.shape[-1] * together, 1), np.nan))
