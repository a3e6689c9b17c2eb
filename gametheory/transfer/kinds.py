"""Kinds of number: floats, exact fractions, SymPy expressions."""

from __future__ import annotations

import math
from fractions import Fraction
from numbers import Rational
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["exact_numbers", "in_numbers_of", "substituted"]


def exact_numbers(array: Array) -> Array:
    """Turn floats into the fractions they print as, integers into fractions; leave symbols alone."""

    def convert(value: Any) -> Any:
        if isinstance(value, (Rational, float, np.floating)):
            if not math.isfinite(value):
                msg = f"numbers of a transfer must be finite, got {value}"
                raise ValueError(msg)
            return (
                Fraction(int(value.numerator), int(value.denominator))
                if isinstance(value, Rational)
                else (Fraction(repr(float(value))))
            )
        if hasattr(value, "free_symbols"):
            return value
        msg = f"numbers of a transfer must be real numbers or SymPy expressions, got {value!r}"
        raise TypeError(msg)

    return np.asarray(np.frompyfunc(convert, 1, 1)(array), dtype=object)


def substituted(value: Any, values: Mapping[str, Any]) -> Any:
    """Put numbers in the place of symbols, in nested lists and arrays too."""
    if np.iterable(value):
        return [substituted(entry, values) for entry in value]
    free = getattr(value, "free_symbols", ())
    if not free:
        return value
    import sympy as sp

    numbers = {s: values[s.name] for s in free if s.name in values}
    if any(np.ndim(number) for number in numbers.values()):
        msg = f"symbols of a transfer take one number at a time here, got an array for {', '.join(map(str, numbers))}"
        raise ValueError(msg)
    exact = {s: sp.Rational(str(Fraction(repr(float(n))))) if isinstance(n, float) else n for s, n in numbers.items()}
    bound = value.subs(exact)
    return Fraction(str(bound)) if bound.is_Rational else bound


def in_numbers_of(payoffs: Array, array: Array) -> Array:
    """Return exact `array` as floats if `payoffs` are floats."""
    if payoffs.dtype == object:
        return array
    try:
        return array.astype(np.float64)
    except TypeError as error:
        msg = "a transfer with symbols serves symbolic games; give it numbers, or bind them"
        raise ValueError(msg) from error
