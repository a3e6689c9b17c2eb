"""Groups of LASE players compared: symmetry, donations, group size."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.groups import (
    TOPIC,
    N,
    alike,
    dilemma,
    gain_in_play,
    general,
    others,
    own,
    peak,
    r,
    rho,
    unit,
    variance,
)
from gametheory.theorems.symbols import p

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["STATEMENTS", "TOPIC"]

M, b, c = sp.symbols("M b c", real=True)
donation = b / (N - 1) * (1 - p) * (1 + (N - 2) * p) - c
by_own = -(rho + (rho - 1 / (N - 1)) * (N - 1) * p)
by_other = (rho - 1) * (2 * p - 1) / (N - 1) + (1 - p) * (rho - 1 / (N - 1))


def _donation_game(n: int, benefit: Fraction, cost: Fraction) -> gt.Game:
    payoffs = np.empty((n, *[2] * n), dtype=object)
    for joint in np.ndindex(*payoffs.shape[1:]):
        helpers = n - sum(joint)
        for i, action in enumerate(joint):
            payoffs[(i, *joint)] = benefit * (helpers - (1 - action)) / (n - 1) - cost * (1 - action)
    return gt.Game(payoffs)


def _signs(make: Callable[[int], gt.Game], formula: Callable[[int, Fraction], Any], top: int) -> tuple[int, int]:
    """Compare the package's gain with a formula where all are alike; numbers tried and wrong."""
    points = [Fraction(k, 6) for k in range(7)]
    pairs = [(n, x) for n in range(2, top) for x in points]
    return len(pairs), sum(gain_in_play(make(n), [x] * n) != formula(n, x) for n, x in pairs)


def _donations() -> Evidence:
    benefit, cost = Fraction(7, 2), Fraction(1)

    def formula(n: int, x: Fraction) -> Fraction:
        return benefit / (n - 1) * (1 - x) * (1 + (n - 2) * x) - cost

    tried, wrong = _signs(lambda n: _donation_game(n, benefit, cost), formula, 7)
    return Evidence(not wrong, f"the package's gifts at {tried} points, 2 to 6 players, {wrong} exceptions")


def _sizes() -> Evidence:
    """Gains of the package in groups that differ by one player."""
    tried, wrong = 0, 0
    for n, k in itertools.product(range(2, 5), range(1, 4)):
        probability = Fraction(k, 4)
        for makes, sign in (
            (lambda m: gt.catalogue.public_goods(m, Fraction(2, 5) * m), 1),
            (lambda m: gt.catalogue.public_goods(m, Fraction(3, 2)), -1),
            (lambda m: _donation_game(m, Fraction(3), Fraction(1)), -1),
        ):
            smaller, larger = (gain_in_play(makes(m), [probability] * m) for m in (n, n + 1))
            tried += 1
            wrong += not (larger - smaller) * sign > 0
    return Evidence(not wrong, f"the package's gifts in {tried} pairs of groups of 2 to 5, {wrong} exceptions")


def _rule_of_four() -> Evidence:
    threshold = 4 * (N - 2) / (N - 1)
    holds = sp.limit(threshold, N, sp.oo) == 4
    holds &= sp.expand(sp.limit(donation, N, sp.oo) - (b * p * (1 - p) - c)) == 0
    holds &= sp.simplify(donation.subs({N: 3, p: sp.sqrt(1 - 2 * c / b)})) == 0
    found = _donations()
    return Evidence(bool(holds) and bool(found.holds), f"limits and the point of three players; {found.detail}")


def _slopes() -> Evidence:
    """Take derivatives of the general gain at equal policies."""
    mine = sp.diff(general, own)
    other = sp.diff(general, others) + sp.diff(general, variance) * (1 - 2 * p)
    at = {own: p, others: (N - 1) * p, variance: (N - 1) * p * (1 - p)}
    holds = [sp.cancel(d.subs(at) - says) == 0 for d, says in ((mine, by_own), (other, by_other))]
    return Evidence(all(holds), "the slopes are derivatives of the gain at any profile")


