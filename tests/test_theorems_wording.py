"""Statements as people read them: every symbol has a meaning, every claim a phrase, every formula its dollars."""

import re
from pathlib import Path

import pytest
import sympy as sp

from gametheory.theorems import Claim, Neighbour, Report, Statement, catalogue, find
from gametheory.theorems.book import chapters
from gametheory.theorems.notation import CHAPTERS, COMMON, FIGURES, meanings
from gametheory.theorems.truth import truth
from gametheory.theorems.wording import definitions, plain, shortened, told
from lase_core.cli import main

STATEMENTS = catalogue()
PICTURES = Path(__file__).parents[1] / "docs" / "_static" / "figures"
x, y = sp.symbols("x y", real=True)
FORMULA = re.compile(
    r"[=<>^_\\+·≤≥⊗]|[α-ωΑ-Ω]|(?<=[\w)]) [-/] (?=[\w(])|\bp\*|\b(?:mu|rho|lambda|sqrt|alpha|beta|gamma|delta|kappa|"
    r"omega|tau|epsilon)\b|(?<![\w.'-])[B-HJ-Zb-hj-z]\d?(?![\w.'-])"
)


def texts(statement):
    """All that is said in words, by where it stands."""
    yield "title", statement.title
    yield "words", statement.words
    yield "remarks", statement.remarks
    for k, claim in enumerate(statement.claims, 1):
        yield f"claim {k}", claim.words
    for k, near in enumerate(statement.neighbours, 1):
        yield from ((f"false one {k}", near.words), (f"false one {k}, remark", near.remark))
    for symbol, words in statement.where.items():
        yield str(symbol), words
    for row in statement.table:
        yield from (("table", cell) for cell in row)


def outside_dollars(text):
    return [part for part in text.split("$")[::2] if part]


# ---------------------------------------------------------------- every statement
@pytest.mark.parametrize("name", STATEMENTS)
def test_every_symbol_has_a_meaning_and_every_claim_a_phrase(name):
    statement = STATEMENTS[name]
    known = meanings(statement)
    assert [s for s in statement.symbols if s not in known] == []
    assert [str(s) for s in statement.where if s not in statement.symbols] == []  # nothing left over
    assert all(claim.words for claim in statement.claims)
    assert all(near.words and near.remark for near in statement.neighbours)
    assert len(set(map(len, statement.table))) <= 1


@pytest.mark.parametrize("name", STATEMENTS)
def test_formulas_stand_between_dollars(name):
    statement = STATEMENTS[name]
    regions = {"C", "D"} | {f[-2:-1] for f in statement.shorthand if f.startswith("\\mathsf")}
    regions |= set("ABCDEFGH") if "region" in " ".join(text for _, text in texts(statement)) else set()
    for where, text in texts(statement):
        assert text.count("$") % 2 == 0, where
        loose = [found for part in outside_dollars(text) for found in FORMULA.findall(part) if found not in regions]
        assert loose == [], (where, text)


@pytest.mark.parametrize("name", [name for name, statement in STATEMENTS.items() if statement.shorthand])
def test_shorthand_says_the_same(name):
    statement = STATEMENTS[name]
    back = {sp.Symbol(key, real=True): meant for key, meant in statement.shorthand.items()}
    values = dict(zip(statement.symbols, sp.primerange(3, 400), strict=False))
    for scale in (sp.Rational(1, 7), sp.Rational(-2, 11)):
        at = {s: v * scale for s, v in values.items()}
        for one, other in zip(relations(statement), relations(shortened(statement)), strict=True):
            assert truth(other.xreplace(back), at) == truth(one, at), one
    assert set(definitions(statement)) <= set(statement.shorthand)
    assert not set(map(str, statement.symbols)) & set(statement.shorthand), "a symbol and a name look the same"


def relations(statement):
    yield from map(sp.sympify, statement.hypotheses)
    for part in (*statement.claims, *statement.neighbours):
        yield from map(sp.sympify, (*part.hypotheses, part.conclusion))


def test_every_chapter_says_its_notation():
    assert set(CHAPTERS) == {statement.topic for statement in STATEMENTS.values()}
    for chapter in CHAPTERS.values():
        assert chapter.words.count("$") % 2 == 0
        loose = [found for part in outside_dollars(chapter.words) for found in FORMULA.findall(part)]
        assert set(loose) <= {"C", "D"}


def test_pictures_are_there():
    assert set(FIGURES) <= set(STATEMENTS)
    assert all((PICTURES / file).is_file() for file, _ in FIGURES.values())


