r"""Rest points of polynomial gradient flows of one or two players with two actions, exactly.

A gradient rule moves coordinate i at rate :math:`\sigma(p_i) g_i(p)` with :math:`\sigma = p(1 - p)` (natural),
:math:`p^2 (1-p)^2` (softmax) or 1 (projected). Its rest points are the common zeros of the own gradients :math:`g_i`
inside the square; on an edge the zeros of the gradient along the edge; and the corners. On a face the gradient
across it, the *transversal* :math:`g`, tells whether the flow leaves. For polynomial fields with rational coefficients
all of this is decided exactly, see :mod:`gametheory.analysis.algebra`.
"""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

from gametheory.analysis.algebra import Number, Zero, in_square, in_unit, meets_square
from gametheory.analysis.degenerate import beyond_linear_at
from gametheory.analysis.gifts import gifts_at
from gametheory.analysis.results import Continuum, RestPoint, RestPoints

if TYPE_CHECKING:
    from typing import Any

    from gametheory.field import Field

__all__ = ["NotExactError", "exact_rest_points"]

_CERTIFICATE = "exact elimination and real-root counting"
_SPEED_POWER = {"natural": 1, "softmax": 2, "projected": 0}  # sigma = (p (1 - p)) ** power


class NotExactError(ValueError):
    """The exact method does not serve a field."""


def exact_rest_points(field: Field) -> RestPoints:
    """Find every rest point of a polynomial gradient flow with one or two two-action players.

    Parameters
    ----------
    field : Field
        A gradient flow, all parameters bound.

    Returns
    -------
    RestPoints
        Complete.

    Raises
    ------
    NotExactError
        Gradients that are not polynomials with rational coefficients; zeros in no simple extension of the rationals.
    """
    symbols = field.space.symbols
    try:
        gradients = [sp.Poly(sp.together(g), *symbols, domain="QQ") for g in field.advantages or ()]
    except sp.polys.polyerrors.BasePolynomialError as error:
        msg = f"gradients are not polynomials with rational coefficients ({error})"
        raise NotExactError(msg) from error
    search = _Search(field, gradients)
    for fixed in sorted(
        product((None, 0, 1), repeat=len(symbols)),
        key=lambda f: (f.count(None), [v is None for v in f], [v or 0 for v in f]),
    ):
        try:
            search.face(fixed)
        except NotImplementedError as error:
            msg = f"some zeros lie in no simple extension of the rationals ({error})"
            raise NotExactError(msg) from error
    return RestPoints(tuple(search.points), tuple(search.continua), complete=True, method=_CERTIFICATE)


