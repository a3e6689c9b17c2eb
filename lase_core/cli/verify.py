"""``lase verify``: prove the catalogue's statements again, or a claim of one's own."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from gametheory.theorems import Report, Verdict

__all__ = ["verify"]


def verify(
    *ids: str,
    all_: Annotated[bool, Parameter(name="--all", negative="")] = False,
    method: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    simulate: Annotated[bool, Parameter(negative="")] = False,
    claim: str | None = None,
    given: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    steps: int | None = None,
    seconds: float | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Verify statements of the catalogue, or a claim of one's own.

    Parameters
    ----------
    ids : str
        Which statements; none: list them.
    all_ : bool
        All of them, and the controls, which are false and must be refuted.
    method : str
        Only this method; may be given several times.
    simulate : bool
        Also run flows and learners where a statement has such a check; this takes minutes.
    claim : str
        A claim of one's own instead, e.g. "0 <= p <= 1 => p*(1 - p) <= 1/4".
    given : str
        A hypothesis of the claim; may be given several times.
    steps : int
        Work for each question that the claim puts to the solver, counted by the solver; by default 20,000,000.
    seconds : float
        Time for each question to the solver. Without it answers do not depend on the clock: work is counted.
    as_json : bool
        Print one JSON document.
    """
    from gametheory import theorems
    from gametheory.theorems.many import verify_many
    from lase_core.checks import simulated

    if claim is not None and (ids or all_):
        msg = "give statements of the catalogue or a --claim of your own, not both"
        raise ValueError(msg)
    if claim is not None:
        work = {} if steps is None else {"steps": steps}
        return _claimed(theorems.prove(given, claim, seconds=seconds, **work), as_json=as_json)
    if given or steps is not None:
        name, own = ("--given", "hypotheses") if given else ("--steps", "count of work")
        msg = f"{name} is for --claim; statements of the catalogue have their own {own}"
        raise ValueError(msg)
    known = theorems.catalogue()
    if not ids and not all_:
        width = max(map(len, known))
        print("\n".join(f"{name:{width}}  {statement.title}" for name, statement in known.items()))
        return 0
    for name in ids:
        theorems.find(name)  # an unknown one is told before any work
    more = simulated if simulate or "simulation" in method else None
    reports = verify_many(list(known) if all_ else list(ids), methods=method, seconds=seconds, more=more)
    controls = theorems.controls_refuted(seconds) if all_ else []
    # with some methods alone a status may fall short of what is stored, but nothing may be refuted or contradicted
    wrong = {"refuted", "vacuous"}
    broken = [r.statement.id for r in reports if not r.agree or r.status in wrong or not (method or r.as_expected)]
    failed = [*broken, *(words for words, refuted in controls if not refuted)]
    if as_json:
        print(json.dumps({"statements": [_data(r) for r in reports], "controls": controls, "failed": failed}, indent=1))
    else:
        _tell(reports, controls, failed, brief=all_)
    return 1 if failed else 0


def _claimed(verdict: Verdict, *, as_json: bool) -> int:
    if as_json:
        data = asdict(verdict) | {"counterexample": {k: str(v) for k, v in verdict.counterexample.items()}}
        print(json.dumps(data, indent=1))
    else:
        print(verdict)
    return 0 if verdict.status == "proved" else 1


def _tell(reports: list[Report], controls: list[tuple[str, bool]], failed: list[str], *, brief: bool) -> None:
    from gametheory.theorems.wording import told

    for report in reports:
        if brief and report.as_expected:
            methods = ", ".join(c.method for c in report.certificates if c.outcome in {"proved", "supported"})
            print(
                f"{report.status:9} {report.statement.id}: {report.statement.title} [{methods}] {report.seconds:.1f} s"
            )
        else:
            head, *certificates = str(report).split("\n")
            print("\n".join([head, told(report.statement), *certificates]))
    if brief:
        counts: dict[str, int] = {}
        for report in reports:
            counts[report.status] = counts.get(report.status, 0) + 1
        neighbours = sum(len(r.statement.neighbours) for r in reports)
        print(", ".join(f"{n} {status}" for status, n in counts.items()), end="; ")
        print(
            f"{neighbours} false neighbours refuted; {sum(r for _, r in controls)} of {len(controls)} controls refuted"
        )
    if failed:
        print(f"FAILED: {', '.join(failed)}")


def _data(report: Report) -> dict[str, object]:
    return {
        "id": report.statement.id,
        "title": report.statement.title,
        "status": report.status,
        "as_expected": report.as_expected,
        "agree": report.agree,
        "certificates": [asdict(c) for c in report.certificates],
    }
