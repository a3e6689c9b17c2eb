r"""Rules that anticipate: what the co-players learn next, or what the own step does to the game.

Write :math:`\xi_i = \partial_i V_i` for the gradients of everybody's own value, :math:`J = d\xi/d\theta` for their
Jacobian (the game's Hessian, up to the sign), :math:`J_o` for J without the blocks on its diagonal, :math:`S` and
:math:`A` for its symmetric and antisymmetric parts, and

.. math:: \chi_i = \sum_{j \ne i} (\partial_i \partial_j V_j)\, \partial_j V_i

for the shaping term: how i's step bends the step of j, for i's good. A step of size :math:`\alpha` goes along

.. math::

    \text{simultaneous ascent:}\quad & \xi \\
    \text{LookAhead [1]}\quad & \xi + \alpha J_o \xi \\
    \text{LOLA, as published [2]}\quad & \xi + \alpha \chi \\
    \text{LOLA, by first-order expansion [3]}\quad & \xi + \alpha J_o \xi + \alpha \chi \\
    \text{SOS [3]}\quad & \xi + \alpha J_o \xi + p\, \alpha \chi, \quad 0 \le p \le 1 \text{ as in } \mathrm{sos} \\
    \text{extragradient [4]}\quad & \xi(\theta + \alpha \xi) \\
    \text{consensus [5]}\quad & \xi - \gamma J^T \xi \\
    \text{symplectic gradient adjustment [6]}\quad & \xi - \lambda A^T \xi \\
    \text{competitive gradient [7]}\quad & (I - \alpha J_o)^{-1} \xi

The literature minimises losses :math:`L = -V`: there :math:`g = -\xi`, :math:`H = -J`, and the same steps read
:math:`g - \alpha H_o g`, :math:`g + \gamma H^T g`, :math:`(I + \alpha H_o)^{-1} g` and so on. Weights of a transfer are
held in all derivatives, so J is the Jacobian of :math:`\xi` only up to what moves the weights; extragradient takes the
weights anew where its first step leads.

Numbers in brackets are the references of the functions below.
"""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gametheory.field import Field
from gametheory.game import Game
from gametheory.objective import Logits, Objective
from gametheory.rules.gradient import as_objective
from gametheory.space import Space

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gametheory.transfer import Transfer

    Array = NDArray[Any]
    Direction = Callable[..., Array]

__all__ = ["cgd", "consensus", "extragradient", "lola", "lookahead", "sga", "simultaneous_ascent", "sos"]


def simultaneous_ascent(
    game_or_objective: Game | Objective, transfer: Transfer | None = None, *, rate: float = 1.0
) -> Field:
    r"""Everybody takes a gradient step at once, as if the others stood still ("naive learning").

    Parameters
    ----------
    game_or_objective : Game or Objective
        A game is played once, by players who move their logits. An objective is climbed in its own coordinates; make
        those logits with :class:`~gametheory.objective.Logits`.
    transfer : Transfer, optional
        For a game: who gets whose reward; selfish if not given.
    rate : float, default 1
        Step :math:`\alpha > 0`, in units of parameter² per payoff.

    Returns
    -------
    Field
        A map, :math:`\theta \mapsto \theta + \alpha \xi`; policies that would leave the simplex are brought back.

    Raises
    ------
    ValueError
        A step that is not positive; a transfer beside an objective, which has its own.

    Examples
    --------
    >>> import gametheory as gt
    >>> simultaneous_ascent(gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1))([0.0, 0.0])
    array([-0.375, -0.375])
    """
    objective = _on_logits(game_or_objective, transfer)

    def direction(x: Array, **parameters: Any) -> Array:
        return objective.own_gradient(x, **parameters)

    return _map("simultaneous ascent", objective, rate, direction)


