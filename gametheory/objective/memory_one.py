r"""Repeated 2×2 games between memory-one players, with any transfer.

A player has five policies, one in the opening and one after each outcome CC, CD, DC, DD of the last round. Write
:math:`\pi(a \mid s)` for the probability of the joint action a in state s, :math:`M` for its four rows after the
opening, and :math:`Y = (I - \gamma M)^{-1}`. In a round the state is what the last round left, so

- action values of own payoffs do not depend on the state: :math:`Q_i(a) = r_i(a) + \gamma \sum_{a'} M(a, a') Q_i(a')`,
  that is :math:`Q_i = Y r_i`;
- weights :math:`w_{ij}(s, a)` do, through the estimates :math:`\hat\pi_j(\cdot \mid s)`, and with them the rewards
  :math:`R_i(s, a)` after transfer;
- each round is met in state s with the discounted frequency :math:`m_s`: :math:`m_{opening} = 1 - \gamma`,
  :math:`m = (1 - \gamma)\gamma\, \pi(\cdot \mid opening)\, Y` elsewhere.

With :math:`h_i = Y \rho_i`, :math:`\rho_i(s) = \sum_a \pi(a \mid s) R_i(s, a)`, what follows an action in s is worth
:math:`L_i(s, a) = R_i(s, a) + \gamma h_i(a)`. A coordinate b is the probability of cooperating of one player in one
state :math:`s(b)`; let :math:`\partial_b \pi` be the derivative of that row. Then [1]_

.. math::

    \partial_b V_i = m_{s(b)} D_i(b), \qquad D_i(b) = \sum_a \partial_b \pi(a \mid s(b))\, L_i(s(b), a),

and, as :math:`\partial_b h_i = Y_{\cdot s(b)} D_i(b)` and
:math:`\partial_b m_s = N(b, s) = \gamma m_{s(b)} \sum_a \partial_b\pi(a \mid s(b))\, Y_{a s}`,

.. math::

    \partial_b \partial_c V_i = N(b, s(c))\, D_i(c) + N(c, s(b))\, D_i(b)
        + [s(b) = s(c)]\, m_{s(b)} \sum_a \partial_b \partial_c \pi(a \mid s(b))\, L_i(s(b), a).

References
----------
.. [1] R. S. Sutton, D. McAllester, S. Singh, Y. Mansour. "Policy gradient methods for reinforcement learning with
   function approximation". NeurIPS 1999, Theorem 1; differentiated once more here.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.memory_one.payoffs import check_discount, payoff_vectors
from gametheory.memory_one.strategies import to_exact
from gametheory.objective.matrix import GameObjective
from gametheory.space import Space

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from gametheory.game import Game
    from gametheory.transfer import TransferLike

    Array = NDArray[Any]

__all__ = ["MemoryOneObjective"]

LABELS = ("opening", "CC", "CD", "DC", "DD")
_STATES = len(LABELS)
_OTHER = [0, 1, 3, 2, 4]  # states in the other player's view


@dataclass(frozen=True)
class _Play:
    """Everything about a profile; states and outcomes on the first axes, the batch on the last one."""

    shape: tuple[int, ...]
    """Shape of the batch."""
    payoffs: Array
    """By player and joint action, shape (2, 4, batch or 1)."""
    discount: Any
    """A number, or shape (batch)."""
    p: Array
    """First player's policies, shape (5, batch)."""
    q: Array
    """Second player's policies by the first one's states, shape (5, batch)."""
    law: Array
    """Joint actions by state, shape (5, 4, batch)."""
    onward: Array
    """Y, shape (4, 4, batch)."""
    visits: Array
    """m, per round, shape (5, batch)."""

    def restored(self, result: Array) -> Array:
        """Move the batch back to the front and give it its shape."""
        return np.moveaxis(result, -1, 0).reshape(*self.shape, *result.shape[:-1])


