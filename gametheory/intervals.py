r"""Interval arithmetic on arrays, and SymPy expressions compiled for it.

An :class:`Interval` holds two arrays, lower and upper ends. Every operation rounds outward by at least one unit in the
last place, so that the result holds all values that the operands can take [1]_. ``exp`` and ``log`` are widened by four
units, more than their implementations in NumPy are known to err. Ends may be infinite.

References
----------
.. [1] R. E. Moore, R. B. Kearfott, M. J. Cloud. "Introduction to Interval Analysis". SIAM, 2009.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import sympy as sp
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["Interval", "NotEnclosedError", "compiled"]

_ULPS = 4  # of exp and log
_EXACT = 2**53  # whole numbers up to here are floats
_LARGEST = np.finfo(np.float64).max


def _down(x: Any, steps: int = 1) -> Array:
    for _ in range(steps):
        x = np.nextafter(x, -np.inf)
    return np.asarray(x)


def _up(x: Any, steps: int = 1) -> Array:
    for _ in range(steps):
        x = np.nextafter(x, np.inf)
    return np.asarray(x)


def _sum(a: Array, b: Array, outward: Callable[[Any], Array]) -> Array:
    """Sum, rounded outward unless it is exact; what rounding takes is known without error (Knuth's two-sum)."""
    with np.errstate(invalid="ignore", over="ignore"):
        total = a + b
        part = total - a
        lost = (a - (total - part)) + (b - part)
    return np.asarray(np.where(lost == 0, total, outward(total)))


class NotEnclosedError(ValueError):
    """An expression holds a function that intervals do not know."""


class Interval:
    """Arrays of closed intervals.

    Parameters
    ----------
    lo, hi : array_like, the same shape
        Ends; one number if `hi` is not given.

    Examples
    --------
    >>> x = Interval(-1.0, 2.0)
    >>> 1 - x, x**2
    (Interval(-1.0, 2.0), Interval(0.0, 4.000000000000001))
    >>> x * x
    Interval(-2.0000000000000004, 4.000000000000001)
    """

    __array_ufunc__ = None  # NumPy numbers on the left leave the operation to us
    __slots__ = ("hi", "lo")

    def __init__(self, lo: ArrayLike, hi: ArrayLike | None = None) -> None:
        self.lo = np.asarray(lo, dtype=np.float64)
        self.hi = self.lo if hi is None else np.asarray(hi, dtype=np.float64)

    @staticmethod
    def of(value: Any) -> Interval:
        """Return a number, or an interval, as an interval."""
        return value if isinstance(value, Interval) else Interval(float(value))

    @staticmethod
    def quotient(p: int, q: int) -> Interval:
        """Return p / q, which is rarely a float."""
        try:
            value = p / q  # correctly rounded, however large p and q
        except OverflowError:
            return Interval(_LARGEST, np.inf) if p * q > 0 else Interval(-np.inf, -_LARGEST)
        return Interval(value) if Fraction(value) == Fraction(p, q) else Interval(_down(value), _up(value))

    @staticmethod
    def whole(n: int) -> Interval:
        """Return a whole number, however large."""
        return Interval.quotient(n, 1)

    @staticmethod
    def constant(value: float) -> Interval:
        """Return the numbers that are rounded to a float."""
        return Interval(_down(value), _up(value))

    @property
    def width(self) -> Array:
        """Upper less lower ends."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.hi - self.lo)

    @property
    def middle(self) -> Array:
        """A point inside, about halfway; not a number where both ends are infinite."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.lo + (self.hi - self.lo) / 2)

    def __getitem__(self, index: Any) -> Interval:
        """Select."""
        return Interval(self.lo[index], self.hi[index])

    def __add__(self, other: Any) -> Interval:
        """Sum."""
        other = Interval.of(other)
        return Interval(_sum(self.lo, other.lo, _down), _sum(self.hi, other.hi, _up))

    def __neg__(self) -> Interval:
        """Opposite."""
        return Interval(-self.hi, -self.lo)

    def __sub__(self, other: Any) -> Interval:
        """Difference."""
        return self + -Interval.of(other)

    def __rsub__(self, other: Any) -> Interval:
        """Difference."""
        return Interval.of(other) + -self

    def __mul__(self, other: Any) -> Interval:
        """Product."""
        other = Interval.of(other)
        with np.errstate(invalid="ignore", over="ignore"):  # 0 × ∞ is 0 here: infinite ends are bounds, never met
            pairs = [(a, b) for a in (self.lo, self.hi) for b in (other.lo, other.hi)]
            lows = [np.where((a == 0) | (b == 0), 0.0, _down(a * b)) for a, b in pairs]
            highs = [np.where((a == 0) | (b == 0), 0.0, _up(a * b)) for a, b in pairs]
        return Interval(np.minimum.reduce(lows), np.maximum.reduce(highs))

    def __truediv__(self, other: Any) -> Interval:
        """Quotient; the whole line where the divisor holds 0 inside."""
        return self * Interval.of(other).inverse()

    def __rtruediv__(self, other: Any) -> Interval:
        """Quotient."""
        return Interval.of(other) * self.inverse()

    __radd__, __rmul__ = __add__, __mul__

    def inverse(self) -> Interval:
        """One over it; infinite ends where it holds 0."""
        with np.errstate(divide="ignore", over="ignore"):
            low, high = 1 / np.where(self.hi == 0, -0.0, self.hi), 1 / np.where(self.lo == 0, 0.0, self.lo)
        across = (self.lo < 0) & (self.hi > 0) | ((self.lo == 0) & (self.hi == 0))
        return Interval(np.where(across, -np.inf, _down(low)), np.where(across, np.inf, _up(high)))

    def __pow__(self, power: Any) -> Interval:
        """Whole powers."""
        if power != int(power):
            msg = f"interval powers must be whole numbers, got {power}"
            raise ValueError(msg)
        power = int(power)
        if power < 0:
            return self.__pow__(-power).inverse()
        ends = np.abs(self.lo), np.abs(self.hi)
        small, large = np.minimum(*ends), np.maximum(*ends)
        small = np.where((self.lo <= 0) & (self.hi >= 0), 0.0, small)
        ulps = min(power, _ULPS)  # x**0 and x**1 are exact, x**2 is correctly rounded
        with np.errstate(over="ignore"):
            if power % 2 == 0:
                return Interval(np.maximum(_down(small**power, ulps), 0), _up(large**power, ulps))
            return Interval(_down(self.lo**power, ulps), _up(self.hi**power, ulps))

    def where_defined(self) -> Interval:
        """Cut at 0: the arguments that roots and logarithms have where they are defined."""
        return Interval(np.maximum(self.lo, 0), np.maximum(self.hi, 0))

    def sqrt(self) -> Interval:
        """Square root; the whole line where it is not defined everywhere."""
        low, high = _down(np.sqrt(np.maximum(self.lo, 0))), _up(np.sqrt(np.maximum(self.hi, 0)))
        return self._if_defined(np.maximum(low, 0), high)

    def exp(self) -> Interval:
        """Exponential."""
        with np.errstate(over="ignore"):
            return Interval(np.maximum(_down(np.exp(self.lo), _ULPS), 0), _up(np.exp(self.hi), _ULPS))

    def log(self) -> Interval:
        """Natural logarithm; minus infinity at 0, the whole line where it is not defined everywhere."""
        with np.errstate(divide="ignore"):
            low, high = np.log(np.maximum(self.lo, 0)), np.log(np.maximum(self.hi, 0))
        return self._if_defined(_down(low, _ULPS), _up(high, _ULPS))

    def _if_defined(self, low: Array, high: Array) -> Interval:
        """Return the ends where no number is negative: a box that reaches outside proves nothing."""
        return Interval(np.where(self.lo < 0, -np.inf, low), np.where(self.lo < 0, np.inf, high))

    def step(self) -> Interval:
        """Return the derivative of max(x, 0): 0 below, 1 above, anything between at 0."""
        return Interval((self.lo > 0).astype(float), (self.hi >= 0).astype(float))

    def __repr__(self) -> str:
        """Show the ends."""
        return f"Interval({self.lo}, {self.hi})"


def _max(*values: Any) -> Interval:
    parts = [Interval.of(v) for v in values]
    return Interval(
        np.maximum.reduce(np.broadcast_arrays(*(p.lo for p in parts))),
        np.maximum.reduce(np.broadcast_arrays(*(p.hi for p in parts))),
    )


def _min(*values: Any) -> Interval:
    return -_max(*(-Interval.of(v) for v in values))


_FUNCTIONS: dict[str, Callable[..., Interval]] = {
    "exp": lambda x: Interval.of(x).exp(),
    "log": lambda x: Interval.of(x).log(),
    "sqrt": lambda x: Interval.of(x).sqrt(),
    "step": lambda x: Interval.of(x).step(),
    "larger": _max,
    "Max": _max,
    "Min": _min,
    "Abs": lambda x: _max(x, -Interval.of(x)),
    "quotient": Interval.quotient,
    "whole": Interval.whole,
    "constant": Interval.constant,
}


_WHERE_DEFINED: dict[str, Callable[..., Interval]] = {
    "log": lambda x: Interval.of(x).where_defined().log(),
    "sqrt": lambda x: Interval.of(x).where_defined().sqrt(),
}


def compiled(
    symbols: Sequence[sp.Symbol], expressions: Sequence[sp.Expr], *, where_defined: bool = False
) -> Callable[[Interval], Interval]:
    """Compile expressions for boxes.

    Parameters
    ----------
    symbols : sequence of d SymPy symbols
        The coordinates.
    expressions : sequence of m SymPy expressions
        Of arithmetic, powers, exp, log, sqrt, Max, Min and Abs; floats count as what they store. Powers that are not
        whole are those of positive numbers.
    where_defined : bool, default False
        Enclose the values at those points of a box alone where roots and logarithms are defined. Such an enclosure can
        rule zeros out. By default it is the whole line for boxes that reach outside, and proves nothing there.

    Returns
    -------
    callable
        From boxes (..., d) to enclosures (..., m).

    Raises
    ------
    NotEnclosedError
        Another function.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x")
    >>> f = compiled([x], [x / 3, sp.exp(-x)])
    >>> f(Interval(np.array([[0.0]]), np.array([[1.0]]))).hi.round(6)
    array([[0.333333, 1.      ]])
    """
    import sympy as sp
    from sympy.printing.lambdarepr import LambdaPrinter

    known = {"exp", "log", "Max", "Min", "Abs", "larger", "step"}
    for expression in expressions:
        if odd := {f.func.__name__ for f in expression.atoms(sp.Function)} - known:
            msg = f"cannot enclose {', '.join(sorted(odd))} by intervals"
            raise NotEnclosedError(msg)

    class Printer(LambdaPrinter):  # type: ignore[misc]  # SymPy is not typed
        def _print_Rational(self, expr: Any) -> str:
            return f"quotient({expr.p}, {expr.q})"

        def _print_Integer(self, expr: Any) -> str:
            return str(expr.p) if abs(expr.p) <= _EXACT else f"whole({expr.p})"

        def _print_Float(self, expr: Any) -> str:
            return repr(float(expr))

        def _print_NumberSymbol(self, expr: Any) -> str:  # pi, E
            return f"constant({float(expr)!r})"

        _print_Pi = _print_Exp1 = _print_NumberSymbol

        def _print_Pow(self, expr: Any, rational: bool = False) -> str:  # noqa: ARG002 (part of the printer's interface)
            base, power = self._print(expr.base), expr.exp
            if power.is_Integer:
                return f"(({base})**{power})"
            if (2 * power).is_Integer:
                return f"(sqrt({base})**{2 * power})"
            return f"exp(({self._print(power)})*log({base}))"

        def _print_Function(self, expr: Any) -> str:
            return f"{expr.func.__name__}({', '.join(map(self._print, expr.args))})"

        _print_Max = _print_Min = _print_Abs = _print_Function

    function = sp.lambdify(
        list(symbols),
        list(expressions),
        modules=[_FUNCTIONS | _WHERE_DEFINED if where_defined else _FUNCTIONS],
        printer=Printer({"fully_qualified_modules": False}),
        cse=True,
    )

    def enclose(box: Interval) -> Interval:
        shape = box.lo.shape[:-1]
        values = [Interval.of(v) for v in function(*(box[..., k] for k in range(len(symbols))))]
        return Interval(
            np.stack([np.broadcast_to(v.lo, shape) for v in values], axis=-1),
            np.stack([np.broadcast_to(v.hi, shape) for v in values], axis=-1),
        )

    return enclose
