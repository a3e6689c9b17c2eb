"""Many statements at once, on two processes, with a progress bar."""

from __future__ import annotations

from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING

from gametheory.theorems.catalogue import find, verify
from gametheory.theorems.statement import Certificate, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["verify_many"]

_WORKERS, _POOL = 2, 4  # from so many statements on processes share the work
_Answer = tuple[str, tuple[Certificate, ...], bool]


def verify_many(
    names: Sequence[str],
    *,
    methods: Sequence[str] = (),
    seconds: float | None = None,
    more: Callable[[str], tuple[Certificate, ...]] | None = None,
) -> list[Report]:
    """Verify statements, in the order given.

    Parameters
    ----------
    names : sequence of str
        Ids.
    methods : sequence of str
        Only these; all if none is given.
    seconds : float, optional
        Time for each question to the solver; without it answers do not depend on the clock.
    more : callable, optional
        From an id to further certificates; a function of a module, so that other processes find it.

    Returns
    -------
    list of Report
    """
    from tqdm import tqdm

    work = partial(_verified, methods=tuple(methods), seconds=seconds, more=more)
    if len(names) < _POOL:
        answers = list(map(work, names))
    else:
        with get_context("spawn").Pool(_WORKERS) as pool:
            answers = list(tqdm(pool.imap_unordered(work, names), total=len(names), unit="statement", leave=False))
            pool.close()  # so that workers end by themselves, and leave nothing behind
            pool.join()
    found = {name: (certificates, refuted) for name, certificates, refuted in answers}
    return [Report(find(name), *found[name]) for name in names]


def _verified(
    name: str, *, methods: tuple[str, ...], seconds: float | None, more: Callable[[str], tuple[Certificate, ...]] | None
) -> _Answer:
    """Verify one statement; what comes back can be sent between processes."""
    report = verify(name, methods=methods or None, seconds=seconds)
    return name, (*report.certificates, *(more(name) if more else ())), report.neighbours_refuted
