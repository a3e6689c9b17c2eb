"""What everybody gains when one player cooperates: the numbers that all measures are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.game import Game
from gametheory.transfer import Transfer

__all__ = ["cooperative_profile", "deviations", "dominance_margin", "name_deviation", "name_profile", "rational_twin"]


def cooperative_profile(game: Game, cooperative: int | Sequence[int]) -> tuple[int, ...]:
    """Return the cooperative action of each player."""
    given: tuple[Any, ...] = (
        tuple(cooperative) if isinstance(cooperative, Sequence) else (cooperative,) * game.n_players
    )
    if len(given) != game.n_players:
        msg = f"cooperative must be one action, or one for each of the {game.n_players} players, got {cooperative!r}"
        raise ValueError(msg)
    for player, action, size in zip(game.players, given, game.n_actions, strict=True):
        if not (isinstance(action, int | np.integer) and 0 <= action < size):
            msg = f"the cooperative action of {player} must be an integer from 0 to {size - 1}, got {action!r}"
            raise ValueError(msg)
    return tuple(int(action) for action in given)


def rational_twin(game: Game) -> Game:
    """Return the game with payoffs that are all `Fraction`; an irrational number counts as its decimal too."""
    numeric = game.numeric  # refuses symbols
    exact = game.exact and all(isinstance(value, Fraction) for value in game.payoffs.flat)
    return game if exact else game.replace(payoffs=numeric).rational()


def deviations(payoffs: NDArray[Any], cooperative: tuple[int, ...]) -> list[NDArray[Any]]:
    """For each player, what everybody gains by its cooperation: shape (other actions × what the others do, n)."""
    n = len(payoffs)
    rows = []
    for i, action in enumerate(cooperative):
        by_action = np.moveaxis(payoffs, 1 + i, 1)  # (n, A_i, others)
        gain = by_action[:, action : action + 1] - np.delete(by_action, action, axis=1)
        rows.append(gain.reshape(n, -1).T)
    return rows


def name_deviation(game: Game, cooperative: tuple[int, ...], player: int, row: int) -> str:
    """Name one row of :func:`deviations`."""
    sizes = list(game.n_actions)
    others = [k for k in range(game.n_players) if k != player]
    place = np.unravel_index(row, (sizes[player] - 1, *(sizes[k] for k in others)))
    actions = [a for a in range(sizes[player]) if a != cooperative[player]]
    deviation = game.actions[player][actions[int(place[0])]]
    when = ", ".join(
        f"{game.players[k]} plays {game.actions[k][int(a)]}" for k, a in zip(others, place[1:], strict=True)
    )
    return f"{game.players[player]} deviates to {deviation}" + (f" while {when}" if when else "")


def name_profile(game: Game, cooperative: tuple[int, ...]) -> str:
    """Name the actions of a profile."""
    return "(" + ", ".join(names[a] for names, a in zip(game.actions, cooperative, strict=True)) + ")"


def dominance_margin(game: Game, transfer: Transfer, cooperative: int | Sequence[int] = 0) -> Any:
    """By how much cooperation is at least better than any other action, after transfer.

    Parameters
    ----------
    game : Game
        Numeric payoffs, any number of players.
    transfer : Transfer
        Who gets whose reward. If it depends on estimates, everybody expects uniform policies.
    cooperative : int or sequence of int
        The cooperative action of everybody, or of each player.

    Returns
    -------
    Fraction or float
        In units of payoff. Cooperation is dominant iff it is at least 0, strictly iff it is positive; ``inf`` if
        nobody has another action.

    Raises
    ------
    ValueError
        A symbolic game, or actions that the players do not have.

    Examples
    --------
    >>> from gametheory.transfer import FixedShare
    >>> dominance_margin(Game.two_by_two(3, 0, 4, 1), FixedShare(Fraction(3, 4)))
    Fraction(0, 1)
    """
    chosen = cooperative_profile(game, cooperative)
    payoffs = game.payoffs if game.exact and not game.symbols else game.numeric
    number: Any = Fraction if payoffs.dtype == object else float
    uniform = [np.array([number(1) / number(size)] * size) for size in game.n_actions]
    effective = transfer.effective(payoffs, [uniform] * game.n_players)
    rows = deviations(effective, chosen)
    return min((value for i, gain in enumerate(rows) for value in gain[:, i]), default=math.inf)
