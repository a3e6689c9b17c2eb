"""The map of attractors of two LASE players."""

from __future__ import annotations

import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.symmetry_breaking import (
    D,
    E,
    F,
    apart,
    derived,
    g,
    gain,
    lase,
    names,
    s,
    slope,
    square,
    u,
    x,
    y,
)
from gametheory.theorems.symbols import R, T, p

TOPIC = "Where two LASE players end up"

_edge = (x > 0, x < 1)
_breaks = s + 2 * u > sp.sqrt(R**2 + 2 * u**2)
REGIONS = {
    "A": sp.And(T < R, gain > 0),
    "B": sp.And(T < R, gain < 0),
    "C": sp.And(T > R, gain < 0),
    "D": sp.And(T > R, gain > 0, D < 0),
    "E": sp.And(
        T > R,
        gain > 0,
        D > 0,
        sp.Or(
            sp.And(T <= 2 * R, R * s < (2 * R - T) ** 2),
            sp.And(T > 2 * R, s * (2 * T - R) < -T * (T - 2 * R)),
        ),
    ),
    "F": sp.And(T > R, T < 2 * R, R * s > (2 * R - T) ** 2),
    "G": sp.And(T > 2 * R, s * (2 * T - R) > -T * (T - 2 * R), s < 0),
    "H": sp.And(T > 2 * R, s > 0),
}
"""Regions of the map, by letter."""
_off_borders = (R > 0, sp.Ne(u * gain * D * E * F * s * (2 * R - T), 0))
_partition = sp.And(
    sp.Or(*REGIONS.values()), sp.Not(sp.And(sp.Or(*(REGIONS[k] for k in "CDE")), sp.Or(*(REGIONS[k] for k in "FGH"))))
)
_ADVANTAGES = {
    ("p_1", "1"): (x, 1),
    ("1", "p_1"): (1, x),
    ("p_1", "0"): (x, 0),
    ("0", "p_1"): (0, x),
    ("p_1", "p_2"): (x, y),
    ("p_2", "p_1"): (y, x),
}
_half_width = sp.sqrt(D) / (2 * u)
_high, _low = (R - s) / (2 * u) + _half_width, (R - s) / (2 * u) - _half_width
_divergence = -(R * y + T * (1 - y)) / (y * (1 - y)) - (R * x + T * (1 - x)) / (x * (1 - x))
_second = s * (x + y - 2 * x * y) - u * x * y * (x + y)  # over x y (1 - x)^2 (1 - y)^2
_across = 2 * u * p - (R - s)  # rate of differences on the diagonal

_eighths = ((-9, 5, 0), (4, 3, -1), (-20, 11, 0), (-3, 13, 0), (1, 12, 0), (6, 12, 0), (-5, 22, 0), (-1, 22, 0))
_GAMES = (
    *((1, sp.Rational(a, 8), sp.Rational(b, 8), c) for a, b, c in _eighths),
    (1, sp.Rational(1, 2), 3, 0),
    (1, -1, sp.Rational(-1, 2), -2),
    (1, -8, -9, -10),
    (3, -1, 5, -2),
)


def _attractors_by_elimination() -> Evidence:
    seen = ""
    for payoffs in _GAMES:
        at = {R: payoffs[0], T: payoffs[2], s: payoffs[1] - payoffs[3]}
        letters = [letter for letter, where in REGIONS.items() if where.subs(at) == sp.true]
        expected: set[tuple[sp.Expr, sp.Expr]] = set()
        for letter in letters:
            high, low = (sp.nsimplify(sp.sympify(e).subs(at)) for e in _PLACES[letter])
            expected |= {(high, low), (low, high)} | ({(sp.S.Zero, sp.S.Zero)} if letter == "B" else set())
        points = gt.analysis.rest_points(lase(*payoffs))
        found = {tuple(sp.radsimp(v) for v in point.location) for point in points.sinks}
        same = found == {tuple(sp.radsimp(v) for v in pair) for pair in expected}
        region = str(gt.analysis.lase_regime(*map(float, payoffs)).region)
        if not (len(letters) == 1 and points.complete and same and region == letters[0]):
            return Evidence(False, f"{payoffs}: {letters}, lase_regime {region}, sinks {found}, expected {expected}")
        seen += letters[0]
    return Evidence(
        set(seen) == set(REGIONS),
        f"attractors of {len(_GAMES)} games by exact elimination and real-root counting, which finds all rest points, "
        f"and lase_regime; their regions: {seen}",
    )


