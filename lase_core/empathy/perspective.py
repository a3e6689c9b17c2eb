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

from lase_core.nn import Adam, Network, mlp, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lase_core.agents.segment import Segment

    Array = NDArray[Any]

__all__ = ["ESTIMATORS", "Estimator", "Imagination", "Oracle", "PerspectiveIdeal", "Predictor", "Uniform"]


class Estimator(ABC):
    """Estimates of co-players' policies, for some players of a run.

    Parameters
    ----------
    members : ndarray of int, shape (g,)
        The players who estimate.
    n_agents, n_actions, n_inputs : int
        Sizes; `n_inputs` is the width of an observation.
    selfish : Network
        Their selfish actors, lead (seeds, g).
    rngs : sequence of Generator
        One a seed, for the start of parameters.
    rate, delta : float
        Adam's step size; δ of the imagination.
    rows : int
        How many steps of a segment an estimator learns from at most.
    """

    uses_selfish = False
    """Whether it asks the selfish actor."""

    def __init__(  # noqa: PLR0913 (sizes and rates, the same for all)
        self,
        members: Array,
        *,
        n_agents: int,
        n_actions: int,
        n_inputs: int,
        n_hidden: int,
        selfish: Network | None,
        rngs: Sequence[np.random.Generator],
        rate: float,
        delta: float,
        rows: int,
    ) -> None:
        self.members, self.n_agents, self.n_actions, self.n_inputs = members, n_agents, n_actions, n_inputs
        self.n_hidden, self.selfish, self.rate, self.delta, self.rows = n_hidden, selfish, rate, delta, rows
        self.others = (np.asarray(members)[:, None] + np.arange(1, n_agents)) % n_agents
        """The 1st, 2nd, ... player after each member, shape (g, n_agents - 1)."""
        self.lead = (len(rngs), len(members))
        self.networks: dict[str, tuple[Network, Adam]] = {}
        """What is learned."""
        self.prepare(rngs)

    def prepare(self, rngs: Sequence[np.random.Generator]) -> None:
        """Make networks; none by default."""

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

    def learn(self, segment: Segment, rng: np.random.Generator) -> None:
        """Learn from what was played; nothing by default."""

    def _network(self, name: str, *widths: int, rngs: Sequence[np.random.Generator]) -> Network:
        network = Network(mlp(*widths), self.lead, rngs)
        self.networks[name] = (network, Adam(network, self.rate))
        return network

    def _some(self, segment: Segment, rng: np.random.Generator) -> Array:
        """Draw the steps to learn from, shape (seeds, g, K)."""
        k = min(self.rows, segment.n_rows)
        rows = np.arange(segment.n_rows) if k == segment.n_rows else rng.integers(segment.n_rows, size=k)
        return np.broadcast_to(rows, (*self.lead, k))

    def _own(self, values: Array, rows: Array) -> Array:
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

    def prepare(self, rngs: Sequence[np.random.Generator]) -> None:
        """Make the network."""
        self._network("predictor", self.n_inputs, self.n_hidden, (self.n_agents - 1) * self.n_actions, rngs=rngs)

    def _by_player(self, y: Array) -> Array:
        return y.reshape(*y.shape[:-1], self.n_agents - 1, self.n_actions).swapaxes(-2, -3)

    def estimate(self, segment: Segment, rows: Array) -> Array:
        """Return predictions."""
        network, _ = self.networks["predictor"]
        return softmax(self._by_player(network(self._own(segment.x, rows))))

    def learn(self, segment: Segment, rng: np.random.Generator) -> None:
        """Take a step down the cross-entropy."""
        network, adam = self.networks["predictor"]
        rows = self._some(segment, rng)
        y, cache = network.forward(self._own(segment.x, rows))
        dy = softmax(self._by_player(y))
        _subtract_one_hot(dy, self._of_others(segment.actions, rows))
        known = self._of_others(segment.present, rows) & self._own(segment.present, rows)[:, :, None]
        dy *= known[..., None] / np.maximum(known.sum(axis=(-1, -2), keepdims=True)[..., None], 1)
        network.backward(cache, dy.swapaxes(-2, -3).reshape(y.shape).astype(y.dtype))
        adam.step()


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

    def prepare(self, rngs: Sequence[np.random.Generator]) -> None:
        """Make the network."""
        width = self.n_inputs + self.n_agents - 1
        self._network("imagination", width, self.n_hidden, self.n_hidden, self.n_inputs, rngs=rngs)
        self._names = np.eye(self.n_agents - 1, dtype=np.float32)

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

        assert self.selfish is not None  # noqa: S101 (the maker gives it to those who use it)
        network, _ = self.networks["imagination"]
        imagined = expit(network(self._asked(self._own(segment.x, rows))))
        return softmax(self.selfish(imagined)).reshape(*self.lead, self.n_agents - 1, rows.shape[-1], self.n_actions)

    def learn(self, segment: Segment, rng: np.random.Generator) -> None:
        """Take a step down the loss; the selfish actor stays as it is.

        The cross-entropy counts steps on which j is seen; the distance to the own observation, all steps.
        """
        from scipy.special import expit

        assert self.selfish is not None  # noqa: S101 (the maker gives it to those who use it)
        network, adam = self.networks["imagination"]
        rows = self._some(segment, rng)
        x = self._own(segment.x, rows)
        y, cache = network.forward(self._asked(x))
        imagined = expit(y)
        logits, asked = self.selfish.forward(imagined)
        shape = (*self.lead, self.n_agents - 1, rows.shape[-1])
        d = softmax(logits).reshape(*shape, -1)
        _subtract_one_hot(d, self._of_others(segment.actions, rows))
        here = self._own(segment.present, rows)[:, :, None] & self._of_others(segment.present, rows)
        seen = here & self._own(segment.visible, rows)[..., 1:].swapaxes(-1, -2)
        d *= ((1 - self.delta) * seen / np.maximum(seen.sum(axis=(-1, -2), keepdims=True), 1))[..., None]
        change = self.selfish.backward(asked, d.reshape(logits.shape).astype(y.dtype), inputs=True)
        assert change is not None  # noqa: S101 (inputs were asked for)
        away = np.sign(imagined.reshape(*shape, -1) - x[:, :, None])
        weight = self.delta * here / np.maximum(here.sum(axis=(-1, -2), keepdims=True), 1) / x.shape[-1]
        away *= weight[..., None].astype(y.dtype)
        change += away.reshape(change.shape)
        change *= imagined * (1 - imagined)
        network.backward(cache, change)
        adam.step()


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
