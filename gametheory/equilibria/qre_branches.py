r"""Logit equations in log-odds: values, exact Jacobian, continuation from the uniform profile, multi-start Newton.

With log-odds :math:`y_{ik} = \ln x_{ik} - \ln x_{iA_i}` against the last action and advantages
:math:`D_{ik}(x) = u_i(k, x_{-i}) - u_i(A_i, x_{-i})` the logit equilibria [1]_ are the zeros of

.. math:: H(y, \lambda) = y - \lambda D(x(y)), \qquad x_i = \operatorname{softmax}(y_i, 0).

Probabilities far below the smallest float stay ordinary numbers in :math:`y`. Boltzmann Q-learning is
:math:`\dot y = -H(y, 1/\tau)`, so the eigenvalues of :math:`-\partial H / \partial y` decide stability. The own
advantages do not depend on own log-odds, so the trace is minus the dimension: nothing is a source.

The set of all :math:`(y, \lambda)` with :math:`H = 0` is, for almost all games, a smooth curve that has one branch at
:math:`\lambda = 0`; it is followed by pseudo-arclength continuation [2]_ [3]_. Symmetric games are exceptions: branches
cross, and the sign of the determinant of the bordered Jacobian changes at the crossing. It also changes if a step
jumps to another branch, so steps over which it changes are shortened until only a crossing can be the cause.

References
----------
.. [1] R. D. McKelvey, T. R. Palfrey. "Quantal response equilibria for normal form games". Games and Economic Behavior
   10, 1995.
.. [2] E. L. Allgower, K. Georg. "Introduction to Numerical Continuation Methods". SIAM, 2003. Chapters 2, 6 and 8.
.. [3] T. L. Turocy. "A dynamic homotopy interpretation of the logistic quantal response equilibrium correspondence".
   Games and Economic Behavior 51, 2005.
"""

from __future__ import annotations

import math
from functools import cached_property
from itertools import islice, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibria.regret import is_rational
from gametheory.game import Game

__all__ = ["BranchLost", "LogOdds", "follow", "search"]

Array = NDArray[np.float64]

_SHARP = 1e-4  # step, relative to the point, below which a change of orientation counts as a crossing of branches
_SHORTEST = 1e-9  # relative step at which the continuation gives up
_MOST_STEPS = 20_000
_RANDOM_STARTS = 32  # a rung of the ladder of rationalities, which starts at _FIRST_RUNG payoff ranges or below
_FIRST_RUNG, _RUNG = 8.0, 3.0
_SPARSE = 1 / 3  # Dirichlet parameter of random starts: often near a face, as equilibria at large λ are
_MOST_PURE_STARTS = 64


class BranchLost(RuntimeError):  # noqa: N818  (says what happened)
    """The continuation stopped before it arrived."""


