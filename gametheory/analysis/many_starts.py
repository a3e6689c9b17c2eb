"""Rest points found from many starts: for fields without a closed form, or too large to be searched to the end."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from gametheory.analysis.budget import Budget, Spent
from gametheory.analysis.by_code import certified
from gametheory.analysis.certified import Search, inexact, interior
from gametheory.analysis.faces import Face
from gametheory.analysis.gifts import gifts_at
from gametheory.analysis.newton import Moves, distinct, newton
from gametheory.analysis.results import Continuum, RestPoint, RestPoints
from gametheory.analysis.stability import classify, spectrum
from gametheory.intervals import Interval, NotEnclosedError
from gametheory.rules.gradient import policy_gradient
from gametheory.space import Space, simplices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gametheory.field import Field

    Array = NDArray[Any]

__all__ = ["Describer", "examined", "found_rest_points", "size_of", "with_starts"]

_SEARCH, _PROOFS = 3e8, 2e8  # operations of the search, and of what is said of points
_STARTS, _FEWEST = 400, 10
_TYPICAL = 20  # steps of Newton's method
_TOGETHER = 2e6  # operations of one step from the starts that go together
_REST = 1e-9  # of the field's size: what counts as no movement
_SAME = 1e-6
_SINGULAR = 1e-7  # of the largest singular value
_DENOMINATOR = 1000
_AROUND = 1e-6
_CLEAR = 1e-4  # of the largest eigenvalue: a real part whose sign is believed although it is not enclosed
_SYMBOLIC = 25, 60  # operations for each of a formula: put on a face, and with its derivatives, by pairs of coordinates
_BY_CODE = 3000  # evaluations that a certificate by the field's own code takes, with each derivative
_EXACT = 20_000  # operations of an evaluation up to which exact arithmetic takes milliseconds


def found_rest_points(field: Field, *, period: int, seed: int, seconds: float | None = None) -> RestPoints:
    """Look for rest points by Newton's method from many starts.

    Parameters
    ----------
    field : Field
        On policies, all parameters bound.
    period : int
        For maps: points that come back after so many steps.
    seed : int
        Of the random starts.
    seconds : float, optional
        Time after which the search is ended.

    Returns
    -------
    RestPoints
        Never complete. Large fields are searched from fewer starts, so that the work is bounded.
    """
    space, budget = simplices(field.space), Budget(_SEARCH, seconds)
    moves = Moves(field, period, budget)
    starts = _starts(space, np.random.default_rng(seed), _affordable(moves))
    found: list[Array] = []
    done = 0
    try:
        size = size_of(moves, starts)
        for part in np.array_split(starts, max(1, round(len(starts) * moves.step_cost / _TOGETHER))):
            found += _ends(moves, part, size)
            done += len(part)
            if budget.why:
                break
    except Spent:
        size = 1.0
    method = budget.told(with_starts(done))
    proofs = moves.budget = budget.part(_PROOFS)
    points, continua = examined(moves, distinct(np.array(found).reshape(-1, space.dimension)), size)
    return RestPoints(points, continua, complete=False, method=method if budget.why else proofs.told(method))


def with_starts(count: int) -> str:
    """Return how points were found."""
    return f"Newton's method from {count} start{'s' * (count != 1)}"


def _affordable(moves: Moves) -> int:
    """Return the number of starts that the budget allows, the more coordinates and payoffs the fewer."""
    return int(np.clip(_SEARCH / (2 * _TYPICAL * moves.step_cost), _FEWEST, 1 + _STARTS + _STARTS // 4))


def _starts(space: Space, rng: np.random.Generator, count: int) -> Array:
    """Return the middle, then random states, every fifth of which is a corner."""
    corners = space.coordinates([np.eye(a)[rng.integers(a, size=_STARTS // 4)] for a in space.n_actions])
    middle = space.coordinates([np.full(a, 1 / a) for a in space.n_actions])
    inside = space.random(_STARTS, rng).reshape(_STARTS // 4, 4, -1)
    mixed = np.concatenate([corners[:, None], inside], axis=1).reshape(-1, space.dimension)
    return np.concatenate([middle[None], mixed])[:count]


def size_of(moves: Moves, starts: Array) -> float:
    """Return the largest change from any start; raise ``ValueError`` where it is not a number."""
    change = moves.change(starts)
    if np.isnan(change).any():
        where = starts[np.isnan(change).any(axis=-1)][0]
        msg = f"the field is not a number at the state {where.tolist()}"
        raise ValueError(msg)
    return max(float(np.abs(change).max()), np.finfo(float).tiny)


def _ends(moves: Moves, starts: Array, size: float) -> list[Array]:
    """Return where the field rests of the states to which some starts lead."""
    field, nearest = moves.field, moves.field.space.nearest
    ends = newton(moves.change, moves.slopes, nearest, starts)
    if field.faces == "invariant" and field.objective is not None:  # rates vanish on all faces; gradients do not
        ends = np.concatenate([newton(moves.gradient, moves.gradient_slopes, nearest, starts), ends])
    snapped = np.where(ends < _SAME, 0.0, np.where(ends > 1 - _SAME, 1.0, ends))
    if field.faces == "repelling":  # rates vanish on faces, where the flow does not rest
        policies = simplices(field.space).policies(ends)
        snapped = ends = ends[np.all([p.min(axis=-1) > _SAME for p in policies], axis=0)]
    on_face, beside = (_rests(moves, x, size) for x in (snapped, ends))  # a point near a face need not lie on it
    return [*snapped[on_face], *ends[beside & ~on_face]]


def _rests(moves: Moves, x: Array, size: float) -> Array:
    return np.asarray(np.abs(moves.rate(x)).max(axis=-1, initial=0) <= _REST * size)


def examined(
    moves: Moves, x: Array, size: float, basis: Array | None = None
) -> tuple[tuple[RestPoint, ...], tuple[Continuum, ...]]:
    """Describe points, those first of which the fewest directions grow, and certify as many as the budget allows.

    Parameters
    ----------
    moves : Moves
        Of the field, with the budget.
    x : ndarray, shape (m, d)
        Where it rests.
    size : float
        Of the field.
    basis : ndarray, shape (d, k), optional
        Directions that count, where the field does not change along the others.

    Returns
    -------
    points : tuple of RestPoint
        In the order of `x`.
    continua : tuple of Continuum
        What is suspected of points with a singular linear part.
    """
    field = moves.field
    natural = moves  # has the same rest points as the softmax flow, and its slopes do not vanish on faces
    if field.parametrisation == "softmax" and field.objective is not None and field.objective.space == field.space:
        flow = policy_gradient(field.objective, through_weights=field.through_weights)
        natural = Moves(flow, moves.period, moves.budget)
    slopes: list[Array] = []
    try:
        rows = max(1, int(_TOGETHER // moves.step_cost))
        for first in range(0, len(x), rows):
            slopes += list(natural.slopes(x[first : first + rows]))
    except Spent:
        pass
    basis = np.eye(x.shape[-1]) if basis is None else basis
    known = basis.T @ np.array(slopes).reshape(-1, *x.shape[1:] * 2) @ basis
    sizes = np.linalg.svd(known, compute_uv=False)
    isolated = sizes[:, -1] > _SINGULAR * np.maximum(sizes[:, 0], size)
    values = np.linalg.eigvals(known + (np.eye(basis.shape[1]) if field.kind == "map" else 0))
    growing = (np.abs(values) > 1 if field.kind == "map" else values.real > 0).sum(axis=-1)
    describer = Describer(moves)
    points: dict[int, RestPoint] = {}
    for k in np.argsort(growing, kind="stable"):
        if isolated[k]:
            points[k] = describer.point(x[k], values[k])
    for k in range(len(known), len(x)):
        points[k] = describer.point(x[k], None)
    continua = []
    if not isolated.all():
        met = x[: len(known)][~isolated]
        what = f"{len(met)} points with a singular linear part were met, e.g. {np.round(met[0], 6).tolist()}"
        continua.append(Continuum(f"suspected: {what}", sp.Integer(0), "anywhere"))
    return tuple(points[k] for k in sorted(points)), tuple(continua)


class Describer:
    """Says what rest points are that are known as floats.

    Parameters
    ----------
    moves : Moves
        Of the field; certificates are taken from its budget.
    """

    def __init__(self, moves: Moves) -> None:
        self.moves = moves
        self.field = field = moves.field
        self.by_faces = field.faces == "invariant" and field.kind == "flow" and field.objective is not None
        self.operations = 0
        self.search: Search | None = None
        if field.expressions is not None and isinstance(field.space, Space):
            try:
                self.search = Search(field, moves.period, moves.budget.part(np.inf))
            except NotEnclosedError:
                return
            self.operations = sum(int(e.count_ops()) for e in (*self.search.rates, *self.search.advantages))

    def point(self, x: Array, values: Array | None) -> RestPoint:
        """Describe one point, given the eigenvalues there, about; None if they are not known."""
        face, free = _face(self.field, x)
        proved = self._by_expressions(face, free, x)
        return self._described(x, face, free, values) if proved is None else proved

    def _may(self, operations: float) -> bool:
        try:
            self.moves.budget.spend(operations)
        except Spent:
            return False
        return True

    def _by_expressions(self, face: Face | None, free: Array, x: Array) -> RestPoint | None:
        if self.search is None or face is None:
            return None
        on, at = (face, free) if self.search.by_faces else (interior(face.space), x)
        if not self._may(self.operations * (_SYMBOLIC[0] + _SYMBOLIC[1] * on.dimension**2)):
            return None
        try:
            return self.search.only(on, Interval(at - _AROUND, at + _AROUND))
        except NotEnclosedError:
            return None

    def _described(self, x: Array, face: Face | None, free: Array, values: Array | None) -> RestPoint:
        field, period = self.field, self.moves.period
        corner = self.by_faces and face is not None and face.dimension == 0
        on = None if face is None else face if self.by_faces else interior(face.space)
        at = free if self.by_faces else x
        certify = self._may(_BY_CODE * self.moves.cost * (1 + len(at)))
        exact: list[Any] | None = None
        if corner:
            exact = [sp.Integer(round(v)) for v in x]
        elif self.moves.cost <= _EXACT and not self.moves.budget.late:
            exact = _exactly(field, x, period)
        if exact:
            x = np.array([float(v) for v in exact])
            at = _face(field, x)[1] if self.by_faces else x
        proved = certified(field, on, at, period) if certify else None
        if proved is not None and exact and not _holds(proved.box, on, exact):
            exact = None  # another zero, very close to it
        radius = np.inf
        if proved is None:
            stability, kind = _believed(values, field.kind)
            certificate = f"not certified: the field is {float(np.abs(self.moves.rate(x[None])).max()):.1g} there"
            if exact:
                certificate = "a zero in exact arithmetic; eigenvalues by differences"
        else:
            reach = np.abs([proved.box.lo - at, proved.box.hi - at]).max(initial=0)
            radius = float(np.nextafter(max(len(at), 1) * reach, np.inf))  # a last action moves by the sum of others
            values = np.concatenate([spectrum(proved.jacobian).values, proved.across.middle])
            smooth = field.smoothness != "piecewise"
            stability, kind = classify(proved.jacobian, proved.across, field.kind, smooth=smooth)
            certificate = "one zero within the radius, Krawczyk's test on the field's own code"
            if exact:
                certificate = "a zero in exact arithmetic, alone by Krawczyk's test on the field's own code"
        if corner:
            certificate = "a corner" if proved else "a corner; eigenvalues by differences"
        location = tuple(exact) if exact else inexact(x)
        return RestPoint(
            location=location,
            x=np.array([float(v) for v in location]),
            face="interior" if face is None else face.name,
            eigenvalues=() if values is None else tuple(float(v.real) if v.imag == 0 else complex(v) for v in values),
            stability=stability,
            kind=kind,
            transversal=proved.transversal if proved else {},
            gifts=gifts_at(field, location, exact=bool(exact) and self.moves.cost <= _EXACT),
            radius=0.0 if exact else radius,
            exact=bool(exact),
            certificate=certificate,
        )


def _holds(box: Interval, face: Face | None, exact: Sequence[sp.Rational]) -> bool:
    """Whether the free coordinates of an exact place lie in a box."""
    free = exact if face is None else _free(face, exact)
    ends = zip(free, box.lo, box.hi, strict=True)
    return all(sp.Rational(float(low)) <= v <= sp.Rational(float(high)) for v, low, high in ends)


def _free(face: Face, exact: Sequence[sp.Rational]) -> list[sp.Rational]:
    place = dict(zip(face.space.symbols, exact, strict=True))
    return [place[s] for s in face.coordinates if s in place]


def _believed(values: Array | None, kind: str) -> tuple[str, str]:
    """Classify by eigenvalues that are not enclosed."""
    if values is None:
        return "undetermined", "degenerate"
    size = np.abs(values) - 1 if kind == "map" else values.real
    clear = _CLEAR * float(np.abs(values).max())
    slack = Interval(np.where(np.abs(size) > clear, size, -clear), np.where(np.abs(size) > clear, size, clear))
    stability, shape = classify(Interval(np.zeros((0, 0))), slack)
    turning = bool(np.any(np.abs(values.imag) > clear))
    return stability, "focus" if shape == "node" and turning else shape


def _face(field: Field, x: Array) -> tuple[Face | None, Array]:
    """Smallest face that a point lies on, and its free coordinates there; None among real vectors, which have none."""
    if not isinstance(field.space, Space):
        return None, x
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
