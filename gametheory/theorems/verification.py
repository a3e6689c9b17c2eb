"""Every method that serves a statement, run and reported."""

from __future__ import annotations

import time
from functools import cache, partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import sympy as sp

from gametheory.theorems import second_opinion
from gametheory.theorems.kernel import kernel
from gametheory.theorems.sampling import sample
from gametheory.theorems.smt import prove
from gametheory.theorems.smtlib import parts_to_guard
from gametheory.theorems.statement import Certificate, Claim, Neighbour, Report, Statement
from gametheory.theorems.truth import truth

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gametheory.theorems.smt import Verdict
    from gametheory.theorems.statement import Evidence

__all__ = ["METHODS", "run"]

METHODS = ("identity", "smt", "cvc5", "interval", "enumeration", "kernel", "sampling", "simulation")
_SAMPLES = 50


def run(statement: Statement, *, methods: Collection[str] | None = None, seconds: float | None = None) -> Report:
    """Run the methods that serve a statement.

    Parameters
    ----------
    statement : Statement
        Which one.
    methods : collection of str, optional
        Only these, of ``METHODS``.
    seconds : float, optional
        Time for each question to the solver; without it answers do not depend on the clock.

    Returns
    -------
    Report
    """
    certificates: list[tuple[str, Callable[[], Certificate]]] = []
    if statement.claims:
        verdicts = cache(partial(_verdicts, statement, seconds))
        if all(isinstance(c.conclusion, sp.Eq) for c in statement.claims) and "identity" not in statement.checks:
            certificates.append(("identity", lambda: _identity(statement)))
        certificates.append(("smt", lambda: _smt(statement, verdicts)))
        if second_opinion.installed():
            certificates.append(("cvc5", lambda: _asked_again(verdicts)))
        certificates.append(("sampling", lambda: _sampled(statement)))
    certificates += [(method, partial(_own, method, check)) for method, check in statement.checks.items()]
    found = [make() for method, make in certificates if methods is None or method in methods]
    if (methods is None or "kernel" in methods) and (certificate := kernel(statement)):
        found.append(certificate)
    return Report(statement, tuple(found), all(map(refutes, statement.neighbours)))


def refutes(neighbour: Neighbour) -> bool:
    """Whether a stored counterexample is one, by exact substitution."""
    at = neighbour.counterexample
    return all(truth(h, at) for h in neighbour.hypotheses) and truth(neighbour.conclusion, at) is False


def _identity(statement: Statement) -> Certificate:
    start = time.monotonic()
    open_ = [c for c in statement.claims if sp.cancel(sp.together(c.conclusion.lhs - c.conclusion.rhs)) != 0]
    count = len(statement.claims)
    what = "identity" if count == 1 else f"{count} identities"
    outcome, detail = "proved", f"{what}, by cancellation"
    if open_:
        outcome, detail = "unknown", "not an identity of rational functions"
    elif any(parts_to_guard(c.conclusion) for c in statement.claims):  # that it is defined is for the solver to show
        outcome, detail = "supported", f"{what}, by cancellation, wherever it is defined"
    return Certificate("identity", outcome, detail, time.monotonic() - start, f"SymPy {sp.__version__}")


def _verdicts(statement: Statement, seconds: float | None) -> list[Verdict]:
    return [prove([*statement.hypotheses, *c.hypotheses], c.conclusion, seconds=seconds) for c in statement.claims]


def _smt(statement: Statement, ask: Callable[[], list[Verdict]]) -> Certificate:
    start = time.monotonic()
    try:
        verdicts = ask()
    except ImportError as error:
        return Certificate("smt", "not run", str(error), 0.0)
    worst = next(
        (v for status in ("refuted", "vacuous", "unknown") for v in verdicts if v.status == status), verdicts[0]
    )
    where = _where(statement, verdicts, worst)
    detail = worst.reason + "".join(f", {n} = {v}" for n, v in worst.counterexample.items()) + where
    return Certificate("smt", worst.status, detail, time.monotonic() - start, worst.method)


def _asked_again(ask: Callable[[], list[Verdict]]) -> Certificate:
    """Ask cvc5 what z3 found to have no solution."""
    start = time.monotonic()
    try:
        verdicts = ask()
    except ImportError as error:
        return Certificate("cvc5", "not run", str(error), 0.0)
    questions = [text for verdict in verdicts for text in verdict.unsolvable]
    heard = second_opinion.answers(questions)
    agreed = heard.count("unsat")
    outcome = "supported" if agreed else "unknown"
    if "sat" in heard:
        outcome = "refuted"
    elif agreed == len(heard) > 0 and all(v.status == "proved" for v in verdicts):
        outcome = "proved"
    detail = f"no solution to {agreed} of the {len(heard)} questions that z3 found to have none"
    if late := heard.count("unknown"):
        detail += f", and no answer to {late} within its steps"
    return Certificate("cvc5", outcome, detail, time.monotonic() - start, f"cvc5 {version('cvc5')}")


def _where(statement: Statement, verdicts: list[Any], worst: Any) -> str:
    if len(verdicts) == 1:
        return ""
    if worst.status == "proved":
        return f", {len(verdicts)} claims"
    claim: Claim = statement.claims[verdicts.index(worst)]
    return f", in the claim {claim.words or claim.conclusion}"


def _sampled(statement: Statement) -> Certificate:
    start = time.monotonic()
    tried = 0
    for claim in statement.claims:
        given = [*statement.hypotheses, *claim.hypotheses]
        for at in sample(given, claim.conclusion, count=_SAMPLES):
            tried += 1
            if truth(claim.conclusion, at) is not True:  # false, or undefined
                values = ", ".join(f"{s} = {v}" for s, v in at.items())
                return Certificate("sampling", "refuted", f"fails at {values}", time.monotonic() - start)
    outcome = "supported" if tried else "unknown"
    return Certificate("sampling", outcome, f"no counterexample among {tried} exact points", time.monotonic() - start)


def _own(method: str, check: Callable[[], Evidence]) -> Certificate:
    start = time.monotonic()
    evidence = check()
    good = "supported" if method == "simulation" else "proved"
    outcome = "unknown" if evidence.holds is None else good if evidence.holds else "refuted"
    return Certificate(method, outcome, evidence.detail, time.monotonic() - start)
