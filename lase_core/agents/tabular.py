r"""Tabular learners of a matrix game, many independent runs at once.

Every run is a group of n players with two actions, each with

- a softmax actor with one logit, :math:`p = 1/(1 + e^{-\theta})`, which climbs its **total** reward by sampled policy
  gradient with a running-average critic, :math:`\Delta\theta_i = \alpha\,(r_i^{tot} - b_i)(1[a_i = 0] - p_i)`;
- action values :math:`Q_i(a)` of joint actions, given or learned from its own, ungifted reward;
- an estimate of each co-player's policy: its behaviour policy, or learned from its actions;
- weights and gifts by a transfer of :mod:`gametheory.transfer`, LASE unless said otherwise.

In the limit of a small learning rate the runs follow the softmax flow of
:func:`gametheory.rules.policy_gradient` on the time axis t = learning rate × steps. Tables are float64: they are small,
and gifts then balance to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit
from tqdm.auto import trange

from gametheory import Game
from gametheory.transfer import ShareTransfer, SocialRelationship, split
from lase_core.envs.matrix import MatrixWorld

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["LearningRun", "Settings", "TabularLearners", "learn"]

_LOGIT_LIMIT = 15.0  # beyond it a policy is 0 or 1 to six digits and would not come back within any run
_TWO = 2
_Z95 = 1.959964


@dataclass(frozen=True)
class LearningRun:
    """What :func:`learn` recorded. Axes: k records, m runs, n players."""

    steps: NDArray[np.int64]
    """Step of each record, from 0 (the start), shape (k,)."""
    cooperation: Array
    """Probability of action 0 at each record, shape (k, m, n)."""
    weights: Array
    """Mean gift weights since the record before, shape (k, m, n, n); NaN at the start."""
    estimates: Array
    """Estimate of j's cooperation held by i at each record, shape (k, m, n, n)."""
    imbalance: float
    """Largest difference, over all steps, between the sums of rewards before and after gifts; payoff units."""
    learning_rate: float
    """Of the actors."""

    @property
    def time(self) -> Array:
        """Time on the axis of the flow: learning rate × steps, shape (k,)."""
        return np.asarray(self.learning_rate * self.steps, dtype=np.float64)

    def final(self, fraction: float = 0.25) -> Array:
        """Cooperation averaged over the last part of the records, shape (m, n)."""
        start = len(self.steps) - max(1, round(fraction * len(self.steps)))
        return np.asarray(self.cooperation[start:].mean(axis=0))

    def mean(self, fraction: float = 0.25) -> tuple[float, float]:
        """Mean cooperation at the end, over players and runs, and the half width of its 95 % interval over runs."""
        per_run = self.final(fraction).mean(axis=-1)
        spread = per_run.std(ddof=1) if len(per_run) > 1 else np.nan
        return float(per_run.mean()), float(_Z95 * spread / np.sqrt(len(per_run)))


@dataclass(frozen=True)
class Settings:
    """How tabular learners learn."""

    learning_rate: float = 0.02
    """Of the actors, per update and per unit of payoff: ten times the payoffs learn like ten times the rate."""
    learn_q: bool = False
    """Learn Q from own reward, from zero; otherwise Q is the payoff table."""
    learn_estimate: bool = False
    """Learn estimates from the co-players' actions, from 1/2; otherwise behaviour policies are known."""
    q_rate: float = 0.1
    """Step of the running averages behind Q."""
    estimate_rate: float = 0.1
    """Step of the running averages behind the estimates."""
    critic_rate: float = 0.1
    """Step of the running average of the total reward that is subtracted as a baseline."""

    def __post_init__(self) -> None:
        """Check ranges."""
        for name in ("learning_rate", "q_rate", "estimate_rate", "critic_rate"):
            value = getattr(self, name)
            if not 0 < value <= 1:
                msg = f"{name} must lie in (0, 1], got {value}"
                raise ValueError(msg)


