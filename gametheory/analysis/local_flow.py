r"""A polynomial flow around a rest point, exactly: what decides where the linear part does not.

The rest point is the origin; where a coordinate is the probability of an absent action only :math:`y_n \ge 0` exists,
and :math:`y_n = 0` is invariant. Coefficients are rational or algebraic numbers, so every zero below is exact.

*One zero eigenvalue.* With right and left null vectors r, l, :math:`l \cdot r = 1`, let the curve
:math:`y(s) = s r + s^2 c_2 + \dots`, :math:`l \cdot y(s) = s`, solve all equations but the one along l, order by order.
Along it :math:`l \cdot f(y(s)) = a s^k + \dots`, and the flow on the one-dimensional centre manifold is
:math:`\dot s = a s^k + \dots`, with the same leading term [1]_. Its sign and the parity of k decide, together with the
signs of the other eigenvalues (reduction principle), which Hurwitz's criterion tells exactly if they are all the same.
Where both signs occur, the point is left along some orbits and reached along others, whatever else there is. At an
isolated point k is the multiplicity of the zero, so it is at most the product of the degrees (Bézout).

*A pair of imaginary eigenvalues in the plane.* A polynomial :math:`V = V_2 + V_3 + \dots`, :math:`V_2` positive
definite, is found with :math:`\dot V = \eta_4 V_2^2 + \eta_6 V_2^3 + \dots`; the first focal value that is not zero
says whether orbits spiral in or out (Lyapunov; [1]_ 3.4).

*No linear part in the plane.* With leading terms (P, Q), homogeneous of degree m, orbits come in or leave along the
directions with :math:`x Q - y P = 0`, where :math:`x P + y Q` says which [2]_. If every orbit of directions ends in one
(there is at least one), equal signs make a sink or a source: blown up, the point is a circle, or an arc, that attracts
or repels everywhere. If all directions are such, the radial part must not vanish.

References
----------
.. [1] J. Guckenheimer, P. Holmes. "Nonlinear Oscillations, Dynamical Systems, and Bifurcations of Vector Fields", 3.2
   and 3.4. Springer, 1983.
.. [2] F. Dumortier, J. Llibre, J. C. Artés. "Qualitative Theory of Planar Differential Systems", ch. 3. Springer, 2006.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp
from sympy.polys.matrices import DomainMatrix

from gametheory.analysis.algebra import Number

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["UNDETERMINED", "LocalFlow", "Verdict"]

_MARGIN = 1e-2  # of the largest eigenvalue: more than rounding moves an eightfold one
_ORDER = 24  # of leading terms that are looked for
_FOCAL = 8  # degree up to which focal values are computed


@dataclass(frozen=True)
class Verdict:
    """What a rest point is, and how that is known."""

    stability: str
    """``"sink"``, ``"source"``, ``"saddle"``, ``"centre"`` or ``"undetermined"``, as in
    :class:`~gametheory.analysis.RestPoint`. A sink attracts from inside the simplices; a saddle is left along some
    orbit and reached along another."""
    kind: str
    """``"centre"``, ``"focus"``, ``"degenerate"``, or ``"semi-stable"``: a saddle that attracts all of one side."""
    reason: str = ""
    """In words, for certificates."""

    def told(self, certificate: str) -> str:
        """Add the reason to how a point is known."""
        return f"{certificate}; {self.stability} by {self.reason}" if self.reason else certificate


UNDETERMINED = Verdict("undetermined", "degenerate")


@dataclass(frozen=True)
class LocalFlow:
    r"""A polynomial flow around the origin, where it rests.

    Parameters
    ----------
    domain : SymPy domain
        The field of the coefficients, rational or algebraic.
    rates : tuple of dict
        For each coordinate the coefficients of :math:`\dot y_n` by exponents, elements of the domain.
    inward : tuple of bool
        For each coordinate whether only values of at least 0 exist; the rate then has the coordinate as a factor.
    limit : int, optional
        Degree up to which the rates are known; everything if not given.

    Examples
    --------
    A saddle-node: one side comes in, the other leaves.

    >>> q = sp.QQ
    >>> LocalFlow(q, ({(2, 0): q(1)}, {(0, 1): q(-1)}), (False, False)).verdict
    Verdict(stability='saddle', kind='semi-stable', reason='order 2 on the centre manifold')
    """

    domain: Any
    rates: tuple[dict[tuple[int, ...], Any], ...]
    inward: tuple[bool, ...]
    limit: int | None = None

    @classmethod
    def around(
        cls,
        domain: Any,
        rates: Sequence[sp.Poly],
        place: Sequence[Any],
        inward: Sequence[bool],
        towards: Sequence[int] | None = None,
    ) -> LocalFlow:
        """Move the origin of polynomial rates to a place.

        Parameters
        ----------
        domain : SymPy domain
            Holds coefficients and place.
        rates : sequence of n Poly
            In the same n variables.
        place : sequence of n elements of the domain
            Where the flow rests.
        inward : sequence of bool
            As in the class.
        towards : sequence of n numbers in {1, -1}, optional
            -1 turns a coordinate round: :math:`x = x^* - y`.
        """
        signs = list(towards or [1] * len(place))
        ring, *y = sp.ring([f"y{n}" for n in range(len(place))], domain)
        x = [ring(c) + s * v for c, s, v in zip(place, signs, y, strict=True)]
        moved = []
        for rate, sign in zip(rates, signs, strict=True):
            total = ring(0)
            for powers, coefficient in rate.terms():
                total += ring(domain.from_sympy(coefficient) * sign) * prod(
                    (v**p for v, p in zip(x, powers, strict=True)), start=ring(1)
                )
            moved.append(dict(total))
        return cls(domain, tuple(moved), tuple(inward))

    # ------------------------------------------------------------------ the linear part
    def sign(self, element: Any) -> int:
        """-1, 0 or 1."""
        return Number(self.domain, element).sign

    @property
    def dimension(self) -> int:
        """Number of coordinates."""
        return len(self.rates)

    @cached_property
    def jacobian(self) -> list[list[Any]]:
        """Linear part, elements of the domain."""
        units = [tuple(int(k == n) for k in range(self.dimension)) for n in range(self.dimension)]
        return [[rate.get(unit, self.domain.zero) for unit in units] for rate in self.rates]

    @property
    def turns(self) -> bool:
        """Whether the linear part has a pair of imaginary eigenvalues, in the plane."""
        return self.dimension == 2 and self.sign(self._trace) == 0 and self.sign(self._determinant) > 0

    @property
    def _trace(self) -> Any:
        return sum((self.jacobian[n][n] for n in range(self.dimension)), self.domain.zero)

    @property
    def _determinant(self) -> Any:
        (a, b), (c, d) = self.jacobian
        return a * d - b * c

    def _matrix(self, rows: Sequence[Sequence[Any]]) -> DomainMatrix:
        return DomainMatrix([list(row) for row in rows], (len(rows), len(rows[0])), self.domain)

    def _solved(self, rows: Sequence[Sequence[Any]], right: Sequence[Any]) -> list[Any]:
        return [e for (e,) in self._matrix(rows).lu_solve(self._matrix([[v] for v in right])).to_list()]

    # ------------------------------------------------------------------ the verdict
    @cached_property
    def verdict(self) -> Verdict:
        """What the rest point is; undetermined where none of the cases above serves."""
        if self.turns:
            return self._weak_focus()
        if self.dimension == 2 and not any(map(any, self.jacobian)):
            return self._blown_up()
        right = self._matrix(self.jacobian).nullspace().to_list()
        left = self._matrix(self.jacobian).transpose().nullspace().to_list()
        if len(right) != 1:
            return UNDETERMINED
        (r,), (dual,) = right, left
        scale = sum((a * b for a, b in zip(dual, r, strict=True)), self.domain.zero)
        return self._on_centre_manifold(r, [v / scale for v in dual]) if scale else UNDETERMINED

    def _on_centre_manifold(self, r: list[Any], dual: list[Any]) -> Verdict:
        """One zero eigenvalue with null vectors r and `dual`, whose product is one."""
        enters = any(v and within for v, within in zip(r, self.inward, strict=True))
        if enters and any(self.sign(v) < 0 for v, within in zip(r, self.inward, strict=True) if within):
            r, dual = [-v for v in r], [-v for v in dual]
        order, slope = self._leading(r, dual)
        others = self._other_signs()
        if not slope or others is None:
            return UNDETERMINED
        reason = f"order {order} on the centre manifold"
        ways = {*others, slope} if enters or order % 2 else {*others, 1, -1}
        if len(ways) == 1:
            return Verdict("sink" if ways == {-1} else "source", "degenerate", reason)
        one_side = not enters and order % 2 == 0 and others <= {-1}
        return Verdict("saddle", "semi-stable" if one_side else "degenerate", reason)

    def _leading(self, r: list[Any], dual: list[Any]) -> tuple[int, int]:
        """Order and sign of the leading term on the centre manifold; sign 0 where none is found."""
        zero = self.domain.zero
        degrees = [max(sum(powers) for powers in rate) if rate else 0 for rate in self.rates]
        most = self.limit or min(prod(degrees), _ORDER)
        bordered = [[*row, v] for row, v in zip(self.jacobian, r, strict=True)] + [[*dual, zero]]
        curve = [[zero, v] for v in r]  # coefficients of y(s) by powers of s
        for order in range(2, most + 1):
            for own in curve:
                own.append(zero)
            rest = [self._along(rate, curve, order) for rate in self.rates]
            slope = self.sign(sum((w * v for w, v in zip(dual, rest, strict=True)), zero))
            if slope:
                return order, slope
            *bend, _ = self._solved(bordered, [*(-v for v in rest), zero])
            for own, value in zip(curve, bend, strict=True):
                own[order] = value
        return most, 0

    def _along(self, rate: dict[tuple[int, ...], Any], curve: list[list[Any]], order: int) -> Any:
        """Coefficient of s^order of a rate along a curve."""
        total = self.domain.zero
        for powers, coefficient in rate.items():
            if sum(powers) <= order:
                term = [coefficient] + [self.domain.zero] * order
                for own, power in zip(curve, powers, strict=True):
                    for _ in range(power):
                        term = [
                            sum((term[m] * own[k - m] for m in range(k + 1)), self.domain.zero)
                            for k in range(order + 1)
                        ]
                total += term[order]
        return total

    def _other_signs(self) -> set[int] | None:
        """Signs of the real parts of all eigenvalues but one zero; None unless all are of one sign, or both occur."""
        if self.dimension <= 2:  # the trace is the other one
            return {self.sign(self._trace)} if self.dimension == 2 else set()
        polynomial = self._matrix(self.jacobian).charpoly()[:-1]
        turned = [c * (-1) ** k for k, c in enumerate(polynomial)]  # its zeros are those of the other sign
        for sign, coefficients in ((-1, polynomial), (1, turned)):
            if self._is_stable(coefficients):
                return {sign}
        roots = np.roots([float(Number(self.domain, c)) for c in polynomial])
        clear = _MARGIN * np.abs(roots).max()
        return {-1, 1} if roots.real.min() < -clear and roots.real.max() > clear else None

    def _is_stable(self, coefficients: Sequence[Any]) -> bool:
        """Whether all zeros of a polynomial, highest power first, have negative real parts (Hurwitz's criterion)."""
        n = len(coefficients) - 1
        at = dict(enumerate(coefficients))
        hurwitz = [[at.get(2 * j - i + 1, self.domain.zero) for j in range(n)] for i in range(n)]
        return all(self.sign(self._matrix([row[:k] for row in hurwitz[:k]]).det()) > 0 for k in range(1, n + 1))

    # ------------------------------------------------------------------ imaginary eigenvalues
    def _weak_focus(self) -> Verdict:
        """Focal values in the plane, by V with dV/dt = eta_4 V2² + eta_6 V2³ and so on."""
        zero = self.domain.zero
        (a, b), (c, _) = self.jacobian
        side = self.sign(b)
        v2: dict[tuple[int, ...], Any] = {(2, 0): -c * side, (1, 1): 2 * a * side, (0, 2): b * side}
        parts, power = {2: v2}, v2
        for k in range(3, min(_FOCAL, self.limit + 1 if self.limit else _FOCAL) + 1):
            forms = [(k - n, n) for n in range(k + 1)]
            known: dict[tuple[int, ...], Any] = {}
            for v in parts.values():
                for at, value in self._derivative(v).items():
                    known[at] = known.get(at, zero) + value
            columns = [self._derivative({form: self.domain.one}, linear=True) for form in forms]
            rows = [[column.get(at, zero) for column in columns] for at in forms]
            right = [-known.get(at, zero) for at in forms]
            focal = zero
            if k % 2:
                solution = self._solved(rows, right)
            else:
                power = _multiplied(power, v2)
                rows = [[*row, -power.get(at, zero)] for row, at in zip(rows, forms, strict=True)]
                rows.append([zero] * k + [self.domain.one, zero])  # V2^(k/2) itself is constant: leave its y^k out
                *solution, focal = self._solved(rows, [*right, zero])
            if sign := self.sign(focal):
                return Verdict("sink" if sign < 0 else "source", "focus", f"focal value of order {k - 1}")
            parts[k] = dict(zip(forms, solution, strict=True))
        return UNDETERMINED

    def _derivative(self, v: dict[tuple[int, ...], Any], *, linear: bool = False) -> dict[tuple[int, ...], Any]:
        """Rate of change of a polynomial along the flow, or along its linear part."""
        change: dict[tuple[int, ...], Any] = {}
        for (powers, value), (n, rate) in product(v.items(), enumerate(self.rates)):
            if powers[n]:
                for more, coefficient in rate.items():
                    if not linear or sum(more) == 1:
                        at = tuple(p + m - (k == n) for k, (p, m) in enumerate(zip(powers, more, strict=True)))
                        change[at] = change.get(at, self.domain.zero) + powers[n] * value * coefficient
        return change

    # ------------------------------------------------------------------ no linear part
    def _blown_up(self) -> Verdict:
        """Directions in which orbits come and go, in the plane, by the leading terms."""
        degrees = [sum(powers) for rate in self.rates for powers, c in rate.items() if c]
        if self.domain != sp.QQ or not degrees or (self.limit and min(degrees) > self.limit):
            return UNDETERMINED
        m = min(degrees)
        signs = {self._in_or_out(*direction, m) for direction in self._directions(m)}
        if not signs or None in signs or 0 in signs:
            return UNDETERMINED
        stability = "saddle" if len(signs) == 2 else "sink" if signs == {-1} else "source"
        return Verdict(stability, "degenerate", f"leading terms of degree {m}")

    def _forms(self, m: int) -> tuple[sp.Poly, sp.Poly]:
        """Return x Q - y P and x P + y Q in the direction (1, t), polynomials of degree m + 1 at most."""
        t = sp.Symbol("t")
        p, q = (sp.Poly([rate.get((m - n, n), 0) for n in range(m, -1, -1)], t, domain=sp.QQ) for rate in self.rates)
        x, y = sp.Poly(1, t, domain=sp.QQ), sp.Poly(t, t, domain=sp.QQ)
        return x * q - y * p, x * p + y * q

    def _directions(self, m: int) -> list[tuple[tuple[sp.Expr, sp.Expr], bool]]:
        """List directions along which orbits come or go, and whether each is a simple zero of the angular part."""
        angular, radial = self._forms(m)
        every = angular.is_zero  # all directions: look at those where the radial part vanishes, and at one between
        lines = radial if every else angular
        found = [
            ((sp.Integer(1), root), times == 1 and not every)
            for part, times in lines.factor_list()[1]
            for root in part.real_roots()
        ]
        if lines.degree() <= m:
            found.append(((sp.Integer(0), sp.Integer(1)), lines.degree() == m and not every))
        if every:
            found += [((sp.Integer(1), sp.Integer(t)), False) for t in (-1, 0, 1)]
        return [
            ((side * x, side * y), simple)
            for (x, y), simple in found
            for side in (1, -1)
            if all(not within or side * v >= 0 for v, within in zip((x, y), self.inward, strict=True))
        ]

    def _in_or_out(self, direction: tuple[sp.Expr, sp.Expr], simple: bool, m: int) -> int | None:
        """-1 where orbits come in along a direction, 1 where they leave, None if that is not known."""
        x, y = direction
        if x == 0:
            radial, odd = self.rates[1].get((0, m), sp.QQ(0)), y < 0 and m % 2 == 0
        else:
            form = self._forms(m)[1]
            t = y / x
            radial, odd = sp.QQ(0), x < 0 and m % 2 == 0
            if t.is_Rational:
                radial = form.eval(t)
            elif form.rem(sp.minimal_polynomial(t, form.gen, polys=True)) != 0:
                radial = form.as_expr().subs(form.gen, t).evalf(60)
        if radial != 0:
            return (1 if radial > 0 else -1) * (-1 if odd else 1)
        axis = 0 if y == 0 else 1
        if not (simple and 0 in direction and self.inward[1 - axis]):
            return None
        # orbits near an invariant axis go as the axis itself does
        powers = sorted(p[axis] for p, c in self.rates[axis].items() if c and p[1 - axis] == 0)
        if not powers:
            return None  # it rests
        first = self.rates[axis][(powers[0], 0) if axis == 0 else (0, powers[0])]
        return self.sign(first) * (-1 if direction[axis] < 0 and powers[0] % 2 == 0 else 1)


def _multiplied(a: dict[tuple[int, ...], Any], b: dict[tuple[int, ...], Any]) -> dict[tuple[int, ...], Any]:
    """Product of two polynomials."""
    found: dict[tuple[int, ...], Any] = {}
    for one, v in a.items():
        for other, w in b.items():
            at = tuple(m + n for m, n in zip(one, other, strict=True))
            found[at] = found[at] + v * w if at in found else v * w
    return found
