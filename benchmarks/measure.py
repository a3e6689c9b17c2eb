"""What the benchmarks share: the best time of several repeats, and a table of peers beside the project."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

__all__ = ["Row", "best_time", "report"]


class Row(NamedTuple):
    """One comparison; rates are per second."""

    name: str
    peer_rate: float
    our_rate: float
    target: float  # of the ratio, at least

    @property
    def ratio(self) -> float:
        """Peer time over project time: how many times faster the project is."""
        return self.our_rate / self.peer_rate

    @property
    def met(self) -> bool:
        """Whether the ratio reaches its target."""
        return self.ratio >= self.target


def best_time(work: Callable[[], object], repeats: int) -> float:
    """Shortest time that `work` took, in seconds: what disturbs a run only makes it longer."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def report(rows: Sequence[Row], unit: str) -> bool:
    """Print a table of rates in `unit` (plural) a second, and tell whether every target is met."""
    print(f"{'peer v ours':32}{f'peer {unit}/s':>16}{f'our {unit}/s':>16}{'ratio':>10}{'target':>9}")
    for row in rows:
        verdict = "" if row.met else "  below target"
        print(
            f"{row.name:32}{row.peer_rate:16,.0f}{row.our_rate:16,.0f}{_times(row.ratio):>10}{_times(row.target):>9}{verdict}"
        )
    return all(row.met for row in rows)


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}×" if ratio >= 10 else f"{ratio:.2g}×"
