"""Rest points with certificates: traps, closed forms, brute force, planted zeros, another interval arithmetic."""

import random
import time
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import oracle_2x2 as oracle
import pytest
import reference as ref
import sympy as sp
from flint import arb, arb_mat, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from thinned import some

import gametheory as gt
from gametheory.analysis import rest_points
from gametheory.analysis.certified import certified_rest_points, interior
from gametheory.analysis.elimination import lies_on_border, rational_zeros
from gametheory.analysis.enclosures import clusters, zeros
from gametheory.analysis.stability import classify, spectrum
from gametheory.field import ClosedForm, Field, Space
from gametheory.intervals import Interval, compiled
from gametheory.kinks import larger
from gametheory.rules import boltzmann_q, policy_gradient, replicator, replicator_mutator

ctx.prec = 200
LASE = gt.transfer.SocialRelationship()
p1, p2 = Space((2, 2)).symbols
(p,) = Space((2,)).symbols


def third(n):
    """Return n/3, exactly."""
    return sp.Rational(n, 3)


def made(*rates, n_actions=(), **options):
    """Return a field with given closed form on two-action policies, or on other ones."""
    space = Space(n_actions or (2,) * len(rates))
    code = sp.lambdify(space.symbols, rates, modules="numpy")

    def function(x):
        x = np.asarray(x, dtype=float)
        return np.stack([np.broadcast_to(v, x.shape[:-1]) for v in code(*np.moveaxis(x, -1, 0))], axis=-1)

    return Field(space, function, derive=lambda: ClosedForm(tuple(map(sp.sympify, rates))), **options)


def one_population(A, transfer=None, rule="natural"):
    """Return the flow of one population with payoff matrix A."""
    return policy_gradient(gt.Game.from_bimatrix(A), transfer, rule).diagonal()


def named(found):
    """Return stability by location; locations as fractions, or as floats of nine digits."""
    return {
        tuple(
            Fraction(str(v)) if v.is_Rational else round(float(v), 9) for v in map(sp.sympify, q.location)
        ): q.stability
        for q in found
    }


def fractions(*texts):
    """Read fractions."""
    return tuple(map(Fraction, texts))


# ---------------------------------------------------------------------- traps
def test_hawk_dove_bourgeois():
    # At (2/3, 1/3, 0) hawks and doves earn (A x) = (2/3, 2/3), a bourgeois -1/2 · 2/3 + 3/3 = 2/3: it neither grows nor
    # shrinks to first order, and grows to second (the linear part would say "stable").
    A = [[-1, 4, Fraction(3, 2)], [0, 2, 1], [Fraction(-1, 2), 3, 2]]
    field = replicator(gt.Game.from_bimatrix(A), populations="one")
    found = rest_points(field)
    assert found.complete
    assert named(found) == {
        fractions(0, 0): "sink",
        fractions(0, 1): "source",
        fractions(1, 0): "source",
        fractions("2/3", "1/3"): "saddle",
    }
    point = next(q for q in found if q.face == "x3 = 0")
    assert point.transversal == {"x3": 0}
    assert point.kind == "degenerate"
    # a few bourgeois in the mixture go on to take over
    end = solve_ivp(lambda _, x: field(x), (0, 3000), [2 / 3 - 0.01, 1 / 3 - 0.01], rtol=1e-9, atol=1e-12).y[:, -1]
    np.testing.assert_allclose(end, 0, atol=1e-2)


def test_three_pure_conventions():
    # payoffs diag(1, 2, 3): where a set of actions earns the same, x_k ∝ 1/k
    found = rest_points(replicator(gt.Game.from_bimatrix(np.diag([1, 2, 3])), populations="one"))
    assert found.complete
    assert named(found) == {
        fractions(1, 0): "sink",
        fractions(0, 1): "sink",
        fractions(0, 0): "sink",
        fractions("2/3", "1/3"): "saddle",
        fractions("3/4", 0): "saddle",
        fractions(0, "3/5"): "saddle",
        fractions("6/11", "3/11"): "source",
    }


def test_rock_paper_scissors_circles():
    # x1 x2 x3 is a constant of motion (Hofbauer and Sigmund 1998, 7.2)
    found = rest_points(replicator(gt.catalogue.rock_paper_scissors(), populations="one"))
    (middle,) = found.interior
    assert middle.location == (third(1), third(1))
    assert (middle.stability, middle.exact) == ("centre", True)
    assert found.complete
    # winning pays more or less than losing costs: the middle attracts or repels (det A > 0 or < 0)
    for win, stability in ((2, "sink"), (Fraction(1, 2), "source")):
        found = rest_points(one_population([[0, -1, win], [win, 0, -1], [-1, win, 0]]))
        assert [q.stability for q in found.interior] == [stability]


def test_two_populations_circle_in_four_dimensions():
    # rock-paper-scissors of two populations has no sink; nothing is said to be all
    found = rest_points(replicator(gt.catalogue.rock_paper_scissors()))
    assert not found.complete
    assert found.sinks == ()
    assert [q.stability for q in found.interior] == ["centre"]


def test_coordination_of_boltzmann_learners():
    # coordination(1, 1): ln(p/(1-p)) = (2p - 1)/τ has one root for τ ≥ 1/2, three below
    field = boltzmann_q(gt.catalogue.coordination(1, 1), temperature=0.45)
    found = rest_points(field)
    assert found.complete
    q = 0.237285
    np.testing.assert_allclose([a.x for a in found], [[q, q], [0.5, 0.5], [1 - q, 1 - q]], atol=1e-6)
    assert [a.stability for a in found] == ["sink", "saddle", "sink"]
    for a in found:
        assert "Krawczyk" in a.certificate
        assert a.radius < 1e-14
        x = float(a.x[0])
        assert abs(np.log(x / (1 - x)) - (2 * x - 1) / 0.45) < 1e-13
    warm = rest_points(boltzmann_q(gt.catalogue.coordination(1, 1), temperature=0.75))
    assert warm.complete
    assert named(warm) == {(0.5, 0.5): "sink"}


