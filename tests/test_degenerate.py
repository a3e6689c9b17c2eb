"""Rest points whose linear part decides nothing: centres, centre manifolds, focal values, leading terms."""

from itertools import product

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import solve_ivp

import gametheory as gt
from gametheory.analysis.algebra import Zero
from gametheory.analysis.degenerate import beyond_linear, beyond_linear_at, natural_flow
from gametheory.analysis.faces import Face
from gametheory.analysis.local_flow import LocalFlow

LASE = gt.transfer.SocialRelationship()
HALF = sp.Rational(1, 2)
Q = sp.QQ


def interior(space):
    """Return the face on which all actions are in use."""
    return Face(space, tuple(tuple(range(a)) for a in space.n_actions))


# ---------------------------------------------------------------------- what orbits do
def fates(field, point, inward, radius, *, count=10, horizon=1e9, far=4):
    """Whether some orbit from near a rest point leaves it, and whether some comes in.

    Orbits start at `radius`, in random directions and along edges, forward and backward in time. Leaving means `far`
    times the radius; coming in, half of it.
    """
    rng = np.random.default_rng(0)
    point = np.array(point, dtype=float)
    d = len(point)
    starts = [*rng.normal(size=(count, d)), *np.eye(d), *-np.eye(d)]
    seen = []
    for sign in (1, -1):

        def rate(_, x, sign=sign):
            return [sign * v for v in field(*x)]

        out = []
        for start in starts:
            way = np.array([v if not s else s * abs(v) for s, v in zip(inward, start, strict=True)])
            way *= radius / np.linalg.norm(way)

            def gone(_, x):
                return np.linalg.norm(x - point) - far * radius

            def came(_, x):
                return np.linalg.norm(x - point) - radius / 2

            gone.terminal = came.terminal = True
            run = solve_ivp(rate, (0, horizon), point + way, "LSODA", rtol=1e-9, atol=1e-13, events=[gone, came])
            if run.status == 1:
                out.append(bool(len(run.t_events[0])))
        seen.append(out)
    forward, backward = seen
    return any(forward), any(backward)


def by_number(field):
    """Return the rates of a field as a quick function of plain numbers."""
    return sp.lambdify(field.space.symbols, list(field.expressions))


EXPECTED = {"sink": (False, True), "source": (True, False), "saddle": (True, True)}


# ---------------------------------------------------------------------- centres of one population
# trace 0, determinant > 0 at x*, no logarithmic constant of motion; the first is the one reported, others are our own
CENTRES = [
    ([[0, 2, -2], [2, 0, -6], [-2, 6, 0]], ("3/5", "1/5")),
    ([[0, -5, 5], [2, 0, -6], [-1, 3, 0]], ("3/5", "1/5")),
    ([[0, 4, -5], [-3, 0, 3], [5, -4, 0]], ("4/13", "5/13")),
    ([[0, 3, -3], [-1, 0, 5], [1, -5, 0]], ("5/7", "1/7")),
]


def population(A):
    return gt.rules.replicator(gt.Game.from_bimatrix(A), populations="one")


@pytest.mark.parametrize(("A", "place"), CENTRES, ids=str)
def test_imaginary_eigenvalues_of_three_strategies_are_centres(A, place):
    field, at = population(A), [sp.Rational(v) for v in place]
    face = interior(field.space)
    verdict = beyond_linear(face, field.advantages, at)
    assert (verdict.stability, verdict.kind) == ("centre", "centre")
    assert "Zeeman" in verdict.reason
    # a second way: focal values up to the eighth degree vanish, so that this one cannot tell
    assert natural_flow(face, field.advantages, at).verdict.stability == "undetermined"
    # a third: an orbit comes back to where it was, turn by turn
    centre = np.array(at, dtype=float)
    start = centre * 0.95
    ray = start - centre
    turns = 2 * np.pi / np.sqrt(np.linalg.det(field.jacobian(centre)))
    run = solve_ivp(
        lambda _, y: field(y),
        (0, 6 * turns),
        start,
        "DOP853",
        rtol=1e-12,
        atol=1e-14,
        events=lambda _, y: ray[0] * (y[1] - centre[1]) - ray[1] * (y[0] - centre[0]),
    )
    back = [y for y in run.y_events[0] if (y - centre) @ ray > 0 and np.linalg.norm(y - start) < 1]
    assert len(back) >= 3
    np.testing.assert_allclose(back, [start] * len(back), rtol=0, atol=1e-9)


