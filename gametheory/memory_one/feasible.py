"""Payoffs that are feasible, and payoffs that opponents of one strategy reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.game import Game
from gametheory.memory_one.payoffs import payoff_vectors, payoffs

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["feasible_payoffs", "reachable"]


def feasible_payoffs(game: Game) -> NDArray[Any]:
    """Corners of the set of payoff pairs that the repeated game can have.

    Parameters
    ----------
    game : Game
        2×2 with numeric payoffs.

    Returns
    -------
    ndarray, shape (k, 2)
        Corners of the convex hull of the four payoff pairs, anticlockwise from the one where the first player gets
        least; k from 1 to 4. Exact where the game is. Every average of rounds lies in this set, and every point of it
        is such an average [1]_.

    Raises
    ------
    ValueError
        A game that is not 2×2 or has unbound symbols.

    References
    ----------
    .. [1] D. Fudenberg, E. Maskin. "The folk theorem in repeated games with discounting or with incomplete
       information". Econometrica 54 (1986), 533-554, section 2.

    Examples
    --------
    >>> feasible_payoffs(Game.two_by_two(3.0, 0.0, 5.0, 1.0))
    array([[0., 5.],
           [1., 1.],
           [5., 0.],
           [3., 3.]])
    """
    payoff_vectors(game, exact=False)  # says what is wrong with another game
    table = payoff_vectors(game)
    points = sorted(set(zip(*table.tolist(), strict=True)))

    def chain(ordered: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
        """One side of the hull (Andrew's monotone chain)."""
        side: list[tuple[Any, Any]] = []
        for point in ordered:
            while len(side) >= 2 and _turn(side[-2], side[-1], point) <= 0:
                side.pop()
            side.append(point)
        return side

    corners = chain(points)[:-1] + chain(points[::-1])[:-1] or points
    return np.array(corners, dtype=table.dtype)


def _turn(a: tuple[Any, Any], b: tuple[Any, Any], c: tuple[Any, Any]) -> Any:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def reachable(
    game: Game,
    x: ArrayLike,
    samples: int = 1000,
    *,
    discount: Any = None,
    noise: Any = 0,
    rng: np.random.Generator | int | None = None,
) -> NDArray[np.float64]:
    """Payoff pairs of one strategy against random memory-one opponents.

    Parameters
    ----------
    game : Game
        2×2 with numeric payoffs.
    x : array_like, shape (5,)
        The first player's strategy.
    samples : int
        Number of opponents. Their entries are independent with the arcsine law (Beta(½, ½)), which is dense near zero
        and one and so comes close to the edges of the set.
    discount, noise
        As in :func:`~gametheory.memory_one.payoffs`.
    rng : Generator, int or None
        Source of the opponents.

    Returns
    -------
    ndarray, shape (samples, 2)
        Payoffs per round of x and of each opponent.

    Raises
    ------
    ValueError
        As in :func:`~gametheory.memory_one.payoffs`; fewer than one sample.

    Examples
    --------
    An equaliser leaves its opponents no choice:

    >>> pairs = reachable(Game.two_by_two(3, 0, 5, 1), [1, 0.75, 0.25, 0.5, 0.25], samples=5, rng=0)
    >>> pairs[:, 1]
    array([2., 2., 2., 2., 2.])
    """
    if samples < 1:
        msg = f"samples must be at least 1, got {samples}"
        raise ValueError(msg)
    opponents = np.random.default_rng(rng).beta(0.5, 0.5, size=(samples, 5))
    mine = np.asarray(x, dtype=np.float64)
    return payoffs(game, mine, opponents, discount=discount, noise=noise)
