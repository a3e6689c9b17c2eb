"""LASE players in groups: linear public goods and donations."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.objective import expected
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.symbols import p
from gametheory.transfer import SocialRelationship

TOPIC = "Groups of LASE players"

N, rho, r, own, others, variance, x = sp.symbols("N rho r p_i A V x", real=True)

general = (rho - 1) * (1 - variance / (N - 1)) + (1 - own) * (rho + (rho - 1 / (N - 1)) * others)
alike = (2 * rho - 1) + rho * (N - 3) * p - rho * (N - 2) * p**2
peak = (N - 3) / (2 * (N - 2))
height = ((N**2 + 2 * N - 7) * rho - 4 * (N - 2)) / (4 * (N - 2))
dilemma = (rho > 0, rho < 1)
unit = (p > 0, p < 1)

root = sp.sqrt(2 * r**2 - 5 * r + 4)
far = (1 - rho) / (rho * (N - 1))
crowd = -1 + r * p * (1 - p)
upper = (1 + sp.sqrt(1 - 4 / r)) / 2
lower = (1 - sp.sqrt(1 - 4 / r)) / 2


def gain_in_play(game: gt.Game, cooperation: list[Fraction]) -> Fraction:
    """Advantage of cooperating of the first player, from the package's gifts in exact fractions."""
    policies = [np.array([x, 1 - x]) for x in cooperation]
    totals = SocialRelationship().effective(game.payoffs, [policies] * len(policies))
    value = expected(totals[0], policies, keep=0)
    return Fraction(value[0] - value[1])


def _field_of_the_package() -> Evidence:
    """Take any profile of 2 to 4 players, with the multiplier a symbol."""
    multiplier = sp.Symbol("r", positive=True)
    holds = True
    for n in (2, 3, 4):
        field = gt.rules.policy_gradient(gt.catalogue.public_goods(n, multiplier), SocialRelationship())
        x = field.space.symbols
        for i, gain in enumerate(field.advantages):
            rest = [x[k] for k in range(n) if k != i]
            values = {own: x[i], others: sum(rest), variance: sum(y * (1 - y) for y in rest), N: n}
            holds &= sp.expand(gain - general.subs(values).subs(rho, multiplier / n)) == 0
    return Evidence(bool(holds), "the package's field: every profile of 2, 3, 4 players, r a symbol")


def _unequal(n: int) -> list[list[Fraction]]:
    return [[Fraction(1 + (shift + 2 * k) % 7, 8) for k in range(n)] for shift in range(3)]


def _large_groups() -> Evidence:
    """Unequal profiles of up to seven players, in fractions."""
    tried, wrong = 0, 0
    for n in range(2, 7):
        share = Fraction(2, 3)
        game = gt.catalogue.public_goods(n, share * n)
        for x in _unequal(n):
            rest = x[1:]
            total, spread = sum(rest), sum(y * (1 - y) for y in rest)
            says = (share - 1) * (1 - spread / (n - 1)) + (1 - x[0]) * (share + (share - Fraction(1, n - 1)) * total)
            tried += 1
            wrong += gain_in_play(game, x) != says
    return Evidence(not wrong, f"{tried} unequal profiles of 2 to 6 players in fractions, {wrong} exceptions")


def _attractors() -> Evidence:
    """Count sign changes of the gain exactly: an attractor inside is a root where it falls."""
    tried, wrong = 0, 0
    for n, k in itertools.product(range(2, 21), range(1, 40, 2)):
        share = sp.Rational(k, 80)
        if share == sp.Rational(4 * (n - 2), n**2 + 2 * n - 7):
            continue  # the two roots meet
        polynomial = sp.Poly(alike.subs({N: n, rho: share}), p)
        inside = polynomial.count_roots(0, 1)
        tried += 1
        wrong += inside != (2 if n >= 4 and share * (n**2 + 2 * n - 7) > 4 * (n - 2) else 0)
    return Evidence(not wrong, f"real roots counted for {tried} pairs of N <= 20 and rho < 1/2, {wrong} exceptions")


