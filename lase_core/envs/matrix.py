"""The iterated matrix game, many copies at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory import Game
from lase_core.envs.world import checked_actions, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["MatrixWorld"]


class MatrixWorld:
    """A matrix game played over and over by the same agents.

    An agent observes the last joint action in its own view, as one number: its own action first, then the others' in
    their order, the last one varying fastest. For two players with two actions 0, 1, 2, 3 are CC, CD, DC, DD. Play
    begins as if everybody had just played action 0.

    Parameters
    ----------
    game : Game or sequence of `batch` Games, optional
        One game in all worlds, or one for each. All players have the same number of actions. The prisoner's dilemma
        (4, 0, 5, 1) of the research code if not given.
    batch : int
        Number of worlds B.
    horizon : int or None, default 100
        Steps in an episode; None never ends.

    Examples
    --------
    >>> import gametheory as gt
    >>> world = MatrixWorld(gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1), batch=2)
    >>> world.reset().tolist()
    [[0, 0], [0, 0]]
    >>> obs, rewards, done, info = world.step([[0, 1], [1, 1]])
    >>> obs.tolist(), rewards.tolist(), done.tolist()
    ([[1, 2], [3, 3]], [[0.0, 5.0], [1.0, 1.0]], [False, False])
    """

    name = "matrix"
    """What :func:`lase_core.envs.make` calls it."""

    def __init__(self, game: Game | Sequence[Game] | None = None, batch: int = 1, horizon: int | None = 100) -> None:
        game = Game.two_by_two(4, 0, 5, 1) if game is None else game
        games = [game] if isinstance(game, Game) else list(game)
        batch = whole("batch", batch)
        horizon = None if horizon is None else whole("horizon", horizon)
        if len(games) not in {1, batch}:
            msg = f"game must be one Game or one for each of the {batch} worlds, got {len(games)}"
            raise ValueError(msg)
        shapes = {g.n_actions for g in games}
        if len(shapes) > 1 or len(set(games[0].n_actions)) > 1:
            msg = f"all players must have the same number of actions, got {sorted(shapes)}"
            raise ValueError(msg)
        self.batch = batch
        self.horizon = horizon
        self.n_agents = games[0].n_players
        self.n_actions = games[0].n_actions[0]
        self.actions = games[0].actions[0]
        """Names of the actions."""
        self.n_observations = self.n_actions**self.n_agents
        # payoff[world or 0, agent, joint action]
        self._payoffs: NDArray[np.float64] = np.stack([g.numeric.reshape(self.n_agents, -1) for g in games])
        self._world = np.arange(batch) if len(games) > 1 else np.zeros(batch, dtype=int)
        # digit weights that read a joint action as a number: for all, and for each agent with itself first
        place = self.n_actions ** np.arange(self.n_agents)[::-1]
        self._joint = place
        others = [[k for k in range(self.n_agents) if k != i] for i in range(self.n_agents)]
        self._view = np.zeros((self.n_agents, self.n_agents), dtype=int)
        for i in range(self.n_agents):
            self._view[[i, *others[i]], i] = place
        self._time: int | None = None

    def reset(self, rng: np.random.Generator | int | None = None) -> NDArray[np.int64]:  # noqa: ARG002 (nothing is drawn)
        """Start all worlds anew.

        Parameters
        ----------
        rng : Generator, int or None
            Unused: the game has no chance moves.

        Returns
        -------
        ndarray of int, shape (B, N)
        """
        self._time = 0
        return np.zeros((self.batch, self.n_agents), dtype=np.int64)

    def step(
        self, actions: ArrayLike
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_], dict[str, Any]]:
        """Play one round in every world.

        Parameters
        ----------
        actions : array_like of int, shape (B, N)
            What each agent plays.

        Returns
        -------
        obs : ndarray of int, shape (B, N)
            Last joint action in each agent's own view.
        rewards : ndarray, shape (B, N), payoff units
        done : ndarray of bool, shape (B,)
        info : dict
            ``"joint"``: the joint action as a number, shape (B,), first agent's action the slowest digit.

        Raises
        ------
        ValueError
            Actions of a wrong shape or out of range (the first such index is named).
        TypeError
            Actions that are not whole numbers.
        RuntimeError
            Stepping before a reset or after the end of the episode.
        """
        actions = checked_actions(actions, (self.batch, self.n_agents), self.n_actions)
        if self._time is None or self._time == self.horizon:
            msg = (
                "call reset() first"
                if self._time is None
                else f"the episode ended after {self.horizon} steps: call reset()"
            )
            raise RuntimeError(msg)
        self._time += 1
        joint = actions @ self._joint
        rewards = self._payoffs[self._world, :, joint]
        done = np.full(self.batch, self._time == self.horizon)
        return actions @ self._view, rewards, done, {"joint": joint}

    def __repr__(self) -> str:
        """Show the size."""
        clock = "not begun" if self._time is None else f"step {self._time} of {self.horizon or 'any number'}"
        return f"<matrix: {self.batch} worlds, {self.n_agents} players, {clock}>"
