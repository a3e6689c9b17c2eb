"""Rest points found from many starts: for fields without a closed form, or too large to be searched to the end."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp
from scipy.special import softmax

from gametheory.analysis.by_code import certified
from gametheory.analysis.certified import Search, interior
from gametheory.analysis.faces import Face
from gametheory.analysis.gifts import gifts_at
from gametheory.analysis.results import Continuum, RestPoint, RestPoints
from gametheory.analysis.stability import classify, spectrum
from gametheory.intervals import Interval, NotEnclosedError
from gametheory.objective import own_gradient
from gametheory.rules.gradient import policy_gradient
from gametheory.space import DIFFERENCE_STEP, simplices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from gametheory.field import Field
    from gametheory.objective import Objective
    from gametheory.space import StateSpace

    Array = NDArray[np.float64]

__all__ = ["found_rest_points"]

_STARTS, _STEPS = 400, 60
_REST = 1e-9  # of the field's size: what counts as no movement
_SAME = 1e-6
_SINGULAR = 1e-7  # of the largest singular value
_DENOMINATOR = 1000
_AROUND = 1e-6
_STOPPED = 1e-15  # a step that is none
_LONGEST = 0.25  # step of Newton's method, in any coordinate
_SPREAD = 3.0  # of starts in log-odds, and the longest step there
_FARTHEST = 30.0  # log-odds at which 1 - p still has digits
_CLEAR = 1e-4  # of the largest eigenvalue: a real part whose sign is believed although it is not enclosed


def found_rest_points(field: Field, *, period: int, seed: int, seconds: float = 20.0) -> RestPoints:
    """Look for rest points by Newton's method from many starts.

    Parameters
    ----------
    field : Field
        All parameters bound.
    period : int
        For maps: points that come back after so many steps.
    seed : int
        Of the random starts.
    seconds : float
        Time for certificates; points that are met later have none.

    Returns
    -------
    RestPoints
        Never complete.
    """
    space = simplices(field.space)
    rng = np.random.default_rng(seed)
    corners = space.coordinates([np.eye(a)[rng.integers(a, size=_STARTS // 4)] for a in space.n_actions])
    middle = space.coordinates([np.full(a, 1 / a) for a in space.n_actions])
    starts = np.concatenate([middle[None], corners, space.random(_STARTS, rng)])
    change = _change(field, starts, period)
    if np.isnan(change).any():
        where = starts[np.isnan(change).any(axis=-1)][0]
        msg = f"the field is not a number at the state {where.tolist()}"
        raise ValueError(msg)
    size = max(float(np.abs(change).max()), np.finfo(float).tiny)
    if field.faces == "repelling" and field.advantages is not None:  # rates fade at the border, where nothing rests
        points = _all_described(field, _inside(field, rng), None, period, seconds)
        return RestPoints(points, (), complete=False, method=f"Newton's method in log-odds from {_STARTS} starts")
    found = _newton(field.space, lambda x: (_change(field, x, period), _slopes(field, x, period)), starts)
    if field.faces == "invariant" and field.objective is not None:  # rates vanish on all faces; gradients do not
        found = np.concatenate([_newton(field.space, _gradient(field, field.objective), starts), found])
    found = np.where(found < _SAME, 0.0, np.where(found > 1 - _SAME, 1.0, found))
    still = np.abs(_change(field, found, period)).max(axis=-1) <= _REST * size
    distinct = _distinct(found[still])
    natural = field  # has the same rest points as the softmax flow, and its slopes do not vanish on faces
    if field.parametrisation == "softmax" and field.objective is not None and field.objective.space == field.space:
        natural = policy_gradient(field.objective, through_weights=field.through_weights)
    slopes = _slopes(natural, distinct, period)
    sizes = np.linalg.svd(slopes, compute_uv=False)
    isolated = sizes[:, -1] > _SINGULAR * np.maximum(sizes[:, 0], size)
    points, singular = _all_described(field, distinct[isolated], slopes[isolated], period, seconds), distinct[~isolated]
    continua = []
    if len(singular):
        what = f"{len(singular)} points with a singular linear part were met, e.g. {np.round(singular[0], 6).tolist()}"
        continua.append(Continuum(f"suspected: {what}", sp.Integer(0), "anywhere"))
    return RestPoints(points, tuple(continua), complete=False, method=f"Newton's method from {len(starts)} starts")


def _change(field: Field, x: Array, period: int) -> Array:
    """Rate of a flow, or how far a map moves in `period` steps."""
    if field.kind == "flow":
        return np.asarray(field(x), dtype=np.float64)
    y = x
    for _ in range(period):
        y = np.asarray(field(y), dtype=np.float64)
    return y - x


def _slopes(field: Field, x: Array, period: int) -> Array:
    """Jacobian matrix of :func:`_change`."""
    d = x.shape[-1]
    if field.kind == "flow":
        return field.jacobian(x)
    total = np.broadcast_to(np.eye(d), (*x.shape, d))
    for _ in range(period):
        total = field.jacobian(x) @ total
        x = np.asarray(field(x), dtype=np.float64)
    return total - np.eye(d)


def _inside(field: Field, rng: np.random.Generator) -> Array:
    """Rest points of a flow whose faces repel, by Newton's method on its drives in the log-odds of the last actions."""
    space = simplices(field.space)
    drives = sp.lambdify(space.symbols, list(field.advantages or ()), modules="numpy")

    def state(odds: Array) -> Array:
        parts = []
        for block in space.blocks:
            full = np.concatenate([odds[..., block], np.zeros((*odds.shape[:-1], 1))], axis=-1)
            parts.append(softmax(full, axis=-1)[..., :-1])
        return np.concatenate(parts, axis=-1)

    def drive(odds: Array) -> Array:
        columns = drives(*np.moveaxis(state(odds), -1, 0))
        return np.stack([np.broadcast_to(c, odds.shape[:-1]) for c in columns], axis=-1)

    odds = rng.normal(scale=_SPREAD, size=(_STARTS, space.dimension))
    steps = DIFFERENCE_STEP * np.eye(space.dimension)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_STEPS):
            slopes = np.stack([(drive(odds + s) - drive(odds - s)) / (2 * DIFFERENCE_STEP) for s in steps], axis=-1)
            step = np.einsum("...ij,...j->...i", np.linalg.pinv(np.nan_to_num(slopes)), np.nan_to_num(drive(odds)))
            length = np.abs(step).max(axis=-1, keepdims=True)
            odds = np.clip(odds - step * np.minimum(1, _SPREAD / np.maximum(length, 1e-300)), -_FARTHEST, _FARTHEST)
        there = np.abs(drive(odds)).max(axis=-1) <= _REST * (1 + np.abs(odds).max(axis=-1))
    return _distinct(state(odds[there]))


