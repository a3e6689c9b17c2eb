"""Time for all rest points with certificates, beside a search from many starts that proves nothing.

The peer is SciPy's root finder from a grid of starts, as one would do by hand: it may miss points. Times are medians
over games, after the first. Run it as ``python benchmarks/bench_rest_points.py``.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
from scipy.optimize import root

import gametheory as gt

GAMES, STARTS = 12, 11
TARGETS = {"LASE, 2×2, exact": 0.1, "Boltzmann-Q, 2×2, certified": 0.3}  # seconds


def by_starts(field: gt.field.Field) -> int:
    """Count distinct zeros inside that SciPy finds from a grid of starts."""
    ends = np.linspace(0.02, 0.98, STARTS)
    found: list[np.ndarray] = []
    for start in np.stack(np.meshgrid(ends, ends), axis=-1).reshape(-1, 2):
        end = root(lambda x: field(np.clip(x, 1e-12, 1 - 1e-12)), start)
        inside = end.success and np.all((end.x > 1e-6) & (end.x < 1 - 1e-6))
        if inside and all(np.abs(end.x - x).max() > 1e-6 for x in found):
            found.append(end.x)
    return len(found)


def main() -> bool:
    """Measure, compare counts, print a table, and tell whether the targets are met."""
    rng = np.random.default_rng(0)
    games = [gt.Game.two_by_two(*map(int, rng.integers(-5, 9, 4))) for _ in range(GAMES)]
    makers = {
        "LASE, 2×2, exact": lambda g: gt.rules.policy_gradient(g, gt.transfer.SocialRelationship()),
        "Boltzmann-Q, 2×2, certified": lambda g: gt.rules.boltzmann_q(g, temperature=0.7),
    }
    met = True
    print(f"{'':32}{'median':>10}{'from starts':>14}{'ratio':>8}{'more found':>12}{'target':>9}")
    for name, make in makers.items():
        make(games[0]).expressions  # noqa: B018 (the first one compiles and imports)
        gt.analysis.rest_points(make(games[0]))
        ours, theirs, more = [], [], 0
        for game in games:
            field = make(game)
            start = time.perf_counter()
            points = gt.analysis.rest_points(field)
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            count = by_starts(field)
            theirs.append(time.perf_counter() - start)
            assert points.complete or points.undecided
            more += len(points.interior) - count if points.complete and not points.continua else 0
        median = statistics.median(ours)
        met &= median <= TARGETS[name]
        ratio = statistics.median(theirs) / median
        print(f"{name:32}{median:9.3f}s{statistics.median(theirs):13.3f}s{ratio:7.1f}×{more:12d}{TARGETS[name]:8.1f}s")
    print("targets", "met" if met else "MISSED")
    return met


if __name__ == "__main__":
    sys.exit(not main())
