r"""Rest points of flows that explore, in log-odds.

In Boltzmann Q-learning the log-odds :math:`u_k = \ln x_k - \ln x_A` of each action against the last one move at the
rates

.. math:: \dot u_k = G_k(x(u)) - u_k, \qquad x = \operatorname{softmax}(u, 0),

where :math:`G_k` is what the action earns more than the last one, divided by the temperature [1]_. Rest points are the
zeros of :math:`f(u) = u - G(x(u))`, all of which lie in the box of values that G can take: branch and prune there finds
all, however close to a corner (:mod:`gametheory.analysis.enclosures`). The eigenvalues at a rest point are those of
:math:`-f'`, whatever the coordinates.

Larger fields are searched by Newton's method for :math:`u = \lambda G(x(u))` on a ladder of :math:`\lambda` up to 1:
mixed points attract it from few starts at a low temperature, and from many at a high one [2]_.

References
----------
.. [1] M. Kaisers, K. Tuyls. "Frequency adjusted multi-agent Q-learning". AAMAS 2010.
.. [2] T. L. Turocy. "A dynamic homotopy interpretation of the logistic quantal response equilibrium correspondence".
   Games and Economic Behavior 51, 2005.
"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp
from scipy.special import softmax

from gametheory.analysis.budget import Budget, Spent
from gametheory.analysis.certified import in_order, inexact
from gametheory.analysis.enclosures import clusters, zeros
from gametheory.analysis.gifts import gifts_at
from gametheory.analysis.newton import newton
from gametheory.analysis.results import Box, RestPoint, RestPoints
from gametheory.analysis.stability import classify, spectrum
from gametheory.intervals import Interval, compiled
from gametheory.kinks import kinks, opaque
from gametheory.space import Space, simplices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gametheory.field import Field

    Array = NDArray[Any]

__all__ = ["LogOdds", "log_odds"]

_LARGEST = 3  # dimension up to which the search is exhaustive
_WORK = 3e8  # operations on boxes
_SEARCH = 2e8  # operations of Newton's method
_PROBES, _AGREES = 20, 1e-6
_FIRST_RUNG, _RUNG = 8.0, 3.0  # log-odds on the first rung of the ladder; from one to the next
_PURE, _RANDOM = 64, 64  # starts at each rung
_SPARSE = 1 / 3  # Dirichlet parameter of random starts
_LONGEST = 3.0  # step of Newton's method, relative to the log-odds
_SAME, _REST = 1e-6, 1e-9
_AROUND = 1e-9
_PROOF = "Krawczyk's test in log-odds"


class LogOdds:
    """The equations of one field.

    Parameters
    ----------
    field : Field
        All parameters bound.
    gains : sequence of d SymPy expressions
        G, in the coordinates of the space.
    """

    def __init__(self, field: Field, gains: Sequence[sp.Expr]) -> None:
        self.field = field
        self.space: Space = simplices(field.space)
        symbols = self.space.symbols
        gains = [opaque(g) for g in gains]
        self._gains = compiled(symbols, gains)
        self._slopes = compiled(symbols, [g.diff(s) for g in gains for s in symbols])
        switches = sorted(set().union(*map(kinks, gains)), key=str)
        self._switches = compiled(symbols, switches) if switches else None
        self.operations = (1 + len(symbols)) * (8 * len(symbols) + sum(int(g.count_ops()) for g in gains))
        """Of one evaluation with derivatives, about."""

    # ------------------------------------------------------------------ enclosures
    def policies(self, u: Interval) -> tuple[Interval, ...]:
        """Probabilities of all actions, on boxes (m, d) of log-odds."""
        found = []
        for block in self.space.blocks:
            odds = [u[..., k] for k in range(block.start, block.stop)] + [Interval(np.zeros(u.lo.shape[:-1]))]
            ratios = ([(other - own).exp() for other in odds if other is not own] for own in odds)
            parts = [sum(ratio, Interval(1.0)).inverse() for ratio in ratios]
            found.append(
                Interval(
                    np.stack([np.maximum(p.lo, 0) for p in parts], axis=-1),
                    np.stack([np.minimum(p.hi, 1) for p in parts], axis=-1),
                )
            )
        return tuple(found)

    def states(self, u: Interval) -> Interval:
        """Coordinates of the space, on boxes (m, d)."""
        parts = [policy[..., :-1] for policy in self.policies(u)]
        return Interval(np.concatenate([p.lo for p in parts], axis=-1), np.concatenate([p.hi for p in parts], axis=-1))

    def f(self, u: Interval) -> Interval:
        """Enclose f on boxes (m, d)."""
        return u - self._gains(self.states(u))

    def jacobian(self, u: Interval) -> Interval:
        """Enclose f' on boxes (m, d), shape (m, d * d)."""
        m, d = u.lo.shape
        slopes = self._slopes(self.states(u))
        moved = [[Interval(np.full(m, float(k == n))) for n in range(d)] for k in range(d)]
        for block, policy in zip(self.space.blocks, self.policies(u), strict=True):
            size = block.stop - block.start
            for j, n in product(range(size), repeat=2):
                if j == n:  # x_j (1 - x_j), with 1 - x_j from the others: near a corner it has digits of its own
                    by = policy[..., j] * sum(policy[..., i] for i in range(size + 1) if i != j)
                else:
                    by = -(policy[..., j] * policy[..., n])
                for k in range(d):
                    moved[k][block.start + n] -= slopes[..., k * d + block.start + j] * by
        flat = [entry for row in moved for entry in row]
        return Interval(np.stack([e.lo for e in flat], axis=-1), np.stack([e.hi for e in flat], axis=-1))

    def reach(self) -> Interval:
        """Return the box in which all zeros lie: G on all of the space."""
        d = self.space.dimension
        return self._gains(Interval(np.zeros(d), np.ones(d)))

    # ------------------------------------------------------------------ searches
    def rest_points(self, seconds: float | None = None, seed: int = 0) -> RestPoints:
        """Find all rest points in up to three dimensions, else those to which many starts lead.

        Parameters
        ----------
        seconds : float, optional
            Time after which the search is ended.
        seed : int
            Of the random starts.

        Returns
        -------
        RestPoints
        """
        whole = self.reach()
        whole = Interval(whole.lo - 1, whole.hi + 1)
        if self.space.dimension > _LARGEST:
            return self._from_many_starts(whole, seconds, seed)
        budget = Budget(_WORK, seconds)
        found = zeros(self.f, self.jacobian, whole, resolution=1e-8, spend=lambda n: budget.spend(n * self.operations))
        boxes = []
        for group in clusters(found.undecided):
            around = self.states(Interval(group.lo.min(axis=0)[None], group.hi.max(axis=0)[None]))
            boxes.append(Box("interior", around.lo[0], around.hi[0], count=len(group.lo)))
        points = [self._point(found.certified[n]) for n in range(len(found.certified.lo))]
        method = budget.told(f"branch and prune with {_PROOF}")
        return RestPoints(in_order(points), (), complete=not boxes, method=method, undecided=tuple(boxes))

    def _from_many_starts(self, whole: Interval, seconds: float | None, seed: int) -> RestPoints:
        budget, found, done = Budget(_SEARCH, seconds), np.empty((0, self.space.dimension)), 0
        rng = np.random.default_rng(seed)
        scale = float(np.abs([whole.lo, whole.hi]).max())
        ladder = [1.0]
        while ladder[-1] * scale > _FIRST_RUNG:
            ladder.append(ladder[-1] / _RUNG)
        try:
            for rung in reversed(ladder):
                starts = np.concatenate([found, self._starts(rung, rng)])
                found = self._zeros(rung, scale, starts, budget)
                done += len(starts)
        except Spent:
            found = found[self._rests(1.0, found)]
        points = [self._certified(u, budget) for u in found]
        method = budget.told(f"Newton's method in log-odds from {done} starts")
        return RestPoints(in_order(points), (), complete=False, method=method)

    def _starts(self, rung: float, rng: np.random.Generator) -> Array:
        """Return the logit replies to corners, and random log-odds."""
        corners = islice(product(*(np.eye(a)[:, :-1] for a in self.space.n_actions)), _PURE)
        pure = np.array([np.concatenate(corner) for corner in corners])
        parts = [np.log(np.maximum(rng.dirichlet(np.full(a, _SPARSE), _RANDOM), 1e-12)) for a in self.space.n_actions]
        spread = np.concatenate([part[:, :-1] - part[:, -1:] for part in parts], axis=-1)
        return np.concatenate([rung * self._gains(Interval(pure)).middle, spread])

    def _policies(self, u: Array) -> Array:
        """Return states at log-odds, as floats."""
        full = [np.concatenate([u[..., b], np.zeros((*u.shape[:-1], 1))], axis=-1) for b in self.space.blocks]
        return np.concatenate([softmax(part, axis=-1)[..., :-1] for part in full], axis=-1)

    def _numbers(self, u: Array) -> Array:
        """Return G at log-odds, as floats."""
        return self._gains(Interval(self._policies(u))).middle

    def _zeros(self, rung: float, scale: float, starts: Array, budget: Budget) -> Array:
        d = self.space.dimension
        identity = np.eye(d)

        def value(u: Array) -> Array:
            budget.spend(len(u) * self.operations)
            return np.asarray(u - rung * self._numbers(u))

        def slopes(u: Array) -> Array:
            budget.spend(len(u) * self.operations)
            one = self.jacobian(Interval(u)).middle.reshape(-1, d, d)
            return np.asarray(identity + rung * (one - identity))

        ends = newton(value, slopes, lambda u: u, starts, longest=max(_LONGEST, rung * scale / 4))
        kept: list[Array] = []
        for u in ends[self._rests(rung, ends)]:
            if all(np.abs(u - other).max() > _SAME * (1 + np.abs(u).max()) for other in kept):
                kept.append(u)
        return np.array(kept).reshape(-1, d)

    def _rests(self, rung: float, u: Array) -> Array:
        error = np.abs(u - rung * self._numbers(u)).max(axis=-1, initial=0)
        return np.asarray(error <= _REST * (1 + np.abs(u).max(axis=-1, initial=0)))

    def _certified(self, u: Array, budget: Budget) -> RestPoint:
        around = _AROUND * (1 + np.abs(u).max())
        try:
            budget.spend(self.operations)
            found = zeros(self.f, self.jacobian, Interval(u - around, u + around), resolution=2)
        except Spent:
            return self._point(Interval(u), proved=False)
        if len(found.certified.lo) == 1 and not len(found.undecided.lo):
            return self._point(found.certified[0])
        return self._point(Interval(u), proved=False)

    def _point(self, u: Interval, *, proved: bool = True) -> RestPoint:
        """Say what a rest point is, given a box of log-odds that holds it."""
        d = self.space.dimension
        slopes = self.jacobian(u[None])[0]
        jacobian = Interval(-slopes.hi.reshape(d, d), -slopes.lo.reshape(d, d))
        place = self.states(u[None])
        x = self._policies(u.middle)
        reach = np.abs([place.lo[0] - x, place.hi[0] - x]).max()
        smooth = True
        if self._switches is not None:  # near a corner, too, where a kink does not matter as shares hardly move
            switches = self._switches(place)
            smooth = not bool(np.any((switches.lo <= 0) & (switches.hi >= 0)))
        stability, kind = classify(jacobian, Interval(np.zeros(0)), smooth=smooth)
        radius = float(np.nextafter(reach, np.inf)) if proved else np.inf
        return RestPoint(
            location=inexact(x),
            x=x,
            face="interior",
            eigenvalues=tuple(float(v.real) if v.imag == 0 else complex(v) for v in spectrum(jacobian).values),
            stability=stability,
            kind=kind,
            gifts=gifts_at(self.field, inexact(x), exact=False),
            radius=radius,
            exact=False,
            certificate=f"one zero within the radius, {_PROOF}" if proved else "not certified: a zero of floats",
        )


