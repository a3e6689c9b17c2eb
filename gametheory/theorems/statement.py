"""Statements, what is known about them, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["PROVING", "Certificate", "Claim", "Evidence", "Neighbour", "Report", "Statement"]

PROVING = ("identity", "smt", "cvc5", "interval", "enumeration", "kernel")
"""Methods that prove; simulation alone supports."""


@dataclass(frozen=True)
class Claim:
    """Something that a solver can be asked: relations between rational functions of real symbols."""

    conclusion: Any
    """A SymPy relation, or And, Or, Implies, Equivalent of some."""
    hypotheses: tuple[Any, ...] = ()
    """SymPy relations, besides those of the statement."""
    words: str = ""
    """What it says, in a phrase; may hold formulas between dollars."""


@dataclass(frozen=True)
class Evidence:
    """What a check of its own came to."""

    holds: bool | None
    """None: not decided."""
    detail: str
    """What was done, with numbers, in words."""


@dataclass(frozen=True)
class Neighbour:
    """A statement nearby that is false, with a counterexample: why the hypotheses are what they are."""

    words: str
    """The false claim, in words."""
    conclusion: Any
    """A SymPy relation, false at the counterexample."""
    counterexample: Mapping[sp.Symbol, Any]
    """Exact numbers."""
    hypotheses: tuple[Any, ...] = ()
    """Relations that hold there: what one might have thought to be enough."""
    remark: str = ""
    """What is true instead."""


@dataclass(frozen=True)
class Statement:
    """One statement: said once, in words and in symbols."""

    id: str
    """Stable, lower case, with hyphens."""
    title: str
    """A few words."""
    words: str
    """The statement for readers; may hold formulas between dollars."""
    claims: tuple[Claim, ...] = ()
    """The statement as relations; all of them together."""
    hypotheses: tuple[Any, ...] = ()
    """Hypotheses of all claims."""
    checks: Mapping[str, Callable[[], Evidence]] = field(default_factory=dict)
    """Ways of proving that are its own, by method: identity, interval, enumeration."""
    neighbours: tuple[Neighbour, ...] = ()
    """False statements nearby."""
    source: str = "derived here"
    """Who said it."""
    remarks: str = ""
    """What else a reader should know."""
    where: Mapping[Any, str] = field(default_factory=dict)
    """What the symbols in its relations mean, besides those of its chapter; may hold formulas between dollars."""
    shorthand: Mapping[str, Any] = field(default_factory=dict)
    """Names of expressions and regions that readers are shown in their place; the machine is not."""
    table: tuple[tuple[str, ...], ...] = ()
    """Rows that belong to the words, the head first."""
    expected: str = "proved"
    """Status that verification must come to."""
    topic: str = ""
    """Chapter of the book; set by the catalogue."""

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """Symbols of its relations and of the false ones nearby, by name."""
        parts = [*self.hypotheses]
        parts += [part for claim in self.claims for part in (*claim.hypotheses, claim.conclusion)]
        parts += [part for near in self.neighbours for part in (*near.hypotheses, near.conclusion)]
        found = {s for near in self.neighbours for s in near.counterexample}
        return tuple(sorted(found.union(*(sp.sympify(part).free_symbols for part in parts)), key=str))

    def latex(self) -> str:
        """Write hypotheses and conclusions in LaTeX.

        Returns
        -------
        str
            One line a claim; empty for statements that are not relations.
        """
        lines = []
        for claim in self.claims:
            given = [sp.latex(h) for h in (*self.hypotheses, *claim.hypotheses)]
            lines.append((", ".join(given) + r" \;\Rightarrow\; " if given else "") + sp.latex(claim.conclusion))
        return "\n".join(lines)


@dataclass(frozen=True)
class Certificate:
    """One method's answer."""

    method: str
    """One of identity, smt, cvc5, interval, enumeration, kernel, sampling, simulation."""
    outcome: str
    """``"proved"``, ``"supported"``, ``"refuted"``, ``"vacuous"``, ``"unknown"`` or ``"not run"``."""
    detail: str
    """What ran and what came out, in words."""
    seconds: float
    """Time it took."""
    tool: str = ""
    """Program and version."""


@dataclass(frozen=True)
class Report:
    """What is known about a statement."""

    statement: Statement
    """Which one."""
    certificates: tuple[Certificate, ...]
    """One a method."""
    neighbours_refuted: bool
    """Whether the counterexamples of all neighbours were checked by exact substitution."""

    @property
    def status(self) -> str:
        """``"proved"``, ``"supported"``, ``"refuted"``, ``"vacuous"`` or ``"open"``."""
        outcomes = {c.outcome for c in self.certificates}
        proved = any(c.outcome == "proved" and c.method in PROVING for c in self.certificates)
        for bad in ("refuted", "vacuous"):
            if bad in outcomes:
                return bad
        return "proved" if proved else "supported" if "supported" in outcomes else "open"

    @property
    def agree(self) -> bool:
        """Whether no method contradicts another, or a stored counterexample."""
        outcomes = {c.outcome for c in self.certificates}
        return self.neighbours_refuted and not (
            {"proved", "supported"} & outcomes and {"refuted", "vacuous"} & outcomes
        )

    @property
    def as_expected(self) -> bool:
        """Whether the status is what is stored, and no method disagrees."""
        return self.agree and self.status == self.statement.expected

    @property
    def seconds(self) -> float:
        """Time of all methods together."""
        return sum(c.seconds for c in self.certificates)

    def __str__(self) -> str:
        """One line, and one for each method."""
        lines = [f"{self.statement.id}: {self.status}, {self.statement.title} ({self.seconds:.2f} s)"]
        lines += [f"    {c.method}: {c.outcome}, {c.detail}" for c in self.certificates]
        if not self.agree:
            lines.append("    METHODS DISAGREE")
        return "\n".join(lines)
