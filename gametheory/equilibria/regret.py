r"""Regret: what a player could gain by its best reply.

A profile :math:`x` is an equilibrium iff no player gains by deviating, that is, iff the *regret*

.. math:: \rho_i(x) = \max_{a_i} u_i(a_i, x_{-i}) - u_i(x)

of every player is zero [1]_. Whatever method proposes a profile, the regret decides.

References
----------
.. [1] J. F. Nash, "Non-cooperative games", Annals of Mathematics 54 (1951).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gametheory.game import Game
from gametheory.numbers import floats, object_array

__all__ = ["Policies", "at_stake", "bimatrix_regret", "fractions", "is_rational", "regret", "require_numbers", "values"]

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
    if isinstance(policies, str) or not np.iterable(policies):
        msg = f"policies must hold one vector of probabilities for each player, got {policies!r:.60}"
        raise TypeError(msg)
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
        vector = fractions(policy) if exact else floats(policy, f"the policy of {player}")
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
    for i, own in enumerate(policies):
        by_action = np.moveaxis(payoffs[i], i, 0)
        usual = by_action[own.argmax()]
        # what an action earns more than the one played most: what does not depend on i's action never gets in
        others = [p for k, p in enumerate(policies) if k != i]
        more, level = _against(by_action - usual, others), _against(usual, others)
        expected.append(_expanded(level + more @ own))
        gain.append(_expanded((more.max() - more) @ own))
    return np.array(expected), np.array(gain)


def _against(payoffs: NDArray[Any], others: Sequence[NDArray[Any]]) -> Any:
    """Mean over what the others play, their actions on the last axes."""
    for policy in reversed(others):
        payoffs = _expanded(payoffs @ policy)
    return payoffs


def _expanded(numbers: Any) -> Any:
    """Multiply SymPy numbers out, so that a + b √D is written in one way; leave others alone."""
    if isinstance(numbers, np.ndarray) and not numbers.dtype.hasobject:
        return numbers
    return np.frompyfunc(lambda number: number.expand() if hasattr(number, "expand") else number, 1, 1)(numbers)


def at_stake(payoffs: NDArray[Any], policies: Sequence[NDArray[Any]], player: int) -> Any:
    """Compute the largest payoff difference of a player on the support of a profile and its best replies there.

    Parameters
    ----------
    payoffs : ndarray, shape A
        Of that player.
    policies : sequence of ndarray, shapes (A_1,), ..., (A_n,)
        The profile.
    player : int
        Which one.

    Returns
    -------
    number
        What a regret is small beside.

    Examples
    --------
    >>> chicken = Game.two_by_two(R=3, S=1, T=4, P=-100)
    >>> pure, mixed = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    >>> [float(at_stake(chicken.numeric[0], [mix, mix], 0)) for mix in (pure, mixed)]
    [1.0, 104.0]
    """
    others = [p for k, p in enumerate(policies) if k != player]
    by_action = np.moveaxis(payoffs, player, 0)
    value = _against(by_action - by_action[policies[player].argmax()], others)
    own = (policies[player] > 0) | (value == value.max())
    counts = by_action[np.ix_(own, *(p > 0 for p in others))]
    return counts.max() - counts.min()


def bimatrix_regret(
    own: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Compute payoffs and regrets of one of two players, for many profiles at once.

    Parameters
    ----------
    own : ndarray, shape (n, m, k) or (1, m, k)
        Its payoffs in each game, or in one, its own actions first.
    x, y : ndarray, shapes (n, m) and (n, k)
        Its own policies and the other player's.

    Returns
    -------
    payoffs, regret : ndarray, shape (n,)
        In units of payoff.
    more : ndarray, shape (n, m)
        What each action earns more than the one played most.

    Examples
    --------
    >>> payoffs, gain, _ = bimatrix_regret(np.array([[[3.0, 0], [5, 1]]]), np.array([[1.0, 0]]), np.array([[1.0, 0]]))
    >>> payoffs, gain
    (array([3.]), array([2.]))
    """
    usual = own[0 if len(own) == 1 else np.arange(len(own)), x.argmax(axis=1)]
    more = np.vecdot(own - usual[:, None], y[:, None])
    mean = np.vecdot(more, x)
    return np.vecdot(usual, y) + mean, np.vecdot(more.max(axis=1, keepdims=True) - more, x), more


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


def require_numbers(game: object) -> None:
    """Raise ``TypeError`` if it is no game, ``ValueError`` while it has unbound symbols."""
    if not isinstance(game, Game):
        msg = f"game must be a Game, e.g. Game.from_bimatrix(A, B), got {type(game).__name__}"
        raise TypeError(msg)
    if game.symbols:
        msg = f"equilibria need numbers, but the game has symbols {', '.join(game.parameters)}; call bind(...) first"
        raise ValueError(msg)