def test_the_published_search_says_so():
    found = gt.analysis.rest_points(population(CENTRES[0][0]))
    (point,) = found.interior
    assert (point.stability, point.kind) == ("centre", "centre")


@pytest.mark.parametrize("change", ["1/1000", "-1/1000"])
def test_nearly_imaginary_eigenvalues_are_no_centre(change):
    A = [[sp.Rational(v) for v in row] for row in CENTRES[0][0]]
    A[0][0] = sp.Rational(change)
    field = population(A)
    at = list(sp.Matrix(A).LUsolve(sp.ones(3, 1)))
    at = [v / sum(at) for v in at][:2]
    assert beyond_linear(interior(field.space), field.advantages, at).stability != "centre"


def test_the_theorem_needs_linear_payoffs():
    # the same linear part; a square of a distance added to one advantage does not move the point, but unwinds orbits
    field, at = population(CENTRES[0][0]), [sp.Rational("3/5"), sp.Rational("1/5")]
    face = interior(field.space)
    x1, x2 = field.space.symbols
    verdicts = {}
    for size in (1, -1):
        bent = (field.advantages[0] + size * (x1 - at[0]) * (x2 - at[1]) ** 2, field.advantages[1])
        verdicts[size] = beyond_linear(face, bent, at)
        assert verdicts[size].stability != "centre"
        f = sp.lambdify(
            (x1, x2), [x1 * (bent[0] - x1 * bent[0] - x2 * bent[1]), x2 * (bent[1] - x1 * bent[0] - x2 * bent[1])]
        )
        run = solve_ivp(lambda _, y, f=f: f(*y), (0, 300), [0.55, 0.2], "DOP853", rtol=1e-11, atol=1e-13)
        size_of = np.linalg.norm(run.y - np.array(at, dtype=float)[:, None], axis=0)
        late, early = size_of[-len(size_of) // 5 :].max(), size_of[: len(size_of) // 5].max()
        assert verdicts[size].stability == ("sink" if late < early else "source")
        assert verdicts[size].kind == "focus"
    assert {v.stability for v in verdicts.values()} == {"sink", "source"}


# ---------------------------------------------------------------------- flows written down
def local(*rates, inward=(False, False)):
    x, y = sp.symbols("x y")
    polynomials = [sp.Poly(sp.sympify(r, locals={"x": x, "y": y}), x, y, domain="QQ") for r in rates]
    return LocalFlow.around(Q, polynomials, (Q(0), Q(0)), inward).verdict


@pytest.mark.parametrize(
    ("rates", "stability", "kind"),
    [
        # Guckenheimer and Holmes, 3.2: y = a x² + …, so x' = a x³
        (("x*y", "-y - x**2"), "sink", "degenerate"),
        (("x*y", "-y + x**2"), "saddle", "degenerate"),
        (("x*y", "y - x**2"), "source", "degenerate"),
        (("x*y", "y + x**2"), "saddle", "degenerate"),
        (("x**2 - x*y", "-y + x**2"), "saddle", "semi-stable"),  # x' = x²
        (("x**2 - x*y", "y + x**2"), "saddle", "degenerate"),
        (("x*y - x**3", "-y + x**2 - 2*x**4"), "sink", "degenerate"),  # x' = 0 x³ - 2 x⁵
        (("x*y - x**3", "-y + x**2 + 2*x**4"), "saddle", "degenerate"),
        (("x*y", "-y + x**5"), "saddle", "semi-stable"),  # x' = x⁶
        (("x*y", "-y"), "undetermined", "degenerate"),  # the axis rests
        # focal values: 16 a = f_xxx + f_xyy + g_xxy + g_yyy + …
        (("-y - x**3", "x"), "sink", "focus"),
        (("-y", "x + y**3"), "source", "focus"),
        (("-y - x**5", "x"), "sink", "focus"),  # the second focal value
        (("-y", "x"), "undetermined", "degenerate"),
        # leading terms
        (("-x**3", "-y**3"), "sink", "degenerate"),
        (("x**3", "-y**3"), "saddle", "degenerate"),
        (("-x**3 - y**3", "x**3 - y**3"), "undetermined", "degenerate"),  # it turns: no direction
        (("-x**3 - x*y**2", "-x**2*y - y**3"), "sink", "degenerate"),  # every direction comes straight in
        (("-x**2", "-x*y"), "undetermined", "degenerate"),  # a line rests
        (("y", "x**2"), "undetermined", "degenerate"),  # nilpotent: not served
    ],
    ids=str,
)
def test_known_flows(rates, stability, kind):
    verdict = local(*rates)
    assert (verdict.stability, verdict.kind) == (stability, kind)


def normal_form(f, g, x, y):
    """First focal value of x' = -y + ..., y' = x + ...: Guckenheimer and Holmes, (3.4.11)."""
    d = lambda e, *s: sp.diff(e, *s).subs({x: 0, y: 0})  # noqa: E731 (short)
    return (
        d(f, x, x, x) + d(f, x, y, y) + d(g, x, x, y) + d(g, y, y, y)
        + d(f, x, y) * (d(f, x, x) + d(f, y, y)) - d(g, x, y) * (d(g, x, x) + d(g, y, y))
        - d(f, x, x) * d(g, x, x) + d(f, y, y) * d(g, y, y)
    )  # fmt: skip


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(s, marks=pytest.mark.slow) for s in range(4, 40))])
def test_focal_values_in_any_coordinates(seed):
    rng = np.random.default_rng(seed)
    x, y = sp.symbols("x y")
    monomials = [x**i * y**j for i, j in product(range(4), repeat=2) if 2 <= i + j <= 3]
    f, g = (
        sum(int(c) * m for c, m in zip(rng.integers(-3, 4, size=len(monomials)), monomials, strict=True)) for _ in "fg"
    )
    f, g = -y + f, x + g
    sign = sp.sign(normal_form(f, g, x, y))
    # the same flow in coordinates (u, v), (x, y) = M (u, v): the focal value keeps its sign
    M = next(m for m in (sp.Matrix(rng.integers(-3, 4, size=(2, 2))) for _ in range(99)) if m.det() != 0)
    old = M * sp.Matrix([x, y])
    there = M.inv() * sp.Matrix([f, g]).subs({x: old[0], y: old[1]}, simultaneous=True)
    verdict = LocalFlow.around(Q, [sp.Poly(r, x, y, domain="QQ") for r in there], (Q(0), Q(0)), (False,) * 2).verdict
    if sign == 0:
        assert verdict.reason != "focal value of order 3"
    else:
        assert (verdict.stability, verdict.kind) == ("sink" if sign < 0 else "source", "focus")


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(s, marks=pytest.mark.slow) for s in range(4, 40))])
def test_centre_manifolds_in_any_coordinates(seed):
    # x' = s x^k, y' = l y, then y bent by x² and everything turned: the verdict is that of the plain flow
    rng = np.random.default_rng(seed)
    x, y = sp.symbols("x y")
    k, s, other = int(rng.integers(2, 6)), int(rng.choice([1, -1])), int(rng.choice([1, -1]))
    a, b = (int(v) for v in rng.integers(-3, 4, size=2))
    # y = w - a x² - b x y': with w = y + a x², w' = l w
    f = s * x**k + b * x * (y + a * x**2) ** 2
    g = other * (y + a * x**2) - 2 * a * x * f
    M = next(m for m in (sp.Matrix(rng.integers(-2, 3, size=(2, 2))) for _ in range(99)) if m.det() != 0)
    old = M * sp.Matrix([x, y])
    there = M.inv() * sp.Matrix([f, g]).subs({x: old[0], y: old[1]}, simultaneous=True)
    flow = LocalFlow.around(Q, [sp.Poly(sp.expand(r), x, y, domain="QQ") for r in there], (Q(0), Q(0)), (False,) * 2)
    expected = "saddle" if k % 2 == 0 or s != other else "sink" if s < 0 else "source"
    assert flow.verdict.stability == expected
    assert (flow.verdict.kind == "semi-stable") == (k % 2 == 0 and other < 0)
    assert flow.verdict.reason == f"order {k} on the centre manifold"


