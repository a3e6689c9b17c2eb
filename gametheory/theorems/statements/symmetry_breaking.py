"""Where two equal LASE players part ways, and where they then rest."""

from __future__ import annotations

from typing import Any

import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.symbols import P, R, S, T, helps, p

TOPIC = "Symmetry breaking"

# LASE depends on R, T and s = S - P only
s, x, y = sp.symbols("s p1 p2", real=True)
u = T - R
gain = s + T  # S + T - P, on the diagonal g(p) = gain - slope p
slope = gain + u
D = (s + 2 * u) ** 2 - 2 * u**2 - R**2
E = T * (2 * R - T) - s * (2 * T - R)
F = (2 * R - T) ** 2 - R * s


def g(own: Any, other: Any) -> Any:
    """Return the advantage of cooperating of a player against the other."""
    return gain + own * (u * other - T) - u * other**2 - (u + s) * other


own_x, other_x = g(x, y).diff(x), g(x, y).diff(y)  # derivatives of the first player's advantage
own_y, other_y = g(y, x).diff(y), g(y, x).diff(x)
determinant = own_x * own_y - other_x * other_y
trace = x * (1 - x) * own_x + y * (1 - y) * own_y  # of the natural flow, at an interior rest point
names = {"u": u, "m": gain, "d": slope, "Delta": D, "E_0": E, "E_1": F}
"""What readers are shown in the place of these."""
square = (x > 0, x < 1, y > 0, y < 1)
at_rest = (sp.Eq(g(x, y), 0), sp.Eq(g(y, x), 0))
solved = (sp.Eq(R - s, u * (x + y)), sp.Eq(R * (2 - x - y), u * (2 * (x + y) - 1 - 2 * x * y)))
apart = (sp.Ne(x, y), *solved)  # a rest point off the diagonal, by the first claim about the pair


def lase(*payoffs: Any) -> gt.field.Field:
    """Return the natural flow of two LASE players in a symmetric game."""
    return gt.rules.policy_gradient(gt.Game.two_by_two(*payoffs), gt.transfer.SocialRelationship())


def derived() -> tuple[sp.Expr, sp.Expr]:
    """Return both advantages as the package derives them, in R, T, s and the coordinates x, y."""
    field = gt.rules.policy_gradient(
        gt.Game.two_by_two(R, S, T, P, assume=list(helps)), gt.transfer.SocialRelationship()
    )
    plain = {sp.Symbol("R"): R, sp.Symbol("T"): T, sp.Symbol("P"): P, sp.Symbol("S"): s + P}
    plain |= {sp.Symbol("p1"): x, sp.Symbol("p2"): y}
    by_name = {str(key): value for key, value in plain.items()}
    first, second = (
        sp.expand(a.xreplace({z: by_name[z.name] for z in a.free_symbols})) for a in field.advantages or ()
    )
    return first, second


def _modes() -> Evidence:
    first, second = derived()
    same = sp.expand(first - g(x, y)) == 0 and sp.expand(second - g(y, x)) == 0
    own, other = (first.diff(z).subs({x: p, y: p}, simultaneous=True) for z in (x, y))
    modes = sp.expand(own + other + slope) == 0 and sp.expand(own - other - (2 * p * u - R + s)) == 0
    holds = bool(same and modes and sp.expand(2 * u * gain - (R - s) * slope - D) == 0)
    return Evidence(
        holds,
        "the field derived from the definition of gifts, differentiated on the diagonal, grows by -d along it and by "
        "2 u p - (R + P - S) across it; 2 u m - (R + P - S) d = Delta as polynomials",
    )


def _pair_of(a: Any, b: Any, by: Any = u) -> dict[Any, Any]:
    """Payoffs that make (a, b) the off-diagonal rest point, given u; needs a + b ≠ 2."""
    reward = by * (2 * (a + b) - 1 - 2 * a * b) / (2 - a - b)
    return {R: reward, T: reward + by, s: reward - by * (a + b)}


