r"""Families of zero-determinant strategies: extortion, generosity, equalisers, and any feasible relation.

The relation and the vocabulary are those of :mod:`gametheory.memory_one.relations`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.game import Game
from gametheory.memory_one.payoffs import payoff_vectors
from gametheory.memory_one.relations import direction_of, phi_range
from gametheory.memory_one.strategies import check, is_exact, to_exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["equaliser", "extortion", "generous", "zero_determinant"]


def zero_determinant(
    game: Game, slope: Any, baseline: Any, phi: Any = None, discount: Any = None, *, opening: Any = 1
) -> NDArray[Any]:
    r"""Strategy that enforces :math:`s (s_X - l) = s_Y - l` on any opponent.

    Parameters
    ----------
    game : Game
        2×2 with numeric payoffs; the strategy is the first player's.
    slope, baseline : number
        s and l; `baseline` in payoff units. Fractions give an exact strategy.
    phi : number, optional
        Scale within :func:`phi_range`. Default: the middle of that range.
    discount : number in [0, 1), optional
        The limit of means without it.
    opening : number, default 1
        Probability of cooperating in the first round; matters for the relation with `discount` only.

    Returns
    -------
    ndarray, shape (5,)
        :math:`p = (\hat p + \varphi [s (f_X - l) - (f_Y - l)] - (1 - \delta) p_0) / \delta` [1]_, [2]_.

    Raises
    ------
    ValueError
        The relation cannot be enforced, or not with this `phi` (the message tells the range).

    References
    ----------
    .. [1] W. H. Press, F. J. Dyson. PNAS 109 (2012), 10409-10413.
    .. [2] C. Hilbe, A. Traulsen, K. Sigmund. Games and Economic Behavior 92 (2015), 41-52.

    Examples
    --------
    >>> zero_determinant(Game.two_by_two(3, 0, 5, 1), slope=0, baseline=2, phi=0.25)
    array([1.  , 0.75, 0.25, 0.5 , 0.25])
    """
    if discount is not None and discount == 0:
        msg = "discount must be positive: with 0 only the opening counts, and it enforces nothing"
        raise ValueError(msg)
    low, high = phi_range(game, slope, baseline, discount, opening=opening)
    direction, exact = direction_of(game, slope, baseline)
    scale = (low + high) / 2 if phi is None else phi
    if is_exact(scale) and not exact:
        scale = float(scale)
    room = 0 if exact else 1e-12 * float(abs(high))
    if scale == 0 or not low - room <= scale <= high + room:
        msg = f"phi must lie in [{low}, {high}] and not be zero, got {phi}"
        raise ValueError(msg)
    keep, stop = (1, 0) if discount is None else (discount, 1 - discount)
    if exact:
        keep, stop, opening, scale = (to_exact(value)[()] for value in (keep, stop, opening, scale))
    repeat = to_exact([1, 1, 0, 0]) if exact else np.array([1.0, 1.0, 0.0, 0.0])
    entries = (repeat + scale * direction - stop * opening) / keep
    if not exact:
        entries = np.clip(entries, 0.0, 1.0)  # rounding at the ends of the range of phi
    return check(np.concatenate([np.array([opening], dtype=entries.dtype), entries]), "the strategy")


def extortion(game: Game, chi: Any, phi: Any = None, discount: Any = None, *, opening: Any = 0) -> NDArray[Any]:
    r"""Strategy whose surplus over P is `chi` times the other's: :math:`s_X - P = \chi (s_Y - P)` [1]_.

    Parameters
    ----------
    game : Game
        Symmetric 2×2, a prisoner's dilemma.
    chi : number
        Extortion factor, at least 1.
    phi, discount
        As in :func:`zero_determinant`.
    opening : number, default 0
        With `discount` it has to be 0.

    Returns
    -------
    ndarray, shape (5,)

    Raises
    ------
    ValueError
        `chi` below one, or `phi` out of range.

    References
    ----------
    .. [1] W. H. Press, F. J. Dyson. PNAS 109 (2012), 10409-10413.

    Examples
    --------
    >>> from fractions import Fraction
    >>> print(*extortion(Game.two_by_two(3, 0, 5, 1), Fraction(3)))
    0 11/13 1/2 7/26 0
    """
    return zero_determinant(
        game, 1 / _factor(chi), payoff_vectors(game, exact=is_exact(chi))[0][3], phi, discount, opening=opening
    )


def generous(game: Game, chi: Any, phi: Any = None, discount: Any = None, *, opening: Any = 1) -> NDArray[Any]:
    r"""Strategy whose loss against R is `chi` times the other's: :math:`R - s_X = \chi (R - s_Y)` [1]_.

    Parameters
    ----------
    game : Game
        Symmetric 2×2, a prisoner's dilemma.
    chi : number
        Generosity factor, at least 1.
    phi, discount
        As in :func:`zero_determinant`.
    opening : number, default 1
        With `discount` it has to be 1.

    Returns
    -------
    ndarray, shape (5,)

    Raises
    ------
    ValueError
        `chi` below one, or `phi` out of range.

    References
    ----------
    .. [1] A. J. Stewart, J. B. Plotkin. "From extortion to generosity, evolution in the iterated prisoner's dilemma".
       PNAS 110 (2013), 15348-15353.

    Examples
    --------
    >>> generous(Game.two_by_two(3, 0, 5, 1), 2, phi=0.25)
    array([1.   , 1.   , 0.125, 1.   , 0.25 ])
    """
    return zero_determinant(
        game, 1 / _factor(chi), payoff_vectors(game, exact=is_exact(chi))[0][0], phi, discount, opening=opening
    )


def equaliser(game: Game, payoff: Any, phi: Any = None, discount: Any = None, *, opening: Any = 1) -> NDArray[Any]:
    r"""Strategy that pins the other's payoff: :math:`s_Y = l` whatever it does [1]_.

    Parameters
    ----------
    game : Game
        2×2.
    payoff : number
        What the other shall get; in a prisoner's dilemma from P to R. Payoff units.
    phi, discount, opening
        As in :func:`zero_determinant`.

    Returns
    -------
    ndarray, shape (5,)

    Raises
    ------
    ValueError
        A payoff that cannot be enforced, or `phi` out of range.

    References
    ----------
    .. [1] W. H. Press, F. J. Dyson. PNAS 109 (2012), 10409-10413; M. C. Boerlijst, M. A. Nowak,
       K. Sigmund. "Equal pay for all prisoners". American Mathematical Monthly 104 (1997), 303-305.

    Examples
    --------
    >>> equaliser(Game.two_by_two(3, 0, 5, 1), 2, phi=0.25)
    array([1.  , 0.75, 0.25, 0.5 , 0.25])
    """
    return zero_determinant(game, 0, payoff, phi, discount, opening=opening)


def _factor(chi: Any) -> Any:
    if not chi >= 1:
        msg = f"chi must be at least 1, got {chi}"
        raise ValueError(msg)
    return to_exact(chi)[()] if is_exact(chi) else float(chi)