@pytest.mark.parametrize(
    ("rates", "stability"),
    [
        # edges x = 0 and y = 0 are invariant, both eigenvalues vanish; checked by hand along axes and diagonals
        (("x*(-x - y)", "y*(-x - 2*y)"), "sink"),
        (("x*(x - y)", "y*(-x - y)"), "saddle"),
        (("x*(x + 2*y)", "y*(x + y)"), "source"),
        (("x*(-x + 3*y)", "y*(3*x - y)"), "saddle"),  # in along the axes, out along x = y
        (("x*(-x + y/2)", "y*(x/2 - y)"), "sink"),
        (("x*(-y - x**2)", "y*(-x - 2*y)"), "sink"),  # along y = 0 the next order: x' = -x³
        (("x*(-y + x**2)", "y*(-x - 2*y)"), "saddle"),
        (("x*(-y)", "y*(-x - 2*y)"), "undetermined"),  # y = 0 rests
    ],
    ids=str,
)
def test_corners_without_linear_part(rates, stability):
    verdict = local(*rates, inward=(True, True))
    assert verdict.stability == stability
    field = written(*rates)
    if stability != "undetermined":
        assert fates(field, [0, 0], [1, 1], 0.02) == EXPECTED[stability]


def written(*rates):
    """Return a function of x and y."""
    return sp.lambdify(sp.symbols("x y"), [sp.sympify(r) for r in rates])


