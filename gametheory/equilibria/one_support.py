r"""All equilibria of a game of several players with one given support, exactly, degenerate ones too.

With :math:`S_i` the actions that player i uses, the equilibria are the points with positive probabilities on the
supports at which

.. math:: u_i(a, x_{-i}) = u_i(b, x_{-i}) \;\; (a, b \in S_i), \qquad
          u_i(a, x_{-i}) \le u_i(b, x_{-i}) \;\; (a \notin S_i, b \in S_i).

The equations are polynomials, linear in each player's policy. If they have finitely many solutions, these are computed
exactly (:mod:`gametheory.equilibria.polynomial_systems`) and the signs decided. Otherwise a set of solutions of
dimension d > 0 is taken apart. A point of it either has an action outside the supports that is as good as those inside,
which is one more equation; or all those are worse, and then one of two things holds. Where the ideal is generated, near
the point, by as many polynomials as variables less d, and their Jacobian matrix has full rank, the solutions near the
point are a manifold of dimension d (implicit function theorem), and all of them near enough are equilibria: the point
lies on a continuum. Everything else has minors equal to zero, which are more equations. So ever smaller sets remain,
until they are finite or empty.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from numpy.typing import NDArray
from sympy import QQ
from sympy.polys.orderings import grevlex
from sympy.polys.rings import ring

from gametheory.equilibria.polynomial_systems import (
    Algebra,
    Polynomial,
    RealZero,
    basis_of,
    between_roots,
    dimension,
    has_no_zero,
    minors,
    real_zeros,
    saturated,
)

__all__ = ["Support", "SupportSearch", "Supports"]

Supports = tuple[tuple[int, ...], ...]

_MAX_BASES = 300  # Gröbner bases computed for one support; what is left then is undecided
_MAX_CHOICES = 20  # sets of generators among which those that suffice near a point are sought
_LEVELS = [Fraction(p, q) for q in range(2, 8) for p in range(1, q) if Fraction(p, q).denominator == q]


class TooManyBasesError(Exception):
    """A support took more Gröbner bases than are allowed for one."""


class Support:
    """The equations and inequalities of the equilibria with given supports.

    Parameters
    ----------
    tables : sequence of ndarray of whole numbers, shape (A_1, ..., A_n)
        Each player's payoffs.
    supports : tuple of tuples of int
        Actions that each player uses; somebody uses more than one.

    Attributes
    ----------
    ring : PolyRing
        Polynomials in the probabilities of all actions used but each player's last.
    inside : list of polynomials
        Probabilities of the actions of players who mix: positive.
    equations : list of polynomials
        What an action used earns more than its player's last: zero.
    outside : dict
        The same of each (player, action) that is not used: not positive.
    """

    def __init__(self, tables: Sequence[NDArray[Any]], supports: Supports) -> None:
        self.supports = supports
        names = [f"x{i}_{a}" for i, support in enumerate(supports) for a in support[:-1]]
        self.ring, *variables = ring(names, QQ, grevlex)
        free = iter(variables)
        self.blocks = [[next(free) for _ in support[1:]] for support in supports]
        self.policies = [[*own, self.ring.one - sum(own, self.ring.zero)] for own in self.blocks]
        self.inside = [p for policy in self.policies if len(policy) > 1 for p in policy]
        self.equations: list[Polynomial] = []
        self.outside: dict[tuple[int, int], Polynomial] = {}
        for i, (table, support) in enumerate(zip(tables, supports, strict=True)):
            last = self._expected(table, i, support[-1])
            for a in range(table.shape[i]):
                advantage = self._expected(table, i, a) - last
                if a not in support:
                    self.outside[i, a] = advantage
                elif advantage:
                    self.equations.append(advantage)
        padded = [(f"y{i}_{k}", i) for i, own in enumerate(self.policies) if len(own) > 1 for k in range(len(own))]
        self._full, *probabilities = ring([name for name, _ in padded], QQ, grevlex)
        self._probabilities = [
            [p for p, (_, i) in zip(probabilities, padded, strict=True) if i == j] for j in range(len(supports))
        ]

    def _expected(self, table: NDArray[Any], player: int, action: int) -> Polynomial:
        """Return u_i(a, x_-i)."""
        values = table.take(action, axis=player)
        others = [k for k in range(table.ndim) if k != player]
        total = self.ring.zero
        for place in itertools.product(*(range(len(self.supports[k])) for k in others)):
            value = int(values[tuple(self.supports[k][p] for k, p in zip(others, place, strict=True))])
            if value:
                term = self.ring(value)
                for k, p in zip(others, place, strict=True):
                    term *= self.policies[k][p]
                total += term
        return total

    def sign(self, f: Polynomial) -> int:
        """1 or -1 if a polynomial has that sign wherever all probabilities are positive, 0 if that is not known.

        Written in all probabilities, and made homogeneous in each player's by powers of their sum, it has one sign if
        all its coefficients do.
        """
        sizes = [len(own) for own in self.blocks]
        ends = [0, *itertools.accumulate(sizes)]
        degrees = [max((sum(m[a:b]) for m in f.monoms()), default=0) for a, b in itertools.pairwise(ends)]
        total = self._full.zero
        for powers, coefficient in f.terms():
            term = self._full(coefficient)
            for own, degree, (a, b) in zip(self._probabilities, degrees, itertools.pairwise(ends), strict=True):
                for p, power in zip(own, powers[a:b], strict=False):
                    term *= p**power
                if missing := degree - sum(powers[a:b]):
                    term *= sum(own, self._full.zero) ** missing
            total += term
        signs = {c > 0 for c in total.itercoeffs()}
        return 0 if len(signs) != 1 else 1 if signs.pop() else -1

    def is_equilibrium(self, zero: RealZero) -> bool:
        """Tell whether a solution of the equations is an equilibrium with these supports."""
        return all(zero.sign(p) > 0 for p in self.inside) and all(zero.sign(g) <= 0 for g in self.outside.values())


@dataclass(frozen=True)
class _Piece:
    """Solutions in a set of positive dimension; those with `positive` > 0 and some of `smooth` ≠ 0 are a continuum."""

    basis: list[Polynomial]
    smooth: list[Polynomial]
    positive: list[Polynomial]


class SupportSearch:
    """Finds the equilibria with one support.

    Parameters
    ----------
    support : Support
        Which.

    Attributes
    ----------
    zeros : list of RealZero
        Equilibria. All others with this support lie on a continuum if `decided`.
    decided : bool
        Whether that is proved.
    """

    def __init__(self, support: Support) -> None:
        self.support = support
        self.zeros: list[RealZero] = []
        self.decided = True
        self._pieces: list[_Piece] = []
        self._seen: set[tuple[Polynomial, ...]] = set()
        self._bases = 0
        try:
            self._stratum(support.equations)
        except TooManyBasesError:
            self.decided = False

    @property
    def may_have_continuum(self) -> bool:
        """Whether a set of solutions of positive dimension is there, which need not hold equilibria."""
        return bool(self._pieces)

    def has_continuum(self) -> bool | None:
        """Tell whether there is a continuum of equilibria with this support; None if that is not known."""
        self._bases = 0
        answers = []
        for piece in self._pieces:
            try:
                answers.append(self._inhabited(piece.basis, piece))
            except TooManyBasesError:
                answers.append(None)
            if answers[-1]:
                return True
        return None if None in answers else False

    def _basis(self, generators: Sequence[Polynomial]) -> list[Polynomial]:
        self._bases += 1
        if self._bases > _MAX_BASES:
            raise TooManyBasesError
        return basis_of(generators)

    # ------------------------------------------------------------------------------------------------ taking apart
    def _stratum(self, generators: Sequence[Polynomial]) -> None:
        """Collect the equilibria at which polynomials vanish, the equations among them."""
        for part, basis in self._split(generators):
            if tuple(basis) in self._seen:
                continue
            self._seen.add(tuple(basis))
            if dimension(basis, self.support.ring.ngens) == 0:
                for zero in real_zeros(basis):
                    if self.support.is_equilibrium(zero) and not any(known.same(zero) for known in self.zeros):
                        self.zeros.append(zero)
            else:
                self._positive_dimension(part, basis)

    def _split(self, generators: Sequence[Polynomial]) -> Iterator[tuple[list[Polynomial], list[Polynomial]]]:
        """Split a set by factors of its polynomials that may vanish while all probabilities are positive."""
        todo = [list(generators)]
        while todo:
            part = todo.pop()
            basis = self._basis(part)
            if has_no_zero(basis):
                continue
            if dimension(basis, self.support.ring.ngens) > 0:
                factors = self._factors([*part, *basis], basis)
                if factors is not None:
                    todo += [[*part, factor] for factor in factors]
                    continue
            yield part, basis

    def _factors(self, polynomials: Sequence[Polynomial], basis: list[Polynomial]) -> list[Polynomial] | None:
        """Return the factors of the first polynomial that helps, one of which is zero; None if none helps."""
        for f in polynomials:
            factors = [g for g, _ in f.factor_list()[1] if not self.support.sign(g)]
            if all(g.rem(basis) for g in factors):
                return factors
        return None

    def _positive_dimension(self, generators: list[Polynomial], basis: list[Polynomial]) -> None:
        support = self.support
        outside = [r for g in support.outside.values() if (r := g.rem(basis))]  # the others are ties throughout
        signs = [support.sign(r) for r in outside]
        if any(sign > 0 for sign in signs):
            return
        smooth = self._smooth(generators, basis)
        if smooth is None:
            self.decided = False
            return
        self._pieces.append(_Piece(basis, smooth, [*support.inside, *(-r for r in outside)]))
        if not any(m.is_ground for m in smooth):
            self._stratum([*generators, *smooth])
        for r, sign in zip(outside, signs, strict=True):
            if sign == 0:
                self._stratum([*generators, r])

    def _smooth(self, generators: list[Polynomial], basis: list[Polynomial]) -> list[Polynomial] | None:
        """Return polynomials such that the set is a manifold of its dimension wherever one of them is not zero."""
        unknowns = self.support.ring.ngens
        codimension = unknowns - dimension(basis, unknowns)
        if codimension == 0:
            return [self.support.ring.one]
        needed = list(generators)
        for f in generators:
            others = [g for g in needed if g is not f]
            if others and not f.rem(self._basis(others)):
                needed = others
        if len(needed) == codimension:
            return [m for m in minors(needed, codimension) if m.rem(basis)] or None
        found = []
        for chosen in itertools.islice(itertools.combinations(needed, codimension), _MAX_CHOICES):
            for m in minors(chosen, codimension):
                if m.rem(basis):
                    near = self._saturated(chosen, m)  # zeros of those chosen where m is not zero
                    found += [] if any(p.rem(near) for p in basis) else [m]
        return found or None

    def _saturated(self, basis: Sequence[Polynomial], by: Polynomial) -> list[Polynomial]:
        self._bases += 1
        if self._bases > _MAX_BASES:
            raise TooManyBasesError
        return saturated(basis, by)

    # ------------------------------------------------------------------------------------------------ is it there?
    def _inhabited(self, basis: list[Polynomial], piece: _Piece) -> bool | None:
        """Tell whether a set holds a point that belongs to the continuum of a piece."""
        for p in piece.positive:
            basis = self._saturated(basis, p)  # parts where it vanishes throughout are not sought
        if has_no_zero(basis):
            return False
        size = dimension(basis, self.support.ring.ngens)
        if size == 0:
            return any(self._belongs(zero, piece) for zero in real_zeros(basis))
        return self._on_curve(basis, piece) if size == 1 else self._on_slices(basis, piece, size)

    def _on_curve(self, basis: list[Polynomial], piece: _Piece) -> bool | None:
        """Decide whether a curve has a point where all of `positive` is positive: one point on every arc is enough.

        Where one of them vanishes, or a linear form is stationary along the curve, or the curve has no tangent, that
        form has finitely many values, and so it has where all of `smooth` vanish. What is sought consists of arcs that
        end at such points and on which the form is strictly monotone between two neighbours among these values, so that
        it has a point at every value in between, or none.
        """
        unknowns = self.support.ring.ngens
        rough = self._basis([*basis, *piece.smooth])
        if not has_no_zero(rough) and dimension(rough, unknowns) > 0:
            return None
        for form in self._forms():
            flat = (minors([*chosen, form], unknowns) for chosen in itertools.combinations(basis, unknowns - 1))
            stationary = self._basis([*basis, *itertools.chain.from_iterable(flat)])
            if not has_no_zero(stationary) and dimension(stationary, unknowns) > 0:
                continue
            ends = [rough, stationary, *(self._basis([*basis, p]) for p in piece.positive)]
            special = [Algebra(end).powers(form)[0] for end in ends if not has_no_zero(end)]
            for value in between_roots(special):
                cut = self._basis([*basis, form - QQ(value.numerator, value.denominator)])
                if not has_no_zero(cut) and any(self._belongs(zero, piece) for zero in real_zeros(cut)):
                    return True
            return False
        return None

    def _on_slices(self, basis: list[Polynomial], piece: _Piece, size: int) -> bool | None:
        for value in _LEVELS:
            for x in self.support.ring.gens:
                cut = self._basis([*basis, x - QQ(value.numerator, value.denominator)])
                if has_no_zero(cut) or dimension(cut, self.support.ring.ngens) >= size:
                    continue
                if self._inhabited(cut, piece):
                    return True
        return None

    def _forms(self) -> list[Polynomial]:
        gens = self.support.ring.gens
        return [*gens, *(sum((x * slope**k for k, x in enumerate(gens[1:], 1)), gens[0]) for slope in (2, 3))]

    def _belongs(self, zero: RealZero, piece: _Piece) -> bool:
        return all(zero.sign(p) > 0 for p in piece.positive) and any(zero.sign(m) != 0 for m in piece.smooth)
