r"""Real solutions of small systems of polynomial equations, exactly.

A Gröbner basis G of the ideal I tells the dimension of the set of (complex) solutions. If it is finite, the monomials
that no leading monomial of G divides are a basis of the quotient algebra :math:`\mathbb Q[x] / I`, in which
multiplication by a polynomial is a matrix [1]_. The ideal is made radical by adding the squarefree parts of the minimal
polynomials of the variables (Seidenberg's lemma [2]_); then the algebra has as many dimensions as there are solutions,
and a linear form :math:`\theta` takes different values at all of them iff its minimal polynomial has that degree. Every
coordinate is then a polynomial in :math:`\theta`, so that a solution is a root of one polynomial in one variable: a
polynomial vanishes there iff its remainder does, and any other sign comes from enclosing the root closely enough.

References
----------
.. [1] D. Cox, J. Little, D. O'Shea, "Using Algebraic Geometry", 2nd ed. (2005), chapter 2, sections 2 and 4: quotient
   algebras, multiplication matrices, solving by them.
.. [2] T. Becker, V. Weispfenning, "Gröbner Bases" (1993), lemma 8.13 (Seidenberg) and section 8.2.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from operator import itemgetter
from typing import Any

from sympy import QQ, ZZ
from sympy.polys.groebnertools import groebner
from sympy.polys.matrices import DomainMatrix
from sympy.polys.orderings import ProductOrder, grevlex
from sympy.polys.rings import ring
from sympy.polys.rootisolation import dup_isolate_real_roots_sqf

__all__ = ["RealZero", "basis_of", "between_roots", "dimension", "has_no_zero", "minors", "real_zeros", "saturated"]

Polynomial = Any  # an element of a SymPy polynomial ring over the rationals, ordered by grevlex

_LINE, _THETA = ring("theta", QQ, grevlex)
_ELIMINATION = ProductOrder((grevlex, itemgetter(slice(1))), (grevlex, itemgetter(slice(1, None))))  # of the first
_BITS = 8  # a root is enclosed more closely by this many at a time


def basis_of(polynomials: Sequence[Polynomial]) -> list[Polynomial]:
    """Compute the reduced Gröbner basis of the ideal that some polynomials generate; [1] if they have no common zero.

    Examples
    --------
    >>> _, x, y = ring("x, y", QQ, grevlex)
    >>> basis_of([x * y - 1, x - y])
    [y**2 - 1, x - y]
    """
    nonzero = [p for p in polynomials if p]
    return list(groebner(nonzero, nonzero[0].ring, "buchberger")) if nonzero else []


def has_no_zero(basis: Sequence[Polynomial]) -> bool:
    """Tell whether a Gröbner basis is that of the whole ring."""
    return any(p.is_ground for p in basis)


def dimension(basis: Sequence[Polynomial], unknowns: int) -> int:
    """Compute the dimension of the set of complex zeros: most variables of which no leading monomial consists alone.

    Parameters
    ----------
    basis : sequence of polynomials
        A Gröbner basis, not that of the whole ring.
    unknowns : int
        Number of variables.

    Returns
    -------
    int

    Examples
    --------
    >>> _, x, y = ring("x, y", QQ, grevlex)
    >>> dimension(basis_of([x * y]), 2), dimension(basis_of([x * y, x + y]), 2)
    (1, 0)
    """
    leading = [{k for k, power in enumerate(p.LM) if power} for p in basis]
    for size in range(unknowns, 0, -1):
        for free in map(set, itertools.combinations(range(unknowns), size)):
            if not any(used <= free for used in leading):
                return size
    return 0


def saturated(basis: Sequence[Polynomial], by: Polynomial) -> list[Polynomial]:
    """Compute a basis of the ideal of all p with p by^k in the ideal: zeros with by ≠ 0, and the closure of their set.

    Parameters
    ----------
    basis : sequence of polynomials
        Generators.
    by : polynomial
        Of the same ring.

    Returns
    -------
    list of polynomials
        Their reduced Gröbner basis.

    Examples
    --------
    >>> _, x, y = ring("x, y", QQ, grevlex)
    >>> saturated([x * y - x], x)
    [y - 1]
    """
    own = by.ring
    larger, inverse, *_ = ring(["inverse_", *map(str, own.symbols)], QQ, _ELIMINATION)
    moved = [larger.from_dict({(0, *powers): c for powers, c in p.terms()}) for p in (by, *basis)]
    found = groebner([inverse * moved[0] - 1, *moved[1:]], larger, "buchberger")
    return [own.from_dict({m[1:]: c for m, c in p.terms()}) for p in found if all(m[0] == 0 for m in p.monoms())]


def minors(polynomials: Sequence[Polynomial], size: int) -> list[Polynomial]:
    """Compute all minors of a size of the Jacobian matrix of some polynomials.

    Examples
    --------
    >>> _, x, y = ring("x, y", QQ, grevlex)
    >>> minors([x * y - 1], 1), minors([x * y, x + y], 2)
    ([y, x], [-x + y])
    """
    own = polynomials[0].ring if polynomials else None
    if own is None or size == 0:
        return []
    rows = [[p.diff(x) for x in own.gens] for p in polynomials]
    found = [
        _determinant([[rows[r][c] for c in columns] for r in chosen])
        for chosen in itertools.combinations(range(len(rows)), size)
        for columns in itertools.combinations(range(own.ngens), size)
    ]
    return [p for p in found if p]


def _determinant(matrix: list[list[Polynomial]]) -> Polynomial:
    if len(matrix) == 1:
        return matrix[0][0]
    total = matrix[0][0].ring.zero
    for column, entry in enumerate(matrix[0]):
        if entry:
            total += (-1) ** column * entry * _determinant([row[:column] + row[column + 1 :] for row in matrix[1:]])
    return total


# -------------------------------------------------------------------------------------------------- finitely many
class RealZero:
    r"""One real solution of a system that has finitely many: coordinates are polynomials in one real root.

    Parameters
    ----------
    basis : list of polynomials
        A Gröbner basis of an ideal with this zero.
    form : polynomial
        The linear form :math:`\theta`, whose values at the zeros of `basis` differ.
    modulus : polynomial of one variable
        Irreducible over the rationals, :math:`\theta` is one of its roots.
    ends : pair of rationals
        The root lies between them, strictly unless they are equal, and no other does.
    coordinates : list of polynomials of one variable
        The solution's, as polynomials in :math:`\theta`.
    """

    def __init__(
        self,
        basis: list[Polynomial],
        form: Polynomial,
        modulus: Polynomial,
        ends: tuple[Any, Any],
        coordinates: list[Polynomial],
    ) -> None:
        self.basis, self.form, self.modulus = basis, form, modulus
        self.low, self.high = ends
        self.coordinates = [p.rem([modulus]) for p in coordinates]

    @property
    def degree(self) -> int:
        """Degree of the field of the coordinates over the rationals."""
        return int(self.modulus.degree())

    def value(self, p: Polynomial) -> Polynomial:
        """Evaluate a polynomial in the coordinates, as a polynomial in the root of degree below that of `modulus`."""
        total = _LINE.zero
        for powers, coefficient in p.terms():
            term = _LINE(coefficient)
            for base, power in zip(self.coordinates, powers, strict=True):
                for _ in range(power):
                    term = (term * base).rem([self.modulus])
            total += term
        return total

    def sign(self, p: Polynomial) -> int:
        """-1, 0 or 1: the sign of a polynomial in the coordinates, exactly."""
        return self.sign_of(self.value(p))

    def sign_of(self, value: Polynomial) -> int:
        """-1, 0 or 1: the sign of a polynomial in the root, of degree below that of `modulus`."""
        if not value:  # the modulus is irreducible: no other value is zero
            return 0
        while True:
            low, high = self._enclosed(value)
            if low > 0 or high < 0:
                return 1 if low > 0 else -1
            self._refine()

    def enclosure(self, p: Polynomial, width: Fraction) -> tuple[Fraction, Fraction]:
        """Enclose a polynomial in the coordinates between two fractions not farther apart than `width`."""
        value = self.value(p)
        while True:
            low, high = self._enclosed(value)
            if _fraction(high - low) <= width:
                return _fraction(low), _fraction(high)
            self._refine()

    def with_root(self, p: Polynomial) -> tuple[Fraction, Fraction, int]:
        r"""Write a polynomial in the coordinates as :math:`a + b \sqrt D`, D whole; the degree of the field is 2."""
        constant, linear, _ = _dense(self.modulus.monic())
        first, second, *_ = *_dense(self.value(p)), QQ(0), QQ(0)
        discriminant = _fraction(linear**2 - 4 * constant)
        larger = self.sign_of(2 * _THETA + linear)
        return (
            _fraction(first - second * linear / 2),
            _fraction(second) * larger / (2 * discriminant.denominator),
            discriminant.numerator * discriminant.denominator,
        )

    def same(self, other: RealZero) -> bool:
        """Tell whether another zero in the same variables is this one, exactly."""
        if any(other.sign(p) for p in self.basis):
            return False
        theta = other.value(self.form)  # which no two zeros of the basis share
        powers = _LINE.zero
        for coefficient in reversed(_dense(self.modulus)):
            powers = (powers * theta + coefficient).rem([other.modulus])
        if powers:
            return False
        low, high = theta - self.low, self.high - theta
        if self.low == self.high:
            return not low
        return other.sign_of(low) > 0 and other.sign_of(high) > 0

    def _enclosed(self, value: Polynomial) -> tuple[Any, Any]:
        low = high = QQ(0)  # Horner's scheme in interval arithmetic on rationals
        for coefficient in reversed(_dense(value)):
            products = (low * self.low, low * self.high, high * self.low, high * self.high)
            low, high = min(products) + coefficient, max(products) + coefficient
        return low, high

    def _refine(self) -> None:
        self.low, self.high = _bisected(self.modulus, self.low, self.high)


def _bisected(f: Polynomial, low: Any, high: Any) -> tuple[Any, Any]:
    """Enclose a root of an irreducible polynomial more closely; rational ends are no roots of it, or are the root."""
    if low == high:
        return low, high
    coefficients = _dense(f)
    rising = _horner(coefficients, high) > 0
    for _ in range(_BITS):
        middle = (low + high) / 2
        low, high = (low, middle) if (_horner(coefficients, middle) > 0) == rising else (middle, high)
    return low, high


def _dense(f: Polynomial) -> list[Any]:
    """Coefficients of a polynomial in one variable, that of 1 first."""
    found = [QQ(0)] * (f.degree() + 1) if f else []
    for (power,), coefficient in f.terms():
        found[power] = coefficient
    return found


def _horner(coefficients: Sequence[Any], x: Any) -> Any:
    total = QQ(0)
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


def _fraction(number: Any) -> Fraction:
    return Fraction(int(QQ.numer(number)), int(QQ.denom(number)))


def _roots(f: Polynomial) -> list[tuple[Any, Any]]:
    """Isolate the real roots of an irreducible polynomial in one variable between rationals, equal only at a root."""
    if f.degree() == 1:
        constant, slope = _dense(f)
        return [(-constant / slope, -constant / slope)]
    whole = [ZZ(int(c)) for c in reversed(_dense(f.clear_denoms()[1]))]
    ends = dup_isolate_real_roots_sqf(whole, ZZ)
    return [(QQ.convert(a), QQ.convert(b)) for a, b in ends]


def between_roots(polynomials: Sequence[Polynomial]) -> list[Fraction]:
    """Find one rational between any two neighbours among the real roots of polynomials in one variable.

    Examples
    --------
    >>> _, theta = ring("theta", QQ, grevlex)
    >>> [1 < x**2 < 2 for x in between_roots([theta**2 - 2, theta - 1])]
    [False, True]
    """
    factors = {factor.monic() for p in polynomials if p for factor, _ in p.factor_list()[1]}
    roots = [[low, high, factor] for factor in factors for low, high in _roots(factor)]
    while True:
        roots.sort(key=lambda root: root[:2])
        close = [k for k in range(len(roots) - 1) if roots[k][1] >= roots[k + 1][0]]
        if not close:
            return [_fraction((a[1] + b[0]) / 2) for a, b in itertools.pairwise(roots)]
        for k in {k for j in close for k in (j, j + 1)}:
            low, high, factor = roots[k]
            roots[k][:2] = _bisected(factor, low, high)


class Algebra:
    r"""The algebra of polynomials modulo an ideal with finitely many zeros.

    Parameters
    ----------
    basis : list of polynomials
        A Gröbner basis of it.

    Attributes
    ----------
    dimension : int
        Of the algebra: the number of complex zeros, counted with multiplicity.
    """

    def __init__(self, basis: list[Polynomial]) -> None:
        self.basis, self.ring = basis, basis[0].ring
        leading = [p.LM for p in basis]
        start = self.ring.zero_monom
        place = {start: 0}
        queue = [start]
        for monomial in queue:  # grows while it is read
            for k in range(self.ring.ngens):
                larger = tuple(power + (j == k) for j, power in enumerate(monomial))
                if larger not in place and not any(all(map(int.__le__, m, larger)) for m in leading):
                    place[larger] = len(queue)
                    queue.append(larger)
        self.monomials, self._place = queue, place
        self.dimension = len(queue)

    def vector(self, p: Polynomial) -> list[Any]:
        """Coordinates of a polynomial in the basis of monomials."""
        found = [QQ(0)] * self.dimension
        for monomial, coefficient in p.rem(self.basis).terms():
            found[self._place[monomial]] = coefficient
        return found

    def powers(self, form: Polynomial) -> tuple[Polynomial, list[Polynomial] | None]:
        """Compute the minimal polynomial of a form and, if its degree is the dimension, the variables as its powers."""
        power, columns = self.ring.one, []
        for _ in range(self.dimension + 1):
            columns.append(self.vector(power))
            power = (power * form).rem(self.basis)
        columns += [self.vector(x) for x in self.ring.gens]
        rows = [list(row) for row in zip(*columns, strict=True)]
        reduced, pivots = DomainMatrix(rows, (len(rows), len(columns)), QQ).rref()
        reduced = reduced.to_list()
        degree = next(k for k in range(self.dimension + 2) if k not in pivots)

        def combined(column: int) -> Polynomial:
            return _LINE.from_dict({(k,): reduced[k][column] for k in range(degree) if reduced[k][column]})

        minimal = _THETA**degree - combined(degree)
        if degree < self.dimension:
            return minimal, None
        return minimal, [combined(self.dimension + 1 + k) for k in range(self.ring.ngens)]


def real_zeros(basis: list[Polynomial]) -> Iterator[RealZero]:
    """Find the real zeros of an ideal that has finitely many complex ones, each once.

    Parameters
    ----------
    basis : list of polynomials
        A Gröbner basis of it, not that of the whole ring.

    Yields
    ------
    RealZero

    Examples
    --------
    >>> _, x, y = ring("x, y", QQ, grevlex)
    >>> [[zero.sign(x), zero.sign(y - 1)] for zero in real_zeros(basis_of([(x**2 - 2) ** 2, y - x**2]))]
    [[-1, 1], [1, 1]]
    """
    algebra = Algebra(basis)
    variables = algebra.ring.gens
    repeated: list[Polynomial] = []
    for form in itertools.chain(variables, _forms(variables)):
        if repeated and form not in variables:  # all variables have been tried, and the ideal is not radical
            yield from real_zeros(basis_of([*basis, *repeated]))
            return
        minimal, coordinates = algebra.powers(form)
        squarefree = minimal.sqf_part()
        if squarefree.degree() < minimal.degree():
            repeated.append(_composed(squarefree, form))
        elif coordinates is not None:
            for modulus, _ in minimal.factor_list()[1]:
                for ends in _roots(modulus):
                    yield RealZero(basis, form, modulus, ends, coordinates)
            return


def _forms(variables: Sequence[Polynomial]) -> Iterator[Polynomial]:
    """Linear forms, of which all but finitely many differ at all zeros of any one system."""
    for slope in itertools.count(1):
        yield sum((x * slope**k for k, x in enumerate(variables[1:], 1)), variables[0])


def _composed(f: Polynomial, form: Polynomial) -> Polynomial:
    total = form.ring.zero
    for coefficient in reversed(_dense(f)):
        total = total * form + coefficient
    return total
