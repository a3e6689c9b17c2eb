"""Memory-one strategies of repeated 2×2 games."""

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
    from collections.abc import Callable, Iterator

TOPIC = "Repeated games"

f0, f1, f2, f3, f4 = sp.symbols("f0 f1 f2 f3 f4", real=True)
h0, h1, h2, h3, h4 = sp.symbols("h0 h1 h2 h3 h4", real=True)
v1, v2, v3, v4 = sp.symbols("v1 v2 v3 v4", real=True)
delta, phi, slope, line = sp.symbols("delta phi s l", real=True)

dilemma = (T > R, R > P, P > S)


def dilemmas(low: int = -1, high: int = 6) -> Iterator[gt.Game]:
    """List all dilemmas with whole payoffs from `low` to `high` - 1."""
    for sucker, punishment, reward, temptation in itertools.combinations(range(low, high), 4):
        yield gt.Game.two_by_two(reward, sucker, temptation, punishment)


def own_payoffs(game: gt.Game) -> list[Fraction]:
    """Return R, S, T, P."""
    return [game.payoffs[0, a, b] for a, b in np.ndindex(2, 2)]


def fractions(entries: Any) -> Any:
    """Return an array of fractions."""
    return np.array([Fraction(entry) for entry in entries], dtype=object)


def _akin_symbols() -> Evidence:
    """One round of the chain that starts anew with probability 1 - delta, for any law and any two strategies."""
    mine, yours = [f1, f2, f3, f4], [h1, h3, h2, h4]
    now = [v1, v2, v3, 1 - v1 - v2 - v3]
    later = sum(v * (delta * (f * h + f * (1 - h))) for v, f, h in zip(now, mine, yours, strict=True))
    later += (1 - delta) * (f0 * h0 + f0 * (1 - h0))
    says = sum(v * (delta * f + (1 - delta) * f0) for v, f in zip(now, mine, strict=True))
    return Evidence(sp.expand(later - says) == 0, "the share of cooperation a round later, for any law of this round")


def _akin_laws() -> Evidence:
    """Average Akin's vector over the package's laws, in fractions."""
    rng = np.random.default_rng(1)
    tried, wrong = 0, 0
    for discount in (None, Fraction(0), Fraction(1, 2), Fraction(9, 10)):
        x, y = (rng.integers(1, 8, size=(60, 5)) for _ in range(2))
        x, y = (np.vectorize(lambda k: Fraction(int(k), 8), otypes=[object])(z) for z in (x, y))
        found = gt.memory_one.law(x, y, discount=discount)
        averages = (found * gt.memory_one.akin_vector(x, discount)).sum(axis=-1)
        tried += len(averages)
        wrong += sum(value != 0 for value in averages)
    return Evidence(not wrong, f"{tried} laws of pairs of strategies in fractions, {wrong} exceptions")


def _zero_determinant() -> Evidence:
    """Make the package's strategies, play them exactly, and compare the slopes that it says are possible."""
    tried, wrong = 0, 0
    rng = np.random.default_rng(2)
    for game in dilemmas(0, 6):
        reward, sucker, temptation, punishment = own_payoffs(game)
        for base in (punishment, (2 * punishment + reward) / 3, reward):
            least = -min((temptation - base) / (base - sucker), (base - sucker) / (temptation - base))
            wrong += gt.memory_one.slope_range(game, base) != (least, 1)
            for s in (least, least / 2, Fraction(1, 3), Fraction(1)):
                x = gt.memory_one.zero_determinant(game, s, base)
                y = fractions(rng.integers(1, 5, size=5)) / 5
                own, other = gt.memory_one.payoffs(game, x, y)
                tried += 1
                wrong += s * (own - base) != other - base
            for bad in ((least - Fraction(1, 9), base), (Fraction(10, 9), base), (Fraction(0), reward + 1)):
                tried += 1
                wrong += not _refused(game, *bad)
    return Evidence(not wrong, f"{tried} strategies, made and played exactly or refused, {wrong} exceptions")


def _refused(game: gt.Game, slope: Any, baseline: Any) -> bool:
    try:
        gt.memory_one.zero_determinant(game, slope, baseline)
    except ValueError:
        return True
    return False


