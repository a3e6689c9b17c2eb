"""Estimates that lag behind policies, and gifts that remember."""

from __future__ import annotations

from itertools import product

import numpy as np
import sympy as sp

from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.estimates import with_estimate
from gametheory.theorems.statements.two_players import derived, on_diagonal, vanishes
from gametheory.theorems.symbols import P, R, S, T, den, helps, num, p, p1, p2, rest
from gametheory.transfer import FixedShare, gift_weights, relationship

TOPIC = "Lagging estimates and lasting gifts"

_q1, _q2 = sp.symbols("q1 q2", real=True)
_k, _lambda, _gamma, _b, _c0, _x, _y = sp.symbols("k lambda gamma b c x y", real=True)
_u, _c = T - R, R + P - S - T
_h = p * (1 - p)

_welfare = p**2 * R + p * (1 - p) * (S + T) + (1 - p) ** 2 * P
_present = num - den * p - _lambda * (1 - p) * ((1 - p) * T + p * S)
_later = (1 - _lambda) * _gamma * _lambda / (1 - _gamma * _lambda)
_far = _present + _later * (1 - p) * _welfare
_donation = {R: _b - _c0, S: -_c0, T: _b, P: 0}
_share = (_lambda > 0, _lambda < 1)
_dilemma = (*helps, _u > 0, num > 0)


def _lagging_jacobian() -> sp.Matrix:
    """Linear part at p1 = p2 = q1 = q2 = p, where the advantages vanish, of the package's field and the estimates."""
    g1, g2 = with_estimate("frozen", _q1, _q2)
    variables = (p1, p2, _q1, _q2)
    speeds = [_h * g1, _h * g2, _k * (p1 - _q1), _k * (p2 - _q2)]
    return sp.Matrix([[f.diff(v) for v in variables] for f in speeds]).subs(dict.fromkeys(variables, p))


def _lagging_modes() -> Evidence:
    change = sp.Matrix([[1, 0, 1, 0], [1, 0, -1, 0], [0, 1, 0, 1], [0, 1, 0, -1]])  # alike (p, q), then apart (p, q)
    modes = change.inv() * _lagging_jacobian() * change
    alike, apart = modes[:2, :2], modes[2:, 2:]
    zero = [*modes[:2, 2:], *modes[2:, :2]]
    zero += [alike.trace() - (_h * _c - _k), alike.det() - _k * _h * den]
    zero += [apart.trace() - (-_h * _c - _k), apart.det() - _k * _h * (R + P - S - 2 * p * _u)]
    return Evidence(
        vanishes(*zero),
        "linear part of the package's field with lagging estimates, in sums and differences: traces and determinants",
    )


def _lagging_example() -> Evidence:
    at = {R: 3, S: 0, T: 4, P: 2, p: sp.Rational(2, 3)}
    holds = rest.subs(at) == at[p]
    for speed, expected in ((sp.Rational(1, 9), 1), (sp.Rational(2, 9), 0), (sp.Rational(1, 3), -1)):
        found = _lagging_jacobian().subs({**at, _k: speed}).eigenvals()
        parts = [sp.re(value) for value in found]
        holds &= sp.sign(max(parts)) == expected and (expected != 0 or sum(part == 0 for part in parts) == 2)
    return Evidence(bool(holds), "exact eigenvalues in (3, 0, 4, 2) below, at and above k = 2/9")


# ---------------------------------------------------------------- gifts that remember
def _rounds(horizon: int) -> sp.Expr:
    """Gain by cooperating in the first of some rounds: all sequences of joint actions, one by one."""
    chance, other = sp.symbols("chance other", positive=True)  # of cooperating and defecting
    expectation = np.array([chance, other], dtype=object)
    gifts = gift_weights(relationship(np.array([2, 1], dtype=object), expectation, np.arange(2)), 2)
    start = (expectation * gifts).sum()  # weights from before are as large as they are on average
    payoffs = ((R, S), (T, P))
    total = sp.Integer(0)
    for joint in product(range(2), repeat=2 * horizon):
        likelihood, value, to_first, to_second = sp.Integer(1 - 2 * joint[0]), sp.Integer(0), start, start
        for t in range(horizon):
            first, second = joint[2 * t : 2 * t + 2]
            likelihood *= (expectation[first] if t else 1) * expectation[second]
            to_first = _lambda * to_first + (1 - _lambda) * gifts[first]
            to_second = _lambda * to_second + (1 - _lambda) * gifts[second]
            reward = (1 - to_second) * payoffs[first][second] + to_first * payoffs[second][first]
            value += _gamma**t * reward
        total += likelihood * value
    return total.subs({chance: p, other: 1 - p})


