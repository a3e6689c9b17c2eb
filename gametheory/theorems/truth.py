r"""Whether a claim holds at exact numbers, and where it is defined.

A relation is *undefined* at a point where one of its denominators vanishes or a root is taken of a negative number, in
any part of it: 0/x = 0 and max(1, 1/x) > 0 are undefined at x = 0. What is joined of such parts has three values, as
Kleene has it [1]_: ``And`` is false if one part is false, ``Or`` is true if one part is true, whatever the others are;
``Not``, ``Xor`` and ``Equivalent`` of undefined parts are undefined. A *hypothesis* that is undefined at a point does
not hold there, so ``Implies`` is true where its condition is false or undefined, and its conclusion's value elsewhere.

A claim is true if its conclusion is true wherever all its hypotheses are true; a conclusion that is false or undefined
at such a point refutes it. :func:`gametheory.theorems.prove`, samples, the stored counterexamples and the book mean
this by a claim.

References
----------
.. [1] S. C. Kleene. "Introduction to Metamathematics", §64. North-Holland, 1952.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from gametheory.theorems import algebraic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gametheory.theorems.algebraic import Number

__all__ = ["truth"]

_SIGNS = {"==": (0,), "!=": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}


def truth(claim: Any, at: Mapping[sp.Symbol, Any]) -> bool | None:
    """Evaluate a claim exactly.

    Parameters
    ----------
    claim : SymPy relation, And, Or, Not, Xor, Implies, Equivalent
        The claim.
    at : dict
        Exact numbers for its symbols. A float is the binary number that it holds.

    Returns
    -------
    bool or None
        None where it is not defined: a denominator is 0, a root is taken of a negative number, a symbol has no number.

    Raises
    ------
    ValueError
        Something that is no claim.
    ArithmeticError
        It would take too many digits to tell numbers apart.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> truth(1 / x > 0, {x: sp.Rational(1, 2)}), truth(x > 1, {x: 1}), truth(1 / x > 0, {x: 0})
    (True, False, None)
    """
    claim = sp.sympify(claim)
    if claim in (sp.true, sp.false):
        return bool(claim)
    if isinstance(claim, sp.core.relational.Relational):
        return _compared(claim, at)
    return _joined(claim, [truth(a, at) for a in claim.args])


def _compared(claim: Any, at: Mapping[sp.Symbol, Any]) -> bool | None:
    left, right = (_value(side, at) for side in (claim.lhs, claim.rhs))
    if left is None or right is None:
        return None
    return algebraic.sign(_difference(left, right)) in _SIGNS[claim.rel_op]


def _joined(claim: Any, parts: list[bool | None]) -> bool | None:
    name = claim.func.__name__
    if name == "And":
        return False if False in parts else None if None in parts else True
    if name == "Or":
        return True if True in parts else None if None in parts else False
    if name == "Implies":  # a condition that is undefined does not hold
        return parts[1] if parts[0] is True else True
    if name not in {"Not", "Xor", "Equivalent"}:
        msg = f"cannot evaluate {name} of claims"
        raise ValueError(msg)
    if None in parts:
        return None
    if name == "Not":
        return not parts[0]
    return sum(map(bool, parts)) % 2 == 1 if name == "Xor" else len(set(parts)) == 1


def _value(e: Any, at: Mapping[sp.Symbol, Any]) -> Number | None:
    """Evaluate an expression as it is written, part by part; None where a part is undefined."""
    if e.is_Symbol:
        return _value(sp.sympify(at[e]), {}) if e in at else None
    if not e.args or isinstance(e, sp.CRootOf):
        return algebraic.constant(e)
    if e.is_Pow:
        return _power(_value(e.base, at), e.exp)
    parts = [_value(a, at) for a in e.args]
    known = [x for x in parts if x is not None]
    if len(known) < len(parts):
        return None
    if e.is_Add:
        return algebraic.total(known)
    if e.is_Mul:
        return algebraic.product(known)
    if isinstance(e, sp.Abs):
        known.append(algebraic.product([algebraic.MINUS_ONE, known[0]]))
    elif not isinstance(e, (sp.Max, sp.Min)):
        return algebraic.constant(e)
    wanted = -1 if isinstance(e, sp.Min) else 1
    best = known[0]
    for x in known[1:]:
        best = x if algebraic.sign(_difference(x, best)) == wanted else best
    return best


def _power(base: Number | None, exponent: Any) -> Number | None:
    if base is None or not exponent.is_Rational:
        return None
    sign = algebraic.sign(base) if exponent.q != 1 or exponent.p < 0 else 1
    if (sign == 0 and exponent.p < 0) or (sign < 0 and exponent.q != 1):
        return None
    return algebraic.power(algebraic.root(base, int(exponent.q)) if exponent.q != 1 else base, int(exponent.p))


def _difference(x: Number, y: Number) -> Number:
    return algebraic.total([x, algebraic.product([algebraic.MINUS_ONE, y])])
