"""Places on the triangle of policies with three actions, by barycentric coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gametheory.space import Space

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["CORNERS", "barycentric_to_xy", "place", "xy_to_barycentric"]

CORNERS = np.array([[0.5, np.sqrt(3) / 2], [0.0, 0.0], [1.0, 0.0]])  # of actions 1, 2, 3


def barycentric_to_xy(policies: ArrayLike) -> Array:
    """Return where policies stand on the triangle.

    Parameters
    ----------
    policies : array_like, shape (..., 3)
        Probabilities of actions 1, 2, 3.

    Returns
    -------
    ndarray, shape (..., 2)

    Raises
    ------
    ValueError
        Another number of actions; probabilities that do not sum to one.

    Examples
    --------
    >>> barycentric_to_xy([0, 0.5, 0.5])
    array([0.5, 0. ])
    """
    return np.asarray(Space((3,)).policies(Space((3,)).coordinates([policies]))[0] @ CORNERS)


def xy_to_barycentric(xy: ArrayLike) -> Array:
    """Return the policies that stand at places; the inverse of :func:`barycentric_to_xy`.

    Parameters
    ----------
    xy : array_like, shape (..., 2)
        Places; outside the triangle some probabilities are negative.

    Returns
    -------
    ndarray, shape (..., 3)

    Examples
    --------
    >>> xy_to_barycentric([0.5, 0]) + 0.0
    array([0. , 0.5, 0.5])
    """
    xy = np.asarray(xy, dtype=np.float64)
    if xy.ndim == 0 or xy.shape[-1] != 2:
        msg = f"places need two coordinates on the last axis, got shape {xy.shape}"
        raise ValueError(msg)
    first = xy[..., 1] / CORNERS[0, 1]
    third = xy[..., 0] - first / 2
    return np.stack([first, 1 - first - third, third], axis=-1)


def place(states: Array) -> Array:
    """Return where states, the first two probabilities, stand."""
    return np.asarray(CORNERS[2] + states @ (CORNERS[:2] - CORNERS[2]))
