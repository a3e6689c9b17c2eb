"""Rest points that are known approximately, certified one by one by the field's own code.

The code of a field without closed form is run on numbers that enclose their derivatives (:mod:`gametheory.jets`), on
the smallest face that the point lies on. Krawczyk's test then says that the field has exactly one rest point near by,
and the enclosed Jacobian matrix what it is.

Where a rest point lies on a kink the enclosed matrix holds the derivatives on both sides, see
:func:`~gametheory.analysis.stability.classify`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.analysis.enclosures import zeros
from gametheory.intervals import Interval
from gametheory.jets import enclosed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.analysis.faces import Face
    from gametheory.field import Field

    Array = NDArray[Any]

__all__ = ["Certified", "certified"]

_AROUND = (1e-11, 1e-9)  # half sides of boxes that are tried, none is cut


@dataclass(frozen=True)
class Certified:
    """What is proved of one rest point."""

    box: Interval
    """Free coordinates of the face, shape (k,); one rest point lies inside."""
    jacobian: Interval
    """Along the face, shape (k, k); for maps, of the map."""
    across: Interval
    """Rates at which absent actions grow, shape (m,)."""
    transversal: dict[str, float]
    """The same rates by coordinate, with the sign that they have there."""


def certified(field: Field, face: Face | None, free: Array, period: int) -> Certified | None:
    """Certify a rest point.

    Parameters
    ----------
    field : Field
        All parameters bound.
    face : Face
        Smallest one that the point lies on, for flows of gradients that leave faces invariant; else the whole space.
        None for real vectors, which have no faces.
    free : ndarray, shape (k,)
        The point, in the free coordinates of the face.
    period : int
        For maps: the point comes back after so many steps.

    Returns
    -------
    Certified or None
        None where the test fails, or where the field's code is for floats only. Gradients through weights are
        differences, and not certified.
    """
    if field.through_weights:
        return None
    change, moved = partial(_change, field, face, period), partial(_moved, field, face, period)

    def f(boxes: Interval) -> Interval:
        return _stacked([enclosed(change, boxes[n])[0] for n in range(len(boxes.lo))])

    def jacobian(boxes: Interval) -> Interval:
        return _stacked([enclosed(change, boxes[n])[1] for n in range(len(boxes.lo))])

    try:
        box = Interval(free)
        for around in _AROUND if len(free) else ():  # the rate at a corner is 0: faces are invariant
            found = zeros(f, jacobian, Interval(free - around, free + around), resolution=2)
            if len(found.certified.lo) == 1 and not len(found.undecided.lo):
                box = found.certified[0]
                break
        else:
            if len(free):
                return None
        slopes = enclosed(moved, box)[1]
        across = enclosed(partial(_growth, field, face), box)[0]
    except (TypeError, ValueError, AttributeError, ArithmeticError):  # code for floats only, or an open comparison
        return None
    signs = {name: sign for _, name, _, _, sign in face.absent} if face is not None else {}
    rates = {name: sign * float(rate) for (name, sign), rate in zip(signs.items(), across.middle, strict=True)}
    return Certified(box, slopes, across, rates)


def _state(face: Face | None, free: Array) -> Array:
    """Return coordinates of the space, given the free ones of a face; fixed ones are exact."""
    if face is None:
        return np.asarray(free, dtype=object)
    values, state = iter(free), []
    for a, support in zip(face.space.n_actions, face.supports, strict=True):
        own = [next(values) for _ in support[:-1]]
        policy = dict(zip(support, [*own, 1 - sum(own, Fraction(0))], strict=True))
        state += [policy.get(k, Fraction(0)) for k in range(a - 1)]
    return np.array(state, dtype=object)


def _along(face: Face | None, state: Array) -> list[Any]:
    """Free coordinates of a state, or of its rate of change."""
    if face is None:
        return list(state)
    blocks = zip(face.space.blocks, face.supports, strict=True)
    return [state[block.start + k] for block, support in blocks for k in support[:-1]]


def _moved(field: Field, face: Face | None, period: int, free: Array) -> Array:
    """Rates of a flow, or where a map leads, in the free coordinates."""
    state = _state(face, free)
    for _ in range(period):
        state = np.asarray(field.function(state), dtype=object)
    return np.array(_along(face, state), dtype=object)


def _change(field: Field, face: Face | None, period: int, free: Array) -> Array:
    """Vanishes where the field rests."""
    moved = _moved(field, face, period, free)
    return moved if field.kind == "flow" else moved - free


def _growth(field: Field, face: Face | None, free: Array) -> Array:
    """Rates at which absent actions grow, as in :meth:`Face.growth`."""
    if field.objective is None or face is None or not list(face.absent):
        return np.zeros(0)
    state, objective = _state(face, free), field.objective
    alike = objective.space.dimension // len(state)  # on the diagonal all players are there
    gradient = objective.own_gradient(np.tile(state, alike))[: len(state)]
    own = [[*gradient[block], Fraction(0)] for block in face.space.blocks]
    return np.array([own[i][k] - own[i][face.supports[i][-1]] for _, _, i, k, _ in face.absent], dtype=object)


def _stacked(boxes: list[Interval]) -> Interval:
    """Stack boxes of shapes (k,) or (k, d) as rows of shape (k) or (k * d)."""
    return Interval(np.stack([b.lo.ravel() for b in boxes]), np.stack([b.hi.ravel() for b in boxes]))
