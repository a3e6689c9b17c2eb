"""How much of its own reward everybody can keep while cooperation stays dominant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibria.linear_program import Optimum, maximise
from gametheory.game import Game
from gametheory.reward_transfer.deviations import (
    cooperative_profile,
    deviations,
    name_deviation,
    name_profile,
    rational_twin,
)
from gametheory.transfer import FixedShare

__all__ = ["SelfInterest", "general_self_interest", "symmetric_self_interest"]

Number = Fraction | float
Bound = tuple[Fraction, str]


@dataclass(frozen=True, eq=False)
class SelfInterest:
    """A self-interest level and the transfer that attains it.

    Attributes
    ----------
    value : Fraction or float
        The share of its own reward that every player can keep, between 0 and 1.
    matrix : ndarray, shape (n, n)
        Row i: where i's reward goes. There may be others as good.
    method : str
        How it was found.
    exact : bool
        Whether the value is proven in exact arithmetic.
    """

    value: Number
    matrix: NDArray[Any]
    method: str
    exact: bool

    @property
    def transfer(self) -> FixedShare:
        """The transfer itself."""
        return FixedShare(self.matrix)


def symmetric_self_interest(game: Game, cooperative: int | Sequence[int] = 0) -> SelfInterest:
    r"""Symmetric self-interest level s* of a game.

    The largest s in [1/n, 1] such that cooperation is dominant when everybody keeps the share s of its reward and
    hands out the rest to the others in equal parts [1]_.

    Parameters
    ----------
    game : Game
        Numeric payoffs, any number of players.
    cooperative : int or sequence of int
        The cooperative action of everybody, or of each player.

    Returns
    -------
    SelfInterest
        Exact if the game is.

    Raises
    ------
    ValueError
        A symbolic game, actions that the players do not have, or no such s: the message names a deviation that raises
        the sum of payoffs, or two that ask for different shares.

    Notes
    -----
    Each deviation gives one linear inequality :math:`s\,d_i + \frac{1 - s}{n - 1} \sum_{k \ne i} d_k \ge 0`, so the
    shares that serve form an interval. In a symmetric 2×2 game with T > S and 2R ≥ T + S ≥ 2P it is
    :math:`s^* = \min(1, (R - S)/(T - S), (T - P)/(T - S))`.

    References
    ----------
    .. [1] R. Willis, Y. Du, J. Z. Leibo, M. Luck. "Resolving social dilemmas with minimal reward transfer".
       Autonomous Agents and Multi-Agent Systems, 2024.

    Examples
    --------
    >>> symmetric_self_interest(Game.two_by_two(3, 0, 5, 1)).value
    Fraction(3, 5)
    """
    chosen = cooperative_profile(game, cooperative)
    twin = rational_twin(game)
    low, high = _shares(twin, chosen, Fraction(1, game.n_players))
    if low[0] > high[0]:
        raise ValueError(_no_share(game, chosen, low, high))
    return _answer(game, high[0], _symmetric(high[0], game.n_players), "closed form")


def general_self_interest(game: Game, cooperative: int | Sequence[int] = 0, *, method: str = "auto") -> SelfInterest:
    r"""General self-interest level g* of a game, and a transfer matrix that attains it.

    .. math:: g^* = \max_T \min_i T_{ii} \quad \text{such that cooperation is dominant under } T,\; T \ge 0,\;
        \textstyle\sum_j T_{ij} = 1.

    Parameters
    ----------
    game : Game
        Numeric payoffs, any number of players.
    cooperative : int or sequence of int
        The cooperative action of everybody, or of each player.
    method : str
        ``"closed-form"`` (symmetric games with one cooperative action), ``"lp"`` (any game: a linear program [1]_), or
        ``"auto"``.

    Returns
    -------
    SelfInterest
        Exact if the game is: the linear program is solved in fractions, and multipliers prove its value. The value of a
        float game is that of its decimals, rounded at the end.

    Raises
    ------
    ValueError
        A symbolic game, actions that the players do not have, an unknown or unsuitable method, or no such transfer:
        then however rewards are passed on, some player sometimes wants to deviate.
    RuntimeError
        The linear program takes too many steps in exact arithmetic.

    Notes
    -----
    In a symmetric game the mean of an optimal T over all orders of the players is as good, and it is a symmetric
    transfer; so g* is the largest share in [0, 1] for which the symmetric transfer serves, and equals s* if there is
    one. Below 1/n players value the others' rewards above their own.

    References
    ----------
    .. [1] R. Willis, Y. Du, J. Z. Leibo, M. Luck. "Resolving social dilemmas with minimal reward transfer".
       Autonomous Agents and Multi-Agent Systems, 2024.

    Examples
    --------
    Each player depends on the next one only, so all transfers go there.

    >>> ring = Game(
    ...     np.fromfunction(
    ...         lambda i, *a: 3 * (1 - np.choose((i + 1) % 3, a)) + np.choose(i, a), (3, 2, 2, 2), dtype=int
    ...     )
    ... )
    >>> symmetric_self_interest(ring).value, general_self_interest(ring).value
    (Fraction(3, 5), Fraction(3, 4))
    """
    chosen = cooperative_profile(game, cooperative)
    twin = rational_twin(game)
    symmetric = len(set(chosen)) == 1 and twin.is_symmetric
    if method not in {"auto", "closed-form", "lp"}:
        msg = f"method must be 'auto', 'closed-form' or 'lp', got {method!r}"
        raise ValueError(msg)
    if method == "closed-form" and not symmetric:
        msg = "method='closed-form' serves symmetric games with one cooperative action; use method='lp'"
        raise ValueError(msg)
    if symmetric and method != "lp":
        low, high = _shares(twin, chosen, Fraction(0))
        if low[0] > high[0]:
            raise ValueError(_infeasible(game, chosen))
        return _answer(game, high[0], _symmetric(high[0], game.n_players), "closed form of symmetric games")
    upper, equal = _constraints(deviations(twin.payoffs, chosen))
    n = game.n_players
    cost = [0] * (n * n) + [1]
    found = maximise(cost, upper=upper, bound=[0] * len(upper), equal=equal, right=[1] * n)
    if isinstance(found, Optimum):
        return _answer(game, found.value, found.x[:-1].reshape(n, n), "linear program, value proven in fractions")
    raise ValueError(_infeasible(game, chosen))  # z is at most 1, so it is not unbounded


def _constraints(deviations: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Rows of ``upper @ v <= 0`` and ``equal @ v == 1`` for v = (T row by row, z), whose z is to be as large as can be.

    They say that z <= T_ii, that no deviation gains anything, and that the rows of T sum to one.
    """
    n = len(deviations)
    upper = np.zeros((n + sum(map(len, deviations)), n * n + 1), dtype=object)
    upper[np.arange(n), np.arange(n) * (n + 1)] = -1
    upper[:n, -1] = 1
    start = n
    for i, rows in enumerate(deviations):
        upper[start : start + len(rows), i : n * n : n] = -rows
        start += len(rows)
    equal = np.zeros((n, n * n + 1), dtype=object)
    for k in range(n):
        equal[k, k * n : (k + 1) * n] = 1
    return upper, equal


