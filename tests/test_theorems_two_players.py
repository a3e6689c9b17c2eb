"""Statements about gifts, two LASE players, their estimates and what lags."""

from dataclasses import replace

import pytest
import sympy as sp

from gametheory.theorems.statement import Claim
from gametheory.theorems.statements import cooperation_at_rest, estimates, gifts, inertia, two_players, weights
from gametheory.theorems.symbols import P, R, S, T, den, num, p, q, rest
from gametheory.theorems.verification import refutes, run

MODULES = (weights, gifts, two_players, cooperation_at_rest, estimates, inertia)
STATEMENTS = {s.id: s for module in MODULES for s in module.STATEMENTS}
PROVING = ("identity", "smt", "enumeration")
x, mu, k, e, h = sp.symbols("x mu k epsilon h", real=True)
lam = sp.Symbol("lambda", real=True)


@pytest.mark.parametrize("name", STATEMENTS)
def test_proved(name):
    report = run(STATEMENTS[name], methods=PROVING[:-1], seconds=60)
    assert report.status == "proved", report
    assert {c.outcome for c in report.certificates} == {"proved"}, report
    assert report.agree


@pytest.mark.slow
@pytest.mark.parametrize("name", STATEMENTS)
def test_proved_by_all_methods_that_serve(name):
    report = run(STATEMENTS[name], methods=PROVING, seconds=60)
    assert {c.outcome for c in report.certificates} == {"proved"}, report
    assert report.agree
    assert len(report.certificates) >= 2


@pytest.mark.parametrize("name", STATEMENTS)
def test_neighbours_are_false_and_statements_readable(name):
    statement = STATEMENTS[name]
    assert all(map(refutes, statement.neighbours))
    assert all(n.remark for n in statement.neighbours)
    assert statement.words.count("$") % 2 == 0
    assert isinstance(statement.latex(), str)


def test_no_exact_point_contradicts_the_statements_on_weights():
    for name in ("relationship-two-actions", "gift-mean-two-actions", "relationship-mean-zero"):
        assert run(STATEMENTS[name], methods=["sampling"]).status == "supported"


present = num - den * p - lam * (1 - p) * ((1 - p) * T + p * S)
MUTANTS = {
    "gift-mean-bounds": Claim(sp.Max(x - mu, 0) >= x * (1 - mu), (x >= 0, x <= 1, mu >= 0, mu <= 1)),
    "gift-mean-two-actions": Claim(x * (1 - x) <= sp.Rational(1, 5)),
    "relationship-two-actions": Claim(sp.Eq((R - q * R - (1 - q) * S) / (R - S), q), (R > S,)),
    "lase-diagonal-regimes": Claim(num - den * p > 0, (R < T, num > 0)),
    "lase-odds-law": Claim(sp.Eq(rest / (1 - rest), num / (R - T)), (T > R, num > 0)),
    "lase-above-mixed-nash": Claim(
        sp.Equivalent(rest > (S - P) / (T + S - R - P), T > 1), (T > R, R > S, S > P, num > 0)
    ),
    "lase-shift": Claim((num + k) / (den + k) < rest, (T > R, num > 0, k > 0)),
    "lase-comparative-statics": Claim(sp.Equivalent(rest.subs(T, T + h) > rest, P < R + S), (h > 0, den > 0)),
    "lase-values": Claim(
        sp.And(den > 0, sp.Eq(rest, sp.Rational(5, 6))), (sp.Eq(R, 4), sp.Eq(S, 0), sp.Eq(T, 5), sp.Eq(P, 1))
    ),
    "estimates-frozen": Claim(rest > sp.Rational(3, 5), (T > R, num > 0, R > T / 2, num > T / 2)),
    "estimates-mixed": Claim(sp.Eq((num - e * T) / (den - e * T), rest), (den > e * T, e > 0, den > 0, T > 0)),
    "estimates-underrate": Claim(sp.Equivalent(R * p + num * (1 - p) - T * q > num - den * p, q > p), (T > 0,)),
    "estimates-lagging": Claim(
        sp.Implies(k > p * (1 - p) * (R + P - S - T) / 2, p * (1 - p) * (R + P - S - T) < k), (p > 0, p < 1, k > 0)
    ),
    "gifts-with-memory": Claim(
        sp.Equivalent(present.subs(p, rest) < 0, T * (T - R) - S * num > 0), (lam > 0, lam < 1, T > R, num > 0)
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_mutated_conclusions_are_refuted(name):
    mutant = replace(STATEMENTS[name], claims=(MUTANTS[name],), hypotheses=(), checks={})
    assert run(mutant, methods=["smt"]).status == "refuted"


@pytest.mark.parametrize(
    ("module", "formula", "name"),
    [
        (two_players, "_full", "lase-gradient"),
        (estimates, "_general", "estimates-general"),
        (estimates, "_frozen", "estimates-frozen"),
        (inertia, "_present", "gifts-with-memory"),
        (inertia, "_h", "estimates-lagging"),
    ],
)
def test_checks_compare_formulas_with_the_package(monkeypatch, module, formula, name):
    own = sp.Symbol("p", real=True) if module is inertia else sp.Symbol("p2", real=True)
    check = STATEMENTS[name].checks["identity"]
    assert check().holds
    # the linear part is built with the speed h itself: spoil only what it is compared with
    spoiled = "den" if formula == "_h" else formula
    monkeypatch.setattr(module, spoiled, getattr(module, spoiled) + own * (1 - own) * T / 100)
    assert not check().holds


def test_values_of_weights_are_checked_against_the_package(monkeypatch):
    def doubled(*args, **options):
        return 2 * weights.relationship(*args, **options)

    monkeypatch.setattr(gifts, "relationship", doubled)
    for name, method in (("gift-mean-two-actions", "identity"), ("gift-mean-bounds", "enumeration")):
        assert STATEMENTS[name].checks[method]().holds is False
