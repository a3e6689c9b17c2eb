r"""Claims about real numbers, decided by an SMT solver.

A claim is a list of hypotheses and a conclusion, SymPy relations between rational functions of real symbols. It is
*proved* when the hypotheses together with the negated conclusion have no solution, *refuted* when they have one, and
*vacuous* when the hypotheses alone have none. Division is taken seriously: in SMT-LIB x/0 may be any number, so every
denominator is first proved not to vanish where the hypotheses hold, and whatever has a square root not to be negative.

The solver is z3, with its complete procedure for nonlinear real arithmetic [1]_.

References
----------
.. [1] D. Jovanović, L. de Moura. "Solving non-linear arithmetic". IJCAR 2012.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from functools import reduce
from operator import mul
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.logic.boolalg import Boolean, BooleanFalse, BooleanTrue

from gametheory.theorems.syntax import read
from gametheory.theorems.truth import truth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Verdict", "denominators", "prove"]

_CONNECTIVES = ("And", "Or", "Not", "Implies", "Equivalent", "Xor")
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


def prove(hypotheses: Sequence[Any], conclusion: Any, *, seconds: float = 20.0) -> Verdict:
    """Prove or refute a claim about real numbers.

    Parameters
    ----------
    hypotheses : sequence of SymPy relations or str
        Equalities and inequalities between rational functions, square roots included; And, Or, Not and Implies of them.
        Text is read by :func:`gametheory.theorems.syntax.read`.
    conclusion : SymPy relation or str
        Of the same kind.
    seconds : float, default 20
        Time for each question to the solver.

    Returns
    -------
    Verdict

    Raises
    ------
    ImportError
        The solver is not installed.
    TypeError
        Something that is not a relation.
    ValueError
        A function that the solver does not know; a time that is not positive; a conclusion that SymPy has simplified to
        True or False before it came here, so that denominators may be lost.

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
    """
    return _Question(hypotheses, conclusion, seconds).answer()


class _Question:
    def __init__(self, hypotheses: Sequence[Any], conclusion: Any, seconds: float) -> None:
        try:
            import z3
        except ImportError as error:
            raise ImportError(_INSTALL) from error
        if not seconds > 0:
            msg = f"seconds must be positive, got {seconds}"
            raise ValueError(msg)
        self.z3 = z3
        self.method = f"z3 {z3.get_version_string()}"
        alone = isinstance(hypotheses, (str, Boolean))
        self.hypotheses = [_relation(h) for h in ([hypotheses] if alone else hypotheses)]
        self.conclusion = _relation(conclusion)
        while isinstance(self.conclusion, sp.Implies):  # what is given guards denominators
            self.hypotheses.append(self.conclusion.args[0])
            self.conclusion = self.conclusion.args[1]
        if isinstance(self.conclusion, (BooleanTrue, BooleanFalse)):
            msg = f"the conclusion came as {self.conclusion}: SymPy simplified it; write it with evaluate=False"
            raise ValueError(msg)  # noqa: TRY004 (a relation, but one that says nothing)
        self.seconds = seconds
        self.symbols = sorted(
            set().union(self.conclusion.free_symbols, *(h.free_symbols for h in self.hypotheses)), key=str
        )
        self.variables = {s: z3.Real(str(s)) for s in self.symbols}
        self.roots: dict[sp.Expr, Any] = {}
        self.known = self._assumed()
        self.side: list[Any] = []  # what defines roots
        self.loose: list[Any] = []  # the same, which leaves the root of a negative number open
        self.spent = 0.0
        self.unsolvable: list[str] = []

    def answer(self) -> Verdict:
        given = [self._formula(h) for h in self.hypotheses]
        goal = self._formula(self.conclusion)
        if self.hypotheses:
            held, _ = self._check(given)
            if held == "unsat":
                return self._verdict("vacuous", "the hypotheses contradict each other")
            if held == "unknown":
                return self._verdict(
                    "unknown", f"whether the hypotheses can hold was not decided in {self.seconds:g} s"
                )
        for base in self.roots:
            found, model = self._check([*given, self._term(base) < 0], self.loose)
            if found == "sat":
                return self._verdict("refuted", f"{base} has no square root", self._numbers(model))
            if found == "unknown":
                return self._verdict("unknown", f"whether {base} has a square root was not decided")
        for denominator in denominators([*self.hypotheses, self.conclusion]):
            found, model = self._check([*given, self._term(denominator) == 0])
            if found == "sat":
                return self._verdict("refuted", f"the denominator {denominator} vanishes", self._numbers(model))
            if found == "unknown":
                return self._verdict("unknown", f"whether {denominator} vanishes was not decided")
        found, model = self._check([*given, self.z3.Not(goal)])
        if found == "unsat":
            return self._verdict("proved", "the negation has no solution")
        if found == "unknown":
            return self._verdict("unknown", f"not decided in {self.seconds:g} s")
        return self._refuted(model)

    # ------------------------------------------------------------------ asking
    def _check(self, formulas: list[Any], side: list[Any] | None = None) -> tuple[str, Any]:
        z3 = self.z3
        start = time.monotonic()
        found, model = "unknown", None
        for tactic in (z3.Then("simplify", "purify-arith", "solve-eqs", "qfnra-nlsat"), z3.Tactic("smt")):
            solver = tactic.solver()
            solver.set("timeout", int(1000 * self.seconds))
            solver.add(*self.known, *(self.side if side is None else side), *formulas)
            timer = threading.Timer(self.seconds + 1, z3.main_ctx().interrupt)  # some tactics overrun their time limit
            timer.start()
            try:
                found = str(solver.check())
            except z3.Z3Exception:
                found = "unknown"
            finally:
                timer.cancel()
            if found != "unknown":
                model = solver.model() if found == "sat" else None
                break
        if found == "unsat":
            self.unsolvable.append(solver.to_smt2())
        self.spent += time.monotonic() - start
        return found, model

    def _verdict(self, status: str, reason: str, counterexample: Mapping[str, sp.Expr] | None = None) -> Verdict:
        return Verdict(status, reason, self.spent, counterexample or {}, self.method, tuple(self.unsolvable))

    def _numbers(self, model: Any) -> dict[str, sp.Expr]:
        return {str(s): _exact(self.z3, model.eval(self.variables[s], model_completion=True)) for s in self.symbols}

    def _refuted(self, model: Any) -> Verdict:
        """Check a counterexample by exact substitution."""
        at = self._numbers(model)
        values = {s: at[str(s)] for s in self.symbols}
        if all(truth(h, values) for h in self.hypotheses) and truth(self.conclusion, values) is False:
            return self._verdict("refuted", "the conclusion fails", at)
        return self._verdict("unknown", "the solver's counterexample did not check by exact substitution", at)

    def _assumed(self) -> list[Any]:
        """List what SymPy was told about the signs of symbols."""
        found = []
        for symbol, x in self.variables.items():
            facts = {"positive": x > 0, "negative": x < 0, "nonnegative": x >= 0, "nonpositive": x <= 0}
            found += [fact for name, fact in facts.items() if getattr(symbol, f"is_{name}")]
        return found

    # ------------------------------------------------------------------ translating
    def _formula(self, claim: Any) -> Any:
        z3 = self.z3
        if isinstance(claim, BooleanTrue):
            return z3.BoolVal(val=True)
        if isinstance(claim, BooleanFalse):
            return z3.BoolVal(val=False)
        if isinstance(claim, sp.core.relational.Relational):
            left, right = self._term(claim.lhs), self._term(claim.rhs)
            return {
                "==": lambda: left == right,
                "!=": lambda: left != right,
                "<": lambda: left < right,
                "<=": lambda: left <= right,
                ">": lambda: left > right,
                ">=": lambda: left >= right,
            }[claim.rel_op]()
        name = claim.func.__name__
        if name not in _CONNECTIVES:
            msg = f"claims are relations joined by {', '.join(_CONNECTIVES)}, got {claim}"
            raise ValueError(msg)
        parts = [self._formula(a) for a in claim.args]
        if name == "Equivalent":
            return z3.And(*(parts[0] == p for p in parts[1:]))
        if name == "Xor":
            odd = parts[0]
            for part in parts[1:]:
                odd = z3.Xor(odd, part)
            return odd
        return {"And": z3.And, "Or": z3.Or, "Not": z3.Not, "Implies": z3.Implies}[name](*parts)

    def _term(self, e: Any) -> Any:
        z3 = self.z3
        if e.is_Symbol:
            return self.variables[e]
        if e.is_Rational:
            return z3.RealVal(str(e.p)) / z3.RealVal(str(e.q)) if e.q != 1 else z3.RealVal(str(e.p))
        if e.is_Add:
            return z3.Sum(*(self._term(a) for a in e.args))
        if e.is_Mul:
            return z3.Product(*(self._term(a) for a in e.args))
        if e.is_Pow and e.exp.is_Integer:
            base = self._term(e.base)
            power = reduce(mul, [base] * abs(int(e.exp)), z3.RealVal(1))
            return power if e.exp > 0 else 1 / power
        if e.is_Pow and e.exp == sp.Rational(1, 2):
            return self._root(e.base)
        if e.is_Pow and e.exp == sp.Rational(-1, 2):
            return 1 / self._root(e.base)
        if isinstance(e, (sp.Max, sp.Min)):
            parts = [self._term(a) for a in e.args]
            best = parts[0]
            for p in parts[1:]:
                best = z3.If(p > best, p, best) if isinstance(e, sp.Max) else z3.If(p < best, p, best)
            return best
        if isinstance(e, sp.Abs):
            inside = self._term(e.args[0])
            return z3.If(inside < 0, -inside, inside)
        msg = f"the solver knows sums, products, whole powers, square roots, Max, Min and Abs of symbols, not {e}"
        raise ValueError(msg)

    def _root(self, base: sp.Expr) -> Any:
        if base not in self.roots:
            inside = self._term(base)
            root = self.z3.FreshReal("root")
            self.roots[base] = root
            self.side += [root >= 0, root * root == inside]
            self.loose += [root >= 0, self.z3.Or(inside < 0, root * root == inside)]
        return self.roots[base]


def _relation(claim: Any) -> Any:
    if isinstance(claim, (bool, str)):
        claim = sp.sympify(claim) if isinstance(claim, bool) else read(claim)
    if not isinstance(claim, Boolean) or claim.is_Symbol:
        msg = f"hypotheses and conclusions must be relations, e.g. x > 0, got {claim!r}"
        raise TypeError(msg)
    return claim


def denominators(claims: Sequence[Any]) -> list[sp.Expr]:
    """Everything that is divided by, in the claims as they are written."""
    found: list[sp.Expr] = []
    for claim in claims:
        for power in claim.atoms(sp.Pow):
            number = power.base.is_Rational and not power.base.is_zero
            if power.exp.is_negative and not number and power.base not in found:
                found.append(power.base)
    return found


def _exact(z3: Any, value: Any) -> sp.Expr:
    """Return a solver's number as a SymPy number."""
    if z3.is_rational_value(value):
        return sp.Rational(value.numerator_as_long(), value.denominator_as_long())
    x = sp.Dummy("x")  # a root of a polynomial with whole coefficients
    coefficients = [c.as_long() for c in value.poly()]
    polynomial = sp.Poly(sum(c * x**k for k, c in enumerate(coefficients)), x)
    low, high = (sp.Rational(str(v.as_fraction())) for v in (value.approx(30), value.approx(30)))
    near = (low + high) / 2
    return min(polynomial.real_roots(), key=lambda r: abs(sp.N(r - near, 40)))
