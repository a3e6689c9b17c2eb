r"""Text in pictures that people have given: titles, names of players and actions, whatever letters are in them.

A dollar sign is a dollar sign, unless a title is written as mathematics and can be read as such. Letters that the font
does not have are drawn with another font of the machine, or as boxes, about which one line is logged. Mathematics is
drawn with one font only: text with such letters has none.
"""

from __future__ import annotations

import logging
import textwrap
from functools import cache
from typing import TYPE_CHECKING

from matplotlib import font_manager, rcParams
from matplotlib.mathtext import MathTextParser

from gametheory.names import one_line, width

if TYPE_CHECKING:
    from matplotlib.text import Text

    from gametheory.field import Field

__all__ = ["cooperation", "plain", "players", "write"]

_LONGEST, _LINES = 44, 3  # columns of a line, lines of a title
_LONGEST_NAME = 24
_BOX = "□"
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_NO_TEXT = ("Last Resort", "STIXNonUnicode", "STIXSize", "cm")  # fonts of boxes and of symbols in odd places
_LIKELY = (
    "CJK",
    "Noto Sans",
    "Source Han",
    "WenQuanYi",
    "Unicode",
    "Fallback",
)  # fonts with many letters are tried first


def plain(words: str, longest: int = _LONGEST_NAME) -> str:
    r"""Write a name so that a picture shows it as it is: on one line, not too long, dollars as dollars.

    Parameters
    ----------
    words : str
        E.g. the name of an action.
    longest : int, default 24
        Columns it may take; the rest is cut.

    Returns
    -------
    str
        For artists of matplotlib, also beside mathematics.

    Examples
    --------
    >>> plain("from $5 to $10")
    'from \\$5 to \\$10'
    """
    words = one_line(words)
    if width(words) > longest:
        while width(words) >= longest:
            words = words[:-1]
        words = words.rstrip() + "…"
    return words.replace("$", r"\$")


def write(artist: Text, words: str) -> None:
    r"""Write a title or a label.

    Parameters
    ----------
    artist : Text
        What is to show it: ``ax.title``, ``ax.xaxis.label``, an annotation, a text of a legend.
    words : str
        Mathematics between dollars is read as such if it can be, otherwise they are dollars. Names inside are put
        through :func:`plain` first.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ax = plt.figure().gca()
    >>> write(ax.title, r"costs $\foo$")  # no such symbol
    >>> ax.title.get_text()
    'costs \\$\\foo\\$'
    """
    lines = [one_line(line) for line in words.split("\n")]
    words = "\n".join(lines)
    own = tuple(artist.get_fontfamily())
    if not _is_mathematics(words, own):
        short = [part for line in lines for part in _wrapped(line.replace(r"\$", "$"))]
        words = "\n".join(short).replace("$", r"\$")
    families, unknown = _fonts(frozenset(words), own)
    if unknown:
        _tell()
    artist.set_fontfamily(list(families))
    artist.set_text("".join(_BOX if letter in unknown else letter for letter in words))


def _is_mathematics(words: str, families: tuple[str, ...]) -> bool:
    """Whether there are dollars in pairs, what is between them can be read, and one font has all letters."""
    dollars = words.count("$") - words.count(r"\$")
    if dollars == 0 or dollars % 2 or _fonts(frozenset(words), families) != (families, frozenset()):
        return False
    try:
        MathTextParser("path").parse(words)
    except ValueError:
        return False
    return True


def _wrapped(line: str) -> list[str]:
    """Break a line that is too long for a picture; letters of two columns count twice."""
    columns = max(_LONGEST * len(line) // max(width(line), 1), _LONGEST // 2)
    return textwrap.wrap(line, columns, max_lines=_LINES, placeholder=" …") or [""]


# ---------------------------------------------------------------------- whose action
def players(field: Field) -> tuple[str, ...]:
    """Names of the players of a field, as pictures show them.

    Parameters
    ----------
    field : Field
        Of a game, or of something else: then players have numbers.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> import gametheory as gt
    >>> players(gt.rules.policy_gradient(gt.catalogue.chicken()))
    ('player 1', 'player 2')
    """
    game = getattr(field.objective, "game", None)
    if game is None:
        return tuple(f"player {k + 1}" for k in range(field.space.dimension))
    return tuple(map(plain, game.players))


def cooperation(field: Field, player: int) -> str:
    """Say what the coordinate of a player with two actions is the probability of.

    Parameters
    ----------
    field : Field
        Of a game, or of something else.
    player : int
        From 0.

    Returns
    -------
    str
        A label of an axis, with the symbol of the coordinate.

    Examples
    --------
    >>> import gametheory as gt
    >>> cooperation(gt.rules.policy_gradient(gt.catalogue.matching_pennies()), 0)
    'probability that player 1 plays heads, $p_1$'
    """
    who, game = players(field)[player], getattr(field.objective, "game", None)
    action = "cooperate" if game is None else game.actions[player][0]
    what = f"cooperation of {who}" if action == "cooperate" else f"probability that {who} plays {plain(action)}"
    families, number = tuple(rcParams["font.family"]), str(player + 1)
    one_font = _fonts(frozenset(what), families) == (families, frozenset())
    symbol = f"$p_{number}$" if one_font else "p" + number.translate(_SUBSCRIPTS)
    return f"{what}, {symbol}"


# ---------------------------------------------------------------------- letters
@cache
def _letters(path: str) -> frozenset[int]:
    """Return what a font has letters for; nothing if it cannot be read."""
    try:
        return frozenset(font_manager.get_font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


@cache
def _fonts(letters: frozenset[str], families: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Families that together have all letters, and the letters that no font has."""
    own = _letters(font_manager.findfont(font_manager.FontProperties(family=list(families))))
    missing = {letter for letter in letters if not letter.isspace() and ord(letter) not in own}
    added: list[str] = []
    while missing:
        best, found = _best_font(missing)
        if not found:
            break
        added.append(best)
        missing -= found
    return (*families, *added), frozenset(missing)


def _best_font(missing: set[str]) -> tuple[str, set[str]]:
    """Return the upright font that has the most of some letters, the first one that has all, and what it has."""
    best: tuple[str, set[str]] = ("", set())
    upright = [
        font
        for font in font_manager.fontManager.ttflist
        if font.style == "normal" and font.weight in {400, "normal", "regular"} and not font.name.startswith(_NO_TEXT)
    ]
    for font in sorted(upright, key=lambda font: (not any(word in font.name for word in _LIKELY), font.name)):
        has = _letters(font.fname)
        found = {letter for letter in missing if ord(letter) in has}
        if len(found) > len(best[1]):
            best = font.name, found
        if len(found) == len(missing):
            break
    return best


@cache
def _tell() -> None:
    logging.getLogger(__name__).warning(
        "some letters are drawn as boxes: no font of this machine has them (install one that has, e.g. Noto Sans CJK)"
    )
