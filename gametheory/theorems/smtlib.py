"""Claims in SMT-LIB, the language of solvers, with what makes them undefined beside them.

Each claim becomes two formulas, one that is satisfied exactly where the claim is true and one where it is false; where
neither is, it is undefined, with the meaning of :mod:`gametheory.theorems.truth`. In SMT-LIB x/0 is some number, so a
denominator is always guarded; a root is a variable of its own, which a negative number leaves free.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["Part", "Script", "Truths", "parts_to_guard"]

_WORDS = {"And": "and", "Or": "or", "Not": "not", "Implies": "=>", "Equivalent": "=", "Xor": "xor"}
_HIGHEST, _LONGEST = 100, 400_000
_SIGNS = {"==": "=", "!=": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class Part(NamedTuple):
    """A part of a claim that makes it undefined: a denominator where it is 0, a radicand where it is negative."""

    kind: str
    """``"denominator"`` or ``"radicand"``."""
    expression: Any
    """As it is written."""


class Truths(NamedTuple):
    """Where a claim is true and where it is false, in SMT-LIB."""

    true: str
    false: str
    total: bool = False
    """Whether it is known to be defined everywhere."""


def parts_to_guard(claim: Any) -> list[Part]:
    """List what may make a claim undefined, the inner parts first.

    Parameters
    ----------
    claim : SymPy relation, expression, or connective of relations
        As it is written.

    Returns
    -------
    list of Part

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> [(part.kind, str(part.expression)) for part in parts_to_guard(1 / (1 + sp.sqrt(x)) > 0)]
    [('radicand', 'x'), ('denominator', 'sqrt(x) + 1')]
    """
    return list(dict.fromkeys(_guards(claim)))


def _guards(e: Any) -> Iterator[Part]:
    for a in e.args:
        yield from _guards(a)
    if not e.is_Pow:
        return
    if e.exp.is_Rational and e.exp.q == 2 and not (e.base.is_Rational and e.base >= 0):
        yield Part("radicand", e.base)
    if e.exp.is_negative and not (e.base.is_Rational and e.base != 0):
        yield Part("denominator", e.base)


class Script:
    """Claims about one set of symbols as SMT-LIB texts.

    Parameters
    ----------
    symbols : sequence of SymPy symbols
        All that occur; those of one name are the same number.
    """

    def __init__(self, symbols: Sequence[sp.Symbol]) -> None:
        different = dict.fromkeys(s.name for s in symbols)
        own = {name: f"x{k}" for k, name in enumerate(different)}  # a name may be a word of the language
        self.names = {s: own[s.name] for s in symbols}
        """Names of symbols in the text."""
        self._declared = [f"(declare-fun {name} () Real)" for name in own.values()]
        self._named: dict[Any, str] = {}
        self._roots: list[str] = []

    def question(self, formulas: Sequence[str]) -> str:
        """Write a text that asks whether formulas can hold together.

        Parameters
        ----------
        formulas : sequence of str
            Made by this object.

        Returns
        -------
        str

        Raises
        ------
        ValueError
            It is too long for a solver.
        """
        lines = [*self._declared, *(f"(assert {f})" for f in (*self._roots, *formulas)), "(check-sat)"]
        text = "\n".join(lines)
        if len(text) > _LONGEST:
            msg = f"the claim is too long for the solver: {len(text)} characters written out, at most {_LONGEST}"
            raise ValueError(msg)
        return text

    def undefined(self, part: Part) -> str:
        """Write where a part makes a claim undefined.

        Parameters
        ----------
        part : Part
            A denominator or a radicand.

        Returns
        -------
        str
        """
        return f"({'=' if part.kind == 'denominator' else '<'} {self._name(part.expression)} 0.0)"

    def truths(self, claim: Any, sure: Collection[Part] = ()) -> Truths:
        """Write where a claim is true and where it is false.

        Parameters
        ----------
        claim : SymPy relation, And, Or, Not, Implies, Equivalent, Xor
            Which one.
        sure : collection of Part
            Parts that are known to be defined, which need no guard.

        Returns
        -------
        Truths

        Raises
        ------
        ValueError
            Something that the solver does not know.
        """
        if claim in (sp.true, sp.false):
            return Truths("true", "false", total=True) if claim else Truths("false", "true", total=True)
        if isinstance(claim, sp.core.relational.Relational):
            return self._relation(claim, sure)
        name = claim.func.__name__
        if name not in _WORDS:
            msg = f"claims are relations joined by {', '.join(_WORDS)}, got {claim}"
            raise ValueError(msg)
        parts = [self.truths(a, sure) for a in claim.args]
        if all(part.total for part in parts):  # the usual logic, which solvers know best
            return _total(f"({_WORDS[name]} {' '.join(part.true for part in parts)})")
        true, false = [part.true for part in parts], [part.false for part in parts]
        if name == "And":
            return Truths(_and(true), _or(false))
        if name == "Or":
            return Truths(_or(true), _and(false))
        if name == "Not":
            return Truths(false[0], true[0])
        if name == "Implies":
            return Truths(_or([_not(true[0]), true[1]]), _and([true[0], false[1]]))
        if name == "Equivalent":
            return Truths(_or([_and(true), _and(false)]), _and([*map(_defined, parts), _or(true), _or(false)]))
        odd = parts[0]
        for part in parts[1:]:
            alike = _or([_and([odd.true, part.true]), _and([odd.false, part.false])])
            odd = Truths(_or([_and([odd.true, part.false]), _and([odd.false, part.true])]), alike)
        return odd

    def _relation(self, claim: Any, sure: Collection[Part]) -> Truths:
        guards = [_not(self.undefined(part)) for part in parts_to_guard(claim) if part not in sure]
        holds = f"({_SIGNS[claim.rel_op]} {self._term(claim.lhs)} {self._term(claim.rhs)})"
        if max(_degree(claim.lhs), _degree(claim.rhs)) > _HIGHEST:
            msg = f"the solver takes degrees up to {_HIGHEST}, of factors and powers multiplied, not {claim}"
            raise ValueError(msg)
        fails = _not(holds)
        if claim.rel_op == "!=":
            holds, fails = fails, holds
        if not guards:
            return Truths(holds, fails, total=True)
        return Truths(_and([*guards, holds]), _and([*guards, fails]))

    # ------------------------------------------------------------------ terms
    def _term(self, e: Any) -> str:
        if e.is_Symbol:
            return self.names[e]
        if e.is_Rational or (e.is_Float and e.is_finite):
            return _number(sp.Rational(e))  # a float is the binary number that it holds
        if e.is_Add:
            return f"(+ {' '.join(map(self._term, e.args))})"
        if e.is_Mul:
            return f"(* {' '.join(map(self._term, e.args))})"
        if e.is_Pow and e.exp.is_Rational and e.exp.q <= 2:
            base = self._name(e.base) if e.exp.q == 1 else self._root(e.base)
            repeated = _repeated(base, abs(int(e.exp.p)))
            return repeated if e.exp >= 0 else f"(/ 1.0 {repeated})"
        if isinstance(e, (sp.Max, sp.Min)):
            return self._best(e)
        if isinstance(e, sp.Abs):
            inside = self._name(e.args[0])
            return f"(ite (< {inside} 0.0) (- {inside}) {inside})"
        msg = f"the solver knows sums, products, whole powers, square roots, Max, Min and Abs of symbols, not {e}"
        raise ValueError(msg)

    def _name(self, e: Any) -> str:
        """Write a term that is used more than once: by its name, if it is composed."""
        if not e.args:
            return self._term(e)
        if e not in self._named:
            text = self._term(e)
            self._named[e] = self._define(text)
        return self._named[e]

    def _define(self, text: str) -> str:
        name = f"t{len(self._declared)}"
        self._declared.append(f"(define-fun {name} () Real {text})")
        return name

    def _root(self, base: Any) -> str:
        key = ("root", base)
        if key not in self._named:
            inside = self._name(base)
            name = f"r{len(self._declared)}"
            self._declared.append(f"(declare-fun {name} () Real)")
            square = f"(= (* {name} {name}) {inside})"
            always = base.is_Rational and base >= 0
            self._roots += [f"(>= {name} 0.0)", square if always else f"(or (< {inside} 0.0) {square})"]
            self._named[key] = name
        return self._named[key]

    def _best(self, e: Any) -> str:
        sign = ">" if isinstance(e, sp.Max) else "<"
        names = list(map(self._name, e.args))
        best = names[0]
        for name in names[1:]:
            best = self._define(f"(ite ({sign} {name} {best}) {name} {best})")
        return best


def _degree(e: Any) -> int:
    """Estimate the degree of an expression, multiplied out."""
    if e.is_Symbol:
        return 1
    if e.is_Pow and e.exp.is_Rational:
        return math.ceil(abs(int(e.exp.p)) / int(e.exp.q)) * _degree(e.base)
    inner = [_degree(a) for a in e.args]
    return sum(inner) if e.is_Mul else max(inner, default=0)


def _number(x: Any) -> str:
    size = f"{abs(x.p)}.0" if x.q == 1 else f"(/ {abs(x.p)}.0 {x.q}.0)"
    return f"(- {size})" if x < 0 else size


def _repeated(base: str, times: int) -> str:
    if times == 0:
        return "1.0"
    return base if times == 1 else f"(* {' '.join([base] * times)})"


def _total(formula: str) -> Truths:
    return Truths(formula, _not(formula), total=True)


def _not(formula: str) -> str:
    return f"(not {formula})"


def _and(formulas: list[str]) -> str:
    return formulas[0] if len(formulas) == 1 else f"(and {' '.join(formulas)})"


def _or(formulas: list[str]) -> str:
    return formulas[0] if len(formulas) == 1 else f"(or {' '.join(formulas)})"


def _defined(part: Truths) -> str:
    return _or([part.true, part.false])
