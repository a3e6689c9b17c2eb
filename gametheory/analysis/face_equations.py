"""What has to vanish where a field rests on a face, compiled once for all points that are looked for there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

from gametheory.analysis.results import Continuum
from gametheory.intervals import Interval, compiled
from gametheory.kinks import kinks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gametheory.analysis.faces import Face

    Enclose = Callable[[Interval], Interval]

__all__ = ["FaceEquations", "LinearPart", "enclosed"]

_DRAWS, _RAISED = 4000, 8  # points at which signs are compared; degrees added to show that there is one sign only


class LinearPart:
    """Rates of a flow, or images of a map, with what is asked of them near a rest point.

    Parameters
    ----------
    symbols : tuple of d SymPy symbols
        Coordinates.
    rates : sequence of d SymPy expressions
        Of the coordinates.
    """

    def __init__(self, symbols: tuple[sp.Symbol, ...], rates: Sequence[sp.Expr]) -> None:
        self.symbols = symbols
        self.rates = tuple(rates)

    @cached_property
    def _slopes(self) -> Enclose:
        return compiled(self.symbols, [sp.sympify(rate).diff(s) for rate in self.rates for s in self.symbols])

    @cached_property
    def _kinks(self) -> Enclose | None:
        found = list(set().union(*map(kinks, self.rates)))
        return compiled(self.symbols, found) if found else None

    def jacobian(self, box: Interval) -> Interval:
        """Enclose the Jacobian matrix, shape (d, d)."""
        d = len(self.symbols)
        if not d:
            return Interval(np.zeros((0, 0)))
        found = self._slopes(box[None])[0]
        return Interval(found.lo.reshape(d, d), found.hi.reshape(d, d))

    def may_switch(self, box: Interval) -> bool:
        """Whether the box may meet a kink."""
        if self._kinks is None:
            return False
        found = self._kinks(box[None])[0]
        return bool(np.any((found.lo <= 0) & (found.hi >= 0)))


@dataclass(frozen=True)
class FaceEquations:
    """A field on one face.

    Parameters
    ----------
    face : Face
        Where.
    raw : tuple of d SymPy expressions
        Vanish, all of them, where the field rests on the face; in its free coordinates.
    flow : tuple of d SymPy expressions
        Rates along the face; for maps, the image.
    growth : dict
        Rates of growth of absent actions, as in :meth:`Face.growth`.
    """

    face: Face
    raw: tuple[sp.Expr, ...]
    flow: tuple[sp.Expr, ...]
    growth: dict[str, tuple[sp.Expr, int]]

    @cached_property
    def _quotients(self) -> list[sp.Expr]:
        return [_one_quotient(e, self.face.symbols) for e in self.raw]

    @cached_property
    def below(self) -> list[sp.Expr]:
        """Denominators; where they vanish the field is not defined."""
        return [d for d in (sp.fraction(e)[1] for e in self._quotients) if d.free_symbols]

    @cached_property
    def _parted(self) -> tuple[list[sp.Expr], list[Continuum], bool]:
        return _without_common_factor(self._quotients, self.face)

    @property
    def equations(self) -> list[sp.Expr]:
        """Vanish at isolated points: common factors are taken out."""
        return self._parted[0]

    @property
    def curves(self) -> list[Continuum]:
        """Where a common factor vanishes inside the face."""
        return self._parted[1]

    @property
    def clear(self) -> bool:
        """Whether it is known where common factors vanish."""
        return self._parted[2]

    @property
    def never(self) -> bool:
        """Whether there is no isolated zero, as some equation is a number."""
        return any(e.is_nonzero for e in self.equations if not e.free_symbols)

    @cached_property
    def lines(self) -> list[sp.Expr]:
        """Curves and denominators: an isolated zero where the field is defined lies on none."""
        on = [sp.sympify(c.equation).xreplace(self.face.place) for c in self.curves]
        return [*on, *self.below]

    @cached_property
    def enclose(self) -> Enclose:
        """Equations on boxes."""
        return compiled(self.face.symbols, self.equations)

    @cached_property
    def where_defined(self) -> Enclose:
        """The same, at the points at which they are defined alone."""
        return compiled(self.face.symbols, self.equations, where_defined=True)

    @cached_property
    def slopes(self) -> Enclose:
        """Derivatives of the equations on boxes, shape (d * d)."""
        return compiled(self.face.symbols, [e.diff(s) for e in self.equations for s in self.face.symbols])

    @cached_property
    def linear_part(self) -> LinearPart:
        """Of the flow along the face."""
        return LinearPart(self.face.symbols, self.flow)

    @cached_property
    def _across(self) -> Enclose | None:
        rates = [sp.sympify(rate) for rate, _ in self.growth.values()]
        return compiled(self.face.symbols, rates) if rates else None

    def across(self, box: Interval) -> Interval:
        """Enclose rates of growth of absent actions."""
        return Interval(np.zeros(0)) if self._across is None else self._across(box[None])[0]

    @cached_property
    def operations(self) -> int:
        """Of one evaluation of the equations and their derivatives, about."""
        return (1 + self.face.dimension) * (1 + sum(int(sp.sympify(e).count_ops()) for e in self.raw))


def enclosed(symbols: Sequence[sp.Symbol], expressions: Sequence[sp.Expr], box: Interval) -> Interval:
    """Enclose expressions on one box, shape (d,)."""
    if not expressions:
        return Interval(np.zeros(0))
    return compiled(symbols, [sp.sympify(e) for e in expressions])(box[None])[0]


def _one_quotient(e: sp.Expr, symbols: Sequence[sp.Symbol]) -> sp.Expr:
    """Write an expression over one denominator, without common factors; polynomials keep the form they have."""
    together = sp.together(e)
    if sp.fraction(together)[1].free_symbols and e.is_rational_function(*symbols):
        return sp.cancel(e)
    return together


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
