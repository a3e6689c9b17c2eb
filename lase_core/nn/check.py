"""Analytic gradients against finite differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["gradient_error", "numeric_gradient"]


def numeric_gradient(loss: Callable[[], Array], theta: Array, step: float = 1e-6) -> Array:
    """Return the gradient of a loss by central differences.

    Every parameter is moved for all entries of the leading axes at once, which must therefore be independent of one
    another: each entry's loss of its own parameters only.

    Parameters
    ----------
    loss : callable
        Returns the losses, shape (lead...), at what ``theta`` holds when it is called.
    theta : ndarray of float64, shape (lead..., P)
        Moved in place, and put back.
    step : float, default 1e-6
        How far to either side.

    Returns
    -------
    ndarray, shape (lead..., P)

    Examples
    --------
    >>> theta = np.array([[1.0, 2.0], [3.0, 4.0]])  # two agents of two parameters
    >>> numeric_gradient(lambda: (theta**2).sum(axis=-1), theta).round(6)
    array([[2., 4.],
           [6., 8.]])
    """
    if theta.dtype != np.float64:
        msg = f"theta must be float64 for differences to say anything, got {theta.dtype}"
        raise ValueError(msg)
    gradient = np.empty_like(theta)
    for k in range(theta.shape[-1]):
        at = theta[..., k].copy()
        theta[..., k] = at + step
        above = loss()
        theta[..., k] = at - step
        below = loss()
        theta[..., k] = at
        gradient[..., k] = (above - below) / (2 * step)
    return gradient


def gradient_error(loss: Callable[[], Array], theta: Array, gradient: Array, step: float = 1e-6) -> float:
    """Return the largest difference of a gradient from central differences, relative to each agent's largest entry.

    Parameters
    ----------
    loss, theta, step
        As for :func:`numeric_gradient`.
    gradient : ndarray, shape (lead..., P)
        To be checked, at what ``theta`` holds.

    Returns
    -------
    float
        About 1e-9 for a right gradient of a loss of order 1.

    Examples
    --------
    >>> from lase_core.nn import Network, mlp
    >>> rng = np.random.default_rng(0)
    >>> network = Network(mlp(3, 4, 2), lead=(1, 2), rngs=[rng], dtype=np.float64)
    >>> x = rng.normal(size=(1, 2, 5, 3))
    >>> y, cache = network.forward(x)
    >>> _ = network.backward(cache, y)
    >>> gradient_error(lambda: (network(x) ** 2).sum(axis=(-1, -2)) / 2, network.theta, network.gradient) < 1e-7
    True
    """
    numeric = numeric_gradient(loss, theta, step)
    scale = np.maximum(np.abs(numeric).max(axis=-1, keepdims=True), 1e-12)
    return float((np.abs(gradient - numeric) / scale).max())
