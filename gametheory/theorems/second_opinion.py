"""The solver's questions, asked once more of another solver, cvc5, where it is installed.

The questions are those that z3 answered with *no solution*: hypotheses with the negated conclusion, or with a
denominator that vanishes, or with a root of a negative number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gametheory.theorems import solvers

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["answers", "installed"]


def installed() -> bool:
    """Whether cvc5 can be asked."""
    return solvers.installed("cvc5")


def answers(questions: Sequence[str], *, seconds: float | None = None) -> list[str]:
    """Ask cvc5.

    Parameters
    ----------
    questions : sequence of str
        SMT-LIB texts, each with one ``(check-sat)``.
    seconds : float, optional
        Time after which a question is given up; what cvc5 may do is counted in steps otherwise.

    Returns
    -------
    list of str
        ``"unsat"``, ``"sat"`` or ``"unknown"``, one a question.

    Examples
    --------
    >>> answers(["(declare-fun x () Real) (assert (< (* x x) 0)) (check-sat)"])
    ['unsat']
    """
    return [solvers.ask("cvc5", text, seconds=seconds).found for text in questions]
