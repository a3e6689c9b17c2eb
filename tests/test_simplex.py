"""Pictures of one policy with three actions: places, orbits, rest points, what is refused."""

from dataclasses import replace
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import gametheory as gt
from gametheory.analysis import Box, Continuum, flow, rest_points
from gametheory.field import Field, Space
from gametheory.plot import Simplex, barycentric_to_xy, rest_point_markers, simplex, xy_to_barycentric
from gametheory.plot.palette import FAINT, MARKERS
from gametheory.plot.simplex import _FRAME

RPS = gt.catalogue.rock_paper_scissors()
LASE = gt.transfer.SocialRelationship()
HEIGHT = np.sqrt(3) / 2


def one_population(rows):
    """Replicator field of a symmetric game."""
    own = np.array([[Fraction(value) for value in row] for row in rows], dtype=object)
    return gt.rules.replicator(gt.Game.from_bimatrix(own, own.T), populations="one")


def coordination():
    """Three pure equilibria, all of them sinks."""
    return one_population([[1, 0, 0], [0, 2, 0], [0, 0, 3]])


@pytest.fixture(scope="module")
def three_sinks():
    return simplex(coordination(), starts=[[0.8, 0.1], [0.1, 0.8], [0.1, 0.1]])


@pytest.fixture(scope="module")
def circles():
    return simplex(gt.rules.replicator(RPS, populations="one"))


@pytest.fixture
def ax():
    return plt.figure().gca()


# ---------------------------------------------------------------------- places
def test_corners_and_sides():
    np.testing.assert_allclose(barycentric_to_xy(np.eye(3)), [[0.5, HEIGHT], [0, 0], [1, 0]])
    np.testing.assert_allclose(barycentric_to_xy(np.full(3, 1 / 3)), [0.5, HEIGHT / 3])
    # an equilateral triangle: policies at distance 1 in each pair of corners stand at distance 1
    corners = barycentric_to_xy(np.eye(3))
    np.testing.assert_allclose(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1), 1)


@given(arrays(float, (4, 3), elements=st.floats(0.001, 1)))
def test_places_and_policies_are_inverse(weights):
    policies = weights / weights.sum(axis=-1, keepdims=True)
    places = barycentric_to_xy(policies)
    np.testing.assert_allclose(xy_to_barycentric(places), policies, atol=1e-14)
    np.testing.assert_allclose(_FRAME.place(policies[:, :2]), places, atol=1e-14)


@given(arrays(float, (2, 2), elements=st.floats(-10, 10)))
def test_places_have_one_policy_each(places):
    policies = xy_to_barycentric(places)
    np.testing.assert_allclose(policies.sum(axis=-1), 1, atol=1e-13)
    np.testing.assert_allclose(_FRAME.place(policies[:, :2]), places, atol=1e-13)


@pytest.mark.parametrize(
    ("convert", "value", "message"),
    [
        (barycentric_to_xy, [0.5, 0.5], "policies must have"),
        (barycentric_to_xy, [0.5, 0.5, 0.5], "sum to 1"),
        (barycentric_to_xy, [1.5, -0.5, 0], "must be probabilities"),
        (xy_to_barycentric, [1, 2, 3], r"two coordinates on the last axis, got shape \(3,\)"),
        (xy_to_barycentric, 1.0, r"got shape \(\)"),
    ],
)
def test_places_that_are_none(convert, value, message):
    with pytest.raises(ValueError, match=message):
        convert(value)


# ---------------------------------------------------------------------- orbits
def test_orbits_of_rock_paper_scissors_are_closed(circles):
    assert isinstance(circles, Simplex)
    assert len(circles.orbits) >= 6
    for line in circles.orbits:
        path = line.get_xydata()
        assert path[0].tolist() == path[-1].tolist()
        # x1 x2 x3 is kept (Hofbauer & Sigmund); where it is small, as far as the picture goes
        product = xy_to_barycentric(path).prod(axis=-1)
        np.testing.assert_allclose(product, product[0], atol=2e-4)


def test_orbits_keep_clear_of_each_other(circles):
    # one starts where the others leave most room
    starts = [line.get_xydata()[0] for line in circles.orbits]
    for k, start in enumerate(starts):
        for line in circles.orbits[:k]:
            assert np.linalg.norm(line.get_xydata() - start, axis=-1).min() > 0.02


def test_orbits_lie_inside_and_follow_the_flow(three_sinks):
    field = coordination()
    corners = np.array([[0.5, HEIGHT], [0, 0], [1, 0]])
    for line in three_sinks.orbits:
        policies = xy_to_barycentric(line.get_xydata())
        assert policies.min() > -1e-6
        steps = np.diff(line.get_xydata(), axis=0)
        long = np.linalg.norm(steps, axis=-1) > 3e-3
        velocity = field((policies[1:, :2] + policies[:-1, :2]) / 2) @ (corners[:2] - corners[2])
        cosine = (steps * velocity).sum(axis=-1)[long] / np.linalg.norm(steps, axis=-1)[long]
        assert (cosine > 0.999 * np.linalg.norm(velocity, axis=-1)[long]).all()


