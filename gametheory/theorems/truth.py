"""Whether a claim holds at exact numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["truth"]


def truth(claim: Any, at: Mapping[sp.Symbol, Any]) -> bool | None:
    """Evaluate a claim exactly.

    Parameters
    ----------
    claim : SymPy relation, And, Or, Not, Xor, Implies, Equivalent
        The claim.
    at : dict
        Exact numbers for its symbols.

    Returns
    -------
    bool or None
        None where it is not defined (a denominator is 0, the root of a negative number), or not decided.

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
    sides = [side.xreplace({s: sp.sympify(v) for s, v in at.items()}) for side in (claim.lhs, claim.rhs)]
    if not all(side.is_finite for side in sides):
        return None
    difference = sides[0] - sides[1]
    if not difference.is_Rational:
        difference = sp.simplify(difference)
    if not difference.is_real or difference.free_symbols:
        return None
    sign = sp.sign(difference)
    if not sign.is_Integer:
        return None
    wanted = {"==": (0,), "!=": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}
    return int(sign) in wanted[claim.rel_op]


def _joined(claim: Any, parts: list[bool | None]) -> bool | None:
    name = claim.func.__name__
    if name == "And":
        return False if False in parts else None if None in parts else True
    if name == "Or":
        return True if True in parts else None if None in parts else False
    if name == "Implies":  # a conclusion need not be defined where the condition fails
        return True if parts[0] is False or parts[1] is True else None if None in parts else False
    if None in parts:
        return None
    if name == "Not":
        return not parts[0]
    if name == "Xor":
        return sum(map(bool, parts)) % 2 == 1
    if name == "Equivalent":
        return len(set(parts)) == 1
    msg = f"cannot evaluate {name} of claims"
    raise ValueError(msg)
