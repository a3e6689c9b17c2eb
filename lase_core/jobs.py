"""What a training run is: a world, who plays, and how they learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from lase_core import runs
from lase_core.agents.cast import cast
from lase_core.envs import WORLDS, nearest
from lase_core.envs.world import whole
from lase_core.settings import Settings, preset, world_parameters
from lase_core.trainer import Trainer

if TYPE_CHECKING:
    import os

__all__ = ["Job", "job", "job_of"]

_LARGEST_SEED = 2**53  # beyond it metrics could not be written


@dataclass(frozen=True)
class Job:
    """All that says what a run is."""

    world: str
    agents: tuple[str, ...]
    """One name for each player."""
    seeds: tuple[int, ...]
    episodes: int
    """A seed."""
    preset: str
    settings: Settings
    parameters: Mapping[str, Any]
    """Of the world."""

    @property
    def rounds(self) -> int:
        """How many times each world of a batch plays an episode."""
        return -(-self.episodes // self.settings.worlds)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, without the seeds."""
        return {
            "world": self.world,
            "agents": list(self.agents),
            "episodes": self.episodes,
            "preset": self.preset,
            "settings": self.settings.to_dict(),
            "parameters": dict(self.parameters),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], seeds: Sequence[int]) -> Job:
        """Return what :meth:`to_dict` wrote down."""
        settings = Settings().changed(**data["settings"])
        return cls(
            data["world"],
            tuple(data["agents"]),
            tuple(seeds),
            data["episodes"],
            data["preset"],
            settings,
            data["parameters"],
        )

    def trainer(self) -> Trainer:
        """Return the learners at their beginning."""
        return Trainer(
            self.world, made(self.world, self.parameters), self.agents, self.settings, self.seeds, self.rounds
        )


def job(
    world: str,
    agents: str | Sequence[str],
    *,
    episodes: int | None,
    seeds: Sequence[int],
    preset_name: str,
    changes: Mapping[str, Any],
) -> Job:
    """Bring together what a preset says and what is asked for.

    Parameters
    ----------
    world, agents, episodes, seeds
        As in :func:`lase_core.training.train`.
    preset_name : str
        Of the preset.
    changes : mapping
        Settings and parameters of the world that differ from it.

    Returns
    -------
    Job

    Raises
    ------
    ValueError
        A name that there is not (the nearest are told), or a value that is not allowed.
    """
    given = preset(preset_name, world)
    parameters = dict(given.world)
    settings: dict[str, Any] = {}
    known_settings = {field.name for field in fields(Settings)}
    known_parameters = world_parameters(world)
    for name, value in changes.items():
        if name in known_settings:
            settings[name] = value
        elif name in known_parameters:
            parameters[name] = value
        else:
            near = nearest(name, [*known_settings, *known_parameters])
            msg = f"neither a setting nor a parameter of {world} is called {name!r}; did you mean {near}?"
            raise ValueError(msg)
    count = given.episodes if episodes is None else episodes
    whole("episodes", count)
    if not seeds or len({whole("a seed", seed, 0) for seed in seeds}) < len(seeds):
        msg = f"seeds must be different, and at least one, got {list(seeds)}"
        raise ValueError(msg)
    if max(seeds) > _LARGEST_SEED:
        msg = f"a seed must be at most 2**53, got {max(seeds)}"
        raise ValueError(msg)
    n_agents = WORLDS[world](**made(world, parameters)).n_agents
    parts = cast(agents, n_agents)
    if "caretaker" in {part.kind for part in parts} and world != "cleanup":
        msg = f"a caretaker lives in cleanup, not in {world}"
        raise ValueError(msg)
    names = tuple(map(str, parts))
    return Job(world, names, tuple(seeds), count, preset_name, given.settings.changed(**settings), parameters)


def made(world: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as the world takes them: payoffs R, S, T, P become a game."""
    if world != "matrix":
        return dict(parameters)
    import gametheory as gt

    payoffs = {"R": 4, "S": 0, "T": 5, "P": 1} | {name: parameters[name] for name in "RSTP" if name in parameters}
    rest = {name: value for name, value in parameters.items() if name not in payoffs}
    return rest | {"game": gt.Game.two_by_two(**payoffs)}


def job_of(folder: str | os.PathLike[str]) -> Job:
    """Return what the run in a folder is.

    Parameters
    ----------
    folder : path
        Of a run.

    Returns
    -------
    Job

    Raises
    ------
    FileNotFoundError
        No run there.
    ValueError
        Not a training run.
    """
    try:
        return Job.from_dict(*runs.read_config(folder))
    except (KeyError, TypeError, AttributeError) as error:
        msg = f"{folder} does not hold a training run that can be read: {type(error).__name__}: {error}"
        raise ValueError(msg) from error
