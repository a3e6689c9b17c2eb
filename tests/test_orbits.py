"""Orbits as they are drawn on the triangle: along the field, none across another, and where the flow says.

Gifts of LASE players have corners, but do not jump: its fields have bounded slopes, and orbits of such fields never
meet. Lines may not either. Crossings are counted here among all pairs of segments, not in the way in which the code
under test avoids them.
"""

import numpy as np
import pytest
from thinned import some

import gametheory as gt
from gametheory.analysis import flow
from gametheory.field import Field, Space
from gametheory.plot import barycentric_to_xy, simplex, xy_to_barycentric
from gametheory.plot.orbits import orbits

LASE = gt.transfer.SocialRelationship()
CORNERS = np.array([[0.5, np.sqrt(3) / 2], [0, 0], [1, 0]])
CHUNK = 16


def symmetric(own):
    """Return the game in which both players have the payoffs `own`."""
    own = np.asarray(own)
    return gt.Game.from_bimatrix(own, own.T)


def fields_of(game):
    """Replicator and LASE fields of one population."""
    return {
        "replicator": gt.rules.replicator(game, populations="one"),
        "LASE": gt.rules.policy_gradient(game, LASE).diagonal(),
    }


GAMES = {
    "rock, paper, scissors": gt.catalogue.rock_paper_scissors(),
    "Shapley": symmetric([[0, 1, 0], [0, 0, 1], [1, 0, 0]]),
    "coordination": symmetric([[1, 0, 0], [0, 2, 0], [0, 0, 3]]),
    "public good": symmetric(
        [[1, 0.25, -0.5], [1.25, 0.5, -0.25], [1.5, 0.75, 0]]
    ),  # 3/4 of what is given, less one's own
}


def velocity(field, states):
    """Change of place on the triangle."""
    return np.asarray(field(states), dtype=float) @ (CORNERS[:2] - CORNERS[2])


def reversals(field, line):
    """Count steps of a line, shape (k, 2), against the field in their middle."""
    steps = np.diff(line, axis=0)
    middle = xy_to_barycentric((line[1:] + line[:-1]) / 2)[:, :2]
    return int(((steps * velocity(field, middle)).sum(axis=-1) <= 0).sum())


def crossings(lines):
    """Count pairs of segments of different lines that have a point in common."""
    first, last, whose = [], [], []
    for k, line in enumerate(lines):
        first.append(line[:-1])
        last.append(line[1:])
        whose.append(np.full(len(line) - 1, k))
    p, q, whose = np.concatenate(first), np.concatenate(last), np.concatenate(whose)
    begins = np.arange(0, len(p), CHUNK)
    low = np.minimum.reduceat(np.minimum(p, q), begins)
    high = np.maximum.reduceat(np.maximum(p, q), begins)
    near = ((low[:, None] <= high) & (low <= high[:, None])).all(axis=-1)  # boxes of chunks overlap
    a, b = np.nonzero(np.triu(near))
    one = (begins[a][:, None] + np.arange(CHUNK)).repeat(CHUNK, axis=1).ravel()
    two = np.tile(begins[b][:, None] + np.arange(CHUNK), (1, CHUNK)).ravel()
    kept = (one < len(p)) & (two < len(p))
    one, two = one[kept], two[kept]
    other = whose[one] != whose[two]
    one, two = one[other], two[other]

    def side(a, b, c):
        return (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])

    apart = side(p[one], q[one], p[two]) * side(p[one], q[one], q[two]) > 0
    apart |= side(p[two], q[two], p[one]) * side(p[two], q[two], q[one]) > 0
    return int((~apart).sum())


def farthest_from_flow(field, drawn):
    """Return how far ends of orbits are from where the flow is at their times, from where they are at time 0."""
    # past a saddle at a distance of 1e-4 errors grow by 1e4: the flow at its most accurate, else the error is its own
    back = Field(field.space, lambda x: -np.asarray(field(x)), smoothness=field.smoothness)
    starts = np.array([orbit.states[np.argmin(np.abs(orbit.times))] for orbit in drawn])
    worst = 0.0
    for way, sign, end in ((field, 1, -1), (back, -1, 0)):
        elapsed = sign * np.array([orbit.times[end] for orbit in drawn])
        assert (elapsed >= 0).all()
        times, which = np.unique(elapsed, return_inverse=True)
        there = flow(way, starts, times, tolerance=1e-13, drop=0)[which, np.arange(len(drawn))]
        ends = np.array([orbit.states[end] for orbit in drawn])
        for n in np.flatnonzero(np.abs(there - ends).max(axis=-1) > 1e-11):
            # once more to the end of a step: dense output in the middle of a long one is good to 1e-9
            there[n] = flow(way, starts[n], elapsed[n : n + 1], tolerance=1e-13, drop=0)[-1]
        worst = max(worst, float(np.abs(there - ends).max()))
    return worst