def test_trajectories_end_at_certified_sinks(three_sinks):
    sinks = np.array([p.x for p in three_sinks.rest_points.sinks])
    assert all(p.exact for p in three_sinks.rest_points.sinks)
    ends = np.array([line.get_xydata()[-1] for line in three_sinks.trajectories])
    np.testing.assert_allclose(xy_to_barycentric(ends)[:, :2], [[1, 0], [0, 1], [0, 0]], atol=1e-6)
    assert {tuple(x) for x in sinks.tolist()} == {(1, 0), (0, 1), (0, 0)}
    starts = [xy_to_barycentric(line.get_xydata()[0]) for line in three_sinks.trajectories]
    np.testing.assert_allclose(starts, [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]])


def test_lase_turns_the_centre_into_a_sink():
    field = gt.rules.policy_gradient(RPS, LASE).diagonal()
    drawn = simplex(field, orbits=0, starts=[[0.6, 0.3, 0.1]])
    (sink,) = drawn.rest_points.sinks
    assert sink.location == (sp.Rational(1, 3), sp.Rational(1, 3))
    np.testing.assert_allclose(drawn.trajectories[0].get_xydata()[-1], [0.5, HEIGHT / 3], atol=1e-3)  # exp(-100/12)
    assert drawn.orbits == []


def test_sides_carry_arrows_between_rest_points():
    # rock beats scissors beats paper beats rock: the heteroclinic cycle goes one way round
    field = gt.rules.replicator(RPS, populations="one")
    drawn = simplex(field, orbits=0, labels=["", "", ""])
    arrows = [text for text in drawn.axes.texts if text.arrow_patch is not None]
    assert len(arrows) == 3
    for arrow in arrows:
        tail, head = np.array(arrow.xyann), np.array(arrow.xy)
        velocity = field(xy_to_barycentric(tail)[:2]) @ np.array([[-0.5, HEIGHT], [-1, 0]])
        assert velocity @ (head - tail) > 0
    # at mutation the sides are no orbits
    mutating = gt.rules.replicator_mutator(RPS, rate=Fraction(1, 10)).diagonal()
    drawn = simplex(mutating, orbits=0, labels=["", "", ""])
    assert not [text for text in drawn.axes.texts if text.arrow_patch is not None]


def test_a_field_at_rest_has_no_orbits():
    drawn = simplex(one_population(np.zeros((3, 3), dtype=int)))
    assert drawn.orbits == []
    assert "all points rest" in [text.get_text() for text in drawn.legend.get_texts()]


# ---------------------------------------------------------------------- rest points
def test_markers_stand_where_the_points_are(three_sinks):
    lines = {line.get_label(): line for line in three_sinks.axes.lines if line.get_label() in MARKERS}
    assert set(lines) == {"sink", "source", "saddle"}
    for stability, line in lines.items():
        expected = [p.x for p in three_sinks.rest_points if p.stability == stability]
        np.testing.assert_allclose(xy_to_barycentric(line.get_xydata())[:, :2], expected, atol=1e-15)
        assert line.get_marker() == MARKERS[stability]["marker"]
        assert not line.get_clip_on()
    # the inner rest point has x_k proportional to 1/k
    np.testing.assert_allclose(xy_to_barycentric(lines["source"].get_xydata())[0], np.array([6, 3, 2]) / 11)


def test_hawks_doves_and_bourgeois():
    drawn_field = one_population([[-1, 4, "3/2"], [0, 2, 1], ["-1/2", 3, 2]])
    drawn = simplex(drawn_field, labels=("Hawk", "Dove", "Bourgeois"))
    (sink,) = drawn.rest_points.sinks
    assert sink.location == (0, 0)  # all Bourgeois
    written = {text.get_text(): text.xy for text in drawn.axes.texts if text.get_text()}
    assert set(written) == {"Hawk", "Dove", "Bourgeois"}
    np.testing.assert_allclose(written["Bourgeois"], [1, 0])
    # every orbit ends there, itself or on a line drawn before: they all join the curve that leaves the degenerate point
    for k, line in enumerate(drawn.orbits):
        end = line.get_xydata()[-1]
        joined = [np.linalg.norm(other.get_xydata() - end, axis=-1).min() < 3e-3 for other in drawn.orbits[:k]]
        assert np.linalg.norm(end - [1, 0]) < 0.02 or any(joined)
        state = xy_to_barycentric(end)[:2]
        np.testing.assert_allclose(flow(drawn_field, state, [200.0])[-1], [0, 0], atol=1e-6)


