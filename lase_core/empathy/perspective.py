r"""What a player believes that its co-players will do: estimates :math:`\hat\pi_j`.

``perspective``
    The paper's. An imagination network turns i's observation and the name of j into what j may see; i's own *selfish*
    actor is asked what it would do there. Learned by (1 - δ) cross-entropy of j's action + δ L1 distance of the
    imagined observation to i's own.
``perspective-ideal``
    The same with what j really sees: perspective taking without the error of imagination.
``predictor``
    A network from i's observation to everybody's action, learned by cross-entropy. Says what j *does*.
``oracle``
    j's behaviour policy itself, exploration included: what theory calls exact.
``uniform``
    Knows nothing.

In theory an exactly predicted player is given p(1 - p) on average, so that gifts die out as players become predictable;
who is *underrated* is given more. That is what the estimators differ in.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.nn import Network, softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lase_core.agents.networks import Networks
    from lase_core.agents.segment import Segment

    Array = NDArray[Any]

__all__ = ["ESTIMATORS", "Estimator", "Imagination", "Oracle", "PerspectiveIdeal", "Predictor", "Uniform"]


class Estimator(ABC):
    """Estimates of co-players' policies, for some players of a run.

    Parameters
    ----------
    members : ndarray of int, shape (g,)
        The players who estimate.
    networks : Networks
        Makes what it learns with; knows the sizes and settings.
    selfish : Network, optional
        Their selfish actors, lead (seeds, g), for those who ask them.
    """

    uses_selfish = False
    """Whether it asks the selfish actor."""

    def __init__(self, members: Array, networks: Networks, selfish: Network | None) -> None:
        self.members, self.selfish = np.asarray(members), selfish
        self.n_agents, self.n_actions, self.settings = networks.n_agents, networks.n_actions, networks.settings
        self.others = (self.members[:, None] + np.arange(1, self.n_agents)) % self.n_agents
        """The 1st, 2nd, ... player after each member, shape (g, n_agents - 1)."""
        self.lead = (len(networks.rngs), len(self.members))
        self.learned = self.prepare(networks)
        """What it learns with, if it learns."""

    def prepare(self, networks: Networks) -> Network | None:  # noqa: ARG002 (part of the interface)
        """Make a network; none by default."""
        return None

    @abstractmethod
    def estimate(self, segment: Segment, rows: Array) -> Array:
        """Return estimates at some steps.

        Parameters
        ----------
        segment : Segment
            What was played.
        rows : ndarray of int, shape (seeds, g, K)
            Positions of steps, for each member its own.

        Returns
        -------
        ndarray, shape (seeds, g, n_agents - 1, K, n_actions)
        """

    def differentiate(self, segment: Segment, rng: np.random.Generator) -> None:  # noqa: B027 (most learn nothing)
        """Write the gradient of the loss into the network that is learned; nothing by default."""

    def _some(self, segment: Segment, rng: np.random.Generator) -> Array:
        """Draw the steps to learn from, shape (seeds, g, K)."""
        k = min(self.settings.estimate_rows, segment.n_rows)
        rows = np.arange(segment.n_rows) if k == segment.n_rows else rng.integers(segment.n_rows, size=k)
        return np.broadcast_to(rows, (*self.lead, k))

    def _own(self, values: Array, rows: Array) -> Any:
        """Take members' values at rows: (seeds, n, R, ...) to (seeds, g, K, ...)."""
        return values[np.arange(len(values))[:, None, None], np.asarray(self.members)[:, None], rows]

    def _of_others(self, values: Array, rows: Array) -> Array:
        """Take co-players' values at rows: (seeds, n, R, ...) to (seeds, g, n - 1, K, ...)."""
        return values[np.arange(len(values))[:, None, None, None], self.others[:, :, None], rows[:, :, None]]


class Uniform(Estimator):
    """Knows nothing."""

    def estimate(self, segment: Segment, rows: Array) -> Array:  # noqa: ARG002 (knows nothing)
        """Return 1/A."""
        shape = (*self.lead, self.n_agents - 1, rows.shape[-1], self.n_actions)
        return np.broadcast_to(np.float32(1 / self.n_actions), shape)


class Oracle(Estimator):
    """Knows the behaviour policies."""

    def estimate(self, segment: Segment, rows: Array) -> Array:
        """Return what the co-players' actions were drawn from."""
        return self._of_others(segment.behaviour, rows)


