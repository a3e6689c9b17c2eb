"""Two LASE players with two actions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.symbols import P, R, S, T, den, helps, num, p, p1, p2, rest

TOPIC = "Two LASE players"

_k = sp.Symbol("k", real=True)
_sigma = S - P
_g = num - den * p  # on the diagonal
_inside = (p >= 0, p <= 1)

_full = num + p1 * (T * p2 - R * p2 - T) + p2**2 * (R - T) + p2 * (R + P - S - T)
_other_orders = (
    ((R < S, T > P), num + p1 * (T * p2 - S * p2 - T) + p2**2 * (S - T) + p2 * (R + P - 2 * S - T)),
    ((R < S, T < P), _sigma + p1 * (P * p2 - S * p2 - P) + p2**2 * (S - P) + p2 * (R + 2 * P - 2 * S - T)),
    ((R > S, T < P), _sigma + p1 * (P * p2 - R * p2 - P) + p2**2 * (R - P) + p2 * (R + 2 * P - S - T)),
)


def derived(
    order: tuple[Any, ...] = helps, transfer: gt.transfer.Transfer | None = None, **changes: Any
) -> tuple[sp.Expr, ...]:
    """Return both advantages as the package derives them from the definition of gifts, in real symbols."""
    payoffs = {name: changes.get(name, sp.Symbol(name, real=True)) for name in "RSTP"}
    game = gt.Game.two_by_two(**payoffs, assume=list(order))
    field = gt.rules.policy_gradient(game, transfer or gt.transfer.SocialRelationship())
    return tuple(
        sp.expand(g.xreplace({s: sp.Symbol(s.name, real=True) for s in g.free_symbols})) for g in field.advantages or ()
    )


def on_diagonal(g: sp.Expr) -> sp.Expr:
    """Put one probability in the place of both."""
    return sp.expand(g.subs({p1: p, p2: p}, simultaneous=True))


def vanishes(*expressions: Any) -> bool:
    """Tell whether all are zero, by expansion."""
    return all(sp.expand(e) == 0 for e in expressions)


def field_of(*payoffs: Any) -> gt.field.Field:
    """Return the natural flow of two LASE players."""
    return gt.rules.policy_gradient(gt.Game.two_by_two(*payoffs), gt.transfer.SocialRelationship())


def _gradient_is_the_packages() -> Evidence:
    g1, g2 = derived()
    mirrored = _full.subs({p1: p2, p2: p1}, simultaneous=True)
    unmoved = _full.subs({S: S + _k, P: P + _k}, simultaneous=True)
    return Evidence(
        vanishes(g1 - _full, g2 - mirrored, unmoved - _full),
        "the field derived from the definition of gifts, expanded, is the formula; S and P enter by their difference",
    )


def _gradient_by_sums() -> Evidence:
    games = [(3, 0, 5, 1), (4, -2, 3, 2), (-1, -3, 0, -2), (2, 1, 1, 0), (1, 0, 2, -1)]
    chances = [Fraction(k, 3) for k in range(4)]
    holds = sp.Matrix(games).rank() == len("RSTP")
    for game, a, b in product(games, chances, chances):
        payoffs = gt.Game.two_by_two(*game).payoffs
        held = [np.array([x, 1 - x], dtype=object) for x in (a, b)]
        total = gt.transfer.SocialRelationship().effective(payoffs, [held, held])[0]
        found = ((total[0] - total[1]) * held[1]).sum()
        holds &= _full.subs(dict(zip((R, S, T, P, p1, p2), (*game, a, b), strict=True))) == sp.Rational(str(found))
    return Evidence(
        bool(holds),
        "sums over joint actions in five games that span all payoffs, at four values of each probability: as both "
        "sides are linear in payoffs and of degree at most 2 in each probability, this leaves no room",
    )


def _other_orders_are_the_packages() -> Evidence:
    gaps = [derived(order)[0] - formula for order, formula in _other_orders]
    diagonals = [
        num + p * (R + P - 2 * S - 2 * T),
        _sigma + p * (R + P - 2 * S - T),
        p * (R - T) + (1 - p) * _sigma,
    ]
    gaps += [on_diagonal(formula) - d for (_, formula), d in zip(_other_orders, diagonals, strict=True)]
    return Evidence(vanishes(*gaps), "fields that the package derives under the three other orders, expanded")


def _other_orders_by_sums() -> Evidence:
    chances = [Fraction(k, 3) for k in range(4)]
    holds, points = True, 0
    for order, formula in _other_orders:
        games = [
            g
            for g in product((-1, 0, 1, 2), repeat=4)
            if all(r.subs(dict(zip((R, S, T, P), g, strict=True))) for r in order)
        ]
        for game, a, b in product(games[::5], chances, chances):
            payoffs = gt.Game.two_by_two(*game).payoffs
            held = [np.array([x, 1 - x], dtype=object) for x in (a, b)]
            total = gt.transfer.SocialRelationship().effective(payoffs, [held, held])[0]
            at = dict(zip((R, S, T, P, p1, p2), (*game, a, b), strict=True))
            holds &= formula.subs(at) == sp.Rational(str(((total[0] - total[1]) * held[1]).sum()))
            points += 1
    return Evidence(bool(holds), f"sums over joint actions at {points} games and profiles")


def _interior_sinks() -> Evidence:
    games = [(2, s, t, 0) for s in (-1, -2, -3) for t in (Fraction(5, 2), 3, 4, 5) if s + t > 0]
    holds = True
    for game in games:
        value = rest.subs(dict(zip((R, S, T, P), game, strict=True)))
        found = gt.analysis.rest_points(field_of(*game).diagonal())
        holds &= found.complete and [point.location for point in found.sinks] == [(value,)]
    return Evidence(bool(holds), f"the only sink on the diagonal, by exact elimination, in {len(games)} dilemmas")


def _regimes() -> Evidence:
    games = [
        (r, s + base, t, base)
        for base, r, t, s in product((0, -4), (-2, 1, 2), (-1, 1, 3), (-3, -2, 0))
        if r > s + base and t > base and r != t and s + t != 0
    ]
    holds = True
    for game in games:
        r, s, t, low = game
        gain, slope = s + t - low, 2 * t + s - r - low
        found = gt.analysis.rest_points(field_of(*game).diagonal())
        expected = [(x,) for x, attracts in ((0, gain < 0), (1, r > t)) if attracts]
        expected += [(sp.Rational(gain, slope),)] if gain > 0 and r < t else []
        holds &= found.complete and [point.location for point in found.sinks] == expected
        corners = {point.location for point in gt.analysis.rest_points(field_of(*game)).sinks if len(set(point.x)) == 1}
        holds &= {(0, 0), (1, 1)} & corners == {(x, x) for (x,) in expected if x in (0, 1)}
        if r > 0:
            letter = str(gt.analysis.lase_regime(*game).region)
            holds &= letter in {(1, 1): "A", (1, 0): "B", (0, 0): "C"}.get((int(r > t), int(gain > 0)), "DEFGH")
    return Evidence(bool(holds), f"sinks on the diagonal and at its corners in the square, {len(games)} games, exactly")


STATEMENTS = (
    Statement(
        id="lase-gradient",
        title="What a LASE player gains by cooperating",
        words=(
            "If the co-player's cooperation helps ($R > S$, $T > P$), the advantage of cooperating of the first of "
            "two LASE players who know each other's policies is $g_1 = S + T - P + p_1 (T p_2 - R p_2 - T) + p_2^2 "
            "(R - T) + p_2 (R + P - S - T)$; that of the second has $p_1$ and $p_2$ exchanged."
        ),
        checks={"identity": _gradient_is_the_packages, "enumeration": _gradient_by_sums},
        remarks="It depends on $R$, $T$ and $S - P$ only.",
    ),
    Statement(
        id="lase-gradient-other-orders",
        title="Where the co-player's cooperation does not help",
        words=(
            "Where the co-player's cooperation hurts a cooperator ($R < S$), a defector ($T < P$), or both, the "
            "advantage of cooperating has other formulas. On the diagonal they are $S + T - P + p (R + P - 2S - 2T)$ "
            "for $R < S$, $T > P$; $S - P + p (R + P - 2S - T)$ for $R < S$, $T < P$; and $p (R - T) + (1 - p)(S - P)$ "
            "for $R > S$, $T < P$, which is the selfish game."
        ),
        shorthand={"g{(p)}": _g},
        checks={"identity": _other_orders_are_the_packages, "enumeration": _other_orders_by_sums},
        neighbours=(
            Neighbour(
                "The advantage on the diagonal is $S + T - P - (2T + S - R - P)\\, p$ in every symmetric game.",
                conclusion=sp.Eq(_g, p * (R - T) + (1 - p) * _sigma),
                hypotheses=(R > S, T < P, *_inside),
                counterexample={R: 2, S: 1, T: 1, P: 2, p: 0},
                remark="With $R > S$ and $T < P$ gifts change nothing on the diagonal.",
            ),
        ),
        remarks="Off the diagonal the full formulas were compared as well.",
    ),
    Statement(
        id="lase-interior-cooperation",
        title="Where two LASE players rest in a dilemma",
        words=(
            "On the diagonal $g(p) = (S + T - P) - (2T + S - R - P)\\, p$. In a prisoner's dilemma with $S + T > P$ it "
            "vanishes at $p^* = (S + T - P)/(2T + S - R - P)$, which lies strictly between 0 and 1."
        ),
        shorthand={"p^*": rest},
        hypotheses=(T > R, R > P, P > S, S + T > P),
        claims=(Claim(sp.And(rest > 0, rest < 1), words="the rest point is inside"),),
        checks={"enumeration": _interior_sinks},
        neighbours=(
            Neighbour(
                "Every prisoner's dilemma has a rest point between 0 and 1.",
                conclusion=sp.And(rest > 0, rest < 1),
                hypotheses=(T > R, R > P, P > S),
                counterexample={R: 3, S: -4, T: 5, P: 2},
                remark="Where $S + T < P$ full defection attracts.",
            ),
        ),
    ),
    Statement(
        id="lase-diagonal-regimes",
        title="Four regimes of two like LASE players",
        words=(
            "Let $R > S$ and $T > P$, and let both players start with the same $p$ strictly between 0 and 1; they "
            "then stay alike, and this statement is about play on the diagonal alone. If $R > T$ and $S + T > P$, $g "
            "> 0$ on all of $[0, 1]$: full cooperation attracts. If $R < T$ and $S + T < P$, $g < 0$: full defection "
            "attracts. If $R > T$ and $S + T < P$ both attract, and $p^*$ is the border between their basins. If $R "
            "< T$ and $S + T > P$, $p^*$ attracts all play on the diagonal; players that differ, however little, may "
            "leave it (see the chapter on symmetry breaking). On the borders: with $R = T$ and $S + T > P$ full "
            "cooperation attracts still, with $R = T$ and $S + T < P$ full defection, with $S + T = P$ the sign of "
            "$R - T$ decides, and with both equal nothing moves."
        ),
        shorthand={"p^*": rest, "g{(p)}": _g},
        hypotheses=_inside,
        claims=(
            Claim(_g > 0, (R > T, num > 0), "the advantage is positive everywhere: full cooperation attracts"),
            Claim(_g < 0, (R < T, num < 0), "the advantage is negative everywhere: full defection attracts"),
            Claim(
                sp.And(rest > 0, rest < 1, sp.Equivalent(_g > 0, p > rest)),
                (R > T, num < 0),
                "two attractors, full cooperation from above $p^*$ and full defection from below",
            ),
            Claim(
                sp.And(rest > 0, rest < 1, sp.Equivalent(_g > 0, p < rest)),
                (R < T, num > 0),
                "$p^*$ attracts along the diagonal, from both sides",
            ),
            Claim(
                sp.Or(_g > 0, p >= 1),
                (sp.Eq(R, T), num > 0),
                "on a border: the advantage is positive below full cooperation",
            ),
            Claim(
                sp.Or(_g < 0, p >= 1),
                (sp.Eq(R, T), num < 0),
                "on a border: the advantage is negative below full cooperation, where it is zero",
            ),
            Claim(
                sp.And(sp.Implies(R > T, _g > 0), sp.Implies(R < T, _g < 0), sp.Implies(sp.Eq(R, T), sp.Eq(_g, 0))),
                (sp.Eq(num, 0), p > 0),
                "on the border $S + T = P$ the sign of the advantage is that of $R - T$",
            ),
        ),
        checks={"enumeration": _regimes},
        neighbours=(
            Neighbour(
                "In a stag hunt full cooperation attracts all play in between.",
                conclusion=_g > 0,
                hypotheses=(R > T, T > P, P > S, p > 0, p < 1),
                counterexample={R: 4, T: 3, P: 2, S: -3, p: sp.Rational(1, 8)},
                remark="It does where $S + T > P$.",
            ),
        ),
        remarks=(
            "The advantages at a corner of the square are also the rates across both of its edges. So full "
            "cooperation attracts players that differ, too, if $R > T$ and not if $R < T$; full defection if $S + T "
            "< P$ and not if $S + T > P$."
        ),
    ),
)
