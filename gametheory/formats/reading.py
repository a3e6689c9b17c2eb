"""What the file formats share: how one number is read, how much a file may hold, and the error they raise."""

from __future__ import annotations

import re
from fractions import Fraction

from gametheory.game import Game

__all__ = ["FormatError", "number"]

BYTE_ORDER_MARK = "\ufeff"  # some editors begin UTF-8 text with it
MAX_PLAYERS = 32
MAX_NUMBERS = 1_000_000  # payoffs of all players together
_MAX_LENGTH = 1000  # characters of one number
_MAX_EXPONENT = 400  # beyond float64 either way, and far below what would fill the memory
_NUMBER = re.compile(r"[+-]?(?:[0-9]+/[0-9]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE](?P<exponent>[+-]?[0-9]+))?)")


class FormatError(ValueError):
    """A file or text that is not a game; the message is one line, ``file:line: what is wrong``."""

    def __init__(self, source: str, line: int, problem: str) -> None:
        super().__init__(f"{source}:{line}: {problem}")


def number(text: str) -> Fraction:
    """Read one number exactly; nothing is evaluated.

    Parameters
    ----------
    text : str
        An integer, a decimal or a fraction: ``3``, ``-0.25``, ``1e-3``, ``1/3``.

    Returns
    -------
    Fraction
        Exactly that number.

    Raises
    ------
    ValueError
        Anything else, a zero denominator, or a number outside the range of floats.

    Examples
    --------
    >>> number("-0.25"), number("1/3")
    (Fraction(-1, 4), Fraction(1, 3))
    """
    text = text.strip()
    match = _NUMBER.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if not match:
        msg = f"{short(text)} is not a number; allowed are integers, decimals and fractions such as 3, -0.25, 1/3"
        raise ValueError(msg)
    if abs(int(match["exponent"] or 0)) > _MAX_EXPONENT:
        msg = f"the exponent of {short(text)} is outside -{_MAX_EXPONENT} to {_MAX_EXPONENT}"
        raise ValueError(msg)
    try:
        value = Fraction(text)
        float(value)
    except ZeroDivisionError:
        msg = f"the denominator of {short(text)} is zero"
        raise ValueError(msg) from None
    except OverflowError:
        msg = f"{short(text)} is larger than the largest float, 1.8e308"
        raise ValueError(msg) from None
    return value


def short(text: str) -> str:
    """Quote `text` on one line, cut to a readable length."""
    return repr(text if len(text) <= 40 else text[:40] + "…")


def require_numbers(game: Game) -> None:
    """Raise ``ValueError`` unless every payoff is a fraction or a float."""
    if any(not isinstance(value, (Fraction, float)) for value in game.payoffs.flat):
        symbols = ", ".join(game.parameters) or "irrational numbers"
        msg = f"a file holds fractions and floats, but the payoffs have {symbols}; call bind(...) or use floats"
        raise ValueError(msg)
