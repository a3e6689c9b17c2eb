"""Kinds of number: floats, exact fractions, SymPy expressions."""

from __future__ import annotations

from fractions import Fraction
from numbers import Integral
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
        return (
            Fraction(repr(float(value)))
            if isinstance(value, float)
            else Fraction(value)
            if isinstance(value, Integral)
            else value
        )

    return np.asarray(np.frompyfunc(convert, 1, 1)(array), dtype=object)


def substituted(value: Any, values: Mapping[str, Any]) -> Any:
    """Put numbers in the place of symbols, in nested lists and arrays too."""
    if np.iterable(value):
        return [substituted(entry, values) for entry in value]
    free = getattr(value, "free_symbols", ())
    return value.subs({s: values[s.name] for s in free if s.name in values}) if free else value


def in_numbers_of(payoffs: Array, array: Array) -> Array:
    """Return exact `array` as floats if `payoffs` are floats."""
    if payoffs.dtype == object:
        return array
    try:
        return array.astype(np.float64)
    except TypeError as error:
        msg = "a transfer with symbols serves symbolic games; give it numbers, or bind them"
        raise ValueError(msg) from error
