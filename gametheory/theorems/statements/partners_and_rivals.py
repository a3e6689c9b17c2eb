"""Partners and rivals: what a memory-one strategy makes of a repeated dilemma."""

from __future__ import annotations

import itertools
from fractions import Fraction

import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.repeated import TOPIC, dilemma, dilemmas, fractions, own_payoffs
from gametheory.theorems.symbols import P, R, S, T

__all__ = ["STATEMENTS", "TOPIC"]

f1, f2, f3, f4 = sp.symbols("f1 f2 f3 f4", real=True)
v1, v2, v3, v4 = sp.symbols("v1 v2 v3 v4", real=True)
generosity = sp.Symbol("g", real=True)
probabilities = tuple(rel for f in (f2, f3, f4) for rel in (f >= 0, f <= 1))
law = (v1 >= 0, v2 >= 0, v3 >= 0, v4 >= 0)
first = R * v1 + S * v2 + T * v3 + P * v4
second = R * v1 + T * v2 + S * v3 + P * v4
akin = v2 * (1 - f2) - v3 * f3 - v4 * f4  # zero for f1 = 1
safe_dc = (R - S) * (1 - f2) - (T - R) * f3
safe_dd = (R - P) * (1 - f2) - (T - R) * f4

_AFTER = tuple(zip((f1, f2, f3, f4), ("CC", "CD", "DC", "DD"), strict=True))
QUARTERS = [Fraction(k, 4) for k in range(5)]


def _partners() -> Evidence:
    """Compare the package's answer with what the two dangerous opponents of the proof earn, exactly."""
    opponents = [fractions([0, 0, 0, 0, 0]), fractions([0, 0, 1, 1, 1])]
    tried, wrong = 0, 0
    for game in (g for g in dilemmas(0, 6) if 2 * own_payoffs(g)[0] > sum(own_payoffs(g)[1:3])):
        for entries in itertools.product(QUARTERS[:4], QUARTERS, QUARTERS):
            x = fractions([1, 1, *entries])
            earn = [gt.memory_one.payoffs(game, x, y)[1] for y in opponents]
            safe = gt.memory_one.is_partner(game, x, strict=False)
            tried += 1
            wrong += safe != (max(earn) <= own_payoffs(game)[0])
        generous = gt.memory_one.largest_generosity(game)
        for k in range(1, 12):
            x = fractions([1, 1, Fraction(k, 12), 1, Fraction(k, 12)])
            tried += 1
            wrong += gt.memory_one.is_partner(game, x, strict=False) != (Fraction(k, 12) <= generous)
    return Evidence(not wrong, f"{tried} strategies in fractions, {wrong} exceptions")


def _rivals() -> Evidence:
    """Compare the package's answer with what two opponents earn, exactly."""
    opponents = [fractions([0, 0, 0, 0, 0]), fractions([0, 0, 0, 0, 1])]
    game = gt.Game.two_by_two(3, 0, 5, 1)
    tried, wrong = 0, 0
    for entries in itertools.product(QUARTERS[1:4], QUARTERS[:4], QUARTERS, QUARTERS[:4]):
        x = fractions([1, *entries])
        beaten = False
        for y in opponents:
            own, other = gt.memory_one.payoffs(game, x, y, discount=None)
            beaten |= bool(own < other)
        tried += 1
        wrong += gt.memory_one.is_rival(game, x) == beaten
    return Evidence(not wrong, f"{tried} strategies in fractions, {wrong} exceptions")


