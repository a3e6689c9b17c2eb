"""Events: every change of sign of a function along a trajectory, however near to the next."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gametheory.analysis import trajectories
from gametheory.analysis.integration.sign_changes import isolate
from gametheory.field import Field
from gametheory.space import RealSpace


def on_reals(function, *, size=1):
    """Make a flow on a real vector."""
    return Field(RealSpace((size,)), function)


@pytest.mark.parametrize("depth", [1e-3, 1e-4, 1e-5])
def test_pairs_of_near_tangent_crossings(depth):
    # the unit circle dips below and above a line next to its top, twice a turn, within 2 sqrt(2 depth)
    field = on_reals(lambda x: np.stack([-x[..., 1], x[..., 0]], axis=-1), size=2)
    found = trajectories(field, [1.0, 0.0], [50.0], tolerance=1e-6, events=[lambda x: x[..., 1] - (1 - depth)])
    first, turns = np.arcsin(1 - depth), 2 * np.pi * np.arange(8)
    exact = np.sort(np.concatenate([first + turns, np.pi - first + turns]))
    assert len(exact) == 16
    assert found.crossings[0].time == pytest.approx(exact, abs=3e-5)


@pytest.mark.parametrize("seed", range(4))
def test_crossings_agree_with_a_dense_reference(seed):
    # random lines, and a circle through random points, near the tops of orbits of random linear centres
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(0.5, 2, size=2)
    field = on_reals(lambda x: np.stack([-a * x[..., 1], b * x[..., 0]], axis=-1), size=2)
    times = np.linspace(0, 30, 600_001)
    path = np.stack([np.cos(np.sqrt(a * b) * times), np.sqrt(b / a) * np.sin(np.sqrt(a * b) * times)], axis=-1)
    normal = rng.normal(size=2)
    top = (path @ normal).max()
    centre = rng.normal(size=2)
    far = np.linalg.norm(path - centre, axis=-1).max()
    events = [
        lambda x: x @ normal - top * (1 - 1e-5),
        lambda x: np.linalg.norm(x - centre, axis=-1) - far * (1 - 1e-5),
        lambda x: np.abs(x @ normal) - 0.9 * top,
        lambda x: np.sin(5 * x[..., 0]) + 0.3 * x[..., 1],
    ]
    found = trajectories(field, [1.0, 0.0], [30.0], tolerance=1e-9, events=events)
    for event, met in zip(events, found.crossings, strict=True):
        values = event(path)
        at = np.flatnonzero(np.diff(values > 0))
        share = values[at] / (values[at] - values[at + 1])
        assert met.time == pytest.approx(times[at] + share * (times[1] - times[0]), abs=2e-6)


@given(
    st.lists(st.floats(-0.3, 1.3), min_size=1, max_size=7, unique=True).filter(
        lambda roots: len(roots) == 1 or np.diff(np.sort(roots)).min() > 1e-4
    )
)
def test_all_zeros_of_polynomials_are_isolated(roots):
    roots = np.array([root for root in roots if abs(root) > 1e-6])  # a zero at 0 belongs to what was before
    rows, left, right = isolate(lambda _rows, t: np.prod(t[:, None] - roots, axis=1), np.array([3]))
    inside = np.sort(roots[(roots > 0) & (roots <= 1)])
    assert len(inside) == len(left)
    assert ((left <= inside) & (inside <= right)).all()
    assert (rows == 3).all()


@pytest.mark.parametrize(
    ("function", "count"),
    [
        (lambda t: np.abs(t - 0.3) - 0.01, 2),  # a corner
        (lambda t: np.where(t > 0.3, 1.0, -1.0), 1),  # a jump
        (lambda t: np.sin(40 * t), 12),
        (lambda t: (t - 0.5) ** 2, 0),  # it touches, and does not cross
        (lambda t: (t - 0.5) ** 2 - 1e-10, 2),
        (lambda t: (t - 0.5) ** 3, 1),
        (lambda t: (t - 0.25) * (t - 0.5) * (t - 0.75), 3),  # on the places at which intervals are halved
        (lambda t: t - 1, 1),
        (lambda t: t, 0),
        (lambda t: 0 * t, 0),
        (lambda t: np.full_like(t, np.nan), 0),
    ],
    ids=["corner", "jump", "sine", "touch", "dip", "triple", "halves", "end", "start", "zero", "nan"],
)
def test_functions_that_are_not_plain(function, count):
    _, left, right = isolate(lambda _rows, t: function(t), np.array([0]))
    assert len(left) == count
    assert (left <= right).all()
