"""LASE: gifts in proportion to the social relationship."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.transfer.kinds import exact_numbers, in_numbers_of, substituted
from gametheory.transfer.shares import ShareTransfer, Transfer
from gametheory.transfer.weights import UndecidedSignError, gift_weights, relationship, with_kept_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Held = Sequence[Sequence[Array]]

__all__ = ["SocialRelationship"]

_TWO = 2
_FLAT = 1e-9  # of the range of a player's payoffs; symbolic payoffs differ or not by their assumptions
_SUM_TOLERANCE = 1e-9


class SocialRelationship(ShareTransfer):
    r"""LASE: gifts in proportion to the social relationship, :math:`w_{ij} = \kappa \max(\omega_{ij}, 0)/(n - 1)`.

    Parameters
    ----------
    estimate : ``"exact"``, ``("frozen", q)`` or ``("mixed", eps)``
        What a player believes of the others' policies. *Exact*: what is held (the behaviour policies). *Frozen*: a
        constant; `q` is a number (probability of action 0 of every player, who has two actions), or a list with one
        entry for each estimated player, a number or a distribution over actions; a list of one entry serves all.
        *Mixed*: :math:`(1 - \varepsilon)` exact plus
        :math:`\varepsilon` uniform.
    scale : number, default 1
        Gift scale :math:`\kappa \ge 0`. Above 1 a player may hand out more than it has.
    clip : bool, default True
        Cut negative relationships at 0; ``False`` is a variant.
    positive_only : bool, default False
        Pass on gains only. By default the share is of the signed reward: a share of a loss is passed on as a loss.

    Notes
    -----
    :math:`Q_i` is the payoff of the one-shot game, unless action values are given (in repeated games). It counts as
    flat where its range over j's actions is at most 1e-9 of its whole range (for symbolic payoffs: where it is 0); see
    :ref:`relationship <relationship>`.

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
        pair: Any = (estimate, None) if isinstance(estimate, str) else estimate
        valid = isinstance(pair, tuple) and len(pair) == _TWO
        kind, value = pair if valid else ("", None)
        if (kind, value is None) not in {("exact", True), ("frozen", False), ("mixed", False)}:
            msg = f'estimate must be "exact", ("frozen", q) or ("mixed", eps), got {estimate!r}'
            raise ValueError(msg)
        self.estimate = estimate
        self.scale = exact_numbers(np.asarray(scale, dtype=object))[()]
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
        number = exact_numbers(np.asarray(value, dtype=object))[()]
        if not 0 <= number <= 1:
            msg = f"probabilities in estimate={self.estimate!r} must lie in [0, 1], got {value}"
            raise ValueError(msg)
        return number, 1 - number

    def _distribution(self, entry: Any) -> Array:
        """Return one frozen estimate, a number or a distribution, as a distribution over actions."""
        if not np.iterable(entry):
            return np.array(self._unit(entry), dtype=object)
        values = exact_numbers(np.asarray(entry, dtype=object))
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
            else (self.estimate[0], substituted(self.estimate[1], values))
        )
        return SocialRelationship(estimate, substituted(self.scale, values), self.clip, self.positive_only)

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
                    f"the frozen estimate of player {j + 1} has {len(frozen)} actions, the game {policy.shape[-1]}; "
                    "a number serves players with two actions, others need a distribution"
                )
                raise ValueError(msg)
            return np.broadcast_to(in_numbers_of(policy, frozen), policy.shape)
        eps, rest = self._mixed
        if eps == 0:
            return policy
        uniform = in_numbers_of(policy, np.full(policy.shape[-1], eps / policy.shape[-1], dtype=object))
        return in_numbers_of(policy, np.asarray(rest, dtype=object)) * policy + uniform

    def shares(self, payoffs: Array, held: Held, values: Array | None = None) -> Array:
        """Return the LASE weights at every joint action; see :meth:`ShareTransfer.shares`.

        Parameters
        ----------
        payoffs : ndarray, shape (..., n, A1, ..., An)
            Payoffs of a game.
        held : n × n nested sequence of ndarray, shapes (..., A_j)
            Everybody's estimates.
        values : ndarray, shape (..., n, A1, ..., An), optional
            :math:`Q_i(a)`; the payoffs if not given.

        Returns
        -------
        ndarray, shape (..., n, n, A1, ..., An)
        """
        n = len(held)
        estimates = self.estimates(held)
        q = payoffs if values is None else values
        lead = (q.shape[: -n - 1], payoffs.shape[: -n - 1])
        batch = np.broadcast_shapes(*lead, *(e.shape[:-1] for row in estimates for e in row))
        gifts = np.zeros((n, n, *batch, *payoffs.shape[-n:]), dtype=q.dtype)
        for i in range(n):
            for j in range(n):
                if i != j:
                    gifts[i, j] = self._gifts(q.take(i, axis=-1 - n), j, estimates[i][j], n)
            if self.positive_only:
                gifts[i] *= self._is_gain(payoffs.take(i, axis=-1 - n))
        return with_kept_share(np.moveaxis(gifts, (0, 1), (-2 - n, -1 - n)), joint=n)

    def shares_in_play(self, payoffs: Array, held: Held, values: Array) -> Array:
        """Return weights by relationships that are inferred from action values, not payoffs."""
        return self.shares(payoffs, held, values)

    def _gifts(self, q: Array, j: int, policy: Array, n: int) -> Array:
        """Weight of i's gift to j at every joint action, given i's values `q` (..., *A) and i's estimate of j."""
        exact = q.dtype == object
        joint_axes = tuple(range(-n, 0))
        symbolic = exact and any(getattr(entry, "free_symbols", None) for entry in q.flat)
        guard = Fraction(_FLAT) if exact else _FLAT
        flat = 0 if symbolic else guard * np.expand_dims(np.ptp(q, axis=joint_axes), joint_axes)
        by_action = np.moveaxis(q, j - n, -1)  # (..., *A without j, A_j)
        omega = relationship(
            by_action[..., None, :],
            np.expand_dims(policy, tuple(range(-1 - n, -1))),
            np.arange(q.shape[j - n]),
            flat=flat,
        )
        scale = self.scale if exact else float(self.scale)
        return gift_weights(np.moveaxis(omega, -1, j - n), n, scale=scale, clip=self.clip)

    @staticmethod
    def _is_gain(rewards: Array) -> Array:
        try:
            return np.greater(rewards, 0).astype(int)
        except TypeError as error:
            msg = f"positive_only needs the sign of every payoff ({error}); state it with assume=[...]"
            raise UndecidedSignError(msg) from error

    def __repr__(self) -> str:
        """Show what differs from the default."""
        changes = {
            "estimate": (self.estimate, "exact"),
            "scale": (self.scale, 1),
            "clip": (self.clip, True),
            "positive_only": (self.positive_only, False),
        }
        shown = [f"{name}={value}" for name, (value, default) in changes.items() if value != default]
        return f"SocialRelationship({', '.join(shown)})"