def _gradient(field: Field, objective: Objective) -> Callable[[Array], tuple[Array, Array]]:
    """Return own gradients and their slopes, by differences."""
    d = field.space.dimension  # less than all coordinates on the diagonal
    alike = objective.space.dimension // d

    def gradient(x: Array) -> Array:
        everybody = np.concatenate([x] * alike, axis=-1)
        return own_gradient(objective, everybody, through_weights=field.through_weights)[..., :d]

    def both(x: Array) -> tuple[Array, Array]:
        steps = DIFFERENCE_STEP * np.eye(d)
        columns = [(gradient(x + s) - gradient(x - s)) / (2 * DIFFERENCE_STEP) for s in steps]
        return gradient(x), np.stack(columns, axis=-1)

    return both


def _newton(space: StateSpace, both: Callable[[Array], tuple[Array, Array]], x: Array) -> Array:
    x = x.copy()
    moving = np.arange(len(x))
    for _ in range(_STEPS):
        value, slopes = both(x[moving])
        finite = np.isfinite(value).all(axis=-1) & np.isfinite(slopes).all(axis=(-1, -2))
        moving, value, slopes = moving[finite], value[finite], slopes[finite]
        step = np.einsum("...ij,...j->...i", np.linalg.pinv(slopes), value)
        length = np.abs(step).max(axis=-1, keepdims=True)
        there = space.nearest(x[moving] - step * np.minimum(1, _LONGEST / np.maximum(length, np.finfo(float).tiny)))
        moves = np.abs(there - x[moving]).max(axis=-1) > _STOPPED
        x[moving] = there
        moving = moving[moves & np.isfinite(there).all(axis=-1)]
        if not len(moving):
            break
    return x


def _distinct(points: Array) -> Array:
    kept: list[Array] = []
    for x in points:
        if all(np.abs(x - other).max() > _SAME for other in kept):
            kept.append(x)
    return np.array(sorted(kept, key=lambda x: np.round(x, 6).tolist())).reshape(-1, points.shape[-1])


def _all_described(field: Field, x: Array, slopes: Array | None, period: int, seconds: float) -> tuple[RestPoint, ...]:
    """Describe points, those first of which the fewest directions grow, and certify while there is time."""
    if slopes is None:
        slopes = _slopes(field, x, period)
    whole = slopes + (np.eye(x.shape[-1]) if field.kind == "map" else 0)
    values = np.linalg.eigvals(whole)
    growing = (np.abs(values) > 1 if field.kind == "map" else values.real > 0).sum(axis=-1)
    end = time.monotonic() + seconds
    found = {k: _described(field, x[k], values[k], period, certify=time.monotonic() < end) for k in np.argsort(growing)}
    return tuple(found[k] for k in range(len(x)))