class LogOdds:
    """The logit equations of one game.

    Parameters
    ----------
    game : Game
        Numeric payoffs.
    """

    def __init__(self, game: Game) -> None:
        payoffs = game.payoffs if is_rational(game) else game.numeric  # exact differences, rounded once
        own_first = [np.moveaxis(payoffs[i], i, 0) for i in range(game.n_players)]
        self.n_actions = game.n_actions
        self.gains: list[Array] = [(u[:-1] - u[-1:]).astype(np.float64) for u in own_first]
        """D for pure profiles of the others; shape (A_i - 1, the others' actions)."""
        self.scale = max((float(np.abs(gain).max(initial=0)) for gain in self.gains), default=0.0) or 1.0
        ends = np.cumsum([size - 1 for size in self.n_actions])
        self.blocks = [slice(int(end) - size + 1, int(end)) for end, size in zip(ends, self.n_actions, strict=True)]
        self.dimension = int(ends[-1])

    def log_policies(self, y: Array) -> tuple[Array, ...]:
        """Logarithms of all probabilities."""
        parts = [np.append(y[block], 0.0) for block in self.blocks]
        return tuple(part - np.logaddexp.reduce(part) for part in parts)

    def policies(self, y: Array) -> tuple[Array, ...]:
        """Probabilities of each player's actions."""
        return tuple(np.exp(part) for part in self.log_policies(y))

    @cached_property
    def _tables(self) -> dict[tuple[int, int], Array]:
        """Gains of i with the actions of j on the second axis; made once, as they are read at every step."""
        n = len(self.gains)
        return {
            (i, j): np.ascontiguousarray(np.moveaxis(self.gains[i], 1 + j - (j > i), 1))
            for i, j in product(range(n), repeat=2)
            if i != j
        }

    def _against(self, i: int, j: int, policies: tuple[Array, ...]) -> Array:
        """Player i's advantages for each action of j, the rest averaged; shape (A_i - 1, A_j)."""
        table = self._tables[i, j]
        for k in reversed(range(len(policies))):
            if k not in (i, j):
                table = table @ policies[k]
        return table

    def advantages(self, policies: tuple[Array, ...]) -> Array:
        """D(x), shape (d,)."""
        if len(policies) == 1:
            return self.gains[0]
        last = len(policies) - 1  # of the others
        return np.concatenate(
            [self._against(i, j := last - (i == last), policies) @ policies[j] for i in range(len(policies))]
        )

    def jacobian(self, y: Array, rationality: float) -> Array:
        """Matrix of the derivatives of H by y, shape (d, d)."""
        policies = self.policies(y)
        matrix = np.eye(self.dimension)
        for (i, rows), (j, columns) in product(enumerate(self.blocks), repeat=2):
            if i != j:
                against, x = self._against(i, j, policies), policies[j]
                matrix[rows, columns] = -rationality * ((against - (against @ x)[:, None]) * x)[:, :-1]
        return matrix

    def replies(self, y: Array, rationality: float) -> Array:
        """Log-odds of the logit replies to x(y): λ D(x(y))."""
        return rationality * self.advantages(self.policies(y))

    def residual(self, y: Array, rationality: float) -> float:
        """Largest difference between x(y) and the logit replies to it, as probabilities."""
        replies = self.policies(self.replies(y, rationality))
        return max(float(np.abs(x - r).max()) for x, r in zip(self.policies(y), replies, strict=True))

    def polish(self, y: Array, rationality: float, steps: int = 3) -> Array:
        """Improve a zero by Newton steps, as long as they do."""
        best, error = y, self.residual(y, rationality)
        for _ in range(steps):
            move = _solve(self.jacobian(best, rationality), self.replies(best, rationality) - best)
            y = best + move
            if not np.isfinite(y).all() or self.residual(y, rationality) >= error:
                break
            best, error = y, self.residual(y, rationality)
        return best

    def contraction(self) -> float:
        r"""Rationality below which there is one equilibrium, from a bound on how replies depend on policies.

        The logit reply of i moves by at most :math:`\frac{\lambda}{2} \sum_j c_{ij} \lVert \delta x_j \rVert_1` in the
        1-norm, where :math:`c_{ij}` is half the largest change of a payoff difference of i when j alone changes its
        action: the mean of :math:`|h - \bar h|` is at most half the range of h. So the replies contract, in a norm
        weighted by a vector v > 0, while :math:`\frac{\lambda}{2} \max_i (Cv)_i / v_i < 1`. The Perron vector, nearly
        taken here, gives the spectral radius.
        """
        n = len(self.n_actions)
        C = np.zeros((n, n))
        for i, j in product(range(n), repeat=2):
            if i != j and self.n_actions[i] > 1 < self.n_actions[j]:
                axis = 1 + j - (j > i)
                full = np.concatenate([self.gains[i], 0 * self.gains[i][:1]])  # against the last action; itself: 0
                change = max(float(np.ptp(full[:k] - full[k], axis=axis).max()) for k in range(1, len(full)))
                C[i, j] = change / 2 + 1e-15 * float(np.abs(full).max())  # for rounding
        values, vectors = np.linalg.eig(C)
        v = np.abs(vectors[:, np.argmax(np.abs(values))]) + 1e-9
        bound = float((C @ v / v).max()) * (1 + 1e-12)  # for rounding
        return 2 / bound if bound > 0 else np.inf


def _solve(matrix: Array, right: Array) -> Array:
    """Solve; the shortest least-squares solution where the matrix is singular, as it is where branches cross."""
    try:
        return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(matrix, right)[0], dtype=np.float64)


# ---------------------------------------------------------------------------------------------- continuation
class _Curve:
    """The curve H = 0 in points z = (y, μ) with μ = λ times the payoff scale, so that no unit matters."""

    def __init__(self, equations: LogOdds) -> None:
        self.equations = equations

    def value(self, z: Array) -> Array:
        return np.asarray(z[:-1] - self.equations.replies(z[:-1], z[-1] / self.equations.scale))

    def derivative(self, z: Array) -> Array:
        """Matrix (d, d + 1)."""
        e = self.equations
        by_mu = -e.advantages(e.policies(z[:-1])) / e.scale
        return np.column_stack([e.jacobian(z[:-1], z[-1] / e.scale), by_mu])

    def tangent(self, z: Array, forward: Array) -> tuple[Array, float]:
        """Return the unit tangent along `forward`, and the sign of the determinant bordered by it."""
        derivative = self.derivative(z)
        t = np.linalg.svd(derivative)[2][-1]
        t = t if t @ forward > 0 else -t
        return t, float(np.linalg.slogdet(np.vstack([derivative, t]))[0])

    def correct(self, guess: Array, normal: Array) -> Array | None:
        """Newton's method in the plane through `guess` across `normal`; None if it does not converge at once."""
        z: Array = guess
        last = math.inf
        for _ in range(8):
            error = np.append(self.value(z), normal @ (z - guess))
            move = _solve(np.vstack([self.derivative(z), normal]), -error)
            z = np.asarray(z + move, dtype=np.float64)
            length = float(np.abs(move).max())
            if not length < last and length > 1e-7 * (1 + np.abs(z).max()):
                return None
            if length <= 1e-10 * (1 + np.abs(z).max()):
                return z
            last = length
        return None


