r"""Normal-form games.

A game of :math:`n` players with :math:`A_1, \dots, A_n` actions is one array of shape ``(n, *A)``: entry
``[i, a_1, ..., a_n]`` is the payoff of player :math:`i` when the joint action is :math:`(a_1, \dots, a_n)`.
Payoffs are maximised. They are ``float64``, or exact (``fractions.Fraction`` or SymPy expressions).
Conventions, e.g. action 0 = cooperate, are on the page :doc:`/conventions`.
"""

from __future__ import annotations

import numbers
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.names import Names, distinct, one_line
from gametheory.numbers import check_payoff, floats, fraction, is_symbolic, object_array, refuse_masked
from gametheory.tables import as_html, as_latex, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import sympy as sp
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Game"]

_TWO = 2


def _entries(payoffs: ArrayLike) -> NDArray[Any]:
    """Return `payoffs` as a fresh array that is float64, all `Fraction`, or all SymPy.

    Integers become fractions, because Python divides two integers into a float. Beside a symbol a float
    stands for the decimal it prints as.
    """
    refuse_masked(payoffs, "payoffs")
    try:
        array = np.array(payoffs, dtype=object)
    except ValueError as error:
        msg = "payoffs must form a full array (n, *A); some rows have unequal lengths"
        raise ValueError(msg) from error
    values: list[Any] = [float(value) if is_symbolic(value) and value.is_Float else value for value in array.flat]
    for value in values:
        check_payoff(value)
    if any(is_symbolic(value) and not value.is_Rational for value in values):
        import sympy as sp

        written = [value if is_symbolic(value) else sp.Rational(str(fraction(value))) for value in values]
        return object_array(written, array.shape)
    if all(is_symbolic(value) or isinstance(value, numbers.Rational) for value in values):
        return object_array([fraction(value) for value in values], array.shape)
    found = floats(array)
    if not np.isfinite(found).all():
        msg = f"payoffs must be numbers up to {sys.float_info.max:.2g}, some are larger"
        raise ValueError(msg)
    return found


def _sequence(names: Any, what: str) -> Any:
    if isinstance(names, str) or not np.iterable(names):
        msg = f"{what} must be a sequence of names, got {names!r:.60}"
        raise TypeError(msg)
    return names


def _names(names: Any, what: str) -> tuple[str, ...]:
    return tuple(map(str, _sequence(names, what)))


