"""Statements checked by the kernel of the Coq proof assistant.

A script ``proofs/<id>.v`` proves the claims of a statement as the theorems ``claim_1``, ``claim_2`` and so on. That
they say what the catalogue says is left to Coq as well: a second file holds the claims, written from the catalogue in
Coq's language, and takes the theorems of the script, as they stand, for their proofs. A script for a statement without
claims proves one theorem called ``statement``, which readers have to compare with the words of the catalogue.

A quotient by zero is some number to Coq, so what is proved there holds at least wherever it is defined.

The scripts are part of the package, so that an installed one can check them too.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.printing.precedence import precedence
from sympy.printing.str import StrPrinter

from gametheory.theorems.statement import Certificate, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["AXIOMS", "PROOFS", "kernel", "theorems"]

PROOFS = Path(__file__).parent / "proofs"
"""Where the scripts are."""
AXIOMS = (
    "ClassicalDedekindReals.sig_forall_dec",
    "ClassicalDedekindReals.sig_not_dec",
    "FunctionalExtensionality.functional_extensionality_dep",
)
"""What Coq's real numbers rest on; no proof may rest on anything else."""
_FORBIDDEN = re.compile(
    r"\b(Admitted|admit|give_up|Axioms?|Parameters?|Conjectures?|Hypothes[ie]s|Variables?|Context|Abort|Declare|Unset|"
    r"bypass_check|Extract|Redirect|Drop|Load|Primitive|Symbols?)\b"
)
_HEADER = "From Coq Require Import Reals.\nRequire script.\nOpen Scope R_scope.\nNotation real := R.\n"


def kernel(statement: Statement | str, *, folder: Path = PROOFS, seconds: float = 60.0) -> Certificate | None:
    """Have Coq check the script of a statement.

    Parameters
    ----------
    statement : Statement or str
        Which one, or its id.
    folder : Path
        Where the scripts are.
    seconds : float, default 60
        Time limit of each of Coq's runs, of which there are three.

    Returns
    -------
    Certificate or None
        None: there is no script. The outcome is ``"proved"`` if Coq accepts the script, its theorems are the claims of
        the catalogue and they rest on nothing but the axioms of the real numbers; ``"not run"`` where Coq is not
        installed; otherwise ``"unknown"``, since a proof that fails refutes nothing.
    """
    if isinstance(statement, str):
        from gametheory.theorems.catalogue import find  # which imports this module

        statement = find(statement)
    path = folder / f"{statement.id}.v"
    if not path.is_file():
        return None
    name = f"proofs/{path.name}"
    program = shutil.which("coqc")
    if program is None:
        return Certificate("kernel", "not run", f"coqc is not installed; the script is {name}", 0.0)
    start, tool = time.monotonic(), "Coq"
    try:
        tool = f"Coq {_run([program, '-print-version'], None, seconds).split()[0]}"
        outcome, detail = "proved", f"{name}, {_checked(statement, path, program, seconds)}"
    except (_RefusedError, ValueError) as error:
        outcome, detail = "unknown", f"{name}: {error}"
    except subprocess.TimeoutExpired:
        outcome, detail = "unknown", f"{name}: no answer within {seconds:g} s"
    return Certificate("kernel", outcome, detail, time.monotonic() - start, tool)


def theorems(statement: Statement) -> tuple[str, ...]:
    r"""Write the claims of a statement in Coq's language.

    Parameters
    ----------
    statement : Statement
        Which one.

    Returns
    -------
    tuple of str
        One a claim. Comparisons and arithmetic are those of ``R_scope``, and ``real`` stands for the type of real
        numbers, since the letter R is a payoff.

    Raises
    ------
    ValueError
        A claim that cannot be written, or that SymPy has already turned into true or false.

    Examples
    --------
    >>> from gametheory.theorems import find
    >>> print(*theorems(find("lase-interior-cooperation")))
    forall P R S T : real, T > R -> R > P -> P > S -> S + T > P -> ...
    """
    found = []
    for claim in statement.claims:
        parts = [sp.sympify(part) for part in (*statement.hypotheses, *claim.hypotheses, claim.conclusion)]
        if parts[-1] in (sp.true, sp.false):
            msg = f"SymPy leaves nothing to prove for Coq: {claim.words or parts[-1]}"
            raise ValueError(msg)
        names = sorted({_Coq().doprint(s) for part in parts for s in part.free_symbols})
        given = "".join(f"{_part(part)} -> " for part in parts[:-1])
        found.append((f"forall {' '.join(names)} : real, " if names else "") + given + _part(parts[-1]))
    return tuple(found)


class _RefusedError(Exception):
    """A script does not prove its statement."""


