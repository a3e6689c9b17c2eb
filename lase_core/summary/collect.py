"""Collect what is known about a game and the LASE learning dynamics on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from gametheory import Game, analysis, catalogue, equilibria, reward_transfer, rules
from gametheory.objective import MatrixObjective
from gametheory.transfer import SocialRelationship
from lase_core.summary.numbers import number
from lase_core.summary.write import as_dict, as_latex, as_text

if TYPE_CHECKING:
    from gametheory.analysis import RestPoint, RestPoints
    from gametheory.equilibria import NashEquilibria
    from gametheory.field import Field

__all__ = ["Summary", "summarise"]


def _sharing(game: Game) -> str:
    found = reward_transfer.equal_sharing(game)
    return "strictly dominant" if found.strict else "weakly dominant" if found.dominant else "not dominant"


_LARGEST = 3  # dimension up to which rest points are searched to the end
_LARGEST_SEARCH = 6  # coordinates of fields in which points are looked for from many starts
_GROWTH = 1e-6  # of the payoff range: eigenvalues by finite differences are known to about 1e-9 of it
_ROUNDING = 1e-8  # of the payoff range: smaller rates of growth are rounding
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
        """Symmetric reduction of the field of a symmetric game, to one policy that all players have; else None."""
        return self.field.diagonal() if self.game.is_symmetric else None

    @cached_property
    def analysed(self) -> Field | None:
        """The field whose rest points are found: all of the whole, or of the diagonal, if that is small, else some."""
        small = [f for f in (self.field, self.diagonal) if f is not None and f.space.dimension <= _LARGEST]
        some = [self.field] if self.field.space.dimension <= _LARGEST_SEARCH else []
        return next(iter(small + some), None)

    @property
    def only_diagonal(self) -> bool:
        """Whether rest points are found for profiles with all players alike only."""
        return self.analysed is not None and self.analysed is not self.field

    @cached_property
    def points(self) -> RestPoints | None:
        """Rest points of :attr:`analysed`."""
        return None if self.analysed is None else analysis.rest_points(self.analysed)

    def growth_of_differences(self, point: RestPoint) -> float:
        """Largest real part of an eigenvalue of the whole natural field at a rest point of the diagonal (numeric).

        Parameters
        ----------
        point : RestPoint
            Of :attr:`diagonal`.

        Returns
        -------
        float
            Above zero: a small difference between players grows, whatever the diagonal alone says. Zero where it is
            rounding, below 1e-8 of the payoff range.
        """
        jacobian = self.field.jacobian(np.tile(point.x, self.game.n_players))
        growth = float(np.linalg.eigvals(jacobian).real.max())
        return growth if abs(growth) > _ROUNDING * self.payoff_range else 0.0

    @cached_property
    def payoff_range(self) -> float:
        """Largest payoff less the smallest: what rates are measured by."""
        return float(np.ptp(self.game.numeric))

    # ------------------------------------------------------------------ symbols
    @cached_property
    def symbolic(self) -> Game:
        """The 2×2 game with symbols for payoffs, and the order of its payoffs as far as weights need it."""
        if self.game.is_symmetric:
            R, S, T, P = sp.symbols("R S T P")
            order = self._order(((R, (0, 0, 0)), (S, (0, 0, 1))), ((T, (0, 1, 0)), (P, (0, 1, 1))))
            return Game.two_by_two(R, S, T, P, assume=order).replace(**self.game.given._asdict())
        a, b = sp.symbols("a_CC a_CD a_DC a_DD"), sp.symbols("b_CC b_CD b_DC b_DD")
        order = self._order(
            *(((a[2 * k], (0, k, 0)), (a[2 * k + 1], (0, k, 1))) for k in (0, 1)),
            *(((b[k], (1, 0, k)), (b[2 + k], (1, 1, k))) for k in (0, 1)),
        )
        return Game.from_bimatrix([a[:2], a[2:]], [b[:2], b[2:]], assume=order, **self.game.given._asdict())

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
        slope = on_diagonal.coeff_monomial(p)
        return (on_diagonal.coeff_monomial(1), -slope) if slope != 0 else None

    # ------------------------------------------------------------------ words
    @property
    def outlook(self) -> str:
        """What learners will do, in words."""
        if self.points is None:
            return (
                f"Rest points are looked for in games with at most {_LARGEST_SEARCH} coordinates, and on the diagonal "
                "of symmetric games with at most four actions."
            )
        if self.only_diagonal:
            return self._with_all_alike()
        sinks = self.points.sinks
        cycles = f"; {self._cycles()}" if self.field.space.dimension == 2 else ""
        places = [_place(s) for s in sinks]
        if not sinks:
            words = self._without_sinks()
        elif len(sinks) == 1:
            words = f"The only rest point proved to attract is {places[0]}{cycles or '.'}"
        elif self.is_two_by_two and self.game.is_symmetric and _mirrored(*sinks):
            words = (
                f"Symmetry breaks: learners end at {places[0]} or at {places[1]}{cycles} "
                "Who starts as the larger contributor stays it; equal starts are torn apart by chance."
            )
        else:
            words = f"The start decides between {len(sinks)} attractors, {' and '.join(places)}{cycles or '.'}"
        return words + self._open_questions()

    def _cycles(self) -> str:
        where = "square" if self.is_two_by_two else "triangle"
        inside = (
            f"no closed orbit lies inside the {where}" if self._no_cycles else "closed orbits inside are not excluded"
        )
        return f"{inside} (Dulac's criterion)."

    @cached_property
    def _no_cycles(self) -> bool:
        """Whether it is shown that no closed orbit lies inside; False where the criterion does not serve."""
        plane = self.analysed is not None and self.analysed.space.dimension == 2
        return plane and self.analysed is not None and analysis.excludes_cycles(self.analysed)

    def _with_all_alike(self) -> str:
        """Outlook on the diagonal."""
        sinks = self.points.sinks if self.points is not None else ()
        first = self.game.actions[0]
        if len(first) == 2:
            places = [number(s.location[0]) for s in sinks]
            ends = " or ".join(places) or "no attracting point"
            words = f"With all players alike the flow ends with probability of {first[0]!r}: {ends}."
        else:
            places = [_policy(s) for s in sinks]
            what = " or ".join(places) or "no point that is proved to attract"
            centre = not sinks and any(p.stability == "centre" for p in self.points or ())
            ends = "circles around a centre" if centre else f"ends at {what}"
            words = f"With all players alike the flow {ends}, probabilities of {', '.join(map(repr, first))}"
            flat = self.analysed is not None and self.analysed.space.dimension == 2
            words += f"; {self._cycles()}" if flat and not centre else "."
        leaving = [
            p for p, s in zip(places, sinks, strict=True) if self.growth_of_differences(s) > _GROWTH * self.payoff_range
        ]
        if leaving:
            words += f" But differences between players grow at {' and '.join(leaving)}: real learners leave it."
        return words + self._open_questions()

    def _without_sinks(self) -> str:
        if any(p.stability == "centre" for p in self.points or ()):
            return "No rest point attracts: learners circle around a centre."
        if self._no_cycles and not self._open_questions():
            return (
                "No rest point attracts, and no closed orbit lies inside the square (Dulac's criterion): learners "
                "come back to its border again and again."
            )
        return "No rest point is proved to attract."

    def _open_questions(self) -> str:
        """Name what may attract besides the sinks: points left undetermined, continua, and what was not found."""
        if self.points is None:
            return ""
        open_ = [p for p in self.points if p.stability == "undetermined"]
        growth = _GROWTH * self.payoff_range  # faster, and they repel
        points = [_place(p) for p in open_ if max(np.real(p.eigenvalues), default=0) <= growth]
        # a corner of the square that lies on a continuum is not a question of its own
        curves = [str(c) for c in self.points.continua]
        undetermined = f" Undetermined: {', '.join(points)}." if points else ""
        continua = f" Continua of rest points: {'; '.join(curves)}." if curves else ""
        left = "the search left parts undecided" if self.points.undecided else "these were met from many starts"
        others = "" if self.points.complete else f" There may be other rest points: {left}."
        return undetermined + continua + others

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


def _place(point: RestPoint) -> str:
    return f"({', '.join(map(number, point.location))})"


def _policy(point: RestPoint) -> str:
    """Write the one policy that all players have, with its last probability."""
    return f"({', '.join(map(number, (*point.location, 1 - sum(point.location))))})"


def _mirrored(*sinks: RestPoint) -> bool:
    """Whether two rest points differ only in who is who."""
    if len(sinks) != 2:
        return False
    one, other = sinks
    exact = one.exact and other.exact
    return one.location == other.location[::-1] if exact else bool(np.allclose(one.x, other.x[::-1], atol=1e-9, rtol=0))


def summarise(game: Game, transfer: SocialRelationship | None = None) -> Summary:
    """Analyse a game.

    Parameters
    ----------
    game : Game
        With numbers for payoffs.
    transfer : SocialRelationship, optional
        LASE with exact estimates if not given.

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
    The only rest point proved to attract is (2/3, 2/3); no closed orbit lies inside the square (Dulac's criterion).
    """
    if game.symbols:
        msg = f"analysis needs numbers; bind {', '.join(game.parameters)} first"
        raise ValueError(msg)
    return Summary(game, transfer if transfer is not None else SocialRelationship())
