r"""Best-response dynamics and fictitious play.

.. math:: \dot x_i \in BR_i(x_{-i}) - x_i

Continuous-time fictitious play is the same flow on the time axis :math:`\ln t` [1]_ [2]_; the map here is one round of
discrete fictitious play, :math:`x \mapsto x + (BR(x) - x)/(t + 1)`.

References
----------
.. [1] G. W. Brown. "Iterative solution of games by fictitious play". 1951.
.. [2] I. Gilboa, A. Matsui. "Social stability and equilibrium". Econometrica 59, 1991.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.field import Field
from gametheory.rules.gradient import policy_gradient
from gametheory.space import simplices

if TYPE_CHECKING:
    from gametheory.game import Game
    from gametheory.objective import ObjectiveLike
    from gametheory.transfer import TransferLike

__all__ = ["best_response", "fictitious_play"]

_TIE = 1e-12  # action values that differ by less than this part of the payoffs' range count as equal


def best_response(game_or_objective: Game | ObjectiveLike, transfer: TransferLike | None = None) -> Field:
    """Best-response dynamics; among equally good actions the reply is uniform.

    Parameters
    ----------
    game_or_objective : Game, Objective or sequence of n Objective
        What is played.
    transfer : Transfer or sequence of n Transfer, optional
        For a game: who gets whose payoff; selfish if not given.

    Returns
    -------
    Field
        Piecewise.

    Examples
    --------
    >>> import gametheory as gt
    >>> best_response(gt.catalogue.prisoners_dilemma())([0.75, 0.5])
    array([-0.75, -0.5 ])
    """
    plain = policy_gradient(game_or_objective, transfer)
    objective, space = plain.objective, simplices(plain.space)
    if space.labels:
        msg = (
            "best replies here are to games played once; a player with a policy in each of the states "
            f"{', '.join(space.labels)} has gametheory.memory_one.best_reply"
        )
        raise ValueError(msg)
    if objective is None:  # pragma: no cover  (policy_gradient sets it)
        msg = "best_response needs an objective"
        raise ValueError(msg)

    def function(x: Any, **parameters: Any) -> Any:
        gradient = objective.own_gradient(x, **parameters)
        slack = _TIE * np.expand_dims(objective.payoff_range(**parameters), -1)
        replies = []
        for block in space.blocks:
            values = np.concatenate([gradient[..., block], np.zeros((*gradient.shape[:-1], 1))], axis=-1)
            best = values >= values.max(axis=-1, keepdims=True) - slack
            replies.append((best / best.sum(axis=-1, keepdims=True))[..., :-1])
        return np.concatenate(replies, axis=-1) - x

    return replace(
        plain,
        function=function,
        derive=None,
        smoothness="piecewise",
        name="best-response dynamics",
        parametrisation="",
        derive_alike=None,
        faces="free",
    )


def fictitious_play(game: Game, transfer: TransferLike | None = None, *, round_number: int = 1) -> Field:
    """One round of fictitious play as a map on empirical frequencies.

    Parameters
    ----------
    game : Game
        What is played.
    transfer : Transfer or sequence of n Transfer, optional
        Who gets whose payoff; selfish if not given.
    round_number : int, default 1
        Rounds t already played; the new reply has weight 1/(t + 1).

    Returns
    -------
    Field
        A map.

    Raises
    ------
    ValueError
        A round number below 0.

    Examples
    --------
    >>> import gametheory as gt
    >>> fictitious_play(gt.catalogue.prisoners_dilemma(), round_number=3)([0.5, 0.5])
    array([0.375, 0.375])
    """
    if round_number < 0:
        msg = f"round_number must be at least 0, got {round_number}"
        raise ValueError(msg)
    toward = best_response(game, transfer)

    def function(x: Any, **parameters: Any) -> Any:
        return x + toward.function(x, **parameters) / (round_number + 1)

    return replace(toward, function=function, kind="map", name="fictitious play")