def lookahead(
    game_or_objective: Game | Objective,
    transfer: Transfer | None = None,
    *,
    rate: float = 1.0,
    opponent_rate: float | None = None,
) -> Field:
    r"""LookAhead: everybody climbs its value where the others will be after their next naive step.

    Parameters
    ----------
    game_or_objective, transfer, rate
        As in :func:`simultaneous_ascent`.
    opponent_rate : float, optional
        Step that is expected of the others; `rate` if not given.

    Returns
    -------
    Field
        A map, :math:`\theta \mapsto \theta + \alpha (\xi + \alpha' J_o \xi)`.

    Raises
    ------
    ValueError
        As in :func:`simultaneous_ascent`.

    References
    ----------
    .. [1] C. Zhang, V. Lesser. "Multi-agent learning with policy prediction". AAAI 2010.

    Examples
    --------
    It converges where naive learners circle outwards:

    >>> import gametheory as gt
    >>> pennies = gt.catalogue.matching_pennies()
    >>> for rule in (lookahead, simultaneous_ascent):
    ...     x = np.array([1.0, 0.0])
    ...     for _ in range(100):
    ...         x = rule(pennies, rate=2)(x)
    ...     print(np.hypot(*x).round(3))
    0.0
    4.838
    """
    objective = _on_logits(game_or_objective, transfer)
    anticipated = rate if opponent_rate is None else _step(opponent_rate, "opponent_rate")

    def direction(x: Array, **parameters: Any) -> Array:
        first, second = objective.derivatives(x, **parameters)
        return _own(objective, first) + anticipated * _look(objective, first, second)

    return _map("LookAhead", objective, rate, direction)


def lola(
    game_or_objective: Game | Objective,
    transfer: Transfer | None = None,
    *,
    rate: float = 1.0,
    opponent_rate: float | None = None,
    form: Literal["expansion", "published"] = "expansion",
) -> Field:
    r"""LOLA, learning with opponent-learning awareness, with exact second derivatives.

    Parameters
    ----------
    game_or_objective, transfer, rate
        As in :func:`simultaneous_ascent`.
    opponent_rate : float, optional
        Step :math:`\alpha'` that is expected of the others; `rate` if not given.
    form : {"expansion", "published"}
        The gradient of :math:`V_i(\theta_i, \theta_{-i} + \alpha' \xi_{-i}(\theta))` to first order in
        :math:`\alpha'` [3]_, or without the LookAhead term, as Foerster et al. use it [2]_.

    Returns
    -------
    Field
        A map, :math:`\theta \mapsto \theta + \alpha (\xi + \alpha' J_o \xi + \alpha' \chi)`, or
        :math:`\theta \mapsto \theta + \alpha (\xi + \alpha' \chi)`.

    Raises
    ------
    ValueError
        As in :func:`simultaneous_ascent`; an unknown form.

    References
    ----------
    .. [2] J. N. Foerster et al. "Learning with opponent-learning awareness". AAMAS 2018.
    .. [3] A. Letcher et al. "Stable opponent shaping in differentiable games". ICLR 2019.

    Examples
    --------
    From coin tosses in the repeated prisoner's dilemma both turn to tit-for-tat:

    >>> import gametheory as gt
    >>> dilemma = gt.Game.two_by_two(-1, -3, 0, -2)
    >>> ipd = gt.objective.MemoryOneObjective(dilemma, discount=0.96, normalised=False)
    >>> x = np.zeros(10)
    >>> for _ in range(100):
    ...     x = lola(gt.objective.Logits(ipd))(x)
    >>> gt.objective.Logits(ipd).state(x)[:5].round(2)
    array([1., 1., 0., 1., 0.])
    """
    if form not in {"expansion", "published"}:
        msg = f"form must be 'expansion' or 'published', got {form!r}"
        raise ValueError(msg)
    objective = _on_logits(game_or_objective, transfer)
    anticipated = rate if opponent_rate is None else _step(opponent_rate, "opponent_rate")

    def direction(x: Array, **parameters: Any) -> Array:
        first, second = objective.derivatives(x, **parameters)
        bent = _shape(objective, first, second)
        if form == "expansion":
            bent = bent + _look(objective, first, second)
        return _own(objective, first) + anticipated * bent

    return _map("LOLA" if form == "expansion" else "LOLA, as published", objective, rate, direction)