def test_a_pitchfork_is_not_decided():
    found = rest_points(boltzmann_q(gt.catalogue.coordination(1, 1), temperature=0.5))
    assert not found.complete
    assert len(found) + len(found.undecided) > 0
    (box,) = found.undecided
    assert np.all((box.lo < 0.5) & (box.hi > 0.5) & (box.hi - box.lo < 1e-3))
    assert "a degenerate rest point or none" in str(box)


# ---------------------------------------------------------------------- continua and common factors
def test_an_indifferent_third_player():
    # players 1 and 2 coordinate, player 3 gets nothing whatever happens: the line (1/2, 1/2, p3) rests
    payoffs = np.zeros((3, 2, 2, 2), dtype=int)
    payoffs[:2, 0, 0] = payoffs[:2, 1, 1] = 1
    found = rest_points(policy_gradient(gt.Game(payoffs)))
    assert not found.complete
    assert any(np.all((box.lo <= [0.5, 0.5, 0]) & (box.hi >= [0.5, 0.5, 1])) for box in found.undecided)


CURVES = {  # common factor, whether it vanishes inside the square; None: the search may leave it open
    "a line": (p1 - p2, True),
    "a double line": ((p1 - p2) ** 2, True),
    "a small circle": ((p1 - third(1)) ** 2 + (p2 - third(1)) ** 2 - sp.Rational(1, 10**6), None),
    "a point": ((p1 - third(1)) ** 2 + (p2 - third(1)) ** 2, None),
    "an edge": (p1, False),
    "a corner": (p1 + p2, False),
    "elsewhere": (p1 + p2 + 1, False),
    "positive, mixed signs": (p1**2 - p1 * p2 + p2**2 + sp.Rational(1, 10), False),
    "half of it": ((p1 + p2 + 1) * (2 * p1 - 1), True),
}


@pytest.mark.parametrize(("factor", "inside"), CURVES.values(), ids=CURVES)
def test_common_factors(factor, inside):
    # f = factor · (p1 - 1/4, p2 - 3/4)
    found = certified_rest_points(made(factor * (4 * p1 - 1), factor * (4 * p2 - 3)))
    assert named(found)[fractions("1/4", "3/4")] in {"source", "sink", "saddle"}
    if inside is None:
        assert found.continua or not found.complete
    else:
        assert bool(found.continua) == inside
        assert found.complete
    for c in found.continua:
        assert c.equation.free_symbols <= {p1, p2}
        assert sp.rem(factor, c.equation, p1) == 0


def test_points_on_a_continuum_are_not_isolated():
    # (p1 - p2)(2 p1 - 1, p1 + p2 - 1): (1/2, 1/2) lies on the line
    found = certified_rest_points(made((p1 - p2) * (2 * p1 - 1), (p1 - p2) * (p1 + p2 - 1)))
    assert len(found) == 0
    assert [c.equation for c in found.continua] == [p1 - p2]


def test_a_rate_that_vanishes_everywhere():
    found = certified_rest_points(made(sp.Integer(0), sp.exp(p1) - 2 * p2 - 1))  # the curve p2 = (e^p1 - 1)/2
    assert not found.complete
    (box,) = found.undecided
    assert np.all(box.lo <= 0)
    assert np.all(box.hi >= [1, (np.e - 1) / 2])


def test_multiple_zeros_on_an_edge_are_single_points():
    # x1 = x2 on the edge x3 = 0 of a population: g = (2p - 1)², written as a field on one simplex
    found = certified_rest_points(made((2 * p - 1) ** 2 * (3 * p - 1)))
    assert named(found) == {fractions("1/3"): "source", fractions("1/2"): "undetermined"}
    assert found.complete


# ---------------------------------------------------------------------- the border
def test_users_invariant_fields_are_judged_in_all_directions():
    # g1 = p1 + p2 - 3/2, g2 = 2 p1 - p2 + 1/7 without saying so: corners by the signs of g, edges by both
    g1, g2 = p1 + p2 - sp.Rational(3, 2), 2 * p1 - p2 + sp.Rational(1, 7)
    found = rest_points(made(p1 * (1 - p1) * g1, p2 * (1 - p2) * g2, faces="invariant"))
    assert named(found) == {
        fractions(0, 0): "saddle",  # -, +
        fractions(0, 1): "saddle",  # g1 = -1/2 in, g2 = -6/7 out
        fractions(1, 0): "source",  # g1 = -1/2 out, g2 = 15/7 out
        fractions(1, 1): "sink",  # g1 = 1/2, g2 = 8/7: both out of the square
        fractions(0, "1/7"): "sink",  # g1 < 0, dg2/dp2 < 0
        fractions("1/2", 1): "saddle",  # dg1/dp1 > 0; g2 = 1/7 > 0 out of the square
    }


def test_mutation_at_rate_zero():
    # prisoner's dilemma: defection attracts
    found = rest_points(replicator_mutator(gt.catalogue.prisoners_dilemma(), rate=0))
    plain = rest_points(replicator(gt.catalogue.prisoners_dilemma()))
    assert named(found) == named(plain)
    assert [tuple(q.x) for q in found.sinks] == [(0, 0)]


