"""Claims as text: a small language for relations, read without evaluating anything."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Any, TypeGuard

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
_LONGEST, _HIGHEST, _DEEPEST, _DIGITS = 2000, 30, 100, 4000
_DECIMAL = re.compile(r"(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?")


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
        Of real symbols. Everything stays as it is written: x/x is not simplified, nor is what ``and`` and ``or`` join.
        Numbers are the fractions that their text says, however many digits it has: 0.1 is 1/10.

    Raises
    ------
    ValueError
        Anything else, with the place; numbers of more than 4,000 digits, all together and with powers multiplied out.

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
        claim = sp.Implies(_relation(part), claim, evaluate=False)
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
    return _Reader(text, prepared, tree).claim


class _Reader:
    """Makes a SymPy relation of a syntax tree."""

    def __init__(self, text: str, prepared: str, tree: ast.AST) -> None:
        self.text, self.prepared = text, prepared
        self._measure(tree)
        self.claim = self._logic(tree)

    def _measure(self, tree: ast.AST) -> None:
        """Refuse what is nested too deeply, or too large when multiplied out."""
        todo, digits = [(tree, 1, 1)], 0
        while todo:
            node, depth, power = todo.pop()
            if depth > _DEEPEST:
                msg = f"a claim may be nested {_DEEPEST} deep: {self.text[:40]!r}..."
                raise ValueError(msg)
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
                power *= max(1, abs(int(self._power(node.right))))
                if power > _HIGHEST:
                    msg = f"powers must be whole numbers up to {_HIGHEST}, of powers multiplied, got {power} in "
                    raise ValueError(msg + repr(self.text))
                todo.append((node.left, depth + 1, power))
                continue
            if _is_number(node):
                digits += power * self._digits(node)
            if digits > _DIGITS:
                msg = f"the numbers in {self.text[:40]!r} have more than {_DIGITS} digits when multiplied out"
                raise ValueError(msg)
            todo += [(child, depth + 1, power) for child in ast.iter_child_nodes(node)]

    # ------------------------------------------------------------------ relations
    def _logic(self, node: ast.AST) -> Any:
        if isinstance(node, ast.BoolOp):
            return _joined(sp.And if isinstance(node.op, ast.And) else sp.Or, list(map(self._logic, node.values)))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return sp.Not(self._logic(node.operand), evaluate=False)
        if isinstance(node, ast.Compare):
            sides = list(map(self._number, (node.left, *node.comparators)))
            parts = [
                _RELATIONS[type(op)](a, b, evaluate=False) if type(op) in _RELATIONS else self._refuse(op)
                for op, a, b in zip(node.ops, sides, sides[1:], strict=False)
            ]
            return parts[0] if len(parts) == 1 else _joined(sp.And, parts)
        return self._refuse(node)

    # ------------------------------------------------------------------ numbers
    def _number(self, node: ast.AST) -> Any:
        if isinstance(node, ast.Name):
            return sp.Symbol(node.id, real=True)
        if _is_number(node):
            return self._fraction(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            inside = self._number(node.operand)
            if isinstance(node.op, ast.UAdd):
                return inside
            return -inside if inside.is_Rational else sp.Mul(-1, inside, evaluate=False)
        if isinstance(node, ast.BinOp):
            a = self._number(node.left)
            if isinstance(node.op, ast.Pow):
                return sp.Pow(a, self._power(node.right), evaluate=False)
            b = self._number(node.right)
            if isinstance(node.op, ast.Add):
                return sp.Add(a, b, evaluate=False)
            if isinstance(node.op, ast.Sub):
                return sp.Add(a, sp.Mul(-1, b, evaluate=False), evaluate=False)
            if isinstance(node.op, ast.Mult):
                return sp.Mul(a, b, evaluate=False)
            if isinstance(node.op, ast.Div):
                return sp.Mul(a, sp.Pow(b, -1, evaluate=False), evaluate=False)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            return self._call(node, node.func.id)
        return self._refuse(node)

    def _call(self, node: ast.Call, name: str) -> Any:
        arguments = [self._number(a) for a in node.args]
        if name in _ONE and len(arguments) == 1:
            return _ONE[name](*arguments, evaluate=False)
        if name in _MANY and arguments:
            return _MANY[name](*arguments, evaluate=False)
        if name in _ONE or name in _MANY:
            msg = f"{name} takes {'one number' if name in _ONE else 'numbers'}, got {len(arguments)} in {self.text!r}"
            raise ValueError(msg)
        return self._refuse(node)

    def _power(self, node: ast.AST) -> sp.Integer:
        inner = node.operand if isinstance(node, ast.UnaryOp) else node
        short = _is_number(inner) and self._digits(inner) < _DEEPEST
        power = self._number(node) if short else sp.nan
        if not power.is_Integer or abs(int(power)) > _HIGHEST:
            msg = f"powers must be whole numbers up to {_HIGHEST}, in {self.text!r}"
            raise ValueError(msg)
        return power

    def _refuse(self, node: ast.AST) -> Any:
        known = "numbers, names, + - * / **, sqrt, max, min, abs, comparisons, and, or, not, =>"
        msg = f"cannot read {type(node).__name__} in {self.text!r}; claims are made of {known}"
        raise ValueError(msg)

    def _digits(self, node: ast.Constant) -> int:
        """Count the digits of a number in full, without writing it out."""
        whole, decimals, exponent = self._decimal(node)
        return len(whole + decimals) + (abs(int(exponent)) if len(exponent) < 9 else 10**9)

    def _fraction(self, node: ast.Constant) -> sp.Rational:
        """Read a number from its text."""
        whole, decimals, exponent = self._decimal(node)
        return sp.Rational(int(whole + decimals)) * sp.Integer(10) ** (int(exponent) - len(decimals))

    def _decimal(self, node: ast.Constant) -> tuple[str, str, str]:
        """Take the text of a number apart: digits before the point, digits after it, and exponent."""
        if isinstance(node.value, int):  # perhaps not written in tens
            return str(node.value), "", "0"
        written = (ast.get_source_segment(self.prepared, node) or "").replace("_", "")
        if not (found := _DECIMAL.fullmatch(written)):
            msg = f"cannot read the number {written!r} in {self.text!r}"
            raise ValueError(msg)
        return found[1], found[2], found[3] or "0"


def _is_number(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _joined(kind: Any, parts: list[Any]) -> Any:
    """Join claims by And or Or as they stand: SymPy would drop parts that decide each other where they are defined."""
    flat = [inner for part in parts for inner in (part.args if isinstance(part, kind) else [part])]
    different = list(dict.fromkeys(flat))
    if len(different) == 1:
        return different[0]
    made = sp.Basic.__new__(kind, *different)
    made._argset = frozenset(different)  # noqa: SLF001 [as its own constructor does]
    return made
