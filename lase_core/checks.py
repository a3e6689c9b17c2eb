"""Statements tried on flows and learners: simulation checks, registered by the statement's id.

A simulation never proves; it supports, or contradicts. Every check says how often it would fail by chance.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gametheory.theorems import Certificate, Evidence

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHECKS", "simulated"]

CHECKS: dict[str, list[Callable[[], Evidence]]] = {}
"""Checks by statement id."""


def simulated(statement: str) -> tuple[Certificate, ...]:
    """Run the simulation checks of a statement.

    Parameters
    ----------
    statement : str
        Its id.

    Returns
    -------
    tuple of Certificate
        One a check; empty if there is none.
    """
    found = []
    for check in CHECKS.get(statement, []):
        start = time.monotonic()
        evidence = check()
        outcome = "unknown" if evidence.holds is None else "supported" if evidence.holds else "refuted"
        found.append(Certificate("simulation", outcome, evidence.detail, time.monotonic() - start, "lase_core"))
    return tuple(found)
