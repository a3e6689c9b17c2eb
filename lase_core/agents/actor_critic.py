r"""Actor-critic: acts, and learns from the total reward after gifts [1]_.

References
----------
.. [1] V. Mnih et al. "Asynchronous methods for deep reinforcement learning". ICML 2016, with generalised advantage
   estimation (J. Schulman et al., ICLR 2016, equation 16).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.agents.segment import Segment, lambda_returns, of, spread
from lase_core.nn import Adam, RecurrentNetwork, d_entropy, d_log_mixture, mixture, softmax
from lase_core.nn import entropy as uncertainty

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from lase_core.agents.networks import Networks
    from lase_core.nn.cell import State
    from lase_core.settings import Settings

    Array = NDArray[Any]

__all__ = ["ActorCritic"]


class ActorCritic:
    """Acting networks of all learners of a run, each with parameters of its own.

    Parameters
    ----------
    networks : Networks
        Makes them.
    n_learners : int
        How many.
    settings : Settings
        How they learn.
    """

    def __init__(self, networks: Networks, n_learners: int, settings: Settings) -> None:
        self.settings = settings
        self.network = networks.acting(n_learners)
        self.adam = Adam(self.network, settings.learning_rate, settings.clip)
        self._state: State | None = None  # of the recurrent cell; None at the beginning of an episode
        self._first: State | None = None  # the same, at the beginning of the segment

    def begin_episode(self) -> None:
        """Forget what was seen."""
        self._state = None

    def begin_segment(self) -> None:
        """Remember where the segment begins: its update goes through it again."""
        self._first = self._state

    def act(self, x: Array, exploration: float, *, last: bool = False) -> tuple[Array, Array]:
        """Return behaviour policies and values of states.

        Parameters
        ----------
        x : ndarray, shape (seeds, learners, B, D)
            Observations.
        exploration : float
            ε: with this probability an action is drawn uniformly.
        last : bool, default False
            Whether the segment is over: what is seen now will be seen again.

        Returns
        -------
        policies : ndarray, shape (seeds, learners, B, A)
        values : ndarray, shape (seeds, learners, B)
        """
        if isinstance(self.network, RecurrentNetwork):
            y, state = self.network.step(x, self._state)
            self._state = self._state if last else state
        else:
            y = self.network(x)
        return mixture(softmax(y[..., :-1]), exploration), y[..., -1]

    def _again(self, segment: Segment, learners: Array) -> tuple[Array, Callable[[Array], object]]:
        """Return outputs for a segment, rows as in it, and what takes their gradient."""
        x, network = of(segment.x, learners), self.network
        if isinstance(network, RecurrentNetwork):
            y, _, cache = network.forward(segment.by_step(x), self._first)
            return y.reshape(*x.shape[:3], -1), lambda dy: network.backward(cache, segment.by_step(dy))
        y, caches = network.forward(x)
        return y, lambda dy: network.backward(caches, dy)

    def update(
        self,
        segment: Segment,
        learners: Array,
        objective: Array,
        values: Array,
        *,
        exploration: float,
        entropy: float,
    ) -> dict[str, Array]:
        r"""Take one step of policy gradient.

        The loss is :math:`-\log\mu(a)\,\hat A - c_H H(\pi) + c_V (V - G)^2`, a mean over steps on which the player was
        there, with the behaviour :math:`\mu = (1 - \varepsilon)\pi + \varepsilon/A`.

        Parameters
        ----------
        segment : Segment
            What was played.
        learners : ndarray of int
            Who of the players learns.
        objective : ndarray, shape (seeds, learners, R)
            What is climbed: total reward after gifts, or the group's.
        values : ndarray, shape (seeds, learners, T + 1, B)
            Of states, as the network said when it acted.
        exploration, entropy : float
            ε and c_H.

        Returns
        -------
        dict of ndarray, shapes (seeds, learners)
            Loss of the critic, entropy of policies, norm of the gradient.
        """
        s = self.settings
        lead = objective.shape[:2]
        present = segment.by_step(of(segment.present, learners))
        goes_on = of(segment.goes_on(), learners)
        returns = lambda_returns(segment.by_step(objective), values, goes_on, s.discount, s.trace)
        gained = returns - values[:, :, :-1]
        unit = spread(gained, present) + 1e-8 if s.normalise else np.ones((*lead, 1, 1), np.float32)
        weight = present.reshape(*lead, -1).astype(np.float32)
        weight /= np.maximum(weight.sum(axis=-1, keepdims=True), 1)
        returns, gained, unit = returns.reshape(*lead, -1), gained.reshape(*lead, -1), unit[..., 0]
        if s.normalise:
            gained = (gained - (weight * gained).sum(axis=-1, keepdims=True)) / unit

        y, backward = self._again(segment, learners)
        policy = softmax(y[..., :-1])
        error = y[..., -1] - returns
        dy = np.empty_like(y)
        dy[..., :-1] = d_log_mixture(policy, of(segment.actions, learners), exploration)
        dy[..., :-1] *= -gained[..., None]
        dy[..., :-1] -= entropy * d_entropy(policy)
        dy[..., -1] = 2 * s.value_coefficient * error / unit
        dy *= weight[..., None]
        backward(dy)
        norm = self.adam.step()
        return {
            "critic loss": (weight * np.square(error)).sum(axis=-1),
            "entropy": (weight * uncertainty(policy)).sum(axis=-1),
            "gradient norm": norm,
        }