def random_corner(seed):
    """Homogeneous Lotka-Volterra flow at a corner, and the verdict."""
    a, b, c, d = (int(v) for v in np.random.default_rng(seed).integers(-3, 4, size=4))
    rates = f"x*({a}*x + {b}*y)", f"y*({c}*x + {d}*y)"
    verdict = local(*rates, inward=(True, True))
    if verdict.stability != "undetermined":
        assert fates(written(*rates), [0, 0], [1, 1], 0.02) == EXPECTED[verdict.stability]
    return verdict.stability


def test_random_corners():
    assert {random_corner(seed) for seed in range(12)} >= {"source", "saddle"}


@pytest.mark.slow
def test_random_corners_often():
    met = [random_corner(seed) for seed in range(10, 200)]
    assert met.count("undetermined") < 90  # those that rest along an axis, or on a line


# ---------------------------------------------------------------------- borders of regimes
def square(field, point):
    """Return the verdict on a rest point that elimination found, whatever the search makes of it."""
    gradients = [sp.Poly(g, *field.space.symbols, domain="QQ") for g in field.advantages]
    fixed = [
        int(v) if str(s) in point.transversal else None
        for s, v in zip(field.space.symbols, point.location, strict=True)
    ]
    domain, _ = sp.construct_domain(list(point.location), field=True, extension=True)
    zero = Zero(domain, tuple(domain.from_sympy(v) for v in point.location))
    return beyond_linear_at(gradients, zero, fixed, field.parametrisation), [{0: 1, 1: -1, None: 0}[v] for v in fixed]


def hanging(field):
    """Yield isolated rest points with an eigenvalue that is 0."""
    found = gt.analysis.rest_points(field)
    for point in found:
        on = dict(zip(field.space.symbols, point.location, strict=True))
        runs_through = any(_holds(c, on) for c in found.continua)
        if 0 in point.eigenvalues and not runs_through:
            yield point, min([1.0, *(np.linalg.norm(point.x - q.x) for q in found if q is not point)])


def _holds(continuum, on):
    named = [part.split(" = ") for part in continuum.face.replace(", in part", "").split(", ") if " = " in part]
    inside = all(on[sp.Symbol(name)] == int(value) for name, value in named)
    return inside and sp.sympify(continuum.equation).subs(on) == 0


def border_games():
    """Games with small payoffs, symmetric and not, and games on the curve where symmetry breaks."""
    for R, S, T, P in product((-1, 0, 1, 2), repeat=4):
        if R >= S and T >= P:
            yield gt.Game.two_by_two(R, S, T, P)
    for rise in (
        "2",
        "2/7",
        "12",
        "6/7",
    ):  # R = 1, P = 0, S = sqrt(1 + 2 u²) - 2 u with u = T - 1, where that is rational
        u = sp.Rational(rise)
        S = sp.sqrt(1 + 2 * u**2) - 2 * u
        yield gt.Game.two_by_two(1, sp.nsimplify(S), 1 + u, 0)
    rng = np.random.default_rng(5)
    for _ in range(150):
        yield gt.Game(rng.integers(-2, 3, size=(2, 2, 2)).tolist())


def check_border(game):
    """Compare verdicts on one game with orbits; count those decided and those that are not."""
    field = gt.rules.policy_gradient(game, LASE)
    decided, left, orbits = 0, 0, by_number(field)
    for point, apart in hanging(field):
        verdict, inward = square(field, point)
        if verdict.stability == "undetermined":
            left += 1
            continue
        decided += 1
        assert fates(orbits, point.x, inward, min(0.02, apart / 8)) == EXPECTED[verdict.stability], (
            game.payoffs,
            point,
        )
    return decided, left


