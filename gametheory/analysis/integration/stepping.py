r"""Adaptive integration of a batch of trajectories, each with a step of its own.

The method is the explicit Runge-Kutta pair of order 8(5,3) by Dormand and Prince with its interpolant of order 7 [1]_,
whose coefficients SciPy carries. Trajectories at the end of time, at rest, or stopped by an event leave the batch.
Those that came near a face, and away from it again, are followed once more from there on, in logarithms of their
shares.

References
----------
.. [1] E. Hairer, S. P. Nørsett, G. Wanner. "Solving Ordinary Differential Equations I", 2nd edition, Springer, 1993.
.. [2] G. Söderlind. "The logarithmic norm: history and modern theory". BIT Numerical Mathematics 46, 2006.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import DOP853

from gametheory.analysis.integration.charts import ABSOLUTE, Logarithmic, Plain
from gametheory.analysis.integration.crossings import Path, first_stop, locate
from gametheory.analysis.integration.logarithms import Handed, Watch
from gametheory.analysis.integration.request import Followed, Request, no_step

__all__ = ["ABSOLUTE", "follow", "follow_in_logarithms"]

Array = NDArray[Any]

A, B, E3, E5, D = (np.asarray(part) for part in (DOP853.A, DOP853.B, DOP853.E3, DOP853.E5, DOP853.D))
A_EXTRA = np.asarray(DOP853.A_EXTRA)
STAGES = len(B)
POWERS = 3 + len(D)  # of the interpolant
SAFETY, SHRINK, GROW, POWER = 0.9, 0.2, 5.0, -1 / 8
LONGER = 10.0  # growth of the least move in a piecewise field, after a step on trust
_BLOCK = 1 << 14  # trajectories at a time: enough to outweigh the calls, few enough for the cache
_PAIRS = 1 << 18  # recorded states of one step, at most


def follow(request: Request) -> Followed:
    """Integrate all trajectories.

    Parameters
    ----------
    request : Request
        What to follow; the field is a flow.

    Returns
    -------
    Followed

    Raises
    ------
    ValueError
        Where no step leads on.
    """
    found = Followed.empty(request)
    everybody = np.arange(len(request.starts))
    batch = _Batch(request, found, Plain(request), everybody, np.zeros(len(everybody)), request.starts)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        batch.run()
    follow_in_logarithms(request, found, batch.handed)
    return found


def follow_in_logarithms(request: Request, found: Followed, handed: list[Handed]) -> None:
    """Follow trajectories again, from where they came near a face.

    Parameters
    ----------
    request : Request
        What was to be followed.
    found : Followed
        Where to write what is found.
    handed : list of Handed
        Which trajectories, and from where.
    """
    if not handed:
        return
    which, times, steps = (np.concatenate([getattr(part, k) for part in handed]) for k in ("which", "times", "steps"))
    states = np.concatenate([part.states for part in handed], axis=1)
    found.forget(which, times)
    found.steps[which] = steps
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        _Batch(request, found, Logarithmic(request), which, times, states.T).run()


def _ragged(first: Array, counts: Array) -> tuple[Array, Array]:
    """Rows and numbers ``first[row], ..., first[row] + counts[row] - 1``, flat."""
    rows = np.repeat(np.arange(len(counts)), counts)
    numbers = np.arange(len(rows)) + np.repeat(first - (np.cumsum(counts) - counts), counts)
    return rows, numbers


class _Batch:
    """The trajectories under way: one column each; they leave when they end, and others join."""

    def __init__(
        self, request: Request, found: Followed, chart: Plain | Logarithmic, who: Array, begin: Array, starts: Array
    ) -> None:
        """Begin with nobody; `who` is to be followed, from states (n, d) at times (n,)."""
        self.request, self.found, self.chart = request, found, chart
        self.who, self.begin, self.starts = who, begin, starts
        self.field, self.times, self.end = request.field, request.times, float(request.times[-1])
        self.rates, self.inside, self.scale, self.norm = chart.rates, chart.inside, chart.scale, chart.norm
        self.tolerance, self.rough = request.tolerance, request.field.smoothness == "piecewise"
        self.size = max(16, min(_BLOCK, _PAIRS // len(request.times)))
        self.upcoming = 0
        self.x = np.empty((chart.rows, 0))
        self.f = np.empty_like(self.x)
        self.t, self.h, self.floor = np.empty((3, 0))
        self.index, self.recorded = np.empty((2, 0), dtype=np.intp)
        self.room = np.empty((STAGES + 4) * self.size * len(self.x))  # for stages; fresh memory would be slower
        self.watch = Watch(request) if request.near and isinstance(chart, Plain) else None

    @property
    def handed(self) -> list[Handed]:
        """Trajectories that are to be followed in logarithms."""
        return self.watch.handed if self.watch else []

    def join(self) -> None:
        """Fill the batch up with trajectories at their starts."""
        last = min(self.upcoming + self.size - len(self.index), len(self.who))
        index, t = self.who[self.upcoming : last], self.begin[self.upcoming : last]
        x = self.chart.columns(self.starts[self.upcoming : last])
        self.upcoming = last
        f = self.rates(x)
        if (bad := ~np.isfinite(f).all(axis=0)).any():
            at = int(np.argmax(bad))
            raise no_step(self.field, self.chart.states(x)[:, at], float(t[at]), int(index[at]), self.tolerance)
        at_start = np.flatnonzero((t == 0) & (self.times[0] == 0))
        self.found.states[0, index[at_start]] = self.chart.states(x)[:, at_start].T
        self.x, self.f = np.concatenate([self.x, x], axis=1), np.concatenate([self.f, f], axis=1)
        self.t = np.concatenate([self.t, t])
        self.h = np.concatenate([self.h, self.first_step(x, f)])
        self.floor = np.concatenate([self.floor, np.full(len(index), self.tolerance**0.5)])
        self.index = np.concatenate([self.index, index])
        self.recorded = np.concatenate([self.recorded, np.searchsorted(self.times, t, side="right")])
        if self.watch:
            self.watch.join(index, x)

    def first_step(self, x: Array, f: Array) -> Array:
        """Guess the first step from the size of two rates of change ([1]_, II.4)."""
        if self.end == 0:
            return np.zeros(len(x.T))
        scale = self.scale(x)
        size, speed = (np.sqrt(self.norm(part, scale)) for part in (x, f))
        h = np.minimum(np.where((size > 1e-5) & (speed > 1e-5), 0.01 * size / speed, 1e-6 * self.end), self.end)
        bend = np.sqrt(self.norm(self.rates(x + h * f) - f, scale)) / h
        second = (0.01 / np.maximum(np.maximum(speed, bend), 1e-300)) ** -POWER
        guess = np.minimum(np.minimum(100 * h, second), self.end)
        return np.where(np.isfinite(guess), guess, 1e-6 * self.end)

    def run(self) -> None:
        """Step until no trajectory is left."""
        while True:
            if self.upcoming < len(self.who) and len(self.index) <= self.size // 2:
                self.join()
                self.leave(self.t >= self.end)
            if not len(self.index):
                if self.upcoming == len(self.who):
                    return
                continue
            resting, settled = self.resting()
            self.found.converged[self.index[settled]] = True
            self.found.ended[self.index[settled]] = self.t[settled]
            self.leave(resting)
            if len(self.index):
                self.step()

    def resting(self) -> tuple[Array, Array]:
        r"""Whether a trajectory can be shown to move no further than `drop`, and whether it would ever move away.

        With the logarithmic norm :math:`\mu` of the Jacobian at x, the rest of the path is no longer than
        :math:`|f(x)| (e^{\mu T} - 1)/\mu` over the time T left [2]_; where fields jump, only a rate of 0 counts. It
        settles where no eigenvalue leads away, in the directions of shares that are not 0.
        """
        chart, left = self.chart, self.end - self.t
        speed = chart.speed(self.x, self.f)
        still = speed == 0
        settled = still.copy()
        near = np.flatnonzero(~still & (speed * self.h <= self.request.drop))
        if len(near) and not self.rough:
            jacobian = self.field.jacobian(chart.states(self.x[:, near]).T)
            diagonal = np.diagonal(jacobian, axis1=-2, axis2=-1)
            mu = (np.abs(jacobian).sum(axis=-1) - np.abs(diagonal) + diagonal).max(axis=-1)
            path = np.where(np.abs(mu * left[near]) < 1e-8, left[near], np.expm1(mu * left[near]) / mu) * speed[near]
            still[near] = path <= self.request.drop
            settled[near] = still[near] & (mu < 0)
            doubtful = near[still[near] & (mu >= 0)]
            settled[doubtful] = chart.settled(self.x[:, doubtful], self.index[doubtful])
        if self.request.drop == 0:
            still[:] = False
        elif still.any():
            still &= ~chart.may_leave(self.x, self.f, left)
        return still, still & settled

    def leave(self, gone: Array) -> None:
        """Take columns out of the batch; what they still had to record is where they are now."""
        if not gone.any():
            return
        if self.watch:
            self.watch.leave(self.x, gone)
        rows, records = _ragged(self.recorded[gone], len(self.times) - self.recorded[gone])
        self.found.states[records, self.index[gone][rows]] = self.chart.states(self.x[:, gone])[:, rows].T
        stay = ~gone
        self.x, self.f = np.compress(stay, self.x, axis=1), np.compress(stay, self.f, axis=1)
        for name in ("t", "h", "floor", "index", "recorded"):
            setattr(self, name, getattr(self, name)[stay])

    def step(self) -> None:
        """Try one step of every column."""
        left = self.end - self.t
        low = self.floor / np.abs(self.f).max(axis=0) if self.rough else np.zeros_like(left)
        h = np.minimum(np.maximum(self.h, low), left)
        K = self.room[: (STAGES + 4) * self.x.size].reshape(-1, *self.x.shape)  # the last three for the interpolant
        K[0] = self.f
        for s in range(1, STAGES):
            K[s] = self.rates(self.x + h * self.combine(A[s, :s], K))
        y = self.inside(self.x + h * self.combine(B, K))
        K[STAGES] = self.rates(y)
        scale = np.maximum(self.scale(self.x), self.scale(y))
        fifth, third = (self.norm(self.combine(E, K), scale) for E in (E5, E3))
        # either estimate may vanish by chance; the weaker one is held to the square root of the tolerance
        strong = fifth / np.sqrt(np.maximum(fifth + 0.01 * third, 1e-300))
        error = h * np.maximum(strong, np.sqrt(self.tolerance * third))
        finite, good = np.isfinite(error), error <= 1
        # on trust only where the step goes no further than meant: near a sink it may be out of the stable range
        trusted = finite & ~good & (h <= low) & (np.abs(y - self.x).max(axis=0) <= 2 * self.floor)
        taken = good | trusted
        if (stuck := (h <= 1e-15 * self.t) | ~(finite | (h > low))).any():
            at = int(np.argmax(stuck))
            state = self.chart.states(self.x[:, [at]])[:, 0]
            raise no_step(self.field, state, float(self.t[at]), int(self.index[at]), self.tolerance)
        if self.rough:  # crossing a jump costs one short step; sliding along it, ever longer ones
            longer = np.where(trusted, np.minimum(self.floor * LONGER, self.tolerance**0.25), self.floor)
            shorter = np.maximum(self.floor / LONGER, self.tolerance**0.5)
            refused = np.where(h <= low, self.floor * SHRINK, self.floor)
            self.floor = np.where(trusted, longer, np.where(good, np.minimum(self.floor, shorter), refused))
        after = np.where(h >= left, self.end, self.t + h)
        stopped = self.record(taken, h, after, y, K)
        factor = np.where(finite, SAFETY * np.maximum(error, 1e-30) ** POWER, SHRINK)
        self.h = h * np.clip(factor, SHRINK, np.where(taken, GROW, 1))
        self.found.steps[self.index[taken]] += 1
        back = self.watch.step(taken, self.t, self.x, y, self.found.steps) if self.watch else np.zeros_like(taken)
        np.copyto(self.x, y, where=taken)
        np.copyto(self.f, K[STAGES], where=taken)
        np.copyto(self.t, after, where=taken)
        self.leave(stopped | back | (self.t >= self.end))

    def record(self, taken: Array, h: Array, after: Array, y: Array, K: Array) -> Array:
        """Note states at the times that a step passed, and events; return which columns an event stopped."""
        due = np.where(taken, np.searchsorted(self.times, after, side="right") - self.recorded, 0)
        events = self.request.events
        within = (due > 0) & (self.times[np.minimum(self.recorded, len(self.times) - 1)] < after)
        dense = np.flatnonzero(taken if events else within)
        stop = np.full(len(h), np.inf)
        if len(dense):
            path = self.interpolant(dense, h[dense], np.take(y, dense, axis=1), np.take(K, dense, axis=2))
            place = np.zeros(len(h), dtype=np.intp)
            place[dense] = np.arange(len(dense))
        if events and len(dense):

            def state(rows: Array, parts: Array) -> Array:
                return self.chart.states(path(rows, parts))

            found = [locate(event, state, np.arange(len(dense))) for event in events]
            stop[dense] = first_stop(events, found, len(dense))
            for (rows, parts), kept in zip(found, self.found.crossings, strict=True):
                seen = parts <= stop[dense[rows]]
                column, part = dense[rows[seen]], parts[seen]
                states = self.chart.states(path(rows[seen], part)).T
                kept.append((self.index[column], self.t[column] + part * h[column], states))
            ends = np.flatnonzero(stop <= 1)
            after[ends] = self.t[ends] + stop[ends] * h[ends]
            y[:, ends] = path(place[ends], stop[ends])
            self.found.ended[self.index[ends]] = after[ends]
        rows, records = _ragged(self.recorded, due)
        values = np.take(y, rows, axis=1)
        inner = np.flatnonzero(self.times[records] < after[rows])
        if len(inner):
            at = rows[inner]
            values[:, inner] = path(place[at], (self.times[records[inner]] - self.t[at]) / h[at])
        self.found.states[records, self.index[rows]] = self.chart.states(values).T
        self.recorded += due
        return stop <= 1

    def interpolant(self, rows: Array, h: Array, y: Array, K: Array) -> Path:
        """Return the path through a step of some columns: (columns among them, parts of the step) to states (d, m)."""
        x = np.take(self.x, rows, axis=1)
        for s, weights in enumerate(A_EXTRA, start=STAGES + 1):
            K[s] = self.rates(x + h * self.combine(weights[:s], K))
        change = y - x
        high = h * (D @ K.reshape(len(K), -1)).reshape(len(D), *x.shape)
        F = [change, h * K[0] - change, 2 * change - h * (K[0] + K[STAGES]), *high]

        def path(columns: Array, parts: Array) -> Array:
            state = np.zeros((len(x), len(columns)))
            for power in reversed(range(POWERS)):
                state += np.take(F[power], columns, axis=1)
                state *= (1 - parts) if power % 2 else parts
            return self.inside(state + np.take(x, columns, axis=1))

        return path

    @staticmethod
    def combine(weights: Array, K: Array) -> Array:
        """Weighted sum of stages, shape (d, n)."""
        s = len(weights)
        summed: Array = (weights @ K[:s].reshape(s, -1)).reshape(K.shape[1:])
        return summed
