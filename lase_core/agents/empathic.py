"""What LASE has beside its acting network: action values, a selfish actor, and a model of the others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.agents.segment import Segment, lambda_returns, of
from lase_core.empathy import ESTIMATORS, JointCritic, relationships, selfish_gradient
from lase_core.nn import Adam, softmax

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from lase_core.agents.networks import Networks
    from lase_core.nn import Store

    Array = NDArray[Any]

__all__ = ["Empathy"]


class Empathy:
    """The part of LASE that decides about gifts, for players with the same kind of estimate.

    Parameters
    ----------
    members : sequence of int
        Which players of the run.
    estimator : str
        One of :data:`lase_core.empathy.ESTIMATORS`.
    networks : Networks
        Makes them; knows the sizes and settings.
    """

    def __init__(self, members: Sequence[int], estimator: str, networks: Networks) -> None:
        self.members, self.settings, self.n_agents = np.asarray(members), networks.settings, networks.n_agents
        s, lead = self.settings, (len(networks.rngs), len(members))
        body, n_features = networks.features()
        self.critic = JointCritic(
            body,
            n_features=n_features,
            n_agents=networks.n_agents,
            n_actions=networks.n_actions,
            n_hidden=s.joint,
            lead=lead,
            rngs=networks.rngs,
        )
        self.critic_adam = Adam(self.critic.network, s.critic_rate, s.clip)
        kind = ESTIMATORS[estimator]
        self.selfish = networks.selfish(len(members)) if kind.uses_selfish else None
        self.selfish_adam = None if self.selfish is None else Adam(self.selfish, s.selfish_rate, s.clip)
        self.estimator = kind(self.members, networks, self.selfish)
        learned = self.estimator.learned
        self.estimator_adam = None if learned is None else Adam(learned, s.estimate_rate, s.clip)
        self.range = np.zeros(lead, dtype=np.float32)
        """Running average of the range of action values, shape (seeds, g)."""
        self.updates = 0
        """Of action values so far."""

    def networks(self) -> dict[str, tuple[Store, Adam]]:
        """Return all that is learned, by name."""
        found: dict[str, tuple[Store, Adam]] = {"critic": (self.critic.network, self.critic_adam)}
        for name, network, adam in (
            ("selfish", self.selfish, self.selfish_adam),
            ("estimate", self.estimator.learned, self.estimator_adam),
        ):
            if network is not None and adam is not None:
                found[name] = (network, adam)
        return found

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

    def learn(self, draws: Sequence[Callable[[], Segment]], rng: np.random.Generator) -> dict[str, Array]:
        """Learn action values of the own reward, the selfish actor, and then the estimate: a step each.

        Parameters
        ----------
        draws : sequence of callable
            Each returns a part of what is learned from, equally large: gradients are a mean over them.
        rng : Generator
            For what estimators draw.

        Returns
        -------
        dict of ndarray, shapes (seeds, g)
            Loss of the critic.
        """
        mains = [(self.critic.network, self.critic_adam)]
        if self.selfish is not None and self.selfish_adam is not None:
            mains.append((self.selfish, self.selfish_adam))
        losses = _mean_step(mains, [partial(self._main_part, draw) for draw in draws])
        if self.estimator.learned is not None and self.estimator_adam is not None:
            _mean_step(
                [(self.estimator.learned, self.estimator_adam)],
                [partial(self._estimate_part, draw, rng) for draw in draws],
            )
        self.updates += 1
        return {"action value loss": np.mean(losses, axis=0)}

    def _main_part(self, draw: Callable[[], Segment]) -> Array:
        return self.differentiate(draw())

    def _estimate_part(self, draw: Callable[[], Segment], rng: np.random.Generator) -> None:
        self.estimator.differentiate(draw(), rng)

    def differentiate(self, segment: Segment) -> Array:
        """Write the gradients of critic and selfish actor; return the critic's loss, shape (seeds, g)."""
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
        self.critic.backward(cache, weight * error)
        return np.asarray((weight * np.square(error)).sum(axis=-1))

    def _note_range(self, own: Array, weight: Array) -> None:
        """Follow the range of action values over own actions, by a running average."""
        found = (weight * np.ptp(own, axis=-1)).sum(axis=-1)
        rate = np.float32(max(0.01, 1 / (self.updates + 1)))
        self.range += rate * (found - self.range) * (weight > 0).any(axis=-1)  # who was not there keeps its own


def _mean_step(pairs: Sequence[tuple[Store, Adam]], parts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Differentiate part after part, and move against the mean of the gradients."""
    totals = [np.zeros_like(network.gradient) for network, _ in pairs] if len(parts) > 1 else []
    found = []
    for part in parts:
        found.append(part())
        for k, total in enumerate(totals):
            np.add(total, pairs[k][0].gradient, out=total)
    for k, (network, adam) in enumerate(pairs):
        if totals:
            np.divide(totals[k], len(parts), out=network.gradient)
        adam.step()
    return found