def _one_root() -> Evidence:
    pairs = list(itertools.product(range(2, 21), range(41, 80, 2)))
    polynomials = [sp.Poly(alike.subs({N: n, rho: sp.Rational(k, 80)}), p) for n, k in pairs]
    wrong = sum(polynomial.count_roots(0, 1) != 1 for polynomial in polynomials)
    return Evidence(
        not wrong, f"real roots counted for {len(pairs)} pairs of N <= 20 and rho > 1/2, {wrong} exceptions"
    )


def _multipliers() -> Evidence:
    tried, wrong = 0, 0
    for n, k in itertools.product(range(4, 41, 3), range(9, 32)):
        m = sp.Rational(k, 8)
        if not n > 2 * m:
            continue
        polynomial = sp.Poly(alike.subs({N: n, rho: m / n}), p)
        excess, square = n * (4 - m) - (4 + m), 4 * (2 * m**2 - 5 * m + 4)
        if excess > 0 and excess**2 == square:
            continue  # the two roots meet
        tried += 1
        wrong += (polynomial.count_roots(0, 1) == 2) != bool(excess <= 0 or excess**2 < square)
    return Evidence(
        not wrong, f"real roots counted for {tried} pairs of N <= 40, every third, and r < 4, {wrong} exceptions"
    )


def _crowd_limit() -> Evidence:
    holds = sp.expand(sp.limit(alike.subs(rho, r / N), N, sp.oo) - crowd) == 0
    return Evidence(bool(holds), "the limit of the gain at r = rho N, taken symbolically")


