r"""Gradient ascent of two players with two actions, and its win-or-learn-fast variant.

Infinitesimal gradient ascent is the projected policy gradient, :math:`\dot p_i = g_i` in the unit square [1]_.
WoLF-IGA multiplies a player's step by :math:`l_{min}` while it *wins*, that is, gets more than its equilibrium strategy
would get against the present opponent, and by :math:`l_{max}` while it loses [2]_.

References
----------
.. [1] S. Singh, M. Kearns, Y. Mansour. "Nash convergence of gradient dynamics in general-sum games". UAI 2000.
.. [2] M. Bowling, M. Veloso. "Multiagent learning using a variable learning rate". Artificial Intelligence 136, 2002.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.game import Game
from gametheory.rules.gradient import policy_gradient

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from gametheory.field import Field
    from gametheory.transfer import TransferLike

__all__ = ["gradient_ascent", "wolf"]


def gradient_ascent(game: Game, transfer: TransferLike | None = None) -> Field:
    """Infinitesimal gradient ascent (IGA).

    Parameters
    ----------
    game : Game
        What is played.
    transfer : Transfer or sequence of n Transfer, optional
        Who gets whose payoff; selfish if not given.

    Returns
    -------
    Field

    Examples
    --------
    >>> import gametheory as gt
    >>> gradient_ascent(gt.catalogue.matching_pennies())([0.75, 0.5])
    array([ 0., -1.])
    """
    return replace(policy_gradient(game, transfer, "projected"), name="infinitesimal gradient ascent")


def wolf(game: Game, equilibrium: ArrayLike | None = None, *, winning: float = 0.5, losing: float = 1.0) -> Field:
    """Win-or-learn-fast gradient ascent (WoLF-IGA) of selfish players.

    Parameters
    ----------
    game : Game
        Two players with two actions, numeric.
    equilibrium : array_like, shape (2,), optional
        Equilibrium that winning is measured against, in reduced coordinates; the game's only one if not given.
    winning, losing : float
        Step factors l_min and l_max, 0 < l_min <= l_max.

    Returns
    -------
    Field

    Raises
    ------
    ValueError
        Another kind of game; several equilibria and none chosen; factors out of order.

    Examples
    --------
    Player 1, at its equilibrium strategy, neither wins nor loses; player 2 moves with its own factor.

    >>> import gametheory as gt
    >>> wolf(gt.catalogue.matching_pennies())([0.75, 0.75])
    array([ 0.5, -1. ])
    """
    given: object = game
    if not isinstance(given, Game):
        msg = f"wolf needs a Game, got {type(given).__name__}"
        raise TypeError(msg)
    if game.n_actions != (2, 2):  # the two-player, two-action theory
        msg = f"wolf serves two players with two actions, got {game.n_actions}"
        raise ValueError(msg)
    if not 0 < winning <= losing:
        msg = f"factors must satisfy 0 < winning <= losing, got {winning} and {losing}"
        raise ValueError(msg)
    if equilibrium is None:
        from gametheory.equilibria import nash

        found = nash(game)
        if len(found) != 1:
            msg = f"the game has {len(found)} equilibria: choose one with equilibrium="
            raise ValueError(msg)
        equilibrium = [float(policy[0]) for policy in found[0].policies]
    rest = np.asarray(equilibrium, dtype=np.float64)
    plain = gradient_ascent(game)
    objective = plain.objective
    if objective is None:  # pragma: no cover  (policy_gradient sets it)
        msg = "wolf needs an objective"
        raise ValueError(msg)

    def function(x: Any) -> Any:
        # V_i(x_i, x_-i) - V_i(rest_i, x_-i) = (x_i - rest_i) g_i, as V_i is linear in x_i
        gain = (x - rest) * objective.own_gradient(x)
        return plain.function(x) * np.where(gain > 0, winning, losing)

    return replace(
        plain,
        function=function,
        derive=None,
        name="WoLF gradient ascent",
        parametrisation="",
        derive_alike=None,
        faces="free",
    )
