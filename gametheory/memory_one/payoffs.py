r"""Payoffs of memory-one strategies: exact, batched, with noise, in the limit, discounted or over finitely many rounds.

Everything here is the average of a function of the state (CC, CD, DC, DD in x's view) under the law of the chain; the
law is derived in :mod:`gametheory.memory_one.chains`. Floats go through in blocks that stay in the cache; fractions and
SymPy expressions go through the same formulas, and results are then exact (SymPy results are not simplified).
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.game import Game
from gametheory.memory_one.chains import BLOCK, finite, slips, stationary
from gametheory.memory_one.strategies import as_float, check, check_noise, is_exact, to_exact

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["averages", "cooperation", "law", "payoff_vectors", "payoffs", "round_robin"]


def payoff_vectors(game: Game, *, exact: bool | None = None) -> NDArray[Any]:
    """Payoffs of a 2×2 game by state.

    Parameters
    ----------
    game : Game
        Two players, two actions each; action 0 is to cooperate. Symmetric or not.
    exact : bool, optional
        Exact numbers or floats; by default what the game has.

    Returns
    -------
    ndarray, shape (2, 4)
        Rows: the two players; columns: CC, CD, DC, DD in the first player's view.

    Raises
    ------
    ValueError
        Another size of game, or floats asked of unbound symbols.

    Examples
    --------
    >>> payoff_vectors(Game.two_by_two(3, 0, 5, 1), exact=False)
    array([[3., 0., 5., 1.],
           [3., 5., 0., 1.]])
    """
    if game.payoffs.shape != (2, 2, 2):
        msg = (
            f"game must have two players with two actions each, got {game.n_players} players, actions {game.n_actions}"
        )
        raise ValueError(msg)
    if exact is None:
        return game.payoffs.reshape(2, 4)
    return (game.rational().payoffs if exact else game.numeric).reshape(2, 4)


def check_discount(discount: Any) -> None:
    """Raise ``ValueError`` unless `discount` is None, a number in [0, 1) or an expression."""
    if discount is None or (hasattr(discount, "free_symbols") and not discount.is_number):
        return
    if not 0 <= discount < 1:
        msg = f"discount must lie in [0, 1), got {discount}; leave it out for the limit of means"
        raise ValueError(msg)


def _check_rounds(rounds: Any, discount: Any) -> None:
    if rounds is None:
        return
    if isinstance(rounds, bool) or not isinstance(rounds, Integral):
        msg = f"rounds must be a whole number, got {rounds!r} of type {type(rounds).__name__}"
        raise TypeError(msg)
    if rounds < 1:
        msg = f"rounds must be at least 1, got {rounds}"
        raise ValueError(msg)
    if discount is not None:
        msg = f"give discount or rounds, not both; got discount={discount}, rounds={rounds}"
        raise ValueError(msg)


def one_kind(x: ArrayLike, y: ArrayLike, discount: Any, noise: Any, exact: bool = False) -> tuple[Any, Any, Any, Any]:
    """Check and bring to one kind, float or exact: x, y, discount and noise.

    Strategies and symbols decide: beside floats a fraction for discount or noise is the float next to it.
    """
    check_discount(discount)
    check_noise(noise)
    first, second = check(x), check(y, "y")
    exact = exact or is_exact(first) or is_exact(second)
    if exact or hasattr(discount, "free_symbols") or hasattr(noise, "free_symbols"):
        first, second = to_exact(first), to_exact(second)
        discount = to_exact(discount)[()] if discount is not None else None
        return first, second, discount, to_exact(noise)[()]
    discount = float(discount) if discount is not None else None
    return first, second, discount, as_float(noise)


def averages(
    x: ArrayLike,
    y: ArrayLike,
    quantities: ArrayLike,
    *,
    discount: Any = None,
    rounds: int | None = None,
    noise: Any = 0,
) -> NDArray[Any]:
    r"""Average per round of functions of the state.

    Parameters
    ----------
    x, y : array_like, shape (..., 5)
        Strategies, each in its own view; batch shapes broadcast.
    quantities : array_like, shape (k, 4)
        Values in the states CC, CD, DC, DD of x's view.
    discount : number in [0, 1), optional
        Weight :math:`(1 - \delta) \delta^t` on round t. Without `discount` and `rounds`: the limit of means.
    rounds : int, optional
        Equal weights on the first `rounds` rounds.
    noise : number, default 0
        Probability with which each action comes out as the other one; a fraction is as good as a float.

    Returns
    -------
    ndarray, shape (..., k)
        In the units of `quantities`.

    Raises
    ------
    ValueError
        Probabilities outside [0, 1], a discount outside [0, 1), a chain without a unique stationary law (the message
        names its recurrent classes).

    Notes
    -----
    The limit of means and the discounted average are quotients of determinants [1]_; see
    :mod:`gametheory.memory_one.chains`.

    References
    ----------
    .. [1] W. H. Press, F. J. Dyson. PNAS 109 (2012), 10409-10413.

    Examples
    --------
    How often both do the same:

    >>> averages([1, 1, 0, 1, 0], [0.5] * 5, [[1, 0, 0, 1]])
    array([0.5])
    """
    _check_rounds(rounds, discount)
    table = np.asarray(quantities)
    if table.ndim != 2 or table.shape[1] != 4:
        msg = f"quantities must have shape (k, 4), one column a state; got {table.shape}"
        raise ValueError(msg)
    symbolic = any(hasattr(value, "free_symbols") for value in table.flat) if table.dtype == object else False
    first, second, discount, noise = one_kind(x, y, discount, noise, symbolic)
    exact = first.dtype == object  # then so is second
    table = to_exact(table) if exact else table.astype(np.float64)
    try:
        shape = np.broadcast_shapes(first.shape[:-1], second.shape[:-1])
    except ValueError:
        msg = f"x and y must have batch shapes that broadcast, got {first.shape[:-1]} and {second.shape[:-1]}"
        raise ValueError(msg) from None
    rows_x, rows_y = (np.broadcast_to(both, (*shape, 5)).reshape(-1, 5) for both in (first, second))
    result = np.empty((len(rows_x), len(table)), dtype=object if exact else np.float64)
    for start in range(0, len(rows_x), BLOCK):
        pairs = slice(start, start + BLOCK)
        one, two = np.ascontiguousarray(rows_x[pairs].T), np.ascontiguousarray(rows_y[pairs].T)
        law_ = _law(list(one), list(two), discount, rounds, noise)
        result[pairs] = (table @ law_).T
    return result.reshape(*shape, len(table))


def _law(x: Sequence[Any], y: Sequence[Any], discount: Any, rounds: int | None, noise: Any) -> NDArray[Any]:
    if rounds is None:
        return stationary(x, y, discount, noise)
    if noise != 0:
        x, y = ([slips(entry, noise)[0] for entry in both] for both in (x, y))
    return finite(x, y, rounds)


def payoffs(
    game: Game,
    x: ArrayLike,
    y: ArrayLike,
    *,
    discount: Any = None,
    rounds: int | None = None,
    noise: Any = 0,
) -> NDArray[Any]:
    r"""Payoffs per round of two memory-one strategies.

    Parameters
    ----------
    game : Game
        2×2, symmetric or not; floats, exact numbers or symbols.
    x, y : array_like, shape (..., 5)
        Strategies of the first and second player, each in its own view; batch shapes broadcast. Arrays of fractions or
        SymPy expressions give exact results, and so does a game with symbols.
    discount : number in [0, 1), optional
        :math:`(1 - \delta) \sum_t \delta^t r_t`. Without `discount` and `rounds`: the limit of means.
    rounds : int, optional
        Mean over the first `rounds` rounds.
    noise : number, default 0
        Probability with which each action comes out as the other one; a fraction is as good as a float.

    Returns
    -------
    ndarray, shape (..., 2)
        x's and y's payoff, in payoff units per round.

    Raises
    ------
    ValueError
        Probabilities outside [0, 1], a discount outside [0, 1), a game that is not 2×2, a chain without a unique
        stationary law (the message names its recurrent classes; ``discount``, ``rounds`` or ``noise`` settle it).

    Notes
    -----
    :math:`s_X = D(p, q, f_X) / D(p, q, 1)` [1]_, and the same quotient for the chain that starts anew with probability
    :math:`1 - \delta` for discounted payoffs; see :mod:`gametheory.memory_one.chains`. Floats are good to about 1e-12
    of the payoff range for the strategies and the discount as they are stored, however close to one those are, and for
    any `noise`, however small: 1e-300 gives the limit of rare errors.

    References
    ----------
    .. [1] W. H. Press, F. J. Dyson. PNAS 109 (2012), 10409-10413.

    Examples
    --------
    >>> from gametheory.memory_one import strategy
    >>> game = Game.two_by_two(R=3, S=0, T=5, P=1)
    >>> payoffs(game, strategy("Extort-3"), strategy("AllC")).round(4)
    array([3.7273, 1.9091])
    >>> payoffs(game, strategy("TFT"), strategy("AllD"), rounds=10)
    array([0.9, 1.4])
    >>> payoffs(game, strategy("TFT"), strategy("suspicious TFT"), noise=1e-12)
    array([2.25, 2.25])
    >>> payoffs(game, strategy("Grim"), strategy("Grim"))
    Traceback (most recent call last):
    ValueError: the chain of x = (1, 1, 0, 0, 0) and y = (1, 1, 0, 0, 0) has no unique stationary law: the recurrent
    classes are {CC} and {DD}; pass discount= (close to 1 for the limit from the opening), rounds= or noise=
    """
    return averages(x, y, payoff_vectors(game), discount=discount, rounds=rounds, noise=noise)


def law(x: ArrayLike, y: ArrayLike, *, discount: Any = None, rounds: int | None = None, noise: Any = 0) -> NDArray[Any]:
    """Share of time in each state.

    Parameters
    ----------
    x, y, discount, rounds, noise
        As in :func:`payoffs`.

    Returns
    -------
    ndarray, shape (..., 4)
        Probabilities of CC, CD, DC, DD in x's view; sum to one.

    Raises
    ------
    ValueError
        As in :func:`payoffs`.

    Examples
    --------
    >>> law([1, 1, 0, 0, 1], [0, 0, 0, 0, 0])
    array([0. , 0.5, 0. , 0.5])
    """
    found = averages(x, y, np.eye(4), discount=discount, rounds=rounds, noise=noise)
    return found if found.dtype == object else np.abs(found)  # rounding may leave -1e-18 where a state is never met


def cooperation(
    x: ArrayLike, y: ArrayLike, *, discount: Any = None, rounds: int | None = None, noise: Any = 0
) -> NDArray[Any]:
    """Share of rounds in which each player cooperates.

    Parameters
    ----------
    x, y, discount, rounds, noise
        As in :func:`payoffs`. Actions are counted as they come out, noise included.

    Returns
    -------
    ndarray, shape (..., 2)
        x's and y's share.

    Raises
    ------
    ValueError
        As in :func:`payoffs`.

    Examples
    --------
    >>> tft = [1, 1, 0, 1, 0]
    >>> cooperation(tft, tft, noise=0.01)
    array([0.5, 0.5])
    """
    return averages(x, y, [[1, 1, 0, 0], [1, 0, 1, 0]], discount=discount, rounds=rounds, noise=noise)


def round_robin(
    game: Game, strategies: ArrayLike, *, discount: Any = None, rounds: int | None = None, noise: Any = 0
) -> NDArray[Any]:
    """Everybody against everybody, itself included.

    Parameters
    ----------
    game : Game
        2×2; the row strategy is its first player.
    strategies : array_like, shape (m, 5)
        The field.
    discount, rounds, noise
        As in :func:`payoffs`.

    Returns
    -------
    ndarray, shape (m, m)
        Payoff per round to the row strategy against the column strategy.

    Raises
    ------
    ValueError
        As in :func:`payoffs`, or a shape that is not (m, 5).

    Examples
    --------
    >>> from gametheory.memory_one import strategy
    >>> field = [strategy("TFT"), strategy("AllD")]
    >>> round_robin(Game.two_by_two(3, 0, 5, 1), field, rounds=10)
    array([[3. , 0.9],
           [1.4, 1. ]])
    """
    _check_rounds(rounds, discount)
    everyone = check(strategies, "strategies")
    if everyone.ndim != 2:
        msg = f"strategies must have shape (m, 5), got {everyone.shape}"
        raise ValueError(msg)
    if is_exact(everyone) or game.symbols or hasattr(noise, "free_symbols") or hasattr(discount, "free_symbols"):
        return payoffs(game, everyone[:, None], everyone, discount=discount, rounds=rounds, noise=noise)[..., 0]
    everyone, _, discount, noise = one_kind(everyone, everyone, discount, noise)
    vector = payoff_vectors(game, exact=False)[0]
    entries = np.ascontiguousarray(everyone.T)
    columns = [entry[None, :] for entry in entries]
    result = np.empty((len(everyone), len(everyone)))
    height = max(1, BLOCK // max(1, len(everyone)))
    for start in range(0, len(everyone), height):
        rows = [entry[start : start + height, None] for entry in entries]
        law_ = _law(rows, columns, discount, rounds, noise)
        result[start : start + height] = np.einsum("s,s...->...", vector, law_)
    return result
