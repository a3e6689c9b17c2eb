"""Other ways of passing on rewards: fixed shares, selfishness levels, inequity aversion, contracts, gift actions."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.symbols import P, R, S, T

if TYPE_CHECKING:
    from collections.abc import Iterator

TOPIC = "Neighbouring theory"

s, n, r, b, c, alpha, beta = sp.symbols("s n r b c alpha beta", real=True)
dilemma = (T > R, R > P, P > S)
with_cooperator, with_defector = (R - S) / (T - S), (T - P) / (T - S)
most = sp.Min(with_cooperator, with_defector)
kept_with_cooperator = R - (s * T + (1 - s) * S)
kept_with_defector = s * S + (1 - s) * T - P
level = (T - R) / (2 * R - T - S)
own_share = (1 + level) / (1 + 2 * level)
goods_level = (1 - r / n) / (r - 1)


def games_of(order: bool = False) -> Iterator[tuple[Fraction, ...]]:
    """All symmetric games with payoffs from -2 to 3, R, S, T, P; or the dilemmas with payoffs from -3 to 6."""
    if order:
        for sucker, punishment, reward, temptation in itertools.combinations(map(Fraction, range(-3, 7)), 4):
            yield reward, sucker, temptation, punishment
    else:
        yield from itertools.product(map(Fraction, range(-2, 4)), repeat=4)


def note(condition: bool, found: bool, wrong: list[Any], what: Any) -> None:
    """Write down a case in which a condition and what was found differ."""
    if condition != found:
        wrong.append(what)


def _shares() -> Evidence:
    wrong: list[Any] = []
    games = [g for g in games_of() if g[2] > g[1]]
    for values in games:
        reward, sucker, temptation, punishment = values
        exists = 2 * reward >= temptation + sucker >= 2 * punishment
        try:
            found = gt.reward_transfer.symmetric_self_interest(gt.Game.two_by_two(*values)).value
        except ValueError:
            note(exists, False, wrong, values)
            continue
        width = temptation - sucker
        says = min(Fraction(1), (reward - sucker) / width, (temptation - punishment) / width)
        note(exists, True, wrong, values)
        note(True, found == says, wrong, values)
    return Evidence(not wrong, f"{len(games)} games with T > S and payoffs from -2 to 3, {len(wrong)} exceptions")


def _levels() -> Evidence:
    wrong: list[Any] = []
    games = [g for g in games_of(order=True) if 2 * g[0] > g[1] + g[2]]
    for values in games:
        reward, sucker, temptation, _ = values
        found = gt.reward_transfer.selfishness_level(gt.Game.two_by_two(*values))
        says = (temptation - reward) / (2 * reward - temptation - sucker)
        note(True, found.value == says, wrong, values)
        note(True, found.own_share == (reward - sucker) / (temptation - sucker), wrong, values)
    return Evidence(not wrong, f"{len(games)} dilemmas with payoffs from -3 to 6, {len(wrong)} exceptions")


def _goods() -> Evidence:
    tried, wrong = 0, 0
    for players, numerator in itertools.product(range(2, 6), range(5, 20)):
        multiplier = Fraction(numerator, 4)
        if not multiplier < players:
            continue
        game = gt.catalogue.public_goods(players, multiplier)
        found = gt.reward_transfer.selfishness_level(game)
        says = (1 - multiplier / players) / (multiplier - 1)
        share = gt.reward_transfer.symmetric_self_interest(game).value
        tried += 1
        wrong += not (found.value == says and found.own_share == share == multiplier / players)
    return Evidence(not wrong, f"{tried} public goods games of 2 to 5 players, {wrong} exceptions")


def _donations() -> Evidence:
    tried, wrong = 0, 0
    for players, numerator in itertools.product(range(2, 6), range(3, 9)):
        benefit = Fraction(numerator, 2)
        payoffs = np.empty((players, *[2] * players), dtype=object)
        for joint in np.ndindex(*payoffs.shape[1:]):
            for i, action in enumerate(joint):
                helpers = players - sum(joint) - (1 - action)
                payoffs[(i, *joint)] = benefit * helpers / (players - 1) - (1 - action)
        game = gt.Game(payoffs)
        share = benefit / (benefit + players - 1)
        found = gt.reward_transfer.selfishness_level(game)
        tried += 1
        wrong += found.value != 1 / (benefit - 1) or found.own_share != share
        wrong += gt.reward_transfer.symmetric_self_interest(game).value != share
    return Evidence(not wrong, f"{tried} donation games of 2 to 5 players, {wrong} exceptions")


def _equal() -> Evidence:
    wrong: list[Any] = []
    games = list(games_of())
    for values in games:
        reward, sucker, temptation, punishment = values
        found = gt.reward_transfer.equal_sharing(gt.Game.two_by_two(*values))
        total = temptation + sucker
        note(2 * reward > total > 2 * punishment, found.strict, wrong, values)
    return Evidence(not wrong, f"{len(games)} symmetric games with payoffs from -2 to 3, {len(wrong)} exceptions")


STATEMENTS = (
    Statement(
        id="reward-transfer-level",
        title="How much reward must change hands in a symmetric 2×2 game",
        words=(
            "Everybody keeps the share $s \\ge \\tfrac12$ of its reward and hands over the rest. If $T > S$, "
            "cooperation is (weakly) dominant, that is never worse than defection whatever the other does, iff $s "
            "\\le (R - S)/(T - S)$ (against a cooperator) and $s \\le (T - P)/(T - S)$ (against a defector). Such an "
            "$s$ exists iff $2R \\ge T + S \\ge 2P$; the largest is $s^* = \\min\\left(1, \\frac{R - S}{T - S}, "
            "\\frac{T - P}{T - S}\\right)$. It changes neither when all payoffs are multiplied by a positive number "
            "nor when a number is added to all of them."
        ),
        where={s: "share of the own reward that is kept", alpha: "new unit of payoffs"},
        shorthand={"s_C": with_cooperator, "s_D": with_defector},
        hypotheses=(T > S,),
        claims=(
            Claim(
                sp.And(
                    sp.Equivalent(kept_with_cooperator >= 0, s <= with_cooperator),
                    sp.Equivalent(kept_with_defector >= 0, s <= with_defector),
                ),
                words="when cooperation is never worse, against a defector and against a cooperator",
            ),
            Claim(
                sp.And(
                    sp.Equivalent(with_cooperator >= sp.Rational(1, 2), 2 * R >= T + S),
                    sp.Equivalent(with_defector >= sp.Rational(1, 2), T + S >= 2 * P),
                ),
                words="when both bounds leave a share of one half or more",
            ),
            Claim(
                sp.And(
                    *(
                        sp.Eq(bound.subs({v: alpha * v + beta for v in (R, S, T, P)}, simultaneous=True), bound)
                        for bound in (with_cooperator, with_defector)
                    )
                ),
                hypotheses=(alpha > 0,),
                words="neither bound depends on the unit or the zero of payoffs",
            ),
        ),
        checks={"enumeration": _shares},
        neighbours=(
            Neighbour(
                "Every prisoner's dilemma has such a share, given by the formula.",
                conclusion=most >= sp.Rational(1, 2),
                hypotheses=dilemma,
                counterexample={R: 3, S: 0, T: 7, P: 1},
                remark="Not if taking turns is worth more than cooperating, or less than defecting.",
            ),
        ),
        source="R. Willis, Y. Du, J. Z. Leibo, M. Luck, Autonomous Agents and Multi-Agent Systems (2024)",
    ),
    Statement(
        id="selfishness-level-dilemma",
        title="The selfishness level of the prisoner's dilemma",
        words=(
            "Let players add $\\alpha$ times the sum of all payoffs to their own. In a prisoner's dilemma with "
            "$2R > T + S$ mutual cooperation is the social optimum, and it is an equilibrium iff "
            "$\\alpha \\ge (T - R)/(2R - T - S)$, the *selfishness level*. The share of the own reward in what such a "
            "player climbs, $(1 + \\alpha)/(1 + 2\\alpha)$, is then $(R - S)/(T - S)$."
        ),
        where={alpha: "weight of the sum of all payoffs"},
        shorthand={"\\alpha^*": level, "s_C": with_cooperator, "s_D": with_defector},
        hypotheses=(*dilemma, 2 * R > T + S),
        claims=(
            Claim(
                sp.Equivalent(R + alpha * 2 * R >= T + alpha * (T + S), alpha >= level),
                words="when nobody gains by deviating from mutual cooperation",
            ),
            Claim(sp.Eq(own_share, (R - S) / (T - S)), words="the share of the own reward that belongs to the level"),
            Claim(
                sp.Equivalent(own_share <= with_defector, T + S >= R + P),
                words="when that share would make cooperation dominant as well",
            ),
        ),
        checks={"enumeration": _levels},
        neighbours=(
            Neighbour(
                "It is the same share that reward transfer lets players keep.",
                conclusion=sp.Eq(own_share, most),
                hypotheses=(*dilemma, 2 * R > T + S, T + S >= 2 * P),
                counterexample={R: 3, S: 0, T: 4, P: 2},
                remark="Transfer makes cooperation dominant, not only an equilibrium: equal iff $T + S \\ge R + P$.",
            ),
        ),
        source="K. R. Apt and G. Schäfer, Journal of Artificial Intelligence Research 49 (2014)",
    ),
    Statement(
        id="public-goods-levels",
        title="Selfishness level and reward transfer in public goods",
        words=(
            "In the linear public goods game of $n$ players with multiplier $1 < r < n$ the selfishness level (the "
            "least weight $\\alpha$ of the sum of all payoffs with which contributing by all is an equilibrium) is "
            "$(1 - r/n)/(r - 1)$. The own share that belongs to it, $(1 + \\alpha)/(1 + n\\alpha)$, and the largest "
            "share that players can keep while contributing is dominant are both $r/n$."
        ),
        where={
            n: "number of players",
            r: "multiplier: a contribution returns $r/n$ to everybody",
            alpha: "weight of the sum of all payoffs",
            s: "share of the own reward that is kept",
        },
        shorthand={"\\alpha^*": goods_level},
        hypotheses=(n >= 2, r > 1, n > r),
        claims=(
            Claim(
                sp.Equivalent(-(1 - r / n) + alpha * (r - 1) >= 0, alpha >= goods_level),
                words="when nobody stops contributing, which saves oneself $1 - r/n$ and costs all $r - 1$",
            ),
            Claim(
                sp.Eq((1 + goods_level) / (1 + n * goods_level), r / n),
                words="the share of the own reward that belongs to the level",
            ),
            Claim(
                sp.Equivalent(s * (r / n - 1) + (1 - s) * r / n >= 0, s <= r / n),
                words="shares with which contributing is dominant",
            ),
        ),
        checks={"enumeration": _goods},
        neighbours=(
            Neighbour(
                "The larger the group, the larger the share that can be kept.",
                conclusion=r / (n + 1) >= r / n,
                hypotheses=(n >= 2, r > 1, n > r),
                counterexample={n: 3, r: 2},
                remark="It falls like 1/n.",
            ),
        ),
        source="the level: K. R. Apt and G. Schäfer (2014); the shares: derived here",
    ),
    Statement(
        id="donation-levels",
        title="Selfishness level and reward transfer in group donations",
        words=(
            "Each of $n$ players may pay $c > 0$ to give $b/(n - 1)$ to every other, $b > c$. The largest share of "
            "its reward that a player can keep while donating is dominant is $b/(b + (n - 1)\\,c)$. The selfishness "
            "level (the least weight $\\alpha$ of the sum of all payoffs with which donating by all is an "
            "equilibrium) is $c/(b - c)$ for every $n$, and the own share that belongs to it, $(1 + \\alpha)/(1 + "
            "n\\alpha)$, is the same as that largest share."
        ),
        where={
            n: "number of players",
            b: "benefit to the others together",
            c: "cost to oneself",
            alpha: "weight of the sum of all payoffs",
            s: "share of the own reward that is kept",
        },
        hypotheses=(n >= 2, b > c, c > 0),
        claims=(
            Claim(
                sp.Equivalent(-s * c + (1 - s) * b / (n - 1) >= 0, s <= b / (b + (n - 1) * c)),
                words="shares with which donating is dominant",
            ),
            Claim(sp.Equivalent(-c + alpha * (b - c) >= 0, alpha >= c / (b - c)), words="when nobody stops donating"),
            Claim(
                sp.Eq((1 + c / (b - c)) / (1 + n * c / (b - c)), b / (b + (n - 1) * c)),
                words="the share of the own reward that belongs to the level",
            ),
        ),
        checks={"enumeration": _donations},
        neighbours=(
            Neighbour(
                "The share depends on the ratio $b/c$ only, not on the size of the group.",
                conclusion=sp.Eq(b / (b + (n - 1) * c), b / (b + c)),
                hypotheses=(n >= 2, b > c, c > 0),
                counterexample={n: 3, b: 3, c: 1},
                remark="3/5 for three players, 3/4 for two: what is handed over is spread among more.",
            ),
        ),
        source="after R. Willis et al. (2024) and K. R. Apt, G. Schäfer (2014)",
    ),
    Statement(
        id="equal-sharing-dominance",
        title="When equal sharing makes cooperation dominant",
        words=(
            "If everybody gets the mean of both rewards, cooperation is strictly dominant iff $2R > T + S > 2P$. "
            "That is stronger than an equilibrium of cooperators, which needs $2R > T + S$ only."
        ),
        claims=(
            Claim(
                sp.Equivalent(
                    sp.And(R > (T + S) / 2, (S + T) / 2 > P),
                    sp.And(
                        kept_with_cooperator.subs(s, sp.Rational(1, 2)) > 0,
                        kept_with_defector.subs(s, sp.Rational(1, 2)) > 0,
                    ),
                ),
                words="both comparisons at the share one half, and the two inequalities",
            ),
        ),
        checks={"enumeration": _equal},
        neighbours=(
            Neighbour(
                "In every prisoner's dilemma with $2R > T + S$ it makes cooperation dominant.",
                conclusion=kept_with_defector.subs(s, sp.Rational(1, 2)) > 0,
                hypotheses=(*dilemma, 2 * R > T + S),
                counterexample={R: 3, S: -1, T: 4, P: 2},
                remark="With $T + S < 2P$ defection against a defector is better for the sum.",
            ),
        ),
        source="folklore",
    ),
)
