"""Rest points of fields in closed form, face by face, each with a certificate.

On every face the rest points are zeros of as many equations as there are free coordinates
(:mod:`gametheory.analysis.faces`). Branch and prune finds all of them and proves that each is alone in its box
(:mod:`gametheory.analysis.enclosures`); rational zeros of rational equations are then recognised and checked exactly.
The search goes a little beyond the border of a face, so that a zero on the border, where an absent action neither grows
nor shrinks, is found as such.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from gametheory.analysis.budget import Budget
from gametheory.analysis.degenerate import beyond_linear
from gametheory.analysis.elimination import lies_on_border, rational_zeros
from gametheory.analysis.enclosures import Zeros, clusters, zeros
from gametheory.analysis.face_equations import FaceEquations, LinearPart, enclosed
from gametheory.analysis.faces import Face, faces
from gametheory.analysis.gifts import gifts_at
from gametheory.analysis.local_flow import UNDETERMINED, Verdict
from gametheory.analysis.results import Box, Continuum, RestPoint, RestPoints
from gametheory.analysis.stability import classify, spectrum
from gametheory.intervals import Interval, NotEnclosedError
from gametheory.kinks import larger, opaque
from gametheory.space import Space, simplices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gametheory.field import Field

__all__ = ["Search", "certified_rest_points", "in_order", "inexact", "interior"]

_WORK = 3e8  # operations on boxes in the whole search
_AT_LEAST = 1e6  # operations on each face, after that
_BEYOND = 2.0**-10  # how far the search goes over the border
_LONGEST = 400  # operations in a composed map
_DENOMINATOR = 10**6  # of rational zeros that are looked for
_DIGITS = 17  # of floats as SymPy numbers
_KRAWCZYK, _ELIMINATION = "Krawczyk's test", "elimination"
_METHOD = f"branch and prune with {_KRAWCZYK}"


def certified_rest_points(field: Field, *, seconds: float | None = None, period: int = 1) -> RestPoints:
    """Find the rest points of a field in closed form.

    Parameters
    ----------
    field : Field
        With expressions, all parameters bound.
    seconds : float, optional
        Time after which the search is ended; what is left is undecided.
    period : int
        For maps: points that come back after so many steps.

    Returns
    -------
    RestPoints
        Complete unless boxes stayed undecided.
    """
    budget = Budget(_WORK, seconds)
    search = Search(field, period, budget)
    for face in faces(simplices(field.space)) if search.by_faces else [interior(simplices(field.space))]:
        search.look(face)
    return RestPoints(
        in_order(search.points),
        tuple(search.continua),
        complete=not search.undecided,
        method=budget.told(_METHOD),
        undecided=tuple(search.undecided),
    )


def in_order(points: Sequence[RestPoint]) -> tuple[RestPoint, ...]:
    """Sort points: corners first, then by place."""
    return tuple(sorted(points, key=lambda point: (-len(point.transversal), tuple(point.x.round(9)))))


def interior(space: Space) -> Face:
    """Return the face on which all actions are in use."""
    return Face(space, tuple(tuple(range(a)) for a in space.n_actions))


class Search:
    """Goes through faces and collects what rests there.

    Parameters
    ----------
    field : Field
        With expressions, all parameters bound.
    period : int
        For maps: points that come back after so many steps.
    budget : Budget
        Of work on boxes.
    """

    def __init__(self, field: Field, period: int, budget: Budget) -> None:
        self.field = field
        self.budget = budget
        self.rates = _iterated(tuple(map(opaque, field.expressions or ())), field, period)
        self.advantages = tuple(map(opaque, field.advantages or ()))
        self.points: list[RestPoint] = []
        self.continua: list[Continuum] = []
        self.undecided: list[Box] = []
        self._known: dict[Face, FaceEquations] = {}
        self._everywhere = LinearPart(field.space.symbols, self.rates)

    @property
    def by_gradients(self) -> bool:
        """Whether own gradients say where the field rests."""
        return bool(self.advantages) and self.field.kind == "flow"

    @property
    def projected(self) -> bool:
        """Whether the flow is stopped at the border: it rests where it would leave."""
        return self.by_gradients and self.field.parametrisation == "projected"

    @property
    def by_faces(self) -> bool:
        """Whether every face has rest points of its own; else those on the border are zeros like others."""
        return self.field.faces == "invariant" or self.projected

    def on(self, face: Face) -> FaceEquations:
        """Return the field on one face; it is set up once."""
        if face not in self._known:
            growth: dict[str, tuple[sp.Expr, int]] = {}
            if self.by_gradients:
                gradients = face.gradients(self.advantages)
                equations, growth = face.equations(gradients), face.growth(gradients)
                flow = face.projected(gradients) if self.projected else face.along(self.rates)
            else:
                flow = face.along(self.rates)
                equations = [f - x for f, x in zip(flow, face.symbols, strict=True)] if self._is_map else flow
            self._known[face] = FaceEquations(face, tuple(equations), tuple(flow), growth)
        return self._known[face]

    def only(self, face: Face, box: Interval) -> RestPoint | None:
        """Return the one rest point in a box of a face, or None if it is not shown that there is one."""
        before = len(self.points)
        self.look(face, box)
        found = self.points[before:]
        return found[0] if len(found) == 1 else None

    def look(self, face: Face, box: Interval | None = None) -> None:
        """Find the rest points inside one face, the corners among them, or in a box of it."""
        whole = Interval(np.zeros(face.dimension), np.ones(face.dimension))
        if self.budget.late:
            self.budget.why = "time ran out"
            self._doubt(face, whole)
            return
        on = self.on(face)
        if not face.dimension:
            self._keep(on, Interval(np.zeros(0)), [])
            return
        if not on.clear or (on.curves and self.projected and on.growth):  # a continuum, or does the flow leave it?
            self._doubt(face, whole)
        elif box is None:
            self.continua += on.curves
        if on.never:
            return  # what vanishes everywhere has been taken out
        found = self._zeros(on, box)
        for n in np.lexsort(found.certified.middle.T[::-1].round(9)):
            zero, exact = found.certified[n], _rational(face, found.certified[n], on.equations)
            if exact:
                place = dict(zip(face.coordinates, exact, strict=True))
                if any(c.equation.subs(place) == 0 for c in on.curves):
                    continue  # not isolated
            if _may_be_zero(enclosed(face.symbols, on.below if exact else on.lines, zero)):
                self._doubt(face, zero)  # perhaps on a continuum, or where the field is not defined
            else:
                self._settle(on, zero, exact)
        self._look_again(on, found)

    def _look_again(self, on: FaceEquations, found: Zeros) -> None:
        """Settle undecided boxes by elimination, where it can; those that hold a certified zero too stay open."""
        face, met = on.face, set()
        for group in clusters(found.undecided):
            around = Interval(group.lo.min(axis=0), group.hi.max(axis=0))
            if np.any(_probabilities(face, around).hi < 0):
                continue
            lone = not np.any(np.all((found.certified.hi >= around.lo) & (found.certified.lo <= around.hi), axis=-1))
            exactly = lone and not (on.below or on.curves or self.budget.late)
            settled = rational_zeros(face, around, on.equations) if exactly else None
            if settled is None:
                self._doubt(face, around, len(group.lo))
            for place in settled or ():
                if tuple(place) in met:  # hulls of clusters may overlap
                    continue
                met.add(tuple(place))
                self._settle(on, _point(place), place, _ELIMINATION)

    def _doubt(self, face: Face, box: Interval, count: int = 1) -> None:
        self.undecided.append(Box(face.name, *_in_space(face, box), count=count))

    @property
    def _is_map(self) -> bool:
        return self.field.kind == "map"

    def _zeros(self, on: FaceEquations, box: Interval | None) -> Zeros:
        face = on.face
        beyond = 0.0 if self.field.faces == "repelling" else _BEYOND

        def meets_face(boxes: Interval) -> NDArray[np.bool_]:
            return np.asarray(np.all(_probabilities(face, boxes).hi >= -beyond, axis=-1))

        whole = box or Interval(np.full(face.dimension, -beyond), np.full(face.dimension, 1 + beyond))
        self.budget.left = max(self.budget.left, _AT_LEAST)
        return zeros(
            on.enclose,
            on.slopes,
            whole,
            where_defined=on.where_defined,
            keep=meets_face,
            spend=lambda boxes: self.budget.spend(boxes * on.operations),
        )

    def _settle(
        self, on: FaceEquations, box: Interval, exact: Sequence[sp.Expr] | None, proof: str = _KRAWCZYK
    ) -> None:
        """Decide whether a zero lies inside the face, and keep it if so."""
        if exact is not None:
            signs = [sp.sign(v) for v in _chances(on.face, exact)]
            on_border = 0 in signs
            # a zero on the border belongs to a smaller face, if those are searched, and has been met there
            if -1 not in signs and not (on_border and self.by_faces):
                self._keep(on, box, exact, proof)
            return
        chances = _probabilities(on.face, box)
        if np.all(chances.lo > 0):
            self._keep(on, box, None)
        elif not np.any(chances.hi < 0) and not (self.by_faces and lies_on_border(on.face, box, on.equations)):
            self._doubt(on.face, box)

    def _keep(self, on: FaceEquations, box: Interval, exact: Sequence[sp.Expr] | None, proof: str = _KRAWCZYK) -> None:
        """Say what a rest point is."""
        field, face, growth, whole = self.field, on.face, on.growth, box
        place = exact if exact is not None else [sp.Float(float(m), _DIGITS) for m in box.middle]
        at = dict(zip(face.symbols, place, strict=True))
        across = on.across(box)
        if self.projected and exact is not None and any(rate.subs(at) > 0 for rate, _ in growth.values()):
            return  # the flow leaves this face
        if self.projected and exact is None and np.any(across.hi >= 0):
            if np.all(across.lo <= 0):
                self._doubt(face, box)
            return
        linear = on.linear_part
        if not self.by_gradients:  # what absent actions do is in the rates
            linear, box = self._everywhere, Interval(*_in_space(face, box))
        jacobian = linear.jacobian(box)
        stability, kind = classify(jacobian, across, field.kind)
        certificate = _certificate(face, exact is not None, proof)
        # across the face growth rates are continuous, and their signs decide: only kinks along it matter
        if linear.may_switch(box):
            stability, kind = "undetermined", "on a switching surface"
        elif stability == "undetermined" and exact is not None and field.parametrisation == "natural":
            verdict = _beyond_linear(face, self.advantages, exact)
            stability, kind, certificate = verdict.stability, verdict.kind, verdict.told(certificate)
        found = spectrum(jacobian)
        location = tuple(sp.sympify(face.place[s]).subs(at) for s in self.field.space.symbols)
        x = np.array([float(v) for v in location])
        reach = max(float(np.nextafter(np.abs(x - end), np.inf).max()) for end in _in_space(face, whole))
        self.points.append(
            RestPoint(
                location=location if exact is not None else inexact(x),
                x=x,
                face=_smallest(face, location).name,
                eigenvalues=(*_numbers(found.values), *(float(m) for m in across.middle)),
                stability=stability,
                kind=kind,
                transversal={name: _at(rate * sign, at, exact is not None) for name, (rate, sign) in growth.items()},
                gifts=gifts_at(field, location, exact=exact is not None),
                radius=0.0 if exact is not None else reach,
                exact=exact is not None,
                certificate=certificate,
            )
        )


def inexact(x: NDArray[np.float64]) -> tuple[sp.Float, ...]:
    """Return coordinates that are not exact as SymPy numbers, all of one kind."""
    return tuple(sp.Float(float(v), _DIGITS) for v in x)


# ---------------------------------------------------------------------- parts
def _point(exact: Sequence[sp.Rational]) -> Interval:
    ends = [Interval.quotient(int(v.p), int(v.q)) for v in exact]
    return Interval(np.array([float(e.lo) for e in ends]), np.array([float(e.hi) for e in ends]))


def _smallest(face: Face, location: Sequence[sp.Expr]) -> Face:
    """Return the smallest face that a point lies on: flows that leave faces are searched on the whole space."""
    policies = face.space.policies(np.array(location, dtype=object))
    return Face(face.space, tuple(tuple(k for k, x in enumerate(policy) if x != 0) for policy in policies))


def _iterated(rates: Sequence[sp.Expr], field: Field, times: int) -> tuple[sp.Expr, ...]:
    """Compose a map with itself."""
    found = tuple(rates)
    for _ in range(times - 1):
        found = tuple(r.subs(dict(zip(field.space.symbols, found, strict=True)), simultaneous=True) for r in rates)
        if sum(r.count_ops() for r in found) > _LONGEST:
            msg = f"the map composed {times} times is too long to be searched in closed form"
            raise NotEnclosedError(msg)
    return found


def _may_be_zero(values: Interval) -> bool:
    return bool(np.any((values.lo <= 0) & (values.hi >= 0)))


def _chances(face: Face, place: Sequence[sp.Expr]) -> list[sp.Expr]:
    """Probabilities of the actions in use."""
    at = dict(zip(face.symbols, place, strict=True))
    return [
        p.subs(at)
        for policy, support in zip(face.policies, face.supports, strict=True)
        for p in (policy[k] for k in support)
    ]


def _probabilities(face: Face, boxes: Interval) -> Interval:
    """Enclose the probabilities of the actions in use, shape (..., number of them)."""
    parts, start = [], 0
    for support in face.supports:
        own = boxes[..., start : start + len(support) - 1]
        start += len(support) - 1
        last = Interval(np.ones(boxes.lo.shape[:-1]))
        for k in range(len(support) - 1):
            last = last - own[..., k]
        parts += [own, last[..., None]]
    return Interval(np.concatenate([p.lo for p in parts], axis=-1), np.concatenate([p.hi for p in parts], axis=-1))


def _in_space(face: Face, box: Interval) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of a box in the coordinates of the space."""
    ends = enclosed(face.symbols, [sp.sympify(face.place[s]) for s in face.space.symbols], box)
    return ends.lo, ends.hi


