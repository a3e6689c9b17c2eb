"""All statements, by id."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from gametheory.theorems.verification import METHODS, run

if TYPE_CHECKING:
    from collections.abc import Collection

    from gametheory.theorems.statement import Report, Statement

__all__ = ["catalogue", "find", "verify"]

_TOPICS = (
    "weights",
    "gifts",
    "two_players",
    "cooperation_at_rest",
    "regimes",
    "symmetry_breaking",
    "estimates",
    "inertia",
    "memory",
    "memory_stability",
    "welfare",
    "variants",
    "others",
    "other_games",
    "groups",
    "group_comparisons",
    "neighbours",
    "incentives",
    "repeated",
    "partners_and_rivals",
    "dynamics",
)


@cache
def catalogue() -> dict[str, Statement]:
    """List all statements.

    Returns
    -------
    dict
        From ids to statements, in the order of the book.

    Raises
    ------
    ValueError
        Two statements with one id.

    Examples
    --------
    >>> catalogue()["lase-interior-cooperation"].title
    'Where two LASE players rest in a dilemma'
    """
    found: dict[str, Statement] = {}
    for name in _TOPICS:
        module = import_module(f"gametheory.theorems.statements.{name}")
        for statement in module.STATEMENTS:
            if statement.id in found:
                msg = f"two statements have the id {statement.id}"
                raise ValueError(msg)
            found[statement.id] = replace(statement, topic=module.TOPIC)
    return found


def find(name: str) -> Statement:
    """Return a statement.

    Parameters
    ----------
    name : str
        Its id.

    Returns
    -------
    Statement

    Raises
    ------
    ValueError
        An unknown id; the nearest three are told.
    """
    known = catalogue()
    if name not in known:
        near = get_close_matches(name, known, n=3, cutoff=0)
        msg = f"no statement has the id {name!r}; the nearest are {', '.join(near)}"
        raise ValueError(msg)
    return known[name]


def verify(name: str, *, methods: Collection[str] | None = None, seconds: float | None = None) -> Report:
    """Verify one statement by all methods that serve it.

    Parameters
    ----------
    name : str
        Its id.
    methods : collection of str, optional
        Only these: identity, smt, cvc5, interval, enumeration, kernel, sampling, simulation.
    seconds : float, optional
        Time for each question to the solver; without it answers do not depend on the clock.

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        An unknown id or method.
    """
    if unknown := sorted(set(methods or ()) - set(METHODS)):
        msg = f"no method is called {', '.join(unknown)}; there are {', '.join(METHODS)}"
        raise ValueError(msg)
    return run(find(name), methods=methods, seconds=seconds)
