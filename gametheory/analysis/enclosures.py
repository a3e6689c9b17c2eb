r"""All zeros of a function in a box, by branch and prune, each with a certificate.

A box without zeros is recognised by an enclosure of the function. On the others Krawczyk's operator [1]_ [2]_

.. math:: K(X) = m - Y f(m) + (I - Y J(X)) (X - m), \qquad m \in X, \; Y \approx J(m)^{-1},

with :math:`J(X)` an enclosure of the Jacobian matrix, holds every zero that X has; if :math:`K(X)` lies inside X, X has
exactly one, and if they do not meet, none. (For functions with kinks :math:`J(X)` must hold the derivatives on both
sides; the mean value theorem and with it the argument stay true.) What is left is cut in two. Boxes are a little
inflated first, so that zeros on the cuts are certified as well. Boxes that stay undecided down to the resolution, or
when the work allowed is done, are returned: a singular zero, or a continuum, cannot be certified in this way.

References
----------
.. [1] R. Krawczyk. "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken".
   Computing 4 (1969), 187-201.
.. [2] R. E. Moore. "A test for existence of solutions to nonlinear systems". SIAM Journal on Numerical Analysis 14
   (1977), 611-615.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gametheory.analysis.budget import Budget, Spent
from gametheory.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Enclose = Callable[[Interval], Interval]

__all__ = ["Zeros", "clusters", "zeros"]

_INFLATE = 0.1
_SHRUNK = 0.7  # of the widest side: worth another round before the box is cut
_REFINE, _STALLED = 60, 0.99
_SINGULAR = 1e-12  # determinant of rows with largest entry 1
_BOXES = 1_000_000  # looked at, unless there is a budget
_NEAR = 1e-4  # around a singular zero boxes are left over in heaps


@dataclass(frozen=True)
class Zeros:
    """What :func:`zeros` found."""

    certified: Interval
    """Boxes of shape (m, d), each with exactly one zero, refined to rounding."""
    undecided: Interval
    """Boxes of shape (k, d) in which nothing was decided; every other zero lies in one of them."""


def zeros(
    f: Enclose,
    jacobian: Enclose,
    box: Interval,
    *,
    where_defined: Enclose | None = None,
    keep: Callable[[Interval], NDArray[np.bool_]] | None = None,
    resolution: float = 1e-7,
    spend: Callable[[int], None] | None = None,
    most: int = 20_000,
) -> Zeros:
    """Find all zeros of `f` in a box.

    Parameters
    ----------
    f : callable
        From boxes (n, d) to enclosures (n, d).
    jacobian : callable
        From boxes (n, d) to enclosures (n, d * d), rows by component of `f`.
    box : Interval of shape (d,)
        Where to look.
    where_defined : callable, optional
        Like `f`, of the points at which it is defined alone; it rules boxes out on the border of that domain.
    keep : callable, optional
        From boxes to booleans: False for boxes that are of no interest as a whole.
    resolution : float
        Boxes whose sides are all shorter than this fraction of `box` are not cut further.
    spend : callable, optional
        Called with the number of boxes before they are looked at. Where it raises
        :class:`~gametheory.analysis.budget.Spent`, what is left is undecided. A million boxes if not given.
    most : int
        Largest number of boxes at a time; beyond it what is left is undecided (a continuum, most likely).

    Returns
    -------
    Zeros

    Examples
    --------
    >>> import sympy as sp
    >>> from gametheory.intervals import compiled
    >>> x, y = symbols = sp.symbols("x y")
    >>> e = [sp.exp(x) - 2 * y, x + y - 1]
    >>> found = zeros(
    ...     compiled(symbols, e),
    ...     compiled(symbols, [a.diff(s) for a in e for s in symbols]),
    ...     Interval([-2.0] * 2, [2.0] * 2),
    ... )
    >>> found.certified.middle.round(6), len(found.undecided.lo)
    (array([[0.314923, 0.685077]]), 0)
    """
    spend = spend or Budget(_BOXES).spend
    d = box.lo.shape[-1]
    smallest = resolution * np.maximum(box.width, np.finfo(float).tiny)
    todo = Interval(box.lo[None], box.hi[None])
    unique: list[Interval] = []  # certified boxes as they were met: each holds one zero
    refined: list[Interval] = []
    undecided: list[Interval] = []
    while len(todo.lo):
        if len(todo.lo) > most:
            undecided.append(todo)
            break
        try:
            spend(len(todo.lo))
        except Spent:
            undecided.append(todo)
            break
        if keep is not None:
            todo = todo[keep(todo)]
        todo = todo[_may_vanish((where_defined or f)(todo))]
        if not len(todo.lo):
            break
        wide = _inflated(todo)
        k, usable = _krawczyk(f, jacobian, wide)
        inside = usable & np.all((k.lo > wide.lo) & (k.hi < wide.hi), axis=-1)
        for n in np.flatnonzero(inside):
            _note(wide[n], k[n], f, jacobian, unique, refined)
        low = np.where(usable[:, None], np.maximum(k.lo, todo.lo), todo.lo)
        high = np.where(usable[:, None], np.minimum(k.hi, todo.hi), todo.hi)
        open_ = ~inside & np.all(low <= high, axis=-1)
        before, left = todo.width[open_], Interval(low[open_], high[open_])
        small = np.all(left.width < smallest, axis=-1)
        shrunk = ~small & (np.max(left.width / np.maximum(before, smallest), axis=-1) < _SHRUNK)
        if small.any():
            undecided.append(left[small])
        todo = _joined([left[shrunk], *_halves(left[~shrunk & ~small], box)], d)
    return Zeros(_joined(refined, d), _joined([b if b.lo.ndim == 2 else b[None] for b in undecided], d))


def _may_vanish(values: Interval) -> NDArray[np.bool_]:
    return np.asarray(np.all(~((values.lo > 0) | (values.hi < 0)), axis=-1))  # also where an end is not a number


def _inflated(boxes: Interval) -> Interval:
    by = _INFLATE * boxes.width + 1e-14 * (1 + np.abs(boxes.middle))
    return Interval(boxes.lo - by, boxes.hi + by)


def _halves(boxes: Interval, whole: Interval) -> list[Interval]:
    """Cut every box across its longest side, relative to the whole."""
    side = np.argmax(boxes.width / np.maximum(whole.width, np.finfo(float).tiny), axis=-1)
    rows = np.arange(len(side))
    low_end, high_end = boxes.hi.copy(), boxes.lo.copy()
    cut = boxes.middle[rows, side]
    low_end[rows, side] = high_end[rows, side] = cut
    return [Interval(boxes.lo, low_end), Interval(high_end, boxes.hi)]


def _joined(parts: list[Interval], d: int) -> Interval:
    if not parts:
        return Interval(np.empty((0, d)), np.empty((0, d)))
    return Interval(
        np.concatenate([p.lo.reshape(-1, d) for p in parts]), np.concatenate([p.hi.reshape(-1, d) for p in parts])
    )


def _krawczyk(f: Enclose, jacobian: Enclose, boxes: Interval) -> tuple[Interval, NDArray[np.bool_]]:
    """K of each box, and whether it could be computed."""
    n, d = boxes.lo.shape
    slopes = jacobian(boxes)
    j = Interval(slopes.lo.reshape(n, d, d), slopes.hi.reshape(n, d, d))
    centre = j.middle
    usable = np.asarray(np.isfinite(centre).all(axis=(1, 2)) & np.isfinite(j.width).all(axis=(1, 2)))
    centre = np.where(usable[:, None, None], centre, np.eye(d))
    rows = np.abs(centre).max(axis=2, keepdims=True)
    usable &= np.abs(np.linalg.det(centre / np.where(rows > 0, rows, 1))) > _SINGULAR
    y = np.linalg.inv(np.where(usable[:, None, None], centre, np.eye(d)))
    middle = boxes.middle
    at = f(Interval(middle))
    newton = _product(y, at[..., None])
    rest = Interval(np.broadcast_to(np.eye(d), j.lo.shape)) - _product(y, j)
    reach = (boxes - Interval(middle))[..., None]
    k = (
        Interval(middle)[..., None]
        - newton
        + _sum(rest * Interval(np.swapaxes(reach.lo, 1, 2), np.swapaxes(reach.hi, 1, 2)))
    )
    k = k[..., 0]
    usable &= np.isfinite(k.width).all(axis=-1)
    return k, usable


def _product(y: Array, x: Interval) -> Interval:
    """Matrices of numbers times matrices of intervals."""
    return _sum(
        Interval(y[:, :, None, :]) * Interval(np.swapaxes(x.lo, 1, 2)[:, None], np.swapaxes(x.hi, 1, 2)[:, None]),
        keep=True,
    )


def _sum(x: Interval, *, keep: bool = False) -> Interval:
    """Sum over the last axis, which stays with length one unless `keep` says that a matrix is wanted."""
    total = x[..., 0]
    for k in range(1, x.lo.shape[-1]):
        total = total + x[..., k]
    return total if keep else total[..., None]


def _note(
    wide: Interval, k: Interval, f: Enclose, jacobian: Enclose, unique: list[Interval], refined: list[Interval]
) -> None:
    """Refine a certified box, and keep it unless its zero is one that is known."""
    box = Interval(np.maximum(k.lo, wide.lo), np.minimum(k.hi, wide.hi))
    for _ in range(_REFINE):
        better, usable = _krawczyk(f, jacobian, box[None])
        if not usable[0]:
            break
        low, high = np.maximum(better.lo[0], box.lo), np.minimum(better.hi[0], box.hi)
        shrunk = np.max(high - low) < _STALLED * np.max(box.width)
        box = Interval(low, high)
        if not shrunk:
            break
    for one, known in zip(unique, refined, strict=True):
        if _holds(one, box) or _holds(wide, known):  # two zeros in a box that has one: they are the same
            return
    unique.append(wide)
    refined.append(box)


def _holds(outer: Interval, inner: Interval) -> bool:
    return bool(np.all((outer.lo <= inner.lo) & (inner.hi <= outer.hi)))


def clusters(boxes: Interval) -> list[Interval]:
    """Sort boxes into connected groups.

    Parameters
    ----------
    boxes : Interval of shape (n, d)
        Any boxes; those that touch, or lie within 1e-4, belong together. They are sorted into cells of that size, and
        neighbouring cells are joined.

    Returns
    -------
    list of Interval, shapes (k, d)
    """
    n = len(boxes.lo)
    if not n:
        return []
    reach = 1.01 * float(boxes.width.max()) + _NEAR
    cells, cell = np.unique(np.floor(boxes.middle / reach), axis=0, return_inverse=True)
    pairs: Any = cKDTree(cells).query_pairs(1.5, p=np.inf, output_type="ndarray")
    touch = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(cells),) * 2)
    count, label = connected_components(touch, directed=False)
    label = label[cell.reshape(-1)]
    return [boxes[label == c] for c in range(count)]