def follow(equations: LogOdds, rationality_max: float) -> tuple[Array, Array, tuple[float, ...]]:
    """Follow the principal branch from the uniform profile until it first reaches `rationality_max`.

    Parameters
    ----------
    equations : LogOdds
        Of the game.
    rationality_max : float
        Largest λ, positive.

    Returns
    -------
    rationality : ndarray, shape (m,)
        From 0 to `rationality_max`; not monotone where the branch turns back.
    y : ndarray, shape (m, d)
        Log-odds.
    crossings : tuple of float
        Rationality at each crossing with another branch; followed straight on.

    Raises
    ------
    BranchLost
        A step became too short, or there were too many.
    """
    curve, target = _Curve(equations), rationality_max * equations.scale
    z, last = np.zeros(equations.dimension + 1), np.eye(equations.dimension + 1)[-1]
    t, sign = curve.tangent(z, last)
    points, crossings, step = [z], [], min(0.05, target)
    for _ in range(_MOST_STEPS):
        size = 1 + float(np.abs(z).max())
        if step < _SHORTEST * size:
            break
        if t[-1] > 0:
            step = min(step, max((target - z[-1]) / t[-1], 0) + 1e-12 * size)
        new = curve.correct(z + step * t, t)
        if new is None or np.abs(new - z - step * t).max() > step / 4:
            step /= 4
            continue
        new_t, new_sign = curve.tangent(new, t)
        if new_t @ t < 0.95 or (new_sign != sign and step > _SHARP * size):
            step /= 4
            continue
        if new_sign != sign:
            crossings.append(float((z[-1] + new[-1]) / 2 / equations.scale))
        if new[-1] >= target * (1 - 1e-12):
            points.append(new)
            rationality = np.array(points)[:, -1] / equations.scale
            y = np.array(points)[:, :-1]
            rationality[-1], y[-1] = rationality_max, equations.polish(new[:-1], rationality_max)
            return rationality, y, tuple(crossings)
        points.append(new)
        close = new_t @ t > 0.995 and np.abs(new - z - step * t).max() < step / 40
        z, t, sign = new, new_t, new_sign
        step = min(step * (2 if close else 1), 0.2 * size)
    msg = f"the principal branch is lost at rationality {z[-1] / equations.scale:.6g}; ask for less than that"
    raise BranchLost(msg)


# ---------------------------------------------------------------------------------------------- multi-start
def search(equations: LogOdds, rationality: float, seed: int = 0) -> list[Array]:
    """Zeros of H at one λ by Newton's method from many starts: replies to pure profiles, and random policies.

    Mixed equilibria attract Newton's method from few starts if λ is large. So the search begins at a small λ and goes
    up in steps; what is found at one is a start at the next.

    Parameters
    ----------
    equations : LogOdds
        Of the game.
    rationality : float
        λ ≥ 0.
    seed : int
        Of the random starts.

    Returns
    -------
    list of ndarray, shape (d,)
        Log-odds.
    """
    rng = np.random.default_rng(seed)
    ladder = [rationality]
    while ladder[-1] * equations.scale > _FIRST_RUNG:
        ladder.append(ladder[-1] / _RUNG)
    found: list[Array] = []
    for rung in reversed(ladder):
        starts = list(found)
        pure = islice(product(*(np.eye(size) for size in equations.n_actions)), _MOST_PURE_STARTS)
        starts += [rung * equations.advantages(profile) for profile in pure]
        for _ in range(_RANDOM_STARTS):
            profile = [np.maximum(rng.dirichlet(np.full(size, _SPARSE)), 1e-12) for size in equations.n_actions]
            starts.append(np.concatenate([np.log(x[:-1] / x[-1]) for x in profile]))
        found = []
        for start in starts:
            y = _newton(equations, start, rung)
            if y is not None and not any(np.abs(y - z).max() <= 1e-6 * (1 + np.abs(z).max()) for z in found):
                found.append(y)
    return found


def _newton(equations: LogOdds, start: Array, rationality: float) -> Array | None:
    """Zero of H near a start; None if there is none."""
    from scipy.optimize import root

    def equations_and_jacobian(y: Array) -> tuple[Any, Any]:
        return y - equations.replies(y, rationality), equations.jacobian(y, rationality)

    with np.errstate(over="ignore", invalid="ignore"):  # of iterates that run away
        y = np.asarray(root(equations_and_jacobian, start, jac=True, method="hybr", options={"xtol": 1e-12}).x)
    if not np.isfinite(y).all():
        return None
    y = equations.polish(y, rationality)
    error = np.abs(y - equations.replies(y, rationality)).max()
    return y if equations.residual(y, rationality) <= 1e-9 and error <= 1e-6 * (1 + np.abs(y).max()) else None
