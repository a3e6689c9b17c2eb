"""Rest points: the values of the theory, brute force from many starts, degenerate games, exact polynomial algebra."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import reference as ref
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.polynomial import polynomial

import gametheory as gt
from gametheory.analysis import rest_points
from gametheory.analysis.algebra import in_square, in_unit, meets_square
from gametheory.field import Field, Space
from gametheory.objective import Objective
from gametheory.rules import policy_gradient, replicator
from gametheory.transfer import GroupOptimal, Selfish, SocialRelationship, Transfer

LASE = SocialRelationship()
RULES = ("natural", "softmax", "projected")


def lase(*payoffs, rule="natural", transfer=LASE):
    """Rest points of two LASE players in a symmetric 2×2 game."""
    return rest_points(policy_gradient(gt.Game.two_by_two(*payoffs), transfer, rule))


def places(points):
    """Locations as a set of tuples of fractions; fails for irrational ones."""
    return {tuple(Fraction(str(v)) for v in point.location) for point in points}


def at(found, *location):
    """Return the one point at a place."""
    (point,) = [p for p in found if tuple(p.location) == tuple(sp.sympify(str(v)) for v in location)]
    return point


def fraction(text):
    """Read a fraction."""
    return Fraction(text)


# ---------------------------------------------------------------------- values of the theory
# (R, S, T, P), p* = (S + T - P)/(2T + S - R - P): the table of the theory
TABLE = {
    (4, 0, 5, 1): "4/5",
    (3, 0, 5, 1): "2/3",
    (3, 0, 4, 1): "3/4",
    (3, 0, 4, 2): "2/3",
    (1, -1, 2, 0): "1/2",
    (1, fraction("-1/2"), fraction("3/2"), 0): "2/3",
    (1, fraction("-1/3"), fraction("4/3"), 0): "3/4",
}


@pytest.mark.parametrize(("payoffs", "p_star"), TABLE.items(), ids=str)
def test_the_one_attractor(payoffs, p_star):
    found = lase(*payoffs)
    assert found.complete
    assert not found.continua
    assert places(found.sinks) == {(Fraction(p_star), Fraction(p_star))}
    assert places(found.interior) == places(found.sinks)
    (point,) = found.sinks
    R, S, T, P = map(Fraction, payoffs)
    num, den, u = S + T - P, 2 * T + S - R - P, T - R
    # along the diagonal: rate num u/den; across it: p (1 - p) (dg1/dp1 - dg1/dp2)
    p = num / den
    across = p * (1 - p) * ((p * u - T) - (p * u - 2 * p * u + R + P - S - T))
    assert sorted(Fraction(str(v)) for v in point.eigenvalues) == sorted([-num * u / den, across])
    assert point.exact
    assert point.radius == 0
    assert point.stability == "sink"
    assert point.kind == "node"


def test_payoffs_of_lola_have_no_interior_rest_point():
    found = lase(-1, -3, 0, -2)
    assert found.interior == ()
    assert places(found.sinks) == {(0, 0)}
    assert len(found) == 4


def test_every_rest_point_of_axelrods_game():
    # (3, 0, 5, 1): g_1 = 4 - 5 p1 - p2 + 2 p1 p2 - 2 p2²; on the edge p1 = 0: g_2 = 4 - 5 p2, on p1 = 1: 1 - 3 p2
    found = lase(3, 0, 5, 1)
    assert places(found) == {
        (0, 0), (0, 1), (1, 0), (1, 1),
        (0, fraction("4/5")), (fraction("4/5"), 0), (1, fraction("1/3")), (fraction("1/3"), 1),
        (fraction("2/3"), fraction("2/3")),
    }  # fmt: skip
    corners = {(0, 0): (4, 4), (0, 1): (1, -1), (1, 0): (-1, 1), (1, 1): (-2, -2)}
    for place, expected in corners.items():
        point = at(found, *place)
        assert (point.transversal["p1"], point.transversal["p2"]) == expected
        assert (point.stability, point.face) == ("source", f"p1 = {place[0]}, p2 = {place[1]}")
    edge = at(found, 0, "4/5")  # g_1 = 4 - 4/5 - 32/25 = 48/25 > 0: leaves p1 = 0
    assert edge.transversal == {"p1": sp.Rational(48, 25)}
    assert (edge.face, edge.stability) == ("p1 = 0", "saddle")
    edge = at(found, 1, "1/3")  # g_1 = 4 - 5 - 1/3 + 2/3 - 2/9 = -8/9 < 0: leaves p1 = 1
    assert edge.transversal == {"p1": -sp.Rational(8, 9)}
    assert sorted(edge.eigenvalues) == [-sp.Rational(2, 3), sp.Rational(8, 9)]  # -3 p (1 - p), and 8/9 across
    edge = at(found, "4/5", 0)
    assert (edge.transversal, edge.face) == ({"p2": sp.Rational(48, 25)}, "p2 = 0")
    assert at(found, "2/3", "2/3").transversal == {}


def test_broken_symmetry_inside():
    # (1, -1/4, 2, 0): 7/11 a saddle, attractors (1/2, 3/4) and (3/4, 1/2)
    found = lase(1, fraction("-1/4"), 2, 0)
    assert places(found.sinks) == {(fraction("1/2"), fraction("3/4")), (fraction("3/4"), fraction("1/2"))}
    assert at(found, "7/11", "7/11").stability == "saddle"
    assert len(found.interior) == 3


def test_broken_symmetry_on_the_edge():
    # (1, 1/2, 3/2, 0): attractors (1/2, 1) and (1, 1/2)
    found = lase(1, fraction("1/2"), fraction("3/2"), 0)
    assert places(found.sinks) == {(fraction("1/2"), 1), (1, fraction("1/2"))}
    assert at(found, 1, "1/2").face == "p1 = 1"


def test_regimes_of_the_diagonal():
    # R > T: full cooperation attracts; S + T < P: full defection; both: bistable; neither: p*
    assert places(lase(4, 0, 3, 1).sinks) == {(1, 1)}  # stag hunt with S + T > P
    assert places(lase(4, -3, 3, 1).sinks) == {(1, 1), (0, 0)}
    assert places(lase(3, -5, 5, 1).sinks) == {(0, 0)}
    # the threshold num/den = -1/-2 repels along the diagonal and attracts across it
    assert at(lase(4, -3, 3, 1), "1/2", "1/2").stability == "saddle"
    alike = rest_points(policy_gradient(gt.Game.two_by_two(4, -3, 3, 1), LASE).diagonal())
    assert [(p.location, p.stability) for p in alike.interior] == [((sp.Rational(1, 2),), "source")]


def test_chicken_and_its_mixed_nash_equilibrium():
    # where 0 < p* < 1, it exceeds the mixed Nash equilibrium (S - P)/(T + S - R - P) iff T > 0
    for payoffs, above in [((3, 1, 4, 0), True), ((-2, -3, -1, -5), False)]:
        R, S, T, P = map(Fraction, payoffs)
        nash = (S - P) / (T + S - R - P)
        assert places(lase(*payoffs, transfer=Selfish()).interior) == {(nash, nash)}
        p_star = next(p for p in places(lase(*payoffs).interior) if p[0] == p[1])[0]
        assert (p_star > nash) == above
    # without 0 < p* < 1 the claim is false: (-3/2, -3, -1, -13/4) has T < 0 and num/den = 3
    assert lase(fraction("-3/2"), -3, -1, fraction("-13/4")).interior == ()


def test_a_shift_moves_the_attractor():
    # p*(k) = (num + k)/(den + k) for (3, 0, 5, 1) + k
    for k in (1, 7):
        assert places(lase(3 + k, k, 5 + k, 1 + k).sinks) == {(Fraction(4 + k, 6 + k),) * 2}


def test_scaling_leaves_rest_points_and_scales_eigenvalues():
    plain, scaled = lase(3, 0, 5, 1), lase(21, 0, 35, 7)
    assert places(plain) == places(scaled)
    for a, b in zip(plain, scaled, strict=True):
        assert [7 * v for v in a.eigenvalues] == list(b.eigenvalues)


def test_mixed_and_frozen_estimates():
    # (4, 0, 5, 1): the 0.93 of Kong et al., NeurIPS 2024, at eps = 13/43; a frozen .79 or .81 decides between corners
    mixed = lase(4, 0, 5, 1, transfer=SocialRelationship(("mixed", Fraction(13, 43))))
    assert places(mixed.sinks) == {(fraction("93/100"),) * 2}
    assert places(lase(4, 0, 5, 1, transfer=SocialRelationship(("frozen", 0.79))).sinks) == {(1, 1)}
    assert places(lase(4, 0, 5, 1, transfer=SocialRelationship(("frozen", 0.81))).sinks) == {(0, 0)}


def test_variants_rest_elsewhere():
    # through the weights (4, 0, 5, 1) rests at the root of 4 - 10 p + p²; without clip at num/(2T - R - P) = 4/5
    through = rest_points(policy_gradient(gt.Game.two_by_two(4, 0, 5, 1), LASE, through_weights=True).diagonal())
    assert [p.location for p in through.interior] == [(5 - sp.sqrt(21),)]
    assert through.interior[0].x[0] == pytest.approx(0.417, abs=5e-4)
    unclipped = lase(3, 0, 5, 1, transfer=SocialRelationship(clip=False))
    assert (fraction("2/3"),) * 2 in places(unclipped.interior)  # 4/(10 - 3 - 1)


# ---------------------------------------------------------------------- symmetry breaking in random games
def broken(rng):
    """Random rational payoffs in which an asymmetric interior pair attracts, and the D, E, F of the theory."""
    while True:
        R = Fraction(int(rng.integers(1, 9)), int(rng.integers(1, 5)))
        S, T, P = (Fraction(int(v), int(rng.integers(1, 5))) for v in rng.integers(-12, 13, size=3))
        u, sigma, num = T - R, S - P, S + T - P
        D = (sigma + 2 * u) ** 2 - 2 * u**2 - R**2
        E = T * (2 * R - T) - sigma * (2 * T - R)
        F = (2 * R - T) ** 2 - R * sigma
        if R > S and T > P and u > 0 and num > 0 and min(D, E, F) > 0:
            return R, S, T, P, D, E, F


@pytest.mark.parametrize("seed", range(12))
def test_the_broken_pair(seed):
    # p1 + p2 = (R + P - S)/u, p1 p2 = E/(2u²), (1 - p1)(1 - p2) = F/(2u²), (p1 - p2)² = D/u²; the determinant of
    # (g1, g2) there is 2 D, so the pair attracts wherever it exists; the symmetric point is a saddle
    R, S, T, P, D, E, F = broken(np.random.default_rng(seed))
    u, num, den = T - R, S + T - P, 2 * T + S - R - P
    field = policy_gradient(gt.Game.two_by_two(R, S, T, P), LASE)
    found = rest_points(field)
    assert len(found.sinks) == 2
    for point in found.sinks:
        x, y = point.location
        for value, expected in [
            (x + y, (R + P - S) / u),
            (x * y, E / (2 * u**2)),
            ((1 - x) * (1 - y), F / (2 * u**2)),
            ((x - y) ** 2, D / u**2),
        ]:
            assert sp.expand(value - sp.Rational(str(expected))) == 0
        g, symbols = sp.Matrix(field.advantages), field.space.symbols
        determinant = g.jacobian(symbols).det().subs(dict(zip(symbols, point.location, strict=True)))
        assert sp.expand(determinant - 2 * sp.Rational(str(D))) == 0
    assert found.sinks[0].location == found.sinks[1].location[::-1]
    middle = at(found, num / den, num / den)
    assert middle.stability == "saddle"
    assert len(found.interior) == 3


@pytest.mark.parametrize("seed", range(8))
def test_transversal_signs_of_edge_points(seed):
    # edge points (1, 2 - T/R), transversal sign R (S - P) - (2R - T)²; (num/T, 0), transversal sign num · E
    rng = np.random.default_rng(seed)
    while True:
        R, T = sorted(Fraction(int(v), 4) for v in rng.integers(1, 25, size=2))
        S, P = (Fraction(int(v), 4) for v in rng.integers(-12, 13, size=2))
        sigma, num = S - P, S + T - P
        if R > S and T > P and R < T and num > 0:
            break
    found = lase(R, S, T, P)
    E = T * (2 * R - T) - sigma * (2 * T - R)
    for point in found:
        if point.face == "p1 = 1":
            assert Fraction(str(point.location[1])) == 2 - T / R
            assert sp.sign(point.transversal["p1"]) == np.sign(R * sigma - (2 * R - T) ** 2)
        if point.face == "p2 = 0":
            assert Fraction(str(point.location[0])) == num / T
            assert sp.sign(point.transversal["p2"]) == np.sign(num * E)
    faces = [point.face for point in found]
    assert ("p1 = 1" in faces) == (R < T < 2 * R)
    assert ("p2 = 0" in faces) == (sigma < 0)


# ---------------------------------------------------------------------- brute force from many starts
def many_newtons(c):
    """Zeros of both polynomials in the open square, by damped Newton steps from a grid of starts."""
    axis = np.linspace(-0.02, 1.02, 19)
    p, q = (v.ravel() for v in np.meshgrid(axis, axis))
    slopes = [[polynomial.polyder(c[k], axis=a) for a in range(2)] for k in range(2)]
    for _ in range(50):
        g = [polynomial.polyval2d(p, q, c[k]) for k in range(2)]
        (a, b), (d, e) = [[polynomial.polyval2d(p, q, s) for s in row] for row in slopes]
        det = np.where(a * e == b * d, 1e-300, a * e - b * d)
        step_p, step_q = (g[0] * e - g[1] * b) / det, (a * g[1] - d * g[0]) / det
        damping = np.clip(0.3 / np.maximum(np.hypot(step_p, step_q), 1e-300), None, 1)
        p, q = np.clip(p - damping * step_p, -5, 5), np.clip(q - damping * step_q, -5, 5)
    ends = np.stack([p, q], axis=-1)
    g = np.hypot(*(polynomial.polyval2d(p, q, c[k]) for k in range(2)))
    inside = (g < 1e-9) & (ends.min(axis=-1) > 1e-7) & (ends.max(axis=-1) < 1 - 1e-7)
    return np.unique(ends[inside].round(6), axis=0)


def along_edge(c, k, side):
    """Zeros in (0, 1) of player k's gradient while the other one is at `side`."""
    powers = c[k].sum(axis=1 - k) if side else c[k].take(0, axis=1 - k)
    roots = polynomial.polyroots(np.trim_zeros(powers, "b"))
    roots = roots[np.isreal(roots)].real
    return roots[(roots > 1e-9) & (roots < 1 - 1e-9)]


