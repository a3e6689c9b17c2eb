"""Names of players and actions, and titles, as they are shown: one line each, none empty, no two alike.

A game keeps what it was given, and files get that back (:attr:`gametheory.Game.given`); everything that is shown, on a
terminal, in a picture, in LaTeX, uses the names made here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Names", "distinct", "one_line", "width"]

_JOINERS = "\u200c\u200d"  # belong to the spelling of several scripts
# what a terminal takes for a command: colours and movements, and e.g. the title of its window
_COMMAND = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_UNSEEN = {"Cc", "Cf", "Zl", "Zp"}  # control, format (turns of direction among them), separators


class Names(NamedTuple):
    """Title and names of a game as they were given."""

    title: str
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]


def one_line(text: str) -> str:
    r"""Write text on one line, without characters that steer a terminal or turn the direction of what follows.

    Parameters
    ----------
    text : str
        Anything.

    Returns
    -------
    str
        White space is single spaces, control and format characters are gone, half pairs of UTF-16 are U+FFFD, and
        letters with accents are written in one way (NFC).

    Examples
    --------
    >>> one_line("two\nlines, \x1b[31mred\x1b[0m")
    'two lines, red'
    """
    words = unicodedata.normalize("NFC", " ".join(_COMMAND.sub("", text).split()))
    shown = "".join(
        "\ufffd" if unicodedata.category(letter) == "Cs" else letter
        for letter in words
        if letter in _JOINERS or unicodedata.category(letter) not in _UNSEEN
    )
    return " ".join(shown.split())


def distinct(names: Iterable[str], what: str, first: int) -> tuple[str, ...]:
    """Make names that can be told apart: empty ones become numbers, equal ones get numbers.

    Parameters
    ----------
    names : iterable of str
        As they were given.
    what : str
        What they name: ``"player"`` or ``"action"``.
    first : int
        The number of the first one.

    Returns
    -------
    tuple of str
        As many, each on one line.

    Examples
    --------
    >>> distinct(["", "stay", "stay"], "action", 0)
    ('action 0', 'stay 1', 'stay 2')
    """
    shown = [one_line(name) for name in names]
    shown = [
        name if name.strip(_JOINERS + " ") else f"{what} {number}" for number, name in enumerate(shown, start=first)
    ]
    while len(set(shown)) < len(shown):  # a number may make a name equal to another one, once for each name at most
        count = Counter(shown)
        shown = [f"{name} {number}" if count[name] > 1 else name for number, name in enumerate(shown, start=first)]
    return tuple(shown)


def width(text: str) -> int:
    """Columns that text takes on a terminal: Chinese, Japanese and Korean letters take two, accents none.

    Examples
    --------
    >>> width("合作"), width("cooperate")
    (4, 9)
    """
    return sum(
        0 if unicodedata.combining(letter) or letter in _JOINERS else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )
