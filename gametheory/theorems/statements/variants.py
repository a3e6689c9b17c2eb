"""Shifted payoffs, every pair as an attractor, variants of the rule, and two games with cycles."""

from __future__ import annotations

from typing import Any

import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.symmetry_breaking import (
    D,
    E,
    F,
    at_rest,
    g,
    gain,
    lase,
    s,
    slope,
    square,
    u,
    x,
    y,
)
from gametheory.theorems.symbols import P, R, S, T, den, helps, num, p, rest

TOPIC = "Shifts, variants and cycles"

k = sp.Symbol("k", real=True)
_shifted = {R: R + k, T: T + k}  # s stays
_D_shifted = D.subs(_shifted, simultaneous=True)
_alone = (s + 2 * u) ** 2 - 2 * u**2
_through = num + p * (R + P - S - 3 * T) + p**2 * (T - R)
_unclipped = num - (2 * T - R - P) * p
_unclipped_rest = num / (2 * T - R - P)
_dilemma = (T > R, R > P, P > S)


def _on_the_diagonal(**options: Any) -> sp.Expr:
    """Return the advantage, as the package derives it, where both cooperate with probability p."""
    transfer = gt.transfer.SocialRelationship(clip=options.pop("clip", True))
    game = gt.Game.two_by_two(R, S, T, P, assume=list(helps))
    first = next(iter(gt.rules.policy_gradient(game, transfer, **options).advantages or ()))
    by_name = {"R": R, "S": S, "T": T, "P": P, "p1": p, "p2": p}
    return sp.expand(first.xreplace({z: by_name[z.name] for z in first.free_symbols}))


def _through_is_the_packages() -> Evidence:
    left = sp.expand(_on_the_diagonal(through_weights=True) - _through)
    return Evidence(left == 0, "the package's gradient through the weights, expanded on the diagonal, is the formula")


def _unclipped_is_the_packages() -> Evidence:
    left = sp.expand(_on_the_diagonal(clip=False) - _unclipped)
    return Evidence(left == 0, "the package's field without the cut, expanded on the diagonal, is the formula")


def _rate_is_the_packages() -> Evidence:
    flow = p * (1 - p) * _on_the_diagonal()
    left = sp.cancel(sp.together(flow.diff(p).subs(p, rest) + num * (T - R) / den))
    return Evidence(
        left == 0, "the derivative of the natural flow derived from the definition of gifts, by cancellation"
    )


def _shifts_by_elimination() -> Evidence:
    # (1, -1/4, 2, 0) + k: the bound is (1 + k)^2 >= 17/16
    lines = []
    for by, broken in ((sp.Rational(1, 64), True), (sp.Rational(1, 32), False), (sp.Integer(2), False)):
        points = gt.analysis.rest_points(lase(1 + by, -sp.Rational(1, 4) + by, 2 + by, by))
        together = [q.location[0] == q.location[1] for q in points.sinks]
        if together != ([False, False] if broken else [True]) or ((1 + by) ** 2 < sp.Rational(17, 16)) != broken:
            return Evidence(False, f"shift {by}: {points}")
        lines.append(f"{len(together)} at k = {by}")
    return Evidence(True, "attractors of (1, -1/4, 2, 0) + k by exact elimination: " + ", ".join(lines))


_ratio = 2 * (x + y) - 1 - 2 * x * y
_T = 1 + (2 - x - y) / _ratio
_s = 1 - (_T - 1) * (x + y)


def _pairs_by_elimination() -> Evidence:
    count = 0
    steps = [sp.Rational(n, 6) for n in range(1, 6)]
    for a in steps:
        for b in steps:
            if a <= b or 2 * (1 - a) * (1 - b) >= 1:
                continue
            game = (1, _s.subs({x: a, y: b}), _T.subs({x: a, y: b}), 0)
            found = {q.location for q in gt.analysis.rest_points(lase(*game)).sinks}
            if found != {(a, b), (b, a)}:
                return Evidence(False, f"attractors of {game}: {found}, not {(a, b)}")
            count += 1
    return Evidence(count > 0, f"attractors by exact elimination for the {count} such pairs of sixths")


def _eigenvalues(game: gt.Game) -> tuple[bool, sp.Poly]:
    """Whether uniform play rests, and the characteristic polynomial there, exactly."""
    field = gt.rules.policy_gradient(game, gt.transfer.SocialRelationship())
    at = {z: sp.Rational(1, game.n_actions[0]) for z in field.space.symbols}
    rates = field.expressions or ()
    rests = all(e.subs(at) == 0 for e in rates)
    jacobian = sp.Matrix([[e.diff(z).subs(at) for z in field.space.symbols] for e in rates])
    return rests, jacobian.charpoly(sp.Symbol("z"))


