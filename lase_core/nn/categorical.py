"""Choices among A actions: probabilities from logits, draws, and the gradients that losses of policies are made of.

Arrays have shape (..., A), and actions, uniforms and entropies (...). All gradients are with respect to the logits z of
π = softmax(z); a loss multiplies them by its own derivative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = [
    "d_entropy",
    "d_log_mixture",
    "d_log_probability",
    "entropy",
    "log_softmax",
    "mixture",
    "sample",
    "softmax",
]


def log_softmax(logits: Array) -> Array:
    """Return log π_a = z_a - log Σ_b exp z_b, shape (..., A); stable for logits of any size.

    Examples
    --------
    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    z: Array = logits - logits.max(axis=-1, keepdims=True)
    z -= np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return z


def softmax(logits: Array) -> Array:
    """Return π_a = exp z_a / Σ_b exp z_b, shape (..., A); stable for logits of any size.

    Examples
    --------
    >>> softmax(np.log([1.0, 3.0]))
    array([0.25, 0.75])
    """
    p: Array = logits - logits.max(axis=-1, keepdims=True)
    np.exp(p, out=p)
    p /= p.sum(axis=-1, keepdims=True)
    return p


def sample(probabilities: Array, u: Array) -> NDArray[np.intp]:
    """Return the first action a with π_0 + … + π_a > u, by uniforms u in [0, 1].

    Actions of probability 0 are never drawn, whatever the rounding of the sums.

    Parameters
    ----------
    probabilities : ndarray, shape (..., A)
        Of actions; need not sum to exactly 1.
    u : ndarray, shape (...)
        Uniform draws.

    Returns
    -------
    ndarray of int, shape (...)

    Examples
    --------
    >>> sample(np.array([0.25, 0.0, 0.75, 0.0]), np.array([0.0, 0.24, 0.25, 1.0]))
    array([0, 0, 2, 2])
    """
    sums = probabilities.cumsum(axis=-1)
    total = sums[..., -1]
    # below the last sum, however u and the sums were rounded: the first sum above is that of an action that adds to it
    limit = np.minimum(u * total, np.nextafter(total, 0))
    return np.asarray((sums > limit[..., None]).argmax(axis=-1))


def entropy(probabilities: Array) -> Array:
    """Return H = -Σ_a π_a log π_a, shape (...), where 0 log 0 = 0.

    Examples
    --------
    >>> entropy(np.array([[0.5, 0.5], [1.0, 0.0]])) / np.log(2)
    array([1., 0.])
    """
    # adding 0 turns -0 into 0
    return np.asarray(-np.vecdot(probabilities, _log(probabilities)) + 0)


def d_log_probability(probabilities: Array, actions: Array) -> Array:
    """Return ∂ log π_a / ∂z_b = [a = b] - π_b for the actions a taken, shape (..., A).

    Examples
    --------
    >>> d_log_probability(np.array([0.25, 0.75]), np.array(1))
    array([-0.25,  0.25])
    """
    return np.asarray((np.arange(probabilities.shape[-1]) == actions[..., None]) - probabilities)


def d_entropy(probabilities: Array) -> Array:
    """Return ∂H / ∂z_b = -π_b (log π_b + H), shape (..., A).

    Examples
    --------
    At its largest it is flat:

    >>> bool(np.allclose(d_entropy(np.full(4, 0.25)), 0))
    True
    """
    return np.asarray(-probabilities * (_log(probabilities) + entropy(probabilities)[..., None]))


def mixture(probabilities: Array, eps: float) -> Array:
    """Return μ_a = (1 - ε) π_a + ε / A, shape (..., A): a uniform action with probability ε.

    Examples
    --------
    >>> mixture(np.array([0.0, 1.0]), 0.1)
    array([0.05, 0.95])
    """
    return np.asarray((1 - eps) * probabilities + eps / probabilities.shape[-1])


def d_log_mixture(probabilities: Array, actions: Array, eps: float) -> Array:
    """Return ∂ log μ_a / ∂z_b = (1 - ε) π_a / μ_a ([a = b] - π_b) for the actions a taken, shape (..., A).

    Examples
    --------
    An action that was almost surely explored, not chosen, hardly moves the logits:

    >>> p = np.array([1e-6, 1 - 1e-6])
    >>> d_log_probability(p, np.array(0)).round(3), d_log_mixture(p, np.array(0), 0.1).round(3)
    (array([ 1., -1.]), array([ 0., -0.]))
    """
    if eps == 0:  # below, an action of probability 0 would give 0 / 0
        return d_log_probability(probabilities, actions)
    taken = np.take_along_axis(probabilities, actions[..., None], axis=-1)
    share = (1 - eps) * taken / ((1 - eps) * taken + eps / probabilities.shape[-1])
    return np.asarray(share * d_log_probability(probabilities, actions))


def _log(p: Array) -> Array:
    """Return logarithms, 0 where p is 0: they are going to be multiplied by p."""
    return np.asarray(np.log(np.where(p > 0, p, p.dtype.type(1))))
