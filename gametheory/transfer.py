r"""Reward transfers: who gets whose reward.

A *share transfer* hands the fraction :math:`w_{ij}` of player i's reward to player j, so that

.. math:: r_j^{tot} = \sum_i w_{ij} r_i, \qquad \sum_j w_{ij} = 1.

LASE sets the weights by the *social relationship* [1]_

.. math::

    \omega_{ij}(o, a) = \frac{Q_i(o, a) - \sum_b \hat\pi_j(b)\, Q_i(o, a_{-j}, b)}
                             {\max_b Q_i(o, a_{-j}, b) - \min_b Q_i(o, a_{-j}, b)}, \qquad
    w_{ij} = \frac{\max(\omega_{ij}, 0)}{n - 1},

how much better i fares by what j did than by what j might have done, as i estimates j's policy to be
:math:`\hat\pi_j`. In a one-shot matrix game :math:`Q_i` is player i's payoff. Definitions, and what the paper leaves
open, are on the page :doc:`/conventions`.

The functions here serve the theory and the learners alike: arrays of any batch shape, of floats, of exact fractions or
of SymPy expressions. Joint actions are trailing axes, ``A1, ..., An``.

References
----------
.. [1] F. Kong, Y. Huang, S.-C. Zhu, S. Qi, X. Feng. "Learning to Balance Altruism and Self-interest Based on Empathy
   in Mixed-Motive Games". NeurIPS 2024. arXiv:2410.07863.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]
    Held = Sequence[Sequence[Array]]

__all__ = [
    "FixedShare",
    "GroupOptimal",
    "Selfish",
    "ShareTransfer",
    "SocialRelationship",
    "Transfer",
    "gift_weights",
    "relationship",
    "split",
    "with_kept_share",
]

_TWO = 2
_FLAT = 1e-9  # of the range of a player's payoffs
_SUM_TOLERANCE = 1e-9


class UndecidedSignError(ValueError):
    """A formula needs to know which of two symbolic payoffs is the larger."""


# ---------------------------------------------------------------------- the arithmetic of weight and split
def relationship(q: ArrayLike, policy: ArrayLike, action: ArrayLike, *, flat: float | Array = 0.0) -> Array:
    r"""Social relationship :math:`\omega` of one player towards another.

    Parameters
    ----------
    q : array_like, shape (..., A_j)
        Own action values :math:`Q_i(o, a_{-j}, \cdot)` as only the co-player's action varies; payoff units.
    policy : array_like, shape (..., A_j)
        Estimate :math:`\hat\pi_j` of the co-player's policy; sums to one over the last axis.
    action : array_like of int, shape (...)
        What the co-player did.
    flat : float or array_like broadcastable to (...), default 0
        Where max q - min q is at most `flat` (payoff units) the relationship is 0.

    Returns
    -------
    ndarray, shape (...)
        :math:`\omega \in [-1, 1]`, without units.

    Notes
    -----
    The numerator is summed as :math:`\sum_b \hat\pi_j(b) (Q(a_j) - Q(b))`, the same for an estimate that sums to one
    and without cancellation.

    Examples
    --------
    A co-player expected to cooperate with probability 2/3 cooperates: 1 - 2/3, whatever the payoffs.

    >>> float(relationship([3.0, 0.0], [0.75, 0.25], 0))
    0.25
    """
    q, policy, action = np.asarray(q), np.asarray(policy), np.asarray(action)
    try:
        spread = np.max(q, axis=-1) - np.min(q, axis=-1)
        is_flat = np.less_equal(spread, flat)
    except TypeError as error:  # SymPy could not compare
        msg = (
            f"social relationships need to know which payoff is the larger ({error}); "
            "state it, e.g. Game.two_by_two(R, S, T, P, assume=[R > S, T > P])"
        )
        raise UndecidedSignError(msg) from error
    shape = np.broadcast_shapes(q.shape[:-1], action.shape)
    taken = np.take_along_axis(
        np.broadcast_to(q, (*shape, q.shape[-1])), np.broadcast_to(action, shape)[..., None], axis=-1
    )
    advantage = np.vecdot(policy, taken - q)
    omega: Array = np.where(is_flat, 0 * advantage, advantage / np.where(is_flat, 1, spread))
    return omega


def gift_weights(omega: ArrayLike, n: int, *, scale: Any = 1, clip: bool = True) -> Array:
    r"""Weight of the gift that a relationship earns: :math:`w = \kappa \max(\omega, 0) / (n - 1)`.

    Parameters
    ----------
    omega : array_like, shape (...)
        Social relationships.
    n : int
        Number of players.
    scale : number, default 1
        Gift scale :math:`\kappa`; 1 is LASE.
    clip : bool, default True
        Cut negative relationships at 0. ``False`` is a variant in which bad deeds are charged for.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> gift_weights([0.5, -0.5], n=3)
    array([0.25, 0.  ])
    """
    omega = np.asarray(omega)
    weights: Array = scale * (_positive_part(omega) if clip else omega) / max(n - 1, 1)
    return weights


def with_kept_share(gifts: Array, *, joint: int = 0) -> Array:
    r"""Fill the diagonal of gift weights: :math:`w_{ii} = 1 - \sum_{j \ne i} w_{ij}`.

    Parameters
    ----------
    gifts : ndarray, shape (..., n, n, A1, ..., An)
        Weights :math:`w_{ij}` with zeros on the diagonal.
    joint : int, default 0
        Number of trailing joint-action axes ``*A``.

    Returns
    -------
    ndarray, shape (..., n, n, A1, ..., An)
        Rows (second of the two player axes) sum to one.

    Examples
    --------
    >>> with_kept_share(np.array([[0.0, 0.25], [0.5, 0.0]]))
    array([[0.75, 0.25],
           [0.5 , 0.5 ]])
    """
    n = gifts.shape[-1 - joint]
    identity = np.eye(n, dtype=int).reshape((n, n) + (1,) * joint)
    filled: Array = gifts + identity * (1 - np.sum(gifts, axis=-1 - joint, keepdims=True))
    return filled


def split(weights: Array, rewards: Array, *, joint: int = 0) -> Array:
    r"""Total rewards after transfer: :math:`r_j^{tot} = \sum_i w_{ij} r_i`.

    Parameters
    ----------
    weights : ndarray, shape (..., n, n, A1, ..., An)
        ``weights[..., i, j]`` is the share of i's reward that goes to j.
    rewards : ndarray, shape (..., n, A1, ..., An)
        Rewards before transfer.
    joint : int, default 0
        Number of trailing joint-action axes ``*A``.

    Returns
    -------
    ndarray, shape (..., n, A1, ..., An)

    Examples
    --------
    >>> split(np.array([[0.75, 0.25], [0.5, 0.5]]), np.array([4.0, 2.0]))
    array([4., 2.])
    """
    totals: Array = np.sum(weights * np.expand_dims(rewards, -1 - joint), axis=-2 - joint)
    return totals


def _positive_part(x: Array) -> Array:
    """Return max(x, 0); a SymPy ``Max`` where the sign of a symbolic entry is open."""
    if x.dtype != object:
        return np.maximum(x, 0)

    def positive(z: Any) -> Any:
        try:
            return z if z >= 0 else 0 * z
        except TypeError:
            import sympy as sp

            return sp.Max(z, 0)

    return np.asarray(np.frompyfunc(positive, 1, 1)(x), dtype=object)


# ---------------------------------------------------------------------- transfers
class Transfer(ABC):
    """Whatever turns payoffs into the rewards that players learn from.

    To make your own, write :meth:`effective`; to see its fields in closed form as well, let it accept object arrays
    and say in :meth:`smoothness` what it is.

    Examples
    --------
    >>> class Altruist(Transfer):
    ...     def effective(self, payoffs, held):
    ...         return payoffs[..., ::-1, :, :]  # two players, each feels the other's payoff
    >>> Altruist().effective(np.arange(8.0).reshape(2, 2, 2), held=())[0]
    array([[4., 5.],
           [6., 7.]])
    """

    @abstractmethod
    def effective(self, payoffs: Array, held: Held) -> Array:
        """Return the rewards after transfer.

        Parameters
        ----------
        payoffs : ndarray, shape (..., n, A1, ..., An)
            Payoffs of a game.
        held : n × n nested sequence of ndarray, shapes (..., A_j)
            ``held[i][j]`` is player i's estimate of j's policy. The transfer may depend on it; learners do not
            differentiate through it.

        Returns
        -------
        ndarray, shape (..., n, A1, ..., An)
        """

    def smoothness(self, n_actions: Sequence[int]) -> str:  # noqa: ARG002 (part of the interface)
        """Smoothness of the effective payoffs in the estimates: ``"polynomial"`` or ``"piecewise"``."""
        return "piecewise"

    @property
    def stand_ins(self) -> dict[Any, Any]:
        """Positive SymPy stand-ins used by this transfer, and what they mean; empty for most."""
        return {}

    @property
    def symbols(self) -> set[Any]:
        """SymPy symbols among the transfer's own numbers; empty for most."""
        return set()

    def bind(self, **values: Any) -> Transfer:  # noqa: ARG002 (part of the interface)
        """Return the transfer with numbers in the place of its symbols."""
        return self