def _rational(face: Face, box: Interval, equations: Sequence[sp.Expr]) -> list[sp.Expr] | None:
    """Return the zero in a box as fractions, if it is one with small denominators and the equations say so exactly."""
    if any(e.has(sp.Float, sp.log, sp.exp) for e in equations):
        return None
    guess = [Fraction(float(m)).limit_denominator(_DENOMINATOR) for m in box.middle]
    if any(not lo <= g <= hi for lo, g, hi in zip(box.lo, guess, box.hi, strict=True)):
        return None
    place = [sp.Rational(g.numerator, g.denominator) for g in guess]
    at = dict(zip(face.symbols, place, strict=True))
    return place if all(e.subs(at) == 0 for e in equations) else None


def _beyond_linear(face: Face, advantages: Sequence[sp.Expr], exact: Sequence[sp.Expr]) -> Verdict:
    if any(g.has(larger, sp.log) for g in advantages):
        return UNDETERMINED
    return beyond_linear(face, advantages, exact)


def _certificate(face: Face, exact: bool, proof: str) -> str:
    if not face.dimension:
        return "a corner"
    return f"rational zero, checked exactly, alone by {proof}" if exact else f"one zero within the radius, {proof}"


def _numbers(values: NDArray[Any]) -> list[Any]:
    return [float(v.real) if v.imag == 0 else complex(v) for v in values]


def _at(rate: sp.Expr, at: dict[sp.Symbol, sp.Expr], exact: bool) -> Any:
    value = sp.sympify(rate).subs(at)
    return value if exact else float(value)