_PLACES = {
    "A": (1, 1),
    "B": (1, 1),
    "C": (0, 0),
    "D": (gain / slope, gain / slope),
    "E": (_high, _low),
    "F": (1, 2 - T / R),
    "G": (gain / T, 0),
    "H": (1, 0),
}


def _dulac() -> Evidence:
    first, second = derived()
    slopes = (
        sp.expand(first.diff(x) + R * y + T * (1 - y)) == 0 and sp.expand(second.diff(y) + R * x + T * (1 - x)) == 0
    )
    # the divergence of f / (p1 (1 - p1) p2 (1 - p2)), f = p (1 - p) g
    weight = 1 / (x * (1 - x) * y * (1 - y))
    flow = (x * (1 - x) * first, y * (1 - y) * second)
    divergence = (weight * flow[0]).diff(x) + (weight * flow[1]).diff(y)
    left = divergence - _divergence
    corners = [(e.subs({x: a, y: b})) for a, b in ((0, 0), (1, 1)) for e in (first, second)]
    ends = sp.expand(corners[0] - gain) == sp.expand(corners[1] - gain) == 0
    ends &= sp.expand(corners[2] + u) == sp.expand(corners[3] + u) == 0
    same = sp.expand(first.subs({x: p, y: p}, simultaneous=True) - second.subs({x: p, y: p}, simultaneous=True)) == 0
    weight /= (1 - x) * (1 - y)
    divergence = (weight * flow[0]).diff(x) + (weight * flow[1]).diff(y)
    left_too = divergence - _second / (x * y * (1 - x) ** 2 * (1 - y) ** 2)
    zero = all(sp.cancel(sp.together(e)) == 0 for e in (left, left_too))
    return Evidence(
        bool(slopes and zero and ends and same),
        "the field derived from the definition of gifts has the stated slopes, divergences and corner values, and its "
        "two players move alike on the diagonal",
    )


def _no_cycles_by_signs() -> Evidence:
    games = [game for game in _GAMES if game[2] >= 0]
    found = [gt.analysis.excludes_cycles(lase(*game)) for game in games]
    return Evidence(all(found), f"excludes_cycles, from values at corners, proves it for each of {len(games)} games")


