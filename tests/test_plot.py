"""Pictures: what is drawn, what is returned, what is refused; one look at the pixels."""

from dataclasses import replace
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy as sp
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba

import gametheory as gt
from gametheory.analysis import Box, Continuum, rest_points
from gametheory.analysis.regimes import lase_regime
from gametheory.field import Field, RealSpace, Space
from gametheory.plot import Plane, Portrait, nullclines, paths, plane, portrait, rest_point_markers, streamlines
from gametheory.plot import trajectories as draw_trajectories
from gametheory.plot.palette import FAINT, INK, MARKERS, PATH, PLAYERS
from gametheory.rules import policy_gradient
from gametheory.transfer import Selfish, SocialRelationship

LASE = SocialRelationship()


def lase_field(*payoffs, rule="natural"):
    """LASE field of a symmetric game."""
    return policy_gradient(gt.Game.two_by_two(*payoffs), LASE, rule)


@pytest.fixture
def ax():
    return plt.subplots()[1]


# ---------------------------------------------------------------------- portraits
def test_a_portrait_has_all_its_parts():
    drawn = portrait(lase_field(3, 0, 5, 1), starts=[[0.1, 0.3], [0.8, 0.9]], measured=[[[0.2, 0.2], [0.3, 0.4]]])
    assert isinstance(drawn, Portrait)
    assert isinstance(drawn.streamlines, LineCollection)
    assert len(drawn.streamlines.get_segments()) > 50
    assert len(drawn.nullclines) == 2
    assert len(drawn.rest_points) == 9
    assert len(drawn.trajectories) == 2
    assert len(drawn.paths) == 1
    assert drawn.figure is drawn.axes.figure
    assert drawn.axes.get_xlim() == drawn.axes.get_ylim() == (0, 1)
    assert drawn.axes.get_xlabel() == "cooperation of player 1, $p_1$"
    assert drawn.axes.get_ylabel() == "cooperation of player 2, $p_2$"
    labels = [text.get_text() for text in drawn.axes.get_legend().get_texts()]
    assert labels == ["sink", "source", "saddle", "player 1 rests", "player 2 rests"]


def test_parts_can_be_left_out(ax):
    drawn = portrait(
        lase_field(3, 0, 5, 1), ax=ax, show_streamlines=False, show_nullclines=False, points=False, legend=False,
        title="bare",
    )  # fmt: skip
    assert drawn.axes is ax
    assert (drawn.streamlines, drawn.nullclines, drawn.rest_points, drawn.trajectories, drawn.paths) == (
        None, [], None, [], [],
    )  # fmt: skip
    assert ax.get_legend() is None
    assert ax.get_title() == "bare"
    assert not ax.lines
    assert not ax.collections


def test_known_rest_points_are_not_searched_again(ax):
    field = lase_field(3, 0, 5, 1)
    found = rest_points(field)
    assert portrait(field, ax=ax, points=found, show_streamlines=False).rest_points is found


def test_nullclines_are_where_players_rest(ax):
    # (3, 0, 5, 1): g_1 = 4 - 5 p1 - p2 + 2 p1 p2 - 2 p2²; the first axis is player 1
    field = lase_field(3, 0, 5, 1)
    first, second = nullclines(field, ax)
    for drawn, k in ((first, 0), (second, 1)):
        points = np.concatenate([path.vertices for path in drawn.get_paths()])
        assert len(points) > 100
        p, q = points.T if k == 0 else points.T[::-1]
        assert np.abs(4 - 5 * p - q + 2 * p * q - 2 * q**2).max() < 1e-2
        assert to_rgba(drawn.get_edgecolor()[0]) == to_rgba(PLAYERS[k])


def test_a_player_that_never_rests_has_no_nullcline(ax):
    # selfish prisoner's dilemma: both always defect more
    assert nullclines(policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), Selfish()), ax) == []
    drawn = portrait(policy_gradient(gt.Game.two_by_two(3, 0, 5, 1), Selfish()), ax=ax)
    labels = [text.get_text() for text in drawn.axes.get_legend().get_texts()]
    assert labels == ["sink", "source", "saddle"]


