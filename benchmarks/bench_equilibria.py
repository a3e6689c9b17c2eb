"""All equilibria of a million random 2×2 games: the closed form beside Nashpy and QuantEcon, in one run.

Peers solve a sample, one game at a time, which is how they are called; rates are per game, best of several repeats.
Run it as ``python benchmarks/bench_equilibria.py``; QuantEcon is optional (extra ``bench``).
"""

from __future__ import annotations

import importlib.util
import sys
import warnings

import numpy as np
from measure import Row, best_time, report

from gametheory.equilibria import two_by_two

GAMES = 1_000_000
SAMPLE = 3_000
REPEATS = 5


def main() -> bool:
    """Measure, check that all find equally many equilibria, print a table, and tell whether every target is met."""
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
    our_rate = GAMES / best_time(ours, REPEATS)
    rows = []
    for name, (solve, target) in peers.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            agree = float(np.mean(np.array(solve()) == counts))
            assert agree > 0.99, f"{name} finds other equilibria in {1 - agree:.1%} of the games"
            peer_rate = SAMPLE / best_time(solve, REPEATS)
        rows.append(Row(name, peer_rate, our_rate, target))

    print(f"all equilibria of {GAMES:,} random 2×2 games; peers on the first {SAMPLE:,}")
    return report(rows, "games")


if __name__ == "__main__":
    sys.exit(not main())