def log_odds(field: Field) -> LogOdds | None:
    """Return the equations in log-odds of a flow of the form above, or None for another field.

    Parameters
    ----------
    field : Field
        On policies, all parameters bound, with a closed form.

    Returns
    -------
    LogOdds or None

    Raises
    ------
    NotEnclosedError
        A function that interval arithmetic does not know.

    Examples
    --------
    At temperature 0.02 two players who coordinate all but decide; what they still mix is 1e-22:

    >>> import gametheory as gt
    >>> field = gt.rules.boltzmann_q(gt.catalogue.coordination(1, 1), temperature=0.02)
    >>> found = log_odds(field).rest_points()
    >>> [(point.x.round(3).tolist(), point.stability) for point in found], found.complete
    ([([0.0, 0.0], 'sink'), ([0.5, 0.5], 'saddle'), ([1.0, 1.0], 'sink')], True)
    """
    if field.kind != "flow" or field.faces != "repelling" or field.advantages is None or field.expressions is None:
        return None
    space = simplices(field.space)
    gains = []
    for policy, block in zip(space.policies(np.array(space.symbols, dtype=object)), space.blocks, strict=True):
        gains += [g + sp.log(x) - sp.log(policy[-1]) for g, x in zip(field.advantages[block], policy[:-1], strict=True)]
    if any(g.has(sp.log) for g in gains):
        return None
    found = LogOdds(field, gains)
    return found if np.isfinite(found.reach().width).all() and _moves_so(field) else None


def _moves_so(field: Field) -> bool:
    """Whether log-odds move at the rates that the field calls its advantages, at random states."""
    space = simplices(field.space)
    states = space.random(_PROBES, rng=0)
    drives = sp.lambdify(space.symbols, list(field.advantages or ()), modules=["numpy"])
    with np.errstate(all="ignore"):
        g = np.stack([np.broadcast_to(v, _PROBES) for v in drives(*states.T)], axis=-1)
        rates, moved = field(states), []
        for policy, block in zip(space.policies(states), space.blocks, strict=True):
            own = np.concatenate([g[:, block], np.zeros((_PROBES, 1))], axis=-1)
            moved.append((policy * (own - (policy * own).sum(axis=-1, keepdims=True)))[:, :-1])
    return bool(np.abs(np.concatenate(moved, axis=-1) - rates).max() <= _AGREES * (1 + np.abs(rates).max()))
