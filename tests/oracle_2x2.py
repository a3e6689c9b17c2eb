r"""Rest points of two natural LASE players in a symmetric 2×2 game, by elementary algebra alone, without the project.

Player 1 has payoffs u(C, C) = R, u(C, D) = S, u(D, C) = T, u(D, D) = P. After i's action r the other's cooperation
helps if u(r, C) > u(r, D), and with exact estimates i gives the share

    w_ij = 1 - p_j for cooperation where cooperation helps,  p_j for defection where defection helps,  else 0.

The own gradient, weights held, is the mean over the other's action of what cooperation brings more than defection,
r_1 = (1 - w_12) u(a_1, a_2) + w_21 u(a_2, a_1). With a, b = [R > S], [R < S] and c, d = [T > P], [T < P]:

    g_1 = p_2 { R - a (1 - p_2) R + a (1 - p_1) R - b p_1 S - T + c (1 - p_2) T }
        + (1 - p_2) { S - b p_2 S + c (1 - p_1) T - P + d p_2 P - d p_1 P }
        = A(p_2) + p_1 B(p_2),       A quadratic, B affine;   g_2 is g_1 with p_1 and p_2 exchanged.

(For R > S, T > P: g_1 = S + T - P + p_1 (T p_2 - R p_2 - T) + p_2² (R - T) + p_2 (R + P - S - T).)

Inside, g_1 - g_2 = (p_1 - p_2) (B_0 - A_1 - A_2 (p_1 + p_2)): a rest point lies on the diagonal, a zero of
A(p) + p B(p), or on the line p_1 + p_2 = s = (B_0 - A_1) / A_2; there g_1 + g_2 = 0 gives the product p_1 p_2. On the
edge p_1 = e the own gradient of player 2 is A(e) + p_2 B(e).
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
    """Name a point with real eigenvalues of these signs."""
    if 1 in signs and -1 in signs:
        return "saddle"
    return "undetermined" if 0 in signs else "sink" if -1 in signs else "source"


def value(polynomial, x):
    """Evaluate a polynomial at a number."""
    total, power = Root(Fraction(0)), Root(Fraction(1))
    for k in polynomial:
        total, power = total + Root(k) * power, power * x
    return total


def own(A, B, x, y):
    """Return the own gradient of the player at x whose co-player is at y."""
    return value(A, y) + x * value(B, y)


def rest_points(R, S, T, P):
    """Find every rest point as ((p1, p2), stability), or None if some are not isolated."""
    A, B = gradient(*map(Fraction, (R, S, T, P)))
    edges, inner = on_edges(A, B), in_the_square(A, B)
    if edges is None or inner is None:
        return None
    corners = []
    for corner in product((0, 1), repeat=2):
        x, y = (Root(Fraction(v)) for v in corner)
        signs = [(1 - 2 * corner[0]) * own(A, B, x, y).sign, (1 - 2 * corner[1]) * own(A, B, y, x).sign]
        corners.append(((x, y), named(signs)))
    return corners + edges + [(place, judged(A, B, *place)) for place in inner]


def on_edges(A, B):
    """Find rest points on open edges."""
    found = []
    for e in (0, 1):
        side = Root(Fraction(e))
        slope = value(B, side)
        zeros = quadratic(value(A, side).a, slope.a, Fraction(0))
        if zeros is None:
            return None
        for z in filter(inside, zeros):
            what = named([slope.sign, (1 - 2 * e) * own(A, B, side, z).sign])
            found += [((side, z), what), ((z, side), what)]
    return found


def in_the_square(A, B):
    """Find places of interior rest points: on the diagonal, and on the line p1 + p2 = s."""
    alike = quadratic(A[0], A[1] + B[0], A[2] + B[1])
    corners = A[0], A[0] + A[1], A[0] + 2 * A[1] + B[1]
    if alike is None or (A[2] == 0 and B[0] == A[1] and min(corners) < 0 < max(corners)):
        return None  # the diagonal; or g_1 = g_2, affine in each coordinate: a curve, where corners have both signs
    pairs = [(x, x) for x in alike]
    if A[2]:
        s = (B[0] - A[1]) / A[2]
        rest = 2 * A[0] + (A[1] + B[0]) * s + A[2] * s**2  # + 2 (B_1 - A_2) p_1 p_2 = 0
        if B[1] == A[2] and rest == 0 and 0 < s < 2:  # the line
            return None
        both = quadratic(rest / (2 * (A[2] - B[1])), -s, Fraction(1)) if B[1] != A[2] else []
        if len(both) > 1:
            pairs += [tuple(both), tuple(both[::-1])]
    return [(x, y) for x, y in pairs if inside(x) and inside(y)]


def judged(A, B, x, y):
    """Judge an interior rest point by trace and determinant of the natural flow."""
    one, minus = Root(Fraction(1)), Root(Fraction(-1))
    across = [value((A[1], 2 * A[2]), v) + u * Root(B[1]) for u, v in ((x, y), (y, x))]  # dg_1/dp_2, dg_2/dp_1
    trace = x * (one + minus * x) * value(B, y) + y * (one + minus * y) * value(B, x)
    determinant = value(B, y) * value(B, x) + minus * across[0] * across[1]
    if determinant.sign < 0:
        return "saddle"
    if determinant.sign > 0 and trace.sign:
        return "sink" if trace.sign < 0 else "source"
    return "centre" if determinant.sign > 0 and not any(B) else "undetermined"
