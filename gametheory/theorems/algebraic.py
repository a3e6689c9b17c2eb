"""Signs of real algebraic numbers, decided exactly.

A number is a fraction, or whatever sums, products, quotients and roots make of fractions. Enclosures tell the sign of a
number that is not zero. That one *is* zero follows from a separation bound: every number written with integers has
magnitudes u and l such that it is zero or at least 1/(l u^(D - 1)), D the product of the degrees of its roots [1]_.

References
----------
.. [1] C. Burnikel, S. Funke, K. Mehlhorn, S. Schirra, S. Schmitt. "A separation bound for real algebraic expressions".
   Algorithmica 55 (2009).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["MINUS_ONE", "Number", "Real", "constant", "inverse", "power", "product", "root", "sign", "total"]

_FIRST, _LAST = 64, 1 << 17  # bits of enclosures
_SLACK = 64  # bits, for rounding in logarithms
_Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True, eq=False)
class Real:
    """A real number that is known by its enclosures."""

    enclose: Callable[[int], _Interval]
    """From bits to an interval; more bits make it shorter, without end."""
    upper: float
    """Base-2 logarithm of u: what bounds its conjugates, times l."""
    lower: float
    """Base-2 logarithm of l: what bounds the conjugates of its denominator."""
    degrees: Mapping[Any, int]
    """Degree of each root in it."""


MINUS_ONE = Fraction(-1)
Number = Fraction | Real
"""A fraction, or a number that may be none."""


def sign(x: Number) -> int:
    """Return -1, 0 or 1.

    Parameters
    ----------
    x : Fraction or Real
        A number.

    Returns
    -------
    int

    Raises
    ------
    ArithmeticError
        It would take more than 131,072 bits to tell.

    Examples
    --------
    >>> two, three, six = (root(Fraction(k), 2) for k in (2, 3, 6))
    >>> sign(total([product([two, three]), product([Fraction(-1), six])])), sign(total([two, Fraction(-7, 5)]))
    (0, 1)
    """
    if isinstance(x, Fraction):
        return (x > 0) - (x < 0)
    smallest = x.lower + (math.prod(x.degrees.values()) - 1) * x.upper + _SLACK  # bits: |x| < 2^-smallest is zero
    bits = _FIRST
    while bits <= _LAST:
        low, high = x.enclose(bits)
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        # zero is enclosed, so that |x| is at most the width
        if math.isfinite(smallest) and (high - low) * (1 << math.ceil(smallest)) < 1:
            return 0
        bits *= 2
    msg = f"the sign of a number is not decided with {_LAST} bits"
    raise ArithmeticError(msg)


def total(parts: list[Number]) -> Number:
    """Add numbers.

    Parameters
    ----------
    parts : list of Fraction or Real
        Summands.

    Returns
    -------
    Fraction or Real
    """
    known = sum((x for x in parts if isinstance(x, Fraction)), Fraction(0))
    rest = [x for x in parts if isinstance(x, Real)]
    if not rest:
        return known
    summands = [*map(_real, [known] if known else []), *rest]

    @cache
    def enclose(bits: int) -> _Interval:
        found = [x.enclose(bits) for x in summands]
        return _rounded(sum(low for low, _ in found), sum(high for _, high in found), bits)

    lower = sum(x.lower for x in summands)
    upper = max(x.upper + lower - x.lower for x in summands) + math.log2(len(summands))
    return Real(enclose, upper, lower, _union(summands))


def product(parts: list[Number]) -> Number:
    """Multiply numbers.

    Parameters
    ----------
    parts : list of Fraction or Real
        Factors.

    Returns
    -------
    Fraction or Real
    """
    known = math.prod((x for x in parts if isinstance(x, Fraction)), start=Fraction(1))
    rest = [x for x in parts if isinstance(x, Real)]
    if not rest or not known:
        return known
    factors = [*map(_real, [known] if known != 1 else []), *rest]

    @cache
    def enclose(bits: int) -> _Interval:
        low, high = Fraction(1), Fraction(1)
        for x in factors:
            ends = [a * b for a in (low, high) for b in x.enclose(bits)]
            low, high = _rounded(min(ends), max(ends), bits)
        return low, high

    return Real(enclose, sum(x.upper for x in factors), sum(x.lower for x in factors), _union(factors))


def inverse(x: Number) -> Number:
    """Return 1/x.

    Parameters
    ----------
    x : Fraction or Real
        Not zero.

    Returns
    -------
    Fraction or Real
    """
    if isinstance(x, Fraction):
        return 1 / x

    @cache
    def enclose(bits: int) -> _Interval:
        finer = bits
        while (ends := x.enclose(finer))[0] <= 0 <= ends[1]:
            finer *= 2  # it is not zero, so this ends
        return _rounded(1 / ends[1], 1 / ends[0], bits)

    return Real(enclose, x.lower, x.upper, x.degrees)


def power(x: Number, exponent: int) -> Number:
    """Return a whole power, 1 for exponent 0.

    Parameters
    ----------
    x : Fraction or Real
        Not zero if the exponent is negative.
    exponent : int
        Any.

    Returns
    -------
    Fraction or Real
    """
    if exponent < 0:
        return power(inverse(x), -exponent)
    return x**exponent if isinstance(x, Fraction) else product([x] * exponent)


def root(x: Number, degree: int) -> Number:
    """Return the real root that is not negative.

    Parameters
    ----------
    x : Fraction or Real
        Not negative.
    degree : int
        2 for square roots.

    Returns
    -------
    Fraction or Real
    """
    if isinstance(x, Fraction):
        above, below = _whole_root(x.numerator, degree), _whole_root(x.denominator, degree)
        if above**degree == x.numerator and below**degree == x.denominator:
            return Fraction(above, below)
    inside = _real(x)

    @cache
    def enclose(bits: int) -> _Interval:
        low, high = (max(end, Fraction(0)) for end in inside.enclose(degree * bits))
        scale = 1 << bits
        down, up = (_whole_root(math.floor(end * scale**degree), degree) for end in (low, high))
        return Fraction(down, scale), Fraction(up + 1, scale)

    upper, lower = inside.upper, inside.lower
    if upper >= lower:
        upper = (upper + (degree - 1) * lower) / degree
    else:
        lower = (lower + (degree - 1) * upper) / degree
    return Real(enclose, upper, lower, {**inside.degrees, (x, degree): degree})


def constant(e: Any) -> Number | None:
    """Read a SymPy number that is no sum, product or power.

    Parameters
    ----------
    e : SymPy number
        A fraction, a float (for the binary number that it holds), a root of a polynomial, or a constant such as pi.

    Returns
    -------
    Fraction, Real or None
        None where it is not a finite real number.
    """
    if e.is_Float or e.is_Rational:
        exact = sp.Rational(e) if e.is_finite else None
        return None if exact is None else _fraction(exact)
    if not (e.is_number and e.is_real):
        return None
    if isinstance(e, sp.CRootOf):

        @cache
        def isolated(bits: int) -> _Interval:
            step = sp.Rational(1, 1 << bits)
            near = e.eval_rational(step, step)
            return _fraction(near - step), _fraction(near + step)

        coefficients = [abs(int(c)) for c in e.poly.clear_denoms()[1].all_coeffs()]
        lead = coefficients[0]
        return Real(isolated, math.log2(lead + max(coefficients)), math.log2(lead), {e: e.poly.degree()})

    @cache
    def computed(bits: int) -> _Interval:
        near = sp.Rational(e.evalf(bits // 3 + 10))
        far = (abs(near) + 1) / (1 << bits)
        return _fraction(near - far), _fraction(near + far)

    return Real(computed, math.inf, math.inf, {})


def _fraction(x: Any) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def _real(x: Number) -> Real:
    if isinstance(x, Real):
        return x
    return Real(lambda _: (x, x), math.log2(max(abs(x.numerator), 1)), math.log2(x.denominator), {})


def _union(parts: list[Real]) -> dict[Any, int]:
    return {key: degree for x in parts for key, degree in x.degrees.items()}


def _rounded(low: Any, high: Any, bits: int) -> _Interval:
    """Round outward to multiples of 2^-bits."""
    scale = 1 << bits
    return Fraction(math.floor(low * scale), scale), Fraction(math.ceil(high * scale), scale)


def _whole_root(n: int, degree: int) -> int:
    """Return the largest whole number whose power is at most n."""
    if degree == 2:
        return math.isqrt(n)
    high = 1 << (n.bit_length() // degree + 1)
    low = 0
    while low < high - 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**degree <= n else (low, middle)
    return low