def test_streamlines_follow_the_field(ax):
    field = lase_field(3, 0, 5, 1)
    lines = streamlines(field, ax, density=0.6).get_segments()
    steps = np.concatenate([np.diff(line, axis=0) for line in lines])
    middles = np.concatenate([(line[1:] + line[:-1]) / 2 for line in lines])
    flow = field(middles)
    far = (np.hypot(*flow.T) > 0.05) & (np.hypot(*steps.T) > 1e-6)
    cosines = np.sum(flow * steps, axis=-1)[far] / (np.hypot(*flow.T) * np.hypot(*steps.T))[far]
    assert far.sum() > 100
    assert np.median(cosines) > 0.999
    assert (cosines > 0.9).mean() > 0.95
    sparse, dense = (len(streamlines(field, ax, density=d).get_segments()) for d in (0.3, 1.5))
    assert sparse < dense


def test_markers_by_stability(ax):
    found = rest_points(lase_field(1, sp.Rational(-1, 4), 2, 0))
    artists = rest_point_markers(found, ax)
    count = {kind: sum(p.stability == kind for p in found) for kind in MARKERS}
    assert set(artists) == {kind for kind, n in count.items() if n}
    for kind, artist in artists.items():
        assert len(artist.get_xdata()) == count[kind]
        look = MARKERS[kind]
        assert (artist.get_marker(), artist.get_markerfacecolor()) == (look["marker"], look["markerfacecolor"])
        assert not artist.get_clip_on()  # points on edges and corners are drawn whole
        here = {(float(a), float(b)) for a, b in zip(*artist.get_data(), strict=True)}
        assert here == {tuple(map(float, p.x)) for p in found if p.stability == kind}
    assert len(artists["sink"].get_xdata()) == 2


def test_continua_on_sides_are_thick_lines(ax):
    # player 1 is indifferent: the sides p2 = 0 and p2 = 1 rest
    field = policy_gradient(gt.Game.from_bimatrix([[0, 0], [0, 0]], [[1, 0], [1, 0]]), Selfish())
    rest_point_markers(rest_points(field), ax)
    thick = [line for line in ax.lines if line.get_linewidth() == 4]
    sides = {(tuple(line.get_xdata()), tuple(line.get_ydata())) for line in thick}
    assert sides == {((0, 1), (0.0, 0.0)), ((0, 1), (1.0, 1.0))}
    mirrored = policy_gradient(gt.Game.from_bimatrix([[1, 1], [0, 0]], [[0, 0], [0, 0]]), Selfish())
    rest_point_markers(rest_points(mirrored), ax)
    thick = [line for line in ax.lines if line.get_linewidth() == 4][2:]
    assert {(tuple(line.get_xdata()), tuple(line.get_ydata())) for line in thick} == {
        ((0.0, 0.0), (0, 1)), ((1.0, 1.0), (0, 1)),
    }  # fmt: skip


def test_what_is_not_certified_is_pale(ax):
    found = rest_points(lase_field(3, 0, 5, 1))
    pale = [replace(p, exact=False, radius=np.inf) if p.face != "interior" else p for p in found]
    artists = rest_point_markers(replace(found, points=tuple(pale)), ax)
    assert set(artists) == {"sink", "source, not certified", "saddle, not certified"}
    assert artists["sink"].get_markeredgecolor() == INK
    assert artists["saddle, not certified"].get_markeredgecolor() == FAINT
    assert artists["saddle, not certified"].get_markerfacecolor() == FAINT
    assert artists["source, not certified"].get_markerfacecolor() == "white"
    assert len(artists["source, not certified"].get_xdata()) == 4
    # a point in a box of proof is as good as an exact one
    proved = tuple(replace(p, exact=False, radius=1e-12) for p in found)
    assert set(rest_point_markers(replace(found, points=proved), ax)) == {"sink", "source", "saddle"}
    drawn = portrait(lase_field(3, 0, 5, 1), points=replace(found, points=tuple(pale)))
    labels = [text.get_text() for text in drawn.legend.get_texts()]
    assert labels == ["sink", "source", "saddle", "player 1 rests", "player 2 rests", "pale: not certified"]


