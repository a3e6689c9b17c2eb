"""Rest points of fields in closed form, face by face, each with a certificate.

On every face the rest points are zeros of as many equations as there are free coordinates
(:mod:`gametheory.analysis.faces`). Branch and prune finds all of them and proves that each is alone in its box
(:mod:`gametheory.analysis.enclosures`); rational zeros of rational equations are then recognised and checked exactly.
The search goes a little beyond the border of a face, so that a zero on the border, where an absent action neither grows
nor shrinks, is found as such.
"""

from __future__ import annotations

import time
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from gametheory.analysis.degenerate import is_centre, second_order
from gametheory.analysis.elimination import lies_on_border, rational_zeros
from gametheory.analysis.enclosures import Zeros, clusters, zeros
from gametheory.analysis.faces import Face, faces
from gametheory.analysis.gifts import gifts_at
from gametheory.analysis.results import Box, Continuum, RestPoint, RestPoints
from gametheory.analysis.stability import classify, spectrum
from gametheory.intervals import Interval, NotEnclosedError, compiled
from gametheory.kinks import kinks, larger, opaque
from gametheory.space import Space, simplices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gametheory.field import Field

    Growth = dict[str, tuple[sp.Expr, int]]

__all__ = ["Search", "certified_rest_points", "interior"]

_BEYOND = 2.0**-10  # how far the search goes over the border
_LONGEST = 400  # operations in a composed map
_DENOMINATOR = 10**6  # of rational zeros that are looked for
_DRAWS, _RAISED = 4000, 8  # points at which signs are compared; degrees added to show that there is one sign only
_KRAWCZYK, _ELIMINATION = "Krawczyk's test", "elimination"
_METHOD = f"branch and prune with {_KRAWCZYK}"


def certified_rest_points(field: Field, *, seconds: float, period: int = 1) -> RestPoints:
    """Find the rest points of a field in closed form.

    Parameters
    ----------
    field : Field
        With expressions, all parameters bound.
    seconds : float
        Time for the search.
    period : int
        For maps: points that come back after so many steps.

    Returns
    -------
    RestPoints
        Complete unless boxes stayed undecided.
    """
    search = Search(field, seconds, period)
    for face in faces(simplices(field.space)) if search.by_faces else [interior(simplices(field.space))]:
        search.look(face)
    return RestPoints(
        tuple(sorted(search.points, key=_order)),
        tuple(search.continua),
        complete=not search.undecided,
        method=_METHOD,
        undecided=tuple(search.undecided),
    )


def _order(point: RestPoint) -> tuple[int, tuple[float, ...]]:
    """Corners first, then by place."""
    return -len(point.transversal), tuple(point.x.round(9))


def interior(space: Space) -> Face:
    """Return the face on which all actions are in use."""
    return Face(space, tuple(tuple(range(a)) for a in space.n_actions))


