r"""Jacobian matrices by finite differences that never leave the space.

Let :math:`e_a` move probability to action a of a simplex, from the action r that is most likely there. Such a step
stays inside if it goes forward, and small steps go backward too unless a is absent. The derivative along
:math:`e_a - e_r` is a central difference where both ways are open, else [1]_

.. math:: f'(0) = \frac{-3 f(0) + 4 f(h) - f(2h)}{2h} + O(h^2).

A coordinate :math:`x_k` moves :math:`e_k - e_A`, with A the last action: the difference of two of these derivatives.

References
----------
.. [1] B. Fornberg. "Generation of finite difference formulas on arbitrarily spaced grids". Mathematics of Computation
   51 (1988), 699-706.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.space import DIFFERENCE_STEP, Space, StateSpace

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["slopes"]


def slopes(function: Callable[[Array], Array], space: StateSpace, x: Array, size: float = DIFFERENCE_STEP) -> Array:
    """Jacobian matrix of a function of states.

    Parameters
    ----------
    function : callable
        From states (..., d) to values (..., m).
    space : Space or RealSpace
        Where the states live; the function is called there alone.
    x : ndarray, shape (..., d)
        States; such as lie a little outside by rounding are moved inside first.
    size : float
        Of the steps.

    Returns
    -------
    ndarray, shape (..., m, d)
        ``[..., k, l]`` is the derivative of value k by coordinate l; error about 1e-10 of the values, with
        steps of the usual size.

    Examples
    --------
    The logarithm of 1 - p at p = 0, on a space that ends there:

    >>> slopes(lambda p: np.log(1 - p), Space((2,)), np.array([0.0])).round(8)
    array([[-1.]])
    """
    if not isinstance(space, Space):
        steps = size * np.eye(space.dimension)
        return np.stack([(function(x + s) - function(x - s)) / (2 * size) for s in steps], axis=-1)
    x = space.nearest(x)
    here = function(x)
    columns = np.empty((*here.shape, space.dimension))
    for block, policy in zip(space.blocks, space.policies(x), strict=True):
        along = np.zeros((*here.shape, policy.shape[-1]))  # the derivative in direction e_a - e_r; 0 for r itself
        reference = policy.argmax(axis=-1)
        for k in range(policy.shape[-1] - 1):
            action = k + (k >= reference)
            step = np.zeros_like(x)
            step[..., block] = _unit(action, policy.shape[-1]) - _unit(reference, policy.shape[-1])
            there = np.take_along_axis(policy, action[..., None], axis=-1)
            both = there >= size
            step *= size
            first, second = function(x + step), function(x + np.where(both, -1, 2) * step)
            inward = (4 * (first - here) - (second - here)) / (2 * size)
            value = np.where(both, (first - second) / (2 * size), inward)
            np.put_along_axis(along, np.broadcast_to(action[..., None, None], (*here.shape, 1)), value[..., None], -1)
        columns[..., block] = along[..., :-1] - along[..., -1:]
    return columns


def _unit(action: Array, n_actions: int) -> Array:
    """Return unit vectors of actions, all probabilities but the last."""
    return np.asarray(action[..., None] == np.arange(n_actions - 1), dtype=np.float64)
