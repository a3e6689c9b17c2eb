r"""Rest points among real vectors: logits, tables of values, the parameters of any differentiable game.

There is no largest state, so points are looked for in a box, by Newton's method from many starts; nothing is said of
what lies beyond. Policies that are nearly pure have logits far out, where every softmax learner slows down without ever
coming to rest: a point counts only if Newton's method comes to stand there.

Softmax policies over three and more actions do not change where all logits of a player grow by one number, so rest
points come in lines. Such shifts are found by trying them, and each line is told by its point of mean logit 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.linalg import null_space

from gametheory.analysis.budget import Budget, Spent
from gametheory.analysis.many_starts import examined, size_of, with_starts
from gametheory.analysis.newton import Moves, distinct, newton
from gametheory.analysis.results import RestPoints

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from gametheory.field import Field

    Array = NDArray[Any]

__all__ = ["found_in_box"]

_SEARCH, _PROOFS = 3e8, 2e8  # operations of the search, and of what is said of points
_STARTS, _FEWEST = 400, 10
_TYPICAL = 20  # steps of Newton's method
_TOGETHER = 2e6  # operations of one step from the starts that go together
_HALF = 10.0  # of the box, unless one is given
_REST = 1e-9  # of the field's size: what counts as no movement
_STANDS = 1e-6  # of the box: a step of Newton's method that is none
_PROBES, _SHIFT, _SHIFTED = 8, 1.25, 1e-9  # states and steps at which shifts are tried, and what they may change


def found_in_box(
    field: Field, box: tuple[ArrayLike, ArrayLike] | None, *, period: int, seed: int, seconds: float | None = None
) -> RestPoints:
    """Look for rest points in a box of real vectors.

    Parameters
    ----------
    field : Field
        On real vectors, all parameters bound.
    box : pair of array_like, shapes () or (d,), optional
        Lowest and largest coordinates; -10 and 10 if not given.
    period : int
        For maps: points that come back after so many steps.
    seed : int
        Of the random starts.
    seconds : float, optional
        Time after which the search is ended.

    Returns
    -------
    RestPoints
        Never complete; `method` names the box.

    Raises
    ------
    ValueError
        A box whose ends are not finite numbers in order; values that are not numbers.

    Examples
    --------
    LOLA in matching pennies: even odds of both, policies (1/2, 1/2).

    >>> import gametheory as gt
    >>> found = found_in_box(gt.rules.lola(gt.catalogue.matching_pennies(), rate=0.5), None, period=1, seed=0)
    >>> [(point.x.round(9).tolist(), point.stability) for point in found]
    [([0.0, 0.0], 'sink')]
    >>> found.method
    "Newton's method from 401 starts in the box [-10, 10] in every coordinate; nothing is known beyond"
    """
    low, high = _ends(field, box)
    budget = Budget(_SEARCH, seconds)
    moves = Moves(field, period, budget)
    basis = _across_shifts(field)
    rng = np.random.default_rng(seed)
    count = int(np.clip(_SEARCH / (2 * _TYPICAL * moves.step_cost), _FEWEST, _STARTS))
    middle, narrowed = (low + high) / 2, np.where(np.arange(count) % 2, rng.random(count) ** 2, 1)  # half of them
    starts = np.concatenate(
        [[middle], middle + narrowed[:, None] * (rng.uniform(low, high, (count, len(low))) - middle)]
    )
    found: list[Array] = []
    done, size = 0, 1.0
    try:
        size = size_of(moves, starts)
        for part in np.array_split(starts, max(1, round(len(starts) * moves.step_cost / _TOGETHER))):
            found += list(_stands(moves, part, (low, high), basis, size))
            done += len(part)
            if budget.why:
                break
    except Spent:
        pass
    method = budget.told(f"{with_starts(done)} in the box {_named(low, high)}")
    proofs = moves.budget = budget.part(_PROOFS)
    points, continua = examined(moves, distinct(np.array(found).reshape(-1, len(low))), size, basis)
    method = f"{method if budget.why else proofs.told(method)}; nothing is known beyond"
    return RestPoints(points, continua, complete=False, method=method)


def _ends(field: Field, box: tuple[ArrayLike, ArrayLike] | None) -> tuple[Array, Array]:
    d = field.space.dimension
    given = (-_HALF, _HALF) if box is None else box
    try:
        low, high = (np.broadcast_to(np.asarray(end, dtype=np.float64), d) for end in given)
    except (TypeError, ValueError) as error:
        msg = f"box must be a pair of lowest and largest coordinates, numbers or arrays of length {d}, got {box!r}"
        raise ValueError(msg) from error
    if not (np.isfinite(low).all() and np.isfinite(high).all() and np.all(low < high)):
        msg = f"box must have finite ends, the lower ones first, got {box!r}"
        raise ValueError(msg)
    return low, high


def _named(low: Array, high: Array) -> str:
    if np.ptp(low) == np.ptp(high) == 0:
        return f"[{low[0]:g}, {high[0]:g}] in every coordinate"
    return " × ".join(f"[{a:g}, {b:g}]" for a, b in zip(low, high, strict=True))


def _across_shifts(field: Field) -> Array:
    """Return an orthonormal basis of what is left of the space without shifts that change nothing, shape (d, k)."""
    d = field.space.dimension
    states = field.space.random(_PROBES, rng=0)
    here, shifts = field(states), []
    for own in field.space.owned:
        shift = np.zeros(d)
        shift[own] = 1
        there = field(states + _SHIFT * shift) - (_SHIFT * shift if field.kind == "map" else 0)
        if own.stop - own.start > 1 and np.allclose(there, here, rtol=_SHIFTED, atol=_SHIFTED * np.abs(here).max()):
            shifts.append(shift)
    return np.asarray(null_space(np.array(shifts))) if shifts else np.eye(d)


def _stands(moves: Moves, starts: Array, box: tuple[Array, Array], basis: Array, size: float) -> Array:
    """Return the rest points in the box to which some starts lead."""
    low, high = box

    def value(y: Array) -> Array:
        return np.asarray(moves.change(y @ basis.T) @ basis)

    def slopes(y: Array) -> Array:
        return np.asarray(basis.T @ moves.slopes(y @ basis.T) @ basis)

    width = high - low
    wide = float(np.linalg.norm(np.maximum(np.abs(low), np.abs(high)) + width))  # runaways stop there
    y = newton(value, slopes, lambda y: np.clip(y, -wide, wide), starts @ basis, longest=float(width.max()) / 4)
    x = y @ basis.T
    inside = np.all((x >= low) & (x <= high), axis=-1)
    x, y = x[inside], y[inside]
    if not len(x):
        return x
    still = np.abs(moves.rate(x)).max(axis=-1) <= _REST * size
    x, y = x[still], y[still]
    try:
        step = np.einsum("...ij,...j->...i", np.linalg.pinv(slopes(y)), value(y))
    except Spent:
        return np.asarray(x[:0])
    found: Array = x[np.abs(step).max(axis=-1, initial=0) <= _STANDS * width.max()]
    return found