def test_undecided_boxes_are_hatched_and_large_enough_to_be_seen(ax):
    found = rest_points(lase_field(3, 0, 5, 1))
    large = Box("interior", np.array([0.25, 0.75]), np.array([0.5, 1.001]), 3)
    small = Box("interior", np.array([0.1, 0.1]), np.array([0.1 + 1e-9, 0.1]), 1)
    artists = rest_point_markers(replace(found, undecided=(large, small)), ax)
    assert artists["undecided"] is ax.patches[1]
    assert all(patch.get_hatch() for patch in ax.patches)
    ends = [np.array([patch.get_xy().min(axis=0), patch.get_xy().max(axis=0)]) for patch in ax.patches]
    np.testing.assert_allclose(ends[0], [large.lo, large.hi])
    assert ax.patches[0].get_clip_path() is not None  # nothing is drawn outside the square
    np.testing.assert_allclose(ends[1], [[0.08, 0.08], [0.12, 0.12]], atol=1e-6)


@pytest.mark.parametrize("names", ["p1 p2", "t0 t1"])
def test_curves_of_rest_points_are_drawn(ax, names):
    first, second = sp.symbols(names)
    curve = Continuum("a curve", first * second - sp.Rational(1, 8), "interior")
    found = replace(rest_points(lase_field(3, 0, 5, 1)), points=(), continua=(curve,))
    assert set(rest_point_markers(found, ax)) == {"all points rest"}
    (drawn,) = ax.collections
    x, y = np.concatenate([path.vertices for path in drawn.get_paths()]).T
    np.testing.assert_allclose(x * y, 1 / 8, atol=1e-3)
    assert np.ptp(x) > 0.8


def test_edges_that_rest_in_part_are_dashed(ax):
    found = rest_points(lase_field(3, 0, 5, 1))
    part = Continuum("the points with p2 - 1/2 <= 0 rest", sp.Integer(0), "p1 = 1, in part")
    rest_point_markers(replace(found, points=(), continua=(part,)), ax)
    (line,) = ax.lines
    assert line.get_xydata().tolist() == [[1, 0], [1, 1]]
    assert line.is_dashed()


def test_nothing_is_drawn_where_it_is_not_known_what_rests(ax):
    found = rest_points(lase_field(3, 0, 5, 1))
    vague = (
        Continuum("suspected: 47 points", sp.Integer(0), "anywhere"),
        Continuum("a curve in other coordinates", sp.Symbol("z"), "interior"),
    )
    assert rest_point_markers(replace(found, points=(), continua=vague), ax) == {}


def test_smooth_rules_have_portraits():
    # coordination with exploration: equilibria off the corners, the pitchfork point undecided at temperature 1/2
    game = gt.catalogue.coordination(1, 1)
    drawn = portrait(gt.rules.boltzmann_q(game, temperature=0.45))
    assert [p.stability for p in drawn.rest_points] == ["sink", "saddle", "sink"]
    sinks = next(line for line in drawn.axes.lines if line.get_label() == "sink")
    # fixed points of p = 1 / (1 + exp(-(2 p - 1) / 0.45))
    x, y = sinks.get_data()
    np.testing.assert_allclose(x, y)
    np.testing.assert_allclose(x, 1 / (1 + np.exp(-(2 * x - 1) / 0.45)), atol=1e-12)
    critical = portrait(gt.rules.boltzmann_q(game, temperature=0.5))
    assert "undecided" in [text.get_text() for text in critical.legend.get_texts()]
    mutating = portrait(gt.rules.replicator_mutator(gt.catalogue.matching_pennies(), rate=Fraction(1, 20)))
    assert [(p.stability, p.kind) for p in mutating.rest_points] == [("sink", "focus")]
    assert np.isfinite(mutating.streamlines.get_segments()[0]).all()