def same_places(first, second):
    """Whether two sets of places are the same to five digits."""
    first, second = (np.asarray(v, dtype=float).reshape(-1, 2) for v in (first, second))
    return len(first) == len(second) and all(np.abs(second - x).max(axis=1).min() < 1e-5 for x in first)


@pytest.mark.parametrize(
    ("transfer", "weights"), [(Selfish(), ref.selfish), (LASE, ref.lase())], ids=["selfish", "LASE"]
)
def test_bimatrix_games_against_brute_force(transfer, weights):
    rng = np.random.default_rng(1)
    interior, checked = 0, 0
    while checked < 18:
        game = ref.random_game(rng, (2, 2), low=-9, high=9)
        found = rest_points(policy_gradient(game, transfer))
        if found.continua:  # a tie between two payoffs; their own tests are below
            continue
        checked += 1
        c = np.array(ref.gradient_polynomials(game, weights), dtype=float)
        assert same_places([p.x for p in found.interior], many_newtons(c)), game.payoffs.tolist()
        interior += len(found.interior)
        for k, side in product(range(2), range(2)):
            face = f"p{2 - k} = {side}"
            here = [p.x[k] for p in found if p.face == face]
            np.testing.assert_allclose(sorted(here), sorted(along_edge(c, k, side)), atol=1e-8)
        corners = {tuple(int(v) for v in p.x) for p in found if "," in p.face}
        assert corners == set(product(range(2), range(2)))
    assert interior > 2


