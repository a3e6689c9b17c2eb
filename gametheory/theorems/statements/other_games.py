"""One LASE player against others outside the one-shot dilemma."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.others import TOPIC, OnlyFirst, corner, empty, end, lase_gain, naive, naive_gain
from gametheory.theorems.symbols import P, R, S, T, num, p1, p2

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["STATEMENTS", "TOPIC"]

b, c, y, gamma = sp.symbols("b c y gamma", real=True)
once = y**2 * (b - c) - (1 - y) * c
cooperates_from = c / ((1 - y) * (b + y * (b - c)))
edge = 2 - T / R
saddle = sp.diff(lase_gain, p2) * sp.diff(naive_gain, p1) > 0
inside = (p1 > 0, p1 < 1, p2 > 0, p2 < 1)


def _generous() -> Evidence:
    """Solve the decision problem of a LASE player who knows the co-player, for exact numbers."""
    tried, wrong = 0, 0
    quarters = [Fraction(k, 8) for k in range(1, 8)]
    for benefit, forgives, discount in itertools.product(map(Fraction, (2, 3, 5)), [Fraction(0), *quarters], quarters):
        game = gt.Game.two_by_two(benefit - 1, -1, benefit, 0)
        kept = []  # kept[state][own action], state 0 after own cooperation
        for cooperates in (Fraction(1), forgives):
            policy = np.array([cooperates, 1 - cooperates])
            held = [[policy, policy]] * 2
            rewards = OnlyFirst("own reward and gifts").effective(game.payoffs, held)[0]
            kept.append([sum(rewards[a, k] * policy[k] for k in (0, 1)) for a in (0, 1)])
        best, always = max(_values(kept, discount)), benefit - 1
        threshold = 1 / ((1 - forgives) * (benefit + forgives * (benefit - 1)))
        tried += 1
        wrong += (best == always) != (discount >= threshold)
    return Evidence(not wrong, f"all stationary replies at {tried} exact games, {wrong} exceptions")


def _values(kept: list[list[Any]], discount: Fraction) -> Iterator[Any]:
    """Discounted average from the state after own cooperation, of all replies to the last own action."""
    for after_c, after_d in itertools.product((0, 1), repeat=2):
        r0, r1 = kept[0][after_c], kept[1][after_d]
        stay = r1 if after_d else ((1 - discount) * r1 + discount * (1 - discount) * r0 / (1 - discount**2))
        back = (1 - discount) * (r0 + discount * r1) / (1 - discount**2)
        yield r0 if not after_c else (1 - discount) * r0 + discount * stay if after_d else back


STATEMENTS = (
    Statement(
        id="lase-against-generous-tit-for-tat",
        title="LASE and generous tit-for-tat in the donation game",
        words=(
            "The co-player cooperates after its partner's cooperation and with probability $y$ after its defection; "
            "the LASE player knows that. With benefit $b$, cost $c$ and discount $\\gamma$, full cooperation is its "
            "best reply iff $\\gamma \\ge c / [(1 - y)(b + y (b - c))]$. A selfish player needs "
            "$\\gamma \\ge c/[(1 - y)\\,b]$, which is more if $y > 0$: gifts to a forgiver make defection less "
            "attractive. For $y = 0$, tit-for-tat, both thresholds are $c/b$: who is known for sure gets no gifts."
        ),
        where={
            b: "benefit to the other",
            c: "cost to oneself",
            y: "probability with which the co-player cooperates after a defection",
            gamma: "discount",
        },
        shorthand={"\\gamma_L": cooperates_from},
        hypotheses=(b > c, c > 0, y >= 0, y < 1, gamma > 0, gamma < 1),
        claims=(
            Claim(
                sp.Equivalent(b - c >= (1 - gamma) * (b + gamma * once) + gamma**2 * (b - c), gamma >= cooperates_from),
                words="when one defection does not pay",
            ),
            Claim(
                sp.Equivalent(b - c >= (1 - gamma) * b + gamma * y**2 * b, gamma >= c / (b * (1 - y**2))),
                words="when defection for ever does not pay",
            ),
            Claim(cooperates_from >= c / (b * (1 - y**2)), words="one defection is the stronger temptation"),
            Claim(
                cooperates_from < c / ((1 - y) * b),
                hypotheses=(y > 0,),
                words="the threshold is lower than a selfish player's",
            ),
        ),
        checks={"enumeration": _generous},
        neighbours=(
            Neighbour(
                "Forgiveness makes cooperation easier for LASE than tit-for-tat does.",
                conclusion=cooperates_from < c / b,
                hypotheses=(b > c, c > 0, y > 0, y < 1),
                counterexample={b: 3, c: 1, y: sp.Rational(1, 4)},
                remark=(
                    "The threshold rises with $y$, as $(1 - y)(b + y (b - c)) = b - y c - y^2 (b - c)$ falls, only "
                    "less steeply."
                ),
            ),
        ),
        remarks=(
            "The co-player's choice does not change what follows, so relationships are those of one round. "
            "After a defection the LASE player keeps only the share $y$ of what an unexpected kindness earns it. "
            "The same holds of every deterministic strategy that it knows: it gets nothing, and LASE plays like a "
            "selfish player."
        ),
    ),
    Statement(
        id="lase-naive-snowdrift",
        title="LASE and a naive learner in the snowdrift game",
        words=(
            "Let $T > R > S > P$ and $R > 0$; player 1 is LASE, player 2 naive. The attractors are $(0, 1)$; "
            "$(1, 0)$ iff $T \\ge 2R$; and $(1, 2 - T/R)$ iff $T < 2R$ and $R (S - P) > (2R - T)^2$ (equality is "
            "left open). Rest points inside are saddles."
        ),
        shorthand={"A": sp.diff(lase_gain, p2), "B": sp.diff(naive_gain, p1), "m": num},
        hypotheses=(T > R, R > S, S > P),
        claims=(
            Claim(
                sp.And(corner < 0, naive_gain.subs({p1: 0, p2: 1}) > 0),
                words="$(0, 1)$ attracts, and $(1, 1)$ does not: advantages at $p_2 = 1$",
            ),
            Claim(
                sp.And(empty > 0, sp.Equivalent(naive_gain.subs({p1: 1, p2: 0}) < 0, T > 2 * R)),
                words="when $(1, 0)$ attracts, and that $(0, 0)$ does not",
            ),
            Claim(
                sp.Equivalent(
                    sp.And(edge > 0, lase_gain.subs(p2, edge) > 0), sp.And(T < 2 * R, R * (S - P) > (2 * R - T) ** 2)
                ),
                hypotheses=(R > 0,),
                words=(
                    "when the point on the edge $p_1 = 1$ exists and attracts; along it the advantage falls with "
                    "slope $-R$"
                ),
            ),
            Claim(
                saddle,
                hypotheses=inside,
                words="$A B > 0$ at every point inside, so that rest points there are saddles",
            ),
            Claim(
                -T > 0,
                hypotheses=(p2 > 0, p2 < 1, sp.Eq(naive_gain.subs(p1, 0), 0)),
                words="a rest point inside the edge $p_1 = 0$ repels along it, with slope $-T > 0$",
            ),
        ),
        checks={"identity": naive},
        neighbours=(
            Neighbour(
                "Besides $(0, 1)$ only the point $(1, 2 - T/R)$ can attract: $(1, 0)$ never does.",
                conclusion=sp.Or(empty <= 0, naive_gain.subs({p1: 1, p2: 0}) >= 0),
                hypotheses=(T > R, R > S, S > P, R > 0),
                counterexample={R: 1, S: sp.Rational(1, 2), T: 3, P: 0},
                remark="$(1, 0)$ attracts from $T = 2R$ on: the LASE player cooperates, the naive one does not.",
            ),
        ),
        remarks=(
            "At $T = 2R$ the corner $(1, 0)$ attracts as well: along $p_1 = 1$ the second advantage is $-R p_2$. "
            "Inside the square the Jacobian of the two advantages has no own slope of the first: its rows are $(0, "
            "A)$ and $(B, C)$, with determinant $-A B$. For $R, T > 0$ there is no closed orbit, as $g_1$ does not "
            "depend on $p_1$ and $g_2$ falls in $p_2$ (Dulac). $R \\le 0$ is excluded: there the advantage "
            "does not fall along the edge $p_1 = 1$."
        ),
    ),
    Statement(
        id="lase-naive-stag-hunt",
        title="LASE and a naive learner in the stag hunt",
        words=(
            "Let $R > T > P > S$; player 1 is LASE, player 2 naive. $(1, 1)$ attracts. Beside it attracts $(0, 0)$ if "
            "$S + T < P$, and if $S + T > P$ the point $(0, (S + T - P)/T)$ iff "
            "$(S + T - P)^2 (R - T) < (P - S)^2\\,T$ (equality is left open). Rest points inside are saddles."
        ),
        shorthand={"A": sp.diff(lase_gain, p2), "B": sp.diff(naive_gain, p1), "m": num},
        hypotheses=(R > T, T > P, P > S),
        claims=(
            Claim(
                sp.And(corner > 0, naive_gain.subs({p1: 1, p2: 1}) > 0),
                words="$(1, 1)$ attracts, and $(0, 1)$ does not: advantages at $p_2 = 1$",
            ),
            Claim(
                sp.And(empty < 0, sp.Equivalent(naive_gain.subs({p1: 0, p2: 0}) < 0, num < 0)),
                words="when $(0, 0)$ attracts, and that $(1, 0)$ does not",
            ),
            Claim(
                sp.And(
                    T > 0,
                    end > 0,
                    end < 1,
                    sp.Equivalent(lase_gain.subs(p2, end) < 0, num**2 * (R - T) < (P - S) ** 2 * T),
                ),
                hypotheses=(num > 0,),
                words="when the point on the edge $p_1 = 0$ attracts",
            ),
            Claim(
                saddle,
                hypotheses=inside,
                words="$A B > 0$ at every point inside, so that rest points there are saddles",
            ),
            Claim(
                -R > 0,
                hypotheses=(p2 > 0, p2 < 1, sp.Eq(naive_gain.subs(p1, 1), 0)),
                words="a rest point inside the edge $p_1 = 1$ repels along it, with slope $-R > 0$",
            ),
        ),
        checks={"identity": naive},
        neighbours=(
            Neighbour(
                "A naive learner who could be paid to hunt always leaves defection behind.",
                conclusion=lase_gain.subs(p2, end) > 0,
                hypotheses=(R > T, T > P, P > S, num > 0),
                counterexample={R: 4, S: 0, T: 3, P: 2},
                remark="The point $(0, 1/3)$ attracts there; in $(4, 0, 3, 1)$ the point $(0, 2/3)$ does not.",
            ),
        ),
        remarks="For $S + T = P$ the corner $(0, 0)$ attracts too: on $p_1 = 0$ the second advantage is $-T p_2$.",
    ),
)
