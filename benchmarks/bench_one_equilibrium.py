"""One equilibrium of a large game, proven in fractions, beside floating point: SciPy's value, QuantEcon's path.

Zero-sum 100×100 games against SciPy's ``linprog`` (HiGHS), which gives the value and one mix as floats; general 30×30
games against QuantEcon's Lemke–Howson method, which gives floats too. Ours includes the proof; its limit is one second.
Processor time of one process, best of several repeats. Run it as ``python benchmarks/bench_one_equilibrium.py``;
QuantEcon is optional (extra ``bench``).
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

from gametheory.equilibria.lemke_howson import lemke_howson
from gametheory.equilibria.zero_sum import solve

ZERO_SUM, BIMATRIX = 100, 30
GAMES = 5
LIMIT = 1.0  # seconds of processor time a game, at most
REPEATS = 3

Work = Callable[[np.ndarray, np.ndarray], object]


def processor_time(work: Work, games: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Return the time of the slowest game, in seconds; the best of several repeats of each."""
    slowest = 0.0
    for A, B in games:
        times = []
        for _ in range(REPEATS):
            start = time.process_time()
            work(A, B)
            times.append(time.process_time() - start)
        slowest = max(slowest, min(times))
    return slowest


def value_by_scipy(A: np.ndarray) -> float:
    """Return the value of a zero-sum game in floating point."""
    m, k = A.shape
    result = linprog(
        [0] * m + [-1],
        A_ub=np.hstack([-A.T, np.ones((k, 1))]),
        b_ub=np.zeros(k),
        A_eq=[[1] * m + [0]],
        b_eq=[1],
        bounds=[(0, None)] * m + [(None, None)],
    )
    return float(-result.fun)


def regret(A: np.ndarray, B: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Return the larger regret of a profile, in floating point."""
    x, y = x.astype(np.float64), y.astype(np.float64)
    return float(max((A @ y).max() - x @ A @ y, (x @ B).max() - x @ B @ y))


def main() -> bool:
    """Measure, check the answers, print a table, and tell whether every game is solved in its time."""
    rng = np.random.default_rng(0)

    def draw(n: int) -> dict[str, list[tuple[np.ndarray, np.ndarray]]]:
        whole = [rng.integers(-99, 100, (2, n, n)).astype(np.float64) for _ in range(GAMES)]
        normal = [rng.normal(size=(2, n, n)) for _ in range(GAMES)]
        return {"integers": [(A, B) for A, B in whole], "floats": [(A, B) for A, B in normal]}

    solve([[1]]), lemke_howson([[1]], [[1]])  # imports what they need
    rows: list[tuple[str, float, float | None]] = []
    for kind, games in draw(ZERO_SUM).items():
        for A, _ in games:
            value = solve(A)[2]
            assert isinstance(value, Fraction)
            assert abs(float(value) - value_by_scipy(A)) < 1e-7, "the values differ"
        ours = processor_time(lambda A, _: solve(A), games)
        rows.append(
            (f"zero-sum {ZERO_SUM}×{ZERO_SUM}, {kind}", ours, processor_time(lambda A, _: value_by_scipy(A), games))
        )
    for kind, games in draw(BIMATRIX).items():
        for A, B in games:
            assert regret(A, B, *lemke_howson(A, B)) < 1e-10, "not an equilibrium"
        ours = processor_time(lemke_howson, games)
        peer = None
        if importlib.util.find_spec("quantecon"):
            from quantecon.game_theory import NormalFormGame, Player
            from quantecon.game_theory import lemke_howson as their_lemke_howson

            def theirs(A: np.ndarray, B: np.ndarray) -> object:
                game = NormalFormGame([Player(A), Player(np.ascontiguousarray(B.T))])
                return their_lemke_howson(game, init_pivot=0)

            theirs(*games[0])  # compiles at the first call
            peer = processor_time(theirs, games)
        rows.append((f"general {BIMATRIX}×{BIMATRIX}, {kind}", ours, peer))

    print(f"one equilibrium, slowest of {GAMES} random games; ours proven in fractions, SciPy and QuantEcon in floats")
    print(f"{'game':32}{'peer s':>10}{'our s':>10}{'ratio':>10}{'limit s':>9}")
    for name, ours, peer in rows:
        beside = f"{peer:10.4f}{ours:10.4f}{ours / peer:9.1f}×" if peer else f"{'':10}{ours:10.4f}{'':10}"
        print(f"{name:32}{beside}{LIMIT:9.1f}{'' if ours <= LIMIT else '  above limit'}")
    return all(ours <= LIMIT for _, ours, _ in rows)


if __name__ == "__main__":
    sys.exit(not main())
