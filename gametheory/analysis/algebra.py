"""Exact zeros of polynomials in one and two variables, inside the unit interval or square.

Two polynomials are reduced by their resultant to one variable. Each irreducible factor of the resultant names an
algebraic number beta; over the field Q(beta) the two polynomials have a greatest common divisor in the other variable,
whose zeros complete the solution [1]_. Everything is exact, so nothing is missed and nothing is counted twice.

References
----------
.. [1] D. Cox, J. Little, D. O'Shea. "Ideals, Varieties, and Algorithms", ch. 3. Springer, 2015.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Number", "Zero", "in_square", "in_unit", "meets_square"]

_DIGITS = 60
_UNIT = (sp.Integer(0), sp.Integer(1))


@dataclass(frozen=True)
class Number:
    """An exact real number: an element of Q or of Q(beta), with an exact test for zero."""

    domain: Any
    element: Any

    @property
    def expression(self) -> sp.Expr:
        """The number as a SymPy expression."""
        return self.domain.to_sympy(self.element)

    @property
    def sign(self) -> int:
        """-1, 0 or 1; zero is decided exactly."""
        if self.domain.is_zero(self.element):
            return 0
        return 1 if self.expression.evalf(_DIGITS) > 0 else -1

    def __float__(self) -> float:
        """Nearest float."""
        return float(self.expression.evalf(_DIGITS))


@dataclass(frozen=True)
class Zero:
    """A common zero: coordinates in one field."""

    domain: Any
    coordinates: tuple[Any, ...]

    def value(self, polynomial: sp.Poly) -> Number:
        """Evaluate a polynomial with rational coefficients exactly."""
        total = self.domain.zero
        for powers, coefficient in polynomial.terms():
            term = self.domain.from_sympy(coefficient)
            for base, power in zip(self.coordinates, powers, strict=True):
                term *= base**power
            total += term
        return Number(self.domain, total)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Coordinates as exact numbers."""
        return tuple(Number(self.domain, c) for c in self.coordinates)


def _roots_in(f: sp.Poly) -> Iterator[tuple[Any, Any]]:
    """Yield (field, root) for the distinct real roots of `f`, over Q, in the open unit interval."""
    for factor, _ in f.factor_list()[1]:
        if factor.degree() == 1:
            slope, constant = factor.all_coeffs()
            root = -constant / slope
            if 0 < root < 1:
                yield sp.QQ, sp.QQ.from_sympy(root)
        elif factor.count_roots(*_UNIT):
            for root in factor.real_roots():
                if 0 < root.evalf(_DIGITS) < 1:  # an irreducible factor of degree >= 2 has no rational root
                    domain = sp.QQ.algebraic_field(root)
                    yield domain, domain.from_sympy(root)


def in_unit(f: sp.Poly) -> list[Zero]:
    """Find the zeros of one polynomial in the open unit interval.

    Parameters
    ----------
    f : Poly
        One variable, rational coefficients, not zero.

    Returns
    -------
    list of Zero, ascending

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> [zero.numbers[0].expression for zero in in_unit(sp.Poly(2 * x**2 - 1, x))]
    [sqrt(2)/2]
    """
    zeros = [Zero(domain, (root,)) for domain, root in _roots_in(f)] if f.degree() > 0 else []
    return sorted(zeros, key=lambda zero: float(zero.numbers[0]))


def in_square(f: sp.Poly, g: sp.Poly) -> list[Zero]:
    """Find the common zeros of two polynomials without common factor in the open unit square.

    Parameters
    ----------
    f, g : Poly
        In the same two variables, rational coefficients.

    Returns
    -------
    list of Zero, by first, then second coordinate

    Raises
    ------
    NotImplementedError
        Zeros whose coordinates do not lie in one simple extension of Q (never seen for two-action LASE games).

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> [z.numbers[0].expression for z in in_square(sp.Poly(2 * x - 1, x, y), sp.Poly(x - y, x, y))]
    [1/2]
    """
    first_variable, second_variable = f.gens
    eliminated = sp.Poly(sp.resultant(f.as_expr(), g.as_expr(), first_variable), second_variable)
    found = []
    for domain, root in _roots_in(eliminated) if eliminated.degree() > 0 else ():
        lines = [_at_second(p, domain, root) for p in (f, g)]
        common = lines[0].gcd(lines[1])
        for factor in [common.sqf_part()] if domain != sp.QQ else [part for part, _ in common.factor_list()[1]]:
            if factor.degree() == 0:
                continue
            if factor.degree() == 1:
                slope, constant = factor.rep.to_list()
                first = Number(domain, -constant / slope)
                if first.sign > 0 and Number(domain, domain.one - first.element).sign > 0:
                    found.append(Zero(domain, (first.element, root)))
            elif domain == sp.QQ:
                found += [Zero(k, (r, k.convert(root, sp.QQ))) for k, r in _roots_in(factor)]
            else:
                msg = f"zeros of {factor.as_expr()} lie in no simple extension of the rationals"
                raise NotImplementedError(msg)
    return sorted(found, key=lambda zero: tuple(map(float, zero.numbers)))


def _at_second(f: sp.Poly, domain: Any, value: Any) -> sp.Poly:
    """Put an exact number in the place of the second variable."""
    coefficients: dict[tuple[int], Any] = {}
    for (i, j), c in f.terms():
        coefficients[i,] = coefficients.get((i,), domain.zero) + domain.from_sympy(c) * value**j
    return sp.Poly(coefficients, f.gens[0], domain=domain)


def meets_square(f: sp.Poly) -> bool:
    """Whether the curve f = 0 passes through the open unit square.

    A curve with a point where its tangent is horizontal (f = f_x = 0) is there. Otherwise its branches are graphs
    x(y), which enter and leave through the sides x = 0 and x = 1 only at zeros of f(0, y) and f(1, y): one level of y
    between each two of those decides.

    Parameters
    ----------
    f : Poly
        Two variables, rational coefficients, not constant.

    Returns
    -------
    bool

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> meets_square(sp.Poly(x + y - 1, x, y)), meets_square(sp.Poly(x + y + 1, x, y))
    (True, False)
    """
    x, y = f.gens
    return any(_branch_meets_square(part, x, y) for part, _ in f.factor_list()[1])


def _branch_meets_square(f: sp.Poly, x: sp.Symbol, y: sp.Symbol) -> bool:
    expression = f.as_expr()
    for variable, other in ((x, y), (y, x)):
        if not expression.has(other):
            return bool(in_unit(sp.Poly(expression, variable)))
    if in_square(f, f.diff(x)):
        return True
    sides = (sp.Poly(expression.subs(x, side), y) for side in _UNIT)
    ends = sorted({0.0, 1.0, *(float(zero.numbers[0]) for side in sides for zero in in_unit(side))})
    between = (sp.Rational((a + b) / 2) for a, b in pairwise(ends))
    return any(in_unit(sp.Poly(expression.subs(y, level), x)) for level in between)