class TabularLearners:
    """State of many independent runs; see the module for what they learn.

    Parameters
    ----------
    payoffs : ndarray, shape (m, n, 2, ..., 2), or (1, n, 2, ..., 2) if all runs play one game
        What Q is when it is given.
    transfer : ShareTransfer
        Who gets whose reward.
    start : ndarray, shape (m, n)
        Cooperation at the beginning, inside (0, 1).
    settings : Settings, optional
        Rates, and what is learned.

    Examples
    --------
    >>> import gametheory as gt
    >>> game = gt.catalogue.prisoners_dilemma(R=4, S=0, T=5, P=1)
    >>> learners = TabularLearners(game.numeric[None], SocialRelationship(), np.full((3, 2), 0.5))
    >>> learners.weights().shape
    (3, 2, 2, 2, 2)
    """

    def __init__(self, payoffs: Array, transfer: ShareTransfer, start: Array, settings: Settings | None = None) -> None:
        self.settings = settings if settings is not None else Settings()
        self.transfer = transfer
        runs, self.n = start.shape
        self.q: Array = np.zeros((runs, *payoffs.shape[1:])) if self.settings.learn_q else payoffs
        self.theta: Array = logit(start)
        self.critic: Array = np.zeros(start.shape)
        self.learned: Array = np.full((runs, self.n, self.n), 0.5)  # i's estimate of j's cooperation

    @property
    def cooperation(self) -> Array:
        """Probability of action 0, shape (m, n)."""
        return np.asarray(expit(self.theta))

    @property
    def estimates(self) -> Array:
        """What i holds of j's cooperation, shape (m, n, n)."""
        if self.settings.learn_estimate:
            return self.learned
        return np.broadcast_to(self.cooperation[:, None, :], self.learned.shape)

    def weights(self) -> Array:
        """Gift weights at every joint action under the present Q and estimates, shape (m, n, n, 2, ..., 2)."""
        cooperate = self.estimates
        policy = np.stack([cooperate, 1 - cooperate], axis=-1)  # (m, i, j, 2)
        held = [[policy[:, i, j] for j in range(self.n)] for i in range(self.n)]
        shares = self.transfer.shares(self.q, held)  # one for all runs if it depends on neither
        return np.broadcast_to(shares, (len(self.theta), *shares.shape[-2 - self.n :]))

    def update(self, actions: NDArray[np.int64], joint: NDArray[np.int64], rewards: Array, totals: Array) -> None:
        """Learn from one round of every game.

        Parameters
        ----------
        actions : ndarray of int, shape (m, games, n)
            What was played.
        joint : ndarray of int, shape (m, games)
            Joint actions as numbers.
        rewards, totals : ndarray, shape (m, games, n), payoff units
            Rewards before and after gifts.
        """
        s = self.settings
        surprise = (actions == 0) - self.cooperation[:, None, :]  # d log-probability / d logit
        gradient = ((totals - self.critic[:, None, :]) * surprise).mean(axis=1)
        self.theta = np.clip(self.theta + s.learning_rate * gradient, -_LOGIT_LIMIT, _LOGIT_LIMIT)
        self.critic = self.critic + s.critic_rate * (totals.mean(axis=1) - self.critic)
        if s.learn_estimate:
            seen = (actions == 0).mean(axis=1)[:, None, :]
            self.learned = self.learned + s.estimate_rate * (seen - self.learned)
        if s.learn_q:
            self._learn_q(joint, rewards)

    def _learn_q(self, joint: NDArray[np.int64], rewards: Array) -> None:
        """Move Q of the joint actions that were played towards the mean of the own rewards they brought."""
        flat = self.q.reshape(len(self.q), self.n, -1)  # a view: Q is ours when it is learned
        played = joint[:, :, None] == np.arange(flat.shape[-1])  # (m, games, joint actions)
        count = played.sum(axis=1)[:, None, :]
        mean = np.einsum("mgn,mga->mna", rewards, played) / np.maximum(count, 1)
        flat += self.settings.q_rate * np.where(count > 0, mean - flat, 0)


