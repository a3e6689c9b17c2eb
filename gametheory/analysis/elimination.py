"""Zeros that Krawczyk's test leaves open, settled by exact elimination.

The test certifies a zero where the Jacobian matrix is regular, and cannot tell on which side of the border of a face it
lies if it lies on it. Polynomials in one or two unknowns can: resultants and greatest common divisors leave polynomials
in one unknown, whose real roots in an interval are counted exactly. A formula with kinks is a polynomial in each cell
in which every pair of numbers has the same larger one.
"""

from __future__ import annotations

from functools import reduce
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

from gametheory.intervals import Interval, compiled
from gametheory.kinks import larger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gametheory.analysis.faces import Face

__all__ = ["lies_on_border", "rational_zeros"]

_TWO = 2
_PAIRS = 4  # of which either may be the larger: twice as many cells for each


def lies_on_border(face: Face, box: Interval, equations: Sequence[sp.Expr]) -> bool:
    """Whether the one zero in a box is known to lie on the border of a face.

    Parameters
    ----------
    face : Face
        On which the equations hold.
    box : Interval of shape (d,)
        Free coordinates; exactly one zero lies in it.
    equations : sequence of d SymPy expressions
        Of the free coordinates.

    Returns
    -------
    bool
        False if it is not known.

    Examples
    --------
    >>> from gametheory.analysis.faces import Face
    >>> from gametheory.space import Space
    >>> face = Face(Space((3,)), ((0, 1, 2),))
    >>> x, y = face.symbols
    >>> lies_on_border(face, Interval([-1e-9, 0.414], [1e-9, 0.415]), [x * (y - 3), 1 - 2 * y - y**2 + x])
    True
    """
    if face.dimension > _TWO:
        return False
    smooth = [_without_kinks(e, face, box) for e in equations]
    used = zip(face.policies, face.supports, strict=True)
    for probability in (policy[k] for policy, support in used if len(support) > 1 for k in support):
        ends = compiled(face.symbols, [probability])(box[None])[0]
        if ends.lo[0] > 0 or ends.hi[0] < 0:
            continue
        gone = min(probability.free_symbols, key=str)
        value = sp.solve(probability, gone)[0]
        left = [s for s in face.symbols if s != gone]
        polynomials = _polynomials([e.subs(gone, value) for e in smooth], left)
        if polynomials is None:
            continue
        if not left:
            return all(p == 0 for p in polynomials)
        sides = [_ends(box, face.symbols.index(s)) for s in (gone, left[0])]
        within = _within(value, left[0], *sides)
        common = reduce(sp.gcd, polynomials)
        if within and not common.is_zero and common.count_roots(*within):
            return True
    return False


def rational_zeros(face: Face, box: Interval, equations: Sequence[sp.Expr]) -> list[list[sp.Rational]] | None:
    """Return all zeros in a box whose coordinates are not negative, if they are rational.

    Parameters
    ----------
    face : Face
        On which the equations hold.
    box : Interval of shape (d,)
        Free coordinates.
    equations : sequence of d SymPy expressions
        Of the free coordinates.

    Returns
    -------
    list of list of SymPy rationals, or None
        None if it is not known whether these are all.

    Examples
    --------
    Two curves that touch at (1/2, 1/2):

    >>> from gametheory.analysis.faces import Face
    >>> from gametheory.space import Space
    >>> face = Face(Space((3,)), ((0, 1, 2),))
    >>> x, y = face.symbols
    >>> rational_zeros(face, Interval([0.49, 0.49], [0.51, 0.51]), [x + y - 1, 4 * x * y - 1])
    [[1/2, 1/2]]
    """
    if not 1 <= face.dimension <= _TWO:
        return None
    box = Interval(np.clip(box.lo, 0, 1), np.clip(box.hi, 0, 1))
    equations = [_without_kinks(e, face, box) for e in equations]
    open_pairs = sorted(set().union(*(e.atoms(larger) for e in equations)), key=str)
    if len(open_pairs) > _PAIRS:
        return None
    zeros = set()
    for choice in product((0, 1), repeat=len(open_pairs)):
        chosen = {pair: pair.args[n] for pair, n in zip(open_pairs, choice, strict=True)}
        found = _zeros_of_polynomials([e.xreplace(chosen) for e in equations], face, box)
        if found is None:
            return None
        leads = [sp.sympify(2 * larger_one - sum(pair.args)) for pair, larger_one in chosen.items()]
        at = [dict(zip(face.symbols, zero, strict=True)) for zero in found]
        zeros |= {zero for zero, place in zip(found, at, strict=True) if all(e.subs(place) >= 0 for e in leads)}
    return sorted(map(list, zeros))


