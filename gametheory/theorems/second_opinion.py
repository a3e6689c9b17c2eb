"""The solver's questions, asked once more of another solver, cvc5, where it is installed.

It runs in a process of its own, since it does not always keep its time limits. The questions are those that z3 answered
with *no solution*: hypotheses with the negated conclusion, or with a denominator that vanishes.

References
----------
.. [1] H. Barbosa et al. "cvc5: a versatile and industrial-strength SMT solver". TACAS 2022.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["answers", "installed"]

_EACH = 500  # ms


def installed() -> bool:
    """Whether cvc5 can be asked."""
    return find_spec("cvc5") is not None


def answers(questions: Sequence[str], *, seconds: float = 2.0) -> list[str]:
    """Ask cvc5.

    Parameters
    ----------
    questions : sequence of str
        SMT-LIB texts, each with one ``(check-sat)``.
    seconds : float, default 2
        Time for all of them.

    Returns
    -------
    list of str
        ``"unsat"``, ``"sat"`` or ``"unknown"``, one a question.

    Examples
    --------
    >>> answers(["(declare-fun x () Real) (assert (< (* x x) 0)) (check-sat)"])
    ['unsat']
    """
    command = [sys.executable, __file__]  # this file alone: the package takes longer to import than most answers
    try:
        done = subprocess.run(  # noqa: S603 (our own code, with questions on its standard input)
            command, input=json.dumps(list(questions)), capture_output=True, text=True, timeout=seconds, check=False
        )
        said = done.stdout
    except subprocess.TimeoutExpired as late:
        said = late.stdout.decode() if isinstance(late.stdout, bytes) else ""
    heard = [line for line in said.splitlines() if line in {"sat", "unsat", "unknown"}]
    return [*heard, *["unknown"] * (len(questions) - len(heard))]


def _serve() -> None:
    """Answer the questions on standard input, one line each; what is said before time is up is heard."""
    import cvc5

    for text in json.load(sys.stdin):
        solver = cvc5.Solver(cvc5.TermManager())
        solver.setOption("tlimit-per", str(_EACH))
        solver.setLogic("QF_NRA")
        parser = cvc5.InputParser(solver)
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "question")
        said = "unknown"
        while not (command := parser.nextCommand()).isNull():
            said = command.invoke(solver, parser.getSymbolManager()).strip() or said
        print(said if said in {"sat", "unsat"} else "unknown", flush=True)  # noqa: T201 (the answer)


if __name__ == "__main__":
    _serve()
