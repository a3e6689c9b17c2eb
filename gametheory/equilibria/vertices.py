r"""Extreme equilibria of a two-player game as fully labelled pairs of vertices.

With payoffs made positive, the mixes of row against which column earns at most 1 form the polytope
:math:`P = \{z \ge 0,\; B^\top z \le 1\}`, those of column the polytope :math:`Q = \{z \ge 0,\; A z \le 1\}`. A point
has a *label* for every action that is unplayed or a best reply there. A pair of vertices other than the origin that
has all labels is, rescaled to probabilities, an extreme equilibrium, and every extreme equilibrium is such a pair
[1]_. Nashpy [2]_ enumerates the vertices.

References
----------
.. [1] D. Avis, G. Rosenberg, R. Savani and B. von Stengel, "Enumeration of Nash equilibria for two-player games",
   Economic Theory 42 (2010): best-reply polytopes, labels, extreme equilibria, degenerate games.
.. [2] V. Knight and J. Campbell, "Nashpy: A Python library for the computation of Nash equilibria", Journal of Open
   Source Software 3 (2018).
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fully_labelled_pairs"]


def fully_labelled_pairs(
    A: NDArray[np.float64], B: NDArray[np.float64], tolerance: float
) -> tuple[list[tuple[NDArray[np.float64], NDArray[np.float64]]], bool]:
    """Return the extreme equilibria, small supports first, and whether the game is degenerate.

    Parameters
    ----------
    A, B : ndarray, shape (m, k)
        Payoffs of row and column player, at least two actions each.
    tolerance : float
        Probabilities, and payoffs lost as a share of the payoff range, that count as zero.

    Returns
    -------
    profiles : list of pairs of ndarray, shapes (m,) and (k,)
        Policies of row and column player; Nashpy's floating-point vertices, not checked further.
    degenerate : bool
        Whether some vertex has more labels than its player has actions. Only in a game that is not degenerate is the
        list sure to be complete.

    Raises
    ------
    scipy.spatial.QhullError, ValueError, TypeError
        The vertices could not be enumerated.

    Examples
    --------
    >>> profiles, degenerate = fully_labelled_pairs(np.eye(3), np.eye(3), 1e-9)
    >>> len(profiles), degenerate
    (7, False)
    """
    m, k = A.shape
    # label l < m: action l of row is unplayed or a best reply; label m + l: the same for column's action l
    X, x_labels = _labelled_vertices(_between_one_and_two(B).T, [*range(m, m + k), *range(m)], tolerance)
    Y, y_labels = _labelled_vertices(_between_one_and_two(A), [*range(m + k)], tolerance)
    pairs = np.argwhere((x_labels[:, None] | y_labels) == 2 ** (m + k) - 1)
    # the vertices at the origin, which are left out, have exactly m and k labels
    degenerate = bool((np.bitwise_count(x_labels) > m).any() or (np.bitwise_count(y_labels) > k).any())
    return sorted(((X[i], Y[j]) for i, j in pairs), key=_pure_first), degenerate


def _between_one_and_two(payoffs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rescale payoffs to [1, 2]: same equilibria, bounded polytopes, tolerances in units of the payoff range."""
    low, high = payoffs.min(), payoffs.max()
    return np.ones_like(payoffs) if high == low else 1 + (payoffs - low) / (high - low)


def _labelled_vertices(M: NDArray[Any], order: list[int], tolerance: float) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the vertices of {z >= 0, M z <= 1} but the origin, as mixes z / sum(z), and what binds there.

    Constraint l of the list (rows of M, then z >= 0) sets bit ``order[l]`` of a vertex's labels.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own doubts: every profile that comes out is checked by regret
        from nashpy.polytope import build_halfspaces, non_trivial_vertices

        found = np.array([vertex for vertex, _ in non_trivial_vertices(build_halfspaces(M))])
    value = 1 / found.sum(axis=1, keepdims=True)
    mix = found * value
    # Nashpy's own labels are generous (1e-5); here the slack of a best reply is a share of the payoff range
    binding = np.concatenate([value - mix @ M.T <= tolerance, mix <= tolerance], axis=1)
    mix[mix <= tolerance] = 0
    mix /= mix.sum(axis=1, keepdims=True)
    labels = binding @ (1 << np.array(order, dtype=np.int64))
    if (binding.sum(axis=1) > M.shape[1]).any():  # only then can a vertex be listed twice
        keep = _distinct(mix, tolerance)
        return mix[keep], labels[keep]
    return mix, labels


def _distinct(vectors: NDArray[np.float64], tolerance: float) -> list[int]:
    """Return the indices of the vectors that do not repeat an earlier one."""
    keep: list[int] = []
    for i, vector in enumerate(vectors):
        if not keep or (np.abs(vectors[keep] - vector).max(axis=1) > tolerance).all():
            keep.append(i)
    return keep


def _pure_first(policies: tuple[NDArray[Any], ...]) -> tuple[int, list[float]]:
    """Sort small supports before large ones, then early actions before late ones."""
    weights = np.concatenate(policies)
    return int(np.count_nonzero(weights)), (-weights.round(9)).tolist()