@pytest.mark.parametrize("seed", range(6))
def test_what_is_found_rests_and_its_spectrum_is_right(seed):
    game = ref.random_game(np.random.default_rng(40 + seed), (2, 2), low=-5, high=5)
    field = policy_gradient(game, LASE)
    for point in rest_points(field):
        np.testing.assert_allclose(field(point.x), 0, atol=1e-12)
        np.testing.assert_allclose([float(v) for v in point.location], point.x, rtol=1e-15)
        substitution = dict(zip(field.space.symbols, point.location, strict=True))
        for rate in field.expressions:
            assert sp.simplify(rate.subs(substitution)) == 0  # exactly
        numbers = np.sort_complex(np.array([complex(v) for v in point.eigenvalues]))
        expected = np.sort_complex(np.linalg.eigvals(field.jacobian(point.x)).astype(complex))
        np.testing.assert_allclose(numbers, expected, rtol=0, atol=1e-7)
        real = expected.real
        if point.kind in {"degenerate", "semi-stable"}:  # terms beyond the linear ones decide, not against these
            assert abs(real).min() < 1e-9
            assert (
                point.stability not in {"sink", "source"} or (real * (-1) ** (point.stability == "sink") > -1e-9).all()
            )
            continue
        if point.stability in {"sink", "source"}:
            assert (real < 0).all() if point.stability == "sink" else (real > 0).all()
        if point.stability == "saddle":
            assert real.min() < 0 < real.max()
        assert (point.kind == "focus") == bool(np.abs(expected.imag).max() > 1e-9 and np.abs(real).max() > 1e-9)


def nash_by_hand(game):
    """Pure equilibria, and the mixed one where both are indifferent, of a 2×2 game without ties."""
    A, B = (np.array([[Fraction(v) for v in row] for row in m]) for m in game.payoffs)
    pure = {(1 - r, 1 - s) for r, s in product(range(2), repeat=2) if A[r, s] >= A[1 - r, s] and B[r, s] >= B[r, 1 - s]}
    a, b = A[0, 0] - A[1, 0] - A[0, 1] + A[1, 1], B[0, 0] - B[0, 1] - B[1, 0] + B[1, 1]
    if a == 0 or b == 0:
        return pure, set()
    p1, p2 = (B[1, 1] - B[1, 0]) / b, (A[1, 1] - A[0, 1]) / a
    return pure, {(p1, p2)} if 0 < p1 < 1 and 0 < p2 < 1 else set()