STATEMENTS = (
    Statement(
        id="lase-public-goods",
        title="What a LASE player gains by contributing to a public good",
        words=(
            "$N$ LASE players, who know each other's policies, play a linear public goods game without endowment: "
            "player $i$ gets $u_i = \\rho \\sum_k a_k - a_i$, where $a_k$ is 1 if player $k$ contributes and 0 if "
            "not, and $\\rho = r/N$. Write $A = \\sum_{k \\ne i} p_k$ for the number of contributions that the "
            "others make on average and $V = \\sum_{k \\ne i} p_k (1 - p_k)$ for its variance. Contributing gains "
            "player $i$ $g_i = (\\rho - 1)\\,(1 - V/(N - 1)) + (1 - p_i)\\,[\\rho + (\\rho - 1/(N - 1))\\,A]$. Where "
            "all contribute with probability $p$ this is $g = (2\\rho - 1) + \\rho (N - 3)\\,p - \\rho (N - "
            "2)\\,p^2$."
        ),
        hypotheses=(N >= 2,),
        claims=(
            Claim(
                sp.Eq(
                    general.subs({own: p, others: (N - 1) * p, variance: (N - 1) * p * (1 - p)}),
                    alike,
                ),
                words="the gain where all are alike, from the formula for any profile",
            ),
        ),
        checks={"enumeration": _large_groups, "identity": _field_of_the_package},
        remarks=(
            "For any $N$: the kept share has mean $1 - V/(N - 1)$ and does not depend on the own action, which is "
            "worth $\\rho - 1$ to oneself; a contributor is given the share $(1 - p_i)/(N - 1)$ by each player $k$, "
            "whose mean reward is then $\\rho (1 + A) - p_k$. A free rider is given nothing."
        ),
    ),
    Statement(
        id="lase-public-goods-large-share",
        title="Public goods that return more than half: one rest point",
        words=(
            "For $\\tfrac12 < \\rho < 1$ and $N \\ge 2$ equal LASE players have exactly one rest point with $0 < p < "
            "1$, and it attracts on the diagonal: the gain $g = (2\\rho - 1) + \\rho (N - 3)\\,p - \\rho (N - "
            "2)\\,p^2$ is positive at $p = 0$, negative at $p = 1$, and concave in between."
        ),
        where={x: "a smaller probability of contributing"},
        shorthand={"g{(p)}": alike, "g{(x)}": alike.subs(p, x)},
        hypotheses=(N >= 2, rho > sp.Rational(1, 2), rho < 1),
        claims=(
            Claim(sp.And(alike.subs(p, 0) > 0, alike.subs(p, 1) < 0), words="the gain at $p = 0$ and at $p = 1$"),
            Claim(sp.diff(alike, p, 2) <= 0, words="it is concave"),
            Claim(
                alike.subs(p, x) > 0,
                hypotheses=(*unit, x >= 0, x < p, alike >= 0),
                words="below a point where it is not negative it is positive, so it has one zero",
            ),
        ),
        checks={"enumeration": _one_root},
        neighbours=(
            Neighbour(
                "The same holds for every share above one half.",
                conclusion=alike.subs(p, 1) < 0,
                hypotheses=(N >= 2, rho > sp.Rational(1, 2)),
                counterexample={N: 3, rho: 1},
                remark="From $\\rho = 1$ on contributing is no sacrifice, and full contribution attracts.",
            ),
        ),
        remarks="For $\\rho = 1/2$ and $N \\ge 4$ the point is $(N - 3)/(N - 2)$, and full defection repels.",
    ),
    Statement(
        id="lase-public-goods-small-share",
        title="Public goods that return less than half: when cooperation can last",
        words=(
            "For $0 < \\rho < \\tfrac12$ full defection attracts. On the diagonal there is a cooperative attractor "
            "beside it iff $N \\ge 4$ and $\\rho > 4(N - 2)/(N^2 + 2N - 7)$. For $N > 2$ the gain is $g = h - \\rho "
            "(N - 2)(p - \\hat p)^2$; its peak is at $\\hat p = (N - 3)/(2(N - 2))$ and has the height $h = [(N^2 + "
            "2N - 7)\\rho - 4(N - 2)]/(4(N - 2))$."
        ),
        shorthand={"g{(p)}": alike, "\\hat{p}": peak, "h": height},
        hypotheses=(N >= 2, rho > 0, rho < sp.Rational(1, 2)),
        claims=(
            Claim(
                sp.And(alike.subs(p, 0) < 0, alike.subs(p, 1) < 0),
                words="the gain is negative at $p = 0$ and at $p = 1$",
            ),
            Claim(
                sp.Eq(alike, height - rho * (N - 2) * (p - peak) ** 2),
                (N > 2,),
                words="the gain with its square completed",
            ),
            Claim(
                sp.And(peak > 0, peak < 1, height > 0),
                (N >= 4, rho > 4 * (N - 2) / (N**2 + 2 * N - 7)),
                words="above the threshold the gain has its peak inside, and the peak is positive",
            ),
            Claim(
                height <= 0,
                (N >= 4, rho <= 4 * (N - 2) / (N**2 + 2 * N - 7)),
                words="below the threshold the peak is not positive",
            ),
            Claim(alike < 0, (*unit, N <= 3), words="two or three players never gain by contributing"),
            Claim(
                sp.Rational(1, 2) > 4 * (N - 2) / (N**2 + 2 * N - 7), (N >= 4,), words="the threshold is below one half"
            ),
        ),
        checks={"enumeration": _attractors},
        neighbours=(
            Neighbour(
                "Below one half nobody ever gains by contributing.",
                conclusion=alike <= 0,
                hypotheses=(N >= 4, rho > 0, rho < sp.Rational(1, 2), *unit),
                counterexample={N: 10, rho: sp.Rational(2, 5), p: sp.Rational(1, 2)},
                remark="For ten players the threshold is 32/113.",
            ),
        ),
        remarks="Exactly at the threshold the two rest points meet; that one attracts from above only.",
    ),
    Statement(
        id="lase-public-goods-multiplier",
        title="Public goods with a fixed multiplier: how large a group may be",
        words=(
            "Fix the multiplier $r = \\rho N$ and let $N \\ge 4$, $N > r > 1$. For $r \\ge 4$ there is a cooperative "
            "attractor on the diagonal for every $N$; for $r < 4$ there is one iff "
            "$N < [4 + r + 2\\sqrt{2r^2 - 5r + 4}]/(4 - r)$. All $N \\le 2r$ are below that bound; for $N < 2r$ full "
            "defection repels."
        ),
        hypotheses=(N >= 4, r > 1, r < N),
        claims=(
            Claim(
                r * (N**2 + 2 * N - 7) > 4 * N * (N - 2),
                (r >= 4,),
                words="a multiplier of four or more is above the threshold in every group",
            ),
            Claim(
                sp.Equivalent(r * (N**2 + 2 * N - 7) > 4 * N * (N - 2), N * (4 - r) < 4 + r + 2 * root),
                (r < 4,),
                words="below four the threshold of the share is the bound on $N$",
            ),
            Claim(
                sp.Implies(2 * r >= N, N * (4 - r) < 4 + r + 2 * root), (r < 4,), words="up to $N = 2r$ the bound holds"
            ),
        ),
        checks={"enumeration": _multipliers},
        neighbours=(
            Neighbour(
                "With a fixed multiplier below four cooperation lasts in groups of any size.",
                conclusion=r * (N**2 + 2 * N - 7) > 4 * N * (N - 2),
                hypotheses=(N >= 4, r > 3, r < 4),
                counterexample={N: 30, r: sp.Rational(7, 2)},
                remark="The bound at $r = 7/2$ is $15 + 4 \\sqrt{11}$, about 28.3.",
            ),
        ),
    ),
    Statement(
        id="lase-public-goods-crowd",
        title="Public goods in very large groups",
        words=(
            "Let equal LASE players contribute with probability $p$, so that a contribution gains $g(p) = (2\\rho - "
            "1) + \\rho (N - 3)\\,p - \\rho (N - 2)\\,p^2$. For a fixed multiplier $r$ this tends to $g_\\infty(p) = "
            "-1 + r\\,p(1 - p)$ as $N \\to \\infty$. For $r > 4$ the limit vanishes at $p_\\pm = \\tfrac12 (1 \\pm "
            "\\sqrt{1 - 4/r})$, and the larger one attracts; for $r < 4$ it is negative. For a fixed share $\\rho$ "
            "free riding dies out in large groups: with $\\varepsilon = (1 - \\rho)/(\\rho (N - 1)) \\le \\tfrac14$ "
            "the attractor $p_+$ satisfies $\\varepsilon \\le 1 - p_+ \\le \\varepsilon (1 + 4 \\varepsilon)$."
        ),
        shorthand={
            "p_+": upper,
            "p_-": lower,
            "g_{\\infty}": crowd,
            "\\varepsilon": far,
            "g{(1 - \\varepsilon)}": alike.subs(p, 1 - far),
            "g{(1 - \\varepsilon (1 + 4 \\varepsilon))}": alike.subs(p, 1 - far * (1 + 4 * far)),
        },
        claims=(
            Claim(
                sp.And(sp.Eq(crowd.subs(p, upper), 0), sp.Eq(crowd.subs(p, lower), 0), r * (1 - 2 * upper) < 0),
                (r > 4,),
                words="a crowd: two rest points, and the slope of the gain at the larger",
            ),
            Claim(
                crowd < 0, (r > 0, r < 4), words="a crowd with a multiplier below four: nobody gains by contributing"
            ),
            Claim(
                alike.subs(p, 1 - far) <= 0,
                (*dilemma, N >= 3),
                words="at $1 - \\varepsilon$ the gain is not positive any more",
            ),
            Claim(
                alike.subs(p, 1 - far * (1 + 4 * far)) >= 0,
                (*dilemma, N >= 3, 4 * (1 - rho) <= rho * (N - 1)),
                words="at $1 - \\varepsilon (1 + 4\\varepsilon)$ it is not negative yet",
            ),
        ),
        checks={"identity": _crowd_limit},
    ),
)
