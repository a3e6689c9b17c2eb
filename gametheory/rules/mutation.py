r"""Replicator–mutator dynamics.

.. math:: \dot x_k = x_k (v_k - \bar v) + \mu\,(1/A - x_k)

with uniform mutation at rate :math:`\mu` [1]_. Mutation moves rest points off the faces.

References
----------
.. [1] I. M. Bomze, R. Bürger. "Stability by mutation in evolutionary games". Games and Economic Behavior 11, 1995.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.field import ClosedForm, Field
from gametheory.rules.gradient import policy_gradient
from gametheory.space import simplices

if TYPE_CHECKING:
    from gametheory.game import Game
    from gametheory.objective import ObjectiveLike
    from gametheory.transfer import TransferLike

__all__ = ["replicator_mutator"]


def replicator_mutator(
    game_or_objective: Game | ObjectiveLike, transfer: TransferLike | None = None, *, rate: float = 0.01
) -> Field:
    """Replicator flow with uniform mutation, one population for each player.

    Parameters
    ----------
    game_or_objective : Game, Objective or sequence of n Objective
        What is played.
    transfer : Transfer or sequence of n Transfer, optional
        For a game: who gets whose payoff; selfish if not given.
    rate : float, default 0.01
        Mutation rate, per unit of time; at least 0.

    Returns
    -------
    Field

    Raises
    ------
    ValueError
        A negative rate.

    Examples
    --------
    Defection is no longer certain in a prisoner's dilemma:

    >>> import gametheory as gt
    >>> field = replicator_mutator(gt.catalogue.prisoners_dilemma(), rate=0.1)
    >>> float(field([0.0, 0.0])[0])
    0.05
    """
    if not rate >= 0:
        msg = f"rate must be at least 0, got {rate}"
        raise ValueError(msg)
    plain = policy_gradient(game_or_objective, transfer)
    n_actions = simplices(plain.space).n_actions
    uniform = np.concatenate([np.full(a - 1, 1 / a) for a in n_actions])

    def function(x: Any, **parameters: Any) -> Any:
        return plain.function(x, **parameters) + rate * (uniform - x)

    def derive() -> ClosedForm | None:
        import sympy as sp

        if plain.expressions is None:
            return None
        mu = sp.Rational(str(rate))
        targets = [sp.Rational(1, a) for a in n_actions for _ in range(a - 1)]
        pull = (mu * (target - s) for target, s in zip(targets, plain.space.symbols, strict=True))
        return ClosedForm(tuple(e + m for e, m in zip(plain.expressions, pull, strict=True)))

    return replace(
        plain,
        function=function,
        derive=derive,
        name="replicator-mutator",
        parametrisation="",
        derive_alike=None,
        faces="free" if rate else plain.faces,
    )
