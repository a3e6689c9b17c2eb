r"""Replicator dynamics.

.. math:: \dot x_k = x_k \big[ (A y)_k - x^\top A y \big]

with y the other population (several populations) or x itself (one population of a symmetric game) [1]_. It is the
natural policy gradient on expected payoffs, so it shares that code.

References
----------
.. [1] P. D. Taylor, L. B. Jonker. "Evolutionary stable strategies and game dynamics". Mathematical Biosciences, 1978.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gametheory.rules.gradient import policy_gradient

if TYPE_CHECKING:
    from gametheory.field import Field
    from gametheory.game import Game
    from gametheory.transfer import TransferLike

__all__ = ["replicator"]


def replicator(game: Game, transfer: TransferLike | None = None, *, populations: str = "several") -> Field:
    """Replicator field of a game.

    Parameters
    ----------
    game : Game
        For one population: symmetric.
    transfer : Transfer or sequence of n Transfer, optional
        Who gets whose payoff; selfish if not given.
    populations : {"several", "one"}
        One population for each player, or one for all.

    Returns
    -------
    Field

    Raises
    ------
    ValueError
        One population for a game that is not symmetric.

    Examples
    --------
    >>> import gametheory as gt
    >>> field = replicator(gt.catalogue.rock_paper_scissors(), populations="one")
    >>> field([1 / 3, 1 / 3]).round(12) + 0.0
    array([0., 0.])
    """
    if populations not in {"one", "several"}:
        msg = f'populations must be "one" or "several", got {populations!r}'
        raise ValueError(msg)
    field = replace(policy_gradient(game, transfer), name="replicator, several populations")
    return field if populations == "several" else replace(field.diagonal(), name="replicator, one population")