def test_selfish_rest_points_and_nash_equilibria():
    # interior rest points of selfish players are the mixed equilibria; a corner is an equilibrium iff the flow does not
    # leave it; on edges of a game without ties nothing rests
    rng = np.random.default_rng(2)
    checked = 0
    while checked < 40:
        game = ref.random_game(rng, (2, 2), low=-9, high=9)
        if any(len(set(game.payoffs[0][:, k])) < 2 or len(set(game.payoffs[1][k])) < 2 for k in range(2)):
            continue
        checked += 1
        found = rest_points(policy_gradient(game, Selfish()))
        pure, mixed = nash_by_hand(game)
        assert places(found.interior) == mixed
        assert not found.continua
        for point in found:
            if point.face == "interior":
                continue
            assert "," in point.face
            corner = tuple(int(v) for v in point.location)
            stays = all(g < 0 if v == 0 else g > 0 for g, v in zip(point.transversal.values(), corner, strict=True))
            assert stays == (corner in pure)
            assert (point.stability == "sink") == stays  # strict equilibria attract


def test_battle_of_the_sexes():
    found = rest_points(replicator(gt.catalogue.battle_of_the_sexes()))  # centre (2/3, 1/3), a saddle of the replicator
    assert at(found, "2/3", "1/3").stability == "saddle"
    assert places(found.sinks) == {(0, 0), (1, 1)}


# ---------------------------------------------------------------------- centres and foci
@pytest.mark.parametrize("rule", RULES)
def test_selfish_matching_pennies_has_a_centre(rule):
    found = rest_points(policy_gradient(gt.catalogue.matching_pennies(), Selfish(), rule))
    point = at(found, "1/2", "1/2")
    assert (point.stability, point.kind) == ("centre", "centre")
    assert sorted(point.eigenvalues, key=str) == sorted([-sp.I, sp.I], key=str)  # of the natural flow
    assert len(found) == (1 if rule == "projected" else 5)


@pytest.mark.parametrize("rule", RULES)
def test_lase_matching_pennies_is_a_sink(rule):
    # eigenvalues -1/4 ± 3 i/4 of the natural flow
    point = at(rest_points(policy_gradient(gt.catalogue.matching_pennies(), LASE, rule)), "1/2", "1/2")
    assert (point.stability, point.kind) == ("sink", "focus")
    assert set(point.eigenvalues) == {-sp.Rational(1, 4) + s * sp.I * sp.Rational(3, 4) for s in (-1, 1)}


# ---------------------------------------------------------------------- degenerate games
ZERO = [[0, 0], [0, 0]]


def continua(found):
    """Faces and equations of continua."""
    return {(c.face, sp.factor(c.equation)) for c in found.continua}


@pytest.mark.parametrize("rule", RULES)
def test_nothing_moves_in_the_zero_game(rule):
    found = rest_points(policy_gradient(gt.Game.from_bimatrix(ZERO, ZERO), LASE, rule))
    assert continua(found) == {(face, 0) for face in ("interior", "p1 = 0", "p1 = 1", "p2 = 0", "p2 = 1")}
    assert found.interior == ()
    assert {p.stability for p in found} <= {"undetermined"}
    assert found.complete


def test_an_indifferent_player():
    p1, p2 = sp.symbols("p1 p2")
    # player 1 gets nothing anyway, player 2 wants to match: it rests where p1 = 1/2, and at the ends
    found = rest_points(policy_gradient(gt.Game.from_bimatrix(ZERO, [[1, 0], [0, 1]]), Selfish()))
    assert continua(found) == {("interior", 2 * p1 - 1), ("p2 = 0", 0), ("p2 = 1", 0)}
    found = rest_points(policy_gradient(gt.Game.from_bimatrix([[1, 0], [0, 1]], ZERO), Selfish()))
    assert continua(found) == {("interior", 2 * p2 - 1), ("p1 = 0", 0), ("p1 = 1", 0)}
    # a LASE player 1 earns gifts by what player 2 gains, and is not indifferent
    found = rest_points(policy_gradient(gt.Game.from_bimatrix(ZERO, [[1, 0], [0, 1]]), LASE))
    assert not found.continua
    assert places(found.interior) == {(fraction("1/2"), fraction("1/2"))}


@pytest.mark.parametrize("rule", ["natural", "softmax"])
def test_an_indifferent_player_beside_one_that_cooperates(rule):
    game = gt.Game.from_bimatrix(ZERO, [[1, 0], [1, 0]])
    found = rest_points(policy_gradient(game, Selfish(), rule))
    assert continua(found) == {("p2 = 0", 0), ("p2 = 1", 0)}


def test_a_projected_flow_leaves_edges_that_others_rest_on():
    # player 2 cooperates for sure gain: the projected flow leaves p2 = 0, dp2/dt = 1, and rests on p2 = 1
    field = policy_gradient(gt.Game.from_bimatrix(ZERO, [[1, 0], [1, 0]]), Selfish(), "projected")
    assert field([0.3, 0.0]).tolist() == [0, 1]
    found = rest_points(field)
    assert continua(found) == {("p2 = 1", 0)}
    assert places(found) == {(0, 1), (1, 1)}
    # player 2 matches: on p2 = 0 the flow stays where p1 <= 1/2 and leaves beyond
    field = policy_gradient(gt.Game.from_bimatrix(ZERO, [[1, 0], [0, 1]]), Selfish(), "projected")
    assert field([[0.3, 0.0], [0.7, 0.0]]).tolist() == [[0, 0], [0, pytest.approx(0.4)]]
    found = rest_points(field)
    descriptions = {c.face: c.description for c in found.continua}
    assert descriptions["p2 = 0, in part"] == "the points with 2*p1 - 1 <= 0 rest"
    assert descriptions["p2 = 1, in part"] == "the points with 1 - 2*p1 <= 0 rest"
    assert set(descriptions) == {"interior", "p2 = 0, in part", "p2 = 1, in part"}
    assert places(found) == {(0, 0), (1, 1)}


class Charges(Transfer):
    """Player 2 earns minus the square of player 1's estimated distance from 1/2, and cooperates for it."""

    sign = 1

    def effective(self, payoffs, held):
        p = held[1][0][..., :1, None]
        change = np.array([[1, 0], [1, 0]]) * (p - Fraction(1, 2)) ** 2 * self.sign
        return np.stack([payoffs[0], payoffs[1] + change])

    def smoothness(self, n_actions):  # noqa: ARG002 (part of the interface)
        return "polynomial"


