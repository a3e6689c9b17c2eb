"""The grid worlds as parallel environments of PettingZoo [1]_, for its many training libraries.

This module alone needs the extra ``rl``: ``pip install "lase-toolkit[rl]"``.

References
----------
.. [1] J. K. Terry et al. "PettingZoo: gym for multi-agent reinforcement learning". NeurIPS 2021.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np

from lase_core import envs
from lase_core.envs.grid import GridWorld

try:
    from gymnasium import logger, spaces
    from pettingzoo import ParallelEnv
except ImportError as error:
    _MSG = "PettingZoo is not installed; it comes with the extra rl: pip install 'lase-toolkit[rl]'"
    raise ImportError(_MSG) from error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Observations = dict[str, NDArray[np.uint8]]
    Infos = dict[str, dict[str, Any]]

__all__ = ["ParallelWorld", "parallel_env"]


def parallel_env(name: str, render_mode: str | None = None, **parameters: Any) -> ParallelWorld:
    """Make a world that PettingZoo's tools understand.

    Parameters
    ----------
    name : str
        ``"coin"``, ``"cleanup"``, ``"snowdrift"`` or ``"stag_hunt"``.
    render_mode : str, optional
        ``"rgb_array"`` to have pictures.
    **parameters
        Of the world, e.g. ``n_agents=3``; there is one world, and it begins again when it is reset.

    Returns
    -------
    ParallelWorld

    Raises
    ------
    ValueError
        An unknown name or parameter, or a value that is not allowed.

    Examples
    --------
    >>> env = parallel_env("stag_hunt", n_agents=3)
    >>> observations, infos = env.reset(seed=1)
    >>> env.agents, observations["player_1"].shape
    (['player_1', 'player_2', 'player_3'], (5, 5, 6))
    >>> while env.agents:
    ...     actions = {agent: env.action_space(agent).sample() for agent in env.agents}
    ...     observations, rewards, terminations, truncations, infos = env.step(actions)
    """
    if name not in envs.GRID_WORLDS:
        msg = f"unknown world {name!r}; there are {', '.join(envs.GRID_WORLDS)}"
        raise ValueError(msg)
    for fixed in ("batch", "auto_reset"):
        if fixed in parameters:
            msg = f"{fixed} cannot be chosen: a parallel environment is one world, begun by reset()"
            raise ValueError(msg)
    return ParallelWorld(envs.make(name, **parameters), render_mode)


class ParallelWorld(ParallelEnv):  # type: ignore[misc]  # PettingZoo ships no types
    """One grid world as a parallel environment.

    Parameters
    ----------
    world : GridWorld
        A batch of one, without `auto_reset`.
    render_mode : "rgb_array" or None
        Whether :meth:`render` gives pictures.

    Raises
    ------
    TypeError
        A world without a map.
    ValueError
        More than one world, one that begins again by itself, or another render mode.

    Notes
    -----
    Players are called ``"player_1"``, ``"player_2"``, ... At the horizon everybody who is still there is *truncated*.
    Who catches something in the stag hunt leaves the map: it is *terminated* in that step, with its reward and an
    observation of zeros, and then is no longer one of `agents`. An episode is over when nobody is left, so it may end
    before the horizon; none is both terminated and truncated.

    `infos` count what happened to a player in the step, by the names in ``world.events``.

    Examples
    --------
    >>> from lase_core.envs import Coin
    >>> env = ParallelWorld(Coin(height=3, width=3))
    >>> observations, infos = env.reset(seed=0)
    >>> rewards = env.step({"player_1": 0, "player_2": 3})[1]
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 (PettingZoo's name and type for it)
        "render_modes": ["rgb_array"],
        "render_fps": 5,
        "is_parallelizable": True,
    }

    def __init__(self, world: GridWorld, render_mode: str | None = None) -> None:
        given: object = world
        if not isinstance(given, GridWorld):
            msg = f"world must be a grid world, got {type(given).__name__}"
            raise TypeError(msg)
        if world.batch != 1 or world.auto_reset:
            found = f"a batch of {world.batch}" if world.batch != 1 else "auto_reset"
            msg = f"a parallel environment is one world, begun by reset(), got {found}"
            raise ValueError(msg)
        if render_mode not in {None, *type(self).metadata["render_modes"]}:
            msg = f"render_mode must be None or 'rgb_array', got {render_mode!r}"
            raise ValueError(msg)
        self.world = world
        self.render_mode = render_mode
        self.metadata = {**type(self).metadata, "name": f"{world.name}_v0"}
        self.possible_agents = [f"player_{k + 1}" for k in range(world.n_agents)]
        self.agents: list[str] = []
        shape = (*world.observe().shape[2:],)
        self.observation_spaces = {a: spaces.Box(0, 1, shape, np.uint8) for a in self.possible_agents}
        self.action_spaces = {a: spaces.Discrete(world.n_actions) for a in self.possible_agents}
        kinds = world.n_agents + len(world.objects)
        self.state_space = spaces.Box(0, 1, (world.height, world.width, kinds), np.uint8)
        self._rng = np.random.default_rng()
        self._rewards = np.zeros((2, world.n_agents))  # so far, and in the last step

    def observation_space(self, agent: str) -> spaces.Box:
        """Return what a player may see: zeros and ones, shape (rows, columns, channels).

        Parameters
        ----------
        agent : str
            Its name.

        Returns
        -------
        Box
            The same one every time.
        """
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Discrete:
        """Return what a player may do; ``world.actions`` has the names.

        Parameters
        ----------
        agent : str
            Its name.

        Returns
        -------
        Discrete
            The same one every time.
        """
        return self.action_spaces[agent]

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observations, Infos]:  # noqa: ARG002 (PettingZoo's options; there are none)
        """Begin an episode.

        Parameters
        ----------
        seed : int, optional
            Of everything drawn from now on, in this episode and the next ones without a seed.
        options : dict, optional
            Unused.

        Returns
        -------
        observations : dict of ndarray of uint8, shapes (rows, columns, channels)
        infos : dict of dict
        """
        if seed is not None:
            self._rng = np.random.default_rng(seed)
        seen = self.world.reset(self._rng)
        self.agents = list(self.possible_agents)
        self._rewards[:] = 0
        return dict(zip(self.agents, seen[0], strict=True)), {
            a: dict.fromkeys(self.world.events, 0) for a in self.agents
        }

    def step(
        self, actions: Mapping[str, int]
    ) -> tuple[Observations, dict[str, float], dict[str, bool], dict[str, bool], Infos]:
        """Let everybody who is there act.

        Parameters
        ----------
        actions : mapping from names to int
            Of all in `agents`; what is given for those who have left is left aside.

        Returns
        -------
        observations, rewards, terminations, truncations, infos : dict
            Of all who acted.

        Raises
        ------
        ValueError
            An action is missing or out of range, or a player unknown.
        TypeError
            An action is no whole number.
        RuntimeError
            The episode is over, or has not begun.
        """
        if not self.agents:
            msg = "the episode is over, or has not begun: call reset()"
            raise RuntimeError(msg)
        acting, missing = self.agents, [a for a in self.agents if a not in actions]
        unknown = [a for a in actions if a not in self.possible_agents]
        if unknown:
            msg = f"unknown player {unknown[0]!r}; there are {', '.join(self.possible_agents)}"
            raise ValueError(msg)
        if missing:
            msg = f"no action for {', '.join(missing)}"
            raise ValueError(msg)
        # who has left cannot move
        chosen = [self._action(a, actions[a]) if a in acting else 0 for a in self.possible_agents]
        seen, rewards, done, events = self.world.step([chosen])
        self._rewards[:] = self._rewards[0] + rewards[0], rewards[0]
        number = {a: k for k, a in enumerate(self.possible_agents)}
        gone = {a: not self.world.present[0, number[a]] for a in acting}
        over = {a: bool(done[0]) and not gone[a] for a in acting}
        self.agents = [a for a in acting if not (gone[a] or over[a])]
        return (
            {a: seen[0, number[a]] for a in acting},
            {a: float(rewards[0, number[a]]) for a in acting},
            gone,
            over,
            {a: {event: int(count[0, number[a]]) for event, count in events.items()} for a in acting},
        )

    def _action(self, agent: str, given: object) -> int:
        # True has an index too, and is no action
        if isinstance(given, (bool, np.bool_)) or not isinstance(given, SupportsIndex):
            msg = f"the action of {agent} must be a whole number, got {given!r}"
            raise TypeError(msg)
        try:
            action = operator.index(given)
        except TypeError:  # an array of several numbers, or of floats
            msg = f"the action of {agent} must be a whole number, got {given!r}"
            raise TypeError(msg) from None
        if not 0 <= action < self.world.n_actions:
            msg = f"the action of {agent} must lie in 0..{self.world.n_actions - 1}, got {action}"
            raise ValueError(msg)
        return action

    def state(self) -> NDArray[np.uint8]:
        """Show the whole map, for learners that are trained together.

        Returns
        -------
        ndarray of uint8, shape (height, width, n_agents + kinds of objects)
            One channel for each player and each of ``world.objects``, as player 1 calls them.
        """
        world = self.world
        players = np.arange(world.n_cells) == world.cells[0][:, None]
        channels = np.concatenate([players, np.stack([there[0] for there in world.maps()])])
        return channels.T.reshape(world.height, world.width, -1).astype(np.uint8)

    def render(self) -> NDArray[np.uint8] | None:
        """Draw the world, if it was made with ``render_mode="rgb_array"``.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3), or None
        """
        if self.render_mode is None:
            logger.warn("render() without a render_mode draws nothing: make the environment with 'rgb_array'")
            return None
        from lase_core.envs.render import frame

        return frame(self.world, rewards=self._rewards[0], gained=self._rewards[1])
