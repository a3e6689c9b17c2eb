"""What LASE players earn, and how that compares."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.objective.matrix import expected
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.symmetry_breaking import apart, g, gain, s, slope, square, x, y
from gametheory.theorems.symbols import P, R, S, T, den, num, p, rest

TOPIC = "Welfare and comparisons"

_dilemma = (T > R, R > P, P > S)
_level = (T - R) / (2 * R - T - S)  # selfishness level of a dilemma with 2R > T + S
_nash = (S - P) / (T + S - R - P)  # mixed equilibrium, selfish threshold of a stag hunt


def welfare(own: Any) -> Any:
    """Return the payoff per player if all cooperate with one probability."""
    return R * own**2 + (S + T) * own * (1 - own) + P * (1 - own) ** 2


def _payoff(own: Any, other: Any, low: Any = S) -> Any:
    return R * own * other + low * own * (1 - other) + T * (1 - own) * other + P * (1 - own) * (1 - other)


def _received(own: Any, other: Any) -> Any:
    """Gifts received less gifts given."""
    return own * (1 - own) * (R * other + T * (1 - other)) - other * (1 - other) * (R * own + T * (1 - own))


def _welfare_is_the_packages() -> Evidence:
    payoffs = gt.Game.two_by_two(R, S, T, P).payoffs
    policy = np.array([p, 1 - p], dtype=object)
    found = [sp.expand(expected(payoffs[k], [policy, policy])[()] - welfare(p)) for k in (0, 1)]
    return Evidence(found == [0, 0], "mean payoffs of the package's symbolic game, expanded, are W(p)")


_efficiency = (welfare(p) - P) / (R - P)
_grid = [Fraction(k, 6) for k in range(1, 13)]


def _levels_are_the_packages() -> Evidence:
    count = 0
    for reward in _grid:
        for more in _grid:
            game = gt.Game.two_by_two(reward, -more, reward + more, 0)  # additive, P = 0
            share = gt.reward_transfer.symmetric_self_interest(game)
            level = gt.reward_transfer.selfishness_level(game)
            at = {R: reward, S: -more, T: reward + more, P: 0}
            p_star = rest.subs(at)
            if not (share.exact and level.exact) or p_star != 2 - 1 / share.value or p_star != 1 / (1 + level.value):
                return Evidence(False, f"differs in {game.payoffs[0].tolist()}")
            count += 1
    return Evidence(
        True, f"symmetric_self_interest and selfishness_level, exactly, in {count} additive games with P = 0"
    )


def _thresholds_are_the_packages() -> Evidence:
    games = ((4, -3, 3, 1), (2, -1, Fraction(1, 2), Fraction(1, 4)), (3, -5, -1, -2), (5, -6, 1, 0), (1, -3, -1, -1.5))
    lines = []
    for payoffs in games:
        reward, low, high, punish = (Fraction(v) for v in payoffs)
        game = gt.Game.two_by_two(reward, low, high, punish)
        rules = [gt.transfer.SocialRelationship(), gt.transfer.Selfish()]
        found = [gt.analysis.rest_points(gt.rules.policy_gradient(game, rule).diagonal()).interior for rule in rules]
        if [len(points) for points in found] != [1, 1] or any(points[0].stability != "source" for points in found):
            return Evidence(False, f"thresholds of {payoffs}: {found}")
        ours, selfish = (points[0].location[0] for points in found)
        at = {R: reward, S: low, T: high, P: punish}
        if (ours, selfish) != (rest.subs(at), _nash.subs(at)) or (ours < selfish) != (high > 0):
            return Evidence(False, f"thresholds of {payoffs}: {ours}, {selfish}")
        lines.append(f"{ours} against {selfish}")
    return Evidence(True, "thresholds on the diagonal in five stag hunts by exact elimination: " + ", ".join(lines))


# The pair in units T - R = 1: payoffs R, T, s that make (x, y) the unequal rest point
_a, _h = x + y, (x - y) ** 2 + 2
_of_pair = {R: (2 * _a - 1 - 2 * x * y) / (2 - _a)}
_of_pair |= {T: _of_pair[R] + 1, s: _of_pair[R] - _a}
_pair_given = (*square, x > y, 2 * (1 - x) * (1 - y) < 1)
_w = x**4 - 2 * x**3 * y + 2 * x**2 * y**2 + 2 * x**2 - 2 * x * y**3 + 4 * x * y - 4 * x + y**4 + 2 * y**2 - 4 * y + 2
_w_low = (1 + _a - 2 * x * y) * (x**2 * y + x**2 - 2 * x * y**2 - 2 * x * y + x + y**3 + y**2 + 3 * y)
_w_high = (1 + _a - 2 * x * y) * (x**3 - 2 * x**2 * y + x**2 + x * y**2 - 2 * x * y + 3 * x + y**2 + y)
_gain_of_all = (x - y) ** 2 * ((2 - _a) ** 2 * _h * P + (1 + _a - 2 * x * y) * _w) / (2 * (2 - _a) * _h**2)
_loss_of_larger = (x - y) * (1 + (x - y) * (1 - y)) * (_w_low - (2 - _a) * _h * P) / ((2 - _a) * _h**2)
_gain_of_smaller = (x - y) * (1 - (x - y) * (1 - x)) * (_w_high - (2 - _a) * _h * P) / ((2 - _a) * _h**2)


def _pair_formulas() -> Evidence:
    low = s + P
    point = gain / slope
    alike = _payoff(point, point, low)
    mean = (_payoff(x, y, low) + _payoff(y, x, low)) / 2
    sides = (
        (mean - alike, _gain_of_all),
        (alike - _payoff(x, y, low) - _received(x, y), _loss_of_larger),
        (_payoff(y, x, low) + _received(y, x) - alike, _gain_of_smaller),
    )
    fractions = sp.QQ.frac_field(x, y, P)  # rational functions, kept in lowest terms
    left = [fractions.from_sympy((a - b).xreplace(_of_pair)) for a, b in (*sides, (g(x, y), 0), (g(y, x), 0))]
    return Evidence(
        all(e == 0 for e in left),
        "with the payoffs solved for by given p1 and p2 (in units T - R = 1) the three differences are the three "
        "products, by cancellation",
    )


def _pair_examples() -> Evidence:
    cases = ((Fraction(3, 4), Fraction(1, 2)), (Fraction(5, 6), Fraction(1, 3)), (Fraction(7, 8), Fraction(3, 4)))
    for high, low in cases:
        at = {x: sp.Rational(high), y: sp.Rational(low)}
        reward, temptation, lack = (_of_pair[z].subs(at) for z in (R, T, s))
        for share in (sp.Integer(0), sp.Rational(1, 2)):
            punish = share * reward
            game = gt.Game.two_by_two(reward, lack + punish, temptation, punish)
            objective = gt.objective.MatrixObjective(game.rational(), gt.transfer.SocialRelationship())
            points = gt.analysis.rest_points(gt.rules.policy_gradient(objective)).sinks
            if {q.location for q in points} != {(at[x], at[y]), (at[y], at[x])}:
                return Evidence(False, f"attractors of {game.payoffs[0].tolist()}: {points}")
            policies = [np.array([v, 1 - v], dtype=object) for v in (high, low)]
            found = gt.analysis.gifts(objective, policies)
            alike = _payoff(gain / slope, gain / slope, s + P).subs({R: reward, T: temptation, s: lack, P: punish})
            if not (found.totals[0] < alike < found.totals[1] and found.welfare / 2 > alike):
                return Evidence(False, f"at {(high, low)}, P = {punish}: {found.totals} against {alike}")
    return Evidence(True, f"attractors and gifts of {2 * len(cases)} games with rational pairs, exactly")


STATEMENTS = (
    Statement(
        id="welfare-above-defection",
        title="Any cooperation beats none",
        words=(
            "If everybody cooperates with probability $p$, each gets $W(p) = R p^2 + (S + T) p (1 - p) + P (1 - "
            "p)^2$. If $R > P$ and $S + T \\ge 2P$, then $W(p) > P$ for every $p$ with $0 < p \\le 1$."
        ),
        shorthand={"W{(p)}": welfare(p), "W{(p^*)}": welfare(rest)},
        hypotheses=(R > P, S + T >= 2 * P, p > 0, p <= 1),
        claims=(Claim(welfare(p) > P, words="the mean payoff is above that of mutual defection"),),
        checks={"identity": _welfare_is_the_packages},
        neighbours=(
            Neighbour(
                "Wherever two LASE players rest with $0 < p^* < 1$ in a game with $R > P$, they fare better than "
                "under full defection.",
                conclusion=welfare(rest) > P,
                hypotheses=(R > P, R > S, T > P, T > R, num > 0, den > 0),
                counterexample={R: sp.Rational(3, 2), S: -sp.Rational(1, 2), T: sp.Rational(7, 4), P: 1},
                remark="$W(1/2) = 15/16$: $S + T \\ge 2P$ is needed.",
            ),
        ),
    ),
    Statement(
        id="lase-efficiency",
        title="How much of the gain from cooperation is reached",
        words=(
            "Let $R > P$ and $2P \\le S + T \\le 2R$. Let $e = (W(p) - P)/(R - P)$ be the share of the gain from "
            "cooperation that is reached where all cooperate with probability $p$, at $p^*$ for instance. Then $p^2 "
            "\\le e \\le 2p - p^2$. In additive games, $R + P = S + T$, the share is $e = p$, and $p^* = R/T$. In "
            "the donation game (benefit $b$, cost $c$) full cooperation is worth $b/(b - c)$ times what two LASE "
            "players get."
        ),
        shorthand={"p^*": rest, "e": _efficiency},
        claims=(
            Claim(
                sp.And(_efficiency >= p**2, _efficiency <= 2 * p - p**2),
                (R > P, S + T >= 2 * P, S + T <= 2 * R, p >= 0, p <= 1),
                "bounds of the share that is reached",
            ),
            Claim(
                sp.Eq(_efficiency.subs(S, R + P - T), p, evaluate=False),
                (R > P,),
                "the share in additive games, where $S = R + P - T$",
            ),
            Claim(sp.Eq(rest, R / T, evaluate=False), (sp.Eq(S, R + P - T), T > 0), "the rest point of additive games"),
            Claim(
                sp.Eq(R / welfare(rest), T / R).subs({S: R - T, P: 0}),
                (T > R, R > 0),
                "donation game, $T = b$ and $R = b - c$: full cooperation against $W(p^*)$",
            ),
        ),
        checks={"identity": _welfare_is_the_packages},
        neighbours=(
            Neighbour(
                "The share is at most $2p - p^2$ without $S + T \\le 2R$.",
                conclusion=_efficiency <= 2 * p - p**2,
                hypotheses=(R > P, S + T >= 2 * P, p >= 0, p <= 1),
                counterexample={R: 1, S: 0, T: 3, P: 0, p: sp.Rational(1, 2)},
                remark="There unequal play earns more than full cooperation.",
            ),
        ),
    ),
    Statement(
        id="lase-against-measures",
        title="LASE, minimal reward transfer and the selfishness level",
        words=(
            "In additive prisoner's dilemmas with $P = 0$ three numbers say the same: $p^* = 2 - 1/s^*$, where $s^* = "
            "\\min(1, (R - S)/(T - S), (T - P)/(T - S))$ is the largest share of the own reward with which "
            "cooperation is dominant, and $p^* = 1/(1 + \\alpha)$, where $\\alpha = (T - R)/(2R - T - S)$ is the "
            "selfishness level. In any prisoner's dilemma with $2R > S + T > P$: $p^* \\ge 1/(1 + \\alpha)$ exactly "
            "if $2(S + T) \\ge 2R + P$."
        ),
        shorthand={"p^*": rest, "alpha": _level},
        claims=(
            Claim(
                sp.Eq(
                    T / (2 * T - R),
                    sp.Min(1, (R - S) / (T - S), (T - P) / (T - S), evaluate=False).subs({S: R - T, P: 0}),
                    evaluate=False,
                ),
                (T > R, R > 0),
                "the largest share $s^*$",
            ),
            Claim(
                sp.Eq(rest.subs({S: R - T, P: 0}), 2 - (2 * T - R) / T, evaluate=False),
                (T > R, R > 0),
                "$p^*$ by $s^*$",
            ),
            Claim(
                sp.Eq(rest.subs({S: R - T, P: 0}), 1 / (1 + _level.subs(S, R - T)), evaluate=False),
                (T > R, R > 0),
                "$p^*$ by $\\alpha$",
            ),
            Claim(
                sp.Equivalent(rest >= 1 / (1 + _level), 2 * (S + T) >= 2 * R + P),
                (*_dilemma, 2 * R > S + T, S + T > P),
                "comparison in any dilemma",
            ),
        ),
        checks={"enumeration": _levels_are_the_packages},
        neighbours=(
            Neighbour(
                "In every additive prisoner's dilemma $p^* = 1/(1 + \\alpha)$.",
                conclusion=sp.Eq(rest, 1 / (1 + _level)),
                hypotheses=(*_dilemma, sp.Eq(R + P, S + T), S + T > P),
                counterexample={R: 4, S: 0, T: 5, P: 1},
                remark=(
                    "$\\alpha$ does not change when a constant is added to all payoffs, $p^*$ does: here 3/4 and 4/5."
                ),
            ),
        ),
        source=(
            "s*: R. Willis, Y. Du, J. Z. Leibo, M. Luck, Resolving social dilemmas with minimal reward transfer "
            "(2024); selfishness level: K. R. Apt, G. Schäfer, Selfishness level of strategic games (2014); "
            "comparison derived here"
        ),
    ),
    Statement(
        id="lase-stag-hunt-threshold",
        title="Stag hunts: when gifts lower the bar",
        words=(
            "Stag hunt, $R > T \\ge P > S$, with $S + T < P$: two LASE players who are alike end in full cooperation "
            "if they start above $p^*$, selfish ones above $(P - S)/(R - T + P - S)$. The odds of the first are lower "
            "than those of the second by $T/(R - T)$; so LASE lowers the threshold exactly if $T > 0$."
        ),
        shorthand={"p^*": rest, "p_N": _nash},
        hypotheses=(R > T, T >= P, P > S, S + T < P),
        claims=(
            Claim(sp.Equivalent(rest < _nash, T > 0), words="when the threshold of LASE players is the lower one"),
            Claim(sp.And(rest > 0, rest < 1, _nash > 0, _nash < 1), words="both thresholds are inside"),
            Claim(sp.Eq(rest / (1 - rest), _nash / (1 - _nash) - T / (R - T)), words="difference of their odds"),
        ),
        checks={"enumeration": _thresholds_are_the_packages},
        neighbours=(
            Neighbour(
                "LASE lowers the threshold of every stag hunt.",
                conclusion=rest < _nash,
                hypotheses=(R > T, T >= P, P > S, S + T < P),
                counterexample={R: 3, S: -5, T: -1, P: -2},
                remark="With $T < 0$ a gift is a burden.",
            ),
        ),
    ),
    Statement(
        id="lase-chicken-welfare",
        title="Chicken: LASE beats the mixed equilibrium",
        words=(
            "Chicken, $T > R > S > P$, with $T > 0$: the symmetric rest point is worth more to everybody than the "
            "mixed Nash equilibrium $p_N = (S - P)/(T + S - R - P)$: $W(p^*) > W(p_N)$. For $W(p^*) - W(p_N) = (p^* - "
            "p_N)\\,[T - P - (T + S - R - P)\\,p^*]$, and both factors are positive."
        ),
        shorthand={
            "p^*": rest,
            "p_N": _nash,
            "W{(p^*)}": welfare(rest),
            "W{(p_N)}": welfare(_nash),
            "W{(p^*)} - W{(p_N)}": welfare(rest) - welfare(_nash),
        },
        hypotheses=(T > R, R > S, S > P, T > 0),
        claims=(
            Claim(
                sp.Eq(welfare(rest) - welfare(_nash), (rest - _nash) * (T - P - (T + S - R - P) * rest)),
                words="the difference of mean payoffs is a product",
            ),
            Claim(rest > _nash, words="its first factor is positive: LASE players cooperate more"),
            Claim(T - P - (T + S - R - P) * rest > 0, words="so is its second: more cooperation pays"),
        ),
        checks={"identity": _welfare_is_the_packages},
        neighbours=(
            Neighbour(
                "The same holds for $T < 0$, where $p^*$ lies between 0 and 1.",
                conclusion=welfare(rest) > welfare(_nash),
                hypotheses=(T > R, R > S, S > P, rest > 0, rest < 1),
                counterexample={R: -sp.Rational(3, 2), S: -2, T: -1, P: -4},
                remark="Gifts of losses lower cooperation.",
            ),
        ),
    ),
    Statement(
        id="lase-pair-welfare",
        title="Unequal players earn more together, and the larger contributor pays",
        words=(
            "Two LASE players rest unequal inside the square, at $p_1 > p_2$, in a game with $T > R > 0$ and $P \\ge "
            "0$. Their mean payoff is above $W(p^*)$, that of the symmetric rest point $p^* = (S + T - P)/(2T + S - "
            "R - P)$. If also $P < R$, the larger contributor has less than $W(p^*)$ even after gifts, the smaller "
            "one more."
        ),
        shorthand={
            "a": _a,
            "h": _h,
            "w": _w,
            "w_1": _w_low,
            "w_2": _w_high,
            "R{}": _of_pair[R],
            "G": _received(x, y),
        },
        where={
            x: "probability that the larger contributor cooperates",
            y: "probability that the smaller one does",
            P: "payoff if neither cooperates; in units $T - R = 1$ in the claims",
        },
        hypotheses=_pair_given,
        claims=(
            Claim(_w > 0, words="mean payoff, where $P = 0$: a factor of the difference is positive"),
            Claim((2 - _a) ** 2 * _h * P + (1 + _a - 2 * x * y) * _w > 0, (P >= 0,), "mean payoff, where $P \\ge 0$"),
            Claim(
                _w_low - (2 - _a) * _h * P > 0,
                (P >= 0, _of_pair[R] > P),
                "what the larger contributor loses: a factor of it is positive",
            ),
            Claim(
                _w_high - (2 - _a) * _h * P > 0,
                (P >= 0, _of_pair[R] > P),
                "what the smaller contributor gains: a factor of it is positive",
            ),
            Claim(
                sp.And(1 + (x - y) * (1 - y) > 0, 1 - (x - y) * (1 - x) > 0),
                words="the other factors of the two are positive",
            ),
        ),
        checks={"identity": _pair_formulas, "enumeration": _pair_examples},
        neighbours=(
            Neighbour(
                "The pair's mean payoff is above the symmetric point's for $P < 0$ too.",
                conclusion=_gain_of_all > 0,
                hypotheses=_pair_given,
                counterexample={x: sp.Rational(3, 4), y: sp.Rational(1, 2), P: -sp.Rational(7, 4)},
                remark="In $(1, -2, 2, -7/4)$ it is below.",
            ),
            Neighbour(
                "Net gifts always flow to the smaller contributor.",
                conclusion=_received(x, y) < 0,
                hypotheses=(x > y,),
                counterexample={R: 1, T: 2, x: 1, y: 0},
                remark=(
                    "A sure cooperator and a sure defector surprise nobody: nothing flows in $(1, 0, 2, 0)$ at (1, 0)."
                ),
            ),
            Neighbour(
                "At an unequal rest point inside the square net gifts flow to the smaller contributor.",
                conclusion=_received(x, y) < 0,
                hypotheses=(T > R, R > 0, x > y, *square, *apart),
                counterexample={
                    R: 1,
                    T: sp.Rational(12, 5),
                    s: -sp.Rational(23, 40),
                    x: sp.Rational(5, 8),
                    y: sp.Rational(1, 2),
                },
                remark="In $(1, -23/40, 12/5, 0)$ at (5/8, 1/2) they flow to the larger one.",
            ),
        ),
        remarks=(
            "All games whose unequal rest point is $(p_1, p_2)$ are multiples of one, up to a shift of $S$ and $P$ "
            "together. In units $T - R = 1$ it has $R = (2a - 1 - 2 p_1 p_2)/(2 - a)$ and $S - P = R - a$ with $a = "
            "p_1 + p_2$, which is positive exactly if $(1 - p_1)(1 - p_2) < 1/2$. The three differences are then "
            "products whose factors the claims show to be positive. For pairs on the edge the same was seen in "
            "examples, as in $(1, 1/2, 3/2, 0)$: 3/4 and 5/4 before gifts, 1/2 and 3/2 after, against $W(p^*) = "
            "24/25$."
        ),
    ),
)