def test_a_projected_flow_touches_an_edge():
    # g_2 = (p1 - 1/2)² >= 0, g_1 = 0: p2 = 0 is left everywhere but at p1 = 1/2
    field = policy_gradient(gt.Game.from_bimatrix(ZERO, ZERO), Charges(), "projected")
    found = rest_points(field)
    assert {c.face for c in found.continua} == {"interior", "p2 = 1"}
    assert (fraction("1/2"), 0) in places(found)
    assert at(found, "1/2", 0).stability == "undetermined"


def test_a_common_factor():
    p1, p2 = sp.symbols("p1 p2")
    found = rest_points(policy_gradient(CommonFactor(Space((2, 2)))))
    assert ("interior", sp.factor(4 * p1 + 4 * p2 - 5)) in continua(found)
    assert found.interior[0].location == (sp.Rational(1, 4), sp.Rational(1, 3))
    assert len(found.interior) == 1
    curve = next(c for c in found.continua if c.face == "interior")
    assert str(curve) == "the curve 4*p1 + 4*p2 - 5 = 0 rests (interior)"


class ByFormula(Objective):
    """Own objective that is known by its gradient's formula alone; its values are never to be asked for."""

    def __init__(self, gradient):
        super().__init__(Space((2, 2)))
        self.gradient = gradient

    def values(self, x, held=None):  # noqa: ARG002 (part of the interface)
        pytest.fail("an objective with a closed form was evaluated")

    def expressions(self, *, through_weights=False):  # noqa: ARG002 (part of the interface)
        return self.gradient(*self.space.symbols)


class CommonFactor(Objective):
    """Own objective with a closed form: g = (4 p1 - 1, 3 p2 - 1) times a factor that vanishes on a line."""

    smoothness = "polynomial"

    def values(self, x, held=None):
        held = x if held is None else held
        line = 4 * held[..., :1] + 4 * held[..., 1:] - 5
        return line * (np.array([4, 3]) * held - 1) * x

    def expressions(self, *, through_weights=False):  # noqa: ARG002 (part of the interface)
        p1, p2 = self.space.symbols
        return tuple(sp.expand((4 * p1 + 4 * p2 - 5) * g) for g in (4 * p1 - 1, 3 * p2 - 1))


def test_a_point_on_a_continuum_is_not_isolated():
    class Through(CommonFactor):
        def expressions(self, *, through_weights=False):  # noqa: ARG002 (part of the interface)
            p1, p2 = self.space.symbols
            return tuple(sp.expand((12 * p1 + 12 * p2 - 7) * g) for g in (4 * p1 - 1, 3 * p2 - 1))  # 1/4 + 1/3 = 7/12

    found = rest_points(policy_gradient(Through(Space((2, 2)))))
    assert [c.face for c in found.continua] == ["interior"]
    assert found.interior == ()


def test_an_own_objective_is_analysed_by_its_closed_form():
    field = policy_gradient(CommonFactor(Space((2, 2))))
    x = field.space.random(5, rng=1)
    np.testing.assert_allclose(field(x), field.function(x), rtol=0, atol=1e-8)
    assert all(point.gifts is None for point in rest_points(field))


def test_a_curve_that_misses_the_square_is_no_continuum():
    class Elsewhere(CommonFactor):
        def expressions(self, *, through_weights=False):  # noqa: ARG002 (part of the interface)
            p1, p2 = self.space.symbols
            return tuple(sp.expand((p1 + p2 - 5) * g) for g in (4 * p1 - 1, 3 * p2 - 1))

    found = rest_points(policy_gradient(Elsewhere(Space((2, 2)))))
    assert not found.continua
    assert found.interior[0].location == (sp.Rational(1, 4), sp.Rational(1, 3))


def test_ties_leave_corners_to_terms_beyond_the_linear_ones():
    # (1, 0, 1, 0): g = 1 - p on the diagonal; R = T: full cooperation is approached, but not exponentially
    found = lase(1, 0, 1, 0)
    corner = at(found, 1, 1)
    assert (corner.stability, corner.kind, corner.eigenvalues) == ("sink", "degenerate", (0, 0))
    assert corner.certificate.endswith("sink by leading terms of degree 2")
    # (1, -1/4, 2, 0): 2R = T, so that nothing is gained at (1, 0) to first order; there g1 = -1/4 leads away,
    # and on the edge p1 = 1, where g2 = 0 at the corner, the second order leads towards it
    corner = at(lase(1, fraction("-1/4"), 2, 0), 1, 0)
    assert (corner.stability, corner.kind, set(corner.eigenvalues)) == ("saddle", "degenerate", {0, sp.Rational(1, 4)})


# ---------------------------------------------------------------------- other flows, the diagonal
@pytest.mark.parametrize(
    "payoffs",
    [(3, 0, 5, 1), (1, fraction("-1/4"), 2, 0), (1, fraction("1/2"), fraction("3/2"), 0), (4, -3, 3, 1)],
    ids=str,
)
def test_flows_share_rest_points_and_attractors(payoffs):
    natural, softmax, projected = (lase(*payoffs, rule=rule) for rule in RULES)
    assert places(natural) == places(softmax)
    for a, b in zip(natural, softmax, strict=True):
        # on faces softmax is judged by the transversal gradient, never by its own vanishing Jacobian
        assert (a.eigenvalues, a.transversal) == (b.eigenvalues, b.transversal)
        # beyond the linear part speeds matter at the border: of softmax play nothing is said there
        assert b.stability == (a.stability if a.kind != "degenerate" else "undetermined")
    assert places(projected.interior) == places(natural.interior)
    assert places(projected.sinks) == places(natural.sinks)

    # without the factor p (1 - p) only the points are left where the flow does not leave their face
    def stays(point):
        fixed = {name: point.location[int(name[1]) - 1] for name in point.transversal}
        return all(g <= 0 if fixed[name] == 0 else g >= 0 for name, g in point.transversal.items())

    assert {tuple(p.location) for p in projected} == {tuple(p.location) for p in natural if stays(p)}
    field = policy_gradient(gt.Game.two_by_two(*payoffs), LASE, "projected")
    for point in projected:
        np.testing.assert_allclose(field(point.x), 0, atol=1e-12)