def learn(  # noqa: PLR0913 (what runs, and how long)
    game: Game | Sequence[Game],
    transfer: ShareTransfer | None = None,
    *,
    runs: int = 256,
    steps: int = 10_000,
    start: ArrayLike = 0.5,
    games: int = 1,
    settings: Settings | None = None,
    records: int = 200,
    rng: np.random.Generator | int | None = None,
    progress: bool = False,
) -> LearningRun:
    """Let tabular learners play an iterated matrix game, many independent runs at once.

    Parameters
    ----------
    game : Game or sequence of `runs` Games
        With two actions a player; one game for all runs, or one for each.
    transfer : ShareTransfer, optional
        Who gets whose reward; LASE with exact estimates if not given.
    runs : int, default 256
        Independent runs m.
    steps : int, default 10000
        Updates; each follows one round in every one of a run's games.
    start : array_like, broadcastable to (m, n), default 1/2
        Cooperation at the beginning, inside (0, 1).
    games : int, default 1
        Copies of the game that a run plays in parallel; updates use the mean over them.
    settings : Settings, optional
        Rates, and what is learned.
    records : int, default 200
        How many times the state is recorded.
    rng : Generator, int or None
        Source of randomness; an int repeats the run bit for bit.
    progress : bool, default False
        Show a progress bar.

    Returns
    -------
    LearningRun

    Raises
    ------
    ValueError
        A game with more than two actions, starts outside (0, 1), counts below 1.

    Examples
    --------
    >>> import gametheory as gt
    >>> run = learn(gt.catalogue.prisoners_dilemma(R=4, S=0, T=5, P=1), runs=64, steps=2000, rng=0)
    >>> bool(abs(run.mean()[0] - 4 / 5) < 0.05)
    True
    """
    batch = [game] if isinstance(game, Game) else list(game)
    if len(batch) not in {1, runs}:
        msg = f"game must be one Game or one for each of the {runs} runs, got {len(batch)}"
        raise ValueError(msg)
    if min(runs, steps, games, records) < 1:
        msg = f"runs, steps, games and records must be at least 1, got {runs}, {steps}, {games}, {records}"
        raise ValueError(msg)
    if any(set(g.n_actions) != {_TWO} for g in batch):
        msg = f"tabular learners serve games with two actions a player, got {batch[0].n_actions}"
        raise ValueError(msg)
    rng = np.random.default_rng(rng)
    n = batch[0].n_players
    starts = np.broadcast_to(np.asarray(start, dtype=np.float64), (runs, n))
    if not (starts.min() > 0 and starts.max() < 1):
        msg = f"start must lie inside (0, 1), got values from {starts.min()} to {starts.max()}"
        raise ValueError(msg)
    settings = settings if settings is not None else Settings()
    transfer = transfer if transfer is not None else SocialRelationship()
    learners = TabularLearners(np.stack([g.numeric for g in batch]), transfer, starts, settings)
    worlds = batch if len(batch) == 1 else [g for g in batch for _ in range(games)]
    world = MatrixWorld(worlds, batch=runs * games, horizon=None)
    world.reset()

    at = np.unique(np.linspace(0, steps, records + 1).round().astype(int))
    cooperation = [learners.cooperation]
    estimates = [learners.estimates.copy()]
    weights: list[Array] = [np.full((runs, n, n), np.nan)]
    since: Array = np.zeros((runs, n, n))
    imbalance, last = 0.0, 0
    run = np.arange(runs)[:, None]
    for step in trange(1, steps + 1, disable=not progress, desc="learning", unit="step", leave=False):
        actions = (rng.random((runs, games, n)) >= learners.cooperation[:, None, :]).astype(np.int64)
        _, flat_rewards, _, info = world.step(actions.reshape(runs * games, n))
        rewards, joint = flat_rewards.reshape(runs, games, n), info["joint"].reshape(runs, games)
        w = learners.weights().reshape(runs, n, n, -1)[run, :, :, joint]  # (m, games, n, n)
        totals = split(w, rewards)
        imbalance = max(imbalance, float(np.abs(totals.sum(axis=-1) - rewards.sum(axis=-1)).max()))
        learners.update(actions, joint, rewards, totals)
        since += w.mean(axis=1)
        if step == at[len(cooperation)]:
            cooperation.append(learners.cooperation)
            estimates.append(learners.estimates.copy())
            weights.append(since / (step - last))
            since, last = np.zeros_like(since), step
    return LearningRun(
        at, np.stack(cooperation), np.stack(weights), np.stack(estimates), imbalance, settings.learning_rate
    )
