"""How much two like LASE players cooperate in the end, and what moves that."""

from __future__ import annotations

from itertools import product
from typing import Any

import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.two_players import derived, field_of, on_diagonal, vanishes
from gametheory.theorems.symbols import P, R, S, T, den, helps, num, p, rest

TOPIC = "Cooperation at rest"

_k, _l, _h, _e, _kappa, _b, _c = sp.symbols("k l h epsilon kappa b c", real=True)
_u, _sigma = T - R, S - P
_scaled = (_sigma + _kappa * T) / (_sigma + _kappa * T + _u)  # rest point with gift scale kappa
_advantage = (_sigma + _kappa * T) * (1 - p) - _u * p  # on the diagonal, with gift scale kappa
_shifted = (num + _k) / (den + _k)
_mixed_nash = _sigma / (_sigma + _u)
_above = _k > _u / _e - den
_donation = {R: _b - _c, S: -_c, T: _b, P: 0}


def _odds() -> Evidence:
    transfer = gt.transfer.SocialRelationship(scale=sp.Symbol("kappa", positive=True))
    diagonal = on_diagonal(derived(transfer=transfer)[0])
    return Evidence(vanishes(diagonal - _advantage), "the package's field with a symbol for the gift scale, expanded")


def _shift() -> Evidence:
    changes = {"R": R + _k, "S": S + _k, "T": T + _k, "P": P + _k}
    shifted = derived(tuple(r.subs({v: v + _k for v in (R, S, T, P)}) for r in helps), **changes)[0]
    losses = derived((), R=-1, S=-3, T=0, P=-2)[0]
    return Evidence(
        vanishes(on_diagonal(shifted) - (num + _k - (den + _k) * p), on_diagonal(losses) + 1),
        "the package's field with all payoffs shifted by a symbol; in (-1, -3, 0, -2) it is -1 on the whole diagonal",
    )


def _slopes() -> Evidence:
    (found,) = sp.solve(on_diagonal(derived()[0]), p)
    signs = {R: num, S: T - R, T: P - S - R, P: R - T}
    gaps = [sp.cancel(found.diff(v) * den**2 - sign) for v, sign in signs.items()]
    return Evidence(vanishes(*gaps), "derivatives of the zero of the package's field, times the squared denominator")


def _chicken() -> Evidence:
    games = [
        (r, s, t, low)
        for low, s, r, t in product((-8, 0), (-2, 1), (-1, 2, 3), (sp.Rational(-1, 2), 4))
        if t > r > s > low and s + t > low
    ]
    holds, signs = True, set()
    for game in games:
        lase, selfish = field_of(*game), gt.rules.policy_gradient(gt.Game.two_by_two(*game))
        (own,), (nash,) = (
            [q.location[0] for q in gt.analysis.rest_points(f.diagonal()).interior] for f in (lase, selfish)
        )
        holds &= (own > nash) == (game[2] > 0)
        signs.add(game[2] > 0)
    return Evidence(
        bool(holds) and len(signs) == len({True, False}),
        f"rest points of LASE and of selfish players on the diagonal, by exact elimination, {len(games)} games, T of "
        "both signs",
    )


_table = (
    ((4, 0, 5, 1), sp.Rational(4, 5)),
    ((3, 0, 5, 1), sp.Rational(2, 3)),
    ((3, 0, 4, 1), sp.Rational(3, 4)),
    ((3, 0, 4, 2), sp.Rational(2, 3)),
    ((1, -1, 2, 0), sp.Rational(1, 2)),
    ((1, -sp.Rational(1, 2), sp.Rational(3, 2), 0), sp.Rational(2, 3)),
    ((1, -sp.Rational(1, 3), sp.Rational(4, 3), 0), sp.Rational(3, 4)),
)


def _is(game: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sp.Eq(symbol, value) for symbol, value in zip((R, S, T, P), game, strict=True))


def _values() -> Evidence:
    holds = True
    for game, value in _table:
        found = gt.analysis.rest_points(field_of(*game))
        holds &= found.complete and [point.location for point in found.interior] == [(value, value)]
        holds &= [point.location for point in found.sinks] == [(value, value)]
    losses = gt.analysis.rest_points(field_of(-1, -3, 0, -2))
    holds &= losses.complete and not losses.interior and [point.location for point in losses.sinks] == [(0, 0)]
    return Evidence(bool(holds), "all rest points in the square, by exact elimination and real-root counting")


