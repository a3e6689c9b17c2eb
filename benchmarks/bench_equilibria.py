"""All equilibria of a million random 2×2 games: the closed form beside Nashpy and QuantEcon, in one run.

Peers solve a sample, one game at a time, which is how they are called; rates are per game, best of several repeats.
Run it as ``python benchmarks/bench_equilibria.py``; QuantEcon is optional (extra ``bench``).
"""

from __future__ import annotations

import importlib.util
import sys
import time
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from gametheory.equilibria import two_by_two

GAMES = 1_000_000
SAMPLE = 3_000
REPEATS = 5


class Row(NamedTuple):
    """One comparison, in games per second."""

    name: str
    peer_rate: float
    our_rate: float
    ratio: float
    target: float


def best_time(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Shortest time that `work` took, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> list[Row]:
    """Measure, check that all find equally many equilibria, print a table and return its rows."""
    import nashpy

    rng = np.random.default_rng(0)
    A, B = rng.random((2, GAMES, 2, 2))

    def ours() -> np.ndarray:
        found = two_by_two(A, B)
        return found.mask  # the table of equilibria, written out for every game

    def with_nashpy() -> list[int]:
        games = (nashpy.Game(a, b) for a, b in zip(A[:SAMPLE], B[:SAMPLE], strict=True))
        return [len(list(game.support_enumeration())) for game in games]

    peers = {"Nashpy, support enumeration": (with_nashpy, 300.0)}
    if importlib.util.find_spec("quantecon"):
        from quantecon.game_theory import NormalFormGame, Player, support_enumeration

        sample = [
            NormalFormGame([Player(a), Player(np.ascontiguousarray(b.T))])
            for a, b in zip(A[:SAMPLE], B[:SAMPLE], strict=True)
        ]
        support_enumeration(sample[0])  # compiles at the first call
        peers["QuantEcon, support enumeration"] = (lambda: [len(support_enumeration(game)) for game in sample], 15.0)

    counts = two_by_two(A[:SAMPLE], B[:SAMPLE]).count
    our_rate = GAMES / best_time(ours)
    rows = []
    for name, (solve, target) in peers.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            agree = float(np.mean(np.array(solve()) == counts))
            assert agree > 0.99, f"{name} finds other equilibria in {1 - agree:.1%} of the games"
            peer_rate = SAMPLE / best_time(solve)
        rows.append(Row(name, peer_rate, our_rate, our_rate / peer_rate, target))

    print(f"all equilibria of {GAMES:,} random 2×2 games; peers on the first {SAMPLE:,}")
    print(f"{'peer':32}{'games/s':>12}{'ours/s':>14}{'ratio':>10}{'target':>9}")
    for row in rows:
        verdict = "" if row.ratio >= row.target else "  below target"
        print(f"{row.name:32}{row.peer_rate:12,.0f}{row.our_rate:14,.0f}{row.ratio:9,.0f}×{row.target:8,.0f}×{verdict}")
    return rows


if __name__ == "__main__":
    sys.exit(any(row.ratio < row.target for row in main()))
