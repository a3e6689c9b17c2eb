r"""Partners and rivals: what a memory-one strategy makes of the prisoner's dilemma, in the limit of means.

A *partner* is fully cooperative and makes sure that who gives it less than R gets less than R as well; a *rival* never
earns less than the other [1]_. Both properties are inequalities in the entries of the strategy, by Akin's identity
[2]_.

References
----------
.. [1] C. Hilbe, K. Chatterjee, M. A. Nowak. "Partners and rivals in direct reciprocity". Nature Human Behaviour 2
   (2018), 469-477.
.. [2] E. Akin. "What you gotta know to play good in the iterated prisoner's dilemma". Games 6 (2015), 175-190.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.game import Game
from gametheory.memory_one.replies import dilemma
from gametheory.memory_one.strategies import check, is_exact

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["is_partner", "is_rival", "largest_generosity"]


def _answer(holds: Any) -> NDArray[np.bool_] | bool:
    return bool(holds) if np.ndim(holds) == 0 else np.asarray(holds, dtype=np.bool_)


def is_partner(game: Game, x: ArrayLike, *, strict: bool = True, tolerance: float = 1e-12) -> NDArray[np.bool_] | bool:
    r"""Tell whether strategies are partners.

    Parameters
    ----------
    game : Game
        A symmetric prisoner's dilemma with 2 R > T + S.
    x : array_like, shape (..., 5)
        Strategies. Openings are not looked at: the limit of means, reached after mutual cooperation.
    strict : bool, default True
        True: Akin's *good* strategies [1]_: an opponent that gets R or more gets R and gives R. False: of *Nash type*,
        no opponent gets more than R, but it may get R and give less.
    tolerance : float
        Slack of the comparisons of floats, in probability; exact numbers are compared exactly.

    Returns
    -------
    bool, or ndarray of bool, shape (...)
        :math:`p_1 = 1`, :math:`\frac{T - R}{R - S} p_3 < 1 - p_2` and :math:`\frac{T - R}{R - P} p_4 < 1 - p_2`
        [1]_, [2]_; with :math:`\le`, and :math:`p_2 < 1`, unless `strict`.

    Raises
    ------
    ValueError
        Another game; probabilities outside [0, 1].

    References
    ----------
    .. [1] E. Akin. Games 6 (2015), 175-190.
    .. [2] C. Hilbe, A. Traulsen, K. Sigmund. Games and Economic Behavior 92 (2015), 41-52.

    Examples
    --------
    Win-stay, lose-shift stands on the edge at the usual payoffs, since 2 R = T + P:

    >>> game, wsls = Game.two_by_two(3, 0, 5, 1), [1, 1, 0, 0, 1]
    >>> is_partner(game, wsls), is_partner(game, wsls, strict=False)
    (False, True)
    >>> is_partner(Game.two_by_two(4, 0, 5, 1), wsls)
    True
    """
    array = check(x)
    R, S, T, P = dilemma(game, exact=is_exact(array))
    if not 2 * R > T + S:
        msg = f"partners are defined for 2 R > T + S, got R, S, T = {R}, {S}, {T}"
        raise ValueError(msg)
    slack = 0 if is_exact(array) else tolerance
    p1, p2, p3, p4 = (array[..., k] for k in range(1, 5))
    after_dc = (1 - p2) - (T - R) / (R - S) * p3
    after_dd = (1 - p2) - (T - R) / (R - P) * p4
    agreeable = p1 >= 1 - slack
    if strict:
        return _answer(agreeable & (after_dc > slack) & (after_dd > slack))
    never_punishes = p2 >= 1 - slack  # "repeat" meets the inequalities, and everybody exploits it
    return _answer(agreeable & ~never_punishes & (after_dc >= -slack) & (after_dd >= -slack))


def is_rival(game: Game, x: ArrayLike, *, strict: bool = False, tolerance: float = 1e-12) -> NDArray[np.bool_] | bool:
    r"""Tell whether strategies are rivals: against nobody do they earn less than the other.

    Parameters
    ----------
    game : Game
        A symmetric prisoner's dilemma.
    x : array_like, shape (..., 5)
        Strategies.
    strict : bool, default False
        Ask for :math:`p_2 + p_3 < 1`: then they earn as much as the other only if CD and DC have no weight at all.
    tolerance : float
        Slack of the comparisons of floats, in probability; exact numbers are compared exactly.

    Returns
    -------
    bool, or ndarray of bool, shape (...)
        :math:`p_4 = 0` and :math:`p_2 + p_3 \le 1` [1]_, with :math:`p_2 < 1` unless the opening is a defection.

    Raises
    ------
    ValueError
        Another game; probabilities outside [0, 1].

    Notes
    -----
    Akin's identity with :math:`p_4 = 0` is :math:`v_{CD} (1 - p_2) = v_{DC} p_3 - v_{CC} (1 - p_1) \le v_{DC} p_3`. So
    :math:`p_3 \le 1 - p_2` and :math:`p_2 < 1` give :math:`v_{CD} \le v_{DC}`, and
    :math:`s_X - s_Y = (T - S)(v_{DC} - v_{CD})`. With :math:`p_2 = 1, p_3 = p_4 = 0` a player who has opened with
    cooperation goes on cooperating with a defector.

    References
    ----------
    .. [1] C. Hilbe, K. Chatterjee, M. A. Nowak. Nature Human Behaviour 2 (2018), 469-477.

    Examples
    --------
    >>> game = Game.two_by_two(3, 0, 5, 1)
    >>> is_rival(game, [1, 1, 0, 1, 0]), is_rival(game, [1, 1, 0, 0, 1])
    (True, False)
    """
    array = check(x)
    dilemma(game, exact=False)
    slack = 0 if is_exact(array) else tolerance
    p0, _, p2, p3, p4 = (array[..., k] for k in range(5))
    gap = 1 - p2 - p3
    envious = gap > slack if strict else gap >= -slack
    stuck = (p2 >= 1 - slack) & (p0 > slack)
    return _answer((p4 <= slack) & envious & ~stuck)


def largest_generosity(game: Game) -> Any:
    r"""Largest generosity with which generous tit-for-tat still cannot be exploited.

    Parameters
    ----------
    game : Game
        A symmetric prisoner's dilemma with numeric payoffs.

    Returns
    -------
    number
        :math:`\min(1 - \frac{T - R}{R - S}, \frac{R - P}{T - P})` [1]_, a probability. Up to it no
        other gets more than R. Zero or less: not even tit-for-tat is safe.

    Raises
    ------
    ValueError
        Another game.

    References
    ----------
    .. [1] P. Molander. Journal of Conflict Resolution 29 (1985), 611-618; M. A. Nowak, K. Sigmund. Nature 355 (1992),
       250-253.

    Examples
    --------
    >>> largest_generosity(Game.two_by_two(3, 0, 5, 1))
    Fraction(1, 3)
    """
    R, S, T, P = dilemma(game)
    return min(1 - (T - R) / (R - S), (R - P) / (T - P))