def _thresholds() -> Evidence:
    """Whether the strategies are equilibria at, and just below, the thresholds: all 32 replies, exactly."""
    makers: dict[str, Callable[..., Any]] = {
        "Grim": lambda R, S, T, P: (T - R) / (T - P),  # noqa: ARG005 (one form for all)
        "TFT": lambda R, S, T, P: max((T - R) / (T - P), (T - R) / (R - S)),
        "WSLS": lambda R, S, T, P: (T - R) / (R - P),  # noqa: ARG005 (one form for all)
    }
    tried, wrong = 0, 0
    for game in itertools.islice(dilemmas(0, 6), 0, None, 3):
        for name, formula in makers.items():
            x = gt.memory_one.strategy(name, exact=True)
            at = formula(*own_payoffs(game))
            for discount in (at, at - Fraction(1, 50)):
                if 0 <= discount < 1:
                    tried += 1
                    holds = gt.memory_one.is_equilibrium(game, x, x, discount=discount)
                    wrong += holds != (discount >= at)
    return Evidence(not wrong, f"{tried} games and discounts in fractions, all replies, {wrong} exceptions")


def _enforcing() -> Evidence:
    """Compare what the strategy adds to repeating itself with phi times the relation, state by state."""
    own, other = (R, S, T, P), (R, T, S, P)
    entries = (
        1 - phi * (1 - slope) * (R - line),
        1 - phi * (slope * (line - S) + T - line),
        phi * (line - S + slope * (T - line)),
        phi * (1 - slope) * (line - P),
    )
    gaps = [
        entry - repeat - phi * (slope * (x - line) - (y - line))
        for entry, repeat, x, y in zip(entries, (1, 1, 0, 0), own, other, strict=True)
    ]
    return Evidence(all(sp.expand(gap) == 0 for gap in gaps), "state by state; with Akin's identity the relation holds")


bounds = (
    (1 - slope) * (R - line) >= 0,
    slope * (line - S) + T - line >= 0,
    line - S + slope * (T - line) >= 0,
    (1 - slope) * (line - P) >= 0,
)
slopes = (slope <= 1, slope * (line - S) >= line - T, slope * (T - line) >= S - line)