def random_fields(count):
    """Return replicator and LASE fields of random games, drawn in turn."""
    rng = np.random.default_rng(13)
    for k in range(count):
        yield list(fields_of(symmetric(rng.normal(size=(3, 3)))).values())[k % 2]


def check(field, drawn, *, close=1e-10):
    """No reversal, no crossing; ends agree with the flow."""
    lines = [orbit.places for orbit in drawn]
    assert sum(reversals(field, line) for line in lines) == 0
    assert crossings(lines) == 0
    assert farthest_from_flow(field, drawn) < close


# ---------------------------------------------------------------------- the counts themselves
def test_what_is_counted():
    # the field goes along x1: a line there and back has one step against it
    along = Field(Space((3,)), lambda x: np.stack([np.ones_like(x[..., 0]), 0 * x[..., 0]], axis=-1))
    there = barycentric_to_xy([[0.1, 0.2, 0.7], [0.2, 0.2, 0.6], [0.15, 0.2, 0.65], [0.3, 0.2, 0.5]])
    assert reversals(along, there) == 1
    assert reversals(along, there[[0, 1, 3]]) == 0
    t = np.linspace(0, 1, 50)[:, None]
    rising, falling = np.hstack([t, t]), np.hstack([t, 0.9 - t])
    assert crossings([rising, falling]) == 1
    assert crossings([rising, rising + np.array([0, 1e-3])]) == 0
    assert crossings([rising]) == 0


# ---------------------------------------------------------------------- pictures
@pytest.mark.parametrize("name", some(GAMES, 2))
@pytest.mark.parametrize("rule", ["replicator", "LASE"])
def test_orbits_follow_the_field_and_keep_apart(name, rule):
    field = fields_of(GAMES[name])[rule]
    drawn = orbits(field, 24)
    assert len(drawn) >= 7
    check(field, drawn)


def test_the_picture_shows_these_orbits():
    field = fields_of(GAMES["rock, paper, scissors"])["LASE"]
    picture = simplex(field)
    lines = [line.get_xydata() for line in picture.orbits]
    chosen = orbits(field, 24)
    assert len(lines) == len(chosen) == len(picture.times)
    for line, times, orbit in zip(lines, picture.times, chosen, strict=True):
        np.testing.assert_array_equal(line, orbit.places)
        np.testing.assert_array_equal(times, orbit.times)
        assert (np.diff(times) > 0).all()
    assert sum(reversals(field, line) for line in lines) == crossings(lines) == 0
    # the sink attracts: with u the distance from it, each orbit that reaches the last tenth ends nearer than it began
    centre = np.array([0.5, np.sqrt(3) / 6])
    for line in lines:
        distance = np.linalg.norm(line - centre, axis=-1)
        assert distance[-1] < distance[0]


def test_a_slow_spiral_is_not_closed():
    # r' = -eps r beside one turn in 2 pi: a winding is e^(-2 pi eps) shorter than the one before, 6 parts in 10^5
    def spiral(eps):
        turn, to_places = np.array([[-eps, 1.0], [-1.0, -eps]]), CORNERS[:2] - CORNERS[2]
        matrix = to_places @ turn @ np.linalg.inv(to_places)
        return Field(Space((3,)), lambda x: (np.asarray(x) - 1 / 3) @ matrix)

    for eps in (1e-5, 1e-3, 0.0):
        field = spiral(eps)
        drawn = orbits(field, 6)
        closed = [orbit for orbit in drawn if (orbit.states[0] == orbit.states[-1]).all()]
        assert bool(closed) == (eps == 0)
        assert crossings([orbit.places for orbit in drawn]) == 0
        if eps:
            assert sum(reversals(field, orbit.places) for orbit in drawn) == 0
        for orbit in closed:
            np.testing.assert_allclose(orbit.times[-1], 2 * np.pi, rtol=1e-9)  # one turn


@pytest.mark.slow
def test_orbits_that_join_where_a_field_jumps():
    # best replies jump: lines may end on others, but none goes on across one
    field = gt.rules.best_response(gt.catalogue.rock_paper_scissors()).diagonal()
    drawn = orbits(field, 12)
    assert len(drawn) >= 4
    assert crossings([orbit.places for orbit in drawn]) == 0


def test_random_games():
    for field in random_fields(2):
        check(field, orbits(field, 24))


@pytest.mark.slow
def test_two_hundred_random_games():
    for k, field in enumerate(random_fields(200)):
        drawn = orbits(field, 24)
        assert drawn
        # field 123: orbit and flow, both at 1e-13 a step, are 2e-10 and 1e-10 from SciPy in logarithms:
        # it passes a saddle, where errors grow a thousandfold
        check(field, drawn, close=1e-10 if k != 123 else 1e-9)
