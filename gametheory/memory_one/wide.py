"""Positive numbers of any size: floats beside exponents that never run out.

Products of a few rare errors fall below the smallest float, 5e-324, while their ratios are ordinary numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Wide"]

_NONE = -(2**40)  # exponent of zero: less than any other
_LOST = -2000  # powers of two by which a float is nothing beside another


@dataclass(frozen=True)
class Wide:
    """Numbers mantissa · 2^exponent that are not negative, with sums, products and shares.

    Attributes
    ----------
    mantissa : ndarray
        Zero, or from 1/2 to 1.
    exponent : ndarray of int
        The same shape.

    Examples
    --------
    >>> rare = Wide.of([1e-300])
    >>> (rare * rare + rare * rare * Wide.of([2.0])).share_of(rare * rare)
    array([3.])
    """

    mantissa: NDArray[np.float64]
    exponent: NDArray[np.int64]

    @classmethod
    def of(cls, values: ArrayLike, exponent: Any = 0) -> Wide:
        """Return values · 2^exponent."""
        mantissa, own = np.frexp(np.asarray(values, dtype=np.float64))
        return cls(mantissa, np.where(mantissa == 0, _NONE, own + np.asarray(exponent, dtype=np.int64)))

    def __mul__(self, other: Wide) -> Wide:
        """Multiply."""
        return Wide.of(self.mantissa * other.mantissa, self.exponent + other.exponent)

    def __add__(self, other: Wide) -> Wide:
        """Add."""
        top = np.maximum(self.exponent, other.exponent)
        return Wide.of(
            _shifted(self.mantissa, self.exponent - top) + _shifted(other.mantissa, other.exponent - top), top
        )

    def share_of(self, whole: Wide) -> NDArray[np.float64]:
        """Divide: an ordinary float; not a number where `whole` is zero."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return _shifted(self.mantissa / whole.mantissa, self.exponent - whole.exponent)


def _shifted(values: NDArray[np.float64], exponent: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.ldexp(values, np.clip(exponent, _LOST, -_LOST).astype(np.int32))