def test_projected_flows_rest_where_they_are_stopped():
    # a free rider gains 1 - r/n = 1/3 whatever the others do: nobody gives; other corners are left
    found = rest_points(policy_gradient(gt.catalogue.public_goods(n=3, multiplier=2), None, "projected"))
    assert named(found) == {fractions(0, 0, 0): "sink"}
    assert found.complete
    # diag(1, 2, 3): corners attract, as in the replicator flow; all of its rest points stay
    field = policy_gradient(gt.Game.from_bimatrix(np.diag([1, 2, 3])), None, "projected").diagonal()
    natural = rest_points(replicator(gt.Game.from_bimatrix(np.diag([1, 2, 3])), populations="one"))
    found = rest_points(field)
    assert named(found) == named(natural)
    for q in found:
        np.testing.assert_allclose(field(q.x), 0, atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_projected_flows_of_three_actions_against_their_code(seed):
    rng = np.random.default_rng(seed)
    field = policy_gradient(gt.Game.from_bimatrix(rng.integers(-5, 6, (3, 3))), None, "projected").diagonal()
    found = rest_points(field)
    assert found.complete
    for q in found:
        np.testing.assert_allclose(field(q.x), 0, atol=1e-12)
    for x in np.eye(3)[:, :2]:  # corners that the code keeps, and no others
        assert (np.abs(field(x)).max() < 1e-12) == any(np.array_equal(q.x, x) for q in found)
    for q in found.sinks:  # and they attract
        starts = np.maximum(np.append(q.x, 1 - q.x.sum()) + rng.normal(0, 0.003, (4, 3)), 0)
        x = first = (starts / starts.sum(axis=1, keepdims=True))[:, :2]
        for _ in range(1000):
            x = field.space.nearest(x + 0.002 * field(x))
        far = lambda x, q=q: np.abs(x - q.x).max(axis=1)  # noqa: E731 (short)
        assert np.all(far(x) <= 0.9 * far(first))


def test_zeros_on_the_border_of_free_fields():
    for point in product((0, third(1), 1), repeat=2):
        rates = (p1 - point[0]) + (p2 - point[1]) ** 2, 2 * (p2 - point[1]) - sp.Rational(1, 3) * (p1 - point[0])
        found = certified_rest_points(made(*rates))
        assert tuple(map(sp.sympify, point)) in {q.location for q in found}
        assert found.complete


# ---------------------------------------------------------------------- two players, two actions
def random_payoffs(rng):
    return [Fraction(rng.randint(-9, 9), rng.choice([1, 1, 2, 3, 7])) for _ in range(4)]


def same(found, expected):
    """Compare with the closed forms; the search also decides some points to second order, the closed forms do not."""
    mine = sorted((tuple(np.round(q.x, 8) + 0.0), q.stability) for q in found)
    theirs = sorted((tuple(round(float(v), 8) + 0.0 for v in place), stability) for place, stability in expected)
    assert [a for a, _ in mine] == [a for a, _ in theirs]
    for (_, stability), (_, true) in zip(mine, theirs, strict=True):
        assert true in {stability, "undetermined"}


def check_against_oracle(count, seed, *, certified=False):
    rng, checked = random.Random(seed), 0  # noqa: S311 (test data)
    while checked < count:
        payoffs = random_payoffs(rng)
        expected = oracle.rest_points(*payoffs)
        field = policy_gradient(gt.Game.two_by_two(*payoffs), LASE)
        found = certified_rest_points(field) if certified else rest_points(field)
        if expected is None:
            assert found.continua or found.undecided, payoffs
            continue
        if certified and found.undecided:  # a double zero
            assert not found.complete
            assert any(stability == "undetermined" for _, stability in expected), payoffs
            continue
        assert found.complete
        assert not found.continua
        same(found, expected)
        checked += 1


def test_the_closed_form_is_the_gradient():
    # Fractions, from the definition with joint actions one by one
    rng = random.Random(5)  # noqa: S311 (test data)
    for _ in range(20):
        payoffs = random_payoffs(rng)
        A, B = oracle.gradient(*payoffs)
        c = ref.gradient_polynomials(gt.Game.two_by_two(*payoffs), ref.lase())[0]
        assert c == [[*A], [*B, 0], [0, 0, 0]]


def test_lase_against_closed_forms():
    check_against_oracle(30, seed=1)


@pytest.mark.slow
def test_lase_against_closed_forms_a_thousand_times():
    check_against_oracle(1000, seed=2)


def test_branch_and_prune_against_closed_forms():
    check_against_oracle(10, seed=3, certified=True)


@pytest.mark.slow
def test_branch_and_prune_against_closed_forms_often():
    check_against_oracle(150, seed=4, certified=True)


@pytest.mark.parametrize("seed", range(3))
def test_names_and_units_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    A, B = rng.integers(-6, 7, (2, 2, 2))
    field = lambda A, B, transfer=LASE: policy_gradient(gt.Game.from_bimatrix(A, B), transfer)  # noqa: E731 (short)
    plain = named(rest_points(field(A, B)))
    scaled = [[[Fraction(int(v) * 7, 3) for v in row] for row in M] for M in (A, B)]
    assert named(rest_points(field(*scaled))) == plain
    swap = lambda found: {place[::-1]: what for place, what in found.items()}  # noqa: E731 (short)
    assert swap(named(rest_points(field(B.T, A.T)))) == plain
    flip = lambda found: {  # noqa: E731 (short)
        (1 - a if isinstance(a, Fraction) else round(1 - a, 9), b): what for (a, b), what in found.items()
    }
    assert flip(named(rest_points(field(A[::-1], B[::-1])))) == pytest.approx(plain)
    selfish = named(rest_points(field(A, B, None)))
    assert named(rest_points(field(A + 5, B - 3, None))) == selfish


@pytest.mark.parametrize("seed", range(8))
def test_softmax_and_natural_flows_agree_on_faces(seed):
    rng = np.random.default_rng(100 + seed)
    game = gt.Game.from_bimatrix(*rng.integers(-6, 7, (2, 2, 2)))
    transfer = LASE if seed % 2 else None
    three = gt.Game.from_bimatrix(rng.integers(-6, 7, (3, 3)))
    for make in (
        lambda rule: policy_gradient(game, transfer, rule),
        lambda rule: policy_gradient(three, None, rule).diagonal(),
    ):
        natural, softmax = (rest_points(make(rule)) for rule in ("natural", "softmax"))
        assert [q.location for q in natural] == [q.location for q in softmax]
        for a, b in zip(natural, softmax, strict=True):
            assert "undetermined" in {a.stability, b.stability} or a.face == "interior" or a.stability == b.stability


# ---------------------------------------------------------------------- three actions, three players: brute force
def face_zeros(field, supports, starts, rng):
    """Where all used actions of a natural flow fare the same on a face: Newton's method on the field's own code."""
    space = field.space
    sizes = [len(s) - 1 for s in supports]

    def policies(t):
        parts, done = [], 0
        for a, s, size in zip(space.n_actions, supports, sizes, strict=True):
            own = t[..., done : done + size]
            done += size
            full = np.zeros((*t.shape[:-1], a))
            full[..., list(s)] = np.concatenate([own, 1 - own.sum(axis=-1, keepdims=True)], axis=-1)
            parts.append(full)
        return parts

    def unequal(t):
        x = policies(t)
        rates = field.function(np.concatenate([v[..., :-1] for v in x], axis=-1))
        out = []
        for block, v, s in zip(space.blocks, x, supports, strict=True):
            own = np.concatenate([rates[..., block], -rates[..., block].sum(axis=-1, keepdims=True)], axis=-1)
            growth = own[..., list(s)] / v[..., list(s)]
            out.append(growth[..., :-1] - growth[..., -1:])
        return np.concatenate(out, axis=-1)

    t = np.concatenate([rng.dirichlet(np.ones(len(s)), size=starts)[:, :-1] for s in supports if len(s) > 1], axis=-1)
    d, h = t.shape[-1], 1e-7
    with np.errstate(all="ignore"):
        for _ in range(25):
            value = unequal(t)
            slopes = np.stack([(unequal(t + h * e) - unequal(t - h * e)) / (2 * h) for e in np.eye(d)], axis=-1)
            good = np.isfinite(value).all(axis=-1) & np.isfinite(slopes).all(axis=(-1, -2))
            good &= np.abs(np.linalg.det(np.where(good[:, None, None], slopes, np.eye(d)))) > 1e-9
            t, value, slopes = t[good], value[good], slopes[good]
            step = np.linalg.solve(slopes, value[..., None])[..., 0]
            t = t - step * np.minimum(1, 0.2 / np.maximum(np.abs(step).max(axis=-1, keepdims=True), 1e-300))
        rest = np.abs(unequal(t)).max(axis=-1) < 1e-9
    x = policies(t[rest])
    inside = np.all([(v[:, list(s)] > 1e-6).all(axis=-1) for v, s in zip(x, supports, strict=True)], axis=0)
    places = np.concatenate([v[:, :-1] for v in x], axis=-1)[inside]
    return np.unique(places.round(7), axis=0)


def check_by_brute_force(field, starts=150, seed=0):
    found, rng = rest_points(field), np.random.default_rng(seed)
    subsets = [[s for k in range(1, a + 1) for s in combinations(range(a), k)] for a in field.space.n_actions]
    met = []
    for supports in product(*subsets):
        if any(len(s) > 1 for s in supports):
            met += list(face_zeros(field, supports, starts, rng))
    known = [q.x for q in found]
    for x in met:  # none missed
        assert (
            any(np.abs(x - y).max() < 1e-5 for y in known)
            or any(np.all((b.lo - 1e-6 <= x) & (x <= b.hi + 1e-6)) for b in found.undecided)
            or found.continua
        ), x
    for q in found:  # none false
        np.testing.assert_allclose(field.function(q.x), 0, atol=1e-11)
        corner = set(np.round(np.concatenate(field.space.policies(q.x)), 9)) <= {0, 1}
        degenerate = q.stability == "undetermined" or q.kind == "degenerate"
        assert corner or degenerate or any(np.abs(q.x - x).max() < 1e-5 for x in met), q
        check_by_eigenvalues(field, q)
    return found


def check_by_eigenvalues(field, q):
    """Compare with eigenvalues of the flow in all coordinates, by differences of its code."""
    h, d = 1e-6, len(q.x)
    columns = [(field.function(q.x + h * e) - field.function(q.x - h * e)) / (2 * h) for e in np.eye(d)]
    real = np.linalg.eigvals(np.stack(columns, axis=-1)).real
    if np.abs(real).min() < 1e-4 or q.kind in {"degenerate", "on a switching surface"}:
        return
    assert q.stability == ("sink" if (real < 0).all() else "source" if (real > 0).all() else "saddle"), q


def test_lase_plays_rock_paper_scissors():
    # eigenvalues on the diagonal: -1/12 ± i √3/4
    found = check_by_brute_force(policy_gradient(gt.catalogue.rock_paper_scissors(), LASE).diagonal())
    (middle,) = found.sinks
    assert middle.location == (third(1), third(1))
    assert middle.kind == "focus"
    np.testing.assert_allclose(
        sorted(middle.eigenvalues, key=lambda v: v.imag), [-1 / 12 - 0.75**0.5 / 2 * 1j, -1 / 12 + 0.75**0.5 / 2 * 1j]
    )
    assert found.complete


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(s, marks=pytest.mark.slow) for s in range(3, 12))])
def test_lase_with_three_actions(seed):
    A = np.random.default_rng(seed).integers(-5, 6, (3, 3))
    assert check_by_brute_force(policy_gradient(gt.Game.from_bimatrix(A), LASE).diagonal()).complete


