"""The arithmetic of weight and split; formulas are those of :mod:`gametheory.transfer`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]

__all__ = ["UndecidedSignError", "gift_weights", "relationship", "split", "with_kept_share"]


class UndecidedSignError(ValueError):
    """A formula needs to know which of two symbolic payoffs is the larger."""


def relationship(q: ArrayLike, policy: ArrayLike, action: ArrayLike, *, flat: float | Array = 0.0) -> Array:
    r"""Social relationship :math:`\omega` of one player towards another.

    Parameters
    ----------
    q : array_like, shape (..., A_j)
        Own action values :math:`Q_i(o, a_{-j}, \cdot)` as only the co-player's action varies; payoff units.
    policy : array_like, shape (..., A_j)
        Estimate :math:`\hat\pi_j` of the co-player's policy; sums to one over the last axis.
    action : array_like of int, shape (...)
        What the co-player did.
    flat : float or array_like broadcastable to (...), default 0
        Where max q - min q is at most `flat` (payoff units) the relationship is 0.

    Returns
    -------
    ndarray, shape (...)
        :math:`\omega \in [-1, 1]`, without units.

    Notes
    -----
    The numerator is summed as :math:`\sum_b \hat\pi_j(b) (Q(a_j) - Q(b))`, the same for an estimate that sums to one
    and without cancellation.

    Examples
    --------
    A co-player expected to cooperate with probability 3/4 cooperates: 1 - 3/4, whatever the payoffs.

    >>> float(relationship([3.0, 0.0], [0.75, 0.25], 0))
    0.25
    """
    q, policy, action = np.asarray(q), np.asarray(policy), np.asarray(action)
    try:
        spread = np.max(q, axis=-1) - np.min(q, axis=-1)
        is_flat = np.less_equal(spread, flat)
    except TypeError as error:  # SymPy could not compare
        msg = (
            f"social relationships need to know which payoff is the larger ({error}); "
            "state it, e.g. Game.two_by_two(R, S, T, P, assume=[R > S, T > P])"
        )
        raise UndecidedSignError(msg) from error
    shape = np.broadcast_shapes(q.shape[:-1], action.shape)
    taken = np.take_along_axis(
        np.broadcast_to(q, (*shape, q.shape[-1])), np.broadcast_to(action, shape)[..., None], axis=-1
    )
    advantage = np.vecdot(policy, taken - q)
    omega: Array = np.where(is_flat, 0 * advantage, advantage / np.where(is_flat, 1, spread))
    return omega


def gift_weights(omega: ArrayLike, n: int, *, scale: Any = 1, clip: bool = True) -> Array:
    r"""Weight of the gift that a relationship earns: :math:`w = \kappa \max(\omega, 0) / (n - 1)`.

    Parameters
    ----------
    omega : array_like, shape (...)
        Social relationships.
    n : int
        Number of players.
    scale : number, default 1
        Gift scale :math:`\kappa`; 1 is LASE.
    clip : bool, default True
        Cut negative relationships at 0. ``False`` is a variant in which bad deeds are charged for.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> gift_weights([0.5, -0.5], n=3)
    array([0.25, 0.  ])
    """
    omega = np.asarray(omega)
    weights: Array = scale * (_positive_part(omega) if clip else omega) / max(n - 1, 1)
    return weights


def with_kept_share(gifts: Array, *, joint: int = 0) -> Array:
    r"""Fill the diagonal of gift weights: :math:`w_{ii} = 1 - \sum_{j \ne i} w_{ij}`.

    Parameters
    ----------
    gifts : ndarray, shape (..., n, n, A1, ..., An)
        Weights :math:`w_{ij}` with zeros on the diagonal.
    joint : int, default 0
        Number of trailing joint-action axes ``*A``.

    Returns
    -------
    ndarray, shape (..., n, n, A1, ..., An)
        Rows (second of the two player axes) sum to one.

    Examples
    --------
    >>> with_kept_share(np.array([[0.0, 0.25], [0.5, 0.0]]))
    array([[0.75, 0.25],
           [0.5 , 0.5 ]])
    """
    n = gifts.shape[-1 - joint]
    identity = np.eye(n, dtype=int).reshape((n, n) + (1,) * joint)
    filled: Array = gifts + identity * (1 - np.sum(gifts, axis=-1 - joint, keepdims=True))
    return filled


def split(weights: Array, rewards: Array, *, joint: int = 0) -> Array:
    r"""Total rewards after transfer: :math:`r_j^{tot} = \sum_i w_{ij} r_i`.

    Parameters
    ----------
    weights : ndarray, shape (..., n, n, A1, ..., An)
        ``weights[..., i, j]`` is the share of i's reward that goes to j.
    rewards : ndarray, shape (..., n, A1, ..., An)
        Rewards before transfer.
    joint : int, default 0
        Number of trailing joint-action axes ``*A``.

    Returns
    -------
    ndarray, shape (..., n, A1, ..., An)

    Examples
    --------
    >>> split(np.array([[0.75, 0.25], [0.5, 0.5]]), np.array([4.0, 2.0]))
    array([4., 2.])
    """
    totals: Array = np.sum(weights * np.expand_dims(rewards, -1 - joint), axis=-2 - joint)
    return totals


def _positive_part(x: Array) -> Array:
    """Return max(x, 0); a SymPy ``Max`` where the sign of a symbolic entry is open, enclosed where x is."""
    if x.dtype != object:
        return np.maximum(x, 0)

    def positive(z: Any) -> Any:
        if hasattr(z, "positive_part"):  # numbers that are only enclosed
            return z.positive_part()
        try:
            return z if z >= 0 else 0 * z
        except TypeError:
            import sympy as sp

            return sp.Max(z, 0)

    return np.asarray(np.frompyfunc(positive, 1, 1)(x), dtype=object)
