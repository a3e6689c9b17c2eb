r"""Shares near a face, carried in logarithms.

Natural and softmax gradient flows keep every face of the space, :math:`\dot x_k = x_k r_k(x)`, so that

.. math:: \frac{d}{dt} \ln x_k = r_k(x), \qquad
    r_k = A_k \text{ (natural)}, \quad r_k = x_k A_k - \textstyle\sum_l x_l^2 A_l \text{ (softmax)}

with the advantages A of :mod:`gametheory.rules.gradient`. A share of 1e-30 that one day grows again, as on the way
along a heteroclinic cycle [1]_, has as many digits there as any other; in coordinates that add up to one it would be
rounded off, and the orbit would rest at a saddle for good.

References
----------
.. [1] J. Hofbauer, K. Sigmund. "Evolutionary Games and Population Dynamics", ch. 17. Cambridge University Press, 1998.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from gametheory.analysis.integration.request import Request, closed_columns, policies_of
from gametheory.field import Field
from gametheory.objective import Objective, own_gradient
from gametheory.space import Space, simplices

__all__ = ["NEVER", "Handed", "Watch", "growth_of", "handed_over", "leaves", "logarithms", "near_face", "shares_of"]

Array = NDArray[Any]

NEVER = -1e30  # logarithm of a share that is 0, and stays so at any finite rate
_NEAR = 1e-2  # shares below the root of the tolerance, and this, may have to be carried in logarithms
_SAME = 1e-6  # of the largest rate: two ways to write one field
_GROWS = 1e-8  # of the largest slope: rates that are not told from 0


@dataclass(frozen=True)
class Handed:
    """Trajectories to be followed in logarithms: which; times, states (d, m) and steps when they came near a face."""

    which: Array
    times: Array
    states: Array
    steps: Array


def near_face(field: Field, tolerance: float) -> float:
    """Share below which a trajectory is near a face; 0 if growth rates of its shares are not known."""
    known = (
        field.kind == "flow"
        and isinstance(field.space, Space)
        and field.parametrisation in {"natural", "softmax"}
        and field.objective is not None
        and field.faces == "invariant"
    )
    return min(float(np.sqrt(tolerance)), _NEAR) if known else 0.0


def growth_of(field: Field) -> Callable[[Array], Array]:
    """Return the growth rates r of shares, as a function of columns of shares of all actions.

    Parameters
    ----------
    field : Field
        A natural or softmax gradient flow, parameters bound.

    Returns
    -------
    callable
        Shapes (m, n) to (m, n); the order of rows is that of :func:`~.request.policies_of`.
    """
    space, objective = simplices(field.space), cast("Objective", field.objective)
    d, copies = space.dimension, objective.space.dimension // space.dimension
    closed = closed_columns(field, "advantages")

    def gradient(x: Array) -> Array:
        if closed is not None:
            return closed(x)
        everybody = np.concatenate([x.T] * copies, axis=-1)  # on a diagonal all players do the same
        return np.asarray(own_gradient(objective, everybody, through_weights=field.through_weights)[..., :d].T)

    def growth(shares: Array) -> Array:
        g = gradient(shares[:d])
        rates = np.empty_like(shares)
        for k, block in enumerate(space.blocks):
            x = np.concatenate([shares[block], shares[d + k : d + k + 1]])
            v = np.concatenate([g[block], np.zeros_like(g[:1])])
            r = v - (x * v).sum(axis=0)
            if field.parametrisation == "softmax":
                r = x * r
                r = (r - (x * r).sum(axis=0)) / (2 if len(x) == 2 else 1)  # one logit for two actions
            rates[block], rates[d + k] = r[:-1], r[-1]
        return rates

    return growth


def shares_of(space: Space, states: Array) -> Array:
    """Shares of all actions, shape (m, n), of states (d, n); a last one that is rounding is 0."""
    matrix, constant = policies_of(space)
    shares = matrix @ states + constant
    for k, block in enumerate(space.blocks):
        last = shares[space.dimension + k]
        last[last <= (block.stop - block.start - 1) * np.finfo(float).eps] = 0
    return np.asarray(np.maximum(shares, 0))


def logarithms(shares: Array) -> Array:
    """Logarithms of shares."""
    return np.where(shares > 0, np.log(np.where(shares > 0, shares, 1)), NEVER)


def leaves(field: Field, states: Array, support: Array | None = None) -> Array:
    """Whether the linearisation at rest points leads away from them, in directions that are open.

    Parameters
    ----------
    field : Field
        A flow, parameters bound.
    states : ndarray, shape (n, d)
        Rest points, or next to them.
    support : ndarray of bool, shape (m, n), optional
        Which shares are not 0; the others stay 0. If not given, all directions are open.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    away = np.zeros(len(states), dtype=bool)
    if not len(states):
        return away
    jacobian = np.asarray(field.jacobian(states), dtype=np.float64)
    least = _GROWS * np.abs(jacobian).max(axis=(1, 2))
    if support is None:
        return np.asarray(np.linalg.eigvals(jacobian).real.max(axis=-1) > least)
    patterns, which = np.unique(support, axis=1, return_inverse=True)
    for k, pattern in enumerate(patterns.T):
        rows = np.flatnonzero(which.ravel() == k)
        basis = _tangent(field.space, pattern)
        if basis.shape[1]:
            inner = np.linalg.pinv(basis) @ jacobian[rows] @ basis
            away[rows] = np.linalg.eigvals(inner).real.max(axis=-1) > least[rows]
    return away