STATEMENTS = (
    Statement(
        id="lase-odds-law",
        title="The odds of cooperation",
        words=(
            "Let $R > S$ and $T > P$. "
            "Where $T > R$ and $S + T > P$, the odds of cooperation at rest are $p^*/(1 - p^*) = (S + T - P)/(T - R)$: "
            "what a lone cooperator and its gift are worth, against the temptation. With gift scale $\\kappa$ they are "
            "$(S - P + \\kappa T)/(T - R)$. In the donation game with benefit $b$ and cost $c$, $p^* = 1 - c/b$, and "
            "$1 - c/(\\kappa b)$ with gift scale, where that is positive."
        ),
        where={_kappa: "gift scale", _b: "benefit to the other", _c: "cost to oneself"},
        shorthand={"p^*": _scaled, "g{(p)}": _advantage},
        claims=(
            Claim(
                sp.Eq(_scaled / (1 - _scaled), (_sigma + _kappa * T) / _u),
                (_u > 0, _sigma + _kappa * T > 0),
                "odds, with any gift scale",
            ),
            Claim(
                sp.Eq(_scaled.subs(_donation, simultaneous=True), 1 - _c / (_kappa * _b)),
                (_kappa * _b > 0,),
                "the rest point of the donation game",
            ),
            Claim(
                sp.And(_scaled > 0, _scaled < 1, sp.Equivalent(sp.Eq(_advantage, 0), sp.Eq(p, _scaled))),
                (_u > 0, _sigma + _kappa * T > 0),
                "the rest point is inside, and the advantage on the diagonal is zero there alone",
            ),
        ),
        checks={"identity": _odds},
        neighbours=(
            Neighbour(
                "Gifts twice as large double the odds of cooperation.",
                conclusion=sp.Eq((_sigma + 2 * _kappa * T) / _u, 2 * (_sigma + _kappa * T) / _u),
                hypotheses=(_u > 0, _sigma + _kappa * T > 0, _kappa > 0),
                counterexample={R: 3, S: 0, T: 5, P: 1, _kappa: 1},
                remark="They do if $S = P$.",
            ),
        ),
    ),
    Statement(
        id="lase-above-mixed-nash",
        title="Chicken: more cooperation than in equilibrium",
        words=(
            "In a game of chicken ($T > R > S > P$) with $S + T > P$, so that $0 < p^* < 1$, LASE players cooperate "
            "more than in the mixed equilibrium $(S - P)/(T + S - R - P)$ if and only if $T > 0$."
        ),
        shorthand={"p^*": rest, "p_N": _mixed_nash},
        hypotheses=(T > R, R > S, S > P, num > 0),
        claims=(Claim(sp.Equivalent(rest > _mixed_nash, T > 0), words="who cooperates more"),),
        checks={"enumeration": _chicken},
        neighbours=(
            Neighbour(
                "In every game of chicken $p^*$ exceeds the mixed equilibrium if and only if $T > 0$.",
                conclusion=sp.Equivalent(rest > _mixed_nash, T > 0),
                hypotheses=(T > R, R > S, S > P),
                counterexample={R: -sp.Rational(3, 2), S: -3, T: -1, P: -sp.Rational(13, 4)},
                remark="There $S + T < P$, the formula gives 3, and full defection attracts.",
            ),
        ),
    ),
    Statement(
        id="lase-shift",
        title="Payoffs have a zero for LASE players",
        words=(
            "Let $R > S$ and $T > P$. "
            "Multiplying all payoffs by a positive number leaves $p^*$ where it is. Adding $k$ to them turns it into "
            "$p^*(k) = (S + T - P + k)/(2T + S - R - P + k)$; for $T > R$ it rises with $k$, and comes as near to 1 as "
            "one likes. In $(R, S, T, P) = (-1, -3, 0, -2)$ the advantage is $-1$ wherever both cooperate alike, and "
            "full defection attracts: gifts of losses are burdens. Shifted by 3, the same game has $p^* = 2/3$."
        ),
        where={
            _h: "new unit of payoffs",
            _k: "what is added to all payoffs",
            _l: "a larger shift",
            _e: "any positive number, however small",
        },
        shorthand={"p^*": rest, "p^*{(k)}": _shifted, "p^*{(l)}": _shifted.subs(_k, _l)},
        claims=(
            Claim(
                sp.Eq((_h * S + _h * T - _h * P) / (2 * _h * T + _h * S - _h * R - _h * P), rest),
                (_h > 0, sp.Ne(den, 0)),
                "another unit of payoffs does not move $p^*$",
            ),
            Claim(sp.And(_shifted > 0, _shifted < 1), (_u > 0, num + _k > 0), "the shifted rest point is inside"),
            Claim(
                _shifted < (num + _l) / (den + _l), (_u > 0, num + _k > 0, _l > _k), "a larger shift, more cooperation"
            ),
            Claim(_shifted > 1 - _e, (_u > 0, num + _k > 0, _e > 0, _above), "and as near to 1 as one likes"),
        ),
        checks={"identity": _shift},
        neighbours=(
            Neighbour(
                "Adding a constant to all payoffs does not move $p^*$.",
                conclusion=sp.Eq(_shifted, rest),
                hypotheses=(*helps, _u > 0, num > 0),
                counterexample={R: 4, S: 0, T: 5, P: 1, _k: 1},
                remark="It moves from 4/5 to 5/6.",
            ),
        ),
    ),
    Statement(
        id="lase-comparative-statics",
        title="What raises cooperation",
        words=(
            "Let $R > S$, $T > P$ and $2T + S - R - P > 0$. Then $p^*$ rises with $T$ if and only if $P > R + S$. It "
            "rises with $S$ and falls with $P$, both if and only if $T > R$, and rises with $R$ if and only if $S + "
            "T > P$. So in dilemmas with $R + S > P$ it falls with the temptation $T$."
        ),
        where={_h: "how much the payoff changes"},
        shorthand={"p^*": rest},
        hypotheses=(_h > 0, den > 0),
        claims=(
            Claim(sp.Equivalent(rest.subs(T, T + _h) > rest, P > R + S), words="when a larger $T$ raises $p^*$"),
            Claim(sp.Equivalent(rest.subs(S, S + _h) > rest, T > R), words="when a larger $S$ raises it"),
            Claim(
                sp.Equivalent(rest.subs(P, P + _h) < rest, T > R),
                (den - _h > 0,),
                "when a larger $P$ lowers it",
            ),
            Claim(sp.Equivalent(rest.subs(R, R + _h) > rest, num > 0), (den - _h > 0,), "when a larger $R$ raises it"),
        ),
        checks={"identity": _slopes},
        neighbours=(
            Neighbour(
                "More temptation, less cooperation, in every prisoner's dilemma with $p^*$ inside.",
                conclusion=rest.subs(T, T + _h) < rest,
                hypotheses=(T > R, R > P, P > S, num > 0, _h > 0),
                counterexample={R: 1, S: -sp.Rational(3, 2), T: 2, P: 0, _h: 1},
                remark="Gifts are shares of $T$ as well: where $R + S < P$ that outweighs the temptation.",
            ),
        ),
    ),
    Statement(
        id="lase-values",
        title="Cooperation in well known games",
        words=(
            "Two LASE players rest at $p^* = 4/5$ in $(R, S, T, P) = (4, 0, 5, 1)$, $2/3$ in $(3, 0, 5, 1)$, $3/4$ in "
            "$(3, 0, 4, 1)$, $2/3$ in $(3, 0, 4, 2)$, $1/2$ in $(1, -1, 2, 0)$, $2/3$ in $(1, -1/2, 3/2, 0)$ and $3/4$ "
            "in $(1, -1/3, 4/3, 0)$. Each is the only rest point where both mix, and the only attractor. In "
            "$(-1, -3, 0, -2)$ no policies mixed by both rest, and full defection is the only attractor."
        ),
        shorthand={"p^*": rest, "d": den},
        claims=(
            *(
                Claim(sp.And(den > 0, sp.Eq(rest, value)), _is(game), f"rest point of ${game}$")
                for game, value in _table
            ),
            Claim(
                sp.And(sp.Eq(num, -1), sp.Eq(den, 0)),
                _is((-1, -3, 0, -2)),
                "none in $(-1, -3, 0, -2)$: the advantage is $-1$",
            ),
        ),
        checks={"enumeration": _values},
    ),
)