class Predictor(Estimator):
    """Predicts actions from its own observation."""

    def prepare(self, networks: Networks) -> Network:
        """Make the network."""
        return networks.predictor(len(self.members))

    def _by_player(self, y: Array) -> Array:
        return y.reshape(*y.shape[:-1], self.n_agents - 1, self.n_actions).swapaxes(-2, -3)

    def estimate(self, segment: Segment, rows: Array) -> Array:
        """Return predictions."""
        assert self.learned is not None  # noqa: S101 (it was prepared)
        return softmax(self._by_player(self.learned(self._own(segment.x, rows))))

    def differentiate(self, segment: Segment, rng: np.random.Generator) -> None:
        """Write the gradient of the cross-entropy."""
        assert self.learned is not None  # noqa: S101 (it was prepared)
        rows = self._some(segment, rng)
        y, cache = self.learned.forward(self._own(segment.x, rows))
        dy = softmax(self._by_player(y))
        _subtract_one_hot(dy, self._of_others(segment.actions, rows))
        known = self._of_others(segment.present, rows) & self._own(segment.present, rows)[:, :, None]
        dy *= known[..., None] / np.maximum(known.sum(axis=(-1, -2), keepdims=True)[..., None], 1)
        self.learned.backward(cache, dy.swapaxes(-2, -3).reshape(y.shape).astype(y.dtype))


class PerspectiveIdeal(Estimator):
    """Asks its own selfish actor what to do with what the other sees."""

    uses_selfish = True

    def estimate(self, segment: Segment, rows: Array) -> Array:
        """Return the selfish actor's policy on the co-players' observations."""
        assert self.selfish is not None  # noqa: S101 (the maker gives it to those who use it)
        seen = self._of_others(segment.x, rows)
        y = self.selfish(seen.reshape(*self.lead, -1, seen.shape[-1]))
        return softmax(y).reshape(*seen.shape[:-1], -1)


class Imagination(Estimator):
    """Imagines what the other sees, and asks its own selfish actor what to do there."""

    uses_selfish = True

    def prepare(self, networks: Networks) -> Network:
        """Make the network."""
        self._names = np.eye(self.n_agents - 1, dtype=np.float32)
        return networks.imagination(len(self.members))

    def _asked(self, x: Array) -> Array:
        """Put each co-player's name beside the observation: (seeds, g, K, D) to (seeds, g, (n - 1) K, D + n - 1)."""
        n, (k, width) = self.n_agents - 1, x.shape[-2:]
        asked = np.empty((*self.lead, n, k, width + n), dtype=x.dtype)
        asked[..., :width] = x[:, :, None]
        asked[..., width:] = self._names[:, None, :]
        return asked.reshape(*self.lead, n * k, width + n)

    def estimate(self, segment: Segment, rows: Array) -> Array:
        """Return the selfish actor's policy on imagined observations."""
        from scipy.special import expit

        assert self.selfish is not None and self.learned is not None  # noqa: S101, PT018 (it was prepared)
        imagined = expit(self.learned(self._asked(self._own(segment.x, rows))))
        return softmax(self.selfish(imagined)).reshape(*self.lead, self.n_agents - 1, rows.shape[-1], self.n_actions)

    def differentiate(self, segment: Segment, rng: np.random.Generator) -> None:
        """Write the gradient of the loss; the selfish actor stays as it is.

        The cross-entropy counts steps on which j is seen; the distance to the own observation, all steps.
        """
        from scipy.special import expit

        assert self.selfish is not None and self.learned is not None  # noqa: S101, PT018 (it was prepared)
        rows = self._some(segment, rng)
        x = self._own(segment.x, rows)
        y, cache = self.learned.forward(self._asked(x))
        imagined = expit(y)
        logits, asked = self.selfish.forward(imagined)
        shape = (*self.lead, self.n_agents - 1, rows.shape[-1])
        d = softmax(logits).reshape(*shape, -1)
        _subtract_one_hot(d, self._of_others(segment.actions, rows))
        here = self._own(segment.present, rows)[:, :, None] & self._of_others(segment.present, rows)
        seen = here & self._own(segment.visible, rows)[..., 1:].swapaxes(-1, -2)
        delta = self.settings.delta
        d *= ((1 - delta) * seen / np.maximum(seen.sum(axis=(-1, -2), keepdims=True), 1))[..., None]
        change = self.selfish.backward(asked, d.reshape(logits.shape).astype(y.dtype), inputs=True)
        assert change is not None  # noqa: S101 (inputs were asked for)
        away = np.sign(imagined.reshape(*shape, -1) - x[:, :, None])
        weight = delta * here / np.maximum(here.sum(axis=(-1, -2), keepdims=True), 1) / x.shape[-1]
        away *= weight[..., None].astype(y.dtype)
        change += away.reshape(change.shape)
        change *= imagined * (1 - imagined)
        self.learned.backward(cache, change)


def _subtract_one_hot(policy: Array, actions: Array) -> None:
    """Subtract 1 at the actions taken; of those of -1, who have left, at any: they are masked."""
    np.put_along_axis(policy, actions[..., None], np.take_along_axis(policy, actions[..., None], -1) - 1, -1)


ESTIMATORS: dict[str, type[Estimator]] = {
    "perspective": Imagination,
    "perspective-ideal": PerspectiveIdeal,
    "predictor": Predictor,
    "oracle": Oracle,
    "uniform": Uniform,
}
"""By name."""
