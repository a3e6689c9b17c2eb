r"""Analytic gradients of the payoffs of two memory-one strategies.

Write row s of the chain :math:`M_\delta` of :mod:`gametheory.memory_one.chains` as
:math:`(a, b - a, c - a, 1 - b - c + a)`: the probabilities that both, the first, the second cooperate. For a payoff
vector f let h solve :math:`(I - M_\delta) h = f - V` (relative values, unique up to a constant). Since
:math:`V = v \cdot f` and :math:`dV = v\, dM_\delta\, h` [1]_,

.. math::

    \frac{\partial V}{\partial a_s} = v_s H_a, \quad \frac{\partial V}{\partial b_s} = v_s H_b, \quad
    \frac{\partial V}{\partial c_s} = v_s H_c, \qquad
    H_a = h_{CC} - h_{CD} - h_{DC} + h_{DD}, \; H_b = h_{CD} - h_{DD}, \; H_c = h_{DC} - h_{DD},

three numbers a payoff. Differentiating the quotient of determinants gives the same numbers as sums of cofactors of
:math:`\det [a, b, c, f - V]`, because the :math:`v_s` sum to one: that is how they are computed, exact input or not.
The chain rule does the rest, e.g. :math:`\partial V / \partial p_s = \delta v_s (q_s H_a + H_b)`.

References
----------
.. [1] P. J. Schweitzer. "Perturbation theory and finite Markov chains". Journal of Applied Probability 5 (1968),
   401-413.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gametheory.game import Game
from gametheory.memory_one.chains import BLOCK, cofactors, columns, minors, slips, stationary
from gametheory.memory_one.payoffs import one_kind, payoff_vectors

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["gradient"]


def gradient(
    game: Game,
    x: ArrayLike,
    y: ArrayLike,
    discount: Any = None,
    *,
    noise: Any = 0,
    by: Literal["probabilities", "logits"] = "probabilities",
) -> NDArray[Any]:
    r"""Gradient of both players' payoffs per round by both players' strategies.

    Parameters
    ----------
    game : Game
        2×2, symmetric or not.
    x, y : array_like, shape (..., 5)
        Probabilities, each in its own view; batch shapes broadcast. Fractions and SymPy expressions give exact results.
    discount : number in [0, 1), optional
        Normalised discounted payoffs; the limit of means without it (openings then have gradient zero).
    noise : number, default 0
        Probability with which each action comes out as the other one.
    by : {"probabilities", "logits"}
        What to differentiate by: entries, or their logits :math:`\theta`, with :math:`dp/d\theta = p (1 - p)`.

    Returns
    -------
    ndarray, shape (..., 2, 2, 5)
        ``[..., whose payoff, by whose strategy, entry]``, entries (opening, CC, CD, DC, DD) in their owner's view;
        payoff units per round.

    Raises
    ------
    ValueError
        As in :func:`~gametheory.memory_one.payoffs`; an unknown `by`.

    Notes
    -----
    The derivation [1]_ is at the top of :mod:`gametheory.memory_one.gradients`. Errors are about 1e-14 of the largest
    entry for random strategies; they grow like one over the smaller of the error rate and one minus the discount, to
    1e-11 at 1e-6.

    References
    ----------
    .. [1] P. J. Schweitzer. Journal of Applied Probability 5 (1968), 401-413.

    Examples
    --------
    Everybody tosses coins in the prisoner's dilemma (-1, -3, 0, -2), discount 0.96. Own cooperation costs, the other's
    pays (sums over rounds are 25 times as large):

    >>> coin = [0.5] * 5
    >>> own, other = gradient(Game.two_by_two(-1, -3, 0, -2), coin, coin, 0.96, by="logits")[0] * 25
    >>> own
    array([-0.25, -1.5 , -1.5 , -1.5 , -1.5 ])
    >>> other
    array([0.5, 3. , 3. , 3. , 3. ])
    """
    if by not in {"probabilities", "logits"}:
        msg = f"by must be 'probabilities' or 'logits', got {by!r}"
        raise ValueError(msg)
    first, second, delta, error = one_kind(x, y, discount, noise, bool(game.symbols))
    exact = first.dtype == object
    vectors = payoff_vectors(game, exact=exact)
    try:
        shape = np.broadcast_shapes(first.shape[:-1], second.shape[:-1])
    except ValueError:
        msg = f"x and y must have batch shapes that broadcast, got {first.shape[:-1]} and {second.shape[:-1]}"
        raise ValueError(msg) from None
    rows_x, rows_y = (np.broadcast_to(both, (*shape, 5)).reshape(-1, 5) for both in (first, second))
    flat = np.empty((len(rows_x), 2, 2, 5), dtype=object if exact else np.float64)
    for start in range(0, len(rows_x), BLOCK):
        pairs = slice(start, start + BLOCK)
        one, two = np.ascontiguousarray(rows_x[pairs].T), np.ascontiguousarray(rows_y[pairs].T)
        flat[pairs] = np.moveaxis(_block(vectors, one, two, delta, error), -1, 0)
    result: NDArray[Any] = flat.reshape(*shape, 2, 2, 5)
    for player, entries in enumerate((first, second)):
        result[..., player, :] *= 1 - 2 * error
        if by == "logits":
            result[..., player, :] *= (entries * (1 - entries))[..., None, :]
    return result


def _block(vectors: NDArray[Any], x: NDArray[Any], y: NDArray[Any], discount: Any, noise: Any) -> NDArray[Any]:
    """Gradients by what is done, shape (2, 2, 5, block), of strategies given entry by entry, as they are meant."""
    law = stationary(list(x), list(y), discount, noise)
    if noise != 0:
        x, y = (slips(both, noise)[0] for both in (x, y))
    keep, stop = (1, 0) if discount is None else (discount, 1 - discount)
    p, q = x[1:], y[[1, 3, 2, 4]]
    result = np.empty((2, 2, *x.shape), dtype=x.dtype)
    for player, (both, first, second) in enumerate(_values(vectors, x, y, discount, law)):
        result[player, 0, 0] = stop * (y[0] * both + first)
        result[player, 0, 1:] = keep * law * (q * both + first)
        result[player, 1, 0] = stop * (x[0] * both + second)
        result[player, 1, 1:] = (keep * law * (p * both + second))[[0, 2, 1, 3]]
    return result


def _values(
    vectors: NDArray[Any], x: NDArray[Any], y: NDArray[Any], discount: Any, law: NDArray[Any]
) -> list[list[NDArray[Any]]]:
    """H_a, H_b, H_c for each payoff vector."""
    a, b, c = columns(list(x), list(y), discount)
    determinant = sum(cofactors(a, minors(b, c)))
    found = []
    for vector in vectors:
        excess = list(vector[:, None] - vector @ law)
        by_c = minors(c, excess)
        sums = [
            -sum(cofactors(b, by_c)),
            sum(cofactors(a, by_c)),
            -sum(cofactors(a, minors(b, excess))),
        ]
        found.append([total / determinant for total in sums])
    return found
