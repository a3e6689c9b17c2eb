"""What is measured of a run, a round of episodes at a time.

``reward``
    Before gifts, a sum over the episode, mean over the worlds of a seed; by agent.
``total``
    After gifts; by agent.
``given``
    What i gives to j in an episode, signed: a share of a loss is a loss; by agent and co-player, 0 to oneself.
``collective``
    Sum of all players' rewards.
``equality``, ``equality_after_gifts``
    :func:`~gametheory.equality.equality` of a round's rewards, before and after gifts. Where somebody loses it can be
    below 0.
``weight``
    Mean gift weight of all steps on which both were there, in the worlds where it is measured; by agent and co-player.
    The diagonal is what a player keeps.
``log_likelihood``
    Mean log-probability that i's estimate gave to what j did, in the same worlds; by agent and co-player.
``cooperation``
    Mean probability of the first action in what actions are drawn from; by agent, in matrix games only. NaN for
    scripted players.
``expected_cooperation``
    Mean estimate of that probability, i's of j, in the worlds where weights are measured; by agent and co-player, in
    matrix games only.
``entropy``
    Of policies, a mean over steps, in nats; by agent.
``critic_updates``
    How often action values have been updated so far; gifts begin after `warmup` of them; by agent.
``critic_loss``, ``action_value_loss``, ``gradient_norm``
    Mean squared errors of the acting and of the joint-action critic, norm of the acting network's gradient; by agent.
``imbalance``
    Largest difference between the sums of rewards before and after gifts, over all steps, as a share of the sum of
    their sizes: rounding.
``event_...``
    How often a player took part in an event of the world in an episode; by agent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lase_core.agents.cast import Part
    from lase_core.agents.empathic import Empathy
    from lase_core.agents.segment import Segment

    Array = NDArray[Any]

__all__ = ["Tally"]


class Tally:
    """Adds up what happens in a round.

    Parameters
    ----------
    n_seeds : int
        How many seeds learn side by side.
    parts : sequence of Part
        Who plays.
    world : World
        Where.
    """

    def __init__(self, n_seeds: int, parts: Sequence[Part], world: Any) -> None:
        n = len(parts)
        self.events: tuple[str, ...] = getattr(world, "events", ())
        self.worlds = world.batch // n_seeds
        self.sums = {name: np.zeros((n_seeds, n)) for name in ("reward", "total", *map(_event, self.events))}
        self.sums["given"] = np.zeros((n_seeds, n, n))
        names = ["critic_loss", "entropy", "gradient_norm"]
        names += ["action_value_loss"] if any(part.estimator for part in parts) else []
        self.learning = {name: (np.zeros((n_seeds, n)), np.zeros((n_seeds, n))) for name in names}  # sums and counts
        self.weight, self.judged = np.zeros((n_seeds, n, n)), np.zeros((n_seeds, n, n))
        self.likelihood, self.estimated = np.zeros((n_seeds, n, n)), np.zeros((n_seeds, n, n))
        self.imbalance = np.zeros(n_seeds)
        self.is_matrix = world.name == "matrix"
        self.cooperation, self.segments = np.zeros((n_seeds, n)), 0
        self.expected = np.zeros((n_seeds, n, n))

    def note_events(self, info: dict[str, Array]) -> None:
        """Count events of a step."""
        for event in self.events:
            self.sums[_event(event)] += info[event].reshape(len(self.imbalance), self.worlds, -1).sum(axis=1)

    def note_gifts(self, segment: Segment, weights: Array, totals: Array, measured: Array) -> None:
        """Add up rewards and gifts of a segment; `weights` are (seeds, R, n, n)."""
        self.sums["reward"] += segment.rewards.sum(axis=-1)
        self.sums["total"] += totals.sum(axis=-1)
        given = np.einsum("srij,sir->sij", weights, segment.rewards)
        n = given.shape[-1]
        self.sums["given"] += given * (1 - np.eye(n))
        size = np.maximum(np.abs(segment.rewards).sum(axis=1), np.finfo(np.float32).tiny)
        off = np.abs(totals.sum(axis=1, dtype=np.float64) - segment.rewards.sum(axis=1, dtype=np.float64)) / size
        self.imbalance = np.maximum(self.imbalance, off.max(axis=-1))
        if self.is_matrix:
            self.cooperation += segment.behaviour[..., 0].mean(axis=-1, dtype=np.float64)
            self.segments += 1
        here = segment.present[:, :, measured]
        both = np.einsum("sir,sjr->sij", here.astype(np.float32), here.astype(np.float32))
        self.judged += both
        self.weight += np.einsum("srij,sir,sjr->sij", weights[:, measured], here, here)

    def note_estimates(self, segment: Segment, empathy: Empathy, estimates: Array, measured: Array) -> None:
        """Note how likely the estimates said what was done would be; `estimates` are (seeds, g, n - 1, measured, A)."""
        for g, i in enumerate(empathy.members):
            for k, j in enumerate(empathy.estimator.others[g]):
                done = segment.actions[:, j, measured]
                here = segment.present[:, i, measured] & (done >= 0)
                said = np.take_along_axis(estimates[:, g, k], done[..., None], axis=-1)[..., 0]
                self.likelihood[:, i, j] += (np.log(np.maximum(said, 1e-12)) * here).sum(axis=-1)
                self.estimated[:, i, j] += here.sum(axis=-1)
                self.expected[:, i, j] += (estimates[:, g, k, :, 0] * here).sum(axis=-1)

    def note_learning(self, players: Array, noted: dict[str, Array]) -> None:
        """Keep what updates say of some players."""
        for name, values in noted.items():
            total, count = self.learning[name.replace(" ", "_")]
            total[:, players] += values
            count[:, players] += 1

    def means(self) -> dict[str, Array]:
        """Return the measures of the round, shapes (seeds, agents), (seeds, agents, co-players) or (seeds,).

        Before anything is noted they are zero or not a number, and have the same names and shapes.
        """
        found = {name: total / self.worlds for name, total in self.sums.items()}
        found |= {name: _ratio(total, count) for name, (total, count) in self.learning.items()}
        if self.is_matrix:
            found["cooperation"] = _ratio(self.cooperation, np.asarray(self.segments))
            found["expected_cooperation"] = _ratio(self.expected, self.estimated)
        found["weight"] = _ratio(self.weight, self.judged)
        found["log_likelihood"] = _ratio(self.likelihood, self.estimated)
        return found | {"imbalance": self.imbalance}


def _event(name: str) -> str:
    return "event_" + name.replace(" ", "_")


def _ratio(total: Array, count: Array) -> Array:
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))