def sos(
    game_or_objective: Game | Objective,
    transfer: Transfer | None = None,
    *,
    rate: float = 1.0,
    opponent_rate: float | None = None,
    a: float = 0.5,
    b: float = 0.1,
) -> Field:
    r"""Stable opponent shaping: LookAhead with as much of LOLA's shaping as convergence allows.

    Parameters
    ----------
    game_or_objective, transfer, rate, opponent_rate
        As in :func:`lookahead`.
    a : float, default 0.5
        In (0, 1): shaping may not undo more than this part of the LookAhead step,
        :math:`p_1 = \min(1, a \|\xi_0\|^2 / |\langle \alpha' \chi, \xi_0 \rangle|)` where the product is negative (else
        1), with :math:`\xi_0 = \xi + \alpha' J_o \xi`.
    b : float, default 0.1
        Shaping fades out near rest points: :math:`p_2 = \|\xi\|^2` where :math:`\|\xi\| < b`, else 1.

    Returns
    -------
    Field
        A map, :math:`\theta \mapsto \theta + \alpha (\xi_0 + p\, \alpha' \chi)`, :math:`p = \min(p_1, p_2)`.

    Raises
    ------
    ValueError
        As in :func:`simultaneous_ascent`; `a` or `b` out of range.

    References
    ----------
    .. [3] A. Letcher et al. "Stable opponent shaping in differentiable games". ICLR 2019, Algorithm 1.

    Examples
    --------
    >>> import gametheory as gt
    >>> hunt = gt.Game.two_by_two(4, 0, 3, 1)
    >>> sos(hunt, rate=0.5)([0.5, 0.5]).round(4)
    array([0.5305, 0.5305])
    """
    if not 0 < a < 1:
        msg = f"a must lie in (0, 1), got {a}"
        raise ValueError(msg)
    if not b > 0:
        msg = f"b must be positive, got {b}"
        raise ValueError(msg)
    objective = _on_logits(game_or_objective, transfer)
    anticipated = rate if opponent_rate is None else _step(opponent_rate, "opponent_rate")

    def direction(x: Array, **parameters: Any) -> Array:
        first, second = objective.derivatives(x, **parameters)
        xi = _own(objective, first)
        ahead = xi + anticipated * _look(objective, first, second)
        bent = anticipated * _shape(objective, first, second)
        against = -_dot(bent, ahead)
        undone = np.where(against > 0, a * _dot(ahead, ahead) / np.where(against > 0, against, 1), 1)
        size = _dot(xi, xi)
        part = np.minimum(np.minimum(undone, 1), np.where(size < b**2, size, 1))
        return np.asarray(ahead + part[..., None] * bent)

    return _map("SOS", objective, rate, direction)


def extragradient(game_or_objective: Game | Objective, transfer: Transfer | None = None, *, rate: float = 1.0) -> Field:
    r"""Extragradient: everybody steps along the gradients at the point where a first step would lead.

    Parameters
    ----------
    game_or_objective, transfer, rate
        As in :func:`simultaneous_ascent`.

    Returns
    -------
    Field
        A map, :math:`\theta \mapsto \theta + \alpha\, \xi(\theta + \alpha \xi(\theta))`.

    Raises
    ------
    ValueError
        As in :func:`simultaneous_ascent`.

    References
    ----------
    .. [4] G. M. Korpelevich. "The extragradient method for finding saddle points and other problems".
       Matecon 12 (1976), 747-756.

    Examples
    --------
    >>> import gametheory as gt
    >>> extragradient(gt.catalogue.matching_pennies(), rate=0.5)([1.0, 0.0]).round(4)
    array([ 0.9887, -0.1151])
    """
    objective = _on_logits(game_or_objective, transfer)

    def direction(x: Array, **parameters: Any) -> Array:
        there = objective.space.nearest(x + rate * objective.own_gradient(x, **parameters))
        return objective.own_gradient(there, **parameters)

    return _map("extragradient", objective, rate, direction)