STATEMENTS = (
    Statement(
        id="lase-no-cycles",
        title="Two LASE players do not go round in circles",
        words=(
            "Let $R > S$, $T > P$ and $R > 0$. The natural flow of two LASE players has no periodic orbit. For $T "
            "\\ge 0$: the advantage $g_1$ of the first player has the slope $\\partial g_1/\\partial p_1 = -(R p_2 + "
            "T(1 - p_2)) < 0$ wherever $p_2 > 0$, so that $1/[p_1 (1 - p_1) p_2 (1 - p_2)]$ is a Dulac function. For "
            "$T < R$ and $S > P$: $1/[p_1 (1 - p_1)^2 p_2 (1 - p_2)^2]$ is one, with a positive divergence. For $T < "
            "0$ and $S \\le P$ there is no rest point with unequal players inside the square for a periodic orbit to "
            "surround; it cannot cross the diagonal, which is invariant."
        ),
        shorthand={"u": u},
        hypotheses=(R > 0, *square),
        claims=(
            Claim(-(R * y + T * (1 - y)) < 0, (T >= 0,), "for $T \\ge 0$: the own slope of the advantage is negative"),
            Claim(
                _divergence < 0,
                (T >= 0,),
                "for $T \\ge 0$: so is the divergence of the flow, weighted by the first function",
            ),
            Claim(
                _second > 0,
                (T < R, s > 0),
                (
                    "for $T < R$ and $S > P$: the divergence weighted by the second function is positive, up to a "
                    "positive factor"
                ),
            ),
            Claim(s > R, (T < R, *apart), "for $T < R$: a rest point of unequal players inside needs $S - P > R$"),
        ),
        checks={"identity": _dulac, "enumeration": _no_cycles_by_signs},
        neighbours=(
            Neighbour(
                "For every $R > 0$ the function $1/[p_1 (1 - p_1) p_2 (1 - p_2)]$ is a Dulac function.",
                conclusion=_divergence < 0,
                hypotheses=(R > 0, *square),
                counterexample={R: 1, T: -2, x: sp.Rational(1, 4), y: sp.Rational(1, 4)},
                remark=(
                    "For $T < 0$ its divergence changes sign; $1/[p_1 (1 - p_1)^2 p_2 (1 - p_2)^2]$ serves there if "
                    "$S > P$."
                ),
            ),
        ),
        remarks=(
            "Bendixson and Dulac: where the divergence of a positive multiple of a field has one sign, Green's "
            "theorem leaves no room for a closed orbit; and every closed orbit in the plane surrounds a rest point. "
            "These are theorems that are cited; the machine checks the signs. $R \\le 0$, where mutual cooperation "
            "does not pay, is excluded: nothing is said of it. "
            "For $T > 0$ there are no closed chains of rest points and orbits either: (0, 0) and (1, 1) are no "
            "saddles off the borders, as both advantages are $S + T - P$ at the one and $R - T$ at the other; on an "
            "edge the flow runs towards its inner rest point, if there is one, which so cannot be left along the "
            "edge; and (1, 0) could be entered only from (0, 0) or (1, 1)."
        ),
    ),
    Statement(
        id="lase-regime-map",
        title="All attractors of two LASE players",
        words=(
            "Let $R > 0$, $R > S$ and $T > P$; write $u = T - R$, $s = S - P$, $m = S + T - P$, $d = m + u$ and $s_b "
            "= -2u + \\sqrt{R^2 + 2u^2}$. The rest points of two LASE players that attract depend on the region in "
            "which a game lies, as the table says; with $R = 1$ and $P = 0$ the regions are parts of the plane of "
            "$T$ and $S$. Every game lies in exactly one region or on a border between regions. So symmetric and "
            "unequal attractors never coexist, and off the borders every other rest point has an unstable direction. "
            "Where a point has unequal players, its mirror image attracts as well."
        ),
        table=(
            ("region", "games", "attractors"),
            ("A", "$T < R$, $m > 0$", "$(1, 1)$: both cooperate"),
            ("B", "$T < R$, $m < 0$", "$(1, 1)$ and $(0, 0)$"),
            ("C", "$T > R$, $m < 0$", "$(0, 0)$: both defect"),
            ("D", "$T > R$, $m > 0$, $s < s_b$", "$(p^*, p^*)$ with $p^* = m/d$"),
            (
                "E",
                "$T > R$, $s > s_b$, and $R s < (2R - T)^2$ if $T \\le 2R$, $s < -T(T - 2R)/(2T - R)$ if $T > 2R$",
                "an unequal pair, strictly inside",
            ),
            ("F", "$R < T < 2R$, $R s > (2R - T)^2$", "$(1, 2 - T/R)$: a sure cooperator, and one that mixes"),
            ("G", "$T > 2R$, $-T(T - 2R)/(2T - R) < s < 0$", "$(m/T, 0)$: one that mixes, and a sure defector"),
            ("H", "$T > 2R$, $s > 0$", "$(1, 0)$: a sure cooperator and a sure defector"),
        ),
        shorthand={
            **names,
            **{f"\\mathsf{{{letter}}}": region for letter, region in REGIONS.items()},
            **{f"g{{({a}, {b})}}": g(*values) for (a, b), values in _ADVANTAGES.items()},
        },
        where={
            x: "probability of cooperating of a player that mixes; the first of two unequal ones",
            p: "probability of cooperating, where both players are alike",
        },
        hypotheses=_off_borders,
        claims=(
            Claim(_partition, words="some region, and not one of C, D, E together with one of F, G, H"),
            Claim(
                sp.And(
                    sp.Equivalent(g(1, 1) > 0, sp.Or(REGIONS["A"], REGIONS["B"])),
                    sp.Equivalent(g(0, 0) < 0, sp.Or(REGIONS["B"], REGIONS["C"])),
                    sp.Equivalent(sp.And(g(1, 0) > 0, g(0, 1) < 0), REGIONS["H"]),
                ),
                words="which corners attract",
            ),
            Claim(
                sp.Equivalent(sp.And(gain > 0, D > 0), _breaks),
                (T > R,),
                "$s > s_b$ says that $m > 0$ and $\\Delta > 0$",
            ),
            Claim(
                sp.And(sp.Equivalent(g(1, x) > 0, REGIONS["F"]), sp.Ne(g(1, x), 0)),
                (*_edge, sp.Eq(g(x, 1), 0)),
                "a rest point beside a sure cooperator attracts exactly in F, and never has a zero eigenvalue",
            ),
            Claim(
                sp.And(sp.Equivalent(sp.And(T > 0, g(0, x) < 0), REGIONS["G"]), sp.Ne(T * g(0, x), 0)),
                (*_edge, sp.Eq(g(x, 0), 0)),
                "a rest point beside a sure defector attracts exactly in G, and never has a zero eigenvalue",
            ),
            Claim(
                sp.And(sp.Equivalent(sp.And(slope > 0, _across < 0), REGIONS["D"]), sp.Ne(slope * _across, 0)),
                (p > 0, p < 1, sp.Eq(slope * p, gain)),
                "a symmetric rest point inside attracts exactly in D, and never has a zero eigenvalue",
            ),
            Claim(
                sp.Equivalent(T > R, REGIONS["E"]),
                (*square, *apart),
                (
                    "an unequal rest point inside attracts exactly in E, as by the statement on the pitchfork it does "
                    "exactly if $T > R$"
                ),
            ),
            Claim(
                sp.And(
                    sp.Implies(REGIONS["D"], sp.And(gain > 0, gain < slope)),
                    sp.Implies(REGIONS["E"], sp.And(R - s > 0, R - s < 2 * u, D > 0, E > 0, F > 0)),
                    sp.Implies(REGIONS["F"], sp.And(2 * R - T > 0, 2 * R - T < R)),
                    sp.Implies(REGIONS["G"], sp.And(gain > 0, gain < T)),
                ),
                words=(
                    "the points of D to G lie where they should; the pair of E by its sum, its difference and its "
                    "products"
                ),
            ),
        ),
        checks={"enumeration": _attractors_by_elimination},
        neighbours=(
            Neighbour(
                "Where the symmetric point is stable there is no rest point with unequal players inside the square.",
                conclusion=sp.Eq(x, y),
                hypotheses=(R > 0, T < R, *square, sp.Eq(g(x, y), 0), sp.Eq(g(y, x), 0)),
                counterexample={
                    R: 1,
                    T: sp.Rational(-89, 11),
                    s: sp.Rational(219, 44),
                    x: sp.Rational(3, 8),
                    y: sp.Rational(1, 16),
                },
                remark=(
                    "In such games (region B with $T < 0$) it repels; no unequal point attracts beside a symmetric one."
                ),
            ),
        ),
        remarks=(
            "The rest points of the natural flow are the corners, the zeros of the own advantage of the mixing player "
            "on the edges, and the common zeros inside, symmetric or not. Off the diagonal these are the pair of the "
            "sum and product. At a corner the eigenvalues are $g_i$ at defection and $-g_i$ at cooperation, on an "
            "edge the slope along it and the transversal advantage, on the diagonal the two modes, at a pair the "
            "signs of determinant and trace decide: it attracts for $T > R$ and repels else. As there are no periodic "
            "orbits, the attractor in D attracts everything inside the square and those in E to H everything on their "
            "side of the diagonal, since the stable curves of all other rest points lie on the border or on the "
            "diagonal: who starts as the larger contributor stays it. With $R = 1$ and $P = 0$ the border of D and E "
            "is $S^2 + 4ST + 2T^2 - 4S - 4T + 1 = 0$."
        ),
    ),
)