def _tangent(space: Any, support: Array) -> Array:
    """Directions, as columns in reduced coordinates, that move shares among actions in use."""
    d = space.dimension
    unit = np.vstack([np.eye(d), np.zeros((len(space.blocks), d))])  # the last action has no coordinate
    columns = []
    for k, block in enumerate(space.blocks):
        used = [a for a in (*range(block.start, block.stop), d + k) if support[a]]
        columns += [unit[a] - unit[used[0]] for a in used[1:]]
    return np.array(columns).reshape(-1, d).T


def handed_over(request: Request, ends: Array, tiny: Array, back: Array, since: Handed) -> list[Handed]:
    """Choose the trajectories that have to be followed again, in logarithms.

    Parameters
    ----------
    request : Request
        What was to be followed.
    ends : ndarray, shape (d, n)
        Where they ended.
    tiny : ndarray of bool, shape (m, n)
        Which of their shares came near 0.
    back : ndarray of bool, shape (n,)
        Whether one of these has come away from there.
    since : Handed
        When and where they came near.

    Returns
    -------
    list of Handed
        None of those that stay near the face, and are drawn to it.
    """
    field = request.field
    doubtful = np.flatnonzero(tiny.any(axis=0))
    if not len(doubtful):
        return []
    growth, shares = growth_of(field), shares_of(field.space, ends[:, doubtful])  # type: ignore[arg-type]
    again = doubtful[back[doubtful] | (tiny[:, doubtful] & (growth(shares) > 0)).any(axis=0)]
    if not len(again):
        return []
    states = since.states[:, again]
    shares = shares_of(field.space, states)  # type: ignore[arg-type]
    rates = np.asarray(field(states.T), dtype=np.float64).T
    wrong = np.abs(shares[: len(rates)] * growth(shares)[: len(rates)] - rates).max()
    if wrong > _SAME * np.abs(rates).max(initial=np.finfo(float).tiny):  # a function that is not the rule's own
        return []
    return [Handed(since.which[again], since.times[again], states, since.steps[again])]


class Watch:
    """Columns of a batch that came near a face; arrays with one column for each trajectory under way."""

    def __init__(self, request: Request) -> None:
        """Begin with nobody."""
        self.request, self.space = request, request.field.space
        self.matrix, self.constant = policies_of(self.space)
        self.handed: list[Handed] = []
        m, d = self.matrix.shape
        self.open, self.tiny = np.zeros((2, m, 0), dtype=bool)
        self.back = np.zeros(0, dtype=bool)
        self.which, self.steps = np.zeros((2, 0), dtype=np.intp)
        self.times, self.states = np.zeros(0), np.zeros((d, 0))

    def join(self, which: Array, x: Array) -> None:
        """Begin to watch trajectories that start at x (d, n)."""
        shares = shares_of(self.space, x)  # type: ignore[arg-type]
        none = np.zeros(len(which), dtype=np.intp)
        tiny = (shares > 0) & (shares < self.request.near)
        joining = (shares > 0, tiny, none > 0, which, none, np.where(tiny.any(axis=0), 0, np.inf), x)
        for name, new in zip(("open", "tiny", "back", "which", "steps", "times", "states"), joining, strict=True):
            setattr(self, name, np.concatenate([getattr(self, name), new], axis=-1))

    def step(self, taken: Array, t: Array, x: Array, y: Array, steps: Array) -> Array:
        """Look at steps from x to y, both (d, n); return which columns came away from a face."""
        shares = self.matrix @ y + self.constant
        low = shares < self.request.near
        low &= self.open
        low &= taken
        if self.tiny.any():
            self.back[:] = (self.tiny & taken & (shares >= self.request.near)).any(axis=0)
        if low.any():
            new = low.any(axis=0) & np.isinf(self.times)
            self.times[new], self.states[:, new] = t[new], x[:, new]
            self.steps[new] = steps[self.which[new]] - 1
            self.tiny |= low
        return self.back

    def leave(self, x: Array, gone: Array) -> None:
        """Watch some no longer; note who has to be followed again."""
        part = Handed(self.which[gone], self.times[gone], self.states[:, gone], self.steps[gone])
        self.handed += handed_over(self.request, x[:, gone], self.tiny[:, gone], self.back[gone], part)
        for name in ("open", "tiny", "back", "which", "steps", "times", "states"):
            setattr(self, name, getattr(self, name)[..., ~gone])
