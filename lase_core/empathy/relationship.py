r"""The social relationship, from learned action values.

A player learns :math:`Q_i(o, a)`, the value of its own, ungifted reward after everybody's actions. What another's
action meant for it is read off by asking what would have been had only that action been different:

.. math:: \omega_{ij} = \frac{Q_i(o, a) - \sum_b \hat\pi_j(b)\, Q_i(o, a_{-j}, b)}
                             {\max_b Q_i(o, a_{-j}, b) - \min_b Q_i(o, a_{-j}, b)},

formula and guard as in :func:`gametheory.transfer.relationship`, which is called here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.transfer import relationship
from lase_core.nn import Dense, Network, Relu, Stack, d_entropy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike, NDArray

    from lase_core.nn import Layer

    Array = NDArray[Any]

__all__ = ["JointCritic", "relationships", "selfish_gradient"]


class JointCritic:
    """Action values of joint actions: features of the observation, then features and actions together.

    Joint actions are *self first*: column 0 is what the player itself does, column k what the k-th player after it
    does, as in its observations. An action of -1 stands for a player who has left.

    Parameters
    ----------
    body : sequence of Layer
        From observations to features, `n_features` wide.
    n_features, n_agents, n_actions : int
        Sizes.
    n_hidden : int
        Width of the layer that sees features and actions.
    lead : tuple of int
        (seeds, agents).
    rngs : sequence of Generator
        One a seed.
    dtype : dtype, default float32
        Of parameters.
    """

    def __init__(
        self,
        body: Sequence[Layer],
        *,
        n_features: int,
        n_agents: int,
        n_actions: int,
        n_hidden: int,
        lead: tuple[int, ...],
        rngs: Sequence[np.random.Generator],
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.n_features, self.n_agents, self.n_actions = n_features, n_agents, n_actions
        self.body = Stack(body)
        self.joint, self.out = Dense(n_features + n_agents * n_actions, n_hidden), Dense(n_hidden, 1)
        self.network = Network([self.body, self.joint, Relu(), self.out], lead, rngs, dtype)
        self._coded = np.vstack([np.eye(n_actions), np.zeros(n_actions)]).astype(dtype)  # -1 is the last row: nothing

    def coded(self, actions: Array) -> Array:
        """Return joint actions (..., n_agents) one-hot, shape (..., n_agents * n_actions)."""
        return self._coded[actions].reshape(*actions.shape[:-1], -1)

    def forward(self, x: Array, actions: Array) -> tuple[Array, Any]:
        """Return the values of the joint actions.

        Parameters
        ----------
        x : ndarray, shape (lead..., rows, n_in)
            Observations.
        actions : ndarray of int, shape (lead..., rows, n_agents)
            Self first.

        Returns
        -------
        ndarray, shape (lead..., rows), and a cache for :meth:`backward`
        """
        f, caches = self.body.forward(x)
        joined = np.concatenate([f, self.coded(actions)], axis=-1)
        before, cached = self.joint.forward(joined)
        h = np.maximum(before, 0)
        q, last = self.out.forward(h)
        return q[..., 0], (caches, cached, h, last, before)

    def backward(self, cache: Any, dq: Array) -> None:
        """Write the gradient of a scalar, given its gradient with respect to the values."""
        caches, cached, h, last, _ = cache
        dh = self.out.backward(last, dq[..., None])
        assert dh is not None  # noqa: S101 (inputs were asked for)
        dh *= h > 0
        d = self.joint.backward(cached, dh)
        assert d is not None  # noqa: S101 (inputs were asked for)
        self.body.backward(caches, d[..., : self.n_features], inputs=False)

    def before_actions(self, x: Array, actions: Array) -> Array:
        """Return the joint layer before its activation: all that counterfactuals have to know of a row."""
        f, _ = self.body.forward(x)
        return self.joint.forward(np.concatenate([f, self.coded(actions)], axis=-1))[0]

    def counterfactual(self, before: Array, actions: Array, k: int) -> Array:
        """Return values as only the action of the k-th player varies.

        Its columns in the joint layer are swapped; features are not computed again.

        Parameters
        ----------
        before : ndarray, shape (lead..., rows, n_hidden)
            From :meth:`before_actions`.
        actions : ndarray of int, shape (lead..., rows, n_agents)
            What was done, self first.
        k : int
            Whose action varies; 0 is the player itself.

        Returns
        -------
        ndarray, shape (lead..., rows, n_actions)
        """
        first = self.n_features + k * self.n_actions
        columns = self.joint.p["W"][..., first : first + self.n_actions, :]  # (*lead, A, hidden)
        base = before - self._coded[actions[..., k]] @ columns
        hidden = base[..., None, :] + columns[..., None, :, :]
        np.maximum(hidden, 0, out=hidden)
        q = hidden.reshape(*base.shape[:-2], -1, base.shape[-1]) @ self.out.p["W"]
        q = q[..., 0] + self.out.p["b"]
        return np.asarray(q).reshape(*base.shape[:-1], self.n_actions)


def relationships(critic: JointCritic, before: Array, actions: Array, estimates: Array, *, flat: Array) -> Array:
    """Return the relationship to every co-player.

    Parameters
    ----------
    critic : JointCritic
        Of the players who judge.
    before : ndarray, shape (lead..., rows, n_hidden)
        From :meth:`JointCritic.before_actions`.
    actions : ndarray of int, shape (lead..., rows, n_agents)
        Self first.
    estimates : ndarray, shape (lead..., n_agents - 1, rows, n_actions)
        Of the policies of the 1st, 2nd, ... player after oneself.
    flat : ndarray, shape (lead...)
        Largest range of action values that counts as flat.

    Returns
    -------
    ndarray, shape (lead..., n_agents - 1, rows)
        0 to players who have left.
    """
    omega = [
        relationship(
            critic.counterfactual(before, actions, k),
            estimates[..., k - 1, :, :],
            actions[..., k],
            flat=flat[..., None],
        )
        * (actions[..., k] >= 0)
        for k in range(1, critic.n_agents)
    ]
    return np.stack(omega, axis=-2)


def selfish_gradient(policy: Array, q: Array, scale: Array, entropy: float) -> Array:
    r"""Gradient by logits of what a selfish actor minimises, :math:`-\sum_b \pi(b) Q(b)/s - c H(\pi)`.

    All actions count, not only the one that was taken: once Q is right, :math:`-\log\pi(a)\,(\text{target} - Q(a))` has
    mean 0 for every action and teaches nothing.

    Parameters
    ----------
    policy : ndarray, shape (..., n_actions)
        The actor's.
    q : ndarray, shape (..., n_actions)
        Values of its own actions, those of the others as they were.
    scale : ndarray, broadcastable to (...)
        s, a typical range of Q, so that c has no unit.
    entropy : float
        c.

    Returns
    -------
    ndarray, shape (..., n_actions)
    """
    advantage = (q - np.vecdot(policy, q)[..., None]) / scale[..., None]
    return np.asarray(-policy * advantage - entropy * d_entropy(policy))
