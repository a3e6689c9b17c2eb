"""What a training run is: a world, who plays, and how they learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lase_core import checkpoints, runs
from lase_core.agents.cast import cast
from lase_core.envs import WORLDS, nearest
from lase_core.envs.world import whole
from lase_core.plain import differences
from lase_core.settings import Settings, preset, world_parameters
from lase_core.trainer import Trainer

if TYPE_CHECKING:
    import os

__all__ = ["Job", "job", "job_of", "restore"]

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
            str(data["preset"]),
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
    _check_length(count, seeds)
    n_agents = WORLDS[world](**made(world, parameters)).n_agents
    parts = cast(agents, n_agents)
    if "caretaker" in {part.kind for part in parts} and world != "cleanup":
        msg = f"a caretaker lives in cleanup, not in {world}"
        raise ValueError(msg)
    names = tuple(map(str, parts))
    return Job(world, names, tuple(seeds), count, preset_name, given.settings.changed(**settings), parameters)


def _check_length(episodes: int, seeds: Sequence[int]) -> None:
    """Check how often a run is played, and for how long."""
    whole("episodes", episodes)
    if not seeds or len({whole("a seed", seed, 0) for seed in seeds}) < len(seeds):
        msg = f"seeds must be different, and at least one, got {list(seeds)}"
        raise ValueError(msg)
    if max(seeds) > _LARGEST_SEED:
        msg = f"a seed must be at most 2**53, got {max(seeds)}"
        raise ValueError(msg)


def made(world: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as the world takes them: payoffs R, S, T, P become a game."""
    if world != "matrix":
        return dict(parameters)
    import gametheory as gt

    payoffs = {"R": 4, "S": 0, "T": 5, "P": 1} | {name: parameters[name] for name in "RSTP" if name in parameters}
    rest = {name: value for name, value in parameters.items() if name not in payoffs}
    return rest | {"game": gt.Game.two_by_two(**payoffs)}


def job_of(folder: str | os.PathLike[str], *, unsealed: bool = False) -> Job:
    """Return what the run in a folder is.

    Parameters
    ----------
    folder : path
        Of a run.
    unsealed : bool, default False
        Read a configuration without a checksum too, as older versions wrote it.

    Returns
    -------
    Job

    Raises
    ------
    FileNotFoundError
        No run there.
    ValueError
        Not a training run, or a damaged configuration.
    """
    config, seeds = runs.read_config(folder, unsealed=unsealed)
    try:
        what = Job.from_dict(config, seeds)
        _check_length(what.episodes, what.seeds)
        if other := what.parameters.keys() - set(world_parameters(what.world)):
            msg = f"{what.world} has no parameters {', '.join(other)}"
            raise ValueError(msg)  # noqa: TRY301 (the same words for all that is wrong)
        n_agents = WORLDS[what.world](**made(what.world, what.parameters)).n_agents
        if tuple(map(str, cast(what.agents, n_agents))) != what.agents:
            msg = f"agents must be {n_agents}, with their whole names, got {', '.join(what.agents)}"
            raise ValueError(msg)  # noqa: TRY301 (as above)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        msg = f"{folder} does not hold a training run that can be read: {type(error).__name__}: {error}"
        raise ValueError(msg) from error
    return what


def restore(folder: str | os.PathLike[str], trainer: Trainer, step: int | None = None) -> checkpoints.Loaded:
    """Let a trainer take over what a run's checkpoint holds.

    Parameters
    ----------
    folder : path
        Of the run.
    trainer : Trainer
        Its learners, at their beginning.
    step : int, optional
        Of the checkpoint, and no other; by default the newest good one.

    Returns
    -------
    Loaded
        What the checkpoint holds.

    Raises
    ------
    FileNotFoundError
        There is no checkpoint, or none of that step.
    ValueError
        All are damaged, or it is not one of this run: what does not fit is named.
    """
    folder = Path(folder)
    loaded = checkpoints.load(folder / "checkpoints", step)
    config, seeds = runs.read_config(folder, unsealed=True)
    if changed := differences(loaded.state.get("config"), {**config, "seeds": list(seeds)}):
        msg = f"config.json in {folder} is not what {loaded.path.name} was trained with: {'; '.join(changed)}"
        raise ValueError(msg)
    if loaded.state.get("round") != loaded.step:
        msg = f"{loaded.path} must hold round {loaded.step}, got {loaded.state.get('round')!r}"
        raise ValueError(msg)
    kept = loaded.appended.get("replay")
    try:
        trainer.restore(loaded.state, kept if isinstance(kept, dict) else None)
    except (KeyError, TypeError, ValueError) as error:
        msg = f"{loaded.path} does not fit this run's learners: {error}"
        raise ValueError(msg) from error
    return loaded
