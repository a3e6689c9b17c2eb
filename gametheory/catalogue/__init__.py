"""Named games with their sources, by function or by name, and the class of any game."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable
from typing import Any

from gametheory.catalogue.classes import Classification, classify
from gametheory.catalogue.games import (
    battle_of_the_sexes,
    chicken,
    coordination,
    donation,
    harmony,
    matching_pennies,
    prisoners_dilemma,
    public_goods,
    rock_paper_scissors,
    shapley,
    snowdrift,
    social_dilemma,
    stag_hunt,
)
from gametheory.formats.reading import number
from gametheory.game import Game

__all__ = [
    "Classification",
    "battle_of_the_sexes",
    "chicken",
    "classify",
    "coordination",
    "donation",
    "harmony",
    "make",
    "matching_pennies",
    "names",
    "prisoners_dilemma",
    "public_goods",
    "rock_paper_scissors",
    "shapley",
    "snowdrift",
    "social_dilemma",
    "stag_hunt",
]

_MAKERS: dict[str, Callable[..., Game]] = {
    maker.__name__: maker
    for maker in (
        prisoners_dilemma,
        stag_hunt,
        snowdrift,
        harmony,
        donation,
        chicken,
        matching_pennies,
        battle_of_the_sexes,
        coordination,
        rock_paper_scissors,
        shapley,
        public_goods,
        social_dilemma,
    )
}


def names() -> list[str]:
    """List the names that :func:`make` knows.

    Examples
    --------
    >>> "stag_hunt" in names()
    True
    """
    return list(_MAKERS)


def make(name: str, **payoffs: Any) -> Game:
    """Make a game of the catalogue by its name.

    Parameters
    ----------
    name : str
        One of :func:`names`; hyphens, spaces and capitals do not matter.
    **payoffs
        Parameters of the game: numbers, SymPy expressions or strings such as ``"1/2"``, which are read exactly.

    Raises
    ------
    ValueError
        An unknown name (the nearest three are told) or parameter, a missing one, a string that is not a number, or
        payoffs outside the class of the game.

    Examples
    --------
    >>> make("stag-hunt", R="4.5").payoffs[0, 0, 0]
    Fraction(9, 2)
    """
    key = name.strip().lower().replace("-", "_").replace(" ", "_").replace("'", "")
    if key not in _MAKERS:
        near = difflib.get_close_matches(key, _MAKERS, n=3, cutoff=0)
        msg = f"no game is called {name!r}; did you mean {', '.join(near)}?"
        raise ValueError(msg)
    parameters = inspect.signature(_MAKERS[key]).parameters
    allowed = ", ".join(parameters) or "none"
    for parameter in payoffs:
        if parameter not in parameters:
            msg = f"{key} has no parameter {parameter!r}; allowed are {allowed}"
            raise ValueError(msg)
    missing = [p.name for p in parameters.values() if p.default is p.empty and p.name not in payoffs]
    if missing:
        msg = f"{key} needs {', '.join(missing)}; its parameters are {allowed}"
        raise ValueError(msg)
    return _MAKERS[key](**{parameter: _read(parameter, value) for parameter, value in payoffs.items()})


def _read(parameter: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return number(value)
    except ValueError as error:
        msg = f"{parameter}: {error}"
        raise ValueError(msg) from None
