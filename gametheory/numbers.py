"""Numbers that a game is made of: floats, exact fractions, SymPy expressions; and what is refused."""

from __future__ import annotations

import math
import numbers
import sys
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["check_payoff", "floats", "fraction", "is_symbolic", "object_array", "refuse_masked"]


def is_symbolic(value: object) -> bool:
    """Tell whether `value` is a SymPy object, without importing SymPy."""
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Basic)


def object_array(entries: Sequence[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Array of Python objects, filled in row-major order.

    Parameters
    ----------
    entries : sequence
        As many as `shape` holds.
    shape : tuple of int
        Of the result.

    Returns
    -------
    ndarray of objects

    Examples
    --------
    >>> object_array([Fraction(1, 2), Fraction(1)], (2,))
    array([Fraction(1, 2), Fraction(1, 1)], dtype=object)
    """
    array = np.empty(len(entries), dtype=object)
    array[:] = entries
    return array.reshape(shape)


def check_payoff(value: Any, name: str = "payoffs") -> None:
    """Raise unless `value` is a finite real number or a SymPy expression that may be one.

    Parameters
    ----------
    value : object
        What was given.
    name : str
        What it is, for the message.

    Raises
    ------
    ValueError
        A number that is not finite, or masked.
    TypeError
        Anything else.

    Examples
    --------
    >>> check_payoff(float("inf"), "R")
    Traceback (most recent call last):
    ValueError: R must be finite real numbers, got inf
    """
    if value is np.ma.masked:
        msg = f"{name} must be real numbers, got a masked entry"
        raise ValueError(msg)
    if isinstance(value, (list, tuple, np.ndarray)):
        msg = f"{name} must form a full array (n, *A); some rows have unequal lengths"
        raise ValueError(msg)  # noqa: TRY004 (the shape is wrong, not the kind)
    symbolic = is_symbolic(value) and _is_expression(value)
    if isinstance(value, (bool, np.bool_)) or not (symbolic or isinstance(value, numbers.Real)):
        shown = " ".join(f"{value!r:.60}".split())
        msg = f"{name} must be real numbers or SymPy expressions, got {shown} of type {type(value).__name__}"
        raise TypeError(msg)
    if isinstance(value, numbers.Rational):  # however large
        finite = True
    elif not symbolic:
        finite = math.isfinite(value)
    elif value.is_number:  # SymPy cannot tell whether its NaN is finite
        finite = bool(value.is_finite and value.is_real)
    else:
        finite = value.is_finite is not False and value.is_real is not False
    if not finite:
        msg = f"{name} must be finite real numbers, got {value}"
        raise ValueError(msg)


def _is_expression(value: Any) -> bool:
    return isinstance(value, sys.modules["sympy"].Expr)


def refuse_masked(values: Any, name: str) -> None:
    """Raise ``ValueError`` if an array has masked entries."""
    if np.ma.is_masked(values):
        msg = f"{name} must be real numbers, got masked entries"
        raise ValueError(msg)


def floats(values: ArrayLike, name: str = "payoffs") -> NDArray[np.float64]:
    """Return numbers as float64, or say why they are not.

    Parameters
    ----------
    values : array_like
        Real numbers.
    name : str
        What they are, for the message.

    Raises
    ------
    ValueError
        Rows of unequal lengths, numbers that are too large, masked or not numbers at all.
    TypeError
        Complex numbers.

    Examples
    --------
    >>> floats([[1, Fraction(1, 2)]])
    array([[1. , 0.5]])
    """
    refuse_masked(values, name)
    try:
        return np.asarray(values, dtype=np.float64)
    except OverflowError:
        msg = f"{name} must be numbers up to {sys.float_info.max:.2g}, some are larger"
        raise ValueError(msg) from None
    except (TypeError, ValueError) as error:
        msg = f"{name} must be a full array of real numbers: {error}"
        raise type(error)(msg) from None


def fraction(value: Any) -> Fraction:
    """Return a rational number (of Python, NumPy or SymPy) as it is, a float as the decimal it prints as."""
    if is_symbolic(value):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return Fraction(repr(float(value)))
