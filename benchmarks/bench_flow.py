"""Replicator flows from 100,000 starts at one measured error, beside stacked SciPy and one `odeint` a trajectory.

Every method gets the loosest tolerance, in half decades, with which no recorded state of any trajectory is further than
1e-6 from a reference made at 1e-13. A run of its own measures the memory that a million starts take.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec

import numpy as np
from measure import Row, best_time, report
from nashpy.learning.replicator_dynamics import asymmetric_replicator_dynamics
from scipy.integrate import odeint, solve_ivp

import gametheory as gt
from gametheory.analysis import trajectories

STARTS = 100_000
MANY = 1_000_000
SINGLE = 200  # trajectories of the peers that take one at a time
TIMES = np.array([0.0, 1, 2, 4, 8, 16, 50])
ERROR = 1e-6
REPEATS = 3
TARGETS = {"plain": 0.7, "compiled": 3.0}
TARGET_SINGLE = 100.0
MEMORY = 2.0  # GB
TOLERANCES = 10 ** -np.arange(5, 12.25, 0.5)
GAMES = {
    "prisoner's dilemma": gt.catalogue.prisoners_dilemma(R=3, S=0, T=5, P=1),
    "stag hunt": gt.Game.two_by_two(4, 0, 3, 2, assume=()),
}
METHODS = {"plain": False, **({"compiled": True} if find_spec("numba") else {})}


def by_hand(table: np.ndarray, _t: float, flat: np.ndarray) -> np.ndarray:
    """Write the replicator equation for a stacked system: all first players, then all second ones."""
    (R, S), (T, P) = table
    p1, p2 = flat.reshape(2, -1)
    slope = R - S - T + P
    return np.concatenate([p1 * (1 - p1) * (S - P + p2 * slope), p2 * (1 - p2) * (S - P + p1 * slope)])


def stacked(table: np.ndarray, x: np.ndarray, tolerance: float) -> np.ndarray:
    """Integrate one stacked system by SciPy."""
    found = solve_ivp(
        partial(by_hand, table), (0, TIMES[-1]), x.T.ravel(), "DOP853", TIMES, rtol=tolerance, atol=tolerance / 100
    )
    return found.y.T.reshape(len(TIMES), 2, -1).swapaxes(1, 2)


def by_odeint(A: np.ndarray, B: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Integrate one trajectory after the other, as OpenSpiel's dynamics are meant to be used."""

    def velocity(y: np.ndarray, _t: float) -> np.ndarray:
        first, second = y[:2], y[2:]
        fitness, other = A @ second, first @ B
        return np.concatenate([first * (fitness - first @ fitness), second * (other - other @ second)])

    return np.stack([odeint(velocity, [p, 1 - p, q, 1 - q], TIMES)[:, ::2] for p, q in x], axis=1)


def by_nashpy(A: np.ndarray, B: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Integrate one trajectory after the other by Nashpy."""
    paths = []
    for p, q in x:
        first, second = asymmetric_replicator_dynamics(A, B, np.array([p, 1 - p]), np.array([q, 1 - q]), TIMES)
        paths.append(np.stack([first[:, 0], second[:, 0]], axis=-1))
    return np.stack(paths, axis=1)


def tuned(work: Callable[[float], np.ndarray], exact: np.ndarray) -> tuple[float, float]:
    """Find the loosest tolerance that is accurate enough, and the error that it has."""
    for tolerance in TOLERANCES:
        error = float(np.abs(work(tolerance) - exact).max())
        if error <= ERROR:
            return float(tolerance), error
    msg = f"no tolerance reaches an error of {ERROR:g}; the last had {error:.1e}"
    raise ValueError(msg)


def compare(name: str, game: gt.Game) -> list[Row]:
    """Compare all methods on one game."""
    x = np.random.default_rng(0).random((STARTS, 2))
    field = gt.rules.replicator(game)
    A, B = (np.asarray(table, dtype=float) for table in game.payoffs)

    def ours(compiled: bool, tolerance: float) -> np.ndarray:
        return trajectories(field, x, TIMES, tolerance=tolerance, compiled=compiled).states

    exact = ours("compiled" in METHODS, 1e-13)
    assert np.abs(stacked(A, x[:1000], 1e-13) - exact[:, :1000]).max() < ERROR / 100
    peer = partial(stacked, A, x)
    tolerance, error = tuned(peer, exact)
    rate = STARTS / best_time(lambda: peer(tolerance), REPEATS)
    print(f"{name}: stacked DOP853 at tolerance {tolerance:.0e} has an error of {error:.1e}")
    singles = {}
    for kind, single in {"odeint": by_odeint, "Nashpy": by_nashpy}.items():
        off = np.abs(single(A, B, x[:SINGLE]) - exact[:, :SINGLE]).max()
        singles[kind] = SINGLE / best_time(lambda work=single: work(A, B, x[:SINGLE]), REPEATS)
        print(f"{name}: {kind} has an error of {off:.1e}")
    rows = []
    for kind, compiled in METHODS.items():
        tolerance, error = tuned(partial(ours, compiled), exact)
        our_rate = STARTS / best_time(partial(ours, compiled, tolerance), REPEATS)
        print(f"{name}: {kind} at tolerance {tolerance:.0e} has an error of {error:.1e}")
        rows.append(Row(f"{name[:9]}: SciPy v {kind}", rate, our_rate, TARGETS[kind]))
        rows += [Row(f"{name[:9]}: {k} v {kind}", r, our_rate, TARGET_SINGLE) for k, r in singles.items()]
    return rows


def memory(kind: str) -> None:
    """Follow a million starts, and print the most memory that this process held, in GB."""
    x = np.random.default_rng(0).random((MANY, 2))
    field = gt.rules.replicator(GAMES["prisoner's dilemma"])
    trajectories(field, x, TIMES[[0, -1]], tolerance=ERROR, compiled=METHODS[kind])
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)


def main() -> bool:
    """Measure, print tables, and tell whether all targets are met."""
    met = report([row for name, game in GAMES.items() for row in compare(name, game)], "trajectories")
    for kind in METHODS:
        done = subprocess.run([sys.executable, __file__, kind], check=True, capture_output=True, text=True)  # noqa: S603 (this file)
        held = float(done.stdout)
        print(f"{MANY:,} starts, {kind}: {held:.2f} GB at most (target: below {MEMORY:g})")
        met &= held < MEMORY
    return met


if __name__ == "__main__":
    if len(sys.argv) > 1:
        memory(sys.argv[1])
    else:
        sys.exit(not main())