def _pair_identities() -> Evidence:
    """Check the pair's formulas on all off-diagonal rest points, parametrised by x, y and u."""
    first, second = derived()
    k = sp.Symbol("k", nonzero=True)
    at = _pair_of(x, y, k)
    zero = [
        first,
        second,
        x * y - E / (2 * u**2),
        (1 - x) * (1 - y) - F / (2 * u**2),
        (x - y) ** 2 - D / u**2,
        determinant - 2 * D,
    ]
    left = [sp.cancel(sp.together(e.subs(at, simultaneous=True))) for e in zero]
    difference = sp.expand(first - second - (x - y) * (u * (x + y) - R + s))
    return Evidence(
        all(e == 0 for e in left) and difference == 0,
        "the difference of the advantages, derived from the definition of gifts, is (p1 - p2)(u (p1 + p2) - R - P + "
        "S); with the payoffs solved for by given p1, p2 and u both advantages vanish and E_0, E_1, Delta and "
        "the determinant 2 Delta come out, by cancellation",
    )


def _pair_examples() -> Evidence:
    half, three = sp.Rational(1, 2), sp.Rational(3, 4)
    points = gt.analysis.rest_points(lase(1, sp.Rational(-1, 4), 2, 0))
    found = {point.location: point.stability for point in points.interior}
    expected = {(half, three): "sink", (three, half): "sink", (sp.Rational(7, 11),) * 2: "saddle"}
    return Evidence(
        found == expected and points.complete,
        f"all interior rest points of (1, -1/4, 2, 0): {', '.join(map(str, points.interior))}",
    )


def _edges() -> Evidence:
    first, second = derived()
    zero = [
        first.subs(y, 1) - R * (2 - T / R - x),
        second.subs({y: 1, x: 2 - T / R}, simultaneous=True) + u * F / R**2,
        first.subs(y, 0) - T * (gain / T - x),
        second.subs({y: 0, x: gain / T}, simultaneous=True) - gain * E / T**2,
    ]
    return Evidence(
        all(sp.cancel(sp.together(e)) == 0 for e in zero),
        "the field derived from the definition of gifts, on both edges and across them, by cancellation",
    )


def _edge_examples() -> Evidence:
    cases = {
        (1, sp.Rational(1, 2), sp.Rational(3, 2), 0): {(1, sp.Rational(1, 2)), (sp.Rational(1, 2), 1)},
        (1, sp.Rational(-1, 4), 3, 0): {(0, sp.Rational(11, 12)), (sp.Rational(11, 12), 0)},
        (1, sp.Rational(-1, 4), 2, 0): {(sp.Rational(1, 2), sp.Rational(3, 4)), (sp.Rational(3, 4), sp.Rational(1, 2))},
    }
    found = {payoffs: {q.location for q in gt.analysis.rest_points(lase(*payoffs)).sinks} for payoffs in cases}
    return Evidence(
        found == cases, "attractors of (1, 1/2, 3/2, 0), (1, -1/4, 3, 0) and (1, -1/4, 2, 0) by exact elimination"
    )


def _at_the_bound() -> Evidence:
    """Check the bound by a certificate: a sum of products of positive numbers."""
    a, b, k = sp.symbols("a b k", positive=True)  # u, S + T - P and -(s + 4u)
    split = sp.expand(D - (2 * u**2 - R**2) - s * (s + 4 * u)) == 0
    at = {s: -(4 * a + k), T: 4 * a + b + k, R: 3 * a + b + k}
    negative = sp.Poly(sp.expand(-D.subs(at, simultaneous=True)), k, a, b)
    return Evidence(
        split and all(c > 0 for c in negative.coeffs()),
        "Delta = (2 u^2 - R^2) + s (s + 4 u), so with s < 0 either 2 u^2 > R^2 or s + 4 u < 0; in the latter case "
        "-Delta is a "
        f"polynomial with positive coefficients in u, -s - 4u and S + T - P: {negative.as_expr()}",
    )


_half = sp.Rational(1, 2)
_low = {R: 1, T: sp.Rational(-89, 11), s: sp.Rational(219, 44), x: sp.Rational(3, 8), y: sp.Rational(1, 16)}
_D_by_payoffs = D.subs(s, S - P)
_given = "Write $u = T - R$, $s = S - P$, $m = S + T - P$ and $d = m + u$; let $R > S$ and $T > P$."