def test_continua_and_boxes_on_the_triangle(ax):
    found = rest_points(coordination())
    t0 = sp.Symbol("t0")
    continua = (
        Continuum("a line", t0 - sp.Rational(1, 4), "interior"),
        Continuum("every point rests", sp.Integer(0), "x3 = 0"),
    )
    box = Box("interior", np.array([0.5, 0.5]), np.array([0.5, 0.5]), 1)
    pale = tuple(replace(p, exact=False, radius=np.inf) for p in found)
    artists = rest_point_markers(replace(found, points=pale, continua=continua, undecided=(box,)), ax, frame=_FRAME)
    assert {"all points rest", "undecided", "sink, not certified"} <= set(artists)
    assert artists["sink, not certified"].get_markeredgecolor() == FAINT
    (curve,) = ax.collections
    policies = xy_to_barycentric(np.concatenate([path.vertices for path in curve.get_paths()]))
    np.testing.assert_allclose(policies[:, 0], 1 / 4, atol=1e-9)
    assert policies.min() > -0.01  # not beyond the side
    assert policies[:, 1].max() > 0.74
    side = next(line for line in ax.lines if line.get_linewidth() == 4)
    np.testing.assert_allclose(xy_to_barycentric(side.get_xydata()), [[1, 0, 0], [0, 1, 0]], atol=1e-15)
    (hatched,) = ax.patches
    np.testing.assert_allclose(hatched.get_xy()[:-1].mean(axis=0), barycentric_to_xy([0.5, 0.5, 0]))


# ---------------------------------------------------------------------- options
def test_names_of_corners(circles):
    assert [text.get_text() for text in circles.axes.texts if text.get_text()] == ["rock", "paper", "scissors"]
    numbered = simplex(coordination(), orbits=0, points=False)
    assert [text.get_text() for text in numbered.axes.texts] == ["1", "2", "3"]
    own = Field(Space((3,)), lambda x: 1 / 3 - x)
    assert [text.get_text() for text in simplex(own, orbits=0, points=False).axes.texts] == ["1", "2", "3"]


def test_parts_can_be_left_out_or_added(ax):
    bare = simplex(coordination(), ax=ax, orbits=0, points=False, title="bare")
    assert (bare.axes, bare.orbits, bare.rest_points, bare.legend, bare.speed) == (ax, [], None, None, None)
    assert (bare.trajectories, bare.paths) == ([], [])
    assert ax.get_title() == "bare"
    assert not ax.lines
    known = rest_points(coordination())
    full = simplex(coordination(), points=known, orbits=3, speed=True, measured=[[[0.2, 0.3, 0.5], [0.5, 0.5, 0]]])
    assert full.rest_points is known
    assert len(full.orbits) == 3
    np.testing.assert_allclose(full.paths[0].get_xydata(), barycentric_to_xy([[0.2, 0.3, 0.5], [0.5, 0.5, 0]]))
    # speed is that of the place on the triangle, at rest in the corners
    pace = np.asarray(full.speed.get_array())
    assert pace.min() == 0
    assert pace.max() > 0.3
    assert full.figure is full.axes.figure
    assert full.figure.axes[1].get_ylabel() == "speed"


def test_figures_are_made_only_when_asked_for(ax):
    before = plt.get_fignums()
    simplex(coordination(), ax=ax, orbits=1)
    assert plt.get_fignums() == before


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: gt.rules.replicator(RPS),
            r"got a flow with \('x1_1', .*\); of a symmetric game draw field.diagonal\(\)",
        ),
        (
            lambda: gt.rules.replicator(gt.catalogue.prisoners_dilemma()),
            r"three actions, got a flow with \('p1', 'p2'\)$",
        ),
        (lambda: Field(Space((3,)), lambda x: x, kind="map"), "got a map with"),
        (lambda: Field(Space((3,)), lambda x, a: a * x, parameters=("a",)), "unbound parameter a: call field.bind"),
    ],
    ids=["two policies", "two actions", "a map", "parameters"],
)
def test_fields_that_cannot_be_drawn(make, message):
    plt.close("all")
    with pytest.raises(ValueError, match=message):
        simplex(make())
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": ["a", "b"]}, r"three corners, got the labels \('a', 'b'\)"),
        ({"starts": [[0.1, 0.2, 0.3, 0.4]]}, r"on the last axis, got shape \(1, 4\)"),
        ({"starts": [[0.9, 0.9]]}, "outside the space"),
        ({"starts": [[0.9, 0.9, 0.1]]}, "sum to 1"),
        ({"measured": [[[0.5]]]}, r"got shape \(1, 1\)"),
    ],
)
def test_options_that_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        simplex(coordination(), points=False, orbits=0, **options)