class _Search:
    """Goes through the faces of the interval or square and collects what rests there."""

    def __init__(self, field: Field, gradients: list[sp.Poly]) -> None:
        self.field = field
        self.gradients = gradients
        self.symbols = field.space.symbols
        self.points: list[RestPoint] = []
        self.continua: list[Continuum] = []

    def face(self, fixed: tuple[int | None, ...]) -> None:
        """Look at the open face on which some coordinates are 0 or 1 (`None`: free)."""
        free = [k for k, value in enumerate(fixed) if value is None]
        at = {self.symbols[k]: value for k, value in enumerate(fixed) if value is not None}
        name = ", ".join(f"{s} = {v}" for s, v in at.items()) or "interior"
        along = [
            sp.Poly(self.gradients[k].as_expr().subs(at), *(self.symbols[m] for m in free), domain="QQ") for k in free
        ]
        if not free:
            self._keep(Zero(sp.QQ, tuple(sp.QQ(v) for v in fixed)), fixed, name)
            return
        common = along[0] if len(along) == 1 else along[0].gcd(along[1])
        zeros: list[Zero] = []
        if common.is_zero:
            zeros = self._whole_face(fixed, at, name)
        elif len(free) == 1:
            zeros = in_unit(common)
        else:
            if not common.is_ground and meets_square(common):
                curve = sp.factor(common.clear_denoms()[1].as_expr())
                self.continua.append(Continuum(f"the curve {curve} = 0 rests", curve, name))
            cofactors = [p.quo(common) for p in along]
            if not any(p.is_ground for p in cofactors):
                zeros = [z for z in in_square(*cofactors) if z.value(common).sign != 0]
        for zero in zeros:
            place = iter(zero.coordinates)
            full = tuple(next(place) if v is None else zero.domain(v) for v in fixed)
            self._keep(Zero(zero.domain, full), fixed, name)

    def _whole_face(self, fixed: tuple[int | None, ...], at: dict[sp.Symbol, int], name: str) -> list[Zero]:
        """Note a face along which nothing moves; return points of it that rest alone.

        A projected flow may leave an edge from all of it, or from a part.
        """
        resting, zeros = [True], []
        if at and self.field.parametrisation == "projected":
            (k, side) = next((k, v) for k, v in enumerate(fixed) if v is not None)
            outward = sp.Poly(
                self.gradients[k].as_expr().subs(at) * (1 if side == 0 else -1), self.symbols[1 - k], domain="QQ"
            )
            zeros = [] if outward.is_zero else in_unit(outward)
            cuts = [0.0, *(float(zero.numbers[0]) for zero in zeros), 1.0]
            resting = [outward.eval(sp.Rational((a + b) / 2)) <= 0 for a, b in pairwise(cuts)]
        if all(resting):
            self.continua.append(Continuum("every point rests", sp.Integer(0), name))
        elif any(resting):
            condition = sp.factor(outward.as_expr())
            self.continua.append(Continuum(f"the points with {condition} <= 0 rest", sp.Integer(0), f"{name}, in part"))
        return [] if any(resting) else zeros

    def _keep(self, zero: Zero, fixed: tuple[int | None, ...], face: str) -> None:
        transversal = {
            str(s): zero.value(g) for s, g, v in zip(self.symbols, self.gradients, fixed, strict=True) if v is not None
        }
        if self.field.parametrisation == "projected" and any(
            transversal[str(s)].sign * (1 if v == 0 else -1) > 0
            for s, v in zip(self.symbols, fixed, strict=True)
            if v is not None
        ):
            return  # without the factor p (1 - p) the flow leaves this face: nothing rests here
        stability, kind = self._stability(zero, fixed)
        certificate = _CERTIFICATE
        if stability == "undetermined":
            verdict = beyond_linear_at(self.gradients, zero, fixed, self.field.parametrisation)
            stability, kind, certificate = verdict.stability, verdict.kind, verdict.told(certificate)
        self.points.append(
            RestPoint(
                location=tuple(number.expression for number in zero.numbers),
                x=np.array([float(number) for number in zero.numbers]),
                face=face,
                eigenvalues=self._eigenvalues(zero),
                stability=stability,
                kind=kind,
                transversal={name: number.expression for name, number in transversal.items()},
                gifts=gifts_at(self.field, [number.expression for number in zero.numbers], exact=zero.domain == sp.QQ),
                certificate=certificate,
            )
        )

    def _rates(self, power: int) -> list[sp.Poly]:
        sigma = [(s * (1 - s)) ** power for s in self.symbols]
        return [
            sp.Poly(w * g.as_expr(), *self.symbols, domain="QQ") for w, g in zip(sigma, self.gradients, strict=True)
        ]

    def _eigenvalues(self, zero: Zero) -> tuple[Any, ...]:
        jacobian = sp.Matrix([[zero.value(f.diff(s)).expression for s in self.symbols] for f in self._rates(1)])
        if len(self.symbols) == 1:
            return (jacobian[0, 0],)
        half_trace = jacobian.trace() / 2
        spread = sp.sqrt(sp.radsimp(sp.expand(half_trace**2 - jacobian.det())))
        return tuple(sp.radsimp(sp.expand(half_trace + sign * spread)) for sign in (-1, 1))

    def _stability(self, zero: Zero, fixed: tuple[int | None, ...]) -> tuple[str, str]:
        """Signs of trace and determinant within the face, and of the gradient across it, all exact."""
        across = [
            zero.value(g).sign * (1 if v == 0 else -1)
            for g, v in zip(self.gradients, fixed, strict=True)
            if v is not None
        ]
        free = [k for k, v in enumerate(fixed) if v is None]
        rates = self._rates(_SPEED_POWER[self.field.parametrisation])
        if len(free) < 2:
            # within an edge the sign of the slope of g: the factor sigma > 0 does not matter
            signs = across + [zero.value(self.gradients[k].diff(self.symbols[k])).sign for k in free]
            return _by_signs(signs)
        j = [[zero.value(rates[k].diff(self.symbols[m])).element for m in free] for k in free]
        domain = zero.domain
        trace = Number(domain, j[0][0] + j[1][1]).sign
        determinant = Number(domain, j[0][0] * j[1][1] - j[0][1] * j[1][0]).sign
        discriminant = Number(domain, (j[0][0] - j[1][1]) ** 2 + domain(4) * j[0][1] * j[1][0]).sign
        if determinant < 0:
            return "saddle", "saddle"
        if determinant > 0 and trace:
            return ("sink" if trace < 0 else "source"), ("focus" if discriminant < 0 else "node")
        if determinant > 0 and all(g.diff(s).is_zero for g, s in zip(self.gradients, self.symbols, strict=True)):
            # dp1 : dp2 separates, so a function of p1 plus one of p2 is a constant of motion with closed levels
            return "centre", "centre"
        return "undetermined", "degenerate"


def _by_signs(signs: list[int]) -> tuple[str, str]:
    """Classify by the signs of real eigenvalues."""
    if 1 in signs and -1 in signs:
        return "saddle", "saddle"
    if 0 in signs:
        return "undetermined", "degenerate"
    return ("sink" if signs[0] < 0 else "source"), "node"
