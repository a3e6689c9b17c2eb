"""The book of theorems: pages in Markdown, made from the catalogue and from what verification found."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.printing.latex import LatexPrinter

from gametheory.theorems.notation import CHAPTERS, COMMON, FIGURES, meanings
from gametheory.theorems.statement import PROVING
from gametheory.theorems.wording import definitions, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gametheory.theorems.statement import Claim, Neighbour, Report, Statement

__all__ = ["chapters"]

_STATUS = {"proved": "proved", "supported": "supported by simulation", "open": "open"}
_WIDTH = 60  # characters of a formula that fit on a line
_IN_LINE = 4  # symbols; more make a list
_METHODS = {
    "identity": "computer algebra: both sides are the same expression",
    "smt": (
        "the solver z3 finds that hypotheses and negated conclusion cannot hold together; before, that hypotheses do "
        "not contradict each other, and that the conclusion is defined where they hold"
    ),
    "cvc5": "the same questions, asked of another solver; it answers many, not all, within the steps that it is given",
    "interval": "enclosures of all values on a box, rounded outward",
    "enumeration": (
        "finitely many cases, in exact numbers; the certificate says which. Where they are not all cases, they check "
        "that the package does what the statement says"
    ),
    "kernel": (
        "a proof script, checked by a proof assistant; a quotient by zero is some number there, so that claims are "
        "defined is for the solver to show"
    ),
    "sampling": "exact points drawn at random at which no hypothesis fails: supports, and would refute",
    "simulation": "flows and learners beside the derived value: supports, and would refute",
}
_LETTERS = (
    "Each chapter begins with its terms and notation, and each statement says what its own symbols mean; "
    "{doc}`../conventions` has all definitions in full. What stands under *In symbols* is what the machine was asked, "
    "with names in the place of some long expressions; the words above are for readers."
)
_MEANT = (
    "A claim says that its conclusion is true wherever its hypotheses are. Where a denominator vanishes or a root is "
    "taken of a negative number, a hypothesis does not hold, and a conclusion is refuted if the hypotheses do hold "
    "there. A false part makes *and* false and a true part makes *or* true, whatever the other parts are; otherwise "
    "what is joined of undefined parts is undefined."
)
_DYNAMIC = (
    "Of statements about dynamics a machine checks algebra: that an expression is the package's advantage or "
    "Jacobian, where it vanishes, and the signs of advantages, slopes, traces, determinants, Routh's and Hurwitz's "
    "expressions and weighted divergences. The step from those signs to what orbits do is a theorem, cited and not "
    "checked: that a rest point attracts or repels is read from its linear part (Lyapunov; Hartman and Grobman), or "
    "on an edge and along the diagonal from the sign of the advantage on both sides; that there are no periodic "
    "orbits is by Bendixson and Dulac, that there is one by Poincaré and Bendixson or by Hopf, and that orbits of a "
    "plane flow without periodic orbits come to rest by Poincaré and Bendixson. Nothing is said of rest points whose "
    "linear part does not decide, unless it is written. LASE is not indifferent to a constant added to payoffs: "
    "statements that suppose $R > 0$ exclude games in which mutual cooperation does not pay, $R \\le 0$, and do not "
    "cover them."
)
_KNOWN = (
    "A statement is *proved* if one method at least proves it and none disagrees. One that simulation alone speaks for "
    "is *supported*."
)


def chapters(reports: Sequence[Report]) -> dict[str, str]:
    """Write the book: an overview, and one chapter a topic.

    Parameters
    ----------
    reports : sequence of Report
        In the order of the book.

    Returns
    -------
    dict
        From file names without suffix to Markdown; the names sort in the order of the book.

    Examples
    --------
    >>> from gametheory.theorems import verify
    >>> pages = chapters([verify("lase-interior-cooperation")])
    >>> list(pages)
    ['00-overview', '01-two-lase-players']
    >>> pages["01-two-lase-players"].splitlines()[0]
    '# Two LASE players'
    """
    topics: dict[str, list[Report]] = {}
    for report in reports:
        topics.setdefault(report.statement.topic, []).append(report)
    names = {
        topic: f"{k:02}-{re.sub('[^a-z0-9]+', '-', topic.lower()).strip('-')}" for k, topic in enumerate(topics, 1)
    }
    pages = {"00-overview": _overview(topics, names)}
    for topic, found in topics.items():
        head = [f"# {topic}\n", _summary(found), ""]
        if chapter := CHAPTERS.get(topic):
            head += [f"**Notation.** {_starred(chapter.words)}", ""]
        pages[names[topic]] = "\n".join([*head, *map(_section, found)])
    return pages


# ---------------------------------------------------------------- pages
def _overview(topics: dict[str, list[Report]], names: dict[str, str]) -> str:
    everything = [report for found in topics.values() for report in found]
    neighbours = sum(len(r.statement.neighbours) for r in everything)
    methods = Counter(c.method for r in everything for c in r.certificates if c.outcome in {"proved", "supported"})
    counts = (len(everything), "statement"), (len(topics), "chapter")
    intro = (
        f"{' in '.join(_count(*c) for c in counts)}: {_statuses(everything)}. Beside them stand {neighbours} false "
        "statements, each with a counterexample that was checked by exact substitution: they show why the hypotheses "
        "are what they are. `lase verify --all` verifies everything again, `lase verify <id>` one, and writes it out.\n"
    )
    parts = [
        "# Overview\n",
        intro,
        f"{_LETTERS}\n",
        f"{_MEANT}\n",
        "## How it is known\n",
        f"{_KNOWN}\n",
        f"{_DYNAMIC}\n",
    ]
    parts += [f"- **{m}** ({_count(methods[m], 'statement')}): {what}." for m, what in _METHODS.items() if methods[m]]
    parts += ["", "## Contents\n"]
    for topic, found in topics.items():
        parts += [f"### [{topic}]({names[topic]}.md)\n", f"{_summary(found)}\n"]
        parts += ["| statement | status | methods that prove |", "| --- | --- | --- |"]
        for report in found:
            proving = [c.method for c in report.certificates if c.method in PROVING and c.outcome == "proved"]
            title = report.statement.title.replace("|", r"\|")
            link = f"[{title}](#{report.statement.id})"
            parts.append(f"| {link} | {_status(report)} | {', '.join(dict.fromkeys(proving)) or 'none'} |")
        parts.append("")
    return "\n".join(parts)


def _summary(found: Sequence[Report]) -> str:
    neighbours = sum(len(r.statement.neighbours) for r in found)
    return f"{_count(len(found), 'statement')}: {_statuses(found)}; {neighbours} false nearby."


def _statuses(found: Iterable[Report]) -> str:
    return ", ".join(f"{n} {status}" for status, n in Counter(map(_status, found)).items())


def _status(report: Report) -> str:
    return _STATUS.get(report.status, report.status.upper())


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _section(report: Report) -> str:
    statement = shortened(report.statement)
    parts = [f"({statement.id})=", f"## {statement.title}", "", f"`{statement.id}` · **{_status(report)}**", ""]
    parts += [_starred(statement.words), "", *_table(statement), *_figure(statement), *_symbols(report.statement)]
    if statement.claims:
        parts += _claims(statement)
    if statement.remarks:
        parts += [f"**Remark.** {_starred(statement.remarks)}", ""]
    parts += ["**How it is known**", ""]
    parts += [f"- *{c.method}*, {c.outcome}: {_plain(c.detail)}" for c in report.certificates]
    parts += ["", f"**Source.** {_starred(statement.source[0].upper() + statement.source[1:].rstrip('.'))}.", ""]
    for neighbour in statement.neighbours:
        parts += _refuted(neighbour)
    return "\n".join(parts)


def _table(statement: Statement) -> list[str]:
    if not statement.table:
        return []
    head, *rows = [f"| {' | '.join(map(_starred, row))} |" for row in statement.table]
    return [head, f"|{' --- |' * len(statement.table[0])}", *rows, ""]


def _figure(statement: Statement) -> list[str]:
    if statement.id not in FIGURES:
        return []
    file, caption = FIGURES[statement.id]
    return [
        f":::{{figure}} ../_static/figures/{file}",
        f":alt: {statement.title}",
        ":width: 70%",
        "",
        caption,
        ":::",
        "",
    ]


def _symbols(statement: Statement) -> list[str]:
    """Say what symbols mean, but for those at the head of every chapter."""
    found = [f"${_latex(s)}$: {words}" for s, words in meanings(statement).items() if words != COMMON.get(s)]
    named = [(_latex(sp.Symbol(name)), meant) for name, meant in definitions(statement).items()]
    found += [f"${name} = {_latex(meant)}$" for name, meant in named if not meant.is_Boolean]
    found += [f"${name}$: ${_latex(meant)}$" for name, meant in named if meant.is_Boolean]
    if len(found) > _IN_LINE or any(";" in part for part in found):
        return ["**Symbols**", "", *(f"- {_starred(part)}" for part in found), ""]
    return [f"**Symbols.** {_starred('; '.join(found))}.", ""] if found else []


def _claims(statement: Statement) -> list[str]:
    always = statement.hypotheses
    if len(statement.claims) == 1:
        (claim,) = statement.claims
        return _claim("**In symbols**", claim.words, (*always, *claim.hypotheses), claim)
    parts = [f"**In symbols**{f', wherever {_given(always)}' if always else ''}:", ""]
    for k, claim in enumerate(statement.claims, 1):
        begins = re.match(r"(a|[a-z]{2,}(['-][a-z]+)*)(?=[ ,;:]|$)", claim.words)
        words = claim.words[:1].upper() + claim.words[1:] if begins else claim.words
        # escaped: a number and a dot would begin a list
        parts += _claim(rf"{k}\.", words, claim.hypotheses, claim)
    return parts


def _claim(head: str, words: str, hypotheses: Sequence[Any], claim: Claim) -> list[str]:
    given = f"if {_given(hypotheses)}" if hypotheses else ""
    numbered = head.endswith(".")
    text = ", ".join(filter(None, (words, given)))
    if numbered and not words:
        text = given.replace("if", "If", 1)
    line = f"{head} {text or 'In any case'}" if numbered else ", ".join(filter(None, (head, text)))
    return [_starred(line) + ":", "", *_display(claim.conclusion)]


def _refuted(neighbour: Neighbour) -> list[str]:
    at = ", ".join(f"${_latex(s)} = {_latex(sp.sympify(v))}$" for s, v in neighbour.counterexample.items())
    given = _given(neighbour.hypotheses)
    parts = [":::{admonition} False nearby", ":class: caution", _starred(neighbour.words), ""]
    parts += [f"If {given}, it would say" if given else "It would say", "", *_display(neighbour.conclusion)]
    return [*parts, f"**Not at** {at}. {_starred(neighbour.remark)}".rstrip(), ":::", ""]


# ---------------------------------------------------------------- formulas
class _Printer(LatexPrinter):  # type: ignore[misc] # SymPy has no types
    """Writes what is added before what is subtracted: S + T - P."""

    def ordered(self, e: Any) -> list[Any]:
        return sorted(super()._as_ordered_terms(e), key=lambda term: bool(term.could_extract_minus_sign()))

    def _as_ordered_terms(self, e: Any, order: Any = None) -> list[Any]:  # noqa: ARG002 [as SymPy calls it]
        return self.ordered(e)


def _latex(e: Any) -> str:
    return str(_Printer().doprint(e))


def _given(hypotheses: Sequence[Any]) -> str:
    """Write hypotheses into a line of text."""
    return ", ".join(f"${h}$" for h in _chained(hypotheses))


def _chained(claims: Iterable[Any]) -> list[str]:
    """Write relations, those that follow on each other as one: p > 0 and p < 1 as 0 < p < 1."""
    groups: list[tuple[list[Any], list[str], bool] | Any] = []
    for claim in dict.fromkeys(claims):
        if not isinstance(claim, (sp.Gt, sp.Ge, sp.Lt, sp.Le)):
            groups.append(claim)
            continue
        rising = isinstance(claim, (sp.Lt, sp.Le))
        small, large = (claim.lhs, claim.rhs) if rising else (claim.rhs, claim.lhs)
        sign = "<" if claim.rel_op in {"<", ">"} else r"\leq"
        for group in groups:
            if not isinstance(group, tuple):
                continue
            terms, signs, _ = group
            if terms[-1] == small and not small.is_number:
                terms.append(large)
                signs.append(sign)
                break
            if terms[0] == large and not large.is_number:
                terms.insert(0, small)
                signs.insert(0, sign)
                break
        else:
            groups.append(([small, large], [sign], rising))
    return [_chain(*group) if isinstance(group, tuple) else "\n".join(_lines(group)) for group in groups]


def _chain(terms: list[Any], signs: list[str], rising: bool) -> str:
    if not rising and not (len(terms) > 2 and terms[-1].is_number):
        terms, signs = terms[::-1], [{"<": ">", r"\leq": r"\geq"}[s] for s in reversed(signs)]
    first: str = _latex(terms[0])
    return first + "".join(f" {s} {_latex(t)}" for s, t in zip(signs, terms[1:], strict=True))


def _display(claim: Any) -> list[str]:
    """Write a claim between double dollars, over several lines where it is long."""
    if isinstance(claim, sp.And):
        whole = [line.split("\n") for line in _wide(claim)]
        lines = [
            f"{line}," if k < len(whole) - 1 and line is part[-1] else line
            for k, part in enumerate(whole)
            for line in part
        ]
    else:
        lines = _lines(claim)
    if len(lines) == 1:
        return ["$$", lines[0], "$$", ""]
    return ["$$", r"\begin{gathered}", " \\\\\n".join(lines), r"\end{gathered}", "$$", ""]


def _wide(claim: sp.And) -> list[str]:
    """Write the parts of a conjunction, chains in one line if they fit."""
    parts = sorted(claim.args, key=lambda a: (not a.is_Relational, sp.default_sort_key(a)))
    found = _chained(p for p in parts if p.is_Relational and _size(p) <= _WIDTH)
    return found + ["\n".join(_lines(p)) for p in parts if not (p.is_Relational and _size(p) <= _WIDTH)]


def _lines(claim: Any) -> list[str]:
    if _size(claim) <= _WIDTH:
        return [_latex(claim)]
    if claim.is_Relational:
        left, right = _sum(claim.lhs), _sum(claim.rhs)
        sign = {"==": "=", "!=": r"\neq", "<=": r"\leq", ">=": r"\geq"}.get(claim.rel_op, claim.rel_op)
        if _size(claim.rhs) < 4:
            return [*left[:-1], f"{left[-1]} {sign} {right[0]}"]
        return [*left, rf"{sign} {right[0]}", *right[1:]]
    signs = {"Equivalent": r"\Longleftrightarrow", "Implies": r"\Longrightarrow", "And": r"\wedge", "Or": r"\vee"}
    sign = signs.get(claim.func.__name__)
    if sign is None:
        return [_latex(claim)]
    lines: list[str] = []
    for k, part in enumerate(claim.args):
        inner = _lines(part)
        if not part.is_Relational and not part.is_Atom:
            inner = [rf"\bigl( {inner[0]}", *inner[1:]]
            inner[-1] += r" \bigr)"
        lines += [rf"{sign} \; {inner[0]}", *inner[1:]] if k else inner
    return lines


def _sum(e: Any) -> list[str]:
    """Write a sum over as many lines as it takes."""
    if not e.is_Add or _size(e) <= _WIDTH:
        return [_latex(e)]
    lines, used = [""], 0
    for term in _Printer().ordered(e):
        text, size = _latex(term), _size(term)
        if used and used + size > _WIDTH:
            lines.append("")
            used = 0
        first = lines == [""]
        lines[-1] += text if first else f" {text}" if text.startswith("-") else f" + {text}"
        used += size + 2
    return [line.strip() for line in lines]


def _size(e: Any) -> int:
    """Estimate how many characters wide a formula is printed."""
    if e.is_Rational:
        return max(len(str(e.p)), len(str(e.q)))
    if e.is_Symbol:
        return 1 + len(str(e).partition("_")[2]) // 2
    above, below = sp.fraction(e) if isinstance(e, sp.Expr) else (e, sp.S.One)
    if below != 1 and above != e:
        return max(_size(above), _size(below))
    if e.is_Pow:
        return _size(e.base) + 1 + 2 * bool(e.base.args)
    inner = sum(map(_size, e.args))
    if e.is_Mul:
        return inner + 2 * sum(map(bool, (a.is_Add for a in e.args)))
    return inner + 3 * len(e.args) - (3 if e.is_Add else 0)


# ---------------------------------------------------------------- text
def _starred(text: str) -> str:
    """Escape stars in text, as in p*, that emphasise nothing."""
    parts = text.split("$")
    emphasis_or_star = r"((?<![\w*])\*\S(?:[^*]*\S)?\*(?!\w))|\*"
    parts[::2] = [re.sub(emphasis_or_star, lambda found: found[1] or r"\*", part) for part in parts[::2]]
    return "$".join(parts)


def _plain(text: str) -> str:
    return re.sub(r"([*_<|])", r"\\\1", text)