class Linear(CommonFactor):
    """Own objective with gradients ``rates @ (p - place)`` and, if told, a square of the second difference."""

    def __init__(self, rates, place=("1/2", "1/2"), square=0):
        super().__init__(Space((2, 2)))
        self.rates, self.place, self.square = rates, place, square

    def expressions(self, *, through_weights=False):  # noqa: ARG002 (part of the interface)
        a, b = (s - sp.Rational(v) for s, v in zip(self.space.symbols, self.place, strict=True))
        (first, second) = (row[0] * a + row[1] * b for row in self.rates)
        return sp.expand(first), sp.expand(second + self.square * b**2)

    def at_place(self, rule):
        """Stability and kind of the point at `place`."""
        (point,) = rest_points(policy_gradient(self, parametrisation=rule)).interior
        return point.stability, point.kind


@pytest.mark.parametrize(
    ("rate", "expected"),
    [("3", ["source", "sink", "source"]), ("3/2", ["sink", "sink", "source"]), ("1", ["sink", "sink", "undetermined"])],
)
def test_stability_is_of_the_fields_own_flow(rate, expected):
    # speeds may decide: g = (r a + 2 b, -2 a - b) at (1/8, 1/2), where p (1 - p) = 7/64 and 1/4: traces are
    # 7/64 r - 1/4 (natural), (7/64)² r - 1/16 (softmax) and r - 1 (projected)
    uneven = Linear([[sp.Rational(rate), 2], [-2, -1]], ("1/8", "1/2"))
    assert [uneven.at_place(rule)[0] for rule in RULES] == expected


def test_nodes_and_foci():
    # trace -5; discriminant (j11 - j22)² + 4 j12 j21 = 9 - 12 or 9 - 8, whichever speed both have in common
    for rule in RULES:
        assert Linear([[-1, 3], [-1, -4]]).at_place(rule) == ("sink", "focus")
        assert Linear([[-1, 2], [-1, -4]]).at_place(rule) == ("sink", "node")
        assert Linear([[1, 3], [-1, 4]]).at_place(rule) == ("source", "focus")
        assert Linear([[1, 2], [1, -1]]).at_place(rule) == ("saddle", "saddle")


def test_a_centre_needs_a_proof():
    # the linear part turns in all three; closed levels are known where no gradient depends on its own coordinate
    for rule in RULES:
        assert Linear([[0, 1], [-1, 0]]).at_place(rule) == ("centre", "centre")
        assert Linear([[0, 1], [-1, 0]], square=1).at_place(rule) == ("undetermined", "degenerate")
    # the natural and the softmax flow unwind towards it, slowly; no term of the projected one is there to tell
    spiral = [Linear([[1, 2], [-1, -1]]).at_place(rule) for rule in RULES]
    assert spiral == [("sink", "focus")] * 2 + [("undetermined", "degenerate")]


@pytest.mark.parametrize("n", [3, 4])
def test_public_goods_on_the_diagonal(n):
    # (2 rho - 1) + rho (n - 3) p - rho (n - 2) p² = 0; rho > 1/2: one rest point in (0, 1), attracting
    multiplier = Fraction(5, 2)
    rho = multiplier / n
    found = rest_points(policy_gradient(gt.catalogue.public_goods(n=n, multiplier=multiplier), LASE).diagonal())
    roots = np.roots([float(v) for v in (-rho * (n - 2), rho * (n - 3), 2 * rho - 1)])
    np.testing.assert_allclose([p.x[0] for p in found.interior], [v for v in roots if 0 < v < 1], atol=1e-12)
    assert [p.stability for p in found.interior] == ["sink"]
    assert found.interior[0].face == "interior"
    if n == 3:  # rho = 5/6: p² = (2 rho - 1)/rho = 4/5
        assert found.interior[0].location == (2 * sp.sqrt(5) / 5,)
    assert [(p.location, p.stability) for p in found if p.face != "interior"] == [((0,), "source"), ((1,), "source")]
    assert [p.face for p in found if p.face != "interior"] == ["p = 0", "p = 1"]


def test_selfish_one_population():
    # chicken (3, 1, 4, 0): x* = (S - P)/(T + S - R - P) = 1/2 attracts; stag hunt (4, 0, 3, 1): 1/2 repels
    hawks = rest_points(replicator(gt.catalogue.chicken(), populations="one"))
    assert [(p.location[0], p.stability) for p in hawks] == [(0, "source"), (1, "source"), (sp.Rational(1, 2), "sink")]
    stags = rest_points(replicator(gt.catalogue.stag_hunt(), populations="one"))
    assert [(p.location[0], p.stability) for p in stags] == [(0, "sink"), (1, "sink"), (sp.Rational(1, 2), "source")]
    # eigenvalue of the natural flow at 1/2: p (1 - p) (R - S - T + P)
    assert stags[2].eigenvalues == (sp.Rational(1, 4) * 2,)


def test_a_diagonal_that_rests_everywhere():
    found = rest_points(policy_gradient(gt.Game.two_by_two(0, 0, 0, 0), LASE).diagonal())
    assert [(c.face, c.description) for c in found.continua] == [("interior", "every point rests")]


def test_group_optimal_players_climb_welfare():
    # (3, 0, 5, 1): 2 W(p1, p2) has its only corner maximum at mutual cooperation (6 > 5)
    found = rest_points(policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), GroupOptimal()))
    assert places(found.sinks) == {(1, 1)}


# ---------------------------------------------------------------------- numbers
def test_floats_are_the_decimals_they_print_as():
    exact = lase(Fraction(1), Fraction(-1, 4), Fraction(2), Fraction(0))
    floats = lase(1.0, -0.25, 2.0, 0.0)
    assert [p.location for p in exact] == [p.location for p in floats]
    tenth = lase(0.3, 0.0, 0.5, 0.1)
    assert places(tenth.sinks) == {(fraction("2/3"),) * 2}
    bound = policy_gradient(gt.Game.two_by_two(*sp.symbols("R S T P")), LASE).bind(R=0.3, S=0, T=0.5, P=0.1)
    assert places(rest_points(bound).sinks) == {(fraction("2/3"),) * 2}


def test_irrational_pairs_are_exact():
    # (1, 1/8, 8/5, 0): p1, p2 = (7/8)/(2u) ± sqrt(D)/(2u) with u = 3/5 and D = (S + 2u)² - 2u² - 1
    R, S, T, P = 1, Fraction(1, 8), Fraction(8, 5), 0
    u = T - R
    D = (S + 2 * u) ** 2 - 2 * u**2 - 1
    assert D > 0
    found = lase(R, S, T, P)
    half = sp.sqrt(sp.Rational(str(D))) / (2 * sp.Rational(str(u)))
    mean = sp.Rational(str((1 - S) / (2 * u)))
    expected = {(sp.nsimplify(mean + s * half), sp.nsimplify(mean - s * half)) for s in (-1, 1)}
    for x, y in expected:
        assert any(sp.simplify(p.location[0] - x) == 0 and sp.simplify(p.location[1] - y) == 0 for p in found.interior)
    assert len(found.interior) == 3


