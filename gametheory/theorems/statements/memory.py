"""LASE players with memory: which profiles last, and what learning by visits does."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

import gametheory as gt
from gametheory.theorems.statement import Claim, Evidence, Neighbour, Statement
from gametheory.theorems.statements.symmetry_breaking import g, gain, s, slope
from gametheory.theorems.symbols import P, R, S, T, p

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOPIC = "LASE players with memory"

d = sp.Symbol("gamma", real=True)
_discount = (d >= 0, d < 1)
_dilemma = (T > R, R > P, P > S)
_onward = R / (1 - d)  # cooperation for ever
_DISCOUNTS = tuple(Fraction(k, 12) for k in range(12))
_MIRRORED = [0, 1, 3, 2, 4]  # states in the other player's view
_GAMES: tuple[tuple[Any, ...], ...] = (
    (3, 0, 5, 1),
    (4, 0, 5, 1),
    (8, -6, 9, 0),
    (1, Fraction(-1, 4), 2, 0),
    (3, 1, 4, 0),
    (4, -3, 3, 1),
)
_z = sp.Symbol("z")
_STEPS = sp.symbols("a b c", positive=True)


def _lase(payoffs: tuple[Any, ...], discount: Fraction, **options: Any) -> gt.objective.MemoryOneObjective:
    game = gt.Game.two_by_two(*payoffs)
    return gt.objective.MemoryOneObjective(game, gt.transfer.SocialRelationship(), discount, **options)


def _tenfold(first: Any, second: Any) -> NDArray[Any]:
    return np.array([first] * 5 + [second] * 5, dtype=object)


def _one_shot_in_every_state() -> Evidence:
    """Compare with the one-shot advantages at more points than the degrees of both sides in p1, p2 and γ."""
    a, b, _ = _STEPS
    low = sp.Symbol("S", real=True)
    high = sp.Symbol("P", real=True)
    payoffs = (low + a, low, high + b, high)
    at = {R: low + a, T: high + b, s: low - high}
    tried = 0
    for mine, yours in product((Fraction(k, 3) for k in range(4)), repeat=2):
        for discount in (Fraction(0), Fraction(1, 3), Fraction(9, 10)):
            found = _lase(payoffs, discount, weighted=False).own_gradient(_tenfold(mine, yours))
            for gains, value in ((found[:5], g(mine, yours)), (found[5:], g(yours, mine))):
                expected = value.subs(at, simultaneous=True)
                if any(sp.expand(gain_ - expected) != 0 for gain_ in gains):
                    return Evidence(False, f"differs at p1 = {mine}, p2 = {yours}, discount {discount}")
            tried += 1
    return Evidence(
        True,
        f"own gradients with symbolic payoffs R > S, T > P at {tried} triples of p1, p2 and the discount: more than "
        "the degrees (at most 3 in p1 and p2; in the discount at most 2 over 1 - γ) leave free",
    )


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
    for (r, sucker, t, punish), discount in product(_GAMES[:4], (Fraction(1, 2), Fraction(9, 10))):
        at = Fraction(sucker + t - punish) / (2 * t + sucker - r - punish)
        found = _jacobian(_lase((r, sucker, t, punish), discount, weighted=False), at)
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
        found = _jacobian(_lase(game, discount), at).charpoly(_z)
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
        jacobian = _jacobian(_lase((8, -6, 9, 0), discount), at)
        if jacobian.det() == 0:
            return Evidence(False, f"an eigenvalue is 0 at discount {discount}")
        seen[discount] = _growing(jacobian.charpoly())
    return Evidence(
        list(seen.values()) == [0, 0, 2, 2],
        "exact characteristic polynomials at (8, -6, 9, 0), p* = 3/4: eigenvalues with positive real part by Routh's "
        "array: " + ", ".join(f"{n} at γ = {float(k)}" for k, n in seen.items()),
    )


def _deviations(name: str, path: sp.Expr, off: sp.Expr, on_path: tuple[int, ...]) -> Evidence:
    """Compare the gain from cooperating in every state, with symbolic payoffs, with its closed form."""
    a, b, c = _STEPS
    low = sp.Symbol("P", real=True)
    payoffs = (low + a, low - c, low + a + b, low)
    strategy = gt.memory_one.strategy(name, exact=True)
    for discount in _DISCOUNTS:
        at = {R: payoffs[0], S: payoffs[1], T: payoffs[2], P: payoffs[3], d: sp.Rational(discount)}
        found = _lase(payoffs, discount, weighted=False).own_gradient(np.concatenate([strategy, strategy]))
        for k, gain_ in enumerate(found):
            expected = (path if k % 5 in on_path else off).subs(at, simultaneous=True)
            if sp.expand(gain_ - expected) != 0:
                return Evidence(False, f"state {k} at discount {discount}: {gain_}, not {expected}")
    return Evidence(
        True,
        f"own gradients at {name}, payoffs T > R > P > S symbolic, at {len(_DISCOUNTS)} discounts; both sides are "
        "polynomials of degree at most 5 in the discount over (1 - γ)^2",
    )


_STRATEGIES = [s_ for s_ in product((0, 1), repeat=5) if s_[0] == s_[1] == 1]


def _own_values(strategy: tuple[int, ...], payoffs: tuple[Any, ...], discount: Fraction) -> list[Fraction]:
    """Value of each outcome, own action first, if both play a deterministic strategy from then on."""
    values = [Fraction(0)] * 4
    for start in range(4):
        state, weight, total, path = start, Fraction(1), Fraction(0), []
        while state not in path:
            path.append(state)
            state = 2 * (1 - strategy[1 + state]) + 1 - strategy[1 + (0, 2, 1, 3)[state]]
        loop = path[path.index(state) :]
        for z in path:
            ratio = 1 - discount ** len(loop) if z in loop else 1
            total += weight * payoffs[z] / ratio
            weight *= discount
        values[start] = total
    return values


def _path_is_selfish() -> Evidence:
    cases = 0
    for payoffs, strategy, discount in product(
        _GAMES[:5], _STRATEGIES, (Fraction(1, 4), Fraction(2, 3), Fraction(9, 10))
    ):
        x = np.array(strategy * 2, dtype=object) + Fraction(0)
        values = _own_values(strategy, payoffs, discount)
        if values[0] <= values[1]:
            continue  # the partner is not served
        gifts = _lase(payoffs, discount, weighted=False).own_gradient(x)[:2]
        game = gt.Game.two_by_two(*payoffs)
        plain = gt.objective.MemoryOneObjective(game, None, discount, weighted=False).own_gradient(x)[:2]
        after = {"C": values[0], "D": values[2]}
        if list(gifts) != list(plain) or gifts[1] != after["C"] - after["D"]:
            return Evidence(False, f"{payoffs}, strategy {strategy}, discount {discount}: {gifts} against {plain}")
        cases += 1
    return Evidence(
        cases > 0,
        f"{cases} combinations of five games, the eight deterministic strategies that cooperate in the opening and "
        "after CC, and three discounts: the gain on the path is that of selfish players, and the difference of "
        "outcome values",
    )


def _frozen() -> Evidence:
    rest = sp.symbols("e1:7")
    one = sp.Integer(1)
    x = np.array([one, one, *rest[:3], one, one, *rest[3:]], dtype=object)
    for discount in _DISCOUNTS:
        found = [sp.cancel(sp.together(v)) for v in _lase((3, 0, 5, 1), discount).visits(x)]
        gamma = sp.Rational(discount)
        if found != [1 - gamma, gamma, 0, 0, 0] * 2:
            return Evidence(False, f"visits {found} at discount {discount}")
    rng = np.random.default_rng(5)
    for _ in range(20):
        state = np.array([Fraction(int(v), 24) for v in rng.integers(1, 24, 10)], dtype=object)
        state[[0, 1, 5, 6]] = [1 - Fraction(int(v), 10**4) for v in rng.integers(0, 99, 4)]
        leave = 1 - min(state[[0, 1, 5, 6]])
        discount = Fraction(int(rng.integers(1, 20)), 20)
        weighted, plain = (_lase(_GAMES[1], discount, weighted=w) for w in (True, False))
        m = plain.visits(state)
        if any(weighted.own_gradient(state) != m * plain.own_gradient(state)):
            return Evidence(False, f"the gradient at {state} is not the visits times the advantages")
        if 1 - m[0] - m[1] > 2 * leave * discount / (1 - discount):
            return Evidence(False, f"states off the path are met too often at {state}")
    return Evidence(
        True,
        "visits with six symbolic policies off the path, at 12 discounts; own gradient = visits times advantage and "
        "the bound on visits at 20 profiles of random fractions",
    )


STATEMENTS = (
    Statement(
        id="lase-memoryless-rest-point",
        title="The memoryless rest point",
        words=(
            "Let $R > S$ and $T > P$. If two memory-one LASE players do the same whatever happened, the first "
            "cooperating with probability $p_1$ and the second with $p_2$, their advantage in every state is that of "
            "the one-shot game. So $p^* = (S + T - P)/(2T + S - R - P)$ in every state is a rest point for every "
            "discount."
        ),
        hypotheses=(sp.Ne(slope, 0),),
        claims=(Claim(sp.Eq(g(gain / slope, gain / slope), 0)),),
        checks={"enumeration": _one_shot_in_every_state},
        remarks=(
            "What follows an outcome is worth the same whatever the outcome was, so it shifts all action values of a "
            "player alike and leaves the relationships as they are."
        ),
    ),
    Statement(
        id="lase-memoryless-spectrum",
        title="Stability of the memoryless rest point, all states learning alike",
        words=(
            "Let $R > S$, $T > P$. If all five states (opening, CC, CD, DC, DD) learn alike, the linear part at $p^*$ "
            "in every state has the eigenvalues of the one-shot rest point, each five times, for every discount: what "
            "is stable without memory is stable with it."
        ),
        checks={"identity": _spectrum_is_the_one_shots, "enumeration": _jacobians_are_as_said},
        remarks=(
            "To first order the advantage in a state moves with the policies in that state as in the one-shot game, "
            "and with what the action taken leads to, which is the same for all states: J = I ⊗ J0 + N. N takes "
            "everything to profiles that are alike in all states, takes those to 0, and I ⊗ J0 keeps them; so N does "
            "not show in the characteristic polynomial. That the Jacobian has this form is checked exactly in the "
            "games listed. Players that meet only four states, without an opening, have each eigenvalue four times."
        ),
    ),
    Statement(
        id="lase-memory-hopf",
        title="Learning by visits can unsettle the memoryless rest point",
        words=(
            "In $(R, S, T, P) = (8, -6, 9, 0)$, where each state learns at the rate at which it is met, $p^* = 3/4$ "
            "in every state attracts at discount 0.877826139, and at 0.877826140 exactly two eigenvalues have "
            "positive real parts. No eigenvalue is zero, so a complex pair crosses: a Hopf bifurcation."
        ),
        checks={"enumeration": _hopf},
    ),
    Statement(
        id="lase-memory-additive",
        title="Additive dilemmas keep the memoryless rest point stable",
        words=(
            "In an additive prisoner's dilemma, $T > R > P > S$ and $R + P = S + T$, with $P \\ge 0$ the point $p^* = "
            "R/T$ in every state attracts for every discount $0 < \\gamma < 1$, also where each state learns at the "
            "rate at which it is met."
        ),
        hypotheses=(p > 0, p < 1, P >= 0, p > P, *_discount),
        claims=(
            *(Claim(e > 0, words="players moving alike") for e in _hurwitz(_quartics()[0])),
            *(Claim(e > 0, words="players moving against each other") for e in _hurwitz(_quartics()[1])),
            Claim(sp.And(1 - p + p**2 + p * (1 - p) > 0, 1 - p + p**2 - p * (1 - p) > 0), words="the opening"),
        ),
        checks={"enumeration": _quartics_are_the_packages},
        remarks=(
            "In the claims $T = 1$, so $R = p^*$ and $S = p^* + P - 1$. The characteristic polynomial of the linear "
            "part has two factors from the opening and two quartics, and these satisfy the inequalities of Routh and "
            "Hurwitz. That the linear part has this form is shown in words under the statement on the spectrum and "
            "checked exactly in the cases listed. For $\\gamma = 0$ only the opening is ever met."
        ),
    ),
    Statement(
        id="lase-win-stay-lose-shift",
        title="When win-stay lose-shift lasts among LASE players",
        words=(
            "Let $T > R > P > S$ and $0 \\le \\gamma < 1$; two LASE players play win-stay lose-shift. Who deviates "
            "once loses $\\gamma(R - P) - (T - R)$ in the opening, after CC and after DD, and $\\gamma(R - P) - (S + "
            "T - P)$ after CD and DC, where a lone cooperator surprises its partner and is given all that the partner "
            "earns. So nobody gains in any state exactly if $\\gamma (R - P) > \\max(T - R, S + T - P)$."
        ),
        hypotheses=(*_dilemma, *_discount),
        claims=(
            Claim(sp.Eq(R + d * _onward - T - d * (P + d * _onward), d * (R - P) - (T - R)), words="after CC"),
            Claim(
                sp.Eq(P + d * _onward - (S + T) - d * (P + d * _onward), d * (R - P) - (S + T - P)),
                words="after CD, DC",
            ),
            Claim(
                sp.And(
                    R + d * _onward > S + d * (P + d * _onward),
                    T + d * (P + d * _onward) > P + d * _onward,
                ),
                words="each is served by the other's cooperation, whatever it does itself",
            ),
        ),
        checks={"enumeration": lambda: _deviations("WSLS", d * (R - P) - (T - R), S + T - P - d * (R - P), (0, 1, 4))},
        neighbours=(
            Neighbour(
                "What deters selfish players, $\\gamma(R - P) > T - R$, makes win-stay lose-shift last in every state.",
                conclusion=d * (R - P) > sp.Max(T - R, S + T - P),
                hypotheses=(*_dilemma, *_discount, d * (R - P) > T - R),
                counterexample={R: 4, S: 0, T: 5, P: 1, d: sp.Rational(9, 10)},
                remark=(
                    "After CD and DC the gift for a surprise tempts to cooperate. Where states learn at the rate at "
                    "which they are met, that is hardly ever tried, and the condition on the path is enough for "
                    "players who start close to it."
                ),
            ),
        ),
        remarks="A strict profile of this kind attracts its surroundings if all states learn alike.",
    ),
    Statement(
        id="lase-grim",
        title="When Grim lasts among LASE players",
        words=(
            "Let $T > R > P > S$ and $0 \\le \\gamma < 1$; two LASE players play Grim. Cooperating rather than "
            "defecting once gains $[\\gamma(T - P) - (T - R)]/(1 - \\gamma)$ in the opening and after CC, and $S + T "
            "- P$ elsewhere. So nobody gains by deviating in any state exactly if $\\gamma(T - P) > T - R$ and $S + T "
            "< P$."
        ),
        hypotheses=(*_dilemma, *_discount),
        claims=(
            Claim(
                sp.Eq(_onward - T - d * P / (1 - d), (d * (T - P) - (T - R)) / (1 - d)),
                words="in the opening and after CC",
            ),
            Claim(sp.Eq(S + T + d * P / (1 - d) - P / (1 - d), S + T - P), words="elsewhere"),
            Claim(
                sp.And(_onward > S + d * P / (1 - d), T + d * P / (1 - d) > P / (1 - d)),
                words="each is served by the other's cooperation",
            ),
        ),
        checks={
            "enumeration": lambda: _deviations("Grim", (d * (T - P) - (T - R)) / (1 - d), S + T - P, (0, 1)),
        },
        neighbours=(
            Neighbour(
                "What deters selfish players, $\\gamma(T - P) > T - R$, makes Grim last in every state.",
                conclusion=S + T < P,
                hypotheses=(*_dilemma, *_discount, d * (T - P) > T - R),
                counterexample={R: 3, S: 0, T: 5, P: 1, d: sp.Rational(9, 10)},
                remark="A lone cooperator is paid the whole $T$ of its partner, so $S + T < P$ is needed as well.",
            ),
        ),
    ),
    Statement(
        id="lase-selfish-on-the-path",
        title="On a path of sure cooperation LASE players weigh deviations as selfish ones do",
        words=(
            "Two LASE players play one deterministic strategy that cooperates in the opening and after CC, and each "
            "fares better if the other cooperates than if the other defects, given that it cooperates itself. Then "
            "what a deviation costs in the opening and after CC is what it costs selfish players. For $T > R > P > S$ "
            "cooperation pays there exactly if $\\gamma(R - P) > T - R$ with win-stay lose-shift, $\\gamma(T - P) > T "
            "- R$ with Grim, and $\\gamma(R - S) > T - R$ with tit-for-tat."
        ),
        hypotheses=(*_dilemma, *_discount),
        claims=(
            Claim(
                sp.Equivalent(_onward > T + d * (P + d * _onward), d * (R - P) > T - R),
                words="win-stay lose-shift",
            ),
            Claim(sp.Equivalent(_onward > T + d * P / (1 - d), d * (T - P) > T - R), words="Grim"),
            Claim(sp.Equivalent(_onward > (T + d * S) / (1 - d**2), d * (R - S) > T - R), words="tit-for-tat"),
        ),
        checks={"enumeration": _path_is_selfish},
        remarks=(
            "Who was sure to cooperate and does so surprises nobody, and a defection that hurts is answered by no "
            "gift; the partner cooperates as expected, so nothing is given to it either."
        ),
    ),
    Statement(
        id="lase-frozen-threats",
        title="Learning by visits freezes what is never met",
        words=(
            "The own gradient in a state is the advantage there times the discounted frequency of the state. If both "
            "players cooperate for sure in the opening and after CC, these frequencies are $1 - \\gamma$ and "
            "$\\gamma$, and 0 in CD, DC and DD, whatever is done there: policies off the path do not move. Full "
            "cooperation with any six policies off the path is a rest point, a continuum of six dimensions. If "
            "players leave the path with probability at most $\\varepsilon$ at a time, the frequencies off the path "
            "sum to at most $2 \\varepsilon \\gamma/(1 - \\gamma)$."
        ),
        checks={"enumeration": _frozen},
        remarks=(
            "The bound: by round t the path has been left with probability at most 2 t ε, and the discounted mean of "
            "t is γ/(1 - γ). It is why, by natural gradients, play from near a cooperative strategy whose path pays "
            "ends in full cooperation with the threat almost as it was: ε falls exponentially while the other states "
            "move by at most a multiple of the integral of ε. That is an argument in words; the solver did not check "
            "it."
        ),
    ),
)
