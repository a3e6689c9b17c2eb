"""How much a search may do.

Work is counted in elementary operations on numbers, so that an answer depends on neither the machine nor its load. A
limit of time may be set besides; it can only end a search early, and the result says so.
"""

from __future__ import annotations

import math
import time

__all__ = ["Budget", "Spent"]


class Spent(Exception):  # noqa: N818 (says what happened)
    """There is no work, or no time, left."""


class Budget:
    """Work that is left to a search.

    Parameters
    ----------
    work : float
        Elementary operations; some ten million take a second.
    seconds : float, optional
        Time after which nothing may be spent any more.

    Examples
    --------
    >>> budget = Budget(10)
    >>> budget.spend(8)
    >>> budget.spend(8)
    Traceback (most recent call last):
        ...
    gametheory.analysis.budget.Spent: the work allowed was done
    >>> budget.why
    'the work allowed was done'
    """

    def __init__(self, work: float, seconds: float | None = None) -> None:
        self.left = work
        self.end = math.inf if seconds is None else time.monotonic() + seconds
        self.why = ""
        """What ran out, once something did."""

    def spend(self, operations: float) -> None:
        """Take work from the budget, before it is done; raise :class:`Spent` if it, or time, has run out."""
        self.left -= operations
        if self.late or self.left < 0:
            self.why = "time ran out" if self.late else "the work allowed was done"
            raise Spent(self.why)

    def part(self, work: float) -> Budget:
        """Return a budget of its own for a part of the search, with the same end."""
        other = Budget(work)
        other.end = self.end
        return other

    @property
    def late(self) -> bool:
        """Whether time has run out."""
        return time.monotonic() > self.end

    def told(self, method: str) -> str:
        """Return how something was found, and what ran out."""
        return f"{method}; {self.why}" if self.why else method
