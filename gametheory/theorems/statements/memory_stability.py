"""LASE players with memory: what it does to the stability of the memoryless rest point."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Statement
from gametheory.theorems.statements.memory import GAMES, TOPIC, d, lase
from gametheory.theorems.statements.symmetry_breaking import g, s
from gametheory.theorems.symbols import P, R, T, p

__all__ = ["STATEMENTS", "TOPIC"]

_MIRRORED = [0, 1, 3, 2, 4]  # states in the other player's view
_z = sp.Symbol("z")


class _Dual:
    """Exact numbers a + b h with h * h = 0: derivatives without error."""

    def __init__(self, value: Any, rate: Any = 0) -> None:
        self.value, self.rate = Fraction(value), Fraction(rate)

    def _of(self, other: Any) -> _Dual:
        return other if isinstance(other, _Dual) else _Dual(other)

    def conjugate(self) -> _Dual:
        return self

    def __add__(self, other: Any) -> _Dual:
        o = self._of(other)
        return _Dual(self.value + o.value, self.rate + o.rate)

    def __mul__(self, other: Any) -> _Dual:
        o = self._of(other)
        return _Dual(self.value * o.value, self.value * o.rate + self.rate * o.value)

    def __neg__(self) -> _Dual:
        return _Dual(-self.value, -self.rate)

    def __sub__(self, other: Any) -> _Dual:
        return self + -self._of(other)

    def __rsub__(self, other: Any) -> _Dual:
        return self._of(other) + -self

    def __truediv__(self, other: Any) -> _Dual:
        o = self._of(other)
        return self * _Dual(1 / o.value, -o.rate / o.value**2)

    def __rtruediv__(self, other: Any) -> _Dual:
        quotient: _Dual = self._of(other) / self
        return quotient

    __radd__, __rmul__ = __add__, __mul__

    def __le__(self, other: Any) -> bool:
        return self.value <= self._of(other).value

    def __lt__(self, other: Any) -> bool:
        return self.value < self._of(other).value

    def __ge__(self, other: Any) -> bool:
        return self.value >= self._of(other).value

    def __gt__(self, other: Any) -> bool:
        return self.value > self._of(other).value


def _jacobian(objective: gt.objective.MemoryOneObjective, at: Fraction) -> sp.Matrix:
    """Return the exact Jacobian of own gradients in memoryless play, all states in the first player's view."""
    order = [*range(5), *(5 + k for k in _MIRRORED)]
    columns = []
    for b in order:
        x = np.array([_Dual(at, int(k == b)) for k in range(10)], dtype=object)
        columns.append([v.rate for v in objective.own_gradient(x)[order]])
    return sp.Matrix(10, 10, lambda k, m: sp.Rational(columns[m][k].numerator, columns[m][k].denominator))


