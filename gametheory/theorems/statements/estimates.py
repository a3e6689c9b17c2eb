"""Two LASE players who do not know each other's policies exactly."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.two_players import derived, on_diagonal, vanishes
from gametheory.theorems.symbols import P, R, S, T, den, helps, num, p, p1, p2, q, rest

TOPIC = "Inexact estimates"

_q1, _q2 = sp.symbols("q1 q2", real=True)  # of the first player, by the second; and the other way round
_e, _m, _d, _x, _y = sp.symbols("epsilon m delta q_1^+ q_2^+", real=True)
_u, _c = T - R, R + P - S - T

_general = p2 * (R * _q2 + (1 - _q1) * R - T * _q2) + (1 - p2) * (S + (1 - _q1) * T - P)
_frozen = p2 * (R - T * q) + (1 - p2) * (num - T * q)  # one estimate q of both
_level = R * p + num * (1 - p) - T * q  # the same where both cooperate alike
_least = sp.Min(R / T, num / T)
_mixed = (num - _e * T / 2) / (den - _e * T)
_towards = (num - _e * _m * T) / (den - _e * T)
_paper = {R: 4, S: 0, T: 5, P: 1}


def with_estimate(kind: str, *values: Any) -> tuple[sp.Expr, ...]:
    """Return both advantages as the package derives them with frozen or mixed estimates."""
    estimate = (kind, list(values) if len(values) > 1 else values[0])
    return derived(transfer=gt.transfer.SocialRelationship(estimate))


# ---------------------------------------------------------------- fields
def _general_is_the_packages() -> Evidence:
    g1, g2 = with_estimate("frozen", _q1, _q2)
    mirrored = _general.subs({p2: p1, _q1: _q2, _q2: _q1}, simultaneous=True)
    exact = _general.subs({_q1: p1, _q2: p2}, simultaneous=True)
    return Evidence(
        vanishes(g1 - _general, g2 - mirrored, exact - derived()[0]),
        "the package's field with a symbol for the estimate of each player; with exact estimates it is that of exact "
        "ones",
    )


def _general_by_sums() -> Evidence:
    chances, holds, points = [Fraction(k, 2) for k in range(3)], True, 0
    for game in [(3, 0, 5, 1), (4, -2, 3, 2), (-1, -3, 0, -2), (2, 1, 1, 0)]:
        payoffs = gt.Game.two_by_two(*game).payoffs
        for a, b, of_first, of_second in product(chances, repeat=4):
            held = [np.array([x, 1 - x], dtype=object) for x in (of_first, of_second)]
            total = gt.transfer.SocialRelationship().effective(payoffs, [held, held])[0]
            found = (total[0] - total[1]) @ np.array([b, 1 - b], dtype=object)
            at = dict(zip((R, S, T, P, p1, p2, _q1, _q2), (*game, a, b, of_first, of_second), strict=True))
            holds &= _general.subs(at) == sp.Rational(str(found))
            points += 1
    return Evidence(bool(holds), f"sums over joint actions with held estimates at {points} exact points")


def _frozen_is_the_packages() -> Evidence:
    g1, g2 = with_estimate("frozen", q)
    mirrored = _frozen.subs(p2, p1)
    facts = _level - (S + T * (1 - q) - P + p * _c)
    return Evidence(
        vanishes(g1 - _frozen, g2 - mirrored, on_diagonal(g1) - _level, facts),
        "the package's field with a symbol for the frozen estimate",
    )


def _frozen_sinks() -> Evidence:
    games, holds, cases = [(4, 0, 5, 1), (3, 0, 4, 2), (2, 1, 3, 0), (5, -1, 4, 2)], True, 0
    for game, value in product(games, (Fraction(k, 100) for k in (20, 60, 79, 81, 99))):
        transfer = gt.transfer.SocialRelationship(("frozen", value))
        sinks = gt.analysis.rest_points(gt.rules.policy_gradient(gt.Game.two_by_two(*game), transfer)).sinks
        least = min(Fraction(game[0], game[2]), Fraction(game[1] + game[2] - game[3], game[2]))
        most = max(Fraction(game[0], game[2]), Fraction(game[1] + game[2] - game[3], game[2]))
        expected = (1, 1) if value < least else (0, 0)
        holds &= least <= value <= most or [point.location for point in sinks] == [expected]
        cases += not least <= value <= most
    return Evidence(bool(holds) and cases > len(games), f"all rest points of {cases} games with estimates, exactly")


def _mixed_is_the_packages() -> Evidence:
    g1, g2 = with_estimate("mixed", _e)
    share = {_q1: (1 - _e) * p1 + _e / 2, _q2: (1 - _e) * p2 + _e / 2}
    same = {p1: p, p2: p}
    apart = (g1.diff(p1) - g1.diff(p2)).subs(same)  # rate of differences, up to p (1 - p)
    stated = 2 * (1 - _e) * p * _u + _e * T - (R + P - S)
    return Evidence(
        vanishes(
            g1 - _general.subs(share, simultaneous=True),
            on_diagonal(g1) - (num - _e * T / 2 - (den - _e * T) * p),
            apart - stated,
            (g2.diff(p2) - g2.diff(p1)).subs(same) - stated,
        ),
        "the package's field with a symbol for the share, its diagonal and its slope across the diagonal",
    )


def _mixed_rests() -> Evidence:
    holds, games = True, [(4, 0, 5, 1), (3, 0, 5, 1), (3, 0, 4, 2), (1, -1, 2, 0)]
    shares = [Fraction(1, 10), Fraction(13, 43), Fraction(3, 10)]
    for game, share in product(games, shares):
        value = _mixed.subs({**dict(zip((R, S, T, P), game, strict=True)), _e: sp.Rational(str(share))})
        transfer = gt.transfer.SocialRelationship(("mixed", share))
        found = gt.analysis.rest_points(gt.rules.policy_gradient(gt.Game.two_by_two(*game), transfer).diagonal())
        holds &= [point.location for point in found.sinks] == [(min(max(value, 0), 1),)]
    holds &= _mixed.subs({**_paper, _e: sp.Rational(13, 43)}) == sp.Rational(93, 100)
    return Evidence(
        bool(holds), f"sinks on the diagonal by exact elimination, {len(games)} games with {len(shares)} shares"
    )


STATEMENTS = (
    Statement(
        id="estimates-general",
        title="What estimates do to the gradient",
        words=(
            "Let the co-player take the first player's cooperation to be $q_1$, and the first player the co-player's "
            "to be $q_2$. Then $g_1 = p_2 [R q_2 + (1 - q_1) R - T q_2] + (1 - p_2) [S + (1 - q_1) T - P]$ (for $R > "
            "S$, $T > P$). It is linear in each estimate, so noise that leaves the mean of an estimate where it is, "
            "and the estimate in $[0, 1]$, changes no mean drift."
        ),
        where={_d: "size of the noise", q: "an estimate"},
        shorthand={"g_1": _general},
        claims=(
            Claim(
                sp.Eq((_general.subs(_q1, _q1 + _d) + _general.subs(_q1, _q1 - _d)) / 2, _general),
                words="noise $\\pm \\delta$ on the estimate of the first player leaves the mean advantage where it is",
            ),
            Claim(
                sp.Eq((_general.subs(_q2, _q2 + _d) + _general.subs(_q2, _q2 - _d)) / 2, _general),
                words="so does noise $\\pm \\delta$ on the estimate of the second player",
            ),
        ),
        checks={"identity": _general_is_the_packages, "enumeration": _general_by_sums},
        neighbours=(
            Neighbour(
                "Noise of mean zero that is cut off at 0 and 1 changes nothing either.",
                conclusion=sp.Eq((sp.Min(q + _d, 1) + sp.Max(q - _d, 0)) / 2, q),
                hypotheses=(q >= 0, q <= 1, _d >= 0, _d <= 1),
                counterexample={q: sp.Rational(9, 10), _d: sp.Rational(1, 2)},
                remark="Cutting moves the mean towards one half, as mixed estimates do.",
            ),
        ),
        remarks="Noise must not depend on the action that is judged. $p_1$ enters through the estimate $q_1$ alone.",
    ),
    Statement(
        id="estimates-frozen",
        title="Frozen estimates make a matrix game",
        words=(
            "Let $R > S$ and $T > P$. "
            "If each takes the other's cooperation to be a constant $q$, then $g_1 = p_2 (R - T q) + (1 - p_2)(S + T - "
            "P - T q)$ whatever $p_1$ is; where both cooperate alike $g(p) = S + T (1 - q) - P + p (R + P - S - T)$. "
            "For $T > 0$ cooperation dominates if and only if $q < \\min(R, S + T - P)/T$. In $(4, 0, 5, 1)$ $q = "
            "0.79$ leads to full cooperation and $q = 0.81$ to full defection. If cooperation dominates at $q = 1/2$, "
            "then $p^* > 1/2$; if defection does, $p^* < 1/2$ (where $p^*$ is inside)."
        ),
        shorthand={"p^*": rest, "m": num},
        claims=(
            Claim(_frozen > 0, (T > 0, q < _least, p2 >= 0, p2 <= 1), "cooperation dominates if $q$ is small"),
            Claim(
                q < _least,
                (T > 0, R - T * q > 0, num - T * q > 0),
                "and only if: its advantage is to be positive at $p_2 = 0$ and at $p_2 = 1$",
            ),
            Claim(
                rest > sp.Rational(1, 2),
                (_u > 0, num > 0, R > T / 2, num > T / 2),
                "where cooperation dominates at $q = 1/2$",
            ),
            Claim(
                rest < sp.Rational(1, 2),
                (_u > 0, num > 0, R < T / 2, num < T / 2),
                "where defection dominates at $q = 1/2$",
            ),
            Claim(
                sp.And(
                    sp.Implies(q <= sp.Rational(79, 100), _frozen > 0),
                    sp.Implies(q >= sp.Rational(81, 100), _frozen < 0),
                ),
                (*(sp.Eq(s, v) for s, v in _paper.items()), p2 >= 0, p2 <= 1),
                "the two estimates in $(4, 0, 5, 1)$",
            ),
        ),
        checks={"identity": _frozen_is_the_packages, "enumeration": _frozen_sinks},
        neighbours=(
            Neighbour(
                "If $p^* > 1/2$, cooperation dominates at $q = 1/2$.",
                conclusion=sp.And(R > T / 2, num > T / 2),
                hypotheses=(*helps, _u > 0, num > 0, rest > sp.Rational(1, 2)),
                counterexample={R: 1, S: 1 - sp.Rational(1, 8), T: 3, P: 0},
                remark="$p^*$ weighs the two conditions against each other: it needs $R + S + T - P > T$ only.",
            ),
            Neighbour(
                "If $p^* < 1/2$, defection dominates at $q = 1/2$.",
                conclusion=sp.And(R < T / 2, num < T / 2),
                hypotheses=(*helps, _u > 0, num > 0, rest < sp.Rational(1, 2)),
                counterexample={R: 2, S: -sp.Rational(9, 4), T: 3, P: 0},
                remark="$p^* < 1/2$ needs $R + S + T - P < T$ only.",
            ),
        ),
        remarks=(
            "For $T < 0$ the inequalities in $q$ are reversed: co-players who are underrated are given more of a loss."
        ),
    ),
    Statement(
        id="estimates-mixed",
        title="Estimates shrunk towards one half",
        words=(
            "Let $R > S$ and $T > P$. "
            "If estimates are $(1 - \\varepsilon)$ times the policy plus $\\varepsilon$ times the uniform one, like "
            "players rest at $p^*(\\varepsilon) = (S + T - P - \\varepsilon T/2)/(2T + S - R - P - \\varepsilon T)$. "
            "As long as $T > 0$ and $2T + S - R - P > \\varepsilon T > 0$ this is farther from $1/2$ than $p^*$, on "
            "the same side: estimates drawn to one half push behaviour away from it. Full cooperation attracts if "
            "$\\varepsilon > 2(1 - R/T)$, full defection if $\\varepsilon > 2(S + T - P)/T$, and neither if "
            "$\\varepsilon$ is below both. Small differences between the players die out at $p^*(\\varepsilon)$ iff "
            "$2(1 - \\varepsilon)\\, p^*(\\varepsilon)(T - R) + \\varepsilon T < R + P - S$. In $(4, 0, 5, 1)$ "
            "$\\varepsilon = 13/43$ gives $0.93$."
        ),
        where={
            _e: "share of the uniform policy in the estimates",
            _m: "probability towards which estimates are shrunk, 1/2 for the uniform policy",
        },
        shorthand={
            "p^*": rest,
            "p^*{(\\varepsilon)}": _mixed,
            "p^*_m": _towards,
            "d": den,
        },
        hypotheses=(T > 0,),
        claims=(
            Claim(
                sp.And(
                    sp.Equivalent(_level.subs({p: 1, q: 1 - _e / 2}) > 0, _e > 2 * (1 - R / T)),
                    sp.Equivalent(_level.subs({p: 0, q: _e / 2}) < 0, _e > 2 * num / T),
                ),
                words="when full cooperation and when full defection attract, by the advantages there",
            ),
            Claim(
                sp.And(_mixed > 0, _mixed < 1),
                (_e < 2 * (1 - R / T), _e < 2 * num / T),
                "where neither attracts the rest point is inside",
            ),
            Claim(
                sp.Eq(_towards - _m, (rest - _m) * den / (den - _e * T)),
                (den > _e * T, _e >= 0),
                "shrinking estimates towards any $m$ multiplies the distance of the rest point from $m$",
            ),
            Claim(
                sp.And(sp.Implies(rest > _m, _towards > rest), sp.Implies(rest < _m, _towards < rest)),
                (den > _e * T, _e > 0),
                "and that pushes it away from $m$, one half or any other",
            ),
            Claim(
                sp.Eq(_mixed, sp.Rational(93, 100)),
                (*(sp.Eq(s, v) for s, v in _paper.items()), sp.Eq(_e, sp.Rational(13, 43))),
                "the share that gives $0.93$ in $(4, 0, 5, 1)$",
            ),
        ),
        checks={"identity": _mixed_is_the_packages, "enumeration": _mixed_rests},
        neighbours=(
            Neighbour(
                "Estimates drawn to one half draw behaviour there, too.",
                conclusion=sp.Abs(_mixed - sp.Rational(1, 2)) <= sp.Abs(rest - sp.Rational(1, 2)),
                hypotheses=(*helps, _u > 0, num > 0, _e > 0, _e < 1),
                counterexample={**_paper, _e: sp.Rational(13, 43)},
                remark="They push it from 0.8 to 0.93.",
            ),
        ),
        remarks=(
            "Learners of the original paper were seen to settle near 0.93 in an iterated dilemma whose payoffs are not "
            "known here; a share of 13/43 in $(4, 0, 5, 1)$ would give that, and so would other estimates."
        ),
    ),
    Statement(
        id="estimates-underrate",
        title="Underrated players cooperate",
        words=(
            "Let $R > S$ and $T > P$. "
            "Where both cooperate alike and both estimate $q$, $g(p) = p R + (1 - p)(S + T - P) - T q$. For $T > 0$ an "
            "estimate below the truth raises the advantage of cooperating, one above lowers it. A constant gap, "
            "$q = p - \\delta$, moves the rest point by $T \\delta/(2T + S - R - P)$; a proportional one, "
            "$q = (1 - \\varepsilon) p$, turns it into $(S + T - P)/(2T + S - R - P - \\varepsilon T)$. A player's own "
            "advantage is larger if it is underrated, for $R, T > 0$; if it underrates the other, for $T > R$. In "
            "$(4, 0, 5, 1)$ $\\delta = 0.13$ or $\\varepsilon = 13/93$ would give $0.93$ as well."
        ),
        where={
            _d: "constant gap between policy and estimate",
            _e: "proportional gap",
            _x: "a higher estimate of the first player",
            _y: "a higher estimate of the second player",
        },
        shorthand={
            "p^*": rest,
            "g_1": _general,
            "g_1{(q_1^+)}": _general.subs(_q1, _x),
            "g_1{(q_2^+)}": _general.subs(_q2, _y),
            "g{(p)}": _level,
            "d": den,
        },
        claims=(
            Claim(
                sp.Eq(_level, num - den * p + T * (p - q), evaluate=False),
                words="what the gap $p - q$ adds to the advantage is $T (p - q)$",
            ),
            Claim(
                sp.Eq(_level.subs(q, p - _d).subs(p, rest + T * _d / den), 0),
                (sp.Ne(den, 0),),
                "the advantage is zero at the rest point of a constant gap",
            ),
            Claim(
                sp.Eq(_level.subs(q, (1 - _e) * p).subs(p, num / (den - _e * T)), 0),
                (sp.Ne(den, _e * T),),
                "the advantage is zero at the rest point of a proportional gap",
            ),
            Claim(
                sp.Equivalent(_level > num - den * p, q < p),
                (T > 0,),
                "underrated players, and these alone, gain more by cooperating",
            ),
            Claim(
                _general > _general.subs(_q1, _x),
                (R > 0, T > 0, _q1 < _x, p2 >= 0, p2 <= 1),
                "a player gains more by cooperating if the other's estimate of it is lower, $q_1$ rather than $q_1^+$",
            ),
            Claim(
                _general > _general.subs(_q2, _y),
                (T > R, _q2 < _y, p2 > 0, p2 <= 1),
                "and if its own estimate of the other is lower, $q_2$ rather than $q_2^+$",
            ),
            Claim(
                sp.And(
                    sp.Eq(rest + T * sp.Rational(13, 100) / den, sp.Rational(93, 100)),
                    sp.Eq(num / (den - T * sp.Rational(13, 93)), sp.Rational(93, 100)),
                ),
                tuple(sp.Eq(s, v) for s, v in _paper.items()),
                "both gaps that give $0.93$ in $(4, 0, 5, 1)$",
            ),
        ),
        checks={"identity": _frozen_is_the_packages},
        neighbours=(
            Neighbour(
                "Players who are underrated always cooperate more.",
                conclusion=_level > num - den * p,
                hypotheses=(*helps, q < p),
                counterexample={R: -1, S: -3, T: -sp.Rational(1, 2), P: -2, p: sp.Rational(1, 2), q: 0},
                remark="Not where $T < 0$: who is underrated is given shares of losses.",
            ),
        ),
        remarks="A module that can only express selfish play underrates cooperators in dilemmas.",
    ),
)
