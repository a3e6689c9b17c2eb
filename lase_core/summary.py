"""Everything `lase analyse` says about one game: class, Nash equilibria, learning field, rest points, gifts.

:func:`summarise` collects; the :class:`Summary` writes it as text, LaTeX or JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sympy as sp

from gametheory import Game, analysis, catalogue, equilibria, rules
from gametheory.objective import MatrixObjective
from gametheory.transfer import SocialRelationship

if TYPE_CHECKING:
    from gametheory.analysis import RestPoint, RestPoints
    from gametheory.equilibria import NashEquilibria
    from gametheory.field import Field

__all__ = ["Summary", "readable", "summarise"]

_SHORT = 14  # characters of an exact number that is still easier to read than digits
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MAX_LENGTH = 300  # characters of a formula that is still worth printing


def readable(expression: Any) -> str:
    """Write a polynomial on one line as people do: p1² p2 - 3 p1.

    Parameters
    ----------
    expression : SymPy expression
        Polynomial in a few symbols.

    Returns
    -------
    str

    Examples
    --------
    >>> p1, p2 = sp.symbols("p1 p2")
    >>> readable(p1**2 * p2 - 3 * p1 / 2 + 1)
    'p1² p2 - 3/2 p1 + 1'
    """
    polynomial = sp.Poly(expression, *sorted(expression.free_symbols, key=str)) if expression.free_symbols else None
    if polynomial is None:
        return number(expression)
    text = ""
    for powers, coefficient in polynomial.terms():
        factors = [
            str(s) + (str(k).translate(_SUPERSCRIPTS) if k > 1 else "")
            for s, k in zip(polynomial.gens, powers, strict=True)
            if k
        ]
        size = abs(coefficient)
        body = " ".join([*([str(size)] if size != 1 or not factors else []), *factors])
        sign = "-" if coefficient < 0 else "+"
        text += f" {sign} {body}" if text else (f"-{body}" if coefficient < 0 else body)
    return text


def number(value: Any) -> str:
    """Write an exact number exactly if that is short, with its decimals beside it if it is not an integer.

    Examples
    --------
    >>> number(sp.Rational(2, 3)), number(sp.Integer(2)), number(0.25)
    ('2/3', '2', '0.25')
    """
    text = str(value)
    if isinstance(value, float):
        return f"{value:.5g}"
    if len(text) <= _SHORT:
        return text
    approximate = complex(value)
    if abs(approximate.imag) > 1e-14:
        return f"{approximate.real:.5g} {'+' if approximate.imag > 0 else '-'} {abs(approximate.imag):.5g}i"
    return f"{approximate.real:.5g}"


def _json_number(value: Any) -> dict[str, Any]:
    approximate = complex(value)
    plain = approximate.real if abs(approximate.imag) < 1e-14 else [approximate.real, approximate.imag]
    return {"exact": None if isinstance(value, float) else str(value), "value": plain}


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
        if (
            self.game.is_symmetric
            and len(sinks) == 2
            and sinks[0].location == sinks[1].location[::-1] != sinks[0].location
        ):
            return (
                f"Symmetry breaks: learners end at {places[0]} or at {places[1]}; {cycles}. "
                "Who starts as the larger contributor stays it; equal starts are torn apart by chance."
            )
        return f"The start decides between {len(sinks)} attractors, {' and '.join(places)}; {cycles}."

    def _gift_lines(self, point: RestPoint) -> list[str]:
        found = point.gifts
        if found is None:
            return []
        n = len(found.payoffs)
        if not found.flow.any():
            return [
                f"no gifts flow     payoffs {', '.join(number(v) for v in found.payoffs)}; welfare {number(found.welfare)}"
            ]
        pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
        weights = ", ".join(f"{i + 1}→{j + 1}: {number(found.weights[i, j])}" for i, j in pairs)
        flows = ", ".join(f"{i + 1}→{j + 1}: {number(found.flow[i, j])}" for i, j in pairs)
        return [
            f"mean gift weight  {weights}",
            f"reward given      {flows}",
            f"net gift          {', '.join(number(v) for v in found.net)}",
            f"kept share        {', '.join(number(v) for v in found.kept)}",
            f"payoffs           {', '.join(number(v) for v in found.payoffs)} (after gifts {', '.join(number(v) for v in found.totals)})",
            f"welfare           {number(found.welfare)}"
            + (
                f", equality {found.equality:.3g} (after gifts {found.equality_after:.3g})"
                if found.equality is not None and found.equality_after is not None
                else ""
            ),
        ]

    def _field_lines(self) -> list[str]:
        names, gradient = self.field.space.names, self.field.advantages
        if self.is_two_by_two and gradient is not None:
            lines = [f"d{p}/dt = {p} (1 - {p}) g{k + 1}" for k, p in enumerate(names)]
            lines += [f"g{k + 1} = {readable(g)}" for k, g in enumerate(gradient)]
        elif self.diagonal is None or self.diagonal.advantages is None:
            return [f"{self.field.smoothness}, {self.field.space.dimension} coordinates: {', '.join(names)}"]
        else:
            lines = ["dp/dt = p (1 - p) g on the diagonal, all players alike"]
        if self.diagonal is not None and self.diagonal.advantages is not None:
            lines.append(f"all alike: g(p) = {readable(self.diagonal.advantages[0])}")
        if self.closed_form is not None:
            top, bottom = map(_ordered, self.closed_form)
            lines.append(f"with symbols: p* = ({top})/({bottom}){self._value_of(*self.closed_form)}")
        return lines

    def _value_of(self, numerator: sp.Expr, denominator: sp.Expr) -> str:
        """Put the numbers into p*: where it lies inside (0, 1) it is a rest point."""
        values = dict(zip(self.symbolic.payoffs.flat, self.game.rational().payoffs.flat, strict=True))
        top, bottom = numerator.subs(values), denominator.subs(values)
        if bottom == 0:
            return ": 0 in the denominator here, no rest point inside the diagonal"
        value = top / bottom
        return f" = {number(value)}" + ("" if 0 < value < 1 else ": outside (0, 1), no rest point inside the diagonal")

    def text(self) -> str:
        """Write everything for a terminal.

        Returns
        -------
        str
        """
        title = self.game.title or "game"
        parts = [
            title,
            "=" * len(title),
            "",
            str(self.game),
            "",
            f"class: {self.classification}",
            "",
            str(self.nash),
            "",
        ]
        parts += [
            f"LASE learning field ({self.transfer!r}, natural policy gradient)",
            *("  " + line for line in self._field_lines()),
            "",
        ]
        if self.points is not None:
            where = "" if self.is_two_by_two else " with all players alike"
            parts.append(
                f"rest points{where} ({'complete' if self.points.complete else 'not proved complete'}: {self.points.method})"
            )
            for point in self.points:
                parts += self._point_lines(point)
            parts += [f"  continuum: {c}" for c in self.points.continua]
            parts.append("")
        parts.append(self.outlook)
        return "\n".join(parts)

    def _point_lines(self, point: RestPoint) -> list[str]:
        place = "(" + ", ".join(number(v) for v in point.location) + ")"
        kind = point.stability if point.kind in {point.stability, "degenerate"} else f"{point.stability} {point.kind}"
        digits = "" if all(v.is_integer for v in point.x) else " ≈ (" + ", ".join(f"{v:.4f}" for v in point.x) + ")"
        lines = [
            f"  {place}{digits}  {kind}, {point.face}; eigenvalues {', '.join(number(v) for v in point.eigenvalues)}"
        ]
        if point.transversal:
            signs = (
                f"{name}: g = {number(g)} ({'leaves' if (g > 0) == (v == 0) and g != 0 else 'stays' if g != 0 else 'undecided'})"
                for (name, g), v in zip(point.transversal.items(), _fixed_values(point), strict=True)
            )
            lines.append(f"      across   {', '.join(signs)}")
        if point.stability in {"sink", "centre"} or point.face == "interior":
            lines += [f"      {line}" for line in self._gift_lines(point)]
        return lines

    def latex(self) -> str:
        """Write the derivation with symbols, then the numbers.

        Returns
        -------
        str
            LaTeX to be read inside a document.

        Raises
        ------
        ValueError
            A game that is not 2×2.
        """
        if not self.is_two_by_two:
            msg = f"the derivation is written for 2×2 games, this one has {'×'.join(map(str, self.game.n_actions))} actions"
            raise ValueError(msg)
        p1, p2 = self.field.space.symbols
        names = {p1: "p_1", p2: "p_2"}
        regime = r",\quad ".join(_latex(relation) for relation in self.symbolic.assume)
        lines = [
            "% The LASE learning field of a 2x2 game, derived with symbols",
            r"\[" + self.symbolic.to_latex() + r"\qquad " + regime + r"\]",
            r"\[\omega_{ij} = \frac{Q_i(a) - \sum_b \hat\pi_j(b)\, Q_i(a_{-j}, b)}{\max_b Q_i(a_{-j}, b) - \min_b Q_i(a_{-j}, b)},"
            r"\qquad w_{ij} = \max(\omega_{ij}, 0),\qquad r_j^{tot} = \sum_i w_{ij} r_i\]",
            r"\begin{align*}",
            r"\dot p_i &= p_i (1 - p_i)\, g_i \\",
            " \\\\\n".join(
                f"g_{k + 1} &= {_latex(sp.collect(g, (p1, p2)), symbol_names=names)}"
                for k, g in enumerate(self.symbolic_gradient)
            ),
            r"\end{align*}",
        ]
        if self.closed_form is not None:
            top, bottom = (_latex(part, order="rev-lex") for part in self.closed_form)
            lines += [
                r"\[g(p) = " + top + r" - (" + bottom + r")\, p = 0 \quad\text{where } p_1 = p_2 = p",
                r"\qquad\Longrightarrow\qquad p^* = \frac{" + top + "}{" + bottom + r"}\]",
            ]
        numbers = ", ".join(
            f"{s} = {number(v)}"
            for s, v in zip(self.symbolic.payoffs.flat, self.game.payoffs.flat, strict=True)
            if s.is_Symbol
        )
        lines.append("% numbers: " + ", ".join(dict.fromkeys(numbers.split(", "))))
        if self.points is not None:
            rows = [
                f"({', '.join(_latex(v) for v in point.location)}) & \\text{{{point.stability}}} & "
                + ",\\ ".join(_latex(v) for v in point.eigenvalues)
                for point in self.points
            ]
            lines += [
                r"\[\begin{array}{lll}",
                r"\text{rest point} & \text{stability} & \text{eigenvalues} \\\hline",
                " \\\\\n".join(rows),
                r"\end{array}\]",
            ]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain dictionaries, lists, strings and numbers.

        Returns
        -------
        dict
        """
        points = [
            {
                "location": [_json_number(v) for v in p.location],
                "face": p.face,
                "stability": p.stability,
                "kind": p.kind,
                "eigenvalues": [_json_number(v) for v in p.eigenvalues],
                "transversal": {name: _json_number(v) for name, v in p.transversal.items()},
                "gifts": None
                if p.gifts is None
                else {
                    "mean_weights": [[_json_number(v) for v in row] for row in p.gifts.weights],
                    "reward_flow": [[_json_number(v) for v in row] for row in p.gifts.flow],
                    "net": [_json_number(v) for v in p.gifts.net],
                    "payoffs": [_json_number(v) for v in p.gifts.payoffs],
                    "totals": [_json_number(v) for v in p.gifts.totals],
                    "welfare": _json_number(p.gifts.welfare),
                    "equality": p.gifts.equality,
                    "equality_after": p.gifts.equality_after,
                },
            }
            for p in self.points or ()
        ]
        return {
            "title": self.game.title,
            "players": list(self.game.players),
            "actions": [list(names) for names in self.game.actions],
            "payoffs": [str(v) for v in self.game.payoffs.flat],
            "class": str(self.classification),
            "nash": [
                {
                    "policies": [[_json_number(v) for v in policy] for policy in e.policies],
                    "payoffs": [_json_number(v) for v in e.payoffs],
                }
                for e in self.nash
            ],
            "transfer": repr(self.transfer),
            "gradient": None if self.field.advantages is None else [str(g) for g in self.field.advantages],
            "closed_form": None if self.closed_form is None else "({})/({})".format(*map(_ordered, self.closed_form)),
            "rest_points": points,
            "continua": [str(c) for c in self.points.continua] if self.points is not None else [],
            "complete": self.points is not None and self.points.complete,
            "outlook": self.outlook,
        }

    def json(self) -> str:
        """Write :meth:`to_dict` as JSON.

        Returns
        -------
        str
        """
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)


def _fixed_values(point: RestPoint) -> list[int]:
    """Return the values of the fixed coordinates of a face such as "p1 = 0, p2 = 1"."""
    return [int(part.rpartition("= ")[2]) for part in point.face.split(", ")]


def _ordered(expression: sp.Expr) -> str:
    """Write T + S - P, not -P + S + T."""
    return str(sp.StrPrinter({"order": "rev-lex"}).doprint(expression)).replace("*", " ")


def _latex(expression: Any, **options: Any) -> str:
    value = sp.Rational(str(expression)) if isinstance(expression, Fraction) else expression
    return str(sp.latex(value, **options))


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