class MemoryOneObjective(GameObjective):
    r"""Discounted reward of two memory-one players in a repeated 2×2 game under a transfer.

    Parameters
    ----------
    game : Game
        2×2, symmetric or not; numbers or symbols.
    transfer : Transfer or sequence of two Transfer, optional
        Who gets whose reward, one for both or one for each player; selfish if not given. It is applied in every state,
        with the estimates that hold there; social relationships are inferred from the action values of own payoffs.
    discount : number in [0, 1), default 0.96
        Of learning and of relationships alike. An array of floats gives every state of a batch its own.
    weighted : bool, default True
        Take the own gradient as it is: each state's part weighted by how often the state is met. False leaves that
        factor out, :math:`D_i` instead of :math:`m D_i`: every state learns at the speed of its own advantages
        (the natural gradient of all policies together).
    normalised : bool, default True
        Measure values per round. False: sums of discounted rewards, larger by :math:`1/(1 - \gamma)`; advantages
        (``weighted=False``) are sums either way.

    Notes
    -----
    States are vectors of ten probabilities of cooperating, (opening, CC, CD, DC, DD) for each player in its own view.
    The formulas are at the top of :mod:`gametheory.objective.memory_one`.

    For selfish players :func:`gametheory.memory_one.gradient` has the first derivatives as well, from another
    derivation, and also in the limit of means, with noise and for a symbolic discount. It is kept beside this class as
    an independent check: tests compare the two.

    Examples
    --------
    Two LASE players without memory rest at 2/3, whatever the discount:

    >>> import gametheory as gt
    >>> game = gt.Game.two_by_two(R=3, S=0, T=5, P=1)
    >>> lase = MemoryOneObjective(game, gt.transfer.SocialRelationship(), discount=0.9)
    >>> x = lase.memoryless(2 / 3)
    >>> bool(abs(lase.own_gradient(x)).max() < 1e-15)
    True
    >>> lase.space.names[:5]
    ('p1_opening', 'p1_CC', 'p1_CD', 'p1_DC', 'p1_DD')
    """

    def __init__(
        self,
        game: Game,
        transfer: TransferLike | None = None,
        discount: Any = 0.96,
        *,
        weighted: bool = True,
        normalised: bool = True,
    ) -> None:
        payoff_vectors(game)  # complains unless 2×2
        super().__init__(Space((2,) * (2 * _STATES), LABELS), game, transfer)
        for value in np.asarray(discount, dtype=object).flat:
            if not isinstance(value, Real):
                msg = f"discount must be a number in [0, 1), or an array of them, got {value!r}"
                raise ValueError(msg)  # noqa: TRY004 (None and symbols are fine elsewhere)
            check_discount(value)
        self.discount = discount
        self.weighted = weighted
        self.normalised = normalised

    @property
    def smoothness(self) -> str:  # type: ignore[override]  # an attribute in the base class
        """``"rational"`` for fixed shares, else ``"piecewise"``: action values may change order inside."""
        return "rational" if self.transfer.fixed else "piecewise"

    def __repr__(self) -> str:
        """Show transfer and discount."""
        weighted = "" if self.weighted else ", weighted=False"
        return f"MemoryOneObjective({self.transfer!r}, discount={self.discount}{weighted})"

    def bind(self, **parameters: Any) -> MemoryOneObjective:
        """Return the objective with numbers in the place of symbols, of the payoffs and of the transfer."""
        in_game = {name: value for name, value in parameters.items() if name in self.game.parameters}
        return MemoryOneObjective(
            self.game.bind(**in_game),
            self.transfer.bind(**parameters),
            self.discount,
            weighted=self.weighted,
            normalised=self.normalised,
        )

    def memoryless(self, p: ArrayLike, q: ArrayLike | None = None) -> Array:
        """Return the state in which players do the same whatever happened.

        Parameters
        ----------
        p : array_like, shape (...)
            The first player's probability of cooperating.
        q : array_like, shape (...), optional
            The second player's; `p` if not given.

        Returns
        -------
        ndarray, shape (..., 10)
        """
        both = np.stack(np.broadcast_arrays(p, p if q is None else q), axis=-1)
        return np.repeat(both, _STATES, axis=-1)

    def visits(self, x: Array) -> Array:
        """How often each player meets each of its states; payoffs do not matter.

        Parameters
        ----------
        x : ndarray, shape (..., 10)
            Policies.

        Returns
        -------
        ndarray, shape (..., 10)
            Discounted frequencies, in each player's own view; each player's sum to one.
        """
        play = self._play(x, None)
        return play.restored(np.concatenate([play.visits, play.visits[_OTHER]]))

    def values(self, x: Array, held: Array | None = None, **parameters: Any) -> Array:
        """Return every player's value; see :meth:`Objective.values`."""
        play = self._play(x, parameters)
        worth = self._worth(play, self._rewards(play if held is None else self._play(held, parameters), parameters))
        return play.restored(self._rounds(play) * (1 - play.discount) * (play.law[0] * worth[:, 0]).sum(axis=1))

    def own_gradient(self, x: Array, **parameters: Any) -> Array:
        """Exact own gradient, weights held."""
        play = self._play(x, parameters)
        slopes = self._slopes(play, self._worth(play, self._rewards(play, parameters)))
        own = np.stack([slopes[0, :_STATES], slopes[1, _STATES:]])
        if self.weighted:
            own = own * (self._rounds(play) * play.visits)
        return play.restored(np.concatenate([own[0], own[1][_OTHER]]))

    def total_gradient(self, x: Array, **parameters: Any) -> Array:
        """Gradient through the transfer's weights too, by differences."""
        self._must_be_weighted()
        return super().total_gradient(x, **parameters)

    def derivatives(self, x: Array, **parameters: Any) -> tuple[Array, Array]:
        """Exact first and second derivatives, weights held; see :meth:`Objective.derivatives`."""
        self._must_be_weighted()
        play = self._play(x, parameters)
        worth = self._worth(play, self._rewards(play, parameters))
        slopes = self._slopes(play, worth)
        visits = self._rounds(play) * play.visits
        m = np.concatenate([visits, visits])
        # N(b, s): how coordinate b moves the visits of state s; none moves those of the opening
        y = play.onward
        moved = np.concatenate(
            [
                _along(play.q[:, None], y[None, 0] - y[None, 2], y[None, 1] - y[None, 3]),
                _along(play.p[:, None], y[None, 0] - y[None, 1], y[None, 2] - y[None, 3]),
            ]
        )
        moved = moved * (play.discount * m)[:, None]
        moved = np.concatenate([0 * moved[:, :1], moved], axis=1)
        half = np.concatenate([moved, moved], axis=1) * slopes[:, None]
        second = half + np.swapaxes(half, 1, 2)
        both = visits * (worth[:, :, 0] - worth[:, :, 1] - worth[:, :, 2] + worth[:, :, 3])
        states = np.arange(_STATES)
        second[:, states, states + _STATES] += both
        second[:, states + _STATES, states] += both
        order = [*range(_STATES), *(_STATES + k for k in _OTHER)]
        return play.restored((m * slopes)[:, order]), play.restored(second[:, order][:, :, order])

    # ------------------------------------------------------------------ parts
    def _must_be_weighted(self) -> None:
        if not self.weighted:
            msg = "weighted=False changes how fast states learn, not values: derivatives of values need weighted=True"
            raise ValueError(msg)

    def _rounds(self, play: _Play) -> Any:
        """Return what values count: one round, or all of them, discounted."""
        return 1 if self.normalised else 1 / (1 - play.discount)

    def _play(self, x: Array, parameters: Mapping[str, Any] | None) -> _Play:
        """Work out a profile; without `parameters` payoffs are left out."""
        exact = x.dtype == object
        payoffs: Array = np.zeros((2, 2, 2))
        if parameters is not None:
            payoffs = self.game.rational().payoffs if exact else self.payoffs(**parameters)
        gamma = to_exact(self.discount)[()] if exact else np.asarray(self.discount, dtype=np.float64)
        shape = np.broadcast_shapes(x.shape[:-1], payoffs.shape[:-3], np.shape(gamma))
        flat = np.ascontiguousarray(np.broadcast_to(x, (*shape, 2 * _STATES)).reshape(-1, 2 * _STATES).T)
        if payoffs.ndim > 3:  # one game a state
            payoffs = np.broadcast_to(payoffs, (*shape, 2, 2, 2))
        payoffs = np.moveaxis(payoffs.reshape(-1, 2, 4), 0, -1)
        if np.ndim(gamma):
            gamma = np.broadcast_to(gamma, shape).ravel()
        p, q = flat[:_STATES], flat[_STATES:][_OTHER]
        both = p * q
        law = np.stack([both, p - both, q - both, 1 - p - q + both], axis=1)
        onward = _inverse(-gamma * law[1:], 1)
        later = gamma * (law[0][:, None] * onward).sum(axis=0)
        visits = (1 - gamma) * np.concatenate([1 + 0 * later[:1], later])
        return _Play(shape, payoffs, gamma, p, q, law, onward, visits)

    def _rewards(self, held: _Play, parameters: Mapping[str, Any]) -> Array:
        """Rewards after transfer by player, state and joint action, shape (2, 5 or 1, 4, batch or 1)."""
        transfer = self.transfer_at(parameters)
        # batch first for the transfer: (batch, state, player, action, action)
        payoffs = np.moveaxis(held.payoffs, -1, 0).reshape(-1, 1, 2, 2, 2)
        policies = [np.stack([policy.T, 1 - policy.T], axis=-1) for policy in (held.p, held.q)]
        if transfer.fixed:  # the same in every state of every profile
            rewards = transfer.effective(payoffs, [policies, policies])
        else:
            values = (held.onward[None] * held.payoffs[:, None]).sum(axis=2)  # Q = Y r
            values = np.moveaxis(values, -1, 0).reshape(-1, 1, 2, 2, 2)
            rewards = transfer.effective_in_play(payoffs, [policies, policies], values)
        return np.ascontiguousarray(rewards.reshape(*rewards.shape[:2], 2, 4).transpose(2, 1, 3, 0))

    @staticmethod
    def _worth(play: _Play, rewards: Array) -> Array:
        """L: rewards and what follows, shape (2, 5, 4, batch)."""
        mean = (play.law[1:] * rewards[:, -4:]).sum(axis=2)
        later = (play.onward * mean[:, None]).sum(axis=2)
        return np.asarray(rewards + play.discount * later[:, None])

    @staticmethod
    def _slopes(play: _Play, worth: Array) -> Array:
        """D: what cooperating for sure instead of defecting is worth in each state, shape (2, 10, batch)."""
        cc, cd, dc, dd = np.moveaxis(worth, 2, 0)
        return np.concatenate([_along(play.q, cc - dc, cd - dd), _along(play.p, cc - cd, dc - dd)], axis=1)


def _along(policy: Array, after_c: Array, after_d: Array) -> Array:
    """Mean over what the other does."""
    return np.asarray(after_d + policy * (after_c - after_d))


def _inverse(a: Array, plus: int) -> Array:
    """Inverse of the matrices `a` + `plus` I, shape (k, k, batch), which are diagonally dominant: no pivoting."""
    a = a.copy()
    k = len(a)
    a[range(k), range(k)] += plus
    for i in range(k):  # Gauss-Jordan in place
        pivot = 1 / a[i, i]
        a[i, i] = 1 + 0 * pivot
        a[i] *= pivot
        for r in range(k):
            if r != i:
                factor = a[r, i].copy()
                a[r, i] = 0 * pivot
                a[r] -= factor * a[i]
    return a
