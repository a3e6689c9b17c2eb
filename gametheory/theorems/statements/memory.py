"""LASE players with memory: which profiles last, and what learning by visits freezes."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.symmetry_breaking import g, gain, s, slope
from gametheory.theorems.symbols import P, R, S, T

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOPIC = "LASE players with memory"

d = sp.Symbol("gamma", real=True)
_discount = (d >= 0, d < 1)
_dilemma = (T > R, R > P, P > S)
_onward = R / (1 - d)  # cooperation for ever
_DISCOUNTS = tuple(Fraction(k, 12) for k in range(12))
GAMES: tuple[tuple[Any, ...], ...] = (
    (3, 0, 5, 1),
    (4, 0, 5, 1),
    (8, -6, 9, 0),
    (1, Fraction(-1, 4), 2, 0),
    (3, 1, 4, 0),
    (4, -3, 3, 1),
)
_STEPS = sp.symbols("a b c", positive=True)


def lase(payoffs: tuple[Any, ...], discount: Fraction, **options: Any) -> gt.objective.MemoryOneObjective:
    """Return the objective of two LASE players with memory."""
    game = gt.Game.two_by_two(*payoffs)
    return gt.objective.MemoryOneObjective(game, gt.transfer.SocialRelationship(), discount, **options)


def _tenfold(first: Any, second: Any) -> NDArray[Any]:
    return np.array([first] * 5 + [second] * 5, dtype=object)


def _one_shot_in_every_state() -> Evidence:
    """Compare with the one-shot advantages at more points than the degrees of both sides in p1, p2 and γ."""
    a, b, _ = _STEPS
    low = sp.Symbol("S", real=True)
    high = sp.Symbol("P", real=True)
    payoffs = (low + a, low, high + b, high)
    at = {R: low + a, T: high + b, s: low - high}
    tried = 0
    for mine, yours in product((Fraction(k, 3) for k in range(4)), repeat=2):
        for discount in (Fraction(0), Fraction(1, 3), Fraction(9, 10)):
            found = lase(payoffs, discount, weighted=False).own_gradient(_tenfold(mine, yours))
            for gains, value in ((found[:5], g(mine, yours)), (found[5:], g(yours, mine))):
                expected = value.subs(at, simultaneous=True)
                if any(sp.expand(gain_ - expected) != 0 for gain_ in gains):
                    return Evidence(False, f"differs at p1 = {mine}, p2 = {yours}, discount {discount}")
            tried += 1
    return Evidence(
        True,
        f"own gradients with symbolic payoffs R > S, T > P at {tried} triples of p1, p2 and the discount: more than "
        "the degrees (at most 3 in p1 and p2; in the discount at most 2 over 1 - γ) leave free",
    )


def _deviations(name: str, path: sp.Expr, off: sp.Expr, on_path: tuple[int, ...]) -> Evidence:
    """Compare the gain from cooperating in every state, with symbolic payoffs, with its closed form."""
    a, b, c = _STEPS
    low = sp.Symbol("P", real=True)
    payoffs = (low + a, low - c, low + a + b, low)
    strategy = gt.memory_one.strategy(name, exact=True)
    for discount in _DISCOUNTS:
        at = {R: payoffs[0], S: payoffs[1], T: payoffs[2], P: payoffs[3], d: sp.Rational(discount)}
        found = lase(payoffs, discount, weighted=False).own_gradient(np.concatenate([strategy, strategy]))
        for k, gain_ in enumerate(found):
            expected = (path if k % 5 in on_path else off).subs(at, simultaneous=True)
            if sp.expand(gain_ - expected) != 0:
                return Evidence(False, f"state {k} at discount {discount}: {gain_}, not {expected}")
    return Evidence(
        True,
        f"own gradients at {name}, payoffs T > R > P > S symbolic, at {len(_DISCOUNTS)} discounts; both sides are "
        "polynomials of degree at most 5 in the discount over (1 - γ)^2",
    )


_STRATEGIES = [s_ for s_ in product((0, 1), repeat=5) if s_[0] == s_[1] == 1]


def _own_values(strategy: tuple[int, ...], payoffs: tuple[Any, ...], discount: Fraction) -> list[Fraction]:
    """Value of each outcome, own action first, if both play a deterministic strategy from then on."""
    values = [Fraction(0)] * 4
    for start in range(4):
        state, weight, total, path = start, Fraction(1), Fraction(0), []
        while state not in path:
            path.append(state)
            state = 2 * (1 - strategy[1 + state]) + 1 - strategy[1 + (0, 2, 1, 3)[state]]
        loop = path[path.index(state) :]
        for z in path:
            ratio = 1 - discount ** len(loop) if z in loop else 1
            total += weight * payoffs[z] / ratio
            weight *= discount
        values[start] = total
    return values


def _path_is_selfish() -> Evidence:
    cases = 0
    for payoffs, strategy, discount in product(
        GAMES[:5], _STRATEGIES, (Fraction(1, 4), Fraction(2, 3), Fraction(9, 10))
    ):
        x = np.array(strategy * 2, dtype=object) + Fraction(0)
        values = _own_values(strategy, payoffs, discount)
        if values[0] <= values[1]:
            continue  # the partner is not served
        gifts = lase(payoffs, discount, weighted=False).own_gradient(x)[:2]
        game = gt.Game.two_by_two(*payoffs)
        plain = gt.objective.MemoryOneObjective(game, None, discount, weighted=False).own_gradient(x)[:2]
        after = {"C": values[0], "D": values[2]}
        if list(gifts) != list(plain) or gifts[1] != after["C"] - after["D"]:
            return Evidence(False, f"{payoffs}, strategy {strategy}, discount {discount}: {gifts} against {plain}")
        cases += 1
    return Evidence(
        cases > 0,
        f"{cases} combinations of five games, the eight deterministic strategies that cooperate in the opening and "
        "after CC, and three discounts: the gain on the path is that of selfish players, and the difference of "
        "outcome values",
    )


def _frozen() -> Evidence:
    rest = sp.symbols("e1:7")
    one = sp.Integer(1)
    x = np.array([one, one, *rest[:3], one, one, *rest[3:]], dtype=object)
    for discount in _DISCOUNTS:
        found = [sp.cancel(sp.together(v)) for v in lase((3, 0, 5, 1), discount).visits(x)]
        gamma = sp.Rational(discount)
        if found != [1 - gamma, gamma, 0, 0, 0] * 2:
            return Evidence(False, f"visits {found} at discount {discount}")
    rng = np.random.default_rng(5)
    for _ in range(20):
        state = np.array([Fraction(int(v), 24) for v in rng.integers(1, 24, 10)], dtype=object)
        state[[0, 1, 5, 6]] = [1 - Fraction(int(v), 10**4) for v in rng.integers(0, 99, 4)]
        leave = 1 - min(state[[0, 1, 5, 6]])
        discount = Fraction(int(rng.integers(1, 20)), 20)
        weighted, plain = (lase(GAMES[1], discount, weighted=w) for w in (True, False))
        m = plain.visits(state)
        if any(weighted.own_gradient(state) != m * plain.own_gradient(state)):
            return Evidence(False, f"the gradient at {state} is not the visits times the advantages")
        if 1 - m[0] - m[1] > 2 * leave * discount / (1 - discount):
            return Evidence(False, f"states off the path are met too often at {state}")
    return Evidence(
        True,
        "visits with six symbolic policies off the path, at 12 discounts; own gradient = visits times advantage and "
        "the bound on visits at 20 profiles of random fractions",
    )


STATEMENTS = (
    Statement(
        id="lase-memoryless-rest-point",
        title="The memoryless rest point",
        words=(
            "Let $R > S$ and $T > P$. If two memory-one LASE players do the same whatever happened, the first "
            "cooperating with probability $p_1$ and the second with $p_2$, their advantage in every state is that of "
            "the one-shot game. So $p^* = (S + T - P)/(2T + S - R - P)$ in every state is a rest point for every "
            "discount."
        ),
        shorthand={"g{(p^*, p^*)}": g(gain / slope, gain / slope), "m": gain, "d": slope},
        hypotheses=(sp.Ne(slope, 0),),
        claims=(Claim(sp.Eq(g(gain / slope, gain / slope), 0), words="the one-shot advantage is zero at $p^*$"),),
        checks={"enumeration": _one_shot_in_every_state},
        remarks=(
            "What follows an outcome is worth the same whatever the outcome was, so it shifts all action values of a "
            "player alike and leaves the relationships as they are."
        ),
    ),
    Statement(
        id="lase-win-stay-lose-shift",
        title="When win-stay lose-shift lasts among LASE players",
        words=(
            "Let $T > R > P > S$ and $0 \\le \\gamma < 1$; two LASE players play win-stay lose-shift. Who deviates "
            "once loses $\\gamma(R - P) - (T - R)$ in the opening, after CC and after DD, and $\\gamma(R - P) - (S + "
            "T - P)$ after CD and DC, where a lone cooperator surprises its partner and is given all that the partner "
            "earns. So nobody gains in any state exactly if $\\gamma (R - P) > \\max(T - R, S + T - P)$."
        ),
        hypotheses=(*_dilemma, *_discount),
        claims=(
            Claim(
                sp.Eq(R + d * _onward - T - d * (P + d * _onward), d * (R - P) - (T - R)),
                words="what cooperating earns less what defecting does, after CC",
            ),
            Claim(
                sp.Eq(P + d * _onward - (S + T) - d * (P + d * _onward), d * (R - P) - (S + T - P)),
                words="what defecting earns less what cooperating does, the partner's gift included, after CD and DC",
            ),
            Claim(
                sp.And(
                    R + d * _onward > S + d * (P + d * _onward),
                    T + d * (P + d * _onward) > P + d * _onward,
                ),
                words="each is served by the other's cooperation, whatever it does itself",
            ),
        ),
        checks={"enumeration": lambda: _deviations("WSLS", d * (R - P) - (T - R), S + T - P - d * (R - P), (0, 1, 4))},
        neighbours=(
            Neighbour(
                "What deters selfish players, $\\gamma(R - P) > T - R$, makes win-stay lose-shift last in every state.",
                conclusion=d * (R - P) > sp.Max(T - R, S + T - P),
                hypotheses=(*_dilemma, *_discount, d * (R - P) > T - R),
                counterexample={R: 4, S: 0, T: 5, P: 1, d: sp.Rational(9, 10)},
                remark=(
                    "After CD and DC the gift for a surprise tempts to cooperate. Where states learn at the rate at "
                    "which they are met, that is hardly ever tried, and the condition on the path is enough for "
                    "players who start close to it."
                ),
            ),
        ),
        remarks="A strict profile of this kind attracts its surroundings if all states learn alike.",
    ),
    Statement(
        id="lase-grim",
        title="When Grim lasts among LASE players",
        words=(
            "Let $T > R > P > S$ and $0 \\le \\gamma < 1$; two LASE players play Grim. Cooperating rather than "
            "defecting once gains $[\\gamma(T - P) - (T - R)]/(1 - \\gamma)$ in the opening and after CC, and $S + T "
            "- P$ elsewhere. So nobody gains by deviating in any state exactly if $\\gamma(T - P) > T - R$ and $S + T "
            "< P$."
        ),
        hypotheses=(*_dilemma, *_discount),
        claims=(
            Claim(
                sp.Eq(_onward - T - d * P / (1 - d), (d * (T - P) - (T - R)) / (1 - d)),
                words="what cooperating earns less what defecting does, in the opening and after CC",
            ),
            Claim(
                sp.Eq(S + T + d * P / (1 - d) - P / (1 - d), S + T - P),
                words="the same elsewhere, the partner's gift included",
            ),
            Claim(
                sp.And(_onward > S + d * P / (1 - d), T + d * P / (1 - d) > P / (1 - d)),
                words="each is served by the other's cooperation",
            ),
        ),
        checks={
            "enumeration": lambda: _deviations("Grim", (d * (T - P) - (T - R)) / (1 - d), S + T - P, (0, 1)),
        },
        neighbours=(
            Neighbour(
                "What deters selfish players, $\\gamma(T - P) > T - R$, makes Grim last in every state.",
                conclusion=S + T < P,
                hypotheses=(*_dilemma, *_discount, d * (T - P) > T - R),
                counterexample={R: 3, S: 0, T: 5, P: 1, d: sp.Rational(9, 10)},
                remark="A lone cooperator is paid the whole $T$ of its partner, so $S + T < P$ is needed as well.",
            ),
        ),
    ),
    Statement(
        id="lase-selfish-on-the-path",
        title="On a path of sure cooperation LASE players weigh deviations as selfish ones do",
        words=(
            "Two LASE players play one deterministic strategy that cooperates in the opening and after CC, and each "
            "fares better if the other cooperates than if the other defects, given that it cooperates itself. Then "
            "what a deviation costs in the opening and after CC is what it costs selfish players. For $T > R > P > S$ "
            "cooperation pays there exactly if $\\gamma(R - P) > T - R$ with win-stay lose-shift, $\\gamma(T - P) > T "
            "- R$ with Grim, and $\\gamma(R - S) > T - R$ with tit-for-tat."
        ),
        hypotheses=(*_dilemma, *_discount),
        claims=(
            Claim(
                sp.Equivalent(_onward > T + d * (P + d * _onward), d * (R - P) > T - R),
                words="when cooperation pays on the path of win-stay lose-shift",
            ),
            Claim(
                sp.Equivalent(_onward > T + d * P / (1 - d), d * (T - P) > T - R),
                words="when it pays on the path of Grim",
            ),
            Claim(
                sp.Equivalent(_onward > (T + d * S) / (1 - d**2), d * (R - S) > T - R),
                words="when it pays on the path of tit-for-tat",
            ),
        ),
        checks={"enumeration": _path_is_selfish},
        remarks=(
            "Who was sure to cooperate and does so surprises nobody, and a defection that hurts is answered by no "
            "gift; the partner cooperates as expected, so nothing is given to it either."
        ),
    ),
    Statement(
        id="lase-frozen-threats",
        title="Learning by visits freezes what is never met",
        words=(
            "The own gradient in a state is the advantage there times the discounted frequency of the state. If both "
            "players cooperate for sure in the opening and after CC, these frequencies are $1 - \\gamma$ and "
            "$\\gamma$, and 0 in CD, DC and DD, whatever is done there: policies off the path do not move. Full "
            "cooperation with any six policies off the path is a rest point, a continuum of six dimensions. If "
            "players leave the path with probability at most $\\varepsilon$ at a time, the frequencies off the path "
            "sum to at most $2 \\varepsilon \\gamma/(1 - \\gamma)$."
        ),
        checks={"enumeration": _frozen},
        remarks=(
            "The bound: by round $t$ the path has been left with probability at most $2 t \\varepsilon$, and the "
            "discounted mean of $t$ is $\\gamma/(1 - \\gamma)$. It is why, by natural gradients, play from near a "
            "cooperative strategy whose path pays ends in full cooperation with the threat almost as it was: "
            "$\\varepsilon$ falls exponentially while the other states move by at most a multiple of the integral of "
            "$\\varepsilon$. That is an argument in words; the solver did not check it."
        ),
    ),
)