def _zeros_of_polynomials(
    equations: Sequence[sp.Expr], face: Face, box: Interval
) -> list[tuple[sp.Rational, ...]] | None:
    polynomials = _polynomials(equations, face.symbols)
    if polynomials is None:
        return None
    if face.dimension == 1:
        own = _rational_roots(polynomials[0], *_ends(box, 0))
        return None if own is None else [(x,) for x in own]
    p, q = polynomials
    x, y = face.symbols
    if not sp.gcd(p, q).is_ground:  # zeros on a curve
        return None
    first = _rational_roots(sp.Poly(sp.resultant(p.as_expr(), q.as_expr(), y), x), *_ends(box, 0))
    if first is None:
        return None
    zeros = []
    for root in first:
        common = sp.gcd(*(sp.Poly(e.as_expr().subs(x, root), y, domain="QQ") for e in (p, q)))
        second = _rational_roots(common, *_ends(box, 1))
        if second is None:
            return None
        zeros += [(root, other) for other in second]
    return zeros


def _within(
    value: sp.Expr, of: sp.Symbol, ends: tuple[sp.Rational, sp.Rational], side: tuple[sp.Rational, sp.Rational]
) -> tuple[sp.Rational, sp.Rational] | None:
    """Return the part of `side`, an interval of the symbol `of`, in which an affine value lies between `ends`."""
    slope = sp.sympify(value).coeff(of)
    rest = sp.sympify(value) - slope * of
    if slope == 0:
        return side if ends[0] <= rest <= ends[1] else None
    low, high = sorted((end - rest) / slope for end in ends)
    low, high = max(low, side[0]), min(high, side[1])
    return (low, high) if low <= high else None


def _ends(box: Interval, side: int) -> tuple[sp.Rational, sp.Rational]:
    return sp.Rational(float(box.lo[side])), sp.Rational(float(box.hi[side]))


def _rational_roots(polynomial: sp.Poly, low: sp.Rational, high: sp.Rational) -> list[sp.Rational] | None:
    """Return all real roots in an interval, or None if some are irrational or all numbers are roots."""
    if polynomial.is_zero:
        return None
    if polynomial.is_ground:
        return []
    found = [r for r in polynomial.ground_roots() if low <= r <= high]
    return found if len(found) == polynomial.sqf_part().count_roots(low, high) else None


def _polynomials(equations: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> list[sp.Poly] | None:
    """Numerators as polynomials with rational coefficients (as numbers, without symbols), if they are such."""
    numerators = [sp.fraction(sp.together(e))[0] for e in equations]
    if not symbols:
        return [sp.nsimplify(n) for n in numerators] if all(n.is_Rational for n in numerators) else None
    if not all(n.is_polynomial(*symbols) for n in numerators):
        return None
    found = [sp.Poly(n, *symbols) for n in numerators]
    return found if all(p.domain.is_ZZ or p.domain.is_QQ for p in found) else None


def _without_kinks(e: sp.Expr, face: Face, box: Interval) -> sp.Expr:
    """Put the larger number in the place of each pair of which one is known to be in the whole box."""
    decided = {}
    for pair in sp.sympify(e).atoms(larger):
        a, b = pair.args
        gap = compiled(face.symbols, [sp.factor(a - b)])(box[None])[0]
        if gap.lo[0] >= 0:
            decided[pair] = a
        elif gap.hi[0] <= 0:
            decided[pair] = b
    return sp.sympify(e).xreplace(decided)