@pytest.mark.parametrize(
    ("A", "switching"),
    [
        ([[0, 2, 0], [2, 0, 1], [2, 1, 2]], "x3 = 0"),  # equations of the inside are singular at (1/2, 1/2, 0)
        ([[1, 2, 1], [2, 2, -1], [2, 2, 1]], None),  # and here at a corner
        ([[-1, 2, 1], [-1, -2, 1], [-1, 0, 1]], None),  # a kink ends in the corner (0, 0, 1)
    ],
    ids=str,
)
def test_singular_points_of_three_actions_are_settled_by_elimination(A, switching):
    found = check_by_brute_force(policy_gradient(gt.Game.from_bimatrix(np.array(A)), LASE).diagonal())
    assert found.complete
    assert [q.face for q in found if q.kind == "on a switching surface"] == ([switching] if switching else [])


@pytest.mark.slow
def test_random_games_of_three_actions_are_complete():
    # small payoffs, hence many ties: of the first 110 games the search by boxes alone left four undecided
    for seed in range(160):
        A = np.random.default_rng(seed).integers(-2, 3, (3, 3))
        assert rest_points(policy_gradient(gt.Game.from_bimatrix(A), LASE).diagonal()).complete, A


@pytest.mark.parametrize(
    ("equations", "zeros"),
    [
        (lambda x, y: [x + y - 1, 4 * x * y - 1], [[sp.S.Half, sp.S.Half]]),  # they touch
        (lambda x, y: [(2 * x - 1) ** 2 + (2 * y - 1) ** 2, 2 * x - 1], [[sp.S.Half, sp.S.Half]]),  # a point
        (lambda x, y: [2 * x - 1, (2 * y - 1) * (3 * y - 1)], [[sp.S.Half, sp.S.Half]]),  # one of two
        (lambda x, y: [larger(2 * x - 1, 0), x - y], None),  # a line of zeros, left of 1/2
        (lambda x, y: [larger(2 * x - 1, 1 - 2 * x) + larger(y - x, x - y), x - y], [[sp.S.Half, sp.S.Half]]),
        (lambda x, y: [x + y - 1, (x - y) ** 2 - sp.Rational(1, 10**4)], []),
        (lambda x, y: [x + y - 1, (x - y) ** 2 - sp.Rational(1, 5 * 10**5)], None),  # irrational
        (lambda x, y: [x - y, 2 * x - 2 * y], None),  # a line
        (lambda x, y: [sp.exp(x) - 1, y], None),
        (lambda x, y: [x + y - 2, y], []),
        (lambda x, _y: [2 * x - 1, (2 * x - 1) * (x + 1)], None),  # a line on which neither depends
        (lambda x, _y: [2 * x - 1, x], []),
        (lambda x, y: [larger(2 * x - 1, 2 * y - 1), 2 * x - 1], None),  # a line, in one of two cells
    ],
    ids=range(13),
)
def test_elimination(equations, zeros):
    face = interior(Space((3,)))
    box = Interval([0.499, 0.499], [0.501, 0.501])
    assert rational_zeros(face, box, equations(*face.symbols)) == zeros