STATEMENTS = (
    Statement(
        id="lase-public-goods-symmetry",
        title="Symmetric rest points in public goods are stable to differences",
        words=(
            "For $N \\ge 2$ and $0 < \\rho < 1$ small differences between players shrink at every symmetric rest point "
            "with $0 < p < 1$: the eigenvalue of every change that leaves the sum alone is $p (1 - p)$ times "
            "$\\partial g_i/\\partial p_i - \\partial g_i/\\partial p_k$, which is negative. Elsewhere on the diagonal "
            "they may grow. And no rest point at which somebody surely contributes is stable: that player gains by "
            "contributing less."
        ),
        where={variance: "variance of the others' contributions, $\\sum_{k \\ne i} p_k (1 - p_k)$"},
        shorthand={
            "g{(p)}": alike,
            "\\partial_i g_i - \\partial_k g_i": by_own - by_other,
        },
        hypotheses=(*dilemma,),
        claims=(
            Claim(
                by_own - by_other < 0,
                (*unit, N >= 3, rho * (N - 1) >= 1),
                words="where $\\rho \\ge 1/(N - 1)$: differences shrink everywhere on the diagonal",
            ),
            Claim(
                alike < 0, (*unit, N >= 3, rho * (N - 1) < 1), words="where $\\rho$ is smaller: no rest point inside"
            ),
            Claim(
                (by_own - by_other).subs({N: 2, p: (2 * rho - 1) / rho}, simultaneous=True) < 0,
                words="two players: differences shrink at their rest point $p = (2\\rho - 1)/\\rho$",
            ),
            Claim(
                general.subs(own, 1) < 0,
                (N >= 2, variance >= 0, variance <= (N - 1) / 4),
                words="a sure contributor would gain by contributing less; $V$ is never above $(N - 1)/4$",
            ),
        ),
        checks={"identity": _slopes},
        neighbours=(
            Neighbour(
                "Differences shrink at every symmetric state, not only at rest points.",
                conclusion=by_own - by_other < 0,
                hypotheses=(*dilemma, *unit, N >= 2),
                counterexample={N: 2, rho: sp.Rational(1, 3), p: sp.Rational(1, 2)},
                remark="They do for $N \\ge 3$ and $\\rho \\ge 1/(N - 1)$.",
            ),
        ),
    ),
    Statement(
        id="lase-rule-of-four",
        title="Donations in groups: the rule of four",
        words=(
            "$N$ LASE players may each pay $c > 0$ to give $b/(N - 1)$ to every other. Equal players have "
            "$g = \\frac{b}{N - 1} (1 - p)(1 + (N - 2) p) - c$; what follows is about play on the diagonal, where all "
            "stay alike. For $N \\ge 3$ cooperation can last (there is a point with $0 < p < 1$ that attracts on the "
            "diagonal) iff $b/c > 4(N - 2)/(N - 1)$. The bound is 2 for three players, who rest at "
            "$\\sqrt{1 - 2c/b}$, grows with $N$ and tends to 4: in large groups **a benefit must be worth more than "
            "four times its cost**. Defection attracts on the diagonal iff $b/c < N - 1$ (equality is left open). Two "
            "players need $b > c$."
        ),
        where={b: "benefit to the others together", c: "cost to oneself"},
        shorthand={"g{(p)}": donation, "\\hat{p}": peak},
        hypotheses=(N >= 3, b > 0, c > 0),
        claims=(
            Claim(
                sp.Eq(
                    donation,
                    b * (N - 1) / (4 * (N - 2)) - c - b * (N - 2) / (N - 1) * (p - peak) ** 2,
                ),
                words="the gain with its square completed",
            ),
            Claim(
                sp.And(peak >= 0, peak < 1, donation.subs(p, 1) < 0),
                words="its peak is inside, and full cooperation repels",
            ),
            Claim(
                sp.And(4 * (N - 2) / (N - 1) < 4, sp.diff(4 * (N - 2) / (N - 1), N) > 0),
                words="the bound grows with $N$, and stays below 4",
            ),
            Claim(
                sp.Implies(b > (N - 1) * c, b * (N - 1) > 4 * c * (N - 2)),
                words="where defection repels, the bound holds",
            ),
            Claim(
                sp.And(
                    sp.Equivalent(b * (N - 1) / (4 * (N - 2)) - c > 0, b / c > 4 * (N - 2) / (N - 1)),
                    sp.Equivalent(donation.subs(p, 0) < 0, b / c < N - 1),
                    sp.Equivalent(donation.subs({N: 2, p: 0}, simultaneous=True) > 0, b > c),
                ),
                words="when the peak is positive, when defection attracts, and when two players gain at $p = 0$",
            ),
        ),
        checks={"enumeration": _rule_of_four},
        neighbours=(
            Neighbour(
                "In every group the benefit must be more than four times the cost.",
                conclusion=donation <= 0,
                hypotheses=(N >= 3, b > 0, c > 0, b < 4 * c, p >= 0, p < 1),
                counterexample={N: 3, b: 3, c: 1, p: 0},
                remark="That is the limit of large groups; three players need a benefit of twice the cost.",
            ),
        ),
    ),
    Statement(
        id="lase-group-size",
        title="Are larger groups harder?",
        words=(
            "Compare the gain of equal players in a group of $M > N$ with that in a group of $N$, at the same "
            "$0 < p < 1$. In public goods with the same return $\\rho$ to everybody it is larger: larger groups are "
            "easier. With the same multiplier $r$, which is diluted, it is smaller; in the donation game with the same "
            "$b$ and $c$ it is smaller."
        ),
        where={
            M: "number of players in the larger group",
            N: "number of players in the smaller group",
            b: "benefit to the others together",
            c: "cost to oneself",
        },
        shorthand={
            "g_N": alike,
            "g_M": alike.subs(N, M),
            "g_N^r": alike.subs(rho, r / N),
            "g_M^r": alike.subs({N: M, rho: r / M}, simultaneous=True),
            "g_N^d": donation,
            "g_M^d": donation.subs(N, M),
        },
        hypotheses=(N >= 2, M > N, *unit),
        claims=(
            Claim(alike.subs(N, M) > alike, (rho > 0,), words="with the same return to each, larger groups gain more"),
            Claim(
                alike.subs({N: M, rho: r / M}, simultaneous=True) < alike.subs(rho, r / N),
                (r > 0,),
                words="with the same multiplier they gain less",
            ),
            Claim(donation.subs(N, M) < donation, (b > 0,), words="in donations they gain less"),
        ),
        checks={"enumeration": _sizes},
        neighbours=(
            Neighbour(
                "Larger groups are always harder.",
                conclusion=alike.subs(N, M) <= alike,
                hypotheses=(N >= 2, M > N, *unit, *dilemma),
                counterexample={N: 3, M: 4, rho: sp.Rational(3, 5), p: sp.Rational(1, 2)},
                remark="With the same return per contribution they are easier.",
            ),
        ),
    ),
)
