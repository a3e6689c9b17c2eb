"""What LASE has beside its acting network: action values, a selfish actor, and a model of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.agents.segment import Segment, lambda_returns, of
from lase_core.empathy import ESTIMATORS, JointCritic, relationships, selfish_gradient
from lase_core.nn import Adam, Dense, Network, Relu, mlp, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lase_core.settings import Settings

    Array = NDArray[Any]

__all__ = ["Empathy"]


class Empathy:
    """The part of LASE that decides about gifts, for players with the same kind of estimate.

    Parameters
    ----------
    members : ndarray of int, shape (g,)
        Which players of the run.
    estimator : str
        One of :data:`lase_core.empathy.ESTIMATORS`.
    n_inputs, n_agents, n_actions : int
        Sizes.
    settings : Settings
        How it learns.
    rngs : sequence of Generator
        One a seed, for the start of parameters.
    """

    def __init__(
        self,
        members: Array,
        estimator: str,
        *,
        n_inputs: int,
        n_agents: int,
        n_actions: int,
        settings: Settings,
        rngs: Sequence[np.random.Generator],
    ) -> None:
        s = settings
        self.members, self.settings, self.n_agents = np.asarray(members), settings, n_agents
        lead = (len(rngs), len(members))
        self.critic = JointCritic(
            [Dense(n_inputs, s.features), Relu()],
            n_features=s.features,
            n_agents=n_agents,
            n_actions=n_actions,
            n_hidden=s.joint,
            lead=lead,
            rngs=rngs,
        )
        self.critic_adam = Adam(self.critic.network, s.critic_rate, s.clip)
        kind = ESTIMATORS[estimator]
        self.selfish: Network | None = None
        if kind.uses_selfish:
            self.selfish = Network(mlp(n_inputs, *s.hidden, n_actions), lead, rngs)
            self.selfish_adam = Adam(self.selfish, s.selfish_rate, s.clip)
        self.estimator = kind(
            self.members,
            n_agents=n_agents,
            n_actions=n_actions,
            n_inputs=n_inputs,
            n_hidden=s.estimate_hidden,
            selfish=self.selfish,
            rngs=rngs,
            rate=s.estimate_rate,
            delta=s.delta,
            rows=s.estimate_rows,
        )
        self.range = np.zeros(lead, dtype=np.float32)
        """Running average of the range of action values, shape (seeds, g)."""
        self.updates = 0
        """Of action values so far."""

    def networks(self) -> dict[str, tuple[Network, Adam]]:
        """Return all that is learned, by name."""
        found = {"critic": (self.critic.network, self.critic_adam)}
        if self.selfish is not None:
            found["selfish"] = (self.selfish, self.selfish_adam)
        return found | self.estimator.networks

    def judge(self, segment: Segment, rows: Array) -> tuple[Array, Array]:
        """Return relationships to all co-players at some steps, and the estimates behind them.

        Parameters
        ----------
        segment : Segment
            What was played.
        rows : ndarray of int, shape (seeds, g, K)
            Positions of steps, for each member its own.

        Returns
        -------
        omega : ndarray, shape (seeds, g, n - 1, K)
        estimates : ndarray, shape (seeds, g, n - 1, K, A)
        """
        x = np.take_along_axis(of(segment.x, self.members), rows[..., None], axis=2)
        actions = np.take_along_axis(segment.joint(self.members), rows[..., None], axis=2)
        estimates = self.estimator.estimate(segment, rows)
        before = self.critic.before_actions(x, actions)
        omega = relationships(self.critic, before, actions, estimates, flat=self.settings.flat * self.range)
        if self.settings.visible_only:
            seen = np.take_along_axis(of(segment.visible, self.members), rows[..., None], axis=2)
            omega = omega * seen[..., 1:].swapaxes(-1, -2)
        if self.updates < self.settings.warmup:
            omega = np.zeros_like(omega)
        return omega, estimates

    def learn(self, segment: Segment, rng: np.random.Generator) -> dict[str, Array]:
        """Learn action values of the own reward, the selfish actor, and the estimate.

        Returns
        -------
        dict of ndarray, shapes (seeds, g)
            Loss of the critic.
        """
        s = self.settings
        x, actions = of(segment.x, self.members), segment.joint(self.members)
        q, cache = self.critic.forward(x, actions)
        last, _ = self.critic.forward(of(segment.last_x, self.members), segment.last_joint(self.members))
        values = np.concatenate([segment.by_step(q), last[:, :, None]], axis=2)
        rewards = segment.by_step(of(segment.rewards, self.members))
        goes_on = of(segment.goes_on(), self.members)
        target = lambda_returns(rewards, values, goes_on, s.critic_discount, s.critic_trace).reshape(q.shape)
        weight = of(segment.present, self.members).astype(np.float32)
        weight /= np.maximum(weight.sum(axis=-1, keepdims=True), 1)
        error = q - target
        own = self.critic.counterfactual(cache[-1], actions, 0)
        self._note_range(own, weight)
        if self.selfish is not None:
            y, cached = self.selfish.forward(x)
            scale = np.maximum(self.range, np.finfo(np.float32).tiny)[..., None]
            dy = selfish_gradient(softmax(y), own, scale, s.selfish_entropy) * weight[..., None]
            self.selfish.backward(cached, dy)
            self.selfish_adam.step()
        self.critic.backward(cache, weight * error)
        self.critic_adam.step()
        self.estimator.learn(segment, rng)
        self.updates += 1
        return {"action value loss": (weight * np.square(error)).sum(axis=-1)}

    def _note_range(self, own: Array, weight: Array) -> None:
        """Follow the range of action values over own actions, by a running average."""
        found = (weight * np.ptp(own, axis=-1)).sum(axis=-1)
        rate = max(0.01, 1 / (self.updates + 1))
        self.range += np.float32(rate) * (found - self.range)