def test_irrational_zeros_on_a_border_belong_to_it():
    # inside, the equations of this game meet only at (0, √2 - 1), on an edge that rests as a whole
    A = np.array([[2, -2, 0], [0, -1, 0], [1, -1, 0]])
    found = check_by_brute_force(policy_gradient(gt.Game.from_bimatrix(A), LASE).diagonal())
    assert found.complete
    assert [str(c) for c in found.continua] == ["every point rests (x1 = 0)"]
    assert not any(q.face == "interior" for q in found)
    # and here an edge point at which the absent action neither grows nor shrinks: g1 = x2 - √½ on x1 = 0
    x1, x2 = Space((3,)).symbols
    g = (2 * x2**2 - 1 + x1, (2 * x2**2 - 1) * (1 + x1))
    mean = x1 * g[0] + x2 * g[1]
    rates = (x1 * (g[0] - mean), x2 * (g[1] - mean))
    field = given((3,), lambda *_: rates)
    found = rest_points(replace(field, derive=lambda: ClosedForm(rates, g), faces="invariant"))
    assert found.complete
    (edge,) = [q for q in found if q.face == "x1 = 0"]
    np.testing.assert_allclose(edge.x, [0, 0.5**0.5], atol=1e-12)
    assert edge.stability == "undetermined"


def test_lines_of_rest_in_one_cell_of_the_kinks_are_not_missed():
    for rates in (
        lambda a, b: (sp.Max(2 * a - 1, 3 * b - 4), (2 * a - 1) * (a + 1)),  # p1 = 1/2
        lambda a, b: (sp.Max(2 * a - 1, 2 * b - 1), 2 * a - 1),  # p1 = 1/2 below p2 = 1/2
    ):
        found = rest_points(given((2, 2), rates))
        assert not found.complete or found.continua


def test_a_zero_beyond_the_box_says_nothing_of_the_one_inside():
    face = interior(Space((3,)))
    x, y = face.symbols
    box = Interval([0.5, 0.28], [0.69, 0.5])
    equations = [10 * y - 3, (10 * x - 6) * (x + y - 1)]  # (0.6, 0.3) inside; (0.7, 0.3) on the border, not in the box
    assert not lies_on_border(face, box, equations)
    assert lies_on_border(face, Interval([0.65, 0.28], [0.75, 0.5]), equations)


def test_public_goods_of_three():
    # on the diagonal (2ρ - 1) + ρ (N - 3) p - ρ (N - 2) p² = 0, ρ = r/N = 2/3: p² = 1/2
    found = check_by_brute_force(policy_gradient(gt.catalogue.public_goods(n=3, multiplier=2), LASE))
    assert found.complete
    assert not found.continua
    (sink,) = found.sinks
    np.testing.assert_allclose(sink.x, 0.5**0.5, rtol=0, atol=sink.radius)
    # symmetric in the players
    places = {tuple(q.x.round(9)) for q in found}
    assert {tuple(x[list(order)]) for x in map(np.array, places) for order in ([1, 2, 0], [1, 0, 2])} == places


# ---------------------------------------------------------------------- one population: linear algebra
def by_support(A):
    """Rest points of the replicator equation that are alone in their face, and faces in which others rest."""
    alone, crowded = set(), set()
    for size in (1, 2, 3):
        for s in combinations(range(3), size):
            bordered = sp.Matrix([[*(A[r][c] for c in s), -1] for r in s] + [[1] * size + [0]])
            face = ", ".join(f"x{k + 1} = 0" for k in range(3) if k not in s) or "interior"
            if bordered.det() != 0:
                x = bordered.LUsolve(sp.Matrix([0] * size + [1]))
                if min(x[:-1]) > 0:
                    alone.add(tuple(sum(x[n] * int(k == i) for n, k in enumerate(s)) for i in (0, 1)))
                continue
            # differences of payoffs are affine: they vanish together inside iff some mixture of their signs does
            rows = [[A[r][c] - A[s[-1]][c] for c in s] for r in s[:-1]]
            ends = [row for row in rows if any(row)]
            if not ends or (
                all(sp.Matrix([ends[0], row]).rank() == 1 for row in ends) and min(ends[0]) < 0 < max(ends[0])
            ):
                crowded.add(face)
    return alone, crowded


