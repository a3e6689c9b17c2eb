"""Words of the command line that several commands read: KEY=VALUE, numbers, names of worlds, runs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lase_core import envs
from lase_core.envs.render import MOST_CELLS

if TYPE_CHECKING:
    from lase_core.settings import Settings

__all__ = [
    "FIXED",
    "is_run",
    "key_and_value",
    "known",
    "parameter",
    "parameters_of",
    "seeds_of",
    "setting",
    "world_name",
]

FIXED = ("batch", "auto_reset")
"""Parameters of worlds that the commands choose."""
# the windows of all cells are kept in a table: 31 MB at most
_LARGEST = {"height": MOST_CELLS, "width": MOST_CELLS, "view": 31, "n_agents": 16}
_MOST, _LONGEST = 10**6, 40  # a number, and the characters it is written with
_MOST_OF_SETTING = 10**9
_MOST_SEEDS = 1000


def known(what: str, name: str, names: Iterable[str]) -> None:
    """Complain about a name that there is not."""
    if name not in names:
        msg = f"unknown {what} {name!r}; did you mean {envs.nearest(name, names)}?"
        raise ValueError(msg)


def world_name(word: str) -> str:
    """Return the name of a world as it is spelt here."""
    return word.lower().replace("-", "_")


def is_run(word: str) -> bool:
    """Whether a word is the folder of a run."""
    return (Path(word) / "config.json").is_file()


def key_and_value(word: str) -> tuple[str, str]:
    """Split KEY=VALUE."""
    key, equals, value = word.partition("=")
    if not equals or not value:
        msg = f"--set takes KEY=VALUE, e.g. height=6, got {word!r}"
        raise ValueError(msg)
    return key, value


def parameters_of(world: str) -> list[str]:
    """Return what can be set of a world; of the matrix game its payoffs by name."""
    names = [name for name in signature(envs.WORLDS[world]).parameters if name not in {*FIXED, "game"}]
    return [*names, *"RSTP"] if world == "matrix" else names


def parameter(world: str, key: str, value: str) -> int | float | str | bool:
    """Read the value of a parameter as what its default is: a number, or yes and no."""
    known(f"parameter of {world}", key, parameters_of(world))
    if world == "matrix" and key in {*"RSTP"}:
        payoff = _number(key, value, _MOST)
        return int(payoff) if payoff == int(payoff) else payoff
    usual = signature(envs.WORLDS[world]).parameters[key].default
    if key == "view" and value == "map":
        return value
    found: int | float | bool = _like(key, value, usual, _LARGEST.get(key, _MOST))
    return found


def setting(settings: Settings, key: str, value: str) -> Any:
    """Read the value of a setting as what it is: a number, yes and no, or several numbers with commas between."""
    usual = getattr(settings, key)
    if not isinstance(usual, tuple):
        return _like(key, value, usual, _MOST_OF_SETTING)
    return tuple(_like(key, part, usual[0], _MOST_OF_SETTING) for part in value.split(","))


def seeds_of(words: str) -> tuple[int, ...]:
    """Read seeds: 5, or 0,3,7, or 0-4, or of both kinds.

    Examples
    --------
    >>> seeds_of("0-2,7")
    (0, 1, 2, 7)
    """
    found: list[int] = []
    for word in words.split(","):
        first, dash, last = word.strip().partition("-")
        ends = (first, last) if dash else (first, first)
        if not all(end.isascii() and end.isdigit() and len(end) <= 18 for end in ends) or int(ends[0]) > int(ends[1]):
            msg = f"--seeds takes numbers of at least 0, e.g. 5, or 0,3,7, or 0-4; got {words[:_LONGEST]!r}"
            raise ValueError(msg)
        if len(found) + int(ends[1]) - int(ends[0]) >= _MOST_SEEDS:
            msg = f"--seeds must be at most {_MOST_SEEDS} numbers, got {words[:_LONGEST]!r}"
            raise ValueError(msg)
        found += range(int(ends[0]), int(ends[1]) + 1)
    return tuple(found)


def _like(key: str, value: str, usual: object, most: int) -> Any:
    """Read a value as what another one is."""
    if isinstance(usual, bool):
        if value not in {"true", "false"}:
            msg = f"{key} must be true or false, got {value!r}"
            raise ValueError(msg)
        return value == "true"
    if isinstance(usual, str):
        return value
    number = _number(key, value, max(most, _MOST))
    if not isinstance(usual, int):
        return number
    if number != int(number):
        msg = f"{key} must be a whole number, got {value}"
        raise ValueError(msg)
    if number > most:
        msg = f"{key} must be at most {most}, got {value}"
        raise ValueError(msg)
    return int(number)


def _number(key: str, value: str, most: int) -> float:
    try:
        number = float(Fraction(value)) if "/" in value[:_LONGEST] else float(value)
    except (ValueError, ZeroDivisionError, OverflowError):
        number = math.nan
    if not abs(number) <= most or len(value) > _LONGEST:  # not a number is not less than anything
        msg = f"{key} must be a number up to {most}, e.g. 2, 0.5 or 1/2, got {value[:_LONGEST]!r}"
        raise ValueError(msg)
    return number
