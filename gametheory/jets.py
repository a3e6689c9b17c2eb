r"""Numbers with their derivatives, enclosed: a field's own code run on them says where its zeros are.

A :class:`Jet` is a ball :math:`m \pm r` that holds a number, and balls that hold its partial derivatives. Arithmetic
on jets is arithmetic on balls, rounding included [1]_, and the rules of differentiation [2]_. Code that works on
exact fractions works on jets too, so a field needs no closed form to be enclosed together with its Jacobian matrix.

Where a jet is cut at 0 and may have either sign, derivatives hold those on both sides, and everything between: enough
for the mean value theorem. A comparison that is not decided raises :class:`~gametheory.intervals.NotEnclosedError`.

References
----------
.. [1] J. van der Hoeven. "Ball arithmetic". 2009.
.. [2] A. Griewank, A. Walther. "Evaluating Derivatives". SIAM, 2008.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from numbers import Rational
from operator import mul
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.intervals import Interval, NotEnclosedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Jet", "enclosed"]

_U = 2.0**-53  # relative error of one rounding
_LARGEST_POWER = 100
_SMALLEST = np.finfo(np.float64).tiny
_SLACK = 1 + 32 * _U  # for roundings in the radii themselves, at most a dozen each


class Jet:
    """A number and its partial derivatives, enclosed.

    Parameters
    ----------
    middle, radius : ndarray, shape (1 + d,)
        Balls that hold the value and its derivatives by d variables.

    Examples
    --------
    >>> x = Jet(np.array([0.5, 1.0]), np.array([0.25, 0.0]))
    >>> x * x - x
    Jet(-0.25 ± 0.56, [0] ± [0.5])
    """

    __slots__ = ("middle", "radius")
    __hash__ = None  # type: ignore[assignment]  # equal numbers need not have equal balls

    def __init__(self, middle: Array, radius: Array) -> None:
        self.middle = middle
        self.radius = radius

    def _of(self, number: Any) -> Jet | None:
        """Return a constant with as many derivatives, all zero."""
        if isinstance(number, Jet):
            return number
        if not isinstance(number, (Rational, float)):
            return None
        middle, radius = np.zeros_like(self.middle), np.zeros_like(self.radius)
        middle[0] = float(number)
        if abs(middle[0]) < _SMALLEST and number != 0:
            msg = f"a number is too small for its rounding to be bounded: {number}"
            raise NotEnclosedError(msg)
        exact = not isinstance(number, Rational) or Fraction(middle[0]) == number
        radius[0] = 0.0 if exact else 2 * _U * abs(middle[0])
        return Jet(middle, radius)

    def __add__(self, other: Any) -> Any:
        """Sum."""
        b = self._of(other)
        if b is None:
            return NotImplemented
        middle = self.middle + b.middle
        return Jet(middle, (self.radius + b.radius + _U * np.abs(middle)) * _SLACK)

    def __neg__(self) -> Jet:
        """Opposite."""
        return Jet(-self.middle, self.radius)

    def __sub__(self, other: Any) -> Any:
        """Difference; of a number from itself, exactly 0."""
        if other is self:
            return self * 0
        b = self._of(other)
        return NotImplemented if b is None else self + -b

    def __rsub__(self, other: Any) -> Any:
        """Difference."""
        return -self + other

    def __mul__(self, other: Any) -> Any:
        """Product."""
        second = self._of(other)
        if second is None:
            return NotImplemented
        a, b = self.middle, second.middle
        size_a, size_b = np.abs(a), np.abs(b)
        middle = a[0] * b + b[0] * a
        radius = (
            (size_a[0] + self.radius[0]) * second.radius
            + self.radius[0] * size_b
            + (size_b[0] + second.radius[0]) * self.radius
            + second.radius[0] * size_a
            + 3 * _U * (size_a[0] * size_b + size_b[0] * size_a)
        )
        middle[0] /= 2  # the product rule has counted the value itself twice
        radius[0] /= 2
        return Jet(middle, radius * _SLACK)

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: Any) -> Any:
        """Quotient."""
        b = self._of(other)
        return NotImplemented if b is None else self * b._inverse()

    def __rtruediv__(self, other: Any) -> Any:
        """Quotient."""
        b = self._of(other)
        return NotImplemented if b is None else b * self._inverse()

    def __pow__(self, power: int) -> Any:
        """Whole powers of at least 1."""
        return reduce(mul, [self] * power) if power in range(1, _LARGEST_POWER) else NotImplemented

    def _inverse(self) -> Jet:
        size = abs(self.middle[0])
        least = (size - self.radius[0]) * (1 - 4 * _U)
        if not least > 0:
            msg = "division by a number that may be 0"
            raise NotEnclosedError(msg)
        one = 1 / self.middle[0]
        spread = (self.radius[0] / (size * least) + _U * abs(one)) * _SLACK
        square = one * one
        square_spread = (2 * abs(one) * spread + spread**2 + _U * square) * _SLACK
        middle = -square * self.middle
        radius = (square + square_spread) * self.radius + square_spread * np.abs(self.middle) + _U * np.abs(middle)
        middle[0], radius[0] = one, spread
        return Jet(middle, radius * _SLACK)

    def conjugate(self) -> Jet:
        """Itself: NumPy asks for it in products of vectors."""
        return self

    def positive_part(self) -> Jet:
        """Larger of the number and 0, with the derivatives of both sides where either may be larger."""
        value, spread = self.middle[0], self.radius[0]
        if value > spread:
            return self
        if value < -spread or not (self.middle.any() or self.radius.any()):
            return Jet(np.zeros_like(self.middle), np.zeros_like(self.radius))
        middle = self.middle / 2  # between 0 and self: half of it, give or take that half
        radius = (np.abs(middle) + self.radius) * _SLACK
        high = (value + spread) * _SLACK
        middle[0] = radius[0] = high / 2
        return Jet(middle, radius)

    def _exceeds(self, other: Any) -> bool | None:
        """Whether self > other; None where they are known to be equal."""
        b = self._of(other)
        if b is None:
            msg = f"a jet cannot be compared with {other!r}"
            raise TypeError(msg)
        gap = self.middle[0] - b.middle[0]
        doubt = (self.radius[0] + b.radius[0]) * _SLACK
        if abs(gap) > doubt:
            return bool(gap > 0)
        if other is self or doubt == 0:
            return None
        msg = "two numbers are too close to tell the larger"
        raise NotEnclosedError(msg)

    def __gt__(self, other: Any) -> bool:
        """Compare."""
        return self._exceeds(other) is True

    def __ge__(self, other: Any) -> bool:
        """Compare."""
        return self._exceeds(other) is not False

    def __lt__(self, other: Any) -> bool:
        """Compare."""
        return self._exceeds(other) is False

    def __le__(self, other: Any) -> bool:
        """Compare."""
        return self._exceeds(other) is not True

    def __eq__(self, other: object) -> Any:
        """Compare."""
        return NotImplemented if self._of(other) is None else self._exceeds(other) is None

    def __bool__(self) -> bool:
        """Whether it is not 0."""
        return self._exceeds(0) is not None

    def __repr__(self) -> str:
        """Show middles and radii."""
        slopes, spreads = (", ".join(f"{v:.2g}" for v in part[1:]) for part in (self.middle, self.radius))
        return f"Jet({self.middle[0]:.6g} ± {self.radius[0]:.2g}, [{slopes}] ± [{spreads}])"


def enclosed(function: Callable[[Array], Array], box: Interval) -> tuple[Interval, Interval]:
    """Enclose a function and its Jacobian matrix on a box, by its own code.

    Parameters
    ----------
    function : callable
        From arrays of shape (d,), dtype object, to arrays of shape (m,): arithmetic, comparisons and constants.
    box : Interval of shape (d,)
        Where.

    Returns
    -------
    values : Interval of shape (m,)
    slopes : Interval of shape (m, d)
        Derivatives, rows by component of the function.

    Raises
    ------
    NotEnclosedError
        A comparison is open, or a divisor may be 0, somewhere in the box.
    TypeError, AttributeError
        Code for floats only.

    Examples
    --------
    >>> values, slopes = enclosed(lambda x: np.array([x[0] * x[1], 1 / x[1]]), Interval([0.5, 1.0], [0.5, 1.25]))
    >>> values.lo.round(3), values.hi.round(3)
    (array([0.5  , 0.778]), array([0.625, 1.   ]))
    >>> slopes.lo.round(3)[0], slopes.hi.round(3)[0]
    (array([1. , 0.5]), array([1.25, 0.5 ]))
    """
    d = len(box.lo)
    arguments = []
    for k, (low, high) in enumerate(zip(box.lo, box.hi, strict=True)):
        middle, radius = np.zeros(1 + d), np.zeros(1 + d)
        middle[0] = low + (high - low) / 2
        radius[0] = np.nextafter(max(high - middle[0], middle[0] - low), np.inf) if high > low else 0.0
        middle[1 + k] = 1
        arguments.append(Jet(middle, radius))
    with np.errstate(under="raise"):  # bounds on rounding are relative
        try:
            found = np.asarray(function(np.array(arguments, dtype=object)), dtype=object)
        except FloatingPointError as error:
            msg = "a number is too small for its rounding to be bounded"
            raise NotEnclosedError(msg) from error
    zero = Jet(np.zeros(1 + d), np.zeros(1 + d))
    jets = [zero + value for value in found]
    middles, radii = (np.array([getattr(jet, end) for jet in jets]).reshape(-1, 1 + d) for end in ("middle", "radius"))
    whole = Interval(np.nextafter(middles - radii, -np.inf), np.nextafter(middles + radii, np.inf))
    return whole[:, 0], whole[:, 1:]
