r"""Regret: what a player could gain by its best reply.

A profile :math:`x` is an equilibrium iff no player gains by deviating, that is, iff the *regret*

.. math:: \rho_i(x) = \max_{a_i} u_i(a_i, x_{-i}) - u_i(x)

of every player is zero [1]_. Whatever method proposes a profile, the regret decides.

References
----------
.. [1] J. F. Nash, "Non-cooperative games", Annals of Mathematics 54 (1951).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gametheory.game import Game, object_array

__all__ = ["Policies", "fractions", "is_rational", "regret", "require_numbers", "values"]

Policies = tuple[NDArray[Any], ...]

_SUM_TOLERANCE = 1e-9  # probabilities may sum to one up to this


def regret(game: Game, policies: Iterable[ArrayLike]) -> NDArray[Any]:
    r"""Compute what each player could gain by its best reply, :math:`\max_{a_i} u_i(a_i, x_{-i}) - u_i(x)`.

    Parameters
    ----------
    game : Game
        Any number of players, numeric payoffs.
    policies : iterable of array_like, shapes (A_1,), ..., (A_n,)
        Probabilities of each player's actions.

    Returns
    -------
    ndarray, shape (n,)
        In units of payoff; `Fraction` if the game is exact and the policies are integers or fractions.

    Raises
    ------
    ValueError
        A symbolic game, or policies that are not probability vectors of the right lengths.

    Examples
    --------
    >>> regret(Game.two_by_two(R=3, S=0, T=5, P=1), [[1, 0], [1, 0]])
    array([Fraction(2, 1), Fraction(2, 1)], dtype=object)
    """
    return values(game, _checked(game, policies))[1]


def _checked(game: Game, policies: Iterable[ArrayLike]) -> Policies:
    """Return the policies as vectors, all `Fraction` if game and policies are exact, otherwise all float64."""
    require_numbers(game)
    given = [np.array(policy, dtype=object) for policy in policies]
    if len(given) != game.n_players:
        msg = f"policies must hold one vector for each of the {game.n_players} players, got {len(given)}"
        raise ValueError(msg)
    exact = is_rational(game) and all(isinstance(p, (int, Fraction)) for policy in given for p in policy.flat)
    checked = []
    for player, size, policy in zip(game.players, game.n_actions, given, strict=True):
        if policy.shape != (size,):
            msg = f"the policy of {player} must have shape ({size},), got {policy.shape}"
            raise ValueError(msg)
        vector = fractions(policy) if exact else policy.astype(np.float64)
        total = vector.sum()
        if not abs(total - 1) <= (0 if exact else _SUM_TOLERANCE) or not (vector >= 0).all():
            msg = f"the policy of {player} must be probabilities that sum to 1; got {list(policy)}, sum {total}"
            raise ValueError(msg)
        checked.append(vector)
    return tuple(checked)


def values(game: Game, policies: Policies) -> tuple[NDArray[Any], NDArray[Any]]:
    """Compute expected payoffs and regrets.

    Parameters
    ----------
    game : Game
        Numeric payoffs.
    policies : tuple of ndarray, shapes (A_1,), ..., (A_n,)
        Valid policies, all float64 or all `Fraction`.

    Returns
    -------
    payoffs, regret : ndarray, shape (n,)
        In units of payoff.

    Examples
    --------
    >>> payoffs, gain = values(Game.two_by_two(3.0, 0.0, 5.0, 1.0), (np.array([0.5, 0.5]), np.array([1.0, 0.0])))
    >>> payoffs, gain
    (array([4. , 1.5]), array([1. , 1.5]))
    """
    payoffs = game.payoffs if policies[0].dtype == object else game.numeric
    expected, gain = [], []
    for i in range(game.n_players):
        by_action = payoffs[i]  # becomes u_i(a_i, x_-i), shape (A_i,)
        for k in reversed(range(game.n_players)):
            if k != i:
                by_action = np.tensordot(by_action, policies[k], axes=(k, 0))
        expected.append(by_action @ policies[i])
        gain.append(by_action.max() - expected[i])
    return np.array(expected), np.array(gain)


def fractions(numbers: Iterable[Any]) -> NDArray[Any]:
    """Return numbers as a vector of `Fraction`.

    Examples
    --------
    >>> fractions([0.5, 1])
    array([Fraction(1, 2), Fraction(1, 1)], dtype=object)
    """
    exact = [Fraction(number) for number in numbers]
    return object_array(exact, (len(exact),))


def is_rational(game: Game) -> bool:
    """Tell whether all payoffs are of type `Fraction`.

    Examples
    --------
    >>> is_rational(Game.two_by_two(3, 0, 5, 1)), is_rational(Game.two_by_two(3.0, 0, 5, 1))
    (True, False)
    """
    return game.exact and all(isinstance(value, Fraction) for value in game.payoffs.flat)


def require_numbers(game: Game) -> None:
    """Raise ``ValueError`` while the game has unbound symbols."""
    if game.symbols:
        msg = f"equilibria need numbers, but the game has symbols {', '.join(game.parameters)}; call bind(...) first"
        raise ValueError(msg)