def test_the_legend_does_not_overlap_the_axes():
    drawn = portrait(lase_field(1, -0.25, 2, 0))
    drawn.figure.canvas.draw()
    legend, label = drawn.legend.get_window_extent(), drawn.axes.xaxis.label.get_window_extent()
    assert legend.y1 < label.y0
    assert legend.y0 >= 0
    assert 0 <= legend.x0 < legend.x1 <= drawn.figure.bbox.x1


def test_trajectories_are_integrated(ax):
    # (3, 0, 5, 1): everything inside ends at (2/3, 2/3)
    lines = draw_trajectories(lase_field(3, 0, 5, 1), [[0.1, 0.3], [0.9, 0.2]], ax)
    for line, start in zip(lines, [[0.1, 0.3], [0.9, 0.2]], strict=True):
        x, y = line.get_data()
        assert [x[0], y[0]] == start
        np.testing.assert_allclose([x[-1], y[-1]], 2 / 3, atol=1e-6)
    assert len(draw_trajectories(lase_field(3, 0, 5, 1), [0.5, 0.5], ax, duration=1)) == 1  # a single start


def test_measured_paths_are_drawn_as_they_are(ax):
    (line,) = paths([np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])], ax)
    assert np.array(line.get_data()).T.tolist() == [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]
    assert line.get_color() == PATH


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: policy_gradient(gt.catalogue.rock_paper_scissors()), "a flow with two coordinates, got a flow with"),
        (lambda: lase_field(3, 0, 5, 1).diagonal(), r"two coordinates, got a flow with \('p',\)"),
        (lambda: Field(Space((2, 2)), lambda x: x, kind="map"), "got a map with"),
        (lambda: policy_gradient(gt.catalogue.rock_paper_scissors()).diagonal(), "see gametheory.plot.simplex"),
        (lambda: Field(RealSpace((1, 1)), lambda x: x), r"probabilities, got the coordinates \('theta1', 'theta2'\)$"),
        (lambda: lase_field(*sp.symbols("R S T P")).bind(R=3, S=0), r"unbound parameter P, T: call field.bind"),
    ],
    ids=["four coordinates", "one coordinate", "a map", "one triangle", "real vectors", "parameters"],
)
@pytest.mark.parametrize("draw", [portrait, lambda f: streamlines(f, plt.gca()), lambda f: nullclines(f, plt.gca())],
                         ids=["portrait", "streamlines", "nullclines"])  # fmt: skip
def test_fields_that_cannot_be_drawn(make, message, draw):
    with pytest.raises(ValueError, match=message):
        draw(make())


def test_a_refused_portrait_leaves_no_figure():
    plt.close("all")
    with pytest.raises(ValueError, match="two coordinates"):
        portrait(lase_field(3, 0, 5, 1).diagonal())
    assert plt.get_fignums() == []


def test_figures_are_made_only_when_asked_for(ax):
    before = plt.get_fignums()
    portrait(lase_field(3, 0, 5, 1), ax=ax)
    plane(np.add, ax=ax, resolution=4)
    assert plt.get_fignums() == before
    portrait(lase_field(3, 0, 5, 1), show_streamlines=False)
    assert len(plt.get_fignums()) == len(before) + 1