class Search:
    """Goes through faces and collects what rests there."""

    def __init__(self, field: Field, seconds: float, period: int) -> None:
        self.field = field
        self.end = time.monotonic() + seconds
        self.rates = _iterated(tuple(map(opaque, field.expressions or ())), field, period)
        self.advantages = tuple(map(opaque, field.advantages or ()))
        self.points: list[RestPoint] = []
        self.continua: list[Continuum] = []
        self.undecided: list[Box] = []

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

    def look(self, face: Face, box: Interval | None = None) -> None:
        """Find the rest points inside one face, the corners among them, or in a box of it."""
        equations, flow, growth = self._parts(face)
        if not face.dimension:
            self._keep(face, Interval(np.zeros(0)), flow, growth, [])
            return
        equations = [_one_quotient(e, face.symbols) for e in equations]
        below = [d for d in (sp.fraction(e)[1] for e in equations) if d.free_symbols]
        equations, curves, clear = _without_common_factor(equations, face)
        if not clear or (curves and self.projected and growth):  # is there a continuum, or does the flow leave it?
            self._doubt(face, Interval(np.zeros(face.dimension), np.ones(face.dimension)))
        else:
            self.continua += curves
        if any(e.is_nonzero for e in equations if not e.free_symbols):
            return  # what vanishes everywhere has been taken out
        found = self._zeros(face, equations, box)
        for n in np.lexsort(found.certified.middle.T[::-1].round(9)):
            zero, exact = found.certified[n], _rational(face, found.certified[n], equations)
            if exact:
                on = dict(zip(face.coordinates, exact, strict=True))
                if any(c.equation.subs(on) == 0 for c in curves):
                    continue  # not isolated
            lines = [] if exact else [sp.sympify(c.equation).subs(face.place, simultaneous=True) for c in curves]
            if _may_be_zero(_enclosed(face.symbols, [*lines, *below], zero)):
                self._doubt(face, zero)  # perhaps on a continuum, or where the field is not defined
            else:
                self._settle(face, zero, exact, equations, flow, growth)
        self._look_again(face, found, equations, flow, growth, exactly=not (below or curves))

    def _look_again(
        self,
        face: Face,
        found: Zeros,
        equations: Sequence[sp.Expr],
        flow: Sequence[sp.Expr],
        growth: Growth,
        *,
        exactly: bool,
    ) -> None:
        """Settle undecided boxes by elimination, where it can; those that hold a certified zero too stay open."""
        met: set[tuple[sp.Rational, ...]] = set()
        for group in clusters(found.undecided):
            around = Interval(group.lo.min(axis=0), group.hi.max(axis=0))
            if np.any(_probabilities(face, around).hi < 0):
                continue
            lone = not np.any(np.all((found.certified.hi >= around.lo) & (found.certified.lo <= around.hi), axis=-1))
            settled = rational_zeros(face, around, equations) if exactly and lone else None
            if settled is None:
                self._doubt(face, around, len(group.lo))
            for place in settled or ():
                if tuple(place) in met:  # hulls of clusters may overlap
                    continue
                met.add(tuple(place))
                self._settle(face, _point(place), place, equations, flow, growth, _ELIMINATION)

    def _parts(self, face: Face) -> tuple[Sequence[sp.Expr], Sequence[sp.Expr], Growth]:
        """Equations of rest inside a face, rates along it, and rates of growth of absent actions."""
        growth: Growth = {}
        if self.by_gradients:
            gradients = face.gradients(self.advantages)
            equations, growth = face.equations(gradients), face.growth(gradients)
            flow = face.projected(gradients) if self.projected else face.along(self.rates)
        else:
            flow = face.along(self.rates)
            equations = [f - x for f, x in zip(flow, face.symbols, strict=True)] if self._is_map else flow
        return equations, flow, growth

    def _doubt(self, face: Face, box: Interval, count: int = 1) -> None:
        self.undecided.append(Box(face.name, *_in_space(face, box), count=count))

    @property
    def _is_map(self) -> bool:
        return self.field.kind == "map"

    def _zeros(self, face: Face, equations: Sequence[sp.Expr], box: Interval | None) -> Zeros:
        f, defined = (compiled(face.symbols, equations, where_defined=cut) for cut in (False, True))
        jacobian = compiled(face.symbols, [e.diff(s) for e in equations for s in face.symbols])
        beyond = 0.0 if self.field.faces == "repelling" else _BEYOND

        def meets_face(boxes: Interval) -> NDArray[np.bool_]:
            return np.asarray(np.all(_probabilities(face, boxes).hi >= -beyond, axis=-1))

        whole = box or Interval(np.full(face.dimension, -beyond), np.full(face.dimension, 1 + beyond))
        left = max(self.end - time.monotonic(), 0.05)
        return zeros(f, jacobian, whole, where_defined=defined, keep=meets_face, seconds=left)

    def _settle(
        self,
        face: Face,
        box: Interval,
        exact: Sequence[sp.Expr] | None,
        equations: Sequence[sp.Expr],
        flow: Sequence[sp.Expr],
        growth: Growth,
        proof: str = _KRAWCZYK,
    ) -> None:
        """Decide whether a zero lies inside the face, and keep it if so."""
        if exact is not None:
            signs = [sp.sign(v) for v in _chances(face, exact)]
            on_border = 0 in signs
            # a zero on the border belongs to a smaller face, if those are searched, and has been met there
            if -1 not in signs and not (on_border and self.by_faces):
                self._keep(face, box, flow, growth, exact, proof)
            return
        chances = _probabilities(face, box)
        if np.all(chances.lo > 0):
            self._keep(face, box, flow, growth, None)
        elif not np.any(chances.hi < 0) and not (self.by_faces and lies_on_border(face, box, equations)):
            self._doubt(face, box)

    def _keep(
        self,
        face: Face,
        box: Interval,
        flow: Sequence[sp.Expr],
        growth: Growth,
        exact: Sequence[sp.Expr] | None,
        proof: str = _KRAWCZYK,
    ) -> None:
        """Say what a rest point is."""
        field, symbols, whole = self.field, face.symbols, box
        place = exact if exact is not None else [sp.Float(float(m), 17) for m in box.middle]
        at = dict(zip(symbols, place, strict=True))
        across = _enclosed(symbols, [rate for rate, _ in growth.values()], box)
        if self.projected and exact is not None and any(rate.subs(at) > 0 for rate, _ in growth.values()):
            return  # the flow leaves this face
        if self.projected and exact is None and np.any(across.hi >= 0):
            if np.all(across.lo <= 0):
                self._doubt(face, box)
            return
        if not self.by_gradients:  # what absent actions do is in the rates
            symbols, flow, box = field.space.symbols, self.rates, Interval(*_in_space(face, box))
        along = _enclosed(symbols, [rate.diff(s) for rate in flow for s in symbols], box)
        jacobian = Interval(*(end.reshape(len(symbols), len(symbols)) for end in (along.lo, along.hi)))
        stability, kind = classify(jacobian, across, field.kind)
        # across the face growth rates are continuous, and their signs decide: only kinks along it matter
        switch = _enclosed(symbols, list(set().union(*map(kinks, flow))), box)
        if np.any((switch.lo <= 0) & (switch.hi >= 0)):
            stability, kind = "undetermined", "on a switching surface"
        elif stability == "undetermined" and exact is not None and field.parametrisation == "natural":
            stability, kind = _beyond_linear(face, self.advantages, exact)
        found = spectrum(jacobian)
        location = tuple(sp.sympify(face.place[s]).subs(at) for s in self.field.space.symbols)
        x = np.array([float(v) for v in location])
        reach = max(float(np.nextafter(np.abs(x - end), np.inf).max()) for end in _in_space(face, whole))
        self.points.append(
            RestPoint(
                location=location,
                x=x,
                face=_smallest(face, location).name,
                eigenvalues=(*_numbers(found.values), *(float(m) for m in across.middle)),
                stability=stability,
                kind=kind,
                transversal={name: _at(rate * sign, at, exact is not None) for name, (rate, sign) in growth.items()},
                gifts=gifts_at(field, location, exact=exact is not None),
                radius=0.0 if exact is not None else reach,
                exact=exact is not None,
                certificate=_certificate(face, exact is not None, proof),
            )
        )


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


