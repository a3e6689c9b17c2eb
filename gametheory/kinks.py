"""The larger of two numbers as a plain SymPy function.

SymPy's own ``Max`` sorts its arguments whenever something is put in, which takes most of the time in fields with many
gifts. Here it is written as a function that is left alone until its arguments are numbers.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import sympy as sp

__all__ = ["kinks", "larger", "opaque", "step"]


class step(sp.Function):  # type: ignore[misc]  # noqa: N801 (a function; SymPy is not typed)
    """1 for positive numbers, 0 for negative ones."""

    nargs = 1


class larger(sp.Function):  # type: ignore[misc]  # noqa: N801 (a function; SymPy is not typed)
    """The larger of two numbers."""

    nargs = 2

    @classmethod
    def eval(cls, a: Any, b: Any) -> Any:
        """Return the larger one if both are numbers."""
        return sp.Max(a, b) if a.is_number and b.is_number else None

    def fdiff(self, argindex: int = 1) -> Any:
        """Return the derivative by one argument."""
        a, b = self.args
        return step(a - b) if argindex == 1 else step(b - a)


def opaque(expression: sp.Expr) -> sp.Expr:
    """Write ``Max``, ``Min`` and ``Abs`` by :class:`larger`.

    Parameters
    ----------
    expression : SymPy expression
        Any.

    Returns
    -------
    SymPy expression

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> opaque(sp.Max(0, x) + 1)
    larger(0, x) + 1
    """
    changed = sp.sympify(expression).replace(sp.Abs, lambda a: sp.Max(a, -a))
    changed = changed.replace(sp.Max, lambda *args: reduce(larger, args))
    return changed.replace(sp.Min, lambda *args: -reduce(larger, [-a for a in args]))


def kinks(expression: sp.Expr) -> set[sp.Expr]:
    """Return expressions that change sign where the formula switches.

    Parameters
    ----------
    expression : SymPy expression
        After :func:`opaque`.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> kinks(opaque(sp.Max(0, 2 * x - 1)))
    {1 - 2*x}
    """
    return {m.args[0] - m.args[1] for m in expression.atoms(larger) if m.free_symbols}
