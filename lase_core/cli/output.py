"""Output for any terminal: what its encoding does not have is written with letters that it has."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata

__all__ = ["spell_out", "spelt"]

_SPELT = {
    "→": "->",
    "≈": "~",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "−": "-",
    "–": "-",
    "·": "*",
    "×": "x",
    "±": "+-",
    "…": "...",
    "∞": "inf",
    "√": "sqrt",
    "∈": "in",
    "⟹": "=>",
    "½": "1/2",
    "ᵀ": "^T",
}
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def spelt(letter: str) -> str:
    """Write a character in ASCII.

    Parameters
    ----------
    letter : str
        One character.

    Returns
    -------
    str
        Signs as they are typed, powers as ``^2``, Greek letters by their names, letters without their accents, all
        else as ``?``.

    Examples
    --------
    >>> [spelt(letter) for letter in "²≥éω囚"]
    ['^2', '>=', 'e', 'omega', '?']
    """
    if letter in _SUPERSCRIPTS:
        return f"^{_SUPERSCRIPTS.index(letter)}"
    if unicodedata.name(letter, "").startswith("GREEK"):
        return unicodedata.name(letter).split()[-1].lower()
    without = unicodedata.normalize("NFD", letter).encode("ascii", "ignore").decode()
    return _SPELT.get(letter) or without or "?"


def _spelt(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(spelt, error.object[error.start : error.end])), error.end


codecs.register_error("lase-spell", _spelt)


def spell_out() -> None:
    """Let standard output and errors spell out what their encoding does not have, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="lase-spell")