def _memory_by_rounds() -> Evidence:
    horizons = (1, 2, 3)
    gaps = []
    for horizon in horizons:
        later = (1 - _lambda) * sum((_gamma * _lambda) ** s for s in range(1, horizon))
        gaps.append(_rounds(horizon) - (_present + later * (1 - p) * _welfare))
    mean = sp.Symbol("m", real=True)
    (held, _) = derived(transfer=FixedShare([[1 - mean, mean], [mean, 1 - mean]]))
    gaps += [on_diagonal(held).subs(mean, p * (1 - p)) - _present.subs(_lambda, 1)]
    gaps += [on_diagonal(derived()[0]) - _present.subs(_lambda, 0)]
    return Evidence(
        vanishes(*gaps),
        "the package's fields of present and of fixed mean gifts for lambda = 0 and 1; sums over all plays of 1, 2 and "
        "3 rounds, all symbols, gifts by the package's weights; further rounds continue the geometric series",
    )


STATEMENTS = (
    Statement(
        id="estimates-lagging",
        title="Estimates that lag behind",
        words=(
            "Let $R > S$ and $T > P$. Let each estimate follow the policy that it is about, $\\dot q_i = k (p_i - "
            "q_i)$ with speed $k$, while policies follow the natural flow. Write $h = p^* (1 - p^*)$ and $c = R + P "
            "- S - T$. At $p_i = q_i = p^*$ inside the linear part falls into two motions. Changes that the players "
            "share have trace $h c - k$ and determinant $k h (2T + S - R - P)$; differences between them have trace "
            "$-h c - k$ and determinant $k h (R + P - S - 2 p^* (T - R))$. So it is stable iff it is stable with "
            "exact estimates and $k > h |c|$. For smaller $k$ small changes grow: both players in phase for $c > 0$, "
            "in opposite phase for $c < 0$. In $(3, 0, 4, 2)$ the border is $k = 2/9$."
        ),
        where={_k: "speed at which estimates follow policies", p: "cooperation at rest, $p^*$"},
        shorthand={"c": _c, "d": den, "p^*": rest},
        hypotheses=(p > 0, p < 1, _k > 0),
        claims=(
            Claim(
                sp.Equivalent(sp.And(_h * _c - _k < 0, -_h * _c - _k < 0), _k > _h * sp.Abs(_c)),
                words="both traces are negative exactly if $k > h |c|$",
            ),
            Claim(
                sp.Equivalent(
                    sp.And(_k * _h * den > 0, _k * _h * (R + P - S - 2 * p * _u) > 0),
                    sp.And(den > 0, 2 * p * _u < R + P - S),
                ),
                words="both determinants are positive exactly if the point is stable with exact estimates",
            ),
            Claim(
                sp.And(sp.Implies(_c > 0, -_h * _c - _k < 0), sp.Implies(_c < 0, _h * _c - _k < 0)),
                words="the sign of $c$ says which of the two motions can lose stability by its trace",
            ),
            Claim(
                sp.Equivalent(_k > _h * sp.Abs(_c), _k > sp.Rational(2, 9)),
                (sp.Eq(R, 3), sp.Eq(S, 0), sp.Eq(T, 4), sp.Eq(P, 2), sp.Eq(p, sp.Rational(2, 3))),
                "the border in $(3, 0, 4, 2)$",
            ),
        ),
        checks={"identity": _lagging_modes, "enumeration": _lagging_example},
        neighbours=(
            Neighbour(
                "Estimates that follow at any speed keep $p^*$ stable.",
                conclusion=_h * _c - _k < 0,
                hypotheses=(p > 0, p < 1, _k > 0, *helps, _u > 0, num > 0, sp.Eq(p, rest)),
                counterexample={R: 3, S: 0, T: 4, P: 2, p: sp.Rational(2, 3), _k: sp.Rational(1, 9)},
                remark="They must be fast compared with learning: $k > h |c|$.",
            ),
        ),
        remarks=(
            "At $k = h |c|$ a pair of eigenvalues crosses the imaginary axis (its determinant is positive, its trace "
            "falls with $k$ at a speed that is not zero): a Hopf bifurcation, of which it is not shown whether its "
            "orbits attract. For $T > R$, $S + T > P$, $c > 0$ and any $k < h c$ a periodic "
            "orbit of like players exists: the square of $(p, q)$ is mapped into itself, its corners are saddles "
            "whose incoming orbits lie on the border, $p^*$ repels, and Poincaré and Bendixson leave nothing else. "
            "For $c < 0$ only the orbits near $k = h |c|$ are known from this."
        ),
    ),
    Statement(
        id="gifts-with-memory",
        title="Gifts that remember",
        words=(
            "Let the weight of a gift be a moving average: after round $t$ it is $w_t = \\lambda w_{t-1} + (1 - "
            "\\lambda) \\max(\\omega_t, 0)$, where $\\omega_t$ is the relationship in that round and $0 < \\lambda < "
            "1$ is how much of the old weight stays. Let two like players repeat the game without memory of play: in "
            "each round both cooperate with probability $p$. Estimates are exact, $R > S$ and $T > P$. Let a player "
            "credit its action with its rewards from then on, discounted by $\\gamma$. Then its advantage of "
            "cooperating is $g(p) = m - d p - \\lambda (1 - p) [(1 - p) T + p S] + \\kappa (1 - p) W(p)$ with $m = S "
            "+ T - P$, $d = 2T + S - R - P$, $\\kappa = (1 - \\lambda) \\gamma \\lambda / (1 - \\gamma \\lambda)$ "
            "and $W(p) = R p^2 + (S + T) p (1 - p) + P (1 - p)^2$, the mean payoff. Let $T > R$ and $m > 0$. If only "
            "the present reward is credited ($\\gamma = 0$), full defection attracts as soon as $\\lambda T > m$; if "
            "$\\lambda T < m$ there is one rest point inside, and it lies below $p^* = m/d$ if and only if $T (T - "
            "R) + S m > 0$, as it does in the donation game. As $\\gamma \\to 1$, the advantage at $p^*$ is positive "
            "in the donation game iff $b > 2c$: memory then carries cooperation beyond $1 - c/b$."
        ),
        where={
            _lambda: "how much of the old weight stays",
            _x: "a probability of cooperating",
            _y: "a larger one",
            _b: "benefit to the other in the donation game",
            _c0: "cost to oneself",
        },
        shorthand={
            "p^*": rest,
            "m": num,
            "d": den,
            "g{(p)}": _present,
            "g{(x)}": _present.subs(p, _x),
            "g{(y)}": _present.subs(p, _y),
            "g{(p^*)}": _present.subs(p, rest),
        },
        hypotheses=_share,
        claims=(
            Claim(
                _present < 0,
                (R > S, _u > 0, num > 0, _lambda * T > num, p >= 0, p * _lambda * (2 * T - S) < _lambda * T - num),
                "for $\\gamma = 0$ full defection attracts all starts with $p < (\\lambda T - m)/(\\lambda (2T - S))$",
            ),
            Claim(
                _present.subs(p, _y) < 0,
                (_u > 0, _lambda * T < num, _x >= 0, _x < _y, _y <= 1, _present.subs(p, _x) <= 0),
                (
                    "for $\\gamma = 0$ one rest point inside: once the advantage is not positive, it is negative from "
                    "there on"
                ),
            ),
            Claim(
                sp.Equivalent(_present.subs(p, rest) < 0, T * _u + S * num > 0),
                (_u > 0, num > 0),
                "and it lies below $p^*$ where the advantage at $p^*$ is negative",
            ),
            Claim(
                _present.subs(_donation, simultaneous=True).subs(p, 1 - _c0 / _b) < 0,
                (_b > _c0, _c0 > 0),
                "donation game, $\\gamma = 0$: the advantage at $1 - c/b$ is negative",
            ),
            Claim(
                sp.Equivalent(
                    _far.subs(_donation, simultaneous=True).subs({p: 1 - _c0 / _b, _gamma: 1}) > 0, _b > 2 * _c0
                ),
                (_b > _c0, _c0 > 0),
                "donation game, $\\gamma \\to 1$: when the advantage at $1 - c/b$ is positive",
            ),
        ),
        checks={"identity": _memory_by_rounds},
        neighbours=(
            Neighbour(
                "If only the present reward is credited, memory of gifts always lowers cooperation.",
                conclusion=_present.subs(p, rest) < 0,
                hypotheses=(*_dilemma, *_share),
                counterexample={R: 1, S: -sp.Rational(1, 2), T: sp.Rational(11, 10), P: 0, _lambda: sp.Rational(1, 2)},
                remark="A sucker's payoff that is low enough, passed on, turns it round.",
            ),
            Neighbour(
                "Memory of gifts does not move $p^*$.",
                conclusion=sp.Eq(_present.subs(p, rest), 0),
                hypotheses=(*_dilemma, *_share),
                counterexample={R: 4, S: 0, T: 5, P: 1, _lambda: sp.Rational(1, 2)},
                remark="It moves to $\\sqrt{3/5}$, about 0.775, from 0.8.",
            ),
        ),
        remarks=(
            "Past gifts enter a present reward with the weight $\\lambda$ and do not answer the present action; only "
            "the part $1 - \\lambda$ does. For $\\lambda = 1$ weights are held at their means, with rest points $(5 "
            "\\mp \\sqrt{5})/10$ in $(4, 0, 5, 1)$. That is for like players only: whether they part ways with "
            "memory is open here."
        ),
    ),
)
