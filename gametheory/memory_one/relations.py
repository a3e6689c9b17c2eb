r"""Zero-determinant strategies: one player alone enforces a linear relation between the two payoffs.

By Akin's identity [4]_ (:func:`akin_vector`) a strategy p with :math:`\delta p_s + (1 - \delta) p_0 - \hat p_s = \alpha
f_X(s) + \beta f_Y(s) + \gamma`, where :math:`\hat p = (1, 1, 0, 0)`, enforces
:math:`\alpha s_X + \beta s_Y + \gamma = 0` whatever the other does [1]_, [2]_; the limit of means is
:math:`\delta = 1`. With :math:`\alpha = \varphi s, \beta = -\varphi, \gamma = \varphi (1 - s) l` this reads

.. math:: s\,(s_X - l) = s_Y - l

with slope s, baseline payoff l and a scale :math:`\varphi` that does not matter for the relation [3]_.

References
----------
.. [1] W. H. Press, F. J. Dyson. "Iterated Prisoner's Dilemma contains strategies that dominate any evolutionary
   opponent". PNAS 109 (2012), 10409-10413.
.. [2] C. Hilbe, A. Traulsen, K. Sigmund. "Partners or rivals? Strategies for the iterated prisoner's dilemma". Games
   and Economic Behavior 92 (2015), 41-52: discounted payoffs.
.. [3] C. Hilbe, M. A. Nowak, A. Traulsen. "Adaptive dynamics of extortion and compliance". PLoS ONE 8 (2013), e77886.
.. [4] E. Akin. "What you gotta know to play good in the iterated prisoner's dilemma". Games 6 (2015), 175-190.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.game import Game
from gametheory.memory_one.payoffs import check_discount, payoff_vectors
from gametheory.memory_one.strategies import check, is_exact, to_exact

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Relation",
    "akin_vector",
    "enforced_relation",
    "phi_range",
    "slope_range",
]


@dataclass(frozen=True)
class Relation:
    r"""A relation :math:`\alpha s_X + \beta s_Y + \gamma = 0` that the first player enforces.

    Attributes
    ----------
    alpha, beta, gamma : float
        Coefficients; `alpha` and `beta` without units, `gamma` in payoff units, all per unit of probability.
    residual : float
        Largest distance of the strategy's entries from a strategy that enforces the relation exactly.
    """

    alpha: float
    beta: float
    gamma: float
    residual: float

    @property
    def phi(self) -> float:
        """Scale of the strategy; does not change the relation."""
        return -self.beta

    @property
    def slope(self) -> float:
        """Slope s of s (s_X - l) = s_Y - l; NaN where s_Y does not appear."""
        return -self.alpha / self.beta if self.beta else float("nan")

    @property
    def baseline(self) -> float:
        """Payoff l at which both earn the same; NaN where the slope is one or not defined."""
        total = self.alpha + self.beta
        return -self.gamma / total if self.beta and abs(total) > 1e-12 * abs(self.beta) else float("nan")


def akin_vector(x: ArrayLike, discount: Any = None) -> NDArray[Any]:
    r"""Vector that averages to zero under the law of the game, whatever the other player does.

    Parameters
    ----------
    x : array_like, shape (..., 5)
        Strategy of the first player.
    discount : number in [0, 1), optional
        The limit of means without it.

    Returns
    -------
    ndarray, shape (..., 4)
        :math:`\delta p_s + (1 - \delta) p_0 - \hat p_s`, :math:`\hat p = (1, 1, 0, 0)`. That :math:`v` times it is
        zero is Akin's identity [1]_, [2]_: :math:`v \cdot \hat p` is the first player's share of cooperation now,
        the rest its share one round later.

    Raises
    ------
    ValueError
        Probabilities or a discount out of range.

    References
    ----------
    .. [1] E. Akin. Games 6 (2015), 175-190.
    .. [2] C. Hilbe, A. Traulsen, K. Sigmund. Games and Economic Behavior 92 (2015), 41-52.

    Examples
    --------
    >>> akin_vector([1, 1, 0, 1, 0])
    array([ 0., -1.,  1.,  0.])
    """
    check_discount(discount)
    array = check(x)
    repeat = np.array([1, 1, 0, 0])
    if discount is None:
        difference: NDArray[Any] = array[..., 1:] - repeat
        return difference
    delta = to_exact(discount)[()] if is_exact(array) else discount
    mixed: NDArray[Any] = delta * array[..., 1:] + (1 - delta) * array[..., :1] - repeat
    return mixed


def enforced_relation(game: Game, x: ArrayLike, discount: Any = None, *, tolerance: float = 1e-9) -> Relation | None:
    """Recognise a zero-determinant strategy.

    Parameters
    ----------
    game : Game
        2×2 with numeric payoffs; x is its first player.
    x : array_like, shape (5,)
        The strategy. Its opening matters with `discount` only.
    discount : number in [0, 1), optional
        The limit of means without it.
    tolerance : float
        How far the strategy may be from a zero-determinant one, in each entry.

    Returns
    -------
    Relation or None
        What it enforces [1]_; None if it enforces nothing, or if the relation holds for every pair of strategies (as
        in a zero-sum game).

    Raises
    ------
    ValueError
        Probabilities or a discount out of range, a shape that is not (5,), unbound symbols.

    References
    ----------
    .. [1] W. H. Press, F. J. Dyson. PNAS 109 (2012), 10409-10413.

    Examples
    --------
    >>> game = Game.two_by_two(R=3, S=0, T=5, P=1)
    >>> found = enforced_relation(game, [1, 1, 1 / 8, 1, 1 / 4])
    >>> print(f"{found.slope:.3f} {found.baseline:.3f} {found.phi:.3f}")
    0.500 3.000 0.250
    >>> enforced_relation(game, [1, 1, 0, 0, 1]) is None
    True
    """
    vectors = payoff_vectors(game, exact=False)
    one = check(x)
    if one.shape != (5,):
        msg = f"x must be one strategy of shape (5,), got {one.shape}"
        raise ValueError(msg)
    target = akin_vector(one.astype(np.float64), None if discount is None else float(discount))
    span = np.column_stack([*vectors, np.ones(4)])
    if np.abs(target).max() <= tolerance:
        return None
    solution = np.linalg.lstsq(span, target)[0]
    residual = float(np.abs(span @ solution - target).max())
    if residual > tolerance or np.abs(solution[:2]).max() * np.ptp(vectors) <= tolerance:
        return None
    alpha, beta, gamma = map(float, solution)
    return Relation(alpha, beta, gamma, residual)


def direction_of(game: Game, slope: Any, baseline: Any) -> tuple[NDArray[Any], bool]:
    """Vector s (f_X - l) - (f_Y - l) by state, and whether it is exact."""
    exact = any(map(is_exact, (slope, baseline))) or bool(game.symbols)
    own, other = payoff_vectors(game, exact=exact)
    if exact:
        slope, baseline = to_exact(slope)[()], to_exact(baseline)[()]
    return slope * (own - baseline) - (other - baseline), exact


def phi_range(game: Game, slope: Any, baseline: Any, discount: Any = None, *, opening: Any = 1) -> tuple[Any, Any]:
    r"""Scales :math:`\varphi` with which a relation can be enforced.

    Parameters
    ----------
    game : Game
        2×2 with numeric payoffs.
    slope, baseline : number
        s and l of :math:`s (s_X - l) = s_Y - l`; `baseline` in payoff units.
    discount : number in [0, 1), optional
        The limit of means without it.
    opening : number, default 1
        Probability of cooperating in the first round; matters with `discount` only.

    Returns
    -------
    (number, number)
        Smallest and largest :math:`\varphi`, so that all entries of the strategy are probabilities [1]_. In the limit
        of means zero is excluded.

    Raises
    ------
    ValueError
        The relation cannot be enforced, whatever the scale.

    References
    ----------
    .. [1] C. Hilbe, A. Traulsen, K. Sigmund. Games and Economic Behavior 92 (2015), 41-52.

    Examples
    --------
    >>> low, high = phi_range(Game.two_by_two(3, 0, 5, 1), slope=0.5, baseline=1)
    >>> print(f"{low:.3f} {high:.3f}")
    0.000 0.222
    """
    check_discount(discount)
    direction, exact = direction_of(game, slope, baseline)
    keep, stop = (1, 0) if discount is None else (discount, 1 - discount)
    if exact:
        keep, stop, opening = (to_exact(value)[()] for value in (keep, stop, opening))
    low: Any = None
    high: Any = None
    room = 0 if exact else 1e-12 * max(1.0, float(np.abs(direction).max()))
    for repeat, slant in zip((1, 1, 0, 0), direction, strict=True):
        lower, upper = stop * opening - repeat, stop * opening + keep - repeat
        if abs(slant) <= room:
            if lower > room or upper < -room:
                low, high = 1, 0
                break
            continue
        ends = sorted((lower / slant, upper / slant))
        low = ends[0] if low is None else max(low, ends[0])
        high = ends[1] if high is None else min(high, ends[1])
    if low is None or low > high or low == high == 0:
        msg = (
            f"no strategy enforces slope {slope} at baseline {baseline} in this game"
            + (f" with discount {discount} and opening {opening}" if discount is not None else "")
            + "; in a prisoner's dilemma the baseline must lie between P and R, and slope_range tells the slopes"
        )
        raise ValueError(msg)
    return low + 0, high + 0  # no negative zero


def slope_range(game: Game, baseline: Any) -> tuple[Any, Any]:
    r"""Slopes that can be enforced at a baseline payoff, in the limit of means.

    Parameters
    ----------
    game : Game
        Symmetric 2×2 with S < P ≤ R < T.
    baseline : number
        l, from P to R; payoff units.

    Returns
    -------
    (number, number)
        :math:`-\min(\frac{T - l}{l - S}, \frac{l - S}{T - l}) \le s \le 1` [1]_.

    Raises
    ------
    ValueError
        Another game, or a baseline outside [P, R].

    References
    ----------
    .. [1] C. Hilbe, A. Traulsen, K. Sigmund. Games and Economic Behavior 92 (2015), 41-52.

    Examples
    --------
    >>> low, high = slope_range(Game.two_by_two(3, 0, 5, 1), 2)
    >>> print(f"{low:.3f} {high:.3f}")
    -0.667 1.000
    """
    exact = is_exact(baseline)
    R, S, T, P = payoff_vectors(game, exact=exact)[0]
    if not game.is_symmetric or not S < P <= R < T:
        msg = f"slope_range needs a symmetric game with S < P <= R < T, got R, S, T, P = {R}, {S}, {T}, {P}"
        raise ValueError(msg)
    if not P <= baseline <= R:
        msg = f"baseline must lie between P = {P} and R = {R}, got {baseline}"
        raise ValueError(msg)
    above, below = T - baseline, baseline - S
    return -min(above / below, below / above), above / above