# ---------------------------------------------------------------------- results
def test_a_result_is_a_sequence_with_a_face():
    found = lase(3, 0, 5, 1)
    assert len(found) == 9
    assert found[0] is next(iter(found))
    assert [p.face for p in found][-1] == "interior"
    assert str(found).splitlines()[-2:] == [
        "(2/3, 2/3)  sink (node), interior",
        "complete: exact elimination and real-root counting",
    ]
    assert "<td>(2/3, 2/3)</td><td>interior</td><td>sink</td>" in found._repr_html_()
    zero = rest_points(policy_gradient(gt.Game.from_bimatrix(ZERO, ZERO), Selfish()))
    assert "continuum: every point rests (interior)" in str(zero)
    assert "continuum: every point rests (p1 = 0)" in zero._repr_html_()
    pennies = rest_points(policy_gradient(gt.catalogue.matching_pennies(), LASE))
    assert "-1/4 - 3*I/4" in pennies._repr_html_()


def test_long_numbers_are_shortened():
    # p2 = 15/16 ± sqrt(...)/...: shown with five digits in text, exact in `location`
    text = str(lase(1, Fraction(1, 8), Fraction(8, 5), 0))
    assert max(len(line) for line in text.splitlines()) < 80


# ---------------------------------------------------------------------- what is refused
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: policy_gradient(gt.Game.two_by_two(*sp.symbols("R S T P")), LASE).bind(R=3, S=0),
            r"unbound parameter P, T: rest points need numbers, call field.bind\(...\) first",
        ),
        (lambda: Field(Space((1, 1)), lambda x: x), "the space has no interior: nobody has a choice"),
        (lambda: Field(Space((2, 2)), lambda x: x * np.nan), r"the field is not a number at the state \[0.5, 0.5\]"),
    ],
    ids=["parameters", "no interior", "not a number"],
)
def test_fields_that_are_not_served(make, message):
    with pytest.raises(ValueError, match=message):
        rest_points(make())


# ---------------------------------------------------------------------- algebra
x, y = sp.symbols("x y")


def real_zeros(f):
    """Zeros of a polynomial in the open unit interval, by SymPy's own root counting."""
    return sorted(v for v in {sp.N(root, 30) for root in sp.Poly(f, x).real_roots()} if 0 < v < 1)


@pytest.mark.parametrize(
    "f",
    [
        2 * x - 1,
        2 * x**2 - 1,
        x * (x - 1) * (3 * x - 1) * (3 * x - 2),  # zeros at the ends do not count
        (2 * x - 1) ** 3,  # a multiple zero counts once
        x**3 - 3 * x + 1,  # three real zeros, one inside, no radicals of reals
        8 * x**3 - 6 * x + 1,  # cos 40°, cos 80°, -cos 20°: two inside
        x**5 - x + sp.Rational(1, 2),  # not solvable by radicals
        16 * x**4 - 20 * x**2 + 5,
        (x**2 - 2) * (x**2 + 1),
        sp.Integer(3) + 0 * x,
    ],
    ids=str,
)
def test_zeros_in_the_unit_interval(f):
    found = in_unit(sp.Poly(f, x))
    expected = real_zeros(f) if sp.Poly(f, x).degree() > 0 else []
    assert len(found) == len(expected)
    for zero, value in zip(found, expected, strict=True):
        (number,) = zero.numbers
        assert abs(number.expression.evalf(25) - value) < 1e-20
        assert float(number) == pytest.approx(float(value), abs=1e-15)
        assert zero.value(sp.Poly(f, x)).sign == 0  # exactly
        assert zero.value(sp.Poly(x - sp.Rational(1, 1000), x)).sign == 1
        assert zero.value(sp.Poly(x - 1, x)).sign == -1


@given(st.lists(st.integers(-6, 6), min_size=2, max_size=5))
def test_zeros_of_random_polynomials(coefficients):
    f = sp.Poly(coefficients, x)
    assume(f.degree() > 0)
    found = [float(zero.numbers[0]) for zero in in_unit(f)]
    expected = [float(v) for v in real_zeros(f.as_expr())]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("f", "g", "expected"),
    [
        (2 * x - 1, x - y, [(0.5, 0.5)]),
        (2 * x**2 - 1, y - x, [(0.5**0.5, 0.5**0.5)]),
        # a symmetric pair: sum 5/4, product 3/8
        (x + y - sp.Rational(5, 4), x * y - sp.Rational(3, 8), [(0.5, 0.75), (0.75, 0.5)]),
        # irrational pair on a rational line
        (
            x + y - 1,
            x**2 + y**2 - sp.Rational(3, 5),
            [(0.5 - 0.05**0.5, 0.5 + 0.05**0.5), (0.5 + 0.05**0.5, 0.5 - 0.05**0.5)],
        ),
        # two zeros over one rational height
        (9 * (x - sp.Rational(1, 2)) ** 2 - 1, 3 * y - 1, [(1 / 6, 1 / 3), (5 / 6, 1 / 3)]),
        # irrational zeros over a rational height
        (2 * x**2 - 1 + (2 * y - 1), 2 * y - 1, [(0.5**0.5, 0.5)]),
        # x from y where y is of third degree: y³ - 3 y + 1 = 0, x = y² - 1/20
        (x - y**2 + sp.Rational(1, 20), y**3 - 3 * y + 1, [(0.3472963553338607**2 - 0.05, 0.3472963553338607)]),
        # nothing inside, and zeros on the sides that do not count
        (x, y - sp.Rational(1, 2), []),
        (x - 1, y - sp.Rational(1, 2), []),
        (x + y - 3, x - y, []),
        (x - sp.Rational(1, 2), sp.Integer(1) + 0 * x, []),
    ],
    ids=str,
)
def test_common_zeros_in_the_square(f, g, expected):
    for first, second in ((f, g), (g, f)):
        found = in_square(sp.Poly(first, x, y), sp.Poly(second, x, y))
        numbers = [tuple(map(float, zero.numbers)) for zero in found]
        np.testing.assert_allclose(np.reshape(numbers, (-1, 2)), np.reshape(expected, (-1, 2)), rtol=0, atol=1e-12)
        for zero in found:
            assert zero.value(sp.Poly(first, x, y)).sign == 0
            assert zero.value(sp.Poly(second, x, y)).sign == 0
            assert zero.value(sp.Poly(x + y, x, y)).sign == 1


