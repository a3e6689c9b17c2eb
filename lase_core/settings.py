"""How learners learn: settings, and presets that hold them."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from importlib.resources import files
from inspect import signature
from pathlib import Path
from typing import Any

from lase_core.envs import WORLDS, nearest
from lase_core.envs.world import whole

__all__ = ["PRESETS", "Preset", "Settings", "preset", "world_parameters"]

PRESETS = ("small", "paper")
"""Names of presets: `small` learns in minutes, `paper` has the networks and rates of the research code."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set about a run, but for the world, the players, seeds and length."""

    # --- what is played between two updates
    worlds: int = 32
    """Episodes played side by side, a seed."""
    segment: int = 25
    """Steps between two updates; the episode is a multiple of it."""
    bootstrap: bool = True
    """Whether what would have followed counts at the end of an episode: then the end is only that of the clock."""
    # --- acting
    body: str = "dense"
    """What sees: ``"dense"`` layers, or ``"convolution"`` of the window."""
    hidden: tuple[int, ...] = (64, 64)
    """Widths of the dense layers of the acting network, and of the selfish one without convolutions."""
    cell: str = "none"
    """What remembers, in the acting network: ``"none"``, ``"lstm"`` or ``"gru"``."""
    cell_width: int = 128
    """Width of its state."""
    position: bool = True
    """Whether a player sees where on the map it is."""
    learning_rate: float = 3e-3
    """Adam's, of the acting network."""
    clip: float = 1.0
    """Largest norm of a gradient."""
    discount: float = 0.97
    """γ of the acting network."""
    trace: float = 0.95
    """λ of generalised advantage estimation; 1 gives Monte-Carlo returns."""
    normalise: bool = True
    """Whether advantages are normalised, and with them the critic's errors: then payoffs have no unit."""
    value_coefficient: float = 0.05
    """Weight of the critic's squared error beside the policy gradient; they share their layers, and where the critic is
    loud the actor learns little."""
    entropy: tuple[float, float] = (0.01, 0.01)
    """Weight of the entropy of policies, at the beginning and at the end of the run."""
    exploration: tuple[float, float] = (0.0, 0.0)
    """Probability ε of a uniform action, at the beginning, and when it has fallen."""
    exploration_rounds: int = 0
    """Rounds over which ε falls; 0 for half of the run."""
    # --- empathy
    features: int = 64
    """Width of the features behind action values; with convolutions that of the selfish actor."""
    joint: int = 32
    """Width of the layer that sees features and joint actions."""
    critic_rate: float = 3e-3
    """Adam's, of action values."""
    critic_discount: float = 0.97
    """γ of action values."""
    critic_trace: float = 0.9
    """λ of action values."""
    selfish_rate: float = 3e-3
    """Adam's, of the selfish actor."""
    selfish_entropy: float = 0.1
    """Weight of its entropy, beside action values divided by their range."""
    estimate_rate: float = 3e-3
    """Adam's, of predictors and of imagination."""
    estimate_hidden: int = 64
    """Width of their layers."""
    estimate_rows: int = 256
    """Steps of a segment that they learn from."""
    delta: float = 0.1
    """δ: weight of the distance of what is imagined from what is seen."""
    replay: int = 0
    """Episodes that action values, selfish actor and estimate learn from, again and again; 0: the present segment."""
    replay_batch: int = 1000
    """Episodes of an update from replay."""
    replay_every: int = 30
    """Rounds between updates from replay."""
    replay_start: int = 1000
    """Episodes before the first of them."""
    gift_memory: float = 0.0
    """λ of the gift memory, a variant; 0 is LASE."""
    warmup: int = 0
    """Updates of action values before gifts begin."""
    flat: float = 1e-6
    """Share of the usual range of action values below which they count as flat."""
    visible_only: bool = False
    """Whether only those who are seen are given to."""
    measured: int = 4
    """Worlds, of those of a seed, in which weights of all steps are measured; at most all."""

    def __post_init__(self) -> None:
        """Check kinds and ranges, and turn lists into tuples."""
        for field in fields(self):
            object.__setattr__(self, field.name, _checked(field.name, getattr(self, field.name), field.default))
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                msg = f"{name} must be one of {', '.join(choices)}, got {getattr(self, name)!r}"
                raise ValueError(msg)
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            for number in value if isinstance(value, tuple) else (value,):
                if not low <= number <= high:
                    msg = f"{name} must lie in {low:g}..{high:g}, got {number:g}"
                    raise ValueError(msg)
        if self.gift_memory == 1:
            msg = "gift_memory must be below 1, or gifts never end, got 1"
            raise ValueError(msg)

    def changed(self, **changes: Any) -> Settings:
        """Return settings with some changed; ``ValueError`` for a name that there is not."""
        for name in changes:
            _known(name)
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return settings as plain data."""
        return asdict(self)


_CHOICES = {"body": ("dense", "convolution"), "cell": ("none", "lstm", "gru")}
_RANGES: dict[str, tuple[float, float]] = {
    "worlds": (1, 100_000),
    "segment": (1, 100_000),
    "hidden": (1, 4096),
    "learning_rate": (0, 1),
    "clip": (1e-9, math.inf),
    "discount": (0, 1),
    "trace": (0, 1),
    "value_coefficient": (0, 1e6),
    "entropy": (0, 1e6),
    "exploration": (0, 1),
    "exploration_rounds": (0, 10**9),
    "cell_width": (1, 4096),
    "replay": (0, 10**9),
    "replay_batch": (1, 10**9),
    "replay_every": (1, 10**9),
    "replay_start": (0, 10**9),
    "features": (1, 4096),
    "joint": (1, 4096),
    "critic_rate": (0, 1),
    "critic_discount": (0, 1),
    "critic_trace": (0, 1),
    "selfish_rate": (0, 1),
    "selfish_entropy": (0, 1e6),
    "estimate_rate": (0, 1),
    "estimate_hidden": (1, 4096),
    "estimate_rows": (1, 10**9),
    "delta": (0, 1),
    "gift_memory": (0, 1),
    "warmup": (0, 10**9),
    "flat": (0, 1),
    "measured": (1, 100_000),
}


def _checked(name: str, value: Any, usual: Any) -> Any:
    """Return a value of the kind that the setting has, or complain."""
    wanted = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        tuple: "a list of numbers",
        str: "a name",
    }[type(usual)]
    right = (
        isinstance(value, bool)
        if isinstance(usual, bool)
        else isinstance(value, int) and not isinstance(value, bool)
        if isinstance(usual, int)
        else isinstance(value, (int, float)) and not isinstance(value, bool) and not math.isnan(value)
        if isinstance(usual, float)
        else isinstance(value, str)
        if isinstance(usual, str)
        else isinstance(value, (list, tuple)) and len(value) > 0
    )
    if not right:
        msg = f"{name} must be {wanted}, got {value!r}"
        raise TypeError(msg)
    if isinstance(usual, tuple):
        if name != "hidden" and len(value) != len(usual):
            msg = f"{name} must be two numbers, [beginning, end], got {value!r}"
            raise ValueError(msg)
        return tuple(_checked(name, entry, usual[0]) for entry in value)
    return float(value) if isinstance(usual, float) else value


def _known(name: str) -> None:
    names = [field.name for field in fields(Settings)]
    if name not in names:
        msg = f"unknown setting {name!r}; did you mean {nearest(name, names)}?"
        raise ValueError(msg)


def world_parameters(world: str) -> list[str]:
    """Return what can be set of a world in a run; of the matrix game its payoffs by name.

    Parameters
    ----------
    world : str
        Name of a world.

    Returns
    -------
    list of str
    """
    own = [name for name in signature(WORLDS[world]).parameters if name not in {"batch", "auto_reset", "game"}]
    return [*own, *"RSTP"] if world == "matrix" else own


@dataclass(frozen=True)
class Preset:
    """A world with settings that were tried on it."""

    settings: Settings
    world: Mapping[str, Any]
    """Parameters of the world."""
    episodes: int
    """Episodes a seed that are enough to see what is learned."""


def preset(name: str, world: str) -> Preset:
    """Read a preset.

    Parameters
    ----------
    name : str
        ``"small"``, ``"paper"``, or the path of a TOML file of the same form, ending in .toml.
    world : str
        Name of a world.

    Returns
    -------
    Preset

    Raises
    ------
    ValueError
        An unknown preset or world, a file without the world, or a key that nothing has (file and key are named).

    Examples
    --------
    >>> preset("small", "coin").settings.worlds
    32
    """
    if world not in WORLDS:
        msg = f"unknown world {world!r}; did you mean {nearest(world, WORLDS)}?"
        raise ValueError(msg)
    where, text = _text(name)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{where}: {error}"
        raise ValueError(msg) from error
    for key, table in tables.items():
        if key != "common" and key not in WORLDS:
            msg = f"{where}: unknown table [{key}]; did you mean {nearest(key, ['common', *WORLDS])}?"
            raise ValueError(msg)
        _check_table(f"{where}: {key}", table)
    if world not in tables:
        msg = f"{where} has no table [{world}]"
        raise ValueError(msg)
    own = dict(tables[world])
    parameters, episodes = own.pop("world", {}), own.pop("episodes", None)
    _check_table(f"{where}: world in [{world}]", parameters)
    known = world_parameters(world)
    for key in parameters:
        if key not in known:
            msg = f"{where}: {world} has no parameter {key!r}; did you mean {nearest(key, known)}?"
            raise ValueError(msg)
    try:
        settings = Settings().changed(**(tables.get("common", {}) | own))
        return Preset(settings, parameters, whole(f"episodes of [{world}]", episodes))
    except (TypeError, ValueError) as error:
        msg = f"{where}: {error}"
        raise ValueError(msg) from error


def _text(name: str) -> tuple[str, str]:
    """Return what a preset is called in messages, and its text."""
    if name in PRESETS:
        return f"{name}.toml", files("lase_core").joinpath("presets", f"{name}.toml").read_text("utf-8")
    if name.endswith(".toml"):
        try:
            return name, Path(name).read_text("utf-8")
        except UnicodeDecodeError as error:
            msg = f"{name} must be text in UTF-8: {error}"
            raise ValueError(msg) from error
    msg = f"unknown preset {name!r}; did you mean {nearest(name, PRESETS)}? (or the path of a .toml file)"
    raise ValueError(msg)


def _check_table(what: str, table: object) -> None:
    if not isinstance(table, dict):
        msg = f"{what} must be a table, got {table!r}"
        raise ValueError(msg)  # noqa: TRY004 (of a file, not of a call)
