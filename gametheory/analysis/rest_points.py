r"""Rest points of learning fields, exactly.

A gradient rule moves coordinate i at rate :math:`\sigma(p_i) g_i(p)` with :math:`\sigma = p(1 - p)` (natural),
:math:`p^2 (1-p)^2` (softmax) or 1 (projected). Its rest points are the common zeros of the own gradients :math:`g_i`
inside the square; on an edge the zeros of the gradient along the edge; and the corners. On a face the gradient
across it, the *transversal* :math:`g`, tells whether the flow leaves. For polynomial fields with rational coefficients
all of this is decided exactly, see :mod:`gametheory.analysis.algebra`.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from gametheory.analysis.algebra import Number, Zero, in_square, in_unit, meets_square
from gametheory.analysis.gifts import Gifts, gifts
from gametheory.objective import MatrixObjective
from gametheory.space import simplices
from gametheory.transfer import ShareTransfer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gametheory.field import Field

__all__ = ["Continuum", "RestPoint", "RestPoints", "rest_points"]

_SPEED_POWER = {"natural": 1, "softmax": 2, "projected": 0}  # sigma = (p (1 - p)) ** power


@dataclass(frozen=True)
class RestPoint:
    """One rest point and what is known about it."""

    location: tuple[Any, ...]
    """Coordinates as exact SymPy numbers."""
    x: np.ndarray[Any, np.dtype[np.float64]]
    """Coordinates as floats, shape (d,)."""
    face: str
    """``"interior"``, or the coordinates that are fixed, e.g. ``"p1 = 0"``."""
    eigenvalues: tuple[Any, ...]
    """Eigenvalues of the natural flow (SymPy numbers), whatever the field's own parametrisation."""
    stability: str
    """``"sink"``, ``"source"``, ``"saddle"``, ``"centre"`` or ``"undetermined"``, in the field's own flow."""
    kind: str
    """``"node"``, ``"focus"``, ``"saddle"``, ``"centre"`` or ``"degenerate"``."""
    transversal: Mapping[str, Any] = dataclass_field(default_factory=dict)
    """For each fixed coordinate its own gradient g: the flow leaves p = 0 where g > 0 and p = 1 where g < 0."""
    gifts: Gifts | None = None
    """What is given there, for share transfers."""
    radius: float = 0.0
    """Half width of the box that is proved to hold the point; 0 for exact points."""
    exact: bool = True
    """Whether `location` is the point itself."""
    certificate: str = "exact elimination and real-root counting"
    """How existence and uniqueness are known."""

    def __str__(self) -> str:
        """One line."""
        place = ", ".join(_short(value) for value in self.location)
        what = self.stability if self.stability == self.kind else f"{self.stability} ({self.kind})"
        return f"({place})  {what}, {self.face}"


@dataclass(frozen=True)
class Continuum:
    """A curve, an edge or an area of rest points."""

    description: str
    """In words."""
    equation: sp.Expr
    """Vanishes on it."""
    face: str
    """Where it lies, as in :class:`RestPoint`."""

    def __str__(self) -> str:
        """One line."""
        return f"{self.description} ({self.face})"


@dataclass(frozen=True)
class RestPoints:
    """All rest points of a field; iterate over it, or index it."""

    points: tuple[RestPoint, ...]
    """Corners, and isolated points on edges and inside; a corner stays in the list if a continuum runs through it."""
    continua: tuple[Continuum, ...]
    """Rest points that are not isolated."""
    complete: bool
    """Whether it is proved that there are no others."""
    method: str
    """How they were found."""
    undecided: tuple[Any, ...] = ()
    """Boxes in which nothing could be decided."""

    def __iter__(self) -> Iterator[RestPoint]:
        """Iterate over the isolated points."""
        return iter(self.points)

    def __len__(self) -> int:
        """Count the isolated points."""
        return len(self.points)

    def __getitem__(self, index: int) -> RestPoint:
        """Return one point."""
        return self.points[index]

    @property
    def sinks(self) -> tuple[RestPoint, ...]:
        """The attracting points."""
        return tuple(point for point in self.points if point.stability == "sink")

    @property
    def interior(self) -> tuple[RestPoint, ...]:
        """The points with every policy mixed."""
        return tuple(point for point in self.points if point.face == "interior")

    def __str__(self) -> str:
        """One line a point."""
        lines = [*map(str, self.points), *(f"continuum: {c}" for c in self.continua)]
        return "\n".join([*lines, f"{'complete' if self.complete else 'not proved complete'}: {self.method}"])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>({', '.join(map(_short, p.location))})</td><td>{p.face}</td><td>{p.stability}</td>"
            f"<td>{', '.join(map(_short, p.eigenvalues))}</td></tr>"
            for p in self.points
        )
        rows += "".join(f"<tr><td colspan=4>continuum: {c}</td></tr>" for c in self.continua)
        head = "<tr><th>rest point</th><th>face</th><th>stability</th><th>eigenvalues (natural flow)</th></tr>"
        return f"<table>{head}{rows}</table>"


