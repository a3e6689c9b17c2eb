"""Inequity aversion: players who dislike to get less than others, and to get more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.transfer.kinds import exact_numbers, in_numbers_of, substituted
from gametheory.transfer.shares import Transfer
from gametheory.transfer.weights import UndecidedSignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]
    Held = Sequence[Sequence[Array]]

__all__ = ["InequityAversion"]


class InequityAversion(Transfer):
    r"""Utility of players who are averse to inequity.

    It is that of Fehr and Schmidt [1]_, their equation (1):

    .. math:: u_i = r_i - \frac{\alpha_i}{n - 1} \sum_{j \ne i} \max(r_j - r_i, 0)
                        - \frac{\beta_i}{n - 1} \sum_{j \ne i} \max(r_i - r_j, 0).

    No reward changes hands: inequity is a loss to whoever minds it, so :math:`u_i \le r_i` and there are no shares.

    Parameters
    ----------
    disadvantageous : number, SymPy expression, or array_like of them, shape (n,)
        Aversion to getting less than others, :math:`\alpha_i \ge 0` ("envy"), without units. One number serves all.
    advantageous : number, SymPy expression, or array_like of them, shape (n,)
        Aversion to getting more than others, :math:`\beta_i \ge 0` ("guilt"), without units. One number serves all.

    Raises
    ------
    ValueError
        A negative or infinite number; an array that is not one-dimensional. From :meth:`effective`: an array that
        does not fit the number of players; a symbol beside payoffs that are floats.
    UndecidedSignError
        From :meth:`effective`: symbolic payoffs of which it is not known who gets more; state it by `assume` of the
        game. A `ValueError`.

    Notes
    -----
    Fehr and Schmidt ask for :math:`\beta_i \le \alpha_i` and :math:`0 \le \beta_i < 1`. Neither bound is needed here:
    the advantageous aversion of Hughes et al. [2]_ has :math:`\alpha < \beta`, and a leader with :math:`\beta > 1`
    would rather burn its own reward than be ahead. Negative numbers, a taste for inequity, are another theory and are
    refused. Hughes et al. compare rewards smoothed over time; a game that is played once has no time, and they
    reduce to this formula.

    In a symmetric 2×2 game with T > S, mutual cooperation is a Nash equilibrium for
    :math:`\beta \ge (T - R)/(T - S)`, whatever :math:`\alpha`; mutual defection is one for
    :math:`\alpha \ge (S - P)/(T - S)`, so always if P ≥ S.

    References
    ----------
    .. [1] E. Fehr, K. M. Schmidt. "A theory of fairness, competition, and cooperation". Quarterly Journal of
       Economics 114 (1999) 817-868.
    .. [2] E. Hughes et al. "Inequity aversion improves cooperation in intertemporal social dilemmas". NeurIPS 2018.

    Examples
    --------
    The cooperator who is exploited minds it, and so does, a little, the one who exploits:

    >>> from gametheory import Game
    >>> game = Game.two_by_two(3.0, 0.0, 5.0, 1.0)
    >>> uniform = np.array([0.5, 0.5])
    >>> averse = InequityAversion(disadvantageous=5, advantageous=0.05)
    >>> averse.effective(game.payoffs, [[uniform] * 2] * 2)[0]
    array([[  3.  , -25.  ],
           [  4.75,   1.  ]])
    """

    def __init__(self, disadvantageous: ArrayLike, advantageous: ArrayLike) -> None:
        self.disadvantageous: Array = _aversion("disadvantageous", disadvantageous)
        self.advantageous: Array = _aversion("advantageous", advantageous)

    def effective(self, payoffs: Array, held: Held) -> Array:
        """Return everybody's utility, whatever the estimates; see :meth:`Transfer.effective`."""
        n = len(held)
        alpha, beta = (
            in_numbers_of(payoffs, self._of_players(name, n)) for name in ("disadvantageous", "advantageous")
        )
        lead = np.expand_dims(payoffs, -1 - n) - np.expand_dims(payoffs, -2 - n)  # (..., i, j, *A): r_i - r_j
        policies = {
            s for row in held for policy in row if policy.dtype == object for x in policy.flat for s in _symbols(x)
        }
        behind, ahead = (_positive_part(gap, policies).sum(axis=-1 - n) for gap in (-lead, lead))
        utility: Array = payoffs - (alpha * behind + beta * ahead) / max(n - 1, 1)
        return utility

    def _of_players(self, name: str, n: int) -> Array:
        """One of the two aversions, a number for each player, ready to multiply payoffs ``(n, *A)``."""
        aversion: Array = getattr(self, name)
        if aversion.ndim and len(aversion) != n:
            msg = f"{name} was made for {len(aversion)} players, the game has {n}"
            raise ValueError(msg)
        return np.broadcast_to(aversion, n).reshape((n,) + (1,) * n)

    def smoothness(self, n_actions: Sequence[int]) -> str:  # noqa: ARG002 (part of the interface)
        """Return ``"polynomial"``: utilities do not depend on estimates."""
        return "polynomial"

    @property
    def symbols(self) -> set[Any]:
        """SymPy symbols of the two aversions."""
        entries = (*self.disadvantageous.flat, *self.advantageous.flat)
        return set().union(*(getattr(entry, "free_symbols", ()) for entry in entries))

    def bind(self, **values: Any) -> Transfer:
        """Return the transfer with numbers in the place of its symbols."""
        if not any(symbol.name in values for symbol in self.symbols):
            return self
        return InequityAversion(
            substituted(self.disadvantageous.tolist(), values), substituted(self.advantageous.tolist(), values)
        )

    def __repr__(self) -> str:
        """Show both aversions."""
        shown = (
            f"[{', '.join(map(str, aversion))}]" if aversion.ndim else str(aversion[()])
            for aversion in (self.disadvantageous, self.advantageous)
        )
        return "InequityAversion(disadvantageous={}, advantageous={})".format(*shown)


def _aversion(name: str, value: ArrayLike) -> Array:
    """Exact number or numbers that are not known to be negative."""
    numbers = exact_numbers(np.asarray(value, dtype=object))
    if numbers.ndim > 1:
        msg = f"{name} must be a number, or one for each player, got shape {numbers.shape}"
        raise ValueError(msg)
    for entry in numbers.flat:
        if not getattr(entry, "free_symbols", None) and not entry >= 0:
            msg = f"{name} must be at least 0, got {entry}"
            raise ValueError(msg)
    return numbers


def _symbols(x: Any) -> set[Any]:
    return getattr(x, "free_symbols", set())


def _positive_part(x: Array, policies: set[Any]) -> Array:
    """Return max(x, 0) of floats, exact or enclosed numbers, or SymPy expressions.

    Their sign must be known, unless it hangs on policies: then what is compared are totals after gifts.
    """
    if x.dtype != object:
        return np.maximum(x, 0)

    def positive(z: Any) -> Any:
        if hasattr(z, "positive_part"):  # numbers that are only enclosed
            return z.positive_part()
        try:
            return z if z >= 0 else 0 * z
        except TypeError as error:  # SymPy could not compare
            if _symbols(z) & policies:
                import sympy as sp

                return sp.Max(z, 0)
            msg = (
                f"inequity aversion needs to know who gets more ({error}); "
                "state it, e.g. Game.two_by_two(R, S, T, P, assume=[T > S])"
            )
            raise UndecidedSignError(msg) from error

    return np.asarray(np.frompyfunc(positive, 1, 1)(x), dtype=object)