matrices = st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=3, max_size=3)


def check_population(A):
    field = one_population(A)
    found = rest_points(field)
    alone, crowded = by_support(A)
    assert {c.face for c in found.continua} == crowded
    assert {q.location for q in found} == alone
    assert found.complete  # all is rational
    for q in found:
        check_by_eigenvalues(field, q)


@settings(max_examples=15)
@given(matrices)
def test_one_population_against_linear_algebra(A):
    check_population(A)


@pytest.mark.slow
@settings(max_examples=400)
@given(matrices)
def test_one_population_against_linear_algebra_often(A):
    check_population(A)


@pytest.mark.parametrize(
    "A",
    [
        [[0, 0, 0]] * 3,
        [[1, 2, 3]] * 3,
        [[1, 0, 0], [1, 0, 0], [0, 1, 0]],  # an edge
        [[0, 1, -1], [0, 1, -1], [1, -1, 0]],  # two equal actions: a line
        [[0, 1, 0], [1, 0, 0], [0, 1, 0]],
        [[1, 1, 0], [1, 1, 0], [2, 2, 1]],
    ],
    ids=str,
)
def test_degenerate_populations(A):
    check_population(A)


@pytest.mark.parametrize("seed", some(range(8), 4))
def test_second_order_verdicts_are_those_of_orbits(seed):
    # the third action's growth rate vanishes on the edge rest point (1/2, 1/2, 0) of [[0, 1, ·], [1, 0, ·]]: payoff 1/2
    rng = np.random.default_rng(seed)
    side, a, b, c, d = (int(v) for v in (rng.choice([1, -1]), *rng.integers(-4, 5, size=4)))
    A = [[0, side, a], [side, 0, b], [c, side - c, d]]
    field = one_population(A)
    point = next(q for q in rest_points(field) if q.location == (sp.Rational(1, 2),) * 2)
    if point.stability == "undetermined":
        return
    assert point.kind == "degenerate"

    def rates(_, x):
        x = np.array([*x, 1 - x[0] - x[1]])
        fitness = A @ x
        return (x * (fitness - x @ fitness))[:2]

    leaves, A = [], np.array(A, dtype=float)
    for towards in (1e-2, 3e-2):
        start = np.array([0.5, 0.5]) * (1 - towards)
        end = solve_ivp(rates, (0, 4000), start, rtol=1e-9, atol=1e-13).y[:, -1]
        leaves.append(np.abs(end - 0.5).max() > np.abs(start - 0.5).max())
    assert leaves == [point.stability != "sink"] * 2 or (side == 1 and point.stability == "saddle")


# ---------------------------------------------------------------------- planted zeros
def planted(rng, k):
    """Return a smooth field of the square with k planted zeros, its rates and the zeros."""
    points = [tuple(Fraction(int(v), 2**30) for v in rng.integers(2**26, 2**30 - 2**26, size=2)) for _ in range(k)]
    u, v = sp.Integer(1), sp.Integer(0)  # real and imaginary part of the product of p1 + i p2 - z: simple zeros
    for z in points:
        a, b = p1 - sp.Rational(str(z[0])), p2 - sp.Rational(str(z[1]))
        u, v = u * a - v * b, u * b + v * a
    c = [sp.Rational(int(n), 4) for n in rng.integers(-6, 7, size=4)]
    grow, squash = sp.exp(c[0] * p1 + c[1] * p2), 1 / (1 + sp.exp(c[2] * p1 + c[3] * p2))
    rates = grow * u + c[1] * v, -c[1] * u + squash * v  # determinant grow · squash + c² > 0
    return rates, points


def verified(rates, centre, radius):
    """Whether Krawczyk's test in ball arithmetic finds one zero within `radius` (a test of its own)."""
    functions = [{"exp": lambda a: a.exp() if isinstance(a, arb) else arb(a).exp()}]
    exact = lambda e: sp.lambdify((p1, p2), e, modules=functions)  # noqa: E731 (short)
    f = exact(list(rates))  # its fractions are floats: nothing is rounded
    slopes = exact([r.diff(s) for r in rates for s in (p1, p2)])
    m = [arb(float(v)) for v in centre]
    wide = [arb(v, radius) for v in m]
    y = arb_mat(2, 2, [arb(v).mid() for v in slopes(*m)]).inv().mid()
    k = y * arb_mat(2, 1, f(*m))
    j = arb_mat(2, 2, [arb(v) for v in slopes(*wide)])
    rest = (arb_mat(2, 2, [1, 0, 0, 1]) - y * j) * arb_mat(2, 1, [wide[0] - m[0], wide[1] - m[1]])
    moved = [m[n] - k[n, 0] + rest[n, 0] for n in range(2)]
    return all(w.contains_interior(v) for w, v in zip(wide, moved, strict=True))


def check_planted(seed):
    rng = np.random.default_rng(seed)
    rates, points = planted(rng, int(rng.integers(1, 5)))
    found = rest_points(made(*rates))
    assert found.complete
    assert len(found) == len(set(points))
    for z in points:
        (q,) = [q for q in found if np.abs(q.x - np.array(z, dtype=float)).max() < 1e-9]
        off = max(abs(Fraction(float(v)) - w) for v, w in zip(q.x, z, strict=True))
        assert off <= Fraction(q.radius)  # the certificate is true of the exact zero
        assert 0 < q.radius < 1e-9
        assert not q.exact
        assert verified(rates, q.x, max(4 * q.radius, 1e-11))
        J = np.array([[float(r.diff(s).subs({p1: z[0], p2: z[1]})) for s in (p1, p2)] for r in rates])
        real = np.linalg.eigvals(J).real
        assert q.stability == ("sink" if (real < 0).all() else "source" if (real > 0).all() else "saddle")


