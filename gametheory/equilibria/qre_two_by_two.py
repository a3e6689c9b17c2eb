r"""All logit equilibria of a 2×2 game, with proof.

Let :math:`u, w` be the log-odds of action 0 of row and column, :math:`s(t) = 1/(1 + e^{-t})`, and :math:`a, b` what
action 0 earns row more than action 1 when column plays 0 and 1, :math:`c, d` likewise for column. The logit
equations [1]_ are :math:`w = \lambda (c\,s(u) + d\,s(-u))` and the zeros of

.. math::

    F(u) = u - g(u), \qquad g(u) = \lambda \big(a\,s(w(u)) + b\,s(-w(u))\big), \qquad
    g' = \lambda^2 (a - b)(c - d)\, s'(w)\, s'(u).

An interval that certainly holds all zeros is cut into boxes, until on each box an enclosure of F excludes 0, or one of
F' does: then F is monotone there, and holds one zero or none by its signs at the ends [2]_. All enclosures are widened
by more than the rounding of the few operations behind them; the library's exponential is taken to be good to two units
in the last place. Where F and F' vanish together (a fold, a pitchfork) the signs cannot be told in floating point: that
box is *undecided*.

There are at most three equilibria: s has negative Schwarzian derivative, -1/2, hence so has g, and an increasing
function with negative Schwarzian derivative has at most three fixed points [3]_; where g decreases there is one.

References
----------
.. [1] R. D. McKelvey, T. R. Palfrey. "Quantal response equilibria for normal form games". Games and Economic Behavior
   10, 1995.
.. [2] R. E. Moore, R. B. Kearfott, M. J. Cloud. "Introduction to Interval Analysis". SIAM, 2009. Chapter 8.
.. [3] D. Singer. "Stable orbits and bifurcation of maps of the interval". SIAM Journal on Applied Mathematics 35, 1978.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Box", "LogitPair"]

_SLACK = 16 * 2.0**-52  # relative; an odds value has at most nine roundings of one to four units of 2^-53
_TINY = 1e-300  # absolute, for exponentials that underflow

Interval = tuple[float, float]


def _s(t: float) -> float:
    """Logistic function, with a small relative error on both sides."""
    if t >= 0:
        return 1 / (1 + math.exp(-t))
    e = math.exp(t)
    return e / (1 + e)


def _slope(low: float, high: float) -> Interval:
    """Range of s' = s(t) s(-t), which falls with |t|, over an interval."""
    far = max(abs(low), abs(high))
    near = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    return _s(far) * _s(-far), _s(near) * _s(-near)


def _odds(pair: Interval, low: float, high: float) -> Interval:
    """Enclose pair[0] s(t) + pair[1] s(-t), monotone in t, for t from low to high."""
    lows, highs = [], []
    for t in (low, high):
        first, second = pair[0] * _s(t), pair[1] * _s(-t)
        slack = _SLACK * (abs(first) + abs(second)) + _TINY * (abs(pair[0]) + abs(pair[1]) + 1)
        lows.append(first + second - slack)
        highs.append(first + second + slack)
    return min(lows), max(highs)


def _difference(pair: Interval) -> Interval:
    value, slack = pair[0] - pair[1], _SLACK * (abs(pair[0]) + abs(pair[1]))
    return value - slack, value + slack


@dataclass(frozen=True)
class Box:
    """Interval of u on which something is known."""

    low: float
    high: float
    kind: str
    """``"none"``: no zero; ``"increasing"``, ``"decreasing"``: F is strictly monotone; ``"undecided"``."""


@dataclass(frozen=True)
class LogitPair:
    """The logit equations of one 2×2 game at one rationality.

    Attributes
    ----------
    row, column : pairs of float
        (λa, λb) and (λc, λd), each within rounding.
    """

    row: Interval
    column: Interval

    def g(self, low: float, high: float) -> Interval:
        """Enclose g over an interval."""
        return _odds(self.row, *_odds(self.column, low, high))

    def w(self, low: float, high: float) -> Interval:
        """Enclose column's log-odds over an interval."""
        return _odds(self.column, low, high)

    def sign(self, u: float) -> int:
        """Sign of F(u) if certain, else 0."""
        low, high = self.g(u, u)
        return (u > high) - (u < low)

    def _classify(self, low: float, high: float) -> str:
        g = self.g(low, high)
        if low > g[1] or high < g[0]:
            return "none"
        products = [r * c for r in _difference(self.row) for c in _difference(self.column)]
        slopes = [u * w for u, w in zip(_slope(low, high), _slope(*self.w(low, high)), strict=True)]
        if max(products) * slopes[1] * (1 + _SLACK) < 1 - _SLACK:
            return "increasing"
        if min(products) * slopes[0] * (1 - _SLACK) > 1 + _SLACK:
            return "decreasing"
        return "undecided"

    def _cut(self, low: float, high: float) -> Iterator[Box]:
        """Cut until every box is decided or rounding hides all signs; from left to right."""
        pending = [(low, high)]
        while pending:
            low, high = pending.pop()
            kind, middle = self._classify(low, high), low / 2 + high / 2
            if kind == "undecided" and low < middle < high and any(map(self.sign, (low, middle, high))):
                pending += [(middle, high), (low, middle)]
            else:
                yield Box(low, high, kind)

    def boxes(self) -> tuple[Box, ...]:
        """Boxes that hold one zero each, and undecided ones, from left to right; there are no zeros elsewhere.

        Returns
        -------
        tuple of Box
            ``"increasing"`` and ``"decreasing"`` boxes have certain, opposite signs of F at their ends. Undecided boxes
            have certain signs there, opposite or not.
        """
        low, high = min(self.row), max(self.row)
        pad = 1 + (high - low) / 16 + _SLACK * (abs(low) + abs(high))
        runs: list[Box] = []
        for box in self._cut(low - pad, high + pad):
            if runs and runs[-1].kind == box.kind:
                runs[-1] = Box(runs[-1].low, box.high, box.kind)
            else:
                runs.append(box)
        undecided = self._grow([run for run in runs if run.kind == "undecided"])
        found = list(undecided)
        for run in runs:
            if run.kind in {"increasing", "decreasing"}:
                low, high = run.low, run.high
                for box in undecided:
                    low = box.high if box.low <= low < box.high else low
                    high = box.low if box.low < high <= box.high else high
                if low < high and self.sign(low) * self.sign(high) <= 0:
                    certain = self.sign(low) * self.sign(high) < 0
                    found.append(Box(low, high, run.kind if certain else "undecided"))
        return tuple(sorted(found, key=lambda box: box.low))

    def _grow(self, boxes: list[Box]) -> list[Box]:
        """Widen undecided boxes until the signs at their ends are certain; join those that meet."""
        grown: list[Box] = []
        for box in boxes:
            low, high, step = box.low, box.high, box.high - box.low
            for k in range(2000):
                if self.sign(low) and self.sign(high):
                    break
                low -= 0 if self.sign(low) else step * 2.0**k
                high += 0 if self.sign(high) else step * 2.0**k
            if grown and grown[-1].high >= low:
                low, high = min(low, grown[-1].low), max(high, grown.pop().high)
            grown.append(Box(low, high, "undecided"))
        return grown

    def zero(self, box: Box) -> float:
        """Zero of F in a box with opposite signs at its ends."""
        from scipy.optimize import brentq

        def function(u: float) -> float:
            low, high = self.g(u, u)
            return u - (low / 2 + high / 2)

        return float(brentq(function, box.low, box.high, xtol=1e-15, rtol=2.0**-50, maxiter=5000))
