"""The LASE field on a million states, beside the expression that one would write by hand, in one run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

import gametheory as gt

STATES = 1_000_000
REPEATS = 7
TARGET = 3.0
R, S, T, P = 3.0, 0.0, 5.0, 1.0


def by_hand(x: np.ndarray) -> np.ndarray:
    """Write the formula of the field in NumPy."""
    p1, p2 = x[:, 0], x[:, 1]
    num, c = S + T - P, R + P - S - T
    g1 = num + p1 * (T * p2 - R * p2 - T) + p2**2 * (R - T) + p2 * c
    g2 = num + p2 * (T * p1 - R * p1 - T) + p1**2 * (R - T) + p1 * c
    return np.stack([p1 * (1 - p1) * g1, p2 * (1 - p2) * g2], axis=-1)


def best_time(work: Callable[[], object]) -> float:
    """Shortest time that `work` took, in seconds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> float:
    """Measure, check that both agree, print, and return field time over hand-written time."""
    x = np.random.default_rng(0).random((STATES, 2))
    game = gt.Game.two_by_two(R, S, T, P)
    start = time.perf_counter()
    field = gt.rules.policy_gradient(game, gt.transfer.SocialRelationship())
    field(x[:1])
    derive = time.perf_counter() - start
    assert np.abs(field(x) - by_hand(x)).max() < 1e-12
    hand, ours = best_time(lambda: by_hand(x)), best_time(lambda: field(x))
    ratio = ours / hand
    print(f"LASE field on {STATES:,} states: by hand {hand * 1e3:.1f} ms, field {ours * 1e3:.1f} ms, ratio {ratio:.2f}")
    print(
        f"target: at most {TARGET:g}  {'met' if ratio <= TARGET else 'MISSED'}; deriving and compiling {derive:.2f} s"
    )
    return ratio


if __name__ == "__main__":
    sys.exit(main() > TARGET)