@pytest.mark.parametrize("seed", some(range(8), 3))
def test_planted_zeros(seed):
    check_planted(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_planted_zeros_often(seed):
    check_planted(seed)


@pytest.mark.parametrize("gap", [1e-2, 1e-4, 1e-6])
def test_close_pairs_are_told_apart(gap):
    # (p1 - 1/3)² = gap²/4: two zeros, or an undecided box that says so
    f = (p1 - third(1)) ** 2 - sp.Rational(gap) ** 2 / 4
    found = certified_rest_points(made(f, p2 - sp.exp(p1) / 3))
    if found.complete:
        assert len(found) == 2
        np.testing.assert_allclose(np.ptp([q.x[0] for q in found]), gap, rtol=1e-6)
    else:
        assert gap < 1e-4
    none = certified_rest_points(made(f + sp.Rational(gap) ** 2 / 2, p2 - sp.exp(p1) / 3))
    assert len(none) == 0
    assert none.complete or gap < 1e-4


# ---------------------------------------------------------------------- parts
def test_zeros_on_cuts_are_counted_once():
    # a grid of 4 × 4 zeros, all on cuts of the box
    x, y = symbols = sp.symbols("x y")
    f = [sp.prod([v - sp.Rational(k, 8) for k in (1, 2, 4, 6)]) for v in symbols]
    found = zeros(
        compiled(symbols, f),
        compiled(symbols, [a.diff(s) for a in f for s in symbols]),
        Interval(np.zeros(2), np.ones(2)),
    )
    assert len(found.undecided.lo) == 0
    assert len(found.certified.lo) == 16
    assert {tuple(v) for v in found.certified.middle.round(12)} == set(product((0.125, 0.25, 0.5, 0.75), repeat=2))
    assert x != y


def test_badly_scaled_equations():
    found = certified_rest_points(made((p1 - third(1)) / 10**14, p2 - p1**2))
    assert named(found) == {fractions("1/3", "1/9"): "source"}
    assert found.complete


def test_many_boxes_are_sorted_quickly():
    rng = np.random.default_rng(0)
    near = np.concatenate([rng.normal(0.3, 1e-6, (15_000, 2)), rng.normal(0.7, 1e-6, (5_000, 2))])
    groups = clusters(Interval(near, near + 1e-8))
    assert sorted(len(g.lo) for g in groups) == [5_000, 15_000]


@given(st.integers(1, 4), st.integers(0, 10**6), st.floats(0, 0.3))
def test_discs_hold_eigenvalues(m, seed, spread):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(m, m))
    found = spectrum(Interval(a - spread, a + spread))
    for _ in range(5):
        values = np.linalg.eigvals(a + spread * rng.uniform(-1, 1, (m, m)))
        for v in values:
            assert not np.all(np.abs(found.values - v) > found.radii * (1 + 1e-12) + 1e-12)
    what, _ = classify(Interval(a - spread, a + spread), Interval(np.zeros(0)))
    for _ in range(20):
        real = np.linalg.eigvals(a + spread * rng.uniform(-1, 1, (m, m))).real
        true = "sink" if (real < 0).all() else "source" if (real > 0).all() else "saddle"
        assert what in {"undetermined", true}


def test_discs_that_overlap_prove_nothing_alone():
    # 4 × 4, so that Hurwitz's inequalities do not help: eigenvalues near 0 and 1 (one wide disc holds both), and -9, -9
    a = np.diag([0.0, 1.0, -9.0, -8.0])
    spread = np.zeros((4, 4))
    spread[0, 1] = spread[1, 0] = 0.9
    spread[0, 0] = 1
    what, _ = classify(Interval(a - spread, a + spread), Interval(np.zeros(0)))
    values = np.linalg.eigvals(a - np.diag([1.0, 0, 0, 0]) + 0 * spread).real
    assert values.max() > 0
    assert what == "undetermined"


def test_kinks():
    # max(p1 - 1/2, 0): the rest point of p1 = 1/3 + max(...)/2 lies off the kink, that of p1 = 1/2 + max(...)/2 on it
    def rates(level):
        kink = sp.Max(p1 - sp.Rational(1, 2), 0) / 2
        return level + kink - p1, p1 - p2

    (off,) = certified_rest_points(made(*rates(third(1)), smoothness="piecewise"))
    assert (off.location, off.stability) == ((third(1), third(1)), "sink")
    (on,) = certified_rest_points(made(*rates(sp.Rational(1, 2)), smoothness="piecewise"))
    assert (on.location, on.stability) == ((sp.Rational(1, 2),) * 2, "undetermined")
    assert on.kind == "on a switching surface"
    two = certified_rest_points(made(sp.Abs(p1 - sp.Rational(1, 2)) - sp.Rational(1, 4), p2 - p1))
    assert named(two) == {fractions("1/4", "1/4"): "saddle", fractions("3/4", "3/4"): "source"}