class ShareTransfer(Transfer):
    """Transfer in which each player hands out shares of its own reward, so that nothing is lost or made."""

    @abstractmethod
    def shares(self, payoffs: Array, held: Held) -> Array:
        """Return ``w[..., i, j, *A]``: the share of i's reward that goes to j; rows (over j) sum to one.

        Parameters
        ----------
        payoffs : ndarray, shape (..., n, A1, ..., An)
            Payoffs of a game.
        held : n × n nested sequence of ndarray, shapes (..., A_j)
            ``held[i][j]`` is player i's estimate of j's policy.

        Returns
        -------
        ndarray, shape (..., n, n, A1, ..., An)
        """

    def effective(self, payoffs: Array, held: Held) -> Array:
        """Return the rewards after transfer, :func:`split` by :meth:`shares`."""
        n = len(held)
        return split(self.shares(payoffs, held), payoffs, joint=n)


class FixedShare(ShareTransfer):
    """The same shares at every joint action.

    Parameters
    ----------
    share : number or array_like, shape (n, n)
        A number: what each player keeps; the others share the rest equally (the symmetric reward transfer of
        Willis et al. [1]_). A matrix: row i says where i's reward goes; rows sum to one.

    References
    ----------
    .. [1] R. Willis, Y. Du, J. Z. Leibo, M. Luck. "Resolving social dilemmas with minimal reward transfer".
       Autonomous Agents and Multi-Agent Systems, 2024.

    Examples
    --------
    >>> FixedShare(0.75).matrix(2).astype(float)
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """

    def __init__(self, share: ArrayLike) -> None:
        self.share: Array = _exact(np.asarray(share, dtype=object))
        if self.share.ndim not in {0, _TWO} or (self.share.ndim == _TWO and self.share.shape[0] != self.share.shape[1]):
            msg = f"share must be a number or an n × n matrix, got shape {self.share.shape}"
            raise ValueError(msg)
        if self.share.ndim == _TWO and any(
            not -_SUM_TOLERANCE <= total - 1 <= _SUM_TOLERANCE for total in self.share.sum(axis=1)
        ):
            msg = f"every row of share must sum to one, got sums {[str(total) for total in self.share.sum(axis=1)]}"
            raise ValueError(msg)

    def matrix(self, n: int) -> Array:
        """Return the n × n share matrix, exact (object dtype)."""
        if self.share.ndim == _TWO:
            if len(self.share) != n:
                msg = f"FixedShare was made for {len(self.share)} players, the game has {n}"
                raise ValueError(msg)
            return self.share
        off_diagonal = 1 - np.eye(n, dtype=int).astype(object)
        return with_kept_share(off_diagonal * ((1 - self.share[()]) / max(n - 1, 1)))

    def shares(self, payoffs: Array, held: Held) -> Array:
        """Return the share matrix, spread over joint actions; see :meth:`ShareTransfer.shares`."""
        n = len(held)
        matrix = _in_numbers_of(payoffs, self.matrix(n)).reshape((n, n) + (1,) * n)
        return np.broadcast_to(matrix, (*payoffs.shape[: -n - 1], n, n, *payoffs.shape[-n:]))

    def smoothness(self, n_actions: Sequence[int]) -> str:  # noqa: ARG002 (part of the interface)
        """Return ``"polynomial"``: shares do not depend on estimates."""
        return "polynomial"

    @property
    def symbols(self) -> set[Any]:
        """SymPy symbols of the shares."""
        return set().union(*(getattr(entry, "free_symbols", ()) for entry in self.share.flat))

    def bind(self, **values: Any) -> Transfer:
        """Return the transfer with numbers in the place of its symbols."""
        return FixedShare(_substituted(self.share.tolist(), values)) if self.symbols else self

    def __repr__(self) -> str:
        """Show the share."""
        return f"FixedShare({self.share.tolist()})"