def _short(value: Any) -> str:
    """Write a number exactly if that is short, else with five digits."""
    text = str(value)
    return text if len(text) <= 12 else f"{complex(value):.5g}" if not value.is_real else f"{float(value):.5g}"


def rest_points(field: Field) -> RestPoints:
    """Every rest point of a polynomial gradient flow with one or two two-action players.

    Parameters
    ----------
    field : Field
        Made by :func:`~gametheory.rules.policy_gradient` or :func:`~gametheory.rules.replicator`, all parameters bound;
        payoffs that are floats count as the decimals that they print as.

    Returns
    -------
    RestPoints
        Complete.

    Raises
    ------
    ValueError
        Unbound parameters (named), or a field of another kind.

    Examples
    --------
    >>> import gametheory as gt
    >>> game = gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1)
    >>> print(rest_points(gt.rules.policy_gradient(game, gt.transfer.SocialRelationship())))
    (0, 0)  source (node), p1 = 0, p2 = 0
    (0, 1)  source (node), p1 = 0, p2 = 1
    (1, 0)  source (node), p1 = 1, p2 = 0
    (1, 1)  source (node), p1 = 1, p2 = 1
    (0, 4/5)  saddle, p1 = 0
    (1, 1/3)  saddle, p1 = 1
    (4/5, 0)  saddle, p2 = 0
    (1/3, 1)  saddle, p2 = 1
    (2/3, 2/3)  sink (node), interior
    complete: exact elimination and real-root counting
    """
    if field.parameters:
        msg = f"unbound parameter {', '.join(field.parameters)}: rest points need numbers, call field.bind(...) first"
        raise ValueError(msg)
    d, n_actions = field.space.dimension, simplices(field.space).n_actions
    known = field.kind == "flow" and field.parametrisation in _SPEED_POWER and set(n_actions) == {2}
    if not known or d > 2 or field.advantages is None:
        msg = (
            "rest_points serves gradient flows in closed form of one or two players with two actions; "
            f"got {field.name or 'a field'} on {n_actions} actions"
        )
        raise ValueError(msg)
    symbols = field.space.symbols
    try:
        gradients = [sp.Poly(sp.together(g), *symbols, domain="QQ") for g in field.advantages]
    except sp.polys.polyerrors.BasePolynomialError as error:
        msg = f"rest_points needs polynomial gradients with rational coefficients ({error})"
        raise ValueError(msg) from error
    search = _Search(field, gradients)
    for fixed in sorted(
        product((None, 0, 1), repeat=d), key=lambda f: (f.count(None), [v is None for v in f], [v or 0 for v in f])
    ):
        try:
            search.face(fixed)
        except NotImplementedError as error:
            msg = f"rest_points cannot write some of this field's zeros exactly: {error}"
            raise ValueError(msg) from error
    return RestPoints(
        tuple(search.points), tuple(search.continua), complete=True, method="exact elimination and real-root counting"
    )


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
        self.points.append(
            RestPoint(
                location=tuple(number.expression for number in zero.numbers),
                x=np.array([float(number) for number in zero.numbers]),
                face=face,
                eigenvalues=self._eigenvalues(zero),
                stability=stability,
                kind=kind,
                transversal={name: number.expression for name, number in transversal.items()},
                gifts=self._gifts(zero),
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

    def _gifts(self, zero: Zero) -> Gifts | None:
        objective = self.field.objective
        if not isinstance(objective, MatrixObjective) or not isinstance(objective.transfer, ShareTransfer):
            return None
        exact = zero.domain == sp.QQ
        numbers = [n.expression for n in zero.numbers] if exact else [float(n) for n in zero.numbers]
        if len(numbers) < objective.space.dimension:  # on the diagonal
            numbers *= objective.space.dimension
        if exact:
            objective = MatrixObjective(objective.game.rational(), objective.transfer)
        state = np.array(numbers, dtype=object if exact else np.float64)
        return gifts(objective, objective.space.policies(state))


def _by_signs(signs: list[int]) -> tuple[str, str]:
    """Classify by the signs of real eigenvalues."""
    if 1 in signs and -1 in signs:
        return "saddle", "saddle"
    if 0 in signs:
        return "undetermined", "degenerate"
    return ("sink" if signs[0] < 0 else "source"), "node"