def _has(polynomial: sp.Poly, *pairs: tuple[sp.Rational, sp.Rational]) -> bool:
    """Whether the eigenvalues are a ± i sqrt(b) for these pairs (a, b)."""
    z = polynomial.gen
    expected = sp.prod([(z - a) ** 2 + b for a, b in pairs])
    return bool(sp.expand(polynomial.as_expr() - expected) == 0)


def _cycles_damped() -> Evidence:
    q = sp.Rational
    plain, biased = (_eigenvalues(gt.catalogue.rock_paper_scissors(1, loss)) for loss in (1, 2))
    holds = plain[0] and _has(plain[1], (q(-1, 12), q(3, 16)), (q(-1, 12), q(49 * 3, 36**2)))
    holds &= biased[0] and _has(biased[1], (q(1, 9), q(16 * 3, 81)), (q(-7, 27), q(100 * 3, 27**2)))
    return Evidence(
        holds,
        f"characteristic polynomials at uniform play from the package's closed forms: {plain[1].as_expr()} for win 1, "
        f"loss 1; {biased[1].as_expr()} for win 1, loss 2",
    )


def _on_the_simplex() -> Evidence:
    found = []
    for loss, stability in ((1, "sink"), (2, "source")):
        game = gt.catalogue.rock_paper_scissors(1, loss)
        points = gt.analysis.rest_points(
            gt.rules.policy_gradient(game, gt.transfer.SocialRelationship()).diagonal()
        ).interior
        found.append([(q.location, q.stability) for q in points] == [((sp.Rational(1, 3),) * 2, stability)])
    return Evidence(
        all(found),
        "with both players alike, rest_points: the only inner point is uniform, a sink for loss 1, a source for 2",
    )


def _pennies() -> Evidence:
    rests, polynomial = _eigenvalues(gt.catalogue.matching_pennies())
    return Evidence(
        rests and _has(polynomial, (-sp.Rational(1, 4), sp.Rational(9, 16))),
        f"characteristic polynomial at uniform play from the package's closed form: {polynomial.as_expr()}",
    )


def _pennies_points() -> Evidence:
    field = gt.rules.policy_gradient(gt.catalogue.matching_pennies(), gt.transfer.SocialRelationship())
    points = gt.analysis.rest_points(field)
    half = sp.Rational(1, 2)
    holds = points.complete and [(q.location, q.stability) for q in points.interior] == [((half, half), "sink")]
    return Evidence(
        holds and gt.analysis.excludes_cycles(field),
        (
            f"exact elimination: {', '.join(map(str, points.interior))} is the only inner rest point; no closed "
            "orbits by Dulac"
        ),
    )


