"""Claims as text: a small language for relations, read without evaluating anything."""

from __future__ import annotations

import ast
from fractions import Fraction
from typing import Any

import sympy as sp

__all__ = ["read"]

_RELATIONS: dict[type, Any] = {
    ast.Eq: sp.Eq,
    ast.NotEq: sp.Ne,
    ast.Lt: sp.Lt,
    ast.LtE: sp.Le,
    ast.Gt: sp.Gt,
    ast.GtE: sp.Ge,
}
_FUNCTIONS = {"sqrt": lambda x: sp.Pow(x, sp.Rational(1, 2)), "max": sp.Max, "min": sp.Min, "abs": sp.Abs}
_LONGEST, _HIGHEST = 2000, 30


def read(text: str) -> Any:
    """Read a relation.

    Parameters
    ----------
    text : str
        Sums, products, quotients, whole powers (``**`` or ``^``) and ``sqrt``, ``max``, ``min``, ``abs`` of numbers and
        names, compared by ``<``, ``<=``, ``==`` (or ``=``), ``!=``, ``>=``, ``>``, chained or not, joined by ``and``,
        ``or``, ``not`` and ``=>``.

    Returns
    -------
    SymPy relation
        Of real symbols. Quotients stay as they are written: x/x is not simplified.

    Raises
    ------
    ValueError
        Anything else, with the place.

    Examples
    --------
    >>> read("T > R and 0 < p < 1")
    (T > R) & (0 < p) & (p < 1)
    >>> read("x/x = 1")
    Eq(x/x, 1)
    """
    if len(text) > _LONGEST:
        msg = f"a claim may have {_LONGEST} characters, got {len(text)}"
        raise ValueError(msg)
    if "=>" in text.replace("<=>", ""):
        given, goal = text.split("=>", 1)
        return sp.Implies(read(given), read(goal))
    prepared = text.replace("^", "**")
    for mark in ("<=", ">=", "!=", "=="):
        prepared = prepared.replace(mark, f" {mark[0]}\0 ")
    prepared = prepared.replace("=", "==").replace("\0", "=").strip()
    try:
        tree = ast.parse(prepared, mode="eval").body
    except SyntaxError as error:
        msg = f"cannot read the claim {text!r}: {error.msg}"
        raise ValueError(msg) from error
    return _logic(tree, text)


def _logic(node: ast.AST, text: str) -> Any:
    if isinstance(node, ast.BoolOp):
        parts = [_logic(v, text) for v in node.values]
        return (sp.And if isinstance(node.op, ast.And) else sp.Or)(*parts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return sp.Not(_logic(node.operand, text))
    if isinstance(node, ast.Compare):
        sides = [_number(side, text) for side in (node.left, *node.comparators)]
        parts = [
            _RELATIONS[type(op)](a, b, evaluate=False) if type(op) in _RELATIONS else _refuse(op, text)
            for op, a, b in zip(node.ops, sides, sides[1:], strict=False)
        ]
        return parts[0] if len(parts) == 1 else sp.And(*parts)
    return _refuse(node, text)


def _number(node: ast.AST, text: str) -> Any:
    if isinstance(node, ast.Name):
        return sp.Symbol(node.id, real=True)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        fraction = Fraction(str(node.value))
        return sp.Rational(fraction.numerator, fraction.denominator)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inside = _number(node.operand, text)
        return -inside if isinstance(node.op, ast.USub) else inside
    if isinstance(node, ast.BinOp):
        a = _number(node.left, text)
        if isinstance(node.op, ast.Pow):
            return sp.Pow(a, _power(node.right, text), evaluate=False)
        b = _number(node.right, text)
        if isinstance(node.op, ast.Add):
            return sp.Add(a, b, evaluate=False)
        if isinstance(node.op, ast.Sub):
            return sp.Add(a, sp.Mul(-1, b, evaluate=False), evaluate=False)
        if isinstance(node.op, ast.Mult):
            return sp.Mul(a, b, evaluate=False)
        if isinstance(node.op, ast.Div):
            return sp.Mul(a, sp.Pow(b, -1, evaluate=False), evaluate=False)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _FUNCTIONS
        and not node.keywords
    ):
        return _FUNCTIONS[node.func.id](*(_number(a, text) for a in node.args))
    return _refuse(node, text)


def _power(node: ast.AST, text: str) -> sp.Integer:
    power = _number(node, text)
    if not power.is_Integer or abs(int(power)) > _HIGHEST:
        msg = f"powers must be whole numbers up to {_HIGHEST}, got {power} in {text!r}"
        raise ValueError(msg)
    return power


def _refuse(node: ast.AST, text: str) -> Any:
    known = "numbers, names, + - * / **, sqrt, max, min, abs, comparisons, and, or, not, =>"
    msg = f"cannot read {type(node).__name__} in {text!r}; claims are made of {known}"
    raise ValueError(msg)
