"""Claims as text: a small language for relations, read without evaluating anything."""

from __future__ import annotations

import ast
import re
import warnings
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
_ONE = {"sqrt": lambda x, **keep: sp.Pow(x, sp.Rational(1, 2), **keep), "abs": sp.Abs}
_MANY = {"max": sp.Max, "min": sp.Min}
_LONGEST, _HIGHEST, _DEEPEST, _LARGEST = 2000, 30, 100, 10**100


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
    if "\0" in text or "<=>" in text:
        msg = f"cannot read the claim {text!r}: it holds {'a null character' if chr(0) in text else '<=>'}"
        raise ValueError(msg)
    *given, goal = text.split("=>")
    if len(given) > _DEEPEST:
        msg = f"a claim may have {_DEEPEST} arrows, got {len(given)}"
        raise ValueError(msg)
    claim = _relation(goal)
    for part in reversed(given):
        claim = sp.Implies(_relation(part), claim)
    return claim


def _relation(text: str) -> Any:
    prepared = re.sub("(?<![<>=!:])=(?!=)", "==", text.replace("^", "**")).strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # e.g. a number that runs into a word
            tree = ast.parse(prepared, mode="eval").body
    except (SyntaxError, Warning) as error:
        msg = f"cannot read the claim {text!r}: {getattr(error, 'msg', error)}"
        raise ValueError(msg) from error
    except (MemoryError, RecursionError) as error:  # that is how the parser says it
        msg = f"cannot read the claim {text[:40]!r}...: it is nested too deeply"
        raise ValueError(msg) from error
    _measure(tree, text)
    return _logic(tree, text)


def _measure(tree: ast.AST, text: str) -> None:
    """Refuse what is nested too deeply, or too large when multiplied out."""
    todo = [(tree, 1, 1)]
    while todo:
        node, depth, power = todo.pop()
        if depth > _DEEPEST:
            msg = f"a claim may be nested {_DEEPEST} deep: {text[:40]!r}..."
            raise ValueError(msg)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            power *= max(1, abs(int(_power(node.right, text))))
            if power > _HIGHEST:
                msg = f"powers must be whole numbers up to {_HIGHEST}, of powers multiplied, got {power} in {text!r}"
                raise ValueError(msg)
            todo.append((node.left, depth + 1, power))
        else:
            todo += [(child, depth + 1, power) for child in ast.iter_child_nodes(node)]


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
        fraction = _fraction(node.value, text)
        return sp.Rational(fraction.numerator, fraction.denominator)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inside = _number(node.operand, text)
        if isinstance(node.op, ast.UAdd):
            return inside
        return -inside if inside.is_Rational else sp.Mul(-1, inside, evaluate=False)
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
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return _call(node, node.func.id, text)
    return _refuse(node, text)


def _call(node: ast.Call, name: str, text: str) -> Any:
    arguments = [_number(a, text) for a in node.args]
    if name in _ONE and len(arguments) == 1:
        return _ONE[name](*arguments, evaluate=False)
    if name in _MANY and arguments:
        return _MANY[name](*arguments, evaluate=False)
    if name in _ONE or name in _MANY:
        msg = f"{name} takes {'one number' if name in _ONE else 'numbers'}, got {len(arguments)} in {text!r}"
        raise ValueError(msg)
    return _refuse(node, text)


def _fraction(value: Any, text: str) -> Fraction:
    try:
        fraction = Fraction(str(value))
    except ValueError:  # infinite
        fraction = Fraction(_LARGEST)
    if max(abs(fraction.numerator), fraction.denominator) >= _LARGEST:
        msg = f"a number in {text[:40]!r} has more than 100 digits"
        raise ValueError(msg)
    return fraction


def _power(node: ast.AST, text: str) -> sp.Integer:
    constant = isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)
    power = _number(node, text) if constant else sp.nan
    if not power.is_Integer or abs(int(power)) > _HIGHEST:
        msg = f"powers must be whole numbers up to {_HIGHEST}, in {text!r}"
        raise ValueError(msg)
    return power


def _refuse(node: ast.AST, text: str) -> Any:
    known = "numbers, names, + - * / **, sqrt, max, min, abs, comparisons, and, or, not, =>"
    msg = f"cannot read {type(node).__name__} in {text!r}; claims are made of {known}"
    raise ValueError(msg)
