"""Payoff tables as plain text, HTML and LaTeX.

Two players make a table of rows and columns; any other number makes a list of joint actions.
"""

from __future__ import annotations

import html
import math
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.names import width

if TYPE_CHECKING:
    from collections.abc import Callable

    from gametheory.game import Game

__all__ = ["as_html", "as_latex", "as_text", "in_latex", "written"]

_LONGEST = 24  # characters of an exact number that is still easier to read than digits
_FLOAT = 300  # powers of ten that a float is sure to have
_MAX_ROWS = 64  # joint actions shown in a table before it is cut
_TWO = 2
_IN_LATEX = {letter: f"\\{letter}" for letter in "{}$&#_%"} | {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}


def written(number: Any) -> str:
    """Write a number: exactly if it is exact and that is short, otherwise with six digits.

    Parameters
    ----------
    number : float, Fraction or SymPy expression
        What to write; a symbol is written as it is.

    Returns
    -------
    str

    Examples
    --------
    >>> written(Fraction(2, 3)), written(0.25), written(Fraction(10**400, 7))
    ('2/3', '0.25', '1.42857e+399')
    """
    exact = "" if isinstance(number, float) else str(number)
    if 0 < len(exact) <= _LONGEST or getattr(number, "free_symbols", None):
        return exact
    if isinstance(number, Fraction):  # may be too large for a float
        with localcontext(prec=6):
            value = Decimal(number.numerator) / Decimal(number.denominator)
        return f"{value.normalize():g}" if abs(value.adjusted()) > _FLOAT else f"{float(number):g}"
    return f"{float(number) + 0.0:g}"


def in_latex(text: str) -> str:
    r"""Write text so that LaTeX shows it as it is.

    Parameters
    ----------
    text : str
        E.g. the name of an action.

    Returns
    -------
    str
        For text, e.g. inside ``\text{...}``.

    Examples
    --------
    >>> in_latex("50% of $x_1$")
    '50\\% of \\$x\\_1\\$'
    """
    return "".join(_IN_LATEX.get(letter, letter) for letter in text)


def _text(name: str) -> str:
    return rf"\text{{{in_latex(name)}}}"


def _latex(payoff: Any) -> str:
    import sympy as sp

    return str(sp.latex(sp.Rational(str(payoff)) if isinstance(payoff, Fraction) else payoff))


def _cell(game: Game, joint: tuple[int, ...], write: Callable[[Any], str] = written, comma: str = ", ") -> str:
    """Everybody's payoffs at one joint action."""
    return comma.join(write(game.payoffs[(i, *joint)]) for i in range(game.n_players))


def _shown(game: Game) -> tuple[list[tuple[int, ...]], int]:
    """Joint actions that a list shows, and how many more there are."""
    joints = list(islice(np.ndindex(*game.n_actions), _MAX_ROWS))
    return joints, math.prod(game.n_actions) - len(joints)


def _fitted(cell: str, place: Callable[[str, int], str], columns: int) -> str:
    """Fill a cell up to a number of columns on the terminal."""
    return place(cell, columns - width(cell) + len(cell))


def as_text(game: Game) -> str:
    """Write the payoff table in plain text.

    Parameters
    ----------
    game : Game
        What to write. Of more than 64 joint actions the first 64 are shown, unless there are two players.

    Returns
    -------
    str

    Examples
    --------
    >>> from gametheory import Game
    >>> print(as_text(Game([[1, 2]])))
    action 0:  1
    action 1:  2
    """
    if game.n_players == _TWO:
        head = ["", *game.actions[1]]
        rows = [
            [name, *(_cell(game, (r, c)) for c in range(game.n_actions[1]))] for r, name in enumerate(game.actions[0])
        ]
        widths = [max(width(row[k]) for row in [head, *rows]) + 2 for k in range(len(head))]
        lines = [
            _fitted(row[0], str.ljust, widths[0])
            + "".join(_fitted(cell, str.center, w) for cell, w in zip(row[1:], widths[1:], strict=True))
            for row in [head, *rows]
        ]
    else:
        joints, more = _shown(game)
        lines = [
            " · ".join(game.actions[i][k] for i, k in enumerate(joint)) + ":  " + _cell(game, joint) for joint in joints
        ]
        if more:
            lines.append(f"… {more} more joint actions")
    return "\n".join(line.rstrip() for line in lines)


def as_html(game: Game) -> str:
    """Write the payoff table as an HTML ``table``, with names escaped.

    Parameters
    ----------
    game : Game
        What to write. Of more than 64 joint actions the first 64 are shown, unless there are two players.

    Returns
    -------
    str

    Examples
    --------
    >>> from gametheory import Game
    >>> as_html(Game([[1]]))
    '<table><tr><th>player 1</th><th>payoffs</th></tr><tr><td>action 0</td><td>1</td></tr></table>'
    """
    title = f"<caption>{html.escape(game.title)}</caption>" if game.title else ""
    if game.n_players == _TWO:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in game.actions[1])
        rows = [
            f"<tr><th>{html.escape(name)}</th>"
            + "".join(f"<td>{html.escape(_cell(game, (r, c)))}</td>" for c in range(game.n_actions[1]))
            + "</tr>"
            for r, name in enumerate(game.actions[0])
        ]
        return f"<table>{title}<tr><th></th>{head}</tr>{''.join(rows)}</table>"
    head = "".join(f"<th>{html.escape(name)}</th>" for name in game.players)
    joints, more = _shown(game)
    rows = [
        "<tr>"
        + "".join(f"<td>{html.escape(game.actions[i][k])}</td>" for i, k in enumerate(joint))
        + f"<td>{html.escape(_cell(game, joint))}</td></tr>"
        for joint in joints
    ]
    if more:
        rows.append(f"<tr><td colspan={game.n_players + 1}>… {more} more</td></tr>")
    return f"<table>{title}<tr>{head}<th>payoffs</th></tr>{''.join(rows)}</table>"


def as_latex(game: Game) -> str:
    r"""Write the payoff table as a LaTeX ``array``.

    Parameters
    ----------
    game : Game
        What to write, all of it.

    Returns
    -------
    str

    Examples
    --------
    >>> from gametheory import Game
    >>> print(as_latex(Game([[1, Fraction(1, 2)]])))
    \begin{array}{l|l}
    \text{action 0} & 1 \\
    \text{action 1} & \frac{1}{2}
    \end{array}
    """
    if game.n_players == _TWO:
        columns = f"c|{'c' * game.n_actions[1]}"
        head = " & ".join(["", *map(_text, game.actions[1])]) + " \\\\\\hline\n"
        rows = [
            " & ".join([_text(name), *(_cell(game, (r, c), _latex, r",\,") for c in range(game.n_actions[1]))])
            for r, name in enumerate(game.actions[0])
        ]
    else:
        columns, head = "l|l", ""
        rows = [
            r",\ ".join(_text(game.actions[i][k]) for i, k in enumerate(joint))
            + " & "
            + _cell(game, joint, _latex, r",\,")
            for joint in np.ndindex(*game.n_actions)
        ]
    body = " \\\\\n".join(rows)
    return f"\\begin{{array}}{{{columns}}}\n{head}{body}\n\\end{{array}}"