class Selfish(FixedShare):
    """Everybody keeps its own reward.

    Examples
    --------
    >>> Selfish().matrix(2).astype(int)
    array([[1, 0],
           [0, 1]])
    """

    def __init__(self) -> None:
        super().__init__(1)

    def __repr__(self) -> str:
        """Name it."""
        return "Selfish()"


class GroupOptimal(FixedShare):
    """GO: everybody learns from the mean reward (every share is 1/n).

    Examples
    --------
    >>> GroupOptimal().matrix(2).astype(float)
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """

    def __init__(self) -> None:
        super().__init__(0)

    def matrix(self, n: int) -> Array:
        """Return 1/n everywhere, exact (object dtype)."""
        return np.full((n, n), Fraction(1, n), dtype=object)

    def __repr__(self) -> str:
        """Name it."""
        return "GroupOptimal()"


class SocialRelationship(ShareTransfer):
    r"""LASE: gifts in proportion to the social relationship, :math:`w_{ij} = \kappa \max(\omega_{ij}, 0)/(n - 1)`.

    Parameters
    ----------
    estimate : ``"exact"``, ``("frozen", q)`` or ``("mixed", eps)``
        What a player believes of the others' policies. *Exact*: what is held (the behaviour policies). *Frozen*: a
        constant; `q` is a number (probability of action 0 of players with two actions), a distribution over actions,
        or a list of n of those, one for each estimated player. *Mixed*: :math:`(1 - \varepsilon)` exact plus
        :math:`\varepsilon` uniform.
    scale : number, default 1
        Gift scale :math:`\kappa \ge 0`. Above 1 a player may hand out more than it has.
    clip : bool, default True
        Cut negative relationships at 0; ``False`` is a variant.
    positive_only : bool, default False
        Pass on gains only. By default the share is of the signed reward: a share of a loss is passed on as a loss.

    Notes
    -----
    :math:`Q_i` is the payoff of the one-shot game. It counts as flat where its range over j's actions is at most
    1e-9 of the range of i's payoffs (exactly 0 for exact payoffs); see :ref:`relationship <relationship>`.

    Examples
    --------
    Both cooperate in a prisoner's dilemma, each was expected to do so with probability 2/3, so each gives 1/3 away.

    >>> from gametheory import Game
    >>> game = Game.two_by_two(3.0, 0.0, 5.0, 1.0)
    >>> x = np.array([2 / 3, 1 / 3])
    >>> SocialRelationship().shares(game.payoffs, [[x, x], [x, x]])[:, :, 0, 0].round(3)
    array([[0.667, 0.333],
           [0.333, 0.667]])
    """

    def __init__(
        self,
        estimate: str | tuple[str, Any] = "exact",
        scale: Any = 1,
        clip: bool = True,
        positive_only: bool = False,
    ) -> None:
        kind: str
        value: Any
        kind, value = (estimate, None) if isinstance(estimate, str) else estimate
        if (kind, value is None) not in {("exact", True), ("frozen", False), ("mixed", False)}:
            msg = f'estimate must be "exact", ("frozen", q) or ("mixed", eps), got {estimate!r}'
            raise ValueError(msg)
        self.estimate = estimate
        self.scale = _exact(np.asarray(scale, dtype=object))[()]
        self.clip = clip
        self.positive_only = positive_only
        self._stand_ins: dict[Any, Any] = {}
        if not getattr(self.scale, "free_symbols", None) and not self.scale >= 0:
            msg = f"scale must be at least 0, got {scale!r}"
            raise ValueError(msg)
        self._mixed = (Fraction(0), Fraction(1))  # eps and 1 - eps
        self._frozen: list[Array] | None = None  # one distribution over actions a player, or one for all
        if kind == "mixed":
            self._mixed = self._unit(value)
        elif kind == "frozen":
            self._frozen = [self._distribution(entry) for entry in (value if np.iterable(value) else [value])]

    def _unit(self, value: Any) -> tuple[Any, Any]:
        """Return a number in [0, 1] and its complement; for a symbol positive stand-ins, so that signs are decided."""
        if getattr(value, "free_symbols", None):
            import sympy as sp

            pair = sp.Dummy("u", nonnegative=True), sp.Dummy("v", nonnegative=True)
            self._stand_ins |= {pair[0]: value, pair[1]: 1 - value}
            return pair
        number = _exact(np.asarray(value, dtype=object))[()]
        if not 0 <= number <= 1:
            msg = f"probabilities in estimate={self.estimate!r} must lie in [0, 1], got {value}"
            raise ValueError(msg)
        return number, 1 - number

    def _distribution(self, entry: Any) -> Array:
        """Return one frozen estimate, a number or a distribution, as a distribution over actions."""
        if not np.iterable(entry):
            return np.array(self._unit(entry), dtype=object)
        values = _exact(np.asarray(entry, dtype=object))
        total = values.sum()
        if not -_SUM_TOLERANCE <= total - 1 <= _SUM_TOLERANCE or any(v < 0 for v in values):
            msg = f"a frozen estimate must be a distribution, got {list(map(str, values))}, which sums to {total}"
            raise ValueError(msg)
        return values

    @property
    def stand_ins(self) -> dict[Any, Any]:
        """Positive stand-ins for symbols in `estimate`, and what they mean."""
        return self._stand_ins

    @property
    def symbols(self) -> set[Any]:
        """SymPy symbols of `estimate` and `scale`."""
        return set().union(getattr(self.scale, "free_symbols", ()), *(e.free_symbols for e in self._stand_ins.values()))

    def bind(self, **values: Any) -> Transfer:
        """Return the transfer with numbers in the place of its symbols."""
        if not self.symbols & {s for s in self.symbols if s.name in values}:
            return self
        estimate = (
            self.estimate
            if isinstance(self.estimate, str)
            else (self.estimate[0], _substituted(self.estimate[1], values))
        )
        return SocialRelationship(estimate, _substituted(self.scale, values), self.clip, self.positive_only)

    def smoothness(self, n_actions: Sequence[int]) -> str:
        """Return ``"polynomial"`` for two actions each, else ``"piecewise"``: relationships change sign inside."""
        return "polynomial" if max(n_actions) <= _TWO or not self.clip else "piecewise"

    def estimates(self, held: Held) -> list[list[Array]]:
        """Apply `estimate` to what is held.

        Parameters
        ----------
        held : n × n nested sequence of ndarray, shapes (..., A_j)
            Policies (or, for a learner with its own model, estimates of them).

        Returns
        -------
        n × n nested list of ndarray, shapes (..., A_j)

        Raises
        ------
        ValueError
            A frozen estimate that does not fit the players' numbers of actions.
        """
        n = len(held)
        return [[self._estimate(held[i][j], j, n) for j in range(n)] for i in range(n)]

    def _estimate(self, policy: Array, j: int, n: int) -> Array:
        if self._frozen is not None:
            if len(self._frozen) not in {1, n}:
                msg = f"a frozen estimate needs one entry, or one for each of the {n} players, got {len(self._frozen)}"
                raise ValueError(msg)
            frozen = self._frozen[j if len(self._frozen) > 1 else 0]
            if len(frozen) != policy.shape[-1]:
                msg = (
                    f"the frozen estimate of player {j + 1} has {len(frozen)} actions, it has {policy.shape[-1]}; "
                    "a number serves players with two actions, others need a distribution"
                )
                raise ValueError(msg)
            return np.broadcast_to(_in_numbers_of(policy, frozen), policy.shape)
        eps, rest = self._mixed
        if eps == 0:
            return policy
        uniform = _in_numbers_of(policy, np.full(policy.shape[-1], eps / policy.shape[-1], dtype=object))
        return _in_numbers_of(policy, np.asarray(rest, dtype=object)) * policy + uniform

    def shares(self, payoffs: Array, held: Held) -> Array:
        """Return the LASE weights at every joint action; see :meth:`ShareTransfer.shares`."""
        n = len(held)
        estimates = self.estimates(held)
        batch = np.broadcast_shapes(payoffs.shape[: -n - 1], *(e.shape[:-1] for row in estimates for e in row))
        gifts = np.zeros((n, n, *batch, *payoffs.shape[-n:]), dtype=payoffs.dtype)
        for i in range(n):
            for j in range(n):
                if i != j:
                    gifts[i, j] = self._gifts(payoffs.take(i, axis=-1 - n), j, estimates[i][j], n)
        return with_kept_share(np.moveaxis(gifts, (0, 1), (-2 - n, -1 - n)), joint=n)

    def _gifts(self, q: Array, j: int, policy: Array, n: int) -> Array:
        """Weight of i's gift to j at every joint action, given i's values `q` (..., *A) and i's estimate of j."""
        exact = q.dtype == object
        joint_axes = tuple(range(-n, 0))
        flat = 0 if exact else _FLAT * np.expand_dims(np.ptp(q, axis=joint_axes), joint_axes)
        by_action = np.moveaxis(q, j - n, -1)  # (..., *A without j, A_j)
        omega = relationship(
            by_action[..., None, :],
            np.expand_dims(policy, tuple(range(-1 - n, -1))),
            np.arange(q.shape[j - n]),
            flat=flat,
        )
        scale = self.scale if exact else float(self.scale)
        gifts = gift_weights(np.moveaxis(omega, -1, j - n), n, scale=scale, clip=self.clip)
        return gifts * self._is_gain(q) if self.positive_only else gifts

    @staticmethod
    def _is_gain(q: Array) -> Array:
        try:
            return np.greater(q, 0).astype(int)
        except TypeError as error:
            msg = f"positive_only needs the sign of every payoff ({error}); state it with assume=[...]"
            raise UndecidedSignError(msg) from error

    def __repr__(self) -> str:
        """Show what differs from LASE as published."""
        changes = {
            "estimate": (self.estimate, "exact"),
            "scale": (self.scale, 1),
            "clip": (self.clip, True),
            "positive_only": (self.positive_only, False),
        }
        shown = [f"{name}={value}" for name, (value, default) in changes.items() if value != default]
        return f"SocialRelationship({', '.join(shown)})"


# ---------------------------------------------------------------------- kinds of number
def _exact(array: Array) -> Array:
    """Turn floats into the fractions they print as, integers into fractions; leave symbols alone."""

    def convert(value: Any) -> Any:
        return (
            Fraction(repr(float(value)))
            if isinstance(value, float)
            else Fraction(value)
            if isinstance(value, Integral)
            else value
        )

    return np.asarray(np.frompyfunc(convert, 1, 1)(array), dtype=object)


def _substituted(value: Any, values: Mapping[str, Any]) -> Any:
    """Put numbers in the place of symbols, in nested lists and arrays too."""
    if np.iterable(value):
        return [_substituted(entry, values) for entry in value]
    free = getattr(value, "free_symbols", ())
    return value.subs({s: values[s.name] for s in free if s.name in values}) if free else value


def _in_numbers_of(payoffs: Array, array: Array) -> Array:
    """Return exact `array` as floats if `payoffs` are floats."""
    if payoffs.dtype == object:
        return array
    try:
        return array.astype(np.float64)
    except TypeError as error:
        msg = "a transfer with symbols serves symbolic games; give it numbers, or bind them"
        raise ValueError(msg) from error
