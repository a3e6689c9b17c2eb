r"""Best replies to memory-one strategies, regret, equilibria, and discounts from which cooperation is an equilibrium.

*Deterministic memory-one replies suffice.* Fix the other player's memory-one strategy. Then what the last round was
tells everything that matters for the future, so the problem of replying is a Markov decision process with four states
and two actions (and a first decision before any state). Such a process has an optimal policy that is stationary and
deterministic, for discounted payoffs and for the limit of means [1]_; and a stationary deterministic policy on the four
states is a deterministic memory-one strategy. No strategy of any memory does better against this opponent, so the 32
deterministic ones decide what a best reply is, and whether a pair is a Nash equilibrium of the repeated game [2]_.
Errors of execution (`noise`) are part of the transition probabilities and change nothing of this.

References
----------
.. [1] M. L. Puterman. "Markov Decision Processes". Wiley, 1994, chapters 6 and 9.
.. [2] W. H. Press, F. J. Dyson. PNAS 109 (2012), 10409-10413, appendix A: a longer memory gives no advantage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.game import Game
from gametheory.memory_one.payoffs import payoff_vectors, payoffs
from gametheory.memory_one.strategies import check, deterministic, is_exact, to_exact

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "BestReply",
    "best_reply",
    "grim_threshold",
    "is_equilibrium",
    "regret",
    "tit_for_tat_threshold",
    "wsls_threshold",
]


@dataclass(frozen=True, eq=False)
class BestReply:
    """What the first player can reach against a strategy.

    Attributes
    ----------
    value : float or exact number
        Largest payoff per round, among strategies of any memory.
    strategies : ndarray, shape (k, 5)
        Deterministic memory-one strategies that reach it; several where decisions are ties or are never met.
    all_values : ndarray, shape (32,)
        Payoffs of all of :func:`~gametheory.memory_one.deterministic`.
    tolerance : float
        Payoffs this close, as a share of the payoff range, count as ties; zero for exact numbers.
    """

    value: Any
    strategies: NDArray[Any]
    all_values: NDArray[Any]
    tolerance: float


def best_reply(game: Game, y: ArrayLike, *, discount: Any = None, noise: Any = 0, tolerance: float = 1e-9) -> BestReply:
    """Best replies of the first player to a memory-one strategy of the second.

    Parameters
    ----------
    game : Game
        2×2 with numeric payoffs.
    y : array_like, shape (5,)
        The opponent, in its own view. Fractions give exact results.
    discount, noise
        As in :func:`~gametheory.memory_one.payoffs`. In the limit of means every reply must lead to one recurrent
        class, for which some `noise` is enough; a discount just below one serves otherwise.
    tolerance : float
        Payoffs this close, as a share of the payoff range, count as ties. Exact numbers are compared exactly.

    Returns
    -------
    BestReply

    Raises
    ------
    ValueError
        As in :func:`~gametheory.memory_one.payoffs`; a shape that is not (5,).

    Notes
    -----
    All 32 deterministic memory-one strategies are tried. They suffice, among replies of any memory: against a fixed
    memory-one opponent the game is a finite Markov decision process whose state is the last round, and it has an
    optimal policy that is stationary and deterministic [1]_.

    References
    ----------
    .. [1] M. L. Puterman. "Markov Decision Processes". Wiley, 1994, chapters 6 and 9.

    Examples
    --------
    >>> from gametheory.memory_one import strategy
    >>> reply = best_reply(Game.two_by_two(3, 0, 5, 1), strategy("WSLS"), discount=0.9)
    >>> print(f"{reply.value:.4f}")
    3.1053
    >>> reply.strategies[0]
    array([0., 0., 0., 0., 0.])
    """
    other = check(y, "y")
    if other.shape != (5,):
        msg = f"y must be one strategy of shape (5,), got {other.shape}"
        raise ValueError(msg)
    replies = deterministic()
    values = payoffs(game, replies, other, discount=discount, noise=noise)[:, 0]
    best = values.max()
    slack = 0 if values.dtype == object else tolerance * _range(game)
    found = replies if values.dtype != object else to_exact(replies)
    return BestReply(best, found[values >= best - slack], values, 0.0 if values.dtype == object else tolerance)


def _range(game: Game) -> float:
    return float(np.ptp(payoff_vectors(game, exact=False), axis=1).max())


def regret(game: Game, x: ArrayLike, y: ArrayLike, *, discount: Any = None, noise: Any = 0) -> NDArray[Any]:
    """How much each player could gain by another strategy, of any memory.

    Parameters
    ----------
    game : Game
        2×2 with numeric payoffs.
    x, y : array_like, shape (..., 5)
        Strategies, each in its own view; batch shapes broadcast.
    discount, noise
        As in :func:`best_reply`.

    Returns
    -------
    ndarray, shape (..., 2)
        x's and y's regret in payoff units per round; zero at a Nash equilibrium.

    Raises
    ------
    ValueError
        As in :func:`~gametheory.memory_one.payoffs`.

    Notes
    -----
    The best reply is sought among the 32 deterministic memory-one strategies, which is enough (:func:`best_reply`).

    Examples
    --------
    >>> from gametheory.memory_one import strategy
    >>> regret(Game.two_by_two(3, 0, 5, 1), strategy("AllD"), strategy("AllC"), discount=0.5)
    array([0., 1.])
    """
    first, second = check(x), check(y, "y")
    options: dict[str, Any] = {"discount": discount, "noise": noise}
    now = payoffs(game, first, second, **options)
    replies = deterministic()
    gain_x = payoffs(game, replies, second[..., None, :], **options)[..., 0].max(axis=-1) - now[..., 0]
    gain_y = payoffs(game, first[..., None, :], replies, **options)[..., 1].max(axis=-1) - now[..., 1]
    both: NDArray[Any] = np.stack(np.broadcast_arrays(gain_x, gain_y), axis=-1)
    return both if is_exact(both) else np.maximum(both, 0.0)


def is_equilibrium(
    game: Game, x: ArrayLike, y: ArrayLike, *, discount: Any = None, noise: Any = 0, tolerance: float = 1e-9
) -> NDArray[np.bool_] | bool:
    """Tell whether two memory-one strategies are a Nash equilibrium of the repeated game.

    Parameters
    ----------
    game : Game
        2×2 with numeric payoffs.
    x, y : array_like, shape (..., 5)
        Strategies, each in its own view; batch shapes broadcast.
    discount, noise
        As in :func:`best_reply`.
    tolerance : float
        Largest regret allowed, as a share of the payoff range; exact numbers are compared exactly.

    Returns
    -------
    bool, or ndarray of bool, shape (...)
        Whether no player gains by a strategy of any memory; :func:`regret` tells by how much.

    Raises
    ------
    ValueError
        As in :func:`~gametheory.memory_one.payoffs`.

    Examples
    --------
    >>> from gametheory.memory_one import strategy
    >>> game, grim = Game.two_by_two(3, 0, 5, 1), strategy("Grim")
    >>> is_equilibrium(game, grim, grim, discount=0.49), is_equilibrium(game, grim, grim, discount=0.51)
    (False, True)
    """
    gains = regret(game, x, y, discount=discount, noise=noise)
    slack = 0 if is_exact(gains) else tolerance * _range(game)
    holds = np.all(gains <= slack, axis=-1)
    return bool(holds) if np.ndim(holds) == 0 else np.asarray(holds, dtype=np.bool_)


# ---------------------------------------------------------------------- thresholds
def dilemma(game: Game, exact: bool | None = None) -> tuple[Any, Any, Any, Any]:
    """R, S, T, P of a prisoner's dilemma; ``ValueError`` for any other game.

    Examples
    --------
    >>> [float(value) for value in dilemma(Game.two_by_two(3.0, 0.0, 5.0, 1.0))]
    [3.0, 0.0, 5.0, 1.0]
    """
    R, S, T, P = payoff_vectors(game, exact=exact)[0]
    if not game.symbols and not (game.is_symmetric and T > R > P > S):
        msg = f"game must be a symmetric prisoner's dilemma, T > R > P > S; got R, S, T, P = {R}, {S}, {T}, {P}"
        raise ValueError(msg)
    return R, S, T, P


def grim_threshold(game: Game) -> Any:
    r"""Smallest discount at which Grim against itself is an equilibrium.

    Parameters
    ----------
    game : Game
        A symmetric prisoner's dilemma, or symbols (then T > R > P > S is taken for granted).

    Returns
    -------
    number or expression
        :math:`(T - R) / (T - P)` [1]_: defecting for ever earns :math:`(1 - \delta) T + \delta P` against R.

    Raises
    ------
    ValueError
        Another game.

    References
    ----------
    .. [1] J. W. Friedman. "A non-cooperative equilibrium for supergames". Review of Economic Studies 38 (1971), 1-12.

    Examples
    --------
    >>> grim_threshold(Game.two_by_two(3, 0, 5, 1))
    Fraction(1, 2)
    """
    R, _, T, P = dilemma(game)
    return (T - R) / (T - P)


def tit_for_tat_threshold(game: Game) -> Any:
    r"""Smallest discount at which tit-for-tat against itself is an equilibrium.

    Parameters
    ----------
    game : Game
        A symmetric prisoner's dilemma with numeric payoffs.

    Returns
    -------
    number
        :math:`\max(\frac{T - R}{T - P}, \frac{T - R}{R - S})` [1]_: neither defecting for ever nor every other round
        pays. One or more: at no discount.

    Raises
    ------
    ValueError
        Another game.

    References
    ----------
    .. [1] R. Axelrod. "The emergence of cooperation among egoists". American Political Science Review 75 (1981),
       306-318.

    Examples
    --------
    >>> tit_for_tat_threshold(Game.two_by_two(3, 0, 5, 1))
    Fraction(2, 3)
    """
    R, S, T, P = dilemma(game)
    if game.symbols:
        import sympy as sp

        return sp.Max((T - R) / (T - P), (T - R) / (R - S))
    return max((T - R) / (T - P), (T - R) / (R - S))


def wsls_threshold(game: Game) -> Any:
    r"""Smallest discount at which win-stay, lose-shift against itself is an equilibrium.

    Parameters
    ----------
    game : Game
        A symmetric prisoner's dilemma, or symbols (then T > R > P > S is taken for granted).

    Returns
    -------
    number or expression
        :math:`(T - R) / (R - P)` [1]_: one defection earns T, then P, then both cooperate again. One or more: at no
        discount, e.g. in (R, S, T, P) = (3, 0, 5, 1).

    Raises
    ------
    ValueError
        Another game.

    References
    ----------
    .. [1] C. Hilbe, L. A. Martinez-Vaquero, K. Chatterjee, M. A. Nowak. "Memory-n strategies of direct reciprocity".
       PNAS 114 (2017), 4715-4720.

    Examples
    --------
    >>> wsls_threshold(Game.two_by_two(4, 0, 5, 1))
    Fraction(1, 3)
    """
    R, _, T, P = dilemma(game)
    return (T - R) / (R - P)
