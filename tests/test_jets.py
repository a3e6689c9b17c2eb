"""Numbers with enclosed derivatives, and rest points certified by the field's own code."""

from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from thinned import some

import gametheory as gt
from gametheory.analysis.by_code import certified
from gametheory.analysis.many_starts import _face
from gametheory.analysis.stability import classify
from gametheory.intervals import Interval, NotEnclosedError
from gametheory.jets import Jet, enclosed
from gametheory.objective import MemoryOneObjective

X, Y = sp.symbols("x y")
UNIT = st.fractions(min_value=Fraction(1, 8), max_value=1, max_denominator=64)


@st.composite
def rational_functions(draw, depth=4):
    """Expressions in x, y > 0 whose divisors are positive, beside the same in Python."""
    if depth == 0:
        third = Fraction(1, 3)
        leaves = [(X, lambda *z: z[0]), (Y, lambda *z: z[1]), (sp.Rational(1, 3), lambda *z: z[0] * 0 + third)]
        return draw(st.sampled_from(leaves))
    (a, f), (b, g) = (draw(rational_functions(depth=depth - 1)) for _ in range(2))
    choices = [
        (a + b, lambda x, y: f(x, y) + g(x, y)),
        (a - b, lambda x, y: f(x, y) - g(x, y)),
        (a * b, lambda x, y: f(x, y) * g(x, y)),
        (a / (1 + b**2), lambda x, y: f(x, y) / (1 + g(x, y) ** 2)),
        (2 - a * sp.Rational(1, 7), lambda x, y: 2 - f(x, y) * Fraction(1, 7)),
    ]
    return draw(st.sampled_from(choices))


@given(rational_functions(), UNIT, UNIT, st.floats(0, 0.05), st.data())
@settings(max_examples=60, deadline=None)
def test_boxes_hold_values_and_derivatives(pair, x, y, half, data):
    expression, code = pair
    centre = np.array([float(x), float(y)])
    values, slopes = enclosed(lambda z: np.array([code(*z)], dtype=object), Interval(centre - half, centre + half))
    part = [data.draw(st.fractions(-1, 1, max_denominator=16)) * Fraction(999, 1000) for _ in range(2)]
    there = {s: Fraction(float(c)) + t * Fraction(half) for s, c, t in zip((X, Y), centre, part, strict=True)}
    there = {s: sp.Rational(v.numerator, v.denominator) for s, v in there.items()}
    for end, exact in [(values, [expression]), (slopes[0], [expression.diff(X), expression.diff(Y)])]:
        for low, high, e in zip(np.ravel(end.lo), np.ravel(end.hi), exact, strict=True):
            value = sp.sympify(e).subs(there)
            assert sp.Rational(float(low)) <= value <= sp.Rational(float(high))


def test_rounding_is_enclosed():
    third = Jet(np.array([1.0, 0.0]), np.zeros(2)) / 3
    assert third.radius[0] > 0
    assert abs(Fraction(third.middle[0]) - Fraction(1, 3)) <= Fraction(third.radius[0])
    whole = (Jet(np.array([1.0, 0.0]), np.zeros(2)) + 2**60) - 2**60  # a float loses the 1
    assert whole.middle[0] - whole.radius[0] <= 1 <= whole.middle[0] + whole.radius[0]
    assert (third - third).radius[0] == 0  # a number less itself


def test_what_is_open_is_not_decided():
    x = Jet(np.array([0.0, 1.0]), np.array([0.1, 0.0]))
    for question in (lambda: x > 0, lambda: x <= Fraction(1, 20), lambda: 1 / x, lambda: 1 / (x * x)):
        with pytest.raises(NotEnclosedError):
            question()
    assert x < 1
    assert not x > Fraction(1, 2)
    assert x >= x  # noqa: PLR0124 (the same number)
    with pytest.raises(TypeError, match="cannot be compared"):
        _ = x < "one"
    with pytest.raises(TypeError):
        _ = x + "one"
    with pytest.raises(TypeError):
        _ = "one" / x


def test_equality_and_truth_are_not_guessed():
    x = Jet(np.array([0.5, 1.0]), np.array([0.5, 0.0]))
    for question in (lambda: x == 0, lambda: x != Fraction(1, 4), lambda: bool(x), lambda: 1 if x - x * 1 else 0):
        with pytest.raises(NotEnclosedError):
            question()
    assert x != 2
    assert not x == -1  # noqa: SIM201 (that operator is meant)
    assert x + 1
    assert not x * 0
    assert x == x  # noqa: PLR0124 (the same number)
    assert x != "one"
    with pytest.raises(NotEnclosedError, match="too small"):
        x + Fraction(1, 10**400)


def test_a_cut_at_one_point_holds_both_sides():
    _, slopes = enclosed(lambda x: np.array([x[0].positive_part()], dtype=object), Interval([0.0], [0.0]))
    assert slopes.lo[0, 0] <= 0
    assert slopes.hi[0, 0] >= 1


