"""Scripts that the Coq proof assistant checks, and what is not taken for a proof."""

import re
import shutil
from dataclasses import replace

import pytest
import sympy as sp

from gametheory.theorems import catalogue, verify
from gametheory.theorems.kernel import AXIOMS, PROOFS, _axioms, _Coq, _RefusedError, _without_comments, kernel, theorems
from gametheory.theorems.statement import Claim, Statement
from gametheory.theorems.symbols import P, R, S, T, p, q, rest
from gametheory.theorems.verification import run

SCRIPTS = sorted(path.stem for path in PROOFS.glob("*.v"))
STATEMENTS = catalogue()
QUICK = "lase-interior-cooperation"
needs_coq = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed")


@pytest.fixture
def tried(tmp_path):
    """Check a statement about one number by a script of one's own."""

    def check(script, **options):
        (tmp_path / "own.v").write_text(
            f"From Coq Require Import Reals Lra Psatz.\nOpen Scope R_scope.\n{script}\n", encoding="utf-8"
        )
        return kernel(Statement("own", "", "", claims=(Claim(p**2 > p, (p > 1,)),)), folder=tmp_path, **options)

    return check


def test_scripts_are_about_statements_and_assume_nothing():
    assert len(SCRIPTS) >= 10
    for name in SCRIPTS:
        text = (PROOFS / f"{name}.v").read_text(encoding="utf-8")
        assert not re.search(r"\b(Admitted|admit|Axiom|Parameter|Hypothesis|Variable)\b", text), name
        assert text.startswith("(* "), f"{name} does not begin with what it says in words"
        wanted = [f"claim_{k}" for k in range(1, len(STATEMENTS[name].claims) + 1)] or ["statement"]
        assert set(wanted) <= set(re.findall(r"^Theorem (\w+)", text, re.MULTILINE)), name


@needs_coq
def test_one_script_is_accepted():
    report = verify(QUICK, methods=["kernel"])
    (certificate,) = report.certificates
    assert (certificate.method, certificate.outcome) == ("kernel", "proved"), certificate
    assert report.status == "proved"
    assert certificate.tool.startswith("Coq ")


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize("name", SCRIPTS)
def test_all_scripts_are_accepted(name):
    certificate = kernel(STATEMENTS[name])
    assert certificate.outcome == "proved", certificate
    assert ("stated in the script alone" in certificate.detail) == (not STATEMENTS[name].claims)