@settings(max_examples=30)
@given(st.lists(st.integers(-4, 4), min_size=12, max_size=12))
def test_common_zeros_of_random_polynomials(coefficients):
    # as the gradients of two players: degree (1, 2) and (2, 1)
    a, b = coefficients[:6], coefficients[6:]
    f = sp.Poly(sum(v * x**i * y**j for v, (i, j) in zip(a, product(range(2), range(3)), strict=True)), x, y)
    g = sp.Poly(sum(v * x**i * y**j for v, (i, j) in zip(b, product(range(3), range(2)), strict=True)), x, y)
    assume(not f.is_ground and not g.is_ground and f.gcd(g).is_ground)
    found = np.array([tuple(map(float, zero.numbers)) for zero in in_square(f, g)]).reshape(-1, 2)
    c = np.zeros((2, 3, 3))
    c[0, :2], c[1, :, :2] = np.reshape(a, (2, 3)), np.reshape(b, (3, 2))
    newton = many_newtons(c)
    for place in found:
        np.testing.assert_allclose([polynomial.polyval2d(*place, c[k]) for k in range(2)], 0, atol=1e-9)
    for place in newton:  # whatever Newton finds is there; double zeros it may miss, or smear
        assert len(found)
        assert np.abs(found - place).max(axis=1).min() < 1e-3


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (x + y - 1, True),
        (x + y + 1, False),
        (x + y - 2, False),  # touches the corner
        (x + y - sp.Rational(199, 100), True),
        (2 * x - 1, True),
        (3 * y - 1, True),
        (x - 1, False),
        (x * y, False),  # the sides themselves
        ((x - 3) * (2 * y - 1), True),  # one of two branches
        (x * y - 2, False),
        ((x - sp.Rational(1, 2)) ** 2 + (y - sp.Rational(1, 2)) ** 2 - sp.Rational(1, 100), True),  # a small oval
        ((x - 3) ** 2 + (y - sp.Rational(1, 2)) ** 2 - 1, False),  # an oval elsewhere
        ((x + sp.Rational(1, 10)) ** 2 + (y - sp.Rational(1, 2)) ** 2 - sp.Rational(1, 50), True),  # its tip looks in
        ((x + sp.Rational(1, 10)) ** 2 + (y - sp.Rational(1, 2)) ** 2 - sp.Rational(1, 100), False),  # touches the side
        ((y + sp.Rational(1, 10)) ** 2 + (x - sp.Rational(1, 2)) ** 2 - sp.Rational(1, 50), True),
        (x**2 + y**2 - sp.Rational(1, 50), True),  # cuts a corner
        (y - x**2, True),
        (y - 1 - x**2, False),  # leaves from the corner (0, 1)
        (x * y - x - y + sp.Rational(101, 100), False),  # (1 - x)(1 - y) = -1/100
        (x * y - x - y + sp.Rational(99, 100), True),  # (1 - x)(1 - y) = 1/100
    ],
    ids=str,
)
def test_curves_that_meet_the_square(f, expected):
    assert meets_square(sp.Poly(f, x, y)) is expected
    assert meets_square(sp.Poly(f.subs({x: y, y: x}, simultaneous=True), x, y)) is expected
    mirrored = sp.expand(f.subs(x, 1 - x))
    assert meets_square(sp.Poly(mirrored, x, y)) is expected


@settings(max_examples=40)
@given(st.lists(st.integers(-5, 5), min_size=6, max_size=6))
def test_random_curves_against_signs_on_a_grid(coefficients):
    f = sp.Poly(sum(v * x**i * y**j for v, (i, j) in zip(coefficients, product(range(2), range(3)), strict=True)), x, y)
    assume(not f.is_ground)
    c = np.reshape(coefficients, (2, 3)).astype(float)
    axis = np.linspace(0, 1, 203)[1:-1]
    values = polynomial.polygrid2d(axis, axis, c)
    if values.min() < 0 < values.max():
        assert meets_square(f)  # a change of sign: the curve is there
    elif meets_square(f):  # touching, or cutting a corner finer than the grid
        assert np.abs(values).min() < 0.3


def test_zeros_on_a_common_curve_are_part_of_the_continuum():
    # g1 = (p1 - p2)(2 p1 - 1), g2 = (p1 - p2)(p1 + p2 - 1): the cofactors meet at (1/2, 1/2), on the curve p1 = p2
    gradient = ByFormula(lambda p1, p2: ((p1 - p2) * (2 * p1 - 1), (p1 - p2) * (p1 + p2 - 1)))
    found = gt.analysis.rest_points(gt.rules.policy_gradient(gradient))
    assert found.interior == ()
    assert "p1 - p2" in [str(c.equation) for c in found.continua]


def test_zeros_in_no_simple_extension_are_found_by_intervals():
    found = gt.analysis.rest_points(gt.rules.policy_gradient(ByFormula(lambda p1, p2: (2 * p2**2 - 1, 3 * p1**2 - 1))))
    assert found.complete
    assert "Krawczyk" in found.method
    (point,) = found.interior
    np.testing.assert_allclose(point.x, [3**-0.5, 0.5**0.5], atol=1e-14)
    assert point.radius < 1e-14


def test_dulac_asks_for_numbers_and_affine_slopes():
    T = sp.Symbol("T")
    with pytest.raises(ValueError, match="unbound parameter T"):
        gt.analysis.excludes_cycles(gt.rules.policy_gradient(gt.Game.two_by_two(3, 0, T, 1)))
    softmax = gt.rules.policy_gradient(gt.catalogue.prisoners_dilemma(), gt.transfer.SocialRelationship(), "softmax")
    assert not gt.analysis.excludes_cycles(softmax)  # shown for the natural flow only

    # slopes of one sign at all corners of the square, not inside
    steep = ByFormula(lambda p1, p2: (p1 * (1 - 8 * p2 * (1 - p2)), p2 * (1 - 8 * p1 * (1 - p1))))
    assert not gt.analysis.excludes_cycles(gt.rules.policy_gradient(steep))