def test_borders_of_regimes():
    games = list(border_games())
    counts = np.sum([check_border(game) for game in games[::29]], axis=0)
    assert counts[0] >= 5
    assert counts[1] == 0


@pytest.mark.slow
def test_all_borders_of_regimes():
    counts = np.sum([check_border(game) for game in border_games()], axis=0)
    assert counts[0] >= 180
    assert counts[1] == 0


def test_where_symmetry_breaks_the_cubic_term_attracts():
    # (1, -1, 3, 0): Delta = 0 at 1/2; across the diagonal g = const · (p1 - p2)³, the pair leaves it continuously
    field = gt.rules.policy_gradient(gt.Game.two_by_two(1, -1, 3, 0), LASE)
    (point,) = gt.analysis.rest_points(field).interior
    assert point.location == (HALF, HALF)
    assert 0 in point.eigenvalues
    verdict, _ = square(field, point)
    assert (verdict.stability, verdict.reason) == ("sink", "order 3 on the centre manifold")


def test_mutual_cooperation_with_nothing_to_gain():
    # R = T, (1, 0, 1, 0): u' = -u (1 - u) g with g = u + v near (1, 1), u = 1 - p1: comes in along every direction
    field = gt.rules.policy_gradient(gt.Game.two_by_two(1, 0, 1, 0), LASE)
    corner = next(q for q in gt.analysis.rest_points(field) if q.location == (1, 1))
    assert square(field, corner)[0].stability == "sink"


def test_softmax_and_projected_flows_at_other_speeds():
    # inside all three decide, each by its own rates; at a corner that hangs on higher terms natural flows alone
    game = gt.Game.two_by_two(1, -1, 3, 0)
    for rule in ("natural", "softmax", "projected"):
        field = gt.rules.policy_gradient(game, LASE, rule)
        (inside,) = gt.analysis.rest_points(field).interior
        verdict, inward = square(field, inside)
        assert verdict.stability == "sink"
        assert fates(by_number(field), inside.x, inward, 0.02) == EXPECTED["sink"]
    tied = gt.rules.policy_gradient(gt.Game.two_by_two(1, 0, 1, 0), LASE, "softmax")
    corner = next(q for q in gt.analysis.rest_points(tied) if q.location == (1, 1))
    assert square(tied, corner)[0].stability == "undetermined"


def test_one_coordinate():
    # on the diagonal g = a (p - 1/2)^k: odd, even, and at a corner the sign there alone
    p = sp.Symbol("p")

    def verdict(g, at, fixed, rule="natural"):
        return beyond_linear_at([sp.Poly(g, p, domain="QQ")], Zero(Q, (Q.from_sympy(sp.sympify(at)),)), (fixed,), rule)

    for rule in ("natural", "softmax", "projected"):
        assert verdict(-((p - HALF) ** 3), HALF, None, rule).stability == "sink"
        assert verdict((p - HALF) ** 5, HALF, None, rule).stability == "source"
        assert verdict((p - HALF) ** 2, HALF, None, rule).kind == "semi-stable"
        assert verdict((1 - p) ** 2, 1, 1, rule).stability == "sink"
        assert verdict(-(p**3), 0, 0, rule).stability == "sink"
        assert verdict(p**2, 0, 0, rule).stability == "source"


# ---------------------------------------------------------------------- three actions
@pytest.mark.parametrize("seed", [0, *(pytest.param(s, marks=pytest.mark.slow) for s in range(1, 40))])
def test_growth_of_a_third_action(seed):
    # that of the third action vanishes at (1/2, 1/2, 0); for some d its second-order term does, too
    rng = np.random.default_rng(seed)
    side, a, b, c = (int(v) for v in (rng.choice([1, -1]), *rng.integers(-4, 5, size=3)))
    for d in range(-4, 5):
        A = [[0, side, a], [side, 0, b], [c, side - c, d]]
        field = population(A)
        face = Face(field.space, ((0, 1),))
        verdict = beyond_linear(face, field.advantages, [HALF])
        if verdict.stability != "undetermined" and (seed + d) % 3 == 0:
            assert near_edge(field) == EXPECTED[verdict.stability]