def _matrix(own: Any, other: Any, mine: Any, yours: Any, at: Any, discount: Any) -> tuple[sp.Matrix, sp.Matrix]:
    """Return the Jacobian of advantages in memoryless play: the part of the present state, and what follows.

    `own` and `other` are the derivatives of a player's advantage by the two policies, `mine` and `yours` those of its
    expected total reward; coordinates are the five states (first player's view) of player 1, then of player 2.
    """
    present = sp.Matrix(2, 2, [own, other, other, own])
    now = sp.Matrix(10, 10, lambda k, m: present[k // 5, m // 5] if k % 5 == m % 5 else 0)
    after = ((0, at, 1 - at, -at, at - 1), (0, at, -at, 1 - at, at - 1))  # of each outcome, if one cooperates
    worth = ((mine, yours), (yours, mine))
    later = sp.Matrix(10, 10, lambda k, m: discount * after[k // 5][m % 5] * worth[k // 5][m // 5])
    return now, later


def _spectrum_is_the_one_shots() -> Evidence:
    a, b, v, w, q = sp.symbols("a b v w q")
    now, later = _matrix(a, b, v, w, q, d)
    same = sp.Matrix(10, 2, lambda k, m: int(k // 5 == m))  # alike in all states
    present = sp.Matrix(2, 2, [a, b, b, a])
    inner = (later * same).expand() == sp.zeros(10, 2)
    inner &= (now * same - same * present).expand() == sp.zeros(10, 2)
    inner &= later == same * later.extract([0, 5], list(range(10)))
    return Evidence(
        inner,
        "as matrices of symbols: what follows maps everything to profiles that are alike in all states, and those to "
        "0; the present part keeps them",
    )


def _jacobians_are_as_said() -> Evidence:
    cases = 0
    for (r, sucker, t, punish), discount in product(GAMES[:4], (Fraction(1, 2), Fraction(9, 10))):
        at = Fraction(sucker + t - punish) / (2 * t + sucker - r - punish)
        found = _jacobian(lase((r, sucker, t, punish), discount, weighted=False), at)
        x, y = sp.symbols("x y")
        here = {x: at, y: at}
        payoffs = {R: r, T: t, s: sucker - punish}
        advantage = g(x, y).subs(payoffs)
        reward = r * x * y + sucker * x * (1 - y) + t * (1 - x) * y + punish * (1 - x) * (1 - y)
        gift = x * (1 - x) * (r * y + t * (1 - y)) - y * (1 - y) * (r * x + t * (1 - x))  # received less given
        own, other, mine, yours = (
            sp.nsimplify(e.subs(here))
            for e in (advantage.diff(x), advantage.diff(y), (reward + gift).diff(x), (reward + gift).diff(y))
        )
        now, later = _matrix(own, other, mine, yours, sp.Rational(at), sp.Rational(discount))
        one_shot = sp.Matrix(2, 2, [own, other, other, own]).charpoly()
        power = sp.Poly(one_shot.as_expr() ** 5, one_shot.gen)
        if found != now + later or found.charpoly(one_shot.gen).as_expr() != power.as_expr():
            return Evidence(False, f"differs in {(r, sucker, t, punish)} at discount {discount}")
        cases += 1
    return Evidence(
        True,
        f"exact Jacobians, by dual numbers, of {cases} pairs of game and discount: they are the matrix, and their "
        "characteristic polynomial is the fifth power of the one-shot point's",
    )


def _quartics() -> tuple[sp.Poly, sp.Poly]:
    """Return characteristic polynomials of what learning by visits does at p* = R/T = p of an additive game, T = 1.

    The four states after an outcome, players moving alike and against each other; speeds over γ.
    """
    q = 1 - p
    found = []
    for sign in (1, -1):
        own, other = -(1 - p + p**2), -p * q * sign
        mine = -q + (1 - 2 * p) * (1 - p + p**2) + p * q**2
        yours = sign * (1 - P - p * q**2 - (1 - 2 * p) * (1 - p + p**2))
        both = own + other
        now = sp.Matrix([[both, 0, 0, 0], [0, own, other, 0], [0, other, own, 0], [0, 0, 0, both]])
        after = sp.Matrix([[p * (mine + yours), q * mine - p * yours, q * yours - p * mine, -q * (mine + yours)]])
        visits = sp.diag(p * p, p * q, p * q, q * q)
        found.append((visits * (now + d * sp.ones(4, 1) * after)).charpoly(_z))
    return found[0], found[1]


def _hurwitz(polynomial: sp.Poly) -> list[sp.Expr]:
    """Return what is positive exactly if all zeros of a quartic with leading coefficient 1 have negative real parts."""
    c1, c2, c3, c4 = polynomial.all_coeffs()[1:]
    return [sp.factor(e) for e in (c1, c2, c3, c4, c1 * c2 * c3 - c3**2 - c1**2 * c4)]


def _quartics_are_the_packages() -> Evidence:
    grid = (Fraction(1, 2), Fraction(4, 5))
    cases = 0
    for at, discount, share in product(grid, (Fraction(1, 3), Fraction(19, 20)), (Fraction(0), Fraction(1, 4))):
        game = (at, at + share - 1, Fraction(1), share)
        found = _jacobian(lase(game, discount), at).charpoly(_z)
        here = {p: sp.Rational(at), P: sp.Rational(share), d: sp.Rational(discount)}
        opening = [(1 - d) * (-(1 - p + p**2) - sign * p * (1 - p)) for sign in (1, -1)]
        expected = sp.prod([_z - speed for speed in opening])
        for quartic in _quartics():
            expected *= sp.expand(d**4 * quartic.as_expr().subs(_z, _z / d))
        if sp.expand(found.as_expr() - expected.subs(here)) != 0:
            return Evidence(False, f"differs in {game} at discount {discount}")
        cases += 1
    return Evidence(True, f"the exact characteristic polynomial, by dual numbers, in {cases} cases is the product")


def _growing(polynomial: sp.Poly) -> int:
    """Count the zeros with positive real part by Routh's array; no zero may appear in its first column."""
    c = [Fraction(int(v.p), int(v.q)) for v in polynomial.all_coeffs()]
    rows = [c[0::2], c[1::2] + [Fraction(0)] * (len(c[0::2]) - len(c[1::2]))]
    while len(rows) < len(c):
        above, row = rows[-2], rows[-1]
        rows.append([above[k + 1] - above[0] * row[k + 1] / row[0] for k in range(len(row) - 1)] + [Fraction(0)])
    first = [row[0] for row in rows]
    return sum(one * two < 0 for one, two in pairwise(first))


def _hopf() -> Evidence:
    at = Fraction(3, 4)
    seen = {}
    for discount in (Fraction(1, 2), Fraction(877826139, 10**9), Fraction(877826140, 10**9), Fraction(99, 100)):
        jacobian = _jacobian(lase((8, -6, 9, 0), discount), at)
        if jacobian.det() == 0:
            return Evidence(False, f"an eigenvalue is 0 at discount {discount}")
        seen[discount] = _growing(jacobian.charpoly())
    return Evidence(
        list(seen.values()) == [0, 0, 2, 2],
        "exact characteristic polynomials at (8, -6, 9, 0), p* = 3/4: eigenvalues with positive real part by Routh's "
        "array: " + ", ".join(f"{n} at γ = {float(k)}" for k, n in seen.items()),
    )


STATEMENTS = (
    Statement(
        id="lase-memoryless-spectrum",
        title="Stability of the memoryless rest point, all states learning alike",
        words=(
            "Let $R > S$, $T > P$. If all five states (opening, CC, CD, DC, DD) of two memory-one LASE players "
            "learn alike, the linear part at $p^*$ in every state has the eigenvalues of the one-shot rest point, "
            "each five times, for every discount: what is stable without memory is stable with it."
        ),
        checks={"identity": _spectrum_is_the_one_shots, "enumeration": _jacobians_are_as_said},
        remarks=(
            "To first order the advantage in a state moves with the policies in that state as in the one-shot game, "
            "with Jacobian $J_0$, and with what the action taken leads to, which is the same for all states: the "
            "Jacobian is $J = I \\otimes J_0 + N$. Here $N$ takes everything to profiles that are alike in all "
            "states and takes those to 0, and $I \\otimes J_0$ keeps them; so $N$ does not show in the "
            "characteristic polynomial. That the Jacobian has this form is checked exactly in the games listed. "
            "Players that meet only four states, without an opening, have each eigenvalue four times."
        ),
    ),
    Statement(
        id="lase-memory-hopf",
        title="Learning by visits can unsettle the memoryless rest point",
        words=(
            "Two memory-one LASE players play $(R, S, T, P) = (8, -6, 9, 0)$ and learn by visits: each state at the "
            "rate at which it is met. Then $p^* = 3/4$ in every state attracts at discount 0.877826139, and at "
            "0.877826140 exactly two eigenvalues have positive real parts. No eigenvalue is zero, so a complex pair "
            "crosses: a Hopf bifurcation."
        ),
        checks={"enumeration": _hopf},
    ),
    Statement(
        id="lase-memory-additive",
        title="Additive dilemmas keep the memoryless rest point stable",
        words=(
            "Two memory-one LASE players play an additive prisoner's dilemma, $T > R > P > S$ and $R + P = S + T$, "
            "with $P \\ge 0$. The point $p^* = R/T$ in every state attracts for every discount $0 < \\gamma < 1$, "
            "also where each state learns at the rate at which it is met."
        ),
        where={p: "cooperation at rest, $p^* = R/T$", P: "payoff if neither cooperates, in units $T = 1$"},
        hypotheses=(p > 0, p < 1, P >= 0, p > P, d >= 0, d < 1),
        claims=(
            *(
                Claim(e > 0, words=f"players who move alike, inequality {k} of Routh and Hurwitz")
                for k, e in enumerate(_hurwitz(_quartics()[0]), 1)
            ),
            *(
                Claim(e > 0, words=f"players who move against each other, inequality {k} of Routh and Hurwitz")
                for k, e in enumerate(_hurwitz(_quartics()[1]), 1)
            ),
            Claim(
                sp.And(1 - p + p**2 + p * (1 - p) > 0, 1 - p + p**2 - p * (1 - p) > 0),
                words="the two factors of the opening",
            ),
        ),
        checks={"enumeration": _quartics_are_the_packages},
        remarks=(
            "In the claims $T = 1$, so $R = p^*$ and $S = p^* + P - 1$. The characteristic polynomial of the linear "
            "part has two factors from the opening and two quartics, and these satisfy the inequalities of Routh and "
            "Hurwitz. That the linear part has this form is shown in words under the statement on the spectrum and "
            "checked exactly in the cases listed. For $\\gamma = 0$ only the opening is ever met."
        ),
    ),
)