STATEMENTS = (
    Statement(
        id="partners",
        title="Partners: cooperative strategies that cannot be exploited",
        words=(
            "Let the first player of a repeated prisoner's dilemma with $2R > T + S$, in the limit of means, "
            "cooperate with probabilities $f = (f_1, f_2, f_3, f_4)$ after CC, CD, DC and DD, where $f_1 = 1$ and $f "
            "\\ne (1, 1, 0, 0)$. No opponent gets more than $R$ iff $(T - R)\\,f_3 \\le (R - S)(1 - f_2)$ and $(T - "
            "R)\\,f_4 \\le (R - P)(1 - f_2)$. If both are strict, an opponent that gets $R$ also leaves $R$ to the "
            "first player. For generous tit-for-tat, $f = (1, g, 1, g)$, the two conditions are $g \\le "
            "\\min\\left(1 - \\frac{T - R}{R - S}, \\frac{R - P}{T - P}\\right)$; for $f = (1, 0, 0, g)$ they are $g "
            "\\le (R - P)/(T - R)$, so for win-stay lose-shift, $g = 1$, they are $2R \\ge T + P$."
        ),
        where={
            **{f: f"probability of cooperating after {outcome}" for f, outcome in _AFTER[1:]},
            **{v: f"frequency of {outcome}" for v, (_, outcome) in zip((v1, v2, v3, v4), _AFTER, strict=True)},
            generosity: "probability of forgiving",
        },
        shorthand={"x": first, "y": second, "c_3": safe_dc, "c_4": safe_dd},
        hypotheses=(*dilemma, 2 * R > T + S, *probabilities),
        claims=(
            Claim(
                (1 - f2) * second <= (1 - f2) * R,
                hypotheses=(*law, sp.Eq(v1, 1 - v2 - v3 - v4), sp.Eq(akin, 0), safe_dc >= 0, safe_dd >= 0, f2 < 1),
                words="if both conditions hold, the opponent gets at most $R$",
            ),
            Claim(
                sp.Eq(
                    (1 - f2) * (R - second.subs(v1, 1 - v2 - v3 - v4)),
                    v3 * safe_dc + v4 * safe_dd - (T - R) * akin,
                ),
                words="why: what the opponent lacks is a sum of what the two conditions leave, and of 0",
            ),
            Claim(
                sp.And(sp.Eq(v2, 0), sp.Eq(v3, 0), sp.Eq(v4, 0)),
                hypotheses=(
                    *law,
                    sp.Eq(v1, 1 - v2 - v3 - v4),
                    sp.Eq(akin, 0),
                    safe_dc > 0,
                    safe_dd > 0,
                    second >= R,
                ),
                words="if both are strict, an opponent who gets $R$ or more only ever meets CC",
            ),
            Claim(
                T * v2 + P * v4 > R * (v2 + v4),
                hypotheses=(safe_dd < 0, v2 >= 0, v4 >= 0, v2 + v4 > 0, sp.Eq(v2 * (1 - f2), v4 * f4), f2 < 1),
                words="if the second fails, an opponent who always defects gets more than $R$",
            ),
            Claim(
                (T - R) * v2 > (R - S) * v3,
                hypotheses=(safe_dc < 0, v2 >= 0, v3 >= 0, v2 + v3 > 0, sp.Eq(v2 * (1 - f2), v3 * f3), f2 < 1),
                words=(
                    "if the first fails, so does one who defects after CC alone, so that CC and CD are met equally "
                    "often"
                ),
            ),
            Claim(
                sp.Equivalent(
                    sp.And(
                        safe_dc.subs({f2: generosity, f3: 1}) >= 0, safe_dd.subs({f2: generosity, f4: generosity}) >= 0
                    ),
                    generosity <= sp.Min(1 - (T - R) / (R - S), (R - P) / (T - P)),
                ),
                words="both conditions for generous tit-for-tat $(1, g, 1, g)$",
            ),
            Claim(
                sp.Equivalent(
                    sp.And(safe_dc.subs({f2: 0, f3: 0}) >= 0, safe_dd.subs({f2: 0, f4: generosity}) >= 0),
                    generosity <= (R - P) / (T - R),
                ),
                words="both conditions for $(1, 0, 0, g)$, with $g = 1$ win-stay lose-shift",
            ),
        ),
        checks={"enumeration": _partners},
        neighbours=(
            Neighbour(
                "The two conditions are enough for $f = (1, 1, 0, 0)$ too.",
                conclusion=second <= R,
                hypotheses=(
                    *dilemma,
                    2 * R > T + S,
                    sp.Eq(v1 + v2 + v3 + v4, 1),
                    sp.Eq(akin, 0),
                    safe_dc >= 0,
                    safe_dd >= 0,
                    f2 <= 1,
                ),
                counterexample={R: 3, S: 0, T: 5, P: 1, f2: 1, f3: 0, f4: 0, v1: 0, v2: 1, v3: 0, v4: 0},
                remark="That strategy repeats what it did; once it cooperates it is exploited for ever.",
            ),
        ),
        source="E. Akin, Games 6 (2015) 175-190",
        remarks=(
            "The claims use Akin's identity, which with $f_1 = 1$ is $v_2 (1 - f_2) = v_3 f_3 + v_4 f_4$. Where a "
            "condition fails the opponent of the proof either always defects, or defects after CC and cooperates "
            "after all else: then DD is never met, and CD as often as CC. With "
            "$f_2 = 1$, always defecting after one success earns $T$ for ever."
        ),
    ),
    Statement(
        id="rivals",
        title="Rivals: strategies that never earn less than the other",
        words=(
            "Let the first player of a repeated prisoner's dilemma, in the limit of means, cooperate with "
            "probabilities $f_1, f_2, f_3, f_4$ after CC, CD, DC and DD. If $f_4 = 0$, $f_2 + f_3 \\le 1$ and $f_2 < "
            "1$, it earns at least as much as any opponent. If $f_4 > 0$, or $f_2 + f_3 > 1$ and $f_4 = 0$, some "
            "opponent earns more. With $f_2 = 1$, $f_3 = f_4 = 0$ it depends on the opening: who has cooperated once "
            "goes on with a defector."
        ),
        where={
            **{f: f"probability of cooperating after {outcome}" for f, outcome in _AFTER},
            **{v: f"frequency of {outcome}" for v, (_, outcome) in zip((v1, v2, v3, v4), _AFTER, strict=True)},
        },
        shorthand={"x": first, "y": second},
        hypotheses=(*dilemma, f1 >= 0, f1 <= 1, *probabilities),
        claims=(
            Claim(
                first >= second,
                hypotheses=(*law, sp.Eq(v2 * (1 - f2), v3 * f3 - v1 * (1 - f1)), f2 + f3 <= 1, f2 < 1),
                words="with $f_4 = 0$ the conditions are enough, by Akin's identity",
            ),
            Claim(
                S * v2 + P * v4 < T * v2 + P * v4,
                hypotheses=(v2 >= 0, v4 >= 0, v2 + v4 > 0, sp.Eq(v2 * (1 - f2), v4 * f4), f4 > 0),
                words="with $f_4 > 0$ an opponent who always defects earns more",
            ),
            Claim(
                S * v2 + T * v3 < T * v2 + S * v3,
                hypotheses=(v2 >= 0, v3 > 0, sp.Eq(v2 * (1 - f2), v3 * f3), f2 + f3 > 1, f2 < 1),
                words="with $f_4 = 0$ and $f_2 + f_3 > 1$ one who cooperates after DD alone earns more",
            ),
        ),
        checks={"enumeration": _rivals},
        neighbours=(
            Neighbour(
                "$f_4 = 0$ and $f_2 + f_3 \\le 1$ are enough.",
                conclusion=first >= second,
                hypotheses=(*dilemma, sp.Eq(v2 * (1 - f2), v3 * f3 - v1 * (1 - f1)), f2 + f3 <= 1),
                counterexample={R: 3, S: 0, T: 5, P: 1, f1: 1, f2: 1, f3: 0, v1: 0, v2: 1, v3: 0, v4: 0},
                remark="With $f_2 = 1$ one more thing is needed: that the player opens with a defection.",
            ),
        ),
        source="C. Hilbe, K. Chatterjee, M. A. Nowak, Nature Human Behaviour 2 (2018); the case p_2 = 1: derived here",
    ),
)
