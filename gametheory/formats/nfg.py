r"""Gambit's strategic game format, version 1.

White space separates and is otherwise free. The prologue holds ``NFG 1 R`` (or ``D``), the title, the players and
either the number of strategies of each player or their names; a comment may follow. The body lists, with the first
player's strategy varying fastest, either the payoffs of all players (*payoff form*) or the number of an outcome
(*outcome form*); outcome 0 pays nothing to anybody [1]_::

    NFG 1 R "Prisoner's dilemma" { "Row" "Column" } { 2 2 }
    3 3  5 0  0 5  1 1

    NFG 1 R "The same" { "Row" "Column" } { { "C" "D" } { "C" "D" } } "Any comment."
    { { "reward" 3, 3 } { "temptation" 5, 0 } { "sucker" 0, 5 } { "punishment" 1, 1 } }
    1 2 3 4

Numbers are integers, decimals (``0.25``, ``1e-3``) or fractions (``1/3``) and are read exactly. Inside quotes ``\"``
stands for a quote and ``\\`` for a backslash.

References
----------
.. [1] R. D. McKelvey, A. M. McLennan and T. L. Turocy, *Gambit: Software Tools for Game Theory*, "Game representation
   formats: the strategic game (.nfg) file format", payoff version and outcome version.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any, NamedTuple, NoReturn

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

__all__ = ["dumps_nfg", "loads_nfg"]

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<symbol>[{},])|(?P<word>[^\s{},"]+)|(?P<open>")|\Z)', re.DOTALL
)


class _Token(NamedTuple):
    kind: str  # "text" (unquoted already), "symbol", "word" or "end"
    value: str
    line: int

    def __str__(self) -> str:
        return "the end of the file" if self.kind == "end" else short(self.value)


class _Tokens:
    """The tokens of a ``.nfg`` text, one ahead."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.position, self.line = 0, 1
        self.next = _Token("end", "", 1)
        self.take()

    def fail(self, problem: str) -> NoReturn:
        """Raise an error at the token ahead."""
        raise FormatError(self.source, self.next.line, problem)

    def take(self) -> _Token:
        """Return the token ahead and move on."""
        taken = self.next
        match = _TOKEN.match(self.text, self.position)
        assert match  # noqa: S101 - some alternative fits anything
        kind = match.lastgroup or "end"
        raw = match[kind] if match.lastgroup else ""
        line = self.line + match[0].count("\n") - raw.count("\n")  # where the token begins
        value = re.sub(r'\\(["\\])', r"\1", raw[1:-1]) if kind == "text" else raw
        self.next = _Token(kind, value, line)
        if kind == "open":
            self.fail("the quotes that open here are never closed")
        self.position = match.end()
        self.line += match[0].count("\n")
        return taken

    def expect(self, kind: str, what: str, value: str | None = None) -> str:
        """Return the value of the token ahead, which must be of this kind."""
        if self.next.kind != kind or value not in {None, self.next.value}:
            self.fail(f"expected {what}, found {self.next}")
        return self.take().value

    def ahead(self, symbol: str) -> bool:
        """Tell whether the token ahead is this brace or comma."""
        return self.next.kind == "symbol" and self.next.value == symbol

    def names(self, what: str) -> list[str]:
        """Return a list of quoted names in braces."""
        self.expect("symbol", f"'{{' before {what}", "{")
        found = []
        while self.next.kind == "text":
            found.append(self.take().value)
        self.expect("symbol", f'a quoted name or \'}}\' in {what}, e.g. {{ "a" "b" }}', "}")
        return found

    def number(self, what: str) -> Fraction:
        """Return the number ahead."""
        if self.next.kind != "word":
            self.fail(f"expected {what}, found {self.next}")
        try:
            value = number(self.next.value)
        except ValueError as error:
            self.fail(f"{what}: {error}")
        self.take()
        return value

    def integer(self, what: str, low: int, high: int) -> int:
        """Return the integer ahead, which must lie between `low` and `high`."""
        line = self.next.line
        value = self.number(what)
        if value.denominator != 1 or not low <= value <= high:
            raise FormatError(self.source, line, f"{what} must be an integer from {low} to {high}, found {value}")
        return int(value)


