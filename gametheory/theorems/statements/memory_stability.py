"""LASE players with memory: what it does to the stability of the memoryless rest point."""

from __future__ import annotations

from fractions import Fraction
from functools import cache, partial
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Statement
from gametheory.theorems.statements.memory import GAMES, TOPIC, d, lase
from gametheory.theorems.statements.symmetry_breaking import g, s
from gametheory.theorems.symbols import P, R, T, p

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

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


def _rest(r: Any, sucker: Any, t: Any, punish: Any) -> Fraction:
    return Fraction(sucker + t - punish) / Fraction(2 * t + sucker - r - punish)


def _derivatives(r: Any, sucker: Any, t: Any, punish: Any) -> tuple[sp.Expr, ...]:
    """Return the slopes of the one-shot advantage and of the expected total reward at p*, by own and other policy."""
    x, y = sp.symbols("x y")
    at = _rest(r, sucker, t, punish)
    advantage = g(x, y).subs({R: r, T: t, s: sucker - punish})
    reward = r * x * y + sucker * x * (1 - y) + t * (1 - x) * y + punish * (1 - x) * (1 - y)
    gift = x * (1 - x) * (r * y + t * (1 - y)) - y * (1 - y) * (r * x + t * (1 - x))  # received less given
    return tuple(sp.nsimplify(e.diff(v).subs({x: at, y: at})) for e in (advantage, reward + gift) for v in (x, y))


def _jacobians_are_as_said() -> Evidence:
    cases = 0
    for payoffs, discount in product(GAMES[:4], (Fraction(1, 2), Fraction(9, 10))):
        at = _rest(*payoffs)
        found = _jacobian(lase(payoffs, discount, weighted=False), at)
        own, other, mine, yours = _derivatives(*payoffs)
        now, later = _matrix(own, other, mine, yours, sp.Rational(at), sp.Rational(discount))
        one_shot = sp.Matrix(2, 2, [own, other, other, own]).charpoly()
        power = sp.Poly(one_shot.as_expr() ** 5, one_shot.gen)
        if found != now + later or found.charpoly(one_shot.gen).as_expr() != power.as_expr():
            return Evidence(False, f"differs in {payoffs} at discount {discount}")
        cases += 1
    return Evidence(
        True,
        f"exact Jacobians, by dual numbers, of {cases} pairs of game and discount: they are the matrix, and their "
        "characteristic polynomial is the fifth power of the one-shot point's",
    )


def _modes(own: Any, other: Any, mine: Any, yours: Any, at: Any) -> tuple[sp.Poly, sp.Poly]:
    """Return characteristic polynomials of what learning by visits does at a memoryless rest point.

    The four states after an outcome, players moving alike and against each other; speeds over γ. `own` and `other` are
    the derivatives of a player's advantage by the two policies, `mine` and `yours` those of its expected total reward.
    """
    q = 1 - at
    found = []
    for sign in (1, -1):
        across, worth = sign * other, sign * yours
        both = own + across
        now = sp.Matrix([[both, 0, 0, 0], [0, own, across, 0], [0, across, own, 0], [0, 0, 0, both]])
        after = sp.Matrix([[at * (mine + worth), q * mine - at * worth, q * worth - at * mine, -q * (mine + worth)]])
        visits = sp.diag(at * at, at * q, at * q, q * q)
        found.append((visits * (now + d * sp.ones(4, 1) * after)).charpoly(_z))
    return found[0], found[1]


def _quartics() -> tuple[sp.Poly, sp.Poly]:
    """Return them at p* = R/T = p of an additive game, T = 1."""
    q = 1 - p
    mine = -q + (1 - 2 * p) * (1 - p + p**2) + p * q**2
    yours = 1 - P - p * q**2 - (1 - 2 * p) * (1 - p + p**2)
    return _modes(-(1 - p + p**2), -p * q, mine, yours, p)


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


_HOPF = (8, -6, 9, 0)
_BEFORE, _AFTER = Fraction(877826139, 10**9), Fraction(877826140, 10**9)


def _crossing() -> Evidence:
    """Exact polynomials in the discount: who crosses, where, and at which speed."""
    at = _rest(*_HOPF)
    own, other, mine, yours = _derivatives(*_HOPF)
    modes = _modes(own, other, mine, yours, sp.Rational(at))
    cases = (Fraction(0), Fraction(1, 3), Fraction(1, 2), _BEFORE, _AFTER, Fraction(99, 100))
    for discount in cases:
        found = _jacobian(lase(_HOPF, discount), at).charpoly(_z)
        expected = sp.prod([_z - (1 - d) * (own + sign * other) for sign in (1, -1)])
        for quartic in modes:
            expected *= sp.expand(d**4 * quartic.as_expr().subs(_z, _z / d))
        if sp.expand(found.as_expr() - expected.subs(d, discount)) != 0:
            return Evidence(False, f"the characteristic polynomial differs at discount {discount}")
        if found.eval(0) == 0 and discount:  # without a future only the opening is met
            return Evidence(False, f"an eigenvalue is 0 at discount {discount}")
    alike, against = ([sp.Poly(e, d) for e in _hurwitz(quartic)] for quartic in modes)
    holds = own + other < 0 and own - other < 0
    holds &= all(e.count_roots(0, 1) == 0 and e.eval(0) > 0 for e in (*alike[:4], *against))
    crossing = alike[4]  # what vanishes where a pair is imaginary
    holds &= crossing.count_roots(0, 1) == crossing.count_roots(_BEFORE, _AFTER) == 1
    holds &= crossing.eval(0) > 0 > crossing.eval(1) and crossing.diff().count_roots(_BEFORE, _AFTER) == 0
    return Evidence(
        bool(holds),
        f"exact characteristic polynomials at (8, -6, 9, 0), p* = 3/4, at {len(cases)} discounts are the product with "
        "γ a symbol; by Routh and Hurwitz all eigenvalues have negative real parts up to the one zero that "
        f"c1 c2 c3 - c3² - c1² c4 has in (0, 1), between {float(_BEFORE)} and {float(_AFTER)}; it is simple",
    )


