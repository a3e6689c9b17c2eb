"""Replay: episodes that were played, kept as bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lase_core.agents.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Replay"]


class Replay:
    """The last episodes of every seed, a round of parallel worlds at a time.

    What players see is zeros and ones: a byte holds eight of them. Rounds are slots of a ring; all arrays have the axes
    (slot, seed, world, ...).

    Parameters
    ----------
    slots : int
        Rounds that are kept.
    """

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.rounds = 0
        """Rounds added so far."""
        self.saved = 0
        """How many of them have been given to a checkpoint."""
        self.arrays: dict[str, Array] = {}
        self._window: tuple[int, ...] = ()
        self._width, self._over = 0, False

    def __len__(self) -> int:
        """Return the number of rounds that are there."""
        return min(self.rounds, self.slots)

    def add(self, segment: Segment) -> None:
        """Keep a round of whole episodes."""
        self._window, self._width, self._over = segment.window, segment.x.shape[-1], segment.over
        self._put(_packed(segment))

    def _put(self, packed: Mapping[str, Array]) -> None:
        if not self.arrays:
            self.arrays = {name: np.zeros((self.slots, *rows.shape), rows.dtype) for name, rows in packed.items()}
        for name, rows in packed.items():
            self.arrays[name][self.rounds % self.slots] = rows
        self.rounds += 1

    def draw(self, episodes: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
        """Draw episodes of every seed, each as likely, perhaps some of them twice.

        Returns
        -------
        (slots, seeds, worlds) : ndarrays of int, shape (seeds, episodes)
        """
        n_seeds, worlds = self.arrays["actions"].shape[1:3]
        shape = (n_seeds, episodes)
        seeds = np.broadcast_to(np.arange(n_seeds)[:, None], shape)
        return rng.integers(len(self), size=shape), seeds, rng.integers(worlds, size=shape)

    def segment(self, drawn: tuple[Array, Array, Array]) -> Segment:
        """Return episodes that were drawn."""
        x = np.unpackbits(self.arrays["x"][drawn], axis=-1, count=self._width)
        x = np.moveaxis(x, (1, 2, 3), (3, 2, 1)).astype(np.float32)  # (seed, n, step, episode, D)
        actions, rewards, present = (
            np.moveaxis(self.arrays[name][drawn], (1, 2, 3), (3, 2, 1)) for name in ("actions", "rewards", "present")
        )

        def rows(values: Array) -> Array:
            return values.reshape(*values.shape[:2], -1, *values.shape[4:])

        return Segment(
            steps=rewards.shape[2],
            worlds=rewards.shape[3],
            x=rows(x[:, :, :-1]),
            actions=rows(actions[:, :, :-1].astype(np.intp)),
            behaviour=np.empty(0),
            rewards=rows(rewards),
            present=rows(present[:, :, :-1]),
            window=self._window,
            last_x=x[:, :, -1],
            last_actions=actions[:, :, -1].astype(np.intp),
            last_present=present[:, :, -1],
            first=True,
            over=self._over,
        )

    # ------------------------------------------------------------------ checkpoints
    def fresh(self) -> dict[str, Array]:
        """Return the rounds since the last call, first axis rounds: what a checkpoint appends."""
        count = min(self.rounds - self.saved, self.slots)
        slots = np.arange(self.rounds - count, self.rounds) % self.slots
        self.saved = self.rounds
        return {name: rows[slots] for name, rows in self.arrays.items()}

    def state(self) -> dict[str, Any]:
        """Return the small rest of a checkpoint."""
        return {"rounds": self.rounds, "window": list(self._window), "width": self._width, "over": self._over}

    def restore(self, state: Mapping[str, Any], rounds: Mapping[str, Array]) -> None:
        """Take over what a checkpoint holds; `rounds` are the last ones, oldest first, else ``ValueError``."""
        count = len(rounds["actions"]) if rounds else 0
        if count != min(state["rounds"], self.slots):
            msg = f"rounds must be the last {min(state['rounds'], self.slots)} of the replay, got {count}"
            raise ValueError(msg)
        self.rounds = state["rounds"] - count
        for k in range(count):
            self._put({name: rows[k] for name, rows in rounds.items()})
        self.rounds = self.saved = state["rounds"]
        self._window, self._width, self._over = tuple(state["window"]), state["width"], state["over"]


def _packed(segment: Segment) -> dict[str, Array]:
    """Return a segment with the axes (seed, world, step, n, ...), one step more for what came last."""

    def whole(values: Array, last: Array) -> Array:
        steps = np.concatenate([segment.by_step(values), last[:, :, None]], axis=2)
        return np.moveaxis(steps, (1, 2, 3), (3, 2, 1))  # (seed, n, step, world) to (seed, world, step, n)

    x = whole(segment.x, segment.last_x)
    return {
        "x": np.packbits(x != 0, axis=-1),
        "actions": whole(segment.actions, segment.last_actions).astype(np.int8),
        "rewards": np.moveaxis(segment.by_step(segment.rewards), (1, 2, 3), (3, 2, 1)).copy(),
        "present": whole(segment.present, segment.last_present),
    }