def _one_quotient(e: sp.Expr, symbols: Sequence[sp.Symbol]) -> sp.Expr:
    """Write an expression over one denominator, without common factors; polynomials keep the form they have."""
    together = sp.together(e)
    if sp.fraction(together)[1].free_symbols and e.is_rational_function(*symbols):
        return sp.cancel(e)
    return together


def _may_be_zero(values: Interval) -> bool:
    return bool(np.any((values.lo <= 0) & (values.hi >= 0)))


def _without_common_factor(equations: list[sp.Expr], face: Face) -> tuple[list[sp.Expr], list[Continuum], bool]:
    """Take a common factor out of polynomial equations: where it vanishes inside the face, a continuum rests.

    The last value returned is False if it is not known whether it does.
    """
    symbols = face.symbols
    numerators = [sp.fraction(e)[0] for e in equations]
    if not all(n.is_polynomial(*symbols) for n in numerators):
        return equations, [], True
    polynomials = [sp.Poly(n, *symbols) for n in numerators]
    if not all(p.domain.is_ZZ or p.domain.is_QQ for p in polynomials):
        return equations, [], True
    common = reduce(sp.gcd, polynomials)
    if common.is_zero:
        return [sp.Integer(1)], [Continuum("every point rests", sp.Integer(0), face.name)], True
    if len(symbols) == 1:  # its zeros are points, and multiple ones shall be simple
        return [common.sqf_part().as_expr()], [], True
    if common.is_ground:
        return equations, [], True
    met = {part: _meets(part, face) for part, _ in common.factor_list()[1]}
    curve = sp.sympify(sp.prod([part.as_expr() for part, meets in met.items() if meets]))
    curve = curve.subs(dict(zip(symbols, face.coordinates, strict=True)), simultaneous=True)
    continua = [Continuum(f"the set {curve} = 0 rests", curve, face.name)] if any(met.values()) else []
    return [p.quo(common).as_expr() for p in polynomials], continua, None not in met.values()


