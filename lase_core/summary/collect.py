"""Collect what is known about a game and the LASE learning dynamics on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sympy as sp

from gametheory import Game, analysis, catalogue, equilibria, reward_transfer, rules
from gametheory.objective import MatrixObjective
from gametheory.transfer import SocialRelationship
from lase_core.summary.numbers import number
from lase_core.summary.write import as_dict, as_latex, as_text

if TYPE_CHECKING:
    from gametheory.analysis import RestPoints
    from gametheory.equilibria import NashEquilibria
    from gametheory.field import Field

__all__ = ["Summary", "summarise"]


def _sharing(game: Game) -> str:
    found = reward_transfer.equal_sharing(game)
    return "strictly dominant" if found.strict else "weakly dominant" if found.dominant else "not dominant"


_OTHER_MEANS: dict[str, Callable[[Game], str]] = {
    "equal shares": _sharing,
    "symmetric shares": lambda game: f"keep at most {number(reward_transfer.symmetric_self_interest(game).value)}",
    "general shares": lambda game: f"keep at most {number(reward_transfer.general_self_interest(game).value)}",
    "contract": lambda game: f"a lone defector pays {number(reward_transfer.contract(game).value)}",
    "selfishness level": lambda game: (
        f"{number(reward_transfer.selfishness_level(game).value)}, the weight of welfare that makes an optimum a Nash "
        "equilibrium"
    ),
}


@dataclass(frozen=True)
class Summary:
    """What is known about a game and the learning dynamics on it; made by :func:`summarise`."""

    game: Game
    """The game, with numbers for payoffs."""
    transfer: SocialRelationship
    """The transfer analysed."""

    @cached_property
    def classification(self) -> catalogue.Classification:
        """Which dilemma it is."""
        return catalogue.classify(self.game)

    @cached_property
    def nash(self) -> NashEquilibria:
        """Nash equilibria of the game itself."""
        return equilibria.nash(self.game)

    @cached_property
    def other_means(self) -> dict[str, str]:
        """What it would take, by other theories, to make everybody's first action dominant, or an optimum stable."""
        found: dict[str, str] = {}
        for name, write in _OTHER_MEANS.items():
            try:
                found[name] = write(self.game)
            except ValueError as error:  # the theory has no answer for this game, and says why
                found[name] = str(error).partition(": ")[0]
        return found

    @cached_property
    def field(self) -> Field:
        """LASE learners' natural policy gradient."""
        return rules.policy_gradient(self.game, self.transfer)

    @cached_property
    def is_two_by_two(self) -> bool:
        """Whether the game has two players with two actions."""
        return self.game.n_actions == (2, 2)

    @cached_property
    def diagonal(self) -> Field | None:
        """Symmetric reduction of the field of a symmetric game with two actions, else None."""
        two_actions = set(self.game.n_actions) == {2}
        return self.field.diagonal() if self.game.is_symmetric and two_actions else None

    @cached_property
    def points(self) -> RestPoints | None:
        """All rest points of a 2×2 game; those with all players alike of a symmetric one with more players."""
        if self.is_two_by_two:
            return analysis.rest_points(self.field)
        return analysis.rest_points(self.diagonal) if self.diagonal is not None else None

    # ------------------------------------------------------------------ symbols
    @cached_property
    def symbolic(self) -> Game:
        """The 2×2 game with symbols for payoffs, and the order of its payoffs as far as weights need it."""
        if self.game.is_symmetric:
            R, S, T, P = sp.symbols("R S T P")
            return Game.two_by_two(
                R, S, T, P, assume=self._order(((R, (0, 0, 0)), (S, (0, 0, 1))), ((T, (0, 1, 0)), (P, (0, 1, 1))))
            )
        a, b = sp.symbols("a_CC a_CD a_DC a_DD"), sp.symbols("b_CC b_CD b_DC b_DD")
        order = self._order(
            *(((a[2 * k], (0, k, 0)), (a[2 * k + 1], (0, k, 1))) for k in (0, 1)),
            *(((b[k], (1, 0, k)), (b[2 + k], (1, 1, k))) for k in (0, 1)),
        )
        return Game.from_bimatrix([a[:2], a[2:]], [b[:2], b[2:]], assume=order)

    def _order(self, *pairs: Any) -> list[Any]:
        """Relations between pairs of symbols that hold for the payoffs at the given places."""
        relations = []
        for (one, here), (other, there) in pairs:
            gap = self.game.payoffs[here] - self.game.payoffs[there]
            relations.append(sp.Eq(one, other) if gap == 0 else one > other if gap > 0 else other > one)
        return relations

    @cached_property
    def symbolic_gradient(self) -> tuple[sp.Expr, ...]:
        """Own gradients with symbols."""
        gradient = MatrixObjective(self.symbolic, self.transfer).expressions()
        if gradient is None:  # pragma: no cover  (share transfers of this project take symbols)
            msg = f"{self.transfer!r} has no closed form"
            raise ValueError(msg)
        return gradient

    @cached_property
    def closed_form(self) -> tuple[sp.Expr, sp.Expr] | None:
        """Numerator a and denominator b, with symbols, of p* where g(p) = a - b p on the diagonal.

        None for games that are not symmetric 2×2, or where g is not linear in p.
        """
        if not (self.is_two_by_two and self.game.is_symmetric):
            return None
        p = sp.Symbol("p")
        on_diagonal = sp.Poly(self.symbolic_gradient[0].subs(dict.fromkeys(self.field.space.symbols, p)), p)
        if on_diagonal.degree() > 1:
            return None
        return on_diagonal.coeff_monomial(1), -on_diagonal.coeff_monomial(p)

    # ------------------------------------------------------------------ words
    @property
    def outlook(self) -> str:
        """What learners will do, in words."""
        if self.points is None:
            return "Rest points are found for 2×2 games, and on the diagonal of symmetric games with two actions."
        sinks = self.points.sinks
        if not self.is_two_by_two:
            ends = " or ".join(number(s.location[0]) for s in sinks) or "no attracting point"
            return f"Learners that start alike end with probability of {self.game.actions[0][0]!r}: {ends}."
        no_cycles = "no cycle is possible (Dulac's criterion)"
        cycles = no_cycles if analysis.excludes_cycles(self.field) else "cycles are not excluded by Dulac's criterion"
        if not sinks:
            centre = any(p.stability == "centre" for p in self.points)
            what = "learners circle around a centre" if centre else f"see the undetermined points; {cycles}"
            return f"No rest point is proved to attract: {what}."
        places = [f"({number(s.location[0])}, {number(s.location[1])})" for s in sinks]
        if len(sinks) == 1:
            return f"The only attracting rest point is {places[0]}; {cycles}."
        if self.game.is_symmetric and len(sinks) == 2 and sinks[0].location == sinks[1].location[::-1]:
            return (
                f"Symmetry breaks: learners end at {places[0]} or at {places[1]}; {cycles}. "
                "Who starts as the larger contributor stays it; equal starts are torn apart by chance."
            )
        return f"The start decides between {len(sinks)} attractors, {' and '.join(places)}; {cycles}."

    # ------------------------------------------------------------------ writing
    def text(self) -> str:
        """Write everything for a terminal."""
        return as_text(self)

    def latex(self) -> str:
        """Write the derivation with symbols, then the numbers; ``ValueError`` for a game that is not 2×2."""
        return as_latex(self)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain dictionaries, lists, strings and numbers."""
        return as_dict(self)


def summarise(game: Game, transfer: SocialRelationship | None = None) -> Summary:
    """Analyse a game.

    Parameters
    ----------
    game : Game
        With numbers for payoffs.
    transfer : SocialRelationship, optional
        LASE as published if not given.

    Returns
    -------
    Summary

    Raises
    ------
    ValueError
        Payoffs with unbound symbols.

    Examples
    --------
    >>> found = summarise(catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1))
    >>> found.closed_form
    (-P + S + T, -P - R + S + 2*T)
    >>> print(found.outlook)
    The only attracting rest point is (2/3, 2/3); no cycle is possible (Dulac's criterion).
    """
    if game.symbols:
        msg = f"analysis needs numbers; bind {', '.join(game.parameters)} first"
        raise ValueError(msg)
    return Summary(game, transfer if transfer is not None else SocialRelationship())
