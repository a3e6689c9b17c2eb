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
            "Prisoner's dilemma with $2R > T + S$, limit of means, $p_1 = 1$ and $p \\ne (1, 1, 0, 0)$. No opponent "
            "gets more than $R$ iff $(T - R)\\,p_3 \\le (R - S)(1 - p_2)$ and "
            "$(T - R)\\,p_4 \\le (R - P)(1 - p_2)$. If both are strict, an opponent that gets $R$ also gives $R$. For "
            "generous tit-for-tat, $p = (1, g, 1, g)$, this is "
            "$g \\le \\min\\left(1 - \\frac{T - R}{R - S}, \\frac{R - P}{T - P}\\right)$; for win-stay lose-shift "
            "$2R \\ge T + P$."
        ),
        hypotheses=(*dilemma, 2 * R > T + S, *probabilities),
        claims=(
            Claim(
                (1 - f2) * second <= (1 - f2) * R,
                hypotheses=(*law, sp.Eq(v1, 1 - v2 - v3 - v4), sp.Eq(akin, 0), safe_dc >= 0, safe_dd >= 0, f2 < 1),
                words="nobody gets more than R",
            ),
            Claim(
                sp.Eq(
                    (1 - f2) * (R - second.subs(v1, 1 - v2 - v3 - v4)),
                    v3 * safe_dc + v4 * safe_dd - (T - R) * akin,
                ),
                words="why: what the opponent lacks is a sum of what the two conditions leave",
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
                words="strict: who gets R or more cooperates with a cooperator all the time",
            ),
            Claim(
                T * v2 + P * v4 > R * (v2 + v4),
                hypotheses=(safe_dd < 0, v2 >= 0, v4 >= 0, v2 + v4 > 0, sp.Eq(v2 * (1 - f2), v4 * f4), f2 < 1),
                words="if the second fails, always defecting earns more than R",
            ),
            Claim(
                (T - R) * v2 > (R - S) * v3,
                hypotheses=(safe_dc < 0, v2 >= 0, v3 >= 0, v2 + v3 > 0, sp.Eq(v2 * (1 - f2), v3 * f3), f2 < 1),
                words="if the first fails, so does defecting after CC alone, where CC is met as often as CD",
            ),
            Claim(
                sp.Equivalent(
                    sp.And(
                        safe_dc.subs({f2: generosity, f3: 1}) >= 0, safe_dd.subs({f2: generosity, f4: generosity}) >= 0
                    ),
                    generosity <= sp.Min(1 - (T - R) / (R - S), (R - P) / (T - P)),
                ),
                words="generous tit-for-tat",
            ),
            Claim(sp.Equivalent(safe_dd.subs({f2: 0, f4: 1}) >= 0, 2 * R >= T + P), words="win-stay lose-shift"),
        ),
        checks={"enumeration": _partners},
        neighbours=(
            Neighbour(
                "The two conditions are enough for p = (1, 1, 0, 0) too.",
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
            "In the necessity part the opponent either always defects, or defects after CC and cooperates after CD and "
            "DC of the first player's view: then DD is never met and CC as often as CD. "
            "With p_2 = 1, always defecting after one success earns T for ever."
        ),
    ),
    Statement(
        id="rivals",
        title="Rivals: strategies that never earn less than the other",
        words=(
            "Prisoner's dilemma, limit of means. If $p_4 = 0$, $p_2 + p_3 \\le 1$ and $p_2 < 1$, the first player "
            "earns at least as much as any opponent. If $p_4 > 0$, or $p_2 + p_3 > 1$ and $p_4 = 0$, some opponent "
            "earns more. With $p_2 = 1$, $p_3 = p_4 = 0$ it depends on the opening: who has cooperated "
            "once goes on with a defector."
        ),
        hypotheses=(*dilemma, f1 >= 0, f1 <= 1, *probabilities),
        claims=(
            Claim(
                first >= second,
                hypotheses=(*law, sp.Eq(v2 * (1 - f2), v3 * f3 - v1 * (1 - f1)), f2 + f3 <= 1, f2 < 1),
                words="enough: Akin's identity with p_4 = 0",
            ),
            Claim(
                S * v2 + P * v4 < T * v2 + P * v4,
                hypotheses=(v2 >= 0, v4 >= 0, v2 + v4 > 0, sp.Eq(v2 * (1 - f2), v4 * f4), f4 > 0),
                words="p_4 > 0: always defecting earns more",
            ),
            Claim(
                S * v2 + T * v3 < T * v2 + S * v3,
                hypotheses=(v2 >= 0, v3 > 0, sp.Eq(v2 * (1 - f2), v3 * f3), f2 + f3 > 1, f2 < 1),
                words="p_2 + p_3 > 1: an opponent that cooperates after DD only earns more",
            ),
        ),
        checks={"enumeration": _rivals},
        neighbours=(
            Neighbour(
                "p_4 = 0 and p_2 + p_3 <= 1 are enough.",
                conclusion=first >= second,
                hypotheses=(*dilemma, sp.Eq(v2 * (1 - f2), v3 * f3 - v1 * (1 - f1)), f2 + f3 <= 1),
                counterexample={R: 3, S: 0, T: 5, P: 1, f1: 1, f2: 1, f3: 0, v1: 0, v2: 1, v3: 0, v4: 0},
                remark="With p_2 = 1 one more thing is needed: that the player opens with a defection.",
            ),
        ),
        source="C. Hilbe, K. Chatterjee, M. A. Nowak, Nature Human Behaviour 2 (2018); the case p_2 = 1: derived here",
    ),
)