def consensus(
    game_or_objective: Game | Objective,
    transfer: Transfer | None = None,
    *,
    rate: float = 1.0,
    strength: float = 1.0,
) -> Field:
    r"""Consensus optimisation: ascend, and descend on the length of everybody's gradient.

    Parameters
    ----------
    game_or_objective, transfer, rate
        As in :func:`simultaneous_ascent`.
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
        As in :func:`simultaneous_ascent`; a negative strength.

    References
    ----------
    .. [5] L. Mescheder, S. Nowozin, A. Geiger. "The numerics of GANs". NeurIPS 2017.

    Examples
    --------
    >>> import gametheory as gt
    >>> consensus(gt.catalogue.matching_pennies(), rate=0.5)([1.0, 0.0]).round(4)
    array([ 0.9773, -0.1155])
    """
    _strength(strength)
    objective = _on_logits(game_or_objective, transfer)

    def direction(x: Array, **parameters: Any) -> Array:
        first, second = objective.derivatives(x, **parameters)
        xi, jacobian = _own(objective, first), _jacobian(objective, second)
        return np.asarray(xi - strength * _transposed(jacobian, xi))

    return _map("consensus", objective, rate, direction)


def sga(
    game_or_objective: Game | Objective,
    transfer: Transfer | None = None,
    *,
    rate: float = 1.0,
    strength: float = 1.0,
) -> Field:
    r"""Symplectic gradient adjustment: take the rotation out of the gradients.

    Parameters
    ----------
    game_or_objective, transfer, rate
        As in :func:`simultaneous_ascent`.
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
        As in :func:`simultaneous_ascent`; a negative strength.

    References
    ----------
    .. [6] D. Balduzzi et al. "The mechanics of n-player differentiable games". ICML 2018, Algorithm 1.

    Examples
    --------
    >>> import gametheory as gt
    >>> sga(gt.catalogue.matching_pennies(), rate=0.5)([1.0, 0.0]).round(4)
    array([ 0.9773, -0.1155])
    """
    _strength(strength)
    objective = _on_logits(game_or_objective, transfer)

    def direction(x: Array, **parameters: Any) -> Array:
        first, second = objective.derivatives(x, **parameters)
        xi, jacobian = _own(objective, first), _jacobian(objective, second)
        pull = _transposed(jacobian, xi)
        turn = (pull - np.einsum("...ab,...b->...a", jacobian, xi)) / 2  # A^T xi
        aligned = 0.1 - _dot(xi, pull) * _dot(turn, pull) / xi.shape[-1]
        return np.asarray(xi - strength * np.sign(aligned)[..., None] * turn)

    return _map("symplectic gradient adjustment", objective, rate, direction)


def cgd(game_or_objective: Game | Objective, transfer: Transfer | None = None, *, rate: float = 1.0) -> Field:
    r"""Competitive gradient: the equilibrium of the bilinear approximation of the game, with a cost of moving.

    Parameters
    ----------
    game_or_objective, transfer, rate
        As in :func:`simultaneous_ascent`.

    Returns
    -------
    Field
        A map, :math:`\theta \mapsto \theta + \alpha (I - \alpha J_o)^{-1} \xi`.

    Raises
    ------
    ValueError
        As in :func:`simultaneous_ascent`.

    References
    ----------
    .. [7] F. Schäfer, A. Anandkumar. "Competitive gradient descent". NeurIPS 2019.

    Examples
    --------
    >>> import gametheory as gt
    >>> cgd(gt.catalogue.matching_pennies(), rate=0.5)([1.0, 0.0]).round(4)
    array([ 0.9888, -0.1144])
    """
    objective = _on_logits(game_or_objective, transfer)

    def direction(x: Array, **parameters: Any) -> Array:
        first, second = objective.derivatives(x, **parameters)
        off = _jacobian(objective, second)
        for own in objective.space.owned:
            off[..., own, own] = 0
        identity = np.eye(x.shape[-1])
        return np.asarray(np.linalg.solve(identity - rate * off, _own(objective, first)[..., None])[..., 0])

    return _map("competitive gradient", objective, rate, direction)


