"""All equilibria of ten thousand random 5×5 games: batched, one a call, and by vertices, beside peers, in one run.

Nashpy solves a sample, one game at a time, which is how it is called; rates are per game, best of several repeats. On
a sample every game of ours is compared with exact arithmetic: none may be missed. Run it as
``python benchmarks/bench_bimatrix.py``; QuantEcon is optional (extra ``bench``).
"""

from __future__ import annotations

import importlib.util
import sys
import warnings

import numpy as np
from measure import Row, best_time, report

from gametheory import Game
from gametheory.equilibria import ManyEquilibria, nash, nash_many

GAMES, SIZE = 10_000, 5
CHECKED = 200  # games compared with exact arithmetic
SAMPLE = 40  # games that Nashpy solves
REPEATS = 3


def missed(found: ManyEquilibria, A: np.ndarray, B: np.ndarray) -> int:
    """Count the games in which the batch does not list exactly what exact arithmetic lists."""
    wrong = 0
    for index in range(CHECKED):
        exact = nash(Game.from_bimatrix(A[index], B[index]), "vertices")
        expected = np.array([np.concatenate(equilibrium.policies) for equilibrium in exact])
        ours = np.hstack(found.equilibria(index))
        same = len(ours) == len(expected)
        if same:
            distance = np.abs(ours[:, None] - expected).max(axis=-1)
            same = bool(distance.min(axis=0).max() < 1e-9 and distance.min(axis=1).max() < 1e-9)
        wrong += not same
    return wrong


def main() -> bool:
    """Measure, check against exact arithmetic, print a table, and tell whether every target is met."""
    import nashpy

    rng = np.random.default_rng(0)
    A, B = rng.random((2, GAMES, SIZE, SIZE))
    found = nash_many(A, B)
    assert not found.degenerate.any(), "a random game counts as degenerate"
    assert (wrong := missed(found, A, B)) == 0, f"{wrong} of {CHECKED} games differ from exact arithmetic"
    games = [Game.from_bimatrix(a, b) for a, b in zip(A[:CHECKED], B[:CHECKED], strict=True)]
    batched = GAMES / best_time(lambda: nash_many(A, B), REPEATS)
    one = CHECKED / best_time(lambda: [nash(game) for game in games], REPEATS)
    exact = CHECKED / best_time(lambda: [nash(game, "vertices") for game in games], 1)

    def with_nashpy() -> list[int]:
        return [len(list(nashpy.Game(A[i], B[i]).support_enumeration())) for i in range(SAMPLE)]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        short = int(np.sum(np.array(with_nashpy()) < found.count[:SAMPLE]))
        nashpy_rate = SAMPLE / best_time(with_nashpy, 1)
    rows = [
        Row("Nashpy v batched", nashpy_rate, batched, 30.0),
        Row("Nashpy v one a call", nashpy_rate, one, 30.0),
        Row("Nashpy v vertices", nashpy_rate, exact, 1.0),
    ]
    if importlib.util.find_spec("quantecon"):
        from quantecon.game_theory import NormalFormGame, Player, support_enumeration

        pairs = zip(A[:CHECKED], B[:CHECKED], strict=True)
        sample = [NormalFormGame([Player(a), Player(np.ascontiguousarray(b.T))]) for a, b in pairs]
        support_enumeration(sample[0])  # compiles at the first call
        peer_rate = CHECKED / best_time(lambda: [support_enumeration(game) for game in sample], REPEATS)
        rows.append(Row("QuantEcon v batched", peer_rate, batched, 1.0))
        rows.append(Row("QuantEcon v one a call", peer_rate, one, 0.2))  # theirs in floating point, ours proven

    print(
        f"all equilibria of {GAMES:,} random {SIZE}×{SIZE} games; {CHECKED} compared with exact arithmetic, none missed"
    )
    print(f"Nashpy's support enumeration finds fewer in {short} of {SAMPLE}")
    return report(rows, "games")


if __name__ == "__main__":
    sys.exit(not main())