def _criticality() -> Evidence:
    """First Lyapunov coefficient of players alike, from differences of exact values: how the crossing pair bends."""
    objective = lase(_HOPF, Fraction(8778261390689, 10**13))

    @cache
    def gains(shift: tuple[int, ...], step: Fraction) -> tuple[Fraction, ...]:
        x = [_rest(*_HOPF) + k * step for k in shift]
        return tuple(map(Fraction, objective.own_gradient(np.array(x * 2, dtype=object))[:5]))

    def natural(shift: tuple[int, ...], step: Fraction) -> tuple[Fraction, ...]:
        x = [_rest(*_HOPF) + k * step for k in shift]
        return tuple(v * (1 - v) * gain for v, gain in zip(x, gains(shift, step), strict=True))

    steps = (Fraction(1, 10**6), Fraction(1, 10**8))
    found = [_lyapunov(partial(rates, step=step), 5, step) for rates in (natural, gains) for step in steps]
    steady = all(abs(a - b) < 1e-6 * abs(b) for a, b in (found[:2], found[2:]))
    return Evidence(
        bool(steady and min(found) > 0),
        f"first Lyapunov coefficients {found[1]:.4f} (natural flow) and {found[3]:.4f} (projected flow), from second "
        "and third differences of exact values at γ = 0.8778261390689, with steps 1e-6 and 1e-8: positive, so "
        "subcritical; computed, not enclosed",
    )


def _lyapunov(rates: Callable[[tuple[int, ...]], Sequence[Fraction]], size: int, step: Fraction) -> float:
    """Return the first Lyapunov coefficient where a pair is imaginary, from rates at the point plus steps.

    Eigenvectors q and p with <q, q> = <p, q> = 1: Kuznetsov, equation (5.62).
    """

    def slope(*states: int) -> NDArray[np.float64]:
        sums = [Fraction(0)] * size
        for signs in product((1, -1), repeat=len(states)):
            shift = [0] * size
            for sign, state in zip(signs, states, strict=True):
                shift[state] += sign
            sums = [a + prod(signs) * b for a, b in zip(sums, rates(tuple(shift)), strict=True)]
        return np.array([float(v / (2 * step) ** len(states)) for v in sums])

    linear, quadratic, cubic = (
        np.moveaxis(np.array([slope(*sorted(k)) for k in np.ndindex(*[size] * n)]).reshape([size] * (n + 1)), -1, 0)
        for n in (1, 2, 3)
    )
    values, vectors = np.linalg.eig(linear)
    k = int(np.argmax(values.imag))
    turn, q = 1j * values[k].imag, vectors[:, k] / np.linalg.norm(vectors[:, k])
    adjoint, rows = np.linalg.eig(linear.T)
    row = rows[:, int(np.argmin(np.abs(adjoint - values[k].conj())))]
    row = row / np.conj(np.vdot(row, q))

    def second(v: Any, w: Any) -> Any:
        return np.einsum("kij,i,j->k", quadratic, v, w)

    third = np.einsum("kijl,i,j,l->k", cubic, q, q, q.conj())
    mean = second(q, np.linalg.solve(linear, second(q, q.conj())))
    double = second(q.conj(), np.linalg.solve(2 * turn * np.eye(size) - linear, second(q, q)))
    return float(np.vdot(row, third - 2 * mean + double).real / (2 * abs(turn)))


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
            "rate at which it is met. There is one discount $\\gamma^*$, between 0.877826139 and 0.877826140, such "
            "that $p^* = 3/4$ in every state attracts for $0 < \\gamma < \\gamma^*$ and is unstable for $\\gamma^* < "
            "\\gamma < 1$: at $\\gamma^*$ one pair of eigenvalues, of players who move alike, crosses the imaginary "
            "axis at a speed that is not zero, and all others have negative real parts. So it is a Hopf bifurcation. "
            "The first Lyapunov coefficient, computed and not enclosed, is positive, for natural and for projected "
            "gradients: the periodic orbits, at discounts below $\\gamma^*$, repel (subcritical)."
        ),
        checks={"enumeration": _crossing, "simulation": _criticality},
        source="derived here; criticality by Y. Kuznetsov, Elements of Applied Bifurcation Theory (2004), ch. 5",
        remarks=(
            "A machine checks the polynomial that vanishes where a pair is imaginary, and that its zero is simple, "
            "which for a simple pair is that it crosses at a speed that is not zero (W. M. Liu, Journal of "
            "Mathematical Analysis and Applications 182 (1994)). That periodic orbits are born there is Hopf's "
            "theorem. That the characteristic polynomial is this polynomial in $\\gamma$ is shown in words under the "
            "statement on the spectrum, and checked exactly at the discounts listed."
        ),
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