def _described(field: Field, x: Array, values: Array, period: int, *, certify: bool) -> RestPoint:
    face, free = _face(field, x)
    by_faces = field.faces == "invariant" and field.kind == "flow" and field.objective is not None
    if certify and field.expressions is not None:
        try:
            search = Search(field, 1.0, period)
            where = (face, free) if search.by_faces else (interior(face.space), x)
            search.look(where[0], Interval(where[1] - _AROUND, where[1] + _AROUND))
            if len(search.points) == 1:
                return search.points[0]
        except NotEnclosedError:
            pass
    corner = by_faces and face.dimension == 0
    exact = [sp.Integer(round(v)) for v in x] if corner else _exactly(field, x, period)
    if exact:
        x = np.array([float(v) for v in exact])
        free = _face(field, x)[1]
    on = face if by_faces else interior(face.space)
    proved = certified(field, on, free if by_faces else x, period) if certify else None
    if proved is not None and exact and not _holds(proved.box, on, exact):
        exact = None  # another zero, very close to it
    location = tuple(exact) if exact else tuple(sp.Float(float(v), 17) for v in x)
    radius = np.inf
    if proved is None:
        stability, kind = _believed(values, field.kind)
        rest = float(np.abs(_change(field, x, period)).max())
        certificate = f"not certified: the field is {rest:.1g} there"
        if exact:
            certificate = "a zero in exact arithmetic; eigenvalues by differences"
    else:
        at = free if by_faces else x
        reach = np.abs([proved.box.lo - at, proved.box.hi - at]).max(initial=0)
        radius = float(np.nextafter(max(on.dimension, 1) * reach, np.inf))  # a last action moves by the sum of others
        values = np.concatenate([spectrum(proved.jacobian).values, proved.across.middle])
        smooth = field.smoothness != "piecewise"
        stability, kind = classify(proved.jacobian, proved.across, field.kind, smooth=smooth)
        certificate = "one zero within the radius, Krawczyk's test on the field's own code"
        if exact:
            certificate = "a zero in exact arithmetic, alone by Krawczyk's test on the field's own code"
    if corner:
        certificate = "a corner" if proved else "a corner; eigenvalues by differences"
    return RestPoint(
        location=location,
        x=np.array([float(v) for v in location]),
        face=face.name,
        eigenvalues=tuple(float(v.real) if v.imag == 0 else complex(v) for v in values),
        stability=stability,
        kind=kind,
        transversal=proved.transversal if proved else {},
        gifts=gifts_at(field, location, exact=bool(exact)),
        radius=0.0 if exact else radius,
        exact=bool(exact),
        certificate=certificate,
    )


def _holds(box: Interval, face: Face, exact: Sequence[sp.Rational]) -> bool:
    """Whether the free coordinates of an exact place lie in a box."""
    place = dict(zip(face.space.symbols, exact, strict=True))
    free = [place[s] for s in face.coordinates if s in place]
    ends = zip(free, box.lo, box.hi, strict=True)
    return all(sp.Rational(float(low)) <= v <= sp.Rational(float(high)) for v, low, high in ends)


def _believed(values: NDArray[Any], kind: str) -> tuple[str, str]:
    """Classify by eigenvalues that are not enclosed."""
    size = np.abs(values) - 1 if kind == "map" else values.real
    clear = _CLEAR * float(np.abs(values).max())
    slack = Interval(np.where(np.abs(size) > clear, size, -clear), np.where(np.abs(size) > clear, size, clear))
    stability, shape = classify(Interval(np.zeros((0, 0))), slack)
    turning = bool(np.any(np.abs(values.imag) > clear))
    return stability, "focus" if shape == "node" and turning else shape


def _face(field: Field, x: Array) -> tuple[Face, Array]:
    """Smallest face that a point lies on, and its free coordinates there."""
    policies = simplices(field.space).policies(x)
    supports = tuple(tuple(int(k) for k in np.flatnonzero(p > _SAME)) for p in policies)
    free = [p[list(s[:-1])] for p, s in zip(policies, supports, strict=True)]
    return Face(simplices(field.space), supports), np.concatenate(free)


def _exactly(field: Field, x: Array, period: int) -> list[sp.Rational] | None:
    """Return the point as fractions if the field's own code says in exact arithmetic that it rests there."""
    fractions = [Fraction(float(v)).limit_denominator(_DENOMINATOR) for v in x]
    if max(abs(float(f) - v) for f, v in zip(fractions, x, strict=True)) > _SAME:
        return None
    state: Any = np.array(fractions, dtype=object)
    try:
        moved = state
        for _ in range(period):
            moved = field.function(moved)
        change = moved if field.kind == "flow" else moved - state
        exact = all(isinstance(v, (int, Fraction)) and v == 0 for v in np.asarray(change, dtype=object))
    except (TypeError, ValueError, AttributeError, ArithmeticError):  # code for floats only
        return None
    return [sp.Rational(f.numerator, f.denominator) for f in fractions] if exact else None
