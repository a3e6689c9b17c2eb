r"""Rest points of two natural LASE players in a symmetric 2×2 game, by elementary algebra; uses nothing of the project.

Player 1 has payoffs u(C, C) = R, u(C, D) = S, u(D, C) = T, u(D, D) = P. After i's action r the other's cooperation helps
if u(r, C) > u(r, D), and with exact estimates i gives the share

    w_ij = 1 - p_j for cooperation where cooperation helps,  p_j for defection where defection helps,  else 0.

The own gradient, weights held, is the mean over the other's action of what cooperation brings more than defection,
r_1 = (1 - w_12) u(a_1, a_2) + w_21 u(a_2, a_1). With a, b = [R > S], [R < S] and c, d = [T > P], [T < P]:

    g_1 = p_2 { R - a (1 - p_2) R + a (1 - p_1) R - b p_1 S - T + c (1 - p_2) T }
        + (1 - p_2) { S - b p_2 S + c (1 - p_1) T - P + d p_2 P - d p_1 P }
        = A(p_2) + p_1 B(p_2),       A quadratic, B affine;   g_2 is g_1 with p_1 and p_2 exchanged.

(For R > S, T > P: g_1 = S + T - P + p_1 (T p_2 - R p_2 - T) + p_2² (R - T) + p_2 (R + P - S - T).)

Inside, g_1 - g_2 = (p_1 - p_2) (B_0 - A_1 - A_2 (p_1 + p_2)): a rest point lies on the diagonal, a zero of A(p) + p B(p),
or on the line p_1 + p_2 = s = (B_0 - A_1) / A_2; there g_1 + g_2 = 0 gives the product p_1 p_2. On the edge p_1 = e the
own gradient of player 2 is A(e) + p_2 B(e).
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product


@dataclass(frozen=True)
class Root:
    """The number a + b √D."""

    a: Fraction
    b: Fraction = Fraction(0)
    D: Fraction = Fraction(0)

    def __add__(self, other):
        """Sum; both in the same field."""
        return Root(self.a + other.a, self.b + other.b, self.D or other.D)

    def __mul__(self, other):
        """Product; both in the same field."""
        D = self.D or other.D
        return Root(self.a * other.a + self.b * other.b * D, self.a * other.b + self.b * other.a, D)

    @property
    def sign(self):
        """Sign, exactly."""
        sign_a, sign_b = ((v > 0) - (v < 0) for v in (self.a, self.b))
        if not self.D or not sign_b or sign_a == sign_b:
            return sign_a or (sign_b if self.D else 0)
        size = self.a**2 - self.b**2 * self.D
        return sign_a * ((size > 0) - (size < 0)) if sign_a else sign_b

    def __float__(self):
        """Nearest float, nearly."""
        return float(self.a) + float(self.b) * float(self.D) ** 0.5


def gradient(R, S, T, P):
    """Coefficients of A (three) and B (two), lowest power first."""
    a, b, c, d = R > S, R < S, T > P, T < P
    # A(y) = y {R + a y R - T + c (1 - y) T} + (1 - y) {S - b y S + c T - P + d y P}, collected by powers of y
    constant = S + c * T - P
    first = R - T + c * T - b * S + d * P - constant
    second = a * R - c * T + b * S - d * P
    # B(y) = -y (a R + b S) - (1 - y) (c T + d P)
    return (constant, first, second), (-(c * T + d * P), c * T + d * P - a * R - b * S)


def quadratic(k0, k1, k2):
    """Real zeros of k0 + k1 x + k2 x², each once; None if every number is one."""
    if k2 == 0:
        return [Root(-k0 / k1)] if k1 else ([] if k0 else None)
    D = k1**2 - 4 * k0 * k2
    if D <= 0:
        return [] if D < 0 else [Root(-k1 / (2 * k2))]
    return [Root(-k1 / (2 * k2), side / (2 * k2), D) for side in (Fraction(-1), Fraction(1))]


def inside(x):
    """Whether a number lies in (0, 1)."""
    return x.sign > 0 and (Root(Fraction(1)) + Root(Fraction(-1)) * x).sign > 0


def named(signs):
    """What a point with real eigenvalues of these signs is."""
    if 1 in signs and -1 in signs:
        return "saddle"
    return "undetermined" if 0 in signs else "sink" if -1 in signs else "source"


def rest_points(R, S, T, P):
    """Every rest point as ((p1, p2), stability), or None if some are not isolated."""
    R, S, T, P = map(Fraction, (R, S, T, P))
    A, B = gradient(R, S, T, P)
    value = lambda f, x: sum((Root(k) * power for k, power in zip(f, (Root(Fraction(1)), x, x * x), strict=False)), Root(Fraction(0)))  # noqa: E501, E731 (short)
    g = lambda x, y: value(A, y) + x * value(B, y)  # noqa: E731 (short)
    found = []
    for corner in product((0, 1), repeat=2):
        x, y = (Root(Fraction(v)) for v in corner)
        found.append(((x, y), named([(1 - 2 * corner[0]) * g(x, y).sign, (1 - 2 * corner[1]) * g(y, x).sign])))
    for e in (0, 1):
        side = Root(Fraction(e))
        along = [value(A, side).a, value(B, side).a, Fraction(0)]
        zeros = quadratic(*along)
        if zeros is None:
            return None
        for z in filter(inside, zeros):
            signs = [(along[1] > 0) - (along[1] < 0), (1 - 2 * e) * g(side, z).sign]
            found += [((side, z), named(signs)), ((z, side), named(signs))]
    pairs = quadratic(A[0], A[1] + B[0], A[2] + B[1])
    if pairs is None:
        return None
    pairs = [(x, x) for x in pairs]
    if A[2] == 0 and B[0] == A[1]:  # g_1 = g_2 everywhere: a curve
        return None
    if A[2]:
        s = (B[0] - A[1]) / A[2]
        rest = 2 * A[0] + (A[1] + B[0]) * s + A[2] * s**2  # + 2 (B_1 - A_2) p_1 p_2 = 0
        if B[1] == A[2] and rest == 0:  # the line
            return None
        if B[1] != A[2]:
            both = quadratic(rest / (2 * (A[2] - B[1])), -s, Fraction(1))
            if len(both) > 1:
                pairs += [tuple(both), tuple(both[::-1])]
    for x, y in pairs:
        if not (inside(x) and inside(y)):
            continue
        one, minus = Root(Fraction(1)), Root(Fraction(-1))
        sx, sy = (v * (one + minus * v) for v in (x, y))
        slope = lambda x, y: value((A[1], 2 * A[2]), y) + x * Root(B[1])  # noqa: E731 (short): dg_1/dp_2 at (x, y)
        trace = sx * value(B, y) + sy * value(B, x)
        determinant = value(B, y) * value(B, x) + minus * slope(x, y) * slope(y, x)
        if determinant.sign < 0:
            stability = "saddle"
        elif determinant.sign > 0 and trace.sign:
            stability = "sink" if trace.sign < 0 else "source"
        else:
            stability = "centre" if determinant.sign > 0 and not any(B) else "undetermined"
        found.append(((x, y), stability))
    return found
