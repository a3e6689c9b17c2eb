"""Statements on symmetry breaking, regimes, memory, welfare and variants: proved, and false where they are bent."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from gametheory.theorems.smt import prove
from gametheory.theorems.statements import memory, memory_stability, regimes, symmetry_breaking, variants, welfare
from gametheory.theorems.statements.symmetry_breaking import (
    D,
    E,
    F,
    apart,
    determinant,
    g,
    gain,
    s,
    slope,
    square,
    trace,
    u,
    x,
    y,
)
from gametheory.theorems.symbols import P, R, S, T, num, p, rest
from gametheory.theorems.verification import refutes, run

MODULES = (symmetry_breaking, regimes, memory, memory_stability, welfare, variants)
ENUMERATED = {"lase-frozen-threats", "lase-memory-hopf"}  # no other method serves
STATEMENTS = {statement.id: statement for module in MODULES for statement in module.STATEMENTS}


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_is_proved_and_its_neighbours_are_refuted(name):
    statement = STATEMENTS[name]
    methods = ("enumeration",) if name in ENUMERATED else ("identity", "smt", "interval")
    report = run(statement, methods=methods, seconds=60)
    assert report.status == "proved", str(report)
    assert report.agree
    assert all(c.outcome in {"proved", "supported"} for c in report.certificates), str(report)
    for neighbour in statement.neighbours:
        assert refutes(neighbour), neighbour.words


@pytest.mark.slow
@pytest.mark.parametrize("name", STATEMENTS)
def test_enumeration_says_the_same(name):
    report = run(STATEMENTS[name], methods=("enumeration",), seconds=60)
    assert all(c.outcome in {"proved", "supported"} for c in report.certificates), str(report)


def test_ids_are_unique():
    assert len(STATEMENTS) == sum(len(module.STATEMENTS) for module in MODULES)


_dilemma = [T > R, R > P, P > S]
_cooperates = (T - R) / (2 * R - T - S)
_w = welfare.welfare
_region = regimes.REGIONS
_off = [R > 0, sp.Ne(u * gain * D * E * F * s * (2 * R - T), 0)]
_edge = [x > 0, x < 1]
d = memory.d

MUTANTS = {
    "D with a wrong coefficient": ([slope > 0], sp.Equivalent(2 * u * gain / slope > R - s, D + u**2 > 0)),
    "D with the other sign": ([slope > 0], sp.Equivalent(2 * u * gain / slope > R - s, D < 0)),
    "determinant D": ([R > 0, *square, *apart], sp.Eq(determinant, D)),
    "pairs repel": ([R > 0, T > R, *square, *apart], trace > 0),
    "product of the pair": ([sp.Ne(T, R), *apart], sp.Eq(x * y, E / u**2)),
    "E and F swapped": ([sp.Ne(T, R), *apart], sp.Eq((1 - x) * (1 - y), E / (2 * u**2))),
    "edge point": ([R > 0, T > R], sp.Eq(g(1 - T / R, 1), 0, evaluate=False)),
    "temptation twice as large": ([*_dilemma, R > 0, num > 0, D.subs(s, S - P) > 0], u**2 > R**2),
    "Dulac for T < 0": ([R > 0, T < 0, *square], R * y + T * (1 - y) > 0),
    "F where E is": (
        [*_off, *_edge, sp.Eq(g(x, 1), 0)],
        sp.Equivalent(g(1, x) > 0, _region["E"]),
    ),
    "D without symmetry breaking": (
        [*_off, p > 0, p < 1, sp.Eq(slope * p, gain)],
        sp.Equivalent(2 * u * p < R - s, sp.Or(_region["D"], _region["E"])),
    ),
    "H forgotten": ([*_off], sp.Or(*(_region[k] for k in "ABCDEFG"))),
    "win-stay lose-shift": (
        [*_dilemma, d >= 0, d < 1, d * (R - P) > T - R],
        d * (R - P) > S + T - P,
    ),
    "Grim by R - P": (
        [*_dilemma, d >= 0, d < 1],
        sp.Equivalent(R / (1 - d) > T + d * P / (1 - d), d * (R - P) > T - R),
    ),
    "welfare from S + T > P": ([R > P, S + T > P, p > 0, p <= 1], _w(p) > P),
    "efficiency below p": ([R > P, S + T >= 2 * P, S + T <= 2 * R, p >= 0, p <= 1], (_w(p) - P) / (R - P) <= p),
    "against the level, the other way": (
        [*_dilemma, 2 * R > S + T, S + T > P],
        sp.Equivalent(rest >= 1 / (1 + _cooperates), 2 * (S + T) <= 2 * R + P),
    ),
    "stag hunts by T > P": (
        [R > T, T >= P, P > S, S + T < P],
        sp.Equivalent(rest < (P - S) / (R - T + P - S), T > P),
    ),
    "through weights below a quarter": ([*_dilemma, T > 0, p >= sp.Rational(1, 4), p <= 1], variants._through < 0),
    "no cut, S forgotten": (
        [R > S, T > P],
        sp.Equivalent(variants._unclipped.subs(p, 1) > 0, R > T),
    ),
    "rate without the denominator": ([*_dilemma, num > 0], sp.Eq(rest * (1 - rest) * (num + T - R), num * (T - R))),
    "any pair": ([*square, sp.Ne(x, y)], 2 * (1 - x) * (1 - y) < 1),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_mutants_are_refuted(name):
    hypotheses, conclusion = MUTANTS[name]
    verdict = prove(hypotheses, conclusion, seconds=10)
    assert verdict.status == "refuted", str(verdict)


@pytest.mark.parametrize(
    ("module", "formula", "bent", "identifier"),
    [
        (symmetry_breaking, "D", D + R**2, "lase-symmetry-breaking"),
        (symmetry_breaking, "E", E + T, "lase-asymmetric-pair"),
        (welfare, "_w_high", welfare._w_high + x, "lase-pair-welfare"),
        (variants, "_through", variants._through + p, "lase-through-weights"),
        (variants, "_unclipped", variants._unclipped + p, "lase-without-the-cut"),
    ],
)
def test_own_checks_notice_bent_formulas(monkeypatch, module, formula, bent, identifier):
    monkeypatch.setattr(module, formula, bent)
    if identifier == "lase-pair-welfare":
        assert welfare._gain_of_smaller != 0
        monkeypatch.setattr(welfare, "_gain_of_smaller", welfare._gain_of_smaller + x * y)
    assert STATEMENTS[identifier].checks["identity"]().holds is False


def test_own_checks_of_memory_notice_bent_formulas():
    right = (d * (R - P) - (T - R), S + T - P - d * (R - P), (0, 1, 4))
    assert memory._deviations("WSLS", *right).holds is True
    assert memory._deviations("WSLS", right[0], S + T - P, right[2]).holds is False
    assert memory._deviations("WSLS", right[0], right[1], (0, 1)).holds is False
    assert memory._deviations("Grim", *right).holds is False


def test_eigenvalues_are_not_those_of_selfish_players():
    polynomial = sp.Poly(sp.Symbol("z") ** 2 + sp.Rational(1, 2) * sp.Symbol("z") + sp.Rational(5, 8))
    assert variants._has(polynomial, (-sp.Rational(1, 4), sp.Rational(9, 16)))
    assert not variants._has(polynomial, (sp.Rational(1, 4), sp.Rational(9, 16)))


@pytest.mark.parametrize("seed", range(4))
def test_the_lyapunov_coefficient_is_that_of_the_textbook(seed):
    # x' = -w y + f, y' = w x + g: r' = a r^3 with a by Guckenheimer and Holmes, (3.4.11); here r is sqrt(2) |z|
    rng = np.random.default_rng(seed)
    x, y = sp.symbols("x y")
    w = sp.Rational(3, 2)
    monomials = [x**i * y**j for n in (2, 3) for i in range(n + 1) for j in [n - i]]
    f, h = (sum(int(c) * m for c, m in zip(rng.integers(-3, 4, 7), monomials, strict=True)) for _ in "fg")

    def d(e, *by):
        return sp.diff(e, *by).subs({x: 0, y: 0})

    a = (d(f, x, x, x) + d(f, x, y, y) + d(h, x, x, y) + d(h, y, y, y)) / 16
    a += d(f, x, y) * (d(f, x, x) + d(f, y, y)) / (16 * w) - d(h, x, y) * (d(h, x, x) + d(h, y, y)) / (16 * w)
    a += (d(f, y, y) * d(h, y, y) - d(f, x, x) * d(h, x, x)) / (16 * w)
    step = Fraction(1, 10**6)

    def at(shift):
        here = dict(zip((x, y), (sp.Rational(k, 10**6) for k in shift), strict=True))
        return [Fraction(int(v.p), int(v.q)) for v in (e.xreplace(here) for e in (-w * y + f, w * x + h))]

    assert memory_stability._lyapunov(at, 2, step) == pytest.approx(float(2 * a / w), rel=1e-6, abs=1e-9)


def test_the_hopf_bifurcation_is_checked_at_its_place(monkeypatch):
    assert memory_stability._crossing().holds is True
    monkeypatch.setattr(memory_stability, "_BEFORE", Fraction(8778261393, 10**10))  # above it
    assert memory_stability._crossing().holds is False