@needs_coq
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        # false at 3/2
        ("Theorem claim_1 : forall p : R, p > 1 -> p ^ 2 > p + 1. Proof. intros; nra. Qed.", 'File "./script.v"'),
        # true, and too weak
        ("Theorem claim_1 : forall p : R, p > 1 -> p ^ 2 > p - 1. Proof. intros; nra. Qed.", "while it is expected"),
        ("Theorem claim_1 : forall p : R, p > 1 -> p ^ 2 > p. Proof. intros; nra. Admitted.", "holds Admitted"),
        ("Axiom claim_1 : forall p : R, p > 1 -> p ^ 2 > p.", "holds Axiom"),
        pytest.param(
            "Theorem claim_2 : forall p : R, p > 1 -> p ^ 2 > p. Proof. intros; nra. Qed.",
            "claim_1 was not found",
            marks=pytest.mark.slow,
        ),
        # other meanings of the signs do not leave the script
        pytest.param(
            'Definition real := nat. Notation "x > y" := (x = x) : R_scope.\n'
            "Theorem claim_1 : forall p : R, p > 1 -> p ^ 2 > p. Proof. reflexivity. Qed.",
            'File "./catalogue.v"',
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "From Coq Require Import Classical.\n"
            "Theorem claim_1 : forall p : R, p > 1 -> p ^ 2 > p.\n"
            "Proof. intro p; destruct (classic (p = 0)); nra. Qed.",
            "rests on Classical_Prop.classic",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_what_is_not_a_proof(tried, script, reason):
    certificate = tried(script)
    assert certificate.outcome == "unknown"
    assert reason in certificate.detail


@needs_coq
def test_the_same_with_a_proof_and_without_time(tried):
    script = (
        "(* no (* Axiom *) Admitted *) Theorem claim_1 : forall p : R, p > 1 -> p ^ 2 > p. Proof. intros; nra. Qed."
    )
    assert tried(script).outcome == "proved"
    late = tried(script, seconds=1e-4)
    assert late.outcome == "unknown"
    assert "no answer" in late.detail


@needs_coq
@pytest.mark.slow
def test_a_script_does_not_prove_another_claim():
    changed = replace(STATEMENTS[QUICK], claims=(Claim(sp.And(rest > 0, rest < 2)),))  # weaker than what it proves
    assert kernel(changed).outcome == "unknown"


def test_without_coq(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    for certificate in (kernel(QUICK), *run(STATEMENTS[QUICK], methods=["kernel"]).certificates):
        assert (certificate.method, certificate.outcome) == ("kernel", "not run")
        assert f"proofs/{QUICK}.v" in certificate.detail
    everything = verify(QUICK)
    assert everything.status == "proved"
    assert everything.agree
    assert kernel("lase-values") is None
    assert run(STATEMENTS["lase-values"], methods=["kernel"]).certificates == ()


def test_claims_are_written_as_they_are():
    (text,) = theorems(STATEMENTS[QUICK])
    assert text == (
        "forall P R S T : real, T > R -> R > P -> P > S -> S + T > P -> "
        "((-P + S + T)/(-P - R + S + 2*T) > 0 /\\ (-P + S + T)/(-P - R + S + 2*T) < 1)"
    )
    claims = (
        Claim(sp.Implies(sp.Ne(p, 0), sp.Or(p > 0, p < 0))),
        Claim(sp.Not(sp.And(p > 0, p < 0), evaluate=False), (sp.Eq(p**2, sp.Rational(1, 4)),)),
        Claim(sp.Max(p, 0) >= sp.Min(p, sp.sqrt(p), sp.Abs(p))),
        Claim(p > 1, (sp.true, 1 / p > p**-2)),
    )
    written = theorems(Statement("", "", "", claims=claims))
    either = ("p > 0 \\/ p < 0", "p < 0 \\/ p > 0")
    assert written[0] in {f"forall p : real, (p <> 0 -> ({both}))" for both in either}
    assert written[1].startswith("forall p : real, p^2 = 1/4 -> (")
    assert all(part in written[2] for part in ("(Rmax (0) (p)) >= (Rmin (Rmin (", "(sqrt(p))", "((Rabs (p)))"))
    assert written[3] == "forall p : real, True -> 1/p > 1/p^2 -> p > 1"
    for wrong in (p ** sp.Rational(1, 3) > 0, sp.Symbol("p*") > 0, sp.Xor(p > 0, p > q), p**2 >= 0):
        with pytest.raises(ValueError, match="Coq"):
            theorems(Statement("", "", "", claims=(Claim(wrong),)))


@pytest.mark.parametrize("name", SCRIPTS)
def test_terms_read_back_are_the_same(name):
    letters = {s.name: s for s in (R, S, T, P)} | {"N": sp.Symbol("N", real=True)}
    for claim in STATEMENTS[name].claims:
        parts = (*STATEMENTS[name].hypotheses, *claim.hypotheses, claim.conclusion)
        for relation in sp.And(*parts, evaluate=False).atoms(sp.core.relational.Relational):
            for side in relation.args:
                if not side.has(sp.Max, sp.Min):
                    known = letters | {s.name: s for s in side.free_symbols}
                    read = sp.sympify(_Coq().doprint(side).replace("^", "**"), locals=known)
                    assert sp.cancel(sp.together(read - side)) == 0, side


def test_nothing_is_overlooked_in_what_coq_prints():
    answer = f"Axioms:\n{AXIOMS[0]}\n  : forall P : nat -> Prop,\n    True\nown : False\nf is assumed to be guarded.\n"
    assert _axioms(answer) == sorted((AXIOMS[0], "own", "f"))
    assert _axioms("Closed under the global context\n") == []
    for silent in ("", "Unknown\n"):
        with pytest.raises(_RefusedError, match="rests on"):
            _axioms(silent)
    assert _without_comments("a (* b (* c *) d *) e").split() == ["a", "e"]