def loads_nfg(text: str, source: str = "<text>") -> Game:
    r"""Read a game from text in Gambit's format.

    Parameters
    ----------
    text : str
        The content of a ``.nfg`` file.
    source : str
        Name of the file for messages.

    Raises
    ------
    FormatError
        Text that is not such a game.

    Examples
    --------
    >>> print(loads_nfg('NFG 1 R "Chicken" { "Ann" "Bob" } { 2 2 }  3 3  4 1  1 4  0 1/2'))
              action 0  action 1
    action 0    3, 3      1, 4
    action 1    4, 1     0, 1/2
    """
    tokens = _Tokens(text.removeprefix(BYTE_ORDER_MARK), source)
    tokens.expect("word", "'NFG' at the beginning of the file", "NFG")
    tokens.expect("word", "version 1 of the format", "1")
    if tokens.next.value not in {"R", "D"}:
        tokens.fail(f"expected the number type R or D, found {tokens.next}")
    tokens.take()
    title = tokens.expect("text", "the title in quotes")
    players = tokens.names("the list of players")
    if not 1 <= len(players) <= MAX_PLAYERS:
        tokens.fail(f"the game has {len(players)} players; allowed are 1 to {MAX_PLAYERS}")
    counts, actions = _strategies(tokens, players)
    size = math.prod(counts)
    if size * len(players) > MAX_NUMBERS:
        tokens.fail(
            f"{' × '.join(map(str, counts))} strategies need {size * len(players)} payoffs, more than {MAX_NUMBERS}"
        )
    if tokens.next.kind == "text":
        tokens.take()  # the comment
    if tokens.ahead("{"):
        flat = _outcome_body(tokens, size, len(players))
    else:
        flat = [tokens.number(f"payoff {k + 1} of {size * len(players)}") for k in range(size * len(players))]
    if tokens.next.kind != "end":
        tokens.fail(f"the game is complete, but {tokens.next} follows; is a number of strategies too small?")
    # the first player's strategy varies fastest, the payoffs of one joint strategy stand together
    payoffs = object_array(flat, (*reversed(counts), len(players))).T
    return Game(payoffs, players=players, actions=actions, title=title)


def _strategies(tokens: _Tokens, players: list[str]) -> tuple[list[int], list[list[str]] | None]:
    """Read the numbers of strategies, or their names."""
    tokens.expect("symbol", "'{' before the strategies", "{")
    actions: list[list[str]] = []
    counts: list[int] = []
    while not tokens.ahead("}"):
        if len(counts) == len(players):
            tokens.fail(f"strategies are listed for more than the {len(players)} players")
        if tokens.ahead("{") and len(actions) == len(counts):
            actions.append(tokens.names(f"the strategies of player {len(counts) + 1}"))
            counts.append(len(actions[-1]))
            if not counts[-1]:
                tokens.fail(f"player {len(counts)} has no strategies; allowed are 1 or more")
        elif actions:
            tokens.fail(
                f"expected the names of the strategies of player {len(counts) + 1} in braces, found {tokens.next}"
            )
        else:
            counts.append(tokens.integer(f"the number of strategies of player {len(counts) + 1}", 1, MAX_NUMBERS))
    if len(counts) != len(players):
        tokens.fail(f"strategies are listed for {len(counts)} of {len(players)} players")
    tokens.take()
    return counts, actions or None


def _outcome_body(tokens: _Tokens, size: int, n: int) -> list[Fraction]:
    """Read the list of outcomes and the outcome of every joint strategy."""
    outcomes = [[Fraction(0)] * n]  # outcome 0
    tokens.take()
    while tokens.ahead("{"):
        tokens.take()
        tokens.expect("text", f"the name of outcome {len(outcomes)} in quotes (it may be empty)")
        payoffs = []
        for i in range(n):
            if i and tokens.ahead(","):
                tokens.take()
            payoffs.append(tokens.number(f"the payoff of player {i + 1} in outcome {len(outcomes)}"))
        tokens.expect("symbol", f"'}}' after the {n} payoffs of outcome {len(outcomes)}", "}")
        outcomes.append(payoffs)
    tokens.expect("symbol", "'{' before an outcome or '}' after the last", "}")
    last = len(outcomes) - 1
    flat: list[Fraction] = []
    for k in range(size):
        flat += outcomes[tokens.integer(f"outcome of joint strategy {k + 1} of {size}", 0, last)]
    return flat


def dumps_nfg(game: Game, *, comment: str = "") -> str:
    """Write a game as text in Gambit's format, payoff form with names.

    Floats are written as the shortest decimal that is the same float; read again they are exact decimals.

    Parameters
    ----------
    game : Game
        Numeric payoffs.
    comment : str
        Written after the strategies.

    Raises
    ------
    ValueError
        A symbolic game.

    Examples
    --------
    >>> print(dumps_nfg(Game.two_by_two(3, 0, 5, 1, title="Dilemma")))
    NFG 1 R "Dilemma" { "player 1" "player 2" }
    { { "cooperate" "defect" } { "cooperate" "defect" } }
    <BLANKLINE>
    3 3
    5 0
    0 5
    1 1
    <BLANKLINE>
    """
    require_numbers(game)
    title, players, names = game.given
    actions = " ".join(map(_quoted_list, names))
    lines = [f"NFG 1 R {_quoted(title)} {_quoted_list(players)}", f"{{ {actions} }}"]
    lines += [_quoted(comment)] if comment else []
    rows = game.payoffs.T.reshape(-1, game.n_players)  # T: the first player's strategy varies fastest
    lines += ["", *(" ".join(map(_plain, row)) for row in rows), ""]
    return "\n".join(lines)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _quoted_list(names: tuple[str, ...]) -> str:
    return "{ " + " ".join(map(_quoted, names)) + " }"


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, Fraction) else repr(float(value))
