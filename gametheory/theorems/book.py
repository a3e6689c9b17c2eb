"""The book of theorems: pages in Markdown, made from the catalogue and from what verification found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gametheory.theorems.statement import Claim, Neighbour, Report, Statement

__all__ = ["chapters"]

_SYMBOLS = {"proved": "proved", "supported": "supported by simulation", "open": "open", "refuted": "REFUTED"}


def chapters(reports: Sequence[Report]) -> dict[str, str]:
    """Write the book, one chapter a topic.

    Parameters
    ----------
    reports : sequence of Report
        In the order of the book.

    Returns
    -------
    dict
        From file names without suffix to Markdown.

    Examples
    --------
    >>> from gametheory.theorems import verify
    >>> page = chapters([verify("lase-interior-cooperation")])["two-lase-players"]
    >>> page.splitlines()[0]
    '# Two LASE players'
    """
    found: dict[str, list[str]] = {}
    for report in reports:
        topic = report.statement.topic
        name = "".join(c if c.isalnum() else "-" for c in topic.lower())
        found.setdefault(name, [f"# {topic}\n"]).append(_section(report))
    return {name: "\n".join(parts) for name, parts in found.items()}


def _section(report: Report) -> str:
    statement = report.statement
    parts = [f"({statement.id})=", f"## {statement.title}", "", f"`{statement.id}` · **{_SYMBOLS[report.status]}**", ""]
    parts += [statement.words, ""]
    for claim in statement.claims:
        parts += _formula(statement, claim)
    if statement.remarks:
        parts += [statement.remarks, ""]
    parts += ["*How it is known.*", ""]
    parts += [f"- {c.method}: {c.outcome}, {_plain(c.detail)}" for c in report.certificates]
    parts += ["", f"*Source.* {statement.source[0].upper()}{statement.source[1:]}.", ""]
    for neighbour in statement.neighbours:
        parts += _refuted(neighbour)
    return "\n".join(parts)


def _formula(statement: Statement, claim: Claim) -> list[str]:
    given = [*statement.hypotheses, *claim.hypotheses]
    lines = [f"{claim.words}:", ""] if claim.words else []
    arrow = ",\\; ".join(map(sp.latex, given)) + r" \;\Longrightarrow\; " if given else ""
    return [*lines, "$$", arrow + sp.latex(claim.conclusion), "$$", ""]


def _refuted(neighbour: Neighbour) -> list[str]:
    at = ", ".join(f"${sp.latex(s)} = {sp.latex(sp.sympify(v))}$" for s, v in neighbour.counterexample.items())
    remark = f" {neighbour.remark}" if neighbour.remark else ""
    return [":::{admonition} False nearby", ":class: caution", f"{neighbour.words} *Not at* {at}.{remark}", ":::", ""]


def _plain(text: str) -> str:
    return text.replace("*", r"\*").replace("_", r"\_")
