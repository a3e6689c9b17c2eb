"""Statements as people read them: with names in the place of long expressions, and as plain text in a terminal."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.printing.str import StrPrinter

from gametheory.theorems.notation import meanings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gametheory.theorems.statement import Statement

__all__ = ["definitions", "plain", "shortened", "told"]

_MULTIPLES = (1, -1, 2, -2)


# ---------------------------------------------------------------- names of expressions
def shortened(statement: Statement) -> Statement:
    """Put the shorthand of a statement in the place of the expressions it stands for.

    Parameters
    ----------
    statement : Statement
        As the machine is asked.

    Returns
    -------
    Statement
        The same for readers.
    """
    short = _shortener(statement)
    return replace(
        statement,
        hypotheses=tuple(map(short, statement.hypotheses)),
        claims=tuple(
            replace(claim, conclusion=short(claim.conclusion), hypotheses=tuple(map(short, claim.hypotheses)))
            for claim in statement.claims
        ),
        neighbours=tuple(
            replace(near, conclusion=short(near.conclusion), hypotheses=tuple(map(short, near.hypotheses)))
            for near in statement.neighbours
        ),
    )


def definitions(statement: Statement) -> dict[str, Any]:
    """List the shorthand that the relations of a statement use, each defined with that before it.

    Parameters
    ----------
    statement : Statement
        Which one.

    Returns
    -------
    dict
        From names to SymPy expressions or relations, in the order of the statement.
    """
    used = {s.name for s in shortened(statement).symbols}
    found: dict[str, Any] = {}
    names = list(statement.shorthand.items())
    for k, (name, meant) in reversed(list(enumerate(names))):
        of_names = " - " in name and set(name.split(" - ")) <= set(statement.shorthand)
        if name in used and not of_names:  # a difference of names explains itself
            found[name] = _shortener(replace(statement, shorthand=dict(names[:k])))(meant)
            used |= {s.name for s in found[name].free_symbols}
    return dict(reversed(list(found.items())))


def _shortener(statement: Statement) -> Callable[[Any], Any]:
    names: dict[Any, Any] = {}
    for name, meant in statement.shorthand.items():
        symbol, expression = sp.Symbol(name, real=True), sp.sympify(meant)
        composed = isinstance(expression, sp.Expr) and not expression.is_Atom
        names |= {k * expression: k * symbol for k in _MULTIPLES} if composed else {expression: symbol}

    def short(part: Any) -> Any:
        part = sp.sympify(part)
        if not names or not part.args:
            return part
        written = part.xreplace(names)
        return part if written in (sp.true, sp.false) else written

    return short


# ---------------------------------------------------------------- text for a terminal
_GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "theta",
    "kappa",
    "lambda",
    "mu",
    "pi",
    "rho",
    "sigma",
    "tau",
    "omega",
    "phi",
    "varphi",
    "varepsilon",
    "partial",
    "infty",
]
_LETTERS = dict(zip(_GREEK, "αβγδεθκλμπρστωφφε∂∞", strict=True)) | {"Delta": "Δ", "sum": "Σ", "prod": "Π"}
_SIGNS = {
    **dict.fromkeys(("le", "leq"), "≤"),
    **dict.fromkeys(("ge", "geq"), "≥"),
    **dict.fromkeys(("ne", "neq"), "≠"),
    **dict.fromkeys(("left", "right", "bigl", "bigr", "quad"), ""),
    **dict(zip(("pm", "mp", "to", "cdot", "times", "in", "otimes"), "±∓→·×∈⊗", strict=True)),
}
_INNER = r"\{([^{}]*)\}"
_RULES: tuple[tuple[str, Any], ...] = (
    (r"\\t?frac(\d)(\d)", r"\1/\2"),
    (r"\\(?:mathrm|mathsf|text|operatorname)" + _INNER, r"\1"),
    (r"\\sqrt" + _INNER, lambda m: f"√{_bracketed(m[1])}"),
    (r"\\sqrt\s*(\w)", r"√\1"),
    (rf"\\hat(?:{_INNER}|\s*(\\?\w))", lambda m: f"{m[1] or m[2]}\u0302"),
    (rf"\\tilde(?:{_INNER}|\s*(\\?\w))", lambda m: f"{m[1] or m[2]}\u0303"),
    (rf"\\dot(?:{_INNER}|\s*(\\[a-z]+|\w))(_\w|_\{{\w+\}})?", lambda m: f"d{m[1] or m[2]}{m[3] or ''}/dt"),
    (r"\\t?frac" + _INNER + _INNER, lambda m: f"{_bracketed(m[1])}/{_bracketed(m[2])}"),
    (r"\^" + _INNER, lambda m: f"^{_bracketed(m[1])}"),
    (r"_" + _INNER, lambda m: f"_{m[1] if ',' in m[1] else _bracketed(m[1])}"),
)


def plain(text: str) -> str:
    r"""Write text with formulas between dollars as plain text.

    Parameters
    ----------
    text : str
        Markdown with formulas in LaTeX.

    Returns
    -------
    str

    Examples
    --------
    >>> plain("It is $p^* \\le \\frac{R}{T - S}$, *not* less.")
    'It is p* ≤ R/(T - S), not less.'
    """
    parts = text.split("$")
    parts[1::2] = map(_formula, parts[1::2])
    emphasis = r"(?<![\w*])(\*{1,2})(\S(?:[^*]*[^*\s])?)\1(?!\w)"
    parts[::2] = [re.sub(emphasis, r"\2", part) for part in parts[::2]]
    return "".join(parts)


def _formula(text: str) -> str:
    for pattern, by in _RULES:
        while (changed := re.sub(pattern, by, text)) != text:
            text = changed
    text = re.sub(r"\\([A-Za-z]+)", lambda m: _LETTERS.get(m[1]) or _SIGNS.get(m[1], m[1]), text)
    text = re.sub(r"\\[,;!: ]", " ", text)
    return re.sub(r" {2,}", " ", re.sub(r"[{}]", "", text).replace("^*", "*"))


def _bracketed(text: str) -> str:
    return text if re.fullmatch(r"[\w*^\\']+", text) else f"({text})"


class _Text(StrPrinter):  # type: ignore[misc] # SymPy has no types
    """Relations as `lase verify --claim` reads them; what is added before what is subtracted."""

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:  # noqa: ARG002 [as SymPy calls it]
        terms = super()._as_ordered_terms(expr)
        return sorted(terms, key=lambda term: bool(term.could_extract_minus_sign()))

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        return str(super()._print_Pow(expr, rational=rational)).replace("**", "^")

    def _print_Symbol(self, expr: Any) -> str:
        return _formula(expr.name)

    def _print_Relational(self, expr: Any) -> str:
        sign = {"==": "=", "!=": "!="}.get(expr.rel_op, expr.rel_op)
        return f"{self._print(expr.lhs)} {sign} {self._print(expr.rhs)}"

    def _joined(self, sign: str, args: Iterable[Any]) -> str:
        return f" {sign} ".join(self._print(a) if a.is_Relational or a.is_Atom else f"({self._print(a)})" for a in args)

    def _print_And(self, expr: Any) -> str:
        return self._joined("and", sorted(expr.args, key=sp.default_sort_key))

    def _print_Or(self, expr: Any) -> str:
        return self._joined("or", sorted(expr.args, key=sp.default_sort_key))

    def _print_Implies(self, expr: Any) -> str:
        return self._joined("=>", expr.args)

    def _print_Equivalent(self, expr: Any) -> str:
        return self._joined("<=>", expr.args)

    def _print_Not(self, expr: Any) -> str:
        return f"not ({self._print(expr.args[0])})"

    def _print_Max(self, expr: Any) -> str:
        return f"max({', '.join(map(self._print, expr.args))})"

    def _print_Min(self, expr: Any) -> str:
        return f"min({', '.join(map(self._print, expr.args))})"

    def _print_Abs(self, expr: Any) -> str:
        return f"abs({self._print(expr.args[0])})"


def told(statement: Statement, width: int = 100) -> str:
    """Write a statement for a terminal: words, symbols, what the machine is asked, and remarks.

    Parameters
    ----------
    statement : Statement
        Which one.
    width : int
        Longest line.

    Returns
    -------
    str
        Lines, each set in by four blanks.
    """
    text = _Text().doprint
    lines = _wrapped(plain(statement.words), width, "    ")
    if statement.table:
        rows = [[plain(cell) for cell in row] for row in statement.table]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines += ["      " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    short, named = shortened(statement), definitions(statement)
    symbols = [f"{_formula(s.name)}: {plain(words)}" for s, words in meanings(statement).items()]
    symbols += [f"{_formula(name)}: {text(meant)}" for name, meant in named.items()]
    if symbols:
        lines += ["    where", *(line for symbol in symbols for line in _wrapped(symbol, width, "      ", "    "))]
    if short.hypotheses and short.claims:
        lines += _wrapped(f"wherever {', '.join(map(text, short.hypotheses))}", width, "    ", "  ")
    for k, claim in enumerate(short.claims, 1):
        given = f", if {', '.join(map(text, claim.hypotheses))}" if claim.hypotheses else ""
        lines += _wrapped(f"({k}) {plain(claim.words)}{given}:", width, "    ", "    ")
        lines += _wrapped(text(claim.conclusion), width, "        ", "  ")
    if statement.remarks:
        lines += _wrapped(f"Remark: {plain(statement.remarks)}", width, "    ")
    return "\n".join(lines)


def _wrapped(text: str, width: int, indent: str, further: str = "") -> list[str]:
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent + further, break_on_hyphens=False)
