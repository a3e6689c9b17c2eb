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
from lase_core.nn import Adam, Network, d_entropy, d_log_mixture, mixture, mlp, softmax
from lase_core.nn import entropy as uncertainty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lase_core.settings import Settings

    Array = NDArray[Any]

__all__ = ["ActorCritic"]


class ActorCritic:
    """Acting networks of all learners of a run, each with parameters of its own.

    Parameters
    ----------
    n_inputs, n_actions : int
        Widths.
    n_learners : int
        How many.
    settings : Settings
        How they learn.
    rngs : sequence of Generator
        One a seed, for the start of parameters.
    """

    def __init__(
        self,
        n_inputs: int,
        n_actions: int,
        n_learners: int,
        settings: Settings,
        rngs: Sequence[np.random.Generator],
    ) -> None:
        self.n_actions, self.settings = n_actions, settings
        lead = (len(rngs), n_learners)
        self.network = Network(mlp(n_inputs, *settings.hidden, n_actions + 1), lead, rngs)
        self.adam = Adam(self.network, settings.learning_rate, settings.clip)

    def act(self, x: Array, exploration: float) -> tuple[Array, Array]:
        """Return behaviour policies and values of states.

        Parameters
        ----------
        x : ndarray, shape (seeds, learners, B, D)
            Observations.
        exploration : float
            ε: with this probability an action is drawn uniformly.

        Returns
        -------
        policies : ndarray, shape (seeds, learners, B, A)
        values : ndarray, shape (seeds, learners, B)
        """
        y = self.network(x)
        return mixture(softmax(y[..., :-1]), exploration), y[..., -1]

    def update(  # noqa: PLR0913 (what was played and what it was worth)
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

        y, cache = self.network.forward(of(segment.x, learners))
        policy = softmax(y[..., :-1])
        error = y[..., -1] - returns
        dy = np.empty_like(y)
        dy[..., :-1] = d_log_mixture(policy, of(segment.actions, learners), exploration)
        dy[..., :-1] *= -gained[..., None]
        dy[..., :-1] -= entropy * d_entropy(policy)
        dy[..., -1] = 2 * s.value_coefficient * error / unit
        dy *= weight[..., None]
        self.network.backward(cache, dy)
        norm = self.adam.step()
        return {
            "critic loss": (weight * np.square(error)).sum(axis=-1),
            "entropy": (weight * uncertainty(policy)).sum(axis=-1),
            "gradient norm": norm,
        }
