"""Numbers and polynomials as people write them."""

from __future__ import annotations

from typing import Any

import sympy as sp

__all__ = ["number", "numbers", "readable"]

_SHORT = 14  # characters of an exact number that is still easier to read than digits
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_REAL = 1e-14  # imaginary parts below it are rounding


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


def number(value: Any) -> str:
    """Write an exact number exactly if that is short, with its decimals beside it if it is not an integer.

    Examples
    --------
    >>> number(sp.Rational(2, 3)), number(sp.Integer(2)), number(0.25)
    ('2/3', '2', '0.25')
    """
    text = str(value)
    if isinstance(value, float):
        return f"{value:.5g}"
    if len(text) <= _SHORT:
        return text
    approximate = complex(value)
    if abs(approximate.imag) > _REAL:
        return f"{approximate.real:.5g} {'+' if approximate.imag > 0 else '-'} {abs(approximate.imag):.5g}i"
    return f"{approximate.real:.5g}"


def numbers(values: Any) -> str:
    """Write several numbers, with commas.

    Examples
    --------
    >>> numbers([0.5, sp.Rational(1, 3)])
    '0.5, 1/3'
    """
    return ", ".join(number(value) for value in values)