STATEMENTS = (
    Statement(
        id="lase-shift-and-symmetry",
        title="Adding a constant mends broken symmetry",
        words=(
            "Let $R > S$, $T > P$, $T > R$, $u = T - R$, $s = S - P$. Add $k$ to all payoffs, with $R + k > 0$ and $S "
            "+ T - P + k > 0$. Then two LASE players have a symmetric rest point strictly inside, and it is stable to "
            "differences exactly if $(R + k)^2 > (s + 2u)^2 - 2u^2$: every large enough shift mends broken symmetry. "
            "Where $s + 2u \\le 0$ it is stable for every such $k$."
        ),
        where={k: "what is added to all payoffs"},
        shorthand={"u": u, "m": gain, "d": slope},
        hypotheses=(T > R, R + k > 0, gain + k > 0),
        claims=(
            Claim(
                sp.Equivalent(2 * u * (gain + k) / (slope + k) - (R + k - s) < 0, (R + k) ** 2 > _alone),
                words="which shifts make the symmetric rest point stable to differences",
            ),
            Claim((R + k) ** 2 > _alone, (s + 2 * u <= 0,), "all do where $s + 2u \\le 0$"),
            Claim(
                sp.And((gain + k) / (slope + k) > 0, (gain + k) / (slope + k) < 1),
                words="the shifted rest point is inside",
            ),
        ),
        checks={"enumeration": _shifts_by_elimination},
        neighbours=(
            Neighbour(
                "Any positive shift mends broken symmetry.",
                conclusion=_D_shifted <= 0,
                hypotheses=(T > R, k > 0, gain + k > 0, R + k > 0),
                counterexample={R: 1, T: 2, s: -sp.Rational(1, 4), k: sp.Rational(1, 64)},
                remark="In $(1, -1/4, 2, 0)$ it takes $(1 + k)^2 \\ge 17/16$.",
            ),
        ),
        remarks="The condition $s + 2u \\le 0$ is a special case of the inequality, not an alternative to it.",
    ),
    Statement(
        id="lase-every-pair",
        title="Every generous enough pair is the attractor of exactly one game",
        words=(
            "Take two different probabilities $p_1, p_2$ strictly between 0 and 1 and write $a = p_1 + p_2$. Among "
            "games with $R = 1$, $P = 0$, $S < 1$, $T > 0$ there is exactly one with $(p_1, p_2)$ as an attractor of "
            "two LASE players if $(1 - p_1)(1 - p_2) < 1/2$, namely $T = 1 + (2 - a)/(2a - 1 - 2 p_1 p_2)$, $S = 1 - "
            "(T - 1) a$; else there is none."
        ),
        where={s: "$S - P$, which is $S$ here", T: "payoff to oneself if only the other cooperates, with $R = 1$"},
        shorthand={
            "a": x + y,
            "q": _ratio,
            "T_0": _T,
            "S_0": _s,
            "g_1": g(x, y).subs(R, 1),
            "g_2": g(y, x).subs(R, 1),
            "Delta": D.subs({R: 1, T: _T, s: _s}),
            "E_0": E.subs({R: 1, T: _T, s: _s}),
            "E_1": F.subs({R: 1, T: _T, s: _s}),
        },
        hypotheses=(*square, sp.Ne(x, y)),
        claims=(
            Claim(
                sp.Equivalent(
                    sp.And(*at_rest, T > 1).subs(R, 1),
                    sp.And(sp.Eq(T * _ratio, _ratio + 2 - x - y), sp.Eq(s, 1 - (T - 1) * (x + y))),
                ),
                (_ratio > 0, T > 0),
                "exactly one such game has this rest point",
            ),
            Claim(
                sp.And(
                    _T > 1,
                    _s < 1,
                    D.subs({R: 1, T: _T, s: _s}) > 0,
                    E.subs({R: 1, T: _T, s: _s}) > 0,
                    F.subs({R: 1, T: _T, s: _s}) > 0,
                ),
                (_ratio > 0,),
                "and it is of the right kind, in region E",
            ),
            Claim(
                _ratio > 0,
                (T > 1, *(e.subs(R, 1) for e in at_rest)),
                "no game has an attracting pair that is less generous",
            ),
            Claim(sp.Equivalent(_ratio > 0, 2 * (1 - x) * (1 - y) < 1), words="both forms of the condition"),
        ),
        checks={"enumeration": _pairs_by_elimination},
        neighbours=(
            Neighbour(
                "Every pair of different probabilities is the attractor of some such game.",
                conclusion=_ratio > 0,
                hypotheses=(*square, sp.Ne(x, y)),
                counterexample={x: sp.Rational(1, 4), y: sp.Rational(1, 8)},
                remark="Both must not be low: $(1 - p_1)(1 - p_2) < 1/2$.",
            ),
        ),
        remarks=(
            "Unequal rest points inside attract exactly if $T > R$ (see the pitchfork), so $T > 1$ is asked here. LASE "
            "depends on $R$, $T$, $S - P$ only and not on the unit, so $R = 1$, $P = 0$ is no loss for $R > 0$."
        ),
    ),
    Statement(
        id="lase-through-weights",
        title="Differentiating through the weights",
        words=(
            "Let $R > S$ and $T > P$. If the gradient is taken through the gift weights too, the advantage on the "
            "diagonal is $S + T - P + (R + P - S - 3T) p + (T - R) p^2$. In a prisoner's dilemma with $T > 0$ it is "
            "negative for every $p \\ge 1/2$: symmetric players cooperate less than half of the time."
        ),
        shorthand={"g{(p)}": _through},
        hypotheses=(*_dilemma, T > 0, p >= sp.Rational(1, 2), p <= 1),
        claims=(Claim(_through < 0, words="the advantage is negative from one half on"),),
        checks={"identity": _through_is_the_packages},
        neighbours=(
            Neighbour(
                "The same holds for $T < 0$.",
                conclusion=_through < 0,
                hypotheses=(*_dilemma, p >= sp.Rational(1, 2), p <= 1),
                counterexample={R: -2, S: -4, T: -1, P: -3, p: sp.Rational(9, 10)},
                remark="At $p = 1$ the advantage is $-T$.",
            ),
        ),
    ),
    Statement(
        id="lase-without-the-cut",
        title="Charging for bad deeds as well",
        words=(
            "Let $R > S$ and $T > P$. If negative relationships are not cut at 0, so that a player takes reward from "
            "one who served it worse than expected, the advantage on the diagonal is $S + T - P - (2T - R - P) p$. "
            "Its zero is $\\tilde p = (S + T - P)/(2T - R - P)$. On the diagonal, full cooperation attracts exactly "
            "if $R + S > T$, off the border $R + S = T$: it attracts all play if also $S + T \\ge P$, and play from "
            "above $\\tilde p$ if $S + T < P$."
        ),
        shorthand={"\\tilde{p}": _unclipped_rest, "g{(p)}": _unclipped},
        claims=(
            Claim(
                sp.Implies(num >= 0, _unclipped > 0),
                (R + S > T, p > 0, p <= 1),
                "full cooperation attracts all play on the diagonal",
            ),
            Claim(
                sp.And(_unclipped_rest > 0, _unclipped_rest < 1, sp.Equivalent(_unclipped > 0, p > _unclipped_rest)),
                (R + S > T, num < 0),
                "it attracts all from above the rest point, which is inside",
            ),
            Claim(
                sp.And(_unclipped_rest > 0, _unclipped_rest < 1, sp.Equivalent(_unclipped > 0, p < _unclipped_rest)),
                (R + S < T, num > 0),
                "it attracts nothing; the rest point, which is inside, attracts all",
            ),
            Claim(
                sp.Implies(num <= 0, _unclipped < 0),
                (R + S < T, p > 0, p <= 1),
                "it attracts nothing; full defection attracts all",
            ),
        ),
        checks={"identity": _unclipped_is_the_packages},
        neighbours=(
            Neighbour(
                "Without the cut too, full cooperation attracts exactly if $R > T$.",
                conclusion=sp.Equivalent(_unclipped.subs(p, 1) > 0, R > T),
                hypotheses=helps,
                counterexample={R: 3, S: 2, T: 4, P: 1},
                remark="A defector is charged, so less than $R > T$ is enough where $S > 0$.",
            ),
        ),
    ),
    Statement(
        id="lase-rate",
        title="How fast equal LASE players settle",
        words=(
            "Let $R > S$, $T > P$. In the natural flow two equal LASE players approach a stable $p^*$ at the rate "
            "$(S + T - P)(T - R)/(2T + S - R - P)$, which is positive in every prisoner's dilemma with $S + T > P$."
        ),
        shorthand={"p^*": rest, "d": den, "m": num},
        claims=(
            Claim(
                sp.Eq(rest * (1 - rest) * den, num * (T - R) / den),
                (sp.Ne(den, 0),),
                "the rate is $p^* (1 - p^*)$ times the slope of the advantage",
            ),
            Claim(num * (T - R) / den > 0, (*_dilemma, num > 0), "it is positive"),
        ),
        checks={"identity": _rate_is_the_packages},
    ),
    Statement(
        id="lase-rock-paper-scissors",
        title="Rock, paper, scissors comes to rest",
        words=(
            "Two LASE players play rock, paper, scissors with payoffs 1, 0 and $-1$. Uniform play attracts: in the "
            "natural flow its eigenvalues are $-1/12 \\pm i \\sqrt 3/4$ and $-1/12 \\pm 7 i \\sqrt 3/36$. With a "
            "loss of 2 instead of 1 it repels: the eigenvalues are $1/9 \\pm 4 i \\sqrt 3/9$ and $-7/27 \\pm 10 i "
            "\\sqrt 3/27$."
        ),
        checks={"identity": _cycles_damped, "enumeration": _on_the_simplex},
        remarks=(
            "Gifts have kinks where a relationship changes its sign; at draws, where that happens at uniform play, "
            "nothing is paid, so the field is smooth there. Selfish players circle for ever with payoffs 1, 0, -1."
        ),
    ),
    Statement(
        id="lase-matching-pennies",
        title="Matching pennies comes to rest",
        words=(
            "Two LASE players in matching pennies with stake 1: one half each is the only inner rest point and "
            "attracts; its eigenvalues in the natural flow are $-1/4 \\pm 3i/4$."
        ),
        checks={"identity": _pennies, "enumeration": _pennies_points},
    ),
)