# ---------------------------------------------------------------------- planes
def test_a_plane_shows_the_quantity(ax):
    drawn = plane(lambda T, S: 10 * T + S, ax=ax, T=(0, 2), S=(-1, 1), resolution=4, limits=None, label="ten T and S")
    assert isinstance(drawn, Plane)
    # cell centres: T along columns, S along rows
    assert drawn.T[0].tolist() == [0.25, 0.75, 1.25, 1.75]
    assert drawn.S[:, 0].tolist() == [-0.75, -0.25, 0.25, 0.75]
    np.testing.assert_allclose(drawn.values, 10 * drawn.T + drawn.S)
    np.testing.assert_allclose(np.asarray(drawn.mesh.get_array()).reshape(4, 4), drawn.values)
    assert drawn.mesh.get_clim() == (drawn.values.min(), drawn.values.max())
    assert drawn.colorbar.ax.get_ylabel() == "ten T and S"
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 2), (-1, 1))
    assert class_names(ax) == ["harmony", "prisoner's dilemma", "snowdrift", "stag hunt"]
    assert drawn.points is None
    assert drawn.figure is ax.figure


def class_names(ax):
    """Names of classes that are written on the axes."""
    return sorted(" ".join(text.get_text().split()) for text in ax.texts)


@pytest.mark.parametrize("ranges", [{}, {"T": (0, 3), "S": (-2, 1)}, {"T": (0.5, 1.5), "S": (-0.4, 0.6)}], ids=str)
def test_classes_stand_in_their_quadrants(ax, ranges):
    plane(np.add, ax=ax, resolution=3, **ranges)
    ax.figure.canvas.draw()
    assert len(ax.texts) == 4
    for text in ax.texts:
        box = text.get_window_extent()
        for corner in [(box.x0, box.y0), (box.x1, box.y1)]:
            t, s = ax.transData.inverted().transform(corner)
            game = gt.Game.two_by_two(1.0, s, t, 0.0)
            assert gt.catalogue.classify(game).name.lower() == " ".join(text.get_text().split())


def test_measured_points_share_the_colours(ax):
    drawn = plane(lambda T, S: lase_regime(1, np.minimum(S, 0.99), T, 0).cooperation(), ax=ax, T=(0.1, 2), resolution=9,
                  points=[[1.5, -0.5, 0.66], [0.5, 0.5, 1.0]])  # fmt: skip
    assert drawn.points.get_offsets().tolist() == [[1.5, -0.5], [0.5, 0.5]]
    assert drawn.points.get_array().tolist() == [0.66, 1.0]
    assert drawn.points.norm is drawn.mesh.norm
    assert drawn.points.cmap == drawn.mesh.cmap
    assert drawn.mesh.get_clim() == (0, 1)


def test_planes_without_classes_or_bar(ax):
    drawn = plane(np.add, ax=ax, resolution=3, classes=False, colorbar=False)
    assert drawn.colorbar is None
    assert not ax.texts
    assert not ax.lines
    zoomed = plane(np.add, T=(1.2, 2), S=(-1, -0.1), resolution=3)
    assert class_names(zoomed.axes) == ["prisoner's dilemma"]  # the others are outside


# ---------------------------------------------------------------------- a look at the pixels
def test_a_saved_portrait_shows_its_markers(tmp_path):
    drawn = portrait(lase_field(3, 0, 5, 1), legend=False)
    path = tmp_path / "portrait.png"
    drawn.figure.savefig(path, dpi=100)
    pixels = plt.imread(path)[..., :3]
    assert pixels.shape == (560, 480, 3)
    assert (pixels < 0.2).all(axis=-1).sum() > 100  # ink
    blue = np.array(to_rgba(PLAYERS[0])[:3])
    assert (np.abs(pixels - blue).max(axis=-1) < 0.1).sum() > 100  # player 1's nullcline

    def colour(state, shift=0):
        x, y = drawn.axes.transData.transform(state)
        return pixels[round(560 - y), round(x) + shift]

    assert (colour((2 / 3, 2 / 3)) < 0.2).all()  # the sink is a dark dot where it belongs
    assert (colour((0, 0)) > 0.8).all()  # a source is open
    assert (colour((0, 0.8), -3) < 0.2).all()  # a saddle is half filled, beyond the axes, too
    assert (colour((0, 0.8), 3) > 0.8).all()
