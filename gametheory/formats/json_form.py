"""Games as JSON.

An object with the keys ``format`` (``"lase-game"``), ``version`` (1), ``payoffs`` (nested lists of shape ``(n, *A)``)
and, if wanted, ``title``, ``players``, ``actions``. A payoff is an integer or a string such as ``"1/3"`` (both exact),
or a number with a point or an exponent (a float; one of them makes the game ``float64``)::

    {
        "format": "lase-game",
        "version": 1,
        "title": "Prisoner's dilemma",
        "players": ["Row", "Column"],
        "actions": [["C", "D"], ["C", "D"]],
        "payoffs": [[["3", "0"], ["5", "1"]], [["3", "5"], ["0", "1"]]],
    }
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gametheory.formats.reading import (
    BYTE_ORDER_MARK,
    MAX_NUMBERS,
    MAX_PLAYERS,
    FormatError,
    number,
    require_numbers,
    short,
)
from gametheory.game import Game
from gametheory.numbers import object_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["dumps_json", "loads_json"]

_KEYS = ("format", "version", "title", "players", "actions", "payoffs")


def loads_json(text: str, source: str = "<text>") -> Game:
    """Read a game from JSON text.

    Parameters
    ----------
    text : str
        The content of a JSON file, see the top of this module.
    source : str
        Name of the file for messages.

    Raises
    ------
    FormatError
        Text that is not such a game.

    Examples
    --------
    >>> loads_json('{"format": "lase-game", "version": 1, "payoffs": [["1/3", 2]]}').payoffs
    array([[Fraction(1, 3), Fraction(2, 1)]], dtype=object)
    """
    text = text.removeprefix(BYTE_ORDER_MARK)
    try:
        content = json.loads(text, parse_int=number, parse_float=_finite, parse_constant=_finite)
    except json.JSONDecodeError as error:
        raise FormatError(source, error.lineno, f"this is not JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise FormatError(source, 1, f"this is not a game: {error}") from None
    key, problem = _fault(content)
    if not problem:
        try:
            names = {name: content[name] for name in ("title", "players", "actions") if name in content}
            return Game(_payoff_array(content["payoffs"]), **names)
        except ValueError as error:
            problem = str(error)
            key = problem.split()[0]  # messages begin with the name of what is wrong
    place = max(text.find(f'"{key}"'), 0)
    raise FormatError(source, text.count("\n", 0, place) + 1, problem)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        msg = f"payoffs must be finite, found {short(text)}"
        raise ValueError(msg)
    return value


def _fault(content: Any) -> tuple[str, str]:
    """Return the key where something is wrong and what is allowed there; empty if nothing is wrong."""
    if not isinstance(content, dict) or content.get("format") != "lase-game":
        return "format", 'a game is an object with "format": "lase-game"'
    if content.get("version") != 1:
        return "version", f"version must be 1, found {short(str(content.get('version')))}"
    unknown = [key for key in content if key not in _KEYS]
    if unknown:
        return unknown[0], f"unknown key {short(unknown[0])}; allowed are {', '.join(_KEYS)}"
    if "payoffs" not in content:
        return "", "payoffs are missing: nested lists of shape (n, *A)"
    if not isinstance(content.get("title", ""), str):
        return "title", "title must be a string"
    if not _are_names(content.get("players", [])):
        return "players", "players must be a list of strings"
    actions = content.get("actions", [])
    if not isinstance(actions, list) or not all(map(_are_names, actions)):
        return "actions", "actions must be a list of lists of strings, one list a player"
    return "", ""


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _payoff_array(nested: Any) -> NDArray[Any]:
    """Return nested lists of numbers and strings as an array, level by level."""
    shape: list[int] = []
    level = nested
    while isinstance(level, list) and level and len(shape) <= MAX_PLAYERS:
        shape.append(len(level))
        level = level[0]
    if math.prod(shape) > MAX_NUMBERS:
        msg = f"payoffs of shape {tuple(shape)} are more than {MAX_NUMBERS} numbers"
        raise ValueError(msg)
    entries = [nested]
    for size in shape:
        if not all(isinstance(row, list) and len(row) == size for row in entries):
            msg = "payoffs must be full nested lists of shape (n, *A); some have unequal lengths"
            raise ValueError(msg)
        entries = [entry for row in entries for entry in row]
    return object_array([_payoff(entry) for entry in entries], tuple(shape))


def _payoff(entry: object) -> Fraction | float:
    if isinstance(entry, str):
        return number(entry)
    if isinstance(entry, (Fraction, float)):
        return entry
    msg = f'payoffs must be numbers or strings such as "1/3", found {short(json.dumps(entry, default=str))}'
    raise ValueError(msg)


def dumps_json(game: Game) -> str:
    """Write a game as JSON text: exact payoffs as strings, floats as numbers.

    Raises
    ------
    ValueError
        A symbolic game.

    Examples
    --------
    >>> print(dumps_json(Game([[Fraction(1, 3), 2]])))
    {
      "format": "lase-game",
      "version": 1,
      "title": "",
      "players": ["player 1"],
      "actions": [["action 0", "action 1"]],
      "payoffs": [["1/3", "2"]]
    }
    <BLANKLINE>
    """
    require_numbers(game)
    payoffs = game.payoffs.astype(str) if game.exact else game.payoffs
    parts = ("lase-game", 1, *game.given, payoffs.tolist())
    lines = [f'  "{key}": {json.dumps(part)}' for key, part in zip(_KEYS, parts, strict=True)]
    return "{\n" + ",\n".join(lines) + "\n}\n"