STATEMENTS = (
    Statement(
        id="lase-symmetry-breaking",
        title="When equal LASE players part ways",
        words=(
            f"{_given} At a symmetric rest point $p^* = m/d$ of two LASE players a small difference between them "
            "grows at the rate $2 u p^* - (R + P - S)$, times $p^*(1 - p^*)$ in the natural flow. If $d > 0$ this is "
            "positive exactly where $\\Delta = (s + 2u)^2 - 2u^2 - R^2 > 0$."
        ),
        shorthand={"Delta": D, "\\Delta{}": _D_by_payoffs, "m": gain, "d": slope, "u": u},
        claims=(
            Claim(
                sp.Equivalent(2 * u * gain / slope - (R - s) > 0, D > 0),
                (slope > 0,),
                "differences grow exactly where $\\Delta > 0$",
            ),
            Claim(
                sp.Equivalent(2 * u * gain / slope - (R - s) > 0, D < 0),
                (slope < 0,),
                "the other way round where $d < 0$",
            ),
        ),
        checks={"identity": _modes},
        neighbours=(
            Neighbour(
                "A prisoner's dilemma with $P \\ge 0$ and $T \\le 2R$ never breaks symmetry.",
                conclusion=_D_by_payoffs <= 0,
                hypotheses=(T > R, R > P, P > S, P >= 0, T <= 2 * R, S + T > P),
                counterexample={R: 1, S: sp.Rational(-1, 32), T: sp.Rational(7, 4), P: 0},
                remark="The bound is $T > (1 + 1/\\sqrt 2) R$.",
            ),
            Neighbour(
                "Where the symmetric point is stable to differences, $R + P - S \\ge 2 (T - R)$.",
                conclusion=sp.Implies(_D_by_payoffs < 0, R + P - S >= 2 * (T - R)),
                hypotheses=(R > S, T > P, S + T > P, T > R),
                counterexample={R: 1, S: -_half, T: 2, P: 0},
                remark="$R + P - S \\ge 2 u p^*$ is the condition, and $p^*$ may be well below 1.",
            ),
            Neighbour(
                "Differences grow exactly where $\\Delta > 0$, whatever the sign of $d$.",
                conclusion=sp.Equivalent(2 * u * gain / slope - (R - s) > 0, D > 0),
                hypotheses=(sp.Ne(slope, 0), gain / slope > 0, gain / slope < 1),
                counterexample={R: 4, T: 3, s: -4},
                remark="For $d < 0$ it is the other way round; such a point repels along the diagonal anyway.",
            ),
        ),
        remarks=(
            "The Jacobian of the two advantages on the diagonal has equal rows up to order, so that its eigenvectors "
            "are (1, 1), with eigenvalue $-d$, and (1, -1)."
        ),
    ),
    Statement(
        id="lase-asymmetric-pair",
        title="Where unequal LASE players rest",
        words=(
            f"{_given} Let $T \\ne R$. Two different probabilities $p_1 \\ne p_2$ strictly between 0 and 1 are a rest "
            "point of two LASE players exactly if $p_1 + p_2 = (R + P - S)/u$ and $p_1 p_2 = E_0/(2u^2)$ with $E_0 = "
            "T(2R - T) - s(2T - R)$. Then $(1 - p_1)(1 - p_2) = E_1/(2u^2)$ with $E_1 = (2R - T)^2 - Rs$, and $(p_1 - "
            "p_2)^2 = \\Delta/u^2$ with $\\Delta = (s + 2u)^2 - 2u^2 - R^2$, which is positive where symmetry breaks. "
            "There are two such points, mirror images of each other: the *pair*. With $R > 0$ it is inside only if $T "
            "> R$ or $T < 0$."
        ),
        shorthand={**names, "g_1": g(x, y), "g_2": g(y, x)},
        hypotheses=(sp.Ne(T, R),),
        claims=(
            Claim(
                sp.Equivalent(
                    sp.And(*at_rest),
                    sp.And(sp.Eq(x + y, (R - s) / u), sp.Eq(x * y, E / (2 * u**2))),
                ),
                (sp.Ne(x, y),),
                "at rest exactly with this sum and this product",
            ),
            Claim(
                sp.Equivalent(sp.And(*at_rest), sp.And(*solved)),
                (sp.Ne(x, y),),
                "the same, as two equations that are linear in the payoffs",
            ),
            Claim(sp.Eq((1 - x) * (1 - y), F / (2 * u**2)), apart, "both shortfalls from full cooperation, multiplied"),
            Claim(sp.Eq((x - y) ** 2, D / u**2), apart, "distance from each other, squared"),
            Claim(sp.Or(T > R, T < 0), (R > 0, *square, *apart), "which games have such a point inside"),
        ),
        checks={"identity": _pair_identities, "enumeration": _pair_examples},
        neighbours=(
            Neighbour(
                "With $R > 0$, unequal players rest inside the square only in games with $T > R$.",
                conclusion=T > R,
                hypotheses=(R > 0, *square, *apart),
                counterexample=_low,
                remark=(
                    "There are such points for $T < 0$ too, e.g. in $(1, -177/44, -89/11, -9)$ at $(3/8, 1/16)$; "
                    "those repel."
                ),
            ),
        ),
        remarks="In $(1, -1/4, 2, 0)$ the symmetric point 7/11 is a saddle and the pair is (1/2, 3/4), (3/4, 1/2).",
    ),
    Statement(
        id="lase-pitchfork",
        title="Symmetry breaks gently",
        words=(
            f"{_given} Let $R > 0$ and $\\Delta = (s + 2u)^2 - 2u^2 - R^2$. At a rest point with $p_1 \\ne p_2$ "
            "strictly between 0 and 1 the Jacobian $J$ of the two advantages has the determinant $2\\Delta > 0$. "
            "For $T > R$ the trace of the Jacobian $J_f$ of the natural flow is negative there: the pair attracts. "
            "For $T < R$ it is positive: the pair repels. So the pair that is born at $\\Delta = 0$, where the "
            "symmetric point of a game with $T > R$ turns unstable, is always stable: the pitchfork is "
            "supercritical."
        ),
        shorthand={**names, "\\det{}\\, J": determinant, "\\mathrm{tr}\\, J_f": trace},
        hypotheses=(R > 0, *square, *apart),
        claims=(
            Claim(sp.Eq(determinant, 2 * D), words="the determinant at an unequal rest point"),
            Claim(D > 0, words="its sign"),
            Claim(trace < 0, (T > R,), "the trace for $T > R$: the pair attracts"),
            Claim(trace > 0, (T < R,), "the trace for $T < R$: the pair repels"),
        ),
        checks={"identity": _pair_identities},
        neighbours=(
            Neighbour(
                "With $R > 0$ an unequal rest point always attracts.",
                conclusion=trace < 0,
                hypotheses=(R > 0, *square, *apart),
                counterexample=_low,
                remark="Only for $T > R$; the others, in games with $T < 0$, repel.",
            ),
        ),
        remarks=(
            "The natural flow multiplies the rows of the Jacobian by $p_i(1 - p_i) > 0$, so the determinants have one "
            "sign; a positive determinant and a negative trace make both eigenvalues negative in their real parts."
        ),
    ),
    Statement(
        id="lase-edge-points",
        title="Rest points on the edges, and how the pair gets there",
        words=(
            f"{_given} Let $R \\ne 0$ and $T \\ne 0$, and write $E_0 = T(2R - T) - s(2T - R)$ and $E_1 = (2R - T)^2 "
            "- Rs$. Against a sure cooperator a LASE player rests at $2 - T/R$, where the sure cooperator's own "
            "advantage is $-u E_1/R^2$; against a sure defector at $m/T$, where the sure defector's own advantage "
            "is $m E_0/T^2$. On these edges the advantage falls with slopes $R$ and $T$. At $E_1 = 0$ the unequal "
            "pair of rest points meets the first of these points and its mirror image, and at $E_0 = 0$ the second: "
            "the pair goes on as an edge point."
        ),
        shorthand={
            **names,
            "g{(p_1, 1)}": g(x, 1),
            "g{(1, 2 - T/R)}": g(1, 2 - T / R),
            "g{(p_1, 0)}": g(x, 0),
            "g{(0, m/T)}": g(0, gain / T),
        },
        where={x: "probability of cooperating of the player that mixes"},
        hypotheses=(sp.Ne(R, 0), sp.Ne(T, 0)),
        claims=(
            Claim(
                sp.Eq(g(x, 1), R * (2 - T / R - x), evaluate=False),
                words=(
                    "beside a sure cooperator: the advantage of the other falls with slope $-R$, through 0 at $2 - T/R$"
                ),
            ),
            Claim(
                sp.Eq(g(1, 2 - T / R), -u * F / R**2, evaluate=False),
                words="there: whether the sure cooperator stays sure",
            ),
            Claim(
                sp.Eq(g(x, 0), T * (gain / T - x), evaluate=False),
                words="beside a sure defector: the advantage of the other falls with slope $-T$, through 0 at $m/T$",
            ),
            Claim(
                sp.Eq(g(0, gain / T), gain * E / T**2, evaluate=False),
                words="there: whether the sure defector stays sure",
            ),
            Claim(
                sp.And(sp.Eq(3 - T / R, (R - s) / u), sp.Eq(2 - T / R, E / (2 * u**2))),
                (sp.Ne(T, R), sp.Eq(F, 0)),
                "where $E_1 = 0$ the numbers 1 and $2 - T/R$ have the sum and the product of the pair",
            ),
            Claim(
                sp.And(sp.Eq(gain / T, (R - s) / u), sp.Eq(1 - gain / T, F / (2 * u**2))),
                (sp.Ne(T, R), sp.Eq(E, 0)),
                "where $E_0 = 0$ so have 0 and $m/T$, with the same distances from full cooperation",
            ),
        ),
        checks={"identity": _edges, "enumeration": _edge_examples},
        remarks=(
            "The pair has $(1 - p_1)(1 - p_2) = E_1/(2u^2)$ and $p_1 p_2 = E_0/(2u^2)$, which vanish together with the "
            "transversal advantages."
        ),
    ),
    Statement(
        id="lase-breaking-needs-temptation",
        title="Dilemmas that break symmetry are tempting",
        words=(
            "A prisoner's dilemma, $T > R > P > S$, with $R > 0$ and $S + T > P$ breaks the symmetry of two LASE "
            "players (with $u = T - R$, $\\Delta = (S - P + 2u)^2 - 2u^2 - R^2 > 0$) only if $2u^2 > R^2$, that is "
            "$T > (1 + 1/\\sqrt 2) R$. No larger number would do: for every $T$ above it, $\\Delta > 0$ at $S = P$, "
            "and so in dilemmas close to it."
        ),
        shorthand={"u": u, "Delta": _D_by_payoffs},
        claims=(
            Claim(
                2 * u**2 > R**2,
                (T > R, R > P, P > S, R > 0, S + T > P, _D_by_payoffs > 0),
                "without that much temptation symmetry holds",
            ),
            Claim(
                D.subs(s, 0) > 0, (R > 0, T > R, 2 * u**2 > R**2), "and no more is needed: at $S = P$ symmetry breaks"
            ),
        ),
        checks={"identity": _at_the_bound},
        neighbours=(
            Neighbour(
                "The same holds without $S + T > P$.",
                conclusion=2 * u**2 > R**2,
                hypotheses=(T > R, R > P, P > S, R > 0, _D_by_payoffs > 0),
                counterexample={R: 1, S: -6, T: sp.Rational(6, 5), P: 0},
                remark="There full defection attracts and no symmetric rest point lies inside.",
            ),
            Neighbour(
                "Temptation twice the reward is needed.",
                conclusion=T >= 2 * R,
                hypotheses=(T > R, R > P, P > S, R > 0, S + T > P, _D_by_payoffs > 0),
                counterexample={R: 1, S: sp.Rational(-1, 32), T: sp.Rational(7, 4), P: 0},
                remark="The bound is $(1 + 1/\\sqrt 2) R$, about $1.707\\, R$.",
            ),
        ),
        remarks="$P \\ge 0$ implies $R > 0$ here.",
    ),
)