# ---------------------------------------------------------------------- parts
def _on_logits(game_or_objective: Game | Objective, transfer: Transfer | None) -> Objective:
    objective = as_objective(game_or_objective, transfer)
    return Logits(objective) if isinstance(game_or_objective, Game) else objective


def _step(rate: float, name: str = "rate") -> float:
    given: object = rate
    if not isinstance(given, Real):
        msg = f"{name} must be one number, got {given!r}"
        raise TypeError(msg)
    if not 0 < rate < np.inf:
        msg = f"{name} must be a positive number, got {rate}"
        raise ValueError(msg)
    return rate


def _strength(strength: float) -> None:
    if not 0 <= strength < np.inf:
        msg = f"strength must be a number of at least 0, got {strength}"
        raise ValueError(msg)


def _map(name: str, objective: Objective, rate: float, direction: Direction) -> Field:
    _step(rate)

    space = objective.space
    if isinstance(space, Space) and max(space.n_actions) > 2:
        msg = (
            f"{name} on policies of {max(space.n_actions)} actions would depend on the order of the actions; "
            "wrap the objective in gametheory.objective.Logits"
        )
        raise ValueError(msg)

    def function(x: Array, **parameters: Any) -> Array:
        return objective.space.nearest(x + rate * direction(x, **parameters))

    return Field(
        space=objective.space,
        function=function,
        kind="map",
        smoothness="piecewise" if objective.smoothness == "piecewise" else "smooth",
        parameters=objective.parameters,
        name=name,
        objective=objective,
    )


def _own(objective: Objective, first: Array) -> Array:
    """Xi: each player's gradient of its own value."""
    return np.concatenate([first[..., i, own] for i, own in enumerate(objective.space.owned)], axis=-1)


def _jacobian(objective: Objective, second: Array) -> Array:
    """J: how everybody's own gradient moves with everybody's coordinates."""
    return np.concatenate([second[..., i, own, :] for i, own in enumerate(objective.space.owned)], axis=-2)


def _crossed(objective: Objective, first: Array, second: Array, whose: str) -> Array:
    """Sum over j != i of the mixed derivatives of V_i or V_j, times the gradient by j of the other one's value."""
    owned = objective.space.owned
    parts = []
    for i, own in enumerate(owned):
        total: Any = 0
        for j, other in enumerate(owned):
            if j != i:
                bent, along = (i, j) if whose == "own" else (j, i)
                total = total + np.einsum("...ab,...b->...a", second[..., bent, own, other], first[..., along, other])
        parts.append(total)
    return np.concatenate(parts, axis=-1)


def _look(objective: Objective, first: Array, second: Array) -> Array:
    """J_o xi: sum over j != i of (d_i d_j V_i) d_j V_j."""
    return _crossed(objective, first, second, "own")


def _shape(objective: Objective, first: Array, second: Array) -> Array:
    """Chi: sum over j != i of (d_i d_j V_j) d_j V_i."""
    return _crossed(objective, first, second, "other")


def _dot(a: Array, b: Array) -> Array:
    return np.asarray((a * b).sum(axis=-1))


def _transposed(matrix: Array, vector: Array) -> Array:
    """Transpose of a matrix times a vector."""
    return np.asarray(np.einsum("...ba,...b->...a", matrix, vector))