def _meets(polynomial: sp.Poly, face: Face) -> bool | None:
    """Whether a polynomial vanishes inside a face; None if that is not known.

    It does if it has both signs there. It does not if, made homogeneous in the probabilities of each simplex and
    multiplied by powers of their sums, all its coefficients have one sign (G. Pólya, 1928).
    """
    enclose = compiled(face.symbols, [polynomial.as_expr()])
    rng = np.random.default_rng(0)
    draws = [rng.dirichlet(np.ones(len(s)), size=_DRAWS)[:, :-1] for s in face.supports if len(s) > 1]
    values = enclose(Interval(np.concatenate(draws, axis=1)))
    if np.any(values.lo > 0) and np.any(values.hi < 0):
        return True
    free, sums, blocks = iter(face.symbols), [], []
    for k, support in enumerate(face.supports):
        own = [next(free) for _ in support[:-1]]
        if own:
            sums.append(sum(own) + sp.Symbol(f"rest{k}"))
            blocks.append(own)
    degrees = [max(sum(powers) for powers in sp.Poly(polynomial, *own).monoms()) for own in blocks]
    form = sp.Integer(0)
    for powers, coefficient in polynomial.terms():
        term, start = coefficient, 0
        for own, total, degree in zip(blocks, sums, degrees, strict=True):
            mine = powers[start : start + len(own)]
            start += len(own)
            term *= sp.prod([x**n for x, n in zip(own, mine, strict=True)]) * total ** (degree - sum(mine))
        form += term
    form = sp.Poly(form, *sorted(set().union(*(t.free_symbols for t in sums)), key=str))
    for _ in range(_RAISED):
        if len({c > 0 for c in form.coeffs()}) == 1:
            return False
        form *= sp.Poly(sp.prod(sums), *form.gens)
    return None


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
    ends = _enclosed(face.symbols, [sp.sympify(face.place[s]) for s in face.space.symbols], box)
    return ends.lo, ends.hi


def _enclosed(symbols: Sequence[sp.Symbol], expressions: Sequence[sp.Expr], box: Interval) -> Interval:
    return (
        compiled(symbols, [sp.sympify(e) for e in expressions])(box[None])[0] if expressions else Interval(np.zeros(0))
    )


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


def _beyond_linear(face: Face, advantages: Sequence[sp.Expr], exact: Sequence[sp.Expr]) -> tuple[str, str]:
    if any(g.has(larger, sp.log) for g in advantages):
        return "undetermined", "degenerate"
    if face.name == "interior" and is_centre(face, advantages, exact):
        return "centre", "centre"
    return second_order(face, advantages, exact), "degenerate"


def _certificate(face: Face, exact: bool, proof: str) -> str:
    if not face.dimension:
        return "a corner"
    return f"rational zero, checked exactly, alone by {proof}" if exact else f"one zero within the radius, {proof}"


def _numbers(values: NDArray[Any]) -> list[Any]:
    return [float(v.real) if v.imag == 0 else complex(v) for v in values]


def _at(rate: sp.Expr, at: dict[sp.Symbol, sp.Expr], exact: bool) -> Any:
    value = sp.sympify(rate).subs(at)
    return value if exact else float(value)