class Game:
    r"""A finite game in normal form.

    Parameters
    ----------
    payoffs : array_like, shape (n, A1, ..., An)
        Payoff of each player at each joint action. Integers, fractions and SymPy expressions keep the game
        exact; one float makes it ``float64``.
    players, actions : sequences of str, optional
        Names of the players, and for each player the names of its actions. Empty names, and names of which there are
        two, get numbers (players from 1, actions from 0); characters that steer a terminal are left out.
    title : str, optional
        Shown in tables and reports.
    assume : iterable of SymPy relations, optional
        Relations between symbolic payoffs, e.g. ``R > S``. Signs that follow from them are decided, others
        raise a ``ValueError`` when they are needed.

    Attributes
    ----------
    title : str
    players : tuple of str
    actions : tuple of tuples of str
        As they are shown.
    given : Names
        Title, players and actions as they were given: files keep these.

    Raises
    ------
    ValueError
        Payoffs that are not finite, or whose shape is not ``(n, A_1, ..., A_n)``.
    TypeError
        Payoffs that are not real numbers or SymPy expressions.

    Examples
    --------
    >>> game = Game.two_by_two(R=3, S=0, T=5, P=1)
    >>> game.n_players, game.n_actions, game.exact
    (2, (2, 2), True)
    >>> print(game)
                 cooperate  defect
    cooperate       3, 3     0, 5
    defect          5, 0     1, 1
    """

    def __init__(
        self,
        payoffs: ArrayLike,
        *,
        players: Sequence[str] | None = None,
        actions: Sequence[Sequence[str]] | None = None,
        title: str = "",
        assume: Iterable[Any] = (),
    ) -> None:
        array = _entries(payoffs)
        n = array.shape[0] if array.ndim else 0
        if n < 1 or array.ndim != n + 1 or 0 in array.shape:
            msg = (
                f"payoffs must have shape (n, A_1, ..., A_n), one axis of actions a player; got shape {array.shape}"
                + (f" with n = {n}, which needs {n + 1} axes" if n else "")
            )
            raise ValueError(msg)
        array.flags.writeable = False
        self.payoffs: NDArray[Any] = array
        self.assume: tuple[Any, ...] = tuple(assume)
        self.given = Names(
            str(title),
            _names(players, "players") if players else distinct([""] * n, "player", first=1),
            tuple(_names(names, "actions") for names in _sequence(actions, "actions"))
            if actions
            else tuple(distinct([""] * size, "action", first=0) for size in array.shape[1:]),
        )
        if len(self.given.players) != n:
            msg = f"players must name {n} players, got {len(self.given.players)}: {self.given.players}"
            raise ValueError(msg)
        if tuple(map(len, self.given.actions)) != array.shape[1:]:
            msg = f"actions must name {array.shape[1:]} actions, got {tuple(map(len, self.given.actions))}"
            raise ValueError(msg)
        self.title = one_line(self.given.title)
        self.players = distinct(self.given.players, "player", first=1)
        self.actions = tuple(distinct(names, "action", first=0) for names in self.given.actions)

    # ------------------------------------------------------------------ makers
    @classmethod
    def two_by_two(
        cls, R: Any, S: Any, T: Any, P: Any, *, assume: Iterable[Any] | None = None, title: str = ""
    ) -> Game:
        """Symmetric 2×2 game, numbers or symbols.

        Parameters
        ----------
        R, S, T, P : number or SymPy expression
            Payoff to self at (C, C), (C, D), (D, C), (D, D).
        assume : iterable of SymPy relations, optional
            For symbolic payoffs. By default R > S and T > P: the co-player's cooperation helps.
        title : str, optional
            Name of the game.

        Examples
        --------
        >>> Game.two_by_two(4, 0, 5, 1).payoffs[1, 0, 1]
        Fraction(5, 1)
        """
        for name, value in zip("RSTP", (R, S, T, P), strict=True):
            check_payoff(value, name)
        if assume is None:
            assume = (R > S, T > P) if any(map(is_symbolic, (R, S, T, P))) else ()
        undecided = tuple(relation for relation in assume if getattr(relation, "free_symbols", None))
        return cls(
            [[[R, S], [T, P]], [[R, T], [S, P]]],
            actions=[("cooperate", "defect")] * 2,
            assume=undecided,
            title=title,
        )

    @classmethod
    def from_bimatrix(cls, A: ArrayLike, B: ArrayLike | None = None, **names: Any) -> Game:
        """Two-player game from the row player's matrix `A` and the column player's `B`.

        Parameters
        ----------
        A : array_like, shape (m, k)
            Payoffs of the row player.
        B : array_like, shape (m, k), optional
            Payoffs of the column player, rows and columns as in `A`. Default: the symmetric game, ``B = A.T``.
        **names
            `players`, `actions`, `title`, `assume` as in :class:`Game`.

        Examples
        --------
        >>> Game.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]).is_symmetric
        False
        """
        for name, matrix in (("A", A), ("B", B)):
            refuse_masked(matrix, name)
        first = np.array(A, dtype=object)
        second = np.array(B, dtype=object) if B is not None else first.T
        if first.ndim != _TWO or first.shape != second.shape:
            msg = f"A and B must be matrices of one shape, got {first.shape} and {second.shape}"
            raise ValueError(msg)
        return cls(np.stack([first, second]), **names)

    def bind(self, **values: Any) -> Game:
        """Put numbers (or expressions) in the place of symbols.

        Raises
        ------
        ValueError
            An unknown symbol, or values that contradict the game's `assume`.

        Examples
        --------
        >>> import sympy as sp
        >>> R, S, T, P = sp.symbols("R S T P")
        >>> Game.two_by_two(R, S, T, P).bind(R=3, S=0, T=5, P=1) == Game.two_by_two(3, 0, 5, 1)
        True
        """
        self.check_parameters(values)
        for name, value in values.items():
            check_payoff(value, name)
        by_name = {symbol.name: symbol for symbol in self.symbols}
        replace = {by_name[name]: _entries([value])[0] for name, value in values.items()}
        entries = [entry.subs(replace) for entry in self.payoffs.flat] if replace else list(self.payoffs.flat)
        bound = object_array(entries, self.payoffs.shape)
        assume = [relation.subs(replace) for relation in self.assume]
        return self.replace(payoffs=bound, assume=[relation for relation in assume if relation.free_symbols])

    def replace(self, **changes: Any) -> Game:
        """Return a copy with some of `payoffs`, `players`, `actions`, `title`, `assume` changed.

        Examples
        --------
        >>> Game.two_by_two(3, 0, 5, 1).replace(title="mine").title
        'mine'
        """
        parts: dict[str, Any] = {"payoffs": self.payoffs, "assume": self.assume, **self.given._asdict()}
        return Game(**(parts | changes))

    def rational(self) -> Game:
        """Exact twin of a float game: each payoff is the decimal that it prints as.

        Examples
        --------
        >>> Game.two_by_two(1.0, -0.25, 2.0, 0.1).rational().payoffs[0, 1, 1]
        Fraction(1, 10)
        """
        if self.exact:
            return self
        exact = object_array([fraction(value) for value in self.payoffs.flat], self.payoffs.shape)
        return self.replace(payoffs=exact)

    # ------------------------------------------------------------------ what it is
    @property
    def n_players(self) -> int:
        """Number of players n."""
        return int(self.payoffs.shape[0])

    @property
    def n_actions(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        return self.payoffs.shape[1:]

    @property
    def exact(self) -> bool:
        """Whether payoffs are exact numbers or expressions."""
        return self.payoffs.dtype == object

    @cached_property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """Free symbols of the payoffs, sorted by name; empty for a numeric game."""
        found = (
            {s for entry in self.payoffs.flat if is_symbolic(entry) for s in entry.free_symbols}
            if self.exact
            else set()
        )
        return tuple(sorted(found, key=lambda s: s.name))

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the free symbols."""
        return tuple(symbol.name for symbol in self.symbols)

    @cached_property
    def numeric(self) -> NDArray[np.float64]:
        """Payoffs as float64; raises ``ValueError`` while symbols are unbound, or payoffs are too large."""
        if self.symbols:
            msg = f"the payoffs have unbound symbols {', '.join(self.parameters)}; call bind(...) first"
            raise ValueError(msg)
        try:
            array = self.payoffs.astype(np.float64)
        except OverflowError as error:
            msg = "some payoff is too large for a float; divide all payoffs by a number"
            raise ValueError(msg) from error
        array.flags.writeable = False
        return array

    @cached_property
    def is_symmetric(self) -> bool:
        """Whether every relabelling of the players leaves the game as it is.

        Transpositions of neighbouring players generate all relabellings, so only those are checked.
        """
        if len(set(self.n_actions)) > 1:
            return False
        for i in range(self.n_players - 1):
            order = list(range(self.n_players))
            order[i], order[i + 1] = order[i + 1], order[i]
            moved = self.payoffs[order].transpose(0, *(k + 1 for k in order))
            if any(a != b for a, b in zip(moved.flat, self.payoffs.flat, strict=True)):
                return False
        return True

    def check_parameters(self, values: Mapping[str, Any]) -> None:
        """Raise ``ValueError`` if a name in `values` is unknown or a number contradicts `assume`."""
        for name in values:
            if name not in self.parameters:
                msg = f"the game has no parameter {name!r}; it has {', '.join(self.parameters) or 'none'}"
                raise ValueError(msg)
        for relation in self.assume:
            names = {s.name for s in relation.free_symbols}
            if not names <= set(values):
                continue
            import sympy as sp

            symbols = sorted(relation.free_symbols, key=lambda s: s.name)
            holds = sp.lambdify(symbols, relation)(*(np.asarray(values[s.name], dtype=np.float64) for s in symbols))
            if not np.all(holds):
                msg = f"the values given contradict the assumption {relation}; build the game with another assume=[...]"
                raise ValueError(msg)

    def __eq__(self, other: object) -> bool:
        """Compare payoffs (and their shape); names and titles do not count."""
        if not isinstance(other, Game):
            return NotImplemented
        return self.payoffs.shape == other.payoffs.shape and bool(np.all(self.payoffs == other.payoffs))

    def __hash__(self) -> int:
        """Hash of the payoffs."""
        return hash((self.payoffs.shape, tuple(self.payoffs.flat)))

    # ------------------------------------------------------------------ how it looks
    def __repr__(self) -> str:
        """One line: what kind of game."""
        title = f"{self.title!r}, " if self.title else ""
        return f"Game({title}{'×'.join(map(str, self.n_actions))} actions, {'exact' if self.exact else 'float64'})"

    def __str__(self) -> str:
        """Payoff table in plain text."""
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)

    def to_latex(self) -> str:
        r"""Payoff table as a LaTeX ``array``: rows and columns for two players, else a list of joint actions.

        Examples
        --------
        >>> print(Game.two_by_two(3, 0, 5, 1).to_latex())
        \begin{array}{c|cc}
         & \text{cooperate} & \text{defect} \\\hline
        \text{cooperate} & 3,\,3 & 0,\,5 \\
        \text{defect} & 5,\,0 & 1,\,1
        \end{array}
        """
        return as_latex(self)