def near_edge(field):
    """`fates` at (1/2, 1/2, 0), in coordinates (x1 - x2, x3)."""
    turn = np.array([[0.5, -0.5], [-0.5, -0.5]])

    x, y = sp.symbols("x y")
    at = dict(
        zip(field.space.symbols, sp.Matrix([HALF, HALF]) + sp.Matrix(turn.tolist()) * sp.Matrix([x, y]), strict=True)
    )
    rates = sp.Matrix(turn.tolist()).inv() * sp.Matrix([e.subs(at, simultaneous=True) for e in field.expressions])
    moved = sp.lambdify((x, y), list(rates))

    return fates(moved, [0, 0], [0, 1], 0.002, count=6, far=20)  # centre manifolds lie as flat as x = -6 y


def test_semi_simple_zeros_and_kinds_of_number():
    # payoffs in Q(sqrt 2): d at which the second-order term vanishes is irrational, and decided exactly
    root = sp.sqrt(2)
    A = [[0, 1, 0], [1, 0, 0], [HALF + root, HALF - root, HALF]]
    field = population(A)
    verdict = beyond_linear(Face(field.space, ((0, 1),)), field.advantages, [HALF])
    assert verdict.stability in EXPECTED
    assert near_edge(field) == EXPECTED[verdict.stability]


def test_fields_that_are_not_polynomials():
    # g1 = -x1' - type fields in one simplex of two actions: exp(u) - 1 - u = u²/2 + …, 1/(1 + u) - 1 + u = u² + …
    space = gt.field.Space((2,))
    face, (p,) = interior(space), space.symbols
    u = p - HALF
    assert beyond_linear(face, (sp.exp(u) - 1 - u,), [HALF]).kind == "semi-stable"
    assert beyond_linear(face, (u - sp.sin(u),), [HALF]).stability == "source"
    assert beyond_linear(face, (1 / (1 + u) - 1 + u,), [HALF]).kind == "semi-stable"
    assert beyond_linear(face, (-(u**3) / (1 + u),), [HALF]).stability == "sink"
    assert beyond_linear(face, (u**7 * sp.exp(u),), [HALF]).stability == "undetermined"  # beyond what is developed
    assert beyond_linear(face, (sp.pi * u**3,), [HALF]).stability == "undetermined"  # not algebraic


# ---------------------------------------------------------------------- other eigenvalues that are imaginary
def test_imaginary_eigenvalues_beside_zero_are_left_open():
    # rock, paper, scissors and a fourth strategy that grows at rate -x4: with H = sum of ln x_i, H' = x4², so that
    # 2 x4 - H does not grow near (1/3, 1/3, 1/3, 0): stable, no saddle; orbits turn on the face, so no sink
    field = population([[0, 1, -1, 0], [-1, 0, 1, 0], [1, -1, 0, 0], [0, 0, 0, -1]])
    (point,) = [p for p in gt.analysis.rest_points(field) if p.location == (sp.Rational(1, 3),) * 3]
    assert point.stability == "undetermined"


def cubic(sign, matrix):
    """Judge a centre direction with y' = ± y³ beside a linear flow."""
    n = 1 + len(matrix)
    unit = lambda k: tuple(int(j == k + 1) for j in range(n))  # noqa: E731 (short)
    linear = [{unit(k): sp.QQ(v) for k, v in enumerate(row) if v} for row in matrix]
    return LocalFlow(sp.QQ, ({(3,) + (0,) * (n - 1): sp.QQ(sign)}, *linear), (False,) * n).verdict.stability


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ([[0, 1], [-1, 0]], ["undetermined", "undetermined"]),
        ([[0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 0, 2], [0, 0, -1, 0]], ["undetermined", "undetermined"]),
        ([[-1, 1], [-1, 0]], ["sink", "saddle"]),  # -1/2 ± i √3/2
        ([[1, 1], [-1, 0]], ["saddle", "source"]),
        ([[1, 0], [0, -2]], ["saddle", "saddle"]),
        ([[-1, 0, 0], [1, -1, 0], [0, 1, -1]], ["sink", "saddle"]),  # a threefold eigenvalue
        ([[0, 1, 0], [-1, 0, 0], [0, 0, -1]], ["undetermined", "undetermined"]),
    ],
)
def test_signs_of_the_other_eigenvalues(matrix, expected):
    assert [cubic(sign, matrix) for sign in (-1, 1)] == expected
