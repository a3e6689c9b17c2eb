"""Statements on LASE against others, groups, other transfers, repeated games and learning dynamics."""

import pytest
import sympy as sp

from gametheory.theorems.smt import prove
from gametheory.theorems.statements import (
    dynamics,
    group_comparisons,
    groups,
    incentives,
    neighbours,
    other_games,
    others,
    partners_and_rivals,
    repeated,
)
from gametheory.theorems.statements.groups import N, rho
from gametheory.theorems.symbols import P, R, S, T, p, p2
from gametheory.theorems.verification import refutes, run

MODULES = (
    others,
    other_games,
    groups,
    group_comparisons,
    neighbours,
    incentives,
    repeated,
    partners_and_rivals,
    dynamics,
)
STATEMENTS = {statement.id: statement for module in MODULES for statement in module.STATEMENTS}
PROVING = ("identity", "smt", "interval", "enumeration")
ONE_METHOD = {"lase-against-lola"}


def test_ids_are_unique():
    assert len(STATEMENTS) == sum(len(module.STATEMENTS) for module in MODULES) == 35


@pytest.mark.parametrize("name", STATEMENTS)
def test_proved(name):
    report = run(STATEMENTS[name], methods=PROVING[:-1], seconds=60)
    assert report.status == "proved"
    assert report.agree
    assert all(c.outcome in {"proved", "supported"} for c in report.certificates), str(report)


@pytest.mark.slow
@pytest.mark.parametrize("name", STATEMENTS)
def test_proved_by_all_methods_that_serve(name):
    report = run(STATEMENTS[name], methods=PROVING, seconds=60)
    assert report.status == "proved"
    assert report.agree
    assert all(c.outcome in {"proved", "supported"} for c in report.certificates), str(report)
    assert len(report.certificates) >= 2 or name in ONE_METHOD


@pytest.mark.parametrize("name", STATEMENTS)
def test_neighbours_are_false(name):
    for neighbour in STATEMENTS[name].neighbours:
        assert refutes(neighbour), neighbour.words


@pytest.mark.parametrize("name", ["lase-public-goods", "rivals"])
def test_sampling_agrees(name):
    report = run(STATEMENTS[name], methods=["sampling", "smt"])
    assert report.status == "proved"
    assert report.agree


g, n, r = dynamics.g, neighbours.n, neighbours.r
unit = (p > 0, p < 1)
dilemma = others.dilemma
MUTANTS = {
    "loses at least P - S": ([*dilemma, p2 >= 0, p2 <= 1], others.lase_gain <= -(P - S)),
    "naive learner above P": ([*dilemma, S + T > P], others.end * (S + (1 - others.end) * T) > others.end * P),
    "aversion helps cooperation": (
        [*dilemma, S + T > 2 * P, others.alpha > 0],
        others.averse_end >= others.end,
    ),
    "forgiveness is free": (
        [other_games.b > other_games.c, other_games.c > 0, other_games.y > 0, other_games.y < 1],
        other_games.cooperates_from * other_games.b <= other_games.c,
    ),
    "no saddle inside": ([T > R, R > S, S > P, *other_games.inside], sp.Not(other_games.saddle)),
    "one rest point from 2/5 on": ([N >= 2, rho > sp.Rational(2, 5), rho < 1], groups.alike.subs(p, 0) > 0),
    "threshold with 3 for 4": (
        [N >= 4, rho > 3 * (N - 2) / (N**2 + 2 * N - 7), rho < sp.Rational(1, 2)],
        groups.height > 0,
    ),
    "multiplier three is enough": (
        [N >= 4, groups.r >= 3, groups.r < N],
        groups.r * (N**2 + 2 * N - 7) > 4 * N * (N - 2),
    ),
    "rule of five": ([N >= 3], sp.diff(5 * (N - 2) / (N - 1), N) < 0),
    "dilution helps": (
        [N >= 2, group_comparisons.M > N, *unit, groups.r > 0],
        groups.alike.subs({N: group_comparisons.M, rho: groups.r / group_comparisons.M}, simultaneous=True)
        > groups.alike.subs(rho, groups.r / N),
    ),
    "own share r/(n - 1)": (
        [n >= 2, r > 1, r < n],
        sp.Eq((1 + neighbours.goods_level) / (1 + n * neighbours.goods_level), r / (n - 1)),
    ),
    "contract of T - P": (
        [incentives.theta >= T - P],
        sp.And(T - incentives.theta <= R, S + incentives.theta >= P),
    ),
    "slopes down to -1": (
        [*dilemma, repeated.line >= P, repeated.line <= R, repeated.slope >= -1, repeated.slope < 1],
        sp.And(*repeated.bounds),
    ),
    "Grim from (T - R)/(T - S)": (
        [*dilemma, repeated.delta >= (T - R) / (T - S), repeated.delta < 1],
        (1 - repeated.delta) * T + repeated.delta * P <= R,
    ),
    "two logits, four times": ([*unit], sp.Eq(dynamics.two_logits, 4 * dynamics.one_logit)),
    "pitchfork at one": (
        [dynamics.tau > 0],
        sp.Equivalent(-1 + 1 / (2 * dynamics.tau) > 0, dynamics.tau < 1),
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_wrong_conclusions_are_refuted(name):
    hypotheses, conclusion = MUTANTS[name]
    verdict = prove(hypotheses, conclusion)
    assert verdict.status == "refuted", str(verdict)


@pytest.mark.parametrize(
    ("module", "formula", "change", "statement"),
    [
        (others, "lase_gain", lambda f: f + p2 * (R - T), "lase-against-non-givers"),
        (others, "naive_gain", lambda f: 2 * f, "lase-naive-stag-hunt"),
        (others, "group_gain", lambda f: -f, "lase-against-group-optimal"),
        (groups, "general", lambda f: f - rho, "lase-public-goods"),
        (groups, "alike", lambda f: f + rho * p, "lase-public-goods-small-share"),
        (groups, "crowd", lambda f: f + p, "lase-public-goods-crowd"),
        (group_comparisons, "by_own", lambda f: f + 1, "lase-public-goods-symmetry"),
        (group_comparisons, "donation", lambda f: f + p**2, "lase-rule-of-four"),
    ],
)
def test_checks_notice_wrong_formulas(monkeypatch, module, formula, change, statement):
    monkeypatch.setattr(module, formula, change(getattr(module, formula)))
    assert not all(check().holds for check in STATEMENTS[statement].checks.values())


def test_checks_notice_what_the_package_says(monkeypatch):
    from gametheory import memory_one

    monkeypatch.setattr(memory_one, "is_partner", lambda *_, **__: True)
    monkeypatch.setattr(memory_one, "is_equilibrium", lambda *_, **__: True)
    for name in ("partners", "discount-thresholds"):
        assert not STATEMENTS[name].checks["enumeration"]().holds


def test_words_speak_of_the_project_alone():
    for statement in STATEMENTS.values():
        text = f"{statement.title} {statement.words} {statement.remarks} {statement.source}"
        assert text.isprintable()
        assert not any(word in text.lower() for word in ("facts", "session", "helper", "/work", "shared"))
        assert statement.words.count("$") % 2 == 0
