"""Numbers and polynomials as people write them."""

from __future__ import annotations

from typing import Any

import sympy as sp

__all__ = ["number", "numbers", "readable"]

_SHORT = 14  # characters of an exact number that is still easier to read than digits
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_REAL = 1e-14  # of the size: imaginary parts below it are rounding


def readable(expression: Any) -> str:
    """Write a polynomial on one line as people do: p1² p2 - 3 p1.

    Parameters
    ----------
    expression : SymPy expression
        Polynomial in a few symbols.

    Returns
    -------
    str

    Examples
    --------
    >>> p1, p2 = sp.symbols("p1 p2")
    >>> readable(p1**2 * p2 - 3 * p1 / 2 + 1)
    'p1² p2 - 3/2 p1 + 1'
    """
    polynomial = sp.Poly(expression, *sorted(expression.free_symbols, key=str)) if expression.free_symbols else None
    if polynomial is None:
        return number(expression)
    text = ""
    for powers, coefficient in polynomial.terms():
        factors = [
            str(s) + (str(k).translate(_SUPERSCRIPTS) if k > 1 else "")
            for s, k in zip(polynomial.gens, powers, strict=True)
            if k
        ]
        size = abs(coefficient)
        body = " ".join([*([str(size)] if size != 1 or not factors else []), *factors])
        sign = "-" if coefficient < 0 else "+"
        text += f" {sign} {body}" if text else (f"-{body}" if coefficient < 0 else body)
    return text


def number(value: Any, rounding: float = 0.0) -> str:
    """Write an exact number exactly if that is short, with its decimals beside it if it is not an integer.

    Parameters
    ----------
    value : float, complex, Fraction or SymPy expression
        What to write.
    rounding : float, optional
        Real or imaginary parts of floats up to this size are rounding, and written as 0.

    Returns
    -------
    str

    Examples
    --------
    >>> number(sp.Rational(2, 3)), number(sp.Integer(2)), number(0.25), number(3.6e-11, rounding=1e-8)
    ('2/3', '2', '0.25', '0')
    """
    text = str(value)
    if not isinstance(value, complex) and not isinstance(value, float) and len(text) <= _SHORT:
        return text
    approximate = complex(value)
    floating = isinstance(value, (float, complex))
    real, imaginary = (0.0 if floating and abs(v) <= rounding else v for v in (approximate.real, approximate.imag))
    if abs(imaginary) > _REAL * abs(approximate):
        if real == 0:
            return f"{imaginary:.5g}i"
        return f"{real:.5g} {'+' if imaginary > 0 else '-'} {abs(imaginary):.5g}i"
    return f"{real + 0.0:.5g}"  # no negative zero


def numbers(values: Any, rounding: float = 0.0) -> str:
    """Write several numbers, with commas.

    Parameters
    ----------
    values : iterable of numbers
        What to write.
    rounding : float, optional
        As in :func:`number`.

    Returns
    -------
    str

    Examples
    --------
    >>> numbers([0.5, sp.Rational(1, 3)])
    '0.5, 1/3'
    """
    return ", ".join(number(value, rounding) for value in values)