def test_a_cut_holds_both_sides():
    x = Jet(np.array([0.02, 1.0]), np.array([0.1, 0.0]))
    cut = x.positive_part()
    assert cut.middle[0] - cut.radius[0] <= 0
    assert cut.middle[0] + cut.radius[0] >= 0.12
    assert cut.middle[1] - cut.radius[1] <= 0
    assert cut.middle[1] + cut.radius[1] >= 1
    assert (x + 1).positive_part().middle[0] == 1.02
    gone = (x - 1).positive_part()
    assert not gone.middle.any()
    assert not gone.radius.any()


GAME = gt.Game.two_by_two(3, 0, 5, 1)
SETTINGS = {
    "selfish": (gt.transfer.Selfish(), 0.9, True),
    "LASE": (gt.transfer.SocialRelationship(), 0.9, True),
    "LASE, unweighted": (gt.transfer.SocialRelationship(), 0.5, False),
}


def memory_one_field(name, parametrisation="natural"):
    transfer, discount, weighted = SETTINGS[name]
    objective = MemoryOneObjective(GAME, transfer, discount, weighted=weighted)
    return gt.rules.policy_gradient(objective, parametrisation=parametrisation)


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("parametrisation", ["natural", "softmax"])
def test_memory_one_fields_are_enclosed(name, parametrisation):
    field = memory_one_field(name, parametrisation)
    rng = np.random.default_rng(3)
    for x in rng.random((5, 10)):
        values, slopes = enclosed(field.function, Interval(x - 1e-12, x + 1e-12))
        exact = field.function(np.array([Fraction(v) for v in x], dtype=object))
        assert all(Fraction(lo) <= v <= Fraction(hi) for lo, v, hi in zip(values.lo, exact, values.hi, strict=True))
        assert slopes.width.max() < 1e-4
        # differences are good to about 1e-9 of rates of size 1
        assert np.all((slopes.lo - 1e-7 < field.jacobian(x)) & (field.jacobian(x) < slopes.hi + 1e-7))


@pytest.fixture
def few_starts(monkeypatch):
    """Search less: what is asserted here shows from seventy starts."""
    monkeypatch.setattr("gametheory.analysis.many_starts._STARTS", 56)
    monkeypatch.setattr("gametheory.analysis.many_starts._PROOFS", 8e7)


@pytest.mark.usefixtures("few_starts")
@pytest.mark.parametrize("name", some(SETTINGS, 1))
def test_memory_one_rest_points_are_certified(name):
    field = memory_one_field(name)
    found = gt.analysis.rest_points(field)
    assert not found.complete
    certified = [p for p in found if 0 < p.radius < 1e-6]
    assert len(certified) >= 5
    assert all(p.eigenvalues for p in certified)
    with mpmath.workdps(50):
        for point in certified[:5]:
            inside = [k for k, v in enumerate(point.x) if 0 < v < 1]
            zero = refined(field, point.x, inside)
            # Newton's method in 50 digits, from differences: no interval arithmetic in it
            assert max(abs(z - mpmath.mpf(v)) for z, v in zip(zero, point.x[inside], strict=True)) <= point.radius


def refined(field, x, inside):
    """Solve for the coordinates inside in high precision."""
    values = np.array([mpmath.mpf(float(v)) for v in x], dtype=object)

    def rates(free):
        at = values.copy()
        at[inside] = free
        return mpmath.matrix([mpmath.mpmathify(v) for v in field.function(at)[inside]])

    free = values[inside]
    step = mpmath.mpf(10) ** -20
    for _ in range(8):
        now = rates(free)
        columns = []
        for k in range(len(free)):
            moved = free.copy()
            moved[k] += step
            columns.append((rates(moved) - now) / step)
        slopes = mpmath.matrix(len(free), len(free))
        for c, column in enumerate(columns):
            for r in range(len(free)):
                slopes[r, c] = column[r]
        change = mpmath.lu_solve(slopes, -now)
        free = free + np.array(list(change), dtype=object)
        if mpmath.norm(change) < mpmath.mpf(10) ** -35:
            break
    assert mpmath.norm(rates(free)) < mpmath.mpf(10) ** -30
    return free


@pytest.mark.usefixtures("few_starts")
def test_diagonals_are_certified():
    # everybody alike, five coordinates: the memoryless p* = 4/5 in every state, and others beside it
    objective = MemoryOneObjective(gt.Game.two_by_two(4, 0, 5, 1), gt.transfer.SocialRelationship(), Fraction(1, 2))
    found = gt.analysis.rest_points(gt.rules.policy_gradient(objective).diagonal())
    (star,) = [p for p in found if p.location == (sp.Rational(4, 5),) * 5]
    assert star.stability == "sink"
    assert star.certificate == "a zero in exact arithmetic, alone by Krawczyk's test on the field's own code"
    on_faces = [p for p in found if p.face != "interior" and p.radius < 1]
    assert len(on_faces) >= 10
    assert all(p.transversal for p in on_faces)


