"""The LASE field on a million states, beside the expression that one would write by hand, in one run."""

from __future__ import annotations

import sys
import time

import numpy as np
from measure import Row, best_time, report

import gametheory as gt

STATES = 1_000_000
REPEATS = 7
TARGET = 1 / 3  # of the hand-written speed
R, S, T, P = 3.0, 0.0, 5.0, 1.0


def by_hand(x: np.ndarray) -> np.ndarray:
    """Write the formula of the field in NumPy."""
    p1, p2 = x[:, 0], x[:, 1]
    num, c = S + T - P, R + P - S - T
    g1 = num + p1 * (T * p2 - R * p2 - T) + p2**2 * (R - T) + p2 * c
    g2 = num + p2 * (T * p1 - R * p1 - T) + p1**2 * (R - T) + p1 * c
    return np.stack([p1 * (1 - p1) * g1, p2 * (1 - p2) * g2], axis=-1)


def main() -> bool:
    """Measure, check that both agree, print a table, and tell whether the target is met."""
    x = np.random.default_rng(0).random((STATES, 2))
    game = gt.Game.two_by_two(R, S, T, P)
    start = time.perf_counter()
    field = gt.rules.policy_gradient(game, gt.transfer.SocialRelationship())
    field(x[:1])
    derive = time.perf_counter() - start
    assert np.abs(field(x) - by_hand(x)).max() < 1e-12
    hand, ours = (STATES / best_time(work, REPEATS) for work in (lambda: by_hand(x), lambda: field(x)))
    print(f"LASE field on {STATES:,} states; deriving and compiling it took {derive:.2f} s")
    return report([Row("by hand v field", hand, ours, TARGET)], "states")


if __name__ == "__main__":
    sys.exit(not main())
