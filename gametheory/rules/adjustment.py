r"""Rules that adjust simultaneous ascent so that learners do not circle around a rest point.

With everybody's gradient :math:`\xi` of its own value, its Jacobian J and :math:`J_o`, J without the blocks on its
diagonal, as in :mod:`gametheory.rules.anticipation`, and with the antisymmetric part :math:`A = (J - J^T)/2`, a step of
size :math:`\alpha` goes along

.. math::

    \text{extragradient [1]}\quad & \xi(\theta + \alpha \xi) \\
    \text{consensus [2]}\quad & \xi - \gamma J^T \xi \\
    \text{symplectic gradient adjustment [3]}\quad & \xi - \lambda A^T \xi \\
    \text{competitive gradient [4]}\quad & (I - \alpha J_o)^{-1} \xi

The literature minimises losses :math:`L = -V`: there :math:`g = -\xi`, :math:`H = -J`, and the same steps read
:math:`g + \gamma H^T g`, :math:`(I + \alpha H_o)^{-1} g` and so on. Weights of a transfer are held in all derivatives,
so J is the Jacobian of :math:`\xi` only up to what moves the weights; extragradient takes the weights anew where its
first step leads.

Numbers in brackets are the references of the functions below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.rules.differentiable import (
    dot,
    game_jacobian,
    on_logits,
    simultaneous_gradient,
    step_map,
    times,
    transpose_times,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.field import Field
    from gametheory.game import Game
    from gametheory.objective import ObjectiveLike
    from gametheory.transfer import TransferLike

    Array = NDArray[Any]

__all__ = ["cgd", "consensus", "extragradient", "sga"]


def extragradient(
    game_or_objective: Game | ObjectiveLike, transfer: TransferLike | None = None, *, rate: float = 1.0
) -> Field:
    r"""Extragradient: everybody steps along the gradients at the point where a first step would lead.

    Parameters
    ----------
    game_or_objective, transfer, rate
        As in :func:`~gametheory.rules.simultaneous_ascent`.

    Returns
    -------
    Field
        A map, :math:`\theta \mapsto \theta + \alpha\, \xi(\theta + \alpha \xi(\theta))`.

    Raises
    ------
    ValueError
        As in :func:`~gametheory.rules.simultaneous_ascent`.

    References
    ----------
    .. [1] G. M. Korpelevich. "The extragradient method for finding saddle points and other problems".
       Matecon 12 (1976), 747-756.

    Examples
    --------
    >>> import gametheory as gt
    >>> extragradient(gt.catalogue.matching_pennies(), rate=0.5)([1.0, 0.0]).round(4)
    array([ 0.9887, -0.1151])
    """
    objective = on_logits(game_or_objective, transfer)

    def direction(x: Array, **parameters: Any) -> Array:
        there = objective.space.nearest(x + rate * objective.own_gradient(x, **parameters))
        return objective.own_gradient(there, **parameters)

    return step_map("extragradient", objective, rate, direction)


def consensus(
    game_or_objective: Game | ObjectiveLike,
    transfer: TransferLike | None = None,
    *,
    rate: float = 1.0,
    strength: float = 1.0,
) -> Field:
    r"""Consensus optimisation: ascend, and descend on the length of everybody's gradient.

    Parameters
    ----------
    game_or_objective, transfer, rate
        As in :func:`~gametheory.rules.simultaneous_ascent`.
    strength : float, default 1
        Weight :math:`\gamma \ge 0` of :math:`\tfrac12 \|\xi\|^2`, whose gradient, weights held, is
        :math:`J^T \xi`.

    Returns
    -------
    Field
        A map, :math:`\theta \mapsto \theta + \alpha (\xi - \gamma J^T \xi)`.

    Raises
    ------
    ValueError
        As in :func:`~gametheory.rules.simultaneous_ascent`; a negative strength.

    References
    ----------
    .. [2] L. Mescheder, S. Nowozin, A. Geiger. "The numerics of GANs". NeurIPS 2017.

    Examples
    --------
    >>> import gametheory as gt
    >>> consensus(gt.catalogue.matching_pennies(), rate=0.5)([1.0, 0.0]).round(4)
    array([ 0.9773, -0.1155])
    """
    _check_strength(strength)
    objective = on_logits(game_or_objective, transfer)

    def direction(x: Array, **parameters: Any) -> Array:
        first, second = objective.derivatives(x, **parameters)
        xi, jacobian = simultaneous_gradient(objective, first), game_jacobian(objective, second)
        return np.asarray(xi - strength * transpose_times(jacobian, xi))

    return step_map("consensus", objective, rate, direction)


def sga(
    game_or_objective: Game | ObjectiveLike,
    transfer: TransferLike | None = None,
    *,
    rate: float = 1.0,
    strength: float = 1.0,
) -> Field:
    r"""Symplectic gradient adjustment: take the rotation out of the gradients.

    Parameters
    ----------
    game_or_objective, transfer, rate
        As in :func:`~gametheory.rules.simultaneous_ascent`.
    strength : float, default 1
        Size of :math:`\lambda`, at least 0. Its sign is that of
        :math:`\tfrac1{10} - \langle \xi, J^T \xi \rangle \langle A^T \xi, J^T \xi \rangle / d`, d coordinates, so that
        stable points attract and unstable ones repel.

    Returns
    -------
    Field
        A map, :math:`\theta \mapsto \theta + \alpha (\xi - \lambda A^T \xi)`.

    Raises
    ------
    ValueError
        As in :func:`~gametheory.rules.simultaneous_ascent`; a negative strength.

    References
    ----------
    .. [3] D. Balduzzi et al. "The mechanics of n-player differentiable games". ICML 2018, Algorithm 1.

    Examples
    --------
    >>> import gametheory as gt
    >>> sga(gt.catalogue.matching_pennies(), rate=0.5)([1.0, 0.0]).round(4)
    array([ 0.9773, -0.1155])
    """
    _check_strength(strength)
    objective = on_logits(game_or_objective, transfer)

    def direction(x: Array, **parameters: Any) -> Array:
        first, second = objective.derivatives(x, **parameters)
        xi, jacobian = simultaneous_gradient(objective, first), game_jacobian(objective, second)
        pull = transpose_times(jacobian, xi)
        turn = (pull - times(jacobian, xi)) / 2  # A^T xi
        aligned = 0.1 - dot(xi, pull) * dot(turn, pull) / xi.shape[-1]
        return np.asarray(xi - strength * np.sign(aligned)[..., None] * turn)

    return step_map("symplectic gradient adjustment", objective, rate, direction)


def cgd(game_or_objective: Game | ObjectiveLike, transfer: TransferLike | None = None, *, rate: float = 1.0) -> Field:
    r"""Competitive gradient: the equilibrium of the bilinear approximation of the game, with a cost of moving.

    Parameters
    ----------
    game_or_objective, transfer, rate
        As in :func:`~gametheory.rules.simultaneous_ascent`.

    Returns
    -------
    Field
        A map, :math:`\theta \mapsto \theta + \alpha (I - \alpha J_o)^{-1} \xi`.

    Raises
    ------
    ValueError
        As in :func:`~gametheory.rules.simultaneous_ascent`.

    References
    ----------
    .. [4] F. Schäfer, A. Anandkumar. "Competitive gradient descent". NeurIPS 2019.

    Examples
    --------
    >>> import gametheory as gt
    >>> cgd(gt.catalogue.matching_pennies(), rate=0.5)([1.0, 0.0]).round(4)
    array([ 0.9888, -0.1144])
    """
    objective = on_logits(game_or_objective, transfer)

    def direction(x: Array, **parameters: Any) -> Array:
        first, second = objective.derivatives(x, **parameters)
        xi, off = simultaneous_gradient(objective, first), game_jacobian(objective, second)
        for own in objective.space.owned:
            off[..., own, own] = 0
        identity = np.eye(x.shape[-1])
        return np.asarray(np.linalg.solve(identity - rate * off, xi[..., None])[..., 0])

    return step_map("competitive gradient", objective, rate, direction)


def _check_strength(strength: float) -> None:
    """Raise ``ValueError`` unless a strength is a number of at least 0."""
    if not 0 <= strength < np.inf:
        msg = f"strength must be a number of at least 0, got {strength}"
        raise ValueError(msg)