def test_corners_of_softmax_play_are_no_continuum(monkeypatch):
    # the softmax flow's own Jacobian matrix vanishes at corners; advantages say what they are
    starts = np.random.default_rng(0).integers(0, 2, (300, 10)).astype(float)
    monkeypatch.setattr("gametheory.analysis.many_starts._starts", lambda *_: starts)
    at_corners = [
        {tuple(p.x): p.stability for p in gt.analysis.rest_points(memory_one_field("selfish", how)) if corner(p.x)}
        for how in ("softmax", "natural")
    ]
    assert len(at_corners[0]) >= 20
    common = at_corners[0].keys() & at_corners[1].keys()
    assert len(common) >= 20
    assert all(at_corners[0][x] == at_corners[1][x] for x in common)


def corner(x):
    return set(x) <= {0.0, 1.0}


def test_three_players_are_certified_by_code_as_by_expressions():
    game = gt.catalogue.public_goods(3, Fraction(5, 2))
    field = gt.rules.policy_gradient(game, gt.transfer.SocialRelationship())
    by_search = {tuple(p.x.round(9)): p for p in gt.analysis.rest_points(field)}
    blind = gt.field.Field(
        field.space, field.function, smoothness="piecewise", objective=field.objective, faces="invariant"
    )
    found = gt.analysis.rest_points(blind)
    assert not found.complete
    for point in found:
        twin = by_search[tuple(point.x.round(9))]
        assert point.face == twin.face
        if point.certificate.startswith(("one zero", "a corner", "a zero in exact arithmetic, alone")):
            assert point.stability in {twin.stability, "undetermined"}
            assert sorted(np.real(point.eigenvalues)) == pytest.approx(sorted(np.real(twin.eigenvalues)), abs=1e-6)
            assert point.transversal == pytest.approx({k: float(v) for k, v in twin.transversal.items()}, abs=1e-9)


def coded(function, **more):
    return gt.field.Field(gt.field.Space((2,)), function, **more)


def test_branches_on_open_questions_are_not_certified():
    def rate(x):
        return np.where(3 * x - 1 == 0, 1, 3 * x - 1)  # not 0 anywhere

    found = gt.analysis.rest_points(coded(rate))
    assert not any(p.radius < 1 for p in found)


def test_a_fraction_does_not_take_the_certificate_of_another_zero():
    # zeros at 1/3 and 1.3e-7 beside it: whatever is said of 1/3 must be true of 1/3, where the slope is -1.6e-6
    w = Fraction(-40, 10**8)

    def rate(x):
        u = 3 * x - 1
        return u * (u + (w if x.dtype == object else float(w))) * (1 + x)

    for point in gt.analysis.rest_points(coded(rate)):
        if point.location == (sp.Rational(1, 3),) and point.exact and "Krawczyk" in point.certificate:
            assert point.stability == "sink"


def test_fields_that_leave_faces_invariant_without_gradients():
    found = gt.analysis.rest_points(coded(lambda x: x * (1 - x) * (2 * x - 1), faces="invariant"))
    assert {round(float(p.x[0]), 6): p.stability for p in found} == {0: "sink", 0.5: "source", 1: "sink"}
    squares = gt.analysis.rest_points(coded(lambda x: x * x, kind="map", faces="invariant"))
    assert {round(float(p.x[0]), 6): p.stability for p in squares} == {0: "sink", 1: "source"}


def test_gradients_through_weights_are_not_certified_by_code():
    objective = MemoryOneObjective(GAME, gt.transfer.SocialRelationship(), 0.5)
    field = gt.rules.policy_gradient(objective, through_weights=True)
    corner_ = np.array([1.0, 0, 1, 0, 1, 1, 1, 0, 1, 0])
    face, free = _face(field, corner_)
    assert certified(field, face, free, 1) is None


def test_numbers_that_are_too_large_or_not_numbers_end_no_search():
    for rate in (
        lambda x: (2 * x - 1) * (10**400 if x.dtype == object else 1e9),
        lambda x: (10 * x - 3) ** 2 / (10 * x - 3),
    ):
        with np.errstate(all="ignore"):
            assert not gt.analysis.rest_points(coded(rate)).complete


def test_polynomial_code_without_closed_form():
    field = gt.rules.policy_gradient(GAME, gt.transfer.SocialRelationship())
    blind = replace(field, derive=None)
    by_formula = {tuple(p.x.round(9)): p.stability for p in gt.analysis.rest_points(field)}
    found = {tuple(p.x.round(9)): p.stability for p in gt.analysis.rest_points(blind)}
    assert found == by_formula


def test_kinks_are_judged_by_discs_alone():
    # triangular matrices with entries in these ranges are sinks one by one, yet switching between them may not be
    matrix = Interval([[-1.0, 0.0], [-9.0, -1.0]], [[-1.0, 9.0], [0.0, -1.0]])
    assert classify(matrix, Interval(np.zeros(0)), smooth=False) == ("undetermined", "degenerate")
    narrow = Interval([[-1.0, 0.0], [-0.4, -1.0]], [[-1.0, 0.4], [0.0, -1.0]])
    assert classify(narrow, Interval(np.zeros(0)), smooth=False)[0] == "sink"