# ---------------------------------------------------------------- how it is written
MADE = Statement(
    "an-id",
    "A title",
    "Here $x^2 \\ge \\frac{1}{2}$, *always*.",
    claims=(
        Claim(x**2 + 2 * y > 0, (x + y > 0,), "the $x$ of it"),
        Claim(sp.Equivalent(x + y > 0, sp.Or(y > 2, sp.Not(sp.And(x > 1, y > 1), evaluate=False))), words="both"),
    ),
    neighbours=(Neighbour("Or not.", -x - y > 0, {x: 1, y: 1}, remark="No."),),
    remarks="So $\\omega_{ij}$ it is.",
    where={x: "a number, $x$"},
    shorthand={"s": x + y, "t": 2 * (x + y) ** 2, "W": x**2 + 2 * y, "A": sp.And(x > 0, y > 0)},
    table=(("name", "value"), ("$x$", "1")),
    topic="A topic",
)


def test_names_stand_in_the_place_of_expressions():
    s, w = sp.symbols("s W", real=True)
    short = shortened(MADE)
    assert short.claims[0].hypotheses == (s > 0,)
    assert short.claims[0].conclusion == (w > 0)
    assert short.neighbours[0].conclusion == (-s > 0)
    assert definitions(MADE) == {"s": x + y, "W": x**2 + 2 * y}  # what is not used is not defined
    assert shortened(find("lase-gradient")) == find("lase-gradient")


def test_symbols_in_the_book():
    page = chapters([Report(MADE, (), neighbours_refuted=True)])["01-a-topic"]
    assert "**Symbols.** $x$: a number, $x$; $s = x + y$; $W = x^{2} + 2 y$." in page
    assert "| name | value |\n| --- | --- |\n| $x$ | 1 |\n" in page
    assert "1\\. The $x$ of it, if $s > 0$:\n\n$$\nW > 0\n$$" in page
    assert "**Notation.**" not in page
    book = chapters([Report(find("lase-regime-map"), (), neighbours_refuted=True)])
    page = book["01-where-two-lase-players-end-up"]
    assert f"**Notation.** {CHAPTERS['Where two LASE players end up'].words}" in page.replace("\\*", "*")
    assert "../_static/figures/fig03_plane.png" in page
    assert "| B | $T < R$, $m < 0$ | $(1, 1)$ and $(0, 0)$ |" in page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no formula", "no formula"),
        ("*so* it is, **very**", "so it is, very"),
        ("$p^*/(1 - p^*)$", "p*/(1 - p*)"),
        ("$\\frac{S + T - P}{T}$", "(S + T - P)/T"),
        ("$\\tfrac12 \\le \\sqrt{1 - 4/r}$", "1/2 ≤ √(1 - 4/r)"),
        ("$\\min\\left(1, \\frac{R - S}{T - S}\\right)$", "min(1, (R - S)/(T - S))"),
        ("$\\dot p_i = p_i^2 (1 - p_i)^2\\,g$", "dp_i/dt = p_i^2 (1 - p_i)^2 g"),
        ("$\\sum_{k \\ne i} w_{ij}$, $w_{t-1}$", "Σ_(k ≠ i) w_ij, w_(t-1)"),
        ("$e^{-\\theta}$, $\\mathrm{Var}(X)$, $\\hat p$", "e^(-θ), Var(X), p\u0302"),
        ("$\\pm\\sqrt{u_1 u_2}$", "±√(u_1 u_2)"),
    ],
)
def test_formulas_in_a_terminal(text, expected):
    assert plain(text) == expected


def test_a_statement_in_a_terminal(capsys):
    lines = told(MADE).splitlines()
    for line in (
        "    Here x^2 ≥ 1/2, always.",
        "      name  value",
        "      x: a number, x",
        "      s: x + y",
        "    (1) the x of it, if s > 0:",
        "        W > 0",
        "        s > 0 <=> ((not (x > 1 and y > 1)) or y > 2)",
        "    Remark: So ω_ij it is.",
    ):
        assert line in lines, "\n".join(lines)
    assert main(["verify", "lase-odds-law", "--method", "smt"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("lase-odds-law: proved, The odds of cooperation (")
    for part in (
        "the odds of cooperation at rest are p*/(1 - p*)",
        "kappa: gift scale",
        f"R: {COMMON[find('lase-odds-law').symbols[1]]}",
    ):
        assert part in text
    assert max(map(len, text.split("    smt")[0].splitlines())) <= 100
    assert not re.search(r"[$\\{}]", text)


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_latex_is_left_in_a_terminal(name):
    assert not re.search(r"[$\\{}]", told(STATEMENTS[name]))
