"""Exact LOLA steps of ten thousand memory-one pairs beside automatic differentiation, in one run.

The peer differentiates one pair at a time with the library autograd, as opponent-shaping code usually does. Rates are
per pair, both players, best of several repeats. Run it as ``python benchmarks/bench_lola.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from measure import Row, best_time, report

import gametheory as gt

sys.path.append(str(Path(__file__).parent.parent / "tests"))
import reference_shaping as peer  # found in the tests: an independent implementation

PAIRS, SAMPLE, REPEATS = 10_000, 20, 7
RATE_TARGET, RATIO_TARGET = 0.3e6, 100.0
REWARDS = (-1.0, -3.0, 0.0, -2.0)  # CC, CD, DC, DD


def main() -> bool:
    """Measure, check that both agree, print a table, and tell whether every target is met."""
    game = gt.Game.two_by_two(*REWARDS)
    objective = gt.objective.Logits(gt.objective.MemoryOneObjective(game, discount=0.96, normalised=False))
    theta = np.random.default_rng(0).normal(size=(PAIRS, 10))
    losses = peer.memory_one(np.array(REWARDS), np.array(REWARDS)[[0, 2, 1, 3]], 0.96)
    rows = []
    for name, rule, reference in (
        ("LookAhead", gt.rules.lookahead, peer.lookahead),
        ("LOLA", gt.rules.lola, peer.lola_expansion),
        ("SOS", gt.rules.sos, peer.sos),
    ):
        step = rule(objective)
        few = theta[:SAMPLE]
        shared = -gt.memory_one.as_losses(few)  # the peer's players both take the first one's view
        descent = np.stack([reference(losses, t, 1.0) for t in shared])
        assert np.abs(step(few) - few - gt.memory_one.as_losses(descent)).max() < 1e-8
        theirs = SAMPLE / best_time(lambda f=reference, s=shared: [f(losses, t, 1.0) for t in s], 2)
        ours = PAIRS / best_time(lambda f=step: f(theta), REPEATS)
        rows.append(Row(f"autograd, {name}", theirs, ours, RATIO_TARGET))
    print(f"one step of {PAIRS:,} pairs; the peer on the first {SAMPLE}")
    met = report(rows, "pairs") and rows[1].our_rate >= RATE_TARGET
    print(
        f"targets: LOLA {RATE_TARGET / 1e6:g}M pairs/s, {RATIO_TARGET:g}× one at a time  {'met' if met else 'MISSED'}"
    )
    return met


if __name__ == "__main__":
    sys.exit(not main())
