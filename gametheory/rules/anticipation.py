r"""Rules that anticipate what the co-players learn next, and may shape it.

Write :math:`\xi_i = \partial_i V_i` for the gradients of everybody's own value, :math:`J = d\xi/d\theta` for their
Jacobian (the game's Hessian, up to the sign), :math:`J_o` for J without the blocks on its diagonal, and

.. math:: \chi_i = \sum_{j \ne i} (\partial_i \partial_j V_j)\, \partial_j V_i

for the shaping term: how i's step bends the step of j, for i's good. A step of size :math:`\alpha` goes along

.. math::

    \text{simultaneous ascent:}\quad & \xi \\
    \text{LookAhead [1]}\quad & \xi + \alpha J_o \xi \\
    \text{LOLA, as published [2]}\quad & \xi + \alpha \chi \\
    \text{LOLA, by first-order expansion [3]}\quad & \xi + \alpha J_o \xi + \alpha \chi \\
    \text{SOS [3]}\quad & \xi + \alpha J_o \xi + p\, \alpha \chi, \quad 0 \le p \le 1 \text{ as in } \mathrm{sos}

The literature minimises losses :math:`L = -V`: there :math:`g = -\xi`, :math:`H = -J`, and LookAhead reads
:math:`g - \alpha H_o g`. Weights of a transfer are held in all derivatives, so J is the Jacobian of :math:`\xi` only up
to what moves the weights.

Numbers in brackets are the references of the functions below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gametheory.rules.differentiable import (
    check_rate,
    dot,
    lookahead_term,
    on_logits,
    shaping_term,
    simultaneous_gradient,
    step_map,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.field import Field
    from gametheory.game import Game
    from gametheory.objective import ObjectiveLike
    from gametheory.transfer import TransferLike

    Array = NDArray[Any]

__all__ = ["lola", "lookahead", "simultaneous_ascent", "sos"]


def simultaneous_ascent(
    game_or_objective: Game | ObjectiveLike, transfer: TransferLike | None = None, *, rate: float = 1.0
) -> Field:
    r"""Everybody takes a gradient step at once, as if the others stood still ("naive learning").

    Parameters
    ----------
    game_or_objective : Game, Objective or sequence of n Objective
        A game is played once, by players who move their logits. An objective is climbed in its own coordinates; make
        those logits with :class:`~gametheory.objective.Logits`.
    transfer : Transfer or sequence of n Transfer, optional
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
    objective = on_logits(game_or_objective, transfer)

    def direction(x: Array, **parameters: Any) -> Array:
        return objective.own_gradient(x, **parameters)

    return step_map("simultaneous ascent", objective, rate, direction)


def lookahead(
    game_or_objective: Game | ObjectiveLike,
    transfer: TransferLike | None = None,
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
    objective = on_logits(game_or_objective, transfer)
    anticipated = _anticipated(rate, opponent_rate)

    def direction(x: Array, **parameters: Any) -> Array:
        first, second = objective.derivatives(x, **parameters)
        return simultaneous_gradient(objective, first) + anticipated * lookahead_term(objective, first, second)

    return step_map("LookAhead", objective, rate, direction)


def lola(
    game_or_objective: Game | ObjectiveLike,
    transfer: TransferLike | None = None,
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
    objective = on_logits(game_or_objective, transfer)
    anticipated = _anticipated(rate, opponent_rate)

    def direction(x: Array, **parameters: Any) -> Array:
        first, second = objective.derivatives(x, **parameters)
        bent = shaping_term(objective, first, second)
        if form == "expansion":
            bent = bent + lookahead_term(objective, first, second)
        return simultaneous_gradient(objective, first) + anticipated * bent

    return step_map("LOLA" if form == "expansion" else "LOLA, as published", objective, rate, direction)


def sos(
    game_or_objective: Game | ObjectiveLike,
    transfer: TransferLike | None = None,
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
    objective = on_logits(game_or_objective, transfer)
    anticipated = _anticipated(rate, opponent_rate)

    def direction(x: Array, **parameters: Any) -> Array:
        first, second = objective.derivatives(x, **parameters)
        xi = simultaneous_gradient(objective, first)
        ahead = xi + anticipated * lookahead_term(objective, first, second)
        bent = anticipated * shaping_term(objective, first, second)
        against = -dot(bent, ahead)
        undone = np.where(against > 0, a * dot(ahead, ahead) / np.where(against > 0, against, 1), 1)
        size = dot(xi, xi)
        part = np.minimum(np.minimum(undone, 1), np.where(size < b**2, size, 1))
        return np.asarray(ahead + part[..., None] * bent)

    return step_map("SOS", objective, rate, direction)


def _anticipated(rate: float, opponent_rate: float | None) -> float:
    """Return the step that is expected of the others: one's own if none is given."""
    return rate if opponent_rate is None else check_rate(opponent_rate, "opponent_rate")