STATEMENTS = (
    Statement(
        id="akin-identity",
        title="Akin's identity",
        words=(
            "Let the first player play a memory-one strategy $f$: it cooperates with probability $f_0$ in the "
            "opening and $f_1, f_2, f_3, f_4$ after CC, CD, DC and DD. Let $v_1, v_2, v_3, v_4$ be how often these "
            "outcomes occur over the repeated game, discounted with $\\delta$ or in the limit of means ($\\delta = "
            "1$). Whatever the other does, $\\sum_k v_k\\,[\\delta f_k + (1 - \\delta) f_0] = v_1 + v_2$: how often "
            "the first player cooperates now is how often it cooperates a round later."
        ),
        checks={"identity": _akin_symbols, "enumeration": _akin_laws},
        source="E. Akin, Games 6 (2015) 175-190; C. Hilbe, A. Traulsen, K. Sigmund (2015) for discounts",
        remarks=(
            "The law of the chain that starts anew with probability $1 - \\delta$ is stationary, hence the equality."
        ),
    ),
    Statement(
        id="zero-determinant-slopes",
        title="Linear relations between payoffs that one player can enforce",
        words=(
            "Take a memory-one strategy that cooperates with probabilities $f_1, f_2, f_3, f_4$ after CC, CD, DC and "
            "DD, in the limit of means. Let $x$ be its mean payoff and $y$ that of its opponent. With a slope $s$, a "
            "baseline $l$ and a scale $\\varphi$ the strategy $f_1 = 1 - \\varphi (1 - s)(R - l)$, $f_2 = 1 - "
            "\\varphi [s (l - S) + T - l]$, $f_3 = \\varphi [l - S + s (T - l)]$, $f_4 = \\varphi (1 - s)(l - P)$ "
            "enforces $s\\,(x - l) = y - l$ on every opponent. In a prisoner's dilemma some $\\varphi \\ne 0$ makes "
            "all four probabilities iff $s = 1$, or $P \\le l \\le R$ and $-\\min\\left(\\frac{T - l}{l - S}, "
            "\\frac{l - S}{T - l}\\right) \\le s < 1$. Only $\\varphi > 0$ serves."
        ),
        where={
            slope: "slope of the relation that is enforced",
            line: "baseline of the relation: who gets $l$ leaves $l$ to the other",
        },
        hypotheses=dilemma,
        claims=(
            Claim(
                sp.And(line >= P, line <= R, *slopes),
                hypotheses=(*bounds, sp.Ne(slope, 1)),
                words="with $\\varphi > 0$ the bounds need $P \\le l \\le R$ and a slope in the stated range",
            ),
            Claim(
                sp.And(*bounds), hypotheses=(line >= P, line <= R, *slopes), words="and this is enough for the bounds"
            ),
            Claim(
                sp.And(*bounds), hypotheses=(sp.Eq(slope, 1),), words="slope one meets the bounds, with any baseline"
            ),
            Claim(
                sp.Implies(sp.And(line >= P, line <= R), sp.And(line > S, line < T)),
                words="$l - S$ and $T - l$ are positive, so that the bounds on $s$ may be divided by them",
            ),
            Claim(
                sp.Or(*(sp.Not(b.lhs <= 0) for b in bounds)),
                words="with $\\varphi < 0$ the bounds are never met: one of the four terms is positive",
            ),
        ),
        checks={"identity": _enforcing, "enumeration": _zero_determinant},
        neighbours=(
            Neighbour(
                "Slopes above one can be enforced as well.",
                conclusion=sp.And(*bounds),
                hypotheses=(*dilemma, line >= P, line <= R, slope > 1),
                counterexample={R: 3, S: 0, T: 5, P: 1, line: 2, slope: 2},
                remark="Then $f_1 \\le 1$ asks for $l \\ge R$ and $f_4 \\ge 0$ for $l \\le P$.",
            ),
        ),
        source="W. H. Press, F. J. Dyson, PNAS 109 (2012); C. Hilbe, M. A. Nowak, A. Traulsen, PLoS ONE 8 (2013)",
        remarks=(
            "The four bounds in the claims are $f_1 \\le 1$, $f_2 \\le 1$, $f_3 \\ge 0$ and $f_4 \\ge 0$, divided "
            "by $\\varphi > 0$. Small scales meet the other four ($f_1, f_2 \\ge 0$ and $f_3, f_4 \\le 1$), so they "
            "serve if any does."
        ),
    ),
    Statement(
        id="discount-thresholds",
        title="From which discounts on Grim, tit-for-tat and win-stay lose-shift are equilibria",
        words=(
            "Two players of a repeated prisoner's dilemma with discount $0 \\le \\delta < 1$ use the same strategy. "
            "Both playing Grim is a Nash equilibrium iff $\\delta \\ge (T - R)/(T - P)$; both playing tit-for-tat "
            "iff $\\delta \\ge (T - R)/(T - P)$ and $\\delta \\ge (T - R)/(R - S)$; both playing win-stay lose-shift "
            "iff $\\delta \\ge (T - R)/(R - P)$. The deviations that pay first are to defect for ever against Grim; "
            "that, or to defect every other round, against tit-for-tat; and against win-stay lose-shift to defect "
            "for ever, or equally well once. (Grim cooperates until somebody defects, tit-for-tat does what the "
            "other did last, win-stay lose-shift cooperates after CC and DD.)"
        ),
        where={delta: "discount of later rounds"},
        hypotheses=(*dilemma, delta >= 0, delta < 1),
        claims=(
            Claim(
                sp.Equivalent((1 - delta) * T + delta * P <= R, delta >= (T - R) / (T - P)),
                words="when it does not pay to defect for ever, against Grim and tit-for-tat",
            ),
            Claim(
                sp.Equivalent((T + delta * S) / (1 + delta) <= R, delta >= (T - R) / (R - S)),
                words="when it does not pay to take turns, against tit-for-tat",
            ),
            Claim(
                sp.Equivalent((T + delta * P) / (1 + delta) <= R, delta >= (T - R) / (R - P)),
                words=(
                    "when it does not pay to defect for ever against win-stay lose-shift, which gives $T$ and $P$ "
                    "in turns"
                ),
            ),
            Claim(
                sp.Equivalent((1 - delta) * (T + delta * P) + delta**2 * R <= R, (T + delta * P) / (1 + delta) <= R),
                words="against win-stay lose-shift to defect once pays exactly if to defect for ever does",
            ),
        ),
        checks={"enumeration": _thresholds},
        neighbours=(
            Neighbour(
                "Tit-for-tat needs no more than Grim.",
                conclusion=(T + delta * S) / (1 + delta) <= R,
                hypotheses=(*dilemma, delta < 1, delta >= (T - R) / (T - P)),
                counterexample={R: 3, S: 0, T: 5, P: 1, delta: sp.Rational(1, 2)},
                remark="It needs 2/3 there: taking turns pays up to that.",
            ),
            Neighbour(
                "Win-stay lose-shift is an equilibrium for discounts near one in every dilemma.",
                conclusion=(T + delta * P) / (1 + delta) <= R,
                hypotheses=(*dilemma, delta >= sp.Rational(99, 100), delta < 1),
                counterexample={R: 3, S: 0, T: 5, P: 1, delta: sp.Rational(99, 100)},
                remark="Only if $2R > T + P$.",
            ),
        ),
        source="J. W. Friedman (1971); R. Axelrod (1981); C. Hilbe et al., PNAS 114 (2017)",
        remarks=(
            "Deterministic replies of memory one suffice: against a memory-one strategy the game is a Markov "
            "decision process with four states. LASE players who know such a strategy get no gifts, and weigh the "
            "same."
        ),
    ),
)