def _answer(game: Game, value: Fraction, matrix: NDArray[Any], method: str) -> SelfInterest:
    exact = game.exact and all(isinstance(payoff, Fraction) for payoff in game.payoffs.flat)
    return SelfInterest(value if exact else float(value), matrix if exact else matrix.astype(np.float64), method, exact)


def _symmetric(share: Fraction, n: int) -> NDArray[Any]:
    return FixedShare(np.array(share, dtype=object)).matrix(n)


def _shares(game: Game, cooperative: tuple[int, ...], least: Fraction) -> tuple[Bound, Bound]:
    """Return the smallest and the largest share in [least, 1] that serve, and which deviations set them.

    The smallest is larger than the largest if none serves.
    """
    n = game.n_players
    low, high = (least, ""), (Fraction(1), "")
    for i, rows in enumerate(deviations(game.payoffs, cooperative)):
        for index, gain in enumerate(rows):
            others = (gain.sum() - gain[i]) / max(n - 1, 1)
            slope = gain[i] - others
            if slope < 0 and -others / slope < high[0]:
                high = (-others / slope, name_deviation(game, cooperative, i, index))
            elif slope > 0 and -others / slope > low[0]:
                low = (-others / slope, name_deviation(game, cooperative, i, index))
            elif slope == 0 and others < 0:
                return low, (Fraction(-1), name_deviation(game, cooperative, i, index))
    return low, high


def _no_share(game: Game, cooperative: tuple[int, ...], low: Bound, high: Bound) -> str:
    """Say why no symmetric transfer makes cooperation dominant."""
    start = f"no symmetric reward transfer makes {name_profile(game, cooperative)} dominant: "
    if low[1] and high[1] and high[0] >= 0:
        return start + (
            f"when {low[1]}, everybody has to keep at least {low[0]} of its reward, but when {high[1]}, at most "
            f"{high[0]}; try general_self_interest, or another cooperative profile"
        )
    return start + (
        f"when {high[1] or low[1]}, the sum of payoffs rises, so that even equal sharing does not deter it; look for "
        "another cooperative profile"
    )


def _infeasible(game: Game, cooperative: tuple[int, ...]) -> str:
    """Say what it means that the linear program has no solution."""
    return (
        f"no reward transfer makes {name_profile(game, cooperative)} dominant (the linear program is infeasible): "
        "whoever gets whose reward, somebody sometimes gains by deviating; look for another cooperative profile, or "
        "for payments that depend on actions (contract)"
    )
