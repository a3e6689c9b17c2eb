"""Payoffs of a million memory-one pairs beside a batched linear solve; gradients; a round robin; in one run.

Rates are per pair, best of several repeats. Run it as ``python benchmarks/bench_memory_one.py``.
"""

from __future__ import annotations

import sys

import numpy as np
from measure import Row, best_time, report

from gametheory import Game
from gametheory.memory_one import gradient, payoffs, round_robin

PAIRS = 1_000_000
SAMPLE = 100_000
PLAYERS = 550
REPEATS = 7
RATE_TARGET = 10e6  # pairs a second
RATIO_TARGET = 3.0  # times the linear solve
ROUND_ROBIN_TARGET = 0.2  # seconds
GAME = Game.two_by_two(3.0, 0.0, 5.0, 1.0)


def by_solve(x: np.ndarray, y: np.ndarray, discount: float | None) -> np.ndarray:
    """Write payoffs as one linear system a pair, solved in a batch."""
    p, q = x[:, 1:], y[:, [1, 3, 2, 4]]
    chain = np.stack([p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)], axis=1)  # transposed
    right = np.zeros((len(x), 4, 1))
    if discount is None:
        chain -= np.eye(4)
        chain[:, 3] = 1
        right[:, 3] = 1
    else:
        chain = np.eye(4) - discount * chain
        p0, q0 = x[:, 0], y[:, 0]
        right[..., 0] = (1 - discount) * np.stack([p0 * q0, p0 * (1 - q0), (1 - p0) * q0, (1 - p0) * (1 - q0)], axis=1)
    return np.linalg.solve(chain, right)[..., 0] @ np.array([[3.0, 0, 5, 1], [3, 5, 0, 1]]).T


def main() -> bool:
    """Measure, check that both agree, print a table, and tell whether every target is met."""
    rng = np.random.default_rng(0)
    x, y = rng.random((2, PAIRS, 5))
    few_x, few_y = x[:SAMPLE], y[:SAMPLE]
    rows = []
    for name, discount in (("limit of means", None), ("discount 0.96", 0.96)):
        assert np.abs(payoffs(GAME, few_x, few_y, discount=discount) - by_solve(few_x, few_y, discount)).max() < 1e-10
        peer = SAMPLE / best_time(lambda d=discount: by_solve(few_x, few_y, d), REPEATS)
        ours = PAIRS / best_time(lambda d=discount: payoffs(GAME, x, y, discount=d), REPEATS)
        rows.append(Row(f"linear solve, {name}", peer, ours, RATIO_TARGET))
    slopes = SAMPLE / best_time(lambda: gradient(GAME, few_x, few_y, 0.96), REPEATS)
    field = rng.random((PLAYERS, 5))
    seconds = best_time(lambda: round_robin(GAME, field), REPEATS)
    print(f"payoffs of {PAIRS:,} random pairs; the linear solve on the first {SAMPLE:,}")
    met = report(rows, "pairs") and all(row.our_rate >= RATE_TARGET for row in rows) and seconds <= ROUND_ROBIN_TARGET
    print(f"gradients, both by both: {slopes:,.0f} pairs/s")
    print(f"round robin {PLAYERS} × {PLAYERS}: {seconds * 1e3:.1f} ms")
    print(
        f"targets: {RATE_TARGET / 1e6:g}M pairs/s, {RATIO_TARGET:g}× the solve, round robin {ROUND_ROBIN_TARGET:g} s  "
        f"{'met' if met else 'MISSED'}"
    )
    return met


if __name__ == "__main__":
    sys.exit(not main())