def _checked(statement: Statement, path: Path, program: str, seconds: float) -> str:
    """Compile a script and compare its theorems with the catalogue; say what was found."""
    text = path.read_text(encoding="utf-8")
    if wrong := _FORBIDDEN.search(_without_comments(text)):
        msg = f"the script holds {wrong.group()}"
        raise _RefusedError(msg)
    claims = theorems(statement)
    names = [f"claim_{k}" for k in range(1, len(claims) + 1)] or ["statement"]
    link = [f"Theorem {n} : {c}.\nProof. exact script.{n}. Qed." for n, c in zip(names, claims, strict=False)]
    link += [f"Definition all := ({', '.join(f'script.{n}' for n in names)}).", "Print Assumptions all."]
    with TemporaryDirectory() as folder:
        Path(folder, "script.v").write_text(text, encoding="utf-8")
        Path(folder, "catalogue.v").write_text(_HEADER + "\n".join(link) + "\n", encoding="utf-8")
        _run([program, "-q", "-noglob", "script.v"], folder, seconds)
        answer = _run([program, "-q", "-noglob", "catalogue.v"], folder, seconds)
    axioms = _axioms(answer)
    if foreign := [axiom for axiom in axioms if axiom not in AXIOMS]:
        msg = f"the proof rests on {', '.join(foreign)}"
        raise _RefusedError(msg)
    count = f"{len(names)} theorems" if len(names) > 1 else "1 theorem"
    source = "with the claims of the catalogue" if claims else "stated in the script alone"
    short = ", ".join(axiom.split(".")[-1] for axiom in axioms)
    return f"{count} {source}; axioms: {short or 'none'}"


def _without_comments(text: str) -> str:
    """Drop comments, nested ones too."""
    inner = re.compile(r"\(\*(?:(?!\(\*|\*\)).)*\*\)", re.DOTALL)
    while (shorter := inner.sub(" ", text)) != text:
        text = shorter
    return text


def _run(command: Sequence[str], folder: str | None, seconds: float) -> str:
    done = subprocess.run(  # noqa: S603 [the program that was found, no shell]
        command,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        msg = f"Coq says {' '.join((done.stderr or done.stdout).split())}"
        raise _RefusedError(msg)
    return done.stdout


def _axioms(answer: str) -> list[str]:
    """List what ``Print Assumptions`` names: whatever begins a line, so that nothing is overlooked."""
    heading, *lines = answer.splitlines() or [""]
    if heading not in {"Axioms:", "Closed under the global context"}:
        msg = f"Coq does not say what the proof rests on: {answer}"
        raise _RefusedError(msg)
    return sorted({re.split(r"\s*:|\s", line)[0] for line in lines if line[:1].strip()})


class _Coq(StrPrinter):  # type: ignore[misc]  # SymPy has no types
    """Terms as Coq reads them in ``R_scope``."""

    def _print_Symbol(self, expr: Any) -> str:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", expr.name):
            msg = f"Coq cannot call a number {expr.name}"
            raise ValueError(msg)
        return str(expr.name)

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:  # noqa: ARG002 [SymPy passes it]
        power = expr.exp
        if power == sp.S.Half:
            return f"sqrt({self._print(expr.base)})"
        if not power.is_Integer:
            msg = f"Coq is given whole powers alone, not {expr}"
            raise ValueError(msg)
        base = self.parenthesize(expr.base, precedence(expr), strict=True)
        short = base if abs(power) == 1 else f"{base}^{abs(power)}"
        return short if power > 0 else f"1/{short}"

    def _print_Max(self, expr: Any) -> str:
        return self._folded("Rmax", expr)

    def _print_Min(self, expr: Any) -> str:
        return self._folded("Rmin", expr)

    def _print_Abs(self, expr: Any) -> str:
        return f"(Rabs ({self._print(expr.args[0])}))"

    def _folded(self, name: str, expr: Any) -> str:
        return reduce(lambda a, b: f"({name} {a} {b})", (f"({self._print(a)})" for a in expr.args))


_RELATIONS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_CONNECTIVES = {"And": r" /\ ", "Or": r" \/ ", "Implies": " -> ", "Equivalent": " <-> "}


def _part(claim: Any) -> str:
    """Write a hypothesis or a conclusion; in brackets unless it is a relation."""
    if claim in (sp.true, sp.false):
        return str(claim)
    if isinstance(claim, sp.core.relational.Relational):
        left, right = (_Coq().doprint(side) for side in (claim.lhs, claim.rhs))
        return f"{left} {_RELATIONS[claim.rel_op]} {right}"
    name = claim.func.__name__
    if name == "Not":
        return f"(~ ({_part(claim.args[0])}))"
    if name not in _CONNECTIVES:
        msg = f"cannot write {name} in Coq's language"
        raise ValueError(msg)
    return f"({_CONNECTIVES[name].join(_part(part) for part in claim.args)})"
