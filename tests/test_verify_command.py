"""The command `lase verify`: lists, proves, refutes, and says by its exit code which."""

import json
import sys
from types import MappingProxyType

import pytest
import sympy as sp

from gametheory import theorems
from gametheory.theorems import Claim, Evidence, Neighbour, Statement
from lase_core import checks
from lase_core.cli import main

x = sp.Symbol("x", real=True)


def broken():
    return Evidence(holds=False, detail="a case fails")


GOOD = Statement(
    "good-one",
    "Squares beat lines",
    "Always $x^2 + 1 > x$.",
    claims=(Claim(x**2 + 1 > x),),
    neighbours=(Neighbour("Without the one.", x**2 > x, {x: 1}, remark="Add it."),),
    topic="Squares",
)
BAD = Statement("bad-one", "Squares are large", "$x^2 > x$.", claims=(Claim(x**2 > x),), topic="Squares")
TORN = Statement(
    "torn-one", "Two minds", "Both.", claims=(Claim(x**2 + 1 > x),), checks={"identity": broken}, topic="Squares"
)


@pytest.fixture
def small(monkeypatch):
    """Put one true statement in the catalogue; called with others, those as well."""

    def with_(*others):
        known = MappingProxyType({s.id: s for s in (GOOD, *others)})
        for module in (theorems, sys.modules["gametheory.theorems.catalogue"]):
            monkeypatch.setattr(module, "catalogue", lambda: dict(known))

    with_()
    return with_


def test_without_ids_it_lists(capsys):
    assert main(["verify"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(theorems.catalogue())
    assert any(
        line.split(maxsplit=1) == ["lase-interior-cooperation", "Where two LASE players rest in a dilemma"]
        for line in lines
    )
    assert len({line.index(line.split(maxsplit=1)[1]) for line in lines}) == 1  # titles begin in one column


def test_ids(capsys):
    assert main(["verify", "lase-odds-law", "lase-interior-cooperation"]) == 0
    text = capsys.readouterr().out
    assert text.index("lase-odds-law: proved") < text.index("lase-interior-cooperation: proved")
    assert "    smt: proved, the negation has no solution" in text
    assert "FAILED" not in text


def test_an_unknown_id_is_told_before_any_work(capsys):
    assert main(["verify", "lase-odds-law", "lase-odd-laws"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("lase: no statement has the id 'lase-odd-laws'; the nearest are lase-odds-law, ")
    assert err.count("\n") == 1


def test_one_method(capsys):
    assert main(["verify", "lase-interior-cooperation", "--method", "sampling"]) == 0
    text = capsys.readouterr().out
    assert "lase-interior-cooperation: supported" in text
    assert "smt" not in text
    assert main(["verify", "lase-interior-cooperation", "--method", "smt", "--method", "sampling"]) == 0
    assert "sampling: supported" in capsys.readouterr().out
    assert main(["verify", "lase-interior-cooperation", "--method", "magic"]) == 2
    assert capsys.readouterr().err.startswith("lase: no method is called magic; there are identity, smt, ")


def test_all(small, capsys):
    assert main(["verify", "--all"]) == 0
    text = capsys.readouterr().out
    assert "proved    good-one: Squares beat lines [smt, cvc5, sampling] " in text
    assert "1 proved; 1 false neighbours refuted; 5 of 5 controls refuted" in text


@pytest.mark.parametrize(("other", "said"), [(BAD, "bad-one: refuted"), (TORN, "METHODS DISAGREE")])
def test_a_failure_is_told_and_is_the_exit_code(small, capsys, other, said):
    small(other)
    assert main(["verify", "--all"]) == 1
    text = capsys.readouterr().out
    assert said in text
    assert text.splitlines()[-1] == f"FAILED: {other.id}"
    assert main(["verify", other.id]) == 1
    assert f"FAILED: {other.id}" in capsys.readouterr().out
    assert main(["verify", "good-one"]) == 0


def test_a_control_that_is_not_refuted_fails(small, capsys, monkeypatch):
    monkeypatch.setattr(theorems, "controls_refuted", lambda _seconds: [("two is three", False)])
    assert main(["verify", "--all"]) == 1
    assert "FAILED: two is three" in capsys.readouterr().out


def test_json(small, capsys):
    small(BAD)
    assert main(["verify", "--all", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(s["id"], s["status"], s["as_expected"], s["agree"]) for s in found["statements"]] == [
        ("good-one", "proved", True, True),
        ("bad-one", "refuted", False, True),
    ]
    assert found["failed"] == ["bad-one"]
    assert len(found["controls"]) == 5
    assert all(refuted for _, refuted in found["controls"])
    certificate = found["statements"][0]["certificates"][0]
    assert (certificate["method"], certificate["outcome"]) == ("smt", "proved")
    assert certificate["tool"].startswith("z3 ")


def test_simulations_are_asked_for(small, capsys, monkeypatch):
    monkeypatch.setitem(checks.CHECKS, "good-one", [lambda: Evidence(holds=True, detail="seen")])
    assert main(["verify", "good-one"]) == 0
    assert "simulation" not in capsys.readouterr().out
    assert main(["verify", "good-one", "--simulate"]) == 0
    assert "simulation: supported, seen" in capsys.readouterr().out
    monkeypatch.setitem(checks.CHECKS, "good-one", [broken])
    assert main(["verify", "good-one", "--simulate"]) == 1
    assert "METHODS DISAGREE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["0 <= p <= 1 => p*(1 - p) <= 1/4"], 0, "proved: the negation has no solution"),
        (["x^2 >= x", "--given", "x > 0"], 1, "refuted: the conclusion fails at x = 1/2"),
        (["x^2 >= x", "--given", "x > 0", "--given", "x >= 1"], 0, "proved"),
        (["x > 5", "--given", "x > 1", "--given", "x < 0"], 1, "vacuous: the hypotheses contradict each other"),
        (["x/x = 1"], 1, "refuted: the denominator x vanishes at x = 0"),
        (["(a+b)^2 <= 2*(a^2+b^2)", "--seconds", "5"], 0, "proved"),
    ],
)
def test_a_claim_of_ones_own(capsys, arguments, code, said):
    assert main(["verify", "--claim", *arguments]) == code
    assert capsys.readouterr().out.startswith(said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--claim", "__import__('os')"], "cannot read Call"),
        (["--claim", "x >"], "cannot read the claim 'x >'"),
        (["--claim", "x > 0", "--given", "sin(x) > 0"], "cannot read Call"),
        (["--claim", "x > 0", "--seconds", "0"], "seconds must be positive"),
        (["--given", "x > 0"], "--given is for --claim"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(capsys, arguments, said):
    assert main(["verify", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("lase: ")
    assert said in err
    assert err.count("\n") == 1


def test_a_claim_in_json(capsys):
    assert main(["verify", "--claim", "x^2 >= x", "--given", "x > 0", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["status"], found["counterexample"]) == ("refuted", {"x": "1/2"})
    assert found["method"].startswith("z3 ")