# ---------------------------------------------------------------------- maps
def test_the_logistic_map():
    # 4p(1 - p): fixed points 0 and 3/4 with slopes 4 and -2; the 2-cycle (5 ± √5)/8 with slope 16 (1-2a)(1-2b) = -4
    logistic = made(4 * p * (1 - p), kind="map")
    found = rest_points(logistic)
    assert named(found) == {fractions(0): "source", fractions("3/4"): "source"}
    np.testing.assert_allclose([float(q.eigenvalues[0]) for q in found], [4, -2], rtol=1e-12)
    twice = rest_points(logistic, period=2)
    assert twice.complete
    np.testing.assert_allclose([q.x[0] for q in twice], [0, (5 - 5**0.5) / 8, 0.75, (5 + 5**0.5) / 8], atol=1e-15)
    np.testing.assert_allclose([float(q.eigenvalues[0]) for q in twice], [16, -4, 4, -4], rtol=1e-12)
    assert {q.stability for q in twice} == {"source"}
    # r = 5/2: the fixed point 3/5 has slope 2 - r = -1/2; r = 16/5: slope -6/5, and a 2-cycle that attracts
    assert named(rest_points(made(sp.Rational(5, 2) * p * (1 - p), kind="map"))) == {
        fractions(0): "source",
        fractions("3/5"): "sink",
    }
    cycle = rest_points(made(sp.Rational(16, 5) * p * (1 - p), kind="map"), period=2)
    assert [q.stability for q in cycle] == ["source", "sink", "source", "sink"]
    # r = 3: slope -1
    assert named(rest_points(made(3 * p * (1 - p), kind="map")))[fractions("2/3")] == "undetermined"


def test_maps_in_the_plane():
    # x -> x/2 + 1/4 in the first coordinate, tripling away from 1/2 in the second
    found = rest_points(made(p1 / 2 + sp.Rational(1, 4), 3 * (p2 - sp.Rational(1, 2)) + sp.Rational(1, 2), kind="map"))
    assert named(found) == {fractions("1/2", "1/2"): "saddle"}


# ---------------------------------------------------------------------- larger fields and unknown functions
def test_functions_that_intervals_do_not_know():
    found = rest_points(made(sp.sin(p1) - sp.Rational(1, 2), p2 - p1))
    assert not found.complete
    np.testing.assert_allclose([q.x for q in found], [[np.pi / 6] * 2], atol=1e-9)


def test_corners_of_larger_free_fields():
    # x' = x - 0 in four coordinates repels from (0, 0, 0, 0): not a "sink" because it is a corner
    symbols = Space((2,) * 4).symbols
    found = rest_points(made(*symbols))
    assert [q.stability for q in found if not q.x.any()] == ["source"]


@pytest.mark.slow
def test_memory_one_players():
    # (4, 0, 5, 1): everybody at p* = 4/5 whatever happened rests (num/den = 4/5 of the game played once)
    game = gt.Game.two_by_two(4, 0, 5, 1)
    field = policy_gradient(gt.objective.MemoryOneObjective(game, LASE, discount=Fraction(1, 2))).diagonal()
    start = time.monotonic()
    found = rest_points(field)
    assert time.monotonic() - start < 60
    assert not found.complete
    (star,) = [q for q in found if q.location == (sp.Rational(4, 5),) * 5]
    assert star.exact
    assert "exact arithmetic" in star.certificate
    for q in found:
        np.testing.assert_allclose(field(q.x), 0, atol=1e-7)


# ---------------------------------------------------------------------- bad input
def test_what_is_refused():
    R = sp.Symbol("R")
    with pytest.raises(ValueError, match="unbound parameter R"):
        rest_points(policy_gradient(gt.Game.two_by_two(R, 0, 5, 1, assume=[R > 0])))
    with pytest.raises(ValueError, match="no interior"):
        rest_points(Field(Space((1,)), lambda x: x))
    with pytest.raises(ValueError, match="period is for maps, got 2 for a flow"):
        rest_points(made(p1 - p2, p2), period=2)
    bad = Field(Space((2, 2)), lambda x: np.where(x > 0.9, np.nan, x - 0.5))
    with pytest.raises(ValueError, match=r"not a number at the state \["):
        rest_points(bad)


def test_floats_are_told():
    with pytest.warns(UserWarning, match=r"hold 1 floats; .* -0.1 as -1/10, which moves them by at most 6e-18"):
        found = rest_points(made(p1 - 0.1, p2 - p1))
    assert found[0].location == (sp.Rational(1, 10),) * 2


HALF = sp.Rational(1, 2)


# ---------------------------------------------------------------------- where a field is not defined
@pytest.mark.parametrize(
    "rates",
    [
        lambda p, q: ((p - HALF) ** sp.Rational(3, 2) + p - sp.Rational(1, 3), q - HALF),
        lambda p, q: (sp.log(p - HALF), q - HALF),
    ],
    ids=["power", "logarithm"],
)
def test_a_field_that_is_not_a_number_is_no_field(rates):
    with pytest.raises(ValueError, match="not a number at the state"):
        rest_points(given((2, 2), rates))


def test_quotients_rest_where_the_numerator_vanishes_and_the_denominator_does_not():
    removable = rest_points(given((2,), lambda p: ((p**2 - third(1) ** 2) / (p - third(1)),)))
    assert removable.complete
    assert len(removable) == 0  # it is p + 1/3
    pole = rest_points(given((2, 2), lambda p, q: ((p - sp.Rational(1, 3)) / (p + q - sp.Rational(5, 6)), q - HALF)))
    assert not pole.complete
    assert len(pole) == 0


def test_irrational_zeros_on_a_continuum_are_not_called_isolated():
    eighth = sp.Rational(1, 8)
    found = rest_points(given((3,), lambda a, b: ((a - b) * (a**2 - eighth), (a - b) * (b**2 - eighth))))
    assert not found.complete
    assert len(found) == 0


def given(n_actions, rates):
    space = Space(n_actions)
    closed = ClosedForm(tuple(map(sp.sympify, rates(*space.symbols))))
    function = sp.lambdify(space.symbols, closed.rates, modules="numpy")
    return Field(
        space,
        lambda x: np.stack(np.broadcast_arrays(*function(*np.moveaxis(x, -1, 0))), axis=-1),
        derive=lambda: closed,
    )


def test_logarithms_on_a_slanted_border_rule_boxes_out():
    # ln of the last of three probabilities is not defined beyond the third side of the triangle
    found = rest_points(boltzmann_q(gt.catalogue.rock_paper_scissors(), temperature=0.5).diagonal())
    assert found.complete
    assert found.undecided == ()
    (point,) = found
    assert point.x == pytest.approx([1 / 3, 1 / 3])
    assert point.stability == "sink"
