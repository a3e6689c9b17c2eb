r"""Claims about real numbers, decided by an SMT solver.

A claim is a list of hypotheses and a conclusion, SymPy relations between rational functions and square roots of real
symbols. It is *proved* when its conclusion is true wherever all hypotheses are true, *refuted* when there is a point at
which they are and it is not, and *vacuous* when the hypotheses are true nowhere. What is true, false or undefined, also
of what is joined by ``And``, ``Or``, ``Not`` and the like, is said in :mod:`gametheory.theorems.truth`: where a
denominator vanishes or a root is taken of a negative number, a hypothesis does not hold and a conclusion is refuted.
So x < 0 ⟹ √x ≥ 0 is refuted, and √x ≥ 1 ⟹ x ≥ 1 and x ≠ 0 ⟹ x/x = 1 are proved.

The solver is z3, with its complete procedure for nonlinear real arithmetic [1]_. Its counterexamples are checked by
exact substitution, which does not use it.

References
----------
.. [1] D. Jovanović, L. de Moura. "Solving non-linear arithmetic". IJCAR 2012.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.logic.boolalg import Boolean, BooleanFalse, BooleanTrue

from gametheory.theorems import solvers
from gametheory.theorems.domain import assumed, symbols_of
from gametheory.theorems.smtlib import Part, Script, parts_to_guard
from gametheory.theorems.syntax import read
from gametheory.theorems.truth import truth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gametheory.theorems.solvers import Answer

__all__ = ["Verdict", "prove"]

_INSTALL = "the solver z3 is not installed; it comes with the extra `verify`"


@dataclass(frozen=True)
class Verdict:
    """What became of a claim."""

    status: str
    """``"proved"``, ``"refuted"``, ``"vacuous"`` or ``"unknown"``."""
    reason: str
    """In words."""
    seconds: float
    """Time that the solver took."""
    counterexample: Mapping[str, sp.Expr] = field(default_factory=dict)
    """For refuted claims: exact numbers at which the hypotheses hold and the conclusion does not."""
    method: str = ""
    """Solver and version."""
    unsolvable: tuple[str, ...] = ()
    """What was found to have no solution, as SMT-LIB texts for another solver."""

    def __str__(self) -> str:
        """One line."""
        at = ", ".join(f"{name} = {value}" for name, value in self.counterexample.items())
        return f"{self.status}: {self.reason}{f' at {at}' if at else ''} ({self.seconds:.2f} s)"


def prove(
    hypotheses: Sequence[Any], conclusion: Any, *, seconds: float | None = None, steps: int = solvers.STEPS
) -> Verdict:
    """Prove or refute a claim about real numbers.

    Parameters
    ----------
    hypotheses : sequence of SymPy relations or str
        Equalities and inequalities between rational functions, square roots included; And, Or, Not and Implies of them.
        Text is read by :func:`gametheory.theorems.syntax.read`. Symbols are real; what SymPy was told about their signs
        are hypotheses as well. A SymPy float is the binary number that it holds, which is not quite 1/10 for 0.1.
    conclusion : SymPy relation or str
        Of the same kind. Conditions of an implication are hypotheses.
    seconds : float, optional
        Time for each question to the solver; without it the answer does not depend on the clock.
    steps : int, default 20,000,000
        Work for each question, counted by the solver: about ten seconds.

    Returns
    -------
    Verdict
        ``"unknown"`` where the solver was not done within its steps, or its time.

    Raises
    ------
    ImportError
        The solver is not installed.
    TypeError
        Something that is not a relation.
    ValueError
        A function that the solver does not know, or a degree above 100; symbols that are not just real numbers, or two
        of one name; a time or work that is not positive; a conclusion that SymPy has simplified to True or False before
        it came here, so that denominators may be lost.

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> prove([x > 0, y > 0], x + y >= 2 * sp.sqrt(x * y)).status
    'proved'
    >>> print(prove([x > 0], x**2 >= x).counterexample)
    {'x': 1/2}
    >>> prove([x > 1, x < 0], x > 5).status
    'vacuous'
    >>> print(prove([], "x/x = 1"))  # doctest: +ELLIPSIS
    refuted: the denominator x vanishes at x = 0 (...)
    >>> prove([], "sqrt(x) >= 1 => x >= 1").status, prove([], "x < 0 => sqrt(x) >= 0").status
    ('proved', 'refuted')
    """
    if not solvers.installed("z3"):
        raise ImportError(_INSTALL)
    for name, value in (("seconds", seconds), ("steps", steps)):
        if value is not None and not value > 0:
            msg = f"{name} must be positive, got {value}"
            raise ValueError(msg)
    alone = isinstance(hypotheses, (str, Boolean))
    given, goal = [_relation(h) for h in ([hypotheses] if alone else hypotheses)], _relation(conclusion)
    while isinstance(goal, sp.Implies):
        given.append(goal.args[0])
        goal = goal.args[1]
    if isinstance(goal, (BooleanTrue, BooleanFalse)):
        msg = f"the conclusion came as {goal}: SymPy simplified it; write it as text, or with evaluate=False"
        raise ValueError(msg)  # noqa: TRY004 (a relation, but one that says nothing)
    try:
        return _Question(given, goal, seconds, int(steps)).answer()
    except RecursionError as error:
        msg = "the claim is nested too deeply"
        raise ValueError(msg) from error


class _Question:
    def __init__(self, hypotheses: list[Any], conclusion: Any, seconds: float | None, steps: int) -> None:
        self.hypotheses, self.conclusion = hypotheses, conclusion
        self.limits: dict[str, Any] = {"seconds": seconds, "steps": steps}
        self.limit = f"{steps:,} steps" if seconds is None else f"{seconds:g} s"
        self.symbols = symbols_of([*hypotheses, conclusion])
        self.known = assumed(self.symbols)
        self.script = Script(self.symbols)
        self.spent = 0.0
        self.unsolvable: list[str] = []

    def answer(self) -> Verdict:
        given = [self.script.truths(h).true for h in (*self.known, *self.hypotheses)]
        self.script.truths(self.conclusion)  # what it does not know is told before any work
        held = self._ask(given).found if self.hypotheses else "sat"
        if held == "unsat":
            return self._verdict("vacuous", "the hypotheses contradict each other")
        sure: list[Part] = []
        for part in parts_to_guard(self.conclusion):
            undefined = [*given, self.script.undefined(part)]
            answer = self._ask(undefined)
            if answer.found == "unsat":
                sure.append(part)
            elif answer.found == "sat":
                if not self.conclusion.is_Relational:  # another part may decide it
                    answer = self._ask([*undefined, f"(not {self.script.truths(self.conclusion).true})"])
                if answer.found == "sat":
                    return self._refuted(answer)
        answer = self._ask([*given, f"(not {self.script.truths(self.conclusion, sure).true})"])
        if answer.found == "sat":
            return self._refuted(answer)
        if answer.found == "unknown":
            return self._verdict("unknown", f"not decided in {self.limit}")
        if held == "unknown":
            return self._verdict("unknown", f"whether the hypotheses can hold was not decided in {self.limit}")
        return self._verdict("proved", "the negation has no solution")

    # ------------------------------------------------------------------ asking
    def _ask(self, formulas: list[str]) -> Answer:
        text = self.script.question(formulas)
        answer = solvers.ask("z3", text, **self.limits)
        if answer.found == "unsat":
            self.unsolvable.append(text)
        self.spent += answer.seconds
        return answer

    def _verdict(self, status: str, reason: str, counterexample: Mapping[str, sp.Expr] | None = None) -> Verdict:
        method = f"z3 {version('z3-solver')}"
        return Verdict(status, reason, self.spent, counterexample or {}, method, tuple(self.unsolvable))

    def _refuted(self, answer: Answer) -> Verdict:
        """Check a counterexample by exact substitution."""
        values = {s: _exact(answer.numbers[name]) for s, name in self.script.names.items()}
        at = {s.name: value for s, value in values.items()}
        try:
            held = all(truth(h, values) for h in (*self.known, *self.hypotheses))
            concluded = truth(self.conclusion, values)
            reason = "the conclusion fails" if concluded is False else self._undefined(values)
        except ArithmeticError:
            held, concluded, reason = False, None, ""
        if held and concluded is not True:
            return self._verdict("refuted", reason, at)
        return self._verdict("unknown", "the solver's counterexample did not check by exact substitution", at)

    def _undefined(self, at: Mapping[sp.Symbol, sp.Expr]) -> str:
        """Say what makes the conclusion undefined."""
        keep = {"evaluate": False}
        for kind, inside in parts_to_guard(self.conclusion):
            if kind == "radicand" and truth(sp.Lt(inside, 0, **keep), at):
                return f"{inside} has no square root"
            if kind == "denominator" and truth(sp.Eq(inside, 0, **keep), at):
                return f"the denominator {inside} vanishes"
        return "the conclusion is undefined"


def _relation(claim: Any) -> Any:
    if isinstance(claim, (bool, str)):
        claim = sp.sympify(claim) if isinstance(claim, bool) else read(claim)
    if not isinstance(claim, Boolean) or claim.is_Symbol:
        msg = f"hypotheses and conclusions must be relations, e.g. x > 0, got {claim!r}"
        raise TypeError(msg)
    return claim


def _exact(number: Any) -> sp.Expr:
    """Return a solver's number as a SymPy number."""
    first, second = number
    if isinstance(first, str):
        return sp.Rational(int(first, 16), int(second, 16))
    roots = sp.Poly([int(c, 16) for c in first], sp.Dummy("x")).real_roots()
    return list(dict.fromkeys(roots))[second - 1]
